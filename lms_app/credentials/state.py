"""What happens on the pages of certificates: one's own, those of a course, and how they look.

One state for all of them: the first state of all pages is sent to every tab, so each var counts.
"""

import asyncio
from typing import Any

import reflex as rx

from lms_app.core import when
from lms_app.core.errors import Conflict, Invalid
from lms_app.core.rows import act
from lms_app.core.work import utc_now
from lms_app.credentials import service
from lms_app.credentials.views import Awards, CertificateView, DesignForm, DesignPreview, DesignsView
from lms_app.policy import Can
from lms_app.web import routes
from lms_app.web.guard import member, signed_in
from lms_app.web.listing import TEXT_MAX, WINDOW, address, page_of, span
from lms_app.web.state import LmsState, texts_of, uuid_of
from lms_app.web.views import Choice, FieldError
from lms_app.web.words import t

AUTO = "auto"  # the form was sent by a pause in typing, not by a person
LOOK_AGAIN_SECONDS = 2.0  # what is asked for is there by then


class CertificatesState(LmsState):
    """`place` is where one is: the course, the filters of its list, the design in the editor, and what was said last."""

    certificates: list[CertificateView] = []
    awards: list[Awards] = []  # one, once it is loaded
    designs: list[DesignsView] = []  # likewise
    place: dict[str, str] = {}
    values: dict[str, str] = {}
    errors: dict[str, str] = {}
    problems: list[FieldError] = []
    choices: list[Choice] = []
    form: int = 0  # counts forms: another one begins with its own texts
    _version: int = 0

    # ---- One's own

    @rx.event
    @signed_in
    async def open_certificates(self):
        async with self._loading():
            self.certificates = await self._ask(service.mine)

    @rx.event
    @signed_in
    async def share(self, certificate_id: str, on: bool):
        try:
            await self._perform(service.share, certificate_id=uuid_of(certificate_id), on=bool(on))
        finally:
            self.certificates = await self._ask(service.mine)
        self._show_notice(t("Its page is open to everybody") if on else t("Its page is closed"))

    # ---- Those of a course

    @rx.event
    @member(Can.GRADE)
    async def open_course(self):
        async with self._loading():
            await self._show_course()

    @rx.event
    @member(Can.GRADE)
    async def find(self, form: dict[str, Any]):
        words = texts_of(form).get("search", "")[:TEXT_MAX].strip()
        return rx.redirect(
            address(routes.course_certificates(self._slug()), {"show": self.place.get("show", ""), "search": words})
        )

    @rx.event
    @member(Can.MANAGE)
    async def save_terms(self, form: dict[str, Any]):
        try:
            changes = service.read_terms(texts_of(form), self._actor.zone)
            await self._perform(service.set_terms, slug=self._slug(), **changes)
        except Invalid as error:
            self._tell(error.fields)
            return
        await self._show_course()
        self._show_notice(t("Saved"))

    @rx.event
    @member(Can.MANAGE)
    async def award_all(self):
        """Award everybody who is due. It takes moments: the list is read again after some."""
        count = await self._perform(service.award_many, slug=self._slug())
        self._show_notice(t("{n} certificates are being awarded", n=count))
        yield
        await asyncio.sleep(LOOK_AGAIN_SECONDS)
        await self._list()

    @rx.event
    @member(Can.MANAGE)
    async def award_one(self, user_id: str):
        await self._perform(service.award_many, slug=self._slug(), user_ids=[uuid_of(user_id)])
        self._show_notice(t("The certificate is being awarded"))
        yield
        await asyncio.sleep(LOOK_AGAIN_SECONDS)
        await self._list()

    @rx.event
    @member(Can.MANAGE)
    async def pick(self, certificate_id: str, name: str):
        """The certificate that the dialog is about."""
        self.place = {**self.place, "picked": str(certificate_id), "picked_name": str(name)[:TEXT_MAX]}
        self._tell({})
        self.filled += 1

    @rx.event
    @member(Can.MANAGE)
    async def revoke(self, form: dict[str, Any]):
        picked, reason = uuid_of(self.place.get("picked")), texts_of(form).get("reason", "")
        try:
            await self._perform(service.revoke, certificate_id=picked, reason=reason)
        except Invalid as error:
            self._show_notice(error.message)
            return
        await self._list()
        self._show_notice(t("Certificate revoked"))

    @rx.event
    @member(Can.MANAGE)
    async def reissue(self, certificate_id: str):
        await self._perform(service.reissue, certificate_id=uuid_of(certificate_id))
        await self._list()
        self._show_notice(t("A new certificate has come in its place"))

    @rx.event
    @member(Can.GRADE)
    async def print_all(self):
        batch = await self._perform(service.print_all, slug=self._slug())
        self.place = {**self.place, "batch": batch.id, "printed": "0", "to_print": str(batch.total), "zip": ""}
        return CertificatesState.watch

    @rx.event
    @member(Can.GRADE)
    async def watch(self):
        """How far the printout is, again and again until it is there or one has gone to another page."""
        if not self.place.get("batch") or self.place.get("zip"):
            return None
        await asyncio.sleep(LOOK_AGAIN_SECONDS / 2)
        batch = await self._ask(service.batch, batch_id=uuid_of(self.place["batch"]))
        self.place = {**self.place, "printed": str(batch.done), "zip": batch.url}
        return None if batch.finished else CertificatesState.watch

    # ---- Designs

    @rx.event
    @signed_in
    async def open_designs(self):
        async with self._loading():
            self.place = {"slug": str(self.router.url.query_parameters.get("course", ""))[:TEXT_MAX]}
            self._tell({})
            await self._show_designs()

    @rx.event
    @signed_in
    async def new_design(self, form: dict[str, Any]):
        sent = texts_of(form)
        name, layout, slug = sent.get("name", ""), sent.get("layout", ""), self.place.get("slug", "")
        try:
            made = await self._perform(service.create_design, name=name, layout=layout, slug=slug)
        except Invalid as error:
            self._tell(error.fields)
            return None
        return rx.redirect(routes.certificate_design(made.id))

    @rx.event
    @member(Can.MANAGE)
    async def adapt(self, design_id: str):
        slug = self.place.get("slug", "")
        made = await self._perform(service.adapt_design, design_id=uuid_of(design_id), slug=slug)
        return rx.redirect(routes.certificate_design(made.id))

    @rx.event
    @member(Can.MANAGE)
    async def use(self, design_id: str):
        await self._perform(service.set_terms, slug=self.place.get("slug", ""), design_id=uuid_of(design_id))
        await self._show_designs()
        self._show_notice(t("New certificates of this course look so"))

    @rx.event
    @signed_in
    async def make_default(self, design_id: str):
        await self._perform(service.make_default, design_id=uuid_of(design_id))
        await self._show_designs()
        self._show_notice(t("New certificates look so where a course chose nothing else"))

    @rx.event
    @signed_in
    async def remove_design(self, design_id: str):
        await self._perform(service.remove_design, design_id=uuid_of(design_id))
        await self._show_designs()
        self._show_notice(t("Design removed"))

    @rx.event
    @signed_in
    async def open_design(self):
        async with self._loading():
            await self._show_design(self._item())

    @rx.event
    @signed_in
    async def send(self, form: dict[str, Any]):
        """The whole form: to be shown in the preview while somebody types, and saved when they say so."""
        values = texts_of(form)
        does = values.pop("do", "")
        design_id = uuid_of(self.place.get("id"))
        if does not in ("", AUTO):
            self.values = values = act(values, does)
        try:
            self._look(await self._perform(service.keep_draft, design_id=design_id, values=values))
            if not does:
                design, name = service.read_form(values), values.get("name", "")
                seen = self._version or None
                kept = await self._perform(
                    service.save_design, design_id=design_id, design=design, name=name, seen=seen
                )
                self._version = kept.version
                saved = when.clock(utc_now(), self._actor.zone, self._actor.locale)
                self.place = {**self.place, "saved": saved, "draft": "", "name": kept.name}
            self._tell({})
        except Invalid as error:
            # Whoever only pauses is told beside the field; the summary would take the focus away.
            self._assign(errors=dict(error.fields))
            if not does:
                self._tell(error.fields)
        except Conflict as error:
            self._show_notice(error.message)
            self._version = (await self._ask(service.read_design, design_id=design_id)).version

    @rx.event
    @signed_in
    async def picture_sent(self, file_id: str):
        """A picture was given to the design: it can be chosen now."""
        found = await self._ask(service.design_form, design_id=uuid_of(self.place.get("id")))
        self.choices = found.pictures

    @rx.event
    @signed_in
    async def discard(self):
        """Go back to what was saved last."""
        await self._perform(service.discard_draft, design_id=uuid_of(self.place.get("id")))
        await self._show_design(self.place.get("id", ""))

    # ---- Helpers

    async def _show_course(self) -> None:
        slug = self._slug()
        view, values, choices = await self._ask(service.terms_form, slug=slug)
        self._assign(choices=choices, values=values)
        self.form += 1
        self._tell({})
        self.place = {
            "slug": slug,
            "course": view.course,
            "design": view.design,
            "manages": "yes" if view.manages else "",
            "offered": "yes" if view.offered else "",
        }
        await self._list()

    async def _list(self) -> None:
        given = self.router.url.query_parameters
        show, search = str(given.get("show", "")), str(given.get("search", ""))[:TEXT_MAX]
        filters, page = {"show": show if show in service.SHOWN else "", "search": search}, page_of(given)
        found = await self._ask(service.awards, slug=self._slug(), **filters, limit=WINDOW, offset=(page - 1) * WINDOW)
        base = routes.course_certificates(self._slug())
        self.awards = [found]
        self.place = {
            **self.place,
            **filters,
            "shown": span(page, len(found.learners), found.total),
            "previous_url": address(base, filters, page - 1) if page > 1 else "",
            "next_url": address(base, filters, page + 1) if page * WINDOW < found.total else "",
        }

    async def _show_designs(self) -> None:
        self.designs = [await self._ask(service.designs, slug=self.place.get("slug", ""))]

    async def _show_design(self, design_id: str) -> None:
        found: DesignForm = await self._ask(service.design_form, design_id=uuid_of(design_id))
        self._version = found.version
        self._assign(values=found.values, choices=found.pictures)
        self.form += 1
        self._tell({})
        self.place = {
            "id": found.id,
            "name": found.name,
            "slug": found.slug,
            "saved": "",
            "draft": "yes" if found.draft else "",
        }
        self._look(found.preview)

    def _look(self, preview: DesignPreview) -> None:
        draft = "yes" if preview.url != self.place.get("preview", preview.url) else self.place.get("draft", "")
        self.place = {**self.place, "preview": preview.url, "warning": preview.warning, "draft": draft}

    def _tell(self, fields: dict[str, str]) -> None:
        self._assign(errors=dict(fields), problems=[FieldError(name, said) for name, said in fields.items()])

    def _slug(self) -> str:
        return str(self.slug)  # pyright: ignore[reportAttributeAccessIssue]  of the address

    def _item(self) -> str:
        return str(self.item)  # pyright: ignore[reportAttributeAccessIssue]  of the address
