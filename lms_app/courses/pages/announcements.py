"""What was announced in a course, for all of it; its staff announce, correct and delete here."""

from typing import Any

import reflex as rx

from lms_app.courses.state.course import CourseState
from lms_app.web import kit, routes
from lms_app.web.kit import el, typed, uploads
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = CourseState
SAYING = S.saying
SLUG, EDITS, SEQ = (typed.at(SAYING, name) for name in ("slug", "edits", "seq"))
DELETE = "delete-announcement"


def view() -> rx.Component:
    rows = kit.skel_rows(4)
    here = rx.cond(SLUG != "", _body(), rows)
    return kit.page_shell("My courses", kit.page_states(S, here, rows, what=t("the announcements"), missing=_missing()))


def _missing() -> rx.Component:
    return kit.not_found(
        t("We could not find these announcements"),
        t("They are for the members of the course."),
        kit.btn(t("Go to your courses"), "primary", href=routes.my_courses()),
    )


def _body() -> rx.Component:
    nothing = kit.card(
        kit.empty("megaphone", t("No announcements yet"), t("What the staff tell the course appears here."), level=2),
        pad=False,
    )
    return el.div(
        kit.page_head(t("Announcements"), crumb=(SAYING["course"], routes.course(SLUG))),
        rx.cond(SAYING["staff"] == "yes", _new()),
        rx.cond(
            S.announcements.length() > 0,
            rx.fragment(el.ol(rx.foreach(S.announcements, _one), class_name="flex flex-col gap-4"), kit.pager(SAYING)),
            nothing,
        ),
        class_name="max-w-[46rem]",
    )


def _new() -> rx.Component:
    opener = el.summary(kit.icon("megaphone"), t("Announce something"), class_name="k-btn k-btn--primary")
    form = el.form(
        kit.hidden("base", ""),
        _fields("announce", shown=EDITS == "", when_and_who=True),
        el.p(t("Everybody it is for also hears of it by mail, unless they want none."), class_name="t-small t-2"),
        el.div(kit.btn(t("Send announcement"), "primary", "send", type="submit")),
        on_submit=S.announce,
        class_name="k-card k-card--pad flex flex-col gap-4 mt-3",
        custom_attrs={"noValidate": True, "id": "announce", "data-sends": "true"},
    )
    return el.div(
        el.details(opener, form, key=SEQ, class_name="k-ask"),
        uploads.DraftKeeper.create(form="announce", item=f"announce.{SLUG}", seq=SEQ.to(int), done=False),
        class_name="mb-6",
    )


def _one(item: Any) -> rx.Component:
    return el.li(
        rx.cond(item.id == EDITS, _correction(item), _said(item)), class_name="k-card k-card--pad", key=item.id
    )


def _said(item: Any) -> rx.Component:
    actions = el.div(
        kit.btn(
            rx.fragment(t("Correct"), kit.sr(" "), kit.sr(item.title)),
            "quiet",
            "pencil",
            size="sm",
            on_click=S.begin_correction(item.id),
        ),
        kit.confirm(
            rx.fragment(t("Delete"), kit.sr(" "), kit.sr(item.title)),
            t("Delete this announcement?"),
            t("It goes from the page of the course. Mails that are sent stay with those who got them."),
            t("Delete announcement"),
            on_confirm=S.delete_announcement(item.id),
            id=f"{DELETE}-{item.id}",
            kind="quiet",
            size="sm",
        ),
        class_name="flex flex-wrap gap-2 mt-4",
    )
    return el.article(
        el.h2(item.title, class_name="t-h3"),
        el.div(
            el.span(item.note, class_name="t-small t-2"),
            rx.cond(item.scheduled != "", kit.chip(t("Goes out {when}", when=item.scheduled), "info", "clock")),
            rx.cond(
                (SAYING["staff"] == "yes") & (item.group != ""),
                kit.chip(t("To {group}", group=item.group), "", "users"),
            ),
            class_name="flex flex-wrap items-center gap-2 mb-3",
        ),
        kit.prose(item.html, "sm"),
        rx.cond(SAYING["staff"] == "yes", actions),
    )


def _correction(item: Any) -> rx.Component:
    again = kit.check(t("Tell everybody again, as a correction"), "again")
    return el.div(
        el.form(
            kit.hidden("base", ""),
            el.h2(t("Correct {title}", title=item.title), class_name="t-h3"),
            _fields("correct", shown=EDITS != "", when_and_who=SAYING["is_out"] != "yes", values=True),
            rx.cond(SAYING["is_out"] == "yes", again),
            el.div(
                kit.btn(t("Save"), "primary", type="submit"),
                kit.btn(t("Cancel"), "quiet", on_click=S.end_correction, custom_attrs=uploads.FORGETS),
                class_name="flex flex-wrap gap-2",
            ),
            on_submit=S.correct,
            class_name="flex flex-col gap-4",
            custom_attrs={"noValidate": True, "id": "correct", "data-sends": "true"},
        ),
        uploads.DraftKeeper.create(form="correct", item=f"correct.{item.id}", seq=SEQ.to(int), done=False),
    )


def _fields(start: str, *, shown: Any, when_and_who: Any, values: bool = False) -> rx.Component:
    """`shown`: what is wrong is about this form. `values` puts what is corrected into it."""

    def wrong(name: str) -> Any:
        return rx.cond(shown, typed.at(SAYING, f"{name}_error"), "")

    def now(name: str) -> dict[str, Any]:
        return {"default_value": typed.at(SAYING, name)} if values else {}

    later = kit.field(
        t("Goes out"),
        kit.text_input(type="datetime-local", name="goes_out_at", **now("goes_out_at")),
        id=f"{start}-when",
        hint=t("Left empty, it goes out at once. Times are in your zone."),
        error=wrong("goes_out_at"),
        optional=True,
    )
    whom = el.div(
        el.label(t("For"), html_for=f"{start}-group"),
        el.select(
            el.option(t("Everybody in the course"), value=""),
            rx.foreach(S.groups, lambda one: el.option(one.label, value=one.value)),
            name="group_id",
            class_name="k-input",
            id=f"{start}-group",
            **now("group"),
        ),
        class_name="k-field",
    )
    return el.div(
        kit.field(
            t("Title"),
            kit.text_input(
                name="title", max_length=160, auto_complete="off", custom_attrs=uploads.KEEPS, **now("title")
            ),
            id=f"{start}-title",
            error=wrong("title"),
        ),
        kit.field(
            t("Text"),
            kit.textarea(name="body", rows=7, max_length=10_000, custom_attrs=uploads.KEEPS, **now("body")),
            id=f"{start}-body",
            hint=t("Markdown works here: **bold**, [a link](https://example.org)."),
            error=wrong("body"),
        ),
        kit.when(
            when_and_who, el.div(later, rx.cond(S.groups.length() > 0, whom), class_name="grid gap-4 sm:grid-cols-2")
        ),
        class_name="flex flex-col gap-4",
    )


PAGE = Page(routes.ANNOUNCEMENTS, view, S.open_announcements, t("Announcements"), "member")
