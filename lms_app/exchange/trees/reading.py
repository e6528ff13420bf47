"""A folder becomes a course: every file read, checked and rendered, and everything that is wrong told by file and line."""

import hashlib
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ValidationError

from lms_app.core import files
from lms_app.core.db import new_id
from lms_app.core.errors import Invalid
from lms_app.core.settings import settings
from lms_app.courses import service as courses
from lms_app.exchange.tree import Tree, list_tree
from lms_app.exchange.trees import looks, pieces, shapes, yamls
from lms_app.exchange.trees.pieces import ALONE, BANK, BASE, GRADEBOOK, Attached, Piece, Whole
from lms_app.quizzes import service as quizzes

PROBLEMS_MAX = 100
ZIP_FILES_MAX = 20_000
ZIP_BYTES_MAX = 2 * 1024**3
RATIO_MAX, RATIO_FREE_BYTES = 150, 30_000_000
_FRONT = re.compile(r"\A---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_UUID = re.compile(r"(?i)\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
_NUMBER = re.compile(r"\d{1,9}")
_PATHS = (
    ("course", re.compile(r"course\.yaml")),
    ("gradebook", re.compile(r"gradebook\.yaml")),
    ("bank", re.compile(r"bank/categories\.yaml")),
    ("certificate", re.compile(r"certificate\.yaml")),
    ("comments", re.compile(r"rubrics/comments\.yaml")),
    ("rubric", re.compile(r"rubrics/[^/]+\.yaml")),
    ("design", re.compile(r"certificates/[^/]+\.yaml")),
    ("badge", re.compile(r"badges/[^/]+\.yaml")),
    ("question", re.compile(r"bank/(?:[^/]+/)*[^/]+\.md")),
    ("module", re.compile(r"modules/[^/]+/module\.yaml")),
    ("lesson", re.compile(r"modules/[^/]+/[^/]+\.md")),
    ("quiz", re.compile(r"modules/[^/]+/[^/]+/quiz\.yaml")),
    ("assignment", re.compile(r"modules/[^/]+/[^/]+/assignment\.md")),
    ("question", re.compile(r"modules/[^/]+/[^/]+/[^/]+\.md")),
)
_DRAFT = ".draft.md"


@dataclass(frozen=True, slots=True)
class Problem:
    path: str
    line: int
    said: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.said}"


@dataclass(slots=True)
class TreeDraft:
    """A folder that was read. Only `read_tree` makes these. Nothing of it is written while there are `problems`.

    `base` and `base_orders` are what the course was when the tree left it; empty where the tree does not say.
    `pages` are the lessons and `drafts` the questions, rendered. `left` are files that belong to nothing.
    """

    whole: Whole
    base: dict[str, str]
    base_orders: dict[str, list[str]]
    problems: list[Problem]
    lines: dict[str, yamls.Read]
    pages: dict[str, courses.Written] = field(default_factory=dict[str, courses.Written])
    drafts: dict[str, quizzes.Draft] = field(default_factory=dict[str, quizzes.Draft])
    staged: dict[str, files.Staged] = field(default_factory=dict[str, files.Staged])
    left: list[str] = field(default_factory=list[str])
    renewed: bool = False  # a copy: everything has an id that it did not have

    def line(self, key: str, loc: yamls.Loc) -> str:
        """`path:line` of a part of a piece."""
        piece = self.whole.pieces[key]
        return f"{piece.path}:{self.lines[key].line(loc) if key in self.lines else 1}"


@contextmanager
def unzipped(path: Path) -> Iterator[Path]:
    """The folder that is in a zip, beside our files until the end. Raises Invalid for a zip that means harm, or is none."""
    aside = settings.files_dir / "incoming"
    aside.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=aside) as folder:
        try:
            with zipfile.ZipFile(path) as archive:
                _unzip(archive, Path(folder), path.stat().st_size)
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
            raise Invalid({"file": "This zip cannot be read. Make it once more, without a password."}) from None
        inside = [one for one in Path(folder).iterdir() if not _is_of_a_system(one.name)]
        # Whoever packs the folder that they unpacked gets one folder more around all.
        alone = inside[0] if len(inside) == 1 and inside[0].is_dir() else None
        yield alone if alone is not None and (alone / "course.yaml").is_file() else Path(folder)


