"""The home page of one student, across their courses: what to do next, what is due, how it went."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, bindparam, case, func, or_
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.core import when
from lms_app.core.identity import User
from lms_app.core.words import say
from lms_app.core.work import Work
from lms_app.courses import rules as course_rules
from lms_app.courses import service as courses
from lms_app.courses.models import LEARNS, Course, CourseMember, CourseStatus, ItemProgress, MemberState, OutlineItem
from lms_app.courses.views import DueItem, ItemView, MyCourse, Outline
from lms_app.grades.models import GradeEntry, GradeItem
from lms_app.home import rules
from lms_app.home.views import (
    NOTHING_TO_RESUME,
    CourseRing,
    DueRow,
    Feedback,
    HomeView,
    ResumeCard,
)
from lms_app.quizzes.kinds import TEXTS
from lms_app.quizzes.models import Attempt, AttemptQuestion, QuestionVersion, Quiz
from lms_app.web import routes

DUE_DAYS = 14
DUE_ROWS = 7
DUE_COUNTED = 50
FEEDBACK_ROWS = 3
MORE_CARDS = 2
COURSE_ROWS = 8

_STANDINGS = (
    columns(col(Course.slug), col(Course.starts_at), col(Course.ends_at), col(CourseMember.joined_at))
    .join(CourseMember, col(CourseMember.course_id) == col(Course.id))
    .where(
        col(CourseMember.user_id) == bindparam("user"),
        LEARNS,
        col(Course.status) == CourseStatus.PUBLISHED,
    )
)
_SCROLL = columns(col(ItemProgress.scroll)).where(
    col(ItemProgress.item_id) == bindparam("item"), col(ItemProgress.user_id) == bindparam("user")
)
_NEWEST = (
    columns(func.max(col(GradeEntry.seq)))
    .where(col(GradeEntry.user_id) == bindparam("user"))
    .group_by(col(GradeEntry.item_id))
)
_MARKS = (
    columns(
        col(GradeEntry.points),
        col(GradeEntry.points_max),
        col(GradeEntry.reason),
        col(GradeItem.title),
        col(GradeItem.source_kind),
        col(GradeItem.source_id),
        col(Course.title).label("course"),
        col(Course.slug),
        col(User.name).label("who"),
        col(Quiz.pass_fraction),
    )
    .select_from(GradeEntry)
    .join(GradeItem, col(GradeItem.id) == col(GradeEntry.item_id))
    .join(Course, col(Course.id) == col(GradeItem.course_id))
    .join(
        CourseMember,
        and_(col(CourseMember.course_id) == col(Course.id), col(CourseMember.user_id) == col(GradeEntry.user_id)),
    )
    .outerjoin(User, col(User.id) == col(GradeEntry.by_id))
    .outerjoin(Quiz, col(Quiz.item_id) == col(GradeItem.source_id))
    .outerjoin(OutlineItem, col(OutlineItem.id) == col(GradeItem.source_id))
    .where(
        col(GradeEntry.seq).in_(_NEWEST),
        col(GradeEntry.points).is_not(None),
        col(GradeEntry.points_max) > 0,
        or_(col(GradeItem.hidden).is_(False), col(GradeItem.shown_from) <= bindparam("now")),
        col(CourseMember.state) == MemberState.ACTIVE,
        col(Course.status) != CourseStatus.DRAFT,
        or_(col(OutlineItem.id).is_(None), col(OutlineItem.published)),
    )
    .order_by(col(GradeEntry.seq).desc())
    .limit(FEEDBACK_ROWS)
)
_RESULTS = (
    columns(
        col(Attempt.id),
        col(Attempt.quiz_id),
        col(Attempt.points),
        func.count().label("questions"),
        func.sum(case((col(AttemptQuestion.fraction) == 1, 1), else_=0)).label("right"),
    )
    .join(AttemptQuestion, col(AttemptQuestion.attempt_id) == col(Attempt.id))
    .join(QuestionVersion, col(QuestionVersion.id) == col(AttemptQuestion.version_id))
    .where(
        col(QuestionVersion.kind).not_in(TEXTS),
        col(Attempt.user_id) == bindparam("user"),
        col(Attempt.quiz_id).in_(bindparam("quizzes", expanding=True)),
        col(Attempt.points).is_not(None),
        ~col(Attempt.trial),
    )
    .group_by(col(Attempt.id), col(Attempt.quiz_id), col(Attempt.points), col(Attempt.number))
    .order_by(col(Attempt.number).desc())
)


def student_home(work: Work) -> HomeView:
    """Everything that the actor's home page shows, in the same number of queries however many courses they take.

    For anybody who is signed in; who takes no course gets a home without rows. Raises NotSignedIn.
    """
    mine = courses.my_courses(work)
    going = [course for course in mine if course.state == "active" and course.next_title]
    due = courses.due_items(work, days=DUE_DAYS, limit=DUE_COUNTED)
    return HomeView(
        greeting=rules.greeting(work.now, work.actor.zone, work.actor.name),
        truth=rules.truth(work.now, [item.due_at for item in due], _standings(work, mine)),
        resume=_resume(work, going[0]) if going else NOTHING_TO_RESUME,
        more=[_card(course) for course in going[1 : 1 + MORE_CARDS]],
        due=[_due(work, item) for item in due[:DUE_ROWS]],
        feedback=_feedback(work),
        courses=[_ring(course) for course in mine[:COURSE_ROWS]],
    )


def _standings(work: Work, mine: Sequence[MyCourse]) -> list[rules.Standing]:
    times = {row.slug: row for row in _rows(work, _STANDINGS, user=work.user_id)}
    return [
        rules.Standing(course.title, _on_track(work.now, course, times[course.slug]))
        for course in mine
        if course.state == "active" and course.slug in times
    ]


def _on_track(now: datetime, course: MyCourse, times: Row[Any]) -> bool | None:
    pace = course_rules.pace(
        now,
        done=course.done,
        total=course.total,
        begun_at=times.joined_at,
        starts_at=times.starts_at,
        ends_at=times.ends_at,
    )
    return pace.on_track if pace else None


def _resume(work: Work, course: MyCourse) -> ResumeCard:
    """The large card: exactly where the course's own page would go on."""
    outline = courses.outline(work, slug=course.slug)
    for module in outline.modules:
        for item in module.items:
            if item.id == outline.resume_id:
                place = _place(work, outline, item, module.number)
                return _card(course, title=item.title, place=place, url=item.url, kind=item.kind)
    return _card(course)


