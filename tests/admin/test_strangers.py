"""Only administrators pass: every public function and every route of this room, tried by everybody else."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.routing import APIRoute

from lms_app.admin import service
from lms_app.admin.api import ROUTERS
from lms_app.core.errors import Forbidden, NotSignedIn
from lms_app.core.work import ANONYMOUS, unit_of_work
from lms_app.courses import service as courses
from lms_app.web.guard import mark_of
from tests.admin import makers
from tests.courses import makers as course_makers
from tests.courses import rest

Arguments = Callable[[UUID], dict[str, Any]]
CASES: dict[str, Arguments] = {
    "all_courses": lambda _id: {},
    "change_role": lambda user_id: {"user_id": user_id, "role": "admin"},
    "invite": lambda _id: {"name": "Mine", "email": "mine@example.org", "role": "admin"},
    "letter": lambda message_id: {"message_id": message_id},
    "mail_list": lambda _id: {},
    "overview": lambda _id: {},
    "overview_sheet": lambda _id: {},
    "people": lambda _id: {},
    "restore": lambda user_id: {"user_id": user_id},
    "send_again": lambda message_id: {"message_id": message_id},
    "suspend": lambda user_id: {"user_id": user_id},
}
API = rest.app(*ROUTERS)
ROUTES = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]


def test_every_public_function_has_a_case() -> None:
    assert set(CASES) == set(service.__all__)


@pytest.mark.parametrize("name", CASES)
def test_only_administrators_pass(student: Any, instructor: Any, stranger: Any, name: str) -> None:
    # What there is and what there is not must read alike.
    for known in (student.id, makers.letter(), uuid4()):
        for person in (stranger, instructor):
            with pytest.raises(Forbidden):
                person.does(getattr(service, name), **CASES[name](known))
        with unit_of_work(ANONYMOUS) as work, pytest.raises(NotSignedIn):
            getattr(service, name)(work, **CASES[name](known))


def test_staff_of_a_course_are_no_administrators(student: Any, instructor: Any) -> None:
    course = course_makers.course(instructor)
    instructor.does(courses.add_member, course_id=course.id, user_id=student.id, role="instructor")

    with pytest.raises(Forbidden):
        student.sees(service.people)


@pytest.mark.parametrize("route", ROUTES, ids=[route.name for route in ROUTES])
def test_every_route_is_marked_for_administrators(student: Any, instructor: Any, route: APIRoute) -> None:
    (verb,) = route.methods
    path = route.path.format(user_id=student.id, message_id=uuid4())

    client = rest.program if path.startswith("/api/") else rest.browser

    answers = [client(person, API).request(verb, path, json={}) for person in (None, student, instructor)]

    assert mark_of(route.endpoint) is not None
    assert [answer.status_code for answer in answers] == [401, 403, 403]
