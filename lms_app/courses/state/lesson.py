"""The lesson player."""

from dataclasses import replace

import reflex as rx

from lms_app.courses import service
from lms_app.courses.state.outlines import side_of
from lms_app.courses.views import NO_LESSON, AttachedFile, LessonView, SideGroup
from lms_app.policy import Can
from lms_app.web import routes
from lms_app.web.guard import member
from lms_app.web.state import LmsState, uuid_of
from lms_app.web.words import t


class LessonState(LmsState):
    lesson: LessonView = NO_LESSON
    html: str = ""
    files: list[AttachedFile] = []
    modules: list[SideGroup] = []
    here: str = ""
    percent: int = 0
    placed: bool = False
    course_url: str = ""

    @rx.event
    @member(Can.SEE)
    async def open(self):
        self.course_url = routes.course(self._slug()) + (f"?{routes.AS_STUDENT}" if self._as_student() else "")
        async with self._loading():
            page = await self._perform(
                service.open_lesson, item_id=uuid_of(self._item_id()), as_student=self._as_student()
            )
            # The text travels once: a change of the rest must not send it again.
            self.lesson = replace(page.lesson, html="", files=[])
            self.html, self.files = page.lesson.html, page.lesson.files
            self.here = routes.lesson(page.lesson.slug, page.lesson.id)
            self.percent = page.outline.percent
            self.placed = False
            # The text does not wait for the outline, and on the way to the next lesson that is there already.
            yield
            modules = side_of(page.outline)
            if self.modules != modules:
                self.modules = modules

    @rx.event
    @member(Can.ATTEMPT)
    async def complete(self):
        """Mark the lesson complete and go on to whatever comes next."""
        done = await self._perform(service.complete_lesson, item_id=uuid_of(self._item_id()))
        if done.course_completed:
            self._show_notice(t("Course complete"))
        return rx.redirect(done.next_url)

    @rx.event
    @member(Can.SEE)
    async def keep_place(self, scroll: int):
        """How far down the reader is, in thousandths of the page."""
        if not self.lesson.counts or type(scroll) is not int:
            return
        await self._perform(service.save_place, item_id=uuid_of(self._item_id()), scroll=scroll)
        self.placed = True

    def _slug(self) -> str:
        return str(self.slug)  # pyright: ignore[reportAttributeAccessIssue]  of the address

    def _item_id(self) -> str:
        return str(self.item)  # pyright: ignore[reportAttributeAccessIssue]  of the address
