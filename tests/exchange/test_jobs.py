"""Imports and exports as jobs: sent, looked at, confirmed, brought in once, and nobody else's."""

import asyncio
import io
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import col, func, select

from lms_app.core import files
from lms_app.core.apart import Stopped
from lms_app.core.errors import Conflict, Forbidden, Invalid, NotFound, NotSignedIn
from lms_app.core.files import StoredFile
from lms_app.core.work import ANONYMOUS, SYSTEM, reading, unit_of_work, utc_now
from lms_app.courses import service as courses
from lms_app.courses.models import Course
from lms_app.exchange import service
from lms_app.exchange.models import ExchangeJob
from lms_app.quizzes import service as quizzes
from tests.courses import makers
from tests.exchange.test_packages import BACKUP, CARTRIDGE, OLX, tarred, zipped

GIFT = b"$CATEGORY: Ponds\n\nIs it warm? {T}\n\nWhich? {=sheep ~wolves}\n"
PARTLY = GIFT + b"\nHow much? {#*}\n"


@pytest.fixture
def course(instructor: Any) -> makers.Made:
    return makers.course(instructor)


@pytest.fixture
def teacher(instructor: Any) -> Any:
    return instructor.at(utc_now())


def sent(person: Any, content: bytes, name: str = "file.zip", slug: str = "") -> Any:
    return person.does(service.take_import, staged=files.stage_bytes(content), name=name, slug=slug)


def worked() -> None:
    """What the job loop does until nothing waits."""

    async def all_of_it() -> None:
        while await service.work_on_jobs():
            pass

    asyncio.run(all_of_it())


def looked_at(person: Any, content: bytes, slug: str = "") -> Any:
    view = sent(person, content, slug=slug)
    worked()
    return person.sees(service.read_import, import_id=UUID(view.id))


def brought_in(person: Any, view: Any, **decision: Any) -> Any:
    person.does(service.commit_import, import_id=UUID(view.id), **decision)
    worked()
    return person.sees(service.read_import, import_id=UUID(view.id))


def counted(table: Any) -> int:
    with reading(SYSTEM) as work:
        return work.db.exec(select(func.count()).select_from(table)).one()


# ---- A course


@pytest.mark.parametrize(
    ("content", "format"),
    [
        (zipped(CARTRIDGE), "Common Cartridge"),
        (tarred(BACKUP), "Moodle backup"),
        (tarred(OLX), "Open edX course (OLX)"),
    ],
    ids=["cartridge", "moodle", "edx"],
)
def test_a_package_is_looked_at_and_then_becomes_a_course(teacher: Any, content: bytes, format: str) -> None:
    view = looked_at(teacher, content)

    assert (view.state, view.percent, view.busy) == ("checked", 100, False)
    assert (view.preview.format, view.preview.makes, view.preview.there) == (format, "course", "")
    assert {one.kind for one in view.preview.counts} >= {"lessons", "quizzes", "questions"}
    assert view.preview.weights["unsupported"] >= 1
    assert all(one.reason.endswith((".", "…")) for one in view.preview.findings)
    assert counted(Course) == 0

    done = brought_in(teacher, view, title="Ponds of the north")

    (mine,) = teacher.sees(courses.taught)
    assert (done.state, done.unchanged, done.course_title) == ("done", False, "Ponds of the north")
    assert done.url == f"/teaching/{mine.slug}"
    assert counted(select(StoredFile).where(col(StoredFile.scope) == service.IMPORT).subquery()) == 0


def test_the_same_package_again_changes_nothing_and_says_so(teacher: Any) -> None:
    package = zipped(CARTRIDGE)
    first = brought_in(teacher, looked_at(teacher, package))

    again = looked_at(teacher, package)
    assert again.preview.there == first.course
    done = brought_in(teacher, again)

    assert (done.unchanged, done.url, counted(Course)) == (True, first.url, 1)


def test_a_double_click_begins_and_confirms_once(teacher: Any) -> None:
    place = teacher.does(service.import_place)
    stored = teacher.does(
        files.keep, files.stage_bytes(zipped(CARTRIDGE)), name="a.imscc", scope=service.IMPORT, scope_id=place
    )
    views = [teacher.does(service.begin_import, file_id=UUID(stored.id)) for _ in range(2)]
    worked()
    confirmed = [teacher.does(service.commit_import, import_id=UUID(views[0].id)) for _ in range(2)]
    worked()

    assert views[0].id == views[1].id
    assert [one.state for one in confirmed] == ["confirmed", "confirmed"]
    assert teacher.does(service.commit_import, import_id=UUID(views[0].id)).state == "done"
    assert counted(Course) == 1


