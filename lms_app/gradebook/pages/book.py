"""The gradebook of a course: every mark of every student, edited in its cell."""

from typing import Any

import reflex as rx

from lms_app.gradebook.pages.book_dialogs import COLUMN, cell_dialog, column_dialog, total_dialog
from lms_app.gradebook.state.book import GradebookState
from lms_app.policy import Can
from lms_app.web import kit, routes
from lms_app.web.guard import member
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = GradebookState
BOOK = S.book[0]


def _cell_args(user: rx.Var[str], column: rx.Var[str]) -> tuple[rx.Var[str], rx.Var[str]]:
    return (user, column)


def _write_args(
    user: rx.Var[str], column: rx.Var[str], text: rx.Var[str]
) -> tuple[rx.Var[str], rx.Var[str], rx.Var[str]]:
    return (user, column, text)


def _user_arg(user: rx.Var[str]) -> tuple[rx.Var[str]]:
    return (user,)


class GradeGrid(rx.Component):
    """Edits the cells of the table in place (`assets/gradebook.js`). Draws nothing."""

    library = "$/public/gradebook.js"
    tag = "GradeGrid"

    said: rx.Var[dict[str, str]]

    on_write: rx.EventHandler[_write_args]
    on_inspect: rx.EventHandler[_cell_args]
    on_total: rx.EventHandler[_user_arg]


def view() -> rx.Component:
    return kit.page_shell(
        "Teaching", kit.page_states(S, rx.cond(S.book.length() > 0, _body()), _skeleton(), "the gradebook"), wide=True
    )


def _skeleton() -> rx.Component:
    return rx.fragment(kit.skel("280px", "32px", class_name="mb-8"), kit.skel("100%", "420px"))


def _body() -> rx.Component:
    return rx.fragment(
        kit.page_head(
            t("Gradebook"),
            rx.fragment(
                BOOK.course,
                " · ",
                rx.cond(BOOK.students == 1, t("1 student"), t("{n} students", n=BOOK.students)),
            ),
            _actions(),
            crumb=(BOOK.course, routes.teach_course(BOOK.slug)),
        ),
        rx.cond(BOOK.columns.length() > 0, _book(), _nothing()),
        cell_dialog(),
        total_dialog(),
        column_dialog(),
    )


def _actions() -> rx.Component:
    sheets = kit.menu(
        t("Export"),
        "export",
        (t("CSV"), {"href": routes.gradebook_sheet(BOOK.slug, "csv"), "raw": True}),
        (t("Excel (XLSX)"), {"href": routes.gradebook_sheet(BOOK.slug, "xlsx"), "raw": True}),
        ic="download",
        kind="secondary",
        size=None,
        icon_only=False,
    )
    return rx.fragment(
        rx.cond(BOOK.manages, kit.btn(t("Categories and letters"), "quiet", "sliders-horizontal", href=_setup())),
        kit.btn(t("Import"), "quiet", "file-up", href=routes.gradebook_import(BOOK.slug)),
        sheets,
    )


def _setup() -> Any:
    return routes.gradebook_setup(BOOK.slug)


def _nothing() -> rx.Component:
    return kit.card(
        kit.empty(
            "table-2",
            t("No graded work yet"),
            t("Every quiz of the course has a column here. A column for anything else is made by hand."),
            kit.btn(t("Build the course"), href=routes.course_build(BOOK.slug)),
            rx.cond(BOOK.manages, kit.btn(t("Make a column"), "primary", href=_setup())),
            level=2,
        )
    )


def _book() -> rx.Component:
    return rx.fragment(
        _filters(),
        _said(),
        GradeGrid.create(said=S.said, on_write=S.write, on_inspect=S.inspect, on_total=S.show_total),
        rx.cond(BOOK.rows.length() > 0, _table(), _nobody()),
        _pager(),
        el.p(
            t("Arrow keys move between cells. Enter or a digit edits, H shows history and status. Esc cancels."),
            class_name="t-small t-2 mt-3 hidden md:block",
        ),
    )


