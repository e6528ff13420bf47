"""What happens at `/`, and on the pages of one's calendar and progress."""

import reflex as rx

from lms_app.core.work import SiteRole
from lms_app.home import service
from lms_app.home.views import NO_HOME, HomeView
from lms_app.home.views_calendar import NO_FEED, NO_MONTH, FeedView, MonthView
from lms_app.home.views_progress import NO_STREAK, NO_TRANSCRIPT, StreakView, Transcript
from lms_app.web import routes
from lms_app.web.guard import public, signed_in
from lms_app.web.listing import Filters, address, asked, changed, page_of
from lms_app.web.state import LmsState
from lms_app.web.words import t

FILTERS: Filters = {"month": (), "course": (), "view": ("agenda",)}
# Who comes to work here is sent there; students stay.
DESKS = {SiteRole.INSTRUCTOR: routes.teaching(), SiteRole.ADMIN: routes.admin()}


class HomeState(LmsState):
    """One student's home, read in one unit of work; for visitors only that they are visitors."""

    is_guest: bool = False
    home: HomeView = NO_HOME

    @rx.event
    @public
    async def open_home(self):
        actor = self._actor
        if not actor.is_signed_in:
            self.is_guest = True
            return None
        if actor.role in DESKS:
            return rx.redirect(DESKS[actor.role], replace=True)
        self.is_guest = False
        async with self._loading():
            self.home = await self._ask(service.student_home)
        return None


class CalendarState(LmsState):
    """A month of one's calendar. `place` has the addresses around it, the course that is picked and the view."""

    month: MonthView = NO_MONTH
    place: dict[str, str] = {}
    feed: FeedView = NO_FEED

    @rx.event
    @signed_in
    async def open(self):
        async with self._loading():
            await self._show()

    @rx.event
    @signed_in
    async def choose(self, name: str, value: str):
        """Set one filter, or take it off with an empty value."""
        given = self.router.url.query_parameters
        return rx.redirect(address(routes.calendar(), changed(given, FILTERS, str(name), str(value))))

    @rx.event
    @signed_in
    async def make_feed(self):
        """Make the address for other programs, or another one."""
        self.feed = await self._perform(service.make_feed)
        self._show_notice(t("Address made"))

    @rx.event
    @signed_in
    async def drop_feed(self):
        await self._perform(service.drop_feed)
        self.feed = NO_FEED
        self._show_notice(t("Address ended"))

    async def _show(self) -> None:
        filters = asked(self.router.url.query_parameters, FILTERS)
        found = await self._ask(service.month, month=filters["month"], course=filters["course"])
        if filters["course"] not in [one.value for one in found.courses]:
            filters["course"] = ""

        def beside(**other: str) -> str:
            return address(routes.calendar(), {**filters, **other})

        self._assign(
            month=found,
            feed=await self._ask(service.feed_of),
            place={
                "course": filters["course"],
                "view": filters["view"],
                "previous_url": beside(month=found.previous),
                "next_url": beside(month=found.next),
                "today_url": beside(month=""),
                "month_url": beside(view=""),
                "agenda_url": beside(view="agenda"),
            },
        )


class ProgressState(LmsState):
    """What somebody has learned, a window of courses with the addresses of its neighbours, and days in a row."""

    seen: Transcript = NO_TRANSCRIPT
    streak: StreakView = NO_STREAK
    place: dict[str, str] = {}

    @rx.event
    @signed_in
    async def open(self):
        async with self._loading():
            await self._show()

    @rx.event
    @signed_in
    async def show_streak(self, shown: bool):
        """See days in a row from now on, or no longer."""
        self.streak = await self._perform(service.show_streak, shown=shown is True)

    async def _show(self) -> None:
        page = page_of(self.router.url.query_parameters)
        found = await self._ask(service.transcript, offset=(page - 1) * service.TRANSCRIPT_WINDOW)
        more = page * service.TRANSCRIPT_WINDOW < found.total
        self._assign(
            seen=found,
            streak=await self._ask(service.my_streak),
            place={
                "previous_url": address(routes.progress(), {}, page - 1) if page > 1 else "",
                "next_url": address(routes.progress(), {}, page + 1) if more else "",
            },
        )
