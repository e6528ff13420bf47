"""The page where a changed tree comes in, without a browser."""

import io
import zipfile
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import col, select

from lms_app.assignments.service import zipped
from lms_app.core import files
from lms_app.core.errors import Forbidden, NotFound, NotSignedIn
from lms_app.core.files import StoredFile
from lms_app.core.work import ANONYMOUS, SYSTEM, SiteRole, reading, unit_of_work
from lms_app.courses import service as courses
from lms_app.exchange import service
from lms_app.exchange.tree_state import TreeState
from lms_app.web import routes
from tests.courses import makers
from tests.courses.tabs import Tab
from tests.makers import person

LESSON = "modules/01-part-1/01-scales-of-life.md"


@pytest.fixture
def course(instructor: Any) -> makers.Made:
    return makers.course(instructor)


@pytest.fixture
def tab(instructor: Any, course: makers.Made) -> Tab:
    made = Tab(instructor, TreeState, slug=course.slug)
    made.sends("open")
    return made


def packed(instructor: Any, slug: str, **changed: str) -> bytes:
    """An export, with some texts changed: `old=new`."""
    made = io.BytesIO(b"".join(zipped(instructor.sees(service.pack_tree, slug=slug).parts)))
    out = io.BytesIO()
    with zipfile.ZipFile(made) as whole, zipfile.ZipFile(out, "w") as archive:
        for name in whole.namelist():
            content = whole.read(name)
            for old, new in changed.items():
                content = content.replace(old.encode(), new.encode()) if not name.startswith(".") else content
            archive.writestr(name, content)
    return out.getvalue()


def sends(who: Any, content: bytes) -> str:
    its = {"content": content, "name": "tree.zip", "scope": service.INCOMING, "scope_id": who.id}
    return who.does(files.store_bytes, **its).id


def body(instructor: Any, course: makers.Made) -> str:
    return instructor.does(courses.lesson_source, item_id=course.items[0]).body


def waiting() -> int:
    with reading(SYSTEM) as work:
        return len(work.db.exec(select(StoredFile).where(col(StoredFile.scope) == service.INCOMING)).all())


def test_a_changed_tree_is_read_then_comes_in_and_once_more_changes_nothing(
    tab: Tab, instructor: Any, course: makers.Made
) -> None:
    content = packed(instructor, course.slug, Green="Greener")
    tab.sends("sent", sends(instructor, content))
    look = tab.look[0]
    assert (look.is_new, look.added, look.changed, look.removed, look.conflicts) == (False, 0, 4, 0, 0)
    assert [(one.kind, one.text) for one in look.lines[0].changes if one.kind in ("added", "removed")] == [
        ("removed", "Green"),
        ("added", "Greener"),
    ]
    assert body(instructor, course).startswith("Green ")

    tab.sends("send", {})
    assert tab.told == ["4 things were changed.", str(routes.course_build(course.slug))]
    assert (body(instructor, course).startswith("Greener "), waiting(), tab.look) == (True, 0, [])

    tab.sends("sent", sends(instructor, content))
    assert (tab.look[0].lines, tab.look[0].conflicts) == ([], 0)


@pytest.mark.parametrize(("choice", "begins"), [("ours", "Here."), ("theirs", "Greener ")])
def test_a_conflict_waits_for_its_choice(
    tab: Tab, instructor: Any, course: makers.Made, choice: str, begins: str
) -> None:
    content = packed(instructor, course.slug, Green="Greener")
    instructor.does(courses.update_lesson, item_id=course.items[0], body="Here.")
    tab.sends("sent", sends(instructor, content))
    line = tab.look[0].lines[0]
    assert (line.fate, line.title, tab.look[0].conflicts) == ("conflict", "Scales of life", 1)

    tab.sends("send", {})
    assert tab.problem.startswith("One choice is missing")
    assert body(instructor, course) == "Here."

    tab.sends("send", {line.name: choice})
    assert (body(instructor, course).startswith(begins), tab.problem) == (True, "")


def test_a_course_that_changed_since_is_looked_at_once_more(tab: Tab, instructor: Any, course: makers.Made) -> None:
    tab.sends("sent", sends(instructor, packed(instructor, course.slug, Green="Greener")))
    instructor.does(courses.update_lesson, item_id=course.items[0], body="Here.")

    tab.sends("send", {})

    assert "not what it was when you looked" in tab.problem
    assert (tab.look[0].conflicts, body(instructor, course)) == (1, "Here.")


