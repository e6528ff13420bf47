"""What the outside may see of the privacy room."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ErasureView:
    """Whether my account is to be erased, and when; `days` is how long one may think again."""

    asked: bool
    due: str
    due_at: datetime | None
    days: int


@dataclass(frozen=True, slots=True)
class ErasureRow:
    """An account that is to be erased; `by_rule`: because nobody uses it."""

    id: str
    name: str
    due: str
    by_rule: bool


@dataclass(frozen=True, slots=True)
class ErasedView:
    """The account that was erased, and what it is called from now on."""

    user_id: str
    name: str


@dataclass(frozen=True, slots=True)
class TakeOutView:
    """A copy of my data. `url` leads to it once it is ready, until `until`."""

    id: str
    asked: str
    ready: bool
    until: str
    size: str
    url: str


@dataclass(frozen=True, slots=True)
class MapRow:
    """A line of the data map."""

    where: str
    what: str
    purpose: str
    ground: str
    kept: str
    erased: str


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule of retention: what goes after how many days, by which setting, and how much that is now."""

    name: str
    what: str
    setting: str
    days: int
    count: int


@dataclass(frozen=True, slots=True)
class PolicyView:
    """A version of the terms or of the privacy notice; `agreed` and `declined` count answers, for administrators."""

    id: str
    kind: str
    version: int
    html: str
    published: str
    body: str = ""
    agreed: int = 0
    declined: int = 0


@dataclass(frozen=True, slots=True)
class AnswerView:
    """My answer to a version of a text."""

    kind: str
    version: int
    agreed: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """The same for a page."""

    what: str
    said: str


@dataclass(frozen=True, slots=True)
class MyData:
    """What the page "Your data" shows. `due` is when the account is to be erased; empty where it is not."""

    due: str = ""
    days: int = 0
    copies: list[TakeOutView] = field(default_factory=list[TakeOutView])
    answers: list[AnswerLine] = field(default_factory=list[AnswerLine])


@dataclass(frozen=True, slots=True)
class Desk:
    """What the administrators' pages about privacy show: each page fills what it needs."""

    rules: list[RuleView] = field(default_factory=list[RuleView])
    erasures: list[ErasureRow] = field(default_factory=list[ErasureRow])
    map: list[MapRow] = field(default_factory=list[MapRow])
    texts: list[PolicyView] = field(default_factory=list[PolicyView])


NO_DATA, NO_DESK = MyData(), Desk()
