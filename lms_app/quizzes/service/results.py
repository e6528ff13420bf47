"""What a quiz's staff see: how each learner did, and how each question went."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, func
from sqlalchemy import select as columns
from sqlmodel import col, select

from lms_app.core import text, when
from lms_app.core.identity import User
from lms_app.core.work import Work
from lms_app.courses.models import LEARNS, CourseMember
from lms_app.grades import service as grades
from lms_app.grades.models import GradeEntry
from lms_app.policy import Can
from lms_app.quizzes import rules
from lms_app.quizzes.kinds import KINDS
from lms_app.quizzes.models import Answer, Attempt, AttemptQuestion, Question, QuestionVersion, Quiz, Slot, State
from lms_app.quizzes.service.authoring import ASKS, CURRENT, QUIZ, current_questions
from lms_app.quizzes.service.door import enter_quiz
from lms_app.quizzes.views import Facility, LearnerResult, QuizResults
from lms_app.web import routes

WINDOW = 50
WINDOW_MAX = 100
CLIP = 140


def results(work: Work, *, item_id: UUID, limit: int = WINDOW, offset: int = 0) -> QuizResults:
    """A quiz's results for whoever may grade: learners by name in windows of at most 100, and every question."""
    entered = enter_quiz(work, item_id, Can.GRADE)
    quiz, item = entered.quiz, entered.item
    graded = grades.item_of(work, source_kind=QUIZ, source_id=item_id)
    shares = _shares(work, graded.id, quiz)
    learners = _count_learners(work, quiz)
    rows = _learners(work, quiz, min(max(limit, 1), WINDOW_MAX), max(offset, 0))
    return QuizResults(
        item_id=str(item_id),
        slug=entered.membership.slug,
        course=entered.membership.title,
        title=item.title,
        learners=learners,
        started=_people(work, quiz, over=False),
        finished=_people(work, quiz, over=True),
        average=int(sum(shares, rules.ZERO) / len(shares) * 100) if shares else -1,
        passed=sum(share >= (quiz.pass_fraction or rules.ZERO) for share in shares),
        passes=quiz.pass_fraction is not None,
        waiting=_waiting(work, quiz),
        rows=[_line(work, row, graded.points_max) for row in rows],
        total=learners,
        questions=_facilities(work, quiz),
    )


def _shares(work: Work, graded_id: UUID, quiz: Quiz) -> list[Decimal]:
    """The current grade of every learner who has one, as a share."""
    newest = (
        columns(func.max(col(GradeEntry.seq)).label("seq"))
        .where(col(GradeEntry.item_id) == graded_id)
        .group_by(col(GradeEntry.user_id))
        .subquery()
    )
    rows = work.db.exec(
        select(col(GradeEntry.points), col(GradeEntry.points_max))
        .join(newest, newest.c.seq == col(GradeEntry.seq))
        .join(CourseMember, and_(_learns(quiz), col(CourseMember.user_id) == col(GradeEntry.user_id)))
        .where(col(GradeEntry.points).is_not(None))
    ).all()
    return [rules.fraction_of(points, points_max) for points, points_max in rows if points is not None]


def _learns(quiz: Quiz) -> Any:
    return and_(
        col(CourseMember.course_id) == quiz.course_id,
        LEARNS,
    )


def _count_learners(work: Work, quiz: Quiz) -> int:
    return work.db.exec(select(func.count()).select_from(CourseMember).where(_learns(quiz))).one()


def _people(work: Work, quiz: Quiz, *, over: bool) -> int:
    """Learners with an attempt; with one that is over."""
    statement = (
        select(func.count(func.distinct(col(Attempt.user_id))))
        .join(CourseMember, and_(_learns(quiz), col(CourseMember.user_id) == col(Attempt.user_id)))
        .where(col(Attempt.quiz_id) == quiz.item_id, ~col(Attempt.trial))
    )
    return work.db.exec(statement.where(col(Attempt.state) != State.OPEN) if over else statement).one()


def _waiting(work: Work, quiz: Quiz) -> int:
    """Answers that a person has to mark."""
    statement = (
        select(func.count())
        .select_from(AttemptQuestion)
        .join(Attempt, col(Attempt.id) == col(AttemptQuestion.attempt_id))
        .where(
            col(Attempt.quiz_id) == quiz.item_id,
            col(Attempt.state) != State.OPEN,
            ~col(Attempt.trial),
            col(AttemptQuestion.answer_id).is_not(None),
            col(AttemptQuestion.fraction).is_(None),
        )
    )
    return work.db.exec(statement).one()


