"""T42 and T35: an attempt ends once, whoever ends it, and also when nobody is there."""

import asyncio
import json
import signal
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlmodel import select
from uuid_utils.compat import uuid7

from bench.tab import Tab, lms_event
from lms_app.core.identity import Audience
from lms_app.core.outbox import OutboxMessage
from lms_app.core.work import SYSTEM, SiteRole, reading, utc_now
from lms_app.grades.models import GradeEntry
from lms_app.quizzes.models import Attempt, AttemptQuestion
from tests.e2e import server
from tests.e2e.server import Site
from tests.makers import Person, person
from tests.quizzes import makers

pytestmark = pytest.mark.usefixtures("front_end")
SUBMIT = lms_event("AttemptState", "submit")
# The job looks for overdue attempts when it starts, and every 20 s.
CLOSED_WITHIN = 25.0


@dataclass(frozen=True)
class Sitting:
    """A student in the middle of a quiz: tokens of the same person for pages and for REST."""

    student: Person
    attempt: UUID
    questions: tuple[UUID, ...]
    cookie: str
    bearer: str


@dataclass(frozen=True)
class Ended:
    """What the database holds of an attempt that is over."""

    state: str
    finished_at: datetime | None
    points: Any
    answered: int
    grades: int


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "site"


def _running(folder: Path):
    return server.running(folder, LMS_PROFILE="development")


def _sits(site: Site, *, begun: timedelta = timedelta(0), **settings: Any) -> Sitting:
    """Someone who began a quiz `begun` ago."""
    with site.services():
        teacher = person("Instructor", SiteRole.INSTRUCTOR).at(utc_now())
        student = person("Student").at(utc_now())
        made = makers.quiz(teacher, student, **settings)
        attempt = makers.begun(student.at(utc_now() - begun), made)
        tokens = [student.signs_in(audience) for audience in (Audience.WEB, Audience.API)]
    return Sitting(student, UUID(attempt.id), made.questions, *tokens)


def _answers(site: Site, sitting: Sitting, number: int, value: dict[str, Any]) -> None:
    answered = httpx.post(
        f"{site.url}/api/v1/attempts/{sitting.attempt}/answers",
        headers={"Authorization": f"Bearer {sitting.bearer}"},
        json={
            "question_id": str(sitting.questions[number]),
            "save_id": str(uuid7()),
            "base_seq": 0,
            "value": value,
        },
    )
    assert answered.status_code == 200, answered.text


def _ended(site: Site, sitting: Sitting) -> Ended:
    with site.services(), reading(SYSTEM) as work:
        attempt = work.db.get_one(Attempt, sitting.attempt)
        questions = work.db.exec(select(AttemptQuestion).where(AttemptQuestion.attempt_id == sitting.attempt)).all()
        entries = work.db.exec(select(GradeEntry).where(GradeEntry.user_id == sitting.student.id)).all()
        return Ended(
            state=attempt.state,
            finished_at=attempt.finished_at,
            points=attempt.points,
            answered=sum(question.answer_id is not None for question in questions),
            grades=len(entries),
        )


def _deadline(site: Site, sitting: Sitting) -> datetime:
    with site.services(), reading(SYSTEM) as work:
        found = work.db.get_one(Attempt, sitting.attempt).deadline_at
        assert found is not None
        return found


def test_an_attempt_whose_end_passed_while_the_server_was_off_is_closed_and_graded_once(folder: Path):
    with _running(folder) as site:
        # One minute from 50 seconds ago: ten are left.
        sitting = _sits(site, begun=timedelta(seconds=50), limit_minutes=1, grace_seconds=1)
        _answers(site, sitting, 0, makers.RIGHT[0])
        _answers(site, sitting, 1, makers.RIGHT[1])
        deadline = _deadline(site, sitting)
        assert _ended(site, sitting).state == "open"
        server.stop(site, signal.SIGKILL)
    time.sleep(max(0.0, (deadline - utc_now()).total_seconds() + 2))

    with _running(folder) as site:
        until = time.monotonic() + CLOSED_WITHIN
        while (ended := _ended(site, sitting)).state == "open" and time.monotonic() < until:
            time.sleep(0.5)
    with _running(folder) as site:
        time.sleep(3)  # another start looks again
        again = _ended(site, sitting)

    assert ended == Ended(state="expired", finished_at=deadline, points=4, answered=2, grades=1)
    assert again == ended


def test_twenty_submits_at_once_by_page_and_rest_are_one(folder: Path):
    with _running(folder) as site:
        sitting = _sits(site)
        for number, value in enumerate(makers.RIGHT[:3]):
            _answers(site, sitting, number, value)

        by_page, by_rest = asyncio.run(_twenty_submits(site, sitting))

        ended = _ended(site, sitting)
        with site.services(), reading(SYSTEM) as work:
            mails = [m for m in work.db.exec(select(OutboxMessage)).all() if m.topic == "mail"]
    results = [said.json() for said in by_rest]
    assert [said.status_code for said in by_rest] == [200] * 10
    assert results == [results[0]] * 10
    assert by_page == [f"/attempts/{sitting.attempt}/results"] * 10
    assert (ended.state, ended.points, ended.answered, ended.grades) == ("submitted", 5, 3, 1)
    assert len(mails) <= 1


async def _twenty_submits(site: Site, sitting: Sitting) -> tuple[list[str], list[httpx.Response]]:
    """Where ten tabs were sent, and what ten requests were answered."""
    port = int(site.url.rpartition(":")[2])
    path = f"/attempts/{sitting.attempt}/review"
    tabs = [await Tab.open(port, path, cookie=sitting.cookie) for _ in range(10)]

    async def by_page(tab: Tab) -> str:
        said = await tab.call(SUBMIT, {}, b"_redirect", timeout=20)
        update = json.loads(said.partition(b",")[2])[1]
        (event,) = update["events"]
        return event["payload"]["path"]

    async with httpx.AsyncClient(timeout=20) as client:
        submit = f"{site.url}/api/v1/attempts/{sitting.attempt}/submit"
        bearer = {"Authorization": f"Bearer {sitting.bearer}"}
        *said, answers = await asyncio.gather(
            *(by_page(tab) for tab in tabs),
            asyncio.gather(*(client.post(submit, headers=bearer) for _ in range(10))),
        )
    for tab in tabs:
        await tab.close()
    return said, answers
