"""T31: whatever people are called and whatever they write, no cell of an export is a formula to a spreadsheet."""

import csv
import io
from typing import Any

import httpx
import openpyxl
import pytest

from lms_app.core.identity import User
from lms_app.core.sheet import XLSX
from lms_app.core.work import SYSTEM, unit_of_work
from lms_app.web.edge import edge
from tests.security.school import School
from tests.security.test_matrix import address

pytestmark = [pytest.mark.anyio, pytest.mark.no_database]

HOSTILE = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", ";=1", '=HYPERLINK("http://x.example")', "＝1+1")
STARTS = tuple("=+-@\t\r")


def _tables(root: Any) -> list[tuple[str, str]]:
    """Every route that answers with a table, and its media type: a new one is tried without being named here."""
    return [
        (path, kind)
        for path, verbs in root.api.openapi()["paths"].items()
        if "get" in verbs
        for kind in verbs["get"]["responses"]["200"].get("content", {})
        if kind in ("text/csv", XLSX)
    ]


def _cells(answer: httpx.Response) -> list[Any]:
    if answer.headers["content-type"].startswith(XLSX):
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        # A formula would be read as one; its text would begin with a sign, too.
        assert not [cell for page in book for row in page.iter_rows() for cell in row if cell.data_type == "f"]
        return [cell.value for page in book for row in page.iter_rows() for cell in row]
    return [cell for row in csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))) for cell in row]


def _is_number(cell: str) -> bool:
    try:
        float(cell.replace("%", ""))
    except ValueError:
        return False
    return True


async def test_no_name_becomes_a_formula(root: Any, tmp_path: Any, begin: Any) -> None:
    there: School = begin()
    tables = _tables(root)
    assert len(tables) >= 4
    seen = 0
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(edge(tmp_path)(root.api), raise_app_exceptions=False),
        base_url="http://lectern.test",
    ) as client:
        for name in HOSTILE:
            with unit_of_work(SYSTEM) as work:
                user = work.db.get(User, there.people["student"].id)
                user.name = name
                work.db.add(user)
            for path, kind in tables:
                headers = {"Authorization": f"Bearer {there.tokens['admin']}"}
                answer = await client.get(
                    address(path, there, {"path": {"section": "people", "figure": "active"}}), headers=headers
                )
                assert answer.is_success, (path, answer.text[:200])
                cells = [cell for cell in _cells(answer) if isinstance(cell, str) and cell]
                formulas = [one for one in cells if one.startswith(STARTS) and not _is_number(one)]
                if kind == "text/csv":
                    assert formulas == [], (path, name)
                seen += any(name.strip().lstrip("'") in one for one in cells)
    assert seen >= len(HOSTILE), "no export named them: the test looked at nothing"
