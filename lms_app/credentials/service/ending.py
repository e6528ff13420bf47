"""Revoking, replacing and sharing a certificate, and erasing its holder."""

from uuid import UUID

from sqlalchemy import and_, update
from sqlmodel import col, select

from lms_app.core import audit, statuses
from lms_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms_app.core.work import Work
from lms_app.credentials.models import Certificate
from lms_app.credentials.service import awarding
from lms_app.credentials.service.door import day, enter, status_of
from lms_app.credentials.service.reading import GONE, read
from lms_app.credentials.views import CertificateView
from lms_app.policy import Can

REASON_MAX = 300
REPLACED = "Replaced by a new certificate."


def revoke(work: Work, *, certificate_id: UUID, reason: str) -> CertificateView:
    """Take a certificate back, for whoever manages its course. Everybody who checks it reads the reason.

    Doing it twice changes nothing: the first date and reason stay.
    """
    row = enter(work, certificate_id, Can.MANAGE)
    reason = _reason(reason)
    if not reason:
        raise Invalid({"reason": f"Say why in 1 to {REASON_MAX} characters: whoever checks the certificate reads it."})
    if _end(work, certificate_id, reason):
        facts = {"user_id": str(row.user_id), "course_id": str(row.course_id)}
        audit.record(work, "certificate.revoked", "certificate", certificate_id, None, facts)
    return read(work, certificate_id=certificate_id)


def reissue(work: Work, *, certificate_id: UUID, reason: str = "") -> CertificateView:
    """Put a new certificate in the place of one, with the holder's name, the course's title and its design of today.

    The old one points to it. How long it is valid stays as it was; of an expired one, the course's conditions are asked
    again, and its time begins anew. Raises Conflict for one that was revoked or replaced, or whose holder was erased.
    """
    row = enter(work, certificate_id, Can.MANAGE)
    if not row.holder_name:
        raise Conflict(GONE)
    expired = status_of(work, row) == "expired"
    student = awarding.student(work, row.course_id, row.user_id)
    if student is None:
        raise NotFound("We could not find that learner in this course.")
    fraction = row.grade
    if expired or fraction is None:
        fraction = awarding.fraction(work, row.course_id, row.user_id)
    if expired and (missing := awarding.missing(work, student, fraction)):
        raise Conflict(missing)
    if not _end(work, certificate_id, _reason(reason) or REPLACED):
        raise Conflict(
            f"This certificate was already ended on {day(row.revoked_at or work.now)}. Award a new one instead."
        )
    made = awarding.write(work, student, fraction, expires_at=None if expired else row.expires_at, renews=expired)
    if made is None:  # the index has just been freed by this very transaction
        raise Conflict("Somebody else awarded a certificate at the same moment. Load the page again and look.")
    link = update(Certificate).where(col(Certificate.id) == certificate_id).values(replaced_by_id=made)
    work.db.connection().execute(link)
    facts = {"user_id": str(row.user_id), "course_id": str(row.course_id), "by": str(made)}
    audit.record(work, "certificate.replaced", "certificate", certificate_id, None, facts)
    return read(work, certificate_id=made)


def share(work: Work, *, certificate_id: UUID, on: bool) -> CertificateView:
    """Open a page with the picture of one's own certificate to everybody, or close it again: its holder alone decides."""
    row = enter(work, certificate_id)
    if row.user_id != work.actor.user_id:
        raise Forbidden("Only its holder decides whether a certificate is shared.")
    if on and (status_of(work, row) != "valid" or not row.holder_name):
        raise Conflict("Only a valid certificate can be shared.")
    if on is not (row.shared_at is not None):
        change = update(Certificate).where(col(Certificate.id) == certificate_id)
        work.db.connection().execute(change.values(shared_at=work.now if on else None))
        audit.record(work, "certificate.shared", "certificate", certificate_id, {"shared": not on}, {"shared": on})
    return read(work, certificate_id=certificate_id)


def forget_holder(work: Work, *, user_id: UUID) -> int:
    """Erase a person's name from their certificates and say how many had it: part of erasing an account.

    For that person and for administrators; everybody else hears NotFound. The certificates stay, without a name.
    """
    if not work.actor.is_admin and user_id != work.user_id:
        raise NotFound()
    named = and_(col(Certificate.user_id) == user_id, col(Certificate.holder_name) != "")
    erased = work.db.connection().execute(update(Certificate).where(named).values(holder_name="", shared_at=None))
    if erased.rowcount:
        audit.record(work, "certificate.holder_erased", "user", user_id, None, {"certificates": erased.rowcount})
    return erased.rowcount


def _reason(typed: str) -> str:
    reason = " ".join(typed.split())
    if len(reason) > REASON_MAX:
        raise Invalid({"reason": f"Say why in 1 to {REASON_MAX} characters: whoever checks the certificate reads it."})
    return reason


def _end(work: Work, certificate_id: UUID, reason: str) -> bool:
    """Whether it was this call that ended it."""
    valid = and_(col(Certificate.id) == certificate_id, col(Certificate.revoked_at).is_(None))
    ended = update(Certificate).where(valid).values(revoked_at=work.now, revoke_reason=reason)
    if not work.db.connection().execute(ended).rowcount:
        return False
    place = work.db.exec(select(Certificate.place).where(col(Certificate.id) == certificate_id)).one()
    if place is not None:
        statuses.revoke_place(work, place)
    return True
