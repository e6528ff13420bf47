"""Writing a quiz: its settings and its questions, for the demo, imports and the API alike.

Rendering Markdown takes time, so a question is drafted (checked and rendered) before it is added: a long import drafts
first and holds the database only to write rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, TypedDict, Unpack
from uuid import UUID

from pydantic import BaseModel, ValidationError
from sqlalchemy import and_, case, func, insert, type_coerce
from sqlmodel import col, select

from lms_app.core import audit, text
from lms_app.core.db import Points, new_id
from lms_app.core.errors import Invalid, NotFound
from lms_app.core.work import Work
from lms_app.courses import rules as course_rules
from lms_app.courses import service as courses
from lms_app.courses.models import Completion, OutlineItem
from lms_app.grades import service as grades
from lms_app.policy import Can
from lms_app.quizzes.kinds import KINDS, TEXTS, Kind, flat
from lms_app.quizzes.models import Behaviour, Grading, Place, Question, QuestionVersion, Quiz, Show, Slot
from lms_app.quizzes.service.door import Entered, enter_quiz, last_closing
from lms_app.quizzes.views import QuestionRef, QuestionSource, QuizRef

QUIZ = "quiz"
TEXT_MAX = 100_000
POINTS_MAX = Decimal(1000)
ONE_POINT = Decimal(1)
PENALTY = Decimal("0.25")
HINTS_MAX, HINT_MAX = 10, 2_000

CURRENT = and_(
    col(QuestionVersion.question_id) == col(Question.id), col(QuestionVersion.version) == col(Question.version)
)
ASKS = col(Question.kind).not_in(TEXTS)  # not a text between the questions
HAYSTACK_MAX = 4_000  # characters of a question that a search looks at
NO_QUESTION = "We could not find that question. It may have moved, or you may not have access."
# What a quiz asks of each attempt: its questions that ask, and what it draws.
ASKED = func.count(case((ASKS, 1))) + func.coalesce(func.sum(Slot.draws), 0)


class QuizSettings(TypedDict, total=False):
    """What can be set of a quiz besides its title. `None` is "no limit"; `pass_fraction` None is "nothing to pass"."""

    intro: str
    closes_at: datetime | None
    limit_minutes: int | None
    attempts_allowed: int | None
    grace_seconds: int
    grading: str
    behaviour: str
    pass_fraction: Decimal | None
    shuffle_questions: bool
    shuffle_options: bool
    show_marks: str
    show_feedback: str
    show_answers: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A question that was checked and rendered. Only `draft` makes these."""

    kind: str
    points: Decimal
    stem: str
    stem_html: str
    spec: dict[str, Any]
    feedback: str
    haystack: str  # what a search of the bank looks at: its words without case and accents
    hints: list[str]
    penalty: Decimal


def draft(
    *,
    kind: str,
    stem: str,
    spec: BaseModel | Mapping[str, Any],
    points: Decimal = ONE_POINT,
    feedback: str = "",
    hints: Sequence[str] = (),
    penalty: Decimal = PENALTY,
) -> Draft:
    """Check and render a question, without a database. Raises Invalid naming each field, `spec.options.1.text` too."""
    wrong: dict[str, str] = {}
    its = kind_of(kind)
    points = points if its.counted else Decimal(0)
    if not stem.strip() or len(stem) > TEXT_MAX:
        wrong["stem"] = f"Enter the {'question' if its.counted else 'text'}, up to {TEXT_MAX:,} characters."
    if len(feedback) > TEXT_MAX:
        wrong["feedback"] = f"Shorten the feedback to {TEXT_MAX:,} characters."
    if not points.is_finite() or not 0 <= points <= POINTS_MAX:
        wrong["points"] = f"Enter points from 0 to {POINTS_MAX:,}, like 2."
    if len(hints) > HINTS_MAX or any(len(hint) > HINT_MAX or not hint.strip() for hint in hints):
        wrong["hints"] = f"Give at most {HINTS_MAX} hints, each of up to {HINT_MAX:,} characters."
    if not penalty.is_finite() or not 0 <= penalty <= 1:
        wrong["penalty"] = "Enter what each further try costs, from 0 to 100%."
    given = spec.model_dump(mode="json") if isinstance(spec, BaseModel) else dict(spec)
    checked: BaseModel | None = None
    try:
        checked = its.Spec.model_validate(given)
    except ValidationError as error:
        for name, said in flat.problems(error, its.Spec).items():
            wrong["spec" if name == flat.WHOLE else f"spec.{name}"] = said
    if wrong or checked is None:
        raise Invalid(wrong)
    return Draft(
        kind=kind,
        points=points,
        stem=stem,
        stem_html=text.to_html(stem),
        spec=checked.model_dump(mode="json"),
        feedback=feedback,
        haystack=course_rules.folded(text.plain(stem)[:HAYSTACK_MAX]),
        hints=list(hints),
        penalty=penalty,
    )


