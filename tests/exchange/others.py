"""Files of questions that others wrote, each read once for all tests that look at it."""

from functools import cache
from pathlib import Path

from lms_app.exchange import service


@cache
def questions_of(path: Path) -> service.BankDraft:
    """What `read_questions` makes of it, or Invalid."""
    return service.read_questions(path)
