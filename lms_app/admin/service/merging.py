"""Two accounts of one person become one: everything that points at the one that goes points at the other from then on.

`RULES` says for each column that points at a user what becomes of it, and where both accounts had the same thing, which
one counts. A test fails when a table is not on it.
"""

from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Column, Table, and_, delete, func, or_, update
from sqlalchemy import select as columns
from sqlmodel import SQLModel, col

from lms_app.admin.service.door import enter
from lms_app.core import audit, identity
from lms_app.core.errors import Conflict, NotFound
from lms_app.core.identity import User
from lms_app.core.owned import name_of, pointing_at_users
from lms_app.core.work import SiteRole, Work
from lms_app.courses.models import CourseMember, ItemProgress, MemberState
from lms_app.policy import Role
from lms_app.privacy import service as privacy

NO_PERSON = "We could not find that person."
AVATAR = "avatar"

Rule = Callable[[Work, Column[Any], UUID, UUID], int]


class Merged(NamedTuple):
    """Who stays, and how many rows moved, by table."""

    user_id: str
    name: str
    email: str
    moved: dict[str, int]


def merge(work: Work, *, keep_id: UUID, gone_id: UUID) -> Merged:
    """Give everything of one account to another, and remove it. Name, address and password are those of the one kept.

    Raises NotFound, and Conflict for the same account twice, for administrators and one's own account among those that
    go, for programs, and where both have an attempt of one quiz under way.
    """
    enter(work)
    keep, gone = work.db.get(User, keep_id), work.db.get(User, gone_id)
    if keep is None or gone is None:
        raise NotFound(NO_PERSON)
    if keep_id == gone_id:
        raise Conflict("Choose another account: these two are the same.")
    if keep.is_service or gone.is_service:
        raise Conflict("A program is no person: its account cannot be merged.")
    if privacy.is_erased(work, user_id=keep_id) or privacy.is_erased(work, user_id=gone_id):
        raise Conflict("An account that was erased is nobody's: it cannot be merged.")
    if gone.role == SiteRole.ADMIN or gone_id == work.actor.user_id:
        raise Conflict("An administrator's account cannot be merged into another one. Change its role first.")
    identity.revoke_sessions(work, gone_id)
    moved: dict[str, int] = {}
    for column in pointing_at_users():
        name = name_of(column)
        if count := RULES[name](work, column, keep_id, gone_id):
            moved[name] = count
    keep.external_id = keep.external_id or gone.external_id
    keep.seen_at = max(filter(None, (keep.seen_at, gone.seen_at)), default=None)
    keep.created_at = min(keep.created_at, gone.created_at)
    external, gone.external_id = keep.external_id, None
    keep.external_id = None
    work.db.flush()
    work.db.delete(gone)
    work.db.flush()
    keep.external_id = external
    work.db.flush()
    audit.record(work, "account.merged", "user", keep_id, {"user_id": str(gone_id)}, {"moved": moved})
    work.after_commit(identity.forget)
    return Merged(str(keep.id), keep.name, keep.email, moved)


# ---- What becomes of a column


def move(work: Work, column: Column[Any], keep: UUID, gone: UUID) -> int:
    """All rows. For columns that nothing else makes unique."""
    return _run(work, update(column.table).where(column == gone).values({column.name: keep}))


def theirs_first(*same: str) -> Rule:
    """Rows move, but where the kept account has one with the same `same`, that one counts and the other goes."""

    def rule(work: Work, column: Column[Any], keep: UUID, gone: UUID) -> int:
        table = column.table
        other = table.alias()
        twice = columns(other.c[column.name]).where(
            other.c[column.name] == keep, *[other.c[name] == table.c[name] for name in same]
        )
        _run(work, delete(table).where(column == gone, twice.exists()))
        return move(work, column, keep, gone)

    return rule


def drop(work: Work, column: Column[Any], keep: UUID, gone: UUID) -> int:
    """They go: links and the like, which are of use to nobody but the account that goes."""
    return _run(work, delete(column.table).where(column == gone))


def forget(work: Work, column: Column[Any], keep: UUID, gone: UUID) -> int:
    """Nobody any more."""
    return _run(work, update(column.table).where(column == gone).values({column.name: None}))


