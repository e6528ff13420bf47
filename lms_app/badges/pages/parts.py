"""What the pages of a course's badges and of the site's share: the list, and the editor with those who have a badge."""

from typing import Any

import reflex as rx

from lms_app.badges.icons import ICONS, SHAPES
from lms_app.badges.state import BadgesState
from lms_app.web import kit, routes
from lms_app.web.kit import el, typed
from lms_app.web.words import t

S: Any = BadgesState
LIST = S.badges[0]
HERE = S.badge[0]
STATUS = {"draft": (t("Draft"), "info"), "active": (t("Open"), "ok"), "closed": (t("Closed"), "")}
OF_COURSE = (
    ("manual", t("Awarded by hand")),
    ("course", t("Completing the course")),
    ("quiz", t("A score in a quiz")),
    ("streak", t("Days in a row")),
    ("first", t("A first submission")),
)
OF_SITE = (
    ("manual", t("Awarded by hand")),
    ("courses", t("A number of courses")),
    ("path", t("A path of courses")),
    ("streak", t("Days in a row")),
    ("first", t("A first submission")),
)


def picture(src: Any) -> rx.Component:
    """A badge's picture; its name stands beside it."""
    return el.img(src=src, alt="", width="64", height="64", class_name="flex-none w-16 h-16")


def status_chip(status: Any) -> rx.Component:
    return rx.match(status, *[(name, kit.chip(words, kind)) for name, (words, kind) in STATUS.items()], rx.fragment())


# ---- The list


def list_view(current: str, crumb: tuple[Any, Any] | None, sub: str) -> rx.Component:
    return kit.page_shell(current, kit.page_states(S, _list(crumb, sub), kit.skel_rows(4), what=t("the badges")))


def _list(crumb: tuple[Any, Any] | None, sub: str) -> rx.Component:
    new = kit.btn(t("New badge"), "primary", "plus", href=routes.badge(LIST.slug if crumb else "", "new"))
    return rx.fragment(
        kit.page_head(t("Badges"), sub, rx.cond(LIST.may_change, new), crumb=crumb),
        rx.cond(LIST.lines.length() > 0, kit.rows(rx.foreach(LIST.lines, _line)), _none()),
        kit.show_more(t("Show more badges"), S.more if crumb else S.more_of_site, LIST.lines.length() < LIST.total),
    )


def _line(one: Any) -> rx.Component:
    has = rx.match(
        one.awards, (0, t("Nobody has it yet")), (1, t("1 person has it")), t("{n} people have it", n=one.awards)
    )
    return el.li(
        picture(one.picture),
        el.div(
            el.h2(kit.a(one.name, href=one.url, class_name="k-plain", dir="auto"), class_name="t-h3"),
            el.p(one.rule, class_name="t-small t-2 mt-0.5"),
            el.p(has, class_name="t-small t-3 mt-0.5"),
            class_name="min-w-0 flex-[1_1_200px]",
        ),
        status_chip(one.status),
        class_name="k-row flex-wrap py-4!",
        key=one.id,
    )


def _none() -> rx.Component:
    return kit.card(
        kit.empty(
            "medal",
            t("No badges yet"),
            t("A badge says what somebody can do or has done. Its rule awards it by itself, or you do."),
            level=2,
        ),
        pad=False,
    )


# ---- The editor


def editor_view(current: str, crumb: tuple[Any, Any], kinds: Any) -> rx.Component:
    return kit.page_shell(
        current, kit.page_states(S, _editor(crumb, kinds), kit.skel("100%", "480px"), what=t("the badge"))
    )


