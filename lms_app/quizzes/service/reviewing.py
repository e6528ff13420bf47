"""Reading about a quiz: its rules before an attempt, the result of one after.

What a student may see of a result hangs on the quiz's policy and on the clock, and is decided here alone: what is not
shown is not in the view.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlmodel import col, select

from lms_app.core import text, when
from lms_app.core.errors import Conflict, Forbidden, NotFound
from lms_app.core.identity import User
from lms_app.core.words import later, say
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.courses.models import Lesson, OutlineItem
from lms_app.courses.views import ItemView
from lms_app.grades import service as grades
from lms_app.grades.models import GradeEntry, GradeItem
from lms_app.policy import Can
from lms_app.quizzes import rules
from lms_app.quizzes.kinds import KINDS
from lms_app.quizzes.models import Answer, Attempt, Behaviour, Grading, Quiz, Show, State
from lms_app.quizzes.service import answers, attempting, closing, door, filing, tries
from lms_app.quizzes.service.authoring import QUIZ, worth
from lms_app.quizzes.service.door import Entered, enter_quiz, last_closing, readable_attempt
from lms_app.quizzes.views import NO_LESSON, AnswerResult, LessonRef, PastAttempt, QuizOverview, ResultView
from lms_app.web import routes

_TAG = re.compile(r"<[^>]*>")
COUNTS = {
    Grading.HIGHEST: later("The best one counts."),
    Grading.AVERAGE: later("Their average counts."),
    Grading.FIRST: later("The first one counts."),
    Grading.LAST: later("The last one counts."),
}


def overview(work: Work, *, item_id: UUID) -> QuizOverview:
    """A quiz before it is taken: its rules, one's attempts, and whether another can begin.

    For students it is also where they resume the course. Staff see the rules, and of attempts their own trials.
    """
    entered = enter_quiz(work, item_id, Can.SEE)
    quiz, item, membership = entered.quiz, entered.item, entered.membership
    courses.mark_seen(work, item_id=item_id)
    is_staff = membership.is_staff or not membership.is_member
    current = attempting.open_attempt(work, item_id, trial=is_staff)
    mine = _mine(work, item_id, trial=is_staff)
    its = Its(quiz, entered.terms, last_closing(work, quiz))
    terms = entered.terms
    left = rules.attempts_left(len(mine), terms.attempts_allowed)
    count, points = worth(work, item_id)
    reason = courses.lock_of(work, item, membership) or attempting.blocked(work, entered, len(mine))
    return QuizOverview(
        item_id=str(item_id),
        slug=membership.slug,
        course=membership.title,
        title=item.title,
        intro_html=quiz.intro_html,
        rules=_rules(work, its, count, points),
        questions=count,
        points=when.points(points),
        limit_minutes=terms.limit_minutes or 0,
        attempts_allowed=terms.attempts_allowed or 0,
        attempts_left=-1 if left is None else left,
        opens_at=terms.opens_at,
        closes_at=terms.closes_at,
        open_attempt=str(current.id) if current else "",
        blocked="" if current or is_staff else reason,
        is_staff=is_staff,
        grade="" if is_staff else _grade(work, quiz),
        attempts=[_past(work, its, attempt) for attempt in reversed(mine)],
    )


def result(work: Work, *, attempt_id: UUID) -> ResultView:
    """An attempt that is over, as far as its reader may see it now: its student, or whoever may grade.

    Raises NotFound (not yours to see), Conflict while it is open.
    """
    attempt, as_staff = readable_attempt(work, attempt_id)
    closing.close_if_overdue(work, attempt)
    if attempt.state == State.OPEN:
        raise Conflict("This attempt is still open. Submit it to see the result.")
    quiz = work.db.get_one(Quiz, attempt.quiz_id)
    item = work.db.get_one(OutlineItem, attempt.quiz_id)
    membership = courses.enter(work, attempt.course_id, Can.SEE)
    terms = courses.terms_of(
        work,
        course_id=quiz.course_id,
        item_id=item.id,
        user_id=attempt.user_id,
        usual=door.usual(quiz, item),
    )
    its = Its(quiz, terms, last_closing(work, quiz))
    shown = _shown(work, its, attempt, as_staff)
    asked = answers.asked(work, attempt.id)
    checked = tries.of(work, attempt)
    sent = filing.sent_in(work, [attempt.id])
    rows = [
        _answer(work, attempt, row, label, shown, as_staff, checked.get(row.question_id, []), sent)
        for row, label in zip(asked, answers.labels(asked), strict=True)
    ]
    title, url, lesson = ("", "", NO_LESSON) if as_staff else _next(work, membership.slug, item.id, rows)
    points = attempt.points if shown.marks else None
    share = None if points is None else rules.fraction_of(points, attempt.points_max)
    passed = rules.passed(points, attempt.points_max, quiz.pass_fraction)
    return ResultView(
        attempt_id=str(attempt.id),
        item_id=str(item.id),
        slug=membership.slug,
        course=membership.title,
        title=item.title,
        student=_name(work, attempt.user_id) if as_staff else "",
        number=attempt.number,
        attempts_allowed=terms.attempts_allowed or 0,
        attempts_left=_left(work, Entered(quiz, item, membership, terms), attempt),
        state=attempt.state,
        points=points,
        points_max=attempt.points_max,
        percent=-1 if share is None else int(share * 100),
        passed=passed,
        headline=_headline(work, quiz, attempt, shown, passed, asked),
        facts=_facts(work, terms, attempt),
        notes=_notes(work, its, attempt, shown, as_staff),
        next_title=title,
        next_url=url,
        reread=lesson,
        mistakes=len(_missed(rows)),
        answers=rows,
    )


# ---- What is shown


@dataclass(frozen=True, slots=True)
class Its:
    """A quiz as one student has it. `closing` is when it has closed for everybody, also for those with an extension."""

    quiz: Quiz
    terms: courses.Terms
    closing: datetime | None


@dataclass(frozen=True, slots=True)
class Shown:
    marks: bool
    feedback: bool
    answers: bool


def _shown(work: Work, its: Its, attempt: Attempt, as_staff: bool) -> Shown:
    if as_staff:
        return Shown(marks=True, feedback=True, answers=True)
    # An attempt that is open counts as one still to come: its key must not lie in the results of the one before.
    quiz = its.quiz
    mine = [attempt] if attempt.trial else _mine(work, quiz.item_id)
    left = rules.attempts_left(len(mine), its.terms.attempts_allowed)
    if left is not None:
        left += sum(other.state == State.OPEN for other in mine)

    def now(show: str) -> bool:
        return rules.is_shown(Show(show), work.now, closes_at=its.closing, left=left)

    marks = now(quiz.show_marks)
    # Feedback and right answers tell the marks, too.
    return Shown(marks=marks, feedback=marks and now(quiz.show_feedback), answers=marks and now(quiz.show_answers))


def _answer(
    work: Work,
    attempt: Attempt,
    row: Row[Any],
    label: str,
    shown: Shown,
    as_staff: bool,
    its: Sequence[tries.Try],
    sent: filing.Sent,
) -> AnswerResult:
    kind = KINDS[row.kind]
    spec = answers.spec_of(row)
    _id, value, used = tries.final(row, its)
    given = answers.parsed(row.kind, value)
    blank = kind.is_blank(given)
    # What a further try cost is not what was wrong about the answer.
    earned = kind.grade(spec, given).fraction if used > 1 and row.fraction is not None else row.fraction
    return AnswerResult(
        number=row.number,
        label=label,
        stem_html=_html(answers.stem_of(row), row.number),
        outcome="text" if not label else rules.outcome(earned, blank=blank) if shown.marks else "hidden",
        score=_score(work, row.earned, row.points) if shown.marks and label else "",
        answer=kind.summarise(spec, given),
        files=filing.links(sent, attempt.id, row.kind, spec, given),
        read_as=kind.read_as(given),
        tries=_tries(row, used) if its and shown.marks else "",
        solution=kind.solution(spec) if shown.answers else "",
        feedback_html=_html(row.said, row.number) if shown.feedback else "",
        general_html=_html(row.feedback, row.number) if shown.feedback else "",
        late=_late(work, attempt, row, spec) if as_staff else [],
    )


def _tries(row: Row[Any], used: int) -> str:
    said = when.plural(used, "try", "tries")
    return f"{said}, −{when.percent(min(rules.ONE, row.penalty * (used - 1)))}" if used > 1 and row.penalty else said


def _html(markdown: str, number: int) -> str:
    """Many texts stand on this page: each names its tables after its question, and its headings lie below the page's."""
    return text.to_html(markdown, heading_shift=3, name=say("Question {number}", number=number)) if markdown else ""


