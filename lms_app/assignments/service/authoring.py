"""Writing an assignment, for the form, the demo and programs alike; and copying one."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, TypedDict, Unpack
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from lms_app.assignments.models import Assignment, Late, Reopen, Submission
from lms_app.assignments.service.door import Entered, enter_assignment
from lms_app.assignments.service.grading import ASSIGNMENT, settle
from lms_app.assignments.views import AssignmentRef
from lms_app.core import audit, files, outbox, text
from lms_app.core.db import to_micros
from lms_app.core.errors import Invalid, NotFound
from lms_app.core.filetypes import unknown_type
from lms_app.core.settings import settings as site
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.courses.models import Completion, OutlineItem
from lms_app.policy import Can
from lms_app.rubrics import service as rubrics

GRADE_BY = "assignment_grade_by"
BRIEF = "assignment"  # the scope of the files in a brief
BRIEF_MAX = 100_000
STATEMENT_MAX = 500
POINTS_MAX = Decimal(10_000)
FILES_MAX, ATTEMPTS_MAX, HOURS_MAX, TIERS_MAX = 50, 100, 24 * 365, 10
STATEMENT = "This is my own work, and I have named everybody and everything that helped me."


class AssignmentSettings(TypedDict, total=False):
    """What can be set of an assignment besides its title, its opening and its due date, which are the item's."""

    brief: str
    points: Decimal
    pass_fraction: Decimal | None
    rubric_id: UUID | None
    closes_at: datetime | None
    grade_by_at: datetime | None
    takes_text: bool
    takes_files: bool
    takes_link: bool
    files_max: int
    file_mib: int
    file_types: list[str]
    statement: str
    reopen: str
    attempts_max: int | None
    group_work: bool
    own_grades: bool
    blind: bool
    late: str
    late_share: Decimal
    late_hours: int
    late_floor: Decimal
    late_tiers: list[Any]
    missing_share: Decimal | None


def create_assignment(
    work: Work,
    *,
    module_id: UUID,
    title: str,
    item: courses.ItemSettings | None = None,
    **settings: Unpack[AssignmentSettings],
) -> AssignmentRef:
    """A new assignment at the end of a module. Passing completes it where there is a pass mark, else submitting does.

    Raises NotFound to strangers, Forbidden to members who do not write, Invalid naming each field.
    """
    completion = Completion.SUBMIT if settings.get("pass_fraction") is None else Completion.PASS
    placing: courses.ItemSettings = {"completion": completion, **(item or {})}
    # The door, and the checks of the item's own fields.
    place = courses.add_item(work, module_id=module_id, kind=ASSIGNMENT, title=title, **placing)
    assignment = Assignment(item_id=place.id, course_id=place.course_id, statement=STATEMENT)
    return _change(work, assignment, place, settings)


def update_assignment(work: Work, *, item_id: UUID, **settings: Unpack[AssignmentSettings]) -> AssignmentRef:
    """Change only what is named. What was submitted stays; marks keep their share of the points."""
    return change_assignment(work, enter_assignment(work, item_id, Can.AUTHOR), settings)


def brief_files_door(work: Work, item_id: UUID) -> None:
    """Who may fetch a file in a brief: whoever may read the brief now. Raises NotFound."""
    entered = enter_assignment(work, item_id, Can.SEE)
    if courses.lock_of(work, entered.item, entered.membership):
        raise NotFound(files.NO_FILE)


def brief_authors_door(work: Work, item_id: UUID) -> None:
    """Who may add and remove the files of a brief: whoever may write it."""
    enter_assignment(work, item_id, Can.AUTHOR)


# ---- For the other modules of this package: the door was theirs.


def begin_assignment(work: Work, module_id: UUID, title: str) -> OutlineItem:
    """An assignment that takes a text, at the end of a module, hidden for now."""
    ref = create_assignment(work, module_id=module_id, title=title, item={"published": False})
    return work.db.get_one(OutlineItem, ref.item_id)


