"""An import is done: a part at a time, each with its place in one transaction, until the last line, or all of it undone.

Whoever else writes waits for a part at most, never for the whole list. A process that dies leaves an import that the
next one goes on with. When something came between the check and the end (somebody registered an address of the list),
what was done is taken back, part by part, and nothing of it stays.
"""

import logging
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, or_, update
from sqlalchemy import select as columns
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from lms_app.accounts import service as accounts
from lms_app.admin.models import Cohort, CohortMember, ImportLine, ImportState, PeopleImport
from lms_app.admin.service import cohorting
from lms_app.admin.service.door import enter, rows
from lms_app.admin.service.import_plan import CHANGE, MAKE, WRONG, Plan, plan_import
from lms_app.core import audit, identity, outbox
from lms_app.core.audit import Change
from lms_app.core.db import from_micros, to_micros
from lms_app.core.errors import LmsError, NotFound
from lms_app.core.files import StoredFile
from lms_app.core.folding import folded
from lms_app.core.identity import LoginSession, User
from lms_app.core.work import SYSTEM, Actor, SiteRole, Work, ask, ask_apart, perform
from lms_app.courses import service as courses
from lms_app.policy import Role

log = logging.getLogger(__name__)

FILES = "people-import"  # the scope of files that wait to be read; nobody reads them back
PEOPLE_INVITED = "admin.people_invited"
LEASE = timedelta(seconds=60)
PART_FIRST, PART_MIN, PART_MAX = 200, 25, 2000
PART_SECONDS = 0.25  # what a part should take
LINES_A_PART = 1000  # of what is only written down
INVITES_A_JOB = 100
CHANGED = "The school has changed since this list was checked. Look at it once more."
NOT_ADMIN = "Whoever sent this list is no administrator any more."
_WORKED_ON = (ImportState.WAITING, ImportState.CONFIRMED, ImportState.RUNNING, ImportState.UNDOING)

_UNDONE = frozenset({"name", "email", "zone", "locale", "external_id", "role"})


async def work_on_imports() -> bool:
    """Take the import that waits longest a good step on. False when none waits."""
    if not await ask(SYSTEM, is_waiting):
        return False
    taken = await perform(SYSTEM, take)
    if taken is None:
        return False
    import_id, state, actor = taken
    try:
        if state in (ImportState.WAITING, ImportState.CONFIRMED):
            await _check(actor, import_id, confirmed=state == ImportState.CONFIRMED)
        else:
            await _run(actor, import_id, undoing=state == ImportState.UNDOING)
    except (LmsError, IntegrityError, ValueError) as error:
        log.warning("an import stops: %s", error)
        said = error.message if isinstance(error, LmsError) else "Something else changed at the same moment."
        await perform(SYSTEM, stop, import_id=import_id, problem=said)
    return True


async def _check(actor: Actor, import_id: UUID, *, confirmed: bool) -> None:
    plan = await ask_apart(actor, plan_import, import_id=import_id)
    if confirmed and await perform(actor, begin_run, import_id=import_id, digest=plan.digest):
        return
    for at in range(0, max(1, len(plan.lines)), LINES_A_PART):
        await perform(actor, keep_plan, import_id=import_id, plan=plan, at=at, changed=confirmed)


async def _run(actor: Actor, import_id: UUID, *, undoing: bool) -> None:
    act, size = (undo_part if undoing else run_part), PART_FIRST
    while True:
        begun = time.monotonic()
        try:
            more = await perform(actor, act, import_id=import_id, size=size)
        except (LmsError, IntegrityError) as error:
            if undoing:
                raise
            said = error.message if isinstance(error, LmsError) else ""
            await perform(actor, begin_undo, import_id=import_id, problem=said)
            act, undoing, size = undo_part, True, PART_FIRST
            continue
        if not more:
            return
        took = max(time.monotonic() - begun, 0.001)
        size = min(max(int(size * min(PART_SECONDS / took, 2)), PART_MIN), PART_MAX)


