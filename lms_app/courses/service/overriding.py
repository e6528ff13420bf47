"""Extensions and other exceptions: what is different in an item for one person or group, and more time for a person.

One mechanism for every kind of item; `ItemKind.allows` says what can differ in one, `ItemKind.retimed` lets its room
follow at once, so that an extension given during an attempt reaches it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict, Unpack
from uuid import UUID

from sqlalchemy import bindparam, func
from sqlalchemy import select as columns
from sqlmodel import col, select

from lms_app.core import audit, typed, when
from lms_app.core.errors import Invalid, NotFound
from lms_app.core.identity import User
from lms_app.core.typed import Typed
from lms_app.core.work import Work
from lms_app.courses import rules
from lms_app.courses.models import LEARNS, CourseGroup, CourseMember, ItemOverride, MemberState, OutlineItem
from lms_app.courses.people_views import OverrideLine, OverridesView
from lms_app.courses.service.door import enter_by_slug, enter_item, many, one
from lms_app.courses.service.items import ITEM_KINDS
from lms_app.courses.views import Membership
from lms_app.policy import Can

NO_OVERRIDE = "We could not find that exception. Somebody may have removed it."
LINES_MAX = 500
OFFERED_MAX = 200
MINUTES_MAX = 60 * 24 * 14
EXTRA_MAX = 400
DIFFERENT = ("opens_at", "due_at", "closes_at", "limit_minutes", "attempts_allowed", "released")

_LINES = (
    select(ItemOverride, User, CourseGroup)
    .outerjoin(User, col(User.id) == col(ItemOverride.user_id))
    .outerjoin(CourseGroup, col(CourseGroup.id) == col(ItemOverride.group_id))
    .order_by(col(CourseGroup.folded), func.lower(User.name), col(ItemOverride.id))
    .limit(LINES_MAX)
)
_LEARNERS = (
    columns(col(User.id), col(User.name), col(User.email))
    .join(CourseMember, col(CourseMember.user_id) == col(User.id))
    .where(
        col(CourseMember.course_id) == bindparam("course"),
        LEARNS,
    )
)
_OFFERED = _LEARNERS.order_by(func.lower(User.name), col(User.id)).limit(OFFERED_MAX)
_BY_EMAIL = _LEARNERS.where(func.lower(col(User.email)) == bindparam("said"))
_BY_NAME = _LEARNERS.where(func.lower(col(User.name)) == bindparam("said")).limit(2)
_GROUPS = (
    columns(col(CourseGroup.id), col(CourseGroup.name))
    .where(col(CourseGroup.course_id) == bindparam("course"))
    .order_by(col(CourseGroup.folded), col(CourseGroup.id))
)


class OverrideChanges(TypedDict, total=False):
    """What is different; None is as for everybody, 0 minutes or attempts no limit."""

    opens_at: datetime | None
    due_at: datetime | None
    closes_at: datetime | None
    limit_minutes: int | None
    attempts_allowed: int | None
    released: bool
    note: str


def overrides(work: Work, *, item_id: UUID) -> OverridesView:
    """The exceptions of an item, groups first, and what they can be about. Four queries."""
    item, membership = enter_item(work, item_id, Can.GRADE)
    groups = many(work, _GROUPS, course=item.course_id).all()
    learners = many(work, _OFFERED, course=item.course_id).all()
    return OverridesView(
        item_id=str(item_id),
        slug=membership.slug,
        course=membership.title,
        title=item.title,
        fields=list(_allowed(item)),
        zone=work.actor.zone,
        lines=[_line(work, *row) for row in work.db.exec(_LINES.where(col(ItemOverride.item_id) == item_id))],
        offered=[_group_words(row.name) for row in groups] + [f"{row.name} <{row.email}>" for row in learners],
    )


def put_override(
    work: Work,
    *,
    item_id: UUID,
    user_id: UUID | None = None,
    group_id: UUID | None = None,
    **changes: Unpack[OverrideChanges],
) -> OverrideLine:
    """Give somebody, or a group, other terms in an item, instead of those they may have had by an exception before.

    It holds at once, also for an attempt that has begun. Raises Invalid where nothing is different or what differs
    cannot in this kind of item, NotFound for whoever does not learn here.
    """
    item, membership = enter_item(work, item_id, Can.GRADE)
    if (user_id is None) == (group_id is None):
        raise Invalid({"whose": "Say for whom: one person, or one group."})
    _must_be_here(work, membership, user_id, group_id)
    given = _checked(item, dict(changes))
    row = work.db.exec(
        select(ItemOverride).where(
            col(ItemOverride.item_id) == item_id,
            col(ItemOverride.user_id) == user_id if user_id else col(ItemOverride.group_id) == group_id,
        )
    ).first()
    before = _said(row) if row else None
    if row is None:
        row = ItemOverride(
            course_id=item.course_id, item_id=item_id, user_id=user_id, group_id=group_id, changed_at=work.now
        )
    for name in DIFFERENT:
        setattr(row, name, given.get(name, False if name == "released" else None))
    row.note, row.by_id, row.changed_at = str(given.get("note", "")), work.actor.user_id, work.now
    work.db.add(row)
    work.db.flush()
    audit.record(work, "override.set", "item_override", row.id, before, _said(row))
    _tell(work, [item])
    return _line(work, *work.db.exec(_LINES.where(col(ItemOverride.id) == row.id)).one())


def save_override(work: Work, *, item_id: UUID, values: Mapping[str, str]) -> OverrideLine:
    """`put_override` from a form: texts by name, moments in the actor's zone. Raises Invalid naming each field."""
    item, _membership = enter_item(work, item_id, Can.GRADE)
    read = Typed(values, work.actor.zone)
    changes: OverrideChanges = {
        "opens_at": read.moment("opens_at"),
        "due_at": read.moment("due_at"),
        "closes_at": read.moment("closes_at"),
        "limit_minutes": read.count("limit_minutes"),
        "attempts_allowed": read.count("attempts_allowed"),
        "released": typed.is_on(values, "released"),
        "note": read.text("note"),
    }
    user_id, group_id = _whose(work, item.course_id, read)
    if read.wrong:
        raise Invalid(read.wrong)
    return put_override(work, item_id=item_id, user_id=user_id, group_id=group_id, **changes)


