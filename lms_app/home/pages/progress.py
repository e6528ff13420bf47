"""What somebody has learned here: their transcript, to print and to download, and days in a row for whoever wants them."""

import reflex as rx

from lms_app.home.state import ProgressState
from lms_app.home.views_progress import StreakDay, TranscriptCourse, TranscriptLine, TranscriptMark, TranscriptPart
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t

S = ProgressState


def view() -> rx.Component:
    return kit.page_shell("Progress", kit.page_states(S, _body(), kit.skel_rows(5), what=t("your progress")))


def _body() -> rx.Component:
    return rx.fragment(
        kit.page_head(
            t("Progress"),
            t("{name}, as of {day}", name=S.seen.name, day=S.seen.made),
            el.div(
                kit.btn(t("Print"), ic="printer", data_prints="true"),
                kit.btn(t("Download PDF"), "primary", "download", href=routes.transcript_pdf(), raw=True),
                class_name="k-noprint flex flex-wrap gap-2",
            ),
        ),
        el.div(
            _courses(),
            rx.foreach(S.seen.parts, _part),
            _streak(),
            class_name="flex flex-col gap-8 max-w-[860px]",
        ),
    )


def _courses() -> rx.Component:
    place = S.place
    pager = el.nav(
        rx.cond(
            place["previous_url"] != "",
            kit.btn(t("Previous"), "quiet", "arrow-left", size="sm", href=place["previous_url"]),
        ),
        rx.cond(
            place["next_url"] != "",
            kit.btn(t("Next"), "quiet", ic_end="arrow-right", size="sm", href=place["next_url"]),
        ),
        aria_label=t("Pages"),
        class_name="k-noprint flex gap-2 mt-3",
    )
    return kit.section(
        t("Courses"),
        rx.cond(S.seen.courses.length() > 0, kit.rows(rx.foreach(S.seen.courses, _course)), _no_courses()),
        rx.cond(S.seen.total > S.seen.courses.length(), pager),
        id="courses",
    )


def _course(course: rx.Var[TranscriptCourse]) -> rx.Component:
    title = rx.cond(
        course.url != "",
        kit.a(course.title, href=course.url, class_name="k-plain", dir="auto"),
        el.span(course.title, dir="auto"),
    )
    return el.li(
        el.div(
            el.h3(title, class_name="t-course"),
            el.p(
                course.role,
                rx.cond(course.state != "", f" · {course.state}", ""),
                " · ",
                course.dates,
                class_name="t-small t-2 mt-0.5",
            ),
            rx.cond(
                course.progress != "",
                el.div(
                    kit.bar(course.percent, t("{course} progress", course=course.title)),
                    el.span(course.progress, class_name="t-small t-2 t-num whitespace-nowrap"),
                    class_name="grid grid-cols-[minmax(0,200px)_auto]! items-center gap-3 mt-2 justify-start",
                ),
            ),
            rx.cond(course.marks.length() > 0, _marks(course)),
            class_name="min-w-0 flex-1",
        ),
        rx.cond(course.grade != "", kit.chip(course.grade, "ok")),
        class_name="k-row items-start! py-4!",
    )


def _marks(course: rx.Var[TranscriptCourse]) -> rx.Component:
    return el.details(
        el.summary(t("Marks"), kit.sr(f" {course.title}"), class_name="k-link t-small k-summary"),
        el.ul(rx.foreach(course.marks, _mark), class_name="mt-2 flex flex-col gap-1"),
        class_name="k-marks mt-2",
    )


def _mark(mark: rx.Var[TranscriptMark]) -> rx.Component:
    return el.li(
        el.span(mark.title, class_name="min-w-0", dir="auto"),
        el.span(mark.score, class_name="t-num whitespace-nowrap"),
        class_name="flex justify-between gap-4 t-small max-w-[480px]",
    )


def _part(part: rx.Var[TranscriptPart]) -> rx.Component:
    return kit.section(part.title, kit.rows(rx.foreach(part.lines, _line)), id=f"part-{part.title}")


def _line(line: rx.Var[TranscriptLine]) -> rx.Component:
    title = rx.cond(line.url != "", kit.link(line.title, line.url, raw=True), el.span(line.title))
    return el.li(
        el.div(
            el.p(title, dir="auto"),
            el.p(line.note, class_name="t-small t-2 mt-0.5 break-words"),
            class_name="min-w-0 flex-1",
        ),
        class_name="k-row",
    )


def _no_courses() -> rx.Component:
    return kit.card(
        kit.empty(
            "book-open",
            t("No courses yet"),
            t("Courses you take appear here with their dates, your progress and your marks."),
            kit.btn(t("Browse the catalogue"), href=routes.catalogue()),
        ),
        pad=False,
    )


def _streak() -> rx.Component:
    """Quiet unless somebody wants it: no flame, no number elsewhere, nothing lost."""
    streak = S.streak
    return kit.section(
        t("Days in a row"),
        kit.card(
            el.label(
                el.input(
                    type="checkbox",
                    default_checked=streak.shown,  # the browser's own: it does not wait for the server
                    on_change=lambda checked: S.show_streak(checked),
                ),
                el.span(t("Show on how many days in a row I have learned")),
                class_name="k-check",
            ),
            el.p(
                t("Only you see it. A day of rest between two days breaks nothing."),
                class_name="t-small t-2 mt-1",
            ),
            el.div(
                rx.cond(
                    streak.shown,
                    el.div(
                        el.p(streak.words, class_name="t-h3"),
                        el.div(rx.foreach(streak.last, _day), class_name="k-days mt-3", aria_hidden="true"),
                        el.p(t("The last two weeks"), class_name="t-cap t-3 mt-2", aria_hidden="true"),
                        class_name="mt-4",
                    ),
                ),
                role="status",
            ),
        ),
        id="streak",
        class_name="k-noprint",
    )


def _day(day: rx.Var[StreakDay]) -> rx.Component:
    return el.span(class_name=rx.cond(day.on, "on", ""), title=day.words)


PAGE = Page(routes.PROGRESS, view, S.open, t("Progress"), "signed_in")
