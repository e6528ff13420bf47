"""How a tree of Markdown is a course: which file is which lesson of which module, and what becomes of all others."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import yaml

from lms_app.core.errors import Invalid
from lms_app.exchange.tree import Tree
from lms_app.exchange.views import Fate, FileLine

YAML_BYTES_MAX = 200_000


@dataclass(frozen=True, slots=True)
class PagePlan:
    """A file that becomes a lesson. `prefix` goes before its title."""

    path: str
    title: str = ""
    prefix: str = ""
    published: bool = True
    required: bool = True


@dataclass(slots=True)
class ModulePlan:
    """`named_by` is a page whose title is the module's, too."""

    title: str
    pages: list[PagePlan] = field(default_factory=list[PagePlan])
    named_by: str = ""


@dataclass(slots=True)
class Plan:
    """`nearby` are folders in which a picture or link is looked for after its own, as the site's builder does."""

    layout: str
    title: str = ""
    about: str = ""  # Markdown: licence and source
    modules: list[ModulePlan] = field(default_factory=list[ModulePlan])
    others: dict[str, FileLine] = field(default_factory=dict[str, FileLine])
    nearby: tuple[str, ...] = ()
    shared_links: str = ""
    quizzes: str = ""  # a file of quizzes

    def leave(self, path: str, note: str, fate: Fate = Fate.LEFT) -> None:
        self.others[path] = FileLine(path, fate, note)


def plan(tree: Tree) -> Plan:
    """The first layout that knows this tree. Raises Invalid when there is no Markdown in it."""
    if not tree.markdown():
        raise Invalid({"folder": "There is no Markdown file in this folder."})
    made = next(made for layout in _LAYOUTS if (made := layout(tree)))
    made.modules = [module for module in made.modules if module.pages]
    planned = {page.path for module in made.modules for page in module.pages}
    for path in tree.sizes:
        if path not in planned and path not in made.others:
            made.leave(path, _why_left(path))
    for path, reason in tree.odd.items():
        made.leave(path, reason)
    made.about = made.about or _licence(tree)
    return made


# ---- Carpentries lessons


def _carpentries(tree: Tree) -> Plan | None:
    """Workbench (config.yaml, episodes/) and the older Jekyll style (_config.yml, _episodes/)."""
    config_path = next((path for path in ("config.yaml", "_config.yml", "config.yml") if path in tree.sizes), "")
    config = _yaml(tree, config_path) if config_path else {}
    folder = next((name for name in ("episodes", "_episodes") if name in tree.folders), "")
    if not folder or not ("carpentry" in config or "life_cycle" in config or folder == "_episodes"):
        return None
    old = folder == "_episodes"
    made = Plan("Carpentries lesson", str(config.get("title") or ""), _about_carpentries(config))
    made.nearby = ("_episodes", "", "_extras") if old else ("episodes", "", "learners", "instructors")
    learners, instructors = ("_extras", "") if old else ("learners", "instructors")
    made.leave(config_path, "the settings of the lesson", Fate.USED)
    start, end = ModulePlan("Before you start"), ModulePlan("Reference")
    for path in ("index.md", f"{learners}/setup.md", "setup.md"):
        if path in tree.sizes:
            start.pages.append(PagePlan(path, title="About this lesson" if path == "index.md" else ""))
    episodes = ModulePlan("Episodes")
    episodes.pages = [PagePlan(path) for path in _listed(tree, folder, config.get("episodes"))]
    known = {page.path for page in start.pages}
    for path in [*_listed(tree, learners, config.get("learners")), "reference.md", "LICENSE.md"]:
        if path in tree.sizes and path not in known:
            end.pages.append(PagePlan(path, required=False, title="Licence" if path == "LICENSE.md" else ""))
    notes = ModulePlan("For instructors")
    for of in (instructors, "profiles"):
        paths = _listed(tree, of, config.get(of)) if of else []
        notes.pages += [PagePlan(path, published=False, required=False) for path in paths]
    made.modules = [start, episodes, end, notes]
    for path in ("links.md", "_includes/links.md", f"{folder}/links.md"):
        if path in tree.sizes:
            made.shared_links, _ = tree.text_of(path)
            made.leave(path, "link references for all pages", Fate.USED)
            episodes.pages = [page for page in episodes.pages if page.path != path]
    return made


