"""The administrator's pages: each of them draws, and its handlers tell the stories that people click."""

from typing import Any

import pytest

from lms_app.admin.pages import courses, mail, overview, people
from lms_app.admin.state.courses import AllCoursesState
from lms_app.admin.state.mail import MailState
from lms_app.admin.state.overview import OverviewState
from lms_app.admin.state.people import PeopleState
from lms_app.core.errors import Conflict, NotFound
from lms_app.web.listing import address, asked, page_of, span
from tests import makers as somebody
from tests.admin import makers
from tests.courses import makers as course_makers
from tests.courses.tabs import Tab, leads_to


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("module", "words"),
    [
        (overview, "Nothing needs you"),
        (people, "Nobody matches"),
        (courses, "No courses yet"),
        (mail, "No mail here"),
    ],
)
def test_every_page_draws_with_its_empty_and_failed_states(module: Any, words: str) -> None:
    drawn = str(module.PAGE.view().render())

    assert words in drawn
    assert "We could not load" in drawn
    assert module.PAGE.who == "admin"


@pytest.mark.parametrize("page", [AllCoursesState, MailState, OverviewState, PeopleState])
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


def test_people_follow_the_address(admin: Any, student: Any, instructor: Any) -> None:
    for number in range(60):
        somebody.person(f"Zelda {number:02}")
    tab = Tab(admin, PeopleState, address="/admin/people?role=student&search=zelda&page=2&status=lost")

    tab.sends("open_people")

    assert (tab.total, len(tab.people), tab.shown) == (60, 10, "51–60 of 60")
    assert (tab.role, tab.search, tab.status) == ("student", "zelda", "")
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
    wrong = (tab.inviting, tab.name_error != "", [problem.id for problem in tab.problems])
    tab.sends("invite", "Ruth Abara", "ruth@example.org", "student")

    assert wrong == (True, True, ["invite-name"])
    assert (tab.inviting, tab.problems, tab.notice) == (False, [], "Invitation sent to ruth@example.org")
    tab.sends("begin_invitation")
    tab.sends("end_invitation")
    assert not tab.inviting


def test_all_courses_follow_the_address(admin: Any, instructor: Any) -> None:
    course_makers.course(instructor)
    course_makers.course(instructor, title="Poetry", published=False)
    tab = Tab(admin, AllCoursesState, address="/admin/courses?status=draft&sort=magic&page=x")

    tab.sends("open_courses")

    assert ([row.title for row in tab.courses], tab.shown, tab.sort) == (["Poetry"], "1–1 of 1", "")
    assert leads_to(tab.sends("choose", "sort", "newest")) == "/admin/courses?status=draft&sort=newest"


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
