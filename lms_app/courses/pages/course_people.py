"""The people of a course: who asks to come in, who learns and how far they are, the staff, the groups, the invited."""

from typing import Any

import reflex as rx

from lms_app.courses.pages.kinds import status_chip
from lms_app.courses.pages.teach_parts import ROLES, course_tabs, crumb, missing, role_words
from lms_app.courses.state.people import EXTRA, GROUP_NEW, WINDOW
from lms_app.courses.state.teaching import TeachCourseState
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = TeachCourseState
COURSE = S.course
PEOPLE = S.people
MANAGE = "manage-member"
FILTER = (
    ("active", t("Learning now")),
    ("complete", t("Completed")),
    ("queued", t("On the wait-list")),
    ("left", t("Left")),
)


def view() -> rx.Component:
    return kit.page_shell(
        "Teaching",
        kit.page_states(S, _body(), _skeleton(), what=t("the people of the course"), missing=missing()),
    )


def _skeleton() -> rx.Component:
    return rx.fragment(kit.skel("280px", "32px", class_name="mb-8"), kit.skel_rows(8))


def _body() -> rx.Component:
    enrol = kit.btn(t("Enrol people"), "primary", "user-plus", href=routes.course_enrol(COURSE.slug))
    return rx.fragment(
        kit.page_head(COURSE.title, status_chip(COURSE.status), rx.cond(COURSE.manages, enrol), crumb=crumb()),
        course_tabs("people"),
        el.div(
            el.div(_waiting(), _learners(), class_name="flex flex-col gap-8 min-w-0"),
            el.aside(
                _staff(),
                _groups(),
                _invited(),
                aria_label=t("Staff and groups"),
                class_name="flex flex-col gap-8 min-w-0",
            ),
            class_name="grid xl:grid-cols-[minmax(0,1fr)_320px] gap-8 items-start",
        ),
        rx.cond(COURSE.manages, _manage()),
    )


# ---- Who waits


def _waiting() -> rx.Component:
    return rx.cond(
        S.waiting.length() > 0,
        kit.section(t("Requests to join"), kit.rows(rx.foreach(S.waiting, _request)), id="requests"),
    )


def _request(person: Any) -> rx.Component:
    name = kit.sr(f" {person.name}")
    answers = el.div(
        kit.btn(rx.fragment(t("Approve"), name), ic="check", size="sm", on_click=S.approve(person.user_id)),
        kit.btn(rx.fragment(t("Decline"), name), "quiet", size="sm", on_click=S.decline(person.user_id)),
        class_name="flex flex-wrap gap-2",
    )
    return el.li(
        el.div(
            el.div(person.name, class_name="t-strong"),
            el.div(t("{email} · asked on {day}", email=person.email, day=person.joined), class_name="t-small t-2"),
            class_name="min-w-0 flex-1 max-sm:basis-full!",
        ),
        rx.cond(COURSE.manages, answers),
        class_name="k-row max-sm:flex-wrap",
    )


# ---- Who learns


def _seats() -> Any:
    taken = t("{n} of {all} seats taken", n=COURSE.learners, all=COURSE.capacity)
    waits = rx.cond(COURSE.queued > 0, t(", {n} on the wait-list", n=COURSE.queued), "")
    return rx.cond(COURSE.capacity > 0, el.span(taken, waits, class_name="t-small t-2"))


def _learners() -> rx.Component:
    filtered = (S.search != "") | (S.shown != "active") | (S.group != "")
    return kit.section(
        t("Learners"),
        rx.cond(
            (COURSE.learners > 0) | filtered | (S.total > 0), rx.fragment(_tools(), _table_or_nobody()), _none_yet()
        ),
        action=_seats(),
        id="learners",
    )


