"""Coming to a certificate, and how one is shown."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row as Found
from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import col

from lms_app.core import when
from lms_app.core.errors import Forbidden, NotFound
from lms_app.core.settings import settings
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.courses.models import Course
from lms_app.credentials import lettering, rules
from lms_app.credentials.models import Certificate, CertificateDesignVersion
from lms_app.credentials.views import ERASED, CertificateView
from lms_app.policy import Can
from lms_app.web import routes
from lms_app.web.words import t

NO_CERTIFICATE = "We could not find that certificate. Check that every character of its code is right."
# A certificate is a document: everybody who reads it reads the same day, wherever they are.
ZONE = "UTC"

_After = aliased(Certificate)
ALL = (
    columns(
        col(Certificate.id),
        col(Certificate.code),
        col(Certificate.user_id),
        col(Certificate.course_id),
        col(Certificate.holder_name),
        col(Certificate.course_title),
        col(Certificate.issuer),
        col(Certificate.hours),
        col(Certificate.grade),
        col(Certificate.version_id),
        col(Certificate.issued_at),
        col(Certificate.expires_at),
        col(Certificate.revoked_at),
        col(Certificate.revoke_reason),
        col(Certificate.replaced_by_id),
        col(Certificate.shared_at),
        col(Certificate.place),
        col(_After.code).label("after"),
        col(Course.slug),
        col(CertificateDesignVersion.design),
    )
    .join(Course, col(Course.id) == col(Certificate.course_id))
    .outerjoin(_After, col(_After.id) == col(Certificate.replaced_by_id))
    .outerjoin(CertificateDesignVersion, col(CertificateDesignVersion.id) == col(Certificate.version_id))
)
NEWEST_FIRST = (col(Certificate.issued_at).desc(), col(Certificate.id))
_BY_ID = ALL.where(col(Certificate.id) == bindparam("certificate"))


def enter(work: Work, certificate_id: UUID, can: Can = Can.GRADE) -> Found[Any]:
    """Come to a certificate as its holder, who may read it, or as the course's staff who may do `can`.

    Other students do not even hear that there is one.
    """
    if not work.actor.is_admin:
        _ = work.user_id
    row = rows(work, _BY_ID, certificate=certificate_id).first()
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


def status_of(work: Work, row: Any) -> Any:
    return rules.status(
        work.now, revoked_at=row.revoked_at, replaced=row.replaced_by_id is not None, expires_at=row.expires_at
    )


def view(work: Work, row: Found[Any]) -> CertificateView:
    code = rules.grouped(row.code)
    return CertificateView(
        id=str(row.id),
        code=code,
        holder=row.holder_name or ERASED,
        course=row.course_title,
        course_url=routes.course(row.slug),
        issuer=row.issuer,
        issued_at=row.issued_at,
        issued_on=day(row.issued_at),
        workload=workload(row.hours),
        pdf_url=routes.certificate_pdf(row.id),
        verify_path=routes.verify(code),
        verify_url=verify_url(row.code),
        status=status_of(work, row),
        revoked_on=day(row.revoked_at),
        revoke_reason=row.revoke_reason,
        expires_on=day(rules.last_day(row.expires_at)),
        replaced_by=routes.verify(rules.grouped(row.after)) if row.after else "",
        share_url=share_url(row.code) if row.shared_at else "",
        warning=warning(row.holder_name, row.course_title),
    )


def warning(*texts: str) -> str:
    """What a PDF cannot show of these texts, and what to do about it; empty when all can be printed."""
    lost = lettering.lost(" ".join(texts))
    if not lost:
        return ""
    return t(
        "No font of this site has {letters}, so the PDF points to the check page instead. "
        "Whoever runs the site can add one (LMS_FONTS_DIR).",
        letters=lost[:40],
    )


def day(moment: datetime | None, lang: str = "en") -> str:
    return when.long_day(moment, ZONE, lang) if moment else ""


def workload(hours: Decimal, lang: str = "en") -> str:
    if not hours:
        return ""
    return when.duration_minutes(hours * 60) if lang == "en" else f"{when.number(hours, lang)} h"


def verify_url(code: str) -> str:
    return f"{settings.url}{routes.verify(rules.grouped(code))}"


def share_url(code: str) -> str:
    return f"{settings.url}{routes.shared(rules.grouped(code))}"


def rows(work: Work, statement: Any, **given: Any) -> Any:
    work.db.flush()
    return work.db.connection().execute(statement, given)
