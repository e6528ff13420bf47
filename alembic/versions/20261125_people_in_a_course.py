"""people in a course"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from alembic import op

revision = 'c41f7be0a6d3'
down_revision = 'c3d1a7b0e5f2'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('course_group',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('course_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('folded', sa.String(length=160), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_course_group_course_id_course')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_course_group')),
    sa.UniqueConstraint('course_id', 'folded', name=op.f('uq_course_group_course_id_folded'))
    )
    op.create_table('course_group_member',
    sa.Column('group_id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['group_id'], ['course_group.id'], name=op.f('fk_course_group_member_group_id_course_group')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_course_group_member_user_id_user')),
    sa.PrimaryKeyConstraint('group_id', 'user_id', name=op.f('pk_course_group_member'))
    )
    with op.batch_alter_table('course_group_member', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_course_group_member_user_id'), ['user_id'], unique=False)

    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('email', sa.String(length=254), nullable=True))
        batch_op.add_column(sa.Column('name', sa.String(length=120), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('groups', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False, server_default='[]'))
        batch_op.create_unique_constraint(batch_op.f('uq_invitation_course_id_email'), ['course_id', 'email'])
    # The code gives them a value by itself: the database's own was for the rows that were there.
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.alter_column('name', server_default=None)
        batch_op.alter_column('groups', server_default=None)


    op.create_table('announcement',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('course_id', sa.Uuid(), nullable=False),
    sa.Column('author_id', sa.Uuid(), nullable=True),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('html', sa.Text(), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['user.id'], name=op.f('fk_announcement_author_id_user')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_announcement_course_id_course')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_announcement'))
    )
    with op.batch_alter_table('announcement', schema=None) as batch_op:
        batch_op.create_index('ix_announcement_course_id_created_at', ['course_id', 'created_at'], unique=False)

    # As SQL, in the words of both databases: SQLite would make the table anew, and others point to it.
    op.execute(
        'ALTER TABLE course ADD COLUMN capacity INTEGER '
        'CONSTRAINT ck_course_capacity CHECK (capacity IS NULL OR capacity >= 1)'
    )
    with op.batch_alter_table('course_member', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_course_member_state'), type_='check')
        batch_op.create_check_constraint(
            batch_op.f('ck_course_member_state'), "state IN ('active', 'waiting', 'queued', 'left')"
        )


def downgrade() -> None:
    with op.batch_alter_table('announcement', schema=None) as batch_op:
        batch_op.drop_index('ix_announcement_course_id_created_at')

    op.drop_table('announcement')
    op.execute("UPDATE course_member SET state = 'left' WHERE state = 'queued'")
    with op.batch_alter_table('course_member', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_course_member_state'), type_='check')
        batch_op.create_check_constraint(
            batch_op.f('ck_course_member_state'), "state IN ('active', 'waiting', 'left')"
        )
    op.execute('ALTER TABLE course DROP CONSTRAINT IF EXISTS ck_course_capacity'
               if op.get_bind().dialect.name == 'postgresql' else 'SELECT 1')
    op.drop_column('course', 'capacity')

    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_invitation_course_id_email'), type_='unique')
        batch_op.drop_column('groups')
        batch_op.drop_column('name')
        batch_op.drop_column('email')

    with op.batch_alter_table('course_group_member', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_course_group_member_user_id'))

    op.drop_table('course_group_member')
    op.drop_table('course_group')
