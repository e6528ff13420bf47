"""The page of the question bank, and what the editor takes of it, without a browser."""

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest

from lms_app.core.errors import Conflict, NotFound
from lms_app.quizzes import service
from lms_app.quizzes.state.bank import QuestionBankState
from lms_app.quizzes.state.editing import QuizEditorState
from lms_app.quizzes.state.starting import QuizState
from tests.courses.tabs import Tab, leads_to
from tests.quizzes import makers


@pytest.fixture
def quiz(instructor: Any, student: Any) -> makers.Made:
    return makers.quiz(instructor, student)


def _bank(person: Any, quiz: makers.Made, **asked: str) -> Tab:
    tab = Tab(person, QuestionBankState, address=f"/teaching/x/questions?{urlencode(asked)}", slug=quiz.course.slug)
    tab.sends("open")
    return tab


def _picked(quiz: makers.Made, *places: int) -> dict[str, str]:
    return {f"pick.{quiz.questions[place]}": "on" for place in places}


def test_the_page_shows_what_its_address_asks_for(instructor: Any, student: Any, quiz: makers.Made) -> None:
    everything, some = _bank(instructor, quiz), _bank(instructor, quiz, search="ENERGY", kind="true_false")

    assert (everything.loaded, len(everything.bank.rows), everything.shown) == (True, 5, "1–5 of 5")
    assert [row.text for row in some.bank.rows] == ["Energy leaves as heat."]
    assert _bank(student, quiz).missing
    assert _bank(instructor, quiz, category="nonsense").missing


def test_a_filter_goes_into_the_address(instructor: Any, quiz: makers.Made) -> None:
    tab = _bank(instructor, quiz, search="energy")

    assert leads_to(tab.sends("choose", "difficulty", "hard")).endswith("?search=energy&difficulty=hard")
    assert leads_to(tab.sends("find", "")).endswith("/questions")


def test_the_chosen_questions_are_changed(instructor: Any, quiz: makers.Made) -> None:
    tab = _bank(instructor, quiz)
    tab.sends("save_category", {"name": "Energy", "parent": ""})
    tab.sends("save_category", {"name": "Webs", "parent": tab.bank.categories[0].value})
    webs = tab.bank.categories[1].value

    tab.sends("change", {**_picked(quiz, 0, 1), "do": "tag", "tags": "Exam, energy"})
    tab.sends("change", {**_picked(quiz, 1), "do": "untag", "tags": "exam"})
    tab.sends("change", {**_picked(quiz, 0), "do": "file", "category": webs})
    tab.sends("change", {**_picked(quiz, 0), "do": "rate", "level": "hard"})

    rows = {row.id: row for row in tab.bank.rows}
    first, second = rows[str(quiz.questions[0])], rows[str(quiz.questions[1])]
    assert (first.tags, first.category, first.difficulty) == (["energy", "exam"], "Energy / Webs", "hard")
    assert second.tags == ["energy"]
    tab.sends("remove_category", webs)
    assert {row.category for row in tab.bank.rows} == {"", "Energy"}


def test_a_category_is_renamed_moved_and_deleted(instructor: Any, quiz: makers.Made) -> None:
    tab = _bank(instructor, quiz)
    for name in ("Energy", "Webs"):
        tab.sends("save_category", {"name": name, "parent": ""})
    energy, webs = (one.value for one in tab.bank.categories)

    tab.sends("edit_category", webs)
    tab.sends("save_category", {"name": "energy", "parent": ""})
    assert (tab.error, tab.category["id"]) == ("There is a category of this name already.", webs)
    tab.sends("save_category", {"name": "Food webs", "parent": energy})
    assert [one.label for one in tab.bank.categories] == ["Energy", "Energy / Food webs"]
    tab.sends("edit_category", webs)
    assert (tab.category["name"], tab.category["parent"]) == ("Food webs", energy)

    tab.sends("change", {**_picked(quiz, 0), "do": "file", "category": webs})
    inside = _bank(instructor, quiz, category=webs)
    assert leads_to(inside.sends("remove_category", webs)).endswith("/questions")
    tab.sends("edit_category", "")

    assert (tab.category["id"], tab.category["name"]) == ("", "")
    assert {row.category for row in _bank(instructor, quiz).bank.rows} == {"", "Energy"}


