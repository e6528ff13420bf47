"""The small part of YAML that the course tree is written in.

One value has one way to be written, on every machine: so the writer is our own. The reader takes all that a person may
write by hand, tells the line of everything, and refuses what only a program or an attacker would: tags, anchors and
aliases (a billion laughs), a key twice, folders of brackets.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import yaml

DEPTH_MAX = 30
NODES_MAX = 60_000
KEYS_MAX = 2_000
NULLS = {"", "~", "null", "Null", "NULL"}
Loc = tuple[str | int, ...]
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class WrongYaml(Exception):
    """Not read; `line` counts from 1."""

    def __init__(self, line: int, said: str) -> None:
        super().__init__(said)
        self.line, self.said = line, said


# ---- Writing

# Plain where every reader of YAML takes it for the same text; beyond that, quoted.
_PLAIN = re.compile(r"[^\W\d_](?:[\w ,;.()/+&%'’“”–—=<>?!*$^-]|(?<! )[:#](?=[\w/]))*")
_RESERVED = {"true", "false", "yes", "no", "on", "off", "null", "y", "n"}
_NO_BLOCK = re.compile(r"[^\n\t\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_ESCAPED = re.compile(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def written(values: Mapping[str, Any]) -> str:
    """A mapping in block style, in its own order. Values are texts, numbers, booleans, None, moments, ids, lists, mappings."""
    lines: list[str] = []
    _mapping(lines, values, "")
    return "\n".join(lines) + "\n" if lines else ""


def _mapping(lines: list[str], values: Mapping[str, Any], indent: str, first: str | None = None) -> None:
    for key, value in values.items():
        start, first = indent if first is None else first, None
        _entry(lines, f"{start}{_text(str(key), '')}:", value, indent)


def _entry(lines: list[str], start: str, value: Any, indent: str) -> None:
    if isinstance(value, Mapping) and value:
        lines.append(start)
        _mapping(lines, value, f"{indent}  ")
    elif isinstance(value, list | tuple) and value:
        lines.append(start)
        _sequence(lines, value, indent)
    else:
        lines.append(f"{start} {_scalar(value, f'{indent}  ')}")


def _sequence(lines: list[str], values: Sequence[Any], indent: str) -> None:
    for value in values:
        if isinstance(value, Mapping) and value:
            _mapping(lines, value, f"{indent}  ", f"{indent}- ")
        elif isinstance(value, list | tuple) and value:
            lines.append(f"{indent}-")
            _sequence(lines, value, f"{indent}  ")
        else:
            lines.append(f"{indent}- {_scalar(value, f'{indent}  ')}")


def _scalar(value: Any, indent: str) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case Enum():
            return _scalar(value.value, indent)
        case int():
            return str(value)
        case Decimal():
            return number(value)
        case datetime():
            return moment(value)
        case UUID():
            return str(value)
        case str():
            return _text(value, indent)
        case Mapping():
            return "{}"
        case list() | tuple():
            return "[]"
        case _:
            raise TypeError(f"no way to write {type(value).__name__}")


def number(value: Decimal) -> str:
    """Exact, without an exponent or zeros at the end."""
    said = f"{value:f}"
    said = said.rstrip("0").rstrip(".") if "." in said else said
    return "0" if said in ("-0", "") else said


def moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _text(value: str, indent: str) -> str:
    if "\n" in value and indent and _fits_block(value):
        chomp = "" if value.endswith("\n") else "-"
        body = value.removesuffix("\n").split("\n")
        return "\n".join([f"|{chomp}", *(f"{indent}{line}" if line else "" for line in body)])
    if _UUID.fullmatch(value):
        return value
    if _PLAIN.fullmatch(value) and value[-1] != " " and value.casefold() not in _RESERVED:
        return value
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(value, ensure_ascii=False))


def _fits_block(value: str) -> bool:
    """Whether `|` says exactly this: no sign that YAML has no place for, no blanks at the edges."""
    lines = value.removesuffix("\n").split("\n")
    return (
        not _NO_BLOCK.search(value)
        and bool(lines[-1].strip())
        and lines[0][:1] not in ("", " ", "\t")
        and not any(line and not line.strip(" \t") for line in lines)
    )


# ---- Reading


@dataclass(slots=True)
class Read:
    """What a file says, and on which line each part of it stands. Scalars are texts, None for an empty one or `null`."""

    value: Any
    lines: dict[Loc, int] = field(default_factory=dict[Loc, int])

    def line(self, loc: Loc) -> int:
        """Of a part, or of the nearest one around it."""
        for end in range(len(loc), -1, -1):
            if loc[:end] in self.lines:
                return self.lines[loc[:end]]
        return 1


def read(text: str, first_line: int = 1) -> Read:
    """Raises WrongYaml. `first_line` is the number of the text's first line in its file."""
    reader = _Reader(text, first_line)
    return Read(reader.document(), reader.lines)


class _Reader:
    def __init__(self, text: str, first_line: int) -> None:
        self.lines: dict[Loc, int] = {}
        self._first, self._nodes = first_line, 0
        self._events = yaml.parse(text, Loader=_LOADER)

    def document(self) -> Any:
        event = self._next()
        while not isinstance(event, yaml.DocumentStartEvent):
            if isinstance(event, yaml.StreamEndEvent):
                return None
            event = self._next()
        value = self._node(self._next(), (), 0)
        self._next()
        if not isinstance(event := self._next(), yaml.StreamEndEvent):
            raise WrongYaml(self._line(event), "A file holds one document; this is a second one.")
        return value

    def _next(self) -> Any:
        try:
            return next(self._events)
        except yaml.MarkedYAMLError as error:
            mark: Any = error.problem_mark or error.context_mark
            said = (error.problem or "this").strip()
            raise WrongYaml((mark.line if mark else 0) + self._first, f"This is no YAML: {said}.") from None
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            raise WrongYaml(self._first, f"This is no YAML: {str(error).splitlines()[0]}.") from None

    def _line(self, event: Any) -> int:
        return event.start_mark.line + self._first

    def _node(self, event: Any, loc: Loc, depth: int) -> Any:
        line = self._line(event)
        self._nodes += 1
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            raise WrongYaml(line, "Anchors and aliases (& and *) are not taken here. Write it out.")
        if event.tag is not None and event.tag != "!":
            raise WrongYaml(line, f"Tags like {str(event.tag)[:40]} are not taken here.")
        if depth > DEPTH_MAX or self._nodes > NODES_MAX:
            raise WrongYaml(line, "This is nested too deep, or too long.")
        self.lines.setdefault(loc, line)
        if isinstance(event, yaml.ScalarEvent):
            return None if event.style in (None, "") and event.value in NULLS else event.value
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(loc, depth)
        return self._mapping(loc, depth)

    def _sequence(self, loc: Loc, depth: int) -> list[Any]:
        found: list[Any] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            found.append(self._node(event, (*loc, len(found)), depth + 1))
        return found

    def _mapping(self, loc: Loc, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            line = self._line(event)
            if not isinstance(event, yaml.ScalarEvent) or event.tag or event.anchor:
                raise WrongYaml(line, "A key is a plain word.")
            key = event.value
            if len(found) >= KEYS_MAX:
                raise WrongYaml(line, f"This has more than {KEYS_MAX:,} keys.")
            if key in found:
                raise WrongYaml(line, f"“{key[:60]}” stands here twice.")
            self.lines[(*loc, key)] = line
            found[key] = self._node(self._next(), (*loc, key), depth + 1)
        return found
