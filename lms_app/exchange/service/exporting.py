"""A file goes out that takes longer to write than a page waits: asked for, written by the job loop, fetched."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar
from uuid import UUID

from pydantic import TypeAdapter
from sqlmodel import col, select

from lms_app.assignments.service import zipped
from lms_app.assignments.service.packing import Packed
from lms_app.core import apart, audit, db, files, limits
from lms_app.core.apart import Tell, Told
from lms_app.core.db import new_id
from lms_app.core.errors import Conflict, Forbidden, Invalid
from lms_app.core.files import Opened, Staged, StoredFile
from lms_app.core.work import SYSTEM, Actor, Work, perform, reading
from lms_app.courses import service as courses
from lms_app.courses.models import Course
from lms_app.exchange.formats import FORMATS
from lms_app.exchange.formats.base import Finding
from lms_app.exchange.models import ExchangeJob, JobState
from lms_app.exchange.service.banks import export_questions
from lms_app.exchange.service.jobs import BUSY, EXPORT, drop, drop_old, moment, own_job
from lms_app.exchange.service.trees import pack_tree
from lms_app.exchange.views import ExportView
from lms_app.policy import Can
from lms_app.quizzes.service import Wanted
from lms_app.web import routes

TREE = "tree"
QUESTIONS_MAX, FINDINGS_KEPT = 500, 500
MIB_MAX = 16 * 1024
R = TypeVar("R")
_FINDINGS = TypeAdapter(list[Finding])


def begin_export(
    work: Work,
    *,
    course: str,
    format: str,
    question_ids: Sequence[UUID] | None = None,
    category_id: UUID | None = None,
) -> ExportView:
    """Have a file written: the questions of a course's bank in a format, or the whole course as a tree (`tree`).

    Raises NotFound to strangers, Forbidden to members who do not write, Invalid for a format that there is not.
    """
    membership = courses.enter_by_slug(work, course, Can.AUTHOR)
    user_id = work.user_id
    if format != TREE and format not in FORMATS:
        raise Invalid({"format": f"Choose a format: {', '.join([*FORMATS, TREE])}."})
    if len(question_ids or ()) > QUESTIONS_MAX:
        raise Invalid({"question_ids": f"Choose at most {QUESTIONS_MAX} questions, or a category."})
    limits.hit(work, "import", str(user_id))
    drop_old(work)
    job = ExchangeJob(
        id=new_id(),
        way="out",
        by_id=user_id,
        course_id=membership.course_id,
        created_at=work.now,
        changed_at=work.now,
        name=membership.slug,
        asked={
            "format": format,
            "question_ids": None if question_ids is None else [str(one) for one in question_ids],
            "category_id": str(category_id) if category_id else "",
        },
    )
    work.db.add(job)
    work.db.flush()
    what = "course" if format == TREE else "questions"
    audit.record(work, f"{what}.exported", "course", membership.course_id, None, {"format": format})
    return _view(work, job)


def read_export(work: Work, *, export_id: UUID) -> ExportView:
    """How far an export is. Two queries."""
    return _view(work, own_job(work, export_id, "out"))


def export_file(work: Work, *, export_id: UUID) -> Opened:
    """What was written. Raises Conflict while it is not ready."""
    job = own_job(work, export_id, "out")
    if job.state != JobState.DONE:
        raise Conflict(job.problem or "This export is not ready yet. Ask again in a moment.")
    row = work.db.exec(
        select(StoredFile).where(col(StoredFile.scope) == EXPORT, col(StoredFile.scope_id) == job.id)
    ).one()
    return Opened(files.path_of(row.sha256), row.name, row.media_type, inline=False)


def discard_export(work: Work, *, export_id: UUID) -> None:
    """Forget an export and its file."""
    own_job(work, export_id, "out")
    drop(work, [export_id])


# ---- For the job loop


async def write_export(actor: Actor, job_id: UUID, told: Told, slug: str, asked: dict[str, Any]) -> None:
    """Write the file of an export, as whoever asked for it."""
    staged, name, count, findings = await apart.run_telling(told, _written, db.database().url, actor, slug, asked)
    await perform(
        SYSTEM, keep_export, job_id=job_id, staged=staged, name=name, count=count, findings=findings[:FINDINGS_KEPT]
    )


def keep_export(
    work: Work, *, job_id: UUID, staged: Staged, name: str, count: int, findings: Sequence[Finding]
) -> None:
    """The file is written; from now on it can be fetched."""
    if not work.actor.is_admin:
        _ = work.user_id
        raise Forbidden()
    job = work.db.get(ExchangeJob, job_id)
    if job is None or job.state != JobState.WAITING:
        raise apart.Stopped
    files.keep(work, staged, name=name, scope=EXPORT, scope_id=job_id)
    job.made = {"count": count, "findings": _FINDINGS.dump_python(list(findings), mode="json")}
    job.name, job.size_bytes, job.sha256 = name, staged.size_bytes, staged.sha256
    job.state, job.percent, job.changed_at, job.lease_until = JobState.DONE, 100, work.now, None
    work.db.add(job)
    work.db.flush()
    audit.record(work, "export.written", "exchange_job", job_id, None, {"format": job.asked["format"]})


def _written(
    tell: Tell, url: str, actor: Actor, slug: str, asked: dict[str, Any]
) -> tuple[Staged, str, int, list[Finding]]:
    """In a process apart: read what is wanted, and put it on disk."""
    if asked["format"] == TREE:
        packed = _read(url, actor, pack_tree, slug=slug)
        size = sum(_size_of(one) for one in packed.parts) + 1

        def heard() -> Iterator[bytes]:
            done = 0
            for piece in zipped(packed.parts):
                done += len(piece)
                tell(min(done, size), size)
                yield piece

        return files.stage_chunks(heard(), MIB_MAX), f"{packed.name}.zip", len(packed.parts), []
    chosen, category = asked["question_ids"], asked["category_id"]
    made = _read(
        url,
        actor,
        export_questions,
        slug=slug,
        format=asked["format"],
        question_ids=None if chosen is None else [UUID(one) for one in chosen],
        wanted=Wanted(category_id=UUID(category) if category else None),
    )
    return files.stage_chunks([made.content], MIB_MAX), made.name, made.count, made.findings


def _read(url: str, actor: Actor, act: Callable[..., R], **given: Any) -> R:
    database = db.use_address(url)
    try:
        with reading(actor) as work:
            return act(work, **given)
    finally:
        database.read.dispose()


def _size_of(part: Packed) -> int:
    if part.path is None:
        return len(part.content)
    return part.path.stat().st_size if part.path.exists() else 0


def _view(work: Work, job: ExchangeJob) -> ExportView:
    course = work.db.get(Course, job.course_id)
    done = job.state == JobState.DONE
    return ExportView(
        id=str(job.id),
        name=job.name,
        when=moment(work, job.created_at),
        state=job.state,
        percent=job.percent,
        busy=job.state in BUSY,
        course=course.slug if course else "",
        format=job.asked["format"],
        count=int(job.made.get("count", 0)),
        size_bytes=job.size_bytes if done else 0,
        problem=job.problem,
        url=routes.export_file(job.id) if done else "",
        findings=_FINDINGS.validate_python(job.made.get("findings", [])),
    )
