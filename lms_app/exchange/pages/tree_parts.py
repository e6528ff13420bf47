"""What the pages of course trees share: sending a zip, and reading and deciding what it would do."""

from typing import Any

import reflex as rx

from lms_app.core.settings import settings
from lms_app.exchange.service import INCOMING
from lms_app.exchange.tree_state import TreeState
from lms_app.web import kit
from lms_app.web.kit import el, uploads
from lms_app.web.words import t

S: Any = TreeState
DESK, LOOK = S.desk[0], S.look[0]
SHOWN = S.look.length() > 0


def sender(hint: str) -> rx.Component:
    return el.div(
        kit.card(
            uploads.upload_field(
                t("Zip file"),
                scope=INCOMING,
                item=DESK.item,
                hint=hint + " " + t("Up to {n} MB.", n=settings.upload_limit_mib),
                max_bytes=settings.upload_limit_mib * 1024 * 1024,
                accept=".zip",
                many=False,
                on_sent=S.sent,
                id="tree-zip",
                error=rx.cond(SHOWN, "", S.problem),
            )
        ),
    )


def outcome(*, renews: bool = False) -> rx.Component:
    """What the zip would do, or did. `renews` offers a copy with ids of its own."""
    return rx.fragment(
        el.div(
            rx.cond(S.told.length() > 0, _told()),
            rx.cond(SHOWN, _summary(renews)),
            role="status",
            class_name="mt-8",
        ),
        rx.cond(SHOWN, _form()),
    )


def _told() -> rx.Component:
    return rx.fragment(
        kit.note(
            "ok",
            "circle-check",
            el.p(S.told[0]),
            rx.foreach(S.told[2:], lambda one: el.p(one, class_name="mt-2 break-words")),
        ),
        el.p(kit.link(t("Open the course"), S.told[1]), class_name="mt-4"),
    )


def _summary(renews: bool) -> rx.Component:
    nothing = LOOK.lines.length() == 0
    said = rx.cond(
        LOOK.problems.length() > 0,
        kit.note(
            "danger",
            "circle-alert",
            el.p(t("This tree cannot come in. Correct these places, and send it again.")),
            el.ul(
                rx.foreach(LOOK.problems, lambda one: el.li(one, class_name="break-words")),
                class_name="mt-2 list-disc ps-5",
            ),
        ),
        rx.cond(
            nothing,
            kit.note("info", "info", el.p(t("Nothing changes: the course says what the tree says."))),
            rx.cond(
                LOOK.conflicts > 0,
                kit.note(
                    "warn",
                    "triangle-alert",
                    el.p(
                        t("Some things were changed on both sides since the export. Nothing happens until you choose.")
                    ),
                ),
                kit.note("info", "info", el.p(t("Nothing has happened yet. Read what would, and press the button."))),
            ),
        ),
    )
    again = kit.btn(t("Bring it in as a course of its own instead"), "quiet", "copy", on_click=S.renew)
    return rx.fragment(
        el.h2(
            rx.cond(LOOK.is_new, t("A new course: {title}", title=LOOK.title), t("What would change")),
            class_name="t-h2 mb-3",
        ),
        said,
        rx.cond(
            nothing,
            rx.fragment(),
            el.ul(
                _count(LOOK.conflicts, t("Conflicts"), "warn", "triangle-alert"),
                _count(LOOK.added, t("Added"), "ok", "plus"),
                _count(LOOK.changed, t("Changed"), "info", "pencil"),
                _count(LOOK.removed, t("Removed"), "danger", "trash-2"),
                aria_label=t("How many things"),
                class_name="flex flex-wrap gap-2 mt-4",
            ),
        ),
        rx.cond(
            LOOK.kept > 0,
            el.p(
                t("Changed in the course alone, and staying so: {n}.", n=LOOK.kept),
                class_name="t-small t-2 mt-3",
            ),
        ),
        rx.cond(
            LOOK.left.length() > 0,
            el.p(
                t("Files that belong to nothing, and stay out: {names}.", names=LOOK.left.join(", ")),
                class_name="t-small t-2 mt-3 break-words",
            ),
        ),
        rx.cond(~LOOK.is_new, el.div(again, class_name="mt-3")) if renews else rx.fragment(),
    )


