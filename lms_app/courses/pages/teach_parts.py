"""What the staff's pages of one course share."""

from typing import Any

import reflex as rx

from lms_app.courses.state.teaching import TeachCourseState
from lms_app.web import kit, routes
from lms_app.web.words import t

S: Any = TeachCourseState
ROLES = (("student", t("Learner")), ("assistant", t("Assistant")), ("instructor", t("Instructor")))


def missing() -> rx.Component:
    return kit.not_found(
        t("We could not find that course"),
        t("It may have moved, or you may not be on its staff."),
        kit.btn(t("Go to Teaching"), "primary", href=routes.teaching()),
    )


def crumb() -> tuple[Any, Any]:
    """Administrators come from the list of all courses."""
    is_admin = S.person.role == "admin"
    return (
        rx.cond(is_admin, t("Courses"), t("Teaching")),
        rx.cond(is_admin, routes.admin_courses(), routes.teaching()),
    )


def course_tabs(current: str) -> rx.Component:
    """`current` is course or people."""
    asked = S.waiting.length()
    return kit.tabs(
        t("Parts of the course"),
        (t("Course"), routes.teach_course(S.course.slug), current == "course"),
        (
            rx.fragment(
                t("People"), rx.cond(asked > 0, rx.fragment(" ", kit.chip(t("{n} ask to join", n=asked), "mark")))
            ),
            routes.course_people(S.course.slug),
            current == "people",
        ),
        (t("Questions"), routes.course_questions(S.course.slug), False),
        (t("Gradebook"), routes.gradebook(S.course.slug), False),
        (t("Analytics"), routes.course_analytics(S.course.slug), False),
    )


def role_words(role: Any) -> Any:
    return rx.match(role, *ROLES[1:], ROLES[0][1])
