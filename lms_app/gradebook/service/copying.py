"""A gradebook of one's own, set up as another course's is. For `courses.COPIES`."""

from collections.abc import Mapping
from typing import TypeVar
from uuid import UUID

from sqlmodel import col, select

from lms_app.core.db import Row, new_id
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.gradebook.models import Gradebook, GradeCategory, GradeColumn
from lms_app.gradebook.service.sources import COLUMN
from lms_app.grades import service as grades
from lms_app.grades.models import GradeItem
from lms_app.policy import Can

R = TypeVar("R", bound=Row)
_IN = col(GradeItem.course_id)


def copy_setup(work: Work, course_id: UUID, copy_id: UUID, items: Mapping[str, str]) -> None:
    """How totals are made, categories, columns made by hand, and how each column counts; no marks, no set totals.

    `items` are the copies' ids by those of the outline's items.
    """
    courses.enter(work, course_id, Can.MANAGE)
    courses.enter(work, copy_id, Can.MANAGE)
    scheme = work.db.get(Gradebook, course_id)
    if scheme is not None:
        work.db.add(_like(scheme, course_id=copy_id, version=1))
    in_course = select(GradeCategory).where(GradeCategory.course_id == course_id)
    old = work.db.exec(in_course).all()
    ids = {one.id: new_id() for one in old}
    for one in sorted(old, key=lambda one: one.parent_id is not None):
        work.db.add(
            _like(one, id=ids[one.id], course_id=copy_id, parent_id=ids[one.parent_id] if one.parent_id else None)
        )
        work.db.flush()
    made = {row.source_id: row.id for row in work.db.exec(select(GradeItem).where(copy_id == _IN)).all()}
    columns = {
        row.item_id: row for row in work.db.exec(select(GradeColumn).join(GradeItem).where(course_id == _IN)).all()
    }
    standing = select(GradeItem).where(course_id == _IN, col(GradeItem.removed_at).is_(None))
    for item in work.db.exec(standing.order_by(col(GradeItem.created_at), col(GradeItem.id))).all():
        column = columns.get(item.id)
        if item.source_kind == COLUMN:
            to = grades.put_item(
                work,
                course_id=copy_id,
                source_kind=COLUMN,
                source_id=new_id(),
                title=item.title,
                points_max=item.points_max,
                hidden=item.hidden,
            ).id
        else:
            copied = items.get(str(item.source_id))
            to = made.get(UUID(copied)) if copied else None
        if to is not None and column is not None:
            category_id = ids[column.category_id] if column.category_id else None
            work.db.add(_like(column, item_id=to, category_id=category_id))
    work.db.flush()


def _like(row: R, **changes: object) -> R:
    return type(row)(**(row.model_dump() | changes))
