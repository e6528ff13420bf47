"""Marking by REST: two lines a route over the functions that the pages call."""

from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query
from pydantic import Field

from lms_app.assignments import service
from lms_app.assignments.views_marking import (
    DraftKept,
    FeedbackView,
    GradingWindow,
    MarkView,
    NoteView,
)
from lms_app.core.work import ask, perform
from lms_app.policy import Can
from lms_app.rubrics.views import CriterionMark
from lms_app.web.api import Caller, Paging, Router
from lms_app.web.fields import Body
from lms_app.web.guard import member

assignments = Router(prefix="/api/v1/assignments/{item_id}", tags=["marking"])
submissions = Router(prefix="/api/v1/submissions/{submission_id}", tags=["marking"])
notes = Router(prefix="/api/v1/submission-notes/{note_id}", tags=["marking"])
ROUTERS = (assignments, submissions, notes)

Worth = Annotated[Decimal, Field(ge=0, le=10_000, allow_inf_nan=False)]
Comment = Annotated[str, Field(max_length=20_000)]
Place = Annotated[int, Field(ge=0, le=1_000_000)]


class CriterionIn(Body):
    """A level of the rubric, with points where it is a range; points alone in a guide; `met` in a checklist."""

    level: Annotated[str, Field(max_length=40)] = ""
    points: Worth | None = None
    comment: Comment = ""

    def mark(self) -> CriterionMark:
        return CriterionMark(self.level, self.points, self.comment)


class MarkIn(Body):
    """`marks` by ids of criteria; without a rubric the one criterion is `points`. `seen` is the version of the mark that you
    saw, 0 for none; `own` are points of members of a group who get others than their group."""

    marks: Annotated[dict[str, CriterionIn], Field(max_length=60)]
    comment: Comment = ""
    own: Annotated[dict[UUID, Worth], Field(max_length=200)] = {}
    seen: Annotated[int, Field(ge=0, lt=2**31)] = 0
    rubric_version_id: UUID | None = None


class DraftIn(Body):
    """`values` are texts by inputs: `level.<criterion>`, `points.<criterion>`, `comment.<criterion>`, `comment`."""

    values: Annotated[
        dict[Annotated[str, Field(max_length=100)], Annotated[str, Field(max_length=20_000)]], Field(max_length=200)
    ]
    seen: Annotated[int, Field(ge=0, lt=2**31)] = 0
    rubric_version_id: UUID | None = None


class NoteIn(Body):
    """On a passage: `start`, `end` and `quote` of the text as it is shown. Or on a place of a file's page, in thousandths."""

    body: Annotated[str, Field(max_length=10_000)]
    start: Place = 0
    end: Place = 0
    quote: Annotated[str, Field(max_length=5_000)] = ""
    file_id: UUID | None = None
    page: Annotated[int, Field(ge=0, le=10_000)] = 0
    across: Annotated[int, Field(ge=0, le=1000)] = 0
    down: Annotated[int, Field(ge=0, le=1000)] = 0


class WordsIn(Body):
    body: Annotated[str, Field(max_length=10_000)]


class MarkerIn(Body):
    """Null gives it to nobody in particular."""

    marker_id: UUID | None


class MarkersIn(Body):
    marker_ids: Annotated[list[UUID], Field(min_length=1, max_length=200)]


# ---- An assignment


@assignments.get("/grading")
@member(Can.GRADE)
async def list_submissions(
    item_id: UUID,
    caller: Caller,
    paging: Paging,
    show: Literal["", "waiting", "marked"] = "",
    mine: bool = False,
    q: Annotated[str, Query(max_length=200)] = "",
) -> GradingWindow:
    """The submissions that count, in windows of at most 100: all, what waits or what is marked; those given to you."""
    return await ask(
        caller,
        service.list_submissions,
        item_id=item_id,
        shown=service.Shown(show, mine),
        search=q,
        limit=paging.limit,
        offset=paging.offset,
    )


@assignments.post("/release")
@member(Can.RELEASE)
async def publish_grades(item_id: UUID, caller: Caller) -> int:
    """Publish grades: students see their marks and feedback, and hear of it by mail. Answers how many are marked."""
    return await perform(caller, service.publish_grades, item_id=item_id)


@assignments.delete("/release", status_code=204)
@member(Can.RELEASE)
async def hide_grades(item_id: UUID, caller: Caller) -> None:
    """Take the marks out of sight again."""
    await perform(caller, service.hide_grades, item_id=item_id)


@assignments.post("/allocations")
@member(Can.GRADE)
async def divide(item_id: UUID, body: MarkersIn, caller: Caller) -> int:
    """Divide what nobody in particular marks evenly among markers; answers how many submissions that were."""
    return await perform(caller, service.divide, item_id=item_id, marker_ids=body.marker_ids)


@assignments.delete("/allocations", status_code=204)
@member(Can.GRADE)
async def take_back(item_id: UUID, caller: Caller) -> None:
    """Nobody in particular marks anything from now on."""
    await perform(caller, service.take_back, item_id=item_id)


@assignments.get("/feedback")
@member(Can.SEE)
async def my_feedback(item_id: UUID, caller: Caller) -> FeedbackView:
    """What was said of one's own work last, once grades are published."""
    return await ask(caller, service.my_feedback, item_id=item_id)


# ---- A submission


@submissions.get("/marking")
@member(Can.GRADE)
async def read(submission_id: UUID, caller: Caller) -> list[MarkView]:
    """Every mark that it was given, newest first."""
    return await ask(caller, service.read_marks_of, submission_id=submission_id)


@submissions.put("/marking")
@member(Can.GRADE)
async def mark(submission_id: UUID, body: MarkIn, caller: Caller) -> MarkView:
    """Mark it. Marks are added and never overwritten; 409 where somebody else marked or a newer version came meanwhile."""
    return await perform(
        caller,
        service.mark,
        submission_id=submission_id,
        marks={name: one.mark() for name, one in body.marks.items()},
        comment=body.comment,
        own=body.own,
        seen=body.seen,
        rubric_version_id=body.rubric_version_id,
    )


@submissions.put("/marking/draft")
@member(Can.GRADE)
async def save_draft(submission_id: UUID, body: DraftIn, caller: Caller) -> DraftKept:
    """Keep what you have so far; it is yours alone."""
    return await perform(caller, service.save_marking_draft, submission_id=submission_id, **body.model_dump())


@submissions.put("/marker", status_code=204)
@member(Can.GRADE)
async def allocate(submission_id: UUID, body: MarkerIn, caller: Caller) -> None:
    """Give it to a marker, this version and all that follow."""
    await perform(caller, service.allocate, submission_id=submission_id, marker_id=body.marker_id)


@submissions.post("/notes", status_code=201)
@member(Can.GRADE)
async def add_note(submission_id: UUID, body: NoteIn, caller: Caller) -> NoteView:
    return await perform(caller, service.add_note, submission_id=submission_id, **body.model_dump())


@submissions.get("/feedback")
@member(Can.SEE)
async def feedback(submission_id: UUID, caller: Caller) -> FeedbackView:
    """What its student reads of it; before grades are published, the staff alone."""
    return await ask(caller, service.feedback, submission_id=submission_id)


@notes.put("")
@member(Can.GRADE)
async def change_note(note_id: UUID, body: WordsIn, caller: Caller) -> NoteView:
    return await perform(caller, service.change_note, note_id=note_id, body=body.body)


@notes.delete("", status_code=204)
@member(Can.GRADE)
async def remove_note(note_id: UUID, caller: Caller) -> None:
    await perform(caller, service.remove_note, note_id=note_id)
