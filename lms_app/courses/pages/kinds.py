"""Small marks that several course pages share: the icon of a kind of item, the chip of a course's status."""

from typing import Any

import reflex as rx

from lms_app.courses.service import ITEM_KINDS
from lms_app.web import kit
from lms_app.web.words import t


def kind_icon(kind: Any) -> Any:
    """The icon of a kind, out of those that are known when the front end is built: one lucide import each."""
    cases: list[Any] = [(name, kit.icon(known.icon, size=18, class_name="t-3")) for name, known in ITEM_KINDS.items()]
    return rx.match(kind, *cases, kit.icon("circle", size=18, class_name="t-3"))


def status_chip(status: Any) -> Any:
    return rx.match(
        status,
        ("published", kit.chip(t("Published"), "ok")),
        ("archived", kit.chip(t("Archived"))),
        kit.chip(t("Draft"), "info"),
    )
