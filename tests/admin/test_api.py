"""What administrators do by REST."""

from typing import Any

import pytest

from lms_app.admin.api import ROUTERS
from tests.admin import makers
from tests.courses import makers as course_makers
from tests.courses import rest

URL = "/api/v1/admin"
API = rest.app(*ROUTERS)


def test_people_are_found_invited_and_changed(admin: Any, student: Any) -> None:
    api = rest.program(admin, API)

    made = api.post(f"{URL}/people", json={"name": "Ruth Abara", "email": "ruth@example.org", "role": "instructor"})
    again = api.post(f"{URL}/people", json={"name": "Ruth Abara", "email": "ruth@example.org"})

    assert (made.status_code, made.json()["role"]) == (201, "instructor")
    assert (again.status_code, list(again.json()["errors"])) == (422, ["email"])
    assert [row["name"] for row in api.get(f"{URL}/people", params={"search": "ruth"}).json()["people"]] == [
        "Ruth Abara"
    ]
    one = f"{URL}/people/{student.id}"
    assert api.put(f"{one}/role", json={"role": "instructor"}).json()["role"] == "instructor"
    assert api.post(f"{one}/suspend").json()["status"] == "suspended"
    assert api.post(f"{one}/restore").json()["status"] == "active"
    assert api.post(f"{URL}/people/{admin.id}/suspend").status_code == 409


def test_the_school_is_looked_at(admin: Any, instructor: Any) -> None:
    course_makers.course(instructor)
    message_id = makers.letter(state="failed")
    api = rest.program(admin, API)

    assert [len(api.get(f"{URL}/overview?period={one}").json()["activity"]) for one in ("7d", "30d", "12w")] == [
        7,
        30,
        12,
    ]
    for asking, address in ((api, f"{URL}/overview.csv"), (rest.browser(admin, API), "/admin/overview.csv")):
        sheet = asking.get(address, params={"period": "12w"})
        assert (sheet.status_code, sheet.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
        assert sheet.headers["Content-Disposition"] == 'attachment; filename="overview-12w.csv"'
        assert "Published courses,1," in sheet.text
    assert api.get(f"{URL}/courses", params={"sort": "newest", "limit": 1}).json()["total"] == 1
    assert api.get(f"{URL}/mail", params={"status": "failed"}).json()["total"] == 1
    assert api.get(f"{URL}/mail/{message_id}").json()["subject"] == "Welcome"
    assert api.post(f"{URL}/mail/{message_id}/again").json()["state"] == "waiting"


@pytest.mark.parametrize(
    ("verb", "path", "body"),
    [
        ("POST", "/people", {"name": "", "email": "ruth@example.org"}),
        ("POST", "/people", {"name": "Ruth", "email": "ruth@example.org", "is_owner": True}),
        ("POST", "/people", {"name": "Ru\0th", "email": "ruth@example.org"}),
        ("GET", "/people?role=god", None),
        ("GET", "/people?search=%00", None),
        ("GET", "/people?limit=101", None),
        ("GET", "/overview?period=1y", None),
        ("GET", "/overview.csv?period=1y", None),
        ("GET", "/courses?offset=-1", None),
        ("GET", "/mail?status=lost", None),
        ("GET", "/mail/not-an-id", None),
    ],
)
def test_wrong_input_is_answered_field_by_field(admin: Any, verb: str, path: str, body: Any) -> None:
    refused = rest.program(admin, API).request(verb, URL + path, json=body)

    assert refused.status_code == 422
    assert all(name and said.endswith(".") for name, said in refused.json()["errors"].items())
    assert refused.json()["errors"]
