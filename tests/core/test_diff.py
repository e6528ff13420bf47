"""What changed between two texts, as people read it."""

from hypothesis import given
from hypothesis import strategies as st

from lms_app.core.diff import Piece, words


def test_a_changed_word_is_shown_in_its_sentence() -> None:
    assert words("Green things eat light.\n", "Green plants eat light.\n") == [
        Piece("same", "Green "),
        Piece("removed", "things"),
        Piece("added", "plants"),
        Piece("same", " eat light.\n"),
    ]


def test_lines_far_from_a_change_are_only_counted() -> None:
    old = "".join(f"{n}\n" for n in range(20))

    assert words(old, old.replace("10\n", "ten\n")) == [
        Piece("skipped", "8"),
        Piece("same", "8\n9\n"),
        Piece("removed", "10"),
        Piece("added", "ten"),
        Piece("same", "\n"),
        Piece("same", "11\n12\n"),
        Piece("skipped", "7"),
    ]


def test_equal_texts_have_no_changes() -> None:
    assert words("Same\n", "Same\n") == []


@given(st.text(alphabet="ab \n", max_size=60), st.text(alphabet="ab \n", max_size=60))
def test_nothing_of_either_text_is_left_out(old: str, new: str) -> None:
    pieces = words(old, new)
    hidden = sum(piece.text.isdigit() and piece.kind == "skipped" for piece in pieces)

    if pieces and not hidden:
        assert "".join(piece.text for piece in pieces if piece.kind != "added") == old
        assert "".join(piece.text for piece in pieces if piece.kind != "removed") == new
    assert bool(pieces) == (old != new)
