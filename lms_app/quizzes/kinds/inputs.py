"""The inputs that kinds draw: uncontrolled, each named after a field of its kind's `Answer`.

The journal reads the form that stands around them (`lms_app/quizzes/journal.py`); no input has a handler of its own.
"""

from collections.abc import Callable
from typing import Any

import reflex as rx

from lms_app.quizzes import journal
from lms_app.web import kit
from lms_app.web.kit import el
from lms_app.web.words import t


def choices(control: str, name: str, options: rx.Var[Any], is_checked: Callable[[Any], Any]) -> rx.Component:
    """Rows of radio buttons or check boxes, made of `shown_options`."""

    def row(option: Any) -> rx.Component:
        return kit.option_row(
            name,
            option["id"],
            kit.prose(option["html"], "line"),
            kind=control,
            checked=is_checked(option["id"]),
            key=option["key"],
        )

    return el.div(rx.foreach(options.to(list[dict[str, str]]), row), class_name="flex flex-col gap-3")


def line(name: str, label: str, value: Any, *, max_length: int, mode: str = "text", unit: Any = "") -> rx.Component:
    """One line of typed text, with its unit after it, and below how it was read."""
    typed = kit.text_input(
        name=name,
        default_value=value,
        max_length=max_length,
        input_mode=mode,
        auto_complete="off",
        spell_check=False,
        class_name="flex-1",
    )

    def control(**wires: Any) -> rx.Component:
        after = kit.when(kit.filled(unit), el.span(unit, class_name="t-2 whitespace-nowrap"))
        return el.div(typed(**wires), after, class_name="flex items-center gap-3")

    return el.div(
        kit.field(t(label), control, id=f"answer-{name}"),
        el.p(journal.read_as, role="status", class_name="t-small t-2 mt-2"),
        class_name="max-w-[28rem]",
    )
