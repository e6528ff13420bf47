"""gradebook: categories, columns, letters, statuses and overrides"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = 'f3b8a1d64e07'
down_revision = 'b3d9f7a2c614'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')
METHODS = "method IN ('points', 'weighted', 'simple')"


def upgrade() -> None:
    op.create_table('gradebook',
    sa.Column('course_id', sa.Uuid(), nullable=False),
    sa.Column('engine', sa.Integer(), nullable=False),
    sa.Column('method', sa.String(length=8), nullable=False),
    sa.Column('drop_lowest', sa.Integer(), nullable=False),
    sa.Column('keep_best', sa.Integer(), nullable=False),
    sa.Column('missing', sa.BigInteger(), nullable=True),
    sa.Column('letters', JSON, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint(METHODS, name=op.f('ck_gradebook_method')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_gradebook_course_id_course')),
    sa.PrimaryKeyConstraint('course_id', name=op.f('pk_gradebook'))
    )
    op.create_table('grade_category',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('course_id', sa.Uuid(), nullable=False),
    sa.Column('parent_id', sa.Uuid(), nullable=True),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('method', sa.String(length=8), nullable=False),
    sa.Column('weight', sa.BigInteger(), nullable=False),
    sa.Column('extra', sa.Boolean(), nullable=False),
    sa.Column('drop_lowest', sa.Integer(), nullable=False),
    sa.Column('keep_best', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.CheckConstraint(METHODS, name=op.f('ck_grade_category_method')),
    sa.CheckConstraint('drop_lowest >= 0 AND keep_best >= 0', name=op.f('ck_grade_category_drops')),
    sa.CheckConstraint('weight >= 0', name=op.f('ck_grade_category_weight')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_grade_category_course_id_course')),
    sa.ForeignKeyConstraint(['parent_id'], ['grade_category.id'], name=op.f('fk_grade_category_parent_id_grade_category')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_grade_category'))
    )
    op.create_index(op.f('ix_grade_category_course_id'), 'grade_category', ['course_id'])
    op.create_index(op.f('ix_grade_category_parent_id'), 'grade_category', ['parent_id'])
    op.create_table('grade_column',
    sa.Column('item_id', sa.Uuid(), nullable=False),
    sa.Column('category_id', sa.Uuid(), nullable=True),
    sa.Column('weight', sa.BigInteger(), nullable=False),
    sa.Column('extra', sa.Boolean(), nullable=False),
    sa.Column('never_drop', sa.Boolean(), nullable=False),
    sa.Column('pass_points', sa.BigInteger(), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.CheckConstraint('weight >= 0', name=op.f('ck_grade_column_weight')),
    sa.ForeignKeyConstraint(['category_id'], ['grade_category.id'], name=op.f('fk_grade_column_category_id_grade_category')),
    sa.ForeignKeyConstraint(['item_id'], ['grade_item.id'], name=op.f('fk_grade_column_item_id_grade_item')),
    sa.PrimaryKeyConstraint('item_id', name=op.f('pk_grade_column'))
    )
    op.create_index(op.f('ix_grade_column_category_id'), 'grade_column', ['category_id'])
    op.create_table('total_entry',
    sa.Column('seq', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('course_id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('share', sa.BigInteger(), nullable=True),
    sa.Column('locked', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('by_id', sa.Uuid(), nullable=True),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('share IS NULL OR share >= 0', name=op.f('ck_total_entry_share')),
    sa.ForeignKeyConstraint(['by_id'], ['user.id'], name=op.f('fk_total_entry_by_id_user')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_total_entry_course_id_course')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_total_entry_user_id_user')),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_total_entry'))
    )
    op.create_index('ix_total_entry_course_id_user_id_seq', 'total_entry', ['course_id', 'user_id', 'seq'])
    op.create_index(op.f('ix_total_entry_user_id'), 'total_entry', ['user_id'])

    with op.batch_alter_table('grade_item', schema=None) as batch_op:
        batch_op.add_column(sa.Column('removed_at', sa.BigInteger(), nullable=True))
    with op.batch_alter_table('grade_entry', schema=None) as batch_op:
        batch_op.add_column(sa.Column('status', sa.String(length=8), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('override', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('locked', sa.Boolean(), nullable=False, server_default=sa.false()))
    # The code gives them a value by itself: the database's own was for the rows that were there.
    with op.batch_alter_table('grade_entry', schema=None) as batch_op:
        batch_op.create_check_constraint(batch_op.f('ck_grade_entry_status'), "status IN ('', 'excused', 'missing', 'exempt')")
        for name in ('status', 'override', 'locked'):
            batch_op.alter_column(name, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('grade_entry', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_grade_entry_status'), type_='check')
        for name in ('locked', 'override', 'status'):
            batch_op.drop_column(name)
    with op.batch_alter_table('grade_item', schema=None) as batch_op:
        batch_op.drop_column('removed_at')
    for table in ('total_entry', 'grade_column', 'grade_category', 'gradebook'):
        op.drop_table(table)
