"""Writing a lesson: a draft that all its authors share, its publication, and every text that it had before.

A save names the `seq` of the lesson that its author began with. Where somebody else saved meanwhile it is refused with
Conflict, and both texts are there to choose from: nothing is overwritten unseen, and what is replaced is kept.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.core import files
from lms_app.core.errors import Conflict, NotFound
from lms_app.core.identity import User
from lms_app.core.work import Work
from lms_app.courses import rules
from lms_app.courses.building_views import DraftRef, LessonSource, TextLine
from lms_app.courses.models import Lesson, LessonDraft, LessonText, OutlineItem
from lms_app.courses.service.attaching import SCOPE
from lms_app.courses.service.authoring import Written, as_written, check_body, ref_of
from lms_app.courses.service.door import NO_ITEM, enter_item, many
from lms_app.policy import Can

HISTORY_MAX = 100
NO_TEXT = "We could not find that version of the lesson."
CHANGED = "{who} changed this lesson while you did. Both texts are kept: choose which one goes on."


def lesson_source(work: Work, *, item_id: UUID) -> LessonSource:
    """A lesson as its authors have it: the draft where there is one, else what students see."""
    item, membership = enter_item(work, item_id, Can.AUTHOR)
    lesson, draft = _texts_of(work, item_id)
    return LessonSource(
        item=ref_of(item),
        slug=membership.slug,
        course=membership.title,
        body=draft.body if draft else lesson.body,
        seq=lesson.seq,
        edited=draft is not None,
        version=lesson.version,
        author=_name(work, draft.author_id if draft else lesson.edited_by),
        changed_at=draft.saved_at if draft else lesson.edited_at,
        published_at=lesson.edited_at,
    )


def save_draft(work: Work, *, item_id: UUID, body: str, seen: int | None = None) -> DraftRef:
    """Keep what an author has written so far. Students see it once it is published.

    `seen` is the seq that the author began with; None takes whatever is there. Raises Conflict where somebody else
    changed the lesson meanwhile, Invalid for a text that is too long.
    """
    item, lesson, draft = _own_lesson(work, item_id)
    check_body(body)
    if body == (draft.body if draft else lesson.body):
        return DraftRef(item_id, item.course_id, lesson.seq)
    _check_seen(work, lesson, draft, seen)
    if draft is not None and draft.author_id != work.actor.user_id:
        _keep_draft(work, draft)
    draft = draft or LessonDraft(item_id=item_id, saved_at=work.now)
    draft.body, draft.author_id, draft.saved_at = body, work.actor.user_id, work.now
    work.db.add(draft)
    return _changed(work, item, lesson)


def discard_draft(work: Work, *, item_id: UUID) -> DraftRef:
    """Go back to what students see. The draft is kept among the lesson's texts."""
    item, lesson, draft = _own_lesson(work, item_id)
    if draft is None:
        return DraftRef(item_id, item.course_id, lesson.seq)
    _keep_draft(work, draft)
    work.db.delete(draft)
    return _changed(work, item, lesson)


def publish_lesson(work: Work, *, item_id: UUID, body: str | Written, seen: int | None = None) -> DraftRef:
    """Let students see this text, and a lesson that is new; a hidden one stays hidden. What they saw before is kept.

    Raises Conflict where somebody else changed the lesson after `seen`.
    """
    item, lesson, draft = _own_lesson(work, item_id)
    _check_seen(work, lesson, draft, seen)
    if item.draft:
        item.published, item.draft = True, False
        work.db.add(item)
    return _put_text(work, item, lesson, draft, as_written(body))


def update_lesson(work: Work, *, item_id: UUID, body: str | Written) -> OutlineItem:
    """Replace the text that students see, and any draft with it."""
    item, lesson, draft = _own_lesson(work, item_id)
    _put_text(work, item, lesson, draft, as_written(body))
    return item


def keep_text(work: Work, *, item_id: UUID, body: str) -> None:
    """Keep a text among those that the lesson had, without making it the draft."""
    _own_lesson(work, item_id)
    check_body(body)
    _keep(work, item_id, body, work.actor.user_id, work.now)
    work.db.flush()


def history(work: Work, *, item_id: UUID) -> list[TextLine]:
    """The texts that a lesson had, the newest first, without what they say."""
    _own_lesson(work, item_id)
    rows = many(
        work,
        columns(
            col(LessonText.id),
            col(LessonText.version),
            func.coalesce(col(LessonText.written_at), col(LessonText.kept_at)).label("written_at"),
            col(User.name),
        )
        .outerjoin(User, col(User.id) == col(LessonText.author_id))
        .where(col(LessonText.item_id) == item_id)
        .order_by(col(LessonText.kept_at).desc(), col(LessonText.id).desc())
        .limit(HISTORY_MAX),
    ).all()
    return [TextLine(str(row.id), row.version, row.name or "", row.written_at) for row in rows]


