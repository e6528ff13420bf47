"""What a course consists of, as the tree keeps it, and where in the tree each piece lies."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lms_app.core.errors import Invalid
from lms_app.exchange.trees import shapes, yamls

BASE = ".lectern/base.json"
GIT = ".gitattributes"
GIT_SAYS = "# Written by Lectern. Line ends stay as they are; the base of the next import is nothing to read.\n* -text\n/.lectern/** -diff linguist-generated\n"
FILES = "files/"
GRADEBOOK, BANK, COMMENTS, CERTIFICATE = "gradebook", "bank", "comments", "certificate"
ALONE = {
    GRADEBOOK: "Gradebook",
    BANK: "Categories of the question bank",
    COMMENTS: "Saved comments",
    CERTIFICATE: "Terms of the certificate",
}
"""Pieces of which a course has one: their kind is their key, and what people call them."""
_ALONE_AT = {
    GRADEBOOK: "gradebook.yaml",
    BANK: "bank/categories.yaml",
    COMMENTS: "rubrics/comments.yaml",
    CERTIFICATE: "certificate.yaml",
}
_FOLDERS = {"rubric": "rubrics", "design": "certificates", "badge": "badges"}
_ODD = re.compile(r"[\r\x00]|^\ufeff")
_NAME = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Attached:
    """A file of a piece: its name below `files/`, and the hash of its bytes."""

    path: str
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of the tree. Its texts name its files as `/files/NAME`.

    `place` is the module that it stands in; `values` is a shape of `shapes.py`, `body` its Markdown, `draft` what the
    authors of a lesson have not published yet.
    """

    key: str
    kind: str
    values: Any
    body: str = ""
    draft: str | None = None
    place: str = ""
    files: tuple[Attached, ...] = ()
    path: str = ""

    @property
    def title(self) -> str:
        if self.kind == "question":
            return " ".join(self.body.split())[:80]
        if self.kind in ALONE:
            return ALONE[self.kind]
        return self.values.name if self.kind in ("design", "badge") else self.values.title

    @property
    def text(self) -> str:
        """The file, with its addresses as they are in here."""
        return _written(self)

    @property
    def print(self) -> str:
        """A hash of all that it says. Where it lies is not in it, but for its module."""
        said = [self.kind, self.place, self.text, self.draft, [[one.path, one.sha256] for one in self.files]]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


@dataclass(slots=True)
class Whole:
    """A course: its pieces by key, and the order of its modules (under the course's key) and of the items in each."""

    key: str
    pieces: dict[str, Piece] = field(default_factory=dict[str, Piece])
    orders: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    _prints: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def prints(self) -> dict[str, str]:
        """The prints of all pieces by key, made once: of a whole to which no piece is added any more."""
        if not self._prints:
            self._prints |= {key: piece.print for key, piece in self.pieces.items()}
        return self._prints

    @property
    def course(self) -> Any:
        return self.pieces[self.key].values


# ---- A piece as text


def is_odd(text: str) -> bool:
    """Whether a text file would not keep this text as it is."""
    return bool(_ODD.search(text))


def _written(piece: Piece) -> str:
    values = shapes.plain(piece.values)
    if piece.kind not in shapes.MARKDOWN:
        return yamls.written(values)
    odd = is_odd(piece.body)
    if odd:
        values["body"] = piece.body
    if piece.draft is not None and is_odd(piece.draft):
        values["draft"] = piece.draft
    body = f"\n{piece.body}\n" if piece.body and not odd else ""
    return f"---\n{yamls.written(values)}---\n{body}"


def base_of(whole: Whole) -> str:
    """What `.lectern/base.json` says: a hash of each piece, and the orders."""
    said = {
        "format": shapes.FORMAT,
        "course": whole.key,
        "pieces": {key: whole.prints[key] for key in sorted(whole.pieces)},
        "orders": {key: whole.orders[key] for key in sorted(whole.orders)},
    }
    return json.dumps(said, indent=1) + "\n"


# ---- Where pieces lie


def slug(title: str) -> str:
    split = unicodedata.normalize("NFKD", title.casefold())
    found = re.sub(r"[^a-z0-9]+", "-", split.encode("ascii", "ignore").decode())[:48].strip("-")
    return f"-{found}" if found else ""


def laid_out(whole: Whole) -> dict[str, str]:
    """The path of each piece, by key. A question lies with the first quiz that asks it, else in the bank."""
    paths = {whole.key: "course.yaml"}
    paths |= {key: path for key, path in _ALONE_AT.items() if key in whole.pieces}
    asked: dict[str, str] = {}
    for module, key in _numbered(whole, whole.key):
        folder = f"modules/{module}"
        paths[key] = f"{folder}/module.yaml"
        for name, item in _numbered(whole, key):
            piece = whole.pieces[item]
            match piece.kind:
                case "lesson":
                    paths[item] = f"{folder}/{name}.md"
                case "quiz":
                    paths[item] = f"{folder}/{name}/quiz.yaml"
                    for slot in piece.values.slots:
                        asked.setdefault(str(slot.question), f"{folder}/{name}")
                case _:
                    paths[item] = f"{folder}/{name}/assignment.md"
    questions = sorted(key for key, piece in whole.pieces.items() if piece.kind == "question")
    firsts = [key[:8] for key in questions]
    short = len(set(firsts)) == len(firsts)
    for key in questions:
        paths[key] = f"{asked.get(key, 'bank')}/question-{key[:8] if short else key}.md"
    taken = {path.removesuffix(".yaml") for path in _ALONE_AT.values()}
    for kind, folder in _FOLDERS.items():
        its = [piece for piece in whole.pieces.values() if piece.kind == kind]
        for piece in sorted(its, key=lambda one: (one.title, one.key)):
            paths[piece.key] = f"{_unlike(f'{folder}/{slug(piece.title)[1:] or kind}', '', taken)}.yaml"
    return paths


