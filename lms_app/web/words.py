"""The words of the interface: every string that a page shows goes through `t`.

English is the source language and its own key. Catalogues of other languages will be looked up here, so that pages need
no change when they come.
"""

from typing import Any


def t(text: str, **values: Any) -> str:
    """The text in the reader's language, its `{names}` filled in with values or state vars.

    A text without values is returned as it is, so braces in it need no escape.
    """
    return text.format(**values) if values else text
