"""A class as a zip, and feedback that comes back in one; hostile zips take nothing with them."""

import io
import stat
import struct
import zipfile
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from lms_app.assignments import service
from lms_app.assignments.service import packing
from lms_app.core import files
from lms_app.core.errors import Invalid, NotFound
from tests.assignments import makers
from tests.assignments.makers import PDF, zip_of
from tests.makers import NOON, person


def _downloaded(who: Any, made: makers.Made) -> zipfile.ZipFile:
    packed = who.sees(service.pack, item_id=made.id)
    return zipfile.ZipFile(io.BytesIO(b"".join(service.zipped(packed.parts))))


def test_a_zip_holds_what_counts_in_a_folder_for_each(instructor: Any, student: Any) -> None:
    made = makers.assignment(instructor, student, takes_files=True, takes_link=True)
    draft_id = makers.draft(student, made)
    makers.attached(student, draft_id, "pond.pdf")
    makers.attached(student.at(NOON + makers.HOUR), draft_id, "POND.pdf")
    receipt = student.does(service.submit, submission_id=draft_id, body="Green.", link="https://example.org/a")

    archive = _downloaded(instructor, made)

    folder = f"{student.actor.name} ({receipt.reference})"
    assert sorted(archive.namelist()) == sorted(
        ["submissions.csv", *(f"{folder}/{name}" for name in ("POND 2.pdf", "link.txt", "pond.pdf", "text.md"))]
    )
    assert archive.testzip() is None
    assert (archive.read(f"{folder}/text.md"), archive.read(f"{folder}/pond.pdf")) == (b"Green.", PDF)


@pytest.mark.parametrize("name", ['=HYPERLINK("x")', "../../etc/passwd", "@SUM(1)", "CON?:*", "a\u202eb", "..."])
def test_no_name_runs_or_leads_anywhere(instructor: Any, name: str) -> None:
    student = person(name)
    made = makers.assignment(instructor, student, takes_files=True)
    draft_id = makers.draft(student, made)
    makers.attached(student, draft_id, name)
    student.does(service.submit, submission_id=draft_id, body="Green.")

    archive = _downloaded(instructor, made)

    for one in archive.namelist():
        assert not one.startswith(("/", "=", "+", "-", "@"))
        assert not set(one) & set('<>:"\\|?*\u202e')
        assert ".." not in one.split("/")
    table = archive.read("submissions.csv").decode("utf-8-sig").splitlines()
    assert not any(cell.lstrip('"').startswith(("=", "+", "-", "@")) for line in table for cell in line.split(","))


def test_a_zip_of_blind_work_has_no_names(instructor: Any) -> None:
    student = person("Ada Lovelace")
    made = makers.assignment(instructor, student, blind=True)
    makers.submitted(student, made)

    archive = _downloaded(instructor, made)

    assert student.actor.name not in str(archive.namelist()) + archive.read("submissions.csv").decode()


def test_a_file_that_is_gone_from_the_disk_leaves_the_rest(instructor: Any, student: Any) -> None:
    made = makers.assignment(instructor, student, takes_files=True)
    draft_id = makers.draft(student, made)
    makers.attached(student, draft_id, content=PDF + b" for this test alone")
    receipt = student.does(service.submit, submission_id=draft_id, body="Green.")
    files.path_of(receipt.files[0].sha256).unlink()

    assert any(name.endswith("/text.md") for name in _downloaded(instructor, made).namelist())


def _sent(instructor: Any, made: makers.Made, content: bytes) -> UUID:
    staged = files.stage_bytes(content)
    view = instructor.does(files.attach, staged, name="feedback.zip", scope=service.FEEDBACK_ZIP, scope_id=made.id)
    return UUID(view.id)


def _takes(instructor: Any, made: makers.Made, content: bytes) -> Any:
    file_id = _sent(instructor, made, content)
    path = instructor.sees(service.feedback_bytes, item_id=made.id, file_id=file_id)
    return instructor.does(service.take_feedback, item_id=made.id, file_id=file_id, unpacked=service.unpack(path))


