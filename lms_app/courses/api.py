"""Courses by REST: two lines a route over the functions that the pages call.

A course goes by its slug, what is in it by id. An id of another course is not found under this one's address.
"""

from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

from fastapi import Path, Query
from pydantic import Field

from lms_app.core.errors import NotFound
from lms_app.core.work import Work, ask, perform
from lms_app.courses import service
from lms_app.courses.building_views import CourseRef
from lms_app.courses.service import door
from lms_app.courses.views import (
    Catalogue,
    Completed,
    CourseView,
    Enrolment,
    InvitationLink,
    InvitationView,
    Learners,
    LessonView,
    MyCourse,
    Outline,
    ProgressView,
    TaughtCourse,
    TeachingView,
)
from lms_app.policy import Can, Role
from lms_app.web.api import Caller, Paging, Router
from lms_app.web.fields import NO_NUL, Body, Words
from lms_app.web.guard import member, signed_in

courses = Router(prefix="/api/v1/courses", tags=["courses"])
mine = Router(prefix="/api/v1/me", tags=["me"])
invitations = Router(prefix="/api/v1/invitations", tags=["courses"])
ROUTERS = (courses, mine, invitations)

R = TypeVar("R")

Slug = Annotated[str, Path(max_length=80, pattern=r"^[a-z0-9-]+$", description="The course's address")]
Token = Annotated[str, Path(max_length=100, pattern=r"^[A-Za-z0-9_-]+$", description="The end of an invitation link")]
Filter = Annotated[str, Query(max_length=60, pattern=NO_NUL)]


class KeyIn(Body):
    key: Annotated[str, Field(max_length=200)] = ""


class ScrollIn(Body):
    scroll: Annotated[int, Field(ge=0, le=1000, description="How far down the reader is, in thousandths of the page")]


class MemberIn(Body):
    role: Role = Role.STUDENT


class InvitationIn(Body):
    role: Role = Role.STUDENT
    days: Annotated[int, Field(ge=1, le=365)] = 14
    max_uses: Annotated[int, Field(ge=1, le=10_000)] = 1


# ---- Finding a course, coming in and going out


@courses.get("")
@signed_in
async def list_courses(
    caller: Caller,
    paging: Paging,
    search: Words = "",
    category: Filter = "",
    level: Filter = "",
    sort: Literal["newest", "popular", "title"] = "newest",
) -> Catalogue:
    """The catalogue: published courses that match, with the subjects and levels there are."""
    return await ask(
        caller,
        service.catalogue,
        search=search,
        category=category,
        level=level,
        sort=sort,
        limit=paging.limit,
        offset=paging.offset,
    )


@courses.get("/{slug}")
@signed_in
async def read(slug: Slug, caller: Caller) -> CourseView:
    """A course with its outline, as the caller stands in it."""
    return await ask(caller, service.read, slug=slug)


@courses.get("/{slug}/outline")
@signed_in
async def outline(slug: Slug, caller: Caller) -> Outline:
    return await ask(caller, service.outline, slug=slug)


@courses.post("/{slug}/enrol")
@signed_in
async def enrol(slug: Slug, caller: Caller, body: KeyIn | None = None) -> Enrolment:
    """Join, or ask to: the answer says which. Again changes nothing."""
    return await perform(caller, service.enrol, slug=slug, key=body.key if body else "")


@courses.post("/{slug}/leave")
@signed_in
async def leave(slug: Slug, caller: Caller) -> Enrolment:
    """Leave, or take back the wish to join. The work is kept for a return."""
    return await perform(caller, service.leave, slug=slug)


@courses.post("/{slug}/reminder", status_code=204)
@signed_in
async def remind(slug: Slug, caller: Caller) -> None:
    """Have a mail sent when the course opens."""
    await perform(caller, service.ask_when_open, slug=slug)


@mine.get("/courses")
@signed_in
async def list_mine(caller: Caller) -> list[MyCourse]:
    """The courses that one takes, waits for or has completed, with the next step in each."""
    return await ask(caller, service.my_courses)


@mine.get("/progress")
@signed_in
async def list_progress(caller: Caller) -> list[ProgressView]:
    """How far one is in each course."""
    return await ask(caller, service.my_progress)


@mine.get("/teaching")
@signed_in
async def list_taught(caller: Caller) -> list[TaughtCourse]:
    """The courses on whose staff one is."""
    return await ask(caller, service.taught)


@invitations.get("/{token}")
@signed_in
async def read_invitation(token: Token, caller: Caller) -> InvitationView:
    """What a link leads to. Looking uses nothing up."""
    return await ask(caller, service.read_invitation, token=token)


@invitations.post("/{token}/accept")
@signed_in
async def accept_invitation(token: Token, caller: Caller) -> Enrolment:
    return await perform(caller, service.accept_invitation, token=token)


# ---- Learning


@courses.get("/{slug}/progress")
@member(Can.SEE)
async def progress(slug: Slug, caller: Caller) -> ProgressView:
    """How far the caller is in a course."""
    return await ask(caller, service.progress, slug=slug)


@courses.get("/{slug}/lessons/{item_id}")
@member(Can.SEE)
async def read_lesson(slug: Slug, item_id: UUID, caller: Caller) -> LessonView:
    """A lesson as HTML, with its files and neighbours. Reading keeps nothing: see `seen`."""
    lesson = await ask(caller, service.read_lesson, item_id=item_id)
    if lesson.slug != slug:
        raise NotFound(door.NO_ITEM)
    return lesson


