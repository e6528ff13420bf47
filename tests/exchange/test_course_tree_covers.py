"""What of a course is in its tree: every table and every column is content, a setting, people's, or derived, and says so.

A new column that is nowhere named fails here: decide whether it is in the tree, and write it down below.
"""

import contextlib
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import JSON, Boolean, Integer, Table, Uuid, update
from sqlalchemy import select as columns
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from lms_app import schema
from lms_app.core.db import Fraction, Moment, Points
from lms_app.core.work import SYSTEM, SiteRole, unit_of_work
from lms_app.courses.models import Course, CourseGroup, ItemOverride, OutlineItem
from lms_app.exchange import service
from tests.exchange import grown
from tests.makers import NOON, person

PEOPLE = {
    *("course_member", "course_group_member", "invitation", "item_progress", "announcement"),
    *("attempt", "attempt_question", "answer", "answer_try", "answer_mark"),
    *(
        "submission",
        "submission_member",
        "marking",
        "mark_version",
        "marking_draft",
        "annotation",
        "marking_allocation",
    ),
    *("grade_release", "grade_entry", "total_entry", "certificate", "certificate_batch", "badge_award", "badge_shelf"),
    *("thread", "post", "post_text", "post_report", "thread_follower", "thread_vote"),
}
"""What people did, said and were given: never in a tree."""
SITE = {
    *("user", "login_session", "api_token", "one_time_token", "mail_bounce", "rate_count", "audit_entry"),
    *("outbox_message", "credential_status", "notification", "notification_choice", "notification_setting"),
    *("calendar_feed", "streak_shown", "cohort", "cohort_member", "cohort_course", "people_import", "import_line"),
    *("search_document", "search_stale", "exchange_job"),
    *("activity", "quiz_load", "mark_cell", "traffic"),
    *(
        "take_out",
        "consent",
        "erasure_request",
        "erased_account",
        "policy",
        "maintenance",
        "site",
        "setup_code",
        "backup_run",
    ),
}
"""What is the site's, or made of something else."""
ID, PLACE, MADE = "an id", "where it stands says it", "made of the rest"
GONE, WHO, WHEN, SECRET, COUNTED = "what is removed stays here", "whose", "when it was written", "a secret", "counted"
LEFT: dict[str, dict[str, str]] = {
    "course": {
        "id": ID,
        "description_html": MADE,
        "haystack": MADE,
        "enrol_key": SECRET,
        "owner_id": WHO,
        "created_at": WHEN,
        "slug": "the address, which stays: links to it are out",
    },
    "course_prerequisite": {"course_id": PLACE, "needs_id": "an id of another course, set by hand below"},
    "module": {"id": ID, "course_id": PLACE, "position": PLACE, "removed_at": GONE},
    "outline_item": {
        "id": ID,
        "course_id": PLACE,
        "module_id": PLACE,
        "kind": PLACE,
        "position": PLACE,
        "removed_at": GONE,
        "was_published": GONE,
    },
    "item_override": {
        "id": ID,
        "course_id": PLACE,
        "item_id": PLACE,
        "user_id": "what one person has is theirs",
        "group_id": ID,
        "by_id": WHO,
        "changed_at": WHEN,
    },
    "lesson": {
        "item_id": ID,
        "html": MADE,
        "version": COUNTED,
        "seq": COUNTED,
        "edited_by": WHO,
        "edited_at": WHEN,
    },
    "lesson_draft": {"item_id": ID, "author_id": WHO, "saved_at": WHEN},
    "lesson_text": dict.fromkeys(
        ("id", "item_id", "version", "body", "author_id", "written_at", "kept_at"), "earlier texts stay here"
    ),
    "course_group": {"id": ID, "course_id": PLACE, "folded": MADE, "created_at": WHEN},
    "quiz": {"item_id": ID, "course_id": PLACE, "intro_html": MADE},
    "question_category": {"id": ID, "course_id": PLACE, "parent_id": PLACE},
    "question": {
        "id": ID,
        "course_id": PLACE,
        "category_id": "an id, set by hand below",
        "version": "which version is read",
        "kind": MADE,
        "haystack": MADE,
        "changed_at": WHEN,
        "removed_at": GONE,
    },
    "question_tag": {"question_id": ID},
    "question_version": {
        "id": ID,
        "question_id": ID,
        "version": "which version is read",
        "kind": "which spec is read",
        "stem_html": MADE,
        "created_at": WHEN,
    },
    "quiz_slot": {
        "id": ID,
        "quiz_id": PLACE,
        "position": PLACE,
        "place": "which of the rest are read",
        "question_id": ID,
        "category_id": "an id, set by hand below",
        "removed_at": GONE,
    },
    "assignment": {"item_id": ID, "course_id": PLACE, "brief_html": MADE, "rubric_id": "an id, set by hand below"},
    "rubric": {
        "id": ID,
        "course_id": PLACE,
        "kind": MADE,
        "title": MADE,
        "points_max": MADE,
        "version": "which version is read",
        "changed_at": WHEN,
        "removed_at": GONE,
    },
    "rubric_version": {
        "points_max": MADE,
        "id": ID,
        "rubric_id": ID,
        "version": "which version is read",
        "by_id": WHO,
        "created_at": WHEN,
    },
    "saved_comment": {"id": ID, "course_id": PLACE, "uses": COUNTED, "used_at": WHEN},
    "gradebook": {"course_id": PLACE, "version": COUNTED},
    "grade_category": {"id": ID, "course_id": PLACE, "parent_id": "an id, set by hand below"},
    "grade_column": {"item_id": ID, "category_id": "an id, set by hand below"},
    "grade_item": {
        "id": ID,
        "course_id": PLACE,
        "source_kind": PLACE,
        "source_id": ID,
        "shown_from": "made of what is published, by the room that marks",
        "created_at": WHEN,
        "removed_at": GONE,
    },
    "certificate_terms": {"course_id": PLACE, "design_id": "an id, set by hand below"},
    "certificate_design": {
        "id": ID,
        "course_id": PLACE,
        "version": "which version is read",
        "is_default": "the site's choice",
        "draft": "what somebody types and has not saved",
        "changed_at": WHEN,
        "removed_at": GONE,
    },
    "certificate_design_version": {
        "id": ID,
        "design_id": ID,
        "version": "which version is read",
        "by_id": WHO,
        "created_at": WHEN,
    },
    "badge": {"id": ID, "course_id": PLACE, "created_by": WHO, "created_at": WHEN, "changed_at": WHEN},
    "stored_file": {
        "id": ID,
        "media_type": MADE,
        "size_bytes": MADE,
        "scope": PLACE,
        "scope_id": PLACE,
        "owner_id": WHO,
        "created_at": WHEN,
    },
}
"""The tables of what is in a tree, with the columns that are not, and why. All their other columns are."""


