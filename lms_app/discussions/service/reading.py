"""The questions of a course, those under a lesson, and one thread: each in the same number of queries at any length."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, func, or_
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import col

from lms_app.core import when
from lms_app.core.errors import Invalid, NotFound
from lms_app.core.identity import User
from lms_app.core.words import say
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.courses.models import TEACHES, Course, CourseMember, CourseStatus, OutlineItem
from lms_app.courses.rules import folded
from lms_app.discussions import rules
from lms_app.discussions.models import Post, PostKind, PostReport, Thread, ThreadFollower, ThreadVote
from lms_app.discussions.service.door import LOCKED, NO_POST, Place, enter_course, enter_lesson, enter_thread
from lms_app.discussions.service.following import standing_in
from lms_app.discussions.views import PostView, QuestionList, ThreadLine, ThreadPage, ThreadView
from lms_app.web import routes
from lms_app.web.views import Choice

WINDOW = 50
WINDOW_MAX = 100
UNDER_LESSON = 5
SHOWS = ("", "unanswered", "mine", "following")
SEARCH_WORDS = 8
_STANDS = and_(col(Post.hidden_at).is_(None), col(Post.deleted_at).is_(None))
_ANSWERS = (
    columns(func.count())
    .select_from(Post)
    .where(col(Post.thread_id) == col(Thread.id), col(Post.kind) == PostKind.ANSWER, _STANDS)
    .correlate(Thread)
    .scalar_subquery()
)
_VOTES = (
    columns(func.count())
    .select_from(ThreadVote)
    .where(col(ThreadVote.thread_id) == col(Thread.id))
    .correlate(Thread)
    .scalar_subquery()
)
_LINES = (
    columns(
        col(Thread.id),
        col(Thread.title),
        col(Thread.created_at),
        col(Thread.answered_at),
        col(Thread.accepted_id),
        col(Thread.pinned_at),
        col(Thread.locked_at),
        col(Thread.hidden_at),
        col(User.name).label("asker"),
        col(OutlineItem.title).label("lesson"),
        _ANSWERS.label("answers"),
        _VOTES.label("votes"),
    )
    .select_from(Thread)
    .outerjoin(User, col(User.id) == col(Thread.asker_id))
    .outerjoin(OutlineItem, col(OutlineItem.id) == col(Thread.item_id))
    .order_by(case((col(Thread.pinned_at).is_not(None), 0), else_=1), col(Thread.active_at).desc(), col(Thread.id))
)


_WAITS = (
    col(Thread.answered_at).is_(None),
    col(Thread.accepted_id).is_(None),
    col(Thread.hidden_at).is_(None),
    or_(col(Thread.item_id).is_(None), col(OutlineItem.removed_at).is_(None)),
)


def questions(
    work: Work,
    *,
    slug: str,
    show: str = "",
    search: str = "",
    lesson_id: UUID | None = None,
    limit: int = WINDOW,
    offset: int = 0,
    as_student: bool = False,
) -> QuestionList:
    """The questions of a course, those that stand at the top first, then what was active last.

    `show` is unanswered, mine or following; `search` words must all be in the title or the question. Learners find those
    of lessons that are open to them. Raises Invalid for another `show`.
    """
    place = enter_course(work, slug, as_student=as_student)
    if show not in SHOWS:
        raise Invalid({"show": "Choose unanswered, mine or following."})
    lessons = courses.open_items(work, slug=slug, as_student=as_student)
    if lesson_id is not None and lesson_id not in lessons:
        raise NotFound("We could not find that lesson. It may have moved, or you may not have access.")
    seen = _seen_by(work, place, list(lessons))
    wanted = [*seen, *_shown(work, show), *_has(search)]
    if lesson_id is not None:
        wanted.append(col(Thread.item_id) == lesson_id)
    return _list(work, place, seen, wanted, limit, offset, lessons=lessons, lesson_id=lesson_id)


def under_lesson(work: Work, *, item_id: UUID, as_student: bool = False) -> QuestionList:
    """The first few questions under a lesson, and how many there are."""
    place = enter_lesson(work, item_id, as_student=as_student)
    assert place.item is not None
    seen = [col(Thread.item_id) == item_id, *_not_hidden(work, place)]
    lessons = {item_id: place.item.title}
    return _list(work, place, seen, seen, UNDER_LESSON, 0, lessons=lessons, lesson_id=item_id)


def read_thread(
    work: Work,
    *,
    thread_id: UUID,
    limit: int = WINDOW,
    offset: int = 0,
    post_id: UUID | None = None,
    as_student: bool = False,
) -> ThreadPage:
    """A thread, and one window of what was said in it; with `post_id`, the window with that post.

    Raises NotFound for whoever may not see it, and for a post that is not in it.
    """
    thread, place = enter_thread(work, thread_id, as_student=as_student)
    limit = min(max(limit, 1), WINDOW_MAX)
    root = aliased(Post)
    in_order = (
        case((col(root.kind) == PostKind.QUESTION, 0), (col(root.id) == thread.accepted_id, 1), else_=2),
        col(root.created_at),
        col(root.id),
        case((col(Post.id) == col(Post.root_id), 0), else_=1),
        col(Post.created_at),
        col(Post.id),
    )
    here = columns(col(Post.id)).join(root, col(root.id) == col(Post.root_id)).where(col(Post.thread_id) == thread.id)
    if post_id is not None:
        ids = [row.id for row in work.db.connection().execute(here.order_by(*in_order))]
        if post_id not in ids:
            raise NotFound(NO_POST)
        offset = ids.index(post_id) // limit * limit
    reports = columns(func.count()).where(col(PostReport.post_id) == col(Post.id), col(PostReport.closed_at).is_(None))
    rows = work.db.connection().execute(
        here.with_only_columns(
            col(Post.id),
            col(Post.kind),
            col(Post.root_id),
            col(Post.author_id),
            col(Post.role),
            col(Post.html),
            col(Post.created_at),
            col(Post.edited_at),
            col(Post.deleted_at),
            col(Post.hidden_at),
            col(Post.hidden_reason),
            col(User.name).label("author"),
            reports.correlate(Post).scalar_subquery().label("reports"),
        )
        .outerjoin(User, col(User.id) == col(Post.author_id))
        .order_by(*in_order)
        .limit(limit)
        .offset(max(offset, 0))
    )
    posts = [_post(work, place, thread, row) for row in rows]
    total, answers = (
        work.db.connection()
        .execute(
            columns(func.count(), func.count(case((and_(col(Post.kind) == PostKind.ANSWER, _STANDS), 1)))).where(
                col(Post.thread_id) == thread.id
            )
        )
        .one()
    )
    return ThreadPage(_thread(work, place, thread, answers), posts, total, offset)


def unanswered_count(work: Work) -> int:
    """How many questions wait for an answer in the courses that the actor teaches. One query."""
    return sum(unanswered_by_course(work).values())


def unanswered_by_course(work: Work) -> dict[str, int]:
    """The same by the course's address; those without any are left out."""
    mine = (
        exists()
        .where(col(CourseMember.course_id) == col(Thread.course_id), col(CourseMember.user_id) == work.user_id, TEACHES)
        .correlate(Thread)
    )
    counted = (
        columns(col(Course.slug), func.count().label("waits"))
        .select_from(Thread)
        .join(Course, col(Course.id) == col(Thread.course_id))
        .outerjoin(OutlineItem, col(OutlineItem.id) == col(Thread.item_id))
        .where(mine, *_WAITS, col(Course.status) == CourseStatus.PUBLISHED, col(Course.questions))
        .group_by(col(Course.slug))
    )
    return {row.slug: row.waits for row in work.db.connection().execute(counted)}


