"""When an item opens for a student beyond its date: conditions, alone or in sets. Pure.

What a student has completed never locks again: that is asked before. A condition about an item that is no longer there
holds, so that deleting something never closes what hung on it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from lms_app.core import when
from lms_app.core.words import say

RULES_MAX = 20


class _Rule(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Days(_Rule):
    """So many days after the student joined."""

    kind: Literal["days"] = "days"
    days: Annotated[int, Field(ge=1, le=3650)]


class On(_Rule):
    """From a moment on."""

    kind: Literal["on"] = "on"
    at: datetime


class Done(_Rule):
    """Once another item is completed."""

    kind: Literal["done"] = "done"
    item: str


class Score(_Rule):
    """Once the student's mark in another item is a share of at least so much."""

    kind: Literal["score"] = "score"
    item: str
    least: Annotated[Decimal, Field(gt=0, le=1)]


class Group(_Rule):
    """For the people of one group."""

    kind: Literal["group"] = "group"
    group: str


class Conditions(_Rule):
    """All of them, or any one."""

    kind: Literal["set"] = "set"
    match: Literal["all", "any"] = "all"
    rules: Annotated[list["Rule"], Field(max_length=RULES_MAX)] = []


Rule = Annotated[Days | On | Done | Score | Group | Conditions, Field(discriminator="kind")]
NONE = Conditions()


@dataclass(frozen=True, slots=True)
class Standing:
    """How a student stands in a course. Scores are shares by item, as far as they were told to the student."""

    now: datetime
    joined_at: datetime | None
    done: frozenset[str]
    scores: Mapping[str, Decimal]
    groups: frozenset[str]


@dataclass(frozen=True, slots=True)
class Names:
    """What the things in conditions are called, and how a moment is said to the reader."""

    items: Mapping[str, str]
    groups: Mapping[str, str]
    day: Callable[[datetime], str]


def leaves(rule: Rule) -> Iterator[Rule]:
    """The rules without the sets that they stand in."""
    if isinstance(rule, Conditions):
        for each in rule.rules:
            yield from leaves(each)
    else:
        yield rule


def holds(rule: Rule, standing: Standing, known: Mapping[str, str]) -> bool:
    """Whether a student is past this. `known` are the items that are there."""
    match rule:
        case Conditions():
            met = (holds(each, standing, known) for each in rule.rules)
            return not rule.rules or (all(met) if rule.match == "all" else any(met))
        case Days():
            return standing.joined_at is not None and standing.now >= standing.joined_at + timedelta(days=rule.days)
        case On():
            return standing.now >= rule.at
        case Done():
            return rule.item not in known or rule.item in standing.done
        case Score():
            return rule.item not in known or standing.scores.get(rule.item, Decimal(-1)) >= rule.least
        case Group():
            return rule.group in standing.groups


def concerns(rule: Rule, groups: frozenset[str]) -> bool:
    """Whether what is released by this can ever open to somebody in these groups, whatever else is still to do."""
    if isinstance(rule, Conditions):
        met = [concerns(each, groups) for each in rule.rules]
        return not met or (all(met) if rule.match == "all" else any(met))
    return not isinstance(rule, Group) or rule.group in groups


def why(rule: Rule, standing: Standing, names: Names) -> str:
    """What a student is still to do, or to wait for, as a sentence; empty when it is open to them."""
    if holds(rule, standing, names.items):
        return ""
    return say("Opens {when}.", when=_words(rule, standing, names))


def _words(rule: Rule, standing: Standing, names: Names, *, inner: bool = False) -> str:
    match rule:
        case Conditions():
            open_ones = [each for each in rule.rules if not holds(each, standing, names.items)]
            said = (say(" and ") if rule.match == "all" else say(" or ")).join(
                _words(each, standing, names, inner=len(open_ones) > 1) for each in open_ones
            )
            return f"({said})" if inner and len(open_ones) > 1 else said
        case Days():
            days = when.plural(rule.days, "day")
            if standing.joined_at is None:
                return say("{days} after you join", days=days)
            day = names.day(standing.joined_at + timedelta(days=rule.days))
            return say("{days} after you joined, on {day}", days=days, day=day)
        case On():
            return say("on {day}", day=names.day(rule.at))
        case Done():
            return say("once you have completed “{title}”", title=names.items.get(rule.item, ""))
        case Score():
            share = f"{(rule.least * 100).normalize():f}"
            return say(
                "once you have {share} % or more in “{title}”", share=share, title=names.items.get(rule.item, "")
            )
        case Group():
            if rule.group in names.groups:
                return say("for the group “{group}” only", group=names.groups[rule.group])
            return say("for a group only")
