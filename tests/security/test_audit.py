"""T60: who changed what is written down once each, with old and new; and a row that was edited afterwards is named."""

import asyncio
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from lms_app.accounts import service as accounts
from lms_app.admin import service as administration
from lms_app.assignments import service as assignments
from lms_app.core import chain, identity
from lms_app.core.audit import AuditEntry
from lms_app.core.identity import Audience, User
from lms_app.core.work import SYSTEM, reading, unit_of_work
from lms_app.courses import service as courses
from lms_app.gradebook import service as gradebook
from lms_app.policy import Role
from lms_app.privacy import service as privacy
from tests.security.school import School

pytestmark = [pytest.mark.no_database, pytest.mark.anyio]
PASSWORD = "four plain words here"


def _entries(since: int) -> list[tuple[str, str, Any, Any, Any]]:
    with reading(SYSTEM) as work:
        rows = work.db.exec(select(AuditEntry).where(col(AuditEntry.seq) > since).order_by(col(AuditEntry.seq)))
        return [(one.action, str(one.actor_id), one.old, one.new, one.at) for one in rows]


def _last() -> int:
    with reading(SYSTEM) as work:
        return work.db.exec(select(AuditEntry.seq).order_by(col(AuditEntry.seq).desc())).first() or 0


async def test_each_change_is_one_entry(begin: Any) -> None:
    there: School = begin()
    ids, people = there.ids, there.people
    staff, admin, student = people["instructor"], people["admin"], people["student"]
    member, began = str(student.id), min(one.now for one in people.values())
    with unit_of_work(SYSTEM) as work:
        user = work.db.get(User, student.id)
        user.password_hash = identity.hash_password(PASSWORD)
        work.db.add(user)

    def grade() -> None:
        staff.does(
            gradebook.write_mark,
            item_id=UUID(ids["grade_item_id"]),
            user_id=student.id,
            points=Decimal(9),
            seen=ids["mark_seq"],
        )

    def course_role() -> None:
        staff.does(courses.change_role, course_id=UUID(ids["course_id"]), user_id=student.id, role=Role.ASSISTANT)

    def enrolment() -> None:
        staff.does(courses.add_member, course_id=UUID(ids["course_id"]), user_id=people["stranger"].id)

    def site_role() -> None:
        admin.does(administration.change_role, user_id=people["stranger"].id, role="instructor")

    async def sign_in() -> None:
        await accounts.sign_in(student.actor, email=student.email, password=PASSWORD, audience=Audience.WEB)

    def people_export() -> None:
        admin.does(administration.note_export, kind="people", search="Student")

    def take_out() -> None:
        student.does(privacy.note_fetched, take_out_id=UUID(ids["take_out_id"]))

    def work_export() -> None:
        staff.does(assignments.note_download, item_id=UUID(ids["diary_id"]))

    cases: list[tuple[Any, str, Any, Any, Any]] = [
        (
            grade,
            "grade.changed",
            staff,
            {"user_id": member, "points": "8"},
            {"user_id": member, "points": "9"},
        ),
        (
            course_role,
            "enrolment.role_changed",
            staff,
            {"user_id": member, "role": "student"},
            {"user_id": member, "role": "assistant"},
        ),
        (enrolment, "enrolment.joined", staff, None, None),
        (site_role, "account.role_changed", admin, {"role": "student"}, {"role": "instructor"}),
        (sign_in, "account.signed_in", student, None, {"audience": "web"}),
        (people_export, "people.exported", admin, None, {"search": "…"}),
        (take_out, "take_out.fetched", student, None, None),
        (work_export, "submissions.downloaded", staff, None, None),
    ]
    wrong: list[str] = []
    for act, action, who, old, new in cases:
        since = _last()
        given = act()
        if asyncio.iscoroutine(given):
            await given
        found = [one for one in _entries(since) if one[0] == action or one[0].startswith("enrolment.")]
        if len(found) != 1:
            wrong.append(f"{action}: {[one[0] for one in _entries(since)]}")
            continue
        said, by, before, after, at = found[0]
        if by not in (str(who.id), "None") or at < began or (old is not None and before != old):
            wrong.append(f"{action}: {said} {by} {before} {after}")
        if new is not None and after != new:
            wrong.append(f"{action}: new is {after}")
    assert wrong == []


def test_an_edited_row_is_named(begin: Any) -> None:
    begin()
    with reading(SYSTEM) as work:
        assert chain.walk(work).breaks == []
        seqs = work.db.exec(select(AuditEntry.seq).order_by(col(AuditEntry.seq))).all()
    edited = seqs[len(seqs) // 2]

    with unit_of_work(SYSTEM) as work:
        work.db.connection().execute(
            text("UPDATE audit_entry SET action = 'nothing' WHERE seq = :seq"), {"seq": edited}
        )

    with reading(SYSTEM) as work:
        assert [one.seq for one in chain.walk(work).breaks] == [edited]


def test_no_entry_holds_a_name_an_address_or_words(begin: Any) -> None:
    """What somebody typed about somebody would outlive them both: the chain allows no erasing."""
    there: School = begin()
    with unit_of_work(SYSTEM) as work:
        known = [(one.name, one.email) for one in work.db.exec(select(User))]
        said = [
            f"{one.subject_id} {one.old} {one.new}" for one in work.db.exec(select(AuditEntry)) if one.old or one.new
        ]

    emails = [email for _name, email in known if any(email in one for one in said)]
    assert emails == []
    words = ("Forty-two water fleas", "I see no reason", "Welcome", "Well drawn", "Misspelt")
    assert [one for one in words if any(one in entry for entry in said)] == []
    assert there.ids
