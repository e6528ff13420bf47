"""GIFT, construct by construct: what each means, and what is said about what means nothing."""

import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms_app.core.errors import Invalid
from lms_app.exchange import service
from lms_app.exchange.formats import gift
from lms_app.exchange.formats import gift_grammar as grammar
from lms_app.exchange.formats.base import Finding, ReadQuestion, Weight
from lms_app.exchange.html import BLANK

pytestmark = pytest.mark.no_database


def one(text: str) -> ReadQuestion:
    """The only question of a text, without findings that would be in its way."""
    read = gift.read(text)
    assert [finding for finding in read.findings if finding.weight is not Weight.NOTE] == []
    (question,) = read.questions
    return question


def found(text: str, weight: Weight) -> list[tuple[int, str]]:
    return [(finding.line, finding.reason) for finding in gift.read(text).findings if finding.weight is weight]


def options(text: str) -> list[tuple[str, Decimal, str]]:
    return [(one["text"], one["fraction"], one["feedback"]) for one in one_spec(text)["options"]]


def one_spec(text: str) -> dict[str, Any]:
    return dict(one(text).spec)


# ---- The five kinds


def test_a_single_choice_has_one_right_answer_and_feedback_to_each() -> None:
    question = one("::Levels:: Who eats grass? {\n=sheep#Yes.\n~wolves#They eat sheep.\n~%50%bears#Sometimes.}")

    assert (question.kind, question.name, question.stem, question.line) == (
        "single_choice",
        "Levels",
        "Who eats grass?",
        1,
    )
    assert [(o["text"], o["fraction"], o["feedback"]) for o in question.spec["options"]] == [
        ("sheep", Decimal(1), "Yes."),
        ("wolves", Decimal(0), "They eat sheep."),
        ("bears", Decimal("0.5"), "Sometimes."),
    ]


def test_weights_without_a_right_answer_make_a_multiple_answer() -> None:
    spec = one_spec("Which are green? {~%50%grass ~%50%leaves ~%-100%snow}")

    assert spec["rule"] == "weights"
    assert [(o["text"], o["fraction"]) for o in spec["options"]] == [
        ("grass", Decimal("0.5")),
        ("leaves", Decimal("0.5")),
        ("snow", Decimal(-1)),
    ]


@pytest.mark.parametrize(
    ("written", "right"), [("T", True), ("TRUE", True), ("F", False), ("FALSE", False), (" T ", True)]
)
def test_true_and_false(written: str, right: bool) -> None:
    spec = one_spec(f"Snow is cold. {{{written}#So it is not.#So it is.}}")

    wrong_said, right_said = ("feedback_false", "feedback_true") if right else ("feedback_true", "feedback_false")
    assert spec == {"answer": right, right_said: "So it is.", wrong_said: "So it is not."}


def test_a_short_answer_keeps_its_stars_weights_and_feedback() -> None:
    spec = one_spec("What counts? {=quadrat*#Yes. =%50%quadrant*#Close. =%0%*#No.}")

    assert spec == {
        "answers": [
            {"text": "quadrat*", "fraction": Decimal(1), "feedback": "Yes."},
            {"text": "quadrant*", "fraction": Decimal("0.5"), "feedback": "Close."},
        ],
        "feedback_otherwise": "No.",
    }


@pytest.mark.parametrize("written", ["{=water}", "{water}", "{ = water }"])
def test_one_answer_alone_is_a_short_answer(written: str) -> None:
    assert one(f"What is wet? {written}").kind == "short_answer"


@pytest.mark.parametrize(
    ("written", "value", "tolerance", "low", "high"),
    [
        ("#1822", "1822", "0", None, None),
        ("#-3.5:0.25", "-3.5", "0.25", None, None),
        ("# = 6.02e23:1e21 ", "6.02e23", "1e21", None, None),
        ("#.5", ".5", "0", None, None),
        ("#1..5", None, "0", "1", "5"),
        ("#-5..-1.5", None, "0", "-5", "-1.5"),
        ("#3.141..3.142", None, "0", "3.141", "3.142"),
    ],
)
def test_numbers(written: str, value: str | None, tolerance: str, low: str | None, high: str | None) -> None:
    (answer,) = one_spec(f"How much? {{{written}}}")["answers"]

    assert answer == {
        "value": Decimal(value) if value else None,
        "tolerance": Decimal(tolerance),
        "low": Decimal(low) if low else None,
        "high": Decimal(high) if high else None,
        "fraction": Decimal(1),
        "feedback": "",
    }


