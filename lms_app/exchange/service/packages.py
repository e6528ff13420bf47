"""The doctor of whole courses: a cartridge, a backup or an export becomes a new course, all of it or nothing."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from sqlmodel import col, select

from lms_app.assignments import service as assignments
from lms_app.core import archives, audit, files
from lms_app.core.apart import Tell, nobody_listens
from lms_app.core.archives import Archive
from lms_app.core.audit import AuditEntry
from lms_app.core.errors import Forbidden, Invalid
from lms_app.core.settings import settings
from lms_app.core.work import Work
from lms_app.courses import rules
from lms_app.courses import service as courses
from lms_app.courses.models import Course
from lms_app.courses.service import Written
from lms_app.exchange.formats import packages
from lms_app.exchange.formats.base import Finding, QuestionFile, ReadQuestion, Weight
from lms_app.exchange.formats.outline import Item, Outline, offer_spare
from lms_app.exchange.references import LESSON_TOKEN
from lms_app.exchange.service.reading import Checked, category_names, check, tags_taken
from lms_app.exchange.service.storing import categories_of, store
from lms_app.exchange.views import KindCount, LessonLine, ModuleLine, PackageReport
from lms_app.quizzes import service as quizzes
from lms_app.quizzes.kinds import KINDS
from lms_app.quizzes.service import Wanted
from lms_app.web import routes

ITEMS_MAX, TITLE_MAX, BRIEF_MAX, DRAWS_MAX = 2_000, 160, 100_000, 100
IMPORTED = "course.imported"
NO_WORDS = "This page has no words of its own."


@dataclass(frozen=True, slots=True)
class PackageDraft:
    """A package that was read, rendered and staged. Only `read_package` makes these."""

    outline: Outline
    report: PackageReport
    pages: Mapping[str, Written]
    quizzes: Mapping[str, tuple[Checked, ...]]
    bank: tuple[Checked, ...]
    staged: Mapping[str, files.Staged]
    sha256: str


def read_package(path: Path, *, stage: bool = True, tell: Tell = nobody_listens) -> PackageDraft:
    """Read a file, whatever of the known kinds it is, without a database. `stage=False` only looks, for a report.

    Files that lessons use are put on disk one after the other, where unused ones are swept away after a day.
    Raises Invalid with a reason for what is no course that we know, or means harm.
    """
    with archives.open_archive(path) as archive:
        progress = _Progress(tell, archive, twice=stage)
        archive.check(progress.did)
        outline = packages.read(archive)
        offer_spare(outline)
        items = [item for part in outline.parts for item in part.items]
        if not items and not outline.bank:
            why = " ".join(dict.fromkeys(one.reason for one in outline.findings[:5]))
            raise Invalid(
                {"file": f"There is nothing in this package ({outline.format}) that could be a course. {why}".strip()}
            )
        if len(items) > ITEMS_MAX:
            raise Invalid({"file": f"A course takes at most {ITEMS_MAX:,} items, and this one has {len(items):,}."})
        asked = {item.key: _checked(item.questions, item.path, outline) for item in items if item.kind == "quiz"}
        bank = _checked(outline.bank, "", outline)
        progress.parsed()
        wanted = {path: None for item in items for path in item.text.files.values()}
        staged: dict[str, files.Staged] = {}
        for inside in list(wanted):
            if problem := _too_large(archive, inside):
                outline.say(inside, problem)
                for item in items:
                    item.text.files = {token: one for token, one in item.text.files.items() if one != inside}
            elif stage:
                staged[inside] = files.stage_chunks(
                    progress.heard(archive.chunks_of(inside)), settings.import_limit_mib
                )
        pages = {
            item.key: courses.written(item.text.body.strip() or NO_WORDS) for item in items if item.kind == "lesson"
        }
        kept = len(wanted) if not stage else len(staged)
        return PackageDraft(outline, _report(outline, asked, bank, kept), pages, asked, bank, staged, _digest(path))


def is_package(folder: Path) -> bool:
    """Whether a folder is a package that somebody unpacked, by what is in it."""
    with archives.open_archive(folder) as archive:
        return packages.is_known(archive)


def import_package(
    work: Work, draft: PackageDraft, *, title: str = "", slug: str = "", owner_id: UUID | None = None
) -> PackageReport:
    """Make a course, as a draft that only its staff see. The same file again makes no second one.

    `owner_id` is for administrators, and needed where the actor is no person. Raises NotSignedIn, Forbidden for whoever
    does not teach, Invalid.
    """
    owner = owner_id if work.actor.is_admin and owner_id else work.user_id
    if not work.actor.can_teach:
        raise Forbidden("Only instructors can import a course.")
    if there := _there(work, draft.sha256, owner):
        return replace(draft.report, course_id=str(there.id), slug=there.slug, title=there.title, known=True)
    course = courses.create_course(
        work, title=_short(title or draft.outline.title or "Imported course"), slug=slug, owner_id=owner
    )
    ids: dict[str, UUID] = {}
    addresses: dict[str, str] = {}
    for part in draft.outline.parts:
        place = courses.add_module(work, course_id=course.id, title=_short(part.title)).id
        for item in part.items:
            ids[item.key] = _add(work, draft, item, place, course.slug)
            by_kind = {"lesson": routes.lesson, "quiz": routes.quiz, "assignment": routes.assignment}
            addresses[item.key] = str(by_kind[item.kind](course.slug, ids[item.key]))
    for item in (item for part in draft.outline.parts for item in part.items):
        _address(work, draft, item, ids[item.key], addresses)
    if draft.bank:
        store(work, course.slug, draft.bank)
    _draw(work, draft, course.slug, ids)
    audit.record(work, IMPORTED, "course", course.id, None, {"sha256": draft.sha256, "owner_id": str(owner)})
    return replace(draft.report, course_id=str(course.id), slug=course.slug, title=course.title)


class _Progress:
    """How many bytes of all that is to be read were read; what happens between counts as a tenth."""

    def __init__(self, tell: Tell, archive: Archive, *, twice: bool) -> None:
        once = sum(archive.sizes.values()) + 1
        self.tell, self.done = tell, 0
        self.between = once // 10 + 1
        self.total = once * (2 if twice else 1) + self.between

    def did(self, many: int) -> None:
        self.done += many
        self.tell(min(self.done, self.total), self.total)

    def parsed(self) -> None:
        self.did(self.between)

    def heard(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self.did(len(chunk))
            yield chunk


def _checked(questions: Sequence[ReadQuestion], path: str, outline: Outline) -> tuple[Checked, ...]:
    checked, findings = check(QuestionFile(tuple(questions), ()))
    for one in findings:
        outline.say(path, one.reason, one.about, one.line, one.weight)
    return tuple(checked)


def _too_large(archive: Archive, path: str) -> str:
    if not archive.sizes[path]:
        return "This file is empty: it is left out."
    if archive.sizes[path] > settings.import_limit_mib * 1024 * 1024:
        return f"This file has more than {settings.import_limit_mib} MB: it is left out."
    return ""


def _report(
    outline: Outline, asked: Mapping[str, tuple[Checked, ...]], bank: tuple[Checked, ...], files: int
) -> PackageReport:
    items = Counter(item.kind for part in outline.parts for item in part.items)
    kinds = Counter(one.question.kind for checked in (*asked.values(), bank) for one in checked)
    named = {"modules": len(outline.parts), "lessons": items["lesson"], "quizzes": items["quiz"]}
    named |= {"assignments": items["assignment"], "questions": kinds.total(), "files": files}
    modules = [
        ModuleLine(
            _short(part.title), tuple(LessonLine(_short(one.title), one.path, one.published) for one in part.items)
        )
        for part in outline.parts
    ]
    counts = [KindCount(name, name.capitalize(), many) for name, many in named.items()]
    asks = [KindCount(kind, KINDS[kind].label, many) for kind, many in sorted(kinds.items())]
    order = {Weight.ERROR: 0, Weight.UNSUPPORTED: 1, Weight.NOTE: 2}
    said: list[Finding] = sorted(
        dict.fromkeys(outline.findings), key=lambda one: (order[one.weight], one.path, one.line)
    )
    return PackageReport(outline.format, _short(outline.title), counts, modules, said, asks)


def course_of(work: Work, *, sha256: str) -> str:
    """The address of the course that the person made of the same file; empty where there is none."""
    found = _there(work, sha256, work.user_id)
    return found.slug if found else ""


def _there(work: Work, sha256: str, owner: UUID) -> Course | None:
    """The course that this person made of the same file, as long as it is there."""
    entries = work.db.exec(select(AuditEntry).where(col(AuditEntry.action) == IMPORTED)).all()
    for one in entries:
        if one.new == {"sha256": sha256, "owner_id": str(owner)}:
            course = work.db.get(Course, UUID(one.subject_id))
            if course is not None and course.owner_id == owner:
                return course
    return None


def _add(work: Work, draft: PackageDraft, item: Item, place: UUID, slug: str) -> UUID:
    title = _short(item.title) or item.kind.capitalize()
    if item.kind == "lesson":
        page = draft.pages[item.key]
        minutes = rules.reading_minutes(page.body)
        return courses.add_lesson(
            work, module_id=place, title=title, body=page, minutes=minutes, published=item.published
        ).id
    if item.kind == "assignment":
        made = assignments.create_assignment(
            work,
            module_id=place,
            title=title,
            item={"published": item.published},
            brief=item.text.body[:BRIEF_MAX],
            points=item.points,
            takes_files=item.takes != "text",
        )
        return made.item_id
    made = quizzes.create_quiz(work, module_id=place, title=title, item={"published": item.published})
    store(work, slug, draft.quizzes[item.key], quiz_id=made.item_id)
    return made.item_id


def _draw(work: Work, draft: PackageDraft, slug: str, ids: Mapping[str, UUID]) -> None:
    """Places that are filled by chance, once all categories are there."""
    drawing = [(item, one) for part in draft.outline.parts for item in part.items for one in item.draws]
    paths = {one.category: category_names(one.category) for _item, one in drawing}
    places = categories_of(work, slug, list(paths.values()))
    for item, one in drawing:
        wanted = Wanted(places.get(paths[one.category]), tags_taken(one.tags))
        quizzes.save_draw(
            work, quiz_id=ids[item.key], draws=min(one.count, DRAWS_MAX), points=one.points, wanted=wanted
        )


def _address(work: Work, draft: PackageDraft, item: Item, item_id: UUID, items: Mapping[str, str]) -> None:
    """Addresses for tokens: known when every item has its id."""
    scope = assignments.BRIEF if item.kind == "assignment" else "lesson"
    found = {
        f"/files/{token}": files.keep(
            work, draft.staged[path], name=path.rpartition("/")[2], scope=scope, scope_id=item_id
        ).url
        for token, path in item.text.files.items()
    }
    found |= {f"{LESSON_TOKEN}{token}": items.get(key, "#") for token, key in item.text.items.items()}
    if not found:
        return
    tokens = re.compile("|".join(map(re.escape, found)))
    if item.kind == "lesson":
        page = draft.pages[item.key]
        body, html = (tokens.sub(lambda match: found[match[0]], one) for one in (page.body, page.html))
        courses.update_lesson(work, item_id=item_id, body=Written(body, html))
    elif item.kind == "assignment":
        brief = tokens.sub(lambda match: found[match[0]], item.text.body)
        assignments.update_assignment(work, item_id=item_id, brief=brief[:BRIEF_MAX])


def _short(title: str) -> str:
    title = " ".join(title.split())
    return title if len(title) <= TITLE_MAX else title[: TITLE_MAX - 1].rstrip() + "…"


def _digest(path: Path) -> str:
    if path.is_dir():  # by what is in it, whatever order it is listed in
        with archives.open_archive(path) as archive:
            said = hashlib.sha256()
            for name in sorted(archive.sizes):
                said.update(f"{name}\0{archive.sizes[name]}\0".encode())
                for chunk in archive.chunks_of(name):
                    said.update(chunk)
            return said.hexdigest()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
