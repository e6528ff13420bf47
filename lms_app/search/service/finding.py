"""Finding: the words decide what comes, the doors of the rooms who is told of it.

The index narrows to what a reader could be told of at all, so that a word of everybody's is found as fast as a rare one;
the conditions of the statement say whose course it is; what a student may open in a course is asked of the course itself.
So what is hidden or still locked is found by nobody, not even by its text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    cast,
    column,
    false,
    func,
    literal_column,
    or_,
    table,
    text,
    true,
    union_all,
)
from sqlalchemy import select as columns
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import col

from lms_app.core import limits
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.courses.models import Course, CourseMember, CourseStatus, MemberState, OutlineItem
from lms_app.discussions.models import Thread
from lms_app.policy import Role
from lms_app.search import rules
from lms_app.search.models import SearchDocument
from lms_app.search.triggers import FTS, TITLE, WITHIN
from lms_app.search.views import Found, Hit
from lms_app.web import routes

SHOWN = 20
LOOKED_AT = 80  # of which some may not be for the reader
# Of what has the words so many are weighed, those first that have them in the title; of more nobody reads on.
TITLES_WEIGHED, WEIGHED = 100, 300
# PostgreSQL looks through so many documents of a reader one by one. Its index of words is asked only beyond that: it
# gathers all that anybody has said with a beginning before it knows whose that is.
FEW = 4000
ITEMS = ("lesson", "quiz", "assignment")
NOWHERE = UUID(int=0)

_OWN_COURSES = (
    columns(col(Course.id), col(CourseMember.role))
    .join(CourseMember, col(CourseMember.course_id) == col(Course.id))
    .where(
        col(CourseMember.user_id) == bindparam("user"),
        col(CourseMember.state) == MemberState.ACTIVE,
        or_(col(CourseMember.role) != Role.STUDENT, col(Course.status) != CourseStatus.DRAFT),
    )
)
_IS_STAFF = col(SearchDocument.course_id).in_(bindparam("teaches", expanding=True))
_FTS = table(FTS, column("rowid"))
_TEACHING = (  # who is a learner or a colleague where the actor is of the staff
    col(CourseMember.state) == MemberState.ACTIVE,
    col(CourseMember.course_id).in_(bindparam("teaches", expanding=True)),
)
_TAUGHT = columns(col(CourseMember.user_id)).where(*_TEACHING)
# Of people those whom the actor teaches, by their own index, for everybody is in the same scope.
_WITHIN = or_(
    literal_column(WITHIN).op("&&")(cast(bindparam("within"), ARRAY(Text))),
    and_(
        col(SearchDocument.kind) == "person",
        col(SearchDocument.subject_id) == any_(func.array(_TAUGHT.scalar_subquery(), type_=ARRAY(Uuid))),
    ),
)
_FEW = columns(func.count()).select_from(
    columns(literal_column("1").label("one")).select_from(SearchDocument).where(_WITHIN).limit(FEW + 1).subquery()
)


def find(work: Work, *, words: str, limit: int = SHOWN) -> Found:
    """What the actor may see of what has all of the words, or words that begin so; the best first.

    Raises NotSignedIn, TooMany.
    """
    user_id = work.user_id
    limits.check("search", str(user_id), work.now)
    asked = rules.asked(words)
    if not asked:
        return Found([], more=False)
    run = work.db.connection().execute
    own = {} if work.actor.is_admin else {row.id: row.role for row in run(_OWN_COURSES, {"user": user_id})}
    teaches = [course for course, role in own.items() if role != Role.STUDENT]
    scopes = [] if work.actor.is_admin else _scopes(own, teaches)
    given = {"own": list(own) or [NOWHERE], "teaches": teaches or [NOWHERE]}
    if work.db.get_bind().dialect.name == "postgresql":
        few = bool(scopes) and run(_FEW, {"within": scopes, "teaches": given["teaches"]}).scalar_one() <= FEW
        given |= _on_postgresql(asked, scopes, few)
        statement = _statement(_Postgresql(work.actor.is_admin, few))
    else:
        given |= _on_sqlite(asked, scopes)
        statement = _statement(_Sqlite(work.actor.is_admin, len(asked)))
    weighed = run(statement, given).all()
    rows = list({row.seq: row for row in weighed}.values())[:LOOKED_AT]
    addresses = courses.addresses(work, item_ids=_behind_doors(rows))
    seen = [row for row in rows if _is_open(row, addresses)]
    shown = seen[:limit]
    bodies = columns(col(SearchDocument.seq), col(SearchDocument.body))
    texts = {row.seq: row.body for row in run(bodies.where(col(SearchDocument.seq).in_([row.seq for row in shown])))}
    hits = [_hit(work, row, texts[row.seq], asked) for row in shown]
    return Found(hits, more=len(seen) > limit or len(rows) == LOOKED_AT)


def _scopes(own: dict[UUID, str], teaches: Sequence[UUID]) -> list[str]:
    """What of the index could be told to somebody who is no administrator at all."""
    return [rules.OPEN, *map(rules.members_of, own), *map(rules.staff_of, teaches)]


def _on_postgresql(asked: Sequence[str], scopes: Sequence[str], few: bool) -> dict[str, Any]:
    words, in_titles = (" & ".join(f"'{word}':*{where}" for word in asked) for where in ("", "A"))
    return {"in_titles": in_titles if few else words, "anywhere": words, "within": list(scopes)}


def _on_sqlite(asked: Sequence[str], scopes: Sequence[str]) -> dict[str, Any]:
    words = " AND ".join(f'"{word}"*' for word in asked)
    within = f"scope : ({' OR '.join((*scopes, rules.PEOPLE))}) AND " if scopes else ""
    return {
        "in_titles": f"{within}title_words : ({words})",
        "anywhere": f"{within}{{title_words body_words}} : ({words})",
        **{f"word{number}": f" {word}" for number, word in enumerate(asked)},
    }


@dataclass(frozen=True)
class _Sqlite:
    """What a database does in its own way: this is the one with FTS5."""

    is_admin: bool
    words: int

    def narrowed(self, found: Any, asked: str) -> Any:
        """What has the words and is within the scopes. The newest first, for it stops when it has enough."""
        found = found.join(_FTS, _FTS.c.rowid == col(SearchDocument.seq)).where(text(f"{FTS} MATCH :{asked}"))
        return found.order_by(_FTS.c.rowid.desc())

    def weight(self) -> ColumnElement[float]:
        """How often the words are said, in the title eight times, and in a long text less. FTS5's own `bm25` would count
        everything that anybody has said with such a beginning, at each search."""
        titles, bodies = (self._times(one) for one in (SearchDocument.title_words, SearchDocument.body_words))
        return -(8.0 * titles + bodies * 1000.0 / (1000.0 + func.length(col(SearchDocument.body_words))))

    def _times(self, said: Any) -> Any:
        begun = literal_column("' '") + col(said)
        words = [bindparam(f"word{number}", type_=Text) for number in range(self.words)]
        lost = [
            (func.length(begun) - func.length(func.replace(begun, one, ""))) * 1.0 / func.length(one) for one in words
        ]
        return sum(lost[1:], start=lost[0])


@dataclass(frozen=True)
class _Postgresql:
    """This is the one with vectors."""

    is_admin: bool
    few: bool

    def narrowed(self, found: Any, asked: str) -> Any:
        vector = TITLE if asked == "in_titles" else FTS
        if self.few:
            vector = f"({FTS} || '')"  # what is made of the column is in no index
        found = found.where(literal_column(vector).op("@@")(_words(asked)))
        return found if self.is_admin else found.where(_WITHIN)

    def weight(self) -> ColumnElement[float]:
        return -func.ts_rank(literal_column(FTS), _words("anywhere"))


@lru_cache(rules.WORDS_MAX * 2 + 3)
def _statement(how: _Sqlite | _Postgresql) -> Any:
    """The best of what has the words in its title, courses before what is in them; then the best of what has them
    anywhere. What is both comes twice."""
    found = union_all(_weighed(how, 0, "in_titles", TITLES_WEIGHED), _weighed(how, 1, "anywhere", WEIGHED)).subquery()
    taught = (
        columns(func.min(col(Course.slug)))
        .join(CourseMember, col(CourseMember.course_id) == col(Course.id))
        .where(col(CourseMember.user_id) == found.c.subject_id, *_TEACHING)
        .scalar_subquery()
    )
    return (
        columns(
            *found.c,
            col(Thread.item_id).label("lesson_id"),
            col(OutlineItem.removed_at).is_not(None).label("lesson_gone"),
            taught.label("taught"),
        )
        .outerjoin_from(found, Thread, and_(found.c.kind == "thread", col(Thread.id) == found.c.subject_id))
        .outerjoin(OutlineItem, col(OutlineItem.id) == col(Thread.item_id))
        .order_by(found.c.tier, (found.c.tier == 0) & (found.c.kind != "course"), found.c.weight, found.c.seq.desc())
        .limit(2 * LOOKED_AT)
    )


def _weighed(how: _Sqlite | _Postgresql, tier: int, asked: str, at_most: int) -> Any:
    """So many of what has the words and may be the reader's, with what each weighs: the less the better."""
    found = columns(
        literal_column(str(tier)).label("tier"),
        how.weight().label("weight"),
        col(SearchDocument.seq),
        col(SearchDocument.kind),
        col(SearchDocument.subject_id),
        col(SearchDocument.title),
        col(Course.slug),
        col(Course.title).label("course"),
        col(Course.questions).label("asks"),
        (true() if how.is_admin else func.coalesce(_IS_STAFF, false())).label("is_staff"),
    )
    found = found.select_from(SearchDocument).outerjoin(Course, col(Course.id) == col(SearchDocument.course_id))
    one = how.narrowed(found.where(_scope(how.is_admin)).limit(at_most), asked).subquery()
    return columns(*one.c)


