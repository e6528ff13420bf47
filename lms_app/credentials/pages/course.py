"""The certificates of a course, for its staff: who has one, who gets one, who lacks what, and what the course asks."""

from typing import Any

import reflex as rx

from lms_app.credentials.state import CertificatesState
from lms_app.policy import Can
from lms_app.web import kit, routes
from lms_app.web.guard import member
from lms_app.web.kit import el, typed
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = CertificatesState
PLACE, AWARDS, VALUES, ERRORS = S.place, S.awards[0], S.values, S.errors
REVOKE, AWARD = "revoke-certificate", "ask-award-all"
SHOWN = (
    ("", t("All")),
    ("holds", t("Have it")),
    ("due", t("Due")),
    ("lacks", t("Lack something")),
    ("ended", t("Ended")),
)
LACKS = (("completion", t("required parts")), ("grade", t("the grade")), ("date", t("the date")))


def view() -> rx.Component:
    return kit.page_shell("Teaching", kit.page_states(S, _body(), kit.skel_rows(8), what=t("the certificates")))


def _body() -> rx.Component:
    return rx.fragment(
        kit.page_head(
            t("Certificates"),
            rx.cond(PLACE["offered"] == "", t("This course awards no certificate at present."), ""),
            kit.btn(t("Designs"), ic="palette", href=routes.certificate_designs(PLACE["slug"])),
            _print(),
            crumb=(PLACE["course"], routes.teach_course(PLACE["slug"])),
        ),
        el.dl(
            kit.stat(t("Have it"), AWARDS.holds, t("valid today")),
            kit.stat(t("Due"), AWARDS.due, t("meet all, and have none yet")),
            kit.stat(t("Lack something"), AWARDS.lacks, t("parts, grade or date")),
            kit.stat(t("Ended"), AWARDS.ended, t("revoked or expired")),
            class_name="k-stats mb-8",
        ),
        el.div(
            el.div(rx.cond(AWARDS.due > 0, _due()), _learners(), class_name="flex flex-col gap-6 min-w-0"),
            rx.cond(PLACE["manages"] != "", _terms()),
            class_name="grid xl:grid-cols-[minmax(0,1fr)_340px] gap-8 items-start",
        ),
        rx.cond(PLACE["manages"] != "", _revoking()),
    )


def _print() -> rx.Component:
    """A zip of all PDFs: asked for, awaited, there."""
    waits = PLACE.contains("batch")
    return rx.cond(
        AWARDS.holds + AWARDS.ended > 0,
        el.div(
            rx.cond(
                waits,
                rx.cond(
                    PLACE["zip"] != "",
                    kit.btn(t("Download zip"), ic="download", href=PLACE["zip"], raw=True),
                    el.span(
                        t("Printing {done} of {all}", done=PLACE["printed"], all=PLACE["to_print"]),
                        class_name="t-small t-2",
                    ),
                ),
                kit.btn(t("Print all"), ic="printer", on_click=S.print_all),
            ),
            role="status",
            class_name="flex items-center",
        ),
    )


def _due() -> rx.Component:
    """The rehearsal of the award: how many get it; the list shows who."""
    words = rx.cond(
        AWARDS.due == 1,
        t("1 learner meets everything and has no certificate yet."),
        t("{n} learners meet everything and have no certificate yet.", n=AWARDS.due),
    )
    return rx.fragment(
        kit.note(
            "info",
            "award",
            el.div(
                el.p(words),
                el.div(
                    kit.link(t("See who"), f"{routes.course_certificates(PLACE['slug'])}?show=due"),
                    rx.cond(
                        PLACE["manages"] != "",
                        kit.btn(t("Award to all of them"), "primary", size="sm", **kit.opens(AWARD)),
                    ),
                    class_name="flex flex-wrap items-center gap-4",
                ),
                class_name="flex flex-wrap items-center justify-between gap-3 w-full",
            ),
        ),
        kit.confirm_dialog(
            AWARD,
            t("Award these certificates?"),
            t("Each learner is told. Certificates can be revoked, and never be made undone."),
            t("Award certificates"),
            on_confirm=S.award_all,
            danger=False,
        ),
    )


# ---- The list


def _learners() -> rx.Component:
    base = routes.course_certificates(PLACE["slug"])
    return el.div(
        kit.tabs(
            t("Learners by certificate"),
            *[(words, f"{base}?show={show}" if show else base, PLACE["show"] == show) for show, words in SHOWN],
        ),
        el.form(
            kit.search_input(
                t("Search learners"),
                t("Search by name"),
                name="search",
                default_value=PLACE["search"],
                key=PLACE["search"],
                max_length=200,
            ),
            role="search",
            class_name="flex mb-3",
            on_submit=S.find,
        ),
        rx.cond(
            AWARDS.learners.length() > 0,
            rx.fragment(
                kit.data_table(
                    t("Learners and their certificates"),
                    [
                        t("Learner"),
                        t("Certificate"),
                        kit.col(t("Grade"), num=True),
                        t("Issued"),
                        t("Valid until"),
                        kit.col(t("Action"), hidden=True),
                    ],
                    rx.foreach(AWARDS.learners, _learner),
                ),
                kit.pager(S.place),
            ),
            kit.card(
                kit.empty("award", t("Nobody here"), t("No learner of this course is found with this."), level=2),
                pad=False,
            ),
        ),
    )


