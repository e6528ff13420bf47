"""Certificates: awarding, listing, printing, revoking, and checking one without an account."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row as Found
from sqlalchemy import and_, bindparam, exists, text, update
from sqlalchemy import select as columns
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from lms_app.core import audit, limits, when
from lms_app.core.db import new_id
from lms_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms_app.core.identity import User
from lms_app.core.settings import settings
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.courses.models import Course, CourseMember, MemberState
from lms_app.credentials import rules
from lms_app.credentials.models import Certificate
from lms_app.credentials.views import ERASED, CertificateView, Sheet, VerifyView
from lms_app.gradebook import service as gradebook
from lms_app.notifications import service as notifications
from lms_app.notifications.events import Event, register
from lms_app.policy import Can, Role
from lms_app.web import routes

NO_CERTIFICATE = "We could not find that certificate. Check that every character of its code is right."
AWARDED = register(
    Event(
        "certificate_awarded",
        label="Certificates",
        category="Your work",
        title="Your certificate: {{ course }}",
        text=(
            "Congratulations, {{ name }}! You have completed {{ course }}, and your certificate is ready to download.\n\n"
            "Whoever you show it to can check it at this address, without an account:\n{{ verify_url }}"
        ),
        sample={
            "course": "Principles of Ecology",
            "name": "Amina Yusuf",
            "verify_url": f"{settings.url}{routes.verify()}",
            "url": routes.certificates(),
        },
    )
)
REASON_MAX = 300
# A certificate is a document: everybody who reads it reads the same day, wherever they are.
ZONE = "UTC"

_ALL = columns(
    col(Certificate.id),
    col(Certificate.code),
    col(Certificate.user_id),
    col(Certificate.course_id),
    col(Certificate.holder_name),
    col(Certificate.course_title),
    col(Certificate.issuer),
    col(Certificate.hours),
    col(Certificate.issued_at),
    col(Certificate.revoked_at),
    col(Certificate.revoke_reason),
    col(Course.slug),
).join(Course, col(Course.id) == col(Certificate.course_id))
_NEWEST_FIRST = (col(Certificate.issued_at).desc(), col(Certificate.id))
_BY_ID = _ALL.where(col(Certificate.id) == bindparam("certificate"))
_BY_CODE = _ALL.where(col(Certificate.code) == bindparam("code"))
_MINE = _ALL.where(col(Certificate.user_id) == bindparam("user")).order_by(*_NEWEST_FIRST)
_OF_COURSE = _ALL.where(col(Certificate.course_id) == bindparam("course")).order_by(*_NEWEST_FIRST)

_EVER = exists().where(
    col(Certificate.user_id) == col(CourseMember.user_id), col(Certificate.course_id) == col(CourseMember.course_id)
)
_STUDENT = (
    columns(
        col(Course.title),
        col(Course.hours),
        col(Course.certificate),
        col(Course.pass_fraction),
        col(CourseMember.completed_at),
        col(User.name),
        _EVER.label("ever"),
    )
    .join(CourseMember, col(CourseMember.course_id) == col(Course.id))
    .join(User, col(User.id) == col(CourseMember.user_id))
    .where(
        col(Course.id) == bindparam("course"),
        col(CourseMember.user_id) == bindparam("user"),
        col(CourseMember.role) == Role.STUDENT,
        # Who left keeps what they had completed: the last mark may come after.
        col(CourseMember.state).in_([MemberState.ACTIVE, MemberState.LEFT]),
    )
)


# ---- Awarding


def award_if_due(work: Work, payload: dict[str, Any]) -> None:
    """The topic `course_progress`: award the certificate if the course is completed with the grade that it asks for.

    Once, however often it is told. What a person revoked never comes back by itself: see `award`.
    """
    course_id, user_id = UUID(payload["course_id"]), UUID(payload["user_id"])
    courses.enter(work, course_id, Can.GRADE)
    student = _student(work, course_id, user_id)
    if student is None or student.ever or not student.certificate or student.completed_at is None:
        return
    fraction = _fraction(work, course_id, user_id)
    if not rules.missing(student.completed_at, fraction, student.pass_fraction):
        _award(work, _Award(course_id, user_id, fraction, student))


def award(work: Work, *, course_id: UUID, user_id: UUID) -> CertificateView:
    """Award a certificate by hand, for whoever manages the course: anew after a revocation, as for a misspelt name.

    It asks for no less than the course does. Raises Conflict with what is missing, or when there is a valid one.
    """
    courses.enter(work, course_id, Can.MANAGE)
    student = _student(work, course_id, user_id)
    if student is None:
        raise NotFound("We could not find that learner in this course.")
    if not student.certificate:
        raise Conflict("This course has no certificate. Turn it on in the course's settings.")
    fraction = _fraction(work, course_id, user_id)
    if missing := rules.missing(student.completed_at, fraction, student.pass_fraction):
        raise Conflict(missing)
    certificate_id = _award(work, _Award(course_id, user_id, fraction, student))
    if certificate_id is None:
        raise Conflict("This learner has a valid certificate of this course. Revoke it first to award a new one.")
    return read(work, certificate_id=certificate_id)


@dataclass(frozen=True, slots=True)
class _Award:
    course_id: UUID
    user_id: UUID
    fraction: Decimal
    student: Found[Any]


def _student(work: Work, course_id: UUID, user_id: UUID) -> Found[Any] | None:
    return _rows(work, _STUDENT, course=course_id, user=user_id).first()


def _fraction(work: Work, course_id: UUID, user_id: UUID) -> Decimal:
    return gradebook.course_total(work, course_id=course_id, user_id=user_id).fraction


def _award(work: Work, award: _Award) -> UUID | None:
    """Write the row and its audit entry, and tell its holder; None when there is a valid certificate already."""
    student = award.student
    code = rules.new_code()
    dialect = postgresql if work.db.get_bind().dialect.name == "postgresql" else sqlite
    row = dialect.insert(Certificate).values(
        id=new_id(),
        code=code,
        user_id=award.user_id,
        course_id=award.course_id,
        holder_name=student.name,
        course_title=student.title,
        issuer=settings.site_name,
        hours=student.hours,
        issued_at=work.now,
        revoke_reason="",
    )
    # Two that award at the same moment both get here. The index lets one of them write, and only that one tells.
    once = row.on_conflict_do_nothing(index_elements=["user_id", "course_id"], index_where=text("revoked_at IS NULL"))
    certificate_id = work.db.connection().execute(once.returning(col(Certificate.id))).scalar()
    if certificate_id is None:
        return None
    facts = {
        "user_id": str(award.user_id),
        "course_id": str(award.course_id),
        "grade": f"{award.fraction:.6f}",
        "needed": f"{student.pass_fraction:.6f}",
    }
    audit.record(work, "certificate.awarded", "certificate", certificate_id, None, facts)
    data = {
        "course": student.title,
        "name": student.name,
        "verify_url": _verify_url(code),
        "url": routes.certificates(),
    }
    notifications.tell(work, [award.user_id], AWARDED.name, data, key=str(certificate_id))
    return certificate_id


# ---- Reading and printing


def mine(work: Work, *, limit: int = 100, offset: int = 0) -> list[CertificateView]:
    """One's own certificates, newest first; revoked ones, too."""
    found = _rows(work, _MINE.limit(limit).offset(offset), user=work.user_id)
    return [_view(work, row) for row in found]


