"""A file in the body of a request, whichever way a program sends it: raw, or as a part of a form. It streams either way."""

from collections.abc import AsyncIterator
from typing import Any

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from lms_app.core.errors import Invalid
from lms_app.web.api import chunks_of

FORM = "multipart/form-data"
_NO_FORM = "This is no whole form (multipart/form-data)."
_NO_FILE = "Send the file as the part “file” of the form."

IN_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
            FORM: {
                "schema": {
                    "type": "object",
                    "properties": {"file": {"type": "string", "format": "binary"}},
                    "required": ["file"],
                }
            },
        },
    }
}
"""What a route that uses `sent_file` says of its body."""


class SentFile:
    """Iterate over its pieces once; `name` is known with the first of them, empty where the program gives none."""

    def __init__(self, request: Request) -> None:
        self._request, self.name = request, ""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        kind, options = parse_options_header(self._request.headers.get("content-type", ""))
        if kind.decode("latin-1") != FORM:
            async for chunk in chunks_of(self._request):
                yield chunk
            return
        parts = _Parts()
        try:
            parser = MultipartParser(options.get(b"boundary", b""), parts.callbacks())
            async for chunk in chunks_of(self._request):
                parser.write(chunk)
                for piece in parts.taken():
                    self.name = parts.name
                    yield piece
            parser.finalize()
        except (FormParserError, ValueError):
            raise Invalid({"file": _NO_FORM}) from None
        if not parts.found:
            raise Invalid({"file": _NO_FILE})


class _Parts:
    """Collects the pieces of the first part called `file`; other parts pass by."""

    def __init__(self) -> None:
        self.name, self.found, self._inside = "", False, False
        self._field, self._value, self._headers = b"", b"", dict[bytes, bytes]()
        self._pieces: list[bytes] = []

    def callbacks(self) -> Any:
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._on_field,
            "on_header_value": self._on_value,
            "on_header_end": self._on_header,
            "on_headers_finished": self._on_headers,
            "on_part_data": self._on_data,
            "on_part_end": self._end,
        }

    def taken(self) -> list[bytes]:
        pieces, self._pieces = self._pieces, []
        return pieces

    def _begin(self) -> None:
        self._headers, self._field, self._value = {}, b"", b""

    def _on_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def _on_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _on_header(self) -> None:
        self._headers[self._field.lower()] = self._value
        self._field, self._value = b"", b""

    def _on_headers(self) -> None:
        _kind, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        self._inside = options.get(b"name") == b"file" and not self.found
        if self._inside:
            self.found, self.name = True, options.get(b"filename", b"").decode("utf-8", "replace")

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        if self._inside:
            self._pieces.append(data[start:end])

    def _end(self) -> None:
        self._inside = False
