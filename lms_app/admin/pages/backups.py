"""Backups: which there are, whether they are whole, and how one comes back."""

from typing import Any

import reflex as rx

from lms_app.admin.pages.parts import place_tabs
from lms_app.admin.state.backups import BackupsState
from lms_app.admin.views import BackupRow
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = BackupsState
THERE: Any = BackupsState.there


def view() -> rx.Component:
    return kit.page_shell("Settings", kit.page_states(S, _body(), kit.skel_rows(6), what=t("the backups")))


def _body() -> rx.Component:
    busy = THERE.under_way != ""
    return rx.fragment(
        kit.page_head(
            t("Backups"),
            t("Everything in one archive, made while people work."),
            rx.cond(
                busy,
                kit.btn(t("Back up now"), "primary", "archive", aria_disabled="true"),
                kit.btn(t("Back up now"), "primary", "archive", on_click=S.start),
            ),
        ),
        place_tabs(routes.BACKUPS),
        el.div(_under_way(), role="status"),
        rx.cond(
            (THERE.problem != "") & ~busy,
            el.div(
                kit.note("danger", "triangle-alert", t("The last backup could not be made:"), " ", THERE.problem),
                class_name="mb-6",
            ),
        ),
        _ways(),
        kit.section(
            t("Backups that there are"),
            rx.cond(THERE.total > 0, _list(), _none()),
            id="there",
            class_name="mb-8",
        ),
        _restoring(),
    )


def _under_way() -> rx.Component:
    words = rx.cond(THERE.under_way == "make", t("A backup is being made"), t("A backup is being checked"))
    return rx.cond(
        THERE.under_way != "",
        kit.card(
            el.p(words, class_name="t-strong mb-2"),
            kit.bar_row(THERE.percent, words),
            el.p(THERE.name, class_name="t-small t-2 mt-2 break-words"),
            class_name="mb-6",
        ),
    )


def _ways() -> rx.Component:
    """Schedule and retention in words, and what room there is."""
    schedule = rx.cond(
        THERE.every_hours > 0,
        t("Every {n} hours; the next one: {when}", n=THERE.every_hours, when=THERE.next_at),
        t("None is made by itself"),
    )
    keep = rx.cond(
        THERE.keep_days > 0,
        t("Those older than {n} days are removed when the next one is made", n=THERE.keep_days),
        t("All are kept"),
    )
    return kit.card(
        kit.facts(
            (t("Schedule"), schedule),
            (t("Kept"), keep),
            (t("Folder"), el.code(THERE.folder, class_name="break-all")),
            (t("Free there"), THERE.free),
        ),
        rx.cond(
            THERE.every_hours > 0,
            rx.fragment(),
            el.div(
                kit.note(
                    "warn", "triangle-alert", t("Without a schedule, what is lost since the last backup is lost.")
                ),
                class_name="mt-4",
            ),
        ),
        el.p(
            kit.link(t("Change schedule and retention"), f"{routes.SITE_SETTINGS}#section-backups"),
            class_name="t-small mt-4",
        ),
        class_name="mb-8",
    )


def _list() -> rx.Component:
    return kit.data_table(
        t("Backups"),
        [t("Made"), t("By"), kit.col(t("Size"), num=True), t("Checked"), kit.col(t("Action"), hidden=True)],
        rx.foreach(THERE.rows, _row),
        cards=True,
    )


def _row(row: rx.Var[BackupRow]) -> rx.Component:
    by = rx.match(row.by, ("schedule", t("Schedule")), ("hand", t("By hand")), t("Command line"))
    checked = rx.cond(
        row.problem != "",
        el.div(
            kit.chip(t("Damaged"), "danger", "triangle-alert"), el.p(row.problem, class_name="t-small mt-1 break-words")
        ),
        rx.cond(
            row.checked != "",
            kit.chip(t("Whole, {when}", when=row.checked), "ok", "circle-check"),
            el.span(t("Not yet"), class_name="t-2"),
        ),
    )
    check = kit.btn(
        t("Check"),
        size="sm",
        on_click=S.check(row.name),
        aria_label=t("Check the backup of {when}", when=row.made),
        aria_disabled=rx.cond(THERE.under_way != "", "true", "false"),
    )
    return kit.tr(
        kit.row_head(el.div(row.made, el.div(row.name, class_name="t-cap t-3 break-all"), class_name="min-w-0")),
        kit.td(by, label=t("By")),
        kit.td(row.size, num=True, label=t("Size")),
        kit.td(checked, label=t("Checked")),
        kit.td(check, num=True),
        key=row.name,
    )


def _none() -> rx.Component:
    return kit.card(
        kit.empty(
            "archive",
            t("No backup yet"),
            t("The first one takes a moment, and nobody has to stop working for it."),
        ),
        pad=False,
    )


def _restoring() -> rx.Component:
    command = "python -m lms_app.cli restore " + t("FILE")
    return kit.section(
        t("Bringing one back"),
        kit.card(
            el.p(
                t(
                    "A backup holds everything about everybody, so it is not downloaded here: it lies in the folder above, readable for the server alone. Copy it to another machine from there."
                )
            ),
            el.p(t("Into an empty place, where the server is installed:"), class_name="mt-3 mb-2"),
            el.div(
                el.code(command, class_name="break-all"),
                kit.copy_btn(command, t("Copy")),
                class_name="flex flex-wrap items-center gap-3",
            ),
            el.p(
                t("With --verify it only says whether it could be, and touches nothing."), class_name="t-small t-2 mt-3"
            ),
        ),
        id="restoring",
    )


PAGE = Page(routes.BACKUPS, view, S.open_backups, t("Backups"), "admin")