def _seen_by(work: Work, place: Place, lessons: list[UUID]) -> list[ColumnElement[bool]]:
    """What of a course its reader may find: of lessons that are open to them, and not hidden by the staff."""
    of = [col(Thread.course_id) == place.membership.course_id]
    if place.is_staff:
        return [*of, or_(col(Thread.item_id).is_(None), col(OutlineItem.removed_at).is_(None))]
    return [*of, or_(col(Thread.item_id).is_(None), col(Thread.item_id).in_(lessons)), *_not_hidden(work, place)]


def _not_hidden(work: Work, place: Place) -> list[ColumnElement[bool]]:
    if place.is_staff:
        return []
    shown = col(Thread.hidden_at).is_(None)
    return [shown if place.as_student else or_(shown, col(Thread.asker_id) == work.actor.user_id)]


def _shown(work: Work, show: str) -> list[ColumnElement[bool]]:
    if show == "unanswered":
        return [*_WAITS]
    if show == "mine":
        return [col(Thread.asker_id) == work.actor.user_id]
    if show == "following":
        following = exists().where(
            col(ThreadFollower.thread_id) == col(Thread.id),
            col(ThreadFollower.user_id) == work.actor.user_id,
            col(ThreadFollower.following),
        )
        return [following.correlate(Thread)]
    return []


def _has(search: str) -> list[ColumnElement[bool]]:
    words = folded(search[:200].replace("\0", " ")).split()[:SEARCH_WORDS]
    return [col(Thread.haystack).contains(word, autoescape=True) for word in words]


