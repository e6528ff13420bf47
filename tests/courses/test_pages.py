"""The pages of courses: each of them draws, and its handlers tell the stories that people click."""

from typing import Any
from uuid import uuid4

import pytest

from lms_app.core.errors import Conflict, Forbidden, NotFound
from lms_app.core.work import utc_now
from lms_app.courses import service
from lms_app.courses.pages import (
    catalogue,
    course,
    course_enrol,
    course_people,
    join,
    lesson,
    mine,
    teach_course,
    teaching,
)
from lms_app.courses.state.catalogue import CatalogueState
from lms_app.courses.state.course import CourseState
from lms_app.courses.state.invitation import InvitationState
from lms_app.courses.state.lesson import LessonState
from lms_app.courses.state.mine import MyCoursesState
from lms_app.courses.state.teaching import TeachCourseState, TeachingState
from lms_app.web import routes
from tests import makers as people
from tests.courses import makers
from tests.courses.tabs import Tab, leads_to


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("module", "words"),
    [
        (catalogue, "No courses match"),
        (course, "Enrolment key"),
        (lesson, "Mark complete and continue"),
        (mine, "No courses yet"),
        (teaching, "No courses yet"),
        (teach_course, "Invitation links"),
        (course_people, "Requests to join"),
        (course_enrol, "One on each line"),
        (join, "This invitation is no longer valid"),
    ],
)
def test_every_page_draws_with_its_empty_and_failed_states(module: Any, words: str) -> None:
    drawn = str(module.PAGE.view().render())

    assert words in drawn
    assert "We could not load" in drawn
    assert "Skip to main content" in drawn


# ---- Finding and joining


def test_the_catalogue_follows_its_address(student: Any, instructor: Any) -> None:
    for number in range(30):
        makers.course(instructor, [], title=f"Course {number}", category="Biology" if number % 2 else "Letters")
    tab = Tab(student, CatalogueState, address="/catalogue?category=Biology&sort=title&level=")

    tab.sends("open")

    assert (tab.loaded, tab.total, tab.opened, tab.category, tab.sort) == (True, 15, 30, "Biology", "title")
    assert tab.advice == "No course has the subject “Biology”."
    assert [choice.value for choice in tab.categories] == ["", "Biology", "Letters"]
    assert leads_to(tab.sends("choose", "category", "")) == "/catalogue?sort=title"
    assert leads_to(tab.sends("find", " food webs ")) == "/catalogue?search=food+webs&category=Biology&sort=title"
    assert leads_to(tab.sends("choose", "colour", "green")) == "/catalogue?category=Biology&sort=title"


def test_the_catalogue_shows_more_below(student: Any, instructor: Any) -> None:
    for number in range(30):
        makers.course(instructor, [], title=f"Course {number}")
    tab = Tab(student, CatalogueState, address="/catalogue")

    tab.sends("open")
    first = len(tab.cards)
    tab.sends("more")

    assert (first, len(tab.cards), len({card.slug for card in tab.cards})) == (24, 30, 30)


def test_a_key_is_asked_for_until_it_fits(student: Any, instructor: Any) -> None:
    made = makers.course(instructor, enrol_mode="key", enrol_key="pond-life")
    tab = Tab(student, CourseState, slug=made.slug)

    tab.sends("open")
    tab.sends("join", "guess")
    refused = tab.key_error
    tab.sends("join", "pond-life")

    assert refused == "That is not the key of this course. Check it with the instructor."
    assert (tab.key_error, tab.course.standing, tab.notice) == ("", "student", "You joined Principles of Ecology")
    assert (tab.course.owner, tab.owner_initials) == ("Instructor", "I")
    assert [len(module.rows) for module in tab.modules] == [2, 2]


def test_asking_to_join_says_so_and_leaving_goes_to_ones_courses(student: Any, instructor: Any) -> None:
    made = makers.course(instructor, enrol_mode="approval")
    tab = Tab(student, CourseState, slug=made.slug)

    tab.sends("open")
    tab.sends("join", "")
    asked = (tab.notice, tab.course.standing)

    assert asked == ("Request sent", "waiting")
    assert leads_to(tab.sends("leave")) == routes.my_courses()


