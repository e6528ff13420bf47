"""The questions of a course: all, unanswered, one's own, followed; for the staff what was reported, too."""

from types import SimpleNamespace
from typing import Any

import reflex as rx

from lms_app.discussions.pages import dialogs, parts
from lms_app.discussions.state.talk import REPORTED, TalkState
from lms_app.web import kit, routes
from lms_app.web.kit import el, typed
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = TalkState
PLACE = S.place
SLUG, SHOW, LESSON, SEARCH = (typed.at(PLACE, name) for name in ("slug", "show", "lesson", "search"))


def view() -> rx.Component:
    rows = kit.skel_rows(6)
    here = rx.cond(typed.at(PLACE, "at") == "list", _body(), rows)
    return kit.page_shell("My courses", kit.page_states(S, here, rows, what=t("the questions"), missing=_missing()))


def _missing() -> rx.Component:
    return kit.not_found(
        t("We could not find these questions"),
        t("They are for members of the course, and may be turned off."),
        kit.btn(t("Go to your courses"), "primary", href=routes.my_courses()),
    )


def _body() -> rx.Component:
    course = routes.course(SLUG)
    return rx.fragment(
        kit.page_head(
            t("Questions"),
            rx.cond(typed.at(PLACE, "lesson_title") != "", t("About {lesson}", lesson=PLACE["lesson_title"]), ""),
            crumb=(PLACE["course"], course),
        ),
        _tabs(),
        rx.cond(SHOW == REPORTED, _reported(), _questions()),
        dialogs.hide(),
    )


def _tabs() -> rx.Component:
    def tab(label: Any, show: str) -> tuple[Any, Any, Any]:
        return (label, routes.course_questions(SLUG, show=show), show == SHOW)

    def counted(words: str, name: str) -> Any:
        count = typed.at(PLACE, name)
        return rx.fragment(words, rx.cond(count != "", rx.fragment(" ", kit.chip(count, "mark"))))

    usual = (tab(t("All"), ""), tab(counted(t("Unanswered"), "unanswered"), "unanswered"))
    own = (tab(t("Mine"), "mine"), tab(t("Following"), "following"))
    label = t("Questions to show")
    return rx.cond(
        PLACE["staff"] == "yes",
        kit.tabs(label, *usual, *own, tab(counted(t("Reported"), "reported"), REPORTED)),
        kit.tabs(label, *usual, *own),
    )


def _questions() -> rx.Component:
    find = SimpleNamespace(search=SEARCH, find=S.find)
    which = el.select(
        el.option(t("All lessons"), value=""),
        rx.foreach(S.lessons, lambda one: el.option(one.label, value=one.value)),
        value=LESSON,
        on_change=lambda chosen: S.choose("lesson", chosen),
        aria_label=t("Lesson"),
        class_name="k-input w-auto! min-w-[150px] max-w-full",
    )
    return rx.fragment(
        kit.search_form(t("Search the questions"), t("Search"), find, which),
        rx.cond(
            typed.at(PLACE, "closed") == "",
            el.div(parts.ask_form(_about(), f"course.{SLUG}", pictures=PLACE["course_id"]), class_name="mb-5"),
            el.div(kit.note("info", "lock", PLACE["closed"]), class_name="mb-5"),
        ),
        rx.cond(S.threads.length() > 0, rx.fragment(parts.lines(), kit.pager(PLACE)), _nothing()),
    )


def _about() -> rx.Component:
    control = el.select(
        el.option(t("The whole course"), value=""),
        rx.foreach(S.lessons, lambda one: el.option(one.label, value=one.value)),
        name="lesson",
        default_value=LESSON,
        class_name="k-input",
        id="ask-lesson",
    )
    return el.div(el.label(t("It is about"), html_for="ask-lesson"), control, class_name="k-field")


def _nothing() -> rx.Component:
    filtered = (SHOW != "") | (SEARCH != "") | (LESSON != "")
    return kit.card(
        kit.empty(
            "message-circle-question",
            rx.cond(filtered, t("No questions here"), t("No questions yet")),
            rx.cond(
                filtered,
                t("Try other words, or look at all of them."),
                t("What people ask appears here, with its answers. Be the first."),
            ),
            level=2,
        ),
        pad=False,
    )


# ---- For the staff


def _reported() -> rx.Component:
    none = kit.card(
        kit.empty("shield-check", t("Nothing to look at"), t("What people report appears here."), level=2), pad=False
    )
    return rx.cond(
        S.reported.length() > 0,
        rx.fragment(el.ul(rx.foreach(S.reported, _post), class_name="flex flex-col gap-4"), kit.pager(PLACE)),
        none,
    )


def _post(one: Any) -> rx.Component:
    return el.li(
        el.h2(kit.a(one.thread, href=one.url, class_name="k-plain"), class_name="t-h3"),
        el.p(one.author, " · ", one.when, class_name="t-small t-2 mb-3"),
        kit.prose(one.html, "sm"),
        el.div(
            kit.note(
                "warn",
                "flag",
                el.ul(rx.foreach(one.reasons, lambda reason: el.li(reason)), class_name="flex flex-col gap-1"),
            ),
            class_name="mt-3",
        ),
        el.div(
            kit.btn(
                rx.fragment(t("Hide"), kit.sr(" "), kit.sr(one.thread)),
                "secondary",
                "eye-off",
                size="sm",
                on_click=S.point(one.post_id),
                **kit.opens(dialogs.HIDE),
            ),
            kit.btn(
                rx.fragment(t("Keep it"), kit.sr(" "), kit.sr(one.thread)),
                "quiet",
                "check",
                size="sm",
                on_click=S.keep(one.post_id),
            ),
            class_name="flex flex-wrap gap-3 mt-4",
        ),
        class_name="k-card k-card--pad",
        key=one.post_id,
    )


PAGE = Page(routes.COURSE_QUESTIONS, view, S.open, t("Questions"), "member")