def kind_of(name: str) -> Kind[Any, Any]:
    """Raises Invalid for a kind that there is not."""
    if name not in KINDS:
        raise Invalid({"kind": f"Choose a kind of question: {', '.join(sorted(KINDS))}."})
    return KINDS[name]


def create_quiz(
    work: Work,
    *,
    module_id: UUID,
    title: str,
    questions: Sequence[Draft] = (),
    item: courses.ItemSettings | None = None,
    **settings: Unpack[QuizSettings],
) -> QuizRef:
    """A new quiz at the end of a module. Passing completes it where there is a pass mark, else submitting does.

    Raises NotFound to strangers, Forbidden to members who do not write, Invalid naming each field.
    """
    completion = Completion.SUBMIT if settings.get("pass_fraction") is None else Completion.PASS
    placing: courses.ItemSettings = {"completion": completion, **(item or {})}
    # The door, and the checks of the item's own fields.
    place = courses.add_item(work, module_id=module_id, kind=QUIZ, title=title, **placing)
    quiz = Quiz(item_id=place.id, course_id=place.course_id)
    _change(quiz, settings)
    work.db.add(quiz)
    work.db.flush()
    refs = append(work, quiz, questions)
    return settled(work, quiz, place.title, refs)


def update_quiz(work: Work, *, quiz_id: UUID, **settings: Unpack[QuizSettings]) -> QuizRef:
    """Change only what is named. Attempts that are open keep the deadline that they began with."""
    return change_quiz(work, enter_quiz(work, quiz_id, Can.AUTHOR), settings)


def add_question(
    work: Work,
    *,
    quiz_id: UUID,
    kind: str,
    stem: str,
    spec: BaseModel | Mapping[str, Any],
    points: Decimal = ONE_POINT,
    feedback: str = "",
) -> QuestionRef:
    """A new question at the end of a quiz. Attempts that are open do not get it."""
    entered = enter_quiz(work, quiz_id, Can.AUTHOR)
    drafted = draft(kind=kind, stem=stem, spec=spec, points=points, feedback=feedback)
    refs = append(work, entered.quiz, [drafted])
    settled(work, entered.quiz, entered.item.title, refs)
    return refs[0]


def add_questions(work: Work, *, quiz_id: UUID, questions: Sequence[Draft]) -> list[QuestionRef]:
    """Many questions at once, drafted before."""
    entered = enter_quiz(work, quiz_id, Can.AUTHOR)
    refs = append(work, entered.quiz, questions)
    settled(work, entered.quiz, entered.item.title, refs)
    return refs


def update_question(
    work: Work,
    *,
    question_id: UUID,
    kind: str,
    stem: str,
    spec: BaseModel | Mapping[str, Any],
    points: Decimal = ONE_POINT,
    feedback: str = "",
    hints: Sequence[str] = (),
    penalty: Decimal = PENALTY,
) -> QuestionRef:
    """A new version of a question. Attempts keep the version that they showed, and their marks."""
    question = own_question(work, question_id)
    drafted = draft(kind=kind, stem=stem, spec=spec, points=points, feedback=feedback, hints=hints, penalty=penalty)
    ref = add_version(work, question, drafted)
    settled_where_asked(work, question)
    return ref


def questions(work: Work, *, quiz_id: UUID) -> list[QuestionSource]:
    """A quiz's questions with their keys, in order, for whoever writes it."""
    enter_quiz(work, quiz_id, Can.AUTHOR)
    return [
        QuestionSource(
            id=str(question.id),
            version=version.version,
            kind=version.kind,
            points=version.points,
            stem=version.stem,
            spec=version.spec,
            feedback=version.feedback,
            hints=version.hints,
            penalty=version.penalty,
        )
        for question, version in current_questions(work, quiz_id)
    ]


# ---- For the other modules of this package: the door was theirs.


def change_quiz(work: Work, entered: Entered, settings: QuizSettings) -> QuizRef:
    before = entered.quiz.model_dump()
    _change(entered.quiz, settings)
    work.db.add(entered.quiz)
    work.db.flush()
    after = entered.quiz.model_dump(include=set(settings))
    audit.record_change(work, "quiz.changed", "quiz", entered.quiz.item_id, before, after)
    return settled(work, entered.quiz, entered.item.title, [])


