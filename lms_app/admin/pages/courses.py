"""All courses of the school, whoever teaches them."""

import reflex as rx

from lms_app.admin.state.courses import AllCoursesState
from lms_app.admin.views import CourseRow
from lms_app.web import kit, routes
from lms_app.web.page import Page
from lms_app.web.words import t

S = AllCoursesState
STATUS_FILTER = (
    ("", t("Any status")),
    ("published", t("Published")),
    ("draft", t("Draft")),
    ("archived", t("Archived")),
)
SORTS = (("", t("A to Z")), ("learners", t("Most learners")), ("newest", t("Newest first")))


def view() -> rx.Component:
    return kit.page_shell("Courses", kit.page_states(S, _body(), kit.skel_rows(6), what=t("courses")))


def _body() -> rx.Component:
    return rx.fragment(
        kit.page_head(
            t("Courses"),
            t("Every course of the school, drafts and archived ones too"),
            kit.btn(t("Certificate designs"), ic="palette", href=routes.certificate_designs()),
        ),
        kit.search_form(
            t("Search courses"),
            t("Search by title, subject or instructor"),
            S,
            kit.filter_by(t("Status"), STATUS_FILTER, S, "status", S.status),
            kit.filter_by(t("Sort"), SORTS, S, "sort", S.sort),
        ),
        rx.cond(S.courses.length() > 0, rx.fragment(_table(), kit.pager(S)), _nothing()),
    )


def _table() -> rx.Component:
    return kit.data_table(
        t("Courses"),
        [
            t("Course"),
            t("Instructor"),
            t("Status"),
            kit.col(t("Learners"), num=True),
            kit.col(t("Waiting"), num=True),
            kit.col(t("Completed"), num=True),
            kit.col(t("Quiz attempts"), num=True),
        ],
        rx.foreach(S.courses, _row),
    )


def _row(course: rx.Var[CourseRow]) -> rx.Component:
    return kit.tr(
        kit.row_head(kit.link(course.title, course.url)),
        kit.td(course.instructor),
        kit.td(
            rx.match(
                course.status,
                ("published", kit.chip(t("Published"), "ok")),
                ("draft", kit.chip(t("Draft"), "info")),
                kit.chip(t("Archived")),
            )
        ),
        kit.td(course.learners, num=True),
        kit.td(rx.cond(course.waiting > 0, kit.chip(course.waiting, "mark"), "–"), num=True),
        kit.td(course.completed, " · ", course.completion, num=True),
        kit.td(course.attempts, num=True),
    )


def _nothing() -> rx.Component:
    found_none = kit.empty(
        "search-x",
        t("No courses match"),
        t("Try fewer words, or take a filter off."),
        kit.btn(t("Clear filters"), href=routes.admin_courses()),
        level=2,
    )
    none_at_all = kit.empty(
        "book-open",
        t("No courses yet"),
        t("They appear here as soon as an instructor creates one, published or not."),
        level=2,
    )
    filtered = (S.search != "") | (S.status != "")
    return kit.card(rx.cond(filtered, found_none, none_at_all), pad=False)


PAGE = Page(routes.ADMIN_COURSES, view, S.open_courses, t("Courses"), "admin")