def copy_assignment(work: Work, from_id: UUID, new: OutlineItem) -> None:
    """What an assignment asks and by which rubric, for a new item; nobody's work. Both doors were passed."""
    copy = Assignment.model_validate(work.db.get_one(Assignment, from_id).model_dump())
    copy.item_id, copy.course_id = new.id, new.course_id
    if copy.rubric_id is not None:
        copy.rubric_id = rubrics.carry(work, rubric_id=copy.rubric_id, course_id=new.course_id)
    addresses = files.copy_all(work, BRIEF, {from_id: new.id}).get(new.id, {})
    copy.brief, copy.brief_html = files.moved(copy.brief, addresses), files.moved(copy.brief_html, addresses)
    work.db.add(copy)
    work.db.flush()
    settle(work, copy, new)
    _remind(work, copy)


def change_assignment(work: Work, entered: Entered, settings: AssignmentSettings) -> AssignmentRef:
    return _change(work, entered.assignment, entered.item, settings)


def rubric_uses(work: Work, rubric_ids: Sequence[UUID]) -> Mapping[UUID, int]:
    """How many assignments are marked by each rubric (`rubrics.USES`). Not a door: who asks came through one."""
    statement = (
        select(Assignment.rubric_id, func.count())
        .join(OutlineItem, col(OutlineItem.id) == col(Assignment.item_id))
        .where(col(Assignment.rubric_id).in_(rubric_ids), col(OutlineItem.removed_at).is_(None))
        .group_by(col(Assignment.rubric_id))
    )
    return {rubric_id: count for rubric_id, count in work.db.exec(statement).all() if rubric_id is not None}


def _change(work: Work, assignment: Assignment, item: OutlineItem, settings: AssignmentSettings) -> AssignmentRef:
    if wrong := _wrong(work, assignment, item, settings):
        raise Invalid(wrong)
    before = assignment.model_dump()
    for name, value in settings.items():
        setattr(assignment, name, value.strip() if isinstance(value, str) and name == "statement" else value)
    if "brief" in settings:
        assignment.brief_html = text.to_html(assignment.brief) if assignment.brief else ""
    if "pass_fraction" in settings and item.completion in (Completion.SUBMIT, Completion.PASS):
        item.completion = Completion.SUBMIT if assignment.pass_fraction is None else Completion.PASS
        work.db.add(item)
    work.db.add(assignment)
    work.db.flush()
    after = assignment.model_dump(include=set(settings))
    audit.record_change(work, "assignment.changed", "assignment", assignment.item_id, before, after)
    settle(work, assignment, item)
    if "grade_by_at" in settings:
        _remind(work, assignment)
    return AssignmentRef(assignment.item_id, assignment.course_id, item.title, assignment.points)


def _remind(work: Work, assignment: Assignment) -> None:
    """Wake `reminding` at that moment; it looks whether the date still holds."""
    at = assignment.grade_by_at
    if at is not None and at > work.now:
        payload = {"item_id": str(assignment.item_id), "at": to_micros(at)}
        outbox.put(work, GRADE_BY, payload, key=f"{GRADE_BY}:{assignment.item_id}:{to_micros(at)}", due_at=at)


