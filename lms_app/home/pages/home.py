"""The page at `/`: a student's home. Staff are sent to where they work; visitors see what this place is."""

import reflex as rx

from lms_app.home.state import HomeState
from lms_app.home.views import CourseRing, DueRow, Feedback, ResumeCard
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t


def view() -> rx.Component:
    return kit.page_shell(
        "Home",
        rx.cond(
            HomeState.is_guest,
            _landing(),
            kit.page_states(HomeState, _home(), _skeleton(), what=t("your home")),
        ),
    )


def _landing() -> rx.Component:
    """For whoever is not signed in."""
    return el.div(
        kit.cover(1, 0, class_name="aspect-auto! h-[180px] sm:h-[240px] rounded-[16px]"),
        el.h1(HomeState.site_name, class_name="t-display mt-8"),
        el.p(
            t("Short courses, written with care, that you take at your own pace."),
            class_name="t-2 mt-3 text-lg max-w-[52ch]",
        ),
        el.div(
            kit.btn(t("Sign in"), "primary", href=routes.sign_in(), size="lg"),
            kit.btn(t("Browse the catalogue"), href=routes.catalogue(), size="lg"),
            class_name="flex flex-wrap gap-3 mt-8",
        ),
        class_name="max-w-[760px] mx-auto",
    )


def _home() -> rx.Component:
    """Two columns on a wide screen. On a small one, what is due comes straight after the large card."""
    home = HomeState.home
    return rx.fragment(
        kit.page_head(home.greeting, home.truth),
        rx.cond(home.courses.length() > 0, _columns(), _no_courses()),
    )


def _columns() -> rx.Component:
    home = HomeState.home
    return el.div(
        kit.section(
            t("Continue learning"),
            rx.cond(home.resume.url != "", _resume(home.resume), _all_done()),
            id="continue",
            class_name="xl:col-start-1",
        ),
        el.div(
            _due_soon(),
            _courses(),
            class_name="flex flex-col gap-8 xl:col-start-2 xl:row-start-1 xl:row-span-3",
        ),
        rx.cond(
            home.more.length() > 0,
            el.section(
                el.h2(t("More to continue"), class_name="k-sr", custom_attrs={"id": "more"}),
                el.div(rx.foreach(home.more, _more), class_name="grid md:grid-cols-2 gap-4"),
                aria_labelledby="more",
                class_name="xl:col-start-1",
            ),
        ),
        _feedback(),
        class_name=(
            "grid gap-y-8 xl:gap-x-8 xl:gap-y-4 items-start xl:grid-cols-[minmax(0,1fr)_340px]"
            " xl:grid-rows-[auto_auto_1fr]"
        ),
    )


def _resume(card: rx.Var[ResumeCard]) -> rx.Component:
    return el.article(
        kit.cover(card.hue, card.motif, class_name="aspect-auto! h-[120px] sm:h-full sm:min-h-[132px]"),
        el.div(
            el.div(card.course, class_name="t-small t-2"),
            el.h3(card.title, class_name="t-title mt-1"),
            el.p(card.place, class_name="t-small t-2 mt-2"),
            kit.bar_row(card.percent, _progress_of(card.course), class_name="mt-4 mb-5"),
            kit.btn(card.action, "primary", "play", href=card.url),
            class_name="p-6",
        ),
        class_name="k-card overflow-hidden grid sm:grid-cols-[168px_minmax(0,1fr)]",
    )


def _more(card: rx.Var[ResumeCard]) -> rx.Component:
    return el.article(
        kit.card_link(
            el.div(
                kit.cover(card.hue, card.motif, class_name="w-[76px] aspect-square! rounded-[8px]"),
                el.div(
                    el.h3(card.course, class_name="t-course"),
                    el.p(card.title, class_name="t-small t-2 mt-0.5 k-clip"),
                    kit.bar_row(card.percent, _progress_of(card.course), class_name="mt-3"),
                    class_name="min-w-0 flex-1",
                ),
                class_name="flex gap-4 items-start",
            ),
            href=card.url,
            class_name="k-card--pad h-full",
        )
    )


def _progress_of(course: rx.Var[str]) -> str:
    return t("{course} progress", course=course)


def _due_soon() -> rx.Component:
    due = HomeState.home.due
    nothing = kit.card(
        el.p(t("Nothing due this week"), class_name="t-strong"),
        el.p(t("What you have to hand in shows up here, the most urgent first."), class_name="t-small t-2 mt-1"),
    )
    return kit.section(t("Due soon"), rx.cond(due.length() > 0, kit.rows(rx.foreach(due, _due)), nothing), id="due")


