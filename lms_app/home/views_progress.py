"""What somebody sees of what they have learned: frozen values, no rows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TranscriptMark:
    """A mark that its owner was told: `score` is "17 / 20"."""

    title: str
    score: str


@dataclass(frozen=True, slots=True)
class TranscriptCourse:
    """A course that somebody takes, took or teaches. `dates` says from when to when; `progress` and `grade` are empty
    where there is none. `url` is empty for who left."""

    title: str
    url: str
    role: str
    state: str
    dates: str
    percent: int
    progress: str
    grade: str
    marks: list[TranscriptMark]


@dataclass(frozen=True, slots=True)
class TranscriptLine:
    """One thing of a part: `note` stands under it, `url` (a path) shows or proves it."""

    title: str
    note: str
    url: str


@dataclass(frozen=True, slots=True)
class TranscriptPart:
    """What else belongs to a transcript, such as certificates: another room's, under a title of its own."""

    title: str
    lines: list[TranscriptLine]


@dataclass(frozen=True, slots=True)
class Transcript:
    """What one person has learned here, as of `made`; a window of their courses, `total` of them in all."""

    name: str
    site: str
    made: str
    lang: str
    total: int
    courses: list[TranscriptCourse]
    parts: list[TranscriptPart]


NO_TRANSCRIPT = Transcript("", "", "", "", 0, [], [])


@dataclass(frozen=True, slots=True)
class StreakDay:
    """One of the last days: `words` is "Tue 24 Nov", `on` whether somebody learned."""

    words: str
    on: bool


@dataclass(frozen=True, slots=True)
class StreakView:
    """How many days in a row somebody has learned. `words` is empty until they want to see it: nobody counts before."""

    shown: bool
    days: int
    words: str
    last: list[StreakDay]


NO_STREAK = StreakView(False, 0, "", [])
