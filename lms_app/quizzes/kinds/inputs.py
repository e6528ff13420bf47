"""The inputs that kinds draw: uncontrolled, each named after a field of its kind's `Answer`.

The journal reads the form that stands around them (`lms_app/quizzes/journal.py`); no input has a handler of its own. A
name with a point is an entry: `pairs.a` is the answer's `pairs["a"]`.
"""

from collections.abc import Callable
from typing import Any

import reflex as rx

from lms_app.quizzes import journal
from lms_app.web import kit
from lms_app.web.kit import el
from lms_app.web.words import t


def choices(control: str, name: str, options: rx.Var[Any], is_checked: Callable[[Any], Any]) -> rx.Component:
    """Rows of radio buttons or check boxes, made of `shown_options`."""

    def row(option: Any) -> rx.Component:
        return kit.option_row(
            name,
            option["id"],
            kit.prose(option["html"], "line"),
            kind=control,
            checked=is_checked(option["id"]),
            key=option["key"],
        )

    return el.div(rx.foreach(options.to(list[dict[str, str]]), row), class_name="flex flex-col gap-3")


def line(name: str, label: str, value: Any, *, max_length: int, mode: str = "text", unit: Any = "") -> rx.Component:
    """One line of typed text, with its unit after it, and below how it was read."""
    typed = kit.text_input(
        name=name,
        default_value=value,
        max_length=max_length,
        input_mode=mode,
        auto_complete="off",
        spell_check=False,
        class_name="flex-1",
    )

    def control(**wires: Any) -> rx.Component:
        after = kit.when(kit.filled(unit), el.span(unit, class_name="t-2 whitespace-nowrap"))
        return el.div(typed(**wires), after, class_name="flex items-center gap-3")

    return el.div(
        kit.field(t(label), control, id=f"answer-{name}"),
        el.p(journal.read_as, role="status", class_name="t-small t-2 mt-2"),
        class_name="max-w-[28rem]",
    )


def page(name: str, label: str, value: Any, *, max_length: int, hint: Any) -> rx.Component:
    """A text of many lines, with the number of its words below while they are typed."""
    typed = kit.textarea(name=name, rows=14, default_value=value, max_length=max_length)
    counted = rx.cond(journal.words == 1, t("1 word"), t("{n} words", n=journal.words))
    return el.div(
        kit.field(t(label), typed, id=f"answer-{name}", hint=hint),
        el.p(counted, class_name="t-small t-2 t-num mt-2"),
        class_name="max-w-[44rem]",
    )


def sent_files(name: str, prompt: Any, value: Any) -> rx.Component:
    """Files of an answer. Each that was sent is a ticked box, `id/name`: without its tick it is not handed in.

    `assets/quiz.js` sends what is chosen and adds its box.
    """

    def sent(entry: Any) -> rx.Component:
        parts = entry.to(str).split("/")
        return el.li(
            el.label(
                el.input(type="checkbox", name=name, value=entry, default_checked=True),
                el.span(parts[1]),
                class_name="k-check",
            ),
            kit.link(
                rx.fragment(t("Open"), kit.sr(" "), kit.sr(parts[1])), "/files/" + parts[0], raw=True, target="_blank"
            ),
        )

    control = kit.file_input(
        multiple=True,
        custom_attrs={"data-answers": name, "accept": prompt["accept"].to(str), "data-max": prompt["files_max"]},
    )
    return el.div(
        el.ul(
            rx.foreach(value, sent),
            class_name="k-sent empty:hidden",
            aria_label=t("Files that are handed in"),
            custom_attrs={"data-sent": name, "data-opens": t("Open")},
        ),
        kit.field(t("Add files"), control, id=f"answer-{name}", hint=prompt["files_hint"].to(str)),
        el.p(class_name="t-small t-2 empty:hidden", role="status", custom_attrs={"data-upload-status": "true"}),
        el.p(class_name="k-err empty:hidden", role="alert", custom_attrs={"data-upload-error": "true"}),
        class_name="flex flex-col gap-1 mt-4 max-w-[44rem]",
        custom_attrs={"data-upload-box": "true"},
    )