def test_feedback_finds_its_submissions_and_students_read_it_once_it_is_published(
    instructor: Any, student: Any, stranger: Any
) -> None:
    made = makers.assignment(instructor, student, stranger)
    receipt, other = makers.submitted(student, made), makers.submitted(stranger, made)

    taken = _takes(
        instructor,
        made,
        zip_of(
            {
                "submissions.csv": b"folder,student",
                f"Feedback/Student ({receipt.reference})/notes.txt": b"Well seen.",
                f"Other ({other.reference})/a.txt": b"One.",
                f"Other ({other.reference})/b.txt": b"Two.",
                "__MACOSX/x/._notes.txt": b"rubbish",
                "Nobody (AAAA-AAAA)/notes.txt": b"For nobody.",
            }
        ),
    )

    assert (taken.files, taken.submissions) == (3, 2)
    assert taken.left_out == ["Nobody (AAAA-AAAA): no submission has this reference"]
    (given,) = instructor.sees(files.of, service.FEEDBACK, UUID(receipt.id))
    assert given.name == "notes.txt"
    assert instructor.sees(files.of, service.FEEDBACK_ZIP, made.id) == []
    for who in (student, stranger):
        with pytest.raises(NotFound):
            who.sees(service.feedback_files_door, submission_id=UUID(receipt.id))


def test_feedback_of_another_assignment_is_not_taken(instructor: Any, student: Any) -> None:
    made, other = makers.assignment(instructor, student), makers.assignment(instructor, student)
    receipt = makers.submitted(student, other)

    taken = _takes(instructor, made, zip_of({f"S ({receipt.reference})/notes.txt": b"Wrong."}))

    assert (taken.files, instructor.sees(files.of, service.FEEDBACK, UUID(receipt.id))) == (0, [])
    with pytest.raises(NotFound):
        instructor.sees(
            service.feedback_bytes, item_id=made.id, file_id=_sent(instructor, other, zip_of({"a/b": b"x"}))
        )


def test_only_a_zip_is_one(instructor: Any) -> None:
    made = makers.assignment(instructor)

    with pytest.raises(Invalid, match="Choose a zip"):
        _sent(instructor, made, PDF)


# ---- Hostile


def _link() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        info = zipfile.ZipInfo("S (AAAA-AAAA)/notes.txt")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    return made.getvalue()


def _lying(content: bytes, said: int) -> bytes:
    """A zip that says of its one file that it is smaller than it is."""
    raw = bytearray(zip_of({"S (AAAA-AAAA)/notes.txt": content}))
    at = raw.index(b"PK\x01\x02")
    raw[at + 24 : at + 28] = struct.pack("<I", said)
    return bytes(raw)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (lambda: zip_of({"../../evil (AAAA-AAAA)/x.txt": b"x"}), "leads out of the zip"),
        (lambda: zip_of({"/etc (AAAA-AAAA)/x.txt": b"x"}), "leads out of the zip"),
        (lambda: zip_of({"C:\\x (AAAA-AAAA)\\x.txt": b"x"}), "leads out of the zip"),
        (_link, "is a link"),
        (lambda: zip_of({"S (AAAA-AAAA)/bomb.txt": b"\0" * 60_000_000}), "more than can be taken"),
        (lambda: _lying(b"\0" * 60_000_000, 10), "cannot be read|larger than"),
        (lambda: zip_of({f"S (AAAA-AAAA)/{n}.txt": b"" for n in range(packing.ENTRIES_MAX + 1)}), "at most 10,000"),
        (lambda: zip_of({"readme.txt": b"nothing for anybody"}), "no file in this zip"),
        (lambda: b"PK\x03\x04 and no zip at all", "cannot be read"),
        (lambda: zip_of({"S (AAAA-AAAA)/notes.txt": b"well" * 100})[:-40], "cannot be read"),
    ],
    ids=["up", "root", "drive", "link", "bomb", "liar", "crowd", "strays", "fake", "torn"],
)
def test_a_hostile_zip_takes_nothing_with_it(tmp_path: Path, content: Any, said: str) -> None:
    path = tmp_path / "feedback.zip"
    path.write_bytes(content())

    with pytest.raises(Invalid, match=said):
        service.unpack(path)
