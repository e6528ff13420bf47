"""Every address of the site, as a function, so that lower rooms can link to higher ones without importing them.

Upper-case names are the patterns that pages are registered with. Arguments may be plain values or state vars.
"""

from typing import Any
from uuid import UUID

import reflex as rx

Slug = str | rx.Var[Any]
Id = str | UUID | rx.Var[Any]

HOME = "/"
SIGN_IN = "/sign-in"
REGISTER = "/register"
FORGOT = "/forgot"
RESET = "/reset"
VERIFY_EMAIL = "/verify-email"
PROFILE = "/profile"
CATALOGUE = "/catalogue"
MY_COURSES = "/courses"
COURSE = "/courses/[slug]"
LESSON = "/courses/[slug]/lessons/[item]"
QUIZ = "/courses/[slug]/quizzes/[item]"
ASSIGNMENT = "/courses/[slug]/assignments/[item]"
ATTEMPT = "/attempts/[attempt_id]"
REVIEW = "/attempts/[attempt_id]/review"
RESULTS = "/attempts/[attempt_id]/results"
TEACHING = "/teaching"
TEACH_COURSE = "/teaching/[slug]"
QUESTION_BANK = "/teaching/[slug]/questions"
QUESTION_EDIT = "/teaching/[slug]/questions/[item]"
QUESTION_IMPORT = "/teaching/[slug]/questions/import"
QUESTION_SHEET = "/teaching/{slug}/questions.{kind}"
RUBRICS = "/teaching/[slug]/rubrics"
RUBRIC = "/teaching/[slug]/rubrics/[item]"
COURSE_BUILD = "/teaching/[slug]/build"
COURSE_SETTINGS = "/teaching/[slug]/settings"
LESSON_EDIT = "/teaching/[slug]/lessons/[item]/edit"
COURSE_ANALYTICS = "/teaching/[slug]/analytics"
COURSE_PEOPLE = "/teaching/[slug]/people"
COURSE_ENROL = "/teaching/[slug]/people/enrol"
ITEM_OVERRIDES = "/teaching/[slug]/items/[item]/extensions"
QUIZ_RESULTS = "/teaching/[slug]/quizzes/[item]"
QUIZ_EDIT = "/teaching/[slug]/quizzes/[item]/edit"
QUIZ_MARKING = "/teaching/[slug]/quizzes/[item]/marking"
QUIZ_SETTINGS = "/teaching/[slug]/quizzes/[item]/settings"
SUBMISSIONS = "/teaching/[slug]/assignments/[item]"
SUBMISSIONS_ZIP = "/teaching/{slug}/assignments/{item_id}/submissions.zip"
ASSIGNMENT_SETTINGS = "/teaching/[slug]/assignments/[item]/settings"
ASSIGNMENT_GRADING = "/teaching/[slug]/assignments/[item]/grading"
ASSIGNMENT_FEEDBACK = "/courses/[slug]/assignments/[item]/feedback"
GRADES = "/courses/[slug]/grades"
GRADEBOOK = "/teaching/[slug]/gradebook"
GRADEBOOK_SETUP = "/teaching/[slug]/gradebook/setup"
GRADEBOOK_IMPORT = "/teaching/[slug]/gradebook/import"
GRADEBOOK_SHEET = "/teaching/{slug}/gradebook.{kind}"
GRADEBOOK_TEXT = "/teaching/{slug}/gradebook/text"
CERTIFICATES = "/certificates"
NOTIFICATIONS = "/notifications"
NOTIFICATION_SETTINGS = "/notifications/settings"
UNSUBSCRIBE = "/unsubscribe"
JOIN = "/join/[token]"
ADMIN = "/admin"
PEOPLE = "/admin/people"
ADMIN_COURSES = "/admin/courses"
OUTBOX = "/admin/mail"
OVERVIEW_SHEET = "/admin/overview.csv"
AS_STUDENT = "as=student"  # behind a course or a lesson: its staff see it as a student who has just joined


def home() -> str:
    return HOME


def sign_in() -> str:
    return SIGN_IN


def sign_in_to(path: Slug) -> Any:
    """Where to sign in, and go on to `path` after it."""
    return _join(SIGN_IN, "?next=", path)


def register() -> str:
    return REGISTER


def forgot() -> str:
    return FORGOT


def reset(token: str = "") -> str:
    return f"{RESET}?token={token}" if token else RESET


def verify_email(token: str = "") -> str:
    return f"{VERIFY_EMAIL}?token={token}" if token else VERIFY_EMAIL


def profile() -> str:
    return PROFILE


def catalogue() -> str:
    return CATALOGUE


def my_courses() -> str:
    return MY_COURSES


def course(slug: Slug) -> Any:
    return _join("/courses/", slug)


def lesson(slug: Slug, item: Id) -> Any:
    return _join("/courses/", slug, "/lessons/", item)


def quiz(slug: Slug, item: Id) -> Any:
    return _join("/courses/", slug, "/quizzes/", item)


def assignment(slug: Slug, item: Id) -> Any:
    return _join("/courses/", slug, "/assignments/", item)


def attempt(attempt_id: Id) -> Any:
    return _join("/attempts/", attempt_id)


def review(attempt_id: Id) -> Any:
    return _join("/attempts/", attempt_id, "/review")


def results(attempt_id: Id) -> Any:
    return _join("/attempts/", attempt_id, "/results")


def teaching() -> str:
    return TEACHING


def teach_course(slug: Slug) -> Any:
    return _join("/teaching/", slug)


