"""The courses that somebody teaches: who learns in them, and who waits at the door."""

from typing import Any

import reflex as rx

from lms_app.courses.pages.kinds import status_chip
from lms_app.courses.state.teaching import TeachingState
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = TeachingState
NEW = "new-course"


def view() -> rx.Component:
    return kit.page_shell(
        "Teaching",
        kit.page_states(S, _body(), kit.skel_rows(3, picture=True), what=t("the courses you teach")),
    )


def _body() -> rx.Component:
    return rx.fragment(
        kit.page_head(
            t("Teaching"),
            t("Your courses, their learners and their results"),
            kit.btn(t("Import"), "secondary", "upload", href=routes.course_import()),
            kit.btn(t("New course"), "primary", "plus", **kit.opens(NEW)),
        ),
        rx.cond(
            S.courses.length() > 0,
            kit.rows(rx.foreach(S.courses, _course)),
            kit.card(
                kit.empty(
                    "presentation",
                    t("No courses yet"),
                    t("Courses you teach appear here, with their learners and quiz results. Begin with the first one."),
                    level=2,
                ),
            ),
        ),
        _new(),
    )


def _new() -> rx.Component:
    return kit.dialog(
        NEW,
        t("New course"),
        el.form(
            kit.field(
                t("Title"),
                kit.text_input(name="title", max_length=160, auto_complete="off"),
                id="new-title",
                hint=t("Only you see the course until you publish it. The title can change later."),
                error=S.wrong,
                class_name="mt-4",
            ),
            el.div(
                kit.btn(t("Cancel"), **kit.closes()),
                kit.btn(t("Create course"), "primary", type="submit"),
                class_name="k-dlg-a",
            ),
            no_validate=True,
            on_submit=lambda data: S.create(data.to(dict[str, str])["title"]),
        ),
        light=False,
    )


def _course(course: Any) -> rx.Component:
    return el.li(
        kit.cover(course.hue, course.motif, class_name="w-[72px] aspect-square! rounded-lg max-sm:hidden!"),
        el.div(
            el.h2(
                kit.a(course.title, href=routes.teach_course(course.slug), class_name="k-plain"), class_name="t-course"
            ),
            el.p(_learners(course), class_name="t-small t-2"),
            class_name="min-w-0 flex-1 max-sm:basis-full!",
        ),
        el.div(
            rx.cond(course.unanswered > 0, _unanswered(course)),
            rx.cond(course.waiting > 0, kit.chip(t("{n} waiting", n=course.waiting), "mark", "user-plus")),
            status_chip(course.status),
            class_name="flex flex-wrap items-center gap-2",
        ),
        class_name="k-row max-sm:flex-wrap",
    )


def _unanswered(course: Any) -> rx.Component:
    words = rx.match(
        course.unanswered, (1, t("1 unanswered question")), t("{n} unanswered questions", n=course.unanswered)
    )
    return kit.a(
        kit.chip(rx.fragment(words, kit.sr(" "), kit.sr(course.title)), "mark", "message-circle-question"),
        href=routes.course_questions(course.slug, show="unanswered"),
    )


def _learners(course: Any) -> Any:
    """How many learn here and how many have finished, in words."""
    learning = rx.match(
        course.learners, (0, t("No learners yet")), (1, t("1 learner")), t("{n} learners", n=course.learners)
    )
    return rx.fragment(learning, rx.cond(course.completed > 0, t(" · {n} completed", n=course.completed), ""))


PAGE = Page(routes.TEACHING, view, TeachingState.open, t("Teaching"), "signed_in")
