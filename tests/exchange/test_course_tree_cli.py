"""The course tree by the command line and by REST."""

import io
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from lms_app import cli, migrate
from lms_app.courses import service as courses
from lms_app.exchange import service, tree_api
from tests.courses import makers, rest


def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    monkeypatch.setattr(sys, "argv", ["cli", *words])
    monkeypatch.setattr(migrate, "migrate", lambda: None)  # the tables are there
    cli.main()
    return capsys.readouterr().out


def test_out_edited_and_in_again(
    instructor: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = makers.course(instructor)
    tree, who = tmp_path / "tree", ("--as", instructor.email)
    assert "files in" in run(monkeypatch, capsys, "course", "export", made.slug, str(tree), *who)
    path = tree / "modules/01-part-1/01-scales-of-life.md"
    path.write_text(path.read_text().replace("Green", "Greener"))

    with pytest.raises(SystemExit) as differs:
        run(monkeypatch, capsys, "course", "diff", made.slug, str(tree), *who)
    assert (differs.value.code, "+Greener things" in capsys.readouterr().out) == (1, True)
    previewed = run(monkeypatch, capsys, "course", "import", str(tree), "--preview", *who)
    assert "changed   lesson      Scales of life" in previewed
    assert instructor.does(courses.lesson_source, item_id=made.items[0]).body.startswith("Green ")
    run(monkeypatch, capsys, "course", "import", str(tree), *who)
    assert instructor.does(courses.lesson_source, item_id=made.items[0]).body.startswith("Greener ")

    # Both sides, before the next import: it waits until the flag decides.
    instructor.does(courses.update_lesson, item_id=made.items[0], body="Here.")
    path.write_text(path.read_text().replace("Greener", "Greenest"))
    with pytest.raises(SystemExit) as undecided:
        run(monkeypatch, capsys, "course", "import", str(tree), *who)
    assert (undecided.value.code, "Both sides changed" in capsys.readouterr().err) == (3, True)
    assert instructor.does(courses.lesson_source, item_id=made.items[0]).body == "Here."
    run(monkeypatch, capsys, "course", "import", str(tree), "--theirs", *who)
    assert instructor.does(courses.lesson_source, item_id=made.items[0]).body.startswith("Greenest ")
    assert run(monkeypatch, capsys, "course", "diff", made.slug, str(tree), *who) == ""


def test_a_bad_file_ends_with_its_line(
    instructor: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = makers.course(instructor)
    service.write_tree(instructor.sees(service.export_tree, slug=made.slug), tmp_path / "tree")
    (tmp_path / "tree/course.yaml").write_text("titel: x\n")

    with pytest.raises(SystemExit, match=r"course\.yaml:1: There is no key “titel” here\."):
        run(monkeypatch, capsys, "course", "import", str(tmp_path / "tree"), "--as", instructor.email)


def test_out_and_in_by_rest(instructor: Any) -> None:
    made = makers.course(instructor)
    program = rest.program(instructor, rest.app(*tree_api.ROUTERS))

    sent = program.get(f"/api/v1/courses/{made.slug}/tree.zip")
    preview = program.post("/api/v1/course-trees/preview", content=sent.content)
    done = program.post("/api/v1/course-trees", content=sent.content)

    assert "course.yaml" in zipfile.ZipFile(io.BytesIO(sent.content)).namelist()
    assert (preview.status_code, preview.json()["changes"], preview.json()["is_new"]) == (200, [], False)
    assert (done.status_code, done.json()["changes"]) == (200, [])


def test_a_conflict_by_rest_waits_for_its_choice_and_for_the_look_that_it_was_made_by(instructor: Any) -> None:
    made = makers.course(instructor)
    program = rest.program(instructor, rest.app(*tree_api.ROUTERS))
    sent = program.get(f"/api/v1/courses/{made.slug}/tree.zip").content
    changed = edited(sent, "Green", "Greener")
    instructor.does(courses.update_lesson, item_id=made.items[0], body="Here.")

    look = program.post("/api/v1/course-trees/preview?texts=true", content=changed).json()
    (key,) = [one["key"] for one in look["changes"] if one["fate"] == "conflict"]
    undecided = program.post("/api/v1/course-trees", content=changed)
    old = program.post(f"/api/v1/course-trees?theirs={key}&seen={'0' * 64}", content=changed)
    done = program.post(f"/api/v1/course-trees?theirs={key}&seen={look['seen']}", content=changed)
    again = program.post("/api/v1/course-trees/preview", content=changed).json()

    assert all("Greener" in one["theirs"] for one in look["changes"])
    assert (undecided.status_code, old.status_code, done.status_code) == (409, 409, 200)
    assert instructor.does(courses.lesson_source, item_id=made.items[0]).body.startswith("Greener ")
    assert (again["changes"], done.json()["notes"]) == ([], [])


def test_a_copy_by_rest(instructor: Any) -> None:
    made = makers.course(instructor)
    program = rest.program(instructor, rest.app(*tree_api.ROUTERS))
    sent = program.get(f"/api/v1/courses/{made.slug}/tree.zip").content

    done = program.post("/api/v1/course-trees?as_new=another", content=sent)
    taken = program.post("/api/v1/course-trees?as_new=another", content=sent)
    odd = program.post("/api/v1/course-trees?as_new=An+Other", content=sent)

    assert (done.status_code, done.json()["slug"], done.json()["is_new"]) == (200, "another", True)
    assert (taken.status_code, odd.status_code) == (422, 422)
    assert "course.yaml:" in taken.text


def edited(content: bytes, old: str, new: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as whole, zipfile.ZipFile(out, "w") as archive:
        for name in whole.namelist():
            text = whole.read(name)
            archive.writestr(name, text.replace(old.encode(), new.encode()) if not name.startswith(".") else text)
    return out.getvalue()
