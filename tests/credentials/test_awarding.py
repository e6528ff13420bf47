"""When a certificate is awarded, and that it is once."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from lms_app.core import db
from lms_app.core.audit import AuditEntry
from lms_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms_app.core.identity import User
from lms_app.core.work import SYSTEM, Work, perform, reading, unit_of_work
from lms_app.courses import service as courses
from lms_app.credentials import service
from lms_app.credentials.models import Certificate
from lms_app.credentials.views import CertificateView, Sheet
from lms_app.notifications import service as notifications
from lms_app.policy import Role
from tests import makers as people
from tests.courses import makers as course_makers
from tests.credentials import makers
from tests.makers import NOON


@pytest.fixture
def holder() -> people.Person:
    return people.person("Amina Yusuf")


def test_who_completes_a_course_gets_a_certificate_and_one_mail(holder: Any, instructor: Any) -> None:
    course = makers.completed(holder, instructor, hours=Decimal(14))

    makers.deliver()

    [row] = makers.rows()
    code = "-".join(row.code[at : at + 4] for at in range(0, 28, 4))
    assert holder.sees(service.mine) == [
        CertificateView(
            id=str(row.id),
            code=code,
            holder="Amina Yusuf",
            course="Principles of Ecology",
            course_url=f"/courses/{course.slug}",
            issuer="Northfield",
            issued_at=NOON,
            issued_on="1 March 2027",
            workload="14 hours",
            pdf_url=f"/certificates/{row.id}.pdf",
            verify_path=f"/verify/{code}",
            verify_url=f"http://lectern.test/verify/{code}",
            status="valid",
            revoked_on="",
            revoke_reason="",
            expires_on="",
            replaced_by="",
            share_url="",
            warning="",
        )
    ]
    [mail] = makers.mails()
    assert (mail["to"], mail["subject"]) == (holder.email, "Your certificate: Principles of Ecology")
    assert "http://lectern.test/certificates\n" in mail["text"]
    assert f"http://lectern.test/verify/{code}\n" in mail["text"]


def test_the_sheet_is_what_the_row_says(holder: Any, instructor: Any) -> None:
    made = makers.earned(holder, instructor)

    printed = holder.sees(service.sheet, certificate_id=UUID(made.id))

    assert printed == Sheet(
        holder="Amina Yusuf",
        course="Principles of Ecology",
        issuer="Northfield",
        issued_at=NOON,
        issued_on="1 March 2027",
        workload="",
        code=made.code,
        verify_url=made.verify_url,
        grade="0%",
        credential=printed.credential,
    )


def test_the_award_is_in_the_audit_log_with_what_it_was_based_on(holder: Any, instructor: Any) -> None:
    course = makers.completed(holder, instructor, pass_fraction=Decimal("0.5"))
    makers.graded(instructor, holder, course, "8")
    makers.deliver()

    [row] = makers.rows()

    assert _audited() == [
        (
            "certificate.awarded",
            str(row.id),
            {"user_id": str(holder.id), "course_id": str(course.id), "grade": "0.800000", "needed": "0.500000"},
        )
    ]


def _audited() -> list[tuple[str, str, Any]]:
    with reading(SYSTEM) as work:
        entries = work.db.exec(select(AuditEntry).order_by(col(AuditEntry.seq))).all()
    return [(e.action, e.subject_id, e.new) for e in entries if e.action.startswith("certificate.")]


def test_without_completion_there_is_nothing(holder: Any, instructor: Any) -> None:
    course = course_makers.course(instructor, ["One", "Two"])
    course_makers.enrolled(holder, course)
    course_makers.completed(holder, course.items[0])
    makers.graded(instructor, holder, course, "10")

    for _ in range(3):
        with unit_of_work(SYSTEM, NOON) as work:
            makers.award_if_due(work, course.id, holder.id)

    assert (makers.rows(), makers.mails()) == ([], [])


@pytest.mark.parametrize(("points", "awarded"), [("7.999", 0), ("8", 1), ("10", 1)])
def test_the_grade_must_reach_what_the_course_asks(holder: Any, instructor: Any, points: str, awarded: int) -> None:
    course = makers.completed(holder, instructor, pass_fraction=Decimal("0.8"))

    makers.graded(instructor, holder, course, points)
    makers.deliver()

    assert len(makers.rows()) == awarded


def test_work_without_a_mark_counts_as_nothing(holder: Any, instructor: Any) -> None:
    course = makers.completed(holder, instructor, pass_fraction=Decimal("0.8"))

    makers.deliver()

    assert makers.rows() == []
    with pytest.raises(Conflict, match="grade is below"):
        instructor.does(service.award, course_id=course.id, user_id=holder.id)


def test_a_better_mark_that_comes_later_awards_it(holder: Any, instructor: Any) -> None:
    course = makers.completed(holder, instructor, pass_fraction=Decimal("0.8"))
    item = makers.graded(instructor, holder, course, "5")
    makers.deliver()
    before = len(makers.rows())

    makers.graded(instructor.at(NOON + timedelta(days=1)), holder, course, "9", item=item)
    makers.deliver(NOON + timedelta(days=1))

    assert (before, [row.issued_at for row in makers.rows()]) == (0, [NOON + timedelta(days=1)])


def test_a_worse_mark_that_comes_later_takes_nothing_away(holder: Any, instructor: Any) -> None:
    course = makers.completed(holder, instructor, pass_fraction=Decimal("0.8"))
    item = makers.graded(instructor, holder, course, "9")
    makers.deliver()

    makers.graded(instructor.at(NOON + timedelta(days=1)), holder, course, "1", item=item)
    makers.deliver(NOON + timedelta(days=1))

    assert [row.revoked_at for row in makers.rows()] == [None]


def test_a_course_may_have_no_certificate(holder: Any, instructor: Any) -> None:
    course = makers.completed(holder, instructor, certificate=False)

    makers.deliver()

    assert makers.rows() == []
    with pytest.raises(Conflict, match="has no certificate"):
        instructor.does(service.award, course_id=course.id, user_id=holder.id)


def test_who_left_after_completing_still_gets_it(holder: Any, instructor: Any) -> None:
    course = makers.completed(holder, instructor)
    holder.does(courses.leave, slug=course.slug)

    makers.deliver()

    assert [row.user_id for row in makers.rows()] == [holder.id]


def test_staff_get_none(holder: Any, instructor: Any) -> None:
    course = makers.completed(holder, instructor)
    instructor.does(courses.add_member, course_id=course.id, user_id=holder.id, role=Role.ASSISTANT)

    makers.deliver()

    assert makers.rows() == []


def test_a_repeat_changes_nothing(holder: Any, instructor: Any) -> None:
    course = makers.completed(holder, instructor)
    makers.deliver()
    first = makers.rows()

    for minutes in range(3):
        with unit_of_work(SYSTEM, NOON + timedelta(minutes=minutes)) as work:
            makers.award_if_due(work, course.id, holder.id)

    assert (makers.rows(), len(makers.mails())) == (first, 1)


# ---- At the same moment


def _at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    ready = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        ready.wait()
        try:
            return act()
        except Conflict:
            return "Conflict"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def _counts() -> tuple[int, int, int]:
    return len(makers.rows()), len(makers.mails()), len(_audited())


def test_awarding_20_times_in_parallel_awards_once(holder: Any, instructor: Any) -> None:
    course = makers.completed(holder, instructor)

    def award() -> None:
        with unit_of_work(SYSTEM, NOON) as work:
            makers.award_if_due(work, course.id, holder.id)

    _at_once([award] * 20)

    assert _counts() == (1, 1, 1)


def test_awarding_by_hand_and_by_itself_in_parallel_awards_once(holder: Any, instructor: Any) -> None:
    course = makers.completed(holder, instructor)

    def by_itself() -> None:
        with unit_of_work(SYSTEM, NOON) as work:
            makers.award_if_due(work, course.id, holder.id)

    def by_hand() -> str:
        return instructor.does(service.award, course_id=course.id, user_id=holder.id).holder

    answers = _at_once([by_itself, by_hand] * 10)

    assert _counts() == (1, 1, 1)
    assert answers.count("Conflict") >= 9


def test_awarding_20_times_through_the_shared_writer_awards_once(holder: Any, instructor: Any) -> None:
    course = makers.completed(holder, instructor)
    payload = {"course_id": str(course.id), "user_id": str(holder.id)}

    async def storm() -> None:
        await asyncio.gather(*[perform(SYSTEM, service.award_if_due, payload) for _ in range(20)])

    asyncio.run(storm())

    assert _counts() == (1, 1, 1)


def test_the_database_itself_refuses_a_second_valid_one(holder: Any, instructor: Any) -> None:
    makers.earned(holder, instructor)
    [row] = makers.rows()

    def again(work: Work) -> None:
        values = {**row.model_dump(), "id": db.new_id(), "code": "0" * 28}
        work.db.add(Certificate(**values))
        work.db.flush()

    with pytest.raises(IntegrityError):
        holder.does(again)


# ---- What was certified stays


def test_a_renamed_account_or_course_changes_no_certificate(holder: Any, instructor: Any) -> None:
    course = makers.completed(holder, instructor)
    makers.deliver()
    before = holder.sees(service.mine)

    def rename(work: Work) -> None:
        user = work.db.get(User, holder.id)
        assert user is not None
        user.name = "Somebody Else"
        work.db.add(user)

    instructor.does(rename)
    instructor.does(courses.update_course, course_id=course.id, title="Astrology")

    assert [c.holder for c in before] == ["Amina Yusuf"]
    assert holder.sees(service.mine) == before


def test_the_day_is_the_same_for_every_reader(holder: Any, instructor: Any) -> None:
    """A certificate says one date, on paper and on the page that checks it."""
    made = makers.earned(holder, instructor)
    far = replace(holder, actor=replace(holder.actor, zone="Pacific/Kiritimati", locale="de"))

    assert far.sees(service.read, certificate_id=UUID(made.id)).issued_on == made.issued_on == "1 March 2027"
    assert made.issued_at.tzinfo is UTC


def test_the_staff_list_and_read_certificates_of_their_course(holder: Any, instructor: Any, admin: Any) -> None:
    made = makers.earned(holder, instructor)
    slug = made.course_url.removeprefix("/courses/")

    for person in (instructor, admin):
        assert person.sees(service.of_course, slug=slug) == [made]
        assert person.sees(service.read, certificate_id=UUID(made.id)) == made
        assert person.sees(service.sheet, certificate_id=UUID(made.id)).holder == "Amina Yusuf"


def test_lists_come_newest_first_in_windows(holder: Any, instructor: Any) -> None:
    for number in range(3):
        course = makers.completed(holder, instructor, title=f"Course {number}")
        with unit_of_work(SYSTEM, NOON + timedelta(days=number)) as work:
            makers.award_if_due(work, course.id, holder.id)

    titles = [c.course for c in holder.sees(service.mine)]
    window = [c.course for c in holder.sees(service.mine, limit=1, offset=1)]

    assert (titles, window) == (["Course 2", "Course 1", "Course 0"], ["Course 1"])


# ---- Revoking


def test_a_revoked_certificate_is_listed_and_never_printed_again(holder: Any, instructor: Any) -> None:
    made = makers.earned(holder, instructor)

    revoked = instructor.at(NOON + timedelta(days=3)).does(
        service.revoke, certificate_id=UUID(made.id), reason="  Awarded\nby mistake. "
    )

    assert revoked == replace(made, status="revoked", revoked_on="4 March 2027", revoke_reason="Awarded by mistake.")
    assert holder.sees(service.mine) == [revoked]
    with pytest.raises(Conflict, match="revoked on 4 March 2027: Awarded by mistake"):
        holder.sees(service.sheet, certificate_id=UUID(made.id))
    assert _audited()[-1][0] == "certificate.revoked"


def test_revoking_twice_keeps_the_first_date_and_reason(holder: Any, instructor: Any) -> None:
    made = makers.earned(holder, instructor)
    first = instructor.does(service.revoke, certificate_id=UUID(made.id), reason="Plagiarism")

    again = instructor.at(NOON + timedelta(days=9)).does(
        service.revoke, certificate_id=UUID(made.id), reason="Something else"
    )

    assert again == first
    assert [action for action, _, _ in _audited()] == ["certificate.awarded", "certificate.revoked"]


@pytest.mark.parametrize("reason", ["", "  \n ", "x" * 301])
def test_revoking_needs_a_reason(holder: Any, instructor: Any, reason: str) -> None:
    made = makers.earned(holder, instructor)

    with pytest.raises(Invalid) as refusal:
        instructor.does(service.revoke, certificate_id=UUID(made.id), reason=reason)

    assert list(refusal.value.fields) == ["reason"]
    assert makers.rows()[0].revoked_at is None


def test_what_was_revoked_never_comes_back_by_itself(holder: Any, instructor: Any) -> None:
    course = makers.completed(holder, instructor)
    makers.deliver()
    instructor.does(service.revoke, certificate_id=makers.rows()[0].id, reason="Plagiarism")

    makers.graded(instructor.at(NOON + timedelta(days=1)), holder, course, "10")
    makers.deliver(NOON + timedelta(days=1))

    assert [row.revoke_reason for row in makers.rows()] == ["Plagiarism"]


def test_a_person_may_award_it_anew_with_a_name_that_is_right(holder: Any, instructor: Any) -> None:
    course = makers.completed(holder, instructor)
    makers.deliver()
    old = holder.sees(service.mine)[0]
    with pytest.raises(Conflict, match="has a valid certificate"):
        instructor.does(service.award, course_id=course.id, user_id=holder.id)

    instructor.does(service.revoke, certificate_id=UUID(old.id), reason="Misspelt name")
    new = instructor.does(service.award, course_id=course.id, user_id=holder.id)

    assert new.code != old.code
    assert sorted((c.id, c.revoke_reason) for c in holder.sees(service.mine)) == sorted(
        [(old.id, "Misspelt name"), (new.id, "")]
    )
    assert holder.sees(notifications.unread_count) == 2


def test_an_assistant_reads_but_does_not_revoke(holder: Any, instructor: Any, stranger: Any) -> None:
    made = makers.earned(holder, instructor)
    [row] = makers.rows()
    instructor.does(courses.add_member, course_id=row.course_id, user_id=stranger.id, role=Role.ASSISTANT)

    assert stranger.sees(service.read, certificate_id=row.id) == made
    with pytest.raises(Forbidden):
        stranger.does(service.revoke, certificate_id=row.id, reason="Mine")


def test_the_holder_does_not_revoke(holder: Any, instructor: Any) -> None:
    makers.earned(holder, instructor)

    with pytest.raises(Forbidden):
        holder.does(service.revoke, certificate_id=makers.rows()[0].id, reason="Mine")


def test_a_fellow_student_hears_of_nothing(holder: Any, instructor: Any, stranger: Any) -> None:
    made = makers.earned(holder, instructor)
    stranger.does(courses.enrol, slug=made.course_url.removeprefix("/courses/"))

    for act, given in ((service.read, {}), (service.sheet, {}), (service.revoke, {"reason": "Mine"})):
        with pytest.raises(NotFound):
            stranger.does(act, certificate_id=UUID(made.id), **given)


# ---- Erasing


def test_erasing_a_holder_takes_the_name_and_leaves_the_certificate(holder: Any, instructor: Any, admin: Any) -> None:
    made = makers.earned(holder, instructor)

    erased = [admin.does(service.forget_holder, user_id=holder.id) for _ in range(2)]

    assert erased == [1, 0]
    assert instructor.sees(service.read, certificate_id=UUID(made.id)) == replace(
        made, holder="Holder erased on request"
    )
    with pytest.raises(Conflict, match="erased on their own request"):
        instructor.sees(service.sheet, certificate_id=UUID(made.id))
    assert "Amina" not in str(_audited())
