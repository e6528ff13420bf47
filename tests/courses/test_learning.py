"""A student's way through a course: lessons, places, locks, completion."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from lms_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms_app.core.outbox import OutboxMessage
from lms_app.core.work import SYSTEM, Work, unit_of_work
from lms_app.courses import service
from lms_app.courses.views import Completed, Goal, ItemView
from lms_app.web import routes
from tests.courses import makers
from tests.makers import NOON

DAY = timedelta(days=1)


def _woken(work: Work) -> list[str]:
    rows = work.db.exec(select(OutboxMessage).where(col(OutboxMessage.topic) == service.COURSE_PROGRESS)).all()
    return [row.payload["user_id"] for row in rows]


def _states(person: Any, slug: str) -> list[str]:
    return [item.state for module in person.sees(service.outline, slug=slug).modules for item in module.items]


def test_a_lesson_knows_its_place_and_its_neighbours(student: Any, instructor: Any) -> None:
    course = makers.course(instructor)
    makers.enrolled(student, course)

    lesson = student.sees(service.read_lesson, item_id=course.items[2])

    assert lesson.title == "Sunlight"
    assert lesson.module == "Module 2 · Part 2"
    assert lesson.place == "Lesson 1 of 2 · 10 min"
    assert "Green things eat light." in lesson.html
    assert (lesson.previous.title, lesson.next.title) == ("Counting", "Food webs")
    assert lesson.next.url == routes.lesson(course.slug, course.items[3])
    assert (lesson.counts, lesson.completed, lesson.locked) == (True, False, "")


def test_completing_leads_to_the_next_lesson_and_in_the_end_to_the_course(student: Any, instructor: Any) -> None:
    course = makers.course(instructor, ["One", "Two"])
    makers.enrolled(student, course)

    first = student.does(service.complete_lesson, item_id=course.items[0])
    again = student.does(service.complete_lesson, item_id=course.items[0])
    last = student.does(service.complete_lesson, item_id=course.items[1])

    assert first == again == Completed(routes.lesson(course.slug, course.items[1]), 1, 2, 50, course_completed=False)
    assert last == Completed(routes.course(course.slug), 2, 2, 100, course_completed=True)


def test_completing_the_course_wakes_the_certificate_and_keeps_the_first_moment(
    student: Any, instructor: Any, admin: Any
) -> None:
    course = makers.course(instructor, ["One", "Two"])
    makers.enrolled(student, course)
    makers.completed(student.at(NOON), course.items[0])
    assert admin.sees(_woken) == []

    makers.completed(student.at(NOON + DAY), course.items[1])
    makers.completed(student.at(NOON + 2 * DAY), course.items[1])

    assert admin.sees(_woken) == [str(student.id)] * 2
    assert student.sees(service.progress, slug=course.slug).completed_at == NOON + DAY


def test_one_submission_wakes_the_certificate_once(student: Any, instructor: Any, admin: Any) -> None:
    course = makers.course(instructor, ["One"])
    makers.enrolled(student, course)

    def twice(work: Work) -> None:
        service.mark_complete(work, item_id=course.items[0], user_id=student.id)
        service.tell_progress(work, course_id=course.id, user_id=student.id)

    student.at(NOON).does(twice)

    assert admin.sees(_woken) == [str(student.id)]


def test_a_new_mark_after_the_end_wakes_it_again_but_not_before(student: Any, instructor: Any, admin: Any) -> None:
    course = makers.course(instructor, ["One"])
    makers.enrolled(student, course)

    instructor.at(NOON).does(service.tell_progress, course_id=course.id, user_id=student.id)
    assert admin.sees(_woken) == []
    makers.completed(student.at(NOON + DAY), course.items[0])
    instructor.at(NOON + 2 * DAY).does(service.tell_progress, course_id=course.id, user_id=student.id)

    assert admin.sees(_woken) == [str(student.id)] * 2


def test_opening_a_lesson_is_where_one_resumes(student: Any, instructor: Any) -> None:
    course = makers.course(instructor)
    makers.enrolled(student, course)

    before = student.sees(service.read, slug=course.slug)
    page = student.does(service.open_lesson, item_id=course.items[1])
    after = student.sees(service.read, slug=course.slug)

    assert (before.resume, before.outline.resume_id) == ("Start the course", str(course.items[0]))
    assert page.outline.resume_id == str(course.items[1])
    assert (after.resume, after.outline.resume_id) == ("Resume lesson", str(course.items[1]))
    assert _states(student, course.slug) == ["todo", "now", "todo", "todo"]


def test_a_lesson_that_completes_by_seeing(student: Any, instructor: Any) -> None:
    course = makers.course(instructor, ["One"])
    instructor.does(service.update_item, item_id=course.items[0], completion="view")
    makers.enrolled(student, course)

    student.sees(service.read_lesson, item_id=course.items[0])
    assert _states(student, course.slug) == ["todo"]
    page = student.does(service.open_lesson, item_id=course.items[0])

    assert (page.lesson.completed, page.outline.percent) == (True, 100)


def test_mark_seen_by_rest_does_the_same(student: Any, instructor: Any) -> None:
    course = makers.course(instructor, ["One", "Two"])
    makers.enrolled(student, course)

    student.does(service.mark_seen, item_id=course.items[1])

    assert _states(student, course.slug) == ["todo", "now"]


def test_the_place_in_a_long_lesson_comes_back(student: Any, instructor: Any) -> None:
    course = makers.course(instructor)
    makers.enrolled(student, course)
    student.does(service.open_lesson, item_id=course.items[0])

    student.does(service.save_place, item_id=course.items[0], scroll=640)

    assert student.sees(service.read_lesson, item_id=course.items[0]).scroll == 640
    with pytest.raises(Invalid):
        student.does(service.save_place, item_id=course.items[0], scroll=1001)


def test_a_locked_lesson_says_when_it_opens_and_gives_nothing_away(student: Any, instructor: Any) -> None:
    course = makers.course(instructor, ["One", "Two"])
    instructor.does(service.update_item, item_id=course.items[1], opens_at=NOON + 6 * DAY)
    makers.enrolled(student, course)
    now = student.at(NOON)

    lesson = now.sees(service.read_lesson, item_id=course.items[1])
    page = now.does(service.open_lesson, item_id=course.items[1])
    with pytest.raises(Forbidden) as refused:
        now.does(service.complete_lesson, item_id=course.items[1])

    assert (lesson.html, lesson.files, lesson.locked) == ("", [], "Opens 7 March.")
    assert page.lesson.html == ""
    assert str(refused.value) == "Opens 7 March."
    assert _states(now, course.slug) == ["todo", "lock"]
    assert student.at(NOON + 6 * DAY).sees(service.read_lesson, item_id=course.items[1]).locked == ""


def test_what_was_completed_never_locks_again(student: Any, instructor: Any) -> None:
    course = makers.course(instructor, ["One", "Two"])
    makers.enrolled(student, course)
    makers.completed(student.at(NOON), course.items[0])

    instructor.does(service.update_item, item_id=course.items[0], opens_at=NOON + 6 * DAY)

    lesson = student.at(NOON + DAY).sees(service.read_lesson, item_id=course.items[0])
    assert (lesson.locked, lesson.completed) == ("", True)
    assert student.at(NOON + DAY).does(service.complete_lesson, item_id=course.items[0]).done == 1


def test_before_a_course_starts_its_members_see_the_outline_only(student: Any, instructor: Any) -> None:
    course = makers.course(instructor, ["One"], starts_at=NOON + 6 * DAY)
    makers.enrolled(student.at(NOON), course)

    page = student.at(NOON).sees(service.read, slug=course.slug)

    assert (page.opens, page.standing) == ("7 March", "student")
    assert page.outline.modules[0].note == "Opens 7 March"
    assert page.outline.modules[0].items == [
        ItemView(
            id=str(course.items[0]),
            kind="lesson",
            title="One",
            state="lock",
            note="Opens 7 March",
            url="",
            minutes=10,
            required=True,
            due_at=None,
            opens_at=NOON + 6 * DAY,
        )
    ]


def test_progress_counts_what_is_required_and_published(student: Any, instructor: Any) -> None:
    course = makers.course(instructor, ["One", "Two", "Extra", "Draft"])
    instructor.does(service.update_item, item_id=course.items[2], required=False)
    instructor.does(service.update_item, item_id=course.items[3], published=False)
    makers.enrolled(student, course)
    makers.completed(student, course.items[0], course.items[2])

    outline = student.sees(service.outline, slug=course.slug)

    assert (outline.done, outline.total, outline.percent, outline.minutes_left) == (1, 2, 50, 10)
    assert [module.percent for module in outline.modules] == [50]
    assert _states(student, course.slug) == ["done", "todo", "done"]


def test_a_course_that_lost_its_last_open_item_is_complete_for_who_did_the_rest(
    student: Any, stranger: Any, instructor: Any, admin: Any
) -> None:
    course = makers.course(instructor, ["One", "Two"])
    makers.enrolled(student, course)
    makers.enrolled(stranger, course)
    makers.completed(student, course.items[0])

    instructor.at(NOON).does(service.update_item, item_id=course.items[1], published=False)

    assert student.sees(service.progress, slug=course.slug).completed_at == NOON
    assert stranger.sees(service.progress, slug=course.slug).completed_at is None
    assert admin.sees(_woken) == [str(student.id)]


def test_completion_stays_when_the_course_grows(student: Any, instructor: Any) -> None:
    course = makers.course(instructor, ["One"])
    makers.enrolled(student, course)
    makers.completed(student.at(NOON), course.items[0])

    makers.lesson(instructor, course.modules[0], "Two")

    progress = student.sees(service.progress, slug=course.slug)
    assert (progress.percent, progress.completed_at) == (50, NOON)


def test_what_only_handing_in_completes_cannot_be_marked(student: Any, instructor: Any) -> None:
    course = makers.course(instructor)
    quiz = instructor.does(service.add_item, module_id=course.modules[0], kind="quiz", title="Quiz", completion="pass")
    makers.enrolled(student, course)

    with pytest.raises(Conflict):
        student.does(service.complete_lesson, item_id=quiz.id)
    student.does(service.mark_complete, item_id=quiz.id, user_id=student.id)

    assert student.sees(service.progress, slug=course.slug).done == 1


def test_who_may_complete_for_somebody_else(student: Any, stranger: Any, instructor: Any) -> None:
    course = makers.course(instructor)
    makers.enrolled(student, course)
    makers.enrolled(stranger, course)

    with pytest.raises(Forbidden):
        stranger.does(service.mark_complete, item_id=course.items[0], user_id=student.id)
    with pytest.raises(NotFound):
        instructor.does(service.mark_complete, item_id=course.items[0], user_id=instructor.id)
    instructor.does(service.mark_complete, item_id=course.items[0], user_id=student.id)
    with unit_of_work(SYSTEM) as work:
        service.mark_complete(work, item_id=course.items[1], user_id=student.id)

    assert student.sees(service.progress, slug=course.slug).done == 2
    assert stranger.sees(service.progress, slug=course.slug).done == 0


def test_staff_read_everything_and_leave_no_trace(instructor: Any, admin: Any) -> None:
    course = makers.course(instructor, ["One"], published=False)
    instructor.does(service.update_item, item_id=course.items[0], published=False, opens_at=NOON + DAY)

    for person in (instructor, admin):
        page = person.at(NOON).does(service.open_lesson, item_id=course.items[0])
        assert (page.lesson.locked, page.lesson.counts, page.lesson.module) == ("", False, "Draft")
        with pytest.raises(Forbidden):
            person.does(service.complete_lesson, item_id=course.items[0])
    assert instructor.sees(service.learners, slug=course.slug).total == 0


def test_archived_work_is_read_only(student: Any, instructor: Any) -> None:
    course = makers.course(instructor)
    makers.enrolled(student, course)
    instructor.does(service.archive, course_id=course.id)

    assert student.sees(service.read_lesson, item_id=course.items[0]).title == "Scales of life"
    with pytest.raises(Forbidden):
        student.does(service.complete_lesson, item_id=course.items[0])


def test_a_preview_is_open_before_joining(stranger: Any, instructor: Any) -> None:
    course = makers.course(instructor, ["One", "Two", "Three"])
    for item_id in (course.items[0], course.items[2]):
        instructor.does(service.update_item, item_id=item_id, preview=True)

    outline = stranger.sees(service.outline, slug=course.slug)
    lesson = stranger.does(service.open_lesson, item_id=course.items[0]).lesson
    with pytest.raises(NotFound):
        stranger.sees(service.read_lesson, item_id=course.items[1])

    assert [bool(item.url) for item in outline.modules[0].items] == [True, False, True]
    assert (lesson.title, lesson.counts, lesson.next.title) == ("One", False, "Three")
    instructor.does(service.unpublish, course_id=course.id)
    with pytest.raises(NotFound):
        stranger.sees(service.read_lesson, item_id=course.items[0])


def test_the_course_page_says_what_is_next(student: Any, instructor: Any) -> None:
    course = makers.course(
        instructor, ["One", "Two"], summary="Energy and time.", hours=14, ends_at=NOON + 10 * DAY, category="Science"
    )
    instructor.does(service.update_item, item_id=course.items[1], due_at=NOON + DAY)
    makers.enrolled(student.at(NOON - 10 * DAY), course)
    makers.completed(student.at(NOON), course.items[0])

    page = student.at(NOON).sees(service.read, slug=course.slug)

    assert (page.extent, page.runs, page.left) == ("2 lessons · 14 hours", "Runs until 11 March", "About 10 min left")
    assert page.pace == "On track for 11 March"
    assert (page.due.title, page.due.kind) == ("Two", "mark")
    assert page.due.url == routes.lesson(course.slug, course.items[1])
    assert page.goals == [Goal("Finish all lessons (1 of 2)", "now")]
    assert (page.outline.percent, page.outline.resume_url) == (50, routes.lesson(course.slug, course.items[1]))


def test_a_stranger_reads_the_outline_of_a_published_course_without_progress(stranger: Any, instructor: Any) -> None:
    course = makers.course(instructor, ["One"])

    page = stranger.sees(service.read, slug=course.slug)

    assert (page.standing, page.closed, page.resume, page.goals) == ("stranger", "", "", [])
    assert [(item.title, item.state, item.url) for item in page.outline.modules[0].items] == [("One", "todo", "")]


def test_other_kinds_of_item_tell_their_own_facts(
    student: Any, instructor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def describe(work: Work, ids: Any, user_id: UUID) -> dict[UUID, service.ItemFacts]:
        return {
            item_id: service.ItemFacts(state="now", minutes=20, note="10 questions", due_at=NOON + DAY)
            for item_id in ids
        }

    kind = service.ItemKind(
        icon="list-checks",
        noun="quiz",
        nouns="quizzes",
        verb="Go to the quiz",
        url=lambda s, i: f"/q/{i}",
        describe=describe,
    )
    monkeypatch.setitem(service.ITEM_KINDS, "quiz", kind)
    course = makers.course(instructor, ["One", "Two"])
    quiz = instructor.does(service.add_item, module_id=course.modules[0], kind="quiz", title="Quiz 1")
    makers.enrolled(student, course)
    makers.completed(student, *course.items)

    page = student.at(NOON).sees(service.read, slug=course.slug)

    assert quiz.completion == "submit"
    assert page.outline.modules[0].note == "2 lessons · 1 quiz"
    line = page.outline.modules[0].items[2]
    assert (line.state, line.note, line.url) == ("now", "20 min · due Tue 2 Mar", f"/q/{quiz.id}")
    assert (page.due.note, page.resume) == ("10 questions", "Go to the quiz")
