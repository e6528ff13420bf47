"""The settings of an assignment in plain words: what is asked, what may be handed in, until when, and how it is marked."""

from typing import Any

import reflex as rx

from lms_app.assignments.service import BRIEF
from lms_app.assignments.state.settings import AssignmentSettingsState
from lms_app.core.filetypes import FILE_TYPES
from lms_app.policy import Can
from lms_app.web import kit, routes
from lms_app.web.guard import member
from lms_app.web.kit import el, typed, writing
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = AssignmentSettingsState
ONE = S.shown[0]
REOPEN = (
    ("never", t("One attempt")),
    ("manual", t("Another attempt when the staff give one")),
    ("until_pass", t("Another attempt as long as the mark is below the pass mark")),
)
LATE = (
    ("none", t("Nothing")),
    ("interval", t("A part of the points for every day or hour that has begun")),
    ("tiers", t("Steps: the later, the more")),
)
UNITS = (("day", t("Day")), ("hour", t("Hour")))


def view() -> rx.Component:
    return kit.page_shell("Teaching", kit.page_states(S, _body(), _skeleton(), what=t("the settings")))


def _skeleton() -> rx.Component:
    return rx.fragment(kit.skel("280px", "32px", class_name="mb-8"), kit.skel("100%", "520px"))


def _body() -> rx.Component:
    student = routes.assignment(ONE.slug, ONE.item_id) + f"?{routes.AS_STUDENT}"
    return rx.fragment(
        kit.page_head(
            ONE.title,
            t("Times are in your zone, {zone}.", zone=ONE.zone),
            typed.saved_status(S),
            kit.btn(t("Extensions"), "quiet", "calendar-clock", href=routes.item_overrides(ONE.slug, ONE.item_id)),
            kit.btn(t("See it as a student"), "secondary", "eye", href=student),
            kit.btn(t("Submissions"), "secondary", "inbox", href=routes.submissions(ONE.slug, ONE.item_id)),
            crumb=(ONE.course, routes.course_build(ONE.slug)),
        ),
        kit.error_summary(S.problems),
        el.form(
            kit.hidden("do", ""),
            _asked(),
            _dates(),
            _taken(),
            _attempts(),
            _marked(),
            _late(),
            el.div(kit.btn(t("Save settings"), "primary", type="submit")),
            key=ONE.item_id,
            on_submit=S.send,
            class_name="flex flex-col gap-6 max-w-[760px]",
            custom_attrs={"noValidate": True, "data-autosaves": "true"},
        ),
        writing.file_dialog(BRIEF, ONE.item_id),
    )


def _asked() -> rx.Component:
    tools = el.div(
        writing.file_btn(),
        role="toolbar",
        aria_label=t("Add to the brief"),
        aria_controls="brief",
        class_name="k-tools",
    )
    return typed.part(
        t("What is asked"),
        typed.line(S.values, S.errors, "title", t("Title"), max_length=160),
        el.div(
            tools,
            typed.lines(
                S.values,
                S.errors,
                "brief",
                t("Brief"),
                hint=t("What students are to do, in Markdown: **bold**, ## heading, $x^2$."),
                rows=10,
            ),
            class_name="flex flex-col gap-2",
        ),
    )


def _dates() -> rx.Component:
    return typed.part(
        t("When"),
        typed.side_by_side(
            typed.moment(S.values, S.errors, "opens_at", t("Opens"), hint=t("Without one it is open now.")),
            typed.moment(S.values, S.errors, "due_at", t("Due"), hint=t("What comes later is late.")),
            typed.moment(S.values, S.errors, "closes_at", t("Cut-off"), hint=t("Nothing is taken after it.")),
            typed.moment(
                S.values, S.errors, "grade_by_at", t("Remind to mark"), hint=t("The staff get a mail if work waits.")
            ),
        ),
    )


