"""The grading page: the work on the left, its rubric on the right; keys alone go through a class."""

from typing import Any

import reflex as rx

from lms_app.assignments.pages.work_parts import feedback_files, note_list, the_files, the_link, the_text
from lms_app.assignments.state.grading import GradingState
from lms_app.policy import Can
from lms_app.rubrics.pages.parts import rubric_marking, rubric_total
from lms_app.web import kit, routes
from lms_app.web.guard import member
from lms_app.web.kit import el, typed
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = GradingState
HERE = S.grading[0]
WORK = HERE.submission
FORM, LIST, KEYS, NOTE, PUBLISH, DIVIDE, SAVED, MORE = (
    "marks", "submissions", "keys", "note", "ask-publish", "divide", "saved-comments", "grading-actions",
)  # fmt: skip
KEY_LINES = (
    (("J", "K"), t("Next, previous student")),
    (("1", "–", "9"), t("A criterion")),
    (("←", "→"), t("Another level")),
    (("C",), t("Comment")),
    (("N",), t("Note on what is selected")),
    (("Esc",), t("Leave a field")),
    (("Ctrl", "Enter"), t("Save and next")),
    (("?",), t("This list")),
)
SHOWS = (("", t("All")), ("waiting", t("To be marked")), ("marked", t("Marked")))


class GradingTools(rx.Component):
    """Keys, notes, saved comments and files of feedback (`assets/grading.js`). Draws nothing."""

    library = "$/public/grading.js"
    tag = "GradingTools"
    submission: rx.Var[str]
    on_files: rx.EventHandler[rx.event.no_args_event_spec]
    on_keep: rx.EventHandler[rx.event.passthrough_event_spec(str)]


def view() -> rx.Component:
    known = S.grading.length() > 0
    return kit.focus_shell(
        kit.focus_bar(
            (t("Back to submissions"), routes.submissions(HERE.slug, HERE.item_id)),
            rx.cond(known, HERE.title, t("Grading")),
            rx.cond(known, rx.cond(HERE.total > 0, _left(), HERE.course), ""),
            rx.cond(known & (WORK.id != ""), _bar()),
        ),
        kit.main(kit.page_states(S, rx.cond(WORK.id != "", _body(), _nothing()), _skeleton(), "the submissions")),
    )


# ---- The bar


def _left() -> Any:
    return t("{course} · {n} left of {all}", course=HERE.course, n=HERE.total - HERE.marked, all=HERE.total)


def _bar() -> rx.Component:
    def move(words: str, ic: str, key: str, to: Any) -> rx.Component:
        go = kit.btn(words, "secondary", ic, icon_only=True, key=key, on_click=S.go(to))
        return rx.cond(to != "", go, kit.btn(words, "secondary", ic, icon_only=True, aria_disabled="true"))

    done = rx.cond(HERE.total > 0, HERE.marked * 100 / HERE.total, 0)
    said = t("{n} of {all} graded", n=HERE.marked, all=HERE.total)
    return el.div(
        el.div(
            el.div(kit.bar(done, t("Graded")), class_name="w-28 hidden xl:block"),
            el.span(said, class_name="t-small t-2 t-num whitespace-nowrap"),
            class_name="hidden! md:flex! items-center gap-3",
        ),
        move(t("Previous student"), "chevron-left", "k", HERE.previous),
        kit.btn(
            rx.fragment(el.span(WORK.student, class_name="k-clip max-w-[9rem]")),
            "secondary",
            ic_end="chevrons-up-down",
            class_name="hidden! sm:inline-flex!",
            on_click=S.find(""),
            **kit.opens(LIST),
        ),
        move(t("Next student"), "chevron-right", "j", HERE.next),
        kit.btn(
            t("Keys"), "quiet", "keyboard", icon_only=True, key="?", class_name="hidden! md:inline-flex!",
            **kit.opens(KEYS),
        ),
        kit.menu(
            t("More actions"),
            MORE,
            (t("All submissions"), {"on_click": S.find(""), **kit.opens(LIST)}),
            (t("Divide among markers"), kit.opens(DIVIDE)),
            None,
            (rx.cond(HERE.released, t("Hide grades"), t("Publish grades")), kit.opens(PUBLISH)),
            size=None,
        ),
        class_name="flex items-center gap-2",
    )  # fmt: skip


