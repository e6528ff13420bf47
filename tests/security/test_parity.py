"""T15: pages and programs are two ways to the same functions, and neither is the wider one."""

import asyncio
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlmodel import col, select

from lms_app.core import mail
from lms_app.core.identity import Audience
from lms_app.core.outbox import OutboxMessage
from lms_app.core.work import SYSTEM, perform, reading, utc_now
from lms_app.courses.models import Course
from lms_app.courses.state.teaching import TeachCourseState
from lms_app.grades.models import GradeEntry
from lms_app.quizzes import service as quizzes
from lms_app.quizzes.models import Attempt
from lms_app.quizzes.state.taking import AttemptState
from lms_app.web.edge import edge
from tests.quizzes import makers
from tests.security.permissions import WIDER_BY_PAGE, by_page, by_rest, document, whom
from tests.security.school import WHO, School
from tests.web.bus import Bus
from tests.web.test_guard import digest


@pytest.mark.no_database
def test_the_same_function_has_the_same_mark_by_page_and_by_rest(root: Any) -> None:
    pages, programs = by_page(), by_rest(root)
    both = set(pages) & set(programs)
    assert len(both) > 25

    unlike = {
        f"{service.__module__}.{service.__name__}": (pages[service], programs[service])
        for service in both - WIDER_BY_PAGE
        if whom(pages[service]) != whom(programs[service])
    }

    assert unlike == {}


@pytest.mark.no_database
def test_the_document_says_what_the_matrix_tries(root: Any) -> None:
    kept = Path(__file__).parents[2] / "docs" / "permissions.md"

    assert kept.read_text() == document(root), "run `python -m tests.security.permissions > docs/permissions.md`"


# ---- The same answer, whichever way one comes


@pytest.mark.anyio
@pytest.mark.no_database
@pytest.mark.parametrize("handler", ["publish", "unpublish", "archive"])
async def test_managing_by_page_is_for_whom_it_is_by_rest(
    bus: Bus, root: Any, tmp_path: Any, begin: Any, handler: str
) -> None:
    there = begin()
    app = edge(tmp_path)(root.api)
    before = digest()
    for who in WHO[1:]:
        there = begin()
        token, params = there.people[who].signs_in(), {"slug": there.ids["slug"]}
        tab = await bus.send(TeachCourseState.open, token=token, params=params)
        opened = (await bus.state(tab, TeachCourseState)).loaded
        await bus.send(getattr(TeachCourseState, handler), token=token, tab=tab, params=params)
        by_page = status_of(there)
        there = begin()
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://lectern.test") as client:
            headers = {"Authorization": f"Bearer {there.tokens[who]}"}
            seen = await client.get(f"/api/v1/courses/{there.ids['slug']}/teaching", headers=headers)
            answer = await client.post(f"/api/v1/courses/{there.ids['slug']}/{handler}", headers=headers)

        assert by_page == status_of(there), who
        assert opened == seen.is_success, who
        allowed = who in ("instructor", "admin")
        assert answer.is_success == allowed, who
        assert (digest() == before) == (not allowed or handler == "publish"), who


def status_of(there: School) -> str:
    with reading(SYSTEM) as work:
        return str(work.db.exec(select(Course.status).where(col(Course.slug) == there.ids["slug"])).one())


# ---- T35


@pytest.mark.anyio
async def test_twenty_submissions_by_page_and_rest_at_once_are_one(
    http: httpx.AsyncClient, bus: Bus, student: Any, instructor: Any
) -> None:
    now = utc_now()
    student = student.at(now)
    attempt = makers.begun(student, makers.quiz(instructor.at(now), student))
    makers.answers(student, attempt, 1, makers.RIGHT[0])
    cookie, bearer = student.signs_in(), {"Authorization": f"Bearer {student.signs_in(Audience.API)}"}
    path = f"/api/v1/attempts/{attempt.id}"
    params = {"attempt_id": attempt.id}

    *said, _, _ = await asyncio.gather(
        *(http.post(f"{path}/submit", headers=bearer) for _ in range(10)),
        asyncio.gather(*(bus.send(AttemptState.submit, token=cookie, params=params) for _ in range(5))),
        asyncio.gather(*(perform(student.actor, quizzes.submit, attempt_id=UUID(attempt.id)) for _ in range(5))),
    )

    assert bus.errors == []
    assert [answer.status_code for answer in said] == [200] * 10
    assert [answer.json() for answer in said] == [said[0].json()] * 10
    assert said[0].json()["points"] == "2"
    with reading(SYSTEM) as work:
        assert len(work.db.exec(select(GradeEntry)).all()) == 1
        assert len(work.db.exec(select(OutboxMessage).where(col(OutboxMessage.topic) == mail.TOPIC)).all()) <= 1
        assert [one.state for one in work.db.exec(select(Attempt)).all()] == ["submitted"]
