"""How a course goes, by REST."""

from lms_app.analytics import service
from lms_app.analytics.views import CourseAnalytics
from lms_app.core.work import ask_apart
from lms_app.courses.api import Slug
from lms_app.policy import Can
from lms_app.web.api import Caller, Router
from lms_app.web.guard import member

router = Router(prefix="/api/v1/courses", tags=["courses"])


@router.get("/{slug}/analytics")
@member(Can.GRADE)
async def analytics(slug: Slug, caller: Caller) -> CourseAnalytics:
    """How far the learners of a course came, what its items ask of them, and who may need help, with the reasons."""
    return await ask_apart(caller, service.course_analytics, slug=slug)
