"""Coming in and going out, as a story for each way."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from lms_app.core.audit import AuditEntry
from lms_app.core.errors import Conflict, Invalid, NotFound, TooMany
from lms_app.core.outbox import OutboxMessage
from lms_app.core.work import Work
from lms_app.courses import service
from lms_app.courses.models import Invitation
from lms_app.courses.views import Enrolment
from tests.courses import makers
from tests.makers import NOON

DAY = timedelta(days=1)


def _topics(work: Work) -> list[tuple[str, dict[str, Any]]]:
    rows = work.db.exec(select(OutboxMessage).order_by(col(OutboxMessage.topic))).all()
    return [(row.topic, row.payload) for row in rows]


def _audit(work: Work) -> list[str]:
    return list(work.db.exec(select(AuditEntry.action).order_by(col(AuditEntry.seq))).all())


def test_an_open_course_is_joined_once_however_often_one_asks(student: Any, instructor: Any) -> None:
    course = makers.course(instructor)

    first = student.does(service.enrol, slug=course.slug)
    again = student.does(service.enrol, slug=course.slug)

    assert first == again == Enrolment(course.slug, "Principles of Ecology", "active", "student")
    assert instructor.sees(service.learners, slug=course.slug).total == 1
    assert instructor.sees(_audit).count("enrolment.joined") == 1


def test_leaving_keeps_the_work_and_rejoining_gives_it_back(student: Any, instructor: Any) -> None:
    course = makers.course(instructor)
    makers.enrolled(student, course)
    makers.completed(student, course.items[0])

    left = student.does(service.leave, slug=course.slug)
    with pytest.raises(NotFound):
        student.sees(service.read_lesson, item_id=course.items[0])
    back = student.does(service.enrol, slug=course.slug)

    assert (left.state, back.state) == ("left", "active")
    assert student.sees(service.progress, slug=course.slug).done == 1


def test_a_key_opens_the_course_and_another_does_not(student: Any, instructor: Any) -> None:
    course = makers.course(instructor, enrol_mode="key", enrol_key="pond life")

    with pytest.raises(Invalid) as wrong:
        student.does(service.enrol, slug=course.slug, key="pond")
    assert wrong.value.fields == {"key": "That is not the key of this course. Check it with the instructor."}
    with pytest.raises(NotFound):
        student.sees(service.read_lesson, item_id=course.items[0])

    assert student.does(service.enrol, slug=course.slug, key=" pond life ").state == "active"


def test_guessing_keys_ends_soon(student: Any, instructor: Any) -> None:
    course = makers.course(instructor, enrol_mode="key", enrol_key="pond life")

    def guess() -> None:
        for number in range(50):
            with pytest.raises(Invalid):
                student.does(service.enrol, slug=course.slug, key=f"guess {number}")

    with pytest.raises(TooMany):
        guess()


def test_a_request_is_approved_once(student: Any, instructor: Any) -> None:
    course = makers.course(instructor, enrol_mode="approval")

    asked = student.does(service.enrol, slug=course.slug)
    with pytest.raises(NotFound):
        student.sees(service.read_lesson, item_id=course.items[0])
    waiting = instructor.sees(service.teaching, slug=course.slug).waiting
    approved = instructor.does(service.approve, slug=course.slug, user_id=student.id)
    with pytest.raises(NotFound):
        instructor.does(service.decline, slug=course.slug, user_id=student.id)

    assert asked.state == "waiting"
    assert [learner.user_id for learner in waiting] == [str(student.id)]
    assert approved.state == "active"
    assert student.sees(service.read, slug=course.slug).standing == "student"


def test_who_was_declined_may_ask_again(student: Any, instructor: Any) -> None:
    course = makers.course(instructor, enrol_mode="approval")
    student.does(service.enrol, slug=course.slug)

    declined = instructor.does(service.decline, slug=course.slug, user_id=student.id)
    again = student.does(service.enrol, slug=course.slug)

    assert (declined.state, again.state) == ("left", "waiting")


def test_a_request_can_be_taken_back(student: Any, instructor: Any) -> None:
    course = makers.course(instructor, enrol_mode="approval")
    student.does(service.enrol, slug=course.slug)

    assert student.does(service.leave, slug=course.slug).state == "left"
    assert instructor.sees(service.teaching, slug=course.slug).waiting == []


def test_nobody_lets_themselves_in_by_asking_twice(student: Any, instructor: Any) -> None:
    course = makers.course(instructor, enrol_mode="approval")

    states = [student.does(service.enrol, slug=course.slug).state for _ in range(2)]

    assert states == ["waiting", "waiting"]


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"enrol_mode": "invitation"}, "This course is by invitation. Ask the instructor for a link."),
        ({"ends_at": NOON - DAY}, "This course ended on"),
    ],
)
def test_a_closed_course_says_why(student: Any, instructor: Any, settings: dict[str, Any], reason: str) -> None:
    course = makers.course(instructor, **settings)

    with pytest.raises(Conflict) as refused:
        student.at(NOON).does(service.enrol, slug=course.slug)

    assert str(refused.value).startswith(reason)


def test_a_draft_is_not_there_and_an_archived_course_only_for_its_members(
    student: Any, stranger: Any, instructor: Any
) -> None:
    draft = makers.course(instructor, published=False)
    old = makers.course(instructor, title="Old")
    makers.enrolled(student, old)
    instructor.does(service.archive, course_id=old.id)

    with pytest.raises(NotFound):
        student.does(service.enrol, slug=draft.slug)
    with pytest.raises(NotFound):
        stranger.does(service.enrol, slug=old.slug)
    assert student.sees(service.read, slug=old.slug).closed == "This course takes no new members."


def test_the_last_instructor_stays(instructor: Any, student: Any) -> None:
    course = makers.course(instructor)

    with pytest.raises(Conflict):
        instructor.does(service.leave, slug=course.slug)
    with pytest.raises(Conflict):
        instructor.does(service.add_member, course_id=course.id, user_id=instructor.id, role="student")
    instructor.does(service.add_member, course_id=course.id, user_id=student.id, role="instructor")

    assert instructor.does(service.leave, slug=course.slug).state == "left"


def test_coming_back_as_a_student_ends_the_old_role(instructor: Any, student: Any) -> None:
    course = makers.course(instructor)
    instructor.does(service.add_member, course_id=course.id, user_id=student.id, role="assistant")
    instructor.does(service.remove_member, course_id=course.id, user_id=student.id)

    assert student.does(service.enrol, slug=course.slug).role == "student"


def test_an_invitation_lets_in_as_many_as_it_says(student: Any, stranger: Any, instructor: Any) -> None:
    course = makers.course(instructor, enrol_mode="invitation")
    link = instructor.does(service.invite, slug=course.slug)

    seen = student.sees(service.read_invitation, token=link.token)
    joined = student.does(service.accept_invitation, token=link.token)
    again = student.does(service.accept_invitation, token=link.token)
    with pytest.raises(NotFound):
        stranger.does(service.accept_invitation, token=link.token)

    assert link.url.endswith(f"/join/{link.token}")
    assert (seen.title, seen.role, seen.joined) == ("Principles of Ecology", "student", False)
    assert joined == again == Enrolment(course.slug, "Principles of Ecology", "active", "student")
    assert student.sees(service.read_invitation, token=link.token).joined


def test_the_database_does_not_know_the_token(instructor: Any) -> None:
    course = makers.course(instructor)
    link = instructor.does(service.invite, slug=course.slug)

    def everything(work: Work) -> str:
        return "".join(row.model_dump_json() for row in work.db.exec(select(Invitation)).all())

    assert len(link.token) >= 43
    assert link.token not in instructor.sees(everything)


@pytest.mark.parametrize("end", ["expired", "withdrawn", "wrong"])
def test_an_invitation_that_is_over_never_says_why(student: Any, instructor: Any, end: str) -> None:
    course = makers.course(instructor)
    link = instructor.at(NOON).does(service.invite, slug=course.slug, days=1)
    token, when = link.token, NOON
    if end == "expired":
        when = NOON + DAY
    elif end == "withdrawn":
        open_ones = instructor.at(NOON).sees(service.teaching, slug=course.slug).invitations
        instructor.does(service.withdraw_invitation, slug=course.slug, invitation_id=UUID(open_ones[0].id))
    else:
        token = "x" * 43

    for act in (service.read_invitation, service.accept_invitation):
        with pytest.raises(NotFound) as refused:
            student.at(when).does(act, token=token)
        assert str(refused.value) == "This invitation is no longer valid. Ask whoever sent it for a new one."


def test_an_invitation_raises_but_never_lowers(student: Any, instructor: Any) -> None:
    course = makers.course(instructor)
    as_assistant = instructor.does(service.invite, slug=course.slug, role="assistant", max_uses=5)
    as_student = instructor.does(service.invite, slug=course.slug, max_uses=5)
    makers.enrolled(student, course)

    raised = student.does(service.accept_invitation, token=as_assistant.token)
    kept = student.does(service.accept_invitation, token=as_student.token)
    own = instructor.does(service.accept_invitation, token=as_student.token)

    assert (raised.role, kept.role, own.role) == ("assistant", "assistant", "instructor")
    notes = [invitation.note for invitation in instructor.sees(service.teaching, slug=course.slug).invitations]
    assert sorted(note.split(",")[0] for note in notes) == ["For 4 people", "For 5 people"]


def test_a_student_is_not_invited_into_a_draft(student: Any, instructor: Any) -> None:
    course = makers.course(instructor, published=False)
    link = instructor.does(service.invite, slug=course.slug)

    with pytest.raises(Conflict):
        student.does(service.accept_invitation, token=link.token)
    instructor.does(service.publish, course_id=course.id)

    assert student.does(service.accept_invitation, token=link.token).state == "active"


@pytest.mark.parametrize(
    ("wrong", "field"), [({"role": "owner"}, "role"), ({"days": 0}, "days"), ({"max_uses": 10_001}, "max_uses")]
)
def test_what_an_invitation_cannot_be(instructor: Any, wrong: dict[str, Any], field: str) -> None:
    course = makers.course(instructor)

    with pytest.raises(Invalid) as refused:
        instructor.does(service.invite, slug=course.slug, **wrong)

    assert list(refused.value.fields) == [field]


def test_a_mail_when_the_course_opens_is_asked_once_and_follows_the_day(
    student: Any, instructor: Any, admin: Any
) -> None:
    course = makers.course(instructor, starts_at=NOON + 3 * DAY)
    payload = {"course_id": str(course.id), "user_id": str(student.id)}

    for _ in range(2):
        student.at(NOON).does(service.ask_when_open, slug=course.slug)
    asked = [topic for topic in admin.sees(_topics) if topic[0] == "course_opens"]
    instructor.does(service.update_course, course_id=course.id, starts_at=NOON + 5 * DAY)
    admin.at(NOON + 3 * DAY).does(service.tell_it_opens, payload)
    moved = [topic for topic in admin.sees(_topics) if topic[0] == "course_opens"]

    assert asked == [("course_opens", payload)]
    assert moved == [("course_opens", payload)] * 2
    with pytest.raises(Conflict):
        student.at(NOON + 5 * DAY).does(service.ask_when_open, slug=course.slug)
