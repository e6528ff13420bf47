"""The staff tell everybody in a course: on its page, newest first, and one mail to each."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from lms_app.core.errors import Forbidden, Invalid, NotFound, TooMany
from lms_app.courses import service
from tests import makers as people
from tests.accounts.helpers import letters
from tests.courses import makers
from tests.courses.test_listing import post
from tests.makers import NOON


def drained(rounds: int = 5) -> None:
    """What is put off to the next hundred is done, too."""
    for minutes in range(0, rounds * 5, 5):
        post(NOON + timedelta(days=1, minutes=minutes))


def test_everybody_in_the_course_reads_it_and_gets_one_mail(instructor: Any, student: Any, stranger: Any) -> None:
    course = makers.course(instructor)
    assistant = people.person("Assistant")
    makers.enrolled(student, course)
    instructor.does(service.add_member, course_id=course.id, user_id=assistant.id, role="assistant")
    gone = makers.enrolled(people.person("Gone"), course)
    gone.does(service.leave, slug=course.slug)

    first = assistant.at(NOON).does(
        service.announce, slug=course.slug, title="The pond  is open", body="Bring **boots**."
    )
    second = instructor.does(service.announce, slug=course.slug, title="Rain", body="Bring a coat.")
    drained()

    assert (first.title, first.html, first.note) == (
        "The pond is open",
        "<p>Bring <strong>boots</strong>.</p>",
        "Assistant, 1 March",
    )
    for reader in (student, assistant, instructor):
        assert {one.id for one in reader.sees(service.announcements, slug=course.slug)} == {first.id, second.id}
    (both,) = letters(student.email)
    assert both.subject.endswith(": 2 notifications")
    for words in ("Principles of Ecology: The pond is open", "Bring **boots**.", "Bring a coat."):
        assert words in both.text
    assert [one.subject for one in letters(assistant.email)] == ["Principles of Ecology: Rain"]
    assert [one.subject for one in letters(instructor.email)] == ["Principles of Ecology: The pond is open"]
    assert letters(stranger.email) == letters(gone.email) == []


def test_a_large_class_is_mailed_in_parts_and_nobody_twice(instructor: Any) -> None:
    course = makers.course(instructor)
    text = "\n".join(people.person(f"Ada {number}").email for number in range(230))
    instructor.does(service.enrol_list, slug=course.slug, people=service.read_list(text))
    instructor.does(service.announce, slug=course.slug, title="Rain", body="Bring a coat.")

    drained()

    found = [one.to for one in letters() if one.subject == "Principles of Ecology: Rain"]
    assert (len(found), len(set(found))) == (230, 230)


def test_what_is_deleted_before_it_went_out_is_not_sent(instructor: Any, student: Any) -> None:
    course = makers.course(instructor)
    makers.enrolled(student, course)
    said = instructor.does(service.announce, slug=course.slug, title="Rain", body="Bring a coat.")

    instructor.does(service.delete_announcement, slug=course.slug, announcement_id=UUID(said.id))
    drained()

    assert letters() == []
    assert student.sees(service.announcements, slug=course.slug) == []
    with pytest.raises(NotFound):
        instructor.does(service.delete_announcement, slug=course.slug, announcement_id=UUID(said.id))


def test_learners_of_a_draft_hear_nothing_of_it(instructor: Any, student: Any) -> None:
    course = makers.course(instructor, published=False)
    instructor.does(service.add_member, course_id=course.id, user_id=student.id)
    instructor.does(service.announce, slug=course.slug, title="Rain", body="Bring a coat.")

    drained()

    assert letters(student.email) == []


def test_an_announcement_of_another_course_is_not_there(instructor: Any) -> None:
    here, there = makers.course(instructor), makers.course(instructor, title="Poems")
    said = instructor.does(service.announce, slug=there.slug, title="Rain", body="Bring a coat.")

    with pytest.raises(NotFound):
        instructor.does(service.delete_announcement, slug=here.slug, announcement_id=UUID(said.id))


@pytest.mark.parametrize(
    ("title", "body", "fields"),
    [("", "Text", ["title"]), ("T" * 161, " ", ["title", "body"]), ("Title", "x" * 10_001, ["body"])],
)
def test_what_an_announcement_cannot_be(instructor: Any, title: str, body: str, fields: list[str]) -> None:
    course = makers.course(instructor)

    with pytest.raises(Invalid) as refused:
        instructor.does(service.announce, slug=course.slug, title=title, body=body)

    assert list(refused.value.fields) == fields


def test_a_student_announces_nothing_and_nobody_without_end(instructor: Any, student: Any) -> None:
    course = makers.course(instructor)
    makers.enrolled(student, course)

    with pytest.raises(Forbidden):
        student.does(service.announce, slug=course.slug, title="Mine", body="Mine")
    for number in range(20):
        instructor.does(service.announce, slug=course.slug, title=f"Rain {number}", body="Bring a coat.")
    with pytest.raises(TooMany):
        instructor.does(service.announce, slug=course.slug, title="Rain", body="Bring a coat.")


def test_nothing_that_is_announced_runs_on_the_page(instructor: Any) -> None:
    course = makers.course(instructor)

    said = instructor.does(
        service.announce, slug=course.slug, title="<b>", body="<script>alert(1)</script> [x](javascript:alert(1))"
    )

    assert "<script" not in said.html
    assert "href" not in said.html