def test_several_numbers_with_weights_and_a_word_to_all_others() -> None:
    spec = one_spec("When? {#\n=1822:0#Exactly.\n=%50%1822:2#Nearly.\n~#Look it up.}")

    assert [(a["value"], a["tolerance"], a["fraction"], a["feedback"]) for a in spec["answers"]] == [
        (Decimal(1822), Decimal(0), Decimal(1), "Exactly."),
        (Decimal(1822), Decimal(2), Decimal("0.5"), "Nearly."),
    ]
    assert spec["feedback_otherwise"] == "Look it up."


# ---- Around the answers


def test_text_after_the_braces_makes_a_gap() -> None:
    assert one("The sun {=rises ~sets} in the east.").stem == r"The sun \_\_\_\_\_ in the east."
    assert grammar.parse("The sun {T} rises.").questions[0].stem.text == f"The sun {BLANK} rises."


def test_general_feedback_is_for_everybody() -> None:
    assert one("Is it? {T#no#yes####Because.}").feedback == "Because."


def test_comments_do_not_count_but_their_lines_do() -> None:
    read = gift.read("// one\n\n// two\n::A:: Is it?\n// between\n{T}\n\nOpen {")

    assert [question.line for question in read.questions] == [4]
    assert read.questions[0].stem == "Is it?"
    assert [(f.line, f.weight) for f in read.findings if f.weight is Weight.ERROR] == [(8, Weight.ERROR)]


def test_a_category_holds_for_all_that_follow() -> None:
    read = gift.read(
        "$CATEGORY: $course$/top/Ecology/Food // webs\nIs it? {T}\n\nAnd this? {F}\n\n$CATEGORY: Other\n\nThird? {T}"
    )

    assert [question.category for question in read.questions] == [
        ("Ecology", "Food / webs"),
        ("Ecology", "Food / webs"),
        ("Other",),
    ]
    assert read.findings == ()


def test_tags_in_comments_are_kept_and_numbers_are_noted() -> None:
    text = "// [id:7] [tag:snow] [tag:difficulty:hard]\nIs it? {T}"
    question = one(text)

    assert (question.tags, question.difficulty) == (("snow",), "hard")
    assert found(text, Weight.NOTE) == [(2, "[id: 7] is not kept: questions here have no such numbers.")]


def test_a_question_that_moodle_left_out_is_named() -> None:
    (finding,) = gift.read("// question: 12  name: Drag it\n\n").findings

    assert finding.about == "Drag it"


def test_a_blank_line_inside_of_braces_belongs_to_them() -> None:
    assert options("Which? {\n=a\n\n~b\n}") == [("a", Decimal(1), ""), ("b", Decimal(0), "")]


def test_a_forgotten_brace_hides_no_other_question() -> None:
    read = gift.read("First {=a\n\n::Second:: Is it? {T}\n\nThird? {=b}")

    assert [question.stem for question in read.questions] == ["Is it?", "Third?"]
    assert [(f.line, f.weight) for f in read.findings if f.weight is Weight.ERROR] == [(1, Weight.ERROR)]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (r"a \= b", "a = b"),
        (r"\~ \# \{ \}", "~ # { }"),
        (r"12\:30", "12:30"),
        (r"C\\D", "C\\\\D"),
        (r"one\ntwo", "one\\\ntwo"),
        (r"\\n", r"\\n"),
        (r"\*", r"\\\*"),
    ],
)
def test_escapes(written: str, shown: str) -> None:
    assert one(f"Say it: {written} {{T}}").stem == f"Say it: {shown}"


# ---- Formats


