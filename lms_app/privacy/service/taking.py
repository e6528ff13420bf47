"""A copy of everything about oneself, as a zip: asked for, made by a job, fetched by its owner alone, gone after days.

`make_take_out` is a job between transactions: certificates are drawn in a process apart, and files stream into the zip.
"""

import asyncio
import json
import secrets
import zipfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlmodel import col, select

from lms_app.core import apart, audit, changes, files, limits, outbox, site, when
from lms_app.core.errors import Conflict, Forbidden, NotFound
from lms_app.core.files import StoredFile
from lms_app.core.identity import User
from lms_app.core.settings import settings
from lms_app.core.work import SYSTEM, Work, ask, perform, reading
from lms_app.credentials import press
from lms_app.credentials import service as credentials
from lms_app.credentials.models import Certificate
from lms_app.credentials.views import Sheet
from lms_app.notifications import service as notifications
from lms_app.notifications.events import Event, register
from lms_app.privacy.models import TakeOut
from lms_app.privacy.rules.tables import TAKEN_SCOPES
from lms_app.privacy.service.collecting import as_text, collect, titles
from lms_app.privacy.views import TakeOutView
from lms_app.web import routes

TAKE_OUT_ASKED = "take_out_asked"
NO_TAKE_OUT = "We could not find that copy. It is kept for some days only: ask for a new one."
SHOWN_MAX = 20

READY = register(
    Event(
        "take_out_ready",
        label="The copy of your data",
        category="Your account",
        title="The copy of your data is ready",
        text="You can download it until {{ until | moment }}. Only you can, and only signed in.",
        sample={"until": "2027-03-08T12:00:00+00:00", "url": routes.my_data()},
    )
)


# ---- For the person


def take_outs(work: Work) -> list[TakeOutView]:
    """My copies that are being made or can be fetched, newest first."""
    rows = (
        select(TakeOut)
        .where(col(TakeOut.user_id) == work.user_id)
        .order_by(col(TakeOut.asked_at).desc())
        .limit(SHOWN_MAX)
    )
    return [_view(work, row) for row in work.db.exec(rows) if row.expires_at is None or row.expires_at > work.now]


def read_take_out(work: Work, *, take_out_id: UUID) -> TakeOutView:
    """One of my copies. Raises NotFound."""
    return _view(work, _mine(work, take_out_id))


def ask_take_out(work: Work) -> TakeOutView:
    """Have a copy of everything about me made. While one is being made, that one. Raises TooMany, Forbidden for a key."""
    _be_oneself(work)
    making = (
        select(TakeOut)
        .where(col(TakeOut.user_id) == work.user_id, col(TakeOut.finished_at).is_(None))
        .order_by(col(TakeOut.asked_at).desc())
    )
    found = work.db.exec(making).first()
    if found is not None:
        return _view(work, found)
    limits.hit(work, "take_out", str(work.user_id))
    row = TakeOut(user_id=work.user_id, asked_at=work.now)
    work.db.add(row)
    work.db.flush()
    audit.record(work, "take_out.asked", "user", work.user_id)
    outbox.put(work, TAKE_OUT_ASKED, {"take_out_id": str(row.id)}, key=f"{TAKE_OUT_ASKED}:{row.id}")
    return _view(work, row)


def take_out_file(work: Work, *, take_out_id: UUID) -> tuple[Path, str]:
    """The zip and what to call it, for its owner. Raises Conflict while it is being made, NotFound when it is gone."""
    row = _mine(work, take_out_id)
    if row.finished_at is None:
        raise Conflict("Your copy is being made. We tell you when it is ready.")
    path = path_of(row.id)
    if not path.exists():
        raise NotFound(NO_TAKE_OUT)
    return path, f"my-data-{row.finished_at:%Y-%m-%d}.zip"


def note_fetched(work: Work, *, take_out_id: UUID) -> None:
    """Write down that I fetched a copy."""
    _mine(work, take_out_id)
    audit.record(work, "take_out.fetched", "user", work.user_id)


def _mine(work: Work, take_out_id: UUID) -> TakeOut:
    _be_oneself(work)
    me, row = work.user_id, work.db.get(TakeOut, take_out_id)
    if row is None or row.user_id != me or (row.expires_at is not None and row.expires_at <= work.now):
        raise NotFound(NO_TAKE_OUT)
    return row


def _be_oneself(work: Work) -> None:
    """Everything about somebody is for that person: not for who looks at the site as them, nor for a program's key."""
    if work.user_id and (work.actor.acted_by is not None or work.actor.by_key):
        raise Forbidden("Only the person themselves, signed in, can have a copy of their data.")


def _view(work: Work, row: TakeOut) -> TakeOutView:
    zone, locale = work.actor.zone, work.actor.locale
    return TakeOutView(
        id=str(row.id),
        asked=when.moment(row.asked_at, zone, locale, now=work.now),
        ready=row.finished_at is not None,
        until=when.moment(row.expires_at, zone, locale, now=work.now) if row.expires_at else "",
        size=f"{max(row.size_bytes / 1_000_000, 0.1):.1f} MB" if row.finished_at else "",
        url=routes.take_out(row.id) if row.finished_at else "",
    )


