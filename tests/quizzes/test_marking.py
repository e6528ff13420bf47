"""Essays: written by a student, marked by a person, and what the student hears in between."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlalchemy import event
from sqlmodel import col, select

from lms_app.core import db
from lms_app.core.audit import AuditEntry
from lms_app.core.errors import Conflict, Invalid
from lms_app.core.work import SYSTEM, SiteRole, unit_of_work
from lms_app.courses import service as courses
from lms_app.grades import service as grades
from lms_app.quizzes import service
from lms_app.quizzes.api import ROUTERS
from lms_app.quizzes.state.results import QuizResultsState
from lms_app.quizzes.views_marking import MarkAnswer
from tests.courses.rest import app, program
from tests.courses.tabs import Tab
from tests.makers import NOON, person
from tests.quizzes import makers

ESSAY = service.draft(
    kind="essay",
    stem="Where does the *energy* go?",
    points=Decimal(5),
    spec={"words_min": 2, "words_max": 4, "notes": "Respiration and waste."},
    feedback="It leaves as heat.",
)
TEXT = {"text": "It leaves\nas heat, mostly."}


def _quiz(instructor: Any, *students: Any, essays: int = 1, **settings: Any) -> makers.Made:
    """A question of 2 points that a machine grades, and essays of 5."""
    made = makers.quiz(instructor, *students, show_answers="submit", **settings)
    for slot_id in made.slots:
        instructor.does(service.remove_slot, slot_id=slot_id)
    drafts = [makers.drafts()[0], *[ESSAY] * essays]
    refs = instructor.does(service.add_questions, quiz_id=made.id, questions=drafts)
    slots = tuple(ref.slot_id for ref in refs if ref.slot_id)
    return makers.Made(made.course, made.id, tuple(ref.id for ref in refs), slots)


def _waits(instructor: Any, quiz: makers.Made, **more: Any) -> list[MarkAnswer]:
    return instructor.sees(service.waiting, item_id=quiz.id, limit=50, offset=0, **more)


def _grade(person: Any, quiz: makers.Made, student: Any) -> Decimal | None:
    item = person.sees(grades.item_of, source_kind=service.QUIZ, source_id=quiz.id)
    return person.sees(grades.current, item_id=item.id, user_id=student.id).points


def test_an_essay_waits_for_a_person_and_its_student_hears_that(instructor: Any, student: Any) -> None:
    quiz = _quiz(instructor, student, pass_fraction=Decimal("0.6"))

    result = makers.taken(student, quiz, {"choice": "right"}, TEXT)

    assert result.headline == "2 of 2 points so far; 1 answer waits to be marked."
    assert result.notes == ["A person marks what is left. Your grade for this attempt comes with the last mark."]
    assert (result.points, result.percent, result.passed) == (None, -1, None)
    assert [(row.outcome, row.score, row.read_as) for row in result.answers] == [
        ("correct", "2 / 2", ""),
        ("waiting", "To be marked", "5 words"),
    ]
    assert student.sees(courses.progress, slug=quiz.course.slug).percent == 0
    assert _grade(student, quiz, student) is None
    staff = instructor.sees(service.results, item_id=quiz.id)
    assert (staff.waiting, [(one.answered, one.percent) for one in staff.questions]) == (1, [(1, 100), (1, -1)])


def test_the_last_mark_makes_the_grade_and_completes_the_quiz(instructor: Any, student: Any) -> None:
    quiz = _quiz(instructor, student, essays=2, pass_fraction=Decimal("0.6"))
    attempt = UUID(makers.taken(student, quiz, {"choice": "right"}, TEXT, TEXT).attempt_id)

    instructor.does(service.mark, attempt_id=attempt, number=2, points=Decimal("3.5"), comment="Say *how*.")
    between = student.does(service.result, attempt_id=attempt)
    assert between.headline == "5.5 of 7 points so far; 1 answer waits to be marked."
    assert (between.answers[1].outcome, between.answers[1].score) == ("partly", "3.5 / 5")
    assert between.answers[1].feedback_html == "<p>Say <em>how</em>.</p>"
    assert between.answers[1].solution == "Respiration and waste."

    instructor.does(service.mark, attempt_id=attempt, number=3, points=Decimal(5))

    after = student.does(service.result, attempt_id=attempt)
    assert after.headline == "10.5 of 12 points. You passed."
    assert _grade(student, quiz, student) == Decimal("10.5")
    assert student.sees(courses.progress, slug=quiz.course.slug).percent == 100
    assert _waits(instructor, quiz) == []


def test_an_essay_left_blank_is_nobodys_work(instructor: Any, student: Any) -> None:
    quiz = _quiz(instructor, student)

    result = makers.taken(student, quiz, {"choice": "right"}, {"text": " \n"})

    assert (result.headline, result.answers[1].outcome) == ("2 of 7 points.", "blank")
    assert _waits(instructor, quiz) == []


def test_a_longer_text_than_asked_for_is_kept(instructor: Any, student: Any) -> None:
    quiz = _quiz(instructor, student)
    attempt = makers.begun(student, quiz)
    assert makers.question(student, attempt, 2).prompt["hint"] == "Write 2 to 4 words."

    saved = makers.answers(student, attempt, 2, {"text": "word " * 3_000})

    assert saved.read_as == "3,000 words"


def test_whoever_marks_sees_the_oldest_first_with_the_notes(instructor: Any, student: Any, stranger: Any) -> None:
    quiz = _quiz(instructor, student, stranger)
    makers.taken(stranger.at(NOON + timedelta(minutes=5)), quiz, {}, TEXT)
    makers.taken(student, quiz, {}, TEXT)

    first, second = _waits(instructor, quiz)

    assert (first.student, second.student) == (student.actor.name, stranger.actor.name)
    assert (first.answer, first.read_as) == (TEXT["text"], "5 words")
    assert (first.notes, first.points, first.points_max) == ("Respiration and waste.", "", "5")
    assert first.stem_html == "<p>Where does the <em>energy</em> go?</p>"
    assert instructor.sees(service.waiting, item_id=quiz.id, limit=1, offset=1) == [second]


def test_marking_without_names_tells_nobodys_name(instructor: Any, student: Any) -> None:
    quiz = _quiz(instructor, student)
    makers.taken(student, quiz, {}, TEXT)

    view = instructor.sees(service.marking, item_id=quiz.id, anonymous=True)

    assert (view.answer.student, view.answer.facts) == ("Answer 1", "")
    assert student.actor.name not in str(view)
    assert student.actor.name not in str(_waits(instructor, quiz, anonymous=True))


def test_a_mark_is_changed_by_a_new_one_and_the_old_one_stays(instructor: Any, student: Any) -> None:
    quiz = _quiz(instructor, student)
    attempt = UUID(makers.taken(student, quiz, {"choice": "right"}, TEXT).attempt_id)
    instructor.does(service.mark, attempt_id=attempt, number=2, points=Decimal(3), comment="Short.")

    again = instructor.does(service.mark, attempt_id=attempt, number=2, points=Decimal(4), comment="Good.", seen=1)

    assert (again.version, again.points, again.comment) == (2, "4", "Good.")
    assert [(one.by, one.before, one.points, one.comment) for one in again.marks] == [
        (instructor.actor.name, "3", "4", "Good."),
        (instructor.actor.name, "", "3", "Short."),
    ]
    assert _grade(student, quiz, student) == Decimal(6)
    with unit_of_work(SYSTEM) as work:
        kept = work.db.exec(
            select(AuditEntry).where(AuditEntry.action == "answer.marked").order_by(col(AuditEntry.seq))
        ).all()
    assert [(one.old, one.new) for one in kept] == [
        ({"question": 2, "points": None}, {"question": 2, "points": "3"}),
        ({"question": 2, "points": "3"}, {"question": 2, "points": "4"}),
    ]


def test_two_who_mark_the_same_answer_hear_of_each_other(instructor: Any, student: Any) -> None:
    quiz = _quiz(instructor, student)
    other = person("Ola Other", SiteRole.ADMIN)
    attempt = UUID(makers.taken(student, quiz, {}, TEXT).attempt_id)
    other.does(service.mark, attempt_id=attempt, number=2, points=Decimal(1))

    with pytest.raises(Conflict, match="Ola Other marked this answer meanwhile: 1 point"):
        instructor.does(service.mark, attempt_id=attempt, number=2, points=Decimal(5))

    assert instructor.sees(service.read_mark, attempt_id=attempt, number=2).points == "1"


@pytest.mark.parametrize("points", [None, Decimal(-1), Decimal("5.001"), Decimal("1.0005"), Decimal("NaN")])
def test_points_are_between_nothing_and_all(instructor: Any, student: Any, points: Decimal | None) -> None:
    quiz = _quiz(instructor, student)
    attempt = UUID(makers.taken(student, quiz, {}, TEXT).attempt_id)

    with pytest.raises(Invalid) as refused:
        instructor.does(service.mark, attempt_id=attempt, number=2, points=points, comment="x" * 20_001)

    assert set(refused.value.fields) == {"points", "comment"}


def test_only_what_is_over_and_by_hand_is_marked(instructor: Any, student: Any) -> None:
    quiz = _quiz(instructor, student)
    over = UUID(makers.taken(student, quiz, {}, TEXT).attempt_id)
    attempt = makers.begun(student, quiz)

    with pytest.raises(Conflict, match="still open"):
        instructor.does(service.mark, attempt_id=UUID(attempt.id), number=2, points=Decimal(1))
    with pytest.raises(Conflict, match="not marked by hand"):
        instructor.does(service.mark, attempt_id=over, number=1, points=Decimal(1))


def test_grading_once_more_keeps_what_a_person_gave(instructor: Any, student: Any) -> None:
    quiz = _quiz(instructor, student)
    attempt = UUID(makers.taken(student, quiz, {"choice": "right"}, TEXT).attempt_id)
    instructor.does(service.mark, attempt_id=attempt, number=2, points=Decimal(4), comment="Good.")

    student.does(service.grade_again, attempt_id=attempt)

    result = student.does(service.result, attempt_id=attempt)
    assert (result.points, result.answers[1].feedback_html) == (Decimal(6), "<p>Good.</p>")


def test_marks_and_comments_show_when_the_quiz_says_so(instructor: Any, student: Any) -> None:
    quiz = _quiz(instructor, student, show_marks="never")
    attempt = UUID(makers.taken(student, quiz, {"choice": "right"}, TEXT).attempt_id)
    instructor.does(service.mark, attempt_id=attempt, number=2, points=Decimal(4), comment="Secret comment.")

    result = student.does(service.result, attempt_id=attempt)

    assert "Secret comment" not in str(result)
    assert (result.points, result.answers[1].outcome, result.answers[1].score) == (None, "hidden", "")


# ---- The page


@pytest.fixture
def three(instructor: Any, student: Any, stranger: Any) -> Tab:
    """The page of marking, with three essays that wait."""
    third = person("Third Student")
    quiz = _quiz(instructor, student, stranger, third)
    for minute, one in enumerate((student, stranger, third)):
        makers.taken(one.at(NOON + timedelta(minutes=minute)), quiz, {}, {"text": f"Text {minute}"})
    tab = Tab(instructor, QuizResultsState, item=str(quiz.id))
    tab.sends("open_marking")
    return tab


def test_saving_brings_the_next_answer_that_waits(three: Tab) -> None:
    assert (three.marking[0].answer.answer, three.marking[0].total, three.marking[0].waiting) == ("Text 0", 3, 3)

    three.sends("go", three.marking[0].next)
    assert three.marking[0].answer.answer == "Text 1"
    three.sends("send_mark", {"points": "2,5", "comment": "Yes."})
    assert (three.marking[0].answer.answer, three.marking[0].saved, three.marking[0].waiting) == (
        "Text 2",
        "2.5 / 5",
        2,
    )
    three.sends("send_mark", {"points": "5", "comment": ""})
    assert three.marking[0].answer.answer == "Text 0"
    three.sends("send_mark", {"points": "0", "comment": ""})

    assert (three.marking[0].answer.answer, three.marking[0].waiting) == ("Text 0", 0)
    three.sends("go", three.marking[0].next)
    assert (three.marking[0].answer.points, three.marking[0].answer.comment) == ("2.5", "Yes.")


def test_what_is_wrong_is_said_and_the_answer_stays(three: Tab) -> None:
    three.sends("send_mark", {"points": "six", "comment": "Kept."})

    assert three.marking[0].problem == "Enter points from 0 to 5, like 2.5, with at most three decimals."
    assert (three.marking[0].answer.answer, three.marking[0].waiting) == ("Text 0", 3)


def test_after_a_conflict_saving_once_more_goes_on_top(three: Tab) -> None:
    other = person("Ola Other", SiteRole.ADMIN)
    attempt = UUID(three.marking[0].answer.attempt_id)
    other.does(service.mark, attempt_id=attempt, number=2, points=Decimal(1))

    three.sends("send_mark", {"points": "4", "comment": ""})
    assert three.marking[0].problem.startswith("Ola Other marked this answer meanwhile")
    assert [one.points for one in three.marking[0].answer.marks] == ["1"]
    three.sends("send_mark", {"points": "4", "comment": ""})

    assert three.marking[0].answer.answer == "Text 1"
    assert [one.points for one in other.sees(service.read_mark, attempt_id=attempt, number=2).marks] == ["4", "1"]


def test_names_can_be_hidden_and_stay_hidden(three: Tab, student: Any, stranger: Any) -> None:
    assert three.marking[0].answer.student == student.actor.name

    three.sends("hide_names")
    assert three.marking[0].answer.student == "Answer 1"
    three.sends("send_mark", {"points": "1", "comment": ""})
    assert (three.marking[0].answer.student, three.marking[0].anonymous) == ("Answer 2", True)
    three.sends("hide_names")

    assert three.marking[0].answer.student == stranger.actor.name


def test_a_quiz_without_essays_has_nothing_to_mark(instructor: Any, student: Any) -> None:
    tab = Tab(instructor, QuizResultsState, item=str(makers.quiz(instructor, student).id))

    tab.sends("open_marking")

    assert (tab.loaded, tab.marking[0].title, tab.marking[0].answer.attempt_id) == (True, "Energy flow", "")


# ---- Programs


@pytest.fixture
def api() -> FastAPI:
    return app(*ROUTERS)


def test_a_program_marks(instructor: Any, student: Any, api: FastAPI) -> None:
    quiz = _quiz(instructor, student)
    makers.taken(student, quiz, {}, TEXT)
    caller = program(instructor, api)

    (waits,) = caller.get(f"/api/v1/quizzes/{quiz.id}/marking").json()
    address = f"/api/v1/attempts/{waits['attempt_id']}/questions/{waits['number']}/mark"
    marked = caller.put(address, json={"points": 4.5, "comment": "Good."})

    assert (marked.status_code, marked.json()["points"]) == (200, "4.5")
    assert caller.put(address, json={"points": 1}).status_code == 409
    assert caller.put(address, json={"points": 1, "seen": 1}).json()["version"] == 2
    assert len(caller.get(address).json()["marks"]) == 2
    assert caller.get(f"/api/v1/quizzes/{quiz.id}/marking").json() == []


# ---- What it costs


@contextmanager
def _counted() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            statements.append(statement)

    engine = db.database().read
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_three_answers_cost_as_much_as_thirty(instructor: Any, student: Any) -> None:
    quiz = _quiz(instructor, student)

    def cost() -> tuple[int, int]:
        with _counted() as page:
            instructor.sees(service.marking, item_id=quiz.id)
        with _counted() as window:
            _waits(instructor, quiz)
        return len(page), len(window)

    for _ in range(3):
        makers.taken(student, quiz, {}, TEXT)
    at_three = cost()
    for _ in range(27):
        makers.taken(student, quiz, {}, TEXT)

    assert cost() == at_three
    assert max(at_three) <= 10
