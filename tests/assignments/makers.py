"""Assignments for tests, built through the services. No surprises: what is not named is the service's own default."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from lms_app.assignments import service
from lms_app.assignments.views import SubmissionView
from lms_app.core import files
from lms_app.courses import service as courses
from tests.courses import makers as course_makers

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
PDF = b"%PDF-1.4 a drawing of a pond"


@dataclass(frozen=True)
class Made:
    """A published course with one assignment as its only item."""

    course: course_makers.Made
    id: UUID


def assignment(instructor: Any, *students: Any, item: Any = None, **settings: Any) -> Made:
    """The assignment takes a text, and asks for no statement unless one is named; the students are in the course."""
    made = instructor.does(courses.create_course, title="Principles of Ecology")
    module = instructor.does(courses.add_module, course_id=made.id, title="Energy")
    ref = instructor.does(
        service.create_assignment,
        module_id=module.id,
        title="A pond in words",
        item=item,
        **{"brief": "Describe a **pond**.", "statement": "", **settings},
    )
    instructor.does(courses.publish, course_id=made.id)
    for student in students:
        student.does(courses.enrol, slug=made.slug)
    return Made(course_makers.Made(made.id, made.slug, (module.id,), (ref.item_id,)), ref.item_id)


def draft(student: Any, made: Made) -> UUID:
    return UUID(student.does(service.begin_draft, item_id=made.id).id)


def submitted(student: Any, made: Made, body: str = "Green and still.", **given: Any) -> SubmissionView:
    return student.does(service.submit, submission_id=draft(student, made), body=body, **given)


def attached(student: Any, draft_id: UUID, name: str = "pond.pdf", content: bytes = PDF) -> files.FileView:
    """As an upload does it: through the doors of the scope."""
    staged = files.stage_bytes(content)
    return student.does(files.attach, staged, name=name, scope=service.SUBMISSION, scope_id=draft_id)


def zip_of(parts: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()
