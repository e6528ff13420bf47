"""How a course makes its totals: method, categories, columns and letters; for whoever manages the course.

Each change says what it replaces in the audit log, and a form that was begun before somebody else's change is refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, func, select

from lms_app.core import audit
from lms_app.core.db import new_id
from lms_app.core.errors import Conflict, Invalid, NotFound
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.courses.views import Membership
from lms_app.gradebook import rules
from lms_app.gradebook.models import Gradebook, GradeCategory, GradeColumn
from lms_app.gradebook.rules import Method
from lms_app.gradebook.service import facts
from lms_app.gradebook.service.sources import COLUMN, SOURCES
from lms_app.gradebook.views import CategoryView, ColumnView, Setup
from lms_app.grades import service as grades
from lms_app.grades.models import GradeItem
from lms_app.policy import Can

NAME_MAX, TITLE_MAX = 80, 160
CATEGORIES_MAX, COLUMNS_MAX = 60, 200
DROPS_MAX = 100
POINTS_MAX = Decimal(100_000)
NO_CATEGORY = "We could not find that category of the gradebook."
CHANGED = "Somebody changed the gradebook meanwhile. Yours was not saved: look at it once more."


@dataclass(frozen=True, slots=True)
class Scheme:
    """How the course total is made. `letters` are (least percentage, letter)."""

    method: str = Method.POINTS
    drop_lowest: int = 0
    keep_best: int = 0
    missing: Decimal | None = None
    letters: Sequence[tuple[Decimal, str]] = ()


@dataclass(frozen=True, slots=True)
class CategoryValues:
    name: str
    parent_id: UUID | None = None
    method: str = Method.POINTS
    weight: Decimal = rules.ONE
    extra: bool = False
    drop_lowest: int = 0
    keep_best: int = 0


@dataclass(frozen=True, slots=True)
class ColumnValues:
    """How a column counts. `title`, `points_max` and `hidden` are of columns made by hand alone; None leaves them."""

    category_id: UUID | None = None
    weight: Decimal = rules.ONE
    extra: bool = False
    never_drop: bool = False
    pass_points: Decimal | None = None
    title: str | None = None
    points_max: Decimal | None = None
    hidden: bool | None = None


def setup(work: Work, *, slug: str) -> Setup:
    """How a course makes its totals."""
    return _setup(work, courses.enter_by_slug(work, slug, Can.MANAGE))


def save_scheme(work: Work, *, slug: str, scheme: Scheme, version: int | None = None) -> Setup:
    """Change how the course total is made; `version` is that of the gradebook that its author saw."""
    membership = courses.enter_by_slug(work, slug, Can.MANAGE)
    wrong = _wrong_way(scheme.method, scheme.drop_lowest, scheme.keep_best)
    if scheme.missing is not None and not 0 <= scheme.missing <= 1:
        wrong["missing"] = "Enter a percentage from 0 to 100, or leave it out."
    if said := rules.wrong(scheme.letters):
        wrong["letters"] = said
    if wrong:
        raise Invalid(wrong)
    row = _touch(work, membership, version)
    before = _said(row)
    row.method, row.drop_lowest, row.keep_best = scheme.method, scheme.drop_lowest, scheme.keep_best
    row.missing = scheme.missing
    row.letters = [[f"{low.normalize():f}", name.strip()] for low, name in sorted(scheme.letters, reverse=True)]
    audit.record(work, "gradebook.changed", "course", membership.course_id, before, _said(row))
    return _setup(work, membership)


def add_category(work: Work, *, slug: str, values: CategoryValues) -> Setup:
    membership = courses.enter_by_slug(work, slug, Can.MANAGE)
    _touch(work, membership, None)
    check_category(work, membership, values, None)
    many = select(func.count()).select_from(GradeCategory).where(col(GradeCategory.course_id) == membership.course_id)
    count = work.db.exec(many).one()
    if count >= CATEGORIES_MAX:
        raise Invalid({"name": f"A gradebook has at most {CATEGORIES_MAX} categories."})
    row = GradeCategory(course_id=membership.course_id, position=count, **_columns(values))
    work.db.add(row)
    audit.record(work, "grade_category.created", "course", membership.course_id, None, {"name": row.name})
    return _setup(work, membership)


def save_category(work: Work, *, category_id: UUID, values: CategoryValues) -> Setup:
    row, membership = _category(work, category_id)
    _touch(work, membership, None)
    check_category(work, membership, values, row)
    before = _said(row)
    for name, value in _columns(values).items():
        setattr(row, name, value)
    audit.record(work, "grade_category.changed", "course", membership.course_id, before, _said(row))
    return _setup(work, membership)


def remove_category(work: Work, *, category_id: UUID) -> Setup:
    """Take a category away; what is in it goes to the one above."""
    row, membership = _category(work, category_id)
    _touch(work, membership, None)
    run, above = work.db.connection().execute, row.parent_id
    run(update(GradeColumn).where(col(GradeColumn.category_id) == category_id).values(category_id=above))
    run(update(GradeCategory).where(col(GradeCategory.parent_id) == category_id).values(parent_id=above))
    work.db.delete(row)
    audit.record(work, "grade_category.removed", "course", membership.course_id, _said(row))
    return _setup(work, membership)


def add_column(work: Work, *, slug: str, title: str, points_max: Decimal, category_id: UUID | None = None) -> Setup:
    """A column for marks that nobody hands anything in for: taking part, a talk, a test on paper."""
    membership = courses.enter_by_slug(work, slug, Can.MANAGE)
    _touch(work, membership, None)
    values = ColumnValues(category_id=category_id, title=title, points_max=points_max)
    check_column(work, membership, values, points_max)
    if len(facts.course_of(work, membership.course_id).columns) >= COLUMNS_MAX:
        raise Invalid({"title": f"A gradebook has at most {COLUMNS_MAX} columns."})
    made = grades.put_item(
        work,
        course_id=membership.course_id,
        source_kind=COLUMN,
        source_id=new_id(),
        title=title.strip(),
        points_max=points_max,
    )
    if category_id is not None:
        work.db.add(GradeColumn(item_id=made.id, category_id=category_id))
    return _setup(work, membership)


def save_column(work: Work, *, item_id: UUID, values: ColumnValues) -> Setup:
    """Change how a column counts, and a column made by hand itself. Marks keep their share of the points."""
    item, membership = _column(work, item_id)
    _touch(work, membership, None)
    by_hand = item.source_kind == COLUMN
    points_max = values.points_max if by_hand and values.points_max is not None else item.points_max
    check_column(work, membership, values, points_max)
    row = _row(work, item_id)
    before = _said(row) | {"title": item.title, "points_max": f"{item.points_max:f}", "hidden": item.hidden}
    row.category_id, row.weight, row.extra = values.category_id, values.weight, values.extra
    row.never_drop, row.pass_points = values.never_drop, values.pass_points
    if by_hand:
        grades.put_item(
            work,
            course_id=item.course_id,
            source_kind=COLUMN,
            source_id=item.source_id,
            title=(item.title if values.title is None else values.title).strip(),
            points_max=points_max,
            hidden=item.hidden if values.hidden is None else values.hidden,
        )
    work.db.flush()
    after = _said(row) | {"title": item.title, "points_max": f"{item.points_max:f}", "hidden": item.hidden}
    audit.record(work, "grade_column.changed", "grade_item", item_id, before, after)
    return _setup(work, membership)


def move_column(work: Work, *, item_id: UUID, step: int) -> Setup:
    """Move a column one place on, or back with -1. Beyond the ends nothing moves."""
    _item, membership = _column(work, item_id)
    _touch(work, membership, None)
    order = [one.id for one in facts.course_of(work, membership.course_id).columns]
    at = order.index(str(item_id)) if str(item_id) in order else 0
    to = min(max(at + (1 if step > 0 else -1), 0), len(order) - 1)
    order.insert(to, order.pop(at))
    rows = {str(row.item_id): row for row in _rows(work, [UUID(one) for one in order])}
    for place, one in enumerate(order, start=1):
        row = rows.get(one) or GradeColumn(item_id=UUID(one))
        row.position = place
        work.db.add(row)
    return _setup(work, membership)


def remove_column(work: Work, *, item_id: UUID) -> Setup:
    """Take away a column made by hand. Its marks are kept, and come back with it."""
    item, membership = _column(work, item_id)
    if item.source_kind != COLUMN:
        raise Conflict("This column belongs to a part of the course. Remove that instead.")
    _touch(work, membership, None)
    item.removed_at = work.now
    work.db.add(item)
    audit.record(work, "grade_column.removed", "grade_item", item_id, {"title": item.title})
    return _setup(work, membership)


def restore_column(work: Work, *, item_id: UUID) -> Setup:
    """Bring back a column that was removed."""
    item, membership = _column(work, item_id)
    item.removed_at = None
    work.db.add(item)
    courses.tell_terms(work, course_id=membership.course_id)
    audit.record(work, "grade_column.restored", "grade_item", item_id, None, {"title": item.title})
    return _setup(work, membership)


# ---- Helpers, in the order in which they are called


def _setup(work: Work, membership: Membership) -> Setup:
    work.db.flush()
    course = facts.course_of(work, membership.course_id)
    plan = course.plan
    return Setup(
        slug=membership.slug,
        course=membership.title,
        engine=plan.engine,
        method=plan.root.method,
        drop_lowest=plan.root.drop_lowest,
        keep_best=plan.root.keep_best,
        missing=plan.missing,
        letters=list(plan.scale),
        version=course.version,
        categories=[
            CategoryView(
                one.id,
                one.parent_id or "",
                one.name,
                one.method,
                one.weight,
                bool(one.extra),
                one.drop_lowest,
                one.keep_best,
            )
            for one in course.categories
        ],
        columns=[
            ColumnView(
                id=one.id,
                category_id=one.category_id or "",
                title=one.title,
                points_max=one.points_max,
                weight=one.weight,
                extra=bool(one.extra),
                never_drop=bool(one.never_drop),
                pass_points=one.pass_points,
                by_hand=one.kind == COLUMN,
                hidden=bool(one.hidden),
                url=SOURCES[one.kind].edit_url(membership.slug, one.source_id) if one.kind in SOURCES else "",
            )
            for one in course.columns
        ],
    )


def _touch(work: Work, membership: Membership, version: int | None) -> Gradebook:
    """The row of a course's gradebook, with a new version. The first change makes it, with the newest engine."""
    row = work.db.get(Gradebook, membership.course_id, with_for_update=True)
    if version is not None and version != (row.version if row else 0):
        raise Conflict(CHANGED)
    if row is None:
        row = Gradebook(course_id=membership.course_id, engine=rules.NEWEST, version=0)
    row.version += 1
    work.db.add(row)
    work.db.flush()
    courses.tell_terms(work, course_id=membership.course_id)
    return row