def _late(work: Work, attempt: Attempt, row: Row[Any], spec: Any) -> list[str]:
    """What came after the end, newest first, as `answer (when)`."""
    late = work.db.exec(
        select(Answer)
        .where(col(Answer.attempt_id) == attempt.id, col(Answer.question_id) == row.question_id, col(Answer.late))
        .order_by(col(Answer.seq).desc())
        .limit(10)
    ).all()
    kind = KINDS[row.kind]
    said = [(kind.summarise(spec, answers.parsed(row.kind, answer.value)), answer.received_at) for answer in late]
    return [f"{words or say('No answer')} ({_moment(work, at)})" for words, at in said]


def _notes(work: Work, its: Its, attempt: Attempt, shown: Shown, as_staff: bool) -> list[str]:
    """What is missing and when it comes, one sentence each."""
    said: list[str] = []
    if _timed_out(attempt):
        said.append(say("Time ran out, so the answers saved by then were submitted."))
    if shown.marks and (by_hand := _set_by_hand(work, its.quiz, attempt)):
        said.append(by_hand)
    if as_staff:
        return said
    if not shown.marks:
        return [*said, _will_show(work, its.closing, its.quiz.show_marks, later("Your marks and answers"))]
    if attempt.points is None:
        said.append(say("A person marks what is left. Your grade for this attempt comes with the last mark."))
    if not shown.feedback:
        said.append(_will_show(work, its.closing, its.quiz.show_feedback, later("Feedback")))
    if not shown.answers:
        said.append(_will_show(work, its.closing, its.quiz.show_answers, later("Correct answers")))
    return said


