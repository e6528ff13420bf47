"""Which request, event or job something belongs to: one id, the same in the log, the audit log and on error pages."""

import itertools
import secrets
from contextvars import ContextVar

ID_MAX = 40
_current: ContextVar[str] = ContextVar("request_id", default="")
# Unique, which is all that a log needs: random bytes for each would be a call of the system.
_process = secrets.token_hex(4)
_numbers = itertools.count(1)


def begin() -> str:
    """From here on, in this task, something new is being done: its id, of 16 characters."""
    made = f"{_process}{next(_numbers):08x}"
    _current.set(made)
    return made


def resume(request_id: str) -> None:
    """From here on, in this task, what is done belongs to that id: a job's is the one of its message."""
    _current.set(request_id[:ID_MAX])


def request_id() -> str:
    """The id of what is being done now; empty on the command line."""
    return _current.get()
