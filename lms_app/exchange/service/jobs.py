"""What imports and exports on their way share: whose they are, how far, and when they are forgotten."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.core import when
from lms_app.core.errors import Forbidden, NotFound
from lms_app.core.files import StoredFile
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.exchange.models import ExchangeJob, JobState
from lms_app.policy import Can

IMPORT, EXPORT = "import", "export"  # the scopes of files that come and go
KEPT_DAYS = 14
ENDED = (JobState.DONE, JobState.FAILED)
BUSY = (JobState.WAITING, JobState.CONFIRMED)
NO_JOB = "We could not find that. It was discarded or is too old, or you may not have access."


def own_job(work: Work, job_id: UUID, way: str) -> ExchangeJob:
    """The door: a job is for whoever asked for it, and for administrators.

    Who may no longer write in its course sees it no longer either. Raises NotSignedIn or NotFound.
    """
    found = work.db.get(ExchangeJob, job_id)
    if found is None or found.way != way or (not work.actor.is_admin and found.by_id != work.user_id):
        _ = work.actor.is_admin or work.user_id
        raise NotFound(NO_JOB)
    if found.course_id is not None:
        try:
            courses.enter(work, found.course_id, Can.AUTHOR)
        except (NotFound, Forbidden):
            raise NotFound(NO_JOB) from None
    return found


def place_of(job_id: UUID | str) -> str:
    """What a tab watches that shows a job (`core/changes.py`)."""
    return f"exchange:{job_id}"


def drop(work: Work, job_ids: Sequence[UUID]) -> None:
    """Forget jobs with their files. The bytes go with `files.sweep`."""
    if job_ids:
        run = work.db.connection().execute
        run(delete(StoredFile).where(_their_files(), col(StoredFile.scope_id).in_(job_ids)))
        run(delete(ExchangeJob).where(col(ExchangeJob.id).in_(job_ids)))
        work.db.expire_all()


def drop_files(work: Work, job_id: UUID) -> None:
    work.db.flush()
    work.db.connection().execute(delete(StoredFile).where(_their_files(), col(StoredFile.scope_id) == job_id))
    work.db.expire_all()


def drop_old(work: Work) -> None:
    """What nobody came back for."""
    since = work.now - timedelta(days=KEPT_DAYS)
    old = columns(col(ExchangeJob.id)).where(col(ExchangeJob.changed_at) < since)
    drop(work, list(work.db.connection().execute(old.limit(200)).scalars()))
    sent = delete(StoredFile).where(_their_files(), col(StoredFile.created_at) < since)
    work.db.connection().execute(sent)


def moment(work: Work, at: Any) -> str:
    return when.moment(at, work.actor.zone, work.actor.locale, now=work.now)


def _their_files() -> Any:
    return col(StoredFile.scope).in_((IMPORT, EXPORT))