def _set_by_hand(work: Work, quiz: Quiz, attempt: Attempt) -> str:
    """Who gave the quiz another grade than its attempts make, and why: a grade explains itself."""
    newest = (
        select(GradeEntry, User.name)
        .join(GradeItem, col(GradeItem.id) == col(GradeEntry.item_id))
        .join(User, col(User.id) == col(GradeEntry.by_id), isouter=True)
        .where(
            col(GradeItem.source_kind) == QUIZ,
            col(GradeItem.source_id) == quiz.item_id,
            col(GradeEntry.user_id) == attempt.user_id,
        )
        .order_by(col(GradeEntry.seq).desc())
        .limit(1)
    )
    entry, name = work.db.exec(newest).first() or (None, "")
    if entry is None or entry.by_id is None or entry.points is None:
        return ""
    grade = when.out_of(entry.points, entry.points_max, work.actor.locale)
    if entry.reason:
        return say(
            "{name} set the grade of this quiz to {grade}: “{reason}”", name=name, grade=grade, reason=entry.reason
        )
    return say("{name} set the grade of this quiz to {grade}.", name=name, grade=grade)


def _will_show(work: Work, closing: datetime | None, show: str, what: str) -> str:
    """When something shows, as a sentence: "Correct answers will show on Tue 24 Nov, 23:59."."""
    what = say(what)
    if show == Show.NEVER:
        return say("{what} are not shown for this quiz.", what=what)
    date = rules.shown_from(Show(show), closing)
    moment = _moment(work, date) if date else ""
    if show != Show.LAST:
        return say("{what} will show on {moment}.", what=what, moment=moment)
    if moment:
        return say("{what} will show after your last attempt, or on {moment}.", what=what, moment=moment)
    return say("{what} will show after your last attempt.", what=what)


