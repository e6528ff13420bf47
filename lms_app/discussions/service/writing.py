"""Asking, answering, replying, and changing what one wrote."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, func, or_, update
from sqlalchemy import select as columns
from sqlmodel import col, select

from lms_app.core import changes, limits, text, when
from lms_app.core.db import new_id
from lms_app.core.errors import Conflict, NotFound
from lms_app.core.work import Work
from lms_app.courses.rules import folded
from lms_app.discussions import rules
from lms_app.discussions.models import (
    Post,
    PostKind,
    PostReport,
    PostText,
    Thread,
    ThreadFollower,
    ThreadVote,
)
from lms_app.discussions.service import telling
from lms_app.discussions.service.door import (
    NO_THREAD,
    Place,
    enter_course,
    enter_lesson,
    enter_post,
    enter_thread,
    must_be_open,
    own_post,
)
from lms_app.discussions.service.following import begin_to_follow
from lms_app.discussions.views import OldText, Said
from lms_app.policy import Can
from lms_app.web import routes

# The same words from the same person within this time are one click too many, or a tab that sent twice.
TWICE = timedelta(minutes=1)
DELETED_TITLE = "Deleted question"
HISTORY_MAX = 50


@dataclass(frozen=True, slots=True)
class Written:
    """Markdown with the HTML made from it. Only `written` makes these."""

    body: str
    html: str


def written(body: str) -> Written:
    """Render what somebody wrote, off the writer's thread. Raises Invalid for nothing, or too much."""
    rules.check(body=body)
    return Written(body, text.to_html(body, heading_shift=2))


def ask(work: Work, *, slug: str, title: str, body: str | Written, item_id: UUID | None = None) -> Said:
    """Ask under a lesson, or about the whole course. The asker follows it, and the staff are told.

    Raises NotFound (no such lesson in the course, or none that one can read), Invalid, Conflict (closed) and TooMany.
    """
    place = enter_lesson(work, item_id) if item_id else enter_course(work, slug)
    if place.membership.slug != slug:
        raise NotFound(NO_THREAD)
    must_be_open(place)
    title = rules.one_line(title)
    page = _as_written(body, title=title)
    if (
        same := _just_said(work, page, Thread.title == title, Thread.course_id == place.membership.course_id)
    ) is not None:
        return ref_of(place, same)
    limits.hit(work, "question", str(work.user_id))
    thread = Thread(
        course_id=place.membership.course_id,
        item_id=item_id,
        asker_id=work.user_id,
        title=title,
        haystack=folded(f"{title} {text.plain(page.body)}"),
        created_at=work.now,
        active_at=work.now,
    )
    work.db.add(thread)
    work.db.flush()
    post = _add(work, place, thread, page, PostKind.QUESTION)
    telling.tell_asked(work, place.membership, thread, page.body)
    return ref_of(place, post)


def answer(work: Work, *, thread_id: UUID, body: str | Written) -> Said:
    """Answer a question. Its followers are told, and the answerer is one of them from now on.

    Raises Invalid, Conflict (locked or closed) and TooMany.
    """
    thread, place = enter_thread(work, thread_id)
    return _say(work, place, thread, _as_written(body), PostKind.ANSWER)


def reply(work: Work, *, post_id: UUID, body: str | Written) -> Said:
    """Reply to the question or to an answer; to a reply, below the same one. Else like `answer`."""
    post, thread, place = enter_post(work, post_id)
    return _say(work, place, thread, _as_written(body), PostKind.REPLY, post.root_id)


def post_source(work: Work, *, post_id: UUID) -> tuple[str, str]:
    """Title and Markdown of one's own post, to be edited; the title is empty for what is no question."""
    post, thread, _place = own_post(work, post_id)
    return (thread.title if post.kind == PostKind.QUESTION else "", post.body)


def edit_post(work: Work, *, post_id: UUID, body: str | Written, title: str | None = None) -> Said:
    """Write one's own post anew; of a question the title, too, where one is given. The text before is kept for the staff.

    Raises Forbidden for somebody else's, Conflict for what the staff have hidden, and where nothing can be written.
    """
    post, thread, place = own_post(work, post_id)
    must_be_open(place, thread)
    if post.hidden_at is not None:
        raise Conflict("This was hidden by the staff. Ask them if you want to change it.")
    is_question = post.kind == PostKind.QUESTION
    new_title = rules.one_line(title) if title is not None and is_question else thread.title
    page = _as_written(body, title=new_title)
    if (page.body, new_title) == (post.body, thread.title):
        return ref_of(place, post)
    limits.hit(work, "post", str(work.user_id))
    if page.body != post.body:
        work.db.add(PostText(post_id=post.id, body=post.body, kept_at=work.now))
    post.body, post.html, post.edited_at = page.body, page.html, work.now
    if is_question:
        thread.title, thread.haystack = new_title, folded(f"{new_title} {text.plain(page.body)}")
    work.db.flush()
    announce(work, thread)
    return ref_of(place, post)


def delete_post(work: Work, *, post_id: UUID) -> None:
    """Take one's own post back. What others have answered, replied to or reported keeps its place, without its words."""
    post, thread, _place = own_post(work, post_id)
    if post.kind == PostKind.QUESTION and not _has_more(work, post, col(Post.thread_id) == thread.id):
        return _drop_thread(work, thread)
    if post.kind != PostKind.QUESTION and not _has_more(work, post, col(Post.root_id) == post.id):
        if thread.accepted_id == post.id:
            thread.accepted_id = None
        _drop(work, col(Post.id) == post.id)
    else:
        work.db.add(PostText(post_id=post.id, body=post.body, kept_at=work.now))
        post.body = post.html = ""
        post.deleted_at = work.now
        if post.kind == PostKind.QUESTION:
            thread.title, thread.haystack = DELETED_TITLE, ""
    settle(work, thread)
    return None


