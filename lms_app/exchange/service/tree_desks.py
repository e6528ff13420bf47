"""The page where a changed tree comes in: the zip that waits there, and what it would do, shown to be read.

A zip that was sent is a file of its sender's, and of nobody else's; the next one takes its place.
"""

from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

from sqlmodel import col, delete, select

from lms_app.core import diff, files
from lms_app.core.errors import Invalid, NotFound
from lms_app.core.files import StoredFile
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.exchange.service.trees import preview_tree, tree_desk
from lms_app.exchange.trees.merging import Fate
from lms_app.exchange.trees.reading import TreeDraft
from lms_app.exchange.views import TreeChange, TreeDesk, TreeLine, TreeLook, TreeReport
from lms_app.policy import Can

INCOMING = "course-tree"
"""The scope of a zip that waits; its thing is the person who sent it."""
LINES_MAX, TEXT_MAX = 100, 20_000
_SHOWN_MAX = 1_200  # characters of what is new or goes
KINDS = {
    "course": "Settings of the course",
    "bank": "Question bank",
    "module": "Module",
    "lesson": "Lesson",
    "quiz": "Quiz",
    "question": "Question",
    "assignment": "Assignment",
    "rubric": "Rubric",
    "comments": "Saved comments",
    "gradebook": "Gradebook",
    "certificate": "Certificate",
    "design": "Design of certificates",
    "badge": "Badge",
    "order": "Order",
}


def open_desk(work: Work, *, slug: str = "") -> TreeDesk:
    """The course that a tree is for, for whoever writes it; without an address a course that is new here, for who teaches."""
    if not slug:
        tree_desk(work)
        return TreeDesk(slug="", title="", item=str(work.user_id))
    membership = courses.enter_by_slug(work, slug, Can.AUTHOR)
    return TreeDesk(slug=membership.slug, title=membership.title, item=str(work.user_id))


def incoming_door(work: Work, user_id: UUID) -> None:
    """Who may send a zip, and read it: its sender alone (`files.READERS` and `WRITERS`)."""
    if work.user_id != user_id:
        raise NotFound(files.NO_FILE)
    tree_desk(work)


def take_zip(work: Work, *, file_id: UUID) -> Path:
    """Where the bytes of a zip lie that somebody sent. What they had sent before goes."""
    path = zip_of(work, file_id=file_id)
    older = (col(StoredFile.scope) == INCOMING, col(StoredFile.scope_id) == work.user_id, col(StoredFile.id) != file_id)
    work.db.connection().execute(delete(StoredFile).where(*older))
    return path


def zip_of(work: Work, *, file_id: UUID) -> Path:
    """Where the bytes of one's zip lie. Raises NotFound for what is not one's own."""
    tree_desk(work)
    row = work.db.exec(
        select(StoredFile).where(
            col(StoredFile.id) == file_id,
            col(StoredFile.scope) == INCOMING,
            col(StoredFile.scope_id) == work.user_id,
        )
    ).first()
    if row is None:
        raise NotFound("This zip is here no more. Send it again.")
    return files.path_of(row.sha256)


def forget_zip(work: Work) -> None:
    """Take away the zip that waits: it came in, or shall not."""
    mine = (col(StoredFile.scope) == INCOMING, col(StoredFile.scope_id) == work.user_id)
    work.db.connection().execute(delete(StoredFile).where(*mine))


def look_at_tree(work: Work, draft: TreeDraft, *, slug: str = "", choices: Mapping[str, str] | None = None) -> TreeLook:
    """What an import of a tree would do, to be read: the differences word by word, conflicts side by side.

    `slug` is of the course whose page it is: raises Invalid for the tree of another one.
    """
    if slug:
        membership = courses.enter_by_slug(work, slug, Can.AUTHOR)
        if draft.whole.key and draft.whole.key != str(membership.course_id):
            other = draft.whole.pieces[draft.whole.key].title if draft.whole.key in draft.whole.pieces else ""
            raise Invalid({"file": f"This is the tree of another course, “{other}”. Nothing was changed."})
    report = preview_tree(work, draft, choices=choices, texts=True)
    return _look(report)


def _look(report: TreeReport) -> TreeLook:
    # What waits for a choice comes first.
    ordered = sorted(report.changes, key=lambda one: one.fate != Fate.CONFLICT)
    conflicts = report.conflicts
    shown = max(LINES_MAX, conflicts)
    fates = [one.fate for one in report.changes]
    return TreeLook(
        slug=report.slug,
        title=report.title,
        is_new=report.is_new,
        added=fates.count(Fate.ADDED),
        changed=fates.count(Fate.CHANGED),
        removed=fates.count(Fate.REMOVED),
        conflicts=conflicts,
        kept=report.kept,
        problems=report.problems[:LINES_MAX],
        left=report.left[:LINES_MAX],
        lines=[_line(at, one) for at, one in enumerate(ordered[:shown])],
        unshown=len(ordered[shown:]),
        seen=report.seen,
    )


def _line(at: int, one: TreeChange) -> TreeLine:
    ours, theirs = one.ours[:TEXT_MAX], one.theirs[:TEXT_MAX]
    if ours and theirs:
        changes = diff.words(ours, theirs)
    else:
        kind, text = ("added", theirs) if theirs else ("removed", ours)
        changes = [diff.Piece(kind, text[:_SHOWN_MAX])] if text else []
        if len(text) > _SHOWN_MAX:
            changes.append(diff.Piece("skipped", str(text[_SHOWN_MAX:].count("\n") + 1)))
    return TreeLine(
        name=f"choice-{at}",
        key=one.key,
        kind=KINDS[one.kind],
        title=" ".join(one.title.split())[:120] or "–",
        fate=one.fate,
        path=one.path,
        changes=changes,
        gone=one.fate == Fate.CONFLICT and not (ours and theirs),
    )
