"""The outermost layer of the server: what no room has to think of.

It stamps when a request came, refuses foreign origins, closes what Reflex opens and we do not use, adds the headers
that browsers protect people by, and serves pages at the address that links name.
"""

import base64
import hashlib
import logging
import re
import time
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any

from lms_app.core import identity, maintenance, trace, words
from lms_app.core.identity import Audience
from lms_app.core.sanitise import VIDEO_HOSTS
from lms_app.core.settings import settings
from lms_app.core.work import ANONYMOUS
from lms_app.web import guard, metrics, routes
from lms_app.web.bodies import bounded
from lms_app.web.spoken import page_name

log = logging.getLogger(__name__)
Scope = Any
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CLOSED = ("/_upload", "/_health", "/_all_routes", "/auth-codespace")
SOCKET = "/_event"
SOCKET_TOKEN_MAX = 64
DAY = 86_400

_ALWAYS: list[tuple[bytes, bytes]] = [
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
if settings.is_https:
    _ALWAYS.append((b"strict-transport-security", b"max-age=31536000; includeSubDomains"))
_HEADERS: list[tuple[bytes, bytes]] = [
    *_ALWAYS,
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
]
_NAMES = {name for name, _value in _HEADERS}
# What the build made is no document: a page of some thirty scripts and fonts would say the rest thirty times.
_STATIC = ("/assets/", "/fonts/")


def content_policy(pages: Iterable[Path]) -> str:
    """The Content-Security-Policy of these documents: our own origin, and the inline scripts that the build made, by hash."""
    hashes: set[str] = set()
    for page in pages:
        for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", page.read_text(), re.S):
            if "src=" not in attributes and body.strip():
                digest = hashlib.sha256(body.encode()).digest()
                hashes.add(f"'sha256-{base64.b64encode(digest).decode()}'")
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' {' '.join(sorted(hashes))}".rstrip(),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "font-src 'self' data:",
            "media-src 'self'",
            "connect-src 'self'",
            f"frame-src {' '.join(VIDEO_HOSTS)}",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def _policies(client: Path) -> tuple[dict[tuple[str, str], bytes], dict[str, bytes]]:
    """The policy of each page that the build drew, by its language and path, and of every other document: the empty page
    that serves any address with something variable in it."""
    own: dict[tuple[str, str], bytes] = {}
    other: dict[str, bytes] = {}
    for language in words.LANGUAGES:
        for page in client.rglob(page_name("index.html", language)):
            path = page.parent.relative_to(client).as_posix()
            policy = content_policy([page]).encode()
            own[language, "/" if path == "." else f"/{path}"] = policy
            own[language, "/index.html" if path == "." else f"/{path}/index.html"] = policy
        empty = client / page_name("404.html", language)
        other[language] = content_policy([empty] if empty.exists() else []).encode()
    return own, other


def edge(client: Path) -> Callable[[App], App]:
    """The layer, around everything. `client` is the folder of the built front end."""
    own, other = _policies(client)
    pages = {path for _, path in own if not path.endswith(".html")} - {"/"}

    def policy_of(path: str) -> bytes:
        return own.get((words.spoken(), path.rstrip("/") or "/")) or other[words.spoken()]

    def wrap(app: App) -> App:
        async def at_the_edge(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] not in ("http", "websocket"):
                return await app(scope, receive, send)
            guard.arrived(time.time())
            trace.begin()
            headers: dict[bytes, bytes] = dict(scope["headers"])  # ASGI has their names in lower case
            if refusal := _refusal(scope, headers):
                return await _answer(scope, send, *refusal)
            path = scope["path"]
            if maintenance.message() is not None and await _closed_page(scope, headers):
                return await _send_away(send)
            if scope["type"] == "http" and scope["method"] in SAFE and path in pages:
                # "/catalogue" would be a redirect to "/catalogue/": 600 ms on a phone.
                scope = {**scope, "path": f"{path}/", "raw_path": f"{path}/".encode()}

            begun, status = time.perf_counter(), 500

            async def with_headers(message: Any) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                    message = {**message, "headers": _with(list(message.get("headers", [])), path, policy_of)}
                    if maintenance.message() is not None and path.rstrip("/") == routes.MAINTENANCE:
                        retry = (b"retry-after", str(maintenance.RETRY_SECONDS).encode())
                        message |= {"status": 503, "headers": [*message["headers"], retry]}
                await send(message)

            if scope["type"] == "websocket":
                return await app(scope, receive, send)
            try:
                await app(scope, bounded(path, headers, receive), with_headers)
            finally:
                metrics.request_done(scope, status, time.perf_counter() - begun)

        return at_the_edge

    return wrap


async def _closed_page(scope: Scope, headers: dict[bytes, bytes]) -> bool:
    """Whether somebody opens a page of a site that is closed to them. Programs, and routes of ours, are asked in `api`."""
    path: str = scope["path"]
    if not _is_page(scope):
        return False
    token = guard.cookie_token(headers.get(b"cookie", b"").decode("latin-1"))
    actor = (await identity.live_actor(token, Audience.WEB) if token else None) or ANONYMOUS
    return guard.is_closed_to(actor, path)


def _is_page(scope: Scope) -> bool:
    path: str = scope["path"]
    looks = scope["type"] == "http" and scope["method"] in SAFE and "." not in path.rpartition("/")[2]
    return looks and not path.startswith(("/api/", "/auth/", SOCKET))


async def _send_away(send: Send) -> None:
    named = [(b"location", routes.MAINTENANCE.encode()), (b"cache-control", b"no-store"), *_HEADERS]
    await send({"type": "http.response.start", "status": 303, "headers": named})
    await send({"type": "http.response.body", "body": b""})


def _refusal(scope: Scope, headers: dict[bytes, bytes]) -> tuple[int, str] | None:
    path = scope["path"]
    if path.rstrip("/").startswith(CLOSED):
        return 404, "There is no such address here."
    origin = headers.get(b"origin")
    is_socket = scope["type"] == "websocket" or path.startswith(SOCKET)
    guarded = is_socket or scope["method"] not in SAFE or path.startswith("/api/")
    if guarded and origin is not None and not _is_ours(origin.decode("latin-1"), headers.get(b"host", b"")):
        return 403, "This request comes from another site, so it was refused."
    if is_socket and _socket_token_is_odd(scope.get("query_string", b"")):
        return 403, "The tab's token is not one of ours. Load the page again."
    if not is_socket and origin is None and guarded and not path.startswith("/api/"):
        site = headers.get(b"sec-fetch-site", b"same-origin")
        if site not in (b"same-origin", b"none"):
            return 403, "This request comes from another site, so it was refused."
    return None


def _is_ours(origin: str, host: bytes) -> bool:
    if origin in settings.origins:
        return True
    # Outside production a port may be forwarded: the page's own host is who it says.
    name = host.decode("latin-1")
    return not settings.is_production and origin in (f"http://{name}", f"https://{name}")


def _socket_token_is_odd(query: bytes) -> bool:
    found = re.search(rb"(?:^|&)token=([^&]*)", query)
    return found is not None and re.fullmatch(rb"[0-9A-Fa-f-]{32,%d}" % SOCKET_TOKEN_MAX, found.group(1)) is None


def _with(
    headers: list[tuple[bytes, bytes]], path: str, policy_of: Callable[[str], bytes]
) -> list[tuple[bytes, bytes]]:
    given = {key.lower(): value for key, value in headers}
    if b"server" in given:
        headers = [(key, value) for key, value in headers if key.lower() != b"server"]
    is_page = given.get(b"content-type", b"").startswith(b"text/html")
    static = path.startswith(_STATIC) and not is_page
    ours = _ALWAYS if static else _HEADERS
    headers += ours if _NAMES.isdisjoint(given) else [pair for pair in ours if pair[0] not in given]
    if not static:
        headers.append((b"x-request-id", trace.request_id().encode()))
    if is_page and b"content-security-policy" not in given:
        headers += [(b"content-security-policy", policy_of(path)), (b"vary", b"Cookie, Accept-Language")]
    if b"cache-control" not in given:
        hashed = path.startswith("/assets/")
        headers.append((b"cache-control", b"public, max-age=31536000, immutable" if hashed else b"no-cache"))
    return headers


async def _answer(scope: Scope, send: Send, status: int, words: str) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 4403, "reason": words[:100]})
        return
    kind = (b"content-type", b"text/plain; charset=utf-8")
    await send({"type": "http.response.start", "status": status, "headers": [kind, *_HEADERS]})
    await send({"type": "http.response.body", "body": words.encode()})
