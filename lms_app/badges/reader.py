"""Reading a badge that anybody sent: what it is, what it says, and what is wrong with it.

Nothing is fetched: a signature is checked where the key comes with it or is in its name (`jwk`, `did:key`), and by the
service with the school's own keys. What cannot be checked is said, never guessed.
Sources: Open Badges 3.0, sections 5.3, 8.2 and appendix B; Verifiable Credentials 1.1 and 2.0; Open Badges 2.0.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import jwt
from jwt.exceptions import InvalidTokenError, PyJWKError

from lms_app.core import carriers, checking, signing
from lms_app.core.signing import BadToken, Token

VC1, VC2 = "https://www.w3.org/2018/credentials/v1", "https://www.w3.org/ns/credentials/v2"
BADGES = ("https://purl.imsglobal.org/spec/ob/v3p0/", "https://imsglobal.github.io/openbadges-specification/context")
OLD = ("https://w3id.org/openbadges/v2", "https://openbadgespec.org/")
CREDENTIALS = frozenset({"OpenBadgeCredential", "AchievementCredential"})
ENDORSEMENT = "EndorsementCredential"
DID_METHODS = frozenset({"key", "web", "jwk", "peer", "ion", "ethr", "ebsi", "tdw", "webvh", "pkh", "velocity"})
# JWS algorithms of keys that a header may bring along; a secret shared with the whole world signs nothing.
ASYMMETRIC = frozenset({"RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "EdDSA", "PS256"})
LINES_MAX = 12

# Where in a credential a thing of what type stands (appendix B).
TYPES: tuple[tuple[str, str], ...] = (
    ("issuer", "Profile"),
    ("issuer.parentOrg", "Profile"),
    ("issuer.otherIdentifier", "IdentifierEntry"),
    ("credentialSubject", "AchievementSubject"),
    ("credentialSubject.source", "Profile"),
    ("credentialSubject.identifier", "IdentityObject"),
    ("credentialSubject.result", "Result"),
    ("credentialSubject.achievement", "Achievement"),
    ("credentialSubject.achievement.creator", "Profile"),
    ("credentialSubject.achievement.resultDescription", "ResultDescription"),
    ("evidence", "Evidence"),
)


@dataclass(frozen=True, slots=True)
class Found:
    """What a file holds. `wrong` are reasons why it cannot be believed, `open` what could not be looked at here.

    `token` is there where it is signed as a JWT; the service then knows whether it is one of ours.
    """

    kind: str
    claims: dict[str, Any] = field(default_factory=dict[str, Any])
    wrong: list[str] = field(default_factory=list[str])
    open: list[str] = field(default_factory=list[str])
    token: str = ""
    signed_by: str = ""  # how the signature was found right, as a sentence


def read(content: bytes, now: datetime | None = None) -> Found:
    """Take a file or a text apart. It never raises: what is wrong is in the answer."""
    now = now or datetime.now(UTC)
    try:
        text = carriers.find(content)
        if text.startswith("{"):
            return _document(_parsed(text), now)
        return _signed(text, signing.take_apart(text), now)
    except BadToken as error:
        return Found("", wrong=[str(error)])


def _parsed(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise BadToken("It is damaged: this is no JSON that can be read.") from None
    if not isinstance(found, dict):
        raise BadToken("It is not a badge.")
    return found


# ---- Signed as a JWT


def _signed(text: str, token: Token, now: datetime) -> Found:
    inner = token.claims.get("vc")
    claims = inner if isinstance(inner, dict) else token.claims
    if _is_old(claims):
        return Found(OLD_KIND, claims, _wrong_in_old(claims, now), [_SIGNED_ELSEWHERE], text)
    kind = "Open Badges 3.0 (JWT)" if _types(claims) & CREDENTIALS else "a verifiable credential (JWT)"
    wrong = _wrong_in_token(token, claims, now) + wrong_in(claims, now)
    signed_by, failed, missing = _signature(text, token)
    return Found(
        kind,
        {**claims, "exp": token.claims.get("exp"), "nbf": token.claims.get("nbf")},
        [*failed, *wrong],
        [*missing, *_status(claims)],
        text,
        signed_by,
    )


def _signature(text: str, token: Token) -> tuple[str, list[str], list[str]]:
    """How it was found right; why it was found wrong; why it could not be checked."""
    if token.alg not in ASYMMETRIC:
        return "", [f"It is signed with “{token.alg[:20] or 'nothing'}”, which proves nothing."], []
    brought: Any = token.header.get("jwk")
    own = signing.of_did_key(token.kid_did or str(_id_of(token.claims.get("issuer"))))
    if own is not None:
        if not token.is_signed_by(own):
            return "", [CHANGED], []
        return f"The signature fits the key that the issuer is named by ({own.did}).", [], []
    if brought is None:
        return "", [], ["Its key is not in it and nothing is fetched here, so the signature is not checked."]
    try:
        jwt.api_jws.PyJWS().decode(text, jwt.PyJWK(brought, algorithm=token.alg), algorithms=[token.alg])
    except (InvalidTokenError, PyJWKError, ValueError, TypeError, KeyError, AttributeError):
        return "", [CHANGED], []
    return (
        "The signature fits the key that it brings along, so nothing was changed since; whose key that is, only the "
        "issuer's own address can say.",
        [],
        [],
    )


CHANGED = "The signature does not fit: something in it was changed after it was signed."
_SIGNED_ELSEWHERE = "Its signature is by a key at the issuer's address, and nothing is fetched here."


def _wrong_in_token(token: Token, claims: dict[str, Any], now: datetime) -> list[str]:
    """What the claims of the JWT must say again (section 8.2.4.1)."""
    given, wrong = token.claims, list[str]()
    if "iss" in given and given["iss"] != _id_of(claims.get("issuer")):
        wrong.append("Its signer (iss) is not its issuer.")
    if "sub" in given and given["sub"] != _id_of(claims.get("credentialSubject")):
        wrong.append("It is about somebody else than it says (sub).")
    if "jti" in given and "id" in claims and given["jti"] != claims["id"]:
        wrong.append("It is another credential than it says (jti).")
    if isinstance(exp := given.get("exp"), int | float) and exp <= now.timestamp():
        wrong.append("It has expired.")
    if isinstance(nbf := given.get("nbf"), int | float) and nbf > (now + checking.LEEWAY).timestamp():
        wrong.append("It does not count yet.")
    return wrong


# ---- JSON


OLD_KIND = "Open Badges 2.0"


def _document(claims: dict[str, Any], now: datetime) -> Found:
    if _is_old(claims):
        hosted = (
            "It is of the older version, and only its issuer's address can say whether it holds: nothing is fetched."
        )
        return Found(OLD_KIND, claims, _wrong_in_old(claims, now), [hosted])
    wrong = wrong_in(claims, now)
    proofs = [one for one in _all(claims.get("proof")) if isinstance(one, dict)]
    kind = "Open Badges 3.0 (JSON)" if _types(claims) & CREDENTIALS else "a verifiable credential (JSON)"
    if not proofs:
        return Found(kind, claims, [*wrong, "It carries no signature (proof), so nobody vouches for it."])
    suites = sorted({str(one.get("cryptosuite") or one.get("type") or "unknown")[:40] for one in proofs})
    unread = (
        f"Its signature is of the sort {' and '.join(suites)}, over the meaning of the text. We cannot check that sort."
    )
    return Found(kind, claims, [*wrong, *_wrong_in_proofs(proofs, claims)], [unread, *_status(claims)])


def _wrong_in_proofs(proofs: list[dict[str, Any]], claims: dict[str, Any]) -> list[str]:
    """What is wrong with the signatures; nothing when one of them may be good: the others may be for other readers."""
    each = [_wrong_in_proof(one, claims) for one in proofs]
    return [] if not all(each) else list(dict.fromkeys(said for wrong in each for said in wrong))


def _wrong_in_proof(proof: dict[str, Any], claims: dict[str, Any]) -> list[str]:
    wrong: list[str] = []
    method = proof.get("verificationMethod")
    method = method if isinstance(method, str) else str(_id_of(method) or "")
    scheme, _, rest = method.partition(":")
    if proof.get("proofPurpose") not in (None, "assertionMethod"):
        wrong.append("Its signature was made for another purpose than to vouch for something.")
    if not scheme or not rest:
        wrong.append("Its signature names no key by an address that could be looked up.")
    elif scheme == "did" and rest.partition(":")[0] not in DID_METHODS:
        wrong.append(f"Its key is named by a method that nobody can look up (did:{rest.partition(':')[0][:20]}).")
    elif scheme not in ("did", "https", "http"):
        wrong.append(f"Its key is named by an address that nobody can look up ({scheme[:20]}:).")
    elif not _key_is_issuers(method, claims):
        wrong.append("Its key is not one of its issuer's.")
    if not _is_multibase(proof):
        wrong.append("Its signature is not one: the value has not the length of a signature.")
    return wrong


def _key_is_issuers(method: str, claims: dict[str, Any]) -> bool:
    """A key at an address must be at the issuer's; one that a DID names may be anywhere."""
    issuer = str(_id_of(claims.get("issuer")) or "")
    if method.startswith("did:") or not issuer.startswith("http"):
        return True
    return urlsplit(method).netloc == urlsplit(issuer).netloc


