"""What one wants to hear of, by which ways and when."""

import reflex as rx

from lms_app.notifications.state import NotificationsState
from lms_app.notifications.views import EventChoice
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t

S = NotificationsState
PACES = (
    ("now", t("At once, one mail for a burst")),
    ("daily", t("Once a day, at 8:00")),
    ("weekly", t("On Mondays, at 8:00")),
)


def view() -> rx.Component:
    rows = kit.skel_rows(5)
    here = rx.cond(S.events.length() > 0, _body(), rows)
    return kit.page_shell("Notifications", kit.page_states(S, here, rows, what=t("your settings")))


def _body() -> rx.Component:
    return rx.fragment(
        kit.page_head(
            t("Notification settings"),
            t("Mail goes to {address}", address=S.plan["address"]),
            crumb=(t("Notifications"), routes.notifications()),
        ),
        el.div(
            kit.error_summary(S.problems),
            el.div(_events(), _mail(), class_name="flex flex-col gap-8"),
            class_name="max-w-[720px]",
        ),
    )


def _events() -> rx.Component:
    return kit.section(
        t("What you hear of"),
        kit.data_table(
            t("What you hear of, and how"),
            [t("About"), t("Inbox"), t("Mail")],
            rx.foreach(S.events, _event),
        ),
        id="events",
    )


def _event(one: rx.Var[EventChoice]) -> rx.Component:
    return kit.tr(
        kit.row_head(one.label, el.div(one.category, class_name="t-cap t-3")),
        kit.td(_switch(one, "inbox", one.inbox, t("in the inbox"))),
        kit.td(_switch(one, "mail", one.mail, t("by mail"))),
    )


def _switch(one: rx.Var[EventChoice], way: str, on: rx.Var[bool], words: str) -> rx.Component:
    return el.label(
        el.input(type="checkbox", default_checked=on, on_change=lambda checked: S.choose(one.event, way, checked)),
        kit.sr(f"{one.label} {words}"),
        class_name="k-check",
    )


def _mail() -> rx.Component:
    plan = S.plan
    return kit.section(
        t("When mail comes"),
        el.form(
            kit.card(
                kit.field(
                    t("Pace"),
                    kit.select(PACES, name="pace", default_value=plan["pace"], key=plan["pace"]),
                    id="pace",
                    error=kit.error_of(S.problems, "pace"),
                ),
                el.div(
                    _time("quiet_from", t("Quiet from"), plan["quiet_from"]),
                    _time("quiet_until", t("Quiet until"), plan["quiet_until"]),
                    class_name="grid gap-5 md:grid-cols-2",
                ),
                el.p(
                    t("In quiet hours mail waits. Times are in your zone, {zone}.", zone=plan["zone"]),
                    class_name="t-small t-2",
                ),
                kit.form_actions(kit.btn(t("Save times"), "primary", type="submit")),
                class_name="flex flex-col gap-5",
            ),
            on_submit=S.save,
            no_validate=True,
        ),
        id="when",
    )


def _time(name: str, label: str, value: rx.Var[str]) -> rx.Component:
    return kit.field(
        label,
        kit.text_input(type="time", name=name, default_value=value, key=value),
        id=name,
        error=kit.error_of(S.problems, name),
        optional=True,
    )


PAGE = Page(routes.NOTIFICATION_SETTINGS, view, S.open_settings, t("Notification settings"), "signed_in")
