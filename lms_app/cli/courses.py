"""Courses and questions, in and out."""

import argparse
import importlib
import sys
from pathlib import Path

from sqlmodel import col, select

from lms_app import migrate
from lms_app.core.errors import Invalid, NotFound
from lms_app.core.identity import User
from lms_app.core.work import SYSTEM, Actor, SiteRole, reading, unit_of_work
from lms_app.exchange import service as exchange

UNDECIDED = 3
"""The exit code of an import that waits for choices: nothing was changed."""


def import_course(options: argparse.Namespace) -> None:
    migrate.migrate()
    if options.folder.is_file() or exchange.is_package(options.folder):
        package = exchange.read_package(options.folder, stage=not options.preview)
        report = package.report
        if not options.preview:
            with unit_of_work(_who(options.author)) as work:
                report = exchange.import_package(work, package)
        print(exchange.render(report))
        return
    read = exchange.read_course(options.folder, stage=not options.preview)
    if options.preview:
        print(exchange.render(read.report))
        return
    with unit_of_work(_who(options.author)) as work:
        report = exchange.import_course(work, read)
    print(exchange.render(report))


def import_gift(options: argparse.Namespace) -> None:
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


def import_questions(options: argparse.Namespace) -> None:
    migrate.migrate()
    read = exchange.read_questions(options.file)
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


def export_questions(options: argparse.Namespace) -> None:
    named = {".xml": "moodle-xml", ".gift": "gift", ".txt": "gift", ".csv": "csv", ".zip": "qti"}
    format = named.get(options.file.suffix.lower(), "moodle-xml")
    with unit_of_work(_who(options.author)) as work:
        made = exchange.export_questions(work, slug=options.course, format=format)
        exchange.note_export(work, slug=options.course, what="questions", format=format)
    options.file.write_bytes(made.content)
    print(f"{made.count} questions in {options.file}.")
    for finding in made.findings:
        print(f"  question {finding.line}: [{finding.about}] {finding.reason}")


def course(options: argparse.Namespace) -> None:
    {"export": _export_course, "import": _take_course, "diff": _diff_course}[options.what](options)


def _export_course(options: argparse.Namespace) -> None:
    with unit_of_work(_who(options.author)) as work:
        tree = exchange.export_tree(work, slug=options.slug)
        exchange.note_export(work, slug=options.slug, what="course", format="tree")
    exchange.write_tree(tree, options.folder)
    print(f"{len(tree.texts) + len(tree.hashes)} files in {options.folder}.")


def _take_course(options: argparse.Namespace) -> None:
    # By name, as the server starts it: only the whole product tells the rooms of each other, such as whose attempts end
    # at another time when a date moves, or which rubric is in use.
    importlib.import_module("lms_app.lms_app")
    migrate.migrate()
    draft = _tree(options, stage=not options.preview)
    actor = _who(options.author)
    with reading(actor) as work:
        found = exchange.preview_tree(work, draft)
    if found.problems:
        raise SystemExit(exchange.render_tree(found))
    choices = _choices(options, [one.key for one in found.changes if one.fate == "conflict"])
    if options.preview:
        with reading(actor) as work:
            print(exchange.render_tree(exchange.preview_tree(work, draft, choices=choices)))
        return
    if any(one.key not in choices for one in found.changes if one.fate == "conflict"):
        print(exchange.render_tree(found), file=sys.stderr)
        sys.exit(UNDECIDED)
    with unit_of_work(actor) as work:
        report = exchange.import_tree(work, draft, choices=choices, seen=found.seen)
    if options.folder.is_dir() and not options.as_new:
        exchange.write_base(report, options.folder)
    print(exchange.render_tree(report))


def _choices(options: argparse.Namespace, conflicts: list[str]) -> dict[str, str]:
    """What was decided about conflicts. Raises SystemExit for a file that does not say it."""
    found: dict[str, str] = {}
    if options.resolve in ("ours", "theirs"):
        found = dict.fromkeys(conflicts, options.resolve)
    elif options.resolve:
        try:
            found = exchange.read_choices(Path(options.resolve).read_text(encoding="utf-8-sig"))
        except (OSError, UnicodeDecodeError) as error:
            raise SystemExit(f"{options.resolve} cannot be read: {error}") from None
        except Invalid as error:
            said = "\n".join(error.fields.values())
            raise SystemExit(f"{options.resolve}:{said}") from None
    for side, keys in (("ours", options.ours), ("theirs", options.theirs)):
        if keys is not None:
            found |= dict.fromkeys(keys or conflicts, side)
    return found


def _diff_course(options: argparse.Namespace) -> None:
    draft = _tree(options, stage=False)
    with reading(_who(options.author)) as work:
        said = exchange.diff_tree(work, draft, slug=options.slug)
    if said:
        print(said, end="")
        sys.exit(1)


def _tree(options: argparse.Namespace, *, stage: bool) -> exchange.TreeDraft:
    """What a folder or a zip says."""
    as_new = getattr(options, "as_new", "")
    if options.folder.is_file():
        return exchange.read_zip(options.folder, stage=stage, as_new=as_new)
    return exchange.read_tree(options.folder, stage=stage, as_new=as_new)


def _who(email: str) -> Actor:
    """The account that will own what is imported: the one named, or the first administrator."""
    with reading(SYSTEM) as work:
        wanted = col(User.email) == email.lower() if email else col(User.role) == SiteRole.ADMIN
        user = work.db.exec(select(User).where(wanted).order_by(col(User.created_at))).first()
    if user is None:
        raise NotFound(f"There is no account {email}." if email else "There is no administrator yet: see `user add`.")
    return Actor(user.id, role=SiteRole(user.role), name=user.name)