def _headline(
    work: Work, quiz: Quiz, attempt: Attempt, shown: Shown, passed: bool | None, asked: Sequence[Row[Any]]
) -> str:
    if not shown.marks:
        return say("Submitted.")
    if attempt.points is None:
        marked = [row for row in asked if row.earned is not None]
        earned, of = (sum((getattr(row, name) for row in marked), rules.ZERO) for name in ("earned", "points"))
        waiting = len(asked) - len(marked)
        words = (
            say("1 answer waits to be marked.") if waiting == 1 else say("{n} answers wait to be marked.", n=waiting)
        )
        so_far = say("{points} of {all} points so far;", points=when.points(earned), all=when.points(of))
        return f"{so_far} {words}" if of else words
    said = say("{points} of {all} points.", points=when.points(attempt.points), all=when.points(attempt.points_max))
    if passed is None:
        return said
    if passed:
        return f"{said} {say('You passed.') if attempt.user_id == work.actor.user_id else say('Passed.')}"
    needed = rules.points_of(quiz.pass_fraction or rules.ZERO, attempt.points_max)
    return f"{said} {say('{points} are needed to pass.', points=when.points(needed))}"


def _facts(work: Work, terms: courses.Terms, attempt: Attempt) -> str:
    assert attempt.finished_at is not None
    took = when.duration_seconds((attempt.finished_at - attempt.started_at).total_seconds())
    name = say("Attempt {number}", number=attempt.number)
    if attempt.trial:
        name = say("Trial")
    elif terms.attempts_allowed:
        name = say("Attempt {number} of {all}", number=attempt.number, all=terms.attempts_allowed)
    return f"{name} · {took} · {say('submitted {moment}', moment=_moment(work, attempt.finished_at))}"


def _left(work: Work, entered: Entered, attempt: Attempt) -> int:
    """How many attempts the student could still begin now; -1 for any number, 0 for none."""
    used = len(_mine(work, entered.quiz.item_id))
    if attempt.trial or attempt.user_id != work.actor.user_id or attempting.blocked(work, entered, used):
        return 0
    left = rules.attempts_left(used, entered.terms.attempts_allowed)
    return -1 if left is None else left


def _missed(rows: list[AnswerResult]) -> list[AnswerResult]:
    return [row for row in rows if row.outcome in ("partly", "incorrect", "blank")]


def _next(work: Work, slug: str, item_id: UUID, rows: list[AnswerResult]) -> tuple[str, str, LessonRef]:
    """What comes after this quiz in the course, the course itself at its end; and what to read once more."""
    outline = courses.outline(work, slug=slug)
    items = [item for module in outline.modules for item in module.items]
    here = next((place for place, item in enumerate(items) if item.id == str(item_id)), len(items))
    module = next((module for module in outline.modules if any(one.id == str(item_id) for one in module.items)), None)
    reread = _reread(work, [item for item in items[:here] if module and item in module.items], _missed(rows))
    for item in items[here + 1 :]:
        if item.url:
            return item.title, item.url, reread
    return "", routes.course(slug), reread


def _reread(work: Work, before: Sequence[ItemView], missed: list[AnswerResult]) -> LessonRef:
    """The lesson of this module, before the quiz, that speaks most of what was missed."""
    lessons = {UUID(item.id): item for item in before if item.kind == "lesson" and item.url}
    if not lessons or not missed:
        return NO_LESSON
    bodies = work.db.exec(select(Lesson.item_id, Lesson.body).where(col(Lesson.item_id).in_(lessons))).all()
    about = " ".join(f"{_TAG.sub(' ', row.stem_html)} {row.solution}" for row in missed)
    found = rules.closest(about, {lesson_id: f"{lessons[lesson_id].title} {body}" for lesson_id, body in bodies})
    return LessonRef(lessons[found].title, lessons[found].url) if found else NO_LESSON


# ---- The start page


