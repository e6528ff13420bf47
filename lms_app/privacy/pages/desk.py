"""Privacy for administrators: how long things are kept, whose account ends, and erasing one at once."""

import reflex as rx

from lms_app.accounts.pages import parts
from lms_app.privacy.pages.tabs import tabs
from lms_app.privacy.state import PrivacyState
from lms_app.privacy.views import ErasureRow, RuleView
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t

S = PrivacyState
REASONS = (
    ("asked", t("They asked for it")),
    ("left", t("They have left the school")),
    ("mistake", t("The account was made by mistake")),
    ("law", t("An authority or a court says so")),
)


def view() -> rx.Component:
    return kit.page_shell("Privacy", kit.page_states(S, _body(), kit.skel_rows(6), what=t("privacy")))


def _body() -> rx.Component:
    return rx.fragment(
        kit.page_head(t("Privacy"), t("How long things are kept, and how accounts end"), _remove()),
        tabs("keep"),
        kit.error_summary(S.problems),
        el.div(
            kit.data_table(
                t("Rules of retention"),
                [t("What"), kit.col(t("Days"), num=True), kit.col(t("Over now"), num=True)],
                rx.foreach(S.desk.rules, _rule),
            ),
            _waiting(),
            _erase(),
            class_name="flex flex-col gap-8",
        ),
    )


def _rule(rule: rx.Var[RuleView]) -> rx.Component:
    return kit.tr(
        kit.row_head(rule.what, el.div(rule.setting, class_name="t-cap t-3 break-all")),
        kit.td(rx.cond(rule.days == 0, t("for ever"), rule.days), num=True),
        kit.td(rule.count, num=True),
        key=rule.name,
    )


def _remove() -> rx.Component:
    return kit.confirm(
        t("Remove what is over"),
        t("Remove what is over?"),
        t("What the last column counts goes and does not come back. By itself that happens every night."),
        t("Remove"),
        on_confirm=S.remove,
    )


def _waiting() -> rx.Component:
    return kit.section(
        t("Accounts that end"),
        rx.cond(
            S.desk.erasures.length() > 0,
            kit.rows(rx.foreach(S.desk.erasures, _row)),
            el.p(t("Nobody has asked for their account to be erased."), class_name="t-2"),
        ),
        id="ending",
    )


def _row(row: rx.Var[ErasureRow]) -> rx.Component:
    return el.li(
        el.div(
            el.div(row.name, class_name="t-strong"),
            el.div(
                row.due,
                " · ",
                rx.cond(row.by_rule, t("nobody uses it"), t("asked for it")),
                class_name="t-small t-2",
            ),
            class_name="min-w-0 flex-1",
        ),
        class_name="k-row",
        key=row.id,
    )


def _erase() -> rx.Component:
    address = kit.text_input(
        type="email", name="email", auto_complete="off", max_length=254, default_value=S.email, key=S.email
    )
    return kit.section(
        t("Erase an account now"),
        kit.native_form(
            kit.card(
                el.p(
                    t(
                        "Name, address, answers, files and words go at once. Marks and certificates stay without a name. "
                        "It cannot be undone."
                    )
                ),
                kit.field(t("Address of the account"), address, id="email", error=kit.error_of(S.problems, "email")),
                kit.field(t("Why"), kit.select(REASONS, name="reason", default_value="asked"), id="reason"),
                parts.password_field(S, t("Your own password"), id="current", name="current"),
                kit.form_actions(kit.btn(t("Erase this account"), type="submit")),
                class_name="flex flex-col gap-5 max-w-[560px]",
            ),
            action="/auth/erase",
        ),
        id="erase",
    )


PAGE = Page(routes.ADMIN_PRIVACY, view, S.open, t("Privacy"), "admin")
