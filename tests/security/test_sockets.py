"""T01, T10, T13, T40 on real sockets against the real server: what a program can do that is no page of ours."""

import asyncio
import json
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest
from reflex_base.registry import RegistrationContext
from sqlmodel import col, select
from uuid_utils.compat import uuid7
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import connect

from bench.tab import Lost, Tab, delta_of, lms_event
from lms_app import build
from lms_app.core import identity
from lms_app.core.identity import Audience
from lms_app.core.work import SYSTEM, SiteRole, reading, utc_now
from lms_app.quizzes.models import Answer
from tests.accounts.helpers import PASSWORD
from tests.e2e import server
from tests.e2e.server import Site
from tests.makers import Person, person
from tests.quizzes import makers
from tests.web.test_guard import digest, payload_of

pytestmark = [pytest.mark.browser, pytest.mark.no_database]

SAVE = lms_event("AttemptState", "save")
MINE = lms_event("MyCoursesState", "open")
TITLE = b"Principles of Ecology"


@dataclass(frozen=True)
class Sitting:
    """A student in the middle of a quiz, signed in for pages and for programs."""

    site: Site
    student: Person
    attempt: UUID
    question: UUID
    cookie: str
    bearer: str

    @property
    def port(self) -> int:
        return int(self.site.url.rpartition(":")[2])

    def rest(self, verb: str, path: str, **given: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.bearer}"}
        return httpx.request(verb, f"{self.site.url}/api/v1{path}", headers=headers, **given)


def at_rest(site: Site) -> str:
    """The digest of the site's rows once its jobs have done what they had to do: that is not the story's doing."""
    with site.services():
        seen = digest()
        for _ in range(20):
            time.sleep(1)
            before, seen = seen, digest()
            if before == seen:
                return seen
    raise AssertionError("The site's jobs did not come to rest in 20 s.")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    build.main()
    with server.running(tmp_path_factory.mktemp("sockets"), LMS_DEMO_ACCOUNTS="false") as made:
        yield made


@pytest.fixture
def sitting(site: Site) -> Sitting:
    with site.services():
        instructor = person("Instructor", SiteRole.INSTRUCTOR).at(utc_now())
        student = person("Zephyrine Quell").at(utc_now())
        attempt = makers.begun(student, makers.quiz(instructor, student))
        question = makers.question(student, attempt, 1)
        return Sitting(
            site,
            student,
            UUID(attempt.id),
            UUID(question.id),
            student.signs_in(),
            student.signs_in(Audience.API),
        )


def run(story: Callable[[], Awaitable[None]]) -> None:
    # In a thread of its own: a browser of another test may keep a loop in this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(asyncio.wait_for(story(), 60))).result()  # type: ignore[arg-type]


def handshake(site: Site, query: str, **given: Any) -> bytes:
    """What the socket says first. Raises InvalidHandshake or ConnectionClosed when it does not let us in."""
    url = f"{site.url.replace('http', 'ws')}/_event/?EIO=4&transport=websocket{query}"
    with connect(url, open_timeout=5, **given) as socket:
        said = socket.recv(timeout=5)
        return said if isinstance(said, bytes) else said.encode()


# ---- T10


@pytest.mark.parametrize("token", ["a", "course42", "x" * 5_000, "../../etc", "%00" * 20, ""])
def test_a_tab_with_an_odd_token_gets_no_socket(site: Site, token: str) -> None:
    with pytest.raises((InvalidHandshake, ConnectionClosed)):
        handshake(site, f"&token={token}")


def test_a_tab_with_a_token_of_ours_gets_one(site: Site) -> None:
    assert handshake(site, f"&token={uuid.uuid4()}").startswith(b"0{")


@pytest.mark.parametrize("cookie", ["", "another's"])
def test_two_sockets_with_one_token_share_nothing(sitting: Sitting, cookie: str) -> None:
    """While its owner is there, and after they left: the token of a tab opens nothing."""
    with sitting.site.services():
        other = person("Other").signs_in() if cookie else ""

    async def story() -> None:
        token = str(uuid.uuid4())
        owner = await Tab.open(sitting.port, "/courses", cookie=sitting.cookie, token=token, keep=True)
        assert TITLE in b"".join(owner.keep or [])

        beside = await Tab.open(sitting.port, "/sign-in", cookie=other, token=token, keep=True)
        beside.send(MINE)
        await asyncio.sleep(0.5)
        await owner.close()
        after = await Tab.open(sitting.port, "/sign-in", cookie=other, token=token, keep=True)
        after.send(MINE)
        await asyncio.sleep(0.5)

        for tab in (beside, after):
            said = b"".join(tab.keep or [])
            assert said
            assert TITLE not in said
            assert b"Zephyrine" not in said
            await tab.close()

    run(story)


