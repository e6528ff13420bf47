"""How the place runs: storage, mail, errors and slow pages."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, func
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.admin.dashboard_views import Chart, Line, Stat
from lms_app.admin.models import Traffic
from lms_app.admin.service.dashboards import drawing
from lms_app.admin.service.dashboards.counting import bucket
from lms_app.admin.service.dashboards.spans import HOUR, QUARTER, Range
from lms_app.admin.service.door import rows
from lms_app.assignments.models import Submission
from lms_app.core import db, mail, when
from lms_app.core.files import StoredFile
from lms_app.core.outbox import OutboxMessage
from lms_app.core.work import Work
from lms_app.courses.models import Course, OutlineItem
from lms_app.quizzes.models import Attempt, Question

BARS = 10
ROUTES = 20
KINDS = {
    "answer": "Answers to quizzes",
    "assignment": "Briefs of assignments",
    "avatar": "Pictures of people",
    "feedback": "Feedback",
    "feedback-zip": "Feedback that comes in",
    "lesson": "Lessons",
    "people-import": "Lists of people",
    "question": "Questions",
    "submission": "Submissions",
}
BOUNDS = (
    ("within_100ms", "0.1 s"),
    ("within_250ms", "0.25 s"),
    ("within_500ms", "0.5 s"),
    ("within_1s", "1 s"),
    ("within_2500ms", "2.5 s"),
)


def section(work: Work, span: Range, earlier: Range, compare: bool) -> tuple[list[Stat], list[Chart]]:
    """Ten queries, whatever the size."""
    locale = work.actor.locale
    sent, failed = _mail(work, span)
    sent_before, _failed = _mail(work, earlier)
    (post,) = rows(work, _WAITING)
    (disk,) = rows(work, _DISK)
    requests, errors = _traffic(work, span)
    requests_before, errors_before = _traffic(work, earlier)
    figures = [
        Stat("Storage", size(disk.bytes or 0, locale), f"In {when.plural(disk.files, 'file', locale=locale)}"),
        drawing.compared("Mail sent", sum(sent), sum(sent_before), span, locale),
        Stat(
            "Mail waiting",
            when.number(post.waiting, locale),
            f"{when.number(post.failed, locale)} could not be sent" if post.failed else "None was given up",
        ),
        drawing.compared("Errors", sum(errors), sum(errors_before), span, locale),
    ]
    charts = [
        drawing.curves(
            span,
            locale,
            id="errors",
            title="Errors",
            note="Requests and events that failed by our fault, counted by all processes of the server",
            nothing="Nothing failed in this time",
            series=[("Errors", errors)],
            before=errors_before if compare else None,
        ),
        drawing.curves(
            span,
            locale,
            id="requests",
            title="Requests and events",
            note="What the server was asked, files of the site itself left out",
            nothing="Nothing was counted in this time",
            series=[("Requests and events", requests)],
            before=requests_before if compare else None,
        ),
        _slow(work, span, locale),
        drawing.curves(
            span,
            locale,
            id="mail",
            title="Mail",
            note="Messages that were sent, and that could not be",
            nothing="No mail was sent in this time",
            series=[("Sent", sent), ("Could not be sent", failed)],
            before=sent_before if compare else None,
        ),
        _by_kind(work, locale),
        _by_course(work, locale),
    ]
    return figures, charts


def size(count: int, locale: str) -> str:
    """ "1.5 GB", of 1000 bytes each: as disks are sold."""
    value, unit = float(count), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if value < 1000:
            break
        value, unit = value / 1000, larger
    return f"{when.points(round(value, 1 if value < 100 and unit != 'B' else 0), locale)} {unit}"  # pyright: ignore[reportArgumentType]


# ---- Mail

_OURS = col(OutboxMessage.topic) == mail.TOPIC
_WAITING = columns(
    func.count().filter(col(OutboxMessage.failed_at).is_(None)).label("waiting"),
    func.count().filter(col(OutboxMessage.failed_at).is_not(None)).label("failed"),
).where(_OURS, col(OutboxMessage.done_at).is_(None))


def _mail(work: Work, span: Range) -> tuple[list[int], list[int]]:
    """How much was sent, and how much was given up, in each stretch. One query each."""
    found = list[list[int]]()
    ends = (
        (col(OutboxMessage.done_at), ()),
        (col(OutboxMessage.failed_at), (col(OutboxMessage.done_at).is_(None),)),
    )
    for moment, more in ends:
        over = (
            columns(bucket(moment, QUARTER).label("quarter"))
            .where(moment >= span.begins(), moment < span.ends(), _OURS, *more)
            .subquery()
        )
        counted = columns(over.c.quarter, func.count().label("many")).group_by(over.c.quarter)
        found.append(span.places([(row.quarter, row.many) for row in rows(work, counted)], QUARTER))
    return found[0], found[1]


# ---- Requests and events


def in_hours(span: Range) -> tuple[Any, ...]:
    first, end = (db.to_micros(at) // HOUR for at in (span.begins(), span.ends()))
    return col(Traffic.hour) >= first, col(Traffic.hour) < end


def _traffic(work: Work, span: Range) -> tuple[list[int], list[int]]:
    found = rows(
        work,
        columns(
            col(Traffic.hour), func.sum(col(Traffic.many)).label("many"), func.sum(col(Traffic.errors)).label("errors")
        )
        .where(*in_hours(span))
        .group_by(col(Traffic.hour)),
    )
    many, errors = [(row.hour, int(row.many)) for row in found], [(row.hour, int(row.errors)) for row in found]
    return span.places(many, HOUR), span.places(errors, HOUR)


def slowest(work: Work, *where: Any, limit: int) -> Sequence[Any]:
    """What took longest on average, with its sums."""
    average = func.sum(col(Traffic.micros)) / func.sum(col(Traffic.many))
    sums = [
        func.sum(getattr(Traffic, name)).label(name)
        for name in ("many", "errors", "micros", *[name for name, _ in BOUNDS])
    ]
    return rows(
        work,
        columns(col(Traffic.route), *sums)
        .where(*where)
        .group_by(col(Traffic.route))
        .order_by(average.desc(), col(Traffic.route))
        .limit(limit),
    )


def average_of(row: Any, locale: str) -> str:
    """ "12 ms", "1.25 s"."""
    millis = int(row.micros) / int(row.many) / 1000
    if millis < 1000:
        return f"{when.number(max(1, round(millis)), locale)} ms"
    return f"{when.points(round(millis / 1000, 2), locale)} s"  # pyright: ignore[reportArgumentType]


def _slow(work: Work, span: Range, locale: str) -> Chart:
    lines = [
        Line(
            row.route,
            [
                when.number(int(row.many), locale),
                average_of(row, locale),
                next((said for name, said in BOUNDS if getattr(row, name) * 100 >= row.many * 95), "over 2.5 s"),
                when.number(int(row.errors), locale),
            ],
        )
        for row in slowest(work, *in_hours(span), limit=ROUTES)
    ]
    return Chart(
        id="slow",
        title="Slow pages",
        note="What took longest on average: templates of addresses and names of handlers, never an address itself",
        kind="table",
        heads=["Page or handler", "Times", "On average", "95% within", "Errors"],
        lines=lines,
        nothing="Nothing was counted in this time",
    )


# ---- Storage

_ONCE = (
    columns(func.max(col(StoredFile.size_bytes)).label("size_bytes")).group_by(col(StoredFile.sha256)).subquery("once")
)
_DISK = columns(func.sum(_ONCE.c.size_bytes).label("bytes"), func.count().label("files")).select_from(_ONCE)
_BY_KIND = (
    columns(col(StoredFile.scope), func.count().label("files"), func.sum(col(StoredFile.size_bytes)).label("bytes"))
    .group_by(col(StoredFile.scope))
    .order_by(func.sum(col(StoredFile.size_bytes)).desc())
)
_COURSE = func.coalesce(
    col(OutlineItem.course_id), col(Submission.course_id), col(Attempt.course_id), col(Question.course_id)
)
_USED = (
    columns(_COURSE.label("course_id"), col(StoredFile.size_bytes))
    .outerjoin(OutlineItem, col(OutlineItem.id) == col(StoredFile.scope_id))
    .outerjoin(
        Submission,
        and_(col(StoredFile.scope).in_(["submission", "feedback"]), col(Submission.id) == col(StoredFile.scope_id)),
    )
    .outerjoin(Attempt, and_(col(StoredFile.scope) == "answer", col(Attempt.id) == col(StoredFile.scope_id)))
    .outerjoin(Question, and_(col(StoredFile.scope) == "question", col(Question.id) == col(StoredFile.scope_id)))
    .subquery("used")
)
_BY_COURSE = (
    columns(
        col(Course.title),
        col(Course.slug),
        func.count().label("files"),
        func.sum(_USED.c.size_bytes).label("bytes"),
    )
    .select_from(_USED)
    .join(Course, col(Course.id) == _USED.c.course_id)
    .group_by(col(Course.id), col(Course.title), col(Course.slug))
    .order_by(func.sum(_USED.c.size_bytes).desc(), col(Course.title))
    .limit(BARS)
)
_HEADS = ("Files", "Size")


def _by_kind(work: Work, locale: str) -> Chart:
    found: list[tuple[str, Any]] = [
        (KINDS.get(row.scope, str(row.scope).replace("-", " ").capitalize()), row) for row in rows(work, _BY_KIND)
    ]
    return _stored(
        "storage-kinds", "Storage by kind", "Of all uses; what is used twice is kept once", "Kind", found, locale
    )


def _by_course(work: Work, locale: str) -> Chart:
    found: list[tuple[str, Any]] = [(str(row.title), row) for row in rows(work, _BY_COURSE)]
    return _stored("storage-courses", "Storage by course", "Of the courses with most of it", "Course", found, locale)


def _stored(id: str, title: str, note: str, head: str, found: Sequence[tuple[str, Any]], locale: str) -> Chart:
    chart = drawing.bars(
        id=id,
        title=title,
        note=note,
        nothing="No files yet",
        heads=[head, *_HEADS],
        lines=[(name, int(row.bytes), size(int(row.bytes), locale)) for name, row in found],
    )
    for line, (_name, row) in zip(chart.lines, found, strict=True):
        line.cells.insert(0, when.number(int(row.files), locale))
    return chart
