"""QTI in and out: what others wrote is counted, each kind reads as it was meant, what we write comes back equal."""

import io
import json
import tempfile
import time
import zipfile
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms_app.core.archives import open_archive
from lms_app.core.errors import Invalid
from lms_app.exchange import service
from lms_app.exchange.formats import qti
from lms_app.exchange.formats.base import Embedded, QuestionFile, ReadQuestion, Weight
from tests.corpora import corpora
from tests.exchange.others import questions_of
from tests.exchange.test_banks import PNG
from tests.exchange.test_formats import FULL, _same, questions  # pyright: ignore[reportPrivateUsage]

pytestmark = pytest.mark.no_database

NOT_XML = "Real-World-Sample-Test.xml"  # words stand among its attributes


def test_every_file_of_qti_ends_in_its_questions_or_a_reason() -> None:
    expected = json.loads(corpora("expected", "qti-kinds.json").read_text())
    differences: list[str] = []
    kinds: Counter[str] = Counter()
    for name, file in expected.items():
        path = corpora("qti", name)
        kind = file.get("kind", "zip")
        try:
            report = questions_of(path).report
        except Invalid as refused:
            if kind not in ("other", "manifest"):
                differences.append(f"{name}: {refused.fields}")
            continue
        kinds.update({one.kind: one.count for one in report.counts})
        told = len(report.questions) + sum(one.weight is not Weight.NOTE for one in report.findings)
        wanted = {"zip": told, "qti2-test": 1}.get(kind, file.get("items"))
        if told != wanted and not name.endswith(NOT_XML):
            differences.append(f"{name}: {told} are not {wanted}")

    assert differences == []
    assert kinds.keys() == {*FULL}
    assert kinds.total() > 280


@pytest.mark.parametrize(("name", "many"), [("test_qti_1.2.zip", 3), ("test_qti_2.1.zip", 5), ("test_qti_2.2.zip", 5)])
def test_a_package_of_others_has_all_of_its_items(name: str, many: int) -> None:
    report = questions_of(corpora("qti", "instructure+qti", "spec", "fixtures", name)).report

    assert len(report.questions) + sum(one.weight is Weight.UNSUPPORTED for one in report.findings) == many
    assert all(one.path for one in report.findings if one.weight is Weight.UNSUPPORTED)


# ---- The kinds, by one item each

HEAD = '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="i" title="T">'
CHOICES = '<simpleChoice identifier="A">sheep</simpleChoice><simpleChoice identifier="B">wolves</simpleChoice>'


def declared(cardinality: str, type: str, *values: str, more: str = "") -> str:
    right = "".join(f"<value>{value}</value>" for value in values)
    return (
        f'<responseDeclaration identifier="R" cardinality="{cardinality}" baseType="{type}">'
        f"<correctResponse>{right}</correctResponse>{more}</responseDeclaration>"
    )


ITEMS: dict[str, tuple[str, dict[str, Any]]] = {
    "single_choice": (
        declared("single", "identifier", "A")
        + f'<itemBody><choiceInteraction responseIdentifier="R" maxChoices="1"><prompt>Which?</prompt>{CHOICES}'
        "</choiceInteraction></itemBody>",
        {"fractions": ["1", "0"]},
    ),
    "multiple_answer": (
        declared(
            "multiple",
            "identifier",
            "A",
            more='<mapping><mapEntry mapKey="A" mappedValue="2"/><mapEntry mapKey="B" mappedValue="-1"/></mapping>',
        )
        + f'<itemBody><p>Which?</p><choiceInteraction responseIdentifier="R" maxChoices="0">{CHOICES}'
        "</choiceInteraction></itemBody><responseProcessing template="
        '"http://www.imsglobal.org/question/qti_v2p1/rptemplates/map_response"/>',
        {"fractions": ["1", "-0.5"], "rule": "weights"},
    ),
    "numerical": (
        declared("single", "float", "9.81")
        + '<itemBody><p>How much?</p><textEntryInteraction responseIdentifier="R"/></itemBody><responseProcessing>'
        '<equal toleranceMode="absolute" tolerance="0.1 0.1"><variable identifier="R"/><correct identifier="R"/></equal>'
        "</responseProcessing>",
        {"value": "9.81", "tolerance": "0.1"},
    ),
    "cloze": (
        declared("single", "identifier", "A")
        + '<itemBody><p>The <inlineChoiceInteraction responseIdentifier="R"><inlineChoice identifier="A">pond'
        '</inlineChoice><inlineChoice identifier="B">sea</inlineChoice></inlineChoiceInteraction> is wet.</p></itemBody>',
        {"text": "The [[*pond|sea]] is wet."},
    ),
    "ordering": (
        declared("ordered", "identifier", "B", "A")
        + f'<itemBody><orderInteraction responseIdentifier="R"><prompt>Which first?</prompt>{CHOICES}</orderInteraction>'
        "</itemBody>",
        {"items": ["wolves", "sheep"]},
    ),
    "matching": (
        declared("multiple", "directedPair", "A C", "B D")
        + '<itemBody><p>Match.</p><matchInteraction responseIdentifier="R"><simpleMatchSet>'
        '<simpleAssociableChoice identifier="A">sheep</simpleAssociableChoice>'
        '<simpleAssociableChoice identifier="B">wolves</simpleAssociableChoice></simpleMatchSet><simpleMatchSet>'
        '<simpleAssociableChoice identifier="C">grass</simpleAssociableChoice>'
        '<simpleAssociableChoice identifier="D">meat</simpleAssociableChoice></simpleMatchSet></matchInteraction></itemBody>',
        {"items": ["sheep", "wolves"]},
    ),
    "essay": (
        declared("single", "string")
        + '<itemBody><p>Why?</p><extendedTextInteraction responseIdentifier="R"/></itemBody>',
        {},
    ),
    "description": ("<itemBody><p>Read this.</p></itemBody>", {}),
}


