"""The gradebook by REST: two lines a route over the functions that the pages call."""

from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query, Request
from fastapi.responses import Response
from pydantic import Field

from lms_app.core import sheet
from lms_app.core.errors import Conflict
from lms_app.core.work import Actor, ask, ask_apart, noting, perform
from lms_app.gradebook import service
from lms_app.gradebook.service import CategoryValues, ColumnValues, Scheme
from lms_app.gradebook.views import (
    CellDetail,
    ColumnDetail,
    Explained,
    Preview,
    Setup,
    Table,
    TableRow,
    Tallies,
)
from lms_app.policy import Can
from lms_app.web import routes
from lms_app.web.api import Caller, Paging, Router, body_of, told_apart
from lms_app.web.fields import NO_NUL, Body, Words
from lms_app.web.guard import member
from lms_app.web.headers import attachment

book = Router(prefix="/api/v1/courses/{slug}", tags=["gradebook"])
items = Router(prefix="/api/v1", tags=["gradebook"])
pages = Router(include_in_schema=False)
ROUTERS = (book, items, pages)

SHEET_MAX = 5 * 1024 * 1024
_CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {}}, "description": "A line a student"}}
_XLSX: dict[int | str, dict[str, Any]] = {200: {"content": {sheet.XLSX: {}}, "description": "A line a student"}}
_SENT = {"requestBody": {"required": True, "content": {"text/csv": {}, sheet.XLSX: {}}}}

Points = Annotated[Decimal, Field(ge=0, le=100_000, allow_inf_nan=False)]
Reason = Annotated[str, Field(max_length=200, pattern=NO_NUL)]
Seen = Annotated[int, Field(ge=0, lt=2**31)] | None
Way = Literal["points", "weighted", "simple"]
Drops = Annotated[int, Field(ge=0, le=100)]


class MarkIn(Body):
    """`seen` is the `seq` of the cell that you saw, 0 for none; without it nothing is compared. `locked` null leaves it."""

    points: Points | None
    status: Literal["", "excused", "missing", "exempt"] = ""
    locked: bool | None = None
    reason: Reason = ""
    seen: Seen = None


class UndoIn(Body):
    seq: Annotated[int, Field(ge=1, lt=2**31)]


class FillIn(Body):
    """A mark as one types it: `8`, `excused`, `8 exempt`."""

    text: Annotated[str, Field(min_length=1, max_length=40, pattern=NO_NUL)]


class TotalIn(Body):
    """`share` is the total (0.85 is 85%), null to make it of the marks again."""

    share: Annotated[Decimal, Field(ge=0, le=10, allow_inf_nan=False)] | None
    locked: bool = False
    reason: Reason = ""
    seen: Seen = None


class TrialIn(Body):
    """Marks to try out, by column, as one types them."""

    marks: Annotated[
        dict[Annotated[str, Field(max_length=40)], Annotated[str, Field(max_length=40)]], Field(max_length=500)
    ]


class SchemeIn(Body):
    """`missing` is the share that missing work counts as, null to leave it out. `letters` are [least percentage, letter]."""

    method: Way = "points"
    drop_lowest: Drops = 0
    keep_best: Drops = 0
    missing: Annotated[Decimal, Field(ge=0, le=1, allow_inf_nan=False)] | None = None
    letters: Annotated[
        list[tuple[Annotated[Decimal, Field(allow_inf_nan=False)], Annotated[str, Field(max_length=20)]]],
        Field(max_length=30),
    ] = []
    version: Seen = None

    def scheme(self) -> Scheme:
        return Scheme(**self.model_dump(exclude={"version"}))


class CategoryIn(Body):
    name: Annotated[str, Field(min_length=1, max_length=80, pattern=NO_NUL)]
    parent_id: UUID | None = None
    method: Way = "points"
    weight: Points = Decimal(1)
    extra: bool = False
    drop_lowest: Drops = 0
    keep_best: Drops = 0

    def values(self) -> CategoryValues:
        return CategoryValues(**self.model_dump())


class ColumnIn(Body):
    title: Annotated[str, Field(min_length=1, max_length=160, pattern=NO_NUL)]
    points_max: Points
    category_id: UUID | None = None


class ColumnChanges(Body):
    """`title`, `points_max` and `hidden` are of columns made by hand alone; null leaves them."""

    category_id: UUID | None = None
    weight: Points = Decimal(1)
    extra: bool = False
    never_drop: bool = False
    pass_points: Points | None = None
    title: Annotated[str, Field(min_length=1, max_length=160, pattern=NO_NUL)] | None = None
    points_max: Points | None = None
    hidden: bool | None = None

    def values(self) -> ColumnValues:
        return ColumnValues(**self.model_dump())


class StepIn(Body):
    step: Literal[-1, 1]


# ---- Reading


