"""The administrator's pages: each of them draws, and its handlers tell the stories that people click."""

from datetime import timedelta
from typing import Any

import pytest

from lms_app.admin import service
from lms_app.admin.pages import (
    analytics,
    audit,
    cohorts,
    courses,
    doctor,
    imports,
    mail,
    one_import,
    overview,
    people,
    services,
)
from lms_app.admin.state.analytics import SiteAnalyticsState
from lms_app.admin.state.audit import AuditState
from lms_app.admin.state.courses import AllCoursesState
from lms_app.admin.state.directory import DirectoryState
from lms_app.admin.state.doctor import DoctorState
from lms_app.admin.state.importing import ImportState
from lms_app.admin.state.mail import MailState
from lms_app.admin.state.overview import OverviewState
from lms_app.admin.state.people import PeopleState
from lms_app.core.errors import Conflict, NotFound
from lms_app.core.settings import Settings
from lms_app.web.listing import address, asked, page_of, span
from tests import makers as somebody
from tests.admin import makers, rosters
from tests.courses import makers as course_makers
from tests.courses.tabs import Tab, leads_to


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("module", "words"),
    [
        (overview, "Nothing needs you"),
        (analytics, "Nothing has been counted yet"),
        (people, "Nobody matches"),
        (imports, "Last imports"),
        (one_import, "Line by line"),
        (cohorts, "No cohorts yet"),
        (services, "No service accounts yet"),
        (courses, "No courses yet"),
        (mail, "No mail here"),
        (audit, "Nothing was found"),
        (doctor, "Every setting"),
    ],
)
def test_every_page_draws_with_its_empty_and_failed_states(module: Any, words: str) -> None:
    drawn = str(module.PAGE.view().render())

    assert words in drawn
    assert "We could not load" in drawn
    assert module.PAGE.who == "admin"


@pytest.mark.parametrize(
    "page",
    [
        SiteAnalyticsState,
        AllCoursesState,
        AuditState,
        DirectoryState,
        DoctorState,
        ImportState,
        MailState,
        OverviewState,
        PeopleState,
    ],
)
def test_every_handler_is_for_administrators(student: Any, admin: Any, page: Any) -> None:
    own = [name for name, handler in page.event_handlers.items() if handler.fn.__module__ == page.__module__]

    assert own
    for name in own:
        assert page.event_handlers[name].fn.__mark__.allows(admin.actor)
        assert not page.event_handlers[name].fn.__mark__.allows(student.actor)


def test_the_overview_opens(admin: Any) -> None:
    tab = Tab(admin, OverviewState)

    tab.sends("open_overview")

    assert (tab.loaded, len(tab.overview.figures), len(tab.overview.activity)) == (True, 4, 30)
    assert tab.plot.curves == []


def test_the_overview_follows_the_address(admin: Any, student: Any, instructor: Any) -> None:
    course = course_makers.course(instructor, ["One"])
    course_makers.enrolled(student, course)
    course_makers.completed(student, *course.items)
    tab = Tab(admin, OverviewState, address="/admin?period=12w")

    tab.sends("open_overview")

    assert (tab.overview.period, len(tab.overview.activity)) == ("12w", 12)
    assert [curve.label for curve in tab.plot.curves] == ["active", "completed"]
    assert leads_to(tab.sends("choose", "7d")) == "/admin?period=7d"
    assert leads_to(tab.sends("choose", "30d")) == "/admin?period=30d"
    assert leads_to(tab.sends("choose", "1y")) == "/admin"


def test_the_analytics_follow_the_address(admin: Any, student: Any, instructor: Any) -> None:
    course = course_makers.course(instructor, ["One"])
    course_makers.enrolled(student, course)
    tab = Tab(admin, SiteAnalyticsState, address="/admin/analytics?section=learning&period=12m&sort=title")

    tab.sends("open_analytics")

    (seen,) = tab.seen
    assert (tab.loaded, seen.board.section, seen.board.period, seen.board.sort) == (True, "learning", "12m", "title")
    assert seen.at["people"] == "/admin/analytics?section=people&period=12m"
    assert seen.drawn[0].sheet == "/admin/analytics.csv?section=learning&period=12m&sort=title&figure=marks"
    assert leads_to(tab.sends("choose", "period", "7d")) == "/admin/analytics?section=learning&period=7d&sort=title"
    assert leads_to(tab.sends("choose", "compare", "true")).endswith("&compare=true&sort=title")
    assert leads_to(tab.sends("choose", "luck", "true")).endswith("?section=learning&period=12m&sort=title")
    days = {"since": "2027-02-01", "until": "2027-02-28"}
    asked = leads_to(tab.sends("choose_days", days))
    assert asked == "/admin/analytics?section=learning&since=2027-02-01&until=2027-02-28&sort=title"
    before = seen.now
    tab.sends("look_again")
    assert tab.seen[0].board == seen.board
    assert tab.seen[0].now.figures == before.figures


