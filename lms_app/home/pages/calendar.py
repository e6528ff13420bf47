"""One's calendar: a month of everything due, and its address for other programs."""

import reflex as rx

from lms_app.home.state import CalendarState
from lms_app.home.views_calendar import CalendarEntry, DayView
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t

S = CalendarState
PLACE = CalendarState.place


def view() -> rx.Component:
    return kit.page_shell("Calendar", kit.page_states(S, _body(), _skeleton(), what=t("your calendar")))


def _body() -> rx.Component:
    month = S.month
    return rx.fragment(
        kit.page_head(
            t("Calendar"),
            t("Times are in {name} ({zone})", name=month.zone_name, zone=month.zone),
            _course(),
            _views(),
        ),
        _bar(),
        rx.cond(month.courses.length() > 0, _month(), _no_courses()),
        el.div(_feed(), class_name="mt-10 max-w-[720px]"),
    )


def _course() -> rx.Component:
    options = rx.fragment(
        el.option(t("All courses"), value=""),
        rx.foreach(S.month.courses, lambda course: el.option(course.label, value=course.value)),
    )
    return rx.cond(
        S.month.courses.length() > 1,
        el.select(
            options,
            value=PLACE["course"],
            on_change=lambda chosen: S.choose("course", chosen),
            aria_label=t("Course"),
            class_name="k-input w-auto! max-w-[240px]",
        ),
    )


def _views() -> rx.Component:
    """A phone has room for the agenda alone."""
    agenda = PLACE["view"] == "agenda"
    return el.div(
        kit.btn(t("Month"), size="sm", href=PLACE["month_url"], aria_current=rx.cond(agenda, "false", "page")),
        kit.btn(t("Agenda"), size="sm", href=PLACE["agenda_url"], aria_current=rx.cond(agenda, "page", "false")),
        class_name="k-cal-views flex gap-1",
    )


def _bar() -> rx.Component:
    total = S.month.total
    return el.div(
        kit.btn(t("Previous month"), "quiet", "chevron-left", icon_only=True, href=PLACE["previous_url"], key="k"),
        kit.btn(t("Next month"), "quiet", "chevron-right", icon_only=True, href=PLACE["next_url"], key="j"),
        el.h2(S.month.title, class_name="t-h2", custom_attrs={"id": "month"}),
        kit.result_count(
            rx.cond(total == 0, t("No dates"), rx.cond(total == 1, t("1 date"), t("{n} dates", n=total))),
        ),
        kit.btn(t("Today"), size="sm", href=PLACE["today_url"], key="t", class_name="ms-auto"),
        class_name="k-cal-bar",
    )


def _month() -> rx.Component:
    """A list of days, since that is what it is in every shape. Days without anything only fill the month's squares."""
    look = rx.cond(PLACE["view"] == "agenda", "k-cal", "k-cal k-cal--month")
    return el.div(
        el.div(rx.foreach(S.month.weekdays, lambda name: el.span(name)), class_name="k-cal-week", aria_hidden="true"),
        rx.cond(S.month.total == 0, el.p(t("Nothing in this month."), class_name="k-cal-none t-2 p-5")),
        el.ol(rx.foreach(S.month.days, _day), class_name="k-cal-list"),
        class_name=look,
    )


def _day(day: rx.Var[DayView]) -> rx.Component:
    has = day.dates.length() > 0
    more = kit.a(t("{n} more", n=day.more), href=f"{PLACE['agenda_url']}#day-{day.day}", class_name="k-cal-more k-link")
    return el.li(
        el.h3(day.words, class_name="k-cal-date", custom_attrs={"id": f"day-{day.day}"}),
        el.span(day.number, class_name="k-cal-num", aria_hidden="true"),
        el.div(
            el.ul(rx.foreach(day.dates, _entry), class_name="k-cal-its"),
            rx.cond(day.more > 0, more),
        ),
        class_name=f"k-cal-day k-cal-day--{day.when} " + rx.cond(has, "has", ""),
        aria_hidden=rx.cond(has, "false", "true"),
        key=day.day,
    )


def _entry(one: rx.Var[CalendarEntry]) -> rx.Component:
    words = (
        el.span(one.clock, " ", class_name="k-cal-at"),
        el.span(
            el.span(
                rx.match(one.state, ("done", kit.icon("check")), ("late", kit.icon("clock-alert")), rx.fragment()),
                one.label,
                rx.match(one.state, ("done", t(", done")), ("late", t(", overdue")), ""),
                rx.cond(one.hidden, t(", not published"), ""),
                class_name="k-cal-what",
            ),
            el.span(one.title, class_name="k-cal-title block", dir="auto"),
            rx.cond(
                one.course != one.title, el.span(one.course, class_name="k-cal-course t-small t-2 block", dir="auto")
            ),
        ),
    )
    look = {"class_name": f"k-cal-it k-cal-it--{one.state}", "data_h": one.hue}
    return el.li(
        rx.cond(one.url != "", kit.a(*words, href=one.url, title=one.title, **look), el.div(*words, **look)),
        key=one.uid,
    )


def _no_courses() -> rx.Component:
    return kit.card(
        kit.empty(
            "calendar-days",
            t("No dates yet"),
            t("What is due in the courses you take or teach appears here."),
            kit.btn(t("Browse the catalogue"), "primary", href=routes.catalogue()),
        ),
        pad=False,
    )


# ---- Other programs


def _feed() -> rx.Component:
    return kit.section(
        t("In your own calendar"),
        kit.card(
            el.p(
                t("Calendars on your phone or computer can read these dates from a secret address."),
                " ",
                t("Whoever has it sees your dates, and nothing else of you."),
                class_name="t-2",
            ),
            rx.cond(S.feed.url != "", _address(), _no_address()),
        ),
        id="feed",
    )


def _no_address() -> rx.Component:
    return el.div(kit.btn(t("Make an address"), ic="calendar-plus", on_click=S.make_feed), class_name="mt-4")


def _address() -> rx.Component:
    feed = S.feed
    return rx.fragment(
        el.p(kit.code(feed.url), class_name="mt-4 [&>*]:whitespace-normal! [&>*]:break-all"),
        el.p(
            t("Made {moment}.", moment=feed.made),
            " ",
            rx.cond(feed.read != "", t("Last read {ago}.", ago=feed.read), t("Nothing has read it yet.")),
            class_name="t-small t-2 mt-2",
        ),
        el.div(
            kit.copy_btn(feed.url, t("Copy address"), kind="secondary"),
            kit.confirm(
                t("Make a new one"),
                t("Make a new address?"),
                t(
                    "The old one ends at once. Programs that read it show no more dates until you give them the new one."
                ),
                t("Make a new one"),
                on_confirm=S.make_feed,
                danger=False,
            ),
            kit.confirm(
                t("End it"),
                t("End this address?"),
                t("Programs that read it show no more dates. You can make another one at any time."),
                t("End address"),
                on_confirm=S.drop_feed,
                kind="quiet",
            ),
            class_name="flex flex-wrap gap-2 mt-4",
        ),
    )


def _skeleton() -> rx.Component:
    return rx.fragment(
        el.div(kit.skel("160px", "32px"), kit.skel("320px", "18px", class_name="mt-2"), class_name="k-head flex-col"),
        kit.skel("240px", "32px", class_name="mb-3"),
        kit.skel("100%", "560px"),
    )


PAGE = Page(routes.CALENDAR, view, S.open, t("Calendar"), "signed_in")
