"""T30, and hostile files of every format: a refusal with a line in under a second, or an import that is whole.

What means harm by being an archive is in tests/core/test_archives.py (T28).
"""

import io
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms_app.core import text as core_text
from lms_app.core.errors import Invalid
from lms_app.exchange import service
from lms_app.quizzes import service as quizzes
from tests.courses import makers
from tests.exchange.test_packages import CARTRIDGE, QUIZ, zipped

SECONDS = 1.0
BYTES = 60_000_000
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BOMB = f'<?xml version="1.0"?><!DOCTYPE q [<!ENTITY l0 "lol">{LAUGHS}]>'
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE q [<!ENTITY x SYSTEM "{}">]>'
DEEP = "<b>" * 100_000

TEXTS: dict[str, bytes] = {
    "a million lines": b"\n" * 1_000_000,
    "a million questions' lines": b"Warm? {T}\n\n" * 500_000,
    "one line without end": b"Warm " * 4_100_000,
    "NUL": b"Warm?\n\0{T}",
    "bad UTF-8": b"Warm?\n\xff\xfe\xfd{T}",
    "half of UTF-16": "Warm? {T}".encode("utf-16")[:-1],
    "an unclosed brace": b"Warm? {T}\n\nWhich? {=a ~b\n\nAnd? {T}",
    "braces": b"{" * 200_000,
    "CSV, a cell without end": b'kind,question,answer\ntrue_false,"' + b"x\n" * 300_000,
    "CSV, columns without end": b"kind,question" + b",x" * 200_000 + b"\ntrue_false,Warm?\n",
    "XML, entities in entities": f"{BOMB}<quiz><question type='essay'>&l9;</question></quiz>".encode(),
    "XML, a file of the machine": f"{OUTSIDE.format('file:///etc/passwd')}<quiz>&x;</quiz>".encode(),
    "XML, another machine": f"{OUTSIDE.format('http://127.0.0.1:1/x')}<quiz>&x;</quiz>".encode(),
    "XML, too deep": f"<?xml version='1.0'?><quiz>{DEEP}".encode(),
    "XML, cut off": b"<?xml version='1.0'?><quiz><question type='truefalse'><name>",
    "XML, another encoding than it says": "<?xml version='1.0' encoding='utf-8'?><quiz>ä</quiz>".encode("latin-1"),
    "QTI, entities in entities": f"{BOMB}<questestinterop>&l9;</questestinterop>".encode(),
    "QTI, a file of the machine": f"{OUTSIDE.format('file:///etc/passwd')}<assessmentItem>&x;</assessmentItem>".encode(),
    "QTI, too deep": f"<questestinterop>{DEEP}".encode(),
}


def refusal(act: Callable[[], Any]) -> tuple[str, float, int]:
    """What a reading says no with, its seconds of CPU, and the most that it held at once."""
    tracemalloc.start()
    begun = time.process_time()
    try:
        draft = act()
        said = draft.report.blocked if hasattr(draft.report, "blocked") else ""
    except Invalid as wrong:
        said = " ".join(wrong.fields.values())
    finally:
        took, (_now, most) = time.process_time() - begun, tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return said, took, most


@pytest.mark.no_database
@pytest.mark.parametrize("name", TEXTS)
def test_a_hostile_text_is_refused_at_once(name: str, tmp_path: Path) -> None:
    path = tmp_path / "given"
    path.write_bytes(TEXTS[name])
    begun = time.process_time()
    try:
        said = service.read_questions(path).report.blocked
    except Invalid as wrong:
        said = " ".join(wrong.fields.values())
    took = time.process_time() - begun

    assert said.endswith((".", "…"))
    assert took < SECONDS
    assert "root:" not in said


PACKAGES: dict[str, dict[str, bytes]] = {
    "a manifest with entities": {"imsmanifest.xml": f"{BOMB}<manifest>&l9;</manifest>".encode()},
    "a manifest without an end": {"imsmanifest.xml": f"<manifest>{DEEP}".encode()},
    "a backup with entities": {"moodle_backup.xml": f"{BOMB}<moodle_backup>&l9;</moodle_backup>".encode()},
    "a course with a file of the machine": {
        "course.xml": f"{OUTSIDE.format('file:///etc/passwd')}<course>&x;</course>".encode()
    },
    "courses in themselves": {
        "course.xml": b'<course url_name="a"/>',
        "course/a.xml": b'<course><chapter url_name="b"/></course>',
        "chapter/b.xml": b'<chapter><sequential url_name="c"/></chapter>',
        "sequential/c.xml": b'<sequential><vertical url_name="d"/></sequential>',
        "vertical/d.xml": b'<vertical><vertical url_name="d"/></vertical>',
    },
    "names that lead out": {
        "imsmanifest.xml": b"<manifest><metadata><schema>IMS Common Cartridge</schema></metadata><organizations/><resources>"
        b'<resource identifier="a" type="webcontent" href="../../../../etc/passwd"><file href="/etc/passwd"/></resource>'
        b"</resources></manifest>",
    },
}


