"""Saved comments: what the markers of a course write again and again, shared by all of them."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import func, update
from sqlmodel import col, select

from lms_app.core.errors import Conflict, Invalid, NotFound
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.policy import Can
from lms_app.rubrics.models import SavedComment
from lms_app.rubrics.views import SavedCommentView

TEXT_MAX = 2_000
COMMENTS_MAX = 300
NO_COMMENT = "We could not find that saved comment. Somebody may have removed it."


def comments(work: Work, *, slug: str) -> list[SavedCommentView]:
    """The saved comments of a course, for whoever marks there: what is used most comes first."""
    return of(work, courses.enter_by_slug(work, slug, Can.GRADE).course_id)


def of(work: Work, course_id: UUID) -> list[SavedCommentView]:
    """Those of a course; the door was another's."""
    rows = work.db.exec(
        select(SavedComment)
        .where(col(SavedComment.course_id) == course_id)
        .order_by(col(SavedComment.uses).desc(), col(SavedComment.used_at).desc(), col(SavedComment.id))
    )
    return [_view(row) for row in rows]


def keep_comment(work: Work, *, slug: str, text: str) -> SavedCommentView:
    """Save a comment for later; the same words once more are the same comment."""
    course_id = courses.enter_by_slug(work, slug, Can.GRADE).course_id
    words = _words(text)
    same = select(SavedComment).where(col(SavedComment.course_id) == course_id, col(SavedComment.text) == words)
    row = work.db.exec(same).first()
    if row is None:
        count = select(func.count()).select_from(SavedComment).where(col(SavedComment.course_id) == course_id)
        if work.db.exec(count).one() >= COMMENTS_MAX:
            raise Conflict(f"A course takes at most {COMMENTS_MAX} saved comments. Remove some first.")
        row = SavedComment(course_id=course_id, text=words, used_at=work.now)
        work.db.add(row)
        work.db.flush()
    return _view(row)


def change_comment(work: Work, *, comment_id: UUID, text: str) -> SavedCommentView:
    row = _own(work, comment_id)
    row.text = _words(text)
    work.db.add(row)
    work.db.flush()
    return _view(row)


def use_comment(work: Work, *, comment_id: UUID) -> SavedCommentView:
    """It was put into a marking: what is used most comes first."""
    row = _own(work, comment_id)
    # Two markers may use it at once: the database counts.
    counted = (
        update(SavedComment)
        .where(col(SavedComment.id) == comment_id)
        .values(uses=SavedComment.uses + 1, used_at=work.now)
    )
    work.db.connection().execute(counted)
    work.db.refresh(row)
    return _view(row)


def remove_comment(work: Work, *, comment_id: UUID) -> None:
    """Take a saved comment away. Where it was used, the words stay."""
    work.db.delete(_own(work, comment_id))
    work.db.flush()


def plant_comments(work: Work, *, course_id: UUID, texts: Mapping[UUID, str]) -> None:
    """Exactly these comments, as a tree of files says them: by id. How often each was used stays."""
    courses.enter(work, course_id, Can.GRADE)
    if len(texts) > COMMENTS_MAX:
        raise Invalid({"comments": f"A course takes at most {COMMENTS_MAX} saved comments."})
    rows = work.db.exec(select(SavedComment).where(col(SavedComment.course_id) == course_id)).all()
    there = {row.id: row for row in rows}
    for comment_id in there.keys() - texts.keys():
        work.db.delete(there[comment_id])
    for comment_id, text in texts.items():
        row = there.get(comment_id)
        if row is None and work.db.get(SavedComment, comment_id) is not None:
            raise Conflict(f"The id {comment_id} belongs to something else here. Give it a new one.")
        row = row or SavedComment(id=comment_id, course_id=course_id, text="", used_at=work.now)
        row.text = _words(text)
        work.db.add(row)
    work.db.flush()


def _own(work: Work, comment_id: UUID) -> SavedComment:
    row = work.db.get(SavedComment, comment_id)
    if row is None:
        raise NotFound(NO_COMMENT)
    try:
        courses.enter(work, row.course_id, Can.GRADE)
    except NotFound:
        raise NotFound(NO_COMMENT) from None
    return row


def _words(text: str) -> str:
    words = text.strip()
    if not words or len(words) > TEXT_MAX:
        raise Invalid({"text": f"Enter a comment, up to {TEXT_MAX:,} characters."})
    return words


def _view(row: SavedComment) -> SavedCommentView:
    return SavedCommentView(str(row.id), row.text, row.uses)