def _unzip(archive: zipfile.ZipFile, folder: Path, packed: int) -> None:
    """Nothing is believed that the zip says of itself: not its paths, not its sizes."""
    infos = [info for info in archive.infolist() if not info.is_dir()]
    left = min(ZIP_BYTES_MAX, max(RATIO_FREE_BYTES, RATIO_MAX * packed))
    if len(infos) > ZIP_FILES_MAX or sum(info.file_size for info in infos) > left:
        raise Invalid({"file": "This zip would unpack to more than can be taken."})
    for info in infos:
        name = info.filename.replace("\\", "/")
        parts = name.split("/")
        shown = files.clean_name(name)
        if not name or name.startswith("/") or ".." in parts or ":" in parts[0] or "\0" in name or len(name) > 500:
            raise Invalid({"file": f"“{shown}” leads out of the zip. Nothing of it was taken."})
        if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
            raise Invalid({"file": f"“{shown}” is a link. Nothing of the zip was taken."})
        to = folder.joinpath(*(part for part in parts if part not in ("", ".")))
        to.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(info) as source, to.open("xb") as into:
            while chunk := source.read(1 << 20):
                left -= len(chunk)
                if left < 0:
                    raise Invalid({"file": "This zip would unpack to more than can be taken."})
                into.write(chunk)


def read_zip(path: Path, *, stage: bool = True, as_new: str = "") -> TreeDraft:
    """`read_tree` of what is in a zip."""
    with unzipped(path) as folder:
        return read_tree(folder, stage=stage, as_new=as_new)


def read_tree(folder: Path, *, stage: bool = True, as_new: str = "") -> TreeDraft:
    """Read a folder, without a database. What is wrong in it is in `problems`, by file and line.

    Its files are put on disk where it has no problems; `stage=False` only looks. With `as_new`, the address of another
    course, everything gets an id of its own: what comes in is a copy. Raises Invalid for what is no tree.
    """
    tree = list_tree(folder)
    if "course.yaml" not in tree.sizes:
        raise Invalid({"tree": "course.yaml:1: There is no course.yaml here, so this is no course tree."})
    draft = _Reader(tree).draft()
    if as_new and not draft.problems:
        draft = _Reader(tree, _renewed(draft.whole, as_new)).draft()
        draft.renewed = True
        draft.whole.course.slug, draft.whole.course.status = as_new, "draft"
    if not draft.problems:
        _render(draft)
    if not draft.problems and stage:
        for one in {one.path: one for piece in draft.whole.pieces.values() for one in piece.files}.values():
            content = tree.bytes_of(f"{pieces.FILES}{one.path}", settings.upload_limit_mib * 1024 * 1024)
            draft.staged[one.path] = files.stage_bytes(content)
    del draft.problems[PROBLEMS_MAX:]
    return draft


def own_paths(folder: Path) -> list[str]:
    """The files of a folder that an export would write: pieces, drafts of lessons, and what is in `files/`."""
    return [
        path
        for path in list_tree(folder).sizes
        if path.startswith(pieces.FILES) or any(its.fullmatch(path) for _kind, its in _PATHS)
    ]


def _renewed(whole: Whole, slug: str) -> Callable[[str], str]:
    """What makes a copy of the texts of a tree: every id that is a thing's own becomes another one, also in links."""
    ids: dict[str, str] = {}

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if isinstance(value.get("id"), UUID):
                ids[str(value["id"])] = str(new_id())
            for one in value.values():
                walk(one)
        elif isinstance(value, list):
            for one in value:
                walk(one)

    for piece in whole.pieces.values():
        walk(shapes.plain(piece.values))
    links = re.compile(rf"(?<=/courses/){re.escape(whole.course.slug)}(?![\w-])")

    def change(text: str) -> str:
        return links.sub(slug, _UUID.sub(lambda match: ids.get(match[0].lower(), match[0]), text))

    return change


