"""One file on its way in: how far it is, what it is, every loss named, and the button that brings it in."""

from typing import Any

import reflex as rx

from lms_app.exchange.pages.parts import count_chips, findings_table
from lms_app.exchange.state.packages import WINDOW, PackageState
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = PackageState
SHOWN = S.job[0]
JOB = SHOWN.view
TOLD = JOB.preview


def view() -> rx.Component:
    body = rx.cond(S.job.length() > 0, _body())
    return kit.page_shell("Teaching", kit.page_states(S, body, kit.skel_rows(6), what=t("the import")))


def _body() -> rx.Component:
    to_bank = (JOB.course != "") & (TOLD.makes != "course")
    crumb = (
        rx.cond(to_bank, t("Question bank"), t("Import a course")),
        rx.cond(to_bank, routes.question_import(JOB.course), routes.course_import()),
    )
    return el.div(
        kit.page_head(JOB.name, t("{size}, sent {when}", size=JOB.size, when=JOB.when), crumb=crumb),
        el.div(_state(), role="status", class_name="mb-6"),
        rx.cond((JOB.state == "checked") & TOLD, _decide()),
        rx.cond(TOLD, _report()),
        _discard(),
        class_name="max-w-[860px]",
    )


# ---- How far it is


def _state() -> rx.Component:
    def moving(words: Any) -> rx.Component:
        return el.div(
            el.p(words, class_name="t-strong mb-2"),
            kit.bar_row(JOB.percent, words),
            el.p(t("You may leave this page: it goes on."), class_name="t-small t-2 mt-2"),
            class_name="max-w-[560px]",
        )

    course = rx.cond(
        JOB.unchanged,
        t("Everything of this file was there already, so nothing changed."),
        rx.match(
            JOB.added,
            (0, t("The course is there, as a draft that only its staff see.")),
            (1, t("1 question came into the bank.")),
            t("{n} questions came into the bank.", n=JOB.added),
        ),
    )
    done = kit.note("ok", "check", el.p(course, " ", kit.link(t("Open it"), JOB.url)))
    failed = kit.note(
        "danger",
        "circle-alert",
        el.div(el.p(t("Nothing of this file was imported."), class_name="t-strong"), el.p(JOB.problem)),
    )
    return rx.fragment(
        rx.match(
            JOB.state,
            ("waiting", moving(t("Your file is being read"))),
            ("confirmed", moving(t("Importing"))),
            ("done", done),
            ("failed", failed),
            rx.fragment(),
        )
    )


# ---- What would happen, and the button


def _decide() -> rx.Component:
    course = TOLD.makes == "course"
    none = (TOLD.blocked != "") & ~TOLD.skippable
    same = ~course & (JOB.course != "") & (TOLD.added == 0) & (TOLD.blocked == "")
    there = course & (TOLD.there != "")
    return el.div(
        rx.cond(none, kit.note("danger", "circle-alert", el.p(TOLD.blocked))),
        rx.cond((TOLD.blocked != "") & TOLD.skippable, kit.note("warn", "triangle-alert", el.p(TOLD.blocked))),
        rx.cond(
            same,
            kit.note(
                "info", "info", el.p(t("Every question of this file is in the bank already: nothing would change."))
            ),
        ),
        rx.cond(
            there,
            kit.note(
                "info",
                "info",
                el.p(
                    t("You have made a course of this very file: nothing would change."),
                    " ",
                    kit.link(t("Open it"), routes.teach_course(TOLD.there)),
                ),
            ),
        ),
        rx.cond(none | same | there, rx.fragment(), _form(course)),
        class_name="flex flex-col gap-4 mb-8",
    )


