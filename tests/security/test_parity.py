"""T15: pages and programs are two ways to the same functions, and neither is the wider one."""

import ast
import asyncio
import inspect
import textwrap
from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi.routing import iter_route_contexts
from reflex_base.registry import RegistrationContext
from sqlmodel import col, select

from lms_app.core import mail
from lms_app.core.identity import Audience
from lms_app.core.outbox import OutboxMessage
from lms_app.core.work import SYSTEM, perform, reading, utc_now
from lms_app.courses import service as courses
from lms_app.courses.models import Course
from lms_app.courses.state.teaching import TeachCourseState
from lms_app.grades.models import GradeEntry
from lms_app.home import service as home
from lms_app.quizzes import service as quizzes
from lms_app.quizzes.models import Attempt
from lms_app.quizzes.state.taking import AttemptState
from lms_app.web.edge import edge
from lms_app.web.guard import Mark, mark_of
from tests.quizzes import makers
from tests.security.school import WHO, School
from tests.security.test_matrix import expected
from tests.web.bus import Bus
from tests.web.test_guard import digest


def services_of(fn: Any, owner: Any = None, depth: int = 3) -> Iterator[Any]:
    """The functions of services that a handler or a route names, also through its own helpers."""
    if depth == 0:
        return
    tree = ast.parse(textwrap.dedent(inspect.getsource(fn)))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            inner = getattr(owner, node.attr, None) if node.value.id == "self" and owner else None
            if inspect.isfunction(inner) and inner is not fn and inner.__module__ == fn.__module__:
                yield from services_of(inner, owner, depth - 1)
            room = fn.__globals__.get(node.value.id)
            found = getattr(room, node.attr, None) if inspect.ismodule(room) else None
            if inspect.isfunction(found) and ".service" in found.__module__:
                yield found
        elif isinstance(node, ast.Name):
            inner = fn.__globals__.get(node.id)
            if inspect.isfunction(inner) and inner is not fn and inner.__module__ == fn.__module__:
                yield from services_of(inner, owner, depth - 1)


def by_page() -> dict[Any, dict[str, Mark]]:
    found: dict[Any, dict[str, Mark]] = defaultdict(dict)
    for name, one in RegistrationContext.get().event_handlers.items():
        owner, mark = one.states[0], mark_of(one.handler.fn)
        if owner.__module__.startswith("lms_app") and mark is not None:
            for service in services_of(one.handler.fn, owner):
                found[service][name.rpartition("lms_state.")[2]] = mark
    return found


def by_rest(root: Any) -> dict[Any, dict[str, Mark]]:
    found: dict[Any, dict[str, Mark]] = defaultdict(dict)
    for route in iter_route_contexts(root.api.routes):
        mark = mark_of(route.endpoint)
        if mark is not None and str(route.path).startswith("/api/"):
            for service in services_of(route.endpoint):
                found[service][str(route.path)] = mark
    return found


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


# The first page is everybody's: it sends visitors to sign in by itself, and asks for their home only after that. A mailed
# invitation is shown to who has no account yet; programs have one. A course's page is for guests, too, and asks for its
# announcements only for who is in.
WIDER_BY_PAGE = {home.student_home, courses.read_invitation, courses.announcements}


def whom(marks: dict[str, Mark]) -> set[str]:
    """Who comes as far as the service by one way or another."""
    return {who for mark in marks.values() for who, status in zip(WHO, expected(mark), strict=True) if status == 200}


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
