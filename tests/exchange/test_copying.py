"""A course copied: all that its tree says, under other ids, and nobody's work."""

import re
from typing import Any

import pytest
from sqlmodel import select

from lms_app.core.errors import Forbidden, Invalid, NotFound, NotSignedIn
from lms_app.core.work import ANONYMOUS, SYSTEM, SiteRole, reading, unit_of_work
from lms_app.courses import service as courses
from lms_app.exchange import service, tree_api
from lms_app.exchange.tree_state import TreeState
from lms_app.quizzes.models import Question
from lms_app.web import routes
from tests.courses import makers, rest
from tests.courses.tabs import Tab, leads_to
from tests.exchange import grown
from tests.exchange.copies import copied
from tests.makers import person

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def words(tree: Any, title: str) -> list[str]:
    """What a tree says, line by line in no order, but for ids, addresses and what is made of them."""
    texts = [text for path, text in tree.texts.items() if not path.startswith(".")]
    said = _ID.sub("ID", "\n".join(texts)).replace(f"title: {title}", "title: T")
    return sorted(line for line in said.split("\n") if not line.startswith(("slug:", "status:")))


def test_a_copy_says_what_its_course_says(instructor: Any) -> None:
    slug = grown.full(instructor)
    before = instructor.sees(service.export_tree, slug=slug)

    copy = copied(instructor, slug, "Ponds, next year")

    after = instructor.sees(service.export_tree, slug=copy.slug)
    assert (copy.slug, copy.is_new, copy.notes) == ("ponds-next-year", True, [])
    assert words(after, "Ponds, next year") == words(before, "Ponds")
    assert after.hashes == before.hashes
    assert instructor.sees(service.export_tree, slug=slug) == before


def test_questions_that_no_quiz_asks_come_along(instructor: Any) -> None:
    slug = grown.full(instructor)
    copied(instructor, slug, "Once more")

    with reading(SYSTEM) as work:
        questions = work.db.exec(select(Question)).all()
    assert len(questions) == 2
    assert all(one.category_id is not None for one in questions)


def test_a_copy_from_its_page_and_by_rest(instructor: Any) -> None:
    made = makers.course(instructor)
    tab = Tab(instructor, TreeState, slug=made.slug)
    tab.sends("open")
    assert leads_to(tab.sends("copy", {"title": " Next year "})) == routes.course_build("next-year")

    program = rest.program(instructor, rest.app(*tree_api.ROUTERS))
    done = program.post(f"/api/v1/courses/{made.slug}/copy", json={"title": "Next year"})

    assert (done.status_code, done.json()["slug"], done.json()["title"]) == (201, "next-year-2", "Next year")
    assert program.post(f"/api/v1/courses/{made.slug}/copy", json={"title": ""}).status_code == 422


def test_who_does_not_manage_a_course_copies_nothing(instructor: Any, student: Any, stranger: Any) -> None:
    made = makers.course(instructor)
    helper = person("Helper", SiteRole.INSTRUCTOR)
    instructor.does(courses.add_member, course_id=made.id, user_id=helper.id, role="assistant")
    makers.enrolled(student, made)
    given = {"slug": made.slug, "title": "Mine"}

    for who in (helper, student):
        with pytest.raises(Forbidden):
            who.sees(service.copy_source, **given)
    with pytest.raises(NotSignedIn), unit_of_work(ANONYMOUS) as work:
        service.copy_source(work, **given)
    with pytest.raises(Invalid):
        instructor.sees(service.copy_source, slug=made.slug, title="x" * 161)
    instructor.does(courses.unpublish, course_id=made.id)
    with pytest.raises(NotFound):
        stranger.sees(service.copy_source, **given)
