"""The badges of a course."""

import reflex as rx

from lms_app.badges.pages.parts import LIST, S, list_view
from lms_app.policy import Can
from lms_app.web import routes
from lms_app.web.guard import member
from lms_app.web.page import Page
from lms_app.web.words import t


def view() -> rx.Component:
    crumb = (LIST.course, routes.teach_course(LIST.slug))
    return list_view(
        "Teaching", crumb, t("What learners of this course can earn. Each shows only to whom its holder wants.")
    )


PAGE = Page(
    routes.COURSE_BADGES,
    view,
    S.open_course,
    rx.cond(S.loaded, t("Badges: {course}", course=LIST.course), t("Badges")),
    member(Can.GRADE),
)
