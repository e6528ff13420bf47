"""What the outside may see of rubrics: frozen values, no rows. Points are exact."""

from dataclasses import dataclass
from decimal import Decimal

NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class LevelView:
    """How well a criterion can be met, and what that is worth: from `points_min` up to `points`, mostly the same."""

    id: str
    title: str
    description: str
    points: Decimal
    points_min: Decimal


@dataclass(frozen=True, slots=True)
class CriterionView:
    """One thing that is looked at. Only a rubric has levels; `points_max` is the best of them.

    It is `ranged` where a level is worth a range of points: the marker then says how many.
    """

    id: str
    title: str
    description: str
    points_max: Decimal
    levels: list[LevelView]
    ranged: bool = False


@dataclass(frozen=True, slots=True)
class RubricView:
    """One version of a rubric. `kind` is rubric, guide or checklist."""

    id: str
    version_id: str
    version: int
    kind: str
    title: str
    points_max: Decimal
    criteria: list[CriterionView]


NO_RUBRIC = RubricView(id="", version_id="", version=0, kind="", title="", points_max=NONE, criteria=[])


@dataclass(frozen=True, slots=True)
class CriterionMark:
    """What a criterion was given. A level where there are some, points within its range; a guide has points alone.

    In a checklist the level is `met` or empty.
    """

    level: str = ""
    points: Decimal | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class RubricLine:
    """A rubric in the list of its course. `uses` is how many things are marked by it."""

    id: str
    kind: str
    title: str
    points_max: Decimal
    changed: str
    uses: int


@dataclass(frozen=True, slots=True)
class SavedCommentView:
    id: str
    text: str
    uses: int


@dataclass(frozen=True, slots=True)
class RubricsView:
    """The rubrics of a course and its saved comments, for whoever marks there."""

    slug: str
    course: str
    lines: list[RubricLine]
    comments: list[SavedCommentView]


@dataclass(frozen=True, slots=True)
class RubricForm:
    """A rubric as the texts of a form. `version` is what they were read from, 0 for a new one."""

    id: str
    version: int
    values: dict[str, str]
