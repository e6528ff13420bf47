"""Two accounts become one: everything that points at the one that goes, moves."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select as columns
from sqlmodel import col, select

from lms_app.admin import service
from lms_app.admin.service.merging import RULES
from lms_app.assignments import service as assignments
from lms_app.assignments.models import Submission
from lms_app.core import db
from lms_app.core.audit import AuditEntry
from lms_app.core.errors import Conflict, NotFound
from lms_app.core.identity import User
from lms_app.core.owned import name_of, pointing_at_users
from lms_app.core.work import SYSTEM, SiteRole, reading, unit_of_work
from lms_app.courses import service as courses
from lms_app.courses.models import CourseMember, ItemProgress
from lms_app.credentials import service as credentials
from lms_app.credentials.models import Certificate
from lms_app.gradebook import service as gradebook
from lms_app.quizzes.models import Attempt
from tests import makers as people
from tests.courses import makers
from tests.makers import NOON
from tests.quizzes import makers as quiz_makers
from tests.quizzes.makers import RIGHT

DAY = timedelta(days=1)


@pytest.mark.no_database
def test_every_column_that_points_at_a_user_has_a_rule() -> None:
    """A new table that points at people says here what becomes of its rows when two accounts are one person's."""
    assert {name_of(column) for column in pointing_at_users()} == set(RULES)


@pytest.fixture
def twins() -> tuple[Any, Any]:
    """The account that stays and the one that goes."""
    return people.person("Ada King"), people.person("Ada Lovelace", external_id="S1", created_at=NOON - 9 * DAY)


def _left(user_id: UUID) -> dict[str, int]:
    """Rows that still point at somebody, by column."""
    found: dict[str, int] = {}
    with db.database().read.connect() as connection:
        for column in pointing_at_users():
            rows = connection.execute(columns(column).where(column == user_id)).all()
            if rows:
                found[name_of(column)] = len(rows)
    return found


def test_what_two_people_did_in_one_course_is_one_persons(admin: Any, instructor: Any, twins: Any) -> None:
    keep, gone = twins
    made = quiz_makers.quiz(instructor, keep, gone)
    quiz_makers.taken(keep, made, *RIGHT)
    quiz_makers.taken(gone.at(NOON + DAY), made, *RIGHT)
    lessons = makers.course(instructor, ["One", "Two"], title="Lessons")
    makers.enrolled(gone.at(NOON - DAY), lessons)
    makers.enrolled(keep, lessons)
    makers.completed(keep, lessons.items[0])
    makers.completed(gone, *lessons.items)
    instructor.does(courses.set_extra_time, slug=lessons.slug, user_id=gone.id, percent=25)
    only = makers.course(instructor, title="Only theirs")
    makers.enrolled(gone, only)
    group = UUID(instructor.does(courses.add_group, slug=only.slug, name="Lab").id)
    instructor.does(courses.put_in_group, slug=only.slug, group_id=group, user_id=gone.id)
    column = instructor.does(gradebook.add_column, slug=only.slug, title="Talk", points_max=Decimal(10)).columns[-1]
    instructor.does(gradebook.write_mark, item_id=UUID(column.id), user_id=gone.id, points=Decimal(8), seen=0)
    gone.signs_in()
    cohort = UUID(admin.does(service.add_cohort, name="Year 1").id)
    admin.does(service.change_many, action="join", user_ids=[keep.id, gone.id], cohort_id=cohort)

    done = admin.does(service.merge, keep_id=keep.id, gone_id=gone.id)

    assert (done.user_id, done.name, done.email) == (str(keep.id), "Ada King", keep.email)
    assert _left(gone.id) == {}
    with reading(SYSTEM) as work:
        assert work.db.get(User, gone.id) is None
        assert work.db.get(User, keep.id).external_id == "S1"
        assert work.db.get(User, keep.id).created_at == NOON - 9 * DAY
        numbers = work.db.exec(select(Attempt.number).where(Attempt.user_id == keep.id)).all()
        assert sorted(numbers) == [1, 2]
        member = work.db.exec(
            select(CourseMember).where(CourseMember.user_id == keep.id, CourseMember.course_id == lessons.id)
        ).one()
        assert (member.joined_at, member.extra_percent, member.completed_at is not None) == (NOON - DAY, 25, True)
        finished = work.db.exec(select(ItemProgress).where(ItemProgress.user_id == keep.id)).all()
        assert {one.item_id for one in finished if one.completed_at} >= set(lessons.items)
        told = work.db.exec(select(AuditEntry).where(AuditEntry.action == "account.merged")).one()
        assert (told.subject_id, told.old) == (str(keep.id), {"user_id": str(gone.id)})
    assert {one.title for one in keep.sees(courses.my_courses)} >= {"Lessons", "Only theirs"}
    assert len(instructor.sees(courses.learners, slug=only.slug, group=str(group)).learners) == 1


