"""Packages of whole courses: each is recognised, told before it comes in, comes in whole, and comes in once."""

import io
import re
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from lms_app.core.errors import Forbidden, Invalid, NotSignedIn
from lms_app.core.files import StoredFile
from lms_app.core.work import ANONYMOUS, unit_of_work
from lms_app.courses.models import Course, Lesson, OutlineItem
from lms_app.exchange import service
from lms_app.quizzes import service as quizzes
from lms_app.quizzes.models import Category, Slot
from tests.corpora import corpora
from tests.exchange.others import questions_of
from tests.exchange.test_banks import PNG

QUIZ = """<questestinterop><assessment ident="a" title="Ponds"><section ident="root_section">
<item ident="i" title="Warm"><itemmetadata><qtimetadata><qtimetadatafield><fieldlabel>question_type</fieldlabel>
<fieldentry>true_false_question</fieldentry></qtimetadatafield></qtimetadata></itemmetadata><presentation><material>
<mattext texttype="text/html">&lt;p&gt;Is it warm?&lt;/p&gt;</mattext></material><response_lid ident="r" rcardinality="Single">
<render_choice><response_label ident="1"><material><mattext>True</mattext></material></response_label>
<response_label ident="2"><material><mattext>False</mattext></material></response_label></render_choice></response_lid>
</presentation><resprocessing><respcondition><conditionvar><varequal respident="r">1</varequal></conditionvar>
<setvar action="Set">100</setvar></respcondition></resprocessing></item></section></assessment></questestinterop>"""
MANIFEST = """<manifest identifier="m" xmlns="http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"><metadata>
<schema>IMS Common Cartridge</schema><schemaversion>1.1.0</schemaversion></metadata><organizations><organization>
<item identifier="root"><item identifier="m1"><title>Water</title>
<item identifier="1" identifierref="page"><title>Ponds</title></item>
<item identifier="2" identifierref="quiz"><title>Warm or not</title></item>
<item identifier="3" identifierref="site"><title>A site</title></item>
<item identifier="4" identifierref="tool"><title>A tool</title></item>
<item identifier="5" identifierref="gone"><title>Gone</title></item>
</item></item></organization></organizations><resources>
<resource identifier="page" type="webcontent" href="pond.html"><file href="pond.html"/></resource>
<resource identifier="quiz" type="imsqti_xmlv1p2/imscc_xmlv1p1/assessment"><file href="quiz.xml"/></resource>
<resource identifier="site" type="imswl_xmlv1p1"><file href="site.xml"/></resource>
<resource identifier="tool" type="imsbasiclti_xmlv1p0"><file href="tool.xml"/></resource>
<resource identifier="map" type="webcontent" href="web_resources/map.png"><file href="web_resources/map.png"/></resource>
</resources></manifest>"""
PAGE = '<html><body><p>See <img src="$IMS-CC-FILEBASE$/map.png" alt="a map"> and <a href="pond.html">this</a>.</p></body></html>'
CARTRIDGE: dict[str, bytes] = {
    "imsmanifest.xml": MANIFEST.encode(),
    "pond.html": PAGE.encode(),
    "quiz.xml": QUIZ.encode(),
    "site.xml": b'<webLink><title>A site</title><url href="https://example.org/"/></webLink>',
    "tool.xml": b"<cartridge_basiclti_link/>",
    "web_resources/map.png": PNG,
}
OLX: dict[str, bytes] = {
    "course/course.xml": b'<course url_name="run" org="o" course="c"/>',
    "course/course/run.xml": b'<course display_name="Ponds"><chapter url_name="one"/></course>',
    "course/chapter/one.xml": b'<chapter display_name="Water"><sequential display_name="S"><vertical display_name="Unit">'
    b'<html url_name="h"/><video display_name="Film" youtube="1.00:abcdefghijk"/><problem url_name="p"/><lti/></vertical>'
    b"</sequential></chapter>",
    "course/html/h.xml": b'<html filename="h" display_name="Text"/>',
    "course/html/h.html": b'<p>Look: <img src="/static/map.png" alt="a map"></p>',
    "course/static/map.png": PNG,
    "course/problem/p.xml": b"<problem display_name='P'><p>How many?</p><numericalresponse answer='42'><responseparam "
    b"type='tolerance' default='5%'/><formulaequationinput/></numericalresponse><p>Which?</p><choiceresponse>"
    b"<checkboxgroup><choice correct='true'>a</choice><choice correct='false'>b</choice></checkboxgroup></choiceresponse>"
    b"<p>Where?</p><imageresponse/></problem>",
}
BACKUP: dict[str, bytes] = {
    "moodle_backup.xml": b"<moodle_backup><information><original_course_fullname>Ponds</original_course_fullname>"
    b"<contents><sections><section><sectionid>1</sectionid><title>1</title><directory>sections/section_1</directory>"
    b"</section></sections><activities>"
    + b"".join(
        f"<activity><moduleid>{at}</moduleid><sectionid>1</sectionid><modulename>{kind}</modulename><title>{kind}</title>"
        f"<directory>activities/{kind}_{at}</directory></activity>".encode()
        for at, kind in enumerate(("page", "url", "assign", "quiz", "chat"))
    )
    + b"</activities></contents></information></moodle_backup>",
    "sections/section_1/section.xml": b"<section><name>Water</name><summary></summary></section>",
    "activities/page_0/page.xml": b'<activity contextid="7"><page><name>Ponds</name><content>&lt;img alt="a map" '
    b'src="@@PLUGINFILE@@/map.png"&gt;</content></page></activity>',
    "activities/url_1/url.xml": b"<activity><url><name>A site</name><externalurl>https://example.org/</externalurl></url></activity>",
    "activities/assign_2/assign.xml": b"<activity><assign><name>Diary</name><intro>Write.</intro><grade>20</grade></assign></activity>",
    "activities/quiz_3/quiz.xml": b"<activity><quiz><name>Warm</name><question_instances><question_instance><slot>1</slot>"
    b"<questionid>5</questionid><maxmark>2</maxmark></question_instance></question_instances></quiz></activity>",
    "activities/chat_4/chat.xml": b"<activity><chat><name>Talk</name></chat></activity>",
    "questions.xml": b'<question_categories><question_category><questions><question id="5"><name>Warm</name><qtype>truefalse'
    b"</qtype><questiontext>Is it?</questiontext><defaultmark>1</defaultmark><penalty>1</penalty><answers><answer>"
    b"<answertext>True</answertext><fraction>1</fraction></answer><answer><answertext>False</answertext><fraction>0"
    b"</fraction></answer></answers></question></questions></question_category></question_categories>",
    "files.xml": b"<files><file><contenthash>abcd</contenthash><contextid>7</contextid><component>mod_page</component>"
    b"<filearea>content</filearea><itemid>0</itemid><filename>map.png</filename></file></files>",
    "files/ab/abcd": PNG,
}

