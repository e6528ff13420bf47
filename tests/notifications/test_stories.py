"""Mail from the deed to the mailbox, over a real mail server: nobody gets too much of it, and nobody waits for it."""

import asyncio
import re
import time
from collections.abc import Callable
from datetime import timedelta
from email import policy
from email.parser import BytesParser
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from lms_app import jobs
from lms_app.accounts import service as accounts
from lms_app.admin import service as admin_service
from lms_app.assignments import service as assignments
from lms_app.core import bounces, db, mail, outbox
from lms_app.core.errors import Conflict, Forbidden, LmsError, NotFound, TooMany
from lms_app.core.identity import User
from lms_app.core.outbox import OutboxMessage
from lms_app.core.work import ANONYMOUS, SYSTEM, Actor, perform_at, reading, unit_of_work, utc_now
from lms_app.courses import service as courses
from tests.assignments import marking_makers as marking
from tests.makers import person
from tests.notifications.makers import Server

pytestmark = pytest.mark.anyio
Clock = Callable[[timedelta], None]
BURST = timedelta(minutes=3)
STUDENTS, ASSIGNMENTS = 4, 25


def letters(server: Server) -> list[Any]:
    return [BytesParser(policy=policy.default).parsebytes(one.encode()) for one in server.got]


async def drained() -> None:
    while await jobs.drain():
        pass


async def marked(instructor: Any, number: int, people: list[Any]) -> list[UUID]:
    """Assignments whose work is marked, and whose marks wait to be published."""
    desks = [marking.desk(instructor, *people, rubric=False) for _ in range(number)]
    for desk in desks:
        for one in people:
            work_id = marking.submitted(one, desk)
            instructor.does(assignments.mark, submission_id=work_id, marks=marking.points("8"))
    with unit_of_work(SYSTEM, utc_now()) as work:  # receipts and the like are not what this is about
        for message in outbox.claim(work, limit=10_000):
            outbox.done(work, message.id)
    return [desk.id for desk in desks]


async def test_a_hundred_grades_are_one_mail_for_each_student_and_a_second_run_is_none(
    server: Server,
    clock: Clock,
    instructor: Any,
) -> None:
    now = utc_now()
    teacher = instructor.at(now)
    people = [person(f"Learner {number}").at(now) for number in range(STUDENTS)]
    items = await marked(teacher, ASSIGNMENTS, people)

    for item_id in items:
        teacher.does(assignments.publish_grades, item_id=item_id)
    await drained()
    clock(BURST)
    await drained()

    assert sorted(str(one["To"]) for one in letters(server)) == sorted(one.email for one in people)
    assert {str(one["Subject"]) for one in letters(server)} == {"Northfield: 25 notifications"}
    clock(timedelta(days=1))
    for item_id in items:
        teacher.does(assignments.publish_grades, item_id=item_id)
        with unit_of_work(SYSTEM, utc_now() + timedelta(days=1)) as work:
            assignments.tell_graded(work, {"item_id": str(item_id), "after": ""})
    await drained()
    clock(BURST)
    await drained()
    assert len(server.got) == STUDENTS


async def test_releasing_and_every_other_deed_returns_while_the_mail_server_hangs(
    server: Server,
    clock: Clock,
    instructor: Any,
    student: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mail, "TIMEOUT_SECONDS", 2)
    server.hang = 4.0
    teacher = instructor.at(utc_now())
    (item_id,) = await marked(teacher, 1, [student.at(utc_now())])
    with unit_of_work(SYSTEM, utc_now()) as work:
        for number in range(5):
            mail.put(work, to=f"somebody{number}@example.org", subject="Hello", text="Hello.")
    sending = asyncio.create_task(jobs.drain())
    while len(server.got) < 5:
        await asyncio.sleep(0.01)

    began = time.monotonic()
    await perform_at(utc_now(), teacher.actor, assignments.publish_grades, item_id=item_id)
    told = time.monotonic() - began

    assert not sending.done()
    assert told < 1.0
    await sending
    server.hang = 0.0
    clock(timedelta(minutes=2))
    await drained()
    clock(BURST)
    await drained()
    # Each once or, of those that hung, twice as the same message.
    ids = server.ids()
    assert len(set(ids)) == 6
    assert all(ids.count(one) <= 2 for one in ids)
    assert letters(server)[-1]["Subject"] == "Marked: Field notes"


