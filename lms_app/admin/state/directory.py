"""Cohorts, and service accounts with their keys: two pages of one state."""

from typing import Any

import reflex as rx

from lms_app.accounts.views import KeyView
from lms_app.admin import service
from lms_app.admin.views import CohortRow, ProgramRow
from lms_app.core.errors import Invalid
from lms_app.web.guard import admin_only
from lms_app.web.state import LmsState, texts_of, uuid_of
from lms_app.web.views import FieldError
from lms_app.web.words import t


class DirectoryState(LmsState):
    """`chosen` is the id of the cohort or the program that a dialog is about; `secret` of a key is shown once."""

    cohorts: list[CohortRow] = []
    programs: list[ProgramRow] = []
    keys: list[KeyView] = []
    chosen: str = ""
    chosen_name: str = ""
    secret: str = ""
    problems: list[FieldError] = []

    # ---- Cohorts

    @rx.event
    @admin_only
    async def open_cohorts(self):
        async with self._loading():
            self._forget()
            self.cohorts = await self._ask(service.cohorts)

    @rx.event
    @admin_only
    async def add_cohort(self, form: dict[str, Any]):
        sent = texts_of(form)
        if await self._try("cohort", service.add_cohort, name=sent.get("name", "")):
            self.cohorts = await self._ask(service.cohorts)
            self._show_notice(t("Cohort added"))

    @rx.event
    @admin_only
    async def pick_cohort(self, cohort_id: str):
        """Pick the cohort that the dialog is about."""
        self._forget()
        found = next((one for one in self.cohorts if one.id == cohort_id), None)
        if found is not None:
            self.chosen, self.chosen_name = found.id, found.name
        self.filled += 1

    @rx.event
    @admin_only
    async def rename_cohort(self, form: dict[str, Any]):
        sent = texts_of(form)
        given = {"name": sent.get("name", ""), "description": sent.get("description", "")}
        if await self._try("rename", service.change_cohort, cohort_id=uuid_of(self.chosen), **given):
            await self._reload_cohorts(t("Cohort changed"))

    @rx.event
    @admin_only
    async def add_people(self, form: dict[str, Any]):
        emails = texts_of(form).get("emails", "")
        if await self._try("emails", service.add_to_cohort, cohort_id=uuid_of(self.chosen), emails=emails):
            await self._reload_cohorts(t("People added"))

    @rx.event
    @admin_only
    async def enrol(self, form: dict[str, Any]):
        """Enrol the cohort in a course, once or for good."""
        sent = texts_of(form)
        given = {"slug": sent.get("slug", "").strip().rpartition("/")[2], "synchronised": "synchronised" in sent}
        if await self._try("slug", service.enrol_cohort, cohort_id=uuid_of(self.chosen), **given):
            await self._reload_cohorts(t("Cohort enrolled"))

    @rx.event
    @admin_only
    async def delete_cohort(self):
        await self._perform(service.delete_cohort, cohort_id=uuid_of(self.chosen))
        self._forget()
        await self._reload_cohorts(t("Cohort deleted"))

    # ---- Service accounts

    @rx.event
    @admin_only
    async def open_programs(self):
        async with self._loading():
            self._forget()
            self.programs = await self._ask(service.programs)

    @rx.event
    @admin_only
    async def add_program(self, form: dict[str, Any]):
        sent = texts_of(form)
        given = {"name": sent.get("name", ""), "role": sent.get("role", "student")}
        if await self._try("program", service.add_program, **given):
            self.programs = await self._ask(service.programs)
            self._show_notice(t("Service account added"))

    @rx.event
    @admin_only
    async def pick_program(self, user_id: str):
        """Show the keys of a service account."""
        self._forget()
        found = next((one for one in self.programs if one.id == user_id), None)
        if found is not None:
            self.chosen, self.chosen_name = found.id, found.name
            self.keys = await self._ask(service.program_keys, user_id=uuid_of(user_id))
        self.filled += 1

    @rx.event
    @admin_only
    async def stop_program(self, user_id: str):
        await self._perform(service.stop_program, user_id=uuid_of(user_id))
        self.programs = await self._ask(service.programs)
        self._show_notice(t("Service account stopped"))

    @rx.event
    @admin_only
    async def start_program(self, user_id: str):
        await self._perform(service.start_program, user_id=uuid_of(user_id))
        self.programs = await self._ask(service.programs)
        self._show_notice(t("Service account started"))

    @rx.event
    @admin_only
    async def add_key(self, form: dict[str, Any]):
        sent = texts_of(form)
        days = sent.get("days", "")
        given = {
            "name": sent.get("name", ""),
            "days": int(days) if days.isdecimal() and len(days) < 5 else 0,
            "may_write": "writes" in sent,
        }
        made = await self._try("key", service.add_program_key, user_id=uuid_of(self.chosen), **given)
        if made is not None:
            self.secret = made.secret
            self.keys = await self._ask(service.program_keys, user_id=uuid_of(self.chosen))
            self.programs = await self._ask(service.programs)

    @rx.event
    @admin_only
    async def end_key(self, key_id: str):
        await self._perform(service.end_program_key, user_id=uuid_of(self.chosen), key_id=uuid_of(key_id))
        self.keys = await self._ask(service.program_keys, user_id=uuid_of(self.chosen))
        self.programs = await self._ask(service.programs)

    # ----

    def _forget(self) -> None:
        self.chosen, self.chosen_name, self.secret, self.keys, self.problems = "", "", "", [], []

    async def _try(self, control: str, act: Any, **given: Any) -> Any:
        """Do it, or say beside the control why not. What is done without a result is True."""
        self.problems, self.secret = [], ""
        try:
            done = await self._perform(act, **given)
        except Invalid as wrong:
            self.problems = [FieldError(control, words) for words in wrong.fields.values()][:1]
            return None
        return True if done is None or done == 0 else done

    async def _reload_cohorts(self, said: str) -> None:
        self.cohorts = await self._ask(service.cohorts)
        self._show_notice(said)
