"""T22: a hundred people who sign in at once, on the real server, and T21: whose address it believes."""

import asyncio
import time
from collections.abc import Iterator

import httpx
import psutil
import pytest

from lms_app import build
from lms_app.core import identity
from tests.accounts.helpers import PASSWORD
from tests.e2e import server
from tests.e2e.server import Site
from tests.makers import person

pytestmark = [pytest.mark.long, pytest.mark.no_database]

PEOPLE = 100
RSS_AT_MOST = 1_000_000_000
HEALTH_WITHIN = 0.2


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Behind a proxy, so that a hundred people have a hundred addresses."""
    build.main()
    folder = tmp_path_factory.mktemp("crowd")
    with server.running(folder, LMS_DEMO_ACCOUNTS="false", LMS_TRUSTED_PROXY_HOPS="1") as made:
        yield made


def memory(site: Site) -> int:
    process = psutil.Process(site.process.pid)
    return sum(one.memory_info().rss for one in (process, *process.children(recursive=True)))


def test_a_hundred_sign_ins_at_once_leave_the_site_awake_and_small(site: Site) -> None:
    kept = identity.hash_password(PASSWORD)
    with site.services():
        emails = [person(f"Pupil {n}", password_hash=kept).email for n in range(PEOPLE)]

    async def story() -> tuple[list[int], list[float], int]:
        waits: list[float] = []
        most = 0
        async with httpx.AsyncClient(
            base_url=site.url, timeout=120, limits=httpx.Limits(max_connections=200)
        ) as client:

            async def signs_in(number: int, email: str) -> int:
                headers = {"X-Forwarded-For": f"10.0.0.{number}"}
                answer = await client.post(
                    "/api/v1/auth/login", json={"email": email, "password": PASSWORD}, headers=headers
                )
                return answer.status_code

            crowd = asyncio.gather(*(signs_in(n, email) for n, email in enumerate(emails)))
            while not crowd.done():
                began = time.perf_counter()
                assert (await client.get("/healthz")).status_code == 200
                waits.append(time.perf_counter() - began)
                most = max(most, memory(site))
                await asyncio.sleep(0.1)
            return await crowd, waits, most

    statuses, waits, most = asyncio.run(story())

    assert statuses == [200] * PEOPLE
    assert most < RSS_AT_MOST
    assert len(waits) > 10
    # All of them but what the machine itself was busy with.
    assert sorted(waits)[int(len(waits) * 0.95)] < HEALTH_WITHIN


def test_a_crowd_from_one_address_waits_outside(site: Site) -> None:
    kept = identity.hash_password(PASSWORD)
    with site.services():
        emails = [person(f"Pupil {n}", password_hash=kept).email for n in range(40)]

    async def story() -> list[httpx.Response]:
        async with httpx.AsyncClient(base_url=site.url, timeout=60) as client:
            given = [{"email": email, "password": PASSWORD} for email in emails]
            return await asyncio.gather(*(client.post("/api/v1/auth/login", json=one) for one in given))

    answers = asyncio.run(story())

    refused = [answer for answer in answers if answer.status_code == 429]
    assert {answer.status_code for answer in answers} <= {200, 429}
    assert refused
    assert all(int(answer.headers["retry-after"]) > 0 for answer in refused)
