"""Pictures and files in what is written, in one dialog for lessons and questions alike; and what two texts do not share."""

from typing import Any

import reflex as rx

from lms_app.core.settings import settings
from lms_app.web.kit.basics import btn, el
from lms_app.web.kit.forms import check, field, file_input, text_input
from lms_app.web.kit.overlays import closes, dialog, opens
from lms_app.web.words import t

FILE = "add-file"


class EditorTools(rx.Component):
    """The toolbar's buttons, and files sent to what is written (`assets/editor.js`). Draws nothing."""

    library = "$/public/editor.js"
    tag = "EditorTools"
    scope: rx.Var[str]
    item: rx.Var[str]


def file_btn() -> rx.Component:
    """Opens the dialog; what is added goes where the writer was."""
    return btn(t("Picture or file"), "quiet", "image-plus", size="sm", icon_only=True, **opens(FILE))


def file_dialog(scope: str, item: Any) -> rx.Component:
    """Asks for a file and for what it shows, stores it with `item` (a thing of that scope), and puts it into the text."""
    return rx.fragment(
        EditorTools.create(scope=scope, item=item),
        dialog(
            FILE,
            t("Add a picture or a file"),
            el.div(
                field(
                    t("File"),
                    file_input(name="file"),
                    id="file",
                    hint=t(
                        "Pictures, videos and recordings show in the text, anything else is a link. Up to {n} MB.",
                        n=settings.upload_limit_mib,
                    ),
                ),
                field(
                    t("What the picture shows"),
                    text_input(name="alt", max_length=300, auto_complete="off"),
                    id="alt",
                    hint=t("For those who cannot see it. For another file, its title."),
                ),
                check(t("The picture only decorates"), "decorative"),
                field(
                    t("Captions of a video"),
                    file_input(name="captions", accept=".vtt"),
                    id="captions",
                    hint=t("A WebVTT file, for those who cannot hear it."),
                    optional=True,
                ),
                el.p(class_name="k-err empty:hidden", role="alert", custom_attrs={"data-file-error": "true"}),
                class_name="flex flex-col gap-4 mt-4",
            ),
            actions=(
                btn(t("Cancel"), **closes()),
                btn(t("Add"), "primary", custom_attrs={"data-adds-file": "true"}),
            ),
            light=False,
        ),
    )


def changes(changes: Any, hint: str) -> rx.Component:
    """What is different between two texts, word by word (`core/diff`)."""

    def piece(change: Any) -> rx.Component:
        return rx.match(
            change.kind,
            ("added", el.ins(change.text)),
            ("removed", el.del_(change.text)),
            ("skipped", el.span(t("… {n} lines …", n=change.text), class_name="k-skipped")),
            el.span(change.text),
        )

    return rx.cond(
        changes.length() > 0,
        rx.fragment(
            el.p(hint, class_name="t-small t-2 mt-2"),
            el.div(
                rx.foreach(changes, piece),
                class_name="k-diff",
                tab_index=0,
                role="group",
                aria_label=t("Changes"),
            ),
        ),
        el.p(t("Both texts say the same."), class_name="t-small t-2 mt-2"),
    )
