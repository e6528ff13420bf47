"""Files that a page sends by itself, and text that survives a reload (`assets/uploads.js`)."""

from typing import Any

import reflex as rx

from lms_app.web.kit.basics import Text, btn, el, link, names, rows, sr
from lms_app.web.kit.forms import field, file_input
from lms_app.web.words import t

LIBRARY = "$/public/uploads.js"


def _id_arg(file_id: rx.Var[str]) -> tuple[rx.Var[str]]:
    return (file_id,)


class FileSender(rx.Component):
    """Sends what is chosen in an input with `data-uploads`; `on_sent` comes with the id of each once the server has it. Draws nothing."""

    library = LIBRARY
    tag = "FileSender"
    scope: rx.Var[str]
    item: rx.Var[str]
    max_bytes: rx.Var[int]

    on_sent: rx.EventHandler[_id_arg]


class DraftKeeper(rx.Component):
    """Keeps on this device what is typed into the form with the id `form`, until `seq` says that the server has it.

    Its inputs are marked with `KEEPS`; its hidden input `base` carries the number that a text from before a reload had
    been written on. A button with `FORGETS` gives it up; `done` says that it was handed in.
    """

    library = LIBRARY
    tag = "DraftKeeper"
    form: rx.Var[str]
    item: rx.Var[str]
    seq: rx.Var[int]
    done: rx.Var[bool]


KEEPS = {"data-keeps": "true"}
FORGETS = {"data-forgets-draft": "true"}


def upload_field(
    label: Text,
    *,
    scope: str,
    item: Any,
    hint: Text,
    max_bytes: Any,
    on_sent: Any,
    id: str = "files",
    accept: Any = "",
    many: bool = True,
    error: Text = "",
) -> rx.Component:
    """Files to choose, sent at once; says what is on its way and what went wrong."""
    control = file_input(custom_attrs={"data-uploads": "true", "accept": accept}, multiple=many)
    return el.div(
        FileSender.create(scope=scope, item=item, max_bytes=max_bytes, on_sent=on_sent),
        field(label, control, id=id, hint=hint, error=error),
        el.p(class_name="t-small t-2 empty:hidden", role="status", custom_attrs={"data-upload-status": "true"}),
        el.p(class_name="k-err empty:hidden", role="alert", custom_attrs={"data-upload-error": "true"}),
        class_name="flex flex-col gap-1",
        custom_attrs={"data-upload-box": "true"},
    )


def file_list(files: Any, on_remove: Any = None, *, digests: bool = False) -> rx.Component:
    """Stored files with their sizes; `on_remove` takes an id, `digests` shows the SHA-256 of each."""

    def digest(file: Any) -> rx.Component:
        return el.div("SHA-256 ", el.code(file.sha256, class_name="break-all"), class_name="t-cap t-2")

    def line(file: Any) -> rx.Component:
        remove = rx.fragment()
        if on_remove is not None:
            remove = btn(
                rx.fragment(t("Remove"), sr(" "), sr(file.name)), "quiet", "x", size="sm", on_click=on_remove(file.id)
            )
        return el.li(
            el.div(
                link(file.name, file.url, raw=True, target="_blank"),
                el.span(" ", file.size, class_name="t-small t-2"),
                digest(file) if digests else rx.fragment(),
                class_name="min-w-0 flex-1",
            ),
            remove,
            class_name="k-row",
            key=file.id,
        )

    return rows(rx.foreach(files, line), class_name=names("mt-1"))
