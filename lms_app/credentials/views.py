"""What the outside may see of certificates: frozen values, no rows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

# What stands in the place of a name that was erased.
ERASED = "Holder erased on request"


@dataclass(frozen=True, slots=True)
class CertificateView:
    """A certificate for its holder and the staff of its course.

    `code` comes in groups, `verify_url` with the site's address, so that it can be sent to anybody. `issued_on` is the
    day in UTC, the same for every reader, as on the PDF. `revoked_on` is empty while the certificate is valid.
    """

    id: str
    code: str
    holder: str
    course: str
    course_url: str
    issuer: str
    issued_at: datetime
    issued_on: str
    workload: str
    pdf_url: str
    verify_path: str
    verify_url: str
    revoked_on: str
    revoke_reason: str


@dataclass(frozen=True, slots=True)
class VerifyView:
    """What everybody may know who has a certificate's code. `workload` and `pdf_url` may be empty.

    `pdf_url` is only there for whoever may download the PDF.
    """

    status: Literal["valid", "revoked"]
    code: str
    url: str
    holder: str
    course: str
    issuer: str
    issued_at: datetime
    issued_on: str
    workload: str
    revoked_at: datetime | None
    revoked_on: str
    revoke_reason: str
    pdf_url: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that is printed on the PDF."""

    holder: str
    course: str
    issuer: str
    issued_at: datetime
    issued_on: str
    workload: str
    code: str
    verify_url: str
    lang: str = "en"
