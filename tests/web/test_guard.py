"""The door of the socket: T01, T02, T06 and T10 over every handler that is registered."""

import hashlib
import inspect
import sqlite3
from typing import Any

import pytest
from reflex_base.registry import RegistrationContext
from sqlalchemy import update
from sqlmodel import col, select

from lms_app import schema
from lms_app.core import db
from lms_app.core.audit import AuditEntry
from lms_app.core.identity import User
from lms_app.core.work import SYSTEM, reading, unit_of_work
from lms_app.courses.state.mine import MyCoursesState
from lms_app.home.state import HomeState
from lms_app.web.guard import EVENTS_AT_ONCE, mark_of, sign_in_url
from lms_app.web.state import LmsState
from tests.courses import makers
from tests.web.bus import NOWHERE, Bus

pytestmark = pytest.mark.anyio

# What may change without anybody having done something: who was seen when, what was tried, what was refused.
OWN_NOTES = {"audit_entry", "rate_count", "login_session"}
JUNK = ["x", "00000000-0000-4000-8000-000000000000", -1, None, {"is_admin": True}, "9" * 4_000, [1]]


def digest() -> str:
    """Of every row that means something. A SQLite file that nobody wrote to is not read again."""
    if not db.database().is_sqlite:
        return _digest()
    path = str(db.database().path)
    if path != _watched.path:
        _watched.look_at(path)
    version = _watched.version()
    if version not in _watched.digests:
        _watched.digests[version] = _digest()
    return _watched.digests[version]


class _Watched:
    """One file, with a connection that sees every commit of others."""

    path = ""

    def look_at(self, path: str) -> None:
        if self.path:
            self._connection.close()
        self._connection = sqlite3.connect(path, check_same_thread=False)
        self.path, self.digests = path, dict[int, str]()

    def version(self) -> int:
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])


_watched = _Watched()


def _digest() -> str:
    whole = hashlib.sha256()
    with db.database().read.connect() as connection:
        # As the driver has them: what each column makes of its value would take most of the matrix's time.
        cursor = connection.connection.cursor()
        for name, table in schema.metadata().tables.items():
            if name not in OWN_NOTES:
                kept = ", ".join(f'"{one.name}"' for one in table.columns if f"{name}.{one.name}" != "user.seen_at")
                cursor.execute(f'SELECT {kept} FROM "{name}"')
                whole.update(repr((name, sorted(map(repr, cursor.fetchall())))).encode())
    return whole.hexdigest()


@pytest.mark.parametrize("change", [{"role": "admin"}, {"name": "Eve"}])
async def test_the_digest_sees_a_change(student: Any, change: dict[str, str]) -> None:
    """Every test that says "and nothing changed" stands on it."""
    before = digest()
    with unit_of_work(SYSTEM) as work:
        work.db.connection().execute(update(User).where(User.id == student.id).values(**change))  # pyright: ignore[reportArgumentType]  a column

    assert digest() != before


def handlers() -> list[tuple[str, Any]]:
    return sorted(RegistrationContext.get().event_handlers.items())


def payload_of(fn: Any, junk: Any) -> dict[str, Any]:
    names = [name for name in inspect.signature(fn).parameters if name != "self"]
    return dict.fromkeys(names, junk)


async def test_a_visitor_changes_nothing_with_any_handler(bus: Bus, instructor: Any, student: Any) -> None:
    makers.enrolled(student, makers.course(instructor))
    before = digest()
    for number, (name, found) in enumerate(handlers()):
        mark = mark_of(found.handler.fn)
        junk = JUNK[number % len(JUNK)]

        await bus.send(name, payload_of(found.handler.fn, junk), path=NOWHERE)

        if found.states[0].__module__.startswith("lms_app") and (mark is None or mark.who != "public"):
            assert [path.split("?")[0] for path in bus.redirects()] == ["/sign-in"], name
    assert digest() == before


@pytest.mark.parametrize("junk", JUNK, ids=lambda junk: type(junk).__name__ + str(junk)[:8])
async def test_a_student_changes_nothing_with_handlers_that_are_for_others(
    bus: Bus, instructor: Any, stranger: Any, student: Any, junk: Any
) -> None:
    """Of a draft course, and of one that the student is not in; whatever the arguments are."""
    course = makers.course(instructor, published=False)
    makers.enrolled(student, makers.course(instructor, title="Another"))
    before = digest()
    token = ""
    for number, (name, found) in enumerate(handlers()):
        if number % 50 == 0:
            token = stranger.signs_in()  # there are more handlers than one session may call in so short a time
        mark = mark_of(found.handler.fn)
        if mark is None or mark.who not in ("admin", "member"):
            continue
        params = {"slug": course.slug, "item": str(course.items[0]), "attempt_id": str(course.id), "token": "x"}

        await bus.send(name, payload_of(found.handler.fn, junk), token=token, path=NOWHERE, params=params)

        if mark.who == "admin":
            assert bus.redirects() == ["/"], name
    assert digest() == before


