"""The words of the interface: every string that a page shows goes through `t`.

English is the source language and its own key. What a running server says is looked up at once, as services do it
(`core/words.py`). What is compiled into a page is only marked: the build writes the page once for each language
(`web/spoken.py`), so that no page carries a catalogue and English weighs what it did. See docs/decisions/0017-languages.md.
"""

import json
import os
from typing import Any

import reflex as rx
from reflex_base.utils.imports import ImportVar
from reflex_base.vars import VarData

from lms_app.core.words import SOURCE, say

MARKS = "LECTERN_MARKS_WORDS"
"""Set by the build, and by nothing else: texts of pages are marked in place of looked up."""
OPEN, CLOSE = "⟦", "⟧"  # scripts in `assets` mark their texts by hand
VALUE, FORM = "\ue002", "\ue003"  # of the characters that mean nothing to anybody
LANGUAGE, DIRECTION = "@language", "@direction"
_is_marking = os.environ.get(MARKS) == "1"


def t(text: str, **values: Any) -> str:
    """The text in the reader's language, its `{names}` filled in with values or state vars. `n` chooses the plural.

    A text without values is returned as it is, so braces in it need no escape.
    """
    if not _is_marking:
        return say(text, **values)
    return _filled(text, values) if values else mark(text)


def language() -> str:
    """The language that a page is in, for its `lang`."""
    return mark(LANGUAGE) if _is_marking else SOURCE


def direction() -> str:
    """Which way it is written, for its `dir`: "ltr" or "rtl"."""
    return mark(DIRECTION) if _is_marking else "ltr"


def mark(text: str) -> str:
    return f"{OPEN}{text}{CLOSE}"


def _filled(text: str, values: dict[str, Any]) -> str:
    """Filled in by `assets/words.js`, for another language has another order."""
    given = {name: rx.Var.create(value) for name, value in values.items()}
    data = VarData.merge(
        VarData(imports={"$/public/words.js": [ImportVar(tag="say")]}),
        *[one._get_all_var_data() for one in given.values()],  # pyright: ignore[reportPrivateUsage]  there is no other way
    )
    filled = ", ".join(f"{name}: {one!s}" for name, one in given.items())
    return f"{rx.Var(f'say({json.dumps(mark(text))}, {{{filled}}})', _var_type=str, _var_data=data)}"
