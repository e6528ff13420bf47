"""A file of questions becomes a quiz of a course: all of it, or nothing."""

from dataclasses import dataclass, replace
from uuid import UUID

from sqlmodel import col, select

from lms_app.core.errors import Invalid, NotFound
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.courses.models import Module, OutlineItem
from lms_app.exchange import texts
from lms_app.exchange.formats import gift
from lms_app.exchange.service.reading import Checked, blocked, check, sentences
from lms_app.exchange.service.storing import store
from lms_app.exchange.views import ImportedQuestion, QuizReport
from lms_app.policy import Can
from lms_app.quizzes import service as quizzes
from lms_app.quizzes.service import QuizSettings
from lms_app.web import routes

BYTES_MAX = 4_000_000
LINES_MAX = 100_000
TITLE_MAX = 160
FIRST_MODULE = "Quizzes"


@dataclass(frozen=True, slots=True)
class QuizDraft:
    """A file that was read and checked. Only `read_gift` makes these; `report.blocked` says why it cannot be a quiz."""

    report: QuizReport
    questions: tuple[Checked, ...]


def read_gift(text: bytes | str) -> QuizDraft:
    """Read, check and render GIFT, without a database. What is wrong in the file is in the report, by line.

    Raises Invalid only for what is not text, or too much of it.
    """
    whole = texts.lines(text, field="text", bytes_max=BYTES_MAX, lines_max=LINES_MAX)
    checked, findings = check(gift.read(whole))
    taken = tuple(ImportedQuestion(one.question.line, one.question.kind, one.question.name) for one in checked)
    report = QuizReport(gift.NAME, "", taken, tuple(findings))
    return QuizDraft(replace(report, blocked=blocked(taken, findings, skip_unsupported=False)), tuple(checked))


def import_gift(
    work: Work,
    read: QuizDraft | bytes | str,
    *,
    title: str,
    slug: str = "",
    module: str = "",
    module_id: UUID | None = None,
    skip_unsupported: bool = False,
    quiz: QuizSettings | None = None,
) -> QuizReport:
    """Make a quiz at the end of a module, named by `module_id`, or by the course's `slug` and the module's title.

    Without a title of a module it is the last one that students see; one that does not exist is made. A file with an error in its grammar
    is refused, and so is one with questions that quizzes here cannot ask, unless `skip_unsupported` leaves those out.
    Text instead of a draft is read here, after the door: whoever can, reads before the unit of work.
    Raises NotFound, Forbidden, and Invalid with a sentence for each line that is in the way.
    """
    place, membership = enter_module(work, slug=slug, module=module, module_id=module_id)
    if not title.strip() or len(title.strip()) > TITLE_MAX:
        raise Invalid({"title": f"Enter a title of up to {TITLE_MAX} characters."})
    draft = read if isinstance(read, QuizDraft) else read_gift(read)
    said = blocked(draft.report.questions, draft.report.findings, skip_unsupported=skip_unsupported)
    report = replace(draft.report, title=title.strip(), blocked=said)
    if report.blocked:
        raise Invalid(sentences(report.blocked, report.findings))
    place = place or courses.add_module(work, course_id=membership.course_id, title=module.strip() or FIRST_MODULE).id
    made = quizzes.create_quiz(work, module_id=place, title=report.title, **(quiz or QuizSettings()))
    store(work, membership.slug, draft.questions, quiz_id=made.item_id)
    in_module = work.db.exec(select(Module.title).where(col(Module.id) == place)).one()
    return replace(
        report, quiz_id=str(made.item_id), module=in_module, url=str(routes.quiz(membership.slug, made.item_id))
    )


def enter_module(
    work: Work, *, slug: str = "", module: str = "", module_id: UUID | None = None
) -> tuple[UUID | None, courses.Membership]:
    """The door: the module to write into, None while it has to be made, and who comes in.

    Raises NotSignedIn, NotFound or Forbidden, as every door of a course.
    """
    if module_id is not None:
        found = work.db.exec(select(Module.course_id).where(col(Module.id) == module_id)).first()
        if found is None and slug:
            courses.enter_by_slug(work, slug, Can.AUTHOR)
        if found is None:
            _ = work.actor.is_admin or work.user_id
            raise NotFound("We could not find that module. It may have moved, or you may not have access.")
        membership = courses.enter(work, found, Can.AUTHOR)
        if slug and membership.slug != slug:
            raise NotFound("We could not find that module in this course.")
        return module_id, membership
    membership = courses.enter_by_slug(work, slug, Can.AUTHOR)
    modules = work.db.exec(
        select(Module)
        .where(col(Module.course_id) == membership.course_id, col(Module.removed_at).is_(None))
        .order_by(col(Module.position), col(Module.id))
    ).all()
    if wanted := module.strip().casefold():
        return next((one.id for one in modules if one.title.casefold() == wanted), None), membership
    # The last one that students see; a part for instructors alone is a bad place for a quiz.
    seen = select(OutlineItem.module_id).where(
        col(OutlineItem.course_id) == membership.course_id, col(OutlineItem.published).is_(True)
    )
    shown = set(work.db.exec(seen).all())
    last = [one.id for one in modules if one.id in shown] or [one.id for one in modules]
    return (last[-1] if last else None), membership
