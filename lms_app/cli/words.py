"""`python -m lms_app.cli words`: gather every text of the interface, and bring the catalogues up to date with them.

`t` and `say` name a text where it is used, `later` where it is only kept. What an error says, and the word that `when.plural`
counts, are texts by themselves. Scripts mark theirs ⟦like this⟧, templates call `t`.
"""

import argparse
import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from lms_app.core.when import plural_of
from lms_app.core.words import FOLDER, LANGUAGES, SOURCE
from lms_app.web.words import CLOSE, OPEN

ROOT = FOLDER.parent.parent
TEMPLATE = FOLDER / "lectern.pot"
_SENTENCE = re.compile(r"[A-Z“][^\n]* [^\n]*[.?!]")
_ONLY_VALUES = re.compile(r"\s*\{\{[^{}]*\}\}\s*")
_SAYS = frozenset({"t", "say", "later"})
# What is raised for programmers, never for readers.
_NOT_SAID = frozenset(
    {"ValueError", "RuntimeError", "TypeError", "KeyError", "AssertionError", "LookupError", "Refused", "SystemExit"}
)
# The moment of the run would be a change of its own each time.
_DATE = datetime(2026, 11, 26, tzinfo=UTC)
Text = str | tuple[str, str]


def show(_options: argparse.Namespace) -> None:
    for language, (done, every) in update().items():
        print(f"{LANGUAGES[language]}: {done} of {every} texts")


def gather() -> dict[Text, list[str]]:
    """Every text of the interface and the files that say it, by their path from the root; plural ones as (one, many)."""
    found: dict[Text, list[str]] = {}
    for path in _files():
        kind = {".py": _in_python, ".js": _in_script, ".html": _in_template, ".txt": _in_template}[path.suffix]
        where = path.relative_to(ROOT).as_posix()
        for text in kind(path.read_text()):
            places = found.setdefault(text, [])
            if where not in places:
                places.append(where)
    many = {text[1] for text in found if isinstance(text, tuple)}
    for text in [text for text in found if isinstance(text, str) and text in many]:
        del found[text]
    return found


def update() -> dict[str, tuple[int, int]]:
    """Write the template and all catalogues. Returns how many texts each language has, and of how many."""
    template = Catalog(project="Lectern", charset="utf-8", fuzzy=False)
    for text, places in sorted(gather().items(), key=lambda one: (one[1][0], _order(one[0]))):
        template.add(text, locations=[(place, 0) for place in places[:3]])
    FOLDER.mkdir(exist_ok=True)
    _write(TEMPLATE, template)
    counted: dict[str, tuple[int, int]] = {}
    for language in LANGUAGES:
        if language == SOURCE:
            continue
        path = FOLDER / language / "LC_MESSAGES" / "lectern.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        made = Catalog(locale=language, project="Lectern", charset="utf-8", fuzzy=False)
        if path.exists():
            with path.open("rb") as file:
                made = read_po(file, locale=language)
        made.update(template, no_fuzzy_matching=True)
        made.obsolete.clear()
        _write(path, made)
        every = [message for message in made if message.id]
        done = [one for one in every if (all(one.string) if isinstance(one.string, tuple) else one.string)]
        counted[language] = (len(done), len(every))
    return counted


def _write(path: Path, catalog: Catalog) -> None:
    catalog.creation_date = catalog.revision_date = _DATE
    with path.open("wb") as file:
        write_po(file, catalog, width=120, omit_header=False, include_lineno=False)


def _order(text: Text) -> str:
    return text if isinstance(text, str) else text[0]


def _files() -> Iterator[Path]:
    for folder, kinds in ((ROOT / "lms_app", ("py", "html", "txt")), (ROOT / "assets", ("js",))):
        for kind in kinds:
            yield from sorted(path for path in folder.rglob(f"*.{kind}") if "demo" not in path.parts[len(ROOT.parts) :])


def _in_python(source: str) -> Iterator[Text]:
    tree = ast.parse(source)
    for statement in tree.body:  # what errors say is often a constant of its module
        if isinstance(statement, ast.Assign) and all(isinstance(one, ast.Name) for one in statement.targets):
            yield from (text for text in _texts(statement.value) if _SENTENCE.fullmatch(text))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = _name(node.func)
            if name in _SAYS and node.args:
                counts = any(one.arg == "n" for one in node.keywords)
                for text in _texts(node.args[0]):
                    yield (text, text) if counts else text
            elif name == "Event":
                for given in node.keywords:
                    if given.arg in ("label", "category", "title", "text"):
                        yield from (text for text in _texts(given.value) if not _ONLY_VALUES.fullmatch(text))
            elif name == "Limit" or name == "_Limit":
                yield from (text for arg in node.args for text in _texts(arg))
            elif name == "ItemKind":
                given = {one.arg: one.value for one in node.keywords}
                yield from _counted([given["noun"], given["nouns"]])
                yield from (text.capitalize() for text in _texts(given["noun"]))
            elif name == "plural" and len(node.args) > 1:
                yield from _counted(node.args[1:3])
        elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and _name(node.exc.func) not in _NOT_SAID:
            for given in (*node.exc.args, *(one.value for one in node.exc.keywords)):
                values = given.values if isinstance(given, ast.Dict) else [given]
                for value in values:
                    yield from (text for text in _texts(value) if " " in text)
        elif isinstance(node, ast.FunctionDef) and node.name == "__init__":
            for default in node.args.defaults:
                yield from (text for text in _texts(default) if " " in text)


def _counted(args: list[Any]) -> Iterator[Text]:
    given = [list(_texts(arg)) for arg in args]
    for one in given[0]:
        for many in given[1] if len(given) > 1 else [plural_of(one)]:
            yield f"{{n}} {one}", f"{{n}} {many}"


def _name(node: Any) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _texts(node: ast.expr) -> Iterator[str]:
    """The texts that an expression may be."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from _texts(value)


def _in_script(source: str) -> Iterator[Text]:
    for text in re.findall(f"{OPEN}([^{CLOSE}]+){CLOSE}", source):
        yield text if "{n}" not in text else (text, text)


def _in_template(source: str) -> Iterator[Text]:
    for quote, text, more in re.findall(r"""\bt\((["'])(.+?)\1\s*([,)][^}%]*)""", source, re.DOTALL):
        text = text.replace("\\" + quote, quote)
        yield (text, text) if re.match(r",.*\bn=", more, re.DOTALL) else text
