"""A student's totals with the whole way there, down to each answer; and what they would be with other marks."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from lms_app.core.errors import Invalid
from lms_app.core.words import say
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.courses.views import Membership
from lms_app.gradebook import rules
from lms_app.gradebook.rules import Fate, Node, Outcome, cells
from lms_app.gradebook.rules.displaying import split
from lms_app.gradebook.service import facts, overriding, reading
from lms_app.gradebook.service.facts import Course
from lms_app.gradebook.service.rows import ColumnFacts, Has, marks
from lms_app.gradebook.service.sources import SOURCES, Behind
from lms_app.gradebook.service.totals import seen
from lms_app.gradebook.views import Explained, Part
from lms_app.policy import Can


def explain(work: Work, *, slug: str, user_id: UUID) -> Explained:
    """A learner's totals for whoever may grade: how each is made of every mark, and each mark of answers."""
    membership = courses.enter_by_slug(work, slug, Can.GRADE)
    return _now(work, membership, user_id, reading.read_learner(work, membership, user_id))


def my_grades(work: Work, *, slug: str) -> Explained:
    """One's own totals in the same way. Marks that are not shown yet are not there."""
    membership = courses.enter_by_slug(work, slug, Can.SEE)
    return _now(work, membership, work.user_id, work.actor.name)


def what_if(work: Work, *, slug: str, marks: Mapping[str, str]) -> Explained:
    """One's own totals with other marks in some columns, as one types them. Nothing is kept."""
    membership = courses.enter_by_slug(work, slug, Can.SEE)
    user_id = work.user_id
    book = facts.book_of(work, membership.course_id, [user_id])
    row = seen(work, book, str(user_id), staff=membership.is_staff)
    wrong: dict[str, str] = {}
    tried: list[Has] = []
    for one, has in zip(book.course.columns, row, strict=True):
        try:
            tried.append(Has(*cells.read(marks[one.id], one.points_max)) if one.id in marks else has)
        except ValueError as error:
            wrong[one.id] = str(error)
    if wrong:
        raise Invalid(wrong)
    return _explained(work, membership, user_id, work.actor.name, book.course, tried, {})


def _now(work: Work, membership: Membership, user_id: UUID, name: str) -> Explained:
    book = facts.book_of(work, membership.course_id, [user_id])
    row = seen(work, book, str(user_id), staff=membership.is_staff)
    behind = _behind(work, membership, book.course.columns, row, user_id)
    return _explained(work, membership, user_id, name, book.course, row, behind)


def _behind(
    work: Work, membership: Membership, columns: Sequence[ColumnFacts], row: Sequence[Has], user_id: UUID
) -> dict[str, tuple[Behind, bool]]:
    """The work behind each mark by column, and whether its answers make it: a person may have set another one."""
    marked = [(one, has) for one, has in zip(columns, row, strict=True) if has.points is not None]
    found: dict[str, tuple[Behind, bool]] = {}
    for kind, source in SOURCES.items():
        its = {one.source_id: (one, has) for one, has in marked if one.kind == kind}
        for source_id, behind in (
            source.behind(work, membership, [UUID(one) for one in its], user_id).items() if its else ()
        ):
            one, has = its[source_id]
            found[one.id] = (behind, not has.override)
    return found


def _explained(
    work: Work,
    membership: Membership,
    user_id: UUID,
    name: str,
    course: Course,
    row: Sequence[Has],
    behind: Mapping[str, tuple[Behind, bool]],
) -> Explained:
    made = rules.totals(course.plan, marks(course.columns, row))
    set_ = facts.set_totals(work, membership.course_id, [user_id])[str(user_id)]
    scale = course.plan.scale
    by_hand = None if set_.share is None else rules.exact(set_.share)
    so_far = by_hand if by_hand is not None else made.share_so_far
    return Explained(
        slug=membership.slug,
        course=membership.title,
        user_id=str(user_id),
        name=name,
        so_far=_part(made.so_far, behind),
        in_the_end=_part(made.in_the_end, behind),
        letter_so_far="" if so_far is None else rules.letter(so_far, scale),
        letter_in_the_end=rules.letter(made.share if by_hand is None else by_hand, scale),
        set_by_hand=set_.share,
        reason=set_.reason if set_.share is not None else "",
        locked=set_.locked,
        total_seq=set_.seq,
        history=overriding.lines(work, membership.course_id, user_id) if membership.is_staff else [],
    )


def _part(outcome: Outcome, behind: Mapping[str, tuple[Behind, bool]]) -> Part:
    return _of(rules.tree(outcome), behind)


def _of(node: Node, behind: Mapping[str, tuple[Behind, bool]]) -> Part:
    work, made = behind.get(node.id, (None, False))
    words = node.words
    if work is not None and not made:
        words = f"{words} {say('Set by hand.')}"
    elif work is not None and work.note:
        words = f"{words} {work.note}"
    return Part(
        id=node.id,
        title=node.title,
        kind="category" if node.is_category else "item",
        fate=node.fate,
        percent=node.percent,
        adds=node.adds,
        words=words,
        url=work.url if work else "",
        parts=_answers(node, work)
        if work is not None and made and not node.is_category
        else [_of(one, behind) for one in node.children],
    )


def _answers(node: Node, work: Behind) -> list[Part]:
    earned = sum((one.points for one in work.answers), Decimal(0))
    whole = Fraction(node.adds) / 100
    exact = [Fraction(one.points) / Fraction(earned) * whole if earned else Fraction(0) for one in work.answers]
    shown = split(node.adds if earned else Decimal(0), exact)
    return [
        Part(
            id=f"{node.id}.{number}",
            title=one.title,
            kind="answer",
            fate=Fate.COUNTED if node.adds else node.fate,
            percent=None,
            adds=adds,
            words=one.said
            or say("{points} of {all} points", points=rules.said(one.points), all=rules.said(one.points_max)),
            url="",
            parts=[],
        )
        for number, (one, adds) in enumerate(zip(work.answers, shown, strict=True), start=1)
    ]
