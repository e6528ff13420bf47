"""Awarding: by itself when a course is completed, by hand, and for everybody of a course at once.

What a course asks is completion, a grade, and a date (`asking.py`). It is looked at again whenever a mark, the way totals
are made, or what the course asks changes (`courses.COURSE_PROGRESS`, `courses.COURSE_TERMS`).
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row as Found
from sqlalchemy import and_, bindparam, exists, or_, text, update
from sqlalchemy import select as columns
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from lms_app.core import audit, outbox, site, statuses
from lms_app.core.db import new_id
from lms_app.core.errors import Conflict, NotFound
from lms_app.core.identity import User
from lms_app.core.settings import settings
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.courses.models import Course, CourseMember, MemberState
from lms_app.credentials import rules
from lms_app.credentials.models import Certificate, CertificateDesign, CertificateDesignVersion, CertificateTerms
from lms_app.credentials.service.door import rows, verify_url
from lms_app.credentials.service.reading import read
from lms_app.credentials.views import CertificateView
from lms_app.gradebook import service as gradebook
from lms_app.notifications import service as notifications
from lms_app.notifications.events import Event, register
from lms_app.policy import Can, Role
from lms_app.web import routes

AWARDS_ASKED = "certificates_asked"
AT_ONCE = 100  # learners in one transaction: the database has one writer
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

_EVER = exists().where(
    col(Certificate.user_id) == col(CourseMember.user_id), col(Certificate.course_id) == col(CourseMember.course_id)
)
_NEWEST = (
    columns(col(CertificateDesignVersion.id))
    .join(
        CertificateDesign,
        and_(
            col(CertificateDesign.id) == col(CertificateDesignVersion.design_id),
            col(CertificateDesign.version) == col(CertificateDesignVersion.version),
        ),
    )
    .where(
        or_(
            col(CertificateDesign.id) == col(CertificateTerms.design_id),
            and_(col(CertificateTerms.design_id).is_(None), col(CertificateDesign.is_default)),
        )
    )
    .correlate(CertificateTerms)
    .limit(1)
    .scalar_subquery()
)
STUDENT = (
    columns(
        col(Course.id).label("course_id"),
        col(Course.title),
        col(Course.hours),
        col(Course.certificate),
        col(Course.pass_fraction),
        col(CourseMember.user_id),
        col(CourseMember.completed_at),
        col(User.name),
        col(CertificateTerms.automatic),
        col(CertificateTerms.not_before),
        col(CertificateTerms.valid_months),
        col(CertificateTerms.valid_until),
        _NEWEST.label("version_id"),
        _EVER.label("ever"),
    )
    .join(CourseMember, col(CourseMember.course_id) == col(Course.id))
    .join(User, col(User.id) == col(CourseMember.user_id))
    .outerjoin(CertificateTerms, col(CertificateTerms.course_id) == col(Course.id))
    .where(
        col(Course.id) == bindparam("course"),
        col(CourseMember.role) == Role.STUDENT,
        # Who left keeps what they had completed: the last mark may come after.
        col(CourseMember.state).in_([MemberState.ACTIVE, MemberState.LEFT]),
    )
)
_ONE = STUDENT.where(col(CourseMember.user_id) == bindparam("user"))
_VALID = exists().where(
    col(Certificate.user_id) == col(CourseMember.user_id),
    col(Certificate.course_id) == col(CourseMember.course_id),
    col(Certificate.revoked_at).is_(None),
)
_NEXT = STUDENT.where(
    col(CourseMember.completed_at).is_not(None), ~_VALID, col(CourseMember.user_id) > bindparam("after")
).order_by(col(CourseMember.user_id))


def award_if_due(work: Work, payload: dict[str, Any]) -> None:
    """The topic `course_progress`: award the certificate if the course is completed with the grade that it asks for.

    Once, however often it is told. What a person revoked never comes back by itself: see `award`.
    """
    course_id, user_id = UUID(payload["course_id"]), UUID(payload["user_id"])
    courses.enter(work, course_id, Can.GRADE)
    found = student(work, course_id, user_id)
    if found is None or not _by_itself(found) or found.completed_at is None:
        return
    share = fraction(work, course_id, user_id)
    if not missing(work, found, share):
        write(work, found, share)


def award_all_due(work: Work, payload: dict[str, Any]) -> None:
    """The topic `course_terms`: what a course asks has changed, or its day has come. `award_if_due` for everybody.

    Some at a time; the rest is put into the outbox again.
    """
    course_id = UUID(payload["course_id"])
    courses.enter(work, course_id, Can.GRADE)
    _award_some(work, courses.COURSE_TERMS, payload, lambda found: _by_itself(found))


def award_asked(work: Work, payload: dict[str, Any]) -> None:
    """The topic `certificates_asked`: award everybody who is due and was asked for, some at a time."""
    courses.enter(work, UUID(payload["course_id"]), Can.GRADE)
    wanted = payload["users"] and {UUID(one) for one in payload["users"]}
    _award_some(
        work,
        AWARDS_ASKED,
        payload,
        # Whose certificate was taken back gets none with all the others; a person who is named does.
        lambda found: bool(found.certificate and (found.user_id in wanted if wanted else not found.ever)),
    )


def award(work: Work, *, course_id: UUID, user_id: UUID) -> CertificateView:
    """Award a certificate by hand, for whoever manages the course: also anew after a revocation.

    It asks for no less than the course does. Raises Conflict with what is missing, or when there is one that was not
    revoked: an expired one is renewed by `reissue`.
    """
    courses.enter(work, course_id, Can.MANAGE)
    found = student(work, course_id, user_id)
    if found is None:
        raise NotFound("We could not find that learner in this course.")
    if not found.certificate:
        raise Conflict("This course has no certificate. Turn it on in the course's settings.")
    share = fraction(work, course_id, user_id)
    if lacks := missing(work, found, share):
        raise Conflict(lacks)
    certificate_id = write(work, found, share)
    if certificate_id is None:
        raise Conflict("This learner has a valid certificate of this course. Revoke it first to award a new one.")
    return read(work, certificate_id=certificate_id)


# ---- For the other modules of this package: the door was theirs.


def student(work: Work, course_id: UUID, user_id: UUID) -> Found[Any] | None:
    """A learner with what their course asks for its certificate."""
    return rows(work, _ONE, course=course_id, user=user_id).first()


def fraction(work: Work, course_id: UUID, user_id: UUID) -> Decimal:
    return gradebook.course_total(work, course_id=course_id, user_id=user_id).fraction


def missing(work: Work, found: Found[Any], share: Decimal) -> str:
    """What a learner lacks, as a sentence; empty for what is due."""
    return rules.missing(found.completed_at, share, found.pass_fraction, found.not_before, work.now)


def write(
    work: Work, found: Found[Any], share: Decimal, *, expires_at: datetime | None = None, renews: bool = True
) -> UUID | None:
    """Write the row and its audit entry, and tell its holder; None when there is a certificate already.

    Its time begins now, unless it does not renew: then it ends at `expires_at`.
    """
    code = rules.new_code()
    dialect = postgresql if work.db.get_bind().dialect.name == "postgresql" else sqlite
    work.db.flush()
    row = dialect.insert(Certificate).values(
        id=new_id(),
        code=code,
        user_id=found.user_id,
        course_id=found.course_id,
        holder_name=found.name,
        course_title=found.title,
        issuer=site.known().name,
        hours=found.hours,
        grade=share,
        version_id=found.version_id,
        issued_at=work.now,
        expires_at=rules.expiry(work.now, found.valid_months, found.valid_until) if renews else expires_at,
        revoke_reason="",
    )
    # Two that award at the same moment both get here. The index lets one of them write, and only that one tells.
    once = row.on_conflict_do_nothing(index_elements=["user_id", "course_id"], index_where=text("revoked_at IS NULL"))
    certificate_id = work.db.connection().execute(once.returning(col(Certificate.id))).scalar()
    if certificate_id is None:
        return None
    place = statuses.take_place(work)
    work.db.connection().execute(update(Certificate).where(col(Certificate.id) == certificate_id).values(place=place))
    facts = {
        "user_id": str(found.user_id),
        "course_id": str(found.course_id),
        "grade": f"{share:.6f}",
        "needed": f"{found.pass_fraction:.6f}",
    }
    audit.record(work, "certificate.awarded", "certificate", certificate_id, None, facts)
    data = {
        "course": found.title,
        "name": found.name,
        "verify_url": verify_url(code),
        "url": routes.certificates(),
    }
    notifications.tell(work, [found.user_id], AWARDED.name, data, key=str(certificate_id))
    return certificate_id


def _by_itself(found: Found[Any]) -> bool:
    """Whether somebody could get a certificate that nobody awards by hand: the course's first for them."""
    return bool(found.certificate and not found.ever and found.automatic is not False)


def _award_some(work: Work, topic: str, payload: dict[str, Any], wanted: Any) -> None:
    course_id = UUID(payload["course_id"])
    after = UUID(payload.get("after") or "00000000-0000-0000-0000-000000000000")
    window: Sequence[Found[Any]] = rows(work, _NEXT.limit(AT_ONCE), course=course_id, after=after).all()
    asked = [found for found in window if wanted(found)]
    shares = gradebook.course_shares(work, course_id=course_id, user_ids=[found.user_id for found in asked])
    for found in asked:
        if not missing(work, found, shares[found.user_id]):
            write(work, found, shares[found.user_id])
    if len(window) == AT_ONCE:
        outbox.put(work, topic, {**payload, "after": str(window[-1].user_id)})
