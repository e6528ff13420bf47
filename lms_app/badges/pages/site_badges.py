"""The badges of the whole site."""

import reflex as rx

from lms_app.badges.pages.parts import S, list_view
from lms_app.web import routes
from lms_app.web.page import Page
from lms_app.web.words import t


def view() -> rx.Component:
    return list_view("Badges", None, t("What everybody who learns here can earn, across courses."))


PAGE = Page(routes.SITE_BADGES, view, S.open_site, t("Badges"), "admin")
