"""Building a course: the course itself, its modules, its items, the text of its lessons."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, TypedDict, Unpack
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from lms_app.core import audit, text
from lms_app.core.db import new_id
from lms_app.core.errors import Forbidden, Invalid, NotFound
from lms_app.core.work import Work
from lms_app.courses import rules
from lms_app.courses.building_views import CourseRef, ItemRef, ModuleRef
from lms_app.courses.models import (
    Completion,
    Course,
    CourseMember,
    CourseStatus,
    EnrolMode,
    Lesson,
    Module,
    OutlineItem,
)
from lms_app.courses.service import releasing
from lms_app.courses.service.door import NO_COURSE, enter, enter_item, known
from lms_app.courses.service.items import ITEM_KINDS, LESSON
from lms_app.courses.service.progress import settle_course, tell_terms
from lms_app.courses.service.seating import CAPACITY_MAX, move_up
from lms_app.policy import Can, Role

BODY_MAX = 500_000
KEY_MIN = 4


class CourseSettings(TypedDict, total=False):
    """What can be set of a course besides its title and address."""

    summary: str
    description: str
    category: str
    level: str
    enrol_mode: str
    enrol_key: str
    starts_at: datetime | None
    ends_at: datetime | None
    hours: Decimal
    pass_fraction: Decimal
    capacity: int | None
    certificate: bool
    questions: bool


class CourseChanges(CourseSettings, total=False):
    title: str


class ItemSettings(TypedDict, total=False):
    """What can be set of any item besides its title. `minutes` is how long it takes a student."""

    required: bool
    minutes: int
    published: bool
    preview: bool
    opens_at: datetime | None
    due_at: datetime | None
    completion: str
    release: Mapping[str, Any] | None  # conditions, in the shape of `courses/release.py`


class ItemChanges(ItemSettings, total=False):
    title: str


@dataclass(frozen=True, slots=True)
class Written:
    """Markdown with the HTML made from it. Only `written` makes these."""

    body: str
    html: str


def written(body: str) -> Written:
    """Render a lesson's Markdown. Long imports call it before their unit of work, so the writer never waits for it."""
    check_body(body)
    return Written(body, text.to_html(body, anchors=True))


def check_body(body: str) -> None:
    """Raises Invalid for a lesson's text that is too long."""
    if len(body) > BODY_MAX:
        raise Invalid({"body": f"The text is longer than {BODY_MAX:,} characters. Split it into several lessons."})


def create_course(
    work: Work,
    *,
    title: str,
    slug: str = "",
    owner_id: UUID | None = None,
    as_id: UUID | None = None,
    **settings: Unpack[CourseSettings],
) -> CourseRef:
    """A new draft, with its owner as the first instructor. `as_id` is one that it has elsewhere, and nobody has here.

    Without a `slug` the address is made from the title. Only an administrator makes a course for another `owner_id`.
    Raises Forbidden for anybody who does not teach, Invalid naming each field that needs another value.
    """
    owner = owner_id if work.actor.is_admin and owner_id else work.user_id
    if not work.actor.can_teach:
        raise Forbidden("Only instructors can create a course.")
    course = Course(
        id=as_id or new_id(),
        slug=_free_slug(work, slug, title),
        title=title,
        owner_id=owner,
        created_at=work.now,
    )
    _change_course(course, {**settings, "title": title})
    work.db.add(course)
    work.db.flush()
    work.db.add(CourseMember(course_id=course.id, user_id=owner, role=Role.INSTRUCTOR, joined_at=work.now))
    audit.record(work, "course.created", "course", course.id, None, {"slug": course.slug, "owner_id": str(owner)})
    return _ref(course)


def update_course(work: Work, *, course_id: UUID, **changes: Unpack[CourseChanges]) -> CourseRef:
    """Change only what is named. The address stays: links to it are out in the world."""
    enter(work, course_id, Can.MANAGE)
    course = _course(work, course_id)
    old = {name: str(getattr(course, name)) for name in changes}
    _change_course(course, changes)
    work.db.add(course)
    work.db.flush()
    new = {name: str(getattr(course, name)) for name in changes}
    if old != new:
        audit.record(work, "course.changed", "course", course_id, *_apart(old, new))
    if any(old.get(name) != new.get(name) for name in ("pass_fraction", "certificate")):
        tell_terms(work, course_id=course_id)
    if "capacity" in changes:
        move_up(work, course_id)
    return _ref(course)


def publish(work: Work, *, course_id: UUID) -> CourseRef:
    """Let everybody find the course. An archived one opens again."""
    return _change_status(work, course_id, CourseStatus.PUBLISHED)


def unpublish(work: Work, *, course_id: UUID) -> CourseRef:
    """Back to a draft that only its staff know of; members and their work stay."""
    return _change_status(work, course_id, CourseStatus.DRAFT)


