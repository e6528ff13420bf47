"""Counting beforehand what the dashboards tell: jobs do it every few minutes, and for all that was before, once.

Everything that is done is read where it stands, by its moment, and added to what was counted; counting twice changes
nothing. Long readings of a large place are apart from the server; what they found is written in short units of work.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, and_, case, delete, func, literal, or_, type_coerce, union_all
from sqlalchemy import select as columns
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from lms_app.admin.models import Activity, MarkCell, QuizLoad, Traffic
from lms_app.admin.service.dashboards import spans
from lms_app.admin.service.dashboards.spans import DAY, HOUR, MONTH, QUARTER, WEEK
from lms_app.admin.service.dashboards.told import FEW
from lms_app.admin.service.door import enter, rows
from lms_app.core import db, when
from lms_app.core.identity import User
from lms_app.core.settings import settings
from lms_app.core.work import SYSTEM, SiteRole, Work, ask, ask_apart, perform
from lms_app.courses.models import ItemProgress
from lms_app.grades.models import GradeEntry, GradeItem
from lms_app.quizzes.models import Answer, Attempt, State

PIECE = timedelta(days=28)
AGAIN = timedelta(hours=26)  # so far back each count looks again: a day is complete when it is over
WRITE_ROWS = 2000
LARGE = 5_000  # people
KEEP_MONTHS = 72  # the longest range, and the time before it
MARK_MONTHS = 36
FOLD_AFTER_DAYS, FOLD_DAYS = 8, 35
TRAFFIC_SUMS = tuple(name for name in Traffic.model_fields if name not in ("hour", "route"))
Row = dict[str, Any]


async def count_up(*, whole: bool = False) -> None:
    """Count what is new since the last time; the first time everything. `whole` counts the marks of all months anew."""
    begin, end = await ask(SYSTEM, _open_time)
    # A process of its own takes a hundred megabytes, which a small school need not spend on its dashboards.
    read = ask_apart if end - begin > 2 * AGAIN and await ask(SYSTEM, _is_large) else ask
    while begin < end:
        piece = min(begin + PIECE, end)
        for table, found in (await read(SYSTEM, done_between, since=begin, until=piece)).items():
            for at in range(0, len(found), WRITE_ROWS):
                await perform(SYSTEM, keep, table=table, found=found[at : at + WRITE_ROWS])
        begin = piece
    months = await ask(SYSTEM, _months_to_mark, whole=whole)
    for month in months:
        await perform(SYSTEM, keep_marks, month=month, found=await ask(SYSTEM, marks_of, month=month))
    if whole:
        for day in await ask(SYSTEM, _days_to_fold):
            await perform(SYSTEM, _fold, day=day)
        await perform(SYSTEM, _drop_old)


def note_traffic(work: Work, *, found: Sequence[Row]) -> None:
    """Add what a process has counted (`web/metrics.news`) to the hour that it is."""
    enter(work)
    hour = db.to_micros(work.now) // HOUR
    if not found:
        return
    fresh = _insert(Traffic)
    added = {name: getattr(Traffic, name) + fresh.excluded[name] for name in found[0] if name != "route"}
    added_up = fresh.on_conflict_do_update(index_elements=["hour", "route"], set_=added)
    work.db.connection().execute(added_up, [{"hour": hour, **row} for row in found])


def _is_large(work: Work) -> bool:
    enter(work)
    return rows(work, columns(func.count().label("many")).select_from(User))[0].many > LARGE


# ---- From when to when


def _open_time(work: Work) -> tuple[datetime, datetime]:
    """From a while before the last count, or from the first thing that was ever done; until now."""
    enter(work)
    (last,) = rows(work, columns(func.max(col(QuizLoad.quarter)).label("quarter")))
    end = work.now + timedelta(microseconds=1)
    if last.quarter is not None:
        return min(db.from_micros(last.quarter * QUARTER) - AGAIN, end), end
    firsts = [
        rows(work, columns(func.min(column).label("at")))[0].at
        for column in (col(ItemProgress.first_seen_at), col(Attempt.started_at))
    ]
    known = [at for at in firsts if at is not None]
    return (db.from_micros(db.to_micros(min(known)) // QUARTER * QUARTER), end) if known else (end - AGAIN, end)


# ---- Who was at work, and what quizzes had to carry


def done_between(work: Work, *, since: datetime, until: datetime) -> dict[str, list[Row]]:
    """Who was at work when, and the load of quizzes, between two moments. `since` begins a quarter of an hour."""
    enter(work)
    since = db.from_micros(db.to_micros(since) // QUARTER * QUARTER)
    return {"activity": _activity(work, since, until), "quiz_load": _load(work, since, until)}


def keep(work: Work, *, table: str, found: list[Row]) -> None:
    """Write down what was counted; what is known already stays as it is, or is replaced by the newer count."""
    enter(work)
    if table == "activity":
        # Somebody may have been erased meanwhile.
        here = {
            row.id
            for row in rows(work, columns(col(User.id)).where(col(User.id).in_({row["user_id"] for row in found})))
        }
        if there := [row for row in found if row["user_id"] in here]:
            work.db.connection().execute(_insert(Activity).on_conflict_do_nothing(), there)
    else:
        fresh = _insert(QuizLoad)
        newer = {name: fresh.excluded[name] for name in ("started", "submitted", "saves")}
        work.db.connection().execute(fresh.on_conflict_do_update(index_elements=["quarter"], set_=newer), found)


def _insert(table: Any) -> Any:
    """To be run with a list of rows."""
    dialect = sqlite if db.database().is_sqlite else postgresql
    return dialect.insert(table)


def _activity(work: Work, since: datetime, until: datetime) -> list[Row]:
    """What counts as being at work is what the overview counts: opening an item, completing it, starting a quiz."""

    def of(moment: Any, who: Any, *more: Any) -> Any:
        return columns(who.label("user_id"), bucket(moment, QUARTER).label("quarter")).where(
            moment >= since, moment < until, *more
        )

    done = union_all(
        of(col(ItemProgress.first_seen_at), col(ItemProgress.user_id)),
        of(col(ItemProgress.completed_at), col(ItemProgress.user_id)),
        of(col(Attempt.started_at), col(Attempt.user_id), ~col(Attempt.trial)),
    ).subquery("done")
    found = (
        columns(done.c.user_id, done.c.quarter, col(User.created_at))
        .join(User, col(User.id) == done.c.user_id)
        .where(col(User.role) == SiteRole.STUDENT)
        .group_by(done.c.user_id, done.c.quarter, col(User.created_at))
    )
    days: dict[int, date] = {}
    seen: dict[tuple[str, date, Any], date] = {}
    for user_id, quarter, created_at in rows(work, found):
        if quarter not in days:
            days[quarter] = when.local_day(db.from_micros(quarter * QUARTER), settings.zone)
        joined = when.local_day(created_at, settings.zone)
        for unit in (DAY, WEEK, MONTH):
            seen[unit, spans.start_of(unit, days[quarter]), user_id] = spans.start_of(unit, joined)
    return [
        {"span": unit, "starts_on": start, "user_id": user_id, "joined_on": joined}
        for (unit, start, user_id), joined in seen.items()
    ]


def _load(work: Work, since: datetime, until: datetime) -> list[Row]:
    """Attempts begun and submitted, and answers saved, by quarters of an hour. A quarter without any has no row, but the
    last one: it says until when things were counted."""
    last = db.to_micros(until - timedelta(microseconds=1)) // QUARTER
    found: dict[int, Row] = {last: {"quarter": last, "started": 0, "submitted": 0, "saves": 0}}
    real = ~col(Attempt.trial)
    started = columns(bucket(col(Attempt.started_at), QUARTER).label("quarter")).where(
        col(Attempt.started_at) >= since, col(Attempt.started_at) < until, real
    )
    submitted = columns(bucket(col(Attempt.finished_at), QUARTER).label("quarter")).where(
        col(Attempt.finished_at) >= since, col(Attempt.finished_at) < until, real
    )
    # An answer has no index by its moment, for the sake of who saves: they are found by the attempts under way then.
    under_way = and_(
        col(Attempt.started_at) < until,
        or_(col(Attempt.finished_at) >= since, col(Attempt.state) == State.OPEN),
        real,
    )
    saves = (
        columns(bucket(col(Answer.received_at), QUARTER).label("quarter"))
        .join(Attempt, col(Attempt.id) == col(Answer.attempt_id))
        .where(under_way, col(Answer.received_at) >= since, col(Answer.received_at) < until)
    )
    for name, statement in (("started", started), ("submitted", submitted), ("saves", saves)):
        one = statement.subquery()
        counted = columns(one.c.quarter, func.count().label("many")).group_by(one.c.quarter)
        for row in rows(work, counted):
            empty = {"quarter": row.quarter, "started": 0, "submitted": 0, "saves": 0}
            found.setdefault(row.quarter, empty)[name] = row.many
    return sorted(found.values(), key=lambda row: row["quarter"])


def bucket(moment: Any, width: int) -> Any:
    """The number of the stretch of `width` microseconds that a moment is in, counted from 1970."""
    micros, large = type_coerce(moment, BigInteger()), literal(width, BigInteger())
    return (micros - micros % large) // large


# ---- Marks, by month


def _months_to_mark(work: Work, *, whole: bool) -> list[date]:
    enter(work)
    today = when.local_day(work.now, settings.zone)
    known = rows(work, columns(func.count().label("many")).select_from(MarkCell))[0].many
    if known and not whole:
        return [spans.months_back(today, 0)]
    first = rows(work, columns(func.min(col(GradeEntry.at)).label("at")))[0].at
    if first is None:
        return []
    begin = max(spans.start_of(MONTH, when.local_day(first, settings.zone)), spans.months_back(today, MARK_MONTHS))
    found = [begin]
    while (following := spans.after(MONTH, found[-1])) <= today:
        found.append(following)
    return found


def marks_of(work: Work, *, month: date) -> list[Row]:
    """The marks that were given in a month and still count, by bands and in all; of the site and of each course.

    Cells of fewer than five people are left out here, before anything is added up of them.
    """
    enter(work)
    later = GradeEntry.__table__.alias("later")  # pyright: ignore[reportAttributeAccessIssue]
    points, worth = (type_coerce(col(one), BigInteger()) for one in (GradeEntry.points, GradeEntry.points_max))
    hundredths = points * 100 // worth
    band = case((hundredths >= 90, 9), else_=hundredths // 10)
    marks = (
        columns(col(GradeItem.course_id), col(GradeEntry.user_id), hundredths.label("hundredths"), band.label("band"))
        .join(GradeItem, col(GradeItem.id) == col(GradeEntry.item_id))
        .where(
            col(GradeEntry.at) >= when.day_begins(month, settings.zone),
            col(GradeEntry.at) < when.day_begins(spans.after(MONTH, month), settings.zone),
            col(GradeEntry.points).is_not(None),
            worth > 0,
            ~columns(later.c.seq)
            .where(
                later.c.item_id == col(GradeEntry.item_id),
                later.c.user_id == col(GradeEntry.user_id),
                later.c.seq > col(GradeEntry.seq),
            )
            .exists(),
        )
        .cte("marks")
    )
    people = func.count(marks.c.user_id.distinct())
    sums = (people.label("people"), func.count().label("marks"), func.sum(marks.c.hundredths).label("hundredths"))
    by_band = columns(marks.c.band, *sums).group_by(marks.c.band).having(people >= FEW)
    by_course = columns(marks.c.course_id, *sums).group_by(marks.c.course_id).having(people >= FEW)
    cells = [(("", row.band), row) for row in rows(work, by_band)]
    cells += [((str(row.course_id), -1), row) for row in rows(work, by_course)]
    return [
        {
            "month_on": month,
            "scope": scope,
            "band": band,
            "people": row.people,
            "marks": row.marks,
            "hundredths": int(row.hundredths),
        }
        for (scope, band), row in cells
    ]


def keep_marks(work: Work, *, month: date, found: list[Row]) -> None:
    enter(work)
    work.db.connection().execute(delete(MarkCell).where(col(MarkCell.month_on) == month))
    if found:
        work.db.connection().execute(_insert(MarkCell), found)


def _days_to_fold(work: Work) -> list[date]:
    """The days before the last week whose requests are still told by the hour: from then on they are one row a route."""
    enter(work)
    today = when.local_day(work.now, settings.zone)
    found = list[date]()
    for back in range(FOLD_AFTER_DAYS, FOLD_AFTER_DAYS + FOLD_DAYS):
        day = today - timedelta(days=back)
        first, end = _hours_of(day)
        late = columns(func.count().label("many")).where(col(Traffic.hour) > first, col(Traffic.hour) < end)
        if rows(work, late)[0].many:
            found.append(day)
    return found


def _hours_of(day: date) -> tuple[int, int]:
    """The first hour of a day, and the first one after it."""
    begins = (when.day_begins(one, settings.zone) for one in (day, day + timedelta(days=1)))
    first, end = (-(-db.to_micros(at) // HOUR) for at in begins)
    return first, end


def _fold(work: Work, *, day: date) -> None:
    """Add the hours of a day up in its first one."""
    enter(work)
    first, end = _hours_of(day)
    here = (col(Traffic.hour) >= first, col(Traffic.hour) < end)
    sums = [func.sum(getattr(Traffic, name)).label(name) for name in TRAFFIC_SUMS]
    found = rows(work, columns(col(Traffic.route), *sums).where(*here).group_by(col(Traffic.route)))
    work.db.connection().execute(delete(Traffic).where(*here))
    day_rows = [
        {"hour": first, "route": row.route, **{name: int(getattr(row, name)) for name in TRAFFIC_SUMS}} for row in found
    ]
    work.db.connection().execute(_insert(Traffic), day_rows)


def _drop_old(work: Work) -> None:
    """Six years are kept, as the longest range and the one before it ask for."""
    enter(work)
    first = spans.months_back(when.local_day(work.now, settings.zone), KEEP_MONTHS)
    begins = db.to_micros(when.day_begins(first, settings.zone))
    run = work.db.connection().execute
    run(delete(Activity).where(col(Activity.starts_on) < first))
    run(delete(MarkCell).where(col(MarkCell.month_on) < first))
    run(delete(QuizLoad).where(col(QuizLoad.quarter) < begins // QUARTER))
    run(delete(Traffic).where(col(Traffic.hour) < begins // HOUR))
