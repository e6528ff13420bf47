"""Notes on the work itself, on passages and on pages, and files of feedback: a recording, a sheet with corrections.

Staff read them at once, students with the mark, once grades are published (`marking_release`).
"""

from uuid import UUID

from sqlmodel import col, select

from lms_app.assignments.models import Annotation
from lms_app.assignments.service.door import marked_submission
from lms_app.assignments.service.reading import SUBMISSION
from lms_app.assignments.views_marking import NoteView
from lms_app.core import files
from lms_app.core.errors import Conflict, Invalid, NotFound
from lms_app.core.files import FileView, StoredFile
from lms_app.core.identity import User
from lms_app.core.work import Work

FEEDBACK = "feedback"  # the scope of files of feedback; their thing is a submission
NOTES_MAX = 300
BODY_MAX = 5_000
QUOTE_MAX = 500
PAGES_MAX = 10_000
TEXT_MAX = 1_000_000
NO_NOTE = "We could not find that note. Somebody may have removed it."


def add_note(
    work: Work,
    *,
    submission_id: UUID,
    body: str,
    start: int = 0,
    end: int = 0,
    quote: str = "",
    file_id: UUID | None = None,
    page: int = 0,
    across: int = 0,
    down: int = 0,
) -> NoteView:
    """A note on a passage of the text, or pinned to a page of one of its files. Raises Invalid by field."""
    submission, _ = marked_submission(work, submission_id)
    wrong = _wrong_body(body)
    if file_id is None and not (0 <= start < end <= TEXT_MAX and quote.strip()):
        wrong["quote"] = "Select the passage that you mean first."
    if file_id is not None:
        stored = work.db.get(StoredFile, file_id)
        if stored is None or (stored.scope, stored.scope_id) != (SUBMISSION, submission.id):
            raise NotFound(files.NO_FILE)
        if not (1 <= page <= PAGES_MAX and 0 <= across <= 1000 and 0 <= down <= 1000):
            wrong["page"] = "Choose a place on a page of the file."
    if wrong:
        raise Invalid(wrong)
    if len(of(work, submission_id)) >= NOTES_MAX:
        raise Conflict(f"A submission takes at most {NOTES_MAX} notes.")
    row = Annotation(
        submission_id=submission_id,
        file_id=file_id,
        page=page if file_id else 0,
        across=across if file_id else 0,
        down=down if file_id else 0,
        start_at=0 if file_id else start,
        end_at=0 if file_id else end,
        quote="" if file_id else " ".join(quote.split())[:QUOTE_MAX],
        body=body.strip(),
        by_id=work.user_id,
        at=work.now,
    )
    work.db.add(row)
    work.db.flush()
    return _one(work, row)


def change_note(work: Work, *, note_id: UUID, body: str) -> NoteView:
    """Other words for a note, by whichever marker."""
    row = _own(work, note_id)
    if wrong := _wrong_body(body):
        raise Invalid(wrong)
    row.body = body.strip()
    work.db.add(row)
    work.db.flush()
    return _one(work, row)


def remove_note(work: Work, *, note_id: UUID) -> None:
    work.db.delete(_own(work, note_id))
    work.db.flush()


def feedback_authors_door(work: Work, submission_id: UUID) -> None:
    """Who may add and remove files of feedback: whoever may grade."""
    marked_submission(work, submission_id)


# ---- For the other modules of this package: the door was theirs.


def of(work: Work, submission_id: UUID) -> list[NoteView]:
    """The notes on a submission, numbered as one reads: the text from its beginning, then the files page by page."""
    statement = (
        select(Annotation, User.name)
        .join(User, col(User.id) == col(Annotation.by_id))
        .outerjoin(StoredFile, col(StoredFile.id) == col(Annotation.file_id))
        .where(col(Annotation.submission_id) == submission_id)
        .order_by(
            col(Annotation.file_id).is_not(None),
            col(Annotation.start_at),
            col(StoredFile.created_at),
            col(StoredFile.id),
            col(Annotation.page),
            col(Annotation.down),
            col(Annotation.at),
            col(Annotation.id),
        )
    )
    return [
        NoteView(
            id=str(row.id),
            number=number,
            file_id=str(row.file_id or ""),
            page=row.page,
            across=row.across,
            down=row.down,
            start=row.start_at,
            end=row.end_at,
            quote=row.quote,
            body=row.body,
            by=name,
        )
        for number, (row, name) in enumerate(work.db.exec(statement).all(), start=1)
    ]


def feedback_files(work: Work, submission_id: UUID) -> list[FileView]:
    return files.of(work, FEEDBACK, submission_id)


def _one(work: Work, row: Annotation) -> NoteView:
    return next(one for one in of(work, row.submission_id) if one.id == str(row.id))


def _own(work: Work, note_id: UUID) -> Annotation:
    row = work.db.get(Annotation, note_id)
    if row is None:
        raise NotFound(NO_NOTE)
    try:
        marked_submission(work, row.submission_id)
    except NotFound:
        raise NotFound(NO_NOTE) from None
    return row


def _wrong_body(body: str) -> dict[str, str]:
    if body.strip() and len(body) <= BODY_MAX:
        return {}
    return {"body": f"Enter a note, up to {BODY_MAX:,} characters."}
