"""An open attempt: one question, its navigator, what is saved and how much time is left."""

from string import ascii_uppercase
from typing import Any

import reflex as rx
from reflex_components_core.core.banner import has_connection_errors

from lms_app.quizzes import journal
from lms_app.quizzes.kinds import KINDS
from lms_app.quizzes.state.taking import AttemptState
from lms_app.web import kit, routes
from lms_app.web.guard import signed_in
from lms_app.web.kit import el
from lms_app.web.page import Page
from lms_app.web.words import t

S = AttemptState
question = AttemptState.question
_KEYS = ((("F",), t("Flag")), (("J", "K"), t("Next, previous")))


def view() -> rx.Component:
    return kit.focus_shell(
        kit.focus_bar(
            (t("Leave quiz. Your answers are saved"), routes.quiz(S.slug, S.item_id)),
            S.title,
            el.span(S.course, " · ", S.of),
            kit.save_status(journal.state, journal.saved_at, class_name="hidden! sm:inline-flex!"),
            kit.when(S.deadline != "", kit.timer(S.deadline, S.server_now)),
            _to_review(class_name="hidden! lg:inline-flex!"),
        ),
        answer_journal(question.id, question.seq, question.value),
        kit.main(kit.page_states(S, _body(), _skeleton(), "your attempt")),
        kit.when(S.loaded & (question.id != ""), _footer()),
    )


def answer_journal(question_id: Any, seq: Any, value: Any) -> rx.Component:
    """The journal, for this page and the review."""
    return journal.AnswerJournal.create(
        attempt=S.attempt,
        question=question_id,
        seq=seq,
        value=value,
        acks=S.acks,
        connected=~has_connection_errors,
        deadline=S.deadline,
        server_now=S.server_now,
        on_save=S.save,
        on_clash=S.show_clash,
        on_submit=S.submit,
        on_check=S.check,
        on_time_up=S.time_up,
    )


def notices() -> rx.Component:
    """What went wrong with saving, in words. The regions are always there, so what appears in them is heard."""
    offline = t("You are offline. Answers are kept on this device and sent when you reconnect.")
    said = {
        "unsaved": t("We cannot reach the server, so nothing was submitted. Your answers are kept on this device."),
        "late": t("This answer came after the end. It is kept for your instructor and does not count."),
        "over": t("This attempt is submitted already, so your last change was not saved."),
        "refused": t("Your last change could not be saved. Load the page again to see what is."),
    }
    problems = [(name, kit.note("danger", "circle-alert", el.p(words))) for name, words in said.items()]
    return rx.fragment(
        el.div(rx.cond(journal.state == "offline", kit.note("warn", "wifi-off", el.p(offline))), role="status"),
        el.div(rx.match(journal.problem, *problems, rx.fragment()), role="alert"),
    )


def _body() -> rx.Component:
    return el.div(
        el.div(
            el.div(notices(), _clash(), class_name="k-says"),
            # The focus stays on "Next question", so that which one came is said, not shown.
            el.p(_where(), role="status", class_name="k-sr"),
            _form(),
            _moves(),
            class_name="min-w-0",
        ),
        _navigator(),
        class_name="k-quiz",
    )


def _where() -> Any:
    return rx.cond(question.label != "", t("Question {n} of {all}", n=question.label, all=S.count), t("Text to read"))


def _form() -> rx.Component:
    settled = rx.cond(question.checks.length() > 0, question.checks[0].settled, False)
    widgets = [(kind.name, kind.widget(question.prompt, question.value)) for kind in KINDS.values()]
    return el.form(
        kit.when(question.section != "", el.p(question.section, class_name="k-prose--head mb-2")),
        el.div(
            el.h1(_where(), class_name="t-small t-2 t-strong"),
            el.span(question.note, class_name="t-small t-2"),
            class_name="flex justify-between gap-4 mb-4",
        ),
        rx.cond(
            question.label != "",
            rx.fragment(
                el.fieldset(
                    el.legend(kit.prose(question.stem_html, "stem"), class_name="k-stem mb-6"),
                    rx.match(question.kind, *widgets, rx.fragment()),
                    disabled=settled,
                ),
                el.div(rx.foreach(question.checks, _checked), role="status", class_name="empty:hidden"),
                el.div(
                    kit.when(
                        (question.checks.length() > 0) & ~settled,
                        kit.btn(t("Check answer"), "secondary", "check", custom_attrs=journal.CHECKS),
                    ),
                    kit.toggle(t("Flag for review"), question.flagged, "flag", flag=True, key="f", on_click=S.flag),
                    rx.cond(settled, rx.fragment(), kit.btn(t("Clear answer"), "quiet", custom_attrs=journal.CLEARS)),
                    class_name="flex flex-wrap gap-2 mt-5",
                ),
            ),
            kit.prose(question.stem_html),
        ),
        # Another question is another form: its inputs start with its own answer.
        key=question.id,
        custom_attrs={"id": journal.FORM, "noValidate": True},
    )


def _checked(check: Any) -> rx.Component:
    """What checking the answer has told so far."""
    looks = {
        "correct": ("ok", "circle-check", t("Correct.")),
        "partly": ("warn", "circle-slash-2", t("Partly correct.")),
        "incorrect": ("danger", "circle-x", t("Not correct.")),
    }

    def told(look: str, ic: str, words: str) -> rx.Component:
        return kit.note(
            look,
            ic,
            el.p(el.strong(words), " ", check.said),
            rx.cond(check.feedback_html != "", el.div(kit.prose(check.feedback_html, "sm"), class_name="mt-3")),
            rx.foreach(
                check.hints,
                lambda hint: el.div(
                    el.span(t("Hint"), class_name="t-small t-strong"), kit.prose(hint, "sm"), class_name="mt-3"
                ),
            ),
        )

    before = el.p(check.said, class_name="t-small t-2")
    return el.div(
        rx.match(check.outcome, *[(name, told(*look)) for name, look in looks.items()], before), class_name="mt-5"
    )


