"""A course for its staff: who learns here and how far they are, who waits, who is invited, what the course holds."""

from typing import Any

import reflex as rx

from lms_app.courses.pages.kinds import kind_icon, status_chip
from lms_app.courses.pages.teach_course_dialogs import INVITE, REMOVE, change_status, invite_dialog, remove_dialog
from lms_app.courses.state.teaching import WINDOW, TeachCourseState
from lms_app.web import kit, routes
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = TeachCourseState
COURSE = S.course
FILTER = (("active", t("Learning now")), ("complete", t("Completed")), ("left", t("Left")))


def view() -> rx.Component:
    return kit.page_shell(
        "Teaching",
        kit.page_states(S, _body(), _skeleton(), what=t("the course"), missing=_missing()),
    )


def _missing() -> rx.Component:
    return kit.not_found(
        t("We could not find that course"),
        t("It may have moved, or you may not be on its staff."),
        kit.btn(t("Go to Teaching"), "primary", href=routes.teaching()),
    )


def _skeleton() -> rx.Component:
    return rx.fragment(
        kit.skel("280px", "32px", class_name="mb-8"),
        el.div(*[kit.skel("100%", "118px") for _ in range(3)], class_name="k-stats mb-8"),
        kit.skel_rows(5),
    )


def _body() -> rx.Component:
    return rx.fragment(
        kit.page_head(COURSE.title, status_chip(COURSE.status), _actions(), crumb=_crumb()),
        _figures(),
        el.div(
            el.div(_waiting(), _learners(), _outline(), class_name="flex flex-col gap-8 min-w-0"),
            el.aside(_joining(), aria_label=t("Joining"), class_name="flex flex-col gap-8 min-w-0"),
            class_name="grid xl:grid-cols-[minmax(0,1fr)_320px] gap-8 items-start",
        ),
        rx.cond(COURSE.manages, rx.fragment(invite_dialog(), remove_dialog())),
    )


def _crumb() -> tuple[Any, Any]:
    """Administrators come from the list of all courses."""
    is_admin = S.person.role == "admin"
    return (
        rx.cond(is_admin, t("Courses"), t("Teaching")),
        rx.cond(is_admin, routes.admin_courses(), routes.teaching()),
    )


def _actions() -> rx.Component:
    look = kit.btn(t("View course"), ic="eye", href=routes.course(COURSE.slug))
    bank = kit.btn(t("Question bank"), ic="library", href=routes.question_bank(COURSE.slug))
    build = kit.btn(t("Build"), ic="pencil", href=routes.course_build(COURSE.slug))
    return rx.fragment(bank, look, build, rx.cond(COURSE.manages, change_status()))


def _figures() -> rx.Component:
    share = rx.cond(COURSE.learners > 0, t("of {n} learners", n=COURSE.learners), t("No learners yet"))
    return el.dl(
        kit.stat(t("Learners"), COURSE.learners, rx.cond(S.waiting.length() > 0, _asked(), t("Nobody is waiting"))),
        kit.stat(t("Completed"), COURSE.completed, share),
        kit.stat(t("Average progress"), f"{COURSE.average}%", t("of everything required")),
        class_name="k-stats mb-8",
    )


def _asked() -> Any:
    return rx.cond(S.waiting.length() == 1, t("1 more asks to join"), t("{n} more ask to join", n=S.waiting.length()))


# ---- Who waits


def _waiting() -> rx.Component:
    return rx.cond(
        S.waiting.length() > 0,
        kit.section(t("Requests to join"), kit.rows(rx.foreach(S.waiting, _request)), id="requests"),
    )


def _request(person: Any) -> rx.Component:
    name = kit.sr(f" {person.name}")
    answers = el.div(
        kit.btn(rx.fragment(t("Approve"), name), ic="check", size="sm", on_click=S.approve(person.user_id)),
        kit.btn(rx.fragment(t("Decline"), name), "quiet", size="sm", on_click=S.decline(person.user_id)),
        class_name="flex flex-wrap gap-2",
    )
    return el.li(
        el.div(
            el.div(person.name, class_name="t-strong"),
            el.div(t("{email} · asked on {day}", email=person.email, day=person.joined), class_name="t-small t-2"),
            class_name="min-w-0 flex-1 max-sm:basis-full!",
        ),
        rx.cond(COURSE.manages, answers),
        class_name="k-row max-sm:flex-wrap",
    )


