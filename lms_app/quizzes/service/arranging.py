"""Where things stand in a quiz: its slots move, go, come back, and take questions of the bank, draws and headings."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from sqlmodel import col, select

from lms_app.core import typed
from lms_app.core.errors import Conflict, Invalid, NotFound
from lms_app.core.work import Work
from lms_app.policy import Can
from lms_app.quizzes.models import Place, Question, Slot
from lms_app.quizzes.service.authoring import (
    NO_QUESTION,
    ONE_POINT,
    POINTS_MAX,
    append,
    next_position,
    settled,
    slots_of,
)
from lms_app.quizzes.service.bank import Wanted, check_wanted
from lms_app.quizzes.service.categories import NO_CATEGORY
from lms_app.quizzes.service.copying import copy_pictures
from lms_app.quizzes.service.door import NO_QUIZ, Entered, enter_quiz
from lms_app.quizzes.service.editing import draft_again
from lms_app.quizzes.views import QuestionForm

DRAWS_MAX = 100  # questions of one draw
SLOTS_MAX = 50  # draws of one quiz
TITLE_MAX = 160


def own_slot(work: Work, slot_id: UUID) -> tuple[Slot, Entered]:
    """The row only, to learn its quiz; the door comes next, and answers a stranger with the same sentence."""
    slot = work.db.get(Slot, slot_id)
    if slot is None:
        raise NotFound(NO_QUIZ)
    return slot, enter_quiz(work, slot.quiz_id, Can.AUTHOR)


def move_slot(work: Work, *, slot_id: UUID, step: int) -> None:
    """Move a slot up (-1) or down (1) in its quiz; at an end it stays. Attempts that are open keep their order."""
    if step not in (-1, 1):
        raise Invalid({"step": "Move it by -1 or 1."})
    slot, _entered = own_slot(work, slot_id)
    order = [one for one, _question, _version in slots_of(work, slot.quiz_id)]
    if slot not in order:
        raise NotFound(NO_QUIZ)
    at = order.index(slot)
    to = at + step
    if 0 <= to < len(order):
        order[at], order[to] = order[to], order[at]
        _number(work, order)


def remove_slot(work: Work, *, slot_id: UUID) -> None:
    """Take something out of a quiz. A question stays in the bank, and in the attempts that had it."""
    slot, entered = own_slot(work, slot_id)
    slot.removed_at = slot.removed_at or work.now
    _changed(work, slot, entered)


def restore_slot(work: Work, *, slot_id: UUID) -> None:
    """Bring what was taken out back to its place, also where its question was taken out of the bank since."""
    slot, entered = own_slot(work, slot_id)
    slot.removed_at = None
    if slot.question_id is not None:
        question = work.db.get_one(Question, slot.question_id)
        question.removed_at = None
        work.db.add(question)
    _changed(work, slot, entered)


def duplicate_slot(work: Work, *, slot_id: UUID) -> UUID:
    """The same once more, right below, and the id of its slot; of a question it is a new one."""
    slot, entered = own_slot(work, slot_id)
    if slot.question_id is not None:
        (ref,) = append(work, entered.quiz, [draft_again(work, slot.question_id)])
        assert ref.slot_id is not None
        copy_pictures(work, {slot.question_id: ref.id})
        copy = work.db.get_one(Slot, ref.slot_id)
    else:
        given = slot.model_dump(exclude={"id", "position", "removed_at"})
        copy = Slot(**given, position=next_position(work, slot.quiz_id))
        work.db.add(copy)
        work.db.flush()
    order = [one for one, _question, _version in slots_of(work, slot.quiz_id)]
    if slot in order:
        order.insert(order.index(slot) + 1, order.pop(order.index(copy)))
        _number(work, order)
    settled(work, entered.quiz, entered.item.title, [])
    return copy.id


def use_questions(work: Work, *, quiz_id: UUID, question_ids: Sequence[UUID]) -> list[UUID]:
    """Put questions of the course's bank at the end of a quiz, and return their slots; one that it asks already stays.

    Raises NotFound for one that is not in this course's bank.
    """
    entered = enter_quiz(work, quiz_id, Can.AUTHOR)
    found = work.db.exec(
        select(Question.id).where(
            col(Question.id).in_(question_ids),
            col(Question.course_id) == entered.quiz.course_id,
            col(Question.removed_at).is_(None),
        )
    ).all()
    if set(found) != set(question_ids):
        raise NotFound(NO_QUESTION)
    asked = work.db.exec(
        select(Slot).where(col(Slot.quiz_id) == quiz_id, col(Slot.question_id).in_(question_ids))
    ).all()
    known = {slot.question_id: slot for slot in asked}
    at = next_position(work, quiz_id)
    slots: list[Slot] = []
    for question_id in dict.fromkeys(question_ids):
        slot = known.get(question_id) or Slot(quiz_id=quiz_id, question_id=question_id)
        if slot.question_id not in known or slot.removed_at is not None:
            slot.position, slot.removed_at = at, None
            at += 1
        work.db.add(slot)
        slots.append(slot)
    work.db.flush()
    settled(work, entered.quiz, entered.item.title, [])
    return [slot.id for slot in slots]


def save_draw(
    work: Work, *, quiz_id: UUID, slot_id: UUID | None = None, draws: int, points: Decimal, wanted: Wanted
) -> UUID:
    """Add a draw to a quiz, or change one that it has, and return its slot. Attempts keep what they drew.

    Raises Invalid by the name of the field.
    """
    entered = enter_quiz(work, quiz_id, Can.AUTHOR)
    wrong: dict[str, str] = {}
    if not 1 <= draws <= DRAWS_MAX:
        wrong["draws"] = f"Enter how many questions to draw, from 1 to {DRAWS_MAX}."
    if not points.is_finite() or not 0 <= points <= POINTS_MAX:
        wrong["points"] = f"Enter points from 0 to {POINTS_MAX:,}, like 2."
    if wrong:
        raise Invalid(wrong)
    wanted = check_wanted(work, entered.quiz.course_id, wanted)
    slot = _own(work, quiz_id, slot_id, Place.DRAW)
    slot.draws, slot.points = draws, points
    slot.category_id, slot.tags, slot.difficulty = wanted.category_id, list(wanted.tags), wanted.difficulty
    if slot_id is None:
        _check_room(work, quiz_id)
    _changed(work, slot, entered)
    return slot.id


def save_section(
    work: Work, *, quiz_id: UUID, slot_id: UUID | None = None, title: str, shuffle: bool | None = None
) -> UUID:
    """Add a heading to a quiz, or change one that it has, and return its slot. It holds what follows, to the next one.

    `shuffle` says whether what it holds comes in another order for each student; left out, as the quiz has it.
    """
    entered = enter_quiz(work, quiz_id, Can.AUTHOR)
    title = " ".join(title.split())
    if not title or len(title) > TITLE_MAX:
        raise Invalid({"title": f"Enter a heading, up to {TITLE_MAX} characters."})
    slot = _own(work, quiz_id, slot_id, Place.SECTION)
    slot.title = title
    if shuffle is not None or slot_id is None:
        slot.shuffle = entered.quiz.shuffle_questions if shuffle is None else shuffle
    _changed(work, slot, entered)
    return slot.id


def slot_form(work: Work, *, slot_id: UUID) -> QuestionForm:
    """A draw or a section as its form holds it. Raises NotFound for the slot of a question, which has its own."""
    slot, _entered = own_slot(work, slot_id)
    if slot.place == Place.QUESTION:
        raise NotFound(NO_QUIZ)
    values = {
        "draws": str(slot.draws),
        "points": typed.number(slot.points),
        "category": str(slot.category_id or ""),
        "tags": ", ".join(slot.tags),
        "difficulty": slot.difficulty,
        "title": slot.title,
        "shuffle": typed.ON if slot.shuffle else "",
    }
    return QuestionForm(id="", slot=str(slot.id), version=0, kind=slot.place, values=values)


def new_slot_form(place: str) -> QuestionForm:
    """An empty form of a draw or a section."""
    values = {"draws": "1", "points": typed.number(ONE_POINT)} if place == Place.DRAW else {}
    return QuestionForm(id="", slot="", version=0, kind=place, values=values)


def save_slot(work: Work, *, quiz_id: UUID, slot_id: UUID | None, place: str, values: Mapping[str, str]) -> UUID:
    """Save the form of a draw or a section, and return its slot. Raises Invalid by the names of its inputs."""
    enter_quiz(work, quiz_id, Can.AUTHOR)
    if place == Place.SECTION:
        shuffle = typed.is_on(values, "shuffle")
        return save_section(work, quiz_id=quiz_id, slot_id=slot_id, title=values.get("title", ""), shuffle=shuffle)
    draws, points = typed.decimal(values.get("draws", "")), typed.decimal(values.get("points", ""))
    whole = draws is not None and draws == draws.to_integral_value() and abs(draws) < 10**6
    category = values.get("category", "")
    try:
        category_id = UUID(category) if category else None
    except ValueError:
        raise NotFound(NO_CATEGORY) from None
    wanted = Wanted(category_id, values.get("tags", "").split(","), values.get("difficulty", ""))
    return save_draw(
        work,
        quiz_id=quiz_id,
        slot_id=slot_id,
        draws=int(draws) if draws is not None and whole else 0,
        points=Decimal("NaN") if points is None else points,
        wanted=wanted,
    )


def _own(work: Work, quiz_id: UUID, slot_id: UUID | None, place: Place) -> Slot:
    if slot_id is None:
        return Slot(quiz_id=quiz_id, place=place, position=next_position(work, quiz_id))
    slot = work.db.get(Slot, slot_id)
    if slot is None or slot.quiz_id != quiz_id or slot.place != place:
        raise NotFound(NO_QUIZ)
    return slot


def _check_room(work: Work, quiz_id: UUID) -> None:
    if sum(slot.place == Place.DRAW for slot, _question, _version in slots_of(work, quiz_id)) >= SLOTS_MAX:
        raise Conflict(f"A quiz takes at most {SLOTS_MAX} draws. Let one of them draw more.")


def _changed(work: Work, slot: Slot, entered: Entered) -> None:
    work.db.add(slot)
    work.db.flush()
    settled(work, entered.quiz, entered.item.title, [])


def _number(work: Work, order: Sequence[Slot]) -> None:
    for position, slot in enumerate(order):
        slot.position = position
        work.db.add(slot)
    work.db.flush()
