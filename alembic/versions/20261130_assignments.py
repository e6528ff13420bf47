"""assignments and what is handed in"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = 'a7c4e1d80f35'
down_revision = 'f2a6c0d94b17'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')


def upgrade() -> None:
    op.create_table('assignment',
    sa.Column('item_id', sa.Uuid(), nullable=False),
    sa.Column('course_id', sa.Uuid(), nullable=False),
    sa.Column('brief', sa.Text(), nullable=False),
    sa.Column('brief_html', sa.Text(), nullable=False),
    sa.Column('points', sa.BigInteger(), nullable=False),
    sa.Column('pass_fraction', sa.BigInteger(), nullable=True),
    sa.Column('rubric_id', sa.Uuid(), nullable=True),
    sa.Column('closes_at', sa.BigInteger(), nullable=True),
    sa.Column('grade_by_at', sa.BigInteger(), nullable=True),
    sa.Column('takes_text', sa.Boolean(), nullable=False),
    sa.Column('takes_files', sa.Boolean(), nullable=False),
    sa.Column('takes_link', sa.Boolean(), nullable=False),
    sa.Column('files_max', sa.Integer(), nullable=False),
    sa.Column('file_mib', sa.Integer(), nullable=False),
    sa.Column('file_types', JSON, nullable=False),
    sa.Column('statement', sa.String(length=500), nullable=False),
    sa.Column('reopen', sa.String(length=16), nullable=False),
    sa.Column('attempts_max', sa.Integer(), nullable=True),
    sa.Column('group_work', sa.Boolean(), nullable=False),
    sa.Column('own_grades', sa.Boolean(), nullable=False),
    sa.Column('blind', sa.Boolean(), nullable=False),
    sa.Column('late', sa.String(length=16), nullable=False),
    sa.Column('late_share', sa.BigInteger(), nullable=False),
    sa.Column('late_hours', sa.Integer(), nullable=False),
    sa.Column('late_floor', sa.BigInteger(), nullable=False),
    sa.Column('late_tiers', JSON, nullable=False),
    sa.Column('missing_share', sa.BigInteger(), nullable=True),
    sa.CheckConstraint("late IN ('none', 'interval', 'tiers')", name=op.f('ck_assignment_late')),
    sa.CheckConstraint("reopen IN ('never', 'manual', 'until_pass')", name=op.f('ck_assignment_reopen')),
    sa.CheckConstraint('attempts_max IS NULL OR attempts_max >= 1', name=op.f('ck_assignment_attempts_max')),
    sa.CheckConstraint('files_max >= 1 AND file_mib >= 1', name=op.f('ck_assignment_files')),
    sa.CheckConstraint('late_floor >= 0 AND late_floor <= 1000000000', name=op.f('ck_assignment_late_floor')),
    sa.CheckConstraint('late_hours >= 1', name=op.f('ck_assignment_late_hours')),
    sa.CheckConstraint('late_share >= 0 AND late_share <= 1000000000', name=op.f('ck_assignment_late_share')),
    sa.CheckConstraint('missing_share IS NULL OR (missing_share >= 0 AND missing_share <= 1000000000)', name=op.f('ck_assignment_missing_share')),
    sa.CheckConstraint('pass_fraction IS NULL OR (pass_fraction >= 0 AND pass_fraction <= 1000000000)', name=op.f('ck_assignment_pass_fraction')),
    sa.CheckConstraint('points >= 0', name=op.f('ck_assignment_points')),
    sa.CheckConstraint('takes_text OR takes_files OR takes_link', name=op.f('ck_assignment_takes')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_assignment_course_id_course')),
    sa.ForeignKeyConstraint(['item_id'], ['outline_item.id'], name=op.f('fk_assignment_item_id_outline_item')),
    sa.ForeignKeyConstraint(['rubric_id'], ['rubric.id'], name=op.f('fk_assignment_rubric_id_rubric')),
    sa.PrimaryKeyConstraint('item_id', name=op.f('pk_assignment'))
    )
    op.create_index(op.f('ix_assignment_course_id'), 'assignment', ['course_id'])
    op.create_index(op.f('ix_assignment_rubric_id'), 'assignment', ['rubric_id'])
    op.create_table('submission',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('assignment_id', sa.Uuid(), nullable=False),
    sa.Column('course_id', sa.Uuid(), nullable=False),
    sa.Column('owner_id', sa.Uuid(), nullable=False),
    sa.Column('group_name', sa.String(length=80), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('body_html', sa.Text(), nullable=False),
    sa.Column('link', sa.String(length=2000), nullable=False),
    sa.Column('saved_at', sa.BigInteger(), nullable=False),
    sa.Column('submitted_at', sa.BigInteger(), nullable=True),
    sa.Column('withdrawn_at', sa.BigInteger(), nullable=True),
    sa.Column('due_at', sa.BigInteger(), nullable=True),
    sa.Column('statement', sa.String(length=500), nullable=False),
    sa.CheckConstraint('attempt > 0', name=op.f('ck_submission_attempt')),
    sa.CheckConstraint('number > 0', name=op.f('ck_submission_number')),
    sa.CheckConstraint('withdrawn_at IS NULL OR submitted_at IS NOT NULL', name=op.f('ck_submission_withdrawn_at')),
    sa.ForeignKeyConstraint(['assignment_id'], ['assignment.item_id'], name=op.f('fk_submission_assignment_id_assignment')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_submission_course_id_course')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_submission_user_id_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_submission')),
    sa.UniqueConstraint('assignment_id', 'owner_id', 'number', name=op.f('uq_submission_assignment_id_owner_id_number'))
    )
    op.create_index('ix_submission_assignment_id_submitted_at', 'submission', ['assignment_id', 'submitted_at'])
    op.create_index(op.f('ix_submission_owner_id'), 'submission', ['owner_id'])
    op.create_index(op.f('ix_submission_user_id'), 'submission', ['user_id'])
    op.create_index('uq_submission_draft', 'submission', ['assignment_id', 'owner_id'], unique=True, sqlite_where=sa.text('submitted_at IS NULL'), postgresql_where=sa.text('submitted_at IS NULL'))
    op.create_table('submission_member',
    sa.Column('submission_id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_submission_member_submission_id_submission')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_submission_member_user_id_user')),
    sa.PrimaryKeyConstraint('submission_id', 'user_id', name=op.f('pk_submission_member'))
    )
    op.create_index(op.f('ix_submission_member_user_id'), 'submission_member', ['user_id'])


def downgrade() -> None:
    op.drop_table('submission_member')
    op.drop_table('submission')
    op.drop_table('assignment')
