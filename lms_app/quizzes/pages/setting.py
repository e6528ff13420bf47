"""The settings of a quiz in plain words: what it is for, when it is open, how often and how long, what students see."""

from typing import Any

import reflex as rx

from lms_app.policy import Can
from lms_app.quizzes.state.editing import QuizEditorState
from lms_app.web import kit, routes
from lms_app.web.guard import member
from lms_app.web.kit import el, typed
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = QuizEditorState
QUIZ = S.quiz

PURPOSES = (
    ("practice", t("Practice"), t("As often as one likes, each answer checked at once, with hints.")),
    ("homework", t("Homework"), t("Two attempts; the right answers show after the last one.")),
    ("exam", t("Exam"), t("One attempt of an hour, shuffled; the right answers stay hidden.")),
)
COUNTS = (
    ("highest", t("The best attempt counts")),
    ("average", t("The average of all attempts counts")),
    ("first", t("The first attempt counts")),
    ("last", t("The last attempt counts")),
)
BEHAVIOURS = (
    ("deferred", t("What is right shows after the attempt")),
    ("interactive", t("Each answer can be checked: with hints, and with a penalty for every further try")),
)
SHOWS = (
    ("submit", t("As soon as an attempt is over")),
    ("last", t("After the last attempt, or once the quiz has closed")),
    ("close", t("Once the quiz has closed")),
    ("never", t("Never")),
)
MARKS = tuple(one for one in SHOWS if one[0] != "last")


def view() -> rx.Component:
    return kit.page_shell("Teaching", kit.page_states(QuizEditorState, _body(), _skeleton(), what=t("the settings")))


def _skeleton() -> rx.Component:
    return rx.fragment(kit.skel("280px", "32px", class_name="mb-8"), kit.skel("100%", "520px"))


def _body() -> rx.Component:
    return rx.fragment(
        kit.page_head(
            t("Settings: {title}", title=QUIZ.title),
            t("Times are in your zone, {zone}.", zone=S.zone),
            typed.saved_status(S),
            kit.btn(t("Extensions"), "quiet", "calendar-clock", href=routes.item_overrides(QUIZ.slug, QUIZ.item_id)),
            kit.btn(t("Questions"), "secondary", "list-checks", href=routes.quiz_edit(QUIZ.slug, QUIZ.item_id)),
            crumb=(QUIZ.course, routes.course_build(QUIZ.slug)),
        ),
        kit.error_summary(S.problems),
        el.form(
            kit.hidden("do", ""),
            _purposes(),
            _about(),
            _times(),
            _results(),
            el.div(kit.btn(t("Save settings"), "primary", type="submit")),
            key=S.form,
            on_submit=S.send_settings,
            class_name="flex flex-col gap-6 max-w-[760px]",
            custom_attrs={"noValidate": True, "data-autosaves": "true"},
        ),
    )


def _purposes() -> rx.Component:
    def one(name: str, words: str, what: str) -> rx.Component:
        return el.div(
            kit.btn(words, "secondary", size="sm", data_does=name),
            el.p(what, class_name="t-small t-2"),
            class_name="flex flex-col items-start gap-2",
        )

    return typed.part(
        t("What is it for?"),
        el.p(t("A purpose fills in what usually goes with it. You can change all of it afterwards."), class_name="t-2"),
        el.div(*[one(*purpose) for purpose in PURPOSES], class_name="grid gap-5 sm:grid-cols-3"),
    )


def _about() -> rx.Component:
    return typed.part(
        t("About the quiz"),
        typed.line(S.values, S.errors, "title", t("Title"), max_length=160),
        typed.lines(
            S.values, S.errors, "intro", t("Introduction"), hint=t("Students read it before they start."), optional=True
        ),
    )


def _times() -> rx.Component:
    return typed.part(
        t("When and how often"),
        typed.side_by_side(
            typed.moment(S.values, S.errors, "opens_at", t("Opens"), hint=t("Without one it is open now.")),
            typed.moment(S.values, S.errors, "closes_at", t("Closes"), hint=t("Nobody can answer after it.")),
            typed.number(S.values, S.errors, "limit_minutes", t("Minutes for an attempt"), optional=True),
            typed.number(S.values, S.errors, "attempts_allowed", t("Attempts"), optional=True),
        ),
        typed.choose(S.values, S.errors, "grading", t("With several attempts"), COUNTS),
        typed.choose(S.values, S.errors, "behaviour", t("While they answer"), BEHAVIOURS),
        typed.switch(S.values, "shuffle_questions", t("Shuffle the questions")),
        typed.switch(S.values, "shuffle_options", t("Shuffle the options of a question")),
    )


def _results() -> rx.Component:
    return typed.part(
        t("What students see"),
        el.div(typed.number(S.values, S.errors, "pass", t("Pass mark (%)"), optional=True), class_name="max-w-[12rem]"),
        typed.choose(S.values, S.errors, "show_marks", t("Their marks"), MARKS),
        typed.choose(S.values, S.errors, "show_feedback", t("Feedback"), SHOWS),
        typed.choose(S.values, S.errors, "show_answers", t("The right answers"), SHOWS),
    )


PAGE = Page(
    routes.QUIZ_SETTINGS,
    view,
    QuizEditorState.open_settings,
    rx.cond(S.loaded, t("Settings: {title}", title=QUIZ.title), t("Quiz settings")),
    member(Can.AUTHOR),
)
