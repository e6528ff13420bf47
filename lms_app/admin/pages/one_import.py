"""One list of people: how its files are read, what becomes of each line, and the button that does it."""

from typing import Any

import reflex as rx

from lms_app.admin.rules.columns import CHOOSABLE, FIELDS, Kind
from lms_app.admin.state.importing import WINDOW, ImportState
from lms_app.core.table import ENCODINGS
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = ImportState
SHOWN = S.shown[0]
JOB = SHOWN.job
TALLY = JOB.tally
FATES = (
    ("wrong", t("Wrong"), kit.chip(t("Wrong"), "danger", "circle-alert")),
    ("make", t("New"), kit.chip(t("New"), "ok", "plus")),
    ("change", t("Changes"), kit.chip(t("Changes"), "mark", "pencil")),
    ("skip", t("Left out"), kit.chip(t("Left out"))),
    ("same", t("Same"), kit.chip(t("Same"))),
)
FORMATS = (("moodle", "Moodle"), ("canvas", "Canvas"), ("oneroster", "OneRoster"))
DELIMITERS = ((",", t("Commas")), (";", t("Semicolons")), ("\t", t("Tabs")), ("|", t("Bars")))


def view() -> rx.Component:
    body = rx.cond(S.shown.length() > 0, _body())
    return kit.page_shell("People", kit.page_states(S, body, kit.skel_rows(6), what=t("the import")))


def _body() -> rx.Component:
    checked = JOB.state == "checked"
    return rx.fragment(
        kit.page_head(JOB.name, t("Sent {when}", when=JOB.when), crumb=(t("Import people"), routes.people_import())),
        kit.error_summary(S.problems),
        el.div(_told(), role="status", class_name="mb-6"),
        rx.cond(JOB.busy, rx.fragment(), _tally()),
        rx.cond(checked, _confirm()),
        rx.cond(JOB.busy, rx.fragment(), _lines()),
        rx.cond(checked, _files()),
        _discard(),
    )


# ---- How far it is


def _told() -> rx.Component:
    going = rx.match(
        JOB.state,
        ("running", t("Importing. You may leave this page: it goes on.")),
        ("undoing", t("Something came between, so what was done is taken back.")),
        t("The list is being checked."),
    )
    busy = el.div(
        el.p(going, class_name="t-strong mb-2"),
        rx.cond(JOB.total > 0, kit.bar_row(JOB.percent, going)),
        class_name="max-w-[560px]",
    )
    done = kit.note("ok", "check", el.p(t("Everything on this list is done.")))
    failed = kit.note(
        "danger",
        "circle-alert",
        el.div(
            el.p(t("Nothing of this list was imported."), class_name="t-strong"),
            el.p(JOB.problem),
        ),
    )
    again = kit.note("warn", "info", el.p(JOB.problem))
    return rx.match(
        JOB.state,
        ("done", done),
        ("failed", failed),
        ("checked", rx.cond(JOB.problem != "", again)),
        busy,
    )


def _tally() -> rx.Component:
    def count(fate: str, words: Any) -> rx.Component:
        return kit.toggle(
            rx.fragment(words, " ", el.span(TALLY[fate], class_name="t-num")),
            SHOWN.fate == fate,
            size="sm",
            on_click=S.show(rx.cond(SHOWN.fate == fate, "", fate)),
        )

    return el.div(
        *[rx.cond(TALLY[fate] > 0, count(fate, words)) for fate, words, _chip in FATES],
        role="group",
        aria_label=t("Show lines that are"),
        class_name="flex flex-wrap gap-2 mb-4",
    )


def _confirm() -> rx.Component:
    changes = TALLY["make"] + TALLY["change"]
    ready = el.form(
        kit.check(t("Mail new people a link to choose a password"), "invites", checked=JOB.invites),
        el.div(
            kit.btn(
                rx.cond(changes == 1, t("Import 1 line"), t("Import {n} lines", n=changes)), "primary", type="submit"
            ),
            class_name="k-form-a mt-4",
        ),
        on_submit=S.confirm,
    )
    wrong = kit.note(
        "danger",
        "circle-alert",
        el.p(
            t("Nothing is imported until every line is right."),
            " ",
            t("Correct the file and send it again, or say below how it is to be read."),
        ),
    )
    nothing = kit.note("info", "check", el.p(t("There is nothing to import: everything on this list is so already.")))
    return el.div(
        rx.cond(TALLY["wrong"] > 0, wrong, rx.cond(changes > 0, ready, nothing)),
        class_name="mb-6",
    )


# ---- Line by line


