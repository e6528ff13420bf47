"""What happens at the same moment, in transactions of their own."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from lms_app.core.errors import LmsError
from lms_app.courses import service
from tests import makers as people
from tests.courses import makers


def at_once(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """The answers of all acts, begun together; a refusal is its class."""
    ready = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        ready.wait()
        try:
            return act()
        except LmsError as error:
            return type(error).__name__

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_the_last_items_completed_at_once_complete_the_course(student: Any, instructor: Any) -> None:
    course = makers.course(instructor, ["One", "Two", "Three", "Four"])
    makers.enrolled(student, course)

    at_once([lambda i=item: student.does(service.complete_lesson, item_id=i) for item in course.items])

    progress = student.sees(service.progress, slug=course.slug)
    assert (progress.percent, progress.completed_at is not None) == (100, True)


def test_an_invitation_for_one_lets_one_of_many_in(instructor: Any) -> None:
    course = makers.course(instructor, enrol_mode="invitation")
    link = instructor.does(service.invite, slug=course.slug)
    crowd = [people.person(f"Ada {number}") for number in range(4)]

    answers = at_once([lambda p=person: p.does(service.accept_invitation, token=link.token) for person in crowd])

    assert answers.count("NotFound") == 3
    assert instructor.sees(service.learners, slug=course.slug).total == 1


def test_of_two_answers_to_a_request_one_counts(student: Any, instructor: Any) -> None:
    course = makers.course(instructor, enrol_mode="approval")
    makers.enrolled(student, course)

    answers = at_once(
        [
            lambda: instructor.does(service.approve, slug=course.slug, user_id=student.id).state,
            lambda: instructor.does(service.decline, slug=course.slug, user_id=student.id).state,
        ]
    )

    assert sorted(answers) in (["NotFound", "active"], ["NotFound", "left"])


def test_joining_twice_at_once_makes_one_member(student: Any, instructor: Any) -> None:
    course = makers.course(instructor)

    answers = at_once([lambda: student.does(service.enrol, slug=course.slug).state] * 3)

    assert answers == ["active"] * 3
    assert instructor.sees(service.learners, slug=course.slug).total == 1


def test_the_last_two_instructors_do_not_leave_at_once(instructor: Any, student: Any) -> None:
    course = makers.course(instructor)
    instructor.does(service.add_member, course_id=course.id, user_id=student.id, role="instructor")

    answers = at_once(
        [lambda p=person: p.does(service.leave, slug=course.slug).state for person in (instructor, student)]
    )

    assert sorted(answers) == ["Conflict", "left"]
