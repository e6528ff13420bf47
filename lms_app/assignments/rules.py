"""What assignments mean, without a database: what being late costs, what a receipt is called."""

import hashlib
from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import assert_never
from uuid import UUID

from lms_app.assignments.models import Late
from lms_app.core import when
from lms_app.core.words import say

ZERO = Decimal(0)
HUNDRED = Decimal(100)
THOUSANDTH = Decimal("0.001")
HOUR = timedelta(hours=1)
MISSING = "Nothing was submitted"  # how the reason of a mark for missing work begins

# ---- Late work


@dataclass(frozen=True, slots=True)
class Tier:
    """Work that is late by no more than `hours` loses `percent` of the maximum."""

    hours: int
    percent: Decimal


@dataclass(frozen=True, slots=True)
class LateRule:
    """What being late costs.

    By interval (Canvas): `share` of the maximum for every `hours` that were begun, but nothing below `floor` of the
    maximum. By tiers (Moodle): what the first tier that it still fits into says; beyond the last one, the last one.
    """

    kind: Late = Late.NONE
    share: Decimal = ZERO
    hours: int = 24
    floor: Decimal = ZERO
    tiers: tuple[Tier, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """What is left of a mark, what was taken off, and the arithmetic in words; empty where nothing was taken off."""

    points: Decimal
    off: Decimal = ZERO
    said: str = ""


def lateness(submitted_at: datetime, due_at: datetime | None) -> timedelta:
    """How late something is; nothing until the due moment itself, and without one."""
    return max(timedelta(0), submitted_at - due_at) if due_at else timedelta(0)


def after_lateness(rule: LateRule, points: Decimal, points_max: Decimal, late: timedelta) -> Kept:
    """What is left of `points` out of `points_max` for work that was late.

    More points never leave less. Sources: Canvas `late_policy.rb`; Moodle `gradepenalty_duedate/penalty_calculator.php`.
    """
    if late <= timedelta(0):
        return Kept(points)
    begins = f"{when.points(points)} of {when.points(points_max)}, {late_words(late)} late: "
    match rule.kind:
        case Late.NONE:
            return Kept(points)
        case Late.INTERVAL:
            return _by_interval(rule, points, points_max, late, begins)
        case Late.TIERS:
            return _by_tier(rule, points, points_max, late, begins)
        case _:
            assert_never(rule.kind)


def _by_interval(rule: LateRule, points: Decimal, points_max: Decimal, late: timedelta, begins: str) -> Kept:
    begun = -(-late // timedelta(hours=rule.hours))
    full = _rounded(points_max * rule.share * begun)
    above = _rounded(max(points - points_max * rule.floor, ZERO))
    off = min(full, above)
    said = f"{_intervals(begun, rule.hours)} × {_percent(rule.share * 100)} of {when.points(points_max)}"
    if off == full:
        return Kept(points - off, off, f"{begins}{said} = {when.points(off)} off")
    least = f"never below {_percent(rule.floor * 100)} of {when.points(points_max)}" if rule.floor else "never below 0"
    return Kept(points - off, off, f"{begins}{said} = {when.points(full)}, {least}: {when.points(off)} off")


def _by_tier(rule: LateRule, points: Decimal, points_max: Decimal, late: timedelta, begins: str) -> Kept:
    if not rule.tiers:
        return Kept(points)
    tier = next((tier for tier in rule.tiers if late <= tier.hours * HOUR), None)
    last = rule.tiers[-1]
    found = tier or last
    full = _rounded(points_max * found.percent / 100)
    off = min(full, points)
    where = f"up to {_hours(found.hours)}" if tier else f"more than {_hours(last.hours)}"
    said = f"{begins}{where}, {_percent(found.percent)} of {when.points(points_max)} = {when.points(full)} off"
    return Kept(points - off, off, said if off == full else f"{said}, never below 0: {when.points(off)} off")


def missing(points_max: Decimal, share: Decimal) -> Kept:
    """What somebody gets who submitted nothing: `share` of the maximum (Canvas: the maximum less what missing costs)."""
    points = _rounded(points_max * share)
    said = f"{MISSING} until it was due: {_percent(share * 100)} of {when.points(points_max)}"
    return Kept(points, points_max - points, said)


def late_words(late: timedelta) -> str:
    """ "5 min", "25 hours", "3 days 4 hours": how late something is; a part of a minute counts as one."""
    hours = late // HOUR
    if hours < 48:
        return when.duration_minutes(-(-late // timedelta(minutes=1)))
    days, rest = divmod(hours, 24)
    return f"{when.plural(days, 'day')} {when.plural(rest, 'hour')}" if rest else when.plural(days, "day")


def policy_words(rule: LateRule, points_max: Decimal) -> list[str]:
    """The rule before anybody is late, in points, a sentence each."""
    if rule.kind is Late.INTERVAL and rule.share:
        unit = say("day") if rule.hours == 24 else say("hour") if rule.hours == 1 else _hours(rule.hours)
        least = _rounded(points_max * rule.floor)
        given = {
            "cost": when.points(_rounded(points_max * rule.share)),
            "points": when.points(points_max),
            "unit": unit,
        }
        if least:
            return [
                say(
                    "Late work loses {cost} of {points} points for every {unit} that has begun, "
                    "but is never taken below {least}.",
                    **given,
                    least=when.points(least),
                )
            ]
        return [say("Late work loses {cost} of {points} points for every {unit} that has begun.", **given)]
    if rule.kind is Late.TIERS:
        costs = [(tier, when.points(_rounded(points_max * tier.percent / 100))) for tier in rule.tiers]
        said = [
            say(
                "Up to {hours} late: {cost} of {points} points off.",
                hours=_hours(tier.hours),
                cost=cost,
                points=when.points(points_max),
            )
            for tier, cost in costs
        ]
        return [*said, say("Later than that: {costs} points off, too.", costs=costs[-1][1])] if costs else []
    return []


def _rounded(points: Decimal) -> Decimal:
    return points.quantize(THOUSANDTH, rounding=ROUND_HALF_UP)


def _percent(percent: Decimal) -> str:
    return f"{when.points(percent)} %"


def _hours(hours: int) -> str:
    return when.plural(hours // 24, "day") if hours % 24 == 0 else when.plural(hours, "hour")


def _intervals(begun: int, hours: int) -> str:
    if hours in (1, 24):
        return when.plural(begun, "day" if hours == 24 else "hour")
    return f"{begun} × {_hours(hours)}"


# ---- Names


def reference_of(submission_id: UUID) -> str:
    """What a receipt is called, short enough to be read out: "7F3K-9QZ2"."""
    said = b32encode(submission_id.bytes).decode()[:8]
    return f"{said[:4]}-{said[4:]}"


def alias_of(assignment_id: UUID, owner_id: UUID) -> str:
    """A name for somebody whose name is not to be seen, the same throughout an assignment: "Student K7QX2"."""
    digest = hashlib.sha256(assignment_id.bytes + owner_id.bytes).digest()
    return f"Student {b32encode(digest).decode()[:5]}"