def test_a_page_of_what_is_not_there_is_missing(student: Any, instructor: Any) -> None:
    draft = makers.course(instructor, published=False)
    tabs = [
        Tab(student, CourseState, slug=draft.slug),
        Tab(student, LessonState, slug=draft.slug, item=str(draft.items[0])),
        Tab(student, LessonState, slug=draft.slug, item="not an id"),
        Tab(student, TeachCourseState, slug=draft.slug),
        Tab(student, InvitationState, token="x" * 43),
    ]

    for tab in tabs:
        tab.sends("open")

    assert [(tab.missing, tab.loaded, tab.failed) for tab in tabs] == [(True, False, "")] * 5


def test_an_invitation_is_read_and_then_accepted(student: Any, instructor: Any) -> None:
    made = makers.course(instructor, enrol_mode="invitation")
    token = instructor.at(utc_now()).does(service.invite, slug=made.slug).token
    tab = Tab(student, InvitationState, token=token)

    tab.sends("open")
    before = (tab.invitation.title, tab.invitation.joined)

    assert before == ("Principles of Ecology", False)
    assert leads_to(tab.sends("accept")) == routes.course(made.slug)
    tab.sends("open")
    assert tab.invitation.joined


def test_an_invited_assistant_goes_to_the_staffs_page(student: Any, instructor: Any) -> None:
    made = makers.course(instructor)
    token = instructor.at(utc_now()).does(service.invite, slug=made.slug, role="assistant").token

    assert leads_to(Tab(student, InvitationState, token=token).sends("accept")) == routes.teach_course(made.slug)


# ---- Learning


def test_a_lesson_is_read_kept_and_completed(student: Any, instructor: Any) -> None:
    made = makers.course(instructor, ["Sunlight", "Food webs"])
    makers.enrolled(student, made)
    tab = Tab(student, LessonState, slug=made.slug, item=str(made.items[0]))

    tab.sends("open")
    tab.sends("keep_place", 400)
    tab.sends("keep_place", "no number")

    assert (tab.lesson.title, tab.lesson.html, tab.html) == ("Sunlight", "", "<p>Green things eat light.</p>")
    assert [[row.url == tab.here for row in module.rows] for module in tab.modules] == [[True, False]]
    assert tab.placed
    assert leads_to(tab.sends("complete")) == routes.lesson(made.slug, made.items[1])
    assert student.sees(service.read_lesson, item_id=made.items[0]).scroll == 400


def test_the_text_of_a_lesson_comes_before_the_outline_which_comes_once(student: Any, instructor: Any) -> None:
    made = makers.course(instructor, ["Sunlight", "Food webs"])
    makers.enrolled(student, made)
    tab = Tab(student, LessonState, slug=made.slug, item=str(made.items[0]))

    first, again = tab.says("open"), tab.says("open")

    assert [("html" in one, "modules" in one) for one in first] == [(True, False), (False, True)]
    assert [("html" in one, "modules" in one) for one in again] == [(True, False), (False, False)]


def test_the_last_lesson_says_that_the_course_is_complete(student: Any, instructor: Any) -> None:
    made = makers.course(instructor, ["Sunlight"])
    makers.enrolled(student, made)
    tab = Tab(student, LessonState, slug=made.slug, item=str(made.items[0]))

    assert leads_to(tab.sends("complete")) == routes.course(made.slug)
    assert tab.notice == "Course complete"


def test_ones_courses_are_listed(student: Any, instructor: Any) -> None:
    makers.enrolled(student, makers.course(instructor))
    tab = Tab(student, MyCoursesState)

    tab.sends("open")

    assert [one.title for one in tab.courses] == ["Principles of Ecology"]


# ---- Teaching


def test_the_courses_that_one_teaches_are_listed(student: Any, instructor: Any) -> None:
    makers.enrolled(student, makers.course(instructor))
    tab = Tab(instructor, TeachingState)

    tab.sends("open")

    assert [(one.title, one.learners) for one in tab.courses] == [("Principles of Ecology", 1)]


