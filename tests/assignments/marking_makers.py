"""Work that waits to be marked, for tests: made through the services, as students hand it in."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from lms_app.assignments import service
from lms_app.assignments.views_marking import GradingView, MarkView
from lms_app.courses import service as courses
from lms_app.policy import Role
from lms_app.rubrics import service as rubrics
from lms_app.rubrics.views import CriterionMark
from tests.courses import makers as course_makers
from tests.rubrics.makers import pond

BODY = "# Pond survey\n\nI counted 42 water fleas.\n\nThe larva hunts from cover."


@dataclass(frozen=True)
class Desk:
    """A course with one assignment worth 20 points, marked by a rubric of 10 unless it is marked without one."""

    course: course_makers.Made
    id: UUID


def desk(instructor: Any, *students: Any, rubric: bool = True, item: Any = None, **settings: Any) -> Desk:
    course = course_makers.course(instructor, ["Ponds"])
    by = UUID(instructor.does(rubrics.create, slug=course.slug, drafted=pond()).id) if rubric else None
    given: dict[str, Any] = {"points": Decimal(20), "statement": "", "rubric_id": by, **settings}
    ref = instructor.does(
        service.create_assignment, module_id=course.modules[0], title="Field notes", item=item, **given
    )
    for student in students:
        course_makers.enrolled(student, course)
    return Desk(course, ref.item_id)


def submitted(student: Any, desk: Desk, body: str = BODY) -> UUID:
    draft = student.does(service.begin_draft, item_id=desk.id)
    student.does(service.submit, submission_id=UUID(draft.id), body=body)
    return UUID(draft.id)


def assistant(instructor: Any, person: Any, desk: Desk) -> Any:
    """Makes a person one who marks, too."""
    instructor.does(courses.add_member, course_id=desk.course.id, user_id=person.id, role=Role.ASSISTANT)
    return person


def levels(observation: str = "O5", method: str = "M4", comment: str = "") -> dict[str, CriterionMark]:
    return {"observation": CriterionMark(observation, comment=comment), "method": CriterionMark(method)}


def points(worth: str) -> dict[str, CriterionMark]:
    """What work without a rubric is given."""
    return {"points": CriterionMark(points=Decimal(worth))}


def sees(marker: Any, desk: Desk, submission_id: UUID | None = None, **shown: Any) -> GradingView:
    return marker.sees(service.grading, item_id=desk.id, submission_id=submission_id, **shown)


def marked(marker: Any, submission_id: UUID, **given: Any) -> MarkView:
    return marker.does(service.mark, submission_id=submission_id, **{"marks": levels(), **given})