@pytest.mark.parametrize(
    ("written", "markdown"),
    [
        ("[markdown]**Bold** and _more_", "**Bold** and _more_"),
        ("[plain]**Not bold**, <b>nor this</b>", r"\*\*Not bold\*\*, <b>nor this</b>"),
        (r"[html]<p>Two</p><p><b>words</b></p>", "Two\n\n**words**"),
        (r"[html]<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        (r"[html]H<sub>2</sub>O", "H₂O"),
        (r'[html]<a href\="https\://example.org/x">here</a>', "[here](https://example.org/x)"),
        (r'[html]<a href\="javascript\:alert(1)">here</a>', "here"),
        ("[html]<script>alert(1)</script>Hello", "Hello"),
        (r"[html]<pre>if (a) \{\n  b();\n\}</pre>", "```\nif (a) {\n  b();\n}\n```"),
        (r"[html]\\(x^2\\) is", "$x^2$ is"),
        ("[moodle]one <b>bold</b> word", "one **bold** word"),
        ("What does <a> do, and 1 < 2?", "What does <a> do, and 1 < 2?"),
        ("Is <script>alert(1)</script> safe?", "Is <script>alert(1)</script> safe?"),
        ("It costs $5 or $6", r"It costs \$5 or \$6"),
        ("- not a list", r"\- not a list"),
        ("1. not a list", r"1\. not a list"),
        ("[unknown] text", r"\[unknown\] text"),
    ],
)
def test_texts_become_markdown(written: str, markdown: str) -> None:
    assert one(f"{written}{{T}}").stem == markdown


def test_answers_have_the_format_of_the_question() -> None:
    assert options(r"[html]Which? {=<p>The <i>east</i></p>#<b>Yes</b> ~[plain]<b>}") == [
        ("The *east*", Decimal(1), "**Yes**"),
        ("<b>", Decimal(0), ""),
    ]


def test_what_is_lost_of_html_is_noted() -> None:
    text = r'[html]See <img src\="@@PLUGINFILE@@/a.png" alt\="a wolf"><script>x()</script>{T}'

    assert one(text).stem == "See ![a wolf](@@PLUGINFILE@@/a.png)"
    assert found(text, Weight.NOTE) == [
        (1, "The picture @@PLUGINFILE@@/a.png is not in the file: only its words are kept."),
        (1, "Left out: <script>."),
    ]


def test_pairs_become_a_matching_question() -> None:
    question = one("Who eats? {=[html]<b>Flea</b> -> animal =Weed -> plant =Tadpole ->  animal  = -> mineral}")

    said = {choice["id"]: choice["text"] for choice in question.spec["choices"]}
    assert question.kind == "matching"
    assert [(item["text"], said[item["match"]]) for item in question.spec["items"]] == [
        ("**Flea**", "animal"),
        ("Weed", "plant"),
        ("Tadpole", "animal"),
    ]
    assert sorted(said.values()) == ["animal", "mineral", "plant"]


# ---- What cannot be asked, and what cannot be read


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("Match. {=a -> 1 =-> 2}", "A matching question needs two pairs"),
        ("Match. {=a -> 1 =b -> 1}", "All pairs have the same match"),
        ("Which? {~a ~b}", "No answer is right"),
        ("Which? {~%50%a ~b}", "The weights of the right answers"),
        ("What? {=%50%a}", "No answer is worth 100 %"),
        ("What? {=a =%-50%b}", "A weight below 0"),
        ("How many? {#=1 =%50%*}", "The answer * would give points"),
        ("How many? {#*}", "The answer * would give points"),
    ],
)
def test_what_cannot_be_asked_here_is_listed(text: str, begins: str) -> None:
    ((line, reason),) = found(f"Is it? {{T}}\n\n{text}", Weight.UNSUPPORTED)

    assert line == 3
    assert reason.startswith(begins)


@pytest.mark.parametrize(
    ("text", "line", "begins"),
    [
        ("Is it?\n{T", 2, "The brace that opens here is never closed"),
        ("Is it? T}", 1, "There is a closing brace"),
        ("Is it? }T{", 1, "There is a closing brace"),
        ("Is it? {T} or\n{F}", 2, "A question has one pair of braces"),
        ("::A name without end {T}", 1, "The name of this question has no end"),
        ("Which? {a ~b}", 1, "Each answer begins with"),
        ("Which? {=a\n~\n~c}", 2, "There is no text after this ~"),
        ("Which? {=~%50% a\n~b}", 1, "There is no text after this ="),
        ("Which? {=#ff0000 ~#00ff00}", 1, "There is no text after this ="),
        ("Which? {~a}", 1, "A choice needs two answers"),
        ("Which? {=%150%a ~b}", 1, "A weight is between"),
        ("How many? {#\n=3,14}", 2, "“3,14” is not a number"),
        ("How many? {#}", 1, "A numerical question needs a number"),
        ("How many? {#5..1}", 1, "A range goes from"),
        ("How many? {#5:-1}", 1, "A tolerance is not below 0"),
        ("How many? {#5~6}", 1, "After ~ a numerical question"),
        ("How many? {#1e9999}", 1, "“1e9999” is not a number"),
    ],
)
def test_what_cannot_be_read_is_listed_by_line(text: str, line: int, begins: str) -> None:
    ((where, reason),) = found(text, Weight.ERROR)

    assert where == line
    assert reason.startswith(begins)


