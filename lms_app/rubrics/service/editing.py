"""A rubric as a form holds it: flat texts by the names of its inputs, with rows (`core/rows.py`), and back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from lms_app.core import rows, typed
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.policy import Can
from lms_app.rubrics import rules
from lms_app.rubrics.service import commenting, keeping
from lms_app.rubrics.views import NONE, CriterionMark, CriterionView, LevelView, RubricForm, RubricsView, RubricView

# What a new rubric begins with: the levels that most rubrics have, so that only the criteria are left to write.
LEVELS = (("Begin", "1"), ("Partial", "2"), ("Sound", "4"), ("Strong", "5"))
UNREADABLE = Decimal("NaN")  # refused by the rules, with the sentence that says how points are written


def rubrics(work: Work, *, slug: str) -> RubricsView:
    """The rubrics of a course and its saved comments. Raises NotFound to strangers, Forbidden to learners."""
    membership = courses.enter_by_slug(work, slug, Can.GRADE)
    return RubricsView(
        slug=membership.slug,
        course=membership.title,
        lines=keeping.of_course(work, course_id=membership.course_id),
        comments=commenting.of(work, membership.course_id),
    )


def rubric_form(work: Work, *, slug: str, rubric_id: UUID) -> tuple[RubricForm, RubricsView]:
    """A rubric of the course in a form, for whoever writes there."""
    courses.enter_by_slug(work, slug, Can.AUTHOR)
    keeping.own_rubric(work, rubric_id, Can.AUTHOR)
    return to_form(keeping.newest(work, rubric_id=rubric_id)), rubrics(work, slug=slug)


def new_form(kind: str) -> RubricForm:
    """An empty rubric of a kind; an unknown kind is a rubric."""
    kind = kind if kind in rules.KINDS else rules.RUBRIC
    return RubricForm("", 0, {"kind": kind, "title": "", **rows.rows("criteria", [_new_criterion(kind)])})


def act(values: Mapping[str, str], do: str) -> dict[str, str]:
    """The form after a row was added, moved or taken away. A new criterion of a rubric takes over the last one's levels."""
    new = rows.act(values, do)
    name, _, verb = do.rpartition(".")
    at = rows.row_count(values, name)
    if verb != "add" or rows.row_count(new, name) == at:
        return new
    if name == "criteria":
        begun = _new_criterion(values.get("kind", ""), _levels(values, f"criteria.{at - 1}.levels"))
    else:
        begun = {"id": rules.new_id()}
    return new | {f"{name}.{at}.{key}": text for key, text in begun.items()}


def to_form(view: RubricView) -> RubricForm:
    values = {
        "kind": view.kind,
        "title": view.title,
        **rows.rows("criteria", [_criterion(one) for one in view.criteria]),
    }
    return RubricForm(view.id, view.version, values)


def read_form(values: Mapping[str, str]) -> RubricView:
    """What the form says, not looked at yet. What is no number is refused by the rules."""
    criteria = [_read(values, f"criteria.{at}.") for at in range(rows.row_count(values, "criteria"))]
    return rules.draft(values.get("kind", ""), values.get("title", ""), criteria)


def read_marks(values: Mapping[str, str]) -> dict[str, CriterionMark]:
    """What a form of `rubric_marking` gives each criterion, not looked at yet."""
    found: dict[str, CriterionMark] = {}
    for name, said in values.items():
        part, _, criterion = name.partition(".")
        if not criterion or part not in ("level", "points", "comment") or not said.strip():
            continue
        mark = found.get(criterion, CriterionMark())
        match part:
            case "level":
                mark = replace(mark, level=said)
            case "points":
                mark = replace(mark, points=read_points(said))
            case _:
                mark = replace(mark, comment=said.strip())
        found[criterion] = mark
    return found


def _new_criterion(kind: str, levels: Sequence[tuple[str, str]] = ()) -> dict[str, str]:
    """With its id, which stays: markings find a criterion by it, and levels alike."""
    if kind != rules.RUBRIC:
        return {"id": rules.new_id(), "points_max": "1" if kind == rules.CHECKLIST else "5"}
    begun = [{"id": rules.new_id(), "title": word, "points": worth} for word, worth in levels or LEVELS]
    return {"id": rules.new_id(), **rows.rows("levels", begun)}


def _levels(values: Mapping[str, str], name: str) -> list[tuple[str, str]]:
    """Words and points of the levels of a criterion."""
    starts = [f"{name}.{at}." for at in range(rows.row_count(values, name))]
    return [(values.get(f"{start}title", ""), values.get(f"{start}points", "")) for start in starts]


def _criterion(one: CriterionView) -> dict[str, str]:
    levels = [
        {
            "id": level.id,
            "title": level.title,
            "description": level.description,
            "points": typed.number(level.points),
            "points_min": "" if level.points_min == level.points else typed.number(level.points_min),
        }
        for level in one.levels
    ]
    return {
        "id": one.id,
        "title": one.title,
        "description": one.description,
        "points_max": typed.number(one.points_max),
        **rows.rows("levels", levels),
    }


def _read(values: Mapping[str, str], start: str) -> CriterionView:
    levels = [_level(values, f"{start}levels.{at}.") for at in range(rows.row_count(values, f"{start}levels"))]
    return CriterionView(
        id=values.get(f"{start}id", ""),
        title=values.get(f"{start}title", ""),
        description=values.get(f"{start}description", "").strip(),
        points_max=NONE if levels else read_points(values.get(f"{start}points_max", "")),
        levels=levels,
    )


def _level(values: Mapping[str, str], start: str) -> LevelView:
    points = read_points(values.get(f"{start}points", ""))
    least = values.get(f"{start}points_min", "")
    level = LevelView(
        id=values.get(f"{start}id", ""),
        title=values.get(f"{start}title", ""),
        description=values.get(f"{start}description", "").strip(),
        points=points,
        points_min=points,
    )
    return replace(level, points_min=read_points(least)) if least.strip() else level


def read_points(text: str) -> Decimal:
    """Points as they were typed; what is no number is NaN, which no rule takes."""
    found = typed.decimal(text)
    return UNREADABLE if found is None else found
