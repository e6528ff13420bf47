"""Bytes that somebody calls text: decoded strictly, lines ended alike, refused with the line where something is wrong."""

import codecs
import re

from lms_app.core.errors import Invalid

_UTF16 = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# What an XML file may say of itself; beyond these and UTF-8 nobody writes one.
_DECLARED = re.compile(rb"<\?xml[^>]{0,100}encoding\s*=\s*[\"'](windows-125[0-8]|iso-8859-\d{1,2}|us-ascii)[\"']", re.I)
# Signs of steering, not of text; a tabulator and a line break stay.
_CONTROLS = {number: " " for number in range(1, 32) if chr(number) not in "\t\n"}


def lines(content: bytes | str, *, field: str, bytes_max: int, lines_max: int) -> str:
    """The text with `\\n` at each line's end. Raises Invalid for `field`: too long, not UTF-8, or not text at all."""
    if len(content) > bytes_max:
        raise Invalid({field: f"This is larger than {bytes_max // 1_000_000} MB. Divide it into several files."})
    text = content if isinstance(content, str) else decode(content, field=field)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if text.count("\n") >= lines_max:
        raise Invalid({field: f"This has more than {lines_max:,} lines. Divide it into several files."})
    if (at := text.find("\x00")) >= 0:
        raise Invalid({field: f"Line {_line(text, at)} holds a NUL sign: this is not a text file."})
    if (at := _surrogate(text)) >= 0:
        raise Invalid({field: f"Line {_line(text, at)} holds half a character. Save the text as UTF-8 and try again."})
    return text.translate(_CONTROLS)


def decode(content: bytes, *, field: str) -> str:
    """UTF-8, UTF-16 that says so, or what XML says of itself. Raises Invalid naming the first line that is neither."""
    for mark, encoding in _UTF16:
        if content.startswith(mark):
            try:
                return content[len(mark) :].decode(encoding)
            except UnicodeDecodeError:
                raise Invalid({field: "This file is not whole: its UTF-16 text breaks off."}) from None
    if declared := _DECLARED.match(content):
        return content.decode(declared[1].decode(), errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Invalid(
            {field: f"Line {line} is not UTF-8. Save the file with the encoding UTF-8 and try again."}
        ) from None


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _surrogate(text: str) -> int:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        return error.start
    return -1
