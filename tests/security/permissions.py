"""Who may do what, by page and by program, as a document: `python -m tests.security.permissions > docs/permissions.md`.

It is made of the marks and of what `test_matrix` expects of each route and truly tries; `test_parity` proves that a
function is open to the same people by either way.
"""

import ast
import importlib
import inspect
import sys
import textwrap
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from fastapi.routing import iter_route_contexts
from reflex_base.registry import RegistrationContext

from lms_app.courses import service as courses
from lms_app.discussions import service as discussions
from lms_app.home import service as home
from lms_app.web.guard import Mark, mark_of
from tests.security.school import WHO
from tests.security.test_matrix import OWN, expected, routes


def services_of(fn: Any, owner: Any = None, depth: int = 3) -> Iterator[Any]:
    """The functions of services that a handler or a route names, also through its own helpers."""
    if depth == 0:
        return
    tree = ast.parse(textwrap.dedent(inspect.getsource(fn)))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            inner = getattr(owner, node.attr, None) if node.value.id == "self" and owner else None
            if inspect.isfunction(inner) and inner is not fn and inner.__module__ == fn.__module__:
                yield from services_of(inner, owner, depth - 1)
            room = fn.__globals__.get(node.value.id)
            found = getattr(room, node.attr, None) if inspect.ismodule(room) else None
            if inspect.isfunction(found) and ".service" in found.__module__:
                yield found
        elif isinstance(node, ast.Name):
            inner = fn.__globals__.get(node.id)
            if inspect.isfunction(inner) and inner is not fn and inner.__module__ == fn.__module__:
                yield from services_of(inner, owner, depth - 1)


def by_page() -> dict[Any, dict[str, Mark]]:
    found: dict[Any, dict[str, Mark]] = defaultdict(dict)
    for name, one in RegistrationContext.get().event_handlers.items():
        owner, mark = one.states[0], mark_of(one.handler.fn)
        if owner.__module__.startswith("lms_app") and mark is not None:
            for service in services_of(one.handler.fn, owner):
                found[service][name.rpartition("lms_state.")[2]] = mark
    return found


def by_rest(root: Any) -> dict[Any, dict[str, Mark]]:
    found: dict[Any, dict[str, Mark]] = defaultdict(dict)
    for route in iter_route_contexts(root.api.routes):
        mark = mark_of(route.endpoint)
        if mark is not None and str(route.path).startswith("/api/"):
            for service in services_of(route.endpoint):
                found[service] |= {f"{verb} {route.path}": mark for verb in route.methods or ()}
    return found


# The first page is everybody's: it sends visitors to sign in by itself, and asks for their home only after that. A mailed
# invitation is shown to who has no account yet; programs have one. A course's page is for guests, too, and asks for its
# announcements only for who is in. The pages of announcements and of questions are for all members, and ask for groups and
# for what was reported only for the staff.
WIDER_BY_PAGE = {
    home.student_home,
    courses.read_invitation,
    courses.announcements,
    courses.groups,
    discussions.reported_posts,
}


def whom(marks: dict[str, Mark]) -> set[str]:
    """Who comes as far as the service by one way or another."""
    return {who for mark in marks.values() for who, status in zip(WHO, expected(mark), strict=True) if status == 200}


# ---- The document

_HEADS = ("signed out", "no member", "student", "assistant", "instructor", "of another course", "administrator")
_ABOUT = """# Permissions

Every handler of a page and every route, for everybody who may stand to a course in a way of their own. Made by
`python -m tests.security.permissions > docs/permissions.md`; a test fails where this page is not what the code says, another
one asks every route as each of these people, and a third proves that a page and a program may do the same.

- **yes**: it is done.
- **own**: as far as it is theirs to do: of their own things alone, with a password or a token that is right, or where it was
  not done before.
- **–**: refused: sign in first (signed out), it is not for you, or there is no such thing for you to see.

“Instructor” and “student” are of the course that is asked about; an administrator passes every course's door as an
instructor. A page's handler is named `state.handler`; it stands with the routes that call the same functions.
"""


def document(root: Any) -> str:
    """The whole page, in Markdown."""
    pages, programs = by_page(), by_rest(root)
    marks = routes(root)
    handlers = _handlers()
    beside: dict[str, set[str]] = defaultdict(set)
    for service, labels in programs.items():
        for label in labels:
            beside[label] |= set(pages.get(service, {}))
    rooms: dict[str, list[str]] = defaultdict(list)
    told: set[str] = set()
    for label, mark in sorted(marks.items(), key=lambda one: (_path(one[0]), one[0])):
        same = sorted(name for name in beside[label] if whom({name: handlers[name]}) == whom({label: mark}))
        told.update(same)
        rooms[_room(root, _path(label))].append(_row(f"`{label}`", same, _cells(mark, OWN.get(label))))
    alone = [_row("", [name], _cells(handlers[name])) for name in sorted(set(handlers) - told)]
    parts = [_ABOUT]
    for room in sorted(rooms):
        parts.append(_table(room.replace("_", " ").capitalize(), rooms[room]))
    parts.append(_table("Handlers without a route of their own", alone))
    return "\n".join(parts)


def _handlers() -> dict[str, Mark]:
    found: dict[str, Mark] = {}
    for name, one in RegistrationContext.get().event_handlers.items():
        mark = mark_of(one.handler.fn)
        if mark is not None and one.states[0].__module__.startswith("lms_app"):
            found[name.rpartition("lms_state.")[2]] = mark
    return found


def _path(label: str) -> str:
    return label.split()[1]


def _room(root: Any, path: str) -> str:
    route = next(one for one in iter_route_contexts(root.api.routes) if str(one.path) == path)
    return str(route.endpoint.__module__).split(".")[1]


def _cells(mark: Mark, tried: Sequence[int] | None = None) -> list[str]:
    """By the mark; where something is somebody's own, by what was tried. Of one's own alone no mark speaks."""
    said: list[str] = []
    for by_mark, status in zip(expected(mark), tried or expected(mark), strict=True):
        is_own = status in (409, 422) or (by_mark == 200 and status != 200 and mark.who != "member")
        said.append("yes" if status == 200 else "own" if is_own and by_mark != 401 else "–")
    return said


def _row(route: str, handlers: Sequence[str], cells: Sequence[str]) -> str:
    return f"| {route} | {', '.join(f'`{_short(one)}`' for one in handlers)} | {' | '.join(cells)} |"


def _short(handler: str) -> str:
    """`attempt_state.save` of a handler's full name."""
    return ".".join(handler.split(".")[-2:])


def _table(title: str, rows: Sequence[str]) -> str:
    heads = f"| route | by page | {' | '.join(_HEADS)} |"
    return "\n".join([f"## {title}\n", heads, f"|{'---|' * (len(_HEADS) + 2)}", *rows, ""])


if __name__ == "__main__":
    importlib.import_module("tests.conftest")  # its settings, before anything reads them
    sys.stdout.write(document(importlib.import_module("lms_app.lms_app")))
