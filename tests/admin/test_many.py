"""Several people at once, the list of them as a file, cohorts and service accounts."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from lms_app.admin import service
from lms_app.core.errors import Conflict, Invalid, NotFound
from lms_app.core.identity import Audience, live_actor
from lms_app.core.work import SiteRole
from lms_app.courses import service as courses
from tests import makers as people
from tests.admin import rosters
from tests.courses import makers
from tests.makers import NOON


def _status(admin: Any, *crowd: Any) -> list[tuple[str, str]]:
    rows = {one.id: (one.role, one.status) for one in admin.sees(service.people, limit=100).people}
    return [rows[str(one.id)] for one in crowd]


@pytest.fixture
def crowd(admin: Any) -> list[Any]:
    return [people.person(f"Crowd {number}") for number in range(3)]


def test_many_are_suspended_restored_and_given_a_role(admin: Any, crowd: Any) -> None:
    token = crowd[0].signs_in()
    ids = [one.id for one in crowd]

    suspended = admin.does(service.change_many, action="suspend", user_ids=[*ids, ids[0]])
    again = admin.does(service.change_many, action="suspend", user_ids=ids)
    out = asyncio.run(live_actor(token, Audience.WEB))
    restored = admin.does(service.change_many, action="restore", user_ids=ids)
    roles = admin.does(service.change_many, action="role", user_ids=ids[:2], role="instructor")

    assert (suspended.changed, again.changed, restored.changed, roles.changed) == (3, 0, 3, 2)
    assert out is None
    assert sorted(roles.undo) == sorted([str(one), "student"] for one in ids[:2])
    assert _status(admin, *crowd) == [("instructor", "active"), ("instructor", "active"), ("student", "active")]


def test_nobody_locks_the_school(admin: Any, crowd: Any) -> None:
    ids = [admin.id, crowd[0].id]

    done = admin.does(service.change_many, action="suspend", user_ids=ids)

    assert done.changed == 1
    assert done.refused[0].startswith("Admin: You cannot do this to your own account.")
    second = people.person("Second", SiteRole.ADMIN)
    both = second.does(service.change_many, action="role", user_ids=[admin.id, crowd[1].id], role="student")
    assert (both.changed, both.refused) == (1, [])  # the other administrator stays one


def test_signing_out_everywhere_ends_sessions(admin: Any, crowd: Any) -> None:
    tokens = [crowd[0].signs_in(), crowd[0].signs_in(Audience.API)]

    done = admin.does(service.change_many, action="sign_out", user_ids=[one.id for one in crowd])

    assert done.changed == 1
    assert asyncio.run(live_actor(tokens[0], Audience.WEB)) is None
    assert asyncio.run(live_actor(tokens[1], Audience.API)) is None


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"action": "bless"}, Invalid),
        ({"action": "role", "role": "god"}, Invalid),
        ({"action": "suspend", "user_ids": []}, Invalid),
        ({"action": "join", "cohort_id": uuid4()}, NotFound),
        ({"action": "suspend", "user_ids": [uuid4()] * 501}, Invalid),
    ],
)
def test_what_cannot_be_done_to_many(admin: Any, given: Any, error: Any) -> None:
    with pytest.raises(error):
        admin.does(service.change_many, **{"user_ids": [admin.id], **given})


def test_a_list_is_filtered_by_when_somebody_was_seen_and_by_cohort(admin: Any, crowd: Any) -> None:
    for one, days in zip(crowd, (1, 20, 200), strict=True):
        one.signs_in(at=NOON - timedelta(days=days))
    cohort = admin.does(service.add_cohort, name="Year 1")
    admin.does(service.change_many, action="join", user_ids=[crowd[1].id], cohort_id=UUID(cohort.id))

    def names(**filters: Any) -> list[str]:
        return [row.name for row in admin.sees(service.people, **filters).people]

    assert names(seen="week") == ["Crowd 0"]
    assert names(seen="month") == ["Crowd 0", "Crowd 1"]
    assert names(seen="quiet") == ["Admin", "Crowd 2"]
    assert names(seen="never") == ["Admin"]
    assert names(cohort=cohort.id) == ["Crowd 1"]
    assert names(sort="seen") == ["Crowd 0", "Crowd 1", "Crowd 2", "Admin"]
    assert len(admin.sees(service.everyone, search="crowd")) == 3
    for wrong in ({"seen": "soon"}, {"cohort": "x"}, {"sort": "magic"}):
        with pytest.raises(Invalid):
            names(**wrong)


def test_the_list_goes_out_and_comes_in_with_no_change(admin: Any, crowd: Any, instructor: Any) -> None:
    ecology, poems = makers.course(instructor, title="Ecology"), makers.course(instructor, title="Poems")
    makers.enrolled(crowd[0], ecology)
    makers.enrolled(crowd[0], poems)
    instructor.does(courses.add_member, course_id=poems.id, user_id=crowd[1].id, role="assistant")
    cohort = UUID(admin.does(service.add_cohort, name="Year 1").id)
    admin.does(service.change_many, action="join", user_ids=[crowd[2].id], cohort_id=cohort)
    admin.does(service.suspend, user_id=crowd[2].id)
    people.person("=HYPERLINK(1)", email="=cmd@example.org", verified_at=None, external_id="S1", zone="Europe/Berlin")

    text = admin.sees(service.people_sheet)
    view = rosters.sent(admin, ("people.csv", text))

    assert "ecology|poems" in text
    assert "poems=assistant" in text
    assert view.tally == {"wrong": 0, "make": 0, "change": 0, "skip": 0, "same": 6}


def test_somebody_gets_a_link_to_choose_a_password(admin: Any, crowd: Any) -> None:
    assert admin.does(service.send_reset, user_id=crowd[0].id) == crowd[0].email
    admin.does(service.suspend, user_id=crowd[1].id)
    with pytest.raises(Conflict):
        admin.does(service.send_reset, user_id=crowd[1].id)
    with pytest.raises(NotFound):
        admin.does(service.send_reset, user_id=uuid4())


# ---- Cohorts


def test_a_cohort_joins_courses_once_or_for_good(admin: Any, crowd: Any, instructor: Any) -> None:
    once, ever = makers.course(instructor, title="Once"), makers.course(instructor, title="Ever")
    cohort = UUID(admin.does(service.add_cohort, name="Year 1", description="Beginners").id)
    admin.does(service.add_to_cohort, cohort_id=cohort, emails=f"{crowd[0].email}, <{crowd[1].email}>")

    came = [
        admin.does(service.enrol_cohort, cohort_id=cohort, slug=course.slug, synchronised=course is ever)
        for course in (once, ever)
    ]
    admin.does(service.add_to_cohort, cohort_id=cohort, emails=crowd[2].email)
    admin.does(service.change_many, action="leave", user_ids=[crowd[0].id], cohort_id=cohort)

    assert came == [2, 2]
    assert [len(instructor.sees(courses.learners, slug=course.slug).learners) for course in (once, ever)] == [2, 3]
    (row,) = admin.sees(service.cohorts)
    assert (row.name, row.description, row.people, row.courses) == ("Year 1", "Beginners", 2, ["Ever"])
    admin.does(service.unlink_cohort, cohort_id=cohort, slug=ever.slug)
    assert admin.sees(service.cohorts)[0].courses == []
    admin.does(service.delete_cohort, cohort_id=cohort)
    assert admin.sees(service.cohorts) == []
    assert len(instructor.sees(courses.learners, slug=ever.slug).learners) == 3


def test_a_name_of_a_cohort_is_there_once(admin: Any) -> None:
    first = UUID(admin.does(service.add_cohort, name="Year 1").id)

    for name in ("year 1", "", "x" * 81):
        with pytest.raises(Invalid):
            admin.does(service.add_cohort, name=name)
    admin.does(service.change_cohort, cohort_id=first, name="YEAR 1")
    with pytest.raises(Invalid, match="There is no account with nobody"):
        admin.does(service.add_to_cohort, cohort_id=first, emails="nobody@example.org")
    for act, given in ((service.delete_cohort, {}), (service.change_cohort, {"name": "x"})):
        with pytest.raises(NotFound):
            admin.does(act, cohort_id=uuid4(), **given)


# ---- Service accounts


def test_a_program_has_keys_and_nothing_else(admin: Any) -> None:
    row = admin.does(service.add_program, name="Registrar", role="admin")
    its = UUID(row.id)
    key = admin.does(service.add_program_key, user_id=its, name="Nightly", days=365, may_write=True)

    held = asyncio.run(live_actor(key.secret, Audience.API))

    assert held is not None
    assert (held.name, held.role, held.read_only) == ("Registrar", "admin", "")
    assert [one.live_keys for one in admin.sees(service.programs)] == [1]
    assert "Registrar" not in [one.name for one in admin.sees(service.people).people]
    admin.does(service.stop_program, user_id=its)
    assert asyncio.run(live_actor(key.secret, Audience.API)) is None
    admin.does(service.start_program, user_id=its)
    admin.does(service.end_program_key, user_id=its, key_id=UUID(key.id))
    assert asyncio.run(live_actor(key.secret, Audience.API)) is None
    with pytest.raises(NotFound):
        admin.does(service.stop_program, user_id=admin.id)
    with pytest.raises(NotFound):
        admin.does(service.send_reset, user_id=its)
    with pytest.raises(Invalid):
        admin.does(service.add_program, name="", role="god")
