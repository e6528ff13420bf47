"""first tables"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from alembic import op

revision = 'a989ff5370c2'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('audit_entry',
    sa.Column('seq', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('actor_id', sa.Uuid(), nullable=True),
    sa.Column('action', sa.String(length=64), nullable=False),
    sa.Column('subject_kind', sa.String(length=64), nullable=False),
    sa.Column('subject_id', sa.String(length=64), nullable=False),
    sa.Column('old', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=True),
    sa.Column('new', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=True),
    sa.Column('previous_hash', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_audit_entry'))
    )
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_entry_action'), ['action'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_entry_actor_id'), ['actor_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_entry_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_entry_subject_id'), ['subject_id'], unique=False)

    op.create_table('outbox_message',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('topic', sa.String(length=64), nullable=False),
    sa.Column('payload', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=True),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('due_at', sa.BigInteger(), nullable=False),
    sa.Column('lease_until', sa.BigInteger(), nullable=True),
    sa.Column('done_at', sa.BigInteger(), nullable=True),
    sa.Column('failed_at', sa.BigInteger(), nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('last_error', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox_message')),
    sa.UniqueConstraint('key', name=op.f('uq_outbox_message_key'))
    )
    with op.batch_alter_table('outbox_message', schema=None) as batch_op:
        batch_op.create_index('ix_outbox_message_due', ['done_at', 'failed_at', 'due_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_outbox_message_topic'), ['topic'], unique=False)

    op.create_table('rate_count',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('who', sa.String(length=64), nullable=False),
    sa.Column('began_at', sa.BigInteger(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('name', 'who', name=op.f('pk_rate_count'))
    )
    with op.batch_alter_table('rate_count', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_rate_count_began_at'), ['began_at'], unique=False)

    op.create_table('user',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('role', sa.String(length=16), nullable=False),
    sa.Column('password_hash', sa.String(length=256), nullable=True),
    sa.Column('zone', sa.String(length=64), nullable=False),
    sa.Column('locale', sa.String(length=16), nullable=False),
    sa.Column('theme', sa.String(length=8), nullable=False),
    sa.Column('avatar_id', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('verified_at', sa.BigInteger(), nullable=True),
    sa.Column('suspended_at', sa.BigInteger(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user')),
    sa.UniqueConstraint('email', name=op.f('uq_user_email'))
    )
    with op.batch_alter_table('user', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_user_name'), ['name'], unique=False)

    op.create_table('course',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('summary', sa.String(length=300), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('description_html', sa.Text(), nullable=False),
    sa.Column('category', sa.String(length=60), nullable=False),
    sa.Column('level', sa.String(length=40), nullable=False),
    sa.Column('haystack', sa.Text(), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('enrol_mode', sa.String(length=16), nullable=False),
    sa.Column('enrol_key', sa.String(length=80), nullable=False),
    sa.Column('starts_at', sa.BigInteger(), nullable=True),
    sa.Column('ends_at', sa.BigInteger(), nullable=True),
    sa.Column('hours', sa.BigInteger(), nullable=False),
    sa.Column('pass_fraction', sa.BigInteger(), nullable=False),
    sa.Column('certificate', sa.Boolean(), nullable=False),
    sa.Column('owner_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("enrol_mode IN ('open', 'key', 'approval', 'invitation')", name=op.f('ck_course_enrol_mode')),
    sa.CheckConstraint("status IN ('draft', 'published', 'archived')", name=op.f('ck_course_status')),
    sa.CheckConstraint('ends_at IS NULL OR starts_at IS NULL OR ends_at > starts_at', name=op.f('ck_course_dates')),
    sa.CheckConstraint('pass_fraction >= 0 AND pass_fraction <= 1000000000', name=op.f('ck_course_pass_fraction')),
    sa.ForeignKeyConstraint(['owner_id'], ['user.id'], name=op.f('fk_course_owner_id_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_course')),
    sa.UniqueConstraint('slug', name=op.f('uq_course_slug'))
    )
    with op.batch_alter_table('course', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_course_category'), ['category'], unique=False)
        batch_op.create_index(batch_op.f('ix_course_owner_id'), ['owner_id'], unique=False)
        batch_op.create_index('ix_course_status_created_at', ['status', 'created_at'], unique=False)

    op.create_table('login_session',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('audience', sa.String(length=8), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('seen_at', sa.BigInteger(), nullable=False),
    sa.Column('expires_at', sa.BigInteger(), nullable=False),
    sa.Column('revoked_at', sa.BigInteger(), nullable=True),
    sa.Column('ip', sa.String(length=64), nullable=False),
    sa.Column('agent', sa.String(length=200), nullable=False),
    sa.Column('refresh_hash', sa.String(length=64), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_login_session_user_id_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_login_session'))
    )
    with op.batch_alter_table('login_session', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_login_session_user_id'), ['user_id'], unique=False)

    op.create_table('one_time_token',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('purpose', sa.String(length=8), nullable=False),
    sa.Column('secret_hash', sa.String(length=64), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('expires_at', sa.BigInteger(), nullable=False),
    sa.Column('used_at', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_one_time_token_user_id_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_one_time_token')),
    sa.UniqueConstraint('secret_hash', name=op.f('uq_one_time_token_secret_hash')),
    sa.UniqueConstraint('user_id', 'purpose', name=op.f('uq_one_time_token_user_id_purpose'))
    )
    op.create_table('stored_file',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('media_type', sa.String(length=100), nullable=False),
    sa.Column('size_bytes', sa.Integer(), nullable=False),
    sa.Column('scope', sa.String(length=40), nullable=False),
    sa.Column('scope_id', sa.Uuid(), nullable=False),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['user.id'], name=op.f('fk_stored_file_owner_id_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stored_file'))
    )
    with op.batch_alter_table('stored_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_stored_file_owner_id'), ['owner_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_stored_file_scope_id'), ['scope_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_stored_file_sha256'), ['sha256'], unique=False)

    op.create_table('certificate',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('code', sa.String(length=28), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('course_id', sa.Uuid(), nullable=False),
    sa.Column('holder_name', sa.String(length=200), nullable=False),
    sa.Column('course_title', sa.String(length=200), nullable=False),
    sa.Column('issuer', sa.String(length=200), nullable=False),
    sa.Column('hours', sa.BigInteger(), nullable=False),
    sa.Column('issued_at', sa.BigInteger(), nullable=False),
    sa.Column('revoked_at', sa.BigInteger(), nullable=True),
    sa.Column('revoke_reason', sa.String(length=300), nullable=False),
    sa.CheckConstraint("revoked_at IS NULL OR revoke_reason <> ''", name=op.f('ck_certificate_revoke_reason')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_certificate_course_id_course')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_certificate_user_id_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificate')),
    sa.UniqueConstraint('code', name=op.f('uq_certificate_code'))
    )
    with op.batch_alter_table('certificate', schema=None) as batch_op:
        batch_op.create_index('ix_certificate_course_id_issued_at', ['course_id', 'issued_at'], unique=False)
        batch_op.create_index('ix_certificate_user_id_issued_at', ['user_id', 'issued_at'], unique=False)
        batch_op.create_index('uq_certificate_user_id_course_id', ['user_id', 'course_id'], unique=True, sqlite_where=sa.text('revoked_at IS NULL'), postgresql_where=sa.text('revoked_at IS NULL'))

    op.create_table('grade_item',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('course_id', sa.Uuid(), nullable=False),
    sa.Column('source_kind', sa.String(length=16), nullable=False),
    sa.Column('source_id', sa.Uuid(), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('points_max', sa.BigInteger(), nullable=False),
    sa.Column('hidden', sa.Boolean(), nullable=False),
    sa.Column('shown_from', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('points_max >= 0', name=op.f('ck_grade_item_points_max')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_grade_item_course_id_course')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_grade_item')),
    sa.UniqueConstraint('source_kind', 'source_id', name=op.f('uq_grade_item_source_kind_source_id'))
    )
    with op.batch_alter_table('grade_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_grade_item_course_id'), ['course_id'], unique=False)

    op.create_table('invitation',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('course_id', sa.Uuid(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('role', sa.String(length=16), nullable=False),
    sa.Column('created_by', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('expires_at', sa.BigInteger(), nullable=False),
    sa.Column('max_uses', sa.Integer(), nullable=False),
    sa.Column('uses', sa.Integer(), nullable=False),
    sa.Column('revoked_at', sa.BigInteger(), nullable=True),
    sa.CheckConstraint("role IN ('student', 'assistant', 'instructor')", name=op.f('ck_invitation_role')),
    sa.CheckConstraint('uses >= 0 AND uses <= max_uses', name=op.f('ck_invitation_uses')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_invitation_course_id_course')),
    sa.ForeignKeyConstraint(['created_by'], ['user.id'], name=op.f('fk_invitation_created_by_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitation')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_invitation_token_hash'))
    )
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_invitation_course_id'), ['course_id'], unique=False)

    op.create_table('module',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('course_id', sa.Uuid(), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_module_course_id_course')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_module'))
    )
    with op.batch_alter_table('module', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_module_course_id'), ['course_id'], unique=False)

    op.create_table('grade_entry',
    sa.Column('seq', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('item_id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('points', sa.BigInteger(), nullable=True),
    sa.Column('points_max', sa.BigInteger(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('by_id', sa.Uuid(), nullable=True),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('points IS NULL OR points >= 0', name=op.f('ck_grade_entry_points')),
    sa.ForeignKeyConstraint(['by_id'], ['user.id'], name=op.f('fk_grade_entry_by_id_user')),
    sa.ForeignKeyConstraint(['item_id'], ['grade_item.id'], name=op.f('fk_grade_entry_item_id_grade_item')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_grade_entry_user_id_user')),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_grade_entry'))
    )
    with op.batch_alter_table('grade_entry', schema=None) as batch_op:
        batch_op.create_index('ix_grade_entry_item_id_user_id_seq', ['item_id', 'user_id', 'seq'], unique=False)
        batch_op.create_index('ix_grade_entry_user_id', ['user_id'], unique=False)

    op.create_table('outline_item',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('course_id', sa.Uuid(), nullable=False),
    sa.Column('module_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('required', sa.Boolean(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('published', sa.Boolean(), nullable=False),
    sa.Column('preview', sa.Boolean(), nullable=False),
    sa.Column('opens_at', sa.BigInteger(), nullable=True),
    sa.Column('due_at', sa.BigInteger(), nullable=True),
    sa.Column('completion', sa.String(length=16), nullable=False),
    sa.CheckConstraint("completion IN ('view', 'mark', 'submit', 'pass')", name=op.f('ck_outline_item_completion')),
    sa.CheckConstraint('minutes >= 0', name=op.f('ck_outline_item_minutes')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_outline_item_course_id_course')),
    sa.ForeignKeyConstraint(['module_id'], ['module.id'], name=op.f('fk_outline_item_module_id_module')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outline_item'))
    )
    with op.batch_alter_table('outline_item', schema=None) as batch_op:
        batch_op.create_index('ix_outline_item_course_id_published', ['course_id', 'published'], unique=False)
        batch_op.create_index(batch_op.f('ix_outline_item_module_id'), ['module_id'], unique=False)

    op.create_table('course_member',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('course_id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('role', sa.String(length=16), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('joined_at', sa.BigInteger(), nullable=False),
    sa.Column('left_at', sa.BigInteger(), nullable=True),
    sa.Column('completed_at', sa.BigInteger(), nullable=True),
    sa.Column('last_item_id', sa.Uuid(), nullable=True),
    sa.Column('last_seen_at', sa.BigInteger(), nullable=True),
    sa.CheckConstraint("role IN ('student', 'assistant', 'instructor')", name=op.f('ck_course_member_role')),
    sa.CheckConstraint("state IN ('active', 'waiting', 'left')", name=op.f('ck_course_member_state')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_course_member_course_id_course')),
    sa.ForeignKeyConstraint(['last_item_id'], ['outline_item.id'], name=op.f('fk_course_member_last_item_id_outline_item')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_course_member_user_id_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_course_member')),
    sa.UniqueConstraint('course_id', 'user_id', name=op.f('uq_course_member_course_id_user_id'))
    )
    with op.batch_alter_table('course_member', schema=None) as batch_op:
        batch_op.create_index('ix_course_member_user_id_state', ['user_id', 'state'], unique=False)

    op.create_table('item_progress',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('item_id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('first_seen_at', sa.BigInteger(), nullable=False),
    sa.Column('completed_at', sa.BigInteger(), nullable=True),
    sa.Column('scroll', sa.Integer(), nullable=False),
    sa.CheckConstraint('scroll >= 0 AND scroll <= 1000', name=op.f('ck_item_progress_scroll')),
    sa.ForeignKeyConstraint(['item_id'], ['outline_item.id'], name=op.f('fk_item_progress_item_id_outline_item')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_item_progress_user_id_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_item_progress')),
    sa.UniqueConstraint('item_id', 'user_id', name=op.f('uq_item_progress_item_id_user_id'))
    )
    with op.batch_alter_table('item_progress', schema=None) as batch_op:
        batch_op.create_index('ix_item_progress_user_id', ['user_id'], unique=False)

    op.create_table('lesson',
    sa.Column('item_id', sa.Uuid(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('html', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['outline_item.id'], name=op.f('fk_lesson_item_id_outline_item')),
    sa.PrimaryKeyConstraint('item_id', name=op.f('pk_lesson'))
    )
    op.create_table('quiz',
    sa.Column('item_id', sa.Uuid(), nullable=False),
    sa.Column('course_id', sa.Uuid(), nullable=False),
    sa.Column('intro', sa.Text(), nullable=False),
    sa.Column('intro_html', sa.Text(), nullable=False),
    sa.Column('closes_at', sa.BigInteger(), nullable=True),
    sa.Column('limit_minutes', sa.Integer(), nullable=True),
    sa.Column('attempts_allowed', sa.Integer(), nullable=True),
    sa.Column('grace_seconds', sa.Integer(), nullable=False),
    sa.Column('grading', sa.String(length=16), nullable=False),
    sa.Column('pass_fraction', sa.BigInteger(), nullable=True),
    sa.Column('shuffle_questions', sa.Boolean(), nullable=False),
    sa.Column('shuffle_options', sa.Boolean(), nullable=False),
    sa.Column('show_marks', sa.String(length=16), nullable=False),
    sa.Column('show_feedback', sa.String(length=16), nullable=False),
    sa.Column('show_answers', sa.String(length=16), nullable=False),
    sa.CheckConstraint("grading IN ('highest', 'average', 'first', 'last')", name=op.f('ck_quiz_grading')),
    sa.CheckConstraint("show_answers IN ('submit', 'last', 'close', 'never')", name=op.f('ck_quiz_show_answers')),
    sa.CheckConstraint("show_feedback IN ('submit', 'last', 'close', 'never')", name=op.f('ck_quiz_show_feedback')),
    sa.CheckConstraint("show_marks IN ('submit', 'last', 'close', 'never')", name=op.f('ck_quiz_show_marks')),
    sa.CheckConstraint('attempts_allowed IS NULL OR attempts_allowed > 0', name=op.f('ck_quiz_attempts_allowed')),
    sa.CheckConstraint('grace_seconds >= 0', name=op.f('ck_quiz_grace_seconds')),
    sa.CheckConstraint('limit_minutes IS NULL OR limit_minutes > 0', name=op.f('ck_quiz_limit_minutes')),
    sa.CheckConstraint('pass_fraction IS NULL OR (pass_fraction >= 0 AND pass_fraction <= 1000000000)', name=op.f('ck_quiz_pass_fraction')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_quiz_course_id_course')),
    sa.ForeignKeyConstraint(['item_id'], ['outline_item.id'], name=op.f('fk_quiz_item_id_outline_item')),
    sa.PrimaryKeyConstraint('item_id', name=op.f('pk_quiz'))
    )
    with op.batch_alter_table('quiz', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_quiz_course_id'), ['course_id'], unique=False)

    op.create_table('attempt',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('quiz_id', sa.Uuid(), nullable=False),
    sa.Column('course_id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('started_at', sa.BigInteger(), nullable=False),
    sa.Column('deadline_at', sa.BigInteger(), nullable=True),
    sa.Column('grace_seconds', sa.Integer(), nullable=False),
    sa.Column('finished_at', sa.BigInteger(), nullable=True),
    sa.Column('current', sa.Integer(), nullable=False),
    sa.Column('points', sa.BigInteger(), nullable=True),
    sa.Column('points_max', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("(state = 'open') = (finished_at IS NULL)", name=op.f('ck_attempt_finished_at')),
    sa.CheckConstraint("state IN ('open', 'submitted', 'expired')", name=op.f('ck_attempt_state')),
    sa.CheckConstraint('number > 0', name=op.f('ck_attempt_number')),
    sa.CheckConstraint('points IS NULL OR (points >= 0 AND points <= points_max)', name=op.f('ck_attempt_points')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_attempt_course_id_course')),
    sa.ForeignKeyConstraint(['quiz_id'], ['quiz.item_id'], name=op.f('fk_attempt_quiz_id_quiz')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_attempt_user_id_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attempt')),
    sa.UniqueConstraint('user_id', 'quiz_id', 'number', name=op.f('uq_attempt_user_id_quiz_id_number'))
    )
    with op.batch_alter_table('attempt', schema=None) as batch_op:
        batch_op.create_index('ix_attempt_overdue', ['deadline_at'], unique=False, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
        batch_op.create_index('ix_attempt_quiz_id_user_id', ['quiz_id', 'user_id'], unique=False)
        batch_op.create_index('uq_attempt_open', ['user_id', 'quiz_id'], unique=True, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))

    op.create_table('question',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('quiz_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('removed_at', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['quiz_id'], ['quiz.item_id'], name=op.f('fk_question_quiz_id_quiz')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question'))
    )
    with op.batch_alter_table('question', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_question_quiz_id'), ['quiz_id'], unique=False)

    op.create_table('question_version',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('question_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('points', sa.BigInteger(), nullable=False),
    sa.Column('stem', sa.Text(), nullable=False),
    sa.Column('stem_html', sa.Text(), nullable=False),
    sa.Column('spec', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('feedback', sa.Text(), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('points >= 0', name=op.f('ck_question_version_points')),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_question_version_question_id_question')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question_version')),
    sa.UniqueConstraint('question_id', 'version', name=op.f('uq_question_version_question_id_version'))
    )
    op.create_table('attempt_question',
    sa.Column('attempt_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.Uuid(), nullable=False),
    sa.Column('version_id', sa.Uuid(), nullable=False),
    sa.Column('option_order', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('flagged', sa.Boolean(), nullable=False),
    sa.Column('answer_id', sa.Uuid(), nullable=True),
    sa.Column('fraction', sa.BigInteger(), nullable=True),
    sa.Column('points', sa.BigInteger(), nullable=True),
    sa.Column('feedback', sa.Text(), nullable=False),
    sa.CheckConstraint('fraction IS NULL OR (fraction >= 0 AND fraction <= 1000000000)', name=op.f('ck_attempt_question_fraction')),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempt.id'], name=op.f('fk_attempt_question_attempt_id_attempt')),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_attempt_question_question_id_question')),
    sa.ForeignKeyConstraint(['version_id'], ['question_version.id'], name=op.f('fk_attempt_question_version_id_question_version')),
    sa.PrimaryKeyConstraint('attempt_id', 'number', name=op.f('pk_attempt_question')),
    sa.UniqueConstraint('attempt_id', 'question_id', name=op.f('uq_attempt_question_attempt_id_question_id'))
    )
    with op.batch_alter_table('attempt_question', schema=None) as batch_op:
        batch_op.create_index('ix_attempt_question_version_id', ['version_id'], unique=False)

    op.create_table('answer',
    sa.Column('save_id', sa.Uuid(), nullable=False),
    sa.Column('attempt_id', sa.Uuid(), nullable=False),
    sa.Column('question_id', sa.Uuid(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('base_seq', sa.Integer(), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.Column('received_at', sa.BigInteger(), nullable=False),
    sa.Column('blank', sa.Boolean(), nullable=False),
    sa.Column('late', sa.Boolean(), nullable=False),
    sa.Column('stale', sa.Boolean(), nullable=False),
    sa.Column('after_end', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['attempt_id', 'question_id'], ['attempt_question.attempt_id', 'attempt_question.question_id'], name='fk_answer_attempt_question'),
    sa.PrimaryKeyConstraint('save_id', name=op.f('pk_answer')),
    sa.UniqueConstraint('attempt_id', 'seq', name=op.f('uq_answer_attempt_id_seq')),
    sqlite_with_rowid=False
    )


def downgrade() -> None:
    op.drop_table('answer')
    with op.batch_alter_table('attempt_question', schema=None) as batch_op:
        batch_op.drop_index('ix_attempt_question_version_id')

    op.drop_table('attempt_question')
    op.drop_table('question_version')
    with op.batch_alter_table('question', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_question_quiz_id'))

    op.drop_table('question')
    with op.batch_alter_table('attempt', schema=None) as batch_op:
        batch_op.drop_index('uq_attempt_open', sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
        batch_op.drop_index('ix_attempt_quiz_id_user_id')
        batch_op.drop_index('ix_attempt_overdue', sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))

    op.drop_table('attempt')
    with op.batch_alter_table('quiz', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_quiz_course_id'))

    op.drop_table('quiz')
    op.drop_table('lesson')
    with op.batch_alter_table('item_progress', schema=None) as batch_op:
        batch_op.drop_index('ix_item_progress_user_id')

    op.drop_table('item_progress')
    with op.batch_alter_table('course_member', schema=None) as batch_op:
        batch_op.drop_index('ix_course_member_user_id_state')

    op.drop_table('course_member')
    with op.batch_alter_table('outline_item', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_outline_item_module_id'))
        batch_op.drop_index('ix_outline_item_course_id_published')

    op.drop_table('outline_item')
    with op.batch_alter_table('grade_entry', schema=None) as batch_op:
        batch_op.drop_index('ix_grade_entry_user_id')
        batch_op.drop_index('ix_grade_entry_item_id_user_id_seq')

    op.drop_table('grade_entry')
    with op.batch_alter_table('module', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_module_course_id'))

    op.drop_table('module')
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_invitation_course_id'))

    op.drop_table('invitation')
    with op.batch_alter_table('grade_item', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_grade_item_course_id'))

    op.drop_table('grade_item')
    with op.batch_alter_table('certificate', schema=None) as batch_op:
        batch_op.drop_index('uq_certificate_user_id_course_id', sqlite_where=sa.text('revoked_at IS NULL'), postgresql_where=sa.text('revoked_at IS NULL'))
        batch_op.drop_index('ix_certificate_user_id_issued_at')
        batch_op.drop_index('ix_certificate_course_id_issued_at')

    op.drop_table('certificate')
    with op.batch_alter_table('stored_file', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_stored_file_sha256'))
        batch_op.drop_index(batch_op.f('ix_stored_file_scope_id'))
        batch_op.drop_index(batch_op.f('ix_stored_file_owner_id'))

    op.drop_table('stored_file')
    op.drop_table('one_time_token')
    with op.batch_alter_table('login_session', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_login_session_user_id'))

    op.drop_table('login_session')
    with op.batch_alter_table('course', schema=None) as batch_op:
        batch_op.drop_index('ix_course_status_created_at')
        batch_op.drop_index(batch_op.f('ix_course_owner_id'))
        batch_op.drop_index(batch_op.f('ix_course_category'))

    op.drop_table('course')
    with op.batch_alter_table('user', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_user_name'))

    op.drop_table('user')
    with op.batch_alter_table('rate_count', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_rate_count_began_at'))

    op.drop_table('rate_count')
    with op.batch_alter_table('outbox_message', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_outbox_message_topic'))
        batch_op.drop_index('ix_outbox_message_due')

    op.drop_table('outbox_message')
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_audit_entry_subject_id'))
        batch_op.drop_index(batch_op.f('ix_audit_entry_at'))
        batch_op.drop_index(batch_op.f('ix_audit_entry_actor_id'))
        batch_op.drop_index(batch_op.f('ix_audit_entry_action'))

    op.drop_table('audit_entry')
