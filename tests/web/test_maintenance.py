"""While the site is closed: a calm page for everybody, work for administrators, and not an answer lost."""

from typing import Any

import httpx
import pytest
from sqlmodel import select

from lms_app.accounts.state.sign_in import SignInState
from lms_app.admin import service as admin_service
from lms_app.core import audit, maintenance, watching
from lms_app.core.errors import Invalid
from lms_app.core.identity import Audience
from lms_app.core.work import SYSTEM, ask, reading
from lms_app.courses.state.mine import MyCoursesState
from lms_app.quizzes.state.taking import AttemptState
from lms_app.web import routes
from tests.courses import makers
from tests.web.bus import Bus

pytestmark = pytest.mark.anyio


@pytest.fixture
def closed(admin: Any) -> Any:
    return admin.does(admin_service.close_site, message="New disks. Back at noon.")


def _bearer(person: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {person.signs_in(Audience.API)}"}


async def test_programs_hear_when_to_come_again(closed: str, http: httpx.AsyncClient, student: Any, admin: Any) -> None:
    answer = await http.get("/api/v1/me", headers=_bearer(student))
    nobody = await http.get("/api/v1/courses")
    theirs = await http.get("/api/v1/me", headers=_bearer(admin))

    assert answer.status_code == 503
    assert nobody.status_code == 401, "who is not signed in hears of that first"
    assert answer.headers["retry-after"] == "120"
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.json()["code"], answer.json()["detail"]) == ("maintenance", "New disks. Back at noon.")
    assert theirs.status_code == 200


async def test_who_signs_in_and_what_watches_come_through(closed: str, http: httpx.AsyncClient) -> None:
    wrong = await http.post("/api/v1/auth/login", json={"email": "a@example.org", "password": "x"})

    assert wrong.status_code == 401
    assert (await http.get("/healthz")).status_code == 200
    assert (await http.get("/readyz")).status_code == 200


async def test_an_open_attempt_reaches_its_service(closed: str, http: httpx.AsyncClient, student: Any) -> None:
    answer = await http.get("/api/v1/attempts/00000000-0000-4000-8000-000000000000", headers=_bearer(student))

    assert answer.status_code == 404, "of no attempt, and not 503"


async def test_a_document_leads_to_a_page_that_says_503(
    closed: str, http: httpx.AsyncClient, student: Any, admin: Any
) -> None:
    def cookie(person: Any) -> dict[str, str]:
        return {"Cookie": f"lectern={person.signs_in()}", "Accept": "text/html"}

    for path in ("/courses", "/", "/teaching", "/admin"):
        answer = await http.get(path, headers=cookie(student))
        assert (answer.status_code, answer.headers["location"]) == (303, routes.MAINTENANCE), path
    page = await http.get(routes.MAINTENANCE, headers=cookie(student))
    assert page.status_code == 503
    assert page.headers["retry-after"] == "120"
    for person, path in ((admin, "/courses"), (student, "/attempts/x"), (student, routes.SIGN_IN), (student, "/a.css")):
        assert (await http.get(path, headers=cookie(person))).status_code not in (303, 503), path


async def test_pages_are_led_away_and_administrators_work(closed: str, bus: Bus, student: Any, admin: Any) -> None:
    makers.enrolled(student, makers.course(admin))

    tab = await bus.send(MyCoursesState.open, token=student.signs_in(), path="/courses")
    away = [event.payload for event in bus.events]
    left = (await bus.state(tab, MyCoursesState)).courses
    theirs = await bus.send(MyCoursesState.open, token=admin.signs_in(), path="/courses")

    assert routes.MAINTENANCE in str(away)
    assert left == []
    assert (await bus.state(theirs, MyCoursesState)).loaded


async def test_a_sign_in_page_and_an_attempt_stay(closed: str, bus: Bus, student: Any) -> None:
    await bus.send(SignInState.open, path=routes.SIGN_IN)
    assert routes.MAINTENANCE not in str([event.payload for event in bus.events])

    given = {"attempt_id": "x", "question_id": "x", "save_id": "x", "base_seq": 0, "value": "1"}
    tab = await bus.send(AttemptState.save, given, token=student.signs_in(), path="/attempts/x")
    assert "not_found" in (await bus.state(tab, AttemptState)).acks


async def test_opening_it_again_is_enough(closed: str, http: httpx.AsyncClient, student: Any, admin: Any) -> None:
    answer = await http.delete("/api/v1/admin/maintenance", headers=_bearer(admin))

    assert answer.status_code == 204
    assert (await http.get("/api/v1/me", headers=_bearer(student))).status_code == 200
    with reading(SYSTEM) as work:
        actions = work.db.exec(select(audit.AuditEntry.action)).all()
    assert [one for one in actions if one.startswith("site.")] == ["site.closed", "site.opened"]


async def test_another_process_sees_it_when_it_looks(admin: Any, student: Any, http: httpx.AsyncClient) -> None:
    admin.does(admin_service.close_site)
    maintenance._tell(None)  # as in a process that did not do it
    assert (await http.get("/api/v1/me", headers=_bearer(student))).status_code == 200

    maintenance._tell(await ask(SYSTEM, maintenance.look))  # what `watch` does every two seconds

    assert watching.EVERY_SECONDS < 5
    assert (await http.get("/api/v1/me", headers=_bearer(student))).json()["detail"] == maintenance.MESSAGE


def test_a_long_message_is_refused_and_a_new_one_replaces_the_old(admin: Any) -> None:
    with pytest.raises(Invalid, match="at most 500"):
        admin.does(admin_service.close_site, message="x" * 501)
    admin.does(admin_service.close_site, message="First")
    admin.does(admin_service.close_site, message="Second")

    assert admin.sees(admin_service.site_closed) == "Second"
    admin.does(admin_service.open_site)
    assert admin.sees(admin_service.site_closed) == ""
