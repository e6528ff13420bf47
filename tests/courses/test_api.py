"""Courses by REST: the journeys of a student and of a teacher, and what is refused."""

from typing import Any
from uuid import uuid4

import pytest
from fastapi.routing import APIRoute

from lms_app.courses import api as courses_api
from lms_app.courses import building_api, service
from lms_app.web.guard import mark_of
from tests import makers as people
from tests.courses import makers, rest

URL = "/api/v1/courses"
ROUTERS = (*courses_api.ROUTERS, *building_api.ROUTERS)
API = rest.app(*ROUTERS)


def _api(person: Any) -> rest.Program:
    return rest.program(person, API)


def test_a_student_finds_joins_learns_and_leaves(student: Any, instructor: Any) -> None:
    course = makers.course(instructor, ["Sunlight", "Food webs"])
    api, url = _api(student), f"{URL}/{course.slug}"

    assert [card["slug"] for card in api.get(URL, params={"search": "ecology"}).json()["courses"]] == [course.slug]
    assert api.get(url).json()["standing"] == "stranger"
    assert api.post(f"{url}/enrol").json() == {
        "slug": course.slug,
        "title": "Principles of Ecology",
        "state": "active",
        "role": "student",
    }
    lesson = f"{url}/lessons/{course.items[0]}"
    assert api.get(lesson).json()["html"] == "<p>Green things eat light.</p>"
    assert api.post(f"{lesson}/seen").status_code == 204
    assert api.put(f"{lesson}/place", json={"scroll": 500}).status_code == 204
    assert api.get(lesson).json()["scroll"] == 500
    done = api.post(f"{lesson}/complete").json()
    assert (done["done"], done["total"], done["percent"], done["course_completed"]) == (1, 2, 50, False)
    assert api.get(f"{url}/progress").json()["percent"] == 50
    assert [module["percent"] for module in api.get(f"{url}/outline").json()["modules"]] == [50]
    assert [(one["slug"], one["next_title"]) for one in api.get("/api/v1/me/courses").json()] == [
        (course.slug, "Food webs")
    ]
    assert [(one["slug"], one["percent"]) for one in api.get("/api/v1/me/progress").json()] == [(course.slug, 50)]
    assert api.post(f"{url}/leave").json()["state"] == "left"
    assert api.get(lesson).status_code == 404


def test_a_course_with_a_key_says_which_field_is_wrong(student: Any, instructor: Any) -> None:
    course = makers.course(instructor, enrol_mode="key", enrol_key="pond-life")
    api = _api(student)

    refused = api.post(f"{URL}/{course.slug}/enrol", json={"key": "guess"})

    assert (refused.status_code, refused.headers["content-type"]) == (422, "application/problem+json")
    assert refused.json()["errors"] == {"key": "That is not the key of this course. Check it with the instructor."}
    assert api.post(f"{URL}/{course.slug}/enrol", json={"key": "pond-life"}).json()["state"] == "active"


def test_a_teacher_builds_a_course_and_lets_it_be_found(instructor: Any, student: Any) -> None:
    api = _api(instructor)

    made = api.post(URL, json={"title": "Modern Poetry", "category": "Letters", "hours": "1.5"})
    url = f"{URL}/{made.json()['slug']}"
    one, two = (api.post(f"{url}/modules", json={"title": title}).json() for title in ("One", "Two"))
    first = api.post(
        f"{url}/modules/{one['id']}/lessons", json={"title": "Hopkins", "body": "*Glory*", "preview": True}
    )
    second = api.post(f"{url}/modules/{one['id']}/lessons", json={"title": "Dickinson", "body": "Hope"})
    lesson = f"{url}/lessons/{first.json()['id']}"

    assert (made.status_code, made.json()["status"]) == (201, "draft")
    assert (first.status_code, first.json()["preview"], first.json()["minutes"]) == (201, True, 1)
    assert api.patch(f"{url}/modules/{two['id']}", json={"title": "Later"}).json()["title"] == "Later"
    assert api.post(f"{url}/modules/{two['id']}/move", json={"place": 0}).json()["position"] == 0
    assert api.put(lesson, json={"body": "**Glory**"}).json()["title"] == "Hopkins"
    assert api.get(f"{lesson}/source").json()["body"] == "**Glory**"
    item = f"{url}/items/{second.json()['id']}"
    assert api.patch(item, json={"minutes": 7, "due_at": "2030-01-01T12:00:00Z"}).json()["minutes"] == 7
    moved = api.post(f"{item}/move", json={"module_id": two["id"], "place": 0}).json()
    assert (moved["module_id"], moved["minutes"]) == (two["id"], 7)
    assert api.patch(url, json={"summary": "Read slowly."}).json()["title"] == "Modern Poetry"
    assert _api(student).get(url).status_code == 404
    assert api.post(f"{url}/publish").json()["status"] == "published"
    assert _api(student).get(url).json()["summary"] == "Read slowly."
    assert api.post(f"{url}/archive").json()["status"] == "archived"
    assert api.post(f"{url}/unpublish").json()["status"] == "draft"
    assert [one["slug"] for one in api.get("/api/v1/me/teaching").json()] == ["modern-poetry"]


