"""rubrics in versions, and saved comments"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = 'f2a6c0d94b17'
down_revision = 'b7d20f4c9e15'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')
KINDS = "kind IN ('rubric', 'guide', 'checklist')"


def upgrade() -> None:
    op.create_table('rubric',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('course_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('points_max', sa.BigInteger(), nullable=False),
    sa.Column('changed_at', sa.BigInteger(), nullable=False),
    sa.Column('removed_at', sa.BigInteger(), nullable=True),
    sa.CheckConstraint(KINDS, name=op.f('ck_rubric_kind')),
    sa.CheckConstraint('points_max >= 0', name=op.f('ck_rubric_points_max')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_rubric_course_id_course')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rubric'))
    )
    op.create_index(op.f('ix_rubric_course_id'), 'rubric', ['course_id'])
    op.create_table('rubric_version',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('rubric_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('points_max', sa.BigInteger(), nullable=False),
    sa.Column('criteria', JSON, nullable=False),
    sa.Column('by_id', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.CheckConstraint(KINDS, name=op.f('ck_rubric_version_kind')),
    sa.CheckConstraint('points_max >= 0', name=op.f('ck_rubric_version_points_max')),
    sa.ForeignKeyConstraint(['by_id'], ['user.id'], name=op.f('fk_rubric_version_by_id_user')),
    sa.ForeignKeyConstraint(['rubric_id'], ['rubric.id'], name=op.f('fk_rubric_version_rubric_id_rubric')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rubric_version')),
    sa.UniqueConstraint('rubric_id', 'version', name=op.f('uq_rubric_version_rubric_id_version'))
    )
    op.create_table('saved_comment',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('course_id', sa.Uuid(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('uses', sa.Integer(), nullable=False),
    sa.Column('used_at', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('uses >= 0', name=op.f('ck_saved_comment_uses')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_saved_comment_course_id_course')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_comment'))
    )
    op.create_index('ix_saved_comment_course_id_uses', 'saved_comment', ['course_id', 'uses'])
