"""What happens by itself: the outbox is drained, overdue attempts are closed, counts are kept.

    python -m lms_app.jobs        # as a process of its own; the server runs the same loop inside

A topic's function gets a Work of its own and its payload, and is committed together with the message's end. Mail
leaves the house, and printing takes long: they happen between transactions.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

from lms_app import backup
from lms_app.accounts import service as accounts
from lms_app.admin import service as admin
from lms_app.assignments import service as assignments
from lms_app.badges import service as badges
from lms_app.core import apart, bounces, db, hot, limits, logs, mail, outbox, trace, work
from lms_app.core.outbox import Leased
from lms_app.core.work import SYSTEM, Work, ask, perform, utc_now
from lms_app.courses import service as courses
from lms_app.credentials import service as credentials
from lms_app.discussions import service as discussions
from lms_app.exchange import service as exchange
from lms_app.grades import service as grades
from lms_app.home import service as home
from lms_app.notifications import service as notifications
from lms_app.privacy import service as privacy
from lms_app.quizzes import service as quizzes
from lms_app.search import service as search

log = logging.getLogger(__name__)

Topic = Callable[[Work, dict[str, Any]], Any]
TOPICS: dict[str, Topic] = {
    courses.LEARNED: badges.award_earned,
    badges.BADGE_OPENED: badges.award_everybody,
    grades.GRADES_SHOWN: badges.look_at_marks,
    courses.COURSE_PROGRESS: credentials.award_if_due,
    courses.COURSE_TERMS: credentials.award_all_due,
    credentials.AWARDS_ASKED: credentials.award_asked,
    courses.COURSE_OPENS: courses.tell_it_opens,
    courses.COURSE_ENROLLED: courses.tell_enrolled,
    courses.COURSE_INVITED: courses.mail_invitations,
    courses.COURSE_ANNOUNCED: courses.tell_announcement,
    discussions.QUESTION_ANSWERED: discussions.tell_followers,
    notifications.NOTIFIED: notifications.mail_notifications,
    assignments.GRADE_BY: assignments.remind_to_mark,
    accounts.LINK_ASKED: accounts.send_link,
    assignments.GRADES_PUBLISHED: assignments.tell_graded,
    home.DUE_SOON: home.tell_due_soon,
    admin.PEOPLE_INVITED: admin.mail_invited,
}
Steps = Callable[[dict[str, Any]], Awaitable[Any]]
STEPS: dict[str, Steps] = {
    credentials.PRINT_ASKED: credentials.print_some,
    privacy.ERASED: privacy.sweep_erased,
    privacy.TAKE_OUT_ASKED: privacy.make_take_out,
}
"""Topics that take long: they open their own units of work, and compute between them. They may be called again."""
DRAIN_EVERY_SECONDS = 1.0
CLOSE_EVERY_SECONDS = 20.0
COUNTS_EVERY_SECONDS = 5.0
REMIND_EVERY_SECONDS = 600.0
ANALYTICS_EVERY_SECONDS = 300.0
RETAIN_AT_HOUR = 3  # of the night, UTC
LOOK_EVERY_SECONDS = 60.0  # whether a backup is due, or the night has come
IMPORTS_EVERY_SECONDS = 0.5
APART_SECONDS = 0.2  # all at once they would open connections that are needed once


async def run() -> None:
    """The loops, beside each other: whatever takes long holds up no mail. They never end by themselves."""
    await perform(SYSTEM, limits.load)
    await asyncio.gather(*(_every(*one, first=at * APART_SECONDS) for at, one in enumerate(LOOPS)))


async def _every(seconds: float, act: Callable[[], Awaitable[Any]], *, first: float) -> None:
    """`act` again and again: at once while it says that there may be more. An error is logged, and it goes on."""
    await asyncio.sleep(first)
    while True:
        try:
            while await act():
                pass
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("%s failed; trying again", act.__qualname__)
        await asyncio.sleep(seconds)


async def drain(limit: int = 20) -> int:
    """Do what is due in the outbox, and return how many messages that were."""
    if not await ask(SYSTEM, outbox.is_due):
        return 0
    messages = await perform(SYSTEM, outbox.claim, limit=limit)
    try:
        for message in messages:
            if message.topic != mail.TOPIC:
                await _try(message)
        # A server that hangs holds up each for long: one after the other they would outlive their lease.
        await asyncio.gather(*(_try(message) for message in messages if message.topic == mail.TOPIC))
    except asyncio.CancelledError:  # the server stops
        await asyncio.shield(perform(SYSTEM, outbox.give_back, [message.id for message in messages]))
        raise
    return len(messages)


async def _try(message: Leased) -> None:
    trace.resume(message.id.hex)
    try:
        await _do(message)
    except mail.Refused as error:
        log.warning("message %s was refused for good", message.id)
        await perform(SYSTEM, _give_up, message, str(error), isinstance(error, mail.Bounced))
    except Exception as error:
        log.warning("message %s (%s) failed: %s", message.id, message.topic, type(error).__name__)
        await perform(SYSTEM, outbox.retry_later, message, f"{type(error).__name__}: {error}")


async def _do(message: Leased) -> None:
    if message.topic == mail.TOPIC:
        if "asked" not in message.payload and await ask(SYSTEM, bounces.is_bouncing, message.payload["to"]):
            raise mail.Refused(bounces.NOT_SENT)
        await mail.deliver(message.id, message.payload, message.created_at)
        await perform(SYSTEM, outbox.done, message.id)
    elif steps := STEPS.get(message.topic):
        await steps(message.payload)
        await perform(SYSTEM, outbox.done, message.id)
    else:
        await perform(SYSTEM, _do_and_note, message)


def _give_up(unit: Work, message: Leased, error: str, bounced: bool) -> None:
    if bounced:
        bounces.note(unit, address=message.payload["to"], reason=error)
    outbox.give_up(unit, message, error)


def _do_and_note(unit: Work, message: Leased) -> None:
    """The effect and the end of its message are one transaction: it happens once."""
    act = TOPICS.get(message.topic)
    if act is None:
        raise LookupError(f"nobody listens to {message.topic}")
    act(unit, message.payload)
    outbox.done(unit, message.id)


async def close_overdue() -> int:
    """Close attempts whose end has passed, a few in a transaction: how many those were."""
    return await perform(SYSTEM, quizzes.close_overdue)


async def mark_missing() -> int:
    """Give marks for work that never came, a few in a transaction: how many those were."""
    return await perform(SYSTEM, assignments.mark_missing)


async def look_ahead() -> None:
    """Tell of what is due soon."""
    await perform(SYSTEM, home.look_ahead)


async def erase_due() -> bool:
    """Erase an account whose days are over, in a transaction of its own; whether there may be more."""
    return await perform(SYSTEM, privacy.erase_due)


async def retain() -> None:
    """Remove what is over by the rules of retention, once a night."""
    global _retained
    now = utc_now()
    if now.hour != RETAIN_AT_HOUR or _retained == now.date():
        return
    _retained = now.date()
    gone = await privacy.retain_all()
    await admin.count_up(whole=True)
    log.info("retention of %s: %s rows", now.date(), sum(gone.values()))


_retained: date | None = None


async def keep_limits() -> None:
    """Write down what was counted against limits, so that a restart forgives nothing."""
    if limits.has_news():
        await perform(SYSTEM, limits.flush)


async def read_again() -> None:
    """Let what changed be found, a hundred rows in each transaction."""
    while await ask(SYSTEM, search.is_stale):
        await perform(SYSTEM, search.refresh)


async def back_up() -> None:
    """Make the backup that the settings ask for, if it is due."""
    if backup.is_due(utc_now()):
        name = await apart.run(backup.make_due, db.database().url)
        await perform(SYSTEM, admin.note_scheduled, name=name)


LOOPS: tuple[tuple[float, Callable[[], Awaitable[Any]]], ...] = (
    (DRAIN_EVERY_SECONDS, drain),
    (DRAIN_EVERY_SECONDS, read_again),
    (CLOSE_EVERY_SECONDS, close_overdue),
    (CLOSE_EVERY_SECONDS, mark_missing),
    (IMPORTS_EVERY_SECONDS, admin.work_on_imports),
    (IMPORTS_EVERY_SECONDS, exchange.work_on_jobs),
    (IMPORTS_EVERY_SECONDS, backup.work_on_backups),
    (COUNTS_EVERY_SECONDS, keep_limits),
    (LOOK_EVERY_SECONDS, retain),
    (LOOK_EVERY_SECONDS, back_up),
    (REMIND_EVERY_SECONDS, look_ahead),
    (REMIND_EVERY_SECONDS, erase_due),
    (ANALYTICS_EVERY_SECONDS, admin.count_up),
)


def close() -> None:
    """Finish what waits and end every thread: at shutdown."""
    hot.close()
    work.close()
    db.database().dispose()


def main() -> None:
    logs.setup()
    try:
        asyncio.run(run())
    except KeyboardInterrupt:
        close()


if __name__ == "__main__":
    main()
