"""The audit log as administrators read it, and that what it must hold is in it."""

import csv
import io
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlmodel import col, select

from lms_app.accounts import api as accounts_api
from lms_app.accounts import service as accounts
from lms_app.admin import audit_api, service
from lms_app.admin.audit_views import AuditFilter
from lms_app.admin.state.audit import AuditState
from lms_app.core import audit, chain, identity
from lms_app.core.audit import AuditEntry
from lms_app.core.errors import Invalid
from lms_app.core.work import SYSTEM, reading, unit_of_work
from lms_app.courses import service as courses
from lms_app.exchange import api as exchange_api
from lms_app.exchange import tree_api
from lms_app.gradebook import api as gradebook_api
from lms_app.quizzes import service as quizzes
from lms_app.web.edge import edge
from tests.courses import makers as course_makers
from tests.courses import rest
from tests.courses.tabs import Tab, leads_to
from tests.makers import NOON, person
from tests.quizzes.makers import drafts


def _note(who: Any, action: str, subject: Any = "x", old: Any = None, new: Any = None, at: Any = NOON) -> None:
    with unit_of_work(who.actor, at) as work:
        audit.record(work, action, "user", subject, old, new)


def _actions(admin: Any, **given: Any) -> list[str]:
    return [entry.action for entry in admin.sees(service.audit_log, AuditFilter(**given)).entries]


def test_an_entry_says_names_and_what_changed(admin: Any, student: Any) -> None:
    _note(admin, "account.role_changed", student.id, {"role": "student"}, {"role": "instructor", "by": str(student.id)})

    (entry,) = admin.sees(service.audit_log).entries

    assert (entry.who, entry.label, entry.subject) == ("Admin", "Account role changed", "Student")
    assert [(line.name, line.old, line.new) for line in entry.lines] == [
        ("Role", "student", "instructor"),
        ("By", "", "Student"),
    ]


def test_filters_find_by_who_what_about_when_and_request(admin: Any, student: Any) -> None:
    other = person("Zoë Müller")
    _note(other, "grade.changed", student.id)
    _note(admin, "enrolment.left", uuid4(), None, {"user_id": str(other.id)}, NOON + timedelta(days=1))
    _note(admin, "course.exported", "c", at=NOON + timedelta(days=2))
    with unit_of_work(admin.actor, NOON + timedelta(days=3)) as work:
        audit.record_all(
            type(work)(work.db, work.actor, work.now, "abc123"), [audit.Change("account.signed_in", "user", "y")]
        )

    assert _actions(admin, who="muller zoe") == ["grade.changed"]
    assert _actions(admin, who=str(other.id)) == ["grade.changed"]
    assert _actions(admin, who="nobody at all") == []
    assert _actions(admin, what="grades") == ["grade.changed"]
    assert _actions(admin, what="enrolments") == ["enrolment.left"]
    assert _actions(admin, what="exports") == ["course.exported"]
    assert _actions(admin, what="sign-ins") == ["account.signed_in"]
    assert _actions(admin, what="enrolment.") == ["enrolment.left"]
    assert _actions(admin, what="enrol") == []
    assert _actions(admin, subject="Student") == ["grade.changed"]
    assert _actions(admin, subject="Zoë") == ["enrolment.left"], "named in what changed"
    assert _actions(admin, since="2027-03-03") == ["account.signed_in", "course.exported"]
    assert _actions(admin, since="2027-03-02", until="2027-03-02") == ["enrolment.left"]
    assert _actions(admin, request="abc123") == ["account.signed_in"]


def test_days_are_those_of_the_reader(admin: Any) -> None:
    _note(admin, "course.changed", at=NOON.replace(hour=23))

    assert _actions(admin, since="2027-03-02") == []
    berlin = person("Admin in Kiritimati", role=admin.actor.role, zone="Pacific/Kiritimati")
    assert _actions(berlin, since="2027-03-02", until="2027-03-02") == ["course.changed"]
    with pytest.raises(Invalid, match="Enter a day"):
        admin.sees(service.audit_log, AuditFilter(since="yesterday"))


def test_windows_follow_each_other_whatever_comes_in(admin: Any) -> None:
    for n in range(5):
        _note(admin, f"test.n{n}")
    first = admin.sees(service.audit_log, limit=2)
    _note(admin, "test.late")

    second = admin.sees(service.audit_log, limit=2, before=first.before)
    third = admin.sees(service.audit_log, limit=2, before=second.before)

    seen = [entry.action for window in (first, second, third) for entry in window.entries]
    assert seen == [f"test.n{n}" for n in (4, 3, 2, 1, 0)]
    assert third.before == 0


def test_no_cell_of_the_sheet_is_a_formula(admin: Any) -> None:
    bad = person("=HYPERLINK(1)", role=admin.actor.role)
    _note(bad, "account.signed_in", "@cmd", {"a": "=1"})

    lines = list(csv.reader(io.StringIO(admin.sees(service.audit_sheet).removeprefix("\ufeff"))))

    assert lines[1][2] == "'=HYPERLINK(1)"
    assert lines[1][7] == "'@cmd"
    assert not [cell for line in lines for cell in line if cell.startswith(("=", "+", "-", "@"))]


