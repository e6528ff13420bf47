"""The command line of the person who runs the place: `python -m lms_app.cli COMMAND --help`.

A command's module is loaded when it is asked for: checking a badge needs no database, and does not wait for one.
"""

import argparse
import importlib
from pathlib import Path

from lms_app.core.errors import LmsError, WrongVersion
from lms_app.core.signing import BadToken
from lms_app.core.work import SiteRole


def main() -> None:
    options = _parser().parse_args()
    module, _, act = options.act.partition(".")
    try:
        getattr(importlib.import_module(f"lms_app.cli.{module}"), act)(options)
    except LmsError as error:
        raise SystemExit(error.message) from None
    except (WrongVersion, BadToken) as error:
        raise SystemExit(str(error)) from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m lms_app.cli", description="Run a Lectern school.")
    verbs = parser.add_subparsers(required=True, metavar="COMMAND")

    def verb(name: str, act: str, words: str) -> argparse.ArgumentParser:
        made = verbs.add_parser(name, help=words, description=words)
        made.set_defaults(act=act)
        return made

    verb("migrate", "place.bring_up", "Bring the database to the tables of this version.")
    verb("demo", "place.demo", "Fill an empty database with the demo school.")
    verb("doctor", "place.doctor", "Show what is set, what is missing and what is dangerous.")
    verb("words", "words.show", "Gather every text of the interface into the catalogues, and say what lacks.")
    verb("secret", "place.secret", "Print a good LMS_SECRET_KEY.")
    keys = verb("keys", "signed.keys", "The keys that sign certificates and badges.")
    keys.add_argument("what", choices=["create", "rotate", "list", "export"])
    keys.add_argument("file", type=Path, nargs="?", help="export: where the public keys go, such as keys.json")
    checked = verb("verify", "signed.verify", "Check a certificate or a badge, with no network and no database.")
    checked.add_argument("thing", metavar="FILE-or-CODE", help="a PDF, PNG, SVG or text file, or what a QR code says")
    checked.add_argument("--keys", type=Path, help="the school's public keys (JWKS); default: the keys of this school")
    checked.add_argument("--status", type=Path, help="the school's status list, to see what was revoked")
    status = verb("status", "signed.status", "Write a status list: what was revoked, for `verify --status`.")
    status.add_argument("file", type=Path)
    status.add_argument("--list", dest="number", type=int, default=0, help="which list, when there are several")
    saved = verb("backup", "kept.save", "Write database and files into one archive, while the server runs.")
    saved.add_argument("file", type=Path, help="such as backup.tar.gz")
    back = verb(
        "restore", "kept.restore", "Bring a backup back into an empty database, on this or another kind of server."
    )
    back.add_argument("file", type=Path, help="what `backup` wrote")
    back.add_argument("--verify", action="store_true", help="only see whether it could be: nothing here is touched")
    verb("check", "place.check", "Look whether database, files and audit log are whole.")
    back.add_argument("--erased", type=Path, help="list of accounts erased since; default: erased.jsonl beside FILE")
    kept = verb("retention", "kept.retention", "Remove what is over by the rules of how long things are kept.")
    kept.add_argument("--dry-run", action="store_true", help="only count")
    verb(
        "data-map",
        "kept.show_data_map",
        "Print docs/data-map.md: where something about people is, and what becomes of it.",
    )
    log = verb(
        "audit",
        "signed.audit",
        "Walk the chain of the audit log: the exit code is 1 where it was changed from outside.",
    )
    log.add_argument("what", choices=["verify"])
    log.add_argument(
        "--expect", metavar="HASH", default="", help="what an earlier run printed: that entry must still be there"
    )
    closed = verb("maintenance", "place.open_or_close", "Close the site to all but administrators, or open it again.")
    closed.add_argument("what", choices=["on", "off"])
    closed.add_argument("--message", default="", help="on: what everybody else reads")
    user = verb("user", "place.user", "Make an account, such as the first administrator's.")
    user.add_argument("what", choices=["add"])
    user.add_argument("email")
    user.add_argument("--name", required=True)
    user.add_argument("--role", choices=[role.value for role in SiteRole], default="student")
    bounce = verb(
        "bounce", "place.bounce", "Note a mail that came back: its address gets no more until its owner asks for it."
    )
    bounce.add_argument("file", nargs="+", help="the message as it came (RFC 3464), or - for standard input")
    course = verb("import-course", "courses.import_course", "Make a course of a folder or a package.")
    what = (
        "a folder of Markdown files; or Common Cartridge, Canvas export, Moodle backup, Open edX (OLX), packed or not"
    )
    course.add_argument("folder", type=Path, help=what)
    course.add_argument("--preview", action="store_true", help="only say what would happen")
    _author(course)
    gift = verb("import-gift", "courses.import_gift", "Make a quiz of a GIFT file.")
    gift.add_argument("file", type=Path)
    gift.add_argument("--course", required=True, help="the short name in the course's address")
    gift.add_argument("--module", default="", help="the title of the module; default: the last one")
    gift.add_argument("--title", default="", help="the quiz's title; default: the file's name")
    gift.add_argument("--skip-unsupported", action="store_true", help="import the rest, and list what is left out")
    _author(gift)
    bank = verb(
        "import-questions", "courses.import_questions", "Put a file of questions into a course's question bank."
    )
    bank.add_argument("file", type=Path, help="GIFT, Moodle XML, QTI (also as a zip) or CSV: its content tells")
    bank.add_argument("--course", required=True, help="the short name in the course's address")
    bank.add_argument("--quiz", default="", help="the title of a quiz that asks them all")
    bank.add_argument("--preview", action="store_true", help="only say what would happen")
    bank.add_argument("--skip-unsupported", action="store_true", help="import the rest, and list what is left out")
    _author(bank)
    out = verb("export-questions", "courses.export_questions", "Write a course's question bank into a file.")
    out.add_argument("file", type=Path, help="ends in .xml (Moodle XML), .zip (QTI 2.1), .gift or .csv")
    out.add_argument("--course", required=True, help="the short name in the course's address")
    _author(out)
    tree = verb("course", "courses.course", "A course as a folder of Markdown and YAML: out, in, or compared.")
    acts = tree.add_subparsers(dest="what", required=True, metavar="WHAT")
    given = acts.add_parser("export", help="write a course into a folder, for people and for git")
    given.add_argument("slug", help="the short name in the course's address")
    given.add_argument("folder", type=Path, help="empty, or an earlier export")
    _author(given)
    taken = acts.add_parser("import", help="bring a course to what a folder says, or make it")
    taken.add_argument("folder", type=Path, help="or a zip of it")
    taken.add_argument(
        "--as-new", metavar="SLUG", default="", help="make another course of it, with ids of its own, at this address"
    )
    taken.add_argument(
        "--resolve",
        metavar="ours|theirs|FILE",
        default="",
        help="all conflicts so, or each as a file of YAML says: `KEY: ours`. The exit code is 3 where one is undecided",
    )
    taken.add_argument("--preview", action="store_true", help="only say what would happen")
    for side, words in (("ours", "keep what the course says"), ("theirs", "take what the folder says")):
        taken.add_argument(f"--{side}", nargs="*", metavar="KEY", help=f"in conflicts {words}: these, or all")
    _author(taken)
    told = acts.add_parser("diff", help="show what a folder says otherwise; the exit code is 1 where it does")
    told.add_argument("slug", help="the short name in the course's address")
    told.add_argument("folder", type=Path, help="or a zip of it")
    _author(told)
    return parser


def _author(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--as", dest="author", metavar="EMAIL", default="", help="whose it will be; default: an admin")
