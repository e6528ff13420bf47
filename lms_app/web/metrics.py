"""What is counted of requests and events, for `/metrics` and the log: by template and handler, never by address or person.

Several processes (`LMS_WORKERS`) keep their counts in files of one folder, which `serve` names to them; whichever of
them is asked adds all up.
"""

import hmac
import ipaddress
import os
import time
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.requests import Request

from lms_app.core import logs
from lms_app.core.errors import LmsError
from lms_app.core.settings import settings
from lms_app.web import guard

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
ROUTE_MAX = 200
_STATIC = ("/assets/", "/fonts/")

# Of several processes each writes files, and this registry stays empty.
_registry = CollectorRegistry()
_requests = Histogram(
    "lectern_request_seconds",
    "How long requests took, by template and status",
    ["method", "route", "status"],
    buckets=_SECONDS,
    registry=_registry,
)
_events = Histogram(
    "lectern_event_seconds",
    "How long handlers took, with what they waited for",
    ["handler", "outcome"],
    buckets=_SECONDS,
    registry=_registry,
)
_memory = Gauge(
    "lectern_process_resident_memory_bytes",
    "Memory of a process",
    ["process"] if _FOLDER not in os.environ else [],
    registry=_registry,
    multiprocess_mode="liveall",
)


def may_read(request: Request) -> bool:
    """Whether a request may see figures of the server: with `LMS_METRICS_TOKEN`, or without one from this machine."""
    token = settings.metrics_token.get_secret_value()
    if token:
        scheme, _, sent = request.headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(sent.strip().encode(), token.encode())
    # A proxy on this machine is near, and whoever stands behind it is not.
    if any(name in request.headers for name in ("x-forwarded-for", "forwarded", "x-real-ip")):
        return False
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def request_done(scope: Any, status: int, seconds: float) -> None:
    """Count a request that is over, and log it; what the build made is only counted."""
    route = _template(scope)
    method = scope["method"] if scope["method"] in _METHODS else "other"
    key = method, route, status
    if key not in _of_request:
        _of_request[key] = _requests.labels(method, route, str(status))
    _of_request[key].observe(seconds)
    if route not in ("static", "socket"):
        logs.done("request", route, str(status), seconds, guard.current_actor().user_id, method)


# The library's own way to a label's counter takes longer than counting.
_of_request: dict[tuple[str, str, int], Histogram] = {}
_of_event: dict[tuple[str, str], Histogram] = {}
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def _template(scope: Any) -> str:
    """`/api/v1/courses/{slug}`; everything that is no route of ours is one of four words."""
    path = getattr(scope.get("route"), "path", "")
    if path:  # pages are mounted at ""
        return path
    asked: str = scope["path"]
    if asked.startswith("/_event"):
        return "socket"
    if asked.startswith(_STATIC) or "." in asked.rpartition("/")[2]:
        return "static"
    return "other" if asked.startswith("/api/") else "page"


def time_events(processor: Any) -> None:
    """Have the time of every event taken, from where its turn begins: Reflex has a hook before a handler, none after."""
    inner: Callable[..., Awaitable[None]] = processor._execute_event
    if getattr(inner, "__timed__", False):
        return

    async def timed(*, entry: Any, registered_handler: Any) -> None:
        begun, outcome = time.perf_counter(), "ok"
        try:
            await inner(entry=entry, registered_handler=registered_handler)
        except BaseException as error:
            outcome = type(error).__name__
            raise
        finally:
            event_done(entry.event.name, outcome, time.perf_counter() - begun)

    timed.__timed__ = True  # pyright: ignore[reportFunctionMemberAccess]
    processor._execute_event = timed


def event_done(name: str, outcome: str, seconds: float) -> None:
    """Count an event, and log it. Only registered handlers get here, so there are as many names as handlers."""
    key = name, outcome
    if key not in _of_event:
        _of_event[key] = _events.labels(_handler(name), outcome)
    _of_event[key].observe(seconds)
    logs.done("event", _handler(name), outcome, seconds, guard.current_actor().user_id)


@cache
def _handler(name: str) -> str:
    """`attempt_state.save`, of an event's full name."""
    return ".".join(name.split(".")[-2:])


# ---- What was counted since it was last told


_BOUNDS = {"within_100ms": 0.1, "within_250ms": 0.25, "within_500ms": 0.5, "within_1s": 1, "within_2500ms": 2.5}
_OURS = frozenset({"ok", "CancelledError", *(kind.__name__ for kind in LmsError.__subclasses__())})
_told: dict[str, dict[str, int]] = {}


async def tell(write: Callable[[list[dict[str, Any]]], Awaitable[Any]]) -> None:
    """Give `write` what this process has counted since the last time; what it could not take, it gets the next time.

    The counts are those of the histograms above: requests and events cost nothing more. Rows have `route` (a template
    with its method, or the name of a handler), `many`, `errors`, `micros` and how many took how long (cumulative).
    """
    counted = _counted()
    fresh: list[dict[str, Any]] = []
    for route, sums in counted.items():
        before = _told.get(route, {})
        if sums["many"] > before.get("many", 0):
            fresh.append({"route": route, **{name: count - before.get(name, 0) for name, count in sums.items()}})
    if fresh:
        await write(fresh)
        _told.update(counted)


def _counted() -> dict[str, dict[str, int]]:
    """Sums by route, of this process since it began."""
    found: dict[str, dict[str, int]] = {}
    for (method, route, status), one in list(_of_request.items()):
        if route not in ("static", "socket"):
            _add(found, f"{method} {route}", one, failed=status >= 500)
    for (name, outcome), one in list(_of_event.items()):
        _add(found, _handler(name), one, failed=outcome not in _OURS)
    return found


def _add(found: dict[str, dict[str, int]], route: str, one: Any, *, failed: bool) -> None:
    sums = found.setdefault(route[:ROUTE_MAX], dict.fromkeys(("many", "errors", "micros", *_BOUNDS), 0))
    counts = [int(bucket.get()) for bucket in one._buckets]
    sums["many"] += sum(counts)
    sums["errors"] += sum(counts) if failed else 0
    sums["micros"] += int(one._sum.get() * 1e6)
    for name, bound in _BOUNDS.items():
        sums[name] += sum(count for upper, count in zip(_SECONDS, counts, strict=False) if upper <= bound)


def written(*more: CollectorRegistry) -> bytes:
    """Everything in Prometheus' text format, with what was read for this answer alone."""
    _note_memory()
    counted = _registry
    if _FOLDER in os.environ:
        counted = CollectorRegistry()
        MultiProcessCollector(counted)
    return b"".join(generate_latest(one) for one in (counted, *more))


def _note_memory() -> None:
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, IndexError, ValueError):  # no Linux
        return
    gauge = _memory.labels(str(os.getpid())) if _FOLDER not in os.environ else _memory
    gauge.set(pages * os.sysconf("SC_PAGE_SIZE"))
