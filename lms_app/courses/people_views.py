"""What the outside may see of the people of a course: frozen values, no rows."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group of a course, and how many of its people are in it now."""

    id: str
    name: str
    people: int


@dataclass(frozen=True, slots=True)
class ListLine:
    """What becomes of one line of a class list. `note` says why, or what else, in words.

    `fate` is enrol (has an account: is enrolled at once), queue (so, but the course is full), invite (has none: gets a mail), in (is a member already),
    invited (has such a mail already), same (stood in the list before) or wrong.
    """

    line: int
    email: str
    name: str
    fate: str
    note: str


@dataclass(frozen=True, slots=True)
class ListResult:
    """What became, or would become, of a class list: the lines in their order, and how many of them are what.

    `tally` counts enrolled, queued, invited, unchanged and wrong.
    """

    tally: dict[str, int]
    done: bool
    lines: list[ListLine]


@dataclass(frozen=True, slots=True)
class InvitedPerson:
    """Somebody who got an invitation by mail and has not joined yet. `until` is the last day of it, in words."""

    id: str
    email: str
    name: str
    role: str
    until: str


@dataclass(frozen=True, slots=True)
class StaffMember:
    user_id: str
    name: str
    email: str
    role: str
    joined: str


@dataclass(frozen=True, slots=True)
class PeopleView:
    """Whom a course has beside its learners, and how they are divided. `invited` is for those who manage it."""

    staff: list[StaffMember]
    groups: list[GroupView]
    invited: list[InvitedPerson]


@dataclass(frozen=True, slots=True)
class ChosenMember:
    """Whom a dialog is about."""

    user_id: str
    name: str
    role: str
    groups: list[str]
    extra_percent: int


@dataclass(frozen=True, slots=True)
class AnnouncementView:
    """What the staff tell a course. `note` says who, when, and when it was corrected, in words.

    `scheduled` is when it goes out, in words, while it has not; `group` to whom alone. Learners see what is theirs and out.
    """

    id: str
    title: str
    html: str
    note: str
    scheduled: str
    group: str


@dataclass(frozen=True, slots=True)
class AnnouncementSource:
    """An announcement as its authors write it. What `is_out` keeps its time and its group."""

    id: str
    title: str
    body: str
    goes_out_at: datetime | None
    group_id: str
    is_out: bool


@dataclass(frozen=True, slots=True)
class CourseDesk:
    """The head of the staff's pages of a course: `TeachingView` without what its pages hold in lists of their own."""

    id: str
    slug: str
    title: str
    status: str
    enrol_mode: str
    enrol_key: str
    manages: bool
    learners: int
    capacity: int
    queued: int
    completed: int
    average: int


NO_DESK = CourseDesk(
    id="",
    slug="",
    title="",
    status="",
    enrol_mode="",
    enrol_key="",
    manages=False,
    learners=0,
    capacity=0,
    queued=0,
    completed=0,
    average=0,
)
NOBODY_CHOSEN = ChosenMember(user_id="", name="", role="", groups=[], extra_percent=0)
NO_PEOPLE = PeopleView(staff=[], groups=[], invited=[])


@dataclass(frozen=True, slots=True)
class OverrideLine:
    """What is different in an item for somebody. `differs` says it in words, `values` as a form holds it."""

    id: str
    whose: str
    is_group: bool
    differs: str
    note: str
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class OverridesView:
    """The exceptions of an item. `fields` are what can be different in it, `offered` whom one can name."""

    item_id: str
    slug: str
    course: str
    title: str
    fields: list[str]
    zone: str
    lines: list[OverrideLine]
    offered: list[str]


NO_OVERRIDES = OverridesView("", "", "", "", [], "", [], [])