def post_history(work: Work, *, post_id: UUID) -> list[OldText]:
    """The texts that a post had before, the newest first, for the staff."""
    post, _thread, _place = enter_post(work, post_id, Can.GRADE)
    kept = (
        select(PostText)
        .where(col(PostText.post_id) == post.id)
        .order_by(col(PostText.kept_at).desc(), col(PostText.id))
        .limit(HISTORY_MAX)
    )
    zone, locale = work.actor.zone, work.actor.locale
    return [
        OldText(str(row.id), text.to_html(row.body, heading_shift=2), when.moment(row.kept_at, zone, locale))
        for row in work.db.exec(kept)
    ]


# ---- For the other modules of this package: the door was theirs


def settle(work: Work, thread: Thread) -> None:
    """Make anew what a thread's row says of its posts, in one statement, and let those who watch know."""
    work.db.flush()
    stands = (col(Post.thread_id) == thread.id, col(Post.hidden_at).is_(None), col(Post.deleted_at).is_(None))
    others = or_(col(Post.author_id).is_(None), col(Post.author_id) != thread.asker_id)
    answers = or_(
        col(Post.kind) == PostKind.ANSWER, and_(col(Post.kind) == PostKind.REPLY, col(Post.role) != "student")
    )
    newest = columns(func.max(col(Post.created_at))).where(*stands).scalar_subquery()
    first = columns(func.min(col(Post.created_at))).where(*stands, others, answers).scalar_subquery()
    question = (col(Post.thread_id) == thread.id, col(Post.kind) == PostKind.QUESTION)
    work.db.connection().execute(
        update(Thread)
        .where(col(Thread.id) == thread.id)
        .values(
            active_at=func.coalesce(newest, col(Thread.created_at)),
            answered_at=first,
            hidden_at=columns(col(Post.hidden_at)).where(*question).scalar_subquery(),
        )
    )
    work.db.refresh(thread)
    announce(work, thread)


def announce(work: Work, thread: Thread) -> None:
    """Let those who are on a page with this thread know that there is something new."""
    places = [f"thread:{thread.id}", f"questions:{thread.course_id}"]
    if thread.item_id is not None:
        places.append(f"lesson:{thread.item_id}")
    changes.changed(work, *places)


def ref_of(place: Place, post: Post) -> Said:
    within = "" if post.kind == PostKind.QUESTION else post.id
    url = routes.course_question(place.membership.slug, post.thread_id, within)
    return Said(str(post.id), str(post.thread_id), url)


def _say(work: Work, place: Place, thread: Thread, page: Written, kind: PostKind, root_id: UUID | None = None) -> Said:
    must_be_open(place, thread)
    here = Post.root_id == root_id if root_id else Post.kind == kind
    if (same := _just_said(work, page, Thread.id == thread.id, here)) is not None:
        return ref_of(place, same)
    limits.hit(work, "post", str(work.user_id))
    post = _add(work, place, thread, page, kind, root_id)
    telling.tell_answered(work, post)
    return ref_of(place, post)


def _add(work: Work, place: Place, thread: Thread, page: Written, kind: PostKind, root_id: UUID | None = None) -> Post:
    own = new_id()
    membership = place.membership
    staff = membership.is_staff and not membership.is_member
    post = Post(
        id=own,
        thread_id=thread.id,
        root_id=root_id or own,
        kind=kind,
        author_id=work.user_id,
        role="admin" if staff else membership.role,
        body=page.body,
        html=page.html,
        created_at=work.now,
    )
    work.db.add(post)
    begin_to_follow(work, thread.id, work.user_id)
    settle(work, thread)
    return post


def _just_said(work: Work, page: Written, *where: object) -> Post | None:
    """What the actor said here a moment ago in the same words."""
    recent = (
        select(Post)
        .join(Thread, col(Thread.id) == col(Post.thread_id))
        .where(
            col(Post.author_id) == work.user_id,
            col(Post.created_at) > work.now - TWICE,
            col(Post.body) == page.body,
            col(Post.deleted_at).is_(None),
            *where,  # type: ignore[arg-type]
        )
        .order_by(col(Post.created_at).desc())
    )
    return work.db.exec(recent).first()


def _has_more(work: Work, post: Post, others: ColumnElement[bool]) -> bool:
    """Whether somebody has said more about it, or thinks that the staff should look at it."""
    more = columns(col(Post.id)).where(others, col(Post.id) != post.id).limit(1)
    reported = columns(col(PostReport.id)).where(
        col(PostReport.post_id) == post.id, col(PostReport.closed_at).is_(None)
    )
    execute = work.db.connection().execute
    work.db.flush()
    return execute(more).first() is not None or execute(reported.limit(1)).first() is not None


def _drop_thread(work: Work, thread: Thread) -> None:
    announce(work, thread)
    _drop(work, col(Post.thread_id) == thread.id)
    for rows in (ThreadFollower, ThreadVote):
        work.db.connection().execute(delete(rows).where(col(rows.thread_id) == thread.id))
    work.db.delete(thread)
    work.db.flush()


def _drop(work: Work, which: ColumnElement[bool]) -> None:
    """Posts that nobody has answered, with all that hangs on them."""
    work.db.flush()
    ids = columns(col(Post.id)).where(which)
    for rows in (PostText, PostReport):
        work.db.connection().execute(delete(rows).where(col(rows.post_id).in_(ids)))
    work.db.connection().execute(delete(Post).where(which))
    work.db.expire_all()


def _as_written(body: str | Written, title: str | None = None) -> Written:
    page = body if isinstance(body, Written) else None
    rules.check(title=title, body=page.body if page else str(body))
    return page or written(str(body))
