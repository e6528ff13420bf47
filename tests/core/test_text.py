"""Markdown to HTML that may stand on any page: what it shows, and that nothing an author writes becomes markup or a request.

Every attack is judged by a parser of its own (`html.parser`), on the tags and attributes that come out, never by looking
for words: the words of an attack may well be shown, as words.
"""

import re
import time
from html.parser import HTMLParser
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms_app.core.errors import Invalid
from lms_app.core.sanitise import VIDEO_HOSTS
from lms_app.core.text import CALLOUTS, TEXT_MAX, plain, slug_of, to_html, video_of

pytestmark = pytest.mark.no_database

FILE = f"/files/{UUID(int=7)}"


# ---- What it shows


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("", ""),
        (
            "One *two* **three** ~~four~~ `five`",
            "<p>One <em>two</em> <strong>three</strong> <s>four</s> <code>five</code></p>",
        ),
        ("one\\\ntwo", "<p>one<br>\ntwo</p>"),
        ("> quoted", "<blockquote>\n<p>quoted</p>\n</blockquote>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. c", '<ol start="3">\n<li>c</li>\n</ol>'),
        ("---", "<hr>"),
        ("&copy; 1 &lt; 2", "<p>© 1 &lt; 2</p>"),
        (
            "- [x] sown\n- [ ] grown",
            '<ul>\n<li><span role="img" aria-label="Done">☑</span> sown</li>\n'
            '<li><span role="img" aria-label="To do">☐</span> grown</li>\n</ul>',
        ),
        (
            "```python\nif a < b:\n```",
            '<pre role="region" tabindex="0" aria-label="Code: if a &lt; b:"><code>if a &lt; b:\n</code></pre>',
        ),
        (
            "| Name | n |\n|:--|--:|\n| a | 1 |",
            '<div class="k-mdt" role="region" tabindex="0" aria-label="Table: Name, n"><table>\n<thead>\n<tr>\n'
            '<th scope="col">Name</th>\n<th class="k-right" scope="col">n</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>a</td>\n'
            '<td class="k-right">1</td>\n</tr>\n</tbody>\n</table></div>',
        ),
        ("|  | n |\n|--|:-:|\n| a | 1 |", None),
    ],
)
def test_github_flavoured_markdown(markdown: str, html: str | None) -> None:
    made = to_html(markdown)

    if html is None:
        assert '<td></td>\n<th class="k-center" scope="col">n</th>' in made
    else:
        assert made == html


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        (
            "see https://example.org/a_b.",
            '<p>see <a href="https://example.org/a_b" rel="noopener nofollow">https://example.org/a_b</a>.</p>',
        ),
        (
            "(https://example.org/x_(y))",
            '<p>(<a href="https://example.org/x_(y)" rel="noopener nofollow">https://example.org/x_(y)</a>)</p>',
        ),
        ("`https://example.org`", "<p><code>https://example.org</code></p>"),
        (
            "[a](https://example.org 'T')",
            '<p><a href="https://example.org" title="T" rel="noopener nofollow">a</a></p>',
        ),
        ("[a](/courses)", '<p><a href="/courses">a</a></p>'),
        ("[a](mailto:a@example.org)", '<p><a href="mailto:a@example.org">a</a></p>'),
        ("[a](page.md) [b](//example.org) [c](ftp://example.org)", "<p>a b c</p>"),
        (
            "[![a](x.png)](https://example.org)",
            '<p><a href="https://example.org" rel="noopener nofollow"><span>[Image not stored: a]</span></a></p>',
        ),
    ],
)
def test_links(markdown: str, html: str) -> None:
    assert to_html(markdown) == html


def test_headings_begin_below_the_page_and_leave_no_level_out() -> None:
    assert re.findall(r"<h\d", to_html("# A\n\n### B\n\n###### C\n\n## D")) == ["<h2", "<h3", "<h4", "<h3"]
    assert re.findall(r"<h\d", to_html("### A\n\n# B", heading_shift=2)) == ["<h3", "<h3"]
    assert re.findall(r"</?h\d", to_html("# A\n\n## B", heading_shift=9)) == ["<h6", "</h6", "<h6", "</h6"]


