"""Packages and files come in: sent, watched while they are read, looked at, and brought in or thrown away."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import reflex as rx

from lms_app.core.errors import Invalid, NotFound
from lms_app.exchange import service
from lms_app.exchange.views import ImportView, PackageDesk, PackageJob
from lms_app.web import live, routes
from lms_app.web.guard import signed_in
from lms_app.web.state import LmsState, texts_of, uuid_of
from lms_app.web.words import t

WINDOW = 50


class PackageState(LmsState):
    """`desk` is of the page that sends, `job` of the one that shows an import: one each, once it is loaded."""

    desk: list[PackageDesk] = []
    job: list[PackageJob] = []

    @rx.event
    @signed_in
    async def open(self):
        async with self._loading():
            self.desk = [await self._ask(service.package_desk)]

    @rx.event
    @signed_in
    async def begin(self, file_id: str):
        """A file has come: have it looked at, and go where that is seen."""
        view = await self._perform(service.begin_import, file_id=uuid_of(file_id))
        return rx.redirect(routes.course_import(view.id))

    @rx.event
    @signed_in
    async def open_job(self):
        async with self._loading():
            self.job = []
            # First watched, then looked at: what happens between the two is told.
            live.watch(self, PackageState.look, service.place_of(self._its()))
            await self._show(0)

    @rx.event
    @signed_in
    async def look(self):
        """Something has moved. On another page nobody wants to know."""
        if not self.job or self.job[0].view.id not in str(self.router.url.path):
            live.unwatch(self)
            return
        try:
            await self._show(0)
        except NotFound:  # discarded in another tab
            live.unwatch(self)
            self.job, self.came = [], f"missing {self.router.url.path}"

    @rx.event
    @signed_in
    async def turn(self, at: int):
        """Show the findings from `at` on."""
        await self._show(at if type(at) is int and 0 <= at < 1_000_000 else 0)

    @rx.event
    @signed_in
    async def commit(self, form: dict[str, Any]):
        """Do it as it was shown."""
        given = texts_of(form)
        try:
            view = await self._perform(
                service.commit_import,
                import_id=self._its(),
                title=given.get("title", ""),
                course=given.get("course", ""),
                quiz=given.get("quiz", ""),
                skip_unsupported="skip" in given,
            )
        except Invalid as wrong:
            if self.job:
                self.job = [replace(self.job[0], problem=" ".join(wrong.fields.values()))]
            return
        self._tell(view, 0)

    @rx.event
    @signed_in
    async def discard(self):
        """Throw it away, and go back to where it was sent."""
        view = await self._ask(service.read_import, import_id=self._its())
        await self._perform(service.discard_import, import_id=self._its())
        live.unwatch(self)
        self._show_notice(t("File discarded"))
        to_bank = view.course and (view.preview is None or view.preview.makes == "questions")
        return rx.redirect(routes.question_import(view.course) if to_bank else routes.course_import())

    async def _show(self, at: int) -> None:
        view = await self._ask(service.read_import, import_id=self._its(), limit=WINDOW, offset=at)
        asks = view.preview is not None and view.preview.makes == "questions" and not view.course and not view.busy
        courses = await self._ask(service.import_courses) if asks else []
        self._tell(view, at, courses)

    def _tell(self, view: ImportView, at: int, courses: Any = ()) -> None:
        told = view.preview
        total = sum(told.weights.values()) - told.more_findings if told else 0
        # While it moves its report is not seen, and would be sent at every step.
        seen = replace(view, preview=None) if view.busy else view
        self._assign(job=[PackageJob(seen, total, at, list(courses))])

    def _its(self) -> UUID:
        return uuid_of(str(self.item))  # pyright: ignore[reportAttributeAccessIssue]  of the address
