"""The editor of a quiz: its questions beside the form of one of them."""

from typing import Any

import reflex as rx

from lms_app.policy import Can
from lms_app.quizzes.kinds import KINDS, TEXTS, authoring
from lms_app.quizzes.state.editing import QuizEditorState
from lms_app.web import kit, routes
from lms_app.web.guard import member
from lms_app.web.kit import el, typed, writing
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = QuizEditorState
QUIZ = S.quiz
SLOTS = (("draw", t("Random questions")), ("section", t("Section")))
IS_SLOT = (S.kind == "draw") | (S.kind == "section")
IS_TEXT = rx.Var.create(list(TEXTS)).contains(S.kind)


def view() -> rx.Component:
    return kit.page_shell("Teaching", kit.page_states(QuizEditorState, _body(), _skeleton(), what=t("the quiz")))


def _skeleton() -> rx.Component:
    return rx.fragment(
        kit.skel("280px", "32px", class_name="mb-8"),
        el.div(kit.skel("100%", "320px"), kit.skel("100%", "480px"), class_name="k-editor"),
    )


def _body() -> rx.Component:
    return rx.fragment(
        kit.page_head(
            QUIZ.title,
            QUIZ.facts,
            typed.saved_status(S),
            kit.btn(t("Question bank"), "secondary", "library", href=routes.question_bank(QUIZ.slug)),
            kit.btn(t("Settings"), "secondary", "settings", href=routes.quiz_settings(QUIZ.slug, QUIZ.item_id)),
            kit.btn(t("Results"), "secondary", "chart-column", href=routes.quiz_results(QUIZ.slug, QUIZ.item_id)),
            kit.btn(t("Take as a student"), "secondary", "eye", on_click=S.take),
            crumb=(QUIZ.course, routes.course_build(QUIZ.slug)),
        ),
        el.div(rx.cond(S.removed != "", el.div(_undo(), class_name="mb-6")), role="status"),
        el.div(_list(), el.div(_form(), class_name="min-w-0"), class_name="k-editor"),
    )


def _undo() -> rx.Component:
    return kit.note(
        "info",
        "trash-2",
        el.div(
            el.p(t("It is removed from the quiz. A question stays in the bank, and in the attempts that had it.")),
            kit.btn(t("Bring it back"), size="sm", on_click=S.bring_back),
            class_name="flex flex-wrap items-center gap-4",
        ),
    )


def _list() -> rx.Component:
    def line(one: Any) -> rx.Component:
        return el.li(
            el.button(
                el.span(rx.cond(one.number > 0, one.number, "–"), class_name="k-ed-n"),
                el.span(
                    el.span(one.text, class_name="k-ed-t"),
                    el.span(
                        one.kind,
                        rx.cond(one.few, rx.fragment(" ", kit.chip(t("Too few fit"), "warn", "triangle-alert"))),
                        class_name="t-small t-2",
                    ),
                    class_name="min-w-0 flex-1 flex flex-col",
                ),
                kit.when(one.number > 0, el.span(one.points, kit.sr(" " + t("points")), class_name="t-small t-num")),
                type="button",
                on_click=S.choose(one.id),
                class_name="k-ed-row",
                aria_current=rx.cond(one.id == S.chosen, "true", "false"),
            )
        )

    first = {"draw": "draws", "section": "title"}
    kinds = [(kind.label, {"on_click": S.begin(kind.name), "data_focuses": "q.stem"}) for kind in KINDS.values()]
    slots = [(words, {"on_click": S.begin(place), "data_focuses": first[place]}) for place, words in SLOTS]
    return el.section(
        el.div(
            el.h2(t("Questions"), class_name="t-h3", custom_attrs={"id": "questions"}),
            kit.menu(t("Add"), "add-question", *kinds, None, *slots, ic="plus", kind="secondary", icon_only=False),
            class_name="flex items-center justify-between gap-3 p-4",
        ),
        rx.cond(
            QUIZ.lines.length() > 0,
            el.ol(rx.foreach(QUIZ.lines, line)),
            el.p(t("No questions yet. Add the first one."), class_name="t-2 px-4 pb-4"),
        ),
        aria_labelledby="questions",
        class_name="k-card",
    )


def _form() -> rx.Component:
    return rx.cond(
        S.kind != "",
        form(_head()),
        kit.card(
            kit.empty(
                "list-checks",
                t("Nothing to edit yet"),
                t("Choose “Add” and a kind of question."),
            ),
            pad=False,
        ),
    )


def form(head: rx.Component) -> rx.Component:
    """What is being written, below its head: here, and on the page of a question of the bank."""
    another = kit.btn(t("Save and add another"), "secondary", "plus", data_does="another")
    return rx.fragment(
        kit.error_summary(S.problems),
        writing.file_dialog("question", S.question),
        el.form(
            head,
            rx.match(S.kind, ("draw", _draw()), ("section", _section()), _asking()),
            el.div(
                kit.btn(rx.cond(IS_SLOT, t("Save"), t("Save question")), "primary", type="submit"),
                rx.cond(IS_SLOT, rx.fragment(), another),
                class_name="flex flex-wrap gap-3 mt-2",
            ),
            key=S.form,
            on_submit=S.send,
            class_name="k-card k-card--pad flex flex-col gap-5",
            custom_attrs={"noValidate": True, "data-autosaves": "true"},
        ),
    )


