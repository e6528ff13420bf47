"""What an author types becomes a question, and nothing that was typed is lost on the way."""

from typing import Any

import pytest
from pydantic import ValidationError

from lms_app.core.errors import Invalid
from lms_app.quizzes import service
from lms_app.quizzes.kinds import KINDS, Kind, flat

kinds = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())


@kinds
def test_a_question_survives_its_form(kind: Kind[Any, Any]) -> None:
    for example in kind.examples:
        values = kind.to_form(example.spec)

        again = kind.Spec.model_validate(kind.from_form(values))

        assert all(isinstance(value, str) for value in values.values())
        assert again.model_dump() == example.spec.model_dump()


@kinds
def test_an_empty_form_says_what_is_missing_beside_its_inputs(kind: Kind[Any, Any]) -> None:
    values = kind.new()
    try:
        kind.Spec.model_validate(kind.from_form(values))
    except ValidationError as error:
        said = {kind.where(name): sentence for name, sentence in flat.problems(error, kind.Spec).items()}
        assert said
        assert all(sentence.endswith((".", "?")) for sentence in said.values())
    else:
        assert kind.name in ("true_false", "essay", "description")


@kinds
def test_a_form_full_of_nonsense_becomes_sentences(kind: Kind[Any, Any]) -> None:
    filled = {name: "nonsense" for name in kind.to_form(kind.examples[0].spec) if not name.endswith(flat.ROWS)}
    values = {**kind.to_form(kind.examples[0].spec), **filled}

    if not filled:
        pytest.skip("nothing can be filled in")
    with pytest.raises(ValidationError) as told:
        kind.Spec.model_validate(kind.from_form(values))

    assert all(sentence.endswith((".", "?")) for sentence in flat.problems(told.value, kind.Spec).values())


ROWS = {
    "options.rows": "3",
    "options.0.text": "A",
    "options.1.text": "B",
    "options.2.text": "C",
    "options.pick": "1",
    "note": "kept",
}


def _texts(values: dict[str, str]) -> list[str]:
    return [values.get(f"options.{row}.text", "") for row in range(int(values["options.rows"]))]


@pytest.mark.parametrize(
    ("does", "texts", "pick"),
    [
        ("options.add", ["A", "B", "C", ""], "1"),
        ("options.1.up", ["B", "A", "C"], "0"),
        ("options.1.down", ["A", "C", "B"], "2"),
        ("options.0.remove", ["B", "C"], "0"),
        ("options.1.remove", ["A", "C"], ""),
        ("options.0.up", ["A", "B", "C"], "1"),
        ("options.2.down", ["A", "B", "C"], "1"),
        ("options.9.remove", ["A", "B", "C"], "1"),
        ("options.x.remove", ["A", "B", "C"], "1"),
        ("options.1.dance", ["A", "B", "C"], "1"),
        ("", ["A", "B", "C"], "1"),
    ],
)
def test_rows_are_added_moved_and_removed(does: str, texts: list[str], pick: str) -> None:
    values = flat.act(ROWS, does)

    assert (_texts(values), values["options.pick"], values["note"]) == (texts, pick, "kept")


def test_a_form_takes_no_more_than_a_hundred_rows() -> None:
    values = {"options.rows": "100"}

    assert flat.act(values, "options.add")["options.rows"] == "100"
    assert flat.row_count({"options.rows": "9" * 9}, "options") == 0


@pytest.mark.parametrize(
    ("typed", "share"), [("50", "0.5"), ("50 %", "0.5"), ("33,3", "0.333"), ("1/2", "0.005"), ("many", "many")]
)
def test_shares_are_typed_in_percent(typed: str, share: str) -> None:
    assert flat.read_number(typed, percent=True) == share


def test_rows_in_which_nothing_stands_are_no_rows() -> None:
    """A form offers more rows than most questions need; what is wrong is still named by the row that the author sees."""
    values = {
        "q.stem": "Which?",
        "q.points": "1",
        "options.rows": "5",
        "options.pick": "2",
        "options.0.text": "",
        "options.0.feedback": "",
        "options.1.text": "Moss",
        "options.2.text": "Fern",
        "options.3.text": " ",
        "options.4.text": "Algae",
        "options.4.fraction": "many",
        "shuffle": "on",
    }

    with pytest.raises(Invalid) as refused:
        service.read_form("single_choice", values)
    assert list(refused.value.fields) == ["options.4.fraction"]
    spec = service.read_form("single_choice", {**values, "options.4.fraction": ""}).spec
    assert [(one["text"], one["fraction"]) for one in spec["options"]] == [("Moss", "0"), ("Fern", "1"), ("Algae", "0")]


def test_a_row_that_is_picked_as_the_right_one_is_missed_when_it_is_empty() -> None:
    values = {"q.stem": "Which?", "q.points": "1", "options.rows": "3", "options.pick": "2"}

    with pytest.raises(Invalid) as refused:
        service.read_form(
            "single_choice", {**values, "options.0.text": "Moss", "options.1.text": "Fern", "options.2.text": ""}
        )

    assert list(refused.value.fields) == ["options.2.text"]
