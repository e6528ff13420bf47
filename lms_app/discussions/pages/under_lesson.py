"""The questions under a lesson: a few of them, asking another, and the way to all. It loads after the text."""

from typing import Any

import reflex as rx

from lms_app.discussions.pages import parts
from lms_app.discussions.state.talk import TalkState
from lms_app.web import kit, routes
from lms_app.web.kit import el, typed
from lms_app.web.words import t

S: Any = TalkState
PLACE = S.place


def section(lesson: Any) -> rx.Component:
    """For the page of a lesson. Whoever may not read what was asked sees nothing at all.

    A lesson is heavy enough: pictures are added on the course's page of questions, or to what one has asked.
    """
    here = (typed.at(PLACE, "at") == "lesson") & (typed.at(PLACE, "lesson_id") == lesson.id)
    return el.div(rx.cond(here, _section(lesson)), on_mount=S.open_lesson(lesson.id), key=lesson.id)


def _section(lesson: Any) -> rx.Component:
    total = typed.at(PLACE, "total").to(int)
    everything = routes.course_questions(lesson.slug, lesson=lesson.id)
    some = rx.fragment(
        parts.lines(),
        rx.cond(
            total > S.threads.length(),
            el.p(kit.link(t("All {n} questions about this lesson", n=total), everything), class_name="mt-3 t-small"),
        ),
    )
    none = el.p(t("Nobody has asked anything here yet."), class_name="t-2")
    return kit.section(
        rx.cond(total > 0, t("Questions ({n})", n=total), t("Questions")),
        rx.cond(total > 0, some, none),
        rx.cond(
            typed.at(PLACE, "closed") == "",
            el.div(parts.ask_form(kit.hidden("lesson", lesson.id), lesson.id), class_name="mt-4"),
            el.p(typed.at(PLACE, "closed"), class_name="t-small t-2 mt-3"),
        ),
        action=kit.link(t("All of the course"), routes.course_questions(lesson.slug), class_name="t-small"),
        id="questions",
        class_name="k-talk",
    )
