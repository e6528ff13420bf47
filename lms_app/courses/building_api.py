"""Building a course by REST: the course, its modules, its items, the text of its lessons."""

import asyncio
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from lms_app.core.work import ask, perform
from lms_app.courses import service
from lms_app.courses.api import Slug, of_course, of_item, of_module
from lms_app.courses.building_views import BuiltCourse, CourseRef, DraftRef, ItemRef, LessonSource, ModuleRef, TextLine
from lms_app.courses.release import Conditions
from lms_app.policy import Can
from lms_app.web.api import Caller, Router
from lms_app.web.fields import Body, When
from lms_app.web.guard import member, signed_in

courses = Router(prefix="/api/v1/courses", tags=["courses"])
ROUTERS = (courses,)

Title = Annotated[str, Field(min_length=1, max_length=160)]
Markdown = Annotated[str, Field(max_length=500_000)]
Place = Annotated[int, Field(ge=0, le=100_000, description="0 is first; beyond the end is last")]


class CourseSettingsIn(Body):
    """Only what is sent is set; null takes a date away."""

    summary: Annotated[str, Field(max_length=300)] = ""
    description: Markdown = ""
    category: Annotated[str, Field(max_length=60)] = ""
    level: Annotated[str, Field(max_length=40)] = ""
    enrol_mode: Literal["open", "key", "approval", "invitation"] = "open"
    enrol_key: Annotated[str, Field(max_length=80)] = ""
    starts_at: When | None = None
    ends_at: When | None = None
    hours: Annotated[Decimal, Field(ge=0, le=10_000, allow_inf_nan=False)] = Decimal(0)
    pass_fraction: Annotated[Decimal, Field(ge=0, le=1, allow_inf_nan=False)] = Decimal(0)
    capacity: Annotated[int, Field(ge=1, le=100_000)] | None = None
    certificate: bool = True
    questions: bool = True


class CourseIn(CourseSettingsIn):
    """Without a `slug` the address is made from the title. Only administrators make a course for somebody else."""

    title: Title
    slug: Annotated[str, Field(max_length=80)] = ""
    owner_id: UUID | None = None


class CourseChangesIn(CourseSettingsIn):
    title: Title = ""


class PlaceIn(Body):
    place: Place


class ItemPlaceIn(PlaceIn):
    module_id: UUID


class ItemSettingsIn(Body):
    """Only what is sent is set; null takes a date away."""

    required: bool = True
    minutes: Annotated[int, Field(ge=0, le=100_000)] = 0
    published: bool = True
    preview: bool = False
    opens_at: When | None = None
    due_at: When | None = None
    completion: Literal["view", "mark", "submit", "pass"] = "mark"
    release: Conditions | None = None


class ItemChangesIn(ItemSettingsIn):
    title: Title = ""


class LessonIn(ItemSettingsIn):
    """A lesson in Markdown. Without `minutes` they are guessed from the length of the text."""

    title: Title
    body: Markdown


class TextIn(Body):
    body: Markdown


class DraftIn(Body):
    """`seen` is the seq that the writer began with; without it the text replaces whatever is there."""

    body: Markdown
    seen: Annotated[int, Field(ge=0)] | None = None


class ItemIn(Body):
    kind: Annotated[str, Field(max_length=16)]
    title: Title


class TextOut(BaseModel):
    body: str


class PrerequisitesIn(Body):
    courses: Annotated[list[Annotated[str, Field(max_length=80)]], Field(max_length=20)]


class TitleIn(Body):
    title: Title


@courses.post("", status_code=201)
@signed_in
async def create(body: CourseIn, caller: Caller) -> CourseRef:
    """A new draft, for whoever teaches."""
    return await perform(caller, service.create_course, **body.sent())


@courses.patch("/{slug}")
@member(Can.MANAGE)
async def update(slug: Slug, body: CourseChangesIn, caller: Caller) -> CourseRef:
    return await perform(caller, of_course, slug, service.update_course, **body.sent())


@courses.get("/{slug}/prerequisites")
@member(Can.MANAGE)
async def read_prerequisites(slug: Slug, caller: Caller) -> list[str]:
    """The addresses of the courses that one must have completed to join."""
    return await ask(caller, of_course, slug, service.prerequisites)


