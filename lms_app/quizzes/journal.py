"""The browser's part of a quiz as components: `assets/quiz.js`, which brings `assets/journal.js`.

`AnswerJournal` listens to the form with the id `FORM` and draws nothing; what it knows is drawn by `when`, `SavedAt`,
`Answered` and `ReadAs`, so that the page decides how each looks. A button with `CLEARS` empties the form, one with
`SUBMITS` submits once everything is acknowledged.
"""

from typing import Any

import reflex as rx

FORM = "answer"
CLEARS = {"data-clears": FORM}
SUBMITS = {"data-submits": "attempt"}


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


class _Part(rx.Component):
    library = "$/public/quiz.js"


class AnswerJournal(_Part):
    """Keeps each change on the device, sends it, forgets it when `acks` says that the server has it."""

    tag = "AnswerJournal"

    attempt: rx.Var[str]
    question: rx.Var[str]
    seq: rx.Var[int]
    value: rx.Var[dict[str, Any]]
    acks: rx.Var[str]
    connected: rx.Var[bool]

    on_save: rx.EventHandler[_save_args]
    on_clash: rx.EventHandler[_id_arg]
    on_submit: rx.EventHandler[rx.event.no_args_event_spec]


class SavedAt(_Part):
    """When the server last had everything, by the reader's zone."""

    tag = "SavedAt"

    zone: rx.Var[str]
    locale: rx.Var[str]


class Answered(_Part):
    """`words` with {n} and {total}: `others` are answered, and the question in the form may be."""

    tag = "Answered"

    others: rx.Var[int]
    total: rx.Var[int]
    words: rx.Var[str]


class ReadAs(_Part):
    """How the last save was understood, where that may surprise."""

    tag = "ReadAs"


class Countdown(_Part):
    """A clock of `seconds`, by the server; another `stamp` starts it anew. `low` are its classes under five minutes."""

    tag = "Countdown"

    seconds: rx.Var[int]
    stamp: rx.Var[int]
    words: rx.Var[dict[str, str]]
    low: rx.Var[str]

    on_end: rx.EventHandler[rx.event.no_args_event_spec]


class _When(_Part):
    tag = "When"

    field: rx.Var[str]
    is_: rx.Var[str]


def when(field: str, is_: str, *children: Any) -> rx.Component:
    """Draw `children` while `field` is `is_`.

    `state` is idle, saving, saved, failed or offline; `problem` is unsaved, late, over or refused.
    """
    return _When.create(*children, field=field, is_=is_)
