"""Badges as others see them: checked by an independent verifier, by a raw JWS check, and by our own command line in a
process without network. All accept what we issue, and refuse a twin with one byte flipped, an expired one, a revoked
one and another person's."""

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from openbadgeslib.errors import LibOpenBadgesException
from openbadgeslib.ob3 import OB3Verifier

from lms_app.badges import credential, reader, service
from lms_app.badges.models import Award
from lms_app.badges.picture import Design
from lms_app.core import carriers, checking, signing, statuses
from lms_app.core.settings import settings
from lms_app.core.work import SYSTEM, reading
from tests import makers as people
from tests import offline
from tests.badges import makers

NOW = datetime.now(UTC).replace(microsecond=0)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setitem(settings.__dict__, "keys_dir", tmp_path / "keys")
    signing.forget()
    yield
    signing.forget()


@pytest.fixture
def holder() -> Any:
    return people.person("Amina Yusuf").at(NOW - HOUR)


@pytest.fixture
def award(holder: Any, instructor: Any) -> Award:
    return makers.awarded(holder, instructor.at(NOW - HOUR), criteria="Found all nine species.")


def _file(holder: Any, award: Award, kind: str, identity: str = "mail") -> bytes:
    taken = holder.sees(service.take, award_id=award.id, kind=kind, identity=identity)
    return credential.baked(taken.kind, taken.token, taken.design, taken.name)


def _flipped(text: str) -> str:
    """One byte of the claims is another: still base64url, still JSON in most cases."""
    at = text.index(".") + 40
    return text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]


def _by_key() -> OB3Verifier:
    return OB3Verifier(pubkey_pem=signing.active().public.pem)


def _by_did() -> OB3Verifier:
    return OB3Verifier.for_issuer_did(signing.active().public.did)


def _token(content: bytes, kind: str) -> str:
    match kind:
        case "png":
            return OB3Verifier.extract_token_from_png(content)
        case "svg":
            return OB3Verifier.extract_token_from_svg(content)
        case _:
            return content.decode()


# ---- An independent verifier


@pytest.mark.parametrize("kind", ["jwt", "png", "svg"])
@pytest.mark.parametrize("verifier", [_by_key, _by_did])
def test_openbadgeslib_accepts_what_we_issue(holder: Any, award: Award, kind: str, verifier: Any) -> None:
    token = _token(_file(holder, award, kind), kind)

    found = verifier().verify(token, expected_recipient=holder.email)

    assert found.achievement.name == "Pond explorer"
    assert found.achievement.criteria_narrative == "Found all nine species."
    assert found.issuer.name == "Northfield"
    assert found.recipient_id == f"mailto:{holder.email}"


def test_openbadgeslib_accepts_a_badge_that_only_holds_a_hash_of_its_holder(holder: Any, award: Award) -> None:
    token = _file(holder, award, "jwt", "hash").decode()

    found = _by_did().verify(token)

    [identity] = found.identifiers
    assert found.recipient_id is None
    assert holder.email not in base64.urlsafe_b64decode(token.split(".")[1] + "==").decode()
    assert identity.identity_hash == credential.hashed_identity(holder.email, award.salt)["identityHash"]


def test_openbadgeslib_refuses_a_flipped_an_expired_and_another_persons(holder: Any, instructor: Any) -> None:
    award = makers.awarded(holder, instructor.at(NOW - HOUR), valid_days=1)
    token = _file(holder, award, "jwt").decode()
    assert _by_key().verify(token)
    with reading(SYSTEM, NOW) as work:
        from lms_app.badges.service.holding import issued

        ended = issued(work, award, names_holder=True)
    old = credential.Issued(
        **{**_fields(ended), "awarded_at": NOW - timedelta(days=9), "expires_at": NOW - timedelta(days=8)}
    )

    for wrong, recipient in (
        (_flipped(token), None),
        (credential.sign(old), None),
        (token, "somebody.else@example.org"),
    ):
        with pytest.raises(LibOpenBadgesException):
            _by_key().verify(wrong, expected_recipient=recipient)
    other = OB3Verifier(pubkey_pem=signing.create().public.pem)
    with pytest.raises(LibOpenBadgesException):
        other.verify(token)


def _fields(issued: credential.Issued) -> dict[str, Any]:
    return {name: getattr(issued, name) for name in credential.Issued.__slots__}


