"""What can be said, and how it is counted in words. Pure."""

import unicodedata

from lms_app.core import when
from lms_app.core.errors import Invalid
from lms_app.core.words import say

TITLE_MAX = 160
BODY_MAX = 10_000
REASON_MAX = 300
BADGES = {"instructor": "Instructor", "assistant": "Assistant", "admin": "Administrator"}


def one_line(text: str) -> str:
    """A title or a reason on one line, without what cannot be seen: it goes into subjects of mails, too."""
    kept = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    return " ".join("".join(c for c in kept if unicodedata.category(c) not in ("Cf", "Cs")).split())


def check(*, title: str | None = None, body: str | None = None) -> None:
    """Raises Invalid naming each field: a title of one line, a text that says something."""
    wrong: dict[str, str] = {}
    if title is not None and not 0 < len(title) <= TITLE_MAX:
        wrong["title"] = say("Enter your question in a line of up to {title_max} characters.", title_max=TITLE_MAX)
    if body is not None and (not body.strip() or len(body) > BODY_MAX):
        wrong["body"] = say("Enter a text of up to {body_max:,} characters.", body_max=BODY_MAX)
    if wrong:
        raise Invalid(wrong)


def check_reason(reason: str) -> str:
    """The reason on one line. Raises Invalid for none, or one that is too long."""
    said = one_line(reason)
    if not 0 < len(said) <= REASON_MAX:
        raise Invalid({"reason": say("Say why in up to {reason_max} characters.", reason_max=REASON_MAX)})
    return said


def answers_words(count: int) -> str:
    return when.plural(count, "answer") if count else say("No answer yet")
