"""How Alembic finds the tables and the database: both are the product's own."""

from typing import Any

import sqlalchemy as sa
import sqlmodel
from alembic import context
from sqlalchemy.types import TypeDecorator

from lms_app import schema
from lms_app.core import db


def _plain(kind: str, item: Any, autogen: Any) -> Any:
    """Migrations name the database's types, not ours: they must run when our code has moved on."""
    if kind == "type" and isinstance(item, sqlmodel.AutoString):
        return f"sa.String(length={item.length})" if item.length else "sa.String()"
    if kind == "type" and isinstance(item, sa.JSON):
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return "sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')"
    if kind == "type" and isinstance(item, TypeDecorator) and isinstance(item.impl_instance, sa.BigInteger):
        return "sa.BigInteger()"
    return False


def _is_ours(_object: Any, name: str | None, kind: str, reflected: bool, _other: Any) -> bool:
    """The index of words is made after all migrations (`lms_app/search`)."""
    return not (
        reflected
        and kind in ("table", "column", "index")
        and str(name).startswith(("search_text", "ix_search_document_words"))
    )


def run() -> None:
    given = context.config.attributes.get("connection")
    if given is not None:
        _on(given)
        return
    with db.database().write.connect() as connection, connection.begin():
        _on(connection)


def _on(connection: sa.Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=schema.metadata(),
        render_as_batch=True,
        compare_type=True,
        render_item=_plain,
        include_object=_is_ours,
    )
    context.run_migrations()


run()