def _learner(one: Any) -> rx.Component:
    return kit.tr(
        kit.row_head(
            el.span(one.name, dir="auto"),
            rx.cond(one.warning != "", el.div(one.warning, class_name="t-cap t-2 font-normal max-w-[36ch]")),
        ),
        kit.td(_state(one)),
        kit.td(one.grade, num=True),
        kit.td(one.issued_on, class_name="whitespace-nowrap"),
        kit.td(one.expires_on, class_name="whitespace-nowrap"),
        kit.td(el.div(_actions(one), class_name="flex justify-end"), num=True),
        key=one.user_id,
    )


def _state(one: Any) -> rx.Component:
    lacks = el.span(
        t("Lacks"),
        rx.foreach(one.lacks, lambda name, at: el.span(rx.cond(at == 0, " ", ", "), rx.match(name, *LACKS, name))),
    )
    return rx.match(
        one.state,
        ("valid", kit.chip(t("Valid"), "ok")),
        ("due", kit.chip(t("Due"), "mark")),
        ("expired", kit.chip(t("Expired"), "warn")),
        ("revoked", kit.chip(t("Revoked"), "danger")),
        ("replaced", kit.chip(t("Replaced"), "info")),
        el.span(rx.cond(one.lacks.length() > 0, lacks, t("Not offered")), class_name="t-small t-2"),
    )


def _actions(one: Any) -> rx.Component:
    manages = PLACE["manages"] != ""
    held = kit.menu(
        t("More actions: {name}", name=one.name),
        f"certificate-{one.user_id}",
        (t("Download PDF"), {"href": one.pdf_url, "raw": True}),
        (t("Check page"), {"href": one.verify_path, "raw": True}),
        None,
        (t("Issue anew"), {"on_click": S.reissue(one.certificate)}),
        (
            t("Revoke…"),
            {"on_click": S.pick(one.certificate, one.name), "danger": True, **kit.opens(REVOKE)},
        ),
    )
    read = kit.btn(
        rx.fragment(t("PDF"), kit.sr(f" {one.name}")), "quiet", "download", size="sm", href=one.pdf_url, raw=True
    )
    award = kit.btn(rx.fragment(t("Award"), kit.sr(f" {one.name}")), size="sm", on_click=S.award_one(one.user_id))
    can_award = manages & ((one.state == "due") | ((one.state == "revoked") & (one.lacks.length() == 0)))
    return rx.cond(one.pdf_url != "", rx.cond(manages, held, read), rx.cond(can_award, award))


def _revoking() -> rx.Component:
    return kit.dialog(
        REVOKE,
        t("Revoke this certificate?"),
        el.p(
            t("{name} keeps it in the list as revoked. It cannot be undone.", name=PLACE["picked_name"]),
            class_name="k-dlg-d",
        ),
        el.form(
            kit.field(
                t("Reason"),
                kit.text_input(name="reason", max_length=300, auto_complete="off"),
                id="reason",
                hint=t("Whoever checks the certificate reads it."),
            ),
            el.div(
                kit.btn(t("Cancel"), **kit.closes()),
                kit.btn(t("Revoke"), "danger", type="submit", **kit.closes()),
                class_name="k-dlg-a",
            ),
            key=PLACE["picked"],
            on_submit=S.revoke,
            custom_attrs={"noValidate": True},
        ),
        filled=S.filled,
    )


# ---- What the course asks


def _terms() -> rx.Component:
    zone = typed.at(VALUES, "zone")
    return el.aside(
        kit.section(
            t("What it takes"),
            el.form(
                kit.error_summary(S.problems),
                kit.card(
                    typed.switch(VALUES, "offered", t("Award a certificate")),
                    typed.switch(VALUES, "automatic", t("Award by itself, as soon as everything is met")),
                    typed.percent(
                        VALUES, ERRORS, "pass", t("Marks needed"), hint=t("Besides all required parts of the course.")
                    ),
                    typed.moment(
                        VALUES, ERRORS, "not_before", t("Not before"), hint=t("In your zone, {zone}.", zone=zone)
                    ),
                    typed.number(
                        VALUES,
                        ERRORS,
                        "valid_months",
                        t("Valid for months"),
                        hint=t("Empty: it does not expire."),
                        optional=True,
                    ),
                    typed.moment(
                        VALUES, ERRORS, "valid_until", t("Or valid until"), hint=t("Through the end of that day (UTC).")
                    ),
                    kit.field(
                        t("Design"),
                        kit.select(S.choices, name="design_id", default_value=typed.at(VALUES, "design_id")),
                        id="design_id",
                        error=typed.at(ERRORS, "design_id"),
                    ),
                    el.p(
                        t("Certificates that were awarded keep what they say and how they look."),
                        class_name="t-small t-2",
                    ),
                    kit.form_actions(kit.btn(t("Save"), "primary", type="submit")),
                    class_name="flex flex-col gap-5",
                ),
                key=S.form,
                on_submit=S.save_terms,
                custom_attrs={"noValidate": True},
            ),
            id="terms",
        ),
        aria_label=t("What it takes"),
        class_name="min-w-0",
    )


PAGE = Page(
    routes.COURSE_CERTIFICATES,
    view,
    S.open_course,
    rx.cond(S.loaded, t("Certificates: {course}", course=PLACE["course"]), t("Certificates")),
    member(Can.GRADE),
)
