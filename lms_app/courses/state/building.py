"""The builder: a course as its authors arrange it, and the settings of what they have picked."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import UUID

import reflex as rx

from lms_app.core import when
from lms_app.core.errors import Invalid, NotFound
from lms_app.core.work import utc_now
from lms_app.courses import service
from lms_app.courses.building_views import NO_ITEM_FORM, NOT_BUILT, BuiltCourse, ItemForm
from lms_app.policy import Can
from lms_app.web.guard import member
from lms_app.web.state import LmsState, texts_of, uuid_of
from lms_app.web.words import t

NOT_YET = t("Not saved yet: something is still missing.")


class BuildState(LmsState):
    course: BuiltCourse = NOT_BUILT
    chosen: ItemForm = NO_ITEM_FORM
    errors: dict[str, str] = {}
    saved: str = ""
    unsaved: str = ""
    undo: str = ""  # the title of what was deleted last
    form: int = 0  # counts forms: another one begins with its own texts
    _undone: tuple[bool, str] = (False, "")

    @rx.event
    @member(Can.AUTHOR)
    async def open(self):
        async with self._loading():
            self.undo = ""
            self._show(NO_ITEM_FORM)
            await self._show_course()

    @rx.event
    @member(Can.AUTHOR)
    async def choose(self, item_id: str):
        """Show the settings of an item."""
        self._show(await self._ask(service.item_form, item_id=uuid_of(item_id)))

    @rx.event
    @member(Can.AUTHOR)
    async def choose_module(self, module_id: str):
        self._show(await self._ask(service.module_form, module_id=uuid_of(module_id)))

    @rx.event
    @member(Can.AUTHOR)
    async def close(self):
        self._show(NO_ITEM_FORM)

    @rx.event
    @member(Can.AUTHOR)
    async def send(self, form: dict[str, Any]):
        """The settings of what is picked, to be saved."""
        values = texts_of(form)
        quietly = values.pop("do", "") != ""
        try:
            if self.chosen.kind:
                await self._perform(service.save_item, item_id=self._chosen_id(), values=values)
            else:
                await self._perform(service.save_module, module_id=self._chosen_id(), values=values)
        except Invalid as error:
            self._not_saved(error, quietly=quietly)
            return
        self._is_saved()
        await self._show_course()

    # ---- The course itself

    @rx.event
    @member(Can.MANAGE)
    async def open_settings(self):
        async with self._loading():
            await self._show_course()
            self._show(await self._ask(service.course_form, course_id=uuid_of(self.course.id)))

    @rx.event
    @member(Can.MANAGE)
    async def send_settings(self, form: dict[str, Any]):
        values = texts_of(form)
        quietly = values.pop("do", "") != ""
        try:
            await self._perform(service.save_course, course_id=uuid_of(self.course.id), values=values)
        except Invalid as error:
            self._not_saved(error, quietly=quietly)
            return
        self._is_saved()
        # Of what shows only for some ways of joining, the form must know.
        self.chosen = replace(self.chosen, values={**self.chosen.values, **values})
        await self._show_course()

    @rx.event
    @member(Can.MANAGE)
    async def archive(self):
        await self._perform(service.archive, course_id=uuid_of(self.course.id))
        await self._show_course()
        self._show_notice(t("Course archived"))

    # ---- New things

    @rx.event
    @member(Can.AUTHOR)
    async def add(self, form: dict[str, Any]):
        """Something new at the end of a module; its author goes on where it is written."""
        values = texts_of(form)
        module_id = uuid_of(values.get("module", ""))
        try:
            item = await self._perform(
                service.begin_item,
                module_id=module_id,
                kind=values.get("do") or service.LESSON,
                title=values.get("title", ""),
            )
        except Invalid as error:
            self.errors = {f"add-{module_id}": " ".join(error.fields.values())}
            return None
        self._assign(errors={})
        known = await self._ask(service.item_form, item_id=item.id)
        return rx.redirect(known.edit_url)

    @rx.event
    @member(Can.AUTHOR)
    async def add_module(self):
        """A new module at the end, ready to be named."""
        number = len(self.course.modules) + 1
        made = await self._perform(
            service.add_module, course_id=uuid_of(self.course.id), title=t("Module {n}", n=number)
        )
        await self._show_course()
        self._show(await self._ask(service.module_form, module_id=made.id))

    @rx.event
    @member(Can.AUTHOR)
    async def duplicate(self):
        item = await self._perform(service.duplicate_item, item_id=self._chosen_id())
        await self._show_course()
        self._show(await self._ask(service.item_form, item_id=item.id))

    # ---- Order

    @rx.event
    @member(Can.AUTHOR)
    async def step(self, item_id: str, step: int):
        """Move an item up (-1) or down (1), over the borders of modules too."""
        await self._perform(service.step_item, item_id=uuid_of(item_id), step=1 if step == 1 else -1)
        await self._show_course()

    @rx.event
    @member(Can.AUTHOR)
    async def step_chosen(self, step: int):
        """Move what is picked, an item or a module."""
        if self.chosen.kind:
            await self._perform(service.step_item, item_id=self._chosen_id(), step=1 if step == 1 else -1)
        else:
            ids = [module.id for module in self.course.modules]
            if self.chosen.id not in ids:
                raise NotFound()
            place = max(ids.index(self.chosen.id) + (1 if step == 1 else -1), 0)
            await self._perform(service.move_module, module_id=self._chosen_id(), place=place)
        await self._show_course()

    @rx.event
    @member(Can.AUTHOR)
    async def move_to(self, module_id: str):
        """Put the picked item at the end of another module."""
        await self._perform(
            service.move_item, item_id=self._chosen_id(), module_id=uuid_of(module_id), place=service.LAST
        )
        await self._show_course()

    @rx.event
    @member(Can.AUTHOR)
    async def drop(self, form: dict[str, Any]):
        """What was dragged, and where to: an item before another one, or at the end of a module; a module before one."""
        values = texts_of(form)
        dragged, before = values.get("dragged", ""), values.get("before", "")
        if values.get("what") == "modules":
            others = [module.id for module in self.course.modules if module.id != dragged]
            place = others.index(before) if before in others else service.LAST
            await self._perform(service.move_module, module_id=uuid_of(dragged), place=place)
        else:
            into = uuid_of(values.get("into", ""))
            inside = [module for module in self.course.modules if module.id == str(into)]
            others = [item.id for module in inside for item in module.items if item.id != dragged]
            place = others.index(before) if before in others else service.LAST
            await self._perform(service.move_item, item_id=uuid_of(dragged), module_id=into, place=place)
        await self._show_course()

    # ---- Hiding, deleting, publishing

    @rx.event
    @member(Can.AUTHOR)
    async def show(self, shown: bool):
        """Let students see the picked item, or hide it from them."""
        await self._perform(service.show_item, item_id=self._chosen_id(), shown=shown is True)
        await self._show_course()
        self._show(await self._ask(service.item_form, item_id=self._chosen_id()))

    @rx.event
    @member(Can.AUTHOR)
    async def remove(self):
        """Delete what is picked; it can be brought back."""
        gone = self.chosen
        if gone.kind:
            await self._perform(service.remove_item, item_id=self._chosen_id())
        else:
            await self._perform(service.remove_module, module_id=self._chosen_id())
        self.undo, self._undone = gone.values.get("title", ""), (not gone.kind, gone.id)
        self._show(NO_ITEM_FORM)
        await self._show_course()

    @rx.event
    @member(Can.AUTHOR)
    async def bring_back(self, is_module: bool, thing_id: str):
        await self._bring_back(is_module is True, thing_id)

    @rx.event
    @member(Can.AUTHOR)
    async def bring_last_back(self):
        await self._bring_back(*self._undone)

    @rx.event
    @member(Can.AUTHOR)
    async def publish(self):
        """Let students see all that is new."""
        course_id, was_draft = uuid_of(self.course.id), self.course.status == "draft"
        bodies = await self._ask(service.drafts, course_id=course_id)
        written = await asyncio.to_thread(service.render, bodies)
        await self._perform(service.publish_changes, course_id=course_id, written=written)
        await self._show_course()
        if self.chosen.kind:
            self._show(await self._ask(service.item_form, item_id=self._chosen_id()))
        self._show_notice(t("Course published") if was_draft else t("Changes published"))

    async def _bring_back(self, is_module: bool, thing_id: str) -> None:
        if is_module:
            await self._perform(service.restore_module, module_id=uuid_of(thing_id))
        else:
            await self._perform(service.restore_item, item_id=uuid_of(thing_id))
        self.undo = ""
        await self._show_course()

    async def _show_course(self) -> None:
        self._assign(course=await self._ask(service.build, slug=str(self.slug)))  # pyright: ignore[reportAttributeAccessIssue]

    def _not_saved(self, error: Invalid, *, quietly: bool) -> None:
        """Whoever asked for saving is told what is wrong; whoever only paused, that it is not saved yet."""
        self.saved, self.unsaved = "", NOT_YET
        self._assign(errors={} if quietly else dict(error.fields))

    def _is_saved(self) -> None:
        self.saved, self.unsaved = when.clock(utc_now(), self._actor.zone, self._actor.locale), ""
        self._assign(errors={})

    def _show(self, form: ItemForm) -> None:
        self.chosen = form
        self.form += 1
        self.saved = self.unsaved = ""
        self._assign(errors={})

    def _chosen_id(self) -> UUID:
        return uuid_of(self.chosen.id)
