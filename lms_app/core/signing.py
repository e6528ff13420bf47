"""Signing keys, and what is signed with them: compact JWS with Ed25519 (EdDSA, RFC 8037).

Keys are files in `settings.keys_folder`, one a key, readable by their owner alone; no row, backup or dump ever holds one.
A file is named by when its key was made, so the newest signs and all of them verify: a rotation invalidates nothing.
A key's id (`kid`) is the start of its JWK thumbprint (RFC 7638).

The school's name as an issuer is `did:web:…` where its address is https (the document is served at
`/.well-known/did.json`), and the `did:key` of the signing key elsewhere, which needs no address at all.
"""

import base64
import binascii
import hashlib
import json
import os
import re
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from lms_app.core.errors import Conflict
from lms_app.core.settings import settings

KID_CHARACTERS = 16
TOKEN_MAX = 64 * 1024
_STAMP = "%Y%m%dT%H%M%S%fZ"
_FILE = re.compile(rf"(\d{{8}}T\d{{12}}Z)-([\w-]{{{KID_CHARACTERS}}})\.pem")
_ED25519_PUB = b"\xed\x01"  # the multicodec prefix
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
MAKE_ONE = "Make one with `python -m lms_app.cli keys create`."


class NoKey(Conflict):
    """There is no signing key, so nothing can be signed."""

    def __init__(self) -> None:
        super().__init__(
            "This school has no signing key yet, so nothing can be signed. The person who runs it makes one."
        )


class BadToken(Exception):
    """Why a signed text must not be believed: `str(error)` is a sentence."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An Ed25519 key that verifies: 32 bytes, and the name that tokens call it by."""

    raw: bytes

    @property
    def kid(self) -> str:
        known = json.dumps({"crv": "Ed25519", "kty": "OKP", "x": _b64(self.raw)}, separators=(",", ":"))
        return _b64(hashlib.sha256(known.encode()).digest())[:KID_CHARACTERS]

    @property
    def did(self) -> str:
        """The `did:key` that is this key."""
        return f"did:key:{self.multibase}"

    @property
    def multibase(self) -> str:
        return "z" + base58(_ED25519_PUB + self.raw)

    @property
    def jwk(self) -> dict[str, str]:
        return {"kty": "OKP", "crv": "Ed25519", "x": _b64(self.raw), "kid": self.kid, "alg": "EdDSA", "use": "sig"}

    @property
    def pem(self) -> bytes:
        spki = serialization.PublicFormat.SubjectPublicKeyInfo
        return Ed25519PublicKey.from_public_bytes(self.raw).public_bytes(serialization.Encoding.PEM, spki)

    def accepts(self, signature: bytes, signed: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, signed)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class SigningKey:
    """A key of ours. `made_at` orders them: the newest signs."""

    private: Ed25519PrivateKey
    made_at: datetime
    path: Path

    @cached_property
    def public(self) -> PublicKey:
        raw = serialization.PublicFormat.Raw
        return PublicKey(self.private.public_key().public_bytes(serialization.Encoding.Raw, raw))

    @property
    def kid(self) -> str:
        return self.public.kid


# ---- The folder of keys


def keys() -> tuple[SigningKey, ...]:
    """All keys, the one that signs first; empty when none was made. Files that came or went are noticed."""
    folder = settings.keys_folder
    try:
        stamp = (str(folder), folder.stat().st_mtime_ns)
    except FileNotFoundError:
        return ()
    with _lock:
        if _kept.get("stamp") != stamp:
            _kept.update(stamp=stamp, keys=_read(folder))
        return _kept["keys"]


def active() -> SigningKey:
    """The key that signs. Outside production the first one makes itself. Raises NoKey."""
    found = keys()
    if not found and not settings.is_production:
        with _making:
            found = keys() or (create(),)
    if not found:
        raise NoKey()
    return found[0]


def create() -> SigningKey:
    """Make a key, which signs from now on; those before it go on verifying."""
    private = Ed25519PrivateKey.generate()
    made_at = datetime.now(UTC)
    folder = settings.keys_folder
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = SigningKey(private, made_at, folder / "-")
    path = folder / f"{made_at:{_STAMP}}-{key.kid}.pem"
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    # Complete before it has its name, and never readable by others, not even for a moment.
    aside = path.with_suffix(".part")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    aside.rename(path)
    forget()
    return SigningKey(private, made_at, path)


