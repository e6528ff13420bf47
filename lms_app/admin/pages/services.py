"""Service accounts: programs that work at the school by themselves, and their API keys."""

from typing import Any

import reflex as rx

from lms_app.admin.state.directory import DirectoryState
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.kit.keys import key_form, key_list, new_secret
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = DirectoryState
DIALOG = "service-keys"
ROLES = (("student", t("Student")), ("instructor", t("Instructor")), ("admin", t("Administrator")))


def view() -> rx.Component:
    return kit.page_shell("People", kit.page_states(S, _body(), kit.skel_rows(6), what=t("service accounts")))


def _body() -> rx.Component:
    return el.div(
        kit.page_head(
            t("Service accounts"),
            t("Programs that use the REST interface by themselves. Nobody signs in as one."),
            crumb=(t("People"), routes.people()),
        ),
        el.form(
            kit.field(
                t("New service account"),
                kit.text_input(name="name", max_length=120, auto_complete="off"),
                id="program",
                error=kit.error_of(S.problems, "program"),
                class_name="w-full sm:w-auto sm:flex-1",
            ),
            kit.field(
                t("May do what a … may"),
                kit.select(ROLES, name="role"),
                id="program-role",
                class_name="flex-1 sm:flex-none",
            ),
            kit.btn(t("Add"), "primary", "plus", type="submit"),
            on_submit=S.add_program,
            reset_on_submit=True,
            class_name="flex flex-wrap items-end gap-3 mb-6",
        ),
        rx.cond(S.programs.length() > 0, _table(), _none()),
        kit.dialog(
            DIALOG,
            t("API keys of {name}", name=S.chosen_name),
            new_secret(S.secret),
            key_list(S.keys, S.end_key, t("It has no key yet.")),
            el.h3(t("New key"), class_name="t-h3 mt-6 mb-3"),
            key_form(S.problems, S.add_key, "key"),
            actions=(kit.btn(t("Close"), **kit.closes()),),
            light=False,
            filled=S.filled,
        ),
        class_name="max-w-[860px]",
    )


def _table() -> rx.Component:
    def line(one: Any) -> rx.Component:
        name = kit.sr(" " + one.name)
        return kit.tr(
            kit.row_head(one.name),
            kit.td(rx.match(one.role, *ROLES, one.role), label=t("Role")),
            kit.td(
                rx.cond(one.stopped, kit.chip(t("Stopped"), "danger", "ban"), kit.chip(t("Works"), "ok")),
                label=t("State"),
            ),
            kit.td(one.live_keys, num=True, label=t("Keys")),
            kit.td(one.seen, label=t("Last used"), class_name="whitespace-nowrap"),
            kit.td(
                el.div(
                    kit.btn(
                        rx.fragment(t("Keys"), name),
                        "quiet",
                        size="sm",
                        on_click=S.pick_program(one.id),
                        **kit.opens(DIALOG),
                    ),
                    rx.cond(
                        one.stopped,
                        kit.btn(rx.fragment(t("Start"), name), "quiet", size="sm", on_click=S.start_program(one.id)),
                        kit.btn(rx.fragment(t("Stop"), name), "quiet", size="sm", on_click=S.stop_program(one.id)),
                    ),
                    class_name="flex justify-end gap-1",
                ),
                num=True,
            ),
            key=one.id,
        )

    columns = [
        t("Name"),
        t("Role"),
        t("State"),
        kit.col(t("Keys"), num=True),
        t("Last used"),
        kit.col(t("Action"), hidden=True),
    ]
    return kit.data_table(t("Service accounts"), columns, rx.foreach(S.programs, line), cards=True)


def _none() -> rx.Component:
    return kit.card(
        kit.empty(
            "bot",
            t("No service accounts yet"),
            t("Add one for each program, so that each can be stopped by itself."),
            level=2,
        ),
        pad=False,
    )


PAGE = Page(routes.SERVICES, view, S.open_programs, t("Service accounts"), "admin")
