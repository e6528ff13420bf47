"""badges"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = 'c9d04e7a1b52'
down_revision = 'b2c71e5a9d04'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')


def upgrade() -> None:
    op.create_table('badge',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('course_id', sa.Uuid(), nullable=True),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('description', sa.String(length=500), nullable=False),
    sa.Column('criteria', sa.Text(), nullable=False),
    sa.Column('rule', JSON, nullable=False),
    sa.Column('design', JSON, nullable=False),
    sa.Column('valid_days', sa.Integer(), nullable=True),
    sa.Column('status', sa.String(length=8), nullable=False),
    sa.Column('created_by', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('changed_at', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("status IN ('draft', 'active', 'closed')", name=op.f('ck_badge_status')),
    sa.CheckConstraint('valid_days IS NULL OR valid_days >= 1', name=op.f('ck_badge_valid_days')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_badge_course_id_course')),
    sa.ForeignKeyConstraint(['created_by'], ['user.id'], name=op.f('fk_badge_created_by_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_badge'))
    )
    op.create_index('ix_badge_course_id_created_at', 'badge', ['course_id', 'created_at'])
    op.create_table('badge_award',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('badge_id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('code', sa.String(length=32), nullable=False),
    sa.Column('said', JSON, nullable=False),
    sa.Column('awarded_at', sa.BigInteger(), nullable=False),
    sa.Column('awarded_by', sa.Uuid(), nullable=True),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('expires_at', sa.BigInteger(), nullable=True),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('salt', sa.String(length=32), nullable=False),
    sa.Column('public_at', sa.BigInteger(), nullable=True),
    sa.Column('revoked_at', sa.BigInteger(), nullable=True),
    sa.Column('revoke_reason', sa.String(length=300), nullable=False),
    sa.CheckConstraint("revoked_at IS NULL OR revoke_reason <> ''", name=op.f('ck_badge_award_revoke_reason')),
    sa.ForeignKeyConstraint(['awarded_by'], ['user.id'], name=op.f('fk_badge_award_awarded_by_user')),
    sa.ForeignKeyConstraint(['badge_id'], ['badge.id'], name=op.f('fk_badge_award_badge_id_badge')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_badge_award_user_id_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_badge_award')),
    sa.UniqueConstraint('code', name=op.f('uq_badge_award_code')),
    sa.UniqueConstraint('place', name=op.f('uq_badge_award_place'))
    )
    op.create_index('uq_badge_award_badge_id_user_id', 'badge_award', ['badge_id', 'user_id'], unique=True,
        sqlite_where=sa.text('revoked_at IS NULL'), postgresql_where=sa.text('revoked_at IS NULL'))
    op.create_index('ix_badge_award_user_id_awarded_at', 'badge_award', ['user_id', 'awarded_at'])
    op.create_index('ix_badge_award_badge_id_awarded_at', 'badge_award', ['badge_id', 'awarded_at'])
    op.create_table('badge_shelf',
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('code', sa.String(length=32), nullable=False),
    sa.Column('public_at', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_badge_shelf_user_id_user')),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_badge_shelf')),
    sa.UniqueConstraint('code', name=op.f('uq_badge_shelf_code'))
    )


def downgrade() -> None:
    op.drop_table('badge_shelf')
    op.drop_table('badge_award')
    op.drop_table('badge')
