"""What the pages of signing in share."""

from typing import Any

import reflex as rx

from lms_app.accounts.state.sign_in import SignInState
from lms_app.core.settings import Settings
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.words import t


def _ours(name: str, translated: str) -> Any:
    """A school's own words are in its language; ours, which stand until it has some, are in the reader's."""
    said = getattr(SignInState, name)
    return rx.cond(said == Settings.model_fields[name].default, translated, said)


def frame(title: Any, sub: Any, *c: Any) -> rx.Component:
    """The frame of picture 01, with the school's notice beside it."""
    notice = rx.fragment(
        el.p(SignInState.site_name, class_name="t-small t-2"),
        el.h2(_ours("notice_title", t("Learn at your own pace")), class_name="t-title mt-1"),
        el.p(_ours("notice_text", t("Trouble signing in? Ask the person who runs this site.")), class_name="t-2 mt-3"),
    )
    return kit.auth_frame(title, sub, *c, notice=notice)


def form(*c: Any, action: str) -> rx.Component:
    return kit.native_form(*c, action=action, class_name="flex flex-col gap-5")


def submit(words: str) -> rx.Component:
    return kit.btn(words, "primary", size="lg", block=True, type="submit")


def email_field(State: Any, hint: str = "") -> rx.Component:
    """The address of whoever comes in; what was typed stays. A new key makes a new field when the answer arrives."""
    control = kit.text_input(
        type="email",
        name="email",
        auto_complete="username",
        input_mode="email",
        max_length=254,
        default_value=State.email,
        key=State.email,
    )
    return kit.field(t("Email"), control, id="email", hint=hint, error=kit.error_of(State.problems, "email"))


def password_field(
    State: Any, label: str, *, id: str = "password", name: str = "password", new: bool = False
) -> rx.Component:
    """A password, with its rule when it is a new one. Pasting is fine, and there is no rule about kinds of characters."""
    hint = t("At least {n} characters. Four or five words make a good one.", n=State.minimum) if new else ""
    control = kit.text_input(
        type="password",
        name=name,
        auto_complete="new-password" if new else "current-password",
        max_length=1024,
        auto_capitalize="none",
        spell_check=False,
    )
    return kit.field(label, control, id=id, hint=hint, error=kit.error_of(State.problems, id))


def to_sign_in() -> rx.Component:
    return el.p(kit.link(t("Back to sign in"), routes.sign_in()), class_name="t-small mt-8")


def failed(reference: Any) -> rx.Component:
    """The look-up of a link broke."""
    words = el.p(
        t("We could not look at this link. Your account is as it was."), " ", t("Reference"), " ", reference, "."
    )
    again = el.p(kit.raw_a(t("Try again"), href="", class_name="k-link"), class_name="mt-1")
    return el.div(kit.note("danger", "cloud-off", words, again), role="alert")


def over() -> rx.Component:
    """A link that opens nothing any more."""
    words = t("This link no longer works. It was used already, it is too old, or a newer one was sent.")
    return el.div(kit.note("warn", "clock-alert", el.p(words)), class_name="mt-4")


def waiting(what: str) -> rx.Component:
    return kit.loading(what, kit.skel("100%", "48px"), kit.skel("100%", "48px", class_name="mt-5"))
