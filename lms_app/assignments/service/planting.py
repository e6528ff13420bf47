"""An assignment as a tree of files says it, under the id that its item has there. For `exchange`."""

from typing import Unpack
from uuid import UUID

from lms_app.assignments.models import Assignment
from lms_app.assignments.service.authoring import AssignmentSettings, change_assignment
from lms_app.assignments.service.door import Entered
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.policy import Can


def plant_assignment(work: Work, *, item_id: UUID, **settings: Unpack[AssignmentSettings]) -> None:
    """What is asked in an item that is there already. What was submitted stays."""
    item, membership = courses.enter_item(work, item_id, Can.AUTHOR)
    row = work.db.get(Assignment, item_id) or Assignment(item_id=item_id, course_id=item.course_id)
    change_assignment(work, Entered(row, item, membership), settings)
