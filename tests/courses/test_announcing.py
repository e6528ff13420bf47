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


# ---- Corrected, put off, for a group


def test_a_correction_says_so_and_is_told_again_only_where_asked(instructor: Any, student: Any) -> None:
    course = makers.course(instructor)
    makers.enrolled(student, course)
    said = instructor.does(service.announce, slug=course.slug, title="Rain", body="Bring a coat.")
    drained(1)
    late = instructor.at(NOON + timedelta(days=2))
    given = {"slug": course.slug, "announcement_id": UUID(said.id)}

    source = late.sees(service.announcement_source, **given)
    assert (source.title, source.body, source.is_out) == ("Rain", "Bring a coat.", True)
    late.does(service.correct_announcement, **given, title="Rain", body="Bring a coat.")
    assert student.at(late.now).sees(service.announcements, slug=course.slug)[0].note == "Instructor, 1 March"
    quiet = late.does(service.correct_announcement, **given, title="Rain and wind", body="Bring a *warm* coat.")
    post(late.now + timedelta(minutes=9))
    assert len(letters(student.email)) == 1
    late.does(service.correct_announcement, **given, title="Rain and\r\nwind", body="Bring two coats.", tell_again=True)
    for minutes in range(20, 30, 3):
        post(late.now + timedelta(minutes=minutes))

    assert quiet.note == "Instructor, 1 March, corrected 3 March"
    (shown,) = student.at(late.now).sees(service.announcements, slug=course.slug)
    assert (shown.title, shown.html) == ("Rain and wind", "<p>Bring two coats.</p>")
    assert [one.subject for one in letters(student.email)] == [
        "Principles of Ecology: Rain",
        "Principles of Ecology: Corrected: Rain and wind",
    ]


def test_what_goes_out_later_is_not_there_before(instructor: Any, student: Any) -> None:
    course = makers.course(instructor)
    makers.enrolled(student, course)
    tomorrow = NOON + timedelta(days=1)
    given = {"title": "Rain", "body": "Bring a coat."}
    said = instructor.does(service.announce, slug=course.slug, **given, goes_out_at=tomorrow)
    post(NOON + timedelta(minutes=9))

    assert student.sees(service.announcements, slug=course.slug) == []
    assert letters(student.email) == []
    assert said.scheduled
    assert instructor.sees(service.announcements, slug=course.slug) == [said]
    for minutes in (1, 4, 7):
        post(tomorrow + timedelta(minutes=minutes))
    assert len(letters(student.email)) == 1
    assert student.at(tomorrow).sees(service.announcements, slug=course.slug)[0].note == "Instructor, 2 March"


@pytest.mark.parametrize("days", [3, 0.5], ids=["later", "earlier"])
def test_what_is_put_off_goes_out_once_at_its_new_time(instructor: Any, student: Any, days: float) -> None:
    course = makers.course(instructor)
    makers.enrolled(student, course)
    new = NOON + timedelta(days=days)
    said = instructor.does(
        service.announce, slug=course.slug, title="Rain", body="x", goes_out_at=NOON + timedelta(days=1)
    )
    instructor.does(
        service.correct_announcement,
        slug=course.slug,
        announcement_id=UUID(said.id),
        title="Wind",
        body="y",
        goes_out_at=new,
    )
    told: list[tuple[float, int]] = []
    for day in (0.2, 0.51, 1.1, 3.1, 4):
        for minutes in (0, 4):
            post(NOON + timedelta(days=day, minutes=minutes))
        told.append((day, len(letters(student.email))))

    assert [day for day, count in told if count == 0] == [day for day, _ in told if day < days]
    assert [one.subject for one in letters(student.email)] == ["Principles of Ecology: Wind"]
    assert "corrected" not in student.at(NOON + timedelta(days=5)).sees(service.announcements, slug=course.slug)[0].note


def test_what_is_for_a_group_is_for_nobody_else(instructor: Any, student: Any) -> None:
    course, foreign = makers.course(instructor), makers.course(instructor, title="Poems")
    other = makers.enrolled(people.person("Other"), course)
    makers.enrolled(student, course)
    lab = UUID(instructor.does(service.add_group, slug=course.slug, name="Lab A").id)
    theirs = UUID(instructor.does(service.add_group, slug=foreign.slug, name="Lab B").id)
    instructor.does(service.put_in_group, slug=course.slug, group_id=lab, user_id=student.id)
    said = instructor.does(service.announce, slug=course.slug, title="Rain", body="Coats.", group_id=lab)
    drained()

    assert said.group == "Lab A"
    assert student.sees(service.announcements, slug=course.slug) == [said]
    assert other.sees(service.announcements, slug=course.slug) == []
    assert (len(letters(student.email)), letters(other.email)) == (1, [])
    with pytest.raises(Invalid):
        instructor.does(service.announce, slug=course.slug, title="Rain", body="Coats.", group_id=theirs)
    instructor.does(service.delete_group, slug=course.slug, group_id=lab)
    for who in (student, other):
        assert who.sees(service.announcements, slug=course.slug) == []
    assert instructor.sees(service.announcements, slug=course.slug)[0].group == "a group that is gone"


def test_a_student_corrects_nothing_and_nothing_goes_out_in_two_years(instructor: Any, student: Any) -> None:
    course = makers.course(instructor)
    makers.enrolled(student, course)
    said = instructor.does(service.announce, slug=course.slug, title="Rain", body="Bring a coat.")
    given = {"slug": course.slug, "announcement_id": UUID(said.id)}

    for act, more in (
        (service.correct_announcement, {"title": "Mine", "body": "Mine", "tell_again": True}),
        (service.announcement_source, {}),
        (service.delete_announcement, {}),
    ):
        with pytest.raises(Forbidden):
            student.does(act, **given, **more)
    with pytest.raises(Invalid) as refused:
        instructor.does(
            service.announce, slug=course.slug, title="Rain", body="x", goes_out_at=NOON + timedelta(days=730)
        )
    assert list(refused.value.fields) == ["goes_out_at"]


def test_announcements_are_paged(instructor: Any, student: Any) -> None:
    course = makers.course(instructor)
    makers.enrolled(student, course)
    for number in range(7):
        instructor.at(NOON + timedelta(minutes=number)).does(
            service.announce, slug=course.slug, title=f"Rain {number}", body="x"
        )

    pages = [student.sees(service.announcements, slug=course.slug, limit=3, offset=3 * page) for page in range(3)]

    assert [[one.title[-1] for one in page] for page in pages] == [["6", "5", "4"], ["3", "2", "1"], ["0"]]
