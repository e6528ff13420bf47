"""Whether what we signed still holds: one W3C Bitstring Status List for everything that the school signs.

A signed credential names a place in a list; to revoke it is to set the bit there, so that nobody who asks for the list
tells us which credential they look at. Places are drawn at random within a list, so that neighbours say nothing about
each other. Source: https://www.w3.org/TR/vc-bitstring-status-list/
"""

import base64
import gzip
import secrets
import zlib
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, col, func, select

from lms_app.core import signing
from lms_app.core.db import Moment, Row
from lms_app.core.settings import settings
from lms_app.core.signing import BadToken, PublicKey, SigningKey
from lms_app.core.work import Work

# The least that the standard allows: a list says little about any one of so many.
LIST_BITS = 131_072
LISTS_MAX = 10_000
# A half-full list is where drawing a free place is still quick.
_FULL = LIST_BITS // 2
_INFLATED_MAX = 4 * 1024 * 1024
FRESH_FOR = timedelta(days=7)
PURPOSE = "revocation"


class CredentialStatus(Row, table=True):
    """The place of one signed credential. Nothing here says whose or what it is: the credential's own row knows the place."""

    __tablename__ = "credential_status"

    place: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    revoked_at: datetime | None = Field(default=None, sa_type=Moment)


# ---- Places


def take_place(work: Work) -> int:
    """A place of its own for a new credential, 0 or more; list `place // LIST_BITS`, bit `place % LIST_BITS`."""
    taken = work.db.exec(select(func.count()).select_from(CredentialStatus)).one()
    first = taken // _FULL * LIST_BITS
    dialect = postgresql if work.db.get_bind().dialect.name == "postgresql" else sqlite
    while True:
        row = dialect.insert(CredentialStatus).values(place=first + secrets.randbelow(LIST_BITS))
        once = row.on_conflict_do_nothing(index_elements=["place"]).returning(col(CredentialStatus.place))
        place = work.db.connection().execute(once).scalar()
        if place is not None:
            return place


def revoke_place(work: Work, place: int) -> None:
    """Set the bit of a credential. Again keeps the first moment; there is no way back, as others have read it."""
    valid = update(CredentialStatus).where(
        col(CredentialStatus.place) == place, col(CredentialStatus.revoked_at).is_(None)
    )
    work.db.exec(valid.values(revoked_at=work.now))


def revoked_in(work: Work, number: int) -> list[int]:
    """The bits that are set in list `number`, in order."""
    first = number * LIST_BITS
    rows = select(CredentialStatus.place).where(
        col(CredentialStatus.place) >= first,
        col(CredentialStatus.place) < first + LIST_BITS,
        col(CredentialStatus.revoked_at).is_not(None),
    )
    return sorted(place - first for place in work.db.exec(rows))


# ---- Lists as others read them


def list_url(key: PublicKey, number: int) -> str:
    """Where a list is served. It names a key, so that a list is signed by whoever signed the credential."""
    return f"{settings.url}/status/{key.kid}/{number}"


def entry(key: PublicKey, place: int) -> dict[str, str]:
    """The `credentialStatus` of a credential that `key` signs."""
    number, bit = divmod(place, LIST_BITS)
    url = list_url(key, number)
    return {
        "id": f"{url}#{bit}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": PURPOSE,
        "statusListIndex": str(bit),
        "statusListCredential": url,
    }


def signed_list(work: Work, *, key: SigningKey, number: int) -> str:
    """List `number` as a `BitstringStatusListCredential`, signed: as a VC-JWT, good for `FRESH_FOR`.

    A copy that is kept longer than that counts no more, or it would make revoked credentials valid again.
    """
    url, issuer = list_url(key.public, number), signing.issuer_id(key.public)
    until = work.now + FRESH_FOR
    claims = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": f"{work.now:%Y-%m-%dT%H:%M:%SZ}",
        "validUntil": f"{until:%Y-%m-%dT%H:%M:%SZ}",
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": PURPOSE,
            "encodedList": encoded(revoked_in(work, number)),
        },
        "iss": issuer,
        "jti": url,
        "nbf": int(work.now.timestamp()),
        "exp": int(until.timestamp()),
    }
    # In `did:web` all keys are one issuer's, and the first one is what readers try.
    signer = signing.active() if signing.did_web() else key
    return signing.sign(claims, key=signer, kid=signing.key_url(signer.public))


def encoded(bits: list[int]) -> str:
    """The bits of a list as `encodedList`: multibase base64url of the gzipped bitstring, bit 0 leftmost."""
    bitstring = bytearray(LIST_BITS // 8)
    for bit in bits:
        bitstring[bit // 8] |= 0x80 >> bit % 8
    packed = gzip.compress(bytes(bitstring), mtime=0)
    return "u" + base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def is_set(encoded_list: str, bit: int) -> bool:
    """Whether a bit is set in an `encodedList`. Raises BadToken for a list that cannot be read or is too short."""
    packed = encoded_list.removeprefix("u")
    try:
        unpacked = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
        inflater = zlib.decompressobj(wbits=31)
        bitstring = inflater.decompress(unpacked, _INFLATED_MAX)
    except (ValueError, zlib.error):
        raise BadToken("The status list cannot be read.") from None
    if not 0 <= bit < len(bitstring) * 8:
        raise BadToken("The status list has no such place.")
    return bool(bitstring[bit // 8] & 0x80 >> bit % 8)


def is_revoked_by(text: str, trusted: tuple[PublicKey, ...], place: int, now: datetime) -> bool:
    """What an exported list says of a place. Raises BadToken when the list is not ours, too old, or another one."""
    token = signing.take_apart(text.strip())
    try:
        signing.verified(token, trusted)
    except BadToken as error:
        raise BadToken(f"The status list does not count. {error}") from None
    subject, until = token.claims.get("credentialSubject"), token.claims.get("exp")
    if not isinstance(subject, dict) or subject.get("statusPurpose") != PURPOSE or not isinstance(until, int):
        raise BadToken("The file is no list of revoked credentials.")
    if until < now.timestamp():
        raise BadToken("The status list is too old: get a new one.")
    number, bit = divmod(place, LIST_BITS)
    if not str(token.claims.get("id", "")).endswith(f"/{number}"):
        raise BadToken(f"The credential stands in status list {number}, and this is another one.")
    return is_set(str(subject.get("encodedList", "")), bit)


def parse_entry(claims: dict[str, Any]) -> Any:
    """The `credentialStatus` of a credential; None when it has none."""
    found = claims.get("credentialStatus")
    return found[0] if isinstance(found, list) and found else found
