"""marks by hand, and tries with hints"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from alembic import op

revision = 'c41f0a6d7b52'
down_revision = 'c3d1a7b0e5f2'
branch_labels = None
depends_on = None

WAITING = 'fraction IS NULL AND answer_id IS NOT NULL'


# Both databases add a column with its rule; anything else would make SQLite copy tables that others refer to.
ADDED = (
    ('quiz', 'behaviour', "VARCHAR(16) NOT NULL DEFAULT 'deferred'", "behaviour IN ('deferred', 'interactive')"),
    ('attempt', 'behaviour', "VARCHAR(16) NOT NULL DEFAULT 'deferred'", "behaviour IN ('deferred', 'interactive')"),
    ('question_version', 'penalty', 'BIGINT NOT NULL DEFAULT 250000000', 'penalty >= 0 AND penalty <= 1000000000'),
)


def upgrade() -> None:
    for table, column, kind, rule in ADDED:
        op.execute(f'ALTER TABLE {table} ADD COLUMN {column} {kind} CONSTRAINT ck_{table}_{column} CHECK ({rule})')
    op.add_column('question_version', sa.Column('hints', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False, server_default='[]'))

    with op.batch_alter_table('attempt_question', schema=None) as batch_op:
        batch_op.create_index('ix_attempt_question_waiting', ['question_id'], unique=False, sqlite_where=sa.text(WAITING), postgresql_where=sa.text(WAITING))

    op.create_table('answer_try',
    sa.Column('attempt_id', sa.Uuid(), nullable=False),
    sa.Column('question_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('answer_id', sa.Uuid(), nullable=False),
    sa.Column('fraction', sa.BigInteger(), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('fraction >= 0 AND fraction <= 1000000000', name=op.f('ck_answer_try_fraction')),
    sa.ForeignKeyConstraint(['attempt_id', 'question_id'], ['attempt_question.attempt_id', 'attempt_question.question_id'], name='fk_answer_try_attempt_question'),
    sa.PrimaryKeyConstraint('attempt_id', 'question_id', 'number', name=op.f('pk_answer_try'))
    )
    op.create_table('answer_mark',
    sa.Column('attempt_id', sa.Uuid(), nullable=False),
    sa.Column('question_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('answer_id', sa.Uuid(), nullable=True),
    sa.Column('points_before', sa.BigInteger(), nullable=True),
    sa.Column('points', sa.BigInteger(), nullable=False),
    sa.Column('comment', sa.Text(), nullable=False),
    sa.Column('by_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('points >= 0', name=op.f('ck_answer_mark_points')),
    sa.ForeignKeyConstraint(['attempt_id', 'question_id'], ['attempt_question.attempt_id', 'attempt_question.question_id'], name='fk_answer_mark_attempt_question'),
    sa.ForeignKeyConstraint(['by_id'], ['user.id'], name=op.f('fk_answer_mark_by_id_user')),
    sa.PrimaryKeyConstraint('attempt_id', 'question_id', 'version', name=op.f('pk_answer_mark'))
    )


def downgrade() -> None:
    op.drop_table('answer_mark')
    op.drop_table('answer_try')
    with op.batch_alter_table('attempt_question', schema=None) as batch_op:
        batch_op.drop_index('ix_attempt_question_waiting', sqlite_where=sa.text(WAITING), postgresql_where=sa.text(WAITING))

    op.drop_column('question_version', 'hints')
    for table, column, _kind, _rule in ADDED:
        op.drop_column(table, column)
