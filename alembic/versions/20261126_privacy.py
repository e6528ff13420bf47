"""privacy"""

import sqlalchemy as sa
from alembic import op

revision = 'd41f8a6c2e97'
down_revision = 'd3f1a86c2e97'
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('take_out',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('asked_at', sa.BigInteger(), nullable=False),
    sa.Column('finished_at', sa.BigInteger(), nullable=True),
    sa.Column('expires_at', sa.BigInteger(), nullable=True),
    sa.Column('size_bytes', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_take_out_user_id_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_take_out'))
    )
    op.create_index('ix_take_out_user_id_asked_at', 'take_out', ['user_id', 'asked_at'])
    op.create_table('erasure_request',
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('asked_at', sa.BigInteger(), nullable=False),
    sa.Column('due_at', sa.BigInteger(), nullable=False),
    sa.Column('by_rule', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_erasure_request_user_id_user')),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_erasure_request'))
    )
    op.create_index('ix_erasure_request_due_at', 'erasure_request', ['due_at'])
    op.create_table('erased_account',
    sa.Column('seq', SERIAL, nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('by_id', sa.Uuid(), nullable=True),
    sa.Column('reason', sa.String(length=8), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['user.id'], name=op.f('fk_erased_account_by_id_user')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_erased_account_user_id_user')),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_erased_account')),
    sa.UniqueConstraint('user_id', name=op.f('uq_erased_account_user_id'))
    )
    op.create_table('policy',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('html', sa.Text(), nullable=False),
    sa.Column('published_at', sa.BigInteger(), nullable=False),
    sa.Column('by_id', sa.Uuid(), nullable=True),
    sa.CheckConstraint("kind IN ('terms', 'privacy')", name=op.f('ck_policy_kind')),
    sa.ForeignKeyConstraint(['by_id'], ['user.id'], name=op.f('fk_policy_by_id_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_policy')),
    sa.UniqueConstraint('kind', 'version', name=op.f('uq_policy_kind_version'))
    )
    op.create_table('consent',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('policy_id', sa.Uuid(), nullable=False),
    sa.Column('agreed', sa.Boolean(), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_consent_policy_id_policy')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_consent_user_id_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consent')),
    sa.UniqueConstraint('user_id', 'policy_id', name=op.f('uq_consent_user_id_policy_id'))
    )
    op.create_index('ix_consent_policy_id', 'consent', ['policy_id'])
