"""Questions on three pages: under a lesson, all of a course, and one thread."""

import asyncio
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import reflex as rx

from lms_app.core.errors import Conflict, Forbidden, Invalid, LmsError, NotFound
from lms_app.discussions import rules, service
from lms_app.discussions.views import OldText, PostView, QuestionList, ReportedPost, ThreadLine, ThreadPage, ThreadView
from lms_app.policy import Can
from lms_app.web import live, routes
from lms_app.web.guard import member
from lms_app.web.listing import WINDOW, Filters, address, asked, changed, page_of, span
from lms_app.web.state import LmsState, initials_of, texts_of, uuid_of
from lms_app.web.views import Choice
from lms_app.web.words import t

FILTERS: Filters = {"search": (), "show": ("unanswered", "mine", "following", "reported"), "lesson": ()}
REPORTED = "reported"


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post as the page draws it, with the letters beside its author's name."""

    post: PostView
    initials: str


class TalkState(LmsState):
    """`place` is where one is: the course or lesson, the list's filters and the addresses beside it. Empty until loaded.

    `form` is what is being written besides a new question or answer: `edits` or `replies` names the post, `target` the one
    that a dialog is about. `error`, `title_error` and `reason_error` say what is wrong with what was sent, to the form that
    `wrong` names; `seq` counts what was said, so that its form begins anew.
    """

    place: dict[str, str] = {}
    threads: list[ThreadLine] = []
    lessons: list[Choice] = []
    reported: list[ReportedPost] = []
    shown: list[ThreadView] = []  # one, once it is loaded
    posts: list[PostRow] = []
    history: list[OldText] = []
    form: dict[str, str] = {}

    # ---- Coming to a page, and looking again when something has changed

    @rx.event
    @member(Can.SEE)
    async def open(self):
        """All questions of a course, or what was reported there."""
        async with self._loading():
            self._begin()
            await self._show_list()

    @rx.event
    @member(Can.SEE)
    async def open_thread(self):
        async with self._loading():
            self._begin()
            await self._show_thread()

    @rx.event
    @member(Can.SEE)
    async def open_lesson(self, item_id: str):
        """Under a lesson, which has loaded by then. Who sees the lesson as a guest sees no questions."""
        self._begin()
        self.place = {}
        try:
            await self._show_lesson(uuid_of(item_id))
        except (NotFound, Forbidden):
            self.threads = []

    @rx.event
    @member(Can.SEE)
    async def look(self):
        """Something has changed on the page where this tab was last."""
        if self.place.get("path", "") != str(self.router.url.path):
            live.unwatch(self)
            return
        try:
            await self._show_again()
        except (NotFound, Forbidden):  # not any more
            live.unwatch(self)
            self.place, self.threads, self.shown, self.posts, self.reported = {}, [], [], [], []
            self.came = f"missing {self.router.url.path}"

    @rx.event
    @member(Can.SEE)
    async def find(self, words: str):
        """Search for what was typed."""
        return self._go("search", str(words))

    @rx.event
    @member(Can.SEE)
    async def choose(self, name: str, value: str):
        """Set one filter, or take it off with an empty value."""
        return self._go(str(name), str(value))

    # ---- Writing

    @rx.event
    @member(Can.SEE)
    async def ask(self, form: dict[str, Any]):
        """A new question, under the lesson where one is, or under the chosen one."""
        values = texts_of(form)
        lesson = values.get("lesson", "")
        said = await self._said(
            values,
            service.ask,
            slug=self._slug(),
            title=values.get("title", ""),
            item_id=uuid_of(lesson) if lesson else None,
        )
        if said is not None:
            await self._show_again()
            self._show_notice(t("Your question is sent. You hear of answers."))

    @rx.event
    @member(Can.SEE)
    async def answer(self, form: dict[str, Any]):
        said = await self._said(texts_of(form), service.answer, thread_id=self._thread_id())
        if said is not None:
            await self._show_thread(post_id=UUID(said.id))
            self._show_notice(t("Your answer is sent"))

    @rx.event
    @member(Can.SEE)
    async def reply(self, form: dict[str, Any]):
        said = await self._said(
            texts_of(form), service.reply, post_id=uuid_of(self.form.get("replies", "")), to="reply"
        )
        if said is not None:
            await self._show_thread(post_id=UUID(said.id))
            self._show_notice(t("Your reply is sent"))

    @rx.event
    @member(Can.SEE)
    async def save(self, form: dict[str, Any]):
        """What one wrote, written anew."""
        values = texts_of(form)
        more = {"title": values["title"]} if "title" in values else {}
        said = await self._said(
            values, service.edit_post, post_id=uuid_of(self.form.get("edits", "")), to="edit", **more
        )
        if said is not None:
            await self._show_again()
            self._show_notice(t("Saved"))

    @rx.event
    @member(Can.SEE)
    async def begin_reply(self, post_id: str):
        self._put(replies=str(uuid_of(post_id)))
        return rx.set_focus("reply-body")

    @rx.event
    @member(Can.SEE)
    async def begin_edit(self, post_id: str):
        title, body = await self._ask(service.post_source, post_id=uuid_of(post_id))
        self._put(edits=str(uuid_of(post_id)), title=title, body=body)
        return rx.set_focus("edit-body")

    @rx.event
    @member(Can.SEE)
    async def cancel(self):
        """Neither edit nor reply."""
        self._put()

    @rx.event
    @member(Can.SEE)
    async def remove(self, post_id: str):
        """Delete one's own post."""
        await self._perform(service.delete_post, post_id=uuid_of(post_id))
        self._show_notice(t("Deleted"))
        try:
            await self._show_again()
        except NotFound:  # the question, which nobody had answered
            return rx.redirect(routes.course_questions(self._slug()))
        return None

    # ---- What one thinks of it

    @rx.event
    @member(Can.SEE)
    async def accept(self, post_id: str, accepted: bool):
        await self._perform(service.accept, post_id=uuid_of(post_id), accepted=bool(accepted))
        await self._show_again()

    @rx.event
    @member(Can.SEE)
    async def follow(self, following: bool):
        await self._perform(service.follow, thread_id=self._thread_id(), following=bool(following))
        await self._show_again()
        self._show_notice(t("You hear of answers") if following else t("You hear no more of this"))

    @rx.event
    @member(Can.SEE)
    async def vote(self, same: bool):
        """One has the same question, or no longer."""
        await self._perform(service.vote, thread_id=self._thread_id(), same=bool(same))
        await self._show_again()

    @rx.event
    @member(Can.SEE)
    async def point(self, post_id: str):
        """What a dialog is about; it begins empty."""
        self._put(**{**self._open_form(), "target": str(uuid_of(post_id))})
        self.filled += 1

    @rx.event
    @member(Can.SEE)
    async def report(self, reason: str):
        if await self._reasoned(service.report, str(reason)):
            self._show_notice(t("Reported. The staff will look at it."))

    # ---- What the staff do

    @rx.event
    @member(Can.GRADE)
    async def hide(self, reason: str):
        if await self._reasoned(service.hide, str(reason)):
            await self._show_again()
            self._show_notice(t("Hidden. Its author is told why."))

    @rx.event
    @member(Can.GRADE)
    async def restore(self, post_id: str):
        await self._perform(service.restore, post_id=uuid_of(post_id))
        await self._show_again()
        self._show_notice(t("Everybody sees it again"))

    @rx.event
    @member(Can.GRADE)
    async def keep(self, post_id: str):
        """It may stay: close what was reported."""
        await self._perform(service.keep, post_id=uuid_of(post_id))
        await self._show_again()
        self._show_notice(t("Reports closed"))

    @rx.event
    @member(Can.GRADE)
    async def pin(self, pinned: bool):
        await self._perform(service.pin, thread_id=self._thread_id(), pinned=bool(pinned))
        await self._show_again()

    @rx.event
    @member(Can.GRADE)
    async def lock(self, locked: bool):
        await self._perform(service.lock, thread_id=self._thread_id(), locked=bool(locked))
        await self._show_again()

    @rx.event
    @member(Can.GRADE)
    async def show_history(self, post_id: str):
        """The texts that a post had before."""
        self.history = await self._ask(service.post_history, post_id=uuid_of(post_id))
        self.filled += 1

    # ---- Helpers

    async def _said(self, values: dict[str, str], act: Any, *, to: str = "", **given: Any) -> Any:
        """Say it, and begin with an empty form; None when something is wrong with it, which the form then says."""
        try:
            page = await asyncio.to_thread(service.written, values.get("body", ""))
            said = await self._perform(act, body=page, **given)
        except Invalid as wrong:
            fields = wrong.fields
            if "title" in given:  # both at once, since the text is looked at first
                fields = {**_wrong_title(str(given["title"])), **fields}
            self._put(
                **{
                    **self._open_form(),
                    "wrong": to,
                    "error": fields.get("body", ""),
                    "title_error": fields.get("title", ""),
                }
            )
            return None
        except LmsError as error:
            self._put(**{**self._open_form(), "wrong": to, "error": error.message})
            return None
        self.form = {"seq": str(int(self.form.get("seq", "0")) + 1)}
        return said

    async def _reasoned(self, act: Any, reason: str) -> bool:
        """Do what needs a reason; whether it was done, or the dialog says what is wrong."""
        try:
            await self._perform(act, post_id=uuid_of(self.form.get("target", "")), reason=reason)
        except (Invalid, Conflict) as error:
            self._put(**{**self._open_form(), "reason_error": error.message, "target": self.form.get("target", "")})
            return False
        self.form = {"seq": str(int(self.form.get("seq", "0")) + 1)}
        return True

    def _begin(self) -> None:
        self._assign(form={"seq": self.form.get("seq", "0")}, history=[])

    def _put(self, **values: str) -> None:
        self.form = {"seq": self.form.get("seq", "0"), **values}

    def _open_form(self) -> dict[str, str]:
        kept = ("edits", "replies", "title", "body")
        return {name: self.form[name] for name in kept if name in self.form}

    async def _show_again(self) -> None:
        at = self.place.get("at", "")
        if at == "lesson":
            await self._show_lesson(uuid_of(self.place.get("lesson_id", "")))
        elif at == "thread":
            await self._show_thread(offset=int(self.place.get("offset", "0")))
        else:
            await self._show_list()

    async def _show_lesson(self, item_id: UUID) -> None:
        found = await self._ask(service.under_lesson, item_id=item_id, as_student=self._as_student())
        self._show_lines(found, "lesson", {})
        live.watch(self, TalkState.look, f"lesson:{item_id}")

    async def _show_list(self) -> None:
        given = self.router.url.query_parameters
        filters = asked(given, FILTERS)
        page = page_of(given)
        base = routes.course_questions(self._slug())
        reported = filters["show"] == REPORTED
        found = await self._ask(
            service.questions,
            slug=self._slug(),
            show="" if reported else filters["show"],
            search=filters["search"],
            lesson_id=uuid_of(filters["lesson"]) if filters["lesson"] else None,
            limit=1 if reported else WINDOW,
            offset=0 if reported else (page - 1) * WINDOW,
            as_student=self._as_student(),
        )
        here, total = len(found.lines), found.total
        posts: list[ReportedPost] = []
        if reported:
            waiting = await self._ask(
                service.reported_posts, slug=self._slug(), limit=WINDOW, offset=(page - 1) * WINDOW
            )
            posts, here, total = waiting.posts, len(waiting.posts), waiting.total
            found = replace(found, lines=[])
        self._assign(reported=posts)
        self._show_lines(
            found,
            "list",
            {
                **filters,
                "shown": span(page, here, total),
                "previous_url": address(base, filters, page - 1) if page > 1 else "",
                "next_url": address(base, filters, page + 1) if page * WINDOW < total else "",
            },
        )
        live.watch(self, TalkState.look, f"questions:{found.course_id}")

    def _show_lines(self, found: QuestionList, at: str, more: dict[str, str]) -> None:
        """`place` of a list, and its lines."""
        self._assign(
            threads=found.lines,
            lessons=found.lessons if at == "list" else [],
            place={
                "at": at,
                "path": str(self.router.url.path),
                "slug": found.slug,
                "course": found.course,
                "course_id": found.course_id,
                "lesson_id": found.lesson_id,
                "lesson_title": found.lesson,
                "staff": "yes" if found.is_staff else "",
                "closed": found.closed,
                "total": str(found.total),
                "unanswered": str(found.unanswered or ""),
                "reported": str(found.reported or ""),
                **more,
            },
        )

    async def _show_thread(self, *, post_id: UUID | None = None, offset: int | None = None) -> None:
        given = self.router.url.query_parameters
        wanted = str(given.get("post", ""))
        if post_id is None and offset is None and wanted:
            post_id = uuid_of(wanted)
        page = page_of(given)
        thread_id = uuid_of(str(self.item))  # pyright: ignore[reportAttributeAccessIssue]  of the address
        found = await self._ask(
            service.read_thread,
            thread_id=thread_id,
            limit=WINDOW,
            offset=(page - 1) * WINDOW if offset is None else offset,
            post_id=post_id,
            as_student=self._as_student(),
        )
        if found.thread.slug != self._slug():
            raise NotFound()
        before = {row.post.id for row in self.posts} if self.place.get("path") == str(self.router.url.path) else set()
        rows = [PostRow(post, initials_of(post.author)) for post in found.posts]
        news = [row for row in rows if row.post.id not in before and not row.post.mine] if before else []
        self._assign(shown=[found.thread], posts=rows, place=self._place_of(found, news))
        live.watch(self, TalkState.look, f"thread:{thread_id}")

    def _place_of(self, found: ThreadPage, news: list[PostRow]) -> dict[str, str]:
        page = found.offset // WINDOW + 1
        base, as_student = routes.course_question(found.thread.slug, found.thread.id), self._as_student()
        filters = {"as": "student"} if as_student else {}
        return {
            "at": "thread",
            "path": str(self.router.url.path),
            "offset": str(found.offset),
            "slug": found.thread.slug,
            "course": found.thread.course,
            "shown": span(page, len(found.posts), found.total) if found.total > WINDOW else "",
            "previous_url": address(base, filters, page - 1) if page > 1 else "",
            "next_url": address(base, filters, page + 1) if found.offset + WINDOW < found.total else "",
            # Said once to those who cannot see it come.
            "news": t("New from {who}", who=", ".join(dict.fromkeys(row.post.author for row in news))) if news else "",
        }

    def _go(self, name: str, value: str) -> Any:
        given = self.router.url.query_parameters
        return rx.redirect(address(routes.course_questions(self._slug()), changed(given, FILTERS, name, value)))

    def _thread_id(self) -> UUID:
        """Raises Conflict on a page that has not loaded."""
        if not self.shown:
            raise Conflict("Load the page again to go on.")
        return uuid_of(self.shown[0].id)

    def _slug(self) -> str:
        return str(self.slug)  # pyright: ignore[reportAttributeAccessIssue]  of the address


def _wrong_title(title: str) -> dict[str, str]:
    try:
        rules.check(title=rules.one_line(title))
    except Invalid as wrong:
        return wrong.fields
    return {}
