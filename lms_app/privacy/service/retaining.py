"""How long things are kept: the rules, what each would remove now, and removing it.

Each rule is a count and an act over the same rows, so that what a dry run says is what happens. Days are settings.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import ColumnElement, String, and_, cast, delete, func, or_, update
from sqlalchemy import select as columns
from sqlmodel import col, select

from lms_app.accounts.models import OneTimeToken
from lms_app.core import audit, mail
from lms_app.core.errors import NotFound
from lms_app.core.identity import LoginSession, User
from lms_app.core.outbox import OutboxMessage
from lms_app.core.settings import settings
from lms_app.core.work import SYSTEM, SiteRole, Work, ask, perform
from lms_app.courses.models import Invitation
from lms_app.notifications.models import Notification
from lms_app.privacy.models import ErasureRequest, TakeOut
from lms_app.privacy.service.door import enter
from lms_app.privacy.service.erasing import DOMAIN
from lms_app.privacy.service.finding import table_of
from lms_app.privacy.service.requesting import plan_unused
from lms_app.privacy.views import RuleView

RuleName = Literal[
    "sessions", "addresses", "notifications", "mail", "jobs", "links", "invitations", "lists", "copies", "accounts"
]
AT_ONCE = 500
"""Rows of a rule in one transaction: others wait for the writer meanwhile."""


@dataclass(frozen=True, slots=True)
class Rule:
    """`due` says which rows of `table` are over at a moment; `act` removes those with the given keys."""

    name: str
    what: str
    setting: str
    table: Any
    due: Callable[[datetime], ColumnElement[bool]]
    act: Callable[[Work, list[Any]], None]

    @property
    def days(self) -> int:
        return int(getattr(settings, self.setting))

    @property
    def before(self) -> timedelta:
        return timedelta(days=self.days)


def _ended(at: datetime) -> ColumnElement[bool]:
    before = at - timedelta(days=settings.keep_session_days)
    return or_(col(LoginSession.revoked_at) < before, col(LoginSession.expires_at) < before)


def _with_address(at: datetime) -> ColumnElement[bool]:
    old = col(LoginSession.created_at) < at - timedelta(days=settings.keep_ip_days)
    return and_(old, or_(col(LoginSession.ip) != "", col(LoginSession.agent) != ""))


def _read(at: datetime) -> ColumnElement[bool]:
    return col(Notification.read_at) < at - timedelta(days=settings.keep_notification_days)


def _sent(at: datetime) -> ColumnElement[bool]:
    """Mail whose text is still there."""
    before = at - timedelta(days=settings.keep_mail_days)
    over = or_(col(OutboxMessage.done_at) < before, col(OutboxMessage.failed_at) < before)
    return and_(over, col(OutboxMessage.topic) == mail.TOPIC, col(OutboxMessage.payload)["to"].as_string() != "")


def _done(at: datetime) -> ColumnElement[bool]:
    """Other messages that are done, without a key: a key keeps a thing from being done twice."""
    before = at - timedelta(days=settings.keep_mail_days)
    return and_(
        col(OutboxMessage.done_at) < before, col(OutboxMessage.topic) != mail.TOPIC, col(OutboxMessage.key).is_(None)
    )


def _links(at: datetime) -> ColumnElement[bool]:
    return col(OneTimeToken.expires_at) < at - timedelta(days=settings.keep_mail_days)


def _invitations(at: datetime) -> ColumnElement[bool]:
    old = col(Invitation.expires_at) < at - timedelta(days=settings.keep_mail_days)
    return and_(old, col(Invitation.email).is_not(None))


def _imports(at: datetime) -> ColumnElement[bool]:
    table = table_of("people_import")
    before = at - timedelta(days=settings.keep_import_days)
    lines = table_of("import_line")
    has_lines = columns(lines.c.seq).where(lines.c.import_id == table.c.id).exists()
    named = cast(table.c.files, String) != "[]"
    return and_(table.c.changed_at < before, table.c.state.in_(("done", "failed")), or_(has_lines, named))


def _copies(at: datetime) -> ColumnElement[bool]:
    return col(TakeOut.expires_at) <= at


def _unused(at: datetime) -> ColumnElement[bool]:
    """Accounts that nobody uses; administrators and programs are never among them."""
    if not settings.keep_account_days:
        return col(User.id).is_(None)
    before = at - timedelta(days=settings.keep_account_days)
    asked = columns(col(ErasureRequest.user_id)).where(col(ErasureRequest.user_id) == col(User.id)).exists()
    return and_(
        func.coalesce(col(User.seen_at), col(User.created_at)) < before,
        col(User.role) != SiteRole.ADMIN,
        ~col(User.is_service),
        ~col(User.email).endswith(f"@{DOMAIN}"),
        ~asked,
    )


def _delete(table: Any, key: Any) -> Callable[[Work, list[Any]], None]:
    def act(work: Work, ids: list[Any]) -> None:
        work.db.connection().execute(delete(table).where(key.in_(ids)))

    return act


def _forget_addresses(work: Work, ids: list[Any]) -> None:
    work.db.connection().execute(update(LoginSession).where(col(LoginSession.id).in_(ids)).values(ip="", agent=""))


def _empty_mail(work: Work, ids: list[Any]) -> None:
    empty = {"to": "", "subject": "", "text": ""}
    work.db.connection().execute(
        update(OutboxMessage).where(col(OutboxMessage.id).in_(ids)).values(payload=empty, last_error="")
    )


def _forget_lists(work: Work, ids: list[Any]) -> None:
    lists, lines = table_of("people_import"), table_of("import_line")
    work.db.connection().execute(delete(lines).where(lines.c.import_id.in_(ids)))
    work.db.connection().execute(update(lists).where(lists.c.id.in_(ids)).values(files=[]))


def _warn(work: Work, ids: list[Any]) -> None:
    """They are told, and have the same days to think again: using the account keeps it."""
    plan_unused(work, user_ids=ids)


RULES: tuple[Rule, ...] = (
    Rule(
        "sessions",
        "Sessions that have ended",
        "keep_session_days",
        LoginSession,
        _ended,
        _delete(LoginSession, col(LoginSession.id)),
    ),
    Rule(
        "addresses",
        "IP addresses and browsers of sessions",
        "keep_ip_days",
        LoginSession,
        _with_address,
        _forget_addresses,
    ),
    Rule(
        "notifications",
        "Notifications that were read",
        "keep_notification_days",
        Notification,
        _read,
        _delete(Notification, col(Notification.id)),
    ),
    Rule("mail", "The text of mail that was sent", "keep_mail_days", OutboxMessage, _sent, _empty_mail),
    Rule(
        "jobs",
        "Jobs that are done",
        "keep_mail_days",
        OutboxMessage,
        _done,
        _delete(OutboxMessage, col(OutboxMessage.id)),
    ),
    Rule(
        "links",
        "Mailed links that are over",
        "keep_mail_days",
        OneTimeToken,
        _links,
        _delete(OneTimeToken, col(OneTimeToken.id)),
    ),
    Rule(
        "invitations",
        "Invitations that are over",
        "keep_mail_days",
        Invitation,
        _invitations,
        _delete(Invitation, col(Invitation.id)),
    ),
    Rule("lists", "Lists of people that came in", "keep_import_days", None, _imports, _forget_lists),
    Rule("copies", "Copies of people's data", "take_out_days", TakeOut, _copies, _delete(TakeOut, col(TakeOut.id))),
    Rule("accounts", "Accounts that nobody uses", "keep_account_days", User, _unused, _warn),
)


def retention(work: Work) -> list[RuleView]:
    """Every rule, and how many rows it would remove now: the dry run. One count a rule, for administrators."""
    enter(work)
    return [RuleView(one.name, one.what, f"LMS_{one.setting.upper()}", one.days, _count(work, one)) for one in RULES]


def retain(work: Work, *, name: str, limit: int = AT_ONCE) -> int:
    """Remove what one rule says, at most so many rows; how many that were. For administrators and the nightly job.

    Raises NotFound for a rule that there is not.
    """
    enter(work)
    rule = next((one for one in RULES if one.name == name), None)
    if rule is None:
        raise NotFound("There is no such rule.")
    table = _table(rule)
    ids = [row[0] for row in work.db.connection().execute(columns(table.c.id).where(rule.due(work.now)).limit(limit))]
    if ids:
        rule.act(work, ids)
        work.db.flush()
        audit.record(work, "retention.applied", "rule", name, None, {"rows": len(ids)})
    return len(ids)


async def retain_all() -> dict[str, int]:
    """Remove what every rule says, part by part, and the files that no row names any more; how many rows, by rule."""
    gone: dict[str, int] = {}
    for rule in RULES:
        gone[rule.name] = 0
        while count := await perform(SYSTEM, retain, name=rule.name):
            gone[rule.name] += count
    for path in await ask(SYSTEM, leftovers):
        await asyncio.to_thread(path.unlink, missing_ok=True)
    return gone


def leftovers(work: Work) -> list[Path]:
    """Kept mail whose text is gone, and zips of copies that nobody may fetch any more."""
    enter(work)
    zips = {path.stem: path for path in settings.take_out_dir.glob("*.zip")}
    kept = {str(one) for one in work.db.exec(select(TakeOut.id)).all()}
    found = [path for name, path in zips.items() if name not in kept]
    mails = {path.stem: path for path in settings.mail_dir.glob("*.eml")}
    if mails:
        there = select(OutboxMessage.id).where(col(OutboxMessage.payload)["to"].as_string() != "")
        said = {str(one) for one in work.db.exec(there).all()}
        found += [path for name, path in mails.items() if name not in said]
    return found


def _count(work: Work, rule: Rule) -> int:
    table = _table(rule)
    counted = columns(func.count()).select_from(table).where(rule.due(work.now))
    return work.db.connection().execute(counted).scalar_one()


def _table(rule: Rule) -> Any:
    return table_of("people_import") if rule.table is None else rule.table.__table__
