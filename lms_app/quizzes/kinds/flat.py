"""Specs as forms: flat names and texts, as the browser sends them, and back. Pure.

`options.0.text` is the text of the first option and `options.rows` says how many there are. A ticked box is "on". Shares
are in percent, lists of texts are lines. `options.pick` is the number of the row that a radio button picks.

Rows come from `core/rows.py`. Whether the numbers make sense is asked when the form is saved, not before.
"""

import types
from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from lms_app.core import numbers
from lms_app.core.rows import PICK as PICK
from lms_app.core.rows import ROWS as ROWS
from lms_app.core.rows import TURN as TURN
from lms_app.core.rows import act as act
from lms_app.core.rows import row_count as row_count
from lms_app.core.rows import rows as rows
from lms_app.core.rows import without_blank_rows as without_blank_rows
from lms_app.core.typed import ON as ON
from lms_app.core.typed import decimal as decimal
from lms_app.core.typed import is_on as is_on
from lms_app.core.typed import number as number
from lms_app.core.words import say
from lms_app.quizzes.kinds.base import PERCENT, Flat

WHOLE = "spec"  # the name of what is wrong with no single field


# ---- From a spec


def flatten(spec: BaseModel, prefix: str = "") -> Flat:
    """A spec as a form."""
    found: Flat = {}
    for name, field in type(spec).model_fields.items():
        if not field.exclude:
            found.update(_flat(prefix + name, getattr(spec, name), PERCENT in field.metadata))
    return found


def _flat(name: str, value: Any, percent: bool) -> Flat:
    match value:
        case BaseModel():
            return flatten(value, f"{name}.")
        case list() if any(isinstance(each, BaseModel) for each in value) or not value:
            return rows(name, [flatten(each) for each in value])
        case list():
            return {name: "\n".join(str(each) for each in value)}
        case bool():
            return {name: ON if value else ""}
        case Decimal():
            return {name: number(value * 100 if percent else value)}
        case Enum():
            return {name: str(value.value)}
        case None:
            return {name: ""}
        case _:
            return {name: str(value)}


# ---- To a spec


def unflatten(values: Mapping[str, str], model: type[BaseModel], prefix: str = "") -> dict[str, Any]:
    """A form as what `model` takes. What is left empty is left out, so that the model says what is missing."""
    found: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        if not field.exclude:
            value = _read(values, prefix + name, field)
            if value is not _EMPTY:
                found[name] = value
    return found


_EMPTY = object()


def _read(values: Mapping[str, str], name: str, field: FieldInfo) -> Any:
    kind, item = _kind(field.annotation)
    if kind is list and isinstance(item, type) and issubclass(item, BaseModel):
        return [unflatten(values, item, f"{name}.{at}.") for at in range(row_count(values, name))]
    if kind is list:
        return lines(values.get(name, ""))
    if kind is bool:
        return is_on(values, name)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return unflatten(values, kind, f"{name}.")
    given = values.get(name, "")
    if kind in (Decimal, int) or (isinstance(kind, type) and issubclass(kind, Enum)):
        if not given.strip():
            return _EMPTY
        return read_number(given, percent=PERCENT in field.metadata) if kind in (Decimal, int) else given
    # An id that nobody has given yet is made by the model.
    return given if given or field.default_factory is None else _EMPTY


def _kind(annotation: Any) -> tuple[Any, Any]:
    """What a field holds, without `Annotated` and without "or None", and what a list of it holds."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, types.UnionType):
        return _kind(next(one for one in get_args(annotation) if one is not type(None)))
    if get_origin(annotation) is list:
        return list, _kind(get_args(annotation)[0])[0]
    return annotation, None


def lines(given: str) -> list[str]:
    return [line.strip() for line in given.splitlines() if line.strip()]


def read_number(typed: str, *, percent: bool = False) -> str:
    """A number as the model reads it: `1,5` is 1.5, and 50 % is 0.5. What is none stays, for the model to refuse."""
    found = numbers.read(typed.strip().removesuffix("%").strip() if percent else typed)
    if found is None:
        return typed
    return number(numbers.as_decimal(found / 100 if percent else found))


# ---- What is wrong


def problems(error: ValidationError, model: type[BaseModel]) -> dict[str, str]:
    """Pydantic's findings by field of the spec (`options.1.text`), as sentences; `WHOLE` is none in particular."""
    found: dict[str, str] = {}
    for problem in error.errors(include_url=False, include_input=False):
        path = [part for part in problem["loc"] if isinstance(part, int) or part.islower()]
        name = ".".join(str(part) for part in path) or WHOLE
        found.setdefault(name, _sentence(problem["type"], problem.get("ctx") or {}, problem["msg"], _at(model, path)))
    return found


def _at(model: type[BaseModel], path: list[int | str]) -> FieldInfo | None:
    """The field that a path leads to, if it leads to one."""
    field: FieldInfo | None = None
    inside: Any = model
    for part in path:
        if isinstance(part, int):
            continue
        if not (isinstance(inside, type) and issubclass(inside, BaseModel)):
            return None
        field = inside.model_fields.get(part)
        if field is None:
            return None
        kind, item = _kind(field.annotation)
        inside = item if kind is list else kind
    return field


_MISSING = {"missing", "string_too_short", "decimal_type", "int_type", "string_type"}
_NO_NUMBER = {"decimal_parsing", "int_parsing", "int_from_float", "finite_number", "decimal_max_digits"}
_BEYOND = {"greater_than_equal", "less_than_equal", "greater_than", "less_than"}


def _sentence(problem: str, context: Mapping[str, Any], message: str, field: FieldInfo | None) -> str:
    percent = field is not None and PERCENT in field.metadata
    is_number = field is not None and _kind(field.annotation)[0] in (Decimal, int)
    if problem in _MISSING:
        return say("Enter a number, like 2.5.") if is_number else say("Fill this in.")
    if problem in _NO_NUMBER:
        return say("Enter a share in percent, like 50.") if percent else say("Enter a number, like 2.5.")
    if problem in _BEYOND:
        if percent and field is not None:
            return say("Enter a share from {least} to 100 %.", least=_least(field))
        limit = next((context[name] for name in ("ge", "gt", "le", "lt") if name in context), "")
        way = {"greater_than_equal": "or more", "less_than_equal": "or less"}.get(problem, "")
        return say("Enter {limit} {way}.", limit=limit, way=way).replace(" .", ".")
    if problem == "string_too_long":
        return say("Shorten this to {most:,} characters.", most=context.get("max_length", 0))
    if problem == "too_short":
        return say("Add at least {least}.", least=context.get("min_length", 1))
    if problem == "too_long":
        return say("Keep at most {most}.", most=context.get("max_length", 0))
    if problem in ("enum", "literal_error"):
        return say("Choose one of the list.")
    if problem == "extra_forbidden":
        return say("This kind of question has no such field.")
    said = message.removeprefix("Value error, ")
    return said if said.endswith((".", "?")) else f"{said}."


def _least(field: FieldInfo) -> str:
    least = next((one.ge for one in field.metadata if hasattr(one, "ge")), 0)
    return number(Decimal(str(least)) * 100)
