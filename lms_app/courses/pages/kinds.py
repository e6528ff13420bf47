"""How an item of each kind looks in an outline."""

from typing import Any

import reflex as rx

from lms_app.courses.service import ITEM_KINDS
from lms_app.web import kit


def kind_icon(kind: Any) -> rx.Component:
    """The icon of a kind, out of those that are known when the front end is built: one lucide import each."""
    cases = [(name, kit.icon(known.icon, size=18, class_name="t-3")) for name, known in ITEM_KINDS.items()]
    return rx.match(kind, *cases, kit.icon("circle", size=18, class_name="t-3"))
