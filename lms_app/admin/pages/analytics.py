"""The dashboards of the whole site: this moment, and a section of figures and charts over a chosen time."""

from typing import Any

import reflex as rx

from lms_app.admin.dashboard_views import COURSE_ORDERS, PRESETS, SECTIONS, Line, Slow, Stat
from lms_app.admin.state.analytics import Drawn, SiteAnalyticsState
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = SiteAnalyticsState
SEEN: Any = S.seen[0]
BOARD: Any = SEEN.board
AT: Any = SEEN["at"]
PERIODS = tuple(zip(PRESETS, (t("7 days"), t("30 days"), t("90 days"), t("12 months")), strict=True))
TABS = tuple(zip(SECTIONS, (t("People"), t("Learning"), t("Quiz load"), t("Retention"), t("Running")), strict=True))
COURSE_HEADS = (
    ("title", t("Course")),
    ("learners", t("Learners")),
    ("completed", t("Completed")),
    ("active", t("Active in 7 days")),
    ("mark", t("Average mark")),
)
WIDE = ("active", "hours", "mail")  # alone in their line
assert {name for name, _ in COURSE_HEADS} == set(COURSE_ORDERS)


def view() -> rx.Component:
    return kit.page_shell("Analytics", kit.page_states(S, _body(), _skeleton(), what=t("the analytics")), wide=True)


def _body() -> rx.Component:
    return rx.fragment(
        kit.page_head(
            t("Analytics"),
            BOARD.during,
            el.div(
                *[
                    kit.toggle(words, BOARD.period == name, size="sm", on_click=S.choose("period", name))
                    for name, words in PERIODS
                ],
                role="group",
                aria_label=t("Period"),
                class_name="flex flex-wrap gap-2",
            ),
            kit.toggle(
                t("Compare"),
                BOARD.compare,
                size="sm",
                on_click=S.choose("compare", rx.cond(BOARD.compare, "", "true")),
            ),
        ),
        _days(),
        _now(),
        kit.tabs(t("Sections"), *[(words, AT[name], BOARD.section == name) for name, words in TABS]),
        rx.cond(BOARD.figures.length() > 0, el.dl(rx.foreach(BOARD.figures, _stat), class_name="k-stats mb-6")),
        el.div(
            rx.foreach(SEEN.drawn, _figure),
            class_name="grid grid-cols-1 xl:grid-cols-2 gap-4 [&>*]:min-w-0 [&>div>figure]:h-full",
            key=BOARD.section,
        ),
        el.p(
            rx.cond(
                BOARD.counted != "",
                t("Counted until {time}. Days are those of the school’s own time zone.", time=BOARD.counted),
                t("Nothing has been counted yet. It begins a few minutes after the server started."),
            ),
            " ",
            rx.cond(BOARD.compare, t("Compared with {time}.", time=BOARD.before), ""),
            class_name="t-small t-2 mt-6",
        ),
    )


def _days() -> rx.Component:
    return el.details(
        el.summary(t("Choose days"), class_name="k-link t-small k-summary"),
        el.form(
            kit.field(t("From"), _day("since", BOARD.since), id="days-since"),
            kit.field(t("To"), _day("until", BOARD.until), id="days-until"),
            kit.btn(t("Show"), type="submit"),
            role="search",
            aria_label=t("Days"),
            class_name="flex flex-wrap gap-4 items-end mt-3",
            on_submit=S.choose_days,
        ),
        open=BOARD.period == "",
        class_name="mb-6",
    )


def _day(name: str, value: Any) -> Any:
    return kit.text_input(name=name, type="date", default_value=value, key=value, required=True)


def _now() -> rx.Component:
    return el.section(
        el.div(
            el.h2(t("Now"), class_name="t-h3", id="now"),
            el.span(t("at {time}, kept fresh", time=SEEN.now["at"]), class_name="t-small t-2"),
            class_name="flex flex-wrap items-baseline gap-x-3 mb-4",
        ),
        el.dl(
            rx.foreach(SEEN.now.figures, _moment),
            class_name="grid grid-cols-2 md:grid-cols-3 xl:grid-cols-5 gap-x-6 gap-y-4",
        ),
        rx.cond(
            SEEN.now.slow.length() > 0,
            el.details(
                el.summary(t("Slowest in this hour"), class_name="k-link t-small k-summary"),
                kit.data_table(
                    t("Slowest in this hour"),
                    [t("Page or handler"), kit.col(t("Times"), num=True), kit.col(t("On average"), num=True)],
                    rx.foreach(SEEN.now.slow, _slow),
                    class_name="mt-2",
                ),
                class_name="mt-4",
            ),
        ),
        aria_labelledby="now",
        class_name="k-card k-card--pad mb-6",
    )


def _moment(one: rx.Var[Stat]) -> rx.Component:
    return el.div(
        el.dt(one.label, class_name="t-small t-2"),
        el.dd(el.div(one.value, class_name="t-h2 tabular-nums"), el.div(one.note, class_name="t-small t-2")),
        class_name="min-w-0",
    )


