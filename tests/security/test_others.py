"""T12: what is somebody else's reads, by every verb, exactly like what is not there. T05: and nothing extra gets in."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from lms_app.courses import service as courses
from lms_app.web.edge import edge
from lms_app.web.guard import COOKIE
from tests.security.school import School
from tests.web.test_guard import digest

pytestmark = [pytest.mark.anyio, pytest.mark.no_database]

THINGS = {
    "/api/v1/attempts/{}": "attempt_id",
    "/api/v1/attempts/{}/questions": "attempt_id",
    "/api/v1/attempts/{}/review": "attempt_id",
    "/api/v1/attempts/{}/result": "over_id",
    "/api/v1/certificates/{}": "certificate_id",
    "/api/v1/certificates/{}/pdf": "certificate_id",
    "/api/v1/files/{}": "file_id",
    "/api/v1/assignments/{}": "diary_id",
    "/api/v1/assignments/{}/settings": "diary_id",
    "/api/v1/assignments/{}/submissions": "diary_id",
    "/api/v1/assignments/{}/submissions.zip": "diary_id",
    "/api/v1/submissions/{}": "entry_id",
    "/api/v1/submissions/{}/draft": "draft_id",
    "/api/v1/quizzes/{}": "quiz_id",
    "/api/v1/quizzes/{}/results": "quiz_id",
    "/api/v1/quizzes/{}/attempts": "quiz_id",
    "/api/v1/quizzes/{}/marking": "quiz_id",
    "/api/v1/attempts/{}/questions/7/mark": "over_id",
    "/api/v1/quizzes/{}/questions": "quiz_id",
    "/api/v1/threads/{}": "thread_id",
    "/api/v1/lessons/{}/threads": "item_id",
    "/api/v1/posts/{}/history": "post_id",
}
BROWSERS = {"/files/{}": "file_id", "/files/{}?": "work_file_id", "/certificates/{}.pdf": "certificate_id"}


@pytest.fixture
async def client(root: Any, tmp_path: Any) -> Any:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(edge(tmp_path)(root.api), raise_app_exceptions=False),
        base_url="http://lectern.test",
    ) as made:
        yield made


def seen(answer: httpx.Response) -> tuple[Any, ...]:
    """All that a prober could tell answers apart by."""
    headers = {name: value for name, value in answer.headers.items() if name != "x-request-id"}
    return answer.status_code, headers, answer.content


def bearer(there: School, who: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {there.tokens[who]}"}


async def test_programs_cannot_tell_others_things_from_nothing(client: httpx.AsyncClient, begin: Any) -> None:
    there = begin()
    for who in ("stranger", "other instructor"):
        for path, name in THINGS.items():
            theirs = await client.get(path.format(there.ids[name]), headers=bearer(there, who))
            nobodys = await client.get(path.format(uuid4()), headers=bearer(there, who))

            assert theirs.status_code == 404, path
            assert seen(theirs) == seen(nobodys), path


@pytest.mark.parametrize("verb", ["GET", "HEAD"])
@pytest.mark.parametrize("extra", [{}, {"Range": "bytes=0-3"}, {"Range": "bytes=0-0,2-2,4-4"}, {"If-None-Match": "*"}])
async def test_nor_can_browsers(client: httpx.AsyncClient, begin: Any, verb: str, extra: dict[str, str]) -> None:
    there = begin()
    cookie = {"Cookie": f"{COOKIE}={there.people['stranger'].signs_in()}", **extra}
    for path, name in BROWSERS.items():
        if verb == "HEAD" and name == "certificate_id":
            continue  # has no HEAD
        theirs = await client.request(verb, path.format(there.ids[name]), headers=cookie)
        nobodys = await client.request(verb, path.format(uuid4()), headers=cookie)

        assert theirs.status_code == 404
        assert seen(theirs) == seen(nobodys)


@pytest.mark.parametrize("verb", ["GET", "HEAD"])
async def test_a_part_of_ones_own_file_is_a_part(client: httpx.AsyncClient, begin: Any, verb: str) -> None:
    there = begin()
    cookie = {"Cookie": f"{COOKIE}={there.people['student'].signs_in()}", "Range": "bytes=0-3"}

    answer = await client.request(verb, f"/files/{there.ids['file_id']}", headers=cookie)

    assert answer.status_code == 206
    assert answer.headers["content-range"] == "bytes 0-3/18"
    assert answer.headers["content-security-policy"].endswith("sandbox")


async def test_an_old_link_ends_with_the_membership(client: httpx.AsyncClient, begin: Any) -> None:
    """Whoever leaves keeps what is theirs: the result and the certificate. The course's own things are gone at once."""
    there = begin()
    student = there.people["student"]
    cookie = {"Cookie": f"{COOKIE}={student.signs_in()}"}
    file = f"/files/{there.ids['file_id']}"
    assert (await client.get(file, headers=cookie)).status_code == 200

    student.does(courses.leave, slug=there.ids["slug"])

    for verb, extra in (("GET", {}), ("HEAD", {}), ("GET", {"Range": "bytes=0-3"})):
        gone = await client.request(verb, file, headers=cookie | extra)
        none = await client.request(verb, f"/files/{uuid4()}", headers=cookie | extra)
        assert gone.status_code == 404
        assert seen(gone) == seen(none)
    mine = bearer(there, "student")
    things = {"/api/v1/attempts/{}": "attempt_id", "/api/v1/attempts/{}/questions": "attempt_id"}
    for path, name in (things | {"/api/v1/submissions/{}": "entry_id"}).items():
        gone = await client.get(path.format(there.ids[name]), headers=mine)
        assert seen(gone) == seen(await client.get(path.format(uuid4()), headers=mine))
        assert gone.status_code == 404
    assert (await client.get(f"/api/v1/certificates/{there.ids['certificate_id']}", headers=mine)).status_code == 200


