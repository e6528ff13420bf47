"""The rubrics of a course in a list, one of them in a form that saves itself, and the saved comments.

Two pages of one state: the first state of all pages is sent to every tab, so each var counts.
"""

from typing import Any

import reflex as rx

from lms_app.core import when
from lms_app.core.errors import Conflict, Invalid, LmsError
from lms_app.core.work import utc_now
from lms_app.policy import Can
from lms_app.rubrics import service
from lms_app.rubrics.views import RubricForm, RubricsView
from lms_app.web.guard import member
from lms_app.web.state import LmsState, texts_of, uuid_of
from lms_app.web.views import FieldError
from lms_app.web.words import t

AUTO = "auto"  # the form was sent by a pause in typing, not by a person
NEW = "new"  # stands in the address where a rubric would
MISSING = "Not saved yet: something is still missing."


class RubricsState(LmsState):
    rubrics: list[RubricsView] = []  # one, once it is loaded
    values: dict[str, str] = {}
    errors: dict[str, str] = {}
    problems: list[FieldError] = []
    form: int = 0  # counts forms: another one begins with its own texts
    saved: str = ""
    unsaved: str = ""
    removed: str = ""
    rubric: str = ""  # in the form; empty for a new one
    _version: int = 0

    @rx.event
    @member(Can.GRADE)
    async def open(self):
        async with self._loading():
            self._assign(removed="", errors={})
            await self._list()

    @rx.event
    @member(Can.AUTHOR)
    async def open_rubric(self):
        """A rubric of the course, or a new one of the kind in the address."""
        async with self._loading():
            if self._item() == NEW:
                shown = service.new_form(str(self.router.url.query_parameters.get("kind", "")))
                await self._list()
            else:
                shown, found = await self._ask(service.rubric_form, slug=self._slug(), rubric_id=uuid_of(self._item()))
                self.rubrics = [found]
            self._show(shown)

    @rx.event
    @member(Can.AUTHOR)
    async def send(self, form: dict[str, Any]):
        """The whole form, to be saved; when a row is added, moved or taken away, as it is after that."""
        values = texts_of(form)
        does = values.pop("do", "")
        if does not in ("", AUTO):
            self.values = values = service.act(values, does)
        try:
            await self._save(values)
        except Invalid as error:
            self._assign(saved="", unsaved=MISSING)
            self._tell({} if does else error.fields)
        except Conflict as error:
            self._assign(saved="", unsaved=error.message)
            # Its author has been told: saving once more keeps theirs on top.
            self._version = (await self._ask(service.newest, rubric_id=uuid_of(self.rubric))).version

    @rx.event
    @member(Can.AUTHOR)
    async def duplicate(self, rubric_id: str):
        await self._perform(service.duplicate, rubric_id=uuid_of(rubric_id))
        await self._list()
        self._show_notice(t("Rubric duplicated"))

    @rx.event
    @member(Can.AUTHOR)
    async def remove(self, rubric_id: str):
        """Take a rubric out of the list; it can be brought back."""
        try:
            await self._perform(service.remove, rubric_id=uuid_of(rubric_id))
        except Conflict as error:
            self._tell({"list": error.message})
            return
        self._tell({})
        self.removed = rubric_id
        await self._list()

    @rx.event
    @member(Can.AUTHOR)
    async def bring_back(self):
        await self._perform(service.restore, rubric_id=uuid_of(self.removed))
        self.removed = ""
        await self._list()

    @rx.event
    @member(Can.GRADE)
    async def keep_comment(self, form: dict[str, Any]):
        """Save a new comment, or other words for one that is there."""
        sent = texts_of(form)
        text, comment_id = sent.get("text", ""), sent.get("id", "")
        try:
            if comment_id:
                await self._perform(service.change_comment, comment_id=uuid_of(comment_id), text=text)
            else:
                await self._perform(service.keep_comment, slug=self._slug(), text=text)
        except LmsError as error:
            self._tell({f"comment{comment_id}": _said(error)})
            return
        self._tell({})
        await self._list()
        self.form += 1
        self._show_notice(t("Comment saved"))

    @rx.event
    @member(Can.GRADE)
    async def remove_comment(self, comment_id: str):
        await self._perform(service.remove_comment, comment_id=uuid_of(comment_id))
        await self._list()
        self._show_notice(t("Comment removed"))

    async def _save(self, values: dict[str, str]) -> None:
        drafted = service.read_form(values)
        if self.rubric:
            seen = self._version or None
            kept = await self._perform(service.save, rubric_id=uuid_of(self.rubric), drafted=drafted, seen=seen)
        else:
            kept = await self._perform(service.create, slug=self._slug(), drafted=drafted)
        self.rubric, self._version = kept.id, kept.version
        self._assign(saved=when.clock(utc_now(), self._actor.zone, self._actor.locale), unsaved="")
        self._tell({})

    def _tell(self, fields: dict[str, str]) -> None:
        self._assign(errors=dict(fields), problems=[FieldError(name, said) for name, said in fields.items()])

    def _show(self, shown: RubricForm) -> None:
        self.rubric, self._version, self.values = shown.id, shown.version, dict(shown.values)
        self.form += 1
        self._assign(saved="", unsaved="")
        self._tell({})

    async def _list(self) -> None:
        self.rubrics = [await self._ask(service.rubrics, slug=self._slug())]

    def _slug(self) -> str:
        return str(self.slug)  # pyright: ignore[reportAttributeAccessIssue]  of the address

    def _item(self) -> str:
        return str(self.item)  # pyright: ignore[reportAttributeAccessIssue]  of the address


def _said(error: LmsError) -> str:
    return next(iter(error.fields.values()), error.message) if isinstance(error, Invalid) else error.message