def _is_multibase(proof: dict[str, Any]) -> bool:
    """EdDSA signatures are 64 bytes in base58; what other suites write is not looked at."""
    if (
        proof.get("cryptosuite") not in ("eddsa-rdfc-2022", "eddsa-2022")
        and proof.get("type") != "Ed25519Signature2020"
    ):
        return "proofValue" in proof or "jws" in proof
    value = proof.get("proofValue")
    if not isinstance(value, str) or not value.startswith("z") or len(value) > 200:
        return False
    try:
        return len(signing.unbase58(value[1:])) == 64
    except ValueError:
        return False


# ---- What a credential of Open Badges 3.0 must be like


def wrong_in(claims: dict[str, Any], now: datetime) -> list[str]:
    """What is wrong with a credential, whoever signed it: a sentence each, in the order in which one would look."""
    wrong = [*_wrong_context(claims), *_wrong_types(claims), *_wrong_dates(claims, now)]
    if not _id_of(claims.get("issuer")):
        wrong.append("It does not say who issued it (issuer).")
    subjects = [one for one in _all(claims.get("credentialSubject")) if isinstance(one, dict)]
    if not subjects:
        wrong.append("It is about nobody (credentialSubject).")
    if _types(claims) & CREDENTIALS:
        for subject in subjects:
            if not any(isinstance(one, dict) for one in _all(subject.get("achievement"))):
                wrong.append("It does not say what was achieved (credentialSubject.achievement).")
            if not subject.get("id") and not subject.get("identifier"):
                wrong.append("It does not say whose it is (credentialSubject).")
    for status in _all(claims.get("credentialStatus")):
        if not isinstance(status, dict) or not status.get("type"):
            wrong.append("What it says of its status has no type.")
    return list(dict.fromkeys(wrong))[:LINES_MAX]


