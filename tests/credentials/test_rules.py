"""Codes, what is missing, and how a text fits: without a database."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms_app.credentials import rules
from lms_app.credentials.layout import fit

DONE = datetime(2027, 3, 1, tzinfo=UTC)
CODE = "7Q4K2M9XABCDEFGHJKMNPQRSTVW0"


@pytest.mark.no_database
def test_a_code_holds_more_than_128_random_bits() -> None:
    codes = {rules.new_code() for _ in range(1000)}

    assert len(rules.ALPHABET) ** rules.CODE_LENGTH >= 2**128
    assert len(codes) == 1000
    assert {c for code in codes for c in code} == set(rules.ALPHABET)
    assert not set("ILOU") & set(rules.ALPHABET)


@pytest.mark.no_database
@pytest.mark.parametrize(
    "typed",
    [
        CODE,
        "7Q4K-2M9X-ABCD-EFGH-JKMN-PQRS-TVW0",
        "7q4k-2m9x-abcd-efgh-jkmn-pqrs-tvwo",
        "  7Q4K 2M9X ABCD EFGH JKMN PQRS TVWO\n",
        "7Q4K–2M9X—ABCD‑EFGH_JKMN\u00a0PQRS\u200bTVW0",
        "７Ｑ４Ｋ-2M9X-ABCD-EFGH-JKMN-PQRS-TVW0",
    ],
)
def test_a_code_may_be_typed_in_many_ways(typed: str) -> None:
    assert rules.canonical(typed) == CODE


@pytest.mark.no_database
def test_look_alikes_are_read_as_what_they_look_like() -> None:
    assert rules.canonical("o" * 27 + "l") == "0" * 27 + "1"
    assert rules.canonical("I" * 28) == "1" * 28


@pytest.mark.no_database
@pytest.mark.parametrize("typed", ["", CODE[:-1], CODE + "0", "U" + CODE[1:], "é" + CODE[1:], "7" * 10_000, "' OR 1=1"])
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert rules.canonical(typed) is None


@pytest.mark.no_database
@given(st.text(max_size=300))
def test_typing_anything_is_harmless(typed: str) -> None:
    found = rules.canonical(typed)

    assert found is None or rules.canonical(rules.grouped(found)) == found


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("completed_at", "fraction", "needed", "is_due"),
    [
        (None, "1", "0", False),
        (DONE, "0", "0", True),
        (DONE, "0.799999", "0.8", False),
        (DONE, "0.8", "0.8", True),
        (DONE, "1", "1", True),
    ],
)
def test_when_a_certificate_is_due(completed_at: datetime | None, fraction: str, needed: str, is_due: bool) -> None:
    assert (rules.missing(completed_at, Decimal(fraction), Decimal(needed)) == "") is is_due


def _ten(text: str) -> float:
    """A font of which each letter is as wide as a tenth of its size."""
    return len(text) / 10


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("text", "size", "lines"),
    [
        ("Amina Yusuf", 20, ("Amina Yusuf",)),
        ("Ada Byron King Noel", 20, ("Ada Byron", "King Noel")),
        ("one two three four five six seven eight", 10, ("one two three four", "five six seven eight")),
        ("x" * 20, 10, ("x" * 20,)),
        ("x" * 25 + " y", 10, ("x" * 25 + " y",)),
        ("x" * 40, 10, ("x" * 30, "x" * 10)),
        ("x" * 70, 10, ("x" * 30, "x" * 30, "x" * 10)),
        ("", 20, ()),
    ],
)
def test_a_text_is_as_large_as_fits_in_even_lines(text: str, size: float, lines: tuple[str, ...]) -> None:
    block = fit(text, _ten, width=30, height=18, sizes=(20, 10))

    assert (block.size, block.lines) == (size, lines)


@pytest.mark.no_database
@given(st.text(st.sampled_from("ab  é"), max_size=200))
def test_no_line_is_wider_than_its_box_and_no_letter_is_lost(text: str) -> None:
    block = fit(text, _ten, width=30, height=40, sizes=(20, 10, 5))

    assert all(_ten(line) * block.size <= 30 + 1e-9 for line in block.lines)
    assert "".join(block.lines).replace(" ", "") == "".join(text.split())
