"""The inputs of an author's form: uncontrolled, flat names (`flat.py`), each with its label and what is wrong beside it.

`values` and `errors` are state vars, dictionaries of texts by name. Inputs keep what was typed until the row that they
stand in changes: rows are drawn anew when `values["turn"]` does, so the focus of everything else stays where it is.
A button with `data-does` sends the whole form with what it wants done in the input `do` (`assets/app.js`), the page's
handler passes both to `flat.act`.
"""

from collections.abc import Callable, Iterable
from typing import Any

import reflex as rx

from lms_app.quizzes.kinds import flat
from lms_app.quizzes.kinds.base import TEXT_MAX, Form
from lms_app.web import kit
from lms_app.web.kit import el
from lms_app.web.words import t

Name = Any  # a string, or one that is known in the browser: `options.{i}.text`


def at(values: Form, name: Name) -> Any:
    """The text of an input; empty where the form has none of that name."""
    return rx.cond(values.contains(name), values[name].to(str), "")


def whole(errors: Form) -> rx.Component:
    """What is wrong with the question as a whole; the form of a kind begins with it."""
    return el.div(
        kit.field_error(flat.WHOLE, at(errors, flat.WHOLE)),
        custom_attrs={"id": flat.WHOLE, "tabIndex": -1},
        class_name="empty:hidden",
    )


def form(values: Form, errors: Form, *parts: rx.Component) -> rx.Component:
    """The author's part of a question: the parts of its kind, below what is wrong with all of it."""
    return el.div(
        kit.hidden("do", ""),
        kit.hidden(flat.TURN, kit.when(at(values, flat.TURN) != "", at(values, flat.TURN), "0")),
        whole(errors),
        *parts,
        class_name="flex flex-col gap-5",
        custom_attrs={"data-rows": "true"},
    )


def line(
    values: Form,
    errors: Form,
    name: Name,
    label: str,
    *,
    hint: str = "",
    optional: bool = False,
    max_length: int = TEXT_MAX,
    mode: str = "text",
    **p: Any,
) -> rx.Component:
    """One line of text."""
    control = kit.text_input(
        name=name,
        default_value=at(values, name),
        max_length=max_length,
        input_mode=mode,
        auto_complete="off",
    )
    return kit.field(label, control, id=name, hint=hint, error=at(errors, name), optional=optional, **p)


def number(values: Form, errors: Form, name: Name, label: str, **p: Any) -> rx.Component:
    return line(values, errors, name, label, max_length=60, mode="decimal", **p)


def percent(
    values: Form, errors: Form, name: Name, label: str, *, optional: bool = True, hint: str = ""
) -> rx.Component:
    """A share, in percent."""
    return line(values, errors, name, f"{label} (%)", hint=hint, optional=optional, max_length=12, mode="decimal")


def hidden_id(values: Form, start: str) -> rx.Component:
    """The id of a row, which an answer may name: it stays when the row is moved or its text changes."""
    return kit.hidden(f"{start}id", at(values, f"{start}id"))


def lines(
    values: Form, errors: Form, name: Name, label: Any, *, hint: str = "", optional: bool = False, rows: int = 3
) -> rx.Component:
    """Several lines of text: Markdown, or a list with one entry a line."""
    control = kit.textarea(name=name, default_value=at(values, name), rows=rows)
    return kit.field(label, control, id=name, hint=hint, error=at(errors, name), optional=optional)


def feedback(values: Form, errors: Form, name: Name, label: str) -> rx.Component:
    return line(values, errors, name, label, optional=True)


def switch(values: Form, name: Name, label: str) -> rx.Component:
    return kit.check(label, name, checked=at(values, name) == flat.ON)


def choose(
    values: Form, errors: Form, name: Name, label: str, options: Iterable[tuple[str, str]], *, hint: str = ""
) -> rx.Component:
    control = kit.select(options, name=name, default_value=at(values, name))
    return kit.field(label, control, id=name, hint=hint, error=at(errors, name))


def pick(values: Form, name: str, row: Any, label: Any) -> rx.Component:
    """The radio button that makes this row the right one."""
    return kit.check(
        label,
        f"{name}.{flat.PICK}",
        kind="radio",
        checked=at(values, f"{name}.{flat.PICK}") == row.to_string(),
        custom_attrs={"value": row.to_string()},
    )


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
) -> rx.Component:
    """Repeated inputs: `draw(row, prefix)` gives those of one row, `noun` is what a row is ("option").

    Each row has buttons to move and remove it, and the list one to add another.
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
            el.div(draw(row, f"{start}."), class_name="flex flex-col gap-3", key=f"{at(values, flat.TURN)}"),
            class_name="k-card p-4 flex flex-col gap-2",
            key=row,
        )

    count = at(values, f"{name}.{flat.ROWS}").to(int)
    return kit.fieldset(
        legend,
        kit.hidden(f"{name}.{flat.ROWS}", at(values, f"{name}.{flat.ROWS}")),
        el.ol(rx.foreach(rx.Var.range(count), one), class_name="flex flex-col gap-3"),
        kit.btn(t("Add {noun}", noun=noun), "secondary", "plus", size="sm", data_does=f"{name}.add", class_name="mt-3"),
        id=name,
        hint=hint,
        error=at(errors, name),
    )


def _does(label: Any, ic: str, do: str, off: Any = None) -> rx.Component:
    extra = {} if off is None else {"aria_disabled": rx.cond(off, "true", "false")}
    return kit.btn(label, "quiet", ic, size="sm", icon_only=True, data_does=do, **extra)


def side_by_side(*parts: rx.Component) -> rx.Component:
    """Short inputs beside each other where there is room."""
    return el.div(*parts, class_name="grid gap-3 sm:grid-cols-2")


def more(*parts: rx.Component) -> rx.Component:
    """What few questions need, folded away."""
    return el.details(
        el.summary(t("More settings"), class_name="t-small t-strong cursor-pointer"),
        el.div(*parts, class_name="flex flex-col gap-4 mt-3"),
    )