def of_course(work: Work, *, slug: str, limit: int = 100, offset: int = 0) -> list[CertificateView]:
    """The certificates of a course, newest first, for its staff; revoked ones, too."""
    membership = courses.enter_by_slug(work, slug, Can.GRADE)
    found = _rows(work, _OF_COURSE.limit(limit).offset(offset), course=membership.course_id)
    return [_view(work, row) for row in found]


def read(work: Work, *, certificate_id: UUID) -> CertificateView:
    """One certificate, for its holder, the staff of its course and administrators."""
    return _view(work, _enter(work, certificate_id))


def sheet(work: Work, *, certificate_id: UUID) -> Sheet:
    """What `pdf.render` prints, for whom `read` is. Drawing takes a tenth of a second: do it outside of this.

    Raises Conflict for a revoked certificate, and for one whose holder was erased: neither is printed any more.
    """
    row = _enter(work, certificate_id)
    if row.revoked_at is not None:
        raise Conflict(f"This certificate was revoked on {_day(row.revoked_at)}: {row.revoke_reason}")
    if not row.holder_name:
        raise Conflict("The holder of this certificate was erased on their own request.")
    return Sheet(
        holder=row.holder_name,
        course=row.course_title,
        issuer=row.issuer,
        issued_at=row.issued_at,
        issued_on=_day(row.issued_at),
        workload=_workload(row.hours),
        code=rules.grouped(row.code),
        verify_url=_verify_url(row.code),
    )


