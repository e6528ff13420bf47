"""A question under a lesson and its answers: asking, answering, replying, accepting, editing, deleting."""

from typing import Any
from uuid import UUID

import pytest

from lms_app.core.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from lms_app.courses import service as courses
from lms_app.discussions import service
from tests.courses import makers as course_makers
from tests.discussions import makers
from tests.discussions.makers import MINUTE
from tests.makers import NOON


def _lines(person: Any, course: Any, **given: Any) -> list[tuple[str, int, str]]:
    found = person.sees(service.questions, slug=course.slug, **given)
    return [(line.title, line.answers, line.state) for line in found.lines]


def test_a_question_is_answered_and_the_asker_accepts(instructor: Any, student: Any) -> None:
    made = makers.thread(instructor, student)
    other = makers.fellow(made.course)
    reply = other.at(NOON + 6 * MINUTE).does(service.reply, post_id=made.answer, body="And green?")
    second = other.at(NOON + 7 * MINUTE).does(service.answer, thread_id=made.thread, body="It is thrown back.")
    below = student.at(NOON + 8 * MINUTE).does(service.reply, post_id=UUID(reply.id), body="Thrown back.")

    student.does(service.accept, post_id=UUID(second.id))

    page = student.at(NOON + 10 * MINUTE).sees(service.read_thread, thread_id=made.thread)
    assert [(post.kind, post.author, post.role, post.accepted, post.mine) for post in page.posts] == [
        ("question", "Student", "", False, True),
        ("answer", "Fellow", "", True, False),
        ("answer", "Instructor", "Instructor", False, False),
        ("reply", "Fellow", "", False, False),
        ("reply", "Student", "", False, True),
    ]
    assert page.posts[0].html == "<p>I see <strong>no</strong> reason.</p>"
    assert {reply.id, below.id} == {post.id for post in page.posts if post.root_id == str(made.answer)} - {
        str(made.answer)
    }
    assert (page.thread.title, page.thread.lesson, page.thread.answers) == ("Why green?", "Scales of life", 2)
    assert (page.thread.may_accept, page.thread.accepted_id) == (True, second.id)
    assert _lines(student, made.course) == [("Why green?", 2, "accepted")]
    student.does(service.accept, post_id=UUID(second.id), accepted=False)
    assert _lines(student, made.course) == [("Why green?", 2, "answered")]


def test_only_the_asker_and_the_staff_accept_and_only_answers(instructor: Any, student: Any) -> None:
    made = makers.thread(instructor, student)
    other = makers.fellow(made.course)

    with pytest.raises(Forbidden):
        other.does(service.accept, post_id=made.answer)
    with pytest.raises(Conflict):
        student.does(service.accept, post_id=made.question)
    instructor.does(service.accept, post_id=made.answer)

    assert _lines(other, made.course) == [("Why green?", 1, "accepted")]


def test_a_question_about_the_whole_course_has_no_lesson(instructor: Any, student: Any) -> None:
    course = course_makers.course(instructor)
    course_makers.enrolled(student, course)
    makers.asked(student, course, title="When is the exam?", item_id=None)
    makers.asked(student, course, title="Why green?")

    found = student.sees(service.questions, slug=course.slug)

    assert {line.note for line in found.lines} == {
        "Student · just now · The whole course",
        "Student · just now · Scales of life",
    }
    assert _lines(student, course, lesson_id=course.items[0]) == [("Why green?", 0, "")]
    assert _lines(student, course, lesson_id=course.items[1]) == []
    assert student.sees(service.under_lesson, item_id=course.items[0]).total == 1


def test_lists_are_filtered_and_searched_and_pinned_ones_stand_on_top(instructor: Any, student: Any) -> None:
    made = makers.thread(instructor, student)
    other = makers.fellow(made.course)
    makers.asked(
        other.at(NOON + 9 * MINUTE),
        made.course,
        title="Élan vital?",
        body="What of yeast",
        item_id=made.course.items[1],
    )

    assert [title for title, *_ in _lines(student, made.course)] == ["Élan vital?", "Why green?"]
    assert _lines(student, made.course, show="unanswered") == [("Élan vital?", 0, "")]
    assert _lines(student, made.course, show="mine") == [("Why green?", 1, "answered")]
    assert _lines(student, made.course, show="following") == [("Why green?", 1, "answered")]
    assert _lines(student, made.course, search="elan YEAST") == [("Élan vital?", 0, "")]
    assert _lines(student, made.course, search="50%_") == []
    with pytest.raises(Invalid):
        student.sees(service.questions, slug=made.course.slug, show="all of them")
    instructor.does(service.pin, thread_id=made.thread)
    assert [title for title, *_ in _lines(student, made.course)] == ["Why green?", "Élan vital?"]


def test_a_click_too_many_says_it_once(instructor: Any, student: Any) -> None:
    course = course_makers.course(instructor)
    course_makers.enrolled(student, course)

    first, again = makers.asked(student, course), makers.asked(student, course)
    thread_id = UUID(first.thread_id)
    said = [student.does(service.answer, thread_id=thread_id, body="I see it now.") for _ in range(2)]
    later = student.at(NOON + 2 * MINUTE).does(service.answer, thread_id=thread_id, body="I see it now.")

    assert first == again
    assert said[0] == said[1] != later
    assert student.sees(service.questions, slug=course.slug).total == 1


