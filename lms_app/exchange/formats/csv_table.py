"""Questions as a table: a row for each, with the inputs of its kind's form as columns (`options.0.text`, `pairs.1.match`).

The first line names the columns, in any order; `kind` and `question` must be among them. Commas, semicolons or
tabulators divide. All kinds go both ways; only files stay behind.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache

from lms_app.core import sheet
from lms_app.exchange.formats.base import (
    Finding,
    QuestionFile,
    ReadQuestion,
    Weight,
    Written,
    category_of,
    category_path,
    first_words,
)
from lms_app.quizzes.kinds import KINDS, flat

NAME = "CSV"
SUFFIX = "csv"
KIND, STEM = "kind", "question"
COMMON = (KIND, STEM, "general_feedback", "points", "penalty", "hints", "category", "tags", "difficulty")
CELLS_MAX = 400
COLUMNS_MAX, ROWS_MAX = 4_000, 10_000  # a file of all kinds has the columns of each
_DIVIDERS = ",;\t"
_ROW = re.compile(r"([a-z_]+)\.(\d{1,3})\.[a-z_]+")
_ANY_ROW = re.compile(r"\.\d+\.")
_QUOTED = re.compile(r"'(?=['\s]*[=+\-@＝＋－＠]|[\t\r\n])")


def sniff(text: str) -> bool:
    return {KIND, STEM} <= set(_columns(text))


def read(text: str) -> QuestionFile:
    """Every row; a finding for what is no question of ours."""
    questions: list[ReadQuestion] = []
    findings: list[Finding] = []
    columns = _columns(text)
    if len(columns) > COLUMNS_MAX:
        return QuestionFile((), (Finding(1, Weight.ERROR, f"A table takes at most {COLUMNS_MAX:,} columns."),))
    for name, many in Counter(columns).items():
        if name and many > 1:
            findings.append(Finding(1, Weight.ERROR, f"Two columns have the name “{name[:60]}”."))
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_divider(text))
    line, rows = 1, 0
    try:
        for cells in lines:
            begun, line = line, lines.line_num + 1
            if begun == 1 or not any(cell.strip() for cell in cells):
                continue
            rows += 1
            if rows > ROWS_MAX:
                findings.append(Finding(begun, Weight.ERROR, f"A table takes at most {ROWS_MAX:,} rows. Divide it."))
                break
            row = {name: _plain(cell) for name, cell in zip(columns, cells, strict=False) if name}
            about = first_words(row.get(STEM, ""))
            try:
                questions.append(_question(begun, row))
            except ValueError as error:
                findings.append(Finding(begun, Weight.UNSUPPORTED, str(error), about))
            else:
                left = [
                    name for name in row if row[name].strip() and name not in COMMON and not _known(row[KIND], name)
                ]
                findings += [
                    Finding(begun, Weight.NOTE, f"The column “{name[:60]}” is not used.", about) for name in left
                ]
    except csv.Error as error:
        findings.append(Finding(line, Weight.ERROR, f"This is not a table: {error}."))
    return QuestionFile(tuple(questions), tuple(findings))


def write(questions: Sequence[ReadQuestion]) -> Written:
    rows = [_row(question) for question in questions]
    inputs = sorted({name for row in rows for name in row if name not in COMMON}, key=_place)
    columns = [*COMMON, *inputs]
    table = [columns, *([_safe(row.get(name, "")) for name in columns] for row in rows)]
    findings = [
        Finding(number, Weight.NOTE, "A table holds no files.", first_words(question.stem))
        for number, question in enumerate(questions, start=1)
        if question.files
    ]
    return Written(sheet.csv(table), tuple(findings))


def _columns(text: str) -> list[str]:
    first = text.lstrip("\ufeff").partition("\n")[0]
    return [name.strip().strip('"').lower() for name in first.split(_divider(text))]


def _divider(text: str) -> str:
    first = text.partition("\n")[0]
    return max(_DIVIDERS, key=first.count)


def _question(line: int, row: Mapping[str, str]) -> ReadQuestion:
    """Raises ValueError with a sentence."""
    kind = row.get(KIND, "").strip().lower()
    if kind not in KINDS:
        raise ValueError(f"There is no kind “{kind[:40]}”. There are {', '.join(sorted(KINDS))}.")
    if len(row) > CELLS_MAX:
        raise ValueError(f"A question takes at most {CELLS_MAX} columns.")
    form = {name: said for name, said in row.items() if name not in COMMON}
    for name, count in _counts(form):
        form[f"{name}.{flat.ROWS}"] = str(count)
    return ReadQuestion(
        line,
        "",
        kind,
        row.get(STEM, ""),
        KINDS[kind].from_form(form),
        row.get("general_feedback", ""),
        points=_number(row.get("points", ""), "points", Decimal(1)),
        hints=tuple(flat.lines(row.get("hints", ""))),
        penalty=_number(row.get("penalty", ""), "penalty", Decimal(25), percent=True),
        category=category_of(row.get("category", "")),
        tags=tuple(tag.strip() for tag in row.get("tags", "").split(",") if tag.strip()),
        difficulty=row.get("difficulty", "").strip().lower(),
    )


def _counts(form: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    most: dict[str, int] = {}
    for name, said in form.items():
        if (match := _ROW.fullmatch(name)) and said.strip():
            most[match[1]] = max(most.get(match[1], 0), int(match[2]) + 1)
    yield from most.items()


def _number(typed: str, name: str, otherwise: Decimal, *, percent: bool = False) -> Decimal:
    given = typed.strip() or str(otherwise)
    try:
        return Decimal(flat.read_number(given, percent=percent))
    except ArithmeticError:
        raise ValueError(f"In {name}, “{typed[:40]}” is not a number.") from None


def _row(question: ReadQuestion) -> dict[str, str]:
    kind = KINDS[question.kind]
    form = kind.to_form(kind.Spec.model_validate(dict(question.spec)))
    kept = {name: said for name, said in form.items() if said and not _hidden(name)}
    return {
        KIND: question.kind,
        STEM: question.stem,
        "general_feedback": question.feedback,
        "points": flat.number(question.points),
        "penalty": flat.number(question.penalty * 100),
        "hints": "\n".join(" ".join(hint.split()) for hint in question.hints),
        "category": category_path(question.category).removeprefix("$course$/top/") if question.category else "",
        "tags": ", ".join(question.tags),
        "difficulty": question.difficulty,
        **kept,
    }


def _hidden(name: str) -> bool:
    return name.endswith((".id", f".{flat.ROWS}")) or name in ("choice_ids", "turn")


@lru_cache(maxsize=4096)
def _known(kind: str, name: str) -> bool:
    """Whether a form of the kind has such an input."""
    its = KINDS[kind.strip().lower()]
    inputs = {_ANY_ROW.sub(".0.", one) for example in its.examples for one in its.to_form(example.spec)}
    return _ANY_ROW.sub(".0.", name) in inputs or name.endswith(".pick")


def _place(name: str) -> tuple[str, int, str]:
    match = _ROW.fullmatch(name)
    return (match[1], int(match[2]), name) if match else ("", -1, name)


def _safe(cell: str) -> str:
    """An apostrophe that would be taken for the one that `sheet` puts before a formula gets another one."""
    return f"'{cell}" if _QUOTED.match(cell) else cell


def _plain(cell: str) -> str:
    return cell[1:] if _QUOTED.match(cell) else cell
