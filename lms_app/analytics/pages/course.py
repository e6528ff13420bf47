"""How a course goes: how far its learners came, who may need help and why, and its items in figures."""

from typing import Any

import reflex as rx

from lms_app.analytics.state import AnalyticsState
from lms_app.courses.pages.kinds import kind_icon
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = AnalyticsState
SEEN = S.seen[0]


def view() -> rx.Component:
    return kit.page_shell("Teaching", kit.page_states(AnalyticsState, _body(), _skeleton(), what=t("the analytics")))


def _skeleton() -> rx.Component:
    return rx.fragment(
        kit.skel("280px", "32px", class_name="mb-8"), kit.skel("100%", "96px", class_name="mb-8"), kit.skel_rows(6)
    )


def _body() -> rx.Component:
    return rx.fragment(
        kit.page_head(t("Analytics"), SEEN.title, crumb=(SEEN.title, routes.teach_course(SEEN.slug))),
        rx.cond(
            SEEN.learners > 0,
            _figures(),
            kit.empty(
                "chart-column",
                t("Nobody learns here yet"),
                t("Once people have joined, this page shows how far they come and who may need help."),
                kit.btn(t("Enrol people"), "primary", href=routes.course_enrol(SEEN.slug)),
            ),
        ),
    )


def _figures() -> rx.Component:
    return rx.fragment(
        el.dl(
            kit.stat(t("Learners"), SEEN.learners, ""),
            kit.stat(t("Active"), SEEN.active, t("In the last 7 days")),
            kit.stat(t("Completed"), SEEN.completed, ""),
            kit.stat(
                t("Average so far"), rx.cond(SEEN.so_far != "", SEEN.so_far, "–"), t("Of the work that is marked")
            ),
            class_name="k-stats mb-8",
        ),
        kit.section(
            t("Who may need help"),
            el.p(SEEN.rules, class_name="t-small t-2 mb-3 max-w-[44rem]"),
            rx.cond(SEEN.at_risk.length() > 0, _at_risk(), el.p(t("Nobody at the moment."), class_name="t-2")),
            id="help",
            class_name="mb-8",
        ),
        el.div(_funnel(), class_name="mb-8 max-w-[760px]"),
        kit.section(
            t("Items in figures"),
            kit.data_table(
                t("What learners did with each item"),
                [
                    t("Item"),
                    kit.col(t("Opened"), num=True),
                    kit.col(t("Done"), num=True),
                    kit.col(t("Average mark"), num=True),
                    kit.col(t("Time on average"), num=True),
                ],
                rx.foreach(SEEN["items"], _item),  # `.items` is the var's own
            ),
            el.p(
                t(
                    "The time of a lesson is the time in which something moved on its page; that of a quiz is how long its"
                    " attempts were open. Who reads on paper is not seen."
                ),
                class_name="t-small t-2 mt-3",
            ),
            id="figures",
        ),
    )


def _funnel() -> rx.Component:
    return kit.figure_chart(
        t("How far learners came"),
        t("Learners at each stage, in percent of all"),
        kit.bar_chart(rx.foreach(SEEN.stages, lambda stage: kit.bar_of(stage.label, stage.percent))),
        [t("Stage"), kit.col(t("Learners"), num=True), kit.col(t("Share"), num=True)],
        rx.foreach(
            SEEN.stages,
            lambda stage: kit.tr(
                kit.row_head(stage.label), kit.td(stage.count, num=True), kit.td(stage.percent, "%", num=True)
            ),
        ),
        id="funnel",
    )


def _at_risk() -> rx.Component:
    more = SEEN.at_risk_total - SEEN.at_risk.length()
    return rx.fragment(
        kit.data_table(
            t("Learners who may need help, and why"),
            [t("Learner"), t("Why"), kit.col(t("So far"), num=True), t("Last seen")],
            rx.foreach(SEEN.at_risk, _learner),
            cards=True,
        ),
        rx.cond(more > 0, el.p(t("And {n} more.", n=more), class_name="t-small t-2 mt-3")),
    )


def _learner(one: Any) -> rx.Component:
    return kit.tr(
        kit.row_head(
            el.div(one.name, class_name="t-strong"), kit.link(one.email, "mailto:" + one.email.to(str), raw=True)
        ),
        kit.td(el.ul(rx.foreach(one.reasons, lambda reason: el.li(reason))), label=t("Why")),
        kit.td(rx.cond(one.so_far != "", one.so_far, "–"), num=True, label=t("So far")),
        kit.td(one.seen, label=t("Last seen")),
    )


def _item(item: Any) -> rx.Component:
    title = rx.cond(item.url != "", kit.link(item.title, item.url), el.span(item.title))
    return kit.tr(
        kit.row_head(el.span(kind_icon(item.kind), title, class_name="flex items-center gap-2")),
        kit.td(item.opened, num=True),
        kit.td(item.done, kit.sr(" "), el.span(" (", item.percent, "%)", class_name="t-2"), num=True),
        kit.td(rx.cond(item.mark != "", item.mark, "–"), num=True),
        kit.td(rx.cond(item.time != "", item.time, "–"), num=True),
    )


PAGE = Page(
    routes.COURSE_ANALYTICS,
    view,
    AnalyticsState.open,
    rx.cond(S.loaded, t("Analytics: {title}", title=SEEN.title), t("Analytics")),
    "member",
)
