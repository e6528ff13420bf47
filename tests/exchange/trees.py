"""Folders of Markdown for tests: written by the test that reads them, so that it shows what it is about."""

import io
from pathlib import Path
from typing import Any

from PIL import Image

from lms_app.exchange.service import CourseDraft, read_course


def picture(width: int = 3, height: int = 2, format: str = "PNG") -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(made, format)
    return made.getvalue()


def tree(folder: Path, files: dict[str, str | bytes]) -> Path:
    for path, content in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def body(draft: CourseDraft, path: str) -> str:
    return draft.pages[path].body


def references(draft: CourseDraft, kind: str) -> list[tuple[Any, ...]]:
    return [(one.path, one.line, one.target, one.fate.value) for one in draft.report.references if one.kind == kind]


def fates(draft: CourseDraft) -> dict[str, tuple[str, str]]:
    return {one.path: (one.fate.value, one.note) for one in draft.report.files}


def outline(draft: CourseDraft) -> list[tuple[str, list[str]]]:
    return [(module.title, [one.title for one in module.lessons]) for module in draft.report.modules]


def repairs(draft: CourseDraft) -> list[tuple[int, str]]:
    return [(one.line, one.what) for one in draft.report.repairs]


def one_page(folder: Path, text: str) -> CourseDraft:
    return read_course(tree(folder, {"page.md": text}), stage=False)
