"""The outline's order: moving, copying, deleting and bringing back what is in it.

A move writes one row, or a few where its neighbours stand too close (`rules.placed`). What is deleted keeps its content
and everybody's work, and can be brought back for thirty days.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlmodel import col, select

from lms_app.core import audit
from lms_app.core.errors import Conflict, NotFound
from lms_app.core.work import Work
from lms_app.courses import rules
from lms_app.courses.models import Module, OutlineItem
from lms_app.courses.service.authoring import module_ref, own_module
from lms_app.courses.service.door import NO_ITEM, enter, enter_item, known
from lms_app.courses.service.items import ITEM_KINDS
from lms_app.courses.service.progress import settle_course
from lms_app.courses.views_building import ModuleRef
from lms_app.policy import Can

KEPT = timedelta(days=30)
TITLE_MAX = 160
LAST = 1_000_000  # a place beyond every end


def move_module(work: Work, *, module_id: UUID, place: int) -> ModuleRef:
    """Put a module at `place` (0 is first; beyond the end is last)."""
    module = own_module(work, module_id)
    _place(work, [one for one in modules_of(work, module.course_id) if one.id != module.id], module, place)
    return module_ref(module)


def move_item(work: Work, *, item_id: UUID, module_id: UUID, place: int) -> OutlineItem:
    """Put an item at `place` of a module of the same course (0 is first; beyond the end is last)."""
    item, membership = enter_item(work, item_id, Can.AUTHOR)
    module = own_module(work, module_id)
    if module.course_id != membership.course_id:
        raise NotFound(NO_ITEM)
    others = [one for one in items_of(work, module_id) if one.id != item.id]
    item.module_id = module_id
    _place(work, others, item, place)
    return item


def step_item(work: Work, *, item_id: UUID, step: int) -> OutlineItem:
    """Move an item up (-1) or down (1); from the end of its module it goes on into the next one."""
    item, membership = enter_item(work, item_id, Can.AUTHOR)
    here = [one.id for one in items_of(work, item.module_id)]
    place = here.index(item.id) + (1 if step > 0 else -1)
    if 0 <= place < len(here):
        return move_item(work, item_id=item_id, module_id=item.module_id, place=place)
    modules = [one.id for one in modules_of(work, membership.course_id)]
    to = modules.index(item.module_id) + (1 if step > 0 else -1)
    if not 0 <= to < len(modules):
        return item
    return move_item(work, item_id=item_id, module_id=modules[to], place=0 if step > 0 else LAST)


def duplicate_item(work: Work, *, item_id: UUID) -> OutlineItem:
    """The same item once more, right below, as a draft. Nobody's progress comes along."""
    item, _membership = enter_item(work, item_id, Can.AUTHOR)
    copy = copy_item(work, item, course_id=item.course_id, module_id=item.module_id, title=_copy_of(item.title))
    others = [one for one in items_of(work, item.module_id) if one.id != copy.id]
    _place(work, others, copy, [one.id for one in others].index(item.id) + 1)
    return copy


def remove_item(work: Work, *, item_id: UUID) -> OutlineItem:
    """Delete an item. Its content and everybody's work stay, for whoever brings it back."""
    item, _membership = enter_item(work, item_id, Can.AUTHOR)
    _remove(work, [item])
    return item


def restore_item(work: Work, *, item_id: UUID) -> OutlineItem:
    """Bring a deleted item back to its place. Raises Conflict while its module is deleted."""
    known(work)
    item = work.db.get(OutlineItem, item_id)
    if item is None:
        raise NotFound(NO_ITEM)
    enter(work, item.course_id, Can.AUTHOR)
    if item.removed_at is None:
        raise NotFound(NO_ITEM)
    if work.db.get_one(Module, item.module_id).removed_at is not None:
        raise Conflict("Bring its module back first.")
    _restore(work, [item])
    return item


def remove_module(work: Work, *, module_id: UUID) -> ModuleRef:
    """Delete a module with what is in it."""
    module = own_module(work, module_id)
    _remove(work, items_of(work, module_id))
    module.removed_at = work.now
    work.db.add(module)
    work.db.flush()
    audit.record(work, "module.removed", "module", module_id, {"title": module.title}, None)
    return module_ref(module)


def restore_module(work: Work, *, module_id: UUID) -> ModuleRef:
    """Bring a deleted module back, with what was deleted together with it."""
    module = own_module(work, module_id, removed=True)
    together = select(OutlineItem).where(
        col(OutlineItem.module_id) == module_id, col(OutlineItem.removed_at) == module.removed_at
    )
    module.removed_at = None
    work.db.add(module)
    work.db.flush()
    _restore(work, work.db.exec(together).all())
    audit.record(work, "module.restored", "module", module_id, None, {"title": module.title})
    return module_ref(module)


# ---- For the other modules of this package: the door was theirs.


def modules_of(work: Work, course_id: UUID) -> Sequence[Module]:
    return work.db.exec(
        select(Module)
        .where(col(Module.course_id) == course_id, col(Module.removed_at).is_(None))
        .order_by(col(Module.position), col(Module.id))
    ).all()


def items_of(work: Work, module_id: UUID) -> Sequence[OutlineItem]:
    return work.db.exec(
        select(OutlineItem)
        .where(col(OutlineItem.module_id) == module_id, col(OutlineItem.removed_at).is_(None))
        .order_by(col(OutlineItem.position), col(OutlineItem.id))
    ).all()


def copy_item(work: Work, item: OutlineItem, *, course_id: UUID, module_id: UUID, title: str) -> OutlineItem:
    """A draft with the settings and the content of another item, where that one stands. Raises Conflict for a kind
    that cannot be copied."""
    kind = ITEM_KINDS.get(item.kind)
    if kind is None or kind.copy is None:
        raise Conflict("This kind of item cannot be copied.")
    new = OutlineItem.model_validate(item.model_dump(exclude={"id"}))
    new.course_id, new.module_id, new.title = course_id, module_id, title
    new.published, new.draft = False, True
    work.db.add(new)
    work.db.flush()
    kind.copy(work, item.id, new)
    return new


def _copy_of(title: str) -> str:
    ending = " (copy)"
    return title[: TITLE_MAX - len(ending)] + ending


def _place(
    work: Work, others: Sequence[Module] | Sequence[OutlineItem], moved: Module | OutlineItem, place: int
) -> None:
    rows: list[Module | OutlineItem] = [*others]
    place = min(max(place, 0), len(rows))
    positions = [row.position for row in rows]
    rows.insert(place, moved)
    for index, position in rules.placed(positions, place).items():
        rows[index].position = position
        work.db.add(rows[index])
    work.db.flush()


def _remove(work: Work, items: Sequence[OutlineItem]) -> None:
    counted = False
    for item in items:
        counted = counted or (item.required and item.published)
        item.was_published, item.published, item.removed_at = item.published, False, work.now
        work.db.add(item)
        audit.record(work, "item.removed", "item", item.id, {"title": item.title}, None)
    work.db.flush()
    if counted:
        settle_course(work, items[0].course_id)


def _restore(work: Work, items: Sequence[OutlineItem]) -> None:
    for item in items:
        item.published, item.was_published, item.removed_at = item.was_published, False, None
        work.db.add(item)
        audit.record(work, "item.restored", "item", item.id, None, {"title": item.title})
    work.db.flush()
