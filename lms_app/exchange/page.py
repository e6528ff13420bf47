"""One page of somebody else's Markdown on its way to ours, line by line, each line with its number in the file.

What other dialects have and ours has not (fenced sections, kramdown attributes, raw HTML, template instructions, front
matter) is said in ours where it can be, and recorded with its place either way. Code is never touched.
"""

import re
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt

from lms_app.core import text as core_text
from lms_app.exchange import html
from lms_app.exchange.layouts import parse_yaml
from lms_app.exchange.views import Repair


@dataclass(slots=True)
class Line:
    """`kind` is prose, code or html: what the block that the line stands in is."""

    number: int
    text: str
    kind: str = "prose"


@dataclass(slots=True)
class Page:
    """A file while it is worked on. `anchors` are places that links call by another name than our headings."""

    path: str
    lines: list[Line]
    repairs: list[Repair] = field(default_factory=list[Repair])
    settings: dict[str, Any] = field(default_factory=dict[str, Any])
    anchors: dict[str, str] = field(default_factory=dict[str, str])
    title: str = ""

    def repaired(self, number: int, what: str, done: str, *, kept: bool = True) -> None:
        self.repairs.append(Repair(self.path, number, what, done, kept))

    @property
    def body(self) -> str:
        """The Markdown. Of several empty lines, quoted or not, one stays."""
        made: list[str] = []
        for line in self.lines:
            is_empty = line.kind == "prose" and not line.text.strip(" >")
            if not (is_empty and made and made[-1].rstrip() == line.text.rstrip()):
                made.append(line.text)
        return "\n".join(made).strip("\n")


def open_page(path: str, text: str) -> Page:
    """The page with every construct said in our Markdown, except pictures and links: see `references`."""
    page = Page(path, [Line(number, line) for number, line in enumerate(text.split("\n"), start=1)])
    _front_matter(page)
    _mark_blocks(page)
    _comments(page)
    _template_lines(page)
    _html_blocks(page)
    _kramdown(page)
    _sections(page)
    _definitions(page)
    _headings(page)
    _title(page)
    _settings_sections(page)
    return page


# ---- Front matter


def _front_matter(page: Page) -> None:
    lines = page.lines
    if not lines or lines[0].text.rstrip() != "---":
        return
    end = next((at for at, line in enumerate(lines[1:500], start=1) if line.text.rstrip() in ("---", "...")), 0)
    if not end:
        return
    written = "\n".join(line.text for line in lines[1:end])
    settings = parse_yaml(written)
    if settings is None and written.strip():
        if not re.search(r"(?m)^\w[\w -]*:", written):
            return  # a page that begins with a ruled line
        page.repaired(1, "front matter that is not plain YAML", "left out", kept=False)
    page.settings = settings or {}
    page.lines = lines[end + 1 :]


def _title(page: Page) -> None:
    """The title of the front matter, else the first heading of the highest level.

    A heading that opens the text and says the same leaves it: the page shows its title above.
    """
    given = page.settings.get("title")
    page.title = " ".join(given.split()) if isinstance(given, str) else ""
    headings = [(at, match) for at, line in enumerate(page.lines) if (match := _heading(line)) and match[2]]
    first = next((at for at, line in enumerate(page.lines) if line.text.strip()), -1)
    chosen = next(((at, match) for at, match in headings if at == first or len(match[1]) == 1), None)
    if chosen is None:
        return
    at, match = chosen
    words = core_text.plain(match[2])
    if at == first and words and (not page.title or words.casefold() == page.title.casefold()):
        del page.lines[at]
    page.title = page.title or words


def _heading(line: Line) -> re.Match[str] | None:
    return _HEADING.match(line.text) if line.kind == "prose" and "#" in line.text else None