def _enter(work: Work, certificate_id: UUID, can: Can = Can.GRADE) -> Found[Any]:
    """Come to a certificate as its holder, who may read it, or as the course's staff who may do `can`.

    Other students do not even hear that there is one.
    """
    if not work.actor.is_admin:
        _ = work.user_id
    row = _rows(work, _BY_ID, certificate=certificate_id).first()
    if row is None:
        raise NotFound(NO_CERTIFICATE)
    is_own = row.user_id == work.actor.user_id
    if is_own and can is Can.GRADE:
        return row
    try:
        courses.enter(work, row.course_id, Can.GRADE)
    except (NotFound, Forbidden):
        if is_own:
            raise Forbidden() from None
        raise NotFound(NO_CERTIFICATE) from None
    courses.enter(work, row.course_id, can)
    return row


# ---- Revoking


def revoke(work: Work, *, certificate_id: UUID, reason: str) -> CertificateView:
    """Take a certificate back, for whoever manages its course. Everybody who checks it reads the reason.

    Doing it twice changes nothing: the first date and reason stay.
    """
    row = _enter(work, certificate_id, Can.MANAGE)
    reason = " ".join(reason.split())
    if not 1 <= len(reason) <= REASON_MAX:
        raise Invalid({"reason": f"Say why in 1 to {REASON_MAX} characters: whoever checks the certificate reads it."})
    valid = and_(col(Certificate.id) == certificate_id, col(Certificate.revoked_at).is_(None))
    taken = work.db.connection().execute(
        update(Certificate).where(valid).values(revoked_at=work.now, revoke_reason=reason)
    )
    if taken.rowcount:
        facts = {"user_id": str(row.user_id), "course_id": str(row.course_id), "reason": reason}
        audit.record(work, "certificate.revoked", "certificate", certificate_id, None, facts)
    return read(work, certificate_id=certificate_id)


def forget_holder(work: Work, *, user_id: UUID) -> int:
    """Erase a person's name from their certificates and say how many had it: part of erasing an account.

    For that person and for administrators; everybody else hears NotFound. The certificates stay, without a name.
    """
    if not work.actor.is_admin and user_id != work.user_id:
        raise NotFound()
    named = and_(col(Certificate.user_id) == user_id, col(Certificate.holder_name) != "")
    erased = work.db.connection().execute(update(Certificate).where(named).values(holder_name=""))
    if erased.rowcount:
        audit.record(work, "certificate.holder_erased", "user", user_id, None, {"certificates": erased.rowcount})
    return erased.rowcount


# ---- Checking


def verify(work: Work, *, code: str) -> VerifyView:
    """What this certificate says today, for anybody who has its code. A suspended account changes nothing about it.

    Raises NotFound for a code that we never gave, TooMany for somebody who tries many.
    """
    limits.hit(work, "verify", work.actor.ip)
    known = rules.canonical(code)
    row = _rows(work, _BY_CODE, code=known).first() if known else None
    if row is None:
        raise NotFound(NO_CERTIFICATE)
    may_print = row.revoked_at is None and row.holder_name and row.user_id == work.actor.user_id
    return VerifyView(
        status="revoked" if row.revoked_at else "valid",
        code=rules.grouped(row.code),
        url=_verify_url(row.code),
        holder=row.holder_name or ERASED,
        course=row.course_title,
        issuer=row.issuer,
        issued_at=row.issued_at,
        issued_on=_day(row.issued_at),
        workload=_workload(row.hours),
        revoked_at=row.revoked_at,
        revoked_on=_day(row.revoked_at),
        revoke_reason=row.revoke_reason,
        pdf_url=routes.certificate_pdf(row.id) if may_print else "",
    )


# ---- Views


def _view(work: Work, row: Found[Any]) -> CertificateView:
    code = rules.grouped(row.code)
    return CertificateView(
        id=str(row.id),
        code=code,
        holder=row.holder_name or ERASED,
        course=row.course_title,
        course_url=routes.course(row.slug),
        issuer=row.issuer,
        issued_at=row.issued_at,
        issued_on=_day(row.issued_at),
        workload=_workload(row.hours),
        pdf_url=routes.certificate_pdf(row.id),
        verify_path=routes.verify(code),
        verify_url=_verify_url(row.code),
        revoked_on=_day(row.revoked_at),
        revoke_reason=row.revoke_reason,
    )


def _day(moment: datetime | None) -> str:
    return when.long_day(moment, ZONE, "en") if moment else ""


def _workload(hours: Decimal) -> str:
    return when.duration_minutes(hours * 60) if hours else ""


def _verify_url(code: str) -> str:
    return f"{settings.url}{routes.verify(rules.grouped(code))}"


def _rows(work: Work, statement: Any, **given: Any) -> Any:
    work.db.flush()
    return work.db.connection().execute(statement, given)
