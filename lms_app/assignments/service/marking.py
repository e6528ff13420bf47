"""Marking: one submission beside its rubric, drafts that save themselves, and marks that never overwrite each other.

Each mark is a row of its own, and one that was begun before somebody else's, or before a newer version of the work, is
refused until its author has heard of that. What is typed waits in a draft of its author's own.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col, select

from lms_app.assignments.models import Allocation, Assignment, Marking, MarkingDraft, MarkVersion, Submission
from lms_app.assignments.service import marking_notes, marking_queue
from lms_app.assignments.service.door import Entered, enter_assignment, marked_submission, member_ids
from lms_app.assignments.service.grading import after_late, give_mark
from lms_app.assignments.service.marking_queue import Shown
from lms_app.assignments.service.reading import hides_names, is_released, newest_submitted, submission_view
from lms_app.assignments.views import NO_SUBMISSION as NO_WORK
from lms_app.assignments.views_marking import NO_MARK, DraftKept, GradingView, MarkView, MemberMark
from lms_app.core import audit, text, typed, when
from lms_app.core.errors import Conflict, Invalid
from lms_app.core.identity import User
from lms_app.core.work import Work
from lms_app.courses.models import TEACHES, CourseMember
from lms_app.grades.rules import scaled
from lms_app.policy import Can, Role, may
from lms_app.rubrics import service as rubrics
from lms_app.rubrics.models import RubricVersion
from lms_app.rubrics.views import NO_RUBRIC, CriterionMark, CriterionView, RubricView
from lms_app.web.views import Choice

COMMENT_MAX = 20_000
VALUES_MAX = 200
ALONE = "points"  # the criterion of work that is marked without a rubric
OWN = "own."  # begins the name of the points of one member
LATELY = timedelta(minutes=30)  # a draft that was changed since then is somebody at work


def grading(
    work: Work, *, item_id: UUID, submission_id: UUID | None = None, show: str = "", mine: bool = False
) -> GradingView:
    """One submission for whoever marks it; what is left open is chosen: the first that waits.

    Raises NotFound to strangers, Forbidden to members who do not grade.
    """
    entered = enter_assignment(work, item_id, Can.GRADE)
    shown = Shown(show if show in marking_queue.SHOWS else "", mine)
    submission = work.db.get(Submission, submission_id) if submission_id else None
    if submission is None or submission.assignment_id != item_id or submission.submitted_at is None:
        begin = marking_queue.first(work, entered, Shown(marking_queue.WAITING, mine))
        begin = begin or marking_queue.first(work, entered, shown)
        submission = work.db.get(Submission, begin) if begin else None
    return _view(work, entered, submission, shown)


def save_marking_draft(
    work: Work, *, submission_id: UUID, values: Mapping[str, str], seen: int, rubric_version_id: UUID | None = None
) -> DraftKept:
    """Keep what a marker has typed, as it is. It is theirs alone; what is wrong is said when they save the mark."""
    submission, entered = marked_submission(work, submission_id)
    if len(values) > VALUES_MAX or sum(len(one) for one in values.values()) > 4 * COMMENT_MAX:
        raise Invalid({"comment": "This is too long to be kept. Shorten the comments."})
    head = _begun(work, submission)
    draft = work.db.get(MarkingDraft, (submission_id, work.user_id))
    if draft is None:
        draft = MarkingDraft(submission_id=submission_id, user_id=work.user_id, saved_at=work.now)
    draft.values, draft.seen, draft.saved_at = dict(values), seen, work.now
    work.db.add(draft)
    work.db.flush()
    try:
        rubric = rubric_of(work, entered.assignment, rubric_version_id)
        points = _out_of(rubric, rubrics.points(rubric, rubrics.read_marks(values), so_far=True), entered.assignment)
    except (Invalid, Conflict):
        points = Decimal(0)
    return DraftKept(
        points=points,
        late=after_late(work, submission, points).said,
        version=head.version,
        newest=newest_submitted(work, submission.assignment_id, submission.owner_id) == submission.id,
    )


def mark(
    work: Work,
    *,
    submission_id: UUID,
    marks: Mapping[str, CriterionMark],
    comment: str = "",
    own: Mapping[UUID, Decimal | None] | None = None,
    seen: int = 0,
    rubric_version_id: UUID | None = None,
) -> MarkView:
    """Mark a submission by its rubric; without one, the criterion `points` has the points. The grades hear of it at once.

    `seen` is the version of the mark that its author saw, 0 for none, and `rubric_version_id` what they marked by. `own`
    are points of members of a group who get others than their group. Raises Conflict where somebody marked meanwhile or
    the work is not what counts any more, Invalid by ids of criteria.
    """
    submission, entered = marked_submission(work, submission_id)
    assignment = entered.assignment
    head = _begun(work, submission)
    # Whoever marks the same work at the same moment waits here, and is then told.
    work.db.refresh(head, with_for_update=True)
    _check_counts(work, submission)
    if head.version != seen:
        newest = mark_view(work, newest_mark(work, submission_id))
        raise Conflict(
            f"{newest.by} marked this meanwhile: {newest.points}. Save once more to put yours on top; every mark is kept."
        )
    if len(comment) > COMMENT_MAX:
        raise Invalid({"comment": f"Shorten the comment to {COMMENT_MAX:,} characters."})
    rubric = rubric_of(work, assignment, rubric_version_id)
    given = rubrics.filled(rubric, marks)
    points = _out_of(rubric, rubrics.points(rubric, given), assignment)
    kept = after_late(work, submission, points)
    people = member_ids(work, submission_id)
    others = _own(assignment, people, own or {})
    head.version += 1
    work.db.add(head)
    work.db.flush()
    row = MarkVersion(
        submission_id=submission_id,
        version=head.version,
        rubric_version_id=UUID(rubric.version_id) if rubric.version_id else None,
        marks=rubrics.marks_to_json(given),
        own={str(user_id): typed.number(worth) for user_id, worth in others.items()},
        points=points,
        kept=kept.points,
        arithmetic=kept.said,
        comment=comment,
        comment_html=text.to_html(comment, heading_shift=3) if comment.strip() else "",
        by_id=work.user_id,
        at=work.now,
    )
    work.db.add(row)
    work.db.connection().execute(
        delete(MarkingDraft).where(
            col(MarkingDraft.submission_id) == submission_id, col(MarkingDraft.user_id) == work.user_id
        )
    )
    for user_id in people:
        worth = others.get(user_id, points)
        give_mark(work, submission=submission, user_id=user_id, points=worth, by_id=work.user_id)
    said = {"version": head.version, "points": f"{points:f}"}
    audit.record(work, "submission.marked", "submission", submission_id, None, said)
    return mark_view(work, row)


def read_marks_of(work: Work, *, submission_id: UUID) -> list[MarkView]:
    """Every mark that a submission was given, newest first, for whoever may grade."""
    marked_submission(work, submission_id)
    return _history(work, submission_id)


# ---- For the other modules of this package


def rubric_of(work: Work, assignment: Assignment, version_id: UUID | None = None, can: Can = Can.GRADE) -> RubricView:
    """By what an assignment is marked: its rubric as it is now, or the version that was shown; else points alone.

    Raises Conflict for a version of another rubric: the assignment got a new one meanwhile.
    """
    if version_id is not None:
        row = work.db.get(RubricVersion, version_id)
        if row is None or row.rubric_id != assignment.rubric_id:
            raise Conflict("This assignment is marked by another rubric now. Load the page again; your draft is kept.")
        return rubrics.version(work, version_id=version_id, can=can)
    if assignment.rubric_id is not None:
        return rubrics.newest(work, rubric_id=assignment.rubric_id, can=can)
    return points_alone(assignment.points)


def points_alone(points_max: Decimal) -> RubricView:
    """What stands for a rubric where there is none: one criterion, with all of the points."""
    one = CriterionView(id=ALONE, title="Points", description="", points_max=points_max, levels=[])
    return replace(NO_RUBRIC, kind="guide", title="Mark", points_max=points_max, criteria=[one])


def newest_mark(work: Work, submission_id: UUID) -> MarkVersion | None:
    """What counts of the marks of a submission."""
    head = work.db.get(Marking, submission_id)
    return work.db.get(MarkVersion, (submission_id, head.version)) if head and head.version else None


def mark_view(work: Work, row: MarkVersion | None, by: str | None = None) -> MarkView:
    if row is None:
        return NO_MARK
    author = by if by is not None else work.db.get_one(User, row.by_id).name
    return MarkView(
        version=row.version,
        by=author,
        when=when.moment(row.at, work.actor.zone, work.actor.locale, now=work.now),
        points=when.points(row.points),
        kept=when.points(row.kept),
        arithmetic=row.arithmetic,
        marks=rubrics.marks_from_json(row.marks),
        comment=row.comment,
        comment_html=row.comment_html,
    )


# ---- Checks


def _check_counts(work: Work, submission: Submission) -> None:
    """The mark is for the version that counts."""
    if submission.withdrawn_at is not None:
        raise Conflict("This was withdrawn meanwhile. Your draft is kept; mark the version that is submitted next.")
    newest = newest_submitted(work, submission.assignment_id, submission.owner_id)
    if newest != submission.id:
        raise Conflict("A newer version was submitted meanwhile. Your draft is kept with this one; mark the newer one.")


def _begun(work: Work, submission: Submission) -> Marking:
    """The row that says that somebody has begun."""
    head = work.db.get(Marking, submission.id)
    if head is None:
        head = Marking(submission_id=submission.id, assignment_id=submission.assignment_id)
        work.db.add(head)
        work.db.flush()
    return head


def _out_of(rubric: RubricView, points: Decimal, assignment: Assignment) -> Decimal:
    """Points by the rubric as points of the assignment: the share stays."""
    return scaled(points, rubric.points_max, assignment.points).normalize() + 0


def _own(assignment: Assignment, people: list[UUID], own: Mapping[UUID, Decimal | None]) -> dict[UUID, Decimal]:
    """Points of members who get others than their group."""
    given = {user_id: points for user_id, points in own.items() if points is not None}
    if given and not (assignment.group_work and assignment.own_grades):
        raise Invalid({OWN: "This assignment gives everybody in a group the same mark."})
    wrong = {
        f"{OWN}{user_id}": f"Enter points from 0 to {when.points(assignment.points)}, or leave it out."
        for user_id, points in given.items()
        if user_id not in people
        or not (points.is_finite() and 0 <= points <= assignment.points and points == round(points, 3))
    }
    if wrong:
        raise Invalid(wrong)
    return given


# ---- Reading


def _view(work: Work, entered: Entered, submission: Submission | None, shown: Shown) -> GradingView:
    assignment, membership = entered.assignment, entered.membership
    view = GradingView(
        item_id=str(assignment.item_id),
        slug=membership.slug,
        course=membership.title,
        title=entered.item.title,
        points_max=when.points(assignment.points),
        blind=hides_names(work, assignment),
        released=is_released(work, assignment.item_id),
        may_release=may(membership.role or Role.STUDENT, Can.RELEASE),
        show=shown.show,
        mine=shown.mine,
        total=0,
        marked=0,
        shown=0,
        place=0,
        previous="",
        next="",
        state="",
        marker="",
        markers=_markers(work, assignment.course_id),
        submission=NO_WORK,
        rubric=NO_RUBRIC,
        seen=0,
        marks={},
        comment="",
        own=[],
        drafted="",
        newest=NO_MARK,
        ahead=False,
        history=[],
        late="",
        notices=[],
        notes=[],
        files=[],
        comments=rubrics.comments(work, slug=membership.slug),
    )
    if submission is None:
        return view
    place = marking_queue.place_of(work, entered, submission, shown)
    history = _history(work, submission.id)
    newest = history[0] if history else NO_MARK
    draft = work.db.get(MarkingDraft, (submission.id, work.user_id)) if work.actor.user_id else None
    rubric = rubric_of(work, assignment)
    values = draft.values if draft else {}
    known = {one.id for one in rubric.criteria}
    drafted = {name: one for name, one in rubrics.read_marks(values).items() if name in known}
    marks = drafted if draft else {name: one for name, one in newest.marks.items() if name in known}
    head = work.db.get(Marking, submission.id)
    allocated = work.db.get(Allocation, (assignment.item_id, submission.owner_id))
    return replace(
        view,
        total=place.total,
        marked=place.marked,
        shown=place.shown,
        place=place.at,
        previous=str(place.previous or ""),
        next=str(place.next or ""),
        state="waiting" if head is None else "marked" if head.version else "marking",
        marker=str(allocated.marker_id) if allocated else "",
        submission=submission_view(work, submission, staff=True),
        rubric=rubric,
        seen=draft.seen if draft else newest.version,
        marks=marks,
        comment=values.get("comment", "") if draft else newest.comment,
        own=_members(work, assignment, submission, values if draft else None),
        drafted=when.clock(draft.saved_at, work.actor.zone, work.actor.locale) if draft else "",
        newest=newest,
        ahead=draft is not None and newest.version > draft.seen,
        history=history,
        late=_late(work, submission, rubric, marks, assignment),
        notices=_notices(work, submission),
        notes=marking_notes.of(work, submission.id),
        files=marking_notes.feedback_files(work, submission.id),
    )


def _late(
    work: Work, submission: Submission, rubric: RubricView, marks: Mapping[str, CriterionMark], assignment: Assignment
) -> str:
    """What being late would cost these points."""
    try:
        points = _out_of(rubric, rubrics.points(rubric, marks, so_far=True), assignment)
    except Invalid:
        return ""
    return after_late(work, submission, points).said if marks else ""


def _notices(work: Work, submission: Submission) -> list[str]:
    """What whoever marks should know of first."""
    said: list[str] = []
    if submission.withdrawn_at is not None:
        said.append("Its student has withdrawn this version.")
    elif newest_submitted(work, submission.assignment_id, submission.owner_id) != submission.id:
        said.append("This is not the newest version. Marks are for the one that was submitted last.")
    others = work.db.exec(
        select(User.name, MarkingDraft.saved_at)
        .join(MarkingDraft, col(MarkingDraft.user_id) == col(User.id))
        .where(
            col(MarkingDraft.submission_id) == submission.id,
            col(MarkingDraft.user_id) != work.actor.user_id,
            col(MarkingDraft.saved_at) > work.now - LATELY,
        )
        .order_by(col(MarkingDraft.saved_at))
    ).all()
    for name, at in others:
        said.append(f"{name} is marking this, too: last change {when.clock(at, work.actor.zone, work.actor.locale)}.")
    return said


def _members(
    work: Work, assignment: Assignment, submission: Submission, values: Mapping[str, Any] | None
) -> list[MemberMark]:
    """The members of a group, where each may get points of their own."""
    if not (assignment.group_work and assignment.own_grades) or hides_names(work, assignment):
        return []
    newest = newest_mark(work, submission.id)
    before = newest.own if newest else {}
    people = work.db.exec(
        select(User.id, User.name).where(col(User.id).in_(member_ids(work, submission.id))).order_by(col(User.name))
    ).all()
    return [
        MemberMark(str(user_id), name, (values or {}).get(f"{OWN}{user_id}", before.get(str(user_id), "")))
        for user_id, name in people
    ]


def _markers(work: Work, course_id: UUID) -> list[Choice]:
    """The staff of a course."""
    people = work.db.exec(
        select(User.id, User.name)
        .join(CourseMember, col(CourseMember.user_id) == col(User.id))
        .where(
            col(CourseMember.course_id) == course_id,
            TEACHES,
        )
        .order_by(col(User.name), col(User.id))
    ).all()
    return [Choice(str(user_id), name) for user_id, name in people]


def _history(work: Work, submission_id: UUID) -> list[MarkView]:
    statement = (
        select(MarkVersion, User.name)
        .join(User, col(User.id) == col(MarkVersion.by_id))
        .where(col(MarkVersion.submission_id) == submission_id)
        .order_by(col(MarkVersion.version).desc())
    )
    return [mark_view(work, row, name) for row, name in work.db.exec(statement).all()]
