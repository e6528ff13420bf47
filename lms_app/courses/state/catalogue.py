"""The catalogue. Its address holds the search and the filters, so that a link and the back button keep them."""

from urllib.parse import urlencode

import reflex as rx

from lms_app.courses import service
from lms_app.courses.views import CourseCard
from lms_app.web import routes
from lms_app.web.guard import signed_in
from lms_app.web.state import LmsState
from lms_app.web.views import Choice
from lms_app.web.words import t

WINDOW = 24
FILTERS = ("search", "category", "level", "sort")


class CatalogueState(LmsState):
    cards: list[CourseCard] = []
    total: int = 0
    opened: int = 0
    categories: list[Choice] = []
    levels: list[Choice] = []
    search: str = ""
    category: str = ""
    level: str = ""
    sort: str = ""
    advice: str = ""

    @rx.event
    @signed_in
    async def open(self):
        async with self._loading():
            asked = self._asked()
            await self._show(asked)
            self.search, self.category, self.level, self.sort = (asked[name] for name in FILTERS)
            self.advice = _advice(asked)

    @rx.event
    @signed_in
    async def find(self, words: str):
        """Search for what was typed."""
        return self._go({"search": str(words)[:200].strip()})

    @rx.event
    @signed_in
    async def choose(self, name: str, value: str):
        """Set one filter, or take it off with an empty value."""
        return self._go({str(name): str(value)[:100]} if name in FILTERS else {})

    @rx.event
    @signed_in
    async def more(self):
        """Show the next window below the courses that are shown."""
        await self._show(self._asked(), offset=len(self.cards))

    async def _show(self, asked: dict[str, str], *, offset: int = 0) -> None:
        found = await self._ask(
            service.catalogue,
            search=asked["search"],
            category=asked["category"],
            level=asked["level"],
            sort=asked["sort"] or "newest",
            limit=WINDOW,
            offset=offset,
        )
        self.cards = [*self.cards[:offset], *found.courses]
        self.total, self.opened = found.total, found.open
        self.categories = [Choice("", t("All subjects")), *(Choice(name, name) for name in found.categories)]
        self.levels = [Choice("", t("Any level")), *(Choice(name, name) for name in found.levels)]

    def _asked(self) -> dict[str, str]:
        """The filters of the address; anybody can write anything there."""
        given = self.router.url.query_parameters
        asked = {name: str(given.get(name, ""))[:200] for name in FILTERS}
        if asked["sort"] not in ("newest", "popular", "title"):
            asked["sort"] = ""
        return asked

    def _go(self, change: dict[str, str]):
        asked = {name: value for name, value in {**self._asked(), **change}.items() if value}
        return rx.redirect(f"{routes.catalogue()}?{urlencode(asked)}" if asked else routes.catalogue(), replace=True)


def _advice(asked: dict[str, str]) -> str:
    """Which filter to drop when nothing is found, the narrowest first; empty without filters."""
    if asked["level"]:
        return t("Drop the level “{name}” to see more.", name=asked["level"])
    if asked["search"] and asked["category"]:
        return t("Drop the subject “{name}” to search in all of them.", name=asked["category"])
    if asked["search"]:
        return t("No course has all the words of “{words}”. Try fewer of them.", words=asked["search"])
    return t("No course has the subject “{name}”.", name=asked["category"]) if asked["category"] else ""
