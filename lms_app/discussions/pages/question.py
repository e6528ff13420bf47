"""One question: what was asked, what was answered, and one's own answer."""

from typing import Any

import reflex as rx

from lms_app.discussions import rules
from lms_app.discussions.pages import dialogs
from lms_app.discussions.pages.parts import MARKDOWN
from lms_app.discussions.service import TALK
from lms_app.discussions.state.talk import TalkState
from lms_app.web import kit, routes
from lms_app.web.kit import el, typed, uploads, writing
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = TalkState
FORM, PLACE = S.form, S.place
THREAD = S.shown[0]
SEQ = typed.at(FORM, "seq")


def view() -> rx.Component:
    rows = kit.skel_text(8)
    here = rx.cond((typed.at(PLACE, "at") == "thread") & (S.shown.length() > 0), _body(), rows)
    return kit.page_shell("My courses", kit.page_states(S, here, rows, what=t("the question"), missing=_missing()))


def _missing() -> rx.Component:
    return kit.not_found(
        t("We could not find that question"),
        t("It may have been deleted, or it is for others in the course."),
        kit.btn(t("Go to your courses"), "primary", href=routes.my_courses()),
    )


def _body() -> rx.Component:
    return el.div(
        kit.page_head(
            THREAD.title, "", _actions(), crumb=(t("Questions"), routes.course_questions(typed.at(PLACE, "slug")))
        ),
        _about(),
        el.ol(rx.foreach(S.posts, _post), class_name="k-posts"),
        el.p(typed.at(PLACE, "news"), class_name="k-sr", role="status"),
        rx.cond(typed.at(PLACE, "shown") != "", kit.pager(PLACE)),
        rx.cond(THREAD.closed == "", _answer(), el.div(kit.note("info", "lock", THREAD.closed), class_name="mt-6")),
        writing.file_dialog(TALK, rx.cond(THREAD.lesson_id != "", THREAD.lesson_id, THREAD.course_id)),
        dialogs.report(),
        dialogs.hide(),
        dialogs.delete(),
        dialogs.history(),
        class_name="max-w-[46rem]",
    )


def _actions() -> rx.Component:
    follow = kit.toggle(
        rx.cond(THREAD.following, t("Following"), t("Follow")),
        THREAD.following,
        "bell",
        on_click=S.follow(~THREAD.following),
    )
    staff = kit.menu(
        t("More actions"),
        "thread-actions",
        (rx.cond(THREAD.pinned, t("Unpin"), t("Pin on top")), {"on_click": S.pin(~THREAD.pinned)}),
        (rx.cond(THREAD.locked, t("Unlock"), t("Lock: only staff write")), {"on_click": S.lock(~THREAD.locked)}),
        size=None,
    )
    return rx.fragment(follow, rx.cond(THREAD.is_staff, staff))


def _about() -> rx.Component:
    where = rx.cond(
        THREAD.lesson != "",
        kit.link(THREAD.lesson, THREAD.lesson_url),
        kit.link(THREAD.course, routes.course(THREAD.slug)),
    )
    return el.div(
        el.span(t("About "), where, class_name="t-small t-2"),
        rx.cond(THREAD.hidden, kit.chip(t("Hidden"), "warn", "eye-off")),
        rx.cond(THREAD.accepted_id != "", kit.chip(t("Solved"), "ok", "check")),
        rx.cond(THREAD.pinned, kit.chip(t("Pinned"), "", "pin")),
        rx.cond(THREAD.locked, kit.chip(t("Locked"), "", "lock")),
        class_name="flex flex-wrap items-center gap-2 mb-5",
    )


# ---- What was said


def _post(row: Any) -> rx.Component:
    post = row.post
    who = rx.cond(post.author != "", post.author, t("Somebody"))
    title = rx.match(
        post.kind,
        ("question", el.h2(t("Question of {who}", who=who), class_name="k-sr")),
        ("answer", el.h2(t("Answer of {who}", who=who), class_name="k-sr")),
        el.h3(t("Reply of {who}", who=who), class_name="k-sr"),
    )
    return el.li(
        el.article(
            title,
            _head(row),
            rx.cond(typed.at(FORM, "edits") == post.id, _edit(post), _text(post)),
            _foot(post, who),
            rx.cond(typed.at(FORM, "replies") == post.id, _reply(post)),
        ),
        class_name=f"k-post k-post--{post.kind} {rx.cond(post.accepted, 'k-post--ok', '')}",
        custom_attrs={"id": f"p-{post.id}"},
        key=post.id,
    )


