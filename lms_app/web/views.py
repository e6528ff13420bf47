"""Small values that states hand to the kit: frozen, flat, nothing of any one room."""

from dataclasses import dataclass, fields
from typing import Any


class Packed:
    """Pickled as the values of its fields: where Redis keeps a tab, every event unpickles what its page shows, and a frozen
    dataclass with slots sets its fields one by one, after looking up their names each time."""

    __slots__ = ()

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), tuple(getattr(self, one.name) for one in fields(self))  # pyright: ignore[reportArgumentType]


@dataclass(frozen=True, slots=True)
class FileLink:
    """A file of somebody's work; `size` is in words, `url` opens for those who may read it."""

    id: str
    name: str
    url: str
    size: str


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field. `id` is the id of its control, so that the summary can link to it."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a select whose value is not the text that it shows."""

    value: str
    label: str
