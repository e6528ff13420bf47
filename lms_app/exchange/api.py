"""Imports by REST. The folder of a course comes in by the command line; files of questions come here, too."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from lms_app.core import apart
from lms_app.core.work import ask, perform
from lms_app.exchange import service
from lms_app.exchange.views import QuizReport
from lms_app.policy import Can
from lms_app.web.api import Caller
from lms_app.web.fields import Body
from lms_app.web.guard import member

imports = APIRouter(prefix="/api/v1/courses", tags=["quizzes"])
ROUTERS = (imports,)

TEXT_MAX = 1_000_000


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
