"""The question bank of a course: questions are found, told apart, changed many at once, and put into quizzes."""

import time
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from lms_app.core.errors import Conflict, Invalid, NotFound
from lms_app.quizzes import service
from lms_app.quizzes.service import Wanted
from tests.courses.test_queries import cost
from tests.quizzes import makers


@pytest.fixture
def quiz(instructor: Any, student: Any) -> makers.Made:
    return makers.quiz(instructor, student)


def _texts(instructor: Any, quiz: makers.Made, **given: Any) -> list[str]:
    return sorted(row.text for row in instructor.sees(service.bank, slug=quiz.course.slug, **given).rows)


def _more(instructor: Any, quiz: makers.Made, *stems: str) -> list[UUID]:
    drafts = [service.draft(kind="true_false", stem=stem, spec={"answer": True}) for stem in stems]
    refs = instructor.does(service.add_questions_to_bank, slug=quiz.course.slug, questions=drafts)
    return [ref.id for ref in refs]


def _tagged(instructor: Any, quiz: makers.Made, ids: Any, *tags: str, **more: Any) -> int:
    return instructor.does(service.tag_questions, slug=quiz.course.slug, question_ids=list(ids), add=tags, **more)


def _category(instructor: Any, quiz: makers.Made, name: str, parent: UUID | None = None) -> UUID:
    made = instructor.does(service.add_category, slug=quiz.course.slug, name=name, parent_id=parent)
    return UUID(made.value)


def test_the_bank_holds_what_the_quizzes_of_a_course_ask_and_more(instructor: Any, quiz: makers.Made) -> None:
    _more(instructor, quiz, "Is the *Earth* warm?")

    seen = instructor.sees(service.bank, slug=quiz.course.slug)

    assert (seen.course, seen.total, len(seen.rows)) == ("Principles of Ecology", 6, 6)
    row = next(row for row in seen.rows if row.text == "Is the Earth warm?")
    assert (row.kind, row.points, row.quizzes, row.tags, row.category) == ("True or false", "1", 0, [], "")
    assert _texts(instructor, quiz, unused=True) == ["Is the Earth warm?"]
    assert [choice.label for choice in seen.quizzes] == ["Energy flow"]


def test_words_are_found_without_case_and_accents(instructor: Any, quiz: makers.Made) -> None:
    _more(instructor, quiz, "Où est la **forêt** d'Été?", "100 % of it?")

    assert _texts(instructor, quiz, search="FORET ete") == ["Où est la forêt d'Été?"]
    assert _texts(instructor, quiz, search="été") == ["Où est la forêt d'Été?"]
    assert _texts(instructor, quiz, search="%") == ["100 % of it?"]
    assert _texts(instructor, quiz, search="forest") == []


def test_a_new_version_is_found_by_its_words_and_kind(instructor: Any, quiz: makers.Made) -> None:
    instructor.does(
        service.update_question,
        question_id=quiz.questions[0],
        kind="true_false",
        stem="Do stones eat?",
        spec={"answer": False},
    )

    assert _texts(instructor, quiz, search="stones", kind="true_false") == ["Do stones eat?"]
    assert _texts(instructor, quiz, search="fixes") == []


def test_filters_narrow_together(instructor: Any, quiz: makers.Made) -> None:
    one, two, three, *_ = quiz.questions
    top = _category(instructor, quiz, "Energy")
    below = _category(instructor, quiz, "Food webs", top)
    _tagged(instructor, quiz, [one, two], "Exam  2027", "energy")
    _tagged(instructor, quiz, [three], "energy")
    slug = quiz.course.slug
    instructor.does(service.file_questions, slug=slug, question_ids=[one, three], category_id=below)
    instructor.does(service.rate_questions, slug=slug, question_ids=[one, two], difficulty="hard")

    def found(**given: Any) -> int:
        return instructor.sees(service.bank, slug=slug, wanted=Wanted(**given)).total

    assert found(tags=["energy"]) == 3
    assert found(tags=["energy", "EXAM 2027"]) == 2
    assert (found(category_id=top), found(category_id=below)) == (2, 2)
    assert found(category_id=top, difficulty="hard", tags=["exam 2027"]) == 1
    row = next(row for row in instructor.sees(service.bank, slug=slug).rows if row.id == str(one))
    assert (row.category, row.tags, row.difficulty) == ("Energy / Food webs", ["energy", "exam 2027"], "hard")


