"""A course as every package of one hands it over: parts with lessons, quizzes and assignments, and what there is to say."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from html import escape, unescape
from uuid import UUID, uuid4
from xml.etree.ElementTree import Element

from lms_app.core.archives import Archive
from lms_app.core.errors import Invalid
from lms_app.exchange import html
from lms_app.exchange.formats import xml_tree
from lms_app.exchange.formats.base import Finding, ReadQuestion, Weight
from lms_app.exchange.formats.qti import text_of
from lms_app.exchange.references import LESSON_TOKEN

Resolve = Callable[[str], tuple[str, str] | None]
"""An address in a text → ("file", path of the archive) or ("item", key of an item), None where it leads elsewhere."""

FILES = "More files"
_ADDRESS = re.compile(
    r"(<(?:img|a|source|iframe|embed|video|audio)\b[^<>]{0,4000}?\s(?:src|href)\s{0,3}=\s{0,3})(?:\"([^\"<>]*)\"|'([^'<>]*)')",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Text:
    """Markdown with tokens in place of addresses; `files` and `items` say what each token stands for."""

    body: str = ""
    files: dict[UUID, str] = field(default_factory=dict[UUID, str])
    items: dict[UUID, str] = field(default_factory=dict[UUID, str])


@dataclass(frozen=True, slots=True)
class Drawn:
    """Places of a quiz that are filled by chance: so many, each worth so much, out of a category of the bank."""

    count: int
    points: Decimal
    category: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(slots=True)
class Item:
    """`kind` is lesson, quiz or assignment. `key` is what others in the package call it."""

    kind: str
    key: str
    title: str
    text: Text = field(default_factory=Text)
    questions: Sequence[ReadQuestion] = ()
    draws: Sequence[Drawn] = ()
    points: Decimal = Decimal(100)
    published: bool = True
    takes: str = "text"
    path: str = ""


@dataclass(slots=True)
class Part:
    title: str
    items: list[Item] = field(default_factory=list[Item])


@dataclass(slots=True)
class Outline:
    """`bank` are questions that no quiz asks; `spare` are files for readers, by the names that they have for them, of
    which those that no text leads to would be lost."""

    format: str
    title: str
    about: str = ""
    parts: list[Part] = field(default_factory=list[Part])
    bank: list[ReadQuestion] = field(default_factory=list[ReadQuestion])
    spare: dict[str, str] = field(default_factory=dict[str, str])  # path of the archive → name
    findings: list[Finding] = field(default_factory=list[Finding])

    def say(self, path: str, reason: str, about: str = "", line: int = 1, weight: Weight = Weight.NOTE) -> None:
        self.findings.append(Finding(line, weight, reason, about, path))

    def text(self, written: str, resolve: Resolve, path: str, about: str = "") -> Text:
        """HTML of a package as Markdown; what cannot be kept is said."""
        made = Text()

        def placed(match: re.Match[str]) -> str:
            address = unescape(match[2] or match[3] or "")
            found = resolve(address)
            if found is None:
                return match[0]
            kind, target = found
            known = made.files if kind == "file" else made.items
            token = next((token for token, one in known.items() if one == target), None) or uuid4()
            known[token] = target
            return f'{match[1]}"{"/files/" if kind == "file" else LESSON_TOKEN}{token}"'

        found = html.from_html(_ADDRESS.sub(placed, written))
        for image in found.images:
            if not image.startswith("/files/"):
                self.say(path, f"The picture {image[:200]} is not in the package.", about)
        for lost in found.lost:
            self.say(path, f"Left out: {lost}.", about)
        made.body = found.markdown
        # What is written between tags alone, such as a player, may have taken its token along.
        made.files = {token: one for token, one in made.files.items() if str(token) in made.body}
        made.items = {token: one for token, one in made.items.items() if str(token) in made.body}
        return made


def offer_spare(made: Outline) -> None:
    """Put what no text leads to into a lesson of its own, which students do not see, and say so of each."""
    led_to = {path for part in made.parts for item in part.items for path in item.text.files.values()}
    left = {path: name for path, name in made.spare.items() if path not in led_to}
    if not left:
        return
    text, lines = Text(), list[str]()
    for path, name in left.items():
        token = uuid4()
        text.files[token] = path
        lines.append(f"- [{html.escape(name, at_start=False)}](/files/{token})")
        made.say(path, f"No page leads to this file: it is offered in the hidden lesson “{FILES}”.", name)
    text.body = "\n".join(lines)
    made.parts.append(Part(FILES, [Item("lesson", "files-of-the-package", FILES, text, published=False)]))


def placed_below(made: Outline, folder: str) -> Outline:
    """The same outline for the archive around its folder."""
    for item in (item for part in made.parts for item in part.items):
        item.path = f"{folder}/{item.path}" if item.path else ""
        item.text.files = {token: f"{folder}/{path}" for token, path in item.text.files.items()}
    made.spare = {f"{folder}/{path}": name for path, name in made.spare.items()}
    made.findings = [replace(one, path=f"{folder}/{one.path}" if one.path else "") for one in made.findings]
    return made


def root_of(archive: Archive, path: str, *, doctype: bool = False) -> Element:
    """The tree of one XML file of a package. Raises Invalid, naming the file and the line."""
    try:
        return xml_tree.parse(text_of(archive, path), doctype=doctype)[0]
    except xml_tree.Refused as refused:
        raise Invalid({"file": f"{path}, line {refused.line}: {refused}"}) from None


def link(words: str, address: str) -> str:
    return f'<p><a href="{escape(address)}">{escape(words or address)}</a></p>'


def words(element: Element | None, path: str = "") -> str:
    found = " ".join(xml_tree.said(element, path).split())
    return "" if found == "$@NULL@$" else found
