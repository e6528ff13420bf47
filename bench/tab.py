"""A browser tab, as far as a server sees one: engine.io 4 and socket.io 5 over one websocket, on asyncio alone.

An ordinary client library costs more CPU an event than the server that it would measure.

    tab = await Tab.open(port, "/attempts/…", cookie=token)      # connected and loaded
    said = await tab.call(NOOP, {"n": 1_000_000_007}, b"1000000007")

There is no acknowledgement in Reflex's protocol: an answer is recognised by something unique that it must contain.
"""

import asyncio
import base64
import json
import os
import re
import struct
import uuid
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

ROOT = "reflex___state____state"
_BOOT = f"{ROOT}.hydrate_and_load"
_ON_LOAD = f"{ROOT}.reflex___state____on_load_internal_state.on_load_internal"
_PREFIX = b"42/_event,"
_LOADED = re.compile(rb'"is_hydrated_rx_state_": ?true')
VERSION = "0.10.1"


class Lost(Exception):
    """The connection ended, or was refused."""


def event_name(handler: str, *states: tuple[str, str]) -> str:
    """The full name of a handler: its state's (module, class), after those of the states above it."""
    parts = [f"{module.replace('.', '___')}____{_snake(name)}" for module, name in states]
    return ".".join([ROOT, *parts, handler])


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def lms_event(name: str, handler: str) -> str:
    """A handler of one of our pages: their states stand below `LmsState` and are called as their classes are."""
    return ".".join([ROOT, "lms_state", _snake(name), handler])


# A browser sends the variable parts of an address as if they were in the query.
_ADDRESSES = (
    "/courses/[slug]",
    "/courses/[slug]/lessons/[item]",
    "/courses/[slug]/quizzes/[item]",
    "/attempts/[attempt_id]",
    "/attempts/[attempt_id]/review",
    "/attempts/[attempt_id]/results",
    "/teaching/[slug]",
    "/teaching/[slug]/quizzes/[item]",
)


def _places(path: str) -> dict[str, str]:
    for address in _ADDRESSES:
        parts = list(zip(address.split("/"), path.split("/"), strict=False))
        if address.count("/") == path.count("/") and all(a == b or a[:1] == "[" for a, b in parts):
            return {a[1:-1]: b for a, b in parts if a[:1] == "["}
    return {}


