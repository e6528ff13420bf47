"""Writing questions in the editor: what is saved, what is kept while something is missing, and where a question stands."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from lms_app.core.errors import Conflict, Invalid, NotFound
from lms_app.quizzes import service
from lms_app.quizzes.kinds import KINDS
from lms_app.quizzes.state.editing import QuizEditorState
from tests.courses.tabs import Tab
from tests.quizzes import makers

FILLED = {
    "q.stem": "Which process *spends* energy?",
    "q.points": "2",
    "q.feedback": "",
    "options.rows": "2",
    "options.pick": "1",
    "options.0.text": "Photosynthesis",
    "options.1.text": "Respiration",
    "shuffle": "on",
}


@pytest.fixture
def quiz(instructor: Any, student: Any) -> makers.Made:
    return makers.quiz(instructor, student)


def _stems(instructor: Any, quiz: makers.Made) -> list[str]:
    return [line.text for line in instructor.sees(service.source, item_id=quiz.id).lines]


def test_the_editor_lists_what_the_quiz_asks(instructor: Any, quiz: makers.Made) -> None:
    seen = instructor.sees(service.source, item_id=quiz.id)

    assert (seen.title, seen.course, seen.facts) == ("Energy flow", "Principles of Ecology", "5 questions · 10 points")
    assert [(line.number, line.kind, line.points) for line in seen.lines][:2] == [
        (1, "Single choice", "2"),
        (2, "Multiple answer", "2"),
    ]


def _saved(person: Any, quiz: makers.Made, question_id: UUID | None, values: dict[str, str], **more: Any) -> Any:
    drafted = service.read_form("single_choice", values)
    return person.does(service.save_question, quiz_id=quiz.id, question_id=question_id, drafted=drafted, **more)


def test_a_form_becomes_a_question_and_a_form_again(instructor: Any, quiz: makers.Made) -> None:
    ref = _saved(instructor, quiz, None, FILLED)

    form = instructor.sees(service.question_form, question_id=ref.id)

    assert _stems(instructor, quiz)[-1] == "Which process spends energy?"
    assert (form.kind, form.version, ref.points) == ("single_choice", 1, Decimal(2))
    assert {**form.values, **FILLED} == form.values


def test_a_new_version_replaces_one_that_nobody_was_asked(instructor: Any, student: Any, quiz: makers.Made) -> None:
    first = quiz.questions[0]
    makers.begun(student, quiz)  # pins version 1
    for points in ("3", "4", "5"):
        _saved(instructor, quiz, first, {**FILLED, "q.points": points})

    versions = instructor.sees(_versions, question_id=first)

    assert versions == [(1, Decimal(2)), (4, Decimal(5))]


def _versions(work: Any, *, question_id: UUID) -> list[tuple[int, Decimal]]:
    from sqlmodel import col, select

    from lms_app.quizzes.models import QuestionVersion

    rows = work.db.exec(
        select(QuestionVersion)
        .where(col(QuestionVersion.question_id) == question_id)
        .order_by(col(QuestionVersion.version))
    )
    return [(row.version, row.points) for row in rows]


def test_who_saves_after_somebody_else_is_told(instructor: Any, quiz: makers.Made) -> None:
    first = quiz.questions[0]
    seen = instructor.sees(service.question_form, question_id=first).version
    _saved(instructor, quiz, first, FILLED, seen=seen)

    with pytest.raises(Conflict):
        _saved(instructor, quiz, first, {**FILLED, "q.points": "7"}, seen=seen)


def test_a_question_is_saved_in_its_own_quiz_only(instructor: Any, quiz: makers.Made) -> None:
    other = makers.quiz(instructor)

    with pytest.raises(NotFound):
        _saved(instructor, quiz, other.questions[0], FILLED)


@pytest.mark.parametrize(
    ("change", "name", "said"),
    [
        ({"q.points": "two"}, "q.points", "Enter points from 0 to 1,000, like 2."),
        ({"q.points": ""}, "q.points", "Enter points from 0 to 1,000, like 2."),
        ({"q.stem": " "}, "q.stem", "Enter the question, up to 100,000 characters."),
        ({"options.1.text": ""}, "options.1.text", "Fill this in."),
        ({"options.0.fraction": "much"}, "options.0.fraction", "Enter a share in percent, like 50."),
        ({"options.pick": ""}, "spec", "Mark one option as the right answer."),
        ({"options.rows": "1"}, "options", "Add at least 2."),
    ],
)
def test_what_is_wrong_is_said_beside_its_input(change: dict[str, str], name: str, said: str) -> None:
    with pytest.raises(Invalid) as told:
        service.read_form("single_choice", {**FILLED, **change})

    assert told.value.fields[name] == said


def test_questions_move_are_copied_and_come_back(instructor: Any, quiz: makers.Made) -> None:
    one, two, three, *_ = _stems(instructor, quiz)
    first = quiz.slots[0]

    instructor.does(service.move_slot, slot_id=first, step=1)
    assert _stems(instructor, quiz)[:3] == [two, one, three]
    instructor.does(service.move_slot, slot_id=first, step=-1)
    instructor.does(service.move_slot, slot_id=first, step=-1)
    assert _stems(instructor, quiz)[:3] == [one, two, three]
    instructor.does(service.duplicate_slot, slot_id=first)
    assert _stems(instructor, quiz)[:3] == [one, one, two]
    instructor.does(service.remove_slot, slot_id=first)
    instructor.does(service.restore_slot, slot_id=first)
    assert _stems(instructor, quiz)[:3] == [one, one, two]
    with pytest.raises(Invalid):
        instructor.does(service.move_slot, slot_id=first, step=2)


# ---- The page


@pytest.fixture
def tab(instructor: Any, quiz: makers.Made) -> Tab:
    made = Tab(instructor, QuizEditorState, item=str(quiz.id))
    made.sends("open")
    return made


def test_the_page_opens_with_the_first_question(tab: Tab, quiz: makers.Made) -> None:
    assert (tab.loaded, tab.chosen, tab.kind) == (True, str(quiz.slots[0]), "single_choice")
    assert tab.values["q.stem"] == "Which process fixes the energy?"


def test_a_new_row_that_is_still_empty_stands_in_nobodys_way(tab: Tab, instructor: Any, quiz: makers.Made) -> None:
    tab.sends("send", {**FILLED, "do": "options.add"})

    assert tab.values["options.rows"] == "3"
    assert (tab.values["q.stem"], tab.errors) == (FILLED["q.stem"], {})
    assert (tab.saved != "", tab.unsaved) == (True, "")
    form = instructor.sees(service.question_form, question_id=quiz.questions[0])
    assert form.values["options.rows"] == "2"


def test_a_moved_row_is_saved(tab: Tab, instructor: Any, quiz: makers.Made) -> None:
    tab.sends("send", {**FILLED, "do": "options.1.up"})

    form = instructor.sees(service.question_form, question_id=quiz.questions[0])
    assert (form.values["options.0.text"], form.values["options.pick"]) == ("Respiration", "0")


def test_a_pause_saves_and_says_when(tab: Tab, instructor: Any, quiz: makers.Made) -> None:
    tab.sends("send", {**FILLED, "do": "auto"})

    assert (tab.saved != "", tab.unsaved, tab.errors) == (True, "", {})
    assert _stems(instructor, quiz)[0] == "Which process spends energy?"
    assert tab.quiz.lines[0].text == "Which process spends energy?"


def test_a_pause_in_the_middle_scolds_nobody_and_loses_nothing(tab: Tab, quiz: makers.Made) -> None:
    half = {**FILLED, "options.1.text": "", "do": "auto"}

    tab.sends("send", half)
    assert (tab.saved, tab.unsaved, tab.errors) == ("", "Not saved yet: something is still missing.", {})
    tab.sends("choose", str(quiz.slots[1]))
    assert tab.values["q.stem"] == "Which are consumers?"
    tab.sends("choose", str(quiz.slots[0]))

    assert tab.values["q.stem"] == FILLED["q.stem"]
    assert tab.unsaved


def test_a_new_question_waits_under_its_own_kind(tab: Tab) -> None:
    tab.sends("begin", "short_answer")
    tab.sends("send", {"q.stem": "What do leaves take in?", "do": "auto"})

    tab.sends("begin", "true_false")
    assert (tab.kind, tab.values.get("q.stem", "")) == ("true_false", "")
    tab.sends("begin", "short_answer")

    assert (tab.kind, tab.values["q.stem"]) == ("short_answer", "What do leaves take in?")
    assert tab.unsaved


def test_a_text_that_is_too_long_is_refused_and_never_cut(tab: Tab, instructor: Any, quiz: makers.Made) -> None:
    long = "x" * 100_000

    tab.sends("send", {**FILLED, "q.stem": long + "!", "do": ""})
    assert tab.errors == {"q.stem": "Enter the question, up to 100,000 characters."}
    tab.sends("send", {**FILLED, "q.stem": long, "do": ""})

    assert tab.errors == {}
    assert instructor.sees(service.questions, quiz_id=quiz.id)[0].stem == long


def test_the_next_question_of_the_kind_follows_at_once(tab: Tab) -> None:
    tab.sends("begin", "single_choice")
    tab.sends("send", {**FILLED, "q.stem": "", "do": "another"})
    assert set(tab.errors) == {"q.stem"}

    tab.sends("send", {**FILLED, "q.stem": "First", "do": "another"})

    assert (tab.chosen, tab.kind, tab.values.get("q.stem", "")) == ("", "single_choice", "")
    assert [line.text for line in tab.quiz.lines][-1] == "First"


def test_who_asks_for_saving_hears_what_is_wrong(tab: Tab) -> None:
    tab.sends("send", {**FILLED, "options.1.text": "", "do": ""})

    assert tab.errors == {"options.1.text": "Fill this in."}
    assert [(problem.id, problem.text) for problem in tab.problems] == [("options.1.text", "Fill this in.")]


@pytest.mark.parametrize("kind", KINDS)
def test_a_question_of_every_kind_is_written_on_the_page(tab: Tab, kind: str) -> None:
    before = len(tab.quiz.lines)
    tab.sends("begin", kind)
    assert (tab.chosen, tab.kind) == ("", kind)
    filled = KINDS[kind].to_form(KINDS[kind].examples[0].spec)

    tab.sends("send", {**filled, "q.stem": "New", "q.points": "1", "do": ""})

    assert (tab.errors, len(tab.quiz.lines)) == ({}, before + 1)
    assert tab.chosen == tab.quiz.lines[-1].id
    # Once more is the same question, not another one.
    tab.sends("send", {**filled, "q.stem": "Newer", "q.points": "1", "do": "auto"})
    assert (len(tab.quiz.lines), tab.quiz.lines[-1].text) == (before + 1, "Newer")


def test_after_a_conflict_saving_once_more_keeps_ones_own(tab: Tab, instructor: Any, quiz: makers.Made) -> None:
    _saved(instructor, quiz, quiz.questions[0], {**FILLED, "q.stem": "Theirs"})

    tab.sends("send", {**FILLED, "q.stem": "Mine", "do": "auto"})
    assert tab.unsaved.startswith("Somebody else changed this question")
    assert _stems(instructor, quiz)[0] == "Theirs"
    tab.sends("send", {**FILLED, "q.stem": "Mine", "do": ""})

    assert (_stems(instructor, quiz)[0], tab.unsaved) == ("Mine", "")


def test_a_removed_question_can_be_brought_back(tab: Tab, quiz: makers.Made) -> None:
    tab.sends("remove")
    assert (len(tab.quiz.lines), tab.chosen) == (4, str(quiz.slots[1]))

    tab.sends("bring_back")

    assert (len(tab.quiz.lines), tab.chosen, tab.removed) == (5, str(quiz.slots[0]), "")


# ---- In an attempt

MADE: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "matching": (
        {
            "items": [{"id": "i", "text": "Flea", "match": "a"}, {"id": "j", "text": "Weed", "match": "b"}],
            "choices": [{"id": "a", "text": "eats"}, {"id": "b", "text": "makes"}],
        },
        {"pairs": {"i": "a", "j": "b"}},
    ),
    "ordering": (
        {"items": [{"id": "i", "text": "Grass"}, {"id": "j", "text": "Vole"}, {"id": "k", "text": "Fox"}]},
        {"places": {"i": "1", "j": "2", "k": "3"}},
    ),
    "cloze": ({"text": "A [[*plant|animal]] needs [[light]]."}, {"gaps": {"1": "plant", "2": "Light"}}),
    "calculated": (
        {"variables": [{"name": "a", "low": 2, "high": 9}], "formula": "10*a"},
        {},
    ),
}


def test_new_kinds_are_taken_and_graded(instructor: Any, student: Any) -> None:
    made = makers.quiz(instructor, student, shuffle_options=False)
    for slot_id in made.slots:
        instructor.does(service.remove_slot, slot_id=slot_id)
    for kind, (spec, _answer) in MADE.items():
        instructor.does(service.add_question, quiz_id=made.id, kind=kind, stem="Ten times {a}: $10{a}$", spec=spec)
    attempt = makers.begun(student, made)

    for number, (kind, (_spec, answer)) in enumerate(MADE.items(), start=1):
        shown = makers.question(student, attempt, number)
        if kind == "calculated":
            drawn = shown.stem_html.split("Ten times ")[1].split(":")[0]
            answer = {"number": f"{drawn}0"}
            assert drawn in "23456789"
            # The same numbers, whenever it is read again.
            assert makers.question(student, attempt, number).stem_html == shown.stem_html
        makers.answers(student, attempt, number, answer)
    result = student.does(service.submit, attempt_id=UUID(attempt.id))

    assert (result.points, result.points_max) == (Decimal(4), Decimal(4))
    assert [row.outcome for row in result.answers] == ["correct"] * 4
    assert "{a}" not in result.answers[3].stem_html
