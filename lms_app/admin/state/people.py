"""Everybody with an account: find them, invite, suspend, restore, change roles."""

import reflex as rx

from lms_app.admin import service
from lms_app.admin.views import NOBODY, PersonRow
from lms_app.core.errors import Invalid
from lms_app.web import routes
from lms_app.web.guard import admin_only
from lms_app.web.listing import WINDOW, Filters, address, asked, changed, page_of, span
from lms_app.web.state import LmsState, uuid_of
from lms_app.web.views import FieldError
from lms_app.web.words import t

FILTERS: Filters = {
    "search": (),
    "role": ("student", "instructor", "admin"),
    "status": ("active", "unverified", "suspended"),
}


class PeopleState(LmsState):
    people: list[PersonRow] = []
    total: int = 0
    shown: str = ""
    search: str = ""
    role: str = ""
    status: str = ""
    previous_url: str = ""
    next_url: str = ""
    chosen: PersonRow = NOBODY
    inviting: bool = False
    problems: list[FieldError] = []
    name_error: str = ""
    email_error: str = ""
    role_error: str = ""

    @rx.event
    @admin_only
    async def open_people(self):
        async with self._loading():
            await self._show()

    @rx.event
    @admin_only
    async def find(self, words: str):
        """Search for what was typed."""
        return self._go("search", str(words))

    @rx.event
    @admin_only
    async def choose(self, name: str, value: str):
        """Set one filter, or take it off with an empty value."""
        return self._go(str(name), str(value))

    @rx.event
    @admin_only
    async def manage(self, user_id: str):
        """Pick the person whom the dialog is about."""
        self.chosen = next((person for person in self.people if person.id == user_id), NOBODY)

    @rx.event
    @admin_only
    async def begin_invitation(self):
        self._forget_problems()
        self.inviting = True

    @rx.event
    @admin_only
    async def end_invitation(self):
        self._forget_problems()
        self.inviting = False

    @rx.event
    @admin_only
    async def invite(self, name: str, email: str, role: str):
        """Make an account for somebody, who gets a mail with a link to choose a password."""
        self._forget_problems()
        try:
            person = await self._perform(service.invite, name=str(name), email=str(email), role=str(role))
        except Invalid as error:
            self._say_problems(error)
            return
        self.inviting = False
        await self._show()
        self._show_notice(t("Invitation sent to {email}", email=person.email))

    @rx.event
    @admin_only
    async def change_role(self, user_id: str, role: str):
        person = await self._perform(service.change_role, user_id=uuid_of(user_id), role=str(role))
        await self._show()
        self._show_notice(t("Role of {name} changed", name=person.name))

    @rx.event
    @admin_only
    async def suspend(self, user_id: str):
        person = await self._perform(service.suspend, user_id=uuid_of(user_id))
        await self._show()
        self._show_notice(t("{name} suspended", name=person.name))

    @rx.event
    @admin_only
    async def restore(self, user_id: str):
        person = await self._perform(service.restore, user_id=uuid_of(user_id))
        await self._show()
        self._show_notice(t("{name} restored", name=person.name))

    async def _show(self) -> None:
        given = self.router.url.query_parameters
        filters, page = asked(given, FILTERS), page_of(given)
        found = await self._ask(
            service.people,
            search=filters["search"],
            role=filters["role"],
            status=filters["status"],
            limit=WINDOW,
            offset=(page - 1) * WINDOW,
        )
        self.people, self.total = found.people, found.total
        self.search, self.role, self.status = (filters[name] for name in FILTERS)
        self.shown = span(page, len(found.people), found.total)
        self.previous_url = address(routes.people(), filters, page - 1) if page > 1 else ""
        self.next_url = address(routes.people(), filters, page + 1) if page * WINDOW < found.total else ""

    def _go(self, name: str, value: str):
        filters = changed(self.router.url.query_parameters, FILTERS, name, value)
        return rx.redirect(address(routes.people(), filters), replace=True)

    def _forget_problems(self) -> None:
        self.problems = []
        self.name_error = self.email_error = self.role_error = ""

    def _say_problems(self, error: Invalid) -> None:
        self.name_error = error.fields.get("name", "")
        self.email_error = error.fields.get("email", "")
        self.role_error = error.fields.get("role", "")
        self.problems = [FieldError(f"invite-{name}", text) for name, text in error.fields.items()]
