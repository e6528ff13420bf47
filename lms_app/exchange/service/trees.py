"""The course tree: a course as a folder of Markdown and YAML, and back; three ways, all or nothing."""

import difflib
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from lms_app.assignments import service as assignments
from lms_app.core import files
from lms_app.core.errors import Conflict, Forbidden, Invalid
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.courses.models import TEACHES, Course, CourseMember
from lms_app.exchange.service.tree_planting import plant
from lms_app.exchange.service.tree_taking import take
from lms_app.exchange.trees import merging, pieces, reading
from lms_app.exchange.trees.merging import ORDER, Fate, Plan
from lms_app.exchange.trees.pieces import Whole
from lms_app.exchange.trees.reading import TreeDraft
from lms_app.exchange.views import TreeChange, TreeReport
from lms_app.policy import Can
from lms_app.web import routes

SHOWN_PROBLEMS = 20
CHANGED = "This course is not what it was when you looked. Look once more at what would change."


@dataclass(frozen=True, slots=True)
class TreeFiles:
    """A course as files: texts by path, and hashes of the other files by path."""

    slug: str
    texts: dict[str, str]
    hashes: dict[str, str]

    @property
    def base(self) -> str:
        return self.texts[pieces.BASE]


def tree_desk(work: Work) -> None:
    """The door of whoever sends a tree, before it is read. Raises Forbidden for who teaches nowhere."""
    if work.actor.can_teach:
        return
    staff = select(CourseMember.id).where(col(CourseMember.user_id) == work.user_id, TEACHES).limit(1)
    if work.db.exec(staff).first() is None:
        raise Forbidden("Only who teaches can send a course.")


def pack_tree(work: Work, *, slug: str) -> assignments.Pack:
    """`export_tree` as a zip, whose bytes are read while they are sent (`assignments.zipped`)."""
    tree = export_tree(work, slug=slug)
    parts = [assignments.Packed(path, text.encode()) for path, text in tree.texts.items()]
    parts += [assignments.Packed(path, path=files.path_of(sha256)) for path, sha256 in tree.hashes.items()]
    return assignments.Pack(tree.slug, parts)


def export_tree(work: Work, *, slug: str) -> TreeFiles:
    """A whole course as files, for whoever writes it. Raises NotFound to strangers, Forbidden to learners."""
    membership = courses.enter_by_slug(work, slug, Can.AUTHOR)
    whole = take(work, membership.course_id)
    return TreeFiles(membership.slug, pieces.texts_of(whole), pieces.hashes_of(whole))


def preview_tree(
    work: Work, draft: TreeDraft, *, choices: Mapping[str, str] | None = None, texts: bool = False
) -> TreeReport:
    """What `import_tree` would do. Nothing is written. With `texts` what both sides say comes along for every change.

    Raises NotFound where the course is not theirs, Forbidden for whoever may make no course.
    """
    ours = _ours(work, draft)
    if draft.problems:
        return _report(draft, ours, Plan())
    return _report(draft, ours, _plan(draft, ours, choices or {}), texts)


def import_tree(
    work: Work, draft: TreeDraft, *, choices: Mapping[str, str] | None = None, seen: str = ""
) -> TreeReport:
    """Bring a course to what a tree says: all of it or nothing. A new course where there is none with its id.

    `choices` are `ours` or `theirs` by key, for what both sides changed since the export; without one for each nothing
    is changed. `seen` is of the preview that somebody decided by: raises Conflict where the course is another one since,
    and where a choice is missing, Invalid by `path:line` for what is wrong in the tree, NotFound, Forbidden.
    """
    ours = _ours(work, draft)
    if draft.problems:
        raise Invalid({"tree": "\n".join(map(str, draft.problems[:SHOWN_PROBLEMS]))})
    if seen and seen != _mark(ours):
        raise Conflict(CHANGED)
    plan = _plan(draft, ours, choices or {})
    report = _report(draft, ours, plan)
    if many := report.conflicts:
        said = "one thing was" if many == 1 else f"{many} things were"
        raise Conflict(
            f"Nothing was changed: {said} changed on both sides since the export. Choose for each whether the course or "
            "the tree is right."
        )
    notes = plant(work, draft, ours, plan) if plan.steps else []
    whole = take(work, UUID(draft.whole.key))
    if not draft.renewed:  # what is in the order of its ids stands in another one there
        notes += _otherwise(draft, plan, whole, notes)
    return replace(
        report,
        slug=whole.course.slug,
        title=whole.course.title,
        url=str(routes.course_build(whole.course.slug)),
        base=pieces.base_of(whole),
        notes=notes,
        seen=_mark(whole),
    )