def test_people_follow_the_address(admin: Any, student: Any, instructor: Any) -> None:
    for number in range(60):
        somebody.person(f"Zelda {number:02}")
    tab = Tab(admin, PeopleState, address="/admin/people?role=student&search=zelda&page=2&status=lost")

    tab.sends("open_people")

    assert (tab.total, len(tab.people), tab.shown) == (60, 10, "51–60 of 60")
    assert (tab.filters["role"], tab.search, tab.filters["status"]) == ("student", "zelda", "")
    assert (tab.previous_url, tab.next_url) == ("/admin/people?search=zelda&role=student", "")
    assert leads_to(tab.sends("choose", "role", "")) == "/admin/people?search=zelda"
    assert leads_to(tab.sends("find", "ben")) == "/admin/people?search=ben&role=student"


def test_a_person_is_picked_and_changed(admin: Any, student: Any) -> None:
    tab = Tab(admin, PeopleState, address="/admin/people")
    tab.sends("open_people")

    tab.sends("manage", str(student.id))
    tab.sends("change_role", str(student.id), "instructor")
    said = [tab.notice]
    tab.sends("suspend", str(student.id))
    said.append(tab.notice)
    tab.sends("restore", str(student.id))
    said.append(tab.notice)

    assert tab.chosen.name == "Student"
    assert said == ["Role of Student changed", "Student suspended", "Student restored"]
    with pytest.raises(NotFound):
        tab.sends("suspend", "not an id")
    with pytest.raises(Conflict):
        tab.sends("suspend", str(admin.id))


def test_an_invitation_keeps_its_form_until_it_is_right(admin: Any) -> None:
    tab = Tab(admin, PeopleState, address="/admin/people")
    tab.sends("begin_invitation")

    tab.sends("invite", "", "ruth@example.org", "student")
    wrong = (tab.inviting, [problem.id for problem in tab.problems])
    tab.sends("invite", "Ruth Abara", "ruth@example.org", "student")

    assert wrong == (True, ["invite-name"])
    assert (tab.inviting, tab.problems, tab.notice) == (False, [], "Invitation sent to ruth@example.org")
    tab.sends("begin_invitation")
    tab.sends("end_invitation")
    assert not tab.inviting


def test_many_are_changed_and_it_is_undone(admin: Any, student: Any, instructor: Any) -> None:
    cohort = admin.does(service.add_cohort, name="Year 1")
    tab = Tab(admin, PeopleState, address="/admin/people")
    tab.sends("open_people")
    both = {f"pick.{one.id}": "on" for one in (student, instructor)}

    said: list[str] = []
    for form in ({"do": "suspend"}, {"do": "role", "role": "instructor"}, {"do": "join", "cohort": cohort.id}):
        tab.sends("change_many", {**both, **form})
        said.append(tab.done)
        tab.sends("undo")
    tab.sends("change_many", {"do": "suspend", "everyone": "yes"})
    everyone = (tab.done, tab.refused)
    tab.sends("change_many", {"do": "suspend"})

    assert said == ["2 people suspended", "Role of 1 person changed", "2 people added to the cohort"]
    assert everyone[0] == "2 people suspended"
    assert everyone[1] == ["Admin: You cannot do this to your own account. Ask another administrator."]
    assert (tab.done, tab.refused) == ("", ["Choose at least one person."])
    tab.sends("manage", str(student.id))
    tab.sends("find_others", "instr")
    assert [one.name for one in tab.others] == ["Instructor"]
    tab.sends("merge", str(instructor.id))
    assert (tab.total, tab.notice) == (2, "Merged into Student")


