"""Formats of questions: what others wrote reads as it was meant, what we write comes back equal, hostile files end at once."""

import json
import time
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms_app.core import text as core_text
from lms_app.core.errors import Invalid
from lms_app.exchange import service, texts
from lms_app.exchange.formats import FORMATS, csv_table, gift, moodle_xml
from lms_app.exchange.formats.base import ReadQuestion, Weight
from lms_app.exchange.service.reading import sameness
from lms_app.quizzes import service as quizzes
from tests.corpora import corpora
from tests.exchange.others import questions_of

pytestmark = pytest.mark.no_database

# ---- What others wrote

CUT_AT = 200  # signs; beyond some 210 the writer of one file put “(ERROR: text too long)”

KINDS_OF = {
    "multichoice": {"single_choice", "multiple_answer"},
    "oumultiresponse": {"multiple_answer"},
    "truefalse": {"true_false"},
    "shortanswer": {"short_answer"},
    "numerical": {"numerical"},
    "matching": {"matching"},
    "ordering": {"ordering"},
    "essay": {"essay"},
    "description": {"description"},
    "cloze": {"cloze"},
    "gapselect": {"cloze"},
}
# File → how many questions of a kind of ours are listed, not read, and why.
LISTED = {
    "moodle+moodle/question/format/xml/tests/fixtures/broken_cloze_questions.xml": (
        3,
        "their braces are not closed, or two choices are the same",
    ),
    "moodle+moodle/question/format/multianswer/tests/fixtures/multianswer-all-types.xml": (1, "it has a MULTIRESPONSE"),
    "AdrianoRuseler+python-scripts-for-moodle-questions/QuestionBank/calculated/calculated.xml": (
        1,
        "its variables have no values",
    ),
}


def test_moodle_xml_has_as_many_questions_of_each_kind_as_moodle_says() -> None:
    expected = json.loads(corpora("expected", "moodlexml-counts.json").read_text())
    differences: list[str] = []
    for name, file in expected.items():
        draft = questions_of(corpora("moodlexml", name))
        kinds = Counter(one.question.kind for one in draft.questions)
        types = {kind: many for kind, many in file["types"].items() if kind != "category"}
        listed = [one for one in draft.report.findings if one.weight is Weight.UNSUPPORTED]
        unknown = sum(many for kind, many in types.items() if kind not in KINDS_OF and kind != "calculated")
        missing, _reason = LISTED.get(name, (0, ""))
        if len(listed) != unknown + missing or kinds.total() + len(listed) != file["questions"]:
            differences.append(f"{name}: {dict(kinds)}, {[one.reason for one in listed]}")
        if not missing and kinds.total() != sum(types.get(kind, 0) for kind in KINDS_OF):
            differences.append(f"{name}: {dict(kinds)} are not {types}")

    assert differences == []


def test_the_same_quiz_as_gift_and_as_moodle_xml_reads_equal() -> None:
    """The files have the options in an order of their own, GIFT says no penalty, and its author cut long ones off."""
    compared = 0
    for one in sorted(Path(corpora("gift", "teuton-software+asker-inputs")).rglob("*-gift.txt")):
        twin = Path(str(one).replace("/gift/", "/moodlexml/").replace("-gift.txt", "-moodle.xml"))
        ours, theirs = (questions_of(path).questions for path in (one, twin))

        assert [_asked(each.question) for each in ours] == [_asked(each.question) for each in theirs], one.name
        compared += 1
    assert compared == 6


def _asked(one: ReadQuestion) -> tuple[Any, ...]:
    spec = one.spec
    said = {choice["id"]: choice["text"] for choice in spec.get("choices", [])}
    pairs = {(item["text"], said[item["match"]]) for item in spec.get("items", [])}
    rows = [*spec.get("options", []), *spec.get("answers", [])]
    answers = sorted((row["text"][:CUT_AT], row["fraction"], row["feedback"]) for row in rows)
    rest = [spec.get(name, "") for name in ("answer", "feedback_true", "feedback_false", "feedback_otherwise")]
    return one.kind, one.stem, one.feedback, answers, pairs, set(said.values()), rest


# ---- What we write

WORDS = st.text(
    st.sampled_from("ab{}=~#:%\\/>-*[]<$&'\"!1 \n") | st.characters(codec="utf-8", categories=["L", "N"]),
    min_size=1,
    max_size=30,
).map(lambda said: said.strip() if core_text.plain(said).strip() else "x")  # a list of nothing says nothing
LINES = WORDS.map(lambda said: " ".join(said.split()))
SHARES = st.integers(-100, 100).map(lambda percent: Decimal(percent) / 100)
PARTS = st.integers(0, 99).map(lambda percent: Decimal(percent) / 100)
NUMBERS = st.decimals(-10_000, 10_000, places=3, allow_nan=False)


