"""The gradebook as a table: a window of students by name, group, total or column, and each column in figures.

The same number of queries for three students and for a thousand.
"""

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from math import ceil
from statistics import median, stdev
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, case, exists, func, literal_column
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.core.errors import Invalid, NotFound
from lms_app.core.identity import User
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.courses.models import LEARNS, CourseGroupMember, CourseMember, ItemOverride, OutlineItem
from lms_app.courses.views import Membership
from lms_app.gradebook import rules
from lms_app.gradebook.service import facts, rows
from lms_app.gradebook.service.facts import Book, SetTotal
from lms_app.gradebook.service.rows import ColumnFacts, Has, Row
from lms_app.gradebook.service.sources import COLUMN, DUE, OWN_DUE, SOURCES, handed, with_rooms
from lms_app.gradebook.views import Bin, ColumnDetail, Standings, Table, TableColumn, TableRow, Tallies
from lms_app.grades.models import GradeEntry, GradeItem, Status
from lms_app.grades.service import NO_ITEM
from lms_app.policy import Can
from lms_app.web.views import Choice

WINDOW = 100
BINS = 10
ONLY = ("", "to_grade", "missing", "late")
NO_LEARNER = "We could not find that learner in this course."

_LEARNERS_HERE = and_(
    col(CourseMember.course_id) == bindparam("course"),
    LEARNS,
)
_STUDENTS = (
    columns(col(User.id), col(User.name))
    .join(CourseMember, col(CourseMember.user_id) == col(User.id))
    .where(_LEARNERS_HERE)
    .order_by(func.lower(User.name), col(User.id))
)
_COUNT = columns(func.count()).select_from(CourseMember).where(_LEARNERS_HERE)


def table(
    work: Work,
    *,
    slug: str,
    search: str = "",
    group: str = "",
    only: str = "",
    sort: str = "name",
    descending: bool = False,
    limit: int = WINDOW,
    offset: int = 0,
) -> Table:
    """A window of at most 100 students, with every column. `sort` is name, total, or the id of a column.

    `only` leaves those who have a cell that is to_grade, missing or late. Unknown filters show everybody.
    """
    membership = courses.enter_by_slug(work, slug, Can.GRADE)
    course_id = membership.course_id
    course = facts.course_of(work, course_id)
    limit, offset = min(max(limit, 1), WINDOW), max(offset, 0)
    given: dict[str, Any] = {"course": course_id}
    statement = _STUDENTS.where(*_matching(work, search, group))
    if only in ONLY[1:]:
        given["found"] = list(_flags(work, course_id, only))
        statement = statement.where(col(User.id).in_(bindparam("found", expanding=True)))
    run = work.db.connection().execute
    everybody = [(row[0], row[1]) for row in run(statement, given)]
    ordered = _sorted(work, course_id, course, everybody, sort, descending)
    window = ordered[offset : offset + limit]
    ids = [user_id for user_id, _ in window]
    book = facts.book_of(work, course_id, ids, course=course)
    by_hand = facts.set_totals(work, course_id, ids)
    return Table(
        slug=membership.slug,
        course=membership.title,
        students=run(_COUNT, {"course": course_id}).scalar_one(),
        total=len(everybody),
        manages=membership.may(Can.MANAGE),
        columns=_columns(membership, course),
        groups=[Choice(one.id, one.name) for one in courses.groups(work, slug=slug)],
        rows=[_row(book, str(user_id), name, by_hand[str(user_id)]) for user_id, name in window],
    )


def tallies(work: Work, *, slug: str) -> Tallies:
    """How many cells of the whole course wait for a mark, are missing, or came late."""
    membership = courses.enter_by_slug(work, slug, Can.GRADE)
    row = work.db.connection().execute(_flagged(tuple(SOURCES), sums=True), _now(work, membership.course_id)).one()
    return Tallies(to_grade=int(row.to_grade or 0), missing=int(row.missing or 0), late=int(row.late or 0))


