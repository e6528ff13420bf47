"""The audit log: who did what, when, from what to what."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, cast, or_
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import col

from lms_app.admin.audit_views import EVERYTHING, GROUPS, AuditFilter, AuditLine, AuditLog, AuditRow
from lms_app.admin.service.door import SEARCH_MAX, WINDOW, check_window, enter, rows
from lms_app.core import sheet, when
from lms_app.core.audit import AuditEntry
from lms_app.core.errors import Invalid
from lms_app.core.folding import folded
from lms_app.core.identity import User
from lms_app.core.work import Work
from lms_app.courses.models import Course, OutlineItem
from lms_app.grades.models import GradeItem

SHEET_MAX = 100_000
NAMED_MAX = 20
HEADS = (
    "Number",
    "Time (UTC)",
    "Who",
    "Who (id)",
    "Looking as (id)",
    "Action",
    "Subject",
    "Subject (id)",
    "Before",
    "After",
    "Request",
    "Hash",
)
# What each group of actions is, as patterns of LIKE.
_PATTERNS: dict[str, tuple[str, ...]] = {
    "grades": ("grade.%", "grades.%", "total.%", "answer.marked", "submission.marked"),
    "roles": ("%.role\\_changed", "account.created"),
    "enrolments": ("enrolment.%", "invitation.%", "cohort.%", "course\\_group.%", "import.%"),
    "settings": (
        "course.%",
        "item.%",
        "quiz.%",
        "assignment.%",
        "gradebook.changed",
        "grade\\_c%",
        "override.%",
        "member.extra\\_time",
        "certificate\\_terms.%",
        "site.%",
    ),
    "sign-ins": ("account.sign%", "account.acted%", "account.password%", "session.%", "api\\_key.%", "access.denied"),
    "exports": ("%.exported", "%.downloaded", "%.printed", "transcript.read"),
}
assert tuple(_PATTERNS) == GROUPS

_ENTRY = col(AuditEntry.seq), col(AuditEntry.at), col(AuditEntry.actor_id), col(AuditEntry.acting_as)
_WHAT = col(AuditEntry.action), col(AuditEntry.subject_kind), col(AuditEntry.subject_id)
_CHANGED = col(AuditEntry.old), col(AuditEntry.new), col(AuditEntry.request_id), col(AuditEntry.hash)
_ACTED = aliased(User)
_ROWS = (
    columns(*_ENTRY, *_WHAT, *_CHANGED, col(User.name), _ACTED.name.label("acting"))  # pyright: ignore[reportAttributeAccessIssue]  a column
    .outerjoin(User, col(User.id) == col(AuditEntry.actor_id))
    .outerjoin(_ACTED, _ACTED.id == col(AuditEntry.acting_as))  # pyright: ignore[reportArgumentType]  a column
    .order_by(col(AuditEntry.seq).desc())
)
# What ids are called, wherever one stands.
_NAMES: tuple[tuple[Any, Any], ...] = (
    (col(User.id), col(User.name)),
    (col(Course.id), col(Course.title)),
    (col(OutlineItem.id), col(OutlineItem.title)),
    (col(GradeItem.id), col(GradeItem.title)),
)


def audit_log(work: Work, wanted: AuditFilter = EVERYTHING, *, before: int = 0, limit: int = WINDOW) -> AuditLog:
    """Entries that match, newest first, those before the one numbered `before`. As many queries whatever is found."""
    enter(work)
    check_window(limit, 0)
    conditions = _conditions(work, wanted)
    if before:
        conditions.append(col(AuditEntry.seq) < before)
    found = rows(work, _ROWS.where(*conditions).limit(limit + 1))
    shown = found[:limit]
    names = _names(work, shown)
    return AuditLog([_row(work, entry, names) for entry in shown], shown[-1].seq if len(found) > limit else 0)


def audit_sheet(work: Work, wanted: AuditFilter = EVERYTHING) -> str:
    """The same entries as CSV, at most `SHEET_MAX` of them, the newest, with the hashes; nothing in it is a formula."""
    enter(work)
    found = rows(work, _ROWS.where(*_conditions(work, wanted)).limit(SHEET_MAX))
    lines = (
        (
            entry.seq,
            entry.at.astimezone(UTC).isoformat(timespec="seconds"),
            entry.name or "",
            str(entry.actor_id or ""),
            str(entry.acting_as or ""),
            entry.action,
            entry.subject_kind,
            entry.subject_id,
            _json(entry.old),
            _json(entry.new),
            entry.request_id or "",
            entry.hash,
        )
        for entry in found
    )
    return sheet.csv([HEADS, *lines])


def _json(values: Mapping[str, Any] | None) -> str:
    return "" if values is None else json.dumps(values, ensure_ascii=False, sort_keys=True)


# ---- What matches


def _conditions(work: Work, wanted: AuditFilter) -> list[ColumnElement[bool]]:
    texts = {"who": wanted.who, "what": wanted.what, "subject": wanted.subject, "request": wanted.request}
    wrong = {name: f"Use at most {SEARCH_MAX} characters." for name, said in texts.items() if len(said) > SEARCH_MAX}
    first, last = _day("since", wanted.since, wrong), _day("until", wanted.until, wrong)
    if wrong:
        raise Invalid(wrong)
    found: list[ColumnElement[bool]] = []
    if wanted.who.strip():
        ids = _people(work, wanted.who)
        found.append(or_(col(AuditEntry.actor_id).in_(ids), col(AuditEntry.acting_as).in_(ids)))
    if wanted.what:
        found.append(_actions(wanted.what))
    if wanted.subject.strip():
        found.append(_about(work, wanted.subject.strip()))
    if first:
        found.append(col(AuditEntry.at) >= when.day_begins(first, work.actor.zone))
    if last:
        found.append(col(AuditEntry.at) < when.day_begins(last + timedelta(days=1), work.actor.zone))
    if wanted.request.strip():
        found.append(col(AuditEntry.request_id) == wanted.request.strip())
    return found


def _day(name: str, typed: str, wrong: dict[str, str]) -> date | None:
    if not typed:
        return None
    try:
        found = date.fromisoformat(typed)
    except ValueError:
        wrong[name] = "Enter a day like 2027-03-01."
        return None
    if not 1970 <= found.year < 9999:
        wrong[name] = "Enter a day from 1970."
    return found


def _actions(what: str) -> ColumnElement[bool]:
    if what in _PATTERNS:
        return or_(*[col(AuditEntry.action).like(pattern, escape="\\") for pattern in _PATTERNS[what]])
    if what.endswith("."):
        return col(AuditEntry.action).startswith(what, autoescape=True)
    return col(AuditEntry.action) == what


def _about(work: Work, subject: str) -> ColumnElement[bool]:
    """Entries about it, and those in which it is named, such as who was enrolled."""
    given = _uuid(subject)
    ids = [given] if given else [*_people(work, subject), *_courses(work, subject)]
    named = [str(one) for one in ids] or [subject]
    inside = [
        cast(where, Text).contains(one, autoescape=True)
        for one in named[:NAMED_MAX]
        for where in (col(AuditEntry.old), col(AuditEntry.new))
    ]
    return or_(col(AuditEntry.subject_id).in_(named), *(inside if ids else ()))


def _people(work: Work, said: str) -> list[UUID]:
    given = _uuid(said.strip())
    if given:
        return [given]
    words = [col(User.haystack).contains(folded(word), autoescape=True) for word in said.split()]
    return [row.id for row in rows(work, columns(col(User.id)).where(*words).order_by(col(User.haystack)).limit(200))]


def _courses(work: Work, said: str) -> list[UUID]:
    title = col(Course.title).icontains(said, autoescape=True)
    return [row.id for row in rows(work, columns(col(Course.id)).where(title).order_by(col(Course.title)).limit(200))]


# ---- As it is read


def _row(work: Work, entry: Any, names: Mapping[str, str]) -> AuditRow:
    old, new = entry.old or {}, entry.new or {}
    lines = [
        AuditLine(_words(name), _told(old.get(name), names), _told(new.get(name), names)) for name in {**old, **new}
    ]
    return AuditRow(
        seq=entry.seq,
        at=entry.at,
        moment=when.moment(entry.at, work.actor.zone, work.actor.locale),
        who=entry.name or ("" if entry.actor_id is None else str(entry.actor_id)),
        who_id=str(entry.actor_id or ""),
        acting=entry.acting or ("" if entry.acting_as is None else str(entry.acting_as)),
        acting_id=str(entry.acting_as or ""),
        action=entry.action,
        label=_words(entry.action),
        subject=names.get(entry.subject_id, "" if _uuid(entry.subject_id) else entry.subject_id),
        subject_kind=entry.subject_kind.replace("_", " "),
        subject_id=entry.subject_id,
        lines=lines,
        request_id=entry.request_id or "",
    )


def _words(name: str) -> str:
    said = name.removesuffix("_id").replace(".", " ").replace("_", " ")
    return said[:1].upper() + said[1:]


def _told(value: Any, names: Mapping[str, str]) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_told(one, names) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{_words(str(name))}: {_told(one, names)}" for name, one in value.items())
    return names.get(str(value), str(value))


def _names(work: Work, entries: Iterable[Any]) -> dict[str, str]:
    """What the ids in these entries are called: a query for each table that has names."""
    ids = {one for entry in entries for said in (entry.subject_id, entry.old, entry.new) for one in _ids(said)}
    found: dict[str, str] = {}
    for its_id, name in _NAMES:
        named = columns(its_id.label("id"), name.label("name")).where(its_id.in_(ids))
        found |= {str(row.id): row.name for row in rows(work, named)}
    return found


def _ids(said: Any) -> Iterable[UUID]:
    if isinstance(said, str):
        if (found := _uuid(said)) is not None:
            yield found
    elif isinstance(said, dict | list):
        for one in said.values() if isinstance(said, dict) else said:
            yield from _ids(one)


def _uuid(said: str) -> UUID | None:
    try:
        return UUID(said) if len(said) in (32, 36) else None
    except ValueError:
        return None
