"""What has changed, by name, told to whoever listens once the rows are safe: how pages learn that there is something new.

It carries no content: who hears of it asks again, through the doors. A name that nobody listens for costs nothing.
"""

from collections.abc import Callable

from lms_app.core.work import Work

Listener = Callable[[str], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Call `listener(name)` for each change that is committed in this process, from whatever thread committed it."""
    if listener not in _listeners:
        _listeners.append(listener)


def changed(work: Work, *names: str) -> None:
    """Tell, after the commit, that these have changed. A rollback tells nothing."""
    work.after_commit(lambda: _tell(names))


def _tell(names: tuple[str, ...]) -> None:
    for listener in _listeners:
        for name in dict.fromkeys(names):
            listener(name)
