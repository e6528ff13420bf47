"""The editor of a design, beside the page that it makes: the preview is a picture of the very PDF."""

from typing import Any

import reflex as rx

from lms_app.core.rows import TURN
from lms_app.credentials.labels import LANGUAGES
from lms_app.credentials.pages.designs import LAYOUTS
from lms_app.credentials.service import PICTURES
from lms_app.credentials.state import CertificatesState
from lms_app.web import kit, routes
from lms_app.web.kit import el, typed, uploads
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = CertificatesState
PLACE, VALUES, ERRORS = S.place, S.values, S.errors
SAMPLES = (
    ("short", t("A short name")),
    ("long", t("A long name")),
    ("arabic", t("Arabic, from right to left")),
    ("hebrew", t("Hebrew, from right to left")),
    ("greek", t("Greek")),
    ("cyrillic", t("Cyrillic")),
    ("chinese", t("Chinese")),
)
FIELDS = (
    ("show_date", t("Date of issue")),
    ("show_expiry", t("Last day, if it expires")),
    ("show_hours", t("Workload")),
    ("show_grade", t("Grade")),
)
FORM = "design-form"
PICTURE_BYTES = 2 * 1024 * 1024


def view() -> rx.Component:
    return kit.page_shell(
        "Teaching", kit.page_states(S, _body(), kit.skel("100%", "520px"), what=t("the design")), wide=True
    )


def _body() -> rx.Component:
    return rx.fragment(
        kit.page_head(
            PLACE["name"],
            "",
            el.div(
                rx.cond(
                    PLACE["draft"] != "",
                    el.span(t("Not saved yet"), class_name="t-small t-2"),
                    rx.cond(PLACE["saved"] != "", kit.save_status("saved", PLACE["saved"])),
                ),
                role="status",
            ),
            rx.cond(PLACE["draft"] != "", kit.btn(t("Discard changes"), "quiet", on_click=S.discard)),
            crumb=(t("Certificate designs"), routes.certificate_designs(PLACE["slug"])),
        ),
        el.div(
            el.div(_preview(), class_name="min-w-0 xl:order-2 xl:sticky xl:top-6"),
            el.div(kit.error_summary(S.problems), _form(), _pictures(), class_name="min-w-0 flex flex-col gap-6"),
            class_name="grid gap-8 items-start xl:grid-cols-[minmax(0,460px)_minmax(0,1fr)]",
        ),
    )


def _preview() -> rx.Component:
    return kit.section(
        t("Preview"),
        el.div(
            el.img(
                src=PLACE["preview"],
                alt=t("A certificate of this design, with a name to try it with"),
                class_name="block max-w-full max-h-[72vh] w-auto mx-auto shadow-sm",
            ),
            class_name="k-card bg-[var(--surface-2)]! p-4",
        ),
        rx.cond(
            PLACE["warning"] != "",
            el.div(kit.note("warn", "triangle-alert", el.p(PLACE["warning"])), class_name="mt-3"),
        ),
        el.div(
            # Beside the picture, and yet part of the form: choosing another name is a change like any other.
            kit.field(
                t("Try it with"),
                kit.select(SAMPLES, name="sample", custom_attrs={"form": FORM}),
                id="sample",
                hint=t("This is the page that is printed. It follows what you type."),
            ),
            class_name="mt-4 max-w-[26rem]",
        ),
        id="preview",
    )


def _form() -> rx.Component:
    return el.form(
        kit.hidden("do", ""),
        kit.hidden(TURN, typed.turn_of(VALUES)),
        typed.part(
            t("Look"),
            typed.line(VALUES, ERRORS, "name", t("Name of the design"), max_length=80),
            typed.choose(VALUES, ERRORS, "layout", t("Layout"), LAYOUTS),
            typed.side_by_side(
                _colour("accent", t("Colour"), t("Dark enough to be read on white.")),
                _colour("highlight", t("Second colour"), t("For lines and ornaments.")),
            ),
            _picture("logo", t("Logo"), t("Pictures are added below.")),
        ),
        typed.part(
            t("Words"),
            typed.choose(
                VALUES,
                ERRORS,
                "lang",
                t("Language"),
                [(lang, labels.name) for lang, labels in LANGUAGES.items()],
                hint=t("Words that you leave out, and dates, are in this language."),
            ),
            typed.line(VALUES, ERRORS, "heading", t("Heading"), optional=True, max_length=120),
            typed.side_by_side(
                typed.line(VALUES, ERRORS, "lead", t("Before the name"), optional=True, max_length=120),
                typed.line(VALUES, ERRORS, "verb", t("Before the course"), optional=True, max_length=120),
            ),
            typed.lines(VALUES, ERRORS, "text", t("About the course"), optional=True, rows=3),
        ),
        typed.part(t("What it shows"), *[typed.switch(VALUES, name, words) for name, words in FIELDS]),
        typed.part(
            t("Who signs"), typed.rows(VALUES, ERRORS, "signatures", t("Signatures"), _signer, noun=t("signature"))
        ),
        el.div(kit.btn(t("Save design"), "primary", type="submit")),
        key=S.form,
        on_submit=S.send,
        class_name="flex flex-col gap-6",
        id=FORM,
        custom_attrs={"noValidate": True, "data-autosaves": "500"},
    )


def _colour(name: str, label: str, hint: str) -> rx.Component:
    control = kit.text_input(type="color", name=name, default_value=typed.at(VALUES, name), class_name="h-11! p-1!")
    return kit.field(label, control, id=name, hint=hint, error=typed.at(ERRORS, name))


def _picture(name: Any, label: str, hint: str = "") -> rx.Component:
    control = kit.select(S.choices, name=name, default_value=typed.at(VALUES, name))
    return kit.field(label, control, id=name, hint=hint, error=typed.at(ERRORS, name), optional=True)


def _signer(_row: Any, start: str) -> rx.Component:
    return rx.fragment(
        typed.side_by_side(
            typed.line(VALUES, ERRORS, f"{start}name", t("Name"), max_length=120),
            typed.line(VALUES, ERRORS, f"{start}role", t("Role"), optional=True, max_length=120),
        ),
        _picture(f"{start}picture", t("Picture of the signature")),
    )


def _pictures() -> rx.Component:
    """Logos and signatures: given once, then chosen above."""
    return typed.part(
        t("Pictures"),
        uploads.upload_field(
            t("Add a picture"),
            scope=PICTURES,
            item=PLACE["id"],
            hint=t("PNG, JPEG or WebP of at most 2 MB. Signatures look best on a transparent ground."),
            max_bytes=PICTURE_BYTES,
            on_sent=S.picture_sent,
            accept=".png,.jpg,.jpeg,.webp",
        ),
        rx.cond(
            S.choices.length() > 1,
            el.p(t("{n} pictures can be chosen above.", n=S.choices.length() - 1), class_name="t-small t-2"),
        ),
    )


PAGE = Page(
    routes.CERTIFICATE_DESIGN,
    view,
    S.open_design,
    rx.cond(S.loaded, t("Design: {name}", name=PLACE["name"]), t("Design")),
    "signed_in",
)