@courses.put("/{slug}/prerequisites")
@member(Can.MANAGE)
async def set_prerequisites(slug: Slug, body: PrerequisitesIn, caller: Caller) -> list[str]:
    return await perform(caller, of_course, slug, service.set_prerequisites, slugs=body.courses)


@courses.post("/{slug}/modules", status_code=201)
@member(Can.AUTHOR)
async def add_module(slug: Slug, body: TitleIn, caller: Caller) -> ModuleRef:
    """A new module after the others."""
    return await perform(caller, of_course, slug, service.add_module, title=body.title)


@courses.patch("/{slug}/modules/{module_id}")
@member(Can.AUTHOR)
async def update_module(slug: Slug, module_id: UUID, body: TitleIn, caller: Caller) -> ModuleRef:
    return await perform(caller, of_module, slug, service.update_module, module_id=module_id, title=body.title)


@courses.post("/{slug}/modules/{module_id}/move")
@member(Can.AUTHOR)
async def move_module(slug: Slug, module_id: UUID, body: PlaceIn, caller: Caller) -> ModuleRef:
    return await perform(caller, of_module, slug, service.move_module, module_id=module_id, place=body.place)


@courses.delete("/{slug}/modules/{module_id}", status_code=204)
@member(Can.AUTHOR)
async def remove_module(slug: Slug, module_id: UUID, caller: Caller) -> None:
    """Delete a module with what is in it. It can be brought back for thirty days."""
    await perform(caller, of_module, slug, service.remove_module, module_id=module_id)


@courses.post("/{slug}/modules/{module_id}/restore")
@member(Can.AUTHOR)
async def restore_module(slug: Slug, module_id: UUID, caller: Caller) -> ModuleRef:
    return await perform(caller, of_module, slug, service.restore_module, module_id=module_id)


@courses.post("/{slug}/modules/{module_id}/items", status_code=201)
@member(Can.AUTHOR)
async def begin_item(slug: Slug, module_id: UUID, body: ItemIn, caller: Caller) -> ItemRef:
    """An empty draft of any kind, lesson or quiz, at the end of a module."""
    item = await perform(
        caller, of_module, slug, service.begin_item, module_id=module_id, kind=body.kind, title=body.title
    )
    return service.ref_of(item)


@courses.post("/{slug}/modules/{module_id}/lessons", status_code=201)
@member(Can.AUTHOR)
async def add_lesson(slug: Slug, module_id: UUID, body: LessonIn, caller: Caller) -> ItemRef:
    """A new lesson at the end of a module. Quizzes are made under `/api/v1/quizzes`."""
    page = await asyncio.to_thread(service.written, body.body)
    item = await perform(
        caller,
        of_module,
        slug,
        service.add_lesson,
        module_id=module_id,
        title=body.title,
        body=page,
        **body.sent("title", "body"),
    )
    return service.ref_of(item)


@courses.get("/{slug}/lessons/{item_id}/source")
@member(Can.AUTHOR)
async def read_source(slug: Slug, item_id: UUID, caller: Caller) -> LessonSource:
    """A lesson as its author wrote it."""
    return await ask(caller, of_item, slug, service.lesson_source, item_id=item_id)


@courses.put("/{slug}/lessons/{item_id}/draft")
@member(Can.AUTHOR)
async def save_draft(slug: Slug, item_id: UUID, body: DraftIn, caller: Caller) -> DraftRef:
    """Keep what its authors are at; students see it once it is published."""
    return await perform(caller, of_item, slug, service.save_draft, item_id=item_id, body=body.body, seen=body.seen)


@courses.delete("/{slug}/lessons/{item_id}/draft")
@member(Can.AUTHOR)
async def discard_draft(slug: Slug, item_id: UUID, caller: Caller) -> DraftRef:
    """Go back to what students see. The draft is kept among the versions."""
    return await perform(caller, of_item, slug, service.discard_draft, item_id=item_id)


@courses.post("/{slug}/lessons/{item_id}/publish")
@member(Can.AUTHOR)
async def publish_lesson(slug: Slug, item_id: UUID, body: DraftIn, caller: Caller) -> DraftRef:
    """Let students see this text. What they saw before is kept as a version."""
    page = await asyncio.to_thread(service.written, body.body)
    return await perform(caller, of_item, slug, service.publish_lesson, item_id=item_id, body=page, seen=body.seen)


