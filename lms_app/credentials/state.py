"""What happens on the page of certificates."""

import reflex as rx

from lms_app.credentials import service
from lms_app.credentials.views import CertificateView
from lms_app.web.guard import signed_in
from lms_app.web.state import LmsState


class CertificatesState(LmsState):
    certificates: list[CertificateView] = []

    @rx.event
    @signed_in
    async def open_certificates(self):
        async with self._loading():
            self.certificates = await self._ask(service.mine)
