"""HTML that other systems wrote, as Markdown that ours can show.

Nothing in here is a sanitiser: the result is Markdown, and `core/text` lets no markup through. What a reader would see
stays (words, pictures, links, lists, tables, code, formulas in TeX); how it looked goes; what cannot be kept (scripts,
forms, players) is named in `lost`. Time is in proportion to the length, whatever is written.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import quote, urlsplit

from lms_app.core.text import video_of
from lms_app.exchange import tags

DEPTH_MAX = 40
BLANK = "\udc5f"  # a place to fill in; a lone surrogate, so no text can hold one by chance
LINE = r"\_\_\_\_\_"

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})(?![a-zA-Z0-9-])((?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)>|<!--")
_ATTRIBUTE = re.compile(r"([a-zA-Z][a-zA-Z0-9-]{0,40})\s{0,9}=\s{0,9}(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]++))")


@dataclass(frozen=True, slots=True)
class Converted:
    """Markdown, the sources of its pictures, and what could not be kept, each in a few words."""

    markdown: str
    images: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


@dataclass(slots=True)
class _Node:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict[str, str])
    children: "list[_Node | str]" = field(default_factory=list["_Node | str"])


@dataclass(slots=True)
class _Found:
    images: list[str] = field(default_factory=list[str])
    lost: list[str] = field(default_factory=list[str])


def from_html(html: str) -> Converted:
    """A piece of HTML as Markdown. Names of elements that do not exist are shown as written."""
    found = _Found()
    root = _tree(html, found, lambda tag, _rest: tag in tags.KNOWN, keep_lines=False)
    return Converted(_blocks(root, found).strip("\n"), tuple(found.images), tuple(dict.fromkeys(found.lost)))


def from_mixed(text: str) -> Converted:
    """Plain text with line breaks and some HTML in it, as Moodle's auto-format.

    A tag counts as markup only where it is closed and there are words besides; a question about `<a>` keeps it.
    """
    if "<" not in text:
        return Converted(from_plain(unescape(text)))
    closed = {match[2].lower() for match in _TAG.finditer(text) if match[1]}

    def is_markup(tag: str, attributes: str) -> bool:
        return (
            tag in tags.MEANT and (tag in closed or tag in tags.VOID) and (tag != "a" or "href" in attributes.lower())
        )

    words = _TAG.sub(lambda match: "" if match[2] and is_markup(match[2].lower(), "href") else match[0], text)
    if not words.strip() and "<img" not in text.lower():
        return Converted(from_plain(unescape(text)))
    found = _Found()
    # What opens an `<a>` without an address is no markup, so neither is what closes it.
    has_link = any(match[2].lower() == "a" and "href" in match[3].lower() for match in _TAG.finditer(text) if match[2])
    root = _tree(text, found, lambda tag, rest: is_markup(tag, rest or ("href" if has_link else "")), keep_lines=True)
    return Converted(_blocks(root, found).strip("\n"), tuple(found.images), tuple(dict.fromkeys(found.lost)))


def from_plain(text: str) -> str:
    """Plain text as Markdown that shows exactly this, line breaks included."""
    paragraphs = re.split(r"\n[ \t]*\n\s*", text.strip("\n"))
    return "\n\n".join("\\\n".join(escape(line.strip()) for line in one.split("\n")) for one in paragraphs)


# ---- Plain words as Markdown

_SPECIAL = re.compile(
    r"[\\`*\[\]$]|(?<![^\W_])_|_(?![^\W_])|~(?=~)|(?<=~)~|<(?=[a-zA-Z][a-zA-Z0-9+.-]{0,31}:|[^\s<>@]{1,64}@)"
    r"|&(?=#?\w{1,32};)"
)
_AT_START = re.compile(r"(#{1,6}(?=\s|$)|[+-](?=\s|$)|>|={2,}\s*$|-{2,}|\||:(?=-|::))")
_NUMBERED = re.compile(r"(\d{1,9})([.)])(?=\s|$)")
_TEX = re.compile(r"(\\\(|\\\)|\\\[|\\\]|\$\$)")
_TEX_ENDS = {r"\(": r"\)", r"\[": r"\]", "$$": "$$"}


def escape(words: str, *, at_start: bool = True) -> str:
    """Plain words of one line, so that Markdown shows each sign of them. TeX in `\\(`, `\\[` or `$$` stays a formula."""
    if "\\" not in words and "$$" not in words:
        return _escaped(words, at_start=at_start)
    parts, made, at = _TEX.split(words), list[str](), 0
    while at < len(parts):
        part = parts[at]
        # A formula is one part between its delimiters; anything else between them is text about delimiters.
        if at % 2 and at + 2 < len(parts) and _TEX_ENDS.get(part) == parts[at + 2] and _is_tex(parts[at + 1]):
            dollars = "$" if part == r"\(" or len(words.strip()) > len("".join(parts[at : at + 3])) else "$$"
            made.append(f"{dollars}{parts[at + 1].strip()}{dollars}")
            at += 3
        else:
            made.append(_escaped(part, at_start=at_start and not any(made)))
            at += 1
    return "".join(made)


def _is_tex(inside: str) -> bool:
    return bool(inside.strip()) and len(inside) <= 2000 and "$" not in inside and "\n" not in inside


def _escaped(words: str, *, at_start: bool) -> str:
    made = _SPECIAL.sub(lambda match: "\\" + match[0], words)
    return (_begun(made) if at_start else made).replace(BLANK, LINE)


def _begun(line: str) -> str:
    """A line of a paragraph whose first signs would make it a heading, a list, a quotation or a table."""
    if _NUMBERED.match(line):
        return _NUMBERED.sub(r"\1\\\2", line, count=1)
    return _AT_START.sub(r"\\\1", line, count=1) if _AT_START.match(line) else line


def code_span(words: str) -> str:
    """`words` as inline code, whatever backticks they hold."""
    longest = max((len(run) for run in re.findall("`+", words)), default=0)
    fence = "`" * (longest + 1)
    room = " " if words.startswith("`") or words.endswith("`") else ""
    return f"{fence}{room}{words}{room}{fence}"


def code_block(code: str, language: str = "") -> str:
    longest = max((len(run) for run in re.findall("`{3,}", code)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{code.strip(chr(10))}\n{fence}"


# ---- Tags to a tree


def _pieces(html: str) -> Iterator[re.Match[str] | str]:
    """Tags, and the text between them without comments."""
    at, no_end = 0, False
    while at < len(html):
        match = _TAG.search(html, at)
        if match is None:
            yield html[at:]
            return
        if match.start() > at:
            yield html[at : match.start()]
        if match[2]:
            yield match
            at = match.end()
            continue
        end = -1 if no_end else html.find("-->", match.end())
        no_end = end < 0
        if no_end:
            yield "<!--"
        at = match.end() if no_end else end + 3


def _tree(html: str, found: _Found, is_markup: Callable[[str, str], bool], *, keep_lines: bool) -> _Node:
    root = _Node("div")
    stack, skipping = [root], ""
    for piece in _pieces(html):
        if isinstance(piece, str):
            if not skipping:
                _add_words(stack[-1], unescape(piece), keep_lines)
            continue
        tag, rest = piece[2].lower(), piece[3]
        if skipping:
            if piece[1] and tag == skipping:
                skipping = ""
        elif not is_markup(tag, rest):
            _add_words(stack[-1], unescape(piece[0]), keep_lines)
        elif piece[1]:
            _close(stack, tag)
        elif tag in tags.RAW:
            skipping = _leave_out(stack[-1], tag, rest, found) if not rest.rstrip().endswith("/") else ""
        elif tag in tags.VOID:
            if tag not in ("br", "hr", "img", "wbr"):
                found.lost.append(f"<{tag}>")
            else:
                stack[-1].children.append(_Node(tag, _attributes(rest)))
        else:
            if tag in tags.BLOCK:
                _close_before(stack, tag)
            if len(stack) < DEPTH_MAX and not rest.rstrip().endswith("/"):
                node = _Node(tag, _attributes(rest) if tag in ("a", "ol") else {})
                stack[-1].children.append(node)
                stack.append(node)
    return root


def _add_words(node: _Node, words: str, keep_lines: bool) -> None:
    if keep_lines and "\n" in words and node.tag not in ("pre", "ul", "ol", "table", "tr", "tbody", "thead"):
        for number, line in enumerate(words.split("\n")):
            if number:
                node.children.append(_Node("br"))
            node.children.append(line)
    else:
        node.children.append(words)


def _attributes(rest: str) -> dict[str, str]:
    return {m[1].lower(): unescape(m[2] or m[3] or m[4] or "") for m in _ATTRIBUTE.finditer(rest)}


def _leave_out(node: _Node, tag: str, rest: str, found: _Found) -> str:
    """An element whose inside is not for readers. A player of a known host stays as the address of its video."""
    source = _attributes(rest).get("src") or _attributes(rest).get("data") or ""
    if tag in ("iframe", "video", "audio", "object") and source:
        node.children.append(_Node("address", {"href": source}, [source]))
        if not video_of(source):
            found.lost.append(f"<{tag}> of {source[:200]}")
    elif tag not in ("head", "title", "template", "noscript"):
        found.lost.append(f"<{tag}>")
    return tag


def _close(stack: list[_Node], tag: str) -> None:
    for depth in range(len(stack) - 1, 0, -1):
        if stack[depth].tag == tag:
            del stack[depth:]
            return
        if stack[depth].tag in ("td", "th", "table") and tag not in ("table", "tr", "tbody", "thead"):
            return


def _close_before(stack: list[_Node], tag: str) -> None:
    """What a new block ends by itself: a paragraph any, an item the item before it, a cell the cell."""
    ends = {
        "li": ("li",),
        "tr": ("tr", "td", "th"),
        "td": ("td", "th"),
        "th": ("td", "th"),
        "dt": ("dt", "dd"),
        "dd": ("dt", "dd"),
    }
    around = {"li": ("ul", "ol"), "tr": ("table",), "td": ("tr",), "th": ("tr",)}.get(tag, ())
    for depth in range(len(stack) - 1, 0, -1):
        if stack[depth].tag in around:
            return
        if stack[depth].tag == "p" or stack[depth].tag in ends.get(tag, ()):
            del stack[depth:]
            return


# ---- A tree to Markdown

EMPHASIS = {
    "b": "**",
    "strong": "**",
    "i": "*",
    "em": "*",
    "cite": "*",
    "dfn": "*",
    "var": "*",
    "s": "~~",
    "del": "~~",
    "strike": "~~",
}
_CODE = ("code", "tt", "samp", "kbd")
_BLOCKS = tags.BLOCK | {"hr", "address"}
_BLANKS = re.compile(r"[ \t\n\r\f\xa0]+")
_LOW = str.maketrans("0123456789+-=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
_HIGH = str.maketrans("0123456789+-=()abcdefghijklmnoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ")


def shifted(words: str, *, low: bool) -> str:
    """Subscript or superscript: in Unicode where each sign has one, else as a formula."""
    small = words.translate(_LOW if low else _HIGH)
    if words and all(a != b for a, b in zip(words, small, strict=True)):
        return small
    safe = re.sub(r"[^\w\s.,+\-]", "", words).strip()
    return f"${'_' if low else '^'}{{\\text{{{safe}}}}}$" if safe else ""


def _blocks(node: _Node, found: _Found) -> str:
    """The children as blocks divided by blank lines; words between blocks are paragraphs."""
    made, run = list[str](), list[_Node | str]()

    def end_paragraph() -> None:
        if words := _paragraph("".join(_inline(one, found) for one in run)):
            made.append(words)
        run.clear()

    for child in node.children:
        if isinstance(child, str) or not _is_block(child):
            run.append(child)
            continue
        end_paragraph()
        if block := _block(child, found):
            made.append(block)
    end_paragraph()
    return "\n\n".join(made)


def _is_block(node: _Node) -> bool:
    if node.tag in _BLOCKS:
        return True
    # `<b><p>…</p></b>` and the like: the inline element only carries the blocks.
    return node.tag in tags.INLINE and any(not isinstance(one, str) and _is_block(one) for one in node.children)


def _paragraph(words: str) -> str:
    """Inline Markdown as a paragraph: no blanks at its ends, and each line begun safely."""
    words = re.sub(r"[ \t]*(?:\\\n[ \t]*)+", lambda breaks: "\\\n" if breaks[0].count("\n") == 1 else "\n\n", words)
    lines = [line.strip(" \t") for line in words.split("\n")]
    text = "\n".join(lines).strip("\n ")
    while text.endswith("\\") and not text.endswith("\\\\"):
        text = text[:-1].rstrip()
    text = text.removeprefix("\\\n")
    return "\n".join(_begun(line) for line in text.split("\n"))


def _block(node: _Node, found: _Found) -> str:
    match node.tag:
        case "hr":
            return "---"
        case "address" if node.attributes.get("href"):
            return _address(node.attributes["href"])
        case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
            words = " ".join(_line(node, found).split("\n"))
            return f"{'#' * int(node.tag[1])} {words}" if words else ""
        case "pre":
            code = _text(node)
            return code_block(code) if code.strip() else ""
        case "ul" | "ol":
            return _list(node, found)
        case "blockquote":
            return "\n".join(f"> {line}".rstrip() for line in _blocks(node, found).split("\n"))
        case "table":
            return _table(node, found)
        case "dt":
            return f"**{_line(node, found)}**" if _text(node).strip() else ""
        case _:
            return _blocks(node, found)


def _address(source: str) -> str:
    if video_of(source):
        return source
    return f"[{escape(source)}]({_href(source)})" if _href(source) else escape(source)


def _list(node: _Node, found: _Found) -> str:
    start = node.attributes.get("start", "1")
    number = int(start) if start.isascii() and start.isdecimal() and len(start) < 9 else 1
    items: list[str] = []
    for child in node.children:
        inside = child if not isinstance(child, str) else _Node("li", {}, [child])
        body = _blocks(inside, found) if inside.tag == "li" else _block(inside, found)
        if not body.strip():
            continue
        sign = f"{number}. " if node.tag == "ol" else "- "
        number += 1
        items.append(sign + body.replace("\n", "\n" + " " * len(sign)).replace("\n" + " " * len(sign) + "\n", "\n\n"))
    return "\n".join(items)


def _table(node: _Node, found: _Found) -> str:
    rows = [[_cell(cell, found) for cell in _children(row, ("td", "th"))] for row in _rows(node)]
    rows = [row for row in rows if row]
    if not rows:
        return _blocks(_Node("div", {}, node.children), found)
    width = max(len(row) for row in rows)
    if width == 1 and len(rows) == 1:
        return rows[0][0]
    has_head = any(cell.tag == "th" for cell in _children(_rows(node)[0], ("td", "th")))
    if not has_head:
        rows.insert(0, [""] * width)
    rows.insert(1, ["---"] * width)
    return "\n".join("| " + " | ".join(row + [""] * (width - len(row))) + " |" for row in rows)


def _rows(node: _Node) -> list[_Node]:
    rows: list[_Node] = []
    for child in node.children:
        if not isinstance(child, str):
            rows += [child] if child.tag == "tr" else _rows(child) if child.tag in ("thead", "tbody", "tfoot") else []
    return rows


def _children(node: _Node, tags: tuple[str, ...]) -> list[_Node]:
    return [child for child in node.children if not isinstance(child, str) and child.tag in tags]


def _cell(node: _Node, found: _Found) -> str:
    """One line: a table in Markdown knows no more."""
    blocks = _blocks(node, found)
    return " ".join(blocks.replace("\\\n", " ").split()).replace("|", "\\|").replace("\\\\|", "\\|")


def _line(node: _Node, found: _Found) -> str:
    return _paragraph("".join(_inline(child, found) for child in node.children))


def _inline(node: "_Node | str", found: _Found) -> str:
    if isinstance(node, str):
        return escape(_BLANKS.sub(" ", node), at_start=False)
    tag = node.tag
    if tag == "br":
        return "\\\n"
    if tag == "img":
        return _image(node, found)
    if tag in _CODE:
        code = " ".join(_text(node).split())
        return code_span(code) if code else ""
    if tag in ("sub", "sup"):
        return shifted(_text(node).strip(), low=tag == "sub")
    inside = "".join(_inline(child, found) for child in node.children)
    if tag == "a":
        return _link(node.attributes.get("href", ""), inside, found)
    if tag == "q":
        return f"“{inside}”"
    if tag in EMPHASIS:
        before, bare, after = _bare(inside)
        if not bare:
            return inside
        mark = EMPHASIS[tag]
        # Bold in bold is bold; bold in italics has three stars, and no more of them mean anything.
        is_same = re.match(r"\**|~*", bare)
        return inside if is_same and is_same[0] in (mark, "***") else f"{before}{mark}{bare}{mark}{after}"
    return inside


def _bare(inside: str) -> tuple[str, str, str]:
    """Emphasis may not begin or end with blanks or a line's end: those go around it."""
    start, end = 0, len(inside)
    while start < end and (inside[start].isspace() or inside.startswith("\\\n", start)):
        start += 1 if inside[start].isspace() else 2
    while end > start and (inside[end - 1].isspace()):
        end -= 2 if inside.startswith("\\\n", end - 2) and end - 2 >= start else 1
    return inside[:start], inside[start:end], inside[end:]


def _image(node: _Node, found: _Found) -> str:
    source = node.attributes.get("src", "").strip()
    found.images.append(source)
    alt = escape(" ".join(node.attributes.get("alt", "").split()), at_start=False)
    return f"![{alt}]({_target(source)})"


def _link(href: str, inside: str, found: _Found) -> str:
    words = inside.strip()
    if not _href(href) or not words:
        if href and not _href(href):
            found.lost.append("a link that is no web address")
        return inside
    return f"[{words}]({_href(href)})"


def _href(href: str) -> str:
    """An address that a link may have; empty for anything that is not the web, mail or a place here."""
    href = href.strip()
    try:
        scheme = urlsplit(href).scheme.lower()
    except ValueError:
        return ""
    return _target(href) if scheme in ("http", "https", "mailto", "") and href else ""


def _target(address: str) -> str:
    return quote(address.strip(), safe="/:?#@!$&'*+,;=%~.-_[]").replace("[", "%5B").replace("]", "%5D")


def _text(node: _Node) -> str:
    return "".join(
        child if isinstance(child, str) else "\n" if child.tag == "br" else _text(child) for child in node.children
    )


def is_known(tag: str) -> bool:
    """Whether HTML has an element of this name."""
    return tag.lower() in tags.KNOWN
