"""Whether the process lives (`/healthz`) and whether it can work (`/readyz`): for whoever watches the server."""

import asyncio
import time

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from sqlalchemy import text

from lms_app.core.work import SYSTEM, Work, ask
from lms_app.web.guard import public

router = APIRouter(tags=["health"])
ROUTERS = (router,)

CACHED_SECONDS = 5.0
WAIT_SECONDS = 3.0
_last = (0.0, False)


@router.get("/healthz")
@public
async def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "alive"}


@router.get("/readyz", responses={503: {"description": "The database does not answer."}})
@public
async def readyz() -> JSONResponse:
    """The database answers. Looked at once in five seconds, however often it is asked."""
    global _last
    looked_at, ready = _last
    if time.monotonic() - looked_at > CACHED_SECONDS:
        try:
            ready = await asyncio.wait_for(ask(SYSTEM, _answers), WAIT_SECONDS)
        except Exception:
            ready = False
        _last = (time.monotonic(), ready)
    return JSONResponse({"status": "ready" if ready else "not ready"}, 200 if ready else 503)


def _answers(work: Work) -> bool:
    return work.db.connection().execute(text("SELECT 1")).scalar() == 1