def renumbered(number: str, *within: str) -> Rule:
    """Rows move behind those of the kept account, and their numbers go on from there."""

    def rule(work: Work, column: Column[Any], keep: UUID, gone: UUID) -> int:
        table = column.table
        key = list(table.primary_key.columns)
        order = [table.c[name] for name in within] + [table.c[number]]
        mine = work.db.connection().execute(columns(*key, *order).where(column == gone).order_by(*order)).all()
        last: dict[tuple[Any, ...], int] = {}
        for row in mine:
            where = tuple(row[len(key) : -1])
            if where not in last:
                theirs = columns(func.max(table.c[number])).where(
                    column == keep, *[table.c[name] == value for name, value in zip(within, where, strict=True)]
                )
                last[where] = work.db.connection().execute(theirs).scalar() or 0
            last[where] += 1
            this = and_(*[one == value for one, value in zip(key, row, strict=False)])
            _run(work, update(table).where(this).values({column.name: keep, number: last[where]}))
        return len(mine)

    return rule


def attempts(work: Work, column: Column[Any], keep: UUID, gone: UUID) -> int:
    """Attempts are numbered on. Two of one quiz that are open at once cannot both be gone on with."""
    table = column.table
    both = (
        columns(table.c.quiz_id)
        .where(table.c.state == "open", or_(column == keep, column == gone))
        .group_by(table.c.quiz_id)
        .having(func.count() > 1)
    )
    if work.db.connection().execute(both).first() is not None:
        raise Conflict("Both accounts have an attempt of the same quiz under way. Wait until one is submitted.")
    return renumbered("number", "quiz_id")(work, column, keep, gone)


def submissions(work: Work, column: Column[Any], keep: UUID, gone: UUID) -> int:
    """Versions are numbered on. A draft of the account that goes is dropped where the other one has a draft, too."""
    table = column.table
    other = table.alias()
    mine = columns(table.c.id).where(
        column == gone,
        table.c.submitted_at.is_(None),
        columns(other.c.id)
        .where(
            other.c.owner_id == keep,
            other.c.assignment_id == table.c.assignment_id,
            other.c.submitted_at.is_(None),
        )
        .exists(),
    )
    drafts = [row.id for row in work.db.connection().execute(mine).all()]
    if drafts:
        for child in SQLModel.metadata.sorted_tables:
            for one in child.columns:
                if any(key.target_fullname == "submission.id" for key in one.foreign_keys):
                    _run(work, delete(child).where(one.in_(drafts)))
        _run(work, delete(table).where(table.c.id.in_(drafts)))
    return renumbered("number", "assignment_id")(work, column, keep, gone)


def valid_once(thing: str) -> Rule:
    """All move; of two that are valid for one `thing`, that of the account that goes is revoked, and says why."""

    def rule(work: Work, column: Column[Any], keep: UUID, gone: UUID) -> int:
        table = column.table
        other = table.alias()
        twice = (
            columns(other.c.id)
            .where(other.c[column.name] == keep, other.c[thing] == table.c[thing], other.c.revoked_at.is_(None))
            .exists()
        )
        late = update(table).where(column == gone, table.c.revoked_at.is_(None), twice)
        _run(work, late.values(revoked_at=work.now, revoke_reason="Issued to another account of the same person."))
        return move(work, column, keep, gone)

    return rule


_RANK = {str(Role.STUDENT): 0, str(Role.ASSISTANT): 1, str(Role.INSTRUCTOR): 2}
_STATES = {MemberState.ACTIVE: 3, MemberState.QUEUED: 2, MemberState.WAITING: 1, MemberState.LEFT: 0}


def members(work: Work, column: Column[Any], keep: UUID, gone: UUID) -> int:
    """In a course of both they are in by the better of the two: the higher role, the earliest dates, the most time."""
    mine = {row.course_id: row for row in _rows(work, CourseMember, keep)}
    for row in _rows(work, CourseMember, gone):
        kept = mine.get(row.course_id)
        if kept is None:
            continue
        best = max(kept, row, key=lambda one: _STATES[MemberState(one.state)])
        values = {
            "state": best.state,
            "left_at": best.left_at,
            "role": max(kept.role, row.role, key=lambda role: _RANK[str(role)]),
            "joined_at": min(kept.joined_at, row.joined_at),
            "completed_at": _earliest(kept.completed_at, row.completed_at),
            "last_seen_at": _latest(kept.last_seen_at, row.last_seen_at),
            "extra_percent": max(kept.extra_percent, row.extra_percent),
        }
        _run(work, update(CourseMember).where(col(CourseMember.id) == kept.id).values(**values))
        _run(work, delete(CourseMember).where(col(CourseMember.id) == row.id))
    return move(work, column, keep, gone)


