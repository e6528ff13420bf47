"""API keys: shown once, kept as a hash, accepted as a bearer by the one function that says who asks."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from lms_app.accounts import service
from lms_app.accounts.api import ROUTERS
from lms_app.core import identity
from lms_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms_app.core.identity import ApiToken, Audience, live_actor
from lms_app.core.work import SYSTEM, Actor, only_looking, perform, reading, unit_of_work, utc_now
from lms_app.courses import service as courses
from lms_app.courses.building_api import ROUTERS as COURSES
from tests.courses import rest
from tests.courses.rest import Program

API = rest.app(*ROUTERS, *COURSES)


def _held_by(token: str, audience: Audience = Audience.API) -> Actor | None:
    return asyncio.run(live_actor(token, audience))


@pytest.fixture
def teacher(instructor: Any) -> Any:
    return instructor.at(utc_now())


def test_a_key_is_its_owner_and_only_its_hash_is_kept(teacher: Any) -> None:
    key = teacher.does(service.make_api_key, name="Nightly", days=30)

    held = _held_by(key.secret)

    assert held is not None
    assert (held.user_id, held.role, held.by_key) == (teacher.id, "instructor", True)
    assert key.secret.startswith("lct_")
    with reading(SYSTEM) as work:
        (row,) = work.db.exec(select(ApiToken)).all()
        assert key.secret not in repr(row)
        assert row.secret_hash == identity.hashed_token(key.secret.split("_", 2)[2])
    (listed,) = teacher.sees(service.api_keys)
    assert (listed.secret, listed.name, listed.over) == ("", "Nightly", False)


@pytest.mark.parametrize("spoil", [lambda key: key[:-1], lambda key: key + "x", lambda key: "lct_", lambda key: f"lct_{uuid4().hex}_x"])  # fmt: skip
def test_what_is_not_the_whole_key_opens_nothing(teacher: Any, spoil: Any) -> None:
    key = teacher.does(service.make_api_key, name="Nightly").secret

    assert _held_by(spoil(key)) is None
    assert _held_by(key, Audience.WEB) is None
    assert _held_by(key) is not None


def test_a_key_that_only_reads_writes_nothing(teacher: Any) -> None:
    reads = teacher.does(service.make_api_key, name="Reads").secret
    writes = teacher.does(service.make_api_key, name="Writes", may_write=True).secret
    programs = [Program(API, {"Authorization": f"Bearer {key}"}) for key in (reads, writes)]

    seen = [program.get("/api/v1/me").status_code for program in programs]
    made = [program.post("/api/v1/courses", json={"title": "Ponds"}) for program in programs]

    assert seen == [200, 200]
    assert [answer.status_code for answer in made] == [403, 201]
    assert made[0].json()["detail"] == identity.KEY_READS_ONLY


def test_a_key_ends_at_once_by_itself_and_with_its_account(teacher: Any, admin: Any) -> None:
    first, second = (teacher.does(service.make_api_key, name=name, days=7) for name in ("One", "Two"))
    assert _held_by(first.secret) is not None

    teacher.does(service.revoke_api_key, key_id=UUID(first.id))

    assert _held_by(first.secret) is None
    with pytest.raises(NotFound):
        teacher.does(service.revoke_api_key, key_id=UUID(first.id))
    old = teacher.at(utc_now() - timedelta(days=8)).does(service.make_api_key, name="Old", days=7)
    assert _held_by(old.secret) is None
    with unit_of_work(SYSTEM) as work:
        work.db.get(identity.User, teacher.id).suspended_at = utc_now()
    identity.forget()
    assert _held_by(second.secret) is None


def test_a_key_makes_no_keys(teacher: Any) -> None:
    program = Program(
        API, {"Authorization": f"Bearer {teacher.does(service.make_api_key, name='W', may_write=True).secret}"}
    )

    refused = program.post("/api/v1/me/keys", json={"name": "Another"})

    assert (refused.status_code, refused.json()["detail"]) == (
        403,
        "An API key cannot make or end keys. Sign in to do that.",
    )


def test_keys_of_others_are_not_mine(teacher: Any, student: Any) -> None:
    key = teacher.does(service.make_api_key, name="Mine")

    with pytest.raises(NotFound):
        student.does(service.revoke_api_key, key_id=UUID(key.id))
    with pytest.raises(Forbidden):
        student.sees(service.keys_of, user_id=teacher.id)


@pytest.mark.parametrize(
    ("given", "field"), [({"name": ""}, "name"), ({"name": "x" * 81}, "name"), ({"name": "x", "days": 9}, "days")]
)
def test_what_cannot_be_a_key(teacher: Any, given: Any, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        teacher.does(service.make_api_key, **given)

    assert list(refused.value.fields) == [field]


def test_there_are_not_too_many_keys(teacher: Any) -> None:
    for number in range(50):
        teacher.does(service.make_api_key, name=f"Key {number}")

    with pytest.raises(Conflict):
        teacher.does(service.make_api_key, name="One more")


def test_its_use_is_noted(teacher: Any) -> None:
    key = teacher.does(service.make_api_key, name="Nightly")

    async def used() -> None:
        assert await live_actor(key.secret, Audience.API) is not None
        await asyncio.gather(*identity._touching)

    asyncio.run(used())

    assert teacher.sees(service.api_keys)[0].seen != "Not yet"


def test_whoever_only_reads_is_refused_but_may_open_what_notes_something_down(teacher: Any) -> None:
    course = teacher.does(courses.create_course, title="Ponds")
    reader = Actor(teacher.id, None, teacher.actor.role, read_only="Only looking.")

    with pytest.raises(Forbidden, match="Only looking"):
        asyncio.run(perform(reader, courses.update_course, course_id=course.id, title="Rivers"))

    async def looking() -> Any:
        only_looking(True)
        return await perform(reader, courses.update_course, course_id=course.id, title="Rivers")

    assert asyncio.run(looking()) is not None
    assert teacher.sees(courses.teaching, slug=course.slug).title == "Ponds"