def _tools() -> rx.Component:
    return el.form(
        # Typed text is the browser's own; a new key makes a new field when the search changed without typing.
        kit.search_input(
            t("Search learners"),
            t("Search by name or email"),
            name="search",
            default_value=S.search,
            key=S.search,
            max_length=200,
            class_name="flex-1 min-w-[220px]!",
        ),
        kit.filter_select(t("Show"), FILTER, value=S.shown, on_change=S.show),
        rx.cond(PEOPLE.groups.length() > 0, _group_filter()),
        role="search",
        class_name="flex flex-wrap gap-3 mb-3",
        on_submit=lambda data: S.find(data.to(dict[str, str])["search"]),
    )


def _group_filter() -> rx.Component:
    every = el.option(t("All groups"), value="")
    return el.select(
        every,
        rx.foreach(PEOPLE.groups, lambda group: el.option(group.name, value=group.id)),
        value=S.group,
        on_change=S.show_group,
        aria_label=t("Group"),
        class_name="k-input w-auto! min-w-[150px] max-w-full",
    )


def _table_or_nobody() -> rx.Component:
    nobody = kit.card(
        kit.empty(
            "users",
            t("Nobody matches"),
            t("Try fewer words, or take the filter off."),
            kit.btn(t("Clear search and filter"), on_click=S.clear),
        ),
        pad=False,
    )
    return rx.cond(S.learners.length() > 0, rx.fragment(_table(), _pager()), nobody)


def _none_yet() -> rx.Component:
    """Before anybody has come: the way to bring them in."""
    words = t("Learners appear here with their progress as soon as they join.")
    enrol = kit.btn(t("Enrol people"), ic="user-plus", href=routes.course_enrol(COURSE.slug))
    empty = rx.cond(
        COURSE.manages,
        kit.empty("users", t("No learners yet"), words, enrol),
        kit.empty("users", t("No learners yet"), words),
    )
    return kit.card(empty, pad=False)


def _table() -> rx.Component:
    def sortable(label: str, sort: str, order: str) -> rx.Component:
        return kit.col(label, sorted=rx.cond(S.sort == sort, order, ""), on_sort=S.sort_by(sort))

    return kit.data_table(
        t("Learners and their progress"),
        [
            sortable(t("Learner"), "name", "ascending"),
            sortable(t("Progress"), "progress", "descending"),
            t("Joined"),
            sortable(t("Last seen"), "seen", "descending"),
            kit.col(t("Action"), hidden=True),
        ],
        rx.foreach(S.learners, _learner),
    )


def _learner(person: Any) -> rx.Component:
    progress = kit.bar_row(person.percent, t("Progress of {name}", name=person.name), class_name="min-w-[120px]")
    return kit.tr(
        kit.row_head(
            el.div(person.name),
            el.div(person.email, class_name="t-small t-2 font-normal"),
            rx.cond(
                person.groups.length() > 0,
                el.div(person.groups.join(", "), class_name="t-small t-2 font-normal"),
            ),
        ),
        kit.td(rx.cond(person.completed, kit.chip(t("Completed"), "ok", "check"), progress)),
        kit.td(person.joined, class_name="whitespace-nowrap"),
        kit.td(person.seen, class_name="whitespace-nowrap"),
        kit.td(rx.cond(COURSE.manages & (person.state != "left"), _manages(person)), num=True),
    )


def _manages(person: Any) -> rx.Component:
    return kit.btn(
        rx.fragment(t("Manage"), kit.sr(f" {person.name}")),
        "quiet",
        size="sm",
        on_click=S.choose(person.user_id),
        **kit.opens(MANAGE),
    )


def _pager() -> rx.Component:
    last = S.at + S.learners.length()
    shown = rx.cond(
        S.total > S.learners.length(),
        t("{a} to {b} of {all}", a=S.at + 1, b=last, all=S.total),
        rx.cond(S.total == 1, t("1 learner"), t("{n} learners", n=S.total)),
    )
    turns = el.div(
        rx.cond(S.at > 0, kit.btn(t("Previous"), "quiet", "arrow-left", size="sm", on_click=S.turn(S.at - WINDOW))),
        rx.cond(
            last < S.total, kit.btn(t("Next"), "quiet", ic_end="arrow-right", size="sm", on_click=S.turn(S.at + WINDOW))
        ),
        class_name="flex gap-2",
    )
    return el.div(
        kit.result_count(shown), turns, class_name="flex flex-wrap items-center justify-between gap-3 mt-3 min-h-10"
    )


