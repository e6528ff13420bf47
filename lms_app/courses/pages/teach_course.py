"""A course for its staff: how it goes, what it holds, how people come in. Its people have a page of their own."""

from typing import Any

import reflex as rx

from lms_app.courses.pages.kinds import kind_icon, status_chip
from lms_app.courses.pages.teach_course_dialogs import (
    INVITE,
    change_status,
    invite_dialog,
)
from lms_app.courses.pages.teach_parts import course_tabs, crumb, missing
from lms_app.courses.state.teaching import TeachCourseState
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = TeachCourseState
COURSE = S.course


def view() -> rx.Component:
    return kit.page_shell(
        "Teaching",
        kit.page_states(S, _body(), _skeleton(), what=t("the course"), missing=missing()),
    )


def _skeleton() -> rx.Component:
    return rx.fragment(
        kit.skel("280px", "32px", class_name="mb-8"),
        el.div(*[kit.skel("100%", "118px") for _ in range(3)], class_name="k-stats mb-8"),
        kit.skel_rows(5),
    )


def _body() -> rx.Component:
    return rx.fragment(
        kit.page_head(COURSE.title, status_chip(COURSE.status), _actions(), crumb=crumb()),
        course_tabs("course"),
        _figures(),
        el.div(
            el.div(_outline(), class_name="flex flex-col gap-8 min-w-0"),
            el.aside(
                _announcements(),
                _joining(),
                aria_label=t("Announcements and joining"),
                class_name="flex flex-col gap-8 min-w-0",
            ),
            class_name="grid xl:grid-cols-[minmax(0,1fr)_320px] gap-8 items-start",
        ),
        rx.cond(COURSE.manages, invite_dialog()),
    )


def _actions() -> rx.Component:
    awards = kit.btn(t("Certificates"), ic="award", href=routes.course_certificates(COURSE.slug))
    look = kit.btn(t("View course"), ic="eye", href=routes.course(COURSE.slug))
    bank = kit.btn(t("Question bank"), ic="library", href=routes.question_bank(COURSE.slug))
    rubrics = kit.btn(t("Rubrics"), ic="list-checks", href=routes.rubrics(COURSE.slug))
    badges = kit.btn(t("Badges"), ic="medal", href=routes.course_badges(COURSE.slug))
    build = kit.btn(t("Build"), ic="pencil", href=routes.course_build(COURSE.slug))
    return rx.fragment(bank, rubrics, badges, awards, look, build, rx.cond(COURSE.manages, change_status()))


def _figures() -> rx.Component:
    share = rx.match(
        COURSE.learners, (0, t("No learners yet")), (1, t("of 1 learner")), t("of {n} learners", n=COURSE.learners)
    )
    return el.dl(
        kit.stat(t("Learners"), COURSE.learners, rx.cond(S.waiting.length() > 0, _asked(), t("Nobody is waiting"))),
        kit.stat(t("Completed"), COURSE.completed, share),
        kit.stat(t("Average progress"), f"{COURSE.average}%", t("of everything required")),
        class_name="k-stats mb-8",
    )


def _asked() -> Any:
    return rx.cond(S.waiting.length() == 1, t("1 more asks to join"), t("{n} more ask to join", n=S.waiting.length()))


# ---- What the course holds


def _outline() -> rx.Component:
    nothing = kit.card(
        kit.empty("list-tree", t("No content yet"), t("Lessons and quizzes appear here, published or not.")), pad=False
    )
    return kit.section(
        t("Content"),
        rx.cond(
            S.modules.length() > 0,
            el.div(rx.foreach(S.modules, _module), id="content", class_name="flex flex-col gap-3"),
            nothing,
        ),
        action=rx.cond(S.modules.length() > 1, kit.expand_all("content")),
        id="outline",
    )


def _module(module: Any) -> rx.Component:
    return el.details(
        el.summary(
            kit.icon("chevron-right", class_name="k-chev"),
            el.div(
                el.h3(f"{module.number}. {module.title}", class_name="t-h3"),
                el.div(module.note, class_name="t-small t-2"),
                class_name="flex-1 min-w-0",
            ),
        ),
        el.ul(rx.foreach(module["items"], _item)),  # `.items` is the var's own
        class_name="k-mod",
        open=module.number == 1,
        key=module.id,
    )


