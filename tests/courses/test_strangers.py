"""Every public service function, called by somebody who has no business there.

A stranger hears NotFound about a draft and about what is inside a published course alike; lists hold nothing of it;
who is not signed in hears that first. A new function without a case here fails the first test.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from lms_app.core.errors import Conflict, Forbidden, NotFound, NotSignedIn
from lms_app.core.work import ANONYMOUS, unit_of_work
from lms_app.courses import service
from lms_app.policy import Can
from tests.courses import makers


@dataclass(frozen=True)
class Target:
    """A course of somebody else's with a learner in it, in a group, and something said."""

    course: makers.Made
    learner: UUID
    group: UUID
    said: UUID

    @property
    def item(self) -> UUID:
        return self.course.items[0]

    @property
    def module(self) -> UUID:
        return self.course.modules[0]


Arguments = Callable[[Target], dict[str, Any]]
MINE = service.read_list("mine@example.org")

# What must not answer at all, whether the course is a draft or published.
CLOSED: dict[str, Arguments] = {
    "add_group": lambda t: {"slug": t.course.slug, "name": "Mine"},
    "accept_invitation": lambda t: {"token": "x" * 43},
    "add_item": lambda t: {"module_id": t.module, "kind": "lesson", "title": "Mine"},
    "add_lesson": lambda t: {"module_id": t.module, "title": "Mine", "body": "Mine"},
    "add_member": lambda t: {"course_id": t.course.id, "user_id": t.learner},
    "add_module": lambda t: {"course_id": t.course.id, "title": "Mine"},
    "announce": lambda t: {"slug": t.course.slug, "title": "Mine", "body": "Mine"},
    "announcement_source": lambda t: {"slug": t.course.slug, "announcement_id": t.said},
    "announcements": lambda t: {"slug": t.course.slug},
    "correct_announcement": lambda t: {
        "slug": t.course.slug,
        "announcement_id": t.said,
        "title": "Mine",
        "body": "Mine",
    },
    "approve": lambda t: {"slug": t.course.slug, "user_id": t.learner},
    "archive": lambda t: {"course_id": t.course.id},
    "begin_item": lambda t: {"module_id": t.module, "kind": "lesson", "title": "Mine"},
    "build": lambda t: {"slug": t.course.slug},
    "course_form": lambda t: {"course_id": t.course.id},
    "save_course": lambda t: {"course_id": t.course.id, "values": {"title": "Mine"}},
    "discard_draft": lambda t: {"item_id": t.item},
    "drafts": lambda t: {"course_id": t.course.id},
    "duplicate_item": lambda t: {"item_id": t.item},
    "history": lambda t: {"item_id": t.item},
    "item_form": lambda t: {"item_id": t.item},
    "keep_text": lambda t: {"item_id": t.item, "body": "Mine"},
    "module_form": lambda t: {"module_id": t.module},
    "old_text": lambda t: {"item_id": t.item, "text_id": t.item},
    "publish_changes": lambda t: {"course_id": t.course.id, "written": {}},
    "publish_lesson": lambda t: {"item_id": t.item, "body": "Mine"},
    "remove_item": lambda t: {"item_id": t.item},
    "remove_module": lambda t: {"module_id": t.module},
    "restore_item": lambda t: {"item_id": t.item},
    "restore_module": lambda t: {"module_id": t.module},
    "restore_text": lambda t: {"item_id": t.item, "text_id": t.item},
    "prerequisites": lambda t: {"course_id": t.course.id},
    "set_prerequisites": lambda t: {"course_id": t.course.id, "slugs": []},
    "save_draft": lambda t: {"item_id": t.item, "body": "Mine"},
    "save_item": lambda t: {"item_id": t.item, "values": {"title": "Mine"}},
    "save_module": lambda t: {"module_id": t.module, "values": {"title": "Mine"}},
    "show_item": lambda t: {"item_id": t.item, "shown": False},
    "step_item": lambda t: {"item_id": t.item, "step": 1},
    "change_role": lambda t: {"course_id": t.course.id, "user_id": t.learner, "role": "instructor"},
    "overrides": lambda t: {"item_id": t.item},
    "put_override": lambda t: {"item_id": t.item, "user_id": t.learner, "released": True},
    "save_override": lambda t: {"item_id": t.item, "values": {"whose": "x", "released": "on"}},
    "drop_override": lambda t: {"slug": t.course.slug, "override_id": t.item},
    "set_extra_time": lambda t: {"slug": t.course.slug, "user_id": t.learner, "percent": 25},
    "check_list": lambda t: {"slug": t.course.slug, "people": MINE},
    "complete_lesson": lambda t: {"item_id": t.item},
    "attach_file": lambda t: {"item_id": t.item, "name": "mine.txt", "content": b"Mine"},
    "decline": lambda t: {"slug": t.course.slug, "user_id": t.learner},
    "delete_announcement": lambda t: {"slug": t.course.slug, "announcement_id": t.said},
    "delete_group": lambda t: {"slug": t.course.slug, "group_id": t.group},
    "detach_file": lambda t: {"item_id": t.item, "file_id": t.item},
    "enter": lambda t: {"course_id": t.course.id, "can": Can.SEE},
    "enter_by_slug": lambda t: {"slug": t.course.slug, "can": Can.SEE},
    "enter_item": lambda t: {"item_id": t.item, "can": Can.SEE},
    "enrol_list": lambda t: {"slug": t.course.slug, "people": MINE},
    "groups": lambda t: {"slug": t.course.slug},
    "invite": lambda t: {"slug": t.course.slug},
    "learners": lambda t: {"slug": t.course.slug},
    "leave": lambda t: {"slug": t.course.slug},
    "lesson_authors_door": lambda t: {"item_id": t.item},
    "lesson_files_door": lambda t: {"item_id": t.item},
    "lesson_source": lambda t: {"item_id": t.item},
    "tell_announcement": lambda t: {"payload": {"announcement_id": str(t.said)}},
    "mail_invitations": lambda t: {"payload": {"course_id": str(t.course.id), "invitation_ids": []}},
    "mark_complete": lambda t: {"item_id": t.item, "user_id": t.learner},
    "mark_seen": lambda t: {"item_id": t.item},
    "move_item": lambda t: {"item_id": t.item, "module_id": t.module, "place": 0},
    "move_module": lambda t: {"module_id": t.module, "place": 0},
    "open_lesson": lambda t: {"item_id": t.item},
    "people": lambda t: {"slug": t.course.slug},
    "arrange": lambda t: {"course_id": t.course.id, "modules": [t.module], "items": {}},
    "plant_groups": lambda t: {"slug": t.course.slug, "course_id": t.course.id, "groups": {}},
    "plant_item": lambda t: {
        "module_id": t.module,
        "item_id": t.item,
        "kind": "lesson",
        "title": "Mine",
        "shown": "published",
    },
    "plant_lesson": lambda t: {"item_id": t.item, "page": service.Written("Mine", "<p>Mine</p>"), "draft": None},
    "plant_module": lambda t: {"course_id": t.course.id, "module_id": t.module, "title": "Mine"},
    "plant_needs": lambda t: {"course_id": t.course.id, "needs": []},
    "plant_terms": lambda t: {"item_id": t.item, "groups": {}},
    "place": lambda t: {"people": [service.Placing(t.course.id, t.learner)], "via": "list"},
    "progress": lambda t: {"slug": t.course.slug},
    "publish": lambda t: {"course_id": t.course.id},
    "put_back": lambda t: {"befores": [service.Before(str(t.course.id), str(t.learner))]},
    "put_in_group": lambda t: {"slug": t.course.slug, "group_id": t.group, "user_id": t.learner},
    "read_invitation": lambda t: {"token": "x" * 43},
    "read_lesson": lambda t: {"item_id": t.item},
    "remove_member": lambda t: {"course_id": t.course.id, "user_id": t.learner},
    "rename_group": lambda t: {"slug": t.course.slug, "group_id": t.group, "name": "Mine"},
    "save_place": lambda t: {"item_id": t.item, "scroll": 1},
    "take_out_of_group": lambda t: {"slug": t.course.slug, "group_id": t.group, "user_id": t.learner},
    "teaching": lambda t: {"slug": t.course.slug},
    "tell_enrolled": lambda t: {"payload": {"course_id": str(t.course.id), "user_ids": [str(t.learner)]}},
    "tell_it_opens": lambda t: {"payload": {"course_id": str(t.course.id), "user_id": str(t.learner)}},
    "tell_progress": lambda t: {"course_id": t.course.id, "user_id": t.learner},
    "tell_terms": lambda t: {"course_id": t.course.id},
    "unpublish": lambda t: {"course_id": t.course.id},
    "update_course": lambda t: {"course_id": t.course.id, "title": "Mine"},
    "update_item": lambda t: {"item_id": t.item, "title": "Mine"},
    "update_lesson": lambda t: {"item_id": t.item, "body": "Mine"},
    "update_module": lambda t: {"module_id": t.module, "title": "Mine"},
    "withdraw_invitation": lambda t: {"slug": t.course.slug, "invitation_id": t.item},
}
# What a published course shows everybody, and a draft nobody.
OPEN_WHEN_PUBLISHED: dict[str, Arguments] = {
    "ask_when_open": lambda t: {"slug": t.course.slug},
    "enrol": lambda t: {"slug": t.course.slug},
    "outline": lambda t: {"slug": t.course.slug},
    "open_items": lambda t: {"slug": t.course.slug},
    "read": lambda t: {"slug": t.course.slug},
}
LISTS = {"due_items", "my_courses", "my_progress", "taught"}
CASES_OF_THEIR_OWN = {
    "accept_as_new",
    "addresses",
    "begin_course",
    "catalogue",
    "create_course",
    "free_slug",
    "visible",
}
NOT_DOORS = {
    "begin_lesson": "the builder calls it, past the module's door; it has that of `add_lesson` besides",
    "copy_lesson": "`copy_item` calls it, past the doors of both",
    "groups_of": "it takes the course that a door has returned",
    "last_closings": "it takes items that a door has returned",
    "overrides_of": "it takes the person whose own they are",
    "lock_of": "it takes the item and the membership that a door has returned",
    "own_terms": "it takes the item and the membership that a door has returned",
    "terms_of": "it takes an item that a door has returned",
    "terms_of_each": "it takes an item that a door has returned",
}