@pytest.mark.parametrize("kind", ITEMS)
def test_an_interaction_is_a_kind_of_ours(kind: str) -> None:
    written, wanted = ITEMS[kind]
    draft = service.read_questions(f"{HEAD}{written}</assessmentItem>")

    assert [one for one in draft.report.findings if one.weight is not Weight.NOTE] == []
    (one,) = draft.questions
    spec = one.draft.spec
    rows = spec.get("options") or spec.get("answers") or [{}]
    found: dict[str, Any] = {
        "fractions": [f"{Decimal(str(row.get('fraction', 0))).normalize():f}" for row in rows],
        "rule": spec.get("rule"),
        "value": str(rows[0].get("value")),
        "tolerance": str(rows[0].get("tolerance")),
        "text": spec.get("text"),
        "items": [item["text"] for item in spec.get("items", [])],
    }
    assert one.question.kind == kind
    assert {name: found[name] for name in wanted} == wanted


def test_what_cannot_be_asked_is_listed_with_its_line() -> None:
    written = f'{HEAD}\n<itemBody>\n<hotspotInteraction responseIdentifier="R"/></itemBody></assessmentItem>'
    report = service.read_questions(written).report

    assert [(one.line, one.weight, one.about) for one in report.findings] == [(1, Weight.UNSUPPORTED, "T")]
    assert "hotspotInteraction" in report.findings[0].reason
    assert report.blocked


# ---- Out, and in again


def again(given_ones: list[ReadQuestion]) -> QuestionFile:
    with tempfile.NamedTemporaryFile(suffix=".zip") as file:
        file.write(qti.write(given_ones).package)
        file.flush()
        with open_archive(Path(file.name)) as archive:
            return qti.read_archive(archive)


SAID = {kind: spec for kind, spec in FULL.items() if kind != "calculated"}


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(questions(SAID, plain=False), min_size=1, max_size=3))
def test_what_qti_can_say_comes_back_equal(given_ones: list[ReadQuestion]) -> None:
    read = again(given_ones)

    assert [one for one in read.findings if one.weight is not Weight.NOTE] == []
    assert [_same(one) for one in read.questions] == [_same(one) for one in given_ones]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(questions(SAID, plain=False), min_size=1, max_size=3))
def test_others_read_each_question_as_its_kind(given_ones: list[ReadQuestion]) -> None:
    """Without the file that only we read."""
    with zipfile.ZipFile(io.BytesIO(qti.write(given_ones).package)) as whole:
        items = [whole.read(name).decode() for name in sorted(whole.namelist()) if name.startswith("items/")]
    read = [qti.read(item) for item in items]

    assert [one.weight for file in read for one in file.findings if one.weight is not Weight.NOTE] == []
    assert [one.kind for file in read for one in file.questions] == [one.kind for one in given_ones]


def test_a_calculated_question_is_named_as_a_loss() -> None:
    written = qti.write([ReadQuestion(1, "Growth", "calculated", "{a}?", {})])

    assert [(one.line, one.weight, one.about) for one in written.findings] == [(1, Weight.UNSUPPORTED, "Growth")]


def test_a_picture_goes_out_and_comes_back() -> None:
    address = "/files/0190b5a0-0000-7000-8000-000000000001"
    one = ReadQuestion(1, "", "essay", f"See ![a map]({address}).", {}, files=(Embedded(address, "a map.png", PNG),))

    (back,) = again([one]).questions

    assert [file.content for file in back.files] == [PNG]
    assert back.stem == f"See ![a map]({back.files[0].address})."


# ---- Hostile files

HOSTILE = {
    "a bomb": '<?xml version="1.0"?><!DOCTYPE questestinterop [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    "<questestinterop>&b;</questestinterop>",
    "an entity of a file": '<!DOCTYPE questestinterop [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    "<questestinterop>&x;</questestinterop>",
    "an entity of parameters": '<!DOCTYPE questestinterop [<!ENTITY % x SYSTEM "http://127.0.0.1:9/"> %x;]>'
    "<questestinterop/>",
    "attributes from nowhere": f'<!DOCTYPE questestinterop [<!ATTLIST a b CDATA "{"x" * 9000}">]>'
    f"<questestinterop>{'<a/>' * 50_000}</questestinterop>",
    "an element without end": "<questestinterop>" + "<item>" * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_xml_is_refused_at_once(name: str) -> None:
    begun = time.process_time()

    read = qti.read(HOSTILE[name])

    assert [one.weight for one in read.findings] == [Weight.ERROR]
    assert time.process_time() - begun < 1


def test_a_document_type_is_named_by_old_files_and_never_fetched() -> None:
    text = '<?xml version="1.0"?>\r<!DOCTYPE questestinterop SYSTEM "http://127.0.0.1:9/a.dtd">\r<questestinterop/>'

    assert qti.sniff(text)
    assert qti.read(text) == QuestionFile((), ())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_encodings_and_ends_of_lines(encoding: str, end: str) -> None:
    written = f"{HEAD}{end}<itemBody>{end}<p>Größe?</p></itemBody></assessmentItem>"

    (one,) = service.read_questions(written.encode(encoding)).questions

    assert one.question.stem == "Größe?"


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from("<>/questestinterop item presentation=\"' \n&;[]") | st.characters(codec="utf-8")))
def test_reading_never_breaks(inside: str) -> None:
    for around in ("questestinterop", "assessmentItem"):
        qti.read(f"<{around}><item><presentation>{inside}</presentation></item></{around}>")
