"""Courses that others wrote: every file, picture and link in the report, counted once more by another reader.

The pictures of these courses were not copied with them, so nearly all of them are missing here; `test_service` has trees
with pictures.
"""

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from lms_app.courses import service as courses
from lms_app.exchange import service
from lms_app.exchange.views import CourseReport
from lms_app.quizzes import service as quizzes
from tests.corpora import corpora
from tests.exchange.trees import outline

CARPENTRIES = "swcarpentry+python-novice-inflammation"
IOT = "microsoft+IoT-For-Beginners"
EXERCISM = "exercism+python"


@pytest.mark.parametrize("name", [CARPENTRIES, IOT, EXERCISM])
@pytest.mark.no_database
def test_every_file_and_reference_is_accounted_for(name: str) -> None:
    folder = corpora("mdcourse", name)
    report = service.read_course(folder, stage=False).report

    files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert {one.path for one in report.files} == files
    assert all(one.note for one in report.files)
    lessons = [lesson.path for module in report.modules for lesson in module.lessons]
    assert sorted(lessons) == sorted(one.path for one in report.files if one.fate == "lesson")
    for path in lessons:
        assert _counted(report, path) == _by_another_reader((folder / path).read_text()), path
    for one in (*report.references, *report.repairs):
        assert 1 <= one.line <= len((folder / one.path).read_text().split("\n")), one


def test_the_carpentries_lesson_becomes_a_course(instructor: Any) -> None:
    folder = corpora("mdcourse", CARPENTRIES)
    draft = service.read_course(folder)

    report = instructor.does(service.import_course, draft)

    assert (report.layout, report.title, report.slug) == (
        "Carpentries lesson",
        "Programming with Python",
        "programming-with-python",
    )
    assert [(title, len(lessons)) for title, lessons in outline(draft)] == [
        ("Before you start", 2),
        ("Episodes", 12),
        ("Reference", 3),
        ("For instructors", 4),
    ]
    config = (folder / "config.yaml").read_text()
    listed = [f"episodes/{one}" for one in re.findall(r"^- (\d\d-\w+\.md)$", config, re.MULTILINE)]
    assert [lesson.path for lesson in report.modules[1].lessons] == listed
    assert _tally(report) == {
        ("image", "missing"): 40,
        ("link", "kept"): 67,
        ("link", "lesson"): 79,
        ("link", "missing"): 5,
    }
    repaired = Counter(one.what for one in report.repairs)
    assert (repaired["section challenge"], repaired["section solution"], repaired["section instructor"]) == (63, 62, 2)
    pages = {lesson.path: draft.pages[lesson.path] for module in draft.tree.modules for lesson in module.lessons}
    assert sum(page.html.count("<summary>Solution") for page in pages.values()) == 62
    assert not [path for path, page in pages.items() if ":::" in page.html or "{alt=" in page.html]
    episodes = instructor.sees(courses.read, slug=report.slug).outline.modules[1].items
    assert episodes[0].title == "Python Fundamentals"
    assert [(one.title, one.kind) for one in episodes if one.kind == "quiz"] == [
        ("Check: Storing Multiple Values in Lists", "quiz"),
        ("Check: Making Choices", "quiz"),
        ("Check: Creating Functions", "quiz"),
    ]
    assert [one.title for one in episodes].index("Check: Making Choices") == 1 + [one.title for one in episodes].index(
        "Making Choices"
    )
    bank = instructor.does(quizzes.bank_questions, slug=report.slug)
    right = {one.stem.split("**")[1]: _right(one) for one in bank if "Mixing" not in one.stem}
    assert right == {"Overloading": "`[2, 4, 6, 8, 10, 2, 4, 6, 8, 10]`", "How Many Paths?": "C"}
    assert sorted(_right(one) for one in bank if "Mixing" in one.stem) == ["`SyntaxError`", "`a: -1 b: 2 c: 6`"]