def _options(right: st.SearchStrategy[Decimal], wrong: st.SearchStrategy[Decimal]) -> Any:
    def option(fraction: st.SearchStrategy[Decimal]) -> Any:
        return st.fixed_dictionaries({"text": WORDS, "fraction": fraction, "feedback": st.just("") | WORDS})

    return st.tuples(option(right), st.lists(option(wrong), min_size=1, max_size=4)).map(lambda two: [two[0], *two[1]])


SPECS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "single_choice": st.fixed_dictionaries({"options": _options(st.just(Decimal(1)), SHARES)}),
    "multiple_answer": st.fixed_dictionaries(
        {"options": _options(st.just(Decimal(1)), SHARES), "rule": st.just("weights")}
    ),
    "true_false": st.fixed_dictionaries(
        {"answer": st.booleans(), "feedback_true": st.just("") | WORDS, "feedback_false": st.just("") | WORDS}
    ),
    "short_answer": st.fixed_dictionaries(
        {"answers": _options(st.just(Decimal(1)), PARTS), "feedback_otherwise": st.just("") | WORDS}
    ).filter(lambda spec: "->" not in str(spec)),
    "numerical": st.fixed_dictionaries(
        {
            "answers": st.lists(
                st.fixed_dictionaries(
                    {"value": NUMBERS, "tolerance": NUMBERS.map(abs), "feedback": st.just("") | WORDS}
                ),
                min_size=1,
                max_size=3,
            ),
            "feedback_otherwise": st.just("") | WORDS,
        }
    ),
    "matching": st.lists(
        st.tuples(WORDS.filter(lambda w: "->" not in w), LINES), min_size=2, max_size=4, unique_by=lambda p: p[1]
    ).map(
        lambda pairs: {
            "items": [{"text": item, "match": str(at)} for at, (item, _) in enumerate(pairs)],
            "choices": [{"id": str(at), "text": match} for at, (_, match) in enumerate(pairs)],
        }
    ),
    "essay": st.just({}),
    "description": st.just({}),
}
FULL: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    **SPECS,
    "ordering": st.lists(LINES, min_size=2, max_size=5, unique=True).map(
        lambda items: {"items": [{"text": item} for item in items], "rule": "exact", "feedback": "So."}
    ),
    "cloze": st.lists(st.text("abc", min_size=1, max_size=4), min_size=1, max_size=3).map(
        lambda words: {"text": f"Before [[{'|'.join(words)}]] and [[*x|y]].", "accents_matter": False}
    ),
    "calculated": NUMBERS.map(
        lambda low: {
            "variables": [{"name": "a", "low": low, "high": low + 5, "decimals": 2}],
            "formula": "2 * a + ln(10) ^ 2",
            "tolerance": "0.5",
        }
    ),
}


@st.composite
def questions(draw: st.DrawFn, specs: dict[str, st.SearchStrategy[dict[str, Any]]], plain: bool) -> ReadQuestion:
    kind = draw(st.sampled_from(sorted(specs)))
    try:
        made = quizzes.draft(kind=kind, stem=draw(WORDS), spec=draw(specs[kind]), feedback=draw(st.just("") | WORDS))
    except Invalid:
        made = quizzes.draft(kind="essay", stem="Write.", spec={})
    feedback = "" if kind == "description" and plain else made.feedback
    return ReadQuestion(
        1,
        "",
        made.kind,
        made.stem,
        made.spec,
        feedback,
        points=made.points if plain else Decimal("2.5"),
        hints=() if plain else ("Look again.",),
        category=draw(st.sampled_from([(), ("Ecology",), ("Ecology", "Food / webs")])),
        tags=draw(st.sampled_from([(), ("ponds", "exam"), ("a: b {c}",)])),
        difficulty=draw(st.sampled_from(["", "easy"])),
    )


def _same(one: ReadQuestion) -> tuple[Any, ...]:
    made = quizzes.draft(
        kind=one.kind,
        stem=one.stem,
        spec=one.spec,
        feedback=one.feedback,
        points=one.points,
        hints=one.hints,
        penalty=one.penalty,
    )
    rest = (made.points, made.penalty, made.hints)
    return sameness(made.kind, made.stem, made.spec, made.feedback, rest), one.category, one.tags, one.difficulty


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(questions(SPECS, plain=True), min_size=1, max_size=3))
def test_what_gift_can_say_comes_back_equal(given_ones: list[ReadQuestion]) -> None:
    written = gift.write(given_ones)
    read = gift.read(written.text)

    assert [one for one in read.findings if one.weight is not Weight.NOTE] == []
    assert [_same(one) for one in read.questions] == [_same(one) for one in given_ones]


