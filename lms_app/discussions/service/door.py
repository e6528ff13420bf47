"""The doors of the room: who may not see a lesson, or the course, finds nothing of what was asked there."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import col, select

from lms_app.core.errors import Conflict, Forbidden, NotFound
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.courses.models import Course, CourseStatus, OutlineItem
from lms_app.discussions.models import Post, Thread
from lms_app.policy import Can

NO_THREAD = "We could not find that question. It may have moved, or you may not have access."
NO_POST = "We could not find that. It may have been deleted, or you may not have access."
OFF = "Questions are turned off in this course."
LOCKED = "This question is locked: nothing more can be written here."

_ON = columns(col(Course.questions)).where(col(Course.id) == bindparam("course"))


@dataclass(frozen=True, slots=True)
class Place:
    """Where questions are asked, for one reader. `as_student`: staff who look at it as a student would.

    `item` is the lesson; None for the whole course. `closed` is why nothing can be written here, as a sentence.
    """

    membership: courses.Membership
    item: OutlineItem | None
    closed: str
    as_student: bool = False

    @property
    def is_staff(self) -> bool:
        return self.membership.is_staff and not self.as_student


def enter_course(work: Work, slug: str, can: Can = Can.SEE, *, as_student: bool = False) -> Place:
    """Come to the questions of a course. Raises NotFound to strangers, and to learners where questions are off."""
    return _place(work, courses.enter_by_slug(work, slug, can), None, as_student)


def enter_lesson(work: Work, item_id: UUID, can: Can = Can.SEE, *, as_student: bool = False) -> Place:
    """Come to the questions under a lesson. Raises NotFound for whoever cannot read the lesson now."""
    item, membership = courses.enter_item(work, item_id, can)
    if item.kind != courses.LESSON:
        raise NotFound(NO_THREAD)
    place = _place(work, membership, item, as_student)
    if place.as_student:
        if item_id not in courses.open_items(work, slug=membership.slug, as_student=True):
            raise NotFound(NO_THREAD)
    elif courses.lock_of(work, item, membership):
        raise NotFound(NO_THREAD)
    return place


def enter_thread(work: Work, thread_id: UUID, can: Can = Can.SEE, *, as_student: bool = False) -> tuple[Thread, Place]:
    """Come to one thread. What the staff have hidden is there for them and for its asker alone.

    Raises NotSignedIn, NotFound, or Forbidden to a member without the right.
    """
    if not work.actor.is_admin:
        _ = work.user_id
    thread = work.db.exec(select(Thread).where(col(Thread.id) == thread_id)).first()
    if thread is None:
        raise NotFound(NO_THREAD)
    try:
        if thread.item_id is not None:
            place = enter_lesson(work, thread.item_id, can, as_student=as_student)
        else:
            place = _place(work, courses.enter(work, thread.course_id, can), None, as_student)
    except NotFound:
        raise NotFound(NO_THREAD) from None
    if thread.hidden_at is not None and not place.is_staff and (as_student or thread.asker_id != work.actor.user_id):
        raise NotFound(NO_THREAD)
    return thread, place


def enter_post(work: Work, post_id: UUID, can: Can = Can.SEE) -> tuple[Post, Thread, Place]:
    """Come to one post, through the door of its thread."""
    if not work.actor.is_admin:
        _ = work.user_id
    post = work.db.exec(select(Post).where(col(Post.id) == post_id)).first()
    if post is None:
        raise NotFound(NO_POST)
    try:
        thread, place = enter_thread(work, post.thread_id, can)
    except NotFound:
        raise NotFound(NO_POST) from None
    return post, thread, place


def own_post(work: Work, post_id: UUID) -> tuple[Post, Thread, Place]:
    """A post of the actor's own that still stands. Raises Forbidden for anybody else's."""
    post, thread, place = enter_post(work, post_id)
    if post.author_id != work.user_id:
        raise Forbidden("Only its author can change this.")
    if post.deleted_at is not None:
        raise NotFound(NO_POST)
    return post, thread, place


def must_be_open(place: Place, thread: Thread | None = None) -> None:
    """Raises Conflict where nothing can be written now. Of a locked thread the staff have the last word."""
    if place.closed:
        raise Conflict(place.closed)
    if thread is not None and thread.locked_at is not None and not place.is_staff:
        raise Conflict(LOCKED)


def _place(work: Work, membership: courses.Membership, item: OutlineItem | None, as_student: bool) -> Place:
    on = bool(work.db.connection().execute(_ON, {"course": membership.course_id}).scalar())
    as_student = as_student and membership.is_staff
    if not on and (as_student or not membership.is_staff):
        raise NotFound(NO_THREAD)
    closed = "" if on else OFF
    if membership.status == CourseStatus.ARCHIVED:
        closed = courses.ARCHIVED
    return Place(membership, item, closed, as_student)
