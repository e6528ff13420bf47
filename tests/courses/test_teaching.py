"""A course from its staff's side."""

from datetime import timedelta
from typing import Any

import pytest

from lms_app.core.errors import Forbidden, Invalid
from lms_app.core.work import SiteRole
from lms_app.courses import service
from tests import makers as people
from tests.courses import makers
from tests.makers import NOON

DAY = timedelta(days=1)


@pytest.fixture
def classroom(instructor: Any) -> tuple[makers.Made, dict[str, Any]]:
    """Three learners: one finished, one half way, one who never came; and one who left, and one who waits."""
    course = makers.course(instructor, ["One", "Two"])
    learners = {name: people.person(name) for name in ("Ada", "Ben", "Cleo", "Dora", "Ezra")}
    for name in ("Ada", "Ben", "Cleo", "Dora"):
        makers.enrolled(learners[name].at(NOON), course)
    makers.completed(learners["Ada"].at(NOON + DAY), *course.items)
    learners["Ben"].at(NOON + 2 * DAY).does(service.open_lesson, item_id=course.items[0])
    makers.completed(learners["Ben"].at(NOON + 2 * DAY), course.items[0])
    learners["Dora"].does(service.leave, slug=course.slug)
    instructor.does(service.update_course, course_id=course.id, enrol_mode="approval")
    makers.enrolled(learners["Ezra"], course)
    return course, learners


def test_the_list_of_courses_counts_learners(instructor: Any, classroom: Any) -> None:
    course, _learners = classroom
    empty = makers.course(instructor, title="Poetry", published=False)

    assert [(c.slug, c.status, c.learners, c.waiting, c.completed) for c in instructor.sees(service.taught)] == [
        (empty.slug, "draft", 0, 0, 0),
        (course.slug, "published", 3, 1, 1),
    ]


def test_learners_with_their_progress(instructor: Any, classroom: Any) -> None:
    course, _learners = classroom

    found = instructor.sees(service.learners, slug=course.slug)

    assert found.total == 3
    assert [(one.name, one.percent, one.completed, one.seen) for one in found.learners] == [
        ("Ada", 100, True, "Not yet"),
        ("Ben", 50, False, "3 March"),
        ("Cleo", 0, False, "Not yet"),
    ]


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({"sort": "progress"}, ["Ada", "Ben", "Cleo"]),
        ({"sort": "seen"}, ["Ben", "Ada", "Cleo"]),
        ({"search": "BEN"}, ["Ben"]),
        ({"search": "%"}, []),
        ({"state": "complete"}, ["Ada"]),
        ({"state": "left"}, ["Dora"]),
        ({"state": ""}, ["Ada", "Ben", "Cleo", "Dora"]),
        ({"limit": 2, "offset": 1}, ["Ben", "Cleo"]),
    ],
)
def test_finding_learners(instructor: Any, classroom: Any, filters: dict[str, Any], names: list[str]) -> None:
    found = instructor.sees(service.learners, slug=classroom[0].slug, **filters)

    assert [one.name for one in found.learners] == names


@pytest.mark.parametrize("wrong", [{"state": "waiting"}, {"sort": "magic"}, {"limit": 101}])
def test_what_cannot_be_asked(instructor: Any, classroom: Any, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        instructor.sees(service.learners, slug=classroom[0].slug, **wrong)


def test_the_course_of_its_staff(instructor: Any, classroom: Any) -> None:
    course, learners = classroom
    instructor.does(service.update_item, item_id=course.items[1], published=False, required=False)

    view = instructor.sees(service.teaching, slug=course.slug)

    assert (view.learners, view.completed, view.average) == (3, 2, 66)
    assert [one.user_id for one in view.waiting] == [str(learners["Ezra"].id)]
    assert [(item.title, item.note, item.published) for item in view.modules[0].items] == [
        ("One", "10 min", True),
        ("Two", "10 min · optional", False),
    ]


def test_a_learner_does_not_see_the_others(classroom: Any) -> None:
    course, learners = classroom

    for act in (service.learners, service.teaching):
        with pytest.raises(Forbidden):
            learners["Ada"].sees(act, slug=course.slug)


@pytest.mark.parametrize("typed", ["Élodie", "élodie", "ÉLODIE", "ñan élo", "Élo\0ñan"])
def test_a_name_is_found_in_any_case_whatever_its_letters(instructor: Any, typed: str) -> None:
    course = makers.course(instructor)
    makers.enrolled(people.person("Élodie Ñandú"), course)
    makers.enrolled(people.person("Ada"), course)

    assert [one.name for one in instructor.sees(service.learners, slug=course.slug, search=typed).learners] == [
        "Élodie Ñandú"
    ]


def test_a_course_is_found_by_its_instructors_name(student: Any) -> None:
    made = makers.course(people.person("Élodie Ñandú", SiteRole.INSTRUCTOR))

    for typed in ("élodie", "ñandú ecology"):
        assert [card.slug for card in student.sees(service.catalogue, search=typed).courses] == [made.slug]
