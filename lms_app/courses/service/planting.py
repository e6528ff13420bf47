"""A course as a tree of files says it: modules, items and groups under the ids that they have there.

Whatever is there already is changed, what was deleted comes back, and what is new gets the id that the tree gives it.
"""

from collections.abc import Mapping, Sequence
from typing import Unpack
from uuid import UUID

from sqlmodel import col, select

from lms_app.core.errors import Conflict, Invalid
from lms_app.core.work import Work
from lms_app.courses import rules
from lms_app.courses.models import Course, CourseGroup, ItemOverride, Lesson, LessonDraft, Module, OutlineItem
from lms_app.courses.service.arranging import items_of, modules_of, restore_item
from lms_app.courses.service.authoring import ItemSettings, Written, add_item, add_module, update_item, update_module
from lms_app.courses.service.door import enter, visible
from lms_app.courses.service.grouping import delete_group, make_groups, rename_group
from lms_app.courses.service.overriding import OverrideChanges, drop_override, put_override
from lms_app.courses.service.requiring import set_prerequisites
from lms_app.courses.service.writing import discard_draft, save_draft, update_lesson
from lms_app.policy import Can

TAKEN = "The id {id} belongs to something else here. Give it a new one."


def plant_module(work: Work, *, course_id: UUID, module_id: UUID, title: str) -> None:
    """A module of this id and title. One that was deleted comes back, without what was in it."""
    enter(work, course_id, Can.AUTHOR)
    module = work.db.get(Module, module_id)
    if module is None:
        add_module(work, course_id=course_id, title=title, as_id=module_id)
        return
    if module.course_id != course_id:
        raise Conflict(TAKEN.format(id=module_id))
    module.removed_at = None
    work.db.add(module)
    work.db.flush()
    update_module(work, module_id=module_id, title=title)


def plant_item(
    work: Work, *, module_id: UUID, item_id: UUID, kind: str, title: str, shown: str, **settings: Unpack[ItemSettings]
) -> OutlineItem:
    """An item of this id in a module; `shown` is published, hidden or draft. Its content is its room's."""
    item = work.db.get(OutlineItem, item_id)
    if item is None:
        item = add_item(work, module_id=module_id, kind=kind, title=title, as_id=item_id, **settings)
    else:
        module = work.db.get_one(Module, module_id)
        enter(work, module.course_id, Can.AUTHOR)
        if item.course_id != module.course_id or item.kind != kind:
            raise Conflict(TAKEN.format(id=item_id))
        item.module_id = module_id
        work.db.add(item)
        work.db.flush()
        if item.removed_at is not None:
            restore_item(work, item_id=item_id)
        if settings.get("due_at") == item.due_at:
            settings.pop("due_at", None)
        settings["published"] = shown == "published"
        update_item(work, item_id=item_id, title=title, **settings)
    item.published, item.draft = shown == "published", shown == "draft"
    work.db.add(item)
    work.db.flush()
    return item


def plant_lesson(work: Work, *, item_id: UUID, page: Written, draft: str | None) -> None:
    """What students read in a lesson, and what its authors have not published yet. Texts that were there are kept."""
    item = work.db.get_one(OutlineItem, item_id)
    enter(work, item.course_id, Can.AUTHOR)
    lesson, kept = work.db.get(Lesson, item_id), work.db.get(LessonDraft, item_id)
    if lesson is None:
        work.db.add(
            Lesson(item_id=item_id, body=page.body, html=page.html, edited_by=work.actor.user_id, edited_at=work.now)
        )
        work.db.flush()
    elif lesson.body != page.body:
        minutes = item.minutes
        update_lesson(work, item_id=item_id, body=page)
        item.minutes, kept = minutes, None
        work.db.add(item)
    if draft is None and kept is not None:
        discard_draft(work, item_id=item_id)
    elif draft is not None:
        save_draft(work, item_id=item_id, body=draft)
    work.db.flush()


def plant_groups(work: Work, *, slug: str, course_id: UUID, groups: Mapping[UUID, str]) -> None:
    """Exactly these groups, by id and name. Raises Forbidden for whoever does not manage the course."""
    enter(work, course_id, Can.MANAGE)
    rows = work.db.exec(select(CourseGroup).where(col(CourseGroup.course_id) == course_id)).all()
    there = {row.id: row.name for row in rows}
    for group_id in there.keys() - groups.keys():
        delete_group(work, slug=slug, group_id=group_id)
    for group_id, name in groups.items():
        if group_id not in there:
            if work.db.get(CourseGroup, group_id) is not None:
                raise Conflict(TAKEN.format(id=group_id))
            if make_groups(work, course_id, [name], as_ids=[group_id]) == [None]:
                raise Conflict(f"The course has a group “{name}” already.")
        elif there[group_id] != name:
            rename_group(work, slug=slug, group_id=group_id, name=name)


def plant_terms(work: Work, *, item_id: UUID, groups: Mapping[UUID, OverrideChanges]) -> None:
    """Exactly these groups have other terms in an item; those of single persons stay. Raises Invalid by field."""
    item = work.db.get_one(OutlineItem, item_id)
    enter(work, item.course_id, Can.GRADE)
    rows = work.db.exec(
        select(ItemOverride).where(col(ItemOverride.item_id) == item_id, col(ItemOverride.group_id).is_not(None))
    ).all()
    there = {row.group_id: row for row in rows if row.group_id is not None}
    slug = work.db.get_one(Course, item.course_id).slug
    for group_id, row in there.items():
        if group_id not in groups:
            drop_override(work, slug=slug, override_id=row.id)
    for at, (group_id, changes) in enumerate(groups.items()):
        row = there.get(group_id)
        if row is None or any(getattr(row, name) != value for name, value in changes.items()):
            try:
                put_override(work, item_id=item_id, group_id=group_id, **changes)
            except Invalid as error:
                raise Invalid({f"for_groups.{at}": words for words in error.fields.values()}) from None


def plant_needs(work: Work, *, course_id: UUID, needs: Sequence[UUID]) -> list[UUID]:
    """The courses that one completes before this one; returns those that are not here, and are not asked for."""
    known = work.db.exec(visible(work).where(col(Course.id).in_(needs))).all() if needs else []
    set_prerequisites(work, course_id=course_id, slugs=[course.slug for course in known])
    found = {course.id for course in known}
    return [one for one in needs if one not in found]


def arrange(work: Work, *, course_id: UUID, modules: Sequence[UUID], items: Mapping[UUID, Sequence[UUID]]) -> None:
    """The order of the modules, and of the items in each. What is not named comes last."""
    enter(work, course_id, Can.AUTHOR)
    _placed(work, modules_of(work, course_id), modules)
    for module_id, order in items.items():
        _placed(work, items_of(work, module_id), order)
    work.db.flush()


def _placed(work: Work, rows: Sequence[Module] | Sequence[OutlineItem], order: Sequence[UUID]) -> None:
    """Nothing is written where the order is the same."""
    place = {one: at for at, one in enumerate(order)}
    wanted = sorted(rows, key=lambda row: place.get(row.id, len(place)))
    if [row.id for row in wanted] != [row.id for row in rows] or len({row.position for row in rows}) < len(rows):
        for at, row in enumerate(wanted, start=1):
            row.position = at * rules.GAP
            work.db.add(row)
