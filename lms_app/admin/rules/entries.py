"""What one line of a list says, whoever wrote the list: somebody with their courses and cohorts, or a name of something.

Nobody is made or unmade an administrator by a list of another system, nobody is deleted (who is gone there is suspended
here), and passwords are never taken: people choose theirs by a mailed link.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lms_app.accounts.rules import fields
from lms_app.admin.rules.columns import Format, Kind, Reading
from lms_app.core import when
from lms_app.core.folding import folded
from lms_app.core.sheet import unquoted
from lms_app.core.table import Line
from lms_app.core.work import SiteRole
from lms_app.policy import Role

KEY_MAX = 120
NAME_MAX = 120
COHORT_MAX = 80
PARTS_MAX = 100  # courses or cohorts of one line


@dataclass(frozen=True, slots=True)
class Place:
    """A course, by whatever name the list has for it, and what somebody is there. Without `role` it stays, or is student.

    `section` is the list's name of a part of a course, where it names no course.
    """

    course: str
    section: str = ""
    role: Role | None = None
    group: str = ""
    leaves: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. What is None or empty is not said, and stays as it is. `problem` is why the line cannot be used and
    `column` the number of the cell that is meant, from 1; `skip` why there is nothing to do about it."""

    kind: Kind
    file: int
    line: int
    key: str = ""
    email: str = ""
    name: str = ""
    role: SiteRole | None = None
    active: bool | None = None
    zone: str = ""
    locale: str = ""
    cohorts: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    short: str = ""
    text: str = ""
    notes: tuple[str, ...] = ()
    problem: str = ""
    column: int = 0
    skip: str = ""


_FOREIGN_ROLES = {
    **dict.fromkeys(("student", "learner"), SiteRole.STUDENT),
    **dict.fromkeys(("teacher", "instructor", "faculty", "aide"), SiteRole.INSTRUCTOR),
}
_OWN_ROLES = {
    **_FOREIGN_ROLES,
    **dict.fromkeys(("admin", "administrator"), SiteRole.ADMIN),
    "lecturer": SiteRole.INSTRUCTOR,
}
# People of a school's register who are no users of a course.
_ONLOOKERS = frozenset({"guardian", "parent", "relative", "observer", "counselor", "proctor", "site administrator"})
_PLACES: Mapping[str, Role] = {
    **dict.fromkeys(("", "student", "learner", "studentenrollment"), Role.STUDENT),
    **dict.fromkeys(
        ("assistant", "teaching assistant", "ta", "taenrollment", "aide", "non-editing teacher", "tutor"),
        Role.ASSISTANT,
    ),
    **dict.fromkeys(
        ("instructor", "teacher", "lecturer", "editingteacher", "teacherenrollment", "faculty", "designer"),
        Role.INSTRUCTOR,
    ),
}
# Moodle's "teacher" is its non-editing one, and its roles may come as numbers (lib/db/access.php: archetypes).
_MOODLE_PLACES = {**_PLACES, "teacher": Role.ASSISTANT, "3": Role.INSTRUCTOR, "4": Role.ASSISTANT, "5": Role.STUDENT}
_ACTIVE = frozenset({"active", "unverified", "verified", "enabled", "invited"})
_GONE = frozenset({"suspended", "deleted", "inactive", "tobedeleted", "disabled", "completed", "concluded"})
_YES = frozenset({"1", "true", "yes", "y"})
_NO = frozenset({"0", "false", "no", "n"})
_ITEM = re.compile(r"(?P<course>.*?)\s*(?:=\s*(?P<role>[\w \-]+))?")


class _Wrong(ValueError):
    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def read(file: int, reading: Reading, lines: Iterable[Line]) -> list[Entry]:
    """The lines below a table's head. A line has one problem at a time: the first one, from left to right."""
    if reading.kind in (Kind.LEFT, Kind.UNKNOWN):
        why: dict[str, Any] = {"skip": reading.why} if reading.kind is Kind.LEFT else {"problem": reading.why}
        return [Entry(reading.kind, file, line.number, name=_about(line.cells), **why) for line in lines]
    places = _columns(reading.fields)
    return [_entry(file, reading, places, line) for line in lines]


