"""What others need to check what the school has signed: its keys, its DID document, and what was revoked.

All of it is for anybody, also from the pages of other sites, and says nothing of anyone.
"""

from typing import Annotated, Any

from fastapi import Path
from fastapi.responses import JSONResponse, Response

from lms_app.core import signing, statuses
from lms_app.core.errors import NotFound
from lms_app.core.work import SYSTEM, ask
from lms_app.web import routes
from lms_app.web.api import Router
from lms_app.web.guard import public

router = Router(tags=["issuer"])
ROUTERS = (router,)

FOR_ANYBODY = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": "public, max-age=300",
}
_DID: dict[int | str, dict[str, Any]] = {200: {"content": {"application/did+json": {}}, "description": "DID document"}}
_JWT: dict[int | str, dict[str, Any]] = {200: {"content": {"application/vc+jwt": {}}, "description": "Signed"}}


@router.get(routes.DID_DOCUMENT, response_class=Response, responses=_DID)
@public
async def did_document() -> Response:
    """The school as an issuer (did:web): its keys, the one that signs first."""
    return JSONResponse(signing.did_document(), headers=FOR_ANYBODY, media_type="application/did+json")


@router.get(routes.JWKS)
@public
async def jwks() -> Response:
    """The public keys as a JWK set, for `verify --keys`."""
    return JSONResponse(signing.jwks(), headers=FOR_ANYBODY, media_type="application/jwk-set+json")


@router.get(routes.STATUS_LIST, response_class=Response, responses=_JWT)
@public
async def status_list(kid: str, number: Annotated[int, Path(ge=0, le=statuses.LISTS_MAX)]) -> Response:
    """A W3C Bitstring Status List of what was revoked, signed by a key of ours, for credentials of that key."""
    key = signing.by_kid(kid)
    if key is None:
        raise NotFound("There is no such status list here.")
    text = await ask(SYSTEM, statuses.signed_list, key=key, number=number)
    return Response(text, headers=FOR_ANYBODY, media_type="application/vc+jwt")