# ---- What the loop does, one transaction each


def is_waiting(work: Work) -> bool:
    """Whether there is anything to do: a cheap look, so that an idle loop never takes the writer."""
    enter(work)
    return bool(rows(work, columns(col(PeopleImport.id)).where(*_free(work)).limit(1)))


def take(work: Work) -> tuple[UUID, ImportState, Actor] | None:
    """Lease the import that waits longest, and act as whoever sent it. One whose sender may not any more is stopped."""
    enter(work)
    waiting = columns(col(PeopleImport.id)).where(*_free(work)).order_by(col(PeopleImport.created_at)).limit(1)
    found = rows(work, waiting)
    mine = _import(work, found[0].id) if found else None
    if mine is None:
        return None
    mine.lease_until = work.now + LEASE
    work.db.flush()
    sender = work.db.get(User, mine.by_id) if mine.by_id else None
    if sender is None or sender.role != SiteRole.ADMIN or sender.suspended_at is not None:
        if mine.state in (ImportState.RUNNING, ImportState.UNDOING):  # begun, so it is brought to an end
            return mine.id, ImportState(mine.state), SYSTEM
        stop(work, import_id=mine.id, problem=NOT_ADMIN)
        return None
    actor = Actor(sender.id, None, SiteRole.ADMIN, sender.name, "", sender.zone, sender.locale)
    return mine.id, ImportState(mine.state), actor


def keep_plan(work: Work, *, import_id: UUID, plan: Plan, at: int, changed: bool = False) -> None:
    """Write a part of a plan down, from line `at` on; with the last one it can be looked at."""
    mine = _of_admin(work, import_id)
    if mine.changed_at != plan.seen:  # told to be read otherwise meanwhile: it waits for another check
        return
    if at == 0:
        work.db.connection().execute(delete(ImportLine).where(col(ImportLine.import_id) == import_id))
    some = plan.lines[at : at + LINES_A_PART]
    if some:
        work.db.connection().execute(
            insert(ImportLine),
            [
                {**one._asdict(), "import_id": import_id, "seq": at + number, "undo": None}
                for number, one in enumerate(some, start=1)
            ],
        )
    mine.lease_until = work.now + LEASE
    if at + LINES_A_PART >= len(plan.lines):
        mine.state, mine.lease_until, mine.changed_at = ImportState.CHECKED, None, work.now
        mine.tally, mine.total, mine.done, mine.digest = plan.tally, len(plan.lines), 0, plan.digest
        mine.problem = CHANGED if changed else ""
    work.db.flush()


def begin_run(work: Work, *, import_id: UUID, digest: str) -> bool:
    """From here on it is done. False where the plan would be another one now than the one that was looked at."""
    mine = _of_admin(work, import_id)
    if mine.digest != digest or mine.tally.get(WRONG):
        return False
    mine.state, mine.done, mine.lease_until = ImportState.RUNNING, 0, None
    audit.record(work, "import.began", "people_import", import_id, None, {"tally": mine.tally})
    return True


def run_part(work: Work, *, import_id: UUID, size: int) -> bool:
    """Do the next lines. False when it was the end. Raises LmsError or IntegrityError where something came between."""
    mine = _of_admin(work, import_id)
    lines = _lines(work, import_id, size, after=mine.done)
    if not lines:
        _finish(work, mine)
        return False
    undo: dict[int, dict[str, Any]] = {}
    _cohorts(work, lines, undo)
    _make(work, lines, undo)
    _set(work, lines, undo)
    _join(work, lines, undo)
    _place(work, lines, undo)
    if undo:
        kept = (
            update(ImportLine)
            .where(col(ImportLine.import_id) == import_id, col(ImportLine.seq) == bindparam("number"))
            .values(undo=bindparam("before"))
        )
        work.db.connection().execute(kept, [{"number": seq, "before": before} for seq, before in undo.items()])
    mine.done, mine.lease_until = lines[-1].seq, work.now + LEASE
    work.db.flush()
    return True


