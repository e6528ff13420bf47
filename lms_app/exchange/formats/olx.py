"""Courses of Open edX (OLX): chapters, sequentials, verticals with texts, videos as links, and problems as quizzes.

https://docs.openedx.org/en/latest/educators/olx/. A chapter is a module; a vertical is a lesson, and a quiz where it asks.
"""

import re
from decimal import Decimal
from html import escape
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from lms_app.core.archives import Archive
from lms_app.core.errors import Invalid
from lms_app.exchange.formats.base import ReadQuestion, Weight, first_words
from lms_app.exchange.formats.moodle_cloze import Unsupported
from lms_app.exchange.formats.outline import Item, Outline, Part, Resolve, link, root_of, words
from lms_app.exchange.formats.qti import text_of
from lms_app.exchange.formats.qti_text import Spec, Texts, number, shares, truth_of
from lms_app.exchange.formats.xml_tree import inside, outer

NAME = "Open edX course (OLX)"
_RESPONSES = {"multiplechoiceresponse", "choiceresponse", "numericalresponse", "stringresponse", "optionresponse"}
_DEPTH_MAX = 12


def home_of(archive: Archive) -> str | None:
    """The folder in which `course.xml` is."""
    found = [path for path in archive.sizes if path.rpartition("/")[2] == "course.xml"]
    path = min(found, key=lambda one: one.count("/"), default=None)
    return None if path is None else path.rpartition("/")[0]


def read(archive: Archive) -> Outline:
    """Raises Invalid where `course.xml` cannot be read."""
    home = home_of(archive)
    assert home is not None
    return _Reading(archive, home).run()


