"""Reporting what should not stand there, and what the staff do about it: hide, restore, keep, lock, pin."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy import select as columns
from sqlmodel import col, select

from lms_app.core import audit, changes, limits, when
from lms_app.core.errors import Conflict, NotFound
from lms_app.core.identity import User
from lms_app.core.work import Work
from lms_app.discussions import rules
from lms_app.discussions.models import Post, PostReport, Thread
from lms_app.discussions.service import telling
from lms_app.discussions.service.door import NO_POST, enter_course, enter_post, enter_thread
from lms_app.discussions.service.writing import ref_of, settle
from lms_app.discussions.views import ReportedPost, ReportedPosts, Said
from lms_app.policy import Can
from lms_app.web import routes

WINDOW_MAX = 100


def report(work: Work, *, post_id: UUID, reason: str) -> None:
    """Ask the staff to look at a post, and say why. Twice is a Conflict, and so is one's own post."""
    post, thread, place = enter_post(work, post_id)
    if post.deleted_at is not None or (post.hidden_at is not None and not place.is_staff):
        raise NotFound(NO_POST)
    if post.author_id == work.user_id:
        raise Conflict("This is your own. You can edit or delete it.")
    said = rules.check_reason(reason)
    known = select(PostReport.id).where(PostReport.post_id == post.id, PostReport.reporter_id == work.user_id)
    if work.db.exec(known).first() is not None:
        raise Conflict("You have reported this already. The staff will look at it.")
    limits.hit(work, "report", str(work.user_id))
    work.db.add(PostReport(post_id=post.id, reporter_id=work.user_id, reason=said, created_at=work.now))
    work.db.flush()
    telling.tell_reported(work, place.membership, thread, post, said)
    changes.changed(work, f"thread:{thread.id}", f"questions:{thread.course_id}")


def reported_posts(work: Work, *, slug: str, limit: int = 50, offset: int = 0) -> ReportedPosts:
    """What was reported in a course and nobody has looked at yet, the oldest first. Five queries."""
    place = enter_course(work, slug, Can.GRADE)
    waiting = (
        columns(col(PostReport.post_id), func.min(col(PostReport.created_at)).label("since"))
        .join(Post, col(Post.id) == col(PostReport.post_id))
        .join(Thread, col(Thread.id) == col(Post.thread_id))
        .where(col(Thread.course_id) == place.membership.course_id, col(PostReport.closed_at).is_(None))
        .group_by(col(PostReport.post_id))
        .subquery("waiting")
    )
    rows = (
        work.db.connection()
        .execute(
            columns(
                col(Post.id),
                col(Post.thread_id),
                col(Post.html),
                col(Post.created_at),
                col(Thread.title),
                col(User.name).label("author"),
            )
            .join(waiting, waiting.c.post_id == col(Post.id))
            .join(Thread, col(Thread.id) == col(Post.thread_id))
            .outerjoin(User, col(User.id) == col(Post.author_id))
            .order_by(waiting.c.since, col(Post.id))
            .limit(min(max(limit, 1), WINDOW_MAX))
            .offset(max(offset, 0))
        )
        .all()
    )
    total = work.db.connection().execute(columns(func.count()).select_from(waiting)).scalar_one()
    reasons = _reasons(work, [row.id for row in rows])
    return ReportedPosts(
        slug=place.membership.slug,
        course=place.membership.title,
        total=total,
        posts=[
            ReportedPost(
                post_id=str(row.id),
                thread_id=str(row.thread_id),
                thread=row.title,
                url=routes.course_question(place.membership.slug, row.thread_id, row.id),
                author=row.author or "",
                html=row.html,
                when=when.ago(row.created_at, work.now, work.actor.locale),
                reasons=reasons[row.id],
            )
            for row in rows
        ],
    )


def hide(work: Work, *, post_id: UUID, reason: str) -> Said:
    """Take a post from the eyes of learners, and tell its author why. Open reports about it are closed.

    Hiding the question hides the thread. Again changes nothing.
    """
    post, thread, place = enter_post(work, post_id, Can.GRADE)
    said = rules.check_reason(reason)
    if post.hidden_at is None:
        post.hidden_at, post.hidden_by, post.hidden_reason = work.now, work.actor.user_id, said
        if thread.accepted_id == post.id:
            thread.accepted_id = None
        work.db.flush()
        audit.record(work, "post.hidden", "post", post.id)
        telling.tell_hidden(work, place.membership, thread, post)
        settle(work, thread)
    _close(work, post.id)
    return ref_of(place, post)


def restore(work: Work, *, post_id: UUID) -> Said:
    """Let learners see a post again. Again changes nothing."""
    post, thread, place = enter_post(work, post_id, Can.GRADE)
    if post.hidden_at is not None:
        audit.record(work, "post.restored", "post", post.id)
        post.hidden_at, post.hidden_by, post.hidden_reason = None, None, ""
        settle(work, thread)
    return ref_of(place, post)


def keep(work: Work, *, post_id: UUID) -> None:
    """Close the reports about a post: it may stay. Again changes nothing."""
    post, thread, _place = enter_post(work, post_id, Can.GRADE)
    if _close(work, post.id):
        audit.record(work, "post.kept", "post", post.id)
    changes.changed(work, f"thread:{thread.id}", f"questions:{thread.course_id}")


def pin(work: Work, *, thread_id: UUID, pinned: bool = True) -> None:
    """Let a question stand above the others, or no longer."""
    thread, _place = enter_thread(work, thread_id, Can.GRADE)
    if (thread.pinned_at is not None) is not pinned:
        thread.pinned_at = work.now if pinned else None
        settle(work, thread)


def lock(work: Work, *, thread_id: UUID, locked: bool = True) -> None:
    """Let nobody but the staff write in a thread, or everybody again."""
    thread, _place = enter_thread(work, thread_id, Can.GRADE)
    if (thread.locked_at is not None) is not locked:
        thread.locked_at = work.now if locked else None
        audit.record(work, "thread.locked" if locked else "thread.unlocked", "thread", thread.id)
        settle(work, thread)


def _close(work: Work, post_id: UUID) -> int:
    work.db.flush()
    waiting = update(PostReport).where(col(PostReport.post_id) == post_id, col(PostReport.closed_at).is_(None))
    closed = work.db.connection().execute(waiting.values(closed_at=work.now, closed_by=work.actor.user_id))
    return closed.rowcount


def _reasons(work: Work, post_ids: list[UUID]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = defaultdict(list)
    if post_ids:
        said: Any = (
            columns(col(PostReport.post_id), col(PostReport.reason), col(User.name))
            .join(User, col(User.id) == col(PostReport.reporter_id))
            .where(col(PostReport.post_id).in_(post_ids), col(PostReport.closed_at).is_(None))
            .order_by(col(PostReport.created_at), col(PostReport.id))
        )
        for row in work.db.connection().execute(said):
            found[row.post_id].append(f"{row.name}: {row.reason}")
    return found
