"""The inputs of an author's form: uncontrolled, flat names (`flat.py`), each with its label and what is wrong beside it.

`values` and `errors` are state vars, dictionaries of texts by name. Inputs keep what was typed until the row that they
stand in changes: rows are drawn anew when `values["turn"]` does, so the focus of everything else stays where it is.
A button with `data-does` sends the whole form with what it wants done in the input `do` (`assets/app.js`), the page's
handler passes both to `flat.act`.
"""

from typing import Any

import reflex as rx

from lms_app.quizzes.kinds import flat
from lms_app.quizzes.kinds.base import Form
from lms_app.web import kit
from lms_app.web.kit import el
from lms_app.web.kit.typed import Name, turn_of
from lms_app.web.kit.typed import at as at
from lms_app.web.kit.typed import choose as choose
from lms_app.web.kit.typed import line as line
from lms_app.web.kit.typed import lines as lines
from lms_app.web.kit.typed import number as number
from lms_app.web.kit.typed import percent as percent
from lms_app.web.kit.typed import rows as rows
from lms_app.web.kit.typed import side_by_side as side_by_side
from lms_app.web.kit.typed import switch as switch
from lms_app.web.words import t


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
        kit.hidden(flat.TURN, turn_of(values)),
        whole(errors),
        *parts,
        class_name="flex flex-col gap-5",
        custom_attrs={"data-rows": "true"},
    )


def hidden_id(values: Form, start: str) -> rx.Component:
    """The id of a row, which an answer may name: it stays when the row is moved or its text changes."""
    return kit.hidden(f"{start}id", at(values, f"{start}id"))


def feedback(values: Form, errors: Form, name: Name, label: str) -> rx.Component:
    return line(values, errors, name, label, optional=True)


def pick(values: Form, name: str, row: Any, label: Any) -> rx.Component:
    """The radio button that makes this row the right one."""
    return kit.check(
        label,
        f"{name}.{flat.PICK}",
        kind="radio",
        checked=at(values, f"{name}.{flat.PICK}") == row.to_string(),
        custom_attrs={"value": row.to_string()},
    )


def more(*parts: rx.Component) -> rx.Component:
    """What few questions need, folded away."""
    return el.details(
        el.summary(t("More settings"), class_name="t-small t-strong cursor-pointer"),
        el.div(*parts, class_name="flex flex-col gap-4 mt-3"),
    )
