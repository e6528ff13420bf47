"""All questions before submitting: what has no answer yet, and what that costs."""

from typing import Any

import reflex as rx

from lms_app.quizzes import journal
from lms_app.quizzes.pages.attempt import answer_journal, notices
from lms_app.quizzes.state.taking import AttemptState
from lms_app.web import kit, routes
from lms_app.web.guard import signed_in
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t

S = AttemptState
DIALOG = "dlg-submit"


def view() -> rx.Component:
    return kit.focus_shell(
        kit.focus_bar(
            (t("Back to questions"), routes.attempt(S.attempt)),
            S.title,
            t("Review before submitting"),
            kit.save_status(journal.state, journal.saved_at, class_name="hidden! sm:inline-flex!"),
            kit.when(S.deadline != "", kit.timer(S.deadline, S.server_now)),
        ),
        answer_journal("", 0, {}),
        kit.main(
            kit.page_states(S, _body(), kit.skel_rows(6), "your answers"),
            class_name="max-w-[720px] mx-auto px-5 pt-10 pb-20",
        ),
    )


def _body() -> rx.Component:
    return rx.fragment(
        el.h1(t("Check your answers"), class_name="t-title"),
        el.p(t("Nothing is sent until you submit. You can still change any answer."), class_name="t-2 mt-1 mb-6"),
        el.div(notices(), class_name="k-says"),
        rx.cond(S.unanswered > 0, kit.note("warn", "triangle-alert", el.p(_missing()))),
        kit.rows(rx.foreach(S.rows, _line), ordered=True, class_name="mt-6"),
        el.div(
            kit.btn(t("Back to questions"), "quiet", "arrow-left", href=routes.attempt(S.attempt)),
            rx.cond((S.unanswered > 0) | S.is_last, _ask(), _submit()),
            class_name="flex flex-wrap items-center justify-between gap-3 mt-6",
        ),
    )


def _missing() -> rx.Component:
    count = rx.cond(
        S.unanswered == 1,
        t("1 question has no answer."),
        t("{n} questions have no answer.", n=S.unanswered),
    )
    return rx.fragment(el.span(count, class_name="t-strong"), " ", t("Unanswered questions score 0."))


def _line(row: Any) -> rx.Component:
    address = f"{routes.attempt(S.attempt)}?question={row.number}"
    return el.li(
        el.span(row.label, class_name="t-num t-2"),
        el.span(row.text, class_name="min-w-0 k-clip2"),
        _chip(row),
        kit.a(
            rx.cond(row.answered, t("Change"), t("Answer")),
            kit.sr(t(" question {n}", n=row.label)),
            href=address,
            class_name="k-link t-small",
        ),
        class_name="k-rev",
    )


def _chip(row: Any) -> rx.Component:
    return rx.cond(
        row.flagged,
        kit.chip(rx.cond(row.answered, t("Answered · flagged"), t("Not answered · flagged")), "mark"),
        rx.cond(row.answered, kit.chip(t("Answered"), "ok"), kit.chip(t("Not answered"), "warn")),
    )


def _left() -> rx.Component:
    return kit.time_left(
        S.deadline,
        S.server_now,
        t("You have {n} minutes left and can keep working."),
        t("You have less than two minutes left."),
    )


def _submit() -> rx.Component:
    return kit.btn(t("Submit quiz"), "primary", size="lg", custom_attrs=journal.SUBMITS)


def _ask() -> rx.Component:
    """The question before an attempt is gone with answers missing, or the last one."""
    title = rx.match(
        S.unanswered,
        (0, t("Submit your last attempt?")),
        (1, t("Submit with 1 question unanswered?")),
        t("Submit with {n} questions unanswered?", n=S.unanswered),
    )
    body = el.p(
        t("This uses {of}.", of=S.of),
        " ",
        rx.cond(S.deadline != "", _left(), t("You can keep working.")),
        class_name="k-dlg-d",
        custom_attrs={"id": f"{DIALOG}-d"},
    )
    return rx.fragment(
        kit.btn(t("Submit quiz"), "primary", size="lg", **kit.opens(DIALOG)),
        kit.dialog(
            DIALOG,
            title,
            body,
            actions=(
                kit.btn(t("Keep working"), **kit.closes()),
                kit.btn(t("Submit quiz"), "primary", **kit.closes(), custom_attrs=journal.SUBMITS),
            ),
            role="alertdialog",
            light=False,
            described=True,
        ),
    )


PAGE = Page(
    routes.REVIEW,
    view,
    AttemptState.open_review,
    rx.cond(S.loaded, t("Check your answers: {title}", title=S.title), t("Check your answers")),
    signed_in,
)
