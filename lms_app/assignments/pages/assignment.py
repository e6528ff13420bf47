"""An assignment for its student: what is asked and how it is marked, a place to work, and the receipt."""

from typing import Any

import reflex as rx

from lms_app.assignments.service import SUBMISSION
from lms_app.assignments.state.working import SUBMIT, AssignmentState
from lms_app.policy import Can
from lms_app.rubrics.pages.parts import rubric_table
from lms_app.web import kit, routes
from lms_app.web.guard import member
from lms_app.web.kit import el, typed, uploads, writing
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = AssignmentState
VIEW = S.shown[0]
WORK = VIEW.submission
FORM = "work"


def view() -> rx.Component:
    return kit.page_shell(
        "My courses",
        el.div(kit.page_states(S, _body(), _skeleton(), what=t("this assignment")), class_name="max-w-[800px] mx-auto"),
    )


def _skeleton() -> rx.Component:
    return rx.fragment(kit.skel("60%", "36px", class_name="mb-6"), kit.skel_text(6))


def _body() -> rx.Component:
    return rx.fragment(
        el.div(kit.breadcrumb((VIEW.course, routes.course(VIEW.slug))), class_name="mb-4"),
        _head(),
        rx.cond(VIEW.as_student, _as_student()),
        kit.when(VIEW.brief_html != "", el.div(kit.prose(VIEW.brief_html), class_name="mt-6")),
        kit.when(VIEW.rules.length() > 0, _rules()),
        kit.when(VIEW.rubric.id != "", _rubric()),
        rx.match(
            VIEW.state,
            ("work", _work()),
            ("done", _receipt()),
            ("look", _staff()),
            el.div(kit.note("info", "lock", el.p(VIEW.blocked)), class_name="mt-8"),
        ),
        kit.when(VIEW.versions.length() > 1, _versions()),
    )


def _head() -> rx.Component:
    return el.header(
        el.h1(VIEW.title, class_name="t-display"),
        el.p(
            el.span(rx.cond(VIEW.points == "1", t("1 point"), t("{n} points", n=VIEW.points))),
            kit.when(VIEW.group != "", el.span(" · ", t("your group: {name}", name=VIEW.group))),
            kit.when(VIEW.due != "", el.span(" · ", t("due {when}", when=VIEW.due))),
            class_name="t-2 mt-2",
        ),
        kit.when(
            VIEW.due_note != "",
            el.div(
                rx.cond(
                    VIEW.due_note.endswith(" late"),
                    kit.chip(VIEW.due_note, "danger", "clock"),
                    kit.chip(t("Due {when}", when=VIEW.due_note), "mark", "clock"),
                ),
                class_name="mt-3",
            ),
        ),
        kit.when(VIEW.grade != "", _grade()),
    )


def _grade() -> rx.Component:
    return el.div(
        kit.note(
            "ok",
            "circle-check",
            el.p(t("Your mark: {grade}", grade=VIEW.grade), class_name="t-strong"),
            kit.when(VIEW.grade_note != "", el.p(VIEW.grade_note)),
            kit.when(
                WORK.id != "",
                el.p(kit.link(t("Read your feedback"), routes.assignment_feedback(VIEW.slug, VIEW.item_id))),
            ),
        ),
        class_name="mt-4",
    )


def _as_student() -> rx.Component:
    leave = kit.link(t("Stop looking as a student"), routes.assignment(VIEW.slug, VIEW.item_id))
    words = t("You see what a student sees who has just joined. Nothing is kept here.")
    return el.div(kit.note("info", "eye", el.p(words, " ", leave)), class_name="mt-4")


def _rules() -> rx.Component:
    def rule(text: Any) -> rx.Component:
        return el.li(
            el.span("•", class_name="t-3", aria_hidden="true"), el.span(text), class_name="flex gap-3 items-start"
        )

    return kit.section(
        t("Before you begin"),
        el.ul(rx.foreach(VIEW.rules, rule), class_name="flex flex-col gap-2"),
        id="rules",
        class_name="mt-8",
    )