def _filters() -> rx.Component:
    groups = el.select(
        el.option(t("All groups"), value=""),
        rx.foreach(BOOK.groups, lambda one: el.option(one.label, value=one.value)),
        aria_label=t("Group"),
        class_name="k-input w-auto! min-w-[150px] max-w-[240px]",
        value=S.filters["group"],
        on_change=lambda chosen: S.choose("group", chosen),
    )

    def only(label: str, name: str) -> rx.Component:
        count = rx.cond(S.tallies.contains(name), f" {S.tallies[name]}", "")
        return kit.toggle(rx.fragment(label, count), S.filters["only"] == name, on_click=S.choose("only", name))

    return el.form(
        kit.search_input(
            t("Find a student"),
            t("Find a student"),
            name="search",
            default_value=S.filters["search"],
            key=S.filters["search"],
            max_length=200,
            class_name="w-full sm:w-[240px]",
        ),
        rx.cond(BOOK.groups.length() > 0, groups),
        el.div(
            only(t("To grade"), "to_grade"),
            only(t("Missing"), "missing"),
            only(t("Late"), "late"),
            role="group",
            aria_label=t("Show only"),
            class_name="flex flex-wrap gap-2",
        ),
        el.span(t("Totals count marked work only"), class_name="t-small t-2 ms-auto hidden xl:block"),
        role="search",
        class_name="flex flex-wrap items-center gap-3 mb-4",
        on_submit=lambda data: S.find(data.to(dict[str, str])["search"]),
    )


def _said() -> rx.Component:
    """What the last change came to, with its undo; what was refused says so at its cell."""
    undo = kit.btn(t("Undo"), "quiet", "undo-2", size="sm", on_click=S.undo, data_undo="true")
    return el.div(
        rx.cond(
            S.said.contains("text"),
            el.div(
                kit.icon("check"),
                el.span(S.said["text"]),
                rx.cond(S.said["undo"] == "yes", undo),
                class_name="k-gb-said",
            ),
        ),
        role="status",
    )


def _nobody() -> rx.Component:
    filtered = (S.filters["search"] != "") | (S.filters["group"] != "") | (S.filters["only"] != "")
    return kit.card(
        rx.cond(
            filtered,
            kit.empty(
                "users",
                t("No student matches"),
                t("Try fewer letters, or take a filter off."),
                kit.btn(t("Clear search and filters"), href=routes.gradebook(BOOK.slug)),
                level=2,
            ),
            kit.empty(
                "users",
                t("No students yet"),
                t("They appear here once they have joined the course."),
                kit.btn(t("People of the course"), href=routes.course_people(BOOK.slug)),
                level=2,
            ),
        )
    )


# ---- The table


def _table() -> rx.Component:
    return el.div(
        el.table(
            el.caption(t("Marks by student and column"), class_name="k-sr"),
            el.thead(
                el.tr(
                    _head(t("Student"), "name", BOOK.name_sorted),
                    rx.foreach(BOOK.columns, _column),
                    _head(
                        t("Course total"),
                        "total",
                        BOOK.total_sorted,
                        el.div(t("so far"), class_name="t-cap t-3 font-normal"),
                        num=True,
                    ),
                    role="row",
                ),
                role="rowgroup",
            ),
            el.tbody(rx.foreach(BOOK.rows, _row), role="rowgroup"),
            role="table",
            class_name="k-table",
        ),
        class_name="k-tw k-gb",
        tab_index=0,
        role="region",
        aria_label=t("Gradebook"),
    )


def _head(label: str, name: Any, sorted: Any, *below: Any, num: bool = False) -> rx.Component:
    return el.th(
        _sort(label, name, sorted),
        *below,
        scope="col",
        role="columnheader",
        aria_sort=rx.cond(sorted != "", sorted, "none"),
        class_name="n" if num else "",
    )


def _sort(label: Any, name: Any, sorted: Any) -> rx.Component:
    arrows = rx.match(
        sorted,
        ("ascending", kit.icon("arrow-up")),
        ("descending", kit.icon("arrow-down")),
        kit.icon("chevrons-up-down"),
    )
    return el.button(label, arrows, type="button", class_name="k-sort", on_click=S.sort_by(name))


