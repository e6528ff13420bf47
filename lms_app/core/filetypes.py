"""Types of files as teachers name them, for whatever takes files from students. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from lms_app.core import when
from lms_app.core.words import later, say


@dataclass(frozen=True, slots=True)
class FileType:
    """A sort of files that a teacher knows by name; `accept` is what a browser's file dialog then shows."""

    label: str
    media: frozenset[str]
    accept: str


_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
FILE_TYPES: dict[str, FileType] = {
    "pdf": FileType(later("PDF"), frozenset({"application/pdf"}), ".pdf"),
    "documents": FileType(
        later("Word and OpenDocument texts"),
        frozenset({f"{_OFFICE}wordprocessingml.document", f"{_OPEN}text"}),
        ".docx,.odt",
    ),
    "slides": FileType(
        later("Slides"), frozenset({f"{_OFFICE}presentationml.presentation", f"{_OPEN}presentation"}), ".pptx,.odp"
    ),
    "sheets": FileType(
        later("Spreadsheets"), frozenset({f"{_OFFICE}spreadsheetml.sheet", f"{_OPEN}spreadsheet"}), ".xlsx,.ods"
    ),
    "pictures": FileType(
        later("Pictures"),
        frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"}),
        ".png,.jpg,.jpeg,.gif,.webp",
    ),
    "audio": FileType(later("Recordings"), frozenset({"audio/mpeg", "audio/ogg", "audio/wav"}), ".mp3,.ogg,.wav"),
    "video": FileType(later("Videos"), frozenset({"video/mp4", "video/webm"}), ".mp4,.webm"),
    "text": FileType(
        later("Plain text and code"),
        frozenset({"text/plain; charset=utf-8"}),
        ".txt,.md,.csv,.py,.js,.ts,.java,.c,.cpp,.h,.r,.sql,.tex,.json",
    ),
    "zip": FileType(later("Zip archives"), frozenset({"application/zip"}), ".zip"),
}


def is_taken(media_type: str, types: Sequence[str]) -> bool:
    """Whether a file of this type may be handed in; without a list of types, any may."""
    return not types or any(media_type in FILE_TYPES[name].media for name in types if name in FILE_TYPES)


def types_words(types: Sequence[str]) -> str:
    """ "PDF, Pictures or Videos"; "any type" without a list."""
    labels = [say(FILE_TYPES[name].label) for name in FILE_TYPES if name in types]
    if len(labels) < 2:
        return labels[0] if labels else say("any type")
    return say("{types} or {last}", types=", ".join(labels[:-1]), last=labels[-1])


def accept(types: Sequence[str]) -> str:
    """What a browser's file dialog shows; empty without a list, which is everything."""
    return ",".join(FILE_TYPES[name].accept for name in types if name in FILE_TYPES)


def taken_words(files_max: int, mib: int, types: Sequence[str]) -> str:
    """ "Up to 3 files, each of at most 50 MB: PDF or Pictures." """
    return say(
        "Up to {files}, each of at most {mib} MB: {types}.",
        files=when.plural(files_max, "file"),
        mib=mib,
        types=types_words(types),
    )


def unknown_type(types: Sequence[str]) -> str:
    """What is wrong with a list of types, as a sentence; empty when nothing is."""
    unknown = next((name for name in types if name not in FILE_TYPES), None)
    return (
        ""
        if unknown is None
        else say("“{unknown}” is no type of files. Choose from {names}.", unknown=unknown, names=", ".join(FILE_TYPES))
    )


def wrong_type(media_type: str, types: Sequence[str]) -> str:
    """Why a file of this type is not taken, as a sentence; empty when it is."""
    return (
        ""
        if is_taken(media_type, types)
        else say("Files of this type are not taken here. Choose {types}.", types=types_words(types))
    )


def too_many(have: int, files_max: int) -> str:
    """Why there is no place for another file, as a sentence; empty when there is."""
    return (
        say("There are {files} already. Remove one first.", files=when.plural(files_max, "file"))
        if have >= files_max
        else ""
    )
