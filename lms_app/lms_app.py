"""The composition root: the one place that knows every room. Reflex and the server load `app` from here."""

import asyncio
import gc
import logging
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import reflex as rx
from fastapi import FastAPI

from lms_app import build, jobs, migrate
from lms_app.accounts import api as accounts_api
from lms_app.accounts import service as accounts
from lms_app.accounts.pages import forgot, profile, register, reset, sign_in, verify_email
from lms_app.accounts.state.sign_in import SignInState
from lms_app.admin import analytics_api as admin_analytics_api
from lms_app.admin import api as admin_api
from lms_app.admin import audit_api as admin_audit_api
from lms_app.admin import import_api, settings_api
from lms_app.admin import metrics_api as admin_metrics_api
from lms_app.admin import people_api as admin_people_api
from lms_app.admin import service as admin
from lms_app.admin.pages import analytics as admin_analytics
from lms_app.admin.pages import audit as admin_audit
from lms_app.admin.pages import backups, closed, cohorts, doctor, imports, one_import, overview, people, services
from lms_app.admin.pages import courses as admin_courses
from lms_app.admin.pages import mail as admin_mail
from lms_app.admin.pages import settings as site_settings
from lms_app.admin.state.closed import ClosedState
from lms_app.analytics import api as analytics_api
from lms_app.analytics.pages import course as course_analytics
from lms_app.assignments import api as assignments_api
from lms_app.assignments import marking_api
from lms_app.assignments import service as assignments
from lms_app.assignments.pages import assignment, feedback, grading, submissions
from lms_app.assignments.pages import settings as assignment_settings
from lms_app.badges import api as badges_api
from lms_app.badges import site_api as badges_site_api
from lms_app.badges.pages import course_badge, course_badges, site_badge, site_badges
from lms_app.badges.pages import mine as my_badges
from lms_app.core import apart, files, logs, maintenance, readiness, site, watching
from lms_app.core.settings import settings
from lms_app.core.work import SYSTEM, SiteRole, perform
from lms_app.courses import api as courses_api
from lms_app.courses import building_api, people_api
from lms_app.courses import service as courses
from lms_app.courses.pages import (
    announcements,
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
from lms_app.courses.pages import build as course_build
from lms_app.courses.pages import settings as course_settings
from lms_app.credentials import api as credentials_api
from lms_app.credentials import design_api
from lms_app.credentials import service as credentials
from lms_app.credentials.pages import certificates, design, designs
from lms_app.credentials.pages import course as course_certificates
from lms_app.discussions import api as discussions_api
from lms_app.discussions import service as discussions
from lms_app.discussions.pages import question as thread_page
from lms_app.discussions.pages import questions as course_questions
from lms_app.discussions.pages import under_lesson
from lms_app.exchange import api as exchange_api
from lms_app.exchange import jobs_api, tree_api
from lms_app.exchange import service as exchange
from lms_app.exchange.pages import course as course_import
from lms_app.exchange.pages import course_files, new_from_tree
from lms_app.exchange.pages import job as course_imported
from lms_app.exchange.pages import questions as question_import
from lms_app.gradebook import api as gradebook_api
from lms_app.gradebook import service as gradebook
from lms_app.gradebook.pages import book, grades, importing
from lms_app.gradebook.pages import setup as gradebook_setup
from lms_app.home import api as home_api
from lms_app.home.pages import calendar, home, progress
from lms_app.notifications import api as notifications_api
from lms_app.notifications import service as notifications
from lms_app.notifications.pages import inbox
from lms_app.notifications.pages import settings as notification_settings
from lms_app.privacy import api as privacy_api
from lms_app.privacy import service as privacy
from lms_app.privacy.pages import desk as privacy_desk
from lms_app.privacy.pages import map as privacy_map
from lms_app.privacy.pages import mine as my_data
from lms_app.privacy.pages import texts as privacy_texts
from lms_app.quizzes import api as quizzes_api
from lms_app.quizzes import service as quizzes
from lms_app.quizzes.pages import attempt, bank, edit, marking, question, results, review, setting, start
from lms_app.quizzes.pages import teaching as quiz_teaching
from lms_app.quizzes.state.taking import AttemptState
from lms_app.rubrics import api as rubrics_api
from lms_app.rubrics import service as rubrics
from lms_app.rubrics.pages import rubric
from lms_app.rubrics.pages import rubrics as rubric_list
from lms_app.search import api as search_api
from lms_app.web import directory, files_api, guard, health, issuer_api, kit, live, look_api, metrics, routes
from lms_app.web.api import make_api
from lms_app.web.edge import App, edge
from lms_app.web.page import Page, titled
from lms_app.web.serving import in_their_language
from lms_app.web.state import SHELL_COUNTS, on_error
from lms_app.web.words import direction, language, t

# ---- What lower rooms are told of higher ones

courses.ITEM_KINDS[quizzes.QUIZ] = quizzes.QUIZ_ITEM
courses.ITEM_KINDS[assignments.ASSIGNMENT] = assignments.ASSIGNMENT_ITEM
courses.GOALS.append(gradebook.goals)
courses.UNANSWERED.append(discussions.unanswered_by_course)
lesson.BELOW.append(under_lesson.section)
courses.SCORES.append(gradebook.shares)
SHELL_COUNTS.update({role: {"unread": notifications.unread_count} for role in SiteRole})
SHELL_COUNTS[SiteRole.INSTRUCTOR]["teaching"] = discussions.unanswered_count
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
files.READERS[credentials.PICTURES] = credentials.design_files_door
files.WRITERS[credentials.PICTURES] = credentials.design_authors_door
files.CHECKS[credentials.PICTURES] = credentials.check_picture
files.READERS[discussions.TALK] = discussions.talk_readers_door
files.WRITERS[discussions.TALK] = discussions.talk_writers_door
files.CHECKS[discussions.TALK] = discussions.check_picture
files.READERS[exchange.INCOMING] = exchange.incoming_door
files.WRITERS[exchange.INCOMING] = exchange.incoming_door
files.WRITERS[exchange.IMPORT] = exchange.import_files_door
files.LIMITS_MIB[exchange.IMPORT] = settings.import_limit_mib
rubrics.USES.append(assignments.rubric_uses)
readiness.CHECKS["migrations"] = migrate.is_behind
guard.KEPT_OPEN.update({AttemptState.__module__, SignInState.__module__, ClosedState.__module__})
files.READERS[accounts.AVATAR] = accounts.avatar_reader
accounts.ASKED_FIRST.append((privacy.is_asked, routes.agree))
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
    *discussions_api.ROUTERS,
    *rubrics_api.ROUTERS,
    *marking_api.ROUTERS,
    *gradebook_api.ROUTERS,
    analytics_api.router,
    *credentials_api.ROUTERS,
    *badges_api.ROUTERS,
    *badges_site_api.ROUTERS,
    *design_api.ROUTERS,
    *exchange_api.ROUTERS,
    *jobs_api.ROUTERS,
    *tree_api.ROUTERS,
    *home_api.ROUTERS,
    *search_api.ROUTERS,
    *privacy_api.ROUTERS,
    *admin_api.ROUTERS,
    *import_api.ROUTERS,
    *settings_api.ROUTERS,
    *admin_analytics_api.ROUTERS,
    *admin_audit_api.ROUTERS,
    *admin_metrics_api.ROUTERS,
    *admin_people_api.ROUTERS,
    *files_api.ROUTERS,
    *health.ROUTERS,
    *issuer_api.ROUTERS,
    *look_api.ROUTERS,
)
PAGES: tuple[Page, ...] = (
    home.PAGE,
    sign_in.PAGE,
    register.PAGE,
    forgot.PAGE,
    reset.PAGE,
    verify_email.PAGE,
    profile.PAGE,
    my_data.PAGE,
    calendar.PAGE,
    progress.PAGE,
    inbox.PAGE,
    notification_settings.PAGE,
    catalogue.PAGE,
    mine.PAGE,
    course.PAGE,
    lesson.PAGE,
    announcements.PAGE,
    course_questions.PAGE,
    thread_page.PAGE,
    join.PAGE,
    assignment.PAGE,
    start.PAGE,
    attempt.PAGE,
    review.PAGE,
    results.PAGE,
    certificates.PAGE,
    my_badges.PAGE,
    designs.PAGE,
    design.PAGE,
    course_certificates.PAGE,
    teaching.PAGE,
    teach_course.PAGE,
    bank.PAGE,
    question.PAGE,
    question_import.PAGE,
    course_files.PAGE,
    new_from_tree.PAGE,
    course_import.PAGE,
    course_imported.PAGE,
    rubric_list.PAGE,
    rubric.PAGE,
    course_badges.PAGE,
    course_badge.PAGE,
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
    admin_analytics.PAGE,
    people.PAGE,
    imports.PAGE,
    one_import.PAGE,
    cohorts.PAGE,
    services.PAGE,
    admin_courses.PAGE,
    admin_mail.PAGE,
    admin_audit.PAGE,
    doctor.PAGE,
    site_settings.PAGE,
    backups.PAGE,
    closed.PAGE,
    privacy_desk.PAGE,
    privacy_map.PAGE,
    privacy_texts.PAGE,
    site_badges.PAGE,
    site_badge.PAGE,
)