def _form(course: Any) -> rx.Component:
    title = kit.field(
        t("Title"),
        kit.text_input(name="title", max_length=160, auto_complete="off", default_value=TOLD.title),
        id="import-title",
        hint=t("Only you see the course until you publish it. The title can change later."),
    )
    where = kit.field(
        t("Course"),
        kit.select(SHOWN.courses, name="course"),
        id="import-course",
        hint=t("Its question bank takes the questions."),
    )
    quiz = kit.field(
        t("Quiz"),
        kit.text_input(name="quiz", max_length=160, auto_complete="off"),
        id="import-quiz",
        hint=t("The title of a quiz that shall ask them all. A new one stays hidden until you publish it."),
        optional=True,
    )
    words = rx.cond(
        course,
        t("Import course"),
        rx.cond(TOLD.added == 1, t("Import 1 question"), t("Import {n} questions", n=TOLD.added)),
    )
    return kit.card(
        el.form(
            rx.cond(
                SHOWN.problem != "",
                el.div(kit.note("danger", "circle-alert", el.p(SHOWN.problem)), role="alert"),
            ),
            rx.cond(course, title, el.div(rx.cond(JOB.course == "", where), quiz, class_name="flex flex-col gap-4")),
            rx.cond(
                TOLD.skippable,
                el.div(
                    kit.check(t("Leave out what cannot be asked here, and import the rest"), "skip"), class_name="mt-4"
                ),
            ),
            el.div(kit.btn(words, "primary", type="submit"), class_name="k-form-a mt-6"),
            on_submit=S.commit,
            custom_attrs={"noValidate": True},
        )
    )


# ---- What is in it


def _report() -> rx.Component:
    return rx.fragment(
        kit.section(
            t("What it is"),
            kit.facts(
                (t("Format"), TOLD.format),
                (
                    t("Becomes"),
                    rx.cond(
                        TOLD.makes == "course",
                        t("A new course"),
                        rx.cond(
                            JOB.course_title != "", t("Questions of {course}", course=JOB.course_title), t("Questions")
                        ),
                    ),
                ),
            ),
            el.div(
                count_chips(TOLD.counts, t("What is in it")),
                count_chips(TOLD.kinds, t("Kinds of questions")),
                rx.cond(
                    TOLD.known > 0,
                    el.p(t("{n} are in the bank already, word for word: they stay as they are.", n=TOLD.known)),
                ),
                class_name="flex flex-col gap-3 mt-4",
            ),
            id="what",
            class_name="mb-8",
        ),
        rx.cond(TOLD.modules.length() > 0, _modules()),
        kit.section(t("Losses and repairs"), _findings(), id="losses", class_name="mb-8"),
    )


def _modules() -> rx.Component:
    def line(one: Any) -> rx.Component:
        return el.li(
            el.span(one.title, class_name="min-w-0 flex-1 break-words"),
            el.span(
                rx.cond(one.many == 1, t("1 item"), t("{n} items", n=one.many)), class_name="t-small t-2 flex-none"
            ),
            class_name="k-row",
        )

    more = el.p(t("And {n} more.", n=TOLD.more_modules), class_name="t-small t-2 mt-3")
    return kit.section(
        t("Modules"),
        kit.rows(rx.foreach(TOLD.modules, line)),
        rx.cond(TOLD.more_modules > 0, more),
        id="modules",
        class_name="mb-8",
    )


def _findings() -> rx.Component:
    last = rx.cond(SHOWN.at + WINDOW < SHOWN.total, SHOWN.at + WINDOW, SHOWN.total)
    turns = el.nav(
        kit.result_count(t("{first}–{last} of {all}", first=SHOWN.at + 1, last=last, all=SHOWN.total)),
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
        SHOWN.total > 0,
        el.div(
            findings_table(TOLD.findings),
            turns,
            rx.cond(
                TOLD.more_findings > 0, el.p(t("And {n} more.", n=TOLD.more_findings), class_name="t-small t-2 mt-3")
            ),
        ),
        el.p(t("Nothing is lost, and nothing reads differently."), class_name="t-small t-2"),
    )


def _discard() -> rx.Component:
    ended = (JOB.state == "done") | (JOB.state == "failed")
    question = kit.confirm(
        rx.cond(ended, t("Forget this file"), rx.cond(JOB.state == "waiting", t("Cancel"), t("Discard this file"))),
        t("Discard the file?"),
        rx.cond(
            ended,
            t("Its report is not shown any more. What was imported stays."),
            t("Nothing of it was imported, and nothing will be."),
        ),
        t("Discard"),
        on_confirm=S.discard,
        id="discard-file",
        kind="quiet",
        ic="trash-2",
    )
    return rx.cond(JOB.state != "confirmed", el.div(question, class_name="mt-4"))


PAGE = Page(routes.COURSE_IMPORTED, view, PackageState.open_job, t("Import"), "signed_in")
