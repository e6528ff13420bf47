"""threads, and announcements that are corrected, scheduled or for a group"""

import sqlalchemy as sa
from alembic import op

revision = 'b7d2e9c4a158'
down_revision = 'c3e7a9205f1d'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('thread',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('course_id', sa.Uuid(), nullable=False),
    sa.Column('item_id', sa.Uuid(), nullable=True),
    sa.Column('asker_id', sa.Uuid(), nullable=True),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('haystack', sa.Text(), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('active_at', sa.BigInteger(), nullable=False),
    sa.Column('answered_at', sa.BigInteger(), nullable=True),
    sa.Column('hidden_at', sa.BigInteger(), nullable=True),
    sa.Column('accepted_id', sa.Uuid(), nullable=True),
    sa.Column('pinned_at', sa.BigInteger(), nullable=True),
    sa.Column('locked_at', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['asker_id'], ['user.id'], name=op.f('fk_thread_asker_id_user')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_thread_course_id_course')),
    sa.ForeignKeyConstraint(['item_id'], ['outline_item.id'], name=op.f('fk_thread_item_id_outline_item')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_thread'))
    )
    op.create_index('ix_thread_asker_id', 'thread', ['asker_id'])
    op.create_index('ix_thread_course_id_active_at', 'thread', ['course_id', 'active_at'])
    op.create_index('ix_thread_course_id_answered_at', 'thread', ['course_id', 'answered_at'])
    op.create_index('ix_thread_item_id_active_at', 'thread', ['item_id', 'active_at'])
    op.create_table('post',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('thread_id', sa.Uuid(), nullable=False),
    sa.Column('root_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('author_id', sa.Uuid(), nullable=True),
    sa.Column('role', sa.String(length=16), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('html', sa.Text(), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('edited_at', sa.BigInteger(), nullable=True),
    sa.Column('deleted_at', sa.BigInteger(), nullable=True),
    sa.Column('hidden_at', sa.BigInteger(), nullable=True),
    sa.Column('hidden_by', sa.Uuid(), nullable=True),
    sa.Column('hidden_reason', sa.String(length=300), nullable=False),
    sa.CheckConstraint("kind IN ('question', 'answer', 'reply')", name=op.f('ck_post_kind')),
    sa.CheckConstraint("role IN ('student', 'assistant', 'instructor', 'admin')", name=op.f('ck_post_role')),
    sa.ForeignKeyConstraint(['author_id'], ['user.id'], name=op.f('fk_post_author_id_user')),
    sa.ForeignKeyConstraint(['hidden_by'], ['user.id'], name=op.f('fk_post_hidden_by_user')),
    sa.ForeignKeyConstraint(['root_id'], ['post.id'], name=op.f('fk_post_root_id_post')),
    sa.ForeignKeyConstraint(['thread_id'], ['thread.id'], name=op.f('fk_post_thread_id_thread')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_post'))
    )
    op.create_index('ix_post_author_id_created_at', 'post', ['author_id', 'created_at'])
    op.create_index('ix_post_root_id', 'post', ['root_id'])
    op.create_index('ix_post_thread_id_created_at', 'post', ['thread_id', 'created_at'])
    op.create_table('post_text',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('post_id', sa.Uuid(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('kept_at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_post_text_post_id_post')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_post_text'))
    )
    op.create_index('ix_post_text_post_id', 'post_text', ['post_id'])
    op.create_table('post_report',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('post_id', sa.Uuid(), nullable=False),
    sa.Column('reporter_id', sa.Uuid(), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('closed_at', sa.BigInteger(), nullable=True),
    sa.Column('closed_by', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['closed_by'], ['user.id'], name=op.f('fk_post_report_closed_by_user')),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_post_report_post_id_post')),
    sa.ForeignKeyConstraint(['reporter_id'], ['user.id'], name=op.f('fk_post_report_reporter_id_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_post_report')),
    sa.UniqueConstraint('post_id', 'reporter_id', name=op.f('uq_post_report_post_id_reporter_id'))
    )
    op.create_index('ix_post_report_closed_at', 'post_report', ['closed_at'])
    for name, more in (('thread_follower', [sa.Column('following', sa.Boolean(), nullable=False)]), ('thread_vote', [])):
        op.create_table(name,
        sa.Column('thread_id', sa.Uuid(), nullable=False),
        sa.Column('user_id', sa.Uuid(), nullable=False),
        *more,
        sa.ForeignKeyConstraint(['thread_id'], ['thread.id'], name=op.f(f'fk_{name}_thread_id_thread')),
        sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f(f'fk_{name}_user_id_user')),
        sa.PrimaryKeyConstraint('thread_id', 'user_id', name=op.f(f'pk_{name}'))
        )
        op.create_index(f'ix_{name}_user_id', name, ['user_id'])

    op.add_column('course', sa.Column('questions', sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column('announcement', sa.Column('edited_at', sa.BigInteger(), nullable=True))
    op.add_column('announcement', sa.Column('goes_out_at', sa.BigInteger(), nullable=True))
    op.add_column('announcement', sa.Column('group_id', sa.Uuid(), nullable=True))
    op.add_column('announcement', sa.Column('edition', sa.Integer(), nullable=False, server_default='0'))


def downgrade() -> None:
    for column in ('edition', 'group_id', 'goes_out_at', 'edited_at'):
        op.drop_column('announcement', column)
    op.drop_column('course', 'questions')
    for table in ('thread_vote', 'thread_follower', 'post_report', 'post_text', 'post', 'thread'):
        op.drop_table(table)
