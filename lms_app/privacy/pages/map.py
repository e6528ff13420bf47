"""The data map for administrators."""

import reflex as rx

from lms_app.privacy.pages.tabs import tabs
from lms_app.privacy.state import PrivacyState
from lms_app.privacy.views import MapRow
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t

S = PrivacyState


def view() -> rx.Component:
    return kit.page_shell("Privacy", kit.page_states(S, _body(), kit.skel_rows(8), what=t("the data map")))


def _body() -> rx.Component:
    return rx.fragment(
        kit.page_head(t("Data map"), t("Where something about people is kept, why, and what erasing an account does")),
        tabs("map"),
        kit.data_table(
            t("Data map"),
            [t("What"), t("For"), t("Ground"), t("Kept"), t("When an account is erased")],
            rx.foreach(S.desk.map, _row),
            cards=True,
        ),
    )


def _row(row: rx.Var[MapRow]) -> rx.Component:
    return kit.tr(
        kit.row_head(
            el.div(row.what, el.div(row.where, class_name="t-cap t-3 break-all")),
            class_name="sm:min-w-[220px] sm:max-w-[320px]",
        ),
        kit.td(row.purpose, label=t("For"), class_name="sm:min-w-[140px]"),
        kit.td(row.ground, label=t("Ground"), class_name="sm:min-w-[120px]"),
        kit.td(row.kept, label=t("Kept"), class_name="sm:min-w-[160px]"),
        kit.td(row.erased, label=t("Erasing"), class_name="sm:min-w-[240px]"),
        key=row.where,
    )


PAGE = Page(routes.DATA_MAP, view, S.open_map, t("Data map"), "admin")