@pytest.mark.parametrize("https", [False, True], ids=["did:key", "did:web"])
def test_openbadgeslib_reads_our_status_list_and_refuses_a_revoked_badge(
    holder: Any, instructor: Any, award: Award, https: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list and the DID document as our addresses serve them, given to the verifier in place of the network."""
    if https:
        monkeypatch.setitem(settings.__dict__, "base_url", "https://school.example")
    token = _file(holder, award, "jwt").decode()
    fetched: list[str] = []

    def download(url: str) -> bytes:
        fetched.append(url)
        if url.endswith("/.well-known/did.json"):
            return json.dumps(signing.did_document()).encode()
        kid, number = url.rsplit("/", 2)[1:]
        key = signing.by_kid(kid)
        assert key is not None
        with reading(SYSTEM, NOW) as work:
            return statuses.signed_list(work, key=key, number=int(number)).encode()

    issuer = signing.issuer_id(signing.active().public)
    verifier = OB3Verifier.for_issuer_did(issuer, download=download)
    assert verifier.verify(token, check_status=True, download=download)

    instructor.at(NOW).does(service.revoke, award_id=award.id, reason="Copied work")

    with pytest.raises(LibOpenBadgesException, match="revocation"):
        verifier.verify(token, check_status=True, download=download)
    assert fetched[-1].endswith(f"/status/{signing.active().kid}/0")


def test_after_a_rotation_old_badges_are_still_accepted_with_their_status(
    holder: Any, award: Award, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = _file(holder, award, "jwt").decode()
    old = signing.active()
    signing.create()

    def download(url: str) -> bytes:
        with reading(SYSTEM, NOW) as work:
            return statuses.signed_list(work, key=old, number=0).encode()

    assert OB3Verifier.for_issuer_did(old.public.did).verify(token, check_status=True, download=download)


# ---- The signature alone


def test_a_raw_check_of_the_signature_agrees(holder: Any, award: Award) -> None:
    token = _file(holder, award, "jwt").decode()
    header, body, signature = token.split(".")
    public: Any = load_pem_public_key(signing.active().public.pem)

    public.verify(base64.urlsafe_b64decode(signature + "=="), f"{header}.{body}".encode())
    claims = jwt.decode(token, public, algorithms=["EdDSA"])

    assert claims["iss"] == claims["issuer"]["id"] == signing.active().public.did
    assert claims["jti"] == claims["id"]
    with pytest.raises(jwt.InvalidTokenError):
        jwt.decode(_flipped(token), public, algorithms=["EdDSA"])


# ---- Our own command line, without network and database


def test_our_command_line_says_the_same_of_every_file(
    holder: Any, instructor: Any, award: Award, tmp_path: Path
) -> None:
    files = {kind: tmp_path / f"badge.{kind}" for kind in ("jwt", "png", "svg")}
    for kind, path in files.items():
        path.write_bytes(_file(holder, award, kind))
    damaged = tmp_path / "damaged.png"
    content = bytearray(files["png"].read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(bytes(content))
    token = files["jwt"].read_text()
    files["svg"].with_name("flipped.svg").write_text(
        carriers.bake_svg(files["svg"].read_text()[:0] or _svg(), _flipped(token))
    )
    expired = credential.sign(
        credential.Issued(
            "c", "b", "Old", "", "Long ago", "Northfield", NOW - 9 * HOUR, NOW - HOUR, "a@b.c", "s", True, 0
        )
    )
    good, revoked = tmp_path / "good.jwt", tmp_path / "revoked.jwt"
    with reading(SYSTEM, NOW) as work:
        good.write_text(statuses.signed_list(work, key=signing.active(), number=0))
    instructor.at(NOW).does(service.revoke, award_id=award.id, reason="Copied work")
    with reading(SYSTEM, NOW) as work:
        revoked.write_text(statuses.signed_list(work, key=signing.active(), number=0))

    codes = offline.verify(
        *([str(path), "--status", str(good)] for path in files.values()),
        [str(damaged)],
        [str(tmp_path / "flipped.svg")],
        [expired],
        *([str(path), "--status", str(revoked)] for path in files.values()),
    )

    assert codes == [0, 0, 0, 1, 1, 1, 1, 1, 1]


def _svg() -> str:
    from lms_app.badges import picture

    return picture.svg(Design())


def test_any_byte_of_a_baked_png_that_changes_is_noticed(holder: Any, award: Award) -> None:
    content = _file(holder, award, "png")
    trusted = signing.public_keys()
    assert checking.check(content, trusted, NOW).valid

    passed = [
        at
        for at in range(0, len(content), 7)
        if checking.check(content[:at] + bytes([content[at] ^ 4]) + content[at + 1 :], trusted, NOW).valid
    ]

    assert passed == []


# ---- Our own reader, for anybody's badge


def test_our_reader_knows_our_own_badges_and_what_became_of_them(holder: Any, instructor: Any, award: Award) -> None:
    def said(content: bytes) -> Any:
        return holder.at(NOW).sees(service.checked, found=reader.read(content))

    contents = {kind: _file(holder, award, kind) for kind in ("jwt", "png", "svg")}
    assert {said(content).verdict for content in contents.values()} == {"valid"}
    flipped = said(_flipped(contents["jwt"].decode()).encode())
    assert flipped.verdict == "invalid"

    instructor.at(NOW).does(service.revoke, award_id=award.id, reason="Copied work")

    for content in contents.values():
        found = said(content)
        assert found.verdict == "invalid"
        assert "It was revoked on" in found.sentence
        assert "Copied work" in found.sentence


def test_a_forged_badge_that_names_our_key_is_not_ours(holder: Any, award: Award) -> None:
    """Signed with another key, under the name of ours."""
    real = signing.active()
    claims = signing.take_apart(_file(holder, award, "jwt").decode()).claims
    with_other = signing.sign(claims, key=signing.create(), kid=signing.key_url(real.public))

    found = holder.at(NOW).sees(service.checked, found=reader.read(with_other.encode()))

    assert (found.verdict, "does not fit" in found.sentence) == ("invalid", True)


def test_a_badge_without_any_key_in_reach_is_not_called_valid() -> None:
    strange = signing.sign({"iss": "https://a.example"}, kid="https://a.example/keys/1")
    signing.active().path.unlink()
    signing.forget()

    found = reader.read(strange.encode())

    assert found.signed_by == ""
    assert found.wrong
