"""T03: every handler with arguments that no page would send, by whoever may call it. What is wrong is told, or ignored."""

import logging
from typing import Any

import pytest
from reflex_base.registry import RegistrationContext

from lms_app.core.errors import LmsError
from lms_app.web.guard import mark_of, plain
from tests.web.bus import NOWHERE, Bus
from tests.web.test_guard import payload_of

pytestmark = pytest.mark.no_database

JUNK: list[Any] = [
    "\ud800",
    "\x00",
    "x" * 20_000,
    "-1",
    "1e999",
    "[[[[",
    '{"a": NaN}',
    10**40,
    -(2**63) - 1,
    float("nan"),
    float("inf"),
    True,
    None,
    [],
    {"a": {"b": []}},
]


def test_what_comes_by_the_socket_is_plain() -> None:
    sent = {"a\0": ["x\0", "\ud800é", {"b": "\udfff"}], "n": 10**40, "t": "ß漢😀", "none": None}

    assert plain(sent) == {"a": ["x", "?é", {"b": "?"}], "n": 10**40, "t": "ß漢😀", "none": None}


def test_what_is_deeper_than_any_argument_ends_somewhere() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]

    assert str(plain(deep)).count("[") <= 20
    while deep:
        deep = deep[0]


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("who", "sent"),
    [
        ("student", JUNK[::5]),
        *(pytest.param(who, JUNK, marks=pytest.mark.long) for who in ("student", "instructor", "admin")),
    ],
    ids=["a few", "student", "instructor", "admin"],
)
async def test_no_handler_fails_on_what_it_is_sent(
    bus: Bus, begin: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, who: str, sent: list[Any]
) -> None:
    monkeypatch.setattr("lms_app.credentials.state.LOOK_AGAIN_SECONDS", 0)
    there = begin()
    token = there.people[who].signs_in()
    wrong: list[str] = []
    for name, found in sorted(RegistrationContext.get().event_handlers.items()):
        if not found.states[0].__module__.startswith("lms_app") or mark_of(found.handler.fn) is None:
            continue
        last = name.rpartition("lms_state.")[2]
        item = there.ids["quiz_id" if "quiz" in last else "item_id"]
        for junk in sent:
            for address in (junk, None):
                params = {"slug": there.ids["slug"], "item": item, "attempt_id": there.ids["attempt_id"], "token": "x"}
                if address is not None and type(junk) is str:
                    params = dict.fromkeys(params, junk[:2_000])
                elif address is not None or junk == "\x00":
                    continue
                caplog.clear()
                bus.processor.middleware._middlewares[0]._buckets.clear()
                await bus.send(name, payload_of(found.handler.fn, junk), token=token, path=NOWHERE, params=params)
                wrong += [
                    f"{last}({str(junk)[:20]!a}): {error!r:.200}"
                    for error in bus.errors
                    if not isinstance(error, LmsError)
                ]
                wrong += [
                    f"{last}({str(junk)[:20]!a}): logged {record.exc_info and record.exc_info[1]!r:.200}"
                    for record in caplog.records
                    if record.levelno >= logging.ERROR
                ]
    assert not wrong, "\n" + "\n".join(dict.fromkeys(wrong))
