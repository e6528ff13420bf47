"""Where an invitation link leads: what it is for, and the one button that says yes."""

from typing import Any

import reflex as rx

from lms_app.accounts.state.register import RegisterState
from lms_app.courses.state.invitation import InvitationState
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = InvitationState
INVITATION = S.invitation


def view() -> rx.Component:
    return kit.page_shell(
        "",
        el.div(
            kit.page_states(S, _body(), _skeleton(), what=t("your invitation"), missing=_missing()),
            class_name="max-w-[640px] mx-auto",
        ),
    )


def _missing() -> rx.Component:
    """Wrong, expired, withdrawn and used up read alike: which of them it is, is nobody's business."""
    return kit.not_found(
        t("This invitation is no longer valid"),
        t("Ask whoever sent it for a new one. If you used it before, the course is among yours."),
        kit.btn(t("Go to my courses"), "primary", href=routes.my_courses()),
        kit.btn(t("Browse the catalogue"), href=routes.catalogue()),
    )


def _skeleton() -> rx.Component:
    return el.div(
        kit.skel("100%", "160px"), kit.skel("60%", "32px", class_name="mt-6"), kit.skel("90%", class_name="mt-4")
    )


def _body() -> rx.Component:
    return el.article(
        kit.cover(INVITATION.hue, INVITATION.motif, class_name="aspect-auto! h-[160px]"),
        el.div(
            el.p(_as_what(), class_name="t-small t-2"),
            el.h1(INVITATION.title, class_name="t-title mt-1"),
            rx.cond(INVITATION.summary != "", el.p(INVITATION.summary, class_name="t-2 mt-3")),
            el.p(t("Taught by {owner}", owner=INVITATION.owner), class_name="t-small t-strong mt-4"),
            el.div(
                rx.cond(INVITATION.email != "", _newcomer(), rx.cond(INVITATION.joined, _inside(), _outside())),
                class_name="mt-6",
            ),
            class_name="p-6",
        ),
        class_name="k-card overflow-hidden",
    )


def _as_what() -> Any:
    return rx.match(
        INVITATION.role,
        ("instructor", t("You are invited to teach")),
        ("assistant", t("You are invited to assist in")),
        t("You are invited to join"),
    )


def _outside() -> rx.Component:
    words = rx.cond(INVITATION.role == "student", t("Join course"), t("Accept invitation"))
    return rx.fragment(
        kit.btn(words, "primary", size="lg", on_click=S.accept),
        el.p(
            t("You join as {name}. Nothing happens before you press the button.", name=S.person.name),
            class_name="t-small t-2 mt-3",
        ),
    )


def _newcomer() -> rx.Component:
    """A visitor with a mailed invitation: the mail has shown whose the address is, so a name and a password do."""
    return rx.fragment(
        kit.error_summary(S.problems),
        kit.native_form(
            kit.hidden("token", INVITATION.token),
            kit.field(
                t("Email"),
                kit.text_input(type="email", name="email", read_only=True, value=INVITATION.email),
                id="email",
            ),
            kit.field(
                t("Name"),
                kit.text_input(
                    name="name",
                    auto_complete="name",
                    max_length=120,
                    default_value=INVITATION.name,
                    key=INVITATION.name,
                ),
                id="name",
                hint=t("As it should stand on a certificate."),
                error=kit.error_of(S.problems, "name"),
            ),
            kit.field(
                t("Password"),
                kit.text_input(
                    type="password",
                    name="password",
                    auto_complete="new-password",
                    max_length=1024,
                    auto_capitalize="none",
                    spell_check=False,
                ),
                id="password",
                hint=t("At least {n} characters. Four or five words make a good one.", n=RegisterState.minimum),
                error=kit.error_of(S.problems, "password"),
            ),
            el.div(kit.show_password("password"), class_name="t-small"),
            kit.btn(t("Create account and join"), "primary", size="lg", block=True, type="submit"),
            action="/auth/join",
            class_name="flex flex-col gap-5",
        ),
        el.p(
            t("Have an account, perhaps with another address?") + " ",
            kit.link(t("Sign in and join"), routes.sign_in_to(routes.join(INVITATION.token))),
            class_name="t-small t-2 mt-6",
        ),
    )


def _inside() -> rx.Component:
    """Whoever is in already needs no invitation."""
    url = rx.cond(INVITATION.role == "student", routes.course(INVITATION.slug), routes.teach_course(INVITATION.slug))
    return rx.fragment(
        kit.note("ok", "check", t("You are in this course already.")),
        kit.btn(t("Go to the course"), "primary", ic_end="arrow-right", href=url, class_name="mt-4"),
    )


PAGE = Page(routes.JOIN, view, InvitationState.open, t("Invitation"), "public")
