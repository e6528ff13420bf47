"""What happens by itself: the outbox is drained, overdue attempts are closed, counts are kept.

    python -m lms_app.jobs        # as a process of its own; the server runs the same loop inside

A topic's function gets a Work of its own and its payload, and is committed together with the message's end. Mail alone
leaves the house, so it is sent between two transactions.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

from lms_app.accounts import service as accounts
from lms_app.assignments import service as assignments
from lms_app.core import db, hot, limits, mail, outbox, work
from lms_app.core.outbox import Leased
from lms_app.core.work import SYSTEM, Work, ask, perform, utc_now
from lms_app.courses import service as courses
from lms_app.credentials import service as credentials
from lms_app.notifications import service as notifications
from lms_app.quizzes import service as quizzes

log = logging.getLogger(__name__)

Topic = Callable[[Work, dict[str, Any]], Any]
TOPICS: dict[str, Topic] = {
    courses.COURSE_PROGRESS: credentials.award_if_due,
    courses.COURSE_OPENS: courses.tell_it_opens,
    courses.COURSE_ENROLLED: courses.tell_enrolled,
    courses.COURSE_INVITED: courses.mail_invitations,
    courses.COURSE_ANNOUNCED: courses.tell_announcement,
    notifications.NOTIFIED: notifications.mail_notifications,
    assignments.GRADE_BY: assignments.remind_to_mark,
    accounts.LINK_ASKED: accounts.send_link,
    assignments.GRADES_PUBLISHED: assignments.tell_graded,
}
EVERY_SECONDS = 1.0
CLOSE_EVERY_SECONDS = 20.0
COUNTS_EVERY_SECONDS = 5.0


async def run() -> None:
    """The loop. It never ends by itself: an error is logged, and the next round begins."""
    await perform(SYSTEM, limits.load)
    closed = counted = 0.0
    while True:
        try:
            while await drain():
                pass
            now = time.monotonic()
            if now - closed >= CLOSE_EVERY_SECONDS:
                closed = now
                await close_overdue()
                await mark_missing()
            if now - counted >= COUNTS_EVERY_SECONDS and limits.has_news():
                counted = now
                await perform(SYSTEM, limits.flush)
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("a round of jobs failed; trying again")
        await asyncio.sleep(EVERY_SECONDS)


async def drain(limit: int = 20) -> int:
    """Do what is due in the outbox, and return how many messages that were."""
    if not await ask(SYSTEM, outbox.is_due):
        return 0
    messages = await perform(SYSTEM, outbox.claim, limit=limit)
    for message in messages:
        if message.topic != mail.TOPIC:
            await _try(message)
    # A server that hangs holds up each for long: one after the other they would outlive their lease.
    await asyncio.gather(*(_try(message) for message in messages if message.topic == mail.TOPIC))
    return len(messages)


async def _try(message: Leased) -> None:
    try:
        await _do(message)
    except mail.Refused as error:
        log.warning("message %s was refused for good", message.id)
        await perform(SYSTEM, outbox.give_up, message, str(error))
    except Exception as error:
        log.warning("message %s (%s) failed: %s", message.id, message.topic, type(error).__name__)
        await perform(SYSTEM, outbox.retry_later, message, f"{type(error).__name__}: {error}")


async def _do(message: Leased) -> None:
    if message.topic == mail.TOPIC:
        await mail.deliver(message.id, message.payload, utc_now())
        await perform(SYSTEM, outbox.done, message.id)
    else:
        await perform(SYSTEM, _do_and_note, message)


def _do_and_note(unit: Work, message: Leased) -> None:
    """The effect and the end of its message are one transaction: it happens once."""
    act = TOPICS.get(message.topic)
    if act is None:
        raise LookupError(f"nobody listens to {message.topic}")
    act(unit, message.payload)
    outbox.done(unit, message.id)


async def close_overdue() -> None:
    """Close every attempt whose end has passed, a few in each transaction."""
    while await perform(SYSTEM, quizzes.close_overdue):
        pass


async def mark_missing() -> None:
    """Give marks for work that never came, a few in each transaction."""
    while await perform(SYSTEM, assignments.mark_missing):
        pass


def close() -> None:
    """Finish what waits and end every thread: at shutdown."""
    hot.close()
    work.close()
    db.database().dispose()


def main() -> None:
    logging.basicConfig(level=logging.INFO)
    try:
        asyncio.run(run())
    except KeyboardInterrupt:
        close()


if __name__ == "__main__":
    main()
