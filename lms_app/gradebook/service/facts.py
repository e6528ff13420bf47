"""What totals are made of, read from the database: the plan of a course, its columns, and what its students have.

Nothing here is a door: whoever calls has come through one. However many students and columns, the queries are as many.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, Integer, and_, bindparam, case, cast, func, literal, or_, type_coerce, union_all
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.core.db import IdText, Points, to_micros
from lms_app.core.work import Work
from lms_app.courses.models import CourseGroupMember, ItemOverride, Module, OutlineItem
from lms_app.gradebook import rules
from lms_app.gradebook.models import Gradebook, GradeCategory, GradeColumn, TotalEntry
from lms_app.gradebook.rules import Category, Column, Method, Plan
from lms_app.gradebook.service.rows import ColumnFacts, Row, listed, row_of
from lms_app.gradebook.service.sources import DUE, OWN_DUE, SOURCES, handed_in, with_rooms
from lms_app.grades import rules as grade_rules
from lms_app.grades.models import GradeEntry, GradeItem

_SCHEME = columns(
    col(Gradebook.engine),
    col(Gradebook.method),
    col(Gradebook.drop_lowest),
    col(Gradebook.keep_best),
    col(Gradebook.missing),
    col(Gradebook.letters),
    col(Gradebook.version),
).where(col(Gradebook.course_id) == bindparam("course"))
_CATEGORIES = (
    columns(
        type_coerce(col(GradeCategory.id), IdText()),
        type_coerce(col(GradeCategory.parent_id), IdText()),
        col(GradeCategory.name),
        col(GradeCategory.method),
        col(GradeCategory.weight),
        col(GradeCategory.extra),
        col(GradeCategory.drop_lowest),
        col(GradeCategory.keep_best),
    )
    .where(col(GradeCategory.course_id) == bindparam("course"))
    .order_by(col(GradeCategory.position), col(GradeCategory.name), col(GradeCategory.id))
)
LAST = 1_000_000  # nobody arranged it
TOTAL = "Course total"
COUNTS = and_(
    col(GradeItem.removed_at).is_(None),
    or_(col(OutlineItem.id).is_(None), col(OutlineItem.published)),
)
_COLUMNS = (
    with_rooms(
        columns(
            type_coerce(col(GradeItem.id), IdText()),
            col(GradeItem.source_kind),
            type_coerce(col(GradeItem.source_id), IdText()),
            col(GradeItem.title),
            col(GradeItem.points_max),
            col(GradeItem.hidden),
            col(GradeItem.shown_from),
            type_coerce(DUE, BigInteger()),
            type_coerce(col(GradeColumn.category_id), IdText()),
            func.coalesce(col(GradeColumn.weight), literal(Decimal(1), Points())),
            func.coalesce(col(GradeColumn.extra), False),
            func.coalesce(col(GradeColumn.never_drop), False),
            col(GradeColumn.pass_points),
        ).outerjoin(OutlineItem, col(OutlineItem.id) == col(GradeItem.source_id))
    )
    .outerjoin(Module, col(Module.id) == col(OutlineItem.module_id))
    .outerjoin(GradeColumn, col(GradeColumn.item_id) == col(GradeItem.id))
    .where(col(GradeItem.course_id) == bindparam("course"), COUNTS)
    # As somebody arranged them, else as the outline has them; columns made by hand come last.
    .order_by(
        func.coalesce(func.nullif(col(GradeColumn.position), 0), LAST),
        case((col(OutlineItem.id).is_(None), 1), else_=0),
        col(Module.position),
        col(OutlineItem.position),
        col(GradeItem.created_at),
        col(GradeItem.id),
    )
)
_NEWEST = (
    columns(func.max(col(GradeEntry.seq)))
    .where(col(GradeEntry.item_id).in_(bindparam("items", expanding=True)))
    .group_by(col(GradeEntry.item_id), col(GradeEntry.user_id))
)
_ENTRY = columns(
    type_coerce(col(GradeEntry.user_id), IdText()),
    listed(
        col(GradeEntry.item_id),
        type_coerce(col(GradeEntry.points), BigInteger()),
        type_coerce(col(GradeEntry.points_max), BigInteger()),
        col(GradeEntry.status),
        cast(col(GradeEntry.override), Integer),
        cast(col(GradeEntry.locked), Integer),
        col(GradeEntry.seq),
    ),
).group_by(col(GradeEntry.user_id))
_ALL = _ENTRY.where(col(GradeEntry.seq).in_(_NEWEST))
_OF_SOME = _ENTRY.where(
    col(GradeEntry.seq).in_(_NEWEST.where(col(GradeEntry.user_id).in_(bindparam("users", expanding=True))))
)
_SET = columns(
    type_coerce(col(TotalEntry.user_id), IdText()),
    col(TotalEntry.share),
    col(TotalEntry.locked),
    col(TotalEntry.reason),
    col(TotalEntry.seq),
).where(
    col(TotalEntry.seq).in_(
        columns(func.max(col(TotalEntry.seq)))
        .where(col(TotalEntry.course_id) == bindparam("course"))
        .group_by(col(TotalEntry.user_id))
    )
)
_SET_OF_SOME = _SET.where(col(TotalEntry.user_id).in_(bindparam("users", expanding=True)))


# The kindest of a group first, a person's own last: whatever is read later stands.
_DUE = union_all(
    columns(
        type_coerce(col(ItemOverride.item_id), IdText()).label("item_id"),
        type_coerce(col(CourseGroupMember.user_id), IdText()).label("user_id"),
        type_coerce(func.max(OWN_DUE), BigInteger()).label("due_at"),
        literal(0).label("own"),
    )
    .join(CourseGroupMember, col(CourseGroupMember.group_id) == col(ItemOverride.group_id))
    .where(col(ItemOverride.course_id) == bindparam("course"), OWN_DUE.is_not(None))
    .group_by(col(ItemOverride.item_id), col(CourseGroupMember.user_id)),
    columns(
        type_coerce(col(ItemOverride.item_id), IdText()),
        type_coerce(col(ItemOverride.user_id), IdText()),
        type_coerce(OWN_DUE, BigInteger()),
        literal(1),
    ).where(
        col(ItemOverride.course_id) == bindparam("course"),
        OWN_DUE.is_not(None),
        col(ItemOverride.user_id).is_not(None),
    ),
).order_by("own")


class CategoryFacts(NamedTuple):
    id: str
    parent_id: str | None
    name: str
    method: str
    weight: Decimal
    extra: bool
    drop_lowest: int
    keep_best: int


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """The plan of a course with the rows that it is made of. The same rows make the same object: see `rows`."""

    plan: Plan
    columns: Sequence[ColumnFacts]
    categories: Sequence[CategoryFacts]
    version: int


class SetTotal(NamedTuple):
    share: Decimal | None
    locked: bool
    reason: str
    seq: int


NO_TOTAL = SetTotal(None, False, "", 0)


def course_of(work: Work, course_id: UUID) -> Course:
    """Three queries."""
    run = work.db.connection().execute
    work.db.flush()
    given = {"course": course_id}
    scheme = run(_SCHEME, given).first()
    return _course(
        None if scheme is None else (*scheme[:5], tuple(map(tuple, scheme[5])), scheme[6]),
        tuple(CategoryFacts._make(row) for row in run(_CATEGORIES, given)),
        tuple(ColumnFacts._make(row) for row in run(_COLUMNS, given)),
    )


def only(course: Course, one: ColumnFacts) -> Course:
    """A course of one column alone, for what it says, not for totals."""
    return Course(course.plan, [one], course.categories, course.version)


@lru_cache(64)
def _course(
    scheme: tuple[Any, ...] | None, categories: tuple[CategoryFacts, ...], found: tuple[ColumnFacts, ...]
) -> Course:
    by_parent: dict[str | None, list[Column | Category]] = {}
    for one in found:
        column = Column(one.id, one.title, one.points_max, one.weight, bool(one.extra), bool(one.never_drop))
        by_parent.setdefault(one.category_id, []).append(column)
    for level in (False, True):  # the lower level first, so that it is there when the upper one is made
        for one in categories:
            if (one.parent_id is None) is level:
                by_parent.setdefault(one.parent_id, []).append(_category(one, by_parent))
    inside = tuple(by_parent.get(None, ()))
    if scheme is None:
        plan, version = Plan(Category(rules.COURSE, TOTAL, inside, Method.POINTS), 1, None, []), 0
    else:
        engine, method, drop_lowest, keep_best, missing, letters, version = scheme
        root = Category(rules.COURSE, TOTAL, inside, Method(method), drop_lowest=drop_lowest, keep_best=keep_best)
        plan = Plan(root, engine, missing, [(Decimal(low), name) for low, name in letters])
    return Course(plan, found, categories, version)


def _category(one: CategoryFacts, inside: Mapping[str | None, list[Column | Category]]) -> Category:
    return Category(
        one.id,
        one.name,
        tuple(inside.get(one.id, ())),
        Method(one.method),
        one.weight,
        one.extra,
        one.drop_lowest,
        one.keep_best,
    )


class Book:
    """What students have in the columns of a course, as it stands at one moment."""

    def __init__(self, course: Course, now: int, *, states: bool) -> None:
        self.course = course
        self._states = states
        self._now = now
        self._given: dict[str, str] = {}
        self._came: dict[str, str] = {}
        self._own: dict[str, dict[str, int]] = {}
        self._past = tuple(one.due_at is not None and one.due_at < now for one in course.columns)

    def add(self, entries: Iterable[Any], handed_in: Iterable[Any], due: Iterable[Any]) -> None:
        self._given = {row[0]: row[1] for row in entries}
        self._came = {row[0]: row[1] for row in handed_in}
        for source_id, user_id, at, _own in due:
            self._own.setdefault(user_id, {})[source_id] = at

    def row(self, user_id: str) -> Row:
        """What a student has in each column, in their order."""
        own = self._own.get(user_id)
        return row_of(
            self.course,
            self._given.get(user_id, ""),
            self._came.get(user_id, ""),
            tuple((source_id, at, at < self._now) for source_id, at in own.items()) if own else (),
            self._past,
            self._states,
        )


def book_of(
    work: Work,
    course_id: UUID,
    user_ids: Sequence[UUID] | None,
    *,
    course: Course | None = None,
    states: bool = True,
) -> Book:
    """What these students have, or everybody who was ever marked where no ids are given. At most six queries.

    Without `states`, what is late, missing by its date or waits is left out where totals do not ask for it.
    """
    course = course or course_of(work, course_id)
    states = states or course.plan.missing is not None
    book = Book(course, to_micros(work.now), states=states)
    if not course.columns or (user_ids is not None and not user_ids):
        return book
    run = work.db.connection().execute
    everybody = user_ids is None
    users: dict[str, Any] = {} if user_ids is None else {"users": list(user_ids)}
    items = [UUID(one.id) for one in course.columns]
    book.add(
        run(_ALL if everybody else _OF_SOME, {"items": items, **users}),
        run(handed_in(tuple(SOURCES), everybody=everybody), {"course": course_id, **users}) if states else (),
        run(_DUE, {"course": course_id}) if states else (),
    )
    return book


def set_totals(work: Work, course_id: UUID, user_ids: Sequence[UUID] | None) -> Mapping[str, SetTotal]:
    """The totals that a person set, by student; `NO_TOTAL` for everybody else. One query."""
    run = work.db.connection().execute
    some = {} if user_ids is None else {"users": list(user_ids)}
    rows = run(_SET if user_ids is None else _SET_OF_SOME, {"course": course_id, **some})
    return defaultdict(lambda: NO_TOTAL, ((row[0], SetTotal._make(row[1:])) for row in rows))


def standing_shares(row: Row, by_hand: SetTotal) -> tuple[Fraction | None, Fraction]:
    """A student's total of the marked work, None without any, and if the rest is 0; one set by hand is both."""
    if by_hand.share is not None:
        share = rules.exact(by_hand.share)
        return share, share
    return row.so_far, row.in_the_end


def is_shown(work: Work, column: ColumnFacts) -> bool:
    return grade_rules.is_shown(work.now, hidden=bool(column.hidden), shown_from=column.shown_from)
