"""The audit log as an administrator reads it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

Group = Literal["", "grades", "roles", "enrolments", "settings", "sign-ins", "exports"]
GROUPS: tuple[Group, ...] = get_args(Group)[1:]


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries; "" is any.

    `who` is an id, or words of a name or an address; `what` a group, an action, or the beginning of one with a dot;
    `subject` an id, or words as in `who` or of a course's title; `since` and `until` days (2027-03-01) in the reader's
    zone, both within; `request` an id of a request.
    """

    who: str = ""
    what: str = ""
    subject: str = ""
    since: str = ""
    until: str = ""
    request: str = ""


EVERYTHING = AuditFilter()


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One value of what changed, before and after; "" where there was none."""

    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One entry. `moment` is `at` in the reader's words.

    `who` is the name of whoever did it, "" for the system and for visitors; `acting` whom they looked at the site as.
    `subject` is the name of what it is about, where it still has one; `lines` say ids by their names, too.
    """

    seq: int
    at: datetime
    moment: str
    who: str
    who_id: str
    acting: str
    acting_id: str
    action: str
    label: str
    subject: str
    subject_kind: str
    subject_id: str
    lines: list[AuditLine]
    request_id: str


@dataclass(frozen=True, slots=True)
class AuditLog:
    """A window of the entries that match, newest first. `before` is what the next window is asked with; 0 at the end."""

    entries: list[AuditRow]
    before: int