def _settings_sections(page: Page) -> None:
    """Questions, objectives and key points that the older Carpentries style keeps in the front matter."""
    before: list[Line] = []
    after: list[Line] = []
    for name, place in (("questions", before), ("objectives", before), ("keypoints", after)):
        said = page.settings.get(name)
        if isinstance(said, list) and said:
            points = [" ".join(one.split()) for one in said if isinstance(one, str)]
            place += [
                Line(1, text) for text in ("", f"> [!{_CALLOUTS[name]}]", *(f"> - {point}" for point in points), "")
            ]
            page.repaired(1, f"{name} in the front matter", "became a section")
    page.lines = [*before, *page.lines, *after]


# ---- What each line belongs to


@lru_cache(maxsize=1)
def _blocks() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table").disable("inline")


def _mark_blocks(page: Page) -> None:
    kinds = {"fence": "code", "code_block": "code", "html_block": "html"}
    for token in _blocks().parse("\n".join(line.text for line in page.lines)):
        if token.type in kinds and token.map:
            for line in page.lines[token.map[0] : token.map[1]]:
                if line.text.strip() or token.type == "fence":
                    line.kind = kinds[token.type]


# ---- HTML


def _comments(page: Page) -> None:
    """`<!-- … -->` outside of code goes, over several lines too."""
    inside = 0
    # A comment that never ends would swallow the rest of the page, so it is none.
    last_end = max((line.number for line in page.lines if "-->" in line.text), default=0)
    kept: list[Line] = []
    for line in page.lines:
        if line.kind == "code" and not inside:
            kept.append(line)
            continue
        text, touched = line.text, False
        while True:
            if inside:
                end = text.find("-->")
                if end < 0:
                    text = ""
                    break
                text, inside = text[end + 3 :], 0
            start = text.find("<!--")
            ends = start >= 0 and (last_end > line.number or "-->" in text[start + 4 :])
            if not ends or _in_code_span(text, start):
                break
            touched, inside = True, line.number
            page.repaired(line.number, "HTML comment", "left out: nobody sees it", kept=False)
            before, text = text[:start], text[start + 4 :]
            end = text.find("-->")
            if end >= 0:
                text, inside = before + text[end + 3 :], 0
                continue
            text = before.rstrip()
            break
        if text.strip() or (not touched and not inside and not line.text.strip()):
            kept.append(Line(line.number, text, line.kind if text.strip() else "prose"))
        elif touched or inside or line.text.strip():
            kept.append(Line(line.number, ""))
    page.lines = kept


def _html_blocks(page: Page) -> None:
    """Blocks of HTML as Markdown. `<details>` becomes a fenced section, since Markdown may stand inside of it."""
    made: list[Line] = []
    at = 0
    while at < len(page.lines):
        line = page.lines[at]
        if line.kind != "html":
            made.append(line)
            at += 1
            continue
        end = at
        while end < len(page.lines) and page.lines[end].kind == "html":
            end += 1
        made += _one_html_block(page, page.lines[at:end])
        at = end
    page.lines = made


_DETAILS = re.compile(r"<details[^>]{0,200}>|</details\s*>", re.IGNORECASE)
_SUMMARY = re.compile(r"<summary[^>]{0,200}>(.{0,500}?)</summary\s*>", re.IGNORECASE | re.DOTALL)
_NAME = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]{0,15})(?![a-zA-Z0-9-])")


