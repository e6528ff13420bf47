"""Writing a quiz's questions one by one: what the editor shows, and what its form makes of a question.

A form is flat texts by the names of its inputs (`kinds/flat.py`), with what every question has under `q.`.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from sqlmodel import col, select

from lms_app.core import text, typed, when
from lms_app.core.errors import Conflict, Invalid, NotFound
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.courses.views import Membership
from lms_app.policy import Can
from lms_app.quizzes.kinds import KINDS, flat
from lms_app.quizzes.models import AttemptQuestion, Place, Question, QuestionVersion, Quiz, Slot
from lms_app.quizzes.service import drawing
from lms_app.quizzes.service.authoring import (
    NO_QUESTION,
    ONE_POINT,
    PENALTY,
    Draft,
    add_to_bank,
    add_version,
    append,
    draft,
    draft_of,
    kind_of,
    own_question,
    settled,
    settled_where_asked,
    slots_of,
    worth,
)
from lms_app.quizzes.service.bank import question_uses
from lms_app.quizzes.service.categories import read_tree
from lms_app.quizzes.service.door import NO_QUIZ, enter_quiz
from lms_app.quizzes.views import NO_SOURCE, QuestionForm, QuestionLine, QuestionRef, QuizSource

STEM, POINTS, FEEDBACK = "q.stem", "q.points", "q.feedback"
HINTS, PENALTY_PERCENT = "q.hints", "q.penalty"
CLIP = 80
CHANGED = "Somebody else changed this question while you did. Save once more to keep yours: both are kept as versions."


def source(work: Work, *, item_id: UUID) -> QuizSource:
    """A quiz for whoever writes it, its slots in a line each. Raises NotFound to strangers, Forbidden to learners."""
    entered = enter_quiz(work, item_id, Can.AUTHOR)
    count, points = worth(work, item_id)
    facts = [when.plural(count, "question"), when.plural(points, "point")]
    if entered.quiz.limit_minutes:
        facts.append(when.plural(entered.quiz.limit_minutes, "minute"))
    return QuizSource(
        item_id=str(item_id),
        slug=entered.membership.slug,
        course=entered.membership.title,
        title=entered.item.title,
        facts=" · ".join(facts),
        lines=_lines(work, entered.quiz),
        categories=read_tree(work, entered.quiz.course_id).refs(),
    )


def bank_source(work: Work, *, slug: str, question_id: UUID | None = None) -> QuizSource:
    """What stands around a question of a course's bank, or around a new one: its course, and the quizzes that ask it."""
    if question_id is None:
        membership, facts = courses.enter_by_slug(work, slug, Can.AUTHOR), ""
    else:
        membership, _question = _in_bank(work, slug, question_id)
        asking = [use.title for use in question_uses(work, question_id=question_id) if use.asks]
        facts = f"Saving changes it in {' and '.join(asking)}." if asking else "In no quiz yet."
    return replace(NO_SOURCE, slug=membership.slug, course=membership.title, facts=facts)


def _lines(work: Work, quiz: Quiz) -> list[QuestionLine]:
    slots = slots_of(work, quiz.item_id)
    fitting = drawing.fitting(work, quiz, [slot for slot, _question, _version in slots if slot.place == Place.DRAW])
    found: list[QuestionLine] = []
    number = 1
    for slot, question, version in slots:
        if question is not None and version is not None:
            asks = int(KINDS[version.kind].counted)
            line = QuestionLine(
                id=str(slot.id),
                question=str(question.id),
                place=slot.place,
                number=number * asks,
                text=text.plain(version.stem)[:CLIP],
                kind=KINDS[version.kind].label,
                points=when.points(version.points) if asks else "",
            )
        elif slot.place == Place.DRAW:
            asks, fit = slot.draws, fitting[slot.id]
            line = QuestionLine(
                id=str(slot.id),
                question="",
                place=slot.place,
                number=number,
                text=f"Draws {asks} of {when.plural(fit, 'question')} that {'fits' if fit == 1 else 'fit'}",
                kind="Random questions",
                points=when.points(slot.points * asks),
                few=fit < asks,
            )
        else:
            asks = 0
            kind = "Section, shuffled" if slot.shuffle else "Section"
            line = QuestionLine(str(slot.id), "", slot.place, 0, slot.title, kind, "")
        found.append(line)
        number += asks
    return found


