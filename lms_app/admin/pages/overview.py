"""How the school is doing: figures, what wants attention, who is here."""

import reflex as rx

from lms_app.admin.state.overview import OverviewState
from lms_app.admin.views import SPANS, Completion, Figure, RoleCount, Signal, Stretch
from lms_app.core.maintenance import MESSAGE, MESSAGE_MAX
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t

S = OverviewState
SEEN = OverviewState.overview
PERIODS = tuple(zip(SPANS, (t("7 days"), t("30 days"), t("12 weeks")), strict=True))


def view() -> rx.Component:
    return kit.page_shell(
        "Overview",
        kit.page_states(OverviewState, _body(), _skeleton(), what=t("the overview")),
    )


def _body() -> rx.Component:
    return rx.fragment(
        kit.page_head(
            t("Overview"),
            t("All courses · updated at {time}", time=SEEN.updated),
            el.div(
                *[
                    kit.toggle(words, SEEN.period == name, size="sm", on_click=S.choose(name))
                    for name, words in PERIODS
                ],
                role="group",
                aria_label=t("Period"),
                class_name="flex flex-wrap gap-2",
            ),
            kit.btn(t("Audit log"), "quiet", "scroll-text", size="sm", href=routes.AUDIT),
            kit.btn(t("Settings"), "quiet", "sliders-horizontal", size="sm", href=routes.SITE_SETTINGS),
            kit.btn(t("Export"), "secondary", "download", size="sm", href=routes.overview_sheet(SEEN.period), raw=True),
        ),
        el.dl(rx.foreach(SEEN.figures, _figure), class_name="k-stats mb-6"),
        el.div(_activity(), _completion(), class_name="k-figures mb-8"),
        kit.section(
            t("Needs attention"),
            rx.cond(SEEN.signals.length() > 0, _signals(), _all_well()),
            id="attention",
            class_name="mb-8",
        ),
        kit.section(
            t("People by role"),
            _roles(),
            action=kit.link(t("All people"), routes.people()),
            id="roles",
            class_name="mb-8",
        ),
        kit.section(
            t("Today"), el.dl(rx.foreach(SEEN.today, _figure), class_name="k-stats"), id="today", class_name="mb-8"
        ),
        kit.section(t("Maintenance"), rx.cond(S.closed != "", _closed(), _open()), id="maintenance"),
    )


def _open() -> rx.Component:
    return kit.card(
        el.p(
            t("Closes the site to everybody but administrators. Quiz attempts under way are still saved."),
            class_name="t-small t-2 mb-4",
        ),
        el.form(
            kit.field(
                t("What everybody else reads"),
                kit.text_input(name="message", max_length=MESSAGE_MAX, placeholder=MESSAGE, auto_complete="off"),
                id="closed-message",
                optional=True,
                class_name="mb-4",
            ),
            kit.btn(t("Close the site"), type="submit"),
            on_submit=S.close_site,
        ),
    )


def _closed() -> rx.Component:
    return kit.card(
        kit.note("warn", "construction", t("The site is closed. Everybody else reads:"), " ", S.closed),
        kit.btn(t("Open the site"), "primary", on_click=S.open_site, class_name="mt-4"),
    )


def _activity() -> rx.Component:
    weekly = SEEN.period == SPANS[-1]
    return kit.figure_chart(
        rx.cond(weekly, t("Activity by week"), t("Activity by day")),
        t("Learners who opened or finished something, and courses completed"),
        rx.cond(
            S.plot.curves.length() > 0,
            kit.line_chart(S.plot, t("Active learners"), t("Course completions")),
            _nothing(t("No activity in this period")),
        ),
        [
            kit.col(rx.cond(weekly, t("Week from"), t("Day"))),
            kit.col(t("Active learners"), num=True),
            kit.col(t("Course completions"), num=True),
        ],
        rx.foreach(SEEN.activity, _stretch),
        id="activity",
    )


def _stretch(stretch: rx.Var[Stretch]) -> rx.Component:
    return kit.tr(kit.row_head(stretch.label), kit.td(stretch.active, num=True), kit.td(stretch.completed, num=True))


