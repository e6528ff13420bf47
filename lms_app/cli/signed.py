"""What is signed or chained: keys, checking a certificate or a badge, lists of what was revoked, and the audit log."""

import argparse
import json
import sys
from pathlib import Path

from lms_app.core import carriers, chain, checking, signing, statuses
from lms_app.core.settings import settings
from lms_app.core.work import SYSTEM, reading, utc_now
from lms_app.web import routes


def keys(options: argparse.Namespace) -> None:
    match options.what:
        case "create" if signing.keys():
            raise SystemExit("There is a signing key already. To sign with a new one: `keys rotate`.")
        case "create" | "rotate":
            key = signing.create()
            print(f"{key.kid} signs from now on; it is in {key.path}. Keep a copy of that folder in a safe place.")
        case "export":
            text = json.dumps(signing.jwks(), indent=2)
            if options.file:
                options.file.write_text(text + "\n")
            else:
                print(text)
        case _:
            if not signing.keys():
                raise SystemExit(f"There is no signing key. {signing.MAKE_ONE}")
            for at, key in enumerate(signing.keys()):
                does = "verifies" if at else "signs"
                print(f"{key.kid}  {does:<8}  {key.made_at:%Y-%m-%d %H:%M} UTC  {signing.key_url(key.public)}")


def verify(options: argparse.Namespace) -> None:
    """Prints what was found; the exit code is 1 unless it is valid."""
    trusted = signing.read_jwks(_read(options.keys)) if options.keys else signing.public_keys()
    status = _read(options.status).decode("ascii", "replace") if options.status else ""
    path = Path(options.thing)
    try:
        content = path.read_bytes()
    except OSError:
        content = options.thing.encode()
        if not carriers.holds_token(options.thing):
            raise SystemExit(
                "Not valid: this is neither a file nor what a QR code says. The number of a certificate can only be "
                f"looked up by the school itself: {settings.url}{routes.verify()}."
            ) from None
    found = checking.check(content, trusted, utc_now(), status)
    print(found.sentence)
    for label, value in found.facts:
        print(f"  {label}: {value}")
    if not found.valid:
        sys.exit(1)


def status(options: argparse.Namespace) -> None:
    with reading(SYSTEM) as work:
        text = statuses.signed_list(work, key=signing.active(), number=options.number)
    options.file.write_text(text + "\n")
    print(f"{options.file} is good until {utc_now() + statuses.FRESH_FOR:%Y-%m-%d %H:%M} UTC.")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SystemExit(f"{path} cannot be read: {error.strerror}.") from None


def audit(options: argparse.Namespace) -> None:
    with reading(SYSTEM) as work:
        found = chain.walk(work, expected=options.expect)
    for one in found.breaks:
        print(one.sentence)
    if found.knows is False:
        print(f"No entry has the hash {options.expect}: the end that it belonged to is missing.")
    if found.breaks or found.knows is False:
        raise SystemExit("The audit log was changed from outside.")
    print(f"The audit log is whole: {found.entries:,} entries.")
    if found.entries:
        print(
            f"The newest is {found.last_seq}, {found.last_hash}. Keep that hash elsewhere for `audit verify --expect`."
        )
