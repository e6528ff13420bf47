"""The built front end in every language: each page and script is written once for each, with its texts in place.

Texts stand marked in what Reflex built (`web/words.py`). English loses the marks, in the files as they are; `index.html` gets
a neighbour `index.de.html`, and a script one with the language and a digest of the catalogue in its name. They load each
other, so that a reader gets one language and nothing of the others. See docs/decisions/0017-languages.md.
"""

import gzip
import hashlib
import html
import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import brotli

from lms_app.core.words import FOLDER, LANGUAGES, RIGHT_TO_LEFT, SOURCE, catalogue, speaking
from lms_app.core.words import say as said
from lms_app.web.words import CLOSE, DIRECTION, FORM, LANGUAGE, OPEN, VALUE

# Scripts may spell the marks by their numbers.
_MARKED = re.compile(rf"(?:{OPEN}|\\u27[eE]6)((?:(?!{OPEN}|{CLOSE}|\\u27[eE][67]).)*)(?:{CLOSE}|\\u27[eE]7)", re.DOTALL)
_SCRIPT = re.compile(r"(<script[^>]*>)(.*?)(</script>)", re.DOTALL)
_ESCAPED = re.compile(r"\\(?:u\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}


def write_all(client: Path) -> None:
    """Write the built front end for every language. `client` is its folder."""
    scripts = [path for path in client.rglob("*.js") if not _is_variant(path)]
    pages = [path for path in client.rglob("*.html") if not _is_variant(path)]
    texts = {path: path.read_text() for path in (*scripts, *pages)}
    for language in LANGUAGES:
        names = {path.name: script_name(path.name, language) for path in scripts}
        renamed = re.compile("|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)))
        for path, text in texts.items():
            written = in_script(text, language) if path.suffix == ".js" else in_page(text, language)
            if language == SOURCE:
                if written != text:
                    _write(path, written)
                continue
            # The names of scripts differ in a digest, so none is the end of another.
            written = renamed.sub(lambda found, names=names: names[found.group()], written)
            name = names[path.name] if path.suffix == ".js" else page_name(path.name, language)
            _write(path.with_name(name), written)


def in_script(text: str, language: str) -> str:
    """A script with its texts in a language."""
    return _each(text, language, _unescaped, _escaped)


def in_page(text: str, language: str) -> str:
    """A document with its texts in a language."""
    parts: list[str] = []
    at = 0
    for found in _SCRIPT.finditer(text):
        parts.append(_each(text[at : found.start()], language, html.unescape, html.escape))
        parts.append(found.group(1) + in_script(found.group(2), language) + found.group(3))
        at = found.end()
    parts.append(_each(text[at:], language, html.unescape, html.escape))
    return "".join(parts)


def page_name(name: str, language: str) -> str:
    """ "index.de.html": the neighbour of a document."""
    stem, _, kind = name.rpartition(".")
    return name if language == SOURCE else f"{stem}.{language}.{kind}"


def script_name(name: str, language: str) -> str:
    """ "app.de-1a2b3c4d.js": what is in a name never changes, for browsers keep it for a year."""
    stem, _, kind = name.rpartition(".")
    return name if language == SOURCE else f"{stem}.{language}-{_digest(language)}.{kind}"


@cache
def _digest(language: str) -> str:
    content = (FOLDER / language / "LC_MESSAGES" / "lectern.po").read_bytes()
    return hashlib.sha256(content).hexdigest()[:8]


def _is_variant(path: Path) -> bool:
    ours = "|".join(language for language in LANGUAGES if language != SOURCE)
    return re.search(rf"\.(?:{ours})(?:-[0-9a-f]{{8}})?\.(?:js|html)$", path.name) is not None


def _each(text: str, language: str, read: Callable[[str], str], write: Callable[[str], str]) -> str:
    def one(found: re.Match[str]) -> str:
        inner = found.group(1)
        if language == SOURCE and VALUE not in inner and not inner.startswith("@"):
            return inner
        return write(_in(language, read(inner)))

    before = ""
    while before != text:  # a value may be a text of its own
        before, text = text, _MARKED.sub(one, text)
    return text


def _in(language: str, marked: str) -> str:
    text, *pairs = marked.split(VALUE)
    if text == LANGUAGE:
        return language
    if text == DIRECTION:
        return "rtl" if language in RIGHT_TO_LEFT else "ltr"
    values: dict[str, Any] = dict(pair.split("=", 1) for pair in pairs)
    if values:
        with speaking(language):
            return said(text, **values)
    return FORM.join(catalogue(language).get(text, (text,)))


def _unescaped(text: str) -> str:
    def one(found: re.Match[str]) -> str:
        wide, four, two, plain = found.groups()
        if plain is not None:
            return _PLAIN.get(plain, "" if plain == "\n" else plain)
        return chr(int(wide or four or two, 16))

    # Halves of a character that JSON has cut in two come together again.
    return _ESCAPED.sub(one, text).encode("utf-16", "surrogatepass").decode("utf-16")


def _escaped(text: str) -> str:
    """Such that it may stand in any quotes of a script."""
    plain = json.dumps(text, ensure_ascii=False)[1:-1]
    return plain.replace("'", "\\'").replace("`", "\\`").replace("${", "\\${").replace("</", "<\\/")


def _write(path: Path, text: str) -> None:
    content = text.encode()
    path.write_bytes(content)
    path.with_name(path.name + ".gz").write_bytes(gzip.compress(content, mtime=0))
    path.with_name(path.name + ".br").write_bytes(brotli.compress(content))
