"""Files that belong to a lesson: pictures in its text, and what students take home from it.

The bytes and their rows are `core.files`; a lesson's files have the scope `lesson` and the item's id. Reading one asks
`lesson_files_door` (`learning`), adding or removing one `lesson_authors_door`.
"""

from uuid import UUID

from lms_app.core import files
from lms_app.core.errors import NotFound
from lms_app.core.files import FileView, Staged, StoredFile
from lms_app.core.work import Work
from lms_app.courses import rules
from lms_app.courses.service.door import NO_ITEM, enter_item
from lms_app.courses.service.items import LESSON
from lms_app.courses.views import AttachedFile
from lms_app.policy import Can

SCOPE = "lesson"


def attach_file(work: Work, *, item_id: UUID, name: str, content: bytes | Staged) -> AttachedFile:
    """Give a lesson a file. Its type is what its bytes are, whatever `name` ends in.

    Put large content on disk before the unit of work (`files.stage_bytes`), so that the writer never waits for it.
    Raises Invalid for a file that is empty, too large, or more than its giver has room for.
    """
    lesson_authors_door(work, item_id)
    staged = content if isinstance(content, Staged) else files.stage_bytes(content)
    return _view(files.keep(work, staged, name=name, scope=SCOPE, scope_id=item_id))


def detach_file(work: Work, *, item_id: UUID, file_id: UUID) -> None:
    """Take a file away from its lesson. Text that still shows it gets a gap. Twice is a NotFound."""
    lesson_authors_door(work, item_id)
    row = work.db.get(StoredFile, file_id)
    if row is None or (row.scope, row.scope_id) != (SCOPE, item_id):
        raise NotFound(files.NO_FILE)
    work.db.delete(row)
    work.db.flush()


def lesson_authors_door(work: Work, item_id: UUID) -> None:
    """Who may add and remove a lesson's files: whoever may write it. Other kinds of item have none here."""
    item, _membership = enter_item(work, item_id, Can.AUTHOR)
    if item.kind != LESSON:
        raise NotFound(NO_ITEM)


def attached(work: Work, item_id: UUID, html: str) -> list[AttachedFile]:
    """A lesson's files below its text; pictures that stand in the text are not listed again. The door was another's."""
    return [_view(file) for file in files.of(work, SCOPE, item_id) if file.url not in html]


def _view(file: FileView) -> AttachedFile:
    size = rules.size_words(file.size_bytes)
    return AttachedFile(id=file.id, name=file.name, media_type=file.media_type, size=size, url=file.url)
