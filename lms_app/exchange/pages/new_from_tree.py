"""A new course from a tree that was exported here or on another site."""

import reflex as rx

from lms_app.exchange.pages import tree_parts
from lms_app.exchange.pages.tree_parts import S
from lms_app.exchange.tree_state import TreeState
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t


def view() -> rx.Component:
    return kit.page_shell("Teaching", kit.page_states(S, _body(), kit.skel_rows(3), what=t("the page")))


def _body() -> rx.Component:
    return el.div(
        kit.page_head(
            t("New course from a tree"),
            t("A course that was exported as a zip, here or on another site."),
            crumb=(t("Teaching"), routes.teaching()),
        ),
        tree_parts.sender(t("What would be made is shown first. Nothing happens before you say so.")),
        tree_parts.outcome(renews=True),
        class_name="max-w-[860px]",
    )


PAGE = Page(routes.NEW_FROM_TREE, view, TreeState.open, t("New course from a tree"), "signed_in")
