"""How a course makes its totals as a tree of files says it. For `exchange`; whoever manages the course."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import delete, update
from sqlmodel import col, select

from lms_app.core.errors import Conflict, Invalid
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.gradebook import rules
from lms_app.gradebook.models import Gradebook, GradeCategory, GradeColumn
from lms_app.gradebook.service.arranging import (
    CategoryValues,
    ColumnValues,
    Scheme,
    check_category,
    check_column,
    save_scheme,
)
from lms_app.gradebook.service.sources import COLUMN
from lms_app.grades import service as grades
from lms_app.grades.models import GradeItem
from lms_app.policy import Can

TAKEN = "The id {id} belongs to something else here. Give it a new one."


@dataclass(frozen=True, slots=True)
class PlantedCategory:
    id: UUID
    values: CategoryValues
    position: int = 0


@dataclass(frozen=True, slots=True)
class PlantedColumn:
    """How something in the outline counts (`source_id`), or a column made by hand, whose title the values have."""

    source_id: UUID
    values: ColumnValues
    position: int = 0

    @property
    def by_hand(self) -> bool:
        return self.values.title is not None


def plant_setup(
    work: Work,
    *,
    slug: str,
    engine: int | None,
    scheme: Scheme,
    categories: Sequence[PlantedCategory],
    columns: Sequence[PlantedColumn],
) -> None:
    """Exactly this set-up. Marks are never touched; a column made by hand that is not named is removed, its marks kept.

    Without an `engine` nobody has set anything up. Raises Invalid, and Forbidden for whoever does not manage the course.
    """
    membership = courses.enter_by_slug(work, slug, Can.MANAGE)
    course_id = membership.course_id
    if engine is not None:
        if engine not in rules.ENGINES:
            raise Invalid({"engine": f"Choose an engine: {', '.join(map(str, rules.ENGINES))}."})
        save_scheme(work, slug=slug, scheme=scheme)
        book = work.db.get_one(Gradebook, course_id)
        book.engine = engine
        work.db.add(book)
    elif (book := work.db.get(Gradebook, course_id)) is not None:
        work.db.delete(book)
    work.db.flush()
    of_course = select(GradeItem.id).where(col(GradeItem.course_id) == course_id)
    rows = {row.id: row for row in work.db.exec(select(GradeCategory).where(col(GradeCategory.course_id) == course_id))}
    work.db.connection().execute(delete(GradeColumn).where(col(GradeColumn.item_id).in_(of_course)))
    work.db.expire_all()
    for one in sorted(categories, key=lambda one: one.values.parent_id is not None):
        row = rows.get(one.id)
        if row is None and work.db.get(GradeCategory, one.id) is not None:
            raise Conflict(TAKEN.format(id=one.id))
        check_category(work, membership, one.values, row)
        row = row or GradeCategory(id=one.id, course_id=course_id, name=one.values.name)
        row.name, row.parent_id, row.position = one.values.name.strip(), one.values.parent_id, one.position
        row.method, row.weight, row.extra = one.values.method, one.values.weight, one.values.extra
        row.drop_lowest, row.keep_best = one.values.drop_lowest, one.values.keep_best
        work.db.add(row)
        work.db.flush()
    gone = [row for row in rows.values() if row.id not in {one.id for one in categories}]
    for row in gone:
        work.db.connection().execute(
            update(GradeCategory).where(col(GradeCategory.parent_id) == row.id).values(parent_id=None)
        )
    for row in gone:
        work.db.delete(row)
    work.db.flush()
    _columns(work, membership, columns)


def _columns(work: Work, membership: courses.Membership, columns: Sequence[PlantedColumn]) -> None:
    course_id = membership.course_id
    for one in columns:
        if one.by_hand:
            grades.put_item(
                work,
                course_id=course_id,
                source_kind=COLUMN,
                source_id=one.source_id,
                title=(one.values.title or "").strip(),
                points_max=one.values.points_max or Decimal(0),
                hidden=bool(one.values.hidden),
            )
    items = {row.source_id: row for row in work.db.exec(select(GradeItem).where(col(GradeItem.course_id) == course_id))}
    named = {one.source_id for one in columns}
    for item in items.values():
        if item.source_kind == COLUMN and (item.source_id in named) is (item.removed_at is not None):
            item.removed_at = None if item.source_id in named else work.now
            work.db.add(item)
    for one in columns:
        item = items.get(one.source_id)
        if item is None:
            continue  # of something that the course does not have any more
        check_column(work, membership, one.values, item.points_max)
        values = one.values
        work.db.add(
            GradeColumn(
                item_id=item.id,
                category_id=values.category_id,
                weight=values.weight,
                extra=values.extra,
                never_drop=values.never_drop,
                pass_points=values.pass_points,
                position=one.position,
            )
        )
    work.db.flush()