def _count(many: Any, label: str, kind: str, ic: str) -> rx.Component:
    return rx.cond(many > 0, el.li(kit.chip(rx.fragment(label, ": ", many), kind, ic)))


def _form() -> rx.Component:
    bring = rx.cond(LOOK.is_new, t("Make the course"), t("Bring in these changes"))
    may = (LOOK.lines.length() > 0) & (LOOK.problems.length() == 0)
    return el.form(
        el.ul(rx.foreach(LOOK.lines, _line), class_name="flex flex-col gap-3 mt-6"),
        rx.cond(LOOK.unshown > 0, el.p(t("And {n} more.", n=LOOK.unshown), class_name="t-small t-2 mt-3")),
        el.div(kit.field_error("tree", S.problem), role="alert", class_name="mt-6 empty:hidden"),
        el.div(
            kit.btn(t("Cancel"), on_click=S.cancel),
            kit.when(may, kit.btn(bring, "primary", type="submit")),
            class_name="flex flex-wrap gap-3 mt-6",
        ),
        on_submit=S.send,
        custom_attrs={"noValidate": True},
    )


def _line(one: Any) -> rx.Component:
    chip = rx.match(
        one.fate,
        ("added", kit.chip(t("Added"), "ok", "plus")),
        ("removed", kit.chip(t("Removed"), "danger", "trash-2")),
        ("conflict", kit.chip(t("Conflict"), "warn", "triangle-alert")),
        kit.chip(t("Changed"), "info", "pencil"),
    )
    head = el.span(
        chip,
        el.span(one.kind, class_name="t-small t-2"),
        el.span(one.title, class_name="font-medium min-w-0 break-words"),
        class_name="inline-flex flex-wrap items-center gap-2",
    )
    return el.li(
        rx.cond(
            one.fate == "conflict",
            el.div(head, _choice(one), class_name="k-card k-card--pad"),
            el.details(
                el.summary(head),
                el.p(one.path, class_name="t-cap t-2 break-words mt-2"),
                _pieces(one.changes, t("Changes of {title}", title=one.title)),
                class_name="k-card k-card--pad",
            ),
        ),
        key=one.key,
    )


def _choice(one: Any) -> rx.Component:
    """Both sides beside each other, and which of them shall be."""
    sides = el.div(
        el.div(
            el.h3(t("In the course"), class_name="t-h3"),
            _side(one.changes, "removed", t("In the course: {title}", title=one.title)),
        ),
        el.div(
            el.h3(t("In the zip"), class_name="t-h3"),
            _side(one.changes, "added", t("In the zip: {title}", title=one.title)),
        ),
        class_name="grid gap-4 md:grid-cols-2 mt-3 min-w-0",
    )
    return rx.fragment(
        el.p(one.path, class_name="t-cap t-2 break-words mt-2"),
        rx.cond(
            one.gone,
            el.p(t("One side has it no more."), class_name="t-small t-2 mt-2"),
        ),
        sides,
        el.fieldset(
            el.legend(t("Which one shall be?"), class_name="k-label mb-2"),
            el.div(
                kit.check(t("Keep what the course says"), one.name, kind="radio", value="ours"),
                kit.check(t("Take what the zip says"), one.name, kind="radio", value="theirs"),
                class_name="flex flex-wrap gap-x-6 gap-y-2",
            ),
            class_name="mt-4",
        ),
    )


def _side(changes: Any, own: str, label: Any) -> rx.Component:
    mark = el.ins if own == "added" else el.del_

    def piece(change: Any) -> Any:
        return rx.match(
            change.kind,
            (own, mark(change.text)),
            ("skipped", _skipped(change)),
            ("same", el.span(change.text)),
            rx.fragment(),
        )

    return el.div(
        rx.foreach(changes, piece),
        class_name="k-diff",
        tab_index=0,
        role="group",
        aria_label=label,
    )


def _pieces(changes: Any, label: Any) -> rx.Component:
    def piece(change: Any) -> Any:
        return rx.match(
            change.kind,
            ("added", el.ins(change.text)),
            ("removed", el.del_(change.text)),
            ("skipped", _skipped(change)),
            el.span(change.text),
        )

    return el.div(rx.foreach(changes, piece), class_name="k-diff", tab_index=0, role="group", aria_label=label)


def _skipped(change: Any) -> rx.Component:
    return el.span(t("… {n} lines …", n=change.text), class_name="k-skipped")