def test_learners_are_found_filtered_sorted_and_turned(instructor: Any) -> None:
    made = makers.course(instructor, ["One"])
    everybody = [makers.enrolled(people.person(f"Ada {number:02}"), made) for number in range(22)]
    makers.completed(everybody[21], *made.items)
    tab = Tab(instructor, TeachCourseState, slug=made.slug)

    def shown() -> tuple[int, int, str]:
        return tab.total, len(tab.learners), tab.learners[0].name if tab.learners else ""

    tab.sends("open_people")
    assert (shown(), tab.course.learners, tab.course.manages) == ((22, 20, "Ada 00"), 22, True)
    tab.sends("turn", 20)
    assert shown() == (22, 2, "Ada 20")
    tab.sends("sort_by", "progress")
    assert shown() == (22, 20, "Ada 21")
    tab.sends("find", "ada.07.")
    assert shown() == (1, 1, "Ada 07")
    tab.sends("show", "left")
    assert shown() == (0, 0, "")
    tab.sends("clear")
    tab.sends("show", "complete")
    assert shown() == (1, 1, "Ada 21")


@pytest.mark.parametrize(
    ("handler", "wrong"), [("show", "everything"), ("sort_by", "magic"), ("turn", -1), ("turn", "50"), ("turn", True)]
)
def test_what_no_page_would_send_shows_the_first_window(instructor: Any, handler: str, wrong: Any) -> None:
    made = makers.course(instructor)
    makers.enrolled(people.person("Ada"), made)
    tab = Tab(instructor, TeachCourseState, slug=made.slug)
    tab.sends("open_people")

    tab.sends(handler, wrong)

    assert (tab.at, tab.total, tab.shown, tab.sort) == (0, 1, "active", "name")


def test_requests_are_answered(instructor: Any, student: Any, stranger: Any) -> None:
    made = makers.course(instructor, enrol_mode="approval")
    for person in (student, stranger):
        makers.enrolled(person, made)
    tab = Tab(instructor, TeachCourseState, slug=made.slug)
    tab.sends("open_people")
    waiting = len(tab.waiting)

    tab.sends("approve", str(student.id))
    approved = (tab.notice, len(tab.waiting), tab.total)
    tab.sends("decline", str(stranger.id))

    assert (waiting, approved) == (2, ("Request approved", 1, 1))
    assert (tab.notice, tab.waiting) == ("Request declined", [])
    with pytest.raises(NotFound):
        tab.sends("approve", "not an id")


def test_a_link_is_shown_once_and_can_be_withdrawn(instructor: Any) -> None:
    made = makers.course(instructor)
    tab = Tab(instructor, TeachCourseState, slug=made.slug)
    tab.sends("open")

    tab.sends("invite", "assistant", "7", "3")
    link = tab.new_link
    tab.sends("begin_invitation")

    assert link.startswith("http://lectern.test/join/")
    assert (tab.new_link, [one.role for one in tab.invitations]) == ("", ["assistant"])
    tab.sends("withdraw", tab.invitations[0].id)
    assert (tab.invitations, tab.notice) == ([], "Invitation withdrawn")


def test_a_wrong_invitation_is_said_beside_its_fields(instructor: Any) -> None:
    made = makers.course(instructor)
    tab = Tab(instructor, TeachCourseState, slug=made.slug)
    tab.sends("open")

    tab.sends("invite", "student", "a week", "0")

    assert [(wrong.id, wrong.text) for wrong in tab.problems] == [
        ("invite-people", "Enter a number of people from 1 to 10,000."),
        ("invite-days", "Enter a number of days from 1 to 365."),
    ]
    tab.sends("invite", "student", "7", "1")
    assert tab.problems == []


