"""What the outside may see of courses: frozen values, no rows."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lms_app.policy import Can, Role, may


@dataclass(frozen=True, slots=True)
class Membership:
    """That somebody came through a course's door, and as what. Only `courses.service` makes these.

    An administrator passes as an instructor without being a member: `is_member` tells.
    """

    course_id: UUID
    slug: str
    title: str
    status: str
    starts_at: datetime | None
    user_id: UUID | None
    role: Role
    is_member: bool
    extra_percent: int = 0  # more of every time limit

    @property
    def is_staff(self) -> bool:
        return self.role.is_staff

    def may(self, can: Can) -> bool:
        return may(self.role, can)


# ---- Finding a course


@dataclass(frozen=True, slots=True)
class CourseCard:
    """A course in the catalogue. `badge` is what the reader should know first: Enrolled, Starts 12 January, Draft."""

    slug: str
    title: str
    summary: str
    owner: str
    category: str
    level: str
    lessons: int
    extent: str
    badge: str
    badge_kind: str
    hue: int
    motif: int


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One window of the courses that match, `total` of them in all, out of `open` ones."""

    courses: list[CourseCard]
    total: int
    open: int
    categories: list[str]
    levels: list[str]


@dataclass(frozen=True, slots=True)
class MyCourse:
    """A course of mine and where I go on. `state` is active, waiting, queued or complete."""

    slug: str
    title: str
    owner: str
    state: str
    percent: int
    done: int
    total: int
    next_title: str
    next_place: str
    next_url: str
    next_minutes: int
    hue: int
    motif: int


@dataclass(frozen=True, slots=True)
class DueItem:
    """Unfinished work with a date, across my courses."""

    item_id: str
    kind: str
    title: str
    course: str
    url: str
    due_at: datetime


# ---- A course and its outline


@dataclass(frozen=True, slots=True)
class ItemView:
    """A line of the outline. `state` is done, now, todo or lock; `url` is empty where the reader may not go.

    `note` says the most useful thing: how long, when it is due, or why and until when it is locked.
    """

    id: str
    kind: str
    title: str
    state: str
    note: str
    url: str
    minutes: int
    required: bool
    due_at: datetime | None
    opens_at: datetime | None


@dataclass(frozen=True, slots=True)
class ModuleView:
    """`current` marks the module with the item to go on with."""

    id: str
    number: int
    title: str
    note: str
    percent: int
    current: bool
    items: list[ItemView]


@dataclass(frozen=True, slots=True)
class Outline:
    """The outline as its reader sees it, with the reader's progress over the required items."""

    slug: str
    title: str
    done: int
    total: int
    percent: int
    minutes_left: int
    resume_id: str
    resume_url: str
    modules: list[ModuleView]


@dataclass(frozen=True, slots=True)
class Goal:
    """One thing to do for the certificate. `state` is done, now or todo."""

    text: str
    state: str


@dataclass(frozen=True, slots=True)
class Due:
    """The next thing with a date. `when` is in words (Tomorrow), `kind` its chip: danger, mark or none."""

    title: str
    note: str
    url: str
    when: str
    kind: str


NOTHING_DUE = Due(title="", note="", url="", when="", kind="")


@dataclass(frozen=True, slots=True)
class CourseView:
    """A course for one reader.

    `standing` is what the reader is here: stranger, waiting, queued, student, complete, or staff. `enrol_mode` says how
    a stranger comes in; `full` that they would be queued, and `place` where in the queue the reader is; `closed` is the reason why nobody may join now, and `opens` the day when its content opens, in
    words; both are empty when they do not matter.
    """

    slug: str
    title: str
    summary: str
    description_html: str
    category: str
    level: str
    owner: str
    extent: str
    runs: str
    status: str
    standing: str
    enrol_mode: str
    full: bool
    place: int
    closed: str
    opens: str
    left: str
    pace: str
    resume: str
    due: Due
    hue: int
    motif: int
    goals: list[Goal]
    as_student: bool
    questions: bool
    outline: Outline


# ---- Learning


