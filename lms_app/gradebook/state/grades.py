"""A student's own grades in a course, and what they would be with other marks."""

from typing import Any

import reflex as rx

from lms_app.core.errors import Invalid
from lms_app.gradebook import service
from lms_app.gradebook.views_pages import Report, report
from lms_app.policy import Can
from lms_app.web.guard import member
from lms_app.web.state import LmsState, texts_of


class GradesState(LmsState):
    grades: list[Report] = []
    trial: dict[str, str] = {}  # marks that are tried out, by column; nothing of it is kept
    errors: dict[str, str] = {}

    @rx.event
    @member(Can.SEE)
    async def open(self):
        async with self._loading():
            self._assign(trial={}, errors={})
            self.grades = [report(await self._ask(service.my_grades, slug=self._slug()))]

    @rx.event
    @member(Can.SEE)
    async def try_out(self, form: dict[str, Any]):
        """What the totals would be with the marks that are typed in."""
        tried = {name: text.strip() for name, text in texts_of(form).items() if text.strip()}
        try:
            found = await self._ask(service.what_if, slug=self._slug(), marks=tried)
        except Invalid as error:
            self.errors = error.fields
            return
        self.grades = (
            [report(found, tried)] if tried else [report(await self._ask(service.my_grades, slug=self._slug()))]
        )
        self.trial, self.errors = tried, {}

    @rx.event
    @member(Can.SEE)
    async def reset_trial(self):
        """Back to the marks as they are."""
        self.trial, self.errors = {}, {}
        self.grades = [report(await self._ask(service.my_grades, slug=self._slug()))]

    def _slug(self) -> str:
        return str(self.slug)  # pyright: ignore[reportAttributeAccessIssue]  of the address