# ---- The work


def _body() -> rx.Component:
    return rx.fragment(
        el.div(el.div(_work(), class_name="k-sub"), _form(), class_name="k-grade"),
        GradingTools.create(submission=WORK.id, on_files=S.refresh, on_keep=S.keep_comment),
        _list_dialog(),
        _keys_dialog(),
        _note_dialog(),
        _divide_dialog(),
        _publish_dialog(),
    )


def _work() -> rx.Component:
    attempt = rx.cond(WORK.attempt > 1, t(" · attempt {n}", n=WORK.attempt), "")
    facts = el.p(t("Submitted {when}", when=WORK.when), attempt, class_name="t-small t-2")
    return el.div(
        el.div(
            el.div(el.h1(WORK.student, class_name="t-h2"), facts, class_name="min-w-0"),
            rx.cond(
                WORK.late == "",
                kit.chip(t("On time"), "ok", "check"),
                kit.chip(t("{time} late", time=WORK.late), "warn", "clock"),
            ),
            class_name="flex items-start justify-between gap-4 mb-6",
        ),
        el.div(
            rx.foreach(HERE.notices, lambda said: kit.note("warn", "info", el.p(said))),
            role="status",
            class_name="flex flex-col gap-3 empty:hidden mb-6",
        ),
        rx.cond(
            WORK.body_html != "",
            el.div(
                kit.btn(t("Note on selection"), "quiet", "message-square-plus", size="sm", key="n", data_notes="true"),
                class_name="mb-2",
            ),
        ),
        the_text(WORK, HERE.notes),
        the_link(WORK),
        the_files(WORK, HERE.notes, pins=True),
        note_list(HERE.notes, _note_buttons),
        class_name="max-w-[720px] mx-auto",
    )


def _note_buttons(note: Any) -> rx.Component:
    words = kit.sr(" " + t("note {n}", n=note.number))
    known = {"data-note": note.id, "data-words": note.quote, "data-body": note.body}
    return rx.fragment(
        kit.btn(rx.fragment(t("Change"), words), "quiet", size="sm", custom_attrs=known),
        kit.btn(rx.fragment(t("Remove"), words), "quiet", size="sm", on_click=S.remove_note(note.id)),
    )


# ---- The rubric


def _form() -> rx.Component:
    comment = kit.textarea(name="comment", default_value=HERE.comment, rows=4)
    return el.form(
        kit.hidden("do", ""),
        kit.hidden("submission", WORK.id),
        kit.hidden("seen", HERE.seen),
        el.div(
            el.div(
                el.h2(
                    rx.cond(HERE.rubric.id != "", t("Rubric"), t("Mark")),
                    class_name="t-h3",
                    custom_attrs={"id": "rubric", "tabIndex": -1},
                ),
                rubric_total(HERE.rubric.points_max),
                class_name="flex items-baseline justify-between gap-3 mb-4",
            ),
            _problems(),
            rubric_marking(HERE.rubric, HERE.marks, S.errors),
            el.div(
                kit.field(
                    t("Comment to the student"),
                    comment,
                    id="comment",
                    optional=True,
                    error=typed.at(S.errors, "comment"),
                ),
                _saved_comments(),
                class_name="mt-6",
            ),
            _own(),
            rx.cond(HERE.late != "", el.div(kit.note("warn", "clock", el.p(HERE.late)), class_name="mt-6")),
            _feedback(),
            _marker(),
            kit.when(HERE.history.length() > 0, _history()),
            class_name="k-rub-body",
        ),
        el.div(
            typed.saved_status(S),
            kit.jump(t("Rubric"), to="rubric", class_name="k-btn k-btn--quiet lg:hidden!"),
            kit.btn(
                rx.cond(HERE.total - HERE.marked > 1, t("Save and next"), t("Save")),
                "primary",
                ic_end="arrow-right",
                data_does="next",
            ),
            class_name="k-foot",
        ),
        # Another submission is another form: its inputs start with its own marks.
        key=f"{WORK.id}{S.form}",
        on_submit=S.send,
        class_name="k-rub",
        custom_attrs={"id": FORM, "noValidate": True, "data-autosaves": "1200", "data-marks": "true"},
    )


