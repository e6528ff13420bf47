"""A calendar as iCalendar (RFC 5545): moments in UTC, so that no program has to know a zone's rules."""

import re
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from lms_app.core.settings import settings
from lms_app.home.views_calendar import CalendarEntry, Feed
from lms_app.web.words import t

if TYPE_CHECKING:
    from icalendar import Event

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def write(feed: Feed) -> bytes:
    """The whole file. The same feed gives the same bytes; folding and escaping are the library's."""
    from icalendar import Calendar  # large, and asked for by few

    made = Calendar()
    made.add("prodid", "-//Lectern//Calendar//EN")
    made.add("version", "2.0")
    name = t("{site}: due dates", site=_clean(feed.name))
    made.add("name", name)
    made.add("x-wr-calname", name)
    made.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", "PT1H")
    for entry in feed.entries:
        made.add_component(_event(feed, entry))
    return made.to_ical()


def _event(feed: Feed, entry: CalendarEntry) -> "Event":
    from icalendar import Event

    revision = feed.revisions[entry.uid]
    made = Event()
    made.add("uid", f"{entry.uid}@{urlsplit(settings.url).hostname or 'localhost'}")
    # Without a METHOD both say when this revision was made.
    made.add("dtstamp", revision.changed_at)
    made.add("last-modified", revision.changed_at)
    made.add("sequence", revision.sequence)
    made.add("dtstart", entry.at)  # no end: it ends at the same moment (3.6.1)
    made.add("summary", _clean(f"{entry.label}: {entry.title}"))
    about = (entry.course, f"{entry.label} {revision.said}", f"{settings.url}{entry.url}" if entry.url else "")
    made.add("description", _clean("\n".join(filter(None, about))))
    if entry.url:
        made.add("url", f"{settings.url}{entry.url}")
    made.add("categories", [_clean(entry.course)])
    made.add("transp", "TRANSPARENT")
    return made


def _clean(text: str) -> str:
    return _CONTROLS.sub(" ", text)
