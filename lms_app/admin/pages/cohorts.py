"""Cohorts: people who belong together on the whole site, and the courses that they join together."""

from typing import Any

import reflex as rx

from lms_app.admin.state.directory import DirectoryState
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = DirectoryState
DIALOG = "cohort"


def view() -> rx.Component:
    return kit.page_shell("People", kit.page_states(S, _body(), kit.skel_rows(6), what=t("cohorts")))


def _body() -> rx.Component:
    return el.div(
        kit.page_head(
            t("Cohorts"),
            t("A year, a department: people who belong together. They can join courses together."),
            crumb=(t("People"), routes.people()),
        ),
        _new(),
        rx.cond(S.cohorts.length() > 0, _table(), _none()),
        _dialog(),
        class_name="max-w-[860px]",
    )


def _new() -> rx.Component:
    return el.form(
        kit.field(
            t("New cohort"),
            kit.text_input(name="name", max_length=80, auto_complete="off"),
            id="cohort",
            error=kit.error_of(S.problems, "cohort"),
            class_name="flex-1 min-w-[200px]",
        ),
        kit.btn(t("Add cohort"), "primary", "plus", type="submit"),
        on_submit=S.add_cohort,
        reset_on_submit=True,
        class_name="flex flex-wrap items-end gap-3 mb-6",
    )


def _table() -> rx.Component:
    def line(one: Any) -> rx.Component:
        people = rx.cond(one.people == 1, t("1 person"), t("{n} people", n=one.people))
        return kit.tr(
            kit.row_head(
                el.div(one.name),
                rx.cond(one.description != "", el.div(one.description, class_name="t-small t-2 font-normal")),
            ),
            kit.td(kit.link(people, f"{routes.people()}?cohort=" + one.id), label=t("People")),
            kit.td(
                rx.cond(one.courses.length() > 0, one.courses.join(", "), "–"), label=t("Joins"), class_name="t-small"
            ),
            kit.td(
                kit.btn(
                    rx.fragment(t("Manage"), kit.sr(" " + one.name)),
                    "quiet",
                    size="sm",
                    on_click=S.pick_cohort(one.id),
                    **kit.opens(DIALOG),
                ),
                num=True,
            ),
            key=one.id,
        )

    columns = [t("Cohort"), t("People"), t("Joins courses"), kit.col(t("Action"), hidden=True)]
    return kit.data_table(t("Cohorts"), columns, rx.foreach(S.cohorts, line), cards=True)


def _none() -> rx.Component:
    return kit.card(
        kit.empty(
            "users-round",
            t("No cohorts yet"),
            t("Add one above, or import a list of people with a column for cohorts."),
            level=2,
        ),
        pad=False,
    )


def _dialog() -> rx.Component:
    name = S.chosen_name
    delete = kit.confirm(
        t("Delete cohort"),
        t("Delete the cohort?"),
        t("Its people stay, and so do their places in courses."),
        t("Delete"),
        on_confirm=S.delete_cohort,
        id="delete-cohort",
        kind="quiet",
        size="sm",
    )
    return kit.dialog(
        DIALOG,
        name,
        el.form(
            kit.field(
                t("Name"),
                kit.text_input(name="name", max_length=80, default_value=name, key=name, auto_complete="off"),
                id="rename",
                error=kit.error_of(S.problems, "rename"),
            ),
            kit.btn(t("Rename"), size="sm", type="submit"),
            on_submit=S.rename_cohort,
            class_name="flex flex-col items-start gap-3",
        ),
        el.form(
            kit.field(
                t("Add people"),
                kit.textarea(name="emails", rows=3, auto_complete="off", spell_check=False),
                id="emails",
                hint=t("Email addresses, as many as you paste. For thousands import a list."),
                error=kit.error_of(S.problems, "emails"),
                class_name="w-full",
            ),
            kit.btn(t("Add to cohort"), size="sm", type="submit"),
            on_submit=S.add_people,
            class_name="flex flex-col items-start gap-3 mt-6",
        ),
        el.form(
            kit.field(
                t("Enrol in a course"),
                kit.text_input(name="slug", max_length=300, auto_complete="off"),
                id="slug",
                hint=t("The course's address, or the last part of it."),
                error=kit.error_of(S.problems, "slug"),
                class_name="w-full",
            ),
            kit.check(t("Enrol whoever joins the cohort later, too"), "synchronised"),
            el.p(t("Who leaves the cohort stays in the course."), class_name="t-small t-2"),
            kit.btn(t("Enrol cohort"), size="sm", type="submit"),
            on_submit=S.enrol,
            class_name="flex flex-col items-start gap-3 mt-6",
        ),
        el.div(delete, class_name="mt-6"),
        actions=(kit.btn(t("Close"), **kit.closes()),),
        light=False,
        filled=S.filled,
    )


PAGE = Page(routes.COHORTS, view, S.open_cohorts, t("Cohorts"), "admin")
