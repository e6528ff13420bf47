"""One's own home by REST."""

from fastapi import APIRouter

from lms_app.core.work import ask
from lms_app.home import service
from lms_app.home.views import HomeView
from lms_app.web.api import Caller
from lms_app.web.guard import signed_in

router = APIRouter(prefix="/api/v1/me", tags=["me"])


@router.get("/home")
@signed_in
async def home(caller: Caller) -> HomeView:
    """What to do next, what is due, how it went: what the home page shows, in the caller's zone and language."""
    return await ask(caller, service.student_home)
