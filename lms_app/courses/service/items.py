"""What courses know of the kinds of item that other rooms bring: their looks, their address, their facts.

`ITEM_KINDS` holds lessons from the start; `lms_app.py`, which knows every room, adds the others.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lms_app.core import when
from lms_app.core.words import later
from lms_app.core.work import Work
from lms_app.courses.models import Completion, OutlineItem
from lms_app.courses.views import Goal
from lms_app.web import routes

LESSON = "lesson"


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What a kind knows of one item beyond its row in the outline, for one student.

    `state` is empty, or `now` while the student is at it; `note` is a short line such as "10 questions · 2 attempts".
    """

    state: str = ""
    minutes: int = 0
    note: str = ""
    due_at: datetime | None = None


# (work, module, title) -> the new item, not published yet. Its own door lets authors in.
Begin = Callable[[Work, UUID, str], OutlineItem]
# (work, id of the item to copy, the new item). Both doors were passed.
Copy = Callable[[Work, UUID, OutlineItem], None]
# (work, ids of items of the kind). The door was passed.
Retimed = Callable[[Work, Sequence[UUID]], None]
# (work, ids of items of the kind, student) -> facts by id; at most a constant number of queries.
Describe = Callable[[Work, Sequence[UUID], UUID], Mapping[UUID, ItemFacts]]


@dataclass(frozen=True, slots=True)
class ItemKind:
    """A kind of item. `url` and `results_url` take the course's slug and the item's id.

    `verb` names the button that goes there; `completion` is how a new item of this kind is completed. `edit_url` is
    where its author works on it; `begin` puts an empty one at the end of a module, `copy` gives a new item the content
    of another one, in the course of either. `allows` names what an exception can be about (`courses/terms.py`), and
    `retimed` follows when exceptions of such items have changed.
    """

    icon: str
    noun: str
    nouns: str
    verb: str
    url: Callable[[str, UUID | str], str]
    completion: str = Completion.SUBMIT
    describe: Describe | None = None
    results_url: Callable[[str, UUID | str], str] | None = None
    edit_url: Callable[[str, UUID | str], str] | None = None
    begin: Begin | None = None
    copy: Copy | None = None
    allows: tuple[str, ...] = ("opens_at", "due_at", "released")
    retimed: Retimed | None = None


ITEM_KINDS: dict[str, ItemKind] = {
    LESSON: ItemKind(
        icon="file-text",
        noun="lesson",
        nouns="lessons",
        verb=later("Resume lesson"),
        url=routes.lesson,
        completion=Completion.MARK,
    )
}

# What else a student must do for a course's certificate, told by the rooms that know: (work, course, student) -> goals.
GOALS: list[Callable[[Work, UUID, UUID], Sequence[Goal]]] = []


def url_of(kind: str, slug: str, item_id: UUID | str) -> str:
    """Where an item is read or done; empty while the room of its kind is not installed."""
    found = ITEM_KINDS.get(kind)
    return found.url(slug, item_id) if found else ""


def facts_of(work: Work, items: Sequence[tuple[str, str]], user_id: UUID | None) -> dict[str, ItemFacts]:
    """Facts by id of (id, kind) pairs, one call for each kind that has any to tell."""
    found: dict[str, ItemFacts] = {}
    if user_id is None:
        return found
    for name, kind in ITEM_KINDS.items():
        if kind.describe and (ids := [UUID(item_id) for item_id, its_kind in items if its_kind == name]):
            found.update((str(item_id), facts) for item_id, facts in kind.describe(work, ids, user_id).items())
    return found


def counted(kinds: Sequence[str]) -> str:
    """`5 lessons · 1 quiz`, in the order of the registry."""
    parts: list[str] = []
    for name, kind in ITEM_KINDS.items():
        if number := sum(1 for k in kinds if k == name):
            parts.append(when.plural(number, kind.noun, kind.nouns))
    return " · ".join(parts)
