"""A quiz before it is taken: its rules, the one button, and earlier attempts. No clock runs here."""

from typing import Any

import reflex as rx

from lms_app.quizzes.state.starting import QuizState
from lms_app.web import kit, routes
from lms_app.web.guard import signed_in
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t

quiz = QuizState.quiz


def view() -> rx.Component:
    return kit.page_shell(
        "My courses",
        el.div(kit.page_states(QuizState, _body(), kit.skel_text(5), "this quiz"), class_name="max-w-[800px] mx-auto"),
    )


def _body() -> rx.Component:
    return rx.fragment(
        el.div(kit.breadcrumb((quiz.course, routes.course(quiz.slug))), class_name="mb-4"),
        kit.card(
            el.h1(quiz.title, class_name="t-title"),
            kit.when(quiz.intro_html != "", el.div(kit.prose(quiz.intro_html, "sm"), class_name="mt-3")),
            el.h2(t("Before you start"), class_name="t-h3 mt-6 mb-2"),
            el.ul(rx.foreach(quiz.rules, _rule), class_name="flex flex-col gap-2"),
            el.div(_action(), class_name="mt-6"),
        ),
        kit.when(quiz.attempts.length() > 0, _attempts()),
    )


def _rule(text: Any) -> rx.Component:
    return el.li(el.span("•", class_name="t-3", aria_hidden="true"), el.span(text), class_name="flex gap-3 items-start")


def _action() -> rx.Component:
    """The one thing to do now, or why there is none."""
    start = kit.btn(
        rx.cond(quiz.attempts.length() > 0, t("Start another attempt"), t("Start quiz")),
        "primary",
        size="lg",
        on_click=QuizState.start,
    )
    resume = kit.btn(t("Continue your attempt"), "primary", "play", size="lg", on_click=QuizState.start)
    results = kit.btn(
        t("Learners and results"), "primary", "chart-no-axes-column", href=routes.quiz_results(quiz.slug, quiz.item_id)
    )
    return rx.cond(
        quiz.is_staff,
        el.div(
            kit.note("info", "eye", t("You teach this course. What you try here is in no result and no grade.")),
            el.div(results, _trial(), class_name="flex flex-wrap gap-2 mt-4"),
        ),
        rx.cond(
            quiz.open_attempt != "",
            resume,
            rx.cond(quiz.blocked != "", kit.note("info", "lock", el.p(quiz.blocked)), start),
        ),
    )


def _trial() -> rx.Component:
    words = rx.cond(quiz.open_attempt != "", t("Continue your trial"), t("Take as a student"))
    return kit.btn(words, "secondary", "play", size="lg", on_click=QuizState.take)


def _attempts() -> rx.Component:
    def line(attempt: Any) -> rx.Component:
        name = rx.cond(quiz.is_staff, t("Trial {n}", n=attempt.number), t("Attempt {n}", n=attempt.number))
        discard = kit.btn(
            rx.fragment(t("Throw away"), kit.sr(" "), kit.sr(name)),
            "quiet",
            "trash-2",
            size="sm",
            on_click=QuizState.discard(attempt.id),
        )
        return el.li(
            el.div(
                kit.link(name, attempt.url),
                el.span(attempt.when, class_name="t-small t-2 block"),
                class_name="min-w-0 flex-1",
            ),
            el.span(attempt.score, class_name="t-small t-strong t-num"),
            kit.when(quiz.is_staff, discard),
            class_name="k-row",
        )

    grade = kit.when(quiz.grade != "", el.span(t("Your grade: {grade}", grade=quiz.grade), class_name="t-small t-2"))
    return kit.section(
        rx.cond(quiz.is_staff, t("Your trials"), t("Your attempts")),
        kit.rows(rx.foreach(quiz.attempts, line)),
        action=grade,
        id="attempts",
        class_name="mt-8",
    )


PAGE = Page(routes.QUIZ, view, QuizState.open, rx.cond(QuizState.loaded, quiz.title, t("Quiz")), signed_in)
