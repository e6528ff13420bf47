"""A student's way: a draft, files, handing in with a receipt, withdrawing, and another attempt."""

import hashlib
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from lms_app.assignments import rules, service
from lms_app.core import files, mail
from lms_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms_app.core.outbox import OutboxMessage
from lms_app.core.work import SYSTEM, unit_of_work
from lms_app.courses import service as courses
from lms_app.grades import service as grades
from tests.assignments import makers
from tests.assignments.makers import DAY, HOUR, PDF
from tests.makers import NOON, person

DUE = NOON + 2 * DAY


def mails(to: Any) -> list[dict[str, Any]]:
    with unit_of_work(SYSTEM) as work:
        found = work.db.exec(select(OutboxMessage).where(col(OutboxMessage.topic) == mail.TOPIC)).all()
        return [row.payload for row in found if row.payload["to"] == to.email]


def test_a_draft_keeps_what_was_written_and_is_its_students_alone(instructor: Any, student: Any, stranger: Any) -> None:
    made = makers.assignment(instructor, student, stranger)
    draft = student.does(service.begin_draft, item_id=made.id)
    draft_id = UUID(draft.id)

    saved = student.does(service.save_draft, submission_id=draft_id, body="Green", seen=draft.seq)

    assert (saved.body, saved.seq) == ("Green", 1)
    assert student.sees(service.read_draft, submission_id=draft_id) == saved
    assert student.does(service.begin_draft, item_id=made.id) == saved
    for other in (stranger, instructor):
        with pytest.raises(NotFound):
            other.sees(service.read_submission, submission_id=draft_id)


def test_another_tab_that_is_older_is_told_and_nothing_is_overwritten(instructor: Any, student: Any) -> None:
    made = makers.assignment(instructor, student)
    draft_id = makers.draft(student, made)
    student.does(service.save_draft, submission_id=draft_id, body="From the first tab", seen=0)

    with pytest.raises(Conflict, match="Another tab of yours changed this text"):
        student.does(service.save_draft, submission_id=draft_id, body="From the second", seen=0)

    assert student.sees(service.read_draft, submission_id=draft_id).body == "From the first tab"
    mine = student.does(service.save_draft, submission_id=draft_id, body="From the second")
    assert (mine.body, mine.seq) == ("From the second", 2)


def test_submitting_gives_a_receipt_with_the_hash_of_each_file(instructor: Any, student: Any) -> None:
    made = makers.assignment(
        instructor, student, item={"due_at": DUE}, takes_files=True, takes_link=True, statement="My own work."
    )
    draft_id = makers.draft(student, made)
    file = makers.attached(student, draft_id)

    receipt = student.does(
        service.submit, submission_id=draft_id, body="*Green*.", link="https://example.org/pond", agreed=True
    )

    digest = hashlib.sha256(PDF).hexdigest()
    assert (receipt.state, receipt.late, receipt.statement) == ("submitted", "", "My own work.")
    assert receipt.body_html == "<p><em>Green</em>.</p>"
    assert [(one.id, one.sha256) for one in receipt.files] == [(file.id, digest)]
    (sent,) = mails(student)
    assert sent["subject"] == f"Submitted: A pond in words ({receipt.reference})"
    assert all(
        said in sent["text"] for said in (receipt.reference, digest, "Mon 1 Mar, 12:00", "https://example.org/pond")
    )
    progress = student.sees(courses.progress, slug=made.course.slug)
    assert (progress.done, progress.total) == (1, 1)


def test_submitting_twice_is_once_with_the_same_receipt(instructor: Any, student: Any) -> None:
    made = makers.assignment(instructor, student)
    draft_id = makers.draft(student, made)
    first = student.does(service.submit, submission_id=draft_id, body="Green.")

    again = student.at(NOON + HOUR).does(service.submit, submission_id=draft_id, body="Something else.")

    assert again == first
    assert len(mails(student)) == 1


def test_what_was_submitted_is_locked(instructor: Any, student: Any) -> None:
    made = makers.assignment(instructor, student, takes_files=True)
    draft_id = makers.draft(student, made)
    file = makers.attached(student, draft_id)
    student.does(service.submit, submission_id=draft_id, body="Green.")

    with pytest.raises(Conflict):
        student.does(service.save_draft, submission_id=draft_id, body="Blue.")
    with pytest.raises(Conflict):
        makers.attached(student, draft_id, "more.pdf")
    with pytest.raises(Conflict):
        student.does(files.remove, file_id=UUID(file.id))
    with pytest.raises(Conflict):
        student.does(service.begin_draft, item_id=made.id)