def _rubric() -> rx.Component:
    return kit.section(t("How it is marked"), kit.card(rubric_table(VIEW.rubric)), id="rubric", class_name="mt-8")


# ---- Working on it


def _work() -> rx.Component:
    return kit.section(
        t("Your work"),
        el.div(
            rx.cond(S.clash.length() > 0, el.div(_clash(), class_name="mb-4")),
            role="status",
        ),
        kit.error_summary(S.problems),
        el.form(
            kit.hidden("do", ""),
            kit.hidden("base", ""),
            el.fieldset(
                _text(),
                _files(),
                _link(),
                _statement(),
                el.div(
                    kit.btn(t("Submit work"), "primary", "send", data_does=SUBMIT),
                    class_name="flex flex-wrap items-center gap-3",
                ),
                disabled=VIEW.as_student,
                class_name="flex flex-col gap-6",
            ),
            key=S.form,
            on_submit=S.send,
            custom_attrs={"noValidate": True, "data-autosaves": "600", "id": FORM},
        ),
        kit.when(VIEW.draft.id != "", uploads.DraftKeeper.create(form=FORM, item=VIEW.draft.id, seq=S.seq, key=S.form)),
        action=rx.cond(S.clash.length() == 0, typed.saved_status(S)),
        id="your-work",
        class_name="mt-8",
    )


def _text() -> rx.Component:
    control = kit.textarea(name="body", default_value=S.body, rows=14, spell_check=True, custom_attrs=uploads.KEEPS)
    hint = t("It saves itself while you write. **Bold**, *italic* and lists with - are shown as such.")
    field = kit.field(t("Text"), control, id="body", hint=hint, error=typed.at(S.errors, "body"))
    return kit.when(VIEW.takes_text, field)


def _link() -> rx.Component:
    control = kit.text_input(
        name="link",
        default_value=S.link,
        type="url",
        max_length=2000,
        auto_complete="off",
        custom_attrs=uploads.KEEPS,
    )
    field = kit.field(
        t("Link"),
        control,
        id="link",
        hint=t("A whole address, like https://example.org/my-work. Make sure that your instructor can open it."),
        error=typed.at(S.errors, "link"),
    )
    return kit.when(VIEW.takes_link, field)


def _files() -> rx.Component:
    fields = el.div(
        uploads.upload_field(
            t("Files"),
            scope=SUBMISSION,
            item=VIEW.draft.id,
            hint=VIEW.files_hint,
            max_bytes=VIEW.file_bytes,
            accept=VIEW.accept,
            on_sent=S.list_files,
            error=typed.at(S.errors, "files"),
        ),
        kit.when(S.files.length() > 0, uploads.file_list(S.files, S.remove_file)),
    )
    return kit.when(VIEW.takes_files, fields)


def _statement() -> rx.Component:
    wrong = typed.at(S.errors, "agreed")
    box = el.div(
        kit.field_error("agreed", wrong),
        kit.check(
            VIEW.statement,
            "agreed",
            aria_invalid=rx.cond(wrong != "", "true", "false"),
            # Of an input with a `ref` Reflex sends what it thinks of it, not what a form sends.
            custom_attrs={"id": "agreed"},
        ),
    )
    return kit.when(VIEW.statement != "", box)


def _clash() -> rx.Component:
    return kit.note(
        "warn",
        "users",
        el.p(S.unsaved, class_name="t-strong"),
        writing.changes(S.clash, t("Green is in the other text only, red in yours only.")),
        el.div(
            kit.btn(t("Go on with mine"), size="sm", on_click=S.keep_mine),
            kit.btn(t("Go on with the other"), size="sm", on_click=S.take_theirs, custom_attrs=uploads.FORGETS),
            class_name="flex flex-wrap gap-3 mt-3",
        ),
    )


# ---- Handed in


