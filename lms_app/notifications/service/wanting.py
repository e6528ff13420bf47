"""What somebody wants to hear of, by which ways and when."""

import re
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from lms_app.core.errors import Invalid, NotFound
from lms_app.core.identity import User
from lms_app.core.words import say
from lms_app.core.work import Work
from lms_app.notifications.events import EVENTS
from lms_app.notifications.models import NotificationChoice, NotificationSetting, Pace
from lms_app.notifications.views import EventChoice, Wishes

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


def wishes(work: Work) -> Wishes:
    """What the reader wants to hear of. Three queries."""
    chosen = {
        one.event: one
        for one in work.db.exec(select(NotificationChoice).where(col(NotificationChoice.user_id) == work.user_id))
    }
    setting = work.db.get(NotificationSetting, work.user_id)
    me = work.db.get_one(User, work.user_id)
    return Wishes(
        events=[
            EventChoice(
                event=event.name,
                label=say(event.label),
                category=say(event.category),
                inbox=chosen[event.name].inbox if event.name in chosen else event.inbox,
                mail=chosen[event.name].mail if event.name in chosen else event.mail,
            )
            for event in sorted(EVENTS.values(), key=lambda one: (one.category, one.label))
        ],
        pace=setting.pace if setting else Pace.NOW,
        quiet_from=_clock(setting.quiet_from if setting else None),
        quiet_until=_clock(setting.quiet_until if setting else None),
        zone=me.zone,
        address=me.email,
    )


def choose(work: Work, *, event: str, inbox: bool | None = None, mail: bool | None = None) -> Wishes:
    """Hear of one kind of event by these ways; what is left out stays as it is."""
    user_id = work.user_id
    if event not in EVENTS:
        raise NotFound("We could not find that kind of notification.")
    put_choice(work, user_id, event, inbox=inbox, mail=mail)
    return wishes(work)


def plan(work: Work, *, pace: str, quiet_from: str = "", quiet_until: str = "") -> Wishes:
    """Have mail come at a pace, and not in quiet hours. Raises Invalid naming each field.

    What waits already keeps its time.
    """
    user_id, wrong = work.user_id, dict[str, str]()
    if pace not in set(Pace):
        wrong["pace"] = say("Choose at once, daily or weekly.")
    minutes = {"quiet_from": _minute(quiet_from), "quiet_until": _minute(quiet_until)}
    for name, typed in (("quiet_from", quiet_from), ("quiet_until", quiet_until)):
        if typed and minutes[name] is None:
            wrong[name] = say("Enter a time of day, like 22:00.")
    if bool(quiet_from) != bool(quiet_until):
        wrong.setdefault("quiet_until" if quiet_from else "quiet_from", say("Enter both times, or neither."))
    elif quiet_from and quiet_from == quiet_until:
        wrong.setdefault("quiet_until", say("Let the quiet hours end at another time than they begin."))
    if wrong:
        raise Invalid(wrong)
    setting = work.db.get(NotificationSetting, user_id) or NotificationSetting(user_id=user_id)
    setting.pace, setting.quiet_from, setting.quiet_until = pace, minutes["quiet_from"], minutes["quiet_until"]
    work.db.add(setting)
    work.db.flush()
    return wishes(work)


def put_choice(work: Work, user_id: UUID, event: str, *, inbox: bool | None = None, mail: bool | None = None) -> bool:
    """Keep somebody's choice, and say whether it is another one. Not a door."""
    known = work.db.get(NotificationChoice, (user_id, event))
    now = (known.inbox, known.mail) if known else (EVENTS[event].inbox, EVENTS[event].mail)
    wanted = (now[0] if inbox is None else inbox, now[1] if mail is None else mail)
    if wanted == now:
        return False
    row: Any = known or NotificationChoice(user_id=user_id, event=event, inbox=True, mail=True)
    row.inbox, row.mail = wanted
    work.db.add(row)
    work.db.flush()
    return True


def _minute(typed: str) -> int | None:
    found = _CLOCK.fullmatch(typed)
    return int(found[1]) * 60 + int(found[2]) if found else None


def _clock(minute: int | None) -> str:
    return "" if minute is None else f"{minute // 60:02}:{minute % 60:02}"
