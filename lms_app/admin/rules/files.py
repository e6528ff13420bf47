"""The files of an import: unpacked, looked at, and read to the last line."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from lms_app.admin.rules import columns, entries
from lms_app.admin.rules.columns import Format, Kind, Reading
from lms_app.admin.rules.entries import Entry
from lms_app.core import files as stored
from lms_app.core import table

BYTES_MAX = 30 * 1024 * 1024
LINES_MAX = 100_000
COLUMNS_MAX = 200
FILES_MAX = 30
PARTS_MAX = 200
UNPACKED_MAX = 120 * 1024 * 1024
SAMPLES = 3
SAMPLE_MAX = 60
_ZIPS = (b"PK\x03\x04", b"PK\x05\x06")
_ENDINGS = frozenset({".csv", ".txt", ".tsv", ".tab"})
TOO_LARGE = f"An import takes up to {BYTES_MAX // 1024**2} MB. Send it in several parts."
TOO_LONG = f"An import takes up to {LINES_MAX:,} lines. Send it in several parts."
NO_TABLE = "There is no CSV file in this archive."
A_WORKBOOK = "This is a workbook. Save its sheet as CSV and send that."


def unpacked(given: Sequence[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """The tables of the files that were sent, archives taken apart. Raises ValueError with a sentence."""
    if not given:
        raise ValueError("Choose a file.")
    if sum(len(content) for _name, content in given) > BYTES_MAX:
        raise ValueError(TOO_LARGE)
    found: list[tuple[str, bytes]] = []
    for name, content in given:
        name = stored.clean_name(name)
        if not content.startswith(_ZIPS):
            found.append((name, content))
            continue
        found += _parts(content)
    if not any(content.strip() for _name, content in found):
        raise ValueError("There is nothing in this file.")
    if len(found) > FILES_MAX:
        raise ValueError(f"An import takes up to {FILES_MAX} files.")
    return found


def _parts(content: bytes) -> list[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = [part for part in archive.infolist() if not part.is_dir()]
            if any(part.filename.startswith("xl/") for part in parts):
                raise ValueError(A_WORKBOOK)
            # What an archive says of its sizes may be anything: it is counted again below.
            if len(parts) > PARTS_MAX or sum(part.file_size for part in parts) > UNPACKED_MAX:
                raise ValueError(TOO_LARGE)
            tables = [part for part in parts if _is_table(part.filename)]
            if not tables:
                raise ValueError(NO_TABLE)
            found: list[tuple[str, bytes]] = []
            left = UNPACKED_MAX
            for part in tables:
                with archive.open(part) as opened:
                    text = opened.read(left + 1)
                left -= len(text)
                if left < 0:
                    raise ValueError(TOO_LARGE)
                found.append((stored.clean_name(part.filename), text))
            return found
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise ValueError("We cannot open this archive. Pack it once more, as ZIP without a password.") from error


def _is_table(name: str) -> bool:
    path = PurePosixPath(name)
    return path.suffix.lower() in _ENDINGS and "__MACOSX" not in path.parts and not path.name.startswith(".")


def described(name: str, content: bytes, asked: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """How a file is read: what we see in it, or what a person said (`asked`: encoding, delimiter, kind, fields).

    It ends as JSON in the import's row; a file that cannot be read says why.
    """
    asked = asked or {}
    said: dict[str, Any] = {"name": name, "heads": [], "samples": [], "fields": [], "lines": 0, "delimiter": ","}
    said |= {"kind": str(Kind.UNKNOWN), "format": str(Format.OWN), "why": "", "encoding": asked.get("encoding", "")}
    try:
        text, said["encoding"] = table.decoded(content, asked.get("encoding", ""))
    except ValueError as error:
        return said | {"why": str(error)}
    lines = table.lines_of(text)
    delimiter = asked.get("delimiter") or table.delimiter_of(lines)
    rows = table.rows_of(lines, delimiter)
    head = next(rows, None)
    if head is None:
        return said | {"kind": str(Kind.LEFT), "why": "This file is empty."}
    heads = head.cells[:COLUMNS_MAX]
    samples = [row.cells for _, row in zip(range(SAMPLES), rows, strict=False)]
    reading = columns.reading_of(heads)
    if kind := asked.get("kind"):
        reading = columns.taken_as(Kind(kind), reading.format, heads)
    if (chosen := asked.get("fields")) and len(chosen) == len(heads):
        reading = Reading(reading.format, reading.kind, tuple(chosen))
    return said | {
        "delimiter": delimiter,
        "heads": [cell[:SAMPLE_MAX] for cell in heads],
        "samples": [_sample(heads[at], reading.fields[at], samples, at) for at in range(len(heads))],
        "kind": str(reading.kind),
        "format": str(reading.format),
        "fields": list(reading.fields),
        "why": reading.why,
        "lines": sum(1 for line in lines if line.strip()) - 1,
        "asked": dict(asked),
    }


def _sample(head: str, field: str, rows: Sequence[Sequence[str]], at: int) -> str:
    """Some of what is in a column; of passwords nothing, whatever their column is called."""
    if field == "password" or "passw" in head.lower():
        return ""
    return ", ".join(row[at] for row in rows if at < len(row) and row[at])[:SAMPLE_MAX]


def read(number: int, said: Mapping[str, Any], content: bytes) -> list[Entry]:
    """Every line of a described file. What is below the first line, which names the columns, if we know them."""
    try:
        text, _encoding = table.decoded(content, str(said["encoding"]))
    except ValueError as error:
        return [Entry(Kind.UNKNOWN, number, 1, name=str(said["name"]), problem=str(error))]
    reading = Reading(Format(said["format"]), Kind(said["kind"]), tuple(said["fields"]), str(said["why"]))
    rows = table.rows_of(table.lines_of(text), str(said["delimiter"]))
    if reading.kind is not Kind.UNKNOWN:
        next(rows, None)
    return entries.read(number, reading, rows)