def old_text(work: Work, *, item_id: UUID, text_id: UUID) -> str:
    """A text that a lesson had."""
    _own_lesson(work, item_id)
    row = work.db.get(LessonText, text_id)
    if row is None or row.item_id != item_id:
        raise NotFound(NO_TEXT)
    return row.body


def restore_text(work: Work, *, item_id: UUID, text_id: UUID) -> DraftRef:
    """Take an old text as the draft; the draft that stood there is kept. Students see it once it is published."""
    body = old_text(work, item_id=item_id, text_id=text_id)
    kept = discard_draft(work, item_id=item_id)
    return kept if body == work.db.get_one(Lesson, item_id).body else save_draft(work, item_id=item_id, body=body)


# ---- For the other modules of this package: the door was theirs.


def copy_lesson(work: Work, from_id: UUID, new: OutlineItem) -> None:
    """The newest text of a lesson, its files with it."""
    lesson, draft = work.db.get_one(Lesson, from_id), work.db.get(LessonDraft, from_id)
    addresses = files.copy_all(work, SCOPE, {from_id: new.id}).get(new.id, {})
    copy = Lesson(item_id=new.id, body=files.moved(lesson.body, addresses), html=files.moved(lesson.html, addresses))
    copy.edited_by, copy.edited_at = work.actor.user_id, work.now
    work.db.add(copy)
    work.db.flush()
    if draft is not None:
        body = files.moved(draft.body, addresses)
        work.db.add(LessonDraft(item_id=new.id, body=body, author_id=work.actor.user_id, saved_at=work.now))
        work.db.flush()


def _own_lesson(work: Work, item_id: UUID) -> tuple[OutlineItem, Lesson, LessonDraft | None]:
    """The door of whoever writes a lesson."""
    item, _membership = enter_item(work, item_id, Can.AUTHOR)
    return item, *_texts_of(work, item_id)


def _texts_of(work: Work, item_id: UUID) -> tuple[Lesson, LessonDraft | None]:
    lesson = work.db.get(Lesson, item_id)
    if lesson is None:
        raise NotFound(NO_ITEM)
    return lesson, work.db.get(LessonDraft, item_id)


def _put_text(work: Work, item: OutlineItem, lesson: Lesson, draft: LessonDraft | None, page: Written) -> DraftRef:
    if draft is not None:
        if draft.body != page.body and draft.author_id != work.actor.user_id:
            _keep_draft(work, draft)
        work.db.delete(draft)
    if page.body != lesson.body:
        # An empty text that nobody was shown is no version.
        first = lesson.version == 1 and not lesson.body
        if not first:
            _keep(work, item.id, lesson.body, lesson.edited_by, lesson.edited_at, version=lesson.version)
        if item.minutes == rules.reading_minutes(lesson.body):  # nobody has set them: they follow the text
            item.minutes = rules.reading_minutes(page.body)
            work.db.add(item)
        lesson.body, lesson.html, lesson.version = page.body, page.html, lesson.version + (not first)
        lesson.edited_by, lesson.edited_at = work.actor.user_id, work.now
    return _changed(work, item, lesson)


def _check_seen(work: Work, lesson: Lesson, draft: LessonDraft | None, seen: int | None) -> None:
    if seen is not None and seen != lesson.seq:
        who = _name(work, draft.author_id if draft else lesson.edited_by)
        raise Conflict(CHANGED.format(who=who or "Somebody"))


def _changed(work: Work, item: OutlineItem, lesson: Lesson) -> DraftRef:
    lesson.seq += 1
    work.db.add(lesson)
    work.db.flush()
    return DraftRef(item.id, item.course_id, lesson.seq)


def _keep_draft(work: Work, draft: LessonDraft) -> None:
    _keep(work, draft.item_id, draft.body, draft.author_id, draft.saved_at)


def _keep(
    work: Work, item_id: UUID, body: str, author_id: UUID | None, written_at: datetime | None, *, version: int = 0
) -> None:
    work.db.add(
        LessonText(
            item_id=item_id, version=version, body=body, author_id=author_id, written_at=written_at, kept_at=work.now
        )
    )


def _name(work: Work, user_id: UUID | None) -> str:
    user = work.db.get(User, user_id) if user_id else None
    return user.name if user else ""
