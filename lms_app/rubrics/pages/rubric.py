"""The editor of a rubric: its criteria with their levels, in a form that saves itself."""

from typing import Any

import reflex as rx

from lms_app.core.rows import TURN
from lms_app.policy import Can
from lms_app.rubrics.pages.parts import kind_words
from lms_app.rubrics.state.writing import RubricsState
from lms_app.web import kit, routes
from lms_app.web.guard import member
from lms_app.web.kit import el, typed
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = RubricsState
HERE = S.rubrics[0]
KIND = typed.at(S.values, "kind")


def view() -> rx.Component:
    return kit.page_shell("Teaching", kit.page_states(S, _body(), kit.skel("100%", "480px"), what=t("the rubric")))


def _body() -> rx.Component:
    return rx.fragment(
        kit.page_head(
            rx.cond(S.rubric != "", t("Edit rubric"), t("New rubric")),
            kind_words(KIND),
            typed.saved_status(S),
            crumb=(t("Rubrics"), routes.rubrics(HERE.slug)),
        ),
        el.div(_form(), class_name="max-w-[52rem]"),
    )


def _form() -> rx.Component:
    values, errors = S.values, S.errors
    return rx.fragment(
        kit.error_summary(S.problems),
        el.form(
            kit.hidden("do", ""),
            kit.hidden("kind", KIND),
            kit.hidden(TURN, typed.turn_of(values)),
            typed.line(values, errors, "title", t("Title"), max_length=160),
            rx.match(
                KIND,
                ("rubric", _criteria(_levels)),
                ("checklist", _criteria(_worth(t("Points if it is met")))),
                _criteria(_worth(t("Points at most"))),
            ),
            el.div(kit.btn(t("Save rubric"), "primary", type="submit")),
            key=S.form,
            on_submit=S.send,
            class_name="k-card k-card--pad flex flex-col gap-5",
            custom_attrs={"noValidate": True, "data-autosaves": "true"},
        ),
    )


def _criteria(rest: Any) -> rx.Component:
    def criterion(_row: Any, start: str) -> rx.Component:
        return rx.fragment(
            kit.hidden(f"{start}id", typed.at(S.values, f"{start}id")),
            typed.line(S.values, S.errors, f"{start}title", t("What you look at"), max_length=160),
            typed.line(S.values, S.errors, f"{start}description", t("In other words"), optional=True, max_length=2_000),
            rest(start),
        )

    return typed.rows(S.values, S.errors, "criteria", t("Criteria"), criterion, noun=t("criterion"))


def _worth(label: str) -> Any:
    return lambda start: el.div(
        typed.number(S.values, S.errors, f"{start}points_max", label), class_name="max-w-[12rem]"
    )


def _levels(start: str) -> rx.Component:
    def level(_row: Any, at: str) -> rx.Component:
        return rx.fragment(
            kit.hidden(f"{at}id", typed.at(S.values, f"{at}id")),
            el.div(
                typed.line(S.values, S.errors, f"{at}title", t("Word"), max_length=160),
                typed.number(S.values, S.errors, f"{at}points", t("Points")),
                typed.number(S.values, S.errors, f"{at}points_min", t("From"), optional=True),
                class_name="grid gap-3 sm:grid-cols-[minmax(0,1fr)_7rem_9rem]",
            ),
            typed.line(
                S.values, S.errors, f"{at}description", t("What it looks like"), optional=True, max_length=2_000
            ),
        )

    return typed.rows(
        S.values,
        S.errors,
        f"{start}levels",
        t("Levels"),
        level,
        noun=t("level"),
        inside=True,
        hint=t("With “From”, a level is a range of points, and whoever marks says how many."),
    )


PAGE = Page(
    routes.RUBRIC,
    view,
    S.open_rubric,
    rx.cond(S.loaded & (S.rubric != ""), t("Rubric: {title}", title=typed.at(S.values, "title")), t("Rubric")),
    member(Can.AUTHOR),
)