@book.get("/gradebook", response_model=Table)
@member(Can.GRADE)
async def table(
    slug: str,
    caller: Caller,
    paging: Paging,
    search: Words = "",
    group: Words = "",
    only: Literal["", "to_grade", "missing", "late"] = "",
    sort: Annotated[str, Query(max_length=40, description="name, total, or the id of a column")] = "name",
    descending: bool = False,
) -> Response:
    """A window of the gradebook with every column."""
    return await told_apart(
        caller,
        service.table,
        slug=slug,
        search=search,
        group=group,
        only=only,
        sort=sort,
        descending=descending,
        limit=paging.limit,
        offset=paging.offset,
    )


@book.get("/gradebook/tallies")
@member(Can.GRADE)
async def tallies(slug: str, caller: Caller) -> Tallies:
    """How many cells wait for a mark, are missing, or came late."""
    return await ask(caller, service.tallies, slug=slug)


@book.get("/gradebook/totals/{user_id}")
@member(Can.GRADE)
async def explain(slug: str, user_id: UUID, caller: Caller) -> Explained:
    """A learner's totals with the whole way there: every category, mark and answer, and what each adds."""
    return await ask(caller, service.explain, slug=slug, user_id=user_id)


@book.get("/grades")
@member(Can.SEE)
async def my_grades(slug: str, caller: Caller) -> Explained:
    """One's own totals with the whole way there."""
    return await ask(caller, service.my_grades, slug=slug)


@book.post("/grades/what-if")
@member(Can.SEE)
async def what_if(slug: str, body: TrialIn, caller: Caller) -> Explained:
    """One's own totals with other marks. Nothing is kept."""
    return await ask(caller, service.what_if, slug=slug, marks=body.marks)


@items.get("/grade-items/{grade_item_id}/figures")
@member(Can.GRADE)
async def column(grade_item_id: UUID, caller: Caller) -> ColumnDetail:
    """A column in figures: mean, median, spread, and a histogram."""
    return await ask(caller, service.column, item_id=grade_item_id)


# ---- Marks and totals


@items.get("/grade-items/{grade_item_id}/marks/{user_id}")
@member(Can.GRADE)
async def read_mark(grade_item_id: UUID, user_id: UUID, caller: Caller) -> CellDetail:
    """One mark with its history."""
    return await ask(caller, service.read_mark, item_id=grade_item_id, user_id=user_id)


@items.put("/grade-items/{grade_item_id}/marks/{user_id}")
@member(Can.GRADE)
async def write_mark(grade_item_id: UUID, user_id: UUID, body: MarkIn, caller: Caller) -> TableRow:
    """Set a mark, its status and its lock; the answer is the student's row with its new totals."""
    return await perform(caller, service.write_mark, item_id=grade_item_id, user_id=user_id, **dict(body))


@items.post("/grade-items/{grade_item_id}/marks/{user_id}/undo")
@member(Can.GRADE)
async def undo_mark(grade_item_id: UUID, user_id: UUID, body: UndoIn, caller: Caller) -> TableRow:
    """Take back the newest change of a mark, `seq` of its history."""
    return await perform(caller, service.undo_mark, item_id=grade_item_id, user_id=user_id, seq=body.seq)


@items.post("/grade-items/{grade_item_id}/fill")
@member(Can.GRADE)
async def fill_column(grade_item_id: UUID, body: FillIn, caller: Caller) -> int:
    """Give everybody without a mark this one; the answer is how many they were."""
    return await perform(caller, service.fill_column, item_id=grade_item_id, text=body.text)


@book.put("/gradebook/totals/{user_id}")
@member(Can.MANAGE)
async def put_total(slug: str, user_id: UUID, body: TotalIn, caller: Caller) -> TableRow:
    """Set a learner's total by hand, or lift what was set."""
    return await perform(caller, service.put_total, slug=slug, user_id=user_id, **dict(body))


# ---- How totals are made


@book.get("/gradebook/setup")
@member(Can.MANAGE)
async def setup(slug: str, caller: Caller) -> Setup:
    """Method, missing work, letters, categories and columns."""
    return await ask(caller, service.setup, slug=slug)


@book.put("/gradebook/setup")
@member(Can.MANAGE)
async def save_scheme(slug: str, body: SchemeIn, caller: Caller) -> Setup:
    """How the course total is made."""
    return await perform(caller, service.save_scheme, slug=slug, scheme=body.scheme(), version=body.version)


@book.post("/gradebook/categories", status_code=201)
@member(Can.MANAGE)
async def add_category(slug: str, body: CategoryIn, caller: Caller) -> Setup:
    """A new category; inside another one, there is no third level."""
    return await perform(caller, service.add_category, slug=slug, values=body.values())


@items.put("/grade-categories/{grade_category_id}")
@member(Can.MANAGE)
async def save_category(grade_category_id: UUID, body: CategoryIn, caller: Caller) -> Setup:
    return await perform(caller, service.save_category, category_id=grade_category_id, values=body.values())


