"""All submissions as one zip, made while it is sent; and feedback that comes back in one, checked before any of it is kept.

A folder is named after its student and the receipt's reference, so that a zip that comes back finds its way.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from uuid import UUID

from sqlmodel import col, select

from lms_app.assignments import rules
from lms_app.assignments.models import Submission
from lms_app.assignments.service.door import enter_assignment
from lms_app.assignments.service.marking_notes import FEEDBACK
from lms_app.assignments.service.marking_queue import NEWEST
from lms_app.assignments.service.reading import SUBMISSION, hides_names, lateness_of
from lms_app.assignments.views import FeedbackTaken
from lms_app.core import audit, files, sheet, when
from lms_app.core.errors import Invalid, NotFound
from lms_app.core.files import Staged, StoredFile
from lms_app.core.identity import User
from lms_app.core.settings import settings
from lms_app.core.work import Work
from lms_app.policy import Can

FEEDBACK_ZIP = "feedback-zip"  # the scope of a zip that waits to be taken apart; its thing is the assignment
CHUNK = 256 * 1024
ENTRIES_MAX = 10_000
TOTAL_MAX = 2 * 1024**3
RATIO_MAX = 200  # unpacked over packed: beyond that it is a bomb, not writing
LEFT_OUT_MAX = 20
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f]+')
_REFERENCE = re.compile(r"\(([A-Z2-7]{4}-[A-Z2-7]{4})\)$")


@dataclass(frozen=True, slots=True)
class Packed:
    """A file of the zip: its name there, and either its content or where that is on disk."""

    name: str
    content: bytes = b""
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class Pack:
    """What `zipped` needs, read in one go; the bytes are read while they are sent."""

    name: str
    parts: list[Packed]


def pack(work: Work, *, item_id: UUID) -> Pack:
    """The versions that count, with their files, for whoever may grade; and a table of them that any spreadsheet reads."""
    entered = enter_assignment(work, item_id, Can.GRADE)
    hidden = hides_names(work, entered.assignment)
    found = work.db.exec(
        select(Submission, User.name)
        .join(User, col(User.id) == col(Submission.user_id))
        .where(col(Submission.assignment_id) == item_id, NEWEST)
        .order_by(col(Submission.owner_id))
    ).all()
    stored = _files_of(work, item_id)
    parts: list[Packed] = []
    table: list[Sequence[object]] = [("folder", "student", "version", "submitted", "late", "files")]
    for submission, name in found:
        who = rules.alias_of(item_id, submission.owner_id) if hidden else submission.group_name or name
        folder = f"{safe_name(who)} ({rules.reference_of(submission.id)})"
        its = stored.get(submission.id, [])
        parts += _parts_of(folder, submission, its)
        late = lateness_of(submission)
        at = submission.submitted_at
        said = when.moment(at, work.actor.zone, work.actor.locale, now=work.now) if at else ""
        table.append((folder, who, submission.number, said, rules.late_words(late) if late else "", len(its)))
    parts.insert(0, Packed("submissions.csv", sheet.csv(table).encode()))
    return Pack(safe_name(f"{entered.item.title} submissions"), parts)


def note_download(work: Work, *, item_id: UUID) -> None:
    """Write down who took all submissions away, for whoever may."""
    enter_assignment(work, item_id, Can.GRADE)
    audit.record(work, "submissions.downloaded", "assignment", item_id)


def zipped(parts: Sequence[Packed]) -> Iterator[bytes]:
    """The zip in pieces. It blocks while it reads: iterate in a thread."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in parts:
            # What a student sent is packed already, as a rule, and stored faster than it is pressed once more.
            method = zipfile.ZIP_STORED if part.path else zipfile.ZIP_DEFLATED
            info = zipfile.ZipInfo(part.name, (1980, 1, 1, 0, 0, 0))
            info.compress_type, info.external_attr = method, 0o600 << 16
            with (
                suppress(FileNotFoundError),
                _opened(part) as source,
                archive.open(info, "w", force_zip64=True) as into,
            ):
                while chunk := source.read(CHUNK):
                    into.write(chunk)
                    yield from sink.taken()
            yield from sink.taken()
    yield from sink.taken()


