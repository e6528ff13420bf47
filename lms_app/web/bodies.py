"""How much of a body is read before anybody knows who sent it.

FastAPI takes a JSON body into memory before the first check of a route: without a limit here, two hundred megabytes
from nobody would cost four hundred.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.exceptions import HTTPException

Receive = Callable[[], Awaitable[Any]]

# A megabyte of questions has up to six as JSON, if somebody escapes every letter.
BYTES_MAX = 8 * 1024 * 1024
# They count for themselves, with a limit of their own, and only after asking who it is.
COUNTED = ("/api/v1/files", "/api/v1/me/avatar", "/api/v1/admin/imports", "/api/v1/imports")


def bounded(path: str, headers: dict[bytes, bytes], receive: Receive) -> Receive:
    """`receive` that ends in a 413 when a program's body is too large, at once where its length is told."""
    if not path.startswith("/api/") or path in COUNTED:
        return receive
    told = headers.get(b"content-length", b"")
    left = BYTES_MAX if not told.isdigit() or int(told[:12]) <= BYTES_MAX else -1

    async def counted() -> Any:
        nonlocal left
        message = await receive() if left >= 0 else {}
        left -= len(message.get("body", b""))
        if left < 0:
            raise HTTPException(413)
        return message

    return counted
