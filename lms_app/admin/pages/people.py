"""Everybody with an account: a table, an invitation, what is done with many, and a dialog for one person."""

from typing import Any

import reflex as rx

from lms_app.admin.state.people import MERGE, PICK, PeopleState
from lms_app.admin.views import PersonRow
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = PeopleState
ROLES = (("student", t("Student")), ("instructor", t("Instructor")), ("admin", t("Administrator")))
ROLE_FILTER = (("", t("All roles")), *ROLES)
STATUS_FILTER = (
    ("", t("Any status")),
    ("active", t("Active")),
    ("unverified", t("Not verified")),
    ("suspended", t("Suspended")),
)
SEEN_FILTER = (
    ("", t("Seen any time")),
    ("week", t("Seen this week")),
    ("month", t("Seen this month")),
    ("quiet", t("Not for 90 days")),
    ("never", t("Never seen")),
)
SORTS = (("", t("By name")), ("newest", t("Newest first")), ("seen", t("Last seen first")))
DIALOG = "person"
SIGN_OUT = "sign-out-many"


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
                rx.fragment(
                    kit.btn(t("Cohorts"), "quiet", "users-round", href=routes.cohorts()),
                    kit.btn(t("Service accounts"), "quiet", "bot", href=routes.SERVICES),
                    kit.btn(t("Export"), "secondary", "download", href=_sheet(), raw=True),
                    kit.btn(t("Import"), "secondary", "upload", href=routes.people_import()),
                    kit.btn(t("Invite person"), "primary", "user-plus", on_click=S.begin_invitation),
                ),
            ),
        ),
        rx.cond(S.inviting, _invitation()),
        kit.search_form(
            t("Search people"),
            t("Search by name or email"),
            S,
            kit.filter_by(t("Role"), ROLE_FILTER, S, "role", S.filters["role"]),
            kit.filter_by(t("Status"), STATUS_FILTER, S, "status", S.filters["status"]),
            kit.filter_by(t("Last seen"), SEEN_FILTER, S, "seen", S.filters["seen"]),
            rx.cond(S.cohorts.length() > 0, _cohort_filter()),
            kit.filter_by(t("Order"), SORTS, S, "sort", S.filters["sort"]),
        ),
        _said(),
        rx.cond(
            S.people.length() > 0,
            el.form(
                el.input(type="hidden", name="do"),
                _table(),
                kit.pager(S),
                _many(),
                on_submit=S.change_many,
                # The boxes of one window are not those of the next.
                key=S.shown + S.search,
            ),
            _nobody(),
        ),
        _dialog(),
        _merge_dialog(),
    )


def _sheet() -> Any:
    """The export of what the filters show."""
    address: Any = rx.Var.create(f"{routes.people_sheet()}?")
    for name in ("search", "role", "status", "seen", "cohort"):
        value = S.filters[name]
        data = value._get_all_var_data()
        safe: Any = rx.Var(f"encodeURIComponent({value!s} ?? '')", _var_type=str, _var_data=data)
        address = address + f"{name}=" + safe.guess_type() + "&"
    return address


