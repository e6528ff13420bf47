"""search asks PostgreSQL for its courses apart from the words"""

from alembic import op

revision = 'c93a51e7f08d'
down_revision = 'b64e0d92c7a1'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What is not there is made after all migrations, and everything read again."""
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('DROP INDEX IF EXISTS ix_search_document_words')
        op.execute('DROP INDEX IF EXISTS ix_search_document_words_title')
        op.execute('ALTER TABLE search_document DROP COLUMN IF EXISTS search_text')
