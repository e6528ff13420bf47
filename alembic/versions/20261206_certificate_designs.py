"""certificate designs, terms and batches; expiry, replacement and sharing of certificates"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = 'c3e7a9205f1d'
down_revision = 'a3d7f20c9b51'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')


def upgrade() -> None:
    op.create_table('certificate_design',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('course_id', sa.Uuid(), nullable=True),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('is_default', sa.Boolean(), nullable=False),
    sa.Column('draft', JSON, nullable=True),
    sa.Column('changed_at', sa.BigInteger(), nullable=False),
    sa.Column('removed_at', sa.BigInteger(), nullable=True),
    sa.CheckConstraint('NOT is_default OR (course_id IS NULL AND removed_at IS NULL)', name=op.f('ck_certificate_design_is_default')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_certificate_design_course_id_course')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificate_design'))
    )
    op.create_index('ix_certificate_design_course_id', 'certificate_design', ['course_id'])
    op.create_index(
        'uq_certificate_design_is_default', 'certificate_design', ['is_default'], unique=True,
        sqlite_where=sa.text('is_default'), postgresql_where=sa.text('is_default'),
    )
    op.create_table('certificate_design_version',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('design_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('design', JSON, nullable=False),
    sa.Column('by_id', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['user.id'], name=op.f('fk_certificate_design_version_by_id_user')),
    sa.ForeignKeyConstraint(['design_id'], ['certificate_design.id'], name=op.f('fk_certificate_design_version_design_id_certificate_design')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificate_design_version')),
    sa.UniqueConstraint('design_id', 'version', name=op.f('uq_certificate_design_version_design_id_version'))
    )
    op.create_table('certificate_terms',
    sa.Column('course_id', sa.Uuid(), nullable=False),
    sa.Column('design_id', sa.Uuid(), nullable=True),
    sa.Column('automatic', sa.Boolean(), nullable=False),
    sa.Column('not_before', sa.BigInteger(), nullable=True),
    sa.Column('valid_months', sa.Integer(), nullable=True),
    sa.Column('valid_until', sa.BigInteger(), nullable=True),
    sa.CheckConstraint('valid_months IS NULL OR valid_months BETWEEN 1 AND 600', name=op.f('ck_certificate_terms_valid_months')),
    sa.CheckConstraint('valid_months IS NULL OR valid_until IS NULL', name=op.f('ck_certificate_terms_valid')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_certificate_terms_course_id_course')),
    sa.ForeignKeyConstraint(['design_id'], ['certificate_design.id'], name=op.f('fk_certificate_terms_design_id_certificate_design')),
    sa.PrimaryKeyConstraint('course_id', name=op.f('pk_certificate_terms'))
    )
    op.create_table('certificate_batch',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('course_id', sa.Uuid(), nullable=False),
    sa.Column('by_id', sa.Uuid(), nullable=True),
    sa.Column('certificates', JSON, nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('finished_at', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['user.id'], name=op.f('fk_certificate_batch_by_id_user')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_certificate_batch_course_id_course')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificate_batch'))
    )
    op.create_index('ix_certificate_batch_course_id', 'certificate_batch', ['course_id'])
    with op.batch_alter_table('certificate', schema=None) as batch_op:
        batch_op.add_column(sa.Column('grade', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('version_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('expires_at', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('replaced_by_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('shared_at', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('place', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_certificate_version_id_certificate_design_version'), 'certificate_design_version', ['version_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_certificate_replaced_by_id_certificate'), 'certificate', ['replaced_by_id'], ['id'])
        batch_op.create_index(batch_op.f('ix_certificate_version_id'), ['version_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_certificate_replaced_by_id'), ['replaced_by_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('certificate', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_certificate_replaced_by_id'))
        batch_op.drop_index(batch_op.f('ix_certificate_version_id'))
        batch_op.drop_constraint(batch_op.f('fk_certificate_replaced_by_id_certificate'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_certificate_version_id_certificate_design_version'), type_='foreignkey')
        for name in ('place', 'shared_at', 'replaced_by_id', 'expires_at', 'version_id', 'grade'):
            batch_op.drop_column(name)
    op.drop_table('certificate_batch')
    op.drop_table('certificate_terms')
    op.drop_table('certificate_design_version')
    op.drop_table('certificate_design')
