"""Pages in the language of who opens them: of each there is a neighbour in every language (`web/spoken.py`)."""

import functools
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from reflex.utils import exec as serving
from reflex.utils.precompressed_staticfiles import PrecompressedStaticFiles

from lms_app.core import identity, words
from lms_app.core.identity import Audience
from lms_app.core.work import ANONYMOUS
from lms_app.web import guard
from lms_app.web.spoken import page_name

App = Callable[[Any, Any, Any], Awaitable[None]]
ENCODINGS = ("brotli", "gzip")
_OTHERS = ("/_event", "/ping", "/_upload", "/_health")


class _Neighbours(PrecompressedStaticFiles):
    """The front end as Reflex serves it, with each document in the language that is spoken here and now."""

    def lookup_path(self, path: str) -> tuple[str, Any]:
        if path.endswith(".html"):
            path = path.removesuffix(Path(path).name) + page_name(Path(path).name, words.spoken())
        return super().lookup_path(path)


def in_their_language(pages: App) -> App:
    """Around the pages: who reads English has them from Reflex, everybody else from here."""

    @functools.cache
    def neighbours() -> _Neighbours:
        mounted: Any = serving.get_frontend_mount().app
        router = mounted._router  # which addresses are pages
        return _Neighbours(directory=mounted.directory, html=True, encodings=ENCODINGS, router=router)

    async def served(scope: Any, receive: Any, send: Any) -> None:
        looks = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
        if not looks or scope["path"].startswith(_OTHERS):
            return await pages(scope, receive, send)
        if "." not in scope["path"].rpartition("/")[2]:
            words.speak(await _language(dict(scope["headers"])))
        await (pages if words.spoken() == words.SOURCE else neighbours())(scope, receive, send)

    return served


async def _language(headers: dict[bytes, bytes]) -> str:
    """The language that a page is in. Who is signed in is looked up only where the browser has none chosen."""
    cookies, accepts = headers.get(b"cookie", b"").decode("latin-1"), headers.get(b"accept-language", b"")
    actor, token = ANONYMOUS, guard.cookie_token(cookies)
    if token and guard.LANGUAGE_COOKIE not in cookies:
        actor = await identity.live_actor(token, Audience.WEB) or ANONYMOUS
    return guard.language_of(cookies, accepts.decode("latin-1"), actor)
