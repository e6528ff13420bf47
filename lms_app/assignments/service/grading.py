"""What a mark becomes: what being late costs is taken off, the grades hear of it, and who passes has completed the item.

`give_mark` is for whoever marks, in the transaction of the marking, never for routes.
"""

from decimal import Decimal
from uuid import UUID

from lms_app.assignments import rules
from lms_app.assignments.models import Assignment, Late, Submission
from lms_app.assignments.rules import Kept, LateRule, Tier
from lms_app.assignments.service.door import enter_assignment
from lms_app.assignments.service.reading import is_released, lateness_of
from lms_app.core import when
from lms_app.core.errors import Invalid
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.courses.models import Completion, OutlineItem
from lms_app.grades import service as grades
from lms_app.policy import Can

ASSIGNMENT = "assignment"  # the kind of item, and of what earns points


def rule_of(assignment: Assignment) -> LateRule:
    return LateRule(
        kind=Late(assignment.late),
        share=assignment.late_share,
        hours=assignment.late_hours,
        floor=assignment.late_floor,
        tiers=tuple(Tier(int(hours), Decimal(str(percent))) for hours, percent in assignment.late_tiers),
    )


def after_late(work: Work, submission: Submission, points: Decimal) -> Kept:
    """What is left of a mark for this submission, and the arithmetic in words."""
    assignment = work.db.get_one(Assignment, submission.assignment_id)
    return rules.after_lateness(rule_of(assignment), points, assignment.points, lateness_of(submission))


def give_mark(
    work: Work, *, submission: Submission, user_id: UUID, points: Decimal | None, by_id: UUID | None, reason: str = ""
) -> Kept:
    """Let a student have `points` for what they submitted, less what being late costs; None takes the mark back.

    The arithmetic becomes the reason that the student reads. Of group work each member gets their own call.
    Raises Invalid for points that are more than the assignment's, Forbidden for whoever may not grade.
    """
    entered = enter_assignment(work, submission.assignment_id, Can.GRADE)
    graded = grades.item_of(work, source_kind=ASSIGNMENT, source_id=submission.assignment_id)
    if points is None:
        grades.record(work, item_id=graded.id, user_id=user_id, points=None, reason=reason, by_id=by_id)
        return Kept(rules.ZERO)
    if not 0 <= points <= entered.assignment.points:
        raise Invalid({"points": f"Enter points from 0 to {when.points(entered.assignment.points)}."})
    kept = after_late(work, submission, points)
    grades.record(work, item_id=graded.id, user_id=user_id, points=kept.points, reason=kept.said or reason, by_id=by_id)
    # Whoever has passed is told by what opens: not before they may see the mark.
    passed = entered.item.completion == Completion.PASS and passes(entered.assignment, kept.points)
    if passed and is_released(work, submission.assignment_id):
        courses.mark_complete(work, item_id=entered.item.id, user_id=user_id)
    return kept


def passes(assignment: Assignment, points: Decimal) -> bool:
    """Without a pass mark nobody fails."""
    return assignment.pass_fraction is None or points >= assignment.points * assignment.pass_fraction


def settle(work: Work, assignment: Assignment, item: OutlineItem) -> None:
    """Tell the grades what the assignment is worth now, and whether its students see their marks."""
    grades.put_item(
        work,
        course_id=assignment.course_id,
        source_kind=ASSIGNMENT,
        source_id=assignment.item_id,
        title=item.title,
        points_max=assignment.points,
        hidden=not is_released(work, assignment.item_id),
    )
