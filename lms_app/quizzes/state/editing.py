"""Writing a quiz: its questions in a list, one of them in a form that saves itself, its settings in another, and
a question of the bank in a third.

Three pages of one state: the first state of all pages is sent to every tab, so each var counts.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import reflex as rx

from lms_app.core import text, when
from lms_app.core.errors import Conflict, Invalid
from lms_app.core.work import utc_now
from lms_app.policy import Can
from lms_app.quizzes import service
from lms_app.quizzes.kinds import Flat, flat
from lms_app.quizzes.views import NO_FORM, NO_SOURCE, QuestionForm, QuizSource
from lms_app.web import routes
from lms_app.web.guard import member
from lms_app.web.state import LmsState, texts_of, uuid_of
from lms_app.web.views import FieldError

AUTO = "auto"  # the form was sent by a pause in typing, not by a person
ANOTHER = "another"  # to be saved, and followed by a new one of its kind
MISSING = "Not saved yet: something is still missing."
NEW = "new"  # stands in the address where a question would
SLOTS = ("draw", "section")  # what a slot holds besides questions


class QuizEditorState(LmsState):
    quiz: QuizSource = NO_SOURCE
    chosen: str = ""  # the slot in the form, or the question of the bank; empty for a new one
    question: str = ""  # what stands in that slot; empty for a draw, a section and what is new
    kind: str = ""  # empty while there is no form
    form: int = 0  # counts forms: another one begins with its own texts
    values: dict[str, str] = {}
    preview: str = ""  # of the question's text
    errors: dict[str, str] = {}
    problems: list[FieldError] = []
    saved: str = ""
    unsaved: str = ""
    removed: str = ""
    zone: str = ""  # of the moments in the settings
    _version: int = 0
    _in_bank: bool = False  # the form is of a question of the bank: no quiz stands around it
    # What could not be saved yet, by slot, and by kind for new ones: it waits here until its author comes back to it.
    _kept: dict[str, QuestionForm] = {}

    @rx.event
    @member(Can.AUTHOR)
    async def open(self):
        async with self._loading():
            self.removed, self._kept, self._in_bank = "", {}, False
            await self._show_quiz()
            lines = self.quiz.lines
            wanted = str(self.router.url.query_parameters.get("question", ""))
            known = next((line for line in lines if line.question == wanted), lines[0] if lines else None)
            if known:
                await self._show_slot(known.id)
            else:
                self._show(NO_FORM)

    @rx.event
    @member(Can.AUTHOR)
    async def open_question(self):
        """A question of the bank, or a new one of the kind in the address."""
        async with self._loading():
            self._kept, self._in_bank = {}, True
            if self._item_id() == NEW:
                self._show(service.new_form(str(self.router.url.query_parameters.get("kind", ""))))
            else:
                question = uuid_of(self._item_id())
                self._show(await self._ask(service.question_form, question_id=question, slot_id=question))
            await self._show_quiz()

    @rx.event
    @member(Can.AUTHOR)
    async def choose(self, slot_id: str):
        """Put another question, draw or section into the form."""
        await self._show_slot(str(uuid_of(slot_id)))

    @rx.event
    @member(Can.AUTHOR)
    async def begin(self, kind: str):
        """Begin a new question. It is added once there is something to ask."""
        new = service.new_slot_form(kind) if kind in SLOTS else service.new_form(str(kind))
        self._show(self._kept.get(_place(new), new))

    @rx.event
    @member(Can.AUTHOR)
    async def send(self, form: dict[str, Any]):
        """The whole form, to be saved; when a row is added, moved or taken away, as it is after that."""
        values = texts_of(form)
        does = values.pop("do", "")
        if does not in ("", AUTO, ANOTHER):
            self.values = values = flat.act(values, does)
        kind = self.kind
        await self._preview(values)
        if await self._save(values, quietly=does not in ("", ANOTHER)) and does == ANOTHER:
            self._show(service.new_form(kind))

    @rx.event
    @member(Can.AUTHOR)
    async def move(self, step: int):
        """Move what is in the form up or down."""
        await self._perform(service.move_slot, slot_id=uuid_of(self.chosen), step=step)
        await self._show_quiz()

    @rx.event
    @member(Can.AUTHOR)
    async def duplicate(self):
        slot_id = await self._perform(service.duplicate_slot, slot_id=uuid_of(self.chosen))
        await self._show_quiz()
        await self._show_slot(str(slot_id))

    @rx.event
    @member(Can.AUTHOR)
    async def remove(self):
        """Take what is in the form out of the quiz; it can be brought back."""
        if not self.chosen:
            return self._show(NO_FORM)
        await self._perform(service.remove_slot, slot_id=uuid_of(self.chosen))
        self.removed = self.chosen
        await self._show_quiz()
        if self.quiz.lines:
            await self._show_slot(self.quiz.lines[0].id)
        else:
            self._show(NO_FORM)

    @rx.event
    @member(Can.AUTHOR)
    async def bring_back(self):
        await self._perform(service.restore_slot, slot_id=uuid_of(self.removed))
        back, self.removed = self.removed, ""
        await self._show_quiz()
        await self._show_slot(back)

    @rx.event
    @member(Can.AUTHOR)
    async def take(self):
        """Take the quiz as a student would: a trial, which counts nowhere."""
        trial = await self._perform(service.start_trial, item_id=uuid_of(self._item_id()))
        return rx.redirect(routes.attempt(trial.id))

    @rx.event
    @member(Can.AUTHOR)
    async def open_settings(self):
        async with self._loading():
            self._in_bank = False
            await self._show_quiz()
            found = await self._ask(service.settings_form, item_id=uuid_of(self._item_id()))
            self.zone = found.zone
            self._show(replace(NO_FORM, values=found.values))

    @rx.event
    @member(Can.AUTHOR)
    async def send_settings(self, form: dict[str, Any]):
        """The whole form, to be saved; or with what a purpose sets."""
        values = texts_of(form)
        does = values.pop("do", "")
        if does not in ("", AUTO):
            values = service.preset(values, does)
            self._show(replace(NO_FORM, values=values))
        try:
            await self._perform(service.save_settings, item_id=uuid_of(self._item_id()), values=values)
        except Invalid as error:
            self._not_saved(error, quietly=does != "")
        else:
            self._is_saved()
            await self._show_quiz()

    async def _save(self, values: Flat, *, quietly: bool) -> bool:
        """Problems are shown to whoever asked for saving; whoever only paused is told that it is not saved yet."""
        try:
            slot, version = await self._keep(values)
        except (Invalid, Conflict) as error:
            form = QuestionForm(self.question, self.chosen, self._version, self.kind, values)
            self._kept = {**self._kept, _place(form): form}
            if isinstance(error, Conflict):
                self.saved, self.unsaved = "", error.message
                await self._see_newest()
            else:
                self._not_saved(error, quietly=quietly)
            return False
        self._kept = {place: form for place, form in self._kept.items() if place != (self.chosen or self.kind)}
        self.chosen, self._version = slot, version
        self._is_saved()
        await self._show_quiz()
        return True

    async def _keep(self, values: Flat) -> tuple[str, int]:
        """Save what is in the form; its slot then, and the version of its question."""
        slot_id = uuid_of(self.chosen) if self.chosen else None
        if self.kind in SLOTS:
            made = await self._perform(
                service.save_slot, quiz_id=uuid_of(self._item_id()), slot_id=slot_id, place=self.kind, values=values
            )
            return str(made), 0
        drafted = await asyncio.to_thread(service.read_form, self.kind, values)
        question_id = uuid_of(self.question) if self.question else None
        seen = self._version or None
        if self._in_bank:
            ref = await self._perform(
                service.save_in_bank, slug=self._slug(), question_id=question_id, drafted=drafted, seen=seen
            )
        else:
            ref = await self._perform(
                service.save_question,
                quiz_id=uuid_of(self._item_id()),
                question_id=question_id,
                drafted=drafted,
                seen=seen,
            )
        self.question = str(ref.id)
        return str(ref.slot_id or ref.id), ref.version

    def _not_saved(self, error: Invalid, *, quietly: bool) -> None:
        self.saved, self.unsaved = "", MISSING
        self._tell({} if quietly else error.fields)

    def _is_saved(self) -> None:
        self.saved, self.unsaved = when.clock(utc_now(), self._actor.zone, self._actor.locale), ""
        self._tell({})

    async def _see_newest(self) -> None:
        """After a conflict the author has been told: saving once more keeps theirs on top."""
        if self.question:
            newest = await self._ask(service.question_form, question_id=uuid_of(self.question))
            self._version = newest.version
        await self._show_quiz()

    def _tell(self, fields: dict[str, str]) -> None:
        self._assign(errors=dict(fields), problems=[FieldError(name, said) for name, said in fields.items()])

    async def _show_quiz(self) -> None:
        if self._in_bank:
            question_id = uuid_of(self.question) if self.question else None
            found = await self._ask(service.bank_source, slug=self._slug(), question_id=question_id)
        else:
            found = await self._ask(service.source, item_id=uuid_of(self._item_id()))
        self._assign(quiz=found)

    async def _preview(self, values: Mapping[str, str]) -> None:
        """What students will see of the question's text. One that is too long is told of when it is saved."""
        stem = values.get("q.stem", "")[: text.TEXT_MAX]
        self._assign(preview=await asyncio.to_thread(text.to_html, stem) if stem.strip() else "")

    async def _show_slot(self, slot_id: str) -> None:
        question = next((line.question for line in self.quiz.lines if line.id == slot_id), "")
        form = self._kept.get(slot_id)
        if form is None and question:
            slot = uuid_of(slot_id)
            form = await self._ask(service.question_form, question_id=uuid_of(question), slot_id=slot)
        self._show(form or await self._ask(service.slot_form, slot_id=uuid_of(slot_id)))
        await self._preview(self.values)

    def _show(self, form: QuestionForm) -> None:
        self.chosen, self.kind, self.values = form.slot, form.kind, dict(form.values)
        self.question, self._version = form.id, form.version
        self.form += 1
        self.preview = ""
        self.saved, self.unsaved = "", MISSING if _place(form) in self._kept else ""
        self._tell({})

    def _slug(self) -> str:
        return str(self.slug)  # pyright: ignore[reportAttributeAccessIssue]  of the address

    def _item_id(self) -> str:
        return str(self.item)  # pyright: ignore[reportAttributeAccessIssue]  of the address


def _place(form: QuestionForm) -> str:
    """Where a form waits: by its slot, and by its kind while it is new."""
    return form.slot or form.kind