def test_an_edited_post_says_so_and_the_staff_see_what_it_was(instructor: Any, student: Any) -> None:
    made = makers.thread(instructor, student)

    assert student.does(service.post_source, post_id=made.question) == ("Why green?", "I see **no** reason.")
    student.at(NOON + MINUTE).does(
        service.edit_post, post_id=made.question, title="Why  are leaves\r\nBcc: green?", body="Is there a *reason*?"
    )

    page = student.at(NOON + 3 * MINUTE).sees(service.read_thread, thread_id=made.thread)
    assert page.thread.title == "Why are leaves Bcc: green?"
    assert (page.posts[0].html, page.posts[0].edited) == ("<p>Is there a <em>reason</em>?</p>", "2 minutes ago")
    assert [one.html for one in instructor.sees(service.post_history, post_id=made.question)] == [
        "<p>I see <strong>no</strong> reason.</p>"
    ]
    assert _lines(student, made.course, search="leaves reason") == [("Why are leaves Bcc: green?", 1, "answered")]
    for who in (makers.fellow(made.course), instructor):
        with pytest.raises(Forbidden):
            who.does(service.edit_post, post_id=made.question, body="Mine now.")
        with pytest.raises(Forbidden):
            who.does(service.delete_post, post_id=made.question)
    with pytest.raises(Forbidden):
        student.does(service.post_history, post_id=made.question)


def test_what_nobody_answered_is_gone_and_what_was_answered_keeps_its_place(instructor: Any, student: Any) -> None:
    made = makers.thread(instructor, student)
    lonely = makers.asked(student, made.course, title="Anybody?")
    reply = student.does(service.reply, post_id=made.answer, body="Thanks.")

    student.does(service.delete_post, post_id=UUID(lonely.id))
    instructor.does(service.delete_post, post_id=made.answer)
    student.does(service.delete_post, post_id=made.question)

    page = student.sees(service.read_thread, thread_id=made.thread)
    assert page.thread.title == "Deleted question"
    assert [(post.id, post.deleted, post.html, post.author) for post in page.posts] == [
        (str(made.question), True, "", ""),
        (str(made.answer), True, "", ""),
        (reply.id, False, "<p>Thanks.</p>", "Student"),
    ]
    assert [one.html for one in instructor.sees(service.post_history, post_id=made.answer)] == [
        "<p>Red and blue are eaten.</p>"
    ]
    assert _lines(student, made.course) == [("Deleted question", 0, "")]
    with pytest.raises(NotFound):
        student.sees(service.read_thread, thread_id=UUID(lonely.thread_id))
    with pytest.raises(NotFound):
        student.does(service.edit_post, post_id=made.question, body="Back again.")
    student.does(service.delete_post, post_id=UUID(reply.id))
    assert len(makers.posts(student, made.thread)) == 2


def test_an_accepted_answer_that_is_deleted_is_accepted_no_more(instructor: Any, student: Any) -> None:
    made = makers.thread(instructor, student)
    student.does(service.accept, post_id=made.answer)

    instructor.does(service.delete_post, post_id=made.answer)

    assert _lines(student, made.course) == [("Why green?", 0, "")]


def test_the_same_question_counts_once_each_and_ones_own_not(instructor: Any, student: Any) -> None:
    made = makers.thread(instructor, student)
    other = makers.fellow(made.course)

    for _ in range(2):
        standing = other.does(service.vote, thread_id=made.thread)
    assert (standing.votes, standing.voted, standing.following) == (1, True, True)
    with pytest.raises(Conflict):
        student.does(service.vote, thread_id=made.thread)
    assert other.does(service.vote, thread_id=made.thread, same=False).votes == 0


@pytest.mark.parametrize(
    ("title", "body", "fields"),
    [("", "Text", ["title"]), (" \r\n​", " ", ["title", "body"]), ("T" * 161, "x" * 10_001, ["title", "body"])],
)
def test_what_a_question_cannot_be(instructor: Any, student: Any, title: str, body: str, fields: list[str]) -> None:
    course = course_makers.course(instructor)
    course_makers.enrolled(student, course)

    with pytest.raises(Invalid) as refused:
        makers.asked(student, course, title=title, body=body)

    assert list(refused.value.fields) == fields


def test_nothing_that_is_said_runs_on_the_page(instructor: Any, student: Any) -> None:
    made = makers.thread(instructor, student)
    student.does(
        service.reply, post_id=made.answer, body="<script>x</script> [y](javascript:z) ![p](https://evil.example/p.png)"
    )

    html = makers.posts(student, made.thread)[-1].html

    assert "<script" not in html
    assert "href" not in html
    assert "src" not in html


def test_nobody_asks_or_writes_without_end(instructor: Any, student: Any) -> None:
    course = course_makers.course(instructor)
    course_makers.enrolled(student, course)
    said, *_ = [makers.asked(student, course, title=f"Question {number}") for number in range(20)]

    with pytest.raises(TooMany):
        makers.asked(student, course, title="One more")
    for number in range(60):
        student.does(service.answer, thread_id=UUID(said.thread_id), body=f"Answer {number}")
    with pytest.raises(TooMany):
        student.does(service.answer, thread_id=UUID(said.thread_id), body="One more")


def test_an_archived_course_is_read_and_nothing_more(instructor: Any, student: Any) -> None:
    made = makers.thread(instructor, student)
    instructor.does(courses.archive, course_id=made.course.id)

    assert student.sees(service.read_thread, thread_id=made.thread).thread.closed
    for act, given in (
        (service.answer, {"thread_id": made.thread, "body": "More"}),
        (service.reply, {"post_id": made.answer, "body": "More"}),
        (service.edit_post, {"post_id": made.question, "body": "More"}),
        (service.accept, {"post_id": made.answer}),
    ):
        with pytest.raises(Conflict):
            student.does(act, **given)
    with pytest.raises(Conflict):
        makers.asked(student, made.course, title="More")
