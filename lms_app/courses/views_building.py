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
    slug: str
    course: str
    body: str
    seq: int
    edited: bool
    version: int
    author: str
    changed_at: datetime | None
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class DraftRef:
    """That a lesson's text was kept, and the seq that the next save begins with."""

    item_id: UUID
    course_id: UUID
    seq: int


@dataclass(frozen=True, slots=True)
class WrittenLesson:
    """A lesson in its editor, without its text. `seen` says what students see, `edited` that this text is another."""

    item_id: str
    slug: str
    course: str
    title: str
    seen: str
    edited: bool


@dataclass(frozen=True, slots=True)
class TextRow:
    """A text that a lesson had, in a list: `Version 4`, `8 November, Ada Park`."""

    id: str
    label: str
    note: str


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch of a comparison: `kind` is same, added, removed or skipped."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared with the text in the editor: an old text (`id`), or what somebody else wrote meanwhile."""

    id: str
    title: str
    changes: list[Change]


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
    """The settings of an item or a module as a form: texts by name of the input. `kind` is empty for a module.

    `learners` have begun it; `mark` as in `BuiltItem`.
    """

    id: str
    kind: str
    module_id: str
    mark: str
    edit_url: str
    learners: int
    values: dict[str, str]


NOT_BUILT = BuiltCourse(id="", slug="", title="", status="", manages=False, changes=[], removed=[], modules=[])
NO_ITEM_FORM = ItemForm(id="", kind="", module_id="", mark="", edit_url="", learners=0, values={})
NOT_WRITTEN = WrittenLesson(item_id="", slug="", course="", title="", seen="", edited=False)
NOT_COMPARED = Comparison(id="", title="", changes=[])
