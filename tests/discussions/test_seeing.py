"""Who sees what: the doors of lessons hold for what is asked under them, at once and for everybody."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from lms_app.core import files
from lms_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms_app.courses import service as courses
from lms_app.discussions import service
from tests.courses import makers as course_makers
from tests.discussions import makers
from tests.makers import NOON

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def _finds(person: Any, made: makers.Made, **given: Any) -> list[str]:
    return [line.title for line in person.sees(service.questions, slug=made.course.slug, **given).lines]


def _sees_nothing(person: Any, made: makers.Made) -> None:
    for act, given in (
        (service.read_thread, {"thread_id": made.thread}),
        (service.under_lesson, {"item_id": made.course.items[0]}),
        (service.talk_readers_door, {"scope_id": made.course.items[0]}),
    ):
        with pytest.raises(NotFound):
            person.sees(act, **given)
    for act, given in (
        (service.answer, {"thread_id": made.thread, "body": "x"}),
        (service.reply, {"post_id": made.answer, "body": "x"}),
        (service.report, {"post_id": made.answer, "reason": "x"}),
        (service.follow, {"thread_id": made.thread}),
    ):
        with pytest.raises(NotFound):
            person.does(act, **given)


@pytest.mark.parametrize(
    "change",
    [
        {"published": False},
        {"opens_at": NOON + timedelta(days=2)},
        {"release": {"match": "all", "rules": [{"kind": "days", "days": 3}]}},
    ],
    ids=["unpublished", "opens later", "condition"],
)
def test_who_may_not_read_the_lesson_finds_nothing_asked_there(
    instructor: Any, student: Any, change: dict[str, Any]
) -> None:
    made = makers.thread(instructor, student)
    assert _finds(student, made) == ["Why green?"]

    instructor.does(courses.update_item, item_id=made.course.items[0], **change)

    _sees_nothing(student, made)
    assert _finds(student, made) == []
    with pytest.raises(NotFound):
        _finds(student, made, lesson_id=made.course.items[0])
    assert _finds(instructor, made) == ["Why green?"]
    assert instructor.sees(service.read_thread, thread_id=made.thread).thread.is_staff


def test_a_deleted_lesson_takes_its_questions_along_and_brings_them_back(instructor: Any, student: Any) -> None:
    made = makers.thread(instructor, student)

    instructor.does(courses.remove_item, item_id=made.course.items[0])

    for who in (student, instructor):
        assert _finds(who, made) == []
        with pytest.raises(NotFound):
            who.sees(service.read_thread, thread_id=made.thread)
    instructor.does(courses.restore_item, item_id=made.course.items[0])
    assert _finds(student, made) == ["Why green?"]


def test_who_leaves_or_is_removed_loses_it_at_once(instructor: Any, student: Any) -> None:
    made = makers.thread(instructor, student, enrol_mode="open")
    other = makers.fellow(made.course)

    student.does(courses.leave, slug=made.course.slug)
    instructor.does(courses.remove_member, course_id=made.course.id, user_id=other.id)

    for who in (student, other):
        _sees_nothing(who, made)
        with pytest.raises(NotFound):
            _finds(who, made)


def test_a_guest_of_a_preview_sees_no_questions(instructor: Any, student: Any, stranger: Any) -> None:
    made = makers.thread(instructor, student)
    instructor.does(courses.update_item, item_id=made.course.items[0], preview=True)
    assert stranger.sees(courses.read_lesson, item_id=made.course.items[0]).html

    _sees_nothing(stranger, made)


def test_a_course_without_questions_has_none_for_learners(instructor: Any, student: Any) -> None:
    made = makers.thread(instructor, student)

    instructor.does(courses.update_course, course_id=made.course.id, questions=False)

    _sees_nothing(student, made)
    assert instructor.sees(service.read_thread, thread_id=made.thread).thread.closed == (
        "Questions are turned off in this course."
    )
    with pytest.raises(Conflict):
        instructor.does(service.answer, thread_id=made.thread, body="x")
    assert instructor.sees(service.unanswered_count) == 0


def test_staff_see_it_as_a_student_does_and_write_nothing(instructor: Any, student: Any) -> None:
    made = makers.thread(instructor, student)
    instructor.does(service.hide, post_id=made.answer, reason="Not yet.")

    page = instructor.sees(service.read_thread, thread_id=made.thread, as_student=True)
    found = instructor.sees(service.under_lesson, item_id=made.course.items[0], as_student=True)

    assert (page.thread.is_staff, page.thread.mine, page.thread.may_accept) == (False, False, False)
    assert page.thread.closed == "You see this as a student would. Nothing is kept."
    assert [post.html for post in page.posts] == ["<p>I see <strong>no</strong> reason.</p>", ""]
    assert found.lines[0].url.endswith("?as=student")
    assert (found.unanswered, found.reported, found.is_staff) == (0, 0, False)
    instructor.does(courses.update_item, item_id=made.course.items[0], opens_at=NOON + timedelta(days=2))
    with pytest.raises(NotFound):
        instructor.sees(service.read_thread, thread_id=made.thread, as_student=True)
    # For a student the same words change nothing.
    assert not student.sees(service.questions, slug=made.course.slug, as_student=True).is_staff


def test_a_post_of_another_thread_is_not_in_this_one(instructor: Any, student: Any) -> None:
    made, other = makers.thread(instructor, student), makers.thread(instructor, student, title="Poems")

    with pytest.raises(NotFound):
        student.sees(service.read_thread, thread_id=made.thread, post_id=other.answer)
    with pytest.raises(NotFound):
        makers.asked(student, other.course, item_id=made.course.items[0])


def test_pictures_are_for_who_reads_the_lesson_and_pictures_only(
    instructor: Any, student: Any, stranger: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(files.READERS, service.TALK, service.talk_readers_door)
    monkeypatch.setitem(files.WRITERS, service.TALK, service.talk_writers_door)
    monkeypatch.setitem(files.CHECKS, service.TALK, service.check_picture)
    made = makers.thread(instructor, student)
    lesson = made.course.items[0]
    given = {"name": "leaf.png", "scope": service.TALK, "scope_id": lesson}

    kept = student.does(files.attach, files.stage_bytes(PNG), **given)
    of_course = student.does(files.attach, files.stage_bytes(PNG), **{**given, "scope_id": made.course.id})

    fellow = makers.fellow(made.course)
    for file in (kept, of_course):
        assert fellow.sees(files.open_file, file_id=UUID(file.id)).inline
        with pytest.raises(NotFound):
            stranger.sees(files.open_file, file_id=UUID(file.id))
    with pytest.raises(Invalid):
        student.does(files.attach, files.stage_bytes(b"%PDF-1.4 x"), **given)
    with pytest.raises(NotFound):
        stranger.does(files.attach, files.stage_bytes(PNG), **given)
    instructor.does(courses.update_item, item_id=lesson, published=False)
    with pytest.raises(NotFound):
        fellow.sees(files.open_file, file_id=UUID(kept.id))


def test_quizzes_and_assignments_have_no_questions_under_them(instructor: Any, student: Any) -> None:
    course = course_makers.course(instructor)
    item = instructor.does(courses.add_item, module_id=course.modules[0], kind="quiz", title="Quiz")
    course_makers.enrolled(student, course)

    with pytest.raises(NotFound):
        student.sees(service.under_lesson, item_id=item.id)


def test_assistants_moderate_and_learners_do_not(instructor: Any, student: Any) -> None:
    made = makers.thread(instructor, student)

    for act, given in (
        (service.hide, {"post_id": made.answer, "reason": "x"}),
        (service.restore, {"post_id": made.answer}),
        (service.keep, {"post_id": made.answer}),
        (service.lock, {"thread_id": made.thread}),
        (service.pin, {"thread_id": made.thread}),
    ):
        with pytest.raises(Forbidden):
            student.does(act, **given)
    with pytest.raises(Forbidden):
        student.sees(service.reported_posts, slug=made.course.slug)