def test_a_teacher_looks_after_people(instructor: Any, student: Any, stranger: Any) -> None:
    course = makers.course(instructor, enrol_mode="approval")
    api, url = _api(instructor), f"{URL}/{course.slug}"
    for person in (student, stranger):
        _api(person).post(f"{url}/enrol")

    assert len(api.get(f"{url}/teaching").json()["waiting"]) == 2
    assert api.post(f"{url}/requests/{student.id}/approve").json()["state"] == "active"
    assert api.post(f"{url}/requests/{stranger.id}/decline").json()["state"] == "left"
    found = api.get(f"{url}/learners", params={"limit": 1, "sort": "progress"}).json()
    assert ([one["name"] for one in found["learners"]], found["total"]) == (["Student"], 1)
    assert api.put(f"{url}/members/{stranger.id}", json={"role": "assistant"}).json()["role"] == "assistant"
    assert api.delete(f"{url}/members/{student.id}").json()["state"] == "left"


def test_a_link_lets_somebody_in_once(instructor: Any, student: Any, stranger: Any) -> None:
    course = makers.course(instructor, enrol_mode="invitation")
    api = _api(instructor)

    made = api.post(f"{URL}/{course.slug}/invitations", json={"days": 3})
    other = api.post(f"{URL}/{course.slug}/invitations", json={}).json()
    link = f"/api/v1/invitations/{made.json()['token']}"

    assert made.status_code == 201
    assert _api(student).get(link).json()["title"] == "Principles of Ecology"
    assert _api(student).post(f"{link}/accept").json()["state"] == "active"
    assert _api(stranger).post(f"{link}/accept").status_code == 404
    assert api.delete(f"{URL}/{course.slug}/invitations/{other['id']}").status_code == 204
    assert _api(stranger).get(f"/api/v1/invitations/{other['token']}").status_code == 404


def test_a_lesson_gives_a_file_back(instructor: Any) -> None:
    course = makers.course(instructor)
    file = instructor.does(service.attach_file, item_id=course.items[0], name="a.txt", content=b"Hello")
    api, lesson = _api(instructor), f"{URL}/{course.slug}/lessons/{course.items[0]}"

    assert [one["name"] for one in api.get(lesson).json()["files"]] == ["a.txt"]
    assert api.delete(f"{lesson}/files/{file.id}").status_code == 204
    assert api.get(lesson).json()["files"] == []


def test_what_belongs_to_another_course_is_not_found_under_this_ones_address(instructor: Any) -> None:
    here, there = makers.course(instructor), makers.course(instructor, title="There")
    api, url = _api(instructor), f"{URL}/{here.slug}"

    tried = [
        api.get(f"{url}/lessons/{there.items[0]}"),
        api.post(f"{url}/lessons/{there.items[0]}/seen"),
        api.get(f"{url}/lessons/{there.items[0]}/source"),
        api.patch(f"{url}/modules/{there.modules[0]}", json={"title": "Mine"}),
        api.post(f"{url}/modules/{there.modules[0]}/lessons", json={"title": "Mine", "body": "Mine"}),
        api.patch(f"{url}/items/{there.items[0]}", json={"title": "Mine"}),
    ]

    assert [one.status_code for one in tried] == [404] * len(tried)
    outline = instructor.sees(service.outline, slug=there.slug)
    assert [module.title for module in outline.modules] == ["Part 1", "Part 2"]
    assert "Mine" not in [item.title for module in outline.modules for item in module.items]


