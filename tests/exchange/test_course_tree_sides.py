"""A course tree that comes in: what only one side changed, what both did, and what is wrong with a tree."""

import difflib
import stat
import time
import zipfile
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from lms_app.core.errors import Conflict, Forbidden, Invalid, NotFound, NotSignedIn
from lms_app.core.work import ANONYMOUS, unit_of_work
from lms_app.courses import service as courses
from lms_app.exchange import service
from lms_app.quizzes import service as quizzes
from tests.courses import makers

TEXT = "Green things eat light.\n\nThey are called plants.\n\nOthers eat them."
SPEC = {"options": [{"id": "a", "text": "Sheep", "fraction": 1}, {"id": "b", "text": "Wolves"}]}


@pytest.fixture
def course(instructor: Any) -> makers.Made:
    made = makers.course(instructor)
    instructor.does(courses.update_lesson, item_id=made.items[0], body=TEXT)
    quiz = instructor.does(quizzes.create_quiz, module_id=made.modules[1], title="Food webs")
    instructor.does(quizzes.add_question, quiz_id=quiz.item_id, kind="single_choice", stem="Who eats grass?", spec=SPEC)
    return made


def exported(instructor: Any, course: makers.Made) -> Any:
    return instructor.sees(service.export_tree, slug=course.slug)


@pytest.fixture
def folder(instructor: Any, course: makers.Made, tmp_path: Path) -> Path:
    service.write_tree(exported(instructor, course), tmp_path / "tree")
    return tmp_path / "tree"


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def lesson(folder: Path) -> Path:
    return folder / "modules/01-part-1/01-scales-of-life.md"


def hunks(before: Any, after: Any) -> list[str]:
    """The places where two exports differ, but for the base, which is nothing to read."""
    found: list[str] = []
    for path in {*before.texts, *after.texts} - {".lectern/base.json"}:
        a, b = before.texts.get(path, "").splitlines(), after.texts.get(path, "").splitlines()
        found += [f"{path} {line}" for line in difflib.unified_diff(a, b, n=0, lineterm="") if line.startswith("@@")]
    return found


def changes(report: Any) -> list[tuple[str, str, str]]:
    return [(one.fate, one.kind, one.title) for one in report.changes]


def test_a_tree_reads_like_a_course(folder: Path) -> None:
    found = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    (question,) = [path for path in found if "/question-" in path]

    assert found == [
        ".gitattributes",
        ".lectern/base.json",
        "course.yaml",
        "modules/01-part-1/01-scales-of-life.md",
        "modules/01-part-1/02-counting.md",
        "modules/01-part-1/module.yaml",
        "modules/02-part-2/01-sunlight.md",
        "modules/02-part-2/02-food-webs.md",
        "modules/02-part-2/03-food-webs/" + question.rpartition("/")[2],
        "modules/02-part-2/03-food-webs/quiz.yaml",
        "modules/02-part-2/module.yaml",
    ]
    assert (folder / question).read_text().endswith("---\n\nWho eats grass?\n")


def test_a_paragraph_that_is_changed_in_the_browser_is_one_hunk(instructor: Any, course: makers.Made) -> None:
    before = exported(instructor, course)
    body = TEXT.replace("They are called plants.", "They are called *producers*.")
    instructor.does(courses.publish_lesson, item_id=course.items[0], body=body)

    assert len(hunks(before, exported(instructor, course))) == 1


def test_an_option_that_is_changed_in_the_browser_is_one_hunk(instructor: Any, course: makers.Made) -> None:
    before = exported(instructor, course)
    (one,) = instructor.does(quizzes.bank_questions, slug=course.slug)
    spec = {"options": [SPEC["options"][0], {"id": "b", "text": "Foxes"}]}
    instructor.does(quizzes.update_question, question_id=UUID(one.id), kind=one.kind, stem=one.stem, spec=spec)

    assert len(hunks(before, exported(instructor, course))) == 1


