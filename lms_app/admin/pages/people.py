"""Everybody with an account: a table, an invitation, and a dialog for one person."""

import reflex as rx

from lms_app.admin.state.people import PeopleState
from lms_app.admin.views import PersonRow
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t

S = PeopleState
ROLES = (("student", t("Student")), ("instructor", t("Instructor")), ("admin", t("Administrator")))
ROLE_FILTER = (("", t("All roles")), *ROLES)
STATUS_FILTER = (
    ("", t("Any status")),
    ("active", t("Active")),
    ("unverified", t("Not verified")),
    ("suspended", t("Suspended")),
)
DIALOG = "person"


def view() -> rx.Component:
    return kit.page_shell("People", kit.page_states(S, _body(), kit.skel_rows(8), what=t("people")))


def _body() -> rx.Component:
    return rx.fragment(
        kit.page_head(
            t("People"),
            "",
            rx.cond(
                S.inviting,
                rx.fragment(),
                kit.btn(t("Invite person"), "primary", "user-plus", on_click=S.begin_invitation),
            ),
        ),
        rx.cond(S.inviting, _invitation()),
        kit.search_form(
            t("Search people"),
            t("Search by name or email"),
            S,
            kit.filter_by(t("Role"), ROLE_FILTER, S, "role", S.role),
            kit.filter_by(t("Status"), STATUS_FILTER, S, "status", S.status),
        ),
        rx.cond(S.people.length() > 0, rx.fragment(_table(), kit.pager(S)), _nobody()),
        _dialog(),
    )


def _invitation() -> rx.Component:
    return kit.card(
        el.h2(t("Invite a person"), class_name="t-h2 mb-1"),
        el.p(
            t("They get a mail with a link to choose a password. The link works once."), class_name="t-small t-2 mb-4"
        ),
        kit.error_summary(S.problems),
        el.form(
            el.div(
                kit.field(
                    t("Name"),
                    kit.text_input(name="name", auto_complete="off", max_length=120, auto_focus=True),
                    id="invite-name",
                    error=S.name_error,
                ),
                kit.field(
                    t("Email"),
                    kit.text_input(name="email", type="email", auto_complete="off", max_length=254),
                    id="invite-email",
                    error=S.email_error,
                ),
                kit.field(
                    t("Role"),
                    kit.select(ROLES, name="role", default_value="student"),
                    id="invite-role",
                    error=S.role_error,
                ),
                class_name="grid md:grid-cols-3 gap-4 items-end mb-5",
            ),
            kit.form_actions(
                kit.btn(t("Send invitation"), "primary", type="submit"),
                kit.btn(t("Cancel"), "quiet", on_click=S.end_invitation),
            ),
            no_validate=True,
            on_submit=lambda data: S.invite(
                data.to(dict[str, str])["name"], data.to(dict[str, str])["email"], data.to(dict[str, str])["role"]
            ),
        ),
        class_name="mb-6",
    )


def _table() -> rx.Component:
    return kit.data_table(
        t("People"),
        [
            t("Name"),
            t("Role"),
            t("Status"),
            kit.col(t("Courses"), num=True),
            t("Joined"),
            t("Last seen"),
            kit.col(t("Action"), hidden=True),
        ],
        rx.foreach(S.people, _row),
    )


def _row(person: rx.Var[PersonRow]) -> rx.Component:
    return kit.tr(
        kit.row_head(el.div(person.name), el.div(person.email, class_name="t-small t-2 font-normal")),
        kit.td(_role(person.role)),
        kit.td(_status(person.status)),
        kit.td(person.courses, num=True),
        kit.td(person.joined, class_name="whitespace-nowrap"),
        kit.td(person.seen, class_name="whitespace-nowrap"),
        kit.td(
            rx.cond(
                person.is_me,
                el.span(t("You"), class_name="t-small t-2"),
                kit.btn(
                    rx.fragment(t("Manage"), kit.sr(f" {person.name}")),
                    "quiet",
                    size="sm",
                    on_click=S.manage(person.id),
                    **kit.opens(DIALOG),
                ),
            ),
            num=True,
        ),
    )


def _role(role: rx.Var[str]) -> rx.Component:
    return rx.match(role, *ROLES, role)


def _status(status: rx.Var[str]) -> rx.Component:
    return rx.match(
        status,
        ("suspended", kit.chip(t("Suspended"), "danger", "ban")),
        ("unverified", kit.chip(t("Not verified"), "warn")),
        kit.chip(t("Active"), "ok"),
    )


def _nobody() -> rx.Component:
    return kit.card(
        kit.empty(
            "users",
            t("Nobody matches"),
            t("Try fewer words, or take a filter off."),
            kit.btn(t("Clear filters"), href=routes.people()),
            level=2,
        ),
        pad=False,
    )


def _dialog() -> rx.Component:
    """One dialog for all rows, filled when it opens. Nothing here needs a question: all of it can be taken back."""
    person = S.chosen
    return kit.dialog(
        DIALOG,
        person.name,
        el.p(person.email, class_name="t-2"),
        el.h3(t("Role"), class_name="t-h3 mt-5 mb-2"),
        el.div(
            *[
                rx.cond(
                    person.role == role,
                    kit.chip(words, "ok", "check"),
                    kit.btn(
                        t("Make {role}", role=words.lower()),
                        size="sm",
                        on_click=S.change_role(person.id, role),
                        **kit.closes(),
                    ),
                )
                for role, words in ROLES
            ],
            class_name="flex flex-wrap items-center gap-2",
        ),
        el.h3(t("Access"), class_name="t-h3 mt-5 mb-2"),
        rx.cond(
            person.status == "suspended",
            _access(
                t("They cannot sign in. Their work and marks are kept."),
                kit.btn(t("Restore access"), on_click=S.restore(person.id), **kit.closes()),
            ),
            _access(
                t("Suspending signs them out everywhere at once. Their work and marks are kept."),
                kit.btn(t("Suspend"), "danger", on_click=S.suspend(person.id), **kit.closes()),
            ),
        ),
        actions=(kit.btn(t("Close"), **kit.closes()),),
    )


def _access(words: str, action: rx.Component) -> rx.Component:
    return el.div(el.p(words, class_name="t-small t-2 mb-3"), action)


PAGE = Page(routes.PEOPLE, view, S.open_people, t("People"), "admin")
