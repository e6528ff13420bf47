"""What a course asks for its certificate, who has it, and who lacks what."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, TypedDict, Unpack
from uuid import UUID

from sqlalchemy import bindparam, func
from sqlmodel import col, select

from lms_app.core import audit, outbox, when
from lms_app.core.db import to_micros
from lms_app.core.errors import Conflict, Invalid
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.courses.models import Course, CourseMember, MemberState
from lms_app.courses.views import Membership
from lms_app.credentials import rules
from lms_app.credentials.models import Certificate, CertificateTerms
from lms_app.credentials.service import designing
from lms_app.credentials.service.awarding import AWARDS_ASKED, STUDENT
from lms_app.credentials.service.door import ALL, NEWEST_FIRST, day, rows, status_of, view
from lms_app.credentials.views import Awards, LearnerLine, TermsView
from lms_app.gradebook import service as gradebook
from lms_app.policy import Can

WINDOW = 50
ASKED_MAX = 5_000
MONTHS_MAX = 600
DUE, LACKS = "due", "lacks"
SHOWN = ("", "holds", DUE, LACKS, "ended")
"""Which learners a list leaves: all, those with a valid certificate, those who get it now, who lack something, and those
whose certificate was revoked or has expired."""

_BY_NAME = (func.lower(STUDENT.selected_columns.name), STUDENT.selected_columns.user_id)
_LEARNERS = STUDENT.where(
    (col(CourseMember.state) == MemberState.ACTIVE) | col(CourseMember.completed_at).is_not(None)
).order_by(*_BY_NAME)
_NEWEST = ALL.where(col(Certificate.course_id) == bindparam("course")).order_by(*NEWEST_FIRST)


class TermsChanges(TypedDict, total=False):
    """Only what is named changes. `offered` and `pass_fraction` are the course's own settings."""

    offered: bool
    pass_fraction: Decimal
    automatic: bool
    not_before: datetime | None
    valid_months: int | None
    valid_until: datetime | None
    design_id: UUID | None


def terms(work: Work, *, slug: str) -> TermsView:
    """What a course asks for its certificate, for its staff."""
    return _view(work, courses.enter_by_slug(work, slug, Can.GRADE))


def own_design(work: Work, *, slug: str) -> str:
    """The id of the design that a course has chosen; empty where it looks as the site does. For its staff."""
    membership = courses.enter_by_slug(work, slug, Can.GRADE)
    row = work.db.get(CertificateTerms, membership.course_id)
    return str(row.design_id) if row and row.design_id else ""


def set_terms(work: Work, *, slug: str, **changes: Unpack[TermsChanges]) -> TermsView:
    """Change what a course asks, for whoever manages it. Everybody is looked at again, and once more when its date has come.

    Certificates that were awarded keep what they say. Raises Invalid by field.
    """
    membership = courses.enter_by_slug(work, slug, Can.MANAGE)
    course_id = membership.course_id
    of_course: dict[str, Any] = {}
    if "offered" in changes:
        of_course["certificate"] = changes["offered"]
    if "pass_fraction" in changes:
        of_course["pass_fraction"] = changes["pass_fraction"]
    if of_course:
        courses.update_course(work, course_id=course_id, **of_course)
    own: dict[str, Any] = {name: value for name, value in changes.items() if name not in ("offered", "pass_fraction")}
    row = work.db.get(CertificateTerms, course_id) or CertificateTerms(course_id=course_id)
    new = {**row.model_dump(exclude={"course_id"}), **own}
    if wrong := _wrong(work, membership, new):
        raise Invalid(wrong)
    _keep(work, row, own)
    return _view(work, membership)


def plant_terms(work: Work, *, slug: str, **given: Unpack[TermsChanges]) -> bool:
    """What a course asks, as a tree of files says it; what is not named is as in a course that asks nothing.

    A last day may have passed: the course may be an old one. A design that is not here is none: returns whether it is.
    For whoever manages the course.
    """
    course_id = courses.enter_by_slug(work, slug, Can.MANAGE).course_id
    usual = CertificateTerms(course_id=course_id).model_dump(exclude={"course_id"})
    own: dict[str, Any] = {**usual, **{name: value for name, value in given.items() if name in usual}}
    known = own["design_id"] is None or designing.may_choose(work, course_id, own["design_id"])
    if not known:
        own["design_id"] = None
    _keep(work, work.db.get(CertificateTerms, course_id) or CertificateTerms(course_id=course_id), own)
    return known


def _keep(work: Work, row: CertificateTerms, own: dict[str, Any]) -> None:
    old = {name: _said(getattr(row, name)) for name in own}
    for name, value in own.items():
        setattr(row, name, value)
    said = {name: _said(value) for name, value in own.items()}
    if old != said:
        work.db.add(row)
        work.db.flush()
        audit.record(work, "certificate_terms.changed", "course", row.course_id, old, said)
        courses.tell_terms(work, course_id=row.course_id)
        if row.not_before is not None and row.not_before > work.now:
            courses.tell_terms(work, course_id=row.course_id, due_at=row.not_before)


