"""Taking a quiz, as stories: begin, answer, turn the pages, come back elsewhere, submit, and see what may be seen."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import col, select

from lms_app.core.errors import Conflict, Forbidden, NotFound
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.quizzes import service
from lms_app.quizzes.models import AttemptQuestion
from lms_app.quizzes.views import Cell
from tests.makers import NOON
from tests.quizzes import makers
from tests.quizzes.makers import MINUTE, RIGHT


def test_the_start_page_says_the_rules_and_the_clock_stands_still(student: Any, instructor: Any) -> None:
    quiz = makers.quiz(
        instructor, student, limit_minutes=20, attempts_allowed=2, pass_fraction=Decimal("0.6"), intro="Take your time."
    )

    page = student.at(NOON).does(service.overview, item_id=quiz.id)

    assert page.rules == [
        "5 questions, 10 points",
        "20 min, counted from when you start",
        "2 attempts. The best one counts.",
        "60% or more to pass",
        "Correct answers will show after your last attempt",
    ]
    assert (page.blocked, page.attempts_left, page.attempts, page.open_attempt) == ("", 2, [], "")
    assert "Take your time." in page.intro_html


def test_starting_twice_begins_one_attempt(student: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student, limit_minutes=20)

    first = student.at(NOON).does(service.start, item_id=quiz.id)
    again = student.at(NOON + MINUTE).does(service.start, item_id=quiz.id)

    assert (again.id, again.number, again.started_at) == (first.id, 1, NOON)
    assert (first.seconds_left, again.seconds_left) == (1200, 1140)


def test_a_question_comes_without_its_key(student: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student)
    attempt = makers.begun(student, quiz)

    shown = student.does(service.read_questions, attempt_id=UUID(attempt.id))

    assert [q.kind for q in shown] == ["single_choice", "multiple_answer", "true_false", "short_answer", "numerical"]
    sent = json.dumps([[q.prompt, q.value, q.note, q.stem_html] for q in shown])
    for secret in ("fraction", "feedback", "quadrat", "9.81", "0.05", "That spends energy", "light into sugar"):
        assert secret not in sent
    assert shown[4].prompt == {"options": [], "unit": "m/s²"}
    assert shown[0].note == "2 points · choose one"


def test_reloading_or_another_device_resumes_at_the_same_question_with_the_same_order(
    student: Any, instructor: Any
) -> None:
    quiz = makers.quiz(instructor, student, shuffle_questions=True)
    attempt = makers.begun(student, quiz)
    there = student.does(service.turn_to, attempt_id=UUID(attempt.id), number=3)
    makers.answers(student, attempt, 3, there.question.value)

    back = student.does(service.turn_to, attempt_id=UUID(attempt.id))

    assert (back.question.number, back.attempt.current) == (3, 3)
    assert back.question.prompt == there.question.prompt
    assert back.question.id == there.question.id


def test_shuffles_differ_between_students_and_are_stored_with_the_attempt(student: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student, shuffle_questions=True)

    def order(work: Work, attempt_id: str) -> list[UUID]:
        rows = select(AttemptQuestion.question_id).where(col(AttemptQuestion.attempt_id) == UUID(attempt_id))
        return list(work.db.exec(rows.order_by(col(AttemptQuestion.number))).all())

    seen: set[tuple[UUID, ...]] = set()
    for _ in range(8):
        attempt = makers.begun(student, quiz)
        seen.add(tuple(student.sees(order, attempt_id=attempt.id)))
        student.does(service.submit, attempt_id=UUID(attempt.id))

    assert len(seen) > 1
    assert {frozenset(one) for one in seen} == {frozenset(quiz.questions)}


def test_the_navigator_knows_what_is_answered_and_flagged(student: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student)
    attempt = makers.begun(student, quiz)
    makers.answers(student, attempt, 1, {"choice": "right"})
    makers.answers(student, attempt, 2, {"choices": ["a"]})
    makers.answers(student, attempt, 2, {"choices": []})

    cells = student.does(service.flag, attempt_id=UUID(attempt.id), number=5, flagged=True)

    assert cells == [
        Cell(1, answered=True, flagged=False, label="1"),
        Cell(2, answered=False, flagged=False, label="2"),
        Cell(3, answered=False, flagged=False, label="3"),
        Cell(4, answered=False, flagged=False, label="4"),
        Cell(5, answered=False, flagged=True, label="5"),
    ]
    review = student.does(service.review, attempt_id=UUID(attempt.id))
    assert (review.unanswered, review.is_last) == (4, False)
    assert [row.text for row in review.rows][:2] == ["Which process fixes the energy?", "Which are consumers?"]


def test_all_right_is_full_points_and_completes_the_course(student: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student, pass_fraction=Decimal("0.6"))

    result = makers.taken(student, quiz, *RIGHT)

    assert (result.points, result.percent, result.passed) == (Decimal(10), 100, True)
    assert result.headline == "10 of 10 points. You passed."
    assert [row.outcome for row in result.answers] == ["correct"] * 5
    assert student.sees(courses.progress, slug=quiz.course.slug).percent == 100


def test_part_of_the_points_and_what_went_wrong(student: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student, pass_fraction=Decimal("0.6"), attempts_allowed=1)

    result = makers.taken(student, quiz, {"choice": "wrong"}, {"choices": ["a"]}, {}, {"text": "quadrant"})

    assert (result.points, result.percent, result.passed, result.mistakes) == (Decimal(2), 20, False, 5)
    assert result.headline == "2 of 10 points. 6 are needed to pass."
    assert [(row.outcome, row.score) for row in result.answers] == [
        ("incorrect", "0 / 2"),
        ("partly", "1 / 2"),
        ("blank", "0 / 1"),
        ("partly", "1 / 2"),
        ("blank", "0 / 3"),
    ]
    assert [row.solution for row in result.answers] == [
        "Photosynthesis",
        "Water fleas; Tadpoles",
        "True",
        "quadrat",
        "9.81 ± 0.05 m/s²",
    ]
    assert "That spends energy." in result.answers[0].feedback_html
    assert "light into sugar" in result.answers[0].general_html
    assert student.sees(courses.progress, slug=quiz.course.slug).percent == 0


def test_an_archived_course_says_that_nothing_can_be_begun(student: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student)
    attempt = makers.taken(student, quiz)

    instructor.does(courses.archive, course_id=quiz.course.id)

    assert student.sees(courses.read, slug=quiz.course.slug).runs == "Archived"
    assert student.does(service.overview, item_id=quiz.id).blocked == courses.ARCHIVED
    assert student.does(service.result, attempt_id=UUID(attempt.attempt_id)).attempts_left == 0


def test_when_attempts_are_used_up_the_page_says_so(student: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student, attempts_allowed=2)
    for _ in range(2):
        makers.taken(student, quiz)

    with pytest.raises(Conflict) as refused:
        student.does(service.start, item_id=quiz.id)

    assert str(refused.value) == "You have used all 2 attempts."
    assert student.does(service.overview, item_id=quiz.id).blocked == "You have used all 2 attempts."


def test_a_quiz_opens_and_closes(student: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student, item={"opens_at": NOON}, closes_at=NOON + 10 * MINUTE, limit_minutes=20)

    with pytest.raises(Forbidden, match="Opens"):
        student.at(NOON - MINUTE).does(service.start, item_id=quiz.id)
    late = student.at(NOON + 5 * MINUTE).does(service.start, item_id=quiz.id)
    student.at(NOON + 6 * MINUTE).does(service.submit, attempt_id=UUID(late.id))
    with pytest.raises(Conflict, match="closed on"):
        student.at(NOON + 10 * MINUTE).does(service.start, item_id=quiz.id)

    assert late.deadline_at == NOON + 10 * MINUTE


def test_an_author_who_edits_reaches_nobody_who_is_answering(student: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student, attempts_allowed=2)
    attempt = makers.begun(student, quiz)
    before = makers.question(student, attempt, 3)

    instructor.does(
        service.update_question,
        question_id=quiz.questions[2],
        kind="true_false",
        stem="Energy never leaves.",
        spec={"answer": False},
        points=Decimal(5),
    )
    instructor.does(service.remove_slot, slot_id=quiz.slots[0])
    instructor.does(service.add_question, quiz_id=quiz.id, kind="true_false", stem="New?", spec={"answer": True})

    assert makers.question(student, attempt, 3) == before
    for number, value in enumerate(RIGHT, start=1):
        makers.answers(student, attempt, number, value)
    first = student.does(service.submit, attempt_id=UUID(attempt.id))
    assert (first.points, first.points_max) == (Decimal(10), Decimal(10))
    second = makers.begun(student, quiz)
    assert second.questions == 5
    assert "never leaves" in makers.question(student, second, 2).stem_html


def test_a_grade_keeps_its_share_when_the_quiz_grows(student: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student)
    makers.taken(student, quiz, *RIGHT)

    instructor.does(
        service.add_question, quiz_id=quiz.id, kind="true_false", stem="New?", spec={"answer": True}, points=Decimal(10)
    )

    assert student.does(service.overview, item_id=quiz.id).grade == "20 / 20"


def test_staff_see_the_rules_and_take_no_attempts(instructor: Any) -> None:
    quiz = makers.quiz(instructor)

    assert instructor.does(service.overview, item_id=quiz.id).is_staff
    with pytest.raises(Forbidden):
        instructor.does(service.start, item_id=quiz.id)


def test_a_quiz_without_questions_cannot_be_started(student: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student)
    for slot_id in quiz.slots:
        instructor.does(service.remove_slot, slot_id=slot_id)

    with pytest.raises(Conflict, match="no questions"):
        student.does(service.start, item_id=quiz.id)


def test_my_attempts_are_listed_with_the_newest_first(student: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student)
    makers.taken(student.at(NOON), quiz, *RIGHT)
    student.at(NOON + MINUTE).does(service.start, item_id=quiz.id)

    lines = student.at(NOON + 2 * MINUTE).does(service.my_attempts)

    assert [(line.number, line.state, line.points) for line in lines] == [
        (2, "open", None),
        (1, "submitted", Decimal(10)),
    ]


# ---- Two tabs


def test_an_older_tab_is_shown_both_answers_and_may_choose(student: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student)
    attempt = makers.begun(student, quiz)
    in_tab_one = makers.answers(student, attempt, 4, {"text": "one"}, base_seq=0)
    in_tab_two = makers.answers(student, attempt, 4, {"text": "two"}, base_seq=0)

    both = student.does(service.clash, attempt_id=UUID(attempt.id), save_id=in_tab_two.save_id)

    assert (in_tab_one.stale, in_tab_two.stale) == (False, True)
    assert (both.number, both.mine, both.theirs) == (4, "two", "one")
    assert makers.question(student, attempt, 4).value == {"text": "one"}
    student.does(service.choose, attempt_id=UUID(attempt.id), save_id=in_tab_two.save_id)
    assert makers.question(student, attempt, 4).value == {"text": "two"}


def test_two_tabs_that_alternate_lose_nothing_and_the_older_answer_never_wins(student: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student)
    attempt = makers.begun(student, quiz)
    seen = {"one": 0, "two": 0}
    counting = ""

    for turn in range(10):
        tab = "one" if turn % 2 else "two"
        saved = makers.answers(student, attempt, 4, {"text": f"{tab} {turn}"}, base_seq=seen[tab])
        if saved.stale:
            seen[tab] = makers.question(student, attempt, 4).seq  # told, and looked
        else:
            counting, seen[tab] = f"{tab} {turn}", saved.seq
        assert makers.question(student, attempt, 4).value == {"text": counting}

    assert counting.startswith(("one", "two"))


# ---- Somebody else's


def test_another_students_attempt_is_not_there(student: Any, stranger: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student, stranger)
    attempt = UUID(makers.begun(student, quiz).id)
    question = quiz.questions[0]

    with pytest.raises(NotFound):
        stranger.does(service.turn_to, attempt_id=attempt)
    with pytest.raises(NotFound):
        stranger.does(service.submit, attempt_id=attempt)
    with pytest.raises(NotFound):
        stranger.does(
            service.save, attempt_id=attempt, question_id=question, save_id=uuid4(), base_seq=0, value={"choice": "a"}
        )
    student.does(service.submit, attempt_id=attempt)
    with pytest.raises(NotFound):
        stranger.does(service.result, attempt_id=attempt)


def test_who_left_the_course_saves_nothing_more(student: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student)
    attempt = makers.begun(student, quiz)
    question = UUID(makers.question(student, attempt, 1).id)
    student.does(courses.leave, slug=quiz.course.slug)

    with pytest.raises(NotFound):
        student.does(
            service.save,
            attempt_id=UUID(attempt.id),
            question_id=question,
            save_id=uuid4(),
            base_seq=0,
            value={"choice": "right"},
        )


def test_an_instructor_reads_a_learners_result_with_the_key(student: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student, show_answers="never", show_marks="never")
    mine = makers.taken(student, quiz, *RIGHT)

    theirs = instructor.does(service.result, attempt_id=UUID(mine.attempt_id))

    assert (mine.points, mine.percent, [a.solution for a in mine.answers]) == (None, -1, [""] * 5)
    assert (theirs.points, theirs.student, theirs.answers[0].solution) == (Decimal(10), "Student", "Photosynthesis")
    assert theirs.attempts_left == 0


# ---- What is shown when


def test_keys_wait_for_the_last_attempt_and_not_for_one_that_is_open(student: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student, attempts_allowed=2, show_answers="last")
    first = makers.taken(student, quiz)
    open_one = makers.begun(student, quiz)

    during = student.does(service.result, attempt_id=UUID(first.attempt_id))
    student.does(service.submit, attempt_id=UUID(open_one.id))
    after = student.does(service.result, attempt_id=UUID(first.attempt_id))

    assert {a.solution for a in first.answers} == {a.solution for a in during.answers} == {""}
    assert during.notes == ["Correct answers will show after your last attempt."]
    assert after.answers[0].solution == "Photosynthesis"


def test_nothing_of_the_marks_shows_before_the_quiz_closes(student: Any, instructor: Any) -> None:
    closes = NOON + timedelta(days=1)
    quiz = makers.quiz(
        instructor, student, closes_at=closes, show_marks="close", show_feedback="close", show_answers="close"
    )
    early = makers.taken(student.at(NOON), quiz, *RIGHT)

    late = student.at(closes).does(service.result, attempt_id=UUID(early.attempt_id))

    assert (early.points, early.percent, early.passed, early.headline) == (None, -1, None, "Submitted.")
    assert {(a.outcome, a.score, a.solution, a.feedback_html) for a in early.answers} == {("hidden", "", "", "")}
    assert early.notes == ["Your marks and answers will show on Tue 2 Mar, 12:00."]
    assert student.at(NOON).does(service.overview, item_id=quiz.id).grade == ""
    assert (late.points, late.answers[0].solution) == (Decimal(10), "Photosynthesis")
    assert student.at(closes).does(service.overview, item_id=quiz.id).grade == "10 / 10"


def test_reading_the_result_of_an_open_attempt_is_refused(student: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student)
    attempt = makers.begun(student, quiz)

    with pytest.raises(Conflict):
        student.does(service.result, attempt_id=UUID(attempt.id))
