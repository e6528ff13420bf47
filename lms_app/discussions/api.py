"""Questions and answers by REST."""

import asyncio
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query
from pydantic import Field

from lms_app.core.work import ask, perform
from lms_app.courses.api import Slug
from lms_app.discussions import rules, service
from lms_app.discussions.views import OldText, QuestionList, ReportedPosts, Said, Standing, ThreadPage
from lms_app.policy import Can
from lms_app.web.api import Caller, Paging, Router
from lms_app.web.fields import Body, Words
from lms_app.web.guard import member

of_course = Router(prefix="/api/v1/courses", tags=["questions"])
lessons = Router(prefix="/api/v1/lessons", tags=["questions"])
threads = Router(prefix="/api/v1/threads", tags=["questions"])
posts = Router(prefix="/api/v1/posts", tags=["questions"])
ROUTERS = (of_course, lessons, threads, posts)

Text = Annotated[str, Field(min_length=1, max_length=rules.BODY_MAX, description="Markdown")]
Reason = Annotated[str, Field(min_length=1, max_length=rules.REASON_MAX)]


class QuestionIn(Body):
    """Without a `lesson_id` the question is about the whole course."""

    title: Annotated[str, Field(min_length=1, max_length=rules.TITLE_MAX)]
    body: Text
    lesson_id: UUID | None = None


class TextIn(Body):
    body: Text


class EditIn(TextIn):
    """`title` is for questions alone; left out, it stays."""

    title: Annotated[str, Field(min_length=1, max_length=rules.TITLE_MAX)] | None = None


class ReasonIn(Body):
    reason: Reason


@of_course.get("/{slug}/threads")
@member(Can.SEE)
async def list_questions(
    slug: Slug,
    caller: Caller,
    paging: Paging,
    show: Literal["", "unanswered", "mine", "following"] = "",
    search: Words = "",
    lesson_id: Annotated[UUID | None, Query(description="Only those under this lesson")] = None,
) -> QuestionList:
    """The questions of a course: pinned ones, then what was active last. Learners find those of lessons open to them."""
    return await ask(
        caller,
        service.questions,
        slug=slug,
        show=show,
        search=search,
        lesson_id=lesson_id,
        limit=paging.limit,
        offset=paging.offset,
    )


@of_course.post("/{slug}/threads", status_code=201)
@member(Can.SEE)
async def ask_question(slug: Slug, body: QuestionIn, caller: Caller) -> Said:
    """Ask under a lesson, or about the whole course. The same words again within a minute are one question."""
    page = await asyncio.to_thread(service.written, body.body)
    return await perform(caller, service.ask, slug=slug, title=body.title, body=page, item_id=body.lesson_id)


@of_course.get("/{slug}/reported-posts")
@member(Can.GRADE)
async def list_reported(slug: Slug, caller: Caller, paging: Paging) -> ReportedPosts:
    """What people have reported and nobody has looked at, the oldest first."""
    return await ask(caller, service.reported_posts, slug=slug, limit=paging.limit, offset=paging.offset)


@lessons.get("/{item_id}/threads")
@member(Can.SEE)
async def under_lesson(item_id: UUID, caller: Caller) -> QuestionList:
    """The first five questions under a lesson, and how many there are."""
    return await ask(caller, service.under_lesson, item_id=item_id)


@threads.get("/{thread_id}")
@member(Can.SEE)
async def read_thread(
    thread_id: UUID,
    caller: Caller,
    paging: Paging,
    post_id: Annotated[UUID | None, Query(description="The window that holds this post")] = None,
) -> ThreadPage:
    """The question, the accepted answer, the others by age, and under each its replies."""
    return await ask(
        caller, service.read_thread, thread_id=thread_id, limit=paging.limit, offset=paging.offset, post_id=post_id
    )


@threads.post("/{thread_id}/answers", status_code=201)
@member(Can.SEE)
async def answer(thread_id: UUID, body: TextIn, caller: Caller) -> Said:
    """Answer a question. Its followers are told."""
    page = await asyncio.to_thread(service.written, body.body)
    return await perform(caller, service.answer, thread_id=thread_id, body=page)


@threads.put("/{thread_id}/subscription")
@member(Can.SEE)
async def subscribe(thread_id: UUID, caller: Caller) -> Standing:
    """Hear of answers. Who asks or answers does so by default."""
    return await perform(caller, service.follow, thread_id=thread_id)