def _moves() -> rx.Component:
    return el.div(
        rx.cond(
            question.number > 1,
            kit.btn(t("Previous"), "secondary", "arrow-left", key="k", on_click=S.go(question.number - 1)),
            el.span(),
        ),
        rx.cond(
            question.number < S.cells.length(),
            kit.btn(t("Next question"), "primary", ic_end="arrow-right", key="j", on_click=S.go(question.number + 1)),
            _to_review("primary"),
        ),
        class_name="hidden lg:flex justify-between mt-10",
    )


def _to_review(kind: str = "secondary", **p: Any) -> rx.Component:
    return kit.btn(t("Review and submit"), kind, href=routes.review(S.attempt), **p)


def _navigator() -> rx.Component:
    def cell(place: Any) -> rx.Component:
        return el.li(
            rx.cond(
                place.label != "",
                kit.quiz_cell(
                    place.label,
                    answered=rx.cond(place.number == question.number, ~journal.is_blank, place.answered),
                    flagged=place.flagged,
                    current=place.number == question.number,
                    on_click=S.go(place.number),
                ),
                kit.text_cell(current=place.number == question.number, on_click=S.go(place.number)),
            )
        )

    answered = S.others + rx.cond(journal.is_blank, 0, 1)
    options = question.prompt["options"].to(list[Any]).length()
    has_options = rx.cond(question.prompt.contains("options"), options > 0, False)
    last = rx.Var.create(list(ascii_uppercase))[options - 1]
    return el.aside(
        el.div(
            el.h2(t("Questions"), class_name="t-h3"),
            el.span(t("{n} of {all} answered", n=answered, all=S.count), class_name="t-small t-2"),
            class_name="flex items-baseline justify-between mb-3",
        ),
        kit.quiz_nav(rx.foreach(S.cells, cell)),
        kit.quiz_legend(),
        _to_review(block=True, class_name="lg:hidden! mt-6"),
        el.div(
            el.h3(t("Shortcuts"), class_name="t-small t-strong mb-2"),
            rx.cond(
                has_options, kit.shortcuts((("A", "–", last), t("Choose an answer")), *_KEYS), kit.shortcuts(*_KEYS)
            ),
            class_name="hidden lg:block mt-8 pt-5 k-rule",
        ),
        aria_label=t("Question navigator"),
        class_name="mt-10 lg:mt-0",
    )


def _clash() -> rx.Component:
    """Two tabs answered: both texts, and the choice."""
    clash = S.clash

    def one(label: str, text: Any, button: rx.Component) -> rx.Component:
        return el.div(
            el.p(label, class_name="t-small t-strong"),
            el.p(text, class_name="t-strong my-2 whitespace-pre-wrap"),
            button,
            class_name="flex-1 min-w-[12rem]",
        )

    both = kit.note(
        "warn",
        "copy",
        el.p(t("You answered question {n} in another tab, too. Which answer counts?", n=clash.number)),
        el.div(
            one(t("In this tab"), clash.mine, kit.btn(t("Use this tab's answer"), size="sm", on_click=S.keep_mine)),
            one(
                t("In the other tab"), clash.theirs, kit.btn(t("Keep the other one"), size="sm", on_click=S.keep_theirs)
            ),
            class_name="flex flex-wrap gap-4 mt-3",
        ),
    )
    return el.div(rx.cond(clash.save_id != "", both), role="alert")


def _footer() -> rx.Component:
    return el.footer(
        rx.cond(
            question.number > 1,
            kit.btn(
                t("Previous question"), "secondary", "arrow-left", icon_only=True, on_click=S.go(question.number - 1)
            ),
            el.span(),
        ),
        el.span(
            _cloud(),
            rx.cond(
                question.label != "",
                el.span(t("{n} of {all}", n=question.label, all=S.count), class_name="t-num"),
            ),
            class_name="k-save mx-auto",
        ),
        rx.cond(
            question.number < S.cells.length(),
            kit.btn(t("Next question"), "primary", ic_end="arrow-right", on_click=S.go(question.number + 1)),
            _to_review("primary"),
        ),
        class_name="k-foot k-foot--fixed lg:hidden!",
    )


def _cloud() -> rx.Component:
    """What is saved, where there is room for an icon only; the words are in the bar, and here for who hears them."""
    return rx.match(
        journal.state,
        ("saving", kit.icon("cloud-upload")),
        ("retry", rx.fragment(kit.icon("cloud-alert"), kit.sr(t("Not saved. Trying again") + " "))),
        ("offline", rx.fragment(kit.icon("cloud-off"), kit.sr(t("Offline. Kept on this device") + " "))),
        kit.icon("cloud-check"),
    )


def _skeleton() -> rx.Component:
    rows = [kit.skel("100%", "52px", class_name="mt-3") for _ in range(4)]
    return el.div(el.div(kit.skel_text(2), *rows), el.div(kit.skel("100%", "96px")), class_name="k-quiz")


PAGE = Page(routes.ATTEMPT, view, AttemptState.open, rx.cond(S.loaded, S.title, t("Quiz attempt")), signed_in)