def _wrong_context(claims: dict[str, Any]) -> list[str]:
    contexts = [one for one in _all(claims.get("@context")) if isinstance(one, str)]
    if not contexts or contexts[0] not in (VC1, VC2):
        return ["Its first context is not that of verifiable credentials (@context)."]
    if _types(claims) & (CREDENTIALS | {ENDORSEMENT}) and not any(one.startswith(BADGES) for one in contexts):
        return ["Its context is not that of Open Badges 3.0 (@context)."]
    return []


def _wrong_types(claims: dict[str, Any]) -> list[str]:
    wrong: list[str] = []
    types = _types(claims)
    if "VerifiableCredential" not in types:
        wrong.append("It is not a verifiable credential (type).")
    if not types & (CREDENTIALS | {ENDORSEMENT}):
        wrong.append("It is not a badge: its type is neither OpenBadgeCredential nor AchievementCredential.")
    if ENDORSEMENT in types:
        return wrong
    for place, wanted in TYPES:
        for found in _at(claims, place):
            if isinstance(found, dict) and wanted not in _types(found):
                wrong.append(f"“{place}” should be of the type {wanted}.")
    return list(dict.fromkeys(wrong))


def _wrong_dates(claims: dict[str, Any], now: datetime) -> list[str]:
    wrong: list[str] = []
    begins = claims.get("validFrom") or claims.get("issuanceDate")
    if not begins:
        wrong.append("It does not say from when on it counts (validFrom).")
    for name in ("validFrom", "issuanceDate", "validUntil", "expirationDate"):
        if name not in claims:
            continue
        at = _moment(claims[name])
        if at is None:
            wrong.append(f"“{name}” is not a moment with its time zone.")
        elif name in ("validFrom", "issuanceDate") and at > now + checking.LEEWAY:
            wrong.append(f"It does not count yet: it begins on {at:%Y-%m-%d}.")
        elif name in ("validUntil", "expirationDate") and at <= now:
            wrong.append(f"It expired on {at:%Y-%m-%d}.")
    return wrong


