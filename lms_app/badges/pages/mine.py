"""One's own badges: to look at, to take along, and to show or not."""

from typing import Any

import reflex as rx

from lms_app.badges.state import BadgesState
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = BadgesState
SHELF = S.shelf[0]


def view() -> rx.Component:
    return kit.page_shell("Certificates", kit.page_states(S, _body(), kit.skel_rows(3), what=t("your badges")))


def _body() -> rx.Component:
    return rx.fragment(
        kit.page_head(t("Badges"), t("Only you see them, until you make one public.")),
        kit.tabs(
            t("What you have earned"),
            (t("Certificates"), routes.certificates(), False),
            (t("Badges"), routes.badges(), True),
        ),
        el.div(
            rx.cond(
                SHELF.awards.length() > 0,
                rx.fragment(kit.rows(rx.foreach(SHELF.awards, _award)), _page()),
                _none(),
            ),
            class_name="mt-6 flex flex-col gap-8",
        ),
    )


def _award(one: Any) -> rx.Component:
    return el.li(
        el.img(src=one.picture, alt="", width="96", height="96", class_name="flex-none w-24 h-24"),
        el.div(
            el.h2(el.bdi(one.name), class_name="t-course"),
            el.p(el.bdi(one.criteria), class_name="t-small t-2 mt-1"),
            el.p(
                t("Earned on"),
                " ",
                one.awarded_on,
                rx.cond(one.expires_on != "", rx.fragment(" · ", t("good until"), " ", one.expires_on)),
                class_name="t-small t-3 mt-1",
            ),
            rx.match(
                one.status,
                (
                    "revoked",
                    el.p(
                        kit.chip(t("Revoked"), "danger"),
                        " ",
                        one.revoked_on,
                        ": ",
                        one.revoke_reason,
                        class_name="t-small mt-2",
                    ),
                ),
                ("expired", el.p(kit.chip(t("Expired")), class_name="mt-2")),
                rx.fragment(),
            ),
            rx.cond(one.public, _shown(one)),
            class_name="min-w-0 flex-[1_1_260px]",
        ),
        el.div(
            rx.cond(one.status != "revoked", _take(one)),
            rx.cond(
                one.public,
                kit.btn(_of(t("Make private"), one), ic="eye-off", on_click=S.show_award(one.id, False)),
                kit.btn(_of(t("Make public"), one), ic="eye", on_click=S.show_award(one.id, True)),
            ),
            class_name="flex flex-wrap gap-2",
        ),
        class_name="k-row flex-wrap items-start! gap-5 py-5!",
        key=one.id,
    )


def _of(words: str, one: Any) -> rx.Component:
    return rx.fragment(words, kit.sr(f": {one.name}"))


def _shown(one: Any) -> rx.Component:
    return el.div(
        kit.chip(t("Public"), "mark", "eye"),
        kit.link(t("Its page"), one.page, raw=True, aria_label=t("Page of {name}", name=one.name)),
        kit.copy_btn(one.page, aria_label=t("Copy the link of {name}", name=one.name)),
        class_name="flex flex-wrap items-center gap-3 mt-2",
    )


def _take(one: Any) -> rx.Component:
    """As a file that any Open Badges reader takes; by default it holds only a hash of the address."""
    return kit.menu(
        _of(t("Download"), one),
        f"take-{one.id}",
        (t("Picture with the badge in it (PNG)"), {"href": one.png, "raw": True}),
        (t("Picture with the badge in it (SVG)"), {"href": one.svg, "raw": True}),
        (t("Signed text (JWT)"), {"href": one.jwt, "raw": True}),
        None,
        (t("PNG that names my e-mail address"), {"href": f"{one.png}?identity=mail", "raw": True}),
        (t("JWT that names my e-mail address"), {"href": f"{one.jwt}?identity=mail", "raw": True}),
        ic="download",
        kind="secondary",
        size=None,
        icon_only=False,
    )


def _page() -> rx.Component:
    return kit.section(
        t("A page of your own"),
        el.p(
            t("It shows your name and the badges that you have made public, to everybody who has its address."),
            class_name="t-2 mb-4 max-w-[60ch]",
        ),
        rx.cond(
            SHELF.public,
            el.div(
                kit.link(SHELF.page, SHELF.page, raw=True),
                el.div(
                    kit.copy_btn(SHELF.page, aria_label=t("Copy the link of your page")),
                    kit.btn(t("Take it down"), on_click=S.show_page(False)),
                    class_name="flex flex-wrap gap-2 mt-3",
                ),
                class_name="min-w-0 break-words",
            ),
            kit.btn(t("Make a public page"), ic="globe", on_click=S.show_page(True)),
        ),
        id="page",
    )


def _none() -> rx.Component:
    return kit.card(
        kit.empty(
            "medal",
            t("No badges yet"),
            t("Courses award them for what you do in them: finishing, a good quiz, days in a row. They appear here."),
            kit.btn(t("Go to my courses"), "primary", href=routes.my_courses()),
            level=2,
        ),
        pad=False,
    )


PAGE = Page(routes.BADGES, view, S.open_mine, t("Badges"), "signed_in")