class _Reader:
    def __init__(self, tree: Tree, change: Callable[[str], str] | None = None) -> None:
        self.tree, self._change = tree, change
        self.problems: list[Problem] = []
        self.lines: dict[str, yamls.Read] = {}
        self.paths: dict[str, str] = {}
        self.hashes: dict[str, str] = {}
        self.left: list[str] = []
        self.whole = Whole("")

    def wrong(self, path: str, line: int, said: str) -> None:
        self.problems.append(Problem(path, line, said))

    def draft(self) -> TreeDraft:
        for path, said in self.tree.odd.items():
            if not path.endswith("/"):
                self.wrong(path, 1, f"This is {said}.")
        seen: dict[str, str] = {}
        for path in sorted(self.tree.sizes):
            if _is_of_a_system(path):
                continue
            # Where case does not count the two would be one file.
            if (twin := seen.setdefault(path.casefold(), path)) != path and not path.startswith("."):
                self.wrong(path, 1, f"The name differs from that of {twin} only in its capital letters. Rename one.")
            kind = next((kind for kind, its in _PATHS if its.fullmatch(path)), "")
            if path.endswith(_DRAFT) and kind == "lesson":
                if path.removesuffix(_DRAFT) + ".md" not in self.tree.sizes:
                    self.wrong(path, 1, "This is the draft of a lesson that is not here.")
            elif kind:
                self._piece(path, kind)
            elif path.startswith("modules/") or path.endswith((".yaml", ".yml")):
                self.wrong(path, 1, "This file has no place in a course tree: see its layout in the handbook.")
            elif not path.startswith((".", pieces.FILES)):
                self.left.append(path)
        self._order()
        if not self.problems:
            self._check()
        base, orders = self._base()
        used = {f"{pieces.FILES}{one.path}" for piece in self.whole.pieces.values() for one in piece.files}
        self.left += [path for path in self.tree.sizes if path.startswith(pieces.FILES) and path not in used]
        return TreeDraft(self.whole, base, orders, self.problems, self.lines, left=self.left)

    # ---- One file

    def _text(self, path: str) -> str:
        try:
            text, note = self.tree.text_of(path)
        except Invalid as error:
            self.wrong(path, 1, " ".join(error.fields.values()))
            return ""
        if note:
            self.wrong(path, 1, "This file is not UTF-8. Save it as UTF-8.")
            return ""
        return self._change(text) if self._change else text

    def _piece(self, path: str, kind: str) -> None:
        before = len(self.problems)
        text = self._text(path)
        if len(self.problems) > before:
            return
        body, first = "", 1
        if path.endswith(".md"):
            front = _FRONT.match(text)
            if front is None:
                self.wrong(path, 1, "A file of a course begins with a line ---, its settings, and another line ---.")
                return
            body, text, first = text[front.end() :].removeprefix("\n").removesuffix("\n"), front[1], 2
        try:
            read = yamls.read(text, first)
        except yamls.WrongYaml as error:
            self.wrong(path, error.line, error.said)
            return
        if not isinstance(read.value, dict) and not (read.value is None and kind in ALONE):
            self.wrong(path, first, "Here stand keys and values, like `title: Ponds`.")
            return
        values = self._shaped(path, kind, read)
        if values is None:
            return
        draft = self._draft_of(path, kind, values)
        if getattr(values, "body", None) is not None:
            if body:
                self.wrong(path, read.line(("body",)), "The text stands below or under `body`, not both.")
            body, values = values.body, values.model_copy(update={"body": None})
        key = kind if kind in ALONE else str(values.id)
        if key in self.paths:
            self.wrong(path, read.line(("id",)), f"The id {key} is that of {self.paths[key]}, too.")
            return
        self.paths[key], self.lines[key] = path, read
        attached = self._attached(path, read, values)
        piece = Piece(key, kind, values, body, draft, "", attached, path)
        names = [one.path for one in attached]
        self.whole.pieces[key] = pieces.readdressed(piece, lambda text: pieces.inward(text, path, names))

    def _draft_of(self, path: str, kind: str, values: Any) -> str | None:
        if kind != "lesson":
            return None
        draft = values.draft
        values.draft = None
        beside = path.removesuffix(".md") + _DRAFT
        return self._text(beside).removesuffix("\n") if beside in self.tree.sizes else draft

    def _shaped(self, path: str, kind: str, read: yamls.Read) -> Any:
        given = read.value or {}
        shape = shapes.SHAPES[kind]
        try:
            values: Any = shape.model_validate(given)
        except ValidationError as error:
            for problem in error.errors(include_url=False, include_context=True)[:PROBLEMS_MAX]:
                loc = _written(read, problem["loc"])
                if problem["type"] == "missing" and problem["loc"][-1] == "id":
                    said = f"An id is missing. For a new one take `id: {new_id()}`."
                else:
                    said = _sentence(problem)
                self.wrong(path, read.line(loc), said)
            return None
        if kind in ("design", "badge"):
            try:
                return looks.settled(kind, values)
            except Invalid as error:
                self._fields(path, read, error)
                return None
        if kind != "question":
            return values
        try:
            its = quizzes.kind_of(values.kind)
        except Invalid as error:
            self.wrong(path, read.line(("kind",)), " ".join(error.fields.values()))
            return None
        try:
            spec = its.Spec.model_validate(given.get("spec") or {})
        except ValidationError as error:
            for name, said in quizzes.spec_problems(error, its.Spec).items():
                self.wrong(path, read.line(("spec", *loc_of(name))), f"{name}: {said}")
            return None
        unnamed = list(_unnamed(spec.model_dump(mode="python"), given.get("spec") or {}))
        for loc in unnamed:
            said = f"An id is missing. For a new one take `id: {str(new_id())[:8]}`."
            self.wrong(path, read.line(("spec", *loc)), said)
        return None if unnamed else values.model_copy(update={"spec": slim(spec), "tags": sorted(values.tags)})

    def _fields(self, path: str, read: yamls.Read, error: Invalid) -> None:
        for name, said in error.fields.items():
            self.wrong(path, read.line(loc_of(name)), said)

    def _attached(self, path: str, read: yamls.Read, values: Any) -> tuple[Attached, ...]:
        found: list[Attached] = []
        for at, one in enumerate(getattr(values, "files", [])):
            place = f"{pieces.FILES}{one.path}"
            if place not in self.tree.sizes:
                self.wrong(path, read.line(("files", at, "path")), f"There is no {place}.")
                continue
            if place not in self.hashes:
                try:
                    content = self.tree.bytes_of(place, settings.upload_limit_mib * 1024 * 1024)
                except Invalid as error:
                    self.wrong(place, 1, " ".join(error.fields.values()))
                    continue
                if not content:
                    self.wrong(place, 1, "This file is empty.")
                self.hashes[place] = hashlib.sha256(content).hexdigest()
            found.append(Attached(one.path, one.name or one.path, self.hashes[place]))
        return tuple(found)

    # ---- All of them together

    def _order(self) -> None:
        """Modules, and what stands in them, in the order of the numbers of their names."""
        modules = {path.split("/")[1]: key for key, path in self.paths.items() if path.endswith("/module.yaml")}
        self.whole.key = next((key for key, path in self.paths.items() if path == "course.yaml"), "")
        folders: dict[str, list[tuple[str, str]]] = {name: [] for name in modules}
        for key, path in self.paths.items():
            piece = self.whole.pieces[key]
            if piece.kind not in ("lesson", "quiz", "assignment"):
                continue
            _modules, folder, name = path.split("/")[:3]
            if folder not in modules:
                self.wrong(path, 1, f"modules/{folder}/module.yaml is missing, which says what this module is.")
                continue
            self.whole.pieces[key] = replace(piece, place=modules[folder])
            folders[folder].append((name, key))
        names = sorted(modules, key=_by_number)
        self.whole.orders = {self.whole.key: [modules[name] for name in names]}
        for name in names:
            its = sorted(folders[name], key=lambda one: _by_number(one[0]))
            self.whole.orders[modules[name]] = [key for _name, key in its]

    def _check(self) -> None:
        """That what is named is there."""
        of = {key: piece.kind for key, piece in self.whole.pieces.items()}
        of |= {str(one.id): "group" for one in self.whole.course.groups}
        categories = set(_ids(self.whole.pieces[BANK].values.categories)) if BANK in of else set[str]()
        for piece in self.whole.pieces.values():
            for loc, kinds, key in _references(piece):
                known = key in categories if kinds == ("category",) else of.get(key) in kinds
                if not known:
                    line = self.lines[piece.key].line(loc)
                    self.wrong(piece.path, line, f"There is no {' or '.join(kinds)} with the id {key}.")

    def _base(self) -> tuple[dict[str, str], dict[str, list[str]]]:
        if BASE not in self.tree.sizes:
            return {}, {}
        try:
            return pieces.read_base(self.tree.text_of(BASE)[0], self.whole.key)
        except Invalid as error:
            self.wrong(BASE, 1, " ".join(error.fields.values()).removeprefix(f"{BASE}:1: "))
            return {}, {}