def _column(one: Any) -> rx.Component:
    return el.th(
        el.div(
            _sort(el.span(one.title, class_name="k-gb-title", title=one.title), one.id, one.sorted),
            kit.btn(
                t("About {title}", title=one.title),
                "quiet",
                "chart-column",
                size="sm",
                icon_only=True,
                on_click=S.show_column(one.id),
                **kit.opens(COLUMN),
            ),
            class_name="flex items-center justify-end gap-1",
        ),
        el.div(
            t("out of {n}", n=one.out_of),
            rx.cond(one.hidden, el.span(" · ", t("hidden"))),
            class_name="t-cap t-3 font-normal pe-9",
        ),
        scope="col",
        role="columnheader",
        aria_sort=rx.cond(one.sorted != "", one.sorted, "none"),
        class_name="n",
    )


def _row(row: Any, number: Any) -> rx.Component:
    beside = rx.match(
        row.beside,
        ("locked", el.span(kit.icon("lock", 14), kit.sr(t("Locked.")))),
        ("set", kit.sr(t("Set by hand."))),
        rx.fragment(),
    )
    total = el.button(
        beside,
        rx.cond(row.letter != "", el.span(row.letter, class_name="t-small t-2")),
        row.total,
        type="button",
        class_name="k-cell",
        tab_index=-1,
        custom_attrs={"data-column": "total"},
    )
    return el.tr(
        el.th(row.name, scope="row", role="rowheader"),
        rx.foreach(row.cells, lambda cell, at: _cell(cell, at, number)),
        el.td(total, role="cell", class_name=rx.cond(row.beside != "", "is-total is-set", "is-total")),
        role="row",
        key=row.id,
        custom_attrs={"data-user": row.id},
    )


def _cell(cell: Any, at: Any, number: Any) -> rx.Component:
    parts = cell.split("|")
    state, points, beside = parts[0], parts[1], parts[2]
    words = rx.match(
        state,
        ("late", t("Late")),
        ("missing", t("Missing")),
        ("to_grade", t("To grade")),
        ("excused", t("Excused")),
        ("exempt", t("Exempt")),
        "",
    )
    button = el.button(
        rx.cond(words != "", el.span(words, class_name="k-gb-state")),
        rx.cond(
            points != "",
            points,
            rx.cond((state == "") | (state == "not_due"), rx.fragment("–", kit.sr(t("No mark")))),
        ),
        rx.match(
            beside,
            ("locked", el.span(kit.icon("lock", 14), kit.sr(t("Locked.")))),
            ("set", kit.sr(t("Set by hand."))),
            rx.fragment(),
        ),
        type="button",
        class_name="k-cell",
        tab_index=rx.cond((number == 0) & (at == 0), 0, -1),
        custom_attrs={
            "data-column": BOOK.columns[at].id,
            "data-value": rx.cond((state == "excused") | (state == "exempt"), (points + " " + state).to(str), points),
            "data-label": BOOK.columns[at].title,
        },
    )
    return el.td(button, role="cell", class_name=f"is-{state} has-{beside}")


def _pager() -> rx.Component:
    way = S.pages
    return el.nav(
        kit.result_count(way["shown"]),
        el.div(
            rx.cond(
                way["previous"] != "", kit.btn(t("Previous"), "quiet", "arrow-left", size="sm", href=way["previous"])
            ),
            rx.cond(way["next"] != "", kit.btn(t("Next"), "quiet", ic_end="arrow-right", size="sm", href=way["next"])),
            class_name="flex gap-2",
        ),
        aria_label=t("Pages"),
        class_name="flex flex-wrap items-center justify-between gap-3 mt-3 min-h-10",
    )


PAGE = Page(
    routes.GRADEBOOK,
    view,
    S.open,
    rx.cond(S.loaded, t("Gradebook: {course}", course=BOOK.course), t("Gradebook")),
    member(Can.GRADE),
)
