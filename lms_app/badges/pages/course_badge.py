"""One badge of a course: its rule, its picture, and who has it."""

import reflex as rx

from lms_app.badges.pages.parts import HERE, OF_COURSE, S, editor_view
from lms_app.policy import Can
from lms_app.web import routes
from lms_app.web.guard import member
from lms_app.web.kit import typed
from lms_app.web.page import Page
from lms_app.web.words import t


def view() -> rx.Component:
    return editor_view("Teaching", (t("Badges"), routes.course_badges(HERE.slug)), OF_COURSE)


PAGE = Page(
    routes.COURSE_BADGE,
    view,
    S.open_badge,
    rx.cond(S.loaded & (HERE.id != ""), t("Badge: {name}", name=typed.at(HERE.form, "name")), t("Badge")),
    member(Can.GRADE),
)
