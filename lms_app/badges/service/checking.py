"""Checking a badge that anybody sent: what a reader found, with what the school knows of its own."""

from typing import Any

from sqlmodel import col, select

from lms_app.badges import reader
from lms_app.badges.models import Award
from lms_app.badges.reader import Found
from lms_app.badges.views import Fact, Said
from lms_app.core import checking, limits, signing
from lms_app.core.signing import BadToken
from lms_app.core.statuses import CredentialStatus
from lms_app.core.words import say
from lms_app.core.work import Work


def may_check(work: Work) -> None:
    """Count a check, before anything is read. Raises TooMany for somebody who tries many."""
    limits.hit(work, "verify", work.actor.ip)


def checked(work: Work, *, found: Found) -> Said:
    """What a badge is worth. One of ours is checked with our keys and our list of what was revoked.

    `valid` only where the signature was found right and nothing is wrong; `unknown` where a part could not be checked.
    """
    wrong, unread, signed_by = list(found.wrong), list(found.open), found.signed_by
    if found.token and (ours := _ours(found)):
        # What could not be looked at by who does not know us, we know.
        unread, signed_by = [], say("It is signed by this school.")
        wrong = [said for said in wrong if said != reader.CHANGED] if ours == "signed" else [reader.CHANGED, *wrong]
        wrong += _revoked(work, found.claims)
    facts = [Fact(label, value) for label, value in reader.facts(found)]
    if wrong:
        return Said("invalid", f"{say('Not valid.')} " + " ".join(wrong), facts, unread)
    if not signed_by:
        return Said("unknown", f"{say('It could not be checked.')} " + " ".join(unread), facts, [])
    if unread:
        return Said("unknown", say("Not wrong so far. {signed_by}", signed_by=signed_by), facts, unread)
    if signed_by.startswith(say("It is signed by this school.")):
        return Said(
            "valid",
            say("Valid. {signed_by} It was not changed, has not expired and is not revoked.", signed_by=signed_by),
            facts,
            [],
        )
    return Said("valid", say("Valid as far as it goes. {signed_by}", signed_by=signed_by), facts, [])


def _ours(found: Found) -> str:
    """signed where a key of ours signed it; forged where it only names one; empty for what is another's."""
    token = signing.take_apart(found.token)
    keys = signing.public_keys()
    if not any(token.kid in (key.kid, key.multibase) for key in keys):
        return ""
    try:
        signing.verified(token, keys)
    except BadToken:
        return "forged"
    return "signed"


def _revoked(work: Work, claims: dict[str, Any]) -> list[str]:
    try:
        place = checking.place_of(claims)
    except BadToken as error:
        return [str(error)]
    status = work.db.get(CredentialStatus, place) if place >= 0 else None
    if status is None or status.revoked_at is None:
        return []
    why = work.db.exec(select(Award.revoke_reason).where(col(Award.place) == place)).first()
    return [f"It was revoked on {status.revoked_at:%Y-%m-%d}" + (f": {why}" if why else ".")]