@courses.get("/{slug}/lessons/{item_id}/versions")
@member(Can.AUTHOR)
async def list_versions(slug: Slug, item_id: UUID, caller: Caller) -> list[TextLine]:
    """The texts that a lesson had, the newest first; version 0 is a draft that students never saw."""
    return await ask(caller, of_item, slug, service.history, item_id=item_id)


@courses.get("/{slug}/lessons/{item_id}/versions/{text_id}")
@member(Can.AUTHOR)
async def read_version(slug: Slug, item_id: UUID, text_id: UUID, caller: Caller) -> TextOut:
    return TextOut(body=await ask(caller, of_item, slug, service.old_text, item_id=item_id, text_id=text_id))


@courses.post("/{slug}/lessons/{item_id}/versions/{text_id}/restore")
@member(Can.AUTHOR)
async def restore_version(slug: Slug, item_id: UUID, text_id: UUID, caller: Caller) -> DraftRef:
    """Take an old text as the draft."""
    return await perform(caller, of_item, slug, service.restore_text, item_id=item_id, text_id=text_id)


@courses.put("/{slug}/lessons/{item_id}")
@member(Can.AUTHOR)
async def update_lesson(slug: Slug, item_id: UUID, body: TextIn, caller: Caller) -> ItemRef:
    """Replace a lesson's text."""
    page = await asyncio.to_thread(service.written, body.body)
    return service.ref_of(await perform(caller, of_item, slug, service.update_lesson, item_id=item_id, body=page))


@courses.delete("/{slug}/lessons/{item_id}/files/{file_id}", status_code=204)
@member(Can.AUTHOR)
async def detach_file(slug: Slug, item_id: UUID, file_id: UUID, caller: Caller) -> None:
    """Take a file away from its lesson. Files are sent to `/api/v1/files`, with the scope `lesson`."""
    await perform(caller, of_item, slug, service.detach_file, item_id=item_id, file_id=file_id)


@courses.patch("/{slug}/items/{item_id}")
@member(Can.AUTHOR)
async def update_item(slug: Slug, item_id: UUID, body: ItemChangesIn, caller: Caller) -> ItemRef:
    """Change the settings of an item of any kind."""
    return service.ref_of(await perform(caller, of_item, slug, service.update_item, item_id=item_id, **body.sent()))


@courses.post("/{slug}/items/{item_id}/move")
@member(Can.AUTHOR)
async def move_item(slug: Slug, item_id: UUID, body: ItemPlaceIn, caller: Caller) -> ItemRef:
    item = await perform(
        caller, of_item, slug, service.move_item, item_id=item_id, module_id=body.module_id, place=body.place
    )
    return service.ref_of(item)


@courses.post("/{slug}/items/{item_id}/duplicate", status_code=201)
@member(Can.AUTHOR)
async def duplicate_item(slug: Slug, item_id: UUID, caller: Caller) -> ItemRef:
    """The same item once more, right below, as a draft."""
    return service.ref_of(await perform(caller, of_item, slug, service.duplicate_item, item_id=item_id))


@courses.delete("/{slug}/items/{item_id}", status_code=204)
@member(Can.AUTHOR)
async def remove_item(slug: Slug, item_id: UUID, caller: Caller) -> None:
    """Delete an item. Its content and everybody's work stay; it can be brought back for thirty days."""
    await perform(caller, of_item, slug, service.remove_item, item_id=item_id)


@courses.post("/{slug}/items/{item_id}/restore")
@member(Can.AUTHOR)
async def restore_item(slug: Slug, item_id: UUID, caller: Caller) -> ItemRef:
    return service.ref_of(await perform(caller, of_module, slug, service.restore_item, item_id=item_id))


@courses.get("/{slug}/build")
@member(Can.AUTHOR)
async def build(slug: Slug, caller: Caller) -> BuiltCourse:
    """A course as its authors arrange it, with drafts, hidden items and what was deleted."""
    return await ask(caller, service.build, slug=slug)


@courses.post("/{slug}/publish-changes")
@member(Can.AUTHOR)
async def publish_changes(slug: Slug, caller: Caller) -> CourseRef:
    """Let students see all that is new: drafts, edited lessons, and the course itself while it is a draft."""
    bodies = await ask(caller, of_course, slug, service.drafts)
    written = await asyncio.to_thread(service.render, bodies)
    return await perform(caller, of_course, slug, service.publish_changes, written=written)
