"""Choose a password, by a mailed link."""

import reflex as rx

from lms_app.accounts.pages import parts
from lms_app.accounts.state.links import ResetState
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t


def view() -> rx.Component:
    return parts.frame(
        t("Choose a password"),
        "",
        rx.cond(
            ResetState.failed != "",
            parts.failed(ResetState.failed),
            rx.match(ResetState.step, ("choose", _form()), ("over", _over()), parts.waiting(t("your link"))),
        ),
        parts.to_sign_in(),
    )


def _form() -> rx.Component:
    return rx.fragment(
        el.p(
            t("For"),
            " ",
            el.span(ResetState.email, class_name="t-strong"),
            t(". You are signed out everywhere else."),
            class_name="t-2 mb-6",
        ),
        kit.error_summary(ResetState.problems),
        parts.form(
            kit.hidden("token", ResetState.token),
            # For password managers: whose password this is.
            el.input(
                type="email",
                name="username",
                auto_complete="username",
                hidden=True,
                read_only=True,
                custom_attrs={"value": ResetState.email},
            ),
            parts.password_field(ResetState, t("New password"), new=True),
            el.div(kit.show_password("password"), class_name="t-small"),
            parts.submit(t("Save and sign in")),
            action="/auth/reset",
        ),
    )


def _over() -> rx.Component:
    return rx.fragment(
        parts.over(),
        el.div(
            kit.btn(t("Send me a new link"), "primary", size="lg", block=True, href=routes.forgot()), class_name="mt-6"
        ),
    )


PAGE = Page(routes.RESET, view, ResetState.open, t("Choose a password"), "public")
