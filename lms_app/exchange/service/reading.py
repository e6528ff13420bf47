"""The import doctor's first half: what a file of questions is, and whether each of them can be asked here. No database."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from lms_app.core import archives, files
from lms_app.core.apart import Tell, nobody_listens
from lms_app.core.errors import Invalid
from lms_app.exchange import texts
from lms_app.exchange.formats import FORMATS, packages
from lms_app.exchange.formats.base import Finding, QuestionFile, QuestionFormat, ReadQuestion, Weight
from lms_app.exchange.views import BankReport, ImportedQuestion, KindCount
from lms_app.quizzes import service as quizzes
from lms_app.quizzes.kinds import KINDS, TEXTS

BYTES_MAX = 20_000_000
LINES_MAX = 400_000
QUESTIONS_MAX = 5_000
SHOWN_MAX = 20
NAME_MAX, DEPTH_MAX, TAG_MAX, TAGS_MAX = 120, 8, 40, 20
_NO_TEXT = {
    "application/pdf": "a PDF document",
    **dict.fromkeys(("image/png", "image/jpeg", "image/gif", "image/webp", files.SVG), "a picture"),
    **dict.fromkeys(("video/mp4", "video/webm", "audio/mpeg", "audio/ogg", "audio/wav"), "a recording"),
}
_FILE = re.compile(r"/files/[0-9a-f-]{36}")
_NUMBERS = {"fraction", "value", "tolerance", "low", "high", "factor"}


@dataclass(frozen=True, slots=True)
class Checked:
    """A question that was read, checked and rendered. Two with the same `sameness` ask the same."""

    question: ReadQuestion
    draft: quizzes.Draft
    sameness: str


@dataclass(frozen=True, slots=True)
class BankDraft:
    """A file that was read and checked. Only `read_questions` makes these."""

    report: BankReport
    questions: tuple[Checked, ...]


def read_questions(content: bytes | str | Path, *, format: str = "", tell: Tell = nobody_listens) -> BankDraft:
    """Read, check and render a file of questions. What it is, its content tells, unless `format` names it.

    What is wrong in the file is in the report, by line. Raises Invalid for what is no text, or no format that we know.
    A path is one of a file on disk, which may be a package of QTI or of a whole course: then all questions of it.
    """
    if isinstance(content, Path):
        if content.is_dir():
            return _read_package(content, tell)
        with content.open("rb") as file:
            head = file.read(512)
            if archives.is_archive(head):
                return _read_package(content, tell)
            content = head + file.read(BYTES_MAX + 1 - len(head))
    elif isinstance(content, bytes) and archives.is_archive(content[:512]):
        with NamedTemporaryFile() as aside:
            aside.write(content)
            aside.flush()
            return _read_package(Path(aside.name), tell)
    if isinstance(content, bytes) and (known := _NO_TEXT.get(files.media_type_of(content[: files.HEAD_BYTES]))):
        raise Invalid({"text": f"This is {known}, no file of questions that we know: {_names()}."})
    whole = texts.lines(content, field="text", bytes_max=BYTES_MAX, lines_max=LINES_MAX)
    its = _format(whole, format)
    return _draft(its.NAME, its.read(whole), tell)


def _read_package(path: Path, tell: Tell) -> BankDraft:
    with archives.open_archive(path) as archive:
        archive.check()
        return _draft(*packages.read_questions(archive), tell)


def _draft(name: str, read: QuestionFile, tell: Tell) -> BankDraft:
    checked, findings = check(read, tell)
    kinds = Counter(one.question.kind for one in checked)
    report = BankReport(
        name,
        [KindCount(kind, KINDS[kind].label, count) for kind, count in sorted(kinds.items())],
        [ImportedQuestion(one.question.line, one.question.kind, one.question.name) for one in checked],
        findings,
    )
    said = blocked(report.questions, findings, skip_unsupported=False)
    can_skip = bool(said) and not blocked(report.questions, findings, skip_unsupported=True)
    return BankDraft(replace(report, blocked=said, skippable=can_skip), tuple(checked))


def _format(whole: str, named: str) -> QuestionFormat:
    if not whole.strip():
        raise Invalid({"text": "Choose a file, or paste questions."})
    if named:
        if named not in FORMATS:
            raise Invalid({"format": f"Choose a format: {', '.join(FORMATS)}."})
        return FORMATS[named]
    found = next((one for one in FORMATS.values() if one.sniff(whole)), None)
    if found is None or (found is FORMATS["gift"] and whole.lstrip().startswith("<?xml")):
        raise Invalid({"text": f"This is no file of questions that we know: {_names()}."})
    return found


def _names() -> str:
    return ", ".join(one.NAME for one in FORMATS.values())


# ---- For the other modules of this package


def check(read: QuestionFile, tell: Tell = nobody_listens) -> tuple[list[Checked], list[Finding]]:
    """The questions that can be asked here, and everything that there is to say, by line."""
    checked: list[Checked] = []
    findings = list(read.findings)
    if len(read.questions) > QUESTIONS_MAX:
        first = read.questions[QUESTIONS_MAX]
        reason = (
            f"A file takes at most {QUESTIONS_MAX:,} questions, and this one has {len(read.questions):,}. Divide it."
        )
        findings.append(Finding(first.line, Weight.ERROR, reason, first.name))
    # A file with an error is never written, so nothing of it needs to be rendered.
    if not any(finding.weight is Weight.ERROR for finding in findings):
        for number, question in enumerate(read.questions):
            tell(number, len(read.questions))
            try:
                checked.append(_checked(question, findings))
            except Invalid as error:
                reason = " ".join(error.fields.values())
                findings.append(Finding(question.line, Weight.UNSUPPORTED, reason, question.name))
    findings.sort(key=lambda finding: (finding.path, finding.line))
    return checked, findings


def blocked(questions: Sequence[ImportedQuestion], findings: Sequence[Finding], *, skip_unsupported: bool) -> str:
    """Why nothing of a file is imported; empty when it can be."""
    weights = Counter(finding.weight for finding in findings)
    if errors := weights[Weight.ERROR]:
        return f"Nothing was imported: {_many(errors, 'place')} cannot be read as questions."
    unsupported = weights[Weight.UNSUPPORTED]
    if unsupported and not skip_unsupported:
        return (
            f"Nothing was imported: {_many(unsupported, 'question')} cannot be asked here yet. "
            f"Skip {'them' if unsupported > 1 else 'it'} to import the other {len(questions)}."
        )
    if all(question.kind in TEXTS for question in questions):
        return "Nothing was imported: this file has no question that can be asked here."
    return ""


def sentences(said: str, findings: Sequence[Finding]) -> dict[str, str]:
    """A refusal by line, for a form or an answer by REST; the whole list is in the report."""
    blocking = [finding for finding in findings if finding.weight is not Weight.NOTE]
    by_line = {"text": said}
    for finding in blocking[:SHOWN_MAX]:
        by_line.setdefault(f"text.line_{finding.line}", f"Line {finding.line}: {finding.reason}")
    if len(blocking) > SHOWN_MAX:
        by_line["text.more"] = f"And {len(blocking) - SHOWN_MAX} more."
    return by_line


def sameness(kind: str, stem: str, spec: Mapping[str, Any], feedback: str, rest: Sequence[Any]) -> str:
    """A hash of all that a question asks and gives; ids and the addresses of its files are its own affair.

    `rest` are its points, its penalty and its hints.
    """
    ids: dict[str, str] = {}  # choices come before items by name, so a match names one that is known

    def plain(value: Any, key: str = "") -> Any:
        if isinstance(value, Mapping):
            own = {str(name): each for name, each in value.items()}
            return {name: plain(own[name], name) for name in sorted(own, key=lambda name: (name != "id", name))}
        if isinstance(value, list):
            return [plain(each, key) for each in value]
        if key in ("id", "match"):
            return ids.setdefault(str(value), str(len(ids)))
        if key in _NUMBERS and value is not None:
            return _number(value)
        return value

    whole = [kind, stem, plain(spec), feedback, [_number(each) for each in rest[:2]], list(rest[2])]
    written = json.dumps(whole, sort_keys=True, default=str)
    return hashlib.sha256(_FILE.sub("/files/", written).encode()).hexdigest()


def _number(value: Any) -> str:
    return f"{round(Decimal(str(value)), 9).normalize():f}" if abs(Decimal(str(value))) < 10**15 else str(value)


def _checked(question: ReadQuestion, findings: list[Finding]) -> Checked:
    """Raises Invalid for what its kind does not take."""
    draft = quizzes.draft(
        kind=question.kind,
        stem=question.stem,
        spec=question.spec,
        feedback=question.feedback,
        points=question.points,
        hints=question.hints,
        penalty=question.penalty,
    )
    filed = _filed(question)
    for what, said in _losses(question, filed):
        findings.append(Finding(question.line, Weight.NOTE, f"{what} reads differently here: {said}.", question.name))
    rest = (draft.points, draft.penalty, draft.hints)
    return Checked(filed, draft, sameness(draft.kind, draft.stem, draft.spec, draft.feedback, rest))


def category_names(path: Sequence[str]) -> tuple[str, ...]:
    """The names of a category and those above it, as a bank takes them."""
    names = [" ".join(name.replace("/", " ").split())[:NAME_MAX].strip() for name in path]
    return tuple(name for name in names if name)[:DEPTH_MAX]


def tags_taken(given: Sequence[str]) -> tuple[str, ...]:
    tags = [" ".join(tag.replace(",", " ").split()).casefold()[:TAG_MAX].strip() for tag in given]
    return tuple(dict.fromkeys(tag for tag in tags if tag))[:TAGS_MAX]


def _filed(question: ReadQuestion) -> ReadQuestion:
    return replace(
        question,
        category=category_names(question.category),
        tags=tags_taken(question.tags),
        difficulty=question.difficulty if question.difficulty in ("", "easy", "medium", "hard") else "",
    )


def _losses(was: ReadQuestion, now: ReadQuestion) -> Iterator[tuple[str, str]]:
    if was.category != now.category:
        yield f"The category “{'/'.join(was.category)[:200]}”", f"“{' / '.join(now.category)[:200]}”"
    if len(was.tags) > len(now.tags) or any(tag.casefold() not in now.tags for tag in was.tags):
        yield "The list of tags", ", ".join(now.tags) or "none"
    if was.difficulty != now.difficulty:
        yield f"The difficulty “{was.difficulty[:40]}”", "not said"


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