def loc_of(name: str) -> yamls.Loc:
    """Where a field of a form stands: `signatures.0.name`."""
    return tuple(int(part) if part.isdecimal() else part for part in name.split("."))


def _written(read: yamls.Read, loc: Sequence[str | int]) -> yamls.Loc:
    """The part of a file that a check names, without the names of alternatives, which no file says."""
    found: yamls.Loc = ()
    for part in loc:
        if (*found, part) in read.lines:
            found = (*found, part)
    return found


def _is_of_a_system(path: str) -> bool:
    """Whether a file or folder is what a desktop or an editor leaves everywhere, and nobody's."""
    *_folders, name = path.split("/")
    return path.startswith("__MACOSX") or name.startswith(("._", ".DS_Store")) or name in ("Thumbs.db", "desktop.ini")


def _by_number(name: str) -> tuple[int, str]:
    found = _NUMBER.match(name)
    return (int(found[0]) if found else 10**9, name)


def _ids(categories: Sequence[Any]) -> Iterator[str]:
    for one in categories:
        yield str(one.id)
        yield from _ids(one.categories)


def _references(piece: Piece) -> Iterator[tuple[yamls.Loc, tuple[str, ...], str]]:
    values = piece.values
    if piece.kind == "quiz":
        for at, slot in enumerate(values.slots):
            if slot.question:
                yield ("slots", at, "question"), ("question",), str(slot.question)
            if slot.category:
                yield ("slots", at, "category"), ("category",), str(slot.category)
    elif piece.kind == "question" and values.category:
        yield ("category",), ("category",), str(values.category)
    elif piece.kind == "assignment" and values.rubric:
        yield ("rubric",), ("rubric",), str(values.rubric)
    if piece.kind in ("lesson", "quiz", "assignment"):
        for at, one in enumerate(values.for_groups):
            yield ("for_groups", at, "group"), ("group",), str(one.group)
    elif piece.kind == GRADEBOOK:
        for at, column in enumerate(values.columns):
            if column.item:
                yield ("columns", at, "item"), ("quiz", "assignment"), str(column.item)


