"""what it takes to write a course: places apart, what is deleted and comes back, drafts and versions of lessons"""

import sqlalchemy as sa
from alembic import op

revision = 'c3d1a7b0e5f2'
down_revision = 'a989ff5370c2'
branch_labels = None
depends_on = None

GAP = 1 << 16


def upgrade() -> None:
    for table in ('module', 'outline_item'):
        if op.get_bind().dialect.name == 'postgresql':
            op.alter_column(table, 'position', type_=sa.BigInteger())
        op.execute(f'UPDATE {table} SET position = position * {GAP}')
        op.add_column(table, sa.Column('removed_at', sa.BigInteger(), nullable=True))
    for flag in ('draft', 'was_published'):
        op.add_column('outline_item', sa.Column(flag, sa.Boolean(), server_default=sa.false(), nullable=False))
    for count in ('version', 'seq'):
        op.add_column('lesson', sa.Column(count, sa.Integer(), server_default='1', nullable=False))
    op.add_column('lesson', sa.Column('edited_at', sa.BigInteger(), nullable=True))
    with op.batch_alter_table('lesson', schema=None) as batch_op:
        batch_op.add_column(sa.Column('edited_by', sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_lesson_edited_by_user'), 'user', ['edited_by'], ['id'])
    op.create_table('lesson_draft',
    sa.Column('item_id', sa.Uuid(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('author_id', sa.Uuid(), nullable=True),
    sa.Column('saved_at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['user.id'], name=op.f('fk_lesson_draft_author_id_user')),
    sa.ForeignKeyConstraint(['item_id'], ['outline_item.id'], name=op.f('fk_lesson_draft_item_id_outline_item')),
    sa.PrimaryKeyConstraint('item_id', name=op.f('pk_lesson_draft'))
    )
    op.create_table('lesson_text',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('item_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('author_id', sa.Uuid(), nullable=True),
    sa.Column('written_at', sa.BigInteger(), nullable=True),
    sa.Column('kept_at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['user.id'], name=op.f('fk_lesson_text_author_id_user')),
    sa.ForeignKeyConstraint(['item_id'], ['outline_item.id'], name=op.f('fk_lesson_text_item_id_outline_item')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lesson_text'))
    )
    with op.batch_alter_table('lesson_text', schema=None) as batch_op:
        batch_op.create_index('ix_lesson_text_item_id_kept_at', ['item_id', 'kept_at'], unique=False)


def downgrade() -> None:
    op.drop_table('lesson_text')
    op.drop_table('lesson_draft')
    with op.batch_alter_table('lesson', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_lesson_edited_by_user'), type_='foreignkey')
        batch_op.drop_column('edited_by')
        batch_op.drop_column('edited_at')
        batch_op.drop_column('version')
        batch_op.drop_column('seq')
    for flag in ('draft', 'was_published'):
        op.drop_column('outline_item', flag)
    for table in ('outline_item', 'module'):
        op.drop_column(table, 'removed_at')
        op.execute(f'UPDATE {table} SET position = position / {GAP}')
