"""search"""

import sqlalchemy as sa
from alembic import op

revision = 'a7c31e5d9b20'
down_revision = 'c9d04e7a1b52'
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('search_document',
    sa.Column('seq', SERIAL, nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('subject_id', sa.Uuid(), nullable=False),
    sa.Column('course_id', sa.Uuid(), nullable=True),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('title_words', sa.Text(), nullable=False),
    sa.Column('body_words', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_search_document')),
    sa.UniqueConstraint('kind', 'subject_id', name=op.f('uq_search_document_kind_subject_id'))
    )
    op.create_index('ix_search_document_course_id', 'search_document', ['course_id'])
    op.create_table('search_stale',
    sa.Column('seq', SERIAL, nullable=False),
    sa.Column('subject', sa.String(length=16), nullable=False),
    sa.Column('subject_id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_search_stale'))
    )
