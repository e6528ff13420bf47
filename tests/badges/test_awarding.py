"""Who earns a badge, and that it is once and never without the right (T34)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from lms_app.assignments import service as assignments
from lms_app.badges import service
from lms_app.badges.models import Award
from lms_app.core import statuses
from lms_app.core.audit import AuditEntry
from lms_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms_app.core.work import SYSTEM, reading, unit_of_work
from lms_app.courses import service as courses
from lms_app.courses.models import OutlineItem
from lms_app.grades import service as grades
from lms_app.notifications import service as notifications
from lms_app.policy import Role
from tests import makers as people
from tests.badges import makers
from tests.courses import makers as course_makers
from tests.makers import NOON

DAY = timedelta(days=1)


@pytest.fixture
def course(instructor: Any, student: Any) -> course_makers.Made:
    made = course_makers.course(instructor)
    course_makers.enrolled(student, made)
    return made


def _names(user: Any) -> list[str]:
    return [award.name for award in user.sees(service.mine).awards]


def test_who_completes_the_course_gets_its_badge_once_and_hears_of_it(
    course: Any, student: Any, instructor: Any
) -> None:
    makers.badge(instructor, {"kind": "course"}, slug=course.slug)
    course_makers.completed(student, *course.items[:-1])
    makers.deliver()
    assert _names(student) == []

    course_makers.completed(student.at(NOON + DAY), course.items[-1])
    makers.deliver(NOON + DAY)
    makers.deliver(NOON + DAY)

    [award] = student.sees(service.mine).awards
    assert (award.name, award.status, award.criteria, award.public, award.page) == (
        "Pond explorer",
        "valid",
        "Complete all required parts of Principles of Ecology.",
        False,
        "",
    )
    told = [one.title for group in student.sees(notifications.inbox).groups for one in group.notifications]
    assert [title for title in told if "badge" in title] == ["A badge for you: Pond explorer"]


def test_a_draft_and_a_closed_badge_are_not_earned(course: Any, student: Any, instructor: Any) -> None:
    draft = service.Draft("Draft", {"kind": "course"})
    instructor.does(service.create, slug=course.slug, draft=draft)
    closed = makers.badge(instructor, {"kind": "course"}, slug=course.slug)
    instructor.does(service.set_status, badge_id=closed, status="closed")

    course_makers.completed(student, *course.items)
    makers.deliver()

    assert _names(student) == []


def test_a_badge_that_is_opened_later_reaches_who_has_earned_it_before(
    course: Any, student: Any, instructor: Any, admin: Any
) -> None:
    course_makers.completed(student, *course.items)
    makers.deliver()

    makers.badge(instructor, {"kind": "course"}, slug=course.slug)
    makers.badge(admin, {"kind": "courses", "count": 1}, name="First course")
    makers.deliver()

    assert sorted(_names(student)) == ["First course", "Pond explorer"]


def test_a_quiz_score_counts_from_exactly_its_share_and_once_students_may_see_it(
    course: Any, student: Any, instructor: Any
) -> None:
    item = course.items[0]
    with unit_of_work(SYSTEM, NOON) as work:
        quiz = work.db.get_one(OutlineItem, item)
        quiz.kind = "quiz"
        work.db.add(quiz)
    entry = {
        "course_id": course.id,
        "source_kind": "quiz",
        "source_id": item,
        "title": "Energy flow",
        "points_max": Decimal(10),
    }
    graded = instructor.does(grades.put_item, **entry, hidden=True, shown_from=NOON + DAY)
    makers.badge(instructor, {"kind": "quiz", "item": str(item), "least": "80"}, slug=course.slug)
    record = {"item_id": graded.id, "user_id": student.id, "reason": "Attempt"}

    instructor.does(grades.record, **record, points=Decimal(8))
    makers.deliver()
    assert _names(student) == []
    makers.deliver(NOON + DAY)
    assert _names(student) == ["Pond explorer"]

    below = people.person("Below")
    course_makers.enrolled(below, course)
    instructor.at(NOON + DAY).does(grades.record, **{**record, "user_id": below.id}, points=Decimal("7.99"))
    makers.deliver(NOON + DAY)
    assert _names(below) == []


def test_marks_that_are_shown_by_hand_award_what_hangs_on_them(course: Any, student: Any, instructor: Any) -> None:
    item = course.items[0]
    entry = {"course_id": course.id, "source_kind": "quiz", "source_id": item, "title": "Q", "points_max": Decimal(10)}
    with unit_of_work(SYSTEM, NOON) as work:
        quiz = work.db.get_one(OutlineItem, item)
        quiz.kind = "quiz"
        work.db.add(quiz)
    graded = instructor.does(grades.put_item, **entry, hidden=True)
    makers.badge(instructor, {"kind": "quiz", "item": str(item), "least": "50"}, slug=course.slug)
    instructor.does(grades.record, item_id=graded.id, user_id=student.id, points=Decimal(10), reason="Attempt")
    makers.deliver()
    assert _names(student) == []

    instructor.does(grades.put_item, **entry, hidden=False)
    makers.deliver()

    assert _names(student) == ["Pond explorer"]


def test_a_streak_counts_days_in_the_learners_own_zone(instructor: Any) -> None:
    """23:30 and 00:30 in Tokyo are two days there, and one in UTC."""
    learner = people.person("Tokyo", zone="Asia/Tokyo")
    course = course_makers.course(instructor)
    course_makers.enrolled(learner, course)
    makers.badge(instructor, {"kind": "streak", "days": 2}, slug=course.slug)
    half_past_eleven = NOON.replace(hour=14, minute=30)

    course_makers.completed(learner.at(half_past_eleven), course.items[0])
    makers.deliver(half_past_eleven)
    assert _names(learner) == []
    course_makers.completed(learner.at(half_past_eleven + timedelta(hours=1)), course.items[1])
    makers.deliver(half_past_eleven + timedelta(hours=1))

    assert _names(learner) == ["Pond explorer"]


def test_a_first_submission_earns_even_where_it_completes_nothing(course: Any, student: Any, instructor: Any) -> None:
    asked = instructor.does(
        assignments.create_assignment, module_id=course.modules[0], title="Field notes", statement=""
    )
    makers.badge(instructor, {"kind": "first"}, slug=course.slug)
    draft = student.does(assignments.begin_draft, item_id=asked.item_id)
    makers.deliver()
    assert _names(student) == []

    student.does(assignments.submit, submission_id=UUID(draft.id), body="Forty-two water fleas.")
    makers.deliver()

    assert _names(student) == ["Pond explorer"]


def test_a_path_and_a_number_of_courses_count_only_completed_ones(instructor: Any, student: Any, admin: Any) -> None:
    first, second = (course_makers.course(instructor, ["One"], title=title) for title in ("Ponds", "Rivers"))
    for one in (first, second):
        course_makers.enrolled(student, one)
    makers.badge(admin, {"kind": "path", "courses": [str(first.id), str(second.id)]}, name="Waters")
    makers.badge(admin, {"kind": "courses", "count": 2}, name="Two")

    course_makers.completed(student, *first.items)
    makers.deliver()
    assert _names(student) == []
    course_makers.completed(student, *second.items)
    makers.deliver()

    assert sorted(_names(student)) == ["Two", "Waters"]
    assert {award.criteria for award in student.sees(service.mine).awards} == {
        "Complete Ponds and Rivers.",
        "Complete 2 courses.",
    }


def test_staff_do_not_earn_the_badges_of_their_course(course: Any, instructor: Any) -> None:
    makers.badge(instructor, {"kind": "course"}, slug=course.slug)
    with unit_of_work(SYSTEM, NOON) as work:
        service.award_earned(work, {"course_id": str(course.id), "user_id": str(instructor.id)})

    assert makers.rows() == []


def test_awarding_20_times_in_parallel_awards_once(course: Any, student: Any, instructor: Any) -> None:
    badge_id = makers.badge(instructor, {"kind": "course"}, slug=course.slug)
    course_makers.completed(student, *course.items)
    ready = Barrier(20)

    def act(by_hand: bool) -> None:
        ready.wait()
        if by_hand:
            with pytest.raises(Conflict):
                instructor.does(service.award, badge_id=badge_id, user_id=student.id)
                raise Conflict("the one that was first")
        else:
            with unit_of_work(SYSTEM, NOON) as work:
                service.award_earned(work, {"course_id": str(course.id), "user_id": str(student.id)})

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(act, [n % 2 == 0 for n in range(20)]))

    assert len(makers.rows()) == 1
    with reading(SYSTEM) as work:
        audited = [entry for entry in work.db.exec(select(AuditEntry)) if entry.action == "badge.awarded"]
    assert len(audited) == 1


def test_without_completion_nothing_is_awarded_however_often_it_is_asked(
    course: Any, student: Any, instructor: Any
) -> None:
    makers.badge(instructor, {"kind": "course"}, slug=course.slug)
    course_makers.completed(student, course.items[0])

    for _n in range(20):
        with unit_of_work(SYSTEM, NOON) as work:
            service.award_earned(work, {"course_id": str(course.id), "user_id": str(student.id)})

    assert makers.rows() == []


# ---- By hand, and taking back


def test_staff_award_by_hand_and_only_to_their_own_learners(
    course: Any, student: Any, instructor: Any, stranger: Any
) -> None:
    badge_id = makers.badge(instructor, slug=course.slug, valid_days=30)
    assistant = people.person("Assistant")
    instructor.does(courses.add_member, course_id=course.id, user_id=assistant.id, role=Role.ASSISTANT)

    award = makers.row(assistant.does(service.award, badge_id=badge_id, user_id=student.id, note="Helped in the lab"))

    assert (award.user_id, award.awarded_by, award.note) == (student.id, assistant.id, "Helped in the lab")
    assert award.expires_at == NOON + 30 * DAY
    with pytest.raises(Conflict):
        instructor.does(service.award, badge_id=badge_id, user_id=student.id)
    for somebody in (stranger, instructor):
        with pytest.raises(NotFound):
            instructor.does(service.award, badge_id=badge_id, user_id=somebody.id)
    with pytest.raises(Forbidden):
        student.does(service.award, badge_id=badge_id, user_id=student.id)
    with pytest.raises(Forbidden):
        assistant.does(service.revoke, award_id=award.id, reason="Mine")


def test_a_revoked_badge_says_why_and_never_comes_back_by_itself(course: Any, student: Any, instructor: Any) -> None:
    badge_id = makers.badge(instructor, {"kind": "course"}, slug=course.slug)
    course_makers.completed(student, *course.items)
    makers.deliver()
    [award] = makers.rows()
    with pytest.raises(Invalid):
        instructor.does(service.revoke, award_id=award.id, reason="  ")

    instructor.does(service.revoke, award_id=award.id, reason="Copied work")
    instructor.at(NOON + DAY).does(service.revoke, award_id=award.id, reason="Other words")
    with unit_of_work(SYSTEM, NOON) as work:
        service.award_earned(work, {"course_id": str(course.id), "user_id": str(student.id)})

    [seen] = student.sees(service.mine).awards
    assert (seen.status, seen.revoke_reason) == ("revoked", "Copied work")
    with reading(SYSTEM) as work:
        assert statuses.revoked_in(work, award.place // statuses.LIST_BITS) == [award.place % statuses.LIST_BITS]
    again = instructor.does(service.award, badge_id=badge_id, user_id=student.id)
    assert makers.row(again).place != award.place


def test_what_was_awarded_keeps_what_it_said(student: Any, instructor: Any) -> None:
    award = makers.awarded(student, instructor)

    instructor.does(
        service.save,
        badge_id=award.badge_id,
        draft=service.Draft("Renamed", {"kind": "manual"}, design={"icon": "flame"}),
    )

    assert _names(student) == ["Pond explorer"]
    assert isinstance(makers.row(award.id), Award)


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({"kind": "wish"}, "kind"),
        ({"kind": "courses", "count": 1}, "kind"),
        ({"kind": "streak", "days": 1}, "days"),
        ({"kind": "streak"}, "days"),
        ({"kind": "quiz", "item": "00000000-0000-4000-8000-000000000000", "least": "50"}, "item"),
        ({"kind": "quiz", "item": "x", "least": "101"}, "least"),
        ({"kind": "manual", "days": 3}, "days"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_beside_its_field(
    course: Any, instructor: Any, rule: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        instructor.does(service.create, slug=course.slug, draft=service.Draft("B", rule))

    assert field in refused.value.fields
