"""Questions that stand in other people's courses: exercises with choices in a page, and quizzes kept as JSON.

An exercise becomes a question only where its solution names one of the choices and no other one: what cannot be told is
left as the exercise that it is, and the report says so. Pure.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lms_app.core.errors import Invalid
from lms_app.exchange import html
from lms_app.exchange.page import Line
from lms_app.quizzes import service as quizzes

OPTIONS_MAX = 8
_EXERCISE = re.compile(r"> ?\[!EXERCISE\]\s*(.*)$")
_SOLUTION = re.compile(r"> ?\[!SOLUTION\]")
_OPTION = re.compile(r" {0,3}(?:(\d{1,2})|([A-Ha-h]))[.)]\s+(\S.*)$")
_MARK = re.compile(r"\s*(```|~~~)")
_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_LINK = re.compile(r"(?<!!)\[([^\[\]]*)\]\((?:/imported/|/files/)[^)\s]*\)")
_CODE = re.compile(r"(`+)(.+?)\1")
_SAID = re.compile(
    r"(?i)\b(?:answer|option|choice|number)(?:\s+(?:number|is|was|would be))*\s*:?\s*\(?([1-8]|[a-h])\b(?![`'])"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as its quiz takes it, and the line that it begins on."""

    line: int
    draft: quizzes.Draft


@dataclass(frozen=True, slots=True)
class Quiz:
    """A quiz to be made. `number` is by which links call it; `first` says that it comes before its lesson."""

    title: str
    path: str
    line: int
    questions: tuple[Asked, ...]
    number: int = 0
    first: bool = False


@dataclass(frozen=True, slots=True)
class Unasked:
    """What looks like a question, and why it is none."""

    line: int
    reason: str


# ---- Exercises of a page


def in_page(lines: Sequence[Line]) -> tuple[list[Asked], list[Unasked]]:
    """The exercises with choices of a page whose sections are callouts already."""
    asked: list[Asked] = []
    unasked: list[Unasked] = []
    for title, block in _exercises(lines):
        task, solution = _apart(block)
        for stem, options, line in _lists(task):
            made = _asked(title, stem, options, solution, line)
            (asked if isinstance(made, Asked) else unasked).append(made)  # type: ignore[arg-type]
    return asked, unasked


def _exercises(lines: Sequence[Line]) -> Iterator[tuple[str, list[Line]]]:
    at = 0
    while at < len(lines):
        begun = _EXERCISE.match(lines[at].text)
        at += 1
        if begun:
            block: list[Line] = []
            while at < len(lines) and lines[at].text.startswith(">"):
                block.append(_within(lines[at]))
                at += 1
            yield begun[1].strip(), block


def _within(line: Line) -> Line:
    return Line(line.number, line.text.removeprefix(">").removeprefix(" "), line.kind)


def _apart(block: Sequence[Line]) -> tuple[list[Line], str]:
    """What is asked, and what its solutions say."""
    task: list[Line] = []
    solution: list[str] = []
    inside = False
    for line in block:
        inside = line.text.startswith(">") and (inside or bool(_SOLUTION.match(line.text)))
        if not inside:
            task.append(line)
        elif not _SOLUTION.match(line.text):
            solution.append(_within(line).text)
    return task, "\n".join(solution).strip()


def _lists(task: Sequence[Line]) -> Iterator[tuple[str, list[str], int]]:
    """Each list of choices with the text that leads to it. Lists of tasks, which ask nothing or are questions, are none."""
    stem: list[Line] = []
    at, fenced = 0, False
    while at < len(task):
        line = task[at]
        fenced = fenced != bool(_MARK.match(line.text))
        options = [] if fenced else _options(task[at:])
        if len(options) < 2:
            stem.append(line)
            at += 1
            continue
        at += len(options)
        prose = _IMAGE.sub("", _unfenced(stem))
        if "?" in prose and len(options) <= OPTIONS_MAX and not any(one.rstrip().endswith("?") for one in options):
            text = "\n".join(one.text for one in stem).strip()
            yield text, options, next((one.number for one in stem if one.text.strip()), line.number)
        stem = []


def _options(lines: Sequence[Line]) -> list[str]:
    """The choices that begin here, counted from 1 or A without a gap; each is one line."""
    found: list[str] = []
    for line in lines:
        match = _OPTION.match(line.text)
        if match is None:
            break
        number = int(match[1]) if match[1] else ord(match[2].lower()) - ord("a") + 1
        if number != len(found) + 1:
            break
        found.append(match[3].strip())
    return found


def _unfenced(lines: Sequence[Line]) -> str:
    kept: list[str] = []
    fenced = False
    for line in lines:
        if _MARK.match(line.text):
            fenced = not fenced
        elif not fenced:
            kept.append(line.text)
    return "\n".join(kept)