# ---- Logs


class _RedactCookies(logging.Filter):
    """Reflex logs an unknown event with all its headers: the session must not be among them."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if "lectern=" in said:
            record.msg, record.args = re.sub(r"(lectern=)[^;'\"\s]+", r"\1…", said), ()
        return True


logs.setup()
for name in ("reflex", "reflex_base", "reflex_base.event.processor.event_processor", "reflex.app"):
    logging.getLogger(name).addFilter(_RedactCookies())


# ---- The app

TELL_EVERY_SECONDS = 60.0


@asynccontextmanager
async def _lifespan() -> AsyncIterator[None]:
    """Runs with the server: handlers get time to finish when it stops, and nothing that was taken in is lost."""
    app.event_processor.graceful_shutdown_timeout = 20  # pyright: ignore[reportAttributeAccessIssue]
    metrics.time_events(app.event_processor)
    # What is loaded stays: looking through it for garbage, as often as Python does, took a sixth of every event.
    gc.collect()
    gc.freeze()
    gc.enable()  # see served.py
    # The older generations are not left longer than that: a closed connection is garbage that only they find. Where Redis
    # keeps the tabs, every event leaves a tree of states: it is looked through in small steps, which nobody feels.
    gc.set_threshold(*((2_500, 5, 40) if settings.redis_url else (20_000, 5, 5)))
    yield
    with suppress(Exception):  # counts are not worth a server that does not stop
        await metrics.tell(_keep_counts)
    jobs.close()
    apart.end()


async def _jobs() -> None:
    await jobs.run()


async def _live() -> None:
    await asyncio.gather(
        live.watch_revocations(app),
        live.watch_changes(app),
        live.pulse(),
        watching.watch(maintenance.WATCHED, site.WATCHED),
        _tell_counts(),
    )


async def _keep_counts(found: list[dict[str, Any]]) -> None:
    await perform(SYSTEM, admin.note_traffic, found=found)


async def _tell_counts() -> None:
    """Every process tells what it has counted, so that it survives the process."""
    while True:
        await asyncio.sleep(TELL_EVERY_SECONDS)
        try:
            await metrics.tell(_keep_counts)
        except asyncio.CancelledError:
            raise
        except Exception:
            logging.getLogger(__name__).exception("counts could not be kept; trying again")


def _not_found() -> rx.Component:
    return kit.page_shell("", kit.not_found())


def _api() -> FastAPI:
    api = make_api()
    directory.include(api, *ROUTERS)
    return api


def _around_pages(pages: App) -> App:
    """REST before the pages. Given to Reflex as an app, it would get a CORS layer of its own, under the one around all."""
    api.mount("", in_their_language(pages))
    return api


class _Served(rx.App):
    """Reflex answers browsers that ask for another origin's page. Where none may, that layer and the one of errors are left
    out, which took a sixth of every request: the edge refuses such browsers, and within it everything has its own errors."""

    def __call__(self) -> Any:
        served: Any = super().__call__()
        if settings.allowed_origins or os.environ.get("REFLEX_ENV_MODE") == "dev":
            return served
        (mounted,) = served.routes

        async def at_once(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "lifespan":
                return await served(scope, receive, send)
            self._set_contexts_internal()  # as Reflex's own layer does
            await mounted.app(scope, receive, send)

        return at_once


api = _api()
app = _Served(
    html_lang=language(),
    html_custom_attrs={"dir": direction()},
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
    app.add_page(page.view, route=page.route, title=titled(page.title), on_load=page.on_load)
app.add_page(_not_found, route="404", title=titled(t("Not found")))
app.register_lifespan_task(_lifespan)
app.register_lifespan_task(_jobs)
app.register_lifespan_task(_live)
