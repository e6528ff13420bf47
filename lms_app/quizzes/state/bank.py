"""The question bank of a course: find questions, change the chosen ones, try one out.

What is shown of one question stands in lists of one at most: the first state of all pages is sent to every tab.
"""

from typing import Any
from uuid import UUID

import reflex as rx

from lms_app.core.errors import Conflict, Invalid, LmsError
from lms_app.policy import Can
from lms_app.quizzes import service
from lms_app.quizzes.kinds import KINDS
from lms_app.quizzes.service import BELOW, Wanted
from lms_app.quizzes.views import QuestionView
from lms_app.quizzes.views_bank import NO_BANK, BankView, QuestionUse, Tried
from lms_app.web import routes
from lms_app.web.guard import member
from lms_app.web.listing import WINDOW, Filters, address, asked, changed, page_of, span
from lms_app.web.state import LmsState, texts_of, uuid_of
from lms_app.web.words import t

FILTERS: Filters = {
    "search": (),
    "kind": tuple(KINDS),
    "category": (),
    "tag": (),
    "difficulty": ("easy", "medium", "hard"),
    "used": ("no",),
}
PICK = "pick."  # begins the name of a question's box


class QuestionBankState(LmsState):
    bank: BankView = NO_BANK
    filters: dict[str, str] = {}
    shown: str = ""
    previous_url: str = ""
    next_url: str = ""
    trying: list[QuestionView] = []
    tried: list[Tried] = []
    uses: list[QuestionUse] = []
    removed: int = 0
    error: str = ""
    category: dict[str, str] = {}  # in the form of categories, by its inputs; a new one has no id
    _removed: list[UUID] = []
    _version: int = 0
    _drawn: list[str] = []
    _turn: int = 0  # counts the forms of categories: another one begins with its own texts

    @rx.event
    @member(Can.AUTHOR)
    async def open(self):
        async with self._loading():
            self._assign(removed=0, error="", category={}, trying=[], tried=[], uses=[])
            await self._show()

    @rx.event
    @member(Can.AUTHOR)
    async def find(self, words: str):
        """Search for what was typed."""
        return self._go("search", str(words))

    @rx.event
    @member(Can.AUTHOR)
    async def choose(self, name: str, value: str):
        """Set one filter, or take it off with an empty value."""
        return self._go(str(name), str(value))

    @rx.event
    @member(Can.AUTHOR)
    async def change(self, form: dict[str, Any]):
        """Do what was asked for to the questions whose boxes are checked."""
        given = texts_of(form)
        self.error = ""
        try:
            said = await self._change(given.get("do", ""), given, [uuid_of(n[len(PICK) :]) for n in given if _is(n)])
        except Invalid as error:
            self.error = _said(error)
            return
        await self._show()
        if said:
            self._show_notice(said)

    @rx.event
    @member(Can.AUTHOR)
    async def bring_back(self):
        """Bring back what was removed last."""
        await self._perform(service.restore_questions, slug=self._slug(), question_ids=self._removed)
        self.removed = 0
        await self._show()

    @rx.event
    @member(Can.AUTHOR)
    async def show(self, question_id: str):
        """Show one question as a student would have it, and where it is used."""
        self._assign(trying=[], tried=[], uses=[])
        question = uuid_of(question_id)
        shown = await self._ask(service.show_question, question_id=question)
        self.uses = await self._ask(service.question_uses, question_id=question)
        self.trying, self._version, self._drawn = [shown.question], shown.version, shown.drawn
        self.filled += 1

    @rx.event
    @member(Can.AUTHOR)
    async def try_it(self, value: str):
        """Grade what was answered; nothing of it is kept."""
        if not self.trying:
            return
        tried = await self._ask(
            service.try_answer,
            question_id=uuid_of(self.trying[0].id),
            version=self._version,
            drawn=self._drawn,
            value=str(value),
        )
        self.tried = [tried]

    @rx.event
    @member(Can.AUTHOR)
    async def edit_category(self, category_id: str):
        """Put a category into the form; an empty id begins a new one."""
        self.error = ""
        label = next((one.label for one in self.bank.categories if one.value == category_id), "")
        above, _, name = label.rpartition(BELOW)
        parent = next((one.value for one in self.bank.categories if one.label == above), "")
        self._show_category(category_id if label else "", name, parent)

    @rx.event
    @member(Can.AUTHOR)
    async def save_category(self, form: dict[str, Any]):
        """A new category, or another name and place for the one in the form."""
        self.error = ""
        given, category_id = texts_of(form), self.category.get("id", "")
        name, parent = given.get("name", ""), given.get("parent", "")
        parent_id = uuid_of(parent) if parent else None
        try:
            if category_id:
                await self._perform(
                    service.change_category, category_id=uuid_of(category_id), name=name, parent_id=parent_id
                )
            else:
                await self._perform(service.add_category, slug=self._slug(), name=name, parent_id=parent_id)
        except (Invalid, Conflict) as error:
            self.error = _said(error)
            return
        self._show_category()
        await self._show()

    @rx.event
    @member(Can.AUTHOR)
    async def remove_category(self, category_id: str):
        """Take a category away; its questions go to the one above."""
        self.error = ""
        try:
            await self._perform(service.remove_category, category_id=uuid_of(category_id))
        except Conflict as error:
            self.error = error.message
            return
        self._show_category()
        if self.filters.get("category") == category_id:
            return self._go("category", "")
        await self._show()

    def _show_category(self, category_id: str = "", name: str = "", parent: str = "") -> None:
        self._turn += 1
        self.category = {"id": category_id, "name": name, "parent": parent, "turn": str(self._turn)}

    async def _change(self, does: str, given: dict[str, str], ids: list[UUID]) -> str:
        """The sentence that says what was done."""
        if not ids:
            raise Invalid({"question_ids": t("Choose questions first: check the boxes in front of them.")})
        slug, target = self._slug(), given.get("target", "")
        tags = given.get("tags", "").split(",")
        many = len(ids)
        if does in ("tag", "untag"):
            if not any(tag.strip() for tag in tags):
                raise Invalid({"tags": t("Enter a tag, or several with commas between them.")})
            words = {"add": tags} if does == "tag" else {"drop": tags}
            await self._perform(service.tag_questions, slug=slug, question_ids=ids, **words)
        elif does == "file":
            where = uuid_of(given.get("category")) if given.get("category") else None
            await self._perform(service.file_questions, slug=slug, question_ids=ids, category_id=where)
        elif does == "rate":
            await self._perform(service.rate_questions, slug=slug, question_ids=ids, difficulty=given.get("level", ""))
        elif does == "use":
            await self._perform(service.use_questions, quiz_id=uuid_of(target), question_ids=ids)
        elif does == "remove":
            await self._perform(service.remove_questions, slug=slug, question_ids=ids)
            self._removed, self.removed = ids, many
            return ""
        else:
            return ""
        return t("1 question changed") if many == 1 else t("{n} questions changed", n=many)

    async def _show(self) -> None:
        given = self.router.url.query_parameters
        filters, page = asked(given, FILTERS), page_of(given)
        found = await self._ask(
            service.bank,
            slug=self._slug(),
            search=filters["search"],
            kind=filters["kind"],
            wanted=Wanted(
                uuid_of(filters["category"]) if filters["category"] else None,
                [filters["tag"]] if filters["tag"] else [],
                filters["difficulty"],
            ),
            unused=filters["used"] == "no",
            limit=WINDOW,
            offset=(page - 1) * WINDOW,
        )
        self._assign(bank=found, filters=filters, shown=span(page, len(found.rows), found.total))
        here = routes.question_bank(found.slug)
        self.previous_url = address(here, filters, page - 1) if page > 1 else ""
        self.next_url = address(here, filters, page + 1) if page * WINDOW < found.total else ""

    def _go(self, name: str, value: str):
        filters = changed(self.router.url.query_parameters, FILTERS, name, value)
        return rx.redirect(address(routes.question_bank(self._slug()), filters), replace=True)

    def _slug(self) -> str:
        return str(self.slug)  # pyright: ignore[reportAttributeAccessIssue]  of the address


def _said(error: LmsError) -> str:
    return next(iter(error.fields.values()), error.message) if isinstance(error, Invalid) else error.message


def _is(name: str) -> bool:
    return name.startswith(PICK)
