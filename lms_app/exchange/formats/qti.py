"""QTI: single files of 1.2, 2.0 to 2.2 and 3.0, and packages of them with their pictures.

A package is read by what its files are; its manifest only gives their order. Canvas writes a quiz twice, once poorer for
others: the richer one counts.
"""

import json
import re
from dataclasses import replace
from decimal import InvalidOperation
from typing import Any

from lms_app.core.archives import Archive
from lms_app.core.errors import Invalid
from lms_app.exchange import texts
from lms_app.exchange.formats import qti_1, qti_2, xml_tree
from lms_app.exchange.formats.base import Finding, QuestionFile, ReadQuestion, Weight
from lms_app.exchange.formats.moodle_xml_writer import own_fields
from lms_app.exchange.formats.qti_text import Parsed, Pictures, no_pictures
from lms_app.exchange.formats.qti_writer import OWN, digest
from lms_app.exchange.formats.qti_writer import SUFFIX as SUFFIX
from lms_app.exchange.formats.qti_writer import write as write
from lms_app.exchange.formats.xml_tree import said
from lms_app.exchange.tree import joined

NAME = "QTI"
XML_BYTES_MAX, LINES_MAX = 20_000_000, 400_000
PICTURE_BYTES_MAX = 10_000_000
MANIFEST = "imsmanifest.xml"
_ROOT = re.compile(
    r"\s*(?:<\?xml[^>]{0,300}\?>\s*)?(?:<!--(?:(?!-->).){0,20000}-->\s*|<\?[^>]{0,500}\?>\s*)*"
    r"(?:<!DOCTYPE[^\[>]{0,500}(?:\[[^\]]{0,20000}\])?\s*>\s*)?(?:<!--(?:(?!-->).){0,20000}-->\s*)*"
    r"<(?:[\w.-]{1,40}:)?(questestinterop|assessmentItem|assessmentTest|assessmentSection|qti-assessment-(?:item|test|section)|item)[\s>/]",
    re.DOTALL,
)


def sniff(text: str) -> bool:
    found = _ROOT.match(text)
    return found is not None and (found[1] != "item" or "<presentation" in text[:200_000])


def read(text: str) -> QuestionFile:
    parsed = parse(text)
    findings = list(parsed.findings)
    if parsed.refs and not parsed.questions:
        many = f"{len(parsed.refs)} question{'s' if len(parsed.refs) > 1 else ''}"
        reason = f"This test names {many} in other files. Import the whole package (zip)."
        findings.append(Finding(1, Weight.ERROR, reason, parsed.title))
    return QuestionFile(parsed.questions, tuple(findings))


def parse(text: str, pictures: Pictures = no_pictures) -> Parsed:
    """One file; what is wrong in it is a finding."""
    try:
        root, lines = xml_tree.parse(text, doctype=True)
    except xml_tree.Refused as refused:
        return Parsed((), (Finding(refused.line, Weight.ERROR, str(refused)),))
    if root.tag in ("questestinterop", "item"):
        return qti_1.parse(root, lines, pictures)
    version = "QTI 3.0" if root.tag.startswith("qti-") else "QTI 2"
    qti_2.plain_names(root)
    if root.tag in ("assessmentItem", "assessmentTest", "assessmentSection"):
        return qti_2.parse(root, lines, pictures, version)
    return Parsed((), (Finding(1, Weight.ERROR, f"<{root.tag[:60]}> is nothing that QTI begins with."),))


# ---- Packages


def read_archive(archive: Archive) -> QuestionFile:
    """All questions of a package, in the categories of its tests. Raises Invalid where there is no QTI in it."""
    paths = question_files(archive)
    if not paths:
        raise Invalid({"file": "There are no QTI questions in this package."})
    own = _own(archive)
    questions: list[ReadQuestion] = []
    findings: list[Finding] = []
    tests: dict[str, str] = {}
    parsed: dict[str, Parsed] = {}
    for path, text in paths.items():
        parsed[path] = found = parse(text, pictures_of(archive, path))
        folder = path.rpartition("/")[0]
        for ref in found.refs:
            tests.setdefault(joined(folder, ref) or "", found.title)
    for path, found in parsed.items():
        category = (tests[path],) if tests.get(path) else ()
        for question in found.questions:
            question = own.get((path, digest(paths[path])), lambda one: one)(question)
            questions.append(replace(question, category=question.category or category))
        findings += [replace(finding, path=path) for finding in found.findings]
    return QuestionFile(tuple(questions), tuple(findings))


