"""Rules of the house that a machine can check."""

import ast
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from reflex_base.registry import RegistrationContext

from lms_app.build import ROOT
from lms_app.web.guard import FRAMEWORK, mark_of

pytestmark = pytest.mark.no_database

STOCK = {"el", "foreach", "cond", "match", "icon", "fragment", "html", "recharts"}
# Not components: states, events, values and what makes an app of them.
PLAIN = {
    "App", "Component", "EventHandler", "Middleware", "State", "Var", "call_function", "event", "noop", "redirect",
    "set_focus", "toggle_color_mode", "upload", "Config", "constants", "plugins", "vars", "download",
}  # fmt: skip


@pytest.fixture(scope="module")
def root() -> Any:
    from lms_app import lms_app

    return lms_app


def _sources(*patterns: str) -> list[Path]:
    found = sorted({path for pattern in patterns for path in (ROOT / "lms_app").glob(pattern)})
    assert found
    return found


@cache
def _text(path: Path) -> str:
    return path.read_text()


def test_every_handler_has_a_mark(root: Any) -> None:
    bare = [
        name
        for name, found in RegistrationContext.get().event_handlers.items()
        if found.states[0].__module__.startswith("lms_app")
        and not name.endswith(".setvar")
        and mark_of(found.handler.fn) is None
    ]

    assert bare == []


def test_of_the_framework_only_what_a_page_needs_is_open(root: Any) -> None:
    guard = root.guard.Guard()
    names = RegistrationContext.get().event_handlers
    opened = {
        name.rpartition(".")[2]
        for name, found in names.items()
        if found.states[0].__module__.startswith("reflex.") and guard._mark(name) is not None
    }

    assert opened <= FRAMEWORK
    assert all(guard._mark(name) is None for name in names if name.endswith(".setvar"))


def test_every_route_has_a_mark(root: Any) -> None:
    """FastAPI keeps the routes of included routers inside: `api.routes` alone would show a handful."""
    routes = [one for one in iter_route_contexts(root.api.routes) if isinstance(one.original_route, APIRoute)]

    assert len(routes) > 100
    assert [route.path for route in routes if mark_of(route.endpoint) is None] == []


def test_no_state_offers_a_method_that_anybody_could_call(root: Any) -> None:
    """Reflex makes a handler of every public method, and `setvar` calls any `set_…`."""
    for found in RegistrationContext.get().event_handlers.values():
        owner = found.states[0]
        if owner.__module__.startswith("lms_app"):
            assert not [name for name in vars(owner) if name.startswith("set_")]


@pytest.mark.parametrize("number", range(90))
def test_every_page_renders(root: Any, number: int) -> None:
    if number >= len(root.PAGES):
        assert len(root.PAGES) <= 90
        return
    page = root.PAGES[number]

    assert page.view() is not None
    assert page.title is not None
    assert mark_of(page.on_load.fn) is not None if page.on_load is not None else True


def test_pages_are_made_of_the_kit_alone() -> None:
    """One stock Radix component would bring its whole bundle to every page."""
    used: dict[str, set[str]] = {}
    for path in _sources("**/*.py"):
        for name in re.findall(r"(?<!`)\brx\.([A-Za-z_]+)", _text(path)):
            used.setdefault(name, set()).add(path.name)
    foreign = {name: files for name, files in used.items() if name not in STOCK | PLAIN}

    assert foreign == {}
    assert used["html"] <= {"reading.py"}


def test_no_script_is_sent_by_the_server() -> None:
    """Toasts, `call_script` and their like end in `eval`, which our policy forbids."""
    for path in _sources("**/*.py"):
        source = _text(path)
        for name in (
            "rx.toast",
            "rx.call_script",
            "rx.scroll_to",
            "rx.set_clipboard",
            "rx.upload",
            "rx.Cookie",
            "SharedState",
        ):
            assert not re.search(rf"^[^#\"`]*{re.escape(name)}\(", source, re.M), (path.name, name)


def test_no_markdown_is_rendered_in_the_browser() -> None:
    assert not [path for path in _sources("**/*.py") if "rx.markdown(" in _text(path)]


def test_colours_live_in_the_stylesheets_alone() -> None:
    colour = re.compile(r"#[0-9a-fA-F]{6}\b|\brgba?\(|\bhsla?\(")
    # Paper has no stylesheet, nor has a badge that travels.
    drawn = {"pdf.py", "layout.py", "design.py", "picture.py", "medals.py", "colours.py", "look.py"}

    found = [path.name for path in _sources("**/*.py") if path.name not in drawn and colour.search(_text(path))]

    assert found == []


def test_time_comes_from_the_unit_of_work() -> None:
    clocks = re.compile(r"datetime\.now\(|utc_now\(|time\.time\(|datetime\.utcnow\(")
    for path in _sources("*/service/**/*.py", "*/service.py", "*/rules*.py", "*/rules/**/*.py"):
        assert not clocks.search(_text(path)), path


def test_services_never_commit() -> None:
    for path in _sources("*/service/**/*.py", "*/service.py"):
        assert ".commit(" not in _text(path), path


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in _sources("**/*.py")
        if path.stat().st_size and ast.get_docstring(ast.parse(_text(path))) is None
    ]

    assert silent == []


def test_files_stay_small_enough_to_read() -> None:
    long = {path.name: lines for path in _sources("**/*.py") if (lines := len(_text(path).splitlines())) > 560}

    assert long == {}


def test_the_repository_names_no_machine() -> None:
    """No home folders and no hosts of package registries."""
    folders = "|".join(("/root" + "/", "/work" + "/", "/home" + r"/\w", "registry" + r"\.npm"))
    words = re.compile(rf"(?<!\w)(?:{folders})")
    ignored = {".git", ".venv", ".web", "node_modules", "data", "__pycache__", ".ruff_cache", ".hypothesis"}
    endings = {".py", ".md", ".toml", ".txt", ".in", ".js", ".css", ".lock", ".json", ".yaml", ".yml", ""}
    for path in ROOT.rglob("*"):
        if path.is_file() and path.suffix in endings and not ignored & set(path.relative_to(ROOT).parts):
            assert not words.search(path.read_text(errors="ignore")), path


def test_the_socket_stamps_what_comes_before_it_waits(root: Any) -> None:
    """An answer counts from its arrival: what is handed on from the socket knows when it came."""
    space = root.app.event_namespace
    assert space.on_event.__module__ == "lms_app.web.guard"
