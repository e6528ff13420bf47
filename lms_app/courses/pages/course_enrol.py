"""A class list comes in: paste it or choose a file, see what would become of each line, then enrol them all."""

from typing import Any

import reflex as rx

from lms_app.courses.pages.teach_parts import missing
from lms_app.courses.state.people import LIST
from lms_app.courses.state.teaching import TeachCourseState
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = TeachCourseState
COURSE = S.course
LINES = S.lines
TALLY = S.tally


def view() -> rx.Component:
    return kit.page_shell("Teaching", kit.page_states(S, _body(), _skeleton(), what=t("the page"), missing=missing()))


def _skeleton() -> rx.Component:
    return rx.fragment(kit.skel("280px", "32px", class_name="mb-8"), kit.skel("100%", "320px"))


def _body() -> rx.Component:
    return el.div(
        kit.page_head(t("Enrol people"), crumb=(COURSE.title, routes.course_people(COURSE.slug))),
        _form(),
        el.div(rx.cond(LINES.length() > 0, _summary()), role="status", class_name="mt-8"),
        rx.cond(LINES.length() > 0, _lines()),
        class_name="max-w-[860px]",
    )


def _form() -> rx.Component:
    """One button: it checks a list that is new, and enrols the people of one that was checked and is right."""
    people = TALLY["enrolled"] + TALLY["queued"] + TALLY["invited"]
    ready = (TALLY["wrong"] == 0) & (LINES.length() > 0)
    enrol = rx.cond(people == 1, t("Enrol 1 person"), t("Enrol {n} people", n=people))
    return el.form(
        kit.field(
            t("People"),
            kit.textarea(name="people", rows=10, auto_complete="off", spell_check=False, class_name="font-mono"),
            id=LIST,
            hint=t("One on each line: an email address, or email, name, role and group. Paste from a mail or a table."),
            error=kit.error_of(S.problems, LIST),
        ),
        kit.field(
            t("CSV file"),
            kit.file_input(accept=".csv,.tsv,.txt,text/csv,text/plain", data_reads=LIST),
            id="people-file",
            hint=t("Its text appears above, where you can change it."),
            optional=True,
            class_name="mt-4",
        ),
        el.div(
            kit.btn(t("Cancel"), href=routes.course_people(COURSE.slug)),
            kit.btn(rx.cond(ready, enrol, t("Check list")), "primary", type="submit"),
            class_name="flex flex-wrap gap-3 mt-6",
        ),
        no_validate=True,
        on_submit=lambda data: S.send_list(data.to(dict[str, str])["people"]),
    )


def _summary() -> rx.Component:
    wrong = rx.cond(
        TALLY["wrong"] == 1,
        t("1 line needs correcting. Nobody is enrolled until it is right."),
        t("{n} lines need correcting. Nobody is enrolled until they are right.", n=TALLY["wrong"]),
    )
    right = t("Nothing has happened yet. Change the list, or press the button again to enrol everybody on it.")
    return rx.fragment(
        el.h2(t("What would happen"), class_name="t-h2 mb-3"),
        rx.cond(
            TALLY["wrong"] > 0,
            kit.note("danger", "circle-alert", el.p(wrong)),
            kit.note("info", "info", el.p(right)),
        ),
        el.dl(
            kit.stat(
                t("Enrolled at once"),
                TALLY["enrolled"],
                rx.cond(
                    TALLY["queued"] > 0,
                    t("{n} more come onto the wait-list: the course is full.", n=TALLY["queued"]),
                    t("They have an account, and get a mail."),
                ),
            ),
            kit.stat(t("Invited by mail"), TALLY["invited"], t("They make an account by a link. Check the address.")),
            kit.stat(t("Unchanged"), TALLY["unchanged"], t("In the course, invited, or twice on the list.")),
            class_name="k-stats mt-4",
        ),
    )


def _lines() -> rx.Component:
    rest = TALLY["enrolled"] + TALLY["queued"] + TALLY["invited"] + TALLY["unchanged"] + TALLY["wrong"] - LINES.length()
    return el.div(
        kit.data_table(
            t("The lines of the list"),
            [kit.col(t("Line"), num=True), t("Person"), t("What happens"), t("Note")],
            rx.foreach(LINES, _line),
            cards=True,
        ),
        rx.cond(rest > 0, el.p(t("And {n} more lines.", n=rest), class_name="t-small t-2 mt-3")),
        class_name="mt-6",
    )


def _line(line: Any) -> rx.Component:
    fate = rx.match(
        line.fate,
        ("enrol", kit.chip(t("Enrolled"), "ok", "check")),
        ("queue", kit.chip(t("On the wait-list"), "mark", "hourglass")),
        ("invite", kit.chip(t("Invited by mail"), "info", "mail")),
        ("wrong", kit.chip(t("Not right"), "danger", "circle-alert")),
        ("invited", kit.chip(t("Invited already"))),
        ("same", kit.chip(t("On the list before"))),
        kit.chip(t("In already")),
    )
    return kit.tr(
        kit.td(line.line, num=True, label=t("Line")),
        kit.row_head(
            el.div(line.email, class_name="break-all"),
            rx.cond(line.name != "", el.div(line.name, class_name="t-small t-2 font-normal")),
        ),
        kit.td(fate, label=t("What happens")),
        kit.td(rx.cond(line.note != "", line.note, "–"), label=t("Note")),
    )


PAGE = Page(routes.COURSE_ENROL, view, TeachCourseState.open_list, t("Enrol people"), "member")
