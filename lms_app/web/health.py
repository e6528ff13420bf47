"""Whether the process lives (`/healthz`) and whether it can work (`/readyz`): for whoever watches the server."""

import asyncio
import time
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse

from lms_app.core import readiness
from lms_app.core.readiness import Readiness
from lms_app.web import metrics
from lms_app.web.api import PublicCaller, Router
from lms_app.web.guard import public

router = Router(tags=["health"])
ROUTERS = (router,)

CACHED_SECONDS = 5.0
_last: tuple[float, Readiness] | None = None
_looks: asyncio.Task[Readiness] | None = None


@router.get("/healthz")
@public
async def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "alive"}


@router.get("/readyz", responses={503: {"description": "The process cannot serve now."}})
@public
async def readyz(request: Request, caller: PublicCaller) -> JSONResponse:
    """The database answers and is this version's, mail and jobs move, the disk has room.

    Looked at once in five seconds, however often it is asked. Administrators, and whoever may read `/metrics`, hear what
    is wrong; everybody else only whether something is.
    """
    seen = await _seen()
    said: dict[str, Any] = {"status": "ready" if seen.ready else "not ready"}
    if caller.is_admin or metrics.may_read(request):
        said["checks"] = seen.checks
    return JSONResponse(said, 200 if seen.ready else 503, {"Cache-Control": "no-store"})


async def _seen() -> Readiness:
    global _last, _looks
    if _last is not None and time.monotonic() - _last[0] <= CACHED_SECONDS:
        return _last[1]
    # One look at a time: of a database that hangs, every further one would hold another thread.
    if _looks is None or _looks.done():
        _looks = asyncio.create_task(readiness.look())
    seen = await asyncio.shield(_looks)
    _last = time.monotonic(), seen
    return seen