def _cohort_filter() -> rx.Component:
    return el.select(
        el.option(t("All cohorts"), value=""),
        rx.foreach(S.cohorts, lambda one: el.option(one.label, value=one.value)),
        value=S.filters["cohort"],
        on_change=lambda chosen: S.choose("cohort", chosen),
        aria_label=t("Cohort"),
        class_name="k-input w-auto! min-w-[150px]",
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
                    error=kit.error_of(S.problems, "invite-name"),
                ),
                kit.field(
                    t("Email"),
                    kit.text_input(name="email", type="email", auto_complete="off", max_length=254),
                    id="invite-email",
                    error=kit.error_of(S.problems, "invite-email"),
                ),
                kit.field(
                    t("Role"),
                    kit.select(ROLES, name="role", default_value="student"),
                    id="invite-role",
                    error=kit.error_of(S.problems, "invite-role"),
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


# ---- The list


def _table() -> rx.Component:
    return kit.data_table(
        t("People"),
        [
            kit.col(kit.check(t("Name"), data_checks="true", aria_label=t("Choose all people of this page"))),
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
    words = el.span(
        el.span(person.name, class_name="block"),
        el.span(person.email, class_name="t-small t-2 font-normal block break-words"),
        class_name="block min-w-0",
    )
    return kit.tr(
        kit.row_head(kit.check(words, f"{PICK}{person.id}")),
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
        key=person.id,
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


# ---- Many at once


def _said() -> rx.Component:
    """What was done to many, and the way back."""
    done = kit.note(
        "ok",
        "check",
        el.div(
            el.p(S.done),
            kit.btn(t("Undo"), "quiet", "undo-2", size="sm", on_click=S.undo),
            class_name="flex flex-wrap items-center gap-3",
        ),
    )
    refused = kit.note(
        "danger", "circle-alert", el.ul(rx.foreach(S.refused, lambda line: el.li(line)), class_name="k-problems")
    )
    return el.div(
        rx.cond(S.done != "", done),
        rx.cond(S.refused.length() > 0, refused),
        role="status",
        class_name="flex flex-col gap-2 mb-3 empty:hidden",
    )


def _many() -> rx.Component:
    def does(label: str, what: str, **p: Any) -> rx.Component:
        return kit.btn(label, size="sm", data_does=what, **p)

    def group(*c: Any) -> rx.Component:
        return el.div(*c, class_name="flex flex-wrap items-end gap-2")

    ask = kit.dialog(
        SIGN_OUT,
        t("Sign them out everywhere?"),
        el.p(
            t("All of their sessions end on every device. This cannot be undone; they sign in again."), class_name="t-2"
        ),
        actions=(
            kit.btn(t("Cancel"), **kit.closes()),
            kit.btn(t("Sign out"), "danger", data_does="sign_out", **kit.closes()),
        ),
    )
    return el.section(
        el.h2(t("With the chosen people"), class_name="t-h3"),
        rx.cond(
            S.next_url != "",
            kit.check(t("All {n} who match, not only the chosen ones", n=S.total), "everyone", value="yes"),
        ),
        el.div(
            group(does(t("Suspend"), "suspend"), does(t("Restore"), "restore")),
            group(
                kit.field(t("Role"), kit.select(ROLES, name="role", sm=True), id="many-role"),
                does(t("Set"), "role"),
            ),
            rx.cond(
                S.cohorts.length() > 0,
                group(
                    kit.field(t("Cohort"), kit.select(S.cohorts, name="cohort", sm=True), id="many-cohort"),
                    does(t("Add"), "join"),
                    does(t("Take out"), "leave"),
                ),
            ),
            group(kit.btn(t("Sign out everywhere"), size="sm", **kit.opens(SIGN_OUT))),
            class_name="flex flex-wrap items-end gap-x-8 gap-y-4",
        ),
        ask,
        class_name="k-card k-card--pad k-bulk flex flex-col gap-4 mt-4",
    )


# ---- One person


def _dialog() -> rx.Component:
    """One dialog for all rows, filled when it opens."""
    person = S.chosen
    suspended = person.status == "suspended"
    return kit.dialog(
        DIALOG,
        person.name,
        el.p(person.email, class_name="t-2 break-words"),
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
            suspended,
            _access(
                t("They cannot sign in. Their work and marks are kept."),
                kit.btn(t("Restore access"), on_click=S.restore(person.id), **kit.closes()),
            ),
            _access(
                t("Suspending signs them out everywhere at once. Their work and marks are kept."),
                el.div(
                    kit.btn(t("Send password link"), size="sm", on_click=S.send_reset(person.id), **kit.closes()),
                    kit.btn(t("Sign out everywhere"), size="sm", on_click=S.sign_out(person.id), **kit.closes()),
                    kit.btn(t("Suspend"), "danger", size="sm", on_click=S.suspend(person.id), **kit.closes()),
                    class_name="flex flex-wrap gap-2",
                ),
            ),
        ),
        rx.cond((person.role != "admin") & ~suspended, _look(person)),
        el.h3(t("Two accounts"), class_name="t-h3 mt-5 mb-2"),
        _access(
            t("Give this account everything of another one of the same person."),
            kit.btn(t("Merge another account"), size="sm", **kit.closes(), **kit.opens(MERGE)),
        ),
        actions=(kit.btn(t("Close"), **kit.closes()),),
        filled=S.filled,
    )


def _look(person: Any) -> rx.Component:
    return rx.fragment(
        el.h3(t("See what they see"), class_name="t-h3 mt-5 mb-2"),
        _access(
            t("For an hour at most, without changing anything. It is written in the audit log."),
            kit.btn(t("Act as {name}", name=person.name), size="sm", on_click=S.act_as(person.id), **kit.closes()),
        ),
    )


def _access(words: str, action: rx.Component) -> rx.Component:
    return el.div(el.p(words, class_name="t-small t-2 mb-3"), action)


def _merge_dialog() -> rx.Component:
    def line(one: Any) -> rx.Component:
        name = kit.sr(f" {one.name}, {one.email}")
        return el.li(
            el.div(
                el.div(one.name, class_name="t-strong"),
                el.div(one.email, class_name="t-small t-2 break-words"),
                class_name="min-w-0 flex-1",
            ),
            kit.btn(rx.fragment(t("Merge"), name), "danger", size="sm", on_click=S.merge(one.id), **kit.closes()),
            class_name="k-row",
        )

    return kit.dialog(
        MERGE,
        t("Merge into {name}", name=S.chosen.name),
        el.p(
            t(
                "Courses, work, marks and files of the other account become this one's, and the other account goes. Name, "
                "address and password stay those of this one. This cannot be undone."
            ),
            class_name="t-2 mb-4",
        ),
        el.form(
            kit.search_input(
                t("Search people"), t("Name or email of the other account"), id="merge-words", name="words"
            ),
            kit.btn(t("Search"), type="submit"),
            on_submit=lambda data: S.find_others(data.to(dict[str, str])["words"]),
            class_name="flex gap-2 mb-4",
        ),
        rx.cond(S.others.length() > 0, kit.rows(rx.foreach(S.others, line))),
        actions=(kit.btn(t("Cancel"), **kit.closes()),),
        light=False,
    )


PAGE = Page(routes.PEOPLE, view, S.open_people, t("People"), "admin")