def question_form(work: Work, *, question_id: UUID, slot_id: UUID | None = None) -> QuestionForm:
    """A question as its form holds it, the key included. `slot_id` is kept in the form for whoever edits its quiz."""
    question = own_question(work, question_id)
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
    return QuestionForm(
        id=str(question.id),
        slot=str(slot_id or ""),
        version=question.version,
        kind=version.kind,
        values={**values, **said},
    )


def new_form(kind: str) -> QuestionForm:
    """An empty form. Raises Invalid for a kind that there is not."""
    begins = {POINTS: typed.number(ONE_POINT), PENALTY_PERCENT: typed.number(PENALTY * 100)}
    return QuestionForm(id="", slot="", version=0, kind=kind, values={**kind_of(kind).new(), **begins})


def read_form(kind: str, values: Mapping[str, str]) -> Draft:
    """A form as a question, checked and rendered, without a database. Raises Invalid by the names of its inputs."""
    its = kind_of(kind)
    points = typed.decimal(values.get(POINTS, ""))
    penalty = values.get(PENALTY_PERCENT, "").strip().removesuffix("%")
    values, was = flat.without_blank_rows(values)
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
        raise Invalid({was(_input(kind, name)): said for name, said in error.fields.items()}) from None


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
    question = own_question(work, question_id)
    here = select(Slot.id).where(
        col(Slot.quiz_id) == quiz_id, col(Slot.question_id) == question_id, col(Slot.removed_at).is_(None)
    )
    slot_id = work.db.exec(here).first()
    if slot_id is None:
        raise NotFound(NO_QUIZ)
    return replace(rewrite(work, question, drafted, seen), slot_id=slot_id)


def save_in_bank(
    work: Work, *, slug: str, question_id: UUID | None, drafted: Draft, seen: int | None = None
) -> QuestionRef:
    """Add a question to a course's bank, or give one of it a new version, in all quizzes that ask it.

    `seen` as in `save_question`.
    """
    if question_id is None:
        return add_to_bank(work, courses.enter_by_slug(work, slug, Can.AUTHOR).course_id, [drafted])[0]
    _membership, question = _in_bank(work, slug, question_id)
    return rewrite(work, question, drafted, seen)


def _in_bank(work: Work, slug: str, question_id: UUID) -> tuple[Membership, Question]:
    """The door. Raises NotFound for a question that is not in this course's bank any more."""
    membership = courses.enter_by_slug(work, slug, Can.AUTHOR)
    question = work.db.get(Question, question_id)
    if question is None or question.course_id != membership.course_id or question.removed_at is not None:
        raise NotFound(NO_QUESTION)
    return membership, question


def rewrite(work: Work, question: Question, drafted: Draft, seen: int | None) -> QuestionRef:
    if seen is not None and question.version != seen:
        raise Conflict(CHANGED)
    before = _current(work, question)
    ref = add_version(work, question, drafted)
    if not _is_pinned(work, before):
        # Nobody has seen it: an author who stops to think has not written another version.
        work.db.delete(before)
        work.db.flush()
    settled_where_asked(work, question)
    return ref


def draft_again(work: Work, question_id: UUID) -> Draft:
    """What a question asks now, to be written once more. The door was somebody else's."""
    question = work.db.get_one(Question, question_id)
    return draft_of(_current(work, question), question.haystack)


def _current(work: Work, question: Question) -> QuestionVersion:
    return work.db.exec(
        select(QuestionVersion).where(
            col(QuestionVersion.question_id) == question.id, col(QuestionVersion.version) == question.version
        )
    ).one()


def _is_pinned(work: Work, version: QuestionVersion) -> bool:
    pins = select(AttemptQuestion.number).where(col(AttemptQuestion.version_id) == version.id).limit(1)
    return work.db.exec(pins).first() is not None
