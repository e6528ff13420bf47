"""Tables: a hidden caption, scopes, sort buttons, numbers to the right, and a box of their own to scroll in."""

from collections.abc import Sequence
from typing import Any

import reflex as rx

from lms_app.web.kit.basics import Text, el, icon, names, sr, when
from lms_app.web.words import t


def col(
    label: Text, *, num: bool = False, hidden: bool = False, sorted: Any = None, on_sort: Any = None, **p: Any
) -> rx.Component:
    """A column's head. `sorted` is "", ascending or descending (a var in a live table), `on_sort` what its button does."""
    p["class_name"] = names(num and "n", p.get("class_name"))
    if on_sort is None:
        return el.th(sr(label) if hidden else label, scope="col", role="columnheader", **p)
    is_var = isinstance(sorted, rx.Var)
    arrows = (
        rx.match(
            sorted,
            ("ascending", icon("arrow-up")),
            ("descending", icon("arrow-down")),
            icon("chevrons-up-down"),
        )
        if is_var
        else icon({"ascending": "arrow-up", "descending": "arrow-down"}.get(sorted, "chevrons-up-down"))
    )
    mark = rx.cond(sorted != "", sorted, "none") if is_var else sorted or "none"
    button = el.button(label, arrows, type="button", class_name="k-sort", on_click=on_sort)
    return el.th(button, scope="col", role="columnheader", aria_sort=mark, **p)


def tr(*cells: Any, **p: Any) -> rx.Component:
    return el.tr(*cells, role="row", **p)


def row_head(*c: Any, **p: Any) -> rx.Component:
    """The first cell of a row: what the row is about."""
    return el.th(*c, scope="row", role="rowheader", **p)


def td(*c: Any, num: bool = False, label: Text = "", **p: Any) -> rx.Component:
    """A cell. `label` repeats the column's words where the table turns into cards."""
    if label:
        p["data_label"] = label
    return el.td(*c, role="cell", class_name=names(num and "n", p.pop("class_name", "")), **p)


def data_table(
    caption: Text, columns: Sequence[Any], *body: Any, cards: bool = False, class_name: str = "", **p: Any
) -> rx.Component:
    """A table. Columns are texts or `col(…)`; the body is `tr`s or one `rx.foreach` of them.

    `cards` turns rows into cards on a phone: for four columns or fewer, with a `label` on every `td`.
    The roles are written out because a table whose display changes stops being one for some screen readers.
    """
    head = [col(c) if isinstance(c, str) else c for c in columns]
    return el.div(
        el.table(
            el.caption(caption, class_name="k-sr"),
            el.thead(el.tr(*head, role="row"), role="rowgroup"),
            el.tbody(*body, role="rowgroup"),
            role="table",
            class_name=names("k-table", cards and "k-table--cards"),
        ),
        class_name=names("k-tw", class_name),
        tab_index=0,
        role="region",
        aria_label=caption,
        **p,
    )


def show_more(label: Text, on_click: Any, more: Any = True) -> rx.Component:
    """The button under a list that has more: "Show 24 more"."""
    return when(
        more,
        el.div(
            el.button(label, type="button", class_name="k-btn k-btn--secondary", on_click=on_click),
            class_name="flex justify-center mt-8",
        ),
    )


def result_count(text: Text, **p: Any) -> rx.Component:
    """How many were found, said again whenever it changes."""
    return el.span(text, role="status", class_name=names("t-small t-2", p.pop("class_name", "")), **p)


def removable(text: Text, on_remove: Any) -> rx.Component:
    """A filter that is on, and its button to take it off."""
    return el.button(
        text,
        icon("x"),
        sr(t("Remove filter")),
        type="button",
        class_name="k-chip k-chip--off",
        on_click=on_remove,
    )


def figure_chart(
    title: Text, sub: Text, chart: rx.Component, columns: Sequence[Any], *body: Any, id: Text, action: Any = None
) -> rx.Component:
    """A chart with its numbers beside it: the drawing is for the eye alone, the table says the same.

    `action` stands beside its name: a button that takes the numbers away.
    """
    words = (el.h2(title, class_name="t-h3", custom_attrs={"id": id}), el.p(sub, class_name="t-small t-2"))
    return el.figure(
        el.figcaption(*words)
        if action is None
        else el.figcaption(
            el.div(*words, class_name="min-w-0"), action, class_name="flex items-start justify-between gap-4"
        ),
        el.div(chart, aria_hidden="true", class_name="mt-4"),
        el.details(
            el.summary(t("Show as table"), class_name="k-link t-small k-summary"),
            data_table(title, columns, *body, class_name="mt-2"),
        ),
        class_name="k-card k-card--pad",
        aria_labelledby=id,
    )


def line_chart(plot: Any, *series: Text, names: Any = None) -> rx.Component:
    """Curves of a `charts.Plot` under the names of their series, at most three. The first is filled.

    `names` is a var of things with a `label`, where it is known only later which series there are.
    """

    def key(number: Any, name: Text) -> rx.Component:
        return el.span(el.span(class_name=f"k-plot-key k-plot-key--{number}"), name)

    keys = [key(number, name) for number, name in enumerate(series, 1)]
    if names is not None:
        keys = [rx.foreach(names, lambda one, index: key(index + 1, one.label))]
    return el.div(
        el.div(*keys, class_name="k-plot-keys"),
        el.div(
            rx.foreach(plot.up, lambda mark: el.span(mark.text, class_name="k-plot-y", **_at("top", mark.at))),
            el.svg(
                rx.foreach(
                    plot.up,
                    lambda mark: el.line(
                        x1="0", x2="100", custom_attrs={"y1": mark.at, "y2": mark.at}, class_name="k-plot-grid"
                    ),
                ),
                rx.foreach(plot.curves, _curve),
                view_box="0 0 100 100",
                custom_attrs={"preserveAspectRatio": "none"},
                class_name="k-plot-svg",
            ),
            rx.foreach(
                plot.across,
                lambda mark: el.span(mark.text, class_name="k-plot-x", **_at("insetInlineStart", mark.at)),
            ),
            class_name="k-plot",
        ),
    )


def _at(side: str, hundredths: Any) -> dict[str, Any]:
    return {"custom_attrs": {"style": rx.Var.create({side: f"{hundredths}%"})}}


def _curve(curve: Any, index: Any) -> rx.Component:
    return el.g(
        el.path(d=curve.area, class_name="k-plot-area"),
        el.path(d=curve.line, class_name="k-plot-line"),
        class_name=f"k-plot-curve k-plot-curve--{index + 1}",
    )


def bar_chart(*bars: Any) -> rx.Component:
    """Lying bars with their numbers beside them. Pass `bar_of`s, or one `rx.foreach` of them."""
    return el.div(*bars, class_name="k-bars")


def bar_of(label: Text, pct: Any, said: Any = None) -> rx.Component:
    """`said` is the number beside the bar, where it is not the percentage itself."""
    return el.div(
        el.span(label, class_name="k-bars-name"),
        el.span(
            el.span(class_name="k-bars-bar", **_at("inlineSize", pct)),
            el.span(pct if said is None else said, class_name="k-bars-n"),
            class_name="k-bars-box",
        ),
        class_name="k-bars-row",
    )