BANKED: dict[str, bytes] = {
    "activities/quiz_3/quiz.xml": b"<activity><quiz><name>Warm</name><question_instances><question_instance><slot>1</slot>"
    b"<questionid>5</questionid><maxmark>2</maxmark></question_instance>"
    + b"<question_instance><maxmark>1</maxmark><question_set_reference><filtercondition>"
    b'{"filter":{"category":{"jointype":1,"values":["21"]}}}</filtercondition></question_set_reference></question_instance>'
    * 2
    + b"<question_instance><maxmark>3</maxmark><question_set_reference><filtercondition>"
    b'{"questioncategoryid":"21","tags":["7,hard"]}</filtercondition></question_set_reference></question_instance>'
    b"</question_instances></quiz></activity>",
    "questions.xml": b"<question_categories>"
    + b"".join(
        f'<question_category id="{number}"><name>{name}</name><parent>{above}</parent>{inside}</question_category>'.encode()
        for number, name, above, inside in (
            (19, "top", 0, ""),
            (
                20,
                "Ponds",
                19,
                "<question_bank_entries><question_bank_entry id='1'>@5:1:Is it?</question_bank_entry></question_bank_entries>",
            ),
            (
                21,
                "Deep ones",
                20,
                "<question_bank_entries><question_bank_entry id='2'>@6:1:Deep?</question_bank_entry>"
                "<question_bank_entry id='3'>@8:2:New?@7:1:Old?</question_bank_entry></question_bank_entries>",
            ),
        )
    )
    + b"</question_categories>",
}
BANKED["questions.xml"] = re.sub(
    rb"@(\d+):(\d+):([^@<]+)",
    rb"<question_version><question_versions><version>\2</version><status>ready</status><questions><question id='\1'>"
    rb"<parent>0</parent><name>\3</name><questiontext>\3</questiontext><defaultmark>1</defaultmark><penalty>1</penalty>"
    rb"<qtype>truefalse</qtype><answers><answer><answertext>True</answertext><fraction>1</fraction></answer><answer>"
    rb"<answertext>False</answertext><fraction>0</fraction></answer></answers></question></questions></question_versions>"
    rb"</question_version>",
    BANKED["questions.xml"],
)


