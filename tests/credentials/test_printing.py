"""A zip of all certificates: printed some at a time by the job loop, in processes apart."""

import asyncio
import io
import zipfile
from typing import Any
from uuid import UUID

import pytest
from pypdf import PdfReader
from sqlmodel import select

from lms_app import jobs
from lms_app.core.errors import Conflict
from lms_app.core.outbox import OutboxMessage
from lms_app.core.work import SYSTEM, reading, utc_now
from lms_app.credentials import service
from lms_app.credentials.service import printing
from tests import makers as people
from tests.courses import makers as course_makers
from tests.credentials import makers


@pytest.fixture
def course(instructor: Any) -> course_makers.Made:
    made = course_makers.course(instructor, ["Scales of life"])
    for name in ("Amina Yusuf", "Ben", "Ben", "Παναγιώτης", "محمد"):
        person = people.person(name)
        course_makers.enrolled(person, made)
        course_makers.completed(person, *made.items)
    makers.deliver()
    return made


def _drained(limit: int = 30) -> None:
    async def run() -> None:
        for _ in range(limit):
            if not await jobs.drain():
                return

    asyncio.run(run())


def test_all_of_a_course_are_in_one_zip(course: course_makers.Made, instructor: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(printing, "AT_ONCE", 2)  # several steps
    begun = instructor.at(utc_now()).does(service.print_all, slug=course.slug)
    with pytest.raises(Conflict, match="0 of 5 certificates"):
        instructor.sees(service.batch_file, batch_id=UUID(begun.id))

    _drained()

    done = instructor.sees(service.batch, batch_id=UUID(begun.id))
    path, name = instructor.sees(service.batch_file, batch_id=UUID(begun.id))
    assert (done.total, done.done, done.finished, done.url) == (5, 5, True, f"/certificates/batches/{begun.id}.zip")
    assert name == "Certificates Principles of Ecology.zip"
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        codes = {row.code: row.holder_name for row in makers.rows()}
        assert len(archive.namelist()) == 5
        for one in archive.namelist():
            said = PdfReader(io.BytesIO(archive.read(one))).pages[0].extract_text()
            (code,) = [code for code in codes if code[:4] in said and code[4:8] in said]
            assert one.startswith(codes[code])


def test_a_step_that_is_repeated_changes_nothing(course: course_makers.Made, instructor: Any) -> None:
    begun = instructor.does(service.print_all, slug=course.slug)

    async def twice() -> None:
        for _ in range(2):
            await service.print_some({"batch_id": begun.id})

    asyncio.run(twice())

    path, _name = instructor.sees(service.batch_file, batch_id=UUID(begun.id))
    with zipfile.ZipFile(path) as archive:
        assert (len(archive.namelist()), archive.testzip()) == (5, None)
    with reading(SYSTEM) as work:
        asked = [m for m in work.db.exec(select(OutboxMessage)) if m.topic == service.PRINT_ASKED]
    assert len(asked) == 1


def test_what_was_revoked_or_erased_meanwhile_is_left_out(
    course: course_makers.Made, instructor: Any, admin: Any
) -> None:
    begun = instructor.does(service.print_all, slug=course.slug)
    first, second, *_ = makers.rows()
    instructor.does(service.revoke, certificate_id=first.id, reason="Plagiarism")
    admin.does(service.forget_holder, user_id=second.user_id)

    at, sheets = instructor.sees(service.next_sheets, batch_id=UUID(begun.id))

    assert (at, len(sheets)) == (0, 3)


def test_nobody_has_one_yet(instructor: Any) -> None:
    made = course_makers.course(instructor)

    with pytest.raises(Conflict, match="Nobody has a certificate"):
        instructor.does(service.print_all, slug=made.slug)