def _words(asked: str) -> ColumnElement[Any]:
    return func.to_tsquery(literal_column("'simple'"), bindparam(asked))


def _scope(is_admin: bool) -> ColumnElement[bool]:
    """Whose it may be at all, by plain columns, since each that has the words is asked; the rest the doors know."""
    if is_admin:
        return true()
    kind, course = col(SearchDocument.kind), col(SearchDocument.course_id)
    published, mine = col(Course.status) == CourseStatus.PUBLISHED, course.in_(bindparam("own", expanding=True))
    return or_(
        and_(kind.in_(("course", *ITEMS)), or_(published, mine)),
        and_(kind == "question", _IS_STAFF),
        and_(kind == "thread", mine),
        and_(kind == "person", col(SearchDocument.subject_id).in_(_TAUGHT)),
    )


def _behind_doors(rows: Sequence[Any]) -> list[UUID]:
    """The items on which it depends whether somebody is told who is not of their staff: what was found, or its lesson."""
    ids = (row.subject_id if row.kind in ITEMS else row.lesson_id for row in rows if not row.is_staff)
    return list({one for one in ids if one is not None})


def _is_open(row: Any, addresses: dict[UUID, str]) -> bool:
    """Whether the reader may open what was found: an item, or a thread by its lesson."""
    if row.kind == "thread" and row.lesson_gone:
        return False
    if row.is_staff:
        return True
    if row.kind == "thread":
        return bool(row.asks) and (row.lesson_id is None or row.lesson_id in addresses)
    return row.kind not in ITEMS or row.subject_id in addresses


def _hit(work: Work, row: Any, body: str, asked: Sequence[str]) -> Hit:
    is_told = row.kind != "person" and body != row.title  # of a short question all of it is in the title
    return Hit(
        kind=row.kind,
        title=rules.marked(row.title, asked),
        where=body if row.kind == "person" else row.course if row.kind != "course" else "",
        extract=rules.extract(body, asked) if is_told else [],
        url=_url(work, row, body),
    )


def _url(work: Work, row: Any, body: str) -> str:
    match row.kind:
        case "course":
            return routes.course(row.slug)
        case "question":
            return routes.question_edit(row.slug, row.subject_id)
        case "thread":
            return routes.course_question(row.slug, row.subject_id)
        case "person":
            return f"{routes.people()}?search={quote(body)}" if work.actor.is_admin else routes.teach_course(row.taught)
        case kind:
            return courses.ITEM_KINDS[kind].url(row.slug, row.subject_id)
