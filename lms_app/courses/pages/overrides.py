"""Extensions: who has other dates, more time or more attempts in one item, and a form that gives them."""

from typing import Any

import reflex as rx

from lms_app.courses.state.overriding import OverridesState
from lms_app.policy import Can
from lms_app.web import kit, routes
from lms_app.web.guard import member
from lms_app.web.kit import el, typed
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = OverridesState
PAGE_ = S.page
OFFERED = "whose-offered"


def view() -> rx.Component:
    return kit.page_shell("Teaching", kit.page_states(OverridesState, _body(), _skeleton(), what=t("the extensions")))


def _skeleton() -> rx.Component:
    return rx.fragment(kit.skel("280px", "32px", class_name="mb-8"), kit.skel_rows(4))


def _body() -> rx.Component:
    return rx.fragment(
        kit.page_head(
            t("Extensions: {title}", title=PAGE_.title),
            t("Times are in your zone, {zone}.", zone=PAGE_.zone),
            crumb=(PAGE_.course, routes.course_build(PAGE_.slug)),
        ),
        el.div(rx.cond(S.undo != "", el.div(_undo(), class_name="mb-6")), role="status"),
        el.div(_lines(), _form(), class_name="grid xl:grid-cols-[minmax(0,1fr)_400px] gap-8 items-start"),
    )


def _undo() -> rx.Component:
    return kit.note(
        "info",
        "trash-2",
        el.div(
            el.p(t("For {name} it is as for everybody again.", name=S.undo)),
            kit.btn(t("Undo"), size="sm", on_click=S.bring_back),
            class_name="flex flex-wrap items-center gap-4",
        ),
    )


def _lines() -> rx.Component:
    return kit.section(
        t("Who has other terms"),
        rx.cond(
            PAGE_.lines.length() > 0,
            kit.rows(rx.foreach(PAGE_.lines, _line)),
            kit.empty(
                "calendar-clock",
                t("It is the same for everybody"),
                t("Give a person or a group another date, more time or a further attempt, and it stands here."),
            ),
        ),
        id="lines",
    )


def _line(line: Any) -> rx.Component:
    name = kit.sr(f" {line.whose}")
    return el.li(
        el.div(
            el.div(line.whose, class_name="t-strong"),
            el.div(line.differs, class_name="t-small t-2"),
            rx.cond(line.note != "", el.div(line.note, class_name="t-small t-2")),
            class_name="min-w-0 flex-1 max-sm:basis-full!",
        ),
        el.div(
            kit.btn(rx.fragment(t("Change"), name), size="sm", on_click=S.change(line.id)),
            kit.btn(rx.fragment(t("Take back"), name), "quiet", size="sm", on_click=S.drop(line.id)),
            class_name="flex flex-wrap gap-2",
        ),
        class_name="k-row max-sm:flex-wrap",
    )


def _form() -> rx.Component:
    def where(name: str, control: rx.Component) -> rx.Component:
        return rx.cond(PAGE_.fields.contains(name), control)

    whose = kit.text_input(
        name="whose", default_value=typed.at(S.values, "whose"), list=OFFERED, auto_complete="off", max_length=400
    )
    return el.form(
        typed.part(
            t("Give an extension"),
            kit.field(
                t("For whom"),
                whose,
                id="whose",
                hint=t("The name or e-mail address of a learner, or the name of a group."),
                error=typed.at(S.errors, "whose"),
            ),
            el.datalist(rx.foreach(PAGE_.offered, lambda one: el.option(value=one)), id=OFFERED),
            where("opens_at", typed.moment(S.values, S.errors, "opens_at", t("Opens"))),
            where("due_at", typed.moment(S.values, S.errors, "due_at", t("Due"))),
            where("closes_at", typed.moment(S.values, S.errors, "closes_at", t("Closes"))),
            where(
                "limit_minutes",
                typed.number(
                    S.values,
                    S.errors,
                    "limit_minutes",
                    t("Minutes for an attempt"),
                    hint=t("0 is no limit."),
                    optional=True,
                ),
            ),
            where(
                "attempts_allowed",
                typed.number(
                    S.values, S.errors, "attempts_allowed", t("Attempts"), hint=t("0 is no limit."), optional=True
                ),
            ),
            where("released", typed.switch(S.values, "released", t("Open, whatever must be done before"))),
            typed.line(
                S.values,
                S.errors,
                "note",
                t("Reason"),
                hint=t("For the staff of the course only."),
                optional=True,
                max_length=200,
            ),
            el.p(t("What you leave empty is as for everybody."), class_name="t-small t-2"),
            el.div(kit.btn(t("Save extension"), "primary", type="submit")),
        ),
        key=S.form,
        on_submit=S.send,
        no_validate=True,
    )


PAGE = Page(
    routes.ITEM_OVERRIDES,
    view,
    OverridesState.open,
    rx.cond(S.loaded, t("Extensions: {title}", title=PAGE_.title), t("Extensions")),
    member(Can.GRADE),
)
