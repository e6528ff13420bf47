"""What the pages of imports share."""

from typing import Any

import reflex as rx

from lms_app.web import kit
from lms_app.web.kit import el
from lms_app.web.words import t

ACCEPT = ".imscc,.mbz,.zip,.gz,.tgz,.tar,.xml,.qti,.gift,.txt,.csv,.tsv"
_STATES = (
    ("waiting", kit.chip(t("Being read"), "info", "loader-circle")),
    ("checked", kit.chip(t("Waits for you"), "mark", "eye")),
    ("confirmed", kit.chip(t("Under way"), "info", "loader-circle")),
    ("done", kit.chip(t("Done"), "ok", "check")),
    ("failed", kit.chip(t("Not done"), "danger", "x")),
)


def job_chip(state: Any) -> rx.Component:
    return rx.fragment(rx.match(state, *_STATES, kit.chip(state)))


def count_chips(counts: Any, label: Any, **p: Any) -> rx.Component:
    """What there is of each kind, such as “Lessons: 12”."""
    return rx.cond(
        counts.length() > 0,
        el.ul(
            rx.foreach(counts, lambda one: el.li(kit.chip(f"{one.label}: {one.count}"))),
            aria_label=label,
            class_name="flex flex-wrap gap-2",
            **p,
        ),
    )


def findings_table(findings: Any) -> rx.Component:
    """Every loss and repair: where, what, and why."""
    return kit.data_table(
        t("What there is to say"),
        [t("What"), t("About"), t("Reason"), t("Where")],
        rx.foreach(findings, _finding),
        cards=True,
    )


def _finding(one: Any) -> rx.Component:
    what = rx.match(
        one.weight,
        ("error", kit.chip(t("Cannot be read"), "danger", "circle-alert")),
        ("unsupported", kit.chip(t("Left out"), "warn", "triangle-alert")),
        kit.chip(t("Worth knowing"), "info"),
    )
    line = t("line {n}", n=one.line)
    where = rx.cond(one.path != "", rx.fragment(one.path, " ", el.span(line, class_name="whitespace-nowrap")), line)
    return kit.tr(
        kit.td(what, label=t("What")),
        kit.td(rx.cond(one.about != "", one.about, "–"), label=t("About"), class_name="break-words"),
        kit.td(one.reason, label=t("Reason"), class_name="break-words"),
        kit.td(where, label=t("Where"), class_name="t-small t-2 break-all"),
    )
