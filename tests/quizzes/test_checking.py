"""Practice that answers back: each try is told what it was worth, and nothing that it has not earned."""

import json
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlmodel import col, select

from lms_app.core.errors import Conflict, Invalid
from lms_app.core.work import Work
from lms_app.quizzes import rules, service
from lms_app.quizzes.api import ROUTERS
from lms_app.quizzes.models import AnswerTry
from lms_app.quizzes.state.editing import QuizEditorState
from lms_app.quizzes.views import AttemptView, CheckView
from tests.courses.rest import app, program
from tests.courses.tabs import Tab
from tests.makers import NOON
from tests.quizzes import makers
from tests.quizzes.test_turning import turn

# Two hints make three tries; each after the first costs a quarter.
QUESTION = service.draft(
    kind="short_answer",
    stem="What is counted in?",
    points=Decimal(4),
    spec={
        "answers": [
            {"text": "quadrat*", "feedback": "Feedback of the key."},
            {"text": "quadrant*", "fraction": "0.5", "feedback": "Feedback of the half."},
        ],
        "feedback_otherwise": "Feedback of the rest.",
    },
    feedback="General feedback.",
    hints=["It is **square**.", "It begins with Q."],
)
SECRETS = ["quadra", "Feedback of", "General feedback", "square", "begins with Q"]


def _quiz(instructor: Any, student: Any, *drafts: service.Draft, behaviour: str = "interactive") -> makers.Made:
    made = makers.quiz(instructor, student, behaviour=behaviour)
    for slot_id in made.slots:
        instructor.does(service.remove_slot, slot_id=slot_id)
    instructor.does(service.add_questions, quiz_id=made.id, questions=drafts or (QUESTION,))
    return made


def _tries(student: Any, attempt: AttemptView, text: str) -> CheckView:
    makers.answers(student, attempt, 1, {"text": text})
    return student.does(service.check, attempt_id=UUID(attempt.id), number=1).question.checks[0]


def _told(told: str) -> set[str]:
    return {secret for secret in SECRETS if secret in told}


def test_each_try_is_told_what_it_has_earned_and_no_more(student: Any, instructor: Any) -> None:
    attempt = makers.begun(student, _quiz(instructor, student))
    before = makers.question(student, attempt, 1)
    (check,) = before.checks
    assert check.said == "You have 3 tries. Each one after the first costs 25% of the points."
    assert _told(str(before)) == set()

    first = _tries(student, attempt, "transect")
    assert (first.outcome, first.settled) == ("incorrect", False)
    assert first.said == "2 tries left. The next is worth up to 75% of the points."
    assert _told(str(makers.question(student, attempt, 1))) == {"Feedback of", "square"}
    assert first.feedback_html == "<p>Feedback of the rest.</p>"

    second = _tries(student, attempt, "quadrant")
    assert (second.outcome, second.settled) == ("partly", False)
    assert second.hints == ["<p>It is <strong>square</strong>.</p>", "<p>It begins with Q.</p>"]
    assert "Feedback of the key" not in str(second)
    assert "General" not in str(second)

    third = _tries(student, attempt, "quadrats")
    assert (third.outcome, third.settled) == ("correct", True)
    assert third.said == "2 of 4 points at try 3."
    assert third.feedback_html == "<p>Feedback of the key.</p>\n<p>General feedback.</p>"

    result = student.does(service.submit, attempt_id=UUID(attempt.id))
    assert (result.headline, result.answers[0].tries) == ("2 of 4 points.", "3 tries, −50%")


@pytest.mark.parametrize(
    ("given", "points", "tries"),
    [
        (["quadrat"], "4", "1 try"),
        (["transect", "quadrat"], "3", "2 tries, −25%"),
        (["transect", "net", "quadrant"], "0", "3 tries, −50%"),
        (["transect", "net", "bucket"], "0", "3 tries, −50%"),
    ],
)
def test_a_further_try_costs_its_penalty(
    student: Any, instructor: Any, given: list[str], points: str, tries: str
) -> None:
    attempt = makers.begun(student, _quiz(instructor, student))
    for text in given:
        _tries(student, attempt, text)

    result = student.does(service.submit, attempt_id=UUID(attempt.id))

    assert (result.points, result.answers[0].tries) == (Decimal(points), tries)


