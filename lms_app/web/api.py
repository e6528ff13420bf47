"""REST and everything else that is not a page: one FastAPI app, mounted beside the pages in the same process.

Programs come with a bearer under `/api/`, browsers with the cookie everywhere else; the same function says who they
are. A route without a mark is refused. Errors are problem+json (RFC 9457) with the names of wrong fields.
"""

import logging
import re
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Annotated, Any, Concatenate, ParamSpec

from fastapi import APIRouter, Depends, FastAPI, Query, Request, params
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import BaseModel, TypeAdapter
from starlette.exceptions import HTTPException

from lms_app.core import identity, limits, maintenance, words
from lms_app.core.errors import Closed, Forbidden, Invalid, LmsError, NotSignedIn, TooMany
from lms_app.core.identity import Audience
from lms_app.core.work import Actor, Work, ask_apart, only_looking, utc_now
from lms_app.web import reference, routes
from lms_app.web.guard import (
    act_as,
    cookie_token,
    forwarded_ip,
    in_language,
    is_closed_to,
    language_of,
    mark_of,
    public,
    sign_in_url,
)
from lms_app.web.state import OUR_FAULT, logged

P = ParamSpec("P")
log = logging.getLogger(__name__)

PREFIX = "/api/v1"
PAGE_MAX = 100
OFFSET_MAX = 1_000_000


class Problem(BaseModel):
    """What went wrong (RFC 9457). `errors` has one sentence for each wrong field; a nested one is `questions.0.stem`."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    errors: dict[str, str] = {}


PROBLEMS = {
    400: "The request cannot be read.",
    401: "Sign in first: the token is missing, wrong, or over.",
    403: "Your role does not allow this.",
    404: "Not there, or not yours to know about.",
    409: "It does not fit what is there now.",
    413: "Too large.",
    422: "Some fields need another value.",
    429: "Too often: see Retry-After.",
    503: "Not kept: send the same again.",
    507: "Not kept: the disk is full. Send the same again in a few minutes.",
}


# ---- Who asks


class GatedRoute(APIRoute):
    """A route with the gate in front: who asks, and whether the route's mark lets them as far as the service.

    A dependency of the whole app would say the same, after reading the body, and for a tenth of the time of a request.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        inner = super().get_route_handler()
        counts = self.path.startswith(PREFIX)
        reads_json = self.body_field is not None and not isinstance(self.body_field.field_info, params.Form)

        async def gated(request: Request) -> Response:
            _check_address(request.scope)
            actor = await _actor_of(request.scope)
            act_as(actor)
            only_looking(request.method in ("GET", "HEAD"))
            request.state.actor = actor
            if counts:
                limits.check("api", str(actor.session_id or actor.ip), utc_now())
            mark = mark_of(self.endpoint)
            if mark is None:
                log.error("%s has no mark, so nobody may use it", self.path)
                raise Forbidden()
            if not mark.allows(actor):
                raise Forbidden() if actor.is_signed_in else NotSignedIn()
            if is_closed_to(actor, request.scope["path"]):
                raise Closed(maintenance.message() or maintenance.MESSAGE, maintenance.RETRY_SECONDS)
            if reads_json:
                _check_body(await request.body(), request.headers.get("content-type", ""))
            return await inner(request)

        return gated


class Router(APIRouter):
    """The routes of a room, each behind the gate. `directory.include` takes them as they are: FastAPI's own way makes each
    a second time, which cost a second of every start, and ten megabytes."""

    def __init__(self, **given: Any) -> None:
        super().__init__(route_class=GatedRoute, **given)


# Not the six letters themselves, which are a backslash that is escaped and four digits.
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


def _check_address(scope: Any) -> None:
    """No text has a NUL in it: PostgreSQL would refuse it, long after it was accepted."""
    path: str = scope["path"]  # `request.url` would be parsed for each
    if path.startswith(PREFIX) and (b"%00" in scope["query_string"] or "\0" in path):
        raise Invalid({"query": "Take the NUL character out of the address."})


