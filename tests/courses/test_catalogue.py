"""Finding courses, and one's own."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from lms_app.core.errors import Invalid, NotSignedIn
from lms_app.core.work import ANONYMOUS, unit_of_work
from lms_app.courses import service
from lms_app.web import routes
from tests.courses import makers
from tests.makers import NOON

DAY = timedelta(days=1)


@pytest.fixture
def shelf(instructor: Any) -> dict[str, makers.Made]:
    """Four courses, one of them hidden; newest last."""
    return {
        "ecology": makers.course(instructor.at(NOON), summary="How living things share energy", category="Science"),
        "poetry": makers.course(
            instructor.at(NOON + DAY), title="Poésie moderne", category="Humanities", level="Advanced"
        ),
        "statistics": makers.course(
            instructor.at(NOON + 2 * DAY), ["One"], title="50% statistics", category="Science", level="Introductory"
        ),
        "secret": makers.course(instructor, title="Secret science", category="Magic", published=False),
    }


def _titles(person: Any, **filters: Any) -> list[str]:
    return [card.title for card in person.sees(service.catalogue, **filters).courses]


@pytest.mark.parametrize(
    ("filters", "titles"),
    [
        ({}, ["50% statistics", "Poésie moderne", "Principles of Ecology"]),
        ({"sort": "title"}, ["50% statistics", "Poésie moderne", "Principles of Ecology"]),
        ({"search": "ECOLOGY"}, ["Principles of Ecology"]),
        ({"search": "energy living"}, ["Principles of Ecology"]),
        ({"search": "poesie"}, ["Poésie moderne"]),
        ({"search": "50%"}, ["50% statistics"]),
        ({"search": "_"}, []),
        ({"search": "science"}, ["50% statistics", "Principles of Ecology"]),
        ({"search": "secret"}, []),
        ({"category": "Science", "level": "Introductory"}, ["50% statistics"]),
        ({"category": "Magic"}, []),
        ({"limit": 1, "offset": 1}, ["Poésie moderne"]),
    ],
)
def test_finding(student: Any, shelf: dict[str, makers.Made], filters: dict[str, Any], titles: list[str]) -> None:
    assert _titles(student, **filters) == titles


def test_the_instructor_is_found_by_name(student: Any, instructor: Any, shelf: dict[str, makers.Made]) -> None:
    owner = student.sees(service.catalogue).courses[0].owner

    assert len(_titles(student, search=owner.lower())) == 3


def test_the_most_popular_come_first(student: Any, stranger: Any, shelf: dict[str, makers.Made]) -> None:
    makers.enrolled(student, shelf["ecology"])
    makers.enrolled(stranger, shelf["ecology"])
    makers.enrolled(student, shelf["poetry"])

    assert _titles(student, sort="popular") == ["Principles of Ecology", "Poésie moderne", "50% statistics"]


def test_facets_tell_of_published_courses_only(student: Any, shelf: dict[str, makers.Made]) -> None:
    found = student.sees(service.catalogue, search="ecology")

    assert (found.total, found.open) == (1, 3)
    assert (found.categories, found.levels) == (["Humanities", "Science"], ["Advanced", "Introductory"])


def test_a_card_says_how_long_and_how_one_stands(student: Any, instructor: Any) -> None:
    makers.course(instructor, hours=Decimal("1.5"), starts_at=NOON + 6 * DAY)

    def badge(person: Any) -> tuple[str, str]:
        card = person.at(NOON).sees(service.catalogue).courses[0]
        assert (card.lessons, card.extent) == (4, "4 lessons · 1.5 h")
        return card.badge, card.badge_kind

    assert badge(student) == ("Starts 7 March", "info")
    student.does(service.enrol, slug="principles-of-ecology")
    assert badge(student) == ("Enrolled", "ok")
    assert badge(instructor) == ("You teach this", "info")


@pytest.mark.parametrize("wrong", [{"sort": "magic"}, {"limit": 0}, {"limit": 101}, {"offset": -1}])
def test_what_cannot_be_asked(student: Any, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        student.sees(service.catalogue, **wrong)


def test_my_courses_say_where_to_go_on(student: Any, instructor: Any) -> None:
    ecology = makers.course(instructor)
    poetry = makers.course(instructor, ["Hopkins"], title="Poetry")
    asked = makers.course(instructor, title="Asked", enrol_mode="approval")
    for number, course in enumerate((ecology, poetry, asked)):
        makers.enrolled(student.at(NOON + number * DAY), course)
    makers.completed(student.at(NOON + 4 * DAY), poetry.items[0])
    student.at(NOON + 5 * DAY).does(service.open_lesson, item_id=ecology.items[1])

    mine = student.at(NOON + 6 * DAY).sees(service.my_courses)

    assert [(course.slug, course.state, course.percent, course.done, course.total) for course in mine] == [
        (ecology.slug, "active", 0, 0, 4),
        (asked.slug, "waiting", 0, 0, 4),
        (poetry.slug, "complete", 100, 1, 1),
    ]
    assert (mine[0].next_title, mine[0].next_place) == ("Counting", "Part 1")
    assert [course.next_url for course in mine] == [
        routes.lesson(ecology.slug, ecology.items[1]),
        routes.course(asked.slug),
        routes.course(poetry.slug),
    ]


def test_my_courses_go_on_after_what_is_complete_and_never_to_what_is_locked(student: Any, instructor: Any) -> None:
    course = makers.course(instructor, ["One", "Two", "Three"])
    instructor.does(service.update_item, item_id=course.items[1], opens_at=NOON + DAY)
    makers.enrolled(student, course)
    student.at(NOON).does(service.open_lesson, item_id=course.items[0])
    makers.completed(student.at(NOON), course.items[0])

    assert student.at(NOON).sees(service.my_courses)[0].next_title == "Three"
    assert student.at(NOON + DAY).sees(service.my_courses)[0].next_title == "Two"


def test_what_i_left_or_teach_or_what_is_hidden_is_not_among_my_courses(student: Any, instructor: Any) -> None:
    left, hidden, old = (makers.course(instructor, title=title) for title in ("Left", "Hidden", "Old"))
    for course in (left, hidden, old):
        makers.enrolled(student, course)
    student.does(service.leave, slug=left.slug)
    instructor.does(service.unpublish, course_id=hidden.id)
    instructor.does(service.archive, course_id=old.id)

    assert [course.slug for course in student.sees(service.my_courses)] == [old.slug]
    assert instructor.sees(service.my_courses) == []


def test_what_is_due_soon_across_courses(student: Any, stranger: Any, instructor: Any) -> None:
    ecology = makers.course(instructor, ["Late", "Soon", "Done", "Far", "Locked"])
    poetry = makers.course(instructor, ["Sooner"], title="Poetry")
    for item_id, days in zip(ecology.items, (-1, 3, 2, 30, 4), strict=True):
        instructor.does(service.update_item, item_id=item_id, due_at=NOON + days * DAY)
    instructor.does(service.update_item, item_id=ecology.items[4], opens_at=NOON + DAY)
    instructor.does(service.update_item, item_id=poetry.items[0], due_at=NOON + DAY)
    for course in (ecology, poetry):
        makers.enrolled(student, course)
    makers.completed(student.at(NOON), ecology.items[2])

    due = student.at(NOON).sees(service.due_items)

    assert [(item.title, item.course) for item in due] == [
        ("Late", "Principles of Ecology"),
        ("Sooner", "Poetry"),
        ("Soon", "Principles of Ecology"),
    ]
    assert student.at(NOON).sees(service.due_items, limit=1) == due[:1]
    assert stranger.at(NOON).sees(service.due_items) == []


@pytest.mark.parametrize(
    "act", [service.catalogue, service.my_courses, service.my_progress, service.due_items, service.taught]
)
def test_nobody_finds_anything_without_signing_in(act: Any) -> None:
    with unit_of_work(ANONYMOUS) as work, pytest.raises(NotSignedIn):
        act(work)