def test_the_iot_curriculum_becomes_a_course(instructor: Any) -> None:
    draft = service.read_course(corpora("mdcourse", IOT))

    report = instructor.does(service.import_course, draft)

    assert (report.layout, report.title) == ("Numbered modules and lessons", "IoT for Beginners - A Curriculum")
    assert [(title, len(lessons)) for title, lessons in outline(draft)] == [
        ("Welcome", 1),
        ("Getting Started with IoT", 9),
        ("Farming with IoT", 13),
        ("Transport from farm to factory - using IoT to track food deliveries", 9),
        ("Manufacturing and processing - using IoT to improve the processing of food", 9),
        ("Retail - using IoT to manage stock levels", 5),
        ("Consumer IoT - build a smart voice assistant", 9),
    ]
    assert _tally(report) == {
        ("image", "missing"): 173,
        ("image", "remote"): 55,
        ("link", "kept"): 530,
        ("link", "lesson"): 165,
        ("link", "missing"): 163,
    }
    used = {one.path: one.note for one in report.files if one.fate == "used"}
    assert used == {"quiz-app/src/assets/translations/en.json": "48 quizzes with 144 questions"}
    assert sum(one.note.startswith("the quiz “") for one in report.references) == 48
    assert (len(report.quizzes), sum(one.questions for one in report.quizzes)) == (48, 144)
    first = instructor.sees(courses.read, slug=report.slug).outline.modules[1].items[:5]
    assert [(one.kind, one.title) for one in first][1:4] == [
        ("quiz", "Lesson 1 - Introduction to IoT: Pre-Lecture Quiz"),
        ("lesson", "Introduction to IoT"),
        ("quiz", "Lesson 1 - Introduction to IoT: Post-Lecture Quiz"),
    ]
    body = instructor.does(courses.lesson_source, item_id=UUID(first[2].id)).body
    assert f"[Pre-lecture quiz](/courses/{report.slug}/quizzes/{first[1].id})" in body
    for page in draft.pages.values():
        assert "<img" not in page.html  # none of its pictures is here, and nothing is fetched


@pytest.mark.no_database
@pytest.mark.parametrize("name", [CARPENTRIES, IOT, EXERCISM])
def test_nothing_leaves_the_origin(name: str) -> None:
    for path, page in service.read_course(corpora("mdcourse", name), stage=False).pages.items():
        for source in re.findall(r'<[^<>]*\ssrc="([^"]*)"', page.html):
            assert source.startswith("/files/"), path


def _right(question: Any) -> str:
    return next(one["text"] for one in question.spec["options"] if Decimal(one["fraction"]) == 1)


def _tally(report: CourseReport) -> dict[tuple[str, str], int]:
    return dict(Counter((one.kind, str(one.fate)) for one in report.references))


def _counted(report: CourseReport, path: str) -> dict[str, int]:
    """Pictures and links that the report has for a file; a link reference counts once, wherever it is used."""
    return dict(Counter(one.kind for one in report.references if one.path == path))


# ---- The other reader: markdown-it's own tokens of the file as it is


def _by_another_reader(text: str) -> dict[str, int]:
    text = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)
    text = re.sub(r"(?m)^:{3,}.*$", "\n", text)  # fenced sections; their content is ours
    env: dict[str, Any] = {}
    tokens = list(_all(MarkdownIt("commonmark").enable("table").parse(text, env)))
    images = [str(one.attrs.get("src", "")) for one in tokens if one.type == "image"]
    links = [str(one.attrs.get("href", "")) for one in tokens if one.type == "link_open" and one.markup != "autolink"]
    named = {str(one["href"]) for one in env.get("references", {}).values()}
    in_line = [one for one in links if one not in named]
    only_images = {name for name in named if name in images and name not in links}
    counts = {"image": len(images), "link": len(in_line) + len(env.get("references", {})) - len(only_images)}
    return {kind: count for kind, count in counts.items() if count}


def _all(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _all(token.children or [])
