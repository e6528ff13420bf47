"""Erasing an account: one transaction for every row, and what follows outside the database after it.

What the data map (`rules/tables.py`) says of a table is done to it, children before their parents. Then name and address
are looked for where they may stand in text (`SCRUBBED`). The account's row stays as a former member without a name.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, cast, delete, func, literal, or_, update
from sqlalchemy import select as columns
from sqlmodel import col, select

from lms_app.core import audit, identity, outbox
from lms_app.core.errors import Conflict, NotFound
from lms_app.core.identity import User
from lms_app.core.work import SiteRole, Work
from lms_app.privacy.models import ErasedAccount, Reason, TakeOut
from lms_app.privacy.rules.declaring import NOW, Fate, Held
from lms_app.privacy.rules.tables import SCRUBBED, TABLES
from lms_app.privacy.service.finding import Whose, table_of, whose

ERASED = "account_erased"
NO_PERSON = "We could not find that person."
DOMAIN = "erased.invalid"  # RFC 2606: no mail ever goes there
ENDED = "Ended by the school."
_AT_ONCE = 500


class Erased(NamedTuple):
    """The account that was erased, and what it is called from now on."""

    user_id: str
    name: str


def erase(work: Work, *, user_id: UUID, reason: Reason) -> Erased:
    """Erase an account. The caller has passed a door: this is no verb for anybody.

    Again does nothing. Raises NotFound, and Conflict for administrators and for programs.
    """
    person = work.db.get(User, user_id)
    if person is None:
        raise NotFound(NO_PERSON)
    if is_erased(work, user_id=user_id):
        return Erased(str(user_id), person.name)
    if person.is_service:
        raise Conflict("A program is no person: end its keys and suspend it.")
    if person.role == SiteRole.ADMIN:
        raise Conflict("An administrator's account cannot be erased. Change its role first.")
    mark = ErasedAccount(user_id=user_id, at=work.now, by_id=work.actor.user_id, reason=reason)
    work.db.add(mark)
    work.db.flush()
    former = f"Former member {mark.seq}"
    whom = Whose(person.id, person.email)
    left = _Leftovers(work, whom)
    _close_attempts(work, user_id)
    talk = _talk(work, user_id)
    for table in reversed(list(User.metadata.sorted_tables)):
        for one in (line for line in TABLES if line.table == table.name and line.table != "user"):
            _do(work, one, whom)
    _end_reasons(work, user_id)
    _settle_threads(work, talk.threads)
    _about(work, talk, left)
    _scrub(work, _Words((person.name, person.email), former), whom.email, left)
    _empty_account(person, work, former, mark.seq or 0)
    work.db.flush()
    audit.record(work, "account.erased", "user", user_id, None, {"reason": str(reason)})
    outbox.put(work, ERASED, {"user_id": str(user_id), **left.said()}, key=f"{ERASED}:{user_id}")
    work.after_commit(identity.forget)
    return Erased(str(user_id), former)


def is_erased(work: Work, *, user_id: UUID) -> bool:
    """Whether an account was erased. For services that have passed a door."""
    return work.db.exec(select(ErasedAccount.seq).where(col(ErasedAccount.user_id) == user_id)).first() is not None


# ---- What the data map says


def _do(work: Work, one: Held, whom: Whose) -> None:
    table = table_of(one.table)
    if one.fate is Fate.DELETE:
        _run(work, delete(table).where(whose(one, whom)))
    elif one.fate is Fate.CLEAR and one.clears:
        values = {name: work.now if value == NOW else value for name, value in one.clears.items()}
        _run(work, update(table).where(whose(one, whom)).values(values))


def _empty_account(person: User, work: Work, former: str, number: int) -> None:
    line = next(one for one in TABLES if one.table == "user")
    for name, value in line.clears.items():
        setattr(person, name, work.now if value == NOW else value)
    person.name, person.email, person.role = former, f"former-member-{number}@{DOMAIN}", SiteRole.STUDENT
    work.db.add(person)


def _close_attempts(work: Work, user_id: UUID) -> None:
    """An attempt under way ends without a mark, and nothing of theirs waits for a marker."""
    attempt, asked = table_of("attempt"), table_of("attempt_question")
    mine = columns(attempt.c.id).where(attempt.c.user_id == user_id)
    unmarked = and_(asked.c.attempt_id.in_(mine), asked.c.fraction.is_(None))
    _run(work, update(asked).where(unmarked).values(answer_id=None))
    under_way = and_(attempt.c.user_id == user_id, attempt.c.state == "open")
    _run(work, update(attempt).where(under_way).values(state="expired", finished_at=work.now))


def _end_reasons(work: Work, user_id: UUID) -> None:
    """Whoever checks a revoked certificate or badge reads why: in words that name nobody from now on."""
    for name in ("certificate", "badge_award"):
        table = table_of(name)
        revoked = and_(table.c.user_id == user_id, table.c.revoked_at.is_not(None))
        _run(work, update(table).where(revoked).values(revoke_reason=ENDED))


# ---- Questions and answers


class _Talk(NamedTuple):
    """Where they talked: threads in which they asked or wrote, all posts of those and of their reports, and the reports."""

    threads: set[str]
    posts: set[str]
    reports: list[str]


def _talk(work: Work, user_id: UUID) -> _Talk:
    thread, post, report = table_of("thread"), table_of("post"), table_of("post_report")
    asked = columns(thread.c.id).where(thread.c.asker_id == user_id)
    wrote = columns(post.c.thread_id).where(post.c.author_id == user_id)
    threads = {row[0] for statement in (asked, wrote) for row in _rows(work, statement)}
    reported = _rows(work, columns(report.c.post_id, report.c.reason).where(report.c.reporter_id == user_id)).all()
    posts = {row.post_id for row in reported}
    for some in _parts(list(threads)):
        posts |= {row[0] for row in _rows(work, columns(post.c.id).where(post.c.thread_id.in_(some)))}
    reasons = [row.reason for row in reported if row.reason]
    return _Talk({str(one) for one in threads}, {str(one) for one in posts}, reasons)


def _settle_threads(work: Work, threads: Iterable[str]) -> None:
    """What is gone answers nothing: the answered state is made anew of the posts that stand."""
    thread, post = table_of("thread"), table_of("post")
    stands = and_(post.c.thread_id == thread.c.id, post.c.deleted_at.is_(None), post.c.hidden_at.is_(None))
    others = or_(post.c.author_id.is_(None), post.c.author_id != thread.c.asker_id)
    answers = or_(post.c.kind == "answer", and_(post.c.kind == "reply", post.c.role != "student"))
    first = columns(func.min(post.c.created_at)).where(stands, others, answers).scalar_subquery()
    for some in _parts([UUID(one) for one in threads]):
        _run(work, update(thread).where(thread.c.id.in_(some)).values(answered_at=first))


_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _about(work: Work, talk: _Talk, left: "_Leftovers") -> None:
    """Notices and mail about these threads quote what they wrote."""
    if not talk.posts:
        return
    told = table_of("notification")
    known = talk.threads | talk.posts
    some = columns(told.c.id, told.c.key, told.c.data).where(_has(told.c.data, "/questions"))
    gone = [row.id for row in _rows(work, some) if known & set(_ID.findall(row.key + json.dumps(row.data)))]
    for ids in _parts(gone):
        _run(work, delete(told).where(told.c.id.in_(ids)))
    sent = table_of("outbox_message")
    mail = columns(sent.c.id, sent.c.payload).where(_has(sent.c.payload, "/questions"))
    for row in _rows(work, mail).all():
        said = json.dumps(row.payload, ensure_ascii=False)
        if known & set(_ID.findall(said)) or any(
            json.dumps(one, ensure_ascii=False)[1:-1] in said for one in talk.reports
        ):
            _empty_message(work, row.id, left)


# ---- Names and addresses in text


class _Words:
    """What to look for, and what stands in its place."""

    def __init__(self, needles: tuple[str, ...], instead: str) -> None:
        self.needles = tuple(dict.fromkeys(one for one in needles if one.strip()))
        longest = sorted(self.needles, key=len, reverse=True)
        inside = "|".join(re.escape(one) for one in longest)
        self._pattern = re.compile(rf"(?<!\w)(?:{inside})(?!\w)", re.IGNORECASE)
        self._instead = instead

    def spelled(self) -> list[str]:
        """As text columns hold them, and as JSON does: SQLite's has every letter in ASCII, PostgreSQL's has not."""
        escaped = [json.dumps(one, ensure_ascii=plain)[1:-1] for one in self.needles for plain in (True, False)]
        return list(dict.fromkeys([*self.needles, *escaped]))

    def without(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._pattern.sub(self._instead, value)
        if isinstance(value, Mapping):
            given: Mapping[Any, Any] = value
            return {self.without(name): self.without(inner) for name, inner in given.items()}
        if isinstance(value, list):
            listed: list[Any] = value
            return [self.without(inner) for inner in listed]
        return value

    def says(self, value: Any) -> bool:
        """Whether something tells of them by their whole name, as the data of a notice does."""
        known = {one.casefold() for one in self.needles}
        return isinstance(value, Mapping) and any(
            isinstance(inner, str) and inner.casefold() in known
            for inner in value.values()  # pyright: ignore[reportUnknownVariableType]  JSON
        )


def _scrub(work: Work, words: _Words, email: str, left: "_Leftovers") -> None:
    for name, column in SCRUBBED:
        table = table_of(name)
        key = list(table.primary_key.columns)
        holds = or_(*[_has(table.c[column], one) for one in words.spelled()])
        for row in _rows(work, columns(*key, table.c[column]).where(holds)):
            this = and_(*[one == value for one, value in zip(key, row, strict=False)])
            value = row[-1]
            if name == "outbox_message" and column == "payload":
                _scrub_message(work, row[0], value, words, email, left)
            elif name == "notification" and words.says(value):
                _run(work, delete(table).where(this))
            else:
                _run(work, update(table).where(this).values({column: words.without(value)}))


def _scrub_message(
    work: Work, message_id: UUID, payload: dict[str, Any], words: _Words, email: str, left: "_Leftovers"
) -> None:
    sent = table_of("outbox_message")
    over = _rows(work, columns(sent.c.done_at).where(sent.c.id == message_id)).scalar() is not None
    theirs = str(payload.get("to", "")).lower() == email.lower()
    if over or theirs:
        _empty_message(work, message_id, left)
    else:
        _run(work, update(sent).where(sent.c.id == message_id).values(payload=words.without(payload)))


def _empty_message(work: Work, message_id: UUID, left: "_Leftovers") -> None:
    """The row stays, so that its key is not used again; it says nothing and is not sent any more."""
    sent = table_of("outbox_message")
    ended = func.coalesce(sent.c.done_at, literal(work.now, sent.c.done_at.type))
    values = {"payload": {"to": "", "subject": "", "text": ""}, "last_error": "", "done_at": ended}
    _run(work, update(sent).where(sent.c.id == message_id).values(values))
    left.mails.append(str(message_id))


def _has(column: ColumnElement[Any], words: str) -> ColumnElement[bool]:
    return cast(column, Text).contains(words, autoescape=True)


# ---- What is outside the database


class _Leftovers:
    """Files that have to go after the commit, by ids and hashes: nothing here names anybody."""

    def __init__(self, work: Work, whom: Whose) -> None:
        self.mails: list[str] = []
        stored = table_of("stored_file")
        lines = [one for one in TABLES if one.table == "stored_file" and one.fate is Fate.DELETE]
        theirs = columns(stored.c.sha256).where(or_(*[whose(one, whom) for one in lines]))
        self._files = sorted({row[0] for row in _rows(work, theirs)})
        asked = select(TakeOut.id).where(col(TakeOut.user_id) == whom.id)
        self._take_outs = [str(one) for one in work.db.exec(asked).all()]
        batch, held = table_of("certificate_batch"), table_of("certificate")
        mine = {str(row[0]) for row in _rows(work, columns(held.c.id).where(held.c.user_id == whom.id))}
        printed = _rows(work, columns(batch.c.id, batch.c.certificates)) if mine else ()
        self._batches = [str(row.id) for row in printed if mine & set(row.certificates)]

    def said(self) -> dict[str, list[str]]:
        return {
            "files": self._files,
            "mails": list(dict.fromkeys(self.mails)),
            "take_outs": self._take_outs,
            "batches": self._batches,
        }


def _parts(ids: list[UUID]) -> Iterable[list[UUID]]:
    return (ids[at : at + _AT_ONCE] for at in range(0, len(ids), _AT_ONCE))


def _rows(work: Work, statement: Any) -> Any:
    return work.db.connection().execute(statement)


def _run(work: Work, statement: Any) -> None:
    work.db.connection().execute(statement)