def _functions() -> dict[str, Any]:
    found = {name: getattr(service, name) for name in service.__all__}
    return {
        name: act
        for name, act in found.items()
        if inspect.isfunction(act) and next(iter(inspect.signature(act).parameters), "") == "work"
    }


def test_every_public_function_has_a_case() -> None:
    cases = {*CLOSED, *OPEN_WHEN_PUBLISHED, *LISTS, *CASES_OF_THEIR_OWN, *NOT_DOORS}

    assert set(_functions()) == cases


def _target(instructor: Any, student: Any) -> Target:
    course = makers.course(instructor)
    makers.enrolled(student, course)
    group = UUID(instructor.does(service.add_group, slug=course.slug, name="Lab").id)
    instructor.does(service.put_in_group, slug=course.slug, group_id=group, user_id=student.id)
    said = UUID(instructor.does(service.announce, slug=course.slug, title="Hello", body="Hello").id)
    return Target(course, student.id, group, said)


pytestmark = pytest.mark.stage(make=_target)


@pytest.mark.parametrize("published", [True, False], ids=["published", "draft"])
@pytest.mark.parametrize("name", CLOSED)
def test_a_stranger_finds_nothing(stranger: Any, instructor: Any, target: Target, name: str, published: bool) -> None:
    if not published:
        instructor.does(service.unpublish, course_id=target.course.id)

    with pytest.raises(NotFound):
        stranger.does(_functions()[name], **CLOSED[name](target))


