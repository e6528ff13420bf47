"""Kinds of values that bodies and addresses of several rooms hold, and what all bodies have in common."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Query
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, field_validator

_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = datetime(2999, 12, 31, tzinfo=UTC)


def _within_reason(moment: datetime) -> datetime:
    """A moment near the ends of what a datetime can be is over them in another zone: it could be kept and never shown."""
    if not _FIRST <= moment <= _LAST:
        raise ValueError("Choose a day between 1970 and 2999.")
    return moment


When = Annotated[AwareDatetime, AfterValidator(_within_reason)]
"""A moment with its zone."""

NO_NUL = r"^[^\x00]*$"
"""The pattern of texts: PostgreSQL keeps no NUL in one."""
Words = Annotated[str, Query(max_length=200, pattern=NO_NUL, description="Words that must all be found")]


class Body(BaseModel):
    """What is sent: nothing unknown, and no NUL."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*")
    @classmethod
    def _no_nul(cls, value: Any) -> Any:
        if isinstance(value, str) and "\0" in value:
            raise ValueError("Leave out the character NUL.")
        return value

    def sent(self, *but: str) -> dict[str, Any]:
        """What was sent, without what was left out: that keeps its value, or takes the service's own default."""
        return self.model_dump(include=self.model_fields_set - set(but))
