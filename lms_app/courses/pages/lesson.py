"""The lesson player: outline, text, place, and on to the next."""

from collections.abc import Callable

import reflex as rx

from lms_app.courses.state.lesson import LessonState
from lms_app.courses.views import AttachedFile, LessonView, SideGroup, SideRow
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t

S = LessonState
LESSON = LessonState.lesson
# What other rooms put under the text of a lesson, drawn of the var of it; filled in `lms_app.py`.
BELOW: list[Callable[[rx.Var[LessonView]], rx.Component]] = []


def view() -> rx.Component:
    shown = S.loaded & ~S.missing & (S.failed == "")
    return kit.focus_shell(
        _bar(shown),
        el.div(
            el.nav(
                el.h2(t("Lessons"), class_name="k-sr"),
                rx.cond(shown, _outline(), kit.loading(t("the outline"), kit.skel_rows(6))),
                class_name="k-side",
                aria_label=t("Course lessons"),
            ),
            el.div(
                kit.main(
                    el.div(
                        kit.page_states(
                            LessonState, _article(), kit.skel_text(10), what=t("the lesson"), missing=_missing()
                        ),
                        class_name="k-read",
                    ),
                    class_name="flex-1",
                ),
                rx.cond(shown, _foot()),
                # A short lesson, too, has its foot at the foot of the screen.
                class_name="min-w-0 flex flex-col min-h-[calc(100dvh-60px)]",
            ),
            class_name="k-player",
        ),
        _sheet(),
    )


def _bar(shown: rx.Var[bool]) -> rx.Component:
    return kit.focus_bar(
        (t("Back to course"), S.course_url),
        rx.cond(shown, LESSON.course, t("Lesson")),
        rx.cond(shown, LESSON.module, ""),
        rx.cond(
            shown & LESSON.counts,
            el.div(kit.bar_row(S.percent, t("Course progress")), class_name="hidden md:block w-[180px]"),
        ),
        el.div(
            kit.btn(t("Course outline"), "quiet", "list-tree", icon_only=True, **kit.opens("outline")),
            class_name="lg:hidden!",
        ),
        kit.theme_toggle(),
    )


def _missing() -> rx.Component:
    return kit.not_found(
        t("We could not find that lesson"),
        t("It may have moved, or it is for members of the course."),
        kit.btn(t("Go to the course"), "primary", href=S.course_url),
    )


# ---- The outline, beside the text or in a sheet


def _outline() -> rx.Component:
    def group(module: rx.Var[SideGroup]) -> rx.Component:
        return rx.fragment(el.h3(module.title), el.ul(rx.foreach(module.rows, _row)), key=module.id)

    return rx.fragment(rx.foreach(S.modules, group))


def _row(row: rx.Var[SideRow]) -> rx.Component:
    locked = row.state == "lock"
    parts = (
        kit.status_dot(row.state),
        el.span(row.title, rx.cond(locked, el.span(row.note, class_name="t-small block")), class_name="flex-1 min-w-0"),
        rx.cond(locked, rx.fragment(), el.span(row.note, class_name="t-cap t-3")),
    )
    # J and K go to the neighbours; on the row itself they need no button of their own.
    shortcut = rx.cond(row.url == LESSON.next.url, "j", rx.cond(row.url == LESSON.previous.url, "k", ""))
    return el.li(
        rx.cond(
            row.url != "",
            kit.a(
                *parts,
                href=row.url,
                aria_current=rx.cond(row.url == S.here, "page", "false"),
                data_key=shortcut,
            ),
            el.div(*parts, class_name="k-side-off"),
        )
    )


def _sheet() -> rx.Component:
    return kit.dialog(
        "outline",
        t("Course outline"),
        el.nav(_outline(), class_name="k-outline", aria_label=t("Course lessons, sheet")),
        actions=(kit.btn(t("Close"), **kit.closes()),),
    )


# ---- The text


def _article() -> rx.Component:
    return el.article(
        el.p(LESSON.place, class_name="t-small t-2 mb-2"),
        el.h1(LESSON.title, class_name="t-display mb-6"),
        rx.cond(LESSON.locked != "", _locked(), _text()),
    )


def _locked() -> rx.Component:
    return el.div(
        kit.note("info", "lock", el.p(LESSON.locked, class_name="t-strong")),
        kit.btn(t("Back to course"), "primary", "arrow-left", href=S.course_url, class_name="mt-4"),
    )


def _text() -> rx.Component:
    return rx.fragment(
        kit.prose(S.html),
        rx.cond(S.files.length() > 0, _files()),
        el.div(data_place_end="true"),
        kit.place_keeper(LESSON.id, LESSON.scroll, S.keep_place),
        *[draw(LESSON) for draw in BELOW],
    )


def _files() -> rx.Component:
    def row(file: rx.Var[AttachedFile]) -> rx.Component:
        return el.li(
            kit.icon("paperclip", size=18, class_name="t-3"),
            kit.link(file.name, file.url, raw=True, class_name="flex-1 min-w-0"),
            el.span(file.size, class_name="t-small t-3 t-num"),
            class_name="k-row",
        )

    return kit.section(t("Files"), kit.rows(rx.foreach(S.files, row)), class_name="mt-8")


# ---- The foot: back, the place, and the one next step


def _foot() -> rx.Component:
    marks = LESSON.counts & ~LESSON.completed & (LESSON.locked == "") & (LESSON.completion == "mark")
    back = (t("Previous"), "quiet", "arrow-left")
    return el.footer(
        rx.cond(
            LESSON.previous.url != "",
            rx.fragment(
                kit.btn(*back, href=LESSON.previous.url, class_name="max-sm:hidden!"),
                kit.btn(*back, href=LESSON.previous.url, icon_only=True, class_name="sm:hidden!"),
            ),
        ),
        el.span(
            rx.cond(S.placed, rx.fragment(kit.icon("check"), t("Place saved"))),
            role="status",
            class_name="k-save k-save--opt",
        ),
        rx.cond(
            marks,
            kit.btn(t("Mark complete and continue"), "primary", ic_end="arrow-right", on_click=S.complete),
            rx.cond(
                LESSON.next.url != "",
                kit.btn(t("Continue"), "primary", ic_end="arrow-right", href=LESSON.next.url),
                kit.btn(t("Back to course"), "primary", ic_end="arrow-right", href=S.course_url),
            ),
        ),
        class_name="k-foot",
    )


PAGE = Page(routes.LESSON, view, LessonState.open, rx.cond(S.loaded, LESSON.title, t("Lesson")), "member")
