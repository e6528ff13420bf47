"""Imports and exports are done: taken up by the job loop one after the other, computed in a process of its own.

Looking at a file writes nothing but its report. Bringing it in reads it once more and is one transaction: all of it, or
nothing. A process that dies leaves a job that is taken up again when its lease is over, three times at most.
"""

import logging
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import or_
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.core import apart, archives, changes, files
from lms_app.core.apart import Tell, Told
from lms_app.core.errors import Forbidden, Invalid, LmsError
from lms_app.core.identity import User
from lms_app.core.work import SYSTEM, Actor, SiteRole, Work, ask, ask_apart, perform
from lms_app.courses.models import Course
from lms_app.exchange.formats import packages
from lms_app.exchange.formats.base import Finding, Weight
from lms_app.exchange.models import ExchangeJob, JobState
from lms_app.exchange.service import exporting
from lms_app.exchange.service.banks import Compared, compare, import_questions
from lms_app.exchange.service.importing import with_report
from lms_app.exchange.service.jobs import BUSY, drop_files, place_of
from lms_app.exchange.service.packages import PackageDraft, course_of, import_package, read_package
from lms_app.exchange.service.reading import BankDraft, read_questions
from lms_app.exchange.views import BankReport, ModuleCount, PackageReport, Preview

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
AGAIN_SECONDS = 20.0  # a lease is made longer after so long, also where nothing moves
TRIES_MAX = 3
FINDINGS_KEPT, MODULES_KEPT = 2_000, 60
BROKEN = "Something went wrong on our side while we read this file. Nothing of it was imported."
ALMOST = 97  # percent, when all is read and only the rows are to be written
_ORDER = {Weight.ERROR: 0, Weight.UNSUPPORTED: 1, Weight.NOTE: 2}


@dataclass(frozen=True, slots=True)
class Taken:
    """A job that this process works on, for whoever asked for it."""

    id: UUID
    way: str
    state: str
    actor: Actor
    path: Path
    slug: str  # of its course; empty for a new one
    asked: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Looked:
    """What a file is, and the marks by which its questions are found in a bank."""

    preview: Preview
    sameness: Sequence[str] = ()
    sha256: str = ""


async def work_on_jobs() -> bool:
    """Bring the job that waits longest to its next stop. False when none waits."""
    if not await ask(SYSTEM, is_waiting):
        return False
    taken = await perform(SYSTEM, take)
    if taken is None:
        return True
    try:
        if taken.way == "out":
            await exporting.write_export(taken.actor, taken.id, _told(taken), taken.slug, taken.asked)
        elif taken.state == JobState.WAITING:
            await _look(taken)
        else:
            await _bring_in(taken)
    except apart.Stopped:
        pass  # it was discarded meanwhile
    except LmsError as error:
        await perform(SYSTEM, stop, job_id=taken.id, problem=error.message)
    except Exception:
        log.exception("an import or export stops")
        await perform(SYSTEM, stop, job_id=taken.id, problem=BROKEN)
    return True


def look_at(tell: Tell, path: Path, *, into_course: bool) -> Looked:
    """What a file is and what is in it: a course, or questions. Without a database. Raises Invalid with a reason.

    For a course that is there, questions are all that is wanted of a package.
    """
    if into_course or not _is_course(path):
        draft = read_questions(path, tell=tell)
        return Looked(_of_questions(draft.report), [one.sameness for one in draft.questions])
    package = read_package(path, stage=False, tell=tell)
    return Looked(_of_course(package.report), sha256=package.sha256)


def read_again(tell: Tell, path: Path, *, makes: str) -> PackageDraft | BankDraft:
    """The same file, this time to be brought in."""
    return read_package(path, tell=tell) if makes == "course" else read_questions(path, tell=tell)


def _is_course(path: Path) -> bool:
    with path.open("rb") as file:
        if not archives.is_archive(file.read(512)):
            return False
    with archives.open_archive(path) as archive:
        return packages.is_course(archive)