def _otherwise(draft: TreeDraft, plan: Plan, whole: Whole, said: Sequence[str]) -> list[str]:
    """What came in and reads otherwise here, such as a title without its double blanks."""
    its = pieces.settled(draft.whole).prints
    found: list[str] = []
    for key in plan.theirs:
        path = draft.whole.pieces[key].path
        if whole.prints.get(key) != its[key] and not any(one.startswith(f"{path}:") for one in said):
            found.append(f"{path}:1: The course says this in its own spelling. Export it once more to have the same.")
    return sorted(found)


def diff_tree(work: Work, draft: TreeDraft, *, slug: str) -> str:
    """What the tree says otherwise than the course, as a unified diff; empty where they are alike."""
    membership = courses.enter_by_slug(work, slug, Can.AUTHOR)
    if draft.problems:
        raise Invalid({"tree": "\n".join(map(str, draft.problems[:SHOWN_PROBLEMS]))})
    if draft.whole.key != str(membership.course_id):
        raise Invalid({"tree": f"course.yaml:1: This is the tree of another course than {membership.slug}."})
    ours = take(work, membership.course_id)
    theirs = pieces.settled(draft.whole)
    a, b = pieces.texts_of(ours), pieces.texts_of(theirs)
    a |= {path: f"{digest}\n" for path, digest in pieces.hashes_of(ours).items()}
    b |= {path: f"{digest}\n" for path, digest in pieces.hashes_of(theirs).items()}
    said: list[str] = []
    for path in sorted({*a, *b} - {pieces.BASE, pieces.GIT}):
        old, new = a.get(path, ""), b.get(path, "")
        said += difflib.unified_diff(
            old.splitlines(keepends=True),
            new.splitlines(keepends=True),
            f"course/{path}" if path in a else "/dev/null",
            f"tree/{path}" if path in b else "/dev/null",
        )
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in said)


def tree_bytes(sha256: str) -> bytes:
    """The content of one of the `hashes` of an export. Whoever asks has the export, which was behind the door."""
    return files.content_of(sha256)


def write_tree(tree: TreeFiles, folder: Path) -> None:
    """Write an export into a folder: new or changed files are written, those of a tree that it has no more go.

    What somebody keeps beside a tree (a README, `.git`) stays. Raises Invalid where the folder is something else.
    """
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not (folder / "course.yaml").is_file())):
        raise Invalid({"folder": f"{folder} is neither empty nor a course tree: nothing was written."})
    if folder.is_symlink():
        raise Invalid({"folder": f"{folder} is a symbolic link: nothing was written."})
    folder.mkdir(parents=True, exist_ok=True)
    for path in reading.own_paths(folder):
        if path not in tree.texts and path not in tree.hashes:
            (folder / path).unlink()
    for path, text in tree.texts.items():
        _write(folder / path, text.encode())
    for path, sha256 in tree.hashes.items():
        _write(folder / path, files.content_of(sha256))
    for one in sorted(folder.glob("modules/**/"), reverse=True):
        if not any(one.iterdir()):
            one.rmdir()


def write_base(report: TreeReport, folder: Path) -> None:
    """Note in a folder that came in what its course is now, so that the next import knows who changed what since."""
    _write(folder / pieces.BASE, report.base.encode())