def question_bank(slug: Slug) -> Any:
    return _join("/teaching/", slug, "/questions")


def question_import(slug: Slug) -> Any:
    return _join("/teaching/", slug, "/questions/import")


def question_sheet(slug: Slug, kind: str, category: Id = "") -> Any:
    """A file of questions: `kind` is xml, gift or csv. Of a category and all below it, or of the whole bank."""
    return _join("/teaching/", slug, f"/questions.{kind}?category=", category)


def question_edit(slug: Slug, question: Id) -> Any:
    return _join("/teaching/", slug, "/questions/", question)


def question_new(slug: Slug, kind: str) -> Any:
    return _join("/teaching/", slug, f"/questions/new?kind={kind}")


def rubrics(slug: Slug) -> Any:
    return _join("/teaching/", slug, "/rubrics")


def rubric(slug: Slug, rubric_id: Id) -> Any:
    return _join("/teaching/", slug, "/rubrics/", rubric_id)


def rubric_new(slug: Slug, kind: str) -> Any:
    return _join("/teaching/", slug, f"/rubrics/new?kind={kind}")


def course_build(slug: Slug) -> Any:
    return _join("/teaching/", slug, "/build")


def course_settings(slug: Slug) -> Any:
    return _join("/teaching/", slug, "/settings")


def lesson_edit(slug: Slug, item: Id) -> Any:
    return _join("/teaching/", slug, "/lessons/", item, "/edit")


def item_overrides(slug: Slug, item: Id) -> Any:
    return _join("/teaching/", slug, "/items/", item, "/extensions")


def course_analytics(slug: Slug) -> Any:
    return _join("/teaching/", slug, "/analytics")


def course_people(slug: Slug) -> Any:
    return _join("/teaching/", slug, "/people")


def course_enrol(slug: Slug) -> Any:
    return _join("/teaching/", slug, "/people/enrol")


def quiz_results(slug: Slug, item: Id) -> Any:
    return _join("/teaching/", slug, "/quizzes/", item)


def quiz_edit(slug: Slug, item: Id, question: Id = "") -> Any:
    """With a question, that one is in the form."""
    chosen = ("?question=", question) if question else ()
    return _join("/teaching/", slug, "/quizzes/", item, "/edit", *chosen)


def quiz_marking(slug: Slug, item: Id) -> Any:
    return _join("/teaching/", slug, "/quizzes/", item, "/marking")


def quiz_settings(slug: Slug, item: Id) -> Any:
    return _join("/teaching/", slug, "/quizzes/", item, "/settings")


def submissions(slug: Slug, item: Id) -> Any:
    return _join("/teaching/", slug, "/assignments/", item)


def submissions_zip(slug: Slug, item: Id) -> Any:
    return _join("/teaching/", slug, "/assignments/", item, "/submissions.zip")


def assignment_settings(slug: Slug, item: Id) -> Any:
    return _join("/teaching/", slug, "/assignments/", item, "/settings")


def assignment_grading(slug: Slug, item: Id, submission: Id = "") -> Any:
    """With a submission, that one is shown."""
    chosen = ("?submission=", submission) if submission else ()
    return _join("/teaching/", slug, "/assignments/", item, "/grading", *chosen)


def assignment_feedback(slug: Slug, item: Id) -> Any:
    return _join("/courses/", slug, "/assignments/", item, "/feedback")


def grades(slug: Slug) -> Any:
    return _join("/courses/", slug, "/grades")


def gradebook(slug: Slug) -> Any:
    return _join("/teaching/", slug, "/gradebook")


def gradebook_setup(slug: Slug) -> Any:
    return _join("/teaching/", slug, "/gradebook/setup")


def gradebook_import(slug: Slug) -> Any:
    return _join("/teaching/", slug, "/gradebook/import")


def gradebook_sheet(slug: Slug, kind: str) -> Any:
    return _join("/teaching/", slug, f"/gradebook.{kind}")


def gradebook_text(slug: Slug) -> Any:
    return _join("/teaching/", slug, "/gradebook/text")


def certificates() -> str:
    return CERTIFICATES


def certificate_pdf(certificate_id: Id) -> Any:
    return _join("/certificates/", certificate_id, ".pdf")


def verify(code: Slug = "") -> Any:
    return _join("/verify/", code) if isinstance(code, rx.Var) or code else "/verify"


def notifications(unread: bool = False) -> str:
    return f"{NOTIFICATIONS}?show=unread" if unread else NOTIFICATIONS


def notification_settings() -> str:
    return NOTIFICATION_SETTINGS


def notification_preview(event: str) -> str:
    return f"/admin/mail/preview/{event}"


def unsubscribe(token: str) -> str:
    return f"{UNSUBSCRIBE}/{token}"


def join(token: Slug) -> Any:
    return _join("/join/", token)


def file(file_id: Id) -> Any:
    return _join("/files/", file_id)


def admin() -> str:
    return ADMIN


def overview_sheet(period: Slug) -> Any:
    return _join(OVERVIEW_SHEET, "?period=", period)


def people() -> str:
    return PEOPLE


def admin_courses() -> str:
    return ADMIN_COURSES


def outbox() -> str:
    return OUTBOX


def _join(*parts: Any) -> Any:
    """A text, or a var when any part is one."""
    if not any(isinstance(part, rx.Var) for part in parts):
        return "".join(str(part) for part in parts)
    whole: Any = rx.Var.create("")
    for part in parts:
        whole = whole + (part if isinstance(part, rx.Var) else str(part))
    return whole