def test_a_list_is_looked_at_told_how_to_be_read_and_discarded(admin: Any) -> None:
    view = rosters.sent(admin, ("a.csv", "wer;wo\nAda;ada@school.test\n"))
    tab = Tab(admin, ImportState, address=f"/admin/people/import/{view.id}", item=view.id)

    tab.sends("open_import")
    first = (tab.shown[0].job.tally["wrong"], len(tab.shown[0].lines))
    tab.sends("read_as", 0, "kind", "people")
    tab.sends("take_column_for", 0, 0, "name")
    tab.sends("take_column_for", 0, 1, "email")
    rosters.checked(admin, view.id)
    tab.sends("open_import")
    tab.sends("show", "make")

    assert first == (2, 2)
    assert [(one.fate, one.about) for one in tab.shown[0].lines] == [("make", "ada@school.test")]
    tab.sends("confirm", {"invites": "on"})
    assert (tab.shown[0].job.state, tab.shown[0].job.busy) == ("confirmed", True)
    other = rosters.sent(admin.at(somebody.NOON + timedelta(minutes=1)), ("b.csv", "email,name\n"))
    tab = Tab(admin, ImportState, address="/admin/people/import", item=other.id)
    tab.sends("open_imports")
    assert [row.name for row in tab.past] == ["b.csv", "a.csv"]
    assert leads_to(tab.sends("discard")) == "/admin/people/import"


def test_cohorts_and_programs_are_kept(admin: Any, student: Any, instructor: Any) -> None:
    course = course_makers.course(instructor)
    tab = Tab(admin, DirectoryState, address="/admin/cohorts")
    tab.sends("open_cohorts")

    tab.sends("add_cohort", {"name": ""})
    wrong = [one.id for one in tab.problems]
    tab.sends("add_cohort", {"name": "Year 1"})
    tab.sends("pick_cohort", tab.cohorts[0].id)
    tab.sends("add_people", {"emails": student.email})
    tab.sends("rename_cohort", {"name": "Year 2"})
    tab.sends("enrol", {"slug": f"https://lectern.test/courses/{course.slug}", "synchronised": "on"})

    assert wrong == ["cohort"]
    assert [(one.name, one.people, one.courses) for one in tab.cohorts] == [("Year 2", 1, ["Principles of Ecology"])]
    tab.sends("delete_cohort")
    tab.sends("open_programs")
    tab.sends("add_program", {"name": "Registrar", "role": "admin"})
    its = tab.programs[0].id
    tab.sends("pick_program", its)
    tab.sends("add_key", {"name": "Nightly", "days": "30", "writes": "on"})
    assert (tab.cohorts, tab.secret[:4], len(tab.keys)) == ([], "lct_", 1)
    tab.sends("end_key", tab.keys[0].id)
    tab.sends("stop_program", its)
    stopped = tab.programs[0].stopped
    tab.sends("start_program", its)
    assert (tab.keys[0].over, stopped, tab.programs[0].stopped) == (True, True, False)


def test_all_courses_follow_the_address(admin: Any, instructor: Any) -> None:
    course_makers.course(instructor)
    course_makers.course(instructor, title="Poetry", published=False)
    tab = Tab(admin, AllCoursesState, address="/admin/courses?status=draft&sort=magic&page=x")

    tab.sends("open_courses")

    assert ([row.title for row in tab.courses], tab.shown, tab.sort) == (["Poetry"], "1–1 of 1", "")
    assert leads_to(tab.sends("choose", "sort", "newest")) == "/admin/courses?status=draft&sort=newest"


def test_the_doctor_shows_every_setting(admin: Any) -> None:
    tab = Tab(admin, DoctorState, address="/admin/doctor")

    tab.sends("open_doctor")

    rows = {row.name: row for row in tab.rows}
    assert len(rows) == len(Settings.model_fields)
    assert rows["LMS_BASE_URL"].danger in tab.problems
    assert rows["LMS_SECRET_KEY"].value in ("set", "not set")
    assert not tab.live


def test_mail_is_read_and_sent_again(admin: Any) -> None:
    failed = makers.letter("Failed", state="failed")
    tab = Tab(admin, MailState, address="/admin/mail?status=failed")

    tab.sends("open_mail")
    counted = (tab.waiting, tab.sent, tab.failed_count, tab.shown)
    tab.sends("read_letter", str(failed))
    tab.sends("send_again", str(failed))

    assert counted == (0, 0, 1, "1–1 of 1")
    assert tab.letter.subject == "Failed"
    assert (tab.messages, tab.waiting, tab.notice) == ([], 1, "Message goes out again")


@pytest.mark.no_database
def test_an_address_holds_only_what_a_list_knows() -> None:
    filters = {"search": (), "status": ("sent",)}

    assert asked({"search": " x ", "status": "lost", "colour": "green"}, filters) == {"search": "x", "status": ""}
    assert [page_of({"page": page}) for page in ("", "0", "3", "-1", "x", "99999999")] == [1, 1, 3, 1, 1, 10_000]
    assert address("/admin", {"search": "", "status": "sent"}, 2) == "/admin?status=sent&page=2"
    assert (span(2, 33, 83), span(1, 0, 0)) == ("51–83 of 83", "0")