class _Reading:
    def __init__(self, archive: Archive, home: str) -> None:
        self.archive, self.home = archive, home
        self.made = Outline(NAME, "")
        self.where: dict[Element, str] = {}
        self.items: dict[str, str] = {}

    def run(self) -> Outline:
        root = root_of(self.archive, self._path("course.xml"))
        if root.tag != "course":
            raise Invalid({"file": "Its course.xml does not begin with <course>: this is no course of Open edX."})
        course = self._whole(root, self._path("course.xml"))
        self.made.title = course.get("display_name", "") or course.get("url_name", "")
        for chapter in map(self._inside, course):
            if chapter.tag != "chapter":
                if chapter.tag not in ("wiki", "textbook"):
                    self._left(chapter)
                continue
            part = Part(chapter.get("display_name") or "Section")
            for sequential in map(self._inside, chapter):
                name = sequential.get("display_name", "")
                units = sequential if sequential.tag == "sequential" else [sequential]
                for unit in units:
                    self._unit(self._inside(unit), name, part)
            self.made.parts.append(part)
        self.made.parts = [part for part in self.made.parts if part.items]
        static = self._path("static/")
        for path in self.archive.sizes:
            # Captions belong to videos, which stay where they are.
            if path.startswith(static) and not path.lower().endswith((".sjson", ".srt", ".css", ".js")):
                self.made.spare[path] = path.removeprefix(static)
        return self.made

    def _unit(self, unit: Element, above: str, part: Part) -> None:
        title = unit.get("display_name") or above or "Unit"
        key, path = unit.get("url_name", "") or f"unit{len(self.items)}", self.where.get(unit, "")
        written: list[str] = []
        asked: list[ReadQuestion] = []
        self._blocks(unit, written, asked, 0)
        self.items[key] = title
        if "".join(written).strip():
            text = self.made.text("".join(written), self._resolve, path, title)
            if text.body.strip():
                part.items.append(Item("lesson", key, title, text, path=path))
        if asked:
            name = title if not written else f"{title}: questions"
            part.items.append(Item("quiz", f"{key}/quiz", name, questions=tuple(asked), path=path))

    def _blocks(self, element: Element, written: list[str], asked: list[ReadQuestion], depth: int) -> None:
        children = [element] if element.tag in ("html", "video", "problem") else list(element)
        for child in map(self._inside, children):
            match child.tag:
                case "html":
                    written.append(self._html(child))
                case "video":
                    written.append(self._video(child))
                case "problem":
                    asked += self._problem(child)
                case "vertical" | "split_test" | "wrapper" if depth < _DEPTH_MAX:
                    self._blocks(child, written, asked, depth + 1)
                case _:
                    self._left(child)

    def _left(self, element: Element) -> None:
        name = element.get("display_name") or element.get("url_name", "")
        self.made.say(
            self.where.get(element, ""), f"<{element.tag[:40]}> is not imported.", name, weight=Weight.UNSUPPORTED
        )

    def _html(self, element: Element) -> str:
        name = element.get("filename")
        path = self._path(f"html/{name}.html") if name else ""
        if path in self.archive.sizes:
            return text_of(self.archive, path)
        if name:
            self.made.say(self.where.get(element, ""), f"The text {name[:80]} is not in the package.")
        return inside(element)

    def _video(self, element: Element) -> str:
        name = element.get("display_name") or "Video"
        youtube = element.get("youtube_id_1_0") or re.sub(r".*1\.00:([\w-]+).*", r"\1", element.get("youtube", ""))
        sources = [one.get("src", "") for one in element.findall("source")] + [element.get("source", "")]
        address = f"https://www.youtube.com/watch?v={youtube}" if youtube else next(filter(None, sources), "")
        if not address:
            self.made.say(self.where.get(element, ""), "This video names no address that could be kept.", name)
            return ""
        return f"<h3>{escape(name)}</h3>{link(address, address)}"

    # ---- Problems

    def _problem(self, element: Element) -> list[ReadQuestion]:
        """Each response of a problem is a question; the words before it are its text."""
        path, name = self.where.get(element, ""), element.get("display_name", "")
        found: list[ReadQuestion] = []
        before: list[str] = [escape(element.text or "", quote=False)]
        texts = Texts(self._picture)
        solution = "".join(inside(one) for one in element.iter("solution"))
        hints = tuple(texts.markdown(inside(one)) for one in element.iterfind("demandhint/hint"))
        flat: list[Element] = []
        for child in element:
            flat += (
                list(child)
                if child.tag in ("div", "section", "span") and any(one.tag in _RESPONSES for one in child)
                else [child]
            )
        asks = [one for one in element.iter() if one.tag.endswith("response") or one.tag == "customresponse"]
        for child in flat:
            if child.tag in _RESPONSES:
                try:
                    label = "".join(inside(one) for one in child.findall("label")) or child.get("label", "")
                    stem = texts.markdown("".join(before) + f"<p>{label}</p>") or name
                    kind, spec = _ACTS[child.tag](child, texts)
                    told = texts.markdown(
                        solution + "".join(inside(one) for one in child.iter("solution") if not solution)
                    )
                    question = ReadQuestion(1, name or first_words(stem), kind, stem, spec, told, hints=hints)
                    files = tuple(texts.files.values())
                    found.append(
                        ReadQuestion(
                            1, question.name, kind, stem, spec, told, hints=tuple(filter(None, hints)), files=files
                        )
                    )
                except Unsupported as reason:
                    self.made.say(path, str(reason), name, weight=Weight.UNSUPPORTED)
                before, texts = [], Texts(self._picture, notes=texts.notes)
            elif child.tag not in ("solution", "demandhint", "script", "style"):
                before += [outer(child), escape(child.tail or "", quote=False)]
        if left := len(asks) - sum(one.tag in _RESPONSES for one in flat):
            kinds = ", ".join(sorted({one.tag for one in asks if one not in flat or one.tag not in _RESPONSES}))
            self.made.say(
                path, f"{left} answer(s) of a kind that cannot be asked here: {kinds}.", name, weight=Weight.UNSUPPORTED
            )
        if not asks:
            self.made.say(path, "This problem asks nothing that is known here.", name, weight=Weight.UNSUPPORTED)
        for note in dict.fromkeys(texts.notes):
            self.made.say(path, note, name)
        return found

    # ---- Files

    def _whole(self, element: Element, path: str) -> Element:
        """What an element that only names another file stands for."""
        self.where[element] = path
        name = element.get("url_name", "")
        place = self._path(f"{element.tag}/{name.replace(':', '/')}.xml")
        if not name or len(element) or (element.text or "").strip() or place not in self.archive.sizes:
            return element
        try:
            found = root_of(self.archive, place)
        except Invalid as wrong:
            self.made.say(place, next(iter(wrong.fields.values())), weight=Weight.UNSUPPORTED)
            return element
        if not found.get("url_name"):
            found.set("url_name", name)
        self.where[found] = place
        return found

    def _inside(self, element: Element) -> Element:
        return element if element in self.where else self._whole(element, "")

    def _path(self, path: str) -> str:
        return f"{self.home}/{path}".lstrip("/")

    def _static(self, address: str) -> str:
        if not address.startswith(("/static/", "static/")):
            return ""
        name = unquote(address.removeprefix("/").removeprefix("static/").partition("?")[0])
        near = (self._path(f"static/{name}"), self._path(f"static/{name.replace('/', '_')}"))
        return next((path for path in near if path in self.archive.sizes), "")

    def _picture(self, address: str) -> tuple[str, bytes] | None:
        path = self._static(address)
        small = path and self.archive.sizes[path] <= 10_000_000
        return (path.rpartition("/")[2], self.archive.bytes_of(path, 10_000_000)) if small else None

    @property
    def _resolve(self) -> Resolve:
        def resolve(address: str) -> tuple[str, str] | None:
            if match := re.match(r"/jump_to(?:_id)?/([\w.-]+)", address):
                return "item", match[1]
            path = self._static(address)
            return ("file", path) if path else None

        return resolve


