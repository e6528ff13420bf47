"""A day before something is due, whoever has not done it hears of it: once, at their own moment."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from lms_app.assignments import service as assignments
from lms_app.core import outbox
from lms_app.core.errors import Forbidden, NotSignedIn
from lms_app.core.work import ANONYMOUS, SYSTEM, unit_of_work
from lms_app.courses import service as courses
from lms_app.home import service
from lms_app.home.service import reminding
from lms_app.notifications import service as notifications
from lms_app.quizzes import service as quizzes
from tests.assignments import makers as assignment_makers
from tests.courses import makers
from tests.makers import NOON, person
from tests.quizzes import makers as quiz_makers

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def _rooms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(courses.ITEM_KINDS, quizzes.QUIZ, quizzes.QUIZ_ITEM)
    monkeypatch.setitem(courses.ITEM_KINDS, assignments.ASSIGNMENT, assignments.ASSIGNMENT_ITEM)


def looked(at: Any) -> None:
    """As the job loop looks ahead, and does what it finds."""
    with unit_of_work(SYSTEM, at) as work:
        service.look_ahead(work)
    while True:
        with unit_of_work(SYSTEM, at) as work:
            found = [message for message in outbox.claim(work, limit=500) if message.topic == service.DUE_SOON]
            for message in found:
                service.tell_due_soon(work, message.payload)
                outbox.done(work, message.id)
        if not found:
            return


def heard(reader: Any) -> list[str]:
    return sorted(one.title for group in reader.sees(notifications.inbox).groups for one in group.notifications)


def test_each_hears_once_at_their_own_moment(student: Any, instructor: Any) -> None:
    done, later, alone = person("Done"), person("Later"), person("Alone")
    made = assignment_makers.assignment(
        instructor, student, done, later, alone, item=courses.ItemSettings(due_at=NOON + 2 * DAY)
    )
    assignment_makers.submitted(done, made)
    instructor.does(courses.put_override, item_id=made.id, user_id=later.id, due_at=NOON + 4 * DAY)
    everybody = (student, done, later, alone)

    looked(NOON + HOUR)
    assert [heard(one) for one in everybody] == [[], [], [], []]
    for hours in (30, 31, 47):
        looked(NOON + hours * HOUR)
    said = ["Due soon: A pond in words"]
    assert [heard(one) for one in everybody] == [said, [], [], said]
    looked(NOON + 3 * DAY + HOUR)
    assert [heard(one) for one in everybody] == [said, [], said, said]

    instructor.does(courses.update_item, item_id=made.id, due_at=NOON + 9 * DAY)
    looked(NOON + 8 * DAY + HOUR)
    assert heard(student) == said * 2


def test_more_time_and_closing_dates_count(student: Any, instructor: Any) -> None:
    made = quiz_makers.quiz(instructor, student, closes_at=NOON + DAY, limit_minutes=60)
    instructor.does(courses.set_extra_time, slug=made.course.slug, user_id=student.id, percent=50)

    looked(NOON + HOUR)

    (one,) = student.sees(notifications.inbox).groups[0].notifications
    assert one.text == ("Energy flow in Principles of Ecology is due Tue 2 Mar, 12:30 (Coordinated Universal Time).")


@pytest.mark.parametrize("how", ["unpublished", "draft", "not open", "left", "other group"])
def test_who_cannot_do_it_hears_nothing(student: Any, instructor: Any, how: str) -> None:
    made = assignment_makers.assignment(instructor, student, item=courses.ItemSettings(due_at=NOON + DAY))
    if how == "unpublished":
        instructor.does(courses.update_item, item_id=made.id, published=False)
    elif how == "draft":
        instructor.does(courses.unpublish, course_id=made.course.id)
    elif how == "not open":
        instructor.does(courses.update_item, item_id=made.id, opens_at=NOON + 20 * HOUR)
    elif how == "left":
        student.does(courses.leave, slug=made.course.slug)
    else:
        group = instructor.does(courses.add_group, slug=made.course.slug, name="Lab A")
        release = {"rules": [{"kind": "group", "group": group.id}]}
        instructor.does(courses.update_item, item_id=made.id, release=release)

    looked(NOON + HOUR)

    assert heard(student) == []
    with unit_of_work(SYSTEM, NOON) as work:
        service.tell_due_soon(work, {"item_id": str(made.id)})
        service.tell_due_soon(work, {"item_id": str(UUID(int=0))})
    assert heard(student) == []


def test_a_large_course_is_told_in_parts(instructor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminding, "AT_ONCE", 2)
    monkeypatch.setattr(reminding, "_STUDENTS", reminding._STUDENTS.limit(2))
    made = makers.course(instructor, ["Light"])
    instructor.does(courses.update_item, item_id=made.items[0], due_at=NOON + DAY)
    people = [makers.enrolled(person(f"Learner {number}"), made) for number in range(5)]

    looked(NOON + HOUR)

    assert [heard(one) for one in people] == [["Due soon: Light"]] * 5


@pytest.mark.parametrize("act", [service.look_ahead, service.tell_due_soon])
def test_only_the_job_loop_reminds(stranger: Any, instructor: Any, act: Any) -> None:
    given = [{"item_id": str(UUID(int=0))}] if act is service.tell_due_soon else []
    for who in (stranger, instructor):
        with pytest.raises(Forbidden):
            who.does(act, *given)
    with unit_of_work(ANONYMOUS, NOON) as work, pytest.raises(NotSignedIn):
        act(work, *given)
