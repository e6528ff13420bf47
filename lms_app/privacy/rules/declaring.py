"""How the data map is written: a line for every way in which a table holds something about a person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Ground(StrEnum):
    """Why the school may have it: the letters of article 6 (1) of the GDPR."""

    CONTRACT = "contract (b)"  # teaching somebody who wants to be taught
    DUTY = "legal duty (c)"  # such as keeping marks and certificates, set by the school's own law
    INTEREST = "legitimate interest (f)"  # such as keeping thieves out
    CONSENT = "consent (a)"  # switched on by the person


class Fate(StrEnum):
    """What erasing an account does to the rows."""

    DELETE = "deleted"
    CLEAR = "emptied"  # the row stays under "Former member", without what `clears` names
    KEEP = "kept"  # the row stays under "Former member"


class Part(StrEnum):
    """How the take-out shows the rows."""

    OWN = "own"  # about the person: all of it but secrets, and other people
    WROTE = "wrote"  # what they wrote for others: their words, not the others
    DID = "did"  # that they did it, and when; what it says is about somebody else
    NOT = "not"  # not taken along: `why` says why


NOW = "now"
"""In `clears`: the moment of the erasure."""


@dataclass(frozen=True, slots=True)
class Held:
    """One way in which a table holds something about a person.

    `by` says whose a row is: a column that holds their id (`user_id`); one that holds their address (`email=email`, or `payload.to=email` inside JSON); or a
    way over other tables (`attempt_id>attempt.id>user_id`). `only` narrows it to some values of a column. `why` is the
    reason for what is kept, or for what is not taken along. `veils` are columns that the take-out shows only when the
    person may see them in the product, with the name of the condition (`service/veiling.py`). `shows` are the only
    columns that it takes, where the others may speak of other people.
    """

    table: str
    by: str
    what: str
    purpose: str
    ground: Ground
    kept: str
    fate: Fate
    part: Part = Part.OWN
    why: str = ""
    clears: Mapping[str, Any] = field(default_factory=dict[str, Any])
    only: tuple[str, tuple[str, ...]] | None = None
    veils: Mapping[str, str] = field(default_factory=dict[str, str])
    shows: tuple[str, ...] = ()

    @property
    def column(self) -> str:
        """`table.column` of the first step."""
        return f"{self.table}.{self.by.partition('>')[0].partition('=')[0]}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something about people is that is no row of a table."""

    where: str
    what: str
    purpose: str
    ground: Ground
    kept: str
    erased: str