async def _look(taken: Taken) -> None:
    looked = await apart.run_telling(_told(taken), look_at, taken.path, into_course=bool(taken.slug))
    preview = looked.preview
    if taken.slug:
        found = await ask_apart(taken.actor, compare, slug=taken.slug, sameness=looked.sameness)
        preview = replace(preview, added=len(found.new), known=len(found.known))
    elif preview.makes == "course":
        there = await ask(taken.actor, course_of, sha256=looked.sha256)
        preview = replace(preview, there=there)
    await perform(SYSTEM, keep_preview, job_id=taken.id, preview=preview)


async def _bring_in(taken: Taken) -> None:
    makes = await ask(SYSTEM, made_of, job_id=taken.id)
    draft = await apart.run_telling(_told(taken, ALMOST), read_again, taken.path, makes=makes)
    compared = None
    if isinstance(draft, BankDraft):
        marks = [one.sameness for one in draft.questions]
        compared = await ask_apart(taken.actor, compare, slug=taken.slug, sameness=marks)
    await perform(taken.actor, bring_in, job_id=taken.id, draft=draft, compared=compared)


def _told(taken: Taken, most: int = 100) -> Told:
    """Writes down how far it is, where that is news; the answer is whether the job is still there."""
    known, at = -1, 0.0

    async def told(percent: int) -> bool:
        nonlocal known, at
        percent = percent * most // 100
        if percent == known and time.monotonic() - at < AGAIN_SECONDS:
            return await ask(SYSTEM, is_there, job_id=taken.id)
        known, at = percent, time.monotonic()
        return await perform(SYSTEM, note_progress, job_id=taken.id, percent=percent)

    return told


# ---- One transaction each


def is_waiting(work: Work) -> bool:
    """Whether there is anything to do: a cheap look, so that an idle loop never takes the writer."""
    _enter(work)
    return work.db.connection().execute(columns(col(ExchangeJob.id)).where(*_free(work)).limit(1)).first() is not None


def take(work: Work) -> Taken | None:
    """Lease the job that waits longest. None where that one cannot be done any more."""
    _enter(work)
    found = columns(col(ExchangeJob.id)).where(*_free(work)).order_by(col(ExchangeJob.created_at)).limit(1)
    job_id = work.db.connection().execute(found.with_for_update(skip_locked=True)).scalar()
    job = work.db.get(ExchangeJob, job_id) if job_id is not None else None
    if job is None:
        return None
    person = work.db.get(User, job.by_id) if job.by_id is not None else None
    path = files.path_of(job.sha256)
    if person is None or person.suspended_at is not None:
        stop(work, job_id=job.id, problem="Whoever asked for this has no account here any more.")
        return None
    if job.way == "in" and not path.exists():
        stop(work, job_id=job.id, problem="The file is gone. Send it again.")
        return None
    if job.tries >= TRIES_MAX:
        stop(work, job_id=job.id, problem=BROKEN)
        return None
    job.lease_until, job.tries = work.now + LEASE, job.tries + 1
    work.db.add(job)
    work.db.flush()
    course = work.db.get(Course, job.course_id) if job.course_id is not None else None
    actor = Actor(person.id, None, SiteRole(person.role), person.name, "", person.zone, person.locale)
    return Taken(job.id, job.way, job.state, actor, path, course.slug if course else "", dict(job.asked))


def is_there(work: Work, *, job_id: UUID) -> bool:
    _enter(work)
    return work.db.get(ExchangeJob, job_id) is not None


def note_progress(work: Work, *, job_id: UUID, percent: int) -> bool:
    """How far it is; false where it was discarded meanwhile."""
    _enter(work)
    job = work.db.get(ExchangeJob, job_id)
    if job is None:
        return False
    job.percent, job.lease_until = percent, work.now + LEASE
    work.db.add(job)
    changes.changed(work, place_of(job_id))
    return True


