"""A database of an earlier version comes along with all that is in it."""

from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from alembic import command

from lms_app import migrate
from lms_app.core import db

FIRST = "a989ff5370c2"


@pytest.fixture
def older(tmp_path: Path) -> db.Database:
    """With a quiz of two questions, one of them removed, and an attempt that answered the other."""
    made = db.open_database(f"sqlite:///{tmp_path / 'older.db'}")
    db.use(made)
    with made.write.connect() as connection, connection.begin():
        command.upgrade(migrate._config(connection), FIRST)
    with made.write.connect() as connection, connection.begin():
        _fill(connection)
    return made


def _fill(connection: sa.Connection) -> None:
    known = sa.MetaData()
    known.reflect(connection)
    ids = {
        name: uuid4().hex for name in ("user", "course", "module", "item", "one", "two", "v1", "v2", "v3", "attempt")
    }

    def put(table: str, **given: object) -> None:
        columns = known.tables[table].columns
        blank = {
            c.name: "" if isinstance(c.type, sa.String | sa.Text) else 0
            for c in columns
            if not c.nullable and c.name not in given
        }
        connection.execute(
            sa.text(
                f'INSERT INTO "{table}" ({", ".join({**blank, **given})}) VALUES ({", ".join(":" + n for n in {**blank, **given})})'
            ),
            {**blank, **given},
        )

    put("user", id=ids["user"], email="a@example.org", role="student")
    put("course", id=ids["course"], slug="ponds", owner_id=ids["user"], status="draft", enrol_mode="open")
    put("module", id=ids["module"], course_id=ids["course"])
    put(
        "outline_item",
        id=ids["item"],
        course_id=ids["course"],
        module_id=ids["module"],
        kind="quiz",
        completion="submit",
    )
    put(
        "quiz",
        item_id=ids["item"],
        course_id=ids["course"],
        grading="highest",
        show_marks="submit",
        show_feedback="submit",
        show_answers="last",
    )
    put("question", id=ids["one"], quiz_id=ids["item"], position=4, version=2)
    put("question", id=ids["two"], quiz_id=ids["item"], position=5, version=1, removed_at=9)
    for version, question, number, stem in (
        ("v1", "one", 1, "Old?"),
        ("v2", "one", 2, "Où est **l'été**?"),
        ("v3", "two", 1, "Gone?"),
    ):
        put(
            "question_version",
            id=ids[version],
            question_id=ids[question],
            version=number,
            kind="true_false",
            points=number * 1000,
            stem=stem,
            spec="{}",
            created_at=number,
        )
    put(
        "attempt",
        id=ids["attempt"],
        quiz_id=ids["item"],
        course_id=ids["course"],
        user_id=ids["user"],
        number=1,
        state="open",
        points_max=1000,
    )
    put(
        "attempt_question",
        attempt_id=ids["attempt"],
        number=1,
        question_id=ids["one"],
        version_id=ids["v1"],
        option_order="[]",
    )
    put("answer", save_id=uuid4().hex, attempt_id=ids["attempt"], question_id=ids["one"], seq=1, value="{}")


@pytest.mark.no_database
def test_questions_of_a_quiz_become_questions_of_its_course(older: db.Database) -> None:
    migrate.migrate()

    with older.read.connect() as connection:
        read = connection.exec_driver_sql
        assert read("SELECT haystack, kind, changed_at, removed_at FROM question ORDER BY changed_at DESC").all() == [
            ("ou est **l'ete**?", "true_false", 2, None),
            ("gone?", "true_false", 1, 9),
        ]
        assert read("SELECT count(*) FROM question q JOIN quiz ON quiz.course_id = q.course_id").scalar() == 2
        assert read("SELECT place, position, removed_at, question_id = id FROM quiz_slot ORDER BY position").all() == [
            ("question", 4, None, 1),
            ("question", 5, 9, 1),
        ]
        assert read("SELECT worth, section FROM attempt_question").all() == [(1000, "")]
        assert read("SELECT count(*) FROM answer").scalar() == 1
        assert read("PRAGMA foreign_keys").scalar() == 1
        assert read("PRAGMA foreign_key_check").all() == []
    migrate.check()
    older.dispose()
    db.use(None)
