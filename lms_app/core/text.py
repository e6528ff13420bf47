"""What people write, made safe to show: Markdown in, HTML that may stand on any page out.

`to_html` is the only source of HTML that the kit shows. Markdown has GFM tables, strikethrough, task lists, callouts
(`> [!NOTE]`), bare links, stored videos with captions and formulas (`$x^2$`, turned into MathML here). Raw HTML in it is text, never markup. Nothing
in the result makes a browser ask another site for anything: an outside video is a button until the reader presses it,
an image is shown only when it is a stored file. The result passes nh3, the only sanitiser, with a list of what may stay.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from html import escape
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from latex2mathml.converter import convert as latex_to_mathml
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from lms_app.core import sanitise
from lms_app.core.errors import Invalid
from lms_app.core.sanitise import PEERTUBE_HOSTS
from lms_app.core.words import later, say

TEXT_MAX = 500_000
_CACHED_MAX = 4_096
_FORMULA_MAX = 2_000


def to_html(markdown: str, *, heading_shift: int = 1, name: str = "", anchors: bool = False) -> str:
    """Safe HTML of `markdown`.

    Headings begin at level 1 + `heading_shift` (a lesson's first one is an h2) and go down without gaps, whatever
    levels the author chose. Scroll boxes are named after what they hold; `name` ("Question 3") goes before that, for
    pages that show several texts. Headings that the text links to can be linked to; with `anchors` all can, for a text
    that is a page of its own. A formula that cannot be read is shown as its source.
    Raises Invalid for a text above `TEXT_MAX` characters.
    """
    if len(markdown) > TEXT_MAX:
        raise Invalid(
            {
                "text": say(
                    "This text is longer than {text_max:,} characters. Divide it into several.", text_max=TEXT_MAX
                )
            }
        )
    make = _to_html_cached if len(markdown) <= _CACHED_MAX else _to_html
    return make(markdown, heading_shift, name, anchors)


def plain(markdown: str) -> str:
    """The words of `markdown` without any markup, blocks divided by spaces: for search, mail and lists."""
    said = (_words(token) for token in _parser().parse(markdown[:TEXT_MAX], {}))
    return " ".join(" ".join(said).split())


def video_of(url: str) -> str:
    """The address of the player for a video's page on a known host; empty for anything else."""
    try:
        parts = urlsplit(url.strip())
        query = parse_qs(parts.query)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https"):
        return ""
    host, path = (parts.hostname or "").removeprefix("www.").removeprefix("m."), parts.path
    if host in ("youtube.com", "youtube-nocookie.com", "youtu.be"):
        return _youtube(host, path, query)
    if host in ("vimeo.com", "player.vimeo.com"):
        found = re.fullmatch(r"/(?:video/)?(\d{1,20})/?", path)
        return f"https://player.vimeo.com/video/{found[1]}?autoplay=1" if found else ""
    if host in PEERTUBE_HOSTS:
        found = re.fullmatch(r"/(?:w|videos/watch|videos/embed)/([0-9A-Za-z-]{8,64})/?", path)
        return f"https://{host}/videos/embed/{found[1]}?autoplay=1" if found else ""
    return ""


def _youtube(host: str, path: str, query: dict[str, list[str]]) -> str:
    if host == "youtu.be":
        video = path.strip("/")
    elif path == "/watch":
        video = query.get("v", [""])[0]
    else:
        video = path.partition("/embed/")[2] or path.partition("/shorts/")[2] or path.partition("/live/")[2]
    if not re.fullmatch(r"[0-9A-Za-z_-]{6,20}", video):
        return ""
    typed = (query.get("t") or query.get("start") or [""])[0]
    at = re.fullmatch(r"(?:(\d{1,2})h)?(?:(\d{1,3})m)?(?:(\d{1,6})s?)?", typed)
    hours, minutes, seconds = (int(part or 0) for part in at.groups()) if at else (0, 0, 0)
    start = hours * 3600 + minutes * 60 + seconds
    return f"https://www.youtube-nocookie.com/embed/{video}?autoplay=1" + (f"&start={start}" if start else "")


# Making the HTML


@lru_cache(maxsize=4096)
def _to_html_cached(markdown: str, heading_shift: int, name: str, anchors: bool) -> str:
    return _to_html(markdown, heading_shift, name, anchors)


def _to_html(markdown: str, heading_shift: int, name: str, anchors: bool) -> str:
    env = {"base": 1 + heading_shift, "name": name, "names": set[str](), "all_anchors": anchors}
    return sanitise.clean(_parser().render(markdown, env)).strip()


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    md = MarkdownIt("commonmark", {"html": False, "typographer": False})
    md.enable(["table", "strikethrough"])
    dollarmath_plugin(md, allow_labels=False, allow_space=False, allow_digits=False, double_inline=True)
    rules = (_bare_links, _tasks, _callouts, _headings, _safe_links, _videos, _tables, _names)
    for rule in rules:
        md.core.ruler.push(rule.__name__.strip("_"), rule)
    for kind, render in _RENDER.items():
        md.add_render_rule(kind, render)
    return md


_BARE_URL = re.compile(r"https?://[^\s<>\"'`|\\^{}\[\]]{1,2000}")


def _bare_links(state: StateCore) -> None:
    """`https://…` in running text becomes a link, as on GitHub."""
    for block in state.tokens:
        if block.type != "inline" or "://" not in block.content:
            continue
        inside, made = 0, list[Token]()
        for token in block.children or []:
            inside += {"link_open": 1, "link_close": -1}.get(token.type, 0)
            made += [token] if inside or token.type != "text" else _split_links(token)
        block.children = made


def _split_links(token: Token) -> list[Token]:
    made, end = list[Token](), 0
    for match in _BARE_URL.finditer(token.content):
        url = match[0].rstrip(".,;:!?*_~")
        while url.endswith(")") and url.count(")") > url.count("("):
            url = url[:-1].rstrip(".,;:!?")
        opening = Token("link_open", "a", 1, attrs={"href": url}, info="auto")
        made += [_text(token.content[end : match.start()]), opening, _text(url), Token("link_close", "a", -1)]
        end = match.start() + len(url)
    return [*made, _text(token.content[end:])] if made else [token]


_TASK = re.compile(r"\[([ xX])\] ")


def _tasks(state: StateCore) -> None:
    """`- [x] done`: a sign with a name. A real box would be a control that nobody can label or tick."""
    for item, paragraph, token in zip(state.tokens, state.tokens[1:], state.tokens[2:], strict=False):
        if (item.type, paragraph.type) != ("list_item_open", "paragraph_open") or not token.children:
            continue
        first, match = token.children[0], _TASK.match(token.content)
        if match and first.type == "text":
            first.content = first.content[match.end() :]
            token.children.insert(0, Token("task", "span", 0, meta={"done": match[1] != " "}))


_CALLOUT = re.compile(r"\[!([A-Z]{3,20})\][ \t]*([^\n]*)\n?")
CALLOUTS = {
    "NOTE": later("Note"),
    "TIP": later("Tip"),
    "IMPORTANT": later("Important"),
    "WARNING": later("Warning"),
    "CAUTION": later("Caution"),
    "EXERCISE": later("Exercise"),
    "DISCUSSION": later("Discussion"),
    "OBJECTIVES": later("Objectives"),
    "KEYPOINTS": later("Key points"),
    "PREREQUISITES": later("Prerequisites"),
    "QUESTIONS": later("Questions"),
    "CHECKLIST": later("Checklist"),
    "HINT": later("Hint"),
    "SOLUTION": later("Solution"),
    "DETAILS": later("Details"),
}
_FOLDED = ("HINT", "SOLUTION", "DETAILS")


def _callouts(state: StateCore) -> None:
    """`> [!NOTE] Title`: a quotation with a title; hints, solutions and details are folded away until the reader opens them."""
    opened = list[tuple[Token, str]]()
    for index, token in enumerate(state.tokens):
        if token.type == "blockquote_open":
            opened.append((token, _callout_kind(state.tokens[index + 1 : index + 3])))
            if kind := opened[-1][1]:
                token.meta["callout"] = (kind, _take_title(state.md, state.tokens[index + 2], kind))
        elif token.type == "blockquote_close":
            _, kind = opened.pop()
            token.meta["callout"] = (kind, "") if kind else None


def _callout_kind(following: Sequence[Token]) -> str:
    if [token.type for token in following] != ["paragraph_open", "inline"]:
        return ""
    match = _CALLOUT.match(following[1].content)
    return match[1] if match and match[1] in CALLOUTS else ""


def _take_title(md: MarkdownIt, inline: Token, kind: str) -> str:
    match = _CALLOUT.match(inline.content)
    assert match
    inline.content = inline.content[match.end() :]
    inline.children = md.parseInline(inline.content)[0].children if inline.content else []
    title = plain(match[2]) if match[2].strip() else ""
    return f"{CALLOUTS[kind]}: {title}" if title else CALLOUTS[kind]


def _headings(state: StateCore) -> None:
    """Levels start at the base and go down one at a time; headings that are linked to get an id."""
    # The parser writes an address as a browser would send it; a heading is called by its letters.
    links = (unquote(str(token.attrs.get("href", ""))) for token in _inline(state.tokens))
    wanted = {link for link in links if link.startswith("#")}
    above = list[int]()
    for token, inline in zip(state.tokens, state.tokens[1:], strict=False):
        if token.type == "heading_open":
            source = int(token.tag[1])
            while above and above[-1] >= source:
                above.pop()
            above.append(source)
            token.tag = f"h{min(6, state.env.get('base', 2) + len(above) - 1)}"
            slug, known = slug_of(_words(inline)), state.env.setdefault("anchors", set[str]())
            if slug and slug not in known and (f"#{slug}" in wanted or state.env.get("all_anchors")):
                token.attrSet("id", f"s-{slug}")
                known.add(slug)
    levels = list[str]()
    for token in state.tokens:
        if token.type == "heading_open":
            levels.append(token.tag)
        elif token.type == "heading_close":
            token.tag = levels.pop()


def slug_of(heading: str) -> str:
    """What a link inside the text calls this heading: "What is it?" is `what-is-it`."""
    return re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", heading.strip().lower()))


_WEB = re.compile(r"https?://[^/\s]", re.IGNORECASE)
_HERE = re.compile(r"/(?![/\\])")


def _safe_links(state: StateCore) -> None:
    """A link leads to the web, to a mail address, into this site or into this text; any other is only its words."""
    anchors = state.env.get("anchors", set())
    for block in state.tokens:
        if block.type != "inline" or not block.children:
            continue
        kept, dropped = list[Token](), list[bool]()
        for token in block.children:
            if token.type == "link_open":
                dropped.append(not _settle(token, anchors))
                if dropped[-1]:
                    continue
            elif token.type == "link_close" and dropped.pop():
                continue
            kept.append(token)
        block.children = kept


def _settle(link: Token, anchors: set[str]) -> bool:
    href = str(link.attrs.get("href", ""))
    link.attrs = {"href": href} | ({"title": link.attrs["title"]} if link.attrs.get("title") else {})
    if _WEB.match(href):
        link.attrSet("rel", "noopener nofollow")
        return True
    if href.startswith("#"):
        place = unquote(href[1:])
        link.attrSet("href", f"#s-{place}")
        return place in anchors
    return bool(_HERE.match(href)) or href.lower().startswith("mailto:")


def _videos(state: StateCore) -> None:
    """A paragraph that is nothing but a link (or an image) of a known video host becomes a button that plays it."""
    for index, token in enumerate(state.tokens):
        if token.type != "inline" or state.tokens[index - 1].type != "paragraph_open" or not token.children:
            continue
        url, title = _lone_address([one for one in token.children if one.type != "text" or one.content.strip()])
        if url and (player := video_of(url)):
            state.tokens[index - 1].hidden = state.tokens[index + 1].hidden = True
            token.children = [Token("video", "figure", 0, meta={"player": player, "url": url, "title": title})]


def _lone_address(children: list[Token]) -> tuple[str, str]:
    if len(children) == 1 and children[0].type == "image":
        return str(children[0].attrs.get("src", "")), _words(children[0])
    if len(children) < 2 or children[0].type != "link_open" or children[-1].type != "link_close":
        return "", ""
    if sum(token.type == "link_open" for token in children) > 1:
        return "", ""
    href = str(children[0].attrs.get("href", ""))
    words = " ".join("".join(_words(token) for token in children[1:-1]).split())
    return href, "" if "://" in words else words


def _tables(state: StateCore) -> None:
    """Header cells say what they head. An empty one heads nothing, so it is a plain cell."""
    for index, token in enumerate(state.tokens):
        if token.type not in ("th_open", "td_open"):
            continue
        align = str(token.attrs.pop("style", "")).removeprefix("text-align:")
        if align in ("right", "center"):
            token.attrSet("class", f"k-{align}")
        if token.type == "th_open" and not state.tokens[index + 1].content.strip():
            token.tag = state.tokens[index + 2].tag = "td"
        elif token.type == "th_open":
            token.attrSet("scope", "col")


def _names(state: StateCore) -> None:
    """What scrolls can be reached by Tab, so it needs a name, and landmarks of one page need different ones."""
    for index, token in enumerate(state.tokens):
        if token.type == "table_open":
            heads = list[str]()
            for one in state.tokens[index + 1 :]:
                if one.type == "thead_close" or len(heads) == 3:
                    break
                heads += [one.content] if one.type == "inline" and one.content else []
            token.meta["name"] = _name(state, say("Table"), ", ".join(plain(head) for head in heads))
        elif token.type in ("fence", "code_block"):
            lines = (line.strip() for line in token.content.splitlines())
            token.meta["name"] = _name(state, say("Code"), next((line for line in lines if line), ""))
        elif token.type.startswith("math_block"):
            token.meta["name"] = _name(state, say("Formula"), " ".join(token.content.split()))


def _name(state: StateCore, kind: str, about: str) -> str:
    first = f"{kind}: {about[:39]}…" if len(about) > 40 else f"{kind}: {about}" if about else kind
    before, names = state.env.get("name", ""), state.env.setdefault("names", set())
    base = f"{before}, {first[0].lower()}{first[1:]}" if before else first
    name, number = base, 1
    while name in names:
        number = max(number + 1, state.env.get(f"last {base}", 1) + 1)
        name = f"{base} ({number})"
    state.env[f"last {base}"] = number
    names.add(name)
    return name


# Tokens to HTML

Render = Callable[[Any, Sequence[Token], int, Any, Any], str]


def _scrolls(name: str) -> str:
    return f'role="region" tabindex="0" aria-label="{escape(name)}"'


def _table_open(_self: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    return f'<div class="k-mdt" {_scrolls(tokens[index].meta["name"])}><table>\n'


def _table_close(_self: Any, _tokens: Sequence[Token], _index: int, _options: Any, _env: Any) -> str:
    return "</table></div>\n"


def _code(_self: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    token = tokens[index]
    return f"<pre {_scrolls(token.meta['name'])}><code>{escape(token.content, quote=False)}</code></pre>\n"


_STORED = re.compile(r"(/files/[0-9a-fA-F-]{32,36})(?:#(\d{1,5})x(\d{1,5}))?")


# A stored video or recording: `![Title](/files/…#video)`, with `=…` the id of the file with its captions.
_PLAYED = re.compile(r"(/files/[0-9a-fA-F-]{32,36})#(video|audio)(?:=([0-9a-fA-F-]{32,36}))?")


def _image(_self: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    token = tokens[index]
    source = str(token.attrs.get("src", ""))
    alt, found, played = escape(_words(token)), _STORED.fullmatch(source), _PLAYED.fullmatch(source)
    if played:
        url, tag, captions = played.groups()
        track = (
            f'<track kind="captions" src="/files/{captions}" label="{say("Captions")}" default="">' if captions else ""
        )
        return f'<{tag} src="{url}" controls="" preload="metadata" aria-label="{alt}">{track}</{tag}>'
    if not found:
        return f"<span>[{say('Image not stored')}{f': {alt}' if alt else ''}]</span>"
    size = f' width="{found[2]}" height="{found[3]}"' if found[2] else ""
    title = f' title="{escape(str(token.attrs["title"]))}"' if token.attrs.get("title") else ""
    return f'<img src="{found[1]}" alt="{alt}"{title}{size} loading="lazy" decoding="async">'


def _task(_self: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    sign, said = ("☑", say("Done")) if tokens[index].meta["done"] else ("☐", say("To do"))
    return f'<span role="img" aria-label="{said}">{sign}</span> '


def _video(_self: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    video = tokens[index].meta
    host = urlsplit(video["player"]).hostname or ""
    title = escape(video["title"] or say("an outside video"))
    return (
        f'<figure><button type="button" class="k-video" data-embed="{escape(video["player"])}" data-title="{title}">'
        f"{say('Play {title}', title=title)}</button><figcaption>{say('Playing it loads the video from {host}.', host=host)} "
        f'<a href="{escape(video["url"])}" rel="noopener nofollow">{say("Open it there")}</a></figcaption></figure>'
    )


def _quote_open(_self: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    kind, title = tokens[index].meta.get("callout") or ("", "")
    if kind in _FOLDED:
        return f"<details><summary>{escape(title)}</summary>\n"
    return f"<blockquote>\n<p><strong>{escape(title)}</strong></p>\n" if kind else "<blockquote>\n"


def _quote_close(_self: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    kind, _ = tokens[index].meta.get("callout") or ("", "")
    return "</details>\n" if kind in _FOLDED else "</blockquote>\n"


def _formula(_self: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    return _mathml(tokens[index].content, "block" if tokens[index].type == "math_inline_double" else "inline")


def _formula_block(_self: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    name = tokens[index].meta["name"]
    return f'<div class="k-mdt" {_scrolls(name)}>{_mathml(tokens[index].content, "block")}</div>\n'


@lru_cache(maxsize=4096)
def _mathml(latex: str, display: str) -> str:
    if len(latex) <= _FORMULA_MAX:
        try:
            return latex_to_mathml(latex.strip(), display=display)
        except (Exception, RecursionError):  # it knows many ways to fail, and none of them is the reader's business
            pass
    return f"<code>{escape(latex.strip())}</code>"


_RENDER: dict[str, Render] = {
    "table_open": _table_open,
    "table_close": _table_close,
    "fence": _code,
    "code_block": _code,
    "image": _image,
    "task": _task,
    "video": _video,
    "blockquote_open": _quote_open,
    "blockquote_close": _quote_close,
    "math_inline": _formula,
    "math_inline_double": _formula,
    "math_block": _formula_block,
}


def _inline(tokens: Iterable[Token]) -> Iterable[Token]:
    return (child for token in tokens for child in token.children or [])


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _words(token: Token) -> str:
    if token.type == "video":
        return f"{token.meta['title']} {token.meta['url']}".strip()
    if token.children is not None and token.type in ("inline", "image"):
        return "".join(_words(child) for child in token.children)
    if token.type in ("softbreak", "hardbreak"):
        return " "
    if token.type == "blockquote_open" and token.meta.get("callout"):
        return token.meta["callout"][1]
    if token.type in ("text", "code_inline", "fence", "code_block") or token.type.startswith("math_"):
        return token.content
    return ""
