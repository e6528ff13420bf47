"""A tree of Markdown becomes a course: all of it, or nothing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from lms_app.core import files
from lms_app.core.errors import Forbidden, Invalid
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.courses.service import Written
from lms_app.exchange.choices import Quiz
from lms_app.exchange.formats import course_tree
from lms_app.exchange.references import LESSON_TOKEN
from lms_app.exchange.views import CourseReport
from lms_app.quizzes import service as quizzes
from lms_app.web import routes

LESSONS_MAX = 2_000


@dataclass(frozen=True, slots=True)
class CourseDraft:
    """A tree that was read, rendered and staged. Only `read_course` makes these."""

    tree: course_tree.CourseTree
    pages: dict[str, Written]  # path → text and HTML, with tokens in place of addresses

    @property
    def report(self) -> CourseReport:
        return self.tree.report


def read_course(folder: Path, *, stage: bool = True) -> CourseDraft:
    """Read and render a folder, without a database.

    The pictures and files that lessons use are put on disk, where unused ones are swept away after a day; `stage=False`
    only looks, for a report. Raises Invalid for no folder, no Markdown, or too much of anything.
    """
    tree = course_tree.read(folder, stage=stage)
    lessons = [lesson for module in tree.modules for lesson in module.lessons]
    if len(lessons) > LESSONS_MAX:
        raise Invalid(
            {"folder": f"A course takes at most {LESSONS_MAX:,} lessons, and this tree has {len(lessons):,}."}
        )
    return CourseDraft(tree, {lesson.path: courses.written(lesson.body) for lesson in lessons})


def import_course(
    work: Work, read: CourseDraft | Path, *, title: str = "", slug: str = "", owner_id: UUID | None = None
) -> CourseReport:
    """Make a course, as a draft that only its staff see. The report names everything that was in the folder.

    `owner_id` is for administrators, and needed where the actor is no person. A folder instead of a draft is read here:
    whoever can, reads before the unit of work. Raises NotSignedIn, Forbidden for whoever does not teach, Invalid.
    """
    owner = owner_id if work.actor.is_admin and owner_id else work.user_id
    if not work.actor.can_teach:
        raise Forbidden("Only instructors can import a course.")
    draft = read if isinstance(read, CourseDraft) else read_course(read)
    if any(asset.staged is None for asset in draft.tree.assets.values()):
        raise Invalid({"folder": "This tree was only looked at. Read it again to import it."})
    course = courses.create_course(
        work, title=title or draft.tree.title, slug=slug, owner_id=owner, description=draft.tree.about
    )
    ids = _write_outline(work, course.id, draft)
    for module in draft.tree.modules:
        for lesson in module.lessons:
            item_id = ids[lesson.path]
            addresses = {
                f"{LESSON_TOKEN}{token}": str(_address(course.slug, path, ids[path]))
                for token, path in lesson.lessons.items()
            }
            addresses |= {f"/files/{token}": _keep(work, draft, path, item_id) for token, path in lesson.files.items()}
            courses.update_lesson(work, item_id=item_id, body=_addressed(draft.pages[lesson.path], addresses))
    return _told(draft.report, str(course.id), course.slug, course.title, ids)


def _write_outline(work: Work, course_id: UUID, draft: CourseDraft) -> dict[str, UUID]:
    """Modules and lessons, the latter with tokens for addresses: those are known when every lesson has its id."""
    ids: dict[str, UUID] = {}
    for module in draft.tree.modules:
        place = courses.add_module(work, course_id=course_id, title=module.title)
        for lesson in module.lessons:
            here = module.quizzes.get(lesson.path, [])
            _write_quizzes(work, place.id, [one for one in here if one.first], lesson.published, ids)
            item = courses.add_lesson(
                work,
                module_id=place.id,
                title=lesson.title,
                body=draft.pages[lesson.path],
                minutes=lesson.minutes,
                required=lesson.required,
                published=lesson.published,
            )
            ids[lesson.path] = item.id
            _write_quizzes(work, place.id, [one for one in here if not one.first], lesson.published, ids)
        _write_quizzes(work, place.id, module.quizzes.get("", []), True, ids)
    return ids


def _write_quizzes(work: Work, module_id: UUID, made: Sequence[Quiz], published: bool, ids: dict[str, UUID]) -> None:
    """Nothing is needed of them to complete the course: whoever imports decides what is."""
    for quiz in made:
        item: courses.ItemSettings = {"published": published, "required": False}
        drafts = [one.draft for one in quiz.questions]
        ref = quizzes.create_quiz(work, module_id=module_id, title=quiz.title, questions=drafts, item=item)
        if quiz.number:
            ids[f"{course_tree.QUIZ}{quiz.number}"] = ref.item_id


def _address(slug: str, path: str, item_id: UUID) -> Any:
    is_quiz = path.startswith(course_tree.QUIZ)
    return routes.quiz(slug, item_id) if is_quiz else routes.lesson(slug, item_id)


def _keep(work: Work, draft: CourseDraft, path: str, item_id: UUID) -> str:
    """One use of a staged file, and its address. `add_lesson` was the door of its lesson."""
    asset = draft.tree.assets[path]
    assert asset.staged is not None
    return files.keep(work, asset.staged, name=asset.name, scope="lesson", scope_id=item_id).url


def _addressed(page: Written, addresses: dict[str, str]) -> Written:
    """Text and HTML with addresses for tokens: the same in both, since a token is random and looks like an address."""
    if not addresses:
        return page
    tokens = re.compile("|".join(map(re.escape, addresses)))
    body = tokens.sub(lambda match: addresses[match[0]], page.body)
    return Written(body, tokens.sub(lambda match: addresses[match[0]], page.html))


def _told(report: CourseReport, course_id: str, slug: str, title: str, ids: dict[str, UUID]) -> CourseReport:
    modules = tuple(
        replace(module, lessons=tuple(replace(one, id=str(ids[one.path])) for one in module.lessons))
        for module in report.modules
    )
    return replace(report, course_id=course_id, slug=slug, title=title, modules=modules)
