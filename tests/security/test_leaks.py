"""T08: what everybody is sent holds nothing that is not for everybody: scripts, pages, the first state. And logs."""

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from reflex.utils.format import json_dumps
from reflex_base.registry import RegistrationContext

from lms_app import build
from lms_app.core import mail
from lms_app.core.work import SYSTEM, unit_of_work, utc_now
from lms_app.demo import people
from lms_app.web.guard import COOKIE
from tests.accounts import helpers
from tests.accounts.helpers import PASSWORD, Browser
from tests.quizzes import makers
from tests.web.bus import Bus

HYDRATE_MAX = 15_000
MATERIAL = build.ROOT / "lms_app" / "demo" / "courses"


# ---- The built front end


def texts(value: Any) -> Iterator[str]:
    """Every sentence in a document, as long as nobody writes by chance."""
    if isinstance(value, str):
        yield from (line.strip() for line in value.splitlines() if len(line.strip()) > 24)
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from texts(inner)


def canaries() -> set[str]:
    """Keys of quizzes, lessons, addresses: nothing of a school is in the scripts that serve any school."""
    found: set[str] = set()
    for path in MATERIAL.rglob("*.yaml"):
        found.update(texts(yaml.safe_load(path.read_text())))
    for path in MATERIAL.rglob("*.md"):
        found.update(texts(path.read_text()))
    everybody = (*people.ADMINS, *people.INSTRUCTORS, *people.STUDENTS)
    return found | {one.email for one in everybody} | {f"@{people.DOMAIN}", "$argon2", "argon2id"}


def _inner(text: str) -> tuple[str, ...] | None:
    """Three words of it with a space before and after each, or None where there are not as many."""
    words = text.split()
    return tuple(words[1:4]) if len(words) > 4 else None


@pytest.mark.no_database
def test_the_built_scripts_and_pages_hold_nothing_of_a_school() -> None:
    client = build.client_dir()
    if not (client / "index.html").exists():
        pytest.skip("the front end is not built: run `make build`")
    served = [path for path in client.rglob("*") if path.suffix in (".js", ".html", ".json", ".css", ".txt", ".map")]
    wanted = canaries()
    assert len(wanted) > 500

    assert not [path for path in served if path.suffix == ".map"]
    assert len(served) > 20
    both = wanted | {json.dumps(text)[1:-1] for text in wanted}  # scripts write what is not ASCII in either way
    inner = {text: _inner(text) for text in both}
    for path in served:
        content = path.read_text(errors="replace")
        words = content.split()
        runs = set(zip(words, words[1:], words[2:], strict=False))
        # What has words of its own between others stands there only where they do: few are looked for letter by letter.
        held = [text for text, run in inner.items() if (run is None or run in runs) and text in content]
        assert held == [], path.name
        assert not re.search(r"eyJ[\w-]{10,}\.eyJ|-----BEGIN|secret_key\b.{0,4}[\"'][\w-]{20,}", content), path.name


# ---- The first state


async def hydrated(bus: Bus, token: str) -> str:
    (name,) = [name for name in RegistrationContext.get().event_handlers if name.endswith("state.hydrate")]
    await bus.send(name, token=token)
    assert bus.errors == []
    return json_dumps(bus.deltas, separators=(",", ":"))  # as the socket writes it


@pytest.mark.anyio
@pytest.mark.parametrize("who", ["visitor", "student", "instructor", "admin"])
async def test_the_first_message_is_small_and_holds_nothing_of_anybody_else(
    bus: Bus, student: Any, instructor: Any, admin: Any, who: str
) -> None:
    makers.taken(student, makers.quiz(instructor, student), *makers.RIGHT)
    somebody = {"student": student, "instructor": instructor, "admin": admin}.get(who)

    said = await hydrated(bus, somebody.signs_in() if somebody else "")

    assert "site_name" in said
    assert somebody is None or somebody.actor.name in said
    assert len(said.encode()) <= HYDRATE_MAX
    for person in (student, instructor, admin):
        if person is not somebody:
            assert person.email not in said
            assert str(person.id) not in said
    assert "Photosynthesis" not in said
    assert "quadrat" not in said
    assert "$argon2" not in said


@pytest.mark.anyio
async def test_what_a_student_is_sent_of_an_open_attempt_has_no_key(bus: Bus, student: Any, instructor: Any) -> None:
    """Every question of it, by the pages' own handlers."""
    from lms_app.quizzes.state.taking import AttemptState

    attempt = makers.begun(student.at(utc_now()), makers.quiz(instructor, student))
    token, tab = student.signs_in(), ""
    for number in range(1, 6):
        params = {"attempt_id": attempt.id}
        tab = await bus.send(AttemptState.open, token=token, tab=tab, params=params)
        await bus.send(AttemptState.go, {"number": number}, token=token, tab=tab, params=params)
        said = json_dumps(bus.deltas)
        assert bus.errors == []
        assert "stem" in said
        for key in ("quadrat", "9.81", '"fraction"', '"tolerance"', "That spends energy", "Producers turn light"):
            assert key not in said


# ---- Logs


def test_no_log_line_holds_a_token_a_password_or_an_address(
    caplog: pytest.LogCaptureFixture, cheap_hashes: None, tmp_path: Path
) -> None:
    """The story of an account: registering, confirming, wrong and right passwords, a reset, a change of address."""
    caplog.set_level(logging.DEBUG)
    browser, secrets = Browser(), {PASSWORD, helpers.OTHER, "wrong guess"}
    address = "zephyrine.quell@example.org"

    browser.post("/auth/register", {"name": "Zephyrine Quell", "email": address, "password": PASSWORD})
    helpers.post()
    secrets.add(helpers.letters(address)[-1].token)
    browser.post("/auth/verify", {"token": helpers.letters(address)[-1].token})
    for _ in range(12):
        browser.post("/auth/sign-in", {"email": address, "password": "wrong guess"})
    browser.post("/auth/forgot", {"email": address})
    helpers.post()
    secrets.add(token := helpers.letters(address)[-1].token)
    browser.post("/auth/reset", {"token": token, "password": helpers.OTHER})
    assert browser.session
    secrets.add(browser.session)
    browser.post("/auth/email", {"current": helpers.OTHER, "email": "other.quell@example.org"})
    browser.post("/auth/reset", {"token": token, "password": helpers.OTHER})
    with unit_of_work(SYSTEM, utc_now()) as work:
        mail.put(work, to=address, subject="s", text="t")
    browser.request("GET", "/files/x", headers={"cookie": f"{COOKIE}={browser.session}"})

    assert caplog.records
    said = "\n".join(record.getMessage() + str(record.exc_info or "") for record in caplog.records)
    assert [one for one in secrets if one in said] == []
    assert "quell@example.org" not in said.lower()
