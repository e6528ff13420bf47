"""HTML of other systems as Markdown: what stays, what goes, and that nothing of it becomes markup again."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms_app.core import text as core_text
from lms_app.exchange import html
from lms_app.exchange.html import Converted

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize(
    ("written", "markdown"),
    [
        ("", ""),
        ("just words", "just words"),
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<p>One<p>Two", "One\n\nTwo"),
        ("one<br>two<br/><br/>three", "one\\\ntwo\n\nthree"),
        ("<b>bold </b>word", "**bold** word"),
        ("<b></b>nothing<i> </i>", "nothing"),
        ("<strong><em>both</em></strong>", "***both***"),
        ("<b><strong>twice</strong></b>", "**twice**"),
        ("<b>line<br></b>next", "**line**\\\nnext"),
        ("<del>old</del> <s>older</s>", "~~old~~ ~~older~~"),
        ("<code>a*b</code> and <kbd>Ctrl</kbd>", "`a*b` and `Ctrl`"),
        ("<code>a`b</code>", "``a`b``"),
        ("<h3>Title</h3>text", "### Title\n\ntext"),
        ("<ol start=3><li>c<li>d</ol>", "3. c\n4. d"),
        ("<ul><li>a<ul><li>b</li></ul></li></ul>", "- a\n\n  - b"),
        ("<blockquote><p>said</p></blockquote>", "> said"),
        ("<hr>", "---"),
        ("<pre>x &lt; y\n  z</pre>", "```\nx < y\n  z\n```"),
        ("<pre>```</pre>", "````\n```\n````"),
        (
            "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>x|y</td></tr></table>",
            "| a | b |\n| --- | --- |\n| 1 | x\\|y |",
        ),
        ("<table><tr><td>only</td></tr></table>", "only"),
        ("x<sub>2</sub> y<sup>10</sup>", "x₂ y¹⁰"),
        ("T<sub>wet day</sub>", r"T$_{\text{wet day}}$"),
        ("&lt;b&gt; &amp; &nbsp;&eacute;", "<b> & é"),
        ("<span style='color:red'>red</span>", "red"),
        ("a &amp;lt; b", r"a \&lt; b"),
        ("<img src='a b.png' alt='x [y]'>", r"![x \[y\]](a%20b.png)"),
        ("<a href='https://example.org/(x)'>l</a>", "[l](https://example.org/%28x%29)"),
        ("<a name='here'>place</a>", "place"),
        (
            "<iframe src='https://www.youtube.com/embed/abcdefghijk'></iframe>",
            "https://www.youtube.com/embed/abcdefghijk",
        ),
        ("2 * 3 * 4 and snake_case and _x_", r"2 \* 3 \* 4 and snake_case and \_x\_"),
        ("# no title", r"\# no title"),
        ("<unknown>tag", "<unknown>tag"),
        ("a < b and b > c", "a < b and b > c"),
        ("<!-- hidden -->seen", "seen"),
        ("<!-- never closed", "<!-- never closed"),
    ],
)
def test_html_becomes_markdown(written: str, markdown: str) -> None:
    assert html.from_html(written).markdown == markdown


def test_what_is_lost_is_named_and_pictures_are_listed() -> None:
    written = "<style>p{}</style><script>x()</script><p onclick='x()'>a</p><img src='u'><form><input></form>"
    written += "<object data='https://example.org/x.swf'></object><a href='data:x'>b</a>"

    assert html.from_html(written) == Converted(
        "a\n\n![](u)\n\n[https://example.org/x.swf](https://example.org/x.swf)\n\nb",
        ("u",),
        ("<style>", "<script>", "<input>", "<object> of https://example.org/x.swf", "a link that is no web address"),
    )


ANY = st.lists(
    st.sampled_from(
        [
            "<",
            ">",
            "</",
            "p",
            "b",
            "ul",
            "li",
            "table",
            "tr",
            "td",
            "pre",
            "code",
            "script",
            "a",
            " href=",
            "'",
            '"',
            "x",
            "\n",
            "*",
            "_",
            "`",
            "&lt;",
            "$",
            "\\",
            "[",
            "](",
            "!",
            "|",
            "javascript:",
            "- ",
            "1. ",
        ]
    ),
    max_size=60,
).map("".join)


# Of a tag alone, with its attributes in quotes: what merely reads like one is text, and text is escaped.
RUNS = re.compile(
    r"<(?:(?:script|iframe|style|object|form|input)\b|\w+(?:\s+[\w-]+(?:=\"[^\"]*\")?)*?\s+(?:on\w+=|\w+=\"\s*javascript:))",
    re.I,
)


@settings(max_examples=200, deadline=None)
@given(ANY)
def test_nothing_becomes_markup_that_runs(written: str) -> None:
    for made in (html.from_html(written), html.from_mixed(written)):
        shown = core_text.to_html(made.markdown)

        assert not [said for said in re.findall(r"<[^<>]*>", shown) if RUNS.match(said)]


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"]) | st.sampled_from(list(" *_`[]()<>#+-.!|~$&\\12=:")),
    max_size=60,
)


@settings(max_examples=300, deadline=None)
@given(WORDS)
def test_plain_words_are_shown_as_they_are(words: str) -> None:
    line = " ".join(words.split())
    if re.search(r"\\[()\[\]]|\$\$", line):  # TeX is meant to become a formula
        return

    assert core_text.plain(html.from_plain(line)) == line


@pytest.mark.parametrize(
    "unit",
    [
        "<",
        "<a ",
        "<a '",
        '<a "<a" ',
        "<b>",
        "</b>",
        "<b><i>",
        "<p>",
        "<li>",
        "<ul><li>",
        "<table><tr><td>",
        "<td>",
        "<!--",
        "<!-- -->",
        "&lt;",
        "&",
        "$$",
        "\\(",
        "\\(a",
        "`",
        "*",
        "<pre>",
        "<code>`",
        "<script>",
        "<img src=x>",
        "<a href=x>",
        "<br>",
        "<sub>x",
        "\n",
        " ",
    ],
)
@pytest.mark.parametrize("convert", [html.from_html, html.from_mixed])
@pytest.mark.parametrize("size", [50_000, pytest.param(200_000, marks=pytest.mark.long)], ids=["short", "long"])
def test_time_grows_with_the_length_only(convert: object, unit: str, size: int) -> None:
    assert callable(convert)
    text = unit * (size // len(unit))
    begun = time.process_time()

    convert(text)

    assert time.process_time() - begun < size / 20_000