def _learners(work: Work, quiz: Quiz, limit: int, offset: int) -> Sequence[Any]:
    """One row a learner with their attempts summed up, the last one, the current grade and the late answers."""
    graded = grades.item_of(work, source_kind=QUIZ, source_id=quiz.item_id)
    page = (
        columns(col(CourseMember.user_id), col(User.name))
        .join(User, col(User.id) == col(CourseMember.user_id))
        .where(_learns(quiz))
        .order_by(func.lower(User.name), col(User.id))
        .limit(limit)
        .offset(offset)
        .subquery()
    )
    count = columns(func.count()).select_from(Attempt).where(_of(page, quiz)).correlate(page).scalar_subquery()
    last = columns(func.max(col(Attempt.number))).where(_of(page, quiz)).correlate(page).scalar_subquery()
    late = (
        columns(func.count())
        .select_from(Answer)
        .join(Attempt, col(Attempt.id) == col(Answer.attempt_id))
        .where(_of(page, quiz), col(Answer.late))
        .correlate(page)
        .scalar_subquery()
    )
    entry = (
        columns(func.max(col(GradeEntry.seq)))
        .where(col(GradeEntry.item_id) == graded.id, col(GradeEntry.user_id) == page.c.user_id)
        .correlate(page)
        .scalar_subquery()
    )
    statement = (
        columns(
            page.c.user_id,
            page.c.name,
            count.label("attempts"),
            late.label("late"),
            col(Attempt.id).label("attempt_id"),
            col(Attempt.state),
            col(Attempt.started_at),
            col(Attempt.finished_at),
            col(GradeEntry.points),
            col(GradeEntry.points_max),
        )
        .select_from(page)
        .outerjoin(Attempt, and_(_of(page, quiz), col(Attempt.number) == last))
        .outerjoin(GradeEntry, col(GradeEntry.seq) == entry)
        .order_by(func.lower(page.c.name), page.c.user_id)
    )
    return work.db.connection().execute(statement).all()


def _of(page: Any, quiz: Quiz) -> Any:
    return and_(col(Attempt.quiz_id) == quiz.item_id, col(Attempt.user_id) == page.c.user_id, ~col(Attempt.trial))


def _line(work: Work, row: Any, points_max: Decimal) -> LearnerResult:
    share = None if row.points is None else rules.fraction_of(row.points, row.points_max)
    at = row.finished_at or row.started_at
    return LearnerResult(
        user_id=str(row.user_id),
        name=row.name,
        attempts=row.attempts,
        state=row.state or "",
        percent=-1 if share is None else int(share * 100),
        score="" if share is None else f"{when.points(rules.points_of(share, points_max))} / {when.points(points_max)}",
        when=when.moment(at, work.actor.zone, work.actor.locale) if at else "",
        url=routes.results(row.attempt_id) if row.attempt_id and row.state != State.OPEN else "",
        late=row.late,
    )


def _facilities(work: Work, quiz: Quiz) -> list[Facility]:
    """Facility (mean share of the points) of each question, over all its versions in attempts that are over.

    Source: docs.moodle.org/dev/Quiz_statistics_calculations
    """
    statement = (
        columns(
            col(QuestionVersion.question_id),
            func.count().label("attempts"),
            func.count(col(AttemptQuestion.fraction)).label("marked"),
            func.sum(col(AttemptQuestion.fraction)).label("fractions"),
            func.count(case((col(AttemptQuestion.answer_id).is_(None), 1))).label("blank"),
        )
        .join(QuestionVersion, col(QuestionVersion.id) == col(AttemptQuestion.version_id))
        .join(Attempt, col(Attempt.id) == col(AttemptQuestion.attempt_id))
        .where(col(Attempt.quiz_id) == quiz.item_id, col(Attempt.state) != State.OPEN, ~col(Attempt.trial))
        .group_by(col(QuestionVersion.question_id))
    )
    went = {row.question_id: row for row in work.db.connection().execute(statement)}
    asked = [version for _question, version in current_questions(work, quiz.item_id) if KINDS[version.kind].counted]
    found = [_facility(number, version, went.get(version.question_id)) for number, version in enumerate(asked, start=1)]
    return [*found, *(_facility(0, version, went[version.question_id]) for version in _drawn(work, quiz, list(went)))]


def _drawn(work: Work, quiz: Quiz, question_ids: Sequence[UUID]) -> Sequence[QuestionVersion]:
    """Of the questions that were asked, those that the quiz never named: it drew them."""
    named = select(Slot.question_id).where(col(Slot.quiz_id) == quiz.item_id, col(Slot.question_id).is_not(None))
    statement = (
        select(QuestionVersion)
        .join(Question, CURRENT)
        .where(col(Question.id).in_(question_ids), col(Question.id).not_in(named), ASKS)
        .order_by(col(Question.haystack), col(Question.id))
    )
    return work.db.exec(statement).all()


def _facility(number: int, version: QuestionVersion, row: Any) -> Facility:
    marked = row.marked if row else 0
    return Facility(
        number=number,
        text=text.plain(version.stem)[:CLIP],
        kind=KINDS[version.kind].label,
        points=when.points(version.points),
        answered=row.attempts - row.blank if row else 0,
        blank=row.blank if row else 0,
        percent=int(row.fractions / marked * 100) if row and marked else -1,
    )
