"""Writing an assignment: all its settings in one form that saves itself."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import reflex as rx

from lms_app.assignments import service
from lms_app.assignments.views import AssignmentForm
from lms_app.core import rows, when
from lms_app.core.errors import Invalid
from lms_app.core.work import utc_now
from lms_app.policy import Can
from lms_app.web.guard import member
from lms_app.web.state import LmsState, texts_of, uuid_of
from lms_app.web.views import FieldError
from lms_app.web.words import t

AUTO = "auto"  # the form was sent by a pause in typing, not by a person


class AssignmentSettingsState(LmsState):
    shown: list[AssignmentForm] = []  # one, once it is loaded
    values: dict[str, str] = {}
    errors: dict[str, str] = {}
    problems: list[FieldError] = []
    saved: str = ""
    unsaved: str = ""

    @rx.event
    @member(Can.AUTHOR)
    async def open(self):
        async with self._loading():
            found = await self._ask(service.assignment_form, item_id=self._item_id())
            self.shown, self.values = [found], found.values
            self._assign(saved="", unsaved="")
            self._tell({})

    @rx.event
    @member(Can.AUTHOR)
    async def send(self, form: dict[str, Any]):
        """The whole form, to be saved; when a step is added or taken away, as it is after that."""
        values = texts_of(form)
        does = values.pop("do", "")
        if does not in ("", AUTO):
            self.values = values = rows.act(values, does)
        try:
            await self._perform(service.save_assignment, item_id=self._item_id(), values=values)
        except Invalid as error:
            self._assign(saved="", unsaved=t("Not saved yet: something is still missing."))
            # Whoever only paused is not told what is wrong with what they are still typing.
            self._tell({} if does else error.fields)
        else:
            self._assign(saved=when.clock(utc_now(), self._actor.zone, self._actor.locale), unsaved="")
            self._tell({})

    def _tell(self, fields: Mapping[str, str]) -> None:
        self._assign(errors=dict(fields), problems=[FieldError(name, said) for name, said in fields.items()])

    def _item_id(self) -> UUID:
        return uuid_of(str(self.item))  # pyright: ignore[reportAttributeAccessIssue]  of the address