def test_the_page_filters_by_its_address(admin: Any) -> None:
    for n in range(60):
        _note(admin, "grade.changed" if n % 2 else "course.changed", f"s{n}")
    tab = Tab(admin, AuditState, address="/admin/audit?what=grades")

    tab.sends("open_audit")

    assert {entry.action for entry in tab.entries} == {"grade.changed"}
    assert tab.at["sheet"] == "/admin/audit.csv?what=grades"
    assert (tab.at["older"], tab.at["newest"]) == ("", "")
    assert leads_to(tab.sends("look", {"who": "ada", "what": "", "x": "y"})) == "/admin/audit?who=ada"

    whole = Tab(admin, AuditState, address="/admin/audit")
    whole.sends("open_audit")
    older = Tab(admin, AuditState, address=whole.at["older"])
    older.sends("open_audit")
    assert (len(whole.entries), len(older.entries)) == (50, 10)
    assert older.at["newest"] == "/admin/audit"


# ---- What must be in it


@pytest.mark.anyio
async def test_signing_in_failing_and_out_are_there_with_the_id_that_the_answer_has(
    database: Any, tmp_path: Path
) -> None:
    somebody = person("Ada", password_hash=identity.hash_password("seven kettles on the moon"))
    transport = httpx.ASGITransport(edge(tmp_path)(rest.app(*accounts_api.ROUTERS)))
    async with httpx.AsyncClient(transport=transport, base_url="http://lectern.test") as client:

        async def sends(path: str, **given: Any) -> httpx.Response:
            return await client.post(f"/api/v1/auth/{path}", **given)

        wrong = await sends("login", json={"email": somebody.email, "password": "six kettles on the moon"})
        right = await sends("login", json={"email": somebody.email, "password": "seven kettles on the moon"})
        out = await sends("logout", headers={"Authorization": f"Bearer {right.json()['access_token']}"})

    with reading(SYSTEM) as work:
        found = work.db.exec(select(AuditEntry).order_by(col(AuditEntry.seq))).all()
    assert [(entry.action, entry.request_id, entry.subject_id) for entry in found] == [
        ("account.sign_in_failed", wrong.headers["x-request-id"], str(somebody.id)),
        ("account.signed_in", right.headers["x-request-id"], str(somebody.id)),
        ("account.signed_out", out.headers["x-request-id"], str(somebody.id)),
    ]


def test_settings_are_there_with_what_they_were(instructor: Any, admin: Any) -> None:
    course = course_makers.course(instructor)
    module = instructor.does(courses.add_module, course_id=course.id, title="Energy")
    quiz = instructor.does(quizzes.create_quiz, module_id=module.id, title="Flow", questions=drafts())
    instructor.does(quizzes.update_quiz, quiz_id=quiz.item_id, attempts_allowed=3)
    instructor.does(courses.update_item, item_id=quiz.item_id, title="Other")
    instructor.does(courses.update_item, item_id=quiz.item_id, title="Other")

    found = [entry for entry in admin.sees(service.audit_log).entries if entry.subject_id == str(quiz.item_id)]

    assert [(entry.action, entry.lines[0].name, entry.lines[0].new) for entry in found] == [
        ("item.changed", "Title", "Other"),
        ("quiz.changed", "Attempts allowed", "3"),
    ]


@pytest.mark.parametrize(
    ("path", "action"),
    [
        ("gradebook.csv", "gradebook.exported"),
        ("gradebook.xlsx", "gradebook.exported"),
        ("questions/export", "questions.exported"),
        ("tree.zip", "course.exported"),
    ],
)
def test_an_export_is_there_for_a_key_that_only_reads_too(instructor: Any, path: str, action: str) -> None:
    course = course_makers.course(instructor)
    api = rest.app(*gradebook_api.ROUTERS, *exchange_api.ROUTERS, *tree_api.ROUTERS)
    with unit_of_work(instructor.actor) as work:
        made = accounts.make_key(work, user_id=instructor.id, name="Nightly", days=30, may_write=False)

    answer = rest.program(None, api).get(
        f"/api/v1/courses/{course.slug}/{path}", headers={"Authorization": f"Bearer {made.secret}"}
    )

    assert answer.status_code == 200
    with reading(SYSTEM) as work:
        entry = work.db.exec(select(AuditEntry).where(col(AuditEntry.action) == action)).one()
        assert (entry.actor_id, entry.subject_id) == (instructor.id, str(course.id))
        assert chain.walk(work).breaks == []


def test_who_takes_the_log_away_is_in_it_and_nobodys_name(admin: Any) -> None:
    answer = rest.program(admin, rest.app(*audit_api.ROUTERS)).get("/api/v1/admin/audit.csv?who=ada&what=grades")

    assert answer.headers["content-type"].startswith("text/csv")
    with reading(SYSTEM) as work:
        entry = work.db.exec(select(AuditEntry).where(col(AuditEntry.action) == "audit.exported")).one()
    assert entry.new == {"who": "…", "what": "grades"}
