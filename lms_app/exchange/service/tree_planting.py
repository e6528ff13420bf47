"""What a plan says becomes so: each piece by the verbs of its room. The door was another's, and each verb has its own."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from lms_app.assignments import service as assignments
from lms_app.badges import service as badges
from lms_app.core import files
from lms_app.core.errors import Conflict, Invalid
from lms_app.core.files import StoredFile
from lms_app.core.work import Work
from lms_app.courses import rules as course_rules
from lms_app.courses import service as courses
from lms_app.courses.models import Course, Module, OutlineItem
from lms_app.credentials import service as credentials
from lms_app.exchange.service.tree_taking import (
    ASSIGNMENT_FIELDS,
    COURSE_FIELDS,
    GROUP_FIELDS,
    QUIZ_FIELDS,
    TERMS_FIELDS,
    USUAL,
)
from lms_app.exchange.trees import looks, pieces
from lms_app.exchange.trees.merging import Plan
from lms_app.exchange.trees.pieces import BANK, CERTIFICATE, COMMENTS, GRADEBOOK, Piece, Whole
from lms_app.exchange.trees.reading import TreeDraft, loc_of
from lms_app.gradebook import service as gradebook
from lms_app.quizzes import service as quizzes
from lms_app.rubrics import service as rubrics
from lms_app.rubrics.rules import draft as rubric_draft
from lms_app.rubrics.views import NONE, CriterionView, LevelView

SCOPES = {
    "lesson": "lesson",
    "question": quizzes.QUESTION,
    "assignment": assignments.BRIEF,
    "design": credentials.PICTURES,
}
_STATUS = {"draft": courses.unpublish, "published": courses.publish, "archived": courses.archive}


def plant(work: Work, draft: TreeDraft, ours: Whole | None, plan: Plan) -> list[str]:
    """Raises what the rooms raise, with the place in the tree where it is about a piece.

    Returns what of the tree could not become so, as `path:line: sentence`: what it names of the rest of its site.
    """
    planting = _Planting(work, draft, ours, plan)
    planting.run()
    return planting.notes


class _Planting:
    def __init__(self, work: Work, draft: TreeDraft, ours: Whole | None, plan: Plan) -> None:
        self.work, self.draft, self.ours, self.plan = work, draft, ours, plan
        self.course_id = UUID(draft.whole.key)
        self.slug = ""
        self.notes: list[str] = []
        self.stored = self._stored()

    def _stored(self) -> dict[tuple[str, UUID], list[StoredFile]]:
        """The files that the things of the tree have here, whoever's they are."""
        owners = [piece.values.id for kind in SCOPES for piece in self._theirs(kind)]
        found: dict[tuple[str, UUID], list[StoredFile]] = {}
        for at in range(0, len(owners), 500):
            its = col(StoredFile.scope_id).in_(owners[at : at + 500])
            for row in self.work.db.exec(select(StoredFile).where(its, col(StoredFile.scope).in_(SCOPES.values()))):
                found.setdefault((row.scope, row.scope_id), []).append(row)
        return found

    def run(self) -> None:
        self._each("course", self._course)
        self.slug = self.work.db.get_one(Course, self.course_id).slug
        self._each("module", self._module)
        self._each("rubric", self._rubric)
        self._each(COMMENTS, self._comments)
        self._each(BANK, self._bank)
        self._questions()
        for kind in ("lesson", "quiz", "assignment"):
            self._each(kind, self._item)
        self._each("design", self._design)
        self._remove()
        ids = {UUID(key): [UUID(one) for one in order] for key, order in self.plan.orders.items()}
        courses.arrange(
            self.work,
            course_id=self.course_id,
            modules=ids.get(self.course_id, []),
            items={key: order for key, order in ids.items() if self._is_module(key)},
        )
        self._each(GRADEBOOK, self._gradebook)
        self._each("course", self._needs)
        self._each(CERTIFICATE, self._certificate)
        self._each("course", self._status)
        self._each("badge", self._badge)

    def _is_module(self, key: UUID) -> bool:
        return self.work.db.get(Module, key) is not None

    def _theirs(self, kind: str) -> Iterator[Piece]:
        for piece in self.draft.whole.pieces.values():
            if piece.kind == kind and piece.key in self.plan.theirs:
                yield piece

    def _each(self, kind: str, act: Callable[[Piece], None]) -> None:
        for piece in self._theirs(kind):
            with self._placed(piece):
                act(piece)

    @contextmanager
    def _placed(self, piece: Piece) -> Iterator[None]:
        """What is wrong is told with its place in the tree."""
        try:
            yield
        except Invalid as error:
            said = {self.draft.line(piece.key, loc_of(name)): words for name, words in error.fields.items()}
            raise Invalid({"tree": "\n".join(f"{place}: {words}" for place, words in said.items())}) from None
        except Conflict as error:
            raise Conflict(f"{self.draft.line(piece.key, ())}: {error.message}") from None

    # ---- Pieces

    def _course(self, piece: Piece) -> None:
        values = piece.values
        settings: Any = {name: getattr(values, name) for name in COURSE_FIELDS if name not in ("slug", "status")}
        there = self.work.db.get(Course, self.course_id)
        if there is None:
            # The key that lets people in is no part of a tree, which others may read.
            if values.enrol_mode == "key":
                settings["enrol_key"] = secrets.token_hex(5)
            courses.create_course(self.work, slug=values.slug, as_id=self.course_id, **settings)
        else:
            if there.slug != values.slug:
                raise Invalid({"slug": f"The address of this course is {there.slug}; it stays, links to it are out."})
            if values.enrol_mode == "key" and not there.enrol_key:
                settings["enrol_key"] = secrets.token_hex(5)
            courses.update_course(self.work, course_id=self.course_id, **settings)
        groups = {one.id: one.name for one in values.groups}
        if groups or there is not None:
            courses.plant_groups(self.work, slug=values.slug, course_id=self.course_id, groups=groups)

    def _needs(self, piece: Piece) -> None:
        there = courses.plant_needs(self.work, course_id=self.course_id, needs=piece.values.needs)
        for one in there:
            place = self.draft.line(piece.key, ("needs", piece.values.needs.index(one)))
            self.notes.append(f"{place}: There is no course {one} here, so it is not asked for.")

    def _status(self, piece: Piece) -> None:
        """Last, so that nobody finds a course that is half there."""
        if self.work.db.get_one(Course, self.course_id).status != piece.values.status:
            _STATUS[piece.values.status](self.work, course_id=self.course_id)

    def _module(self, piece: Piece) -> None:
        courses.plant_module(self.work, course_id=self.course_id, module_id=piece.values.id, title=piece.values.title)

    def _rubric(self, piece: Piece) -> None:
        criteria = [
            CriterionView(
                id=one.id,
                title=one.title,
                description=one.description,
                points_max=NONE if one.points_max is None else one.points_max,
                levels=[
                    LevelView(
                        level.id,
                        level.title,
                        level.description,
                        level.points,
                        level.points if level.points_min is None else level.points_min,
                    )
                    for level in one.levels
                ],
            )
            for one in piece.values.criteria
        ]
        drafted = rubric_draft(piece.values.kind, piece.values.title, criteria)
        rubrics.plant(self.work, course_id=self.course_id, rubric_id=piece.values.id, drafted=drafted)

    def _comments(self, piece: Piece) -> None:
        texts = {one.id: one.text for one in piece.values.comments}
        rubrics.plant_comments(self.work, course_id=self.course_id, texts=texts)

    def _bank(self, piece: Piece) -> None:
        listed: list[tuple[UUID, str, UUID | None]] = []

        def walk(categories: Any, parent_id: UUID | None) -> None:
            for one in categories:
                listed.append((one.id, one.name, parent_id))
                walk(one.categories, one.id)

        walk(piece.values.categories, None)
        quizzes.plant_categories(self.work, course_id=self.course_id, categories=listed)

    def _questions(self) -> None:
        """All at once: there may be thousands."""
        planted: dict[UUID, quizzes.Filed] = {}
        for piece in self._theirs("question"):
            with self._placed(piece):
                planted[piece.values.id] = self._filed(piece)
        try:
            quizzes.plant_questions(self.work, course_id=self.course_id, questions=planted)
        except Conflict as error:
            its = next((key for key in map(str, planted) if key in error.message), "")
            raise Conflict(f"{self.draft.line(its, ())}: {error.message}" if its else error.message) from None

    def _filed(self, piece: Piece) -> quizzes.Filed:
        addresses = self._files(piece)
        drafted = self.draft.drafts[piece.key]
        if addresses:
            moved = {
                name: pieces.mapped(getattr(drafted, name), lambda text: files.moved(text, addresses))
                for name in ("stem", "stem_html", "spec", "feedback", "hints")
            }
            drafted = replace(drafted, **moved)
        values = piece.values
        return quizzes.Filed(drafted, values.category, values.tags, values.difficulty)

    def _item(self, piece: Piece) -> None:
        values = piece.values
        minutes = values.minutes
        if minutes is None:
            minutes = course_rules.reading_minutes(piece.body) if piece.kind == "lesson" else 0
        completion = values.completion or USUAL[piece.kind]
        courses.plant_item(
            self.work,
            module_id=UUID(piece.place),
            item_id=values.id,
            kind=piece.kind,
            title=values.title,
            shown=values.shown,
            required=values.required,
            preview=values.preview,
            minutes=minutes,
            opens_at=values.opens_at,
            due_at=values.due_at,
            completion=completion,
            release=values.release.model_dump(mode="json") if values.release else None,
        )
        match piece.kind:
            case "lesson":
                self._lesson(piece)
            case "quiz":
                self._quiz(piece)
            case _:
                self._assignment(piece)
        before = self.ours.pieces.get(piece.key) if self.ours else None
        if values.for_groups or (before is not None and before.values.for_groups):
            groups: dict[UUID, courses.OverrideChanges] = {
                one.group: courses.OverrideChanges(**{name: getattr(one, name) for name in GROUP_FIELDS})
                for one in values.for_groups
            }
            courses.plant_terms(self.work, item_id=values.id, groups=groups)
        item = self.work.db.get_one(OutlineItem, values.id)
        if item.completion != completion:  # a pass mark has set it
            courses.update_item(self.work, item_id=values.id, completion=completion)

    def _lesson(self, piece: Piece) -> None:
        addresses = self._files(piece)
        page = self.draft.pages[piece.key]
        page = courses.Written(files.moved(page.body, addresses), files.moved(page.html, addresses))
        draft = None if piece.draft is None else files.moved(piece.draft, addresses)
        courses.plant_lesson(self.work, item_id=piece.values.id, page=page, draft=draft)

    def _quiz(self, piece: Piece) -> None:
        values = piece.values
        settings: Any = {name: getattr(values, name) for name in QUIZ_FIELDS}
        slots = [
            quizzes.Planted(
                question_id=one.question,
                draws=one.draw or 0,
                points=one.points or NONE,
                wanted=quizzes.Wanted(one.category, one.tags, one.difficulty),
                title=one.section or "",
                shuffle=one.shuffle,
            )
            for one in values.slots
        ]
        quizzes.plant_quiz(self.work, item_id=values.id, slots=slots, **settings)

    def _assignment(self, piece: Piece) -> None:
        values = piece.values
        settings: Any = {name: getattr(values, name) for name in ASSIGNMENT_FIELDS}
        settings["late_tiers"] = [[hours, str(share)] for hours, share in values.late_tiers]
        settings["rubric_id"] = values.rubric
        settings["brief"] = files.moved(piece.body, self._files(piece))
        assignments.plant_assignment(self.work, item_id=values.id, **settings)

    def _design(self, piece: Piece) -> None:
        self._files(piece)
        design = looks.design_of(piece.values, {one.path: one.sha256 for one in piece.files})
        credentials.plant_design(
            self.work, slug=self.slug, design_id=piece.values.id, name=piece.values.name, design=design
        )

    def _certificate(self, piece: Piece) -> None:
        values = piece.values
        terms: Any = {name: getattr(values, name) for name in TERMS_FIELDS}
        if not credentials.plant_terms(self.work, slug=self.slug, design_id=values.design, **terms):
            place = self.draft.line(piece.key, ("design",))
            self.notes.append(f"{place}: This site has no design {values.design}. Its own stands in for it.")

    def _badge(self, piece: Piece) -> None:
        badges.plant_badge(
            self.work,
            slug=self.slug,
            badge_id=piece.values.id,
            draft=looks.badge_of(piece.values),
            status=piece.values.status,
        )

    def _files(self, piece: Piece) -> dict[str, str]:
        """Give a thing exactly these files; their addresses here by those that the piece has."""
        scope, owner = SCOPES[piece.kind], piece.values.id
        rows = self.stored.get((scope, owner), [])
        there = {(row.name, row.sha256): row for row in sorted(rows, key=lambda row: str(row.id))}
        addresses: dict[str, str] = {}
        for one in sorted(piece.files, key=lambda one: (-len(one.path), one.path)):
            row = there.pop((files.clean_name(one.name), one.sha256), None)
            view = files.view_of(row) if row else None
            if view is None:
                staged = self.draft.staged.get(one.path)
                if staged is None:
                    raise Invalid({"files": "This tree was only looked at. Read it again to import it."})
                if scope == credentials.PICTURES:
                    credentials.check_picture(self.work, owner, staged, one.name)
                view = files.keep(self.work, staged, name=one.name, scope=scope, scope_id=owner)
            addresses[f"/files/{one.path}"] = view.url
        for row in there.values():
            self.work.db.delete(row)
        self.work.db.flush()
        return addresses

    # ---- What goes, and the rest

    def _remove(self) -> None:
        mine = self.ours.pieces if self.ours else {}
        gone = [mine[key] for key in self.plan.gone]
        for piece in gone:
            if piece.kind in ("lesson", "quiz", "assignment"):
                courses.remove_item(self.work, item_id=piece.values.id)
        for piece in gone:
            if piece.kind == "module":
                courses.remove_module(self.work, module_id=piece.values.id)
        asked = [piece.values.id for piece in gone if piece.kind == "question"]
        if asked:
            quizzes.remove_questions(self.work, slug=self.slug, question_ids=asked)
        for piece in gone:
            match piece.kind:
                case "rubric":
                    rubrics.remove(self.work, rubric_id=piece.values.id)
                case "design":
                    credentials.remove_design(self.work, design_id=piece.values.id)
                case "badge":
                    badges.remove_badge(self.work, slug=self.slug, badge_id=piece.values.id)
                case _:
                    pass
        if COMMENTS in self.plan.gone:
            rubrics.plant_comments(self.work, course_id=self.course_id, texts={})
        if CERTIFICATE in self.plan.gone:
            credentials.plant_terms(self.work, slug=self.slug)
        categories = self.draft.whole.pieces.get(BANK)
        if BANK in self.plan.gone or (categories is not None and BANK in self.plan.theirs):
            keep = list(_ids(categories.values.categories)) if categories is not None else []
            quizzes.prune_categories(self.work, course_id=self.course_id, keep=keep)
        if GRADEBOOK in self.plan.gone:
            gradebook.plant_setup(
                self.work, slug=self.slug, engine=None, scheme=gradebook.Scheme(), categories=[], columns=[]
            )

    def _gradebook(self, piece: Piece) -> None:
        values = piece.values
        gradebook.plant_setup(
            self.work,
            slug=self.slug,
            engine=values.engine,
            scheme=gradebook.Scheme(
                values.method, values.drop_lowest, values.keep_best, values.missing, values.letters
            ),
            categories=[
                gradebook.PlantedCategory(
                    one.id,
                    gradebook.CategoryValues(
                        one.name, one.parent, one.method, one.weight, one.extra, one.drop_lowest, one.keep_best
                    ),
                    one.position,
                )
                for one in values.categories
            ],
            columns=[
                gradebook.PlantedColumn(
                    one.item or one.id,
                    gradebook.ColumnValues(
                        one.category,
                        one.weight,
                        one.extra,
                        one.never_drop,
                        one.pass_points,
                        one.title,
                        one.points,
                        one.hidden if one.title is not None else None,
                    ),
                    one.position,
                )
                for one in values.columns
            ],
        )


def _ids(categories: Any) -> Iterator[UUID]:
    for one in categories:
        yield one.id
        yield from _ids(one.categories)