def test_a_category_that_a_quiz_draws_from_stays(instructor: Any, quiz: makers.Made) -> None:
    tab = _bank(instructor, quiz)
    tab.sends("save_category", {"name": "Energy", "parent": ""})
    energy = tab.bank.categories[0].value
    drawn = service.Wanted(UUID(energy))
    instructor.does(service.save_draw, quiz_id=quiz.id, draws=1, points=Decimal(1), wanted=drawn)

    tab.sends("remove_category", energy)

    assert tab.error == "A quiz draws questions from this category. Change that draw first."
    assert [one.label for one in tab.bank.categories] == ["Energy"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"do": "tag", "tags": "x"}, "Choose questions first"),
        ({"do": "tag", "tags": " , "}, "Enter a tag"),
        ({"do": "tag", "tags": "x" * 41}, "up to 40 characters"),
        ({"do": "rate", "level": "awful"}, "Choose easy, medium or hard"),
    ],
)
def test_what_cannot_be_done_is_said(instructor: Any, quiz: makers.Made, given: dict[str, str], said: str) -> None:
    tab = _bank(instructor, quiz)

    tab.sends("change", given if said.startswith("Choose questions") else {**given, **_picked(quiz, 0)})

    assert said in tab.error


def test_what_is_removed_can_be_brought_back(instructor: Any, quiz: makers.Made) -> None:
    tab = _bank(instructor, quiz)
    with pytest.raises(Conflict):
        tab.sends("change", {**_picked(quiz, 0), "do": "remove"})
    instructor.does(service.remove_slot, slot_id=quiz.slots[0])

    tab.sends("change", {**_picked(quiz, 0), "do": "remove"})
    assert (tab.removed, tab.bank.total) == (1, 4)
    tab.sends("bring_back")

    assert (tab.removed, tab.bank.total) == (0, 5)


def test_a_question_is_put_into_another_quiz(instructor: Any, quiz: makers.Made) -> None:
    other = instructor.does(service.create_quiz, module_id=quiz.course.modules[0], title="Another")
    tab = _bank(instructor, quiz)

    tab.sends("change", {**_picked(quiz, 2, 3), "do": "use", "target": str(other.item_id)})

    assert [line.number for line in instructor.sees(service.source, item_id=other.item_id).lines] == [1, 2]


def test_a_question_is_tried_out_with_its_key_kept_on_the_server(instructor: Any, quiz: makers.Made) -> None:
    tab = _bank(instructor, quiz)

    tab.sends("show", str(quiz.questions[0]))
    assert "Photosynthesis" in str(tab.trying[0].prompt)
    assert "fraction" not in str(tab.trying[0].prompt)
    assert [use.title for use in tab.uses] == ["Energy flow"]
    tab.sends("try_it", '{"choice": "right"}')

    assert [tried.outcome for tried in tab.tried] == ["correct"]
    tab.sends("show", str(quiz.questions[2]))
    assert tab.tried == []


def test_draws_and_sections_are_written_in_the_editor(instructor: Any, quiz: makers.Made) -> None:
    tab = Tab(instructor, QuizEditorState, item=str(quiz.id))
    tab.sends("open")
    tab.sends("begin", "section")
    tab.sends("send", {"title": "", "do": ""})
    assert tab.errors == {"title": "Enter a heading, up to 160 characters."}
    tab.sends("send", {"title": "By heart", "shuffle": "on", "do": ""})
    tab.sends("begin", "draw")
    assert (tab.kind, tab.chosen, tab.values["draws"]) == ("draw", "", "1")
    tab.sends("send", {"draws": "2", "points": "3", "category": "", "tags": "nowhere", "difficulty": "", "do": "auto"})

    assert tab.quiz.facts == "7 questions · 16 points"
    section, draw = tab.quiz.lines[-2:]
    assert (section.text, section.kind) == ("By heart", "Section, shuffled")
    assert (draw.text, draw.few, tab.chosen) == ("Draws 2 of 0 questions that fit", True, draw.id)
    tab.sends("choose", section.id)
    assert (tab.kind, tab.values["title"]) == ("section", "By heart")
    tab.sends("remove")
    tab.sends("bring_back")
    assert tab.chosen == section.id


