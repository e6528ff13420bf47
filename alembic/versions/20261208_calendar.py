"""calendar

Addresses of calendars, who sees a streak, and addresses that refuse mail.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = 'a3d7f20c9b51'
down_revision = 'a7c31e5d9b20'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')


def upgrade() -> None:
    op.create_table('calendar_feed',
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('secret_hash', sa.String(length=64), nullable=False),
    sa.Column('made_at', sa.BigInteger(), nullable=False),
    sa.Column('read_at', sa.BigInteger(), nullable=True),
    sa.Column('seen', JSON, nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_calendar_feed_user_id_user')),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_calendar_feed')),
    sa.UniqueConstraint('secret_hash', name=op.f('uq_calendar_feed_secret_hash'))
    )
    op.create_table('streak_shown',
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('since', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_streak_shown_user_id_user')),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_streak_shown'))
    )
    op.create_table('mail_bounce',
    sa.Column('address', sa.String(length=254), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.PrimaryKeyConstraint('address', name=op.f('pk_mail_bounce'))
    )


def downgrade() -> None:
    op.drop_table('mail_bounce')
    op.drop_table('streak_shown')
    op.drop_table('calendar_feed')
