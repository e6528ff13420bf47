"""Questions come in: choose a file of any format, or paste them, see what would become of each, then import all of them."""

from typing import Any

import reflex as rx

from lms_app.exchange.pages.parts import ACCEPT
from lms_app.exchange.state.packages import PackageState
from lms_app.exchange.state.questions import QuestionImportState
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.kit.uploads import upload_field
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = QuestionImportState
TEXT = "questions-text"
DESK = S.desk
FOUND = S.found[0]
SHOWN = S.found.length() > 0


def view() -> rx.Component:
    return kit.page_shell("Teaching", kit.page_states(S, _body(), kit.skel_rows(4), what=t("the page")))


def _body() -> rx.Component:
    return el.div(
        kit.page_head(t("Import questions"), DESK.course, crumb=(t("Question bank"), routes.question_bank(DESK.slug))),
        _file(),
        _form(),
        el.div(rx.cond(SHOWN, _summary()), role="status", class_name="mt-8"),
        rx.cond(SHOWN, _findings()),
        class_name="max-w-[860px]",
    )


def _file() -> rx.Component:
    """Files go the way of packages: read beside the page, with a report of their own."""
    return kit.card(
        upload_field(
            t("File"),
            scope="import",
            item=DESK.place,
            hint=t(
                "Moodle XML, GIFT, CSV or QTI; or a package of a course, for its questions. Up to {n} MB.", n=DESK.mib
            ),
            max_bytes=DESK.mib * 1024 * 1024,
            on_sent=PackageState.begin,
            id="questions-file",
            accept=ACCEPT,
            many=False,
        ),
        class_name="mb-6",
    )


def _form() -> rx.Component:
    """One button: it previews a text that is new, and imports one that was previewed."""
    ready = SHOWN & ((FOUND.blocked == "") | FOUND.skippable)
    imports = rx.cond(FOUND.added == 1, t("Import 1 question"), t("Import {n} questions", n=FOUND.added))
    skip = kit.check(t("Leave out what cannot be asked here, and import the rest"), "skip")
    return el.form(
        kit.field(
            t("Questions"),
            kit.textarea(
                name="text",
                rows=12,
                auto_complete="off",
                spell_check=False,
                class_name="font-mono",
                on_change=lambda typed: S.preview(typed).debounce(700),
            ),
            id=TEXT,
            hint=t(
                "Or paste them: Moodle XML, GIFT or CSV. What would happen shows below while you type; nothing is imported yet."
            ),
            error=S.problem,
        ),
        kit.field(
            t("Quiz"),
            kit.text_input(name="title", max_length=160, auto_complete="off"),
            id="quiz-title",
            hint=t("The title of a quiz that shall ask them all. A new one stays hidden until you publish it."),
            optional=True,
            class_name="mt-4",
        ),
        kit.when(SHOWN & FOUND.skippable, el.div(skip, class_name="mt-4")),
        el.div(
            kit.btn(t("Cancel"), href=routes.question_bank(DESK.slug)),
            kit.btn(rx.cond(ready, imports, t("Check questions")), "primary", type="submit"),
            class_name="flex flex-wrap gap-3 mt-6",
        ),
        on_submit=S.send,
        custom_attrs={"noValidate": True},
    )


def _summary() -> rx.Component:
    nothing = t("Nothing has happened yet. Every question of this file is in the bank already.")
    right = t("Nothing has happened yet. Change the text, or press the button to import.")
    return rx.fragment(
        el.h2(t("What would happen"), class_name="t-h2 mb-3"),
        rx.cond(
            FOUND.blocked != "",
            kit.note("danger", "circle-alert", el.p(FOUND.blocked)),
            kit.note("info", "info", el.p(rx.cond(FOUND.added > 0, right, nothing))),
        ),
        el.dl(
            kit.stat(t("Format"), FOUND.format, t("By its content.")),
            kit.stat(t("New questions"), FOUND.added, t("They come into the bank.")),
            kit.stat(t("There already"), FOUND.known, t("Word for word: they stay as they are.")),
            class_name="k-stats mt-4",
        ),
        el.ul(
            rx.foreach(FOUND.counts, lambda one: el.li(kit.chip(f"{one.label}: {one.count}"))),
            aria_label=t("Kinds of questions"),
            class_name="flex flex-wrap gap-2 mt-4",
        ),
    )


def _findings() -> rx.Component:
    table = kit.data_table(
        t("What there is to say"),
        [kit.col(t("Line"), num=True), t("What"), t("Question"), t("Reason")],
        rx.foreach(FOUND.findings, _finding),
        cards=True,
    )
    return rx.cond(
        FOUND.findings.length() > 0,
        el.div(
            table,
            rx.cond(S.unshown > 0, el.p(t("And {n} more.", n=S.unshown), class_name="t-small t-2 mt-3")),
            class_name="mt-6",
        ),
        el.p(t("Nothing is lost, and nothing reads differently."), class_name="t-small t-2 mt-4"),
    )


def _finding(one: Any) -> rx.Component:
    what = rx.match(
        one.weight,
        ("error", kit.chip(t("Cannot be read"), "danger", "circle-alert")),
        ("unsupported", kit.chip(t("Cannot be asked here"), "warn", "triangle-alert")),
        kit.chip(t("Worth knowing"), "info"),
    )
    return kit.tr(
        kit.td(one.line, num=True, label=t("Line")),
        kit.td(what, label=t("What")),
        kit.td(rx.cond(one.about != "", one.about, "–"), label=t("Question")),
        kit.td(one.reason, label=t("Reason")),
    )


PAGE = Page(routes.QUESTION_IMPORT, view, QuestionImportState.open, t("Import questions"), "member")