def drop_override(work: Work, *, slug: str, override_id: UUID) -> None:
    """Take an exception back: from now on the item is as for everybody. Twice is a NotFound."""
    membership = enter_by_slug(work, slug, Can.GRADE)
    row = work.db.get(ItemOverride, override_id)
    if row is None or row.course_id != membership.course_id:
        raise NotFound(NO_OVERRIDE)
    item = work.db.get_one(OutlineItem, row.item_id)
    audit.record(work, "override.dropped", "item_override", row.id, _said(row), None)
    work.db.delete(row)
    work.db.flush()
    _tell(work, [item])


def set_extra_time(work: Work, *, slug: str, user_id: UUID, percent: int) -> None:
    """Give a learner `percent` more of every time limit in the course; 0 takes it back. It holds at once."""
    membership = enter_by_slug(work, slug, Can.MANAGE)
    if not 0 <= percent <= EXTRA_MAX:
        raise Invalid({"extra_percent": f"Enter a percentage from 0 to {EXTRA_MAX}."})
    row = work.db.exec(
        select(CourseMember).where(
            col(CourseMember.course_id) == membership.course_id,
            col(CourseMember.user_id) == user_id,
            col(CourseMember.state) == MemberState.ACTIVE,
        )
    ).first()
    if row is None:
        raise NotFound("We could not find that person in the course.")
    if row.extra_percent == percent:
        return
    was = {"user_id": str(user_id), "extra_percent": row.extra_percent}
    row.extra_percent = percent
    work.db.add(row)
    work.db.flush()
    audit.record(work, "member.extra_time", "course_member", row.id, was, {**was, "extra_percent": percent})
    items = work.db.exec(select(OutlineItem).where(col(OutlineItem.course_id) == membership.course_id)).all()
    _tell(work, items)


# ---- What is different


def _allowed(item: OutlineItem) -> Sequence[str]:
    kind = ITEM_KINDS.get(item.kind)
    return kind.allows if kind else ()


def _checked(item: OutlineItem, given: dict[str, Any]) -> dict[str, Any]:
    allowed = _allowed(item)
    wrong = {
        name: "This kind of item has no such limit." for name in DIFFERENT if name not in allowed and given.get(name)
    }
    minutes, attempts = given.get("limit_minutes"), given.get("attempts_allowed")
    if minutes is not None and not 0 <= minutes <= MINUTES_MAX:
        wrong["limit_minutes"] = "Enter minutes from 1, or 0 for no limit."
    if attempts is not None and not 0 <= attempts <= 1000:
        wrong["attempts_allowed"] = "Enter how many attempts, or 0 for no limit."
    if len(given.get("note", "")) > 200:
        wrong["note"] = "Enter at most 200 characters."
    opens, closes = given.get("opens_at"), given.get("closes_at") or given.get("due_at")
    if opens and closes and closes <= opens:
        wrong["closes_at" if given.get("closes_at") else "due_at"] = "Choose a date after the opening one."
    if not wrong and not any(given.get(name) not in (None, False) for name in DIFFERENT):
        wrong["whose"] = "Say what is to be different: a date, more time, or another attempt."
    if wrong:
        raise Invalid(wrong)
    # What is due by its close is due later, too.
    return {**given, "due_at": given.get("closes_at")} if "due_at" not in allowed else given