@items.delete("/grade-categories/{grade_category_id}")
@member(Can.MANAGE)
async def remove_category(grade_category_id: UUID, caller: Caller) -> Setup:
    """Take a category away; what is in it goes to the one above."""
    return await perform(caller, service.remove_category, category_id=grade_category_id)


@book.post("/gradebook/columns", status_code=201)
@member(Can.MANAGE)
async def add_column(slug: str, body: ColumnIn, caller: Caller) -> Setup:
    """A column for marks that nobody hands anything in for."""
    return await perform(caller, service.add_column, slug=slug, **dict(body))


@items.put("/grade-items/{grade_item_id}")
@member(Can.MANAGE)
async def save_column(grade_item_id: UUID, body: ColumnChanges, caller: Caller) -> Setup:
    """How a column counts."""
    return await perform(caller, service.save_column, item_id=grade_item_id, values=body.values())


@items.post("/grade-items/{grade_item_id}/move")
@member(Can.MANAGE)
async def move_column(grade_item_id: UUID, body: StepIn, caller: Caller) -> Setup:
    """Move a column one place on, or back."""
    return await perform(caller, service.move_column, item_id=grade_item_id, step=body.step)


@items.delete("/grade-items/{grade_item_id}")
@member(Can.MANAGE)
async def remove_column(grade_item_id: UUID, caller: Caller) -> Setup:
    """Take away a column made by hand; its marks are kept."""
    return await perform(caller, service.remove_column, item_id=grade_item_id)


@items.post("/grade-items/{grade_item_id}/restore")
@member(Can.MANAGE)
async def restore_column(grade_item_id: UUID, caller: Caller) -> Setup:
    """Bring a removed column back, with its marks."""
    return await perform(caller, service.restore_column, item_id=grade_item_id)


# ---- Sheets


@book.get("/gradebook.csv", response_class=Response, responses=_CSV)
@member(Can.GRADE)
async def export_csv(slug: str, caller: Caller) -> Response:
    """The whole gradebook as CSV."""
    return await _csv(slug, caller)


@book.get("/gradebook.xlsx", response_class=Response, responses=_XLSX)
@member(Can.GRADE)
async def export_xlsx(slug: str, caller: Caller) -> Response:
    """The whole gradebook as an Excel file."""
    return await _xlsx(slug, caller)


@book.post("/gradebook/import/preview", openapi_extra=_SENT)
@member(Can.GRADE)
async def check_sheet(slug: str, request: Request, caller: Caller) -> Preview:
    """What a sheet would change. Send an export with other marks in it, as CSV or XLSX."""
    return await ask_apart(caller, service.check_sheet, slug=slug, content=await body_of(request, SHEET_MAX))


@book.post("/gradebook/import", openapi_extra=_SENT)
@member(Can.GRADE)
async def import_sheet(
    slug: str, request: Request, caller: Caller, digest: Annotated[str, Query(min_length=64, max_length=64)]
) -> int:
    """Make the changes of a preview, all or none: send the same sheet and the `digest`. The answer is how many they are."""
    preview = await ask_apart(caller, service.check_sheet, slug=slug, content=await body_of(request, SHEET_MAX))
    if preview.digest != digest:
        raise Conflict("Marks or the sheet changed since the preview. Look at a new one.")
    return await perform(caller, service.import_sheet, slug=slug, changes=preview.changes)


@pages.get(routes.GRADEBOOK_SHEET.format(slug="{slug}", kind="csv"))
@member(Can.GRADE)
async def download_csv(slug: str, caller: Caller) -> Response:
    """What the page's Export menu downloads."""
    return await _csv(slug, caller)


@pages.get(routes.GRADEBOOK_SHEET.format(slug="{slug}", kind="xlsx"))
@member(Can.GRADE)
async def download_xlsx(slug: str, caller: Caller) -> Response:
    return await _xlsx(slug, caller)


@pages.post(routes.GRADEBOOK_TEXT)
@member(Can.GRADE)
async def read_sheet(slug: str, request: Request, caller: Caller) -> Response:
    """A chosen file as text, which the page shows."""
    text = await ask_apart(caller, service.sheet_text, slug=slug, content=await body_of(request, SHEET_MAX))
    return Response(text, headers={"Cache-Control": "no-store"}, media_type="text/plain")


async def _csv(slug: str, actor: Actor) -> Response:
    text = await ask_apart(actor, service.csv_sheet, slug=slug)
    await perform(noting(actor), service.note_export, slug=slug, format="csv")
    return _download(text, slug, "csv", "text/csv")


async def _xlsx(slug: str, actor: Actor) -> Response:
    content = await ask_apart(actor, service.xlsx_sheet, slug=slug)
    await perform(noting(actor), service.note_export, slug=slug, format="xlsx")
    return _download(content, slug, "xlsx", sheet.XLSX)


def _download(content: str | bytes, slug: str, ending: str, media_type: str) -> Response:
    named = {"Content-Disposition": attachment(f"{slug}-gradebook.{ending}"), "Cache-Control": "private, no-store"}
    return Response(content, headers=named, media_type=media_type)
