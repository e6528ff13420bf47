"""What the outside may see of notifications: frozen values, no rows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NotificationView:
    """One thing that the reader was told. `title` and `text` are plain; `url` leads to it."""

    id: str
    event: str
    title: str
    text: str
    url: str
    when: str
    unread: bool


@dataclass(frozen=True, slots=True)
class NotificationGroup:
    """What came from one course; `course` is empty for the rest."""

    course: str
    notifications: list[NotificationView]


@dataclass(frozen=True, slots=True)
class Inbox:
    """One window of somebody's notifications, the course with the newest first; `unread` counts all."""

    groups: list[NotificationGroup]
    total: int
    unread: int


NO_INBOX = Inbox(groups=[], total=0, unread=0)


@dataclass(frozen=True, slots=True)
class EventChoice:
    """By which ways the reader hears of one kind of event."""

    event: str
    label: str
    category: str
    inbox: bool
    mail: bool


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the reader wants to hear of and when: `pace` is now, daily or weekly; `quiet_from` and `quiet_until` are
    times of day as "22:00" in the reader's zone, both empty when there are no quiet hours."""

    events: list[EventChoice]
    pace: str
    quiet_from: str
    quiet_until: str
    zone: str
    address: str


NO_WISHES = Wishes(events=[], pace="now", quiet_from="", quiet_until="", zone="", address="")


@dataclass(frozen=True, slots=True)
class LetterView:
    """A mail as its reader would get it."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Unsubscribed:
    """What a link at the foot of a mail turns off, by the names of events."""

    labels: list[str]
    site_name: str