# ---- Whatever is written


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a\n" * 1_000_000, "This has more than 100,000 lines. Divide it into several files."),
        (b"x" * 5_000_000, "This is larger than 4 MB. Divide it into several files."),
        (b"Is it? {T}\n\nAnd \x00 this? {F}", "Line 3 holds a NUL sign: this is not a text file."),
        (b"Is it? {T}\n\n\xe9t\xe9? {F}", "Line 3 is not UTF-8. Save the file with the encoding UTF-8 and try again."),
        ("half \ud83d", "Line 1 holds half a character. Save the text as UTF-8 and try again."),
        (b"\xff\xfeI\x00s", "This file is not whole: its UTF-16 text breaks off."),
    ],
    ids=["lines", "bytes", "nul", "utf-8", "surrogate", "utf-16"],
)
def test_what_is_not_text_is_refused_at_once(content: bytes | str, said: str) -> None:
    begun = time.process_time()

    with pytest.raises(Invalid) as refused:
        service.read_gift(content)

    assert refused.value.fields == {"text": said}
    assert time.process_time() - begun < 10


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfIs it? {T}\n\nAnd this? {F}\n",
        b"Is it? {T}\r\n\r\nAnd this? {F}\r\n",
        b"Is it? {T}\r\rAnd this? {F}",
        "Is it? {T}\n\nAnd this? {F}".encode("utf-16"),
    ],
    ids=["bom", "crlf", "cr", "utf-16"],
)
def test_marks_and_ends_of_lines_of_any_system(content: bytes) -> None:
    report = service.read_gift(content).report

    assert [(one.line, one.kind) for one in report.questions] == [(1, "true_false"), (3, "true_false")]


@pytest.mark.parametrize(
    "unit",
    [
        "{",
        "}",
        "::",
        "=",
        "~",
        "#",
        "\\",
        "%",
        "a{=",
        "::x::{\n\n",
        "q{T}\n\n",
        "[html]<b ",
        "<!--",
        "<a '\"",
        "$$",
        "\\(",
        "`",
        "####",
        "q{\n\n",
        "//\n",
        "[html]<b><i><p>",
        "q {~a ~%50%",
        "&amp;",
        '<a "<a" ',
        "[html]<table><tr><td>",
    ],
)
@pytest.mark.parametrize("size", [200_000, pytest.param(1_000_000, marks=pytest.mark.long)], ids=["a fifth", "whole"])
def test_a_megabyte_of_anything_gets_an_answer_in_linear_time(unit: str, size: int) -> None:
    text = unit * (size // len(unit))
    if text.count("\n") >= 100_000:
        text = text[: 1_000_000 // 11]
    begun = time.process_time()

    try:
        answered = bool(service.read_gift(text).report.blocked)
    except Invalid as refused:
        answered = bool(refused.fields)

    assert answered
    # Processor time, with room for a slow machine: anything that grows faster than the text takes minutes.
    assert time.process_time() - begun < 10


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from("{}=~#:%\\/\n ->.*[]<>ab1") | st.characters(codec="utf-8"), max_size=200))
def test_reading_never_breaks_and_loses_no_block(text: str) -> None:
    read = gift.read(text.replace("\r", "\n"))

    assert all(isinstance(finding, Finding) and finding.line >= 1 and finding.reason for finding in read.findings)
    if any(
        line.strip() and not line.strip().startswith(("//", "$CATEGORY:"))
        for line in text.replace("\r", "\n").split("\n")
    ):
        assert read.questions or read.findings


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=40)


def gifted(text: str) -> str:
    """Any words as GIFT, each sign that steers escaped."""
    for sign in "\\~=#{}:":
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", "\\n")


@settings(max_examples=150, deadline=None)
@given(WORDS, st.lists(WORDS, min_size=2, max_size=5))
def test_escaped_words_come_back_as_they_were(stem: str, answers: list[str]) -> None:
    lines = [f"{'=' if not n else '~'}[plain]{gifted(answer)}" for n, answer in enumerate(answers)]

    parsed = grammar.parse(f"::n::[plain]{gifted(stem)}{{\n" + "\n".join(lines) + "\n}")

    if stem.strip() and all(answer.strip() for answer in answers):
        (question,) = parsed.questions
        assert question.stem.text == stem.strip()
        assert [answer.said.text for answer in question.answers] == [answer.strip() for answer in answers]