def test_a_course_is_published_hidden_and_archived(instructor: Any) -> None:
    made = makers.course(instructor, published=False)
    tab = Tab(instructor, TeachCourseState, slug=made.slug)
    tab.sends("open")
    said: list[tuple[str, str]] = []

    for act in ("publish", "archive", "unpublish"):
        tab.sends(act)
        said.append((tab.course.status, tab.notice))

    assert said == [
        ("published", "Course published"),
        ("archived", "Course archived"),
        ("draft", "Course hidden"),
    ]


def test_a_learner_is_taken_out(instructor: Any, student: Any) -> None:
    made = makers.course(instructor)
    makers.enrolled(student, made)
    tab = Tab(instructor, TeachCourseState, slug=made.slug)
    tab.sends("open_people")

    tab.sends("choose", str(student.id))
    asked = tab.chosen.name
    tab.sends("choose", str(uuid4()))
    tab.sends("remove", str(student.id))

    assert (asked, tab.chosen.name) == ("Student", "")
    assert (tab.learners, tab.total, tab.course.learners, tab.notice) == ([], 0, 0, "Removed from the course")


def test_an_assistant_looks_and_changes_nothing(instructor: Any, student: Any, stranger: Any) -> None:
    made = makers.course(instructor, enrol_mode="approval")
    instructor.does(service.add_member, course_id=made.id, user_id=student.id, role="assistant")
    makers.enrolled(stranger, made)
    tab = Tab(student, TeachCourseState, slug=made.slug)

    tab.sends("open")

    assert (tab.loaded, tab.course.manages, len(tab.waiting)) == (True, False, 1)
    for act, values in (("publish", ()), ("approve", (str(stranger.id),)), ("invite", ("student", "7", "1"))):
        with pytest.raises(Forbidden):
            tab.sends(act, *values)


def test_modules_say_what_is_in_them(instructor: Any) -> None:
    made = makers.course(instructor, ["One", "Two"], [])
    instructor.does(service.update_item, item_id=made.items[1], published=False)

    view = instructor.sees(service.teaching, slug=made.slug)

    assert [(module.title, module.note) for module in view.modules] == [
        ("Part 1", "2 lessons · 1 draft"),
        ("Part 2", "Empty"),
    ]


# ---- People


def test_groups_are_made_renamed_filled_shown_and_deleted(instructor: Any, student: Any, stranger: Any) -> None:
    made = makers.course(instructor)
    for person in (student, stranger):
        makers.enrolled(person, made)
    tab = Tab(instructor, TeachCourseState, slug=made.slug)
    tab.sends("open_people")

    tab.sends("add_group", "Lab A")
    tab.sends("add_group", " lab a ")
    (refused,) = tab.problems
    (lab,) = tab.people.groups
    tab.sends("rename_group", lab.id, "Pond lab")
    tab.sends("choose", str(student.id))
    tab.sends("toggle_group", str(student.id), lab.id)
    tab.sends("show_group", lab.id)
    shown = [(one.name, one.groups) for one in tab.learners]

    assert (refused.id, refused.text) == ("group-new", "The course has a group of this name already.")
    assert (tab.problems, shown) == ([], [("Student", ["Pond lab"])])
    assert ([(one.name, one.people) for one in tab.people.groups], tab.chosen.groups) == (
        [("Pond lab", 1)],
        ["Pond lab"],
    )
    tab.sends("toggle_group", str(student.id), lab.id)
    assert (tab.learners, tab.chosen.groups) == ([], [])
    tab.sends("delete_group", lab.id)
    assert (tab.people.groups, tab.group, tab.total) == ([], "", 2)
    tab.sends("show_group", "another course's")
    assert (tab.group, tab.total) == ("", 2)


def test_a_learner_becomes_an_assistant_and_the_last_instructor_stays(instructor: Any, student: Any) -> None:
    made = makers.course(instructor)
    makers.enrolled(student, made)
    tab = Tab(instructor, TeachCourseState, slug=made.slug)
    tab.sends("open_people")

    tab.sends("change_role", str(student.id), "assistant")

    assert (tab.total, tab.notice) == (0, "Role changed")
    assert [(one.name, one.role) for one in tab.people.staff] == [
        ("Instructor", "instructor"),
        ("Student", "assistant"),
    ]
    with pytest.raises(Conflict):
        tab.sends("change_role", str(instructor.id), "student")
    with pytest.raises(Conflict):
        tab.sends("remove", str(instructor.id))