def _editor(crumb: tuple[Any, Any], kinds: Any) -> rx.Component:
    return rx.fragment(
        kit.page_head(
            rx.cond(HERE.id != "", typed.at(HERE.form, "name"), t("New badge")),
            rx.cond(HERE.criteria != "", HERE.criteria, ""),
            rx.cond(HERE.may_change & (HERE.id != ""), _status()),
            crumb=crumb,
        ),
        el.div(
            rx.cond(HERE.may_change, _form(kinds)),
            el.div(
                _preview(),
                rx.cond(HERE.status == "active", _award()),
                class_name="flex flex-col gap-6 lg:sticky lg:top-6",
            ),
            class_name="grid lg:grid-cols-[minmax(0,1fr)_320px] gap-8 items-start",
        ),
        rx.cond(HERE.id != "", el.div(_holders(), class_name="mt-10")),
    )


def _status() -> rx.Component:
    return rx.fragment(
        status_chip(HERE.status),
        rx.cond(
            HERE.status == "active",
            kit.btn(t("Close"), on_click=S.change_status("closed")),
            kit.confirm(
                t("Open badge"),
                t("Open this badge?"),
                t("From now on it is earned, and who has done what it asks for already gets it too. They are told."),
                t("Open badge"),
                on_confirm=S.change_status("active"),
                danger=False,
                id="ask-open",
            ),
        ),
    )


def _preview() -> rx.Component:
    words = t("What is drawn is black or white, whichever can be read on your colour.")
    return kit.card(
        el.figure(
            el.img(src=S.picture, alt=t("Preview of the badge"), width="192", height="192", class_name="mx-auto"),
            el.figcaption(words, class_name="t-small t-2 mt-4 text-center"),
        )
    )


def _form(kinds: Any) -> rx.Component:
    values, errors = S.values, S.errors
    return el.div(
        kit.error_summary(S.problems),
        el.form(
            kit.hidden("do", ""),
            typed.part(
                t("What it is"),
                typed.line(values, errors, "name", t("Name"), max_length=80),
                typed.lines(values, errors, "description", t("Description"), optional=True, rows=2),
                typed.choose(values, errors, "kind", t("Earned by"), kinds),
                rx.match(
                    typed.at(values, "kind"),
                    ("quiz", _quiz()),
                    ("streak", _number("days", t("Days in a row"))),
                    ("courses", _number("count", t("Courses to complete"))),
                    ("path", _path()),
                    rx.fragment(),
                ),
                typed.lines(
                    values,
                    errors,
                    "criteria",
                    t("Criteria in your words"),
                    hint=t("Everybody who sees the badge reads them. Left empty, the rule is said in a sentence."),
                    optional=True,
                    rows=2,
                ),
                el.div(
                    typed.number(
                        values, errors, "valid_days", t("Days until it expires"), optional=True, hint=t("Empty: never")
                    ),
                    class_name="max-w-[16rem]",
                ),
            ),
            typed.part(
                t("Picture"),
                typed.side_by_side(
                    typed.choose(values, errors, "shape", t("Shape"), _names(SHAPES)),
                    typed.choose(values, errors, "icon", t("Icon"), _names(ICONS)),
                    _colour("colour", t("Colour")),
                    _colour("rim", t("Rim")),
                ),
                typed.line(
                    values, errors, "text", t("Short text"), optional=True, max_length=18, hint=t("Up to 18 characters")
                ),
            ),
            el.div(kit.btn(t("Save badge"), "primary", type="submit")),
            key=S.form,
            on_submit=S.send,
            class_name="flex flex-col gap-6",
            custom_attrs={"noValidate": True, "data-autosaves": "350"},
        ),
    )


def _names(of: dict[str, tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, t(words)) for name, (words, _path) in of.items()]


def _number(name: str, label: str) -> rx.Component:
    return el.div(typed.number(S.values, S.errors, name, label), class_name="max-w-[16rem]")


def _quiz() -> rx.Component:
    return typed.side_by_side(
        typed.choose(S.values, S.errors, "item", t("Quiz"), HERE.quizzes),
        typed.percent(S.values, S.errors, "least", t("At least"), optional=False),
    )


