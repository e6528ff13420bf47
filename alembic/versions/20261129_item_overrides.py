"""item overrides"""

import sqlalchemy as sa
from alembic import op

revision = 'b7d20f4c9e15'
down_revision = 'e91b4d6a2c83'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('item_override',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('course_id', sa.Uuid(), nullable=False),
    sa.Column('item_id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=True),
    sa.Column('group_id', sa.Uuid(), nullable=True),
    sa.Column('opens_at', sa.BigInteger(), nullable=True),
    sa.Column('due_at', sa.BigInteger(), nullable=True),
    sa.Column('closes_at', sa.BigInteger(), nullable=True),
    sa.Column('limit_minutes', sa.Integer(), nullable=True),
    sa.Column('attempts_allowed', sa.Integer(), nullable=True),
    sa.Column('released', sa.Boolean(), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('by_id', sa.Uuid(), nullable=True),
    sa.Column('changed_at', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('(user_id IS NULL) <> (group_id IS NULL)', name=op.f('ck_item_override_whose')),
    sa.CheckConstraint('limit_minutes IS NULL OR limit_minutes >= 0', name=op.f('ck_item_override_limit_minutes')),
    sa.CheckConstraint('attempts_allowed IS NULL OR attempts_allowed >= 0', name=op.f('ck_item_override_attempts_allowed')),
    sa.ForeignKeyConstraint(['by_id'], ['user.id'], name=op.f('fk_item_override_by_id_user')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_item_override_course_id_course')),
    sa.ForeignKeyConstraint(['group_id'], ['course_group.id'], name=op.f('fk_item_override_group_id_course_group')),
    sa.ForeignKeyConstraint(['item_id'], ['outline_item.id'], name=op.f('fk_item_override_item_id_outline_item')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_item_override_user_id_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_item_override')),
    sa.UniqueConstraint('item_id', 'group_id', name=op.f('uq_item_override_item_id_group_id')),
    sa.UniqueConstraint('item_id', 'user_id', name=op.f('uq_item_override_item_id_user_id'))
    )
    with op.batch_alter_table('item_override', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_item_override_course_id'), ['course_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_item_override_group_id'), ['group_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_item_override_user_id'), ['user_id'], unique=False)

    with op.batch_alter_table('course_member', schema=None) as batch_op:
        batch_op.add_column(sa.Column('extra_percent', sa.Integer(), nullable=False, server_default='0'))
        batch_op.create_check_constraint(
            batch_op.f('ck_course_member_extra_percent'), 'extra_percent >= 0 AND extra_percent <= 400'
        )
    # The code gives it a value by itself: the database's own was for the rows that were there.
    with op.batch_alter_table('course_member', schema=None) as batch_op:
        batch_op.alter_column('extra_percent', server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('course_member', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_course_member_extra_percent'), type_='check')
        batch_op.drop_column('extra_percent')
    op.drop_table('item_override')
