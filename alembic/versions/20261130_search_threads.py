"""search finds threads, and knows in which courses to look"""

import sqlalchemy as sa
from alembic import op

revision = 'b64e0d92c7a1'
down_revision = 'e5b8d1f7a302'
branch_labels = None
depends_on = None


def upgrade() -> None:
    _forget()
    op.add_column('search_document', sa.Column('scope', sa.String(length=80), server_default='', nullable=False))


def _forget() -> None:
    """The index is of other columns now. What is not there is made after all migrations, and everything read again."""
    op.execute('DELETE FROM search_document')
    if op.get_bind().dialect.name == 'sqlite':
        for when in ('insert', 'update', 'delete'):
            op.execute(f'DROP TRIGGER IF EXISTS search_document_{when}')
        op.execute('DROP TABLE IF EXISTS search_text')
    else:
        op.execute('DROP INDEX IF EXISTS ix_search_document_words')
        op.execute('DROP INDEX IF EXISTS ix_search_document_words_title')
        op.execute('ALTER TABLE search_document DROP COLUMN IF EXISTS search_text')