@threads.delete("/{thread_id}/subscription")
@member(Can.SEE)
async def unsubscribe(thread_id: UUID, caller: Caller) -> Standing:
    return await perform(caller, service.follow, thread_id=thread_id, following=False)


@threads.put("/{thread_id}/vote")
@member(Can.SEE)
async def vote(thread_id: UUID, caller: Caller) -> Standing:
    """Say that one has the same question."""
    return await perform(caller, service.vote, thread_id=thread_id)


@threads.delete("/{thread_id}/vote")
@member(Can.SEE)
async def take_vote_back(thread_id: UUID, caller: Caller) -> Standing:
    return await perform(caller, service.vote, thread_id=thread_id, same=False)


@threads.put("/{thread_id}/pin", status_code=204)
@member(Can.GRADE)
async def pin(thread_id: UUID, caller: Caller) -> None:
    """Let it stand above the others."""
    await perform(caller, service.pin, thread_id=thread_id)


@threads.delete("/{thread_id}/pin", status_code=204)
@member(Can.GRADE)
async def unpin(thread_id: UUID, caller: Caller) -> None:
    await perform(caller, service.pin, thread_id=thread_id, pinned=False)


@threads.put("/{thread_id}/lock", status_code=204)
@member(Can.GRADE)
async def lock(thread_id: UUID, caller: Caller) -> None:
    """Let nobody but the staff write in it."""
    await perform(caller, service.lock, thread_id=thread_id)


@threads.delete("/{thread_id}/lock", status_code=204)
@member(Can.GRADE)
async def unlock(thread_id: UUID, caller: Caller) -> None:
    await perform(caller, service.lock, thread_id=thread_id, locked=False)


@posts.post("/{post_id}/replies", status_code=201)
@member(Can.SEE)
async def reply(post_id: UUID, body: TextIn, caller: Caller) -> Said:
    """Reply to the question or to an answer; to a reply, below the same one."""
    page = await asyncio.to_thread(service.written, body.body)
    return await perform(caller, service.reply, post_id=post_id, body=page)


@posts.patch("/{post_id}")
@member(Can.SEE)
async def edit_post(post_id: UUID, body: EditIn, caller: Caller) -> Said:
    """Write one's own post anew. The text before is kept for the staff."""
    page = await asyncio.to_thread(service.written, body.body)
    return await perform(caller, service.edit_post, post_id=post_id, body=page, title=body.title)


@posts.delete("/{post_id}", status_code=204)
@member(Can.SEE)
async def delete_post(post_id: UUID, caller: Caller) -> None:
    """Take one's own post back. What others have answered keeps its place, without its words."""
    await perform(caller, service.delete_post, post_id=post_id)


@posts.get("/{post_id}/history")
@member(Can.GRADE)
async def history(post_id: UUID, caller: Caller) -> list[OldText]:
    """The texts that it had before, the newest first."""
    return await ask(caller, service.post_history, post_id=post_id)


@posts.put("/{post_id}/acceptance", status_code=204)
@member(Can.SEE)
async def accept(post_id: UUID, caller: Caller) -> None:
    """Say that this is the answer that helped: who asked, or the staff."""
    await perform(caller, service.accept, post_id=post_id)


@posts.delete("/{post_id}/acceptance", status_code=204)
@member(Can.SEE)
async def take_acceptance_back(post_id: UUID, caller: Caller) -> None:
    await perform(caller, service.accept, post_id=post_id, accepted=False)


@posts.post("/{post_id}/reports", status_code=204)
@member(Can.SEE)
async def report(post_id: UUID, body: ReasonIn, caller: Caller) -> None:
    """Ask the staff to look at it."""
    await perform(caller, service.report, post_id=post_id, reason=body.reason)


@posts.delete("/{post_id}/reports", status_code=204)
@member(Can.GRADE)
async def keep(post_id: UUID, caller: Caller) -> None:
    """Close the reports about it: it may stay."""
    await perform(caller, service.keep, post_id=post_id)


@posts.post("/{post_id}/hide")
@member(Can.GRADE)
async def hide(post_id: UUID, body: ReasonIn, caller: Caller) -> Said:
    """Take it from the eyes of learners, and tell its author why."""
    return await perform(caller, service.hide, post_id=post_id, reason=body.reason)


@posts.post("/{post_id}/restore")
@member(Can.GRADE)
async def restore(post_id: UUID, caller: Caller) -> Said:
    return await perform(caller, service.restore, post_id=post_id)