def begin_undo(work: Work, *, import_id: UUID, problem: str) -> None:
    """From here on it is taken back."""
    mine = _of_admin(work, import_id)
    mine.state, mine.lease_until = ImportState.UNDOING, work.now + LEASE
    mine.problem = (problem or "Something else changed at the same moment.")[:500]
    work.db.flush()


def undo_part(work: Work, *, import_id: UUID, size: int) -> bool:
    """Take the last lines back. False when it was the beginning."""
    mine = _of_admin(work, import_id)
    last = (
        columns(col(ImportLine.seq), col(ImportLine.undo))
        .where(
            col(ImportLine.import_id) == import_id,
            col(ImportLine.seq) <= mine.done,
            col(ImportLine.fate).in_([MAKE, CHANGE]),
        )
        .order_by(col(ImportLine.seq).desc())
        .limit(size)
    )
    lines = rows(work, last)
    for line in lines:
        if line.undo:
            _take_back(work, line.undo)
    if lines:
        mine.done, mine.lease_until = lines[-1].seq - 1, work.now + LEASE
        work.db.flush()
        return True
    audit.record(work, "import.undone", "people_import", import_id)
    stop(work, import_id=import_id, problem=mine.problem)
    return False


def stop(work: Work, *, import_id: UUID, problem: str) -> None:
    """It ends here, and nothing of it is kept."""
    mine = _of_admin(work, import_id)
    mine.state, mine.problem, mine.lease_until = ImportState.FAILED, problem[:500], None
    mine.done, mine.changed_at = 0, work.now
    _forget_files(work, import_id)
    work.db.flush()


def mail_invited(work: Work, payload: dict[str, Any]) -> None:
    """The topic `admin.people_invited`: a link to choose a password, for each who has none yet."""
    accounts.send_invitations(work, user_ids=[UUID(one) for one in payload["user_ids"]])


# ---- The steps of a part


def _cohorts(work: Work, lines: Sequence[Any], undo: dict[int, dict[str, Any]]) -> None:
    for line in lines:
        its = line.act.get("cohort")
        if its is None:
            continue
        row = work.db.get(Cohort, UUID(its["id"])) if "id" in its else None
        if row is None:
            made = cohorting.make(work, its["name"], its["external_id"] or None, its["description"])
            undo.setdefault(line.seq, {})["cohort"] = {"id": made.id.hex}
            continue
        old = {"name": row.name, "folded": row.folded, "external_id": row.external_id, "description": row.description}
        undo.setdefault(line.seq, {})["cohort"] = {"id": row.id.hex, "old": old}
        row.name, row.folded = its["name"], folded(its["name"])
        row.external_id = its["external_id"] or row.external_id
        row.description = its["description"] or row.description
        work.db.flush()
        audit.record(work, "cohort.changed", "cohort", row.id, None, {"fields": ["name"]})


def _make(work: Work, lines: Sequence[Any], undo: dict[int, dict[str, Any]]) -> None:
    people: list[dict[str, Any]] = []
    for line in lines:
        its = line.act.get("make")
        if its is None:
            continue
        haystack = identity.haystack_of(its["name"], its["email"])
        people.append(
            {
                **its,
                "id": UUID(line.act["user"]),
                "theme": "system",
                "contrast": "system",
                "motion": "system",
                "created_at": work.now,
                "haystack": haystack,
                "is_service": False,
            }
        )
        undo.setdefault(line.seq, {})["made"] = line.act["user"]
    if people:
        work.db.connection().execute(insert(User), people)
        made = [
            Change("account.created", "user", one["id"], None, {"role": one["role"], "via": "import"}) for one in people
        ]
        audit.record_all(work, made)