async def test_a_refusal_is_noted_once(bus: Bus, student: Any) -> None:
    token = student.signs_in()
    name = next(name for name, found in handlers() if (mark := mark_of(found.handler.fn)) and mark.who == "admin")

    for _ in range(5):
        await bus.send(name, {}, token=token)
    for task in list(bus.processor.middleware._middlewares[0]._writing):
        await task

    with reading(SYSTEM) as work:
        noted = work.db.exec(select(AuditEntry).where(col(AuditEntry.action) == "access.denied")).all()
    assert [(entry.actor_id, entry.subject_kind) for entry in noted] == [(student.id, "handler")]


async def test_no_setter_can_be_called(bus: Bus, admin: Any) -> None:
    token = admin.signs_in()
    setters = [name for name, _ in handlers() if name.endswith(".setvar")]

    for name in setters:
        await bus.send(name, {"var_name": "person", "value": "x"}, token=token)
        assert bus.deltas == []
    assert setters


async def test_a_stolen_tab_shows_nothing_without_its_cookie(bus: Bus, student: Any, instructor: Any) -> None:
    course = makers.course(instructor)
    makers.enrolled(student, course)
    tab = await bus.send(MyCoursesState.open, token=student.signs_in(), path="/courses")
    assert course.title if hasattr(course, "title") else "Principles of Ecology" in str(bus.deltas)

    await bus.send(HomeState.open_home, tab=tab)

    state = await bus.state(tab, MyCoursesState)
    assert state.courses == []
    assert "Principles of Ecology" not in str(bus.deltas)
    assert (await bus.state(tab, LmsState)).person.name == ""


async def test_a_stolen_tab_of_several_processes_shows_nothing_either(
    redis_bus: Bus, student: Any, instructor: Any
) -> None:
    """An event finds there what it needs and no more: the rest must not wait for the next thief's page."""
    makers.enrolled(student, makers.course(instructor))
    tab = await redis_bus.send(MyCoursesState.open, token=student.signs_in(), path="/courses")
    assert "Principles of Ecology" in str(redis_bus.deltas)

    await redis_bus.send(HomeState.open_home, tab=tab)
    await redis_bus.send("reflex___state____state.hydrate", tab=tab)

    assert redis_bus.deltas
    assert "Principles of Ecology" not in str(redis_bus.deltas)
    assert (await redis_bus.state(tab, LmsState)).person.name == ""


async def test_the_same_tab_starts_empty_for_the_next_person(bus: Bus, student: Any, instructor: Any) -> None:
    makers.enrolled(student, makers.course(instructor))
    tab = await bus.send(MyCoursesState.open, token=student.signs_in(), path="/courses")

    await bus.send(LmsState.clear_notice, token=instructor.signs_in(), tab=tab)

    assert (await bus.state(tab, MyCoursesState)).courses == []
    assert (await bus.state(tab, LmsState)).person.name == "Instructor"


async def test_a_flood_is_cut(bus: Bus, student: Any) -> None:
    token, tab = student.signs_in(), ""
    seen = 0
    for _ in range(EVENTS_AT_ONCE + 100):
        tab = await bus.send(LmsState.tell, {"text": "x"}, token=token, tab=tab)
        seen += bool(bus.deltas)

    assert seen < EVENTS_AT_ONCE + 60


async def test_an_error_of_ours_has_a_reference_that_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    from lms_app.web.state import on_error

    spec = on_error(RuntimeError("the secret detail"))

    said = str(spec)
    assert "the secret detail" not in said
    (record,) = [record for record in caplog.records if record.getMessage().startswith("error ")]
    assert record.getMessage().removeprefix("error ") in said


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/courses/ponds", "/sign-in?next=/courses/ponds"),
        ("/", "/sign-in"),
        ("//evil.example", "/sign-in"),
        ("/\\evil.example", "/sign-in"),
        ("https://evil.example", "/sign-in"),
        ("javascript:alert(1)", "/sign-in"),
        ("", "/sign-in"),
    ],
)
def test_signing_in_leads_back_to_this_site_only(path: str, expected: str) -> None:
    assert sign_in_url(path) == expected