def test_a_bad_file_is_told_by_line_and_nothing_comes_in(tab: Tab, instructor: Any, course: makers.Made) -> None:
    tab.sends("sent", sends(instructor, packed(instructor, course.slug, **{"minutes: 10": "minutes: many"})))
    assert tab.look[0].problems[0].startswith(f"{LESSON}:4: “minutes”")

    tab.sends("send", {})
    assert "minutes" in tab.problem


def test_what_is_no_tree_is_said_at_the_field(tab: Tab, instructor: Any) -> None:
    tab.sends("sent", sends(instructor, b"no zip"))

    assert (tab.look, tab.problem) == ([], "This zip cannot be read. Make it once more, without a password.")


def test_the_tree_of_another_course_is_refused(tab: Tab, instructor: Any) -> None:
    other = makers.course(instructor, title="Another")
    tab.sends("sent", sends(instructor, packed(instructor, other.slug)))

    assert tab.problem == "This is the tree of another course, “Another”. Nothing was changed."


def test_a_zip_that_is_given_up_is_gone(tab: Tab, instructor: Any, course: makers.Made) -> None:
    tab.sends("sent", sends(instructor, packed(instructor, course.slug)))
    tab.sends("sent", sends(instructor, packed(instructor, course.slug)))
    assert waiting() == 1

    tab.sends("cancel")
    assert (waiting(), tab.look) == (0, [])


def test_somebody_elses_course_becomes_one_of_ones_own(instructor: Any, course: makers.Made) -> None:
    other = person("Other", SiteRole.INSTRUCTOR)
    instructor.does(courses.unpublish, course_id=course.id)
    content = packed(instructor, course.slug)
    tab = Tab(other, TreeState)
    tab.sends("open")
    tab.sends("sent", sends(other, content))
    assert tab.problem.startswith("The course of this zip is here already, and you do not write it.")

    tab.sends("renew")
    assert (tab.look[0].is_new, tab.look[0].title) == (True, "Principles of Ecology")
    tab.sends("send", {})

    assert tab.told == ["The course is made.", str(routes.course_build("principles-of-ecology-2"))]
    assert other.does(courses.build, slug="principles-of-ecology-2").modules[0].items[0].title == "Scales of life"


def test_a_zip_is_its_senders_alone(instructor: Any, student: Any, course: makers.Made) -> None:
    other = person("Other", SiteRole.INSTRUCTOR)
    mine = UUID(sends(instructor, packed(instructor, course.slug)))

    for act in (service.zip_of, service.take_zip):
        with pytest.raises(NotFound):
            other.does(act, file_id=mine)
        with pytest.raises(Forbidden):
            student.does(act, file_id=mine)
        with pytest.raises(NotFound):
            instructor.does(act, file_id=uuid4())
    with pytest.raises(NotFound):
        other.sees(service.incoming_door, instructor.id)
    with pytest.raises(Forbidden):
        student.sees(service.incoming_door, student.id)
    other.does(service.forget_zip)
    assert waiting() == 1


def test_strangers_find_no_desk(
    instructor: Any, student: Any, stranger: Any, course: makers.Made, tmp_path: Path
) -> None:
    service.write_tree(instructor.sees(service.export_tree, slug=course.slug), tmp_path / "tree")
    draft = service.read_tree(tmp_path / "tree", stage=False)
    makers.enrolled(student, course)
    acts: list[tuple[Any, dict[str, Any]]] = [
        (service.open_desk, {"slug": course.slug}),
        (service.look_at_tree, {"draft": draft, "slug": course.slug}),
    ]
    for act, given in [*acts, (service.open_desk, {}), (service.forget_zip, {})]:
        with pytest.raises(NotSignedIn), unit_of_work(ANONYMOUS) as work:
            act(work, **given)
    for act, given in [*acts, (service.open_desk, {})]:
        with pytest.raises(Forbidden):
            student.does(act, **given)
    instructor.does(courses.unpublish, course_id=course.id)
    for act, given in acts:
        with pytest.raises(NotFound):
            stranger.does(act, **given)
    tab = Tab(student, TreeState, slug=course.slug)
    tab.sends("open")
    assert tab.missing
