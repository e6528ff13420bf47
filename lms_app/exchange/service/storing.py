"""Questions that were read become rows of a course's bank, in their categories."""

from collections.abc import Sequence
from uuid import UUID

from lms_app.core.work import Work
from lms_app.courses.rules import folded
from lms_app.exchange.service.reading import Checked
from lms_app.quizzes import service as quizzes
from lms_app.quizzes.service import BELOW, Filed


def store(work: Work, slug: str, questions: Sequence[Checked], *, quiz_id: UUID | None = None) -> list[UUID]:
    """All of them, in the order of the file, also at the end of a quiz where one is named. The door is the bank's."""
    places = categories_of(work, slug, [one.question.category for one in questions])
    filed = [
        Filed(
            one.draft,
            places.get(one.question.category),
            one.question.tags,
            one.question.difficulty,
            [(file.address, file.name, file.content) for file in one.question.files],
        )
        for one in questions
    ]
    return [ref.id for ref in quizzes.take_in(work, slug=slug, questions=filed, quiz_id=quiz_id)]


def categories_of(work: Work, slug: str, paths: Sequence[tuple[str, ...]]) -> dict[tuple[str, ...], UUID]:
    """The categories of these paths, with those that had to be made."""
    known: dict[tuple[str, ...], UUID] = {}
    wanted = [path for path in dict.fromkeys(paths) if path]
    if not wanted:
        return {}
    for choice in quizzes.categories(work, slug=slug):
        known[tuple(folded(name) for name in choice.label.split(BELOW))] = UUID(choice.value)
    for path in wanted:
        for depth in range(1, len(path) + 1):
            key = tuple(folded(name) for name in path[:depth])
            if key not in known:
                parent_id = known.get(key[:-1])
                made = quizzes.add_category(work, slug=slug, name=path[depth - 1], parent_id=parent_id)
                known[key] = UUID(made.value)
    return {path: known[tuple(folded(name) for name in path)] for path in wanted}