@pytest.mark.parametrize(
    ("settings", "given", "wrong"),
    [
        ({}, {"body": " \n"}, {"body": "Write something before you submit."}),
        (
            {"takes_files": True, "takes_link": True},
            {},
            {"body": "Write something, or add a file, or enter a link before you submit."},
        ),
        ({"takes_text": False, "takes_files": True}, {"body": "x"}, {"files": "Add a file before you submit."}),
        (
            {"takes_link": True},
            {"link": "javascript:alert(1)"},
            {"link": "Enter a whole web address, like https://example.org/my-work."},
        ),
        ({"statement": "Mine."}, {"body": "x"}, {"agreed": "Tick this before you submit."}),
    ],
)
def test_what_is_missing_is_said_beside_its_field(
    instructor: Any, student: Any, settings: Any, given: Any, wrong: dict[str, str]
) -> None:
    made = makers.assignment(instructor, student, **settings)

    with pytest.raises(Invalid) as refused:
        student.does(service.submit, submission_id=makers.draft(student, made), **given)

    assert refused.value.fields == wrong


def test_the_clock_decides_what_is_late_and_what_is_closed(instructor: Any, student: Any, stranger: Any) -> None:
    made = makers.assignment(instructor, student, stranger, item={"due_at": DUE}, closes_at=DUE + DAY, takes_files=True)
    mine, theirs = makers.draft(student, made), makers.draft(stranger, made)

    in_time = student.at(DUE).does(service.submit, submission_id=mine, body="Green.")
    with pytest.raises(Forbidden, match="This closed on Thu 4 Mar, 12:00"):
        stranger.at(DUE + DAY + timedelta(microseconds=1)).does(service.submit, submission_id=theirs, body="Green.")
    with pytest.raises(Forbidden):
        makers.attached(stranger.at(DUE + 2 * DAY), theirs)
    late = stranger.at(DUE + DAY).does(service.submit, submission_id=theirs, body="Green.")

    assert (in_time.late, late.late) == ("", "24 hours")


def test_withdrawing_goes_on_with_a_copy_and_keeps_the_version(instructor: Any, student: Any) -> None:
    made = makers.assignment(instructor, student, item={"due_at": DUE}, takes_files=True)
    draft_id = makers.draft(student, made)
    makers.attached(student, draft_id)
    first = student.does(service.submit, submission_id=draft_id, body="Green.")

    draft = student.does(service.withdraw, submission_id=draft_id)
    second = student.does(service.submit, submission_id=UUID(draft.id), body="Blue.")

    kept = student.sees(service.read_submission, submission_id=draft_id)
    assert (kept.state, kept.body, kept.files) == ("withdrawn", "Green.", first.files)
    assert (draft.body, second.number, second.attempt) == ("Green.", 2, 1)
    assert [file.sha256 for file in second.files] == [file.sha256 for file in first.files]
    assert [file.id for file in second.files] != [file.id for file in first.files]
    page = student.sees(service.read_assignment, item_id=made.id)
    assert [(one.label, one.state) for one in page.versions] == [("Version 2", "submitted"), ("Version 1", "withdrawn")]


def test_withdrawing_ends_with_the_due_date_and_with_a_mark(instructor: Any, student: Any) -> None:
    made = makers.assignment(instructor, student, item={"due_at": DUE})
    submission = UUID(makers.submitted(student, made).id)

    with pytest.raises(Conflict, match="The time to withdraw is over"):
        student.at(DUE + HOUR).does(service.withdraw, submission_id=submission)
    instructor.at(NOON + HOUR).does(give, submission_id=submission, user_id=student.id, points=Decimal(80))
    with pytest.raises(Conflict, match="marked already"):
        student.at(NOON + 2 * HOUR).does(service.withdraw, submission_id=submission)


def give(work: Any, *, submission_id: UUID, user_id: UUID, points: Decimal) -> Any:
    """Marks, as the marking of a higher module does it."""
    from lms_app.assignments.models import Submission

    return service.give_mark(
        work,
        submission=work.db.get_one(Submission, submission_id),
        user_id=user_id,
        points=points,
        by_id=work.user_id,
    )


def test_a_mark_loses_what_being_late_costs_and_says_how(instructor: Any, student: Any) -> None:
    made = makers.assignment(
        instructor,
        student,
        item={"due_at": NOON - 25 * HOUR},
        points=Decimal(10),
        late="interval",
        late_share=Decimal("0.1"),
    )
    submission = UUID(makers.submitted(student, made).id)

    kept = instructor.does(give, submission_id=submission, user_id=student.id, points=Decimal(9))
    instructor.does(service.publish_grades, item_id=made.id)

    page = student.sees(service.read_assignment, item_id=made.id)
    assert kept.points == Decimal(7)
    assert (page.grade, page.grade_note) == ("7 / 10", "9 of 10, 25 hours late: 2 days × 10 % of 10 = 2 off")


