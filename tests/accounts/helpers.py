"""What the tests of this room share: the mail that waits, as its reader would see it."""

import re
from dataclasses import dataclass

from sqlmodel import col, select

from lms_app.core import mail
from lms_app.core.outbox import OutboxMessage
from lms_app.core.work import SYSTEM, reading


@dataclass(frozen=True)
class Letter:
    to: str
    subject: str
    text: str

    @property
    def link(self) -> str:
        """The address that stands alone on a line; the first of them."""
        return next(line for line in self.text.splitlines() if line.startswith("http"))

    @property
    def token(self) -> str:
        found = re.search(r"token=([\w-]+)", self.text)
        assert found, self.text
        return found.group(1)


def letters(to: str = "") -> list[Letter]:
    """All mail so far, oldest first; only that to one address, if given."""
    with reading(SYSTEM) as work:
        found = work.db.exec(
            select(OutboxMessage.payload)
            .where(col(OutboxMessage.topic) == mail.TOPIC)
            .order_by(col(OutboxMessage.created_at))
        ).all()
    kept = [Letter(row["to"], row["subject"], row["text"]) for row in found]
    return [letter for letter in kept if to in ("", letter.to)]
