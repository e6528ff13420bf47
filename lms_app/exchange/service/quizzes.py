"""A file of questions becomes a quiz of a course: all of it, or nothing."""

from collections import Counter
from dataclasses import dataclass, replace
from uuid import UUID

from sqlmodel import col, select

from lms_app.core.errors import Invalid, NotFound
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.courses.models import Module, OutlineItem
from lms_app.exchange import texts
from lms_app.exchange.formats import gift
from lms_app.exchange.formats.base import Finding, QuestionFile, ReadQuestion, Weight
from lms_app.exchange.views import ImportedQuestion, QuizReport
from lms_app.policy import Can
from lms_app.quizzes import service as quizzes
from lms_app.quizzes.kinds import TEXTS
from lms_app.quizzes.service import QuizSettings
from lms_app.web import routes

BYTES_MAX = 4_000_000
LINES_MAX = 100_000
QUESTIONS_MAX = 5_000
TITLE_MAX = 160
SHOWN_MAX = 20
FIRST_MODULE = "Quizzes"


@dataclass(frozen=True, slots=True)
class QuizDraft:
    """A file that was read and checked. Only `read_gift` makes these; `report.blocked` says why it cannot be a quiz."""

    report: QuizReport
    questions: tuple[quizzes.Draft, ...]


def read_gift(text: bytes | str) -> QuizDraft:
    """Read, check and render GIFT, without a database. What is wrong in the file is in the report, by line.

    Raises Invalid only for what is not text, or too much of it.
    """
    whole = texts.lines(text, field="text", bytes_max=BYTES_MAX, lines_max=LINES_MAX)
    return _drafted(gift.NAME, gift.read(whole))


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
    report = replace(draft.report, title=title.strip(), blocked=_blocked(draft.report, skip_unsupported))
    if report.blocked:
        raise Invalid(_sentences(report))
    place = place or courses.add_module(work, course_id=membership.course_id, title=module.strip() or FIRST_MODULE).id
    made = quizzes.create_quiz(
        work, module_id=place, title=report.title, questions=draft.questions, **(quiz or QuizSettings())
    )
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


# ---- Reading


def _drafted(name: str, read: QuestionFile) -> QuizDraft:
    drafts: list[quizzes.Draft] = []
    taken: list[ImportedQuestion] = []
    findings = list(read.findings)
    if len(read.questions) > QUESTIONS_MAX:
        first = read.questions[QUESTIONS_MAX]
        reason = (
            f"A quiz takes at most {QUESTIONS_MAX:,} questions, and this file has {len(read.questions):,}. Divide it."
        )
        findings.append(Finding(first.line, Weight.ERROR, reason, first.name))
    # A file with an error is never written, so nothing of it needs to be rendered.
    if any(finding.weight is Weight.ERROR for finding in findings):
        taken = [ImportedQuestion(one.line, one.kind, one.name) for one in read.questions]
    else:
        for question in read.questions:
            try:
                drafts.append(_draft(question))
            except Invalid as error:
                reason = " ".join(error.fields.values())
                findings.append(Finding(question.line, Weight.UNSUPPORTED, reason, question.name))
            else:
                taken.append(ImportedQuestion(question.line, question.kind, question.name))
    findings.sort(key=lambda finding: finding.line)
    report = QuizReport(name, "", tuple(taken), tuple(findings))
    return QuizDraft(replace(report, blocked=_blocked(report, skip_unsupported=False)), tuple(drafts))


def _draft(question: ReadQuestion) -> quizzes.Draft:
    return quizzes.draft(kind=question.kind, stem=question.stem, spec=question.spec, feedback=question.feedback)


def _blocked(report: QuizReport, skip_unsupported: bool) -> str:
    weights = Counter(finding.weight for finding in report.findings)
    if errors := weights[Weight.ERROR]:
        return f"Nothing was imported: {_many(errors, 'place')} cannot be read as questions."
    unsupported = weights[Weight.UNSUPPORTED]
    if unsupported and not skip_unsupported:
        return (
            f"Nothing was imported: {_many(unsupported, 'question')} cannot be asked here yet. "
            f"Skip {'them' if unsupported > 1 else 'it'} to import the other {len(report.questions)}."
        )
    if all(question.kind in TEXTS for question in report.questions):
        return "Nothing was imported: this file has no question that can be asked here."
    return ""


def _sentences(report: QuizReport) -> dict[str, str]:
    """The refusal by line, for a form or an answer by REST; the whole list is in the report."""
    blocking = [finding for finding in report.findings if finding.weight is not Weight.NOTE]
    said = {"text": report.blocked}
    for finding in blocking[:SHOWN_MAX]:
        said.setdefault(f"text.line_{finding.line}", f"Line {finding.line}: {finding.reason}")
    if len(blocking) > SHOWN_MAX:
        said["text.more"] = f"And {len(blocking) - SHOWN_MAX} more."
    return said


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