def joined(entries: Sequence[Entry]) -> list[Entry]:
    """Who stands in several lines is one person; lines that contradict an earlier one are wrong."""
    by_key: dict[str, Entry] = {}
    by_email: dict[str, Entry] = {}
    found: list[Entry] = []
    for one in entries:
        if one.kind is not Kind.PEOPLE or one.problem or one.skip:
            found.append(one)
            continue
        first = (by_key.get(one.key) if one.key else None) or (by_email.get(one.email) if one.email else None)
        if first is None:
            for known, by in ((one.key, by_key), (one.email, by_email)):
                if known:
                    by[known] = one
            found.append(one)
        elif wrong := _contradiction(first, one):
            found.append(replace(one, problem=wrong))
        else:
            found.append(replace(one, key=first.key, email=first.email, notes=(f"As line {first.line}.",)))
    return found


def _contradiction(first: Entry, later: Entry) -> str:
    for name, words in (("email", "address"), ("key", "id"), ("name", "name"), ("role", "role"), ("active", "status")):
        before, now = getattr(first, name), getattr(later, name)
        if before not in ("", None) and now not in ("", None) and before != now:
            return f"Line {first.line} gives this person another {words}."
    return ""


def _columns(names: Sequence[str]) -> dict[str, int]:
    return {name: at for at, name in enumerate(names) if name}


def _entry(file: int, reading: Reading, places: Mapping[str, int], line: Line) -> Entry:
    row = _Row(places, line.cells)
    blank = Entry(reading.kind, file, line.number)
    if line.problem:
        return replace(blank, name=_about(line.cells), problem=line.problem)
    make = {
        Kind.PEOPLE: _person,
        Kind.ENROLMENTS: _enrolment,
        Kind.COHORTS: _cohort,
        Kind.COURSES: _course,
        Kind.SECTIONS: _section,
    }[reading.kind]
    try:
        return make(blank, reading.format, row)
    except _Wrong as wrong:
        known = fields.comparable(row["email"]) or row["key"] or _about(line.cells)
        at = row.at(wrong.field)
        return replace(blank, email=known[: fields.EMAIL_MAX], problem=str(wrong), column=at)


@dataclass(frozen=True, slots=True)
class _Row:
    places: Mapping[str, int]
    cells: Sequence[str]

    def __getitem__(self, name: str) -> str:
        at = self.places.get(name)
        return unquoted(self.cells[at]).replace("\0", "").strip() if at is not None and at < len(self.cells) else ""

    def at(self, name: str) -> int:
        return self.places.get(name, -1) + 1

    def numbers(self, name: str) -> list[str]:
        return [one.partition(".")[2] for one in self.places if one.startswith(f"{name}.")]


def _person(blank: Entry, format: Format, row: _Row) -> Entry:
    email, key = fields.comparable(row["email"]), _key(row)
    name = fields.clean_name(row["name"] or f"{row['first']} {row['middle']} {row['last']}")
    if row["role"] and folded(row["role"]) in _ONLOOKERS:
        return replace(blank, email=email, key=key, name=name, skip="Parents and onlookers are no users of courses.")
    if not email and not key:
        raise _Wrong("email", "Enter an email address or an id.")
    if email and fields.email_problem(email):
        raise _Wrong("email", "This is not an email address like name@example.org.")
    if len(name) > NAME_MAX:
        raise _Wrong("name" if row["name"] else "first", f"Shorten the name to {NAME_MAX} characters.")
    role, notes = _site_role(format, row["role"])
    zone, locale = row["zone"] if row["zone"] not in ("99", "") else "", row["locale"].replace("_", "-")
    if zone and not when.is_zone(zone):
        raise _Wrong("zone", f"“{zone[:40]}” is not a time zone like Europe/Berlin.")
    if locale and not when.is_locale(locale):
        raise _Wrong("locale", f"“{locale[:40]}” is not a language like en or de.")
    cohorts = [_cohort_name(part, one) for one in row.numbers("cohorts") for part in _parts(row, f"cohorts.{one}")]
    places = [_place_of_item(format, part) for part in _parts(row, "courses")]
    for number in row.numbers("course"):
        if row[f"course.{number}"]:
            places.append(_place(format, row, number, row[f"course.{number}"]))
    return replace(
        blank,
        email=email,
        key=key,
        name=name,
        role=role,
        active=_is_active(row),
        zone=zone,
        locale=locale,
        cohorts=tuple(dict.fromkeys(cohorts)),
        places=tuple(places),
        notes=notes,
    )


