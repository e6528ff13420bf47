"""What an import would do, line by line. It only reads, and computes for long: `ask_apart` runs it."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.admin.models import Cohort, CohortMember, PeopleImport
from lms_app.admin.rules import entries, files
from lms_app.admin.rules.columns import Format, Kind
from lms_app.admin.rules.entries import Entry, Place
from lms_app.admin.service.door import enter, rows
from lms_app.core import files as stored
from lms_app.core.errors import Invalid, NotFound
from lms_app.core.folding import folded
from lms_app.core.identity import User
from lms_app.core.work import SiteRole, Work
from lms_app.courses.models import Course, CourseGroup, CourseGroupMember, CourseMember, CourseStatus, MemberState
from lms_app.policy import Role

NO_IMPORT = "We could not find that import."
PART = 500  # ids or addresses in one question to the database
MAKE, CHANGE, SAME, SKIP, WRONG = "make", "change", "same", "skip", "wrong"
FATES = (WRONG, MAKE, CHANGE, SKIP, SAME)

_PEOPLE = columns(
    col(User.id),
    col(User.email),
    col(User.name),
    col(User.role),
    col(User.zone),
    col(User.locale),
    col(User.external_id),
    col(User.suspended_at),
    col(User.is_service),
)
_BY_EMAIL = _PEOPLE.where(col(User.email).in_(bindparam("keys", expanding=True)))
_BY_KEY = _PEOPLE.where(col(User.external_id).in_(bindparam("keys", expanding=True)))
_COURSES = columns(col(Course.id), col(Course.slug), col(Course.title), col(Course.status))
_MEMBERS = columns(
    col(CourseMember.course_id), col(CourseMember.user_id), col(CourseMember.role), col(CourseMember.state)
).where(col(CourseMember.user_id).in_(bindparam("keys", expanding=True)))
_GROUPS = (
    columns(col(CourseGroup.course_id), col(CourseGroup.folded), col(CourseGroupMember.user_id))
    .join(CourseGroupMember, col(CourseGroupMember.group_id) == col(CourseGroup.id))
    .where(col(CourseGroupMember.user_id).in_(bindparam("keys", expanding=True)))
)
_COHORTS = columns(
    col(Cohort.id), col(Cohort.name), col(Cohort.folded), col(Cohort.external_id), col(Cohort.description)
)
_IN_COHORTS = columns(col(CohortMember.cohort_id), col(CohortMember.user_id)).where(
    col(CohortMember.user_id).in_(bindparam("keys", expanding=True))
)


class Planned(NamedTuple):
    """What becomes of a line; `act` as `import_run` does it."""

    file: int
    line: int
    fate: str
    about: str
    at: int
    note: str
    act: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Plan:
    lines: list[Planned]
    tally: dict[str, int]
    digest: str
    seen: datetime  # when the import had last changed: an older plan is not written down


@dataclass(slots=True)
class _Known:
    """The school as it is, as far as the lists speak of it."""

    by_email: dict[str, Any] = field(default_factory=dict[str, Any])
    by_key: dict[str, Any] = field(default_factory=dict[str, Any])
    by_slug: dict[str, Any] = field(default_factory=dict[str, Any])
    by_title: dict[str, Any] = field(default_factory=dict[str, Any])
    members: dict[tuple[UUID, UUID], Any] = field(default_factory=dict[tuple[UUID, UUID], Any])
    groups: set[tuple[UUID, str, UUID]] = field(default_factory=set[tuple[UUID, str, UUID]])
    cohorts: dict[str, Any] = field(default_factory=dict[str, Any])
    cohort_keys: dict[str, Any] = field(default_factory=dict[str, Any])
    in_cohorts: set[tuple[UUID, UUID]] = field(default_factory=set[tuple[UUID, UUID]])


def plan_import(work: Work, *, import_id: UUID) -> Plan:
    """Read the files of an import to the end and say what becomes of each line. Changes nothing. Raises NotFound."""
    enter(work)
    found = work.db.get(PeopleImport, import_id)
    if found is None:
        raise NotFound(NO_IMPORT)
    read: list[Entry] = []
    for number, said in enumerate(found.files):
        read += files.read(number, said, stored.content_of(said["sha256"]))
        if len(read) > files.LINES_MAX:
            raise Invalid({"file": files.TOO_LONG})
    planner = _Planner(found, entries.joined(read))
    planner.look(work)
    lines = planner.lines()
    tally: dict[str, int] = dict.fromkeys(FATES, 0)
    for one in lines:
        tally[one.fate] += 1
    said = json.dumps([list(one) for one in lines], sort_keys=True, default=str)
    return Plan(lines, tally, hashlib.sha256(said.encode()).hexdigest(), found.changed_at)


class _Problem(ValueError):
    pass


class _Planner:
    """One plan: it looks at everything once, and then decides line by line."""

    def __init__(self, found: PeopleImport, read: Sequence[Entry]) -> None:
        self._id = found.id
        self._by_id = found.by_id
        self._foreign = [said["format"] != Format.OWN for said in found.files]
        self._read = read
        self._known = _Known()
        self._new: dict[str, UUID] = {}  # who is made, by address and by id
        self._titles = {one.key: one for one in read if one.kind is Kind.COURSES and one.key}
        self._sections = {one.key: one for one in read if one.kind is Kind.SECTIONS and one.key}
        self._taken: dict[str, int] = {}  # addresses and ids that a line gives to somebody, and which line

    def look(self, work: Work) -> None:
        """A few statements for each five hundred people."""
        known = self._known
        people: dict[UUID, Any] = {}
        for statement, keys in (
            (_BY_EMAIL, {one.email for one in self._read if one.email and not one.problem}),
            (_BY_KEY, {one.key for one in self._read if one.key and one.kind in (Kind.PEOPLE, Kind.ENROLMENTS)}),
        ):
            for row in _some(work, statement, sorted(keys)):
                people[row.id] = row
        for row in people.values():
            known.by_email[row.email] = row
            if row.external_id:
                known.by_key[row.external_id] = row
        if any(one.places for one in self._read):
            titles: dict[str, list[Any]] = {}
            for row in rows(work, _COURSES):
                known.by_slug[row.slug] = row
                titles.setdefault(folded(row.title), []).append(row)
            known.by_title = {title: found[0] for title, found in titles.items() if len(found) == 1}
            for row in _some(work, _MEMBERS, list(people)):
                known.members[row.course_id, row.user_id] = row
            for row in _some(work, _GROUPS, list(people)):
                known.groups.add((row.course_id, row.folded, row.user_id))
        if any(one.cohorts or one.kind is Kind.COHORTS for one in self._read):
            for row in rows(work, _COHORTS):
                known.cohorts[row.folded] = row
                if row.external_id:
                    known.cohort_keys[row.external_id] = row
            for row in _some(work, _IN_COHORTS, list(people)):
                known.in_cohorts.add((row.cohort_id, row.user_id))

    def lines(self) -> list[Planned]:
        """Cohorts first and people before enrolments, whatever the order of the files: each may name what another makes."""
        order = {Kind.COHORTS: 0, Kind.PEOPLE: 1}
        found: list[Planned] = []
        for one in sorted(self._read, key=lambda entry: order.get(entry.kind, 2)):
            about = one.email or one.key or one.name
            try:
                if one.problem:
                    raise _Problem(one.problem)
                fate, note, act = (SKIP, one.skip, None) if one.skip else self._decide(one)
                found.append(Planned(one.file, one.line, fate, about[:254], 0, note, act))
            except _Problem as wrong:
                found.append(Planned(one.file, one.line, WRONG, about[:254], one.column, str(wrong), None))
        return found

    def _decide(self, one: Entry) -> tuple[str, str, dict[str, Any] | None]:
        if one.kind is Kind.PEOPLE:
            return self._person(one)
        if one.kind is Kind.ENROLMENTS:
            return self._enrolment(one)
        if one.kind is Kind.COHORTS:
            return self._cohort(one)
        return SAME, "Read for what other files call it.", None

    # ---- People

    def _person(self, one: Entry) -> tuple[str, str, dict[str, Any] | None]:
        known = self._known
        mine = known.by_key.get(one.key) if one.key else None
        theirs = known.by_email.get(one.email) if one.email else None
        if mine and theirs and mine.id != theirs.id:
            raise _Problem(f"The id belongs to {mine.email}, and the address to another account. Merge the two first.")
        row = mine or theirs
        if row is None:
            return self._new_person(one)
        if row.is_service:
            raise _Problem("This address belongs to a program, not to a person.")
        if theirs and one.key and theirs.external_id and theirs.external_id != one.key:
            raise _Problem(f"The account with this address has the id “{theirs.external_id}”.")
        change, notes = self._changes(one, row)
        act: dict[str, Any] = {"user": row.id.hex}
        if change:
            act["set"] = change
        return self._with_places(one, row.id, act, notes, CHANGE if change else SAME)

    def _new_person(self, one: Entry) -> tuple[str, str, dict[str, Any] | None]:
        before = self._new.get(one.email) or self._new.get(f"\n{one.key}")
        if before is not None:
            return self._with_places(one, before, {"user": before.hex}, [], SAME)
        if one.active is False:
            return SKIP, "Suspended there and not here: nothing to do.", None
        if not one.email:
            raise _Problem("There is nobody with this id yet, and an account needs an email address.")
        if not one.name:
            raise _Problem("There is no account with this address yet, and a new one needs a name.")
        for value in (f"email\n{one.email}", f"external_id\n{one.key}" if one.key else ""):
            given = self._taken.setdefault(value, one.line) if value else one.line
            if given != one.line:
                raise _Problem(f"Line {given} gives this to somebody else.")
        made = uuid5(self._id, one.email)
        for known in (one.email, f"\n{one.key}" if one.key else ""):
            if known:
                self._new[known] = made
        foreign = self._foreign[one.file]
        role = one.role or SiteRole.STUDENT
        act: dict[str, Any] = {
            "user": made.hex,
            "make": {
                "email": one.email,
                "name": one.name,
                "role": str(SiteRole.INSTRUCTOR if foreign and role is SiteRole.ADMIN else role),
                "zone": one.zone or "UTC",
                "locale": one.locale or "en",
                "external_id": one.key or None,
            },
        }
        notes = [str(role).capitalize()] if role is not SiteRole.STUDENT else []
        return self._with_places(one, made, act, notes, MAKE)

    def _changes(self, one: Entry, row: Any) -> tuple[dict[str, Any], list[str]]:
        """What is different, as columns, and in words."""
        change: dict[str, Any] = {}
        notes: list[str] = []
        role = one.role
        if self._foreign[one.file] and row.role == SiteRole.ADMIN:
            role = None  # a list of another system unmakes no administrator
        wanted = {"name": one.name, "email": one.email, "zone": one.zone, "locale": one.locale, "external_id": one.key}
        words = {"name": "Name", "email": "Email", "zone": "Time zone", "locale": "Language", "external_id": "Id"}
        for name, value in wanted.items():
            old = getattr(row, name)
            if value and value != old:
                change[name] = value
                notes.append(f"{words[name]}: {old or '–'} → {value}")
        if role is not None and role != row.role:
            change["role"] = str(role)
            notes.append(f"Role: {row.role} → {role}")
        if one.active is not None and one.active == (row.suspended_at is not None):
            change["suspended"] = not one.active
            notes.append("Is restored" if one.active else "Is suspended")
        if row.id == self._by_id and change.keys() & {"role", "suspended"}:
            raise _Problem("You cannot change your own role or suspend yourself. Ask another administrator.")
        if change.keys() & {"name", "email"}:
            change |= {"name": one.name or row.name, "email": one.email or row.email}
        for name in ("email", "external_id"):
            if name in change and change[name] != getattr(row, name):
                given = self._taken.setdefault(f"{name}\n{change[name]}", one.line)
                if given != one.line:
                    raise _Problem(f"Line {given} gives this to somebody else.")
        return change, notes

    # ---- Courses and cohorts

    def _enrolment(self, one: Entry) -> tuple[str, str, dict[str, Any] | None]:
        row = (self._known.by_key.get(one.key) if one.key else None) or self._known.by_email.get(one.email)
        user_id = row.id if row else self._new.get(f"\n{one.key}" if one.key else "") or self._new.get(one.email)
        if user_id is None:
            if all(place.leaves for place in one.places):
                return SKIP, "They are not here, so there is nothing to end.", None
            what = "id" if one.key else "address"
            raise _Problem(f"There is nobody with this {what}. Put them into a list of people.")
        if row and row.is_service:
            raise _Problem("This is a program, not a person.")
        return self._with_places(one, user_id, {"user": user_id.hex}, [], SAME)

    def _with_places(
        self, one: Entry, user_id: UUID, act: dict[str, Any], notes: list[str], fate: str
    ) -> tuple[str, str, dict[str, Any] | None]:
        places: list[list[Any]] = []
        for place in one.places:
            course, group = self._course(place)
            if course is None:
                continue
            words = self._moves(course, user_id, place, group)
            if words:
                places.append([course.id.hex, str(place.role or ""), group, place.leaves])
                notes.append(words)
        cohorts: list[str] = []
        for name in one.cohorts:
            cohort = self._known.cohorts.get(folded(name)) or self._known.cohort_keys.get(name)
            if cohort is None or cohort.id is None or (cohort.id, user_id) not in self._known.in_cohorts:
                cohorts.append(cohort.name if cohort else name)
                if cohort is not None and cohort.id is not None:
                    self._known.in_cohorts.add((cohort.id, user_id))
        if cohorts:
            notes.append(f"Joins {', '.join(cohorts)}")
            act["cohorts"] = cohorts
        if places:
            act["places"] = places
        if fate == SAME and (places or cohorts):
            fate = CHANGE
        return fate, ". ".join([*notes, *one.notes]).replace("..", "."), act if fate != SAME else None

    def _moves(self, course: Any, user_id: UUID, place: Place, group: str) -> str:
        """What a place changes, in words; empty when it is so already."""
        key = (course.id, user_id)
        member = self._known.members.get(key)
        is_in = member is not None and member.state in (MemberState.ACTIVE, MemberState.QUEUED)
        if place.leaves:
            if member is None or member.state == MemberState.LEFT:
                return ""
            self._known.members[key] = _Member(member.role, MemberState.LEFT)
            return f"Leaves {course.title}"
        if course.status == CourseStatus.ARCHIVED:
            raise _Problem(f"{course.title} is archived and takes no new members.")
        joins = bool(group) and (course.id, folded(group), user_id) not in self._known.groups
        if joins:
            self._known.groups.add((course.id, folded(group), user_id))
        role = place.role or (member.role if is_in and member else Role.STUDENT)
        inside = f", group {group}" if joins else ""
        if not is_in:
            self._known.members[key] = _Member(role, MemberState.ACTIVE)
            what = "" if role == Role.STUDENT else f" as {role}"
            return f"Enrolled in {course.title}{what}{inside}"
        if member is not None and member.role != role:
            self._known.members[key] = _Member(role, MemberState.ACTIVE)
            return f"{course.title}: {member.role} → {role}{inside}"
        return f"{course.title}{inside}" if joins else ""

    def _course(self, place: Place) -> tuple[Any, str]:
        """The course of ours that is meant, and the group: what the list calls a section of it."""
        group = place.group
        section = self._sections.get(place.section)
        for name in (place.section, section.name if section else "", section.short if section else "", place.course):
            its = self._titles.get(name)
            for said in (name, *((its.short, its.name) if its else ())):
                course = self._called(said)
                if course is not None:
                    if section and not group and said not in (place.section, section.name):
                        group = section.name
                    return course, group[: entries.COHORT_MAX]
        asked = place.course or (section.name if section else place.section)
        raise _Problem(
            f"There is no course “{asked[:80]}” here. A course goes by its title or by the last part of its address."
        )

    def _called(self, name: str) -> Any:
        if not name:
            return None
        return self._known.by_slug.get(folded(name)) or self._known.by_title.get(folded(name))

    def _cohort(self, one: Entry) -> tuple[str, str, dict[str, Any] | None]:
        known = self._known
        by_key = known.cohort_keys.get(one.key) if one.key else None
        by_name = known.cohorts.get(folded(one.name))
        if by_key and by_name and by_key is not by_name:
            raise _Problem("The id belongs to one cohort, and the name to another one.")
        if by_name and one.key and by_name.external_id and by_name.external_id != one.key:
            raise _Problem(f"The cohort of this name has the id “{by_name.external_id}”.")
        row = by_key or by_name
        if row is None:
            made = _Cohort(None, one.name, one.key or None, one.text)
            known.cohorts[folded(one.name)] = made
            if one.key:
                known.cohort_keys[one.key] = made
            return MAKE, "Cohort", {"cohort": {"name": one.name, "external_id": one.key, "description": one.text}}
        if row.id is None and (folded(row.name) != folded(one.name) or (one.key and row.external_id != one.key)):
            raise _Problem("An earlier line has this name or this id for another cohort.")
        notes = [f"Name: {row.name} → {one.name}"] if row.name != one.name else []
        notes += [f"Id: {row.external_id or '–'} → {one.key}"] if one.key and row.external_id != one.key else []
        notes += ["Description"] if one.text and row.description != one.text else []
        if not notes or row.id is None:
            return SAME, "", None
        change = {"id": row.id.hex, "name": one.name, "external_id": one.key, "description": one.text}
        return CHANGE, ". ".join(notes), {"cohort": change}


class _Member(NamedTuple):
    role: str
    state: str


class _Cohort(NamedTuple):
    id: UUID | None
    name: str
    external_id: str | None
    description: str


def _some(work: Work, statement: Any, keys: Sequence[Any]) -> Iterable[Any]:
    for at in range(0, len(keys), PART):
        yield from rows(work, statement, keys=keys[at : at + PART])