def _one_html_block(page: Page, lines: list[Line]) -> list[Line]:
    prefix = re.match(r"[\s>]*", lines[0].text)
    lead = prefix[0] if prefix else ""
    written = "\n".join(
        line.text.removeprefix(lead) if line.text.startswith(lead) else line.text.lstrip(" >") for line in lines
    )
    number = lines[0].number
    if _DETAILS.search(written):
        page.repaired(number, "HTML <details>", "became a section that the reader opens")
        parts: list[str] = []
        for piece in re.split(r"(<details[^>]{0,200}>|</details\s*>)", written, flags=re.IGNORECASE):
            if _DETAILS.fullmatch(piece):
                parts += ["", ":::" if piece.startswith("</") else "::: details", ""]
                continue
            summary = _SUMMARY.search(piece)
            if summary:
                parts += [f"## {html.from_html(summary[1]).markdown}", ""]
                piece = piece.replace(summary[0], "")
            parts += html.from_html(piece).markdown.split("\n")
        return [Line(number, lead + part) for part in parts]
    names = {name.lower() for name in _NAME.findall(written)}
    if not names or not any(html.is_known(name) for name in names):
        return [Line(line.number, line.text) for line in lines]  # `<platform>`: words that look like a tag
    made = html.from_html(written)
    what = f"HTML <{', '.join(sorted(names)[:5])}>"
    if made.markdown:
        page.repaired(number, what, "became Markdown")
    for lost in made.lost:
        page.repaired(number, f"HTML {lost}", "left out", kept=False)
    if not made.markdown and not made.lost:
        page.repaired(number, what, "left out: it only arranges what stands inside")
    return [Line(number, f"{lead}{part}", "code" if code else "prose") for part, code in _with_code(made.markdown)]


def _with_code(markdown: str) -> Iterable[tuple[str, bool]]:
    inside = False
    for part in markdown.split("\n"):
        fence = part.lstrip().startswith("```")
        yield part, inside or fence
        inside = inside != fence


# ---- Template instructions and kramdown attributes

_TEMPLATE = re.compile(r"\s*\{%-?\s*([\w-]+)[^%]{0,300}%\}\s*$")
_ATTRIBUTES = re.compile(r"((?:\s*>)*\s*)\{:(.{0,500})\}\s*$")
_CLASS = re.compile(r"\.([\w-]+)")


def _template_lines(page: Page) -> None:
    kept: list[Line] = []
    for line in page.lines:
        match = _TEMPLATE.match(line.text) if line.kind != "code" and "{%" in line.text else None
        if match:
            page.repaired(line.number, f"template instruction {match[1]}", "left out", kept=False)
            line = Line(line.number, "")
        kept.append(line)
    page.lines = kept


def _kramdown(page: Page) -> None:
    """`{: .challenge}` after a quotation makes it a callout; after code it named the language, after a picture the size."""
    made: list[Line] = []
    for line in page.lines:
        match = _ATTRIBUTES.match(line.text) if line.kind == "prose" and "{:" in line.text else None
        if not match:
            made.append(line)
            continue
        depth = match[1].count(">")
        names = _CLASS.findall(match[2])
        kind = next((_CALLOUTS[name] for name in names if name in _CALLOUTS), "")
        if kind and made and _depth(made[-1].text) > depth:
            _call_out(made, depth, kind)
            page.repaired(line.number, f"kramdown attribute .{names[0]}", "became a callout")
        else:
            page.repaired(line.number, "kramdown attribute", "left out: it only says how something looks")
        if depth:
            made.append(Line(line.number, match[1].rstrip()))
    page.lines = made


def _depth(text: str) -> int:
    match = re.match(r"(?:\s{0,3}>)*", text)
    return match[0].count(">") if match else 0


def _call_out(made: list[Line], depth: int, kind: str) -> None:
    start = len(made)
    while start and _depth(made[start - 1].text) > depth:
        start -= 1
    lead = "> " * (depth + 1)
    inner = re.sub(rf"^(?:\s{{0,3}}>\s?){{{depth + 1}}}", "", made[start].text)
    heading = _HEADING.match(inner)
    title = f" {heading[2].strip()}" if heading else ""
    mark = Line(made[start].number, f"{lead}[!{kind}]{title}")
    if heading:
        made[start] = mark
        made.insert(start + 1, Line(mark.number, lead.rstrip()))
    else:
        made[start:start] = [mark, Line(mark.number, lead.rstrip())]


# ---- Fenced sections

