"""Which table a file is, and what its columns are, told by its first line.

Sources: Moodle, "Upload users" and "Upload cohorts"; Canvas, "SIS Import Format Documentation"; 1EdTech, OneRoster 1.1
and 1.2 CSV binding, section 4. A person may overrule both in the browser.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lms_app.core.folding import folded


class Format(StrEnum):
    """Who writes such files: some words mean another thing in each."""

    OWN = "own"
    MOODLE = "moodle"
    CANVAS = "canvas"
    ONEROSTER = "oneroster"


class Kind(StrEnum):
    PEOPLE = "people"
    ENROLMENTS = "enrolments"
    COHORTS = "cohorts"
    COURSES = "courses"  # what other tables of the same import call our courses
    SECTIONS = "sections"  # so, for parts of courses
    LEFT = "left"  # known, and of no use here
    UNKNOWN = "unknown"


# What a column can be, in the order in which a person is asked: name, and words.
FIELDS: Mapping[Kind, tuple[tuple[str, str], ...]] = {
    Kind.PEOPLE: (
        ("email", "Email"),
        ("name", "Full name"),
        ("first", "First name"),
        ("middle", "Middle name"),
        ("last", "Last name"),
        ("key", "Id in the other system"),
        ("role", "Role on the site"),
        ("status", "Status"),
        ("suspended", "Suspended (1 or 0)"),
        ("deleted", "Deleted (1 or 0)"),
        ("enabled", "May sign in (1 or 0)"),
        ("zone", "Time zone"),
        ("locale", "Language"),
        ("cohorts", "Cohorts"),
        ("courses", "Courses"),
        ("course", "Course"),
        ("course_role", "Role in the course"),
        ("group", "Group in the course"),
        ("password", "Password (is not taken)"),
    ),
    Kind.ENROLMENTS: (
        ("email", "Email"),
        ("key", "Id of the person in the other system"),
        ("course", "Course"),
        ("section", "Section"),
        ("course_role", "Role in the course"),
        ("group", "Group in the course"),
        ("status", "Status"),
    ),
    Kind.COHORTS: (("name", "Name"), ("key", "Id in the other system"), ("description", "Description")),
    Kind.COURSES: (("key", "Id in the other system"), ("short", "Short name"), ("name", "Name")),
    Kind.SECTIONS: (("key", "Id in the other system"), ("course", "Course"), ("name", "Name")),
    Kind.LEFT: (),
    Kind.UNKNOWN: (),
}
CHOOSABLE = (
    (Kind.PEOPLE, "People"),
    (Kind.ENROLMENTS, "Enrolments"),
    (Kind.COHORTS, "Cohorts"),
    (Kind.LEFT, "Nothing for us"),
)
# These columns come in numbers: course1, role1, course2 …
MANY = frozenset({"course", "course_role", "group", "cohorts"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What a table is taken for. `fields` has one name for each column, empty where a column is not used, with a number
    behind it where there are several alike (`course.1`). `why` says why a table is left or not known."""

    format: Format
    kind: Kind
    fields: tuple[str, ...]
    why: str = ""


_GRADES = "This looks like a list of grades. Marks come in on the gradebook page of their course."
_COURSES = "This is a list of courses. Courses are made under Teaching; then this import can say who is in them."
_GROUPS = "This is a list of groups. Name the group of each person in a list of enrolments: it is made where it is new."
NOT_KNOWN = (
    "We cannot tell what the columns are: none of them is an email address or an id. Say below what this file holds."
)
NO_HEADER = "The first line has no names of columns, so we cannot tell who is who. Say below what they are."