def _listed(tree: Tree, folder: str, wanted: Any) -> list[str]:
    """The pages of a folder: in the order that the settings list, then the rest by name."""
    here = [path for path in tree.markdown() if path.rpartition("/")[0] == folder]
    names = [name for name in wanted if isinstance(name, str)] if isinstance(wanted, list) else []
    first = [f"{folder}/{name.removeprefix('./')}" for name in names]
    # The old style lists slugs without an ending.
    first = [path if path in here else f"{path}.md" for path in first]
    chosen = [path for path in dict.fromkeys(first) if path in here]
    return [*chosen, *sorted((path for path in here if path not in chosen), key=natural)]


def _about_carpentries(config: dict[str, Any]) -> str:
    said = []
    if isinstance(licence := config.get("license"), str) and licence:
        said.append(f"Licence: {licence}.")
    source = config.get("source")
    if isinstance(source, str) and re.fullmatch(r"https?://[^\s<>()\[\]]{1,300}", source):
        said.append(f"Source: <{source}>")
    return " ".join(said)


# ---- Trees of numbered parts (Microsoft's "for beginners" curricula)

_LESSON = re.compile(r"(\d+-[^/]+)/(?:lessons/)?(\d+-[^/]+)/README\.md", re.IGNORECASE)


def _numbered(tree: Tree) -> Plan | None:
    """`2-farm/lessons/1-predict/README.md`: a folder is a module, a folder in it a lesson with its pages."""
    lessons = {path: match for path in tree.markdown() if (match := _LESSON.fullmatch(path))}
    if len(lessons) < 2:
        return None
    made = Plan("Numbered modules and lessons")
    welcome = ModulePlan("Welcome")
    modules: dict[str, ModulePlan] = {}
    for path in sorted(tree.markdown(), key=_readme_first):
        if note := _not_material(path):
            made.leave(path, note)
        elif (module := path.partition("/")[0]) in {match[1] for match in lessons.values()}:
            place = modules.setdefault(module, ModulePlan(_pretty(module)))
            place.named_by = place.named_by or (path if path.lower() == f"{module}/readme.md".lower() else "")
            is_task = path.lower().endswith("/assignment.md")
            place.pages.append(PagePlan(path, prefix="Assignment: " if is_task else ""))
        elif "/" not in path:
            welcome.pages.append(PagePlan(path, required=False))
        else:
            made.leave(path, "outside of the numbered modules")
    made.modules = [welcome, *(modules[name] for name in sorted(modules, key=natural))]
    for path in tree.sizes:
        if re.search(r"(^|/)quiz-app/", path):
            if path.endswith("/translations/en.json") and not made.quizzes:
                made.quizzes = path
            is_translation = path.endswith(".json") and "/translations/" in path
            made.leave(
                path, "a translation" if is_translation else "part of the program for quizzes, not of the course"
            )
    return made


# ---- Any other tree


def _folders(tree: Tree) -> Plan:
    """A folder is a module, a file a lesson; README and index come first."""
    made = Plan("Folders of Markdown")
    modules: dict[str, ModulePlan] = {}
    for path in sorted(tree.markdown(), key=_readme_first):
        folder = path.partition("/")[0] if "/" in path else ""
        if note := _not_material(path):
            made.leave(path, note)
            continue
        module = modules.setdefault(folder, ModulePlan(_pretty(folder) if folder else "Lessons"))
        module.pages.append(PagePlan(path))
        if folder and path.lower() in (f"{folder}/readme.md".lower(), f"{folder}/index.md".lower()):
            module.named_by = module.named_by or path
    first = modules.pop("", None)
    if first and modules:
        first.title = "Welcome"
    made.modules = [*([first] if first else []), *(modules[name] for name in sorted(modules, key=natural))]
    return made


