"""The people of a course by REST: a class list, groups, roles, announcements, and the form of an invited person."""

from typing import Any
from uuid import uuid4

import pytest
from sqlmodel import col, select

from lms_app.accounts import flash
from lms_app.core import identity
from lms_app.core.work import SYSTEM, reading
from lms_app.courses import api as courses_api
from lms_app.courses import building_api, people_api, service
from lms_app.courses.models import Invitation
from lms_app.web.guard import COOKIE
from tests.accounts.conftest import cheap_hashes  # noqa: F401  hashing is not what these are about
from tests.accounts.helpers import PASSWORD, Browser
from tests.courses import makers, rest

URL = "/api/v1/courses"
API = rest.app(*courses_api.ROUTERS, *building_api.ROUTERS, *people_api.ROUTERS)


@pytest.fixture
def course(instructor: Any) -> makers.Made:
    return makers.course(instructor)


def _api(person: Any) -> rest.Program:
    return rest.program(person, API)


def _token(address: str) -> str:
    with reading(SYSTEM) as work:
        return identity.secret_of(work.db.exec(select(Invitation.id).where(col(Invitation.email) == address)).one())


def _listed(instructor: Any, course: makers.Made, *people: dict[str, Any], **given: Any) -> Any:
    return _api(instructor).post(f"{URL}/{course.slug}/members", json={"people": people, **given})


def test_a_class_is_checked_and_then_enrolled(instructor: Any, student: Any, course: makers.Made) -> None:
    people = [{"email": student.email, "groups": ["Lab A"]}, {"email": "new@example.org", "role": "assistant"}]

    checked = _listed(instructor, course, *people, dry_run=True).json()
    done = _listed(instructor, course, *people).json()
    again = _listed(instructor, course, *people).json()

    tally = {"enrolled": 1, "queued": 0, "invited": 1, "unchanged": 0, "wrong": 0}
    assert (checked["tally"], checked["done"]) == (tally, False)
    assert (done["tally"], done["done"]) == (tally, True)
    assert [line["fate"] for line in again["lines"]] == ["in", "invited"]
    seen = _api(instructor).get(f"{URL}/{course.slug}/people").json()
    assert [one["email"] for one in seen["invited"]] == ["new@example.org"]
    found = _api(instructor).get(f"{URL}/{course.slug}/learners", params={"group": seen["groups"][0]["id"]}).json()
    assert [one["name"] for one in found["learners"]] == ["Student"]
    assert _api(instructor).get(f"{URL}/{course.slug}/learners", params={"group": str(uuid4())}).json()["total"] == 0


def test_a_wrong_line_is_named_and_nobody_comes_in(instructor: Any, student: Any, course: makers.Made) -> None:
    refused = _listed(instructor, course, {"email": student.email}, {"email": "wrong"})

    assert refused.status_code == 422
    assert "line 2" in refused.json()["errors"]["people"]
    assert _api(instructor).get(f"{URL}/{course.slug}/learners").json()["total"] == 0


def test_groups_and_roles(instructor: Any, student: Any, course: makers.Made) -> None:
    makers.enrolled(student, course)
    api, url = _api(instructor), f"{URL}/{course.slug}"

    lab = api.post(f"{url}/groups", json={"name": "Lab"}).json()
    renamed = api.patch(f"{url}/groups/{lab['id']}", json={"name": "Pond lab"}).json()
    inside = [api.put(f"{url}/groups/{lab['id']}/members/{student.id}").status_code for _ in range(2)]
    sizes = [one["people"] for one in api.get(f"{url}/groups").json()]
    outside = api.delete(f"{url}/groups/{lab['id']}/members/{student.id}").status_code
    gone = [api.delete(f"{url}/groups/{lab['id']}").status_code for _ in range(2)]

    assert (renamed["name"], inside, sizes, outside, gone) == ("Pond lab", [204, 204], [1], 204, [204, 404])
    assert api.put(f"{url}/groups/{uuid4()}/members/{student.id}").status_code == 404
    assert api.put(f"{url}/members/{student.id}", json={"role": "assistant"}).json()["role"] == "assistant"
    assert api.put(f"{url}/members/{instructor.id}", json={"role": "student"}).status_code == 409


def test_a_course_gets_a_number_of_seats(instructor: Any, student: Any, stranger: Any, course: makers.Made) -> None:
    api, url = _api(instructor), f"{URL}/{course.slug}"
    assert api.patch(url, json={"capacity": 1}).status_code == 200
    makers.enrolled(student, course)

    assert _api(stranger).post(f"{url}/enrol").json()["state"] == "queued"
    assert _api(stranger).get(url).json()["place"] == 1
    assert api.patch(url, json={"capacity": 0}).status_code == 422
    assert api.patch(url, json={"capacity": None}).status_code == 200
    assert _api(stranger).get(url).json()["standing"] == "student"


def test_something_is_announced(instructor: Any, student: Any, course: makers.Made) -> None:
    makers.enrolled(student, course)
    url = f"{URL}/{course.slug}/announcements"

    said = _api(instructor).post(url, json={"title": "Rain", "body": "Bring a *coat*."}).json()

    assert _api(student).get(url).json() == [said]
    assert said["html"] == "<p>Bring a <em>coat</em>.</p>"
    assert _api(student).post(url, json={"title": "Mine", "body": "Mine"}).status_code == 403
    assert _api(instructor).delete(f"{url}/{said['id']}").status_code == 204
    assert _api(student).get(url).json() == []


def test_an_invited_program_registers(instructor: Any, course: makers.Made) -> None:
    _listed(instructor, course, {"email": "nell@example.org", "name": "Nell"})
    url = f"/api/v1/invitations/{_token('nell@example.org')}/register"
    nobody = rest.program(None, API)

    weak = nobody.post(url, json={"name": "Nell", "password": "short"})
    joined = nobody.post(url, json={"name": "Nell", "password": PASSWORD})
    again = nobody.post(url, json={"name": "Nell", "password": PASSWORD})

    assert (weak.status_code, list(weak.json()["errors"])) == (422, ["password"])
    assert (joined.status_code, joined.json()["state"]) == (201, "active")
    assert again.status_code == 404


def test_the_form_of_a_mailed_invitation_says_what_is_wrong_and_then_signs_in(
    instructor: Any, course: makers.Made
) -> None:
    _listed(instructor, course, {"email": "nell@example.org", "name": "Nell"})
    token, browser = _token("nell@example.org"), Browser(API)

    wrong = browser.post("/auth/join", {"token": token, "name": "Nell New", "password": "short"})
    said = browser.flash("join")
    right = browser.post("/auth/join", {"token": token, "name": "Nell New", "password": PASSWORD})

    assert (wrong.status_code, wrong.headers["location"]) == (303, f"/join/{token}")
    assert (list(said.errors), said.typed) == (["password"], {"name": "Nell New"})
    assert (right.status_code, right.headers["location"]) == (303, f"/courses/{course.slug}")
    assert browser.cookies.get(COOKIE)
    assert instructor.sees(service.learners, slug=course.slug).learners[0].name == "Nell New"
    assert not flash.opened(f"{flash.COOKIE}={browser.cookies.get(flash.COOKIE)}", "join").errors


def test_a_form_with_a_token_of_nothing_leads_to_a_page_that_says_so(course: makers.Made) -> None:
    answer = Browser(API).post("/auth/join", {"token": "x//evil.example", "name": "Mine", "password": PASSWORD})

    assert (answer.status_code, answer.headers["location"]) == (303, "/join/xevilexample")
