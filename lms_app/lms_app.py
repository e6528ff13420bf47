"""The composition root: the one place that knows every room. Reflex and the server load `app` from here."""

import gc
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import reflex as rx
from fastapi import FastAPI

from lms_app import build, jobs
from lms_app.accounts import api as accounts_api
from lms_app.accounts import service as accounts
from lms_app.accounts.pages import forgot, profile, register, reset, sign_in, verify_email
from lms_app.admin import api as admin_api
from lms_app.admin.pages import courses as admin_courses
from lms_app.admin.pages import mail as admin_mail
from lms_app.admin.pages import overview, people
from lms_app.analytics import api as analytics_api
from lms_app.analytics.pages import course as course_analytics
from lms_app.assignments import api as assignments_api
from lms_app.assignments import marking_api
from lms_app.assignments import service as assignments
from lms_app.assignments.pages import assignment, feedback, grading, submissions
from lms_app.assignments.pages import settings as assignment_settings
from lms_app.core import apart, files
from lms_app.core.settings import settings
from lms_app.core.work import SiteRole
from lms_app.courses import api as courses_api
from lms_app.courses import building_api, people_api
from lms_app.courses import service as courses
from lms_app.courses.pages import build as course_build
from lms_app.courses.pages import (
    catalogue,
    course,
    course_enrol,
    course_people,
    join,
    lesson,
    mine,
    overrides,
    teach_course,
    teaching,
    write,
)
from lms_app.courses.pages import settings as course_settings
from lms_app.credentials import api as credentials_api
from lms_app.credentials.pages import certificates
from lms_app.exchange import api as exchange_api
from lms_app.exchange.pages import questions as question_import
from lms_app.gradebook import api as gradebook_api
from lms_app.gradebook import service as gradebook
from lms_app.gradebook.pages import book, grades, importing
from lms_app.gradebook.pages import setup as gradebook_setup
from lms_app.home import api as home_api
from lms_app.home.pages import home
from lms_app.notifications import api as notifications_api
from lms_app.notifications import service as notifications
from lms_app.notifications.pages import inbox
from lms_app.notifications.pages import settings as notification_settings
from lms_app.quizzes import api as quizzes_api
from lms_app.quizzes import service as quizzes
from lms_app.quizzes.pages import attempt, bank, edit, marking, question, results, review, setting, start
from lms_app.quizzes.pages import teaching as quiz_teaching
from lms_app.rubrics import api as rubrics_api
from lms_app.rubrics import service as rubrics
from lms_app.rubrics.pages import rubric
from lms_app.rubrics.pages import rubrics as rubric_list
from lms_app.web import directory, files_api, guard, health, kit, live
from lms_app.web.api import make_api
from lms_app.web.edge import App, edge
from lms_app.web.page import Page
from lms_app.web.state import SHELL_COUNTS, on_error
from lms_app.web.words import t

# ---- What lower rooms are told of higher ones

courses.ITEM_KINDS[quizzes.QUIZ] = quizzes.QUIZ_ITEM
courses.ITEM_KINDS[assignments.ASSIGNMENT] = assignments.ASSIGNMENT_ITEM
courses.GOALS.append(gradebook.goals)
courses.COPIES.append(gradebook.copy_setup)
courses.SCORES.append(gradebook.shares)
SHELL_COUNTS.update({role: {"unread": notifications.unread_count} for role in SiteRole})
files.READERS["lesson"] = courses.lesson_files_door
files.WRITERS["lesson"] = courses.lesson_authors_door
files.READERS[quizzes.QUESTION] = quizzes.question_files_door
files.WRITERS[quizzes.QUESTION] = quizzes.question_authors_door
files.READERS[quizzes.ANSWER] = quizzes.answer_files_door
files.WRITERS[quizzes.ANSWER] = quizzes.answer_writers_door
files.CHECKS[quizzes.ANSWER] = quizzes.check_answer_file
files.READERS[assignments.BRIEF] = assignments.brief_files_door
files.WRITERS[assignments.BRIEF] = assignments.brief_authors_door
files.READERS[assignments.SUBMISSION] = assignments.submission_files_door
files.WRITERS[assignments.SUBMISSION] = assignments.submission_writers_door
files.CHECKS[assignments.SUBMISSION] = assignments.check_file
files.READERS[assignments.FEEDBACK_ZIP] = assignments.feedback_zip_door
files.WRITERS[assignments.FEEDBACK_ZIP] = assignments.feedback_zip_door
files.CHECKS[assignments.FEEDBACK_ZIP] = assignments.check_feedback_zip
files.READERS[assignments.FEEDBACK] = assignments.feedback_files_door
files.WRITERS[assignments.FEEDBACK] = assignments.feedback_authors_door
rubrics.USES.append(assignments.rubric_uses)
files.READERS[accounts.AVATAR] = accounts.avatar_reader
if settings.fills_demo:
    from lms_app.demo import sign_ins

    accounts.DEMO_SIGN_INS.extend(sign_ins())