@courses.post("/{slug}/lessons/{item_id}/seen", status_code=204)
@member(Can.SEE)
async def see_lesson(slug: Slug, item_id: UUID, caller: Caller) -> None:
    """The student looks at it: it is where they resume, and complete if seeing it is enough."""
    await perform(caller, of_item, slug, service.mark_seen, item_id=item_id)


@courses.put("/{slug}/lessons/{item_id}/place", status_code=204)
@member(Can.SEE)
async def save_place(slug: Slug, item_id: UUID, body: ScrollIn, caller: Caller) -> None:
    await perform(caller, of_item, slug, service.save_place, item_id=item_id, scroll=body.scroll)


@courses.post("/{slug}/lessons/{item_id}/complete")
@member(Can.ATTEMPT)
async def complete_lesson(slug: Slug, item_id: UUID, caller: Caller) -> Completed:
    """Mark a lesson complete. Again changes nothing."""
    return await perform(caller, of_item, slug, service.complete_lesson, item_id=item_id)


# ---- Teaching


@courses.get("/{slug}/teaching")
@member(Can.GRADE)
async def teaching(slug: Slug, caller: Caller) -> TeachingView:
    """A course for its staff: numbers, who waits, open invitations, the outline with drafts."""
    return await ask(caller, service.teaching, slug=slug)


@courses.get("/{slug}/learners")
@member(Can.GRADE)
async def list_learners(
    slug: Slug,
    caller: Caller,
    paging: Paging,
    search: Words = "",
    state: Literal["", "active", "complete", "queued", "left"] = "active",
    group: UUID | None = None,
    sort: Literal["name", "progress", "seen"] = "name",
) -> Learners:
    """The students of a course with their progress."""
    return await ask(
        caller,
        service.learners,
        slug=slug,
        search=search,
        state=state,
        group=str(group or ""),
        sort=sort,
        limit=paging.limit,
        offset=paging.offset,
    )


@courses.post("/{slug}/requests/{user_id}/approve")
@member(Can.MANAGE)
async def approve(slug: Slug, user_id: UUID, caller: Caller) -> Enrolment:
    """Let somebody in who asked."""
    return await perform(caller, service.approve, slug=slug, user_id=user_id)


@courses.post("/{slug}/requests/{user_id}/decline")
@member(Can.MANAGE)
async def decline(slug: Slug, user_id: UUID, caller: Caller) -> Enrolment:
    return await perform(caller, service.decline, slug=slug, user_id=user_id)


@courses.put("/{slug}/members/{user_id}")
@member(Can.MANAGE)
async def add_member(slug: Slug, user_id: UUID, body: MemberIn, caller: Caller) -> Enrolment:
    """Bring somebody in, or change what they are in the course."""
    return await perform(caller, of_course, slug, service.add_member, user_id=user_id, role=body.role)


@courses.delete("/{slug}/members/{user_id}")
@member(Can.MANAGE)
async def remove_member(slug: Slug, user_id: UUID, caller: Caller) -> Enrolment:
    """Take somebody out of the course. Their work is kept for a return."""
    return await perform(caller, of_course, slug, service.remove_member, user_id=user_id)


@courses.post("/{slug}/invitations", status_code=201)
@member(Can.MANAGE)
async def invite(slug: Slug, body: InvitationIn, caller: Caller) -> InvitationLink:
    """A new link. It is in this answer and nowhere else."""
    return await perform(caller, service.invite, slug=slug, role=body.role, days=body.days, max_uses=body.max_uses)


@courses.delete("/{slug}/invitations/{invitation_id}", status_code=204)
@member(Can.MANAGE)
async def withdraw_invitation(slug: Slug, invitation_id: UUID, caller: Caller) -> None:
    """Make a link useless. Whoever came in by it stays."""
    await perform(caller, service.withdraw_invitation, slug=slug, invitation_id=invitation_id)


@courses.post("/{slug}/publish")
@member(Can.MANAGE)
async def publish(slug: Slug, caller: Caller) -> CourseRef:
    """Let everybody find the course. An archived one opens again."""
    return await perform(caller, of_course, slug, service.publish)


@courses.post("/{slug}/unpublish")
@member(Can.MANAGE)
async def unpublish(slug: Slug, caller: Caller) -> CourseRef:
    """Back to a draft that only its staff know of."""
    return await perform(caller, of_course, slug, service.unpublish)


@courses.post("/{slug}/archive")
@member(Can.MANAGE)
async def archive(slug: Slug, caller: Caller) -> CourseRef:
    """Members read on; nobody joins and nothing is handed in."""
    return await perform(caller, of_course, slug, service.archive)


# ---- From the address to what services take, in the same unit of work


def of_course(work: Work, slug: str, act: Callable[..., R], **given: Any) -> R:
    """Act on the course with this address. Seeing it is enough here: `act` has a door of its own."""
    return act(work, course_id=service.enter_by_slug(work, slug, Can.SEE).course_id, **given)


def of_module(work: Work, slug: str, act: Callable[..., Any], **given: Any) -> Any:
    """Act on a module of the course with this address; `act` returns something that knows its `course_id`."""
    membership = service.enter_by_slug(work, slug, Can.AUTHOR)
    changed = act(work, **given)
    if changed.course_id != membership.course_id:
        raise NotFound(door.NO_COURSE)  # and the transaction takes the change back
    return changed


def of_item(work: Work, slug: str, act: Callable[..., R], *, item_id: UUID, **given: Any) -> R:
    """Act on an item of the course with this address."""
    _item, membership = service.enter_item(work, item_id, Can.SEE)
    if membership.slug != slug:
        raise NotFound(door.NO_ITEM)
    return act(work, item_id=item_id, **given)
