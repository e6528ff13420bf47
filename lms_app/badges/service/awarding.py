"""Who earns a badge: by its rule, when they have done something; by hand; and taking one back."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import and_, exists, func, or_, update
from sqlalchemy import select as columns
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select

from lms_app.assignments.models import Submission, SubmissionMember
from lms_app.badges import rules
from lms_app.badges.models import Award, Badge, BadgeStatus
from lms_app.badges.service.door import NO_BADGE, enter_badge, known, rows
from lms_app.badges.service.wording import criteria_of
from lms_app.core import audit, outbox, site, statuses
from lms_app.core.db import new_id
from lms_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms_app.core.identity import User
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.courses.models import Course, CourseMember, ItemProgress, MemberState, OutlineItem
from lms_app.grades.models import GradeEntry, GradeItem
from lms_app.notifications import service as notifications
from lms_app.notifications.events import Event, register
from lms_app.policy import Can, Role
from lms_app.quizzes.models import Attempt
from lms_app.web import routes

BADGE_OPENED = "badge_opened"
NOTE_MAX, REASON_MAX = 500, 300
DAYS_LOOKED_AT = 400
AT_ONCE = 500
AWARDED = register(
    Event(
        "badge_awarded",
        label="Badges",
        category="Your work",
        title="A badge for you: {{ badge }}",
        text=(
            "Well done, {{ name }}! You have earned the badge “{{ badge }}”.\n\n{{ criteria }}\n\n"
            "Only you see it, unless you make it public."
        ),
        sample={
            "badge": "Pond explorer",
            "name": "Amina Yusuf",
            "criteria": "Complete all required parts of Principles of Ecology.",
            "url": routes.badges(),
        },
    )
)


# ---- By rule


def award_earned(work: Work, payload: dict[str, Any]) -> None:
    """The topic `learned`: award what this student has earned by what they have done in a course.

    Once, however often it is told, and never what its rule does not give. What a person revoked never comes back by
    itself. A quiz's mark counts once its students may see it, or the badge would tell.
    """
    course_id, user_id = UUID(payload["course_id"]), UUID(payload["user_id"])
    courses.enter(work, course_id, Can.GRADE)
    waiting = _waiting(work, course_id, user_id)
    if not waiting:
        return
    facts = _Facts(work, user_id)
    for badge, rule in waiting:
        if rules.is_earned(rule, facts.needed(rule, badge.course_id), badge.course_id):
            _award(work, badge, user_id)
        elif isinstance(rule, rules.QuizScore) and (shown_from := facts.later.get(rule.item)):
            key = f"{courses.LEARNED}:{badge.id}:{user_id}:{shown_from:%Y%m%d%H%M%S}"
            outbox.put(work, courses.LEARNED, payload, key=key, due_at=shown_from)


def award_everybody(work: Work, payload: dict[str, Any]) -> None:
    """The topic `badge_opened`: look at everybody who may have earned a badge before it was there, some at a time."""
    badge = work.db.get(Badge, UUID(payload["badge_id"]))
    if badge is None or badge.status != BadgeStatus.ACTIVE:
        return
    enter_badge(work, badge.id, Can.GRADE)
    first = int(payload.get("first", 0))
    # One of a person's courses wakes every badge of the site.
    learners = _learners(badge.course_id, first)
    found = rows(work, learners).all()
    outbox.put_many(
        work,
        courses.LEARNED,
        [({"course_id": str(one[0]), "user_id": str(one[1])}, None, work.now) for one in found],
    )
    if len(found) == AT_ONCE:
        outbox.put(work, BADGE_OPENED, {"badge_id": str(badge.id), "first": first + AT_ONCE})


# Who left keeps what they had done: a mark may come after.
_LEARNED = col(CourseMember.state).in_([MemberState.ACTIVE, MemberState.LEFT])


def look_at_marks(work: Work, payload: dict[str, Any]) -> None:
    """The topic `grades_shown`: marks of a course can be seen, so badges that hang on them are due."""
    course_id = UUID(payload["course_id"])
    courses.enter(work, course_id, Can.GRADE)
    active = select(Badge).where(col(Badge.course_id) == course_id, col(Badge.status) == BadgeStatus.ACTIVE)
    for badge in work.db.exec(active):
        if isinstance(rules.read(badge.rule), rules.QuizScore):
            outbox.put(work, BADGE_OPENED, {"badge_id": str(badge.id)})


def _learners(course_id: UUID | None, first: int) -> Any:
    """Learners with a course of theirs, `AT_ONCE` from the `first`."""
    ranked = (
        columns(
            col(CourseMember.course_id),
            col(CourseMember.user_id),
            func.row_number().over(partition_by=col(CourseMember.user_id), order_by=col(CourseMember.id)).label("n"),
        )
        .where(
            col(CourseMember.role) == Role.STUDENT,
            _LEARNED,
            *([col(CourseMember.course_id) == course_id] if course_id else []),
        )
        .subquery()
    )
    return (
        columns(ranked.c.course_id, ranked.c.user_id)
        .where(ranked.c.n == 1)
        .order_by(ranked.c.user_id)
        .limit(AT_ONCE)
        .offset(first)
    )


def _waiting(work: Work, course_id: UUID, user_id: UUID) -> list[tuple[Badge, rules.Rule]]:
    """The badges that may be due: of this course and of the site, with a rule, that this learner never had."""
    learns = exists().where(
        col(CourseMember.course_id) == course_id,
        col(CourseMember.user_id) == user_id,
        col(CourseMember.role) == Role.STUDENT,
        _LEARNED,
    )
    had = exists().where(col(Award.badge_id) == col(Badge.id), col(Award.user_id) == user_id)
    found = work.db.exec(
        select(Badge)
        .where(
            or_(col(Badge.course_id) == course_id, col(Badge.course_id).is_(None)),
            col(Badge.status) == BadgeStatus.ACTIVE,
            learns,
            ~had,
        )
        .order_by(col(Badge.created_at), col(Badge.id))
    ).all()
    read = [(badge, rules.read(badge.rule)) for badge in found]
    return [(badge, rule) for badge, rule in read if not isinstance(rule, rules.ByHand)]


class _Facts:
    """What a student has done, as far as a rule asks; each looked up once, for one badge or many."""

    def __init__(self, work: Work, user_id: UUID) -> None:
        self._work, self._user_id = work, user_id
        self._found: dict[tuple[str, UUID | None], Any] = {}
        self.later: dict[UUID, datetime] = {}

    def needed(self, rule: rules.Rule, course_id: UUID | None) -> rules.Done:
        match rule:
            case rules.CourseDone() | rules.CoursesDone() | rules.Path():
                return rules.Done(completed=self._once("courses", None, self._courses))
            case rules.Streak():
                return rules.Done(days=self._once("days", course_id, lambda: self._days(course_id)))
            case rules.QuizScore():
                return rules.Done(shares=self._once("shares", course_id, lambda: self._shares(course_id)))
            case rules.FirstSubmission():
                return rules.Done(submitted=self._once("submitted", course_id, lambda: self._submitted(course_id)))
            case rules.ByHand():
                return rules.Done()

    def _once(self, name: str, course_id: UUID | None, look: Callable[[], Any]) -> Any:
        if (name, course_id) not in self._found:
            self._found[name, course_id] = look()
        return self._found[name, course_id]

    def _courses(self) -> frozenset[UUID]:
        done = select(CourseMember.course_id).where(
            col(CourseMember.user_id) == self._user_id,
            col(CourseMember.role) == Role.STUDENT,
            col(CourseMember.completed_at).is_not(None),
            _LEARNED,
        )
        return frozenset(self._work.db.exec(done))

    def _days(self, course_id: UUID | None) -> frozenset[Any]:
        since = self._work.now - timedelta(days=DAYS_LOOKED_AT)
        moments = (
            columns(col(ItemProgress.completed_at), col(User.zone))
            .join(User, col(User.id) == col(ItemProgress.user_id))
            .where(col(ItemProgress.user_id) == self._user_id, col(ItemProgress.completed_at) >= since)
        )
        if course_id is not None:
            moments = moments.join(OutlineItem, col(OutlineItem.id) == col(ItemProgress.item_id)).where(
                col(OutlineItem.course_id) == course_id
            )
        return frozenset(row.completed_at.astimezone(_zone(row.zone)).date() for row in rows(self._work, moments))

    def _shares(self, course_id: UUID | None) -> dict[UUID, Decimal]:
        if course_id is None:
            return {}
        newest = (
            columns(func.max(col(GradeEntry.seq)))
            .join(GradeItem, col(GradeItem.id) == col(GradeEntry.item_id))
            .where(
                col(GradeEntry.user_id) == self._user_id,
                col(GradeItem.course_id) == course_id,
                col(GradeItem.removed_at).is_(None),
            )
            .group_by(col(GradeEntry.item_id))
        )
        marks = (
            columns(
                col(GradeItem.source_id),
                col(GradeItem.hidden),
                col(GradeItem.shown_from),
                col(GradeEntry.points),
                col(GradeEntry.points_max),
            )
            .join(GradeItem, col(GradeItem.id) == col(GradeEntry.item_id))
            .where(col(GradeEntry.seq).in_(newest))
        )
        shares: dict[UUID, Decimal] = {}
        for mark in rows(self._work, marks):
            if mark.points is None or not mark.points_max:
                continue
            if not mark.hidden or (mark.shown_from is not None and mark.shown_from <= self._work.now):
                shares[mark.source_id] = mark.points / mark.points_max
            elif mark.shown_from is not None:
                self.later[mark.source_id] = mark.shown_from
        return shares

    def _submitted(self, course_id: UUID | None) -> bool:
        written = exists().where(
            col(SubmissionMember.submission_id) == col(Submission.id),
            col(SubmissionMember.user_id) == self._user_id,
            col(Submission.submitted_at).is_not(None),
            col(Submission.withdrawn_at).is_(None),
            *([col(Submission.course_id) == course_id] if course_id else []),
        )
        tried = exists().where(
            col(Attempt.user_id) == self._user_id,
            col(Attempt.finished_at).is_not(None),
            ~col(Attempt.trial),
            *([col(Attempt.course_id) == course_id] if course_id else []),
        )
        return bool(rows(self._work, columns(or_(written, tried))).scalar())


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError):
        return ZoneInfo("UTC")


# ---- By hand


def award(work: Work, *, badge_id: UUID, user_id: UUID, note: str = "") -> UUID:
    """Award a badge by hand, whatever its rule, for whoever may grade: to a learner of its course, or of the site.

    Raises Conflict where it is not open, and where they have it already.
    """
    badge = enter_badge(work, badge_id, Can.GRADE)
    note = note.strip()
    if len(note) > NOTE_MAX:
        raise Invalid({"note": f"Use at most {NOTE_MAX} characters."})
    if badge.status != BadgeStatus.ACTIVE:
        raise Conflict("This badge is not open. Open it first.")
    if not _may_have(work, badge, user_id):
        raise NotFound("We could not find that learner here.")
    award_id = _award(work, badge, user_id, note)
    if award_id is None:
        raise Conflict("They have this badge already.")
    return award_id


def _may_have(work: Work, badge: Badge, user_id: UUID) -> bool:
    if badge.course_id is None:
        user = work.db.get(User, user_id)
        return user is not None and user.suspended_at is None
    member = exists().where(
        col(CourseMember.course_id) == badge.course_id,
        col(CourseMember.user_id) == user_id,
        col(CourseMember.role) == Role.STUDENT,
        _LEARNED,
    )
    return bool(rows(work, columns(member)).scalar())


# ---- Writing


def _award(work: Work, badge: Badge, user_id: UUID, note: str = "") -> UUID | None:
    """Write the row and its audit entry, and tell its holder; None when they have it already."""
    course = work.db.get(Course, badge.course_id) if badge.course_id else None
    name = work.db.exec(select(User.name).where(col(User.id) == user_id)).one()
    said = {
        "name": badge.name,
        "description": badge.description,
        "criteria": criteria_of(work, badge, course.title if course else ""),
        "design": dict(badge.design),
        "course": course.title if course else "",
        "issuer": site.known().name,
    }
    has = select(Award.id).where(
        col(Award.badge_id) == badge.id, col(Award.user_id) == user_id, col(Award.revoked_at).is_(None)
    )
    if work.db.exec(has).first() is not None:
        return None
    dialect = postgresql if work.db.get_bind().dialect.name == "postgresql" else sqlite
    row = dialect.insert(Award).values(
        id=new_id(),
        badge_id=badge.id,
        user_id=user_id,
        code=secrets.token_urlsafe(16),
        said=said,
        awarded_at=work.now,
        awarded_by=work.actor.user_id,
        note=note,
        expires_at=work.now + timedelta(days=badge.valid_days) if badge.valid_days else None,
        place=statuses.take_place(work),
        salt=secrets.token_hex(16),
        revoke_reason="",
    )
    # Two that award at the same moment both get here. The index lets one of them write, and only that one tells.
    once = row.on_conflict_do_nothing(
        index_elements=["badge_id", "user_id"], index_where=col(Award.revoked_at).is_(None)
    )
    award_id = rows(work, once.returning(col(Award.id))).scalar()
    if award_id is None:
        return None
    facts = {"badge_id": str(badge.id), "user_id": str(user_id), "rule": badge.rule.get("kind", "")}
    audit.record(work, "badge.awarded", "badge_award", award_id, None, facts)
    data = {"badge": badge.name, "name": name, "criteria": said["criteria"], "url": routes.badges()}
    if course is not None:
        data["course"] = course.title
    notifications.tell(work, [user_id], AWARDED.name, data, key=str(award_id))
    return award_id


# ---- Taking back


def revoke(work: Work, *, award_id: UUID, reason: str) -> None:
    """Take a badge back, for whoever manages its course. Everybody who checks it reads the reason.

    Doing it twice changes nothing: the first date and reason stay.
    """
    known(work)
    found = work.db.get(Award, award_id)
    if found is None:
        raise NotFound(NO_BADGE)
    try:
        enter_badge(work, found.badge_id, Can.MANAGE)
    except NotFound:
        # Its holder knows that it is there.
        if found.user_id == work.actor.user_id:
            raise Forbidden() from None
        raise
    reason = " ".join(reason.split())
    if not 1 <= len(reason) <= REASON_MAX:
        raise Invalid({"reason": f"Say why in 1 to {REASON_MAX} characters: whoever checks the badge reads it."})
    valid = and_(col(Award.id) == award_id, col(Award.revoked_at).is_(None))
    taken = rows(work, update(Award).where(valid).values(revoked_at=work.now, revoke_reason=reason))
    if taken.rowcount:
        statuses.revoke_place(work, found.place)
        facts = {"badge_id": str(found.badge_id), "user_id": str(found.user_id)}
        audit.record(work, "badge.revoked", "badge_award", award_id, None, facts)
    work.db.expire(found)
