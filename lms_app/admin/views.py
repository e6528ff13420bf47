"""What an administrator sees: frozen values, no rows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from lms_app.core.colours import USUAL as USUAL_ACCENT

# What the overview can look at: the last days or weeks.
Span = Literal["7d", "30d", "12w"]
SPANS: tuple[Span, ...] = get_args(Span)
USUAL: Span = "30d"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the overview, with a sentence that says how to read it. `url` leads to its list."""

    label: str
    value: str
    note: str
    url: str


@dataclass(frozen=True, slots=True)
class Signal:
    """A course that wants somebody's attention, and why. `kind` is the chip's colour."""

    course: str
    instructor: str
    url: str
    text: str
    kind: str
    icon: str
    learners: int


@dataclass(frozen=True, slots=True)
class RoleCount:
    """How many people have a role; `fresh` ones joined within 30 days."""

    role: str
    people: int
    fresh: int
    suspended: int
    url: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """A day or a week of the period: who was at work in it, and how many courses were completed. `label` is its first day."""

    label: str
    active: int
    completed: int


@dataclass(frozen=True, slots=True)
class Completion:
    """How many of a course's learners have finished it; `share` is a whole percentage."""

    course: str
    url: str
    learners: int
    completed: int
    share: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The state of the school at a glance, over a period that ends now.

    `figures` are compared with the period before, `today` are counts of this moment. `activity` goes from the oldest
    stretch to the one that is not over yet; `completions` has the largest courses, the highest share first.
    """

    period: str
    since: str
    updated: str
    figures: list[Figure]
    today: list[Figure]
    activity: list[Stretch]
    completions: list[Completion]
    roles: list[RoleCount]
    signals: list[Signal]


NO_OVERVIEW = Overview(
    period="", since="", updated="", figures=[], today=[], activity=[], completions=[], roles=[], signals=[]
)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody with an account. `status` is active, unverified or suspended; `is_me` is the reader."""

    id: str
    name: str
    email: str
    role: str
    status: str
    courses: int
    joined: str
    seen: str
    is_me: bool


NOBODY = PersonRow(id="", name="", email="", role="", status="", courses=0, joined="", seen="", is_me=False)


@dataclass(frozen=True, slots=True)
class People:
    """One window of the people that match, `total` of them in all."""

    people: list[PersonRow]
    total: int


@dataclass(frozen=True, slots=True)
class ManyChanged:
    """How many people were changed, who was not with the reason, and what it takes to undo it: id and old role."""

    changed: int
    refused: list[str]
    undo: list[list[str]]


@dataclass(frozen=True, slots=True)
class CohortRow:
    """A cohort; `courses` are the titles of those that whoever joins it joins, too."""

    id: str
    name: str
    description: str
    external_id: str
    people: int
    courses: list[str]


@dataclass(frozen=True, slots=True)
class ProgramRow:
    """A service account, and how many of its keys open anything."""

    id: str
    name: str
    role: str
    stopped: bool
    live_keys: int
    seen: str


@dataclass(frozen=True, slots=True)
class CourseRow:
    id: str
    slug: str
    title: str
    instructor: str
    status: str
    url: str
    learners: int
    waiting: int
    completed: int
    completion: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Courses:
    """One window of the courses that match, `total` of them in all."""

    courses: list[CourseRow]
    total: int


@dataclass(frozen=True, slots=True)
class MailRow:
    """A message that is on its way, was sent, or could not be. `state` is waiting, sent or failed; or bouncing, of an
    address that refuses mail, with the reason as its subject.

    `error` is what the mail server said last; `created` and `done` are in the reader's words.
    """

    id: str
    address: str
    subject: str
    state: str
    created: str
    note: str
    error: str


@dataclass(frozen=True, slots=True)
class Mail:
    """One window of the mail, newest first, with the counts of all of it. `readable`: bodies may be opened here."""

    messages: list[MailRow]
    total: int
    waiting: int
    sent: int
    failed: int
    bouncing: int
    readable: bool


@dataclass(frozen=True, slots=True)
class Bounce:
    """An address that refuses mail, since when, and what its server said."""

    address: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Letter:
    """The text of one message, and the addresses in it. Only where mail is kept on disk."""

    id: str
    address: str
    subject: str
    created: str
    text: str
    links: list[str]


NO_LETTER = Letter(id="", address="", subject="", created="", text="", links=[])


@dataclass(frozen=True, slots=True)
class MailSetting:
    """How mail goes out, by the environment. `way` is smtp or file; `security` starttls, tls or none."""

    way: str
    server: str
    security: str
    sender: str


@dataclass(frozen=True, slots=True)
class SettingsView:
    """The settings that are decided here. `version` goes back with a change; `fixed` names those that the environment sets,
    `logo` names its picture. `accent` is empty for the colours of the theme."""

    version: int
    name: str
    welcome: str
    accent: str
    logo: str
    zone: str
    locale: str
    languages: list[str]
    self_registration: bool
    backup_every_hours: int
    backup_keep_days: int
    fixed: list[str]
    mail: MailSetting


NO_SETTINGS = SettingsView(0, "", "", "", "", "UTC", "en", [], False, 0, 0, [], MailSetting("", "", "", ""))


@dataclass(frozen=True, slots=True)
class Shades:
    """A colour, its least contrast on light pages and as white text's ground ("6.2" to 1), and the nearest that passes
    4.5:1. `dark` is its shade on dark pages; the rest is what a preview is painted with."""

    accent: str
    ratio: str
    passes: bool
    nearest: str
    dark: str
    dark_ratio: str
    light_soft: str
    light_text: str
    dark_on: str
    dark_soft: str
    dark_text: str


NO_SHADES = Shades(USUAL_ACCENT, "", True, USUAL_ACCENT, "", "", "", "", "", "", "")


@dataclass(frozen=True, slots=True)
class BackupRow:
    """A backup that lies in the folder. `by` is schedule, hand, or empty for the command line; `checked` says when every byte
    was looked at, and `problem` what was wrong then."""

    name: str
    made: str
    size: str
    by: str
    checked: str
    problem: str


@dataclass(frozen=True, slots=True)
class Backups:
    """`under_way` is make, check or empty; `next_at` empty where nothing is made by itself; `problem` of the last one that
    could not be made."""

    rows: list[BackupRow]
    total: int
    folder: str
    free: str
    every_hours: int
    keep_days: int
    next_at: str
    under_way: str
    name: str
    percent: int
    problem: str


NO_BACKUPS = Backups([], 0, "", "", 0, 0, "", "", "", 0, "")
