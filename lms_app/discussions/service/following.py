"""Hearing of answers or not, having the same question, and saying which answer helped."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import delete, func
from sqlalchemy import select as columns
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from lms_app.core import changes
from lms_app.core.errors import Conflict, Forbidden, NotFound
from lms_app.core.work import Work
from lms_app.discussions.models import PostKind, Thread, ThreadFollower, ThreadVote
from lms_app.discussions.service import telling
from lms_app.discussions.service.door import NO_POST, enter_post, enter_thread, must_be_open
from lms_app.discussions.views import Standing


def follow(work: Work, *, thread_id: UUID, following: bool = True) -> Standing:
    """Hear of what is answered here from now on, or no longer. Again changes nothing."""
    thread, _place = enter_thread(work, thread_id)
    row = work.db.get(ThreadFollower, (thread.id, work.user_id)) or ThreadFollower(
        thread_id=thread.id, user_id=work.user_id
    )
    row.following = following
    work.db.add(row)
    work.db.flush()
    return standing_in(work, thread.id)


def vote(work: Work, *, thread_id: UUID, same: bool = True) -> Standing:
    """Say that one has the same question, or take it back. Who does so hears of answers. One's own cannot be chosen."""
    thread, _place = enter_thread(work, thread_id)
    if thread.asker_id == work.user_id:
        raise Conflict("This is your own question.")
    mine = {"thread_id": thread.id, "user_id": work.user_id}
    if same:
        _insert_once(work, ThreadVote, mine)
        begin_to_follow(work, thread.id, work.user_id)
    else:
        work.db.connection().execute(delete(ThreadVote).filter_by(**mine))
    _watched(work, thread)
    return standing_in(work, thread.id)


def accept(work: Work, *, post_id: UUID, accepted: bool = True) -> None:
    """Say that an answer is the one that helped, or no longer: its asker or the staff. A thread has one at most.

    Raises Forbidden for anybody else, Conflict for what is no answer, or is hidden.
    """
    post, thread, place = enter_post(work, post_id)
    if not place.is_staff and thread.asker_id != work.user_id:
        raise Forbidden("Only who asked, or the staff, can accept an answer.")
    must_be_open(place)
    if post.deleted_at is not None:
        raise NotFound(NO_POST)
    if post.kind != PostKind.ANSWER or post.hidden_at is not None:
        raise Conflict("Only an answer that everybody can see can be accepted.")
    before = thread.accepted_id
    thread.accepted_id = post.id if accepted else None if before == post.id else before
    work.db.add(thread)
    work.db.flush()
    if accepted and before != post.id:
        telling.tell_accepted(work, place.membership, thread, post)
    _watched(work, thread)


# ---- For the other modules of this package: the door was theirs


def begin_to_follow(work: Work, thread_id: UUID, user_id: UUID) -> None:
    """Follow by default: who said that they do not want to is left alone."""
    _insert_once(work, ThreadFollower, {"thread_id": thread_id, "user_id": user_id, "following": True})


def standing_in(work: Work, thread_id: UUID) -> Standing:
    """How the reader stands to a thread. One query."""
    mine = (ThreadFollower.thread_id == thread_id, ThreadFollower.user_id == work.actor.user_id)
    votes = columns(func.count()).select_from(ThreadVote).where(col(ThreadVote.thread_id) == thread_id)
    row = (
        work.db.connection()
        .execute(
            columns(
                columns(col(ThreadFollower.following)).where(*mine).scalar_subquery().label("following"),  # type: ignore[arg-type]
                votes.scalar_subquery().label("votes"),
                votes.where(col(ThreadVote.user_id) == work.actor.user_id).scalar_subquery().label("voted"),
            )
        )
        .one()
    )
    return Standing(following=bool(row.following), voted=bool(row.voted), votes=row.votes)


def _insert_once(work: Work, table: type[ThreadFollower] | type[ThreadVote], row: Mapping[str, object]) -> None:
    dialect = postgresql if work.db.get_bind().dialect.name == "postgresql" else sqlite
    work.db.flush()
    work.db.connection().execute(
        dialect.insert(table).values(row).on_conflict_do_nothing(index_elements=["thread_id", "user_id"])
    )


def _watched(work: Work, thread: Thread) -> None:
    changes.changed(work, f"thread:{thread.id}", f"questions:{thread.course_id}")