# ---- Questions


def test_questions_come_into_the_bank_of_a_course(teacher: Any, course: makers.Made) -> None:
    view = looked_at(teacher, GIFT, slug=course.slug)
    assert (view.preview.format, view.preview.makes, view.preview.added, view.course) == (
        "GIFT",
        "questions",
        2,
        course.slug,
    )

    done = brought_in(teacher, view, quiz="Warm or not")
    again = looked_at(teacher, GIFT, slug=course.slug)

    assert (done.added, done.unchanged, "/quizzes/" in done.url) == (2, False, True)
    assert (again.preview.added, again.preview.known) == (0, 2)
    assert brought_in(teacher, again).unchanged
    assert len(teacher.does(quizzes.bank_questions, slug=course.slug)) == 2


def test_questions_that_were_sent_for_no_course_ask_for_one(teacher: Any, course: makers.Made) -> None:
    view = looked_at(teacher, GIFT)
    assert [one.value for one in teacher.sees(service.import_courses)] == [course.slug]

    with pytest.raises(Invalid) as refused:
        teacher.does(service.commit_import, import_id=UUID(view.id))
    assert set(refused.value.fields) == {"course"}

    assert brought_in(teacher, view, course=course.slug).added == 2


@pytest.mark.parametrize(
    "content", [zipped(CARTRIDGE), tarred(BACKUP), tarred(OLX)], ids=["cartridge", "moodle", "edx"]
)
def test_of_a_package_a_course_takes_the_questions_alone(teacher: Any, course: makers.Made, content: bytes) -> None:
    view = looked_at(teacher, content, slug=course.slug)
    assert view.preview.makes == "questions"
    assert "stay behind" in " ".join(one.reason for one in view.preview.findings)

    done = brought_in(teacher, view, skip_unsupported=True)

    assert (done.state, done.added) == ("done", view.preview.added)
    assert counted(Course) == 1


def test_what_cannot_be_asked_is_left_out_only_when_asked_to(teacher: Any, course: makers.Made) -> None:
    view = looked_at(teacher, PARTLY, slug=course.slug)
    assert (view.preview.skippable, view.preview.findings[0].line) == (True, 7)

    with pytest.raises(Invalid) as refused:
        teacher.does(service.commit_import, import_id=UUID(view.id))
    assert set(refused.value.fields) == {"skip_unsupported"}

    assert brought_in(teacher, view, skip_unsupported=True).added == 2


# ---- What goes wrong


def _bomb() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as whole:
        whole.writestr("imsmanifest.xml", b"\0" * 100_000_000)
    return made.getvalue()


