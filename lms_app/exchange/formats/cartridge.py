"""Common Cartridge 1.0 to 1.3 and exports of Canvas: an outline of resources, with pages, links, files, quizzes, tasks.

https://www.imsglobal.org/cc/ccv1p3. A module is an item of the first level, a heading in it a line in the titles below.
"""

import re
from dataclasses import replace
from decimal import Decimal
from urllib.parse import quote, unquote
from xml.etree.ElementTree import Element

from lms_app.core.archives import Archive
from lms_app.core.errors import Invalid
from lms_app.exchange.formats import qti
from lms_app.exchange.formats.base import Weight
from lms_app.exchange.formats.outline import Item, Outline, Part, link, placed_below, root_of, words
from lms_app.exchange.formats.qti_text import number
from lms_app.exchange.formats.xml_tree import inside, said
from lms_app.exchange.tree import joined

NAME = "Common Cartridge"
_CANVAS = re.compile(r"\$(?:CANVAS_OBJECT_REFERENCE|WIKI_REFERENCE|CANVAS_COURSE_REFERENCE)\$/(?:[a-z_]+/)?([^/?#]+)")
_FILEBASE = re.compile(r"^\$IMS-CC-FILEBASE\$/?|^\$IMS_CC_FILEBASE\$/?|^%24IMS-CC-FILEBASE%24/?", re.IGNORECASE)
_PAGE = (".html", ".htm", ".xhtml")
_SKIPPED = ("learning-application-resource", "idiscussion", "lti", "basiclti")


def manifest_of(archive: Archive) -> str:
    found = [path for path in archive.sizes if path.rpartition("/")[2].lower() == qti.MANIFEST]
    return min(found, key=lambda path: path.count("/"), default="")


def is_course(archive: Archive) -> bool:
    """Whether a package is more than questions: a cartridge, or an export of a whole course."""
    manifest = manifest_of(archive)
    if not manifest:
        return False
    root = root_of(archive, manifest, doctype=True)
    if "cartridge" in words(root, "metadata/schema").lower() or "SCORM" in words(root, "metadata/schema"):
        return True
    if any(path.endswith("course_settings/course_settings.xml") for path in archive.sizes):
        return True
    # Beside pure questions there may be styles and pictures, but no pages.
    return any(
        "x-bb-document" in one.get("type", "")
        or (one.get("type", "").lower() == "webcontent" and (one.get("href") or "").lower().endswith(_PAGE))
        for one in root.iter("resource")
    )


def read(archive: Archive) -> Outline:
    """Raises Invalid for a manifest that cannot be read, and for packages of another kind, saying which."""
    folder = manifest_of(archive).rpartition("/")[0]
    inner = archive.below(folder)
    made = _Reading(inner, manifest_of(inner)).run()
    return placed_below(made, folder) if folder else made


