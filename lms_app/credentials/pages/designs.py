"""How certificates look: the designs of the site, or those that a course may choose from."""

from typing import Any

import reflex as rx

from lms_app.credentials.state import CertificatesState
from lms_app.web import kit, routes
from lms_app.web.kit import el, typed
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = CertificatesState
HERE = S.designs[0]
NEW = "new-design"
LAYOUTS = (
    ("growth", t("Rings (landscape)")),
    ("band", t("Band (landscape)")),
    ("classic", t("Classic frame (landscape)")),
    ("portrait", t("Hill (portrait)")),
)


def view() -> rx.Component:
    return kit.page_shell("Teaching", kit.page_states(S, _body(), kit.skel_cards(3), what=t("the designs")))


def _body() -> rx.Component:
    of_course = HERE.slug != ""
    return rx.fragment(
        kit.page_head(
            t("Certificate designs"),
            rx.cond(
                of_course,
                t("Choose how the certificates of this course look, or adapt a design for it."),
                t("Every course can choose one of these, or adapt it."),
            ),
            rx.cond(HERE.edits, kit.btn(t("New design"), "primary", "plus", **kit.opens(NEW))),
            crumb=(
                rx.cond(of_course, HERE.course, t("Teaching")),
                rx.cond(of_course, routes.course_certificates(HERE.slug), routes.teaching()),
            ),
        ),
        rx.cond(
            HERE.designs.length() > 0,
            el.ul(rx.foreach(HERE.designs, _design), class_name="grid gap-6 sm:grid-cols-2 xl:grid-cols-3"),
            kit.card(
                kit.empty(
                    "award",
                    t("No designs yet"),
                    t("Certificates have the look of the house until somebody makes a design."),
                    level=2,
                ),
                pad=False,
            ),
        ),
        rx.cond(HERE.edits, _new()),
    )


def _design(one: Any) -> rx.Component:
    return el.li(
        el.div(
            el.img(src=one.preview_url, alt="", loading="lazy", class_name="max-h-[220px] w-auto max-w-full shadow-sm"),
            class_name="flex items-center justify-center bg-[var(--surface-2)] p-4 min-h-[200px]",
        ),
        el.div(
            el.div(
                el.h2(one.name, class_name="t-h3"),
                rx.cond(one.chosen, kit.chip(t("In use"), "ok")),
                rx.cond(one.is_default, kit.chip(t("Default"), "info")),
                class_name="flex flex-wrap items-center gap-2",
            ),
            el.p(rx.cond(one.course, t("Of this course"), t("Of the site")), class_name="t-small t-2"),
            el.div(_actions(one), class_name="flex flex-wrap gap-2 mt-3"),
            class_name="p-4",
        ),
        class_name="k-card overflow-hidden",
        key=one.id,
    )


def _actions(one: Any) -> rx.Component:
    of_course = HERE.slug != ""
    name = kit.sr(f" {one.name}")
    return rx.fragment(
        rx.cond(
            of_course & HERE.edits & ~one.chosen,
            kit.btn(rx.fragment(t("Use"), name), "primary", size="sm", on_click=S.use(one.id)),
        ),
        rx.cond(
            of_course & HERE.edits,
            kit.btn(rx.fragment(t("Adapt"), name), ic="copy", size="sm", on_click=S.adapt(one.id)),
        ),
        rx.cond(
            one.edits,
            rx.fragment(
                kit.btn(rx.fragment(t("Edit"), name), ic="pencil", size="sm", href=routes.certificate_design(one.id)),
                rx.cond(
                    ~one.course & ~one.is_default & ~of_course,
                    kit.btn(rx.fragment(t("Make default"), name), size="sm", on_click=S.make_default(one.id)),
                ),
                kit.confirm(
                    rx.fragment(t("Remove"), name),
                    t("Remove this design?"),
                    t("Certificates that were awarded keep it. Courses that use it go back to the site's default."),
                    t("Remove design"),
                    on_confirm=S.remove_design(one.id),
                    id=f"remove-{one.id}",
                    kind="quiet",
                    size="sm",
                ),
            ),
        ),
    )


def _new() -> rx.Component:
    return kit.dialog(
        NEW,
        t("New design"),
        el.form(
            kit.field(
                t("Name"),
                kit.text_input(name="name", max_length=80, auto_complete="off"),
                id="name",
                error=typed.at(S.errors, "name"),
            ),
            kit.field(t("Begin with"), kit.select(LAYOUTS, name="layout"), id="layout"),
            el.div(
                kit.btn(t("Cancel"), **kit.closes()),
                kit.btn(t("Make design"), "primary", type="submit"),
                class_name="k-dlg-a",
            ),
            on_submit=S.new_design,
            class_name="flex flex-col gap-4",
            custom_attrs={"noValidate": True},
        ),
    )


PAGE = Page(routes.CERTIFICATE_DESIGNS, view, S.open_designs, t("Certificate designs"), "signed_in")
