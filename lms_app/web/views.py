"""Small values that states hand to the kit: frozen, flat, nothing of any one room."""

from dataclasses import dataclass


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