def by_kid(kid: str) -> SigningKey | None:
    return next((key for key in keys() if key.kid == kid), None)


def public_keys() -> tuple[PublicKey, ...]:
    return tuple(key.public for key in keys())


def problems() -> list[str]:
    """What is wrong with the keys, a sentence each: for `doctor`."""
    found = [
        f"Others can read the signing key {key.path}: `chmod 600` it."
        for key in keys()
        if os.name == "posix" and key.path.stat().st_mode & 0o077
    ]
    if not keys() and settings.is_production:
        found.append(f"There is no signing key, so certificates and badges cannot be signed. {MAKE_ONE}")
    return found


def forget() -> None:
    """Read the folder again at the next look."""
    with _lock:
        _kept.clear()


_lock = threading.Lock()
_making = threading.Lock()
_kept: dict[str, Any] = {}


def _read(folder: Path) -> tuple[SigningKey, ...]:
    found: list[SigningKey] = []
    for path in folder.iterdir():
        named = _FILE.fullmatch(path.name)
        if named is None:
            continue
        private = serialization.load_pem_private_key(path.read_bytes(), password=None)
        if isinstance(private, Ed25519PrivateKey):
            found.append(SigningKey(private, datetime.strptime(named[1], _STAMP).replace(tzinfo=UTC), path))
    return tuple(sorted(found, key=lambda key: key.path.name, reverse=True))


# ---- The school as an issuer


def did_web() -> str:
    """`did:web` of the site's address, or "" where that is not https: such a document could be anybody's."""
    parts = urlsplit(settings.url)
    if parts.scheme != "https" or not parts.hostname:
        return ""
    authority = parts.hostname + (f":{parts.port}" if parts.port else "")
    return ":".join(["did:web", quote(authority, safe=""), *(quote(p) for p in parts.path.split("/") if p)])


def issuer_id(key: PublicKey) -> str:
    """Who signs with `key`: the school where it has an address that can be trusted, else the key itself."""
    return did_web() or key.did


def key_url(key: PublicKey) -> str:
    """The DID URL of a key, as the `kid` of credentials that go out into the world."""
    if web := did_web():
        return f"{web}#{key.kid}"
    return f"{key.did}#{key.multibase}"


def did_document() -> dict[str, Any]:
    """What `did:web` resolves to (DID Core 1.0): every key that ever signed, the current one first."""
    did = did_web() or active().public.did
    methods = [
        {"id": f"{did}#{key.kid}", "type": "JsonWebKey", "controller": did, "publicKeyJwk": key.jwk}
        for key in public_keys()
    ]
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/jwk/v1"],
        "id": did,
        "alsoKnownAs": [settings.url],
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }


def jwks() -> dict[str, Any]:
    """The public keys as a JWK set (RFC 7517): what `cli verify --keys` reads elsewhere."""
    return {"keys": [key.jwk for key in public_keys()]}


def read_jwks(text: str | bytes) -> tuple[PublicKey, ...]:
    """The Ed25519 keys of a JWK set, or of one JWK. Raises BadToken when there is none."""
    try:
        given = json.loads(text)
        listed = given.get("keys", [given])
        found = tuple(_of_jwk(jwk) for jwk in listed if jwk.get("crv") == "Ed25519")
    except (ValueError, TypeError, KeyError, AttributeError):
        raise BadToken("The file of keys is not a JWK set.") from None
    if not found:
        raise BadToken("The file of keys has no Ed25519 key.")
    return found


def _of_jwk(jwk: Mapping[str, Any]) -> PublicKey:
    raw = _unb64(jwk["x"])
    if len(raw) != 32:
        raise ValueError("an Ed25519 key has 32 bytes")
    return PublicKey(raw)


def of_did_key(did: str) -> PublicKey | None:
    """The key that a `did:key` is; None for another sort of key or no such thing."""
    found = re.fullmatch(r"did:key:z([1-9A-HJ-NP-Za-km-z]{1,80})", did)
    raw = unbase58(found[1]) if found else b""
    return PublicKey(raw[2:]) if raw[:2] == _ED25519_PUB and len(raw) == 34 else None


