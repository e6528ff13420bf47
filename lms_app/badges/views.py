"""What the outside may see of badges: frozen values, no rows."""

from dataclasses import dataclass, field
from datetime import datetime

from lms_app.web.views import Choice


@dataclass(frozen=True, slots=True)
class BadgeLine:
    """A badge in a list for its staff. `picture` is a data address; `rule` says what earns it, as a sentence."""

    id: str
    name: str
    description: str
    rule: str
    status: str
    picture: str
    url: str
    awards: int


@dataclass(frozen=True, slots=True)
class BadgesView:
    """The badges of a course, or of the site, where `slug` and `course` are empty."""

    slug: str
    course: str
    lines: list[BadgeLine]
    total: int
    may_change: bool


@dataclass(frozen=True, slots=True)
class HolderLine:
    """Somebody who has a badge, for its staff. `by` is empty where the rule awarded it."""

    id: str
    name: str
    awarded_on: str
    by: str
    note: str
    status: str
    revoke_reason: str


@dataclass(frozen=True, slots=True)
class BadgeView:
    """A badge with all that its staff decide; `form` are the texts of its form."""

    id: str
    slug: str
    course: str
    status: str
    url: str
    criteria: str
    picture: str
    form: dict[str, str]
    quizzes: list[Choice]
    courses: list[Choice]
    learners: list[Choice]
    holders: list[HolderLine]
    total: int
    may_change: bool


@dataclass(frozen=True, slots=True)
class AwardView:
    """Somebody's badge, for its holder. `status` is valid, expired or revoked; days are the reader's."""

    id: str
    name: str
    description: str
    criteria: str
    course: str
    issuer: str
    picture: str
    status: str
    awarded_on: str
    expires_on: str
    revoked_on: str
    revoke_reason: str
    note: str
    public: bool
    page: str
    jwt: str
    png: str
    svg: str


@dataclass(frozen=True, slots=True)
class ShelfView:
    """One's own badges, and whether their page is public."""

    awards: list[AwardView]
    public: bool
    page: str
    total: int


@dataclass(frozen=True, slots=True)
class PublicAward:
    """What anybody may see of a badge whose holder made it public."""

    code: str
    name: str
    description: str
    criteria: str
    course: str
    issuer: str
    holder: str
    status: str
    awarded_at: datetime
    awarded_on: str
    expires_on: str
    revoked_on: str
    revoke_reason: str
    public: bool
    url: str
    picture_url: str


@dataclass(frozen=True, slots=True)
class PublicShelf:
    holder: str
    issuer: str
    url: str
    awards: list[PublicAward]


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that a badge says of itself."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Said:
    """What a reader found out about a badge. `verdict` is valid, invalid or unknown; `sentence` says why.

    `facts` are what it says of itself, in order; `warnings` what could not be looked at.
    """

    verdict: str
    sentence: str
    facts: list[Fact] = field(default_factory=list[Fact])
    warnings: list[str] = field(default_factory=list[str])