def _problems() -> rx.Component:
    theirs = HERE.newest
    both = el.div(
        el.p(t("{name} marked this on {when}: {points} of {max}.", name=theirs.by, when=theirs.when,
               points=theirs.points, max=HERE.points_max), class_name="t-strong"),
        el.ul(
            rx.foreach(HERE.rubric.criteria, lambda one: _their_mark(one, theirs)), class_name="t-small mt-1"
        ),
        rx.cond(theirs.comment != "", el.p(theirs.comment, class_name="k-said mt-2 whitespace-pre-wrap")),
        el.p(t("Yours is in the form. Saved now, it goes on top; both are kept."), class_name="t-small t-2 mt-2"),
    )  # fmt: skip
    return el.div(
        rx.cond(HERE.ahead, kit.note("warn", "users", both)),
        rx.cond((S.unsaved != "") & ~HERE.ahead, kit.note("danger", "circle-alert", el.p(S.unsaved))),
        role="alert",
        class_name="flex flex-col gap-3 empty:hidden mb-4",
    )


def _their_mark(one: Any, theirs: Any) -> rx.Component:
    given = theirs.marks[one.id]
    said = rx.cond(theirs.marks.contains(one.id), f"{given.points} / {one.points_max}", "–")
    return el.li(f"{one.title}: ", said, key=one.id)


def _saved_comments() -> rx.Component:
    def item(one: Any) -> rx.Component:
        return el.button(
            el.span(one.text, class_name="k-clip2"),
            type="button",
            role="menuitem",
            tab_index=-1,
            class_name="k-mi",
            on_click=S.use_comment(one.id),
            custom_attrs={"data-inserts": one.text},
            key=one.id,
        )

    some = rx.fragment(
        kit.btn(t("Insert saved comment"), "quiet", "message-square-quote", size="sm", **_opens_menu(SAVED)),
        el.div(
            rx.foreach(HERE.comments, item),
            role="menu",
            aria_label=t("Saved comments"),
            class_name="k-menu",
            custom_attrs={"id": SAVED, "popover": "auto"},
        ),
    )
    return el.div(
        rx.cond(HERE.comments.length() > 0, some),
        kit.btn(t("Save this comment"), "quiet", "bookmark-plus", size="sm", custom_attrs={"data-keeps": "true"}),
        class_name="flex flex-wrap gap-2 mt-1",
    )


def _opens_menu(id: str) -> dict[str, Any]:
    return {"aria_haspopup": "menu", "custom_attrs": {"popoverTarget": id}}


def _own() -> rx.Component:
    """Points of members of a group who get others than their group."""

    def one(member: Any) -> rx.Component:
        name = f"own.{member.user_id}"
        control = kit.text_input(name=name, default_value=member.points, sm=True, input_mode="decimal")
        return kit.field(member.name, control, id=name, optional=True, error=typed.at(S.errors, name))

    return rx.cond(
        HERE.own.length() > 0,
        el.fieldset(
            el.legend(t("Points of their own, of {max}", max=HERE.points_max), class_name="k-label mb-2"),
            rx.foreach(HERE.own, one),
            class_name="flex flex-col gap-3 mt-6",
        ),
    )


def _feedback() -> rx.Component:
    def drop(file: Any) -> rx.Component:
        return kit.btn(
            rx.fragment(t("Remove"), kit.sr(f" {file.name}")), "quiet", size="sm", on_click=S.remove_file(file.id)
        )

    return el.section(
        el.h3(t("Files of feedback"), class_name="t-small t-strong mb-2", custom_attrs={"id": "files"}),
        feedback_files(HERE.files, drop),
        el.label(
            kit.icon("paperclip"),
            el.span(t("Add a recording or a file")),
            el.input(type="file", multiple=True, class_name="k-sr"),
            class_name="k-btn k-btn--quiet k-btn--sm mt-1",
        ),
        el.p(class_name="k-err empty:hidden", role="alert"),
        aria_labelledby="files",
        class_name="mt-6",
        custom_attrs={"data-feedback-files": "true"},
    )


