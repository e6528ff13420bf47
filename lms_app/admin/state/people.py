"""Everybody with an account: find them, invite, change one or many, merge two, look at the site as somebody."""

from typing import Any
from uuid import UUID

import reflex as rx

from lms_app.admin import service
from lms_app.admin.views import NOBODY, PersonRow
from lms_app.core.errors import Invalid, LmsError
from lms_app.web import routes
from lms_app.web.guard import admin_only
from lms_app.web.listing import WINDOW, Filters, address, asked, changed, page_of, span
from lms_app.web.state import LmsState, texts_of, uuid_of
from lms_app.web.views import Choice, FieldError
from lms_app.web.words import t

FILTERS: Filters = {
    "search": (),
    "role": ("student", "instructor", "admin"),
    "status": ("active", "unverified", "suspended"),
    "seen": ("week", "month", "quiet", "never"),
    "cohort": (),
    "sort": ("newest", "seen"),
}
PICK = "pick."
MERGE = "merge-search"
OTHERS_SHOWN = 8
# What takes an action back: suspending is undone by restoring.
BACK = {"suspend": "restore", "restore": "suspend", "join": "leave", "leave": "join"}
DONE = {
    "suspend": "{n} suspended",
    "restore": "{n} restored",
    "role": "Role of {n} changed",
    "join": "{n} added to the cohort",
    "leave": "{n} taken out of the cohort",
    "sign_out": "{n} signed out everywhere",
}


