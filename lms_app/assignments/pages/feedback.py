"""What a student reads once grades are published: their work with the notes on it, beside its rubric and mark."""

from typing import Any

import reflex as rx

from lms_app.assignments.pages.work_parts import feedback_files, note_list, the_files, the_link, the_text
from lms_app.assignments.state.grading import GradingState
from lms_app.policy import Can
from lms_app.rubrics.pages.parts import rubric_table
from lms_app.web import kit, routes
from lms_app.web.guard import member
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = GradingState
HERE = S.feedback[0]
WORK, MARK = HERE.submission, HERE.mark


def view() -> rx.Component:
    return kit.focus_shell(
        kit.focus_bar(
            (t("Back to the assignment"), routes.assignment(HERE.slug, HERE.item_id)),
            rx.cond(S.feedback.length() > 0, HERE.title, t("Feedback")),
            rx.cond(S.feedback.length() > 0, HERE.course, ""),
        ),
        kit.main(
            kit.page_states(
                S,
                _body(),
                el.div(kit.skel_text(6), class_name="k-focus"),
                what=t("your feedback"),
                missing=kit.not_found(
                    t("No feedback yet"),
                    t("It comes once your work is marked and the grades of the assignment are published."),
                    kit.btn(t("Go to Home"), "primary", href=routes.home()),
                ),
            )
        ),
    )


def _body() -> rx.Component:
    return el.div(el.div(_work(), class_name="k-sub"), _said(), class_name="k-grade k-grade--read")


def _work() -> rx.Component:
    return el.div(
        el.h1(t("Feedback"), class_name="t-title"),
        el.p(t("Submitted {when}", when=WORK.when), class_name="t-small t-2 mb-6"),
        the_text(WORK, HERE.notes),
        the_link(WORK),
        the_files(WORK, HERE.notes, pins=False),
        note_list(HERE.notes),
        class_name="max-w-[720px] mx-auto",
    )


def _said() -> rx.Component:
    return el.aside(
        el.div(
            el.div(
                el.h2(t("Your mark"), class_name="t-h3"),
                el.p(el.b(MARK.kept), f" / {HERE.points_max}", class_name="k-total"),
                class_name="flex items-baseline justify-between gap-3 mb-4",
            ),
            rx.cond(MARK.arithmetic != "", el.div(kit.note("warn", "clock", el.p(MARK.arithmetic)), class_name="mb-6")),
            rx.cond(MARK.comment_html != "", el.div(kit.prose(MARK.comment_html, "sm"), class_name="mb-6")),
            rx.cond(HERE.files.length() > 0, el.div(feedback_files(HERE.files), class_name="mb-6")),
            rx.cond(HERE.rubric.id != "", rubric_table(HERE.rubric, MARK.marks)),
            class_name="k-rub-body",
        ),
        aria_label=t("Mark and comments"),
        class_name="k-rub",
    )


PAGE = Page(
    routes.ASSIGNMENT_FEEDBACK,
    view,
    S.open_feedback,
    rx.cond(S.loaded, t("Feedback: {title}", title=HERE.title), t("Feedback")),
    member(Can.SEE),
)
