"""The work itself, as its markers and its students read it: text, files in place, and the notes on both."""

from typing import Any

import reflex as rx

from lms_app.web import kit
from lms_app.web.kit import el
from lms_app.web.words import t


class Passages(rx.Component):
    """Colours the passages that notes are on (`assets/grading.js`). Draws nothing."""

    library = "$/public/grading.js"
    tag = "Passages"
    notes: rx.Var[list[Any]]


class Sheets(rx.Component):
    """The pages of a PDF as pictures, with the notes that are pinned to them (`assets/grading.js`)."""

    library = "$/public/grading.js"
    tag = "Sheets"
    file: rx.Var[str]
    name: rx.Var[str]
    notes: rx.Var[list[Any]]
    pins: rx.Var[bool]
    words: rx.Var[dict[str, str]]


WORDS = {
    "loading": t("Loading the pages"),
    "failed": t("We cannot show this PDF here. Open it instead."),
    "page": "Page {n} of {all} of {file}",
    "pin": t("Pin a note"),
}


def the_text(submission: Any, notes: Any) -> rx.Component:
    """What was written. Places of notes are counted in it, so nothing else may stand inside."""
    return rx.cond(
        submission.body_html != "",
        rx.fragment(
            el.div(kit.prose(submission.body_html), custom_attrs={"data-work": "true"}),
            Passages.create(notes=notes, key=submission.id),
        ),
    )


def the_link(submission: Any) -> rx.Component:
    return rx.cond(
        submission.link != "",
        el.p(kit.link(submission.link, submission.link, raw=True, rel="noopener noreferrer"), class_name="mt-6"),
    )


def the_files(submission: Any, notes: Any, *, pins: bool) -> rx.Component:
    """Each file, open in place where a browser can show it."""
    return rx.cond(
        submission.files.length() > 0,
        el.ul(
            rx.foreach(submission.files, lambda file: _file(file, notes, pins)), class_name="flex flex-col gap-4 mt-8"
        ),
    )


def _file(file: Any, notes: Any, pins: bool) -> rx.Component:
    kind = file.media_type.split("/")[0]
    icon = rx.match(kind, ("image", kit.icon("file-image")), ("audio", kit.icon("file-audio")), kit.icon("file"))
    return el.li(
        el.div(
            icon,
            el.div(
                el.span(file.name, class_name="t-strong block k-clip"),
                el.span(file.size, class_name="t-small t-2"),
                class_name="min-w-0 flex-1",
            ),
            kit.raw_a(
                t("Open"),
                kit.sr(f" {file.name}"),
                href=file.url,
                target="_blank",
                class_name="k-btn k-btn--secondary k-btn--sm",
            ),
            class_name="flex items-center gap-3 p-4",
        ),
        rx.match(
            kind,
            ("image", _sheet(file, 1, file.url, notes, pins)),
            ("audio", el.audio(src=file.url, controls=True, class_name="w-full px-4 pb-4", aria_label=file.name)),
            ("video", el.video(src=file.url, controls=True, class_name="w-full", aria_label=file.name)),
            rx.cond(
                file.media_type == "application/pdf",
                Sheets.create(file=file.id, name=file.name, notes=notes, pins=pins, words=WORDS, key=file.id),
            ),
        ),
        class_name="k-card overflow-hidden",
        key=file.id,
    )


def _sheet(file: Any, page: Any, url: Any, notes: Any, pins: bool) -> rx.Component:
    """A picture, or a page of a document, with the notes that are pinned to it."""

    def pin(note: Any) -> rx.Component:
        here = (note.file_id == file.id) & (note.page == page)
        at = {"insetInlineStart": f"{note.across / 10}%", "top": f"{note.down / 10}%"}
        mark = el.span(
            note.number, class_name="k-pin", aria_hidden="true", custom_attrs={"style": rx.Var.create(at)}, key=note.id
        )
        return rx.cond(here, mark)

    props = {"data-pins": file.id, "data-page": page} if pins else {}
    add = kit.btn(
        rx.fragment(t("Pin a note"), kit.sr(" " + t("to {file}", file=file.name))),
        "quiet",
        "map-pin",
        size="sm",
        custom_attrs={"data-pin": file.id, "data-page": page},
        class_name="m-2",
    )
    return rx.fragment(
        el.div(
            el.img(src=url, alt=t("{file}, as it was handed in", file=file.name), loading="lazy"),
            rx.foreach(notes, pin),
            class_name=f"k-sheet {'k-sheet--pins' if pins else ''}",
            custom_attrs=props,
        ),
        add if pins else rx.fragment(),
    )


def note_list(notes: Any, buttons: Any = None) -> rx.Component:
    """The notes in the order in which one reads the work. `buttons(note)` are those of its markers."""

    def line(note: Any) -> rx.Component:
        show = kit.btn(
            rx.fragment(t("Show"), kit.sr(" " + t("note {n}", n=note.number))),
            "quiet",
            size="sm",
            custom_attrs={"data-shows-note": "true", "data-start": note.start, "data-end": note.end},
        )
        return el.li(
            el.span(note.number, class_name="k-pin k-pin--list", aria_hidden="true"),
            el.div(
                rx.cond(note.quote != "", el.q(note.quote, class_name="k-quote")),
                el.p(note.body, class_name="whitespace-pre-wrap"),
                rx.cond(note.by != "", el.p(note.by, class_name="t-small t-2")),
                class_name="min-w-[11rem] flex-1 flex flex-col gap-1",
            ),
            el.div(
                rx.cond(note.quote != "", show),
                rx.fragment() if buttons is None else buttons(note),
                class_name="flex flex-wrap justify-end ms-auto",
            ),
            class_name="k-row items-start! flex-wrap",
            key=note.id,
        )

    return rx.cond(
        notes.length() > 0,
        el.section(
            el.h2(t("Notes on the work"), class_name="t-h3 mb-3", custom_attrs={"id": "notes"}),
            el.ol(rx.foreach(notes, line), class_name="k-card k-rows"),
            aria_labelledby="notes",
            class_name="mt-8",
        ),
    )


def feedback_files(files: Any, buttons: Any = None) -> rx.Component:
    """Recordings to be heard here, and other files to be opened."""

    def line(file: Any) -> rx.Component:
        return el.li(
            kit.link(file.name, file.url, raw=True, target="_blank", class_name="min-w-0 flex-1 k-clip"),
            rx.cond(
                file.media_type.split("/")[0] == "audio",
                el.audio(src=file.url, controls=True, class_name="w-full", aria_label=file.name),
            ),
            rx.fragment() if buttons is None else buttons(file),
            class_name="flex flex-wrap items-center gap-2",
            key=file.id,
        )

    return rx.cond(files.length() > 0, el.ul(rx.foreach(files, line), class_name="flex flex-col gap-2"))