def _left() -> rx.Component:
    words = t(
        "This was submitted while you were writing. Here is what you had typed, to be copied or sent with a new version."
    )
    return el.div(
        kit.note("warn", "users", el.p(words)),
        kit.textarea(rows=8, read_only=True, default_value=S.left, key=S.form)(
            id="left", aria_label=t("What you had typed")
        ),
        class_name="flex flex-col gap-3 mb-6",
    )


def _receipt() -> rx.Component:
    return kit.section(
        t("Your submission"),
        kit.when(S.left != "", _left()),
        kit.card(
            el.div(
                kit.chip(t("Submitted"), "ok", "check"),
                kit.when(WORK.late != "", kit.chip(t("{time} late", time=WORK.late), "warn", "clock")),
                class_name="flex flex-wrap gap-2",
            ),
            el.dl(
                _pair(t("Submitted"), WORK.when),
                _pair(t("Reference"), el.code(WORK.reference)),
                kit.when(WORK.number > 1, _pair(t("Version"), WORK.number)),
                kit.when(WORK.members.length() > 1, _pair(t("Together with"), WORK.members.join(", "))),
                class_name="k-dl mt-4",
            ),
            el.p(t("This receipt was mailed to you, too."), class_name="t-small t-2 mt-2"),
            uploads.DraftKeeper.create(form=FORM, item=WORK.id, seq=0, done=True),
            _submitted(),
            el.div(
                rx.cond(
                    VIEW.may_begin,
                    kit.btn(t("Try again"), "primary", "rotate-ccw", on_click=S.begin_again),
                    kit.btn(t("Back to the course"), "primary", href=routes.course(VIEW.slug)),
                ),
                kit.when(VIEW.may_withdraw, kit.btn(t("Withdraw"), "secondary", "undo-2", on_click=S.withdraw)),
                class_name="flex flex-wrap gap-3 mt-6",
            ),
        ),
        id="submission",
        class_name="mt-8",
    )


def _pair(name: str, value: Any) -> rx.Component:
    return rx.fragment(el.dt(name), el.dd(value))


def _submitted() -> rx.Component:
    return rx.fragment(
        kit.when(WORK.files.length() > 0, el.div(uploads.file_list(WORK.files, digests=True), class_name="mt-4")),
        kit.when(
            WORK.link != "",
            el.p(
                kit.link(WORK.link, WORK.link, raw=True, rel="noopener", target="_blank"), class_name="mt-4 break-all"
            ),
        ),
        kit.when(WORK.body_html != "", el.div(kit.prose(WORK.body_html, "sm"), class_name="mt-4")),
    )


def _versions() -> rx.Component:
    def line(row: Any) -> rx.Component:
        return el.li(
            el.div(
                el.div(row.label, class_name="t-strong"),
                el.div(
                    row.when,
                    kit.when(row.late != "", el.span(" · ", t("{time} late", time=row.late))),
                    class_name="t-small t-2",
                ),
                class_name="min-w-0 flex-1",
            ),
            rx.cond(row.state == "withdrawn", kit.chip(t("Withdrawn")), kit.chip(t("Submitted"), "ok")),
            class_name="k-row",
        )

    return kit.section(t("Your versions"), kit.rows(rx.foreach(VIEW.versions, line)), id="versions", class_name="mt-8")


# ---- For the staff


def _staff() -> rx.Component:
    student = routes.assignment(VIEW.slug, VIEW.item_id) + f"?{routes.AS_STUDENT}"
    return el.div(
        kit.note("info", "eye", t("You teach this course: students work and submit here.")),
        el.div(
            kit.btn(t("Submissions"), "primary", "inbox", href=routes.submissions(VIEW.slug, VIEW.item_id)),
            kit.btn(t("Settings"), "secondary", "settings", href=routes.assignment_settings(VIEW.slug, VIEW.item_id)),
            kit.btn(t("See it as a student"), "secondary", "eye", href=student),
            class_name="flex flex-wrap gap-3 mt-4",
        ),
        class_name="mt-8",
    )


PAGE = Page(
    routes.ASSIGNMENT,
    view,
    AssignmentState.open,
    rx.cond(S.loaded, VIEW.title, t("Assignment")),
    member(Can.SEE),
)