class Others(dict[str, Any]):
    """Several columns at once, where one alone breaks a rule of the table."""


OTHER: dict[tuple[str, str], Any] = {
    ("course", "status"): "archived",
    ("course", "starts_at"): NOON + timedelta(days=1),
    ("course", "enrol_mode"): "invitation",
    ("course", "pass_fraction"): Decimal("0.123"),
    ("outline_item", "completion"): "view",
    ("outline_item", "release"): '{"kind": "set", "match": "all", "rules": [{"kind": "days", "days": 3}]}',
    ("quiz", "grading"): "average",
    ("quiz", "behaviour"): "interactive",
    ("quiz", "show_marks"): "never",
    ("quiz", "show_feedback"): "never",
    ("quiz", "show_answers"): "never",
    ("question", "difficulty"): "hard",
    ("question_version", "spec"): {
        "options": [{"id": one, "text": one, "fraction": "1" if one == "a" else "0"} for one in "ab"]
    },
    ("question_version", "hints"): ["Another hint."],
    ("quiz_slot", "tags"): ["lake"],
    ("quiz_slot", "difficulty"): "hard",
    ("assignment", "takes_text"): Others(takes_text=False, takes_link=True),
    ("assignment", "file_types"): ["pdf"],
    ("assignment", "reopen"): "manual",
    ("assignment", "late"): "interval",
    ("assignment", "late_tiers"): [[24, "1"]],
    ("rubric_version", "kind"): "checklist",
    ("rubric_version", "criteria"): [],
    ("gradebook", "method"): "simple",
    ("gradebook", "letters"): [["50", "P"]],
    ("grade_category", "method"): "simple",
    ("certificate_terms", "valid_until"): Others(valid_until=NOON, valid_months=None),
    ("certificate_design_version", "design"): {"text": "Other words."},
    ("badge", "status"): "closed",
    ("badge", "rule"): {"kind": "streak", "days": 9},
    ("badge", "design"): {"shape": "circle", "colour": "#102030", "rim": "#E0B72E", "icon": "star", "text": ""},
    ("stored_file", "sha256"): "0" * 64,
    ("stored_file", "name"): "other.png",
}
"""Another value, where one cannot be made of the column's type alone."""


def test_every_table_is_content_or_is_not() -> None:
    known = [*PEOPLE, *SITE, *LEFT]

    assert sorted(known) == sorted(set(known))
    assert {one.name for one in schema.metadata().tables.values()} == set(known)


