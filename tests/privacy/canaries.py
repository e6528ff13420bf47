"""Somebody whose every word is found again by its bytes, in a school where everything exists; and the looking."""

import json
import quopri
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from lms_app import jobs
from lms_app.accounts.models import OneTimeToken
from lms_app.admin import service as admin
from lms_app.assignments import service as assignments
from lms_app.core import bounces, db, files, folding, limits, mail, outbox
from lms_app.core.identity import LoginSession, User
from lms_app.core.settings import Settings
from lms_app.core.work import SYSTEM, perform, unit_of_work, utc_now
from lms_app.courses import service as courses
from lms_app.courses.models import Invitation
from lms_app.discussions import service as discussions
from lms_app.home.models import CalendarFeed, StreakShown
from lms_app.quizzes import service as quizzes
from tests import makers
from tests.assignments import marking_makers
from tests.security import school as schools
from tests.security.school import School

NAME = 'Zoë "Qanary" Ywxümel'
EMAIL = "qanary.zq7@mail.example"
WORDS = {
    "name": NAME,
    "part of the name": "Ywxümel",
    "address": EMAIL,
    "register": "REG-77Q-CANARY",
    "device": "Canarybrowser/9",
    "ip": "203.0.113.177",
    "post": "I see no reason qanpost.",
    "edited post": "I saw no reason qanold.",
    "reply": "It is qanreply.",
    "thread": "Why green qantitle?",
    "work": "Forty-two water fleas qanwork.",
    "link": "https://qanlink.example/mine",
    "essay": "Energy goes qanessay.",
    "file": "%PDF-1.4 qanfile bytes",
    "file name": "qanname.pdf",
    "comment": "Well done qancomment",
    "reason": "Because qanreason",
    "note": "ill since qannote",
    "report": "This is qanreport",
}


def school(monkeypatch: pytest.MonkeyPatch) -> School:
    """The school of the matrix, with a student whose words are canaries, and traces of theirs wherever there can be."""

    def person(name: str, *given: Any, **columns: Any) -> makers.Person:
        if name == "Student":
            return makers.person(NAME, *given, email=EMAIL, external_id=WORDS["register"], **columns)
        return makers.person(name, *given, **columns)

    monkeypatch.setattr(schools, "person", person)
    there = schools.school()
    limits.forget()
    student, staff, boss = there.people["student"], there.people["instructor"], there.people["admin"]
    ids = {name: UUID(value) for name, value in there.ids.items() if name.endswith("_id") and _is_id(value)}
    # What they wrote, in their words.
    asked = student.does(
        discussions.ask,
        slug=there.ids["slug"],
        title=WORDS["thread"],
        body=WORDS["edited post"],
        item_id=ids["item_id"],
    )
    student.does(discussions.edit_post, post_id=UUID(asked.id), body=WORDS["post"])
    staff.does(discussions.answer, thread_id=UUID(asked.thread_id), body="It throws green back.")
    other = there.people["assistant"].does(discussions.ask, slug=there.ids["slug"], title="Ponds", body="How deep?")
    answered = student.does(discussions.answer, thread_id=UUID(other.thread_id), body=WORDS["reply"])
    there.people["assistant"].does(discussions.report, post_id=UUID(answered.id), reason="Look at this.")
    student.does(discussions.report, post_id=UUID(other.id), reason=WORDS["report"])
    draft = UUID(there.ids["draft_id"])
    student.does(
        files.store_bytes,
        content=WORDS["file"].encode(),
        name=WORDS["file name"],
        scope=assignments.SUBMISSION,
        scope_id=draft,
    )
    student.does(assignments.submit, submission_id=draft, body=WORDS["work"], agreed=True)
    staff.does(assignments.mark, submission_id=draft, marks=marking_makers.points("8"), comment=WORDS["comment"])
    staff.does(assignments.add_note, submission_id=draft, body=WORDS["comment"], start=0, end=5, quote="Forty")
    attempt = ids["attempt_id"]
    shown = [student.does(quizzes.read_question, attempt_id=attempt, number=n) for n in range(1, 8)]
    essay = next(one for one in shown if one.kind == "essay")
    _answer(student, attempt, essay)
    staff.does(courses.put_override, item_id=ids["item_id"], user_id=student.id, released=True, note=WORDS["note"])
    # What is kept about them besides.
    with unit_of_work(SYSTEM, utc_now()) as work:
        at = utc_now()
        work.db.add(
            LoginSession(
                user_id=student.id,
                audience="web",
                created_at=at,
                seen_at=at,
                expires_at=at.replace(year=at.year + 1),
                ip=WORDS["ip"],
                agent=WORDS["device"],
            )
        )
        work.db.add(
            OneTimeToken(
                user_id=student.id, purpose="reset", secret_hash="x", email=EMAIL, created_at=at, expires_at=at
            )
        )
        work.db.add(CalendarFeed(user_id=student.id, secret_hash="y", made_at=at, seen={"a": WORDS["thread"]}))
        work.db.add(StreakShown(user_id=student.id, since=at))
        work.db.add(
            Invitation(
                course_id=ids["course_id"],
                token_hash="z",
                created_at=at,
                expires_at=at,
                email=EMAIL,
                name=NAME,
            )
        )
        bounces.note(work, address=EMAIL, reason=f"550 {EMAIL} is unknown")
        bounces.forget(work, EMAIL)
        bounces.note(work, address=EMAIL, reason=f"550 {EMAIL} is unknown")
        mail.put(
            work, to="other@example.org", subject=f"{NAME} asks", text=f"{NAME} ({EMAIL}) wants to join.", key="c1"
        )
        outbox.put(work, "nobody_listens", {"name": NAME}, key="c2")
    boss.does(admin.add_to_cohort, cohort_id=ids["cohort_id"], emails=EMAIL)
    return there


