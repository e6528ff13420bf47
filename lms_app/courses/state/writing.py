"""Writing a lesson: Markdown that saves itself as a draft beside what students will see, and the texts it had before."""

import asyncio
from typing import Any
from uuid import UUID

import reflex as rx

from lms_app.core import diff, when
from lms_app.core.errors import Conflict, Invalid
from lms_app.core.work import utc_now
from lms_app.courses import service
from lms_app.courses.building_views import (
    NOT_COMPARED,
    NOT_WRITTEN,
    Change,
    Comparison,
    LessonSource,
    TextRow,
    WrittenLesson,
)
from lms_app.policy import Can
from lms_app.web.guard import member
from lms_app.web.state import LmsState, texts_of, uuid_of
from lms_app.web.words import t

THEIRS = "theirs"


class LessonEditorState(LmsState):
    doc: WrittenLesson = NOT_WRITTEN
    body: str = ""
    preview: str = ""
    saved: str = ""
    unsaved: str = ""
    errors: dict[str, str] = {}
    texts: list[TextRow] = []
    compared: Comparison = NOT_COMPARED
    form: int = 0  # counts texts that were put into the editor
    _seq: int = 0
    _typed: str = ""  # what stands in the editor, as far as it was sent

    @rx.event
    @member(Can.AUTHOR)
    async def open(self):
        async with self._loading():
            self.texts, self.compared, self.saved, self.unsaved = [], NOT_COMPARED, "", ""
            await self._put(await self._source())

    @rx.event
    @member(Can.AUTHOR)
    async def send(self, form: dict[str, Any]):
        """Title and text: kept as a draft, or published when that button was pressed."""
        values = texts_of(form)
        does, body = values.get("do", ""), values.get("body", "")
        self._typed = body
        page = None
        try:
            page = await asyncio.to_thread(service.written, body)
            self._assign(preview=page.html)
            if values.get("title", "").strip() != self.doc.title:
                await self._perform(service.update_item, item_id=self._id(), title=values.get("title", ""))
            act = service.publish_lesson if does == "publish" else service.save_draft
            text: Any = page if does == "publish" else body
            ref = await self._perform(act, item_id=self._id(), body=text, seen=self._seq)
        except Invalid as error:
            self.saved, self.unsaved = "", t("Not saved yet: something is still missing.")
            self.errors = dict(error.fields)
            return
        except Conflict as error:
            self.saved, self.unsaved = "", error.message
            await self._compare_theirs(body)
            return
        self._seq = ref.seq
        self._is_saved()
        source = await self._source()
        await self._tell(source)
        if does == "publish":
            hidden = t("Text published. Students see it once the lesson is no longer hidden.")
            self._show_notice(t("Lesson published") if source.item.published else hidden)

    # ---- When somebody else wrote meanwhile: both texts are there

    @rx.event
    @member(Can.AUTHOR)
    async def keep_mine(self):
        """Go on with the text in the editor; the other one is kept among the versions."""
        self._seq = (await self._source()).seq
        self._seq = (await self._perform(service.save_draft, item_id=self._id(), body=self._typed, seen=self._seq)).seq
        self.compared = NOT_COMPARED
        self._is_saved()

    @rx.event
    @member(Can.AUTHOR)
    async def take_theirs(self):
        """Go on with the other text; the one in the editor is kept among the versions."""
        await self._perform(service.keep_text, item_id=self._id(), body=self._typed)
        self.compared, self.unsaved = NOT_COMPARED, ""
        await self._put(await self._source())

    # ---- The texts before

    @rx.event
    @member(Can.AUTHOR)
    async def show_texts(self):
        """List the texts that the lesson had."""
        await self._list_texts()
        self.filled += 1

    @rx.event
    @member(Can.AUTHOR)
    async def compare(self, text_id: str):
        """Show what is different between an old text and the one in the editor."""
        old = await self._ask(service.old_text, item_id=self._id(), text_id=uuid_of(text_id))
        row = next((row for row in self.texts if row.id == text_id), None)
        self.compared = Comparison(
            id=str(uuid_of(text_id)),
            title=f"{row.label}, {row.note}" if row else t("An earlier text"),
            changes=await _changes(old, self._typed),
        )

    @rx.event
    @member(Can.AUTHOR)
    async def restore(self):
        """Take the compared text into the editor, as a draft."""
        await self._perform(service.restore_text, item_id=self._id(), text_id=uuid_of(self.compared.id))
        self.compared = NOT_COMPARED
        await self._put(await self._source())
        self._is_saved()
        await self._list_texts()

    @rx.event
    @member(Can.AUTHOR)
    async def discard(self):
        """Go back to what students see; the draft is kept among the versions."""
        await self._perform(service.discard_draft, item_id=self._id())
        await self._put(await self._source())
        self._is_saved()

    async def _source(self) -> LessonSource:
        return await self._ask(service.lesson_source, item_id=self._id())

    async def _list_texts(self) -> None:
        lines = await self._ask(service.history, item_id=self._id())
        zone, locale = self._actor.zone, self._actor.locale
        self.compared = NOT_COMPARED
        self.texts = [
            TextRow(
                id=line.id,
                label=t("Version {n}", n=line.version) if line.version else t("Draft"),
                note=" · ".join(filter(None, [when.moment(line.written_at, zone, locale), line.author])),
            )
            for line in lines
        ]

    async def _put(self, source: LessonSource) -> None:
        """Into the editor."""
        self.body = self._typed = source.body
        self._seq = source.seq
        self.errors = {}
        self.form += 1
        self.preview = (await asyncio.to_thread(service.written, source.body)).html
        await self._tell(source)

    async def _tell(self, source: LessonSource) -> None:
        by = f", {source.author}" if source.author and not source.edited else ""
        seen = t("Students see version {n}", n=source.version) + (
            t(" of {day}", day=when.day(source.published_at, self._actor.zone, self._actor.locale, now=utc_now())) + by
            if source.published_at
            else ""
        )
        self._assign(
            doc=WrittenLesson(
                item_id=str(source.item.id),
                slug=source.slug,
                course=source.course,
                title=source.item.title,
                seen=seen if source.item.published else t("Students do not see this lesson yet"),
                edited=source.edited,
            )
        )

    async def _compare_theirs(self, mine: str) -> None:
        source = await self._source()
        self.compared = Comparison(
            id=THEIRS,
            title=t("What {who} wrote", who=source.author or t("somebody else")),
            changes=await _changes(mine, source.body),
        )

    def _is_saved(self) -> None:
        self.saved, self.unsaved = when.clock(utc_now(), self._actor.zone, self._actor.locale), ""
        self._assign(errors={})

    def _id(self) -> UUID:
        return uuid_of(str(self.item))  # pyright: ignore[reportAttributeAccessIssue]  of the address


async def _changes(old: str, new: str) -> list[Change]:
    pieces = await asyncio.to_thread(diff.words, old, new)
    return [Change(piece.kind, piece.text) for piece in pieces]
