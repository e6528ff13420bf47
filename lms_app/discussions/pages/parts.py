"""What the pages of questions share: a question in a list, and the form in which one asks."""

from typing import Any

import reflex as rx

from lms_app.discussions import rules
from lms_app.discussions.service import TALK
from lms_app.discussions.state.talk import TalkState
from lms_app.web import kit
from lms_app.web.kit import el, typed, uploads, writing
from lms_app.web.words import t

S: Any = TalkState
FORM, PLACE = S.form, S.place
SEQ = typed.at(FORM, "seq")
MARKDOWN = t("Markdown works here: **bold**, *italic*, `code`, $x^2$.")


def lines() -> rx.Component:
    return kit.rows(rx.foreach(S.threads, _line))


def _line(line: Any) -> rx.Component:
    answers = rx.match(line.answers, (0, t("No answer yet")), (1, t("1 answer")), t("{n} answers", n=line.answers))
    same = rx.match(line.votes, (0, ""), (1, t(" · 1 has it, too")), t(" · {n} have it, too", n=line.votes))
    return el.li(
        el.div(
            kit.a(line.title, href=line.url, class_name="t-strong k-plain"),
            el.p(line.note, class_name="t-small t-2"),
            class_name="min-w-0 flex-1 max-sm:basis-full!",
        ),
        el.div(
            rx.cond(line.hidden, kit.chip(t("Hidden"), "warn", "eye-off")),
            rx.cond(line.pinned, kit.chip(t("Pinned"), "", "pin")),
            rx.cond(line.locked, kit.chip(t("Locked"), "", "lock")),
            rx.cond(line.state == "accepted", kit.chip(t("Solved"), "ok", "check")),
            el.span(answers, same, class_name="t-small t-2 t-num"),
            class_name="flex flex-wrap items-center gap-2 sm:justify-end",
        ),
        class_name="k-row max-sm:flex-wrap",
        key=line.id,
    )


def ask_form(lesson: rx.Component, draft: Any, *, pictures: Any = None) -> rx.Component:
    """A button that opens the form. `lesson` is the input that names one; `draft` under what a device keeps the text, and
    `pictures` the id of the lesson or course to which they belong; without one there is no button for them."""
    form = el.form(
        kit.hidden("base", ""),
        lesson,
        kit.field(
            t("Your question, in a line"),
            kit.text_input(name="title", max_length=rules.TITLE_MAX, auto_complete="off", custom_attrs=uploads.KEEPS),
            id="ask-title",
            error=_wrong("title_error"),
        ),
        kit.field(
            t("What have you tried, and where are you stuck?"),
            kit.textarea(name="body", rows=5, max_length=rules.BODY_MAX, custom_attrs=uploads.KEEPS),
            id="ask-body",
            hint=MARKDOWN,
            error=_wrong("error"),
        ),
        el.div(
            kit.btn(t("Ask question"), "primary", "send", type="submit"),
            rx.fragment() if pictures is None else writing.file_btn(),
            class_name="flex flex-wrap items-center gap-2",
        ),
        on_submit=S.ask,
        class_name="k-card k-card--pad flex flex-col gap-4 mt-3",
        custom_attrs={"noValidate": True, "id": "ask", "data-sends": "true", "data-writes": "true"},
    )
    opener = el.summary(kit.icon("message-circle-question"), t("Ask a question"), class_name="k-btn k-btn--secondary")
    return rx.fragment(
        el.details(opener, form, key=SEQ, class_name="k-ask"),
        uploads.DraftKeeper.create(form="ask", item=f"ask.{draft}", seq=SEQ.to(int), done=False),
        rx.fragment() if pictures is None else writing.file_dialog(TALK, pictures),
    )


def _wrong(name: str) -> Any:
    """What is wrong with the form that is always there; the others say it for themselves."""
    return rx.cond(typed.at(FORM, "wrong") == "", typed.at(FORM, name), "")