@pytest.mark.parametrize(
    ("heading", "link"),
    [
        ("What is it?", "what-is-it"),
        ("Über *Öl* & `Code`", "%C3%BCber-%C3%B6l--code"),
        ("Über Öl", "über-öl"),
        ("1.2 Numbers", "12-numbers"),
        ("Same", "same"),
    ],
)
def test_a_link_inside_the_text_finds_its_heading(heading: str, link: str) -> None:
    made = to_html(f"[go](#{link}) [nowhere](#nowhere)\n\n## {heading}\n\n## Same\n\n## Other")

    ids = re.findall(r' id="([^"]*)"', made)
    hrefs = re.findall(r'href="#([^"]*)"', made)
    assert len(ids) == 1
    assert hrefs == ids
    assert "nowhere</p>" in made


def test_pages_that_others_link_to_name_every_heading_once() -> None:
    made = to_html("# One\n\n## Two\n\n## Two\n\n## ☃\n", anchors=True)

    assert re.findall(r"<h\d([^>]*)>", made) == [' id="s-one"', ' id="s-two"', "", ""]


def test_slugs_are_githubs() -> None:
    assert slug_of("Task - upload (your) code!") == "task---upload-your-code"


@pytest.mark.parametrize("kind", sorted(CALLOUTS))
def test_callouts_have_their_name_and_a_title(kind: str) -> None:
    made = to_html(f"> [!{kind}] About *it*\n> Words.\n>\n> - more")

    assert f"{CALLOUTS[kind]}: About it" in made
    assert "<li>more</li>" in made
    assert ("<details>" in made) is (kind in ("HINT", "SOLUTION", "DETAILS"))
    assert made.count("<details>") == made.count("</details>")
    assert made.count("<blockquote>") == made.count("</blockquote>")


def test_callouts_nest_and_unknown_ones_are_words() -> None:
    made = to_html("> [!EXERCISE]\n> Do.\n>\n> > [!SOLUTION]\n> > So.\n\n> [!NOSUCH]\n> Words.")

    assert made == (
        "<blockquote>\n<p><strong>Exercise</strong></p>\n<p>Do.</p>\n<details><summary>Solution</summary>\n<p>So.</p>\n"
        "</details>\n</blockquote>\n<blockquote>\n<p>[!NOSUCH]\nWords.</p>\n</blockquote>"
    )


@pytest.mark.parametrize(
    ("markdown", "mathml"),
    [
        ("$x^2$", "<msup><mi>x</mi><mn>2</mn></msup>"),
        (r"$\frac{1}{2}$", "<mfrac><mrow><mn>1</mn></mrow><mrow><mn>2</mn></mrow></mfrac>"),
        (r"$\sqrt{2}$", "<msqrt><mrow><mn>2</mn></mrow></msqrt>"),
        (r"$$\sum_{i=1}^n i$$", 'display="block"'),
        ("$$\na + b\n$$", 'display="block"'),
        (r"$\begin{matrix}a&b\\c&d\end{matrix}$", "<mtable>"),
    ],
)
def test_formulas_become_mathml(markdown: str, mathml: str) -> None:
    made = to_html(markdown)

    assert "<math " in made
    assert mathml in made
    assert "$" not in made


@pytest.mark.parametrize("markdown", ["It costs $5 or $6.", "US$0.50 to US$4", r"\$x\$", "`$x$`", "$ x $"])
def test_money_is_no_formula(markdown: str) -> None:
    assert "<math" not in to_html(markdown)


@pytest.mark.parametrize("latex", [r"\frac{1}", r"\left(", r"\nosuch{", "^", r"\begin{matrix}", "{" * 50, "x" * 3000])
def test_a_formula_that_cannot_be_read_is_shown_or_made_but_never_breaks(latex: str) -> None:
    made = to_html(f"before ${latex}$ after")

    assert "before" in made
    assert "after" in made


# ---- Pictures and videos


def test_only_stored_pictures_are_shown() -> None:
    assert to_html(f'![a *wolf*]({FILE}#640x480 "Lupus")') == (
        f'<p><img src="{FILE}" alt="a wolf" title="Lupus" width="640" height="480" loading="lazy" decoding="async"></p>'
    )


@pytest.mark.parametrize(
    "source",
    [
        "https://example.org/a.png",
        "//example.org/a.png",
        "a.png",
        "/a.png",
        "data:image/png;base64,AA",
        "/files/../admin",
        "/files/x",
        f"{FILE}/../x",
        f"{FILE}?x",
        f"{FILE}#1x2x3",
        f"https://example.org{FILE}",
        "",
    ],
)
def test_any_other_picture_is_named_only(source: str) -> None:
    made = to_html(f"![a wolf]({source})")

    assert made == "<p><span>[Image not stored: a wolf]</span></p>"


