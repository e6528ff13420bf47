"""One's own certificates, those of a course, what is printed of one, and checking one without an account."""

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col

from lms_app.core import limits, seals, signing, when
from lms_app.core.errors import Conflict, NotFound
from lms_app.core.words import say
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.credentials import rules
from lms_app.credentials.design import HOUSE, Design
from lms_app.credentials.models import Certificate
from lms_app.credentials.service.door import (
    ALL,
    NEWEST_FIRST,
    NO_CERTIFICATE,
    day,
    enter,
    rows,
    share_url,
    status_of,
    verify_url,
    view,
    workload,
)
from lms_app.credentials.views import ERASED, CertificateView, SharedView, Sheet, VerifyView
from lms_app.policy import Can
from lms_app.web import routes

_BY_CODE = ALL.where(col(Certificate.code) == bindparam("code"))
_MINE = ALL.where(col(Certificate.user_id) == bindparam("user")).order_by(*NEWEST_FIRST)
_OF_COURSE = ALL.where(col(Certificate.course_id) == bindparam("course")).order_by(*NEWEST_FIRST)
SEALED_MAX = 90  # bytes of a text in the signed statement
GONE = "The holder of this certificate was erased on their own request."


def mine(work: Work, *, limit: int = 100, offset: int = 0) -> list[CertificateView]:
    """One's own certificates, newest first; revoked ones, too."""
    found = rows(work, _MINE.limit(limit).offset(offset), user=work.user_id)
    return [view(work, row) for row in found]


def of_course(work: Work, *, slug: str, limit: int = 100, offset: int = 0) -> list[CertificateView]:
    """The certificates of a course, newest first, for its staff; revoked ones, too."""
    membership = courses.enter_by_slug(work, slug, Can.GRADE)
    found = rows(work, _OF_COURSE.limit(limit).offset(offset), course=membership.course_id)
    return [view(work, row) for row in found]


def read(work: Work, *, certificate_id: UUID) -> CertificateView:
    """One certificate, for its holder, the staff of its course and administrators."""
    return view(work, enter(work, certificate_id))


def sheet(work: Work, *, certificate_id: UUID) -> Sheet:
    """What `pdf.render` prints, for whom `read` is. Drawing takes a tenth of a second: do it outside of this.

    Raises Conflict for a revoked or replaced certificate, and for one whose holder was erased: neither is printed any
    more. An expired one is: it says until when it was valid.
    """
    row = enter(work, certificate_id)
    if row.replaced_by_id is not None:
        raise Conflict(say("This certificate was replaced by a new one on {day}.", day=day(row.revoked_at)))
    if row.revoked_at is not None:
        raise Conflict(
            say("This certificate was revoked on {day}: {reason}", day=day(row.revoked_at), reason=row.revoke_reason)
        )
    if not row.holder_name:
        raise Conflict(GONE)
    return sheet_of(row)


def sheet_of(row: Any) -> Sheet:
    """The sheet of a row of `door.ALL`; the door was another's."""
    design = Design.model_validate(row.design) if row.design else HOUSE
    lang = design.lang
    return Sheet(
        holder=row.holder_name,
        course=row.course_title,
        issuer=row.issuer,
        issued_at=row.issued_at,
        issued_on=day(row.issued_at, lang),
        workload=workload(row.hours, lang),
        code=rules.grouped(row.code),
        verify_url=verify_url(row.code),
        grade=when.percent(row.grade, lang) if row.grade is not None else "",
        expires_on=day(rules.last_day(row.expires_at), lang),
        credential=_sealed(row),
        design=design,
    )


def _sealed(row: Any) -> str:
    """What the certificate says as a signed text, short enough for a QR code; empty where there is no key to sign with.

    A very long name is cut: the code of the certificate, which is signed with it, finds the whole of it.
    """
    last = rules.last_day(row.expires_at)
    try:
        return seals.seal(
            seals.Seal(
                code=row.code,
                holder=rules.cut(row.holder_name, SEALED_MAX),
                course=rules.cut(row.course_title, SEALED_MAX),
                issuer=rules.cut(row.issuer, SEALED_MAX),
                issued_on=row.issued_at.date(),
                expires_on=last.date() if last else None,
                place=-1 if row.place is None else row.place,
            )
        )
    except signing.NoKey:
        return ""


# ---- For everybody


def verify(work: Work, *, code: str) -> VerifyView:
    """What this certificate says today, for anybody who has its code. A suspended account changes nothing about it.

    Raises NotFound for a code that we never gave, TooMany for somebody who tries many.
    """
    row = _by_code(work, code)
    status = status_of(work, row)
    prints = status in ("valid", "expired") and row.holder_name and row.user_id == work.actor.user_id
    return VerifyView(
        status=status,
        erased=not row.holder_name,
        code=rules.grouped(row.code),
        url=verify_url(row.code),
        holder=row.holder_name or ERASED,
        course=row.course_title,
        issuer=row.issuer,
        issued_at=row.issued_at,
        issued_on=day(row.issued_at),
        workload=workload(row.hours),
        expires_at=row.expires_at,
        expires_on=day(rules.last_day(row.expires_at)),
        revoked_at=row.revoked_at,
        revoked_on=day(row.revoked_at),
        revoke_reason=row.revoke_reason,
        replaced_by=routes.verify(rules.grouped(row.after)) if row.after else "",
        shared_url=share_url(row.code) if _is_shared(work, row) else "",
        pdf_url=routes.certificate_pdf(row.id) if prints else "",
    )


def shared(work: Work, *, code: str) -> SharedView:
    """The page that a holder wants to be seen. Raises NotFound unless they do, and for what is not valid any more."""
    row = _shared(work, code)
    grouped = rules.grouped(row.code)
    return SharedView(
        code=grouped,
        url=share_url(row.code),
        picture_url=f"{share_url(row.code)}.png",
        verify_url=verify_url(row.code),
        holder=row.holder_name,
        course=row.course_title,
        issuer=row.issuer,
        issued_on=day(row.issued_at),
        expires_on=day(rules.last_day(row.expires_at)),
    )


def shared_sheet(work: Work, *, code: str) -> Sheet:
    """What the shared picture shows: `sheet` for everybody, as long as the holder shares it."""
    return sheet_of(_shared(work, code))


def _shared(work: Work, code: str) -> Any:
    row = _by_code(work, code)
    if not _is_shared(work, row):
        raise NotFound(NO_CERTIFICATE)
    return row


def _is_shared(work: Work, row: Any) -> bool:
    return bool(row.shared_at and row.holder_name) and status_of(work, row) == "valid"


def _by_code(work: Work, code: str) -> Any:
    limits.hit(work, "verify", work.actor.ip)
    known = rules.canonical(code)
    row = rows(work, _BY_CODE, code=known).first() if known else None
    if row is None:
        raise NotFound(NO_CERTIFICATE)
    return row
