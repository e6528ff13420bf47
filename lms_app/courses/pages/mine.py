"""My courses: each with its progress and the place to go on."""

import reflex as rx

from lms_app.courses.state.mine import MyCoursesState
from lms_app.courses.views import MyCourse
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t


def view() -> rx.Component:
    return kit.page_shell(
        "My courses",
        kit.page_states(MyCoursesState, _body(), kit.skel_rows(3, picture=True), what=t("your courses")),
    )


def _body() -> rx.Component:
    return rx.fragment(
        kit.page_head(
            t("My courses"),
            "",
            rx.cond(MyCoursesState.courses.length() > 0, kit.btn(t("Browse the catalogue"), href=routes.catalogue())),
        ),
        rx.cond(
            MyCoursesState.courses.length() > 0,
            kit.rows(rx.foreach(MyCoursesState.courses, _course)),
            kit.card(
                kit.empty(
                    "book-open",
                    t("No courses yet"),
                    t("Courses you join appear here, with your next lesson ready to resume."),
                    kit.btn(t("Browse the catalogue"), "primary", href=routes.catalogue()),
                    level=2,
                ),
            ),
        ),
    )


def _course(course: rx.Var[MyCourse], number: rx.Var[int]) -> rx.Component:
    return el.li(
        kit.cover(course.hue, course.motif, class_name="w-[72px] aspect-square! rounded-lg max-sm:hidden!"),
        el.div(
            el.h2(kit.a(course.title, href=routes.course(course.slug), class_name="k-plain"), class_name="t-course"),
            el.p(course.owner, class_name="t-small t-2"),
            rx.cond(
                (course.state == "waiting") | (course.state == "queued"),
                rx.fragment(),
                kit.bar_row(
                    course.percent, t("Progress in {title}", title=course.title), class_name="mt-2 max-w-[420px]"
                ),
            ),
            rx.cond(
                course.next_title != "",
                el.p(t("Next:"), " ", el.span(course.next_title, class_name="t-strong"), class_name="t-small t-2 mt-1"),
            ),
            class_name="min-w-0 flex-1 max-sm:basis-full!",
        ),
        rx.match(
            course.state,
            ("waiting", kit.chip(t("Waiting for approval"), "mark")),
            ("queued", kit.chip(t("On the wait-list"), "mark")),
            ("complete", kit.chip(t("Completed"), "ok", "check")),
            rx.cond(number == 0, _resume(course, "primary"), _resume(course, "secondary")),
        ),
        class_name="k-row max-sm:flex-wrap",
    )


def _resume(course: rx.Var[MyCourse], kind: str) -> rx.Component:
    name = t("Resume {title}", title=course.title)
    return kit.btn(t("Resume"), kind, "play", href=course.next_url, aria_label=name)


PAGE = Page(routes.MY_COURSES, view, MyCoursesState.open, t("My courses"), "signed_in")
