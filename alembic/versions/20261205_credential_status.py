"""credential status"""

import sqlalchemy as sa
from alembic import op

revision = 'b2c71e5a9d04'
down_revision = 'f4a8c1d0b936'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('credential_status',
    sa.Column('place', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('revoked_at', sa.BigInteger(), nullable=True),
    sa.PrimaryKeyConstraint('place', name=op.f('pk_credential_status'))
    )


def downgrade() -> None:
    op.drop_table('credential_status')