def _wrong(work: Work, assignment: Assignment, item: OutlineItem, settings: AssignmentSettings) -> dict[str, str]:
    new: dict[str, Any] = {**assignment.model_dump(), **settings}
    wrong: dict[str, str] = {}
    if len(new["brief"]) > BRIEF_MAX:
        wrong["brief"] = f"Shorten the brief to {BRIEF_MAX:,} characters."
    if not new["points"].is_finite() or not 0 <= new["points"] <= POINTS_MAX:
        wrong["points"] = f"Enter points from 0 to {POINTS_MAX:,}."
    for name in ("pass_fraction", "missing_share", "late_share", "late_floor"):
        if new[name] is not None and not (new[name].is_finite() and 0 <= new[name] <= 1):
            wrong[name] = "Enter a share from 0 to 100 %."
    if not (new["takes_text"] or new["takes_files"] or new["takes_link"]):
        wrong["takes_text"] = "Choose at least one: a text, files or a link."
    if not 1 <= new["files_max"] <= FILES_MAX:
        wrong["files_max"] = f"Enter a number of files from 1 to {FILES_MAX}."
    if not 1 <= new["file_mib"] <= site.upload_limit_mib:
        wrong["file_mib"] = f"Enter a size from 1 to {site.upload_limit_mib} MB: no file may be larger here."
    if unknown := unknown_type(new["file_types"]):
        wrong["file_types"] = unknown
    if len(new["statement"]) > STATEMENT_MAX:
        wrong["statement"] = f"Shorten the statement to {STATEMENT_MAX} characters."
    if new["reopen"] not in list(Reopen):
        wrong["reopen"] = "Choose when there is another attempt: never, manual or until_pass."
    if new["reopen"] == Reopen.UNTIL_PASS and new["pass_fraction"] is None:
        wrong["pass_fraction"] = "Enter a pass mark: attempts go on until it is reached."
    if new["attempts_max"] is not None and not 1 <= new["attempts_max"] <= ATTEMPTS_MAX:
        wrong["attempts_max"] = f"Enter a number of attempts from 1 to {ATTEMPTS_MAX}, or none."
    wrong |= _wrong_when_late(new)
    due_at, closes_at = item.due_at, new["closes_at"]
    if closes_at and item.opens_at and closes_at <= item.opens_at:
        wrong["closes_at"] = "Choose a cut-off after the opening."
    elif closes_at and due_at and closes_at < due_at:
        wrong["closes_at"] = "Choose a cut-off on or after the due date."
    if settings.get("group_work", assignment.group_work) != assignment.group_work and _is_begun(work, assignment):
        wrong["group_work"] = "Somebody has submitted already: whose work it is cannot change any more."
    if new["rubric_id"] is not None and "rubric_id" in settings:
        wrong |= _wrong_rubric(work, assignment.course_id, new["rubric_id"])
    return wrong


def _wrong_when_late(new: Mapping[str, Any]) -> dict[str, str]:
    if new["late"] not in list(Late):
        return {"late": "Choose what being late costs: none, interval or tiers."}
    if not 1 <= new["late_hours"] <= HOURS_MAX:
        return {"late_hours": f"Enter hours from 1 to {HOURS_MAX:,}."}
    try:
        tiers = [(int(hours), Decimal(str(percent))) for hours, percent in new["late_tiers"]]
    except (ValueError, TypeError, ArithmeticError):
        return {"late_tiers": "Each step is hours and a percentage, like [24, 10]."}
    if new["late"] == Late.TIERS and not 1 <= len(tiers) <= TIERS_MAX:
        return {"late_tiers": f"Enter 1 to {TIERS_MAX} steps."}
    for number, (hours, percent) in enumerate(tiers):
        if not 1 <= hours <= HOURS_MAX or (number and hours <= tiers[number - 1][0]):
            return {"late_tiers": "Each step is later than the one before."}
        if not percent.is_finite() or not 0 <= percent <= 100 or (number and percent < tiers[number - 1][1]):
            return {"late_tiers": "Each step costs from 0 to 100 %, and no less than the one before."}
    return {}


def _wrong_rubric(work: Work, course_id: UUID, rubric_id: UUID) -> dict[str, str]:
    try:
        known = any(line.id == str(rubric_id) for line in rubrics.of_course(work, course_id=course_id))
    except NotFound:
        known = False
    return {} if known else {"rubric_id": "Choose a rubric of this course."}


def _is_begun(work: Work, assignment: Assignment) -> bool:
    mine = select(Submission.id).where(col(Submission.assignment_id) == assignment.item_id).limit(1)
    return work.db.exec(mine).first() is not None