# ---- Who teaches


def _staff() -> rx.Component:
    return kit.section(t("Staff"), kit.rows(rx.foreach(PEOPLE.staff, _colleague)), id="staff")


def _colleague(person: Any) -> rx.Component:
    return el.li(
        el.div(
            el.div(person.name, class_name="t-strong"),
            el.div(role_words(person.role), class_name="t-small t-2"),
            class_name="min-w-0 flex-1",
        ),
        rx.cond(COURSE.manages, _manages(person)),
        class_name="k-row",
    )


# ---- Groups


def _groups() -> rx.Component:
    none = kit.card(
        el.p(t("No groups yet"), class_name="t-strong"),
        el.p(t("Divide the people into labs or tutorials. A person may be in several."), class_name="t-small t-2 mt-1"),
    )
    return kit.section(
        t("Groups"),
        rx.cond(PEOPLE.groups.length() > 0, kit.rows(rx.foreach(PEOPLE.groups, _group)), none),
        rx.cond(COURSE.manages, _new_group()),
        id="groups",
    )


def _group(group: Any) -> rx.Component:
    people = rx.cond(group.people == 1, t("1 person"), t("{n} people", n=group.people))
    edit = kit.btn(
        rx.fragment(t("Edit"), kit.sr(f" {group.name}")), "quiet", size="sm", **kit.opens(f"edit-{group.id}")
    )
    return el.li(
        el.div(
            el.div(group.name, class_name="t-strong"),
            el.div(people, class_name="t-small t-2"),
            class_name="min-w-0 flex-1",
        ),
        # Keyed by its name, too: a new name is a new dialog, so the old one goes.
        rx.cond(COURSE.manages, rx.fragment(edit, _edit_group(group), key=f"{group.id}{group.name}")),
        class_name="k-row",
    )


def _edit_group(group: Any) -> rx.Component:
    id = f"group-{group.id}"
    return kit.dialog(
        f"edit-{group.id}",
        group.name,
        el.form(
            kit.field(
                t("Name"),
                kit.text_input(name="name", default_value=group.name, max_length=80, auto_complete="off"),
                id=id,
                error=kit.error_of(S.problems, id),
            ),
            el.div(
                kit.btn(t("Cancel"), **kit.closes()),
                kit.btn(t("Rename group"), "primary", type="submit"),
                class_name="k-dlg-a",
            ),
            on_submit=lambda data: S.rename_group(group.id, data.to(dict[str, str])["name"]),
            no_validate=True,
            class_name="mt-4",
        ),
        el.div(
            el.p(t("Deleting a group leaves its people in the course."), class_name="t-small t-2"),
            kit.btn(t("Delete group"), "danger", on_click=S.delete_group(group.id), class_name="mt-3", **kit.closes()),
            class_name="mt-6",
        ),
        light=False,
    )


def _new_group() -> rx.Component:
    """A new key makes a new, empty field once the group is there."""
    return el.form(
        kit.field(
            t("New group"),
            kit.text_input(
                name="name", max_length=80, auto_complete="off", key=PEOPLE.groups.length().to_string(), sm=True
            ),
            id=GROUP_NEW,
            error=kit.error_of(S.problems, GROUP_NEW),
        ),
        kit.btn(t("Add group"), ic="plus", size="sm", type="submit", class_name="mt-2"),
        on_submit=lambda data: S.add_group(data.to(dict[str, str])["name"]),
        no_validate=True,
        class_name="mt-3",
    )


# ---- Who is still to come


def _invited() -> rx.Component:
    return rx.cond(
        PEOPLE.invited.length() > 0,
        kit.section(t("Invited by mail"), kit.rows(rx.foreach(PEOPLE.invited, _guest)), id="invited"),
    )


