"""people"""

import unicodedata

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = 'a7c3e9d15b48'
down_revision = 'b7d2e9c4a158'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')
PART = 1000


def upgrade() -> None:
    # The defaults stay: a server of the version before goes on making accounts while this one starts.
    with op.batch_alter_table('user', schema=None) as batch_op:
        batch_op.add_column(sa.Column('seen_at', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('external_id', sa.String(length=120), nullable=True))
        batch_op.add_column(sa.Column('haystack', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('is_service', sa.Boolean(), nullable=False, server_default=sa.false()))
    _fill_haystacks()
    op.execute(
        'UPDATE "user" SET seen_at = '
        '(SELECT MAX(seen_at) FROM login_session WHERE login_session.user_id = "user".id)'
    )
    op.create_index('ix_user_external_id', 'user', ['external_id'], unique=True)
    op.create_index('ix_user_seen_at', 'user', ['seen_at'])
    op.create_index('ix_user_created_at', 'user', ['created_at'])
    op.create_index(
        'ix_user_haystack',
        'user',
        ['haystack', 'is_service', 'role', 'suspended_at', 'verified_at', 'seen_at', 'id'],
    )
    with op.batch_alter_table('login_session', schema=None) as batch_op:
        batch_op.add_column(sa.Column('acting_as', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('acting_until', sa.BigInteger(), nullable=True))
        batch_op.create_foreign_key(op.f('fk_login_session_acting_as_user'), 'user', ['acting_as'], ['id'])
    op.create_table('api_token',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('secret_hash', sa.String(length=64), nullable=False),
    sa.Column('may_write', sa.Boolean(), nullable=False),
    sa.Column('created_by', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('expires_at', sa.BigInteger(), nullable=False),
    sa.Column('seen_at', sa.BigInteger(), nullable=True),
    sa.Column('revoked_at', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['user.id'], name=op.f('fk_api_token_created_by_user')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_api_token_user_id_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_token'))
    )
    op.create_index('ix_api_token_user_id', 'api_token', ['user_id'])
    op.create_table('cohort',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('folded', sa.String(length=160), nullable=False),
    sa.Column('external_id', sa.String(length=120), nullable=True),
    sa.Column('description', sa.String(length=500), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cohort')),
    sa.UniqueConstraint('external_id', name=op.f('uq_cohort_external_id')),
    sa.UniqueConstraint('folded', name=op.f('uq_cohort_folded'))
    )
    op.create_table('cohort_member',
    sa.Column('cohort_id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['cohort_id'], ['cohort.id'], name=op.f('fk_cohort_member_cohort_id_cohort')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_cohort_member_user_id_user')),
    sa.PrimaryKeyConstraint('cohort_id', 'user_id', name=op.f('pk_cohort_member'))
    )
    op.create_index('ix_cohort_member_user_id', 'cohort_member', ['user_id'])
    op.create_table('cohort_course',
    sa.Column('cohort_id', sa.Uuid(), nullable=False),
    sa.Column('course_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['cohort_id'], ['cohort.id'], name=op.f('fk_cohort_course_cohort_id_cohort')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_cohort_course_course_id_course')),
    sa.PrimaryKeyConstraint('cohort_id', 'course_id', name=op.f('pk_cohort_course'))
    )
    op.create_index('ix_cohort_course_course_id', 'cohort_course', ['course_id'])
    op.create_table('people_import',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('by_id', sa.Uuid(), nullable=True),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('changed_at', sa.BigInteger(), nullable=False),
    sa.Column('files', JSON, nullable=False),
    sa.Column('invites', sa.Boolean(), nullable=False),
    sa.Column('tally', JSON, nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('problem', sa.String(length=500), nullable=False),
    sa.Column('lease_until', sa.BigInteger(), nullable=True),
    sa.CheckConstraint(
        "state IN ('waiting', 'checked', 'confirmed', 'running', 'undoing', 'done', 'failed')",
        name=op.f('ck_people_import_state'),
    ),
    sa.ForeignKeyConstraint(['by_id'], ['user.id'], name=op.f('fk_people_import_by_id_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_people_import'))
    )
    op.create_index('ix_people_import_state_created_at', 'people_import', ['state', 'created_at'])
    op.create_table('import_line',
    sa.Column('import_id', sa.Uuid(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('file', sa.Integer(), nullable=False),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.Column('fate', sa.String(length=8), nullable=False),
    sa.Column('about', sa.String(length=254), nullable=False),
    sa.Column('at', sa.Integer(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('act', JSON, nullable=True),
    sa.Column('undo', JSON, nullable=True),
    sa.ForeignKeyConstraint(['import_id'], ['people_import.id'], name=op.f('fk_import_line_import_id_people_import')),
    sa.PrimaryKeyConstraint('import_id', 'seq', name=op.f('pk_import_line'))
    )
    op.create_index('ix_import_line_fate', 'import_line', ['import_id', 'fate', 'seq'])


def _fill_haystacks() -> None:
    """Name and address without case and accents, as the code of this version keeps them."""
    user = sa.table('user', sa.column('id', sa.Uuid()), sa.column('name'), sa.column('email'), sa.column('haystack'))
    connection = op.get_bind()
    people = connection.execute(sa.select(user.c.id, user.c.name, user.c.email)).all()
    change = sa.update(user).where(user.c.id == sa.bindparam('who')).values(haystack=sa.bindparam('words'))
    for at in range(0, len(people), PART):
        some = people[at : at + PART]
        connection.execute(change, [{'who': id, 'words': _folded(f'{name}\n{email}')[:700]} for id, name, email in some])


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    split = unicodedata.normalize('NFKD', text.casefold())
    return ''.join(c for c in split if not unicodedata.combining(c))


def downgrade() -> None:
    op.drop_table('import_line')
    op.drop_table('people_import')
    op.drop_table('cohort_course')
    op.drop_table('cohort_member')
    op.drop_table('cohort')
    op.drop_table('api_token')
    with op.batch_alter_table('login_session', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('fk_login_session_acting_as_user'), type_='foreignkey')
        batch_op.drop_column('acting_until')
        batch_op.drop_column('acting_as')
    for name in ('haystack', 'created_at', 'seen_at', 'external_id'):
        op.drop_index(f'ix_user_{name}', 'user')
    with op.batch_alter_table('user', schema=None) as batch_op:
        for name in ('is_service', 'haystack', 'external_id', 'seen_at'):
            batch_op.drop_column(name)