def _marker() -> rx.Component:
    nobody = el.option(t("Nobody in particular"), value="")
    return el.div(
        kit.field(
            t("Marker"),
            lambda **wires: el.select(
                nobody,
                rx.foreach(HERE.markers, lambda one: el.option(one.label, value=one.value)),
                value=HERE.marker,
                on_change=S.allocate,
                class_name="k-input k-input--sm",
                **wires,
            ),
            id="marker",
        ),
        class_name="mt-6",
    )


def _history() -> rx.Component:
    def line(one: Any) -> rx.Component:
        kept = rx.cond(
            one.kept == one.points, one.points, t("{points}, {kept} after being late", points=one.points, kept=one.kept)
        )
        return el.li(
            el.span(kept, class_name="t-num t-strong"), " · ", one.by, " · ", one.when, class_name="t-small t-2"
        )

    return el.section(
        el.h3(t("Marks so far"), class_name="t-small t-strong mb-2"),
        el.ol(rx.foreach(HERE.history, line), class_name="flex flex-col gap-1"),
        class_name="mt-6 pt-5 k-rule",
    )


# ---- Dialogs


def _list_dialog() -> rx.Component:
    window = S.window[0]

    def filter_btn(show: str, words: str) -> rx.Component:
        return kit.toggle(words, HERE.show == show, size="sm", on_click=[S.choose(show, HERE.mine), S.find("")])

    def line(one: Any) -> rx.Component:
        state = rx.match(
            one.state,
            ("marked", kit.chip(t("Marked"), "ok", "check")),
            ("marking", kit.chip(t("In marking"), "info")),
            kit.chip(t("To be marked"), "warn"),
        )
        return el.li(
            el.button(
                el.span(
                    el.span(one.student, class_name="t-strong block k-clip"),
                    el.span(
                        one.when,
                        rx.cond(one.late, " · " + t("late"), ""),
                        rx.cond(one.marker != "", f" · {one.marker}", ""),
                        class_name="t-small t-2",
                    ),
                    class_name="min-w-0 flex-1 text-start",
                ),
                rx.cond(one.points != "", el.span(one.points, class_name="t-num t-small")),
                state,
                type="button",
                class_name="k-row w-full",
                on_click=S.go(one.id),
                aria_current=rx.cond(one.id == WORK.id, "true", "false"),
                **kit.closes(),
            ),
            key=one.id,
        )

    return kit.dialog(
        LIST,
        t("Submissions"),
        el.form(
            kit.search_input(t("Find a student"), t("Find a student"), name="search", id="find"),
            on_submit=lambda data: S.find(data.to(dict[str, str])["search"]),
            role="search",
            class_name="flex mt-4 mb-3",
        ),
        el.div(
            *[filter_btn(*one) for one in SHOWS],
            kit.toggle(t("Mine"), HERE.mine, "user", size="sm", on_click=[S.choose(HERE.show, ~HERE.mine), S.find("")]),
            class_name="flex flex-wrap gap-2 mb-3",
        ),
        kit.result_count(rx.cond(window.total == 1, t("1 submission"), t("{n} submissions", n=window.total))),
        el.ul(rx.foreach(window.lines, line), class_name="k-rows max-h-[50dvh] overflow-auto mt-2"),
        rx.cond(
            window.total > window.lines.length(),
            el.div(
                kit.btn(t("Earlier"), "quiet", "arrow-left", size="sm", on_click=S.turn(-1)),
                kit.btn(t("Later"), "quiet", ic_end="arrow-right", size="sm", on_click=S.turn(1)),
                class_name="flex justify-between mt-2",
            ),
        ),
        actions=(kit.btn(t("Close"), **kit.closes()),),
        filled=S.filled,
    )


def _keys_dialog() -> rx.Component:
    return kit.dialog(
        KEYS,
        t("Keys"),
        el.div(kit.shortcuts(*KEY_LINES), class_name="mt-4"),
        actions=(kit.btn(t("Close"), **kit.closes()),),
    )


