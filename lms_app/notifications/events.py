"""What there is to hear of: a registry that the rooms which tell fill."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """One kind of thing to tell, by its `name`.

    `title` and `text` are Jinja2 templates over the data that is told: a line, and what stands under it. A moment is told as
    ISO text and shown in its reader's zone, which is named: `{{ due_at | moment }}`. `text` is plain;
    in HTML, which is escaped, stands `html`, or `text` in paragraphs. All data has `url`, the path that leads to it, and
    may have `course`, by which the inbox is grouped. `sample` is data for a preview before there is any.
    """

    name: str
    label: str
    category: str
    title: str
    text: str = ""
    html: str = ""
    inbox: bool = True
    mail: bool = True
    sample: dict[str, Any] = field(default_factory=dict[str, Any])


EVENTS: dict[str, Event] = {}


def register(event: Event) -> Event:
    """Make an event known; a room does so where it defines one."""
    EVENTS[event.name] = event
    return event
