"""What the long lists share: filters and page live in the address, so that a link and the back button keep them."""

from collections.abc import Mapping
from urllib.parse import urlencode

from lms_app.core.when import number
from lms_app.core.words import say

WINDOW = 50
TEXT_MAX = 200
PAGE_MAX = 10_000


# The filters of a list: what each may be, or nothing where any text is allowed. Empty always is.
Filters = Mapping[str, tuple[str, ...]]


def asked(given: Mapping[str, str], filters: Filters) -> dict[str, str]:
    """The filters of an address, without what they may not be: anybody can write anything there."""
    found = {name: str(given.get(name, ""))[:TEXT_MAX].strip() for name in filters}
    return {name: value if value in filters[name] or not filters[name] else "" for name, value in found.items()}


def changed(given: Mapping[str, str], filters: Filters, name: str, value: str) -> dict[str, str]:
    """The filters of an address with one of them set, or taken off by an empty value."""
    return asked({**asked(given, filters), name: value}, filters)


def page_of(given: Mapping[str, str]) -> int:
    """The page of a list, from 1. What is no number is the first."""
    text = str(given.get("page", ""))
    return min(max(int(text), 1), PAGE_MAX) if text.isascii() and text.isdigit() else 1


def address(base: str, filters: Mapping[str, str], page: int = 1) -> str:
    """`/admin/people?role=student&page=2`, without what is empty or the default."""
    kept = {name: value for name, value in filters.items() if value}
    if page > 1:
        kept["page"] = str(page)
    return f"{base}?{urlencode(kept)}" if kept else base


def span(page: int, shown: int, total: int) -> str:
    """Which rows are shown: `51–83 of 83`; `0` when there are none."""
    first = (page - 1) * WINDOW + 1
    given = {"first": first, "last": first + shown - 1, "all": total}
    return say("{first}–{last} of {all}", **{name: number(n) for name, n in given.items()}) if shown else "0"