@pytest.mark.parametrize(
    ("verb", "path", "body"),
    [
        ("POST", "", {"title": ""}),
        ("POST", "", {"title": "Fine", "colour": "green"}),
        ("POST", "", {"title": "Fine", "starts_at": "2030-01-01T12:00:00"}),
        ("POST", "", {"title": "Fine", "hours": "NaN"}),
        ("POST", "", {"title": "Fi\0ne"}),
        ("POST", "", {"title": "Fine", "slug": "Not A Slug"}),
        ("PATCH", "/{slug}", {"title": None}),
        ("POST", "/{slug}/invitations", {"days": 0}),
        ("POST", "/{slug}/modules", {"title": "x" * 161}),
        ("GET", "?limit=101", None),
        ("GET", "?sort=magic", None),
        ("GET", "?search=%00", None),
        ("GET", "/Not%20A%20Slug", None),
    ],
)
def test_wrong_input_is_answered_field_by_field(instructor: Any, verb: str, path: str, body: Any) -> None:
    course = makers.course(instructor)

    refused = _api(instructor).request(verb, URL + path.format(slug=course.slug), json=body)

    assert refused.status_code == 422
    assert all(name and said.endswith(".") for name, said in refused.json()["errors"].items())
    assert refused.json()["errors"]


# ---- Every route at once


def _routes() -> list[APIRoute]:
    return [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]


def _address(route: APIRoute, course: makers.Made, learner: Any) -> str:
    return route.path.format(
        slug=course.slug,
        item_id=course.items[0],
        module_id=course.modules[0],
        user_id=learner.id,
        invitation_id=uuid4(),
        file_id=uuid4(),
        text_id=uuid4(),
        token="x" * 43,
    )


# Bodies that are right, so that only the door can refuse.
BODIES: dict[str, Any] = {
    "create": {"title": "Mine"},
    "update": {"title": "Mine"},
    "add_module": {"title": "Mine"},
    "update_module": {"title": "Mine"},
    "move_module": {"place": 0},
    "add_lesson": {"title": "Mine", "body": "Mine"},
    "update_lesson": {"body": "Mine"},
    "begin_item": {"kind": "lesson", "title": "Mine"},
    "save_draft": {"body": "Mine"},
    "publish_lesson": {"body": "Mine"},
    "copy": {"title": "Mine"},
    "set_prerequisites": {"courses": []},
    "update_item": {"title": "Mine"},
    "add_member": {"role": "instructor"},
    "invite": {},
    "save_place": {"scroll": 1},
}
IDS = [route.name for route in _routes()]
# What is there for everybody who is signed in.
OWN = {"list_courses", "list_mine", "list_progress", "list_taught"}


def _body(route: APIRoute, item: Any) -> Any:
    return {"module_id": str(item), "place": 0} if route.name == "move_item" else BODIES.get(route.name)


@pytest.mark.parametrize("route", _routes(), ids=IDS)
def test_every_route_is_marked_and_asks_who_it_is(instructor: Any, route: APIRoute) -> None:
    course = makers.course(instructor)
    (verb,) = route.methods
    path = _address(route, course, instructor)

    answer = _api(None).request(verb, path, json=_body(route, course.modules[0]))

    assert mark_of(route.endpoint) is not None
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "route", [r for r in _routes() if r.name not in OWN], ids=sorted(set(IDS) - OWN, key=IDS.index)
)
def test_a_stranger_finds_no_draft_by_any_route(instructor: Any, stranger: Any, route: APIRoute) -> None:
    learner = people.person("Ada")
    course = makers.course(instructor)
    makers.enrolled(learner, course)
    instructor.does(service.unpublish, course_id=course.id)
    (verb,) = route.methods
    path = _address(route, course, learner)

    answer = _api(stranger).request(verb, path, json=_body(route, course.modules[0]))

    assert answer.status_code == (403 if route.name == "create" else 404)


def test_strangers_own_lists_are_empty(stranger: Any, instructor: Any) -> None:
    makers.course(instructor, published=False)
    api = _api(stranger)

    assert api.get(URL).json()["courses"] == []
    assert [api.get(f"/api/v1/me/{name}").json() for name in ("courses", "progress", "teaching")] == [[], [], []]
