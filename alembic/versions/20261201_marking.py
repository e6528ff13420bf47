"""marking what was handed in"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = 'b3d9f7a2c614'
down_revision = 'a7c4e1d80f35'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')


def upgrade() -> None:
    op.create_table('grade_release',
    sa.Column('assignment_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('by_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['assignment_id'], ['assignment.item_id'], name=op.f('fk_grade_release_assignment_id_assignment')),
    sa.ForeignKeyConstraint(['by_id'], ['user.id'], name=op.f('fk_grade_release_by_id_user')),
    sa.PrimaryKeyConstraint('assignment_id', name=op.f('pk_grade_release'))
    )
    op.create_table('marking_allocation',
    sa.Column('assignment_id', sa.Uuid(), nullable=False),
    sa.Column('owner_id', sa.Uuid(), nullable=False),
    sa.Column('marker_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['assignment_id'], ['assignment.item_id'], name=op.f('fk_marking_allocation_assignment_id_assignment')),
    sa.ForeignKeyConstraint(['marker_id'], ['user.id'], name=op.f('fk_marking_allocation_marker_id_user')),
    sa.PrimaryKeyConstraint('assignment_id', 'owner_id', name=op.f('pk_marking_allocation'))
    )
    op.create_index(op.f('ix_marking_allocation_marker_id'), 'marking_allocation', ['marker_id'])
    op.create_table('annotation',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('submission_id', sa.Uuid(), nullable=False),
    sa.Column('file_id', sa.Uuid(), nullable=True),
    sa.Column('page', sa.Integer(), nullable=False),
    sa.Column('across', sa.Integer(), nullable=False),
    sa.Column('down', sa.Integer(), nullable=False),
    sa.Column('start_at', sa.Integer(), nullable=False),
    sa.Column('end_at', sa.Integer(), nullable=False),
    sa.Column('quote', sa.String(length=500), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('by_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('across BETWEEN 0 AND 1000 AND down BETWEEN 0 AND 1000', name=op.f('ck_annotation_place')),
    sa.CheckConstraint('start_at >= 0 AND end_at >= start_at', name=op.f('ck_annotation_passage')),
    sa.ForeignKeyConstraint(['by_id'], ['user.id'], name=op.f('fk_annotation_by_id_user')),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_annotation_submission_id_submission')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_annotation'))
    )
    op.create_index(op.f('ix_annotation_submission_id'), 'annotation', ['submission_id'])
    op.create_table('marking',
    sa.Column('submission_id', sa.Uuid(), nullable=False),
    sa.Column('assignment_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('version >= 0', name=op.f('ck_marking_version')),
    sa.ForeignKeyConstraint(['assignment_id'], ['assignment.item_id'], name=op.f('fk_marking_assignment_id_assignment')),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_marking_submission_id_submission')),
    sa.PrimaryKeyConstraint('submission_id', name=op.f('pk_marking'))
    )
    op.create_index('ix_marking_assignment_id_version', 'marking', ['assignment_id', 'version'])
    op.create_table('marking_draft',
    sa.Column('submission_id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('values', JSON, nullable=False),
    sa.Column('seen', sa.Integer(), nullable=False),
    sa.Column('saved_at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_marking_draft_submission_id_submission')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_marking_draft_user_id_user')),
    sa.PrimaryKeyConstraint('submission_id', 'user_id', name=op.f('pk_marking_draft'))
    )
    op.create_table('mark_version',
    sa.Column('submission_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('rubric_version_id', sa.Uuid(), nullable=True),
    sa.Column('marks', JSON, nullable=False),
    sa.Column('own', JSON, nullable=False),
    sa.Column('points', sa.BigInteger(), nullable=False),
    sa.Column('kept', sa.BigInteger(), nullable=False),
    sa.Column('arithmetic', sa.String(length=400), nullable=False),
    sa.Column('comment', sa.Text(), nullable=False),
    sa.Column('comment_html', sa.Text(), nullable=False),
    sa.Column('by_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('kept >= 0', name=op.f('ck_mark_version_kept')),
    sa.CheckConstraint('points >= 0', name=op.f('ck_mark_version_points')),
    sa.ForeignKeyConstraint(['by_id'], ['user.id'], name=op.f('fk_mark_version_by_id_user')),
    sa.ForeignKeyConstraint(['rubric_version_id'], ['rubric_version.id'], name=op.f('fk_mark_version_rubric_version_id_rubric_version')),
    sa.ForeignKeyConstraint(['submission_id'], ['marking.submission_id'], name=op.f('fk_mark_version_submission_id_marking')),
    sa.PrimaryKeyConstraint('submission_id', 'version', name=op.f('pk_mark_version'))
    )
    op.create_index(op.f('ix_mark_version_rubric_version_id'), 'mark_version', ['rubric_version_id'])


def downgrade() -> None:
    op.drop_table('mark_version')
    op.drop_table('marking_draft')
    op.drop_table('marking')
    op.drop_table('annotation')
    op.drop_table('marking_allocation')
    op.drop_table('grade_release')
