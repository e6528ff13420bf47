"""Marking one submission after the other, and what a student reads of it: two pages of one state.

The first state of all pages is sent to every tab, so each var counts: what is shown stands in lists of one at most.
"""

from dataclasses import replace
from typing import Any
from uuid import UUID

import reflex as rx

from lms_app.assignments import service
from lms_app.assignments.views_marking import FeedbackView, GradingView, GradingWindow
from lms_app.core import files, when
from lms_app.core.errors import Conflict, Invalid, LmsError, NotFound
from lms_app.core.work import utc_now
from lms_app.policy import Can
from lms_app.rubrics import service as rubrics
from lms_app.web.guard import member
from lms_app.web.state import LmsState, texts_of, uuid_of
from lms_app.web.words import t

AUTO, NEXT = "auto", "next"  # a pause in typing sent the form; the one that waits next is wanted after it
WINDOW = 50


class GradingState(LmsState):
    grading: list[GradingView] = []
    window: list[GradingWindow] = []
    feedback: list[FeedbackView] = []
    errors: dict[str, str] = {}
    saved: str = ""
    unsaved: str = ""
    form: int = 0  # counts forms: another submission begins with its own marks
    _offset: int = 0
    _search: str = ""

    @rx.event
    @member(Can.GRADE)
    async def open(self):
        async with self._loading():
            self._assign(grading=[], window=[], feedback=[])
            wanted = str(self.router.url.query_parameters.get("submission", ""))
            await self._show(uuid_of(wanted) if wanted else None)

    @rx.event
    @member(Can.SEE)
    async def open_feedback(self):
        """What was said of one's own work."""
        async with self._loading():
            self._assign(grading=[], window=[], feedback=[])
            wanted = str(self.router.url.query_parameters.get("submission", ""))
            if wanted:
                found = await self._ask(service.feedback, submission_id=uuid_of(wanted))
            else:
                found = await self._ask(service.my_feedback, item_id=uuid_of(self._item()))
            self.feedback = [found]

    @rx.event
    @member(Can.GRADE)
    async def go(self, submission_id: str):
        """Show another submission."""
        await self._show(uuid_of(submission_id))

    @rx.event
    @member(Can.GRADE)
    async def choose(self, show: str, mine: bool):
        """Go through others: all, what waits, what is marked, or only what was given to oneself."""
        shown = self._shown()
        self.grading = [replace(shown, show=str(show), mine=mine is True)]
        await self._show(None)

    @rx.event
    @member(Can.GRADE)
    async def send(self, form: dict[str, Any]):
        """The form: after a pause kept as a draft, else saved as the mark; then the one that waits next is shown."""
        values, shown = texts_of(form), self._shown()
        does = values.pop("do", "")
        submission_id = uuid_of(values.pop("submission", ""))
        if str(submission_id) != shown.submission.id:
            return
        # What its author had in front of them when they sent it: this tab may have been told of more since.
        shown = replace(shown, seen=_number(values.pop("seen", "")))
        if does == AUTO:
            await self._keep(submission_id, shown, values)
            return
        try:
            await self._perform(
                service.mark,
                submission_id=submission_id,
                marks=rubrics.read_marks(values),
                comment=values.get("comment", ""),
                own=_own(values),
                seen=shown.seen,
                rubric_version_id=_id(shown.rubric.version_id),
            )
        except Invalid as error:
            self._assign(errors=dict(error.fields), saved="", unsaved=t("Not saved yet: something is still missing."))
            return
        except Conflict as error:
            # What was typed stays in the form and in the draft; both are shown, and saving once more puts it on top.
            await self._keep(submission_id, shown, values)
            await self._tell_of_others(submission_id, error.message)
            return
        following = None
        if does == NEXT:
            following = await self._ask(
                service.next_waiting, item_id=uuid_of(self._item()), submission_id=submission_id, mine=shown.mine
            )
        await self._show(following or submission_id)
        self._show_notice(t("Mark saved"))

    @rx.event
    @member(Can.GRADE)
    async def find(self, words: str):
        """List the submissions, those of whose name words were typed; all of them for none."""
        await self._browse(str(words), 0)
        self.filled += 1

    @rx.event
    @member(Can.GRADE)
    async def turn(self, step: int):
        """The next part of the list, or the one before."""
        await self._browse(self._search, max(0, self._offset + (WINDOW if step == 1 else -WINDOW)))

    @rx.event
    @member(Can.GRADE)
    async def add_note(self, form: dict[str, Any]):
        """A note on a passage or pinned to a page; other words for one that is there."""
        sent, shown = texts_of(form), self._shown()
        body = sent.get("body", "")
        try:
            if sent.get("note"):
                await self._perform(service.change_note, note_id=uuid_of(sent["note"]), body=body)
            else:
                await self._perform(
                    service.add_note,
                    submission_id=uuid_of(shown.submission.id),
                    body=body,
                    start=_number(sent.get("start", "")),
                    end=_number(sent.get("end", "")),
                    quote=sent.get("quote", ""),
                    file_id=_id(sent.get("file", "")),
                    page=_number(sent.get("page", "")),
                    across=_number(sent.get("across", "")),
                    down=_number(sent.get("down", "")),
                )
        except Invalid as error:
            self.errors = {f"note.{name}": said for name, said in error.fields.items()}
            return
        self.errors = {}
        await self._refresh()
        self._show_notice(t("Note saved"))

    @rx.event
    @member(Can.GRADE)
    async def remove_note(self, note_id: str):
        await self._perform(service.remove_note, note_id=uuid_of(note_id))
        await self._refresh()
        self._show_notice(t("Note removed"))

    @rx.event
    @member(Can.GRADE)
    async def use_comment(self, comment_id: str):
        """Count that a saved comment was put into the form; the browser has done that."""
        await self._perform(rubrics.use_comment, comment_id=uuid_of(comment_id))

    @rx.event
    @member(Can.GRADE)
    async def keep_comment(self, text: str):
        """Save the comment in the form for others to come."""
        try:
            await self._perform(rubrics.keep_comment, slug=self._shown().slug, text=str(text))
        except LmsError as error:
            self._show_notice(error.message)
            return
        await self._refresh()
        self._show_notice(t("Comment saved"))

    @rx.event
    @member(Can.GRADE)
    async def refresh(self):
        """A file of feedback was added."""
        await self._refresh()

    @rx.event
    @member(Can.GRADE)
    async def remove_file(self, file_id: str):
        await self._perform(files.remove, file_id=uuid_of(file_id))
        await self._refresh()
        self._show_notice(t("File removed"))

    @rx.event
    @member(Can.GRADE)
    async def allocate(self, marker_id: str):
        """Give this work to a marker, or to nobody in particular."""
        shown = self._shown()
        submission_id = uuid_of(shown.submission.id)
        await self._perform(service.allocate, submission_id=submission_id, marker_id=_id(str(marker_id)))
        await self._refresh()

    @rx.event
    @member(Can.GRADE)
    async def divide(self, form: dict[str, Any]):
        """Divide what nobody in particular marks among the markers whose boxes are checked."""
        chosen = [uuid_of(name.removeprefix("marker.")) for name in texts_of(form) if name.startswith("marker.")]
        try:
            count = await self._perform(service.divide, item_id=uuid_of(self._item()), marker_ids=chosen)
        except Invalid as error:
            self._show_notice(next(iter(error.fields.values())))
            return
        await self._refresh()
        self._show_notice(t("{work} divided", work=when.plural(count, "submission")))

    @rx.event
    @member(Can.RELEASE)
    async def publish(self):
        """Let students see their marks."""
        await self._perform(service.publish_grades, item_id=uuid_of(self._item()))
        await self._refresh()
        self._show_notice(t("Grades published"))

    @rx.event
    @member(Can.RELEASE)
    async def hide(self):
        await self._perform(service.hide_grades, item_id=uuid_of(self._item()))
        await self._refresh()
        self._show_notice(t("Grades hidden"))

    async def _browse(self, search: str, offset: int) -> None:
        shown = self._shown()
        found = await self._ask(
            service.list_submissions,
            item_id=uuid_of(self._item()),
            shown=service.Shown(shown.show, shown.mine),
            search=search,
            limit=WINDOW,
            offset=offset,
        )
        self.window, self._search, self._offset = [found], search[:200], offset

    async def _keep(self, submission_id: UUID, shown: GradingView, values: dict[str, str]) -> None:
        """Keep the form as a draft, and tell what happened meanwhile."""
        try:
            kept = await self._perform(
                service.save_marking_draft,
                submission_id=submission_id,
                values=values,
                seen=shown.seen,
                rubric_version_id=_id(shown.rubric.version_id),
            )
        except LmsError as error:
            self._assign(saved="", unsaved=error.message)
            return
        self._assign(saved=when.clock(utc_now(), self._actor.zone, self._actor.locale), unsaved="", errors={})
        if kept.late != shown.late:
            self.grading = [replace(self._shown(), late=kept.late)]
        if kept.version != shown.seen or (not kept.newest and not shown.notices):
            await self._tell_of_others(submission_id, "")

    async def _tell_of_others(self, submission_id: UUID, said: str) -> None:
        """Show what somebody else did beside what is in the form, which stays as it is."""
        newest, shown = await self._read(submission_id), self._shown()
        ahead = shown.ahead or newest.newest.version > shown.seen
        self.grading = [replace(newest, ahead=ahead, seen=newest.newest.version)]
        self._assign(unsaved=said)

    async def _show(self, submission_id: UUID | None) -> None:
        """Show a submission in a form of its own."""
        self.grading = [await self._read(submission_id)]
        self._assign(errors={}, saved=self.grading[0].drafted, unsaved="", window=[])
        self.form += 1

    async def _refresh(self) -> None:
        """What stands around the form, which stays as it is."""
        shown = self._shown()
        newest = await self._read(_id(shown.submission.id))
        self.grading = [replace(newest, seen=shown.seen, ahead=shown.ahead)]

    async def _read(self, submission_id: UUID | None) -> GradingView:
        shown = self.grading[0] if self.grading else None
        return await self._ask(
            service.grading,
            item_id=uuid_of(self._item()),
            submission_id=submission_id,
            show=shown.show if shown else "",
            mine=shown.mine if shown else False,
        )

    def _shown(self) -> GradingView:
        """Raises NotFound where nothing is shown that could be marked."""
        if not self.grading:
            raise NotFound()
        return self.grading[0]

    def _item(self) -> str:
        return str(self.item)  # pyright: ignore[reportAttributeAccessIssue]  of the address


def _own(values: dict[str, str]) -> dict[UUID, Any]:
    """Points of members of a group; what is no number is refused by the service."""
    return {
        uuid_of(name.removeprefix(service.OWN)): rubrics.read_points(said)
        for name, said in values.items()
        if name.startswith(service.OWN) and said.strip()
    }


def _id(text: str) -> UUID | None:
    return uuid_of(text) if text else None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 8 else 0