def _answer(student: makers.Person, attempt_id: UUID, essay: Any) -> None:
    student.does(
        quizzes.save,
        attempt_id=attempt_id,
        question_id=UUID(essay.id),
        save_id=UUID("0190b5a0-0000-7000-8000-0000000000aa"),
        base_seq=essay.seq,
        value={"text": WORDS["essay"]},
    )


def _is_id(value: Any) -> bool:
    try:
        UUID(str(value))
    except ValueError:
        return False
    return True


async def drain() -> None:
    """All jobs that are due, and the index of words."""
    while await jobs.drain():
        pass
    await jobs.read_again()
    await perform(SYSTEM, limits.flush)


# ---- Looking


def spellings(words: str) -> set[bytes]:
    """The bytes by which somebody might find words: as text, in JSON, folded, in a mail, and for Windows."""
    said = {words, json.dumps(words)[1:-1], folding.folded(words), words.lower()}
    found = {one.encode() for one in said}
    return found | {words.encode("utf-16-le"), quopri.encodestring(words.encode()).rstrip(b"\n")}


def _bytes_of(path: Path) -> bytes:
    """Read elsewhere: a process that closes a database's file loses all locks that SQLite holds on it there (POSIX), and
    the next process to leave takes the journal away from under it."""
    return subprocess.run(["cat", str(path)], capture_output=True, check=True).stdout


def found_in(paths: Iterable[Path], words: dict[str, str] = WORDS) -> set[str]:
    """Which words stand in which files: `name in lectern.db-wal`."""
    wanted = {name: spellings(one) for name, one in words.items()}
    hits: set[str] = set()
    for path in paths:
        content = _bytes_of(path)
        spelled = (content, content.replace(b"=\r\n", b"").replace(b"=\n", b""))
        hits |= {
            f"{name} in {path.name}"
            for name, ways in wanted.items()
            if any(way in version for way in ways for version in spelled)
        }
    return hits


def everywhere(home: Path) -> Iterator[Path]:
    """Every file of the school: database, journal, files, mail, take-outs, lists beside the backups."""
    yield from (path for path in home.rglob("*") if path.is_file())


def move_to(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everything lie under one folder, beside the database of the test."""
    for name in ("files_dir", "mail_dir", "take_out_dir", "backup_dir"):
        monkeypatch.setattr(Settings, name, property(lambda _self, name=name: home / "data" / name))


def in_tables() -> set[str]:
    """The same by asking the tables, for a database that is no file: `name in user.name`."""
    hits: set[str] = set()
    with db.database().read.connect() as connection:
        for table in User.metadata.sorted_tables:
            for row in connection.execute(text(f'SELECT * FROM "{table.name}"')).mappings():
                for column, value in row.items():
                    said = json.dumps(value, ensure_ascii=False, default=str)
                    hits |= {
                        f"{name} in {table.name}.{column}"
                        for name, one in WORDS.items()
                        if one in said or json.dumps(one, ensure_ascii=False)[1:-1] in said
                    }
    return hits
