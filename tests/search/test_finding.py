"""Search finds what one may see, by its words; what one may not see is found by nobody, not even by its text."""

import os
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, update
from sqlmodel import col, select

from lms_app.assignments import service as assignments
from lms_app.core import db, limits
from lms_app.core.errors import NotSignedIn, TooMany
from lms_app.core.identity import User
from lms_app.core.work import ANONYMOUS, SYSTEM, SiteRole, reading, unit_of_work
from lms_app.courses import service as courses
from lms_app.discussions import service as discussions
from lms_app.discussions.models import Post, Thread
from lms_app.policy import Role
from lms_app.quizzes import service as quizzes
from lms_app.search import service
from lms_app.search.service import finding
from tests.courses import makers
from tests.exchange.conftest import open_rooms
from tests.makers import NOON, Person, person


@pytest.fixture(params=["few", "many"] if os.environ.get("LMS_TEST_DATABASE_URL") else ["few"], autouse=True)
def documents(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of how many documents a reader's are: PostgreSQL asks its index of words only where they are many."""
    if request.param == "many":
        monkeypatch.setattr(finding, "FEW", 0)


WHO = (
    "stranger",  # learns elsewhere
    "waiting",  # asked to join, and waits
    "left",
    "student",
    "grouped",  # a student in the group for which a lesson opens
    "assistant",
    "instructor",
    "other instructor",  # teaches elsewhere
    "admin",
)
LEARNS = {"student", "grouped", "assistant", "instructor", "admin"}
STAFF = {"assistant", "instructor", "admin"}
EVERYBODY = set(WHO)
# A word that stands in one place alone, and who may find that place by it.
MAY_FIND: dict[str, set[str]] = {
    "openwater": EVERYBODY,  # the title of a published course, which the catalogue shows
    "marshland": EVERYBODY,  # what the catalogue says of it
    "secretbog": STAFF,  # the title of a draft
    "sunbeam": LEARNS,  # the title of a lesson
    "glimmer": LEARNS,  # its text
    "hiddenpage": STAFF,  # a lesson that is not published
    "hiddentext": STAFF,
    "laterpage": STAFF,  # one that opens next week: its title is in the outline, its text is nobody's
    "latertext": STAFF,
    "afterpage": STAFF,  # one that opens once another is done
    "quizintro": LEARNS,
    "briefing": LEARNS,
    "draftpage": STAFF,  # in the draft course
    "stemword": STAFF,  # a question
    "grouppage": STAFF | {"grouped"},  # a lesson that opens for a group
    "tastepage": EVERYBODY,  # a lesson that is shown before joining
    "drafttaste": STAFF,  # one of the draft course
    "oldcourse": LEARNS - {"grouped"},  # the title of an archived course, which the catalogue leaves out
    "oldpage": LEARNS - {"grouped"},
    "courseask": LEARNS,  # a question about the course
    "answerword": LEARNS,  # what somebody answered
    "lessonask": LEARNS,  # under a lesson
    "groupask": STAFF | {"grouped"},  # under the lesson of a group
    "lockedask": STAFF,  # under a lesson that is locked by now
    "goneask": set(),  # under a lesson that is deleted
    "hiddenask": set(),  # what the staff have hidden is read where they hid it
    "hiddenanswer": set(),
    "deletedanswer": set(),
    "quietask": STAFF,  # where learners may not read questions any more
    "lovelace": STAFF,  # a learner
    "elsewhere": {"other instructor", "admin"},  # a learner of another course
    "suspendedone": STAFF,  # a learner whose account is suspended
    "waitingone": {"admin"},  # who is no member yet
    "leftone": {"admin"},
    "removedpage": set(),
}


@dataclass(frozen=True)
class School:
    people: dict[str, Person]
    slug: str


def _rooms(patch: pytest.MonkeyPatch) -> None:
    """The kinds of items are told to each other where everything is put together."""
    from lms_app import lms_app

    assert lms_app.app
    open_rooms(patch)


@pytest.fixture
def rooms(monkeypatch: pytest.MonkeyPatch) -> None:
    _rooms(monkeypatch)


def _school(instructor: Person, student: Person) -> School:
    with pytest.MonkeyPatch.context() as patch:
        _rooms(patch)
        return _opened(instructor, student)


pytestmark = [pytest.mark.usefixtures("rooms"), pytest.mark.stage(make=_school)]


@pytest.fixture
def school(target: School) -> School:
    return target


def _opened(instructor: Person, student: Person) -> School:
    people = {
        "stranger": person("Stranger"),
        "waiting": person("Waitingone"),
        "left": person("Leftone"),
        "student": student,
        "grouped": person("Grouped"),
        "assistant": person("Helper"),
        "instructor": instructor,
        "other instructor": person("Somebody Else", SiteRole.INSTRUCTOR),
        "admin": person("Admin", SiteRole.ADMIN),
    }
    course = makers.course(instructor, ["Sunbeam"], title="Openwater", summary="All about the marshland.")
    module = course.modules[0]
    lesson = course.items[0]
    instructor.does(courses.update_lesson, item_id=lesson, body="A **glimmer** of light.")
    makers.lesson(instructor, module, "Hiddenpage", "Hiddentext.", published=False)
    makers.lesson(instructor, module, "Laterpage", "Latertext.", opens_at=NOON + timedelta(days=7))
    after = makers.lesson(instructor, module, "Afterpage", "More.")
    done = {"kind": "done", "item": str(lesson)}
    instructor.does(courses.update_item, item_id=after, release={"rules": [done]})
    gone = makers.lesson(instructor, module, "Removedpage", "Removedtext.")
    instructor.does(courses.remove_item, item_id=gone)
    quiz = instructor.does(quizzes.create_quiz, module_id=module, title="A quiz", intro="The quizintro.")
    instructor.does(
        quizzes.add_question,
        quiz_id=quiz.item_id,
        kind="true_false",
        stem="Is the stemword right?",
        spec={"answer": True},
        points=Decimal(1),
    )
    instructor.does(assignments.create_assignment, module_id=module, title="Work", brief="The briefing.")
    draft = makers.course(instructor, ["Draftpage"], title="Secretbog", published=False)
    taste = makers.lesson(instructor, draft.modules[0], "Drafttaste")
    for item_id in (taste, makers.lesson(instructor, module, "Tastepage")):
        instructor.does(courses.update_item, item_id=item_id, preview=True)
    old = makers.course(instructor, ["Oldpage"], title="Oldcourse")
    quiet = makers.course(instructor, ["Quietpage"], title="Quiet")
    for one in (student, person("Ada Lovelace"), people["grouped"], people["left"], person("Suspendedone")):
        makers.enrolled(one, course)
    for made in (old, quiet):
        makers.enrolled(student, made)
    for made in (course, draft, old, quiet):
        instructor.does(courses.add_member, course_id=made.id, user_id=people["assistant"].id, role=Role.ASSISTANT)
    other = makers.course(people["other instructor"], ["Otherpage"], title="Other")
    for one in (people["stranger"], person("Elsewhere")):
        makers.enrolled(one, other)
    _grouped(instructor, course, people["grouped"])
    _threads(people, course, quiet)
    instructor.does(courses.archive, course_id=old.id)
    instructor.does(courses.update_course, course_id=quiet.id, questions=False)
    people["left"].does(courses.leave, slug=course.slug)
    instructor.does(courses.update_course, course_id=course.id, enrol_mode="approval")
    people["waiting"].does(courses.enrol, slug=course.slug)
    with unit_of_work(SYSTEM, NOON) as work:
        work.db.exec(update(User).where(col(User.name) == "Suspendedone").values(suspended_at=NOON))
    read_all()
    return School(people, course.slug)


def _grouped(instructor: Person, course: makers.Made, learner: Person) -> None:
    group = instructor.does(courses.add_group, slug=course.slug, name="Readers")
    instructor.does(courses.put_in_group, slug=course.slug, group_id=UUID(group.id), user_id=learner.id)
    page = makers.lesson(instructor, course.modules[0], "Grouppage")
    rules = [{"kind": "group", "group": group.id}]
    instructor.does(courses.update_item, item_id=page, release={"rules": rules})
    learner.does(discussions.ask, slug=course.slug, title="Groupask", body="Who?", item_id=page)


def _threads(people: dict[str, Person], course: makers.Made, quiet: makers.Made) -> None:
    """What is asked while everything is open, and what then becomes of the places where it was."""
    student, instructor = people["student"], people["instructor"]
    later = makers.lesson(instructor, course.modules[0], "Laterlocked")
    gone = makers.lesson(instructor, course.modules[0], "Soongone")

    def asks(title: str, item_id: UUID | None = None, slug: str = course.slug) -> UUID:
        return UUID(student.does(discussions.ask, slug=slug, title=title, body="Why?", item_id=item_id).thread_id)

    thread = asks("Courseask")
    for word in ("Answerword", "Hiddenanswer", "Deletedanswer"):
        said = instructor.does(discussions.answer, thread_id=thread, body=f"Because of the **{word}**.")
        if word == "Hiddenanswer":
            instructor.does(discussions.hide, post_id=UUID(said.id), reason="Off topic.")
        if word == "Deletedanswer":
            instructor.does(discussions.delete_post, post_id=UUID(said.id))
    asks("Lessonask", course.items[0])
    asks("Lockedask", later)
    instructor.does(courses.update_item, item_id=later, opens_at=NOON + timedelta(days=7))
    asks("Goneask", gone)
    instructor.does(courses.remove_item, item_id=gone)
    hidden = student.does(discussions.ask, slug=course.slug, title="Hiddenask", body="Why?")
    instructor.does(discussions.hide, post_id=UUID(hidden.id), reason="Off topic.")
    asks("Quietask", slug=quiet.slug)


def read_all() -> None:
    while True:
        with unit_of_work(SYSTEM) as work:
            if not service.refresh(work):
                return


def titles(who: Person, words: str) -> list[str]:
    return ["".join(piece.text for piece in hit.title) for hit in who.sees(service.find, words=words).hits]


@pytest.mark.parametrize("who", WHO)
def test_everybody_finds_what_they_may_see_and_nothing_else(school: School, who: str) -> None:
    found = {word for word in MAY_FIND if titles(school.people[who], word)}

    assert found == {word for word, may in MAY_FIND.items() if who in may}


def test_words_that_nobody_finds_are_in_what_is_indexed_or_kept_out_of_it(school: School) -> None:
    """What nobody may find could be found: the rows are there, and only the doors or the index keep it back."""
    with reading(SYSTEM) as work:
        kept = set(work.db.exec(select(Thread.title)).all())
        hidden = {post.body for post in work.db.exec(select(Post)).all() if post.hidden_at or post.deleted_at}

    assert {"Goneask", "Hiddenask"} <= kept
    assert any("Hiddenanswer" in body for body in hidden)


def test_what_opens_is_found_from_then_on(school: School) -> None:
    student = school.people["student"]
    assert titles(student, "latertext") == []

    assert titles(student.at(NOON + timedelta(days=7)), "latertext") == ["Laterpage"]


def test_whoever_leaves_finds_nothing_of_it_any_more(school: School) -> None:
    student = school.people["student"]
    student.does(courses.leave, slug=school.slug)

    assert titles(student, "glimmer") == []


def test_a_change_is_found_once_it_was_read_again(school: School, instructor: Person) -> None:
    (lesson,) = instructor.sees(service.find, words="sunbeam").hits
    item_id = lesson.url.rpartition("/")[2]
    instructor.does(courses.update_lesson, item_id=_uuid(item_id), body="Nothing but moonshine.")
    instructor.does(courses.update_item, item_id=_uuid(item_id), title="Night")
    with reading(SYSTEM) as work:
        assert service.is_stale(work)
    read_all()

    assert titles(instructor, "glimmer") == titles(instructor, "sunbeam") == []
    assert titles(instructor, "moonshine") == ["Night"]


def test_what_is_deleted_is_found_again_when_it_comes_back(school: School, instructor: Person) -> None:
    (lesson,) = instructor.sees(service.find, words="sunbeam").hits
    item_id = _uuid(lesson.url.rpartition("/")[2])
    instructor.does(courses.remove_item, item_id=item_id)
    read_all()
    assert titles(instructor, "sunbeam") == []

    instructor.does(courses.restore_item, item_id=item_id)
    read_all()

    assert titles(instructor, "sunbeam") == ["Sunbeam"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("SUNB", ["Sunbeam"]),
        ("sun beam", []),
        ("glimmer light", ["Sunbeam"]),
        ("glimmer nothing", []),
        ("ÉLODIE", ["Élodie Müller"]),
        ("muller elodie", ["Élodie Müller"]),
        ("straße", ["Strasse"]),
        ("", []),
        ("  ", []),
        ("-", []),
    ],
)
def test_words_are_found_by_their_beginnings_without_case_and_accents(
    school: School, admin: Person, words: str, found: list[str]
) -> None:
    person("Élodie Müller", email="em@example.org")
    person("Strasse", email="st@example.org")
    read_all()

    assert titles(admin, words) == found


