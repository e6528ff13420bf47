"""A course: what it promises, its outline, and the next step of whoever reads it."""

import reflex as rx

from lms_app.courses.pages.kinds import kind_icon
from lms_app.courses.people_views import AnnouncementView
from lms_app.courses.state.course import SHOWN, CourseState
from lms_app.courses.views import Goal, OutlineGroup, OutlineRow
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t

S = CourseState
COURSE = CourseState.course
LEARNS = (COURSE.standing == "student") | (COURSE.standing == "complete")


def view() -> rx.Component:
    return kit.page_shell(
        "My courses",
        kit.page_states(CourseState, _body(), _skeleton(), what=t("the course"), missing=_missing()),
    )


def _missing() -> rx.Component:
    return kit.not_found(
        t("We could not find that course"),
        t("It may have moved, or you may need an invitation to see it."),
        kit.btn(t("Browse the catalogue"), "primary", href=routes.catalogue()),
    )


def _skeleton() -> rx.Component:
    return kit.skeleton(kit.skel_text(2), el.div(kit.skel_rows(5), class_name="mt-8"))


def _body() -> rx.Component:
    return rx.fragment(
        rx.cond(COURSE.as_student, _seen_as_student()),
        _head(),
        el.div(
            el.div(_announcements(), _outline(), _about(), class_name="min-w-0"),
            el.aside(_side(), aria_label=t("Your progress"), class_name="flex flex-col gap-4 min-w-0"),
            class_name="grid xl:grid-cols-[minmax(0,1fr)_320px] gap-8 items-start",
        ),
    )


def _seen_as_student() -> rx.Component:
    """For its staff, who asked to see it so."""
    return el.div(
        kit.note(
            "info",
            "eye",
            el.div(
                el.p(t("You see this course as a student who has just joined. Nothing is kept.")),
                kit.btn(t("Back to the builder"), size="sm", href=routes.course_build(COURSE.slug)),
                class_name="flex flex-wrap items-center gap-4",
            ),
        ),
        class_name="mb-6",
    )


# ---- The head: title, promise, facts; on small screens the next step stands right below


def _head() -> rx.Component:
    return el.div(
        rx.cond(
            LEARNS,
            kit.breadcrumb((t("My courses"), routes.my_courses())),
            kit.breadcrumb((t("Catalogue"), routes.catalogue())),
        ),
        el.h1(COURSE.title, class_name="t-display"),
        el.p(el.bdi(COURSE.summary), class_name="t-2 mt-2 text-lg max-w-[56ch]"),
        el.div(
            el.span(
                kit.avatar(S.owner_initials, size="sm"),
                el.span(COURSE.owner, class_name="t-small t-strong"),
                class_name="flex items-center gap-2",
            ),
            _fact(COURSE.extent),
            _fact(COURSE.level, class_name="inline-block first-letter:uppercase"),
            _fact(COURSE.runs),
            class_name="flex flex-wrap items-center gap-x-4 gap-y-2 mt-4",
        ),
        el.div(_step("top", block=True), class_name="xl:hidden! mt-6 max-w-[480px]"),
        class_name="mb-8",
    )


def _fact(text: rx.Var[str], class_name: str = "") -> rx.Component:
    return rx.cond(text != "", el.span(text, class_name=kit.names("t-small t-2", class_name)))


# ---- The next step, by how the reader stands here


def _step(place: str, *, block: bool) -> rx.Component:
    """`place` keeps ids apart: the step is drawn for wide screens and for small ones, and one of them shows."""
    resume = kit.btn(COURSE.resume, "primary", "play", href=COURSE.resume_url, block=block)
    return rx.match(
        COURSE.standing,
        ("student", _when_it_can(resume)),
        ("complete", _when_it_can(resume)),
        (
            "staff",
            kit.btn(
                t("Manage the course"), "primary", "settings-2", href=routes.teach_course(COURSE.slug), block=block
            ),
        ),
        ("waiting", _waiting(place)),
        ("queued", _queued(place)),
        _join(place, block=block),
    )


def _when_it_can(resume: rx.Component) -> rx.Component:
    """A member before the course opens learns the day; one of an empty course has nothing to resume."""
    return rx.cond(
        COURSE.resume_url != "",
        resume,
        rx.cond(COURSE.opens != "", _opens(), el.p(t("There is nothing to do here yet."), class_name="t-small t-2")),
    )


def _opens() -> rx.Component:
    return el.div(
        kit.note("info", "calendar", t("Opens {day}.", day=COURSE.opens)),
        kit.btn(t("Email me when it opens"), "secondary", "bell", on_click=S.tell_me, class_name="mt-3"),
    )


