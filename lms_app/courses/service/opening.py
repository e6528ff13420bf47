"""Which of some items their reader may open now, whatever courses they are of: for lists across courses."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam
from sqlmodel import col

from lms_app.core.errors import NotFound
from lms_app.core.work import Work
from lms_app.courses import rules
from lms_app.courses.models import Course, ItemProgress, OutlineItem
from lms_app.courses.service.door import known, many
from lms_app.courses.service.granted import overrides_of
from lms_app.courses.service.reading import LOOK, Reader, link_to, reader_of
from lms_app.courses.service.releasing import reasons
from lms_app.courses.terms import Override, Terms, effective

_ITEMS = (
    LOOK.join(OutlineItem, and_(col(OutlineItem.course_id) == col(Course.id), col(OutlineItem.published)))
    .outerjoin(
        ItemProgress,
        and_(col(ItemProgress.item_id) == col(OutlineItem.id), col(ItemProgress.user_id) == bindparam("user")),
    )
    .add_columns(
        col(OutlineItem.id).label("item_id"),
        col(OutlineItem.kind),
        col(OutlineItem.opens_at),
        col(OutlineItem.preview),
        col(OutlineItem.release),
        col(ItemProgress.completed_at).label("done_at"),
    )
    .where(col(OutlineItem.id).in_(bindparam("items", expanding=True)))
)


def addresses(work: Work, *, item_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Where those of these items are that the actor may open now, of every kind and course, by id.

    In a course that they have not joined that is what is shown as a taste. Two queries, and for each course in which
    some of them wait for something, those that ask for it. Raises NotSignedIn.
    """
    known(work)
    if not item_ids:
        return {}
    courses: dict[UUID, list[Any]] = defaultdict(list)
    for row in many(work, _ITEMS, user=work.actor.user_id, items=list(item_ids)):
        courses[row.id].append(row)
    own = overrides_of(work, work.actor.user_id) if work.actor.user_id else {}
    found: dict[UUID, str] = {}
    for rows in courses.values():
        try:
            reader = reader_of(work, rows[0])
        except NotFound:
            continue
        its = rows if reader.is_inside else [row for row in rows if row.preview]
        for row in its if reader.standing == "staff" else _open(work, reader, its, own):
            if url := link_to(reader, row.kind, str(row.item_id)):
                found[row.item_id] = url
    return found


def _open(work: Work, reader: Reader, rows: Sequence[Any], own: dict[UUID, list[Override]]) -> list[Any]:
    """Those of a course's items that are not locked for a student now."""
    open_now: list[Any] = []
    kept: dict[str, str] = {}
    for row in rows:
        terms = effective(Terms(opens_at=row.opens_at), own.get(row.item_id, []))
        done = row.done_at is not None
        if rules.opens_later(work.now, opens_at=terms.opens_at, starts_at=reader.starts_at, completed=done) is None:
            open_now.append(row)
            if row.release and not terms.released and not done:
                kept[str(row.item_id)] = row.release
    waiting = reasons(work, reader.course_id, reader.user_id, kept) if kept else {}
    return [row for row in open_now if str(row.item_id) not in waiting]