class Tab(asyncio.Protocol):
    """One tab. It keeps nothing of what it is told but the answer it waits for, unless `keep` is set."""

    def __init__(self, port: int, path: str, cookie: str, token: str, headers: dict[str, str]) -> None:
        self.port = port
        self.path = path
        self.token = token
        self.bytes_in = 0
        self.keep: list[bytes] | None = None
        self.hashes: Sequence[str] = ()
        self.heard = 0
        self._request = self._upgrade(cookie, headers)
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._parts: list[bytes] = []
        self._upgraded = False
        self._marker = b""
        self._waiting: asyncio.Future[bytes] | None = None
        self._loaded = asyncio.Event()
        self.closed = asyncio.Event()
        self._reason = ""

    @classmethod
    async def open(
        cls,
        port: int,
        path: str = "/",
        *,
        cookie: str = "",
        token: str = "",
        headers: dict[str, str] | None = None,
        keep: bool = False,
        load: bool = True,
        hashes: Sequence[str] = (),
        timeout: float = 60,
    ) -> "Tab":
        """Connect, and with `load` wait until the page's own handlers have run. Raises Lost.

        A browser that has just fetched the page sends the `hashes` of the state that came with it, and is told what
        differs; one that comes back to a server is told everything.
        """
        tab = cls(port, path, cookie, token or str(uuid.uuid4()), headers or {})
        tab.hashes = hashes
        if keep:
            tab.keep = []
        await asyncio.get_running_loop().create_connection(lambda: tab, "127.0.0.1", port)
        if load:
            await tab.loaded(timeout)
        return tab

    async def loaded(self, timeout: float = 60) -> None:
        """Wait for the end of the page load."""
        done, waiting = await asyncio.wait(
            [asyncio.ensure_future(self._loaded.wait()), asyncio.ensure_future(self.closed.wait())],
            timeout=timeout,
            return_when=asyncio.FIRST_COMPLETED,
        )
        for task in waiting:
            task.cancel()
        if not done:
            raise Lost(f"{self.path} was not loaded within {timeout:.0f} s")
        if not self._loaded.is_set():
            raise Lost(self._reason or "closed while the page loaded")

    async def go(self, path: str, timeout: float = 60) -> None:
        """Change the page, and wait until it has loaded."""
        self.path = path
        self._loaded.clear()
        self.send(_ON_LOAD)
        await self.loaded(timeout)

    def send(self, name: str, payload: dict[str, Any] | None = None) -> None:
        """Send an event; nobody waits for its answer."""
        event = {"name": name, "router_data": self._router_data(), "payload": payload or {}}
        self._text(_PREFIX + json.dumps(["event", event], separators=(",", ":")).encode())

    async def call(self, name: str, payload: dict[str, Any], marker: bytes, timeout: float = 60) -> bytes:
        """Send an event and wait for the message that contains `marker`. Raises Lost, TimeoutError."""
        assert self._waiting is None, "a tab has one event under way at a time"
        loop = asyncio.get_running_loop()
        self._marker, self._waiting = marker, loop.create_future()
        timer = loop.call_later(timeout, self._overdue, self._waiting)
        try:
            self.send(name, payload)
            return await self._waiting
        finally:
            timer.cancel()
            self._waiting = None

    async def close(self) -> None:
        if self._transport is not None:
            self._transport.close()
            await self.closed.wait()

    # ---- The protocol

    def _upgrade(self, cookie: str, headers: dict[str, str]) -> bytes:
        lines = [
            f"GET /_event/?EIO=4&transport=websocket&token={self.token} HTTP/1.1",
            f"Host: localhost:{self.port}",
            f"Origin: http://localhost:{self.port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Protocol: {VERSION}",
        ]
        if cookie:
            lines.append(f"Cookie: lectern={cookie}")
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def _router_data(self) -> dict[str, Any]:
        parts = urlsplit(self.path)
        query = {**dict(parse_qsl(parts.query)), **_places(parts.path)}
        return {"pathname": parts.path or "/", "asPath": self.path, "query": query}

    def _overdue(self, waiting: "asyncio.Future[bytes]") -> None:
        if not waiting.done():
            waiting.set_exception(TimeoutError(f"no answer on {self.path}"))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self._request)

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed.set()
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(Lost(self._reason or "the connection ended"))

    def data_received(self, data: bytes) -> None:
        self.bytes_in += len(data)
        buffer = self._buffer
        buffer += data
        if not self._upgraded:
            end = buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            first = bytes(buffer[:end]).partition(b"\r\n")[0].decode("latin-1")
            del buffer[: end + 4]
            if " 101" not in first:
                self._fail(first)
                return
            self._upgraded = True
        at = 0
        while (frame := _frame(buffer, at)) is not None:
            opcode, last, payload, at = frame
            if opcode == 9:
                self._frame_out(10, payload)
            elif opcode == 8:
                self._fail("the server closed the connection")
            elif opcode in (0, 1, 2):
                self._parts.append(payload)
                if last:
                    whole = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
                    self._parts = []
                    self._message(whole)
        del buffer[:at]

    def _message(self, said: bytes) -> None:
        if said == b"2":
            self._text(b"3")
        elif said[:2] == b"42":
            self.heard += 1
            if self.keep is not None:
                self.keep.append(said[len(_PREFIX) :])
            if self._waiting is not None and self._marker in said and not self._waiting.done():
                self._waiting.set_result(said)
            if not self._loaded.is_set() and _LOADED.search(said):
                self._loaded.set()
        elif said[:1] == b"0":
            known = {"payload": {"hashes": list(self.hashes)}} if self.hashes else {}
            boot = {"event": {"name": _BOOT, "router_data": self._router_data(), **known}}
            self._text(b"40/_event," + json.dumps(boot, separators=(",", ":")).encode())
        elif said[:2] == b"44":
            self._fail(said.decode())

    def _fail(self, reason: str) -> None:
        self._reason = self._reason or reason
        assert self._transport is not None
        self._transport.close()

    def _text(self, payload: bytes) -> None:
        self._frame_out(1, payload)

    def _frame_out(self, opcode: int, payload: bytes) -> None:
        if self._transport is None or self._transport.is_closing():
            raise Lost(self._reason or "not connected")
        size = len(payload)
        if size < 126:
            head = struct.pack("!BB", 0x80 | opcode, 0x80 | size)
        elif size < 65_536:
            head = struct.pack("!BBH", 0x80 | opcode, 0xFE, size)
        else:
            head = struct.pack("!BBQ", 0x80 | opcode, 0xFF, size)
        mask = os.urandom(4)
        key = int.from_bytes((mask * (size // 4 + 1))[:size], "big")
        self._transport.write(head + mask + (int.from_bytes(payload, "big") ^ key).to_bytes(size, "big"))


def _frame(buffer: bytearray, at: int) -> tuple[int, bool, bytes, int] | None:
    """One whole frame of a server (never masked) at a place, and where the next one begins."""
    if len(buffer) - at < 2:
        return None
    first, size, head = buffer[at], buffer[at + 1] & 0x7F, 2
    if size > 125:
        width = 2 if size == 126 else 8
        head += width
        if len(buffer) - at < head:
            return None
        size = int.from_bytes(buffer[at + 2 : at + head], "big")
    if len(buffer) - at < head + size:
        return None
    payload = bytes(buffer[at + head : at + head + size])
    return first & 0x0F, bool(first & 0x80), payload, at + head + size


def delta_of(message: bytes) -> dict[str, dict[str, Any]]:
    """What a kept message, or the answer of `call`, says of the state."""
    start = len(_PREFIX) if message.startswith(_PREFIX) else 0
    name, update = json.loads(message[start:])[:2]
    return (update.get("delta") or {}) if name == "event" else {}
