"""How a course goes, read from what every room keeps anyway. Owns no tables and changes nothing."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, and_, bindparam, case, func, type_coerce
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.analytics import rules
from lms_app.analytics.views import AtRisk, CourseAnalytics, ItemFigures, Stage, Standing
from lms_app.core import when
from lms_app.core.identity import User
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.courses.models import (
    LEARNS,
    Course,
    CourseGroupMember,
    CourseMember,
    ItemOverride,
    ItemProgress,
    Module,
    OutlineItem,
)
from lms_app.gradebook import service as gradebook
from lms_app.policy import Can
from lms_app.quizzes.models import Attempt, State

AT_RISK_MAX = 100
ACTIVE = timedelta(days=7)
SECOND = 1_000_000

_LEARNERS_HERE = and_(
    col(CourseMember.course_id) == bindparam("course"),
    LEARNS,
)
_NEEDED = columns(col(Course.pass_fraction)).where(col(Course.id) == bindparam("course"))
_LEARNERS = (
    columns(
        col(User.id),
        col(User.name),
        col(User.email),
        col(CourseMember.joined_at),
        col(CourseMember.last_seen_at),
        col(CourseMember.completed_at),
    )
    .join(CourseMember, col(CourseMember.user_id) == col(User.id))
    .where(_LEARNERS_HERE)
    .order_by(func.lower(User.name), col(User.id))
)
_HERE = col(ItemProgress.user_id).in_(columns(col(CourseMember.user_id)).where(_LEARNERS_HERE))
_ITEMS = (
    columns(
        col(OutlineItem.id),
        col(OutlineItem.kind),
        col(OutlineItem.title),
        col(OutlineItem.required),
        col(OutlineItem.due_at),
        col(Module.id).label("module_id"),
        col(Module.title).label("module"),
        func.count(col(ItemProgress.id)).label("opened"),
        func.count(col(ItemProgress.completed_at)).label("done"),
        func.avg(case((col(ItemProgress.seconds) > 0, col(ItemProgress.seconds)))).label("seconds"),
    )
    .join(Module, col(Module.id) == col(OutlineItem.module_id))
    .outerjoin(ItemProgress, and_(col(ItemProgress.item_id) == col(OutlineItem.id), _HERE))
    .where(col(OutlineItem.course_id) == bindparam("course"), col(OutlineItem.published))
    .group_by(col(OutlineItem.id), col(Module.id))
    .order_by(col(Module.position), col(Module.id), col(OutlineItem.position), col(OutlineItem.id))
)
_ATTEMPTS = (
    columns(
        col(Attempt.quiz_id),
        func.avg(
            type_coerce(col(Attempt.finished_at), BigInteger()) - type_coerce(col(Attempt.started_at), BigInteger())
        ).label("took"),
    )
    .where(col(Attempt.course_id) == bindparam("course"), col(Attempt.state) != State.OPEN, ~col(Attempt.trial))
    .group_by(col(Attempt.quiz_id))
)
_MODULES = (
    columns(col(OutlineItem.module_id), col(ItemProgress.user_id), func.count().label("done"))
    .join(ItemProgress, col(ItemProgress.item_id) == col(OutlineItem.id))
    .where(
        col(OutlineItem.course_id) == bindparam("course"),
        col(OutlineItem.published),
        col(OutlineItem.required),
        col(ItemProgress.completed_at).is_not(None),
        _HERE,
    )
    .group_by(col(OutlineItem.module_id), col(ItemProgress.user_id))
)
_DONE_OF = columns(col(ItemProgress.item_id), col(ItemProgress.user_id)).where(
    col(ItemProgress.item_id).in_(bindparam("items", expanding=True)), col(ItemProgress.completed_at).is_not(None)
)
_LATER = (
    columns(
        col(ItemOverride.item_id),
        func.coalesce(col(ItemOverride.user_id), col(CourseGroupMember.user_id)).label("user_id"),
    )
    .outerjoin(CourseGroupMember, col(CourseGroupMember.group_id) == col(ItemOverride.group_id))
    .where(col(ItemOverride.course_id) == bindparam("course"), col(ItemOverride.due_at) > bindparam("now"))
)


def course_analytics(work: Work, *, slug: str) -> CourseAnalytics:
    """How a course goes: how far its learners came, what its items ask of them, and who may need help.

    For whoever grades. As many queries for three learners as for a thousand.
    """
    membership = courses.enter_by_slug(work, slug, Can.GRADE)
    course = membership.course_id
    run = work.db.connection().execute
    learners = run(_LEARNERS, {"course": course}).all()
    items = run(_ITEMS, {"course": course}).all()
    standings = gradebook.standings(work, slug=slug)
    needed = run(_NEEDED, {"course": course}).scalar_one() or rules.LEAST
    at_risk = _at_risk(work, course, learners, items, standings.so_far, needed)
    known = [share for share in standings.so_far.values() if share is not None]
    return CourseAnalytics(
        slug=slug,
        title=membership.title,
        learners=len(learners),
        active=sum(one.last_seen_at is not None and work.now - one.last_seen_at <= ACTIVE for one in learners),
        completed=sum(one.completed_at is not None for one in learners),
        so_far=when.percent(sum(known, Decimal(0)) / len(known), work.actor.locale) if known else "",
        stages=_stages(work, course, learners, items),
        items=_items(work, course, slug, len(learners), items, standings.means),
        at_risk=at_risk[:AT_RISK_MAX],
        at_risk_total=len(at_risk),
        rules=rules.in_words(needed),
    )


def _stages(work: Work, course: UUID, learners: Sequence[Any], items: Sequence[Any]) -> list[Stage]:
    """Joined, began, each module with something required in it, the whole course."""
    asked = Counter(item.module_id for item in items if item.required)
    names = {item.module_id: item.module for item in items if item.required}
    done: Counter[UUID] = Counter()
    for row in work.db.connection().execute(_MODULES, {"course": course}):
        done[row.module_id] += row.done == asked[row.module_id]
    reached = [("Joined", len(learners)), ("Began", sum(one.last_seen_at is not None for one in learners))]
    reached += [(f"Finished “{name}”", done[module_id]) for module_id, name in names.items()]
    reached.append(("Completed the course", sum(one.completed_at is not None for one in learners)))
    return [Stage(label, count, _percent(count, len(learners))) for label, count in reached]


def _items(
    work: Work,
    course: UUID,
    slug: str,
    learners: int,
    items: Sequence[Any],
    marks: Mapping[str, tuple[int, Decimal | None]],
) -> list[ItemFigures]:
    took = {row.quiz_id: row.took for row in work.db.connection().execute(_ATTEMPTS, {"course": course})}
    found: list[ItemFigures] = []
    for item in items:
        kind = courses.ITEM_KINDS.get(item.kind)
        marked, mean = marks.get(str(item.id), (0, None))
        seconds = float(took[item.id]) / SECOND if item.id in took else float(item.seconds or 0)
        found.append(
            ItemFigures(
                id=str(item.id),
                kind=item.kind,
                title=item.title,
                url=kind.results_url(slug, item.id) if kind and kind.results_url else "",
                opened=item.opened,
                done=item.done,
                percent=_percent(item.done, learners),
                marked=marked,
                mark="" if mean is None else when.percent(mean, work.actor.locale),
                time=when.duration_seconds(seconds, work.actor.locale) if seconds else "",
            )
        )
    return found


def _at_risk(
    work: Work,
    course: UUID,
    learners: Sequence[Any],
    items: Sequence[Any],
    shares: Mapping[str, Decimal | None],
    needed: Decimal,
) -> list[AtRisk]:
    """Who may need help: most reasons first, then by name."""
    run = work.db.connection().execute
    due: dict[UUID, datetime] = {
        item.id: item.due_at for item in items if item.required and item.due_at and item.due_at < work.now
    }
    settled: dict[UUID, set[UUID]] = defaultdict(set)
    if due:
        for row in run(_DONE_OF, {"items": list(due)}):
            settled[row.user_id].add(row.item_id)
        for row in run(_LATER, {"course": course, "now": work.now}):
            settled[row.user_id].add(row.item_id)
    found: list[AtRisk] = []
    for one in learners:
        # What was due before somebody joined is nothing that they missed.
        late = [at for item, at in due.items() if item not in settled[one.id] and at > one.joined_at]
        share = shares.get(str(one.id))
        standing = Standing(
            away_days=(work.now - (one.last_seen_at or one.joined_at)).days,
            never_seen=one.last_seen_at is None,
            completed=one.completed_at is not None,
            overdue=len(late),
            oldest_days=(work.now - min(late)).days if late else 0,
            share=share,
        )
        if said := rules.reasons(standing, needed):
            found.append(
                AtRisk(
                    user_id=str(one.id),
                    name=one.name,
                    email=one.email,
                    seen=_day(work, one.last_seen_at) if one.last_seen_at else "Never",
                    so_far="" if share is None else when.percent(share, work.actor.locale),
                    reasons=said,
                )
            )
    return sorted(found, key=lambda one: -len(one.reasons))


def _percent(part: int, whole: int) -> int:
    return part * 100 // whole if whole else 0


def _day(work: Work, at: datetime) -> str:
    return when.day(at, work.actor.zone, work.actor.locale, now=work.now)
