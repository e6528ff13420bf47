"""A server that is told to stop finishes what runs, takes no more, and is gone in seconds."""

import os
import signal
import threading
import time

import httpx
import pytest

from tests.e2e.server import running, school


def test_what_runs_is_finished_and_the_server_is_gone_in_seconds(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = school(tmp_path_factory)
    with running(folder) as site:
        answers: list[int] = []
        refused: list[Exception] = []

        def asks() -> None:
            # Passwords are checked slowly: these run when the signal comes, and wait for each other.
            body = {"email": "amina.yusuf@northfield.example", "password": "wrong, and long enough"}
            try:
                answers.append(httpx.post(f"{site.url}/api/v1/auth/login", json=body, timeout=20).status_code)
            except httpx.TransportError as error:
                refused.append(error)

        callers = [threading.Thread(target=asks) for _ in range(4)]
        for one in callers:
            one.start()
        time.sleep(0.15)
        begun = time.monotonic()
        os.kill(site.process.pid, signal.SIGTERM)
        site.process.wait(25)
        took = time.monotonic() - begun
        for one in callers:
            one.join()

        assert took < 20
        assert len(answers) + len(refused) == 4
        assert set(answers) <= {401, 429}, "what was taken in is answered as ever"
        try:
            httpx.get(f"{site.url}/healthz", timeout=2)
        except httpx.TransportError:
            pass
        else:
            raise AssertionError("somebody still answers")
        assert "Traceback" not in site.log()

    with running(folder) as again:  # nothing that was left is in its way
        assert httpx.get(f"{again.url}/readyz").status_code == 200
