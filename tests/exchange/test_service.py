"""Stories of importing, over the real services: what arrives in the course, who may, and that half is never written."""

import inspect
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import col, func, select

from lms_app.core import files
from lms_app.core.errors import Forbidden, Invalid, NotFound, NotSignedIn
from lms_app.core.files import StoredFile
from lms_app.core.work import ANONYMOUS, SYSTEM, unit_of_work
from lms_app.courses import service as courses
from lms_app.courses.models import Course, Lesson, Module
from lms_app.exchange import service
from lms_app.quizzes import service as quizzes
from lms_app.quizzes.models import Quiz
from tests.courses import makers
from tests.exchange.trees import picture, tree

GIFT = b"::Heat:: Does heat flow? {T}\n\nHow many? {#4:1}\n\nHow much? {#*}\n"
ASKED = b"Does heat flow? {T#no#yes}\n\nHow many? {#4:1}\n"


@pytest.fixture
def birds(tmp_path: Path) -> Path:
    return tree(
        tmp_path / "birds",
        {
            "README.md": "# Birds\n\nBegin [here](1-look/README.md).",
            "1-look/README.md": "# Look\n\n![a finch](finch.png) and [data](birds.csv), then [count](../2-count/how.md#slowly)\n",
            "1-look/finch.png": picture(40, 30),
            "1-look/birds.csv": "finch,3\n",
            "2-count/how.md": "# Count\n\n![again](../1-look/finch.png)\n\n## Slowly\n",
        },
    )


def counted(person: Any, table: Any) -> int:
    return person.sees(lambda work: work.db.exec(select(func.count()).select_from(table)).one())


# ---- Courses


def test_an_instructor_imports_a_folder_and_reads_it_as_a_course(instructor: Any, birds: Path) -> None:
    draft = service.read_course(birds)

    report = instructor.does(service.import_course, draft)

    view = instructor.sees(courses.read, slug=report.slug)
    assert (view.title, view.status) == ("Birds", "draft")
    assert [(module.title, [item.title for item in module.items]) for module in view.outline.modules] == [
        ("Welcome", ["Birds"]),
        ("Look", ["Look"]),
        ("Count", ["Count"]),
    ]
    welcome, look, count = (UUID(module.lessons[0].id) for module in report.modules)
    page = instructor.sees(courses.read_lesson, item_id=look)
    stored = {one.name: one for one in instructor.sees(files.of, "lesson", look)}
    assert set(stored) == {"finch.png", "birds.csv"}
    assert f'<img src="{stored["finch.png"].url}" alt="a finch" width="40" height="30"' in page.html
    assert f'<a href="{stored["birds.csv"].url}">data</a>' in page.html
    assert f'<a href="/courses/{report.slug}/lessons/{count}' in page.html
    assert f"/courses/{report.slug}/lessons/{look}" in instructor.sees(courses.read_lesson, item_id=welcome).html
    # The same picture in another lesson is another use of the same bytes, behind the door of that lesson.
    (again,) = instructor.sees(files.of, "lesson", count)
    assert again.url != stored["finch.png"].url
    assert counted(instructor, StoredFile) == 3


def test_what_is_stored_says_the_same_in_markdown_and_html(instructor: Any, birds: Path) -> None:
    report = instructor.does(service.import_course, birds, title="Finches", slug="finches")

    assert (report.title, report.slug) == ("Finches", "finches")
    for module in report.modules:
        for lesson in module.lessons:
            source = instructor.sees(lambda work, item=lesson.id: _lesson_row(work, item))
            assert "/imported/" not in source.body + source.html
            assert source.html == courses.written(source.body).html


def test_an_administrator_imports_for_somebody_else(admin: Any, instructor: Any, birds: Path) -> None:
    draft = service.read_course(birds)
    with unit_of_work(SYSTEM) as work:
        report = service.import_course(work, draft, owner_id=instructor.id)

    assert instructor.sees(courses.teaching, slug=report.slug).manages
    with unit_of_work(SYSTEM) as work, pytest.raises(NotSignedIn):
        service.import_course(work, draft)


def test_importing_twice_makes_two_courses(instructor: Any, birds: Path) -> None:
    draft = service.read_course(birds)

    first, second = (instructor.does(service.import_course, draft) for _ in range(2))

    assert [first.slug, second.slug] == ["birds", "birds-2"]


def test_a_refused_import_leaves_nothing(instructor: Any, birds: Path) -> None:
    draft = service.read_course(birds)
    instructor.does(service.import_course, draft, slug="birds")
    before = [counted(instructor, table) for table in (Course, Module, StoredFile)]

    with pytest.raises(Invalid, match="Another course has this address"):
        instructor.does(service.import_course, draft, slug="birds")
    with pytest.raises(NotFound):  # after everything was written
        instructor.does(_broken_import, draft)

    assert [counted(instructor, table) for table in (Course, Module, StoredFile)] == before