# ---- Compact JWS


@dataclass(frozen=True, slots=True)
class Token:
    """A compact JWS taken apart, nothing of it believed yet."""

    header: dict[str, Any]
    claims: dict[str, Any]
    signed: bytes
    signature: bytes

    @property
    def alg(self) -> str:
        return str(self.header.get("alg", ""))

    @property
    def kid(self) -> str:
        """The name of the key: what stands behind the "#" of a DID URL, or all of it."""
        kid = self.header.get("kid", "")
        return kid.rpartition("#")[2] if isinstance(kid, str) else ""

    @property
    def kid_did(self) -> str:
        """The DID of the key's name, or ""."""
        kid = self.header.get("kid", "")
        return kid.partition("#")[0] if isinstance(kid, str) and kid.startswith("did:") else ""

    def is_signed_by(self, key: PublicKey) -> bool:
        return self.alg == "EdDSA" and key.accepts(self.signature, self.signed)


def sign(claims: Mapping[str, Any], *, key: SigningKey | None = None, kid: str = "", typ: str = "JWT") -> str:
    """`claims` as a compact JWS. `kid` is what the header calls the key, by default its short name. Raises NoKey."""
    key = key or active()
    header = {"alg": "EdDSA", "kid": kid or key.kid, "typ": typ}
    signed = f"{_packed(header)}.{_packed(claims)}"
    return f"{signed}.{_b64(key.private.sign(signed.encode()))}"


def take_apart(text: str) -> Token:
    """Read a compact JWS. Raises BadToken for anything that is not spelled exactly as one is.

    Base64 has several spellings of some bytes, and decoders take them all: one that differs in a character would pass
    as the same. Here only the one spelling counts.
    """
    if len(text) > TOKEN_MAX:
        raise BadToken("This is too long to be a signed credential.")
    parts = text.split(".")
    if len(parts) != 3 or not all(parts):
        raise BadToken("This is not a signed credential: it should be three parts with dots between them.")
    try:
        header, claims, signature = (_unb64(part) for part in parts)
        head, body = _object(header), _object(claims)
    except (ValueError, RecursionError):
        raise BadToken("The signed credential is damaged: its parts cannot be read.") from None
    if "crit" in head:
        raise BadToken("The credential asks for something that we do not know (crit).")
    return Token(head, body, f"{parts[0]}.{parts[1]}".encode(), signature)


def verified(token: Token, trusted: Iterable[PublicKey]) -> PublicKey:
    """The trusted key that signed `token`. Raises BadToken, with the reason."""
    if token.alg != "EdDSA":
        raise BadToken(f"It is signed with {token.alg or 'nothing'}, and our credentials are signed with EdDSA.")
    named = [key for key in trusted if token.kid in (key.kid, key.multibase)]
    if not named:
        raise BadToken("It is signed with a key that is not among the school's keys.")
    for key in named:
        if token.is_signed_by(key):
            return key
    raise BadToken("Its signature does not fit: something in it was changed after it was signed.")


def _packed(value: Mapping[str, Any]) -> str:
    return _b64(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def _object(text: bytes) -> dict[str, Any]:
    found = json.loads(text.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
    if not isinstance(found, dict):
        raise ValueError("not an object")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two members of one name would be read differently by different readers."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")


# ---- Spellings of bytes


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _unb64(text: str) -> bytes:
    """Raises ValueError for any spelling but the one that `_b64` writes."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not base64url") from error
    if _b64(raw) != text:
        raise ValueError("not the usual spelling")
    return raw


def base58(raw: bytes) -> str:
    number, text = int.from_bytes(raw), ""
    while number:
        number, digit = divmod(number, 58)
        text = _BASE58[digit] + text
    return "1" * (len(raw) - len(raw.lstrip(b"\0"))) + text


def unbase58(text: str) -> bytes:
    """Raises ValueError for a character that is none of base58's."""
    number = 0
    for character in text:
        number = number * 58 + _BASE58.index(character)
    return b"\0" * (len(text) - len(text.lstrip("1"))) + number.to_bytes((number.bit_length() + 7) // 8)