def test_a_quiz_is_taken_as_a_student_from_its_pages(instructor: Any, quiz: makers.Made) -> None:
    tab = Tab(instructor, QuizState, item=str(quiz.id))
    tab.sends("open")

    address = leads_to(tab.sends("take"))
    trial = UUID(address.split("/")[2])
    instructor.does(service.submit, attempt_id=trial)
    tab.sends("open")
    assert [one.id for one in tab.quiz.attempts] == [str(trial)]
    tab.sends("discard", str(trial))
    tab.sends("open")

    assert tab.quiz.attempts == []
    with pytest.raises(NotFound):
        instructor.does(service.result, attempt_id=trial)


# ---- A question in its form


FILLED = {"q.stem": "Is the Earth *warm*?", "q.points": "2", "answer": "true"}


def _question(person: Any, quiz: makers.Made, question: Any, kind: str = "") -> Tab:
    address = f"/teaching/x/questions/{question}?kind={kind}"
    tab = Tab(person, QuizEditorState, address=address, slug=quiz.course.slug, item=str(question))
    tab.sends("open_question")
    return tab


def test_a_new_question_comes_into_the_bank_alone(instructor: Any, student: Any, quiz: makers.Made) -> None:
    tab = _question(instructor, quiz, "new", "true_false")
    assert (tab.loaded, tab.kind, tab.chosen, tab.quiz.course) == (True, "true_false", "", "Principles of Ecology")

    tab.sends("send", {**FILLED, "q.stem": "", "do": ""})
    assert tab.errors == {"q.stem": "Enter the question, up to 100,000 characters."}
    tab.sends("send", {**FILLED, "do": "auto"})
    tab.sends("send", {**FILLED, "q.points": "3", "do": "another"})

    assert (tab.kind, tab.chosen, "q.stem" in tab.values) == ("true_false", "", False)
    rows = _bank(instructor, quiz, used="no").bank.rows
    assert [(row.text, row.points, row.quizzes) for row in rows] == [("Is the Earth warm?", "3", 0)]
    assert _question(instructor, quiz, "new", "nonsense").missing
    assert _question(student, quiz, "new", "true_false").missing


def test_a_question_of_the_bank_is_changed_wherever_it_is_asked(instructor: Any, quiz: makers.Made) -> None:
    tab = _question(instructor, quiz, quiz.questions[2])
    assert (tab.chosen, tab.quiz.facts) == (str(quiz.questions[2]), "Saving changes it in Energy flow.")

    tab.sends("send", {**tab.values, "q.stem": "Which is *first*?", "do": ""})

    assert (tab.unsaved, tab.errors) == ("", {})
    assert "Which is first?" in [line.text for line in instructor.sees(service.source, item_id=quiz.id).lines]


def test_whoever_saves_after_somebody_else_is_told_and_may_keep_theirs(instructor: Any, quiz: makers.Made) -> None:
    one, two = (_question(instructor, quiz, quiz.questions[0]) for _ in range(2))
    one.sends("send", {**one.values, "q.points": "5", "do": ""})

    two.sends("send", {**two.values, "q.points": "7", "do": "auto"})
    assert two.unsaved.startswith("Somebody else changed this question")
    two.sends("send", {**two.values, "q.points": "7", "do": ""})

    assert two.unsaved == ""
    assert _question(instructor, quiz, quiz.questions[0]).values["q.points"] == "7"


def test_what_is_not_in_this_bank_is_not_opened(instructor: Any, quiz: makers.Made) -> None:
    other = makers.quiz(instructor)
    instructor.does(service.remove_slot, slot_id=quiz.slots[0])
    removed = _question(instructor, quiz, quiz.questions[0])
    instructor.does(service.remove_questions, slug=quiz.course.slug, question_ids=[quiz.questions[0]])

    with pytest.raises(NotFound):
        removed.sends("send", {**removed.values, "do": ""})
    assert _question(instructor, quiz, quiz.questions[0]).missing
    assert _question(instructor, quiz, other.questions[0]).missing
    assert _question(instructor, quiz, "nonsense").missing
