"""packages"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = 'd3f1a86c2e97'
down_revision = 'a7c3e9d15b48'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')


def upgrade() -> None:
    op.create_table('exchange_job',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('way', sa.String(length=4), nullable=False),
    sa.Column('by_id', sa.Uuid(), nullable=True),
    sa.Column('course_id', sa.Uuid(), nullable=True),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('changed_at', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size_bytes', sa.Integer(), nullable=False),
    sa.Column('asked', JSON, nullable=False),
    sa.Column('report', JSON, nullable=True),
    sa.Column('made', JSON, nullable=False),
    sa.Column('percent', sa.Integer(), nullable=False),
    sa.Column('problem', sa.String(length=500), nullable=False),
    sa.Column('lease_until', sa.BigInteger(), nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.CheckConstraint("way IN ('in', 'out')", name=op.f('ck_exchange_job_way')),
    sa.CheckConstraint(
        "state IN ('waiting', 'checked', 'confirmed', 'done', 'failed')", name=op.f('ck_exchange_job_state')
    ),
    sa.ForeignKeyConstraint(['by_id'], ['user.id'], name=op.f('fk_exchange_job_by_id_user')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_exchange_job_course_id_course')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_exchange_job'))
    )
    op.create_index('ix_exchange_job_by_id', 'exchange_job', ['by_id'])
    op.create_index('ix_exchange_job_course_id', 'exchange_job', ['course_id'])
    op.create_index('ix_exchange_job_state_created_at', 'exchange_job', ['state', 'created_at'])


def downgrade() -> None:
    op.drop_table('exchange_job')
