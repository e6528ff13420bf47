"""Assignments and submissions by REST: two lines a route over the functions that the pages call.

A file goes to `POST /api/v1/files` with the scope `submission` and the id of the draft.
"""

import asyncio
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from fastapi.responses import StreamingResponse
from pydantic import Field

from lms_app.assignments import service
from lms_app.assignments.views import (
    AssignmentForm,
    AssignmentRef,
    AssignmentView,
    DraftView,
    FeedbackTaken,
    SubmissionsView,
    SubmissionView,
)
from lms_app.core.work import Actor, ask, perform
from lms_app.courses import service as courses
from lms_app.policy import Can
from lms_app.web import routes
from lms_app.web.api import Caller, Paging, Router
from lms_app.web.fields import Body, When
from lms_app.web.guard import member
from lms_app.web.headers import attachment

assignments = Router(prefix="/api/v1/assignments", tags=["assignments"])
submissions = Router(prefix="/api/v1/submissions", tags=["assignments"])
pages = Router(include_in_schema=False)
ROUTERS = (assignments, submissions, pages)

Share = Annotated[Decimal, Field(ge=0, le=1, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1, le=100_000)]
_ZIP: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/zip": {}}, "description": "A folder for each student or group"}
}


class SettingsIn(Body):
    """Only what is sent is set; null takes a limit or a date away. Shares are 0 to 1.

    `late` is none, interval (`late_share` of the points for every `late_hours` that have begun, never below `late_floor`) or
    tiers (`late_tiers`, pairs of hours and percent of the points). `reopen` is never, manual or until_pass.
    """

    brief: Annotated[str, Field(max_length=100_000)] = ""
    points: Annotated[Decimal, Field(ge=0, le=10_000, allow_inf_nan=False)] = Decimal(100)
    pass_fraction: Share | None = None
    rubric_id: UUID | None = None
    closes_at: When | None = None
    grade_by_at: When | None = None
    takes_text: bool = True
    takes_files: bool = False
    takes_link: bool = False
    files_max: Count = 5
    file_mib: Count = 20
    file_types: Annotated[list[Annotated[str, Field(max_length=20)]], Field(max_length=20)] = []
    statement: Annotated[str, Field(max_length=500)] = ""
    reopen: Annotated[str, Field(max_length=16)] = "never"
    attempts_max: Count | None = None
    group_work: bool = False
    own_grades: bool = False
    blind: bool = False
    late: Annotated[str, Field(max_length=16)] = "none"
    late_share: Share = Decimal(0)
    late_hours: Count = 24
    late_floor: Share = Decimal(0)
    late_tiers: Annotated[
        list[tuple[Count, Annotated[Decimal, Field(ge=0, le=100, allow_inf_nan=False)]]], Field(max_length=10)
    ] = []
    missing_share: Share | None = None

    def given(self) -> service.AssignmentSettings:
        sent = self.model_dump(include=self.model_fields_set & set(SettingsIn.model_fields))
        if "late_tiers" in sent:
            sent["late_tiers"] = [[hours, str(percent)] for hours, percent in sent["late_tiers"]]
        return service.AssignmentSettings(**sent)


class AssignmentIn(SettingsIn):
    module_id: UUID
    title: Annotated[str, Field(max_length=160)]
    opens_at: When | None = None
    due_at: When | None = None


class WorkIn(Body):
    """What is left out stays as it is."""

    body: Annotated[str, Field(max_length=200_000)] | None = None
    link: Annotated[str, Field(max_length=2_000)] | None = None


class DraftIn(WorkIn):
    """`seen` is the `seq` of the draft that you had: a newer one of somebody else is a 409, and is not overwritten."""

    seen: Annotated[int, Field(ge=0, lt=2**31)] | None = None


class SubmitIn(WorkIn):
    """`agreed` is the tick at the assignment's statement."""

    agreed: bool = False


class FeedbackIn(Body):
    """The id of a zip that was sent to `/api/v1/files` with the scope `feedback-zip` and the assignment's id."""

    file_id: UUID


# ---- Assignments


@assignments.post("", status_code=201)
@member(Can.AUTHOR)
async def create(body: AssignmentIn, caller: Caller) -> AssignmentRef:
    """A new assignment at the end of a module."""
    item = courses.ItemSettings(opens_at=body.opens_at, due_at=body.due_at)
    return await perform(
        caller, service.create_assignment, module_id=body.module_id, title=body.title, item=item, **body.given()
    )


@assignments.get("/{item_id}")
@member(Can.SEE)
async def read(item_id: UUID, caller: Caller) -> AssignmentView:
    """What is asked, until when, and one's own work."""
    return await ask(caller, service.read_assignment, item_id=item_id)


@assignments.patch("/{item_id}")
@member(Can.AUTHOR)
async def update(item_id: UUID, body: SettingsIn, caller: Caller) -> AssignmentRef:
    """Change settings. Title, opening and due date are the item's."""
    return await perform(caller, service.update_assignment, item_id=item_id, **body.given())