def test_a_tree_that_was_only_looked_at_is_not_imported(instructor: Any, birds: Path) -> None:
    with pytest.raises(Invalid, match="only looked at"):
        instructor.does(service.import_course, service.read_course(birds, stage=False))


def test_a_student_imports_no_course(student: Any, birds: Path) -> None:
    with pytest.raises(Forbidden):
        student.does(service.import_course, birds)


def test_nobody_imports_a_course_unknown(birds: Path) -> None:
    with unit_of_work(ANONYMOUS) as work, pytest.raises(NotSignedIn):
        service.import_course(work, birds)


# ---- Quizzes


def test_an_instructor_imports_a_quiz(instructor: Any) -> None:
    course = makers.course(instructor)

    report = instructor.does(
        service.import_gift, service.read_gift(ASKED), slug=course.slug, title="Energy", quiz={"limit_minutes": 10}
    )

    sources = instructor.sees(quizzes.questions, quiz_id=UUID(report.quiz_id))
    assert [(one.kind, one.stem, one.points) for one in sources] == [
        ("true_false", "Does heat flow?", Decimal(1)),
        ("numerical", "How many?", Decimal(1)),
    ]
    assert sources[0].spec == {"answer": True, "feedback_true": "yes", "feedback_false": "no"}
    assert (report.title, report.module, report.blocked) == ("Energy", "Part 2", "")
    assert report.url == f"/courses/{course.slug}/quizzes/{report.quiz_id}"


@pytest.mark.parametrize(("named", "module"), [("", "Part 2"), ("part 1", "Part 1"), ("Tests", "Tests")])
def test_a_module_is_found_by_its_title_or_made(instructor: Any, named: str, module: str) -> None:
    course = makers.course(instructor)

    report = instructor.does(service.import_gift, ASKED, slug=course.slug, module=named, title="Energy")

    titles = [one.title for one in instructor.sees(courses.teaching, slug=course.slug).modules]
    assert report.module == module
    assert titles == (["Part 1", "Part 2"] if module != "Tests" else ["Part 1", "Part 2", "Tests"])


def test_a_quiz_goes_where_students_see_it(instructor: Any) -> None:
    course = makers.course(instructor)
    notes = instructor.does(courses.add_module, course_id=course.id, title="For instructors")
    makers.lesson(instructor, notes.id, published=False)

    assert instructor.does(service.import_gift, ASKED, slug=course.slug, title="Energy").module == "Part 2"


def test_a_course_without_modules_gets_one(instructor: Any) -> None:
    made = instructor.does(courses.create_course, title="New")

    assert instructor.does(service.import_gift, ASKED, slug=made.slug, title="Energy").module == "Quizzes"


def test_what_cannot_be_asked_stops_the_import_unless_it_is_left_out(instructor: Any) -> None:
    course = makers.course(instructor)

    with pytest.raises(Invalid) as refused:
        instructor.does(service.import_gift, GIFT, module_id=course.modules[0], title="Energy")

    assert refused.value.fields == {
        "text": "Nothing was imported: 1 question cannot be asked here yet. Skip it to import the other 2.",
        "text.line_5": "Line 5: The answer * would give points for any number. Numerical questions here cannot do that.",
    }
    assert counted(instructor, Quiz) == 0

    report = instructor.does(
        service.import_gift, GIFT, module_id=course.modules[0], title="Energy", skip_unsupported=True
    )

    assert len(instructor.sees(quizzes.questions, quiz_id=UUID(report.quiz_id))) == 2
    assert [(one.line, one.weight) for one in report.findings] == [(1, "note"), (5, "unsupported")]


@pytest.mark.parametrize(
    ("text", "line"), [(b"Is it? {T}\n\nAnd this? {=a", 3), (b"Which? {=a\n~\n~c}", 2), (b"How? {#x}", 1)]
)
def test_an_error_stops_the_import_whatever_is_skipped(instructor: Any, text: bytes, line: int) -> None:
    course = makers.course(instructor)

    with pytest.raises(Invalid) as refused:
        instructor.does(service.import_gift, text, slug=course.slug, title="Energy", skip_unsupported=True)

    assert f"text.line_{line}" in refused.value.fields
    assert counted(instructor, Quiz) == 0


def test_a_file_with_nothing_to_ask_is_refused(instructor: Any) -> None:
    course = makers.course(instructor)

    for text in (b"", b"// only a comment\n", b"Only words.", b"How much? {#*}"):
        with pytest.raises(Invalid, match="no question that can be asked"):
            instructor.does(service.import_gift, text, slug=course.slug, title="Energy", skip_unsupported=True)
    assert counted(instructor, Quiz) == 0


def test_a_refusal_names_the_first_lines_and_counts_the_rest(instructor: Any) -> None:
    course = makers.course(instructor)

    with pytest.raises(Invalid) as refused:
        instructor.does(service.import_gift, b"How much? {#*}\n\n" * 50, slug=course.slug, title="Energy")

    assert len(refused.value.fields) == 22
    assert refused.value.fields["text.more"] == "And 30 more."