@pytest.mark.parametrize("name", OPEN_WHEN_PUBLISHED)
def test_a_stranger_finds_no_draft(stranger: Any, instructor: Any, target: Target, name: str) -> None:
    instructor.does(service.unpublish, course_id=target.course.id)

    with pytest.raises(NotFound):
        stranger.does(_functions()[name], **OPEN_WHEN_PUBLISHED[name](target))


@pytest.mark.parametrize("name", {**CLOSED, **OPEN_WHEN_PUBLISHED})
def test_nobody_does_anything_without_signing_in(target: Target, name: str) -> None:
    arguments = {**CLOSED, **OPEN_WHEN_PUBLISHED}[name](target)

    with unit_of_work(ANONYMOUS) as work, pytest.raises(NotSignedIn):
        _functions()[name](work, **arguments)


@pytest.mark.parametrize("name", sorted(LISTS))
def test_lists_hold_nothing_of_others(stranger: Any, target: Target, name: str) -> None:
    assert stranger.sees(_functions()[name]) == []


def test_a_stranger_lists_published_courses_only(stranger: Any, instructor: Any, target: Target) -> None:
    draft = makers.course(instructor, title="Draft", published=False)

    def known(work: Any) -> list[UUID]:
        return [course.id for course in work.db.exec(service.visible(work)).all()]

    assert stranger.sees(known) == [target.course.id]
    assert set(instructor.sees(known)) == {target.course.id, draft.id}
    assert [card.slug for card in stranger.sees(service.catalogue).courses] == [target.course.slug]