def _item(item: Any) -> rx.Component:
    title = rx.cond(item.url != "", kit.a(item.title, href=item.url, class_name="k-plain"), item.title)
    results = kit.link(rx.fragment(t("Results"), kit.sr(f" {item.title}")), item.results_url, class_name="t-small")
    return el.li(
        el.div(
            kind_icon(item.kind),
            el.span(title, class_name="k-lt"),
            el.span(item.note, class_name="t-small t-3 text-end"),
            rx.cond(item.published, rx.fragment(), kit.chip(t("Draft"), "info")),
            rx.cond(item.results_url != "", results),
            class_name="k-les max-sm:flex-wrap",
        )
    )


# ---- What everybody is told


def _announcements() -> rx.Component:
    every = routes.announcements(COURSE.slug)
    none = kit.card(
        el.p(t("No announcements yet"), class_name="t-strong"),
        el.p(t("Everybody in the course sees them on its page, and gets a mail."), class_name="t-small t-2 mt-1"),
    )
    return kit.section(
        t("Announcements"),
        rx.cond(
            S.announcements.length() > 0,
            rx.fragment(
                kit.rows(rx.foreach(S.announcements, _announcement)),
                el.p(kit.link(t("All announcements"), every), class_name="mt-3 t-small"),
            ),
            none,
        ),
        action=kit.btn(t("New"), "quiet", "plus", size="sm", href=every),
        id="announcements",
    )


def _announcement(item: Any) -> rx.Component:
    return el.li(
        el.div(
            el.div(item.title, class_name="t-strong"),
            el.div(item.note, class_name="t-small t-2"),
            rx.cond(item.scheduled != "", kit.chip(t("Goes out {when}", when=item.scheduled), "info", "clock")),
            rx.cond(item.group != "", kit.chip(t("To {group}", group=item.group), "", "users")),
            class_name="min-w-0 flex-1",
        ),
        class_name="k-row",
        key=item.id,
    )


# ---- How people come in


def _joining() -> rx.Component:
    words = rx.match(
        COURSE.enrol_mode,
        ("key", t("Anyone with the key can join.")),
        ("approval", t("Anyone can ask, and you approve each request.")),
        ("invitation", t("Only people with an invitation link can join.")),
        t("Anyone who is signed in can join."),
    )
    key = el.div(kit.code(COURSE.enrol_key), kit.copy_btn(COURSE.enrol_key, t("Copy key")), class_name="mt-3")
    return rx.fragment(
        kit.section(
            t("How people join"),
            kit.card(el.p(words, class_name="t-small"), rx.cond(COURSE.enrol_key != "", key)),
            id="joining",
        ),
        rx.cond(COURSE.manages, _invitations()),
    )


def _invitations() -> rx.Component:
    new = kit.btn(t("New link"), "quiet", "plus", size="sm", on_click=S.begin_invitation, **kit.opens(INVITE))
    none = kit.card(
        el.p(t("No open invitations"), class_name="t-strong"),
        el.p(t("A link lets people in without a request, as learners or as staff."), class_name="t-small t-2 mt-1"),
    )
    return kit.section(
        t("Invitation links"),
        rx.cond(S.invitations.length() > 0, kit.rows(rx.foreach(S.invitations, _invitation)), none),
        action=new,
        id="invitations",
    )


def _invitation(link: Any) -> rx.Component:
    role = rx.match(link.role, ("instructor", t("Instructor")), ("assistant", t("Assistant")), t("Learner"))
    return el.li(
        el.div(
            el.div(role, class_name="t-strong"),
            el.div(link.note, class_name="t-small t-2"),
            class_name="min-w-0 flex-1",
        ),
        kit.confirm(
            rx.fragment(t("Withdraw"), kit.sr(" "), kit.sr(link.note)),
            t("Withdraw this invitation?"),
            t("The link stops working at once. Whoever came in by it stays."),
            t("Withdraw invitation"),
            on_confirm=S.withdraw(link.id),
            id=f"withdraw-{link.id}",
            kind="quiet",
            size="sm",
        ),
        class_name="k-row",
    )


PAGE = Page(routes.TEACH_COURSE, view, TeachCourseState.open, rx.cond(S.loaded, COURSE.title, t("Course")), "member")
