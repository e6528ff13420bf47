"""The courses that somebody takes."""

import reflex as rx

from lms_app.courses import service
from lms_app.courses.views import MyCourse
from lms_app.web.guard import signed_in
from lms_app.web.state import LmsState


class MyCoursesState(LmsState):
    courses: list[MyCourse] = []

    @rx.event
    @signed_in
    async def open(self):
        async with self._loading():
            self.courses = await self._ask(service.my_courses)
