"""A class list comes in: who has an account is in at once, who has none gets a mail and comes in by it."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event
from sqlmodel import col, func, select

from lms_app.core import chain, db, outbox
from lms_app.core.audit import AuditEntry
from lms_app.core.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from lms_app.core.identity import User
from lms_app.core.work import ANONYMOUS, SYSTEM, Work, reading, unit_of_work, utc_now
from lms_app.courses import service
from lms_app.courses.models import CourseMember, Invitation
from lms_app.courses.people_views import InvitedPerson, ListLine
from lms_app.jobs import TOPICS
from tests import makers as people
from tests.accounts.conftest import cheap_hashes  # noqa: F401  hashing is not what these are about
from tests.accounts.helpers import PASSWORD, letters
from tests.courses import makers
from tests.makers import NOON

DAY = timedelta(days=1)


@pytest.fixture
def course(instructor: Any) -> makers.Made:
    return makers.course(instructor, enrol_mode="invitation")


def enrols(who: Any, course: makers.Made, text: str, act: Callable[..., Any] = service.enrol_list) -> Any:
    return who.does(act, slug=course.slug, people=service.read_list(text))


def post(at: datetime = NOON + DAY) -> None:
    """What the job loop does about everything but sending mail."""
    with unit_of_work(SYSTEM, at) as work:
        for message in outbox.claim(work, limit=1000):
            if message.topic in TOPICS:
                TOPICS[message.topic](work, message.payload)
                outbox.done(work, message.id)


def token_for(address: str) -> str:
    return letters(address)[-1].link.rpartition("/")[2]


def everything(work: Work) -> tuple[int, ...]:
    tables = (User, CourseMember, Invitation, AuditEntry, outbox.OutboxMessage)
    return tuple(work.db.exec(select(func.count()).select_from(table)).one() for table in tables)


def test_a_check_tells_the_fate_of_each_line_and_changes_nothing(instructor: Any, course: makers.Made) -> None:
    ada, ben = people.person("Ada"), people.person("Ben")
    text = f"{ben.email}\n{ada.email},,assistant\nnew@example.org,New,,Lab A\nwrong\nNEW@example.org\n"
    instructor.does(service.add_member, course_id=course.id, user_id=ben.id)
    before = instructor.sees(everything)

    found = instructor.sees(service.check_list, slug=course.slug, people=service.read_list(text))

    assert found.lines == [
        ListLine(1, ben.email, "", "in", ""),
        ListLine(2, ada.email, "", "enrol", "Assistant"),
        ListLine(3, "new@example.org", "New", "invite", "Lab A"),
        ListLine(4, "wrong", "", "wrong", "This is not an email address like name@example.org."),
        ListLine(5, "new@example.org", "", "same", "As line 3."),
    ]
    assert (
        found.tally["enrolled"],
        found.tally["invited"],
        found.tally["unchanged"],
        found.tally["wrong"],
        found.done,
    ) == (1, 1, 2, 1, False)
    assert instructor.sees(everything) == before


def test_a_list_enrols_and_invites_once_and_again_changes_nothing(instructor: Any, course: makers.Made) -> None:
    ada, cleo = people.person("Ada"), people.person("Cleo")
    text = f"{ada.email},,,Lab A\n{cleo.email},,assistant\nnew@example.org,Nell New,,lab a|Lab B"

    result = enrols(instructor, course, text)
    post()
    after = instructor.sees(everything)
    again = enrols(instructor, course, text)

    assert (result.tally["enrolled"], result.tally["invited"], result.done) == (2, 1, True)
    assert (again.tally["enrolled"], again.tally["invited"], again.tally["unchanged"]) == (0, 0, 3)
    assert instructor.sees(everything) == after
    assert [one.name for one in instructor.sees(service.learners, slug=course.slug).learners] == ["Ada"]
    seen = instructor.at(NOON).sees(service.people, slug=course.slug)
    assert [(one.name, one.role) for one in seen.staff] == [("Instructor", "instructor"), ("Cleo", "assistant")]
    assert [(group.name, group.people) for group in seen.groups] == [("Lab A", 1), ("Lab B", 0)]
    assert seen.invited == [InvitedPerson(seen.invited[0].id, "new@example.org", "Nell New", "student", "31 March")]
    assert sorted((one.to, one.subject) for one in letters()) == sorted(
        [
            (ada.email, "You are in: Principles of Ecology"),
            (cleo.email, "You are in: Principles of Ecology"),
            ("new@example.org", "Invitation: Principles of Ecology"),
        ]
    )
    with reading(SYSTEM) as work:
        actions = work.db.exec(select(AuditEntry.action).order_by(col(AuditEntry.seq))).all()
        assert chain.walk(work).breaks == []
    assert (actions.count("enrolment.joined"), actions.count("invitation.mailed")) == (2, 1)


def test_where_a_line_is_wrong_nobody_comes_in(instructor: Any, course: makers.Made) -> None:
    ada = people.person("Ada")
    before = instructor.sees(everything)

    with pytest.raises(Invalid) as refused:
        enrols(instructor, course, f"{ada.email}\nnew@example.org\nwrong")

    assert refused.value.fields == {
        "people": "Nobody was enrolled. Correct the list first: "
        "line 3: This is not an email address like name@example.org."
    }
    assert instructor.sees(everything) == before


def test_who_left_comes_back_with_their_work_and_groups(student: Any, instructor: Any, course: makers.Made) -> None:
    enrols(instructor, course, f"{student.email},,,Lab A")
    makers.completed(student, course.items[0])
    student.does(service.leave, slug=course.slug)

    result = enrols(instructor, course, student.email)

    assert result.tally["enrolled"] == 1
    assert student.sees(service.progress, slug=course.slug).done == 1
    assert instructor.sees(service.learners, slug=course.slug).learners[0].groups == ["Lab A"]


def test_a_list_puts_members_into_groups_and_leaves_their_role(
    instructor: Any, student: Any, course: makers.Made
) -> None:
    instructor.does(service.add_member, course_id=course.id, user_id=student.id, role="assistant")

    found = enrols(instructor, course, f"{student.email},,student,Lab A")

    assert found.lines == [ListLine(1, student.email, "", "in", "Stays assistant. Joins Lab A.")]
    assert [(one.name, one.people) for one in instructor.sees(service.groups, slug=course.slug)] == [("Lab A", 1)]


def test_an_address_that_nobody_has_confirmed_is_nobodys(instructor: Any, course: makers.Made) -> None:
    claimed = people.person("Mallory", verified_at=None)

    assert enrols(instructor, course, claimed.email).tally["invited"] == 1


# ---- By the mail


def test_an_invited_person_makes_an_account_and_is_in(instructor: Any, course: makers.Made) -> None:
    enrols(instructor.at(utc_now()), course, "nell@example.org,Nell,,Lab A")
    post(utc_now())
    token = token_for("nell@example.org")
    with reading(ANONYMOUS) as work:
        seen = service.read_invitation(work, token=token)

    joined, session = asyncio.run(service.join_as_new(ANONYMOUS, token=token, name="Nell New", password=PASSWORD))

    assert (seen.title, seen.email, seen.name, seen.token) == (
        "Principles of Ecology",
        "nell@example.org",
        "Nell",
        token,
    )
    assert (joined.state, joined.role) == ("active", "student")
    assert session is not None
    learner = instructor.sees(service.learners, slug=course.slug).learners[0]
    assert (learner.name, learner.email, learner.groups) == ("Nell New", "nell@example.org", ["Lab A"])
    assert instructor.at(utc_now()).sees(service.people, slug=course.slug).invited == []
    with pytest.raises(NotFound):
        asyncio.run(service.join_as_new(ANONYMOUS, token=token, name="Nell", password=PASSWORD))


def test_an_invited_person_comes_in_with_an_account_of_another_address(
    instructor: Any, student: Any, course: makers.Made
) -> None:
    enrols(instructor, course, "nell@example.org,Nell,assistant,Lab A")
    post()
    token = token_for("nell@example.org")

    seen = student.sees(service.read_invitation, token=token)
    joined = student.does(service.accept_invitation, token=token)

    assert (seen.email, seen.token, joined.role) == ("", "", "assistant")


def test_an_account_that_somebody_else_began_goes_to_whoever_has_the_mailbox(
    instructor: Any, course: makers.Made
) -> None:
    claimed = people.person("Mallory", verified_at=None, password_hash="of Mallory")
    enrols(instructor.at(utc_now()), course, claimed.email)
    post(utc_now())

    asyncio.run(service.join_as_new(ANONYMOUS, token=token_for(claimed.email), name="Nell", password=PASSWORD))

    with reading(SYSTEM) as work:
        user = work.db.get(User, claimed.id)
        assert user is not None
        assert (user.name, user.verified_at is not None, user.password_hash == "of Mallory") == ("Nell", True, False)


def test_an_invitation_makes_no_second_account(instructor: Any, student: Any, course: makers.Made) -> None:
    enrols(instructor.at(utc_now()), course, "nell@example.org")
    post(utc_now())
    people.person("Nell", email="nell@example.org")
    token = token_for("nell@example.org")

    with pytest.raises(Invalid) as refused:
        asyncio.run(service.join_as_new(ANONYMOUS, token=token, name="Nell", password=PASSWORD))
    with pytest.raises(Conflict):
        asyncio.run(service.join_as_new(student.actor, token=token, name="Nell", password=PASSWORD))

    assert list(refused.value.fields) == ["email"]


@pytest.mark.parametrize("end", ["expired", "withdrawn"])
def test_a_mailed_invitation_ends_and_the_list_renews_it(
    instructor: Any, student: Any, course: makers.Made, end: str
) -> None:
    enrols(instructor, course, "nell@example.org")
    post()
    old, later = token_for("nell@example.org"), NOON + DAY
    if end == "expired":
        later = NOON + 40 * DAY
    else:
        (guest,) = instructor.sees(service.people, slug=course.slug).invited
        instructor.does(service.withdraw_invitation, slug=course.slug, invitation_id=UUID(guest.id))

    with pytest.raises(NotFound):
        student.at(later).does(service.accept_invitation, token=old)
    again = enrols(instructor.at(later), course, "nell@example.org")

    assert again.tally["invited"] == 1
    assert len(instructor.at(later).sees(service.people, slug=course.slug).invited) == 1


def test_a_mailed_invitation_opens_a_course_that_is_still_a_draft(instructor: Any, student: Any) -> None:
    draft = makers.course(instructor, published=False)
    enrols(instructor, draft, f"nell@example.org\n{student.email}")
    post()

    assert people.person("Nell").does(service.accept_invitation, token=token_for("nell@example.org")).state == "active"
    assert "It is not open yet" in letters(student.email)[0].text


def test_the_mail_repeats_nothing_of_the_list(instructor: Any, course: makers.Made) -> None:
    enrols(instructor, course, "nell@example.org,Buy gold now,,Cheap gold")
    post()

    assert "gold" not in letters("nell@example.org")[0].text.lower()


# ---- What is refused


def test_an_archived_course_takes_nobody(instructor: Any, course: makers.Made) -> None:
    instructor.does(service.archive, course_id=course.id)

    with pytest.raises(Conflict):
        enrols(instructor, course, "nell@example.org")


def test_an_assistant_enrols_nobody(instructor: Any, student: Any, course: makers.Made) -> None:
    instructor.does(service.add_member, course_id=course.id, user_id=student.id, role="assistant")

    for act in (service.check_list, service.enrol_list):
        with pytest.raises(Forbidden):
            enrols(student, course, "nell@example.org", act)


def test_who_checks_addresses_by_the_thousand_is_stopped(instructor: Any, course: makers.Made) -> None:
    listed = service.read_list("\n".join(f"a{number}@example.org" for number in range(5000)))

    for _ in range(6):
        instructor.sees(service.check_list, slug=course.slug, people=listed)
    with pytest.raises(TooMany):
        instructor.sees(service.check_list, slug=course.slug, people=listed)


# ---- Long lists


def test_a_long_list_costs_no_more_statements_than_a_short_one(instructor: Any, course: makers.Made) -> None:
    known = [people.person(f"Ada {number}") for number in range(6)]

    def cost(persons: list[Any], guests: range) -> int:
        text = [f"{one.email},,,Lab" for one in persons] + [f"guest{number}@example.org" for number in guests]
        counted: list[str] = []

        def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "PRAGMA", "SET ")):
                counted.append(statement)

        event.listen(db.database().write, "before_cursor_execute", note)
        enrols(instructor, course, "\n".join(text))
        event.remove(db.database().write, "before_cursor_execute", note)
        return len(counted)

    instructor.does(service.add_group, slug=course.slug, name="Lab")

    assert cost(known[:1], range(1)) == cost(known[1:], range(1, 60))


def test_five_thousand_people_come_in_at_once(instructor: Any, course: makers.Made) -> None:
    text = "\n".join(f"guest{number}@example.org,Guest {number}" for number in range(5000))

    result = enrols(instructor, course, text)

    assert result.tally["invited"] == 5000
    with reading(SYSTEM) as work:
        assert chain.walk(work).breaks == []
        waiting = work.db.exec(select(func.count()).select_from(outbox.OutboxMessage)).one()
    assert waiting == 50
    assert enrols(instructor, course, text).tally["unchanged"] == 5000
