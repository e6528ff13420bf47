"""The rubrics of a course, and the comments that its markers have saved."""

from typing import Any

import reflex as rx

from lms_app.policy import Can
from lms_app.rubrics.pages.parts import KINDS, kind_words
from lms_app.rubrics.state.writing import RubricsState
from lms_app.web import kit, routes
from lms_app.web.guard import member
from lms_app.web.kit import el, typed
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = RubricsState
HERE = S.rubrics[0]


def view() -> rx.Component:
    return kit.page_shell("Teaching", kit.page_states(S, _body(), kit.skel_rows(5), what=t("the rubrics")))


def _body() -> rx.Component:
    kinds = [(words, {"href": routes.rubric_new(HERE.slug, kind)}) for kind, words, _ic in KINDS]
    return rx.fragment(
        kit.page_head(
            t("Rubrics"),
            t("By what work is marked. Changing one never changes a mark that was given."),
            kit.menu(t("New rubric"), "new-rubric", *kinds, ic="plus", kind="primary", size=None, icon_only=False),
            crumb=(HERE.course, routes.teach_course(HERE.slug)),
        ),
        el.div(rx.cond(S.removed != "", el.div(_undo(), class_name="mb-4")), role="status"),
        el.div(
            rx.cond(S.errors.contains("list"), kit.note("danger", "circle-alert", el.p(typed.at(S.errors, "list")))),
            role="alert",
            class_name="empty:hidden mb-4",
        ),
        el.div(rx.cond(HERE.lines.length() > 0, _table(), _nothing()), _comments(), class_name="flex flex-col gap-8"),
    )


def _undo() -> rx.Component:
    return kit.note(
        "info",
        "trash-2",
        el.div(
            el.p(t("The rubric is removed. Marks that were given by it keep it.")),
            kit.btn(t("Bring it back"), size="sm", on_click=S.bring_back),
            class_name="flex flex-wrap items-center gap-4",
        ),
    )


def _table() -> rx.Component:
    return kit.data_table(
        t("Rubrics"),
        [
            t("Rubric"),
            t("Kind"),
            kit.col(t("Points"), num=True),
            kit.col(t("In use"), num=True),
            t("Changed"),
            kit.col(t("Action"), hidden=True),
        ],
        rx.foreach(HERE.lines, _row),
    )


def _row(one: Any) -> rx.Component:
    more = kit.menu(
        rx.fragment(t("More actions"), kit.sr(f": {one.title}")),
        f"rubric-{one.id}",
        (t("Duplicate"), {"on_click": S.duplicate(one.id)}),
        None,
        (t("Remove"), {"on_click": S.remove(one.id), "danger": True}),
        icon_only=False,
    )
    return kit.tr(
        kit.row_head(kit.link(one.title, routes.rubric(HERE.slug, one.id))),
        kit.td(kind_words(one.kind)),
        kit.td(one.points_max, num=True),
        kit.td(one.uses, num=True),
        kit.td(one.changed, class_name="whitespace-nowrap"),
        kit.td(el.div(more, class_name="flex justify-end"), num=True),
        key=one.id,
    )


def _nothing() -> rx.Component:
    return kit.card(
        kit.empty(
            "list-checks",
            t("No rubrics yet"),
            t("Criteria with levels make marks fair and quick to give, and students see them before they submit."),
            kit.btn(t("Write a rubric"), href=routes.rubric_new(HERE.slug, "rubric")),
            level=2,
        )
    )


def _comments() -> rx.Component:
    return kit.section(
        t("Saved comments"),
        el.p(
            t("What you write again and again, one press away while you mark. All who mark in this course share them."),
            class_name="t-2 mb-4",
        ),
        rx.cond(
            HERE.comments.length() > 0,
            el.ul(rx.foreach(HERE.comments, _comment), class_name="k-card k-rows mb-4"),
        ),
        _comment_form("", "", t("New comment"), t("Save comment"), key=f"new{S.form}"),
        id="comments",
    )


def _comment(one: Any) -> rx.Component:
    used = rx.cond(one.uses == 1, t("used once"), t("used {n} times", n=one.uses))
    return el.li(
        el.div(
            el.p(one.text, class_name="whitespace-pre-wrap"),
            el.p(used, class_name="t-small t-2 mt-1"),
            el.details(
                el.summary(t("Change"), kit.sr(f" {one.text}"), class_name="t-small k-link cursor-pointer"),
                _comment_form(one.id, one.text, t("Comment"), t("Save"), key=f"{one.id}{S.form}"),
                class_name="mt-2",
            ),
            class_name="min-w-0 flex-1",
        ),
        kit.btn(
            rx.fragment(t("Remove"), kit.sr(f" {one.text}")),
            "quiet",
            "trash-2",
            size="sm",
            on_click=S.remove_comment(one.id),
        ),
        class_name="k-row items-start!",
        key=one.id,
    )


def _comment_form(comment_id: Any, text: Any, label: str, save: str, **p: Any) -> rx.Component:
    control = kit.textarea(name="text", default_value=text, rows=2, max_length=2_000)
    name = f"comment{comment_id}"
    return el.form(
        kit.hidden("id", comment_id),
        kit.field(label, control, id=name, error=typed.at(S.errors, name)),
        el.div(kit.btn(save, "secondary", type="submit", size="sm")),
        on_submit=S.keep_comment,
        class_name="flex flex-col gap-3 mt-2 max-w-[44rem]",
        custom_attrs={"noValidate": True},
        **p,
    )


PAGE = Page(
    routes.RUBRICS,
    view,
    S.open,
    rx.cond(S.loaded, t("Rubrics: {course}", course=HERE.course), t("Rubrics")),
    member(Can.GRADE),
)