def _set(work: Work, lines: Sequence[Any], undo: dict[int, dict[str, Any]]) -> None:
    changed = {UUID(line.act["user"]): line for line in lines if line.act.get("set")}
    if not changed:
        return
    names = sorted(_UNDONE)
    now = columns(col(User.id), col(User.suspended_at), *[col(getattr(User, name)) for name in names])
    old = {row.id: row for row in rows(work, now.where(col(User.id).in_(list(changed))))}
    told: list[Change] = []
    for user_id, line in changed.items():
        if user_id not in old:
            raise NotFound("An account of the list is not there any more.")
        before, wanted = old[user_id], dict(line.act["set"])
        kept = {name: getattr(before, name) for name in names if name in wanted}
        if "suspended" in wanted:
            kept["suspended_at"] = to_micros(before.suspended_at) if before.suspended_at else None
            wanted["suspended_at"] = work.now if wanted.pop("suspended") else None
        undo.setdefault(line.seq, {}).update({"user": line.act["user"], "old": kept})
        _update(work, user_id, wanted)
        if wanted.keys() & {"role", "suspended_at"}:
            identity.revoke_sessions(work, user_id)
        told += _told(user_id, before, wanted)
    audit.record_all(work, told)
    work.after_commit(identity.forget)


def _told(user_id: UUID, before: Any, wanted: dict[str, Any]) -> list[Change]:
    found: list[Change] = []
    if "role" in wanted:
        found.append(Change("account.role_changed", "user", user_id, {"role": before.role}, {"role": wanted["role"]}))
    if "suspended_at" in wanted:
        found.append(Change("account.suspended" if wanted["suspended_at"] else "account.restored", "user", user_id))
    if fields := sorted(wanted.keys() - {"role", "suspended_at"}):
        # Which fields, not what they say: the audit log outlives the account, a name must not.
        found.append(Change("account.profile_changed", "user", user_id, None, {"fields": fields}))
    return found


def _update(work: Work, user_id: UUID, values: dict[str, Any]) -> None:
    if "name" in values:  # the plan gives both, where one changes
        values = {**values, "haystack": identity.haystack_of(values["name"], values["email"])}
    work.db.connection().execute(update(User).where(col(User.id) == user_id).values(**values))


def _join(work: Work, lines: Sequence[Any], undo: dict[int, dict[str, Any]]) -> None:
    wanted: dict[str, list[tuple[UUID, int]]] = {}
    for line in lines:
        for name in line.act.get("cohorts", ()):
            wanted.setdefault(name, []).append((UUID(line.act["user"]), line.seq))
    for name, whom in wanted.items():
        cohort = cohorting.called(work, name) or cohorting.make(work, name, None, "")
        seqs = dict(whom)
        joined, placed = cohorting.join(work, cohort.id, list(seqs))
        for user_id in joined:
            undo.setdefault(seqs[user_id], {}).setdefault("cohorts", []).append([cohort.id.hex, user_id.hex])
        _note_places(undo, seqs, placed)


def _place(work: Work, lines: Sequence[Any], undo: dict[int, dict[str, Any]]) -> None:
    people: list[courses.Placing] = []
    seqs: dict[UUID, int] = {}
    for line in lines:
        for course, role, group, leaves in line.act.get("places", ()):
            user_id = UUID(line.act["user"])
            seqs[user_id] = line.seq
            people.append(courses.Placing(UUID(course), user_id, Role(role) if role else None, group, leaves))
    if people:
        _note_places(undo, seqs, courses.place(work, people=people, via="import"))


def _note_places(undo: dict[int, dict[str, Any]], seqs: dict[UUID, int], befores: Sequence[courses.Before]) -> None:
    for before in befores:
        undo.setdefault(seqs[UUID(before.user_id)], {}).setdefault("places", []).append(before)