# ---- T13


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost.evil.example", "http://localhost:1"]
)
def test_a_page_of_another_site_gets_no_socket(sitting: Sitting, origin: str) -> None:
    with pytest.raises((InvalidHandshake, ConnectionClosed)):
        handshake(
            sitting.site,
            f"&token={uuid.uuid4()}",
            origin=origin,
            additional_headers={"Cookie": f"lectern={sitting.cookie}"},
        )


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_nor_does_it_by_polling(sitting: Sitting, origin: str) -> None:
    headers = {"Origin": origin, "Cookie": f"lectern={sitting.cookie}"}

    answer = httpx.get(f"{sitting.site.url}/_event/?EIO=4&transport=polling&token={uuid.uuid4()}", headers=headers)

    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers


# ---- T01


def test_a_program_without_a_cookie_changes_nothing_with_any_handler(sitting: Sitting, root: Any) -> None:
    names = {
        name: payload_of(found.handler.fn, "x")
        for name, found in RegistrationContext.get().event_handlers.items()
        if not name.endswith(("hydrate_and_load", "on_load_internal"))
    }
    assert len(names) > 60

    async def story() -> None:
        tab = await Tab.open(sitting.port, "/sign-in", keep=True)
        for name, payload in names.items():
            tab.send(name, payload)
        await asyncio.sleep(2)
        said = b"".join(tab.keep or [])
        assert TITLE not in said
        assert b"Zephyrine" not in said
        assert said.count(b"/sign-in") > 30  # nearly all of them lead there
        await tab.close()

    before = at_rest(sitting.site)
    run(story)
    assert at_rest(sitting.site) == before


def test_a_program_may_call_a_handler_without_having_loaded_its_page(sitting: Sitting) -> None:
    """T06: whether a page was loaded, and which address is claimed, decides nothing."""

    async def story() -> None:
        tab = await Tab.open(sitting.port, "/sign-in", cookie=sitting.cookie, load=False, keep=True)
        await asyncio.sleep(0.5)
        tab.path = "/teaching/principles-of-ecology"
        tab.send(lms_event("TeachCourseState", "open"))
        tab.send(lms_event("TeachCourseState", "archive"))
        await asyncio.sleep(1)
        await tab.close()

    before = at_rest(sitting.site)
    run(story)
    assert at_rest(sitting.site) == before


def test_the_servers_log_holds_no_session(sitting: Sitting) -> None:
    """Reflex writes down an event that it does not know, with all headers."""

    async def story() -> None:
        tab = await Tab.open(sitting.port, "/sign-in", cookie=sitting.cookie)
        tab.send("reflex___state____state.no_such_event", {"x": 1})
        tab.send(SAVE, {"attempt_id": {"a": 1}})
        await asyncio.sleep(0.5)
        await tab.close()

    run(story)
    sitting.rest("GET", "/files/x")

    said = sitting.site.log()
    for secret in (sitting.cookie, sitting.bearer, sitting.cookie.rpartition(".")[2], sitting.student.email):
        assert secret not in said


# ---- T21


def test_the_server_believes_no_address_that_a_program_claims(sitting: Sitting) -> None:
    headers = {"X-Forwarded-For": "6.6.6.6", "Forwarded": "for=6.6.6.6", "X-Real-IP": "6.6.6.6"}
    kept = identity.hash_password(PASSWORD)
    with sitting.site.services():
        ada = person("Ada", password_hash=kept)
    given = {"email": ada.email, "password": PASSWORD}
    signed = httpx.post(f"{sitting.site.url}/api/v1/auth/login", json=given, headers=headers).json()
    mine = httpx.get(
        f"{sitting.site.url}/api/v1/me/sessions", headers={"Authorization": f"Bearer {signed['access_token']}"}
    ).json()

    assert [session["ip"] for session in mine] == ["127.0.0.1"]


# ---- T40