@pytest.mark.parametrize(
    "words",
    ['"', "'", "*", '"sunbeam', "sunbeam*", "title_words:sunbeam", "NEAR(a b)", "a AND", "NOT", "(", "a:*b", "\\", "& |", "<->",
     "x" * 5000, "\0", "ﷺ" * 50, "🙂", "a' OR '1'='1", "%"],
)  # fmt: skip
def test_whatever_is_typed_is_words(school: School, admin: Person, words: str) -> None:
    admin.sees(service.find, words=words)


def test_the_title_weighs_more_than_the_text(instructor: Person) -> None:
    course = makers.course(instructor, ["First"])
    makers.lesson(instructor, course.modules[0], "Other", "A text on pondweed and on more, with pondweed in it.")
    makers.lesson(instructor, course.modules[0], "Pondweed", "A text on something.")
    read_all()

    assert titles(instructor, "pondweed") == ["Pondweed", "Other"]


def test_a_course_of_that_name_comes_before_what_is_in_it(instructor: Person) -> None:
    course = makers.course(instructor, ["First"], title="Bog life")
    makers.lesson(instructor, course.modules[0], "Bog, bog and bog", "A bog.")
    read_all()

    assert titles(instructor, "bog") == ["Bog life", "Bog, bog and bog"]


def test_a_hit_shows_the_place_that_was_found(instructor: Person) -> None:
    course = makers.course(instructor, ["First"], title="Ponds")
    makers.lesson(instructor, course.modules[0], "Light", "word " * 100 + "then **pondweed** grows " + "word " * 100)
    read_all()

    (hit,) = instructor.sees(service.find, words="pondw").hits
    said = "".join(piece.text for piece in hit.extract)
    assert [piece.text for piece in hit.extract if piece.hit] == ["pondw"]
    assert said.startswith("… word")
    assert said.endswith("word …")
    assert "then pondweed grows" in said
    assert "*" not in said
    assert (hit.kind, hit.where) == ("lesson", "Ponds")