def _guest(guest: Any) -> rx.Component:
    return el.li(
        el.div(
            rx.cond(guest.name != "", el.div(guest.name, class_name="t-strong")),
            el.div(guest.email, class_name="t-small break-all"),
            el.div(
                rx.cond(guest.role != "student", rx.fragment(role_words(guest.role), ", "), rx.fragment()),
                t("until {day}", day=guest.until),
                class_name="t-small t-2",
            ),
            class_name="min-w-0 flex-1",
        ),
        kit.confirm(
            rx.fragment(t("Withdraw"), kit.sr(f" {guest.email}")),
            t("Withdraw this invitation?"),
            t("The link in the mail stops working at once."),
            t("Withdraw invitation"),
            on_confirm=S.take_back(guest.id),
            id=f"take-back-{guest.id}",
            kind="quiet",
            size="sm",
        ),
        class_name="k-row",
    )


# ---- One person


def _manage() -> rx.Component:
    """One dialog for all rows, filled when it opens. Nothing here needs a question: all of it can be taken back."""
    person = S.chosen
    return kit.dialog(
        MANAGE,
        rx.cond(person.name != "", person.name, t("Member")),
        el.h3(t("Role"), class_name="t-h3 mt-4 mb-2"),
        el.div(*[_role(role, words) for role, words in ROLES], class_name="flex flex-wrap items-center gap-2"),
        rx.cond((person.role == "student") & (PEOPLE.groups.length() > 0), _their_groups()),
        rx.cond(person.role == "student", _their_time()),
        el.h3(t("Membership"), class_name="t-h3 mt-5 mb-2"),
        el.p(
            t("Whoever is removed loses access now. Progress and marks are kept, and joining again brings them back."),
            class_name="t-small t-2 mb-3",
        ),
        kit.btn(t("Remove from the course"), "danger", on_click=S.remove(person.user_id), **kit.closes()),
        actions=(kit.btn(t("Close"), **kit.closes()),),
        filled=S.filled,
    )


def _role(role: str, words: str) -> rx.Component:
    make = kit.btn(
        t("Make {role}", role=words.lower()),
        size="sm",
        on_click=S.change_role(S.chosen.user_id, role),
        **kit.closes(),
    )
    return rx.cond(S.chosen.role == role, kit.chip(words, "ok", "check"), make)


def _their_groups() -> rx.Component:
    def toggle(group: Any) -> rx.Component:
        return kit.toggle(
            group.name,
            S.chosen.groups.contains(group.name),
            size="sm",
            on_click=S.toggle_group(S.chosen.user_id, group.id),
        )

    return rx.fragment(
        el.h3(t("Groups"), class_name="t-h3 mt-5 mb-2"),
        el.div(rx.foreach(PEOPLE.groups, toggle), class_name="flex flex-wrap items-center gap-2"),
    )


def _their_time() -> rx.Component:
    """A new key is a new field: another person's number must not stand in it."""
    number = kit.text_input(
        name="percent",
        default_value=S.chosen.extra_percent.to_string(),
        input_mode="numeric",
        max_length=6,
        auto_complete="off",
        sm=True,
        class_name="max-w-[8rem]",
    )
    return el.form(
        kit.field(
            t("Extra time (%)"),
            number,
            id=EXTRA,
            hint=t("25 makes 60 minutes 75, in every quiz of the course."),
            error=kit.error_of(S.problems, EXTRA),
        ),
        kit.btn(t("Save extra time"), size="sm", type="submit", class_name="mt-2"),
        on_submit=lambda data: S.give_time(S.chosen.user_id, data.to(dict[str, str])["percent"]),
        no_validate=True,
        key=S.chosen.user_id + S.chosen.extra_percent.to_string(),
        class_name="mt-5",
    )


PAGE = Page(
    routes.COURSE_PEOPLE, view, TeachCourseState.open_people, rx.cond(S.loaded, COURSE.title, t("People")), "member"
)
