"""What people type into a form, read and said back: numbers, shares in percent, moments in their zone."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from lms_app.core import numbers, when

ON = "on"  # a ticked box


def is_on(values: Mapping[str, str], name: str) -> bool:
    return values.get(name, "").lower() in (ON, "true", "1")


def decimal(typed: str) -> Decimal | None:
    """A number that was typed, or None."""
    found = numbers.read(typed)
    return None if found is None else numbers.as_decimal(found)


def number(value: Decimal) -> str:
    """A number as one types it: no exponent, no zeros at the end."""
    said = f"{value:f}"
    return said.rstrip("0").rstrip(".") if "." in said else said


def moment(at: datetime | None, zone: str) -> str:
    """A moment as a `datetime-local` input holds it; empty for none."""
    return when.to_field(at, zone) if at else ""


class Typed:
    """Reads the texts of a form by name. What cannot be read is None, and `wrong` says why, by name.

    An empty text is None, too, and not wrong.
    """

    def __init__(self, values: Mapping[str, str], zone: str) -> None:
        self.wrong: dict[str, str] = {}
        self.values = values
        self._zone = zone

    def text(self, name: str) -> str:
        return self.values.get(name, "").strip()

    def moment(self, name: str) -> datetime | None:
        if not (typed := self.text(name)):
            return None
        try:
            return when.from_field(typed, self._zone)
        except (ValueError, OverflowError):
            self.wrong[name] = "Enter a date and a time, or leave it out."
            return None

    def count(self, name: str) -> int | None:
        """A whole number up to a million."""
        if not (typed := self.text(name)):
            return None
        found = decimal(typed)
        if found is None or found != found.to_integral_value() or abs(found) > 10**6:
            self.wrong[name] = "Enter a whole number, or leave it out."
            return None
        return int(found)

    def number(self, name: str) -> Decimal | None:
        if not (typed := self.text(name)):
            return None
        found = decimal(typed)
        if found is None or abs(found) > 10**6:
            self.wrong[name] = "Enter a number, like 2.5, or leave it out."
            return None
        return found

    def share(self, name: str) -> Decimal | None:
        """A percentage, as a share 0..1."""
        if not (typed := self.text(name)):
            return None
        found = decimal(typed.removesuffix("%"))
        if found is None or not 0 <= found <= 100:
            self.wrong[name] = "Enter a percentage from 0 to 100, or leave it out."
            return None
        return found / 100
