"""The event that `make bench` measures: registered only under `LMS_BENCH=1`, which production refuses."""

import reflex as rx

from lms_app.web.guard import signed_in
from lms_app.web.state import LmsState


class BenchState(LmsState):
    """What the cheapest event of a page can be: through the guard, one number changed."""

    n: int = 0

    @rx.event
    @signed_in
    async def noop(self, n: int):
        """Change one number."""
        self.n = n
