"""What goes on at this moment."""

from datetime import timedelta

from sqlalchemy import func, or_
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.admin.dashboard_views import Now, Slow, Stat
from lms_app.admin.models import Traffic
from lms_app.admin.service.dashboards.running import average_of, slowest
from lms_app.admin.service.dashboards.spans import HOUR
from lms_app.admin.service.door import enter, rows
from lms_app.admin.service.watching import figures
from lms_app.core import db, when
from lms_app.core.identity import SEEN_EVERY, User
from lms_app.core.work import Work
from lms_app.quizzes.models import Answer, Attempt, State

MINUTE = timedelta(minutes=1)
SLOWEST = 5


def now_panel(work: Work) -> Now:
    """Who is here, which quizzes run, what waits, and what is slow. Seven queries (six on SQLite) over what is new or not done."""
    enter(work)
    locale = work.actor.locale
    waits = figures(work)
    here = columns(func.count().label("many")).where(col(User.seen_at) >= work.now - SEEN_EVERY, ~col(User.is_service))
    under_way = or_(col(Attempt.state) == State.OPEN, col(Attempt.finished_at) >= work.now - MINUTE)
    saved = (
        columns(func.count().label("many"))
        .select_from(Answer)
        .join(Attempt, col(Attempt.id) == col(Answer.attempt_id))
        .where(under_way, col(Answer.received_at) >= work.now - MINUTE)
    )
    jobs, post = (waits.outbox[kind, "waiting"] + waits.outbox[kind, "leased"] for kind in ("job", "mail"))
    failed = waits.outbox["mail", "failed"]
    oldest = waits.oldest_waiting_seconds
    shown = [
        ("People here", rows(work, here)[0].many, "Active in the last 5 minutes"),
        ("Attempts running", waits.attempts_open, "Quizzes that are open now"),
        ("Answers saved", rows(work, saved)[0].many, "In the last minute"),
        (
            "Jobs waiting",
            jobs,
            f"The oldest for {when.duration_seconds(oldest, locale)}" if oldest >= 1 else "Nothing is late",
        ),
        ("Mail waiting", post, f"{when.number(failed, locale)} could not be sent" if failed else "None was given up"),
    ]
    hour = db.to_micros(work.now) // HOUR
    slow = slowest(work, col(Traffic.hour) >= hour - (work.now.minute < 5), limit=SLOWEST)
    return Now(
        at=when.clock(work.now, work.actor.zone, locale),
        figures=[Stat(label, when.number(many, locale), note) for label, many, note in shown],
        slow=[Slow(row.route, when.number(int(row.many), locale), average_of(row, locale)) for row in slow],
    )
