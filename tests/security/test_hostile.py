"""T14, T05: each body and address of the matrix with one value after another made hostile. Nothing ends in a 500."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from lms_app.core import limits
from lms_app.web.edge import edge
from tests.security.test_matrix import SENT, address, routes

pytestmark = [pytest.mark.anyio, pytest.mark.no_database]

# As JSON text: most of it no JSON library of a decent client would write.
HOSTILE = [
    '"\\u0000"',
    '"\\ud800"',
    '"a\\udfffb"',
    '"\\ufffe\\u202e\\u0007"',
    "NaN",
    "-Infinity",
    "1e999",
    "9" * 40,
    "9" * 5_000,
    "-9223372036854775809",
    "0.1e-400",
    "null",
    "true",
    "[]",
    "{}",
    "[" * 400 + "]" * 400,
    '{"$ref": "x", "__class__": 1}',
    '"2027-03-01T12:00:00"',
    '"0001-01-01T00:00:00+14:00"',
    '"9999-12-31T23:59:59-14:00"',
    '"' + "x" * 3_000 + '"',
    '"\' OR 1=1 --"',
    '"{{7*7}}${7*7}<script>"',
]
# Fields that the bodies of the matrix leave out.
MORE: dict[str, dict[str, Any]] = {
    "PATCH /api/v1/me": {"name": "A", "locale": "en", "theme": "dark"},
    "POST /api/v1/courses": {
        "summary": "s", "description": "d", "category": "c", "level": "l", "enrol_mode": "open", "enrol_key": "k",
        "starts_at": None, "ends_at": None, "hours": 1, "pass_fraction": "0.5", "certificate": True, "slug": "s",
        "owner_id": None,
    },
    "PATCH /api/v1/courses/{slug}": {"starts_at": None, "ends_at": None, "hours": 1, "pass_fraction": 0, "title": "t"},
    "POST /api/v1/courses/{slug}/modules/{module_id}/lessons": {
        "minutes": 1, "opens_at": None, "due_at": None, "completion": "view", "required": True,
    },
    "PATCH /api/v1/courses/{slug}/items/{item_id}": {"opens_at": None, "due_at": None, "title": "t"},
    "POST /api/v1/quizzes": {
        "intro": "i", "closes_at": None, "limit_minutes": 3, "attempts_allowed": 2, "grace_seconds": 1,
        "grading": "highest", "pass_fraction": "0.5", "show_marks": "submit", "questions": [
            {"kind": "numerical", "stem": "s", "points": 1,
             "spec": {"answers": [{"value": "9.81", "tolerance": "0.05", "fraction": "1"}], "unit": "m"}},
            {"kind": "short_answer", "stem": "s", "spec": {"answers": [{"text": "quadrat*", "fraction": "1"}]}},
            {"kind": "single_choice", "stem": "s", "feedback": "f",
             "spec": {"options": [{"id": "a", "text": "A", "fraction": "1", "feedback": "x"},
                                  {"id": "b", "text": "B", "fraction": "0"}]}},
        ],
    },
    "PATCH /api/v1/quizzes/{item_id}": {
        "closes_at": None, "limit_minutes": 3, "grace_seconds": 1, "grading": "highest", "pass_fraction": "0.5",
    },
    "POST /api/v1/courses/{slug}/invitations": {"role": "student", "days": 3, "max_uses": 2},
    "POST /api/v1/courses/{slug}/quizzes/import-gift": {"module": "m", "module_id": None, "skip_unsupported": True},
    "POST /api/v1/courses/{slug}/enrol": {"key": "k"},
}  # fmt: skip
PLACE = "\uf8ff here"


def spoilt(value: Any) -> Iterator[Any]:
    """`value` with one leaf or branch after another replaced by a mark."""
    yield PLACE
    if isinstance(value, dict):
        for key, inner in value.items():
            for one in spoilt(inner):
                yield {**value, key: one}
        yield {**value, PLACE: 1}
    if isinstance(value, list):
        for at, inner in enumerate(value):
            for one in spoilt(inner):
                yield [*value[:at], one, *value[at + 1 :]]


def bodies(body: dict[str, Any]) -> Iterator[bytes]:
    for one in spoilt(body):
        text = json.dumps(one)
        for bad in HOSTILE:
            yield text.replace(
                json.dumps(PLACE), bad if not text.endswith(f"{json.dumps(PLACE)}: 1}}") else '"state"'
            ).encode()
    yield from (b"", b"{", b"\xff\xfe", b"\x00", b'"' * 3, json.dumps(body).encode("utf-16"))


def role_for(label: str) -> str:
    return "student" if "/attempts/" in label else "admin"


@pytest.fixture
async def client(root: Any, tmp_path: Any) -> Any:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(edge(tmp_path)(root.api), raise_app_exceptions=False),
        base_url="http://lectern.test",
    ) as made:
        yield made


@pytest.mark.parametrize("step", [7, pytest.param(1, marks=pytest.mark.long)], ids=["some", "all"])
async def test_no_body_ends_in_an_error_of_ours(client: httpx.AsyncClient, root: Any, begin: Any, step: int) -> None:
    there = begin()
    wrong: list[str] = []
    kept: set[str] = set()
    for label in routes(root):
        given = SENT[label](there) if label in SENT else {}
        body = {**MORE.get(label, {}), **given.pop("json", {})}
        if not body:
            continue
        verb, path = label.split()
        where = address(path, there, given)
        headers = {"Authorization": f"Bearer {there.tokens[role_for(label)]}", "Content-Type": "application/json"}
        # Of each route another one of every seven.
        for sent in list(dict.fromkeys(bodies(body)))[len(label) % step :: step]:
            limits.forget()
            answer = await client.request(verb, where, headers=headers, content=sent)
            if answer.status_code >= 500:
                wrong.append(f"{label}: {answer.status_code} for {sent[:300]!r}")
            if answer.is_success:
                kept.add(label)
    assert not wrong, "\n" + "\n".join(wrong)
    # Much of what was sent came as far as the database.
    assert len(kept) > 20 / step, kept
