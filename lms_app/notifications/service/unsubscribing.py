"""The link at the foot of a mail (RFC 8058): its token is the key, so nobody has to sign in. It never ends."""

from collections.abc import Iterable
from uuid import UUID

import jwt

from lms_app.core import audit, site
from lms_app.core.errors import NotFound
from lms_app.core.identity import ALGORITHM, ISSUER, TOKEN_MAX, User
from lms_app.core.settings import settings
from lms_app.core.work import Work
from lms_app.notifications.events import EVENTS
from lms_app.notifications.service.wanting import put_choice
from lms_app.notifications.views import Unsubscribed
from lms_app.web import routes

AUDIENCE = "unsubscribe"
NO_LINK = "This link is not complete. Open it from the mail once more, or choose in your settings what you hear of."


def url_of(user_id: UUID, events: Iterable[str]) -> str:
    """Where `user_id` turns off mail about these events."""
    claims = {"sub": str(user_id), "events": sorted(set(events)), "aud": AUDIENCE, "iss": ISSUER}
    return f"{settings.url}{routes.unsubscribe(jwt.encode(claims, settings.signing_key, ALGORITHM))}"


def read_unsubscribe(work: Work, *, token: str) -> Unsubscribed:
    """What a link turns off, for whoever has it. It changes nothing: programs follow links by themselves."""
    _user_id, events = _opened(work, token)
    return Unsubscribed([EVENTS[event].label for event in events], site.known().name)


def unsubscribe(work: Work, *, token: str) -> Unsubscribed:
    """Turn off mail about what the link names. Again changes nothing; the inbox still has it."""
    user_id, events = _opened(work, token)
    changed = [event for event in events if put_choice(work, user_id, event, mail=False)]
    if changed:
        audit.record(work, "mail.unsubscribed", "user", user_id, None, {"events": changed})
    return Unsubscribed([EVENTS[event].label for event in events], site.known().name)


def _opened(work: Work, token: str) -> tuple[UUID, list[str]]:
    try:
        if len(token) > TOKEN_MAX:
            raise NotFound(NO_LINK)
        claims = jwt.decode(token, settings.signing_key, [ALGORITHM], audience=AUDIENCE, issuer=ISSUER)
        user_id = UUID(claims["sub"])
    except (jwt.InvalidTokenError, ValueError, KeyError):
        raise NotFound(NO_LINK) from None
    if work.db.get(User, user_id) is None:
        raise NotFound(NO_LINK)
    return user_id, [event for event in claims.get("events", []) if event in EVENTS]
