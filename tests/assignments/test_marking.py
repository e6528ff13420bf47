"""One submission and its markers: drafts, marks, two at once, and what becomes of a mark when the work changes."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from lms_app.assignments import service
from lms_app.core.audit import AuditEntry
from lms_app.core.errors import Conflict, Invalid
from lms_app.core.work import SYSTEM, unit_of_work
from lms_app.courses import service as courses
from lms_app.grades import service as grades
from lms_app.rubrics import service as rubrics
from tests.assignments import marking_makers as makers
from tests.assignments.marking_makers import levels, marked, sees, submitted
from tests.makers import NOON, person
from tests.rubrics.makers import guide, pond


def grade(who: Any, desk: makers.Desk, student: Any) -> Any:
    item = who.sees(grades.item_of, source_kind=service.ASSIGNMENT, source_id=desk.id)
    return who.sees(grades.current, item_id=item.id, user_id=student.id)


def test_work_is_marked_by_its_rubric_and_the_grade_follows(instructor: Any, student: Any) -> None:
    desk = makers.desk(instructor, student)
    work = submitted(student, desk)

    view = sees(instructor, desk)
    assert (view.submission.id, view.submission.student, view.state) == (str(work), "Student", "waiting")
    assert (view.total, view.marked, view.place, view.previous, view.next) == (1, 0, 1, "", "")
    assert "42 water fleas" in view.submission.body_html
    mark = marked(instructor, work, marks=levels(comment="Which quadrat?"), comment="Well *seen*.", seen=view.seen)

    # 9 of 10 by the rubric are 18 of 20.
    assert (mark.points, mark.kept, mark.arithmetic) == ("18", "18", "")
    assert grade(instructor, desk, student).points == 18
    again = sees(instructor, desk, work)
    assert (again.state, again.seen, again.marked, again.comment) == ("marked", 1, 1, "Well *seen*.")
    assert again.marks["observation"].comment == "Which quadrat?"
    assert [(one.by, one.points) for one in again.history] == [("Instructor", "18")]


def test_work_without_a_rubric_gets_points(instructor: Any, student: Any) -> None:
    desk = makers.desk(instructor, student, rubric=False)
    work = submitted(student, desk)

    assert [one.id for one in sees(instructor, desk).rubric.criteria] == ["points"]
    assert marked(instructor, work, marks=makers.points("17.5")).points == "17.5"
    with pytest.raises(Invalid):
        marked(instructor, work, marks=makers.points("20.5"), seen=1)


def test_being_late_is_taken_off_with_the_arithmetic_shown(instructor: Any, student: Any) -> None:
    due = NOON + timedelta(hours=1)
    late = {"late": "interval", "late_share": Decimal("0.1")}
    desk = makers.desk(instructor, student, item={"due_at": due}, **late)
    work = submitted(student.at(due + timedelta(hours=25)), desk)
    marker = instructor.at(due + timedelta(days=2))

    kept = marker.does(
        service.save_marking_draft,
        submission_id=work,
        values={"level.observation": "O5", "level.method": "M4"},
        seen=0,
    )
    mark = marked(marker, work)

    said = "18 of 20, 25 hours late: 2 days × 10 % of 20 = 4 off"
    assert (kept.points, kept.late) == (18, said)
    assert (mark.points, mark.kept, mark.arithmetic) == ("18", "14", said)
    assert grade(instructor, desk, student).points == 14


def test_a_draft_waits_for_its_marker_and_is_nobody_elses(instructor: Any, student: Any) -> None:
    desk = makers.desk(instructor, student)
    work = submitted(student, desk)
    other = makers.assistant(instructor, person("Tomas"), desk)
    values = {"level.observation": "O2", "comment": "Half a thought"}

    instructor.does(service.save_marking_draft, submission_id=work, values=values, seen=0)

    mine, theirs = sees(instructor, desk, work), sees(other, desk, work)
    assert (mine.marks["observation"].level, mine.comment, mine.drafted) == ("O2", "Half a thought", "12:00")
    assert (theirs.marks, theirs.comment, theirs.state) == ({}, "", "marking")
    assert theirs.notices == ["Instructor is marking this, too: last change 12:00."]
    marked(instructor, work)
    assert sees(instructor, desk, work).drafted == ""


def test_two_markers_hear_of_each_other_and_no_mark_is_lost(instructor: Any, student: Any) -> None:
    desk = makers.desk(instructor, student)
    work = submitted(student, desk)
    other = makers.assistant(instructor, person("Tomas"), desk)
    draft = {"level.observation": "O1", "level.method": "M1"}
    instructor.does(service.save_marking_draft, submission_id=work, values=draft, seen=0)
    marked(other, work, comment="Mine is first.")

    with pytest.raises(Conflict, match="Tomas marked this meanwhile: 18"):
        marked(instructor, work, marks=levels("O1", "M1"))
    both = sees(instructor, desk, work)
    assert (both.ahead, both.newest.comment, both.marks["observation"].level) == (True, "Mine is first.", "O1")
    marked(instructor, work, marks=levels("O1", "M1"), seen=1)

    assert [(one.by, one.points) for one in sees(other, desk, work).history] == [("Instructor", "4"), ("Tomas", "18")]
    assert grade(instructor, desk, student).points == 4
    item = instructor.sees(grades.item_of, source_kind=service.ASSIGNMENT, source_id=desk.id)
    history = instructor.sees(grades.history, item_id=item.id, user_id=student.id)
    assert [(entry.points, entry.by) for entry in history] == [(4, "Instructor"), (18, "Tomas")]
    with unit_of_work(SYSTEM) as unit:
        actions = [entry.action for entry in unit.db.exec(select(AuditEntry))]
    assert actions.count("submission.marked") == 2


def test_what_is_withdrawn_or_submitted_again_while_it_is_marked_is_told(instructor: Any, student: Any) -> None:
    desk = makers.desk(instructor, student)
    work = submitted(student, desk)
    instructor.does(service.save_marking_draft, submission_id=work, values={"level.method": "M5"}, seen=0)
    assert student.sees(service.marking_begun, submission_id=work)

    draft = student.does(service.withdraw, submission_id=work)
    with pytest.raises(Conflict, match="withdrawn meanwhile"):
        marked(instructor, work)
    assert sees(instructor, desk, work).notices == ["Its student has withdrawn this version."]
    student.does(service.submit, submission_id=UUID(draft.id), body="Better.")
    kept = instructor.does(service.save_marking_draft, submission_id=work, values={"level.method": "M5"}, seen=0)
    assert not kept.newest
    newer = sees(instructor, desk)
    assert (newer.submission.id, newer.total) == (draft.id, 1)

    marked(instructor, UUID(draft.id))
    assert grade(instructor, desk, student).points == 18
    assert sees(instructor, desk, work).marks["method"].level == "M5"


def test_a_mark_names_what_it_was_given_by(instructor: Any, student: Any) -> None:
    desk = makers.desk(instructor, student)
    work = submitted(student, desk)
    shown = sees(instructor, desk).rubric
    rubric_id = UUID(shown.id)
    instructor.does(rubrics.save, rubric_id=rubric_id, drafted=rubrics.draft("rubric", "One", pond().criteria[:1]))

    mark = marked(instructor, work, rubric_version_id=UUID(shown.version_id))
    instructor.does(service.publish_grades, item_id=desk.id)

    assert mark.points == "18"
    read = student.sees(service.my_feedback, item_id=desk.id)
    assert [one.id for one in read.rubric.criteria] == ["observation", "method"]
    assert [one.id for one in sees(instructor, desk, work).rubric.criteria] == ["observation"]


def test_another_rubric_is_told_and_the_draft_is_kept(instructor: Any, student: Any) -> None:
    desk = makers.desk(instructor, student)
    work = submitted(student, desk)
    shown = UUID(sees(instructor, desk).rubric.version_id)
    other = instructor.does(rubrics.create, slug=desk.course.slug, drafted=guide())
    instructor.does(service.update_assignment, item_id=desk.id, rubric_id=UUID(other.id))

    values = {"level.observation": "O5", "comment": "Kept"}
    instructor.does(service.save_marking_draft, submission_id=work, values=values, seen=0, rubric_version_id=shown)
    with pytest.raises(Conflict, match="another rubric now"):
        marked(instructor, work, rubric_version_id=shown)

    again = sees(instructor, desk, work)
    assert ([one.id for one in again.rubric.criteria], again.marks, again.comment) == (
        ["argument", "style"],
        {},
        "Kept",
    )


def test_a_group_is_marked_at_once_and_one_of_it_apart(instructor: Any, student: Any) -> None:
    ada = person("Ada")
    desk = makers.desk(instructor, student, ada, group_work=True, own_grades=True)
    group = instructor.does(courses.add_group, slug=desk.course.slug, name="Lab")
    for one in (student, ada):
        instructor.does(courses.put_in_group, slug=desk.course.slug, group_id=UUID(group.id), user_id=one.id)
    work = submitted(student, desk)

    view = sees(instructor, desk)
    assert (view.submission.student, [one.name for one in view.own]) == ("Lab", ["Ada", "Student"])
    with pytest.raises(Invalid):
        marked(instructor, work, own={ada.id: Decimal(21)})
    marked(instructor, work, own={ada.id: Decimal(12)})

    assert (grade(instructor, desk, student).points, grade(instructor, desk, ada).points) == (18, 12)
    assert [one.points for one in sees(instructor, desk, work).own] == ["12", ""]


def test_what_is_missing_is_said_by_criterion(instructor: Any, student: Any) -> None:
    desk = makers.desk(instructor, student)
    work = submitted(student, desk)

    with pytest.raises(Invalid) as told:
        marked(instructor, work, marks={"observation": levels()["observation"]})

    assert set(told.value.fields) == {"method"}
    assert sees(instructor, desk, work).history == []
