"""The audit log: who did what, when, from what to what."""

from typing import Any

import reflex as rx

from lms_app.admin.audit_views import AuditLine, AuditRow
from lms_app.admin.state.audit import AuditState
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = AuditState
GROUPS = (
    ("", t("Everything")),
    ("grades", t("Grades")),
    ("roles", t("Roles")),
    ("enrolments", t("Enrolments")),
    ("settings", t("Settings")),
    ("sign-ins", t("Sign-ins")),
    ("exports", t("Exports")),
)


def view() -> rx.Component:
    return kit.page_shell("Audit log", kit.page_states(S, _body(), kit.skel_rows(8), what=t("the audit log")))


def _body() -> rx.Component:
    return rx.fragment(
        kit.page_head(
            t("Audit log"),
            t("Who changed what, and when. Nothing here can be changed."),
            kit.btn(t("Export"), "secondary", "download", href=S.at["sheet"], raw=True),
        ),
        _filters(),
        rx.cond(S.entries.length() > 0, rx.fragment(_table(), _more()), _nothing()),
    )


def _filters() -> rx.Component:
    return el.form(
        kit.field(t("Who"), _input("who", t("Name, email or ID")), id="audit-who"),
        kit.field(
            t("What"),
            kit.select(GROUPS, name="what", default_value=S.at["what"], key=S.at["what"]),
            id="audit-what",
        ),
        kit.field(t("About"), _input("subject", t("Person, course or ID")), id="audit-subject"),
        kit.field(t("From"), _input("since", type="date"), id="audit-since"),
        kit.field(t("To"), _input("until", type="date"), id="audit-until"),
        kit.field(t("Request ID"), _input("request"), id="audit-request"),
        el.div(
            kit.btn(t("Show"), "primary", type="submit"),
            kit.btn(t("Show everything"), "quiet", href=routes.AUDIT),
            class_name="flex flex-wrap gap-2",
        ),
        role="search",
        aria_label=t("Audit log"),
        class_name="grid sm:grid-cols-2 lg:grid-cols-3 gap-4 items-end mb-6",
        on_submit=S.look,
    )


def _input(name: str, placeholder: str = "", **p: Any) -> Any:
    # Typed text is the browser's own; a new key makes a new field when the address changed without typing.
    return kit.text_input(
        name=name,
        placeholder=placeholder,
        default_value=S.at[name],
        key=S.at[name],
        max_length=200,
        auto_complete="off",
        **p,
    )


def _table() -> rx.Component:
    return kit.data_table(
        t("Entries"), [t("When"), t("Who"), t("What"), t("About")], rx.foreach(S.entries, _row), cards=True
    )


def _row(entry: rx.Var[AuditRow]) -> rx.Component:
    return kit.tr(
        kit.row_head(entry.moment, class_name="whitespace-nowrap"),
        kit.td(
            el.div(
                rx.cond(entry.who != "", entry.who, t("System or visitor")),
                rx.cond(
                    entry.acting != "",
                    el.div(t("looking as {name}", name=entry.acting), class_name="t-small t-2"),
                ),
                class_name="min-w-0",
            ),
            label=t("Who"),
        ),
        kit.td(
            el.details(
                el.summary(entry.label, class_name="k-link k-summary"),
                el.ul(
                    rx.foreach(entry.lines, _line),
                    el.li(t("Entry {number}, {action}", number=entry.seq, action=entry.action)),
                    rx.cond(
                        entry.request_id != "",
                        el.li(
                            t("Request"),
                            " ",
                            kit.link(entry.request_id, _only("request", entry.request_id), class_name="break-all"),
                        ),
                    ),
                    class_name="t-small t-2 mt-2 flex flex-col gap-1",
                ),
            ),
            label=t("What"),
            class_name="min-w-[200px]",
        ),
        kit.td(
            el.div(
                kit.link(
                    rx.cond(entry.subject != "", entry.subject, entry.subject_kind),
                    _only("subject", entry.subject_id),
                    class_name="break-words",
                ),
                rx.cond(entry.subject != "", el.div(entry.subject_kind, class_name="t-small t-2")),
                class_name="min-w-0",
            ),
            label=t("About"),
        ),
        key=entry.seq,
    )


def _line(line: rx.Var[AuditLine]) -> rx.Component:
    return el.li(
        line.name,
        ": ",
        rx.cond(line.old != "", el.span(line.old, " → ")),
        rx.cond(line.new != "", line.new, t("none")),
        class_name="break-words",
    )


def _only(name: str, value: rx.Var[str]) -> Any:
    address: Any = rx.Var.create(f"{routes.AUDIT}?{name}=")
    return address + value


def _more() -> rx.Component:
    return el.nav(
        rx.cond(S.at["newest"] != "", kit.btn(t("Newest"), "quiet", "arrow-left", size="sm", href=S.at["newest"])),
        rx.cond(S.at["older"] != "", kit.btn(t("Older"), "quiet", ic_end="arrow-right", size="sm", href=S.at["older"])),
        aria_label=t("Pages"),
        class_name="flex flex-wrap justify-end gap-2 mt-4 min-h-10",
    )


def _nothing() -> rx.Component:
    return kit.card(
        kit.empty(
            "scroll-text",
            t("Nothing was found"),
            t("Entries appear here when somebody changes a grade, a role, an enrolment or a setting, or signs in."),
            level=2,
        ),
        pad=False,
    )


PAGE = Page(routes.AUDIT, view, S.open_audit, t("Audit log"), "admin")