def slots_of(work: Work, quiz_id: UUID) -> list[tuple[Slot, Question | None, QuestionVersion | None]]:
    """What the quiz holds now, in order, with what its questions ask."""
    rows = work.db.exec(
        select(Slot, Question, QuestionVersion)
        .outerjoin(Question, col(Question.id) == col(Slot.question_id))
        .outerjoin(QuestionVersion, CURRENT)
        .where(col(Slot.quiz_id) == quiz_id, col(Slot.removed_at).is_(None))
        .order_by(col(Slot.position), col(Slot.id))
    ).all()
    return list(rows)


def current_questions(work: Work, quiz_id: UUID) -> list[tuple[Question, QuestionVersion]]:
    """The questions that every attempt is asked now, in order."""
    return [(question, version) for _slot, question, version in slots_of(work, quiz_id) if question and version]


def worth(work: Work, quiz_id: UUID) -> tuple[int, Decimal]:
    """How many questions a quiz asks now, and the points they make."""
    drawn = type_coerce(func.sum(col(Slot.points) * col(Slot.draws)), Points())
    count, points, more = work.db.exec(
        select(ASKED, func.sum(QuestionVersion.points), drawn)
        .select_from(Slot)
        .outerjoin(Question, col(Question.id) == col(Slot.question_id))
        .outerjoin(QuestionVersion, CURRENT)
        .where(col(Slot.quiz_id) == quiz_id, col(Slot.removed_at).is_(None))
    ).one()
    return count, (points or Decimal(0)) + (more or Decimal(0))


def add_version(work: Work, question: Question, drafted: Draft) -> QuestionRef:
    question.version += 1
    for name, value in _current(work, drafted).items():
        setattr(question, name, value)
    work.db.add(question)
    work.db.add(QuestionVersion(**_version(work, question.id, question.version, drafted)))
    work.db.flush()
    return QuestionRef(question.id, None, question.version, drafted.kind, drafted.points)


def own_question(work: Work, question_id: UUID) -> Question:
    """The row only, to learn its course; the door comes next, and answers a stranger with the same sentence."""
    question = work.db.get(Question, question_id)
    if question is None:
        raise NotFound(NO_QUESTION)
    try:
        courses.enter(work, question.course_id, Can.AUTHOR)
    except NotFound:
        raise NotFound(NO_QUESTION) from None
    return question


def append(work: Work, quiz: Quiz, drafts: Sequence[Draft]) -> list[QuestionRef]:
    """New questions of the course at the end of a quiz."""
    refs = [replace(ref, slot_id=new_id()) for ref in add_to_bank(work, quiz.course_id, drafts)]
    at = next_position(work, quiz.item_id)
    slots = [
        {"id": ref.slot_id, "quiz_id": quiz.item_id, "position": at + number, "question_id": ref.id, **_PLAIN_SLOT}
        for number, ref in enumerate(refs)
    ]
    if slots:
        work.db.connection().execute(insert(Slot), slots)
    return refs


_PLAIN_SLOT: dict[str, Any] = {
    "place": Place.QUESTION,
    "draws": 0,
    "points": Decimal(0),
    "tags": [],
    "difficulty": "",
    "title": "",
    "shuffle": False,
}


def next_position(work: Work, quiz_id: UUID) -> int:
    newest = select(func.coalesce(func.max(Slot.position), -1)).where(col(Slot.quiz_id) == quiz_id)
    return work.db.exec(newest).one() + 1


def add_to_bank(work: Work, course_id: UUID, drafts: Sequence[Draft], as_ids: Sequence[UUID] = ()) -> list[QuestionRef]:
    """New questions of a course that stand in no quiz yet."""
    # Rows without objects: an import brings thousands of them, and nobody else writes meanwhile.
    rows: list[dict[str, Any]] = [
        {
            "id": as_ids[at] if as_ids else new_id(),
            "course_id": course_id,
            "difficulty": "",
            "version": 1,
            **_current(work, drafted),
        }
        for at, drafted in enumerate(drafts)
    ]
    versions = [{"id": new_id(), **_version(work, row["id"], 1, d)} for row, d in zip(rows, drafts, strict=True)]
    if rows:
        work.db.connection().execute(insert(Question), rows)
        work.db.connection().execute(insert(QuestionVersion), versions)
    return [
        QuestionRef(row["id"], None, 1, drafted.kind, drafted.points) for row, drafted in zip(rows, drafts, strict=True)
    ]