def _list(
    work: Work,
    place: Place,
    seen: list[ColumnElement[bool]],
    wanted: list[ColumnElement[bool]],
    limit: int,
    offset: int,
    *,
    lessons: dict[UUID, str],
    lesson_id: UUID | None,
) -> QuestionList:
    execute = work.db.connection().execute
    found = _LINES.where(*wanted).limit(min(max(limit, 1), WINDOW_MAX)).offset(max(offset, 0))
    lines = [_line(work, place, row, with_lesson=lesson_id is None) for row in execute(found)]
    joined = Thread.__table__.outerjoin(OutlineItem.__table__, col(OutlineItem.id) == col(Thread.item_id))  # type: ignore[attr-defined]
    total = execute(columns(func.count()).select_from(joined).where(*wanted)).scalar_one()
    unanswered = reported = 0
    if place.is_staff:
        unanswered = execute(columns(func.count()).select_from(joined).where(*seen, *_WAITS)).scalar_one()
        reported = execute(
            columns(func.count(func.distinct(col(PostReport.post_id))))
            .join(Post, col(Post.id) == col(PostReport.post_id))
            .join(Thread, col(Thread.id) == col(Post.thread_id))
            .where(col(Thread.course_id) == place.membership.course_id, col(PostReport.closed_at).is_(None))
        ).scalar_one()
    return QuestionList(
        course_id=str(place.membership.course_id),
        slug=place.membership.slug,
        course=place.membership.title,
        lesson_id=str(lesson_id) if lesson_id else "",
        lesson=lessons.get(lesson_id, "") if lesson_id else "",
        is_staff=place.is_staff,
        closed=_closed(place),
        total=total,
        unanswered=unanswered,
        reported=reported,
        lessons=[Choice(str(id), title) for id, title in lessons.items()],
        lines=lines,
    )


def _line(work: Work, place: Place, row: Any, *, with_lesson: bool) -> ThreadLine:
    lesson = (row.lesson or say("The whole course")) if with_lesson else ""
    asked = when.ago(row.created_at, work.now, work.actor.locale)
    return ThreadLine(
        id=str(row.id),
        title=row.title,
        url=_url(place, row.id),
        note=" · ".join(filter(None, [row.asker or "Somebody", asked, lesson])),
        answers=row.answers,
        votes=row.votes,
        state="accepted" if row.accepted_id else "answered" if row.answered_at else "",
        pinned=row.pinned_at is not None,
        locked=row.locked_at is not None,
        hidden=row.hidden_at is not None,
    )


def _thread(work: Work, place: Place, thread: Thread, answers: int) -> ThreadView:
    mine = thread.asker_id == work.actor.user_id and not place.as_student
    standing = standing_in(work, thread.id)
    slug = place.membership.slug
    locked = thread.locked_at is not None
    closed = _closed(place) or (LOCKED if locked and not place.is_staff else "")
    return ThreadView(
        id=str(thread.id),
        course_id=str(thread.course_id),
        slug=slug,
        course=place.membership.title,
        title=thread.title,
        url=_url(place, thread.id),
        lesson_id=str(thread.item_id) if thread.item_id else "",
        lesson=place.item.title if place.item else "",
        lesson_url=routes.lesson(slug, thread.item_id) + _as(place) if thread.item_id else "",
        answers=answers,
        votes=standing.votes,
        voted=standing.voted,
        following=standing.following,
        mine=mine,
        is_staff=place.is_staff,
        may_accept=(mine or place.is_staff) and not _closed(place),
        accepted_id=str(thread.accepted_id) if thread.accepted_id else "",
        pinned=thread.pinned_at is not None,
        locked=locked,
        closed=closed,
        hidden=thread.hidden_at is not None,
    )


def _post(work: Work, place: Place, thread: Thread, row: Any) -> PostView:
    mine = row.author_id is not None and row.author_id == work.actor.user_id and not place.as_student
    hidden, deleted = row.hidden_at is not None, row.deleted_at is not None
    may_read = place.is_staff or mine or not hidden
    return PostView(
        id=str(row.id),
        thread_id=str(thread.id),
        kind=row.kind,
        root_id=str(row.root_id),
        author="" if deleted else row.author or "Somebody",
        role="" if deleted else rules.BADGES.get(row.role, ""),
        when=when.ago(row.created_at, work.now, work.actor.locale),
        edited=when.ago(row.edited_at, work.now, work.actor.locale) if row.edited_at and not deleted else "",
        html=row.html if may_read else "",
        mine=mine,
        accepted=row.id == thread.accepted_id,
        deleted=deleted,
        hidden=hidden,
        reason=row.hidden_reason if may_read else "",
        reports=row.reports if place.is_staff else 0,
    )


def _closed(place: Place) -> str:
    return say("You see this as a student would. Nothing is kept.") if place.as_student else place.closed


def _url(place: Place, thread_id: UUID) -> str:
    return routes.course_question(place.membership.slug, thread_id) + _as(place)


def _as(place: Place) -> str:
    return f"?{routes.AS_STUDENT}" if place.as_student else ""
