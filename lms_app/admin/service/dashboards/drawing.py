"""Charts made of counts: curves of a range beside the time before, and bars. Pure."""

from collections.abc import Sequence

from lms_app.admin.dashboard_views import Chart, Line, Series, Stat
from lms_app.admin.service.dashboards import spans, told
from lms_app.admin.service.dashboards.spans import Range
from lms_app.core import when

BEFORE = "The time before"


def curves(
    span: Range,
    locale: str,
    *,
    id: str,
    title: str,
    note: str,
    nothing: str,
    series: Sequence[tuple[str, Sequence[int]]],
    before: Sequence[int] | None = None,
) -> Chart:
    """Counts by the stretches of a range; `before` are those of the time before, of the first series."""
    shown = [Series(name, list(values)) for name, values in series]
    if before is not None:
        # Months and weeks may be one more or fewer there: what has no counterpart is not drawn.
        values = list(before)[: len(span.starts)]
        shown.append(Series(BEFORE, values + [0] * (len(span.starts) - len(values))))
    lines = [
        Line(spans.label(span, start, locale), [when.number(one.values[place], locale) for one in shown])
        for place, start in enumerate(span.starts)
    ]
    heads = [spans.head(span), *[one.label for one in shown]]
    return Chart(id=id, title=title, note=note, kind="lines", heads=heads, lines=lines, series=shown, nothing=nothing)


def bars(
    *, id: str, title: str, note: str, nothing: str, heads: Sequence[str], lines: Sequence[tuple[str, int, str]]
) -> Chart:
    """Lying bars: (name, number, what is said beside it). The longest is the largest."""
    lengths = told.bars([number for _name, number, _said in lines])
    return Chart(
        id=id,
        title=title,
        note=note,
        kind="bars",
        heads=list(heads),
        lines=[
            Line(name, [said], share=length, said=said)
            for (name, _number, said), length in zip(lines, lengths, strict=True)
        ],
        nothing=nothing,
    )


def compared(label: str, now: int, before: int, span: Range, locale: str) -> Stat:
    """A count, and the difference to the time before in words."""
    if now == before:
        note = f"As many as in the {span.words} before"
    else:
        more = "more" if now > before else "fewer"
        note = f"{when.number(abs(now - before), locale)} {more} than in the {span.words} before"
        if before:
            note += f" ({'+' if now > before else '−'}{when.percent(abs(now - before) / before, locale)})"
    return Stat(label, when.number(now, locale), note)
