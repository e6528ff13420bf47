"""How a course makes its totals, as the page of it draws and types it."""

from dataclasses import dataclass

from lms_app.core.typed import number
from lms_app.gradebook.rules import SCALES, letters
from lms_app.gradebook.views import CategoryView, ColumnView, Setup
from lms_app.web.views import Choice

OWN = "own"


@dataclass(frozen=True, slots=True)
class SetupLine:
    """A category or a column in the order of the gradebook, `depth` levels down."""

    id: str
    kind: str  # category, column or item (of a part of the course)
    title: str
    depth: int
    method: str
    weight: str
    weighs: bool  # whether its weight counts, by the method above
    out_of: str
    notes: list[str]
    url: str


@dataclass(frozen=True, slots=True)
class SetupForm:
    slug: str
    course: str
    texts: dict[str, str]
    lines: list[SetupLine]
    choices: list[Choice]  # of categories, the lower ones with the upper one's name
    tops: list[Choice]


def form(setup: Setup) -> SetupForm:
    names = {one.id: one.name for one in setup.categories}
    above = {one.id: one.parent_id for one in setup.categories}
    return SetupForm(
        slug=setup.slug,
        course=setup.course,
        texts={
            "course_method": setup.method,
            "course_drop_lowest": str(setup.drop_lowest or ""),
            "course_keep_best": str(setup.keep_best or ""),
            "missing": "" if setup.missing is None else number(setup.missing * 100),
            "scale": _scale_of(setup),
            "letters": letters.written(setup.letters),
            "version": str(setup.version),
        },
        lines=_lines(setup, "", 0, setup.method),
        choices=[
            Choice(one.id, f"{names[above[one.id]]} › {one.name}" if above[one.id] else one.name)
            for one in setup.categories
        ],
        tops=[Choice(one.id, one.name) for one in setup.categories if not one.parent_id],
    )


def _scale_of(setup: Setup) -> str:
    known = (name for name, scale in SCALES.items() if list(scale) == setup.letters)
    return next(known, OWN if setup.letters else "")


def _lines(setup: Setup, parent: str, depth: int, method: str) -> list[SetupLine]:
    """As the table has them: first what stands in a category itself, then the categories in it."""
    found = [_column(one, depth, method) for one in setup.columns if one.category_id == parent]
    for one in setup.categories:
        if one.parent_id == parent:
            found += [_category(one, depth, method), *_lines(setup, one.id, depth + 1, one.method)]
    return found


def _category(one: CategoryView, depth: int, method: str) -> SetupLine:
    drops = (
        f"drops {one.drop_lowest}" if one.drop_lowest else f"keeps the best {one.keep_best}" if one.keep_best else ""
    )
    extra = "extra credit" if one.extra else ""
    notes = [note for note in (drops, extra) if note]
    return SetupLine(
        one.id, "category", one.name, depth, one.method, number(one.weight), method == "weighted", "", notes, ""
    )


def _column(one: ColumnView, depth: int, method: str) -> SetupLine:
    notes = [
        note
        for note in (
            "extra credit" if one.extra else "",
            "never dropped" if one.never_drop else "",
            f"passed from {number(one.pass_points)}" if one.pass_points is not None else "",
            "hidden" if one.hidden else "",
        )
        if note
    ]
    return SetupLine(
        id=one.id,
        kind="column" if one.by_hand else "item",
        title=one.title,
        depth=depth,
        method="",
        weight=number(one.weight),
        weighs=method == "weighted",
        out_of=number(one.points_max),
        notes=notes,
        url=one.url,
    )


def category_values(one: CategoryView) -> dict[str, str]:
    return {
        "id": one.id,
        "kind": "category",
        "name": one.name,
        "parent": one.parent_id,
        "method": one.method,
        "weight": number(one.weight),
        "extra": "on" if one.extra else "",
        "drop_lowest": str(one.drop_lowest or ""),
        "keep_best": str(one.keep_best or ""),
    }


def column_values(one: ColumnView) -> dict[str, str]:
    return {
        "id": one.id,
        "kind": "column" if one.by_hand else "item",
        "title": one.title,
        "points_max": number(one.points_max),
        "parent": one.category_id,
        "weight": number(one.weight),
        "extra": "on" if one.extra else "",
        "never_drop": "on" if one.never_drop else "",
        "pass_points": "" if one.pass_points is None else number(one.pass_points),
        "hidden": "on" if one.hidden else "",
    }
