"""What opens over the gradebook: one mark, one student's total, one column in figures."""

from typing import Any

import reflex as rx

from lms_app.gradebook.pages.tree import tree
from lms_app.gradebook.state.book import GradebookState
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.words import t

S: Any = GradebookState
BOOK = S.book[0]
CELL, TOTAL, COLUMN = "cell", "total", "column"


# ---- One mark


def _problem() -> rx.Component:
    return el.div(
        rx.cond(S.said.contains("wrong"), kit.note("danger", "circle-alert", el.p(S.said["wrong"]))),
        role="alert",
        class_name="empty:hidden mb-3",
    )


def cell_dialog() -> rx.Component:
    return kit.dialog(
        CELL,
        rx.cond(S.cell.length() > 0, f"{S.cell[0].name} · {S.cell[0].title}", t("One mark")),
        rx.cond(S.cell.length() > 0, _mark(S.cell[0])),
        light=False,
        filled=S.filled,
    )


def _mark(one: Any) -> rx.Component:
    statuses = [
        ("", t("No status")),
        ("excused", t("Excused: need not be done")),
        ("missing", t("Missing: was not handed in")),
        ("exempt", t("Exempt: the mark does not count")),
    ]
    return rx.fragment(
        _problem(),
        el.form(
            kit.field(
                t("Points"),
                kit.text_input(name="points", default_value=one.points, max_length=40, input_mode="decimal"),
                id="cell-points",
                hint=rx.cond(
                    one.own != "",
                    t("Out of {n}. Set by hand: empty, it is {own} again.", n=one.out_of, own=one.own),
                    t("Out of {n}.", n=one.out_of),
                ),
            ),
            kit.field(t("Status"), kit.select(statuses, name="status", default_value=one.status), id="cell-status"),
            kit.field(
                t("Reason"),
                kit.text_input(name="reason", max_length=200, auto_complete="off"),
                id="cell-reason",
                hint=t("It stays in the history."),
                optional=True,
            ),
            kit.check(t("Lock this mark: it stays, whatever comes"), "locked", checked=one.locked),
            el.div(
                kit.btn(t("Close"), **kit.closes()),
                kit.btn(t("Save mark"), "primary", type="submit"),
                class_name="k-dlg-a",
            ),
            key=f"{one.item_id}{one.user_id}{one.seq}",
            on_submit=S.save_cell,
            class_name="flex flex-col gap-4 mt-3",
            custom_attrs={"noValidate": True},
        ),
        kit.when(one.url != "", el.p(kit.link(t("See what was handed in"), one.url), class_name="mt-3")),
        _history(
            one.history,
            kit.when(  # what a machine marked is not a change of anybody's
                one.history[0].by != "",
                kit.btn(t("Undo the last change"), "quiet", "undo-2", size="sm", on_click=S.undo_cell),
            ),
        ),
    )


def _history(lines: Any, *actions: Any) -> rx.Component:
    def line(one: Any) -> rx.Component:
        return el.li(
            el.span(one.what, class_name="t-num t-strong"),
            kit.when(one.reason != "", el.span(" · ", one.reason)),
            el.span(" · ", kit.when(one.by != "", el.span(one.by, " · ")), one.when, class_name="t-2"),
            class_name="t-small",
        )

    return kit.when(
        lines.length() > 0,
        el.section(
            el.h3(t("History"), class_name="t-h3 mb-2"),
            el.ol(rx.foreach(lines, line), class_name="flex flex-col gap-1"),
            *actions,
            class_name="mt-6 pt-5 k-rule",
        ),
    )


# ---- One total


def total_dialog() -> rx.Component:
    return kit.dialog(
        TOTAL,
        rx.cond(S.total.length() > 0, S.total[0].name, t("Course total")),
        rx.cond(S.total.length() > 0, _total(S.total[0])),
        actions=(kit.btn(t("Close"), **kit.closes()),),
        filled=S.filled,
    )


