"""Turns at SQLite's one lock, for the threads of this process that write.

SQLite lets whoever waits ask again after a while, and whoever writes much takes the lock again before they have: behind
an import, an answer waited for seconds. Here the lock is handed on to whoever has waited longest.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Event] = deque()

    @contextmanager
    def turn(self, timeout: float | None = None) -> Iterator[None]:
        """Nobody else's turn is meanwhile. Raises TimeoutError after so many seconds of waiting for it."""
        self._begin(timeout)
        try:
            yield
        finally:
            self._hand_on()

    def _begin(self, timeout: float | None) -> None:
        with self._guard:
            if not self._taken:
                self._taken = True
                return
            mine = threading.Event()
            self._waiting.append(mine)
        if mine.wait(timeout):
            return
        with self._guard:
            if not mine.is_set():
                self._waiting.remove(mine)
                raise TimeoutError("somebody else writes for too long")

    def _hand_on(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._taken = False


writing = Turns()
