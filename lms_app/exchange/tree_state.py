"""The page where a changed course tree comes in: a zip is sent, what it would do is read, choices are made, it is done."""

from typing import Any

import reflex as rx

from lms_app.core import apart
from lms_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms_app.courses import service as courses
from lms_app.exchange import service
from lms_app.exchange.service import TreeDraft
from lms_app.exchange.views import TreeDesk, TreeLook
from lms_app.policy import Can
from lms_app.web.guard import member, signed_in
from lms_app.web.state import LmsState, texts_of, uuid_of
from lms_app.web.words import t

NOT_YOURS = (
    "The course of this zip is here already, and you do not write it. You can bring it in as a course of its own."
)


class TreeState(LmsState):
    """`desk` and `look` are empty or one: the first state of all pages is sent to every tab.

    `told` is what an import said: a sentence, the address of the course, and what could not become so.
    """

    desk: list[TreeDesk] = []
    look: list[TreeLook] = []
    told: list[str] = []
    problem: str = ""
    _file: str = ""
    _as_new: str = ""  # the address of the copy that the zip becomes

    @rx.event
    @signed_in
    async def open(self):
        async with self._loading():
            self._forget()
            self.desk = [await self._ask(service.open_desk, slug=self._course())]

    @rx.event
    @signed_in
    async def sent(self, file_id: str):
        """A zip is here: say what it would do."""
        await self._perform(service.take_zip, file_id=uuid_of(file_id))
        self._forget()
        self._file = file_id
        await self._see()

    @rx.event
    @signed_in
    async def renew(self):
        """Look at the zip as a course of its own, whose things have ids of their own."""
        draft = await self._read(stage=False)
        title = draft.whole.course.title if not draft.problems else ""
        self._as_new = await self._ask(courses.free_slug, title=title or "Course")
        await self._see()

    @rx.event
    @signed_in
    async def send(self, form: dict[str, Any]):
        """Bring it in, with the choices that were made."""
        if not self.look:
            return
        look, given = self.look[0], texts_of(form)
        asked = {line.key: given.get(line.name, "") for line in look.lines if line.fate == "conflict"}
        choices = {key: side for key, side in asked.items() if side in ("ours", "theirs")}
        if left := len(asked) - len(choices):
            self.problem = (
                t("One choice is missing: say whether the course or the zip is right.")
                if left == 1
                else t("{n} choices are missing: say for each whether the course or the zip is right.", n=left)
            )
            return
        try:
            draft = await self._read(stage=True)
            report = await self._perform(service.import_tree, draft, choices=choices, seen=look.seen)
        except (Invalid, Conflict) as wrong:
            await self._see()
            self.problem = _said(wrong)
            return
        await self._perform(service.forget_zip)
        self._forget()
        many = len(report.changes)
        done = t("One thing was changed.") if many == 1 else t("{n} things were changed.", n=many)
        self.told = [t("The course is made.") if report.is_new else done, report.url, *report.notes]

    @rx.event
    @member(Can.MANAGE)
    async def copy(self, form: dict[str, Any]):
        """The same course once more, as a draft; its author goes on in it."""
        if not self.desk:
            return None
        title = texts_of(form).get("title", "").strip() or self.desk[0].title
        tree, slug = await self._ask_apart(service.copy_source, slug=self._course(), title=title)
        draft = await apart.run(service.read_copy, tree, slug=slug, title=title)
        report = await self._perform(service.import_tree, draft)
        self._show_notice(t("The copy is made. Only its staff see it."))
        return rx.redirect(report.url)

    @rx.event
    @signed_in
    async def cancel(self):
        await self._perform(service.forget_zip)
        self._forget()

    async def _see(self) -> None:
        try:
            draft = await self._read(stage=False)
            found = await self._ask_apart(service.look_at_tree, draft, slug=self._course())
        except Invalid as wrong:
            self._assign(look=[], problem=_said(wrong))
        except (NotFound, Forbidden):
            self._assign(look=[], problem=t(NOT_YOURS))
        else:
            self._assign(look=[found], problem="")

    async def _read(self, *, stage: bool) -> TreeDraft:
        """Off the loop: it unpacks, parses and renders."""
        path = await self._ask(service.zip_of, file_id=uuid_of(self._file))
        return await apart.run(service.read_zip, path, stage=stage, as_new=self._as_new)

    def _forget(self) -> None:
        self._assign(look=[], told=[], problem="")
        self._file = self._as_new = ""

    def _course(self) -> str:
        return str(self.slug)  # pyright: ignore[reportAttributeAccessIssue]  of the address, empty where it has none


def _said(wrong: Invalid | Conflict) -> str:
    return next(iter(wrong.fields.values()), wrong.message) if isinstance(wrong, Invalid) else wrong.message
