"""The table: what was measured, beside its floor, and whether it holds."""

import json
import math
import os
import platform
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench.load import median


@dataclass
class Row:
    """`ok` is None for what could not be measured here (`note` says why), or has no bound."""

    what: str
    figure: float | None
    unit: str
    floor: float | None
    ratio: float | None
    bound: str
    ok: bool | None
    note: str = ""


@dataclass
class Report:
    rows: list[Row] = field(default_factory=list)
    begun: float = field(default_factory=time.time)

    def ratio(
        self, what: str, ours: list[float], floors: list[float], unit: str, at_most: float, note: str = ""
    ) -> None:
        """Pairs of one round each; the ratio is the median of the rounds' ratios."""
        ratio = median([our / floor for our, floor in zip(ours, floors, strict=True)])
        self._add(
            Row(what, median(ours), unit, median(floors), ratio, f"≤ {at_most:g} x", _holds(ratio, at_most), note)
        )

    def figure(
        self, what: str, value: float, unit: str, at_most: float | None, note: str = "", floor: float | None = None
    ) -> None:
        bound = "" if at_most is None else f"≤ {at_most:,g} {unit}"
        ok = None if at_most is None else _holds(value, at_most)
        self._add(Row(what, value, unit, floor, None, bound, ok, note))

    def at_least(self, what: str, value: float, unit: str, bound: float, note: str = "") -> None:
        self._add(Row(what, value, unit, None, None, f"≥ {bound:g} {unit}", value >= bound, note))

    def missing(self, what: str, bound: str, why: str) -> None:
        self._add(Row(what, None, "", None, None, bound, None, why))

    def _add(self, row: Row) -> None:
        self.rows.append(row)
        print(f"  {row.what}: {_shown(row)}", flush=True)

    @property
    def short(self) -> list[Row]:
        """What falls short of its bound."""
        return [row for row in self.rows if row.ok is False]

    def write(self, path: Path) -> None:
        said: dict[str, Any] = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.begun)),
            "seconds": round(time.time() - self.begun),
            "python": platform.python_version(),
            "cores": os.cpu_count(),
            "load": os.getloadavg()[0],
            "rows": [asdict(row) for row in self.rows],
        }
        path.write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n")

    def table(self) -> str:
        lines = ["| what | figure | floor | ratio | bound | holds |", "|---|--:|--:|--:|---|---|"]
        for row in self.rows:
            figure = "" if row.figure is None else f"{_number(row.figure)} {row.unit}"
            floor = "" if row.floor is None else _number(row.floor)
            ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
            holds = {True: "yes", False: "NO", None: "-"}[row.ok]
            what = f"{row.what} ({row.note})" if row.note else row.what
            lines.append(f"| {what} | {figure} | {floor} | {ratio} | {row.bound} | {holds} |")
        return "\n".join(lines)


def _holds(value: float, at_most: float) -> bool:
    return not math.isnan(value) and value <= at_most


def _shown(row: Row) -> str:
    if row.figure is None:
        return f"not measured: {row.note}"
    ratio = f", {row.ratio:.2f} x of {_number(row.floor or 0)}" if row.ratio is not None else ""
    verdict = {True: " holds", False: " FALLS SHORT", None: ""}[row.ok]
    return f"{_number(row.figure)} {row.unit}{ratio} ({row.bound}){verdict}{' · ' + row.note if row.note else ''}"


def _number(value: float) -> str:
    if math.isnan(value):
        return "?"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.1f}" if abs(value) >= 10 else f"{value:,.2f}"