def awards(work: Work, *, slug: str, show: str = "", search: str = "", limit: int = WINDOW, offset: int = 0) -> Awards:
    """Every learner of a course with their certificate, or with what they lack for it: also the rehearsal of `award_many`.

    `show` is one of `SHOWN`; `search` is a part of a name. For the staff. As many queries for three as for a thousand.
    """
    membership = courses.enter_by_slug(work, slug, Can.GRADE)
    lines = _lines(work, membership)
    words = search.casefold().split()
    found = [
        line
        for line in lines
        if (not show or _kind(line) == show) and all(word in line.name.casefold() for word in words)
    ]
    kinds = [_kind(line) for line in lines]
    return Awards(
        learners=found[max(offset, 0) : max(offset, 0) + min(max(limit, 1), 100)],
        total=len(found),
        holds=kinds.count("holds"),
        due=kinds.count(DUE),
        lacks=kinds.count(LACKS),
        ended=kinds.count("ended"),
    )


def award_many(work: Work, *, slug: str, user_ids: Sequence[UUID] = (), rehearsal: bool = False) -> int:
    """Award everybody who is due (`awards`, shown as due), or those who are named; returns how many that are now.

    For whoever manages the course. It happens after this, some at a time; asking again at the same moment is asking once.
    A rehearsal only counts.
    """
    membership = courses.enter_by_slug(work, slug, Can.MANAGE)
    if len(user_ids) > ASKED_MAX:
        raise Invalid({"users": f"Name at most {ASKED_MAX:,} learners."})
    if not _view(work, membership).offered:
        raise Conflict("This course has no certificate. Turn it on first.")
    named = {str(one) for one in user_ids}
    due = [line for line in _lines(work, membership) if _gets(line, named)]
    if due and not rehearsal:
        payload = {"course_id": str(membership.course_id), "users": sorted(named)}
        key = f"{AWARDS_ASKED}:{membership.course_id}:{work.actor.user_id}:{to_micros(work.now)}"
        outbox.put(work, AWARDS_ASKED, payload, key=key)
        audit.record(work, "certificates.asked", "course", membership.course_id, None, {"learners": len(due)})
    return len(due)


def _gets(line: LearnerLine, named: set[str]) -> bool:
    """Who is named gets it after a revocation, too, and who is not named does not."""
    if named:
        return line.user_id in named and line.state in (DUE, "revoked") and not line.lacks
    return line.state == DUE


def _kind(line: LearnerLine) -> str:
    return {"valid": "holds", DUE: DUE, LACKS: LACKS}.get(line.state, "ended")


def _lines(work: Work, membership: Membership) -> list[LearnerLine]:
    course_id = membership.course_id
    students = rows(work, _LEARNERS, course=course_id).all()
    shares = gradebook.course_shares(work, course_id=course_id)
    newest: dict[UUID, Any] = {}
    for row in rows(work, _NEWEST, course=course_id):
        held = newest.get(row.user_id)
        if held is None or (held.revoked_at is not None and row.revoked_at is None):
            newest[row.user_id] = row
    return [_line(work, one, shares[one.user_id], newest.get(one.user_id)) for one in students]


def _line(work: Work, one: Any, share: Decimal, row: Any) -> LearnerLine:
    lacks = rules.lacking(one.completed_at, share, one.pass_fraction, one.not_before, work.now)
    shown = view(work, row) if row is not None else None
    state = status_of(work, row) if row is not None else LACKS if lacks or not one.certificate else DUE
    return LearnerLine(
        user_id=str(one.user_id),
        name=one.name,
        state=state,
        lacks=[] if state == "valid" else list(lacks),
        grade=when.percent(share),
        certificate=shown.id if shown else "",
        issued_on=shown.issued_on if shown else "",
        expires_on=shown.expires_on if shown else "",
        pdf_url=shown.pdf_url if shown and state in ("valid", "expired") else "",
        verify_path=shown.verify_path if shown else "",
        warning=shown.warning if shown else "",
    )


def _view(work: Work, membership: Membership) -> TermsView:
    course = work.db.exec(select(Course).where(col(Course.id) == membership.course_id)).one()
    row = work.db.get(CertificateTerms, membership.course_id) or CertificateTerms(course_id=membership.course_id)
    design = designing.chosen(work, membership.course_id)
    return TermsView(
        slug=membership.slug,
        course=membership.title,
        offered=course.certificate,
        pass_fraction=course.pass_fraction,
        automatic=row.automatic,
        not_before=row.not_before,
        valid_months=row.valid_months or 0,
        valid_until=row.valid_until,
        design_id=str(design.id) if design else "",
        design=design.name if design else "",
        manages=membership.may(Can.MANAGE),
    )


def _wrong(work: Work, membership: Membership, new: dict[str, Any]) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if new["valid_months"] is not None and not 1 <= new["valid_months"] <= MONTHS_MAX:
        wrong["valid_months"] = f"Enter a number of months from 1 to {MONTHS_MAX}, or leave it out."
    elif new["valid_months"] is not None and new["valid_until"] is not None:
        wrong["valid_until"] = "Choose either a number of months or a last day."
    elif new["valid_until"] is not None and new["valid_until"] < work.now:
        wrong["valid_until"] = "Choose a day that has not passed: a certificate would have expired when it is awarded."
    if new["design_id"] is not None and not designing.may_choose(work, membership.course_id, new["design_id"]):
        wrong["design_id"] = "Choose one of the designs of the site or of this course."
    return wrong


def _said(value: Any) -> Any:
    return day(value) if isinstance(value, datetime) else str(value) if isinstance(value, UUID) else value
