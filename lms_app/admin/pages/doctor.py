"""The doctor: every setting, where it comes from, and what is dangerous about it."""

from typing import Any

import reflex as rx

from lms_app.admin.pages.parts import place_tabs
from lms_app.admin.state.doctor import DoctorState
from lms_app.core.doctor import SettingRow
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = DoctorState


def view() -> rx.Component:
    return kit.page_shell("Settings", kit.page_states(S, _body(), kit.skel_rows(8), what=t("the settings")))


def _body() -> rx.Component:
    return rx.fragment(
        kit.page_head(
            t("Environment"),
            t("What is set, where it comes from, and what is dangerous. They are changed where the server is started."),
        ),
        place_tabs(routes.DOCTOR),
        kit.section(
            t("What to mend"), rx.cond(S.problems.length() > 0, _problems(), _well()), id="mend", class_name="mb-8"
        ),
        kit.section(
            t("Every setting"),
            kit.data_table(
                t("Settings"),
                [t("Setting"), t("Value"), t("Source"), t("Danger")],
                rx.foreach(S.rows, _row),
                cards=True,
            ),
            id="settings",
        ),
    )


def _problems() -> rx.Component:
    said = el.ul(
        rx.foreach(S.problems, lambda problem: el.li(problem, class_name="break-words")),
        class_name="mt-2 flex flex-col gap-2",
    )
    return rx.cond(
        S.live,
        kit.note("danger", "triangle-alert", t("Mend this:"), said),
        kit.note("info", "info", t("For production, mend this:"), said),
    )


def _well() -> rx.Component:
    return kit.note("ok", "circle-check", t("Nothing keeps this site from running in production."))


def _row(row: rx.Var[SettingRow]) -> rx.Component:
    return kit.tr(
        kit.row_head(
            el.div(
                el.code(row.name, class_name="break-all"),
                rx.cond(row.about != "", el.div(row.about, class_name="t-small t-2")),
                class_name="min-w-0",
            )
        ),
        kit.td(el.span(rx.cond(row.value != "", row.value, t("empty")), class_name="break-all"), label=t("Value")),
        kit.td(
            rx.match(
                row.source,
                ("environment", kit.chip(t("Environment"), "info")),
                (".env", kit.chip(".env", "info")),
                ("settings", kit.chip(t("Settings"), "ok")),
                kit.chip(t("Default")),
            ),
            label=t("Source"),
        ),
        kit.td(rx.cond(row.danger != "", row.danger, t("None")), label=t("Danger"), class_name="break-words"),
        key=row.name,
    )


PAGE = Page(routes.DOCTOR, view, S.open_doctor, t("Environment"), "admin")
