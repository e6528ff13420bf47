"""Rubrics of a course: find, read, write, copy and remove them.

Whoever shows a rubric to students (an assignment, say) has decided that they may see it, and asks with `Can.SEE`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from lms_app.core import when
from lms_app.core.db import new_id
from lms_app.core.errors import Conflict, Invalid, NotFound
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.policy import Can
from lms_app.rubrics import rules
from lms_app.rubrics.models import Rubric, RubricVersion
from lms_app.rubrics.views import RubricLine, RubricView

NO_RUBRIC = "We could not find that rubric. Somebody may have removed it."
CHANGED = "Somebody else changed this rubric while you did. Save once more to keep yours: both are kept as versions."
RUBRICS_MAX = 500

Uses = Callable[[Work, Sequence[UUID]], Mapping[UUID, int]]
USES: list[Uses] = []
"""How many things are marked by each of some rubrics, told by the rooms that have such things."""


def of_course(work: Work, *, course_id: UUID) -> list[RubricLine]:
    """The rubrics of a course by title, for whoever marks or writes there."""
    courses.enter(work, course_id, Can.GRADE)
    rows = work.db.exec(
        select(Rubric)
        .where(col(Rubric.course_id) == course_id, col(Rubric.removed_at).is_(None))
        .order_by(func.lower(Rubric.title), col(Rubric.id))
    ).all()
    uses = uses_of(work, [row.id for row in rows])
    return [
        RubricLine(
            id=str(row.id),
            kind=row.kind,
            title=row.title,
            points_max=row.points_max,
            changed=when.relative_day(row.changed_at, work.now, work.actor.zone, work.actor.locale),
            uses=uses[row.id],
        )
        for row in rows
    ]


def newest(work: Work, *, rubric_id: UUID, can: Can = Can.GRADE) -> RubricView:
    """What a rubric says now. Raises NotFound to strangers, Forbidden to members who may not `can`."""
    rubric = own_rubric(work, rubric_id, can)
    row = work.db.exec(
        select(RubricVersion).where(
            col(RubricVersion.rubric_id) == rubric_id, col(RubricVersion.version) == rubric.version
        )
    ).one()
    return view_of(row)


def version(work: Work, *, version_id: UUID, can: Can = Can.GRADE) -> RubricView:
    """What a rubric said when a mark was given by it, removed or not."""
    row = work.db.get(RubricVersion, version_id)
    if row is None:
        raise NotFound(NO_RUBRIC)
    own_rubric(work, row.rubric_id, can, removed=True)
    return view_of(row)


def create(work: Work, *, slug: str, drafted: RubricView) -> RubricView:
    """A new rubric. Raises Invalid by field of the draft (`criteria.0.title`)."""
    course_id = courses.enter_by_slug(work, slug, Can.AUTHOR).course_id
    return _begin(work, course_id, rules.settled(drafted))


def plant(work: Work, *, course_id: UUID, rubric_id: UUID, drafted: RubricView) -> None:
    """A rubric of this id, as a tree of files says it: a new one, or a new version of the one that is there."""
    courses.enter(work, course_id, Can.AUTHOR)
    rubric = work.db.get(Rubric, rubric_id)
    if rubric is None:
        _begin(work, course_id, rules.settled(drafted), rubric_id)
        return
    if rubric.course_id != course_id:
        raise Conflict(f"The id {rubric_id} belongs to something else here. Give it a new one.")
    rubric.removed_at = None
    work.db.add(rubric)
    work.db.flush()
    save(work, rubric_id=rubric_id, drafted=drafted)


def save(work: Work, *, rubric_id: UUID, drafted: RubricView, seen: int | None = None) -> RubricView:
    """A new version of a rubric; the same once more is none. Marks keep the version that they were given by.

    `seen` is the version that its author saw: raises Conflict where somebody else made a newer one.
    """
    rubric = own_rubric(work, rubric_id, Can.AUTHOR)
    work.db.refresh(rubric, with_for_update=True)
    before = newest(work, rubric_id=rubric_id)
    if drafted.kind != rubric.kind:
        raise Invalid({"kind": "A rubric stays of its kind. Begin another one."})
    view = rules.settled(drafted)
    if (view.title, view.criteria) == (before.title, before.criteria):
        return before
    if seen is not None and seen != rubric.version:
        raise Conflict(CHANGED)
    rubric.version += 1
    return _add_version(work, rubric, view)


def duplicate(work: Work, *, rubric_id: UUID) -> RubricView:
    """A copy in the same course, to be changed by itself."""
    rubric = own_rubric(work, rubric_id, Can.AUTHOR)
    view = newest(work, rubric_id=rubric_id)
    title = f"{view.title[: rules.TITLE_MAX - 7].rstrip()} (copy)"
    return _begin(work, rubric.course_id, replace(view, title=title))


def carry(work: Work, *, rubric_id: UUID, course_id: UUID) -> UUID:
    """The same rubric for a course that something marked by it is copied to: itself, or a copy there."""
    rubric = own_rubric(work, rubric_id, Can.AUTHOR, removed=True)
    courses.enter(work, course_id, Can.AUTHOR)
    if rubric.course_id == course_id:
        return rubric_id
    row = select(RubricVersion).where(
        col(RubricVersion.rubric_id) == rubric_id, col(RubricVersion.version) == rubric.version
    )
    return UUID(_begin(work, course_id, view_of(work.db.exec(row).one())).id)


def remove(work: Work, *, rubric_id: UUID) -> None:
    """Take a rubric out of the list; it can be brought back. Raises Conflict while something is marked by it."""
    rubric = own_rubric(work, rubric_id, Can.AUTHOR)
    if uses := uses_of(work, [rubric_id])[rubric_id]:
        said = "One assignment is" if uses == 1 else f"{uses} assignments are"
        raise Conflict(f"{said} marked by this rubric. Choose another one there first.")
    rubric.removed_at = work.now
    work.db.add(rubric)
    work.db.flush()


def restore(work: Work, *, rubric_id: UUID) -> RubricView:
    """Bring a removed rubric back."""
    rubric = own_rubric(work, rubric_id, Can.AUTHOR, removed=True)
    rubric.removed_at = None
    work.db.add(rubric)
    work.db.flush()
    return newest(work, rubric_id=rubric_id)


def own_rubric(work: Work, rubric_id: UUID, can: Can, *, removed: bool = False) -> Rubric:
    """A rubric of a course that one may enter to do `can`. Raises NotFound to strangers, and where it is `removed`."""
    rubric = work.db.get(Rubric, rubric_id)
    if rubric is None:
        raise NotFound(NO_RUBRIC)
    try:
        courses.enter(work, rubric.course_id, can)
    except NotFound:
        raise NotFound(NO_RUBRIC) from None
    if rubric.removed_at is not None and not removed:
        raise NotFound(NO_RUBRIC)
    return rubric


def uses_of(work: Work, rubric_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many things are marked by each; the door was another's."""
    found = dict.fromkeys(rubric_ids, 0)
    for uses in USES if rubric_ids else ():
        for rubric_id, count in uses(work, rubric_ids).items():
            found[rubric_id] += count
    return found


