"""The inputs that kinds draw: uncontrolled, each named after a field of its kind's `Answer`.

The journal reads the form that stands around them (`assets/journal.js`); no input has a handler of its own.
"""

from collections.abc import Callable
from typing import Any

import reflex as rx


def choices(control: str, name: str, options: rx.Var[Any], is_checked: Callable[[Any], rx.Var[bool]]) -> rx.Component:
    raise NotImplementedError


def line(name: str, label: str, value: Any, **k: Any) -> rx.Component:
    return rx.el.div()
