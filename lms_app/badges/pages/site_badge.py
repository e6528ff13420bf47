"""One badge of the whole site: its rule, its picture, and who has it."""

import reflex as rx

from lms_app.badges.pages.parts import HERE, OF_SITE, S, editor_view
from lms_app.web import routes
from lms_app.web.kit import typed
from lms_app.web.page import Page
from lms_app.web.words import t


def view() -> rx.Component:
    return editor_view("Badges", (t("Badges"), routes.site_badges()), OF_SITE)


PAGE = Page(
    routes.SITE_BADGE,
    view,
    S.open_site_badge,
    rx.cond(S.loaded & (HERE.id != ""), t("Badge: {name}", name=typed.at(HERE.form, "name")), t("Badge")),
    "admin",
)
