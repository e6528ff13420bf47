"""The staff's pages: the courses they teach, and one of them."""

import reflex as rx

from lms_app.core.errors import Invalid
from lms_app.courses import service
from lms_app.courses.people_views import AnnouncementView, CourseDesk
from lms_app.courses.state.people import CoursePeople
from lms_app.courses.views import OpenInvitation, TaughtCourse, TaughtModule
from lms_app.policy import Can
from lms_app.web import routes
from lms_app.web.guard import member, signed_in
from lms_app.web.state import LmsState, uuid_of
from lms_app.web.views import FieldError
from lms_app.web.words import t

SHOWN = 5  # announcements beside the outline


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


class TeachCourseState(CoursePeople, LmsState):
    """One course for its staff: a state for all of its pages, since most of what they show is the same."""

    invitations: list[OpenInvitation] = []
    modules: list[TaughtModule] = []
    new_link: str = ""
    announcements: list[AnnouncementView] = []

    @rx.event
    @member(Can.GRADE)
    async def open(self):
        async with self._loading():
            self._forget_invitation()
            await self._show_course()
            self.announcements = await self._ask(service.announcements, slug=self._slug(), limit=SHOWN)

    @rx.event
    @member(Can.MANAGE)
    async def begin_invitation(self):
        """Empty the dialog: a link that was made before is shown no more."""
        self._forget_invitation()
        self.filled += 1

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
        self.course = CourseDesk(
            id=found.id,
            slug=found.slug,
            title=found.title,
            status=found.status,
            enrol_mode=found.enrol_mode,
            enrol_key=found.enrol_key,
            manages=found.manages,
            learners=found.learners,
            capacity=found.capacity or 0,
            queued=found.queued,
            completed=found.completed,
            average=found.average,
        )

    def _forget_invitation(self) -> None:
        self.new_link, self.problems = "", []


# The ids of the controls in their order on the page, by what the service calls them.
_CONTROLS = {"role": "invite-role", "max_uses": "invite-people", "days": "invite-days"}


def _number(typed: str) -> int:
    """What stands in a number field; 0, which no rule allows, for anything else."""
    text = str(typed).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