def progress(work: Work, column: Column[Any], keep: UUID, gone: UUID) -> int:
    """What one of them completed is complete; time spent adds up."""
    mine = {row.item_id: row for row in _rows(work, ItemProgress, keep)}
    for row in _rows(work, ItemProgress, gone):
        kept = mine.get(row.item_id)
        if kept is None:
            continue
        values = {
            "first_seen_at": min(kept.first_seen_at, row.first_seen_at),
            "completed_at": _earliest(kept.completed_at, row.completed_at),
            "active_at": _latest(kept.active_at, row.active_at),
            "scroll": max(kept.scroll, row.scroll),
            "seconds": kept.seconds + row.seconds,
        }
        _run(work, update(ItemProgress).where(col(ItemProgress.id) == kept.id).values(**values))
        _run(work, delete(ItemProgress).where(col(ItemProgress.id) == row.id))
    return move(work, column, keep, gone)


def pictures(work: Work, column: Column[Any], keep: UUID, gone: UUID) -> int:
    """Files move, but for the picture of the account that goes."""
    table = column.table
    _run(work, delete(table).where(table.c.scope == AVATAR, table.c.scope_id == gone))
    return move(work, column, keep, gone)


RULES: dict[str, Rule] = {
    "activity.user_id": theirs_first("span", "starts_on"),
    "annotation.by_id": move,
    "answer_mark.by_id": move,
    "api_token.created_by": move,
    "api_token.user_id": drop,
    "attempt.user_id": attempts,
    "marking_allocation.marker_id": move,
    "marking_allocation.owner_id": theirs_first("assignment_id"),
    "announcement.author_id": move,
    "badge.created_by": move,
    "badge_award.awarded_by": move,
    "badge_award.user_id": valid_once("badge_id"),
    "badge_shelf.user_id": theirs_first(),
    "calendar_feed.user_id": drop,  # a secret address must not lead to another account's days
    "certificate_batch.by_id": move,
    "certificate_design_version.by_id": move,
    "certificate.user_id": valid_once("course_id"),
    "cohort_member.user_id": theirs_first("cohort_id"),
    "consent.user_id": theirs_first("policy_id"),
    "course.owner_id": move,
    "course_group_member.user_id": theirs_first("group_id"),
    "course_member.user_id": members,
    "erased_account.by_id": move,
    "erased_account.user_id": move,  # none: who was erased is merged with nobody
    "erasure_request.user_id": drop,
    "grade_entry.by_id": move,
    "grade_entry.user_id": move,  # of two marks for one thing the later one counts, as ever
    "grade_release.by_id": move,
    "invitation.created_by": move,
    "item_override.by_id": move,
    "item_override.user_id": theirs_first("item_id"),
    "item_progress.user_id": progress,
    "lesson.edited_by": move,
    "lesson_draft.author_id": move,
    "lesson_text.author_id": move,
    "login_session.acting_as": forget,
    "login_session.user_id": move,  # they are over, and their tabs are sent away by their rows
    "mark_version.by_id": move,
    "marking_draft.user_id": theirs_first("submission_id"),
    "notification.user_id": theirs_first("event", "key"),
    "notification_choice.user_id": theirs_first("event"),
    "notification_setting.user_id": theirs_first(),
    "one_time_token.user_id": drop,
    "exchange_job.by_id": move,
    "backup_run.asked_by": move,
    "people_import.by_id": move,
    "policy.by_id": move,
    "post.author_id": move,
    "post.hidden_by": move,
    "post_report.closed_by": move,
    "post_report.reporter_id": theirs_first("post_id"),
    "rubric_version.by_id": move,
    "stored_file.owner_id": pictures,
    "streak_shown.user_id": theirs_first(),
    "submission.owner_id": submissions,
    "submission.user_id": move,
    "submission_member.user_id": theirs_first("submission_id"),
    "take_out.user_id": drop,  # of one account alone
    "thread.asker_id": move,
    "thread_follower.user_id": theirs_first("thread_id"),
    "thread_vote.user_id": theirs_first("thread_id"),
    "total_entry.by_id": move,
    "total_entry.user_id": move,
}
"""Column that points at a user → what becomes of it."""


def _rows(work: Work, table: Any, user_id: UUID) -> Any:
    found: Table = table.__table__
    return work.db.connection().execute(columns(found).where(found.c.user_id == user_id)).all()


def _run(work: Work, statement: Any) -> int:
    return work.db.connection().execute(statement).rowcount


def _earliest(*moments: Any) -> Any:
    return min((one for one in moments if one), default=None)


def _latest(*moments: Any) -> Any:
    return max((one for one in moments if one), default=None)
