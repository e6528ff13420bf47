"""All certificates of a course as one zip of PDFs: printed some at a time, in processes apart, by the job loop.

Pages, jobs and the database's one writer go on meanwhile: what is read and what is noted are short units of work, and
drawing happens between them. Whatever dies in between, the next one goes on where the zip ends.
"""

import asyncio
import zipfile
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from lms_app.core import apart, audit, files, outbox
from lms_app.core.errors import Conflict, NotFound
from lms_app.core.settings import settings
from lms_app.core.work import SYSTEM, Work, ask_apart, perform
from lms_app.courses import service as courses
from lms_app.courses.models import Course
from lms_app.credentials import press
from lms_app.credentials.models import Certificate, CertificateBatch
from lms_app.credentials.service.door import ALL, rows, status_of
from lms_app.credentials.service.reading import sheet_of
from lms_app.credentials.views import BatchView, Sheet
from lms_app.policy import Can
from lms_app.web import routes

PRINT_ASKED = "certificates_printed"
AT_ONCE = 40
SIDE_BY_SIDE = 2
NO_BATCH = "We could not find that printout. It is kept for a day: print it again."

_THESE = ALL.where(col(Certificate.id).in_(bindparam("these", expanding=True)))


def print_all(work: Work, *, slug: str) -> BatchView:
    """Begin to print all certificates of a course that are valid or have expired, for its staff, by name."""
    membership = courses.enter_by_slug(work, slug, Can.GRADE)
    found = work.db.exec(
        select(Certificate.id)
        .where(
            col(Certificate.course_id) == membership.course_id,
            col(Certificate.revoked_at).is_(None),
            col(Certificate.holder_name) != "",
        )
        .order_by(col(Certificate.holder_name), col(Certificate.id))
    ).all()
    if not found:
        raise Conflict("Nobody has a certificate of this course yet.")
    row = CertificateBatch(
        course_id=membership.course_id,
        by_id=work.actor.user_id,
        certificates=[str(one) for one in found],
        created_at=work.now,
    )
    work.db.add(row)
    work.db.flush()
    audit.record(work, "certificates.printed", "course", membership.course_id, None, {"certificates": len(found)})
    _go_on(work, row)
    return _view(row)


def batch(work: Work, *, batch_id: UUID) -> BatchView:
    """How far a printout is, for the staff of its course."""
    return _view(_enter(work, batch_id))


def batch_file(work: Work, *, batch_id: UUID) -> tuple[Path, str]:
    """The zip of a printout and what to call it. Raises Conflict while it is not ready, NotFound when it is gone."""
    row = _enter(work, batch_id)
    if row.finished_at is None:
        raise Conflict(f"{row.done} of {len(row.certificates)} certificates are printed. Try again in a moment.")
    path = _path(batch_id)
    if not path.exists():
        raise NotFound(NO_BATCH)
    title = work.db.exec(select(Course.title).where(col(Course.id) == row.course_id)).one()
    return path, f"Certificates {title}.zip"


async def print_some(payload: dict[str, Any]) -> None:
    """The topic `certificates_printed`: print the next ones into the zip, and have the rest printed after that."""
    batch_id = UUID(payload["batch_id"])
    first, sheets = await ask_apart(SYSTEM, next_sheets, batch_id=batch_id)
    parts = [sheets[at::SIDE_BY_SIDE] for at in range(SIDE_BY_SIDE)]
    drawn = await asyncio.gather(*(apart.run(press.render_many, part) for part in parts if part))
    named = {
        _name(sheet): content
        for part, contents in zip([part for part in parts if part], drawn, strict=True)
        for sheet, content in zip(part, contents, strict=True)
    }
    await asyncio.to_thread(_append, _path(batch_id), named, first == 0)
    await perform(SYSTEM, note_printed, batch_id=batch_id, first=first)


def next_sheets(work: Work, *, batch_id: UUID) -> tuple[int, list[Sheet]]:
    """Where a printout is, and the next of its sheets: none of what was revoked or erased meanwhile."""
    row = _enter(work, batch_id)
    ids = [UUID(one) for one in row.certificates[row.done : row.done + AT_ONCE]]
    by_id = {one.id: one for one in rows(work, _THESE, these=ids)}
    found = [by_id[one] for one in ids if one in by_id]
    return row.done, [
        sheet_of(one) for one in found if one.holder_name and status_of(work, one) in ("valid", "expired")
    ]


def note_printed(work: Work, *, batch_id: UUID, first: int) -> None:
    """Some more are in the zip. Again changes nothing."""
    row = _enter(work, batch_id)
    if row.done != first or row.finished_at is not None:
        return
    row.done = min(first + AT_ONCE, len(row.certificates))
    if row.done == len(row.certificates):
        row.finished_at = work.now
    else:
        _go_on(work, row)
    work.db.add(row)
    work.db.flush()


def _enter(work: Work, batch_id: UUID) -> CertificateBatch:
    if not work.actor.is_admin:
        _ = work.user_id
    row = work.db.get(CertificateBatch, batch_id)
    if row is None:
        raise NotFound(NO_BATCH)
    try:
        courses.enter(work, row.course_id, Can.GRADE)
    except NotFound:
        raise NotFound(NO_BATCH) from None
    return row


def _go_on(work: Work, row: CertificateBatch) -> None:
    outbox.put(work, PRINT_ASKED, {"batch_id": str(row.id)}, key=f"{PRINT_ASKED}:{row.id}:{row.done}")


def _view(row: CertificateBatch) -> BatchView:
    finished = row.finished_at is not None
    url = routes.certificates_zip(row.id) if finished else ""
    return BatchView(str(row.id), len(row.certificates), row.done, finished, url)


def _path(batch_id: UUID) -> Path:
    return settings.files_dir / "batches" / f"{batch_id}.zip"


def _name(sheet: Sheet) -> str:
    return files.clean_name(f"{sheet.holder[:80]} ({sheet.code[:9]}).pdf")


def _append(path: Path, named: dict[str, bytes], begins: bool) -> None:
    """Put PDFs into the zip. What is in it already came from somebody who died before they could say so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if begins:
        path.unlink(missing_ok=True)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_STORED) as archive:
        known = set(archive.namelist())
        for name, content in named.items():
            if name not in known:
                archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
