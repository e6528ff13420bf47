"""A total as a tree that one opens part by part, down to each answer, with the arithmetic of each."""

from typing import Any

import reflex as rx

from lms_app.web import kit
from lms_app.web.kit import el
from lms_app.web.words import t

DEPTH = 4  # the total, two levels of categories, items, answers below


def tree(root: Any) -> rx.Component:
    """`root` is a `Branch`: its parts, and how they make it."""
    return el.div(
        el.p(el.bdi(root.words), class_name="t-small t-2 mb-3"),
        kit.when(
            root.parts.length() > 0,
            el.ul(rx.foreach(root.parts, lambda part: _branch(part, 1)), class_name="k-tree"),
            el.p(t("Nothing here earns points yet."), class_name="t-small t-2"),
        ),
    )


def _branch(part: Any, depth: int) -> rx.Component:
    if depth == DEPTH:
        return el.li(_line(part, _words(part)), key=part.id)
    inside = el.details(
        el.summary(kit.icon("chevron-right", class_name="k-chev"), _line(part)),
        el.div(_words(part), class_name="k-tree-words"),
        el.ul(rx.foreach(part.parts, lambda one: _branch(one, depth + 1)), class_name="k-tree"),
    )
    return el.li(kit.when(part.parts.length() > 0, inside, _line(part, _words(part))), key=part.id)


def _words(part: Any) -> rx.Component:
    seen = kit.link(rx.fragment(t("See the work"), kit.sr(f" {part.title}")), part.url)
    return el.p(el.bdi(part.words), kit.when(part.url != "", el.span(" ", seen)), class_name="t-small t-2 k-tree-why")


def _line(part: Any, *below: rx.Component) -> rx.Component:
    left_out = (part.fate == "dropped") | (part.fate == "excused") | (part.fate == "exempt") | (part.fate == "unmarked")
    return el.div(
        el.div(
            el.span(part.title, class_name=rx.cond(part.kind == "category", "t-strong", "")),
            rx.match(
                part.fate,
                ("dropped", kit.chip(t("Dropped"))),
                ("excused", kit.chip(t("Excused"))),
                ("exempt", kit.chip(t("Exempt"))),
                ("missing", kit.chip(t("Missing"), "danger")),
                ("extra", kit.chip(t("Extra credit"), "info")),
                rx.fragment(),
            ),
            kit.when(part.tried != "", kit.chip(t("Tried out"), "mark")),
            class_name="flex flex-wrap items-center gap-x-2 gap-y-1 min-w-0",
        ),
        el.span(
            rx.cond(part.percent != "", part.percent, rx.cond(part.kind == "answer", "", "–")),
            class_name="t-num t-small t-2 text-end",
        ),
        el.span(rx.cond(left_out, "–", part.adds), class_name="t-num t-strong text-end"),
        *below,
        class_name="k-tree-line",
    )
