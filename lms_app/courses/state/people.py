"""What the page of a course's people does, and the page where a class list comes in."""

import asyncio
import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import reflex as rx

from lms_app.core.errors import Forbidden, Invalid
from lms_app.core.typed import Typed
from lms_app.courses import service
from lms_app.courses.people_views import (
    NO_DESK,
    NO_PEOPLE,
    NOBODY_CHOSEN,
    ChosenMember,
    CourseDesk,
    ListLine,
    PeopleView,
)
from lms_app.courses.views import Learner
from lms_app.policy import Can
from lms_app.web import routes
from lms_app.web.guard import member
from lms_app.web.state import LmsState, uuid_of
from lms_app.web.views import FieldError
from lms_app.web.words import t

WINDOW = 20
LINES_SHOWN = 200
# The ids of controls that something can be wrong with.
GROUP_NEW = "group-new"
LIST = "people-list"
EXTRA = "extra-percent"
SHOWN = ("active", "complete", "queued", "left")


class CoursePeople(LmsState, mixin=True):
    """`group` is the id of the one whose people are shown, empty for all. `tally` has the numbers of a list."""

    course: CourseDesk = NO_DESK
    waiting: list[Learner] = []
    people: PeopleView = NO_PEOPLE
    learners: list[Learner] = []
    total: int = 0
    at: int = 0
    search: str = ""
    shown: str = "active"
    group: str = ""
    sort: str = "name"
    chosen: ChosenMember = NOBODY_CHOSEN
    problems: list[FieldError] = []
    lines: list[ListLine] = []
    tally: dict[str, int] = {}
    _checked: str = ""  # of which text `lines` are

    if TYPE_CHECKING:

        async def _show_course(self) -> None: ...

    @rx.event
    @member(Can.GRADE)
    async def open_people(self):
        async with self._loading():
            self.search, self.shown, self.group, self.sort = "", "active", "", "name"
            self.problems = []
            await self._show_course()
            await self._show_people()
            await self._show_learners()

    # ---- Learners

    @rx.event
    @member(Can.GRADE)
    async def find(self, words: str):
        """Search for what was typed."""
        self.search = str(words)[:200].strip()
        await self._show_learners()

    @rx.event
    @member(Can.GRADE)
    async def show(self, state: str):
        """Show the active learners, those who have finished, who wait for a seat, or who left."""
        self.shown = state if state in SHOWN else "active"
        await self._show_learners()

    @rx.event
    @member(Can.GRADE)
    async def show_group(self, group: str):
        """Show the people of one group, or of all."""
        self.group = group if any(one.id == group for one in self.people.groups) else ""
        await self._show_learners()

    @rx.event
    @member(Can.GRADE)
    async def sort_by(self, sort: str):
        self.sort = sort if sort in ("name", "progress", "seen") else "name"
        await self._show_learners()

    @rx.event
    @member(Can.GRADE)
    async def clear(self):
        """Take search and filters off."""
        self.search, self.shown, self.group = "", "active", ""
        await self._show_learners()

    @rx.event
    @member(Can.GRADE)
    async def turn(self, at: int):
        """Show the window that begins at `at`."""
        await self._show_learners(at=at if type(at) is int and 0 <= at < 1_000_000 else 0)

    # ---- Who comes in, who goes, and as what

    @rx.event
    @member(Can.MANAGE)
    async def approve(self, user_id: str):
        await self._perform(service.approve, slug=self._slug(), user_id=uuid_of(user_id))
        await self._show_all()
        self._show_notice(t("Request approved"))

    @rx.event
    @member(Can.MANAGE)
    async def decline(self, user_id: str):
        await self._perform(service.decline, slug=self._slug(), user_id=uuid_of(user_id))
        await self._show_course()
        self._show_notice(t("Request declined"))

    @rx.event
    @member(Can.MANAGE)
    async def choose(self, user_id: str):
        """Pick the person whom the dialog is about."""
        learners = (
            ChosenMember(one.user_id, one.name, "student", one.groups, one.extra_percent) for one in self.learners
        )
        staff = (ChosenMember(one.user_id, one.name, one.role, [], 0) for one in self.people.staff)
        self.chosen = next((one for one in (*learners, *staff) if one.user_id == user_id), NOBODY_CHOSEN)
        self.filled += 1

    @rx.event
    @member(Can.MANAGE)
    async def remove(self, user_id: str):
        await self._perform(service.remove_member, course_id=uuid_of(self.course.id), user_id=uuid_of(user_id))
        await self._show_all(at=self.at)
        self._show_notice(t("Removed from the course"))

    @rx.event
    @member(Can.MANAGE)
    async def change_role(self, user_id: str, role: str):
        await self._perform(
            service.change_role, course_id=uuid_of(self.course.id), user_id=uuid_of(user_id), role=str(role)
        )
        await self._show_all(at=self.at)
        self._show_notice(t("Role changed"))

    @rx.event
    @member(Can.MANAGE)
    async def take_back(self, invitation_id: str):
        """Withdraw the invitation that somebody got by mail."""
        await self._perform(service.withdraw_invitation, slug=self._slug(), invitation_id=uuid_of(invitation_id))
        await self._show_people()
        self._show_notice(t("Invitation withdrawn"))

    @rx.event
    @member(Can.MANAGE)
    async def give_time(self, user_id: str, percent: str):
        """Give a learner more of every time limit: for a disability, a language."""
        self.problems = []
        read = Typed({"percent": str(percent)[:20].removesuffix("%")}, self._actor.zone)
        number = read.count("percent") or 0
        try:
            if read.wrong:
                raise Invalid({"extra_percent": read.wrong["percent"]})
            await self._perform(service.set_extra_time, slug=self._slug(), user_id=uuid_of(user_id), percent=number)
        except Invalid as error:
            self.problems = [FieldError(EXTRA, message) for message in error.fields.values()]
            return
        await self._show_learners(at=self.at)
        self.chosen = replace(self.chosen, extra_percent=number)
        self._show_notice(t("Extra time saved"))

    # ---- Groups

    @rx.event
    @member(Can.MANAGE)
    async def add_group(self, name: str):
        if await self._name(GROUP_NEW, service.add_group, name=str(name)):
            self._show_notice(t("Group added"))

    @rx.event
    @member(Can.MANAGE)
    async def rename_group(self, group_id: str, name: str):
        its = uuid_of(group_id)
        if await self._name(f"group-{its}", service.rename_group, group_id=its, name=str(name)):
            await self._show_learners(at=self.at)
            self._show_notice(t("Group renamed"))

    @rx.event
    @member(Can.MANAGE)
    async def delete_group(self, group_id: str):
        await self._perform(service.delete_group, slug=self._slug(), group_id=uuid_of(group_id))
        self.group = "" if self.group == group_id else self.group
        await self._show_people()
        await self._show_learners()
        self._show_notice(t("Group deleted"))

    @rx.event
    @member(Can.MANAGE)
    async def toggle_group(self, user_id: str, group_id: str):
        """Put somebody into a group, or take them out where they are in."""
        name = next((one.name for one in self.people.groups if one.id == group_id), "")
        act = service.take_out_of_group if name in self.chosen.groups else service.put_in_group
        await self._perform(act, slug=self._slug(), group_id=uuid_of(group_id), user_id=uuid_of(user_id))
        await self._show_people()
        await self._show_learners(at=self.at)
        kept = [one for one in self.chosen.groups if one != name]
        self.chosen = replace(self.chosen, groups=kept if name in self.chosen.groups else [*kept, name])

    # ---- A class list

    @rx.event
    @member(Can.MANAGE)
    async def open_list(self):
        async with self._loading():
            self._forget_list()
            await self._show_course()
            if not self.course.manages:
                raise Forbidden()

    @rx.event
    @member(Can.MANAGE)
    async def send_list(self, text: str):
        """Check a list that is new or has changed; enrol everybody on one that was checked and is right."""
        text = str(text)
        digest = hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
        act = service.enrol_list if digest == self._checked and not self.tally["wrong"] else service.check_list
        try:
            people = await asyncio.to_thread(service.read_list, text)
            if act is service.check_list:
                result = await self._ask(service.check_list, slug=self._slug(), people=people)
            else:
                result = await self._perform(service.enrol_list, slug=self._slug(), people=people)
        except Invalid as wrong:
            self._forget_list()
            self.problems = [FieldError(LIST, str(wrong))]
            return None
        if result.done:
            self._forget_list()
            said = t("{n} enrolled, {m} invited", n=result.tally["enrolled"], m=result.tally["invited"])
            waits = t(", {k} on the wait-list", k=result.tally["queued"]) if result.tally["queued"] else ""
            self._show_notice(said + waits)
            return rx.redirect(routes.course_people(self._slug()))
        first = sorted(result.lines, key=lambda line: line.fate != "wrong")[:LINES_SHOWN]
        self.problems, self._checked, self.lines, self.tally = [], digest, first, result.tally
        return None

    # ----

    def _forget_list(self) -> None:
        self.problems, self._checked, self.lines, self.tally = [], "", [], {}

    async def _name(self, control: str, act: Any, **given: Any) -> bool:
        """Give a group a name, or say beside its control why not."""
        try:
            await self._perform(act, slug=self._slug(), **given)
        except Invalid as wrong:
            self.problems = [FieldError(control, str(wrong))]
            return False
        self.problems = []
        await self._show_people()
        return True

    async def _show_all(self, *, at: int = 0) -> None:
        await self._show_course()
        await self._show_people()
        await self._show_learners(at=at)

    async def _show_people(self) -> None:
        self.people = await self._ask(service.people, slug=self._slug())

    async def _show_learners(self, *, at: int = 0) -> None:
        found = await self._ask(
            service.learners,
            slug=self._slug(),
            search=self.search,
            state=self.shown,
            group=self.group,
            sort=self.sort,
            limit=WINDOW,
            offset=at,
        )
        if at and not found.learners:  # the last one of the last window has gone
            await self._show_learners()
            return
        self.learners, self.total, self.at = found.learners, found.total, at

    def _slug(self) -> str:
        return str(self.slug)  # pyright: ignore[reportAttributeAccessIssue]  of the address
