"""Pictures in questions: who may add them, who sees them and when, and what becomes of them in a copy."""

from typing import Any
from uuid import UUID

import pytest

from lms_app.core import files
from lms_app.core.errors import Forbidden, NotFound
from lms_app.quizzes import service
from tests.courses import makers as course_makers
from tests.quizzes import makers


@pytest.fixture(autouse=True)
def _doors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(files.READERS, service.QUESTION, service.question_files_door)
    monkeypatch.setitem(files.WRITERS, service.QUESTION, service.question_authors_door)


def _attached(person: Any, question_id: UUID) -> files.FileView:
    return person.does(
        lambda work: files.attach(
            work, files.stage_bytes(b"A pond."), name="pond.txt", scope=service.QUESTION, scope_id=question_id
        )
    )


def _reads(person: Any, url: str) -> str:
    return person.sees(files.open_file, file_id=UUID(url.removeprefix("/files/"))).name


def test_a_student_sees_a_questions_picture_once_they_are_asked_it(
    instructor: Any, student: Any, stranger: Any
) -> None:
    quiz = makers.quiz(instructor, student)
    kept = _attached(instructor, quiz.questions[0])

    for person in (student, stranger):
        with pytest.raises(NotFound):
            _reads(person, kept.url)
    makers.begun(student, quiz)

    assert _reads(student, kept.url) == _reads(instructor, kept.url) == "pond.txt"
    with pytest.raises(NotFound):
        _reads(stranger, kept.url)


def test_only_its_authors_give_a_question_files(instructor: Any, student: Any, stranger: Any) -> None:
    quiz = makers.quiz(instructor, student)

    with pytest.raises(Forbidden):
        _attached(student, quiz.questions[0])
    with pytest.raises(NotFound):
        _attached(stranger, quiz.questions[0])


def test_a_copied_question_has_pictures_of_its_own(instructor: Any, student: Any) -> None:
    quiz = makers.quiz(instructor, student)
    kept = _attached(instructor, quiz.questions[2])
    instructor.does(
        service.update_question,
        question_id=quiz.questions[2],
        kind="true_false",
        stem=f"See [it]({kept.url}).",
        spec={"answer": True},
        feedback=f"![x]({kept.url})",
    )

    instructor.does(service.duplicate_slot, slot_id=quiz.slots[2])

    asked = instructor.sees(service.questions, quiz_id=quiz.id)
    copy = next(one for one in asked if one.stem.startswith("See") and one.id != str(quiz.questions[2]))
    url = copy.stem.removeprefix("See [it](").removesuffix(").")
    assert url != kept.url
    assert url in copy.feedback
    assert _reads(instructor, url) == "pond.txt"
    other = course_makers.enrolled(student, quiz.course)
    attempt = makers.begun(other, quiz)
    assert attempt.id
    assert _reads(student, url) == "pond.txt"