def _enrolment(blank: Entry, format: Format, row: _Row) -> Entry:
    email, key = fields.comparable(row["email"]), _key(row)
    if not email and not key:
        raise _Wrong("email" if row.at("email") else "key", "Enter whose enrolment it is.")
    if email and fields.email_problem(email):
        raise _Wrong("email", "This is not an email address like name@example.org.")
    role = folded(row["course_role.0"])
    if role in _ONLOOKERS or role == "observerenrollment":
        return replace(blank, email=email, key=key, skip="Parents and onlookers are no members of courses.")
    (number, *_more) = row.numbers("course") or ["0"]
    course, section = row[f"course.{number}"], row["section"]
    if not course and not section:
        raise _Wrong(f"course.{number}", "Enter the course.")
    place = replace(_place(format, row, number, course), section=section, leaves=_is_active(row) is False)
    return replace(blank, email=email, key=key, places=(place,))


def _cohort(blank: Entry, format: Format, row: _Row) -> Entry:
    name = _cohort_name(row["name"], "")
    if not name:
        raise _Wrong("name", "Enter the name of the cohort.")
    return replace(blank, name=name, key=_key(row), text=row["description"][:500])


def _course(blank: Entry, format: Format, row: _Row) -> Entry:
    return replace(blank, key=row["key"][:KEY_MAX], short=row["short"][:KEY_MAX], name=row["name"][:300])


def _section(blank: Entry, format: Format, row: _Row) -> Entry:
    course = row["course"] or row["course.0"]
    return replace(blank, key=row["key"][:KEY_MAX], short=course[:KEY_MAX], name=row["name"][:300])


def _key(row: _Row) -> str:
    if len(row["key"]) > KEY_MAX:
        raise _Wrong("key", f"Shorten the id to {KEY_MAX} characters.")
    return row["key"]


def _site_role(format: Format, said: str) -> tuple[SiteRole | None, tuple[str, ...]]:
    word = folded(said)
    if not word:
        return None, ()
    if format is Format.OWN:
        if word not in _OWN_ROLES:
            raise _Wrong("role", f"“{said[:40]}” is not a role. Write student, instructor or admin.")
        return _OWN_ROLES[word], ()
    if word in _FOREIGN_ROLES:
        return _FOREIGN_ROLES[word], ()
    return None, (f"“{said[:40]}” is no role here and changes nothing.",)


def _is_active(row: _Row) -> bool | None:
    status = folded(row["status"])
    if status and status not in _ACTIVE | _GONE:
        raise _Wrong("status", f"“{row['status'][:40]}” is not a status. Write active or suspended.")
    for name in ("suspended", "deleted", "enabled"):
        if row[name] and folded(row[name]) not in _YES | _NO:
            raise _Wrong(name, "Write 1 or 0.")
    told = [folded(row[name]) in _YES for name in ("suspended", "deleted") if row[name]]
    told += [folded(row["enabled"]) in _NO] if row["enabled"] else []
    told += [status in _GONE] if status else []
    return not any(told) if told else None


def _place(format: Format, row: _Row, number: str, course: str) -> Place:
    group = fields.clean_name(row[f"group.{number}"])
    if len(group) > COHORT_MAX:
        raise _Wrong(f"group.{number}", f"Shorten the name of the group to {COHORT_MAX} characters.")
    role = _course_role(format, row[f"course_role.{number}"], f"course_role.{number}")
    return Place(course[:300], role=role, group=group)


def _course_role(format: Format, said: str, column: str) -> Role | None:
    roles = _MOODLE_PLACES if format is Format.MOODLE else _PLACES
    word = folded(said)
    if word not in roles:
        raise _Wrong(column, f"“{said[:40]}” is not a role in a course. Write student, assistant or instructor.")
    return roles[word] if word else None


def _place_of_item(format: Format, item: str) -> Place:
    """`ecology` or `ecology=assistant`, as our export has them."""
    match = _ITEM.fullmatch(item)
    course, role = (match["course"], match["role"] or "") if match else (item, "")
    return Place(course[:300], role=_course_role(format, role, "courses"))


def _parts(row: _Row, name: str) -> list[str]:
    parts = [part.strip() for part in row[name].split("|") if part.strip()]
    if len(parts) > PARTS_MAX:
        raise _Wrong(name, f"Name at most {PARTS_MAX} in one line.")
    return parts


def _cohort_name(said: str, number: str) -> str:
    name = fields.clean_name(said)
    if len(name) > COHORT_MAX or len(folded(name)) > 2 * COHORT_MAX:
        raise _Wrong(f"cohorts.{number}" if number else "name", f"Shorten the name to {COHORT_MAX} characters.")
    return name


def _about(cells: Sequence[str]) -> str:
    return fields.clean_name(next((cell for cell in cells if cell), ""))[:80]
