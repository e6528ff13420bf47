"""What each file of a course tree holds: its keys in the order in which they are written. What is at its default is not written."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from lms_app.badges import picture
from lms_app.badges.rules import Rule
from lms_app.courses.release import Conditions
from lms_app.credentials.design import BRAND, HIGHLIGHT

FORMAT = 1
DRAWN = picture.Design()
Points = Annotated[Decimal, Field(ge=0, le=100_000, decimal_places=3, allow_inf_nan=False)]
Share = Annotated[Decimal, Field(ge=0, le=1, decimal_places=9, allow_inf_nan=False)]
Title = Annotated[str, Field(min_length=1, max_length=160)]
# As the course keeps them: without blanks at the edges, which a block of YAML has at its end.
Trimmed = StringConstraints(strip_whitespace=True)
Count = Annotated[int, Field(ge=0, le=100_000)]
Method = Literal["points", "weighted", "simple"]
Show = Literal["submit", "last", "close", "never"]
Difficulty = Literal["", "easy", "medium", "hard"]


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Named(Shape):
    id: UUID
    name: Annotated[str, Field(min_length=1, max_length=120)]


class CourseFile(Shape):
    format: Literal["1"] = "1"
    id: UUID
    title: Annotated[Title, Trimmed]
    slug: Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    status: Literal["draft", "published", "archived"] = "draft"
    summary: Annotated[str, Trimmed, Field(max_length=300)] = ""
    category: Annotated[str, Trimmed, Field(max_length=60)] = ""
    level: Annotated[str, Trimmed, Field(max_length=40)] = ""
    enrol_mode: Literal["open", "key", "approval", "invitation"] = "open"
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None
    hours: Annotated[Decimal, Field(ge=0, le=10_000, decimal_places=3, allow_inf_nan=False)] = Decimal(0)
    pass_fraction: Share = Decimal(0)
    capacity: Annotated[int, Field(ge=1)] | None = None
    certificate: bool = True
    questions: bool = True  # whether learners can ask
    needs: list[UUID] = []  # courses that one completes before
    groups: list[Named] = []
    description: Annotated[str, Trimmed, Field(max_length=500_000)] = ""


class ModuleFile(Shape):
    id: UUID
    title: Annotated[Title, Trimmed]


class FileRef(Shape):
    path: Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9._-]*$", max_length=200)]
    name: Annotated[str, Field(max_length=160)] = ""


class GroupTerms(Shape):
    """What is different in an item for the people of one group."""

    group: UUID
    opens_at: AwareDatetime | None = None
    due_at: AwareDatetime | None = None
    closes_at: AwareDatetime | None = None
    limit_minutes: Annotated[int, Field(ge=0, le=20_160)] | None = None  # 0: no limit
    attempts_allowed: Annotated[int, Field(ge=0, le=1000)] | None = None  # 0: no limit
    released: bool = False  # whatever comes first
    note: Annotated[str, Field(max_length=200)] = ""


class ItemFile(Shape):
    id: UUID
    title: Annotated[Title, Trimmed]
    shown: Literal["published", "hidden", "draft"] = "published"
    required: bool = True
    preview: bool = False
    minutes: Count | None = None  # of a lesson: as long as its text takes
    opens_at: AwareDatetime | None = None
    due_at: AwareDatetime | None = None
    completion: Literal["view", "mark", "submit", "pass"] | None = None  # as usual for its kind
    release: Conditions | None = None
    for_groups: list[GroupTerms] = []


class LessonFile(ItemFile):
    files: list[FileRef] = []
    body: str | None = None  # here only where the text has signs that a text file cannot keep
    draft: str | None = None


class SlotFile(Shape):
    question: UUID | None = None
    draw: Annotated[int, Field(ge=1, le=100)] | None = None
    section: Annotated[str, Field(min_length=1, max_length=160)] | None = None
    points: Annotated[Decimal, Field(ge=0, le=1000, decimal_places=3, allow_inf_nan=False)] | None = None
    category: UUID | None = None
    tags: list[str] = []
    difficulty: Difficulty = ""
    shuffle: bool = False

    @model_validator(mode="after")
    def _is_one(self) -> "SlotFile":
        if sum(one is not None for one in (self.question, self.draw, self.section)) != 1:
            raise ValueError("a slot is a question, a draw or a section")
        return self


class QuizFile(ItemFile):
    closes_at: AwareDatetime | None = None
    limit_minutes: Annotated[int, Field(ge=1, le=20_160)] | None = None
    attempts_allowed: Annotated[int, Field(ge=1, le=1000)] | None = None
    grace_seconds: Annotated[int, Field(ge=0, le=3600)] = 10
    grading: Literal["highest", "average", "first", "last"] = "highest"
    behaviour: Literal["deferred", "interactive"] = "deferred"
    pass_fraction: Share | None = None
    shuffle_questions: bool = False
    shuffle_options: bool = True
    show_marks: Show = "submit"
    show_feedback: Show = "submit"
    show_answers: Show = "last"
    intro: Annotated[str, Field(max_length=100_000)] = ""
    slots: list[SlotFile] = []


class QuestionFile(Shape):
    id: UUID
    kind: Annotated[str, Field(max_length=40)]
    points: Annotated[Decimal, Field(ge=0, le=1000, decimal_places=3, allow_inf_nan=False)] = Decimal(1)
    category: UUID | None = None
    tags: list[str] = []
    difficulty: Difficulty = ""
    penalty: Share = Decimal("0.25")
    spec: dict[str, Any] = {}
    feedback: str = ""
    hints: list[str] = []
    files: list[FileRef] = []
    body: str | None = None


class AssignmentFile(ItemFile):
    points: Annotated[Decimal, Field(ge=0, le=10_000, decimal_places=3, allow_inf_nan=False)] = Decimal(100)
    pass_fraction: Share | None = None
    rubric: UUID | None = None
    closes_at: AwareDatetime | None = None
    grade_by_at: AwareDatetime | None = None
    takes_text: bool = True
    takes_files: bool = False
    takes_link: bool = False
    files_max: Annotated[int, Field(ge=1, le=50)] = 5
    file_mib: Annotated[int, Field(ge=1)] = 20
    file_types: list[str] = []
    statement: Annotated[str, Field(max_length=500)] = ""
    reopen: Literal["never", "manual", "until_pass"] = "never"
    attempts_max: Annotated[int, Field(ge=1, le=100)] | None = None
    group_work: bool = False
    own_grades: bool = False
    blind: bool = False
    late: Literal["none", "interval", "tiers"] = "none"
    late_share: Share = Decimal(0)
    late_hours: Annotated[int, Field(ge=1)] = 24
    late_floor: Share = Decimal(0)
    late_tiers: list[tuple[int, Decimal]] = []
    missing_share: Share | None = None
    files: list[FileRef] = []
    body: str | None = None


class LevelFile(Shape):
    id: str
    title: Title
    points: Points
    points_min: Points | None = None
    description: str = ""


class CriterionFile(Shape):
    id: str
    title: Title
    points_max: Points | None = None
    description: str = ""
    levels: list[LevelFile] = []


class RubricFile(Shape):
    id: UUID
    kind: Literal["rubric", "guide", "checklist"]
    title: Title
    criteria: list[CriterionFile]


class BankCategory(Named):
    categories: list["BankCategory"] = []


class BankFile(Shape):
    categories: list[BankCategory] = []


class GradeCategoryFile(Shape):
    id: UUID
    name: Annotated[str, Field(min_length=1, max_length=80)]
    parent: UUID | None = None
    method: Method = "points"
    weight: Points = Decimal(1)
    extra: bool = False
    drop_lowest: Count = 0
    keep_best: Count = 0
    position: int = 0


class ColumnFile(Shape):
    item: UUID | None = None  # of the outline
    id: UUID | None = None  # of a column made by hand
    title: Title | None = None
    points: Points | None = None
    hidden: bool = False
    category: UUID | None = None
    weight: Points = Decimal(1)
    extra: bool = False
    never_drop: bool = False
    pass_points: Points | None = None
    position: int = 0

    @model_validator(mode="after")
    def _is_one(self) -> "ColumnFile":
        by_hand = self.id is not None and self.title is not None and self.points is not None
        if (self.item is None) is not by_hand:
            raise ValueError("a column has an item of the outline, or an id, a title and points of its own")
        return self


class GradebookFile(Shape):
    engine: int | None = None  # None: nobody has set up how totals are made
    method: Method = "points"
    drop_lowest: Count = 0
    keep_best: Count = 0
    missing: Share | None = None
    letters: list[tuple[Decimal, str]] = []
    categories: list[GradeCategoryFile] = []
    columns: list[ColumnFile] = []


class CertificateFile(Shape):
    design: UUID | None = None  # of the course or of the site; without one as the site's certificates look
    automatic: bool = True
    not_before: AwareDatetime | None = None
    valid_months: Annotated[int, Field(ge=1, le=600)] | None = None
    valid_until: AwareDatetime | None = None

    @model_validator(mode="after")
    def _is_one(self) -> "CertificateFile":
        if self.valid_months is not None and self.valid_until is not None:
            raise ValueError("it is valid for some months or until a day, not both")
        return self


class SignatureFile(Shape):
    name: Annotated[str, Field(max_length=120)]
    role: Annotated[str, Field(max_length=120)] = ""
    picture: str = ""  # one of `files`


class DesignFile(Shape):
    """How certificates of the course can look. `logo` and the pictures of signatures are names of its `files`."""

    id: UUID
    name: Annotated[str, Field(min_length=1, max_length=80)]
    layout: str = "growth"
    accent: str = BRAND
    highlight: str = HIGHLIGHT
    lang: str = "en"
    heading: str = ""
    lead: str = ""
    verb: str = ""
    text: str = ""
    show_date: bool = True
    show_hours: bool = True
    show_grade: bool = False
    show_expiry: bool = True
    logo: str = ""
    signatures: list[SignatureFile] = []
    files: list[FileRef] = []


class BadgeFile(Shape):
    id: UUID
    name: Annotated[str, Field(min_length=1, max_length=80)]
    status: Literal["draft", "active", "closed"] = "draft"
    description: Annotated[str, Field(max_length=500)] = ""
    criteria: Annotated[str, Field(max_length=4_000)] = ""
    valid_days: Annotated[int, Field(ge=1, le=3_650)] | None = None
    shape: str = DRAWN.shape
    colour: str = DRAWN.colour
    rim: str = DRAWN.rim
    icon: str = DRAWN.icon
    text: str = DRAWN.text
    rule: Rule


class CommentFile(Shape):
    id: UUID
    text: Annotated[str, Trimmed, Field(min_length=1, max_length=2_000)]


class CommentsFile(Shape):
    comments: list[CommentFile] = []


SHAPES: dict[str, type[Shape]] = {
    "course": CourseFile,
    "module": ModuleFile,
    "lesson": LessonFile,
    "quiz": QuizFile,
    "question": QuestionFile,
    "assignment": AssignmentFile,
    "rubric": RubricFile,
    "bank": BankFile,
    "gradebook": GradebookFile,
    "comments": CommentsFile,
    "certificate": CertificateFile,
    "design": DesignFile,
    "badge": BadgeFile,
}
MARKDOWN = {"lesson": "body", "question": "body", "assignment": "body"}


def plain(shape: Any) -> Any:
    """What is written of a value: the fields that are not at their default, in order; conditions and specs whole."""
    if isinstance(shape, Conditions):
        return shape.model_dump(mode="python")
    if isinstance(shape, BaseModel):
        found: dict[str, Any] = {}
        for name, field in type(shape).model_fields.items():
            value = getattr(shape, name)
            if field.is_required() or value != field.default or name in ("format", "kind"):
                found[name] = plain(value)
        return found
    if isinstance(shape, Mapping):
        return {str(key): plain(value) for key, value in shape.items()}
    if isinstance(shape, list | tuple):
        return [plain(one) for one in shape]
    return shape