def _waiting(place: str) -> rx.Component:
    return el.div(
        kit.note("info", "hourglass", t("Your request is waiting for the instructor.")),
        kit.confirm(
            t("Take the request back"),
            t("Take your request back?"),
            t("The instructor will not see it any more. You can ask again."),
            t("Take it back"),
            on_confirm=S.leave,
            id=f"ask-back-{place}",
            danger=False,
            kind="quiet",
            size="sm",
            class_name="mt-2",
        ),
    )


def _queued(place: str) -> rx.Component:
    return el.div(
        kit.note(
            "info",
            "hourglass",
            t("The course is full. You are number {n} on the wait-list.", n=COURSE.place),
            el.p(t("We email you as soon as a seat is yours."), class_name="t-small mt-1"),
        ),
        kit.confirm(
            t("Leave the wait-list"),
            t("Leave the wait-list?"),
            t("You lose your place. If you join again, you begin at its end."),
            t("Leave the wait-list"),
            on_confirm=S.leave,
            id=f"ask-queue-{place}",
            kind="quiet",
            size="sm",
            class_name="mt-2",
        ),
    )


def _join(place: str, *, block: bool) -> rx.Component:
    words = rx.cond(COURSE.full, t("Join the wait-list"), t("Join course"))
    join = kit.btn(words, "primary", on_click=S.join(""), block=block)
    ask = el.div(
        kit.btn(t("Ask to join"), "primary", on_click=S.join(""), block=block),
        el.p(t("The instructor approves each request."), class_name="t-small t-2 mt-2"),
    )
    way_in = rx.match(COURSE.enrol_mode, ("key", _key(place, block=block)), ("approval", ask), join)
    full = el.p(
        t("The course is full. A seat that gets free goes to whoever waits longest."), class_name="t-small t-2 mt-2"
    )
    return el.div(
        rx.cond(
            COURSE.closed != "",
            kit.note("info", "lock", COURSE.closed),
            rx.fragment(way_in, rx.cond(COURSE.full, full)),
        ),
        rx.cond(COURSE.opens != "", el.div(_opens(), class_name="mt-4")),
    )


def _key(place: str, *, block: bool) -> rx.Component:
    return el.form(
        kit.field(
            t("Enrolment key"),
            kit.text_input(name="key", auto_complete="off", max_length=200, auto_capitalize="none", spell_check=False),
            id=f"key-{place}",
            hint=t("You get it from the instructor."),
            error=S.key_error,
        ),
        kit.btn(
            rx.cond(COURSE.full, t("Join the wait-list"), t("Join course")),
            "primary",
            type="submit",
            block=block,
            class_name="mt-3",
        ),
        on_submit=lambda data: S.join(data.to(dict[str, str])["key"]),
    )


# ---- What the staff have said


def _announcements() -> rx.Component:
    """The newest one stands open; those before the newest three have a page of their own."""

    def one(item: rx.Var[AnnouncementView], number: rx.Var[int]) -> rx.Component:
        return el.details(
            el.summary(
                kit.icon("chevron-right", class_name="k-chev"),
                el.div(
                    el.h3(item.title, class_name="t-h3"),
                    el.div(el.bdi(item.note), class_name="t-small t-2"),
                    class_name="flex-1 min-w-0",
                ),
            ),
            el.div(kit.prose(item.html, "sm"), class_name="px-5 pb-5"),
            class_name="k-mod",
            open=number == 0,
            key=item.id,
        )

    return rx.cond(
        S.announcements.length() > 0,
        kit.section(
            t("Announcements"),
            el.div(rx.foreach(S.announcements[:SHOWN], one), class_name="flex flex-col gap-3"),
            rx.cond(
                S.announcements.length() > SHOWN,
                el.p(
                    kit.link(t("Earlier announcements"), routes.announcements(COURSE.slug)), class_name="mt-3 t-small"
                ),
            ),
            class_name="mb-8",
        ),
    )


# ---- The outline


def _outline() -> rx.Component:
    return el.section(
        el.div(
            el.h2(t("Outline"), class_name="t-h2", id="outline-title"),
            rx.cond(S.modules.length() > 1, kit.expand_all("outline")),
            class_name="flex items-center justify-between gap-4 mb-3",
        ),
        rx.cond(
            S.modules.length() > 0,
            el.div(rx.foreach(S.modules, _module), id="outline", class_name="flex flex-col gap-3"),
            kit.card(kit.empty("list-tree", t("No lessons yet"), t("They appear here as soon as they are published."))),
        ),
        aria_labelledby="outline-title",
    )


