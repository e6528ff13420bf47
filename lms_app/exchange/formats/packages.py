"""Which format a package is, by what is in it; and the questions of one, whatever else it holds."""

from collections.abc import Callable
from dataclasses import replace

from lms_app.core.archives import Archive
from lms_app.core.errors import Invalid
from lms_app.exchange.formats import cartridge, moodle_backup, olx, qti
from lms_app.exchange.formats.base import QuestionFile, Weight
from lms_app.exchange.formats.outline import Outline

TREE = "course.yaml"
KNOWN = "Common Cartridge, Canvas export, Moodle backup (.mbz), Open edX (OLX), QTI"


def read(archive: Archive) -> Outline:
    """The course that a package holds. Raises Invalid, with a reason, for what is none that we know."""
    return _reader(archive)(archive)


def read_questions(archive: Archive) -> tuple[str, QuestionFile]:
    """The format, and all questions: those of a quiz in a category of its title. Raises Invalid where there are none."""
    if not is_course(archive):
        if not qti.question_files(archive) and not cartridge.manifest_of(archive):
            raise _unknown(archive)
        return "QTI package", qti.read_archive(archive)
    outline = read(archive)
    questions = list(outline.bank)
    items = [item for part in outline.parts for item in part.items]
    for item in items:
        questions += [replace(one, category=one.category or (item.title,)) for one in item.questions]
    if rest := sum(item.kind != "quiz" for item in items):
        whole = "1 lesson or assignment" if rest == 1 else f"{rest:,} lessons and assignments"
        outline.say(
            "", f"{whole} of this package stay behind: only its questions come into a bank. Import it as a course."
        )
    if not questions:
        why = " ".join(dict.fromkeys(one.reason for one in outline.findings[:5]))
        raise Invalid({"file": f"There are no questions in this package ({outline.format}). {why}".strip()})
    # What is broken in one quiz is no reason to leave the others: it is left out by whoever agrees to it.
    findings = [
        replace(one, weight=Weight.UNSUPPORTED) if one.weight is Weight.ERROR else one for one in outline.findings
    ]
    return outline.format, QuestionFile(tuple(questions), tuple(findings))


def is_course(archive: Archive) -> bool:
    """Whether it holds more than questions."""
    return (
        moodle_backup.home_of(archive) is not None or cartridge.is_course(archive) or olx.home_of(archive) is not None
    )


def is_known(archive: Archive) -> bool:
    """Whether it is one of the formats of courses, to judge by what its files are called."""
    heads = (moodle_backup.MANIFEST, qti.MANIFEST, "course.xml")
    return any(path.count("/") <= 1 and path.rpartition("/")[2].lower() in heads for path in archive.sizes)


def is_tree(archive: Archive) -> bool:
    """Whether it is a course as our own export writes one, in a folder of its own or not."""
    return any(path == TREE or (path.endswith(f"/{TREE}") and path.count("/") == 1) for path in archive.sizes)


def _reader(archive: Archive) -> Callable[[Archive], Outline]:
    if moodle_backup.home_of(archive) is not None:
        return moodle_backup.read
    if cartridge.manifest_of(archive):
        return cartridge.read
    if olx.home_of(archive) is not None:
        return olx.read
    raise _unknown(archive)


def _unknown(archive: Archive) -> Invalid:
    return Invalid({"file": f"This is no package that we know. {_likely(archive)}We read: {KNOWN}."})


def _likely(archive: Archive) -> str:
    """What somebody may have taken for a package, or a package inside another archive."""
    names = [path.rpartition("/")[2].lower() for path in archive.sizes]
    if "[content_types].xml" in names:
        return "It is an office document. "
    if inside := next(
        (path for path in archive.sizes if path.lower().endswith((".imscc", ".mbz", ".zip", ".tar.gz", ".tgz"))), ""
    ):
        return f"It holds another archive, “{inside[:100]}”: unpack it, and send that one. "
    if "moodle.xml" in names:
        return "It is a backup of Moodle 1.9 or older. "
    return ""