_CALLOUTS = {
    "callout": "NOTE",
    "note": "NOTE",
    "info": "NOTE",
    "tip": "TIP",
    "important": "IMPORTANT",
    "warning": "WARNING",
    "caution": "CAUTION",
    "danger": "CAUTION",
    "prereq": "PREREQUISITES",
    "prerequisites": "PREREQUISITES",
    "checklist": "CHECKLIST",
    "challenge": "EXERCISE",
    "exercise": "EXERCISE",
    "discussion": "DISCUSSION",
    "objectives": "OBJECTIVES",
    "questions": "QUESTIONS",
    "keypoints": "KEYPOINTS",
    "solution": "SOLUTION",
    "hint": "HINT",
    "spoiler": "DETAILS",
    "details": "DETAILS",
}
_PLAIN = ("testimonial", "quotation", "aside")
_NOT_FOR_STUDENTS = ("instructor",)
_FENCE = re.compile(r"(\s{0,20}):{3,}\s*(?:\{([^}]{0,300})\}|([\w.-]+))?(?:\s*\{[^}]{0,300}\})?\s*:*\s*$")


@dataclass(slots=True)
class _Section:
    name: str
    number: int
    indent: str
    lines: list[Line] = field(default_factory=list[Line])


def _sections(page: Page) -> None:
    """`::: challenge` … `:::` as callouts. Sections nest; how many colons there are does not matter."""
    open_: list[_Section] = [_Section("", 0, "")]
    for line in page.lines:
        match = _FENCE.match(line.text) if line.kind == "prose" and ":::" in line.text else None
        if not match:
            open_[-1].lines.append(line)
        elif name := _section_name(match):
            open_.append(_Section(name, line.number, match[1]))
        elif len(open_) > 1:
            section = open_.pop()
            open_[-1].lines += _rendered(page, section)
        else:
            page.repaired(line.number, "end of a section that never began", "left out")
    while len(open_) > 1:
        section = open_.pop()
        page.repaired(section.number, f"section {section.name} without an end", "ends with the page")
        open_[-1].lines += _rendered(page, section)
    page.lines = open_[0].lines


def _section_name(match: re.Match[str]) -> str:
    if match[3]:
        return match[3].lower().strip(".")
    classes = _CLASS.findall(match[2] or "")
    return classes[0].lower() if classes else "section" if match[2] else ""


def _rendered(page: Page, section: _Section) -> list[Line]:
    lines = _trimmed(section.lines)
    if section.name in _NOT_FOR_STUDENTS:
        page.repaired(section.number, f"section {section.name}", "left out: it is not for students", kept=False)
        return [Line(section.number, "")]
    kind = _CALLOUTS.get(section.name)
    if kind is None and section.name not in _PLAIN:
        page.repaired(section.number, f"section {section.name}", "its content stands in the text, unmarked")
        return [Line(section.number, ""), *lines, Line(section.number, "")]
    page.repaired(section.number, f"section {section.name}", "became a callout")
    if not lines:
        return [Line(section.number, "")]
    lead = f"{section.indent}> "
    made = [Line(section.number, "")]
    if kind:
        heading = _HEADING.match(lines[0].text.strip()) if lines[0].kind == "prose" else None
        title = f" {_ID.sub('', heading[2]).strip()}" if heading else ""
        made += [Line(section.number, f"{lead}[!{kind}]{title}"), Line(section.number, lead.rstrip())]
        lines = _trimmed(lines[1:]) if heading else lines
    made += [Line(line.number, (lead + line.text.removeprefix(section.indent)).rstrip(), line.kind) for line in lines]
    return [*made, Line(section.number, "")]


def _trimmed(lines: list[Line]) -> list[Line]:
    start, end = 0, len(lines)
    while start < end and not lines[start].text.strip():
        start += 1
    while end > start and not lines[end - 1].text.strip():
        end -= 1
    return lines[start:end]


# ---- Definitions, headings and their names

_HEADING = re.compile(r"\s{0,3}(#{1,6})\s+(.*?)(?:\s+#+)?\s*$")
_ID = re.compile(r"\s*\{\s*:?\s*#([\w.-]{1,100})[^}]{0,200}\}\s*$")
_TERM_ID = re.compile(r"\[([^\]]{1,200})\]\{#([\w.-]{1,100})[^}]{0,200}\}\s*$")
_DEFINED = re.compile(r"(\s{0,3}):\s{1,8}(\S.*)$")


