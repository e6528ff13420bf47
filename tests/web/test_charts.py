"""Numbers become lines that say no more than the numbers."""

import re

import pytest

from lms_app.web import charts


@pytest.mark.parametrize(
    ("top", "ticks"),
    [
        (1, [0, 1]),
        (3, [0, 1, 2, 3]),
        (5, [0, 2, 4, 6]),
        (10, [0, 5, 10]),
        (41, [0, 20, 40, 60]),
        (1_000, [0, 500, 1_000]),
        (1_234, [0, 500, 1_000, 1_500]),
    ],
)
def test_the_scale_has_round_numbers_and_room_for_the_largest(top: int, ticks: list[int]) -> None:
    assert charts.scale(top) == ticks


@pytest.mark.parametrize(("labels", "values"), [([], []), (["1 Mar"], [4]), (["1 Mar", "2 Mar"], [0, 0])])
def test_where_there_is_nothing_to_show_there_is_no_plot(labels: list[str], values: list[int]) -> None:
    assert charts.plot(labels, active=values) == charts.NO_PLOT


def _points(line: str) -> list[tuple[float, float]]:
    """The points that a path passes through, its bends left out."""
    numbers = [float(one) for one in re.findall(r"-?[0-9.]+", line)]
    pairs = list(zip(numbers[::2], numbers[1::2], strict=True))
    return pairs[::3]


def test_a_line_passes_through_every_number() -> None:
    seen = charts.plot(["a", "b", "c"], active=[0, 10, 5], completed=[1, 0, 0])

    assert [curve.label for curve in seen.curves] == ["active", "completed"]
    assert _points(seen.curves[0].line) == [(0, 100), (50, 0), (100, 50)]
    assert _points(seen.curves[1].line) == [(0, 90), (50, 100), (100, 100)]
    assert seen.curves[0].area == seen.curves[0].line + "L100 100L0 100Z"
    assert [(mark.at, mark.text) for mark in seen.up] == [(100, "0"), (50, "5"), (0, "10")]


def test_a_line_never_bends_beyond_its_numbers() -> None:
    values = [0, 0, 9, 9, 1, 0, 7]

    (curve,) = charts.plot([str(index) for index in range(7)], active=values).curves

    numbers = [float(one) for one in re.findall(r"-?[0-9.]+", curve.line)]
    points = list(zip(numbers[::2], numbers[1::2], strict=True))
    for start in range(0, len(points) - 1, 3):
        (_, first), *bends, (_, last) = points[start : start + 4]
        assert all(min(first, last) - 0.01 <= y <= max(first, last) + 0.01 for _, y in bends)


@pytest.mark.parametrize("count", [2, 7, 8, 12, 30])
def test_labels_have_room_and_the_last_is_one_of_them(count: int) -> None:
    seen = charts.plot([str(index) for index in range(count)], active=[1] * count)

    assert len(seen.across) <= charts.LABELS_MAX
    assert (seen.across[-1].at, seen.across[-1].text) == (100, str(count - 1))


def test_the_longer_the_labels_the_fewer() -> None:
    months = [f"September {year}" for year in range(2015, 2027)]

    assert [mark.text for mark in charts.plot(months, active=[1] * 12).across] == [
        "September 2018",
        "September 2022",
        "September 2026",
    ]
