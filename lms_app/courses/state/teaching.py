"""The staff's pages: the courses they teach, and one of them with its learners."""

from dataclasses import replace

import reflex as rx

from lms_app.core.errors import Invalid
from lms_app.courses import service
from lms_app.courses.views import (
    NOT_TEACHING,
    Learner,
    OpenInvitation,
    TaughtCourse,
    TaughtModule,
    TeachingView,
)
from lms_app.policy import Can
from lms_app.web.guard import member, signed_in
from lms_app.web.state import LmsState, uuid_of

WINDOW = 50


class TeachingState(LmsState):
    courses: list[TaughtCourse] = []

    @rx.event
    @signed_in
    async def open(self):
        async with self._loading():
            self.courses = await self._ask(service.taught)


class TeachCourseState(LmsState):
    course: TeachingView = NOT_TEACHING
    waiting: list[Learner] = []
    invitations: list[OpenInvitation] = []
    modules: list[TaughtModule] = []
    learners: list[Learner] = []
    total: int = 0
    search: str = ""
    shown: str = "active"
    sort: str = "name"
    new_link: str = ""
    invite_errors: dict[str, str] = {}

    @rx.event
    @member(Can.GRADE)
    async def open(self):
        async with self._loading():
            self.search, self.shown, self.sort, self.new_link = "", "active", "name", ""
            self.invite_errors = {}
            await self._show_course()
            await self._show_learners()

    @rx.event
    @member(Can.GRADE)
    async def find(self, words: str):
        self.search = str(words)[:200].strip()
        await self._show_learners()

    @rx.event
    @member(Can.GRADE)
    async def show(self, state: str):
        """Show the active learners, those who have finished, or those who left."""
        self.shown = state if state in ("active", "complete", "left") else "active"
        await self._show_learners()

    @rx.event
    @member(Can.GRADE)
    async def sort_by(self, sort: str):
        self.sort = sort if sort in ("name", "progress", "seen") else "name"
        await self._show_learners()

    @rx.event
    @member(Can.GRADE)
    async def more(self):
        """Show the next window below the learners that are shown."""
        await self._show_learners(offset=len(self.learners))

    @rx.event
    @member(Can.MANAGE)
    async def approve(self, user_id: str):
        await self._perform(service.approve, slug=self._slug(), user_id=uuid_of(user_id))
        await self._show_course()
        await self._show_learners()
        self._show_notice("Request approved")

    @rx.event
    @member(Can.MANAGE)
    async def decline(self, user_id: str):
        await self._perform(service.decline, slug=self._slug(), user_id=uuid_of(user_id))
        await self._show_course()
        self._show_notice("Request declined")

    @rx.event
    @member(Can.MANAGE)
    async def invite(self, role: str, days: str, people: str):
        """Make a link; it is shown this once."""
        try:
            link = await self._perform(
                service.invite, slug=self._slug(), role=str(role), days=_number(days), max_uses=_number(people)
            )
        except Invalid as wrong:
            self.invite_errors = wrong.fields
            return
        await self._show_course()
        self.invite_errors = {}
        self.new_link = link.url

    @rx.event
    @member(Can.MANAGE)
    async def withdraw(self, invitation_id: str):
        await self._perform(service.withdraw_invitation, slug=self._slug(), invitation_id=uuid_of(invitation_id))
        await self._show_course()
        self.new_link = ""
        self._show_notice("Invitation withdrawn")

    @rx.event
    @member(Can.MANAGE)
    async def publish(self):
        await self._perform(service.publish, course_id=uuid_of(self.course.id))
        await self._show_course()
        self._show_notice("Course published")

    @rx.event
    @member(Can.MANAGE)
    async def unpublish(self):
        await self._perform(service.unpublish, course_id=uuid_of(self.course.id))
        await self._show_course()
        self._show_notice("Course hidden")

    @rx.event
    @member(Can.MANAGE)
    async def archive(self):
        await self._perform(service.archive, course_id=uuid_of(self.course.id))
        await self._show_course()
        self._show_notice("Course archived")

    async def _show_course(self) -> None:
        found = await self._ask(service.teaching, slug=self._slug())
        self.waiting, self.invitations, self.modules = found.waiting, found.invitations, found.modules
        self.course = replace(found, waiting=[], invitations=[], modules=[])

    async def _show_learners(self, *, offset: int = 0) -> None:
        found = await self._ask(
            service.learners,
            slug=self._slug(),
            search=self.search,
            state=self.shown,
            sort=self.sort,
            limit=WINDOW,
            offset=offset,
        )
        self.learners = [*self.learners[:offset], *found.learners]
        self.total = found.total

    def _slug(self) -> str:
        return str(self.slug)  # pyright: ignore[reportAttributeAccessIssue]  of the address


def _number(typed: str) -> int:
    """What stands in a number field; 0, which no rule allows, for anything else."""
    text = str(typed).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