def _take_back(work: Work, before: dict[str, Any]) -> None:
    if befores := [courses.Before(*was) for was in reversed(before.get("places", []))]:
        courses.put_back(work, befores=befores)
    for cohort, user in before.get("cohorts", ()):
        gone = delete(CohortMember).where(
            col(CohortMember.cohort_id) == UUID(cohort), col(CohortMember.user_id) == UUID(user)
        )
        work.db.connection().execute(gone)
    if "old" in before:
        old = dict(before["old"])
        if old.get("suspended_at") is not None:
            old["suspended_at"] = from_micros(old["suspended_at"])
        _update(work, UUID(before["user"]), old)
    if "made" in before:
        _remove(work, UUID(before["made"]))
    if "cohort" in before:
        its = before["cohort"]
        mine = col(Cohort.id) == UUID(its["id"])
        if "old" in its:
            work.db.connection().execute(update(Cohort).where(mine).values(**its["old"]))
        else:
            work.db.connection().execute(delete(CohortMember).where(col(CohortMember.cohort_id) == UUID(its["id"])))
            work.db.connection().execute(delete(Cohort).where(mine))


def _remove(work: Work, user_id: UUID) -> None:
    """An account that this import made goes again. Should its owner have begun to use it in these seconds, it stays."""
    try:
        with work.db.begin_nested():
            work.db.connection().execute(delete(LoginSession).where(col(LoginSession.user_id) == user_id))
            accounts.forget_links(work, user_id=user_id)
            work.db.connection().execute(delete(User).where(col(User.id) == user_id))
    except IntegrityError:
        log.warning("an account that an undone import made is in use and stays")
        return
    audit.record(work, "account.removed", "user", user_id, None, {"via": "import"})


def _finish(work: Work, mine: PeopleImport) -> None:
    made = columns(col(ImportLine.act)).where(col(ImportLine.import_id) == mine.id, col(ImportLine.fate) == MAKE)
    ids = [str(UUID(row.act["user"])) for row in rows(work, made) if "make" in (row.act or {})]
    if mine.invites:
        for at in range(0, len(ids), INVITES_A_JOB):
            outbox.put(work, PEOPLE_INVITED, {"user_ids": ids[at : at + INVITES_A_JOB]})
    mine.state, mine.done, mine.lease_until, mine.changed_at = ImportState.DONE, mine.total, None, work.now
    # What it did is done; the lines stay to be looked at, the names that the school had before do not.
    work.db.connection().execute(
        update(ImportLine).where(col(ImportLine.import_id) == mine.id).values(act=None, undo=None)
    )
    _forget_files(work, mine.id)
    audit.record(work, "import.done", "people_import", mine.id, None, {"tally": mine.tally})
    work.db.flush()


def _forget_files(work: Work, import_id: UUID) -> None:
    """The bytes go with `files.sweep`: a list may hold what nobody should keep, such as passwords."""
    mine = delete(StoredFile).where(col(StoredFile.scope) == FILES, col(StoredFile.scope_id) == import_id)
    work.db.connection().execute(mine)


def _lines(work: Work, import_id: UUID, size: int, *, after: int) -> Sequence[Any]:
    waiting = (
        columns(col(ImportLine.seq), col(ImportLine.act))
        .where(
            col(ImportLine.import_id) == import_id,
            col(ImportLine.seq) > after,
            col(ImportLine.fate).in_([MAKE, CHANGE]),
        )
        .order_by(col(ImportLine.seq))
        .limit(size)
    )
    return rows(work, waiting)


def _free(work: Work) -> tuple[Any, ...]:
    return (
        col(PeopleImport.state).in_(_WORKED_ON),
        or_(col(PeopleImport.lease_until).is_(None), col(PeopleImport.lease_until) < work.now),
    )


def _import(work: Work, import_id: UUID) -> PeopleImport | None:
    return work.db.get(PeopleImport, import_id)


def _of_admin(work: Work, import_id: UUID) -> PeopleImport:
    enter(work)
    found = _import(work, import_id)
    if found is None:
        raise NotFound("We could not find that import.")
    return found
