"""What the outside may see of courses: frozen values, no rows."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lms_app.policy import Can, Role, may


@dataclass(frozen=True, slots=True)
class Membership:
    """That somebody came through a course's door, and as what. Only `courses.service` makes these.

    An administrator passes as an instructor without being a member: `is_member` tells.
    """

    course_id: UUID
    slug: str
    title: str
    status: str
    starts_at: datetime | None
    user_id: UUID | None
    role: Role
    is_member: bool

    @property
    def is_staff(self) -> bool:
        return self.role.is_staff

    def may(self, can: Can) -> bool:
        return may(self.role, can)