@pytest.mark.no_database
@pytest.mark.parametrize("name", PACKAGES)
def test_a_hostile_package_is_refused_at_once_and_small(name: str, tmp_path: Path) -> None:
    path = tmp_path / "given"
    path.write_bytes(zipped(PACKAGES[name]))

    said, took, most = refusal(lambda: service.read_package(path))

    assert said.endswith((".", "…"))
    assert (took < SECONDS * 3, most < BYTES) == (True, True)  # watched, it takes three times as long
    assert "root:" not in said


@pytest.mark.no_database
def test_a_page_that_says_little_and_means_much_costs_what_it_says(tmp_path: Path) -> None:
    """What is packed small is read only as far as a text may be long."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as whole:
        for name, content in (CARTRIDGE | {"pond.html": b"<p>" + b"x" * 25_000_000}).items():
            whole.writestr(name, content)
    path = tmp_path / "given"
    path.write_bytes(made.getvalue())

    draft = service.read_package(path, stage=False)

    assert any("pond.html" in one.path and "larger than" in one.reason for one in draft.report.findings)


SIGNS = ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>"]


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("format", ["gift", "csv", "moodle-xml", "qti"])
def test_what_looks_like_a_formula_or_a_script_is_text(format: str, sign: str, instructor: Any) -> None:
    course = makers.course(instructor)
    stem = "".join(f"\\{one}" if one in "~=#{}:" else one for one in sign)
    instructor.does(service.import_questions, f"[plain]{stem} {{T}}".encode(), slug=course.slug)

    out = instructor.sees(service.export_questions, slug=course.slug, format=format)
    other = makers.course(instructor, title="Other")
    report = instructor.does(service.import_questions, out.content, slug=other.slug)

    (one,) = instructor.does(quizzes.bank_questions, slug=other.slug)
    assert (report.added, core_text.plain(one.stem).strip()) == (1, sign)
    if format == "csv":
        assert not any(cell.lstrip('"').startswith(("=", "+", "@", "-")) for cell in out.text.split(",")[14:])
    again = instructor.does(service.import_questions, out.content, slug=other.slug)
    assert (again.added, again.known) == (0, 1)


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b""], ids=["BOM", "none"])
@pytest.mark.parametrize("ends", [b"\n", b"\r\n", b"\r"], ids=["LF", "CRLF", "CR"])
def test_marks_and_ends_of_lines_change_nothing(mark: bytes, ends: bytes, instructor: Any) -> None:
    course = makers.course(instructor)
    plain = b"Warm? {T}\n\nWhich? {=a ~b}\n"
    instructor.does(service.import_questions, plain, slug=course.slug)

    report = instructor.does(service.import_questions, mark + plain.replace(b"\n", ends), slug=course.slug)

    assert (report.added, report.known) == (0, 2)


SIGNS_OF_GIFT = [
    "{",
    "}",
    "=",
    "~",
    "#",
    "T",
    "::",
    "\n",
    "\n\n",
    "->",
    "%50%",
    "\\",
    "// ",
    "$CATEGORY: a/b",
    "ä",
    "<b>",
    "*",
    "1..2",
    ":",
    "[html]",
    "Warm? ",
]
PIECES = st.lists(st.sampled_from(SIGNS_OF_GIFT), max_size=40).map("".join)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=PIECES | st.text(max_size=200))
def test_any_text_comes_in_whole_or_not_at_all_and_once(text: str, instructor: Any) -> None:
    course = makers.course(instructor)
    reasons: list[str] = []
    added = 0
    for turn in range(2):
        try:
            report = instructor.does(service.import_questions, text, slug=course.slug, skip_unsupported=True)
        except Invalid as wrong:
            reasons += wrong.fields.values()
        else:
            assert report.added == 0 or turn == 0
            added += report.added

    assert all(one.endswith((".", "…", "?")) for one in reasons)
    assert len(instructor.does(quizzes.bank_questions, slug=course.slug)) == added
    assert not (reasons and added)


def test_a_quiz_of_qti_with_a_picture_from_elsewhere_fetches_nothing(instructor: Any) -> None:
    course = makers.course(instructor)
    evil = QUIZ.replace("Is it warm?", '&lt;img src="http://127.0.0.1:1/x.png"&gt;Is it warm?')

    report = instructor.does(service.import_questions, evil.encode(), slug=course.slug)

    (one,) = instructor.does(quizzes.bank_questions, slug=course.slug)
    assert report.added == 1
    assert "<img" not in core_text.to_html(one.stem)
    assert any("picture" in finding.reason for finding in report.findings)