def draft_of(version: QuestionVersion, haystack: str) -> Draft:
    """What was checked and rendered before, to be written once more."""
    return Draft(
        kind=version.kind,
        points=version.points,
        stem=version.stem,
        stem_html=version.stem_html,
        spec=version.spec,
        feedback=version.feedback,
        hints=version.hints,
        penalty=version.penalty,
        haystack=haystack,
    )


def _current(work: Work, drafted: Draft) -> dict[str, Any]:
    """What a question keeps of its version, to be found by."""
    return {"kind": drafted.kind, "haystack": drafted.haystack, "changed_at": work.now}


def _version(work: Work, question_id: UUID, version: int, drafted: Draft) -> dict[str, Any]:
    return {
        "question_id": question_id,
        "version": version,
        "kind": drafted.kind,
        "points": drafted.points,
        "stem": drafted.stem,
        "stem_html": drafted.stem_html,
        "spec": drafted.spec,
        "feedback": drafted.feedback,
        "hints": drafted.hints,
        "penalty": drafted.penalty,
        "created_at": work.now,
    }


def settled(work: Work, quiz: Quiz, title: str, refs: list[QuestionRef]) -> QuizRef:
    """Tell the grades what the quiz is worth now, and when its marks may be seen."""
    _count, total = worth(work, quiz.item_id)
    show = Show(quiz.show_marks)
    grades.put_item(
        work,
        course_id=quiz.course_id,
        source_kind=QUIZ,
        source_id=quiz.item_id,
        title=title,
        points_max=total,
        hidden=show is not Show.SUBMIT,
        shown_from=last_closing(work, quiz) if show is Show.CLOSE else None,
    )
    return QuizRef(quiz.item_id, quiz.course_id, title, total, refs)


def settled_where_asked(work: Work, question: Question) -> None:
    """`settled`, for every quiz that asks the question."""
    quizzes = work.db.exec(
        select(Quiz, OutlineItem.title)
        .join(OutlineItem, col(OutlineItem.id) == col(Quiz.item_id))
        .join(Slot, col(Slot.quiz_id) == col(Quiz.item_id))
        .where(col(Slot.question_id) == question.id, col(Slot.removed_at).is_(None))
    ).all()
    for quiz, title in quizzes:
        settled(work, quiz, title, [])


def _change(quiz: Quiz, changes: QuizSettings) -> None:
    if wrong := _wrong(quiz, changes):
        raise Invalid(wrong)
    for name, value in changes.items():
        setattr(quiz, name, value)
    if "intro" in changes:
        quiz.intro_html = text.to_html(quiz.intro) if quiz.intro else ""


def _wrong(quiz: Quiz, changes: QuizSettings) -> dict[str, str]:
    new: dict[str, Any] = {**quiz.model_dump(), **changes}
    wrong: dict[str, str] = {}
    if len(new["intro"]) > TEXT_MAX:
        wrong["intro"] = f"Shorten the introduction to {TEXT_MAX:,} characters."
    if new["limit_minutes"] is not None and not 1 <= new["limit_minutes"] <= 60 * 24 * 14:
        wrong["limit_minutes"] = "Enter the time limit in minutes, from 1, or leave it out."
    if new["attempts_allowed"] is not None and not 1 <= new["attempts_allowed"] <= 1000:
        wrong["attempts_allowed"] = "Enter how many attempts are allowed, from 1, or leave it out."
    if not 0 <= new["grace_seconds"] <= 3600:
        wrong["grace_seconds"] = "Enter the grace in seconds, from 0 to 3600."
    if new["grading"] not in list(Grading):
        wrong["grading"] = "Choose which attempt counts: highest, average, first or last."
    if new["behaviour"] not in list(Behaviour):
        wrong["behaviour"] = "Choose when students learn what is right: deferred or interactive."
    if new["pass_fraction"] is not None and not 0 <= new["pass_fraction"] <= 1:
        wrong["pass_fraction"] = "Enter the pass mark as a share from 0 to 1, like 0.6."
    for name in ("show_marks", "show_feedback", "show_answers"):
        if new[name] not in list(Show):
            wrong[name] = "Choose when it shows: submit, last, close or never."
        elif new[name] == Show.CLOSE and new["closes_at"] is None:
            wrong[name] = "Give the quiz a closing date first: this shows once it has closed."
    if new["show_marks"] == Show.LAST:
        wrong["show_marks"] = "Marks show on submitting, after closing, or never."
    return wrong