class _Reading:
    def __init__(self, archive: Archive, manifest: str) -> None:
        self.archive, self.folder = archive, manifest.rpartition("/")[0]
        self.root = root_of(archive, manifest, doctype=True)
        self.resources = {one.get("identifier", ""): one for one in self.root.iter("resource")}
        title = self.root.find("metadata//general/title")
        self.made = Outline(NAME, " ".join("".join(title.itertext()).split()) if title is not None else "")
        self.by_path: dict[str, str] = {}
        self.used: set[str] = set()
        self.read: set[str] = set()  # files of questions
        self.meta = self._modules()

    def run(self) -> Outline:
        schema = f"{words(self.root, 'metadata/schema')} {words(self.root, 'metadata/schemaversion')}".strip()
        if (
            any("scormtype" in name.lower() for one in self.resources.values() for name in one.attrib)
            or "ADL SCORM" in schema
        ):
            raise Invalid(
                {"file": "This is a SCORM package: a program of its own, not material that we could take apart."}
            )
        if not self.resources:
            raise Invalid({"file": f"This package lists nothing that is in it ({schema or 'no schema named'})."})
        if self._path("course_settings/course_settings.xml"):
            settings = root_of(self.archive, self._path("course_settings/course_settings.xml"))
            self.made.format, self.made.title = "Canvas export", words(settings, "title") or self.made.title
        elif "cartridge" not in schema.lower():
            self.made.format = "IMS content package"
        for name, one in self.resources.items():
            for path in self._files(one):
                self.by_path.setdefault(path, name)
        for organization in self.root.iter("organization"):
            tops = organization.findall("item")
            # Cartridges have one item that holds all of them.
            tops = tops[0].findall("item") if len(tops) == 1 and tops[0].get("identifierref") is None else tops
            loose = Part("Materials")
            for top in tops:
                if top.findall("item"):
                    part = Part(words(top, "title") or "Module")
                    self._take(top, part, [])
                    self.made.parts.append(part)
                else:
                    self._item(top, loose, [])
            self.made.parts.append(loose)
        self._rest()
        self.made.parts = [part for part in self.made.parts if part.items]
        self._spare()
        return self.made

    def _take(self, element: Element, part: Part, under: list[str]) -> None:
        for child in element.findall("item"):
            if child.findall("item"):
                if child.get("identifierref"):
                    self._item(child, part, under)
                self._take(child, part, [*under, words(child, "title")])
            else:
                self._item(child, part, under)

    def _item(self, element: Element, part: Part, under: list[str]) -> None:
        name, title = element.get("identifierref", ""), words(element, "title")
        if not name:
            if title:
                self.made.say(qti.MANIFEST, f"The heading “{title[:100]}” has nothing of its own: it is left out.")
            return
        resource = self.resources.get(name)
        if resource is None:
            self.made.say(qti.MANIFEST, f"“{title[:100]}” leads to {name[:60]}, which is not in the package.")
            return
        self._add(resource, title, part, published=self.meta.get(element.get("identifier", ""), "active") == "active")

    def _add(self, resource: Element, title: str, part: Part, *, published: bool = True) -> None:
        name, kind = resource.get("identifier", ""), resource.get("type", "").lower()
        if name in self.used:
            return
        self.used.add(name)
        paths = self._files(resource)
        path = paths[0] if paths else ""
        if not path:
            self.made.say(qti.MANIFEST, f"“{title or name}” names no file that is in the package.")
        elif "question-bank" in kind or "qti-pool" in kind or resource.get("material_type") == "d2lquestionlibrary":
            self._bank(title, paths)
        elif "imsqti_item" in kind:
            self._bank("", paths)
        elif kind == "resource/x-bb-document":
            self._blackboard(name, title, path, part, published)
        elif ("imsqti" in kind and "question-bank" not in kind) or (
            "assessment" in kind and path.endswith((".xml", ".dat"))
        ):
            self._quiz(name, title, paths, part, published)
        elif "imswl" in kind:
            root = self._xml(path)
            url = root.find("url") if root is not None else None
            address = url.get("href", "") if url is not None else ""
            title = title or words(root, "title")
            self._lesson(name, title, link(title, address), path, part, published)
        elif "imsdt" in kind or "discussion" in kind:
            root = self._xml(path)
            if root is not None:
                self.made.say(path, "A discussion comes as a lesson with its question.", title)
                self._lesson(name, title or words(root, "title"), self._words(root.find("text")), path, part, published)
        elif "assignment" in kind or any(one.endswith("assignment_settings.xml") for one in paths):
            self._task(name, title, paths, part, published)
        elif "basiclti" in kind or "lti" in kind.split("_")[0]:
            self.made.say(path, "A tool on another site is not imported.", title or name, weight=Weight.UNSUPPORTED)
        elif path.lower().endswith(_PAGE):
            self._page(name, title, path, part, published)
        elif (
            "learning-application-resource" in kind
            or "x-bb" in kind
            or resource.get("material_type", "").startswith("org")
        ):
            self.made.say(path, "Settings of another program are not imported.", title)
        elif path.lower().endswith((".xml", ".dat")) and qti.sniff(self._text(path) or ""):
            self._quiz(name, title, paths, part, published)
        else:
            self._lesson(name, title or path.rpartition("/")[2], self._offered(paths), path, part, published)

    # ---- What items become

    def _page(self, name: str, title: str, path: str, part: Part, published: bool) -> None:
        written = self._text(path)
        if written is None:
            return
        found = re.search(r"<title[^>]*>(.*?)</title>", written, re.IGNORECASE | re.DOTALL)
        if re.search(r"name=\"workflow_state\" content=\"unpublished\"", written):
            published = False
        title = title or " ".join((found[1] if found else "").split()) or path.rpartition("/")[2]
        self._lesson(name, title, written, path, part, published)

    def _lesson(self, name: str, title: str, written: str, path: str, part: Part, published: bool) -> None:
        text = self.made.text(written, self._resolve(path), path, title)
        part.items.append(Item("lesson", name, title, text, published=published, path=path))

    def _offered(self, paths: list[str]) -> str:
        return "".join(link(path.rpartition("/")[2], "/" + quote(path)) for path in paths)

    def _quiz(self, name: str, title: str, paths: list[str], part: Part, published: bool) -> None:
        richer = next((one for one in self.archive.sizes if one.endswith(f"non_cc_assessments/{name}.xml.qti")), "")
        path = richer or next((one for one in paths if one.lower().endswith((".xml", ".qti", ".dat"))), "")
        written = self._text(path) if path else None
        if written is None:
            return
        self.read.add(path)
        parsed = qti.parse(written, qti.pictures_of(self.archive, path))
        for one in parsed.findings:
            self.made.say(path, one.reason, one.about, one.line, one.weight)
        title = title or parsed.title or "Quiz"
        if not parsed.questions:
            self.made.say(path, "This quiz has no question that can be asked here.", title)
            return
        part.items.append(Item("quiz", name, title, questions=parsed.questions, published=published, path=path))

    def _task(self, name: str, title: str, paths: list[str], part: Part, published: bool) -> None:
        settings = next((one for one in paths if one.endswith((".xml",))), "")
        page = next((one for one in paths if one.lower().endswith(_PAGE)), "")
        root = self._xml(settings) if settings else None
        written = (self._text(page) if page else None) or (self._words(root.find("text")) if root is not None else "")
        title = title or words(root, "title") or "Assignment"
        gradable = root.find("gradable") if root is not None else None
        points = words(root, "points_possible") or (gradable.get("points_possible", "") if gradable is not None else "")
        formats = words(root, "submission_types") + " ".join(
            one.get("type", "") for one in (root.iter("format") if root is not None else ())
        )
        text = self.made.text(written, self._resolve(page or settings), page or settings, title)
        takes = "both" if "upload" in formats or "file" in formats else "text"
        worth = min(max(number(points, Decimal(100)), Decimal(0)), Decimal(10_000))
        part.items.append(
            Item("assignment", name, title, text, points=worth, published=published, takes=takes, path=page or settings)
        )

    def _rest(self) -> None:
        """What stands in no module: Canvas shows its pages, quizzes and tasks in lists of their own."""
        part = Part("Other materials")
        for name, one in self.resources.items():
            kind, paths = one.get("type", "").lower(), self._files(one)
            if name in self.used or not paths or "fallback" in name:
                continue
            shown = (
                ("imsqti" in kind and "question-bank" not in kind)
                or "imsdt" in kind
                or "imswl" in kind
                or "assignment" in kind
            )
            shown = shown or any(path.startswith(("wiki_content/",)) for path in paths)
            shown = shown or any(path.endswith("assignment_settings.xml") for path in paths)
            beside = "question-bank" in kind or "qti-pool" in kind or "qti-test" in kind
            if shown or beside or one.get("material_type") in ("d2lquestionlibrary", "d2lquiz"):
                self._add(one, "", part)
        self.made.parts.append(part)
        # Canvas writes its question banks beside the quizzes, in its own dialect.
        for path in self.archive.sizes:
            if "non_cc_assessments/" in path and path.endswith(".xml.qti") and path not in self.read:
                self._bank("", [path])

    def _bank(self, title: str, paths: list[str]) -> None:
        """Questions that no quiz asks yet."""
        path = next((one for one in paths if one.lower().endswith((".xml", ".qti", ".dat"))), "")
        written = self._text(path) if path else None
        if written is None:
            return
        self.read.add(path)
        parsed = qti.parse(written, qti.pictures_of(self.archive, path))
        for one in parsed.findings:
            self.made.say(path, one.reason, one.about, one.line, one.weight)
        name = title or parsed.title
        self.made.bank += [replace(one, category=one.category or ((name,) if name else ())) for one in parsed.questions]

    def _blackboard(self, name: str, title: str, path: str, part: Part, published: bool) -> None:
        """A page as Blackboard exports one: an XML file that holds HTML."""
        root = self._xml(path)
        if root is None:
            return
        named = root.find("TITLE")
        text = said(root, "BODY/TEXT")
        title = title or (named.get("value", "") if named is not None else "")
        if text or title:
            self._lesson(name, title, text, path, part, published)

    def _spare(self) -> None:
        """Files for readers that no page leads to."""
        inner = {path for one in self.resources.values() if not _is_content(one) for path in self._files(one)}
        for path in self.archive.sizes:
            low, name = path.lower(), path.rpartition("/")[2]
            machine = low.endswith((".xml", ".qti", ".dat", ".xsd", ".dtd")) or name.startswith(".")
            known = path in inner or self.by_path.get(path, "") in self.used
            if not machine and not known and "course_settings/" not in low and "non_cc_assessments/" not in low:
                self.made.spare[path] = name

    # ---- Files

    def _modules(self) -> dict[str, str]:
        path = self._path("course_settings/module_meta.xml")
        root = self._xml(path) if path else None
        items = root.iter("item") if root is not None else ()
        return {one.get("identifier", ""): words(one, "workflow_state") for one in items}

    def _path(self, path: str) -> str:
        place = f"{self.folder}/{path}".lstrip("/")
        return place if place in self.archive.sizes else ""

    def _files(self, resource: Element) -> list[str]:
        base = joined(self.folder, resource.get("base", "") or ".") or ""
        # Blackboard names its files in an attribute of its own.
        named = [resource.get("href"), resource.get("file"), *(one.get("href") for one in resource.findall("file"))]
        found = [place for one in named if one and (place := joined(base, one)) and place in self.archive.sizes]
        return list(dict.fromkeys(found))

    def _text(self, path: str) -> str | None:
        try:
            return qti.text_of(self.archive, path)
        except Invalid as wrong:
            self.made.say(path, next(iter(wrong.fields.values())), weight=Weight.UNSUPPORTED)
            return None

    def _xml(self, path: str) -> Element | None:
        try:
            return root_of(self.archive, path)
        except Invalid as wrong:
            self.made.say(path, next(iter(wrong.fields.values())), weight=Weight.UNSUPPORTED)
            return None

    def _words(self, element: Element | None) -> str:
        if element is None:
            return ""
        return inside(element) if len(element) else said(element)

    def _resolve(self, path: str):
        folder = path.rpartition("/")[0]

        def resolve(address: str) -> tuple[str, str] | None:
            if match := _CANVAS.match(address):
                slug = unquote(match[1])
                for place in (f"wiki_content/{slug}.html", slug):
                    if name := self.by_path.get(place) or (place if place in self.resources else ""):
                        return "item", name
                return None
            bare = _FILEBASE.sub("/web_resources/", address)
            if re.match(r"[a-z][a-z0-9+.-]*:|//|#", bare, re.IGNORECASE) or not bare:
                return None
            for base in (folder, self.folder):
                place = joined(base, bare) or ""
                for one in (place, place.removeprefix("web_resources/")):
                    if one in self.archive.sizes:
                        is_page = one.lower().endswith(_PAGE) and one in self.by_path
                        return ("item", self.by_path[one]) if is_page else ("file", one)
            return None

        return resolve


def _is_content(resource: Element) -> bool:
    return resource.get("type", "").lower() in ("webcontent", "resource/x-bb-document")
