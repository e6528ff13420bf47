"""The staff's pages: the courses they teach, and one of them with its learners."""

from dataclasses import replace

import reflex as rx

from lms_app.core.errors import Invalid
from lms_app.courses import service
from lms_app.courses.views import (
    NO_LEARNER,
    NOT_TEACHING,
    Learner,
    OpenInvitation,
    TaughtCourse,
    TaughtModule,
    TeachingView,
)
from lms_app.policy import Can
from lms_app.web import routes
from lms_app.web.guard import member, signed_in
from lms_app.web.state import LmsState, uuid_of
from lms_app.web.views import FieldError
from lms_app.web.words import t

WINDOW = 20


class TeachingState(LmsState):
    courses: list[TaughtCourse] = []
    wrong: str = ""  # with the title of a new course

    @rx.event
    @signed_in
    async def open(self):
        async with self._loading():
            self.courses = await self._ask(service.taught)
            self.wrong = ""

    @rx.event
    @signed_in
    async def create(self, title: str):
        """A new draft; its author goes on in the builder."""
        try:
            course = await self._perform(service.begin_course, title=str(title))
        except Invalid as error:
            self.wrong = " ".join(error.fields.values())
            return None
        self.wrong = ""
        return rx.redirect(routes.course_build(course.slug))


class TeachCourseState(LmsState):
    course: TeachingView = NOT_TEACHING
    waiting: list[Learner] = []
    invitations: list[OpenInvitation] = []
    modules: list[TaughtModule] = []
    learners: list[Learner] = []
    total: int = 0
    at: int = 0
    search: str = ""
    shown: str = "active"
    sort: str = "name"
    chosen: Learner = NO_LEARNER
    new_link: str = ""
    problems: list[FieldError] = []
    people_error: str = ""
    days_error: str = ""

    @rx.event
    @member(Can.GRADE)
    async def open(self):
        async with self._loading():
            self.search, self.shown, self.sort, self.at = "", "active", "name", 0
            self._forget_invitation()
            await self._show_course()
            await self._show_learners()

    @rx.event
    @member(Can.GRADE)
    async def find(self, words: str):
        """Search for what was typed."""
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
    async def clear(self):
        """Take search and filter off."""
        self.search, self.shown = "", "active"
        await self._show_learners()

    @rx.event
    @member(Can.GRADE)
    async def turn(self, at: int):
        """Show the window that begins at `at`."""
        await self._show_learners(at=at if type(at) is int and 0 <= at < 1_000_000 else 0)

    @rx.event
    @member(Can.MANAGE)
    async def choose(self, user_id: str):
        """Pick the learner whom the dialog is about."""
        self.chosen = next((one for one in self.learners if one.user_id == user_id), NO_LEARNER)

    @rx.event
    @member(Can.MANAGE)
    async def remove(self, user_id: str):
        await self._perform(service.remove_member, course_id=uuid_of(self.course.id), user_id=uuid_of(user_id))
        await self._show_course()
        await self._show_learners(at=self.at)
        self._show_notice(t("Learner removed"))

    @rx.event
    @member(Can.MANAGE)
    async def approve(self, user_id: str):
        await self._perform(service.approve, slug=self._slug(), user_id=uuid_of(user_id))
        await self._show_course()
        await self._show_learners()
        self._show_notice(t("Request approved"))

    @rx.event
    @member(Can.MANAGE)
    async def decline(self, user_id: str):
        await self._perform(service.decline, slug=self._slug(), user_id=uuid_of(user_id))
        await self._show_course()
        self._show_notice(t("Request declined"))

    @rx.event
    @member(Can.MANAGE)
    async def begin_invitation(self):
        """Empty the dialog: a link that was made before is shown no more."""
        self._forget_invitation()

    @rx.event
    @member(Can.MANAGE)
    async def invite(self, role: str, days: str, people: str):
        """Make a link; it is shown this once."""
        self._forget_invitation()
        try:
            link = await self._perform(
                service.invite, slug=self._slug(), role=str(role), days=_number(days), max_uses=_number(people)
            )
        except Invalid as wrong:
            self.people_error = wrong.fields.get("max_uses", "")
            self.days_error = wrong.fields.get("days", "")
            self.problems = [
                FieldError(id, wrong.fields[name]) for name, id in _CONTROLS.items() if name in wrong.fields
            ]
            return
        await self._show_course()
        self.new_link = link.url

    @rx.event
    @member(Can.MANAGE)
    async def withdraw(self, invitation_id: str):
        await self._perform(service.withdraw_invitation, slug=self._slug(), invitation_id=uuid_of(invitation_id))
        await self._show_course()
        self._show_notice(t("Invitation withdrawn"))

    @rx.event
    @member(Can.MANAGE)
    async def publish(self):
        await self._perform(service.publish, course_id=uuid_of(self.course.id))
        await self._show_course()
        self._show_notice(t("Course published"))

    @rx.event
    @member(Can.MANAGE)
    async def unpublish(self):
        await self._perform(service.unpublish, course_id=uuid_of(self.course.id))
        await self._show_course()
        self._show_notice(t("Course hidden"))

    @rx.event
    @member(Can.MANAGE)
    async def archive(self):
        await self._perform(service.archive, course_id=uuid_of(self.course.id))
        await self._show_course()
        self._show_notice(t("Course archived"))

    async def _show_course(self) -> None:
        found = await self._ask(service.teaching, slug=self._slug())
        self.waiting, self.invitations, self.modules = found.waiting, found.invitations, found.modules
        self.course = replace(found, waiting=[], invitations=[], modules=[])

    async def _show_learners(self, *, at: int = 0) -> None:
        found = await self._ask(
            service.learners,
            slug=self._slug(),
            search=self.search,
            state=self.shown,
            sort=self.sort,
            limit=WINDOW,
            offset=at,
        )
        if at and not found.learners:  # the last one of the last window has gone
            await self._show_learners()
            return
        self.learners, self.total, self.at = found.learners, found.total, at

    def _forget_invitation(self) -> None:
        self.new_link = self.people_error = self.days_error = ""
        self.problems = []

    def _slug(self) -> str:
        return str(self.slug)  # pyright: ignore[reportAttributeAccessIssue]  of the address


# The ids of the controls in their order on the page, by what the service calls them.
_CONTROLS = {"role": "invite-role", "max_uses": "invite-people", "days": "invite-days"}


def _number(typed: str) -> int:
    """What stands in a number field; 0, which no rule allows, for anything else."""
    text = str(typed).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