def _options(choices: list[tuple[str, bool, str]], *, several: bool) -> tuple[str, Spec]:
    if len(choices) < 2:
        raise Unsupported("A question to choose from needs two choices.")
    shares([Decimal(right) for _, right, _ in choices], several=several)
    truths = truth_of([said for said, _, _ in choices]) if len(choices) == 2 and not several else None
    if truths is not None:
        true = truths.index(True)
        return "true_false", {
            "answer": choices[true][1],
            "feedback_true": choices[true][2],
            "feedback_false": choices[1 - true][2],
        }
    options = [{"text": said, "fraction": Decimal(right), "feedback": told} for said, right, told in choices]
    return (
        ("multiple_answer", {"options": options, "rule": "exact"})
        if several
        else ("single_choice", {"options": options})
    )


def _choices(response: Element, texts: Texts) -> tuple[str, Spec]:
    found: list[tuple[str, bool, str]] = []
    for one in response.iter("choice"):
        hints = [hint for hint in one if hint.tag == "choicehint"]
        told = texts.markdown("".join(inside(hint) for hint in hints))
        for hint in hints:
            one.remove(hint)
        found.append((texts.markdown(inside(one)), one.get("correct", "").lower() in ("true", "partial"), told))
    return _options([one for one in found if one[0].strip()], several=response.tag == "choiceresponse")


def _option(response: Element, texts: Texts) -> tuple[str, Spec]:
    field = response.find(".//optioninput")
    if field is None:
        raise Unsupported("Its list of options is not in the file.")
    written = [(words(one), one.get("correct", "").lower() == "true") for one in field.findall("option")]
    if not written:
        right = field.get("correct", "").strip("'\" ")
        named = re.findall(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"", field.get("options", ""))
        written = [(one or other, (one or other) == right) for one, other in named]
    return _options(
        [(texts.markdown(escape(said, quote=False)), right, "") for said, right in written if said], several=False
    )


def _numerical(response: Element, texts: Texts) -> tuple[str, Spec]:
    given = [response.get("answer", ""), *(one.get("answer", "") for one in response.findall("additional_answer"))]
    slack = next(
        (one.get("default", "") for one in response.iter("responseparam") if one.get("type") == "tolerance"), "0"
    )
    answers: list[Spec] = []
    for one in filter(None, given):
        if match := re.fullmatch(r"\s*([\[(])\s*([^,]+),\s*([^,\])]+)\s*([\])])\s*", one):
            answers.append({"low": number(match[2]), "high": number(match[3])})
            continue
        value = number(re.sub(r"\*\s*10\s*\^\s*", "e", one.strip()))
        share = "%" in slack and value != 0
        tolerance = abs(number(slack.strip("% ") or "0", Decimal(0)))
        kind = {"tolerance_kind": "relative"} if share else {}
        answers.append({"value": value, "tolerance": tolerance / 100 if share else tolerance, **kind})
    if not answers:
        raise Unsupported("No answer is marked as right.")
    return "numerical", {"answers": answers}


def _string(response: Element, texts: Texts) -> tuple[str, Spec]:
    kinds = response.get("type", "").split()
    if "regexp" in kinds:
        raise Unsupported("Its answer is a pattern (regular expression): that cannot be asked here.")
    given = [response.get("answer", "")]
    for one in response.findall("additional_answer"):
        given.append(one.get("answer") or words(one))
    found = [one.strip() for one in dict.fromkeys(given) if one.strip()]
    if not found:
        raise Unsupported("No answer is marked as right.")
    return "short_answer", {"answers": [{"text": one} for one in found], "case_sensitive": "ci" not in kinds}


_ACTS = {
    "multiplechoiceresponse": _choices,
    "choiceresponse": _choices,
    "optionresponse": _option,
    "numericalresponse": _numerical,
    "stringresponse": _string,
}
