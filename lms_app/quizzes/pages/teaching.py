"""A quiz for its staff: how each learner did, and how each question went."""

from typing import Any

import reflex as rx

from lms_app.policy import Can
from lms_app.quizzes.state.results import WINDOW, QuizResultsState
from lms_app.web import kit, routes
from lms_app.web.guard import member
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t

S = QuizResultsState
results = QuizResultsState.results


def view() -> rx.Component:
    return kit.page_shell("Teaching", kit.page_states(S, _body(), kit.skel_rows(6), "these results"))


def _body() -> rx.Component:
    return rx.fragment(
        kit.page_head(
            results.title,
            t("Learners and questions"),
            kit.when(
                results.waiting > 0,
                kit.btn(
                    t("Mark answers ({n})", n=results.waiting),
                    "primary",
                    "pen-line",
                    href=routes.quiz_marking(results.slug, results.item_id),
                ),
            ),
            kit.btn(t("Edit questions"), "secondary", "pencil", href=routes.quiz_edit(results.slug, results.item_id)),
            kit.btn(t("See the quiz"), "secondary", "eye", href=routes.quiz(results.slug, results.item_id)),
            crumb=(results.course, routes.teach_course(results.slug)),
        ),
        el.dl(
            kit.stat(t("Learners"), results.learners),
            kit.stat(t("Started"), results.started, t("{n} have finished", n=results.finished)),
            kit.stat(t("Average grade"), rx.cond(results.average >= 0, f"{results.average}%", "–")),
            kit.when(results.passes, kit.stat(t("Passed"), results.passed)),
            class_name="k-stats",
        ),
        kit.section(
            t("Learners"),
            rx.cond(
                results.rows.length() > 0,
                _learners(),
                kit.card(
                    kit.empty(
                        "users",
                        t("Nobody to show yet"),
                        t("Learners appear here once they have joined the course."),
                        kit.btn(t("Go to the course"), href=routes.teach_course(results.slug)),
                    )
                ),
            ),
            id="learners",
            class_name="mt-8",
        ),
        kit.section(
            t("Questions"),
            rx.cond(
                results.questions.length() > 0,
                _questions(),
                kit.card(
                    kit.empty(
                        "list-checks", t("No questions yet"), t("Each question appears here once the quiz has some.")
                    )
                ),
            ),
            id="questions",
            class_name="mt-8",
        ),
    )


def _learners() -> rx.Component:
    return rx.fragment(
        kit.data_table(
            t("Learners and their attempts"),
            [
                t("Learner"),
                t("State"),
                kit.col(t("Attempts"), num=True),
                kit.col(t("Grade"), num=True),
                kit.col(t("Last activity")),
            ],
            rx.foreach(results.rows, _learner),
        ),
        _pager(),
    )


def _learner(row: Any) -> rx.Component:
    state = rx.match(
        row.state,
        ("open", kit.chip(t("In progress"), "info")),
        ("submitted", kit.chip(t("Submitted"), "ok")),
        ("expired", kit.chip(t("Time ran out"), "warn")),
        kit.chip(t("Not started")),
    )
    return kit.tr(
        kit.row_head(rx.cond(row.url != "", kit.link(row.name, row.url), el.span(row.name))),
        kit.td(
            el.div(
                state,
                rx.cond(row.late > 0, kit.chip(t("{n} late", n=row.late), "warn", "clock")),
                class_name="flex flex-wrap gap-2",
            )
        ),
        kit.td(row.attempts, num=True),
        kit.td(rx.cond(row.score != "", row.score, "–"), num=True),
        kit.td(row.when),
    )


def _pager() -> rx.Component:
    last = rx.cond(S.at + WINDOW < results.total, S.at + WINDOW, results.total)
    return rx.cond(
        results.total > WINDOW,
        el.div(
            kit.result_count(t("{a} to {b} of {all}", a=S.at + 1, b=last, all=results.total)),
            rx.cond(S.at > 0, kit.btn(t("Previous"), "secondary", "arrow-left", on_click=S.turn(S.at - WINDOW))),
            rx.cond(
                S.at + WINDOW < results.total,
                kit.btn(t("Next"), "secondary", ic_end="arrow-right", on_click=S.turn(S.at + WINDOW)),
            ),
            class_name="flex flex-wrap items-center gap-3 mt-4",
        ),
    )


def _questions() -> rx.Component:
    def line(question: Any) -> rx.Component:
        return kit.tr(
            kit.row_head(rx.cond(question.number > 0, f"{question.number}. ", t("Drawn: ")), question.text),
            kit.td(question.kind, class_name="whitespace-nowrap"),
            kit.td(question.points, num=True),
            kit.td(question.answered, num=True),
            kit.td(question.blank, num=True),
            kit.td(rx.cond(question.percent >= 0, f"{question.percent}%", "–"), num=True),
        )

    return rx.fragment(
        kit.data_table(
            t("How each question went"),
            [
                t("Question"),
                t("Kind"),
                kit.col(t("Points"), num=True),
                kit.col(t("Answered"), num=True),
                kit.col(t("Blank"), num=True),
                kit.col(t("Facility"), num=True),
            ],
            rx.foreach(results.questions, line),
        ),
        el.p(
            t("Facility is the mean share of the points over finished attempts: low means hard."),
            class_name="t-small t-2 mt-2",
        ),
    )


PAGE = Page(
    routes.QUIZ_RESULTS,
    view,
    QuizResultsState.open,
    rx.cond(S.loaded, results.title, t("Quiz results")),
    member(Can.GRADE),
)
