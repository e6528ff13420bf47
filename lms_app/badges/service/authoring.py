"""Badges for their staff: listing, writing, opening and closing them, and who has them."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import exists, func
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from lms_app.badges import picture, rules
from lms_app.badges.models import Award, Badge, BadgeStatus
from lms_app.badges.picture import Design
from lms_app.badges.service.awarding import BADGE_OPENED
from lms_app.badges.service.door import enter_badge, enter_site, rows
from lms_app.badges.service.wording import criteria_of, rules_in_words
from lms_app.badges.views import BadgeLine, BadgesView, BadgeView, HolderLine
from lms_app.core import audit, outbox, when
from lms_app.core.errors import Conflict, Invalid
from lms_app.core.identity import User
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.courses.models import Course, CourseMember, CourseStatus, OutlineItem
from lms_app.policy import Can, Role, may
from lms_app.web import routes
from lms_app.web.views import Choice

NAME_MAX, DESCRIPTION_MAX, CRITERIA_MAX, DAYS_MAX = 80, 500, 4_000, 3_650
LEARNERS_MAX = 300


@dataclass(frozen=True, slots=True)
class Draft:
    """What an author writes of a badge. `rule` is as `rules.py` reads it, `design` as `picture.py` does."""

    name: str
    rule: Mapping[str, Any]
    description: str = ""
    criteria: str = ""
    design: Mapping[str, Any] | None = None
    valid_days: int | None = None


# ---- Reading


def of_course(work: Work, *, slug: str, limit: int = 50, offset: int = 0) -> BadgesView:
    """The badges of a course, newest first, for whoever may grade there."""
    entered = courses.enter_by_slug(work, slug, Can.GRADE)
    wanted = col(Badge.course_id) == entered.course_id
    return _list(work, wanted, slug, entered.title, may(entered.role, Can.MANAGE), limit, offset)


def of_site(work: Work, *, limit: int = 50, offset: int = 0) -> BadgesView:
    """The badges of the whole site, newest first, for administrators."""
    enter_site(work)
    return _list(work, col(Badge.course_id).is_(None), "", "", True, limit, offset)


def _list(work: Work, wanted: Any, slug: str, course: str, may_change: bool, limit: int, offset: int) -> BadgesView:
    count = (
        columns(func.count())
        .where(col(Award.badge_id) == col(Badge.id), col(Award.revoked_at).is_(None))
        .correlate(Badge)
        .scalar_subquery()
    )
    found = work.db.exec(
        select(Badge, count)
        .where(wanted)
        .order_by(col(Badge.created_at).desc(), col(Badge.id))
        .limit(limit)
        .offset(offset)
    ).all()
    total = work.db.exec(select(func.count()).select_from(Badge).where(wanted)).one()
    words = rules_in_words(work, [(badge, course) for badge, _n in found])
    lines = [
        BadgeLine(
            id=str(badge.id),
            name=badge.name,
            description=badge.description,
            rule=rule,
            status=badge.status,
            picture=data_url(picture.read_design(badge.design)),
            url=routes.badge(slug, badge.id),
            awards=awards,
        )
        for (badge, awards), rule in zip(found, words, strict=True)
    ]
    return BadgesView(slug, course, lines, total, may_change)


def read(work: Work, *, badge_id: UUID, limit: int = 50, offset: int = 0) -> BadgeView:
    """One badge with those who have it, for whoever may grade in its course."""
    badge = enter_badge(work, badge_id, Can.GRADE)
    return _view(work, badge, limit, offset)


def new(work: Work, *, slug: str = "") -> BadgeView:
    """An empty badge for the form: of a course, or of the site where there is no slug."""
    if not slug:
        enter_site(work)
        return _view(work, _blank(work, None), 0, 0)
    return _view(work, _blank(work, courses.enter_by_slug(work, slug, Can.MANAGE).course_id), 0, 0)


def _blank(work: Work, course_id: UUID | None) -> Badge:
    """A badge that is not in the database, nor will be."""
    manual = {"kind": "manual"}
    return Badge(course_id=course_id, name="", rule=manual, created_at=work.now, changed_at=work.now)


def _view(work: Work, badge: Badge, limit: int, offset: int) -> BadgeView:
    course = work.db.get(Course, badge.course_id) if badge.course_id else None
    slug, title = (course.slug, course.title) if course else ("", "")
    known = badge in work.db
    may_change = not course or may(courses.enter(work, course.id, Can.GRADE).role, Can.MANAGE)
    return BadgeView(
        id=str(badge.id) if known else "",
        slug=slug,
        course=title,
        status=badge.status if known else "",
        url=routes.badge(slug, badge.id if known else "new"),
        criteria=criteria_of(work, badge, title) if known else "",
        picture=data_url(picture.read_design(badge.design)),
        form=_values(badge),
        quizzes=[Choice("", "Choose a quiz"), *_quizzes(work, badge.course_id)] if may_change and course else [],
        courses=_courses(work) if course is None else [],
        learners=_learners(work, badge) if known and badge.status == BadgeStatus.ACTIVE else [],
        holders=_holders(work, badge, limit, offset) if known else [],
        total=_count(work, badge) if known else 0,
        may_change=may_change,
    )


def _values(badge: Badge) -> dict[str, str]:
    """A badge as the texts of its form."""
    rule = rules.read(badge.rule)
    values = {
        "name": badge.name,
        "description": badge.description,
        "criteria": badge.criteria,
        "valid_days": str(badge.valid_days or ""),
        "kind": rule.kind,
        **picture.read_design(badge.design).as_json(),
    }
    match rule:
        case rules.QuizScore():
            values |= {"item": str(rule.item), "least": f"{rule.least.normalize():f}"}
        case rules.Streak():
            values["days"] = str(rule.days)
        case rules.CoursesDone():
            values["count"] = str(rule.count)
        case rules.Path():
            values |= {f"course-{one}": "on" for one in rule.courses}
        case _:
            pass
    return values


def _quizzes(work: Work, course_id: UUID | None) -> list[Choice]:
    found = work.db.exec(
        select(OutlineItem.id, OutlineItem.title)
        .where(
            col(OutlineItem.course_id) == course_id,
            col(OutlineItem.kind) == "quiz",
            col(OutlineItem.removed_at).is_(None),
        )
        .order_by(col(OutlineItem.title), col(OutlineItem.id))
        .limit(LEARNERS_MAX)
    )
    return [Choice(str(id), title) for id, title in found]


def _courses(work: Work) -> list[Choice]:
    found = work.db.exec(
        select(Course.id, Course.title)
        .where(col(Course.status) != CourseStatus.DRAFT)
        .order_by(col(Course.title), col(Course.id))
        .limit(LEARNERS_MAX)
    )
    return [Choice(str(id), title) for id, title in found]


def _learners(work: Work, badge: Badge) -> list[Choice]:
    """Whom it can be awarded to by hand: those who do not have it, by name."""
    has = exists().where(
        col(Award.badge_id) == badge.id, col(Award.user_id) == col(User.id), col(Award.revoked_at).is_(None)
    )
    people = columns(col(User.id), col(User.name), col(User.email)).where(~has, col(User.suspended_at).is_(None))
    if badge.course_id is not None:
        people = people.join(CourseMember, col(CourseMember.user_id) == col(User.id)).where(
            col(CourseMember.course_id) == badge.course_id,
            col(CourseMember.role) == Role.STUDENT,
            col(CourseMember.state).in_(["active", "left"]),
        )
    found = rows(work, people.order_by(col(User.name), col(User.id)).limit(LEARNERS_MAX))
    return [Choice(str(one.id), f"{one.name} ({one.email})") for one in found]


def _holders(work: Work, badge: Badge, limit: int, offset: int) -> list[HolderLine]:
    by = aliased(User)
    found = work.db.exec(
        select(Award, User.name, by.name)
        .join(User, col(User.id) == col(Award.user_id))
        .outerjoin(by, col(by.id) == col(Award.awarded_by))
        .where(col(Award.badge_id) == badge.id)
        .order_by(col(Award.awarded_at).desc(), col(Award.id))
        .limit(limit)
        .offset(offset)
    ).all()
    return [
        HolderLine(
            id=str(award.id),
            name=name,
            awarded_on=when.day(award.awarded_at, work.actor.zone, work.actor.locale, now=work.now),
            by=giver or "",
            note=award.note,
            status=status_of(award, work),
            revoke_reason=award.revoke_reason,
        )
        for award, name, giver in found
    ]


def _count(work: Work, badge: Badge) -> int:
    return work.db.exec(select(func.count()).select_from(Award).where(col(Award.badge_id) == badge.id)).one()


def status_of(award: Award, work: Work) -> str:
    """valid, expired or revoked."""
    if award.revoked_at is not None:
        return "revoked"
    return "expired" if award.expires_at is not None and award.expires_at <= work.now else "valid"


# ---- Writing


def create(work: Work, *, slug: str = "", draft: Draft) -> BadgeView:
    """Make a badge of a course, for whoever manages it, or of the site, for administrators. Nobody earns it yet."""
    if slug:
        course_id = courses.enter_by_slug(work, slug, Can.MANAGE).course_id
    else:
        enter_site(work)
        course_id = None
    badge = Badge(course_id=course_id, name="", created_by=work.actor.user_id, created_at=work.now, changed_at=work.now)
    write(work, badge, draft)
    audit.record(work, "badge.created", "badge", badge.id, None, {"name": badge.name})
    return _view(work, badge, 0, 0)


def save(work: Work, *, badge_id: UUID, draft: Draft) -> BadgeView:
    """Change a badge, for whoever manages its course. What was awarded keeps what it said."""
    badge = enter_badge(work, badge_id, Can.MANAGE)
    before = said(badge)
    write(work, badge, draft)
    if before != (after := said(badge)):
        audit.record(work, "badge.changed", "badge", badge.id, before, after)
        if badge.status == BadgeStatus.ACTIVE and before["rule"] != after["rule"]:
            outbox.put(work, BADGE_OPENED, {"badge_id": str(badge.id)})
    return _view(work, badge, 50, 0)


def set_status(work: Work, *, badge_id: UUID, status: str) -> BadgeView:
    """Open a badge, so that it is earned (also by who has done it already), or close it; who has it keeps it."""
    badge = enter_badge(work, badge_id, Can.MANAGE)
    if status not in (BadgeStatus.ACTIVE, BadgeStatus.CLOSED):
        raise Invalid({"status": "Choose active or closed."})
    if badge.status == BadgeStatus.DRAFT and status == BadgeStatus.CLOSED:
        raise Conflict("This badge is not open.")
    if badge.status != status:
        audit.record(work, "badge.status", "badge", badge.id, {"status": badge.status}, {"status": status})
        badge.status, badge.changed_at = status, work.now
        work.db.add(badge)
        work.db.flush()
        if status == BadgeStatus.ACTIVE:
            outbox.put(work, BADGE_OPENED, {"badge_id": str(badge.id)})
    return _view(work, badge, 50, 0)


def write(work: Work, badge: Badge, draft: Draft, *, knows_quizzes: bool = True) -> None:
    """What a draft says becomes the badge's; the door was another's. Raises Invalid by field.

    Without `knows_quizzes` a rule may name a quiz that is not here: nobody earns such a badge.
    """
    wrong: dict[str, str] = {}
    name, description, criteria = (" ".join(text.split()) for text in (draft.name, draft.description, draft.criteria))
    if not 1 <= len(name) <= NAME_MAX:
        wrong["name"] = f"Enter a name of at most {NAME_MAX} characters."
    if len(description) > DESCRIPTION_MAX:
        wrong["description"] = f"Use at most {DESCRIPTION_MAX} characters."
    if len(criteria) > CRITERIA_MAX:
        wrong["criteria"] = f"Use at most {CRITERIA_MAX} characters."
    if draft.valid_days is not None and not 1 <= draft.valid_days <= DAYS_MAX:
        wrong["valid_days"] = f"Enter 1 to {DAYS_MAX} days, or leave it empty."
    rule = _rule(work, badge, draft.rule, wrong, knows_quizzes)
    design = Design()
    try:
        design = picture.read_design(draft.design or {})
    except Invalid as error:
        wrong |= error.fields
    if wrong:
        raise Invalid(wrong)
    badge.name, badge.description, badge.criteria = name, description, criteria
    badge.rule, badge.design, badge.valid_days = rule, design.as_json(), draft.valid_days
    badge.changed_at = work.now
    work.db.add(badge)
    work.db.flush()


def _rule(
    work: Work, badge: Badge, given: Mapping[str, Any], wrong: dict[str, str], knows_quizzes: bool
) -> dict[str, Any]:
    """The rule as it is kept; what is wrong with it goes into `wrong`, by the inputs of the form."""
    allowed = rules.IN_COURSE if badge.course_id else rules.ON_SITE
    if given.get("kind") not in allowed:
        wrong["kind"] = f"Choose one of {', '.join(allowed)}."
        return {}
    try:
        rule = rules.read(given)
    except ValidationError as error:
        said = {
            "item": "Choose a quiz of this course.",
            "least": "Enter percent from 0 to 100.",
            "days": f"Enter 2 to {rules.DAYS_MAX} days.",
            "count": f"Enter 1 to {rules.COURSES_MAX} courses.",
            "courses": "Choose at least one course.",
        }
        for one in error.errors():
            field = str(one["loc"][1]) if len(one["loc"]) > 1 else "kind"
            wrong[field] = said.get(field, "This does not belong to such a rule.")
        return {}
    quizzes = {one.value for one in _quizzes(work, badge.course_id)} if knows_quizzes else None
    if isinstance(rule, rules.QuizScore) and quizzes is not None and str(rule.item) not in quizzes:
        wrong["item"] = "Choose a quiz of this course."
    if isinstance(rule, rules.Path):
        there = set(work.db.exec(select(Course.id).where(col(Course.id).in_(rule.courses))))
        if not there.issuperset(rule.courses):
            wrong["courses"] = "Choose courses that are there."
    return rule.model_dump(mode="json")


def said(badge: Badge) -> dict[str, Any]:
    """What the audit log keeps of a badge."""
    return {
        "name": badge.name,
        "description": badge.description,
        "criteria": badge.criteria,
        "rule": dict(badge.rule),
        "design": dict(badge.design),
        "valid_days": badge.valid_days,
    }


def data_url(design: Design) -> str:
    """A design as an address that holds the picture itself."""
    return "data:image/svg+xml;base64," + base64.b64encode(picture.svg(design).encode()).decode()