def view_of(row: RubricVersion) -> RubricView:
    return RubricView(
        id=str(row.rubric_id),
        version_id=str(row.id),
        version=row.version,
        kind=row.kind,
        title=row.title,
        points_max=row.points_max,
        criteria=rules.criteria_from_json(row.criteria),
    )


def _begin(work: Work, course_id: UUID, view: RubricView, as_id: UUID | None = None) -> RubricView:
    known = select(Rubric.id).where(col(Rubric.course_id) == course_id, col(Rubric.removed_at).is_(None))
    if len(work.db.exec(known.limit(RUBRICS_MAX)).all()) >= RUBRICS_MAX:
        raise Conflict(f"A course takes at most {RUBRICS_MAX} rubrics. Remove some first.")
    rubric = Rubric(
        id=as_id or new_id(),
        course_id=course_id,
        kind=view.kind,
        title=view.title,
        points_max=view.points_max,
        changed_at=work.now,
    )
    return _add_version(work, rubric, view)


def _add_version(work: Work, rubric: Rubric, view: RubricView) -> RubricView:
    rubric.title, rubric.points_max, rubric.changed_at = view.title, view.points_max, work.now
    work.db.add(rubric)
    work.db.flush()
    row = RubricVersion(
        rubric_id=rubric.id,
        version=rubric.version,
        kind=view.kind,
        title=view.title,
        points_max=view.points_max,
        criteria=rules.criteria_to_json(view.criteria),
        by_id=work.actor.user_id,
        created_at=work.now,
    )
    work.db.add(row)
    work.db.flush()
    return view_of(row)
