"""notifications"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = 'f4a8c1d0b936'
down_revision = 'd4e8b1f70a36'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')


def upgrade() -> None:
    op.create_table('notification',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('event', sa.String(length=40), nullable=False),
    sa.Column('key', sa.String(length=120), nullable=False),
    sa.Column('data', JSON, nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('inbox', sa.Boolean(), nullable=False),
    sa.Column('read_at', sa.BigInteger(), nullable=True),
    sa.Column('mail_at', sa.BigInteger(), nullable=True),
    sa.Column('mailed_at', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_notification_user_id_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notification')),
    sa.UniqueConstraint('user_id', 'event', 'key', name=op.f('uq_notification_user_id_event_key'))
    )
    op.create_index('ix_notification_inbox', 'notification', ['user_id', 'inbox', 'created_at'])
    op.create_index('ix_notification_mail', 'notification', ['user_id', 'mailed_at', 'mail_at'])
    op.create_table('notification_choice',
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('event', sa.String(length=40), nullable=False),
    sa.Column('inbox', sa.Boolean(), nullable=False),
    sa.Column('mail', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_notification_choice_user_id_user')),
    sa.PrimaryKeyConstraint('user_id', 'event', name=op.f('pk_notification_choice'))
    )
    op.create_table('notification_setting',
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('pace', sa.String(length=8), nullable=False),
    sa.Column('quiet_from', sa.Integer(), nullable=True),
    sa.Column('quiet_until', sa.Integer(), nullable=True),
    sa.CheckConstraint("pace IN ('now', 'daily', 'weekly')", name=op.f('ck_notification_setting_pace')),
    sa.CheckConstraint('(quiet_from IS NULL) = (quiet_until IS NULL)', name=op.f('ck_notification_setting_quiet')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_notification_setting_user_id_user')),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_notification_setting'))
    )


def downgrade() -> None:
    op.drop_table('notification_setting')
    op.drop_table('notification_choice')
    op.drop_table('notification')
