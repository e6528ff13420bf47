"""Pages of PDFs as pictures: whoever may read the file sees them, and a broken one harms nobody."""

import asyncio
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from fpdf import FPDF
from PIL import Image

from lms_app.core import files
from lms_app.core.errors import NotFound
from lms_app.core.settings import settings
from lms_app.core.work import SYSTEM, Work, unit_of_work
from lms_app.web.files_api import ROUTERS
from tests.courses.rest import app, browser
from tests.makers import NOON


@pytest.fixture(autouse=True)
def _doors(student: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def door(work: Work, scope_id: UUID) -> None:
        if work.actor.user_id != student.id:
            raise NotFound()

    monkeypatch.setitem(files.READERS, "note", door)


def _stored(content: bytes) -> str:
    with unit_of_work(SYSTEM, NOON) as work:
        return files.store_bytes(work, content=content, name="a.pdf", scope="note", scope_id=uuid4()).id


def pdf(pages: int) -> bytes:
    made = FPDF()
    made.set_font("helvetica", size=24)
    for number in range(pages):
        made.add_page()
        made.cell(text=f"Page {number + 1} of a pond survey")
    return bytes(made.output())


def test_each_page_is_a_picture(student: Any) -> None:
    there, where = browser(student, app(*ROUTERS)), f"/files/{_stored(pdf(2))}/pages"

    assert there.get(where).json() == [[595, 842]] * 2
    page = there.get(f"{where}/2")
    assert page.headers["content-type"] == "image/webp"
    assert "sandbox" in page.headers["content-security-policy"]
    assert Image.open(BytesIO(page.content)).size[0] == 1240
    assert there.get(f"{where}/2").content == page.content
    assert [there.get(f"{where}/{number}").status_code for number in (0, 3, -1)] == [404] * 3


def test_whoever_may_not_read_the_file_sees_no_page(stranger: Any) -> None:
    where = f"/files/{_stored(pdf(1))}/pages"

    for path in (where, f"{where}/1"):
        assert browser(stranger, app(*ROUTERS)).get(path).status_code == 404
        assert browser(None, app(*ROUTERS)).get(path).status_code in (303, 401)


def test_what_cannot_be_read_is_said_and_leaves_nothing(student: Any) -> None:
    there = browser(student, app(*ROUTERS))

    for content in (b"%PDF-1.4 and nothing more", b"%PDF-1.7\n" + b"\x00\xff" * 5000, b"plain words"):
        where = f"/files/{_stored(content)}/pages"
        assert [there.get(where).status_code, there.get(f"{where}/1").status_code] == [404, 404]
    assert list((settings.files_dir / "incoming").glob("*")) == []


def test_a_document_that_takes_for_ever_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    from lms_app.core import paper, press

    monkeypatch.setattr(press, "SECONDS", 0)

    with pytest.raises(NotFound):
        asyncio.run(paper.sizes(settings.files_dir))
