"""What a room that collects work tells the gradebook."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select

from lms_app.core.work import Work
from lms_app.courses.views import Membership


@dataclass(frozen=True, slots=True)
class Answered:
    """One part of the work behind a mark: an answer, a criterion, or (below nothing) what being late took off.

    `said` stands in place of "6 of 10 points".
    """

    title: str
    points: Decimal
    points_max: Decimal
    said: str = ""


@dataclass(frozen=True, slots=True)
class Behind:
    """The work behind a mark: where it is read, what counts of it, and its parts, which sum to what it earned."""

    url: str
    note: str = ""
    answers: Sequence[Answered] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """`handed` selects source_id, user_id, handed_in_at (microseconds) and waits (0 or 1: for a person who marks) of all
    work handed in to the course `:course`, and `handed_by` of that by the people `:users`.

    `url` leads whoever marks to it, `edit_url` to what it is worth. `behind` is what a user has behind the marks of some
    sources, for whoever the membership lets look: as many queries for all.
    """

    noun: str
    handed: Select[*tuple[Any, ...]]
    handed_by: Select[*tuple[Any, ...]]
    url: Callable[[str, str], str]
    edit_url: Callable[[str, str], str]
    behind: Callable[[Work, Membership, Sequence[UUID], UUID], Mapping[str, Behind]]
