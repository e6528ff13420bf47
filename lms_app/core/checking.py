"""What a signed certificate or badge of ours is worth, said in sentences: with no network and no database.

Whoever has the school's public keys (`python -m lms_app.cli keys export`) can do it anywhere.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from lms_app.core import carriers, seals, signing, statuses
from lms_app.core.signing import BadToken, PublicKey, Token

# Clocks differ a little.
LEEWAY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`sentence` says why; what was signed stands in `facts`, to be compared with what is printed. Empty when it is not ours."""

    valid: bool
    sentence: str
    facts: tuple[tuple[str, str], ...] = ()


def check(content: bytes, trusted: tuple[PublicKey, ...], now: datetime, status_list: str = "") -> Verdict:
    """Check a file, or a text such as a QR code holds. `status_list` is an exported list; without one, nobody is asked."""
    try:
        text = carriers.find(content)
        if text.startswith("{"):
            raise BadToken("It holds a credential without a signature of the sort that we make (a JWT).")
        token = signing.take_apart(text)
        if not trusted:
            raise BadToken("There is no key to check it with: give the school's keys with --keys.")
        if seals.is_seal(token):
            return _certificate(seals.open_seal(token, trusted), now, status_list, trusted)
        signing.verified(token, trusted)
        return _credential(token, now, status_list, trusted)
    except BadToken as error:
        return Verdict(False, f"Not valid. {error}")


def _certificate(found: seals.Seal, now: datetime, status_list: str, trusted: tuple[PublicKey, ...]) -> Verdict:
    facts = [
        ("Certificate of", found.holder),
        ("For", found.course),
        ("From", found.issuer),
        ("Issued on", f"{found.issued_on:%Y-%m-%d}"),
    ]
    if found.expires_on is not None:
        facts.append(("Good until", f"{found.expires_on:%Y-%m-%d}"))
    facts.append(("Number", found.code))
    ends = None
    if found.expires_on is not None:
        day = found.expires_on + timedelta(days=1)
        ends = datetime(day.year, day.month, day.day, tzinfo=UTC)
    begins = datetime(found.issued_on.year, found.issued_on.month, found.issued_on.day, tzinfo=UTC)
    return _dated(facts, begins, ends, now, found.place, status_list, trusted)


def _credential(token: Token, now: datetime, status_list: str, trusted: tuple[PublicKey, ...]) -> Verdict:
    """A verifiable credential as a JWT, such as a badge: the claims are the credential (VC-JOSE-COSE, Open Badges 3.0)."""
    claims = token.claims
    subject = _dict(claims.get("credentialSubject"))
    achievement = _dict(subject.get("achievement"))
    if not achievement:
        raise BadToken("It is signed by the school, but it is neither a certificate nor a badge.")
    begins, ends = _moment(claims.get("nbf")), _moment(claims.get("exp"))
    facts = [
        ("Badge", str(achievement.get("name", ""))),
        ("Of", holder_of(subject)),
        ("From", str(_dict(claims.get("issuer")).get("name", ""))),
        ("Issued on", f"{begins:%Y-%m-%d}" if begins else ""),
    ]
    if ends is not None:
        facts.append(("Good until", f"{ends:%Y-%m-%d %H:%M} UTC"))
    return _dated(facts, begins, ends, now, place_of(claims), status_list, trusted)


def holder_of(subject: dict[str, Any]) -> str:
    """Whom a credential is about, as it says so: an address, or that it only holds a hash of one."""
    if isinstance(subject.get("id"), str) and subject["id"]:
        return subject["id"].removeprefix("mailto:")
    return "somebody whose address it holds only as a hash" if subject.get("identifier") else "nobody named"


def place_of(claims: dict[str, Any]) -> int:
    """The place in the status list that a credential of ours names; -1 for none. Raises BadToken for an odd one."""
    entry = statuses.parse_entry(claims)
    if entry is None:
        return -1
    try:
        number = int(entry["statusListCredential"].rpartition("/")[2])
        return number * statuses.LIST_BITS + int(entry["statusListIndex"])
    except (KeyError, TypeError, ValueError, AttributeError):
        raise BadToken("It names its place in the status list in a way that we do not know.") from None


def _dated(
    facts: list[tuple[str, str]],
    begins: datetime | None,
    ends: datetime | None,
    now: datetime,
    place: int,
    status_list: str,
    trusted: tuple[PublicKey, ...],
) -> Verdict:
    known = tuple(facts)
    if begins is None or begins > now + LEEWAY:
        return Verdict(False, "Not valid. It is signed by the school, but it does not count yet.", known)
    if ends is not None and ends <= now:
        return Verdict(False, f"Not valid any more. It is signed by the school, and expired on {ends:%Y-%m-%d}.", known)
    if not status_list:
        return Verdict(
            True,
            "Valid. It is signed by the school, and nothing was changed. "
            "Whether it was revoked since then only the school's site or its status list (--status) can say.",
            known,
        )
    if place < 0:
        return Verdict(True, "Valid. It is signed by the school, nothing was changed, and it cannot be revoked.", known)
    try:
        revoked = statuses.is_revoked_by(status_list, trusted, place, now)
    except BadToken as error:
        return Verdict(
            False, f"Not valid: it is signed by the school, but its status could not be read. {error}", known
        )
    if revoked:
        return Verdict(False, "Not valid any more. It is signed by the school, and was revoked.", known)
    return Verdict(True, "Valid. It is signed by the school, nothing was changed, and it is not revoked.", known)


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _moment(seconds: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None