def archive(work: Work, *, course_id: UUID) -> CourseRef:
    """Members read on; nobody joins and nothing is handed in."""
    return _change_status(work, course_id, CourseStatus.ARCHIVED)


def add_module(work: Work, *, course_id: UUID, title: str, as_id: UUID | None = None) -> ModuleRef:
    """A new module after the others."""
    enter(work, course_id, Can.AUTHOR)
    position = _next_position(work, Module, course_id)
    module = Module(id=as_id or new_id(), course_id=course_id, title=_title(title), position=position)
    work.db.add(module)
    work.db.flush()
    return module_ref(module)


def update_module(work: Work, *, module_id: UUID, title: str) -> ModuleRef:
    module = own_module(work, module_id)
    module.title = _title(title)
    work.db.add(module)
    work.db.flush()
    return module_ref(module)


def add_item(
    work: Work, *, module_id: UUID, kind: str, title: str, as_id: UUID | None = None, **settings: Unpack[ItemSettings]
) -> OutlineItem:
    """A new item at the end of a module. The room that owns `kind` keeps its content under the item's id."""
    module = own_module(work, module_id)
    known = ITEM_KINDS.get(kind)
    item = OutlineItem(
        id=as_id or new_id(),
        course_id=module.course_id,
        module_id=module_id,
        kind=kind,
        title=title,
        position=_next_position(work, OutlineItem, module_id),
        completion=known.completion if known else Completion.SUBMIT,
    )
    _change_item(item, {**settings, "title": title})
    work.db.add(item)
    work.db.flush()
    return item


def update_item(work: Work, *, item_id: UUID, **changes: Unpack[ItemChanges]) -> OutlineItem:
    """Change only what is named. What no longer counts may complete the course for some."""
    item, _membership = enter_item(work, item_id, Can.AUTHOR)
    counted = item.required and item.published
    before = item.model_dump()
    _change_item(item, changes)
    item.draft = item.draft and not item.published
    work.db.add(item)
    work.db.flush()
    audit.record_change(work, "item.changed", "item", item_id, before, item.model_dump(include=set(changes)))
    if counted and not (item.required and item.published):
        settle_course(work, item.course_id)
    kind = ITEM_KINDS.get(item.kind)
    if "due_at" in changes and kind and kind.retimed:
        kind.retimed(work, [item_id])
    return item


def add_lesson(
    work: Work, *, module_id: UUID, title: str, body: str | Written, **settings: Unpack[ItemSettings]
) -> OutlineItem:
    """A new lesson at the end of a module. Without `minutes` they are guessed from the length of the text."""
    page = as_written(body)
    item = add_item(
        work, module_id=module_id, kind=LESSON, title=title, **{"minutes": rules.reading_minutes(page.body), **settings}
    )
    work.db.add(
        Lesson(item_id=item.id, body=page.body, html=page.html, edited_by=work.actor.user_id, edited_at=work.now)
    )
    work.db.flush()
    return item


def ref_of(item: OutlineItem) -> ItemRef:
    """An item's row as a view, for the borders. Not a door: the row came through one."""
    return ItemRef(
        id=item.id,
        course_id=item.course_id,
        module_id=item.module_id,
        kind=item.kind,
        title=item.title,
        position=item.position,
        required=item.required,
        minutes=item.minutes,
        published=item.published,
        preview=item.preview,
        opens_at=item.opens_at,
        due_at=item.due_at,
        completion=item.completion,
        release=releasing.read(item.release).model_dump(mode="json") if item.release else None,
    )


def as_written(body: str | Written) -> Written:
    return body if isinstance(body, Written) else written(body)


def _change_course(course: Course, changes: CourseChanges) -> None:
    wrong = _wrong_in_course(course, changes)
    if wrong:
        raise Invalid(wrong)
    for name, value in changes.items():
        setattr(course, name, value.strip() if isinstance(value, str) else value)
    if "description" in changes:
        course.description_html = text.to_html(course.description) if course.description else ""
    course.haystack = rules.folded(f"{course.title} {course.summary} {course.category}")


