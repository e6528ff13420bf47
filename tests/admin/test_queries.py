"""Lists cost the same number of statements whatever their length."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from lms_app.admin import service
from lms_app.core import db, mail
from lms_app.core.identity import User
from lms_app.core.work import SYSTEM, unit_of_work
from lms_app.courses.models import Course, CourseMember
from tests.makers import NOON


def _cost(admin: Any, act: Callable[..., Any], **given: Any) -> int:
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            statements.append(statement)

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
            mail.put(work, to=user.email, subject="Welcome", text="Welcome")


@pytest.mark.parametrize(
    ("act", "given", "queries"),
    [
        (service.overview, {}, 9),
        (service.people, {"search": "ada", "limit": 100}, 2),
        (service.all_courses, {"search": "course", "limit": 100}, 2),
        (service.mail_list, {"limit": 100}, 2),
    ],
)
def test_three_cost_as_much_as_three_hundred(
    admin: Any, instructor: Any, act: Callable[..., Any], given: dict[str, Any], queries: int
) -> None:
    _fill(0, 3, instructor.id)
    at_three = _cost(admin, act, **given)
    _fill(3, 300, instructor.id)

    assert (at_three, _cost(admin, act, **given)) == (queries, queries)
