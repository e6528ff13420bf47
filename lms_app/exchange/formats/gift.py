"""GIFT questions as questions of ours: kinds, Markdown, specs. What is only in GIFT is listed, by line."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from lms_app.exchange.formats import gift_grammar as grammar
from lms_app.exchange.formats.base import (
    Finding,
    QuestionFile,
    ReadQuestion,
    Weight,
    category_of,
    first_words,
    labels_of,
    matching_spec,
    several_problem,
    single_problem,
    to_markdown,
    typed_problem,
    with_otherwise,
)
from lms_app.exchange.formats.gift_grammar import Kind, Question, Said
from lms_app.exchange.formats.gift_writer import write as write

NAME = "GIFT"
SUFFIX = "gift"
_SIGNS = re.compile(r"^(?:::|\$CATEGORY:|//)|(?<!\\)\{.*", re.MULTILINE)


def sniff(text: str) -> bool:
    """Whether it looks like GIFT: a name, a category, a comment or a brace. Plain text is a description in GIFT."""
    return _SIGNS.search(text) is not None


def read(text: str) -> QuestionFile:
    """Everything in the file: questions of our kinds, and a finding for whatever is not one of them."""
    parsed = grammar.parse(text)
    questions: list[ReadQuestion] = []
    findings = list(parsed.findings)
    for question in parsed.questions:
        about = question.name or first_words(question.stem.text)
        reader = _Reader(question)
        made, problem = reader.read()
        if made is None:
            findings.append(Finding(question.line, Weight.UNSUPPORTED, problem, about))
            continue
        questions.append(made)
        findings += [Finding(question.line, Weight.NOTE, note, about) for note in reader.notes]
    findings += _names_left(parsed.questions)
    return QuestionFile(tuple(questions), tuple(sorted(findings, key=lambda finding: finding.line)))


def _names_left(questions: Sequence[Question]) -> Iterator[Finding]:
    named = [question for question in questions if question.name]
    if named:
        many = f"{len(named)} questions have names" if len(named) > 1 else "One question has a name"
        yield Finding(named[0].line, Weight.NOTE, f"{many}. Questions here have none, so only this report shows them.")


class _Reader:
    """One question on its way, with the notes that are collected."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.notes: list[str] = [
            f"[id: {one}] is not kept: questions here have no such numbers." for one in question.ids
        ]

    def read(self) -> tuple[ReadQuestion | None, str]:
        """The question, or why it cannot be one of ours."""
        question = self.question
        if problem := self._problem():
            return None, problem
        kind, spec = self._spec()
        stem, feedback = self._markdown(question.stem), self._markdown(question.feedback)
        if not stem.strip():
            return None, "This question has no text."
        tags, difficulty = labels_of(question.tags)
        return ReadQuestion(
            question.line,
            question.name,
            kind,
            stem,
            spec,
            feedback,
            category=category_of(question.category),
            tags=tags,
            difficulty=difficulty,
        ), ""

    def _problem(self) -> str:
        """What the kind's own check would say in the words of a form, said in the words of the file."""
        fractions = [answer.fraction for answer in self.question.answers]
        match self.question.kind:
            case Kind.CHOICE if self.question.is_single:
                return single_problem(fractions)
            case Kind.CHOICE if max(fractions) <= 0:
                return "No answer is right: mark one with =, or give the right ones weights, like ~%50%."
            case Kind.CHOICE:
                return several_problem(fractions)
            case Kind.MATCH if sum(bool(answer.said.text) for answer in self.question.answers) < 2:
                return "A matching question needs two pairs or more."
            case Kind.MATCH if len({" ".join(answer.match.text.split()) for answer in self.question.answers}) < 2:
                return "All pairs have the same match, so there is nothing to choose."
            case Kind.SHORT | Kind.NUMERICAL if problem := typed_problem(fractions):
                return problem
            case Kind.NUMERICAL if any(_is_any(answer) and answer.fraction > 0 for answer in self.question.answers):
                return "The answer * would give points for any number. Numerical questions here cannot do that."
            case _:
                return ""

    def _spec(self) -> tuple[str, dict[str, Any]]:
        match self.question.kind:
            case Kind.CHOICE:
                return self._choice()
            case Kind.TRUE_FALSE:
                true, false = self.question.answers
                return "true_false", {
                    "answer": true.fraction == 1,
                    "feedback_true": self._markdown(true.feedback),
                    "feedback_false": self._markdown(false.feedback),
                }
            case Kind.NUMERICAL:
                return "numerical", self._numerical()
            case Kind.MATCH:
                return "matching", self._matching()
            case Kind.DESCRIPTION:
                return "description", {}
            case Kind.ESSAY:
                return "essay", {}
            case _:
                return "short_answer", with_otherwise([self._accepted_text(one) for one in self.question.answers])

    def _choice(self) -> tuple[str, dict[str, Any]]:
        options = [
            {"text": self._markdown(one.said), "fraction": one.fraction, "feedback": self._markdown(one.feedback)}
            for one in self.question.answers
        ]
        if self.question.is_single:
            return "single_choice", {"options": options}
        if min(one.fraction for one in self.question.answers) >= 0 and any(
            not one.fraction for one in self.question.answers
        ):
            self.notes.append(
                "Wrong answers cost nothing here: whoever ticks everything gets full points, as in Moodle."
            )
        return "multiple_answer", {"options": options, "rule": "weights"}

    def _accepted_text(self, answer: grammar.Answer) -> dict[str, Any]:
        # What is typed is compared letter by letter, so the text stays as it is written, whatever its format.
        return {
            "text": answer.said.text,
            "fraction": answer.fraction,
            "feedback": self._markdown(answer.feedback),
        }

    def _numerical(self) -> dict[str, Any]:
        answers: list[dict[str, Any]] = []
        otherwise = ""
        for answer in self.question.answers:
            number, feedback = answer.number, self._markdown(answer.feedback)
            if number is None or _is_any(answer):
                otherwise = otherwise or feedback
                continue
            given = {"value": number.value, "tolerance": number.tolerance, "low": number.low, "high": number.high}
            answers.append({**given, "fraction": answer.fraction, "feedback": feedback})
        return {"answers": answers, "feedback_otherwise": otherwise}

    def _matching(self) -> dict[str, Any]:
        """One without an item is a choice too many."""
        pairs = [
            (self._markdown(one.said), self._markdown(one.match)) for one in self.question.answers if one.said.text
        ]
        return matching_spec(pairs, [self._markdown(one.match) for one in self.question.answers if not one.said.text])

    def _markdown(self, said: Said) -> str:
        markdown, notes = to_markdown(said.text, said.format)
        self.notes += notes
        return markdown


def _is_any(answer: grammar.Answer) -> bool:
    return answer.number is not None and answer.number.value is None and answer.number.low is None