def test_an_answer_that_was_not_checked_is_a_try_of_its_own(student: Any, instructor: Any) -> None:
    quiz = _quiz(instructor, student)
    unchecked = makers.taken(student, quiz, {"text": "quadrat"})
    attempt = makers.begun(student, quiz)
    _tries(student, attempt, "transect")
    makers.answers(student, attempt, 1, {"text": "quadrat"})

    result = student.does(service.submit, attempt_id=UUID(attempt.id))

    assert (unchecked.points, unchecked.answers[0].tries) == (Decimal(4), "")
    assert (result.points, result.answers[0].tries) == (Decimal(3), "2 tries, −25%")


def test_the_same_answer_again_uses_no_try(student: Any, instructor: Any) -> None:
    attempt = makers.begun(student, _quiz(instructor, student))

    first, again = _tries(student, attempt, "transect"), _tries(student, attempt, "transect")
    makers.answers(student, attempt, 1, {"text": "net"})
    back = _tries(student, attempt, "transect")

    assert first == again == back


def test_after_the_last_try_nothing_counts_any_more(student: Any, instructor: Any) -> None:
    attempt = makers.begun(student, _quiz(instructor, student))
    for text in ("transect", "net", "bucket"):
        last = _tries(student, attempt, text)
    after = _tries(student, attempt, "quadrat")

    assert (last.outcome, last.settled) == ("incorrect", True)
    assert after == last
    result = student.does(service.submit, attempt_id=UUID(attempt.id))
    assert (result.points, result.answers[0].answer) == (Decimal(0), "bucket")


def test_what_was_right_stays_right(student: Any, instructor: Any) -> None:
    attempt = makers.begun(student, _quiz(instructor, student))
    right = _tries(student, attempt, "quadrat")
    makers.answers(student, attempt, 1, {"text": "net"})

    assert (right.settled, right.hints) == (True, [])
    result = student.does(service.submit, attempt_id=UUID(attempt.id))
    assert (result.points, result.answers[0].answer, result.answers[0].tries) == (Decimal(4), "quadrat", "1 try")


def test_tries_are_added_and_never_changed(student: Any, instructor: Any) -> None:
    attempt = makers.begun(student, _quiz(instructor, student))
    for text in ("transect", "quadrant"):
        _tries(student, attempt, text)

    def kept(work: Work) -> list[tuple[int, Decimal]]:
        rows = work.db.exec(select(AnswerTry).order_by(col(AnswerTry.number))).all()
        return [(row.number, row.fraction) for row in rows]

    assert student.sees(kept) == [(1, Decimal(0)), (2, Decimal("0.5"))]


def test_no_answer_cannot_be_checked(student: Any, instructor: Any) -> None:
    attempt = makers.begun(student, _quiz(instructor, student))

    with pytest.raises(Invalid, match="Answer the question first"):
        student.does(service.check, attempt_id=UUID(attempt.id), number=1)


def test_an_attempt_that_does_not_check_tells_nothing(student: Any, instructor: Any) -> None:
    quiz = _quiz(instructor, student, behaviour="deferred")
    attempt = makers.begun(student, quiz)
    makers.answers(student, attempt, 1, {"text": "net"})
    instructor.does(service.update_quiz, quiz_id=quiz.id, behaviour="interactive")  # for attempts to come

    with pytest.raises(Conflict, match="not checked before the attempt is over"):
        student.does(service.check, attempt_id=UUID(attempt.id), number=1)

    shown = student.does(service.read_questions, attempt_id=UUID(attempt.id))
    assert _told(str(shown)) == set()
    assert shown[0].checks == []


def test_essays_and_texts_are_not_checked(student: Any, instructor: Any) -> None:
    essay = service.draft(kind="essay", stem="Why?", spec={})
    text = service.draft(kind="description", stem="Read.", spec={})
    attempt = makers.begun(student, _quiz(instructor, student, essay, text))
    makers.answers(student, attempt, 1, {"text": "Because."})

    with pytest.raises(Conflict):
        student.does(service.check, attempt_id=UUID(attempt.id), number=1)
    assert [one.checks for one in student.does(service.read_questions, attempt_id=UUID(attempt.id))] == [[], []]


def test_a_closed_attempt_checks_nothing(student: Any, instructor: Any) -> None:
    quiz = _quiz(instructor, student)
    attempt = makers.begun(student, quiz)
    makers.answers(student, attempt, 1, {"text": "net"})
    student.does(service.submit, attempt_id=UUID(attempt.id))

    turned = student.does(service.check, attempt_id=UUID(attempt.id), number=1)

    assert (turned.attempt.state, turned.question.id) == ("submitted", "")


