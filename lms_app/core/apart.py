"""Work that computes for long, in a process of its own.

    draft = await apart.run(service.read_gift, text)

A thread that computes takes turns with the event loop for the interpreter, and everybody else's tab feels it; another
process does not. It is started when it is first needed. What goes there and comes back is pickled: functions of a
module, and frozen values. Services that read go there by `work.ask_apart`.
"""

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
# Whoever takes an exam goes first where processors are few.
NICE = 5

_lock = threading.Lock()
_pool: ProcessPoolExecutor | None = None


async def run(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """The function's result; what it raises is raised here. Should the process die, another one tries once more."""
    try:
        return await asyncio.wrap_future(_started().submit(function, *args, **kwargs))
    except BrokenProcessPool:
        close()
        return await asyncio.wrap_future(_started().submit(function, *args, **kwargs))


def close() -> None:
    """End the process: at shutdown. What it was doing is not waited for."""
    global _pool
    with _lock:
        pool, _pool = _pool, None
    if pool is not None:
        pool.shutdown(wait=False, cancel_futures=True)


def _started() -> ProcessPoolExecutor:
    global _pool
    with _lock:
        if _pool is None:
            # Spawned, not forked: a fork would copy locks that other threads hold.
            spawned = multiprocessing.get_context("spawn")
            _pool = ProcessPoolExecutor(1, mp_context=spawned, initializer=_begin)
        return _pool


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