def _check_body(body: bytes, kind: str) -> None:
    if (b"\\u0000" in body and _NUL.search(body)) or (b"\0" in body and "json" in kind):
        raise Invalid({"body": "Take the NUL character out of the text."})


async def _actor_of(scope: Any) -> Actor:
    # As ASGI has them, in lower case: Starlette would make objects of them first.
    headers: dict[bytes, bytes] = dict(scope["headers"])
    peer = scope["client"][0] if scope["client"] else ""
    ip = forwarded_ip(peer, headers.get(b"x-forwarded-for", b"").decode("latin-1"))
    cookies = headers.get(b"cookie", b"").decode("latin-1")
    if scope["path"].startswith("/api/"):
        cookies = ""
        scheme, _, token = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
        audience = Audience.API
        if scheme.lower() != "bearer":
            token = ""
    else:
        token, audience = cookie_token(cookies), Audience.WEB
    actor = (await identity.live_actor(token.strip(), audience, ip) if token else None) or Actor(None, ip=ip)
    accepts = headers.get(b"accept-language", b"").decode("latin-1")
    # A program has no cookie of ours: what it asks for counts, then the person's own.
    asked = words.accepted(accepts) if audience is Audience.API else ""
    return in_language(actor, asked or language_of(cookies, accepts, actor))


# These wait for nothing, but of a plain function FastAPI would make a hop into a thread, at every request.
async def _asking(request: Request) -> Actor:
    return request.state.actor


Caller = Annotated[Actor, Depends(_asking)]
"""Who asks: the person of the bearer under `/api/`, of the cookie elsewhere. Visitors pass only where the mark is `public`."""
PublicCaller = Caller
Visitor = Caller


@dataclass(frozen=True, slots=True)
class Window:
    limit: int
    offset: int


async def _paging(
    limit: Annotated[int, Query(ge=1, le=PAGE_MAX, description="How many at most")] = 50,
    offset: Annotated[int, Query(ge=0, le=OFFSET_MAX, description="How many to leave out first")] = 0,
) -> Window:
    return Window(limit, offset)


Paging = Annotated[Window, Depends(_paging)]


async def body_of(request: Request, limit_bytes: int) -> bytes:
    """A raw body, counted while it comes. Raises Invalid above the limit."""
    whole = bytearray()
    async for chunk in request.stream():
        whole += chunk
        if len(whole) > limit_bytes:
            raise Invalid({"body": f"Send at most {limit_bytes // 1024:,} kB."})
    return bytes(whole)


async def told_apart(
    actor: Actor, act: Callable[Concatenate[Work, P], Any], *args: P.args, **kwargs: P.kwargs
) -> Response:
    """`ask_apart` for a long answer: it is written as JSON where it was made, and only passes through here."""
    return Response(await ask_apart(actor, _written, act, *args, **kwargs), media_type="application/json")


def _written(work: Work, act: Callable[Concatenate[Work, P], Any], *args: P.args, **kwargs: P.kwargs) -> bytes:
    view = act(work, *args, **kwargs)
    return _as_json(type(view)).dump_json(view)


@cache
def _as_json(kind: type) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


async def chunks_of(request: Request) -> AsyncIterator[bytes]:
    async for chunk in request.stream():
        yield chunk


# ---- The app


def make_api() -> FastAPI:
    """The app without the rooms' routes. Its own schema is served as JSON and as a page that needs no script."""
    api = FastAPI(
        title="Lectern",
        version="1",
        description="Everything that the pages can do, over the same functions. Get a token from `/api/v1/auth/login`.",
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        separate_input_output_schemas=False,
    )
    api.router.route_class = GatedRoute
    _describe(api)
    api.add_exception_handler(LmsError, _on_lms_error)
    api.add_exception_handler(RequestValidationError, _on_wrong_shape)
    api.add_exception_handler(HTTPException, _on_http_error)
    api.add_exception_handler(Exception, _on_our_fault)

    @api.get(f"{PREFIX}/docs", include_in_schema=False)
    @public
    async def docs() -> HTMLResponse:  # pyright: ignore[reportUnusedFunction]  a route
        return HTMLResponse(reference.page(api.openapi()))

    return api


