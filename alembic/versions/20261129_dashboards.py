"""dashboards"""

import sqlalchemy as sa
from alembic import op

revision = 'e5b8d1f7a302'
down_revision = "e2b7f9a41c60"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('activity',
    sa.Column('span', sa.String(length=1), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('joined_on', sa.Date(), nullable=False),
    sa.CheckConstraint("span IN ('d', 'w', 'm')", name=op.f('ck_activity_span')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_activity_user_id_user')),
    sa.PrimaryKeyConstraint('span', 'starts_on', 'user_id', name=op.f('pk_activity'))
    )
    op.create_index('ix_activity_span_joined_on_starts_on', 'activity', ['span', 'joined_on', 'starts_on'])
    op.create_index('ix_activity_user_id', 'activity', ['user_id'])
    op.create_table('quiz_load',
    sa.Column('quarter', sa.Integer(), nullable=False),
    sa.Column('started', sa.Integer(), nullable=False),
    sa.Column('submitted', sa.Integer(), nullable=False),
    sa.Column('saves', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('quarter', name=op.f('pk_quiz_load'))
    )
    op.create_table('mark_cell',
    sa.Column('month_on', sa.Date(), nullable=False),
    sa.Column('scope', sa.String(length=36), nullable=False),
    sa.Column('band', sa.Integer(), nullable=False),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.Column('marks', sa.Integer(), nullable=False),
    sa.Column('hundredths', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('month_on', 'scope', 'band', name=op.f('pk_mark_cell'))
    )
    op.create_table('traffic',
    sa.Column('hour', sa.Integer(), nullable=False),
    sa.Column('route', sa.String(length=200), nullable=False),
    sa.Column('many', sa.Integer(), nullable=False),
    sa.Column('errors', sa.Integer(), nullable=False),
    sa.Column('micros', sa.BigInteger(), nullable=False),
    sa.Column('within_100ms', sa.Integer(), nullable=False),
    sa.Column('within_250ms', sa.Integer(), nullable=False),
    sa.Column('within_500ms', sa.Integer(), nullable=False),
    sa.Column('within_1s', sa.Integer(), nullable=False),
    sa.Column('within_2500ms', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('hour', 'route', name=op.f('pk_traffic'))
    )
    op.create_index('ix_item_progress_first_seen_at', 'item_progress', ['first_seen_at'])
    op.create_index('ix_item_progress_completed_at', 'item_progress', ['completed_at'])
    op.create_index('ix_attempt_started_at', 'attempt', ['started_at'])
    op.create_index('ix_attempt_finished_at', 'attempt', ['finished_at'])
    op.create_index('ix_grade_entry_at', 'grade_entry', ['at'])
