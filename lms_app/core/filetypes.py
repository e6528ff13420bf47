"""Types of files as teachers name them, for whatever takes files from students. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from lms_app.core import when


@dataclass(frozen=True, slots=True)
class FileType:
    """A sort of files that a teacher knows by name; `accept` is what a browser's file dialog then shows."""

    label: str
    media: frozenset[str]
    accept: str


_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
FILE_TYPES: dict[str, FileType] = {
    "pdf": FileType("PDF", frozenset({"application/pdf"}), ".pdf"),
    "documents": FileType(
        "Word and OpenDocument texts",
        frozenset({f"{_OFFICE}wordprocessingml.document", f"{_OPEN}text"}),
        ".docx,.odt",
    ),
    "slides": FileType(
        "Slides", frozenset({f"{_OFFICE}presentationml.presentation", f"{_OPEN}presentation"}), ".pptx,.odp"
    ),
    "sheets": FileType(
        "Spreadsheets", frozenset({f"{_OFFICE}spreadsheetml.sheet", f"{_OPEN}spreadsheet"}), ".xlsx,.ods"
    ),
    "pictures": FileType(
        "Pictures", frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"}), ".png,.jpg,.jpeg,.gif,.webp"
    ),
    "audio": FileType("Recordings", frozenset({"audio/mpeg", "audio/ogg", "audio/wav"}), ".mp3,.ogg,.wav"),
    "video": FileType("Videos", frozenset({"video/mp4", "video/webm"}), ".mp4,.webm"),
    "text": FileType(
        "Plain text and code",
        frozenset({"text/plain; charset=utf-8"}),
        ".txt,.md,.csv,.py,.js,.ts,.java,.c,.cpp,.h,.r,.sql,.tex,.json",
    ),
    "zip": FileType("Zip archives", frozenset({"application/zip"}), ".zip"),
}


def is_taken(media_type: str, types: Sequence[str]) -> bool:
    """Whether a file of this type may be handed in; without a list of types, any may."""
    return not types or any(media_type in FILE_TYPES[name].media for name in types if name in FILE_TYPES)


def types_words(types: Sequence[str]) -> str:
    """ "PDF, Pictures or Videos"; "any type" without a list."""
    labels = [FILE_TYPES[name].label for name in FILE_TYPES if name in types]
    if len(labels) < 2:
        return labels[0] if labels else "any type"
    return f"{', '.join(labels[:-1])} or {labels[-1]}"


def accept(types: Sequence[str]) -> str:
    """What a browser's file dialog shows; empty without a list, which is everything."""
    return ",".join(FILE_TYPES[name].accept for name in types if name in FILE_TYPES)


def taken_words(files_max: int, mib: int, types: Sequence[str]) -> str:
    """ "Up to 3 files, each of at most 50 MB: PDF or Pictures." """
    return f"Up to {when.plural(files_max, 'file')}, each of at most {mib} MB: {types_words(types)}."


def unknown_type(types: Sequence[str]) -> str:
    """What is wrong with a list of types, as a sentence; empty when nothing is."""
    unknown = next((name for name in types if name not in FILE_TYPES), None)
    return "" if unknown is None else f"“{unknown}” is no type of files. Choose from {', '.join(FILE_TYPES)}."


def wrong_type(media_type: str, types: Sequence[str]) -> str:
    """Why a file of this type is not taken, as a sentence; empty when it is."""
    return "" if is_taken(media_type, types) else f"Files of this type are not taken here. Choose {types_words(types)}."


def too_many(have: int, files_max: int) -> str:
    """Why there is no place for another file, as a sentence; empty when there is."""
    return f"There are {when.plural(files_max, 'file')} already. Remove one first." if have >= files_max else ""
