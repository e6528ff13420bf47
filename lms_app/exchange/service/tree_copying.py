"""The same course once more, by way of its tree: all that is in a tree comes along, nobody's work does."""

from pathlib import Path
from tempfile import TemporaryDirectory

from lms_app.core.errors import Invalid
from lms_app.core.settings import settings
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.exchange.service.trees import TreeFiles, export_tree, write_tree
from lms_app.exchange.trees.reading import TreeDraft, read_tree
from lms_app.policy import Can

TITLE_MAX = 160


def copy_source(work: Work, *, slug: str, title: str) -> tuple[TreeFiles, str]:
    """What is to be copied, and an address for the copy. For whoever manages the course and may make one."""
    courses.enter_by_slug(work, slug, Can.MANAGE)
    address = courses.free_slug(work, title=title)
    if not 1 <= len(title.strip()) <= TITLE_MAX:
        raise Invalid({"title": f"Enter a title of up to {TITLE_MAX} characters."})
    return export_tree(work, slug=slug), address


def read_copy(tree: TreeFiles, *, slug: str, title: str) -> TreeDraft:
    """A course under new ids, as a draft, ready for `import_tree`. Without a database; it computes."""
    aside = settings.files_dir / "incoming"
    aside.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=aside) as folder:
        write_tree(tree, Path(folder))
        draft = read_tree(Path(folder), as_new=slug)
    draft.whole.course.title = title.strip()
    return draft
