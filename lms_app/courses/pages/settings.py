"""The settings of a course: what it is, when it runs, who comes in, what completes it."""

from typing import Any

import reflex as rx

from lms_app.courses.state.building import BuildState
from lms_app.policy import Can
from lms_app.web import kit, routes
from lms_app.web.guard import member
from lms_app.web.kit import el, typed
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = BuildState
COURSE, VALUES, ERRORS = S.course, S.chosen["values"], S.errors
ARCHIVE = "ask-archive"
JOINING = (
    ("open", t("Anyone who is signed in")),
    ("key", t("Anyone with the key")),
    ("approval", t("Anyone may ask, and you approve")),
    ("invitation", t("Only with an invitation")),
)


def view() -> rx.Component:
    return kit.page_shell("Teaching", kit.page_states(S, _body(), _skeleton(), what=t("the settings")))


def _skeleton() -> rx.Component:
    return rx.fragment(kit.skel("280px", "32px", class_name="mb-8"), kit.skel("100%", "520px"))


def _body() -> rx.Component:
    return rx.fragment(
        kit.page_head(
            t("Settings: {title}", title=COURSE.title),
            t("Times are in your zone, {zone}.", zone=typed.at(VALUES, "zone")),
            typed.saved_status(S),
            kit.btn(t("Export and import"), "quiet", "folder-sync", href=routes.course_files(COURSE.slug)),
            kit.btn(t("Copy this course"), "quiet", "copy", href=routes.course_files(COURSE.slug)),
            rx.cond(
                COURSE.status != "archived",
                kit.btn(t("Archive course"), "quiet", "archive", **kit.opens(ARCHIVE)),
            ),
            kit.btn(t("Build"), "secondary", "pencil", href=routes.course_build(COURSE.slug)),
            crumb=(COURSE.title, routes.teach_course(COURSE.slug)),
        ),
        el.form(
            kit.hidden("do", ""),
            _about(),
            _times(),
            _joining(),
            _completing(),
            _talking(),
            el.div(kit.btn(t("Save settings"), "primary", type="submit")),
            key=S.form,
            on_submit=S.send_settings,
            class_name="flex flex-col gap-6 max-w-[760px]",
            custom_attrs={"noValidate": True, "data-autosaves": "true"},
        ),
        kit.confirm_dialog(
            ARCHIVE,
            t("Archive this course?"),
            t("Its members read on and hand in nothing. Nobody can join. You can open it again."),
            t("Archive course"),
            on_confirm=S.archive,
        ),
    )


def _about() -> rx.Component:
    return typed.part(
        t("About the course"),
        typed.line(VALUES, ERRORS, "title", t("Title"), max_length=160),
        typed.line(VALUES, ERRORS, "summary", t("In one sentence"), optional=True, max_length=300),
        typed.lines(
            VALUES,
            ERRORS,
            "description",
            t("Description"),
            hint=t("Markdown works here. It stands on the course's page."),
            optional=True,
            rows=6,
        ),
        typed.side_by_side(
            typed.line(VALUES, ERRORS, "category", t("Subject"), optional=True, max_length=60),
            typed.line(VALUES, ERRORS, "level", t("Level"), optional=True, max_length=40),
        ),
    )


def _times() -> rx.Component:
    return typed.part(
        t("When it runs"),
        typed.side_by_side(
            typed.moment(VALUES, ERRORS, "starts_at", t("Starts"), hint=t("Nothing opens before.")),
            typed.moment(VALUES, ERRORS, "ends_at", t("Ends"), hint=t("Nobody can join after it.")),
        ),
        el.div(typed.number(VALUES, ERRORS, "hours", t("Hours it takes"), optional=True), class_name="max-w-[12rem]"),
    )


def _joining() -> rx.Component:
    key = typed.line(
        VALUES,
        ERRORS,
        "enrol_key",
        t("Key"),
        hint=t("Needed only where people join with a key: at least 4 characters."),
        optional=True,
        max_length=80,
    )
    seats = typed.number(
        VALUES, ERRORS, "capacity", t("Seats"), hint=t("Who comes later is on the wait-list."), optional=True
    )
    return typed.part(
        t("Who can join"),
        typed.choose(VALUES, ERRORS, "enrol_mode", t("Who can join"), JOINING),
        key,
        el.div(seats, class_name="max-w-[20rem]"),
    )


def _completing() -> rx.Component:
    return typed.part(
        t("Completing it"),
        el.p(t("A student has completed the course when everything that is needed is complete."), class_name="t-2"),
        typed.switch(VALUES, "certificate", t("Award a certificate")),
        el.div(
            typed.percent(VALUES, ERRORS, "pass", t("Marks needed for it")),
            class_name="max-w-[14rem]",
        ),
    )


def _talking() -> rx.Component:
    return typed.part(
        t("Questions"),
        el.p(
            t("Everybody in the course sees questions and answers with the names of who wrote them."), class_name="t-2"
        ),
        typed.switch(VALUES, "questions", t("Learners can ask questions under lessons and answer them")),
    )


PAGE = Page(
    routes.COURSE_SETTINGS,
    view,
    BuildState.open_settings,
    rx.cond(S.loaded, t("Settings: {title}", title=COURSE.title), t("Course settings")),
    member(Can.MANAGE),
)