def pick(name: Any, options: Any, value: Any, **named: Any) -> rx.Component:
    """One of some texts (`id`, `text`), or none yet. `named` is its `aria_label` or `aria_labelledby`."""
    return el.select(
        el.option(t("Choose …"), value=""),
        rx.foreach(options.to(list[dict[str, str]]), lambda option: el.option(option["text"], value=option["id"])),
        name=name,
        default_value=value,
        class_name="k-input",
        **named,
    )


def pairs(name: str, prompt: Any, value: Any) -> rx.Component:
    """Items, each with a choice of all choices. Where those are more than words they stand below, by letters."""
    chosen = value.to(dict[str, str])

    def item(one: Any) -> rx.Component:
        return el.li(
            el.div(kit.prose(one["html"], "line"), id="item-" + one["id"], class_name="min-w-0"),
            el.div(
                pick(f"{name}." + one["id"], prompt["choices"], chosen[one["id"]], aria_labelledby="item-" + one["id"]),
                class_name="min-w-0",
            ),
            class_name="k-pair",
        )

    legend = prompt["legend"].to(list[str])
    return el.div(
        el.ul(rx.foreach(prompt["items"].to(list[dict[str, str]]), item), class_name="flex flex-col gap-3"),
        rx.cond(
            legend.length() > 0,
            el.ol(rx.foreach(legend, lambda html: el.li(kit.prose(html, "line"))), class_name="k-letters mt-6"),
        ),
    )


def places(name: str, items: Any, value: Any) -> rx.Component:
    """A list whose items are moved by buttons or dragged (`assets/quiz.js`). Untouched, it is no answer."""
    placed = value.to(dict[str, str])

    def move(one: Any, way: str, label: str, ic: str) -> rx.Component:
        return kit.btn(
            label,
            "quiet",
            ic,
            size="sm",
            icon_only=True,
            custom_attrs={"data-move": way},
            aria_describedby="item-" + one["id"],
        )

    def item(one: Any, at: Any) -> rx.Component:
        return el.li(
            el.input(type="hidden", name=f"{name}." + one["id"], default_value=placed[one["id"]]),
            el.div(kit.prose(one["html"], "line"), id="item-" + one["id"], class_name="k-ot"),
            move(one, "up", t("Move up"), "arrow-up"),
            move(one, "down", t("Move down"), "arrow-down"),
            draggable=True,
            class_name="k-opt k-place",
            custom_attrs={"data-at": at},
        )

    return el.div(
        el.ol(
            rx.foreach(items.to(list[dict[str, str]]), item),
            class_name="k-places flex flex-col gap-3",
            custom_attrs={"data-places": t("Place {n} of {all}")},
        ),
        el.p(role="status", class_name="k-sr"),
    )


def gaps(name: str, paragraphs: Any, value: Any) -> rx.Component:
    """A text with inputs in it: paragraphs of parts, each a text or a gap."""
    typed = value.to(dict[str, str])

    def gap(part: Any) -> rx.Component:
        label = t("Gap {n}", n=part["number"])
        own = typed[part["gap"].to(str)]
        entry = f"{name}." + part["gap"].to(str)
        return rx.cond(
            part["options"].to(list[Any]).length() > 0,
            el.span(pick(entry, part["options"], own, aria_label=label), class_name="k-gap"),
            el.span(
                el.input(
                    type="text",
                    name=entry,
                    default_value=own,
                    aria_label=label,
                    max_length=200,
                    auto_complete="off",
                    spell_check=False,
                    class_name="k-input",
                ),
                class_name="k-gap",
            ),
        )

    def part_of(part: Any) -> rx.Component:
        return rx.cond(part["gap"] != "", gap(part), el.span(inner_html=part["html"].to(str)))

    def paragraph(parts: Any) -> rx.Component:
        return el.p(rx.foreach(parts.to(list[dict[str, Any]]), part_of), class_name="k-gaps")

    return el.div(
        rx.foreach(paragraphs.to(list[list[dict[str, Any]]]), paragraph),
        class_name="k-prose k-prose--line flex flex-col gap-4",
    )
