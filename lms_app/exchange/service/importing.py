"""A file comes in: sent, looked at, confirmed or thrown away. What takes long is done by `working`."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.core import audit, changes, files, limits
from lms_app.core.db import new_id
from lms_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms_app.core.files import NO_FILE, Staged, StoredFile
from lms_app.core.settings import settings
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.courses.models import Course
from lms_app.courses.rules import size_words
from lms_app.exchange.models import ExchangeJob, JobState
from lms_app.exchange.service.jobs import BUSY, IMPORT, drop, drop_old, moment, own_job, place_of
from lms_app.exchange.service.quizzes import TITLE_MAX
from lms_app.exchange.views import ImportRow, ImportView, PackageDesk, Preview
from lms_app.policy import Can
from lms_app.web.views import Choice

NEW_COURSE = UUID(int=0)
"""In place of a course's id: the file becomes a course of its own."""
WINDOW, WINDOW_MAX, SHOWN = 50, 100, 20
NOT_TEACHING = "Only instructors can import a course."
_PREVIEW = TypeAdapter(Preview)


def import_files_door(work: Work, course_id: UUID) -> None:
    """Who may send a file to be imported: whoever writes in the course, or teaches, for a new one."""
    if course_id != NEW_COURSE:
        courses.enter(work, course_id, Can.AUTHOR)
        return
    if not work.actor.can_teach:
        _ = work.user_id
        raise Forbidden(NOT_TEACHING)


def import_place(work: Work, *, slug: str = "") -> UUID:
    """Where a file is sent that shall come into a course, or become one: the id that its scope wants. A door, too."""
    if slug:
        return courses.enter_by_slug(work, slug, Can.AUTHOR).course_id
    import_files_door(work, NEW_COURSE)
    return NEW_COURSE


def take_import(work: Work, *, staged: Staged, name: str, slug: str = "") -> ImportView:
    """`begin_import` for a file whose bytes have just come, with its row."""
    place = import_place(work, slug=slug)
    kept = files.keep(work, staged, name=name, scope=IMPORT, scope_id=place)
    return begin_import(work, file_id=UUID(kept.id))


def begin_import(work: Work, *, file_id: UUID) -> ImportView:
    """Have a file looked at that was sent to be imported. Nothing else happens until it is confirmed.

    Raises NotFound for a file that is somebody else's or was sent for something else, TooMany.
    """
    user_id = work.user_id
    row = work.db.get(StoredFile, file_id)
    if row is None or row.scope != IMPORT or row.owner_id != user_id:
        raise NotFound(NO_FILE)
    if work.db.get(ExchangeJob, row.scope_id) is not None:
        return read_import(work, import_id=row.scope_id)  # a double click
    import_files_door(work, row.scope_id)
    limits.hit(work, "import", str(user_id))
    drop_old(work)
    job = ExchangeJob(
        id=new_id(),
        by_id=user_id,
        course_id=None if row.scope_id == NEW_COURSE else row.scope_id,
        created_at=work.now,
        changed_at=work.now,
        name=row.name,
        sha256=row.sha256,
        size_bytes=row.size_bytes,
    )
    work.db.add(job)
    row.scope_id = job.id
    work.db.flush()
    return _view(work, job, WINDOW, 0)


def read_import(work: Work, *, import_id: UUID, limit: int = WINDOW, offset: int = 0) -> ImportView:
    """How far an import is, and what would become of the file; of its findings a window. Two queries."""
    job = own_job(work, import_id, "in")
    if not 1 <= limit <= WINDOW_MAX or offset < 0:
        raise Invalid({"limit": f"Ask for 1 to {WINDOW_MAX} findings at a time."})
    return _view(work, job, limit, offset)


def package_desk(work: Work) -> PackageDesk:
    """What the page shows that takes packages, for whoever teaches. One query."""
    place = import_place(work)
    return PackageDesk(str(place), settings.import_limit_mib, imports(work))


def import_courses(work: Work) -> list[Choice]:
    """The courses whose bank may take questions of a file that was sent for none."""
    return [Choice(one.slug, one.title) for one in courses.taught(work) if one.status != "archived"]