def _place(work: Work, outline: Outline, item: ItemView, module: int) -> str:
    alike = [other.id for other in outline.modules[module - 1].items if other.kind == item.kind]
    known = courses.ITEM_KINDS.get(item.kind)
    noun = say(known.noun.capitalize()) if known else ""
    counted = noun
    if len(alike) > 1:
        counted = say("{kind} {number} of {all}", kind=noun, number=alike.index(item.id) + 1, all=len(alike))
    return " · ".join(filter(None, [say("Module {module}", module=module), counted, _minutes_left(work, item)]))


def _minutes_left(work: Work, item: ItemView) -> str:
    if not item.minutes:
        return ""
    scroll = work.db.connection().execute(_SCROLL, {"item": UUID(item.id), "user": work.user_id}).scalar() or 0
    left = max(1, math.ceil(item.minutes * (1000 - scroll) / 1000))
    if left < item.minutes:
        return say("about {time} left", time=when.plural(left, "minute"))
    return when.duration_minutes(item.minutes)


def _card(course: MyCourse, *, title: str = "", place: str = "", url: str = "", kind: str = "") -> ResumeCard:
    known = courses.ITEM_KINDS.get(kind)
    return ResumeCard(
        slug=course.slug,
        course=course.title,
        title=title or course.next_title,
        place=place or course.next_place,
        percent=course.percent,
        url=url or course.next_url,
        action=say(known.verb) if known else say("Resume"),
        hue=course.hue,
        motif=course.motif,
    )


def _due(work: Work, item: DueItem) -> DueRow:
    zone, locale = work.actor.zone, work.actor.locale
    late = item.due_at < work.now
    day, month = when.day_parts(item.due_at, work.now, zone, locale)
    return DueRow(
        title=item.title,
        course=item.course,
        url=item.url,
        day=day,
        month=month,
        moment=when.moment(item.due_at, zone, locale),
        when=say("Overdue") if late else when.relative_day(item.due_at, work.now, zone, locale),
        kind="danger" if late else "mark" if item.due_at - work.now < timedelta(days=2) else "",
    )


def _feedback(work: Work) -> list[Feedback]:
    marks = _rows(work, _MARKS, user=work.user_id, now=work.now)
    quizzes = [mark.source_id for mark in marks if mark.source_kind == "quiz"]
    results = _rows(work, _RESULTS, user=work.user_id, quizzes=quizzes) if quizzes else []
    return [_feedback_row(mark, _behind(mark, results)) for mark in marks]


def _behind(mark: Row[Any], results: Sequence[Row[Any]]) -> Row[Any] | None:
    """The attempt that a quiz's mark tells of: the newest one worth as much, else the newest (an average is none's)."""
    its = [result for result in results if result.quiz_id == mark.source_id]
    return next((result for result in its if result.points == mark.points), its[0] if its else None)


def _feedback_row(mark: Row[Any], result: Row[Any] | None) -> Feedback:
    fraction = mark.points / mark.points_max
    passed = mark.pass_fraction is None or fraction >= mark.pass_fraction
    if mark.who:
        words = f"“{mark.reason}”" if mark.reason else ""
    else:
        words = (
            say(
                "{right} of {questions} right.", right=result.right, questions=when.plural(result.questions, "question")
            )
            if result
            else ""
        )
    return Feedback(
        who=mark.who or "",
        title=mark.title,
        course=mark.course,
        url=routes.results(result.id) if result else routes.quiz(mark.slug, mark.source_id),
        text=words,
        score=when.out_of(mark.points, mark.points_max),
        kind="ok" if passed else "warn",
    )


def _ring(course: MyCourse) -> CourseRing:
    note = {
        "waiting": say("Waiting for approval"),
        "queued": say("On the wait-list"),
        "complete": say("Completed"),
    }.get(course.state, say("{done} of {all} done", done=course.done, all=course.total))
    return CourseRing(
        slug=course.slug, title=course.title, url=routes.course(course.slug), percent=course.percent, note=note
    )


def _rows(work: Work, statement: Any, **given: Any) -> Sequence[Row[Any]]:
    work.db.flush()
    return work.db.connection().execute(statement, given).all()
