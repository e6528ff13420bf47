"""What came in, for whoever marks: one line for each student or group, in windows, with what is late, missing or waiting."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, false, func, union_all
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.assignments import rules
from lms_app.assignments.models import Assignment, Marking, MarkVersion, Reopen, Submission
from lms_app.assignments.service.dates import dates_for
from lms_app.assignments.service.door import Entered, enter_assignment, rows
from lms_app.assignments.service.reading import hides_names, is_released
from lms_app.assignments.views import SubmissionLine, SubmissionsView
from lms_app.core import when
from lms_app.core.identity import User
from lms_app.core.work import Work
from lms_app.courses.models import LEARNS, CourseGroup, CourseGroupMember, CourseMember, ItemOverride
from lms_app.policy import Can
from lms_app.web import routes

WINDOW_MAX = 100
SEARCH_MAX = 200
SHOWS = ("submitted", "late", "missing", "to_mark")
SUBMITTED, LATE, MISSING, TO_MARK = SHOWS


@dataclass(frozen=True, slots=True)
class Due:
    """When work is due: for everybody, and for those with another date."""

    usual: datetime | None
    others: dict[UUID, datetime | None]
    now: datetime

    def is_over(self, owner_id: UUID) -> bool:
        at = self.others.get(owner_id, self.usual)
        return at is not None and at < self.now

    def is_over_of(self, owner_id: Any) -> ColumnElement[bool]:
        """`is_over` in a select."""
        usually = self.usual is not None and self.usual < self.now
        different = [owner for owner in self.others if self.is_over(owner) is not usually]
        return owner_id.not_in(different) if usually else owner_id.in_(different)


def submissions(
    work: Work, *, item_id: UUID, show: str = "", search: str = "", limit: int = 50, offset: int = 0
) -> SubmissionsView:
    """Who submitted what, by name in windows of at most 100; `show` is one of `SHOWS` or all.

    Where the marking is blind they come without names, in an order that tells nothing, and a search finds nobody.
    Raises NotFound to strangers, Forbidden to members who do not grade.
    """
    entered = enter_assignment(work, item_id, Can.GRADE)
    assignment, membership = entered.assignment, entered.membership
    hidden = hides_names(work, assignment)
    owners = _owners(assignment).subquery()
    joined, due = _joined(owners, assignment), due_of(work, entered, of_groups=assignment.group_work)
    wanted = _shown(due, owners, show)
    for word in search[:SEARCH_MAX].replace("\0", " ").split():
        wanted.append(false() if hidden else func.lower(owners.c.name).contains(word.lower(), autoescape=True))
    counts = {name: and_(*_shown(due, owners, name)) for name in SHOWS}
    numbers = rows(
        work,
        joined(
            columns(
                func.count().label("all"), *[func.count(case((is_it, 1))).label(name) for name, is_it in counts.items()]
            )
        ),
    )[0]
    total = rows(work, joined(columns(func.count())).where(*wanted))[0][0] if wanted else numbers.all
    order = (owners.c.id,) if hidden else (func.lower(owners.c.name), owners.c.id)
    statement = joined(columns(owners.c.id, owners.c.name, *_LINE)).where(*wanted).order_by(*order)
    window = rows(work, statement.limit(min(max(limit, 1), WINDOW_MAX)).offset(max(offset, 0)))
    return SubmissionsView(
        item_id=str(item_id),
        slug=membership.slug,
        course=membership.title,
        title=entered.item.title,
        due=_moment(work, entered.item.due_at),
        groups=assignment.group_work,
        blind=hidden,
        released=is_released(work, item_id),
        reopens=assignment.reopen != Reopen.NEVER,
        everybody=numbers.all,
        submitted=numbers.submitted,
        late=numbers.late,
        missing=numbers.missing,
        to_mark=numbers.to_mark,
        total=total,
        rows=[_line(work, entered, due, row, hidden) for row in window],
    )


_LINE = (
    col(Submission.id).label("submission_id"),
    col(Submission.number),
    col(Submission.attempt),
    col(Submission.submitted_at),
    col(Submission.due_at),
    col(Marking.version),
    col(MarkVersion.kept),
)


def _owners(assignment: Assignment) -> Any:
    """Whose work there is or may come: the active students, or the groups and those that have handed in and are gone."""
    if not assignment.group_work:
        return (
            columns(col(CourseMember.user_id).label("id"), col(User.name).label("name"))
            .join(User, col(User.id) == col(CourseMember.user_id))
            .where(
                col(CourseMember.course_id) == assignment.course_id,
                LEARNS,
            )
        )
    here = columns(col(CourseGroup.id).label("id"), col(CourseGroup.name).label("name")).where(
        col(CourseGroup.course_id) == assignment.course_id
    )
    gone = columns(col(Submission.owner_id), col(Submission.group_name)).where(
        col(Submission.assignment_id) == assignment.item_id,
        col(Submission.submitted_at).is_not(None),
        col(Submission.owner_id).not_in(columns(col(CourseGroup.id))),
    )
    both = union_all(here, gone).subquery()
    return columns(both.c.id.label("id"), func.max(both.c.name).label("name")).group_by(both.c.id)


def _joined(owners: Any, assignment: Assignment) -> Any:
    """Each owner with the version that counts, and its mark."""
    newest = (
        columns(col(Submission.owner_id), func.max(col(Submission.number)).label("number"))
        .where(
            col(Submission.assignment_id) == assignment.item_id,
            col(Submission.submitted_at).is_not(None),
            col(Submission.withdrawn_at).is_(None),
        )
        .group_by(col(Submission.owner_id))
        .subquery()
    )

    def join(statement: Select[Any]) -> Select[Any]:
        return (
            statement.select_from(owners)
            .outerjoin(newest, newest.c.owner_id == owners.c.id)
            .outerjoin(
                Submission,
                and_(
                    col(Submission.assignment_id) == assignment.item_id,
                    col(Submission.owner_id) == newest.c.owner_id,
                    col(Submission.number) == newest.c.number,
                ),
            )
            .outerjoin(Marking, col(Marking.submission_id) == col(Submission.id))
            .outerjoin(
                MarkVersion,
                and_(
                    col(MarkVersion.submission_id) == col(Marking.submission_id),
                    col(MarkVersion.version) == col(Marking.version),
                ),
            )
        )

    return join


def _shown(due: Due, owners: Any, show: str) -> list[ColumnElement[bool]]:
    if show == SUBMITTED:
        return [col(Submission.id).is_not(None)]
    if show == LATE:
        return [col(Submission.submitted_at) > col(Submission.due_at)]
    if show == TO_MARK:
        return [col(Submission.id).is_not(None), func.coalesce(Marking.version, 0) == 0]
    if show == MISSING:
        return [col(Submission.id).is_(None), due.is_over_of(owners.c.id)]
    return []


def due_of(work: Work, entered: Entered, *, of_groups: bool) -> Due:
    """By students, or by groups. Three queries at most, however many students there are. Only those with an exception are asked one by one."""
    item = entered.item
    found = rows(
        work,
        columns(col(ItemOverride.user_id), col(ItemOverride.group_id), col(ItemOverride.due_at)).where(
            col(ItemOverride.item_id) == item.id, col(ItemOverride.due_at).is_not(None)
        ),
    )
    others: dict[UUID, datetime | None] = {row.group_id: row.due_at for row in found if row.group_id}
    if not of_groups and found:
        members = columns(col(CourseGroupMember.user_id)).where(col(CourseGroupMember.group_id).in_(list(others)))
        people = {row.user_id for row in found if row.user_id} | {row.user_id for row in rows(work, members)}
        terms = dates_for(work, entered.assignment, item, people)
        others = {user_id: its.due_at for user_id, its in terms.items()}
    return Due(item.due_at, others, work.now)


def _line(work: Work, entered: Entered, due: Due, row: Any, hidden: bool) -> SubmissionLine:
    late = rules.lateness(row.submitted_at, row.due_at) if row.submitted_at else None
    item = entered.item
    return SubmissionLine(
        owner_id=str(row.id),
        student=rules.alias_of(item.id, row.id) if hidden else row.name,
        submission_id=str(row.submission_id or ""),
        state="submitted" if row.submission_id else "missing" if due.is_over(row.id) else "",
        when=_moment(work, row.submitted_at),
        late=rules.late_words(late) if late else "",
        version=row.number or 0,
        marking="" if row.submission_id is None else "marked" if row.version else "waiting",
        points="" if row.kept is None else when.points(row.kept),
        url=routes.assignment_grading(entered.membership.slug, item.id, row.submission_id) if row.submission_id else "",
    )


def _moment(work: Work, at: Any) -> str:
    return when.moment(at, work.actor.zone, work.actor.locale, now=work.now) if at else ""
