"""What the outside may see of the people of a course: frozen values, no rows."""

from dataclasses import dataclass


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
    """What became, or would become, of a class list: numbers of people and the lines in their order."""

    enrolled: int
    queued: int
    invited: int
    unchanged: int
    wrong: int
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


NOBODY_CHOSEN = ChosenMember(user_id="", name="", role="", groups=[])
NO_PEOPLE = PeopleView(staff=[], groups=[], invited=[])
NO_LIST = ListResult(enrolled=0, queued=0, invited=0, unchanged=0, wrong=0, done=False, lines=[])