def test_attempts_go_on_until_one_passes(instructor: Any, student: Any) -> None:
    made = makers.assignment(
        instructor, student, points=Decimal(10), pass_fraction=Decimal("0.6"), reopen="until_pass", attempts_max=2
    )
    instructor.does(service.publish_grades, item_id=made.id)
    first = UUID(makers.submitted(student, made).id)
    with pytest.raises(Conflict):
        student.does(service.begin_again, item_id=made.id)
    instructor.does(give, submission_id=first, user_id=student.id, points=Decimal(5))

    assert student.sees(service.read_assignment, item_id=made.id).may_begin
    draft = student.does(service.begin_again, item_id=made.id)
    second = student.at(NOON + HOUR).does(service.submit, submission_id=UUID(draft.id), body="Better.")

    assert (second.number, second.attempt, draft.body) == (2, 2, "Green and still.")
    instructor.at(NOON + HOUR).does(give, submission_id=UUID(second.id), user_id=student.id, points=Decimal(4))
    assert not student.sees(service.read_assignment, item_id=made.id).may_begin  # no attempt is left


def test_staff_give_another_attempt_by_hand(instructor: Any, student: Any) -> None:
    never = makers.assignment(instructor, student)
    made = makers.assignment(instructor, student, reopen="manual", attempts_max=2)
    with pytest.raises(Conflict, match="one attempt"):
        instructor.does(service.reopen, submission_id=UUID(makers.submitted(student, never).id))
    first = UUID(makers.submitted(student, made).id)

    instructor.does(service.reopen, submission_id=first)
    instructor.does(service.reopen, submission_id=first)

    assert [one["subject"] for one in mails(student)].count("Another attempt: A pond in words") == 1
    second = makers.submitted(student, made, "Better.")
    assert (second.number, second.attempt) == (2, 2)
    with pytest.raises(Conflict, match="2 attempts"):
        instructor.does(service.reopen, submission_id=first)


def test_a_group_hands_in_once_for_all_its_members(instructor: Any, student: Any, stranger: Any) -> None:
    alone = person("Nobody's Friend")
    made = makers.assignment(instructor, student, stranger, alone, group_work=True)
    group = UUID(instructor.does(courses.add_group, slug=made.course.slug, name="Lab A").id)
    for member in (student, stranger):
        instructor.does(courses.put_in_group, slug=made.course.slug, group_id=group, user_id=member.id)

    draft_id = makers.draft(student, made)
    assert makers.draft(stranger, made) == draft_id
    student.does(service.save_draft, submission_id=draft_id, body="From one", seen=0)
    with pytest.raises(Conflict, match=f"{student.actor.name} changed this text"):
        stranger.does(service.save_draft, submission_id=draft_id, body="From the other", seen=0)
    receipt = stranger.does(service.submit, submission_id=draft_id)

    assert (receipt.student, receipt.body, len(receipt.members)) == ("Lab A", "From one", 2)
    assert len(mails(student)) == len(mails(stranger)) == 1
    for member in (student, stranger):
        assert member.sees(service.read_submission, submission_id=draft_id) == receipt
        assert member.sees(courses.progress, slug=made.course.slug).done == 1
    assert alone.sees(service.read_assignment, item_id=made.id).blocked.startswith("You are in no group")
    with pytest.raises(NotFound):
        alone.sees(service.read_submission, submission_id=draft_id)
    # The group is deleted; what it handed in stays, for those who were in it.
    instructor.does(courses.delete_group, slug=made.course.slug, group_id=group)
    assert student.sees(service.read_submission, submission_id=draft_id) == receipt


def test_whoever_marks_blindly_reads_no_names(instructor: Any, student: Any) -> None:
    made = makers.assignment(instructor, student, blind=True)
    receipt = makers.submitted(student, made)

    seen = instructor.sees(service.read_submission, submission_id=UUID(receipt.id))

    assert (seen.student, seen.members) == (rules.alias_of(made.id, student.id), [])
    assert receipt.student == student.actor.name


def test_who_has_left_reads_nothing_any_more_and_finds_it_again(instructor: Any, student: Any) -> None:
    made = makers.assignment(instructor, student)
    submission = UUID(makers.submitted(student, made).id)
    student.does(courses.leave, slug=made.course.slug)

    with pytest.raises(NotFound):
        student.sees(service.read_submission, submission_id=submission)

    student.does(courses.enrol, slug=made.course.slug)
    assert student.sees(service.read_submission, submission_id=submission).body == "Green and still."


def test_grades_know_the_assignment(instructor: Any, student: Any) -> None:
    made = makers.assignment(instructor, student, points=Decimal(20))

    found = instructor.sees(grades.item_of, source_kind=service.ASSIGNMENT, source_id=made.id)

    assert (found.points_max, found.title) == (Decimal(20), "A pond in words")
