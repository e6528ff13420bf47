"""HTTP/1.1 over one kept connection: enough to ask a server often, and cheap."""

import asyncio
from urllib.parse import urlencode


class Wire(asyncio.Protocol):
    """One connection. Requests wait for one another; an answer needs a Content-Length, or no body."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._transport: asyncio.Transport | None = None
        self._head = b""
        self._buffer = bytearray()
        self._waiting: asyncio.Future[tuple[int, bytes]] | None = None

    @classmethod
    async def open(cls, port: int) -> "Wire":
        wire = cls(port)
        await asyncio.get_running_loop().create_connection(lambda: wire, "127.0.0.1", port)
        return wire

    async def ask(
        self, path: str, *, method: str = "GET", headers: dict[str, str] | None = None, body: bytes = b""
    ) -> tuple[int, bytes]:
        """The status and the body. Raises ConnectionError, TimeoutError."""
        assert self._waiting is None, "one request at a time"
        if self._transport is None or self._transport.is_closing():
            raise ConnectionResetError("the connection has ended")
        lines = [f"{method} {path} HTTP/1.1", f"Host: localhost:{self.port}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        if body or method != "GET":
            lines.append(f"Content-Length: {len(body)}")
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(("\r\n".join(lines) + "\r\n\r\n").encode() + body)
        try:
            return await asyncio.wait_for(self._waiting, 120)
        finally:
            self._waiting = None

    async def get(self, path: str, headers: dict[str, str] | None = None) -> bytes:
        """The body of a 200. Raises ValueError for another status."""
        status, body = await self.ask(path, headers=headers)
        if status != 200:
            raise ValueError(f"{path} answered {status}: {body[:200]!r}")
        return body

    async def post_form(self, path: str, fields: dict[str, str], headers: dict[str, str]) -> tuple[int, bytes]:
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://localhost:{self.port}"}
        return await self.ask(path, method="POST", headers={**kind, **headers}, body=urlencode(fields).encode())

    def sets_cookie(self, name: str) -> bool:
        """Whether the last answer gave the browser a cookie of that name."""
        return f"\r\nset-cookie: {name}=".encode() in self._head

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(ConnectionResetError("the connection ended"))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0 or self._waiting is None or self._waiting.done():
            return
        head = bytes(self._buffer[:end]).lower()
        self._head = head
        status = int(head[9:12])
        at = head.find(b"\r\ncontent-length:")
        size = int(head[at + 17 :].partition(b"\r\n")[0]) if at >= 0 else 0
        if b"\r\ntransfer-encoding:" in head:
            if not self._buffer.endswith(b"0\r\n\r\n"):
                return
            body, whole = _unchunked(bytes(self._buffer[end + 4 :])), len(self._buffer)
        else:
            whole = end + 4 + size
            if len(self._buffer) < whole:
                return
            body = bytes(self._buffer[end + 4 : whole])
        del self._buffer[:whole]
        self._waiting.set_result((status, body))


def _unchunked(data: bytes) -> bytes:
    whole, at = bytearray(), 0
    while True:
        end = data.index(b"\r\n", at)
        size = int(data[at:end], 16)
        if not size:
            return bytes(whole)
        whole += data[end + 2 : end + 2 + size]
        at = end + 4 + size
