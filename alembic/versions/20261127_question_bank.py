"""question bank: questions belong to a course, quizzes hold slots"""

import unicodedata

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '5c1f0b7e42aa'
down_revision = 'c41f0a6d7b52'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')


def upgrade() -> None:
    op.create_table('question_category',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('course_id', sa.Uuid(), nullable=False),
    sa.Column('parent_id', sa.Uuid(), nullable=True),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_question_category_course_id_course')),
    sa.ForeignKeyConstraint(['parent_id'], ['question_category.id'], name=op.f('fk_question_category_parent_id_question_category')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question_category'))
    )
    op.create_index(op.f('ix_question_category_course_id'), 'question_category', ['course_id'])
    op.create_index(op.f('ix_question_category_parent_id'), 'question_category', ['parent_id'])
    op.create_table('question_tag',
    sa.Column('question_id', sa.Uuid(), nullable=False),
    sa.Column('tag', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_question_tag_question_id_question')),
    sa.PrimaryKeyConstraint('question_id', 'tag', name=op.f('pk_question_tag'))
    )
    op.create_table('quiz_slot',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('quiz_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('place', sa.String(length=16), nullable=False),
    sa.Column('question_id', sa.Uuid(), nullable=True),
    sa.Column('draws', sa.Integer(), nullable=False),
    sa.Column('points', sa.BigInteger(), nullable=False),
    sa.Column('category_id', sa.Uuid(), nullable=True),
    sa.Column('tags', JSON, nullable=False),
    sa.Column('difficulty', sa.String(length=8), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('shuffle', sa.Boolean(), nullable=False),
    sa.Column('removed_at', sa.BigInteger(), nullable=True),
    sa.CheckConstraint("place IN ('question', 'draw', 'section')", name=op.f('ck_quiz_slot_place')),
    sa.CheckConstraint("(place = 'question') = (question_id IS NOT NULL)", name=op.f('ck_quiz_slot_question_id')),
    sa.CheckConstraint("(place = 'draw') = (draws > 0)", name=op.f('ck_quiz_slot_draws')),
    sa.CheckConstraint('points >= 0', name=op.f('ck_quiz_slot_points')),
    sa.ForeignKeyConstraint(['category_id'], ['question_category.id'], name=op.f('fk_quiz_slot_category_id_question_category')),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_quiz_slot_question_id_question')),
    sa.ForeignKeyConstraint(['quiz_id'], ['quiz.item_id'], name=op.f('fk_quiz_slot_quiz_id_quiz')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quiz_slot')),
    sa.UniqueConstraint('quiz_id', 'question_id', name=op.f('uq_quiz_slot_quiz_id_question_id'))
    )
    op.create_index(op.f('ix_quiz_slot_category_id'), 'quiz_slot', ['category_id'])
    op.create_index('ix_quiz_slot_question_id', 'quiz_slot', ['question_id'])

    # A question's row was its place, too. One that was removed from its quiz stays removed from both.
    op.execute("""
        INSERT INTO quiz_slot (id, quiz_id, position, place, question_id, draws, points, category_id, tags, difficulty,
          title, shuffle, removed_at)
        SELECT id, quiz_id, position, 'question', id, 0, 0, NULL, '[]', '', '', FALSE, removed_at FROM question
    """)
    with op.batch_alter_table('question', schema=None) as batch_op:
        batch_op.add_column(sa.Column('course_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('category_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('difficulty', sa.String(length=8), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('kind', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('haystack', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('changed_at', sa.BigInteger(), nullable=True))
    newest = 'FROM question_version v WHERE v.question_id = question.id AND v.version = question.version'
    op.execute(f"""
        UPDATE question SET course_id = (SELECT q.course_id FROM quiz q WHERE q.item_id = question.quiz_id),
          kind = (SELECT v.kind {newest}), changed_at = (SELECT v.created_at {newest})
    """)
    _fill_haystacks()
    with op.batch_alter_table('question', schema=None) as batch_op:
        batch_op.drop_index('ix_question_quiz_id')
        batch_op.drop_constraint('fk_question_quiz_id_quiz', type_='foreignkey')
        batch_op.drop_column('quiz_id')
        batch_op.drop_column('position')
        batch_op.alter_column('course_id', existing_type=sa.Uuid(), nullable=False)
        batch_op.alter_column('kind', existing_type=sa.String(length=40), nullable=False)
        batch_op.alter_column('changed_at', existing_type=sa.BigInteger(), nullable=False)
        batch_op.alter_column('difficulty', existing_type=sa.String(length=8), server_default=None)
        batch_op.alter_column('haystack', existing_type=sa.Text(), server_default=None)
        batch_op.create_foreign_key('fk_question_course_id_course', 'course', ['course_id'], ['id'])
        batch_op.create_foreign_key('fk_question_category_id_question_category', 'question_category', ['category_id'], ['id'])
        batch_op.create_check_constraint(op.f('ck_question_difficulty'), "difficulty = '' OR difficulty IN ('easy', 'medium', 'hard')")
        batch_op.create_index('ix_question_category_id', ['category_id'])
        batch_op.create_index('ix_question_course_id_changed_at', ['course_id', 'changed_at'])

    with op.batch_alter_table('attempt_question', schema=None) as batch_op:
        batch_op.add_column(sa.Column('worth', sa.BigInteger(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('section', sa.String(length=160), nullable=False, server_default=''))
    op.execute("""
        UPDATE attempt_question
        SET worth = (SELECT v.points FROM question_version v WHERE v.id = attempt_question.version_id)
    """)
    with op.batch_alter_table('attempt', schema=None) as batch_op:
        batch_op.add_column(sa.Column('trial', sa.Boolean(), nullable=False, server_default=sa.false()))


def _fill_haystacks() -> None:
    """From the Markdown as it stands; the next change of a question makes it of its words alone."""
    question, version = sa.table('question', sa.column('id', sa.Uuid()), sa.column('version'), sa.column('haystack')), sa.table(
        'question_version', sa.column('question_id', sa.Uuid()), sa.column('version'), sa.column('stem')
    )
    run = op.get_bind().execute
    rows = run(
        sa.select(question.c.id, version.c.stem).join(
            version, sa.and_(version.c.question_id == question.c.id, version.c.version == question.c.version)
        )
    ).all()
    filled = [{'question': row.id, 'words': _folded(row.stem[:4000])} for row in rows]
    if filled:
        run(sa.update(question).where(question.c.id == sa.bindparam('question')).values(haystack=sa.bindparam('words')), filled)


def _folded(text: str) -> str:
    split = unicodedata.normalize('NFKD', text.casefold())
    return ' '.join(''.join(c for c in split if not unicodedata.combining(c)).split())


def downgrade() -> None:
    raise NotImplementedError('Questions of a bank have no place in a quiz to go back to: restore a backup.')
