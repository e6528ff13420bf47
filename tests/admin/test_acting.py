"""An administrator sees the site as somebody else: for an hour, without changing anything, and written down."""

import asyncio
import time
from typing import Any
from uuid import uuid4

import pytest
from sqlmodel import col, select

from lms_app.admin import service
from lms_app.core import identity
from lms_app.core.audit import AuditEntry
from lms_app.core.errors import Conflict, Forbidden, NotFound
from lms_app.core.identity import Audience, LoginSession, live_actor
from lms_app.core.work import SYSTEM, Actor, SiteRole, ask, perform, reading, unit_of_work, utc_now
from lms_app.courses import service as courses
from tests import makers as people
from tests.courses import makers


@pytest.fixture
def here(admin: Any) -> tuple[str, Any]:
    """The administrator's token, and who holds it."""
    token = admin.signs_in()
    return token, lambda: asyncio.run(live_actor(token, Audience.WEB))


def _acts(actor: Actor, user_id: Any) -> str:
    return asyncio.run(perform(actor, service.act_as, user_id=user_id))


def test_an_administrator_sees_what_somebody_sees(admin: Any, student: Any, instructor: Any, here: Any) -> None:
    course = makers.course(instructor, ["One"])
    makers.enrolled(student, course)
    _token, me = here

    name = _acts(me(), student.id)
    acting = me()

    assert name == "Student"
    assert (acting.user_id, acting.role, acting.acted_by, acting.is_admin) == (student.id, "student", admin.id, False)
    assert [one.title for one in asyncio.run(ask(acting, courses.my_courses))] == ["Principles of Ecology"]
    with pytest.raises(Forbidden):
        asyncio.run(ask(acting, service.people))


def test_nothing_can_be_changed_meanwhile(student: Any, instructor: Any, here: Any) -> None:
    course = makers.course(instructor, ["One"])
    makers.enrolled(student, course)
    _token, me = here
    _acts(me(), student.id)

    for act, given in (
        (courses.leave, {"slug": course.slug}),
        (courses.complete_lesson, {"item_id": course.items[0]}),
        (service.suspend, {"user_id": student.id}),
    ):
        with pytest.raises(Forbidden, match="You are looking at the site as Student"):
            asyncio.run(perform(me(), act, **given))
    assert student.sees(courses.my_courses)


def test_it_ends_by_a_click_and_is_in_the_audit_log(admin: Any, student: Any, here: Any) -> None:
    _token, me = here
    _acts(me(), student.id)

    ended = [asyncio.run(service.end_acting(me())) for _twice in range(2)]

    assert ended == [True, False]
    assert (me().user_id, me().acted_by, me().read_only) == (admin.id, None, "")
    with reading(SYSTEM) as work:
        told = work.db.exec(
            select(AuditEntry).where(AuditEntry.subject_id == str(student.id)).order_by(col(AuditEntry.seq))
        ).all()
        assert [(one.action, one.actor_id) for one in told] == [
            ("account.acted_as", admin.id),
            ("account.acted_as_ended", admin.id),
        ]


def test_it_ends_after_an_hour(admin: Any, student: Any, here: Any) -> None:
    _token, me = here
    _acts(me(), student.id)
    assert me().user_id == student.id

    with unit_of_work(SYSTEM) as work:
        session = work.db.exec(select(LoginSession).where(LoginSession.user_id == admin.id)).one()
        assert 59 * 60 <= (session.acting_until - utc_now()).total_seconds() <= 60 * 60
        session.acting_until = utc_now()
    time.sleep(0.01)
    identity.forget()

    assert (me().user_id, me().acted_by) == (admin.id, None)


def test_it_ends_with_the_administrator(admin: Any, student: Any, here: Any) -> None:
    second = people.person("Second", SiteRole.ADMIN)
    _token, me = here
    _acts(me(), student.id)

    second.does(service.change_role, user_id=admin.id, role="student")

    assert me() is None


def test_whom_nobody_can_look_as(admin: Any, here: Any) -> None:
    second = people.person("Second", SiteRole.ADMIN)
    gone = people.person("Gone", suspended_at=utc_now())
    _token, me = here

    for user_id, error in ((second.id, Conflict), (admin.id, Conflict), (gone.id, Conflict), (uuid4(), NotFound)):
        with pytest.raises(error):
            _acts(me(), user_id)
    with pytest.raises(Conflict, match="browser"):
        admin.does(service.act_as, user_id=people.person("Ada").id)