_WORDS: dict[str, str] = {
    **dict.fromkeys(("email", "e-mail", "mail", "email address", "e-mail address", "emailaddress"), "email"),
    **dict.fromkeys(("name", "full name", "fullname", "display name"), "name"),
    **dict.fromkeys(("first name", "firstname", "given name", "givenname", "forename"), "first"),
    **dict.fromkeys(("last name", "lastname", "family name", "familyname", "surname"), "last"),
    **dict.fromkeys(("middle name", "middlename"), "middle"),
    **dict.fromkeys(("id", "external id", "externalid", "idnumber", "id number", "student id", "sis id"), "key"),
    **dict.fromkeys(("role", "site role", "siterole"), "role"),
    **dict.fromkeys(("status", "state"), "status"),
    **dict.fromkeys(("suspended",), "suspended"),
    **dict.fromkeys(("deleted",), "deleted"),
    **dict.fromkeys(("zone", "time zone", "timezone"), "zone"),
    **dict.fromkeys(("locale", "language", "lang"), "locale"),
    **dict.fromkeys(("cohort", "cohorts"), "cohorts"),
    **dict.fromkeys(("courses",), "courses"),
    **dict.fromkeys(("course", "course slug", "course id", "courseid", "course short name"), "course"),
    **dict.fromkeys(("course role", "enrolment role"), "course_role"),
    **dict.fromkeys(("group", "groups", "section"), "group"),
    **dict.fromkeys(("password", "ssha password", "canvas password"), "password"),
}
_CANVAS_PEOPLE = {
    "user id": "key",
    "email": "email",
    "full name": "name",
    "first name": "first",
    "last name": "last",
    "status": "status",
    "declared user type": "role",
    "password": "password",
    "ssha password": "password",
}
_CANVAS_ENROLMENTS = {
    "course id": "course",
    "section id": "section",
    "user id": "key",
    "role": "course_role",
    "status": "status",
}
_ONEROSTER_PEOPLE = {
    "sourcedid": "key",
    "status": "status",
    "enableduser": "enabled",
    "role": "role",
    "givenname": "first",
    "middlename": "middle",
    "familyname": "last",
    "email": "email",
    "password": "password",
}
_ONEROSTER_ENROLMENTS = {
    "status": "status",
    "classsourcedid": "section",
    "usersourcedid": "key",
    "role": "course_role",
}
_NUMBERED = re.compile(r"(course|role|group|cohort|type)(\d{1,2})")
_NUMBERED_FIELDS = {"course": "course", "role": "course_role", "group": "group", "cohort": "cohorts", "type": "type"}


def words_of(cell: str) -> str:
    """A column's head as it is compared: `User_ID ` is `user id`."""
    return " ".join(folded(cell).replace("_", " ").split())


def reading_of(heads: Sequence[str]) -> Reading:
    """What a table with this first line is."""
    names = [words_of(head) for head in heads]
    return _oneroster(names) or _canvas(names) or _moodle(names) or _own(names)


def taken_as(kind: Kind, format: Format, heads: Sequence[str]) -> Reading:
    """A table with this first line, taken for what a person says that it is."""
    names = [words_of(head) for head in heads]
    found = reading_of(heads)
    if found.kind is kind:
        return found
    known = dict(FIELDS[kind])
    words = _WORDS | ({"role": "course_role"} if kind is Kind.ENROLMENTS else {})
    fields = tuple(words.get(name, "") if words.get(name, "") in known else "" for name in names)
    return Reading(format, kind, _numbered(fields), "This file is left out." if kind is Kind.LEFT else "")


def with_field(fields: Sequence[str], at: int, name: str) -> list[str]:
    """The fields with the column `at` taken for another one. What belongs to a course gets the number of the course
    that stands before it."""
    kept = [field if name in MANY or field != name else "" for field in fields]
    taken = {field for place, field in enumerate(kept) if place != at}
    if name in MANY:
        before = [field.partition(".")[2] for field in kept[:at] if field.startswith("course.")]
        number = before[-1] if before and name != "course" else "0"
        while f"{name}.{number}" in taken:
            number = str(int(number or 0) + 1)
        name = f"{name}.{number}"
    return [name if place == at else field for place, field in enumerate(kept)]


def numbered(fields: Sequence[str]) -> list[str]:
    """Fields as a program names them, with numbers where there are several alike."""
    return list(_numbered(tuple(fields)))


def _oneroster(names: Sequence[str]) -> Reading | None:
    has = set(names)
    if {"propertyname", "value"} <= has:
        return _left(Format.ONEROSTER, names, "The manifest only names the other files.")
    if "sourcedid" not in has:
        return None
    if {"classsourcedid", "usersourcedid"} <= has:
        return _known(Format.ONEROSTER, Kind.ENROLMENTS, names, _ONEROSTER_ENROLMENTS)
    if has & {"givenname", "familyname"}:
        return _known(Format.ONEROSTER, Kind.PEOPLE, names, _ONEROSTER_PEOPLE)
    if "coursesourcedid" in has and "title" in has:
        its = {"sourcedid": "key", "coursesourcedid": "course", "title": "name"}
        return _known(Format.ONEROSTER, Kind.SECTIONS, names, its)
    if "coursecode" in has or ("title" in has and "schoolyearsourcedid" in has):
        its = {"sourcedid": "key", "coursecode": "short", "title": "name"}
        return _known(Format.ONEROSTER, Kind.COURSES, names, its)
    if "roletype" in has:
        return _left(
            Format.ONEROSTER, names, "Roles at schools are not kept here; roles in courses come with enrolments."
        )
    return _left(Format.ONEROSTER, names, "Schools, terms and the like are not kept here.")


