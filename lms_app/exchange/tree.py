"""A folder that somebody else filled, read without trusting a name in it.

The tree is listed once, without following symbolic links; afterwards a path is only ever looked up in that list, so no
link and no `../..` leads anywhere else.
"""

import os
import posixpath
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from lms_app.core.errors import Invalid

FILES_MAX = 20_000
DEPTH_MAX = 20
TEXT_BYTES_MAX = 2_000_000
TEXTS_BYTES_MAX = 60_000_000
STORED_BYTES_MAX = 1_000_000_000
_SKIPPED = {".git", ".svn", ".hg", "node_modules", "__pycache__", ".venv"}


@dataclass(slots=True)
class Tree:
    """Paths are relative, with `/`. `sizes` are all regular files; `odd` is what was not followed, with the reason."""

    root: Path
    sizes: dict[str, int] = field(default_factory=dict[str, int])
    folders: set[str] = field(default_factory=set[str])
    odd: dict[str, str] = field(default_factory=dict[str, str])
    read_bytes: int = 0

    @property
    def name(self) -> str:
        return self.root.name

    def markdown(self) -> list[str]:
        return [path for path in self.sizes if path.lower().endswith((".md", ".markdown", ".rmd"))]

    def bytes_of(self, path: str, limit: int) -> bytes:
        """The content of a listed file. Raises Invalid when it is larger, or became a link since it was listed."""
        if path not in self.sizes:
            raise Invalid({"folder": f"{path} is not in the tree."})
        if self.sizes[path] > limit:
            raise Invalid({"folder": f"{path} is larger than {limit // 1_000_000} MB."})
        try:
            with os.fdopen(os.open(self.root / path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
                content = file.read(limit + 1)
        except OSError as error:
            raise Invalid({"folder": f"{path} cannot be read: {error.strerror}."}) from None
        if len(content) > limit:
            raise Invalid({"folder": f"{path} is larger than {limit // 1_000_000} MB."})
        return content

    def text_of(self, path: str) -> tuple[str, str]:
        """The text of a file with `\\n` at the ends of its lines, and how it had to be read, empty for UTF-8.

        Raises Invalid for what is no text.
        """
        content = self.bytes_of(path, TEXT_BYTES_MAX)
        self.read_bytes += len(content)
        if self.read_bytes > TEXTS_BYTES_MAX:
            raise Invalid(
                {"folder": f"The texts of this tree are more than {TEXTS_BYTES_MAX // 1_000_000} MB together."}
            )
        if b"\x00" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise Invalid({"folder": f"{path} is not a text file."})
        text, note = _decoded(content)
        return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\x00", ""), note


def _decoded(content: bytes) -> tuple[str, str]:
    for encoding in ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8",):
        try:
            return content.decode(encoding), "" if encoding == "utf-8" else "read as UTF-16"
        except UnicodeDecodeError:
            continue
    # Every byte means something there, so this never fails; a wrong guess shows in a few letters, and is in the report.
    return content.decode("cp1252", errors="replace"), "not UTF-8: read as Windows-1252"


def list_tree(folder: Path) -> Tree:
    """All regular files under a folder, in a steady order. Raises Invalid for no folder, too many files, too deep."""
    root = folder.resolve()
    if not root.is_dir():
        raise Invalid({"folder": f"{folder} is not a folder."})
    tree = Tree(root)
    _list(tree, "", 0)
    return tree


def _list(tree: Tree, below: str, depth: int) -> None:
    if depth > DEPTH_MAX:
        raise Invalid({"folder": f"The folders are nested more than {DEPTH_MAX} deep, at {below}."})
    with os.scandir(tree.root / below) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        path = f"{below}{entry.name}"
        if not _is_writable_name(entry.name):
            tree.odd[path.encode("utf-8", "replace").decode()] = "its name is no text"
        elif entry.is_symlink():
            tree.odd[path] = "a symbolic link, not followed"
        elif entry.is_dir(follow_symlinks=False):
            if entry.name in _SKIPPED:
                tree.odd[f"{path}/"] = "a folder of tools, not looked into"
                continue
            tree.folders.add(path)
            _list(tree, f"{path}/", depth + 1)
        elif entry.is_file(follow_symlinks=False):
            tree.sizes[path] = entry.stat(follow_symlinks=False).st_size
        else:
            tree.odd[path] = "no regular file"
        if len(tree.sizes) + len(tree.odd) > FILES_MAX:
            raise Invalid({"folder": f"This tree has more than {FILES_MAX:,} files."})


def _is_writable_name(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def joined(folder: str, target: str) -> str | None:
    """Where `target` leads from `folder`, as a path of the tree; None when that is outside."""
    target = unquote(target.split("#", 1)[0].split("?", 1)[0]).replace("\\", "/")
    path = posixpath.normpath(target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target))
    if path == ".":
        return ""
    return None if path == ".." or path.startswith(("../", "/")) or "\x00" in path else path