def _asked(title: str, stem: str, options: Sequence[str], solution: str, line: int) -> Asked | Unasked:
    if _IMAGE.search("\n".join((stem, *options))):
        return Unasked(line, "shows pictures, which stay in the lesson: it is not asked")
    right = _right(options, solution)
    if len(right) != 1:
        return Unasked(line, "its solution names no choice, or several: it is not asked")
    head = f"**{title}**\n\n" if title else ""
    spec = {
        "options": [
            {"text": _LINK.sub(r"\1", one), "fraction": int(number == right[0])} for number, one in enumerate(options)
        ]
    }
    feedback = _LINK.sub(r"\1", _IMAGE.sub("", solution))
    return _drafted("single_choice", head + _LINK.sub(r"\1", stem), spec, line, feedback)


def _right(options: Sequence[str], solution: str) -> list[int]:
    """The choices that a solution names: by its first words, in code, or by number."""
    plain = [_bare(one) for one in options]
    prose = re.sub(r"(?ms)^\s*(```|~~~).*?^\s*\1[^\n]*$", "", solution).strip()
    code = {_bare(span[2]) for span in _CODE.finditer(prose)} | set(_fences(solution))
    said = {match[1].lower() for match in _SAID.finditer(prose)}
    found: list[int] = []
    for at, one in enumerate(plain):
        number, letter = str(at + 1), "abcdefgh"[at]
        opens = _bare(prose.split("\n", 1)[0])
        leads = opens == one or (opens.startswith(one) and not re.match(r"[\w']", opens[len(one) :]))
        leads = leads or re.match(rf"(?:{number}|{letter.upper()})[.)](?:\s|$)", opens) is not None
        if one in code or f"{number}. {one}" in code or leads or number in said or letter in said:
            found.append(at)
    return found


def _bare(text: str) -> str:
    """Without the marks of code and of stress."""
    return " ".join(text.replace("`", "").replace("**", "").split())


def _fences(text: str) -> Iterator[str]:
    for match in re.finditer(r"(?ms)^\s*(```|~~~)[^\n]*\n(.*?)^\s*\1", text):
        yield _bare(match[2])


def _drafted(kind: str, stem: str, spec: dict[str, Any], line: int, feedback: str = "") -> Asked | Unasked:
    try:
        return Asked(line, quizzes.draft(kind=kind, stem=stem, spec=spec, feedback=feedback))
    except Invalid as error:
        return Unasked(line, f"cannot be asked: {error.message}")


# ---- Quizzes of "for beginners" curricula: lists of questions with `answerOptions`, as JSON


def in_json(text: str, path: str) -> tuple[list[Quiz], list[Unasked]]:
    """The quizzes of such a file. Raises Invalid for what is none."""
    try:
        said = json.loads(text)
        groups = said if isinstance(said, list) else [said]
        listed = [one for group in groups for one in group["quizzes"]]
        given = [(one.get("id"), str(one["title"]), list(one["quiz"])) for one in listed]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Invalid({"folder": f"{path} holds no quizzes that we know."}) from None
    found: list[Quiz] = []
    unasked: list[Unasked] = []
    at = 0
    for number, title, questions in given:
        asked: list[Asked] = []
        first = 0
        for question in questions:
            line, at = _line_of(text, question, at)
            first = first or line
            made = _from_json(question, line)
            if isinstance(made, Asked):
                asked.append(made)
            else:
                unasked.append(made)
        if asked:
            before = re.search(r"(?i)\bpre-?\s?(?:lecture|lesson)", title) is not None
            named = number if isinstance(number, int) else 0
            found.append(Quiz(" ".join(title.split()), path, first, tuple(asked), named, before))
    return found, unasked


def _line_of(text: str, question: Any, after: int) -> tuple[int, int]:
    words = question.get("questionText") if isinstance(question, dict) else None
    for spelled in (json.dumps(words), json.dumps(words, ensure_ascii=False)) if isinstance(words, str) else ():
        if (at := text.find(spelled, after)) >= 0:
            return text.count("\n", 0, at) + 1, at
    return text.count("\n", 0, after) + 1, after


def _from_json(question: Any, line: int) -> Asked | Unasked:
    try:
        stem = str(question["questionText"]).strip()
        options = [
            (str(one["answerText"]).strip(), str(one["isCorrect"]).lower() == "true")
            for one in question["answerOptions"]
        ]
    except (TypeError, KeyError):
        return Unasked(line, "has no text or no answers: it is not asked")
    right = sum(is_right for _text, is_right in options)
    words = {text.lower(): is_right for text, is_right in options}
    if words.keys() == {"true", "false"} and right == 1:
        return _drafted("true_false", html.from_plain(stem), {"answer": words["true"]}, line)
    if not right:
        return Unasked(line, "has no right answer: it is not asked")
    kind = "single_choice" if right == 1 else "multiple_answer"
    spec = {"options": [{"text": html.from_plain(text), "fraction": int(is_right)} for text, is_right in options]}
    return _drafted(kind, html.from_plain(stem), spec, line)
