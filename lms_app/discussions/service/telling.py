"""Whom the room tells of what: the staff of a new question, followers of an answer, an author of what became of theirs."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import and_
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.core import outbox, text
from lms_app.core.identity import User
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.courses.models import TEACHES, Course, CourseMember, CourseStatus, MemberState, OutlineItem
from lms_app.discussions.models import Post, PostKind, Thread, ThreadFollower
from lms_app.notifications import service as notifications
from lms_app.notifications.events import Event, register
from lms_app.policy import Can, Role
from lms_app.web import routes

QUESTION_ASKED = "question_asked"
QUESTION_ANSWERED = "question_answered"  # also the topic by which followers are told, a hundred at a time
ANSWER_ACCEPTED = "answer_accepted"
POST_REPORTED = "post_reported"
POST_HIDDEN = "post_hidden"
AT_ONCE = 100
EXCERPT_MAX = 600

_SAMPLE = {
    "course": "Principles of Ecology",
    "title": "Why do aphids stay on one plant?",
    "who": "Amina Yusuf",
    "body": "I counted 26 on the left one and none on the others.",
    "url": routes.course_question("principles-of-ecology", "0"),
}
register(
    Event(
        QUESTION_ASKED,
        label="New questions in courses you teach",
        category="Questions",
        title="{{ course }}: {{ who }} asks: {{ title }}",
        text="{{ body }}",
        sample=_SAMPLE,
    )
)
register(
    Event(
        QUESTION_ANSWERED,
        label="Answers to questions you follow",
        category="Questions",
        title="{{ course }}: {{ who }} {% if reply %}replied{% else %}answered{% endif %}: {{ title }}",
        text="{{ body }}",
        sample=_SAMPLE,
    )
)
register(
    Event(
        ANSWER_ACCEPTED,
        label="Your answer was accepted",
        category="Questions",
        title="{{ course }}: Your answer was accepted: {{ title }}",
        mail=False,
        sample=_SAMPLE,
    )
)
register(
    Event(
        POST_REPORTED,
        label="Reported posts in courses you teach",
        category="Questions",
        title="{{ course }}: A post was reported: {{ title }}",
        text="{{ reason }}",
        sample={**_SAMPLE, "reason": "This is an advertisement."},
    )
)
register(
    Event(
        POST_HIDDEN,
        label="Something you wrote was hidden",
        category="Questions",
        title="{{ course }}: The staff have hidden what you wrote: {{ title }}",
        text="{{ reason }}",
        sample={**_SAMPLE, "reason": "Please write about the question."},
    )
)


def tell_asked(work: Work, membership: courses.Membership, thread: Thread, body: str) -> None:
    """The staff of the course, but for the asker."""
    staff = _staff(work, membership.course_id)
    data = {**_data(membership, thread), "who": work.actor.name, "body": _excerpt(body)}
    notifications.tell(
        work, [one for one in staff if one != work.actor.user_id], QUESTION_ASKED, data, key=str(thread.id)
    )


def tell_accepted(work: Work, membership: courses.Membership, thread: Thread, post: Post) -> None:
    """The author, unless they accepted it themselves."""
    if post.author_id is not None and post.author_id != work.actor.user_id:
        notifications.tell(work, [post.author_id], ANSWER_ACCEPTED, _data(membership, thread, post), key=str(post.id))


def tell_reported(work: Work, membership: courses.Membership, thread: Thread, post: Post, reason: str) -> None:
    """The staff, once for each post that somebody reports before they have looked at it."""
    data = {**_data(membership, thread, post), "reason": reason}
    data["url"] = routes.reported_posts(membership.slug)
    key = f"{post.id}:{post.edited_at or ''}"
    notifications.tell(work, _staff(work, membership.course_id), POST_REPORTED, data, key=key)


def tell_hidden(work: Work, membership: courses.Membership, thread: Thread, post: Post) -> None:
    """The author, with the reason."""
    if post.author_id is not None and post.author_id != work.actor.user_id:
        data = {**_data(membership, thread, post), "reason": post.hidden_reason}
        notifications.tell(work, [post.author_id], POST_HIDDEN, data, key=f"{post.id}:{work.now.isoformat()}")


def tell_answered(work: Work, post: Post) -> None:
    """Followers, by the outbox: there may be hundreds, and who writes does not wait for them."""
    outbox.put(work, QUESTION_ANSWERED, {"post_id": str(post.id)})


def tell_followers(work: Work, payload: dict[str, Any]) -> None:
    """The topic `question_answered`: the next hundred followers, then the topic again for the rest.

    Who has left the course, is suspended, or may not read the lesson now hears nothing; neither does the author, nor
    anybody of what was deleted or hidden meanwhile. Nobody hears it twice.
    """
    post = work.db.get(Post, UUID(payload["post_id"]))
    thread = work.db.get(Thread, post.thread_id) if post else None
    if post is None or thread is None:
        if not work.actor.is_admin:
            _ = work.user_id
        return  # deleted before anybody was told
    membership = courses.enter(work, thread.course_id, Can.MANAGE)
    if post.hidden_at or post.deleted_at or thread.hidden_at:
        return
    followers = (
        columns(col(ThreadFollower.user_id), col(CourseMember.role))
        .join(
            CourseMember,
            and_(
                col(CourseMember.user_id) == col(ThreadFollower.user_id),
                col(CourseMember.course_id) == thread.course_id,
                col(CourseMember.state) == MemberState.ACTIVE,
            ),
        )
        .where(col(ThreadFollower.thread_id) == thread.id, col(ThreadFollower.following))
        .order_by(col(ThreadFollower.user_id))
        .limit(AT_ONCE)
    )
    if "after" in payload:
        followers = followers.where(col(ThreadFollower.user_id) > UUID(payload["after"]))
    rows = work.db.connection().execute(followers).all()
    readers = [row.user_id for row in rows if row.user_id != post.author_id and row.role != Role.STUDENT]
    learners = [row.user_id for row in rows if row.user_id != post.author_id and row.role == Role.STUDENT]
    readers += _who_may_read(work, membership, thread, learners)
    author = work.db.get(User, post.author_id) if post.author_id else None
    data = {
        **_data(membership, thread, post),
        "who": author.name if author else "Somebody",
        "body": _excerpt(post.body),
        "reply": post.kind == PostKind.REPLY,
    }
    notifications.tell(work, readers, QUESTION_ANSWERED, data, key=str(post.id))
    if len(rows) == AT_ONCE:
        outbox.put(work, QUESTION_ANSWERED, {"post_id": str(post.id), "after": str(rows[-1].user_id)})


def _who_may_read(work: Work, membership: courses.Membership, thread: Thread, learners: Sequence[UUID]) -> list[UUID]:
    """Those of the learners to whom the lesson is open now."""
    on = work.db.connection().execute(columns(col(Course.questions)).where(col(Course.id) == thread.course_id)).scalar()
    if not on or membership.status == CourseStatus.DRAFT:
        return []
    item = work.db.get(OutlineItem, thread.item_id) if thread.item_id else None
    if thread.item_id is None:
        return list(learners)
    if item is None or not item.published:
        return []
    as_student = replace(membership, role=Role.STUDENT, is_member=True)
    return [one for one in learners if not courses.lock_of(work, item, replace(as_student, user_id=one))]


def _staff(work: Work, course_id: UUID) -> list[UUID]:
    staff = columns(col(CourseMember.user_id)).where(col(CourseMember.course_id) == course_id, TEACHES)
    work.db.flush()
    return [row.user_id for row in work.db.connection().execute(staff)]


def _data(membership: courses.Membership, thread: Thread, post: Post | None = None) -> dict[str, Any]:
    within = "" if post is None or post.kind == PostKind.QUESTION else post.id
    url = routes.course_question(membership.slug, thread.id, within)
    return {"course": membership.title, "title": thread.title, "url": url}


def _excerpt(body: str) -> str:
    said = text.plain(body)
    return said if len(said) <= EXCERPT_MAX else f"{said[:EXCERPT_MAX].rstrip()}…"
