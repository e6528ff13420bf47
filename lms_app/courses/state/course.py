"""The page of one course: its outline, and coming in."""

import asyncio
from typing import Any

import reflex as rx

from lms_app.core import typed
from lms_app.core.errors import Invalid
from lms_app.courses import service
from lms_app.courses.people_views import AnnouncementView
from lms_app.courses.state.outlines import groups_of
from lms_app.courses.views import CourseFace, CourseView, Goal, OutlineGroup
from lms_app.policy import Can
from lms_app.web import routes
from lms_app.web.guard import member, signed_in
from lms_app.web.listing import address, page_of
from lms_app.web.state import LmsState, initials_of, texts_of, uuid_of
from lms_app.web.views import Choice
from lms_app.web.words import t

FORM = ("edits", "title", "body", "group", "goes_out_at", "is_out")
PLACE = ("seq", "slug", "course", "zone", "staff", "shown", "previous_url", "next_url")
SHOWN = 3  # on the course's own page
WINDOW = 20


class CourseState(LmsState):
    """`saying` is where one is in the announcements, and the form that is open in it: empty until their page has loaded."""

    course: CourseFace = CourseFace()
    modules: list[OutlineGroup] = []
    goals: list[Goal] = []
    announcements: list[AnnouncementView] = []
    owner_initials: str = ""
    key_error: str = ""
    saying: dict[str, str] = {}
    groups: list[Choice] = []

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

    # ---- What is announced

    @rx.event
    @member(Can.SEE)
    async def open_announcements(self):
        async with self._loading():
            self.saying = {}
            await self._list()

    @rx.event
    @member(Can.AUTHOR)
    async def announce(self, form: dict[str, Any]):
        """Tell the course, or a group of it, now or later."""
        if await self._said(texts_of(form), service.announce):
            self._show_notice(t("Announced"))

    @rx.event
    @member(Can.AUTHOR)
    async def begin_correction(self, announcement_id: str):
        found = await self._ask(
            service.announcement_source, slug=self._slug(), announcement_id=uuid_of(announcement_id)
        )
        self._form(
            edits=found.id,
            title=found.title,
            body=found.body,
            group=found.group_id,
            goes_out_at=typed.moment(found.goes_out_at, self._actor.zone),
            is_out="yes" if found.is_out else "",
        )

    @rx.event
    @member(Can.AUTHOR)
    async def correct(self, form: dict[str, Any]):
        values = texts_of(form)
        more = {"announcement_id": uuid_of(self.saying.get("edits", "")), "tell_again": typed.is_on(values, "again")}
        if await self._said(values, service.correct_announcement, **more):
            self._show_notice(t("Corrected"))

    @rx.event
    @member(Can.AUTHOR)
    async def end_correction(self):
        self._form()

    @rx.event
    @member(Can.AUTHOR)
    async def delete_announcement(self, announcement_id: str):
        await self._perform(service.delete_announcement, slug=self._slug(), announcement_id=uuid_of(announcement_id))
        await self._list()
        self._show_notice(t("Announcement deleted"))

    async def _said(self, values: dict[str, str], act: Any, **more: Any) -> bool:
        """Whether it was said; else the form tells what is wrong."""
        read = typed.Typed(values, self._actor.zone)
        goes_out_at, group = read.moment("goes_out_at"), read.text("group_id")
        try:
            if read.wrong:
                raise Invalid(read.wrong)
            page = await asyncio.to_thread(service.written, values.get("body", ""))
            await self._perform(
                act,
                slug=self._slug(),
                title=values.get("title", ""),
                body=page,
                goes_out_at=goes_out_at,
                group_id=uuid_of(group) if group else None,
                **more,
            )
        except Invalid as wrong:
            open_form = {name: self.saying[name] for name in FORM if name in self.saying}
            self._form(**open_form, **{f"{name}_error": said for name, said in wrong.fields.items()})
            return False
        self.saying = {"seq": str(int(self.saying.get("seq", "0")) + 1)}
        await self._list()
        return True

    def _form(self, **values: str) -> None:
        self.saying = {**{name: value for name, value in self.saying.items() if name in PLACE}, **values}

    async def _list(self) -> None:
        slug, page = self._slug(), page_of(self.router.url.query_parameters)
        here = await self._ask(service.read, slug=slug)
        found = await self._ask(service.announcements, slug=slug, limit=WINDOW + 1, offset=(page - 1) * WINDOW)
        staff = here.standing == "staff"
        groups = await self._ask(service.groups, slug=slug) if staff else []
        base, first = routes.announcements(slug), (page - 1) * WINDOW
        self._assign(
            announcements=found[:WINDOW],
            groups=[Choice(one.id, one.name) for one in groups],
            saying={
                "seq": self.saying.get("seq", "0"),
                "slug": slug,
                "course": here.title,
                "zone": self._actor.zone,
                "staff": "yes" if staff else "",
                "shown": f"{first + 1:,}–{first + len(found[:WINDOW]):,}" if found else "0",
                "previous_url": address(base, {}, page - 1) if page > 1 else "",
                "next_url": address(base, {}, page + 1) if len(found) > WINDOW else "",
            },
        )

    async def _show(self) -> None:
        found = await self._ask(service.read, slug=self._slug(), as_student=self._as_student())
        inside = found.standing in ("student", "complete", "staff")
        said = await self._ask(service.announcements, slug=self._slug(), limit=SHOWN + 1) if inside else []
        self.announcements = said
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
        questions=view.questions,
    )
