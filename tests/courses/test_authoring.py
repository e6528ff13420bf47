"""Building a course, and what it refuses."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from sqlmodel import col, select

from lms_app.core.audit import AuditEntry
from lms_app.core.errors import Forbidden, Invalid, NotFound
from lms_app.core.work import SYSTEM, Work, unit_of_work
from lms_app.courses import service
from lms_app.courses.models import Lesson
from tests.courses import makers
from tests.makers import NOON


def _titles(person: Any, slug: str) -> list[list[str]]:
    return [[item.title for item in module.items] for module in person.sees(service.teaching, slug=slug).modules]


def test_a_new_course_is_a_draft_that_its_maker_teaches(instructor: Any) -> None:
    course = instructor.does(service.create_course, title="Crème brûlée")

    view = instructor.sees(service.teaching, slug="creme-brulee")

    assert (course.slug, course.status) == ("creme-brulee", "draft")
    assert (view.title, view.status, view.manages, view.modules) == ("Crème brûlée", "draft", True, [])
    assert [taught.role for taught in instructor.sees(service.taught)] == ["instructor"]


def test_courses_of_one_name_get_addresses_of_their_own(instructor: Any) -> None:
    slugs = [instructor.does(service.create_course, title="Ecology").slug for _ in range(3)]

    assert slugs == ["ecology", "ecology-2", "ecology-3"]


def test_only_who_teaches_creates_courses(student: Any, admin: Any, instructor: Any) -> None:
    with pytest.raises(Forbidden):
        student.does(service.create_course, title="Ecology")
    for_another = admin.does(service.create_course, title="Ecology", owner_id=instructor.id)
    mine = instructor.does(service.create_course, title="Poetry", owner_id=admin.id)

    assert [taught.slug for taught in instructor.sees(service.taught)] == [for_another.slug, mine.slug]


def test_the_command_line_creates_for_somebody(instructor: Any) -> None:
    with unit_of_work(SYSTEM, NOON) as work:
        course = service.create_course(work, title="Ecology", owner_id=instructor.id)
        module = service.add_module(work, course_id=course.id, title="One")
        service.add_lesson(work, module_id=module.id, title="Scales", body="text")
        service.publish(work, course_id=course.id)

    assert _titles(instructor, course.slug) == [["Scales"]]


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "x" * 161}, "title"),
        ({"slug": "Not an address"}, "slug"),
        ({"slug": "taken"}, "slug"),
        ({"summary": "x" * 301}, "summary"),
        ({"category": "x" * 61}, "category"),
        ({"level": "x" * 41}, "level"),
        ({"description": "x" * 500_001}, "description"),
        ({"enrol_mode": "magic"}, "enrol_mode"),
        ({"enrol_mode": "key"}, "enrol_key"),
        ({"enrol_mode": "key", "enrol_key": "abc"}, "enrol_key"),
        ({"starts_at": NOON, "ends_at": NOON}, "ends_at"),
        ({"hours": Decimal(-1)}, "hours"),
        ({"pass_fraction": Decimal("1.01")}, "pass_fraction"),
    ],
)
def test_what_a_course_cannot_be(instructor: Any, settings: dict[str, Any], field: str) -> None:
    instructor.does(service.create_course, title="Taken", slug="taken")

    with pytest.raises(Invalid) as refused:
        instructor.does(service.create_course, **{"title": "Ecology", **settings})

    assert list(refused.value.fields) == [field]


def test_changing_a_course_changes_only_what_is_named(instructor: Any, student: Any) -> None:
    course = makers.course(instructor, summary="Old", category="Science", ends_at=NOON + timedelta(days=3))

    instructor.does(service.update_course, course_id=course.id, summary="New", ends_at=None, description="**Bold**")

    page = student.sees(service.read, slug=course.slug)
    assert (page.title, page.summary, page.category, page.runs) == ("Principles of Ecology", "New", "Science", "")
    assert "Bold" in page.description_html
    assert student.sees(service.catalogue, search="new").total == 1


def test_a_changed_key_is_not_in_the_audit_log(instructor: Any, admin: Any) -> None:
    course = makers.course(instructor)
    instructor.does(service.update_course, course_id=course.id, enrol_mode="key", enrol_key="pond life")

    def entries(work: Work) -> list[Any]:
        return [(row.action, row.new) for row in work.db.exec(select(AuditEntry).order_by(col(AuditEntry.seq))).all()]

    assert ("course.changed", {"enrol_mode": "key"}) in admin.sees(entries)
    assert "pond life" not in str(admin.sees(entries))


def test_items_stand_in_the_order_they_were_put(instructor: Any) -> None:
    course = makers.course(instructor, ["A", "B", "C"], ["D"])
    a, b, c, d = course.items
    first, second = course.modules

    instructor.does(service.move_item, item_id=c, module_id=first, place=0)
    assert _titles(instructor, course.slug) == [["C", "A", "B"], ["D"]]
    instructor.does(service.move_item, item_id=a, module_id=second, place=99)
    assert _titles(instructor, course.slug) == [["C", "B"], ["D", "A"]]
    instructor.does(service.move_module, module_id=second, place=0)
    assert _titles(instructor, course.slug) == [["D", "A"], ["C", "B"]]
    assert {b, d} < set(course.items)


def test_an_item_does_not_move_into_another_course(instructor: Any) -> None:
    here, there = makers.course(instructor), makers.course(instructor, title="Poetry")

    with pytest.raises(NotFound):
        instructor.does(service.move_item, item_id=here.items[0], module_id=there.modules[0], place=0)


def test_lesson_text_is_kept_as_written_and_as_html(instructor: Any, admin: Any) -> None:
    course = makers.course(instructor, ["One"])
    instructor.does(service.update_lesson, item_id=course.items[0], body="<script>alert(1)</script> **Bold**")

    def row(work: Work) -> Lesson:
        return work.db.exec(select(Lesson)).one()

    lesson = admin.sees(row)
    assert lesson.body == "<script>alert(1)</script> **Bold**"
    assert "<script" not in lesson.html
    assert instructor.sees(service.read_lesson, item_id=course.items[0]).html == lesson.html


def test_text_rendered_ahead_is_taken_as_it_is(instructor: Any) -> None:
    course = makers.course(instructor)
    page = service.written("word " * 401)

    item = instructor.does(service.add_lesson, module_id=course.modules[0], title="Long", body=page)

    assert item.minutes == 3
    assert instructor.sees(service.read_lesson, item_id=item.id).html == page.html


def test_a_lesson_can_be_too_long() -> None:
    with pytest.raises(Invalid):
        service.written("x" * 500_001)


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"title": ""}, "title"), ({"minutes": -1}, "minutes"), ({"completion": "magic"}, "completion")],
)
def test_what_an_item_cannot_be(instructor: Any, changes: dict[str, Any], field: str) -> None:
    course = makers.course(instructor)

    with pytest.raises(Invalid) as refused:
        instructor.does(service.update_item, item_id=course.items[0], **changes)

    assert list(refused.value.fields) == [field]


def test_an_assistant_writes_but_does_not_manage(instructor: Any, student: Any) -> None:
    course = makers.course(instructor)
    instructor.does(service.add_member, course_id=course.id, user_id=student.id, role="assistant")

    student.does(service.update_module, module_id=course.modules[0], title="Beginnings")
    with pytest.raises(Forbidden):
        student.does(service.update_course, course_id=course.id, title="Mine")
    with pytest.raises(Forbidden):
        student.does(service.archive, course_id=course.id)

    view = student.sees(service.teaching, slug=course.slug)
    assert (view.modules[0].title, view.manages, view.enrol_key) == ("Beginnings", False, "")


def test_nothing_is_added_to_what_is_not_there(instructor: Any) -> None:
    with pytest.raises(NotFound):
        instructor.does(service.add_module, course_id=uuid4(), title="One")
    with pytest.raises(NotFound):
        instructor.does(service.add_item, module_id=uuid4(), kind="lesson", title="One")
    with pytest.raises(NotFound):
        instructor.does(service.update_lesson, item_id=uuid4(), body="")
