"""Every address of the site, as a function, so that lower rooms can link to higher ones without importing them.

Upper-case names are the patterns that pages are registered with. Arguments may be plain values or state vars.
"""

from typing import Any
from urllib.parse import quote
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
MY_DATA = "/profile/data"
TAKE_OUT = "/profile/data/{take_out_id}.zip"
PRIVACY = "/privacy"
TERMS = "/terms"
AGREE = "/agree"
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
COURSE_IMPORT = "/teaching/import"
COURSE_IMPORTED = "/teaching/import/[item]"
TEACH_COURSE = "/teaching/[slug]"
QUESTION_BANK = "/teaching/[slug]/questions"
QUESTION_EDIT = "/teaching/[slug]/questions/[item]"
QUESTION_IMPORT = "/teaching/[slug]/questions/import"
COURSE_TREE = "/teaching/{slug}/tree.zip"
COURSE_FILES = "/teaching/[slug]/tree"
NEW_FROM_TREE = "/courses/new/tree"
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
ANNOUNCEMENTS = "/courses/[slug]/announcements"
COURSE_QUESTIONS = "/courses/[slug]/questions"
COURSE_QUESTION = "/courses/[slug]/questions/[item]"
GRADES = "/courses/[slug]/grades"
GRADEBOOK = "/teaching/[slug]/gradebook"
GRADEBOOK_SETUP = "/teaching/[slug]/gradebook/setup"
GRADEBOOK_IMPORT = "/teaching/[slug]/gradebook/import"
GRADEBOOK_SHEET = "/teaching/{slug}/gradebook.{kind}"
GRADEBOOK_TEXT = "/teaching/{slug}/gradebook/text"
CERTIFICATES = "/certificates"
BADGES = "/badges"
COURSE_BADGES = "/teaching/[slug]/badges"
COURSE_BADGE = "/teaching/[slug]/badges/[item]"
SITE_BADGES = "/admin/badges"
SITE_BADGE = "/admin/badges/[item]"
BADGE_CHECK = "/badges/check"
BADGE_PAGE = "/badges/awards/{code}"
BADGE_SHELF = "/badges/of/{code}"
BADGE_FILE = "/badges/mine/{award_id}.{kind}"
BADGE_PICTURE = "/badges/awards/{code}/badge.{kind}"
ACHIEVEMENT = "/badges/achievements/{badge_id}"
ACHIEVEMENT_PICTURE = "/badges/achievements/{badge_id}/badge.{kind}"
ISSUER_PROFILE = "/badges/issuer"
COURSE_CERTIFICATES = "/teaching/[slug]/certificates"
CERTIFICATE_DESIGNS = "/certificates/designs"
CERTIFICATE_DESIGN = "/certificates/designs/[item]"
STATUS_LIST = "/status/{kid}/{number}"
DID_DOCUMENT = "/.well-known/did.json"
JWKS = "/.well-known/jwks.json"
CALENDAR = "/calendar"
PROGRESS = "/progress"
TRANSCRIPT_PDF = "/progress/transcript.pdf"
NOTIFICATIONS = "/notifications"
NOTIFICATION_SETTINGS = "/notifications/settings"
UNSUBSCRIBE = "/unsubscribe"
JOIN = "/join/[token]"
ADMIN = "/admin"
PEOPLE = "/admin/people"
PEOPLE_SHEET = "/admin/people.csv"
PEOPLE_LISTS = "/admin/people/lists"
PEOPLE_IMPORT = "/admin/people/import"
ONE_IMPORT = "/admin/people/import/[item]"
LANGUAGE = "/auth/language/"
ACTING_END = "/auth/act-as/end"
COHORTS = "/admin/cohorts"
SERVICES = "/admin/services"
ADMIN_COURSES = "/admin/courses"
OUTBOX = "/admin/mail"
ADMIN_PRIVACY = "/admin/privacy"
DATA_MAP = "/admin/privacy/map"
POLICIES = "/admin/privacy/texts"
SITE_ANALYTICS = "/admin/analytics"
SITE_ANALYTICS_SHEET = "/admin/analytics.csv"
OVERVIEW_SHEET = "/admin/overview.csv"
AUDIT = "/admin/audit"
MAINTENANCE = "/maintenance"
DOCTOR = "/admin/doctor"
SETUP = "/setup"
SITE_SETTINGS = "/admin/settings"
BACKUPS = "/admin/backups"
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


def course_import(import_id: Id = "") -> Any:
    """Where a package comes in, or one that is on its way."""
    return _join(COURSE_IMPORT, "/", import_id) if isinstance(import_id, rx.Var) or import_id else COURSE_IMPORT


def export_file(export_id: Id) -> str:
    """Where a program fetches what it had written."""
    return f"/api/v1/exports/{export_id}/file"


def question_bank(slug: Slug) -> Any:
    return _join("/teaching/", slug, "/questions")


def question_import(slug: Slug) -> Any:
    return _join("/teaching/", slug, "/questions/import")


def question_sheet(slug: Slug, kind: str, category: Id = "") -> Any:
    """A file of questions: `kind` is xml, gift or csv. Of a category and all below it, or of the whole bank."""
    return _join("/teaching/", slug, f"/questions.{kind}?category=", category)