def _asking() -> rx.Component:
    return rx.fragment(
        _basics(),
        rx.match(S.kind, *[(kind.name, kind.form(S.values, S.errors)) for kind in KINDS.values()], rx.fragment()),
        rx.cond(IS_TEXT, rx.fragment(), _after()),
    )


def _draw() -> rx.Component:
    """How many questions of the bank, and which."""
    top = el.option(t("Any category"), value="")
    chosen = authoring.at(S.values, "category")
    category = kit.field(
        t("Category"),
        lambda **wires: el.select(
            top,
            rx.foreach(QUIZ.categories, lambda one: el.option(one.label, value=one.value)),
            name="category",
            default_value=chosen,
            class_name="k-input",
            **wires,
        ),
        id="category",
        hint=t("With all that is below it."),
    )
    levels = (("", t("Any difficulty")), ("easy", t("Easy")), ("medium", t("Medium")), ("hard", t("Hard")))
    return rx.fragment(
        kit.hidden("do", ""),
        el.p(
            t(
                "Each attempt draws anew, and prefers what its student was asked least. Nothing comes twice in an attempt."
            ),
            class_name="t-2",
        ),
        authoring.side_by_side(
            authoring.number(S.values, S.errors, "draws", t("Questions to draw")),
            authoring.number(S.values, S.errors, "points", t("Points each")),
        ),
        authoring.side_by_side(category, authoring.choose(S.values, S.errors, "difficulty", t("Difficulty"), levels)),
        authoring.line(
            S.values, S.errors, "tags", t("Tags"), hint=t("With all of these; commas between them."), optional=True
        ),
    )


def _section() -> rx.Component:
    return rx.fragment(
        kit.hidden("do", ""),
        authoring.line(S.values, S.errors, "title", t("Heading"), hint=t("It stands above each of its questions.")),
        authoring.switch(S.values, "shuffle", t("Another order for each student in this section")),
    )


def _head() -> rx.Component:
    more = kit.menu(
        t("More actions"),
        "question-actions",
        (t("Move up"), {"on_click": S.move(-1)}),
        (t("Move down"), {"on_click": S.move(1)}),
        (t("Duplicate"), {"on_click": S.duplicate}),
        None,
        (t("Remove from quiz"), {"on_click": S.remove, "danger": True}),
    )
    drop = kit.btn(t("Throw away"), "quiet", "trash-2", size="sm", on_click=S.remove)
    return el.div(
        heading(),
        rx.cond(S.chosen != "", more, drop),
        class_name="flex items-center justify-between gap-3",
    )


def heading() -> rx.Component:
    names = rx.match(S.kind, *[(kind.name, kind.label) for kind in KINDS.values()], "")
    known = rx.cond(S.chosen != "", t("Question: {kind}", kind=names), t("New question: {kind}", kind=names))
    return el.h2(rx.match(S.kind, *SLOTS, known), class_name="t-h3")


def _after() -> rx.Component:
    """What comes after an answer; hints and their price are for quizzes that check each one."""
    return rx.fragment(
        authoring.lines(
            S.values,
            S.errors,
            "q.feedback",
            t("General feedback"),
            hint=t("Everybody sees this after the attempt, whatever they answered."),
            optional=True,
            rows=2,
        ),
        authoring.more(
            authoring.lines(
                S.values,
                S.errors,
                "q.hints",
                t("Hints, one a line"),
                hint=t("Where each answer can be checked: a wrong one brings the next hint, and with it one more try."),
                optional=True,
                rows=2,
            ),
            el.div(
                authoring.percent(S.values, S.errors, "q.penalty", t("Penalty for each further try")),
                class_name="max-w-[16rem]",
            ),
        ),
    )


def _basics() -> rx.Component:
    return rx.fragment(
        authoring.lines(
            S.values,
            S.errors,
            "q.stem",
            rx.cond(IS_TEXT, t("Text"), t("Question")),
            hint=t("Markdown and maths work here: **bold**, $E = mc^2$."),
            rows=4,
        ),
        el.div(
            rx.cond(
                S.question != "",
                writing.file_btn(),
                el.p(t("Pictures can be added once the question is saved."), class_name="t-small t-2"),
            ),
            class_name="-mt-3",
        ),
        rx.cond(
            S.preview != "",
            el.section(
                el.h3(t("Preview"), class_name="t-cap t-2 mb-1", custom_attrs={"id": "preview"}),
                kit.prose(S.preview, "sm"),
                aria_labelledby="preview",
                class_name="k-seen",
            ),
        ),
        rx.cond(
            IS_TEXT,
            rx.fragment(),
            el.div(authoring.number(S.values, S.errors, "q.points", t("Points")), class_name="max-w-[12rem]"),
        ),
    )


PAGE = Page(routes.QUIZ_EDIT, view, QuizEditorState.open, rx.cond(S.loaded, QUIZ.title, t("Quiz")), member(Can.AUTHOR))
