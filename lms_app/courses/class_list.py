"""A class list as people have it: addresses pasted from a mail, or CSV out of a spreadsheet. Pure, like rules."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from lms_app.accounts.rules import fields
from lms_app.core import table
from lms_app.core.folding import folded
from lms_app.policy import Role

LINES_MAX = 5_000
TEXT_MAX = 900_000  # characters; a socket takes a million bytes
GROUP_MAX = 80
TOO_LONG = f"That is a list of more than {LINES_MAX:,} lines. Enrol the people in several parts."

_BRACKETS = re.compile(r"(?P<name>[^<>]*)<(?P<email>[^<>]*)>")
_DELIMITERS = "\t;,"
_HEADS = {
    "email": "email",
    "e-mail": "email",
    "mail": "email",
    "email address": "email",
    "e-mail address": "email",
    "name": "name",
    "full name": "name",
    "first name": "first",
    "given name": "first",
    "last name": "last",
    "family name": "last",
    "surname": "last",
    "role": "role",
    "group": "groups",
    "groups": "groups",
    "section": "groups",
}
_ROLES = {
    "": Role.STUDENT,
    "student": Role.STUDENT,
    "learner": Role.STUDENT,
    "assistant": Role.ASSISTANT,
    "teaching assistant": Role.ASSISTANT,
    "ta": Role.ASSISTANT,
    "instructor": Role.INSTRUCTOR,
    "teacher": Role.INSTRUCTOR,
    "lecturer": Role.INSTRUCTOR,
}


@dataclass(frozen=True, slots=True)
class Listed:
    """One person of a list. `problem` says why the line cannot be used; empty when it can.

    `same_as` is the line that named the address first; that one has the groups of all of its lines.
    """

    line: int
    email: str
    name: str = ""
    role: Role = Role.STUDENT
    groups: tuple[str, ...] = ()
    problem: str = ""
    same_as: int = 0


def read(text: str) -> list[Listed]:
    """The people of a pasted text or a CSV file, in order; empty lines are none. Raises ValueError above `LINES_MAX`.

    With a header or without (then: address, name, role, group; the address may also come after the name), separated by
    commas, semicolons or tabs; `Name <address>`, and several addresses on one line.
    """
    lines = [(number, line) for number, line in enumerate(table.lines_of(text), start=1) if line.strip()]
    if len(lines) > LINES_MAX:
        raise ValueError(TOO_LONG)
    delimiter = table.delimiter_of((line for _, line in lines), _DELIMITERS)
    rows = [(number, table.cells_of(line, delimiter)) for number, line in lines]
    heads = _heads(rows[0][1]) if rows else []
    found: list[Listed] = []
    for number, cells in rows[1:] if heads else rows:
        if heads:
            found.append(_under(heads, number, cells))
        else:
            found.extend(_bare(number, cells, delimiter))
    if len(found) > LINES_MAX:
        raise ValueError(TOO_LONG)
    return joined(found)


def listed(
    line: int, email: str, name: str = "", role: str = "", groups: Iterable[str] = (), first: str = ""
) -> Listed:
    """One line with its parts looked at; `name` may stand around the address, too."""
    around = _BRACKETS.fullmatch(email.strip())
    if around:
        name, email = name or around["name"].strip().strip("\"'"), around["email"]
    email = fields.comparable(email.strip().removeprefix("mailto:"))
    name = fields.clean_name(f"{first} {name}")
    known = _ROLES.get(folded(role.strip()))
    its = tuple(dict.fromkeys(filter(None, map(fields.clean_name, groups))))
    problem = ""
    if fields.email_problem(email):
        problem = "This is not an email address like name@example.org."
    elif len(name) > fields.NAME_MAX:
        problem = f"Shorten the name to {fields.NAME_MAX} characters."
    elif known is None:
        problem = f"“{role.strip()[:40]}” is not a role. Write student, assistant or instructor."
    elif any(is_too_long(group) for group in its):
        problem = f"Shorten the name of the group to {GROUP_MAX} characters."
    return Listed(line, email[: fields.EMAIL_MAX], name, known or Role.STUDENT, its, problem)


def joined(people: Sequence[Listed]) -> list[Listed]:
    """Each address once: later lines of the same address say so, and give their groups to the first."""
    found: list[Listed] = []
    at: dict[str, int] = {}
    for one in people:
        place = at.get(one.email)
        if one.problem or place is None:
            if not one.problem:
                at[one.email] = len(found)
            found.append(one)
            continue
        first = found[place]
        if one.role is not first.role:
            found.append(replace(one, problem=f"Line {first.line} gives this person another role."))
            continue
        found[place] = replace(first, groups=tuple(dict.fromkeys((*first.groups, *one.groups))))
        found.append(replace(one, same_as=first.line))
    return found


def is_too_long(group: str) -> bool:
    """Some letters are several once they are folded: the database holds twice as many."""
    return len(group) > GROUP_MAX or len(folded(group)) > 2 * GROUP_MAX


def _heads(cells: Sequence[str]) -> list[str]:
    """What the columns are, if the first line says it; columns of other names are passed over."""
    heads = [_HEADS.get(folded(cell).replace("_", " "), "") for cell in cells]
    return heads if "email" in heads else []


def _under(heads: Sequence[str], line: int, cells: Sequence[str]) -> Listed:
    row: dict[str, str] = {}
    for head, cell in zip(heads, cells, strict=False):
        row[head] = row.get(head) or cell
    return listed(
        line,
        row.get("email", ""),
        row.get("name") or row.get("last", ""),
        row.get("role", ""),
        _groups(row.get("groups", "")),
        first="" if row.get("name") else row.get("first", ""),
    )


def _bare(line: int, cells: Sequence[str], delimiter: str) -> list[Listed]:
    filled = [cell for cell in cells if cell]
    words = [word for word in re.split(r"[\s;,]+", " ".join(filled)) if word]
    if len(words) > 1 and all("@" in word for word in words):
        return [listed(line, one) for one in words]
    addresses = [cell for cell in filled if "@" in cell]
    if len(addresses) > 1 and len(addresses) == len(filled):
        return [listed(line, one) for one in addresses]
    if not addresses:
        return [listed(line, filled[0] if filled else "")]
    at = cells.index(addresses[0])
    if delimiter == "," and at and (around := _BRACKETS.fullmatch(cells[at])):  # Lovelace, Ada <ada@example.org>
        return [listed(line, around["email"], ", ".join([*cells[:at], around["name"].strip()]))]
    name, role, groups = [*(cell for place, cell in enumerate(cells) if place != at), "", "", ""][:3]
    return [listed(line, cells[at], name, role, _groups(groups))]


def _groups(cell: str) -> list[str]:
    return cell.split("|")