def render_tree(report: TreeReport) -> str:
    """A report for the command line, with both texts of each conflict."""
    if report.problems:
        return "\n".join([*report.problems, "Nothing was changed."])
    lines = [f"{report.title} ({report.slug})" + (", a new course" if report.is_new else "")]
    for one in report.changes:
        lines.append(f"  {one.fate:<8}  {one.kind:<10}  {' '.join(one.title.split())[:70]}  [{one.key}]")
        if one.fate == Fate.CONFLICT:
            lines += difflib.unified_diff(one.ours.splitlines(), one.theirs.splitlines(), "ours", "theirs", lineterm="")
    if not report.changes:
        lines.append("  Nothing to change: the course says what the tree says.")
    if report.kept:
        lines.append(f"  {report.kept} changed in the course alone stay as they are.")
    lines += [f"  {note}" for note in report.notes]
    lines += [f"  {path} belongs to nothing, and stays here." for path in report.left]
    if report.conflicts:
        lines.append(
            "Nothing was changed. Both sides changed what is called conflict: choose with --resolve, --ours or --theirs."
        )
    return "\n".join(lines)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.is_file() or path.read_bytes() != content:
        path.unlink(missing_ok=True)
        path.write_bytes(content)


# ---- Helpers, in the order in which they are called


def _ours(work: Work, draft: TreeDraft) -> Whole | None:
    """The course as it is, None where there is none. This is the door."""
    try:
        key = UUID(draft.whole.key)
    except ValueError:
        key = None  # the tree has problems with its course.yaml
    there = work.db.get(Course, key) if key else None
    if there is None:
        _ = work.actor.is_admin or work.user_id  # raises NotSignedIn
        if not work.actor.can_teach:
            raise Forbidden("Only instructors can import a course.")
        return None
    courses.enter(work, there.id, Can.AUTHOR)
    return take(work, there.id)


def _plan(draft: TreeDraft, ours: Whole | None, choices: Mapping[str, str]) -> Plan:
    theirs = pieces.settled(draft.whole)
    return merging.merged(ours, theirs, draft.base if ours else {}, draft.base_orders if ours else {}, choices)


def _mark(ours: Whole | None) -> str:
    """Says what a course is, so that a later look can tell whether it is another one."""
    return hashlib.sha256(pieces.base_of(ours).encode()).hexdigest() if ours else "new"


def _report(draft: TreeDraft, ours: Whole | None, plan: Plan, texts: bool = False) -> TreeReport:
    theirs = draft.whole
    values: Any = theirs.pieces[theirs.key].values if theirs.key in theirs.pieces else None
    changes = [_change(step.key, step.fate, ours, theirs, texts) for step in plan.steps]
    return TreeReport(
        slug=values.slug if values else "",
        title=values.title if values else "",
        is_new=ours is None,
        changes=changes,
        conflicts=sum(one.fate is Fate.CONFLICT for one in changes),
        kept=len(plan.kept),
        left=draft.left,
        problems=[str(one) for one in draft.problems],
        seen=_mark(ours),
    )


def _change(key: str, fate: Fate, ours: Whole | None, theirs: Whole, texts: bool) -> TreeChange:
    if key.startswith(ORDER):
        parent = key.removeprefix(ORDER)
        title = theirs.pieces[parent].title if parent in theirs.pieces else ""

        def listed(whole: Whole | None) -> str:
            return "\n".join(whole.pieces[one].title for one in whole.orders.get(parent, [])) if whole else ""

        return TreeChange(key, "order", title, fate, "", listed(ours), listed(theirs))
    mine = ours.pieces.get(key) if ours else None
    its = theirs.pieces.get(key)
    one = its or mine
    assert one is not None
    texts = texts or fate is Fate.CONFLICT
    return TreeChange(
        key,
        one.kind,
        one.title,
        fate,
        one.path,
        _said(mine, ours) if texts else "",
        _said(its, theirs) if texts else "",
    )


def _said(piece: pieces.Piece | None, whole: Whole | None) -> str:
    """All that a print is about: where it stands, its text and its draft, and the bytes of its files."""
    if piece is None or whole is None:
        return ""
    place = f"module: {whole.pieces[piece.place].title}\n" if piece.place in whole.pieces else ""
    draft = "" if piece.draft is None else f"\n--- draft ---\n{piece.draft}\n"
    return "".join([place, piece.text, draft, *(f"{one.path}: {one.sha256[:12]}\n" for one in piece.files)])
