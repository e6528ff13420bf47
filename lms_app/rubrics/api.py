"""Rubrics and saved comments by REST: two lines a route over the functions that the pages call."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field

from lms_app.core.work import ask, perform
from lms_app.policy import Can
from lms_app.rubrics import service
from lms_app.rubrics.views import CriterionView, LevelView, RubricsView, RubricView, SavedCommentView
from lms_app.web.api import Caller, Router
from lms_app.web.fields import Body
from lms_app.web.guard import member

courses = Router(prefix="/api/v1/courses/{slug}", tags=["rubrics"])
rubrics = Router(prefix="/api/v1/rubrics", tags=["rubrics"])
comments = Router(prefix="/api/v1/saved-comments", tags=["rubrics"])
ROUTERS = (courses, rubrics, comments)

Worth = Annotated[Decimal, Field(ge=0, le=10_000, allow_inf_nan=False)]
Title = Annotated[str, Field(max_length=200)]
Words = Annotated[str, Field(max_length=4_000)]
Key = Annotated[str, Field(max_length=40)]


class LevelIn(Body):
    """Worth `points`, or a range that begins with `points_min`."""

    id: Key = ""
    title: Title
    description: Words = ""
    points: Worth
    points_min: Worth | None = None

    def view(self) -> LevelView:
        least = self.points if self.points_min is None else self.points_min
        return LevelView(self.id, self.title, self.description, self.points, least)


class CriterionIn(Body):
    """Send the `id` of a criterion that was there before: markings find it by that. Of a rubric, the best level counts."""

    id: Key = ""
    title: Title
    description: Words = ""
    points_max: Worth = Decimal(0)
    levels: Annotated[list[LevelIn], Field(max_length=20)] = []

    def view(self) -> CriterionView:
        levels = [level.view() for level in self.levels]
        return CriterionView(self.id, self.title, self.description, self.points_max, levels)


class RubricIn(Body):
    """`kind` is rubric (criteria with levels), guide (criteria with `points_max`) or checklist (met or not)."""

    kind: Annotated[str, Field(max_length=16)] = "rubric"
    title: Title
    criteria: Annotated[list[CriterionIn], Field(max_length=100)]

    def draft(self) -> RubricView:
        return service.draft(self.kind, self.title, [one.view() for one in self.criteria])


class NewerIn(RubricIn):
    """`seen` is the `version` that you changed: 409 where somebody else made a newer one. Left out, yours goes on top."""

    seen: Annotated[int, Field(ge=1, lt=2**31)] | None = None


class CommentIn(Body):
    text: Annotated[str, Field(max_length=4_000)]


@courses.get("/rubrics")
@member(Can.GRADE)
async def read_all(slug: str, caller: Caller) -> RubricsView:
    """The rubrics of a course and its saved comments."""
    return await ask(caller, service.rubrics, slug=slug)


@courses.post("/rubrics", status_code=201)
@member(Can.AUTHOR)
async def create(slug: str, body: RubricIn, caller: Caller) -> RubricView:
    return await perform(caller, service.create, slug=slug, drafted=body.draft())


@rubrics.get("/{rubric_id}")
@member(Can.GRADE)
async def read(rubric_id: UUID, caller: Caller) -> RubricView:
    """What a rubric says now."""
    return await ask(caller, service.newest, rubric_id=rubric_id)


@rubrics.get("/versions/{version_id}")
@member(Can.GRADE)
async def read_version(version_id: UUID, caller: Caller) -> RubricView:
    """What it said when a mark was given by it."""
    return await ask(caller, service.version, version_id=version_id)


@rubrics.put("/{rubric_id}")
@member(Can.AUTHOR)
async def save(rubric_id: UUID, body: NewerIn, caller: Caller) -> RubricView:
    """A new version. Marks keep the one that they were given by."""
    return await perform(caller, service.save, rubric_id=rubric_id, drafted=body.draft(), seen=body.seen)


@rubrics.post("/{rubric_id}/duplicate", status_code=201)
@member(Can.AUTHOR)
async def duplicate(rubric_id: UUID, caller: Caller) -> RubricView:
    return await perform(caller, service.duplicate, rubric_id=rubric_id)


@rubrics.delete("/{rubric_id}", status_code=204)
@member(Can.AUTHOR)
async def remove(rubric_id: UUID, caller: Caller) -> None:
    """Take it out of the list; 409 while something is marked by it."""
    await perform(caller, service.remove, rubric_id=rubric_id)


@rubrics.post("/{rubric_id}/restore")
@member(Can.AUTHOR)
async def restore(rubric_id: UUID, caller: Caller) -> RubricView:
    return await perform(caller, service.restore, rubric_id=rubric_id)


@courses.get("/saved-comments")
@member(Can.GRADE)
async def read_comments(slug: str, caller: Caller) -> list[SavedCommentView]:
    """What markers of the course write again and again; what is used most comes first."""
    return await ask(caller, service.comments, slug=slug)


@courses.post("/saved-comments", status_code=201)
@member(Can.GRADE)
async def keep_comment(slug: str, body: CommentIn, caller: Caller) -> SavedCommentView:
    return await perform(caller, service.keep_comment, slug=slug, text=body.text)


@comments.put("/{comment_id}")
@member(Can.GRADE)
async def change_comment(comment_id: UUID, body: CommentIn, caller: Caller) -> SavedCommentView:
    return await perform(caller, service.change_comment, comment_id=comment_id, text=body.text)


@comments.post("/{comment_id}/use")
@member(Can.GRADE)
async def use_comment(comment_id: UUID, caller: Caller) -> SavedCommentView:
    """Count that it was used."""
    return await perform(caller, service.use_comment, comment_id=comment_id)


@comments.delete("/{comment_id}", status_code=204)
@member(Can.GRADE)
async def remove_comment(comment_id: UUID, caller: Caller) -> None:
    await perform(caller, service.remove_comment, comment_id=comment_id)