def slim(spec: BaseModel) -> dict[str, Any]:
    """A spec without what is at its default, where it can be read back from that; whole, else."""
    short = spec.model_dump(mode="python", exclude_defaults=True)
    try:
        same = type(spec).model_validate(short) == spec
    except ValidationError:
        same = False
    return short if same else spec.model_dump(mode="python")


def _unnamed(whole: Any, given: Any, loc: yamls.Loc = ()) -> Iterator[yamls.Loc]:
    """Options that a person added without an id: one made up here would be another one at each reading."""
    if isinstance(whole, dict) and isinstance(given, dict):
        if "id" in whole and not given.get("id"):
            yield loc
        for key in given:
            yield from _unnamed(whole.get(key), given[key], (*loc, key))
    elif isinstance(whole, list | tuple) and isinstance(given, list):
        for at, (one, its) in enumerate(zip(whole, given, strict=False)):
            yield from _unnamed(one, its, (*loc, at))


def _sentence(problem: Any) -> str:
    loc = [part for part in problem["loc"] if isinstance(part, str)]
    name = loc[-1] if loc else "This"
    match problem["type"]:
        case "extra_forbidden":
            return f"There is no key “{name[:60]}” here."
        case "missing":
            return f"“{name}” is missing."
        case "literal_error":
            return f"“{name}” is one of {problem['ctx']['expected']}."
        case _:
            message = str(problem["msg"]).removeprefix("Value error, ").rstrip(".")
            return f"“{name}”: {message}."


def _render(draft: TreeDraft) -> None:
    """Lessons and questions, checked as their rooms check them."""
    for key, piece in draft.whole.pieces.items():
        try:
            if piece.kind == "lesson":
                draft.pages[key] = courses.written(piece.body)
            elif piece.kind == "question":
                values = piece.values
                quizzes.tags_of(values.tags)
                draft.drafts[key] = quizzes.draft(
                    kind=values.kind,
                    stem=piece.body,
                    spec=values.spec,
                    points=values.points,
                    feedback=values.feedback,
                    hints=values.hints,
                    penalty=values.penalty,
                )
        except Invalid as error:
            for name, said in error.fields.items():
                place, line = draft.line(key, loc_of(name)).rsplit(":", 1)
                draft.problems.append(Problem(place, int(line), said))