@assignments.get("/{item_id}/settings")
@member(Can.AUTHOR)
async def read_settings(item_id: UUID, caller: Caller) -> AssignmentForm:
    """All settings, as the texts of their form."""
    return await ask(caller, service.assignment_form, item_id=item_id)


@assignments.post("/{item_id}/draft")
@member(Can.ATTEMPT)
async def begin_draft(item_id: UUID, caller: Caller) -> DraftView:
    """The draft to work on: the one that there is, or the first."""
    return await perform(caller, service.begin_draft, item_id=item_id)


@assignments.post("/{item_id}/attempts")
@member(Can.ATTEMPT)
async def begin_again(item_id: UUID, caller: Caller) -> DraftView:
    """Another attempt after one that has not passed, with a copy of it."""
    return await perform(caller, service.begin_again, item_id=item_id)


@assignments.get("/{item_id}/submissions")
@member(Can.GRADE)
async def list_submissions(
    item_id: UUID,
    caller: Caller,
    paging: Paging,
    show: Annotated[str, Query(pattern="^(submitted|late|missing|to_mark)?$")] = "",
    search: Annotated[str, Query(max_length=200)] = "",
) -> SubmissionsView:
    """Who submitted what, with counts; everybody, or only what is submitted, late, missing or to be marked."""
    return await ask(
        caller,
        service.submissions,
        item_id=item_id,
        show=show,
        search=search,
        limit=paging.limit,
        offset=paging.offset,
    )


@assignments.get("/{item_id}/submissions.zip", response_class=StreamingResponse, responses=_ZIP)
@member(Can.GRADE)
async def download_submissions(item_id: UUID, caller: Caller) -> StreamingResponse:
    """The versions that count with their files, and a table of them."""
    return await _zip(caller, item_id)


@assignments.post("/{item_id}/feedback")
@member(Can.GRADE)
async def take_feedback(item_id: UUID, body: FeedbackIn, caller: Caller) -> FeedbackTaken:
    """Give each submission the files that stand in its folder of a zip."""
    path = await ask(caller, service.feedback_bytes, item_id=item_id, file_id=body.file_id)
    unpacked = await asyncio.to_thread(service.unpack, path)
    return await perform(caller, service.take_feedback, item_id=item_id, file_id=body.file_id, unpacked=unpacked)


# ---- Submissions


@submissions.get("/{submission_id}")
@member(Can.SEE)
async def read_submission(submission_id: UUID, caller: Caller) -> SubmissionView:
    """One version of one's own work; for whoever may grade, anybody's that was submitted."""
    return await ask(caller, service.read_submission, submission_id=submission_id)


@submissions.get("/{submission_id}/draft")
@member(Can.ATTEMPT)
async def read_draft(submission_id: UUID, caller: Caller) -> DraftView:
    return await ask(caller, service.read_draft, submission_id=submission_id)


@submissions.put("/{submission_id}/draft")
@member(Can.ATTEMPT)
async def save_draft(submission_id: UUID, body: DraftIn, caller: Caller) -> DraftView:
    """Keep what was written so far."""
    return await perform(caller, service.save_draft, submission_id=submission_id, **body.model_dump())


@submissions.post("/{submission_id}/submit")
@member(Can.ATTEMPT)
async def submit(submission_id: UUID, body: SubmitIn, caller: Caller) -> SubmissionView:
    """Hand it in. Twice is once, with the same receipt."""
    text = body.body
    if text is None:
        text = (await ask(caller, service.read_submission, submission_id=submission_id)).body
    written = await asyncio.to_thread(courses.written, text)
    return await perform(
        caller, service.submit, submission_id=submission_id, body=written, link=body.link, agreed=body.agreed
    )


@submissions.post("/{submission_id}/withdraw")
@member(Can.ATTEMPT)
async def withdraw(submission_id: UUID, caller: Caller) -> DraftView:
    """Take it back until it is due, and go on with a copy."""
    return await perform(caller, service.withdraw, submission_id=submission_id)


@submissions.post("/{submission_id}/reopen", status_code=204)
@member(Can.GRADE)
async def reopen(submission_id: UUID, caller: Caller) -> None:
    """Give its student another attempt."""
    await perform(caller, service.reopen, submission_id=submission_id)


# ---- For browsers


@pages.get(routes.SUBMISSIONS_ZIP)
@member(Can.GRADE)
async def download_page(slug: str, item_id: UUID, caller: Caller) -> StreamingResponse:
    return await _zip(caller, item_id)


async def _zip(caller: Actor, item_id: UUID) -> StreamingResponse:
    packed = await ask(caller, service.pack, item_id=item_id)
    await perform(caller, service.note_download, item_id=item_id)
    pieces: Iterator[bytes] = service.zipped(packed.parts)  # a plain iterator is read in threads
    headers = {"Content-Disposition": attachment(f"{packed.name}.zip"), "Cache-Control": "private, no-store"}
    return StreamingResponse(pieces, media_type="application/zip", headers=headers)
