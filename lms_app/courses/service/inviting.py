"""Invitation links: a random token travels, only its hash is kept. Those that class lists mail are of one person."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, update
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.accounts import service as accounts
from lms_app.accounts.views import SignedIn
from lms_app.core import audit
from lms_app.core.errors import Conflict, Invalid, NotFound
from lms_app.core.identity import User
from lms_app.core.settings import settings
from lms_app.core.work import Actor, Work, ask, perform
from lms_app.courses import rules
from lms_app.courses.models import Course, CourseStatus, Invitation, MemberState
from lms_app.courses.service.door import enter_by_slug, one
from lms_app.courses.service.enrolling import admit, enrolment_of, member_of
from lms_app.courses.service.grouping import put_in_groups
from lms_app.courses.views import Enrolment, InvitationLink, InvitationView
from lms_app.policy import Can, Role
from lms_app.web import routes

TOKEN_BYTES = 32
DAYS_MAX = 365
USES_MAX = 10_000
NO_INVITATION = "This invitation is no longer valid. Ask whoever sent it for a new one."
_RANK = {Role.STUDENT: 0, Role.ASSISTANT: 1, Role.INSTRUCTOR: 2}

_INVITATION = (
    columns(
        col(Invitation.id),
        col(Invitation.course_id),
        col(Invitation.role),
        col(Invitation.expires_at),
        col(Invitation.revoked_at),
        col(Invitation.uses),
        col(Invitation.max_uses),
        col(Invitation.email),
        col(Invitation.name),
        col(Invitation.groups),
        col(Course.slug),
        col(Course.title),
        col(Course.summary),
        col(Course.status),
        col(User.name).label("owner"),
    )
    .join(Course, col(Course.id) == col(Invitation.course_id))
    .join(User, col(User.id) == col(Course.owner_id))
    .where(col(Invitation.token_hash) == bindparam("hash"))
)


def invite(work: Work, *, slug: str, role: str = Role.STUDENT, days: int = 14, max_uses: int = 1) -> InvitationLink:
    """A new link. Its token is in the answer and nowhere else: it cannot be shown again."""
    membership = enter_by_slug(work, slug, Can.MANAGE)
    wrong: dict[str, str] = {}
    if role not in list(Role):
        wrong["role"] = "Choose a role: student, assistant or instructor."
    if not 1 <= days <= DAYS_MAX:
        wrong["days"] = f"Enter a number of days from 1 to {DAYS_MAX}."
    if not 1 <= max_uses <= USES_MAX:
        wrong["max_uses"] = f"Enter a number of people from 1 to {USES_MAX:,}."
    if wrong:
        raise Invalid(wrong)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    invitation = Invitation(
        course_id=membership.course_id,
        token_hash=hash_of(token),
        role=role,
        created_by=work.actor.user_id,
        created_at=work.now,
        expires_at=work.now + timedelta(days=days),
        max_uses=max_uses,
    )
    work.db.add(invitation)
    work.db.flush()
    audit.record(work, "invitation.created", "course", membership.course_id, None, {"role": role, "max_uses": max_uses})
    return InvitationLink(
        id=str(invitation.id),
        token=token,
        url=f"{settings.url}{routes.join(token)}",
        role=role,
        expires_at=invitation.expires_at,
        max_uses=max_uses,
    )


def withdraw_invitation(work: Work, *, slug: str, invitation_id: UUID) -> None:
    """Make a link useless; whoever came in by it stays."""
    membership = enter_by_slug(work, slug, Can.MANAGE)
    changed = work.db.connection().execute(
        update(Invitation)
        .where(
            col(Invitation.id) == invitation_id,
            col(Invitation.course_id) == membership.course_id,
            col(Invitation.revoked_at).is_(None),
        )
        .values(revoked_at=work.now)
    )
    if changed.rowcount == 0:
        raise NotFound("We could not find that invitation.")
    audit.record(work, "invitation.withdrawn", "course", membership.course_id, None, {"id": str(invitation_id)})


def read_invitation(work: Work, *, token: str) -> InvitationView:
    """What a link leads to, before saying yes. Looking uses nothing up: mail scanners look, too.

    A mailed one is also shown to a visitor, who can make an account by it; of any other a visitor hears NotSignedIn.
    """
    found = _invitation(work, token)
    user_id = work.actor.user_id
    member = member_of(work, found.course_id, user_id) if user_id else None
    joined = member is not None and member.state == MemberState.ACTIVE and _RANK[member.role] >= _RANK[found.role]
    if not joined:
        _check(work, found)
    hue, motif = rules.cover_of(found.course_id)
    return InvitationView(
        slug=found.slug,
        title=found.title,
        summary=found.summary,
        owner=found.owner,
        role=found.role,
        hue=hue,
        motif=motif,
        joined=joined,
        token="" if user_id else token,
        email="" if user_id else found.email,
        name="" if user_id else found.name,
    )


def accept_invitation(work: Work, *, token: str) -> Enrolment:
    """Join by a link. Whoever is in already, as the same or more, uses nothing up.

    Raises NotFound for a link that is wrong, expired, withdrawn or used up: which of them is nobody's business.
    """
    user_id = work.user_id
    found = _invitation(work, token)
    member = member_of(work, found.course_id, user_id)
    if member is None or member.state != MemberState.ACTIVE or _RANK[member.role] < _RANK[found.role]:
        _take(work, found, user_id)
    return enrolment_of(work, found.course_id, user_id)


def accept_as_new(
    work: Work, *, token: str, name: str, password_hash: str, sign_in: bool = True, agent: str = ""
) -> tuple[Enrolment, SignedIn | None]:
    """Join by a mailed link with an account that is made for its address: whoever has the mail has the mailbox.

    Raises NotFound as `accept_invitation` does, Invalid where the address has an account by now.
    """
    found = _invitation(work, token)
    if not found.email:
        raise NotFound(NO_INVITATION)
    user_id, session = accounts.welcome(
        work, email=found.email, name=name, password_hash=password_hash, sign_in=sign_in, agent=agent
    )
    _take(work, found, user_id)
    return enrolment_of(work, found.course_id, user_id), session


async def join_as_new(
    caller: Actor, *, token: str, name: str, password: str, sign_in: bool = True, agent: str = ""
) -> tuple[Enrolment, SignedIn | None]:
    """`accept_as_new` with a password, which is hashed before the transaction."""
    if caller.is_signed_in:
        raise Conflict("You are signed in already. Accept the invitation instead.")
    invitation = await ask(caller, read_invitation, token=token)
    password_hash = await accounts.new_hash(caller, name=name, email=invitation.email, password=password)
    return await perform(
        caller, accept_as_new, token=token, name=name, password_hash=password_hash, sign_in=sign_in, agent=agent
    )


def _take(work: Work, found: Row[Any], user_id: UUID) -> None:
    _check(work, found)
    # Two people may take the last place at once. The WHERE lets only one of them match.
    taken = work.db.connection().execute(
        update(Invitation)
        .where(
            col(Invitation.id) == found.id,
            col(Invitation.uses) < col(Invitation.max_uses),
            col(Invitation.revoked_at).is_(None),
        )
        .values(uses=Invitation.uses + 1)
    )
    if taken.rowcount == 0:
        raise NotFound(NO_INVITATION)
    admit(work, found.course_id, user_id, Role(found.role), MemberState.ACTIVE, via="invitation")
    put_in_groups(work, found.course_id, [(UUID(group), user_id) for group in found.groups])


def _invitation(work: Work, token: str) -> Row[Any]:
    found = one(work, _INVITATION, hash=hash_of(token))
    if found is None or found.email is None:
        _ = work.user_id
    if found is None:
        raise NotFound(NO_INVITATION)
    return found


def _check(work: Work, found: Row[Any]) -> None:
    if found.revoked_at or found.expires_at <= work.now or found.uses >= found.max_uses:
        raise NotFound(NO_INVITATION)
    if found.status == CourseStatus.ARCHIVED:
        raise Conflict("This course takes no new members.")
    # Whom the staff have named may come before the course is open to others.
    if found.status == CourseStatus.DRAFT and found.role == Role.STUDENT and not found.email:
        raise Conflict("This course is not open yet. Keep the link and try again later.")


def hash_of(token: str) -> str:
    # 256 random bits need no slow hash: there is nothing to guess.
    return hashlib.sha256(token.encode()).hexdigest()
