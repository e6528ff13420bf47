"""The people of a course by REST, and the form by which an invited person makes an account."""

import asyncio
from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from pydantic import Field

from lms_app.accounts.api.browser import back, enter_as, fields_of, onward
from lms_app.core.errors import LmsError
from lms_app.core.work import ask, perform
from lms_app.courses import class_list, service
from lms_app.courses.api import Slug, Token, of_item
from lms_app.courses.class_list import Listed
from lms_app.courses.people_views import (
    AnnouncementSource,
    AnnouncementView,
    GroupView,
    ListResult,
    OverrideLine,
    OverridesView,
    PeopleView,
)
from lms_app.courses.views import Enrolment
from lms_app.policy import Can, Role
from lms_app.web import routes
from lms_app.web.api import Caller, Paging, Router
from lms_app.web.fields import Body, When
from lms_app.web.guard import member, public

people = Router(prefix="/api/v1/courses", tags=["people"])
invited = Router(prefix="/api/v1/invitations", tags=["people"])
forms = Router(prefix="/auth", include_in_schema=False)
ROUTERS = (people, invited, forms)

GroupName = Annotated[str, Field(min_length=1, max_length=class_list.GROUP_MAX)]


class ListedIn(Body):
    """One person: the name is for the invitation of somebody without an account."""

    email: Annotated[str, Field(max_length=400)]
    name: Annotated[str, Field(max_length=400)] = ""
    role: Role = Role.STUDENT
    groups: Annotated[list[GroupName], Field(max_length=20)] = []


class ListIn(Body):
    """With `dry_run` the answer says what would become of each, and nothing happens."""

    people: Annotated[list[ListedIn], Field(min_length=1, max_length=class_list.LINES_MAX)]
    dry_run: bool = False


class GroupIn(Body):
    name: GroupName


class AnnouncementIn(Body):
    title: Annotated[str, Field(min_length=1, max_length=160)]
    body: Annotated[str, Field(min_length=1, max_length=10_000)]
    goes_out_at: When | None = None
    group_id: UUID | None = None


class CorrectionIn(AnnouncementIn):
    """What is out keeps its time and its group. It is told again only where that is asked for."""

    tell_again: bool = False


class OverrideIn(Body):
    """One of `user_id` and `group_id`. What is null is as for everybody; 0 minutes or attempts are no limit."""

    user_id: UUID | None = None
    group_id: UUID | None = None
    opens_at: When | None = None
    due_at: When | None = None
    closes_at: When | None = None
    limit_minutes: Annotated[int, Field(ge=0, le=20_160)] | None = None
    attempts_allowed: Annotated[int, Field(ge=0, le=1000)] | None = None
    released: bool = False
    note: Annotated[str, Field(max_length=200)] = ""


class ExtraIn(Body):
    percent: Annotated[int, Field(ge=0, le=400)]


class NewcomerIn(Body):
    name: Annotated[str, Field(max_length=400)]
    password: Annotated[str, Field(max_length=2000)]


@people.post("/{slug}/members")
@member(Can.MANAGE)
async def enrol_list(slug: Slug, body: ListIn, caller: Caller) -> ListResult:
    """Enrol a class: who has an account is in at once, who has none is invited by mail. All of them, or nobody."""
    listed = await asyncio.to_thread(_listed, body.people)
    if body.dry_run:
        return await ask(caller, service.check_list, slug=slug, people=listed)
    return await perform(caller, service.enrol_list, slug=slug, people=listed)


def _listed(given: Sequence[ListedIn]) -> list[Listed]:
    """`line` counts the people from 1."""
    return class_list.joined(
        [class_list.listed(n, one.email, one.name, one.role, one.groups) for n, one in enumerate(given, start=1)]
    )


@people.get("/{slug}/people")
@member(Can.GRADE)
async def list_people(slug: Slug, caller: Caller) -> PeopleView:
    """The staff, the groups, and who was invited by mail: withdraw such an invitation as any other."""
    return await ask(caller, service.people, slug=slug)


@invited.post("/{token}/register", status_code=201)
@public
async def join_as_new(token: Token, body: NewcomerIn, caller: Caller) -> Enrolment:
    """Make an account by a mailed invitation and join by it. Sign in as anybody does, after that."""
    joined, _ = await service.join_as_new(caller, token=token, name=body.name, password=body.password, sign_in=False)
    return joined


@forms.post("/join")
@public
async def join(request: Request, caller: Caller) -> Response:
    """The form on the page of a mailed invitation."""
    given = await fields_of(request)
    # As an address can hold it; ours have no other characters.
    token = "".join(c for c in given["token"][:100] if c.isascii() and (c.isalnum() or c in "-_"))
    try:
        joined, session = await service.join_as_new(
            caller,
            token=token,
            name=given["name"],
            password=given["password"],
            agent=request.headers.get("user-agent", ""),
        )
    except LmsError as error:
        return back(routes.join(token), "join", error, {"name": given["name"]})
    assert session is not None
    staff = joined.role != Role.STUDENT
    return enter_as(onward(routes.teach_course(joined.slug) if staff else routes.course(joined.slug)), session)


# ---- Groups


@people.get("/{slug}/groups")
@member(Can.GRADE)
async def list_groups(slug: Slug, caller: Caller) -> list[GroupView]:
    """The groups of a course. Who is in one: `learners?group=…`."""
    return await ask(caller, service.groups, slug=slug)


