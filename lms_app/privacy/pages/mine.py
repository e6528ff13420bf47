"""Your data: a copy to take along, what you agreed to, and erasing your account."""

import reflex as rx

from lms_app.accounts.pages import parts
from lms_app.privacy.state import PrivacyState
from lms_app.privacy.views import AnswerLine, TakeOutView
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t

S = PrivacyState


def view() -> rx.Component:
    return kit.page_shell("", kit.page_states(S, _body(), kit.skel_rows(3), what=t("your data")))


def _body() -> rx.Component:
    return rx.fragment(
        kit.page_head(
            t("Your data"),
            t("Everything that is kept about you, to take along or to end"),
            crumb=(t("Profile"), routes.profile()),
        ),
        el.div(
            kit.error_summary(S.problems),
            el.div(
                _copy(), rx.cond(S.data.answers.length() > 0, _answers()), _erase(), class_name="flex flex-col gap-8"
            ),
            class_name="max-w-[720px]",
        ),
    )


def _copy() -> rx.Component:
    return kit.section(
        t("Take a copy along"),
        el.p(
            t(
                "A zip with a page to read, the same for programs, your files and your certificates. Making it takes a "
                "moment; we tell you when it is ready."
            ),
            class_name="t-2 mb-4",
        ),
        rx.cond(
            S.data.copies.length() > 0,
            el.div(kit.rows(rx.foreach(S.data.copies, _one)), class_name="mb-4"),
            rx.fragment(),
        ),
        kit.btn(t("Download my data"), "primary", "download", on_click=S.ask_copy),
        id="copy",
    )


def _one(copy: rx.Var[TakeOutView]) -> rx.Component:
    return el.li(
        el.div(
            el.div(t("Asked for {moment}", moment=copy.asked), class_name="t-strong"),
            el.div(
                rx.cond(
                    copy.ready,
                    t("{size}, until {until}", size=copy.size, until=copy.until),
                    t("Being made. You may leave this page."),
                ),
                class_name="t-small t-2",
                role="status",
            ),
            class_name="min-w-0 flex-1",
        ),
        rx.cond(copy.ready, kit.btn(t("Download"), icon="download", size="sm", href=copy.url, raw=True)),
        class_name="k-row",
        key=copy.id,
    )


def _answers() -> rx.Component:
    return kit.section(
        t("What you answered"),
        kit.rows(rx.foreach(S.data.answers, _answer)),
        id="answers",
    )


def _answer(line: rx.Var[AnswerLine]) -> rx.Component:
    return el.li(
        el.div(el.div(line.what, class_name="t-strong"), el.div(line.said, class_name="t-small t-2")),
        class_name="k-row",
        key=line.what + line.said,
    )


def _erase() -> rx.Component:
    return kit.section(t("Erase your account"), rx.cond(S.data.due != "", _waiting(), _ask()), id="erase")


def _waiting() -> rx.Component:
    return kit.note(
        "warn",
        "clock-alert",
        el.p(t("Your account will be erased: {due}.", due=S.data.due), class_name="t-strong"),
        el.p(t("Until then everything is as it was, and you can keep it."), class_name="t-small mt-1"),
        el.div(kit.btn(t("Keep my account"), size="sm", on_click=S.take_back), class_name="mt-3"),
    )


def _ask() -> rx.Component:
    return kit.native_form(
        kit.card(
            el.p(
                t(
                    "Your name, address, picture, answers, files and what you wrote go, here and in mail. Marks and "
                    "certificates stay without your name, because the school must be able to show them. It cannot be undone."
                )
            ),
            el.p(
                t("It happens {n} days after you ask. Until then you can keep your account.", n=S.data.days),
                class_name="t-small t-2",
            ),
            parts.password_field(S, t("Current password"), id="current", name="current"),
            kit.form_actions(kit.btn(t("Erase my account"), type="submit")),
            class_name="flex flex-col gap-5",
        ),
        action="/auth/erasure",
    )


PAGE = Page(routes.MY_DATA, view, S.open_mine, t("Your data"), "signed_in")