def test_an_edit_of_the_tree_comes_in_and_the_same_once_more_changes_nothing(
    instructor: Any, course: makers.Made, folder: Path
) -> None:
    edit(lesson(folder), "Others eat them.", "Others *eat* them.")
    (folder / "modules/01-part-1/02-counting.md").unlink()
    (folder / "modules/01-part-1/01z-new.md").write_text(
        "---\nid: 0f7c2f6e-5ad1-4b8e-9d0e-8f6c9a1b2c3d\ntitle: New\n---\n\nHello.\n"
    )
    draft = service.read_tree(folder)
    assert draft.problems == []
    preview = instructor.sees(service.preview_tree, draft)

    report = instructor.does(service.import_tree, draft)
    service.write_base(report, folder)

    assert changes(preview) == changes(report)
    assert sorted(changes(report)) == [
        ("added", "lesson", "New"),
        ("changed", "lesson", "Scales of life"),
        ("removed", "lesson", "Counting"),
    ]
    assert instructor.does(courses.lesson_source, item_id=course.items[0]).body == TEXT.replace(
        "Others eat", "Others *eat*"
    )
    built = instructor.does(courses.build, slug=course.slug)
    assert [item.title for item in built.modules[0].items] == ["Scales of life", "New"]
    assert instructor.does(service.import_tree, service.read_tree(folder)).changes == []
    edit(lesson(folder), "*eat*", "**eat**")
    assert changes(instructor.does(service.import_tree, service.read_tree(folder))) == [
        ("changed", "lesson", "Scales of life")
    ]


def test_what_only_the_course_changed_stays(instructor: Any, course: makers.Made, folder: Path) -> None:
    instructor.does(courses.update_lesson, item_id=course.items[0], body="Newer here.")
    extra = makers.lesson(instructor, course.modules[0], "Added here")
    edit(folder / "modules/02-part-2/01-sunlight.md", "Green", "Greener")

    report = instructor.does(service.import_tree, service.read_tree(folder))

    assert (changes(report), report.kept) == ([("changed", "lesson", "Sunlight")], 2)
    assert instructor.does(courses.lesson_source, item_id=course.items[0]).body == "Newer here."
    built = instructor.does(courses.build, slug=course.slug)
    assert built.modules[0].items[-1].id == str(extra)


@pytest.mark.parametrize(("choice", "text"), [("ours", "Newer here."), ("theirs", "Newer there.")])
def test_what_both_changed_waits_for_a_choice(
    instructor: Any, course: makers.Made, folder: Path, choice: str, text: str
) -> None:
    instructor.does(courses.update_lesson, item_id=course.items[0], body="Newer here.")
    edit(lesson(folder), TEXT, "Newer there.")
    edit(folder / "modules/02-part-2/01-sunlight.md", "Green", "Greener")
    draft = service.read_tree(folder)
    before = exported(instructor, course)

    report = instructor.sees(service.preview_tree, draft)
    with pytest.raises(Conflict):
        instructor.does(service.import_tree, draft)

    (conflict,) = [one for one in report.changes if one.fate == "conflict"]
    assert (report.conflicts, "Newer here." in conflict.ours, "Newer there." in conflict.theirs) == (1, True, True)
    assert exported(instructor, course) == before
    instructor.does(service.import_tree, draft, choices={conflict.key: choice})
    assert instructor.does(courses.lesson_source, item_id=course.items[0]).body == text


def test_a_tree_without_its_base_changes_nothing_silently(instructor: Any, course: makers.Made, folder: Path) -> None:
    (folder / ".lectern/base.json").unlink()
    edit(lesson(folder), "Others eat them.", "Others eat *them*.")

    report = instructor.sees(service.preview_tree, service.read_tree(folder))

    assert changes(report) == [("conflict", "lesson", "Scales of life")]


