"""Kinds of values that bodies of several rooms hold."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime

_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = datetime(2999, 12, 31, tzinfo=UTC)


def _within_reason(moment: datetime) -> datetime:
    """A moment near the ends of what a datetime can be is over them in another zone: it could be kept and never shown."""
    if not _FIRST <= moment <= _LAST:
        raise ValueError("Choose a day between 1970 and 2999.")
    return moment


When = Annotated[AwareDatetime, AfterValidator(_within_reason)]
"""A moment with its zone."""
