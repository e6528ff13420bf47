"""Files of answers. The bytes and rows are `core.files`, with the scope `answer` and the attempt's id; an answer names its own.

Every file stays with its attempt: an answer that leaves one out again is another answer, and the earlier one is kept.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import select as columns
from sqlalchemy import update
from sqlmodel import col, select

from lms_app.core import files, filetypes, when
from lms_app.core.errors import Forbidden, Invalid, NotFound
from lms_app.core.files import FileView, Staged, StoredFile
from lms_app.core.work import Work
from lms_app.courses.rules import size_words
from lms_app.quizzes.kinds import KINDS
from lms_app.quizzes.kinds.base import Takes
from lms_app.quizzes.models import Attempt, AttemptQuestion, QuestionVersion, State
from lms_app.quizzes.service import answers
from lms_app.quizzes.service.door import own_attempt, readable_attempt
from lms_app.quizzes.service.saving import Over
from lms_app.web.views import FileLink

ANSWER = "answer"
OVER = "This attempt is over, so the file was not kept."
SPARE = 3  # times as many files as are handed in: who changes their mind needs room


def answer_writers_door(work: Work, attempt_id: UUID) -> None:
    """Who may add files: whoever's attempt it is, while it is open and asks for files."""
    attempt = _own(work, attempt_id)
    if attempt.state != State.OPEN or _is_late(work, attempt):
        raise Over(OVER)
    if not _taken(work, attempt_id):
        raise Forbidden("No question of this attempt takes files.")


def check_answer_file(work: Work, attempt_id: UUID, staged: Staged, name: str) -> None:
    """What a file of an answer must be (`files.CHECKS`). Raises Invalid: of a type that no question takes, or too many."""
    taken = _taken(work, attempt_id)
    wrong = [filetypes.wrong_type(files.media_type_of(staged.head, name), its.types) for its in taken]
    if all(wrong):
        raise Invalid({"file": wrong[0]})
    # The row first: two uploads at once would each still count the files without the other one.
    work.db.connection().execute(
        update(Attempt).where(col(Attempt.id) == attempt_id).values(user_id=col(Attempt.user_id))
    )
    most = SPARE * sum(its.files_max for its in taken)
    if len(files.of(work, ANSWER, attempt_id)) >= most:
        raise Invalid({"file": f"{when.plural(most, 'file')} were sent in this attempt already: no more are taken."})


def answer_files_door(work: Work, attempt_id: UUID) -> None:
    """Who may fetch files of answers: whoever's attempt it is, and once it is over those who may mark it."""
    attempt, as_staff = readable_attempt(work, attempt_id)
    if as_staff and attempt.state == State.OPEN:
        raise NotFound(files.NO_FILE)


# ---- For the other modules of this package: the door was theirs.

Sent = Mapping[UUID, Mapping[str, FileView]]


def sent_in(work: Work, attempt_ids: Iterable[UUID]) -> Sent:
    """All files that were sent in attempts, by attempt and id. One query."""
    rows = select(StoredFile).where(col(StoredFile.scope) == ANSWER, col(StoredFile.scope_id).in_(list(attempt_ids)))
    found: dict[UUID, dict[str, FileView]] = {}
    for row in work.db.exec(rows).all():
        found.setdefault(row.scope_id, {})[str(row.id)] = files.view_of(row)
    return found


def links(sent: Sent, attempt_id: UUID, kind: str, spec: BaseModel, answer: BaseModel) -> list[FileLink]:
    """The files that an answer names, in its order, as many as its question takes.

    What was never sent in this attempt, or is for another question's types, is not one of them.
    """
    its, takes = sent.get(attempt_id, {}), KINDS[kind].takes(spec)
    if takes is None:
        return []
    named = (entry.partition("/")[0] for entry in KINDS[kind].files(answer))
    found = [its[id] for id in named if id in its and filetypes.is_taken(its[id].media_type, takes.types)]
    return [_link(file) for file in found[: takes.files_max]]


def _link(file: FileView) -> FileLink:
    return FileLink(file.id, file.name, file.url, size_words(file.size_bytes))


def _is_late(work: Work, attempt: Attempt) -> bool:
    """The last answer is taken as long: within the grace."""
    if attempt.deadline_at is None:
        return False
    return work.now > attempt.deadline_at + timedelta(seconds=attempt.grace_seconds)


def _own(work: Work, attempt_id: UUID) -> Attempt:
    try:
        return own_attempt(work, attempt_id)
    except NotFound:
        raise NotFound(files.NO_FILE) from None


_ASKED = (
    columns(col(QuestionVersion.kind), col(QuestionVersion.spec), col(AttemptQuestion.option_order))
    .join(QuestionVersion, col(QuestionVersion.id) == col(AttemptQuestion.version_id))
    .order_by(col(AttemptQuestion.number))
)


def _taken(work: Work, attempt_id: UUID) -> Sequence[Takes]:
    """What the questions of an attempt take."""
    rows: Sequence[Any] = (
        work.db.connection().execute(_ASKED.where(col(AttemptQuestion.attempt_id) == attempt_id)).all()
    )
    found = (KINDS[row.kind].takes(answers.spec_of(row)) for row in rows if KINDS[row.kind].by_hand)
    return [one for one in found if one is not None]
