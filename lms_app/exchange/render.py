"""Reports as text for a terminal or a mail."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from lms_app.exchange.formats.base import Finding, Weight
from lms_app.exchange.views import BankReport, CourseReport, Fate, FileLine, PackageReport, QuizReport, Reference

_WEIGHTS = {
    Weight.ERROR: "Cannot be read",
    Weight.UNSUPPORTED: "Cannot be asked here yet",
    Weight.NOTE: "Worth knowing",
}
_FATES = {
    Fate.LESSON: "became lessons",
    Fate.STORED: "stored",
    Fate.KEPT: "kept as they are",
    Fate.REMOTE: "on other sites, not fetched",
    Fate.MISSING: "missing",
    Fate.REFUSED: "refused",
    Fate.USED: "read for something else",
    Fate.LEFT: "left where they are",
}


def render(report: QuizReport | BankReport | CourseReport | PackageReport) -> str:
    """The whole report, nothing shortened: counts first, then every line that needs a look."""
    match report:
        case QuizReport():
            parts = _quiz(report)
        case BankReport():
            parts = _bank(report)
        case PackageReport():
            parts = _package(report)
        case _:
            parts = _course(report)
    return "\n".join(parts) + "\n"


def _quiz(report: QuizReport) -> Iterable[str]:
    kinds = Counter(question.kind for question in report.questions)
    yield f"{report.title} ({report.format})" if report.title else report.format
    yield (
        f"  {_many(len(report.questions), 'question')}: {_counts(kinds)}"
        if kinds
        else "  no questions of the kinds there are"
    )
    yield from _findings(report.findings)
    if report.blocked:
        yield report.blocked
    elif report.quiz_id:
        yield f"Imported into “{report.module}”: {report.url}"


def _bank(report: BankReport) -> Iterable[str]:
    yield report.format
    kinds = Counter({one.kind: one.count for one in report.counts})
    many = _many(kinds.total(), "question")
    yield f"  {many}: {_counts(kinds)}" if kinds else "  no questions of the kinds there are"
    yield from _findings(report.findings)
    if report.blocked:
        yield report.blocked
    else:
        yield f"New: {report.added}. In the bank already: {report.known}."


def _package(report: PackageReport) -> Iterable[str]:
    yield f"{report.title} ({report.format})"
    yield "  " + ", ".join(f"{one.count} {one.kind}" for one in report.counts if one.count)
    for module in report.modules:
        yield f"  {module.title}"
        for item in module.lessons:
            yield f"    {item.title}{'' if item.published else ' (not published)'}  <- {item.path}"
    yield from _findings(report.findings)
    if report.slug:
        yield f"{'There already, and nothing changed' if report.known else 'Imported as a draft'}: /courses/{report.slug}"


def _findings(findings: Sequence[Finding]) -> Iterable[str]:
    for weight, title in _WEIGHTS.items():
        found = [finding for finding in findings if finding.weight is weight]
        if found:
            yield f"{title}: {len(found)}"
            yield from (_finding(finding) for finding in found)


def _finding(finding: Finding) -> str:
    about = f" [{finding.about}]" if finding.about else ""
    path = f"{finding.path}, " if finding.path else ""
    return f"  {path}line {finding.line}:{about} {finding.reason}"


def _course(report: CourseReport) -> Iterable[str]:
    lessons = sum(len(module.lessons) for module in report.modules)
    yield f"{report.title} ({report.layout})"
    yield f"  {_many(len(report.modules), 'module')}, {_many(lessons, 'lesson')}"
    for module in report.modules:
        yield f"  {module.title}"
        for lesson in module.lessons:
            yield f"    {lesson.title}{'' if lesson.published else ' (not published)'}  <- {lesson.path}"
    if report.quizzes:
        many = sum(one.questions for one in report.quizzes)
        yield f"Quizzes: {len(report.quizzes)} with {_many(many, 'question')}"
        yield from (
            f"  {one.title} ({_many(one.questions, 'question')})  <- {one.path}:{one.line}" for one in report.quizzes
        )
    yield from _files(report.files)
    for kind, title in (("image", "Pictures"), ("link", "Links")):
        yield from _references(title, [one for one in report.references if one.kind == kind])
    yield from _repairs(report)
    if report.slug:
        yield f"Imported as a draft: /courses/{report.slug}"


def _files(files: Sequence[FileLine]) -> Iterable[str]:
    yield f"Files: {len(files)} ({_counts(Counter(_FATES[one.fate] for one in files))})"
    # What became a lesson stands above. Of the rest, many files with one reason in one folder are one line.
    left = [one for one in files if one.fate is not Fate.LESSON]
    for (folder, fate, note), group in _grouped(left, lambda one: (one.path.rpartition("/")[0], one.fate, one.note)):
        what = group[0].path if len(group) == 1 else f"{folder or '.'}/ ({len(group)} files)"
        yield f"  {_FATES[fate]}: {what}: {note}"


def _references(title: str, references: Sequence[Reference]) -> Iterable[str]:
    yield f"{title}: {len(references)}" + (
        f" ({_counts(Counter(_FATES[one.fate] for one in references))})" if references else ""
    )
    for one in references:
        if one.fate not in (Fate.STORED, Fate.LESSON, Fate.KEPT) or one.note:
            note = f" ({one.note})" if one.note else ""
            yield f"  {one.path}:{one.line}: {one.target}: {_FATES[one.fate]}{note}"


def _repairs(report: CourseReport) -> Iterable[str]:
    yield f"Constructs that this Markdown does not have: {len(report.repairs)}"
    for (what, done), group in _grouped(report.repairs, lambda one: (one.what, one.done)):
        yield f"  {what}: {len(group)}, {done}"
        for path, those in _grouped(group, lambda one: one.path):
            yield f"    {path}:{','.join(str(one.line) for one in those)}"


T = TypeVar("T")
K = TypeVar("K")


def _grouped(things: Iterable[T], key: Callable[[T], K]) -> Iterable[tuple[K, list[T]]]:
    groups: dict[K, list[T]] = {}
    for thing in things:
        groups.setdefault(key(thing), []).append(thing)
    return groups.items()


def _counts(counter: "Counter[str]") -> str:
    return ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counter.most_common())


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
