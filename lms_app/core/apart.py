"""Work that computes for long, in processes of its own.

    draft = await apart.run(service.read_gift, text)

A thread that computes takes turns with the event loop for the interpreter, and everybody else's tab feels it; another
process does not. One is started when it is first needed, and a second one when two things wait at the same time. What
goes there and comes back is pickled: functions of a module, and frozen values. Services that read go there by
`work.ask_apart`.

What takes longer than a person likes to wait for says how far it is:

    draft = await apart.run_telling(told, service.read_file, path)      # read_file(tell, path) calls tell(done, total)
"""

import asyncio
import gc
import multiprocessing
import os
import signal
import struct
import sys
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
Tell = Callable[[int, int], None]
"""Says that so much of so much is done. Raises Stopped where nobody wants the rest any more."""
Told = Callable[[int], Awaitable[bool]]
"""Hears how many hundredths are done; answers whether to go on."""
# Whoever takes an exam goes first where processors are few.
NICE = 5
PROCESSES = 2
LOOK_SECONDS = 0.25
_PAIR = struct.Struct("<QQ")


class Stopped(Exception):
    """Whoever asked for this work does not want it any more."""


def nobody_listens(_done: int, _total: int) -> None:
    """A `Tell` for work that is done here."""


_lock = threading.Lock()
_pool: ProcessPoolExecutor | None = None
_ended = False


async def run(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """The function's result; what it raises is raised here. Should the process die, another one tries once more."""
    try:
        return await asyncio.wrap_future(_started().submit(_do, function, *args, **kwargs))
    except BrokenProcessPool:
        close()
        return await asyncio.wrap_future(_started().submit(_do, function, *args, **kwargs))


async def run_telling(told: Told, function: Callable[Concatenate[Tell, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
    """`run` of a function that tells how far it is by its first argument; `told` hears it a few times a second.

    Raises Stopped when `told` answered no: the function ends at its next word.
    """
    # A file of two numbers: no pipe to fill, and taking it away is the word to stop.
    with tempfile.TemporaryDirectory(prefix="lectern-") as folder:
        place = Path(folder) / "told"
        place.write_bytes(bytes(_PAIR.size))
        work = asyncio.ensure_future(run(function, _Telling(place), *args, **kwargs))
        work.add_done_callback(lambda done: done.cancelled() or done.exception())  # heard, also when nobody waits
        try:
            while not (await asyncio.wait([work], timeout=LOOK_SECONDS))[0]:
                done, total = _PAIR.unpack(place.read_bytes())
                if not await told(min(100 * done // total, 100) if total else 0):
                    place.unlink()
                    break
            return await work
        finally:
            place.unlink(missing_ok=True)


class _Telling:
    """The other end, in the process that works. Travels as its path."""

    def __init__(self, place: Path) -> None:
        self.place, self.next = place, 0.0

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now < self.next and done < total:
            return
        self.next = now + LOOK_SECONDS / 4
        try:
            with self.place.open("r+b") as file:
                file.write(_PAIR.pack(done, total))
        except FileNotFoundError:
            raise Stopped from None


def close() -> None:
    """End the processes. What they were doing is not waited for."""
    global _pool
    with _lock:
        pool, _pool = _pool, None
    if pool is not None:
        # The pool's own word to a process may get lost where its work was cancelled, and whoever stops waits for ever.
        processes = list((pool._processes or {}).values())
        pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.terminate()


def end() -> None:
    """At shutdown: end the processes, and start none again."""
    global _ended
    _ended = True
    close()


def _started() -> ProcessPoolExecutor:
    global _pool
    with _lock:
        if _ended:
            raise asyncio.CancelledError("the server stops")
        if _pool is None:
            # Spawned, not forked: a fork would copy locks that other threads hold.
            spawned = multiprocessing.get_context("spawn")
            _pool = ProcessPoolExecutor(PROCESSES, mp_context=spawned, initializer=_begin)
        return _pool


def _do(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """In the process that works. What was loaded stays: looking through it for garbage took a fifth of a short read."""
    global _loaded
    if len(sys.modules) != _loaded:
        _loaded = len(sys.modules)
        gc.collect()
        gc.freeze()
    return function(*args, **kwargs)


_loaded = 0


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICE)
    threading.Thread(target=_end_with_the_server, daemon=True).start()


def _end_with_the_server() -> None:
    """A server that is killed cannot say good-bye."""
    server = multiprocessing.parent_process()
    assert server is not None
    server.join()
    os._exit(1)
