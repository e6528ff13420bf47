"""The lesson editor: Markdown beside what students will see."""

from typing import Any

import reflex as rx

from lms_app.courses.state.writing import THEIRS, LessonEditorState
from lms_app.policy import Can
from lms_app.web import kit, routes
from lms_app.web.guard import member
from lms_app.web.kit import el, typed, writing
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = LessonEditorState
DOC, COMPARED = S.doc, S.compared
TEXTS, DISCARD, TOOLS = "texts", "ask-discard", "lesson-actions"
# What a button puts around the selection, or before its lines: name, icon, before, after.
MARKS = (
    (t("Heading"), "heading-2", "## ", ""),
    (t("Bold"), "bold", "**", "**"),
    (t("Italic"), "italic", "*", "*"),
    (t("Link"), "link", "[", "](https://)"),
    (t("List"), "list", "- ", ""),
    (t("Code"), "code", "`", "`"),
    (t("Formula"), "sigma", "$", "$"),
)


def view() -> rx.Component:
    return kit.page_shell("Teaching", kit.page_states(S, _body(), _skeleton(), what=t("the lesson")), wide=True)


def _skeleton() -> rx.Component:
    return rx.fragment(
        kit.skel("280px", "32px", class_name="mb-8"),
        el.div(kit.skel("100%", "520px"), kit.skel("100%", "520px"), class_name="k-write"),
    )


def _body() -> rx.Component:
    return rx.fragment(
        kit.page_head(DOC.title, DOC.seen, _actions(), crumb=(DOC.course, routes.course_build(DOC.slug))),
        el.div(rx.cond(COMPARED.id == THEIRS, el.div(_clash(), class_name="mb-6")), role="status"),
        el.form(
            kit.hidden("do", ""),
            el.div(
                kit.field(
                    t("Title"),
                    kit.text_input(name="title", default_value=DOC.title, max_length=160, auto_complete="off"),
                    id="title",
                    error=typed.at(S.errors, "title"),
                ),
                _source(),
                class_name="flex flex-col gap-4 min-w-0",
            ),
            _preview(),
            key=S.form,
            on_submit=S.send,
            class_name="k-write",
            custom_attrs={"noValidate": True, "data-autosaves": "600", "id": "lesson"},
        ),
        writing.file_dialog("lesson", DOC.item_id),
        _texts_dialog(),
        kit.confirm_dialog(
            DISCARD,
            t("Go back to what students see?"),
            t("Your draft is kept among the versions of this lesson."),
            t("Go back"),
            on_confirm=S.discard,
        ),
    )


def _actions() -> rx.Component:
    return rx.fragment(
        typed.saved_status(S),
        rx.cond(DOC.edited, kit.chip(t("Edited"), "warn")),
        kit.menu(
            t("More actions"),
            TOOLS,
            (t("Versions"), {"on_click": S.show_texts, **kit.opens(TEXTS)}),
            (t("See the lesson"), {"href": routes.lesson(DOC.slug, DOC.item_id)}),
            size=None,
        ),
        rx.cond(DOC.edited, kit.btn(t("Discard the draft"), "quiet", "undo-2", **kit.opens(DISCARD))),
        kit.btn(t("Publish"), "primary", data_does="publish", custom_attrs={"form": "lesson"}),
    )


def _source() -> rx.Component:
    def tool(label: str, ic: str, before: str, after: str) -> rx.Component:
        return kit.btn(
            label, "quiet", ic, size="sm", icon_only=True, custom_attrs={"data-before": before, "data-after": after}
        )

    tools = el.div(
        *[tool(*mark) for mark in MARKS],
        writing.file_btn(),
        role="toolbar",
        aria_label=t("Format the text"),
        aria_controls="body",
        class_name="k-tools",
    )
    control = kit.textarea(
        name="body", default_value=S.body, rows=22, class_name="k-source", spell_check=True, max_length=200_000
    )
    return el.div(
        tools,
        kit.field(
            t("Text"),
            control,
            id="body",
            hint=t("Markdown: **bold**, ## heading, $x^2$. A paragraph with only a link to a video shows its player."),
            error=typed.at(S.errors, "body"),
        ),
        class_name="flex flex-col gap-2",
    )


def _preview() -> rx.Component:
    return el.section(
        el.h2(t("Preview"), class_name="t-small t-2 mb-3", custom_attrs={"id": "preview"}),
        rx.cond(
            S.preview != "",
            kit.prose(S.preview),
            el.p(t("What you write shows here as students will see it."), class_name="t-2"),
        ),
        aria_labelledby="preview",
        class_name="k-card k-card--pad k-preview",
        tab_index=0,
    )


# ---- Two authors


def _clash() -> rx.Component:
    return kit.note(
        "warn",
        "users",
        el.p(S.unsaved, class_name="t-strong"),
        writing.changes(COMPARED.changes, t("Green is in their text only, red in yours only.")),
        el.div(
            kit.btn(t("Go on with mine"), size="sm", on_click=S.keep_mine),
            kit.btn(t("Go on with theirs"), size="sm", on_click=S.take_theirs),
            class_name="flex flex-wrap gap-3 mt-3",
        ),
    )


# ---- Versions


def _texts_dialog() -> rx.Component:
    def line(row: Any) -> rx.Component:
        return el.li(
            el.div(
                el.div(row.label, class_name="t-strong"),
                el.div(row.note, class_name="t-small t-2"),
                class_name="min-w-0 flex-1",
            ),
            kit.btn(rx.fragment(t("Compare"), kit.sr(" "), kit.sr(row.label)), size="sm", on_click=S.compare(row.id)),
            class_name="k-row",
        )

    compared = rx.fragment(
        el.h3(COMPARED.title, class_name="t-h3 mt-4"),
        writing.changes(COMPARED.changes, t("Green is in the editor only, red in this version only.")),
        el.div(kit.btn(t("Take this version"), size="sm", on_click=S.restore, **kit.closes()), class_name="mt-3"),
    )
    return kit.dialog(
        TEXTS,
        t("Versions of this lesson"),
        rx.cond(
            S.texts.length() > 0,
            kit.rows(rx.foreach(S.texts, line), class_name="mt-4 max-h-[36dvh] overflow-y-auto"),
            el.p(t("There is only this text so far. Each publication keeps the one before."), class_name="k-dlg-d"),
        ),
        el.div(rx.cond((COMPARED.id != "") & (COMPARED.id != THEIRS), compared), role="status"),
        actions=(kit.btn(t("Close"), **kit.closes()),),
        filled=S.filled,
    )


PAGE = Page(
    routes.LESSON_EDIT, view, LessonEditorState.open, rx.cond(S.loaded, DOC.title, t("Lesson")), member(Can.AUTHOR)
)
