"""Addresses that refuse mail get no more of it, until their owners show that they take mail again."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import col, select

from lms_app.core import bounces, mail
from lms_app.core.errors import Invalid
from lms_app.core.outbox import OutboxMessage
from lms_app.core.work import SYSTEM, reading, unit_of_work
from tests.makers import NOON

ADDRESS = "ada@example.org"
REPORT = """From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
To: no-reply@localhost
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="edge"

--edge
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example.org. I am sorry.

--edge
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
Arrival-Date: Mon, 1 Mar 2027 12:00:00 +0000 (UTC)

{original}Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Remote-MTA: dns; mail.example.org
Diagnostic-Code: smtp; 550 5.1.1
    No such user

--edge
Content-Description: Undelivered Message
Content-Type: {kind}

{about}
--edge--
"""


def sent(address: str = ADDRESS) -> UUID:
    with unit_of_work(SYSTEM, NOON) as work:
        mail.put(work, to=address, subject="Marked: Ponds", text="Well seen.")
        return work.db.exec(select(OutboxMessage.id).order_by(col(OutboxMessage.created_at).desc())).first() or UUID(
            int=0
        )


def report(
    message_id: UUID,
    *,
    address: str = ADDRESS,
    action: str = "failed",
    status: str = "5.1.1",
    headers_only: bool = False,
    original: str = "",
) -> bytes:
    """As mail servers write them (RFC 3464, appendix E)."""
    about = f"Message-ID: <{message_id}@localhost>\nSubject: Marked: Ponds\n"
    whole = REPORT.format(
        original=f"Original-Recipient: rfc822; {original}\n" if original else "",
        address=address,
        action=action,
        status=status,
        kind="text/rfc822-headers" if headers_only else "message/rfc822",
        about=about if headers_only else f"{about}\nWell seen.\n",
    )
    return whole.replace("\n", "\r\n").encode()


def taken(content: bytes) -> list[str]:
    with unit_of_work(SYSTEM, NOON) as work:
        return bounces.take_report(work, content=content)


def refuses(address: str = ADDRESS) -> bool:
    with reading(SYSTEM, NOON) as work:
        return bounces.is_bouncing(work, address)


@pytest.mark.parametrize("headers_only", [True, False])
def test_a_report_about_our_message_marks_its_address(database: Any, headers_only: bool) -> None:
    assert taken(report(sent("Ada@Example.org"), headers_only=headers_only)) == [ADDRESS]

    assert refuses("ADA@example.org")
    with reading(SYSTEM) as work:
        assert bounces.reason_of(work, ADDRESS) == "5.1.1 550 5.1.1 No such user"
    with unit_of_work(SYSTEM, NOON) as work:
        assert bounces.forget(work, "Ada@example.org")
        assert not bounces.forget(work, ADDRESS)
    assert not refuses()


def test_mail_that_was_forwarded_is_about_the_address_that_we_know(database: Any) -> None:
    assert taken(report(sent(), address="ada@elsewhere.example", original=ADDRESS)) == [ADDRESS]


@pytest.mark.parametrize(
    "given",
    [
        {"action": "delayed", "status": "4.4.1"},
        {"status": "4.2.2"},
        {"status": "5.7.1"},
        {"action": "relayed", "status": "2.0.0"},
    ],
)
def test_what_may_pass_or_is_about_us_marks_nobody(database: Any, given: dict[str, str]) -> None:
    assert taken(report(sent(), **given)) == []
    assert not refuses()


def test_a_forged_report_marks_nobody(database: Any) -> None:
    """Whoever knows our address can write to it: only what we sent, to whom we sent it, counts."""
    known = sent("ben@example.org")

    for forged in (report(uuid4()), report(known)):
        with pytest.raises(Invalid):
            taken(forged)
    assert not refuses()


@pytest.mark.parametrize(
    "content",
    [b"", b"\0" * 100, b"Subject: Out of office\r\n\r\nI am away.", b"Content-Type: multipart/report; boundary=x\r\n\r\n--x--",
     b"Content-Type: message/delivery-status\r\n\r\n\xff\xfe", b"Content-Type: message/delivery-status\r\n\r\nFinal-Recipient: ;\r\n\r\n"],
)  # fmt: skip
def test_what_is_no_report_says_so(database: Any, content: bytes) -> None:
    with pytest.raises(Invalid):
        taken(content)
