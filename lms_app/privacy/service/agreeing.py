"""The school's terms and its privacy notice, in versions, and what people answered to them.

A new version is shown once, at the next sign-in; nothing is kept from whoever does not agree, so that nobody is stopped in
the middle of an exam. The answer is kept with the version and the moment.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func
from sqlalchemy import select as columns
from sqlmodel import col, select

from lms_app.core import audit, text, when
from lms_app.core.errors import Invalid, NotFound
from lms_app.core.words import say
from lms_app.core.work import Work
from lms_app.privacy.models import Consent, Policy
from lms_app.privacy.service.door import enter
from lms_app.privacy.views import AnswerView, PolicyView

KINDS = ("terms", "privacy")
BODY_MAX = 100_000
NO_POLICY = "We could not find that text."


def current(work: Work) -> list[PolicyView]:
    """The newest version of each text, for everybody."""
    return [_view(work, one) for one in _newest(work)]


def current_of(work: Work, *, kind: str) -> PolicyView | None:
    """The newest version of one text, for everybody; None where the school has published none."""
    return next((one for one in current(work) if one.kind == kind), None)


def unanswered(work: Work) -> list[PolicyView]:
    """The newest versions that I have not answered."""
    mine = columns(col(Consent.policy_id)).where(col(Consent.user_id) == work.user_id)
    answered = set(work.db.connection().execute(mine).scalars())
    return [_view(work, one) for one in _newest(work) if one.id not in answered]


def is_asked(work: Work, *, user_id: UUID) -> bool:
    """Whether somebody who has just signed in is to be shown a text. For the way in, which knows who it is."""
    mine = columns(col(Consent.policy_id)).where(col(Consent.user_id) == user_id)
    newest = [one.id for one in _newest(work)]
    return bool(newest) and bool(set(newest) - set(work.db.connection().execute(mine).scalars()))


def answer(work: Work, *, policy_ids: Sequence[UUID], agreed: bool) -> list[AnswerView]:
    """Answer versions that were shown to me. The last answer to a version counts. Raises NotFound."""
    me = work.user_id
    for policy_id in dict.fromkeys(policy_ids):
        policy = work.db.get(Policy, policy_id)
        if policy is None:
            raise NotFound(NO_POLICY)
        row = work.db.exec(
            select(Consent).where(col(Consent.user_id) == me, col(Consent.policy_id) == policy_id)
        ).first() or Consent(user_id=me, policy_id=policy_id, agreed=agreed, at=work.now)
        row.agreed, row.at = agreed, work.now
        work.db.add(row)
        work.db.flush()
        said = {"kind": policy.kind, "version": policy.version, "agreed": agreed}
        audit.record(work, "policy.answered", "user", me, None, said)
    return answers(work)


def answers(work: Work) -> list[AnswerView]:
    """What I answered to which version, newest first."""
    rows = work.db.exec(
        select(Consent, Policy)
        .join(Policy, col(Policy.id) == col(Consent.policy_id))
        .where(col(Consent.user_id) == work.user_id)
        .order_by(col(Consent.at).desc())
        .limit(50)
    )
    return [AnswerView(policy.kind, policy.version, row.agreed, row.at) for row, policy in rows]


def policies(work: Work) -> list[PolicyView]:
    """Every version of every text, newest first, with how many agreed and declined, for administrators. Two queries."""
    enter(work)
    counted = columns(col(Consent.policy_id), col(Consent.agreed), func.count().label("answers")).group_by(
        col(Consent.policy_id), col(Consent.agreed)
    )
    counts = {(row.policy_id, bool(row.agreed)): row.answers for row in work.db.connection().execute(counted)}
    rows = select(Policy).order_by(col(Policy.published_at).desc(), col(Policy.kind)).limit(100)
    return [
        _view(work, one, counts.get((one.id, True), 0), counts.get((one.id, False), 0)) for one in work.db.exec(rows)
    ]


def publish_policy(work: Work, *, kind: str, body: str) -> PolicyView:
    """Publish the next version of a text, written in Markdown, for administrators. Raises Invalid."""
    enter(work)
    if kind not in KINDS:
        raise Invalid({"kind": "Choose the terms or the privacy notice."})
    if not 1 <= len(body.strip()) <= BODY_MAX:
        raise Invalid({"body": say("Write the text, at most {body_max:,} characters.", body_max=BODY_MAX)})
    last = work.db.exec(select(func.max(Policy.version)).where(col(Policy.kind) == kind)).one()
    row = Policy(
        kind=kind,
        version=(last or 0) + 1,
        body=body,
        html=text.to_html(body, heading_shift=1),
        published_at=work.now,
        by_id=work.actor.user_id,
    )
    work.db.add(row)
    work.db.flush()
    audit.record(work, "policy.published", "policy", row.id, None, {"kind": kind, "version": row.version})
    return _view(work, row)


def _newest(work: Work) -> list[Policy]:
    last = (
        columns(col(Policy.kind), func.max(col(Policy.version)).label("version")).group_by(col(Policy.kind)).subquery()
    )
    rows = select(Policy).join(last, (last.c.kind == col(Policy.kind)) & (last.c.version == col(Policy.version)))
    return list(work.db.exec(rows.order_by(col(Policy.kind).desc())).all())


def _view(work: Work, row: Policy, agreed: int = 0, declined: int = 0) -> PolicyView:
    published = when.day(row.published_at, work.actor.zone, work.actor.locale)
    return PolicyView(str(row.id), row.kind, row.version, row.html, published, row.body, agreed, declined)
