"""Grades are published, students read what was said, and until then nothing of it is theirs."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from lms_app import jobs
from lms_app.assignments import service
from lms_app.core import files
from lms_app.core.errors import Forbidden, NotFound
from lms_app.core.outbox import OutboxMessage
from lms_app.core.work import SYSTEM, unit_of_work
from lms_app.courses import service as courses
from tests.assignments import marking_makers as makers
from tests.assignments.marking_makers import levels, marked, sees, submitted
from tests.assignments.test_marking import grade
from tests.makers import NOON, person
from tests.notifications.makers import post


@pytest.fixture(autouse=True)
def _scopes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(files.READERS, service.FEEDBACK, service.feedback_files_door)
    monkeypatch.setitem(files.WRITERS, service.FEEDBACK, service.feedback_authors_door)


def _outbox(topic: str) -> list[dict[str, Any]]:
    with unit_of_work(SYSTEM, NOON) as work:
        return [one.payload for one in work.db.exec(select(OutboxMessage)) if one.topic == topic]


def _tells(payload: dict[str, Any]) -> None:
    with unit_of_work(SYSTEM, NOON) as work:
        service.tell_graded(work, payload)


def test_a_mark_is_its_markers_until_grades_are_published(instructor: Any, student: Any) -> None:
    desk = makers.desk(instructor, student)
    work = submitted(student, desk)
    marked(instructor, work, marks=levels(comment="Which quadrat?"), comment="Well *seen*.")
    note = instructor.does(service.add_note, submission_id=work, body="Nice.", start=15, end=24, quote="I counted")
    file = instructor.does(
        files.store_bytes, content=b"OggS voice", name="said.ogg", scope=service.FEEDBACK, scope_id=work
    )

    assert grade(student, desk, student).points is None
    for act, given in (
        (service.my_feedback, {"item_id": desk.id}),
        (service.feedback, {"submission_id": work}),
        (files.open_file, {"file_id": UUID(file.id)}),
    ):
        with pytest.raises(NotFound):
            student.sees(act, **given)
    assert instructor.sees(service.feedback, submission_id=work).mark.points == "18"

    assert instructor.does(service.publish_grades, item_id=desk.id) == 1
    read = student.sees(service.my_feedback, item_id=desk.id)
    assert (read.mark.kept, read.points_max, read.mark.by) == ("18", "20", "")
    assert "<em>seen</em>" in read.mark.comment_html
    assert read.mark.marks["observation"].points == 5
    assert [(one.id, one.quote, one.body, one.by) for one in read.notes] == [(note.id, "I counted", "Nice.", "")]
    assert [one.name for one in read.files] == ["said.ogg"]
    assert student.sees(files.open_file, file_id=UUID(file.id)).inline
    assert grade(student, desk, student).points == 18

    instructor.does(service.hide_grades, item_id=desk.id)
    assert grade(student, desk, student).points is None
    with pytest.raises(NotFound):
        student.sees(files.open_file, file_id=UUID(file.id))


def test_only_its_own_student_reads_feedback(instructor: Any, student: Any, stranger: Any) -> None:
    fellow = person("Fellow")
    desk = makers.desk(instructor, student, fellow)
    work = submitted(student, desk)
    marked(instructor, work)
    file = instructor.does(
        files.store_bytes, content=b"%PDF-1.4", name="sheet.pdf", scope=service.FEEDBACK, scope_id=work
    )
    instructor.does(service.publish_grades, item_id=desk.id)

    for one in (fellow, stranger):
        for act, given in (
            (service.feedback, {"submission_id": work}),
            (files.open_file, {"file_id": UUID(file.id)}),
            (files.remove, {"file_id": UUID(file.id)}),
        ):
            with pytest.raises(NotFound):
                one.does(act, **given)
    with pytest.raises(NotFound):
        fellow.sees(service.my_feedback, item_id=desk.id)
    with pytest.raises(NotFound):
        student.does(files.enter_to_write, scope=service.FEEDBACK, scope_id=work)


def test_assistants_mark_and_do_not_publish(instructor: Any, student: Any) -> None:
    desk = makers.desk(instructor, student)
    marked(other := makers.assistant(instructor, person("Tomas"), desk), submitted(student, desk))

    assert not sees(other, desk).may_release
    for act in (service.publish_grades, service.hide_grades):
        with pytest.raises(Forbidden):
            other.does(act, item_id=desk.id)


def test_students_hear_of_it_by_mail_and_whoever_passed_has_completed_it(
    instructor: Any, student: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms_app.assignments.service.marking_release.AT_ONCE", 2)
    others = [person(name) for name in ("Ada", "Bo", "Cy")]
    desk = makers.desk(instructor, student, *others, pass_fraction=Decimal("0.5"))
    for one, worth in ((student, levels()), (others[0], levels("O1", "M1")), (others[1], levels())):
        marked(instructor, submitted(one, desk), marks=worth)
    submitted(others[2], desk)

    def percent(one: Any) -> int:
        return one.sees(courses.progress, slug=desk.course.slug).percent

    assert percent(student) == 0
    instructor.does(service.publish_grades, item_id=desk.id)
    instructor.does(service.publish_grades, item_id=desk.id)
    (begun,) = _outbox(service.GRADES_PUBLISHED)
    _tells(begun)
    after = _outbox(service.GRADES_PUBLISHED)[-1]
    assert after["after"]
    _tells(after)

    post(NOON + timedelta(days=1))
    told = {one["to"] for one in _outbox("mail") if one["subject"] == "Marked: Field notes"}
    assert told == {student.email, others[0].email, others[1].email}
    assert (percent(student), percent(others[0]), percent(others[1])) == (50, 0, 50)
    assert service.GRADES_PUBLISHED in jobs.TOPICS


def test_names_are_numbers_until_grades_are_published(instructor: Any, student: Any) -> None:
    ada = person("Ada Lovelace")
    desk = makers.desk(instructor, student, ada, blind=True)
    work, other = submitted(student, desk), submitted(ada, desk)
    for one in (work, other):
        marked(instructor, one)

    said = repr(sees(instructor, desk, work)) + repr(instructor.sees(service.list_submissions, item_id=desk.id))
    said += repr(instructor.sees(service.feedback, submission_id=work))
    assert "Ada" not in said
    assert "'Student'" not in said
    assert str(student.id) not in said
    assert sees(instructor, desk, work).submission.student.startswith("Student ")
    assert instructor.sees(service.list_submissions, item_id=desk.id, search="ada").lines == []
    first = [one.id for one in instructor.sees(service.list_submissions, item_id=desk.id).lines]
    assert sees(instructor, desk, UUID(first[0])).next == first[1]

    instructor.does(service.publish_grades, item_id=desk.id)
    lines = instructor.sees(service.list_submissions, item_id=desk.id).lines
    assert [one.student for one in lines] == ["Ada Lovelace", "Student"]