def _lines() -> rx.Component:
    several = JOB.files.length() > 1

    def line(one: Any) -> rx.Component:
        where = rx.fragment(
            rx.cond(several, one.file + ", ", ""), one.line, rx.cond(one.column != "", rx.fragment(" · ", one.column))
        )
        chip = rx.match(one.fate, *[(fate, chip) for fate, _words, chip in FATES], kit.chip(one.fate))
        return kit.tr(
            kit.row_head(one.about, class_name="break-words"),
            kit.td(chip, label=t("What")),
            kit.td(one.note, label=t("Why")),
            kit.td(where, label=t("Line"), class_name="t-small t-2"),
        )

    last = rx.cond(SHOWN.at + WINDOW < SHOWN.total, SHOWN.at + WINDOW, SHOWN.total)
    words = t("{first}–{last} of {all}", first=SHOWN.at + 1, last=last, all=SHOWN.total)
    turns = el.nav(
        kit.result_count(words),
        el.div(
            rx.cond(
                SHOWN.at > 0,
                kit.btn(t("Previous"), "quiet", "arrow-left", size="sm", on_click=S.turn(SHOWN.at - WINDOW)),
            ),
            rx.cond(
                last < SHOWN.total,
                kit.btn(t("Next"), "quiet", ic_end="arrow-right", size="sm", on_click=S.turn(SHOWN.at + WINDOW)),
            ),
            class_name="flex gap-2",
        ),
        aria_label=t("Pages"),
        class_name="flex flex-wrap items-center justify-between gap-3 mt-3 min-h-10",
    )
    return rx.cond(
        SHOWN.lines.length() > 0,
        kit.section(
            t("Line by line"),
            kit.data_table(
                t("Lines of the list"),
                [t("Who"), t("What"), t("Why"), t("Line")],
                rx.foreach(SHOWN.lines, line),
                cards=True,
            ),
            turns,
            id="lines",
            class_name="mb-8",
        ),
    )


# ---- How it is read


def _files() -> rx.Component:
    return kit.section(
        t("How it is read"),
        el.div(rx.foreach(JOB.files, _file), class_name="flex flex-col gap-4"),
        id="files",
        class_name="mb-8",
    )


def _choice(label: Any, options: Any, value: Any, on_change: Any) -> rx.Component:
    return kit.filter_select(label, options, value=value, on_change=on_change)


def _file(file: Any, number: Any) -> rx.Component:
    said = rx.match(file.format, *FORMATS, "")
    kinds = [(str(kind), t(words)) for kind, words in CHOOSABLE]
    known = rx.match(file.kind, *[(kind, kind) for kind, _words in kinds], "")
    return kit.card(
        el.div(
            el.h3(file.name, class_name="t-h3 break-words min-w-0"),
            el.span(
                rx.cond(file.lines == 1, t("1 line"), t("{n} lines", n=file.lines)),
                rx.cond(said != "", rx.fragment(" · ", said)),
                class_name="t-small t-2",
            ),
            class_name="flex flex-wrap items-baseline justify-between gap-2 mb-3",
        ),
        rx.cond(file.why != "", el.p(file.why, class_name="t-small t-2 mb-3")),
        el.div(
            _choice(
                t("What {name} holds", name=file.name),
                [("", t("Other tables")), *kinds],
                known,
                lambda value: S.read_as(number, "kind", value),
            ),
            _choice(
                t("Characters of {name}", name=file.name),
                [(code, t(words)) for code, words in ENCODINGS],
                file.encoding,
                lambda value: S.read_as(number, "encoding", value),
            ),
            _choice(
                t("What divides the columns of {name}", name=file.name),
                list(DELIMITERS),
                file.delimiter,
                lambda value: S.read_as(number, "delimiter", value),
            ),
            class_name="flex flex-wrap gap-2",
        ),
        rx.cond(
            known != "",
            el.details(
                el.summary(t("Columns"), class_name="k-link t-small k-summary mt-3"),
                kit.data_table(
                    t("Columns of {name}", name=file.name),
                    [t("Column"), t("For example"), t("Is")],
                    rx.foreach(file.columns, lambda column, at: _column(file, number, column, at)),
                    cards=True,
                    class_name="mt-2",
                ),
                open=TALLY["wrong"] > 0,
            ),
        ),
    )


def _column(file: Any, number: Any, column: Any, at: Any) -> rx.Component:
    label = t("What the column {head} is", head=column.head)
    value = column.field.split(".")[0]

    def options(kind: Kind) -> rx.Component:
        fields = [("", t("Not used")), *[(name, t(words)) for name, words in FIELDS[kind]]]
        return _choice(label, fields, value, lambda chosen: S.take_column_for(number, at, chosen))

    return kit.tr(
        kit.row_head(rx.cond(column.head != "", column.head, t("(no name)")), class_name="break-words"),
        kit.td(column.sample, label=t("For example"), class_name="t-small t-2 break-words"),
        kit.td(
            rx.match(
                file.kind,
                ("people", options(Kind.PEOPLE)),
                ("enrolments", options(Kind.ENROLMENTS)),
                ("cohorts", options(Kind.COHORTS)),
                el.span(column.field),
            ),
            label=t("Is"),
        ),
    )


def _discard() -> rx.Component:
    ended = (JOB.state == "done") | (JOB.state == "failed")
    question = kit.confirm(
        rx.cond(ended, t("Forget this list"), t("Discard this list")),
        t("Discard the list?"),
        rx.cond(
            ended,
            t("Its lines are not shown any more. What was imported stays."),
            t("Nothing of it was imported, and nothing will be."),
        ),
        t("Discard"),
        on_confirm=S.discard,
        id="discard-list",
        kind="quiet",
        ic="trash-2",
    )
    return rx.cond((JOB.state == "checked") | ended, el.div(question, class_name="mt-4"))


PAGE = Page(routes.ONE_IMPORT, view, S.open_import, t("Import people"), "admin")
