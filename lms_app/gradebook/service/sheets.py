"""The gradebook as a spreadsheet, out and in again: what goes out comes in with no change, and nothing in part.

Columns are known by the number behind their titles, students by their id, else by their e-mail; totals are for reading.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.core import audit, sheet
from lms_app.core.errors import Conflict, Invalid
from lms_app.core.identity import User
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.gradebook import rules
from lms_app.gradebook.rules import cells
from lms_app.gradebook.service import facts, reading
from lms_app.gradebook.service.facts import Book
from lms_app.gradebook.service.rows import ColumnFacts, Has
from lms_app.gradebook.service.sources import COLUMN
from lms_app.gradebook.views import Preview, SheetChange
from lms_app.grades import service as grades
from lms_app.grades.views import Change, Standing
from lms_app.policy import Can

STUDENT, EMAIL, ID = "Student", "Email", "ID"
TOTALS = ("So far (%)", "If the rest is 0 (%)", "Letter")
DIGITS = 8
WRONG_MAX = 50
CHANGES_MAX = 20_000

_EMAILS = columns(col(User.id), col(User.email)).where(col(User.id).in_(bindparam("users", expanding=True)))


def sheet_lines(work: Work, *, slug: str) -> list[list[object]]:
    """The whole gradebook: a line a student, a column a column, and the totals."""
    membership = courses.enter_by_slug(work, slug, Can.GRADE)
    course_id = membership.course_id
    book = facts.book_of(work, course_id, None, states=False)
    by_hand = facts.set_totals(work, course_id, None)
    people = reading.people(work, membership)
    found = work.db.connection().execute(_EMAILS, {"users": [one[0] for one in people]})
    emails = {row.id: row.email for row in found}
    head: list[object] = [STUDENT, EMAIL, ID, *map(_head, book.course.columns), *TOTALS]
    return [head, *(_line(book, user_id, name, emails[user_id], by_hand) for user_id, name in people)]


def csv_sheet(work: Work, *, slug: str) -> str:
    return sheet.csv(sheet_lines(work, slug=slug))


def xlsx_sheet(work: Work, *, slug: str) -> bytes:
    return sheet.xlsx("Gradebook", sheet_lines(work, slug=slug))


def note_export(work: Work, *, slug: str, format: str) -> None:
    """Write down who took the gradebook away, for whoever may."""
    membership = courses.enter_by_slug(work, slug, Can.GRADE)
    audit.record(work, "gradebook.exported", "course", membership.course_id, None, {"format": format})


def sheet_text(work: Work, *, slug: str, content: bytes) -> str:
    """A CSV or XLSX file as the text of a CSV, for whoever wants to look at it before it comes in."""
    courses.enter_by_slug(work, slug, Can.GRADE)
    return sheet.csv(_read(content)).removeprefix("\ufeff")


def check_sheet(work: Work, *, slug: str, content: bytes) -> Preview:
    """What a sheet (CSV or XLSX) would change, cell by cell. Nothing changes yet; what is wrong in it is said by line."""
    membership = courses.enter_by_slug(work, slug, Can.GRADE)
    lines = _read(content)
    book = facts.book_of(work, membership.course_id, None, states=False)
    known = {str(one[0]): one[1] for one in reading.people(work, membership)}
    if not lines:
        raise Invalid({"sheet": "The sheet is empty."})
    head = [cell.strip() for cell in lines[0]]
    places, wrong = _places(head, book.course.columns)
    if not places:
        raise Invalid({"sheet": "No column of the sheet is one of this gradebook. Begin with an export of it."})
    whose = _whose(work, head, known)
    changes: list[SheetChange] = []
    same = 0
    done: set[str] = set()
    for number, line in enumerate(lines[1:], start=2):
        user_id = whose(line)
        if user_id is None or user_id in done:
            twice = user_id in done if user_id else False
            wrong.append(f"Line {number}: {'this student stands here twice' if twice else 'no student of the course'}.")
            continue
        done.add(user_id)
        row = book.row(user_id)
        for place, at in places.items():
            has, one = row[at], book.course.columns[at]
            text = line[place] if place < len(line) else ""
            try:
                change = _change(text, has, one, user_id, known[user_id])
            except ValueError as error:
                wrong.append(f"Line {number}, {one.title}: {error}")
                continue
            same += change is None
            changes += [change] if change else []
    if len(changes) > CHANGES_MAX:
        raise Invalid({"sheet": f"This changes more than {CHANGES_MAX:,} marks. Import it in parts."})
    return Preview(changes, wrong[:WRONG_MAX], same, digest(changes))


def import_sheet(work: Work, *, slug: str, changes: Sequence[SheetChange]) -> int:
    """Make the changes that a preview showed, all or none, and return how many they are.

    Raises Conflict where a mark was changed or locked since.
    """
    membership = courses.enter_by_slug(work, slug, Can.GRADE)
    course_id = membership.course_id
    by_id = {one.id: one for one in facts.course_of(work, course_id).columns}
    if not all(one.item_id in by_id for one in changes):
        raise Conflict("The columns changed meanwhile. Check the sheet again.")
    own = grades.own_points(
        work,
        course_id=course_id,
        item_ids=list({UUID(one.item_id) for one in changes}),
        user_ids=list({UUID(one.user_id) for one in changes}),
    )
    wanted = [_wanted(one, by_id[one.item_id], own) for one in changes]
    try:
        grades.put(work, course_id=course_id, changes=wanted, reason="Imported from a sheet")
    except Conflict:
        raise Conflict("Marks were changed or locked meanwhile. Nothing was imported: check the sheet again.") from None
    return len(changes)


def digest(changes: Iterable[SheetChange]) -> str:
    said = "\n".join(f"{one.user_id} {one.item_id} {one.after} {one.seen}" for one in changes)
    return hashlib.sha256(said.encode()).hexdigest()


# ---- Out


def _head(one: ColumnFacts) -> str:
    return f"{one.title} (out of {rules.said(one.points_max)}) #{one.id[:DIGITS]}"


def _line(book: Book, user_id: UUID, name: str, email: str, by_hand: Mapping[str, facts.SetTotal]) -> list[object]:
    row = book.row(str(user_id))
    so_far, in_the_end = facts.standing_shares(row, by_hand[str(user_id)])
    return [
        name,
        email,
        str(user_id),
        *(_cell(has) for has in row),
        "" if so_far is None else rules.percent(so_far),
        rules.percent(in_the_end),
        "" if so_far is None else rules.letter(so_far, book.course.plan.scale),
    ]


def _cell(has: Has) -> object:
    text = _text(has)
    return has.points if has.points is not None and text == cells.written(has.points, "") else text


def _text(has: Has) -> str:
    """Only what a person set is a status here: what is missing by its date alone is empty."""
    return cells.written(has.points, has.status)


# ---- In


def _read(content: bytes) -> list[list[str]]:
    try:
        return sheet.read(content)
    except ValueError as error:
        raise Invalid({"sheet": str(error)}) from None


def _places(head: Sequence[str], known: Sequence[ColumnFacts]) -> tuple[dict[int, int], list[str]]:
    """Which place of a line is which column, by its number or its title; and what stands twice."""
    by_id = {one.id[:DIGITS]: at for at, one in enumerate(known)}
    titles = [one.title.casefold() for one in known]
    by_title = {title: at for at, title in enumerate(titles) if titles.count(title) == 1}
    found: dict[int, int] = {}
    wrong: list[str] = []
    for place, cell in enumerate(head):
        _, _, number = cell.rpartition("#")
        at = by_id.get(number, by_title.get(cell.casefold()))
        if at is not None and at in found.values():
            wrong.append(f"Line 1: {known[at].title} stands here twice.")
        elif at is not None:
            found[place] = at
    return found, wrong


class _Whose:
    """Finds the student of a line."""

    def __init__(self, ids: int | None, emails: int | None, known: Mapping[str, str], by_email: Mapping[str, str]):
        self._ids, self._emails, self._known, self._by_email = ids, emails, known, by_email

    def __call__(self, line: Sequence[str]) -> str | None:
        given = line[self._ids].strip().lower() if self._ids is not None and self._ids < len(line) else ""
        if given in self._known:
            return given
        email = line[self._emails] if self._emails is not None and self._emails < len(line) else ""
        return self._by_email.get(email.strip().lower())


def _whose(work: Work, head: Sequence[str], known: Mapping[str, str]) -> _Whose:
    names = [cell.casefold() for cell in head]
    ids = names.index(ID.casefold()) if ID.casefold() in names else None
    emails = names.index(EMAIL.casefold()) if EMAIL.casefold() in names else None
    if ids is None and emails is None:
        raise Invalid({"sheet": "The sheet needs a column ID or Email, so that we know whose marks they are."})
    rows = work.db.connection().execute(_EMAILS, {"users": [UUID(one) for one in known]})
    return _Whose(ids, emails, known, {row.email.lower(): str(row.id) for row in rows})


def _change(text: str, has: Has, one: ColumnFacts, user_id: str, name: str) -> SheetChange | None:
    points, status = cells.read(text, one.points_max)
    if (points, status) == (has.points, has.status):
        return None
    if has.locked:
        raise ValueError("this mark is locked.")
    return SheetChange(user_id, name, one.id, one.title, _text(has), cells.written(points, status), has.seq)


def _wanted(change: SheetChange, one: ColumnFacts, own: Mapping[tuple[UUID, UUID], Decimal]) -> Change:
    item_id, user_id = UUID(change.item_id), UUID(change.user_id)
    points, status = cells.read(change.after, one.points_max)
    standing = Standing(points, status)
    if one.kind != COLUMN:
        its = own.get((item_id, user_id))
        standing = Standing(its, status) if points is None else Standing(points, status, points != its)
    return Change(item_id, user_id, standing, change.seen)