def test_turning_to_a_checked_question_shows_what_was_told(student: Any, instructor: Any) -> None:
    attempt = makers.begun(student, _quiz(instructor, student))
    check = _tries(student, attempt, "transect")

    there = turn(student, NOON, attempt.id, 1)

    assert there.question.checks == [check]


def test_every_kind_that_a_machine_grades_can_be_checked(student: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student, behaviour="interactive")
    attempt = makers.begun(student, quiz)

    for number, answer in enumerate(makers.RIGHT, start=1):
        makers.answers(student, attempt, number, answer)
        (check,) = student.does(service.check, attempt_id=UUID(attempt.id), number=number).question.checks
        assert (check.outcome, check.settled) == ("correct", True)


def test_what_is_left_is_never_below_nothing() -> None:
    assert rules.after_tries(Decimal(1), Decimal("0.5"), 4) == 0
    assert rules.after_tries(Decimal("0.5"), Decimal("0.25"), 2) == Decimal("0.25")
    assert not rules.is_settled([], 0)
    assert rules.is_settled([Decimal(0)], 0)


# ---- For the author


def test_hints_and_their_price_survive_the_form(instructor: Any, student: Any) -> None:
    tab = Tab(instructor, QuizEditorState, item=str(_quiz(instructor, student).id))
    tab.sends("open")
    assert (tab.values["q.hints"], tab.values["q.penalty"]) == ("It is **square**.\nIt begins with Q.", "25")

    tab.sends("send", {**tab.values, "q.hints": "One.\n\nTwo.\n", "q.penalty": "33,3", "do": ""})
    tab.sends("duplicate")

    assert (tab.errors, tab.values["q.hints"], tab.values["q.penalty"]) == ({}, "One.\nTwo.", "33.3")
    tab.sends("send", {**tab.values, "q.penalty": "much", "do": ""})
    assert tab.errors == {"q.penalty": "Enter what each further try costs, from 0 to 100%."}


def test_a_purpose_sets_whether_answers_are_checked(instructor: Any, student: Any) -> None:
    quiz = _quiz(instructor, student, behaviour="deferred")
    values = instructor.sees(service.settings_form, item_id=quiz.id).values

    practice, exam = service.preset(values, "practice"), service.preset(values, "exam")

    assert (values["behaviour"], practice["behaviour"], exam["behaviour"]) == ("deferred", "interactive", "deferred")
    instructor.does(service.save_settings, item_id=quiz.id, values=practice)
    assert any(
        rule.startswith("You can check each answer") for rule in student.does(service.overview, item_id=quiz.id).rules
    )
    with pytest.raises(Invalid) as refused:
        instructor.does(service.save_settings, item_id=quiz.id, values={**values, "behaviour": "adaptive"})
    assert set(refused.value.fields) == {"behaviour"}


# ---- Programs


@pytest.fixture
def api() -> FastAPI:
    return app(*ROUTERS)


def test_a_program_checks_and_is_never_sent_what_is_not_earned(instructor: Any, student: Any, api: FastAPI) -> None:
    teacher, caller = program(instructor, api), program(student, api)
    quiz = _quiz(instructor, student)
    source = teacher.get(f"/api/v1/quizzes/{quiz.id}/questions").json()[0]
    assert (source["hints"], Decimal(source["penalty"])) == (
        ["It is **square**.", "It begins with Q."],
        Decimal("0.25"),
    )
    changed = {name: source[name] for name in ("kind", "stem", "spec", "points", "hints")} | {"penalty": "0.5"}
    assert teacher.put(f"/api/v1/quizzes/questions/{source['id']}", json=changed).json()["version"] == 2
    attempt = makers.begun(student, quiz)
    makers.answers(student, attempt, 1, {"text": "net"})
    address = f"/api/v1/attempts/{attempt.id}"

    for path in ("", "/questions", "/questions/1", "/review"):
        assert _told(caller.get(address + path).text) == set()
    checked = caller.post(f"{address}/questions/1/check")

    assert checked.status_code == 200
    assert _told(json.dumps(checked.json())) == {"Feedback of", "square"}
    assert checked.json()["checks"][0]["said"].endswith("The next is worth up to 50% of the points.")
