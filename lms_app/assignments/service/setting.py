"""The settings of an assignment as its form holds them, in the words of a teacher."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from lms_app.assignments.models import Late
from lms_app.assignments.service.authoring import TIERS_MAX, AssignmentSettings, change_assignment
from lms_app.assignments.service.door import enter_assignment
from lms_app.assignments.views import AssignmentForm
from lms_app.core import rows, typed
from lms_app.core.errors import Invalid
from lms_app.core.filetypes import FILE_TYPES
from lms_app.core.typed import Typed
from lms_app.core.words import say
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.policy import Can
from lms_app.rubrics import service as rubrics
from lms_app.web.views import Choice

TIERS = "tiers"
_SWITCHES = ("takes_text", "takes_files", "takes_link", "group_work", "own_grades", "blind")
_TEXTS = ("brief", "statement")
_HOURS = {"hour": 1, "day": 24}


def assignment_form(work: Work, *, item_id: UUID) -> AssignmentForm:
    """An assignment's settings. Raises NotFound to strangers, Forbidden to members who do not write."""
    entered = enter_assignment(work, item_id, Can.AUTHOR)
    one, item, zone = entered.assignment, entered.item, work.actor.zone
    tiers = [{"hours": str(hours), "percent": typed.number(Decimal(str(share)))} for hours, share in one.late_tiers]
    values: dict[str, str] = {
        "title": item.title,
        **{name: getattr(one, name) for name in _TEXTS},
        "points": typed.number(one.points),
        "pass": _percent(one.pass_fraction),
        "rubric": str(one.rubric_id or ""),
        "opens_at": typed.moment(item.opens_at, zone),
        "due_at": typed.moment(item.due_at, zone),
        "closes_at": typed.moment(one.closes_at, zone),
        "grade_by_at": typed.moment(one.grade_by_at, zone),
        **{name: typed.ON if getattr(one, name) else "" for name in _SWITCHES},
        "files_max": str(one.files_max),
        "file_mib": str(one.file_mib),
        **{f"type.{name}": typed.ON if name in one.file_types else "" for name in FILE_TYPES},
        "reopen": one.reopen,
        "attempts_max": str(one.attempts_max or ""),
        "late": one.late,
        "late_share": _percent(one.late_share),
        "late_unit": next((unit for unit, hours in _HOURS.items() if hours == one.late_hours), str(one.late_hours)),
        "late_floor": _percent(one.late_floor),
        **rows.rows(TIERS, tiers or [{"hours": "24", "percent": "10"}]),
        "missing": _percent(one.missing_share),
    }
    return AssignmentForm(
        item_id=str(item_id),
        slug=entered.membership.slug,
        course=entered.membership.title,
        title=item.title,
        zone=zone,
        rubrics=[
            Choice("", say("None: points alone")),
            *[
                Choice(line.id, f"{line.title} ({typed.number(line.points_max)} points)")
                for line in rubrics.of_course(work, course_id=one.course_id)
            ],
        ],
        values=values,
    )


def save_assignment(work: Work, *, item_id: UUID, values: Mapping[str, str]) -> None:
    """Set all of it. Raises Invalid by name of the input."""
    entered = enter_assignment(work, item_id, Can.AUTHOR)
    read = Typed(values, work.actor.zone)
    opens_at, due_at = read.moment("opens_at"), read.moment("due_at")
    late, late_share = read.text("late") or Late.NONE, read.share("late_share")
    given: AssignmentSettings = {
        **{name: read.text(name) for name in _TEXTS},  # type: ignore[typeddict-item]
        **{name: typed.is_on(values, name) for name in _SWITCHES},
        "points": read.number("points") or Decimal(0),
        "pass_fraction": read.share("pass"),
        "rubric_id": _id(read, "rubric"),
        "closes_at": read.moment("closes_at"),
        "grade_by_at": read.moment("grade_by_at"),
        "files_max": read.count("files_max") or entered.assignment.files_max,
        "file_mib": read.count("file_mib") or entered.assignment.file_mib,
        "file_types": [name for name in FILE_TYPES if typed.is_on(values, f"type.{name}")],
        "reopen": read.text("reopen"),
        "attempts_max": read.count("attempts_max"),
        "late": late,
        "late_share": late_share or Decimal(0),
        "late_hours": _hours(read, entered.assignment.late_hours),
        "late_floor": read.share("late_floor") or Decimal(0),
        "missing_share": read.share("missing"),
    }
    if late == Late.TIERS:
        given["late_tiers"] = _tiers(read)
    wrong = read.wrong
    if opens_at and due_at and due_at <= opens_at:
        wrong["due_at"] = say("Choose a due date after the opening.")
    if not read.text("title"):
        wrong["title"] = say("Enter a title.")
    if late == Late.INTERVAL and not late_share and "late_share" not in wrong:
        wrong["late_share"] = say("Enter what each day or hour costs, like 10.")
    if wrong:
        raise Invalid(wrong)
    entered.item.opens_at, entered.item.due_at = opens_at, due_at
    try:
        change_assignment(work, entered, given)
    except Invalid as error:
        names = {
            "pass_fraction": "pass",
            "missing_share": "missing",
            "rubric_id": "rubric",
            "late_tiers": f"{TIERS}.0.hours",
        }
        raise Invalid({names.get(name, name): said for name, said in error.fields.items()}) from None
    courses.update_item(work, item_id=item_id, title=read.text("title"), opens_at=opens_at, due_at=due_at)


def _tiers(read: Typed) -> list[list[object]]:
    """Rows of the form; an empty one is left out."""
    found: list[list[object]] = []
    for number in range(min(rows.row_count(read.values, TIERS), TIERS_MAX)):
        name = f"{TIERS}.{number}"
        hours, percent = read.count(f"{name}.hours"), read.number(f"{name}.percent")
        if hours is not None and percent is not None:
            found.append([hours, str(percent)])
        elif read.text(f"{name}.hours") or read.text(f"{name}.percent"):
            read.wrong.setdefault(f"{name}.hours", say("Enter hours and a percentage, or remove this step."))
    return found


def _hours(read: Typed, before: int) -> int:
    unit = read.text("late_unit")
    return _HOURS.get(unit) or (int(unit) if unit.isdecimal() and len(unit) < 6 else before)


def _id(read: Typed, name: str) -> UUID | None:
    if not (said := read.text(name)):
        return None
    try:
        return UUID(said)
    except ValueError:
        read.wrong[name] = say("Choose a rubric of this course.")
        return None


def _percent(share: Decimal | None) -> str:
    return "" if share is None else typed.number(share * 100)