REFUSED: dict[str, tuple[bytes, str]] = {
    "a bomb": (_bomb(), "far more inside"),
    "a way out": (zipped({"../../etc/passwd": b"x"}), "leads out"),
    "an absolute path": (zipped({"/etc/passwd": b"x"}), "absolute"),
    "entities": (zipped({"imsmanifest.xml": b'<!DOCTYPE m [<!ENTITY a "b">]><manifest>&a;</manifest>'}), "entities"),
    "half a zip": (zipped(CARTRIDGE)[:-30], "no whole zip"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 500, "a picture"),
    "no text": (b"\x80\x81 = { = }" * 50, "not UTF-8"),
    "NUL": (b"Warm?\0 {T}", "NUL"),
    "a letter": (b"See you on Friday.", "no file of questions"),
    "a document": (zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}), "office document"),
    "SCORM": (
        zipped(
            {"imsmanifest.xml": b"<manifest><metadata><schema>ADL SCORM</schema></metadata><resources/></manifest>"}
        ),
        "SCORM",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_import_fails_with_a_reason_and_leaves_nothing(teacher: Any, name: str) -> None:
    content, reason = REFUSED[name]

    view = looked_at(teacher, content)

    assert (view.state, view.busy, view.preview) == ("failed", False, None)
    assert reason in view.problem
    assert counted(StoredFile) == 0
    with pytest.raises(Conflict):
        teacher.does(service.commit_import, import_id=UUID(view.id))


def test_a_file_that_is_gone_is_told(teacher: Any) -> None:
    view = sent(teacher, GIFT + b"\n// gone")
    with reading(SYSTEM) as work:
        files.path_of(work.db.exec(select(ExchangeJob.sha256)).one()).unlink()

    worked()

    assert "gone" in teacher.sees(service.read_import, import_id=UUID(view.id)).problem


def test_who_may_no_longer_write_there_brings_nothing_in(teacher: Any, student: Any, course: makers.Made) -> None:
    helper = student.at(utc_now())
    teacher.does(courses.add_member, course_id=course.id, user_id=student.id, role="assistant")
    view = looked_at(helper, GIFT, slug=course.slug)
    helper.does(service.commit_import, import_id=UUID(view.id))
    teacher.does(courses.remove_member, course_id=course.id, user_id=student.id)

    worked()

    with pytest.raises(NotFound):
        helper.sees(service.read_import, import_id=UUID(view.id))
    assert teacher.does(quizzes.bank_questions, slug=course.slug) == []


def test_what_was_discarded_while_it_was_read_stops(teacher: Any) -> None:
    view = sent(teacher, zipped(CARTRIDGE))
    with unit_of_work(SYSTEM) as work:
        taken = service.take(work)
    assert taken is not None
    teacher.does(service.discard_import, import_id=UUID(view.id))

    with unit_of_work(SYSTEM) as work:
        assert not service.note_progress(work, job_id=taken.id, percent=5)
        assert not service.is_there(work, job_id=taken.id)
    assert (counted(ExchangeJob), counted(StoredFile)) == (0, 0)


def test_a_job_of_a_process_that_died_is_taken_up_again_but_not_for_ever(teacher: Any) -> None:
    view = sent(teacher, zipped(CARTRIDGE))
    now = utc_now()
    for turn in range(3):
        with unit_of_work(SYSTEM, now.replace(year=now.year + turn)) as work:
            assert service.take(work) is not None
            assert service.take(work) is None  # it is leased

    with unit_of_work(SYSTEM, now.replace(year=now.year + 3)) as work:
        assert service.take(work) is None

    assert teacher.sees(service.read_import, import_id=UUID(view.id)).state == "failed"


def test_a_long_report_is_read_in_windows(teacher: Any, course: makers.Made) -> None:
    content = b"\n\n".join(b"// [id:7]\nIs it %d? {T}" % number for number in range(130))
    view = looked_at(teacher, content, slug=course.slug)

    last = teacher.sees(service.read_import, import_id=UUID(view.id), limit=50, offset=100)

    assert view.preview.weights == {"note": 130}
    assert (len(view.preview.findings), len(last.preview.findings)) == (50, 30)


# ---- Out


@pytest.mark.parametrize(("format", "begins"), [("gift", b"$CATEGORY"), ("moodle-xml", b"<?xml"), ("csv", b"\xef\xbb\xbf"), ("qti", b"PK"), ("tree", b"PK")])  # fmt: skip
def test_an_export_is_written_and_fetched(teacher: Any, course: makers.Made, format: str, begins: bytes) -> None:
    teacher.does(service.import_questions, GIFT, slug=course.slug)
    view = teacher.does(service.begin_export, course=course.slug, format=format)
    assert (view.busy, view.url) == (True, "")
    with pytest.raises(Conflict):
        teacher.sees(service.export_file, export_id=UUID(view.id))

    worked()

    done = teacher.sees(service.read_export, export_id=UUID(view.id))
    found = teacher.sees(service.export_file, export_id=UUID(view.id))
    assert (done.state, done.url) == ("done", f"/api/v1/exports/{view.id}/file")
    assert found.path.read_bytes().startswith(begins)
    assert found.name.startswith(course.slug) or format == "tree"
    if format != "tree":
        assert done.count == 2
        assert len(service.read_questions(found.path).questions) == 2
    teacher.does(service.discard_export, export_id=UUID(view.id))
    assert counted(ExchangeJob) == 0


# ---- Who may


JOBS: dict[str, Callable[[UUID], dict[str, Any]]] = {
    "read_import": lambda job_id: {"import_id": job_id},
    "commit_import": lambda job_id: {"import_id": job_id},
    "discard_import": lambda job_id: {"import_id": job_id},
    "read_export": lambda job_id: {"export_id": job_id},
    "export_file": lambda job_id: {"export_id": job_id},
    "discard_export": lambda job_id: {"export_id": job_id},
}
OF_THE_LOOP: dict[str, Callable[[UUID], dict[str, Any]]] = {
    "is_waiting": lambda _id: {},
    "take": lambda _id: {},
    "is_there": lambda job_id: {"job_id": job_id},
    "note_progress": lambda job_id: {"job_id": job_id, "percent": 5},
    "keep_preview": lambda job_id: {"job_id": job_id, "preview": None},
    "made_of": lambda job_id: {"job_id": job_id},
    "stop": lambda job_id: {"job_id": job_id, "problem": "No."},
    "keep_export": lambda job_id: {"job_id": job_id, "staged": None, "name": "x", "count": 0, "findings": []},
}


@pytest.mark.parametrize("name", JOBS)
def test_a_job_is_its_owners_alone(
    name: str, teacher: Any, stranger: Any, student: Any, admin: Any, course: makers.Made
) -> None:
    teacher.does(courses.add_member, course_id=course.id, user_id=student.id, role="instructor")
    if "export" in name:
        job = teacher.does(service.begin_export, course=course.slug, format="gift")
    else:
        job = sent(teacher, GIFT, slug=course.slug)
    given = JOBS[name](UUID(job.id))

    for person in (stranger, student):  # one of them teaches in the same course
        with pytest.raises(NotFound):
            person.does(getattr(service, name), **given)
    with unit_of_work(ANONYMOUS) as work, pytest.raises(NotSignedIn):
        getattr(service, name)(work, **given)
    with pytest.raises(NotFound):
        teacher.does(getattr(service, name), **JOBS[name](uuid4()))
    with suppress(Conflict):  # seen, and not ready
        admin.at(utc_now()).does(getattr(service, name), **given)


@pytest.mark.parametrize("name", OF_THE_LOOP)
def test_what_the_loop_does_is_for_nobody_else(name: str, teacher: Any, stranger: Any, course: makers.Made) -> None:
    job = sent(teacher, GIFT, slug=course.slug)
    given = OF_THE_LOOP[name](UUID(job.id))

    for person in (teacher, stranger):
        with pytest.raises(Forbidden):
            person.does(getattr(service, name), **given)
    with unit_of_work(ANONYMOUS) as work, pytest.raises(NotSignedIn):
        getattr(service, name)(work, **given)


def test_who_may_send(teacher: Any, stranger: Any, student: Any, course: makers.Made) -> None:
    makers.enrolled(student, course)
    stored = teacher.does(
        files.keep, files.stage_bytes(GIFT), name="a.gift", scope=service.IMPORT, scope_id=UUID(str(course.id))
    )
    in_course = {"slug": course.slug}
    cases: list[tuple[str, dict[str, Any]]] = [
        ("import_place", in_course),
        ("take_import", {"staged": files.stage_bytes(GIFT), "name": "a.gift", **in_course}),
        ("compare", {"sameness": [], **in_course}),
        ("begin_export", {"course": course.slug, "format": "gift"}),
        ("import_files_door", {"course_id": course.id}),
        ("begin_import", {"file_id": UUID(stored.id)}),
    ]
    for name, given in cases:
        act = getattr(service, name)
        with pytest.raises(NotFound):
            stranger.does(act, **given)
        with pytest.raises(NotFound if name == "begin_import" else Forbidden):
            student.does(act, **given)
        with unit_of_work(ANONYMOUS) as work, pytest.raises(NotSignedIn):
            act(work, **given)
    for name, given in (("import_place", {}), ("package_desk", {}), ("import_files_door", {"course_id": UUID(int=0)})):
        with pytest.raises(Forbidden):
            stranger.does(getattr(service, name), **given)
        with unit_of_work(ANONYMOUS) as work, pytest.raises(NotSignedIn):
            getattr(service, name)(work, **given)
    for name, given in (("imports", {}), ("import_courses", {}), ("course_of", {"sha256": ""})):
        assert not stranger.sees(getattr(service, name), **given)
        with unit_of_work(ANONYMOUS) as work, pytest.raises(NotSignedIn):
            getattr(service, name)(work, **given)


def test_what_is_brought_in_is_confirmed_by_whoever_brings_it(teacher: Any, stranger: Any, course: makers.Made) -> None:
    view = looked_at(teacher, GIFT, slug=course.slug)
    draft = service.read_questions(GIFT)
    for person in (teacher, stranger):  # it is not confirmed yet
        with pytest.raises(Stopped):
            person.does(service.bring_in, job_id=UUID(view.id), draft=draft)
    teacher.does(service.commit_import, import_id=UUID(view.id))

    with pytest.raises(Stopped):
        stranger.does(service.bring_in, job_id=UUID(view.id), draft=draft)
    with unit_of_work(ANONYMOUS) as work, pytest.raises(NotSignedIn):
        service.bring_in(work, job_id=UUID(view.id), draft=draft)
    assert teacher.does(quizzes.bank_questions, slug=course.slug) == []


def test_the_number_of_queries_does_not_grow(teacher: Any, course: makers.Made, tmp_path: Path) -> None:
    from tests.courses.test_queries import _counted as queries

    for number in range(3):
        sent(teacher, GIFT + b"\n// %d" % number, slug=course.slug)
    with queries() as three:
        teacher.sees(service.imports)
    for number in range(3, 15):
        sent(teacher, GIFT + b"\n// %d" % number, slug=course.slug)
    with queries() as many:
        teacher.sees(service.imports)

    assert len(three) == len(many)
