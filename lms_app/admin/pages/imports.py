"""Send a list of people, and the last ones that were sent."""

from typing import Any

import reflex as rx

from lms_app.admin.state.importing import ImportState
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = ImportState
STATES = (
    ("waiting", kit.chip(t("Being checked"), "info", "loader-circle")),
    ("checked", kit.chip(t("Waits for you"), "mark", "eye")),
    ("confirmed", kit.chip(t("Begins"), "info", "loader-circle")),
    ("running", kit.chip(t("Under way"), "info", "loader-circle")),
    ("undoing", kit.chip(t("Is taken back"), "warn", "undo-2")),
    ("done", kit.chip(t("Done"), "ok", "check")),
    ("failed", kit.chip(t("Not done"), "danger", "x")),
)


def view() -> rx.Component:
    return kit.page_shell("People", kit.page_states(S, _body(), kit.skel_rows(4), what=t("the page")))


def _body() -> rx.Component:
    return el.div(
        kit.page_head(
            t("Import people"),
            t("A list is checked first, line by line. Nothing changes until you confirm it."),
            crumb=(t("People"), routes.people()),
        ),
        kit.error_summary(S.problems),
        kit.native_form(
            kit.card(
                kit.field(
                    t("Files"),
                    kit.file_input(accept=".csv,.tsv,.txt,.zip,text/csv,text/plain", name="file", multiple=True),
                    id="file",
                    hint=t(
                        "CSV files, or a ZIP of them, up to 30 MB. Choose several at once where they belong together."
                    ),
                    error=kit.error_of(S.problems, "file"),
                ),
                kit.form_actions(kit.btn(t("Check list"), "primary", type="submit")),
                class_name="flex flex-col gap-5",
            ),
            action=routes.PEOPLE_LISTS,
            enc_type="multipart/form-data",
        ),
        kit.section(t("What we read"), _formats(), id="formats", class_name="mt-8"),
        rx.cond(S.past.length() > 0, _past()),
        class_name="max-w-[860px]",
    )


def _formats() -> rx.Component:
    return kit.card(
        kit.facts(
            (
                t("Our own"),
                t("Columns such as email, name, role, cohorts, courses. An export of the people page is one."),
            ),
            ("Moodle", t("Upload users and upload cohorts, with course1, role1, group1 and so on.")),
            ("Canvas", t("SIS import: users, enrollments, courses and sections.")),
            ("OneRoster", t("users, enrollments, classes and courses, 1.1 or 1.2.")),
        ),
        el.p(
            t(
                "Passwords of a list are never taken: new people choose theirs by a mailed link. Nobody is deleted; who is "
                "deleted or inactive in a list is suspended here."
            ),
            class_name="t-small t-2 mt-4",
        ),
    )


def _past() -> rx.Component:
    def line(one: Any) -> rx.Component:
        return kit.tr(
            kit.row_head(kit.link(one.name, routes.people_import(one.id))),
            kit.td(rx.match(one.state, *STATES, kit.chip(one.state)), label=t("State")),
            kit.td(one.changed, num=True, label=t("Lines with a change")),
            kit.td(one.by, label=t("Sent by")),
            kit.td(one.when, label=t("When"), class_name="whitespace-nowrap"),
        )

    columns = [t("List"), t("State"), kit.col(t("Changes"), num=True), t("Sent by"), t("When")]
    return kit.section(
        t("Last imports"),
        kit.data_table(t("Imported lists"), columns, rx.foreach(S.past, line), cards=True),
        id="past",
        class_name="mt-8",
    )


PAGE = Page(routes.PEOPLE_IMPORT, view, S.open_imports, t("Import people"), "admin")
