"""Certificates: what somebody has earned, to download and to show."""

import reflex as rx

from lms_app.credentials.state import CertificatesState
from lms_app.credentials.views import CertificateView
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t


def view() -> rx.Component:
    return kit.page_shell(
        "Certificates",
        kit.page_states(CertificatesState, _body(), kit.skel_rows(3), what=t("your certificates")),
    )


def _body() -> rx.Component:
    certificates = CertificatesState.certificates
    return rx.fragment(
        kit.page_head(
            t("Certificates"),
            rx.cond(
                certificates.length() > 0,
                t("Each has an address of its own: whoever opens it sees that the certificate is genuine."),
                "",
            ),
        ),
        kit.tabs(
            t("What you have earned"),
            (t("Certificates"), routes.certificates(), True),
            (t("Badges"), routes.badges(), False),
        ),
        rx.cond(certificates.length() > 0, kit.rows(rx.foreach(certificates, _certificate)), _none_yet()),
    )


def _certificate(certificate: rx.Var[CertificateView]) -> rx.Component:
    valid = certificate.status == "valid"
    prints = valid | (certificate.status == "expired")
    return el.li(
        kit.icon("award", 24, class_name="t-brand flex-none max-sm:hidden!"),
        el.div(
            el.h2(
                kit.a(certificate.course, href=certificate.course_url, class_name="k-plain", dir="auto"),
                class_name="t-course",
            ),
            el.p(
                t("Issued on"),
                " ",
                certificate.issued_on,
                rx.cond(
                    valid & (certificate.expires_on != ""),
                    el.span(", ", t("valid until {day}", day=certificate.expires_on)),
                ),
                class_name="t-small t-2 mt-0.5",
            ),
            el.p(el.span(certificate.code, class_name="k-code whitespace-normal!"), class_name="t-small t-2 mt-0.5"),
            _ended(certificate),
            rx.cond(
                prints & (certificate.warning != ""),
                el.p(kit.icon("triangle-alert", 16), " ", certificate.warning, class_name="t-small t-2 mt-2"),
            ),
            class_name="min-w-0 flex-[1_1_240px]",
        ),
        el.div(
            rx.cond(prints, _download(certificate)),
            kit.btn(
                t("Check page"),
                ic="badge-check",
                href=certificate.verify_path,
                raw=True,
                aria_label=t("Check page of {course}", course=certificate.course),
            ),
            class_name="flex flex-wrap gap-2",
        ),
        rx.cond(valid, _sharing(certificate)),
        class_name="k-row flex-wrap py-4!",
        key=certificate.id,
    )


def _ended(certificate: rx.Var[CertificateView]) -> rx.Component:
    return rx.match(
        certificate.status,
        (
            "revoked",
            el.p(
                kit.chip(t("Revoked"), "danger"),
                " ",
                certificate.revoked_on,
                ": ",
                certificate.revoke_reason,
                class_name="t-small mt-2",
            ),
        ),
        (
            "replaced",
            el.p(
                kit.chip(t("Replaced"), "info"),
                " ",
                certificate.revoked_on,
                " ",
                kit.link(t("Look at the new one"), certificate.replaced_by, raw=True),
                class_name="t-small mt-2",
            ),
        ),
        ("expired", el.p(kit.chip(t("Expired"), "warn"), " ", certificate.expires_on, class_name="t-small mt-2")),
        rx.fragment(),
    )


def _sharing(certificate: rx.Var[CertificateView]) -> rx.Component:
    """The holder's consent: only with it there is a page with the certificate's picture."""
    shared = certificate.share_url != ""
    return el.div(
        kit.check(
            rx.fragment(t("Share a page with its picture"), kit.sr(f": {certificate.course}")),
            checked=shared,
            on_change=lambda on: CertificatesState.share(certificate.id, on),
        ),
        rx.cond(
            shared,
            el.div(
                kit.btn(t("Shared page"), "quiet", "external-link", size="sm", href=certificate.share_url, raw=True),
                kit.copy_btn(
                    certificate.share_url,
                    aria_label=t("Copy the shared page's link of {course}", course=certificate.course),
                ),
                class_name="flex flex-wrap gap-2",
            ),
            el.span(t("Now only whoever has its number can look it up."), class_name="t-small t-2"),
        ),
        class_name="basis-full flex flex-wrap items-center gap-x-4 gap-y-2 sm:ps-10",
    )


def _download(certificate: rx.Var[CertificateView]) -> rx.Component:
    return kit.btn(
        t("Download PDF"),
        ic="download",
        href=certificate.pdf_url,
        raw=True,
        aria_label=t("Download PDF of {course}", course=certificate.course),
    )


def _none_yet() -> rx.Component:
    return kit.card(
        kit.empty(
            "award",
            t("No certificates yet"),
            t("Complete all required parts of a course with the grade it asks for, and its certificate appears here."),
            kit.btn(t("Go to my courses"), "primary", href=routes.my_courses()),
            level=2,
        ),
        pad=False,
    )


PAGE = Page(routes.CERTIFICATES, view, CertificatesState.open_certificates, t("Certificates"), "signed_in")