def _short(text: str, feedback: str) -> ReadQuestion:
    spec = {"answers": [{"text": text, "fraction": "1", "feedback": feedback}]}
    made = quizzes.draft(kind="short_answer", stem="Which way?", spec=spec)
    return ReadQuestion(1, "Ways", made.kind, made.stem, made.spec, "", points=made.points)


def test_an_arrow_makes_no_matching_question_of_a_short_answer() -> None:
    """GIFT takes any arrow in the braces for one: what reads our file, Moodle too, must not find it."""
    written = gift.write([_short("left", "From right -> to left."), _short("a -> b", "")])
    read = gift.read(written.text)

    assert [one.kind for one in read.questions] == ["short_answer"]
    assert core_text.plain(read.questions[0].spec["answers"][0]["feedback"]) == "From right -> to left."
    assert [(one.line, one.reason) for one in written.findings] == [
        (1, "GIFT does not say an arrow in the feedback: it is written as &gt; now."),
        (2, "GIFT takes an arrow (->) in an answer for a pair that matches: this question is left out."),
    ]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(questions(FULL, plain=False), min_size=1, max_size=3))
def test_moodle_xml_says_everything(given_ones: list[ReadQuestion]) -> None:
    read = moodle_xml.read(
        texts.lines(moodle_xml.write(given_ones).text, field="text", bytes_max=10**7, lines_max=10**6)
    )

    assert [one for one in read.findings if one.weight is not Weight.NOTE] == []
    assert [_same(one) for one in read.questions] == [_same(one) for one in given_ones]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(questions(FULL, plain=False), min_size=1, max_size=3))
def test_a_table_says_everything(given_ones: list[ReadQuestion]) -> None:
    written = csv_table.write(given_ones).text
    assert csv_table.sniff(written)

    read = csv_table.read(texts.lines(written.encode(), field="text", bytes_max=10**7, lines_max=10**6))

    assert list(read.findings) == []
    assert [_same(one) for one in read.questions] == [_same(one) for one in given_ones]


def test_a_question_that_was_changed_elsewhere_reads_as_it_is_now() -> None:
    made = quizzes.draft(
        kind="short_answer", stem="Wet?", spec={"answers": [{"text": "water"}], "accents_matter": False}
    )
    written = moodle_xml.write([ReadQuestion(1, "", made.kind, made.stem, made.spec)]).text

    (question,) = moodle_xml.read(written.replace("<text>Wet?</text>", "<text>Dry?</text>")).questions

    assert (question.stem, question.spec.get("accents_matter")) == ("Dry?", None)


# ---- Which format it is


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Is it? {T}", "GIFT"),
        ("// a comment\n::A:: Is it? {T}", "GIFT"),
        ('<?xml version="1.0"?>\n<!-- Moodle -->\n<quiz></quiz>', "Moodle XML"),
        ("kind,question,answer\ntrue_false,Is it?,true", "CSV"),
        ("kind;question;answer\ntrue_false;Is it?;true", "CSV"),
    ],
)
def test_the_content_tells_the_format(text: str, name: str) -> None:
    assert service.read_questions(text).report.format == name


@pytest.mark.parametrize("text", ["", "  \n", "Dear all, see you on Friday.", "<html><body>No</body></html>"])
def test_what_is_no_file_of_questions_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        service.read_questions(text)


def test_a_table_written_by_hand() -> None:
    text = (
        "kind,question,options.0.text,options.1.text,options.pick,answers.0.text,answers.0.fraction,tags\n"
        'single_choice,"Who, then?",sheep,wolves,0,,,"ponds, exam"\n'
        "short_answer,What is wet?,,,,'=water,100,\n"
        "riddle,What am I?,,,,,,\n"
    )
    draft = service.read_questions(text)
    choice, short = (one.question for one in draft.questions)

    assert [one["text"] for one in choice.spec["options"]] == ["sheep", "wolves"]
    assert choice.tags == ("ponds", "exam")
    assert short.spec["answers"][0]["text"] == "=water"
    assert [(one.line, one.reason[:26]) for one in draft.report.findings] == [(4, "There is no kind “riddle”.")]


# ---- Hostile files