def test_versions_of_work_are_numbered_on_and_a_second_draft_goes(admin: Any, instructor: Any, twins: Any) -> None:
    keep, gone = twins
    course = makers.course(instructor, ["One"])
    for one in twins:
        makers.enrolled(one, course)
    asked = instructor.does(
        assignments.create_assignment,
        module_id=course.modules[0],
        title="Diary",
        reopen="manual",
        points=Decimal(10),
    )
    for one in twins:
        draft = UUID(one.does(assignments.begin_draft, item_id=asked.item_id).id)
        one.does(assignments.submit, submission_id=draft, body="Day one.", agreed=True)
        instructor.does(assignments.reopen, submission_id=draft)
        one.does(assignments.begin_draft, item_id=asked.item_id)

    admin.does(service.merge, keep_id=keep.id, gone_id=gone.id)

    assert _left(gone.id) == {}
    with reading(SYSTEM) as work:
        found = work.db.exec(select(Submission).where(Submission.owner_id == keep.id).order_by(col(Submission.number)))
        assert [(one.number, one.submitted_at is not None) for one in found] == [(1, True), (2, False), (3, True)]


def test_of_two_certificates_for_one_course_one_is_valid(admin: Any, instructor: Any, twins: Any) -> None:
    keep, gone = twins
    course = makers.course(instructor, ["One"])
    for one in twins:
        makers.enrolled(one, course)
        makers.completed(one, *course.items)
        with unit_of_work(SYSTEM, NOON) as work:
            credentials.award_if_due(work, {"course_id": str(course.id), "user_id": str(one.id)})

    admin.does(service.merge, keep_id=keep.id, gone_id=gone.id)

    with reading(SYSTEM) as work:
        found = work.db.exec(select(Certificate).where(Certificate.user_id == keep.id)).all()
        assert sorted(one.revoke_reason for one in found) == ["", "Issued to another account of the same person."]


def test_two_attempts_under_way_are_not_merged(admin: Any, instructor: Any, twins: Any) -> None:
    keep, gone = twins
    made = quiz_makers.quiz(instructor, keep, gone)
    for one in twins:
        quiz_makers.begun(one, made)

    with pytest.raises(Conflict, match="under way"):
        admin.does(service.merge, keep_id=keep.id, gone_id=gone.id)

    assert "attempt.user_id" in _left(gone.id)


def test_whom_one_cannot_merge(admin: Any, twins: Any) -> None:
    keep, gone = twins
    second = people.person("Second", SiteRole.ADMIN)
    program = UUID(admin.does(service.add_program, name="Registrar").id)

    for keep_id, gone_id, error in (
        (keep.id, keep.id, Conflict),
        (keep.id, second.id, Conflict),
        (keep.id, admin.id, Conflict),
        (keep.id, program, Conflict),
        (program, gone.id, Conflict),
        (uuid4(), gone.id, NotFound),
        (keep.id, uuid4(), NotFound),
    ):
        with pytest.raises(error):
            admin.does(service.merge, keep_id=keep_id, gone_id=gone_id)