async def saves(tab: Tab, sitting: Sitting, base_seq: int, choice: str) -> dict[str, Any]:
    """What the page would be told of one save."""
    save_id = str(uuid7())
    payload = {
        "attempt_id": str(sitting.attempt),
        "question_id": str(sitting.question),
        "save_id": save_id,
        "base_seq": base_seq,
        "value": json.dumps({"choice": choice}),
    }
    said = await tab.call(SAVE, payload, save_id.encode(), timeout=10)
    for state in delta_of(said).values():
        for value in state.values():
            for line in str(value).splitlines():
                if save_id in line:
                    return json.loads(line)
    raise AssertionError(said)


def answers(sitting: Sitting) -> list[tuple[int, bool, bool]]:
    with sitting.site.services(), reading(SYSTEM) as work:
        rows = work.db.exec(
            select(Answer).where(col(Answer.attempt_id) == sitting.attempt).order_by(col(Answer.seq))
        ).all()
        return [(row.seq, row.stale, row.late) for row in rows]


def test_an_older_tab_is_told_and_never_wins(sitting: Sitting) -> None:
    async def story() -> None:
        path = f"/attempts/{sitting.attempt}"
        first = await Tab.open(sitting.port, path, cookie=sitting.cookie)
        second = await Tab.open(sitting.port, path, cookie=sitting.cookie)
        one = await saves(first, sitting, 0, "right")
        two = await saves(second, sitting, 0, "wrong")
        three = await saves(first, sitting, one["seq"], "right")
        assert [bool(told.get("stale")) for told in (one, two, three)] == [False, True, False], (one, two, three)
        await first.close()
        await second.close()

    run(story)

    assert [stale for _, stale, _ in answers(sitting)] == [False, True, False]


def test_a_save_after_submitting_changes_nothing_and_says_so(sitting: Sitting) -> None:
    async def story() -> None:
        tab = await Tab.open(sitting.port, f"/attempts/{sitting.attempt}", cookie=sitting.cookie)
        kept = await saves(tab, sitting, 0, "wrong")
        result = sitting.rest("POST", f"/attempts/{sitting.attempt}/submit")
        assert result.status_code == 200
        refused = await saves(tab, sitting, kept["seq"], "right")
        assert "submitted" in json.dumps(refused)
        assert "seq" not in refused
        assert sitting.rest("POST", f"/attempts/{sitting.attempt}/submit").json() == result.json()
        await tab.close()

    run(story)

    assert len(answers(sitting)) == 1


def test_another_students_attempt_is_not_there_by_socket(sitting: Sitting) -> None:
    with sitting.site.services():
        token = person("Somebody").signs_in()

    async def story() -> None:
        tab = await Tab.open(sitting.port, f"/attempts/{sitting.attempt}", cookie=token, keep=True)
        refused = await saves(tab, sitting, 0, "right")
        assert "seq" not in refused, refused
        assert TITLE not in b"".join(tab.keep or [])
        await tab.close()

    run(story)

    assert answers(sitting) == []


# ---- Size


def test_a_message_that_is_too_large_ends_the_connection_and_nothing_else(sitting: Sitting) -> None:
    async def story() -> None:
        tab = await Tab.open(sitting.port, "/sign-in", cookie=sitting.cookie)
        neighbour = await Tab.open(sitting.port, f"/attempts/{sitting.attempt}", cookie=sitting.cookie)
        tab.send(SAVE, {"attempt_id": "x" * 2_000_000})
        await asyncio.wait_for(tab.closed.wait(), 10)
        with pytest.raises(Lost):
            tab.send(SAVE, {})
        assert (await saves(neighbour, sitting, 0, "right"))["seq"] == 1
        await neighbour.close()

    run(story)


@pytest.mark.parametrize(
    "junk", [b"42/_event,", b"42/_event,[]", b"42/_event,[1]", b'42/_event,["event",[[[[', b"\xff\xfe", b"9", b"451-x"]
)
def test_junk_on_a_socket_harms_nobody_else(sitting: Sitting, junk: bytes) -> None:
    async def story() -> None:
        neighbour = await Tab.open(sitting.port, f"/attempts/{sitting.attempt}", cookie=sitting.cookie)
        tab = await Tab.open(sitting.port, "/sign-in")
        tab._text(junk)
        await asyncio.sleep(0.3)
        assert (await saves(neighbour, sitting, 0, "right"))["seq"] == 1
        await neighbour.close()
        await tab.close()

    run(story)
