"""Script in every field that an author fills: it is shown as the text that it is, to students and to staff (T07)."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import BrowserContext, Page

from lms_app.core.work import SiteRole
from lms_app.courses import service as courses
from lms_app.quizzes import service as quizzes
from lms_app.quizzes.kinds import KINDS
from lms_app.web import routes
from tests import makers as people
from tests.e2e.conftest import settled, sign_in
from tests.e2e.server import Site

EVIL = '<img src=x onerror="window.taken=1"><script>window.taken=1</script>{{7*7}}'
MARKDOWN = f'{EVIL}\n\n[link](javascript:window.taken=1)\n\n![x](https://evil.example/x.png "{EVIL}")\n\n<svg onload=window.taken=1>'


@pytest.fixture
def school(site: Site) -> dict[str, Any]:
    """A course whose every text is a payload, with a quiz of every kind, and a student who has taken it."""
    now = datetime.now(UTC)
    with site.services():
        teacher = people.person(f"T {EVIL}"[:100], SiteRole.INSTRUCTOR).at(now)
        student = people.person("Omar Student").at(now)
        course = teacher.does(
            courses.create_course,
            title=f"Course {EVIL}"[:160],
            slug="payloads",
            summary=EVIL,
            description=MARKDOWN,
            category="<b>Evil</b>",
            level="<b>Evil</b>",
        )
        module = teacher.does(courses.add_module, course_id=course.id, title=f"Module {EVIL}"[:160])
        lesson = teacher.does(courses.add_lesson, module_id=module.id, title=f"Lesson {EVIL}"[:160], body=MARKDOWN)
        drafts = [
            quizzes.draft(
                kind=kind.name,
                stem=MARKDOWN,
                spec=_poisoned(kind.examples[0].spec.model_dump(mode="json")),
                points=Decimal(1),
                feedback=MARKDOWN,
            )
            for kind in KINDS.values()
            if kind.examples
        ]
        quiz = teacher.does(
            quizzes.create_quiz, module_id=module.id, title=f"Quiz {EVIL}"[:160], questions=drafts, intro=MARKDOWN
        )
        teacher.does(courses.publish, course_id=course.id)
        teacher.does(courses.add_group, slug="payloads", name="<b>Evil</b>")
        teacher.does(courses.announce, slug="payloads", title=EVIL[:100], body=MARKDOWN)
        student.does(courses.enrol, slug="payloads")
        attempt = student.does(quizzes.start, item_id=quiz.item_id)
        return {
            "teacher": teacher,
            "student": student,
            "lesson": str(lesson.id),
            "quiz": str(quiz.item_id),
            "attempt": attempt.id,
            "questions": len(drafts),
        }


def _poisoned(value: Any) -> Any:
    """The texts of a spec with a payload behind each that is meant to be shown."""
    if isinstance(value, dict):
        return {
            name: f"{inner} {EVIL}"
            if name in ("text", "feedback") and isinstance(inner, str) and inner and "[[" not in inner
            else _poisoned(inner)
            for name, inner in value.items()
        }
    return [_poisoned(inner) for inner in value] if isinstance(value, list) else value


def test_script_in_authors_fields_is_text_for_everybody(
    site: Site, opened: Callable[..., BrowserContext], school: dict[str, Any]
) -> None:
    def visits(person: Any, *paths: str) -> Page:
        with site.services():
            token = person.signs_in(at=datetime.now(UTC))
        context = opened()
        sign_in(context, site, token)
        page = context.new_page()
        for path in paths:
            page.goto(str(path))
            settled(page)
            assert page.evaluate("window.taken") is None, path
            assert page.locator("main").inner_text()
        return page

    lesson, quiz, attempt = school["lesson"], school["quiz"], school["attempt"]
    page = visits(
        school["student"],
        routes.course("payloads"),
        routes.lesson("payloads", lesson),
        routes.quiz("payloads", quiz),
        routes.attempt(attempt),
    )
    for _ in range(school["questions"] - 1):
        following = page.get_by_role("button", name="Next", exact=True)
        if not following.count():
            break
        following.click()
        settled(page)
        assert page.evaluate("window.taken") is None
    with site.services():
        school["student"].at(datetime.now(UTC)).does(quizzes.submit, attempt_id=UUID(attempt))
    visits(school["student"], routes.results(attempt), routes.catalogue(), "/")
    visits(
        school["teacher"],
        routes.teaching(),
        routes.teach_course("payloads"),
        routes.course_build("payloads"),
        routes.course_settings("payloads"),
        routes.lesson_edit("payloads", lesson),
        routes.quiz_edit("payloads", quiz),
        routes.quiz_settings("payloads", quiz),
        routes.quiz_results("payloads", quiz),
        routes.course_people("payloads"),
        routes.question_bank("payloads"),
    )
