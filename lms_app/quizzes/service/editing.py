"""Writing a quiz's questions one by one: what the editor shows, and where a question stands.

A form is flat texts by the names of its inputs (`kinds/flat.py`), with what every question has under `q.`.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from sqlmodel import col, select

from lms_app.core import text, typed, when
from lms_app.core.errors import Conflict, Invalid, NotFound
from lms_app.core.work import Work
from lms_app.policy import Can
from lms_app.quizzes import rules
from lms_app.quizzes.kinds import KINDS, flat
from lms_app.quizzes.models import AttemptQuestion, Question, QuestionVersion
from lms_app.quizzes.service.authoring import (
    ONE_POINT,
    PENALTY,
    Draft,
    add_version,
    append,
    current_questions,
    draft,
    draft_of,
    kind_of,
    own_question,
    settled,
)
from lms_app.quizzes.service.door import NO_QUIZ, enter_quiz
from lms_app.quizzes.views import QuestionForm, QuestionLine, QuestionRef, QuizSource

STEM, POINTS, FEEDBACK = "q.stem", "q.points", "q.feedback"
HINTS, PENALTY_PERCENT = "q.hints", "q.penalty"
CLIP = 80
CHANGED = "Somebody else changed this question while you did. Save once more to keep yours: both are kept as versions."


def source(work: Work, *, item_id: UUID) -> QuizSource:
    """A quiz for whoever writes it, its questions in a line each. Raises NotFound to strangers, Forbidden to learners."""
    entered = enter_quiz(work, item_id, Can.AUTHOR)
    asked = current_questions(work, item_id)
    points = sum((version.points for _question, version in asked), Decimal(0))
    labels = rules.labels(KINDS[version.kind].counted for _question, version in asked)
    facts = [when.plural(sum(label != "" for label in labels), "question"), when.plural(points, "point")]
    if entered.quiz.limit_minutes:
        facts.append(when.plural(entered.quiz.limit_minutes, "minute"))
    return QuizSource(
        item_id=str(item_id),
        slug=entered.membership.slug,
        course=entered.membership.title,
        title=entered.item.title,
        facts=" · ".join(facts),
        lines=[_line(label, question, version) for label, (question, version) in zip(labels, asked, strict=True)],
    )


def _line(label: str, question: Question, version: QuestionVersion) -> QuestionLine:
    return QuestionLine(
        id=str(question.id),
        number=int(label or 0),
        text=text.plain(version.stem)[:CLIP],
        kind=KINDS[version.kind].label,
        points=when.points(version.points) if label else "",
    )


def question_form(work: Work, *, question_id: UUID) -> QuestionForm:
    """A question as its form holds it, the key included."""
    question, _quiz, _title = own_question(work, question_id)
    version = _current(work, question)
    kind = KINDS[version.kind]
    values = kind.to_form(kind.Spec.model_validate(version.spec))
    said = {
        STEM: version.stem,
        POINTS: typed.number(version.points),
        FEEDBACK: version.feedback,
        HINTS: "\n".join(version.hints),
        PENALTY_PERCENT: typed.number(version.penalty * 100),
    }
    return QuestionForm(id=str(question.id), version=question.version, kind=version.kind, values={**values, **said})


def new_form(kind: str) -> QuestionForm:
    """An empty form. Raises Invalid for a kind that there is not."""
    begins = {POINTS: typed.number(ONE_POINT), PENALTY_PERCENT: typed.number(PENALTY * 100)}
    return QuestionForm(id="", version=0, kind=kind, values={**kind_of(kind).new(), **begins})


def read_form(kind: str, values: Mapping[str, str]) -> Draft:
    """A form as a question, checked and rendered, without a database. Raises Invalid by the names of its inputs."""
    its = kind_of(kind)
    points = typed.decimal(values.get(POINTS, ""))
    penalty = values.get(PENALTY_PERCENT, "").strip().removesuffix("%")
    percent = typed.decimal(penalty) if penalty else PENALTY * 100
    try:
        return draft(
            kind=kind,
            stem=values.get(STEM, ""),
            spec=its.from_form(values),
            points=Decimal("NaN") if points is None else points,
            feedback=values.get(FEEDBACK, ""),
            hints=flat.lines(values.get(HINTS, "")),
            penalty=Decimal("NaN") if percent is None else percent / 100,
        )
    except Invalid as error:
        raise Invalid({_input(kind, name): said for name, said in error.fields.items()}) from None


def _input(kind: str, name: str) -> str:
    if name in ("stem", "points", "feedback", "hints", "penalty"):
        return f"q.{name}"
    return KINDS[kind].where(name.removeprefix("spec."))


def save_question(
    work: Work, *, quiz_id: UUID, question_id: UUID | None, drafted: Draft, seen: int | None = None
) -> QuestionRef:
    """Add a question to a quiz, or give one that it has a new version. Every version that an attempt showed stays.

    `seen` is the version that the author began with; raises Conflict where another one was written meanwhile.
    """
    if question_id is None:
        entered = enter_quiz(work, quiz_id, Can.AUTHOR)
        refs = append(work, entered.quiz, [drafted])
        settled(work, entered.quiz, entered.item.title, refs)
        return refs[0]
    question, quiz, title = own_question(work, question_id)
    if question.quiz_id != quiz_id:
        raise NotFound(NO_QUIZ)
    if seen is not None and question.version != seen:
        raise Conflict(CHANGED)
    before = _current(work, question)
    ref = add_version(work, question, drafted)
    if not _is_pinned(work, before):
        # Nobody has seen it: an author who stops to think has not written another version.
        work.db.delete(before)
        work.db.flush()
    settled(work, quiz, title, [])
    return ref


def move_question(work: Work, *, question_id: UUID, step: int) -> None:
    """Move a question up (-1) or down (1) in its quiz; at an end it stays. Attempts that are open keep their order."""
    if step not in (-1, 1):
        raise Invalid({"step": "Move a question by -1 or 1."})
    question, quiz, _title = own_question(work, question_id)
    order = [one for one, _version in current_questions(work, quiz.item_id)]
    ids = [one.id for one in order]
    if question.id not in ids:
        raise NotFound(NO_QUIZ)
    at = ids.index(question.id)
    to = at + step
    if 0 <= to < len(order):
        order[at], order[to] = order[to], order[at]
        _number(work, order)


def duplicate_question(work: Work, *, question_id: UUID) -> QuestionRef:
    """The same question once more, right below."""
    question, quiz, title = own_question(work, question_id)
    version = _current(work, question)
    (ref,) = append(work, quiz, [draft_of(version)])
    order = [one for one, _version in current_questions(work, quiz.item_id)]
    ids = [one.id for one in order]
    if question.id in ids:
        order.insert(ids.index(question.id) + 1, order.pop(ids.index(ref.id)))
        _number(work, order)
    settled(work, quiz, title, [ref])
    return ref


def restore_question(work: Work, *, question_id: UUID) -> None:
    """Bring a removed question back to its place."""
    question, quiz, title = own_question(work, question_id)
    question.removed_at = None
    work.db.add(question)
    work.db.flush()
    settled(work, quiz, title, [])


def _number(work: Work, order: Sequence[Question]) -> None:
    for position, question in enumerate(order):
        question.position = position
        work.db.add(question)
    work.db.flush()


def _current(work: Work, question: Question) -> QuestionVersion:
    return work.db.exec(
        select(QuestionVersion).where(
            col(QuestionVersion.question_id) == question.id, col(QuestionVersion.version) == question.version
        )
    ).one()


def _is_pinned(work: Work, version: QuestionVersion) -> bool:
    pins = select(AttemptQuestion.number).where(col(AttemptQuestion.version_id) == version.id).limit(1)
    return work.db.exec(pins).first() is not None
