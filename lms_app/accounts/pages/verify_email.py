"""Confirm an address: the page that a mailed link opens, and the one that says that it was sent."""

import reflex as rx

from lms_app.accounts.pages import parts
from lms_app.accounts.state.links import VerifyState
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t


def view() -> rx.Component:
    return parts.frame(
        rx.cond(VerifyState.step == "sent", t("Check your email"), t("Confirm your email address")),
        "",
        kit.error_summary(VerifyState.problems),
        rx.cond(
            VerifyState.failed != "",
            parts.failed(VerifyState.failed),
            rx.match(
                VerifyState.step,
                ("confirm", _confirm()),
                ("over", _over()),
                ("sent", _sent()),
                parts.waiting(t("your link")),
            ),
        ),
        parts.to_sign_in(),
    )


def _confirm() -> rx.Component:
    return rx.fragment(
        el.p(
            t("Is"),
            " ",
            el.span(VerifyState.email, class_name="t-strong"),
            " ",
            t("your address?"),
            class_name="t-2 mb-6",
        ),
        parts.form(kit.hidden("token", VerifyState.token), parts.submit(t("Confirm address")), action="/auth/verify"),
    )


def _over() -> rx.Component:
    return rx.fragment(
        parts.over(),
        el.p(
            t("If you confirmed your address before, sign in. Otherwise have a new link sent:"), class_name="t-2 my-6"
        ),
        _again(t("Send me a new link")),
    )


def _sent() -> rx.Component:
    """After registering, and after signing in too early. Who only comes by types an address."""
    told = el.span(VerifyState.email, class_name="t-strong")
    words = rx.match(
        VerifyState.said,
        (
            "unverified",
            rx.fragment(
                t("Your password is right, but the address is not confirmed yet. Open the link that we mailed to"),
                " ",
                told,
                ".",
            ),
        ),
        ("again", rx.fragment(t("If an account waits for it, a new link is on its way to"), " ", told, ".")),
        (
            "registered",
            rx.fragment(t("We mailed a link to"), " ", told, t(". Open it to confirm your address, then sign in.")),
        ),
        rx.fragment(t("We mail you a link. Open it to confirm your address, then sign in.")),
    )
    return rx.fragment(
        el.p(words, class_name="t-2 mb-3"),
        el.p(
            t("Nothing there after a few minutes? Look among the spam, or have it sent again."), class_name="t-2 mb-6"
        ),
        _again(t("Send it again")),
    )


def _again(words: str) -> rx.Component:
    known = kit.native_form(
        kit.hidden("email", VerifyState.email), kit.btn(words, type="submit"), action="/auth/resend"
    )
    asks = parts.form(
        parts.email_field(VerifyState), kit.btn(words, size="lg", block=True, type="submit"), action="/auth/resend"
    )
    return rx.cond((VerifyState.email != "") & (kit.error_of(VerifyState.problems, "email") == ""), known, asks)


PAGE = Page(routes.VERIFY_EMAIL, view, VerifyState.open, t("Confirm your email address"), "public")
