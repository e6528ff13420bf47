"""The index of words and what keeps it true, inside the database: FTS5 on SQLite, a GIN index on PostgreSQL.

Changes of other rooms' rows are noted by triggers. They are made anew after each migration, since SQLite changes a
table by making another one, and the old one's triggers go with it.
"""

from typing import NamedTuple

from sqlalchemy import Connection, event

from lms_app.core.db import metadata
from lms_app.core.work import Work
from lms_app.search import models as models  # its tables belong to the metadata

FTS = "search_text"  # SQLite's table of words, PostgreSQL's column
GIN = "ix_search_document_words"
TITLE = "setweight(to_tsvector('simple', title_words), 'A')"
WITHIN = "string_to_array(scope, ' ')"
COLUMNS = ("title_words", "body_words", "scope")
_VECTOR = f"{TITLE} || setweight(to_tsvector('simple', body_words), 'B')"


class Noted(NamedTuple):
    """A table whose rows belong to a subject, and the columns of which the index is made."""

    table: str
    subject: str
    id: str
    columns: tuple[str, ...]


NOTED = (
    Noted("course", "course", "id", ("title", "summary", "description")),
    Noted("outline_item", "item", "id", ("title", "course_id", "removed_at", "preview")),
    Noted("lesson", "item", "item_id", ("body",)),
    Noted("quiz", "item", "item_id", ("intro",)),
    Noted("assignment", "item", "item_id", ("brief",)),
    Noted("question", "question", "id", ("course_id", "version", "removed_at")),
    Noted("thread", "thread", "id", ("course_id", "title", "hidden_at")),
    Noted("post", "thread", "thread_id", ("body", "deleted_at", "hidden_at")),
    Noted("user", "person", "id", ("name", "email")),
)


def ensure(connection: Connection) -> None:
    """Make what is not there yet; where there was no index, everything is to be read."""
    if connection.dialect.name == "postgresql":
        _postgresql(connection)
    else:
        _sqlite(connection)


def _sqlite(connection: Connection) -> None:
    run = connection.exec_driver_sql
    new = run("SELECT 1 FROM sqlite_master WHERE name = ?", (FTS,)).first() is None
    if new:
        # Accents and case are folded before: its own folding would know them for one database only.
        run(
            f"CREATE VIRTUAL TABLE {FTS} USING fts5({', '.join(COLUMNS)}, content='search_document',"
            " content_rowid='seq', tokenize='unicode61 remove_diacritics 0', prefix='2 3')"
        )
    names = ", ".join(COLUMNS)
    old, new_ = (", ".join(f"{which}.{one}" for one in COLUMNS) for which in ("old", "new"))
    gone = f"INSERT INTO {FTS}({FTS}, rowid, {names}) VALUES ('delete', old.seq, {old})"
    came = f"INSERT INTO {FTS}(rowid, {names}) VALUES (new.seq, {new_})"
    for when, do in (("INSERT", came), ("DELETE", gone), ("UPDATE", f"{gone}; {came}")):
        run(
            f"CREATE TRIGGER IF NOT EXISTS search_document_{when.lower()} AFTER {when} ON search_document BEGIN {do}; END"
        )
    for one in NOTED:
        for when, row in (("INSERT", "new"), (f"UPDATE OF {', '.join(one.columns)}", "new"), ("DELETE", "old")):
            name = f"search_{one.table}_{when.split()[0].lower()}"
            note = f"INSERT INTO search_stale (subject, subject_id) VALUES ('{one.subject}', {row}.{one.id})"
            run(f'CREATE TRIGGER IF NOT EXISTS {name} AFTER {when} ON "{one.table}" BEGIN {note}; END')
    if new:
        everything(connection)


def _postgresql(connection: Connection) -> None:
    run = connection.exec_driver_sql
    known = "SELECT 1 FROM pg_indexes WHERE schemaname = current_schema() AND indexname = %s"
    new = run(known, (GIN,)).first() is None
    if new:
        # Kept, for making it takes long, and ranking wants it of each that is found.
        run(f"ALTER TABLE search_document ADD COLUMN {FTS} tsvector GENERATED ALWAYS AS ({_VECTOR}) STORED")
        run(f"CREATE INDEX {GIN} ON search_document USING gin ({FTS})")
        run(f"CREATE INDEX {GIN}_title ON search_document USING gin (({TITLE}))")
        run(f"CREATE INDEX {GIN}_within ON search_document USING gin (({WITHIN}))")
    for one in NOTED:
        name = f"search_{one.table}_changed"
        note = f"INSERT INTO search_stale (subject, subject_id) VALUES ('{one.subject}', "
        run(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" IF TG_OP = 'DELETE' THEN {note} OLD.{one.id}); ELSE {note} NEW.{one.id}); END IF; RETURN NULL; END $$"
        )
        run(
            f"CREATE OR REPLACE TRIGGER {name} AFTER INSERT OR DELETE OR UPDATE OF {', '.join(one.columns)}"
            f' ON "{one.table}" FOR EACH ROW EXECUTE FUNCTION {name}()'
        )
    if new:
        everything(connection)


def write_anew(work: Work) -> None:
    """Write the index of words anew: SQLite's keeps a removed word as a mark of its removal until then."""
    if work.db.get_bind().dialect.name == "sqlite":
        work.db.connection().exec_driver_sql(f"INSERT INTO {FTS}({FTS}) VALUES ('optimize')")


def everything(connection: Connection) -> None:
    """Have all of it read again."""
    for subject, table in {one.subject: one.table for one in reversed(NOTED)}.items():
        connection.exec_driver_sql(
            f"INSERT INTO search_stale (subject, subject_id) SELECT '{subject}', id FROM \"{table}\""
        )


@event.listens_for(metadata(), "after_create")
def _with_tables(_metadata: object, connection: Connection, **_given: object) -> None:
    """Databases of tests are made without migrations."""
    ensure(connection)
