"""Send a package of a whole course, or any other file that is read here; and the last ones that were sent."""

from typing import Any

import reflex as rx

from lms_app.exchange.pages.parts import ACCEPT, job_chip
from lms_app.exchange.state.packages import PackageState
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.kit.uploads import upload_field
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = PackageState
DESK = S.desk[0]


def view() -> rx.Component:
    body = rx.cond(S.desk.length() > 0, _body())
    return kit.page_shell("Teaching", kit.page_states(S, body, kit.skel_rows(4), what=t("the page")))


def _body() -> rx.Component:
    return el.div(
        kit.page_head(
            t("Import a course"),
            t(
                "A file is looked at first: what it is, what is in it, what would be lost. Nothing changes until you agree."
            ),
            crumb=(t("Teaching"), routes.teaching()),
        ),
        kit.card(
            upload_field(
                t("File"),
                scope="import",
                item=DESK.place,
                hint=t("A package of up to {n} MB. What it is, its content tells, not its name.", n=DESK.mib),
                max_bytes=DESK.mib * 1024 * 1024,
                on_sent=S.begin,
                id="package",
                accept=ACCEPT,
                many=False,
            ),
        ),
        rx.cond(DESK.past.length() > 0, _past()),
        kit.section(t("What we read"), _formats(), id="formats", class_name="mt-8"),
        class_name="max-w-[860px]",
    )


def _formats() -> rx.Component:
    return kit.card(
        kit.facts(
            ("Canvas", t("Course export (.imscc): modules, pages, files, quizzes, question banks, assignments.")),
            (
                "Moodle",
                t("Course backup (.mbz): sections, pages, books, files, quizzes, the question bank, assignments."),
            ),
            ("Open edX", t("Course export (OLX, .tar.gz): units with texts, videos as links, problems as quizzes.")),
            (
                t("Blackboard, Brightspace, Sakai, Schoology"),
                t("Common Cartridge 1.0 to 1.3 (.imscc, .zip), and their own packages as far as they follow IMS."),
            ),
            (
                t("Course tree of Lectern"),
                el.span(
                    t("A zip that was exported here, as text in folders, has "),
                    kit.link(t("a page of its own"), routes.new_from_tree()),
                    ".",
                ),
            ),
            (t("Questions"), t("QTI 1.2, 2.x and 3.0, Moodle XML, GIFT and CSV, for the question bank of a course.")),
        ),
        el.p(
            t(
                "A new course stays a draft that only you see until you publish it. The same file again changes nothing."
            ),
            class_name="t-small t-2 mt-4",
        ),
    )


def _past() -> rx.Component:
    def line(one: Any) -> rx.Component:
        return kit.tr(
            kit.row_head(kit.link(one.name, routes.course_import(one.id)), class_name="break-words"),
            kit.td(job_chip(one.state), label=t("State")),
            kit.td(rx.cond(one.goes_to != "", one.goes_to, "–"), label=t("Course")),
            kit.td(one.when, label=t("When"), class_name="whitespace-nowrap"),
        )

    columns = [t("File"), t("State"), t("Course"), t("When")]
    return kit.section(
        t("Your last imports"),
        kit.data_table(t("Imported courses"), columns, rx.foreach(DESK.past, line), cards=True),
        id="past",
        class_name="mt-8",
    )


PAGE = Page(routes.COURSE_IMPORT, view, PackageState.open, t("Import a course"), "signed_in")
