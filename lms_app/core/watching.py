"""Rows by which processes tell each other something: each process looks at them again and again."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any, NamedTuple

from lms_app.core.work import SYSTEM, Work, ask

log = logging.getLogger(__name__)
EVERY_SECONDS = 2.0


class Watched(NamedTuple):
    """What is looked at: how it is read, who hears of it, and its name in the log."""

    what: str
    look: Callable[[Work], Any]
    tell: Callable[[Any], None]


async def watch(*watched: Watched) -> None:
    """Runs as long as the server does: what another process or the command line decided is known in `EVERY_SECONDS`."""
    while True:
        for one in watched:
            try:
                one.tell(await ask(SYSTEM, one.look))
            except asyncio.CancelledError:
                raise
            except Exception:  # the database is away: what was known stays
                log.warning("%s could not be read", one.what)
        await asyncio.sleep(EVERY_SECONDS)
