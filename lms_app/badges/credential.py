"""A badge as an Open Badges 3.0 credential: what it says, signed as a VC-JWT, and baked into its picture.

Sources: Open Badges 3.0 (1EdTech), sections 5.3 and 8.2; W3C Verifiable Credentials Data Model 2.0.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from lms_app.badges import picture
from lms_app.badges.picture import Design
from lms_app.core import carriers, signing, statuses
from lms_app.core.settings import settings
from lms_app.core.signing import PublicKey, SigningKey
from lms_app.web import routes

CONTEXT = ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]
SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
Kind = Literal["jwt", "png", "svg"]
TYPES: dict[str, str] = {"jwt": "application/vc+jwt", "png": "image/png", "svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Issued:
    """All that a badge's credential says. `email` is only in it as a salted hash unless `names_holder`."""

    code: str
    badge_id: str
    name: str
    description: str
    criteria: str
    issuer: str
    awarded_at: datetime
    expires_at: datetime | None
    email: str
    salt: str
    names_holder: bool
    place: int


def sign(what: Issued, *, key: SigningKey | None = None) -> str:
    """The credential as a compact JWS. Raises NoKey."""
    key = key or signing.active()
    return signing.sign(claims(what, key.public), key=key, kid=signing.key_url(key.public))


def claims(what: Issued, key: PublicKey) -> dict[str, Any]:
    """The credential, with the claims that a JWT repeats beside it (section 8.2.4)."""
    issuer = signing.issuer_id(key)
    url = f"{settings.url}{routes.badge_page(what.code)}"
    subject: dict[str, Any] = {"type": ["AchievementSubject"], "achievement": achievement(what)}
    said: dict[str, Any] = {
        "@context": CONTEXT,
        "id": url,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": what.name,
        "issuer": profile(issuer, what.issuer),
        "validFrom": _moment(what.awarded_at),
        "credentialSubject": subject,
        "credentialStatus": statuses.entry(key, what.place),
        "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
        "iss": issuer,
        "jti": url,
        "nbf": int(what.awarded_at.timestamp()),
    }
    if what.names_holder:
        said["sub"] = subject["id"] = f"mailto:{what.email}"
    else:
        subject["identifier"] = [hashed_identity(what.email, what.salt)]
    if what.expires_at is not None:
        said |= {"validUntil": _moment(what.expires_at), "exp": int(what.expires_at.timestamp())}
    return said


def achievement(what: Issued) -> dict[str, Any]:
    return achievement_of(what.badge_id, what.name, what.description, what.criteria)


def achievement_of(badge_id: str, name: str, description: str, criteria: str) -> dict[str, Any]:
    """The `Achievement`: what was done, whoever did it."""
    return {
        "id": f"{settings.url}{routes.achievement(badge_id)}",
        "type": ["Achievement"],
        "achievementType": "Badge",
        "name": name,
        "description": description or name,
        "criteria": {"narrative": criteria},
        "image": {
            "id": f"{settings.url}{routes.achievement_picture(badge_id, 'png')}",
            "type": "Image",
            "caption": name,
        },
    }


def profile(issuer: str, name: str) -> dict[str, Any]:
    """The `Profile` of the school as an issuer."""
    return {"id": issuer, "type": ["Profile"], "name": name, "url": settings.url}


def hashed_identity(email: str, salt: str) -> dict[str, Any]:
    """An `IdentityObject` that only who knows the address can check: SHA-256 of address and salt."""
    return {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": "sha256$" + hashlib.sha256((email + salt).encode()).hexdigest(),
        "identityType": "emailAddress",
        "salt": salt,
    }


def baked(kind: Kind, token: str, design: Design, name: str) -> bytes:
    """The file to download: the credential itself, or the picture with it inside. A PNG takes some 100 ms."""
    match kind:
        case "jwt":
            return token.encode()
        case "png":
            return carriers.bake_png(picture.png(design), token)
        case "svg":
            return carriers.bake_svg(picture.svg(design, name), token).encode()


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
