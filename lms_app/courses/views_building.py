"""What the outside may see of a course that is being built: frozen values, no rows."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CourseRef:
    """A course for whoever builds one: its id and address."""

    id: UUID
    slug: str
    title: str
    status: str


@dataclass(frozen=True, slots=True)
class ModuleRef:
    id: UUID
    course_id: UUID
    title: str
    position: int


@dataclass(frozen=True, slots=True)
class ItemRef:
    """An item of the outline for whoever builds the course."""

    id: UUID
    course_id: UUID
    module_id: UUID
    kind: str
    title: str
    position: int
    required: bool
    minutes: int
    published: bool
    preview: bool
    opens_at: datetime | None
    due_at: datetime | None
    completion: str


@dataclass(frozen=True, slots=True)
class LessonSource:
    """A lesson for its authors: Markdown, by whom and since when. `edited`: students do not see this text yet.

    `version` is the one that they see; `seq` grows with each change, and a save names the one it began with.
    """

    item: ItemRef
    body: str
    seq: int
    edited: bool
    version: int
    author: str
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class DraftRef:
    """That a lesson's text was kept, and the seq that the next save begins with."""

    item_id: UUID
    course_id: UUID
    seq: int


@dataclass(frozen=True, slots=True)
class TextLine:
    """A text that a lesson had: `version` is 0 for a draft that students never saw."""

    id: str
    version: int
    author: str
    written_at: datetime


# ---- The builder


@dataclass(frozen=True, slots=True)
class BuiltItem:
    """An item in the builder. `mark` is draft, hidden, edited or empty; `learners` have begun it."""

    id: str
    kind: str
    title: str
    note: str
    mark: str
    edit_url: str
    learners: int


@dataclass(frozen=True, slots=True)
class BuiltModule:
    id: str
    number: int
    title: str
    items: list[BuiltItem]


@dataclass(frozen=True, slots=True)
class RemovedThing:
    """A module or an item that was deleted and can be brought back."""

    id: str
    is_module: bool
    title: str
    note: str


@dataclass(frozen=True, slots=True)
class BuiltCourse:
    """A course for whoever builds it. `changes` are the titles of what students do not see yet."""

    id: str
    slug: str
    title: str
    status: str
    manages: bool
    changes: list[str]
    removed: list[RemovedThing]
    modules: list[BuiltModule]


@dataclass(frozen=True, slots=True)
class ItemForm:
    """The settings of an item or a module as a form: texts by name of the input. `kind` is empty for a module."""

    id: str
    kind: str
    values: dict[str, str]


NOT_BUILT = BuiltCourse(id="", slug="", title="", status="", manages=False, changes=[], removed=[], modules=[])
NO_ITEM_FORM = ItemForm(id="", kind="", values={})
