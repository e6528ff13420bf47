"""A course with so many seats: who comes later waits, and moves up in order, never above the number."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from lms_app.core.audit import AuditEntry
from lms_app.core.errors import Conflict, Invalid
from lms_app.core.work import SYSTEM, reading
from lms_app.courses import service
from lms_app.courses.models import CourseMember
from tests import makers as people
from tests.accounts.helpers import letters
from tests.courses import makers
from tests.courses.test_listing import enrols, post
from tests.courses.test_races import at_once
from tests.makers import NOON

MINUTE = timedelta(minutes=1)


def crowd(number: int) -> list[Any]:
    """People who come a minute after one another."""
    return [people.person(f"Ada {n}").at(NOON + n * MINUTE) for n in range(number)]


def states(course: makers.Made, persons: list[Any]) -> list[str]:
    with reading(SYSTEM) as work:
        rows = work.db.exec(
            select(CourseMember.user_id, CourseMember.state).where(col(CourseMember.course_id) == course.id)
        ).all()
    known = dict(rows)
    return [known.get(one.id, "") for one in persons]


def place(person: Any, course: makers.Made) -> int:
    return person.sees(service.read, slug=course.slug).place


def test_who_comes_to_a_full_course_waits_and_moves_up_when_somebody_leaves(instructor: Any) -> None:
    course = makers.course(instructor, capacity=2)
    ada, ben, cleo, dora = everybody = crowd(4)

    joined = [one.does(service.enrol, slug=course.slug).state for one in everybody]
    again = dora.at(NOON + 60 * MINUTE).does(service.enrol, slug=course.slug).state
    seen = cleo.sees(service.read, slug=course.slug)
    places = [place(cleo, course), place(dora, course)]
    ben.does(service.leave, slug=course.slug)
    post()

    assert (joined, again) == (["active", "active", "queued", "queued"], "queued")
    assert ((seen.standing, seen.full), places) == (("queued", True), [1, 2])
    assert states(course, everybody) == ["active", "left", "active", "queued"]
    assert (place(dora, course), place(ada, course)) == (1, 0)
    assert [one.subject for one in letters(cleo.email)] == ["You are in: Principles of Ecology"]
    assert letters(dora.email) == []
    assert [(one.slug, one.state) for one in dora.sees(service.my_courses)] == [(course.slug, "queued")]
    with reading(SYSTEM) as work:
        actions = work.db.exec(select(AuditEntry.action)).all()
    assert [actions.count(f"enrolment.{what}") for what in ("queued", "moved_up")] == [2, 1]


def test_a_place_in_the_queue_is_given_up_and_lost(instructor: Any) -> None:
    course = makers.course(instructor, capacity=1)
    ada, ben, cleo = everybody = crowd(3)
    for one in everybody:
        makers.enrolled(one, course)

    ben.does(service.leave, slug=course.slug)
    back = ben.at(NOON + 60 * MINUTE).does(service.enrol, slug=course.slug)

    assert back.state == "queued"
    assert (place(cleo, course), place(ben, course)) == (1, 2)
    assert place(ada, course) == 0


def test_more_seats_let_as_many_in_and_no_limit_lets_all_in(instructor: Any) -> None:
    course = makers.course(instructor, capacity=1)
    everybody = crowd(5)
    for one in everybody:
        makers.enrolled(one, course)

    instructor.does(service.update_course, course_id=course.id, capacity=3)
    three = states(course, everybody)
    instructor.does(service.update_course, course_id=course.id, capacity=1)
    lowered = states(course, everybody)
    instructor.does(service.update_course, course_id=course.id, capacity=None)

    assert three == lowered == ["active"] * 3 + ["queued"] * 2
    assert states(course, everybody) == ["active"] * 5


def test_who_is_taken_out_or_teaches_frees_a_seat_and_staff_need_none(instructor: Any) -> None:
    course = makers.course(instructor, capacity=1)
    ada, ben, _cleo, dora = everybody = crowd(4)
    for one in everybody:
        makers.enrolled(one, course)

    instructor.does(service.change_role, course_id=course.id, user_id=ada.id, role="assistant")
    instructor.does(service.remove_member, course_id=course.id, user_id=ben.id)
    instructor.does(service.change_role, course_id=course.id, user_id=dora.id, role="assistant")

    assert states(course, everybody) == ["active", "left", "active", "active"]
    with pytest.raises(Conflict):
        instructor.does(service.change_role, course_id=course.id, user_id=ada.id, role="student")
    assert instructor.does(service.add_member, course_id=course.id, user_id=ben.id).state == "queued"


def test_an_approved_request_and_an_invitation_wait_for_a_seat_too(instructor: Any) -> None:
    course = makers.course(instructor, capacity=1, enrol_mode="approval")
    ada, ben, cleo = everybody = crowd(3)
    makers.enrolled(ada, course)
    makers.enrolled(ben, course)
    link = instructor.does(service.invite, slug=course.slug, max_uses=5)

    approved = [instructor.does(service.approve, slug=course.slug, user_id=one.id).state for one in (ada, ben)]
    invited = cleo.at(NOON + 60 * MINUTE).does(service.accept_invitation, token=link.token).state

    assert (approved, invited) == (["active", "queued"], "queued")
    assert [place(one, course) for one in everybody] == [0, 1, 2]
    assert "you are number 1 of those who wait" in letters(ben.email)[0].text


def test_a_class_list_fills_the_seats_in_its_order(instructor: Any) -> None:
    course = makers.course(instructor, capacity=2)
    ada, ben, cleo, dora = everybody = crowd(4)
    text = "\n".join([f"{ada.email},,assistant", *(one.email for one in (dora, cleo, ben))])

    checked = instructor.sees(service.check_list, slug=course.slug, people=service.read_list(text))
    result = enrols(instructor, course, text)
    post()

    assert [line.fate for line in checked.lines] == ["enrol", "enrol", "enrol", "queue"]
    assert (result.tally["enrolled"], result.tally["queued"]) == (3, 1)
    assert states(course, everybody) == ["active", "queued", "active", "active"]
    assert [one.subject for one in letters(ben.email)] == ["You are on the wait-list: Principles of Ecology"]
    assert enrols(instructor, course, text).tally["unchanged"] == 4


def test_the_queue_is_listed_in_its_order(instructor: Any) -> None:
    course = makers.course(instructor, capacity=1)
    for one in reversed(crowd(3)):
        makers.enrolled(one.at(NOON - (one.now - NOON)), course)

    waiting = instructor.sees(service.learners, slug=course.slug, state="queued").learners
    view = instructor.sees(service.teaching, slug=course.slug)

    assert [one.name for one in waiting] == ["Ada 1", "Ada 0"]
    assert (view.learners, view.capacity, view.queued) == (1, 1, 2)


@pytest.mark.parametrize("capacity", [0, -1, 100_001])
def test_what_is_no_number_of_seats(instructor: Any, capacity: int) -> None:
    with pytest.raises(Invalid) as refused:
        makers.course(instructor, capacity=capacity)

    assert list(refused.value.fields) == ["capacity"]


def test_joining_and_leaving_at_once_never_fills_more_than_the_seats(instructor: Any) -> None:
    course = makers.course(instructor, capacity=3)
    inside, outside = crowd(3), [people.person(f"Ben {n}") for n in range(6)]
    for one in inside:
        makers.enrolled(one, course)

    at_once(
        [
            *(lambda p=one: p.does(service.leave, slug=course.slug) for one in inside[:2]),
            *(lambda p=one: p.does(service.enrol, slug=course.slug) for one in outside),
        ]
    )

    found = states(course, [*inside, *outside])
    assert (found.count("active"), found.count("left"), found.count("queued")) == (3, 2, 4)


def test_two_for_the_last_seat_at_once_are_one_in_and_one_waiting(instructor: Any) -> None:
    course = makers.course(instructor, capacity=1)

    answers = at_once([lambda p=one: p.does(service.enrol, slug=course.slug).state for one in crowd(2)])

    assert sorted(answers) == ["active", "queued"]
