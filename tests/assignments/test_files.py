"""Files of submissions: what is taken, who reads them, and that no address opens to anybody else."""

import io
import zipfile
from typing import Any
from uuid import UUID

import pytest

from lms_app.assignments import service
from lms_app.core import files
from lms_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms_app.courses import service as courses
from tests.assignments import makers
from tests.assignments.makers import PDF
from tests.makers import person

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 32


def _docx() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    return made.getvalue()


@pytest.mark.parametrize(
    ("types", "name", "content", "taken"),
    [
        (["pdf"], "pond.pdf", PDF, True),
        (["pdf"], "pond.pdf", b"<html><script>alert(1)</script>", False),  # what it holds decides
        (["pdf"], "pond.exe", PDF, True),
        (["pictures"], "pond.png", PNG, True),
        (["pictures"], "pond.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", False),
        (["documents"], "notes.docx", _docx(), True),
        (["documents"], "notes.zip", _docx(), False),
        (["text"], "notes.py", b"print('pond')", True),
        ([], "anything.bin", b"\x00\x01\x02", True),
    ],
)
def test_a_file_is_taken_by_what_it_is(
    instructor: Any, student: Any, types: list[str], name: str, content: bytes, taken: bool
) -> None:
    draft_id = makers.draft(student, makers.assignment(instructor, student, takes_files=True, file_types=types))

    if taken:
        assert makers.attached(student, draft_id, name, content).name == name
    else:
        with pytest.raises(Invalid, match="Files of this type are not taken here"):
            makers.attached(student, draft_id, name, content)
        assert student.sees(files.of, service.SUBMISSION, draft_id) == []


def test_count_and_size_end_where_the_assignment_says(instructor: Any, student: Any) -> None:
    draft_id = makers.draft(student, makers.assignment(instructor, student, takes_files=True, files_max=2, file_mib=1))
    with pytest.raises(Invalid, match="at most 1 MB here"):
        makers.attached(student, draft_id, content=PDF + b"\x00" * 1024 * 1024)
    first = makers.attached(student, draft_id, "1.pdf")
    makers.attached(student, draft_id, "2.pdf")

    with pytest.raises(Invalid, match="There are 2 files already"):
        makers.attached(student, draft_id, "3.pdf")

    student.does(files.remove, file_id=UUID(first.id))
    assert makers.attached(student, draft_id, "3.pdf").name == "3.pdf"


def test_an_assignment_without_files_takes_none(instructor: Any, student: Any) -> None:
    draft_id = makers.draft(student, makers.assignment(instructor, student))

    with pytest.raises(Forbidden):
        makers.attached(student, draft_id)


def test_a_draft_is_read_by_its_student_alone_and_what_was_submitted_by_the_staff_too(
    instructor: Any, student: Any, stranger: Any, admin: Any
) -> None:
    fellow = person("Fellow")
    made = makers.assignment(instructor, student, fellow, takes_files=True)
    draft_id = makers.draft(student, made)
    file_id = UUID(makers.attached(student, draft_id).id)

    def readers() -> list[bool]:
        return [_reads(who, file_id) for who in (student, fellow, stranger, instructor, admin)]

    assert readers() == [True, False, False, False, False]
    student.does(service.submit, submission_id=draft_id, body="Green.")
    assert readers() == [True, False, False, True, True]
    student.does(courses.leave, slug=made.course.slug)
    assert readers() == [False, False, False, True, True]


def _reads(who: Any, file_id: UUID) -> bool:
    """What is refused is refused like what is not there."""
    try:
        who.sees(files.open_file, file_id=file_id)
    except NotFound as error:
        return str(error) != files.NO_FILE
    return True


def test_nobody_else_adds_or_removes(instructor: Any, student: Any, stranger: Any) -> None:
    made = makers.assignment(instructor, student, stranger, takes_files=True)
    draft_id = makers.draft(student, made)
    file_id = UUID(makers.attached(student, draft_id).id)

    for who in (stranger, instructor):
        with pytest.raises(NotFound):
            makers.attached(who, draft_id, "mine.pdf")
        with pytest.raises(NotFound):
            who.does(files.remove, file_id=file_id)


def test_members_of_a_group_share_their_files(instructor: Any, student: Any, stranger: Any) -> None:
    made = makers.assignment(instructor, student, stranger, takes_files=True, group_work=True)
    slug = made.course.slug
    lab, other = (UUID(instructor.does(courses.add_group, slug=slug, name=name).id) for name in ("A", "B"))
    instructor.does(courses.put_in_group, slug=slug, group_id=lab, user_id=student.id)
    instructor.does(courses.put_in_group, slug=slug, group_id=other, user_id=stranger.id)
    draft_id = makers.draft(student, made)
    file_id = UUID(makers.attached(student, draft_id).id)
    assert not _reads(stranger, file_id)

    instructor.does(courses.put_in_group, slug=slug, group_id=lab, user_id=stranger.id)
    assert _reads(stranger, file_id)
    instructor.does(courses.take_out_of_group, slug=slug, group_id=lab, user_id=stranger.id)
    student.does(service.submit, submission_id=draft_id, body="Ours.")

    assert not _reads(stranger, file_id)
    instructor.does(courses.put_in_group, slug=slug, group_id=lab, user_id=stranger.id)
    assert not _reads(stranger, file_id)  # they were not in it then


def test_a_file_of_the_brief_is_for_members_while_it_is_open(instructor: Any, student: Any, stranger: Any) -> None:
    made = makers.assignment(instructor, student)
    view = instructor.does(files.store_bytes, content=PNG, name="map.png", scope=service.BRIEF, scope_id=made.id)
    file_id = UUID(view.id)

    assert [_reads(who, file_id) for who in (student, instructor, stranger)] == [True, True, False]
    instructor.does(courses.update_item, item_id=made.id, opens_at=student.now + makers.DAY)
    assert not _reads(student, file_id)


def test_what_was_withdrawn_keeps_its_files(instructor: Any, student: Any) -> None:
    made = makers.assignment(instructor, student, takes_files=True)
    draft_id = makers.draft(student, made)
    file_id = UUID(makers.attached(student, draft_id).id)
    student.does(service.submit, submission_id=draft_id, body="Green.")
    student.does(service.withdraw, submission_id=draft_id)

    with pytest.raises(Conflict):
        student.does(files.remove, file_id=file_id)
    assert _reads(student, file_id)