def _wrong_way(method: str, drop_lowest: int, keep_best: int) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if method not in list(Method):
        wrong["method"] = "Choose points, weighted or simple."
    for name, value in (("drop_lowest", drop_lowest), ("keep_best", keep_best)):
        if not 0 <= value <= DROPS_MAX:
            wrong[name] = f"Enter a number from 0 to {DROPS_MAX}."
    if drop_lowest and keep_best:
        wrong["keep_best"] = "Drop the lowest or keep the best, not both."
    return wrong


def check_category(work: Work, membership: Membership, values: CategoryValues, row: GradeCategory | None) -> None:
    wrong = _wrong_way(values.method, values.drop_lowest, values.keep_best)
    if not values.name.strip() or len(values.name.strip()) > NAME_MAX:
        wrong["name"] = f"Enter a name of at most {NAME_MAX} characters."
    wrong |= _wrong_weight(values.weight)
    if values.parent_id is not None:
        parent = _in_course(work, membership, values.parent_id)
        inside = select(GradeCategory.id).where(col(GradeCategory.parent_id) == (row.id if row else None))
        if parent.parent_id is not None or (row is not None and (parent.id == row.id or work.db.exec(inside).first())):
            wrong["parent_id"] = "Categories have two levels: choose one that stands at the top."
    if wrong:
        raise Invalid(wrong)


