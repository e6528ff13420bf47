"""The place itself: its database, settings, people and mail. What reads many rooms is loaded by who needs it."""

import argparse
import getpass
import secrets
import sys
from pathlib import Path

from lms_app import migrate
from lms_app.accounts import service as accounts
from lms_app.accounts.rules import passwords
from lms_app.core import doctor as examined
from lms_app.core import site, watching
from lms_app.core.identity import hash_password
from lms_app.core.settings import settings
from lms_app.core.work import SYSTEM, SiteRole, unit_of_work


def bring_up(_options: argparse.Namespace) -> None:
    migrate.migrate()
    print("The database is up to date.")


def demo(_options: argparse.Namespace) -> None:
    from lms_app.demo.__main__ import main as demo

    migrate.migrate()
    demo()


def secret(_options: argparse.Namespace) -> None:
    print(secrets.token_urlsafe(48))


def doctor(_options: argparse.Namespace) -> None:
    """Every setting with where it comes from; the exit code is 1 when something is wrong."""
    late = "The database has not the tables of this version: run `python -m lms_app.cli migrate`."
    found = examined.examine([] if migrate.is_current() else [late])
    width = max(len(row.name) for row in found.settings)
    for row in found.settings:
        print(f"  {row.name:<{width}}  {row.value:<40}  {row.source}")
        if row.danger and row.danger not in found.problems:
            print(f"  {'':<{width}}  ! {row.danger}")
    print()
    if not found.problems:
        print("Nothing is missing, and nothing keeps this site from running in production.")
        return
    print("Mend this:" if found.is_production else "For production, mend this:")
    for problem in found.problems:
        print(f"- {problem}")
    if found.is_production:
        sys.exit(1)


def check(_options: argparse.Namespace) -> None:
    """The exit code is 1 when something wants mending."""
    from lms_app import backup

    report = backup.check()
    for line in report.facts:
        print(f"  {line}")
    for line in report.problems:
        print(f"- {line}")
    if report.problems:
        sys.exit(1)


def open_or_close(options: argparse.Namespace) -> None:
    from lms_app.admin import service as admin

    with unit_of_work(SYSTEM) as work:
        if options.what == "on":
            said = admin.close_site(work, message=options.message)
            print(f"The site is closed within {watching.EVERY_SECONDS:.0f} s, and says: {said}")
        else:
            admin.open_site(work)
            print(f"The site is open within {watching.EVERY_SECONDS:.0f} s.")


def user(options: argparse.Namespace) -> None:
    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    own_words = (options.email, options.name, site.known().name)
    if problem := passwords.password_problem(password, minimum=settings.password_min_characters, own_words=own_words):
        raise SystemExit(problem)
    password_hash = hash_password(password)
    migrate.migrate()
    with unit_of_work(SYSTEM) as work:
        role = SiteRole(options.role)
        accounts.create_account(work, email=options.email, name=options.name, role=role, password_hash=password_hash)
    print(f"{options.email} can sign in.")


def bounce(options: argparse.Namespace) -> None:
    from lms_app.admin import service as admin

    for name in options.file:
        content = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        with unit_of_work(SYSTEM) as work:
            found = admin.take_bounce(work, content=content)
        print("\n".join(f"{address} gets no more mail." for address in found) or "Nothing to note: it may pass.")
