"""Labelled inputs of a form that is texts by name: uncontrolled, with what is wrong beside each of them.

`values` and `errors` are state vars, dictionaries of texts by name; `core/typed.py` reads what comes back.
"""

from collections.abc import Callable, Iterable
from typing import Any

import reflex as rx
from reflex_base.vars.object import ObjectVar

from lms_app.core.rows import ROWS, TURN
from lms_app.core.typed import ON
from lms_app.web.kit.basics import btn, card, el, icon
from lms_app.web.kit.forms import check, field, fieldset, hidden, select, text_input, textarea
from lms_app.web.kit.quiz import save_status
from lms_app.web.words import t

Form = ObjectVar[dict[str, str]]
Name = Any  # a string, or one that is known in the browser: `options.{i}.text`
LINE_MAX = 10_000


def at(values: Form, name: Name) -> Any:
    """The text of an input; empty where the form has none of that name."""
    return rx.cond(values.contains(name), values[name].to(str), "")


def line(
    values: Form,
    errors: Form,
    name: Name,
    label: str,
    *,
    hint: str = "",
    optional: bool = False,
    max_length: int = LINE_MAX,
    mode: str = "text",
    **p: Any,
) -> rx.Component:
    """One line of text."""
    control = text_input(
        name=name,
        default_value=at(values, name),
        max_length=max_length,
        input_mode=mode,
        auto_complete="off",
    )
    return field(label, control, id=name, hint=hint, error=at(errors, name), optional=optional, **p)


def number(values: Form, errors: Form, name: Name, label: str, **p: Any) -> rx.Component:
    return line(values, errors, name, label, max_length=60, mode="decimal", **p)


def percent(
    values: Form, errors: Form, name: Name, label: str, *, optional: bool = True, hint: str = ""
) -> rx.Component:
    """A share, in percent."""
    return line(values, errors, name, f"{label} (%)", hint=hint, optional=optional, max_length=12, mode="decimal")


def lines(
    values: Form, errors: Form, name: Name, label: str, *, hint: str = "", optional: bool = False, rows: int = 3
) -> rx.Component:
    """Several lines of text: Markdown, or a list with one entry a line."""
    control = textarea(name=name, default_value=at(values, name), rows=rows)
    return field(label, control, id=name, hint=hint, error=at(errors, name), optional=optional)


def switch(values: Form, name: Name, label: str) -> rx.Component:
    return check(label, name, checked=at(values, name) == ON)


def choose(
    values: Form, errors: Form, name: Name, label: str, options: Iterable[tuple[str, str]], *, hint: str = ""
) -> rx.Component:
    control = select(options, name=name, default_value=at(values, name))
    return field(label, control, id=name, hint=hint, error=at(errors, name))


def side_by_side(*parts: rx.Component) -> rx.Component:
    """Short inputs beside each other where there is room."""
    return el.div(*parts, class_name="grid gap-3 sm:grid-cols-2")


def moment(values: Form, errors: Form, name: Name, label: str, *, hint: str = "") -> rx.Component:
    """A date and a time in the reader's zone; it may be left out."""
    control = text_input(type="datetime-local", name=name, default_value=at(values, name))
    return field(label, control, id=name, hint=hint, error=at(errors, name), optional=True)


def saved_status(state: Any) -> rx.Component:
    """When a form that saves itself was saved (`state.saved`), or why it is not (`state.unsaved`)."""
    return el.div(
        rx.cond(
            state.unsaved != "",
            el.span(icon("cloud-alert"), el.span(state.unsaved), class_name="k-save k-save--bad", role="status"),
            save_status(rx.cond(state.saved != "", "saved", ""), state.saved),
        )
    )


def part(title: str, *c: rx.Component) -> rx.Component:
    """Fields that belong together, under their heading."""
    return card(el.h2(title, class_name="t-h3 mb-4"), el.div(*c, class_name="flex flex-col gap-5"))


def turn_of(values: Form) -> Any:
    """How often the rows of a form were rearranged, "0" to begin with: the same word as its hidden input sends."""
    return rx.cond(at(values, TURN) != "", at(values, TURN), "0")


def rows(
    values: Form,
    errors: Form,
    name: str,
    legend: str,
    draw: Callable[[Any, str], Any],
    *,
    noun: str,
    hint: str = "",
    can_move: bool = True,
    inside: bool = False,
) -> rx.Component:
    """Repeated inputs: `draw(row, prefix)` gives those of one row, `noun` is what a row is ("option").

    Each row has buttons to move and remove it, and the list one to add another. `inside`: these are rows of a row.
    """

    def one(row: Any) -> rx.Component:
        start = f"{name}.{row}"
        shown = row + 1
        moves = [
            _does(t("Move {noun} {n} up", noun=noun, n=shown), "arrow-up", f"{start}.up", row == 0),
            _does(t("Move {noun} {n} down", noun=noun, n=shown), "arrow-down", f"{start}.down", row == count - 1),
        ]
        return el.li(
            el.div(
                el.span(t("{noun} {n}", noun=noun.capitalize(), n=shown), class_name="t-small t-strong"),
                el.span(
                    *(moves if can_move else []),
                    _does(t("Remove {noun} {n}", noun=noun, n=shown), "x", f"{start}.remove"),
                    class_name="flex",
                ),
                class_name="flex items-center justify-between gap-2",
            ),
            # Another row is another set of inputs, which begin with their own values.
            el.div(draw(row, f"{start}."), class_name="flex flex-col gap-3", key=turn_of(values)),
            class_name="k-card p-4 flex flex-col gap-2",
            key=row,
        )

    count = at(values, f"{name}.{ROWS}").to(int)
    # The browser's name of a row is that of the argument: inside of another row it must be a name of its own.
    draw_one = (lambda inner: one(inner)) if inside else one
    return fieldset(
        legend,
        hidden(f"{name}.{ROWS}", at(values, f"{name}.{ROWS}")),
        el.ol(rx.foreach(rx.Var.range(count), draw_one), class_name="flex flex-col gap-3"),
        btn(t("Add {noun}", noun=noun), "secondary", "plus", size="sm", data_does=f"{name}.add", class_name="mt-3"),
        id=name,
        hint=hint,
        error=at(errors, name),
    )


def _does(label: Any, ic: str, do: str, off: Any = None) -> rx.Component:
    extra = {} if off is None else {"aria_disabled": rx.cond(off, "true", "false")}
    return btn(label, "quiet", ic, size="sm", icon_only=True, data_does=do, **extra)
