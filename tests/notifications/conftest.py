"""A real mail server, and a clock that moves on."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from lms_app import jobs
from lms_app.core import mail, outbox
from lms_app.core.settings import settings
from lms_app.core.work import ask, perform_at, utc_now
from tests.notifications.makers import Server
from tests.throwaway import free_port


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> int:
    made = free_port()
    given = {"mail_transport": "smtp", "smtp_host": "127.0.0.1", "smtp_port": made, "smtp_security": "none"}
    monkeypatch.setattr(mail, "settings", settings.model_copy(update=given))
    return made


@pytest.fixture
def server(port: int) -> Iterator[Server]:
    made = Server()
    controller = Controller(made, hostname="127.0.0.1", port=port)
    controller.start()
    yield made
    controller.stop()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Moves the clock of the outbox on, as waiting would."""
    ahead = timedelta()

    async def perform(actor: Any, act: Any, *args: Any, **kwargs: Any) -> Any:
        return await perform_at(utc_now() + ahead, actor, act, *args, **kwargs)

    async def asked(actor: Any, act: Any, *args: Any) -> Any:
        return True if act is outbox.is_due else await ask(actor, act, *args)

    monkeypatch.setattr(jobs, "perform", perform)
    monkeypatch.setattr(jobs, "ask", asked)

    def move(by: timedelta) -> None:
        nonlocal ahead
        ahead += by

    return move
