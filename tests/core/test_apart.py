"""Long computing happens in a process of its own, and nobody notices but the clock."""

import asyncio
import os
import pickle
import signal
import subprocess
import sys
import time
from typing import Any

import psutil
import pytest

from lms_app.core import apart, errors
from lms_app.core.errors import Conflict, Invalid, LmsError, NotFound, TooMany
from lms_app.core.work import Work, ask_apart


def _where() -> int:
    return os.getpid()


def _refuses() -> None:
    raise Invalid({"text": "This is not GIFT."})


def _dies_once(path: str) -> str:
    """Ends its process the first time, as the kernel does when memory is short."""
    try:
        with open(path, "x"):
            os.kill(os.getpid(), signal.SIGKILL)
    except FileExistsError:
        pass
    return "done"


def _who(work: Work, *, name: str) -> tuple[int, Any, str]:
    return os.getpid(), work.user_id, name


def test_it_runs_in_another_process_that_stays() -> None:
    places = {asyncio.run(apart.run(_where)) for _ in range(apart.PROCESSES + 2)}

    assert os.getpid() not in places
    assert len(places) <= apart.PROCESSES


def test_a_refusal_comes_back_as_it_was() -> None:
    with pytest.raises(Invalid) as told:
        asyncio.run(apart.run(_refuses))

    assert told.value.fields == {"text": "This is not GIFT."}


def test_a_process_that_dies_is_replaced(tmp_path: Any) -> None:
    assert asyncio.run(apart.run(_dies_once, str(tmp_path / "died"))) == "done"


def test_a_reading_act_sees_the_database_in_use_and_who_asks(student: Any) -> None:
    process, person, name = asyncio.run(ask_apart(student.actor, _who, name="results"))

    assert (person, name) == (student.id, "results")
    assert process != os.getpid()


def test_it_ends_with_the_server_that_was_killed() -> None:
    script = (
        "import asyncio, os, sys\n"
        "from lms_app.core import apart\n"
        "async def main():\n"
        "    print(await apart.run(os.getpid), flush=True)\n"
        "    await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        child = psutil.Process(int(server.stdout.readline()))
        server.kill()

    until = time.monotonic() + 10
    while child.is_running() and child.status() != psutil.STATUS_ZOMBIE and time.monotonic() < until:
        time.sleep(0.05)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


ERRORS = [
    Invalid({"name": "Give it a name.", "age": "Too old."}),
    TooMany("Wait a little.", retry_after=7),
    NotFound(),
    Conflict("Load the page again."),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_errors_travel_whole(error: LmsError) -> None:
    again = pickle.loads(pickle.dumps(error))

    assert (type(again), str(again), vars(again), again.args) == (type(error), str(error), vars(error), error.args)


def test_every_kind_of_error_travels() -> None:
    kinds = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, LmsError)]

    for kind in kinds:
        made = kind.__new__(kind, "A sentence.")
        vars(made).update(message="A sentence.", fields={}, retry_after=1)
        assert str(pickle.loads(pickle.dumps(made))) == "A sentence."
