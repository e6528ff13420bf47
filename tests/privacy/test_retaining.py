"""How long things are kept: a dry run counts what goes, and that goes, and nothing else."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import SQLModel, col, select

from lms_app.accounts.models import OneTimeToken
from lms_app.core import audit, mail, outbox
from lms_app.core.identity import LoginSession, User
from lms_app.core.outbox import OutboxMessage
from lms_app.core.settings import settings
from lms_app.core.work import SYSTEM, reading, unit_of_work, utc_now
from lms_app.notifications.models import Notification
from lms_app.privacy import service
from lms_app.privacy.models import ErasureRequest, TakeOut
from lms_app.privacy.service.retaining import RULES
from tests.makers import NOON, Person, person

pytestmark = [pytest.mark.anyio, pytest.mark.own_file]
DAY = timedelta(days=1)


def _session(user: Person, **at: Any) -> LoginSession:
    given = {"created_at": NOON, "seen_at": NOON, "expires_at": NOON + 30 * DAY, "ip": "203.0.113.9", "agent": "A"}
    return LoginSession(user_id=user.id, audience="web", **{**given, **at})


def _notice(user: Person, key: str, read_at: Any) -> Notification:
    return Notification(user_id=user.id, event="e", key=key, data={}, created_at=NOON, inbox=True, read_at=read_at)


def _put(*rows: SQLModel) -> None:
    with unit_of_work(SYSTEM, NOON) as work:
        for row in rows:
            work.db.add(row)


def _dry(at: Any) -> dict[str, int]:
    with reading(SYSTEM, at) as work:
        return {one.name: one.count for one in service.retention(work) if one.count}


def _apply(at: Any) -> dict[str, int]:
    gone: dict[str, int] = {}
    for rule in RULES:
        with unit_of_work(SYSTEM, at) as work:
            if count := service.retain(work, name=rule.name):
                gone[rule.name] = count
    return gone


def test_what_the_dry_run_counts_is_what_goes(student: Person) -> None:
    later = NOON + 400 * DAY
    with unit_of_work(SYSTEM, NOON) as work:
        mail.put(work, to="ada@example.org", subject="Hello", text="Words.")
        outbox.put(work, "done", {"a": 1})
        outbox.put(work, "kept", {"a": 1}, key="kept")
    with unit_of_work(SYSTEM, NOON) as work:
        for row in work.db.exec(select(OutboxMessage)):
            row.done_at = NOON
            work.db.add(row)
    _put(
        _session(student, revoked_at=NOON),
        _session(student, expires_at=later + DAY),
        _notice(student, "read", NOON),
        _notice(student, "unread", None),
        OneTimeToken(
            user_id=student.id, purpose="reset", secret_hash="x", email="a@b.c", created_at=NOON, expires_at=NOON
        ),
        TakeOut(user_id=student.id, asked_at=NOON, finished_at=NOON, expires_at=NOON + 7 * DAY),
    )

    counted = _dry(later)
    gone = _apply(later)

    assert counted == {"sessions": 1, "addresses": 2, "notifications": 1, "mail": 1, "jobs": 1, "links": 1, "copies": 1}
    # The first session is gone by the time its address would be forgotten.
    assert gone == {**counted, "addresses": 1}
    assert _dry(later) == {}
    with reading(SYSTEM) as work:
        left = work.db.exec(select(LoginSession)).one()
        assert (left.ip, left.agent) == ("", "")
        assert [one.key for one in work.db.exec(select(Notification))] == ["unread"]
        messages = {one.topic: one.payload for one in work.db.exec(select(OutboxMessage))}
        assert messages == {"mail": {"to": "", "subject": "", "text": ""}, "kept": {"a": 1}}
        told = work.db.exec(
            select(audit.AuditEntry.subject_id).where(col(audit.AuditEntry.action) == "retention.applied")
        ).all()
        assert set(told) == set(gone)


def test_what_is_not_over_stays(student: Person) -> None:
    _put(_session(student), _notice(student, "read", NOON))

    assert _dry(NOON + DAY) == {}
    assert _apply(NOON + DAY) == {}


def test_accounts_are_kept_unless_the_school_says_otherwise(monkeypatch: pytest.MonkeyPatch, admin: Person) -> None:
    person("Unused")
    later = NOON + 4000 * DAY
    assert "accounts" not in _dry(later)

    object.__setattr__(settings, "keep_account_days", 3000)
    try:
        assert _dry(later)["accounts"] == 1  # never the administrator
        assert _apply(later)["accounts"] == 1
        assert "accounts" not in _dry(later)
    finally:
        object.__setattr__(settings, "keep_account_days", 0)
    with reading(SYSTEM) as work:
        row = work.db.exec(select(ErasureRequest)).one()
        assert (row.by_rule, row.due_at) == (True, later + settings.erasure_grace_days * DAY)
        told = work.db.exec(select(OutboxMessage).where(OutboxMessage.topic == mail.TOPIC)).all()
        assert any("is not used" in one.payload["subject"] for one in told)
        assert work.db.get(User, row.user_id) is not None


async def test_files_that_nothing_names_go_with_their_rows(home: Path, student: Person) -> None:
    settings.take_out_dir.mkdir(parents=True)
    settings.mail_dir.mkdir(parents=True)
    at = utc_now()
    row = TakeOut(user_id=student.id, asked_at=at, finished_at=at, expires_at=at + DAY)
    kept, gone = settings.take_out_dir / f"{row.id}.zip", settings.take_out_dir / "other.zip"
    letter = settings.mail_dir / "nobodys.eml"
    for path in (kept, gone, letter):
        path.write_bytes(b"x")
    _put(row)

    await service.retain_all()

    assert (kept.exists(), gone.exists(), letter.exists()) == (True, False, False)


def test_the_rules_cost_the_same_for_many_rows(student: Person) -> None:
    from sqlalchemy import event

    from lms_app.core import db

    asked: list[str] = []
    event.listen(db.database().read, "before_cursor_execute", lambda _c, _u, said, *_: asked.append(said))
    _dry(NOON)
    few, asked[:] = len(asked), []
    _put(*[_session(student) for _n in range(300)])
    _dry(NOON)

    assert len(asked) == few