# ---- For the job


async def make_take_out(payload: dict[str, Any]) -> None:
    """The topic `take_out_asked`: make the zip, and tell its owner. One that nobody wants any more is not made."""
    take_out_id = UUID(payload["take_out_id"])
    user_id = await ask(SYSTEM, wanted_by, take_out_id=take_out_id)
    if user_id is None:
        return
    sheets = await ask(SYSTEM, sheets_of, user_id=user_id)
    drawn = await apart.run(press.render_many, sheets) if sheets else []
    await asyncio.to_thread(_write, take_out_id, user_id, sheets, drawn)
    if not await perform(SYSTEM, note_ready, take_out_id=take_out_id):
        path_of(take_out_id).unlink(missing_ok=True)


def wanted_by(work: Work, *, take_out_id: UUID) -> UUID | None:
    """Whose copy is to be made; None for nobody's."""
    row = work.db.get(TakeOut, take_out_id)
    return None if row is None or row.finished_at is not None else row.user_id


def sheets_of(work: Work, *, user_id: UUID) -> list[Sheet]:
    """The certificates of a person that can be printed. For the job: the door was asked when the copy was."""
    held = (
        select(Certificate.id)
        .where(
            col(Certificate.user_id) == user_id,
            col(Certificate.revoked_at).is_(None),
            col(Certificate.holder_name) != "",
        )
        .order_by(col(Certificate.issued_at))
    )
    return [credentials.sheet(work, certificate_id=one) for one in work.db.exec(held).all()]


def note_ready(work: Work, *, take_out_id: UUID) -> bool:
    """A copy can be fetched from now on; False for one that nobody waits for any more."""
    row = work.db.get(TakeOut, take_out_id)
    path = path_of(take_out_id)
    if row is None or not path.exists():
        return False
    if row.finished_at is None:
        row.finished_at, row.size_bytes = work.now, path.stat().st_size
        row.expires_at = work.now + timedelta(days=settings.take_out_days)
        work.db.add(row)
        work.db.flush()
        data = {"until": row.expires_at.isoformat(), "url": routes.my_data()}
        changes.changed(work, place_of(row.user_id))
        notifications.tell(work, [row.user_id], READY.name, data, key=str(row.id))
    return True


def place_of(user_id: UUID | None) -> str:
    """Where a page looks for something new about somebody's copies (`core/changes.py`)."""
    return f"data:{user_id}"


def path_of(take_out_id: UUID) -> Path:
    """Where the zip of a copy lies, or would."""
    return settings.take_out_dir / f"{take_out_id}.zip"


def _write(take_out_id: UUID, user_id: UUID, sheets: Sequence[Sheet], drawn: Sequence[bytes]) -> None:
    path = path_of(take_out_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{secrets.token_hex(8)}.part")
    try:
        with zipfile.ZipFile(aside, "x", zipfile.ZIP_DEFLATED) as archive, reading(SYSTEM) as work:
            aside.chmod(0o600)
            _fill(archive, work, user_id)
            for sheet, content in zip(sheets, drawn, strict=True):
                archive.writestr(f"certificates/{files.clean_name(sheet.code)}.pdf", content)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def _fill(archive: zipfile.ZipFile, work: Work, user_id: UUID) -> None:
    person = work.db.get(User, user_id)
    assert person is not None
    found = collect(work, user_id=user_id)
    kept = [
        {
            "table": one.line.table,
            "what": one.line.what,
            "purpose": one.line.purpose,
            "ground": str(one.line.ground),
            "kept": one.line.kept,
            "at_erasure": str(one.line.fate),
            "rows": one.rows,
        }
        for one in found
    ]
    head = {"site": site.known().name, "made_at": work.now.isoformat(), "name": person.name, "email": person.email}
    archive.writestr("data.json", json.dumps({**head, "data": kept}, ensure_ascii=False, indent=1))
    named = titles(work, found)
    sections = [
        (
            one.line,
            one.names,
            [[named.get(shown := as_text(row[name]), shown) for name in one.names] for row in one.rows],
        )
        for one in found
        if one.rows
    ]
    archive.writestr(
        "index.html",
        _TEMPLATES.get_template("take_out.html").render(
            site=site.known().name,
            name=person.name,
            made=when.moment(work.now, person.zone, person.locale, now=work.now),
            sections=sections,
        ),
    )
    mine = select(StoredFile).where(col(StoredFile.owner_id) == user_id, col(StoredFile.scope).in_(TAKEN_SCOPES))
    for row in work.db.exec(mine.order_by(col(StoredFile.created_at))):
        path = files.path_of(row.sha256)
        if path.exists():
            archive.write(path, f"files/{row.scope}/{str(row.id)[:8]}-{row.name}")


_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent.parent / "templates"), autoescape=True, undefined=StrictUndefined
)