def _completion() -> rx.Component:
    return kit.figure_chart(
        t("Completion by course"),
        t("Share of enrolled learners who finished, in percent"),
        rx.cond(
            SEEN.completions.length() > 0,
            kit.bar_chart(rx.foreach(SEEN.completions, lambda one: kit.bar_of(one.course, one.share))),
            _nothing(t("Nobody is enrolled yet")),
        ),
        [
            t("Course"),
            kit.col(t("Learners"), num=True),
            kit.col(t("Completed"), num=True),
            kit.col(t("Share"), num=True),
        ],
        rx.foreach(SEEN.completions, _completed),
        id="completion",
    )


def _completed(one: rx.Var[Completion]) -> rx.Component:
    return kit.tr(
        kit.row_head(kit.link(one.course, one.url)),
        kit.td(one.learners, num=True),
        kit.td(one.completed, num=True),
        kit.td(one.share, "%", num=True),
    )


def _nothing(text: str) -> rx.Component:
    return el.p(text, class_name="k-plot--none t-2")


def _figure(figure: rx.Var[Figure]) -> rx.Component:
    value = kit.a(
        figure.value, kit.sr(t(" {label}: show the list", label=figure.label)), href=figure.url, class_name="k-plain"
    )
    return kit.stat(figure.label, value, figure.note)


def _signals() -> rx.Component:
    return kit.data_table(
        t("Courses that need attention"),
        [
            t("Course"),
            t("Instructor"),
            t("Signal"),
            kit.col(t("Learners"), num=True),
            kit.col(t("Action"), hidden=True),
        ],
        rx.foreach(SEEN.signals, _signal),
        cards=True,
    )


def _signal(signal: rx.Var[Signal]) -> rx.Component:
    sign = rx.match(
        signal.icon,
        ("user-plus", kit.chip(signal.text, signal.kind, "user-plus")),
        ("trending-down", kit.chip(signal.text, signal.kind, "trending-down")),
        kit.chip(signal.text, signal.kind, "user-x"),
    )
    return kit.tr(
        kit.row_head(signal.course),
        kit.td(signal.instructor, label=t("Instructor")),
        kit.td(sign, label=t("Signal")),
        kit.td(signal.learners, num=True, label=t("Learners")),
        kit.td(kit.a(t("Open"), kit.sr(f" {signal.course}"), href=signal.url, class_name="k-link"), num=True),
    )


def _all_well() -> rx.Component:
    return kit.card(
        kit.empty(
            "circle-check",
            t("Nothing needs you"),
            t("Courses with waiting requests, quiet learners or hard quizzes are listed here."),
        ),
        pad=False,
    )


def _roles() -> rx.Component:
    return kit.data_table(
        t("How many people have each role"),
        [
            t("Role"),
            kit.col(t("People"), num=True),
            kit.col(t("New in 30 days"), num=True),
            kit.col(t("Suspended"), num=True),
        ],
        rx.foreach(SEEN.roles, _role),
        cards=True,
    )


def _role(count: rx.Var[RoleCount]) -> rx.Component:
    words = rx.match(count.role, ("student", t("Students")), ("instructor", t("Instructors")), t("Administrators"))
    return kit.tr(
        kit.row_head(kit.link(words, count.url)),
        kit.td(count.people, num=True, label=t("People")),
        kit.td(count.fresh, num=True, label=t("New in 30 days")),
        kit.td(count.suspended, num=True, label=t("Suspended")),
    )


def _skeleton() -> rx.Component:
    return rx.fragment(
        kit.skel("160px", "32px", class_name="mb-8"),
        el.div(*[kit.skel("100%", "118px") for _ in range(4)], class_name="k-stats mb-6"),
        el.div(*[kit.skel("100%", "406px") for _ in range(2)], class_name="k-figures mb-8"),
        kit.skel_rows(4),
    )


PAGE = Page(routes.ADMIN, view, OverviewState.open_overview, t("Overview"), "admin")
