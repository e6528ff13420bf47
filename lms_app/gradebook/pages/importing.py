"""A sheet of marks comes in: choose an export with other marks in it, see what would change, then import it whole."""

from typing import Any

import reflex as rx

from lms_app.gradebook.state.book import SHEET, GradebookState
from lms_app.policy import Can
from lms_app.web import kit, routes
from lms_app.web.guard import member
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = GradebookState
BOOK = S.book[0]
PREVIEW = S.preview[0]


def view() -> rx.Component:
    return kit.page_shell(
        "Teaching", kit.page_states(S, rx.cond(S.book.length() > 0, _body()), kit.skel_rows(4), "the page")
    )


def _body() -> rx.Component:
    shown = S.preview.length() > 0
    return el.div(
        kit.page_head(t("Import marks"), BOOK.course, crumb=(t("Gradebook"), routes.gradebook(BOOK.slug))),
        _form(shown),
        el.div(rx.cond(shown, _summary()), role="status", class_name="mt-8"),
        rx.cond(shown, _changes()),
        class_name="max-w-[860px]",
    )


def _form(shown: Any) -> rx.Component:
    """One button: it checks a sheet that is new, and imports one that was checked and is right."""
    ready = shown & (PREVIEW.count > 0) & (PREVIEW.wrong.length() == 0)
    imports = rx.cond(PREVIEW.count == 1, t("Import 1 mark"), t("Import {n} marks", n=PREVIEW.count))
    return el.form(
        kit.field(
            t("File"),
            kit.file_input(
                accept=".csv,.tsv,.txt,.xlsx", data_reads=SHEET, data_converts=routes.gradebook_text(BOOK.slug)
            ),
            id="sheet-file",
            hint=t("CSV or XLSX. Begin with an export: change marks in it, and leave the first line as it is."),
            optional=True,
        ),
        kit.field(
            t("Sheet"),
            kit.textarea(name=SHEET, rows=10, auto_complete="off", spell_check=False, class_name="font-mono"),
            id=SHEET,
            hint=t(
                "The text of the file appears here. An empty cell is no mark; words are excused, missing and exempt."
            ),
            error=rx.cond(S.said.contains("wrong"), S.said["wrong"], ""),
            class_name="mt-4",
        ),
        el.div(
            kit.btn(rx.cond(ready, imports, t("Check sheet")), "primary", type="submit"),
            kit.btn(t("Cancel"), "quiet", href=routes.gradebook(BOOK.slug)),
            class_name="k-form-a mt-5",
        ),
        on_submit=S.send_sheet,
        custom_attrs={"noValidate": True},
    )


def _summary() -> rx.Component:
    many = rx.match(
        PREVIEW.count,
        (0, t("No mark changes.")),
        (1, t("1 mark changes.")),
        t("{n} marks change.", n=PREVIEW.count),
    )
    wrong = kit.note(
        "danger",
        "circle-alert",
        el.div(
            el.h2(t("Nothing can be imported yet"), class_name="t-h3"),
            el.ul(rx.foreach(PREVIEW.wrong, lambda line: el.li(line)), class_name="k-problems mt-1"),
        ),
    )
    right = kit.note("ok", "check", el.p(many, " ", t("{n} cells stay as they are.", n=PREVIEW.unchanged)))
    return rx.cond(PREVIEW.wrong.length() > 0, wrong, right)


def _changes() -> rx.Component:
    def line(one: Any) -> rx.Component:
        return kit.tr(
            kit.row_head(one.name),
            kit.td(one.title, label=t("Column")),
            kit.td(rx.cond(one.before != "", one.before, "–"), num=True, label=t("Now")),
            kit.td(el.strong(rx.cond(one.after != "", one.after, "–")), num=True, label=t("Then")),
        )

    return rx.cond(
        PREVIEW.changes.length() > 0,
        el.div(
            kit.data_table(
                t("What would change"),
                [t("Student"), t("Column"), kit.col(t("Now"), num=True), kit.col(t("Then"), num=True)],
                rx.foreach(PREVIEW.changes, line),
                cards=True,
            ),
            rx.cond(
                PREVIEW.count > PREVIEW.changes.length(),
                el.p(
                    t("The first {n} of {all} are shown.", n=PREVIEW.changes.length(), all=PREVIEW.count),
                    class_name="t-small t-2 mt-2",
                ),
            ),
            class_name="mt-4",
        ),
    )


PAGE = Page(routes.GRADEBOOK_IMPORT, view, S.open_import, t("Import marks"), member(Can.GRADE))
