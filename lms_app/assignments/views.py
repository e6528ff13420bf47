"""What the outside may see of assignments: frozen values, no rows.

`NO_...` are the empty views that page states start with, so that pages stay free of null checks.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from lms_app.rubrics.views import NO_RUBRIC, RubricView
from lms_app.web.views import Choice


@dataclass(frozen=True, slots=True)
class AssignmentRef:
    """An assignment that was just written."""

    item_id: UUID
    course_id: UUID
    title: str
    points: Decimal


@dataclass(frozen=True, slots=True)
class DraftView:
    """What is being written. `seq` goes back with the next change; `by` is who of the group wrote last, if another."""

    id: str
    seq: int
    body: str
    link: str
    saved: str
    by: str


# ---- What was handed in


@dataclass(frozen=True, slots=True)
class SubmittedFile:
    """A file of a submission. `size` is in words; `url` opens for its students and the course's staff only."""

    id: str
    name: str
    media_type: str
    size: str
    size_bytes: int
    sha256: str
    url: str


@dataclass(frozen=True, slots=True)
class SubmissionView:
    """One version of what was handed in, for its students and for whoever marks it.

    `student` is a name, a group's name, or an alias where the marking is blind. `late` says how late in words, empty in
    time. `state` is draft, submitted or withdrawn. `newest` tells whether a later version was submitted.
    """

    id: str
    assignment_id: str
    student: str
    members: list[str]
    number: int
    attempt: int
    state: str
    body: str
    body_html: str
    link: str
    files: list[SubmittedFile]
    submitted_at: datetime | None
    when: str
    late: str
    late_seconds: int
    statement: str
    reference: str
    newest: bool


NO_SUBMISSION = SubmissionView(
    id="",
    assignment_id="",
    student="",
    members=[],
    number=0,
    attempt=0,
    state="",
    body="",
    body_html="",
    link="",
    files=[],
    submitted_at=None,
    when="",
    late="",
    late_seconds=0,
    statement="",
    reference="",
    newest=True,
)


@dataclass(frozen=True, slots=True)
class VersionView:
    """A line of one's versions."""

    id: str
    label: str
    when: str
    state: str
    late: str


# ---- The student's page


@dataclass(frozen=True, slots=True)
class AssignmentView:
    """An assignment as a student comes to it. `rules` are sentences: dates, attempts, what being late costs.

    `state` is work (there is a draft, or one can be begun), done (submitted), closed with the reason in `blocked`, or look
    for the staff. `submission` is the newest version. `may_withdraw` and `may_begin` (another attempt) are courtesy: the
    service decides.
    """

    item_id: str
    slug: str
    course: str
    title: str
    brief_html: str
    rubric: RubricView
    points: str
    rules: list[str]
    opens_at: datetime | None
    due_at: datetime | None
    closes_at: datetime | None
    due: str
    due_note: str
    state: str
    blocked: str
    takes_text: bool
    takes_files: bool
    takes_link: bool
    files_hint: str
    files_max: int
    file_bytes: int
    accept: str
    statement: str
    group: str
    is_staff: bool
    as_student: bool
    may_withdraw: bool
    may_begin: bool
    grade: str
    grade_note: str
    draft: DraftView
    submission: SubmissionView
    versions: list[VersionView]


NO_DRAFT = DraftView(id="", seq=0, body="", link="", saved="", by="")
NO_ASSIGNMENT = AssignmentView(
    item_id="",
    slug="",
    course="",
    title="",
    brief_html="",
    rubric=NO_RUBRIC,
    points="",
    rules=[],
    opens_at=None,
    due_at=None,
    closes_at=None,
    due="",
    due_note="",
    state="",
    blocked="",
    takes_text=False,
    takes_files=False,
    takes_link=False,
    files_hint="",
    files_max=0,
    file_bytes=0,
    accept="",
    statement="",
    group="",
    is_staff=False,
    as_student=False,
    may_withdraw=False,
    may_begin=False,
    grade="",
    grade_note="",
    draft=NO_DRAFT,
    submission=NO_SUBMISSION,
    versions=[],
)


# ---- What came in


@dataclass(frozen=True, slots=True)
class SubmissionLine:
    """A student or a group, and what they submitted last. `state` is submitted, missing (it was due) or empty.

    `marking` is waiting or marked; `url` leads to where it is marked.
    """

    owner_id: str
    student: str
    submission_id: str
    state: str
    when: str
    late: str
    version: int
    marking: str
    points: str
    url: str


@dataclass(frozen=True, slots=True)
class SubmissionsView:
    """The submissions of an assignment: counts over all of them, and one window of the `total` that are shown."""

    item_id: str
    slug: str
    course: str
    title: str
    due: str
    groups: bool
    blind: bool
    released: bool
    reopens: bool
    everybody: int
    submitted: int
    late: int
    missing: int
    to_mark: int
    total: int
    rows: list[SubmissionLine]


@dataclass(frozen=True, slots=True)
class FeedbackTaken:
    """What became of a zip of feedback: how many files for how many submissions, and what was left out and why."""

    files: int
    submissions: int
    left_out: list[str]


# ---- Writing one


@dataclass(frozen=True, slots=True)
class AssignmentForm:
    """An assignment's settings as the texts of a form; moments are in `zone`."""

    item_id: str
    slug: str
    course: str
    title: str
    zone: str
    rubrics: list[Choice]
    values: dict[str, str]


NO_FORM = AssignmentForm(item_id="", slug="", course="", title="", zone="", rubrics=[], values={})
