"""What makes a rubric, and what a marking by it is worth. Pure, and exact: points are Decimal from end to end."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from decimal import Decimal
from typing import Any
from uuid import uuid4

from lms_app.core import typed
from lms_app.core.errors import Invalid
from lms_app.rubrics.views import NO_RUBRIC, NONE, CriterionMark, CriterionView, LevelView, RubricView

KINDS = ("rubric", "guide", "checklist")
RUBRIC, GUIDE, CHECKLIST = KINDS
MET = "met"
TITLE_MAX = 160
WORDS_MAX = 2_000
CRITERIA_MAX = 50
LEVELS_MAX = 12
POINTS_MAX = Decimal(10_000)
COMMENT_MAX = 20_000
_ID = re.compile(r"[0-9A-Za-z-]{1,40}")


# ---- What makes one


def settled(drafted: RubricView) -> RubricView:
    """A draft as a rubric that can be marked by: whole, with ids and sums. Raises Invalid by field (`criteria.0.title`)."""
    if wrong := problems(drafted):
        raise Invalid(wrong)
    criteria = [_settled(drafted.kind, one) for one in drafted.criteria]
    return replace(
        drafted,
        title=_words(drafted.title),
        criteria=criteria,
        points_max=sum((one.points_max for one in criteria), NONE),
    )


def problems(drafted: RubricView) -> dict[str, str]:
    """What is wrong with a draft, by field."""
    wrong: dict[str, str] = {}
    if drafted.kind not in KINDS:
        wrong["kind"] = "Choose a rubric, a marking guide or a checklist."
    wrong |= _title(drafted.title, "title")
    if not drafted.criteria:
        wrong["criteria"] = "Add at least one criterion."
    if len(drafted.criteria) > CRITERIA_MAX:
        wrong["criteria"] = f"Keep at most {CRITERIA_MAX} criteria."
    wrong |= _ids(drafted.criteria, "criteria")
    for at, criterion in enumerate(drafted.criteria):
        wrong |= _criterion(drafted.kind, criterion, f"criteria.{at}.")
    return wrong


def _criterion(kind: str, criterion: CriterionView, at: str) -> dict[str, str]:
    wrong = {**_title(criterion.title, f"{at}title"), **_description(criterion.description, f"{at}description")}
    if kind != RUBRIC:
        if criterion.levels:
            wrong[f"{at}levels"] = "Only a rubric has levels."
        return wrong | _points(criterion.points_max, f"{at}points_max")
    if len(criterion.levels) < 2:
        wrong[f"{at}levels"] = "Add at least two levels."
    if len(criterion.levels) > LEVELS_MAX:
        wrong[f"{at}levels"] = f"Keep at most {LEVELS_MAX} levels."
    wrong |= _ids(criterion.levels, f"{at}levels")
    for number, level in enumerate(criterion.levels):
        here = f"{at}levels.{number}."
        wrong |= _title(level.title, f"{here}title") | _description(level.description, f"{here}description")
        unfit = _points(level.points, f"{here}points") or _points(level.points_min, f"{here}points_min")
        if not unfit and level.points_min > level.points:
            unfit = {f"{here}points_min": "A range begins with its fewest points."}
        wrong |= unfit
    return wrong


def _title(title: str, name: str) -> dict[str, str]:
    if not title.strip():
        return {name: "Fill this in."}
    return {name: f"Shorten this to {TITLE_MAX} characters."} if len(title) > TITLE_MAX else {}


def _description(words: str, name: str) -> dict[str, str]:
    return {name: f"Shorten this to {WORDS_MAX:,} characters."} if len(words) > WORDS_MAX else {}


def _points(points: Decimal, name: str) -> dict[str, str]:
    if points.is_finite() and 0 <= points <= POINTS_MAX and points == round(points, 3):
        return {}
    return {name: f"Enter points from 0 to {POINTS_MAX:,}, like 2.5, with at most three decimals."}


def _ids(several: Sequence[CriterionView] | Sequence[LevelView], name: str) -> dict[str, str]:
    ids = [one.id for one in several if one.id]
    if not all(_ID.fullmatch(one) for one in ids):
        return {name: "An id has up to 40 letters, digits and dashes."}
    return {} if len(ids) == len(set(ids)) else {name: "Two of these have the same id."}


def _settled(kind: str, criterion: CriterionView) -> CriterionView:
    levels = [replace(one, id=one.id or new_id(), title=_words(one.title)) for one in criterion.levels]
    ranged = any(level.points_min < level.points for level in levels)
    best = max((level.points for level in levels), default=NONE) if kind == RUBRIC else criterion.points_max
    return CriterionView(
        id=criterion.id or new_id(),
        title=_words(criterion.title),
        description=criterion.description.strip(),
        points_max=best,
        levels=levels,
        ranged=ranged,
    )


def _words(title: str) -> str:
    return " ".join(title.split())


def new_id() -> str:
    return uuid4().hex[:12]


# ---- What a marking is worth


def points(view: RubricView, marks: Mapping[str, CriterionMark], *, so_far: bool = False) -> Decimal:
    """The points of a marking, by ids of criteria.

    Raises Invalid, by id, where a mark does not fit its criterion, and where one is missing, unless it is the sum
    `so_far`. In a checklist nothing is missing: what is not met is worth nothing.
    """
    known = {one.id for one in view.criteria}
    wrong = {name: "The rubric has no such criterion." for name in marks if name not in known}
    total = NONE
    for criterion in view.criteria:
        given = marks.get(criterion.id, CriterionMark())
        try:
            worth = points_of(view.kind, criterion, given)
        except ValueError as error:
            wrong[criterion.id] = str(error)
            continue
        if worth is None and not so_far:
            wrong[criterion.id] = (
                f"Choose a level for “{criterion.title}”."
                if view.kind == RUBRIC
                else (f"Enter the points for “{criterion.title}”.")
            )
        if len(given.comment) > COMMENT_MAX:
            wrong[criterion.id] = f"Shorten the comment to {COMMENT_MAX:,} characters."
        total += worth or NONE
    if wrong:
        raise Invalid(wrong)
    return total


def filled(view: RubricView, marks: Mapping[str, CriterionMark]) -> dict[str, CriterionMark]:
    """A whole marking with the points of each criterion, in the order of the rubric. Raises Invalid as `points` does."""
    points(view, marks)
    given = {one.id: marks.get(one.id, CriterionMark()) for one in view.criteria}
    return {one.id: replace(given[one.id], points=points_of(view.kind, one, given[one.id])) for one in view.criteria}


def points_of(kind: str, criterion: CriterionView, given: CriterionMark) -> Decimal | None:
    """What one criterion was given; None while that is open. Raises ValueError with a sentence."""
    if kind == CHECKLIST:
        if given.level not in ("", MET):
            raise ValueError("A criterion of a checklist is met or not.")
        return criterion.points_max if given.level == MET else NONE
    if kind == GUIDE:
        return None if given.points is None else _within(given.points, NONE, criterion.points_max)
    if not given.level:
        return None
    level = next((one for one in criterion.levels if one.id == given.level), None)
    if level is None:
        raise ValueError("Choose one of the levels.")
    return level.points if given.points is None else _within(given.points, level.points_min, level.points)


def _within(given: Decimal, least: Decimal, most: Decimal) -> Decimal:
    if given.is_finite() and least <= given <= most and given == round(given, 3):
        return given
    if least == most:
        raise ValueError(f"This level is worth {typed.number(most)}.")
    raise ValueError(f"Enter points from {typed.number(least)} to {typed.number(most)}, like 2.5.")


# ---- As JSON


def criteria_to_json(criteria: Sequence[CriterionView]) -> list[dict[str, Any]]:
    """Criteria for a row: points as text, so that they stay exact."""
    return [_said(asdict(one)) for one in criteria]


def _said(value: Any) -> Any:
    match value:
        case Decimal():
            return typed.number(value)
        case dict():
            return {name: _said(inner) for name, inner in value.items()}
        case list():
            return [_said(inner) for inner in value]
        case _:
            return value


def criteria_from_json(kept: Sequence[Mapping[str, Any]]) -> list[CriterionView]:
    return [
        CriterionView(
            id=one["id"],
            title=one["title"],
            description=one["description"],
            points_max=Decimal(one["points_max"]),
            levels=[
                LevelView(
                    id=level["id"],
                    title=level["title"],
                    description=level["description"],
                    points=Decimal(level["points"]),
                    points_min=Decimal(level["points_min"]),
                )
                for level in one["levels"]
            ],
            ranged=one["ranged"],
        )
        for one in kept
    ]


def marks_to_json(marks: Mapping[str, CriterionMark]) -> dict[str, Any]:
    """Marks for a row, by ids of criteria; what is empty is left out."""
    return {name: kept for name, mark in marks.items() if (kept := _given(mark))}


def _given(mark: CriterionMark) -> dict[str, str]:
    kept = {
        "level": mark.level,
        "points": "" if mark.points is None else typed.number(mark.points),
        "comment": mark.comment,
    }
    return {name: value for name, value in kept.items() if value}


def marks_from_json(kept: Mapping[str, Any]) -> dict[str, CriterionMark]:
    return {
        name: CriterionMark(
            level=one.get("level", ""),
            points=Decimal(one["points"]) if "points" in one else None,
            comment=one.get("comment", ""),
        )
        for name, one in kept.items()
    }


def draft(kind: str, title: str, criteria: Sequence[CriterionView]) -> RubricView:
    """What somebody wrote, not looked at yet."""
    return replace(NO_RUBRIC, kind=kind, title=title, criteria=list(criteria))
