"""Writing a quiz: its questions in a list, one of them in a form that saves itself, and its settings in another.

Two pages of one state: the first state of all pages is sent to every tab, so each var counts.
"""

import asyncio
from dataclasses import replace
from typing import Any

import reflex as rx

from lms_app.core import when
from lms_app.core.errors import Conflict, Invalid
from lms_app.core.work import utc_now
from lms_app.policy import Can
from lms_app.quizzes import service
from lms_app.quizzes.kinds import Flat, flat
from lms_app.quizzes.views import NO_FORM, NO_SOURCE, QuestionForm, QuizSource
from lms_app.web.guard import member
from lms_app.web.state import LmsState, texts_of, uuid_of
from lms_app.web.views import FieldError

AUTO = "auto"  # the form was sent by a pause in typing, not by a person
ANOTHER = "another"  # to be saved, and followed by a new one of its kind
MISSING = "Not saved yet: something is still missing."


class QuizEditorState(LmsState):
    quiz: QuizSource = NO_SOURCE
    chosen: str = ""  # the question in the form; empty for a new one
    kind: str = ""  # empty while there is no form
    form: int = 0  # counts forms: another one begins with its own texts
    values: dict[str, str] = {}
    errors: dict[str, str] = {}
    problems: list[FieldError] = []
    saved: str = ""
    unsaved: str = ""
    removed: str = ""
    zone: str = ""  # of the moments in the settings
    _version: int = 0
    # What could not be saved yet, by question, and by kind for new ones: it waits here until its author comes back to it.
    _kept: dict[str, QuestionForm] = {}

    @rx.event
    @member(Can.AUTHOR)
    async def open(self):
        async with self._loading():
            self.removed, self._kept = "", {}
            await self._show_quiz()
            lines = self.quiz.lines
            wanted = str(self.router.url.query_parameters.get("question", ""))
            known = next((line.id for line in lines if line.id == wanted), lines[0].id if lines else "")
            if known:
                await self._show_question(known)
            else:
                self._show(NO_FORM)

    @rx.event
    @member(Can.AUTHOR)
    async def choose(self, question_id: str):
        """Put another question into the form."""
        await self._show_question(str(uuid_of(question_id)))

    @rx.event
    @member(Can.AUTHOR)
    async def begin(self, kind: str):
        """Begin a new question. It is added once there is something to ask."""
        new = service.new_form(str(kind))
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
        if await self._save(values, quietly=does not in ("", ANOTHER)) and does == ANOTHER:
            self._show(service.new_form(kind))

    @rx.event
    @member(Can.AUTHOR)
    async def move(self, step: int):
        """Move the question in the form up or down."""
        await self._perform(service.move_question, question_id=uuid_of(self.chosen), step=step)
        await self._show_quiz()

    @rx.event
    @member(Can.AUTHOR)
    async def duplicate(self):
        ref = await self._perform(service.duplicate_question, question_id=uuid_of(self.chosen))
        await self._show_quiz()
        await self._show_question(str(ref.id))

    @rx.event
    @member(Can.AUTHOR)
    async def remove(self):
        """Take the question in the form out of the quiz; it can be brought back."""
        if not self.chosen:
            return self._show(NO_FORM)
        await self._perform(service.remove_question, question_id=uuid_of(self.chosen))
        self.removed = self.chosen
        await self._show_quiz()
        if self.quiz.lines:
            await self._show_question(self.quiz.lines[0].id)
        else:
            self._show(NO_FORM)

    @rx.event
    @member(Can.AUTHOR)
    async def bring_back(self):
        await self._perform(service.restore_question, question_id=uuid_of(self.removed))
        back, self.removed = self.removed, ""
        await self._show_quiz()
        await self._show_question(back)

    @rx.event
    @member(Can.AUTHOR)
    async def open_settings(self):
        async with self._loading():
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
        quiz_id, known = uuid_of(self._item_id()), uuid_of(self.chosen) if self.chosen else None
        try:
            drafted = await asyncio.to_thread(service.read_form, self.kind, values)
            ref = await self._perform(
                service.save_question, quiz_id=quiz_id, question_id=known, drafted=drafted, seen=self._version or None
            )
        except (Invalid, Conflict) as error:
            form = QuestionForm(self.chosen, self._version, self.kind, values)
            self._kept = {**self._kept, _place(form): form}
            if isinstance(error, Conflict):
                self.saved, self.unsaved = "", error.message
                await self._see_newest()
            else:
                self._not_saved(error, quietly=quietly)
            return False
        self._kept = {place: form for place, form in self._kept.items() if place != (self.chosen or self.kind)}
        self.chosen, self._version = str(ref.id), ref.version
        self._is_saved()
        await self._show_quiz()
        return True

    def _not_saved(self, error: Invalid, *, quietly: bool) -> None:
        self.saved, self.unsaved = "", MISSING
        self._tell({} if quietly else error.fields)

    def _is_saved(self) -> None:
        self.saved, self.unsaved = when.clock(utc_now(), self._actor.zone, self._actor.locale), ""
        self._tell({})

    async def _see_newest(self) -> None:
        """After a conflict the author has been told: saving once more keeps theirs on top."""
        newest = await self._ask(service.question_form, question_id=uuid_of(self.chosen))
        self._version = newest.version
        await self._show_quiz()

    def _tell(self, fields: dict[str, str]) -> None:
        self._assign(errors=dict(fields), problems=[FieldError(name, said) for name, said in fields.items()])

    async def _show_quiz(self) -> None:
        self._assign(quiz=await self._ask(service.source, item_id=uuid_of(self._item_id())))

    async def _show_question(self, question_id: str) -> None:
        kept = self._kept.get(question_id)
        self._show(kept or await self._ask(service.question_form, question_id=uuid_of(question_id)))

    def _show(self, form: QuestionForm) -> None:
        self.chosen, self.kind, self.values, self._version = form.id, form.kind, dict(form.values), form.version
        self.form += 1
        self.saved, self.unsaved = "", MISSING if _place(form) in self._kept else ""
        self._tell({})

    def _item_id(self) -> str:
        return str(self.item)  # pyright: ignore[reportAttributeAccessIssue]  of the address


def _place(form: QuestionForm) -> str:
    """Where a form waits: by its question, and by its kind while it is new."""
    return form.id or form.kind
