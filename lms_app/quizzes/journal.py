"""The browser's part of a quiz: `assets/quiz.js`, which brings `assets/journal.js`.

`AnswerJournal` listens to the form with the id `FORM` and draws nothing. What it knows are vars that live in the browser
alone, so that the page draws them with the kit like any other: no server hears of "Saving…". A button with `CLEARS`
empties the form; one with `SUBMITS` submits, and one with `CHECKS` has the answer checked, once everything is
acknowledged.
"""

from typing import Any

import reflex as rx
from reflex.vars import VarData

LIBRARY = "$/public/quiz.js"
FORM = "answer"
CLEARS = {"data-clears": FORM}
SUBMITS = {"data-submits": "attempt"}
CHECKS = {"data-checks": FORM}


def _save_args(
    attempt_id: rx.Var[str],
    question_id: rx.Var[str],
    save_id: rx.Var[str],
    base_seq: rx.Var[int],
    value: rx.Var[str],
) -> tuple[rx.Var[str], rx.Var[str], rx.Var[str], rx.Var[int], rx.Var[str]]:
    return (attempt_id, question_id, save_id, base_seq, value)


def _id_arg(save_id: rx.Var[str]) -> tuple[rx.Var[str]]:
    return (save_id,)


class AnswerJournal(rx.Component):
    """Keeps each change on the device, sends it, forgets it when `acks` says that the server has it.

    `deadline` (empty without one) and `server_now` are ISO 8601. `on_submit`, `on_check` and `on_time_up` come once everything is
    acknowledged; at the end of the time it waits for that no longer than the server's grace allows.
    """

    library = LIBRARY
    tag = "AnswerJournal"

    attempt: rx.Var[str]
    question: rx.Var[str]
    seq: rx.Var[int]
    value: rx.Var[dict[str, Any]]
    acks: rx.Var[str]
    connected: rx.Var[bool]
    deadline: rx.Var[str]
    server_now: rx.Var[str]

    on_save: rx.EventHandler[_save_args]
    on_clash: rx.EventHandler[_id_arg]
    on_submit: rx.EventHandler[rx.event.no_args_event_spec]
    on_check: rx.EventHandler[rx.event.no_args_event_spec]
    on_time_up: rx.EventHandler[rx.event.no_args_event_spec]


def _value_arg(value: rx.Var[str]) -> tuple[rx.Var[str]]:
    return (value,)


class AnswerTrial(rx.Component):
    """Reads the form with the id `FORM` when it is sent, and hands its answer on as JSON. `question` is what it shows."""

    library = LIBRARY
    tag = "AnswerTrial"

    question: rx.Var[str]

    on_try: rx.EventHandler[_value_arg]


def _known(name: str, kind: type) -> rx.Var[Any]:
    local = f"journal_{name}"
    hook = f'const {local} = useJournal("{name}")'
    data = VarData(imports={LIBRARY: "useJournal"}, hooks={hook: None})
    return rx.Var(local, _var_data=data).to(kind)


# state: "", saving, saved, retry or offline. saved_at: "10:42". problem: "", unsaved, late, over or refused.
state = _known("state", str)
saved_at = _known("at", str)
problem = _known("problem", str)
read_as = _known("read", str)
is_blank = _known("blank", bool)
words = _known("words", int)  # of the text that is typed