def test_a_class_list_is_checked_corrected_and_enrolled(instructor: Any, student: Any) -> None:
    made = makers.course(instructor)
    tab = Tab(instructor, TeachCourseState, slug=made.slug)
    tab.sends("open_list")

    tab.sends("send_list", " ")
    (empty,) = tab.problems
    tab.sends("send_list", f"{student.email}\nnew@example.org\nwrong")
    wrong = (tab.problems, tab.tally["wrong"], [line.line for line in tab.lines])
    tab.sends("send_list", f"{student.email}\nnew@example.org\nwrong")
    tab.sends("send_list", f"{student.email}\nnew@example.org")
    checked = (tab.tally["enrolled"], tab.tally["invited"])

    assert (empty.id, empty.text) == ("people-list", "Paste email addresses or a list, or choose a file.")
    assert (wrong, checked) == (([], 1, [3, 1, 2]), (1, 1))
    assert leads_to(tab.sends("send_list", f"{student.email}\nnew@example.org")) == routes.course_people(made.slug)
    assert (tab.notice, tab.lines) == ("1 enrolled, 1 invited", [])
    tab.sends("open_people")
    assert ([one.name for one in tab.learners], [one.email for one in tab.people.invited]) == (
        ["Student"],
        ["new@example.org"],
    )
    tab.sends("take_back", tab.people.invited[0].id)
    assert tab.people.invited == []


def test_the_page_for_a_class_list_is_for_who_manages(instructor: Any, student: Any) -> None:
    made = makers.course(instructor)
    instructor.does(service.add_member, course_id=made.id, user_id=student.id, role="assistant")
    tab = Tab(student, TeachCourseState, slug=made.slug)

    tab.sends("open_list")

    assert (tab.loaded, tab.missing) == (False, True)


def test_an_announcement_is_written_corrected_and_deleted(instructor: Any, student: Any) -> None:
    made = makers.course(instructor)
    makers.enrolled(student, made)
    tab, page = (Tab(one, CourseState, slug=made.slug) for one in (instructor, student))
    tab.sends("open_announcements")

    tab.sends("announce", {"title": " ", "body": "", "goes_out_at": "soon"})
    assert tab.saying["goes_out_at_error"] == "Enter a date and a time, or leave it out."
    tab.sends("announce", {"title": " ", "body": ""})
    assert {"title_error", "body_error"} <= set(tab.saying)
    tab.sends("announce", {"title": "The pond is open", "body": "Bring **boots**."})
    page.sends("open")

    assert (tab.notice, len(tab.announcements), tab.saying["seq"]) == ("Announced", 1, "1")
    assert "title_error" not in tab.saying
    assert [(one.title, one.html) for one in page.announcements] == [
        ("The pond is open", "<p>Bring <strong>boots</strong>.</p>")
    ]
    tab.sends("begin_correction", tab.announcements[0].id)
    assert (tab.saying["body"], tab.saying["is_out"]) == ("Bring **boots**.", "yes")
    tab.sends("correct", {"title": "The pond is shut", "body": "Stay."})
    page.sends("open_announcements")
    assert [one.title for one in page.announcements] == ["The pond is shut"]
    assert "corrected" in page.announcements[0].note
    assert page.saying["staff"] == ""
    tab.sends("delete_announcement", tab.announcements[0].id)
    page.sends("open")
    assert (tab.announcements, page.announcements) == ([], [])


def test_a_guest_reads_no_announcements(instructor: Any, stranger: Any) -> None:
    made = makers.course(instructor)
    instructor.does(service.announce, slug=made.slug, title="The pond is open", body="Bring boots.")
    page = Tab(stranger, CourseState, slug=made.slug)

    page.sends("open")

    assert (page.loaded, page.announcements) == (True, [])
