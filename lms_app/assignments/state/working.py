"""An assignment for its student: the draft that saves itself, its files, submitting, withdrawing, trying again."""

import asyncio
from typing import Any
from uuid import UUID

import reflex as rx

from lms_app.assignments import service
from lms_app.assignments.views import AssignmentView, SubmittedFile
from lms_app.core import diff, files, typed, when
from lms_app.core.errors import Conflict, Forbidden, Invalid
from lms_app.core.work import utc_now
from lms_app.courses import service as courses
from lms_app.courses.building_views import Change
from lms_app.policy import Can
from lms_app.web.guard import member
from lms_app.web.state import LmsState, texts_of, uuid_of
from lms_app.web.views import FieldError
from lms_app.web.words import t

SUBMIT = "submit"


class AssignmentState(LmsState):
    shown: list[AssignmentView] = []  # one, once it is loaded
    files: list[SubmittedFile] = []  # of the draft
    body: str = ""  # of the draft when it was put into the form, as its link
    link: str = ""
    seq: int = 0
    form: int = 0  # counts texts that were put into the form
    saved: str = ""
    unsaved: str = ""
    errors: dict[str, str] = {}
    problems: list[FieldError] = []
    clash: list[Change] = []  # between what is in the form and what somebody else wrote meanwhile
    left: str = ""  # what was typed when somebody else of the group had submitted already
    _typed: dict[str, str] = {}  # what stands in the form, as far as it was sent

    @rx.event
    @member(Can.SEE)
    async def open(self):
        async with self._loading():
            view = await self._perform(service.open_assignment, item_id=self._item_id(), as_student=self._as_student())
            self._put(view)

    @rx.event
    @member(Can.ATTEMPT)
    async def send(self, form: dict[str, Any]):
        """What was typed: kept as a draft, or submitted when that button was pressed."""
        values = texts_of(form)
        self._typed = values
        self._tell({})
        try:
            if values.get("do", "") == SUBMIT:
                await self._submit(values)
            else:
                await self._save(values)
        except Invalid as error:
            self._assign(saved="", unsaved=t("Not submitted yet. Your text is kept."))
            self._tell(error.fields)
        except Conflict as error:
            await self._clash(error.message)
        except Forbidden as error:
            self._assign(saved="", unsaved=error.message)

    @rx.event
    @member(Can.ATTEMPT)
    async def keep_mine(self):
        """Go on with what is in the form, on top of what somebody else wrote."""
        kept = await self._perform(
            service.save_draft,
            submission_id=self._draft(),
            body=self._typed.get("body"),
            link=self._typed.get("link"),
        )
        self.seq, self.clash = kept.seq, []
        self._is_saved()

    @rx.event
    @member(Can.SEE)
    async def take_theirs(self):
        """Go on with the other text."""
        await self._show()

    @rx.event
    @member(Can.SEE)
    async def list_files(self, file_id: str):
        """A file has come: list them again."""
        self._tell({name: said for name, said in self.errors.items() if name != "files"})
        await self._list_files()

    @rx.event
    @member(Can.ATTEMPT)
    async def remove_file(self, file_id: str):
        await self._perform(files.remove, file_id=uuid_of(file_id))
        await self._list_files()

    @rx.event
    @member(Can.ATTEMPT)
    async def withdraw(self):
        """Take back what was submitted, and go on with a copy."""
        submission_id = uuid_of(self._view().submission.id)
        begun = await self._ask(service.marking_begun, submission_id=submission_id)
        await self._perform(service.withdraw, submission_id=submission_id)
        await self._show()
        told = t("Somebody had begun to mark it, and is told that you took it back.") if begun else ""
        self._show_notice(t("Withdrawn. You are working on a copy of it.") + f" {told}".rstrip())

    @rx.event
    @member(Can.ATTEMPT)
    async def begin_again(self):
        """Another attempt, which begins with a copy of the last one."""
        await self._perform(service.begin_again, item_id=self._item_id())
        await self._show()

    async def _save(self, values: dict[str, str]) -> None:
        # A text from before a reload says what it had been written on; else it is what this tab has seen.
        base = values.get("base", "")
        seen = int(base) if base.isascii() and base.isdecimal() and len(base) < 10 else self.seq
        kept = await self._perform(
            service.save_draft,
            submission_id=self._draft(),
            body=values.get("body"),
            link=values.get("link"),
            seen=seen,
        )
        self._assign(seq=kept.seq, clash=[])
        self._is_saved()

    async def _submit(self, values: dict[str, str]) -> None:
        await self._save(values)
        text = await asyncio.to_thread(courses.written, values.get("body", ""))
        await self._perform(
            service.submit,
            submission_id=self._draft(),
            body=text,
            link=values.get("link"),
            agreed=typed.is_on(values, "agreed"),
        )
        await self._show()
        self._show_notice(t("Submitted. Your receipt is in your mail, too."))

    async def _clash(self, said: str) -> None:
        """Somebody else was faster: both texts are shown, or that it was submitted meanwhile."""
        view = await self._ask(service.read_assignment, item_id=self._item_id())
        if view.draft.id != self._view().draft.id:
            typed_here = self._typed.get("body", "")
            self._put(view)
            self._assign(left=typed_here if typed_here.strip() != view.submission.body.strip() else "")
            self._show_notice(said)
            return
        pieces = await asyncio.to_thread(diff.words, self._typed.get("body", ""), view.draft.body)
        self._assign(saved="", unsaved=said, clash=[Change(piece.kind, piece.text) for piece in pieces])

    async def _show(self) -> None:
        self._put(await self._ask(service.read_assignment, item_id=self._item_id()))

    def _put(self, view: AssignmentView) -> None:
        """Onto the page, and the draft into the form."""
        self.shown = [view]
        self.files, self.body, self.link = view.submission.files, view.draft.body, view.draft.link
        self.seq, self._typed = view.draft.seq, {"body": view.draft.body, "link": view.draft.link}
        self.form += 1
        self._assign(saved=view.draft.saved, unsaved="", clash=[], left="")
        self._tell({})

    async def _list_files(self) -> None:
        found = await self._ask(service.read_submission, submission_id=self._draft())
        self._assign(files=found.files)

    def _is_saved(self) -> None:
        self._assign(saved=when.clock(utc_now(), self._actor.zone, self._actor.locale), unsaved="")

    def _tell(self, fields: dict[str, str]) -> None:
        self._assign(errors=dict(fields), problems=[FieldError(name, said) for name, said in fields.items()])

    def _view(self) -> AssignmentView:
        """Raises Conflict on a page that has not loaded."""
        if not self.shown:
            raise Conflict("Load the page again to go on.")
        return self.shown[0]

    def _draft(self) -> UUID:
        return uuid_of(self._view().draft.id)

    def _item_id(self) -> UUID:
        return uuid_of(str(self.item))  # pyright: ignore[reportAttributeAccessIssue]  of the address
