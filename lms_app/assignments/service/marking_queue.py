"""The submissions of an assignment as its markers go through them: counted and stepped through, never all loaded.

Of each owner the version that counts is in it. They come by name, or where names are hidden in an order that tells nothing.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, false, func, or_, tuple_
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import col

from lms_app.assignments import rules
from lms_app.assignments.models import Allocation, Assignment, Marking, MarkVersion, Submission
from lms_app.assignments.service.door import Entered, enter_assignment, rows
from lms_app.assignments.service.reading import hides_names
from lms_app.assignments.views_marking import GradingLine, GradingWindow
from lms_app.core import when
from lms_app.core.identity import User
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.policy import Can

WINDOW_MAX = 100
SEARCH_MAX = 200
SHOWS = ("", "waiting", "marked")  # all of them, what has no mark yet, and what has
WAITING, MARKED = SHOWS[1:]

_Later = aliased(Submission)
COUNTS = and_(col(Submission.submitted_at).is_not(None), col(Submission.withdrawn_at).is_(None))
NEWEST = and_(
    COUNTS,
    ~exists().where(
        col(_Later.assignment_id) == col(Submission.assignment_id),
        col(_Later.owner_id) == col(Submission.owner_id),
        col(_Later.number) > col(Submission.number),
        col(_Later.submitted_at).is_not(None),
        col(_Later.withdrawn_at).is_(None),
    ),
)
IS_MARKED = func.coalesce(Marking.version, 0) > 0
NAME = case((col(Submission.group_name) != "", col(Submission.group_name)), else_=col(User.name))
_Marker = aliased(User)


@dataclass(frozen=True, slots=True)
class Shown:
    """Which submissions are gone through: `show` of `SHOWS`, and only those that were given to the actor."""

    show: str = ""
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a submission stands among those that are shown, from 1; 0 where it is not one of them."""

    total: int
    marked: int
    shown: int
    at: int
    previous: UUID | None
    next: UUID | None


def list_submissions(
    work: Work, *, item_id: UUID, shown: Shown = Shown(), search: str = "", limit: int = 50, offset: int = 0
) -> GradingWindow:
    """The submissions that are shown, in windows of at most 100. A search by name finds nothing where names are hidden.

    Raises NotFound to strangers, Forbidden to members who do not grade.
    """
    entered = enter_assignment(work, item_id, Can.GRADE)
    wanted = _wanted(work, entered.assignment, shown)
    hidden = hides_names(work, entered.assignment)
    for word in search[:SEARCH_MAX].replace("\0", " ").split():
        group = func.lower(Submission.group_name).contains(word.lower(), autoescape=True)
        wanted.append(false() if hidden else or_(courses.name_has(word), group))
    total = rows(work, _joined(columns(func.count())).where(*wanted))[0][0]
    statement = (
        _joined(_LINE)
        .outerjoin(_Marker, col(_Marker.id) == col(Allocation.marker_id))
        .outerjoin(
            MarkVersion,
            and_(
                col(MarkVersion.submission_id) == col(Submission.id), col(MarkVersion.version) == col(Marking.version)
            ),
        )
        .where(*wanted)
        .order_by(*_order(hidden))
        .limit(min(max(limit, 1), WINDOW_MAX))
        .offset(max(offset, 0))
    )
    return GradingWindow(total, [_line(work, item_id if hidden else None, row) for row in rows(work, statement)])


def first(work: Work, entered: Entered, shown: Shown) -> UUID | None:
    """The submission to begin with; the door was passed."""
    statement = _joined(columns(col(Submission.id))).where(*_wanted(work, entered.assignment, shown))
    found = rows(work, statement.order_by(*_order(hides_names(work, entered.assignment))).limit(1))
    return found[0][0] if found else None


def place_of(work: Work, entered: Entered, submission: Submission, shown: Shown) -> Place:
    """Counts and neighbours, in a constant number of queries; the door was passed."""
    assignment = entered.assignment
    total, marked = rows(
        work,
        _joined(columns(func.count(), func.count(case((IS_MARKED, 1))))).where(
            col(Submission.assignment_id) == assignment.item_id, NEWEST
        ),
    )[0]
    key = _order(hides_names(work, assignment))
    here = rows(work, _joined(columns(*key)).where(col(Submission.id) == submission.id))[0]
    wanted = _wanted(work, assignment, shown)
    is_before, is_after = tuple_(*key) < tuple_(*here), tuple_(*key) > tuple_(*here)
    is_here = col(Submission.id) == submission.id
    counted = columns(func.count(), func.count(case((is_before, 1))), func.count(case((is_here, 1))))
    shown_count, before, found = rows(work, _joined(counted).where(*wanted))[0]
    one = _joined(columns(col(Submission.id))).where(*wanted).limit(1)
    previous = rows(work, one.where(is_before).order_by(*[part.desc() for part in key]))
    following = rows(work, one.where(is_after).order_by(*key))
    return Place(
        total=total,
        marked=marked,
        shown=shown_count,
        at=before + 1 if found else 0,
        previous=previous[0][0] if previous else None,
        next=following[0][0] if following else None,
    )


def next_waiting(work: Work, *, item_id: UUID, submission_id: UUID, mine: bool = False) -> UUID | None:
    """The submission without a mark that comes next, from the beginning again at the end; None where none is left."""
    entered = enter_assignment(work, item_id, Can.GRADE)
    shown = Shown(WAITING, mine)
    submission = work.db.get(Submission, submission_id)
    if submission is None or submission.assignment_id != item_id:
        return first(work, entered, shown)
    return place_of(work, entered, submission, shown).next or first(work, entered, shown)


# ---- Statements

_LINE = columns(
    col(Submission.id),
    col(Submission.owner_id),
    col(Submission.submitted_at),
    col(Submission.due_at),
    NAME.label("name"),
    col(Marking.version),
    col(MarkVersion.kept),
    col(_Marker.name).label("marker"),
)


def _joined(statement: Any) -> Any:
    return (
        statement.select_from(Submission)
        .join(User, col(User.id) == col(Submission.user_id))
        .outerjoin(Marking, col(Marking.submission_id) == col(Submission.id))
        .outerjoin(
            Allocation,
            and_(
                col(Allocation.assignment_id) == col(Submission.assignment_id),
                col(Allocation.owner_id) == col(Submission.owner_id),
            ),
        )
    )


def _wanted(work: Work, assignment: Assignment, shown: Shown) -> list[ColumnElement[bool]]:
    wanted = [col(Submission.assignment_id) == assignment.item_id, NEWEST]
    if shown.show == WAITING:
        wanted.append(~IS_MARKED)
    elif shown.show == MARKED:
        wanted.append(IS_MARKED)
    if shown.mine:
        wanted.append(col(Allocation.marker_id) == work.actor.user_id)
    return wanted


def _order(hidden: bool) -> tuple[Any, ...]:
    return (col(Submission.owner_id),) if hidden else (func.lower(NAME), col(Submission.owner_id))


def _line(work: Work, hidden_in: UUID | None, row: Any) -> GradingLine:
    return GradingLine(
        id=str(row.id),
        student=rules.alias_of(hidden_in, row.owner_id) if hidden_in else row.name,
        state="waiting" if row.version is None else "marked" if row.version else "marking",
        when=when.moment(row.submitted_at, work.actor.zone, work.actor.locale, now=work.now),
        late=bool(row.due_at and row.submitted_at > row.due_at),
        points="" if row.kept is None else when.points(row.kept),
        marker=row.marker or "",
    )
