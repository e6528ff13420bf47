"""What came in for an assignment: counts, a list with filters, everything as a zip, and feedback in one."""

from typing import Any

import reflex as rx

from lms_app.assignments.service import FEEDBACK_ZIP
from lms_app.assignments.state.submissions import SubmissionsState
from lms_app.core.settings import settings
from lms_app.policy import Can
from lms_app.web import kit, routes
from lms_app.web.guard import member
from lms_app.web.kit import el, uploads
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = SubmissionsState
ALL = S.came_in[0]
SHOWS = (
    ("", t("Everybody")),
    ("submitted", t("Submitted")),
    ("to_mark", t("To mark")),
    ("late", t("Late")),
    ("missing", t("Missing")),
)
FEEDBACK = "feedback-zip"


def view() -> rx.Component:
    return kit.page_shell("Teaching", kit.page_states(S, _body(), kit.skel_rows(6), what=t("the submissions")))


def _body() -> rx.Component:
    return rx.fragment(
        kit.page_head(
            ALL.title,
            kit.when(ALL.due != "", t("Submissions. Due {when}.", when=ALL.due), t("Submissions")),
            kit.btn(t("Settings"), "secondary", "settings", href=routes.assignment_settings(ALL.slug, ALL.item_id)),
            kit.btn(
                t("Download all"),
                "secondary",
                "download",
                href=routes.submissions_zip(ALL.slug, ALL.item_id),
                raw=True,
                custom_attrs={"download": ""},
            ),
            kit.btn(t("Feedback as a zip"), "secondary", "upload", **kit.opens(FEEDBACK)),
            kit.btn(t("Mark"), "primary", "pen-line", href=routes.assignment_grading(ALL.slug, ALL.item_id)),
            crumb=(ALL.course, routes.teach_course(ALL.slug)),
        ),
        el.dl(
            kit.stat(rx.cond(ALL.groups, t("Groups"), t("Students")), ALL.everybody),
            kit.stat(t("Submitted"), ALL.submitted, t("{n} late", n=ALL.late)),
            kit.stat(t("To mark"), ALL.to_mark, rx.cond(ALL.released, t("Marks are published"), t("Marks are hidden"))),
            kit.stat(t("Missing"), ALL.missing),
            class_name="k-stats",
        ),
        el.div(rx.cond(S.left_out.length() > 0, _left_out()), role="status"),
        el.div(
            kit.search_form(t("Find a student"), t("Name"), S, kit.filter_by(t("Show"), SHOWS, S, "show", S.show)),
            class_name="mt-8",
        ),
        rx.cond(ALL.rows.length() > 0, _table(), _nothing()),
        kit.pager(S),
        _feedback_dialog(),
    )


def _left_out() -> rx.Component:
    return el.div(
        kit.note(
            "warn",
            "folder-x",
            el.p(t("These folders belong to no submission, and were left out:")),
            el.ul(rx.foreach(S.left_out, lambda line: el.li(line)), class_name="list-disc ps-5"),
        ),
        class_name="mt-6",
    )


def _nothing() -> rx.Component:
    nobody = kit.empty(
        "users", t("Nobody to show yet"), t("Students appear here once they have joined the course."), level=2
    )
    none = kit.empty(
        "inbox", t("Nothing here"), t("No submission is like that. Choose “Everybody” to see all."), level=2
    )
    return kit.card(rx.cond(ALL.everybody == 0, nobody, none))


def _table() -> rx.Component:
    return kit.data_table(
        t("Submissions"),
        [
            kit.col(rx.cond(ALL.groups, t("Group"), t("Student"))),
            t("State"),
            t("Submitted"),
            kit.col(t("Points"), num=True),
            kit.col(t("Actions"), hidden=True),
        ],
        rx.foreach(ALL.rows, _line),
    )


def _line(row: Any) -> rx.Component:
    state = rx.match(
        row.state,
        ("submitted", rx.cond(row.marking == "marked", kit.chip(t("Marked"), "ok"), kit.chip(t("To mark"), "info"))),
        ("missing", kit.chip(t("Missing"), "danger")),
        kit.chip(t("Nothing yet")),
    )
    again = kit.btn(
        rx.fragment(t("Another attempt"), kit.sr(" "), kit.sr(row.student)),
        "quiet",
        "rotate-ccw",
        size="sm",
        on_click=S.reopen(row.submission_id),
    )
    return kit.tr(
        kit.row_head(rx.cond(row.url != "", kit.link(row.student, row.url), el.span(row.student))),
        kit.td(
            el.div(
                state,
                kit.when(row.late != "", kit.chip(t("{time} late", time=row.late), "warn", "clock")),
                kit.when(row.version > 1, kit.chip(t("Version {n}", n=row.version))),
                class_name="flex flex-wrap gap-2",
            )
        ),
        kit.td(row.when),
        kit.td(rx.cond(row.points != "", row.points, "–"), num=True),
        kit.td(rx.cond(ALL.reopens & (row.submission_id != ""), again)),
    )


def _feedback_dialog() -> rx.Component:
    return kit.dialog(
        FEEDBACK,
        t("Feedback as a zip"),
        el.p(
            t(
                "Download all submissions, put your feedback into the folders of the students, and send the zip back. "
                "Students read it once the marks are published."
            ),
            class_name="k-dlg-d",
        ),
        uploads.upload_field(
            t("Zip file"),
            scope=FEEDBACK_ZIP,
            item=ALL.item_id,
            hint=t(
                "Up to {n} MB. Keep the names of the folders: they say whose feedback it is.",
                n=settings.upload_limit_mib,
            ),
            max_bytes=settings.upload_limit_mib * 1024 * 1024,
            accept=".zip",
            many=False,
            on_sent=S.take_feedback,
            id="zip",
        ),
        actions=(kit.btn(t("Close"), **kit.closes()),),
        light=False,
    )


PAGE = Page(
    routes.SUBMISSIONS,
    view,
    SubmissionsState.open,
    rx.cond(S.loaded, t("Submissions: {title}", title=ALL.title), t("Submissions")),
    member(Can.GRADE),
)
