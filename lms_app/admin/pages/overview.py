"""How the school is doing: figures, what wants attention, who is here."""

import reflex as rx

from lms_app.admin.state.overview import OverviewState
from lms_app.admin.views import Figure, RoleCount, Signal
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t

SEEN = OverviewState.overview


def view() -> rx.Component:
    return kit.page_shell(
        "Overview",
        kit.page_states(OverviewState, _body(), _skeleton(), what=t("the overview")),
    )


def _body() -> rx.Component:
    return rx.fragment(
        kit.page_head(
            t("Overview"),
            t("All people and courses, as of now"),
            kit.btn(t("Invite people"), "primary", "user-plus", href=routes.people()),
        ),
        el.dl(rx.foreach(SEEN.figures, _figure), class_name="k-stats mb-8"),
        kit.section(
            t("Needs attention"),
            rx.cond(SEEN.signals.length() > 0, _signals(), _all_well()),
            id="attention",
            class_name="mb-8",
        ),
        kit.section(t("People by role"), _roles(), action=kit.link(t("All people"), routes.people()), id="roles"),
    )


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
        kit.td(signal.instructor),
        kit.td(sign),
        kit.td(signal.learners, num=True),
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
        el.div(*[kit.skel("100%", "118px") for _ in range(7)], class_name="k-stats mb-8"),
        kit.skel_rows(4),
    )


PAGE = Page(routes.ADMIN, view, OverviewState.open_overview, t("Overview"), "admin")