@dataclass(frozen=True, slots=True)
class AttachedFile:
    id: str
    name: str
    media_type: str
    size: str
    url: str


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The item before or after; an empty `url` means there is none."""

    id: str
    kind: str
    title: str
    url: str


NOBODY_NEXT = Neighbour(id="", kind="", title="", url="")


@dataclass(frozen=True, slots=True)
class LessonView:
    """A lesson for one reader. When `locked` says why, `html` and `files` are empty.

    `completion` is view or mark; `counts` tells whether this reader's progress is kept (staff and guests have none).
    """

    id: str
    slug: str
    course: str
    module: str
    place: str
    title: str
    html: str
    minutes: int
    completion: str
    completed: bool
    counts: bool
    scroll: int
    locked: str
    files: list[AttachedFile]
    previous: Neighbour
    next: Neighbour


@dataclass(frozen=True, slots=True)
class LessonPage:
    """A lesson with the outline beside it, as the player shows them."""

    lesson: LessonView
    outline: Outline


@dataclass(frozen=True, slots=True)
class Completed:
    """What completing an item led to. `next_url` is where to go on, the course page after the last item."""

    next_url: str
    done: int
    total: int
    percent: int
    course_completed: bool


@dataclass(frozen=True, slots=True)
class ProgressView:
    slug: str
    done: int
    total: int
    percent: int
    completed_at: datetime | None
    last_seen_at: datetime | None


# ---- Joining


@dataclass(frozen=True, slots=True)
class Enrolment:
    """How the reader stands now: active, waiting, queued or left."""

    slug: str
    title: str
    state: str
    role: str


@dataclass(frozen=True, slots=True)
class InvitationView:
    """An invitation as its bearer sees it before saying yes.

    `email` and `token` are filled for a visitor who opens a mailed one: they can make an account for that address.
    """

    slug: str
    title: str
    summary: str
    owner: str
    role: str
    hue: int
    motif: int
    joined: bool
    token: str = ""
    email: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class InvitationLink:
    """A new invitation. `token` is shown this once; only its hash is kept."""

    id: str
    token: str
    url: str
    role: str
    expires_at: datetime
    max_uses: int


# ---- Teaching


@dataclass(frozen=True, slots=True)
class TaughtCourse:
    slug: str
    title: str
    status: str
    role: str
    learners: int
    waiting: int
    completed: int
    unanswered: int
    hue: int
    motif: int


@dataclass(frozen=True, slots=True)
class Learner:
    user_id: str
    name: str
    email: str
    state: str
    percent: int
    joined: str
    seen: str
    completed: bool
    groups: list[str]
    extra_percent: int  # more of every time limit


@dataclass(frozen=True, slots=True)
class Learners:
    """One window of a course's students that match; `total` of them in all."""

    learners: list[Learner]
    total: int


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    id: str
    role: str
    note: str


@dataclass(frozen=True, slots=True)
class TaughtItem:
    """An item of the outline as staff see it. `results_url` leads to its learners' work, where its kind has any."""

    id: str
    kind: str
    title: str
    note: str
    published: bool
    url: str
    results_url: str


@dataclass(frozen=True, slots=True)
class TaughtModule:
    """A module as staff see it. `note` counts what is in it, and how much of that is still a draft."""

    id: str
    number: int
    title: str
    note: str
    items: list[TaughtItem]


@dataclass(frozen=True, slots=True)
class TeachingView:
    """A course for its staff. `manages` tells whether the reader may change members, invitations and the status."""

    id: str
    slug: str
    title: str
    status: str
    enrol_mode: str
    enrol_key: str
    manages: bool
    learners: int
    capacity: int | None
    queued: int
    completed: int
    average: int
    waiting: list[Learner]
    invitations: list[OpenInvitation]
    modules: list[TaughtModule]


# ---- What page states hold: leaner than the views, since each of them travels at the first breath of every tab


@dataclass(frozen=True, slots=True)
class CourseFace:
    """`CourseView` without its outline and lists: the page holds those as rows."""

    slug: str = ""
    title: str = ""
    summary: str = ""
    description_html: str = ""
    level: str = ""
    owner: str = ""
    extent: str = ""
    runs: str = ""
    standing: str = ""
    enrol_mode: str = ""
    full: bool = False
    place: int = 0
    closed: str = ""
    opens: str = ""
    left: str = ""
    pace: str = ""
    resume: str = ""
    resume_url: str = ""
    percent: int = 0
    done: int = 0
    total: int = 0
    due: Due = NOTHING_DUE
    hue: int = 1
    motif: int = 0
    as_student: bool = False
    questions: bool = False


@dataclass(frozen=True, slots=True)
class OutlineRow:
    """A line of the outline as a page draws it."""

    kind: str
    title: str
    state: str
    note: str
    url: str


@dataclass(frozen=True, slots=True)
class OutlineGroup:
    id: str
    title: str
    note: str
    percent: int
    current: bool
    rows: list[OutlineRow]


@dataclass(frozen=True, slots=True)
class SideRow:
    """A line of the outline beside a lesson."""

    title: str
    state: str
    note: str
    url: str


@dataclass(frozen=True, slots=True)
class SideGroup:
    id: str
    title: str
    rows: list[SideRow]


NO_OUTLINE = Outline(
    slug="", title="", done=0, total=0, percent=0, minutes_left=0, resume_id="", resume_url="", modules=[]
)
NO_LESSON = LessonView(
    id="",
    slug="",
    course="",
    module="",
    place="",
    title="",
    html="",
    minutes=0,
    completion="",
    completed=False,
    counts=False,
    scroll=0,
    locked="",
    files=[],
    previous=NOBODY_NEXT,
    next=NOBODY_NEXT,
)
NO_INVITATION = InvitationView(slug="", title="", summary="", owner="", role="", hue=1, motif=0, joined=False)
