"""Writing a quiz and reading its results, as its staff do."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from lms_app.core.errors import Invalid
from lms_app.courses import service as courses
from lms_app.grades import service as grades
from lms_app.quizzes import service
from lms_app.quizzes.views import Facility, LearnerResult
from tests.makers import NOON, person
from tests.quizzes import makers
from tests.quizzes.makers import MINUTE, RIGHT, SECOND


def test_results_list_every_learner_and_how_each_question_went(student: Any, stranger: Any, instructor: Any) -> None:
    idle = person("Zoe")
    quiz = makers.quiz(instructor, student, stranger, idle, pass_fraction=Decimal("0.6"))
    mine = makers.taken(student.at(NOON), quiz, *RIGHT)
    stranger.at(NOON).does(service.start, item_id=quiz.id)

    page = instructor.at(NOON + MINUTE).does(service.results, item_id=quiz.id)

    assert (page.learners, page.started, page.finished, page.average, page.passed) == (3, 2, 1, 100, 1)
    # By name: Stranger, Student, Zoe.
    assert page.rows == [
        _row(stranger, "Stranger", attempts=1, state="open", when="Mon 1 Mar, 12:00"),
        _row(
            student,
            "Student",
            attempts=1,
            state="submitted",
            percent=100,
            score="10 / 10",
            when="Mon 1 Mar, 12:00",
            url=page.rows[1].url,
        ),
        _row(idle, "Zoe"),
    ]
    assert mine.attempt_id in page.rows[1].url
    assert page.questions[0] == Facility(
        number=1,
        text="Which process fixes the energy?",
        kind="Single choice",
        points="2",
        answered=1,
        blank=0,
        percent=100,
    )


def _row(learner: Any, name: str, **known: Any) -> LearnerResult:
    nothing = {"attempts": 0, "state": "", "percent": -1, "score": "", "when": "", "url": "", "late": 0}
    return LearnerResult(user_id=str(learner.id), name=name, **{**nothing, **known})


def test_facility_is_the_mean_share_over_finished_attempts(student: Any, stranger: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student, stranger)
    makers.taken(student, quiz, RIGHT[0], {"choices": ["a"]})
    makers.taken(stranger, quiz, {"choice": "wrong"})

    page = instructor.does(service.results, item_id=quiz.id)

    assert [(q.percent, q.answered, q.blank) for q in page.questions] == [
        (50, 2, 0),
        (25, 1, 1),
        (0, 0, 2),
        (0, 0, 2),
        (0, 0, 2),
    ]


def test_late_answers_are_counted_beside_their_learner(student: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student, limit_minutes=20)
    attempt = student.at(NOON).does(service.start, item_id=quiz.id)
    makers.answers(student.at(NOON + 20 * MINUTE + 5 * SECOND), attempt, 1, RIGHT[0])
    question = makers.question(student.at(NOON), attempt, 2).id
    late = makers.uuid7()
    student.at(NOON + 21 * MINUTE).does(
        service.save,
        attempt_id=UUID(attempt.id),
        question_id=UUID(question),
        save_id=late,
        base_seq=0,
        value=RIGHT[1],
    )

    page = instructor.at(NOON + 30 * MINUTE).does(service.results, item_id=quiz.id)

    assert [(row.name, row.late) for row in page.rows] == [("Student", 1)]


def test_learners_come_in_windows(instructor: Any) -> None:
    quiz = makers.quiz(instructor, *(person(f"Learner {n:02}") for n in range(12)))

    first = instructor.does(service.results, item_id=quiz.id, limit=5)
    last = instructor.does(service.results, item_id=quiz.id, limit=5, offset=10)

    assert [row.name for row in first.rows] == [f"Learner {n:02}" for n in range(5)]
    assert ([row.name for row in last.rows], last.total) == (["Learner 10", "Learner 11"], 12)


def test_every_wrong_field_of_a_question_is_named_at_once() -> None:
    with pytest.raises(Invalid) as wrong:
        service.draft(
            kind="single_choice",
            stem=" ",
            points=Decimal("NaN"),
            spec={"options": [{"text": "only"}], "colour": "red"},
            feedback="x" * 200_000,
        )

    assert sorted(wrong.value.fields) == ["feedback", "points", "spec.colour", "spec.options", "stem"]


def test_a_question_without_a_right_option_says_so() -> None:
    options = {"options": [{"text": "a"}, {"text": "b"}]}

    with pytest.raises(Invalid) as wrong:
        service.draft(kind="single_choice", stem="?", spec=options)

    assert wrong.value.fields == {"spec": "Mark one option as the right answer."}


def test_an_unknown_kind_is_told_which_there_are() -> None:
    with pytest.raises(Invalid, match="single_choice"):
        service.draft(kind="riddle", stem="?", spec={})


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"limit_minutes": 0}, "limit_minutes"),
        ({"attempts_allowed": 0}, "attempts_allowed"),
        ({"grace_seconds": -1}, "grace_seconds"),
        ({"grading": "best"}, "grading"),
        ({"pass_fraction": Decimal(60)}, "pass_fraction"),
        ({"show_answers": "close"}, "show_answers"),
        ({"show_marks": "last"}, "show_marks"),
        ({"show_feedback": "sometimes"}, "show_feedback"),
        ({"intro": "x" * 200_000}, "intro"),
    ],
)
def test_settings_that_make_no_sense_are_named(instructor: Any, settings: dict[str, Any], field: str) -> None:
    quiz = makers.quiz(instructor)

    with pytest.raises(Invalid) as wrong:
        instructor.does(service.update_quiz, quiz_id=quiz.id, **settings)

    assert list(wrong.value.fields) == [field]


def test_an_author_reads_questions_with_their_keys_in_order(instructor: Any) -> None:
    quiz = makers.quiz(instructor)
    ref = instructor.does(
        service.update_question, question_id=quiz.questions[2], kind="true_false", stem="No?", spec={"answer": False}
    )

    sources = instructor.sees(service.questions, quiz_id=quiz.id)

    assert [source.id for source in sources] == [str(q) for q in quiz.questions]
    assert (ref.version, sources[2].version, sources[2].stem, sources[2].spec["answer"]) == (2, 2, "No?", False)
    assert sum(source.points for source in sources) == Decimal(10)


def test_outlines_tell_about_quizzes(student: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student, limit_minutes=20, attempts_allowed=2, closes_at=NOON + MINUTE)

    before = student.sees(service.describe, [quiz.id], student.id)
    student.at(NOON).does(service.start, item_id=quiz.id)
    during = student.sees(service.describe, [quiz.id], student.id)

    facts = courses.ItemFacts(state="", minutes=20, note="5 questions · 2 attempts", due_at=NOON + MINUTE)
    assert before == {quiz.id: facts}
    assert during[quiz.id].state == "now"


def test_a_grade_that_somebody_set_by_hand_says_who_and_why(student: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student, show_answers="submit")
    ended = makers.taken(student, quiz, *RIGHT[:2])
    item = instructor.sees(grades.item_of, source_kind=service.QUIZ, source_id=quiz.id)

    instructor.does(
        grades.record,
        item_id=item.id,
        user_id=student.id,
        points=Decimal(5),
        reason="A fair argument.",
        by_id=instructor.id,
    )

    shown = student.does(service.result, attempt_id=UUID(ended.attempt_id))
    assert shown.notes == ["Instructor set the grade of this quiz to 5 / 10: “A fair argument.”"]
    assert ended.notes == []


def test_a_mistake_leads_back_to_the_lesson_that_speaks_of_it(student: Any, instructor: Any) -> None:
    made = instructor.does(courses.create_course, title="Principles of Ecology")
    module = instructor.does(courses.add_module, course_id=made.id, title="Energy")
    body = "Photosynthesis is the process that fixes energy; respiration spends energy."
    lesson = instructor.does(courses.add_lesson, module_id=module.id, title="Light into sugar", body=body)
    instructor.does(courses.add_lesson, module_id=module.id, title="Rivers", body="Water runs down to the sea.")
    ref = instructor.does(
        service.create_quiz,
        module_id=module.id,
        title="Energy flow",
        questions=makers.drafts()[:1],
        show_marks="submit",
    )
    instructor.does(courses.publish, course_id=made.id)
    student.does(courses.enrol, slug=made.slug)
    found = []
    for choice in ("wrong", "right"):
        attempt = student.does(service.start, item_id=ref.item_id)
        makers.answers(student, attempt, 1, {"choice": choice})
        found.append(student.does(service.submit, attempt_id=UUID(attempt.id)).reread)

    assert [one.title for one in found] == ["Light into sugar", ""]
    assert found[0].url.endswith(str(lesson.id))
