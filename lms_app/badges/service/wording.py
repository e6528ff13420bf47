"""What a badge's rule says in words, and the names of the things in it."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select

from lms_app.badges import rules
from lms_app.badges.models import Badge
from lms_app.core.work import Work
from lms_app.courses.models import Course, OutlineItem


def criteria_of(work: Work, badge: Badge, course: str) -> str:
    """What must be done for a badge: as its author says, or as its rule does."""
    return badge.criteria or rules_in_words(work, [(badge, course)])[0]


def rules_in_words(work: Work, badges: Sequence[tuple[Badge, str]]) -> list[str]:
    """The rule of each badge, given with its course's title. Two queries, however many there are."""
    read = [rules.read(badge.rule) for badge, _course in badges]
    quizzes = _titles(work, OutlineItem, {rule.item for rule in read if isinstance(rule, rules.QuizScore)})
    wanted = {one for rule in read if isinstance(rule, rules.Path) for one in rule.courses}
    courses = _titles(work, Course, wanted)
    return [
        rules.in_words(
            rule,
            course,
            quizzes.get(rule.item, "a quiz that is gone") if isinstance(rule, rules.QuizScore) else "",
            [courses.get(one, "a course that is gone") for one in rule.courses] if isinstance(rule, rules.Path) else (),
        )
        for rule, (_badge, course) in zip(read, badges, strict=True)
    ]


def _titles(work: Work, table: type[OutlineItem] | type[Course], ids: set[UUID]) -> dict[UUID, str]:
    found = work.db.exec(select(table.id, table.title).where(col(table.id).in_(ids))).all()
    return dict(found)
