"""site settings"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = 'e2b7f9a41c60'
down_revision = 'd1f4a8c26e93'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')


def upgrade() -> None:
    # The defaults stay: a server of the version before goes on making accounts while this one starts.
    with op.batch_alter_table('user', schema=None) as batch_op:
        batch_op.add_column(sa.Column('contrast', sa.String(length=8), nullable=False, server_default='system'))
        batch_op.add_column(sa.Column('motion', sa.String(length=8), nullable=False, server_default='system'))
    op.create_table('site',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('changed_at', sa.BigInteger(), nullable=False),
    sa.Column('said', JSON, nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_site'))
    )
    op.create_table('setup_code',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('expires_at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_setup_code'))
    )
    op.create_table('backup_run',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('what', sa.String(length=8), nullable=False),
    sa.Column('by', sa.String(length=8), nullable=False),
    sa.Column('asked_by', sa.Uuid(), nullable=True),
    sa.Column('asked_at', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('percent', sa.Integer(), nullable=False),
    sa.Column('lease_until', sa.BigInteger(), nullable=True),
    sa.Column('done_at', sa.BigInteger(), nullable=True),
    sa.Column('problem', sa.String(length=500), nullable=False),
    sa.ForeignKeyConstraint(['asked_by'], ['user.id'], name=op.f('fk_backup_run_asked_by_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_backup_run'))
    )
    op.create_index('ix_backup_run_asked_by', 'backup_run', ['asked_by'])
    op.create_index('ix_backup_run_done_at', 'backup_run', ['done_at'])
    op.create_index('ix_backup_run_name', 'backup_run', ['name'])