def test_a_removal_against_a_change_is_a_conflict(instructor: Any, course: makers.Made, folder: Path) -> None:
    instructor.does(courses.update_lesson, item_id=course.items[0], body="Newer here.")
    lesson(folder).unlink()

    report = instructor.sees(service.preview_tree, service.read_tree(folder))

    assert changes(report) == [("conflict", "lesson", "Scales of life")]


def test_moving_files_moves_lessons(instructor: Any, course: makers.Made, folder: Path) -> None:
    part = folder / "modules/01-part-1"
    (part / "02-counting.md").rename(part / "00-counting.md")

    report = instructor.does(service.import_tree, service.read_tree(folder))

    assert changes(report) == [("changed", "order", "Part 1")]
    built = instructor.does(courses.build, slug=course.slug)
    assert [item.title for item in built.modules[0].items] == ["Counting", "Scales of life"]


def test_a_diff_says_what_the_tree_says_otherwise(instructor: Any, course: makers.Made, folder: Path) -> None:
    assert instructor.sees(service.diff_tree, service.read_tree(folder), slug=course.slug) == ""
    edit(lesson(folder), "Others eat them.", "Others eat *them*.")

    said = instructor.sees(service.diff_tree, service.read_tree(folder), slug=course.slug)

    assert "-Others eat them.\n+Others eat *them*.\n" in said


BAD = [
    ("title: Scales of life", "titel: Scales of life", "3: There is no key “titel” here."),
    ("minutes: 10", "minutes: many", "4: “minutes”: "),
    ("title: Scales of life", "title: [1", ": This is no YAML: "),
    ("title: Scales of life", "title: a\ntitle: b", "4: “title” stands here twice."),
    ("title: Scales of life", "title: !!python/object:os.system x", "3: Tags like "),
    ("title: Scales of life", "title: &a [x]\nsummary: *a", "3: Anchors and aliases"),
    ("title: Scales of life", "title: Scales of life\nfiles:\n- path: gone.png", "5: There is no files/gone.png."),
    ("id: ", "# id: ", ": An id is missing. For a new one take `id: "),
    ("---", "--", "1: A file of a course begins with a line ---"),
]


@pytest.mark.parametrize(("old", "new", "said"), BAD)
def test_a_bad_file_is_told_by_line_in_no_time(folder: Path, old: str, new: str, said: str) -> None:
    path = lesson(folder)
    path.write_text(path.read_text().replace(old, new, 1))
    begun = time.process_time()

    problems = [str(one) for one in service.read_tree(folder).problems]

    assert time.process_time() - begun < 1
    assert any(one.startswith("modules/01-part-1/01-scales-of-life.md:") and said in one for one in problems), problems


def test_ids_are_unique_and_lead_somewhere(folder: Path) -> None:
    path = lesson(folder)
    (path.parent / "09-copy.md").write_text(path.read_text())
    assert "is that of" in str(service.read_tree(folder).problems[0])
    (path.parent / "09-copy.md").unlink()
    next(folder.glob("modules/*/*/question-*.md")).unlink()

    (problem,) = service.read_tree(folder).problems

    assert problem.path.endswith("quiz.yaml")
    assert "There is no question with the id" in problem.said


def test_billions_of_laughs_are_not_counted(folder: Path) -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"{c}: &{c} [*{b}, *{b}]\n" for b, c in zip("abcdefgh", "bcdefghi", strict=True))
    (folder / "course.yaml").write_text(bomb)
    (folder / "gradebook.yaml").write_text("a: " + "[" * 50_000)
    begun = time.process_time()

    problems = service.read_tree(folder).problems

    assert time.process_time() - begun < 1
    assert {one.path for one in problems} >= {"course.yaml", "gradebook.yaml"}


def test_a_zip_is_a_tree_too(instructor: Any, course: makers.Made, folder: Path, tmp_path: Path) -> None:
    packed = tmp_path / "tree.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, f"ecology/{path.relative_to(folder)}")

    assert instructor.does(service.import_tree, service.read_zip(packed)).changes == []