def _canvas(names: Sequence[str]) -> Reading | None:
    has = set(names)
    if {"user id", "login id"} <= has:
        return _known(Format.CANVAS, Kind.PEOPLE, names, _CANVAS_PEOPLE)
    if "user id" in has and has & {"course id", "section id"}:
        return _known(Format.CANVAS, Kind.ENROLMENTS, names, _CANVAS_ENROLMENTS)
    if {"course id", "section id", "name"} <= has:
        its = {"section id": "key", "course id": "course", "name": "name"}
        return _known(Format.CANVAS, Kind.SECTIONS, names, its)
    if "course id" in has and has & {"short name", "long name"}:
        its = {"course id": "key", "short name": "short", "long name": "name"}
        return _known(Format.CANVAS, Kind.COURSES, names, its)
    if has & {"account id", "term id", "group id", "group category id", "observer id", "xlist course id"}:
        return _left(Format.CANVAS, names, "Accounts, terms, groups of accounts and observers are not kept here.")
    return None


def _moodle(names: Sequence[str]) -> Reading | None:
    has = set(names)
    if "shortname" in has and ("fullname" in has or any(name.startswith(("category", "enrolment")) for name in has)):
        return _left(Format.MOODLE, names, _COURSES)
    if "groupname" in has:
        return _left(Format.MOODLE, names, _GROUPS)
    if {"name", "idnumber"} <= has and "email" not in has:
        its = {"name": "name", "idnumber": "key", "description": "description"}
        return _known(Format.MOODLE, Kind.COHORTS, names, its)
    if "username" in has and has & {"firstname", "lastname", "email"}:
        fields = [_moodle_field(name) for name in names]
        return Reading(Format.MOODLE, Kind.PEOPLE, _numbered(tuple(fields)))
    return None


def _moodle_field(name: str) -> str:
    if numbered := _NUMBERED.fullmatch(name):
        field = _NUMBERED_FIELDS[numbered[1]]
        return "" if field == "type" else f"{field}.{numbered[2]}"
    known = ("firstname", "lastname", "middlename", "email", "idnumber", "suspended", "deleted", "timezone", "password")
    return _WORDS.get(name, "") if name in known else ""


def _own(names: Sequence[str]) -> Reading:
    if names and "@" in names[0] + " ".join(names):
        return Reading(Format.OWN, Kind.UNKNOWN, ("",) * len(names), NO_HEADER)
    fields = [_WORDS.get(name, "") for name in names]
    fields = [
        f"{_NUMBERED_FIELDS[found[1]]}.{found[2]}" if not field and (found := _NUMBERED.fullmatch(name)) else field
        for name, field in zip(names, fields, strict=True)
    ]
    fields = ["" if field.startswith("type.") else field for field in fields]
    if "email" not in fields and "key" not in fields:
        why = _GRADES if any("grade" in name for name in names) else NOT_KNOWN
        return Reading(Format.OWN, Kind.UNKNOWN, ("",) * len(names), why)
    named = {"name", "first", "last"} & set(fields)
    if "course" in fields and "course_role" not in fields:  # who stands beside one course, has a role in it
        fields = ["course_role" if field == "role" else field for field in fields]
    kind = Kind.ENROLMENTS if "course" in fields and not named else Kind.PEOPLE
    return Reading(Format.OWN, kind, _numbered(tuple(fields)))


def _known(format: Format, kind: Kind, names: Sequence[str], fields: Mapping[str, str]) -> Reading:
    return Reading(format, kind, _numbered(tuple(fields.get(name, "") for name in names)))


def _left(format: Format, names: Sequence[str], why: str) -> Reading:
    return Reading(format, Kind.LEFT, ("",) * len(names), why)


def _numbered(fields: tuple[str, ...]) -> tuple[str, ...]:
    """Each field once, but those that come in numbers, which get one each; of others alike the first column counts."""
    seen: set[str] = set()
    found: list[str] = []
    for field in fields:
        name = field.partition(".")[0]
        if name in MANY and "." not in field:
            number = 0
            while f"{name}.{number}" in seen:
                number += 1
            field = f"{name}.{number}"
        found.append("" if field in seen else field)
        seen.add(field)
    return tuple(found)
