"""Lists cost the same number of statements whatever their length."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import event

from lms_app.admin import service
from lms_app.admin.audit_views import AuditFilter
from lms_app.core import audit, db, mail, site
from lms_app.core.identity import User
from lms_app.core.work import SYSTEM, unit_of_work
from lms_app.courses.models import Course, CourseMember
from tests.makers import NOON


def _cost(admin: Any, act: Callable[..., Any], **given: Any) -> int:
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            statements.append(statement)

    site.known()  # once for each process
    engine = db.database().read
    event.listen(engine, "before_cursor_execute", note)
    try:
        admin.sees(act, **given)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(statements)


def _fill(first: int, last: int, owner: Any) -> None:
    """People, courses, enrolments and mail, straight into the tables: three hundred of each in a moment."""
    with unit_of_work(SYSTEM, NOON) as work:
        for number in range(first, last):
            joined = NOON - timedelta(days=number % 40)
            user = User(name=f"Ada {number}", email=f"ada.{number}@example.org", created_at=joined, verified_at=joined)
            course = Course(
                slug=f"course-{number}", title=f"Course {number}", status="published", owner_id=owner, created_at=joined
            )
            work.db.add_all([user, course])
            work.db.flush()
            state = "waiting" if number % 3 == 0 else "active"
            work.db.add(CourseMember(course_id=course.id, user_id=user.id, state=state, joined_at=joined))
            audit.record(work, "grade.changed", "course", course.id, None, {"user_id": str(user.id)})
            mail.put(work, to=user.email, subject="Welcome", text="Welcome")


QUERIES: list[tuple[Callable[..., Any], dict[str, Any], int]] = [
    (service.overview, {}, 9),
    (service.analytics, {"section": "people"}, 9),
    (service.analytics, {"section": "learning", "compare": True}, 5),
    (service.analytics, {"section": "quizzes"}, 3),
    (service.analytics, {"section": "retention"}, 3),
    (service.analytics, {"section": "running"}, 12),
    (service.analytics_sheet, {"section": "learning", "figure": "courses"}, 5),
    (service.now_panel, {}, 6),
    (service.people, {"search": "ada", "limit": 100}, 3),
    (service.people_sheet, {}, 3),
    (service.programs, {}, 1),
    (service.doctor, {}, 0),
    (service.cohorts, {}, 2),
    (service.audit_log, {"limit": 100, "wanted": AuditFilter(who="admin", subject="course")}, 8),
    (service.audit_sheet, {"wanted": AuditFilter(what="grades")}, 1),
    (service.all_courses, {"search": "course", "limit": 100}, 2),
    (service.site_settings, {}, 1),
    (service.all_backups, {}, 1),
    (service.mail_list, {"limit": 100}, 2),
]


def test_three_cost_as_much_as_three_hundred(admin: Any, instructor: Any) -> None:
    """How many statements each list asks: the same however long it is."""
    # PostgreSQL is asked once more by the panel: the same for three and for three hundred.
    more = {service.now_panel: 0 if db.database().is_sqlite else 1}
    wanted = [(act.__name__, given, queries + more.get(act, 0)) for act, given, queries in QUERIES]
    for first, last in ((0, 3), (3, 300)):
        _fill(first, last, instructor.id)

        assert [(act.__name__, given, _cost(admin, act, **given)) for act, given, _queries in QUERIES] == wanted
