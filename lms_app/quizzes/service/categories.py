"""The folders of a course's question bank: a tree of names."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select

from lms_app.core.errors import Conflict, Invalid, NotFound
from lms_app.core.work import Work
from lms_app.courses import rules as course_rules
from lms_app.courses import service as courses
from lms_app.policy import Can
from lms_app.quizzes.models import Category, Question, Slot
from lms_app.web.views import Choice

NAME_MAX = 120
CATEGORIES_MAX = 500
DEPTH_MAX = 8
BELOW = " / "  # between the names of a path
NO_CATEGORY = "We could not find that category. Somebody may have removed it."


@dataclass(frozen=True, slots=True)
class Tree:
    """All categories of a course."""

    of: dict[UUID, Category]

    def path(self, category_id: UUID | None) -> str:
        """`Energy / Food webs`; empty for none."""
        return BELOW.join(one.name for one in reversed(self.line(category_id)))

    def line(self, category_id: UUID | None) -> list[Category]:
        """A category and all above it, from below."""
        found: list[Category] = []
        while category_id is not None and category_id in self.of and len(found) <= CATEGORIES_MAX:
            found.append(self.of[category_id])
            category_id = self.of[category_id].parent_id
        return found

    def below(self, category_id: UUID) -> list[UUID]:
        """A category and all below it."""
        return [one for one in self.of if any(up.id == category_id for up in self.line(one))]

    def refs(self) -> list[Choice]:
        """All of them, as a reader would look for them: by path."""
        found = [Choice(str(one), self.path(one)) for one in self.of]
        return sorted(found, key=lambda ref: [course_rules.folded(part) for part in ref.label.split(BELOW)])


def read_tree(work: Work, course_id: UUID) -> Tree:
    rows = work.db.exec(select(Category).where(col(Category.course_id) == course_id)).all()
    return Tree({row.id: row for row in rows})


def categories(work: Work, *, slug: str) -> list[Choice]:
    """The categories of a course's bank, by path, for whoever writes questions."""
    return read_tree(work, courses.enter_by_slug(work, slug, Can.AUTHOR).course_id).refs()


def add_category(work: Work, *, slug: str, name: str, parent_id: UUID | None = None) -> Choice:
    """A new category. Raises Invalid for a name that its neighbours have already."""
    course_id = courses.enter_by_slug(work, slug, Can.AUTHOR).course_id
    tree = read_tree(work, course_id)
    if len(tree.of) >= CATEGORIES_MAX:
        raise Conflict(f"A course takes at most {CATEGORIES_MAX} categories. Tags divide further.")
    made = Category(course_id=course_id, name=check_name(tree, name, parent_id), parent_id=parent_id)
    return _kept(work, tree, made)


def change_category(work: Work, *, category_id: UUID, name: str, parent_id: UUID | None = None) -> Choice:
    """Rename a category, or put it below another one. Raises Invalid below itself."""
    category, tree = _own(work, category_id)
    if parent_id is not None and parent_id in tree.below(category_id):
        raise Invalid({"parent_id": "A category cannot stand below itself."})
    category.name, category.parent_id = check_name(tree, name, parent_id, but=category_id), parent_id
    return _kept(work, tree, category)


def remove_category(work: Work, *, category_id: UUID) -> None:
    """Take a category away; what is in it goes to the one above. Raises Conflict while a quiz draws from it."""
    category, _tree = _own(work, category_id)
    draws = select(Slot.id).where(col(Slot.category_id) == category_id, col(Slot.removed_at).is_(None))
    if work.db.exec(draws.limit(1)).first() is not None:
        raise Conflict("A quiz draws questions from this category. Change that draw first.")
    up = {"parent_id": category.parent_id}
    run = work.db.connection().execute
    run(update(Category).where(col(Category.parent_id) == category_id).values(up))
    run(update(Question).where(col(Question.category_id) == category_id).values(category_id=category.parent_id))
    run(update(Slot).where(col(Slot.category_id) == category_id).values(category_id=category.parent_id))
    work.db.delete(category)
    work.db.flush()


def in_tree(tree: Tree, category_id: UUID | None) -> None:
    """Raises NotFound for a category of another course."""
    if category_id is not None and category_id not in tree.of:
        raise NotFound(NO_CATEGORY)


def _own(work: Work, category_id: UUID) -> tuple[Category, Tree]:
    category = work.db.get(Category, category_id)
    if category is None:
        raise NotFound(NO_CATEGORY)
    try:
        courses.enter(work, category.course_id, Can.AUTHOR)
    except NotFound:
        raise NotFound(NO_CATEGORY) from None
    return category, read_tree(work, category.course_id)


def check_name(tree: Tree, name: str, parent_id: UUID | None, but: UUID | None = None) -> str:
    in_tree(tree, parent_id)
    name = " ".join(name.replace("/", " ").split())
    if not name or len(name) > NAME_MAX:
        raise Invalid({"name": f"Enter a name, up to {NAME_MAX} characters."})
    if len(tree.line(parent_id)) >= DEPTH_MAX:
        raise Invalid({"parent_id": f"Categories go {DEPTH_MAX} deep at most."})
    beside: Sequence[Category] = [one for one in tree.of.values() if one.parent_id == parent_id and one.id != but]
    if course_rules.folded(name) in {course_rules.folded(one.name) for one in beside}:
        raise Invalid({"name": "There is a category of this name already."})
    return name


def _kept(work: Work, tree: Tree, category: Category) -> Choice:
    work.db.add(category)
    work.db.flush()
    tree.of[category.id] = category
    return Choice(str(category.id), tree.path(category.id))
