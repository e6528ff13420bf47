"""What the outside may see of certificates: frozen values, no rows."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from lms_app.credentials.design import HOUSE, Design
from lms_app.web.views import Choice

Status = Literal["valid", "revoked", "replaced", "expired"]

# What stands in the place of a name that was erased.
ERASED = "Holder erased on request"


@dataclass(frozen=True, slots=True)
class CertificateView:
    """A certificate for its holder and the staff of its course.

    `code` comes in groups, `verify_url` with the site's address, so that it can be sent to anybody. `issued_on` is the
    day in UTC, the same for every reader, as on the PDF. `revoked_on` is empty while the certificate was not taken back,
    `expires_on` where it is valid for ever. `replaced_by` is the address of the one that came in its place. `share_url` is
    empty unless its holder shares it. `warning` says what its PDF cannot show.
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
    status: Status
    revoked_on: str
    revoke_reason: str
    expires_on: str
    replaced_by: str
    share_url: str
    warning: str


@dataclass(frozen=True, slots=True)
class VerifyView:
    """What everybody may know who has a certificate's code. `workload`, `expires_on` and `pdf_url` may be empty.

    `pdf_url` is only there for whoever may download the PDF, `shared_url` where its holder shares a page with a picture.
    `replaced_by` is the address of the check page of the one that came in its place.
    """

    status: Status
    erased: bool
    code: str
    url: str
    holder: str
    course: str
    issuer: str
    issued_at: datetime
    issued_on: str
    workload: str
    expires_at: datetime | None
    expires_on: str
    revoked_at: datetime | None
    revoked_on: str
    revoke_reason: str
    replaced_by: str
    shared_url: str
    pdf_url: str


@dataclass(frozen=True, slots=True)
class SharedView:
    """The page of a certificate that its holder wants to be seen, with its picture."""

    code: str
    url: str
    picture_url: str
    verify_url: str
    holder: str
    course: str
    issuer: str
    issued_on: str
    expires_on: str


# ---- For the staff of a course


@dataclass(frozen=True, slots=True)
class LearnerLine:
    """A learner and the certificate of the course.

    `state` is that of the newest certificate, or due or lacks: then `lacks` names completion, grade and date. `certificate`
    is its id.
    """

    user_id: str
    name: str
    state: str
    lacks: list[str]
    grade: str
    certificate: str
    issued_on: str
    expires_on: str
    pdf_url: str
    verify_path: str
    warning: str


@dataclass(frozen=True, slots=True)
class Awards:
    """Who has the certificate of a course, who gets it, and who lacks what: a window, and the counts of all."""

    learners: list[LearnerLine]
    total: int
    holds: int
    due: int
    lacks: int
    ended: int


@dataclass(frozen=True, slots=True)
class TermsView:
    """What a course asks for its certificate. Dates are moments; `valid_months` 0 and empty dates mean none."""

    slug: str
    course: str
    offered: bool
    pass_fraction: Decimal
    automatic: bool
    not_before: datetime | None
    valid_months: int
    valid_until: datetime | None
    design_id: str
    design: str
    manages: bool


@dataclass(frozen=True, slots=True)
class BatchView:
    """A zip of certificates that is being printed; `url` opens once it is there."""

    id: str
    total: int
    done: int
    finished: bool
    url: str


# ---- Designs


@dataclass(frozen=True, slots=True)
class DesignLine:
    """A design in a list. `course` says that it belongs to the course, `chosen` that its certificates look so."""

    id: str
    name: str
    layout: str
    course: bool
    is_default: bool
    chosen: bool
    edits: bool
    preview_url: str


@dataclass(frozen=True, slots=True)
class DesignsView:
    """The designs of the site, or those that a course may choose from (`slug`)."""

    slug: str
    course: str
    designs: list[DesignLine]
    edits: bool


@dataclass(frozen=True, slots=True)
class DesignPreview:
    """Where the picture of what is typed is, and what it cannot show."""

    url: str
    warning: str


@dataclass(frozen=True, slots=True)
class DesignForm:
    """A design in its form: texts by the names of the inputs. `pictures` are what may stand on it; `draft`: not saved."""

    id: str
    name: str
    version: int
    slug: str
    values: dict[str, str]
    draft: bool
    pictures: list[Choice]
    preview: DesignPreview


@dataclass(frozen=True, slots=True)
class DesignView:
    """A design by REST."""

    id: str
    name: str
    version: int
    is_default: bool
    course: str
    design: Design


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that is printed on the PDF, in the language of the design; what is empty is left out.

    `credential` is the signed statement that can be checked without us; `sample` marks a preview, which certifies nothing.
    """

    holder: str
    course: str
    issuer: str
    issued_at: datetime
    issued_on: str
    workload: str
    code: str
    verify_url: str
    grade: str = ""
    expires_on: str = ""
    credential: str = ""
    design: Design = HOUSE
    sample: bool = False
