"""What is asked before something is reported, hidden or deleted; each is about the post that `form` points at."""

from typing import Any

import reflex as rx

from lms_app.discussions import rules
from lms_app.discussions.state.talk import TalkState
from lms_app.web import kit
from lms_app.web.kit import el, typed
from lms_app.web.words import t

S: Any = TalkState
HIDE, REPORT, DELETE, HISTORY = "hide-post", "report-post", "delete-post", "old-texts"


def hide() -> rx.Component:
    return _reasoned(
        HIDE,
        t("Hide this?"),
        t("Learners do not see it any more. Its author reads your reason."),
        t("Reason"),
        t("Hide it"),
        S.hide,
    )


def report() -> rx.Component:
    return _reasoned(
        REPORT,
        t("Report this?"),
        t("The staff of the course look at it. Its author does not learn who reported it."),
        t("What is wrong with it?"),
        t("Report it"),
        S.report,
    )


def _reasoned(id: str, title: str, body: str, label: str, action: str, act: Any) -> rx.Component:
    """Keyed by what was said: once it is done, this dialog is gone and a new, empty one waits."""
    return rx.fragment(
        kit.dialog(
            id,
            title,
            el.p(body, class_name="k-dlg-d"),
            el.form(
                kit.field(
                    label,
                    kit.textarea(name="reason", rows=3, max_length=rules.REASON_MAX),
                    id=f"{id}-reason",
                    error=typed.at(S.form, "reason_error"),
                    class_name="mt-4",
                ),
                el.div(
                    kit.btn(t("Cancel"), **kit.closes()),
                    kit.btn(action, "danger", type="submit"),
                    class_name="k-dlg-a",
                ),
                no_validate=True,
                on_submit=lambda data: act(data.to(dict[str, str])["reason"]),
            ),
            light=False,
            filled=S.filled,
        ),
        key=f"{id}-{typed.at(S.form, 'seq')}",
    )


def delete() -> rx.Component:
    return kit.confirm_dialog(
        DELETE,
        t("Delete what you wrote?"),
        t("If nobody has answered it, it is gone. Else its place stays, without your words."),
        t("Delete it"),
        on_confirm=S.remove(typed.at(S.form, "target")),
        filled=S.filled,
    )


def history() -> rx.Component:
    def one(old: Any) -> rx.Component:
        return el.li(
            el.p(t("Until {day}", day=old.until), class_name="t-small t-2 mb-1"), kit.prose(old.html, "sm"), key=old.id
        )

    none = el.p(t("It was never changed."), class_name="k-dlg-d")
    return kit.dialog(
        HISTORY,
        t("What it said before"),
        rx.cond(
            S.history.length() > 0,
            el.ul(rx.foreach(S.history, one), class_name="flex flex-col gap-4 mt-4 max-h-[50dvh] overflow-y-auto"),
            none,
        ),
        actions=(kit.btn(t("Close"), **kit.closes()),),
        filled=S.filled,
    )
