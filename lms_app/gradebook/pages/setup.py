"""How a course makes its totals: method, missing work, letters, categories and columns."""

from typing import Any

import reflex as rx

from lms_app.gradebook.state.book import GradebookState
from lms_app.gradebook.views_setup import OWN
from lms_app.policy import Can
from lms_app.web import kit, routes
from lms_app.web.guard import member
from lms_app.web.kit import el, typed
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = GradebookState
FORM = S.setup[0]
LINE, REMOVE = "line", "remove-line"
METHODS = (
    ("points", t("Points: everything earned out of everything possible")),
    ("weighted", t("Weights: each part has a weight")),
    ("simple", t("Simple weighted: points are the weights, categories count whole")),
)
SHORT = (("points", t("By points")), ("weighted", t("By weights")), ("simple", t("Simple weighted")))
SCALES = (
    ("", t("No letters")),
    ("letters", t("A from 94%, D− from 61%")),
    ("letters-60", t("A from 93%, D from 60%")),
    (OWN, t("A scale of my own")),
)


def view() -> rx.Component:
    return kit.page_shell(
        "Teaching", kit.page_states(S, rx.cond(S.setup.length() > 0, _body()), kit.skel_rows(6), "the gradebook")
    )


def _body() -> rx.Component:
    return rx.fragment(
        kit.page_head(
            t("Categories and letters"),
            FORM.course,
            kit.btn(t("New category"), "secondary", "folder-plus", on_click=S.edit("category", ""), **kit.opens(LINE)),
            kit.btn(t("New column"), "secondary", "plus", on_click=S.edit("column", ""), **kit.opens(LINE)),
            crumb=(t("Gradebook"), routes.gradebook(FORM.slug)),
        ),
        _said(),
        el.div(
            el.div(_lines(), class_name="min-w-0"),
            el.aside(_scheme(), aria_label=t("The course total"), class_name="min-w-0"),
            class_name="grid xl:grid-cols-[minmax(0,1fr)_360px] gap-8 items-start",
        ),
        _dialog(),
    )


def _said() -> rx.Component:
    undo = kit.btn(t("Bring back"), "quiet", "undo-2", size="sm", on_click=S.restore_line)
    return el.div(
        rx.cond(
            S.said.contains("text"),
            el.div(
                kit.icon("check"),
                el.span(S.said["text"]),
                rx.cond(S.said["undo"] == "column", undo),
                class_name="k-gb-said",
            ),
        ),
        role="status",
    )


def _other() -> rx.Component:
    """What is wrong and has no field."""
    return el.div(
        rx.cond(S.wrong.contains(""), kit.note("danger", "circle-alert", el.p(S.wrong[""]))),
        role="alert",
        class_name="empty:hidden",
    )


# ---- What counts


def _lines() -> rx.Component:
    return kit.section(
        t("What counts"),
        rx.cond(
            FORM.lines.length() > 0,
            kit.data_table(
                t("Categories and columns"),
                [
                    t("Name"),
                    kit.col(t("Points"), num=True),
                    kit.col(t("Weight"), num=True),
                    kit.col(t("Action"), hidden=True),
                ],
                rx.foreach(FORM.lines, _line),
            ),
            kit.card(
                kit.empty(
                    "table-2",
                    t("Nothing counts yet"),
                    t("Every quiz of the course appears here. Columns for anything else are made by hand."),
                    level=3,
                )
            ),
        ),
        id="counts",
    )


def _line(one: Any) -> rx.Component:
    is_category = one.kind == "category"
    name = el.div(
        rx.cond(is_category, kit.icon("folder", 16), kit.icon("columns-2", 16)),
        el.div(
            el.span(one.title, class_name=rx.cond(is_category, "t-strong", "")),
            el.span(
                rx.cond(is_category, rx.match(one.method, *SHORT, ""), ""),
                rx.foreach(one.notes, lambda note: el.span(" · ", note)),
                class_name="t-small t-2 font-normal block",
            ),
            class_name="min-w-0",
        ),
        class_name=f"flex items-center gap-2 k-depth-{one.depth}",
    )
    step = rx.cond(
        is_category,
        rx.fragment(),
        rx.fragment(
            kit.btn(
                t("Move {title} up", title=one.title),
                "quiet",
                "arrow-up",
                size="sm",
                icon_only=True,
                on_click=S.step(one.id, -1),
            ),
            kit.btn(
                t("Move {title} down", title=one.title),
                "quiet",
                "arrow-down",
                size="sm",
                icon_only=True,
                on_click=S.step(one.id, 1),
            ),
        ),
    )
    change = kit.btn(
        rx.fragment(t("Change"), kit.sr(f" {one.title}")),
        "quiet",
        size="sm",
        on_click=S.edit(one.kind, one.id),
        **kit.opens(LINE),
    )
    return kit.tr(
        kit.row_head(name),
        kit.td(one.out_of, num=True),
        kit.td(rx.cond(one.weighs, one.weight, "–"), num=True),
        kit.td(el.div(step, change, class_name="flex justify-end"), num=True),
        key=one.id,
    )


# ---- The course total


