"""Keys on disk, signed texts, and checking them where there is no network and no database."""

import base64
import json
import stat
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from hypothesis import given
from hypothesis import strategies as st

from lms_app.core import carriers, checking, seals, signing, statuses
from lms_app.core.settings import settings
from tests import offline
from tests.makers import NOON, Person

CERTIFICATE = seals.Seal(
    "7Q4K2M9X" * 3 + "7Q4K", "Zoë Łukasiewicz", "Principles of Ecology", "Northfield", date(2026, 5, 1)
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A school of its own, without any key."""
    place = tmp_path / "keys"
    monkeypatch.setitem(settings.__dict__, "keys_dir", place)
    signing.forget()
    yield place
    signing.forget()


def test_the_first_key_makes_itself_outside_production_and_is_its_owners_alone(folder: Path) -> None:
    assert signing.keys() == ()

    key = signing.active()

    assert signing.active().kid == key.kid
    assert [stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()] == [0o600]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert signing.problems() == []


def test_others_who_can_read_a_key_are_named_by_the_doctor(folder: Path) -> None:
    signing.create().path.chmod(0o644)
    signing.forget()

    assert len(signing.problems()) == 1
    assert "chmod 600" in signing.problems()[0]


def test_after_a_rotation_the_new_key_signs_and_the_old_one_verifies() -> None:
    old = signing.active()
    before = seals.seal(CERTIFICATE)

    new = signing.create()

    assert signing.active().kid == new.kid != old.kid
    assert signing.take_apart(seals.seal(CERTIFICATE)).kid == new.kid
    assert seals.open_seal(before, signing.public_keys()) == CERTIFICATE


def test_a_key_that_another_process_made_is_seen() -> None:
    signing.active()
    (made,) = offline.cli(["keys", "rotate"])

    assert made.code == 0, made.said
    assert signing.active().kid in made.said
    assert len(signing.keys()) == 2


def test_others_verify_what_we_sign_with_the_key_of_the_jwks() -> None:
    text = signing.sign({"jti": "1", "nbf": 1})
    jwk = json.loads(json.dumps(signing.jwks()))["keys"][0]

    assert jwt.decode(text, jwt.PyJWK(jwk).key, algorithms=["EdDSA"]) == {"jti": "1", "nbf": 1}
    assert jwt.get_unverified_header(text) == {"alg": "EdDSA", "kid": jwk["kid"], "typ": "JWT"}
    load_pem_public_key(signing.active().public.pem)


def test_a_did_key_is_its_key() -> None:
    key = signing.active().public

    assert signing.of_did_key(key.did) == key
    # The example of the specification of did:key.
    known = signing.of_did_key("did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK")
    assert known is not None
    assert known.did == "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
    assert signing.of_did_key("did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme") is None


def test_the_school_is_a_did_web_where_it_has_an_https_address(monkeypatch: pytest.MonkeyPatch) -> None:
    key = signing.active()
    assert signing.issuer_id(key.public) == key.public.did

    monkeypatch.setitem(settings.__dict__, "base_url", "https://learn.school.example:8443")

    assert signing.issuer_id(key.public) == "did:web:learn.school.example%3A8443"
    document = signing.did_document()
    assert document["verificationMethod"][0]["id"] == signing.key_url(key.public) == f"{document['id']}#{key.kid}"


# ---- Texts that were changed


def test_a_certificate_is_small_enough_for_a_qr_code() -> None:
    text = seals.seal(
        seals.Seal("7" * 28, "A name of forty characters, as some have", "C" * 60, "N" * 30, date(2026, 5, 1))
    )

    assert len(text) < 500


def test_no_twin_that_differs_in_one_character_passes() -> None:
    """Every place, and a character that may spell the same bytes: base64 has several spellings of some."""
    text = seals.seal(CERTIFICATE)
    trusted = signing.public_keys()
    assert seals.open_seal(text, trusted) == CERTIFICATE
    others = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ "

    for at, character in enumerate(text):
        for other in others if at == len(text) - 1 else (others[(others.index(character) + 1) % len(others)], "\n"):
            if other != character:
                with pytest.raises(signing.BadToken):
                    seals.open_seal(text[:at] + other + text[at + 1 :], trusted)


@given(st.binary(max_size=200))
def test_bytes_of_any_sort_get_a_sentence(content: bytes) -> None:
    found = checking.check(content, (signing.PublicKey(bytes(32)),), NOON)

    assert not found.valid
    assert found.sentence.endswith(".")


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ({"alg": "none"}, "signed with none"),
        ({"alg": "HS256"}, "signed with HS256"),
        ({"alg": "EdDSA", "kid": 7}, "not among the school's keys"),
        ({"alg": "EdDSA", "kid": "x", "crit": ["b64"]}, "do not know"),
    ],
)
def test_a_header_does_not_choose_how_it_is_checked(header: dict[str, object], reason: str) -> None:
    _head, body, signature = seals.seal(CERTIFICATE).split(".")
    packed = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()

    with pytest.raises(signing.BadToken, match=reason):
        seals.open_seal(f"{packed}.{body}.{signature}", signing.public_keys())


def test_a_name_that_stands_twice_in_the_claims_is_refused() -> None:
    key = signing.active()
    packed = [
        base64.urlsafe_b64encode(part).rstrip(b"=").decode()
        for part in (json.dumps({"alg": "EdDSA", "kid": key.kid}).encode(), b'{"sub":"A","sub":"B"}')
    ]
    signed = ".".join(packed)
    signature = base64.urlsafe_b64encode(key.private.sign(signed.encode())).rstrip(b"=").decode()

    with pytest.raises(signing.BadToken, match="damaged"):
        signing.take_apart(f"{signed}.{signature}")


# ---- The status list


def test_a_revoked_place_is_set_in_the_list_and_no_other(student: Person) -> None:
    place, other = student.does(statuses.take_place), student.does(statuses.take_place)
    student.does(statuses.revoke_place, place)

    text = student.sees(statuses.signed_list, key=signing.active(), number=0)

    trusted = signing.public_keys()
    assert statuses.is_revoked_by(text, trusted, place, NOON)
    assert not statuses.is_revoked_by(text, trusted, other, NOON)
    with pytest.raises(signing.BadToken, match="too old"):
        statuses.is_revoked_by(text, trusted, place, NOON + timedelta(days=8))
    with pytest.raises(signing.BadToken, match="another one"):
        statuses.is_revoked_by(text, trusted, place + statuses.LIST_BITS, NOON)


@given(st.sets(st.integers(0, statuses.LIST_BITS - 1), max_size=20), st.integers(0, statuses.LIST_BITS - 1))
def test_a_list_reads_back(bits: set[int], bit: int) -> None:
    text = statuses.encoded(sorted(bits))

    assert all(statuses.is_set(text, one) for one in bits)
    assert statuses.is_set(text, bit) == (bit in bits)


# ---- Checking


@pytest.mark.parametrize(
    ("certificate", "at", "valid", "says"),
    [
        (CERTIFICATE, NOON, True, "nothing was changed"),
        (CERTIFICATE, datetime(2026, 4, 30, tzinfo=UTC), False, "does not count yet"),
        (seals.Seal("7" * 28, "A", "C", "N", date(2026, 5, 1), date(2027, 3, 1)), NOON, True, "nothing was changed"),
        (
            seals.Seal("7" * 28, "A", "C", "N", date(2026, 5, 1), date(2027, 2, 28)),
            NOON,
            False,
            "expired on 2027-03-01",
        ),
    ],
)
def test_a_certificate_is_good_from_its_day_to_the_end_of_its_last(
    certificate: seals.Seal, at: datetime, valid: bool, says: str
) -> None:
    found = checking.check(seals.seal(certificate).encode(), signing.public_keys(), at)

    assert (found.valid, says in found.sentence) == (valid, True), found
    assert ("Certificate of", certificate.holder) in found.facts


def test_another_schools_certificate_is_not_ours() -> None:
    text = seals.seal(CERTIFICATE)
    signing.active().path.unlink()
    signing.forget()
    signing.create()

    found = checking.check(text.encode(), signing.public_keys(), NOON)

    assert found == checking.Verdict(False, "Not valid. It is signed with a key that is not among the school's keys.")


# ---- The command line, in a process that may not use the network


def test_the_command_line_checks_without_network_and_database(folder: Path, tmp_path: Path, student: Person) -> None:
    place = student.does(statuses.take_place)
    when = date(2026, 5, 1)
    today = datetime.now(UTC)
    text = seals.seal(seals.Seal("7" * 28, "Zoë", "Ecology", "Northfield", when, place=place))
    expired = seals.seal(seals.Seal("7" * 28, "Zoë", "Ecology", "Northfield", date(2020, 1, 1), date(2020, 2, 1)))
    file = tmp_path / "credential.jwt"
    file.write_text(text + "\n")
    exported = tmp_path / "keys.json"
    exported.write_text(json.dumps(signing.jwks()))
    good, bad = tmp_path / "good.jwt", tmp_path / "bad.jwt"
    good.write_text(student.at(today).sees(statuses.signed_list, key=signing.active(), number=0))
    student.at(today).does(statuses.revoke_place, place)
    bad.write_text(student.at(today).sees(statuses.signed_list, key=signing.active(), number=0))
    flipped = text[:200] + ("A" if text[200] != "A" else "B") + text[201:]

    spare = tmp_path / "keys.away"

    said = offline.cli(
        ["verify", str(file)],
        ["verify", f"https://school.example/verify/7777#{text}"],
        ["verify", str(file), "--status", str(good)],
        ["verify", str(file), "--status", str(bad)],
        ["verify", flipped],
        ["verify", "7Q4K-2M9X"],
        ["verify", expired],
    )
    folder.rename(spare)
    elsewhere = offline.cli(["verify", str(file)], ["verify", str(file), "--keys", str(exported)])

    assert [ended.code for ended in (*said, *elsewhere)] == [0, 0, 0, 1, 1, 1, 1, 1, 0]
    assert [ended.said.splitlines()[0] for ended in (*said[2:4], said[6], elsewhere[0])] == [
        "Valid. It is signed by the school, nothing was changed, and it is not revoked.",
        "Not valid any more. It is signed by the school, and was revoked.",
        "Not valid any more. It is signed by the school, and expired on 2020-02-02.",
        "Not valid. There is no key to check it with: give the school's keys with --keys.",
    ]


def test_there_is_no_network_in_these_tests() -> None:
    """What `offline` forbids is forbidden: without this the test above could not fail."""
    with pytest.raises(AssertionError, match="no network here"):
        offline.run("socket.create_connection(('127.0.0.1', 9))")


def test_keys_are_made_listed_and_rotated(folder: Path) -> None:
    none, made, again, rotated, listed, exported = offline.cli(
        ["keys", "list"],
        ["keys", "create"],
        ["keys", "create"],
        ["keys", "rotate"],
        ["keys", "list"],
        ["keys", "export"],
    )

    assert (none.code, "There is no signing key" in none.said) == (1, True)
    assert (made.code, rotated.code) == (0, 0)
    assert (again.code, "There is a signing key already" in again.said) == (1, True)
    assert [line.split()[1] for line in listed.said.splitlines()] == ["signs", "verifies"]
    assert "PRIVATE" not in exported.said


def test_what_a_picture_holds_is_damaged_by_any_change_of_a_byte() -> None:
    from io import BytesIO

    from PIL import Image

    made = BytesIO()
    Image.new("RGB", (3, 3), "teal").save(made, "PNG")
    baked = carriers.bake_png(made.getvalue(), seals.seal(CERTIFICATE))
    assert carriers.find(baked) == seals.seal(CERTIFICATE)
    trusted = signing.public_keys()
    assert checking.check(baked, trusted, NOON).valid

    passed = [
        at
        for at in range(len(baked))
        if checking.check(baked[:at] + bytes([baked[at] ^ 1]) + baked[at + 1 :], trusted, NOON).valid
    ]

    assert passed == []