def _rules(work: Work, its: Its, count: int, points: Decimal) -> list[str]:
    quiz, terms = its.quiz, its.terms
    said = [f"{when.plural(count, 'question')}, {when.plural(points, 'point')}"]
    if terms.limit_minutes:
        extra = terms.limit_minutes - (quiz.limit_minutes or 0)
        time = when.duration_minutes(terms.limit_minutes)
        if quiz.limit_minutes and extra > 0:
            more = when.duration_minutes(extra)
            said.append(say("{time}, counted from when you start, {more} of them extra for you", time=time, more=more))
        else:
            said.append(say("{time}, counted from when you start", time=time))
    else:
        said.append(say("No time limit"))
    if terms.attempts_allowed is None:
        said.append(say("As many attempts as you like. {counts}", counts=say(COUNTS[Grading(quiz.grading)])))
    elif terms.attempts_allowed == 1:
        said.append(say("One attempt"))
    else:
        said.append(f"{when.plural(terms.attempts_allowed, 'attempt')}. {say(COUNTS[Grading(quiz.grading)])}")
    if quiz.behaviour == Behaviour.INTERACTIVE:
        said.append(say("You can check each answer as you go; a further try may cost part of the points"))
    if quiz.pass_fraction:
        said.append(say("{share} or more to pass", share=when.percent(quiz.pass_fraction)))
    if terms.opens_at and terms.opens_at > work.now:
        said.append(say("Opens {moment}", moment=_moment(work, terms.opens_at)))
    if terms.closes_at:
        closed = rules.is_closed(work.now, terms.closes_at)
        moment = _moment(work, terms.closes_at)
        if terms.closes_at != quiz.closes_at:
            words = later("Closed for you {moment}") if closed else later("Closes for you {moment}")
        else:
            words = later("Closed {moment}") if closed else later("Closes {moment}")
        said.append(say(words, moment=moment))
    said.append(
        say("Correct answers show after you submit")
        if quiz.show_answers == Show.SUBMIT
        else _will_show(work, its.closing, quiz.show_answers, later("Correct answers")).rstrip(".")
    )
    return said


def _grade(work: Work, quiz: Quiz) -> str:
    """The student's grade for the quiz, as `17 / 20`; empty without one, or while it is hidden."""
    try:
        item = grades.item_of(work, source_kind=QUIZ, source_id=quiz.item_id)
        mark = grades.current(work, item_id=item.id, user_id=work.user_id)
    except (NotFound, Forbidden):
        return ""
    return "" if mark.points is None else _score(work, mark.points, mark.item.points_max)


def _past(work: Work, its: Its, attempt: Attempt) -> PastAttempt:
    is_open = attempt.state == State.OPEN
    if is_open:
        score = say("In progress")
    elif not _shown(work, its, attempt, as_staff=False).marks:
        score = _will_show(work, its.closing, its.quiz.show_marks, later("Marks"))
    else:
        score = _score(work, attempt.points, attempt.points_max)
    return PastAttempt(
        id=str(attempt.id),
        number=attempt.number,
        state=attempt.state,
        when=_moment(work, attempt.finished_at or attempt.started_at),
        score=score,
        url=routes.attempt(attempt.id) if is_open else routes.results(attempt.id),
    )


def _mine(work: Work, quiz_id: UUID, *, trial: bool = False) -> list[Attempt]:
    return list(
        work.db.exec(
            select(Attempt)
            .where(col(Attempt.quiz_id) == quiz_id, col(Attempt.user_id) == work.user_id, col(Attempt.trial) == trial)
            .order_by(col(Attempt.number))
        ).all()
    )


def _score(work: Work, points: Decimal | None, points_max: Decimal) -> str:
    locale = work.actor.locale
    return say("To be marked") if points is None else when.out_of(points, points_max, locale)


def _timed_out(attempt: Attempt) -> bool:
    return attempt.deadline_at is not None and attempt.finished_at == attempt.deadline_at


def _moment(work: Work, moment: datetime) -> str:
    return when.moment(moment, work.actor.zone, work.actor.locale)


def _name(work: Work, user_id: UUID) -> str:
    user = work.db.get(User, user_id)
    return user.name if user else ""
