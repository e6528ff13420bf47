"""T33: the QR code and the PDF carry a signed statement that can be checked with no network and no database."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pikepdf
import pypdfium2
import pytest
import zxingcpp

from lms_app.core import carriers, seals, signing
from lms_app.credentials import pdf, service
from lms_app.credentials.design import LAYOUTS, STARTS
from lms_app.credentials.views import Sheet
from tests import makers as people
from tests import offline
from tests.courses import makers as course_makers
from tests.credentials import makers
from tests.makers import NOON


def _sheet(holder: Any, instructor: Any, **terms: Any) -> Sheet:
    made = course_makers.course(instructor, ["Scales of life"])
    if terms:
        instructor.does(service.set_terms, slug=made.slug, **terms)
    course_makers.enrolled(holder, made)
    course_makers.completed(holder, *made.items)
    makers.deliver()
    return holder.sees(service.sheet, certificate_id=UUID(holder.sees(service.mine)[0].id))


def _scanned(content: bytes, dpi: int = 200) -> str:
    """What a phone reads from the printed page."""
    page = pypdfium2.PdfDocument(content)[0]
    (found,) = zxingcpp.read_barcodes(page.render(scale=dpi / 72).to_pil().convert("L"))
    return found.text


@pytest.fixture
def past() -> datetime:
    """Statements count from the day of the award on: it must have come for the clock of the command line."""
    return datetime.now(UTC) - timedelta(days=3)


@pytest.fixture
def holder(past: datetime) -> people.Person:
    return people.person("Zoë Łukasiewicz").at(past)


def _earned(holder: Any, instructor: Any, past: datetime, **terms: Any) -> Sheet:
    made = course_makers.course(instructor.at(past), ["Scales of life"])
    if terms:
        instructor.at(past).does(service.set_terms, slug=made.slug, **terms)
    course_makers.enrolled(holder, made)
    course_makers.completed(holder, *made.items)
    makers.deliver(past)
    return holder.sees(service.sheet, certificate_id=UUID(holder.sees(service.mine)[0].id))


def test_a_scanned_code_opens_the_check_page_and_is_verified_offline(
    holder: Any, instructor: Any, past: datetime, tmp_path: Path
) -> None:
    sheet = _earned(holder, instructor, past)
    printed = tmp_path / "certificate.pdf"
    printed.write_bytes(pdf.render(sheet))
    scanned = _scanned(printed.read_bytes())
    address, _, token = scanned.partition("#")
    at = token.index(".") + 20
    forged = f"{address}#{token[:at]}{'A' if token[at] != 'A' else 'B'}{token[at + 1 :]}"

    (ended,) = offline.cli(["verify", scanned])
    as_file = offline.verify([str(printed)], [forged])

    assert address == sheet.verify_url
    assert (ended.code, ended.said.startswith("Valid.")) == (0, True)
    assert as_file == [0, 1]
    opened = seals.open_seal(token, signing.public_keys())
    assert (opened.holder, opened.course, opened.code) == (
        "Zoë Łukasiewicz",
        "Principles of Ecology",
        sheet.code.replace("-", ""),
    )


def test_an_expired_one_and_one_with_a_byte_flipped_are_refused(
    holder: Any, instructor: Any, past: datetime, tmp_path: Path
) -> None:
    sheet = _earned(holder, instructor, past, valid_until=past + timedelta(days=1))
    content = pdf.render(sheet)
    old, forged = tmp_path / "old.pdf", tmp_path / "forged.pdf"
    old.write_bytes(content)
    text = sheet.credential.encode()
    forged.write_bytes(content.replace(text[-20:], text[-20:-10] + bytes([text[-10] ^ 1]) + text[-9:]))

    ended = offline.cli(["verify", str(old)], ["verify", str(forged)])

    assert [one.code for one in ended] == [1, 1]
    assert "expired on" in ended[0].said
    assert content != forged.read_bytes()


def test_another_name_in_the_page_does_not_change_what_is_signed(holder: Any, instructor: Any, past: datetime) -> None:
    """Whoever changes the name in the PDF is found out by the statement and by the check page."""
    from dataclasses import replace

    sheet = _earned(holder, instructor, past)
    changed = pdf.render(replace(sheet, holder="Somebody Else"))

    signed = seals.open_seal(carriers.find(changed), signing.public_keys())

    assert signed.holder == "Zoë Łukasiewicz"


def test_the_pdf_carries_it_as_a_file_and_a_key(holder: Any, instructor: Any) -> None:
    sheet = _sheet(holder.at(NOON), instructor)

    with pikepdf.open(io.BytesIO(pdf.render(sheet))) as document:
        embedded = document.attachments["credential.jwt"].get_file().read_bytes()
        assert str(document.docinfo["/LecternCredential"]) == embedded.decode() == sheet.credential
        assert document.check_pdf_syntax() == []


@pytest.mark.parametrize("layout", LAYOUTS)
def test_codes_of_long_names_can_be_scanned_from_every_layout(instructor: Any, layout: Any) -> None:
    long = people.person("Владимир Константинович " * 4)
    sheet = _sheet(long, instructor)
    from dataclasses import replace

    scanned = _scanned(pdf.render(replace(sheet, design=STARTS[layout])), dpi=300)

    assert scanned == f"{sheet.verify_url}#{sheet.credential}"
    assert len(scanned) < 900
    assert seals.open_seal(sheet.credential, signing.public_keys()).holder.endswith("…")


def test_without_a_key_the_code_is_the_address_alone(
    holder: Any, instructor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_key(*_given: Any, **_named: Any) -> str:
        raise signing.NoKey

    monkeypatch.setattr(seals, "seal", no_key)

    sheet = _sheet(holder.at(NOON), instructor)

    assert sheet.credential == ""
    assert _scanned(pdf.render(sheet)) == sheet.verify_url