async def test_every_mail_of_a_bad_day_arrives_once_or_twice_as_the_same_message(
    server: Server,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """421 and 451, a server that hangs after the data, and a process that dies before it can say that it was sent."""
    monkeypatch.setattr(mail, "TIMEOUT_SECONDS", 0.4)

    def written(*numbers: int) -> None:
        with unit_of_work(SYSTEM, utc_now()) as work:
            for number in numbers:
                mail.put(work, to=f"learner{number}@example.org", subject=f"Letter {number}", text="Hello.")

    written(*range(8))
    server.answers += ["421 Too busy", "rcpt 451 Try later", "421 Too busy"]
    server.hang = 1.0
    await drained()
    assert 0 < len(server.got) < 8
    server.hang = 0.0
    clock(timedelta(minutes=5))
    await drained()
    written(8, 9)
    killed = (await jobs.perform(SYSTEM, outbox.claim, limit=1))[0]
    await mail.deliver(killed.id, killed.payload, killed.created_at)
    for _ in range(4):
        clock(timedelta(minutes=10))
        await drained()

    ids = server.ids()
    assert len(set(ids)) == 10
    assert {ids.count(one) for one in ids} == {1, 2}
    same: dict[str, set[str]] = {}
    for one in server.got:
        found = re.search("Message-ID: <(.+?)>", one)
        assert found is not None
        same.setdefault(found[1], set()).add(one)
    assert all(len(versions) == 1 for versions in same.values())
    with reading(SYSTEM) as work:
        waiting = select(OutboxMessage.id).where(
            col(OutboxMessage.topic) == mail.TOPIC, col(OutboxMessage.done_at).is_(None)
        )
        assert work.db.exec(waiting).all() == []


# ---- Addresses that refuse mail


async def test_a_refused_address_gets_no_more_until_its_owner_opens_a_link(
    server: Server,
    clock: Clock,
    student: Any,
    admin: Any,
) -> None:
    def post(subject: str) -> None:
        with unit_of_work(SYSTEM, utc_now()) as work:
            mail.put(work, to=student.email, subject=subject, text="Hello.")

    me = student.at(utc_now())
    with pytest.raises(Conflict):
        me.does(accounts.ask_proof_link)
    server.answers.append("rcpt 550 5.1.1 No such user here")
    post("First")
    await drained()
    assert "No such user" in me.sees(accounts.profile).bounced
    post("Second")
    await drained()
    assert server.got == []
    seen = admin.sees(admin_service.mail_list, status="bouncing")
    assert [(row.address, row.state) for row in seen.messages] == [(student.email, "bouncing")]
    assert [one.address for one in admin.sees(admin_service.bouncing)] == [student.email]
    failed = admin.sees(admin_service.mail_list, status="failed").messages
    assert [(row.subject, row.error == bounces.NOT_SENT) for row in failed] == [("Second", True), ("First", False)]

    me.does(accounts.ask_proof_link)
    await drained()
    await drained()
    (letter,) = letters(server)
    token = re.search(r"token=([\w-]+)", letter.get_content().replace("=\n", ""))
    assert token is not None
    with unit_of_work(ANONYMOUS, utc_now()) as work:
        accounts.confirm(work, token=token[1])
    post("Third")
    await drained()

    assert me.sees(accounts.profile).bounced == ""
    assert [str(one["Subject"]) for one in letters(server)][1:] == ["Third"]


async def test_an_administrator_has_an_address_tried_again(
    server: Server,
    admin: Any,
    clock: Clock,
) -> None:
    with unit_of_work(SYSTEM, utc_now()) as work:
        bounces.note(work, address="Ada@example.org", reason="550")
        mail.put(work, to="ada@example.org", subject="Hello", text="Hello.")
    await drained()
    (held,) = admin.sees(admin_service.mail_list, status="failed").messages
    assert (held.error, server.got) == (bounces.NOT_SENT, [])

    admin.at(utc_now()).does(admin_service.send_again, message_id=UUID(held.id))
    await drained()

    assert len(server.got) == 1
    assert admin.sees(admin_service.bouncing) == []
    admin.does(admin_service.mail_again, address="ada@example.org")


@pytest.mark.parametrize("answer", ["rcpt 550 5.7.1 Relaying denied", "554 Message refused"])
async def test_a_refusal_that_is_about_us_is_no_fault_of_the_address(server: Server, clock: Clock, answer: str) -> None:
    server.answers.append(answer)
    with unit_of_work(SYSTEM, utc_now()) as work:
        mail.put(work, to="ada@example.org", subject="Hello", text="Hello.")
    await drained()

    with reading(SYSTEM) as work:
        assert not bounces.is_bouncing(work, "ada@example.org")


# ---- T58: nobody writes mail to others through us


async def test_a_thousand_resets_for_one_address_are_three_mails_an_hour(
    server: Server,
    clock: Clock,
    student: Any,
) -> None:
    refused = 0
    for number in range(1_000):
        visitor = Actor(None, ip=f"10.0.{number // 200}.{number % 200}")  # as many networks as they like
        try:
            with unit_of_work(visitor, utc_now()) as work:
                accounts.ask_password_link(work, email=student.email)
        except TooMany:
            refused += 1
    await drained()
    clock(timedelta(minutes=1))
    await drained()

    assert refused == 997
    assert [str(one["To"]) for one in letters(server)] == [student.email] * 3


async def test_a_student_announces_nothing(server: Server, clock: Clock, student: Any, instructor: Any) -> None:
    desk = marking.desk(instructor.at(utc_now()), student.at(utc_now()))
    await drained()
    server.got.clear()

    for who in (student, person("Stranger")):
        with pytest.raises((Forbidden, NotFound)):
            who.at(utc_now()).does(courses.announce, slug=desk.course.slug, title="Buy now", body="Spam.")
    await drained()
    clock(BURST)
    await drained()

    assert server.got == []


async def test_line_breaks_in_names_and_subjects_write_no_headers(
    server: Server,
    clock: Clock,
    instructor: Any,
    student: Any,
) -> None:
    nul = "\0" if db.database().is_sqlite else ""  # no row of PostgreSQL holds one
    evil = f"Ponds\r\nBcc: all@example.org\r\n\r\nBuy now \u2028 and\u2029 {nul} more"
    desk = marking.desk(instructor.at(utc_now()), student.at(utc_now()))
    with unit_of_work(SYSTEM, utc_now()) as work:
        work.db.get_one(User, student.id).name = evil
        mail.put(work, to=f"{student.email}\r\nBcc: all@example.org", subject=evil, text="Hello.")
    try:
        instructor.at(utc_now()).does(courses.announce, slug=desk.course.slug, title=evil, body="Hello.")
    except LmsError:
        pass
    else:
        await drained()
        clock(BURST)
    await drained()

    assert len(server.got) >= 2
    for one in letters(server):
        assert one["Bcc"] is None
        assert str(one["To"]) == student.email
        assert not set("\r\n\0\u2028") & set(str(one["Subject"]))
