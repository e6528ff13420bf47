"""Pictures and links of a page: each found, decided once, recorded with its place, and rewritten where it moves.

What a picture or link becomes has no address before it is written, so the text gets a random token in the shape of the
address, and the service puts the real one in its place: in the Markdown and in the HTML made of it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from lms_app.exchange import html
from lms_app.exchange.page import Line, Page, rewrite
from lms_app.exchange.views import Fate, Reference

LESSON_TOKEN = "/imported/"

_DEST = r"(?:<([^<>\n]{0,2000})>|((?:[^\s()<>\\]|\\.|\((?:[^\s()\\]|\\.){0,500}\)){0,4000}))"
_TITLE = r"(?:\s{1,20}(\"(?:[^\"\\]|\\.){0,1000}\"|'(?:[^'\\]|\\.){0,1000}'))?"
_ALT = r"((?:[^\[\]\\]|\\.|\[(?:[^\[\]\\]|\\.){0,300}\]){0,2000})"
# One pattern for both, so that the end of a picture is never taken for that of a link.
_IMAGE_OR_LINK = re.compile(
    rf"(?<!\\)!\[{_ALT}\]\(\s{{0,9}}{_DEST}{_TITLE}\s{{0,9}}\)(\{{[^{{}}\n]{{0,2000}}\}})?"
    rf"|(?<!\\)\]\(\s{{0,9}}{_DEST}{_TITLE}\s{{0,9}}\)(\{{[^{{}}\n]{{0,500}}\}})?"
)
_IMAGE_BY_NAME = re.compile(rf"(?<!\\)!\[{_ALT}\](?:\[([^\[\]\n]{{0,300}})\])?(?![(\[])")
_NAMED = re.compile(
    r"((?:\s{0,3}>)*\s{0,3})\[((?!\^)[^\[\]\n]{1,300})\]:\s{0,9}<?([^\s<>]{1,2000})>?"
    r"\s{0,9}((?:\"[^\"\n]{0,500}\"|'[^'\n]{0,500}'|\([^()\n]{0,500}\))?)\s*$"
)
_BY_NAME = re.compile(r"\]\[([^\[\]\n]{1,300})$")
# The quote that ends it is followed by another attribute or by nothing: there may be apostrophes within.
_ALT_GIVEN = re.compile(r"alt\s{0,3}=\s{0,3}([\"'])(.*?)\1(?=\s{0,9}(?:[\w-]{1,40}\s{0,3}=|[.#][\w-]|\}|$))", re.DOTALL)
_PAGE_ROOT = re.compile(
    r"\{\{\s{0,5}(?:page\.root|site\.(?:baseurl|github\.url|url)|relative_root_path)\s{0,5}\}\}(/?)"
)
_LIQUID_LINK = re.compile(r"\{%-?\s{0,5}link\s{1,5}([^\s%]{1,300})\s{0,5}-?%\}")
_SPAN = re.compile(r"\[([^\[\]\n]{1,300})\]\{[.#:][^{}\n]{0,200}\}")
_FOOTNOTE = re.compile(r"\[\^([^\]\s]{1,60})\](:?)")
_INLINE_HTML = re.compile(
    r"<(sup|sub|kbd|code|tt|samp|b|strong|i|em|s|del|strike|u|ins|mark|small|big|span|font|center|abbr|cite|q)\b([^<>]{0,300})>"
    r"([^<>]{0,500})</\1\s*>|<(br|wbr|hr)\s*/?>|<a\b([^<>]{0,1000})>([^<>]{0,500})</a\s*>|<(img)\b([^<>]{0,4000})>"
    r"|<(/?)(script|iframe|video|audio|style|object|embed|form|input|button|div|p|center|span|font|source|svg|table|tr|td)\b[^<>]{0,1000}>",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"mailto:|tel:|[a-z][a-z0-9+.-]{1,20}:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Target:
    """What the rest of the tree says of an address: where it leads, and what became of that."""

    fate: Fate
    path: str = ""
    note: str = ""
    size: str = ""  # of a picture: 640x480


@dataclass(slots=True)
class Uses:
    """The tokens of one page: stored files and lessons that it leads to, by token."""

    files: dict[UUID, str] = field(default_factory=dict[UUID, str])
    lessons: dict[UUID, str] = field(default_factory=dict[UUID, str])
    references: list[Reference] = field(default_factory=list[Reference])

    def token(self, path: str, *, lesson: bool) -> UUID:
        known = self.lessons if lesson else self.files
        found = next((token for token, one in known.items() if one == path), None)
        token = found or uuid4()
        known[token] = path
        return token


Resolve = Callable[[str, bool], Target]
"""(address, whether it is a picture) → what it is."""


def settle(page: Page, resolve: Resolve, names: dict[str, str], has_place: Callable[[str, str], str | None]) -> Uses:
    """Decide every picture and link of a page. `names` are link references that all pages share.

    `has_place(path, name)` is the slug of a place in a page of the tree, None when it has none of that name.
    """
    return _Settling(page, resolve, names, has_place).run()


class _Settling:
    def __init__(
        self, page: Page, resolve: Resolve, shared: dict[str, str], has_place: Callable[[str, str], str | None]
    ) -> None:
        self.page, self.resolve, self.has_place = page, resolve, has_place
        self.uses = Uses()
        self.shared = shared
        self.names: dict[str, str] = {}
        self.as_image: set[str] = set()

    def run(self) -> Uses:
        page = self.page
        rewrite(page, _PAGE_ROOT, self._page_root)
        rewrite(page, _LIQUID_LINK, self._liquid_link)
        rewrite(page, _INLINE_HTML, self._inline_html)
        self._read_names()
        rewrite(page, _IMAGE_BY_NAME, self._image_by_name)
        rewrite(page, _IMAGE_OR_LINK, self._image_or_link)
        rewrite(page, _SPAN, self._span)
        rewrite(page, _FOOTNOTE, self._footnote)
        self._settle_names()
        self.uses.references.sort(key=lambda one: one.line)
        return self.uses

    # -- What the builder of the site would have filled in

    def _page_root(self, match: re.Match[str], line: int) -> str:
        self.page.repaired(line, "template variable for the site's address", "read from the root of the tree")
        return "/"

    def _liquid_link(self, match: re.Match[str], line: int) -> str:
        self.page.repaired(line, "template instruction link", "became a link to the file")
        return f"/{match[1].lstrip('/')}"

    # -- HTML within a line

    def _inline_html(self, match: re.Match[str], line: int) -> str:
        name = next(one for one in (match[1], match[4], match[7], match[10], "a") if one).lower()
        what = f"HTML <{name}>"
        if match[10]:
            done = "shown as it is written: our Markdown has no HTML"
            if not match[9]:
                self.page.repaired(line, what, done)
            return match[0]
        if name in ("br", "wbr", "hr"):
            self.page.repaired(line, what, "became a dot or a line's end")
            if name == "wbr":
                return ""
            return (
                "\\"
                if match.string[match.end() : match.end() + 1] == "\n"
                and "|" not in match.string.rpartition("\n")[0][-1:]
                else " · "
            )
        self.page.repaired(line, what, "became Markdown")
        if name in ("sup", "sub"):
            return html.shifted(match[3].strip(), low=name == "sub")
        if name in ("kbd", "code", "tt", "samp"):
            return html.code_span(match[3].strip()) if match[3].strip() else ""
        if name == "img":
            made = html.from_html(match[0])
            return made.markdown
        if name == "a":
            href = re.search(r"href\s*=\s*[\"']?([^\"'\s>]+)", match[5])
            return f"[{match[6]}]({href[1]})" if href else match[6]
        mark = html.EMPHASIS.get(name, "")
        return f"{mark}{match[3].strip()}{mark}" if mark and match[3].strip() else match[3]

    # -- Link references: `[name]: address`

    def _read_names(self) -> None:
        for line in self.page.lines:
            match = _NAMED.match(line.text) if line.kind == "prose" and "]:" in line.text else None
            if match:
                self.names.setdefault(_label(match[2]), match[3])

    def _image_by_name(self, match: re.Match[str], line: int) -> str:
        label = _label(match[2] or match[1])
        address = self.names.get(label) or self.shared.get(label)
        if address is None:
            return match[0]
        self.as_image.add(label)
        return f"![{match[1]}]({address})"

    def _settle_names(self) -> None:
        """Definitions last: by now it is clear which of them only pictures used."""
        text = "\n".join(line.text for line in self.page.lines if line.kind == "prose" and not _NAMED.match(line.text))
        used = {_label(name) for name in re.findall(r"\[([^\[\]]{1,300})\](?![(:])", text)}
        defined: set[str] = set()
        kept: list[Line] = []
        for line in self.page.lines:
            match = _NAMED.match(line.text) if line.kind == "prose" and "]:" in line.text else None
            if not match:
                kept.append(line)
                continue
            label = _label(match[2])
            defined.add(label)
            if label in self.as_image and label not in used:
                continue
            address = self._lead(match[3], line.number)
            kept.append(Line(line.number, f"{match[1]}[{match[2]}]: {address} {match[4]}".rstrip()))
        last = max((line.number for line in kept), default=1)
        wanted = [label for label in sorted(used - defined) if label in self.shared]
        for number, label in enumerate(wanted):
            kept += [] if number else [Line(last, "")]
            kept.append(Line(last, f"[{label}]: {self._lead(self.shared[label], last)}"))
        self.page.lines = kept

    # -- Pictures

    def _image_or_link(self, match: re.Match[str], line: int) -> str:
        return self._link(match, line) if match[0].startswith("]") else self._image(match, line)

    def _image(self, match: re.Match[str], line: int) -> str:
        alt, angled, bare, title, attributes = match.groups()[:5]
        address = (angled if angled is not None else bare or "").strip()
        around = match.string[max(match.start() - 1, 0) : match.start()], match.string[match.end() : match.end() + 2]
        if attributes:
            self.page.repaired(line, "attributes of a picture", "its description is kept, its size and place are not")
            given = _ALT_GIVEN.search(attributes)
            # What stands in the brackets is a caption then; it is kept where there is no description.
            alt = " ".join(given[2].split()) if given and given[2].strip() else alt
            alt = re.sub(r"(?<!\\)([\[\]])", r"\\\1", alt) if given else alt
        target = self.resolve(address, True)
        self._record(line, "image", address, target)
        if target.fate is Fate.STORED:
            token = self.uses.token(target.path, lesson=False)
            size = f"#{target.size}" if target.size else ""
            return f"![{alt}](/files/{token}{size}{f' {title}' if title else ''})"
        if target.fate is Fate.REMOTE and around == ("[", "](") and alt.strip():
            return alt  # a badge, or the still of a video: its words say where the link leads
        shown = address if not re.search(r"[\s<>]", address) else f"<{address}>"
        return f"![{alt}]({shown}{f' {title}' if title else ''})"

    # -- Links

    def _link(self, match: re.Match[str], line: int) -> str:
        angled, bare, title, attributes = match.groups()[5:]
        before = _BY_NAME.search(match.string, max(match.start() - 310, 0), match.start())
        if before and (_label(before[1]) in self.names or _label(before[1]) in self.shared):
            return match[0]  # `[words][name](…)`: a link by name, and then words in parentheses
        address = (angled if angled is not None else bare or "").strip()
        if attributes:
            self.page.repaired(line, "attributes of a link", "left out: they only say how it looks")
        new = self._lead(address, line)
        shown = new if not re.search(r"[\s<>]", new) else f"<{new}>"
        return f"]({shown}{f' {title}' if title else ''})"

    def _lead(self, address: str, line: int) -> str:
        """Where a link leads now. A link that leads nowhere keeps its address, and our Markdown shows its words only."""
        if address.startswith("#"):
            slug = self.has_place(self.page.path, address[1:])
            fate = Fate.KEPT if slug is not None else Fate.MISSING
            self._record(line, "link", address, Target(fate, note="" if slug else "no such place in this page"))
            return f"#{slug}" if slug is not None else address
        target = self.resolve(address, False)
        _, _, name = address.partition("#")
        slug = self.has_place(target.path, name) if name and target.fate is Fate.LESSON else None
        if name and slug is None and target.fate is Fate.LESSON:
            target = Target(target.fate, target.path, f"to the page; it has no place {name[:80]}")
        self._record(line, "link", address, target)
        if target.fate is Fate.LESSON:
            token = self.uses.token(target.path, lesson=True)
            return f"{LESSON_TOKEN}{token}" + (f"#s-{slug}" if slug else "")
        if target.fate is Fate.STORED:
            return f"/files/{self.uses.token(target.path, lesson=False)}"
        return address

    def _record(self, line: int, kind: str, address: str, target: Target) -> None:
        self.uses.references.append(Reference(self.page.path, line, kind, address, target.fate, target.note))

    # -- What is left

    def _span(self, match: re.Match[str], line: int) -> str:
        self.page.repaired(line, "words with attributes", "the words are kept")
        return match[1]

    def _footnote(self, match: re.Match[str], line: int) -> str:
        self.page.repaired(line, "footnote", "shown as it is written")
        return match[0]


def read_names(text: str) -> dict[str, str]:
    """The link references of a file that only holds those."""
    found = (_NAMED.match(line) for line in text.split("\n"))
    return {_label(match[2]): match[3] for match in found if match}


def _label(name: str) -> str:
    return " ".join(name.split()).casefold()


def is_outside(address: str) -> bool:
    """Whether an address names another site or program."""
    return address.startswith("//") or bool(_SCHEME.match(address))