_LAYOUTS: tuple[Callable[[Tree], Plan | None], ...] = (_carpentries, _numbered, _folders)


# ---- What the layouts share


def natural(path: str) -> list[tuple[int, int, str]]:
    """So that `10-x` comes after `9-x`."""
    return [
        (1, int(part), "") if part.isdecimal() and len(part) < 18 else (0, 0, part)
        for part in re.split(r"(\d+)", path.lower())
    ]


def _readme_first(path: str) -> tuple[list[tuple[int, Any]], ...]:
    """In each folder README or index, then its other files, assignments last, then its folders."""
    *folders, name = path.split("/")
    stem = name.rpartition(".")[0].lower()
    rank = 0 if stem in ("readme", "index") else 2 if stem == "assignment" else 1
    return (*([(3, natural(folder))] for folder in folders), [(rank, natural(name))])


_REPOSITORY = re.compile(
    r"(license|licence|code[_-]of[_-]conduct|contributing|security|support|changelog|authors|citation|translations|"
    r"maintainers|governance|pull_request_template|issue_template|news|privacy|trademark)[^/]*\.(md|markdown)",
    re.IGNORECASE,
)
_TRANSLATION = re.compile(r"(^|/)(translations|i18n|locales|l10n)/|\.[a-z]{2}(-[a-z]{2,4})?\.md$", re.IGNORECASE)


def _not_material(path: str) -> str:
    if _TRANSLATION.search(path):
        return "a translation"
    if path.startswith((".github/", ".gitlab/")) or _REPOSITORY.fullmatch(path):
        return "about the repository, not a lesson"
    if re.search(r"(^|/)(node_modules|_site|site|vendor)/", path):
        return "in a folder of tools"
    return ""


def _why_left(path: str) -> str:
    """Why a file of no layout's plan is none of the course."""
    name = path.rpartition("/")[2].lower()
    if note := _not_material(path):
        return note
    if name.endswith((".md", ".markdown", ".rmd")):
        is_figure = re.search(r"(^|/)(fig|figs|figures|images|data|files|code)/", path)
        return "beside pictures or data, not a lesson" if is_figure else "about the repository, not a lesson"
    if name.endswith((".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg")):
        return "a picture that no lesson shows"
    if re.match(r"(license|licence|copying)", name):
        return "the licence, named in the course's description"
    return "a file that no lesson links to"


def _pretty(name: str) -> str:
    """`2-first_steps` is "First steps"."""
    words = re.sub(
        r"[-_\s]+", " ", re.sub(r"^\d+[-_. ]+", "", name.rpartition(".")[0] if "." in name else name)
    ).strip()
    return words[:1].upper() + words[1:] if words else name


pretty = _pretty


def _licence(tree: Tree) -> str:
    """The name of the licence and whose it is: the first line of its file, and the one that says Copyright."""
    path = next((p for p in tree.sizes if re.fullmatch(r"(licen[sc]e|copying)(\.(md|txt))?", p.lower())), "")
    if not path:
        return ""
    text, _ = tree.text_of(path)
    lines = [line.strip(" #*") for line in text.split("\n") if line.strip(" #*-=")]
    owner = next((line for line in lines if line.lower().startswith("copyright")), "")
    said = [re.sub(r"[^\w\s(),.:/&©-]", "", line[:150]) for line in dict.fromkeys((*lines[:1], owner)) if line]
    return f"Licence: {'. '.join(said)}." if said else ""


def _yaml(tree: Tree, path: str) -> dict[str, Any]:
    """Settings that are plain YAML; anything else counts as none."""
    text, _ = tree.text_of(path)
    return parse_yaml(text) or {}


def parse_yaml(text: str) -> dict[str, Any] | None:
    """A mapping, or None for what is not one. Aliases are refused: a few of them can stand for gigabytes."""
    if len(text) > YAML_BYTES_MAX or re.search(r"(?m)(^|[\s\[,:-])[&*][A-Za-z0-9_]", text):
        return None
    try:
        found = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