def test_what_a_desktop_leaves_is_no_part_of_a_tree(
    instructor: Any, course: makers.Made, folder: Path, tmp_path: Path
) -> None:
    packed = tmp_path / "tree.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, f"ecology/{path.relative_to(folder)}")
        for name in (
            ".DS_Store",
            "__MACOSX/ecology/._course.yaml",
            "ecology/.DS_Store",
            "ecology/modules/01-part-1/.DS_Store",
            "ecology/modules/01-part-1/._01-scales-of-life.md",
            "ecology/modules/Thumbs.db",
        ):
            archive.writestr(name, b"\0x")

    report = instructor.does(service.import_tree, service.read_zip(packed))

    assert (report.changes, report.left) == ([], [])


def _link() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("course.yaml")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


@pytest.mark.parametrize("name", ["../course.yaml", "/etc/course.yaml", "C:/course.yaml", "a\\..\\..\\b", _link()])
def test_a_zip_that_leads_elsewhere_is_refused(tmp_path: Path, name: Any) -> None:
    packed = tmp_path / "tree.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(name, "/etc/passwd")

    with pytest.raises(Invalid):
        service.read_zip(packed)


def test_a_bomb_is_refused_before_it_goes_off(tmp_path: Path) -> None:
    packed = tmp_path / "tree.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("course.yaml", bytes(60_000_000))
    begun = time.process_time()

    with pytest.raises(Invalid):
        service.read_zip(packed)

    assert time.process_time() - begun < 1


def test_links_in_a_folder_are_not_followed(folder: Path) -> None:
    (folder / "files").mkdir()
    (folder / "files/passwd").symlink_to("/etc/passwd")

    assert [str(one) for one in service.read_tree(folder).problems] == [
        "files/passwd:1: This is a symbolic link, not followed."
    ]


def test_a_tree_is_nothing_for_strangers(
    instructor: Any, student: Any, stranger: Any, course: makers.Made, folder: Path
) -> None:
    makers.enrolled(student, course)
    draft = service.read_tree(folder)
    acts: list[tuple[Any, dict[str, Any]]] = [
        (service.export_tree, {"slug": course.slug}),
        (service.pack_tree, {"slug": course.slug}),
        (service.preview_tree, {"draft": draft}),
        (service.import_tree, {"draft": draft}),
        (service.diff_tree, {"draft": draft, "slug": course.slug}),
    ]

    for act, given in acts:
        with pytest.raises(Forbidden):
            student.does(act, **given)
        with pytest.raises(NotSignedIn), unit_of_work(ANONYMOUS) as work:
            act(work, **given)
    instructor.does(courses.unpublish, course_id=course.id)
    for act, given in acts:
        with pytest.raises(NotFound):
            stranger.does(act, **given)


def test_who_does_not_teach_makes_no_course_of_a_tree(stranger: Any, folder: Path) -> None:
    text = (folder / "course.yaml").read_text().splitlines()
    text[1] = "id: 11111111-2222-4333-8444-555555555555"
    (folder / "course.yaml").write_text("\n".join(text))

    for act in (service.import_tree, service.preview_tree):
        with pytest.raises(Forbidden):
            stranger.does(act, service.read_tree(folder))
    with pytest.raises(Forbidden):
        stranger.sees(service.tree_desk)
    with pytest.raises(NotSignedIn), unit_of_work(ANONYMOUS) as work:
        service.tree_desk(work)


def test_nothing_of_another_course_is_touched(instructor: Any, course: makers.Made, folder: Path) -> None:
    text = (folder / "course.yaml").read_text().splitlines()
    text[1] = "id: 11111111-2222-4333-8444-555555555555"
    (folder / "course.yaml").write_text("\n".join(text).replace(course.slug, "another-one"))
    before = exported(instructor, course)

    with pytest.raises(Conflict, match="belongs to something else here"):
        instructor.does(service.import_tree, service.read_tree(folder))

    assert exported(instructor, course) == before
