"""Which language is spoken, and its words: gettext catalogues, read from their `.po` files.

English is the source language and its own key. What a service says in words goes through `say`, and comes out in the
language of whoever asks: `work.perform` and `ask` speak the actor's, a mail that of who gets it.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.messages.pofile import read_po

SOURCE = "en"
LANGUAGES: dict[str, str] = {SOURCE: "English", "de": "Deutsch", "ar": "العربية"}
"""What the interface speaks: language → its own name for itself. Each but English has a catalogue in `FOLDER`."""
RIGHT_TO_LEFT = frozenset({"ar"})
FOLDER = Path(__file__).parent.parent / "locale"
FORMS = ("zero", "one", "two", "few", "many", "other")
"""Every kind of plural that there is (CLDR), in the order in which a catalogue lists those of its language."""

ISOLATE, POP = "\u2068", "\u2069"  # first strong isolate, and its end
_APART = re.compile(r"[A-Za-zÀ-ɏͰ-ӿ].*\W|\W.*[A-Za-zÀ-ɏͰ-ӿ]", re.DOTALL)  # one word alone needs nothing

_spoken: ContextVar[str] = ContextVar("spoken", default=SOURCE)
_offered: tuple[str, ...] = tuple(LANGUAGES)


# ---- Which language


def offer(languages: tuple[str, ...]) -> None:
    """From now on this process speaks these languages and no other; one at least."""
    global _offered
    if languages != _offered:
        _offered = languages
        accepted.cache_clear()


def offered() -> tuple[str, ...]:
    return _offered


def usual() -> str:
    """The language of whoever wants none that is offered: English where it is."""
    return SOURCE if SOURCE in _offered else _offered[0]


def language_of(locale: str) -> str:
    """The language of ours that a tag like "de-AT" means; "" where none is offered."""
    language = locale.replace("_", "-").partition("-")[0].lower()
    return language if language in _offered else ""


@lru_cache(1024)
def accepted(header: str) -> str:
    """The first language of ours in an Accept-Language header, by what it prefers; "" for none."""
    wanted: list[tuple[float, str]] = []
    for part in header[:200].split(","):
        tag, _, weight = part.strip().partition(";")
        said = re.fullmatch(r"\s*q=([01](?:\.\d{0,3})?)\s*", weight)
        share = float(said.group(1)) if said else 1.0
        if share > 0 and (language := language_of(tag)):
            wanted.append((-share, language))
    return min(wanted, key=lambda one: one[0])[1] if wanted else ""


def spoken() -> str:
    """The language that is spoken here and now."""
    return _spoken.get()


def speak(locale: str) -> None:
    """From here on, in this task, speak the language of a locale, or the usual one."""
    _spoken.set(language_of(locale) or usual())


def direction() -> str:
    """Which way it is written: "ltr" or "rtl"."""
    return "rtl" if is_right_to_left(_spoken.get()) else "ltr"


def is_right_to_left(locale: str) -> bool:
    return language_of(locale) in RIGHT_TO_LEFT


@contextmanager
def speaking(locale: str) -> Iterator[None]:
    """Speak the language of a locale, or the usual one, for a while."""
    before = _spoken.set(language_of(locale) or usual())
    try:
        yield
    finally:
        _spoken.reset(before)


# ---- Its words


def say(text: str, **values: Any) -> str:
    """The text in the language that is spoken, its `{names}` filled in. Where `n` is among the values it chooses the plural.

    A text without values is returned as it is, so braces in it need no escape.
    """
    return filled(text, _spoken.get(), **values)


def filled(text: str, language: str, **values: Any) -> str:
    """`say` in a language of ours, or in English for ""."""
    if language != SOURCE:
        text = found(text, language, values.get("n"))
        values = {name: in_order(value, language) for name, value in values.items()}
    return text.format(**values) if values else text


def in_order(value: Any, language: str) -> Any:
    """A value for a sentence of a language. In one that runs from right to left words that run the other way keep their order
    and their full stop (UAX 9, 2.6); `assets/words.js` does the same."""
    if language not in RIGHT_TO_LEFT or not isinstance(value, str) or "://" in value or value.startswith(ISOLATE):
        return value
    return f"{ISOLATE}{value}{POP}" if _APART.search(value) else value


def later(text: str) -> str:
    """The text itself: for a constant that `say` or `t` gets where it is shown, so that the catalogues know of it."""
    return text


def found(text: str, language: str, n: Any = None) -> str:
    """The text in a language, in the plural for `n`, its `{names}` not yet filled in; where it is missing, the English."""
    forms = catalogue(language).get(text) if language else None
    if forms is None:
        return text
    return forms[0] if len(forms) == 1 else forms[_form(language, n)]


@cache
def catalogue(language: str) -> Mapping[str, tuple[str, ...]]:
    """The texts of a language by their English: one, or one for each of its plurals. What is not translated is left out."""
    if language == SOURCE:
        return {}
    with (FOLDER / language / "LC_MESSAGES" / "lectern.po").open("rb") as file:
        made = read_po(file, locale=language, ignore_obsolete=True)
    texts: dict[str, tuple[str, ...]] = {}
    for message in made:
        if not message.id or message.fuzzy:
            continue
        forms = message.string if isinstance(message.string, tuple) else (str(message.string),)
        key = message.id if isinstance(message.id, str) else message.id[1]
        if all(forms):
            texts[key] = tuple(forms)
    return texts


@cache
def plurals(language: str) -> tuple[str, ...]:
    """The kinds of plural of a language, in the order of its catalogue."""
    known = {*Locale(language).plural_form.tags, "other"}
    return tuple(form for form in FORMS if form in known)


def _form(language: str, n: Any) -> int:
    try:
        form = Locale(language).plural_form(Decimal(str(n)))
    except (InvalidOperation, ValueError):  # "1,250": no language has a form of its own for so many
        form = "other"
    return plurals(language).index(form)
