"""What the outside may see of questions and answers: frozen values, no rows."""

from dataclasses import dataclass

from lms_app.web.views import Choice


@dataclass(frozen=True, slots=True)
class ThreadLine:
    """A question in a list. `note` says who asked, when and under which lesson; `answers` counts what was answered.

    `state` is accepted, answered or empty; `hidden` that only staff and its asker see it.
    """

    id: str
    title: str
    url: str
    note: str
    answers: int
    votes: int
    state: str
    pinned: bool
    locked: bool
    hidden: bool


@dataclass(frozen=True, slots=True)
class QuestionList:
    """One window of the questions of a course, or of one of its lessons.

    `closed` is why nothing can be asked now, as a sentence. `unanswered` and `reported` are counted for staff alone.
    `lessons` are those that one can ask under.
    """

    course_id: str
    slug: str
    course: str
    lesson_id: str
    lesson: str
    is_staff: bool
    closed: str
    total: int
    unanswered: int
    reported: int
    lessons: list[Choice]
    lines: list[ThreadLine]


@dataclass(frozen=True, slots=True)
class ThreadView:
    """A question with what its reader may do about it. `following`, `voted` and `mine` are the reader's own.

    `closed` is why nothing can be written here now; `may_accept` that the reader may say which answer helped.
    """

    id: str
    course_id: str
    slug: str
    course: str
    title: str
    url: str
    lesson_id: str
    lesson: str
    lesson_url: str
    answers: int
    votes: int
    voted: bool
    following: bool
    mine: bool
    is_staff: bool
    may_accept: bool
    accepted_id: str
    pinned: bool
    locked: bool
    closed: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class PostView:
    """Something that was said. `kind` is question, answer or reply; a reply stands under `root_id`.

    `role` is the badge of staff in words, empty for learners. `when` and `edited` are in words. Of what is `deleted`, and
    of what is `hidden` to all but its author and the staff, `html` is empty. `reports` are open ones, for staff.
    """

    id: str
    thread_id: str
    kind: str
    root_id: str
    author: str
    role: str
    when: str
    edited: str
    html: str
    mine: bool
    accepted: bool
    deleted: bool
    hidden: bool
    reason: str
    reports: int


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """A thread and one window of its posts: the question, the accepted answer, the others by age, replies under each.

    `offset` is where the window begins; asked for one post, the window is the one that holds it.
    """

    thread: ThreadView
    posts: list[PostView]
    total: int
    offset: int


@dataclass(frozen=True, slots=True)
class Said:
    """What was written, or changed, and where it stands."""

    id: str
    thread_id: str
    url: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How the reader stands to a thread now, and how many have the same question."""

    following: bool
    voted: bool
    votes: int


@dataclass(frozen=True, slots=True)
class ReportedPost:
    """A post that people reported: what it says, where, and why each of them did so."""

    post_id: str
    thread_id: str
    thread: str
    url: str
    author: str
    html: str
    when: str
    reasons: list[str]


@dataclass(frozen=True, slots=True)
class ReportedPosts:
    slug: str
    course: str
    total: int
    posts: list[ReportedPost]


@dataclass(frozen=True, slots=True)
class OldText:
    """A text that a post had before; `until` says when it was replaced, in words."""

    id: str
    html: str
    until: str