def _scheme() -> rx.Component:
    values, wrong = FORM.texts, S.wrong
    return kit.section(
        t("The course total"),
        kit.card(
            el.form(
                rx.cond(S.editing.length() == 0, _other()),
                typed.choose(values, wrong, "course_method", t("How it is made"), METHODS),
                typed.number(values, wrong, "course_drop_lowest", t("Drop the lowest"), optional=True),
                typed.number(
                    values,
                    wrong,
                    "course_keep_best",
                    t("Keep the best"),
                    optional=True,
                    hint=t("Students keep whichever marks leave them with the most."),
                ),
                typed.percent(
                    values,
                    wrong,
                    "missing",
                    t("Missing work counts as"),
                    hint=t("0 counts it as nothing. Empty leaves it out until it is marked."),
                ),
                typed.choose(values, wrong, "scale", t("Letters"), SCALES),
                typed.lines(
                    values,
                    wrong,
                    "letters",
                    t("The scale of my own"),
                    hint=t("A line a letter, with the percentage that it begins at: 90 A. One begins at 0."),
                ),
                kit.btn(t("Save"), "primary", type="submit"),
                key=values["version"],
                on_submit=S.save_scheme,
                class_name="flex flex-col gap-5 items-stretch",
                custom_attrs={"noValidate": True},
            )
        ),
        id="scheme",
    )


# ---- One category, one column


def _dialog() -> rx.Component:
    values = S.editing
    is_category = values["kind"] == "category"
    title = rx.cond(
        is_category,
        rx.cond(typed.at(values, "id") != "", t("Change the category"), t("New category")),
        rx.cond(typed.at(values, "id") != "", t("Change the column"), t("New column")),
    )
    return kit.dialog(
        LINE,
        rx.cond(values.length() > 0, title, t("Saved")),
        rx.cond(
            values.length() > 0,
            el.form(
                _other(),
                rx.cond(is_category, _category(), _column()),
                el.div(
                    kit.btn(t("Close"), **kit.closes()),
                    rx.cond(
                        (typed.at(values, "id") != "") & (values["kind"] != "item"),
                        kit.btn(t("Remove"), "quiet", "trash-2", on_click=S.remove_line),
                    ),
                    kit.btn(t("Save"), "primary", type="submit"),
                    class_name="k-dlg-a",
                ),
                key=values["turn"],
                on_submit=S.save_line,
                class_name="flex flex-col gap-4 mt-3",
                custom_attrs={"noValidate": True},
            ),
            el.div(
                el.p(t("All totals follow at once."), class_name="t-2"),
                el.div(kit.btn(t("Close"), "primary", **kit.closes()), class_name="k-dlg-a"),
            ),
        ),
        light=False,
        filled=S.filled,
    )


def _category() -> rx.Component:
    values, wrong = S.editing, S.wrong
    return rx.fragment(
        typed.line(values, wrong, "name", t("Name"), max_length=80),
        _inside(FORM.tops),
        typed.choose(values, wrong, "method", t("How it is made"), METHODS),
        typed.number(values, wrong, "weight", t("Weight"), hint=t("Counts where the category stands among weights.")),
        typed.number(values, wrong, "drop_lowest", t("Drop the lowest"), optional=True),
        typed.number(values, wrong, "keep_best", t("Keep the best"), optional=True),
        typed.switch(values, "extra", t("Extra credit: adds, and is never missing")),
    )


def _column() -> rx.Component:
    values, wrong = S.editing, S.wrong
    by_hand = values["kind"] == "column"
    known = typed.at(values, "id") != ""
    return rx.fragment(
        rx.cond(
            by_hand,
            rx.fragment(
                typed.line(values, wrong, "title", t("Title"), max_length=160),
                typed.number(values, wrong, "points_max", t("Points")),
            ),
            el.p(values["title"], class_name="t-strong"),
        ),
        _inside(FORM.choices),
        rx.cond(
            known,
            rx.fragment(
                typed.number(
                    values, wrong, "weight", t("Weight"), hint=t("Counts where the column stands among weights.")
                ),
                typed.number(values, wrong, "pass_points", t("Passed from"), optional=True),
                typed.switch(values, "extra", t("Extra credit: adds, and is never missing")),
                typed.switch(values, "never_drop", t("Never dropped")),
                rx.cond(by_hand, typed.switch(values, "hidden", t("Hidden: students do not see its marks"))),
            ),
        ),
    )


def _inside(choices: Any) -> rx.Component:
    top = el.option(t("The course itself"), value="")
    return kit.field(
        t("Inside"),
        lambda **w: el.select(
            top,
            rx.foreach(choices, lambda one: el.option(one.label, value=one.value)),
            name="parent",
            default_value=typed.at(S.editing, "parent"),
            class_name="k-input",
            **w,
        ),
        id="parent",
        error=typed.at(S.wrong, "parent_id"),
    )


PAGE = Page(
    routes.GRADEBOOK_SETUP,
    view,
    S.open_setup,
    rx.cond(S.loaded, t("Categories and letters: {course}", course=FORM.course), t("Categories and letters")),
    member(Can.MANAGE),
)
