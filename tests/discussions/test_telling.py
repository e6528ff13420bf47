"""Who hears of what, once, and by the ways that they want; and who is told what has changed while they look."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from lms_app.core import changes
from lms_app.core.errors import NotFound
from lms_app.core.work import SYSTEM, unit_of_work
from lms_app.courses import service as courses
from lms_app.discussions import service
from lms_app.notifications import service as notifications
from tests import makers as people
from tests.accounts.helpers import letters
from tests.courses.test_listing import post
from tests.discussions import makers
from tests.discussions.makers import MINUTE
from tests.makers import NOON


def told(person: Any) -> list[str]:
    found = person.sees(notifications.inbox)
    return sorted(one.title for group in found.groups for one in group.notifications)


def test_staff_hear_of_questions_and_followers_of_answers_once(instructor: Any, student: Any) -> None:
    made = makers.thread(instructor, student)
    other = makers.fellow(made.course)
    quiet = makers.fellow(made.course, "Quiet")
    other.does(service.vote, thread_id=made.thread)
    quiet.does(service.answer, thread_id=made.thread, body="Blue.")
    quiet.does(service.follow, thread_id=made.thread, following=False)
    instructor.does(service.reply, post_id=made.answer, body="Read *again*.")
    quiet.does(service.answer, thread_id=made.thread, body="Red.")
    makers.drained()

    start = "Principles of Ecology: "
    assert told(instructor) == [
        f"{start}Quiet answered: Why green?",
        f"{start}Quiet answered: Why green?",
        f"{start}Student asks: Why green?",
    ]
    assert told(student) == [
        f"{start}Instructor answered: Why green?",
        f"{start}Instructor replied: Why green?",
        f"{start}Quiet answered: Why green?",
        f"{start}Quiet answered: Why green?",
    ]
    assert len(told(other)) == 4
    assert told(quiet) == []
    before = told(student)
    with unit_of_work(SYSTEM, NOON) as work:
        service.tell_followers(work, {"post_id": str(made.answer)})
    assert told(student) == before


def test_a_burst_is_one_mail(instructor: Any, student: Any) -> None:
    made = makers.thread(instructor, student)
    for number in range(5):
        makers.fellow(made.course, f"Fellow {number}").at(NOON + 5 * MINUTE).does(
            service.answer, thread_id=made.thread, body=f"Answer {number}"
        )
    for minutes in range(5, 20):
        post(NOON + timedelta(minutes=minutes))

    assert len([one for one in letters(student.email) if "otifications" in one.subject]) == 1


def test_many_followers_are_told_in_parts(instructor: Any, student: Any) -> None:
    made = makers.thread(instructor, student)
    others = [makers.fellow(made.course, f"Fellow {number}") for number in range(103)]
    for one in others:
        one.does(service.follow, thread_id=made.thread)
    instructor.does(service.answer, thread_id=made.thread, body="One more.")
    makers.drained()

    assert {len(told(one)) for one in others} == {2}


@pytest.mark.parametrize("how", ["left", "unpublished", "opens later", "hidden", "deleted", "off", "draft"])
def test_nobody_hears_of_what_they_may_not_see_by_then(instructor: Any, student: Any, how: str) -> None:
    made = makers.thread(instructor, student)
    lesson = made.course.items[0]
    if how == "left":
        student.does(courses.leave, slug=made.course.slug)
    elif how == "unpublished":
        instructor.does(courses.update_item, item_id=lesson, published=False)
    elif how == "opens later":
        instructor.does(courses.update_item, item_id=lesson, opens_at=NOON + timedelta(days=9))
    elif how == "hidden":
        instructor.does(service.hide, post_id=made.answer, reason="No")
    elif how == "deleted":
        instructor.does(service.delete_post, post_id=made.answer)
    elif how == "off":
        instructor.does(courses.update_course, course_id=made.course.id, questions=False)
    else:
        instructor.does(courses.unpublish, course_id=made.course.id)
    makers.drained()

    assert told(student) == []


def test_authors_hear_what_became_of_theirs(instructor: Any, student: Any) -> None:
    made = makers.thread(instructor, student)
    student.does(service.accept, post_id=made.answer)
    student.does(service.accept, post_id=made.answer, accepted=False)
    student.does(service.accept, post_id=made.answer)
    makers.fellow(made.course).does(service.report, post_id=made.question, reason="Not nice")
    instructor.does(service.hide, post_id=made.question, reason="Be kind.")

    start = "Principles of Ecology: "
    assert told(instructor) == [
        f"{start}A post was reported: Why green?",
        f"{start}Student asks: Why green?",
        f"{start}Your answer was accepted: Why green?",
    ]
    assert told(student) == [f"{start}The staff have hidden what you wrote: Why green?"]
    (hidden,) = student.sees(notifications.inbox).groups[0].notifications
    assert (hidden.text, hidden.url) == ("Be kind.", f"/courses/{made.course.slug}/questions/{made.thread}")


def test_no_line_break_comes_into_a_subject(instructor: Any, student: Any) -> None:
    """T58: what a student writes cannot add to the head of a mail."""
    made = makers.thread(instructor, student)
    makers.asked(student, made.course, title="Hm?\r\nBcc: everybody@example.org\u2028X-Evil: 1\x00\u202e")
    for minutes in range(5, 9):
        post(NOON + timedelta(minutes=minutes))

    (mail,) = letters(instructor.email)
    assert "\n" not in mail.subject
    found = [title for title in told(instructor) if "Hm?" in title]
    assert found == ["Principles of Ecology: Student asks: Hm? Bcc: everybody@example.org X-Evil: 1"]


def test_the_topic_is_no_door(student: Any, instructor: Any, stranger: Any) -> None:
    made = makers.thread(instructor, student)

    with pytest.raises(NotFound):
        stranger.does(service.tell_followers, {"post_id": str(made.answer)})


def test_waiting_questions_are_counted_for_those_who_teach(instructor: Any, student: Any) -> None:
    made = makers.thread(instructor, student)
    helper = people.person("Helper")
    instructor.does(courses.add_member, course_id=made.course.id, user_id=helper.id, role="assistant")
    assert instructor.sees(service.unanswered_count) == 0
    lone = makers.asked(student, made.course, title="And blue?")
    makers.asked(student, made.course, title="And red?", item_id=made.course.items[1])

    for who in (instructor, helper):
        assert who.sees(service.unanswered_by_course) == {made.course.slug: 2}
    assert student.sees(service.unanswered_count) == 0
    # Their own second thoughts and a fellow's reply are no answer; a fellow's answer and a reply of staff are.
    student.does(service.answer, thread_id=UUID(lone.thread_id), body="I found it.")
    fellow = makers.fellow(made.course)
    fellow.does(service.reply, post_id=UUID(lone.id), body="Me, too.")
    assert instructor.sees(service.unanswered_count) == 2
    helper.does(service.reply, post_id=UUID(lone.id), body="See page 3.")
    assert instructor.sees(service.unanswered_count) == 1
    instructor.does(courses.remove_item, item_id=made.course.items[1])
    assert instructor.sees(service.unanswered_count) == 0


def test_what_changed_is_said_after_the_commit_and_never_of_a_rollback(
    instructor: Any, student: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(changes, "_listeners", [said.append])
    made = makers.thread(instructor, student)
    assert set(said) == {
        f"thread:{made.thread}",
        f"questions:{made.course.id}",
        f"lesson:{made.course.items[0]}",
    }
    said.clear()

    def breaks(work: Any) -> None:
        service.answer(work, thread_id=made.thread, body="Lost")
        assert said == []
        raise RuntimeError

    with pytest.raises(RuntimeError):
        student.does(breaks)

    assert said == []