def standings(work: Work, *, slug: str) -> Standings:
    """How far the learners of a course are, and how its items went. As many queries for three as for a thousand."""
    membership = courses.enter_by_slug(work, slug, Can.GRADE)
    book = facts.book_of(work, membership.course_id, None, states=False)
    by_hand = facts.set_totals(work, membership.course_id, None)
    so_far: dict[str, Decimal | None] = {}
    by_source: dict[str, list[Decimal]] = {one.source_id: [] for one in book.course.columns}
    for person in people(work, membership):
        user_id = str(person.id)
        row = book.row(user_id)
        so_far[user_id] = _so_far(row, by_hand[user_id])
        for one, has in zip(book.course.columns, row, strict=True):
            if has.points is not None and one.points_max:
                by_source[one.source_id].append(has.points / one.points_max)
    means = {
        source: (len(shares), sum(shares, Decimal(0)) / len(shares) if shares else None)
        for source, shares in by_source.items()
    }
    return Standings(so_far, means)


def column(work: Work, *, item_id: UUID) -> ColumnDetail:
    """A column in figures, over its marks that count: how many there are, where they lie, and how many passed."""
    item = work.db.get(GradeItem, item_id)
    if item is None:
        raise NotFound(NO_ITEM)
    membership = courses.enter(work, item.course_id, Can.GRADE)
    course = facts.course_of(work, item.course_id)
    one = next((one for one in course.columns if one.id == str(item_id)), None)
    if one is None:
        raise NotFound(NO_ITEM)
    students = people(work, membership)
    book = _alone(work, item.course_id, course, one)
    given = [has for has in (book.row(str(user_id))[0] for user_id, _ in students) if has.points is not None]
    points = [has.points for has in given if has.points is not None and has.state not in (rows.EXCUSED, rows.EXEMPT)]
    shares = [value / one.points_max for value in points] if one.points_max else []
    passes = one.pass_points
    return ColumnDetail(
        id=one.id,
        title=one.title,
        points_max=one.points_max,
        by_hand=one.kind == COLUMN,
        hidden=not facts.is_shown(work, one),
        url=_url(membership.slug, one),
        students=len(students),
        marked=len(points),
        mean=sum(shares, Decimal(0)) / len(shares) if shares else None,
        median=median(shares) if shares else None,
        deviation=stdev(shares) if len(shares) > 1 else None,
        least=min(shares, default=None),
        most=max(shares, default=None),
        passed=0 if passes is None else sum(value >= passes for value in points),
        pass_points=passes,
        bins=_bins(shares),
    )


# ---- For the other modules of this package: the door was theirs.


def people(work: Work, membership: Membership) -> Sequence[Any]:
    """The learners, (id, name) by name."""
    return work.db.connection().execute(_STUDENTS, {"course": membership.course_id}).all()


def read_learner(work: Work, membership: Membership, user_id: UUID) -> str:
    """A learner's name. Raises NotFound for whoever does not learn here."""
    statement = _STUDENTS.where(col(User.id) == bindparam("user"))
    found = work.db.connection().execute(statement, {"course": membership.course_id, "user": user_id}).first()
    if found is None:
        raise NotFound(NO_LEARNER)
    return found[1]


def read_row(work: Work, membership: Membership, user_id: UUID) -> TableRow:
    """A learner's row."""
    name = read_learner(work, membership, user_id)
    book = facts.book_of(work, membership.course_id, [user_id])
    by_hand = facts.set_totals(work, membership.course_id, [user_id])
    return _row(book, str(user_id), name, by_hand[str(user_id)])


def row_of(work: Work, membership: Membership, user_id: UUID) -> list[tuple[ColumnFacts, Has]]:
    """A learner's cells with their columns."""
    read_learner(work, membership, user_id)
    book = facts.book_of(work, membership.course_id, [user_id])
    return list(zip(book.course.columns, book.row(str(user_id)), strict=True))


