"""The import doctor's second half, and the way out: questions into a course's bank, and from it into files."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import case, func
from sqlalchemy import select as columns
from sqlmodel import col, select

from lms_app.core import audit, files
from lms_app.core.errors import Invalid, NotFound
from lms_app.core.settings import settings
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.courses.models import OutlineItem
from lms_app.exchange.formats import FORMATS
from lms_app.exchange.formats.base import Embedded, ReadQuestion, Weight
from lms_app.exchange.service.quizzes import FIRST_MODULE, TITLE_MAX, enter_module
from lms_app.exchange.service.reading import (
    QUESTIONS_MAX,
    BankDraft,
    blocked,
    read_questions,
    sameness,
    sentences,
)
from lms_app.exchange.service.storing import store
from lms_app.exchange.views import BankReport, ExportedQuestions, ImportDesk
from lms_app.policy import Can
from lms_app.quizzes import service as quizzes
from lms_app.quizzes.models import Question
from lms_app.quizzes.service import Wanted
from lms_app.quizzes.views_bank import BankQuestion
from lms_app.web import routes

MEDIA_TYPES = {"gift": "text/plain", "moodle-xml": "application/xml", "csv": "text/csv", "qti": "application/zip"}


@dataclass(frozen=True, slots=True)
class Compared:
    """Questions of a file beside those of a bank, by their place; `state` is what the bank was then."""

    new: list[int]
    known: dict[int, UUID]
    state: tuple[int, datetime | None, datetime | None]


def import_desk(work: Work, *, slug: str) -> ImportDesk:
    """The door of whoever brings questions into a course."""
    membership = courses.enter_by_slug(work, slug, Can.AUTHOR)
    return ImportDesk(membership.slug, membership.title, str(membership.course_id), settings.import_limit_mib)


def preview_questions(work: Work, draft: BankDraft, *, slug: str) -> BankReport:
    """What `import_questions` would do. Nothing is written."""
    found = compare(work, slug=slug, sameness=[one.sameness for one in draft.questions])
    return replace(draft.report, added=len(found.new), known=len(found.known))


def compare(work: Work, *, slug: str, sameness: Sequence[str]) -> Compared:
    """Which of these questions are new to a bank, and which it has word for word.

    It reads the whole bank, so a large one is compared apart, before the writer's turn.
    """
    course_id = courses.enter_by_slug(work, slug, Can.AUTHOR).course_id
    state = _state(work, course_id)
    return Compared(*_sorted_out(sameness, quizzes.bank_questions(work, slug=slug)), state)


def import_questions(
    work: Work,
    read: BankDraft | bytes | str | Path,
    *,
    slug: str,
    title: str = "",
    skip_unsupported: bool = False,
    compared: Compared | None = None,
) -> BankReport:
    """Put the questions of a file into the bank of a course: all of them, or nothing.

    Those that the bank has word for word stay as they are, so the same file again changes nothing. With a `title` the
    quiz of that title asks them all; one that there is not is made, hidden, at the end of the course. What was `compared`
    before counts while the bank is what it was.
    Raises NotFound, Forbidden, and Invalid with a sentence for each line that is in the way.
    """
    membership = courses.enter_by_slug(work, slug, Can.AUTHOR)
    if len(title.strip()) > TITLE_MAX:
        raise Invalid({"title": f"Enter a title of up to {TITLE_MAX} characters."})
    draft = read if isinstance(read, BankDraft) else read_questions(read)
    said = blocked(draft.report.questions, draft.report.findings, skip_unsupported=skip_unsupported)
    if said:
        raise Invalid(sentences(said, draft.report.findings))
    if compared is None or compared.state != _state(work, membership.course_id):
        compared = compare(work, slug=slug, sameness=[one.sameness for one in draft.questions])
    new, known = compared.new, compared.known
    stored = dict(zip(new, store(work, slug, [draft.questions[at] for at in new]), strict=True))
    report = replace(draft.report, blocked="", added=len(new), known=len(known))
    if not title.strip():
        return replace(report, url=str(routes.question_bank(membership.slug)))
    quiz_id = _quiz(work, slug, membership.course_id, title.strip())
    asked = {**known, **stored}
    quizzes.use_questions(work, quiz_id=quiz_id, question_ids=[asked[at] for at in sorted(asked)])
    return replace(report, quiz_id=str(quiz_id), url=str(routes.quiz_edit(membership.slug, quiz_id)))


def note_export(work: Work, *, slug: str, what: str, format: str) -> None:
    """Write down who took the `course` or its `questions` away, for whoever may write there."""
    membership = courses.enter_by_slug(work, slug, Can.AUTHOR)
    audit.record(work, f"{what}.exported", "course", membership.course_id, None, {"format": format})


def export_questions(
    work: Work, *, slug: str, format: str, question_ids: Sequence[UUID] | None = None, wanted: Wanted = Wanted()
) -> ExportedQuestions:
    """Questions of a course's bank as a file: the named ones, or all that match.

    Raises NotFound to strangers and for a question that is not there, Forbidden to members who do not write.
    """
    membership = courses.enter_by_slug(work, slug, Can.AUTHOR)
    if format not in FORMATS:
        raise Invalid({"format": f"Choose a format: {', '.join(FORMATS)}."})
    found = quizzes.bank_questions(work, slug=slug, question_ids=question_ids, wanted=wanted)
    if question_ids is not None and len(found) < len(set(question_ids)):
        raise NotFound("We could not find all of these questions. Somebody may have removed one.")
    if len(found) > QUESTIONS_MAX:
        raise Invalid({"question_ids": f"A file takes at most {QUESTIONS_MAX:,} questions. Choose a category."})
    its = FORMATS[format]
    # Together where they are filed together: a file says its categories in between.
    found.sort(key=lambda one: one.category)
    written = its.write([_leaving(number, one) for number, one in enumerate(found, start=1)])
    day: date = work.now.date()
    return ExportedQuestions(
        name=f"{membership.slug}-questions-{day:%Y-%m-%d}.{its.SUFFIX}",
        media_type=MEDIA_TYPES[format],
        text=written.text,
        package=written.package,
        count=len(found) - sum(finding.weight is Weight.UNSUPPORTED for finding in written.findings),
        findings=list(written.findings),
    )


def _state(work: Work, course_id: UUID) -> tuple[int, datetime | None, datetime | None]:
    """What no change of a bank leaves as it is: how many questions, the last change, the last one taken out."""
    asked = columns(
        func.count(case((col(Question.removed_at).is_(None), 1))),
        func.max(col(Question.changed_at)),
        func.max(col(Question.removed_at)),
    ).where(col(Question.course_id) == course_id)
    many, changed, removed = work.db.connection().execute(asked).one()
    return many, changed, removed


def _sorted_out(questions: Sequence[str], bank: Sequence[BankQuestion]) -> tuple[list[int], dict[int, UUID]]:
    """Which questions of a file are new, and which the bank has, by their place. One may be there several times."""
    there: dict[str, list[UUID]] = {}
    for one in bank:
        same = sameness(one.kind, one.stem, one.spec, one.feedback, (one.points, one.penalty, one.hints))
        there.setdefault(same, []).append(UUID(one.id))
    new: list[int] = []
    known: dict[int, UUID] = {}
    taken: Counter[str] = Counter()
    for at, question in enumerate(questions):
        same = there.get(question, [])
        if taken[question] < len(same):
            known[at] = same[taken[question]]
            taken[question] += 1
        else:
            new.append(at)
    return new, known


def _quiz(work: Work, slug: str, course_id: UUID, title: str) -> UUID:
    """The quiz of this title, or a new one that students do not see yet."""
    there = select(OutlineItem.id).where(
        col(OutlineItem.course_id) == course_id,
        col(OutlineItem.kind) == quizzes.QUIZ,
        col(OutlineItem.title) == title,
        col(OutlineItem.removed_at).is_(None),
    )
    if found := work.db.exec(there.order_by(col(OutlineItem.id))).first():
        return found
    place, _membership = enter_module(work, slug=slug)
    place = place or courses.add_module(work, course_id=course_id, title=FIRST_MODULE).id
    return quizzes.create_quiz(work, module_id=place, title=title, item={"published": False}).item_id


def _leaving(number: int, one: BankQuestion) -> ReadQuestion:
    return ReadQuestion(
        number,
        "",
        one.kind,
        one.stem,
        one.spec,
        one.feedback,
        points=one.points,
        hints=tuple(one.hints),
        penalty=one.penalty,
        category=tuple(one.category),
        tags=tuple(one.tags),
        difficulty=one.difficulty,
        files=tuple(Embedded(file.address, file.name, files.content_of(file.sha256)) for file in one.files),
    )