def feedback_zip_door(work: Work, item_id: UUID) -> None:
    """Who may send a zip of feedback, and read it until it is taken apart: whoever may grade."""
    enter_assignment(work, item_id, Can.GRADE)


def check_feedback_zip(work: Work, item_id: UUID, staged: Staged, name: str) -> None:
    """A zip by its content (`files.CHECKS`)."""
    if files.media_type_of(staged.head, "") != "application/zip":
        raise Invalid({"file": "Choose a zip file, with a folder for each student as in the one that you downloaded."})


def feedback_bytes(work: Work, *, item_id: UUID, file_id: UUID) -> Path:
    """Where a zip of feedback that was sent is on disk."""
    enter_assignment(work, item_id, Can.GRADE)
    return files.path_of(_zip_of(work, item_id, file_id).sha256)


def take_feedback(work: Work, *, item_id: UUID, file_id: UUID, unpacked: Sequence["Unpacked"]) -> FeedbackTaken:
    """Give each submission the files that stand in its folder; the zip itself goes.

    They are feedback like any other: students read them once grades are published. `unpacked` was staged before
    (`unpack`). A folder without a submission is told of, and nothing else is guessed.
    """
    enter_assignment(work, item_id, Can.GRADE)
    row = _zip_of(work, item_id, file_id)
    known = {
        rules.reference_of(submission_id): submission_id
        for submission_id in work.db.exec(
            select(Submission.id).where(
                col(Submission.assignment_id) == item_id, col(Submission.submitted_at).is_not(None)
            )
        ).all()
    }
    kept, left_out = set[UUID](), list[str]()
    count = 0
    for one in unpacked:
        submission_id = known.get(one.reference)
        if submission_id is None:
            left_out.append(f"{one.folder}: no submission has this reference")
            continue
        files.keep(work, one.staged, name=one.name, scope=FEEDBACK, scope_id=submission_id)
        kept.add(submission_id)
        count += 1
    work.db.delete(row)
    work.db.flush()
    audit.record(work, "feedback.uploaded", "assignment", item_id, None, {"files": count})
    return FeedbackTaken(count, len(kept), list(dict.fromkeys(left_out))[:LEFT_OUT_MAX])


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A file of a zip of feedback, on disk under its hash."""

    folder: str
    reference: str
    name: str
    staged: Staged


def unpack(path: Path) -> list[Unpacked]:
    """Take a zip of feedback apart, without a database. It blocks: call it in a thread.

    Nothing is believed that the zip says of itself: not its paths, not its sizes. Raises Invalid for anything that no
    honest zip of feedback has in it. What came from the download and was not changed (`submissions.csv`) is left out.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _unpacked(archive)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise Invalid({"file": "This zip cannot be read. Make it once more, without a password."}) from error


def safe_name(name: str) -> str:
    """A name that every system takes for one file, and no spreadsheet for a formula."""
    kept = " ".join(_UNSAFE.sub(" ", files.clean_name(name)).split()).strip(" .")
    return kept.lstrip("=+-@ ")[:80].strip(" .") or "file"


def _unpacked(archive: zipfile.ZipFile) -> list[Unpacked]:
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if len(infos) > ENTRIES_MAX:
        raise Invalid({"file": f"A zip of feedback has at most {ENTRIES_MAX:,} files."})
    packed = sum(info.compress_size for info in infos)
    if sum(info.file_size for info in infos) > min(TOTAL_MAX, max(packed, 1024) * RATIO_MAX):
        raise Invalid({"file": "This zip would unpack to more than can be taken."})
    found: list[Unpacked] = []
    total = 0
    for info in infos:
        folder, name = _place_of(info)
        if not name:
            continue
        content = _read(archive, info)
        total += len(content)
        if total > TOTAL_MAX:
            raise Invalid({"file": "This zip would unpack to more than can be taken."})
        if not content:
            continue
        match = _REFERENCE.search(folder)
        found.append(Unpacked(folder, match[1] if match else "", name, files.stage_bytes(content)))
    if not found:
        raise Invalid({"file": "There is no file in this zip that belongs to a folder of a student."})
    return found