def _total(one: Any) -> rx.Component:
    return rx.fragment(
        el.dl(
            el.dt(t("So far")),
            el.dd(rx.cond(one.so_far != "", one.so_far, "–")),
            el.dt(t("If the rest is 0")),
            el.dd(one.in_the_end),
            kit.when(one.set_by_hand != "", rx.fragment(el.dt(t("Set by hand")), el.dd(one.set_by_hand))),
            class_name="k-dl mb-4",
        ),
        el.details(
            el.summary(t("How it is made, so far"), class_name="k-link t-small k-summary"),
            el.div(tree(one.trees[0]), class_name="mt-3"),
            open=True,
        ),
        el.details(
            el.summary(t("How it is made, if the rest is 0"), class_name="k-link t-small k-summary"),
            el.div(tree(one.trees[1]), class_name="mt-3"),
        ),
        rx.cond(BOOK.manages, _set_total(one)),
        _history(one.history),
    )


def _set_total(one: Any) -> rx.Component:
    return el.details(
        el.summary(t("Set the total by hand"), class_name="k-link t-small k-summary"),
        el.form(
            _problem(),
            kit.field(
                t("Total in percent"),
                kit.text_input(name="percent", default_value=one.set_by_hand, max_length=12, input_mode="decimal"),
                id="total-percent",
                hint=t("It stands in place of what the marks make, also for the certificate. Empty lifts it."),
            ),
            kit.field(
                t("Reason"),
                kit.text_input(name="reason", max_length=200, auto_complete="off"),
                id="total-reason",
                hint=t("The student sees it beside the total."),
            ),
            kit.check(t("Lock this total"), "locked", checked=one.locked),
            kit.btn(t("Save total"), "secondary", type="submit"),
            key=f"{one.user_id}{one.total_seq}",
            on_submit=S.save_total,
            class_name="flex flex-col gap-4 mt-3 items-start",
            custom_attrs={"noValidate": True},
        ),
    )


# ---- One column


def column_dialog() -> rx.Component:
    return kit.dialog(
        COLUMN,
        rx.cond(S.column.length() > 0, S.column[0].title, t("A column")),
        rx.cond(S.column.length() > 0, _figures(S.column[0])),
        actions=(kit.btn(t("Close"), **kit.closes()),),
        filled=S.filled,
    )


def _figures(one: Any) -> rx.Component:
    def bin(one: Any) -> rx.Component:
        return kit.tr(kit.row_head(one.label), kit.td(one.count, num=True))

    return rx.fragment(
        el.dl(
            el.dt(t("Marked")),
            el.dd(one.marked),
            el.dt(t("Mean")),
            el.dd(one.mean),
            el.dt(t("Median")),
            el.dd(one.median),
            el.dt(t("Standard deviation")),
            el.dd(one.deviation),
            el.dt(t("From lowest to highest")),
            el.dd(one.span),
            kit.when(one.passed != "", rx.fragment(el.dt(t("Passed")), el.dd(one.passed))),
            class_name="k-dl mb-4",
        ),
        kit.when(
            one.bins.length() > 0,
            kit.figure_chart(
                t("Marks by tenths"),
                t("How many students lie in each tenth of the points."),
                kit.bar_chart(rx.foreach(one.bins, lambda bin: kit.bar_of(bin.label, bin.percent, bin.count))),
                [t("Share of the points"), kit.col(t("Students"), num=True)],
                rx.foreach(one.bins, bin),
                id="column-chart",
            ),
        ),
        el.div(
            kit.when(one.url != "", kit.btn(t("What was handed in"), "secondary", "eye", href=one.url)),
            rx.cond(
                BOOK.manages,
                kit.btn(
                    t("Weight and category"), "secondary", "sliders-horizontal", href=routes.gradebook_setup(BOOK.slug)
                ),
            ),
            class_name="flex flex-wrap gap-2 mt-4",
        ),
        el.form(
            _problem(),
            kit.field(
                t("For everybody without a mark"),
                kit.text_input(name="text", max_length=40, auto_complete="off"),
                id="fill-text",
                hint=t("Points out of {n}, or a word: excused, missing.", n=one.out_of),
            ),
            kit.btn(t("Give this mark"), "secondary", type="submit"),
            key=one.id,
            on_submit=S.fill,
            class_name="flex flex-col gap-3 mt-6 pt-5 k-rule items-start",
            custom_attrs={"noValidate": True},
        ),
    )
