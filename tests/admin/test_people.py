"""Everybody with an account: finding them, and what an administrator can do with them."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import col, select

from lms_app.admin import service
from lms_app.admin.views import PersonRow
from lms_app.core.audit import AuditEntry
from lms_app.core.errors import Conflict, Invalid, NotFound
from lms_app.core.identity import Audience, live_actor
from lms_app.core.work import SYSTEM, SiteRole, unit_of_work
from lms_app.courses import service as courses
from tests import makers as people
from tests.courses import makers
from tests.makers import NOON

DAY = timedelta(days=1)


def _names(admin: Any, **filters: Any) -> list[str]:
    return [row.name for row in admin.sees(service.people, **filters).people]


@pytest.fixture
def everybody(admin: Any) -> dict[str, Any]:
    """The administrator and four more: a teacher, a learner, one who never verified, one who was suspended."""
    return {
        "Tomas Lindqvist": people.person("Tomas Lindqvist", SiteRole.INSTRUCTOR),
        "Élodie Ñandú": people.person("Élodie Ñandú"),
        "Nora New": people.person("Nora New", verified_at=None),
        "Zed Gone": people.person("Zed Gone", suspended_at=NOON),
    }


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({}, ["Admin", "Élodie Ñandú", "Nora New", "Tomas Lindqvist", "Zed Gone"]),
        ({"search": "lind tom"}, ["Tomas Lindqvist"]),
        ({"search": "NORA.NEW"}, ["Nora New"]),
        ({"search": "élodie"}, ["Élodie Ñandú"]),
        ({"search": "ÑANDÚ"}, ["Élodie Ñandú"]),
        ({"search": "%"}, []),
        ({"search": "lind\0tom"}, ["Tomas Lindqvist"]),
        ({"role": "instructor"}, ["Tomas Lindqvist"]),
        ({"status": "unverified"}, ["Nora New"]),
        ({"status": "suspended"}, ["Zed Gone"]),
        ({"status": "active", "role": "student"}, ["Élodie Ñandú"]),
        ({"limit": 2, "offset": 1}, ["Élodie Ñandú", "Nora New"]),
    ],
)
def test_finding_people(admin: Any, everybody: Any, filters: dict[str, Any], names: list[str]) -> None:
    assert _names(admin, **filters) == names


def test_a_row_says_who_somebody_is_and_what_they_do(admin: Any, student: Any, instructor: Any) -> None:
    course = makers.course(instructor)
    makers.enrolled(student, course)
    student.at(NOON + DAY).does(courses.open_lesson, item_id=course.items[0])

    found = admin.at(NOON + 2 * DAY).sees(service.people, search="student")

    assert found.total == 1
    assert found.people == [
        PersonRow(str(student.id), "Student", student.email, "student", "active", 1, "1 March", "2 March", is_me=False)
    ]
    assert [row.is_me for row in admin.sees(service.people, search="admin").people] == [True]


def test_somebody_who_never_came_was_not_seen_yet(admin: Any, student: Any) -> None:
    assert admin.sees(service.people, search="student").people[0].seen == "Not yet"
    student.signs_in(at=NOON)
    assert admin.sees(service.people, search="student").people[0].seen == "1 March"


@pytest.mark.parametrize("wrong", [{"role": "god"}, {"status": "late"}, {"limit": 0}, {"limit": 101}, {"offset": -1}])
def test_what_cannot_be_asked(admin: Any, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        admin.sees(service.people, **wrong)


def test_an_invited_person_has_an_account_and_gets_a_mail(admin: Any) -> None:
    row = admin.does(service.invite, name="Ruth Abara", email="Ruth@Example.org", role="instructor")

    assert (row.name, row.email, row.role, row.courses) == ("Ruth Abara", "ruth@example.org", "instructor", 0)
    assert [message.address.lower() for message in admin.sees(service.mail_list).messages] == ["ruth@example.org"]
    with pytest.raises(Invalid) as twice:
        admin.does(service.invite, name="Ruth Abara", email="ruth@example.org", role="instructor")
    assert list(twice.value.fields) == ["email"]
    with pytest.raises(Invalid) as nothing:
        admin.does(service.invite, name="Ruth", email="r@example.org", role="god")
    assert list(nothing.value.fields) == ["role"]


def test_a_new_role_signs_the_person_out(admin: Any, student: Any) -> None:
    token = student.signs_in()

    row = admin.does(service.change_role, user_id=student.id, role="instructor")

    assert row.role == "instructor"
    assert _alive(token) is None
    assert _audited("account.role_changed") == [({"role": "student"}, {"role": "instructor"})]


def test_the_same_role_again_changes_nothing(admin: Any, student: Any) -> None:
    token = student.signs_in()

    admin.does(service.change_role, user_id=student.id, role="student")

    assert _alive(token) is not None
    assert _audited("account.role_changed") == []


def test_who_is_suspended_is_out_until_restored(admin: Any, student: Any) -> None:
    tokens = [student.signs_in(Audience.WEB), student.signs_in(Audience.WEB)]

    suspended = [admin.does(service.suspend, user_id=student.id).status for _twice in range(2)]
    inside = [_alive(token) for token in tokens]
    restored = [admin.does(service.restore, user_id=student.id).status for _twice in range(2)]

    assert (suspended, inside, restored) == (["suspended"] * 2, [None, None], ["active"] * 2)
    assert [len(_audited(f"account.{what}")) for what in ("suspended", "restored")] == [1, 1]
    assert _alive(tokens[0]) is None


def test_nobody_locks_themselves_out(admin: Any) -> None:
    for act, given in ((service.suspend, {}), (service.change_role, {"role": "student"})):
        with pytest.raises(Conflict):
            admin.does(act, user_id=admin.id, **given)


def test_the_last_administrator_stays_one(admin: Any) -> None:
    with unit_of_work(SYSTEM, NOON) as work:
        for act, given in ((service.suspend, {}), (service.change_role, {"role": "student"})):
            with pytest.raises(Conflict) as refused:
                act(work, user_id=admin.id, **given)
            assert str(refused.value) == "The site needs an administrator. Make somebody else one first."

    second = people.person("Second", SiteRole.ADMIN)
    assert second.does(service.change_role, user_id=admin.id, role="student").role == "student"


@pytest.mark.parametrize("act", [service.suspend, service.restore])
def test_who_is_not_there_is_not_found(admin: Any, act: Any) -> None:
    with pytest.raises(NotFound):
        admin.does(act, user_id=uuid4())
    with pytest.raises(NotFound):
        admin.does(service.change_role, user_id=uuid4(), role="student")


def _alive(token: str) -> UUID | None:
    found = asyncio.run(live_actor(token, Audience.WEB))
    return found.user_id if found else None


def _audited(action: str) -> list[Any]:
    with unit_of_work(SYSTEM) as work:
        entries = work.db.exec(
            select(AuditEntry).where(AuditEntry.action == action).order_by(col(AuditEntry.seq))
        ).all()
        return [(entry.old, entry.new) for entry in entries]
