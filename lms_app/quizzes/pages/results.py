"""The results of one attempt: how it went, what comes next, and every answer with its feedback."""

from typing import Any

import reflex as rx

from lms_app.quizzes.state.reviewing import ResultState
from lms_app.web import kit, routes
from lms_app.web.guard import signed_in
from lms_app.web.kit import el, uploads
from lms_app.web.page import Page
from lms_app.web.words import t

result: Any = ResultState.result[0]
LIST = "answers"


def view() -> rx.Component:
    return kit.page_shell(
        "My courses",
        el.div(kit.page_states(ResultState, _body(), _skeleton(), "your results"), class_name="max-w-[800px] mx-auto"),
    )


def _body() -> rx.Component:
    mine = kit.breadcrumb((result.course, routes.course(result.slug)))
    staff = kit.breadcrumb((t("Results of all learners"), routes.quiz_results(result.slug, result.item_id)))
    return rx.fragment(
        el.div(rx.cond(result.student != "", staff, mine), class_name="mb-4"),
        kit.card(
            kit.when(result.percent >= 0, el.div(kit.ring(result.percent, 112, t("Score")), class_name="flex-none")),
            el.div(
                el.h1(result.title, class_name="t-title"),
                kit.when(result.student != "", el.p(result.student, class_name="t-strong mt-1")),
                el.p(result.headline, class_name="text-lg mt-1"),
                el.p(result.facts, class_name="t-small t-2 mt-1"),
                rx.cond(result.student == "", _actions()),
                class_name="min-w-0",
            ),
            class_name="flex flex-wrap items-center gap-x-8 gap-y-5",
        ),
        rx.foreach(result.notes, _note),
        rx.cond(result.reread.url != "", _reread()),
        kit.section(
            t("Answers and feedback"),
            kit.rows(rx.foreach(result.answers, _answer), ordered=True, custom_attrs={"id": LIST}),
            action=kit.when(result.mistakes > 0, kit.only_btn(t("Show only mistakes"), LIST)),
            id="feedback",
            class_name="mt-8",
        ),
    )


def _note(text: Any) -> rx.Component:
    return el.div(kit.note("info", "info", el.p(text)), class_name="mt-4")


def _reread() -> rx.Component:
    about = el.strong(t("Worth another look:"))
    return el.div(
        kit.note("ok", "lightbulb", el.p(about, " ", kit.link(result.reread.title, result.reread.url))),
        class_name="mt-4",
    )


def _actions() -> rx.Component:
    """What comes next in the course is the one primary button; another attempt stands beside it."""
    ahead = rx.cond(result.next_title != "", t("Next: {title}", title=result.next_title), t("Back to the course"))
    return el.div(
        kit.btn(ahead, "primary", ic_end="arrow-right", href=result.next_url),
        rx.cond(result.attempts_left != 0, _again()),
        class_name="flex flex-wrap gap-2 mt-5",
    )


def _again() -> rx.Component:
    left = rx.match(
        result.attempts_left,
        (-1, t("Try again")),
        (1, t("Try again (1 attempt left)")),
        t("Try again ({n} attempts left)", n=result.attempts_left),
    )
    return kit.btn(left, "secondary", "rotate-ccw", on_click=ResultState.try_again)


def _answer(answer: Any) -> rx.Component:
    text = el.li(kit.prose(answer.stem_html, "sm"), class_name="py-4 px-5")
    return rx.cond(answer.outcome == "text", text, _answered(answer))


def _answered(answer: Any) -> rx.Component:
    outcome = answer.outcome
    wrong = (outcome == "partly") | (outcome == "incorrect") | (outcome == "blank")
    verdict = rx.match(
        outcome,
        ("correct", kit.verdict("ok")),
        ("partly", kit.verdict("part")),
        ("incorrect", kit.verdict("no")),
        ("blank", kit.verdict("no")),
        ("waiting", kit.verdict("open")),
        rx.fragment(),
    )
    return el.li(
        el.article(
            el.div(
                verdict,
                el.h3(t("Question {n}", n=answer.label), class_name="k-sr"),
                el.div(
                    el.span(answer.label, ".", class_name="k-prose--head flex-none", aria_hidden="true"),
                    kit.prose(answer.stem_html, "head"),
                    class_name="flex gap-1.5 flex-1 min-w-0 pt-0.5",
                ),
                el.span(
                    el.span(answer.score, class_name="t-strong"),
                    kit.when(answer.tries != "", el.span(answer.tries, class_name="t-2 block")),
                    class_name="t-small t-num whitespace-nowrap text-end pt-1.5",
                ),
                class_name="flex gap-3 items-start",
            ),
            el.div(
                el.dl(
                    el.dt(t("Your answer")),
                    el.dd(
                        rx.cond(
                            answer.answer != "",
                            el.span(answer.answer, class_name="whitespace-pre-wrap"),
                            t("No answer"),
                        ),
                        kit.when(answer.files.length() > 0, uploads.file_list(answer.files)),
                        kit.when(answer.read_as != "", el.span(" (", answer.read_as, ")", class_name="t-2")),
                    ),
                    _pair(rx.cond(outcome == "correct", "", answer.solution), t("Correct answer")),
                    class_name="k-dl mt-3",
                ),
                _feedback(answer.feedback_html),
                _feedback(answer.general_html),
                rx.foreach(answer.late, _late),
                class_name="sm:ps-[42px]",
            ),
        ),
        class_name="py-4 px-5",
        custom_attrs={"data-keep": rx.cond(wrong, "true", rx.Var("undefined"))},
    )


def _pair(value: Any, name: str) -> rx.Component:
    return rx.cond(value != "", rx.fragment(el.dt(name), el.dd(value)))


def _feedback(html: Any) -> rx.Component:
    return rx.cond(html != "", el.div(kit.prose(html, "sm"), class_name="mt-3"))


def _late(text: Any) -> rx.Component:
    return el.p(kit.chip(t("Late, not graded"), "warn"), " ", text, class_name="t-small mt-3")


def _skeleton() -> rx.Component:
    return rx.fragment(kit.skel("100%", "170px"), el.div(kit.skel_rows(4), class_name="mt-8"))


PAGE = Page(
    routes.RESULTS,
    view,
    ResultState.open,
    rx.cond(ResultState.loaded, t("Results: {title}", title=result.title), t("Quiz results")),
    signed_in,
)
