"""Marking by hand: one answer on the left, its points and a comment on the right; Enter saves and brings the next."""

from typing import Any

import reflex as rx

from lms_app.policy import Can
from lms_app.quizzes.state.results import QuizResultsState
from lms_app.web import kit, routes
from lms_app.web.guard import member
from lms_app.web.kit import el, uploads
from lms_app.web.page import Page
from lms_app.web.words import t

S = QuizResultsState
marking = QuizResultsState.marking[0]
answer = marking.answer
FORM = "mark"


def view() -> rx.Component:
    return kit.focus_shell(
        kit.focus_bar(
            (t("Results of all learners"), routes.quiz_results(marking.slug, marking.item_id)),
            rx.cond(S.marking.length() > 0, marking.title, t("Marking")),
            rx.cond(S.marking.length() > 0, marking.course, ""),
            rx.cond((S.marking.length() > 0) & (marking.total > 0), _moves()),
        ),
        kit.main(kit.page_states(S, rx.cond(answer.attempt_id != "", _body(), _nothing()), _skeleton(), "the answers")),
    )


def _moves() -> rx.Component:
    def move(words: str, ic: str, key: str, to: Any) -> rx.Component:
        go = kit.btn(words, "secondary", ic, icon_only=True, key=key, on_click=S.go(to))
        return rx.cond(to != "", go, kit.btn(words, "secondary", ic, icon_only=True, aria_disabled="true"))

    return el.div(
        el.span(
            t("{n} of {all} marked", n=marking.total - marking.waiting, all=marking.total),
            class_name="t-small t-2 t-num hidden! sm:inline!",
        ),
        move(t("Previous answer"), "chevron-left", "k", marking.previous),
        move(t("Next answer"), "chevron-right", "j", marking.next),
        class_name="flex items-center gap-2",
    )


def _body() -> rx.Component:
    return el.div(el.div(_read(), class_name="k-sub"), _form(), class_name="k-grade")


def _read() -> rx.Component:
    return el.div(
        _question(),
        el.div(
            el.div(
                el.h1(answer.student, class_name="t-h2"),
                el.p(answer.facts, class_name="t-small t-2"),
                class_name="min-w-0",
            ),
            rx.cond(answer.points == "", kit.chip(t("To be marked"), "warn"), kit.chip(t("Marked"), "ok", "check")),
            class_name="flex items-start justify-between gap-4 mt-8 mb-4",
        ),
        el.div(answer.answer, class_name="k-prose whitespace-pre-wrap", custom_attrs={"id": "answer"}),
        kit.when(answer.files.length() > 0, uploads.file_list(answer.files)),
        el.p(answer.read_as, class_name="t-small t-2 mt-4"),
        class_name="max-w-[720px] mx-auto",
    )


def _question() -> rx.Component:
    pick = el.select(
        rx.foreach(
            marking.questions,
            lambda one: el.option(
                t("{question} ({n} of {all} to be marked)", question=one.text, n=one.waiting, all=one.answers),
                value=one.id,
            ),
        ),
        id="question",
        value=marking.question_id,
        on_change=S.choose,
        class_name="k-input",
    )
    return el.div(
        el.div(el.label(t("Question"), html_for="question"), pick, class_name="k-field"),
        el.div(
            kit.toggle(t("Hide names"), marking.anonymous, "eye-off", on_click=S.hide_names),
            class_name="mt-3",
        ),
        el.div(
            kit.prose(answer.stem_html, "line"),
            kit.when(
                answer.notes != "",
                el.details(
                    el.summary(t("Notes for marking"), class_name="t-small t-strong cursor-pointer"),
                    el.p(answer.notes, class_name="t-2 mt-2 whitespace-pre-wrap"),
                    class_name="mt-4",
                ),
            ),
            class_name="k-card k-card--pad mt-4",
        ),
    )


def _form() -> rx.Component:
    points = kit.text_input(
        name="points", default_value=answer.points, input_mode="decimal", auto_complete="off", auto_focus=True
    )
    comment = kit.textarea(name="comment", default_value=answer.comment, rows=8)
    return el.form(
        el.div(
            el.h2(t("Mark"), class_name="t-h3 mb-4"),
            el.div(
                rx.cond(marking.problem != "", el.div(kit.note("danger", "circle-alert", el.p(marking.problem)))),
                role="alert",
                class_name="empty:hidden mb-4",
            ),
            el.div(
                el.div(
                    kit.field(t("Points of {max}", max=answer.points_max), points, id="points"),
                    class_name="max-w-[12rem]",
                ),
                kit.field(
                    t("Comment"),
                    comment,
                    id="comment",
                    hint=t("The student sees it as feedback. Ctrl and Enter saves from here."),
                    optional=True,
                ),
                class_name="flex flex-col gap-5",
            ),
            kit.when(answer.marks.length() > 0, _history()),
            class_name="k-rub-body",
        ),
        el.div(
            el.span(
                rx.cond(
                    marking.saved != "",
                    rx.fragment(
                        kit.icon("check"),
                        el.span(
                            t("Saved: {mark}.", mark=marking.saved),
                            rx.cond(marking.waiting == 0, " " + t("All are marked."), ""),
                        ),
                    ),
                ),
                role="status",
                class_name="k-save",
            ),
            kit.btn(rx.cond(marking.waiting > 1, t("Save and next"), t("Save")), "primary", type="submit", form=FORM),
            class_name="k-foot",
        ),
        # Another answer is another form: its inputs start with its own mark.
        key=f"{answer.attempt_id}{answer.question_id}",
        on_submit=S.send_mark,
        class_name="k-rub",
        custom_attrs={"id": FORM, "noValidate": True, "data-sends": "true"},
    )


def _history() -> rx.Component:
    def line(one: Any) -> rx.Component:
        was = rx.cond(one.before != "", t("{points}, before {was}", points=one.points, was=one.before), one.points)
        return el.li(
            el.span(was, class_name="t-num t-strong"), " · ", one.by, " · ", one.when, class_name="t-small t-2"
        )

    return el.section(
        el.h3(t("Marks so far"), class_name="t-small t-strong mb-2"),
        el.ol(rx.foreach(answer.marks, line), class_name="flex flex-col gap-1"),
        class_name="mt-6 pt-5 k-rule",
    )


def _nothing() -> rx.Component:
    return el.div(
        el.h1(t("Marking"), class_name="k-sr"),
        kit.card(
            kit.empty(
                "pen-line",
                t("Nothing to mark"),
                t("Essays wait here once attempts are submitted."),
                kit.btn(t("Learners and results"), href=routes.quiz_results(marking.slug, marking.item_id)),
                level=2,
            )
        ),
        class_name="k-focus",
    )


def _skeleton() -> rx.Component:
    return el.div(kit.skel_text(3), kit.skel("100%", "280px", class_name="mt-6"), class_name="k-focus")


PAGE = Page(
    routes.QUIZ_MARKING,
    view,
    S.open_marking,
    rx.cond(S.loaded, t("Marking: {title}", title=marking.title), t("Marking")),
    member(Can.GRADE),
)
