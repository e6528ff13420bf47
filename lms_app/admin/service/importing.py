"""Lists of people come in: sent, looked at, told how to be read, confirmed or thrown away. Done by `import_run`."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import case, delete, func
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.admin.import_views import ColumnView, ImportFile, ImportLines, ImportRow, ImportView, LineView
from lms_app.admin.models import ImportLine, ImportState, PeopleImport
from lms_app.admin.rules import columns as columns_of
from lms_app.admin.rules import files as rules
from lms_app.admin.rules.columns import CHOOSABLE, FIELDS, MANY, Kind
from lms_app.admin.service.door import WINDOW, check_window, enter, rows
from lms_app.admin.service.import_plan import CHANGE, FATES, MAKE, NO_IMPORT
from lms_app.admin.service.import_run import FILES
from lms_app.core import apart, audit, limits, table, when
from lms_app.core import files as stored
from lms_app.core.db import new_id
from lms_app.core.errors import Conflict, Invalid, NotFound
from lms_app.core.files import Staged
from lms_app.core.identity import User
from lms_app.core.work import Actor, Work, ask, perform

KEPT_DAYS = 30  # lines hold names
SHOWN = 20
NOT_NOW = "This import is on its way already."
_ENDED = (ImportState.DONE, ImportState.FAILED)
_BUSY = (ImportState.WAITING, ImportState.CONFIRMED, ImportState.RUNNING, ImportState.UNDOING)


async def send_import(actor: Actor, *, files: Sequence[tuple[str, bytes]], invites: bool = True) -> ImportView:
    """Take in one or more files, or archives of them, and have them checked. Nothing else changes until it is confirmed.

    Raises Invalid (`file`) where no table can be found in them.
    """
    await ask(actor, enter)
    try:
        parts = await asyncio.to_thread(rules.unpacked, files)
        described = await apart.run(_described, parts)
    except ValueError as error:
        raise Invalid({"file": str(error)}) from None
    staged = await asyncio.to_thread(lambda: [stored.stage_bytes(content or b"\n") for _name, content in parts])
    return await perform(actor, begin_import, described=described, staged=staged, invites=invites)


def _described(parts: Sequence[tuple[str, bytes]]) -> list[dict[str, Any]]:
    return [rules.described(name, content) for name, content in parts]


def begin_import(
    work: Work, *, described: Sequence[dict[str, Any]], staged: Sequence[Staged], invites: bool
) -> ImportView:
    """The row of an import whose files are on disk and were looked at."""
    enter(work)
    limits.hit(work, "import", str(work.actor.user_id))
    _drop_old(work)
    mine = PeopleImport(
        id=new_id(), by_id=work.actor.user_id, created_at=work.now, changed_at=work.now, invites=invites
    )
    mine.files = [{**said, "sha256": its.sha256} for said, its in zip(described, staged, strict=True)]
    work.db.add(mine)
    work.db.flush()
    for said, its in zip(described, staged, strict=True):
        stored.keep(work, its, name=said["name"], scope=FILES, scope_id=mine.id)
    names = {"files": len(mine.files)}
    audit.record(work, "import.sent", "people_import", mine.id, None, names)
    return _view(work, mine)


def read_import(work: Work, *, import_id: UUID) -> ImportView:
    """How far an import is, and how its files are read. One query."""
    enter(work)
    return _view(work, _import(work, import_id))


def import_lines(work: Work, *, import_id: UUID, fate: str = "", limit: int = WINDOW, offset: int = 0) -> ImportLines:
    """What becomes of the lines: the wrong ones first, or of one fate alone. Three queries."""
    enter(work)
    check_window(limit, offset)
    if fate and fate not in FATES:
        raise Invalid({"fate": f"Choose one of {', '.join(FATES)}."})
    mine = _import(work, import_id)
    wanted = [col(ImportLine.import_id) == import_id, *([col(ImportLine.fate) == fate] if fate else [])]
    (total,) = rows(work, columns(func.count()).select_from(ImportLine).where(*wanted))
    table_of = columns(
        col(ImportLine.file),
        col(ImportLine.line),
        col(ImportLine.at),
        col(ImportLine.about),
        col(ImportLine.fate),
        col(ImportLine.note),
    )
    first = case({name: number for number, name in enumerate(FATES)}, value=col(ImportLine.fate))
    ordered = table_of.where(*wanted).order_by(first, col(ImportLine.seq))
    found = rows(work, ordered.limit(limit).offset(offset))
    return ImportLines([_line(mine, row) for row in found], total[0])


def imports(work: Work) -> list[ImportRow]:
    """The last imports, newest first. One query."""
    enter(work)
    newest = (
        columns(
            col(PeopleImport.id),
            col(PeopleImport.files),
            col(PeopleImport.state),
            col(PeopleImport.created_at),
            col(PeopleImport.tally),
            col(User.name),
        )
        .outerjoin(User, col(User.id) == col(PeopleImport.by_id))
        .order_by(col(PeopleImport.created_at).desc())
        .limit(SHOWN)
    )
    return [
        ImportRow(
            id=str(row.id),
            name=_name(row.files),
            state=row.state,
            when=_moment(work, row.created_at),
            by=row.name or "–",
            changed=int(row.tally.get(MAKE, 0)) + int(row.tally.get(CHANGE, 0)),
        )
        for row in rows(work, newest)
    ]


def read_as(
    work: Work,
    *,
    import_id: UUID,
    file: int,
    kind: str = "",
    encoding: str = "",
    delimiter: str = "",
    fields: Sequence[str] = (),
) -> ImportView:
    """Say how a file is to be read; what is empty stays as it was told. The list is checked again.

    `fields` has a name for each column. Raises Invalid naming the field, Conflict once it is on its way.
    """
    enter(work)
    mine = _import(work, import_id)
    if mine.state not in (ImportState.CHECKED, ImportState.WAITING) or not 0 <= file < len(mine.files):
        raise Conflict(NOT_NOW)
    said = mine.files[file]
    asked: dict[str, Any] = dict(said.get("asked", {}))
    _check_reading(said, kind, encoding, delimiter, fields)
    if encoding:
        asked["encoding"] = encoding
    if delimiter:
        asked["delimiter"] = delimiter
    if kind:
        asked = {**asked, "kind": kind, "fields": []}
    if encoding or delimiter:
        asked["fields"] = []  # the heads may be others now
    if fields:
        asked["fields"] = columns_of.numbered(fields)
    content = stored.content_of(said["sha256"])
    told = {**rules.described(said["name"], content, asked), "sha256": said["sha256"], "asked": asked}
    mine.files = [told if number == file else one for number, one in enumerate(mine.files)]
    _wait(work, mine)
    return _view(work, mine)


def take_column_for(work: Work, *, import_id: UUID, file: int, column: int, field: str) -> ImportView:
    """Say what one column of a file is, counted from 0; empty is not used. The list is checked again."""
    enter(work)
    mine = _import(work, import_id)
    if not 0 <= file < len(mine.files) or not 0 <= column < len(mine.files[file]["fields"]):
        raise NotFound(NO_IMPORT)
    fields = columns_of.with_field(mine.files[file]["fields"], column, field)
    return read_as(work, import_id=import_id, file=file, fields=fields)


def confirm_import(work: Work, *, import_id: UUID, invites: bool | None = None) -> ImportView:
    """Have it done as it was shown: all of it, or nothing. Raises Conflict where a line is wrong or nothing is to do."""
    enter(work)
    mine = _import(work, import_id)
    if mine.state in (ImportState.CONFIRMED, ImportState.RUNNING, ImportState.DONE):
        return _view(work, mine)
    if mine.state != ImportState.CHECKED:
        raise Conflict("Wait until the list is checked.")
    if wrong := int(mine.tally.get("wrong", 0)):
        lines = "1 line is wrong" if wrong == 1 else f"{wrong:,} lines are wrong"
        raise Conflict(f"{lines}. Nothing is imported until every line is right.")
    if not int(mine.tally.get(MAKE, 0)) + int(mine.tally.get(CHANGE, 0)):
        raise Conflict("There is nothing to import: everything is so already.")
    mine.invites = mine.invites if invites is None else invites
    mine.state, mine.changed_at, mine.problem = ImportState.CONFIRMED, work.now, ""
    work.db.flush()
    audit.record(work, "import.confirmed", "people_import", import_id, None, {"invites": mine.invites})
    return _view(work, mine)


def discard_import(work: Work, *, import_id: UUID) -> None:
    """Throw a list away that was not done, or the lines of one that was. Raises Conflict while it is on its way."""
    enter(work)
    mine = _import(work, import_id)
    if mine.state in (ImportState.CONFIRMED, ImportState.RUNNING, ImportState.UNDOING):
        raise Conflict(NOT_NOW)
    _drop(work, [import_id])
    audit.record(work, "import.discarded", "people_import", import_id)


def _check_reading(said: Mapping[str, Any], kind: str, encoding: str, delimiter: str, fields: Sequence[str]) -> None:
    wrong: dict[str, str] = {}
    if kind and kind not in [str(one) for one, _words in CHOOSABLE]:
        wrong["kind"] = "Choose people, enrolments, cohorts or left."
    if encoding and encoding not in dict(table.ENCODINGS):
        wrong["encoding"] = "Choose an encoding from the list."
    if delimiter and delimiter not in table.DELIMITERS:
        wrong["delimiter"] = "Choose a comma, a semicolon, a tab or a bar."
    if fields:
        known = dict(FIELDS[Kind(kind or said["kind"])])
        names = [one.partition(".")[0] for one in fields if one]
        if len(fields) != len(said["heads"]):
            wrong["fields"] = f"Say what each of the {len(said['heads'])} columns is; an empty text is not used."
        elif unknown := [name for name in names if name not in known]:
            wrong["fields"] = f"There is no field “{unknown[0][:40]}”. There are {', '.join(known)}."
        elif twice := [name for name in names if name not in MANY and names.count(name) > 1]:
            wrong["fields"] = f"Two columns cannot both be the {known[twice[0]].lower()}."
    if wrong:
        raise Invalid(wrong)


def _wait(work: Work, mine: PeopleImport) -> None:
    mine.state, mine.problem, mine.changed_at, mine.tally, mine.digest = ImportState.WAITING, "", work.now, {}, ""
    mine.lease_until = None
    work.db.flush()


def _drop_old(work: Work) -> None:
    old = columns(col(PeopleImport.id)).where(
        col(PeopleImport.changed_at) < work.now - timedelta(days=KEPT_DAYS),
        col(PeopleImport.state).not_in([ImportState.CONFIRMED, ImportState.RUNNING, ImportState.UNDOING]),
    )
    _drop(work, [row.id for row in rows(work, old)])


def _drop(work: Work, ids: Sequence[UUID]) -> None:
    if ids:
        connection = work.db.connection()
        connection.execute(delete(ImportLine).where(col(ImportLine.import_id).in_(ids)))
        connection.execute(delete(PeopleImport).where(col(PeopleImport.id).in_(ids)))
        gone = delete(stored.StoredFile).where(
            col(stored.StoredFile.scope) == FILES, col(stored.StoredFile.scope_id).in_(ids)
        )
        connection.execute(gone)
        work.db.expire_all()


def _import(work: Work, import_id: UUID) -> PeopleImport:
    found = work.db.get(PeopleImport, import_id)
    if found is None:
        raise NotFound(NO_IMPORT)
    return found


def _view(work: Work, mine: PeopleImport) -> ImportView:
    done = mine.done * 100 // mine.total if mine.total else 0
    return ImportView(
        id=str(mine.id),
        name=_name(mine.files),
        state=mine.state,
        when=_moment(work, mine.created_at),
        files=[_file(said) for said in mine.files],
        tally={fate: int(mine.tally.get(fate, 0)) for fate in FATES},
        total=mine.total,
        percent=100 if mine.state in _ENDED else done,
        busy=mine.state in _BUSY,
        invites=mine.invites,
        problem=mine.problem,
    )


def _file(said: Mapping[str, Any]) -> ImportFile:
    return ImportFile(
        name=said["name"],
        kind=said["kind"],
        format=said["format"],
        encoding=said["encoding"],
        delimiter=said["delimiter"],
        lines=said["lines"],
        why=said["why"],
        columns=[
            ColumnView(head, sample, field)
            for head, sample, field in zip(said["heads"], said["samples"], said["fields"], strict=False)
        ],
    )


def _line(mine: PeopleImport, row: Any) -> LineView:
    said: dict[str, Any] = mine.files[row.file] if row.file < len(mine.files) else {"name": "", "heads": []}
    heads = said["heads"]
    return LineView(
        file=said["name"],
        line=row.line,
        column=heads[row.at - 1] if 0 < row.at <= len(heads) else "",
        about=row.about,
        fate=row.fate,
        note=row.note,
    )


def _name(said: Sequence[Mapping[str, Any]]) -> str:
    first = said[0]["name"] if said else ""
    return f"{first} and {len(said) - 1} more" if len(said) > 1 else first


def _moment(work: Work, moment: Any) -> str:
    return when.moment(moment, work.actor.zone, work.actor.locale, now=work.now)