def _taken() -> rx.Component:
    types = el.div(
        *[typed.switch(S.values, f"type.{name}", kind.label) for name, kind in FILE_TYPES.items()],
        class_name="grid gap-1 sm:grid-cols-2",
    )
    return typed.part(
        t("What may be handed in"),
        kit.fieldset(
            t("Kinds of work"),
            _below(
                typed.switch(S.values, "takes_text", t("A text, written here")),
                typed.switch(S.values, "takes_files", t("Files")),
                typed.switch(S.values, "takes_link", t("A link to work elsewhere")),
            ),
            id="takes_text",
            error=typed.at(S.errors, "takes_text"),
        ),
        typed.side_by_side(
            typed.number(S.values, S.errors, "files_max", t("Files at most")),
            typed.number(S.values, S.errors, "file_mib", t("Megabytes for each file")),
        ),
        kit.fieldset(
            t("Types of files"),
            types,
            id="file_types",
            hint=t("Without any, all types are taken. What a file holds decides, not its name."),
            error=typed.at(S.errors, "file_types"),
        ),
        typed.lines(
            S.values,
            S.errors,
            "statement",
            t("Statement to agree to"),
            hint=t("Students tick it before they submit. Without one nothing is asked."),
            optional=True,
            rows=2,
        ),
    )


def _attempts() -> rx.Component:
    return typed.part(
        t("Attempts and groups"),
        typed.choose(S.values, S.errors, "reopen", t("After the first one"), REOPEN),
        el.div(
            typed.number(S.values, S.errors, "attempts_max", t("Attempts at most"), optional=True),
            class_name="max-w-[12rem]",
        ),
        kit.fieldset(
            t("Groups"),
            _below(
                typed.switch(S.values, "group_work", t("One submission for each group of the course")),
                typed.switch(S.values, "own_grades", t("Each member of a group gets a mark of their own")),
            ),
            id="group_work",
            error=typed.at(S.errors, "group_work"),
        ),
    )


def _marked() -> rx.Component:
    return typed.part(
        t("How it is marked"),
        typed.side_by_side(
            typed.number(S.values, S.errors, "points", t("Points")),
            typed.number(S.values, S.errors, "pass", t("Pass mark (%)"), optional=True),
        ),
        kit.field(
            t("Rubric"),
            kit.select(ONE.rubrics, name="rubric", default_value=typed.at(S.values, "rubric")),
            id="rubric",
            hint=t("Students see it before they submit."),
            error=typed.at(S.errors, "rubric"),
        ),
        typed.switch(S.values, "blind", t("Without names, until the marks are published")),
    )


def _late() -> rx.Component:
    def step(_row: Any, start: str) -> rx.Component:
        return typed.side_by_side(
            typed.number(S.values, S.errors, f"{start}hours", t("Up to this many hours late")),
            typed.number(S.values, S.errors, f"{start}percent", t("Percent of the maximum")),
        )

    return typed.part(
        t("Late and missing work"),
        typed.choose(S.values, S.errors, "late", t("What being late costs"), LATE),
        el.div(
            typed.side_by_side(
                typed.number(S.values, S.errors, "late_share", t("Percent of the maximum"), optional=True),
                typed.choose(S.values, S.errors, "late_unit", t("For every"), UNITS),
                typed.number(
                    S.values,
                    S.errors,
                    "late_floor",
                    t("Never below (%)"),
                    optional=True,
                    hint=t("Of the maximum. Lower marks stay as they are."),
                ),
            ),
            class_name="k-if-interval",
        ),
        el.div(
            typed.rows(
                S.values,
                S.errors,
                "tiers",
                t("Steps"),
                step,
                noun=t("step"),
                hint=t("Beyond the last one, the last one counts."),
                can_move=False,
            ),
            class_name="k-if-tiers",
        ),
        typed.percent(
            S.values,
            S.errors,
            "missing",
            t("Mark for missing work"),
            hint=t("Given once it is due and nothing was submitted. Without one there is no mark."),
        ),
    )


def _below(*switches: rx.Component) -> rx.Component:
    return el.div(*switches, class_name="flex flex-col gap-1")


PAGE = Page(
    routes.ASSIGNMENT_SETTINGS,
    view,
    AssignmentSettingsState.open,
    rx.cond(S.loaded, t("Settings: {title}", title=ONE.title), t("Assignment settings")),
    member(Can.AUTHOR),
)