def test_a_question_our_kinds_refuse_is_listed_too(instructor: Any) -> None:
    many = "Which? {=a" + "".join(f"~b{n}" for n in range(30)) + "}\n\nIs it? {T}"

    report = service.read_gift(many).report

    assert [(one.line, one.weight) for one in report.findings] == [(1, "unsupported")]
    assert [one.kind for one in report.questions] == ["true_false"]


def test_a_quiz_takes_no_more_questions_than_it_can(instructor: Any) -> None:
    report = service.read_gift("Is it? {T}\n\n" * 5_001).report

    assert report.findings[0].reason.startswith("A file takes at most 5,000 questions")
    assert report.blocked


def test_the_title_is_checked_before_the_questions(instructor: Any) -> None:
    course = makers.course(instructor)

    with pytest.raises(Invalid) as refused:
        instructor.does(service.import_gift, GIFT, slug=course.slug, title=" ")

    assert refused.value.fields == {"title": "Enter a title of up to 160 characters."}


def test_the_report_of_a_quiz_in_words(instructor: Any) -> None:
    assert service.render(service.read_gift(GIFT).report) == (
        "GIFT\n  2 questions: 1 true false, 1 numerical\n"
        "Cannot be asked here yet: 1\n"
        "  line 5: [How much?] The answer * would give points for any number. Numerical questions here cannot do that.\n"
        "Worth knowing: 1\n"
        "  line 1: One question has a name. Questions here have none, so only this report shows them.\n"
        "Nothing was imported: 1 question cannot be asked here yet. Skip it to import the other 2.\n"
    )


# ---- Who may


def _guarded(made: makers.Made) -> dict[str, dict[str, Any]]:
    by_slug = {"slug": made.slug}
    return {"enter_module": by_slug, "import_gift": {**by_slug, "read": ASKED, "title": "Mine"}}


CASES_OF_THEIR_OWN = {
    "import_course",
    "export_questions",
    "note_export",
    "import_desk",
    "import_package",
    "import_questions",
    "preview_questions",
    "diff_tree",
    "export_tree",
    "import_tree",
    "pack_tree",
    "preview_tree",
    "tree_desk",
    "forget_zip",
    "incoming_door",
    "look_at_tree",
    "open_desk",
    "take_zip",
    "zip_of",
    "copy_source",
    *("begin_export", "begin_import", "bring_in", "commit_import", "compare", "course_of", "discard_export"),
    *("discard_import", "export_file", "import_courses", "import_files_door", "import_place", "imports", "is_there"),
    *("is_waiting", "keep_export", "keep_preview", "made_of", "note_progress", "package_desk", "read_export"),
    *("read_import", "stop", "take", "take_import"),
}  # test_banks.py, test_course_tree_sides.py, test_course_tree_page.py, test_jobs.py


def test_every_public_function_has_a_case(instructor: Any) -> None:
    found = {name: getattr(service, name) for name in service.__all__}
    with_work = {
        n for n, act in found.items() if inspect.isfunction(act) and "work" in inspect.signature(act).parameters
    }

    assert with_work == {*_guarded(makers.course(instructor)), *CASES_OF_THEIR_OWN}


@pytest.mark.parametrize("published", [True, False], ids=["published", "draft"])
@pytest.mark.parametrize("name", ["enter_module", "import_gift"])
def test_a_stranger_finds_nothing(stranger: Any, student: Any, instructor: Any, name: str, published: bool) -> None:
    made = makers.course(instructor)
    makers.enrolled(student, made)
    if not published:
        instructor.does(courses.unpublish, course_id=made.id)
    given = _guarded(made)[name]
    by_id = {**given, "slug": "", "module_id": made.modules[0]}

    for arguments in (given, by_id, {**given, "slug": "no-such"}, {**given, "slug": "", "module_id": uuid4()}):
        with pytest.raises(NotFound):
            stranger.does(getattr(service, name), **arguments)
        with unit_of_work(ANONYMOUS) as work, pytest.raises(NotSignedIn):
            getattr(service, name)(work, **arguments)
    with pytest.raises(Forbidden if published else NotFound):
        student.does(getattr(service, name), **given)


def test_a_module_of_another_course_is_not_found(instructor: Any) -> None:
    mine, other = makers.course(instructor), makers.course(instructor, title="Other")

    with pytest.raises(NotFound):
        instructor.does(service.import_gift, ASKED, slug=mine.slug, module_id=other.modules[0], title="Energy")


def _lesson_row(work: Any, item_id: str) -> Any:
    return work.db.exec(select(Lesson).where(col(Lesson.item_id) == UUID(item_id))).one()


def _broken_import(work: Any, draft: Any) -> None:
    service.import_course(work, draft)
    raise NotFound("It went away.")