# ---- T05

EXTRA = {"role": "admin", "is_admin": True, "user_id": str(uuid4()), "grade": 10, "state": "submitted", "progress": 100}


@pytest.mark.parametrize(
    ("verb", "path", "body"),
    [
        ("POST", "/api/v1/auth/register", {"name": "N", "email": "n@example.org", "password": "seven kettles on it"}),
        ("PATCH", "/api/v1/me", {"zone": "Europe/Berlin"}),
        ("POST", "/api/v1/courses/{slug}/enrol", {}),
        ("PUT", "/api/v1/courses/{slug}/lessons/{item_id}/place", {"scroll": 1}),
        ("PUT", "/api/v1/attempts/{attempt_id}/questions/1/flag", {"flagged": True}),
        ("PUT", "/api/v1/submissions/{draft_id}/draft", {"body": "Green."}),
        ("POST", "/api/v1/submissions/{draft_id}/submit", {"body": "Green.", "agreed": True}),
        ("POST", "/api/v1/attempts/{attempt_id}/answers", {"save_id": str(uuid4()), "base_seq": 0, "value": {}}),
    ],
)
async def test_extra_keys_are_named_and_nothing_changes(
    client: httpx.AsyncClient, begin: Any, verb: str, path: str, body: dict[str, Any]
) -> None:
    there = begin()
    before = digest()

    for key, value in EXTRA.items():
        answer = await client.request(
            verb, path.format_map(there.ids), headers=bearer(there, "student"), json={**body, key: value}
        )
        assert answer.status_code == 422
        assert key in answer.json()["errors"]

    assert digest() == before


async def test_a_submission_takes_no_marks_from_its_sender(client: httpx.AsyncClient, begin: Any) -> None:
    there = begin()
    path = f"/api/v1/attempts/{there.ids['attempt_id']}/submit"

    answer = await client.post(
        path, headers=bearer(there, "student"), json={**EXTRA, "points": "10"}, params={"points": "10", "grade": "10"}
    )

    assert answer.status_code == 200
    assert answer.json()["points"] == "0"
