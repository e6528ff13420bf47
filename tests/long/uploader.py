"""A process that hands files in until it is killed, and tells of each that it was told is safe: id and SHA-256 a line."""

import asyncio
import hashlib
import secrets
import sys
from collections.abc import AsyncIterator
from uuid import UUID

from lms_app.assignments import service
from lms_app.core import files
from lms_app.core.work import SiteRole, perform, utc_now
from lms_app.lms_app import app as app  # puts up the doors
from tests.assignments import makers
from tests.makers import Person, person

STUDENTS = 20


async def main() -> None:
    now = utc_now()
    students = [person(f"Student {number}").at(now) for number in range(STUDENTS)]
    teacher = person("Teacher", SiteRole.INSTRUCTOR).at(now)
    made = makers.assignment(teacher, *students, takes_files=True, files_max=50)
    drafts = [makers.draft(student, made) for student in students]
    await asyncio.gather(*(sends(student, draft) for student, draft in zip(students, drafts, strict=True)))


async def sends(student: Person, draft: UUID) -> None:
    for number in range(50):
        content = secrets.token_bytes(40_000)
        staged = await files.stage_stream(_in_pieces(content))
        stored = await perform(
            student.actor, files.attach, staged, name=f"{number}.bin", scope=service.SUBMISSION, scope_id=draft
        )
        sys.stdout.write(f"{UUID(stored.id).hex} {hashlib.sha256(content).hexdigest()}\n")
        sys.stdout.flush()


async def _in_pieces(content: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(content), 8_000):
        yield content[at : at + 8_000]
        await asyncio.sleep(0)


if __name__ == "__main__":
    asyncio.run(main())
