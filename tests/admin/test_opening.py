"""The first run: one code, one administrator, once."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from lms_app.admin import service, settings_api
from lms_app.admin.models import SetupCode
from lms_app.core import limits
from lms_app.core.errors import Forbidden, Invalid, LmsError, NotFound, NotSignedIn, TooMany
from lms_app.core.identity import Audience, User
from lms_app.core.work import ANONYMOUS, SYSTEM, reading, unit_of_work, utc_now
from tests.courses import rest

API = rest.app(*settings_api.ROUTERS)
PASSWORD = "seven kettles on the moon"
ADA = {"name": "Ada Lovelace", "email": "ada@example.org", "password": PASSWORD}


def _code(at: Any = None) -> str:
    with unit_of_work(SYSTEM, at) as work:
        code = service.new_code(work)
    assert code is not None
    return code


def _set_up(code: str, **given: str) -> Any:
    return asyncio.run(service.set_up(ANONYMOUS, code=code, **{**ADA, **given}, audience=Audience.WEB))


def _people() -> list[tuple[str, str]]:
    with reading(SYSTEM) as work:
        return [(user.email, user.role) for user in work.db.exec(select(User))]


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    limits.forget()


def test_a_code_is_random_and_kept_only_as_a_hash(database: Any) -> None:
    first, second = _code(), _code()

    assert first != second
    assert len(first.replace("-", "")) * 5 >= 128
    with reading(SYSTEM) as work:
        (kept,) = work.db.exec(select(SetupCode)).all()
    assert second not in repr(kept)
    with pytest.raises(Invalid):
        _set_up(first)


def test_whoever_has_the_code_becomes_the_administrator_once(database: Any) -> None:
    code = _code()

    session = _set_up(code.lower().replace("-", " "))

    assert session.token
    assert _people() == [("ada@example.org", "admin")]
    with pytest.raises(NotFound):
        _set_up(code, email="eve@example.org")
    with unit_of_work(SYSTEM) as work:
        assert service.new_code(work) is None
        assert work.db.exec(select(SetupCode)).all() == []
    assert _people() == [("ada@example.org", "admin")]


def test_two_at_the_same_time_make_one(database: Any) -> None:
    code = _code()

    async def both() -> list[Any]:
        acts = [
            service.set_up(
                ANONYMOUS, code=code, name="Ada", email=f"{name}@example.org", password=PASSWORD, audience=Audience.WEB
            )
            for name in ("ada", "eve", "ida")
        ]
        return await asyncio.gather(*acts, return_exceptions=True)

    answers = asyncio.run(both())

    assert sum(not isinstance(answer, BaseException) for answer in answers) == 1
    assert all(isinstance(answer, LmsError) for answer in answers if isinstance(answer, BaseException))
    assert [role for _email, role in _people()] == ["admin"]


def test_a_code_ends_after_a_day(database: Any) -> None:
    code = _code(utc_now() - timedelta(hours=24, seconds=1))

    with pytest.raises(Invalid):
        _set_up(code)
    assert _people() == []


def test_what_is_wrong_with_the_rest_leaves_the_code_good(database: Any) -> None:
    code = _code()

    with pytest.raises(Invalid) as refused:
        _set_up(code, name="", email="nobody", password="short")

    assert set(refused.value.fields) == {"name", "email", "password"}
    assert _set_up(code).token


def test_guessing_is_throttled_before_anything_is_hashed(database: Any) -> None:
    code = _code()
    for _ in range(limits.LIMITS["setup"].times):
        with pytest.raises(Invalid):
            _set_up("AAAA-BBBB-CCCC-DDDD-EEEE-FFFF-GGGG")

    with pytest.raises(TooMany):
        _set_up(code)


def test_an_account_that_registered_before_is_no_administrator(database: Any, student: Any) -> None:
    code = _code()
    assert _set_up(code).token
    assert sorted(role for _email, role in _people()) == ["admin", "student"]


def test_only_the_console_gets_a_code(student: Any, instructor: Any) -> None:
    for person in (student, instructor):
        with pytest.raises(Forbidden):
            person.does(service.new_code)
    with unit_of_work(ANONYMOUS) as work, pytest.raises(NotSignedIn):
        service.new_code(work)


def test_the_page_is_there_until_somebody_runs_the_place(database: Any) -> None:
    visitor = rest.browser(None, API)
    assert visitor.get("/setup").status_code == 200
    wrong = visitor.post("/setup", data={"code": "x", "name": "Ada", "email": "ada@example.org", "password": PASSWORD})
    assert (wrong.status_code, wrong.headers["location"]) == (303, "/setup")

    right = visitor.post("/setup", data={"code": _code(), **ADA})

    assert (right.status_code, right.headers["location"]) == (303, "/admin/settings?first=1")
    assert any(one.startswith("lectern=") for one in right.headers.get_list("set-cookie"))
    gone = visitor.get("/setup")
    assert (gone.status_code, gone.headers["location"]) == (303, "/sign-in")
    again = visitor.post("/setup", data={"code": "x", **ADA})
    assert (again.status_code, again.headers["location"]) == (303, "/sign-in")


def test_a_program_sets_it_up_too(database: Any) -> None:
    program = rest.program(None, API)
    code = _code()

    made = program.post("/api/v1/setup", json={"code": code, **ADA})
    again = program.post("/api/v1/setup", json={"code": code, **ADA})

    assert (made.status_code, again.status_code) == (201, 404)
    assert made.json()["refresh_token"]