def _place_of(info: zipfile.ZipInfo) -> tuple[str, str]:
    """The folder of a student, and the name of the file; no name for what is not for anybody."""
    path = info.filename.replace("\\", "/")
    parts = path.split("/")
    if path.startswith("/") or ".." in parts or ":" in parts[0] or "\0" in path:
        raise Invalid({"file": f"“{files.clean_name(path)}” leads out of the zip. Nothing of it was taken."})
    if (info.external_attr >> 16) & 0o170000 == 0o120000:
        raise Invalid({"file": f"“{files.clean_name(path)}” is a link. Nothing of the zip was taken."})
    if info.flag_bits & 1:
        raise Invalid({"file": "This zip has a password. Make it once more without one."})
    if len(parts) < 2 or parts[0] == "__MACOSX" or parts[-1].startswith("."):
        return "", ""
    # Whoever packs the folder that they unpacked gets one folder more around all.
    folder = next((part for part in parts[:-1] if _REFERENCE.search(part)), parts[-2])
    return folder, parts[-1]


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    limit = settings.upload_limit_mib * 1024 * 1024
    with archive.open(info) as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        name = files.clean_name(info.filename)
        raise Invalid(
            {"file": f"“{name}” is larger than {settings.upload_limit_mib} MB. Nothing of the zip was taken."}
        )
    return content


def _zip_of(work: Work, item_id: UUID, file_id: UUID) -> StoredFile:
    row = work.db.get(StoredFile, file_id)
    if row is None or (row.scope, row.scope_id) != (FEEDBACK_ZIP, item_id):
        raise NotFound(files.NO_FILE)
    return row


def _files_of(work: Work, item_id: UUID) -> dict[UUID, list[StoredFile]]:
    """The files of all submissions of an assignment, by submission. One query."""
    rows = work.db.exec(
        select(StoredFile)
        .join(Submission, col(Submission.id) == col(StoredFile.scope_id))
        .where(col(StoredFile.scope) == SUBMISSION, col(Submission.assignment_id) == item_id)
        .order_by(col(StoredFile.created_at), col(StoredFile.id))
    ).all()
    found: dict[UUID, list[StoredFile]] = {}
    for row in rows:
        found.setdefault(row.scope_id, []).append(row)
    return found


def _parts_of(folder: str, submission: Submission, stored: Sequence[StoredFile]) -> list[Packed]:
    parts: list[Packed] = []
    if submission.body:
        parts.append(Packed(f"{folder}/text.md", submission.body.encode()))
    if submission.link:
        parts.append(Packed(f"{folder}/link.txt", submission.link.encode()))
    taken = {"text.md", "link.txt"}
    for row in stored:
        name = _unlike(safe_name(row.name), taken)
        taken.add(name.lower())
        parts.append(Packed(f"{folder}/{name}", path=files.path_of(row.sha256)))
    return parts


def _unlike(name: str, taken: set[str]) -> str:
    """A name that no other file of the folder has, also where case does not count."""
    stem, dot, ending = name.rpartition(".") if "." in name else (name, "", "")
    number, found = 2, name
    while found.lower() in taken:
        found = f"{stem} {number}{dot}{ending}"
        number += 1
    return found


def _opened(part: Packed) -> IO[bytes]:
    return part.path.open("rb") if part.path else io.BytesIO(part.content)


class _Sink(io.RawIOBase):
    """Where a zip is written to; what has come is taken away to be sent, so that never all of it is here."""

    def __init__(self) -> None:
        self._kept: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]
        self._kept.append(piece)
        return len(piece)

    def taken(self) -> Iterator[bytes]:
        kept, self._kept = self._kept, []
        yield from kept
