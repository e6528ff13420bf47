"""What is asked on the page of a taught course: a new status, an invitation."""

from typing import Any

import reflex as rx

from lms_app.courses.state.teaching import TeachCourseState
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.words import t

S: Any = TeachCourseState
COURSE = S.course
INVITE = "invite"
ROLES = (("student", t("Learner")), ("assistant", t("Assistant")), ("instructor", t("Instructor")))


# ---- The status: one filled button for the next step, the rest in a menu


def change_status() -> rx.Component:
    """What whoever manages the course can do with it now. Each question says its consequence in numbers."""
    publish = kit.confirm(
        t("Publish course"),
        t("Publish this course?"),
        t("Everybody can find it in the catalogue. Drafts inside it stay hidden."),
        t("Publish course"),
        on_confirm=S.publish,
        id="ask-publish",
        danger=False,
        kind="primary",
    )
    again = kit.confirm(
        t("Open again"),
        t("Open this course again?"),
        t("It is back in the catalogue. People can join and hand in work."),
        t("Open course"),
        on_confirm=S.publish,
        id="ask-publish",
        danger=False,
        kind="primary",
    )
    invite = kit.btn(t("Invite people"), "primary", "user-plus", on_click=S.begin_invitation, **kit.opens(INVITE))
    hide, archive = (t("Hide course"), kit.opens("ask-hide")), (t("Archive course"), kit.opens("ask-archive"))
    return rx.fragment(
        rx.match(
            COURSE.status,
            ("published", rx.fragment(_more(hide, archive), invite)),
            ("archived", rx.fragment(_more(hide), again)),
            rx.fragment(_more(archive), publish),
        ),
        _hide(),
        _archive(),
    )


def _more(*items: tuple[str, dict[str, Any]]) -> rx.Component:
    settings = (t("Settings"), {"href": routes.course_settings(COURSE.slug)})
    return kit.menu(t("More actions"), "course-actions", settings, None, *items, size=None)


def _hide() -> rx.Component:
    return kit.confirm_dialog(
        "ask-hide",
        t("Hide this course?"),
        rx.match(
            COURSE.learners,
            (0, t("Only its staff will see it, until you publish it again.")),
            (1, t("1 learner loses access until you publish it again. Their work is kept.")),
            t("{n} learners lose access until you publish it again. Their work is kept.", n=COURSE.learners),
        ),
        t("Hide course"),
        on_confirm=S.unpublish,
    )


def _archive() -> rx.Component:
    return kit.confirm_dialog(
        "ask-archive",
        t("Archive this course?"),
        rx.match(
            COURSE.learners,
            (0, t("It leaves the catalogue, and nobody can join.")),
            (1, t("1 learner can still read it, and hand in nothing. Nobody can join.")),
            t("{n} learners can still read it, and hand in nothing. Nobody can join.", n=COURSE.learners),
        ),
        t("Archive course"),
        on_confirm=S.archive,
    )


# ---- An invitation


def invite_dialog() -> rx.Component:
    """Asks for whom and how long, then shows the link in the same place: it cannot be shown again."""
    return kit.dialog(
        INVITE,
        t("Invite people"),
        # Always there, so that what appears in it is read out.
        el.div(rx.cond(S.new_link != "", _link_made()), role="status"),
        rx.cond(S.new_link != "", _link(), _form()),
        light=False,
        filled=S.filled,
    )


def _link_made() -> rx.Component:
    return el.p(t("Copy the link now: it is shown this once. Whoever opens it can join."), class_name="k-dlg-d")


def _link() -> rx.Component:
    return rx.fragment(
        kit.field(
            t("Invitation link"),
            kit.text_input(read_only=True, value=S.new_link, spell_check=False),
            id="invite-link",
            class_name="mt-4",
        ),
        el.div(
            kit.btn(t("Close"), **kit.closes()),
            kit.copy_btn(S.new_link, kind="primary"),
            class_name="k-dlg-a",
        ),
    )


def _form() -> rx.Component:
    return el.form(
        kit.error_summary(S.problems, class_name="mt-4"),
        el.div(
            kit.field(t("They join as"), kit.select(ROLES, name="role", default_value="student"), id="invite-role"),
            kit.field(
                t("How many people"),
                kit.text_input(name="people", input_mode="numeric", default_value="1", auto_complete="off"),
                id="invite-people",
                hint=t("The link stops working when so many have joined."),
                error=kit.error_of(S.problems, "invite-people"),
            ),
            kit.field(
                t("Days until it ends"),
                kit.text_input(name="days", input_mode="numeric", default_value="14", auto_complete="off"),
                id="invite-days",
                error=kit.error_of(S.problems, "invite-days"),
            ),
            class_name="flex flex-col gap-4 mt-4",
        ),
        el.div(
            kit.btn(t("Cancel"), **kit.closes()),
            kit.btn(t("Make link"), "primary", type="submit"),
            class_name="k-dlg-a",
        ),
        no_validate=True,
        on_submit=_send,
    )


def _send(data: Any) -> Any:
    typed = data.to(dict[str, str])
    return S.invite(typed["role"], typed["days"], typed["people"])
