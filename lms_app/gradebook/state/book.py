"""The gradebook of a course for its staff: the table, marks by hand, totals set by hand.

What is shown of one cell, column or total stands in lists of one at most: the first state of all pages is sent to every tab.
"""

import hashlib
from dataclasses import replace
from typing import Any

import reflex as rx

from lms_app.core import typed
from lms_app.core.errors import Conflict, Invalid, LmsError, NotFound
from lms_app.gradebook import service
from lms_app.gradebook.service import WINDOW
from lms_app.gradebook.state.setup import GradebookSetup
from lms_app.gradebook.views import SheetChange, TableRow
from lms_app.gradebook.views_pages import (
    Book,
    Figures,
    MarkForm,
    Report,
    SheetForm,
    book,
    figures,
    line,
    mark_form,
    report,
    sheet_form,
)
from lms_app.policy import Can
from lms_app.web import routes
from lms_app.web.guard import member
from lms_app.web.listing import Filters, address, asked, changed, page_of
from lms_app.web.state import LmsState, texts_of, uuid_of
from lms_app.web.words import t

FILTERS: Filters = {"search": (), "group": (), "only": ("to_grade", "missing", "late"), "sort": (), "order": ("down",)}


SHEET = "sheet"


class GradebookState(GradebookSetup, LmsState):
    book: list[Book] = []
    filters: dict[str, str] = {}
    pages: dict[str, str] = {}  # shown, previous and next of the window
    tallies: dict[str, int] = {}
    said: dict[str, str] = {}  # of the last change: user, column, text or problem
    cell: list[MarkForm] = []
    column: list[Figures] = []
    total: list[Report] = []
    preview: list[SheetForm] = []
    _seen: dict[str, int] = {}  # numbers of the cells that are shown, by student and column
    _undo: tuple[str, str, int] = ("", "", 0)
    _turn: int = 0
    _sheet: list[SheetChange] = []
    _checked: str = ""  # of which text they are

    @rx.event
    @member(Can.GRADE)
    async def open(self):
        async with self._loading():
            self._assign(said={}, cell=[], column=[], total=[], tallies={})
            self._undo = ("", "", 0)
            await self._show()
        if self.book:
            yield
            await self._count_cells()

    @rx.event
    @member(Can.GRADE)
    async def find(self, words: str):
        """Search for what was typed."""
        return self._go("search", str(words))

    @rx.event
    @member(Can.GRADE)
    async def choose(self, name: str, value: str):
        """Set one filter, or take it off with the value that it has."""
        now = asked(self.router.url.query_parameters, FILTERS).get(str(name), "")
        return self._go(str(name), "" if now == value else str(value))

    @rx.event
    @member(Can.GRADE)
    async def sort_by(self, column: str):
        """By name, total or a column; the same one again the other way round."""
        given = asked(self.router.url.query_parameters, FILTERS)
        same = (given["sort"] or "name") == column
        order = "" if same and given["order"] else "down" if same or column not in ("", "name") else ""
        chosen = {**given, "sort": "" if column == "name" else str(column), "order": order}
        return rx.redirect(address(routes.gradebook(self._slug()), asked(chosen, FILTERS)), replace=True)

    # ---- Marks

    @rx.event
    @member(Can.GRADE)
    async def write(self, user_id: str, column_id: str, text: str):
        """A mark as it was typed into its cell."""
        where = {"user": str(user_id), "column": str(column_id), "typed": str(text)[:40]}
        seen = self._seen.get(f"{user_id} {column_id}", 0)
        try:
            row = await self._perform(
                service.type_mark,
                item_id=uuid_of(column_id),
                user_id=uuid_of(user_id),
                text=str(text)[:40],
                seen=seen,
            )
        except (Invalid, Conflict) as error:
            if isinstance(error, Conflict):
                await self._show()  # what somebody else gave; what was typed stays over its cell
            kept = {name: self.said[name] for name in ("text", "undo") if name in self.said}
            self._say(problem=_words(error), **kept, **where)
            return
        self._done(row, str(column_id), **where)

    @rx.event
    @member(Can.GRADE)
    async def undo(self):
        """Take back what was changed last here."""
        user_id, column_id, seq = self._undo
        if not seq:
            return
        row = await self._perform(service.undo_mark, item_id=uuid_of(column_id), user_id=uuid_of(user_id), seq=seq)
        self._undo = ("", "", 0)
        self._put(row)
        self._say(text=t("Undone for {name}.", name=row.name))

    @rx.event
    @member(Can.GRADE)
    async def inspect(self, user_id: str, column_id: str):
        """All about one mark."""
        self.cell = []
        await self._inspect(str(column_id), str(user_id))
        self.filled += 1

    @rx.event
    @member(Can.GRADE)
    async def save_cell(self, form: dict[str, Any]):
        """A mark with its status and lock, from the form about it."""
        given, shown = texts_of(form), self._cell()
        where = {"user": shown.user_id, "column": shown.item_id}
        points = typed.decimal(given.get("points", "")) if given.get("points", "").strip() else None
        if points is None and given.get("points", "").strip():
            self._say(wrong=t("Enter points as a number, like 7.5."), **where)
            return
        try:
            row = await self._perform(
                service.write_mark,
                item_id=uuid_of(shown.item_id),
                user_id=uuid_of(shown.user_id),
                points=points,
                status=given.get("status", ""),
                locked=typed.is_on(given, "locked"),
                reason=given.get("reason", ""),
                seen=shown.seq,
            )
        except (Invalid, Conflict) as error:
            self._say(wrong=_words(error), **where)
            if isinstance(error, Conflict):  # what was typed stays; sent once more, it goes on top of what is there now
                await self._inspect(shown.item_id, shown.user_id)
            return
        self._done(row, shown.item_id, **where)
        await self._inspect(shown.item_id, shown.user_id)

    @rx.event
    @member(Can.GRADE)
    async def undo_cell(self):
        """Take back the newest change of the mark that is shown."""
        shown = self._cell()
        row = await self._perform(
            service.undo_mark, item_id=uuid_of(shown.item_id), user_id=uuid_of(shown.user_id), seq=shown.seq
        )
        self._put(row)
        self._say(text=t("Undone for {name}.", name=row.name))
        await self._inspect(shown.item_id, shown.user_id)

    # ---- Columns

    @rx.event
    @member(Can.GRADE)
    async def show_column(self, column_id: str):
        """A column in figures."""
        self.column = []
        self.said = {}
        await self._figures(str(column_id))
        self.filled += 1

    @rx.event
    @member(Can.GRADE)
    async def fill(self, form: dict[str, Any]):
        """Give everybody who has no mark in the column that is shown the same one."""
        if not self.column:
            raise NotFound()
        shown, text = self.column[0], texts_of(form).get("text", "")
        try:
            count = await self._perform(service.fill_column, item_id=uuid_of(shown.id), text=text)
        except (Invalid, Conflict) as error:
            self._say(wrong=_words(error))
            return
        await self._show()
        self._say(text=t("1 mark given.") if count == 1 else t("{n} marks given.", n=count))
        await self._figures(shown.id)
        await self._count_cells()

    # ---- Totals

    @rx.event
    @member(Can.GRADE)
    async def show_total(self, user_id: str):
        """A student's total with the whole way there."""
        self.total = []
        self.said = {}
        await self._explain(str(user_id))
        self.filled += 1

    @rx.event
    @member(Can.MANAGE)
    async def save_total(self, form: dict[str, Any]):
        """Set the total that is shown by hand, or lift what was set with an empty one."""
        if not self.total:
            raise NotFound()
        given, shown = texts_of(form), self.total[0]
        text = given.get("percent", "").strip().removesuffix("%")
        percent = typed.decimal(text) if text else None
        if text and percent is None:
            self._say(wrong=t("Enter a percentage, like 85.5, or nothing to lift it."))
            return
        try:
            row = await self._perform(
                service.put_total,
                slug=self._slug(),
                user_id=uuid_of(shown.user_id),
                share=None if percent is None else percent / 100,
                locked=typed.is_on(given, "locked"),
                reason=given.get("reason", ""),
                seen=shown.total_seq,
            )
        except (Invalid, Conflict) as error:
            self._say(wrong=_words(error))
            if isinstance(error, Conflict):
                await self._explain(shown.user_id)
            return
        self._put(row)
        self._say(text=t("Saved the total of {name}.", name=row.name))
        await self._explain(shown.user_id)

    # ---- A sheet

    @rx.event
    @member(Can.GRADE)
    async def open_import(self):
        async with self._loading():
            self._assign(preview=[], said={})
            self._sheet, self._checked = [], ""
            await self._show()

    @rx.event
    @member(Can.GRADE)
    async def send_sheet(self, form: dict[str, Any]):
        """Check a sheet that is new or has changed; import one that was checked."""
        content = texts_of(form).get(SHEET, "").encode(errors="replace")
        digest = hashlib.sha256(content).hexdigest()
        self.said = {}
        try:
            if digest == self._checked and self._sheet:
                count = await self._perform(service.import_sheet, slug=self._slug(), changes=self._sheet)
                self._sheet, self._checked, self.preview = [], "", []
                self._show_notice(t("1 mark imported.") if count == 1 else t("{n} marks imported.", n=count))
                return rx.redirect(routes.gradebook(self._slug()))
            found = await self._ask_apart(service.check_sheet, slug=self._slug(), content=content)
        except (Invalid, Conflict) as error:
            self._sheet, self._checked, self.preview = [], "", []
            self._say(wrong=_words(error))
            return None
        self._sheet, self._checked = ([], "") if found.wrong else (found.changes, digest)
        self.preview = [sheet_form(found)]
        return None

    # ----

    async def _explain(self, user_id: str) -> None:
        self.total = [report(await self._ask(service.explain, slug=self._slug(), user_id=uuid_of(user_id)))]

    async def _inspect(self, column_id: str, user_id: str) -> None:
        found = await self._ask(service.read_mark, item_id=uuid_of(column_id), user_id=uuid_of(user_id))
        self.cell = [mark_form(found)]

    async def _figures(self, column_id: str) -> None:
        self.column = [figures(await self._ask(service.column, item_id=uuid_of(column_id)))]

    async def _show(self) -> None:
        given = self.router.url.query_parameters
        filters, page = asked(given, FILTERS), page_of(given)
        sort, descending = filters["sort"] or "name", filters["order"] == "down"
        # Totals of everybody are computed apart.
        ask = self._ask_apart if sort == "total" else self._ask
        found = await ask(
            service.table,
            slug=self._slug(),
            search=filters["search"],
            group=filters["group"],
            only=filters["only"],
            sort=sort,
            descending=descending,
            limit=WINDOW,
            offset=(page - 1) * WINDOW,
        )
        self.book = [book(found, sort=sort, descending=descending)]
        self._seen = {}
        for row in found.rows:
            self._remember(row)
        here, first = routes.gradebook(found.slug), (page - 1) * WINDOW
        more = first + len(found.rows) < found.total
        self._assign(
            filters=filters,
            pages={
                "shown": f"{first + 1:,}–{first + len(found.rows):,} of {found.total:,}" if found.rows else "0",
                "previous": address(here, filters, page - 1) if page > 1 else "",
                "next": address(here, filters, page + 1) if more else "",
            },
        )

    async def _count_cells(self) -> None:
        found = await self._ask(service.tallies, slug=self._slug())
        self.tallies = {"to_grade": found.to_grade, "missing": found.missing, "late": found.late}

    def _remember(self, row: TableRow) -> None:
        for head, cell in zip(self.book[0].columns, row.cells, strict=False):
            self._seen[f"{row.user_id} {head.id}"] = cell.seq

    def _put(self, row: TableRow) -> None:
        """Show a student's new row in place of the old one."""
        if self.book:
            shown = line(row)
            self._remember(row)
            rows = [shown if one.id == shown.id else one for one in self.book[0].rows]
            self.book = [replace(self.book[0], rows=rows)]

    def _done(self, row: TableRow, column_id: str, **where: str) -> None:
        before = self._seen.get(f"{row.user_id} {column_id}", 0)
        self._put(row)
        seq = self._seen.get(f"{row.user_id} {column_id}", 0)
        self._undo = (row.user_id, column_id, seq if seq != before else 0)
        title = next((one.title for one in self.book[0].columns if one.id == column_id), "") if self.book else ""
        undo = "yes" if seq != before else ""
        self._say(text=t("Saved for {name} in {title}.", name=row.name, title=title), undo=undo, **where)

    def _say(self, **words: str) -> None:
        self._turn += 1
        self.said = {**words, "turn": str(self._turn)}

    def _cell(self) -> MarkForm:
        """Raises NotFound where nothing is shown."""
        if not self.cell:
            raise NotFound()
        return self.cell[0]

    def _go(self, name: str, value: str):
        filters = changed(self.router.url.query_parameters, FILTERS, name, value)
        return rx.redirect(address(routes.gradebook(self._slug()), filters), replace=True)

    def _slug(self) -> str:
        return str(self.slug)  # pyright: ignore[reportAttributeAccessIssue]  of the address


def _words(error: LmsError) -> str:
    return " ".join(error.fields.values()) if isinstance(error, Invalid) else error.message