def keep_preview(work: Work, *, job_id: UUID, preview: Preview) -> None:
    """The file was looked at."""
    _enter(work)
    job = work.db.get(ExchangeJob, job_id)
    if job is not None and job.state == JobState.WAITING:
        with_report(job, preview)
        _ends(work, job, JobState.CHECKED)


def made_of(work: Work, *, job_id: UUID) -> str:
    """What the file of a job becomes: course or questions."""
    _enter(work)
    report = work.db.get_one(ExchangeJob, job_id).report or {}
    return str(report.get("makes", "questions"))


def bring_in(work: Work, *, job_id: UUID, draft: PackageDraft | BankDraft, compared: Compared | None = None) -> None:
    """All of it and the end of its job, in one transaction, by whoever confirmed it. The doors are those of what it makes."""
    job = work.db.get(ExchangeJob, job_id)
    if job is None or job.state != JobState.CONFIRMED or job.by_id != work.user_id:
        raise apart.Stopped
    asked = job.asked
    if isinstance(draft, PackageDraft):
        report = import_package(work, draft, title=asked.get("title", ""))
        job.course_id = UUID(report.course_id)
        made = {
            "slug": report.slug,
            "title": report.title,
            "unchanged": report.known,
            "url": f"/teaching/{report.slug}",
        }
    else:
        course = work.db.get_one(Course, job.course_id)
        quiz, skip = asked.get("quiz", ""), bool(asked.get("skip"))
        bank = import_questions(work, draft, slug=course.slug, title=quiz, skip_unsupported=skip, compared=compared)
        made = {"slug": course.slug, "title": course.title, "url": bank.url, "added": bank.added, "known": bank.known}
        made["unchanged"] = not bank.added
    job.made = made
    drop_files(work, job_id)
    _ends(work, job, JobState.DONE)


def stop(work: Work, *, job_id: UUID, problem: str) -> None:
    """It cannot be done: nothing of it is kept, and why is told."""
    _enter(work)
    job = work.db.get(ExchangeJob, job_id)
    if job is not None:
        job.problem = problem[:500]
        drop_files(work, job_id)
        _ends(work, job, JobState.FAILED)


def _ends(work: Work, job: ExchangeJob, state: JobState) -> None:
    job.state, job.changed_at, job.lease_until, job.percent, job.tries = state, work.now, None, 100, 0
    work.db.add(job)
    work.db.flush()
    changes.changed(work, place_of(job.id))


def _enter(work: Work) -> None:
    """For the job loop alone, which is nobody's session."""
    if not work.actor.is_admin:
        _ = work.user_id
        raise Forbidden()


def _free(work: Work) -> tuple[Any, ...]:
    lease = col(ExchangeJob.lease_until)
    return col(ExchangeJob.state).in_(BUSY), or_(lease.is_(None), lease < work.now)


# ---- What a report says of a file


def _of_course(report: PackageReport) -> Preview:
    return Preview(
        format=report.format,
        makes="course",
        title=report.title or "Imported course",
        counts=[one for one in report.counts if one.count],
        kinds=report.kinds,
        modules=[ModuleCount(one.title, len(one.lessons)) for one in report.modules[:MODULES_KEPT]],
        more_modules=max(0, len(report.modules) - MODULES_KEPT),
        **_findings(report.findings),
    )


def _of_questions(report: BankReport) -> Preview:
    if not report.questions and not report.findings:
        raise Invalid({"file": "There are no questions in this file."})
    return Preview(
        format=report.format,
        makes="questions",
        title="",
        counts=[],
        kinds=report.counts,
        modules=[],
        blocked=report.blocked,
        skippable=report.skippable,
        added=len(report.questions),
        **_findings(report.findings),
    )


def _findings(found: Sequence[Finding]) -> dict[str, Any]:
    ordered = sorted(found, key=lambda one: (_ORDER[one.weight], one.path, one.line))
    return {
        "findings": ordered[:FINDINGS_KEPT],
        "more_findings": max(0, len(found) - FINDINGS_KEPT),
        "weights": {str(weight): many for weight, many in Counter(one.weight for one in found).items()},
    }
