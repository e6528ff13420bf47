"""A course as a folder of Markdown: every file, picture and link in it gets a fate, and the report names them all."""

import io
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from lms_app.core import files
from lms_app.core.errors import Invalid
from lms_app.core.settings import settings
from lms_app.core.text import TEXT_MAX
from lms_app.courses import rules
from lms_app.exchange import choices, layouts, references
from lms_app.exchange.choices import Quiz
from lms_app.exchange.layouts import PagePlan, Plan
from lms_app.exchange.page import Page, open_page, places
from lms_app.exchange.references import Target
from lms_app.exchange.tree import STORED_BYTES_MAX, Tree, joined, list_tree
from lms_app.exchange.views import CourseReport, Fate, FileLine, LessonLine, ModuleLine, QuizLine, Reference, Repair

TITLE_MAX = 160
QUIZ = "quiz:"  # and its number: where a link leads that leads to a quiz
_QUIZ = re.compile(r"/quiz(?:zes)?/(\d{1,9})/?$", re.IGNORECASE)
NO_WORDS = "This page has no words of its own."


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the tree that a lesson shows or offers, as bytes on disk under their hash."""

    name: str
    staged: files.Staged | None  # None where the tree was only looked at


@dataclass(frozen=True, slots=True)
class Lesson:
    """`body` is Markdown with tokens in place of addresses; `files` and `lessons` say what each token stands for."""

    path: str
    title: str
    body: str
    minutes: int
    published: bool
    required: bool
    files: dict[UUID, str]
    lessons: dict[UUID, str]


@dataclass(frozen=True, slots=True)
class Module:
    """`quizzes` are by the paths of the lessons that they stand at; those at none stand at the end."""

    title: str
    lessons: tuple[Lesson, ...]
    quizzes: dict[str, list[Quiz]] = field(default_factory=dict[str, list[Quiz]])


@dataclass(frozen=True, slots=True)
class CourseTree:
    title: str
    about: str
    modules: tuple[Module, ...]
    assets: dict[str, Asset]
    report: CourseReport


def read(folder: Path, *, stage: bool = True) -> CourseTree:
    """Read a tree. With `stage` the files that lessons use are put on disk, where a later import finds them.

    Raises Invalid for no folder, no Markdown, or too much of anything.
    """
    tree = list_tree(folder)
    return _Reading(tree, layouts.plan(tree), stage).run()


@dataclass(slots=True)
class _Reading:
    tree: Tree
    plan: Plan
    stage: bool
    pages: dict[str, Page] = field(default_factory=dict[str, Page])
    plans: dict[str, PagePlan] = field(default_factory=dict[str, PagePlan])
    assets: dict[str, Asset] = field(default_factory=dict[str, Asset])
    pictures: dict[str, tuple[bool, str]] = field(default_factory=dict[str, tuple[bool, str]])
    stored_bytes: int = 0
    quizzes: dict[int, Quiz] = field(default_factory=dict[int, Quiz])  # of a file, by number
    unnumbered: list[Quiz] = field(default_factory=list[Quiz])
    led_to: dict[int, str] = field(default_factory=dict[int, str])  # number of a quiz → the first page that leads there
    made: dict[str, list[Quiz]] = field(default_factory=dict[str, list[Quiz]])  # page → quizzes of its exercises
    quiz_repairs: list[Repair] = field(default_factory=list[Repair])

    def run(self) -> CourseTree:
        self._open_pages()
        self._read_quizzes()
        names = references.read_names(self.plan.shared_links)
        seen: list[Reference] = []
        modules: list[Module] = []
        for module in self.plan.modules:
            lessons: list[Lesson] = []
            for page_plan in module.pages:
                lessons.append(lesson := self._lesson(page_plan, names, seen))
                self.plan.others[page_plan.path] = FileLine(page_plan.path, Fate.LESSON, lesson.title)
            title = self.pages[module.named_by].title if module.named_by else ""
            modules.append(Module(_short(title or module.title), tuple(lessons)))
        self._place_quizzes(modules)
        title = self._course_title()
        report = self._report(title, modules, seen)
        return CourseTree(title, self.plan.about, tuple(modules), self.assets, report)

    # -- Pages

    def _open_pages(self) -> None:
        for page_plan in [page for module in self.plan.modules for page in module.pages]:
            text, note = self.tree.text_of(page_plan.path)
            page = open_page(page_plan.path, text)
            if note:
                page.repaired(1, "encoding", note)
            self.pages[page_plan.path] = page
            self.plans[page_plan.path] = page_plan

    def _lesson(self, page_plan: PagePlan, names: dict[str, str], seen: list[Reference]) -> Lesson:
        page = self.pages[page_plan.path]
        title = page_plan.title or page.title or layouts.pretty(Path(page_plan.path).name)
        if page_plan.prefix and not title.casefold().startswith(page_plan.prefix.rstrip(": ").casefold()):
            title = page_plan.prefix + title
        if len(title) > TITLE_MAX:
            page.repaired(1, "title of more than 160 characters", "shortened")
        uses = references.settle(
            page, lambda address, shown: self._target(page.path, address, shown), names, self._place
        )
        seen += uses.references
        self._exercises(page, _short(title))
        body = page.body
        if len(body) > TEXT_MAX:
            raise Invalid({"folder": f"{page.path} is longer than {TEXT_MAX:,} characters. Divide it into several."})
        if not body.strip():
            page.repaired(1, "page without words", "a lesson that says so")
        return Lesson(
            page_plan.path,
            _short(title),
            body if body.strip() else NO_WORDS,
            _minutes(page) or rules.reading_minutes(body),
            page_plan.published,
            page_plan.required,
            uses.files,
            uses.lessons,
        )

    def _place(self, path: str, name: str) -> str | None:
        page = self.pages.get(path)
        if page is None:
            return None
        slug = page.anchors.get(name) or name.lower()
        return slug if slug in places(page) else None

    # -- Quizzes

    def _read_quizzes(self) -> None:
        path = self.plan.quizzes
        if not path:
            return
        try:
            found, unasked = choices.in_json(self.tree.text_of(path)[0], path)
        except Invalid as error:
            self.plan.leave(path, " ".join(error.fields.values()))
            return
        many = sum(len(one.questions) for one in found)
        self.plan.leave(path, f"{len(found)} quizzes with {many} questions", Fate.USED)
        self.quiz_repairs += [Repair(path, one.line, "question of a quiz", one.reason, kept=False) for one in unasked]
        for one in found:
            if one.number and one.number not in self.quizzes:
                self.quizzes[one.number] = one
            else:
                self.unnumbered.append(one)

    def _exercises(self, page: Page, title: str) -> None:
        asked, unasked = choices.in_page(page.lines)
        for one in asked:
            page.repaired(one.line, "exercise with choices", "became a question, too, in a quiz behind the lesson")
        for one in unasked:
            page.repaired(one.line, "exercise with choices", one.reason)
        if asked:
            self.made[page.path] = [Quiz(_short(f"Check: {title}"), page.path, asked[0].line, tuple(asked))]

    def _place_quizzes(self, modules: list[Module]) -> None:
        places = {lesson.path: module for module in modules for lesson in module.lessons}
        for path, quizzes in self.made.items():
            places[path].quizzes[path] = quizzes
        rest = list(self.unnumbered)
        for number, quiz in self.quizzes.items():
            path = self.led_to.get(number, "")
            if path in places:
                places[path].quizzes.setdefault(path, []).append(quiz)
            else:
                rest.append(quiz)
        if rest:
            modules.append(Module("Quizzes", (), {"": rest}))

    # -- Where addresses lead

    def _target(self, path: str, address: str, is_picture: bool) -> Target:
        if address.lower().startswith("data:"):
            return Target(Fate.REFUSED, note="a picture inside of the text")
        if references.is_outside(address):
            if not is_picture and (match := _QUIZ.search(address)):
                return self._quiz_target(path, int(match[1]))
            return Target(Fate.REMOTE if is_picture else Fate.KEPT)
        if not address:
            return Target(Fate.MISSING, note="an empty address")
        candidates = list(self._candidates(path, address))
        for candidate in candidates:
            if found := self._found(candidate, is_picture):
                return found
        if not candidates:
            return Target(Fate.REFUSED, note="leads out of the tree")
        return Target(Fate.MISSING, note=self._missing_note(candidates))

    def _quiz_target(self, path: str, number: int) -> Target:
        quiz = self.quizzes.get(number)
        if quiz is None:
            return Target(Fate.KEPT, note="a quiz on another site, not imported")
        self.led_to.setdefault(number, path)
        return Target(Fate.LESSON, f"{QUIZ}{number}", f"the quiz “{quiz.title}”")

    def _candidates(self, path: str, address: str) -> Iterable[str]:
        """The paths that an address may mean, the likeliest first."""
        folder = path.rpartition("/")[0]
        for base in dict.fromkeys((folder, *self.plan.nearby)):
            if (place := joined(base, address)) is not None:
                yield place

    def _found(self, path: str, is_picture: bool) -> Target | None:
        if not is_picture:
            for page in (
                path,
                f"{path}/README.md",
                f"{path}/index.md",
                f"{path}.md",
                re.sub(r"(\.html|/index\.html)$", ".md", path),
            ):
                if page.strip("/") in self.pages:
                    return Target(Fate.LESSON, page.strip("/"))
        if path not in self.tree.sizes:
            # The older builders put `_extras/about.md` at `/about/`.
            name = re.sub(r"(/|/index\.html|\.html)$", "", path).rpartition("/")[2]
            near = (f"{base}/{name}.md".lstrip("/") for base in self.plan.nearby)
            page = next((one for one in near if one in self.pages), "") if not is_picture and name else ""
            return Target(Fate.LESSON, page) if page else None
        if path in self.plan.others and self.plan.others[path].note == "a translation":
            return Target(Fate.LEFT, path, "a translation")
        return self._asset(path, is_picture)

    def _asset(self, path: str, is_picture: bool) -> Target:
        if path not in self.pictures:
            try:
                self._keep(path)
            except Invalid as error:
                self.plan.leave(path, str(error), Fate.REFUSED)
                return Target(Fate.REFUSED, path, str(error))
        is_image, size = self.pictures[path]
        if is_picture and not is_image:
            return Target(Fate.REFUSED, path, "not a picture")
        what = "a picture in lessons" if is_image else "a file of lessons"
        self.plan.leave(path, what, Fate.STORED)
        return Target(Fate.STORED, path, size=size if is_picture else "")

    def _keep(self, path: str) -> None:
        content = self.tree.bytes_of(path, settings.upload_limit_mib * 1024 * 1024)
        self.stored_bytes += len(content)
        if self.stored_bytes > STORED_BYTES_MAX:
            raise Invalid(
                {"folder": f"The files of this tree are more than {STORED_BYTES_MAX // 1_000_000} MB together."}
            )
        if not content:
            raise Invalid({"folder": "an empty file"})
        media_type = files.media_type_of(content[: files.HEAD_BYTES], path)
        is_image = media_type in files.IMAGES or media_type == files.SVG
        self.pictures[path] = is_image, _size(content, media_type) if is_image else ""
        staged = files.stage_bytes(content) if self.stage else None
        self.assets[path] = Asset(path.rpartition("/")[2], staged)

    def _missing_note(self, candidates: list[str]) -> str:
        for path in candidates:
            if path in self.plan.others:
                return self.plan.others[path].note
            if path in self.tree.folders or path == "":
                return "a folder without a page of its own"
            if re.search(r"(^|/)translations/", path):
                return "a translation"
        return ""

    # -- The report

    def _course_title(self) -> str:
        root = next((page.title for path, page in self.pages.items() if path.lower() in ("readme.md", "index.md")), "")
        return _short(self.plan.title or root or layouts.pretty(self.tree.name) or "Imported course")

    def _report(self, title: str, modules: list[Module], seen: list[Reference]) -> CourseReport:
        repairs: list[Repair] = [repair for page in self.pages.values() for repair in page.repairs]
        repairs += self.quiz_repairs
        order = {path: number for number, path in enumerate(self.pages)}
        return CourseReport(
            layout=self.plan.layout,
            title=title,
            modules=tuple(
                ModuleLine(
                    module.title,
                    tuple(LessonLine(one.title, one.path, one.published) for one in module.lessons),
                )
                for module in modules
            ),
            files=tuple(sorted(self.plan.others.values(), key=lambda one: layouts.natural(one.path))),
            references=tuple(seen),
            repairs=tuple(sorted(repairs, key=lambda one: (order.get(one.path, len(order)), one.line))),
            quizzes=tuple(
                QuizLine(quiz.title, quiz.path, quiz.line, len(quiz.questions))
                for module in modules
                for quizzes in module.quizzes.values()
                for quiz in quizzes
            ),
        )


def _short(title: str) -> str:
    title = " ".join(title.split())
    return title if len(title) <= TITLE_MAX else title[: TITLE_MAX - 1].rstrip() + "…"


def _minutes(page: Page) -> int:
    """Carpentries say how long teaching and exercises take."""
    said = [page.settings.get(name) for name in ("teaching", "exercises")]
    return sum(one for one in said if isinstance(one, int) and 0 < one <= 1000)


_VIEW_BOX = re.compile(
    rb"<svg\b[^>]{0,2000}?\bviewBox\s{0,3}=\s{0,3}[\"']\s{0,3}[-\d.]{1,20}[\s,]{1,3}[-\d.]{1,20}[\s,]{1,3}(\d{1,5})(?:\.\d{0,20})?"
    rb"[\s,]{1,3}(\d{1,5})"
)


def _size(content: bytes, media_type: str) -> str:
    """Width and height of a picture, so that a page keeps room for it while it loads; empty when they cannot be told."""
    if media_type == files.SVG:
        box = _VIEW_BOX.search(content[: files.HEAD_BYTES])
        return f"{int(box[1])}x{int(box[2])}" if box and int(box[1]) and int(box[2]) else ""
    from PIL import Image  # late: two megabytes

    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(content)) as picture:
            warnings.simplefilter("ignore")  # only the head is read, however large the picture says it is
            width, height = picture.size
    except Exception:  # a broken picture is shown as one; Pillow has many ways to say so
        return ""
    return f"{width}x{height}" if 0 < width < 100_000 and 0 < height < 100_000 else ""
