"""A thread of three posts and one of three thousand cost the same statements; so do short and long lists."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert

from lms_app.core.db import new_id
from lms_app.core.work import SYSTEM, unit_of_work
from lms_app.discussions import service
from lms_app.discussions.models import Post, PostReport, Thread
from tests.courses.test_queries import cost
from tests.discussions import makers
from tests.makers import NOON

MANY = 3_000


def _fill_thread(made: makers.Made, author_id: UUID) -> None:
    """Two thousand nine hundred replies to the answer, and more answers."""
    rows: list[dict[str, Any]] = []
    for number in range(MANY):
        own = new_id()
        is_answer = number % 30 == 0
        rows.append(
            {
                "id": own,
                "thread_id": made.thread,
                "root_id": own if is_answer else made.answer,
                "kind": "answer" if is_answer else "reply",
                "author_id": author_id,
                "role": "student",
                "body": "More",
                "html": "<p>More</p>",
                "created_at": NOON + timedelta(minutes=number + 6),
                "hidden_reason": "",
            }
        )
    with unit_of_work(SYSTEM, NOON) as work:
        work.db.connection().execute(insert(Post), rows)


def _fill_course(made: makers.Made, asker_id: UUID) -> None:
    threads: list[dict[str, Any]] = []
    posts: list[dict[str, Any]] = []
    reports: list[dict[str, Any]] = []
    for number in range(300):
        thread_id, own = new_id(), new_id()
        at = NOON + timedelta(minutes=number)
        shared = {"created_at": at}
        threads.append(
            {
                **shared,
                "id": thread_id,
                "course_id": made.course.id,
                "item_id": made.course.items[number % 4],
                "asker_id": asker_id,
                "title": f"Question {number}",
                "haystack": f"question {number}",
                "active_at": at,
            }
        )
        posts.append(
            {
                **shared,
                "id": own,
                "thread_id": thread_id,
                "root_id": own,
                "kind": "question",
                "author_id": asker_id,
                "role": "student",
                "body": "x",
                "html": "x",
                "hidden_reason": "",
            }
        )
        reports.append({**shared, "id": new_id(), "post_id": own, "reporter_id": asker_id, "reason": "x"})
    with unit_of_work(SYSTEM, NOON) as work:
        for table, rows in ((Thread, threads), (Post, posts), (PostReport, reports)):
            work.db.connection().execute(insert(table), rows)


def test_reading_a_thread(instructor: Any, student: Any) -> None:
    made = makers.thread(instructor, student)

    def costs() -> list[int]:
        return [
            cost(student, service.read_thread, thread_id=made.thread),
            cost(instructor, service.read_thread, thread_id=made.thread),
            cost(student, service.read_thread, thread_id=made.thread, post_id=made.answer),
        ]

    at_three = costs()
    _fill_thread(made, student.id)

    assert (at_three, costs()) == ([8, 7, 9], [8, 7, 9])
    page = student.sees(service.read_thread, thread_id=made.thread, limit=10_000)
    assert (len(page.posts), page.total) == (100, MANY + 2)
    last = student.sees(service.read_thread, thread_id=made.thread, offset=MANY).posts[-1]
    here = student.sees(service.read_thread, thread_id=made.thread, post_id=UUID(last.id))
    assert (here.offset, here.posts[-1].id) == (3000, last.id)


@pytest.mark.parametrize("show", ["", "unanswered", "mine", "following"])
def test_lists(instructor: Any, student: Any, show: str) -> None:
    made = makers.thread(instructor, student)

    def costs() -> list[int]:
        return [
            cost(student, service.questions, slug=made.course.slug, show=show),
            cost(instructor, service.questions, slug=made.course.slug, show=show, search="question"),
            cost(student, service.under_lesson, item_id=made.course.items[0]),
            cost(instructor, service.reported_posts, slug=made.course.slug),
            cost(instructor, service.unanswered_count),
        ]

    makers.fellow(made.course).does(service.report, post_id=made.question, reason="x")
    at_one = costs()
    _fill_course(made, student.id)

    assert (at_one, costs()) == ([7, 8, 6, 5, 1], [7, 8, 6, 5, 1])
    assert len(student.sees(service.under_lesson, item_id=made.course.items[0]).lines) == 5
    assert len(student.sees(service.questions, slug=made.course.slug, limit=10_000).lines) == 100
