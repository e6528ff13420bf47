"""Only administrators pass: every public function and every route of this room, tried by everybody else."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.routing import APIRoute

from lms_app.admin import analytics_api, audit_api, import_api, people_api, service, settings_api
from lms_app.admin.api import ROUTERS as ADMIN
from lms_app.core.errors import Forbidden, NotSignedIn
from lms_app.core.work import ANONYMOUS, unit_of_work
from lms_app.courses import service as courses
from lms_app.web.guard import mark_of
from tests.admin import makers
from tests.courses import makers as course_makers
from tests.courses import rest

Arguments = Callable[[UUID], dict[str, Any]]
CASES: dict[str, Arguments] = {
    "act_as": lambda user_id: {"user_id": user_id},
    "add_cohort": lambda _id: {"name": "Mine"},
    "add_program": lambda _id: {"name": "Mine"},
    "add_program_key": lambda user_id: {"user_id": user_id, "name": "Mine"},
    "add_to_cohort": lambda cohort_id: {"cohort_id": cohort_id, "emails": "mine@example.org"},
    "change_cohort": lambda cohort_id: {"cohort_id": cohort_id, "name": "Mine"},
    "change_many": lambda user_id: {"action": "suspend", "user_ids": [user_id]},
    "cohorts": lambda _id: {},
    "confirm_import": lambda import_id: {"import_id": import_id},
    "delete_cohort": lambda cohort_id: {"cohort_id": cohort_id},
    "discard_import": lambda import_id: {"import_id": import_id},
    "end_program_key": lambda user_id: {"user_id": user_id, "key_id": user_id},
    "enrol_cohort": lambda cohort_id: {"cohort_id": cohort_id, "slug": "mine", "synchronised": True},
    "doctor": lambda _id: {},
    "close_site": lambda _id: {"message": "Mine"},
    "open_site": lambda _id: {},
    "site_closed": lambda _id: {},
    "figures": lambda _id: {},
    "everyone": lambda _id: {},
    "import_lines": lambda import_id: {"import_id": import_id},
    "imports": lambda _id: {},
    "mail_invited": lambda user_id: {"payload": {"user_ids": [str(user_id)]}},
    "merge": lambda user_id: {"keep_id": uuid4(), "gone_id": user_id},
    "note_export": lambda _id: {"kind": "people"},
    "people_sheet": lambda _id: {},
    "program_keys": lambda user_id: {"user_id": user_id},
    "programs": lambda _id: {},
    "read_as": lambda import_id: {"import_id": import_id, "file": 0, "kind": "people"},
    "read_import": lambda import_id: {"import_id": import_id},
    "send_reset": lambda user_id: {"user_id": user_id},
    "start_program": lambda user_id: {"user_id": user_id},
    "stop_program": lambda user_id: {"user_id": user_id},
    "take_column_for": lambda import_id: {"import_id": import_id, "file": 0, "column": 0, "field": "email"},
    "unlink_cohort": lambda cohort_id: {"cohort_id": cohort_id, "slug": "mine"},
    "analytics": lambda _id: {},
    "analytics_sheet": lambda _id: {"figure": "active"},
    "note_traffic": lambda _id: {"found": []},
    "now_panel": lambda _id: {},
    "audit_log": lambda _id: {},
    "audit_sheet": lambda _id: {},
    "all_courses": lambda _id: {},
    "all_backups": lambda _id: {},
    "change_settings": lambda _id: {"version": 0, "name": "Mine"},
    "check_backup": lambda _id: {"name": "lectern-20200101-000000.tar.gz"},
    "end_backup": lambda run_id: {"run_id": run_id},
    "is_backup_waiting": lambda _id: {},
    "look_at_accent": lambda _id: {"accent": "#123456"},
    "new_code": lambda _id: {},
    "note_backup": lambda run_id: {"run_id": run_id, "percent": 1},
    "note_scheduled": lambda _id: {"name": "lectern-20200101-000000.tar.gz"},
    "remove_logo": lambda _id: {},
    "site_settings": lambda _id: {},
    "start_backup": lambda _id: {},
    "take_backup": lambda _id: {},
    "bouncing": lambda _id: {},
    "change_role": lambda user_id: {"user_id": user_id, "role": "admin"},
    "invite": lambda _id: {"name": "Mine", "email": "mine@example.org", "role": "admin"},
    "letter": lambda message_id: {"message_id": message_id},
    "mail_again": lambda _id: {"address": "ada@example.org"},
    "mail_list": lambda _id: {},
    "overview": lambda _id: {},
    "overview_sheet": lambda _id: {},
    "people": lambda _id: {},
    "restore": lambda user_id: {"user_id": user_id},
    "send_again": lambda message_id: {"message_id": message_id},
    "suspend": lambda user_id: {"user_id": user_id},
    "take_bounce": lambda _id: {"content": b""},
}
# Not doors themselves, or with a test of their own below.
OTHERS = {
    *("Figures", "MANY_MAX", "Merged", "PEOPLE_INVITED", "end_acting", "send_import", "work_on_imports"),
    *("BACKUPS_PLACE", "BROKEN", "TakenRun", "count_up", "shades"),
    # test_opening.py and test_settings.py
    *("claim", "is_unclaimed", "set_up", "set_logo", "try_mail"),
}
ROUTERS = (
    *ADMIN,
    *analytics_api.ROUTERS,
    *audit_api.ROUTERS,
    *import_api.ROUTERS,
    *people_api.ROUTERS,
    *settings_api.ROUTERS,
)
API = rest.app(*ROUTERS)
# Whoever is nobody but themselves goes on as they are.
# And a place that nobody runs is anybody's with the code.
OPEN = {"end_acting", "setup", "do_setup", "become_admin"}
ROUTES = [
    route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute) and route.name not in OPEN
]


def test_every_public_function_has_a_case() -> None:
    assert set(CASES) | OTHERS == set(service.__all__)


def test_nobody_else_sends_a_list(student: Any, instructor: Any) -> None:
    for actor, error in ((student.actor, Forbidden), (instructor.actor, Forbidden), (ANONYMOUS, NotSignedIn)):
        with pytest.raises(error):
            asyncio.run(service.send_import(actor, files=[("a.csv", b"email,name\n")]))


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
    path = route.path.format_map(
        dict.fromkeys(("message_id", "import_id", "cohort_id", "service_id", "key_id"), uuid4())
        | {"user_id": student.id, "number": 0, "slug": "x", "name": "x", "address": "ada@example.org"}
        | {"section": "people", "figure": "active"}
    )

    client = rest.program if path.startswith("/api/") else rest.browser

    answers = [client(person, API).request(verb, path, json={}) for person in (None, student, instructor)]

    assert mark_of(route.endpoint) is not None
    assert [answer.status_code for answer in answers] == [401, 403, 403]