def zipped(entries: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as whole:
        for name, content in entries.items():
            whole.writestr(name, content)
    return made.getvalue()


def tarred(entries: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as whole:
        for name, content in entries.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            whole.addfile(info, io.BytesIO(content))
    return made.getvalue()


@pytest.fixture
def put(tmp_path: Path) -> Callable[[bytes], Path]:
    def write(content: bytes) -> Path:
        path = tmp_path / "given"
        path.write_bytes(content)
        return path

    return write


PACKAGES: dict[str, tuple[bytes, str, dict[str, int]]] = {
    "a cartridge": (zipped(CARTRIDGE), "Common Cartridge", {"lessons": 2, "quizzes": 1, "questions": 1, "files": 1}),
    "edX, packed as tar": (
        tarred(OLX),
        "Open edX course (OLX)",
        {"lessons": 1, "quizzes": 1, "questions": 2, "files": 1},
    ),
    "edX, packed as zip": (
        zipped(OLX),
        "Open edX course (OLX)",
        {"lessons": 1, "quizzes": 1, "questions": 2, "files": 1},
    ),
    "Moodle, packed as tar": (
        tarred(BACKUP),
        "Moodle backup",
        {"lessons": 2, "quizzes": 1, "assignments": 1, "questions": 1, "files": 1},
    ),
    "Moodle, packed as zip": (
        zipped(BACKUP),
        "Moodle backup",
        {"lessons": 2, "quizzes": 1, "assignments": 1, "questions": 1, "files": 1},
    ),
}


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_becomes_a_course_once(name: str, instructor: Any, put: Callable[[bytes], Path]) -> None:
    content, format, wanted = PACKAGES[name]
    draft = service.read_package(put(content))
    counts = {one.kind: one.count for one in draft.report.counts if one.count}
    assert (draft.report.format, counts) == (format, {"modules": 1, **wanted})
    assert [one.reason for one in draft.report.findings if one.weight == "unsupported"]

    made = instructor.does(service.import_package, draft)
    again = instructor.does(service.import_package, draft)

    assert (made.known, again.known, again.slug) == (False, True, made.slug)
    with unit_of_work(instructor.actor) as work:
        course = work.db.exec(select(Course).where(col(Course.slug) == made.slug)).one()
        items = work.db.exec(select(OutlineItem).where(col(OutlineItem.course_id) == course.id)).all()
        kinds = [item.kind for item in items]
        (picture,) = work.db.exec(select(StoredFile).where(col(StoredFile.scope) == "lesson")).all()
        bodies = [work.db.get_one(Lesson, item.id).body for item in items if item.kind == "lesson"]
        assert len(work.db.exec(select(Course)).all()) == 1
    assert (kinds.count("lesson"), kinds.count("quiz")) == (wanted["lessons"], wanted["quizzes"])
    assert kinds.count("assignment") == wanted.get("assignments", 0)
    assert any(f"![a map](/files/{picture.id})" in body for body in bodies)
    assert not any("/imported/" in body for body in bodies)


def test_only_who_teaches_imports(student: Any, put: Callable[[bytes], Path]) -> None:
    draft = service.read_package(put(zipped(CARTRIDGE)), stage=False)

    with pytest.raises(Forbidden):
        student.does(service.import_package, draft)
    with unit_of_work(ANONYMOUS) as work, pytest.raises(NotSignedIn):
        service.import_package(work, draft)


@pytest.mark.parametrize(
    "entries",
    [
        {"notes.txt": b"Hello"},
        {"imsmanifest.xml": b"<manifest><resources/></manifest>"},
        {"imsmanifest.xml": b'<!DOCTYPE m [<!ENTITY a "b">]><manifest>&a;</manifest>'},
        {"imsmanifest.xml": b"<manifest><"},
        {"course.xml": b"<nothing/>"},
        {"moodle_backup.xml": b"\x00\xff"},
        {"moodle_backup.xml": b"<moodle_backup/>"},
    ],
)
def test_what_is_no_course_is_refused_with_a_reason(entries: dict[str, bytes], put: Callable[[bytes], Path]) -> None:
    with pytest.raises(Invalid) as refused:
        service.read_package(put(zipped(entries)))

    assert refused.value.fields["file"].endswith(".")


PACKED = (".zip", ".imscc", ".mbz", ".gz")
HEADS = ("imsmanifest.xml", "course.xml", "moodle_backup.xml")


def packages_of_others() -> list[Path]:
    """Every package of the corpora, packed or unpacked."""
    found: list[Path] = []
    for folder in ("commoncartridge", "moodlebackup", "olx", "qti"):
        for path in sorted(corpora(folder).rglob("*")):
            if path.suffix in PACKED:
                found.append(path)
            elif path.name.lower() in HEADS:
                found.append(path.parent)
    return found


def questions_or_a_reason(path: Path) -> service.BankDraft | None:
    """None where there is a reason, which is a sentence."""
    reasons: list[str] = []
    try:
        return questions_of(path)
    except Invalid as wrong:
        reasons += wrong.fields.values()
    assert reasons, path
    assert all(one.endswith((".", "…")) for one in reasons), path
    return None


def test_every_package_of_others_ends_in_a_course_or_a_reason() -> None:
    """No traceback, whatever it is; and nothing that is not asked here is passed over in silence."""
    formats: dict[str, int] = {}
    refused: dict[str, str] = {}
    for path in packages_of_others():
        try:
            report = service.read_package(path, stage=False).report
        except Invalid as wrong:
            refused[path.name] = wrong.fields["file"]
        else:
            formats[report.format] = formats.get(report.format, 0) + 1
            counts = {one.kind: one.count for one in report.counts}
            assert counts["lessons"] + counts["quizzes"] + counts["assignments"] + counts["questions"], path
            assert counts["questions"] == sum(one.count for one in report.kinds), path
            assert all(one.reason.endswith((".", "…")) for one in report.findings), path

    assert formats == {
        "Canvas export": 12,
        "Common Cartridge": 8,
        "IMS content package": 12,
        "Moodle backup": 11,
        "Open edX course (OLX)": 2,
    }
    assert all(reason.endswith((".", "…")) for reason in refused.values())


def test_of_every_package_of_others_the_questions_come_or_a_reason() -> None:
    many: dict[str, int] = {}
    for path in packages_of_others():
        draft = questions_or_a_reason(path)
        if draft is not None:
            many[draft.report.format] = many.get(draft.report.format, 0) + len(draft.questions)
            assert draft.questions or draft.report.blocked, path

    assert set(many) == {"Canvas export", "Common Cartridge", "Moodle backup", "Open edX course (OLX)", "QTI package"}


def test_every_file_of_questions_of_others_ends_in_questions_or_a_reason() -> None:
    for folder, endings in (("qti", (".xml", ".qti")), ("moodlexml", (".xml",)), ("gift", (".gift", ".txt"))):
        for path in sorted(corpora(folder).rglob("*")):
            if path.suffix in endings and path.is_file():
                draft = questions_or_a_reason(path)
                assert draft is None or draft.report.questions or draft.report.findings or draft.report.blocked, path


def test_a_course_of_edx_of_others_is_read(put: Callable[[bytes], Path]) -> None:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as whole:
        whole.add(corpora("olx", "openedx+openedx-demo-course", "demo-course"), "course")

    report = service.read_package(put(made.getvalue()), stage=False).report

    counts = {one.kind: one.count for one in report.counts}
    assert (report.title, counts["modules"], counts["lessons"], counts["questions"]) == (
        "Open edX Demo Course",
        7,  # with the one of files that no page leads to
        59,
        11,
    )


# ---- Nothing is lost on the way


def test_questions_that_no_quiz_asks_come_into_the_bank_of_the_course(
    instructor: Any, put: Callable[[bytes], Path]
) -> None:
    draft = service.read_package(put(tarred(BACKUP | BANKED)))

    made = instructor.does(service.import_package, draft)

    bank = instructor.does(quizzes.bank_questions, slug=made.slug)
    assert {(one.stem, tuple(one.category)) for one in bank} == {
        ("Is it?", ("Ponds",)),
        ("Deep?", ("Ponds", "Deep ones")),
        ("New?", ("Ponds", "Deep ones")),
    }
    assert {one.kind: one.count for one in draft.report.kinds} == {"true_false": 3}


def test_places_of_chance_draw_from_the_category_that_they_drew_from(
    instructor: Any, put: Callable[[bytes], Path]
) -> None:
    made = instructor.does(service.import_package, service.read_package(put(tarred(BACKUP | BANKED))))

    with unit_of_work(instructor.actor) as work:
        slots = work.db.exec(select(Slot).where(col(Slot.place) == "draw").order_by(col(Slot.points))).all()
        names = [work.db.get_one(Category, slot.category_id).name for slot in slots if slot.category_id]
    assert [(slot.draws, slot.points, slot.tags) for slot in slots] == [(2, 1, []), (1, 3, ["hard"])]
    assert names == ["Deep ones", "Deep ones"]
    assert made.slug


def test_files_that_no_page_leads_to_are_offered_in_a_hidden_lesson(
    instructor: Any, put: Callable[[bytes], Path]
) -> None:
    left = {"web_resources/Notes (1).pdf": b"%PDF-1.4 notes", "web_resources/old/plan.txt": b"Plan"}
    draft = service.read_package(put(zipped(CARTRIDGE | left)))
    said = [one.path for one in draft.report.findings if "hidden lesson" in one.reason]
    assert said == sorted(left)

    made = instructor.does(service.import_package, draft)

    with unit_of_work(instructor.actor) as work:
        item = work.db.exec(select(OutlineItem).where(col(OutlineItem.title) == "More files")).one()
        stored = work.db.exec(select(StoredFile).where(col(StoredFile.scope_id) == item.id)).all()
        body = work.db.get_one(Lesson, item.id).body
    assert not item.published
    assert {(one.name, one.size_bytes) for one in stored} == {("Notes (1).pdf", 14), ("plan.txt", 4)}
    assert all(f"](/files/{one.id})" in body for one in stored)
    assert made.slug


def test_a_question_bank_beside_the_quizzes_comes_into_the_bank(instructor: Any, put: Callable[[bytes], Path]) -> None:
    bank = QUIZ.replace('<assessment ident="a" title="Ponds">', '<objectbank ident="b"><qtimetadata><qtimetadatafield>').replace(
        '<section ident="root_section">',
        "<fieldlabel>bank_title</fieldlabel><fieldentry>Spare</fieldentry></qtimetadatafield></qtimetadata>",
    ).replace("</section></assessment>", "</objectbank>").replace("Is it warm?", "Is it deep?")  # fmt: skip
    entries = CARTRIDGE | {"non_cc_assessments/bank.xml.qti": bank.encode()}

    made = instructor.does(service.import_package, service.read_package(put(zipped(entries))))

    stems = [one.stem for one in instructor.does(quizzes.bank_questions, slug=made.slug)]
    assert sorted(stems) == ["Is it deep?", "Is it warm?"]


@pytest.mark.parametrize("around", ["", "ponds/", "a/b/"])
@pytest.mark.parametrize(("entries", "format"), [(BACKUP, "Moodle backup"), (CARTRIDGE, "Common Cartridge"), (OLX, "Open edX course (OLX)")])  # fmt: skip
def test_a_package_in_a_folder_is_the_same(
    around: str, entries: dict[str, bytes], format: str, put: Callable[[bytes], Path]
) -> None:
    draft = service.read_package(put(zipped({f"{around}{name}": content for name, content in entries.items()})))

    plain = service.read_package(put(zipped(entries)))
    assert (draft.report.format, draft.report.counts) == (format, plain.report.counts)
    assert len(draft.staged) == len(plain.staged) == 1


@pytest.mark.parametrize("entries", [BACKUP, CARTRIDGE, OLX], ids=["moodle", "cartridge", "edx"])
def test_an_unpacked_package_is_the_same(
    entries: dict[str, bytes], tmp_path: Path, put: Callable[[bytes], Path]
) -> None:
    for name, content in entries.items():
        path = tmp_path / "unpacked" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    assert service.is_package(tmp_path / "unpacked")
    draft = service.read_package(tmp_path / "unpacked")

    assert draft.report.counts == service.read_package(put(zipped(entries))).report.counts
    assert draft.sha256 == service.read_package(tmp_path / "unpacked").sha256


BLACKBOARD: dict[str, bytes] = {
    "imsmanifest.xml": b'<manifest xmlns:bb="http://www.blackboard.com/content-packaging/"><organizations><organization>'
    b'<item identifier="a"><title>Content</title><item identifier="b" identifierref="res1"><title>Ponds</title></item>'
    b'<item identifier="c" identifierref="res2"><title>Test</title></item></item></organization></organizations><resources>'
    b'<resource bb:file="res1.dat" bb:title="Ponds" identifier="res1" type="resource/x-bb-document"/>'
    b'<resource bb:file="res2.dat" bb:title="Test" identifier="res2" type="assessment/x-bb-qti-test"/>'
    b'<resource bb:file="res3.dat" bb:title="Pool" identifier="res3" type="assessment/x-bb-qti-pool"/>'
    b'<resource bb:file="res4.dat" identifier="res4" type="course/x-bb-coursesetting"/></resources></manifest>',
    "res1.dat": b'<CONTENT id="_1"><TITLE value="Ponds"/><BODY><TEXT>&lt;p&gt;They are &lt;b&gt;wet&lt;/b&gt;.&lt;/p&gt;</TEXT></BODY></CONTENT>',
    "res2.dat": QUIZ.encode(),
    "res3.dat": QUIZ.replace("Is it warm?", "Is it deep?").encode(),
    "res4.dat": b"<COURSE/>",
}
BRIGHTSPACE: dict[str, bytes] = {
    "imsmanifest.xml": b'<manifest xmlns:d2l="http://desire2learn.com/xsd/d2lcp_v2p0"><organizations><organization>'
    b'<item identifier="m"><title>Water</title><item identifierref="r1"><title>Ponds</title></item>'
    b'<item identifierref="r2"><title>Test</title></item></item></organization></organizations><resources>'
    b'<resource identifier="r1" type="webcontent" d2l:material_type="content" href="Water/pond.html"/>'
    b'<resource identifier="r2" type="webcontent" d2l:material_type="d2lquiz" href="quiz_d2l_1.xml"/>'
    b'<resource identifier="r3" type="webcontent" d2l:material_type="d2lquestionlibrary" href="questiondb.xml"/>'
    b'<resource identifier="r4" type="webcontent" d2l:material_type="orgunitconfig" href="orgunitconfig.xml"/>'
    b"</resources></manifest>",
    "Water/pond.html": b"<html><body><p>They are wet.</p></body></html>",
    "quiz_d2l_1.xml": QUIZ.encode(),
    "questiondb.xml": QUIZ.replace("Is it warm?", "Is it deep?").encode(),
    "orgunitconfig.xml": b"<config/>",
}


@pytest.mark.parametrize("entries", [BLACKBOARD, BRIGHTSPACE], ids=["Blackboard", "Brightspace"])
def test_packages_of_other_programs_come_as_far_as_they_follow_the_standard(
    entries: dict[str, bytes], instructor: Any, put: Callable[[bytes], Path]
) -> None:
    draft = service.read_package(put(zipped(entries)))

    made = instructor.does(service.import_package, draft)

    counts = {one.kind: one.count for one in draft.report.counts if one.count}
    assert counts == {"modules": 1, "lessons": 1, "quizzes": 1, "questions": 2}
    bank = instructor.does(quizzes.bank_questions, slug=made.slug)
    assert sorted(one.stem for one in bank) == ["Is it deep?", "Is it warm?"]
    with unit_of_work(instructor.actor) as work:
        assert "wet" in work.db.exec(select(Lesson.body)).one()
