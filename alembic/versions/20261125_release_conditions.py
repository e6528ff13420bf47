"""release conditions"""

import sqlalchemy as sa
from alembic import op

revision = 'd7a2c9e41b60'
down_revision = 'c41f7be0a6d3'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('outline_item', sa.Column('release', sa.Text(), server_default='', nullable=False))


def downgrade() -> None:
    op.drop_column('outline_item', 'release')
