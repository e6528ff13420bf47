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

from sqlalchemy import BigInteger, and_, bindparam, case, func, literal, or_, type_coerce, union_all
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.core.db import IdText, Points, to_micros
from lms_app.core.work import Work
from lms_app.courses.models import CourseGroupMember, ItemOverride, Module, OutlineItem
from lms_app.gradebook import rules
from lms_app.gradebook.models import Gradebook, GradeCategory, GradeColumn, TotalEntry
from lms_app.gradebook.rules import Category, Column, Mark, Marks, Method, Plan
from lms_app.gradebook.service.sources import DUE, OWN_DUE, SOURCES, handed_in, with_rooms
from lms_app.grades import rules as grade_rules
from lms_app.grades.models import GradeEntry, GradeItem, Status

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
    type_coerce(col(GradeEntry.item_id), IdText()),
    type_coerce(col(GradeEntry.user_id), IdText()),
    type_coerce(col(GradeEntry.points), BigInteger()),
    type_coerce(col(GradeEntry.points_max), BigInteger()),
    col(GradeEntry.status),
    col(GradeEntry.override),
    col(GradeEntry.locked),
    col(GradeEntry.seq),
)
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


class ColumnFacts(NamedTuple):
    """A column as everybody shares it; `due_at` in microseconds."""

    id: str
    kind: str
    source_id: str
    title: str
    points_max: Decimal
    hidden: bool
    shown_from: Any
    due_at: int | None
    category_id: str | None
    weight: Decimal
    extra: bool
    never_drop: bool
    pass_points: Decimal | None


class CategoryFacts(NamedTuple):
    id: str
    parent_id: str | None
    name: str
    method: str
    weight: Decimal
    extra: bool
    drop_lowest: int
    keep_best: int


@dataclass(frozen=True, slots=True)
class Course:
    """The plan of a course with the rows that it is made of."""

    plan: Plan
    columns: Sequence[ColumnFacts]
    categories: Sequence[CategoryFacts]
    version: int


class Has(NamedTuple):
    """What one student has in one column. `state` is what its cell says beside the points, `status` what a person set."""

    points: Decimal | None
    state: str
    override: bool = False
    locked: bool = False
    seq: int = 0
    status: str = ""


class SetTotal(NamedTuple):
    share: Decimal | None
    locked: bool
    reason: str
    seq: int


NOTHING = Has(None, "")
NO_TOTAL = SetTotal(None, False, "", 0)
# What a cell may say. The first four are statuses or stand for one, and are what the engine knows.
EXCUSED, MISSING, EXEMPT = Status.EXCUSED.value, Status.MISSING.value, Status.EXEMPT.value
TO_GRADE, LATE, NOT_DUE = "to_grade", "late", "not_due"


def course_of(work: Work, course_id: UUID) -> Course:
    """Three queries."""
    run = work.db.connection().execute
    work.db.flush()
    scheme = run(_SCHEME, {"course": course_id}).first()
    categories = [CategoryFacts._make(row) for row in run(_CATEGORIES, {"course": course_id})]
    found = [ColumnFacts._make(row) for row in run(_COLUMNS, {"course": course_id})]
    by_parent: dict[str | None, list[Column | Category]] = {}
    for one in found:
        column = Column(one.id, one.title, one.points_max, one.weight, bool(one.extra), bool(one.never_drop))
        by_parent.setdefault(one.category_id, []).append(column)
    for level in (False, True):  # the lower level first, so that it is there when the upper one is made
        for one in categories:
            if (one.parent_id is None) is level:
                by_parent.setdefault(one.parent_id, []).append(_category(one, by_parent))
    root = Category(
        rules.COURSE,
        "Course total",
        tuple(by_parent.get(None, ())),
        Method(scheme.method) if scheme else Method.POINTS,
        drop_lowest=scheme.drop_lowest if scheme else 0,
        keep_best=scheme.keep_best if scheme else 0,
    )
    letters = [(Decimal(low), name) for low, name in scheme.letters] if scheme else []
    plan = Plan(root, scheme.engine if scheme else 1, scheme.missing if scheme else None, letters)
    return Course(plan, found, categories, scheme.version if scheme else 0)


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
        self._given: dict[str, dict[str, Any]] = {}
        self._came: dict[str, dict[str, Any]] = {}
        self._due: dict[tuple[str, str], int] = {}

    def add(self, entries: Iterable[Any], handed_in: Iterable[Any], due: Iterable[Any]) -> None:
        self._due = {(user_id, source_id): at for source_id, user_id, at, _own in due}
        for entry in entries:
            self._given.setdefault(entry[1], {})[entry[0]] = entry
        for came in handed_in:
            self._came.setdefault(came[1], {})[came[0]] = came

    def row(self, user_id: str) -> list[Has]:
        """What a student has in each column, in their order."""
        given, came = self._given.get(user_id, _NONE), self._came.get(user_id, _NONE)
        return [
            self._cell(
                one,
                self._due.get((user_id, one.source_id), one.due_at) if self._due else one.due_at,
                given.get(one.id),
                came.get(one.source_id),
            )
            for one in self.course.columns
        ]

    def _cell(self, column: ColumnFacts, due: int | None, entry: Any, came: Any) -> Has:
        if entry is None:
            return Has(None, self._state(due, None, "", came, False))
        _item, _user, raw, out_of, status, override, locked, seq = entry
        points = None if raw is None else _points(raw, out_of, column.points_max)
        return Has(points, self._state(due, points, status, came, override), bool(override), bool(locked), seq, status)

    def _state(self, due: int | None, points: Decimal | None, status: str, came: Any, override: bool) -> str:
        if not self._states or (status and (status != MISSING or points is None)):
            return status
        if came is not None:
            _source, _user, at, waits = came
            if waits and not (override and points is not None):  # what a person set waits for nobody
                return TO_GRADE
            return LATE if due is not None and at > due else ""
        if points is not None or due is None:
            return ""
        return MISSING if due < self._now else NOT_DUE


_NONE: dict[str, Any] = {}


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


def standing_shares(plan: Plan, marked: Marks, by_hand: SetTotal) -> tuple[Fraction | None, Fraction]:
    """A student's total of the marked work, None without any, and if the rest is 0; one set by hand is both."""
    if by_hand.share is not None:
        share = rules.exact(by_hand.share)
        return share, share
    made = rules.totals(plan, marked)
    return made.share_so_far, made.share


def marks(columns_: Sequence[ColumnFacts], row: Sequence[Has]) -> dict[str, Mark]:
    """A student's row as an engine reads it."""
    return {
        one.id: Mark(has.points, has.state if has.state in _KNOWN else "")
        for one, has in zip(columns_, row, strict=True)
        if has.points is not None or has.state in _KNOWN
    }


_KNOWN = frozenset((EXCUSED, MISSING, EXEMPT))


def is_shown(work: Work, column: ColumnFacts) -> bool:
    return grade_rules.is_shown(work.now, hidden=bool(column.hidden), shown_from=column.shown_from)


@lru_cache(10_000)
def _points(raw: int, out_of: int, points_max: Decimal) -> Decimal:
    points = Decimal(raw).scaleb(-3).normalize() + 0
    return grade_rules.scaled(points, Decimal(out_of).scaleb(-3), points_max)
