"""Where an invitation link leads: what it is for, and the one button that says yes."""

from typing import Any

import reflex as rx

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
            el.div(rx.cond(INVITATION.joined, _inside(), _outside()), class_name="mt-6"),
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


def _inside() -> rx.Component:
    """Whoever is in already needs no invitation."""
    url = rx.cond(INVITATION.role == "student", routes.course(INVITATION.slug), routes.teach_course(INVITATION.slug))
    return rx.fragment(
        kit.note("ok", "check", t("You are in this course already.")),
        kit.btn(t("Go to the course"), "primary", ic_end="arrow-right", href=url, class_name="mt-4"),
    )


PAGE = Page(routes.JOIN, view, InvitationState.open, t("Invitation"), "signed_in")