def test_a_stranger_opens_what_is_shown_as_a_taste_of_a_published_course(
    stranger: Any, student: Any, instructor: Any, target: Target
) -> None:
    asked = {"item_ids": target.course.items}
    assert set(student.sees(service.addresses, **asked)) == set(target.course.items)
    assert stranger.sees(service.addresses, **asked) == {}

    instructor.does(service.update_item, item_id=target.item, preview=True)
    assert set(stranger.sees(service.addresses, **asked)) == {target.item}
    instructor.does(service.unpublish, course_id=target.course.id)
    assert stranger.sees(service.addresses, **asked) == student.sees(service.addresses, **asked) == {}
    with unit_of_work(ANONYMOUS) as work, pytest.raises(NotSignedIn):
        service.addresses(work, **asked)


def test_an_invitation_that_nobody_mailed_makes_no_account(instructor: Any, target: Target) -> None:
    handed = instructor.does(service.invite, slug=target.course.slug).token
    given = {"name": "Mine", "password_hash": "x"}

    for token, refusal in (("x" * 43, NotSignedIn), (handed, NotSignedIn)):
        with unit_of_work(ANONYMOUS) as work, pytest.raises(refusal):
            service.accept_as_new(work, token=token, **given)


def test_a_student_creates_no_course(stranger: Any) -> None:
    with pytest.raises(Forbidden):
        stranger.does(service.create_course, title="Mine")


def test_what_a_published_course_shows_everybody(stranger: Any, target: Target) -> None:
    assert stranger.sees(service.outline, slug=target.course.slug).done == 0
    assert stranger.sees(service.read, slug=target.course.slug).standing == "stranger"
    with pytest.raises(Conflict):
        stranger.does(service.ask_when_open, slug=target.course.slug)
    assert stranger.does(service.enrol, slug=target.course.slug).state == "active"


# A student of the course hears Forbidden instead: they know that it is there.
STAFF_ONLY = sorted(
    set(CLOSED)
    - {
        "accept_invitation",
        "announcements",
        "complete_lesson",
        "enter",
        "enter_by_slug",
        "enter_item",
        "leave",
        "lesson_files_door",
    }
    - {"mark_complete", "mark_seen", "open_lesson", "progress", "read_invitation", "read_lesson", "save_place"}
    - {"tell_progress"}
)


@pytest.mark.parametrize("name", STAFF_ONLY)
def test_a_student_may_not_do_the_staffs_work(student: Any, target: Target, name: str) -> None:
    with pytest.raises(Forbidden):
        student.does(_functions()[name], **CLOSED[name](target))


def test_an_unpublished_item_is_not_there_for_students(student: Any, instructor: Any, target: Target) -> None:
    instructor.does(service.update_item, item_id=target.item, published=False)

    for name in ("enter_item", "read_lesson", "open_lesson", "mark_seen", "complete_lesson", "lesson_files_door"):
        with pytest.raises(NotFound):
            student.does(_functions()[name], **CLOSED[name](target))
