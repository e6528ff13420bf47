"""The command line of the person who runs the place: `python -m lms_app.cli COMMAND --help`."""

import argparse
import getpass
import secrets
import sys
from collections.abc import Callable
from pathlib import Path

from sqlmodel import col, select

from lms_app import backup, migrate
from lms_app.accounts import service as accounts
from lms_app.accounts.rules import passwords
from lms_app.core.errors import LmsError, NotFound
from lms_app.core.identity import User, hash_password
from lms_app.core.settings import Settings, settings
from lms_app.core.work import SYSTEM, Actor, SiteRole, reading, unit_of_work
from lms_app.exchange import service as exchange

SECRETS = ("secret_key", "smtp_password")


def main() -> None:
    options = _parser().parse_args()
    try:
        options.act(options)
    except LmsError as error:
        raise SystemExit(error.message) from None
    except migrate.WrongVersion as error:
        raise SystemExit(str(error)) from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m lms_app.cli", description="Run a Lectern school.")
    verbs = parser.add_subparsers(required=True, metavar="COMMAND")

    def verb(name: str, act: Callable[[argparse.Namespace], None], words: str) -> argparse.ArgumentParser:
        made = verbs.add_parser(name, help=words, description=words)
        made.set_defaults(act=act)
        return made

    verb("migrate", _migrate, "Bring the database to the tables of this version.")
    verb("demo", _demo, "Fill an empty database with the demo school.")
    verb("doctor", _doctor, "Show what is set, what is missing and what is dangerous.")
    verb("secret", _secret, "Print a good LMS_SECRET_KEY.")
    saved = verb("backup", _backup, "Write database and files into one archive, while the server runs.")
    saved.add_argument("file", type=Path, help="such as backup.tar.gz")
    user = verb("user", _user, "Make an account, such as the first administrator's.")
    user.add_argument("what", choices=["add"])
    user.add_argument("email")
    user.add_argument("--name", required=True)
    user.add_argument("--role", choices=[role.value for role in SiteRole], default="student")
    course = verb("import-course", _import_course, "Make a course of a folder of Markdown files.")
    course.add_argument("folder", type=Path)
    _author(course)
    gift = verb("import-gift", _import_gift, "Make a quiz of a GIFT file.")
    gift.add_argument("file", type=Path)
    gift.add_argument("--course", required=True, help="the short name in the course's address")
    gift.add_argument("--module", default="", help="the title of the module; default: the last one")
    gift.add_argument("--title", default="", help="the quiz's title; default: the file's name")
    gift.add_argument("--skip-unsupported", action="store_true", help="import the rest, and list what is left out")
    _author(gift)
    bank = verb("import-questions", _import_questions, "Put a file of questions into a course's question bank.")
    bank.add_argument("file", type=Path, help="GIFT, Moodle XML or CSV: its content tells")
    bank.add_argument("--course", required=True, help="the short name in the course's address")
    bank.add_argument("--quiz", default="", help="the title of a quiz that asks them all")
    bank.add_argument("--preview", action="store_true", help="only say what would happen")
    bank.add_argument("--skip-unsupported", action="store_true", help="import the rest, and list what is left out")
    _author(bank)
    out = verb("export-questions", _export_questions, "Write a course's question bank into a file.")
    out.add_argument("file", type=Path, help="ends in .xml (Moodle XML), .gift or .csv")
    out.add_argument("--course", required=True, help="the short name in the course's address")
    _author(out)
    return parser