if settings.bench:
    from lms_app.web import bench_state as bench_state  # registers its event

ROUTERS = (
    *accounts_api.ROUTERS,
    *notifications_api.ROUTERS,
    *courses_api.ROUTERS,
    *building_api.ROUTERS,
    *people_api.ROUTERS,
    *quizzes_api.ROUTERS,
    *assignments_api.ROUTERS,
    *rubrics_api.ROUTERS,
    *marking_api.ROUTERS,
    *gradebook_api.ROUTERS,
    analytics_api.router,
    *credentials_api.ROUTERS,
    *exchange_api.ROUTERS,
    home_api.router,
    *admin_api.ROUTERS,
    *files_api.ROUTERS,
    *health.ROUTERS,
)
PAGES: tuple[Page, ...] = (
    home.PAGE,
    sign_in.PAGE,
    register.PAGE,
    forgot.PAGE,
    reset.PAGE,
    verify_email.PAGE,
    profile.PAGE,
    inbox.PAGE,
    notification_settings.PAGE,
    catalogue.PAGE,
    mine.PAGE,
    course.PAGE,
    lesson.PAGE,
    join.PAGE,
    assignment.PAGE,
    start.PAGE,
    attempt.PAGE,
    review.PAGE,
    results.PAGE,
    certificates.PAGE,
    teaching.PAGE,
    teach_course.PAGE,
    bank.PAGE,
    question.PAGE,
    question_import.PAGE,
    rubric_list.PAGE,
    rubric.PAGE,
    grading.PAGE,
    feedback.PAGE,
    course_build.PAGE,
    course_settings.PAGE,
    write.PAGE,
    course_people.PAGE,
    course_analytics.PAGE,
    course_enrol.PAGE,
    submissions.PAGE,
    assignment_settings.PAGE,
    grades.PAGE,
    book.PAGE,
    gradebook_setup.PAGE,
    importing.PAGE,
    overrides.PAGE,
    quiz_teaching.PAGE,
    marking.PAGE,
    edit.PAGE,
    setting.PAGE,
    overview.PAGE,
    people.PAGE,
    admin_courses.PAGE,
    admin_mail.PAGE,
)


# ---- Logs


class _RedactCookies(logging.Filter):
    """Reflex logs an unknown event with all its headers: the session must not be among them."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if "lectern=" in said:
            record.msg, record.args = re.sub(r"(lectern=)[^;'\"\s]+", r"\1…", said), ()
        return True


for name in ("reflex", "reflex_base", "reflex_base.event.processor.event_processor", "reflex.app"):
    logging.getLogger(name).addFilter(_RedactCookies())


# ---- The app


@asynccontextmanager
async def _lifespan() -> AsyncIterator[None]:
    """Runs with the server: handlers get time to finish when it stops, and nothing that was taken in is lost."""
    app.event_processor.graceful_shutdown_timeout = 20  # pyright: ignore[reportAttributeAccessIssue]
    # What is loaded stays: looking through it for garbage, as often as Python does, took a sixth of every event.
    gc.collect()
    gc.freeze()
    # The older generations are not left longer than that: a closed connection is garbage that only they find.
    gc.set_threshold(20_000, 5, 5)
    yield
    jobs.close()
    apart.close()


async def _jobs() -> None:
    await jobs.run()


async def _live() -> None:
    await live.watch_revocations(app)


def _not_found() -> rx.Component:
    return kit.page_shell("", kit.not_found())


def _api() -> FastAPI:
    api = make_api()
    directory.include(api, *ROUTERS)
    return api


def _around_pages(pages: App) -> App:
    """REST before the pages. Given to Reflex as an app, it would get a CORS layer of its own, under the one around all."""
    api.mount("", pages)
    return api


api = _api()
app = rx.App(
    html_lang="en",
    stylesheets=["/theme.css"],
    toaster=None,
    head_components=kit.head_tags(),
    extra_app_wraps=kit.app_wraps(),
    hydrate_fallback=kit.starting(),
    api_transformer=[_around_pages, edge(build.client_dir())],
    backend_exception_handler=on_error,
)
guard.stamp_arrivals(app)
app.add_middleware(guard.Guard(), index=0)
for page in PAGES:
    app.add_page(page.view, route=page.route, title=page.title + f" · {settings.site_name}", on_load=page.on_load)
app.add_page(_not_found, route="404", title=t("Not found") + f" · {settings.site_name}")
app.register_lifespan_task(_lifespan)
app.register_lifespan_task(_jobs)
app.register_lifespan_task(_live)
