"""audit"""

import sqlalchemy as sa
from alembic import op

revision = 'd1f4a8c26e93'
down_revision = 'd41f8a6c2e97'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Both may be empty, and an empty one is no part of the hash: the chain of before stays whole.
    op.add_column('audit_entry', sa.Column('acting_as', sa.Uuid(), nullable=True))
    op.add_column('audit_entry', sa.Column('request_id', sa.String(length=40), nullable=True))
    op.create_index('ix_audit_entry_request_id', 'audit_entry', ['request_id'])
    op.create_table('maintenance',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('since', sa.BigInteger(), nullable=False),
    sa.Column('message', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_maintenance'))
    )
