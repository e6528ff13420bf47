"""Whoever is erased is nowhere: not in a table, a file, the journal, kept mail or a log; and others keep what is theirs."""

import logging
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from lms_app import backup, jobs
from lms_app.accounts.views import Kept
from lms_app.assignments import service as assignments
from lms_app.core import audit, chain, db, files, identity
from lms_app.core.errors import Conflict, NotFound
from lms_app.core.files import StoredFile
from lms_app.core.identity import Audience, LoginSession, User
from lms_app.core.settings import settings
from lms_app.core.work import SYSTEM, SiteRole, reading, unit_of_work
from lms_app.discussions import service as discussions
from lms_app.grades.models import GradeEntry
from lms_app.privacy import service
from lms_app.privacy.models import ErasedAccount, ErasureRequest, Reason
from lms_app.quizzes import service as quizzes
from lms_app.search import service as search
from tests.makers import NOON, Person, person
from tests.privacy import canaries
from tests.security.school import School

pytestmark = [pytest.mark.anyio, pytest.mark.own_file]
DAY = timedelta(days=1)


def _erased(there: School) -> None:
    with unit_of_work(SYSTEM) as work:
        service.erase(work, user_id=there.people["student"].id, reason=Reason.ASKED)


async def test_of_somebody_who_was_erased_no_byte_is_left(
    there: School, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    student = there.people["student"]
    student.does(service.ask_take_out)
    await canaries.drain()
    before = canaries.found_in(canaries.everywhere(home)) | canaries.in_tables()
    assert {one.partition(" in ")[0] for one in before} >= canaries.WORDS.keys() - {"link", "reason"}
    assert list(settings.take_out_dir.glob("*.zip")) != []
    assert list((settings.files_dir / "batches").glob("*.zip")) != []

    _erased(there)
    await canaries.drain()

    assert canaries.in_tables() == set()
    assert canaries.found_in(canaries.everywhere(home)) == set()
    assert list(settings.take_out_dir.glob("*")) == []
    assert list((settings.files_dir / "batches").glob("*")) == []
    assert [name for name, words in canaries.WORDS.items() if words in caplog.text] == []
    with reading(SYSTEM) as work:
        assert chain.walk(work).breaks == []


async def test_what_must_be_kept_belongs_to_a_former_member(there: School) -> None:
    student, staff = there.people["student"], there.people["instructor"]
    with reading(SYSTEM) as work:
        marks = [row.points for row in work.db.exec(select(GradeEntry).where(GradeEntry.user_id == student.id))]
    assert marks

    _erased(there)

    with reading(SYSTEM) as work:
        row = work.db.exec(select(ErasedAccount)).one()
        user = work.db.get(User, student.id)
        assert (row.user_id, row.reason, row.by_id) == (student.id, "asked", None)
        assert (user.name, user.email) == (f"Former member {row.seq}", f"former-member-{row.seq}@erased.invalid")
        assert (user.password_hash, user.external_id, user.avatar_id) == (None, None, None)
        kept = [one.points for one in work.db.exec(select(GradeEntry).where(GradeEntry.user_id == student.id))]
        assert kept == marks
    # The staff's pages go on working, and say so.
    thread = staff.sees(discussions.read_thread, thread_id=UUID(there.ids["thread_id"]))
    assert thread.thread.title == "A question of a former member"
    assert staff.sees(assignments.read_submission, submission_id=UUID(there.ids["submission_id"])).body_html == ""
    assert staff.sees(quizzes.results, item_id=UUID(there.ids["quiz_id"])) is not None
    assert staff.sees(quizzes.result, attempt_id=UUID(there.ids["over_id"])) is not None


async def test_sessions_and_keys_end_at_once(student: Person) -> None:
    token = student.signs_in(Audience.WEB)
    assert await identity.live_actor(token, Audience.WEB) is not None

    with unit_of_work(SYSTEM) as work:
        service.erase(work, user_id=student.id, reason=Reason.LAW)

    assert await identity.live_actor(token, Audience.WEB) is None
    with reading(SYSTEM) as work:
        ended = work.db.exec(select(LoginSession).where(LoginSession.user_id == student.id)).one()
        # The row is what sends open tabs away.
        assert ended.id in identity.revoked_since(work, ended.revoked_at - DAY)


def test_the_file_of_two_people_stays_with_the_other(home: Path) -> None:
    one, other = person("One"), person("Other")
    for each in (one, other):
        with unit_of_work(each.actor, NOON) as work:
            files.store_bytes(work, content=b"the same picture", name="a.png", scope="avatar", scope_id=each.id)
    with reading(SYSTEM) as work:
        digest = work.db.exec(select(StoredFile.sha256)).first()

    with unit_of_work(SYSTEM) as work:
        service.erase(work, user_id=one.id, reason=Reason.ASKED)
        assert service.still_used(work, hashes=[digest]) == {digest}


def test_a_namesake_keeps_their_own_rows(admin: Person) -> None:
    gone, stays = person("Ada King"), person("Ada King")

    with unit_of_work(SYSTEM) as work:
        service.erase(work, user_id=gone.id, reason=Reason.ASKED)

    with reading(SYSTEM) as work:
        assert work.db.get(User, stays.id).name == "Ada King"


@pytest.mark.parametrize("role", [SiteRole.ADMIN])
def test_administrators_are_not_erased(role: SiteRole) -> None:
    boss = person("Boss", role)

    with unit_of_work(SYSTEM) as work, pytest.raises(Conflict, match="Change its role first"):
        service.erase(work, user_id=boss.id, reason=Reason.ASKED)


def test_erasing_twice_gives_the_same_name(student: Person) -> None:
    with unit_of_work(SYSTEM) as work:
        first = service.erase(work, user_id=student.id, reason=Reason.ASKED)
        again = service.erase(work, user_id=student.id, reason=Reason.LAW)

    assert again == first


# ---- Asking for it


def _kept(who: Person) -> Kept:
    with unit_of_work(SYSTEM) as work:
        user = work.db.get(User, who.id)
        user.password_hash = "kept"
        work.db.add(user)
    return Kept(who.id, "kept", "", who.email)


def test_whoever_asks_has_days_to_think_again(student: Person) -> None:
    kept = _kept(student)
    asked = student.does(service.request_erasure, kept=kept)
    again = student.at(NOON + DAY).does(service.request_erasure, kept=kept)

    assert asked.due_at == again.due_at == NOON + settings.erasure_grace_days * DAY
    with unit_of_work(SYSTEM, asked.due_at - DAY) as work:
        assert not service.erase_due(work)
    assert student.at(asked.due_at - DAY).does(service.take_back_erasure).asked is False
    with unit_of_work(SYSTEM, asked.due_at) as work:
        assert not service.erase_due(work)
        assert work.db.get(User, student.id).name == "Student"


def test_when_the_days_are_over_it_happens(student: Person) -> None:
    due_at = student.does(service.request_erasure, kept=_kept(student)).due_at

    with unit_of_work(SYSTEM, due_at) as work:
        assert service.erase_due(work)
        assert not service.erase_due(work)

    with reading(SYSTEM) as work:
        assert work.db.get(User, student.id).name.startswith("Former member")
        assert work.db.exec(select(ErasureRequest)).all() == []


def test_an_account_that_is_used_again_is_not_erased_by_rule(student: Person) -> None:
    with unit_of_work(SYSTEM, NOON) as work:
        work.db.add(ErasureRequest(user_id=student.id, asked_at=NOON, due_at=NOON + DAY, by_rule=True))
        user = work.db.get(User, student.id)
        user.seen_at = NOON + timedelta(hours=1)
        work.db.add(user)

    with unit_of_work(SYSTEM, NOON + DAY) as work:
        assert service.erase_due(work)

    with reading(SYSTEM) as work:
        assert work.db.get(User, student.id).name == "Student"


def test_a_password_that_was_changed_meanwhile_proves_nothing(student: Person) -> None:
    _kept(student)

    with pytest.raises(Conflict):
        student.does(service.request_erasure, kept=Kept(student.id, "an older one", "", student.email))


def test_an_administrator_erases_at_once_with_a_reason(admin: Person, student: Person) -> None:
    kept = _kept(admin)
    with pytest.raises(NotFound):
        admin.does(service.erase_person, user_id=student.id, reason="because of Ada", kept=kept)

    done = admin.does(service.erase_person, user_id=student.id, reason="left", kept=kept)

    assert done.name.startswith("Former member")
    with reading(SYSTEM) as work:
        told = work.db.exec(select(audit.AuditEntry).where(col(audit.AuditEntry.action) == "account.erased")).one()
        assert (told.actor_id, told.subject_id, told.new) == (admin.id, str(student.id), {"reason": "left"})


# ---- Backups


async def test_a_restored_backup_brings_nobody_back(student: Person, home: Path, tmp_path: Path) -> None:
    archive = tmp_path / "before.tar.gz"
    backup.write(archive)
    with unit_of_work(SYSTEM) as work:
        service.erase(work, user_id=student.id, reason=Reason.ASKED)
    await canaries.drain()
    listed = service.noted(settings.backup_dir / service.LIST)
    assert listed == [student.id]

    other = db.open_database(f"sqlite:///{tmp_path / 'other.db'}")
    here = db.database()
    db.use(other)
    try:
        backup.restore(archive)
        with unit_of_work(SYSTEM) as work:
            assert work.db.get(User, student.id).name == "Student"
            assert service.erase_again(work, user_ids=[*listed, UUID(int=7)]) == 1
            assert service.erase_again(work, user_ids=listed) == 0
        with reading(SYSTEM) as work:
            assert work.db.get(User, student.id).name.startswith("Former member")
    finally:
        db.use(here)
        other.dispose()


async def test_sweeping_again_does_no_harm(student: Person, home: Path) -> None:
    with unit_of_work(SYSTEM) as work:
        service.erase(work, user_id=student.id, reason=Reason.ASKED)
    payload: dict[str, Any] = {"user_id": str(student.id), "files": [], "mails": [], "take_outs": [], "batches": []}

    for _n in range(2):
        await jobs.STEPS[service.ERASED](payload)

    assert service.noted(settings.backup_dir / service.LIST) == [student.id]


def test_nobody_is_found_by_a_name_that_is_gone(admin: Person) -> None:
    gone = person("Qrstuvw Xyz")
    with unit_of_work(SYSTEM) as work:
        while search.is_stale(work):
            search.refresh(work)
    with unit_of_work(SYSTEM) as work:
        service.erase(work, user_id=gone.id, reason=Reason.ASKED)
        while search.is_stale(work):
            search.refresh(work)

    assert admin.sees(search.find, words="Qrstuvw").hits == []