def check_column(work: Work, membership: Membership, values: ColumnValues, points_max: Decimal) -> None:
    wrong = _wrong_weight(values.weight)
    if values.category_id is not None:
        _in_course(work, membership, values.category_id)
    if values.title is not None and not 1 <= len(values.title.strip()) <= TITLE_MAX:
        wrong["title"] = f"Enter a title of at most {TITLE_MAX} characters."
    if values.points_max is not None and not _is_points(values.points_max):
        wrong["points_max"] = "Enter points from 0, with at most three decimals."
    if values.pass_points is not None and not (_is_points(values.pass_points) and values.pass_points <= points_max):
        wrong["pass_points"] = f"Enter points from 0 to {rules.said(points_max)}."
    if wrong:
        raise Invalid(wrong)


def _wrong_weight(weight: Decimal) -> dict[str, str]:
    return {} if _is_points(weight) else {"weight": "Enter a number from 0, with at most three decimals."}


def _is_points(value: Decimal) -> bool:
    return value.is_finite() and 0 <= value <= POINTS_MAX and value == round(value, 3)


def _columns(values: CategoryValues) -> dict[str, Any]:
    return {
        "name": values.name.strip(),
        "parent_id": values.parent_id,
        "method": values.method,
        "weight": values.weight,
        "extra": values.extra,
        "drop_lowest": values.drop_lowest,
        "keep_best": values.keep_best,
    }


def _category(work: Work, category_id: UUID) -> tuple[GradeCategory, Membership]:
    row = work.db.get(GradeCategory, category_id)
    if row is None:
        raise NotFound(NO_CATEGORY)
    return row, courses.enter(work, row.course_id, Can.MANAGE)


def _in_course(work: Work, membership: Membership, category_id: UUID) -> GradeCategory:
    row = work.db.get(GradeCategory, category_id)
    if row is None or row.course_id != membership.course_id:
        raise NotFound(NO_CATEGORY)
    return row


def _column(work: Work, item_id: UUID) -> tuple[GradeItem, Membership]:
    item = work.db.get(GradeItem, item_id)
    if item is None:
        raise NotFound(grades.NO_ITEM)
    return item, courses.enter(work, item.course_id, Can.MANAGE)


def _row(work: Work, item_id: UUID) -> GradeColumn:
    row = work.db.get(GradeColumn, item_id) or GradeColumn(item_id=item_id)
    work.db.add(row)
    return row


def _rows(work: Work, item_ids: Sequence[UUID]) -> Sequence[GradeColumn]:
    return work.db.exec(select(GradeColumn).where(col(GradeColumn.item_id).in_(item_ids))).all()


def _said(row: Gradebook | GradeCategory | GradeColumn) -> dict[str, Any]:
    return row.model_dump(mode="json", exclude={"course_id", "item_id", "version"})
