"""One's own inbox: what one was told, by course."""

import reflex as rx

from lms_app.notifications.state import NotificationsState
from lms_app.notifications.views import NotificationGroup, NotificationView
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t

S = NotificationsState


def view() -> rx.Component:
    rows = kit.skel_rows(6)
    here = rx.cond(S.place.length() > 0, _body(), rows)
    return kit.page_shell("Notifications", kit.page_states(S, here, rows, what=t("your notifications")))


def _body() -> rx.Component:
    return rx.fragment(
        kit.page_head(
            t("Notifications"),
            "",
            kit.btn(t("Settings"), "quiet", "settings-2", href=routes.notification_settings()),
            rx.cond(S.inbox.unread > 0, kit.btn(t("Mark all as read"), ic="check", on_click=S.read_all)),
        ),
        kit.tabs(
            t("Notifications by state"),
            (t("All"), routes.notifications(), S.place["show"] == ""),
            (
                rx.fragment(t("Unread"), " ", el.span(S.inbox.unread, class_name="t-3 t-num")),
                routes.notifications(unread=True),
                S.place["show"] == "unread",
            ),
        ),
        rx.cond(
            S.inbox.groups.length() > 0,
            rx.fragment(
                el.div(rx.foreach(S.inbox.groups, _group), class_name="flex flex-col gap-8 max-w-[820px]"),
                kit.pager(S.place),
            ),
            _nothing(),
        ),
    )


def _group(group: rx.Var[NotificationGroup]) -> rx.Component:
    return el.section(
        el.h2(rx.cond(group.course != "", group.course, t("Other")), class_name="t-h2 mb-3"),
        kit.rows(rx.foreach(group.notifications, _row)),
        key=group.course,
    )


def _row(one: rx.Var[NotificationView]) -> rx.Component:
    return el.li(
        el.div(
            el.div(
                kit.a(one.title, href=one.url, class_name="t-strong k-plain", on_click=S.read(one.id)),
                rx.cond(one.unread, kit.chip(t("New"), "mark")),
                class_name="flex flex-wrap items-center gap-2",
            ),
            rx.cond(one.text != "", el.p(el.bdi(one.text), class_name="t-small t-2 mt-1 whitespace-pre-line k-clip2")),
            el.div(one.when, class_name="t-cap t-3 mt-1"),
            class_name="min-w-0 flex-1",
        ),
        rx.cond(
            one.unread,
            kit.btn(
                rx.fragment(t("Mark as read"), kit.sr(f" {one.title}")),
                "quiet",
                size="sm",
                on_click=S.read(one.id),
            ),
        ),
        class_name="k-row",
        key=one.id,
    )


def _nothing() -> rx.Component:
    return kit.card(
        kit.empty(
            "bell",
            rx.cond(S.place["show"] == "unread", t("Nothing unread"), t("No notifications yet")),
            t("Announcements, marks and certificates appear here."),
            level=2,
        ),
        pad=False,
    )


PAGE = Page(routes.NOTIFICATIONS, view, S.open, t("Notifications"), "signed_in")
