"""Tabs of a session that was ended are sent to sign in, within two seconds, wherever it was ended."""

import asyncio
import logging
from datetime import timedelta
from typing import Any

import reflex as rx
from reflex.state import StateUpdate
from reflex_base.event import Event

from lms_app.core import identity
from lms_app.core.work import SYSTEM, ask, utc_now
from lms_app.web import guard, routes

log = logging.getLogger(__name__)
EVERY_SECONDS = 2.0
OVERLAP = timedelta(seconds=10)  # commits may be seen later than they are dated


async def watch_revocations(app: rx.App) -> None:
    """Runs as long as the server does."""
    since, told = utc_now(), set[Any]()
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        try:
            looked_at = utc_now()
            ended = await ask(SYSTEM, identity.revoked_since, since - OVERLAP)
            for session_id in ended - told:
                await _send_away(app, session_id)
            told, since = ended, looked_at
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("looking for ended sessions failed; trying again")


async def _send_away(app: rx.App, session_id: Any) -> None:
    identity.forget()
    space: Any = app.event_namespace
    for token in guard.tabs_of(session_id):
        if token in space.token_to_sid:
            update = StateUpdate(events=Event.from_event_type(rx.redirect(routes.sign_in())))
            await space.emit_update(update, token)
