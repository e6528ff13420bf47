"""A student's grades in a course: two totals, each of which opens down to every answer, and trying out other marks."""

from typing import Any

import reflex as rx

from lms_app.gradebook.pages.tree import tree
from lms_app.gradebook.state.grades import GradesState
from lms_app.policy import Can
from lms_app.web import kit, routes
from lms_app.web.guard import member
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = GradesState
REPORT = S.grades[0]


def view() -> rx.Component:
    return kit.page_shell(
        "My courses",
        el.div(
            kit.page_states(S, rx.cond(S.grades.length() > 0, _body()), _skeleton(), t("your grades")),
            class_name="max-w-[860px]",
        ),
    )


def _skeleton() -> rx.Component:
    return rx.fragment(kit.skel("280px", "32px", class_name="mb-8"), kit.skel("100%", "118px"), kit.skel_rows(5))


def _body() -> rx.Component:
    return rx.fragment(
        kit.page_head(t("Grades"), REPORT.course, crumb=(REPORT.course, routes.course(REPORT.slug))),
        rx.cond(S.trial.length() > 0, _trying()),
        rx.cond(REPORT.set_by_hand != "", _set_by_hand()),
        el.dl(
            kit.stat(
                t("So far"),
                rx.cond(REPORT.so_far != "", _with_letter(REPORT.so_far, REPORT.letter_so_far), "–"),
                rx.cond(REPORT.so_far != "", t("Of the work that is marked"), t("Nothing is marked yet")),
            ),
            kit.stat(
                t("If the rest is 0"),
                _with_letter(REPORT.in_the_end, REPORT.letter_in_the_end),
                t("With everything that has no mark as 0"),
            ),
            class_name="k-stats k-stats--two mb-8",
        ),
        _made(t("How “so far” is made"), REPORT.trees[0], "so-far", True),
        _made(t("How “if the rest is 0” is made"), REPORT.trees[1], "in-the-end", False),
        _try_out(),
    )


def _with_letter(percent: Any, letter: Any) -> rx.Component:
    return rx.fragment(percent, kit.when(letter != "", el.span(" ", letter, class_name="t-2")))


def _set_by_hand() -> rx.Component:
    return el.div(
        kit.note(
            "info",
            "pen-line",
            el.div(
                el.p(t("Your course total was set to {n}.", n=REPORT.set_by_hand), class_name="t-strong"),
                el.p(REPORT.reason),
                el.p(t("What your marks come to by themselves stands below."), class_name="t-small t-2"),
            ),
        ),
        class_name="mb-6",
    )


def _trying() -> rx.Component:
    return el.div(
        kit.note(
            "warn",
            "flask-conical",
            el.div(
                el.p(t("You are trying out marks. Nothing of it is kept, and nobody else sees it.")),
                kit.btn(t("Back to my marks"), size="sm", on_click=S.reset_trial),
                class_name="flex flex-wrap items-center gap-4",
            ),
        ),
        role="status",
        class_name="mb-6",
    )


def _made(title: str, root: Any, id: str, opened: bool) -> rx.Component:
    return el.details(
        el.summary(
            kit.icon("chevron-right", class_name="k-chev"),
            el.h2(title, class_name="t-h2 flex-1"),
            el.span(rx.cond(root.percent != "", root.percent, "–"), class_name="t-num t-strong"),
        ),
        el.div(
            el.div(
                el.span(),
                el.span(t("Came to"), class_name="text-end"),
                el.span(t("Adds"), kit.sr(t("in percentage points")), class_name="text-end"),
                class_name="k-tree-line t-cap t-3",
                aria_hidden="true",
            ),
            tree(root),
            class_name="px-5 pb-4",
        ),
        open=opened,
        id=id,
        class_name="k-mod mb-4",
    )


def _try_out() -> rx.Component:
    def line(part: Any) -> rx.Component:
        return rx.cond(part.kind == "category", rx.foreach(part.parts, inner), field(part))

    def inner(part: Any) -> rx.Component:
        return rx.cond(part.kind == "category", rx.foreach(part.parts, field), field(part))

    def field(part: Any) -> rx.Component:
        return kit.field(
            part.title,
            kit.text_input(
                name=part.id,
                default_value=part.tried,
                placeholder=rx.cond(part.percent != "", part.percent, t("No mark yet")),
                max_length=40,
                auto_complete="off",
                input_mode="decimal",
            ),
            id=f"try-{part.id}",
            error=rx.cond(S.errors.contains(part.id), S.errors[part.id], ""),
        )

    return el.details(
        el.summary(kit.icon("chevron-right", class_name="k-chev"), el.h2(t("What if …"), class_name="t-h2 flex-1")),
        el.form(
            el.p(
                t("Type points that you may get, and see what your totals would be. Nothing is kept."),
                class_name="t-small t-2",
            ),
            el.div(rx.foreach(REPORT.trees[1].parts, line), class_name="grid sm:grid-cols-2 lg:grid-cols-3 gap-4"),
            el.div(kit.btn(t("Show the totals"), "primary", type="submit"), class_name="k-form-a"),
            on_submit=S.try_out,
            class_name="flex flex-col gap-4 px-5 pb-5",
            custom_attrs={"noValidate": True},
        ),
        id="what-if",
        class_name="k-mod mb-4",
    )


PAGE = Page(
    routes.GRADES,
    view,
    S.open,
    rx.cond(S.loaded, t("Grades: {course}", course=REPORT.course), t("Grades")),
    member(Can.SEE),
)