class PeopleState(LmsState):
    """`filters` are those of the address. `done` says what was done to many, `refused` to whom not and why; `others` are
    whom the chosen one can be merged with."""

    people: list[PersonRow] = []
    total: int = 0
    shown: str = ""
    search: str = ""
    filters: dict[str, str] = {}
    cohorts: list[Choice] = []
    previous_url: str = ""
    next_url: str = ""
    chosen: PersonRow = NOBODY
    others: list[PersonRow] = []
    inviting: bool = False
    problems: list[FieldError] = []
    done: str = ""
    refused: list[str] = []
    _undo: tuple[str, list[list[str]], str] = ("", [], "")

    @rx.event
    @admin_only
    async def open_people(self):
        async with self._loading():
            self.done, self.refused = "", []
            self.cohorts = [Choice(one.id, one.name) for one in await self._ask(service.cohorts)]
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
        self.others = []
        self.filled += 1

    # ---- New ones

    @rx.event
    @admin_only
    async def begin_invitation(self):
        self.problems, self.inviting = [], True

    @rx.event
    @admin_only
    async def end_invitation(self):
        self.problems, self.inviting = [], False

    @rx.event
    @admin_only
    async def invite(self, name: str, email: str, role: str):
        """Make an account for somebody, who gets a mail with a link to choose a password."""
        self.problems = []
        try:
            person = await self._perform(service.invite, name=str(name), email=str(email), role=str(role))
        except Invalid as error:
            self.problems = [FieldError(f"invite-{name}", text) for name, text in error.fields.items()]
            return
        self.inviting = False
        await self._show()
        self._show_notice(t("Invitation sent to {email}", email=person.email))

    # ---- One of them

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

    @rx.event
    @admin_only
    async def send_reset(self, user_id: str):
        """Mail them a link to choose a password."""
        email = await self._perform(service.send_reset, user_id=uuid_of(user_id))
        self._show_notice(t("Link sent to {email}", email=email))

    @rx.event
    @admin_only
    async def sign_out(self, user_id: str):
        """End all of their sessions."""
        await self._perform(service.change_many, action="sign_out", user_ids=[uuid_of(user_id)])
        self._show_notice(t("Signed out everywhere"))

    @rx.event
    @admin_only
    async def act_as(self, user_id: str):
        """Look at the site as they see it."""
        await self._perform(service.act_as, user_id=uuid_of(user_id))
        return rx.redirect(routes.home())

    @rx.event
    @admin_only
    async def find_others(self, words: str):
        """Look for the account that is theirs, too."""
        found = await self._ask(service.people, search=str(words), limit=OTHERS_SHOWN + 1)
        self.others = [one for one in found.people if one.id != self.chosen.id][:OTHERS_SHOWN]

    @rx.event
    @admin_only
    async def merge(self, gone_id: str):
        """Give the chosen account everything of another one, which goes."""
        done = await self._perform(service.merge, keep_id=uuid_of(self.chosen.id), gone_id=uuid_of(gone_id))
        self.others = []
        await self._show()
        self._show_notice(t("Merged into {name}", name=done.name))

    # ---- Many of them

    @rx.event
    @admin_only
    async def change_many(self, form: dict[str, Any]):
        """What the pressed button does, to the chosen people or to all that match."""
        sent = texts_of(form)
        action, value = sent.get("do", ""), sent.get("role" if sent.get("do") == "role" else "cohort", "")
        try:
            if "everyone" in sent:
                kept = {name: value for name, value in self._filters().items() if name != "sort"}
                ids = await self._ask(service.everyone, **kept)
            else:
                ids = [uuid_of(name.removeprefix(PICK)) for name in sent if name.startswith(PICK)]
            if not ids:
                raise Invalid({"user_ids": t("Choose at least one person.")})
            await self._change(action, ids, value)
        except LmsError as error:
            self.done, self.refused = "", list(error.fields.values()) if isinstance(error, Invalid) else [error.message]

    @rx.event
    @admin_only
    async def undo(self):
        """Make it as it was before the last action."""
        action, before, value = self._undo
        self._undo = ("", [], "")
        if action == "role":
            for role in {role for _id, role in before}:
                await self._change("role", [UUID(one) for one, old in before if old == role], role)
        elif action in BACK:
            await self._change(BACK[action], [UUID(one) for one, _role in before], value)
        self.done, self._undo = "", ("", [], "")
        self._show_notice(t("Undone"))

    async def _change(self, action: str, ids: list[UUID], value: str) -> None:
        given: dict[str, Any] = {"role": value} if action == "role" else {}
        if action in ("join", "leave"):
            given = {"cohort_id": uuid_of(value)}
        count, refused, before = 0, [], []
        for at in range(0, len(ids), service.MANY_MAX):
            part = ids[at : at + service.MANY_MAX]
            done = await self._perform(service.change_many, action=action, user_ids=part, **given)
            count, refused, before = count + done.changed, [*refused, *done.refused], [*before, *done.undo]
        await self._show()
        words = t("1 person") if count == 1 else t("{n} people", n=f"{count:,}")
        self.refused = refused[:10]
        self.done = "" if action == "sign_out" else t(DONE[action], n=words)
        self._undo = (action, before, value)
        if action == "sign_out":
            self._show_notice(t(DONE[action], n=words))

    async def _show(self) -> None:
        given = self.router.url.query_parameters
        filters, page = self._filters(), page_of(given)
        wanted = {**filters, "sort": filters["sort"] or "name"}
        try:
            found = await self._ask(service.people, **wanted, limit=WINDOW, offset=(page - 1) * WINDOW)
        except Invalid:  # an address may say anything
            found = await self._ask(service.people)
        self.people, self.total = found.people, found.total
        self.search, self.filters = filters["search"], filters
        self.shown = span(page, len(found.people), found.total)
        self.previous_url = address(routes.people(), filters, page - 1) if page > 1 else ""
        self.next_url = address(routes.people(), filters, page + 1) if page * WINDOW < found.total else ""

    def _filters(self) -> dict[str, str]:
        return asked(self.router.url.query_parameters, FILTERS)

    def _go(self, name: str, value: str):
        filters = changed(self.router.url.query_parameters, FILTERS, name, value)
        return rx.redirect(address(routes.people(), filters), replace=True)