BOMB = '<?xml version="1.0"?><!DOCTYPE q [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
)
HOSTILE = {
    "a bomb": f"{BOMB}]><quiz>&j;</quiz>",
    "an entity of a file": '<?xml version="1.0"?><!DOCTYPE q [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz>&x;</quiz>',
    "a document type elsewhere": '<!DOCTYPE quiz SYSTEM "http://127.0.0.1:9/a.dtd"><quiz></quiz>',
    "an element without end": "<quiz>" + "<a>" * 100_000,
    "a hundred thousand attributes": "<quiz " + " ".join(f'a{n}=""' for n in range(100_000)) + "></quiz",
    "a file that breaks off": "<quiz><question type='essay'><name>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_xml_is_refused_at_once(name: str) -> None:
    begun = time.process_time()

    read = FORMATS["moodle-xml"].read(HOSTILE[name])

    assert [one.weight for one in read.findings] == [Weight.ERROR]
    assert read.questions == ()
    assert time.process_time() - begun < 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252", "iso-8859-15", "windows-1251"])
def test_xml_reads_in_the_encoding_that_it_names(encoding: str) -> None:
    word = "мост" if encoding == "windows-1251" else "été"
    named = encoding.removesuffix("-sig")
    text = (
        f'<?xml version="1.0" encoding="{named}"?>\r<quiz>\r<question type="essay"><questiontext format="plain_text">'
        f"<text>{word}</text></questiontext></question></quiz>"
    )
    (one,) = service.read_questions(text.encode(encoding)).questions

    assert one.question.stem == word


@pytest.mark.parametrize(
    ("elements", "spec", "notes"),
    [
        ("<attachments>0</attachments>", {}, []),
        (
            "<responseformat>editor</responseformat><attachments>2</attachments><filetypeslist>.pdf,image</filetypeslist>",
            {"takes": "both", "files_max": 2, "file_types": ["pdf", "pictures"]},
            [],
        ),
        (
            "<responseformat>noinline</responseformat><attachments>-1</attachments><filetypeslist>.xyz</filetypeslist>",
            {"takes": "files", "files_max": 10, "file_types": []},
            ["At most 10 files can be handed in here.", "Some types of files are not known here."],
        ),
    ],
)
def test_an_essay_of_moodle_takes_the_files_that_it_took_there(
    elements: str, spec: dict[str, Any], notes: list[str]
) -> None:
    begun = '<quiz><question type="essay"><questiontext format="plain_text"><text>Draw.</text></questiontext>'
    read = FORMATS["moodle-xml"].read(f"{begun}{elements}</question></quiz>")

    (one,) = read.questions
    assert {name: one.spec[name] for name in spec} == spec
    assert [found.reason for found in read.findings if "iles" in found.reason] == notes


def test_moodle_hears_which_files_an_essay_takes() -> None:
    spec = {"takes": "files", "files_max": 2, "file_types": ["pdf"]}
    made = quizzes.draft(kind="essay", stem="Draw.", spec=spec)

    written = FORMATS["moodle-xml"].write([ReadQuestion(1, "", made.kind, made.stem, made.spec, "")]).text

    for element in ("<responseformat>noinline<", "<attachments>2<", "<filetypeslist>.pdf<"):
        assert element in written


def test_names_of_files_are_names_only() -> None:
    text = (
        '<quiz><question type="essay"><questiontext format="html"><text>&lt;img src="@@PLUGINFILE@@/../../etc/passwd"&gt;'
        '</text><file name="../../etc/passwd" encoding="base64">aGVsbG8=</file></questiontext></question></quiz>'
    )
    (one,) = service.read_questions(text).questions

    assert [file.name for file in one.question.files] == ["passwd"]


@pytest.mark.parametrize(
    "unit", ["<question/>", "<a/>", "&amp;", "<question type='essay'>", "{1:SA:=a}", "kind,question\n"]
)
def test_a_megabyte_of_anything_gets_an_answer(unit: str) -> None:
    begun = time.process_time()
    for start, end in (("", ""), ("<quiz>", "</quiz>"), ("kind,question\n", "")):
        try:
            service.read_questions(start + unit * (300_000 // len(unit)) + end)
        except Invalid:
            continue
    assert time.process_time() - begun < 10


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from("<>/quiz estion\"='&;type{}[]:~#\n") | st.characters(codec="utf-8"), max_size=200))
def test_reading_never_breaks(text: str) -> None:
    for format in FORMATS.values():
        for whole in (text, f"<quiz>{text}</quiz>", f"kind,question\n{text}"):
            format.read(whole.replace("\r", "\n"))
