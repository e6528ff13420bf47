"""Certificate, badges, comments and terms of groups in a course tree; and what is the site's own."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from lms_app.badges.models import Badge
from lms_app.core.errors import Conflict, Forbidden, Invalid
from lms_app.core.work import SYSTEM, SiteRole, reading
from lms_app.courses import service as courses
from lms_app.courses.models import Course, ItemOverride
from lms_app.credentials import service as credentials
from lms_app.credentials.models import CertificateDesign, CertificateTerms
from lms_app.exchange import service
from lms_app.rubrics import service as rubrics
from lms_app.rubrics.models import SavedComment
from tests.badges import makers as badge_makers
from tests.exchange import grown
from tests.exchange.conftest import open_rooms
from tests.exchange.test_course_tree_sides import hunks
from tests.makers import NOON, person

_IDS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _id_of(folder: Path, name: str) -> str:
    return _IDS.findall(next(folder.glob(f"modules/*/{name}")).read_text())[0]


def _id_of_text(tree: Any, name: str) -> str:
    return next(_IDS.findall(text)[0] for path, text in tree.texts.items() if path.endswith(name))


def _shape(tree: Any) -> list[str]:
    """The paths, without the ids that name questions."""
    return sorted(re.sub(r"question-[0-9a-f]+", "question", path) for path in tree.texts)


def _grown(instructor: Any, _student: Any) -> str:
    with pytest.MonkeyPatch.context() as known:  # a stage is made before the fixtures of a folder
        open_rooms(known)
        return grown.full(instructor)


pytestmark = pytest.mark.stage(make=_grown)


@pytest.fixture
def who(instructor: Any) -> Any:
    return instructor


@pytest.fixture
def slug(target: str) -> str:
    return target


@pytest.fixture
def folder(who: Any, slug: str, tmp_path: Path) -> Path:
    service.write_tree(who.sees(service.export_tree, slug=slug), tmp_path / "tree")
    return tmp_path / "tree"


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def imports(who: Any, folder: Path, **given: Any) -> Any:
    return who.does(service.import_tree, service.read_tree(folder), **given)


def changes(report: Any) -> list[tuple[str, str, str]]:
    return [(one.fate, one.kind, one.title) for one in report.changes]


def rows(*tables: Any) -> list[Any]:
    with reading(SYSTEM) as work:
        return [row for table in tables for row in work.db.exec(select(table)).all()]


def test_they_have_files_of_their_own(folder: Path) -> None:
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*.yaml")}

    assert found >= {"certificate.yaml", "certificates/ours.yaml", "badges/explorer.yaml", "rubrics/comments.yaml"}
    assert (folder / "files/logo.png").is_file()
    assert "for_groups:" in (folder / "modules/01-still-water/03-check/quiz.yaml").read_text()


def test_a_full_course_is_made_anew_to_the_byte_elsewhere(who: Any, slug: str, folder: Path) -> None:
    """On a site that lacks the course that comes before this one: that is said, and all else is the same."""
    before = who.sees(service.export_tree, slug=slug)
    grown.empty_school()

    report = imports(who, folder)
    after = who.sees(service.export_tree, slug=slug)

    (note,) = report.notes
    assert note.startswith("course.yaml:")
    assert "There is no course" in note
    assert {path for path in before.texts if before.texts[path] != after.texts.get(path)} == {
        "course.yaml",
        ".lectern/base.json",
    }
    assert (after.texts.keys(), after.hashes) == (before.texts.keys(), before.hashes)
    assert imports(who, folder).changes == []


def test_an_edit_of_each_comes_in_and_once_more_changes_nothing(who: Any, slug: str, folder: Path) -> None:
    edit(folder / "certificate.yaml", "valid_months: 6", "valid_months: 12")
    edit(folder / "certificates/ours.yaml", "text: For ponds.", "text: For lakes.\naccent: '#103050'")
    edit(folder / "certificates/ours.yaml", '\naccent: "#1f4e79"', "")
    edit(folder / "badges/explorer.yaml", "status: active", "status: closed")
    edit(folder / "rubrics/comments.yaml", "Well seen.", "Well looked.")
    edit(folder / "modules/01-still-water/03-check/quiz.yaml", "limit_minutes: 9", "limit_minutes: 11")

    report = imports(who, folder)

    assert sorted(changes(report)) == [
        ("changed", "badge", "Explorer"),
        ("changed", "certificate", "Terms of the certificate"),
        ("changed", "comments", "Saved comments"),
        ("changed", "design", "Ours"),
        ("changed", "quiz", "Check"),
    ]
    assert [row.valid_months for row in rows(CertificateTerms)] == [12]
    assert [(row.name, row.version) for row in rows(CertificateDesign)] == [("Ours", 3)]
    assert [row.status for row in rows(Badge)] == ["closed"]
    assert [row.text for row in rows(SavedComment)] == ["Well looked."]
    assert 11 in [row.limit_minutes for row in rows(ItemOverride)]
    assert imports(who, folder).changes == []


def test_one_change_in_the_browser_is_one_hunk(who: Any, slug: str) -> None:
    comment = who.sees(rubrics.comments, slug=slug)[0]
    item = next(row.item_id for row in rows(ItemOverride) if row.limit_minutes == 9)
    group = next(row.group_id for row in rows(ItemOverride))
    badge = rows(Badge)[0]
    draft = badge_makers.service.Draft("Explorer", {"kind": "streak", "days": 5}, "Looked.", "Look.")
    acts: list[tuple[Any, dict[str, Any]]] = [
        (credentials.set_terms, {"slug": slug, "valid_months": 7}),
        (badge_makers.service.save, {"badge_id": badge.id, "draft": draft}),
        (rubrics.change_comment, {"comment_id": UUID(comment.id), "text": "Seen."}),
        (
            courses.put_override,
            {"item_id": item, "group_id": group, "limit_minutes": 12, "attempts_allowed": 2, "note": "n"},
        ),
    ]
    for act, given in acts:
        before = who.sees(service.export_tree, slug=slug)
        who.does(act, **given)
        assert len(hunks(before, who.sees(service.export_tree, slug=slug))) == 1, act


def test_what_is_taken_out_of_the_tree_goes(who: Any, slug: str, folder: Path) -> None:
    for name in ("certificate.yaml", "certificates/ours.yaml", "badges/explorer.yaml", "rubrics/comments.yaml"):
        (folder / name).unlink()

    report = imports(who, folder)

    assert {fate for fate, _kind, _title in changes(report)} == {"removed"}
    assert (rows(Badge), rows(SavedComment)) == ([], [])
    assert [row.removed_at is not None for row in rows(CertificateDesign)] == [True]
    assert imports(who, folder).changes == []


def test_a_badge_that_somebody_has_stays(who: Any, slug: str, folder: Path) -> None:
    learner = person("Learner")
    course = next(row for row in rows(Course) if row.slug == slug)
    who.does(courses.add_member, course_id=course.id, user_id=learner.id)
    who.does(badge_makers.service.award, badge_id=rows(Badge)[0].id, user_id=learner.id)
    service.write_tree(who.sees(service.export_tree, slug=slug), folder)
    (folder / "badges/explorer.yaml").unlink()

    with pytest.raises(Conflict, match="was awarded, so it stays"):
        imports(who, folder)

    assert len(rows(Badge)) == 1


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        (
            "badges/explorer.yaml",
            "status: active",
            "status: draft",
            "badges/explorer.yaml:3: This badge has been opened",
        ),
        ("badges/explorer.yaml", "kind: quiz", "kind: courses", "badges/explorer.yaml:"),
        ("badges/explorer.yaml", "status: active", "icon: dragon", "3: Choose one of the icons."),
        ("certificates/ours.yaml", "logo: logo.png", "logo: other.png", "“other.png” is none of the `files` here."),
        ("certificates/ours.yaml", '"#1f4e79"', '"#ffffff"', "This colour is too light to be read"),
        ("certificate.yaml", "valid_months: 6", "valid_months: 6\nvalid_until: 2030-01-01T00:00:00Z", "not both"),
        ("certificate.yaml", "valid_months: 6", "valid_months: 9999", "certificate.yaml:2: “valid_months”"),
        (
            "modules/01-still-water/03-check/quiz.yaml",
            "limit_minutes: 9",
            "due_at: 2030-01-01T00:00:00Z",
            "no such limit",
        ),
    ],
)
def test_what_cannot_be_is_told_by_line(
    who: Any, slug: str, folder: Path, name: str, old: str, new: str, said: str
) -> None:
    before = who.sees(service.export_tree, slug=slug)
    edit(folder / name, old, new)

    with pytest.raises(Invalid) as wrong:
        imports(who, folder)

    assert said in wrong.value.message
    assert wrong.value.message.startswith(name)
    assert who.sees(service.export_tree, slug=slug) == before


def test_a_design_of_another_site_is_none(who: Any, slug: str, folder: Path) -> None:
    text = (folder / "certificate.yaml").read_text().splitlines()
    (folder / "certificate.yaml").write_text("\n".join(["design: 11111111-2222-4333-8444-555555555555", *text[1:], ""]))

    report = imports(who, folder)

    assert report.notes == [
        "certificate.yaml:1: This site has no design 11111111-2222-4333-8444-555555555555. Its own stands in for it."
    ]
    assert [row.design_id for row in rows(CertificateTerms)] == [None]


def test_a_copy_has_ids_of_its_own_and_links_that_lead_to_it(who: Any, slug: str, folder: Path) -> None:
    before = who.sees(service.export_tree, slug=slug)
    lesson = folder / "modules/01-still-water/01-life-in-it.md"
    edit(lesson, "![Duck]", f"[Not yet](/courses/{slug}/lessons/{_id_of(folder, '02-not-yet.md')})\n\n![Duck]")

    draft = service.read_tree(folder, as_new="ponds-again")
    report = who.does(service.import_tree, draft)
    copy = who.sees(service.export_tree, slug="ponds-again")

    assert (report.is_new, report.slug, report.notes) == (True, "ponds-again", [])
    assert who.sees(service.export_tree, slug=slug) == before
    ids = set(_IDS.findall("\n".join(before.texts.values())))
    shared = ids & set(_IDS.findall("\n".join(copy.texts.values())))
    assert shared == {str(row.id) for row in rows(Course) if row.title == "Puddles"}  # what comes before both
    assert (
        f"/courses/ponds-again/lessons/{_id_of_text(copy, '02-not-yet.md')}"
        in copy.texts[lesson.relative_to(folder).as_posix()]
    )
    assert _shape(copy) == _shape(before)


def test_an_assistant_brings_in_lessons_and_no_settings(who: Any, slug: str, folder: Path) -> None:
    helper = person("Helper", SiteRole.INSTRUCTOR)
    course = next(row for row in rows(Course) if row.slug == slug)
    who.does(courses.add_member, course_id=course.id, user_id=helper.id, role="assistant")
    edit(folder / "modules/01-still-water/02-not-yet.md", "Later.", "Sooner.")
    assert changes(imports(helper, folder)) == [("changed", "lesson", "Not yet")]

    edit(folder / "badges/explorer.yaml", "status: active", "status: closed")
    with pytest.raises(Forbidden):
        imports(helper, folder)


def test_a_look_that_is_old_changes_nothing(who: Any, slug: str, folder: Path) -> None:
    edit(folder / "modules/01-still-water/02-not-yet.md", "Later.", "Sooner.")
    seen = who.sees(service.preview_tree, service.read_tree(folder)).seen
    course = next(row for row in rows(Course) if row.slug == slug)
    who.at(NOON + timedelta(hours=1)).does(courses.update_course, course_id=course.id, title="Ponds and lakes")
    before = who.sees(service.export_tree, slug=slug)

    with pytest.raises(Conflict, match="not what it was when you looked"):
        imports(who, folder, seen=seen)

    assert who.sees(service.export_tree, slug=slug) == before


def test_names_that_differ_in_capital_letters_only_are_one_file_elsewhere(folder: Path) -> None:
    (folder / "badges/Explorer.yaml").write_text((folder / "badges/explorer.yaml").read_text())

    assert "only in its capital letters" in str(service.read_tree(folder).problems[0])


def test_a_block_of_yaml_ends_where_its_words_do(who: Any, slug: str, folder: Path) -> None:
    edit(folder / "course.yaml", "title: Ponds\n", "title: Ponds\ndescription: |\n  About ponds.\n\n  And ducks.\n")

    assert imports(who, folder).notes == []
    assert imports(who, folder).changes == []


def test_what_the_course_spells_otherwise_is_said(who: Any, slug: str, folder: Path) -> None:
    edit(folder / "rubrics/essay.yaml", "title: Essay", 'title: "  Essay  "')

    assert imports(who, folder).notes == [
        "rubrics/essay.yaml:1: The course says this in its own spelling. Export it once more to have the same."
    ]