def _note_dialog() -> rx.Component:
    def slide(name: str, label: str) -> rx.Component:
        return el.label(
            el.span(label, class_name="t-small"),
            el.input(type="range", name=name, min="0", max="1000", step="10", class_name="w-full"),
            class_name="flex flex-col",
        )

    return kit.dialog(
        NOTE,
        t("Note on the work"),
        el.form(
            kit.field(t("Note"), kit.textarea(name="body", rows=3), id="note-body"),
            el.blockquote(class_name="k-quote", custom_attrs={"data-quote": "true"}),
            el.div(
                kit.btn(t("Passage before"), "secondary", "arrow-up", size="sm", custom_attrs={"data-passage": "-1"}),
                kit.btn(t("Passage after"), "secondary", "arrow-down", size="sm", custom_attrs={"data-passage": "1"}),
                class_name="flex gap-2",
                custom_attrs={"data-passages": "true", "hidden": True},
            ),
            el.div(
                slide("across", t("From the left")),
                slide("down", t("From the top")),
                class_name="flex flex-col gap-2",
                custom_attrs={"data-place": "true", "hidden": True},
            ),
            *[kit.hidden(name, "") for name in ("start", "end", "quote", "file", "page", "note")],
            el.div(
                kit.btn(t("Cancel"), **kit.closes()),
                kit.btn(t("Save note"), "primary", type="submit"),
                class_name="k-dlg-a",
            ),
            on_submit=S.add_note,
            class_name="flex flex-col gap-4 mt-4",
            custom_attrs={"noValidate": True},
        ),
        light=False,
    )


def _divide_dialog() -> rx.Component:
    return kit.dialog(
        DIVIDE,
        t("Divide among markers"),
        el.form(
            el.p(t("What nobody in particular marks is divided evenly."), class_name="k-dlg-d"),
            rx.foreach(HERE.markers, lambda one: kit.check(one.label, f"marker.{one.value}", key=one.value)),
            el.div(
                kit.btn(t("Cancel"), **kit.closes()),
                kit.btn(t("Divide"), "primary", type="submit"),
                class_name="k-dlg-a",
            ),
            on_submit=S.divide,
            class_name="flex flex-col gap-3 mt-2",
        ),
    )


def _publish_dialog() -> rx.Component:
    some = t(
        "Students see their marks and feedback, and hear of it by mail: {n} of {all} are marked. From then on a mark shows as "
        "soon as you save it.",
        n=HERE.marked,
        all=HERE.total,
    )
    return rx.cond(
        HERE.may_release,
        rx.cond(
            HERE.released,
            kit.confirm_dialog(
                PUBLISH,
                t("Hide grades?"),
                t("Students see no mark and no feedback of this assignment until you publish them again."),
                t("Hide grades"),
                on_confirm=S.hide,
            ),
            kit.confirm_dialog(
                PUBLISH, t("Publish grades?"), some, t("Publish grades"), on_confirm=S.publish, danger=False
            ),
        ),
        kit.dialog(
            PUBLISH,
            t("Publish grades"),
            el.p(t("An instructor of the course publishes grades. Yours is to mark."), class_name="k-dlg-d"),
            actions=(kit.btn(t("Close"), **kit.closes()),),
        ),
    )


# ---- Nothing to mark


def _nothing() -> rx.Component:
    return el.div(
        el.h1(t("Grading"), class_name="k-sr"),
        kit.card(
            kit.empty(
                "pen-line",
                t("Nothing to mark"),
                t("Submissions wait here once students have handed in."),
                kit.btn(t("Back to the course"), href=routes.teach_course(HERE.slug)),
                level=2,
            )
        ),
        class_name="k-focus",
    )


def _skeleton() -> rx.Component:
    return el.div(kit.skel_text(3), kit.skel("100%", "280px", class_name="mt-6"), class_name="k-focus")


PAGE = Page(
    routes.ASSIGNMENT_GRADING,
    view,
    S.open,
    rx.cond(S.loaded, t("Grading: {title}", title=HERE.title), t("Grading")),
    member(Can.GRADE),
)