def _head(row: Any) -> rx.Component:
    post = row.post
    edited = rx.cond(post.edited != "", el.span(t("edited {when}", when=post.edited), class_name="t-small t-3"))
    said = rx.fragment(
        kit.avatar(row.initials, size="sm"),
        el.span(post.author, class_name="t-small t-strong"),
        rx.cond(post.role != "", kit.chip(post.role, "info", "badge-check")),
        el.span(post.when, class_name="t-small t-2"),
        edited,
        rx.cond(post.accepted, kit.chip(t("Accepted answer"), "ok", "check")),
        rx.cond(post.hidden, kit.chip(t("Hidden"), "warn", "eye-off")),
        rx.cond(post.reports > 0, kit.chip(t("{n} reported it", n=post.reports), "warn", "flag")),
    )
    return el.div(
        rx.cond(post.deleted, el.span(post.when, class_name="t-small t-2"), said),
        class_name="flex flex-wrap items-center gap-x-3 gap-y-1 mb-2",
    )


def _text(post: Any) -> rx.Component:
    gone = el.p(t("Deleted by its author."), class_name="t-2 italic")
    hidden = el.p(t("Hidden by the staff."), class_name="t-2 italic")
    return rx.cond(
        post.deleted,
        gone,
        rx.cond(
            post.html != "",
            rx.fragment(
                rx.cond(
                    post.hidden,
                    el.div(
                        kit.note("warn", "eye-off", t("Learners do not see this. Reason: {why}", why=post.reason)),
                        class_name="mb-3",
                    ),
                ),
                kit.prose(post.html, "sm"),
            ),
            hidden,
        ),
    )


def _foot(post: Any, who: Any) -> rx.Component:
    """What one can do with a post. What is rare is in its menu."""
    stands = ~post.deleted & ~post.hidden
    writes = THREAD.closed == ""
    accept = kit.toggle(
        rx.cond(post.accepted, t("Accepted"), t("Accept answer")),
        post.accepted,
        "check",
        size="sm",
        on_click=S.accept(post.id, ~post.accepted),
    )
    same = kit.toggle(
        rx.cond(THREAD.votes > 0, t("I have this question, too ({n})", n=THREAD.votes), t("I have this question, too")),
        THREAD.voted,
        "hand",
        size="sm",
        on_click=S.vote(~THREAD.voted),
    )
    others = rx.match(
        THREAD.votes, (0, ""), (1, t("1 has this question, too")), t("{n} have this question, too", n=THREAD.votes)
    )
    reply = kit.btn(
        rx.fragment(t("Reply"), kit.sr(t(" to {who}", who=who))),
        "quiet",
        "reply",
        size="sm",
        on_click=S.begin_reply(post.id),
    )
    return el.div(
        rx.cond((post.kind == "answer") & THREAD.may_accept & stands, accept),
        rx.cond(
            (post.kind == "question") & stands,
            rx.cond(THREAD.mine | ~writes, el.span(others, class_name="t-small t-2"), same),
        ),
        rx.cond(writes & stands, reply),
        rx.cond(~post.deleted | THREAD.is_staff, _menu(post, who)),
        class_name="flex flex-wrap items-center gap-2 mt-3",
    )