def _path() -> rx.Component:
    return kit.fieldset(
        t("All of these courses"),
        el.div(
            rx.foreach(
                HERE.courses,
                lambda one: kit.check(
                    one.label, f"course-{one.value}", checked=typed.at(S.values, f"course-{one.value}") == "on"
                ),
            ),
            class_name="flex flex-col gap-2 max-h-[320px] overflow-y-auto",
        ),
        id="courses",
        error=typed.at(S.errors, "courses"),
    )


def _colour(name: str, label: str) -> rx.Component:
    control = kit.text_input(type="color", name=name, default_value=typed.at(S.values, name))
    return kit.field(label, control, id=name, error=typed.at(S.errors, name))


# ---- Those who have it


def _award() -> rx.Component:
    return kit.card(
        el.form(
            el.h2(t("Award it by hand"), class_name="t-h3"),
            rx.cond(
                HERE.learners.length() > 0,
                rx.fragment(
                    kit.field(
                        t("To whom"),
                        kit.select(HERE.learners, name="user_id"),
                        id="user_id",
                        error=typed.at(S.errors, "user_id"),
                    ),
                    kit.field(t("Why"), kit.textarea(name="note", rows=2, max_length=500), id="note", optional=True),
                    el.div(kit.btn(t("Award badge"), type="submit")),
                ),
                el.p(t("Everybody here has it."), class_name="t-small t-2"),
            ),
            key=f"award{S.form}",
            on_submit=S.award,
            class_name="flex flex-col gap-4",
            custom_attrs={"noValidate": True},
        )
    )


def _holders() -> rx.Component:
    return kit.section(
        t("Who has it"),
        rx.cond(
            HERE.holders.length() > 0,
            kit.data_table(
                t("People with this badge"),
                [t("Name"), t("Since"), t("Awarded by"), t("Status"), kit.col(t("Action"), hidden=True)],
                rx.foreach(HERE.holders, _holder),
            ),
            el.p(t("Nobody yet."), class_name="t-2"),
        ),
        kit.show_more(t("Show more people"), S.more_people, HERE.holders.length() < HERE.total),
        id="holders",
    )


def _holder(one: Any) -> rx.Component:
    status = rx.match(
        one.status,
        ("revoked", el.span(kit.chip(t("Taken back"), "danger"), " ", one.revoke_reason)),
        ("expired", kit.chip(t("Expired"))),
        kit.chip(t("Valid"), "ok"),
    )
    return kit.tr(
        kit.row_head(one.name),
        kit.td(one.awarded_on, class_name="whitespace-nowrap"),
        kit.td(
            rx.cond(one.by != "", one.by, t("its rule")),
            rx.cond(one.note != "", el.p(one.note, class_name="t-small t-2")),
        ),
        kit.td(status),
        kit.td(rx.cond(HERE.may_change & (one.status != "revoked"), _take_back(one))),
        key=one.id,
    )


def _take_back(one: Any) -> rx.Component:
    name = f"reason-{one.id}"
    dialog_id = f"back-{one.id}"
    return rx.fragment(
        kit.btn(rx.fragment(t("Take back"), kit.sr(f" {one.name}")), "quiet", size="sm", **kit.opens(dialog_id)),
        kit.dialog(
            dialog_id,
            t("Take this badge back?"),
            el.form(
                kit.hidden("award_id", one.id),
                el.p(t("It cannot be undone: whoever checks the badge reads that it was revoked, and why.")),
                kit.field(
                    t("Reason"),
                    kit.text_input(name="reason", max_length=300, auto_complete="off"),
                    id=name,
                    error=typed.at(S.errors, name),
                ),
                el.div(
                    kit.btn(t("Keep it"), **kit.closes()),
                    kit.btn(t("Take back"), "danger", type="submit"),
                    class_name="k-dlg-a",
                ),
                on_submit=S.revoke,
                class_name="flex flex-col gap-4 text-start",
                custom_attrs={"noValidate": True},
            ),
        ),
    )
