"""Three states of a course: what it was when a tree left it, what the tree says now, and what the course says now.

Where only the tree changed something, that comes in; where only the course did, that stays; where both did, and not
alike, somebody has to choose. Without a base, whatever differs is such a conflict. Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from lms_app.core.errors import Invalid
from lms_app.exchange.trees import yamls
from lms_app.exchange.trees.pieces import Whole

ORDER = "order:"


class Fate(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that an import would do to a piece; a conflict that was chosen is what the choice does, or nothing."""

    key: str
    fate: Fate


@dataclass(slots=True)
class Plan:
    """What an import does, and what stands where afterwards. `kept` is what the course alone changed since the export."""

    steps: list[Step] = field(default_factory=list[Step])
    theirs: set[str] = field(default_factory=set[str])  # keys whose piece is the tree's afterwards
    gone: set[str] = field(default_factory=set[str])
    orders: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    kept: list[str] = field(default_factory=list[str])

    @property
    def conflicts(self) -> list[str]:
        return [step.key for step in self.steps if step.fate is Fate.CONFLICT]


def merged(
    ours: Whole | None,
    theirs: Whole,
    base: Mapping[str, str],
    base_orders: Mapping[str, Sequence[str]],
    choices: Mapping[str, str],
) -> Plan:
    """What an import does. `ours` is the course now, None where there is none yet; `choices` are `ours` or `theirs` by
    key, for conflicts."""
    plan = Plan()
    mine = ours.prints if ours else {}
    its = theirs.prints
    for key in [*its, *(key for key in mine if key not in its)]:
        _piece(plan, key, mine.get(key), its.get(key), base.get(key), choices.get(key, ""))
    _orders(plan, ours, theirs, base_orders, choices)
    return plan


def read_choices(text: str) -> dict[str, str]:
    """Choices of a file: `KEY: ours` or `KEY: theirs`, one a line. Raises Invalid by line."""
    try:
        read = yamls.read(text)
    except yamls.WrongYaml as error:
        raise Invalid({"choices": f"{error.line}: {error.said}"}) from None
    if not isinstance(read.value, dict):
        raise Invalid({"choices": "1: Here stand keys of conflicts, each with `ours` or `theirs`."})
    found: dict[str, str] = {}
    for key, side in read.value.items():
        if side not in ("ours", "theirs"):
            raise Invalid({"choices": f"{read.line((key,))}: A choice is `ours` or `theirs`."})
        found[str(key)] = side
    return found


def _piece(plan: Plan, key: str, mine: str | None, its: str | None, was: str | None, choice: str) -> None:
    if mine == its:
        return
    if mine == was and (mine is not None or was is None):
        fate = Fate.ADDED if mine is None else Fate.REMOVED if its is None else Fate.CHANGED
    elif its == was or choice == "ours":
        plan.kept.append(key)
        return
    elif choice == "theirs":
        fate = Fate.ADDED if mine is None else Fate.REMOVED if its is None else Fate.CHANGED
    else:
        plan.steps.append(Step(key, Fate.CONFLICT))
        return
    plan.steps.append(Step(key, fate))
    (plan.gone if fate is Fate.REMOVED else plan.theirs).add(key)


def _orders(
    plan: Plan,
    ours: Whole | None,
    theirs: Whole,
    base_orders: Mapping[str, Sequence[str]],
    choices: Mapping[str, str],
) -> None:
    mine = ours.orders if ours else {}
    stays = {*plan.theirs, *((set(ours.pieces) - plan.gone) if ours else ())}
    place: dict[str, str] = {}
    for whole in (ours, theirs):
        for parent, order in (whole.orders if whole else {}).items():
            for key in order:
                if key in stays and (whole is ours or key in plan.theirs or key not in place):
                    place[key] = parent
    for parent in [*theirs.orders, *(one for one in mine if one not in theirs.orders)]:
        if parent not in stays and parent != theirs.key:
            continue
        a, b = list(mine.get(parent, [])), list(theirs.orders.get(parent, []))
        was = list(base_orders.get(parent, a if parent not in base_orders and a == b else []))
        here = [key for key in dict.fromkeys([*b, *a]) if place.get(key) == parent]
        both = [key for key in here if key in a and key in b]
        a_both, b_both = [key for key in a if key in both], [key for key in b if key in both]
        was_both = [key for key in was if key in both]
        known = len(was_both) == len(both)
        lead_theirs = a_both == b_both or (known and a_both == was_both)
        if not lead_theirs and not (known and b_both == was_both):
            choice = choices.get(f"{ORDER}{parent}", "")
            if not choice:
                plan.steps.append(Step(f"{ORDER}{parent}", Fate.CONFLICT))
            lead_theirs = choice == "theirs"
        order = _woven(b, a, here) if lead_theirs else _woven(a, b, here)
        plan.orders[parent] = order
        if lead_theirs and [key for key in order if key in both] != a_both:
            plan.steps.append(Step(f"{ORDER}{parent}", Fate.CHANGED))


def _woven(lead: Sequence[str], other: Sequence[str], here: Sequence[str]) -> list[str]:
    """The order of `lead`, with what only `other` has behind what it stands behind there."""
    order = [key for key in lead if key in here]
    for at, key in enumerate(other):
        if key in here and key not in order:
            before = next((one for one in reversed(other[:at]) if one in order), None)
            order.insert(order.index(before) + 1 if before is not None else 0, key)
    return order + [key for key in here if key not in order]
