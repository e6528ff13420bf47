"""prerequisites"""

import sqlalchemy as sa
from alembic import op

revision = 'e91b4d6a2c83'
down_revision = '5c1f0b7e42aa'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('course_prerequisite',
    sa.Column('course_id', sa.Uuid(), nullable=False),
    sa.Column('needs_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_course_prerequisite_course_id_course')),
    sa.ForeignKeyConstraint(['needs_id'], ['course.id'], name=op.f('fk_course_prerequisite_needs_id_course')),
    sa.PrimaryKeyConstraint('course_id', 'needs_id', name=op.f('pk_course_prerequisite'))
    )


def downgrade() -> None:
    op.drop_table('course_prerequisite')
