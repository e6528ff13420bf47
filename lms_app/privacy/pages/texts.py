"""The terms and the privacy notice: publishing the next version, and what people answered."""

import reflex as rx

from lms_app.privacy.pages.tabs import tabs
from lms_app.privacy.state import PrivacyState
from lms_app.privacy.views import PolicyView
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t

S = PrivacyState
KINDS = (("terms", t("Terms")), ("privacy", t("Privacy notice")))


def view() -> rx.Component:
    return kit.page_shell("Privacy", kit.page_states(S, _body(), kit.skel_rows(4), what=t("the texts")))


def _body() -> rx.Component:
    return rx.fragment(
        kit.page_head(t("Terms and notice"), t("People are asked once for each version, when they next sign in")),
        tabs("texts"),
        el.div(
            rx.cond(
                S.desk.texts.length() > 0,
                kit.data_table(
                    t("Versions"),
                    [t("Text"), t("Published"), kit.col(t("Agreed"), num=True), kit.col(t("Declined"), num=True)],
                    rx.foreach(S.desk.texts, _row),
                    cards=True,
                ),
                kit.card(
                    kit.empty(
                        "file-text",
                        t("Nothing published"),
                        t("Until you publish a text nobody is asked anything. The page about cookies is there anyway."),
                        level=2,
                    ),
                    pad=False,
                ),
            ),
            _publish(),
            class_name="flex flex-col gap-8",
        ),
    )


def _row(text: rx.Var[PolicyView]) -> rx.Component:
    name = rx.cond(text.kind == "terms", t("Terms"), t("Privacy notice"))
    url = rx.cond(text.kind == "terms", routes.TERMS, routes.PRIVACY)
    return kit.tr(
        kit.row_head(kit.link(rx.fragment(name, ", ", t("version {n}", n=text.version)), url, raw=True)),
        kit.td(text.published, label=t("Published")),
        kit.td(text.agreed, num=True, label=t("Agreed")),
        kit.td(text.declined, num=True, label=t("Declined")),
        key=text.id,
    )


def _publish() -> rx.Component:
    return kit.section(
        t("Publish the next version"),
        kit.error_summary(S.problems),
        el.form(
            kit.card(
                kit.field(t("Which text"), kit.select(KINDS, name="kind", default_value="privacy"), id="kind"),
                kit.field(
                    t("Text"),
                    kit.textarea(rows=12, name="body"),
                    id="body",
                    hint=t("Markdown. What is published stays as it is: people answer to these very words."),
                    error=kit.error_of(S.problems, "body"),
                ),
                kit.form_actions(kit.btn(t("Publish"), "primary", type="submit")),
                class_name="flex flex-col gap-5 max-w-[720px]",
            ),
            on_submit=S.publish,
        ),
        id="publish",
    )


PAGE = Page(routes.POLICIES, view, S.open_texts, t("Terms and notice"), "admin")