def _status(claims: dict[str, Any]) -> list[str]:
    """What a credential of others says of its status can only be asked there."""
    if not _all(claims.get("credentialStatus")):
        return []
    return ["Whether it was revoked since then only its issuer's list can say, and nothing is fetched here."]


# ---- Open Badges 2.0


def _is_old(claims: dict[str, Any]) -> bool:
    contexts = [one for one in _all(claims.get("@context")) if isinstance(one, str)]
    return any(one.startswith(OLD) or one.startswith("https://w3id.org/openbadges/") for one in contexts)


def _wrong_in_old(claims: dict[str, Any], now: datetime) -> list[str]:
    wrong: list[str] = []
    if not any(isinstance(one, str) and one.startswith(OLD) for one in _all(claims.get("@context"))):
        wrong.append("Its context is not that of Open Badges 2.0 (@context).")
    if "Assertion" not in _types(claims):
        wrong.append("It is not somebody's badge: its type is not Assertion.")
        return wrong
    recipient = claims.get("recipient")
    if not isinstance(recipient, dict) or not recipient.get("identity"):
        wrong.append("It does not say whose it is (recipient).")
    if not claims.get("badge"):
        wrong.append("It does not say which badge it is (badge).")
    if not isinstance(claims.get("verification") or claims.get("verify"), dict):
        wrong.append("It does not say how to check it (verification).")
    issued, expires = _moment(claims.get("issuedOn")), _moment(claims.get("expires"))
    if issued is None:
        wrong.append("It does not say when it was issued (issuedOn).")
    elif issued > now + checking.LEEWAY:
        wrong.append(f"It does not count yet: it begins on {issued:%Y-%m-%d}.")
    if expires is not None and issued is not None and expires < issued:
        wrong.append("It expired before it was issued.")
    elif expires is not None and expires <= now:
        wrong.append(f"It expired on {expires:%Y-%m-%d}.")
    return wrong


# ---- What it says


def facts(found: Found) -> list[tuple[str, str]]:
    """What a badge says of itself, in order; only texts, cut to what fits on a page."""
    claims = found.claims
    said: list[tuple[str, Any]] = [("Kind", found.kind)]
    if found.kind == OLD_KIND:
        recipient = claims.get("recipient")
        said += [
            ("Badge", _id_of(claims.get("badge"))),
            ("Of", "somebody whose address it holds only as a hash" if _dict(recipient).get("hashed") else ""),
            ("Issued on", claims.get("issuedOn")),
            ("Good until", claims.get("expires")),
        ]
    else:
        subject = _dict(next(iter(_all(claims.get("credentialSubject"))), None))
        achievement = _dict(next(iter(_all(subject.get("achievement"))), None))
        issuer = _dict(claims.get("issuer"))
        said += [
            ("Badge", achievement.get("name") or claims.get("name")),
            ("For", _dict(achievement.get("criteria")).get("narrative")),
            ("Of", checking.holder_of(subject) if subject else ""),
            ("From", issuer.get("name") or _id_of(claims.get("issuer"))),
            ("Issuer's name on the web", _id_of(claims.get("issuer"))),
            ("Issued on", claims.get("validFrom") or claims.get("issuanceDate")),
            ("Good until", claims.get("validUntil") or claims.get("expirationDate")),
        ]
    return [(label, value[:500]) for label, value in said if isinstance(value, str) and value]


# ---- Looking into what anybody may have written


def _at(value: Any, place: str) -> Iterator[Any]:
    """What stands at a place; lists are walked through."""
    here = _all(value)
    name, _, rest = place.partition(".")
    for one in here:
        if isinstance(one, dict) and name in one:
            for inner in _all(one[name]):
                if rest:
                    yield from _at(inner, rest)
                else:
                    yield inner


def _types(claims: dict[str, Any]) -> set[str]:
    return {one for one in _all(claims.get("type")) if isinstance(one, str)}


def _all(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _id_of(value: Any) -> Any:
    if isinstance(value, list):
        value = value[0] if value else None
    return value.get("id") if isinstance(value, dict) else value


def _moment(value: Any) -> datetime | None:
    """ISO 8601 with a zone; None for anything else."""
    try:
        at = datetime.fromisoformat(value)
        return at if at.tzinfo is not None else None
    except (TypeError, ValueError, OverflowError):
        return None
