"""Create an account."""

import reflex as rx

from lms_app.accounts.pages import parts
from lms_app.accounts.state.register import RegisterState
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t


def view() -> rx.Component:
    return parts.frame(
        t("Create an account"),
        t("We mail you a link to confirm your address."),
        kit.error_summary(RegisterState.problems),
        rx.cond(RegisterState.can_register, _form(), _closed()),
        el.p(t("Have an account?") + " ", kit.link(t("Sign in"), routes.sign_in()), class_name="t-small t-2 mt-8"),
    )


def _form() -> rx.Component:
    name = kit.text_input(
        name="name",
        auto_complete="name",
        max_length=120,
        default_value=RegisterState.name,
        key=RegisterState.name,
    )
    return parts.form(
        kit.field(
            t("Name"),
            name,
            id="name",
            hint=t("As it should stand on a certificate."),
            error=kit.error_of(RegisterState.problems, "name"),
        ),
        parts.email_field(RegisterState),
        parts.password_field(RegisterState, t("Password"), new=True),
        el.div(kit.show_password("password"), class_name="t-small"),
        parts.submit(t("Create account")),
        action="/auth/register",
    )


def _closed() -> rx.Component:
    return kit.note(
        "info", "lock", el.p(t("You cannot create an account by yourself here. Ask the person who runs this site."))
    )


PAGE = Page(routes.REGISTER, view, RegisterState.open, t("Create an account"), "public")
