"""The outgoing mail: what waits, what was sent, what could not be."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from lms_app.admin import service
from lms_app.admin.service import post
from lms_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms_app.core.settings import settings
from tests.admin import makers
from tests.makers import NOON

MINUTE = timedelta(minutes=1)


def test_mail_is_listed_newest_first_in_its_states(admin: Any) -> None:
    makers.letter("First", state="sent")
    makers.letter("Second", state="failed", at=NOON + MINUTE)
    makers.letter("Third", at=NOON + 2 * MINUTE)
    makers.letter("Fourth", at=NOON + 3 * MINUTE, tries=2)

    seen = admin.at(NOON + 4 * MINUTE).sees(service.mail_list)

    assert [(row.subject, row.state, row.note, row.error) for row in seen.messages] == [
        ("Fourth", "waiting", "Next try Mon 1 Mar, 12:03", "SMTPError: no such mailbox"),
        ("Third", "waiting", "Goes out in a moment", ""),
        ("Second", "failed", "Given up after 12 tries", "SMTPError: no such mailbox"),
        ("First", "sent", "Sent Mon 1 Mar, 12:00", ""),
    ]
    assert (seen.total, seen.waiting, seen.sent, seen.failed, seen.readable) == (4, 2, 1, 1, True)
    assert admin.sees(service.mail_list, status="failed").total == 1
    assert [row.subject for row in admin.sees(service.mail_list, limit=1, offset=1).messages] == ["Third"]


@pytest.mark.parametrize("wrong", [{"status": "lost"}, {"limit": 0}, {"offset": -1}])
def test_what_cannot_be_asked(admin: Any, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        admin.sees(service.mail_list, **wrong)


def test_a_letter_is_read_where_mail_is_kept(admin: Any) -> None:
    message_id = makers.letter("Welcome")

    letter = admin.sees(service.letter, message_id=message_id)

    assert (letter.address, letter.subject, letter.created) == ("ada@example.org", "Welcome", "Mon 1 Mar, 12:00")
    assert letter.links == ["http://lectern.test/join/Welcome"]
    with pytest.raises(NotFound):
        admin.sees(service.letter, message_id=uuid4())


def test_no_letter_is_read_where_mail_is_sent(admin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    message_id = makers.letter()
    monkeypatch.setattr(post, "settings", settings.model_copy(update={"mail_transport": "smtp"}))

    assert not admin.sees(service.mail_list).readable
    with pytest.raises(Forbidden):
        admin.sees(service.letter, message_id=message_id)


def test_what_failed_goes_out_again_and_what_was_sent_does_not(admin: Any) -> None:
    failed, sent = makers.letter("Failed", state="failed"), makers.letter("Sent", state="sent")

    assert admin.does(service.send_again, message_id=failed).state == "waiting"
    with pytest.raises(Conflict):
        admin.does(service.send_again, message_id=sent)
    with pytest.raises(NotFound):
        admin.does(service.send_again, message_id=uuid4())
