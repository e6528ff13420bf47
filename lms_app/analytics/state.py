"""How a course goes, for its staff."""

import reflex as rx

from lms_app.analytics import service
from lms_app.analytics.views import CourseAnalytics
from lms_app.policy import Can
from lms_app.web.guard import member
from lms_app.web.state import LmsState


class AnalyticsState(LmsState):
    seen: list[CourseAnalytics] = []  # the one, once it is here: an empty one would go to every tab

    @rx.event
    @member(Can.GRADE)
    async def open(self):
        async with self._loading():
            slug = str(self.slug)  # pyright: ignore[reportAttributeAccessIssue]  of the address
            self.seen = [await self._ask_apart(service.course_analytics, slug=slug)]