def test_what_is_left_out_is_there() -> None:
    for table, left in LEFT.items():
        assert set(left) <= set(schema.metadata().tables[table].columns.keys()), table


@pytest.fixture
def who() -> Any:
    return person("Author", SiteRole.INSTRUCTOR)


def test_every_setting_shows_in_the_tree(who: Any) -> None:
    """Each column of content is changed, in every row, and the tree must say something else than before."""
    slug = grown.full(who)
    silent: list[str] = []
    for name, left in LEFT.items():
        table = schema.metadata().tables[name]
        for column in (one.name for one in table.columns):
            if column not in left and not _shows(who, slug, table, column):
                silent.append(f"{name}.{column}")

    assert " ".join(silent) == ""


def test_what_is_left_out_does_not_show(who: Any) -> None:
    """Nothing of people or of the clock is in it: the other half of what stands above."""
    slug = grown.full(who)
    for name, left in LEFT.items():
        table = schema.metadata().tables[name]
        for column, why in left.items():
            if why in (MADE, WHO, WHEN, SECRET, COUNTED) and not table.columns[column].primary_key:
                assert not _shows(who, slug, table, column), f"{name}.{column}"


def test_ids_of_other_things_show_in_the_tree(who: Any) -> None:
    slug = grown.full(who)
    before = who.sees(service.export_tree, slug=slug).texts
    text = "\n".join(before.values())

    with unit_of_work(SYSTEM) as work:
        tables = schema.metadata().tables
        for table, column in (
            ("course_prerequisite", "needs_id"),
            ("question", "category_id"),
            ("quiz_slot", "category_id"),
            ("quiz_slot", "question_id"),
            ("assignment", "rubric_id"),
            ("grade_category", "parent_id"),
            ("grade_column", "category_id"),
            ("certificate_terms", "design_id"),
        ):
            found = work.db.connection().execute(columns(tables[table].columns[column])).scalars().all()
            ids = [one for one in found if one is not None]
            assert ids, f"{table}.{column}"
            assert all(str(one) in text for one in ids), f"{table}.{column}"


def test_what_one_person_has_is_not_in_it(who: Any) -> None:
    slug = grown.full(who)
    learner = person("Learner")
    before = who.sees(service.export_tree, slug=slug)
    with unit_of_work(SYSTEM) as work:
        course = work.db.exec(select(Course).where(col(Course.slug) == slug)).one()
        item = work.db.exec(select(OutlineItem).where(col(OutlineItem.kind) == "quiz")).first()
        assert item is not None
        work.db.add(
            ItemOverride(course_id=course.id, item_id=item.id, user_id=learner.id, limit_minutes=5, changed_at=work.now)
        )
        assert work.db.exec(select(CourseGroup)).first() is not None

    assert who.sees(service.export_tree, slug=slug) == before


class Undone(Exception):
    """Takes back what a test wrote."""


def _shows(who: Any, slug: str, table: Table, column: str) -> bool:
    """Whether a change of a column, in any row that there is, changes the tree. Nothing of it stays."""
    before = who.sees(service.export_tree, slug=slug)
    shown = False
    with contextlib.suppress(Undone), unit_of_work(who.actor, who.now) as work:
        keys = list(table.primary_key.columns)
        rows = work.db.connection().execute(columns(*keys)).all()
        assert rows, f"there is no row of {table.name} to change"
        for row in rows:
            its = [key == value for key, value in zip(keys, row, strict=True)]
            with contextlib.suppress(IntegrityError, Undone), work.db.begin_nested():
                # Asked for here: it is then that the savepoint is made.
                work.db.connection().execute(update(table).where(*its).values(_other(table, column)))
                work.db.expire_all()
                after = service.export_tree(work, slug=slug)
                shown = shown or (after.texts, after.hashes) != (before.texts, before.hashes)
                raise Undone
        raise Undone
    return shown


def _other(table: Table, column: str) -> dict[str, Any]:
    """Another value than any row has."""
    if (table.name, column) in OTHER:
        given = OTHER[(table.name, column)]
        return given if isinstance(given, Others) else {column: given}
    its = table.columns[column]
    match its.type:
        case Boolean():
            return {column: ~its}
        case Moment():
            return {column: NOON + timedelta(days=500)}
        case Points() | Fraction():
            return {column: Decimal("0.375")}
        case Integer():
            return {column: 3}
        case JSON():
            raise LookupError(f"Say in OTHER what else {table.name}.{column} can be.")
        case Uuid():
            return {column: UUID(int=7)}
        case _:
            return {column: f"other {column}"}