def _describe(api: FastAPI) -> None:
    """Have the schema say what FastAPI cannot know: which routes want a token, and what problems look like.

    Told to FastAPI as the answers of every route, problems would take it ten models a route, and a second at each start.
    """
    made = api.openapi

    def openapi() -> dict[str, Any]:
        if api.openapi_schema is not None:
            return api.openapi_schema
        schema = made()
        marks = {
            (verb, one.path): mark_of(one.endpoint)
            for one in iter_route_contexts(api.routes)
            for verb in one.methods or ()
        }
        parts = schema.setdefault("components", {})
        parts["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
        models = parts.setdefault("schemas", {})
        models["Problem"] = Problem.model_json_schema()
        for name in ("HTTPValidationError", "ValidationError"):  # FastAPI's own, which nobody is sent
            models.pop(name, None)
        said = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        problems = {str(status): {"description": words, "content": said} for status, words in PROBLEMS.items()}
        for path, verbs in schema["paths"].items():
            for verb, operation in verbs.items():
                mark = marks.get((verb.upper(), path))
                if mark is None or mark.who != "public":
                    operation["security"] = [{"bearer": []}]
                own = {status: answer for status, answer in operation["responses"].items() if status != "422"}
                operation["responses"] = {**problems, **own}
        return schema

    api.openapi = openapi


def problem(error: LmsError) -> Response:
    """An error as a response: what REST answers, also where a route answers by hand."""
    said = Problem(
        title=HTTPStatus(error.status).phrase,
        status=error.status,
        detail=error.message,
        code=error.code,
        errors=error.fields if isinstance(error, Invalid) else {},
    )
    headers = {"Cache-Control": "no-store"}
    if isinstance(error, TooMany | Closed):
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, NotSignedIn):
        headers["WWW-Authenticate"] = "Bearer"
    return _json(said, headers)


async def _on_lms_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, LmsError)
    if isinstance(error, NotSignedIn) and _is_browsing(request):
        path = request.url.path if request.method == "GET" else ""
        return RedirectResponse(sign_in_url(path), 303, {"Cache-Control": "no-store"})
    if isinstance(error, Closed) and _is_browsing(request):
        return RedirectResponse(routes.MAINTENANCE, 303, {"Cache-Control": "no-store"})
    return problem(error)


def _is_browsing(request: Request) -> bool:
    """Whether a person waits for a page: a form or a link whose session is over must not end in JSON."""
    return not request.url.path.startswith("/api/") and "text/html" in request.headers.get("accept", "")


async def _on_wrong_shape(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    fields: dict[str, str] = {}
    for wrong in error.errors():
        where = ".".join(str(part) for part in wrong["loc"][1:]) or str(wrong["loc"][0])
        if wrong["type"] == "json_invalid":  # its place is how many characters were read
            where = "body"
        fields.setdefault(where, _sentence(wrong["msg"]))
    return problem(Invalid(fields))


def _sentence(words: str) -> str:
    words = words.removeprefix("Value error, ")
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "!", "?")) else ".")


async def _on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    phrase = HTTPStatus(error.status_code).phrase
    detail = "There is no such address here." if error.status_code == 404 else f"{phrase}."
    return _json(
        Problem(title=phrase, status=error.status_code, detail=detail, code=phrase.lower().replace(" ", "_")),
        dict(error.headers or {}),
    )


async def _on_our_fault(request: Request, error: Exception) -> Response:
    reference_id = logged(error)
    said = OUR_FAULT.format(reference=reference_id)
    return _json(Problem(title="Internal Server Error", status=500, detail=said, code="internal"), {})


def _json(said: Problem, headers: dict[str, str]) -> Response:
    return JSONResponse(said.model_dump(), said.status, headers, media_type="application/problem+json")
