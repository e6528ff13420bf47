"""What should not stand there: reported by whoever reads it, hidden, kept or locked by the staff."""

from typing import Any
from uuid import UUID

import pytest

from lms_app.core.errors import Conflict, Invalid, NotFound, TooMany
from lms_app.courses import service as courses
from lms_app.discussions import service
from tests import makers as people
from tests.discussions import makers
from tests.makers import NOON


def _reported(person: Any, made: makers.Made) -> list[tuple[str, list[str]]]:
    found = person.sees(service.reported_posts, slug=made.course.slug)
    assert found.total == len(found.posts)
    return [(post.post_id, post.reasons) for post in found.posts]


def test_a_reported_post_is_hidden_and_its_author_reads_why(instructor: Any, student: Any) -> None:
    made = makers.thread(instructor, student)
    ad = makers.fellow(made.course, "Seller").does(service.answer, thread_id=made.thread, body="Buy my lamp.")
    post_id = UUID(ad.id)
    helper = people.person("Helper")
    instructor.does(courses.add_member, course_id=made.course.id, user_id=helper.id, role="assistant")

    student.does(service.report, post_id=post_id, reason="An\nadvertisement")
    makers.fellow(made.course, "Other").at(NOON + makers.MINUTE).does(service.report, post_id=post_id, reason="Spam")
    assert _reported(helper, made) == [(ad.id, ["Student: An advertisement", "Other: Spam"])]
    assert instructor.sees(service.questions, slug=made.course.slug).reported == 1
    assert student.sees(service.questions, slug=made.course.slug).reported == 0
    helper.does(service.hide, post_id=post_id, reason="Please write about the question.")

    assert _reported(instructor, made) == []
    seen = {who: makers.posts(who, made.thread)[1] for who in (student, instructor)}
    assert (seen[student].hidden, seen[student].html, seen[student].reason) == (True, "", "")
    assert (seen[instructor].html, seen[instructor].reason) == (
        "<p>Buy my lamp.</p>",
        "Please write about the question.",
    )
    instructor.does(service.restore, post_id=post_id)
    assert makers.posts(student, made.thread)[1].html == "<p>Buy my lamp.</p>"


def test_a_hidden_question_is_there_for_its_asker_and_the_staff_alone(instructor: Any, student: Any) -> None:
    made = makers.thread(instructor, student)
    other = makers.fellow(made.course)

    instructor.does(service.hide, post_id=made.question, reason="It gives the exam away.")

    assert other.sees(service.questions, slug=made.course.slug).lines == []
    with pytest.raises(NotFound):
        other.sees(service.read_thread, thread_id=made.thread)
    mine = student.sees(service.read_thread, thread_id=made.thread)
    assert (mine.thread.hidden, mine.posts[0].reason) == (True, "It gives the exam away.")
    assert student.sees(service.questions, slug=made.course.slug).lines[0].hidden
    with pytest.raises(Conflict):
        student.does(service.edit_post, post_id=made.question, body="Again")
    assert instructor.sees(service.unanswered_count) == 0


def test_reports_that_are_unfounded_are_closed(instructor: Any, student: Any) -> None:
    made = makers.thread(instructor, student)
    student.does(service.report, post_id=made.answer, reason="I do not like it")

    instructor.does(service.keep, post_id=made.answer)

    assert _reported(instructor, made) == []
    assert not makers.posts(student, made.thread)[1].hidden
    with pytest.raises(Conflict):
        student.does(service.report, post_id=made.answer, reason="Still not")


def test_what_cannot_be_reported(instructor: Any, student: Any) -> None:
    made = makers.thread(instructor, student)

    with pytest.raises(Conflict):
        student.does(service.report, post_id=made.question, reason="Mine")
    for reason in ("", " \n", "x" * 301):
        with pytest.raises(Invalid):
            student.does(service.report, post_id=made.answer, reason=reason)


def test_nobody_reports_without_end(instructor: Any, student: Any) -> None:
    made = makers.thread(instructor, student)
    posts = [instructor.does(service.answer, thread_id=made.thread, body=f"Answer {n}") for n in range(21)]
    for post in posts[:20]:
        student.does(service.report, post_id=UUID(post.id), reason="Hm")

    with pytest.raises(TooMany):
        student.does(service.report, post_id=UUID(posts[20].id), reason="Hm")


def test_a_post_that_is_reported_is_not_gone_when_its_author_deletes_it(instructor: Any, student: Any) -> None:
    made = makers.thread(instructor, student)
    seller = makers.fellow(made.course, "Seller")
    ad = seller.does(service.answer, thread_id=made.thread, body="Buy my lamp.")
    student.does(service.report, post_id=UUID(ad.id), reason="Spam")

    seller.does(service.delete_post, post_id=UUID(ad.id))

    assert _reported(instructor, made) == [(ad.id, ["Student: Spam"])]
    assert [one.html for one in instructor.sees(service.post_history, post_id=UUID(ad.id))] == ["<p>Buy my lamp.</p>"]


def test_in_a_locked_thread_only_the_staff_write(instructor: Any, student: Any) -> None:
    made = makers.thread(instructor, student)

    instructor.does(service.lock, thread_id=made.thread)

    with pytest.raises(Conflict):
        student.does(service.answer, thread_id=made.thread, body="But")
    with pytest.raises(Conflict):
        student.does(service.edit_post, post_id=made.question, body="But")
    assert student.sees(service.read_thread, thread_id=made.thread).thread.closed
    instructor.does(service.answer, thread_id=made.thread, body="The last word.")
    instructor.does(service.lock, thread_id=made.thread, locked=False)
    student.does(service.answer, thread_id=made.thread, body="Thanks")


def test_an_accepted_answer_that_is_hidden_is_accepted_no_more(instructor: Any, student: Any) -> None:
    made = makers.thread(instructor, student)
    student.does(service.accept, post_id=made.answer)

    instructor.does(service.hide, post_id=made.answer, reason="Wrong")

    assert student.sees(service.read_thread, thread_id=made.thread).thread.accepted_id == ""
    with pytest.raises(Conflict):
        student.does(service.accept, post_id=made.answer)
