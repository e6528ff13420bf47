"""A course of the database as the pieces of a tree. The door was another's; as many queries for three items as for 3,000."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import or_
from sqlalchemy import select as columns
from sqlmodel import col, select

from lms_app.assignments.models import Assignment
from lms_app.assignments.service import BRIEF
from lms_app.badges import picture
from lms_app.badges import rules as badge_rules
from lms_app.badges.models import Badge
from lms_app.core.files import StoredFile
from lms_app.core.work import Work
from lms_app.courses import rules as course_rules
from lms_app.courses.models import (
    Course,
    CourseGroup,
    CoursePrerequisite,
    ItemOverride,
    Lesson,
    LessonDraft,
    Module,
    OutlineItem,
)
from lms_app.courses.release import Conditions
from lms_app.credentials import service as credentials
from lms_app.credentials.design import Design
from lms_app.credentials.models import CertificateDesign, CertificateDesignVersion, CertificateTerms
from lms_app.exchange.trees import looks, shapes
from lms_app.exchange.trees.pieces import (
    BANK,
    CERTIFICATE,
    COMMENTS,
    GRADEBOOK,
    Attached,
    Names,
    Piece,
    Whole,
    readdressed,
    settled,
)
from lms_app.exchange.trees.reading import slim
from lms_app.gradebook.models import Gradebook, GradeCategory, GradeColumn
from lms_app.gradebook.service.sources import COLUMN
from lms_app.grades.models import GradeItem
from lms_app.quizzes.kinds import KINDS
from lms_app.quizzes.models import Category, Place, Question, QuestionTag, QuestionVersion, Quiz, Slot
from lms_app.quizzes.service import QUESTION
from lms_app.rubrics.models import Rubric, RubricVersion, SavedComment
from lms_app.rubrics.service import criteria_from_json

LESSON = "lesson"
USUAL = {LESSON: "mark", "quiz": "submit", "assignment": "submit"}  # what completes an item that does not say
COURSE_FIELDS = (
    *("title", "slug", "status", "summary", "category", "level", "enrol_mode", "starts_at", "ends_at", "hours"),
    *("pass_fraction", "capacity", "certificate", "questions", "description"),
)
QUIZ_FIELDS = (
    *("closes_at", "limit_minutes", "attempts_allowed", "grace_seconds", "grading", "behaviour", "pass_fraction"),
    *("shuffle_questions", "shuffle_options", "show_marks", "show_feedback", "show_answers", "intro"),
)
ASSIGNMENT_FIELDS = (
    *("points", "pass_fraction", "closes_at", "grade_by_at", "takes_text", "takes_files", "takes_link", "files_max"),
    *("file_mib", "file_types", "statement", "reopen", "attempts_max", "group_work", "own_grades", "blind", "late"),
    *("late_share", "late_hours", "late_floor", "missing_share"),
)
TERMS_FIELDS = ("automatic", "not_before", "valid_months", "valid_until")
BADGE_FIELDS = ("name", "status", "description", "criteria", "valid_days")
GROUP_FIELDS = ("opens_at", "due_at", "closes_at", "limit_minutes", "attempts_allowed", "released", "note")


def take(work: Work, course_id: UUID) -> Whole:
    """The whole course, settled."""
    return settled(_Taking(work, course_id).whole())


class _Taking:
    def __init__(self, work: Work, course_id: UUID) -> None:
        self.db, self.course_id = work.db, course_id
        self.names = Names()
        self.found = Whole(str(course_id))
        self.stored: dict[tuple[str, UUID], list[StoredFile]] = {}
        self.terms: dict[UUID, list[ItemOverride]] = {}

    def whole(self) -> Whole:
        self._course()
        modules, items = self._outline()
        bodies = self._bodies(items)
        designs = self._designs()
        self._files(designs)
        for item in items:
            self._item(item, bodies)
        self._questions()
        self._rubrics()
        self._comments()
        self._bank()
        self._gradebook()
        self._certificate(designs)
        self._badges()
        self.found.orders = {self.found.key: [str(one.id) for one in modules]}
        for module in modules:
            self.found.orders[str(module.id)] = [str(one.id) for one in items if one.module_id == module.id]
        return self.found

    def _add(self, key: str, kind: str, values: Any, body: str = "", **rest: Any) -> None:
        self.found.pieces[key] = Piece(key, kind, values, body, **rest)

    def _course(self) -> None:
        course = self.db.get_one(Course, self.course_id)
        groups = self.db.exec(select(CourseGroup).where(col(CourseGroup.course_id) == self.course_id)).all()
        needs = self.db.exec(
            select(CoursePrerequisite.needs_id).where(col(CoursePrerequisite.course_id) == self.course_id)
        ).all()
        values = shapes.CourseFile.model_construct(
            format="1",
            id=self.course_id,
            **{name: getattr(course, name) for name in COURSE_FIELDS},
            needs=sorted(needs, key=str),
            groups=[
                shapes.Named.model_construct(id=one.id, name=one.name)
                for one in sorted(groups, key=lambda one: (one.folded, str(one.id)))
            ],
        )
        self._add(self.found.key, "course", values)

    def _outline(self) -> tuple[Sequence[Module], Sequence[OutlineItem]]:
        modules = self.db.exec(
            select(Module)
            .where(col(Module.course_id) == self.course_id, col(Module.removed_at).is_(None))
            .order_by(col(Module.position), col(Module.id))
        ).all()
        for module in modules:
            self._add(str(module.id), "module", shapes.ModuleFile.model_construct(id=module.id, title=module.title))
        items = self.db.exec(
            select(OutlineItem)
            .join(Module, col(Module.id) == col(OutlineItem.module_id))
            .where(
                col(OutlineItem.course_id) == self.course_id,
                col(OutlineItem.removed_at).is_(None),
                col(Module.removed_at).is_(None),
                col(OutlineItem.kind).in_([LESSON, "quiz", "assignment"]),
            )
            .order_by(col(Module.position), col(Module.id), col(OutlineItem.position), col(OutlineItem.id))
        ).all()
        return modules, items

    def _bodies(self, items: Sequence[OutlineItem]) -> dict[UUID, Any]:
        found: dict[UUID, Any] = {}
        here = columns(col(OutlineItem.id)).where(col(OutlineItem.course_id) == self.course_id)
        for row in self.db.exec(select(Lesson).where(col(Lesson.item_id).in_(here))):
            found[row.item_id] = row
        self.lesson_drafts = {
            row.item_id: row.body for row in self.db.exec(select(LessonDraft).where(col(LessonDraft.item_id).in_(here)))
        }
        for table in (Quiz, Assignment):
            for row in self.db.exec(select(table).where(table.course_id == self.course_id)):
                found[row.item_id] = row
        for_groups = select(ItemOverride).where(
            col(ItemOverride.course_id) == self.course_id, col(ItemOverride.group_id).is_not(None)
        )
        for row in self.db.exec(for_groups.order_by(col(ItemOverride.group_id))):
            self.terms.setdefault(row.item_id, []).append(row)
        self.slots: dict[UUID, list[Slot]] = {}
        slots = (
            select(Slot)
            .join(Quiz, col(Quiz.item_id) == col(Slot.quiz_id))
            .where(col(Quiz.course_id) == self.course_id, col(Slot.removed_at).is_(None))
            .order_by(col(Slot.position), col(Slot.id))
        )
        shown = {item.id for item in items}
        for slot in self.db.exec(slots):
            if slot.quiz_id in shown:
                self.slots.setdefault(slot.quiz_id, []).append(slot)
        return found

    def _files(self, designs: Sequence[tuple[CertificateDesign, CertificateDesignVersion]]) -> None:
        items = columns(col(OutlineItem.id)).where(col(OutlineItem.course_id) == self.course_id)
        asked = columns(col(Question.id)).where(col(Question.course_id) == self.course_id)
        rows = self.db.exec(
            select(StoredFile).where(
                or_(
                    col(StoredFile.scope).in_([LESSON, BRIEF]) & col(StoredFile.scope_id).in_(items),
                    (col(StoredFile.scope) == QUESTION) & col(StoredFile.scope_id).in_(asked),
                    col(StoredFile.scope).in_([credentials.PICTURES, credentials.KEPT])
                    & col(StoredFile.scope_id).in_([one.id for pair in designs for one in pair]),
                )
            )
        ).all()
        for row in sorted(rows, key=lambda row: (row.name, row.sha256, str(row.id))):
            self.stored.setdefault((row.scope, row.scope_id), []).append(row)

    def _attached(self, scope: str, owner: UUID) -> tuple[tuple[Attached, ...], list[Any], dict[str, str]]:
        """The files of a thing, as they stand in its settings, and what their addresses become."""
        files: dict[str, Attached] = {}
        addresses: dict[str, str] = {}
        for row in self.stored.get((scope, owner), []):
            path = self.names.of(row.name, row.sha256)
            files[path] = Attached(path, row.name, row.sha256)
            addresses[f"/files/{row.id}"] = f"/files/{path}"
        refs = [
            shapes.FileRef.model_construct(path=one.path, name="" if one.name == one.path else one.name)
            for one in files.values()
        ]
        return tuple(files.values()), refs, addresses

    def _item(self, item: OutlineItem, bodies: dict[UUID, Any]) -> None:
        row, key = bodies.get(item.id), str(item.id)
        if row is None:
            return
        values: dict[str, Any] = {
            "id": item.id,
            "title": item.title,
            "shown": "published" if item.published else "draft" if item.draft else "hidden",
            "required": item.required,
            "preview": item.preview,
            "minutes": item.minutes or None,
            "opens_at": item.opens_at,
            "due_at": item.due_at,
            "completion": None if item.completion == USUAL[item.kind] else item.completion,
            "release": Conditions.model_validate_json(item.release) if item.release else None,
            "for_groups": [_group_terms(item.kind, row) for row in self.terms.get(item.id, [])],
        }
        place = str(item.module_id)
        match item.kind:
            case "lesson":
                files, refs, addresses = self._attached(LESSON, item.id)
                if item.minutes == course_rules.reading_minutes(row.body):
                    values["minutes"] = None
                elif not item.minutes:
                    values["minutes"] = 0
                shape = shapes.LessonFile.model_construct(**values, files=refs)
                draft = self.lesson_drafts.get(item.id)
                piece = Piece(key, "lesson", shape, row.body, draft, place, files)
                self.found.pieces[key] = readdressed(piece, lambda text: _moved(text, addresses))
            case "quiz":
                slots = [_slot(one) for one in self.slots.get(item.id, [])]
                shape = shapes.QuizFile.model_construct(
                    **values, **{name: getattr(row, name) for name in QUIZ_FIELDS if name != "item_id"}, slots=slots
                )
                self._add(key, "quiz", shape, place=place)
            case _:
                files, refs, addresses = self._attached(BRIEF, item.id)
                shape = shapes.AssignmentFile.model_construct(
                    **values,
                    **{name: getattr(row, name) for name in ASSIGNMENT_FIELDS},
                    rubric=row.rubric_id,
                    late_tiers=[(int(hours), Decimal(str(share))) for hours, share in row.late_tiers],
                    files=refs,
                )
                piece = Piece(key, "assignment", shape, row.brief, None, place, files)
                self.found.pieces[key] = readdressed(piece, lambda text: _moved(text, addresses))

    def _questions(self) -> None:
        tags: dict[UUID, list[str]] = {}
        of_course = columns(col(Question.id)).where(col(Question.course_id) == self.course_id)
        for row in self.db.exec(select(QuestionTag).where(col(QuestionTag.question_id).in_(of_course))):
            tags.setdefault(row.question_id, []).append(row.tag)
        asked = {slot.question_id for slots in self.slots.values() for slot in slots}
        rows = self.db.exec(
            select(Question, QuestionVersion)
            .join(QuestionVersion, col(QuestionVersion.question_id) == col(Question.id))
            .where(col(Question.course_id) == self.course_id, col(QuestionVersion.version) == col(Question.version))
        ).all()
        for question, version in rows:
            if question.removed_at is not None and question.id not in asked:
                continue
            files, refs, addresses = self._attached(QUESTION, question.id)
            values = shapes.QuestionFile.model_construct(
                id=question.id,
                kind=version.kind,
                points=version.points,
                category=question.category_id,
                tags=sorted(tags.get(question.id, [])),
                difficulty=question.difficulty,
                penalty=version.penalty,
                spec=slim(KINDS[version.kind].Spec.model_validate(version.spec)),
                feedback=version.feedback,
                hints=list(version.hints),
                files=refs,
            )
            piece = Piece(str(question.id), "question", values, version.stem, None, "", files)
            self.found.pieces[piece.key] = readdressed(piece, lambda text, to=addresses: _moved(text, to))

    def _rubrics(self) -> None:
        rows = self.db.exec(
            select(Rubric, RubricVersion)
            .join(RubricVersion, col(RubricVersion.rubric_id) == col(Rubric.id))
            .where(
                col(Rubric.course_id) == self.course_id,
                col(RubricVersion.version) == col(Rubric.version),
                col(Rubric.removed_at).is_(None),
            )
        ).all()
        for rubric, version in rows:
            criteria = [
                shapes.CriterionFile.model_construct(
                    id=one.id,
                    title=one.title,
                    points_max=None if one.levels else one.points_max,
                    description=one.description,
                    levels=[
                        shapes.LevelFile.model_construct(
                            id=level.id,
                            title=level.title,
                            points=level.points,
                            points_min=None if level.points_min == level.points else level.points_min,
                            description=level.description,
                        )
                        for level in one.levels
                    ],
                )
                for one in criteria_from_json(version.criteria)
            ]
            values = shapes.RubricFile.model_construct(
                id=rubric.id, kind=version.kind, title=version.title, criteria=criteria
            )
            self._add(str(rubric.id), "rubric", values)

    def _comments(self) -> None:
        rows = self.db.exec(select(SavedComment).where(col(SavedComment.course_id) == self.course_id)).all()
        listed = [
            shapes.CommentFile.model_construct(id=row.id, text=row.text)
            for row in sorted(rows, key=lambda row: str(row.id))
        ]
        if listed:
            self._add(COMMENTS, COMMENTS, shapes.CommentsFile.model_construct(comments=listed))

    def _bank(self) -> None:
        rows = self.db.exec(select(Category).where(col(Category.course_id) == self.course_id)).all()
        below: dict[UUID | None, list[Category]] = {}
        for row in sorted(rows, key=lambda row: (row.name, str(row.id))):
            below.setdefault(row.parent_id, []).append(row)

        def tree(parent_id: UUID | None) -> list[Any]:
            return [
                shapes.BankCategory.model_construct(id=row.id, name=row.name, categories=tree(row.id))
                for row in below.get(parent_id, [])
            ]

        if rows:
            self._add(BANK, BANK, shapes.BankFile.model_construct(categories=tree(None)))

    def _gradebook(self) -> None:
        book = self.db.get(Gradebook, self.course_id)
        categories = self.db.exec(select(GradeCategory).where(col(GradeCategory.course_id) == self.course_id)).all()
        rows = self.db.exec(
            select(GradeItem, GradeColumn)
            .outerjoin(GradeColumn, col(GradeColumn.item_id) == col(GradeItem.id))
            .where(col(GradeItem.course_id) == self.course_id, col(GradeItem.removed_at).is_(None))
        ).all()
        listed = [made for item, column in rows if (made := self._column(item, column)) is not None]
        if book is None and not categories and not listed:
            return
        way: dict[str, Any] = {}
        if book is not None:
            letters = [(Decimal(low), name) for low, name in book.letters]
            way = {name: getattr(book, name) for name in ("engine", "method", "drop_lowest", "keep_best", "missing")}
            way["letters"] = letters
        values = shapes.GradebookFile.model_construct(
            **way,
            categories=[
                shapes.GradeCategoryFile.model_construct(
                    parent=one.parent_id,
                    **one.model_dump(exclude={"course_id", "parent_id"}),
                )
                for one in sorted(categories, key=lambda one: (one.position, str(one.id)))
            ],
            columns=[one for _key, one in sorted(listed, key=lambda made: made[0])],
        )
        self._add(GRADEBOOK, GRADEBOOK, values)

    def _column(self, item: GradeItem, column: GradeColumn | None) -> tuple[tuple[int, str], Any] | None:
        by_hand = item.source_kind == COLUMN
        if not by_hand and str(item.source_id) not in self.found.pieces:
            return None
        values: dict[str, Any] = {}
        if column is not None:
            values = column.model_dump(exclude={"item_id", "category_id"}) | {"category": column.category_id}
        made = shapes.ColumnFile.model_construct(
            item=None if by_hand else item.source_id,
            id=item.source_id if by_hand else None,
            title=item.title if by_hand else None,
            points=item.points_max if by_hand else None,
            hidden=item.hidden if by_hand else False,
            **values,
        )
        if not by_hand and list(shapes.plain(made)) == ["item"]:
            return None
        return (made.position, str(item.source_id)), made

    # ---- Certificate and badges

    def _designs(self) -> Sequence[tuple[CertificateDesign, CertificateDesignVersion]]:
        return self.db.exec(
            select(CertificateDesign, CertificateDesignVersion)
            .join(CertificateDesignVersion, col(CertificateDesignVersion.design_id) == col(CertificateDesign.id))
            .where(
                col(CertificateDesign.course_id) == self.course_id,
                col(CertificateDesign.removed_at).is_(None),
                col(CertificateDesignVersion.version) == col(CertificateDesign.version),
            )
        ).all()

    def _certificate(self, designs: Sequence[tuple[CertificateDesign, CertificateDesignVersion]]) -> None:
        for row, version in designs:
            # Somebody may have taken away a picture that the design still shows.
            given = self.stored.setdefault((credentials.PICTURES, row.id), [])
            known = {one.sha256 for one in given}
            given += [one for one in self.stored.get((credentials.KEPT, version.id), []) if one.sha256 not in known]
            files, refs, _addresses = self._attached(credentials.PICTURES, row.id)
            names = {one.sha256: one.path for one in reversed(files)}
            said = looks.said_of(Design.model_validate(version.design), names)
            values = shapes.DesignFile.model_construct(id=row.id, name=row.name, **said, files=refs)
            self._add(str(row.id), "design", values, files=files)
        terms = self.db.get(CertificateTerms, self.course_id)
        if terms is not None:
            values = shapes.CertificateFile.model_construct(
                design=terms.design_id, **{name: getattr(terms, name) for name in TERMS_FIELDS}
            )
            if shapes.plain(values):
                self._add(CERTIFICATE, CERTIFICATE, values)

    def _badges(self) -> None:
        for row in self.db.exec(select(Badge).where(col(Badge.course_id) == self.course_id)):
            said: Any = {name: getattr(row, name) for name in BADGE_FIELDS} | picture.read_design(row.design).as_json()
            values = shapes.BadgeFile.model_construct(
                id=row.id,
                **said,
                rule=badge_rules.read(row.rule),
            )
            self._add(str(row.id), "badge", values)


def _group_terms(kind: str, row: ItemOverride) -> Any:
    values: dict[str, Any] = {name: getattr(row, name) for name in GROUP_FIELDS}
    if kind == "quiz":  # what is due by its close is due with it
        values["due_at"] = None
    return shapes.GroupTerms.model_construct(group=row.group_id, **values)


def _slot(slot: Slot) -> Any:
    if slot.place == Place.QUESTION:
        return shapes.SlotFile.model_construct(question=slot.question_id)
    if slot.place == Place.SECTION:
        return shapes.SlotFile.model_construct(section=slot.title, shuffle=slot.shuffle)
    return shapes.SlotFile.model_construct(
        draw=slot.draws,
        points=slot.points,
        category=slot.category_id,
        tags=list(slot.tags),
        difficulty=slot.difficulty,
    )


def _moved(text: str, addresses: dict[str, str]) -> str:
    for old, new in addresses.items():
        text = text.replace(old, new)
    return text
