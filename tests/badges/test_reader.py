"""What our reader says of the samples that 1EdTech checks its own validator with."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms_app.badges import reader, service
from lms_app.core.work import ANONYMOUS, reading
from tests.corpora import corpora

NOW = datetime(2026, 6, 1, tzinfo=UTC)
HERE = ("badges", "1EdTech+digital-credentials-public-validator", "inspector-vc", "src", "test", "resources")
UNCHECKED = "We cannot check that sort."
PLACE = "should be of the type"

# Files that are right, as far as can be seen without their issuer's key.
GOOD = [
    "simple.json",
    "simple.1ob",
    "simple_v1.json",
    "simple-json.png",
    "simple-json.svg",
    "simple-context-alias.json",
    "simple-context-version.json",
    "simple-did-key-method.json",
    "simple-did-web-method.json",
    "simple-eddsa-2022.json",
    "simple-multiple-proofs.json",
    "complete.json",
    "endorsement-valid.json",
    "sd/derivedcredential.json",
]
SIGNED = ["simple-jwt.png", "simple-jwt.svg", "simple-jwt_v1.png", "simple-jwt_v1.svg"]
WRONG = {
    "simple-noproof.json": "no signature (proof)",
    "simple-err-context.json": "(@context)",
    "simple-err-type.json": "not a badge",
    "simple-err-issuer.json": "who issued it",
    "simple-err-issued.json": "does not count yet: it begins on 2040-01-01",
    "simple-err-expired.json": "expired on",
    "simple-err-issuer-type.json": f"“issuer” {PLACE} Profile",
    "simple-err-issuer-parentorg-type.json": f"“issuer.parentOrg” {PLACE} Profile",
    "simple-err-issuer-otheridentifier-type.json": f"“issuer.otherIdentifier” {PLACE} IdentifierEntry",
    "simple-err-credential-subject-type.json": f"“credentialSubject” {PLACE} AchievementSubject",
    "simple-err-credential-subject-profile-type.json": f"“credentialSubject.source” {PLACE} Profile",
    "simple-err-credential-subject-identifier-type.json": f"“credentialSubject.identifier” {PLACE} IdentityObject",
    "simple-err-credential-subject-result-type.json": f"“credentialSubject.result” {PLACE} Result",
    "simple-err-credential-subject-achievement-result-description-type.json": f"{PLACE} ResultDescription",
    "simple-err-evidence-type.json": f"“evidence” {PLACE} Evidence",
    "simple-err-proof-method-no-scheme.json": "names no key",
    "simple-err-proof-method-unknown-scheme.json": "nobody can look up (xxx:)",
    "simple-err-proof-method-unknown-did-method.json": "nobody can look up (did:example)",
    "complete_v1.json": "expired on 2020-01-01",
    "bit-string-list/testlist": "not a badge",
    "simple.jwt": "what was achieved",
}
# What is wrong with these only the issuer can say: the key at its address, or its list of what was revoked.
UNKNOWN = [
    "credential-status-revoked.json",
    "bit-string-list/credential-status-revoked.json",
    "bit-string-list/credential-status-revoked-blank-nodes.json",
    "velocity.jwt",
    "simple-err-proof-value.json",
    "simple-err-proof-method.json",
    "endorsement-err-schema-status-refresh.json",
]
OLD_WRONG = {
    "basic-assertion-expired.json": "expired on 2022-11-15",
    "basic-assertion-expired-before-issued.json": "expired before it was issued",
    "basic-assertion-in-future.json": "does not count yet",
    "basic-assertion-invalid-context.json": "(@context)",
    "basic-assertion-invalid-type.json": "not Assertion",
    "badge-class-with-language.json": "not Assertion",
}
OLD = ["basic-assertion.json", "simple-badge.png", "simple.jwt", "simple-revoked.jwt", "assertion-with-data-image.json"]


def _said(*parts: str) -> Any:
    content = corpora(*HERE, *parts).read_bytes()
    with reading(ANONYMOUS) as work:
        return service.checked(work, found=reader.read(content, NOW))


@pytest.mark.parametrize("name", GOOD)
def test_a_right_one_whose_sort_of_signature_we_cannot_check_is_not_called_wrong_nor_valid(name: str) -> None:
    said = _said("ob30", *name.split("/"))

    assert said.verdict == "unknown", said
    assert UNCHECKED in said.sentence
    assert said.facts[0].label == "Kind"


@pytest.mark.parametrize("name", SIGNED)
def test_one_that_brings_its_key_along_is_checked_with_it_and_says_what_that_is_worth(name: str) -> None:
    said = _said("ob30", name)

    assert said.verdict == "valid", said
    assert "whose key that is" in said.sentence


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_one_is_refused_and_the_sentence_says_why(name: str) -> None:
    said = _said("ob30", *name.split("/"))

    assert said.verdict == "invalid", said
    assert WRONG[name] in said.sentence, said.sentence


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_only_the_issuer_can_say_is_said_to_be_so(name: str) -> None:
    said = _said("ob30", *name.split("/"))

    assert said.verdict == "unknown", said
    assert "nothing is fetched" in said.sentence or UNCHECKED in said.sentence


@pytest.mark.parametrize("name", OLD_WRONG)
def test_an_older_badge_that_is_wrong_in_itself_is_refused(name: str) -> None:
    said = _said("ob20", name)

    assert said.verdict == "invalid", said
    assert OLD_WRONG[name] in said.sentence


@pytest.mark.parametrize("name", OLD)
def test_an_older_badge_is_known_as_one_that_its_issuer_must_be_asked_about(name: str) -> None:
    said = _said("ob20", name)

    assert said.verdict == "unknown", said
    assert "nothing is fetched" in said.sentence


def test_no_sample_is_left_out() -> None:
    folder = corpora(*HERE, "ob30")
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}

    assert there == {*GOOD, *SIGNED, *WRONG, *UNKNOWN}


@pytest.mark.parametrize("name", SIGNED)
def test_any_flipped_character_of_a_sample_s_credential_is_refused(name: str) -> None:
    content = corpora(*HERE, "ob30", name).read_bytes()
    text = reader.read(content, NOW).token
    at = len(text) // 2
    twin = text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]

    assert reader.read(text.encode(), NOW).signed_by
    found = reader.read(twin.encode(), NOW)
    assert found.wrong
    assert not found.signed_by


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["type", "id", "issuer", "credentialSubject", "achievement", "proof", "@context", "validFrom"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(_JSON)
def test_no_json_of_any_shape_makes_it_stumble(value: Any) -> None:
    found = reader.read(json.dumps({"credentialSubject": value, "type": value, "proof": value}).encode(), NOW)

    assert found.wrong
    assert all(isinstance(text, str) for _label, text in reader.facts(found))


@given(st.binary(max_size=300))
def test_no_bytes_make_it_stumble(content: bytes) -> None:
    assert reader.read(content, NOW).wrong


def test_a_picture_that_swells_is_refused(tmp_path: Path) -> None:
    import struct
    import zlib

    body = b"openbadgecredential\0\1\0\0\0" + zlib.compress(b"a" * 50_000_000)
    chunk = struct.pack(">I", len(body)) + b"iTXt" + body + struct.pack(">I", zlib.crc32(b"iTXt" + body))
    end = struct.pack(">I", 0) + b"IEND" + struct.pack(">I", zlib.crc32(b"IEND"))

    found = reader.read(b"\x89PNG\r\n\x1a\n" + chunk + end, NOW)

    assert found.wrong == ["The credential in it is too long."]
