"""`docs/data-map.md`, made of the declarations: a test says when it is out of date."""

from lms_app.privacy.rules.declaring import Held
from lms_app.privacy.rules.places import PLACES
from lms_app.privacy.rules.tables import SCRUBBED, TABLES, UNSEEN

_HEAD = """\
# Data map

Where something about people is kept, why, for how long, and what erasing an account does to it. Made by
`python -m lms_app.cli data-map` of `lms_app/privacy/rules`: change it there.

The account itself stays as an empty row, “Former member 12”: what is *kept* below belongs to it and names nobody.
*Taken along* says how the person's own copy of their data shows it: *own* all but secrets and other people, *wrote* their
words, *did* that it was done and when.

## Tables
"""


def document() -> str:
    """The whole page as Markdown."""
    lines = [
        _HEAD,
        "| where | what | purpose | ground | kept | at erasure | taken along |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [_row(one) for one in TABLES]
    lines += [
        "",
        "## Other places",
        "",
        "| where | what | purpose | ground | kept | at erasure |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {one.where} | {one.what} | {one.purpose} | {one.ground} | {one.kept} | {one.erased} |" for one in PLACES
    ]
    looked = ", ".join(f"`{table}.{column}`" for table, column in SCRUBBED)
    lines += [
        "",
        f"Looked through for name and address at an erasure: {looked}.",
        "",
        f"No person can be found in: {', '.join(f'`{one}`' for one in sorted(UNSEEN))}.",
        "",
        "What others wrote about somebody in their own words (a lesson, a comment on another's work) is theirs and is not",
        "looked through: whoever finds a name there asks its author or the school to change it.",
    ]
    return "\n".join(lines) + "\n"


def fate_of(one: Held) -> str:
    """What erasing does, in one sentence."""
    said = str(one.fate).capitalize()
    emptied = ", ".join(
        name for name in one.clears if name not in ("deleted_at", "revoked_at", "suspended_at", "left_at")
    )
    if emptied:
        said += f": {emptied}"
    return f"{said}. {one.why}".strip() if one.why and one.part != "not" else f"{said}."


def taken_of(one: Held) -> str:
    return f"not: {one.why}" if one.part == "not" else str(one.part)


def whose_of(one: Held) -> str:
    """`table.column`, and the way from there to a person."""
    first, *rest = one.by.split(">")
    name, _, same = first.partition("=")
    said = f"{one.table}.{name}"
    if same:
        said += f" = {same}"
    elif rest:
        said += " → " + " → ".join(rest)
    return f"{said} ({', '.join(one.only[1])})" if one.only else said


def _row(one: Held) -> str:
    return f"| `{whose_of(one)}` | {one.what} | {one.purpose} | {one.ground} | {one.kept} | {fate_of(one)} | {taken_of(one)} |"
