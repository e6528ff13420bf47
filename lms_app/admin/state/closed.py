"""What is shown to everybody while the site is closed."""

import reflex as rx

from lms_app.core import maintenance
from lms_app.web import routes
from lms_app.web.guard import public
from lms_app.web.state import LmsState


class ClosedState(LmsState):
    said: str = ""

    @rx.event
    @public
    async def open_closed(self):
        """Say why; where the site is open again, lead back to it."""
        said = maintenance.message()
        if said is None:
            return rx.redirect(routes.home(), replace=True)
        self.said = said
        return None
