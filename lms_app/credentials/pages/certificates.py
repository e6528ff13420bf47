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
        rx.cond(certificates.length() > 0, kit.rows(rx.foreach(certificates, _certificate)), _none_yet()),
    )


def _certificate(certificate: rx.Var[CertificateView]) -> rx.Component:
    valid = certificate.revoked_on == ""
    return el.li(
        kit.icon("award", 24, class_name="t-brand flex-none max-sm:hidden!"),
        el.div(
            el.h2(
                kit.a(certificate.course, href=certificate.course_url, class_name="k-plain", dir="auto"),
                class_name="t-course",
            ),
            el.p(t("Issued on"), " ", certificate.issued_on, class_name="t-small t-2 mt-0.5"),
            el.p(el.span(certificate.code, class_name="k-code whitespace-normal!"), class_name="t-small t-2 mt-0.5"),
            rx.cond(
                valid,
                rx.fragment(),
                el.p(
                    kit.chip(t("Revoked"), "danger"),
                    " ",
                    certificate.revoked_on,
                    ": ",
                    certificate.revoke_reason,
                    class_name="t-small mt-2",
                ),
            ),
            class_name="min-w-0 flex-[1_1_240px]",
        ),
        el.div(
            rx.cond(valid, _download(certificate)),
            kit.btn(
                t("Check page"),
                ic="badge-check",
                href=certificate.verify_path,
                raw=True,
                aria_label=t("Check page of {course}", course=certificate.course),
            ),
            rx.cond(
                valid,
                kit.copy_btn(
                    certificate.verify_url,
                    aria_label=t("Copy the check page's link of {course}", course=certificate.course),
                ),
            ),
            class_name="flex flex-wrap gap-2",
        ),
        class_name="k-row flex-wrap py-4!",
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