def _wrong_in_course(course: Course, changes: CourseChanges) -> dict[str, str]:
    new: dict[str, Any] = {**course.model_dump(), **changes}
    wrong: dict[str, str] = {}
    for name, label, longest in (("summary", "summary", 300), ("category", "subject", 60), ("level", "level", 40)):
        if len(new[name]) > longest:
            wrong[name] = f"Shorten the {label} to {longest} characters."
    if not new["title"].strip() or len(new["title"]) > 160:
        wrong["title"] = "Enter a title of up to 160 characters."
    if len(new["description"]) > BODY_MAX:
        wrong["description"] = f"Shorten the description to {BODY_MAX:,} characters."
    if new["enrol_mode"] not in list(EnrolMode):
        wrong["enrol_mode"] = "Choose how people join: open, key, approval or invitation."
    if new["enrol_mode"] == EnrolMode.KEY and not KEY_MIN <= len(new["enrol_key"].strip()) <= 80:
        wrong["enrol_key"] = f"Enter a key of {KEY_MIN} to 80 characters."
    if new["starts_at"] and new["ends_at"] and new["ends_at"] <= new["starts_at"]:
        wrong["ends_at"] = "Choose an end after the start."
    if not 0 <= new["hours"] <= 10_000:
        wrong["hours"] = "Enter the hours as a number from 0 to 10,000."
    if new["capacity"] is not None and not 1 <= new["capacity"] <= CAPACITY_MAX:
        wrong["capacity"] = f"Enter a number of seats from 1 to {CAPACITY_MAX:,}, or none for as many as come."
    if not 0 <= new["pass_fraction"] <= 1:
        wrong["pass_fraction"] = "Enter the pass mark as a share from 0 to 1, like 0.6."
    return wrong


def _change_item(item: OutlineItem, changes: ItemChanges) -> None:
    wrong: dict[str, str] = {}
    if "minutes" in changes and not 0 <= changes["minutes"] <= 100_000:
        wrong["minutes"] = "Enter the minutes as a number from 0."
    if "completion" in changes and changes["completion"] not in list(Completion):
        wrong["completion"] = "Choose what completes it: view, mark, submit or pass."
    if wrong:
        raise Invalid(wrong)
    for name, value in changes.items():
        if name == "release":
            item.release = releasing.written(releasing.conditions_of(changes.get("release")))
        else:
            setattr(item, name, _title(str(value)) if name == "title" else value)


def _title(title: str) -> str:
    title = title.strip()
    if not title or len(title) > 160:
        raise Invalid({"title": "Enter a title of up to 160 characters."})
    return title


def _change_status(work: Work, course_id: UUID, status: CourseStatus) -> CourseRef:
    enter(work, course_id, Can.MANAGE)
    course = _course(work, course_id)
    if course.status != status:
        audit.record(work, "course.status", "course", course_id, {"status": course.status}, {"status": status})
        course.status = status
        work.db.add(course)
        work.db.flush()
    return _ref(course)


def free_slug(work: Work, *, title: str) -> str:
    """An address for a course of this title that no other one has. For whoever makes courses."""
    if not work.actor.can_teach:
        _ = work.user_id  # raises NotSignedIn
        raise Forbidden("Only instructors can create a course.")
    return _free_slug(work, "", title)


def _free_slug(work: Work, wanted: str, title: str) -> str:
    """An address nobody uses. Two makers of one title at once: the unique constraint sends the later one here again."""
    if wanted and not rules.is_slug(wanted):
        raise Invalid({"slug": "Use small letters, digits and single dashes, like first-aid-2."})
    base = wanted or rules.slug_of(title)
    # Where a course's address would be, there is a page: `/teaching/import`.
    base = f"{base}-1" if base == "import" else base
    taken = set(work.db.exec(select(Course.slug).where(col(Course.slug).startswith(base, autoescape=True))).all())
    if base not in taken:
        return base
    if wanted:
        raise Invalid({"slug": "Another course has this address. Choose a different one."})
    number = 2
    while f"{base}-{number}" in taken:
        number += 1
    return f"{base}-{number}"


def _next_position(work: Work, table: type[Module] | type[OutlineItem], parent_id: UUID) -> int:
    parent = col(Module.course_id) if table is Module else col(OutlineItem.module_id)
    return work.db.exec(select(func.coalesce(func.max(table.position), 0)).where(parent == parent_id)).one() + rules.GAP


def _course(work: Work, course_id: UUID) -> Course:
    course = work.db.get(Course, course_id)
    if course is None:
        raise NotFound(NO_COURSE)
    return course


def own_module(work: Work, module_id: UUID, *, removed: bool = False) -> Module:
    """A module for whoever writes the course; a deleted one is there for nobody but `removed`."""
    known(work)
    module = work.db.get(Module, module_id)
    if module is None:
        raise NotFound(NO_COURSE)
    enter(work, module.course_id, Can.AUTHOR)
    if (module.removed_at is not None) is not removed:
        raise NotFound(NO_COURSE)
    return module


def _apart(old: dict[str, str], new: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    changed = [name for name in new if old[name] != new[name] and name != "enrol_key"]
    return {name: old[name] for name in changed}, {name: new[name] for name in changed}


def _ref(course: Course) -> CourseRef:
    return CourseRef(id=course.id, slug=course.slug, title=course.title, status=course.status)


def module_ref(module: Module) -> ModuleRef:
    return ModuleRef(id=module.id, course_id=module.course_id, title=module.title, position=module.position)