def test_tags_come_off_and_have_their_limits(instructor: Any, quiz: makers.Made) -> None:
    _tagged(instructor, quiz, quiz.questions, "energy", "exam")

    assert _tagged(instructor, quiz, quiz.questions[:2], "new", drop=["EXAM"]) == 2

    assert instructor.sees(service.bank, slug=quiz.course.slug).tags == ["energy", "exam", "new"]
    assert instructor.sees(service.bank, slug=quiz.course.slug, wanted=Wanted(tags=["exam"])).total == 3
    for tags in (["x" * 41], [f"tag {n}" for n in range(21)], [f"tag {n}" for n in range(19)]):
        with pytest.raises(Invalid, match="tags"):
            _tagged(instructor, quiz, quiz.questions, *tags)


def test_categories_are_a_tree(instructor: Any, quiz: makers.Made) -> None:
    energy = _category(instructor, quiz, "Energy")
    webs = _category(instructor, quiz, " Food   webs", energy)
    water = _category(instructor, quiz, "Water", webs)
    instructor.does(service.file_questions, slug=quiz.course.slug, question_ids=[quiz.questions[0]], category_id=webs)

    def paths() -> list[str]:
        return [one.label for one in instructor.sees(service.categories, slug=quiz.course.slug)]

    assert paths() == ["Energy", "Energy / Food webs", "Energy / Food webs / Water"]
    with pytest.raises(Invalid, match="already"):
        _category(instructor, quiz, "food WEBS", energy)
    with pytest.raises(Invalid, match="below itself"):
        instructor.does(service.change_category, category_id=energy, name="Energy", parent_id=water)
    instructor.does(service.change_category, category_id=water, name="Ponds", parent_id=None)
    instructor.does(service.remove_category, category_id=webs)
    assert paths() == ["Energy", "Ponds"]
    assert instructor.sees(service.bank, slug=quiz.course.slug, wanted=Wanted(category_id=energy)).total == 1


def test_nothing_of_another_course_comes_in(instructor: Any, quiz: makers.Made) -> None:
    other = makers.quiz(instructor)
    theirs = _category(instructor, other, "Poems")

    with pytest.raises(NotFound):
        _tagged(instructor, quiz, [quiz.questions[0], other.questions[0]], "mine")
    with pytest.raises(NotFound):
        instructor.does(service.file_questions, slug=quiz.course.slug, question_ids=quiz.questions, category_id=theirs)
    with pytest.raises(NotFound):
        _category(instructor, quiz, "Mine", theirs)
    with pytest.raises(NotFound):
        instructor.does(service.use_questions, quiz_id=quiz.id, question_ids=[other.questions[0]])
    with pytest.raises(NotFound):
        instructor.sees(service.bank, slug=quiz.course.slug, wanted=Wanted(category_id=theirs))
    assert instructor.sees(service.bank, slug=quiz.course.slug).tags == []


def test_a_question_of_the_bank_is_asked_by_several_quizzes(instructor: Any, student: Any, quiz: makers.Made) -> None:
    second = instructor.does(
        service.create_quiz, module_id=quiz.course.modules[0], title="Once more", questions=makers.drafts()[:1]
    )
    first = quiz.questions[0]

    slots = instructor.does(service.use_questions, quiz_id=second.item_id, question_ids=[first, first])
    again = instructor.does(service.use_questions, quiz_id=second.item_id, question_ids=[first])

    assert len(slots) == 1
    assert slots == again
    assert instructor.sees(service.source, item_id=second.item_id).facts == "2 questions · 4 points"
    attempt = student.does(service.start, item_id=second.item_id)
    student.does(service.submit, attempt_id=UUID(attempt.id))
    makers.begun(student, quiz)
    uses = instructor.sees(service.question_uses, question_id=first)
    assert [(use.title, use.asks, use.attempts) for use in uses] == [("Energy flow", True, 1), ("Once more", True, 1)]
    # Worth more now, in both.
    instructor.does(
        service.update_question,
        question_id=first,
        kind="true_false",
        stem="Warm?",
        spec={"answer": True},
        points=Decimal(7),
    )
    facts = [instructor.sees(service.source, item_id=one).facts for one in (quiz.id, second.item_id)]
    assert facts == ["5 questions · 15 points", "2 questions · 9 points"]


def test_what_leaves_a_quiz_stays_in_the_bank(instructor: Any, student: Any, quiz: makers.Made) -> None:
    makers.taken(student, quiz, *makers.RIGHT)
    instructor.does(service.remove_slot, slot_id=quiz.slots[0])

    assert _texts(instructor, quiz, unused=True) == ["Which process fixes the energy?"]
    (use,) = instructor.sees(service.question_uses, question_id=quiz.questions[0])
    assert (use.asks, use.attempts) == (False, 1)
    (slot,) = instructor.does(service.use_questions, quiz_id=quiz.id, question_ids=[quiz.questions[0]])
    assert slot == quiz.slots[0]
    assert instructor.sees(service.source, item_id=quiz.id).lines[-1].text == "Which process fixes the energy?"