def question_files(archive: Archive) -> dict[str, str]:
    """The texts of all files of QTI in a package by their paths, in the order of its manifest."""
    found: dict[str, str] = {}
    for path in _in_order(archive):
        if not path.lower().endswith((".xml", ".qti", ".dat")) or archive.sizes[path] > XML_BYTES_MAX:
            continue
        richer = re.sub(r"([^/]+)/(?:assessment_qti|\1)\.xml$", r"non_cc_assessments/\1.xml.qti", path)
        if richer != path and richer in archive.sizes:
            continue
        try:
            text = text_of(archive, path)
        except Invalid:
            if archive.sizes[path] and path != MANIFEST:
                raise
            continue
        if sniff(text):
            found[path] = text
    return found


def text_of(archive: Archive, path: str) -> str:
    """Raises Invalid, naming the file, for what is no text."""
    try:
        content = archive.bytes_of(path, XML_BYTES_MAX)
        return texts.lines(content, field="file", bytes_max=XML_BYTES_MAX, lines_max=LINES_MAX)
    except Invalid as wrong:
        reason = next(iter(wrong.fields.values()))
        raise Invalid({"file": reason if path in reason else f"{path}: {reason}"}) from None


def pictures_of(archive: Archive, path: str) -> Pictures:
    """What addresses in the texts of one file mean: beside it, or from the root of the package."""
    folder = path.rpartition("/")[0]

    def find(address: str) -> tuple[str, bytes] | None:
        address = re.sub(r"^(?:\$IMS-CC-FILEBASE\$|%24IMS-CC-FILEBASE%24)/?(?:\.\./)?", "/web_resources/", address)
        for base in (folder, ""):
            place = joined(base, address)
            for one in (place, (place or "").removeprefix("web_resources/")):
                if one and archive.sizes.get(one, PICTURE_BYTES_MAX + 1) <= PICTURE_BYTES_MAX:
                    return one.rpartition("/")[2], archive.bytes_of(one, PICTURE_BYTES_MAX)
        return None

    return find


def _in_order(archive: Archive) -> list[str]:
    named: list[str] = []
    manifest = next((path for path in sorted(archive.sizes, key=len) if path.lower().endswith(MANIFEST)), "")
    if manifest:
        try:
            root, _ = xml_tree.parse(text_of(archive, manifest), doctype=True)
        except xml_tree.Refused as refused:
            raise Invalid({"file": f"{manifest}, line {refused.line}: {refused}"}) from None
        folder = manifest.rpartition("/")[0]
        for resource in root.iter("resource"):
            hrefs = [resource.get("href"), *(one.get("href") for one in resource.findall("file"))]
            named += [place for href in hrefs if href and (place := joined(folder, href)) in archive.sizes]
    return list(dict.fromkeys([*named, *sorted(archive.sizes)]))


def _own(archive: Archive) -> dict[tuple[str, str], Any]:
    """What our own writer put beside its items: it counts for those that nobody changed."""
    if OWN not in archive.sizes:
        return {}
    try:
        kept = json.loads(archive.bytes_of(OWN, XML_BYTES_MAX))
        return {(str(path), str(one["of"])): _restored(one) for path, one in kept.items()}
    except (Invalid, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}


def _restored(kept: dict[str, Any]) -> Any:
    def restore(question: ReadQuestion) -> ReadQuestion:
        addresses = {file.name: file.address for file in question.files}
        try:
            written = re.sub(
                r"lectern-file:([\w.%-]+)",
                lambda match: addresses.get(match[1], match[0]),
                json.dumps(kept["question"]),
            )
            fields = json.loads(written)
            labels = {
                "category": tuple(map(str, fields["category"])),
                "tags": tuple(map(str, fields["tags"])),
                "difficulty": str(fields["difficulty"]),
            }
            return replace(question, **own_fields(fields), **labels)
        except (ValueError, TypeError, KeyError, InvalidOperation, AttributeError):
            return question

    return restore


def title_of(archive: Archive, manifest: str) -> str:
    """The title that a manifest gives its package."""
    root, _ = xml_tree.parse(text_of(archive, manifest), doctype=True)
    title = root.find("metadata//general/title")
    return (
        " ".join("".join(title.itertext()).split())
        if title is not None
        else said(root, "organizations/organization/title")
    )