@people.post("/{slug}/groups", status_code=201)
@member(Can.MANAGE)
async def add_group(slug: Slug, body: GroupIn, caller: Caller) -> GroupView:
    return await perform(caller, service.add_group, slug=slug, name=body.name)


@people.patch("/{slug}/groups/{group_id}")
@member(Can.MANAGE)
async def rename_group(slug: Slug, group_id: UUID, body: GroupIn, caller: Caller) -> GroupView:
    return await perform(caller, service.rename_group, slug=slug, group_id=group_id, name=body.name)


@people.delete("/{slug}/groups/{group_id}", status_code=204)
@member(Can.MANAGE)
async def delete_group(slug: Slug, group_id: UUID, caller: Caller) -> None:
    """Take a group away. Its people stay in the course."""
    await perform(caller, service.delete_group, slug=slug, group_id=group_id)


@people.put("/{slug}/groups/{group_id}/members/{user_id}", status_code=204)
@member(Can.MANAGE)
async def put_in_group(slug: Slug, group_id: UUID, user_id: UUID, caller: Caller) -> None:
    await perform(caller, service.put_in_group, slug=slug, group_id=group_id, user_id=user_id)


@people.delete("/{slug}/groups/{group_id}/members/{user_id}", status_code=204)
@member(Can.MANAGE)
async def take_out_of_group(slug: Slug, group_id: UUID, user_id: UUID, caller: Caller) -> None:
    await perform(caller, service.take_out_of_group, slug=slug, group_id=group_id, user_id=user_id)


# ---- Extensions


@people.get("/{slug}/items/{item_id}/overrides")
@member(Can.GRADE)
async def list_overrides(slug: Slug, item_id: UUID, caller: Caller) -> OverridesView:
    """What is different in an item for some people or groups."""
    return await ask(caller, of_item, slug, service.overrides, item_id=item_id)


@people.put("/{slug}/items/{item_id}/overrides")
@member(Can.GRADE)
async def put_override(slug: Slug, item_id: UUID, body: OverrideIn, caller: Caller) -> OverrideLine:
    """Give one person, or one group, other terms; those of an exception before are replaced. It holds at once."""
    return await perform(caller, of_item, slug, service.put_override, item_id=item_id, **body.model_dump())


@people.delete("/{slug}/overrides/{override_id}", status_code=204)
@member(Can.GRADE)
async def drop_override(slug: Slug, override_id: UUID, caller: Caller) -> None:
    """Take an exception back: the item is again as for everybody."""
    await perform(caller, service.drop_override, slug=slug, override_id=override_id)


@people.put("/{slug}/members/{user_id}/extra-time", status_code=204)
@member(Can.MANAGE)
async def set_extra_time(slug: Slug, user_id: UUID, body: ExtraIn, caller: Caller) -> None:
    """Give a learner more of every time limit in the course, also in an attempt that has begun."""
    await perform(caller, service.set_extra_time, slug=slug, user_id=user_id, percent=body.percent)


# ---- Announcements


@people.get("/{slug}/announcements")
@member(Can.SEE)
async def list_announcements(slug: Slug, caller: Caller, paging: Paging) -> list[AnnouncementView]:
    """What the staff have told the course, newest first. They themselves also see what goes out later, and to whom."""
    return await ask(caller, service.announcements, slug=slug, limit=paging.limit, offset=paging.offset)


@people.post("/{slug}/announcements", status_code=201)
@member(Can.AUTHOR)
async def announce(slug: Slug, body: AnnouncementIn, caller: Caller) -> AnnouncementView:
    """Tell everybody in the course, or in one group, in Markdown: on its page, and by mail; now, or at `goes_out_at`."""
    return await perform(
        caller,
        service.announce,
        slug=slug,
        title=body.title,
        body=await asyncio.to_thread(service.written, body.body),
        goes_out_at=body.goes_out_at,
        group_id=body.group_id,
    )


@people.get("/{slug}/announcements/{announcement_id}")
@member(Can.AUTHOR)
async def read_announcement(slug: Slug, announcement_id: UUID, caller: Caller) -> AnnouncementSource:
    """As it was written."""
    return await ask(caller, service.announcement_source, slug=slug, announcement_id=announcement_id)


@people.put("/{slug}/announcements/{announcement_id}")
@member(Can.AUTHOR)
async def correct_announcement(
    slug: Slug, announcement_id: UUID, body: CorrectionIn, caller: Caller
) -> AnnouncementView:
    """Write it anew. One that is out says that it was corrected."""
    return await perform(
        caller,
        service.correct_announcement,
        slug=slug,
        announcement_id=announcement_id,
        title=body.title,
        body=await asyncio.to_thread(service.written, body.body),
        goes_out_at=body.goes_out_at,
        group_id=body.group_id,
        tell_again=body.tell_again,
    )


@people.delete("/{slug}/announcements/{announcement_id}", status_code=204)
@member(Can.AUTHOR)
async def delete_announcement(slug: Slug, announcement_id: UUID, caller: Caller) -> None:
    """Take it off the page. Mails that are out stay out."""
    await perform(caller, service.delete_announcement, slug=slug, announcement_id=announcement_id)
