"""The page of one course: its outline, and coming in."""

import reflex as rx

from lms_app.core.errors import Invalid
from lms_app.courses import service
from lms_app.courses.people_views import AnnouncementView
from lms_app.courses.state.outlines import groups_of
from lms_app.courses.views import CourseFace, CourseView, Goal, OutlineGroup
from lms_app.web import routes
from lms_app.web.guard import signed_in
from lms_app.web.state import LmsState, initials_of
from lms_app.web.words import t


class CourseState(LmsState):
    course: CourseFace = CourseFace()
    modules: list[OutlineGroup] = []
    goals: list[Goal] = []
    announcements: list[AnnouncementView] = []
    owner_initials: str = ""
    key_error: str = ""

    @rx.event
    @signed_in
    async def open(self):
        async with self._loading():
            self.key_error = ""
            await self._show()

    @rx.event
    @signed_in
    async def join(self, key: str):
        """Come in, or ask to; `key` is empty where no key is needed."""
        try:
            joined = await self._perform(service.enrol, slug=self._slug(), key=str(key)[:200])
        except Invalid as wrong:
            self.key_error = wrong.fields.get("key", str(wrong))
            return
        self.key_error = ""
        await self._show()
        said = {"waiting": t("Request sent"), "queued": t("You are on the wait-list")}
        self._show_notice(said.get(joined.state, t("You joined {title}", title=joined.title)))

    @rx.event
    @signed_in
    async def leave(self):
        left = await self._perform(service.leave, slug=self._slug())
        self._show_notice(t("You left {title}. Your work is kept.", title=left.title))
        return rx.redirect(routes.my_courses())

    @rx.event
    @signed_in
    async def tell_me(self):
        """Ask for a mail on the day the course opens."""
        await self._perform(service.ask_when_open, slug=self._slug())
        self._show_notice(t("We will email you when it opens"))

    async def _show(self) -> None:
        found = await self._ask(service.read, slug=self._slug(), as_student=self._as_student())
        inside = found.standing in ("student", "complete", "staff")
        self.announcements = await self._ask(service.announcements, slug=self._slug()) if inside else []
        # The modules travel once, as rows.
        self.modules = groups_of(found.outline)
        self.goals = found.goals
        self.owner_initials = initials_of(found.owner)
        self.course = _face(found)

    def _slug(self) -> str:
        return str(self.slug)  # pyright: ignore[reportAttributeAccessIssue]  of the address


def _face(view: CourseView) -> CourseFace:
    seen = view.outline
    return CourseFace(
        slug=view.slug,
        title=view.title,
        summary=view.summary,
        description_html=view.description_html,
        level=view.level,
        owner=view.owner,
        extent=view.extent,
        runs=view.runs,
        standing=view.standing,
        enrol_mode=view.enrol_mode,
        full=view.full,
        place=view.place,
        closed=view.closed,
        opens=view.opens,
        left=view.left,
        pace=view.pace,
        resume=view.resume,
        resume_url=seen.resume_url,
        percent=seen.percent,
        done=seen.done,
        total=seen.total,
        due=view.due,
        hue=view.hue,
        motif=view.motif,
        as_student=view.as_student,
    )
