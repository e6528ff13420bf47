"""The gradebook costs the same number of statements whatever its size."""

from typing import Any

from lms_app.gradebook import service
from tests.courses.test_queries import cost
from tests.gradebook import makers


def test_three_students_cost_as_much_as_many(instructor: Any) -> None:
    few, many = makers.class_of(instructor, 3, 2), makers.class_of(instructor, 150, 12)

    def costs(made: makers.Class) -> list[int]:
        slug, item, user = made.course.slug, made.items[1], made.students[1]
        return [
            cost(instructor, service.table, slug=slug),
            cost(instructor, service.table, slug=slug, only="missing", search="student"),
            cost(instructor, service.table, slug=slug, sort="total", descending=True),
            cost(instructor, service.table, slug=slug, sort=str(item)),
            cost(instructor, service.tallies, slug=slug),
            cost(instructor, service.column, item_id=item),
            cost(instructor, service.explain, slug=slug, user_id=user),
            cost(instructor, service.read_mark, item_id=item, user_id=user),
            cost(instructor, service.course_total, course_id=made.course.id, user_id=user),
            cost(instructor, service.setup, slug=slug),
        ]

    assert costs(few) == costs(many) == [12, 13, 14, 13, 2, 7, 12, 16, 6, 4]
