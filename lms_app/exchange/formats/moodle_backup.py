"""Backups of Moodle courses, 2.0 and later (.mbz, a zip or a tar.gz): sections with their pages, files, quizzes and tasks.

https://docs.moodle.org/dev/Backup_2.0. A question of a backup is written once more as Moodle XML writes it, and read as such.
"""

import base64
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import zip_longest
from urllib.parse import quote, unquote
from xml.etree.ElementTree import Element, SubElement, tostring

from lms_app.core.archives import Archive
from lms_app.core.errors import Invalid
from lms_app.exchange.formats import moodle_xml
from lms_app.exchange.formats.base import QuestionFile, Weight, category_path
from lms_app.exchange.formats.outline import (
    Drawn,
    Item,
    Outline,
    Part,
    Resolve,
    Text,
    link,
    placed_below,
    root_of,
    words,
)
from lms_app.exchange.formats.qti_text import number
from lms_app.exchange.formats.xml_tree import said

NAME = "Moodle backup"
MANIFEST = "moodle_backup.xml"
_FILE_BYTES_MAX = 10_000_000
_VIEW = re.compile(r"\$@[A-Z]+VIEWBYID\*(\d+)@\$")
_FORMATS = {"0": "moodle_auto_format", "1": "html", "2": "plain_text", "4": "markdown"}


def home_of(archive: Archive) -> str | None:
    """The folder in which the list of contents is: packed by hand there may be one around all."""
    found = [path for path in archive.sizes if path == MANIFEST or path.endswith(f"/{MANIFEST}")]
    path = min(found, key=lambda one: one.count("/"), default=None)
    return None if path is None else path.rpartition("/")[0]


def read(archive: Archive) -> Outline:
    """Raises Invalid where the list of contents cannot be read."""
    home = home_of(archive) or ""
    made = _Reading(archive.below(home)).run()
    return made if not home else placed_below(made, home)