def _slow(one: rx.Var[Slow]) -> rx.Component:
    return kit.tr(
        kit.row_head(one.route, class_name="break-all"), kit.td(one.many, num=True), kit.td(one.average, num=True)
    )


def _stat(one: rx.Var[Stat]) -> rx.Component:
    return kit.stat(one.label, one.value, one.note)


def _figure(drawn: rx.Var[Drawn]) -> rx.Component:
    wide = rx.match(drawn.chart.id, *[(name, "xl:col-span-2") for name in WIDE], "")
    return rx.cond(
        drawn.chart.kind == "table",
        _as_table(drawn),
        el.div(_as_chart(drawn), class_name=wide),
    )


def _as_chart(drawn: rx.Var[Drawn]) -> rx.Component:
    chart = drawn.chart
    lines = rx.cond(
        drawn.plot.curves.length() > 0, kit.line_chart(drawn.plot, names=chart.series), _nothing(chart.nothing)
    )
    bars = rx.cond(
        chart.lines.length() > 0,
        kit.bar_chart(rx.foreach(chart.lines, lambda one: kit.bar_of(one.name, one.share, one.said))),
        _nothing(chart.nothing),
    )
    return kit.figure_chart(
        chart.title,
        chart.note,
        rx.cond(chart.kind == "lines", lines, bars),
        _heads(drawn),
        rx.foreach(chart.lines, _line),
        id=chart.id,
        action=_sheet(drawn),
    )


def _as_table(drawn: rx.Var[Drawn]) -> rx.Component:
    chart = drawn.chart
    return el.div(  # the table in it is a region by this name
        el.div(
            el.div(
                el.h2(chart.title, class_name="t-h3", custom_attrs={"id": chart.id}),
                el.p(chart.note, class_name="t-small t-2"),
                class_name="min-w-0",
            ),
            _sheet(drawn),
            class_name="flex items-start justify-between gap-4 mb-3",
        ),
        rx.cond(
            chart.lines.length() > 0,
            rx.cond(
                chart.id == "courses",
                rx.fragment(
                    kit.data_table(
                        chart.title,
                        [
                            kit.col(
                                words,
                                num=name != "title",
                                sorted=rx.cond(
                                    BOARD.sort == name, "ascending" if name == "title" else "descending", ""
                                ),
                                on_sort=S.choose("sort", name),
                            )
                            for name, words in COURSE_HEADS
                        ],
                        rx.foreach(chart.lines, _line),
                    ),
                    _pages(),
                ),
                kit.data_table(chart.title, _heads(drawn), rx.foreach(chart.lines, _line)),
            ),
            _nothing(chart.nothing),
        ),
        class_name="xl:col-span-2 mt-4",
    )


def _pages() -> rx.Component:
    return rx.cond(
        BOARD.pages > 1,
        el.nav(
            rx.cond(
                AT["previous"] != "", kit.btn(t("Previous"), "quiet", "arrow-left", size="sm", href=AT["previous"])
            ),
            el.span(t("Page {page} of {pages}", page=BOARD.page, pages=BOARD.pages), class_name="t-small t-2"),
            rx.cond(AT["next"] != "", kit.btn(t("Next"), "quiet", ic_end="arrow-right", size="sm", href=AT["next"])),
            aria_label=t("Pages of courses"),
            class_name="flex flex-wrap items-center justify-end gap-3 mt-4",
        ),
    )


def _heads(drawn: rx.Var[Drawn]) -> list[Any]:
    heads: Any = drawn.chart.heads
    return [kit.col(heads[0]), rx.foreach(heads[1:], lambda head: kit.col(head, num=True))]


def _line(line: rx.Var[Line]) -> rx.Component:
    return kit.tr(
        kit.row_head(rx.cond(line.url != "", kit.link(line.name, line.url), line.name), class_name="break-words"),
        rx.foreach(line.cells, lambda cell: kit.td(cell, num=True, class_name="whitespace-nowrap")),
    )


def _sheet(drawn: rx.Var[Drawn]) -> rx.Component:
    return kit.raw_a(
        kit.icon("download"),
        "CSV",
        kit.sr(t(" of {title}", title=drawn.chart.title)),
        href=drawn.sheet,
        class_name="k-btn k-btn--quiet k-btn--sm",
    )


def _nothing(text: Any) -> rx.Component:
    return el.p(text, class_name="k-plot--none t-2")


def _skeleton() -> rx.Component:
    return rx.fragment(
        kit.skel("160px", "32px", class_name="mb-8"),
        kit.skel("100%", "118px", class_name="mb-6"),
        el.div(*[kit.skel("100%", "118px") for _ in range(4)], class_name="k-stats mb-6"),
        el.div(*[kit.skel("100%", "380px") for _ in range(2)], class_name="grid grid-cols-1 xl:grid-cols-2 gap-4"),
    )


PAGE = Page(routes.SITE_ANALYTICS, view, S.open_analytics, t("Analytics"), "admin")