def test_only_what_no_quiz_asks_is_removed(instructor: Any, quiz: makers.Made) -> None:
    spare = _more(instructor, quiz, "Spare?")
    slug = quiz.course.slug

    with pytest.raises(Conflict, match="1 question of these is in a quiz"):
        instructor.does(service.remove_questions, slug=slug, question_ids=[*spare, quiz.questions[0]])
    instructor.does(service.remove_questions, slug=slug, question_ids=spare)

    assert instructor.sees(service.bank, slug=slug).total == 5
    with pytest.raises(NotFound):
        instructor.does(service.tag_questions, slug=slug, question_ids=spare, add=["x"])
    instructor.does(service.restore_questions, slug=slug, question_ids=spare)
    assert instructor.sees(service.bank, slug=slug).total == 6


def test_at_most_five_hundred_are_changed_at_once(instructor: Any, quiz: makers.Made) -> None:
    for ids in ([], [uuid4() for _ in range(501)]):
        with pytest.raises(Invalid, match="from 1 to 500"):
            instructor.does(service.rate_questions, slug=quiz.course.slug, question_ids=ids, difficulty="easy")
    with pytest.raises(Invalid, match="easy, medium"):
        instructor.does(service.rate_questions, slug=quiz.course.slug, question_ids=quiz.questions, difficulty="awful")


# ---- Many questions


def _seconds(instructor: Any, slug: str, given: dict[str, Any]) -> float:
    began = time.thread_time()
    instructor.sees(service.bank, slug=slug, **given)
    return time.thread_time() - began


def test_ten_thousand_questions_are_searched_in_a_moment_and_in_few_statements(
    instructor: Any, quiz: makers.Made
) -> None:
    slug = quiz.course.slug
    at_few = cost(instructor, service.bank, slug=slug, search="energy")
    one = service.draft(
        kind="true_false", stem="What of it, in the end, does **number** the say?", spec={"answer": True}
    )
    for start in range(0, 10_000, 2_000):
        drafts = [replace(one, haystack=f"what of number {n} in the end?") for n in range(start, start + 2_000)]
        refs = instructor.does(service.add_questions_to_bank, slug=slug, questions=drafts)
        for part in (refs[:500], refs[500:1000]):
            _tagged(instructor, quiz, [ref.id for ref in part], "energy", "exam")

    took: list[float] = []
    for given in (
        {},
        {"search": "number 77"},
        {"search": "nothing has this"},
        {"wanted": Wanted(tags=["exam", "energy"]), "search": "end"},
        {"unused": True, "offset": 9_900},
    ):
        took.append(_seconds(instructor, slug, given))

    assert cost(instructor, service.bank, slug=slug, search="number") == at_few
    assert at_few <= 9
    assert sorted(took)[-1] < 0.1, took


def test_the_uses_of_a_question_cost_the_same_however_many_there_are(
    instructor: Any, student: Any, quiz: makers.Made
) -> None:
    at_one = cost(instructor, service.question_uses, question_id=quiz.questions[0])
    for number in range(4):
        other = instructor.does(
            service.create_quiz, module_id=quiz.course.modules[0], title=f"Quiz {number}", questions=makers.drafts()
        )
        instructor.does(service.use_questions, quiz_id=other.item_id, question_ids=[quiz.questions[0]])
        student.does(service.start, item_id=other.item_id)

    assert cost(instructor, service.question_uses, question_id=quiz.questions[0]) == at_one


# ---- Trying a question out


def test_a_question_is_tried_out_and_graded_and_nothing_is_kept(instructor: Any, quiz: makers.Made) -> None:
    shown = instructor.sees(service.show_question, question_id=quiz.questions[0])
    assert [option["id"] for option in shown.question.prompt["options"]] == shown.drawn

    def tried(value: Any) -> Any:
        return instructor.sees(
            service.try_answer,
            question_id=quiz.questions[0],
            version=shown.version,
            drawn=shown.drawn,
            value=value,
        )

    right, wrong, blank = tried({"choice": "right"}), tried('{"choice": "wrong"}'), tried({"choice": ""})
    assert (right.outcome, right.points, right.points_max) == ("correct", Decimal(2), Decimal(2))
    assert (wrong.outcome, wrong.points, wrong.solution) == ("incorrect", Decimal(0), "Photosynthesis")
    assert "That spends energy." in wrong.feedback_html
    assert blank.outcome == "blank"
    with pytest.raises(Invalid):
        tried("{")
    instructor.does(
        service.update_question, question_id=quiz.questions[0], kind="true_false", stem="?", spec={"answer": True}
    )
    with pytest.raises(Conflict):
        tried({"choice": "right"})
