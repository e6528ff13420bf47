"""Essay: a text of several sentences, files, or both; marked by a person.

Word limits are told and counted, never enforced: a text that is longer is kept and marked like any other.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any

import reflex as rx
from pydantic import Field, field_validator, model_validator

from lms_app.core import filetypes, text
from lms_app.core.settings import settings
from lms_app.core.when import plural
from lms_app.core.words import later, say
from lms_app.quizzes.kinds import authoring, flat
from lms_app.quizzes.kinds.base import (
    ZERO,
    AnswerModel,
    Example,
    Flat,
    Form,
    Kind,
    Mark,
    Markdown,
    Shape,
    Shown,
    SpecModel,
    Takes,
)
from lms_app.quizzes.kinds.inputs import page, sent_files
from lms_app.web import kit
from lms_app.web.kit import el
from lms_app.web.words import t

ANSWER_MAX = 20_000
WORDS_MAX = 3_000
FILES_MAX = 10
ENTRY_MAX = 200  # an id, and a name
TYPE = "type."  # begins the name of the box of a type of files

Words = Annotated[int, Field(ge=0, le=WORDS_MAX)]


class Of(StrEnum):
    """What an answer is made of."""

    TEXT = "text"
    BOTH = "both"
    FILES = "files"


class Spec(SpecModel):
    """`words_min` and `words_max` are 0 where there is no limit. `notes` are for whoever marks, and the model answer.

    `file_types` are names of `core.filetypes`; without any, all are taken.
    """

    takes: Shown[Of] = Of.TEXT

    words_min: Shown[Words] = 0
    words_max: Shown[Words] = 0
    files_max: Shown[Annotated[int, Field(ge=1, le=FILES_MAX)]] = 3
    file_types: Shown[list[str]] = []
    notes: Markdown = ""

    @field_validator("file_types")
    @classmethod
    def _known(cls, types: list[str]) -> list[str]:
        if unknown := filetypes.unknown_type(types):
            raise ValueError(unknown)
        return types

    @model_validator(mode="after")
    def _fits(self) -> "Spec":
        if self.words_max and self.words_min > self.words_max:
            raise ValueError("The least number of words is above the most.")
        return self


class Answer(AnswerModel):
    """`files` are those that were sent, each as `id/name`."""

    text: Annotated[str, Field(max_length=ANSWER_MAX)] = ""
    files: Annotated[list[Annotated[str, Field(max_length=ENTRY_MAX)]], Field(max_length=2 * FILES_MAX)] = []


def is_blank(answer: Answer) -> bool:
    return not answer.text.strip() and not answer.files


def prompt(spec: Spec, drawn: Sequence[str]) -> dict[str, Any]:
    its = takes(spec)
    return {
        "options": [],
        "hint": _limits(spec),
        "takes": spec.takes.value,
        "files_max": its.files_max if its else 0,
        "accept": filetypes.accept(its.types) if its else "",
        "files_hint": filetypes.taken_words(its.files_max, settings.upload_limit_mib, its.types) if its else "",
    }


def takes(spec: Spec) -> Takes | None:
    return None if spec.takes is Of.TEXT else Takes(spec.files_max, spec.file_types)


def files(answer: Answer) -> list[str]:
    return list(dict.fromkeys(answer.files))


def _limits(spec: Spec) -> str:
    if spec.words_min and spec.words_max:
        return say("Write {words_min} to {words}.", words_min=spec.words_min, words=plural(spec.words_max, "word"))
    if spec.words_max:
        return say("Write at most {words}.", words=plural(spec.words_max, "word"))
    return say("Write at least {words}.", words=plural(spec.words_min, "word")) if spec.words_min else ""


def grade(spec: Spec, answer: Answer) -> Mark:
    return Mark(ZERO) if is_blank(answer) else Mark(None)


def read_as(answer: Answer) -> str:
    said = plural(len(answer.text.split()), "word") if answer.text.strip() else ""
    sent = plural(len(files(answer)), "file") if answer.files else ""
    return ", ".join(one for one in (said, sent) if one)


def summarise(spec: Spec, answer: Answer) -> str:
    names = [entry.partition("/")[2] for entry in files(answer)]
    return answer.text.strip() or "\n".join(names)


def solution(spec: Spec) -> str:
    return text.plain(spec.notes)


def widget(prompt: Shape, value: Shape) -> rx.Component:
    return rx.fragment(
        kit.when(
            prompt["takes"].to(str) != "files",
            page("text", t("Your answer"), value["text"].to(str), max_length=ANSWER_MAX, hint=prompt["hint"].to(str)),
        ),
        kit.when(prompt["takes"].to(str) != "text", sent_files("files", prompt, value["files"].to(list[str]))),
    )


_TAKES = (("text", t("A text")), ("both", t("A text and files")), ("files", t("Files")))


def form(values: Form, errors: Form) -> rx.Component:
    return authoring.form(
        values,
        errors,
        authoring.choose(values, errors, "takes", t("Students answer with"), _TAKES),
        el.fieldset(
            el.legend(t("Files"), class_name="t-small t-strong mb-2"),
            el.div(
                authoring.number(values, errors, "files_max", t("At most this many files"), optional=True),
                class_name="max-w-[16rem] mb-3",
            ),
            el.p(t("Types that are taken; without any, all are."), class_name="t-small t-2 mb-1"),
            el.div(
                *[authoring.switch(values, f"{TYPE}{name}", its.label) for name, its in filetypes.FILE_TYPES.items()],
                class_name="grid gap-x-4 sm:grid-cols-2",
            ),
            kit.field_error("file_types", authoring.at(errors, "file_types")),
            class_name="k-if-files",
        ),
        authoring.side_by_side(
            authoring.number(values, errors, "words_min", t("At least this many words"), optional=True),
            authoring.number(values, errors, "words_max", t("At most this many words"), optional=True),
        ),
        authoring.lines(
            values,
            errors,
            "notes",
            t("Notes for marking, and what a good answer says"),
            hint=t("Whoever marks sees this; students see it with the correct answers."),
            optional=True,
            rows=4,
        ),
    )


def to_form(spec: Spec) -> Flat:
    values = {name: said for name, said in flat.flatten(spec).items() if not name.startswith("file_types")}
    boxes = {f"{TYPE}{name}": flat.ON for name in spec.file_types}
    return {name: "" if name != "notes" and said == "0" else said for name, said in values.items()} | boxes


def from_form(values: Mapping[str, str]) -> dict[str, Any]:
    types = [name for name in filetypes.FILE_TYPES if flat.is_on(values, f"{TYPE}{name}")]
    return flat.unflatten(values, Spec) | {"file_types": types}


def new() -> Flat:
    return {}


_SPEC = Spec(words_min=100, words_max=200, notes="Names *both* losses: respiration and waste.")

KIND = Kind(
    name="essay",
    label="Essay",
    icon="notebook-pen",
    instruction=later("Write a text."),
    Spec=Spec,
    Answer=Answer,
    is_blank=is_blank,
    prompt=prompt,
    grade=grade,
    summarise=summarise,
    solution=solution,
    read_as=read_as,
    widget=widget,
    form=form,
    to_form=to_form,
    from_form=from_form,
    new=new,
    by_hand=True,
    takes=takes,
    files=files,
    examples=(
        Example(_SPEC, Answer(text="Energy leaves as heat."), Mark(None)),
        Example(_SPEC, Answer(text=" \n "), Mark(ZERO)),
        Example(Spec(), Answer(), Mark(ZERO)),
        Example(Spec(takes=Of.FILES), Answer(files=["0198c9b6-3c41-7c56-9df1-3a0f8f2f8f11/pond.pdf"]), Mark(None)),
    ),
)