def imports(work: Work) -> list[ImportRow]:
    """The last imports of the person, newest first. One query."""
    found = (
        columns(
            col(ExchangeJob.id),
            col(ExchangeJob.name),
            col(ExchangeJob.state),
            col(ExchangeJob.created_at),
            col(ExchangeJob.made),
            col(Course.title),
        )
        .outerjoin(Course, col(Course.id) == col(ExchangeJob.course_id))
        .where(col(ExchangeJob.by_id) == work.user_id, col(ExchangeJob.way) == "in")
        .order_by(col(ExchangeJob.created_at).desc(), col(ExchangeJob.id))
        .limit(SHOWN)
    )
    return [
        ImportRow(
            str(row.id), row.name, row.state, moment(work, row.created_at), row.made.get("title") or row.title or ""
        )
        for row in work.db.connection().execute(found)
    ]


def commit_import(
    work: Work, *, import_id: UUID, title: str = "", course: str = "", quiz: str = "", skip_unsupported: bool = False
) -> ImportView:
    """Have it done as it was shown: all of it, or nothing. Once more it changes nothing.

    `title` is of a new course; `course` the address of the one whose bank takes the questions, where the file was sent
    for none; `quiz` the title of a quiz that asks them. Raises Conflict while it is looked at or after it failed,
    Invalid for what is in the way, NotFound or Forbidden for a course that is not theirs to write in.
    """
    job = own_job(work, import_id, "in")
    if job.state in (JobState.CONFIRMED, JobState.DONE):
        return _view(work, job, WINDOW, 0)
    if job.state == JobState.FAILED:
        raise Conflict(f"{job.problem} Send the file again.".strip())
    if job.state != JobState.CHECKED or job.report is None:
        raise Conflict("Wait until the file has been looked at.")
    report = _PREVIEW.validate_python(job.report)
    wrong = {
        name: f"Enter a title of up to {TITLE_MAX} characters."
        for name, given in (("title", title), ("quiz", quiz))
        if len(given.strip()) > TITLE_MAX
    }
    if report.blocked and not (skip_unsupported and report.skippable):
        wrong["skip_unsupported" if report.skippable else "file"] = report.blocked
    if report.makes == "course" and course:
        wrong["course"] = (
            "This is a whole course. Send it from the question bank of a course to take its questions alone."
        )
    elif job.course_id is None and course:
        job.course_id = courses.enter_by_slug(work, course, Can.AUTHOR).course_id
    elif job.course_id is None and report.makes == "questions":
        wrong["course"] = "Choose the course whose question bank takes them."
    elif job.course_id is None:
        import_files_door(work, NEW_COURSE)
    if wrong:
        raise Invalid(wrong)
    job.asked = {"title": title.strip(), "quiz": quiz.strip(), "skip": skip_unsupported}
    job.state, job.changed_at, job.percent, job.tries = JobState.CONFIRMED, work.now, 0, 0
    work.db.add(job)
    work.db.flush()
    audit.record(work, "import.confirmed", "exchange_job", job.id, None, {"sha256": job.sha256})
    changes.changed(work, place_of(job.id))
    return _view(work, job, WINDOW, 0)


def discard_import(work: Work, *, import_id: UUID) -> None:
    """Throw a file away before it comes in, or forget one that has. Raises Conflict while it is brought in."""
    job = own_job(work, import_id, "in")
    if job.state == JobState.CONFIRMED:
        raise Conflict("This import is on its way already.")
    drop(work, [import_id])
    changes.changed(work, place_of(import_id))


# ---- For the other modules of this package


def with_report(job: ExchangeJob, preview: Preview) -> None:
    job.report = _PREVIEW.dump_python(preview, mode="json")


def _view(work: Work, job: ExchangeJob, limit: int, offset: int) -> ImportView:
    preview = _PREVIEW.validate_python(job.report) if job.report is not None else None
    if preview is not None:
        preview = replace(preview, findings=preview.findings[offset : offset + limit])
    course = work.db.get(Course, job.course_id) if job.course_id is not None else None
    made: dict[str, Any] = job.made
    return ImportView(
        id=str(job.id),
        name=job.name,
        size=size_words(job.size_bytes),
        when=moment(work, job.created_at),
        state=job.state,
        percent=job.percent,
        busy=job.state in BUSY,
        course=course.slug if course else "",
        course_title=course.title if course else "",
        problem=job.problem,
        url=str(made.get("url", "")),
        added=int(made.get("added", 0)),
        unchanged=bool(made.get("unchanged", False)),
        preview=preview,
    )
