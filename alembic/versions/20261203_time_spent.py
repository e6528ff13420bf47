"""time spent"""

import sqlalchemy as sa
from alembic import op

revision = 'd4e8b1f70a36'
down_revision = 'f3b8a1d64e07'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('item_progress', schema=None) as batch_op:
        batch_op.add_column(sa.Column('seconds', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('active_at', sa.BigInteger(), nullable=True))
    # The code gives it a value by itself: the database's own was for the rows that were there.
    with op.batch_alter_table('item_progress', schema=None) as batch_op:
        batch_op.alter_column('seconds', server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('item_progress', schema=None) as batch_op:
        batch_op.drop_column('active_at')
        batch_op.drop_column('seconds')