def _menu(post: Any, who: Any) -> rx.Component:
    id = f"post-{post.id}"
    label = t("More about what {who} wrote", who=who)
    old = (t("What it said before"), {"on_click": S.show_history(post.id), **kit.opens(dialogs.HISTORY)})
    edit = (t("Edit"), {"on_click": S.begin_edit(post.id)})
    delete = (t("Delete"), {"on_click": S.point(post.id), "danger": True, **kit.opens(dialogs.DELETE)})
    report = (t("Report"), {"on_click": S.point(post.id), **kit.opens(dialogs.REPORT)})
    hide = (t("Hide"), {"on_click": S.point(post.id), "danger": True, **kit.opens(dialogs.HIDE)})
    restore = (t("Show it again"), {"on_click": S.restore(post.id)})
    keep = (t("Close the reports"), {"on_click": S.keep(post.id)})

    def menu(*items: Any) -> rx.Component:
        return kit.menu(label, id, *items)

    staff = rx.cond(
        post.deleted,
        menu(old),
        rx.cond(
            post.hidden,
            menu(restore, old),
            rx.cond(
                post.mine,
                menu(edit, old, None, delete),
                rx.cond(post.reports > 0, menu(keep, old, None, hide), menu(old, None, hide)),
            ),
        ),
    )
    learner = rx.cond(
        post.mine,
        rx.cond(post.hidden, menu(delete), menu(edit, delete)),
        rx.cond(post.hidden, rx.fragment(), menu(report)),
    )
    return rx.cond(THREAD.is_staff, staff, learner)


# ---- Writing


def _answer() -> rx.Component:
    return el.div(
        el.form(
            kit.hidden("base", ""),
            _body_field("answer-body", t("Your answer"), error=_wrong("", "error")),
            el.div(
                kit.btn(t("Post answer"), "primary", "send", type="submit"),
                writing.file_btn(),
                class_name="flex flex-wrap items-center gap-2 mt-3",
            ),
            key=SEQ,
            on_submit=S.answer,
            custom_attrs=_form("answer"),
        ),
        _keeper("answer", THREAD.id),
        class_name="mt-8",
    )


def _reply(post: Any) -> rx.Component:
    return el.div(
        el.form(
            kit.hidden("base", ""),
            _body_field("reply-body", t("Your reply"), error=_wrong("reply", "error"), rows=3, auto_focus=True),
            _buttons(t("Post reply")),
            on_submit=S.reply,
            custom_attrs=_form("reply"),
        ),
        _keeper("reply", post.id),
        class_name="mt-3",
    )


def _edit(post: Any) -> rx.Component:
    title = kit.field(
        t("Your question, in a line"),
        kit.text_input(
            name="title",
            default_value=typed.at(FORM, "title"),
            max_length=rules.TITLE_MAX,
            auto_complete="off",
            custom_attrs=uploads.KEEPS,
        ),
        id="edit-title",
        error=_wrong("edit", "title_error"),
        class_name="mb-3",
    )
    return el.div(
        el.form(
            kit.hidden("base", ""),
            rx.cond(post.kind == "question", title),
            _body_field(
                "edit-body",
                t("Text"),
                error=_wrong("edit", "error"),
                auto_focus=True,
                default_value=typed.at(FORM, "body"),
            ),
            _buttons(t("Save")),
            on_submit=S.save,
            custom_attrs=_form("edit"),
        ),
        _keeper("edit", post.id),
    )


def _body_field(id: str, label: str, *, error: Any, rows: int = 6, **p: Any) -> rx.Component:
    control = kit.textarea(
        name="body", rows=rows, max_length=rules.BODY_MAX, spell_check=True, custom_attrs=uploads.KEEPS, **p
    )
    return kit.field(label, control, id=id, hint=MARKDOWN, error=error)


def _buttons(words: str) -> rx.Component:
    return el.div(
        kit.btn(words, "primary", size="sm", type="submit"),
        writing.file_btn(),
        kit.btn(t("Cancel"), "quiet", size="sm", on_click=S.cancel, custom_attrs=uploads.FORGETS),
        class_name="flex flex-wrap gap-2 mt-3",
    )


def _form(id: str) -> dict[str, Any]:
    return {"noValidate": True, "id": id, "data-sends": "true", "data-writes": "true"}


def _keeper(form: str, about: Any) -> rx.Component:
    """Whatever is typed outlives a reload; each form is kept under what it is about."""
    return uploads.DraftKeeper.create(form=form, item=f"{form}.{about}", seq=SEQ.to(int), done=False)


def _wrong(form: str, name: str) -> Any:
    return rx.cond(typed.at(FORM, "wrong") == form, typed.at(FORM, name), "")


PAGE = Page(
    routes.COURSE_QUESTION,
    view,
    S.open_thread,
    rx.cond(S.loaded & (S.shown.length() > 0), THREAD.title, t("Question")),
    "member",
)