def _module(module: rx.Var[OutlineGroup]) -> rx.Component:
    return el.details(
        el.summary(
            kit.icon("chevron-right", class_name="k-chev"),
            el.div(
                el.h3(module.title, class_name="t-h3"),
                el.div(module.note, class_name="t-small t-2"),
                class_name="flex-1 min-w-0",
            ),
            rx.cond(
                LEARNS,
                rx.cond(
                    module.percent == 100,
                    kit.chip(t("Complete"), "ok", "check"),
                    rx.cond(module.percent > 0, el.span(f"{module.percent}%", class_name="t-small t-2 t-num")),
                ),
            ),
        ),
        el.ul(rx.foreach(module.rows, _row)),
        class_name="k-mod",
        open=module.current,
        key=module.id,
    )


def _row(row: rx.Var[OutlineRow]) -> rx.Component:
    """Why an item is locked may be long: it stands below the title."""
    locked = row.state == "lock"
    short = "t-small t-3 whitespace-nowrap max-sm:whitespace-normal max-sm:max-w-32 text-end"
    parts = (
        kit.status_dot(row.state),
        kind_icon(row.kind),
        el.span(row.title, rx.cond(locked, el.span(row.note, class_name="t-small block")), class_name="k-lt"),
        rx.cond(locked, rx.fragment(), el.span(row.note, class_name=short)),
    )
    return el.li(
        rx.cond(
            row.url != "",
            kit.a(*parts, href=row.url, class_name="k-les"),
            el.div(*parts, class_name="k-les k-les--off"),
        )
    )


def _about() -> rx.Component:
    return rx.cond(
        COURSE.description_html != "",
        kit.section(t("About this course"), kit.prose(COURSE.description_html, "sm"), class_name="mt-8"),
    )


# ---- The right column


def _side() -> rx.Component:
    """Below the outline on small screens, without what stands in the head there."""
    card = "k-card overflow-hidden"
    return rx.fragment(
        el.div(
            kit.cover(COURSE.hue, COURSE.motif, class_name="aspect-[5/2]! max-xl:hidden!"),
            el.div(
                rx.cond(LEARNS, _progress()),
                el.div(_step("side", block=True), class_name="max-xl:hidden!"),
                rx.cond(COURSE.questions, kit.link(t("Questions and answers"), routes.course_questions(COURSE.slug))),
                rx.cond(LEARNS, kit.link(t("Grades and how they are made"), routes.grades(COURSE.slug))),
                class_name="flex flex-col gap-5 p-5",
            ),
            class_name=rx.cond(LEARNS, card, f"{card} max-xl:hidden!"),
        ),
        rx.cond(COURSE.due.title != "", _next_up()),
        rx.cond(S.goals.length() > 0, _goals()),
        rx.cond(LEARNS, _leave()),
    )


def _progress() -> rx.Component:
    return el.div(
        kit.ring(COURSE.percent, 88, t("Course progress")),
        el.div(
            el.div(t("{done} of {total} done", done=COURSE.done, total=COURSE.total), class_name="t-h3"),
            rx.cond(COURSE.left != "", el.div(COURSE.left, class_name="t-small t-2 mt-0.5")),
            rx.cond(COURSE.pace != "", el.div(COURSE.pace, class_name="t-small t-brand t-strong mt-0.5")),
            class_name="min-w-0",
        ),
        class_name="flex items-center gap-5",
    )


def _next_up() -> rx.Component:
    return kit.card(
        el.h2(t("Next up"), class_name="t-h3 mb-3"),
        kit.chip(COURSE.due.when, COURSE.due.kind),
        el.div(
            kit.a(COURSE.due.title, href=COURSE.due.url, class_name="k-plain t-strong"),
            el.div(COURSE.due.note, class_name="t-small t-2"),
            class_name="mt-2",
        ),
    )


def _goals() -> rx.Component:
    def line(goal: rx.Var[Goal]) -> rx.Component:
        return el.li(
            kit.status_dot(goal.state), el.span(goal.text, class_name="t-small"), class_name="flex items-center gap-3"
        )

    return kit.card(
        el.h2(t("To earn the certificate"), class_name="t-h3 mb-3"),
        el.ul(rx.foreach(S.goals, line), class_name="flex flex-col gap-3"),
    )


def _leave() -> rx.Component:
    return kit.confirm(
        t("Leave the course"),
        t("Leave this course?"),
        t("You lose access now. Your progress and marks are kept, and joining again brings them back."),
        t("Leave the course"),
        on_confirm=S.leave,
        id="ask-leave",
        kind="quiet",
        size="sm",
    )


PAGE = Page(routes.COURSE, view, CourseState.open, rx.cond(S.loaded, COURSE.title, t("Course")), "signed_in")