def test_questions_of_a_quiz_lead_their_authors_to_them(school: School) -> None:
    (hit,) = school.people["assistant"].sees(service.find, words="stemword").hits

    assert hit.url.startswith(f"/teaching/{school.slug}/questions/")


def test_a_thread_leads_to_its_page_and_says_its_course(school: School) -> None:
    (hit,) = school.people["student"].sees(service.find, words="answerword").hits

    assert (hit.kind, hit.where) == ("thread", "Openwater")
    assert hit.url.startswith(f"/courses/{school.slug}/questions/")
    assert [piece.text for piece in hit.extract if piece.hit] == ["Answerword"]


def test_what_is_shown_again_is_found_again(school: School, instructor: Person) -> None:
    with reading(SYSTEM) as work:
        post = work.db.exec(select(Post.id).where(col(Post.body).contains("Hiddenanswer"))).one()
    instructor.does(discussions.restore, post_id=post)
    read_all()

    assert titles(school.people["student"], "hiddenanswer") == ["Courseask"]


def test_the_same_statements_for_a_few_and_for_many(instructor: Person, student: Person) -> None:
    course = makers.course(instructor, ["Pondweed"])
    makers.enrolled(student, course)
    read_all()
    few = _cost(student)
    for number in range(30):
        makers.lesson(instructor, course.modules[0], f"Pondweed {number}")
    read_all()

    assert len(student.sees(service.find, words="pondweed").hits) == 20
    assert _cost(student) == few


def test_many_notes_of_one_thing_are_one_reading(instructor: Person) -> None:
    course = makers.course(instructor, ["Pondweed"])
    for number in range(5):
        instructor.does(courses.update_item, item_id=course.items[0], title=f"Pondweed {number}")
    read_all()

    assert titles(instructor, "pondweed") == ["Pondweed 4"]


def test_nobody_searches_without_signing_in() -> None:
    with reading(ANONYMOUS) as work, pytest.raises(NotSignedIn):
        service.find(work, words="pond")


def test_searching_is_counted(student: Person) -> None:
    with pytest.raises(TooMany):
        for _ in range(limits.LIMITS["search"].times + 1):
            student.sees(service.find, words="pond")


def _uuid(text: str) -> Any:
    return UUID(text)


def _cost(who: Person) -> int:
    statements: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    engine = db.database().read
    event.listen(engine, "before_cursor_execute", note)
    who.sees(service.find, words="pondweed")
    event.remove(engine, "before_cursor_execute", note)
    return len(statements)
