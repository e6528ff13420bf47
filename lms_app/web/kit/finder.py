"""The search dialog of every page. `assets/app.js` opens it; `assets/finder.js`, which comes when it is first opened, asks
`/search` and lists what was found. It keeps no state: what one looks for stays between the browser and that address."""

import reflex as rx

from lms_app.web import routes
from lms_app.web.kit.basics import a, btn, el, icon, kbd, sr
from lms_app.web.kit.overlays import closes, opens
from lms_app.web.state import LmsState
from lms_app.web.words import t

ID = "find"
KEY = {"data_key": "/"}
KINDS = (
    ("course", "book-open", t("Courses")),
    ("lesson", "file-text", t("Lessons")),
    ("quiz", "list-checks", t("Quizzes")),
    ("assignment", "file-pen-line", t("Assignments")),
    ("thread", "message-circle-question", t("Discussions")),
    ("question", "file-question", t("Questions")),
    ("person", "user", t("People")),
)
"""In this order of their icons and headings; the best found decides which stands first."""


def finder() -> rx.Component:
    """The dialog, once per app, for whoever is signed in."""
    return rx.cond(LmsState.person.role != "", _dialog())


def finder_field() -> rx.Component:
    """What looks like a field in the rail and opens the dialog; for guests, a way to the catalogue."""
    inside = (icon("search"), el.span(t("Search"), class_name="flex-1"), el.span(kbd("/"), aria_hidden="true"))
    return rx.cond(
        LmsState.person.role != "",
        el.button(*inside, type="button", class_name="k-find-f", **opens(ID), **KEY),
        a(*inside, href=routes.catalogue(), class_name="k-find-f", **KEY),
    )


def finder_button() -> rx.Component:
    """The same as an icon, in the top bar of small screens."""
    return rx.cond(
        LmsState.person.role != "",
        btn(t("Search"), "quiet", "search", icon_only=True, **opens(ID), **KEY),
        btn(t("Search courses"), "quiet", "search", href=routes.catalogue(), icon_only=True, **KEY),
    )


def _dialog() -> rx.Component:
    field = el.input(
        type="search",
        id="find-words",
        role="combobox",
        aria_label=t("Search"),
        aria_expanded="false",
        aria_controls="find-list",
        aria_autocomplete="list",
        placeholder=t("Search courses, lessons, people …"),
        auto_complete="off",
        spell_check=False,
        max_length=100,
        custom_attrs={"enterKeyHint": "go"},
    )
    close = el.button(
        kbd(t("Esc")), icon("x"), sr(" " + t("Close search")), type="button", class_name="k-find-x", **closes()
    )
    said = el.div(
        _when("empty", t("Find anything you may see, by the first letters of its words.")),
        _when("none", t("Nothing was found."), t("Try fewer words, or only their beginnings.")),
        _when("offline", t("You are offline."), t("The search goes on once you are connected.")),
        _when("failed", t("The search did not work."), t("Type on to try again.")),
        _when("many", t("Too many searches."), t("Wait a moment, then type on.")),
        _when("out", t("You are signed out."), t("Load this page again to sign in.")),
        class_name="k-find-s",
    )
    keys = el.div(
        el.span(kbd("↑"), kbd("↓"), t("choose")),
        el.span(kbd("↵"), t("open")),
        el.span(kbd("Ctrl"), kbd("K"), t("search from anywhere")),
        class_name="k-find-k",
        aria_hidden="true",
    )
    return el.dialog(
        el.div(icon("search"), field, close, class_name="k-find-i"),
        el.div(id="find-list", role="listbox", aria_label=t("Found"), class_name="k-find-l"),
        said,
        keys,
        el.div(
            role="status",
            class_name="k-sr",
            data_none=t("Nothing was found."),
            data_one=t("1 result"),
            data_many=t("{count} results"),
            data_more=t("The first {count} results"),
        ),
        el.div(
            _kind("recent", "history", t("Opened before")),
            *[_kind(*kind) for kind in KINDS],
            class_name="k-find-kinds",
            custom_attrs={"hidden": True},
        ),
        aria_label=t("Search"),
        class_name="k-dlg k-find",
        data_light="true",
        data_who=LmsState.person.name,
        custom_attrs={"id": ID},
    )


def _kind(kind: str, ic: str, words: str) -> rx.Component:
    return el.div(icon(ic), el.span(words), data_kind=kind)


def _when(state: str, words: str, more: str = "") -> rx.Component:
    return el.p(el.span(words, class_name="t-strong block"), more, data_when=state)