def _whose(work: Work, course_id: UUID, read: Typed) -> tuple[UUID | None, UUID | None]:
    """The person or the group that was typed: `Ada Lovelace <ada@…>`, an address, a name, or a group's name."""
    said = read.text("whose")
    address = said.rpartition("<")[2].removesuffix(">").strip().lower() if said.endswith(">") else said.lower()
    found = (
        many(work, _BY_EMAIL, course=course_id, said=address).all()
        or many(work, _BY_NAME, course=course_id, said=said.lower()).all()
    )
    if len(found) == 1:
        return found[0].id, None
    if found:
        read.wrong["whose"] = "Several learners have this name. Enter the e-mail address."
        return None, None
    name = rules.folded(said.removeprefix("Group ").strip())
    for row in many(work, _GROUPS, course=course_id):
        if said and rules.folded(row.name) in (name, rules.folded(said)):
            return None, row.id
    read.wrong["whose"] = "Enter the name or e-mail address of a learner of this course, or the name of a group."
    return None, None


def _must_be_here(work: Work, membership: Membership, user_id: UUID | None, group_id: UUID | None) -> None:
    if user_id is not None:
        found = one(
            work, _LEARNERS.where(col(User.id) == bindparam("person")), course=membership.course_id, person=user_id
        )
    else:
        found = one(
            work, _GROUPS.where(col(CourseGroup.id) == bindparam("group")), course=membership.course_id, group=group_id
        )
    if found is None:
        raise NotFound("We could not find that learner or group in this course.")


def _tell(work: Work, items: Sequence[OutlineItem]) -> None:
    for name, kind in ITEM_KINDS.items():
        if kind.retimed and (ids := [item.id for item in items if item.kind == name]):
            kind.retimed(work, ids)


# ---- In words


def _line(work: Work, row: ItemOverride, person: User | None, group: CourseGroup | None) -> OverrideLine:
    zone = work.actor.zone
    name = person.name if person else _group_words(group.name if group else "")
    return OverrideLine(
        id=str(row.id),
        whose=name,
        is_group=row.group_id is not None,
        differs=_words(work, row),
        note=row.note,
        values={
            "whose": f"{name} <{person.email}>" if person else name,
            "opens_at": typed.moment(row.opens_at, zone),
            "due_at": typed.moment(row.due_at, zone),
            "closes_at": typed.moment(row.closes_at, zone),
            "limit_minutes": "" if row.limit_minutes is None else str(row.limit_minutes),
            "attempts_allowed": "" if row.attempts_allowed is None else str(row.attempts_allowed),
            "released": typed.ON if row.released else "",
            "note": row.note,
        },
    )


def _group_words(name: str) -> str:
    return f"Group {name}"


def _words(work: Work, row: ItemOverride) -> str:
    def at(moment: datetime) -> str:
        return when.moment(moment, work.actor.zone, work.actor.locale)

    said: list[str] = []
    if row.opens_at:
        said.append(f"opens {at(row.opens_at)}")
    if row.due_at and row.due_at != row.closes_at:
        said.append(f"due {at(row.due_at)}")
    if row.closes_at:
        said.append(f"closes {at(row.closes_at)}")
    if row.limit_minutes is not None:
        said.append(when.duration_minutes(row.limit_minutes) if row.limit_minutes else "no time limit")
    if row.attempts_allowed is not None:
        said.append(when.plural(row.attempts_allowed, "attempt") if row.attempts_allowed else "any number of attempts")
    if row.released:
        said.append("open whatever comes first")
    words = ", ".join(said)
    return words[:1].upper() + words[1:]


def _said(row: ItemOverride) -> dict[str, Any]:
    """For the audit log."""
    told: dict[str, Any] = {"user_id": str(row.user_id or ""), "group_id": str(row.group_id or "")}
    for name in DIFFERENT:
        value = getattr(row, name)
        told[name] = value.isoformat() if isinstance(value, datetime) else value
    return told
