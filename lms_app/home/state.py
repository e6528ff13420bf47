"""What happens at `/`."""

import reflex as rx

from lms_app.core.work import SiteRole
from lms_app.home import service
from lms_app.home.views import NO_HOME, HomeView
from lms_app.web import routes
from lms_app.web.guard import public
from lms_app.web.state import LmsState

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
