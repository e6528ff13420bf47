"""Lists of people come in: read whoever wrote them, shown line by line, and done whole or not at all."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import col, select

from lms_app.admin import service
from lms_app.admin.models import Cohort, CohortMember, ImportState, PeopleImport
from lms_app.admin.rules import files as rules
from lms_app.admin.service import import_run
from lms_app.core import chain, mail, sheet
from lms_app.core.errors import Conflict, Invalid, NotFound
from lms_app.core.identity import User
from lms_app.core.outbox import OutboxMessage
from lms_app.core.work import SYSTEM, SiteRole, reading, unit_of_work, utc_now
from lms_app.courses import service as courses
from lms_app.courses.models import CourseMember
from tests import makers as people
from tests.admin import rosters
from tests.courses import makers
from tests.makers import NOON
from tests.web.test_guard import digest

OWN = "email,name,role,external id,zone,locale,cohorts,courses\n"
MOODLE = "username,password,firstname,lastname,email,course1,role1,group1,cohort1\n"


@pytest.fixture
def ecology(instructor: Any) -> Any:
    return makers.course(instructor, title="Ecology")


def _members(course: Any) -> list[tuple[str, str, str]]:
    with reading(SYSTEM) as work:
        rows = work.db.exec(
            select(User.email, CourseMember.role, CourseMember.state)
            .join(CourseMember, col(CourseMember.user_id) == col(User.id))
            .where(CourseMember.course_id == course.id, User.email.like("%school.test"))  # pyright: ignore[reportAttributeAccessIssue]
            .order_by(User.email)
        )
        return [tuple(row) for row in rows]


def _user(email: str) -> User:
    with reading(SYSTEM) as work:
        return work.db.exec(select(User).where(User.email == email)).one()


# ---- What a list says


def test_a_list_of_our_own_makes_people_with_their_courses_and_cohorts(admin: Any, ecology: Any) -> None:
    text = OWN + (
        "ada@school.test,Ada King,,S1,Europe/Berlin,de,Year 1|Physics,ecology\n"
        "BEN@School.test,Ben Okri,instructor,,,,,ecology=instructor\n"
    )

    view = rosters.sent(admin, ("people.csv", text))
    told = rosters.told(admin, view)
    after = rosters.done(admin, view.id)

    assert told == [
        (2, "make", "ada@school.test", "Enrolled in Ecology. Joins Year 1, Physics"),
        (3, "make", "ben@school.test", "Instructor. Enrolled in Ecology as instructor"),
    ]
    assert (after.state, after.percent, after.problem) == ("done", 100, "")
    ada = _user("ada@school.test")
    assert (ada.name, ada.role, ada.external_id, ada.zone, ada.locale) == (
        "Ada King",
        "student",
        "S1",
        "Europe/Berlin",
        "de",
    )
    assert (ada.password_hash, ada.verified_at) == (None, None)
    assert _members(ecology) == [("ada@school.test", "student", "active"), ("ben@school.test", "instructor", "active")]
    with reading(SYSTEM) as work:
        names = {row.name for row in work.db.exec(select(Cohort))}
        assert names == {"Year 1", "Physics"}
        assert len(work.db.exec(select(CohortMember)).all()) == 2


def test_the_same_list_again_changes_nothing(admin: Any, ecology: Any) -> None:
    text = OWN + "ada@school.test,Ada King,student,S1,UTC,en,Year 1,ecology\n"
    rosters.done(admin, rosters.sent(admin, ("people.csv", text)).id)
    before = digest()

    again = rosters.sent(admin, ("people.csv", text))

    assert again.tally == {"wrong": 0, "make": 0, "change": 0, "skip": 0, "same": 1}
    with pytest.raises(Conflict, match="nothing to import"):
        admin.does(service.confirm_import, import_id=UUID(again.id))
    admin.does(service.discard_import, import_id=UUID(again.id))
    assert digest() == before


def test_new_people_get_a_link_by_mail_and_no_password(admin: Any) -> None:
    text = "email,name\nada@school.test,Ada\nben@school.test,Ben\n"

    quiet = rosters.sent(admin, ("a.csv", text.replace("school", "quiet")), invites=False)
    rosters.done(admin, quiet.id)
    rosters.done(admin, rosters.sent(admin, ("b.csv", text)).id)

    with unit_of_work(SYSTEM, NOON) as work:
        told = work.db.exec(select(OutboxMessage).where(OutboxMessage.topic == service.PEOPLE_INVITED)).all()
        assert [len(one.payload["user_ids"]) for one in told] == [2]
        service.mail_invited(work, told[0].payload)
        mails = work.db.exec(select(OutboxMessage).where(OutboxMessage.topic == mail.TOPIC)).all()
        assert sorted(one.payload["to"] for one in mails) == ["ada@school.test", "ben@school.test"]


def test_what_changes_is_told_in_words(admin: Any, ecology: Any) -> None:
    rosters.done(admin, rosters.sent(admin, ("a.csv", OWN + "ada@school.test,Ada King,,S1,,,,ecology\n")).id)
    text = "email,name,role,id,status,cohorts,course,course role,group\nada.k@school.test,Ada K,,S1,suspended,Year 2,Ecology,TA,Lab\n"

    view = rosters.sent(admin, ("b.csv", text))

    assert rosters.told(admin, view) == [
        (
            2,
            "change",
            "ada.k@school.test",
            "Name: Ada King → Ada K. Email: ada@school.test → ada.k@school.test. Is suspended. "
            "Ecology: student → assistant, group Lab. Joins Year 2",
        )
    ]
    assert rosters.done(admin, view.id).state == "done"
    ada = _user("ada.k@school.test")
    assert (ada.name, ada.haystack, ada.suspended_at) == ("Ada K", "ada k\nada.k@school.test", NOON)
    assert _members(ecology) == [("ada.k@school.test", "assistant", "active")]


def test_moodles_upload_is_read(admin: Any, ecology: Any) -> None:
    text = MOODLE + (
        "ada,verysecret,Ada,King,ada@school.test,Ecology,student,Section 1,Year 1\n"
        "ben,verysecret,Ben,Okri,ben@school.test,Ecology,teacher,,\n"
        "cleo,verysecret,Cleo,Mai,cleo@school.test,Ecology,3,,\n"
    )

    view = rosters.sent(admin, ("users.csv", text))
    rosters.done(admin, view.id)

    assert view.files[0].format == "moodle"
    assert all("secret" not in column.sample for column in view.files[0].columns)
    assert _members(ecology) == [
        ("ada@school.test", "student", "active"),
        ("ben@school.test", "assistant", "active"),
        ("cleo@school.test", "instructor", "active"),
    ]
    assert {_user(f"{name}@school.test").password_hash for name in ("ada", "ben", "cleo")} == {None}


CANVAS = {
    "accounts": "account_id,parent_account_id,name,status\nA1,,Science,active\n",
    "users": "user_id,login_id,password,full_name,email,status,declared_user_type\n"
    "U1,ada,x,Ada King,ada@school.test,active,student\nU2,ben,,Ben Okri,ben@school.test,active,administrative\n",
    "courses": "course_id,short_name,long_name,account_id,term_id,status\nC1,ECO,Ecology,A1,,active\nC9,X,Unknown,A1,,active\n",
    "sections": "section_id,course_id,name,status\nS1,C1,Monday,active\n",
    "enrollments": "course_id,user_id,role,section_id,status\nC1,U1,student,S1,active\n,U2,teacher,S1,active\n",
}


def test_canvas_archives_are_read_whole(admin: Any, ecology: Any) -> None:
    view = rosters.sent(admin, ("sis.zip", rosters.zip_of(**CANVAS)))
    told = rosters.told(admin, view)
    rosters.done(admin, view.id)

    assert [one for one in told if one[1] in ("wrong", "make", "change")] == [
        (2, "make", "ada@school.test", ""),
        (3, "make", "ben@school.test", "“administrative” is no role here and changes nothing."),
        (2, "change", "U1", "Enrolled in Ecology, group Monday"),
        (3, "change", "U2", "Enrolled in Ecology as instructor, group Monday"),
    ]
    assert _members(ecology) == [("ada@school.test", "student", "active"), ("ben@school.test", "instructor", "active")]

    gone = CANVAS["enrollments"].replace("U1,student,S1,active", "U1,student,S1,deleted")
    later = rosters.sent(admin, ("enrollments.csv", gone.replace("C1,", "Ecology,").replace(",U2", "Ecology,U2")))
    assert rosters.done(admin, later.id).state == "done"
    assert _members(ecology)[0] == ("ada@school.test", "student", "left")


ONEROSTER = {
    "manifest": "propertyName,value\nmanifest.version,1.0\n",
    "orgs": "sourcedId,status,dateLastModified,name,type\nO1,active,,School,school\n",
    "users": "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,email\n"
    "P1,active,,true,O1,student,ada,,Ada,King,ada@school.test\nP2,active,,true,O1,teacher,ben,,Ben,Okri,ben@school.test\n"
    "P3,active,,true,O1,parent,mum,,Mum,King,mum@school.test\n",
    "courses": "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode\nK1,active,,,Ecology,ECO\n",
    "classes": "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode\nL1,active,,Ecology 7b,,K1,7b\n",
    "enrollments": "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary\n"
    "E1,active,,L1,O1,P1,student,false\nE2,active,,L1,O1,P2,teacher,true\n",
}


def test_oneroster_archives_are_read_whole(admin: Any, ecology: Any) -> None:
    view = rosters.sent(admin, ("roster.zip", rosters.zip_of(**ONEROSTER)))
    told = {(line, about): (fate, note) for line, fate, about, note in rosters.told(admin, view)}

    assert told[4, "mum@school.test"] == ("skip", "Parents and onlookers are no users of courses.")
    assert told[3, "ben@school.test"] == ("make", "Instructor")
    assert told[2, "P1"] == ("change", "Enrolled in Ecology, group Ecology 7b")
    assert rosters.done(admin, view.id).state == "done"
    assert _members(ecology) == [("ada@school.test", "student", "active"), ("ben@school.test", "instructor", "active")]


def test_cohorts_come_in_by_a_list_of_their_own(admin: Any) -> None:
    text = "name,idnumber,description,category\nYear 1,Y1,The first,\nYear 2,Y2,,Cat 1\n"

    view = rosters.sent(admin, ("cohorts.csv", text))
    rosters.done(admin, view.id)
    again = rosters.sent(admin, ("cohorts.csv", text.replace("The first", "The beginners")))

    assert [(fate, about) for _line, fate, about, _note in rosters.told(admin, view)] == [
        ("make", "Y1"),
        ("make", "Y2"),
    ]
    assert rosters.told(admin, again)[0] == (2, "change", "Y1", "Description")


# ---- What is wrong with a line


@pytest.mark.parametrize(
    ("text", "problem", "column"),
    [
        ("email,name\nada@,Ada\n", "This is not an email address like name@example.org.", "email"),
        ("email,name\n,Ada\n", "Enter an email address or an id.", "email"),
        ("email,name\nada@school.test,\n", "There is no account with this address yet, and a new one needs a name.", ""),
        (f"email,name\nada@school.test,{'A' * 121}\n", "Shorten the name to 120 characters.", "name"),
        ("email,name,role\nada@school.test,Ada,god\n", "“god” is not a role. Write student, instructor or admin.", "role"),
        ("email,name,zone\nada@school.test,Ada,Mars\n", "“Mars” is not a time zone like Europe/Berlin.", "zone"),
        ("email,name,lang\nada@school.test,Ada,xx_qq\n", "“xx-qq” is not a language like en or de.", "lang"),
        ("email,name,status\nada@school.test,Ada,ill\n", "“ill” is not a status. Write active or suspended.", "status"),
        ("email,course,role\nada@school.test,,\n", "Enter the course.", "course"),
        ("email,course\nada@school.test,ecology\n", "There is nobody with this address. Put them into a list of people.", ""),
        (
            "email,name,courses\nada@school.test,Ada,latin\n",
            "There is no course “latin” here. A course goes by its title or by the last part of its address.",
            "",
        ),
        ('email,name\n"ada@school.test,Ada\n', "A quotation mark opens in this line and is not closed.", ""),
        ("email,name\nADMIN,x\n", "This is not an email address like name@example.org.", "email"),
    ],
)  # fmt: skip
def test_a_wrong_line_says_where_and_why(admin: Any, text: str, problem: str, column: str) -> None:
    view = rosters.sent(admin, ("people.csv", text))

    lines = admin.sees(service.import_lines, import_id=UUID(view.id)).lines

    assert [(one.line, one.fate, one.note, one.column) for one in lines if one.fate == "wrong"] == [
        (2, "wrong", problem, column)
    ]
    with pytest.raises(Conflict, match="1 line is wrong"):
        admin.does(service.confirm_import, import_id=UUID(view.id))


def test_lines_that_contradict_each_other_are_wrong(admin: Any) -> None:
    text = "email,name,id\nada@school.test,Ada,1\nada@school.test,Ida,1\nben@school.test,Ben,1\nada@school.test,Ada,1\n"

    told = rosters.told(admin, rosters.sent(admin, ("a.csv", text)))

    assert [(line, fate, note) for line, fate, _about, note in told] == [
        (3, "wrong", "Line 2 gives this person another name."),
        (4, "wrong", "Line 2 gives this person another address."),
        (2, "make", ""),
        (5, "same", "As line 2."),
    ]


def test_nobody_is_locked_out_and_no_foreign_list_makes_administrators(admin: Any) -> None:
    mine = f"email,name,role,status\n{admin.email},Admin,student,suspended\n"
    second = people.person("Second", SiteRole.ADMIN, external_id="P1")
    theirs = ONEROSTER["users"].replace("ada@school.test", second.email)

    told = rosters.told(admin, rosters.sent(admin, ("a.csv", mine)))
    foreign = rosters.sent(admin, ("users.csv", theirs))
    rosters.done(admin, foreign.id)

    assert told[0][3] == "You cannot change your own role or suspend yourself. Ask another administrator."
    assert _user(second.email).role == SiteRole.ADMIN


# ---- How a file is read


def test_a_person_says_how_a_file_is_to_be_read(admin: Any) -> None:
    text = "Wer;Wo;Was\nŠárka Dvořáková;sarka@school.test;x\n"
    view = rosters.sent(admin, ("liste.csv", text.encode("cp1250")))
    its = UUID(view.id)
    guessed = view.files[0]

    admin.does(service.read_as, import_id=its, file=0, encoding="cp1250")
    admin.does(service.read_as, import_id=its, file=0, kind="people")
    admin.does(service.read_as, import_id=its, file=0, fields=["name", "email", ""])
    after = rosters.checked(admin, view.id)

    assert (guessed.kind, guessed.delimiter) == ("unknown", ";")
    assert [column.field for column in after.files[0].columns] == ["name", "email", ""]
    assert rosters.told(admin, after) == [(2, "make", "sarka@school.test", "")]
    rosters.done(admin, view.id)
    assert _user("sarka@school.test").name == "Šárka Dvořáková"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "spells"}, "kind"),
        ({"encoding": "rot13"}, "encoding"),
        ({"delimiter": "x"}, "delimiter"),
        ({"fields": ["email"]}, "fields"),
        ({"fields": ["email", "magic"]}, "fields"),
        ({"fields": ["email", "email"]}, "fields"),
    ],
)
def test_a_file_cannot_be_read_in_any_way(admin: Any, wrong: dict[str, Any], field: str) -> None:
    view = rosters.sent(admin, ("a.csv", "email,name\nada@school.test,Ada\n"))

    with pytest.raises(Invalid) as refused:
        admin.does(service.read_as, import_id=UUID(view.id), file=0, **wrong)

    assert list(refused.value.fields) == [field]


def test_an_older_check_does_not_count_once_the_file_is_read_otherwise(admin: Any) -> None:
    view = rosters.sent(admin, ("a.csv", "email,name\nada@school.test,Ada\n"))
    its = UUID(view.id)
    old = admin.sees(import_run.plan_import, import_id=its)

    admin.at(NOON + timedelta(seconds=1)).does(service.read_as, import_id=its, file=0, kind="left")
    admin.does(import_run.keep_plan, import_id=its, plan=old, at=0)

    assert admin.sees(service.read_import, import_id=its).state == "waiting"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ([], "Choose a file."),
        ([("a.csv", b"")], "There is nothing in this file."),
        (
            [("a.zip", b"PK\x03\x04broken")],
            "We cannot open this archive. Pack it once more, as ZIP without a password.",
        ),
        ([("a.zip", rosters.zip_of())], "There is no CSV file in this archive."),
        ([("a.csv", b"x" * (rules.BYTES_MAX + 1))], rules.TOO_LARGE),
        ([("a.csv", b"x,y\n")] * (rules.FILES_MAX + 1), "An import takes up to 30 files."),
    ],
)
def test_what_cannot_be_an_import(given: Any, sentence: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011  the sentence is compared
        rules.unpacked(given)

    assert str(refused.value) == sentence


def test_an_archive_that_unpacks_without_end_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "UNPACKED_MAX", 1000)

    with pytest.raises(ValueError, match="takes up to"):
        rules.unpacked([("a.zip", rosters.zip_of(users="x" * 100_000))])


# ---- All or nothing


def _crowd(count: int, prefix: str = "c") -> str:
    return OWN + "".join(f"{prefix}{n}@school.test,Crowd {n},,{prefix}{n},,,Year 1,ecology\n" for n in range(count))


def test_what_comes_between_undoes_the_whole_list(admin: Any, ecology: Any) -> None:
    known = rosters.sent(admin, ("a.csv", OWN + "z1@school.test,Zoe,,,,,,\n"))
    rosters.done(admin, known.id)
    text = OWN + "z1@school.test,Zoë,instructor,Z1,,,Old,ecology=assistant\n" + _crowd(30).removeprefix(OWN)
    view = rosters.sent(admin, ("b.csv", text))
    its = UUID(view.id)
    admin.does(service.confirm_import, import_id=its)
    assert admin.does(
        import_run.begin_run, import_id=its, digest=admin.sees(import_run.plan_import, import_id=its).digest
    )
    before = _rows()
    admin.does(import_run.run_part, import_id=its, size=10)
    admin.does(import_run.run_part, import_id=its, size=10)
    assert len(_members(ecology)) == 20
    late = people.person("Late", email="c25@school.test")

    rosters.finish(admin, view.id, 7)

    after = admin.sees(service.read_import, import_id=its)
    assert (after.state, after.percent) == ("failed", 100)
    assert after.problem
    with unit_of_work(SYSTEM, NOON) as work:
        work.db.delete(work.db.get(User, late.id))
    assert _rows() == before
    with reading(SYSTEM) as work:
        assert chain.walk(work).breaks == []


def _rows() -> tuple[Any, ...]:
    """People, memberships and cohorts, as far as a list can change them."""
    with reading(SYSTEM) as work:
        users = work.db.exec(select(User).order_by(User.email)).all()
        return (
            [(u.email, u.name, u.role, u.external_id, u.haystack, u.suspended_at) for u in users],
            [(m.user_id, m.role, m.state) for m in work.db.exec(select(CourseMember).order_by(CourseMember.id))],  # pyright: ignore[reportArgumentType]
            len(work.db.exec(select(CohortMember)).all()),
        )


def test_a_school_that_has_changed_since_is_looked_at_again(admin: Any, ecology: Any) -> None:
    view = rosters.sent(admin, ("a.csv", _crowd(3)))
    people.person("Crowd 1", email="c1@school.test", external_id="c1")

    after = rosters.done(admin, view.id)

    assert (after.state, after.problem) == ("checked", import_run.CHANGED)
    assert after.tally["change"] == 1
    assert rosters.done(admin, view.id).state == "done"


def test_a_run_that_was_cut_off_is_gone_on_with(admin: Any, ecology: Any) -> None:
    view = rosters.sent(admin, ("a.csv", _crowd(25)))
    its = UUID(view.id)
    admin.does(service.confirm_import, import_id=its)
    admin.does(import_run.begin_run, import_id=its, digest=admin.sees(import_run.plan_import, import_id=its).digest)
    admin.does(import_run.run_part, import_id=its, size=10)

    half = admin.sees(service.read_import, import_id=its)
    with pytest.raises(Conflict):
        admin.does(service.discard_import, import_id=its)
    rosters.finish(admin, view.id)

    assert (half.state, half.percent, half.busy) == ("running", 40, True)
    assert len(_members(ecology)) == 25


def test_the_loop_brings_a_list_in_by_itself(admin: Any, ecology: Any) -> None:
    now = admin.at(utc_now())

    async def story() -> Any:
        view = await service.send_import(now.actor, files=[("a.csv", _crowd(40).encode("utf-16"))])
        assert await service.work_on_imports()
        now.does(service.confirm_import, import_id=UUID(view.id))
        while await service.work_on_imports():
            pass
        return now.sees(service.read_import, import_id=UUID(view.id))

    after = asyncio.run(story())

    assert (after.state, after.tally["make"], after.files[0].encoding) == ("done", 40, "utf-16")
    assert len(_members(ecology)) == 40


def test_who_sent_a_list_must_still_be_an_administrator(admin: Any) -> None:
    second = people.person("Second", SiteRole.ADMIN)
    view = rosters.sent(second, ("a.csv", "email,name\nada@school.test,Ada\n"))
    second.does(service.confirm_import, import_id=UUID(view.id))
    admin.does(service.change_role, user_id=second.id, role="student")

    with unit_of_work(SYSTEM, NOON) as work:
        assert import_run.take(work) is None

    after = admin.sees(service.read_import, import_id=UUID(view.id))
    assert (after.state, after.problem) == ("failed", import_run.NOT_ADMIN)


def test_two_processes_do_not_take_the_same_list(admin: Any) -> None:
    with unit_of_work(SYSTEM, NOON) as work:
        work.db.add(PeopleImport(by_id=admin.id, state=ImportState.WAITING, created_at=NOON, changed_at=NOON))

    with unit_of_work(SYSTEM, NOON) as work:
        first, second = import_run.take(work), import_run.take(work)
    with unit_of_work(SYSTEM, NOON + import_run.LEASE + timedelta(seconds=1)) as work:
        later = import_run.take(work)

    assert (first is not None, second, later is not None) == (True, None, True)


def test_formulas_go_out_as_text_and_come_in_as_they_were(admin: Any) -> None:
    text = sheet.csv([("email", "name"), ("=cmd@school.test", "=HYPERLINK(1)"), ("+x@school.test", "@SUM")])

    rosters.done(admin, rosters.sent(admin, ("a.csv", text)).id)

    assert _user("=cmd@school.test").name == "=HYPERLINK(1)"
    assert _user("+x@school.test").name == "@SUM"


def test_imports_are_listed_and_what_is_not_there_is_not_found(admin: Any) -> None:
    view = rosters.sent(admin, ("a.csv", "email,name\nada@school.test,Ada\n"), ("b.csv", "email,name\n"))

    (row,) = admin.sees(service.imports)

    assert (row.name, row.state, row.by, row.changed) == ("a.csv and 1 more", "checked", "Admin", 1)
    for act in (service.read_import, service.import_lines, service.confirm_import, service.discard_import):
        with pytest.raises(NotFound):
            admin.does(act, import_id=uuid4())
    with pytest.raises(Invalid):
        admin.sees(service.import_lines, import_id=UUID(view.id), fate="lost")


def test_old_lists_are_forgotten_when_a_new_one_comes(admin: Any) -> None:
    rosters.done(admin, rosters.sent(admin, ("a.csv", "email,name\nada@school.test,Ada\n")).id)

    rosters.sent(admin.at(NOON + timedelta(days=31)), ("b.csv", "email,name\n"))

    assert [row.name for row in admin.sees(service.imports)] == ["b.csv"]


def test_a_courses_seats_are_kept(admin: Any, instructor: Any) -> None:
    small = makers.course(instructor, title="Small", capacity=1)

    rosters.done(admin, rosters.sent(admin, ("a.csv", _crowd(3).replace("ecology", "small"))).id)

    assert [state for _email, _role, state in _members(small)] == ["active", "queued", "queued"]
    assert instructor.sees(courses.learners, slug=small.slug, state="active").total == 1