def _due(row: rx.Var[DueRow]) -> rx.Component:
    return el.li(
        el.div(
            el.span(row.day, aria_hidden="true"),
            el.span(row.month, class_name="t-cap t-3", aria_hidden="true"),
            kit.sr(row.moment),
            class_name="k-date",
        ),
        el.div(
            kit.a(row.title, href=row.url, class_name="t-h3 k-plain block"),
            el.div(row.course, class_name="t-small t-2"),
            class_name="min-w-0 flex-1",
        ),
        kit.chip(row.when, row.kind),
        class_name="k-row",
    )


def _courses() -> rx.Component:
    return kit.section(
        t("Your courses"),
        kit.rows(rx.foreach(HomeState.home.courses, _course)),
        action=kit.link(t("All courses"), routes.my_courses(), class_name="t-small"),
        id="courses",
    )


def _course(course: rx.Var[CourseRing]) -> rx.Component:
    return el.li(
        kit.a(
            kit.ring(course.percent, 56, course.title),
            el.div(
                el.div(course.title, class_name="t-h3 k-clip"),
                el.div(course.note, class_name="t-small t-2"),
                class_name="min-w-0",
            ),
            href=course.url,
            class_name="k-row k-plain",
        )
    )


def _feedback() -> rx.Component:
    marks = HomeState.home.feedback
    nothing = kit.card(
        el.p(t("No marks yet"), class_name="t-strong"),
        el.p(t("Results of your quizzes and words from your instructors appear here."), class_name="t-small t-2 mt-1"),
    )
    return kit.section(
        t("Recent feedback"),
        rx.cond(marks.length() > 0, kit.rows(rx.foreach(marks, _mark)), nothing),
        id="feedback",
        class_name="xl:col-start-1 xl:mt-4",
    )


def _mark(mark: rx.Var[Feedback]) -> rx.Component:
    title = kit.link(mark.title, mark.url)
    return el.li(
        rx.cond(
            mark.who != "",
            kit.icon("message-square-text", 20, class_name="t-3 mt-0.5"),
            kit.icon("list-checks", 20, class_name="t-3 mt-0.5"),
        ),
        el.div(
            el.p(rx.cond(mark.who != "", _by_person(mark, title), title)),
            el.p(el.bdi(rx.cond(mark.text != "", mark.text, mark.course)), class_name="t-small t-2 mt-0.5"),
            class_name="min-w-0 flex-1",
        ),
        kit.chip(mark.score, mark.kind),
        class_name="flex gap-3 items-start px-4 py-3.5",
    )


def _by_person(mark: rx.Var[Feedback], title: rx.Component) -> rx.Component:
    return rx.fragment(el.span(mark.who, class_name="t-strong"), " ", t("graded"), " ", title)


def _no_courses() -> rx.Component:
    return kit.card(
        kit.empty(
            "book-open",
            t("No courses yet"),
            t("Courses you join appear here, with your next lesson ready to resume."),
            kit.btn(t("Browse the catalogue"), "primary", href=routes.catalogue()),
            level=2,
        ),
        pad=False,
    )


def _all_done() -> rx.Component:
    return kit.card(
        kit.empty(
            "check",
            t("Nothing left to continue"),
            t("You have done all that is open to you in your courses. The catalogue has more."),
            kit.btn(t("Browse the catalogue"), "primary", href=routes.catalogue()),
        ),
        pad=False,
    )


def _skeleton() -> rx.Component:
    return rx.fragment(
        el.div(
            kit.skel("min(320px, 70%)", "32px"),
            kit.skel("min(480px, 90%)", "18px", class_name="mt-2"),
            class_name="k-head flex-col",
        ),
        el.div(
            el.div(
                kit.skel("160px", "24px", class_name="mb-3"),
                kit.skel("100%", "232px"),
                el.div(
                    kit.skel("100%", "118px"), kit.skel("100%", "118px"), class_name="grid md:grid-cols-2 gap-4 mt-4"
                ),
            ),
            el.div(kit.skel("110px", "24px", class_name="mb-3"), kit.skel_rows(3)),
            class_name="grid gap-8 xl:grid-cols-[minmax(0,1fr)_340px]",
        ),
    )


PAGE = Page(routes.HOME, view, HomeState.open_home, t("Home"), "public")
