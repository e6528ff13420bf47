"""Search by REST, and for the dialog of every page."""

from typing import Annotated

from fastapi import Query

from lms_app.core.work import ask
from lms_app.search import service
from lms_app.search.views import Found
from lms_app.web.api import Caller, Router
from lms_app.web.fields import Words
from lms_app.web.guard import signed_in

programs = Router(prefix="/api/v1/search", tags=["search"])
pages = Router(include_in_schema=False)
ROUTERS = (programs, pages)


@programs.get("")
@signed_in
async def find(caller: Caller, q: Words, limit: Annotated[int, Query(ge=1, le=50)] = 20) -> Found:
    """What you may see of courses, lessons, quizzes, assignments, questions and people that has all of these words."""
    return await ask(caller, service.find, words=q, limit=limit)


@pages.get("/search")
@signed_in
async def look(caller: Caller, q: Words) -> Found:
    """The same with the cookie."""
    return await ask(caller, service.find, words=q)
