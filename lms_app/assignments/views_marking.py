"""What whoever marks may see, and what a student hears of it once grades are published."""

from dataclasses import dataclass
from decimal import Decimal

from lms_app.assignments.views import NO_SUBMISSION, SubmissionView
from lms_app.core.files import FileView
from lms_app.rubrics.views import NO_RUBRIC, CriterionMark, RubricView, SavedCommentView
from lms_app.web.views import Choice


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note on a passage (`quote`), or pinned to a `page` of a file at thousandths of its width and height."""

    id: str
    number: int
    file_id: str
    page: int
    across: int
    down: int
    start: int
    end: int
    quote: str
    body: str
    by: str


@dataclass(frozen=True, slots=True)
class MarkView:
    """What a submission was given. `points` is before what being late cost, `kept` after; `arithmetic` says how."""

    version: int
    by: str
    when: str
    points: str
    kept: str
    arithmetic: str
    marks: dict[str, CriterionMark]
    comment: str
    comment_html: str


NO_MARK = MarkView(version=0, by="", when="", points="", kept="", arithmetic="", marks={}, comment="", comment_html="")


@dataclass(frozen=True, slots=True)
class MemberMark:
    """A member of a group, and the points of their own; empty where the group's count."""

    user_id: str
    name: str
    points: str


@dataclass(frozen=True, slots=True)
class GradingLine:
    """A submission in the list. `state` is waiting, marking or marked; `marker` is whom it is given to."""

    id: str
    student: str
    state: str
    when: str
    late: bool
    points: str
    marker: str


@dataclass(frozen=True, slots=True)
class GradingWindow:
    """A part of the list, and how many there are that match."""

    total: int
    lines: list[GradingLine]


@dataclass(frozen=True, slots=True)
class GradingView:
    """One submission for whoever marks it, with its place among all that `show` and `mine` leave.

    `seen` goes back with the mark. `marks`, `comment` and `own` are the marker's draft, or the newest mark. `newest` is that
    mark, `ahead` whether it is newer than the draft: both are shown then. `notices` tell what happened meanwhile.
    """

    item_id: str
    slug: str
    course: str
    title: str
    points_max: str
    blind: bool
    released: bool
    may_release: bool
    show: str
    mine: bool
    total: int
    marked: int
    shown: int
    place: int
    previous: str
    next: str
    state: str
    marker: str
    markers: list[Choice]
    submission: SubmissionView
    rubric: RubricView
    seen: int
    marks: dict[str, CriterionMark]
    comment: str
    own: list[MemberMark]
    drafted: str
    newest: MarkView
    ahead: bool
    history: list[MarkView]
    late: str
    notices: list[str]
    notes: list[NoteView]
    files: list[FileView]
    comments: list[SavedCommentView]


@dataclass(frozen=True, slots=True)
class DraftKept:
    """A draft is safe. `points` are those so far, `late` what being late would cost; `version` is of the newest mark."""

    points: Decimal
    late: str
    version: int
    newest: bool


@dataclass(frozen=True, slots=True)
class FeedbackView:
    """What a student hears of their work once grades are published."""

    item_id: str
    slug: str
    course: str
    title: str
    points_max: str
    submission: SubmissionView
    rubric: RubricView
    mark: MarkView
    notes: list[NoteView]
    files: list[FileView]


NO_FEEDBACK = FeedbackView(
    item_id="",
    slug="",
    course="",
    title="",
    points_max="",
    submission=NO_SUBMISSION,
    rubric=NO_RUBRIC,
    mark=NO_MARK,
    notes=[],
    files=[],
)
