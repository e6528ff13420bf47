"""The courses of the demo school are read and checked whole: reading them is the test."""

from collections import Counter
from pathlib import Path

import pytest

from lms_app.core import text
from lms_app.demo.material import COURSES, CourseMaterial, Lesson, read_courses
from lms_app.quizzes.kinds import KINDS

ALL = read_courses()


def test_the_school_teaches_four_courses():
    assert [(course.slug, len(course.items)) for course in ALL] == [
        ("bread-the-chemistry-of-a-loaf", 12),
        ("principles-of-ecology", 14),
        ("reading-poems", 11),
        ("statistics-for-curious-people", 12),
    ]


@pytest.mark.parametrize("course", ALL, ids=lambda course: course.slug)
def test_lessons_are_short_enough_for_one_sitting(course: CourseMaterial):
    sizes = {lesson.title: len(lesson.body.split()) for lesson in course.lessons.values()}

    assert {title: words for title, words in sizes.items() if not 250 <= words <= 600} == {}


@pytest.mark.parametrize("course", ALL, ids=lambda course: course.slug)
def test_every_lesson_renders_with_headings_below_its_title(course: CourseMaterial):
    for lesson in course.lessons.values():
        html = text.to_html(lesson.body)

        assert "<h1" not in html
        assert "<h2" in html
        assert "$" not in text.plain(lesson.body) or "math" in html


@pytest.mark.parametrize("course", ALL, ids=lambda course: course.slug)
def test_every_wrong_answer_of_the_plan_is_wrong(course: CourseMaterial):
    for quiz in course.quizzes.values():
        for question in quiz.questions:
            kind = KINDS[question.kind]
            spec = kind.Spec.model_validate(question.spec())
            marks = [
                kind.grade(spec, kind.Answer.model_validate(question.answer(well=False, pick=pick)))
                for pick in range(4)
            ]

            assert [mark.feedback for mark in marks if mark.fraction == 1 or not mark.feedback] == []


def test_all_five_kinds_are_asked():
    kinds = Counter(q.kind for course in ALL for quiz in course.quizzes.values() for q in quiz.questions)

    assert set(kinds) == {"single_choice", "multiple_answer", "true_false", "short_answer", "numerical"}
    assert min(kinds.values()) >= 8


def test_items_keep_the_order_of_the_outline():
    ecology = next(course for course in ALL if course.slug == "principles-of-ecology")

    assert [item.title for item in ecology.items][:3] == [
        "Scales of life",
        "Reading a place",
        "Quiz 1: Scales and surroundings",
    ]
    assert isinstance(ecology.items[0], Lesson)


def test_a_file_that_no_course_names_is_an_error(tmp_path: Path):
    source = COURSES / "reading-poems"
    course = tmp_path / source.name
    course.mkdir()
    for path in source.iterdir():
        (course / path.name).write_bytes(path.read_bytes())
    (course / "99-forgotten.md").write_text("# Forgotten\n\nNobody reads me.")

    with pytest.raises(ValueError, match=r"reading-poems: not in course\.yaml: 99-forgotten\.md"):
        read_courses(tmp_path)


def test_a_question_that_cannot_be_solved_is_an_error(tmp_path: Path):
    source = COURSES / "reading-poems"
    course = tmp_path / source.name
    course.mkdir()
    for path in source.iterdir():
        (course / path.name).write_bytes(path.read_bytes())
    quiz = course / "04-quiz-the-ear.yaml"
    quiz.write_text(quiz.read_text().replace("right: true", "right: false"))

    with pytest.raises(ValueError, match=r"04-quiz-the-ear\.yaml"):
        read_courses(tmp_path)
