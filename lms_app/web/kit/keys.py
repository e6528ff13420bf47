"""API keys, as their owners and administrators see them: a list, a form, and the secret that is shown once."""

from typing import Any

import reflex as rx

from lms_app.web.kit.basics import Text, btn, chip, copy_btn, el, note, rows, sr
from lms_app.web.kit.forms import check, error_of, field, select, text_input
from lms_app.web.words import t

DAYS = (("30", t("30 days")), ("7", t("7 days")), ("90", t("90 days")), ("365", t("A year")))


def new_secret(secret: Any) -> rx.Component:
    """The secret of a key that was made just now."""
    shown = note(
        "ok",
        "key-round",
        el.div(
            el.p(t("Copy the key now. It is not shown again."), class_name="t-strong"),
            el.code(secret, class_name="k-code break-all block my-2"),
            copy_btn(secret),
        ),
    )
    return el.div(rx.cond(secret != "", shown), role="status", class_name="empty:hidden")


def key_list(keys: Any, on_end: Any, none: Text) -> rx.Component:
    """`on_end` is a handler that takes the key's id."""

    def line(key: Any) -> rx.Component:
        return el.li(
            el.div(
                el.div(
                    key.name,
                    " ",
                    rx.cond(key.may_write, chip(t("Reads and writes"), "warn"), chip(t("Reads"))),
                    class_name="t-strong flex flex-wrap gap-2",
                ),
                el.div(
                    key.begins, " · ", t("made {day}, ends {end}", day=key.made, end=key.ends), class_name="t-small t-2"
                ),
                el.div(t("Used: {seen}", seen=key.seen), class_name="t-small t-3"),
                class_name="min-w-0 flex-1",
            ),
            rx.cond(
                key.over,
                chip(t("Ended")),
                btn(rx.fragment(t("End key"), sr(" " + key.name)), size="sm", on_click=on_end(key.id)),
            ),
            class_name="k-row max-sm:flex-wrap",
            key=key.id,
        )

    return rx.cond(keys.length() > 0, rows(rx.foreach(keys, line)), el.p(none, class_name="t-small t-2"))


def key_form(problems: Any, on_submit: Any, id: str) -> rx.Component:
    return el.form(
        field(
            t("What it is for"),
            text_input(name="name", max_length=80, auto_complete="off"),
            id=id,
            error=error_of(problems, id),
            class_name="w-full",
        ),
        field(t("Works for"), select(DAYS, name="days"), id=f"{id}-days"),
        check(t("May write, too"), "writes"),
        btn(t("Make key"), type="submit"),
        on_submit=on_submit,
        reset_on_submit=True,
        class_name="flex flex-col items-start gap-4",
    )
