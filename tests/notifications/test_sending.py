"""Mail against a real server that refuses, hangs or is not there: each goes out at least once, and twice at most."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from sqlmodel import col, select

from lms_app import jobs
from lms_app.core import bounces, mail, outbox
from lms_app.core.outbox import OutboxMessage
from lms_app.core.work import SYSTEM, reading, unit_of_work, utc_now
from tests.notifications.makers import Server

pytestmark = pytest.mark.anyio


def written() -> None:
    with unit_of_work(SYSTEM, utc_now()) as work:
        mail.put(
            work,
            to="ada@example.org",
            subject="Grüße",
            text="Guten Tag.",
            html="<p>Guten <b>Tag</b>.</p>",
            unsubscribe="http://lectern.test/unsubscribe/x",
        )


def row() -> OutboxMessage:
    with reading(SYSTEM) as work:
        return work.db.exec(select(OutboxMessage).where(col(OutboxMessage.topic) == mail.TOPIC)).one()


async def test_a_mail_in_two_forms_says_how_to_end_it(server: Server) -> None:
    written()

    await jobs.drain()

    (got,) = server.got
    assert "multipart/alternative" in got
    assert "List-Unsubscribe: <http://lectern.test/unsubscribe/x>" in got
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in got
    assert row().done_at is not None


async def test_an_hour_without_a_server_loses_nothing(port: int, clock: Callable[[timedelta], None]) -> None:
    written()
    for _ in range(6):
        await jobs.drain()
        clock(timedelta(minutes=10))
    assert (row().tries, row().done_at, row().failed_at) == (6, None, None)

    server = Server()
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        await jobs.drain()
        await jobs.drain()
    finally:
        controller.stop()

    assert len(server.got) == 1
    assert row().done_at is not None


@pytest.mark.parametrize("answer", ["421 Too busy", "451 Try later", "rcpt 450 Try later"])
async def test_what_may_pass_is_tried_again(server: Server, clock: Callable[[timedelta], None], answer: str) -> None:
    server.answers.append(answer)
    written()

    await jobs.drain()
    assert server.got == []
    assert answer.removeprefix("rcpt ")[:3] in row().last_error
    clock(timedelta(minutes=1))
    await jobs.drain()

    assert len(server.got) == 1


@pytest.mark.parametrize("answer", ["550 No such person", "rcpt 550 No such person"])
async def test_what_is_refused_for_good_waits_for_an_administrator(
    server: Server, clock: Callable[[timedelta], None], answer: str
) -> None:
    server.answers.append(answer)
    written()

    for _ in range(3):
        await jobs.drain()
        clock(timedelta(hours=7))

    failed = row()
    assert (failed.tries, failed.failed_at is not None) == (1, True)
    assert "550" in failed.last_error
    with unit_of_work(SYSTEM, utc_now()) as work:
        bounces.forget(work, "ada@example.org")
        assert outbox.try_again(work, failed.id)
    await jobs.drain()
    assert len(server.got) == 1


async def test_a_server_that_hangs_after_the_data_makes_one_duplicate_with_the_same_id(
    server: Server, clock: Callable[[timedelta], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "TIMEOUT_SECONDS", 0.3)
    server.hang = 1.0
    written()

    await jobs.drain()
    assert row().done_at is None
    server.hang = 0.0
    clock(timedelta(minutes=1))
    await jobs.drain()
    await jobs.drain()

    assert len(server.got) == 2
    assert len(set(server.ids())) == 1


async def test_killed_between_sending_and_noting_it_makes_one_duplicate_with_the_same_id(
    server: Server, clock: Callable[[timedelta], None]
) -> None:
    written()
    message = await jobs.perform(SYSTEM, outbox.claim)
    await mail.deliver(message[0].id, message[0].payload, message[0].created_at)
    # Nothing notes it: the process is gone. Its lease keeps others away for a minute.
    await jobs.drain()
    assert len(server.got) == 1

    clock(timedelta(minutes=2))
    await jobs.drain()
    await jobs.drain()

    assert len(server.got) == 2
    assert len(set(server.ids())) == 1