def _definitions(page: Page) -> None:
    """A term over `: its meaning`. A term that links lead to becomes a heading, any other one bold."""
    made: list[Line] = []
    for line in page.lines:
        match = _DEFINED.match(line.text) if line.kind == "prose" else None
        above = made[-1] if made else None
        if not match or above is None or above.kind != "prose" or not above.text.strip():
            made.append(line)
            continue
        page.repaired(above.number, "definition list", "became a term over a paragraph")
        term = _TERM_ID.match(above.text.strip())
        if term:
            page.anchors[term[2]] = core_text.slug_of(core_text.plain(term[1]))
            above.text = f"#### {term[1]}"
        elif not above.text.lstrip().startswith(("**", "#")):
            above.text = f"**{above.text.strip()}**"
        made += [Line(line.number, ""), Line(line.number, match[2])]
    page.lines = made


def _headings(page: Page) -> None:
    """`## Words {#name}`: links to the name lead to the words."""
    for line in page.lines:
        if line.kind != "prose" or "#" not in line.text:
            continue
        heading, named = _HEADING.match(line.text), _ID.search(line.text)
        if heading and named:
            line.text = line.text[: named.start()]
            words = _HEADING.match(line.text)
            page.anchors[named[1]] = core_text.slug_of(core_text.plain(words[2])) if words else ""
            page.repaired(line.number, "name of a heading", "links to it lead to its words")


def places(page: Page) -> set[str]:
    """What a link can call a place in this page: its headings as slugs, and names that the author gave."""
    headings = (_heading(line) for line in page.lines)
    return {core_text.slug_of(core_text.plain(one[2])) for one in headings if one}


# ---- For `references`, too


def _in_code_span(text: str, at: int) -> bool:
    return any(start <= at < end for start, end in code_spans(text))


def code_spans(text: str) -> list[tuple[int, int]]:
    """Where inline code stands: from a run of backticks to the next run of the same length."""
    runs = [(match.start(), match.end()) for match in re.finditer(r"(?<!\\)`+", text)]
    later: dict[int, deque[int]] = {}
    for number, (start, end) in enumerate(runs):
        later.setdefault(end - start, deque()).append(number)
    spans: list[tuple[int, int]] = []
    at = 0
    while at < len(runs):
        start, end = runs[at]
        same = later[end - start]
        while same and same[0] <= at:
            same.popleft()
        if same:
            spans.append((start, runs[same[0]][1]))
            at = same[0]
        at += 1
    return spans


Rewrite = Callable[[re.Match[str], int], str]


def rewrite(page: Page, pattern: re.Pattern[str], change: Rewrite) -> None:
    """Change what a pattern finds in prose, outside of inline code; `change` learns the line's number in the file.

    A replacement has as many line breaks as what it replaces, so every line keeps its number.
    """
    at = 0
    while at < len(page.lines):
        end = at
        while end < len(page.lines) and page.lines[end].kind == "prose" and page.lines[end].text.strip():
            end += 1
        if end > at:
            _rewrite_run(page.lines[at:end], pattern, change)
        at = max(end, at + 1)


def _rewrite_run(lines: list[Line], pattern: re.Pattern[str], change: Rewrite) -> None:
    whole = "\n".join(line.text for line in lines)
    if not pattern.search(whole):
        return
    spans = deque(code_spans(whole))
    made, at, number, counted = list[str](), 0, 0, 0
    for match in pattern.finditer(whole):
        while spans and spans[0][1] <= match.start():
            spans.popleft()
        if spans and spans[0][0] <= match.start():
            continue
        number += whole.count("\n", counted, match.start())
        counted = match.start()
        new = change(match, lines[number].number)
        missing = match[0].count("\n") - new.count("\n")
        made += [whole[at : match.start()], new, "\n" * max(missing, 0)]
        at = match.end()
    made.append(whole[at:])
    for line, text in zip(lines, "".join(made).split("\n"), strict=True):
        line.text = text