def course_tree(slug: Slug) -> Any:
    """The whole course as a zip of Markdown and YAML."""
    return _join("/teaching/", slug, "/tree.zip")


def course_files(slug: Slug) -> Any:
    """Where the course goes out as a tree, and a changed one comes in."""
    return _join("/teaching/", slug, "/tree")


def new_from_tree() -> str:
    return NEW_FROM_TREE


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


def announcements(slug: Slug) -> Any:
    return _join("/courses/", slug, "/announcements")


def course_questions(slug: Slug, show: str = "", lesson: Id = "") -> Any:
    """What is asked in a course: all of it, what one `show`s, or what stands under a lesson."""
    if show:
        return _join("/courses/", slug, f"/questions?show={show}")
    return _join(
        "/courses/", slug, "/questions", *(("?lesson=", lesson) if isinstance(lesson, rx.Var) or lesson else ())
    )


def course_question(slug: Slug, thread: Id, post: Id = "") -> Any:
    """With a post, the part of the thread that holds it."""
    return _join("/courses/", slug, "/questions/", thread, *(("?post=", post, "#p-", post) if post else ()))


def reported_posts(slug: Slug) -> Any:
    """For the staff: what people have reported."""
    return course_questions(slug, show="reported")


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


def course_certificates(slug: Slug) -> Any:
    return _join("/teaching/", slug, "/certificates")


def certificate_designs(slug: Slug = "") -> Any:
    """The site's designs, or those of a course."""
    return _join(CERTIFICATE_DESIGNS, "?course=", slug) if isinstance(slug, rx.Var) or slug else CERTIFICATE_DESIGNS


def certificate_design(design_id: Id) -> Any:
    return _join("/certificates/designs/", design_id)


def design_preview(design_id: Id, sample: str, version: str, *, draft: bool = False) -> Any:
    """The picture of a design. `version` is only there so that another one is another address."""
    return _join(
        "/certificates/designs/",
        design_id,
        f"/preview.png?sample={quote(sample)}&v={version}",
        "&draft=1" if draft else "",
    )


def certificates_zip(batch_id: Id) -> Any:
    return _join("/certificates/batches/", batch_id, ".zip")


def shared(code: Slug) -> Any:
    return _join("/share/", code)


def certificate_pdf(certificate_id: Id) -> Any:
    return _join("/certificates/", certificate_id, ".pdf")


def badges() -> str:
    return BADGES


def course_badges(slug: Slug) -> Any:
    return _join("/teaching/", slug, "/badges")


def site_badges() -> str:
    return SITE_BADGES


def badge(slug: Slug, badge_id: Id) -> Any:
    """Where a badge is edited: in its course, or with "" as the slug among those of the site. `new` makes one."""
    of_course = isinstance(slug, rx.Var) or slug
    return _join("/teaching/", slug, "/badges/", badge_id) if of_course else _join("/admin/badges/", badge_id)


def badge_page(code: Slug) -> Any:
    return _join("/badges/awards/", code)


def badge_picture(code: str, kind: str) -> str:
    return f"/badges/awards/{code}/badge.{kind}"


def badge_shelf(code: Slug) -> Any:
    return _join("/badges/of/", code)


def badge_file(award_id: Id, kind: str) -> Any:
    """One's own badge as a file: `kind` is jwt, png or svg."""
    return _join("/badges/mine/", award_id, f".{kind}")


def badge_check() -> str:
    return BADGE_CHECK


def achievement(badge_id: Id) -> str:
    return f"/badges/achievements/{badge_id}"


def achievement_picture(badge_id: Id, kind: str) -> str:
    return f"/badges/achievements/{badge_id}/badge.{kind}"


def verify(code: Slug = "") -> Any:
    return _join("/verify/", code) if isinstance(code, rx.Var) or code else "/verify"


def calendar() -> str:
    return CALENDAR


def calendar_feed(secret: str) -> str:
    return f"{CALENDAR}/{secret}.ics"


def progress() -> str:
    return PROGRESS


def transcript_pdf() -> str:
    return TRANSCRIPT_PDF


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


def people_sheet() -> str:
    return PEOPLE_SHEET


def people_import(import_id: Id = "") -> Any:
    return _join(PEOPLE_IMPORT, "/", import_id) if isinstance(import_id, rx.Var) or import_id else PEOPLE_IMPORT


def cohorts() -> str:
    return COHORTS


def admin_courses() -> str:
    return ADMIN_COURSES


def my_data() -> str:
    return MY_DATA


def take_out(take_out_id: Id) -> Any:
    return _join(MY_DATA, "/", take_out_id, ".zip")


def agree(then: str = "") -> str:
    """Where new terms are shown and answered; `then` is the path to go on to."""
    return f"{AGREE}?next={quote(then, safe='/')}" if then else AGREE


def admin_privacy() -> str:
    return ADMIN_PRIVACY


def _join(*parts: Any) -> Any:
    """A text, or a var when any part is one."""
    if not any(isinstance(part, rx.Var) for part in parts):
        return "".join(str(part) for part in parts)
    whole: Any = rx.Var.create("")
    for part in parts:
        whole = whole + (part if isinstance(part, rx.Var) else str(part))
    return whole
