"""A course as a folder of files: out as a zip, and back in after it was changed elsewhere."""

import reflex as rx

from lms_app.exchange.pages import tree_parts
from lms_app.exchange.pages.tree_parts import DESK, S
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
            t("Export and import"),
            t("The whole course as Markdown and YAML: to keep, to edit elsewhere, or to have in git."),
            crumb=(DESK.title, routes.course_settings(DESK.slug)),
        ),
        kit.section(
            t("Export"),
            kit.card(
                el.p(
                    t(
                        "Settings, lessons, quizzes, questions, assignments, files, gradebook, certificate and badges. "
                        "Nobody's work, marks or messages are in it."
                    ),
                    class_name="t-2 mb-4",
                ),
                kit.btn(
                    t("Export as a tree (zip)"),
                    "secondary",
                    "download",
                    href=routes.course_tree(DESK.slug),
                    raw=True,
                    custom_attrs={"download": ""},
                ),
            ),
        ),
        kit.section(
            t("Bring in a changed tree"),
            tree_parts.sender(
                t("What would change is shown first. What only the course changed since the export stays as it is.")
            ),
            class_name="mt-8",
        ),
        tree_parts.outcome(),
        _copy(),
        class_name="max-w-[860px]",
    )


def _copy() -> rx.Component:
    return kit.section(
        t("Copy this course"),
        kit.card(
            el.p(
                t("All that is in a tree comes along into a new course, a draft. People and their work stay here."),
                class_name="t-2 mb-4",
            ),
            el.form(
                kit.field(
                    t("Title of the copy"),
                    kit.text_input(name="title", default_value=DESK.title, max_length=160, auto_complete="off"),
                    id="copy-title",
                ),
                el.div(kit.btn(t("Make the copy"), "secondary", "copy", type="submit"), class_name="mt-4"),
                on_submit=S.copy,
                custom_attrs={"noValidate": True},
            ),
        ),
        class_name="mt-8",
    )


PAGE = Page(routes.COURSE_FILES, view, TreeState.open, t("Export and import"), "member")
