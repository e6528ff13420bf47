"""The outgoing mail: what waits, what was sent, what could not be."""

import reflex as rx

from lms_app.admin.state.mail import MailState
from lms_app.admin.views import MailRow
from lms_app.notifications.events import EVENTS
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t

S = MailState
DIALOG = "letter"


def view() -> rx.Component:
    return kit.page_shell("Mail", kit.page_states(S, _body(), kit.skel_rows(8), what=t("the mail")))


def _body() -> rx.Component:
    return rx.fragment(
        kit.page_head(t("Mail"), t("Everything that the school sends, newest first"), _previews()),
        rx.cond(
            S.readable,
            el.div(
                kit.note(
                    "info", "info", t("Mail is kept on this machine instead of being sent, so you can read it here.")
                ),
                class_name="mb-5",
            ),
        ),
        kit.tabs(
            t("Mail by status"),
            _tab(t("All"), "", S.waiting + S.sent + S.failed_count),
            _tab(t("Waiting"), "waiting", S.waiting),
            _tab(t("Sent"), "sent", S.sent),
            _tab(t("Failed"), "failed", S.failed_count),
            _tab(t("Refusing addresses"), "bouncing", S.bouncing),
        ),
        rx.cond(S.messages.length() > 0, rx.fragment(_table(), kit.pager(S)), _nothing()),
        _letter(),
    )


def _previews() -> rx.Component:
    """How mail about each kind of event looks, with what was told last."""
    kinds = [(event.label, {"href": routes.notification_preview(event.name), "raw": True}) for event in EVENTS.values()]
    return kit.menu(t("Preview mail"), "menu-previews", *kinds, ic="eye", kind="secondary", size=None, icon_only=False)


def _tab(words: str, status: str, count: rx.Var[int]) -> tuple[rx.Component, str, rx.Var[bool]]:
    url = f"{routes.OUTBOX}?status={status}" if status else routes.OUTBOX
    return rx.fragment(words, " ", el.span(count, class_name="t-3 t-num")), url, S.status == status


def _table() -> rx.Component:
    return kit.data_table(
        t("Messages"),
        [
            t("To"),
            kit.col(rx.cond(S.status == "bouncing", t("What its server said"), t("Subject"))),
            t("Status"),
            kit.col(rx.cond(S.status == "bouncing", t("Since"), t("Written"))),
            kit.col(t("Action"), hidden=True),
        ],
        rx.foreach(S.messages, _row),
    )


def _row(message: rx.Var[MailRow]) -> rx.Component:
    status = rx.match(
        message.state,
        ("sent", kit.chip(t("Sent"), "ok", "check")),
        ("failed", kit.chip(t("Failed"), "danger", "circle-alert")),
        ("bouncing", kit.chip(t("Refuses mail"), "warn", "mail-x")),
        kit.chip(t("Waiting"), "mark"),
    )
    read = kit.btn(
        rx.fragment(t("Read"), kit.sr(f" {message.subject}")),
        "quiet",
        size="sm",
        on_click=S.read_letter(message.id),
        **kit.opens(DIALOG),
    )
    again = kit.btn(
        rx.fragment(t("Try again"), kit.sr(f" {message.subject}")), size="sm", on_click=S.send_again(message.id)
    )
    works = kit.btn(
        rx.fragment(t("Mail again"), kit.sr(f" {message.address}")), size="sm", on_click=S.mail_again(message.id)
    )
    return kit.tr(
        kit.row_head(message.address),
        kit.td(message.subject, class_name="min-w-[200px]"),
        kit.td(
            status,
            el.div(message.note, class_name="t-cap t-2 mt-1"),
            rx.cond(message.error != "", el.div(message.error, class_name="t-cap t-danger mt-1")),
            class_name="min-w-[160px]",
        ),
        kit.td(message.created, class_name="whitespace-nowrap"),
        kit.td(
            el.div(
                rx.cond(
                    message.state == "bouncing",
                    works,
                    rx.fragment(
                        rx.cond(message.state != "sent", rx.cond(message.error != "", again)),
                        rx.cond(S.readable, read),
                    ),
                ),
                class_name="flex justify-end gap-2",
            ),
            num=True,
        ),
    )


def _letter() -> rx.Component:
    """One dialog for all rows, filled when it opens."""
    letter = S.letter
    return kit.dialog(
        DIALOG,
        rx.cond(letter.id != "", letter.subject, t("Message")),
        rx.cond(
            letter.id != "",
            el.div(
                el.p(
                    t("To {address}, {moment}", address=letter.address, moment=letter.created), class_name="t-small t-2"
                ),
                el.p(letter.text, class_name="mt-4 whitespace-pre-wrap break-words"),
                rx.foreach(
                    letter.links,
                    lambda url: el.p(kit.link(url, url, raw=True, class_name="break-all"), class_name="mt-3"),
                ),
            ),
        ),
        actions=(kit.btn(t("Close"), **kit.closes()),),
        filled=S.filled,
    )


def _nothing() -> rx.Component:
    return kit.card(
        kit.empty(
            "mail",
            t("No mail here"),
            t("Invitations, confirmations and certificates appear here once written."),
            level=2,
        ),
        pad=False,
    )


PAGE = Page(routes.OUTBOX, view, S.open_mail, t("Mail"), "admin")
