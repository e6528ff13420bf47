"""Imports and exports by REST. The folder of a course comes in by the command line; files of questions come here, too."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from pydantic import Field

from lms_app.core import apart
from lms_app.core.work import Actor, ask, ask_apart, noting, perform
from lms_app.exchange import service
from lms_app.exchange.views import BankReport, QuizReport
from lms_app.policy import Can
from lms_app.quizzes.service import Wanted
from lms_app.web import routes
from lms_app.web.api import Caller, Router
from lms_app.web.fields import Body
from lms_app.web.guard import member
from lms_app.web.headers import attachment
from lms_app.web.state import uuid_of

imports = Router(prefix="/api/v1/courses", tags=["quizzes"])
pages = Router(include_in_schema=False)
ROUTERS = (imports, pages)
Questions = Annotated[list[UUID] | None, Query(max_length=500, description="Only these")]

TEXT_MAX = 1_000_000
FILE_MAX = 8_000_000


class GiftIn(Body):
    """GIFT text. It goes to the module of `module_id`, or the one with the title `module`, else to the last one."""

    title: Annotated[str, Field(min_length=1, max_length=160)]
    text: Annotated[str, Field(min_length=1, max_length=TEXT_MAX)]
    module: Annotated[str, Field(max_length=160)] = ""
    module_id: UUID | None = None
    skip_unsupported: bool = False


@imports.post("/{slug}/quizzes/import-gift", status_code=201)
@member(Can.AUTHOR)
async def import_gift(slug: str, body: GiftIn, caller: Caller) -> QuizReport:
    """Make a quiz of GIFT text: all of it or nothing, with a report of what reads differently here, by line."""
    await ask(caller, service.enter_module, slug=slug, module=body.module, module_id=body.module_id)
    # Reading takes up to a second of computing, so it comes after the door and before the writer's turn.
    draft = await apart.run(service.read_gift, body.text)
    return await perform(
        caller,
        service.import_gift,
        draft,
        title=body.title,
        slug=slug,
        module=body.module,
        module_id=body.module_id,
        skip_unsupported=body.skip_unsupported,
    )


class QuestionsIn(Body):
    """A file of questions: GIFT, Moodle XML or CSV. What it is, its content tells, unless `format` names it."""

    text: Annotated[str, Field(min_length=1, max_length=FILE_MAX)]
    format: Annotated[str, Field(max_length=20)] = ""
    title: Annotated[str, Field(max_length=160, description="Of a quiz that asks them all")] = ""
    skip_unsupported: bool = False


@imports.post("/{slug}/questions/import/preview")
@member(Can.AUTHOR)
async def preview_questions(slug: str, body: QuestionsIn, caller: Caller) -> BankReport:
    """What an import would do: what the file is, what is in it, and every loss and repair, by line."""
    await ask(caller, service.import_desk, slug=slug)
    draft = await apart.run(service.read_questions, body.text, format=body.format)
    return await ask(caller, service.preview_questions, draft, slug=slug)


@imports.post("/{slug}/questions/import")
@member(Can.AUTHOR)
async def import_questions(slug: str, body: QuestionsIn, caller: Caller) -> BankReport:
    """Put the questions of a file into the bank: all of them or nothing. The same file again changes nothing."""
    await ask(caller, service.import_desk, slug=slug)
    draft = await apart.run(service.read_questions, body.text, format=body.format)
    marks = [one.sameness for one in draft.questions]
    return await perform(
        caller,
        service.import_questions,
        draft,
        slug=slug,
        title=body.title,
        skip_unsupported=body.skip_unsupported,
        compared=await ask_apart(caller, service.compare, slug=slug, sameness=marks),
    )


@imports.get("/{slug}/questions/export", response_class=Response)
@member(Can.AUTHOR)
async def export_questions(
    slug: str,
    caller: Caller,
    format: Annotated[str, Query(max_length=20, description="gift, moodle-xml, qti or csv")] = "moodle-xml",
    question: Questions = None,
    category: Annotated[UUID | None, Query(description="Only of this category and those below")] = None,
) -> Response:
    """Questions of the bank as a file, with the keys. Without a choice it has all of them."""
    return await _download(caller, slug, format, question, category)


@pages.get(routes.QUESTION_SHEET.format(slug="{slug}", kind="xml"))
@member(Can.AUTHOR)
async def download_xml(slug: str, caller: Caller, question: Questions = None, category: str = "") -> Response:
    """What the bank's Export menu and the chosen questions download."""
    return await _download(caller, slug, "moodle-xml", question, _id(category))


@pages.get(routes.QUESTION_SHEET.format(slug="{slug}", kind="gift"))
@member(Can.AUTHOR)
async def download_gift(slug: str, caller: Caller, question: Questions = None, category: str = "") -> Response:
    return await _download(caller, slug, "gift", question, _id(category))


@pages.get(routes.QUESTION_SHEET.format(slug="{slug}", kind="csv"))
@member(Can.AUTHOR)
async def download_csv(slug: str, caller: Caller, question: Questions = None, category: str = "") -> Response:
    return await _download(caller, slug, "csv", question, _id(category))


@pages.get(routes.QUESTION_SHEET.format(slug="{slug}", kind="zip"))
@member(Can.AUTHOR)
async def download_qti(slug: str, caller: Caller, question: Questions = None, category: str = "") -> Response:
    return await _download(caller, slug, "qti", question, _id(category))


def _id(category: str) -> UUID | None:
    return uuid_of(category) if category else None


async def _download(
    actor: Actor, slug: str, format: str, question_ids: list[UUID] | None, category_id: UUID | None
) -> Response:
    made = await ask_apart(
        actor,
        service.export_questions,
        slug=slug,
        format=format,
        question_ids=question_ids,
        wanted=Wanted(category_id=category_id),
    )
    await perform(noting(actor), service.note_export, slug=slug, what="questions", format=format)
    named = {
        "Content-Disposition": attachment(made.name),
        "Cache-Control": "private, no-store",
    }
    return Response(made.content, headers=named, media_type=made.media_type)