def without_mark(work: Work, membership: Membership, item_id: UUID) -> list[tuple[UUID, int]]:
    """The learners who have neither a mark nor a status in a column, with the number of what they have."""
    course = facts.course_of(work, membership.course_id)
    one = next((one for one in course.columns if one.id == str(item_id)), None)
    if one is None:
        raise NotFound(NO_ITEM)
    book = _alone(work, membership.course_id, course, one, states=True)
    found = ((user_id, book.row(str(user_id))[0]) for user_id, _ in people(work, membership))
    known = (rows.EXCUSED, rows.EXEMPT, rows.TO_GRADE)
    return [(user_id, has.seq) for user_id, has in found if has.points is None and has.state not in known]


def _alone(work: Work, course_id: UUID, course: facts.Course, one: ColumnFacts, *, states: bool = False) -> Book:
    return facts.book_of(work, course_id, None, course=facts.only(course, one), states=states)


def _matching(work: Work, search: str, group: str) -> list[ColumnElement[bool]]:
    matching = courses.person_matches(search)
    if group:
        try:
            group_id = UUID(group)
        except ValueError:
            raise Invalid({"group": "Choose a group of the course."}) from None
        matching.append(
            exists().where(col(CourseGroupMember.user_id) == col(User.id), col(CourseGroupMember.group_id) == group_id)
        )
    return matching


def _sorted(
    work: Work,
    course_id: UUID,
    course: facts.Course,
    people: list[tuple[UUID, str]],
    sort: str,
    descending: bool,
) -> list[tuple[UUID, str]]:
    """By name as they come, by total, or by a column; who has none stands last either way."""
    one = next((one for one in course.columns if one.id == sort), None)
    if sort == "total":
        book = facts.book_of(work, course_id, None, course=course, states=False)
        by_hand = facts.set_totals(work, course_id, None)
        keys = {user_id: _so_far(book.row(str(user_id)), by_hand[str(user_id)]) for user_id, _ in people}
    elif one is not None:
        alone = _alone(work, course_id, course, one)
        keys = {user_id: alone.row(str(user_id))[0].points for user_id, _ in people}
    else:
        return people[::-1] if descending else people
    have = [one for one in people if keys[one[0]] is not None]
    have.sort(key=lambda one: keys[one[0]] or Decimal(0), reverse=descending)
    return [*have, *(one for one in people if keys[one[0]] is None)]


def _so_far(row: Row, by_hand: SetTotal) -> Decimal | None:
    if by_hand.share is not None:
        return by_hand.share
    return None if row.so_far is None else rules.decimal(row.so_far)


def _row(book: Book, user_id: str, name: str, by_hand: SetTotal) -> TableRow:
    row = book.row(user_id)
    plan = book.course.plan
    so_far, in_the_end = facts.standing_shares(row, by_hand)
    return TableRow(
        user_id=user_id,
        name=name,
        cells=row.cells,
        so_far=None if so_far is None else rules.decimal(so_far),
        in_the_end=rules.decimal(in_the_end),
        letter="" if so_far is None else rules.letter(so_far, plan.scale),
        by_hand=by_hand.share is not None,
        locked=by_hand.locked,
        total_seq=by_hand.seq,
    )


def _columns(membership: Membership, course: facts.Course) -> list[TableColumn]:
    names = {one.id: one.name for one in course.categories}
    return [
        TableColumn(
            id=one.id,
            title=one.title,
            points_max=one.points_max,
            category=names.get(one.category_id or "", ""),
            by_hand=one.kind == COLUMN,
            hidden=bool(one.hidden),
            url=_url(membership.slug, one),
        )
        for one in course.columns
    ]


def _url(slug: str, one: ColumnFacts) -> str:
    source = SOURCES.get(one.kind)
    return source.url(slug, one.source_id) if source else ""


def _bins(shares: Sequence[Decimal]) -> list[Bin]:
    """Tenths of the points; the last one holds what is full, too."""
    counts = [0] * BINS
    for share in shares:
        counts[min(int(share * BINS), BINS - 1)] += 1
    most = max(counts)
    return [
        Bin(f"{at * 10}–{at * 10 + 10}%", count, ceil(count * 100 / most) if most else 0)
        for at, count in enumerate(counts)
    ]