def _numbered(whole: Whole, key: str) -> Iterator[tuple[str, str]]:
    order = whole.orders.get(key, [])
    width = max(2, len(str(len(order))))
    for number, one in enumerate(order, start=1):
        yield f"{number:0{width}}{slug(whole.pieces[one].values.title)}", one


def _unlike(stem: str, ending: str, taken: set[str]) -> str:
    number, found = 2, f"{stem}{ending}"
    while found.lower() in taken:
        found = f"{stem}-{number}{ending}"
        number += 1
    taken.add(found.lower())
    return found


class Names:
    """Names below `files/`: the same bytes under the same name are one file."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], str] = {}
        self._taken: set[str] = set()

    def of(self, name: str, sha256: str) -> str:
        if (name, sha256) not in self._known:
            kept = _NAME.sub("-", unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode())
            stem, dot, ending = kept.rpartition(".")
            stem, ending = (stem, f"{dot}{ending[:12]}") if stem.strip("-._") else (kept, "")
            stem = stem.strip("-._")[:80] or "file"
            self._known[(name, sha256)] = _unlike(stem, ending, self._taken)
        return self._known[(name, sha256)]


# ---- Addresses of files in texts


def outward(text: str, path: str, names: Sequence[str]) -> str:
    """`/files/NAME` as a link from the file at `path`, so that it works wherever the tree is read."""
    return _swapped(text, "/files/", _up(path), names)


def inward(text: str, path: str, names: Sequence[str]) -> str:
    return _swapped(text, _up(path), "/files/", names)


def _up(path: str) -> str:
    return "../" * path.count("/") + FILES


def _swapped(text: str, old: str, new: str, names: Sequence[str]) -> str:
    if not names or old not in text:
        return text
    known = "|".join(re.escape(name) for name in sorted(names, key=lambda name: (-len(name), name)))
    return re.sub(rf"(?<![\w./]){re.escape(old)}({known})", lambda match: new + match[1], text)


def mapped(value: Any, change: Any) -> Any:
    """Texts inside of a value, changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {key: mapped(one, change) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [mapped(one, change) for one in value]
    return value


def readdressed(piece: Piece, change: Any) -> Piece:
    """The piece with `change` made to all its texts that may name files."""
    values = piece.values
    if piece.kind == "question":
        values = values.model_copy(
            update={
                "spec": mapped(values.spec, change),
                "feedback": change(values.feedback),
                "hints": [change(hint) for hint in values.hints],
            }
        )
    draft = None if piece.draft is None else change(piece.draft)
    return Piece(piece.key, piece.kind, values, change(piece.body), draft, piece.place, piece.files, piece.path)


# ---- The whole as files


def settled(whole: Whole) -> Whole:
    """With the paths of all pieces, and addresses as a reader of the tree would find them."""
    paths = laid_out(whole)
    done = Whole(whole.key, {}, whole.orders)
    for key in sorted(whole.pieces, key=lambda one: paths[one]):
        piece = whole.pieces[key]
        names, path = [one.path for one in piece.files], paths[key]
        placed = Piece(key, piece.kind, piece.values, piece.body, piece.draft, piece.place, piece.files, path)
        done.pieces[key] = readdressed(placed, lambda text, p=path, n=names: inward(outward(text, p, n), p, n))
    return done


def outside(piece: Piece) -> dict[str, str]:
    """The text files of a settled piece, by path."""
    names = [one.path for one in piece.files]
    out = readdressed(piece, lambda text: outward(text, piece.path, names))
    found = {piece.path: out.text}
    if out.draft is not None and not is_odd(out.draft):
        found[f"{piece.path.removesuffix('.md')}.draft.md"] = f"{out.draft}\n"
    return found


def texts_of(whole: Whole) -> dict[str, str]:
    """All text files of a settled course, in the order of their paths."""
    found = {GIT: GIT_SAYS, BASE: base_of(whole)}
    for piece in whole.pieces.values():
        found.update(outside(piece))
    return {path: found[path] for path in sorted(found)}


def hashes_of(whole: Whole) -> dict[str, str]:
    """The other files: hashes of their bytes by path."""
    found = {f"{FILES}{one.path}": one.sha256 for piece in whole.pieces.values() for one in piece.files}
    return {path: found[path] for path in sorted(found)}


def read_base(text: str, key: str) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Hashes and orders at the export; none for the base of another course. Raises Invalid for what is no base."""
    try:
        said = json.loads(text)
        of, prints, orders = str(said["course"]), dict(said["pieces"]), dict(said["orders"])
        whole = all(isinstance(one, str) for one in prints.values())
        whole = whole and all(isinstance(one, str) for order in orders.values() for one in order)
    except (ValueError, KeyError, TypeError, RecursionError):
        whole, of, prints, orders = False, "", {}, {}
    if not whole:
        raise Invalid(
            {"tree": f"{BASE}:1: This is not what an export wrote. Delete it, or take the one of your export."}
        )
    return (prints, orders) if of == key else ({}, {})
