"""The site is closed for a while: said calmly, with the way back."""

import reflex as rx

from lms_app.admin.state.closed import ClosedState
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t


def view() -> rx.Component:
    return kit.auth_frame(
        t("Back in a few minutes"),
        "",
        el.p(ClosedState.said, class_name="mb-4", role="status"),
        el.p(
            t("Answers of a quiz that you are taking are still saved. Nothing that you typed is lost."),
            class_name="t-2 mb-6",
        ),
        el.div(
            kit.btn(t("Try again"), "primary", "rotate-ccw", href=routes.home(), raw=True),
            kit.btn(t("Sign in as administrator"), "quiet", href=routes.sign_in(), raw=True),
            class_name="flex flex-wrap gap-2",
        ),
    )


PAGE = Page(routes.MAINTENANCE, view, ClosedState.open_closed, t("Maintenance"), "public")
