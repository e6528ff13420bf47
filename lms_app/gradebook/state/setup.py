"""How a course makes its totals: the page where whoever manages it says so."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

import reflex as rx

from lms_app.core.errors import Conflict, Invalid
from lms_app.core.typed import Typed, is_on
from lms_app.gradebook import service
from lms_app.gradebook.rules import SCALES, letters
from lms_app.gradebook.service import CategoryValues, ColumnValues, Scheme
from lms_app.gradebook.views import Setup
from lms_app.gradebook.views_setup import OWN, SetupForm, category_values, column_values, form
from lms_app.policy import Can
from lms_app.web.guard import member
from lms_app.web.state import LmsState, texts_of, uuid_of
from lms_app.web.words import t

ONE = Decimal(1)
# The inputs of the course total that a category has, too.
IN_SCHEME = {name: f"course_{name}" for name in ("method", "drop_lowest", "keep_best")}


class GradebookSetup(LmsState, mixin=True):
    """`editing` is the category or column in the dialog, by its inputs; `wrong` what is wrong, by input."""

    setup: list[SetupForm] = []
    editing: dict[str, str] = {}
    wrong: dict[str, str] = {}
    _setup: list[Setup] = []
    _turns: int = 0
    _removed: str = ""

    if TYPE_CHECKING:
        said: dict[str, str]

        def _say(self, **words: str) -> None: ...

    @rx.event
    @member(Can.MANAGE)
    async def open_setup(self):
        async with self._loading():
            self._assign(editing={}, wrong={}, said={})
            self._keep(await self._ask(service.setup, slug=self._at()))

    @rx.event
    @member(Can.MANAGE)
    async def save_scheme(self, form: dict[str, Any]):
        """How the course total is made."""
        given = texts_of(form)
        read = Typed(given, self._actor.zone)
        chosen = given.get("scale", "")
        try:
            own = letters.read(given.get("letters", "")) if chosen == OWN else list(SCALES.get(chosen, ()))
        except ValueError as error:
            own, read.wrong["letters"] = [], str(error)
        scheme = Scheme(
            method=given.get("course_method", ""),
            drop_lowest=read.count("course_drop_lowest") or 0,
            keep_best=read.count("course_keep_best") or 0,
            missing=read.share("missing"),
            letters=own,
        )
        version = self._setup[0].version if self._setup else None
        if await self._change(read.wrong, service.save_scheme, slug=self._at(), scheme=scheme, version=version):
            self._say(text=t("Saved. All totals follow."))
        else:
            self.wrong = {IN_SCHEME.get(name, name): said for name, said in self.wrong.items()}

    @rx.event
    @member(Can.MANAGE)
    async def edit(self, kind: str, line_id: str):
        """Put a category or a column into the form; an empty id begins a new one."""
        self._turns += 1
        self.wrong = {}
        now = self._setup[0] if self._setup else None
        found = [category_values(one) for one in now.categories if one.id == line_id] if now else []
        found += [column_values(one) for one in now.columns if one.id == line_id] if now else []
        fresh = {"id": "", "kind": "category" if kind == "category" else "column", "weight": "1", "method": "points"}
        self.editing = {**(found[0] if found else fresh), "turn": str(self._turns)}
        self.filled += 1

    @rx.event
    @member(Can.MANAGE)
    async def save_line(self, form: dict[str, Any]):
        """The category or the column that is in the form."""
        given, known = texts_of(form), self.editing
        read = Typed(given, self._actor.zone)
        parent = uuid_of(given["parent"]) if given.get("parent") else None
        weight = read.number("weight")
        if known.get("kind") == "category":
            done = await self._save_category(given, read, parent, ONE if weight is None else weight)
        else:
            done = await self._save_column(given, read, parent, ONE if weight is None else weight)
        if done:
            self.editing = {}
            self._say(text=t("Saved. All totals follow."))

    @rx.event
    @member(Can.MANAGE)
    async def remove_line(self):
        """Take away the category or the column that is in the form. A column can be brought back."""
        known = self.editing
        line_id = uuid_of(known.get("id", ""))
        if known.get("kind") == "category":
            done = await self._change({}, service.remove_category, category_id=line_id)
        else:
            done = await self._change({}, service.remove_column, item_id=line_id)
            self._removed = str(line_id) if done else ""
        if done:
            self.editing = {}
            undo = "column" if self._removed and known.get("kind") == "column" else ""
            self._say(text=t("Removed."), undo=undo)

    @rx.event
    @member(Can.MANAGE)
    async def restore_line(self):
        """Bring back the column that was removed last."""
        if await self._change({}, service.restore_column, item_id=uuid_of(self._removed)):
            self._removed = ""
            self._say(text=t("It is back, with its marks."))

    @rx.event
    @member(Can.MANAGE)
    async def step(self, column_id: str, step: int):
        """Move a column one place."""
        step = -1 if step == -1 else 1
        await self._change({}, service.move_column, item_id=uuid_of(column_id), step=step)

    # ----

    async def _save_category(self, given: dict[str, str], read: Typed, parent: UUID | None, weight: Decimal) -> bool:
        values = CategoryValues(
            name=read.text("name"),
            parent_id=parent,
            method=given.get("method", ""),
            weight=weight,
            extra=is_on(given, "extra"),
            drop_lowest=read.count("drop_lowest") or 0,
            keep_best=read.count("keep_best") or 0,
        )
        if known := self.editing.get("id"):
            return await self._change(read.wrong, service.save_category, category_id=uuid_of(known), values=values)
        return await self._change(read.wrong, service.add_category, slug=self._at(), values=values)

    async def _save_column(self, given: dict[str, str], read: Typed, parent: UUID | None, weight: Decimal) -> bool:
        points_max = read.number("points_max")
        by_hand = self.editing.get("kind") == "column"
        if by_hand and points_max is None:
            read.wrong.setdefault("points_max", "Enter how many points it is worth.")
        if not self.editing.get("id"):
            given_max = ONE if points_max is None else points_max
            title = read.text("title")
            return await self._change(
                read.wrong, service.add_column, slug=self._at(), title=title, points_max=given_max, category_id=parent
            )
        values = ColumnValues(
            category_id=parent,
            weight=weight,
            extra=is_on(given, "extra"),
            never_drop=is_on(given, "never_drop"),
            pass_points=read.number("pass_points"),
            title=read.text("title") if by_hand else None,
            points_max=points_max if by_hand else None,
            hidden=is_on(given, "hidden") if by_hand else None,
        )
        its = uuid_of(self.editing["id"])
        return await self._change(read.wrong, service.save_column, item_id=its, values=values)

    async def _change(self, wrong: dict[str, str], act: Any, **given: Any) -> bool:
        """Do it and show what is so now, or say what is wrong. What was typed stays."""
        if not wrong:
            try:
                self._keep(await self._perform(act, **given))
            except Invalid as error:
                wrong = error.fields
            except Conflict as error:
                wrong = {"": error.message}
        self.wrong = dict(wrong)
        if wrong:
            self.said = {}
        return not wrong

    def _keep(self, setup: Setup) -> None:
        self._setup, self.setup = [setup], [form(setup)]

    def _at(self) -> str:
        return str(self.slug)  # pyright: ignore[reportAttributeAccessIssue]  of the address