# ---- Who learns


def _learners() -> rx.Component:
    filtered = (S.search != "") | (S.shown != "active")
    return kit.section(
        t("Learners"),
        rx.cond(
            (COURSE.learners > 0) | filtered | (S.total > 0), rx.fragment(_tools(), _table_or_nobody()), _none_yet()
        ),
        id="learners",
    )


def _tools() -> rx.Component:
    return el.form(
        # Typed text is the browser's own; a new key makes a new field when the search changed without typing.
        kit.search_input(
            t("Search learners"),
            t("Search by name or email"),
            name="search",
            default_value=S.search,
            key=S.search,
            max_length=200,
            class_name="flex-1 min-w-[220px]!",
        ),
        kit.filter_select(t("Show"), FILTER, value=S.shown, on_change=S.show),
        role="search",
        class_name="flex flex-wrap gap-3 mb-3",
        on_submit=lambda data: S.find(data.to(dict[str, str])["search"]),
    )


def _table_or_nobody() -> rx.Component:
    nobody = kit.card(
        kit.empty(
            "users",
            t("Nobody matches"),
            t("Try fewer words, or take the filter off."),
            kit.btn(t("Clear search and filter"), on_click=S.clear),
        ),
        pad=False,
    )
    return rx.cond(S.learners.length() > 0, rx.fragment(_table(), _pager()), nobody)


def _none_yet() -> rx.Component:
    """Before anybody has come: the way to bring them in."""
    words = t("Learners appear here with their progress as soon as they join.")
    invite = kit.btn(t("Invite people"), ic="user-plus", on_click=S.begin_invitation, **kit.opens(INVITE))
    empty = rx.cond(
        COURSE.manages,
        kit.empty("users", t("No learners yet"), words, invite),
        kit.empty("users", t("No learners yet"), words),
    )
    return kit.card(empty, pad=False)


def _table() -> rx.Component:
    def sortable(label: str, sort: str, order: str) -> rx.Component:
        return kit.col(label, sorted=rx.cond(S.sort == sort, order, ""), on_sort=S.sort_by(sort))

    return kit.data_table(
        t("Learners and their progress"),
        [
            sortable(t("Learner"), "name", "ascending"),
            sortable(t("Progress"), "progress", "descending"),
            t("Joined"),
            sortable(t("Last seen"), "seen", "descending"),
            kit.col(t("Action"), hidden=True),
        ],
        rx.foreach(S.learners, _learner),
    )


def _learner(person: Any) -> rx.Component:
    remove = kit.btn(
        rx.fragment(t("Remove"), kit.sr(f" {person.name}")),
        "quiet",
        size="sm",
        on_click=S.choose(person.user_id),
        **kit.opens(REMOVE),
    )
    progress = kit.bar_row(person.percent, t("Progress of {name}", name=person.name), class_name="min-w-[120px]")
    return kit.tr(
        kit.row_head(el.div(person.name), el.div(person.email, class_name="t-small t-2 font-normal")),
        kit.td(rx.cond(person.completed, kit.chip(t("Completed"), "ok", "check"), progress)),
        kit.td(person.joined, class_name="whitespace-nowrap"),
        kit.td(person.seen, class_name="whitespace-nowrap"),
        kit.td(rx.cond(COURSE.manages & (person.state == "active"), remove), num=True),
    )


def _pager() -> rx.Component:
    last = S.at + S.learners.length()
    shown = rx.cond(
        S.total > S.learners.length(),
        t("{a} to {b} of {all}", a=S.at + 1, b=last, all=S.total),
        rx.cond(S.total == 1, t("1 learner"), t("{n} learners", n=S.total)),
    )
    turns = el.div(
        rx.cond(S.at > 0, kit.btn(t("Previous"), "quiet", "arrow-left", size="sm", on_click=S.turn(S.at - WINDOW))),
        rx.cond(
            last < S.total, kit.btn(t("Next"), "quiet", ic_end="arrow-right", size="sm", on_click=S.turn(S.at + WINDOW))
        ),
        class_name="flex gap-2",
    )
    return el.div(
        kit.result_count(shown), turns, class_name="flex flex-wrap items-center justify-between gap-3 mt-3 min-h-10"
    )


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