def _author(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--as", dest="author", metavar="EMAIL", default="", help="whose it will be; default: an admin")


def _migrate(_options: argparse.Namespace) -> None:
    migrate.migrate()
    print("The database is up to date.")


def _demo(_options: argparse.Namespace) -> None:
    from lms_app.demo.__main__ import main as demo  # late: it reads all of its courses

    migrate.migrate()
    demo()


def _secret(_options: argparse.Namespace) -> None:
    print(secrets.token_urlsafe(48))


def _doctor(_options: argparse.Namespace) -> None:
    """Every setting with where it comes from; the exit code is 1 when something is wrong."""
    width = max(len(name) for name in Settings.model_fields)
    for name in Settings.model_fields:
        value = "(set)" if name in SECRETS and name in settings.model_fields_set else getattr(settings, name)
        value = "(not set)" if name in SECRETS and name not in settings.model_fields_set else value
        source = "environment" if name in settings.model_fields_set else "default"
        print(f"  LMS_{name.upper():<{width}}  {value!s:<40}  {source}")
    problems = settings.problems()
    if not migrate.is_current():
        problems.append("The database has not the tables of this version: run `python -m lms_app.cli migrate`.")
    print()
    if not problems:
        print("Nothing is missing and nothing is dangerous.")
        return
    print("For production, mend this:" if not settings.is_production else "Mend this:")
    for problem in problems:
        print(f"- {problem}")
    if settings.is_production:
        sys.exit(1)


def _backup(options: argparse.Namespace) -> None:
    print(backup.write(options.file))


def _user(options: argparse.Namespace) -> None:
    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    own_words = (options.email, options.name, settings.site_name)
    if problem := passwords.password_problem(password, minimum=settings.password_min_characters, own_words=own_words):
        raise SystemExit(problem)
    password_hash = hash_password(password)
    migrate.migrate()
    with unit_of_work(SYSTEM) as work:
        role = SiteRole(options.role)
        accounts.create_account(work, email=options.email, name=options.name, role=role, password_hash=password_hash)
    print(f"{options.email} can sign in.")


def _import_course(options: argparse.Namespace) -> None:
    migrate.migrate()
    read = exchange.read_course(options.folder)
    with unit_of_work(_who(options.author)) as work:
        report = exchange.import_course(work, read)
    print(exchange.render(report))


def _import_gift(options: argparse.Namespace) -> None:
    migrate.migrate()
    read = exchange.read_gift(options.file.read_bytes())
    if read.report.blocked and not options.skip_unsupported:
        raise SystemExit(exchange.render(read.report))
    with unit_of_work(_who(options.author)) as work:
        report = exchange.import_gift(
            work,
            read,
            slug=options.course,
            module=options.module,
            title=options.title or options.file.stem,
            skip_unsupported=options.skip_unsupported,
        )
    print(exchange.render(report))


def _import_questions(options: argparse.Namespace) -> None:
    migrate.migrate()
    read = exchange.read_questions(options.file.read_bytes())
    actor = _who(options.author)
    if options.preview or (read.report.blocked and not options.skip_unsupported):
        with reading(actor) as work:
            report = exchange.preview_questions(work, read, slug=options.course)
        said = exchange.render(report)
        if report.blocked:
            raise SystemExit(said)
    else:
        with unit_of_work(actor) as work:
            report = exchange.import_questions(
                work, read, slug=options.course, title=options.quiz, skip_unsupported=options.skip_unsupported
            )
        said = exchange.render(report)
    print(said)


def _export_questions(options: argparse.Namespace) -> None:
    named = {".xml": "moodle-xml", ".gift": "gift", ".txt": "gift", ".csv": "csv"}
    with reading(_who(options.author)) as work:
        made = exchange.export_questions(
            work, slug=options.course, format=named.get(options.file.suffix.lower(), "moodle-xml")
        )
    options.file.write_text(made.text, encoding="utf-8", newline="")
    print(f"{made.count} questions in {options.file}.")
    for finding in made.findings:
        print(f"  question {finding.line}: [{finding.about}] {finding.reason}")


def _who(email: str) -> Actor:
    """The account that will own what is imported: the one named, or the first administrator."""
    with reading(SYSTEM) as work:
        wanted = col(User.email) == email.lower() if email else col(User.role) == SiteRole.ADMIN
        user = work.db.exec(select(User).where(wanted).order_by(col(User.created_at))).first()
    if user is None:
        raise NotFound(f"There is no account {email}." if email else "There is no administrator yet: see `user add`.")
    return Actor(user.id, role=SiteRole(user.role), name=user.name)


if __name__ == "__main__":
    main()