class _Reading:
    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.root = root_of(archive, MANIFEST)
        self.made = Outline(NAME, words(self.root, "information/original_course_fullname"))
        self.files: dict[tuple[str, str, str, str], str] = {}
        self.by_context: dict[tuple[str, str], str] = {}
        self.questions: dict[str, Element] = {}
        self.by_entry: dict[str, str] = {}
        self.latest: dict[str, tuple[str, ...]] = {}  # a question that counts → the names of its category
        self.categories: dict[str, tuple[str, ...]] = {}
        self.asked: set[str] = set()

    def run(self) -> Outline:
        self._files()
        self._questions()
        parts: dict[str, Part] = {}
        for one in self.root.iterfind("information/contents/sections/section"):
            section = self._xml(f"{words(one, 'directory')}/section.xml")
            title = words(section, "name") or words(one, "title")
            part = Part(f"Section {title}" if title.isdecimal() else title or "Section")
            parts[words(one, "sectionid")] = part
            self.made.parts.append(part)
            if section is not None and words(section, "summary"):
                text = self.made.text(
                    said(section, "summary"), self._resolve(""), f"{words(one, 'directory')}/section.xml"
                )
                if text.body.strip():
                    part.items.append(Item("lesson", f"section{words(one, 'sectionid')}", part.title, text))
        for one in self.root.iterfind("information/contents/activities/activity"):
            section = words(one, "sectionid")
            if section not in parts:
                parts[section] = Part("Activities")
                self.made.parts.append(parts[section])
            self._activity(one, parts[section])
        self.made.parts = [part for part in self.made.parts if part.items]
        self._rest_of_the_bank()
        return self.made

    def _activity(self, one: Element, part: Part) -> None:
        kind, title, folder = words(one, "modulename"), words(one, "title"), words(one, "directory")
        path = f"{folder}/{kind}.xml"
        whole = self._xml(path)
        root = whole.find(kind) if whole is not None else None
        if whole is None or root is None:
            self.made.say(path, "This activity is not in the backup.", title, weight=Weight.UNSUPPORTED)
            return
        module = self._xml(f"{folder}/module.xml")
        shown = module is None or words(module, "visible") != "0"
        key, title = words(one, "moduleid"), words(root, "name") or title
        resolve = self._resolve(whole.get("contextid", ""))
        intro = said(root, "intro")
        if kind in ("page", "label", "url", "resource", "folder", "book"):
            written = intro if kind != "page" else said(root, "content")
            if kind == "url":
                written += link(title, said(root, "externalurl"))
            elif kind in ("resource", "folder"):
                mine = [at for at in self.files if at[0] == whole.get("contextid", "") and at[1] == "content"]
                written += "".join(link(at[3], f"@@PLUGINFILE@@/{quote(at[3])}") for at in mine)
            elif kind == "book":
                written += "".join(
                    f"<h2>{words(chapter, 'title')}</h2>{said(chapter, 'content')}" for chapter in root.iter("chapter")
                )
            text = self.made.text(written, resolve, path, title)
            part.items.append(Item("lesson", key, title or "Text", text, published=shown, path=path))
        elif kind == "assign":
            text = self.made.text(intro, resolve, path, title)
            grade = min(max(number(words(root, "grade"), Decimal(100)), Decimal(0)), Decimal(10_000))
            configs = {
                words(one, "plugin")
                for one in root.iter("plugin_config")
                if words(one, "subtype") == "assignsubmission"
                and words(one, "name") == "enabled"
                and words(one, "value") == "1"
            }
            takes = "both" if "file" in configs else "text"
            part.items.append(
                Item("assignment", key, title, text, points=grade, published=shown, takes=takes, path=path)
            )
        elif kind == "quiz":
            self._quiz(root, key, title, part, path, shown)
        else:
            self.made.say(
                path, f"Activities of the type “{kind[:40]}” are not imported.", title, weight=Weight.UNSUPPORTED
            )

    # ---- Quizzes

    def _quiz(self, root: Element, key: str, title: str, part: Part, path: str, shown: bool) -> None:
        asked: list[str] = []
        marks: list[str] = []
        drawn: Counter[Drawn] = Counter()
        for one in root.iter("question_instance"):
            entry = words(one, "question_reference/questionbankentryid")
            name, mark = self.by_entry.get(entry, "") or words(one, "questionid"), words(one, "maxmark")
            question = self.questions.get(name)
            if question is not None and words(question, "qtype") != "random":
                asked.append(name)
                marks.append(mark)
            elif (draw := self._drawn(one, question, mark)) is not None:
                drawn[draw] += 1
            else:
                place = words(one, "slot") or "?"
                self.made.say(
                    path, f"Place {place} draws from a category that is not in the backup: it is left out.", title
                )
        self.asked.update(asked)
        read = self._read(asked, marks)
        draws = [replace(one, count=many) for one, many in drawn.items()]
        if intro := words(root, "intro"):
            self.made.say(path, f"The introduction of a quiz is left out: {intro[:60]}…", title)
        if not read.questions and not draws:
            self.made.say(path, "This quiz has no question that can be asked here.", title)
            return
        part.items.append(Item("quiz", key, title, Text(), read.questions, draws, published=shown, path=path))

    def _drawn(self, place: Element, question: Element | None, mark: str) -> Drawn | None:
        """What a place of chance draws: in its own words, in a filter (Moodle 4), or as its question is filed."""
        tags = [words(one, "tagname") for one in place.iterfind("tags/tag")]
        names = [words(place, "questioncategoryid")]
        try:
            said = json.loads(words(place, "question_set_reference/filtercondition") or "{}")
            inner = said.get("filter", {}).get("category", {}).get("values", [])
            names += [str(said.get("questioncategoryid", "")), *map(str, inner)]
            tags += [str(one).partition(",")[2] for one in said.get("tags", [])]
        except (ValueError, TypeError, AttributeError):
            pass
        found = next((name for name in names if name in self.categories), "")
        path = self.categories.get(found)
        if path is None and question is not None:
            path = self.latest.get(question.get("id", ""))
        points = min(max(number(mark, Decimal(1)), Decimal(0)), Decimal(1_000))
        return None if path is None else Drawn(1, points, path, tuple(filter(None, tags)))

    def _read(self, asked: Sequence[str], marks: Sequence[str] = ()) -> QuestionFile:
        """Questions by their ids, in the categories of the bank."""
        quiz = Element("quiz")
        for name, mark in zip_longest(asked, marks, fillvalue=""):
            filed = SubElement(SubElement(quiz, "question", type="category"), "category")
            SubElement(filed, "text").text = category_path(self.latest.get(name, ()))
            quiz.append(self._as_xml(self.questions[name], mark))
        read = moodle_xml.read(tostring(quiz, encoding="unicode"))
        for one in read.findings:
            self.made.say("questions.xml", one.reason, one.about, 1, one.weight)
        return read

    def _questions(self) -> None:
        root = self._xml("questions.xml") if "questions.xml" in self.archive.sizes else None
        if root is None:
            return
        for one in root.iter("question"):
            self.questions[one.get("id", "")] = one
        categories = {one.get("id", ""): one for one in root.iter("question_category")}
        for at, category in categories.items():
            path = self.categories[at] = _path(category, categories)
            entries = list(category.iter("question_bank_entry"))
            for entry in entries:
                # The last version counts.
                versions = sorted(
                    entry.iter("question_versions"), key=lambda at: number(words(at, "version"), Decimal(0))
                )
                if shown := [one.get("id", "") for at in (versions or [entry]) for one in at.iter("question")]:
                    self.by_entry[entry.get("id", "")] = shown[-1]
                    if not versions or words(versions[-1], "status") != "hidden":
                        self.latest[shown[-1]] = path
            if not entries:
                for one in category.iter("question"):
                    if words(one, "hidden") != "1":
                        self.latest[one.get("id", "")] = path

    def _rest_of_the_bank(self) -> None:
        """Questions that no quiz asks; parts of a cloze and places of chance are none of their own."""
        own = [
            name
            for name in self.latest
            if name not in self.asked
            and words(self.questions[name], "parent") in ("", "0")
            and words(self.questions[name], "qtype") not in ("random", "missingtype")
        ]
        self.made.bank += self._read(own).questions

    def _as_xml(self, one: Element, mark: str) -> Element:
        """The question as Moodle XML."""
        kind = words(one, "qtype")
        made = Element("question", type={"match": "matching", "multianswer": "cloze"}.get(kind, kind))
        SubElement(SubElement(made, "name"), "text").text = words(one, "name")
        text = said(one, "questiontext")
        if kind == "multianswer":
            parts = [name for name in words(one, ".//multianswer/sequence").split(",") if name]
            for at, name in enumerate(parts, start=1):
                text = text.replace(
                    f"{{#{at}}}", said(self.questions.get(name), "questiontext") if name in self.questions else ""
                )
        self._put(made, "questiontext", text, words(one, "questiontextformat"), one)
        self._put(made, "generalfeedback", said(one, "generalfeedback"), words(one, "generalfeedbackformat"), one)
        SubElement(made, "defaultgrade").text = mark or words(one, "defaultmark")
        SubElement(made, "penalty").text = words(one, "penalty")
        for answer in one.iter("answer"):
            fraction = number(words(answer, "fraction"), Decimal(0)) * 100
            put = self._put(made, "answer", said(answer, "answertext"), words(answer, "answerformat"), one)
            put.set("fraction", f"{fraction:f}")
            self._put(put, "feedback", said(answer, "feedback"), words(answer, "feedbackformat"), one)
            record = next(
                (each for each in one.iter("numerical_record") if words(each, "answer") == answer.get("id")), None
            )
            if record is not None:
                SubElement(put, "tolerance").text = words(record, "tolerance")
        for match in one.iter("match"):
            put = self._put(made, "subquestion", said(match, "questiontext"), words(match, "questiontextformat"), one)
            SubElement(SubElement(put, "answer"), "text").text = said(match, "answertext")
        units = [each for each in one.iter("numerical_unit") if words(each, "unit")]
        if units:
            holder = SubElement(made, "units")
            for each in units:
                unit = SubElement(holder, "unit")
                SubElement(unit, "multiplier").text = words(each, "multiplier")
                SubElement(unit, "unit_name").text = words(each, "unit")
        for name in _OPTIONS:
            if (found := next(one.iter(name), None)) is not None and (value := words(found)):
                SubElement(made, name).text = value
        for name in ("graderinfo",):
            found = next(one.iter(name), None)
            if found is not None and words(found):
                self._put(made, name, said(found), "1", one)
        tags = SubElement(made, "tags")
        for tag in one.iterfind("tags/tag"):
            SubElement(SubElement(tags, "tag"), "text").text = words(tag, "name") or words(tag, "rawname")
        return made

    def _put(self, parent: Element, name: str, written: str, format: str, question: Element) -> Element:
        made = SubElement(parent, name, format=_FORMATS.get(format, "html"))
        SubElement(made, "text").text = "" if written == "$@NULL@$" else written
        for match in re.finditer(r"@@PLUGINFILE@@/([^\"'\s)<>?]+)", written):
            wanted = unquote(match[1]).rpartition("/")[2]
            path = self.by_context.get((question.get("id", ""), wanted), "")
            if path and self.archive.sizes[path] <= _FILE_BYTES_MAX:
                file = SubElement(made, "file", name=wanted, path="/", encoding="base64")
                file.text = base64.b64encode(self.archive.bytes_of(path, _FILE_BYTES_MAX)).decode()
        return made

    # ---- Files

    def _files(self) -> None:
        root = self._xml("files.xml") if "files.xml" in self.archive.sizes else None
        for one in root.iter("file") if root is not None else ():
            digest, name = words(one, "contenthash"), words(one, "filename")
            path = f"files/{digest[:2]}/{digest}"
            if name in ("", ".") or path not in self.archive.sizes:
                continue
            area, item = words(one, "filearea"), words(one, "itemid")
            self.files[words(one, "contextid"), area, item, name] = path
            if words(one, "component") in _OFFERED and area in ("content", "intro", "legacy", "section", "chapter"):
                self.made.spare[path] = name
            if words(one, "component") in ("question",) or words(one, "component").startswith("qtype"):
                self.by_context[item, name] = path

    def _resolve(self, context: str) -> Resolve:
        known = {at[3]: path for at, path in self.files.items() if not context or at[0] == context}

        def resolve(address: str) -> tuple[str, str] | None:
            if match := _VIEW.fullmatch(address):
                return "item", match[1]
            if address.startswith("@@PLUGINFILE@@/"):
                path = known.get(unquote(address.partition("?")[0]).rpartition("/")[2])
                return ("file", path) if path else None
            return None

        return resolve

    def _xml(self, path: str) -> Element | None:
        try:
            return root_of(self.archive, path)
        except Invalid as wrong:
            if path in self.archive.sizes:
                self.made.say(path, next(iter(wrong.fields.values())), weight=Weight.UNSUPPORTED)
            return None


def _path(category: Element, categories: Mapping[str, Element]) -> tuple[str, ...]:
    """The names of a category and those above it; “top” is none, and “Default for …” says nothing."""
    names: list[str] = []
    at: Element | None = category
    while at is not None and len(names) < 20:
        if (name := words(at, "name")) != "top":
            names.append(name)
        at = categories.get(words(at, "parent")) if words(at, "parent") not in ("", "0") else None
    kept = [name for name in reversed(names) if name]
    return tuple(kept[1:] if kept and kept[0].startswith("Default for ") else kept)


# What a course offers its readers; work that was handed in and what only its authors saw is none of it.
_OFFERED = {"mod_resource", "mod_folder", "mod_page", "mod_book", "mod_label", "mod_url", "mod_assign", "course"}
_OPTIONS = (
    *("single", "shuffleanswers", "usecase", "responseformat", "attachments", "minwordlimit", "maxwordlimit"),
    *("filetypeslist", "gradingtype", "unitgradingtype", "showunits"),
)
