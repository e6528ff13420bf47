"""Forgot password."""

import reflex as rx

from lms_app.accounts.pages import parts
from lms_app.accounts.state.forgot import ForgotState
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t


def view() -> rx.Component:
    return parts.frame(
        rx.cond(ForgotState.said == "sent", t("Check your email"), t("Choose a new password")),
        "",
        rx.cond(ForgotState.said == "sent", _sent(), _form()),
        parts.to_sign_in(),
    )


def _form() -> rx.Component:
    return rx.fragment(
        el.p(t("We mail you a link to choose one. It also signs you in."), class_name="t-2 mb-6"),
        kit.error_summary(ForgotState.problems),
        parts.form(parts.email_field(ForgotState), parts.submit(t("Send me a link")), action="/auth/forgot"),
    )


def _sent() -> rx.Component:
    return rx.fragment(
        el.p(
            t("If there is an account for"),
            " ",
            el.span(ForgotState.email, class_name="t-strong"),
            t(", a link is on its way. It works once, for {n} minutes.", n=ForgotState.minutes),
            class_name="t-2 mb-3",
        ),
        el.p(t("Nothing there? Look among the spam, and see whether it was this address."), class_name="t-2"),
        el.div(
            kit.native_form(
                kit.hidden("email", ForgotState.email),
                kit.btn(t("Send it again"), type="submit"),
                action="/auth/forgot",
            ),
            kit.btn(t("Use another address"), "quiet", href=f"{routes.forgot()}?other=1", raw=True),
            class_name="flex flex-wrap gap-3 mt-6",
        ),
    )


PAGE = Page(routes.FORGOT, view, ForgotState.open, t("Forgot password"), "public")
