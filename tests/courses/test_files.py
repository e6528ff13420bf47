"""Files that belong to a lesson: who adds, reads and removes them."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from lms_app.core import files
from lms_app.core.errors import Forbidden, Invalid, NotFound
from lms_app.courses import rules, service
from lms_app.courses.views import AttachedFile
from tests.courses import makers
from tests.makers import NOON

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 100_000


@pytest.fixture
def lesson(instructor: Any, student: Any) -> UUID:
    course = makers.course(instructor, ["Sunlight"])
    makers.enrolled(student, course)
    return course.items[0]


def _attach(person: Any, lesson: UUID, name: str = "../map.png", content: Any = PNG) -> AttachedFile:
    return person.does(service.attach_file, item_id=lesson, name=name, content=content)


def test_a_file_of_a_lesson_stands_below_its_text(instructor: Any, student: Any, lesson: UUID) -> None:
    file = _attach(instructor, lesson)

    assert (file.name, file.media_type, file.size) == ("map.png", "image/png", "98 KB")
    assert student.sees(service.read_lesson, item_id=lesson).files == [file]
    student.sees(service.lesson_files_door, item_id=lesson)


def test_content_may_be_on_disk_before_the_unit_of_work(instructor: Any, lesson: UUID) -> None:
    staged = files.stage_bytes(b"Count the leaves.")

    file = _attach(instructor, lesson, "tasks.txt", staged)

    assert (file.media_type, file.size) == ("text/plain; charset=utf-8", "1 KB")


def test_a_picture_in_the_text_is_not_listed_again(instructor: Any, student: Any, lesson: UUID) -> None:
    shown, taken_home = _attach(instructor, lesson), _attach(instructor, lesson, "tasks.txt", b"Count.")
    instructor.does(service.update_lesson, item_id=lesson, body=f"![A map]({shown.url})")

    assert student.sees(service.read_lesson, item_id=lesson).files == [taken_home]


def test_a_locked_lesson_keeps_its_files(instructor: Any, student: Any, lesson: UUID) -> None:
    _attach(instructor, lesson)
    instructor.does(service.update_item, item_id=lesson, opens_at=NOON.replace(year=2028))

    assert student.sees(service.read_lesson, item_id=lesson).files == []
    with pytest.raises(NotFound):
        student.sees(service.lesson_files_door, item_id=lesson)


def test_a_file_is_taken_away_once(instructor: Any, student: Any, lesson: UUID) -> None:
    file = _attach(instructor, lesson)

    instructor.does(service.detach_file, item_id=lesson, file_id=UUID(file.id))

    assert student.sees(service.read_lesson, item_id=lesson).files == []
    with pytest.raises(NotFound):
        instructor.does(service.detach_file, item_id=lesson, file_id=UUID(file.id))


def test_a_file_is_taken_only_from_its_own_lesson(instructor: Any, lesson: UUID) -> None:
    file = _attach(instructor, lesson)
    other = makers.course(instructor, ["Other"], title="Other").items[0]

    with pytest.raises(NotFound):
        instructor.does(service.detach_file, item_id=other, file_id=UUID(file.id))
    with pytest.raises(NotFound):
        instructor.does(service.detach_file, item_id=lesson, file_id=uuid4())

    assert len(instructor.sees(service.read_lesson, item_id=lesson).files) == 1


def test_students_add_no_files(student: Any, instructor: Any, lesson: UUID) -> None:
    file = _attach(instructor, lesson)

    with pytest.raises(Forbidden):
        _attach(student, lesson)
    with pytest.raises(Forbidden):
        student.does(service.detach_file, item_id=lesson, file_id=UUID(file.id))


def test_an_empty_file_is_refused_beside_its_field(instructor: Any, lesson: UUID) -> None:
    with pytest.raises(Invalid) as refused:
        _attach(instructor, lesson, "nothing.txt", b"")

    assert refused.value.fields == {"file": "This file is empty."}


def test_only_lessons_have_files_here(instructor: Any) -> None:
    course = makers.course(instructor, ["One"])
    quiz = instructor.does(service.add_item, module_id=course.modules[0], kind="quiz", title="Quiz")

    with pytest.raises(NotFound):
        _attach(instructor, quiz.id)


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("size", "words"),
    [(1, "1 KB"), (1024 * 84, "84 KB"), (1000 * 1024, "1.0 MB"), (1_500_000, "1.4 MB"), (50 * 1024**2, "50.0 MB")],
)
def test_sizes_are_said_in_words(size: int, words: str) -> None:
    assert rules.size_words(size) == words
