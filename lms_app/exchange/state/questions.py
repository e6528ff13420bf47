"""The page where a file of questions comes in: what is pasted is previewed while it is there, then imported whole."""

import hashlib
from dataclasses import replace
from typing import Any

import reflex as rx

from lms_app.core import apart
from lms_app.core.errors import Invalid
from lms_app.exchange import service
from lms_app.exchange.views import NO_DESK, BankReport, ImportDesk
from lms_app.policy import Can
from lms_app.web.guard import member
from lms_app.web.state import LmsState, texts_of
from lms_app.web.words import t

FINDINGS_SHOWN = 200


class QuestionImportState(LmsState):
    """`found` is empty or one report: the first state of all pages is sent to every tab."""

    desk: ImportDesk = NO_DESK
    found: list[BankReport] = []
    unshown: int = 0  # findings of a long report
    problem: str = ""
    _checked: str = ""  # of which text `found` is

    @rx.event
    @member(Can.AUTHOR)
    async def open(self):
        async with self._loading():
            self._forget()
            self.desk = await self._ask(service.import_desk, slug=self._slug())

    @rx.event
    @member(Can.AUTHOR)
    async def preview(self, text: str):
        """Say what an import of this text would do."""
        text = str(text)
        if not text.strip():
            self._forget()
            return
        try:
            await self._preview(text)
        except Invalid as wrong:
            self._forget(_said(wrong))

    @rx.event
    @member(Can.AUTHOR)
    async def send(self, form: dict[str, Any]):
        """Preview a text that is new or has changed; import one that was previewed."""
        given = texts_of(form)
        text, skips = given.get("text", ""), "skip" in given
        try:
            if _digest(text) != self._checked or not self.found or (self.found[0].blocked and not skips):
                await self._preview(text)
                self.problem = self.found[0].blocked
                return None
            draft = await self._read(text)
            marks = [one.sameness for one in draft.questions]
            report = await self._perform(
                service.import_questions,
                draft,
                slug=self._slug(),
                title=given.get("title", ""),
                skip_unsupported=skips,
                compared=await self._ask_apart(service.compare, slug=self._slug(), sameness=marks),
            )
        except Invalid as wrong:
            self._forget(_said(wrong))
            return None
        self._forget()
        many = report.added
        self._show_notice(t("1 question imported.") if many == 1 else t("{n} questions imported.", n=many))
        return rx.redirect(report.url)

    async def _preview(self, text: str) -> None:
        draft = await self._read(text)
        report = await self._ask(service.preview_questions, draft, slug=self._slug())
        first = sorted(report.findings, key=lambda one: (one.weight == "note", one.line))[:FINDINGS_SHOWN]
        self._checked, self.problem = _digest(text), ""
        self.unshown = len(report.findings) - len(first)
        self.found = [replace(report, questions=[], findings=first)]

    async def _read(self, text: str) -> service.BankDraft:
        """The door comes before a second of computing."""
        await self._ask(service.import_desk, slug=self._slug())
        return await apart.run(service.read_questions, text)

    def _forget(self, problem: str = "") -> None:
        self._assign(found=[], unshown=0, problem=problem)
        self._checked = ""

    def _slug(self) -> str:
        return str(self.slug)  # pyright: ignore[reportAttributeAccessIssue]  of the address


def _digest(text: str) -> str:
    """The same for a field and for its form, which ends lines in its own way."""
    return hashlib.sha256("\n".join(text.split("\r\n")).strip().encode(errors="surrogatepass")).hexdigest()


def _said(wrong: Invalid) -> str:
    return next(iter(wrong.fields.values()), wrong.message)