# ---- What waits, is missing or came late, in one statement


def _now(work: Work, course_id: UUID) -> dict[str, Any]:
    return {"course": course_id, "now": work.now}


def _flags(work: Work, course_id: UUID, only: str) -> list[UUID]:
    statement = _flagged(tuple(SOURCES), sums=False)
    rows = work.db.connection().execute(statement, _now(work, course_id))
    return [row.user_id for row in rows if getattr(row, only)]


@lru_cache(8)
def _flagged(kinds: tuple[str, ...], *, sums: bool) -> Any:
    """Of all learners and columns, how many cells say so; or by learner. As `facts.Book` sees each cell."""
    came = handed(kinds)
    # 0 a mark or a status, 1 nothing, 2 called missing, 3 points, 4 points set by a person: of the newest entry.
    empty = func.coalesce(
        columns(
            case(
                (and_(col(GradeEntry.status) == Status.MISSING, col(GradeEntry.points).is_(None)), 2),
                (and_(col(GradeEntry.status).in_(("", Status.MISSING)), col(GradeEntry.points).is_(None)), 1),
                (and_(col(GradeEntry.status).in_(("", Status.MISSING)), col(GradeEntry.override)), 4),
                (col(GradeEntry.status).in_(("", Status.MISSING)), 3),
                else_=0,
            )
        )
        .where(col(GradeEntry.item_id) == col(GradeItem.id), col(GradeEntry.user_id) == col(CourseMember.user_id))
        .order_by(col(GradeEntry.seq).desc())
        .limit(1)
        .correlate(GradeItem, CourseMember)
        .scalar_subquery(),
        1,
    )
    due = func.coalesce(
        _own_due(col(ItemOverride.user_id) == col(CourseMember.user_id)),
        _own_due(
            col(ItemOverride.group_id).in_(
                columns(col(CourseGroupMember.group_id))
                .where(col(CourseGroupMember.user_id) == col(CourseMember.user_id))
                .correlate(CourseMember)
            )
        ),
        DUE,
        literal_column("9000000000000000000"),
    )
    now = bindparam("now")
    cells = (
        with_rooms(
            columns(
                col(CourseMember.user_id),
                empty.label("empty"),
                came.c.handed_in_at,
                func.coalesce(came.c.waits, 0).label("waits"),
                due.label("due"),
            )
            .select_from(CourseMember)
            .join(GradeItem, col(GradeItem.course_id) == col(CourseMember.course_id))
            .outerjoin(OutlineItem, col(OutlineItem.id) == col(GradeItem.source_id))
        )
        .outerjoin(
            came, and_(came.c.source_id == col(GradeItem.source_id), came.c.user_id == col(CourseMember.user_id))
        )
        .where(_LEARNERS_HERE, facts.COUNTS)
        .subquery("cell")
    )
    c = cells.c
    here = c.handed_in_at.is_not(None)
    waits = and_(c.empty.in_((1, 3)), c.waits == 1)
    found = {
        "to_grade": waits,
        "missing": (c.empty == 2) | and_(c.empty == 1, ~here, c.due < now),
        "late": and_(c.empty.in_((1, 3, 4)), ~waits, here, c.handed_in_at > c.due),
    }
    counts = [func.sum(case((test, 1), else_=0)).label(name) for name, test in found.items()]
    if sums:
        return columns(*counts)
    return columns(c.user_id, *counts).group_by(c.user_id)


def _own_due(whose: ColumnElement[bool]) -> Any:
    """When it is due for a member by an exception, their own or the kindest of their groups."""
    return (
        columns(func.max(OWN_DUE))
        .where(col(ItemOverride.item_id) == col(OutlineItem.id), whose)
        .correlate(OutlineItem, CourseMember)
        .scalar_subquery()
    )