@pytest.mark.parametrize(
    ("url", "player"),
    [
        (
            "https://www.youtube.com/watch?v=abcdefghijk",
            "https://www.youtube-nocookie.com/embed/abcdefghijk?autoplay=1",
        ),
        (
            "https://youtu.be/abcdefghijk?t=1m5s",
            "https://www.youtube-nocookie.com/embed/abcdefghijk?autoplay=1&start=65",
        ),
        ("https://m.youtube.com/shorts/abcdefghijk", "https://www.youtube-nocookie.com/embed/abcdefghijk?autoplay=1"),
        (
            "https://www.youtube.com/embed/abcdefghijk?start=9",
            "https://www.youtube-nocookie.com/embed/abcdefghijk?autoplay=1&start=9",
        ),
        ("https://vimeo.com/12345", "https://player.vimeo.com/video/12345?autoplay=1"),
        ("https://framatube.org/w/abcdefgh", "https://framatube.org/videos/embed/abcdefgh?autoplay=1"),
        ("https://example.org/watch?v=abcdefghijk", ""),
        ("https://youtube.com.example.org/watch?v=abcdefghijk", ""),
        ("https://youtube.com@example.org/watch?v=abcdefghijk", ""),
        ("ftp://youtube.com/watch?v=abcdefghijk", ""),
        ("https://www.youtube.com/watch?v=a%22onload", ""),
        ("https://www.youtube.com/channel/abcdefghijk", ""),
        ("https://vimeo.com/12345/../../x", ""),
        ("https://[youtube.com/", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_players_of_known_hosts_only(url: str, player: str) -> None:
    assert video_of(url) == player
    assert not player or any(player.startswith(f"{host}/") for host in VIDEO_HOSTS)


@pytest.mark.parametrize(
    "markdown",
    [
        "https://youtu.be/abcdefghijk",
        "[A film](https://youtu.be/abcdefghijk)",
        "![A film](https://youtu.be/abcdefghijk)",
        "[![A film](still.png)](https://youtu.be/abcdefghijk)",
    ],
)
def test_a_video_alone_is_a_button_that_loads_nothing(markdown: str) -> None:
    made = to_html(markdown)

    name = "A film" if "A film" in markdown else "an outside video"
    assert made == (
        '<figure><button type="button" class="k-video" data-embed="https://www.youtube-nocookie.com/embed/abcdefghijk?autoplay=1" '
        f'data-title="{name}">Play {name}</button><figcaption>Playing it loads the video from www.youtube-nocookie.com. '
        '<a href="https://youtu.be/abcdefghijk" rel="noopener nofollow">Open it there</a></figcaption></figure>'
    )


def test_a_video_among_words_is_a_link() -> None:
    assert "<button" not in to_html("See https://youtu.be/abcdefghijk now.")


# ---- Nothing an author writes is markup

ATTACKS = [
    "<script>alert(1)</script>",
    "<script async src=//x></script>",
    "<img src=x onerror=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<svg onload=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    "<details open ontoggle=alert(1)>",
    "<meta http-equiv=refresh content='0;url=//x'>",
    "<base href=//x>",
    "<form action=//x><button formaction=javascript:alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "<style>@import '//x'</style>",
    "<link rel=stylesheet href=//x>",
    "<object data=//x></object><embed src=//x>",
    "<video src=//x autoplay onplay=alert(1)></video>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<noscript><p title='</noscript><script>alert(1)</script>'>",
    "<a\nhref=\njavascript:alert(1)>x",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:msgbox(1))",
    "[x](//evil.example)",
    "[x](/\\evil.example)",
    "[x](https:evil)",
    "[x]: javascript:alert(1)\n\n[x]",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    "![x](https://evil.example/x.png)",
    '![x" onerror="alert(1)](/files/00000000-0000-4000-8000-000000000007)',
    '![x](/files/00000000-0000-4000-8000-000000000007 "t\\" onerror=\\"alert(1)")',
    '[x](https://example.org "t\\" onmouseover=\\"alert(1)")',
    '[x](https://example.org/"onmouseover="alert(1))',
    '[a"onfocus="alert(1)](https://youtu.be/abcdefghijk)',
    "https://example.org/<script>alert(1)</script>",
    'https://example.org/"onmouseover=alert(1)',
    "`<script>alert(1)</script>`",
    "```<script>\n</code></pre><script>alert(1)</script>\n```",
    '```"><script>alert(1)</script>\nx\n```',
    "    </code></pre><script>alert(1)</script>",
    "$<script>alert(1)</script>$",
    r"$\text{<img src=x onerror=alert(1)>}$",
    r"$\href{javascript:alert(1)}{x}$",
    r"$\style{background:url(//x)}{x}$",
    r"$$\unicode{x3c}script\unicode{x3e}$$",
    "$&lt;script&gt;alert(1)&lt;/script&gt;$",
    '$</math><script>alert(1)</script>$ "',
    "> [!NOTE] <img src=x onerror=alert(1)>\n> x",
    "> [!HINT] </summary><script>alert(1)</script>\n> x",
    '| <script>alert(1)</script> | " onclick=alert(1) |\n|--|--|\n| <b> | x |',
    '# x" onclick="alert(1)\n\n[y](#x-onclickalert1)',
    "[y](#a)\n\n# <img src=x onerror=alert(1)> a",
    "- [x] <script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u003cscript\u003ealert(1)\u003c/script\u003e",
    "<scr\x00ipt>alert(1)</scr\x00ipt>",
    "＜script＞alert(1)＜/script＞",
    "\u202e<script>alert(1)</script>",
    "<div style='position:fixed;inset:0'>",
    "<button class=k-video data-embed=//evil.example>Play</button>",
]
TAGS = frozenset(
    [
        "p",
        "br",
        "hr",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "strong",
        "em",
        "s",
        "ul",
        "ol",
        "li",
        "blockquote",
        "pre",
        "code",
        "a",
        "img",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "div",
        "span",
        "figure",
        "figcaption",
        "button",
        "details",
        "summary",
        "math",
        "mrow",
        "mi",
        "mn",
        "mo",
        "ms",
        "mtext",
        "mspace",
        "msup",
        "msub",
        "msubsup",
        "mfrac",
        "msqrt",
        "mroot",
        "mover",
        "munder",
        "munderover",
        "mtable",
        "mtr",
        "mtd",
        "mstyle",
        "mpadded",
        "mphantom",
        "menclose",
        "mmultiscripts",
        "mprescripts",
        "none",
    ]
)


class _Seen(HTMLParser):
    """What a browser would find: tags, attributes, and addresses."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.wrong.append(f"<{tag}>")
        for name, value in attrs:
            if name.startswith("on") or name in ("style", "srcdoc", "formaction", "action", "target", "srcset"):
                self.wrong.append(f"{tag}.{name}")
            if name == "src" and not re.fullmatch(r"/files/[0-9a-f-]{36}", value or ""):
                self.wrong.append(f"{tag}.src={value}")
            if name == "href" and not _may_lead(value or ""):
                self.wrong.append(f"{tag}.href={value}")
            if name == "data-embed" and not any((value or "").startswith(f"{host}/") for host in VIDEO_HOSTS):
                self.wrong.append(f"{tag}.data-embed={value}")
            if name == "class" and value not in ("k-mdt", "k-video", "k-right", "k-center"):
                self.wrong.append(f"{tag}.class={value}")

    def handle_comment(self, data: str) -> None:
        self.wrong.append("comment")

    def handle_decl(self, decl: str) -> None:
        self.wrong.append("declaration")

    def unknown_decl(self, data: str) -> None:
        self.wrong.append("declaration")


def _may_lead(href: str) -> bool:
    parts = urlsplit(href)
    if parts.scheme in ("http", "https"):
        return bool(parts.netloc)
    return parts.scheme == "mailto" or (not parts.scheme and not parts.netloc and href.startswith(("/", "#s-")))


def wrong_in(html: str) -> list[str]:
    seen = _Seen()
    seen.feed(html)
    seen.close()
    return seen.wrong


@pytest.mark.parametrize(
    "around",
    ["{}", "a {} b", "# {}", "> {}", "- {}", "| {} |\n|--|\n| {} |", "*{}*", "[{}](https://example.org)", "${}$"],
)
@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_becomes_markup(attack: str, around: str) -> None:
    assert wrong_in(to_html(around.replace("{}", attack))) == []


@pytest.mark.parametrize(
    "html",
    [
        "<script>a()</script>",
        "<p onclick=a()>",
        "<a href='javascript:a()'>",
        "<a href='//evil.example'>",
        "<img src='https://evil.example/x.png'>",
        "<button data-embed='https://evil.example/'>",
        "<p style='color:red'>",
        "<!-- a -->",
    ],
)
def test_the_judge_of_these_tests_sees_what_is_wrong(html: str) -> None:
    assert wrong_in(html) != []


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_comes_in_by_the_name_of_the_text(attack: str) -> None:
    assert wrong_in(to_html("```\ncode\n```\n\n|a|\n|-|\n", name=attack)) == []


PIECES = st.sampled_from(
    [
        "<",
        ">",
        "/",
        "script",
        "img src=x onerror=a()",
        '"',
        "'",
        "`",
        "```\n",
        "\n",
        "\n\n",
        "[",
        "](",
        ")",
        "![",
        "javascript:",
        "https://",
        "e.x",
        "youtu.be/abcdefghijk",
        "$",
        "$$",
        "\\",
        "{",
        "}",
        "^",
        "_",
        "*",
        "> ",
        "- ",
        "# ",
        "|",
        "|-|\n",
        "[!NOTE]",
        "[!HINT]",
        "&lt;",
        "&#60;",
        "&",
        "a",
        " ",
        "\\text{",
        "\\frac",
        "<!--",
        "-->",
        "<![CDATA[",
        "/files/00000000-0000-4000-8000-000000000007",
        "#a",
        "~~",
        "onload=",
        "\t",
        "é",
        "\u202e",
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_nothing_that_can_be_written_becomes_markup(markdown: str) -> None:
    assert wrong_in(to_html(markdown)) == []


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_any_text_at_all_can_be_shown(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        return

    assert wrong_in(to_html(text)) == []
    assert isinstance(plain(text), str)


# ---- Names, words, limits


def test_what_scrolls_has_a_name_of_its_own() -> None:
    made = to_html("```\na\n```\n\n```\na\n```\n\n|a|\n|-|\n\n$$x$$\n", name="Question 3")

    names = re.findall(r'aria-label="([^"]*)"', made)
    assert names == ["Question 3, code: a", "Question 3, code: a (2)", "Question 3, table: a", "Question 3, formula: x"]


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("# Title\n\n*One* `two` [three](https://example.org)", "Title One two three"),
        ("- a\n- b\n\n> c", "a b c"),
        ("![a wolf](x.png)", "a wolf"),
        ("| a | b |\n|--|--|\n| 1 | 2 |", "a b 1 2"),
        ("<b>bold</b>", "<b>bold</b>"),
        ("> [!NOTE] Look\n> Here.", "Note: Look Here."),
        ("one\\\ntwo\nthree", "one two three"),
        ("x $y^2$", "x y^2"),
        ("", ""),
    ],
)
def test_plain_words(markdown: str, words: str) -> None:
    assert plain(markdown) == words


def test_a_text_may_not_be_endless() -> None:
    with pytest.raises(Invalid, match="longer than 500,000"):
        to_html("x" * (TEXT_MAX + 1))


@pytest.mark.parametrize(
    "unit",
    [
        "[",
        "![",
        "[a](",
        "*",
        "_a*",
        "`",
        "<",
        "> ",
        "- ",
        "$",
        "$a$ ",
        "|a",
        "| a |\n|-|\n",
        "[a]: b\n",
        "&",
        "# a\n",
        "[](#",
        "http://a ",
        "~~a",
        "> [!NOTE]\n",
    ],
)
def test_time_grows_with_the_length_only(unit: str) -> None:
    text = unit * (30_000 // len(unit))
    begun = time.process_time()

    to_html(text)

    # About a tenth of it on a quiet machine; what grows with the square takes minutes.
    assert time.process_time() - begun < 3


@pytest.mark.parametrize(
    "markdown",
    [
        "".join("  " * n + "- a\n" for n in range(200)),
        "> " * 300 + "a",
        "$" + r"\frac{" * 200 + "}" * 200 + "$",
        "[" * 500 + "a" + "](b)" * 500,
        "*" * 1000 + "a" + "*" * 1000,
    ],
)
def test_depth_is_bounded(markdown: str) -> None:
    assert wrong_in(to_html(markdown)) == []


def test_a_stored_video_is_played_with_its_captions() -> None:
    captions = UUID(int=8)

    html = to_html(f"![Pond film]({FILE}#video={captions})")

    assert f'<video src="{FILE}"' in html
    assert 'aria-label="Pond film"' in html
    assert f'<track kind="captions" src="/files/{captions}" label="Captions" default=""></video>' in html
    assert f'<audio src="{FILE}"' in to_html(f"![A song]({FILE}#audio)")


@pytest.mark.parametrize("source", ["https://evil.example/x#video", "/files/x#video", f"{FILE}#video=//evil.example"])
def test_only_stored_files_are_played(source: str) -> None:
    html = to_html(f"![x]({source})")

    assert "<video" not in html
    assert "<track" not in html
