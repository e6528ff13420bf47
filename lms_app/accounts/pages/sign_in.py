"""Sign in."""

import reflex as rx

from lms_app.accounts.pages import parts
from lms_app.accounts.state.sign_in import SignInState
from lms_app.accounts.views import DemoSignIn
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t


def view() -> rx.Component:
    return parts.frame(
        t("Sign in"),
        t("Use your {site} account.", site=SignInState.site_name),
        kit.error_summary(SignInState.problems),
        rx.cond(
            SignInState.said != "",
            el.div(kit.note("ok", "circle-check", el.p(SignInState.said)), role="status", class_name="mb-6"),
        ),
        parts.form(
            kit.hidden("next", SignInState.next),
            parts.email_field(SignInState),
            parts.password_field(SignInState, t("Password")),
            el.div(
                kit.show_password("password"),
                kit.link(t("Forgot password?"), routes.forgot()),
                class_name="flex flex-wrap items-center justify-between gap-2 t-small",
            ),
            parts.submit(t("Sign in")),
            action="/auth/sign-in",
        ),
        rx.cond(
            SignInState.can_register,
            el.p(
                t("New here?") + " ", kit.link(t("Create an account"), routes.register()), class_name="t-small t-2 mt-8"
            ),
        ),
        rx.cond(SignInState.demo.length() > 0, _demo()),
    )


def _demo() -> rx.Component:
    """Who one can be in the demo."""
    return el.section(
        el.h2(t("Look around as"), class_name="t-h3 mb-1"),
        el.p(t("Everybody's password is") + " ", kit.code(SignInState.demo[0].password), class_name="t-small t-2 mb-3"),
        kit.rows(rx.foreach(SignInState.demo, _demo_row)),
        aria_label=t("Demo accounts"),
        class_name="mt-8",
    )


def _demo_row(who: rx.Var[DemoSignIn]) -> rx.Component:
    return el.li(
        el.div(
            el.div(who.role, class_name="t-strong"),
            el.div(who.email, class_name="t-small t-2 k-clip"),
            class_name="min-w-0 flex-1",
        ),
        # It signs in like anybody else: by the form above, filled in.
        kit.native_form(
            kit.hidden("email", who.email),
            kit.hidden("password", who.password),
            kit.hidden("next", SignInState.next),
            kit.btn(t("Sign in"), size="sm", type="submit", aria_label=t("Sign in as {role}", role=who.role)),
            action="/auth/sign-in",
        ),
        class_name="k-row",
    )


PAGE = Page(routes.SIGN_IN, view, SignInState.open, t("Sign in"), "public")
