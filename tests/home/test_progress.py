"""The transcript and its PDF, and days in a row: one's own, and only as one was told."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pikepdf
import pypdf
import pypdfium2
import pytest
from sqlalchemy import event
from sqlmodel import col, select

from lms_app.badges import service as badges
from lms_app.core import db
from lms_app.core.audit import AuditEntry
from lms_app.core.errors import Forbidden, NotFound, NotSignedIn
from lms_app.core.settings import settings
from lms_app.core.work import ANONYMOUS, SYSTEM, reading, unit_of_work
from lms_app.courses import service as courses
from lms_app.credentials import service as credentials
from lms_app.home import pdf, rules, service
from lms_app.home.views_progress import (
    NO_STREAK,
    Transcript,
    TranscriptCourse,
    TranscriptLine,
    TranscriptMark,
    TranscriptPart,
)
from lms_app.policy import Role
from lms_app.quizzes import service as quizzes
from tests.assignments import makers as assignment_makers
from tests.badges import makers as badge_makers
from tests.courses import makers
from tests.makers import NOON, person
from tests.notifications.test_rules import EDGES, local
from tests.quizzes import makers as quiz_makers
from tests.quizzes.makers import RIGHT

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def _rooms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(courses.ITEM_KINDS, quizzes.QUIZ, quizzes.QUIZ_ITEM)


# ---- The transcript


def test_it_holds_courses_dates_progress_and_marks(student: Any, instructor: Any) -> None:
    made = quiz_makers.quiz(instructor, student)
    quiz_makers.taken(student, made, *RIGHT[:4])
    poems = makers.course(instructor, ["Metre", "Rhyme"], title="Poems")
    makers.enrolled(student.at(NOON + DAY), poems)
    makers.completed(student.at(NOON + DAY), poems.items[0])
    instructor.does(courses.add_member, course_id=poems.id, user_id=student.id, role=Role.STUDENT)
    helped = makers.course(instructor, title="Statistics")
    instructor.does(courses.add_member, course_id=helped.id, user_id=student.id, role=Role.ASSISTANT)

    seen = student.at(NOON + 2 * DAY).sees(service.transcript)

    assert (seen.name, seen.made, seen.total, seen.parts) == ("Student", "3 March 2027", 3, [])
    assert seen.courses == [
        TranscriptCourse(
            "Poems", f"/courses/{poems.slug}", "Learner", "In progress", "Since 2 March 2027", 50, "1 of 2 done", "", []
        ),
        TranscriptCourse(
            "Principles of Ecology",
            f"/courses/{made.course.slug}",
            "Learner",
            "Completed",
            "1 March 2027 – 1 March 2027",
            100,
            "1 of 1 done",
            "70%",
            [TranscriptMark("Energy flow", "7 / 10")],
        ),
        TranscriptCourse(
            "Statistics", f"/teaching/{helped.slug}", "Assistant", "", "Since 1 March 2027", 0, "", "", []
        ),
    ]
    assert [one.title for one in student.sees(service.transcript, limit=1, offset=1).courses] == [
        "Principles of Ecology"
    ]


def test_marks_that_were_not_told_are_not_in_it(student: Any, instructor: Any) -> None:
    made = quiz_makers.quiz(instructor, student)
    quiz_makers.taken(student, made, *RIGHT)
    assert student.sees(service.transcript).courses[0].grade == "100%"

    instructor.does(quizzes.update_quiz, quiz_id=made.id, show_marks="never")

    (seen,) = student.sees(service.transcript).courses
    assert (seen.grade, seen.marks) == ("", [])


def test_who_left_keeps_the_course_without_a_way_in(student: Any, instructor: Any) -> None:
    made = quiz_makers.quiz(instructor, student)
    student.at(NOON + DAY).does(courses.leave, slug=made.course.slug)

    (seen,) = student.sees(service.transcript).courses

    assert (seen.state, seen.url, seen.dates, seen.grade) == ("Left", "", "1 March 2027 – 2 March 2027", "")


def test_a_draft_is_no_course_to_its_students(student: Any, instructor: Any) -> None:
    made = quiz_makers.quiz(instructor, student)
    instructor.does(courses.unpublish, course_id=made.course.id)

    assert student.sees(service.transcript).courses == []
    assert [one.role for one in instructor.sees(service.transcript).courses] == ["Instructor"]


def test_certificates_and_badges_are_parts(student: Any, instructor: Any) -> None:
    made = makers.course(instructor, ["Light"])
    makers.enrolled(student, made)
    makers.completed(student, made.items[0])
    with unit_of_work(SYSTEM, NOON) as work:
        credentials.award_if_due(work, {"course_id": str(made.id), "user_id": str(student.id)})
    shown, _kept, taken = [
        instructor.does(
            badges.award,
            badge_id=badge_makers.badge(instructor, slug=made.slug, name=name),
            user_id=student.id,
        )
        for name in ("First pond", "Second pond", "Third pond")
    ]
    page = student.does(badges.set_public, award_id=shown, public=True).page
    instructor.does(badges.revoke, award_id=taken, reason="A mistake")

    certificates, held = student.sees(service.transcript).parts

    (certificate,) = student.sees(credentials.mine)
    assert certificates == TranscriptPart(
        "Certificates",
        [TranscriptLine("Principles of Ecology", f"1 March 2027 · {certificate.code}", certificate.verify_path)],
    )
    assert held.title == "Badges"
    assert sorted(held.lines, key=lambda line: line.title) == [
        TranscriptLine("First pond · Principles of Ecology", "1 March 2027", page.removeprefix(settings.url)),
        TranscriptLine("Second pond · Principles of Ecology", "1 March 2027", ""),
    ]


def test_a_certificate_that_has_expired_or_was_replaced_is_not_in_it(student: Any, instructor: Any) -> None:
    made = makers.course(instructor, ["Light"])
    instructor.does(credentials.set_terms, slug=made.slug, valid_months=1)
    makers.enrolled(student, made)
    makers.completed(student, *made.items)
    with unit_of_work(SYSTEM, NOON) as work:
        credentials.award_if_due(work, {"course_id": str(made.id), "user_id": str(student.id)})
    instructor.does(credentials.reissue, certificate_id=UUID(student.sees(credentials.mine)[0].id))

    counts = [
        [len(part.lines) for part in student.at(at).sees(service.transcript).parts if part.title == "Certificates"]
        for at in (NOON, NOON + 40 * DAY)
    ]

    assert counts == [[1], []]


def test_of_letters_that_no_font_has_the_rest_is_printed(student: Any) -> None:
    seen = replace(student.sees(service.transcript), name="王 Wang")

    said = pypdf.PdfReader(io.BytesIO(pdf.render(seen, NOON))).pages[0].extract_text()

    assert "Wang" in said
    assert "王" not in said


def test_an_administrator_reads_it_as_its_owner_does_and_that_is_noted(
    student: Any, instructor: Any, stranger: Any, admin: Any
) -> None:
    made = quiz_makers.quiz(instructor, student, show_marks="never")
    quiz_makers.taken(student, made, *RIGHT)

    seen = admin.does(service.transcript_of, user_id=student.id)

    assert seen == student.sees(service.transcript)
    assert seen.courses[0].marks == []
    with reading(SYSTEM) as work:
        noted = work.db.exec(
            select(AuditEntry.actor_id, AuditEntry.subject_id).where(col(AuditEntry.action) == "transcript.read")
        ).all()
    assert [(str(actor), str(subject)) for actor, subject in noted] == [(str(admin.id), str(student.id))]
    for who in (stranger, instructor, student):
        with pytest.raises(Forbidden):
            who.does(service.transcript_of, user_id=student.id)
    with pytest.raises(NotFound):
        admin.does(service.transcript_of, user_id=uuid4())


@pytest.mark.parametrize(
    ("act", "given"),
    [
        (service.transcript, {}),
        (service.transcript_of, {"user_id": UUID(int=0)}),
        (service.my_streak, {}),
        (service.show_streak, {"shown": True}),
    ],
)
def test_nobody_has_one_without_signing_in(database: Any, act: Any, given: dict[str, Any]) -> None:
    with unit_of_work(ANONYMOUS, NOON) as work, pytest.raises(NotSignedIn):
        act(work, **given)


def test_a_stranger_sees_nothing_of_others(student: Any, stranger: Any, instructor: Any) -> None:
    made = quiz_makers.quiz(instructor, student)
    quiz_makers.taken(student, made, *RIGHT)

    assert stranger.sees(service.transcript).courses == []
    assert stranger.does(service.show_streak, shown=True).days == 0


@pytest.fixture
def selects(database: Any) -> Iterator[list[str]]:
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            found.append(statement)

    engine = db.database().read
    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)


def test_three_marks_cost_as_much_as_thirty(student: Any, instructor: Any, selects: list[str]) -> None:
    made = makers.course(instructor, ["Light"])
    makers.enrolled(student, made)
    costs: list[int] = []
    for number in range(30):
        quiz = instructor.does(
            quizzes.create_quiz, module_id=made.modules[0], title=f"Quiz {number}", questions=quiz_makers.drafts()[:1]
        )
        attempt = student.does(quizzes.start, item_id=quiz.item_id)
        student.does(quizzes.submit, attempt_id=UUID(attempt.id))
        if number in (2, 29):
            student.sees(service.transcript)  # what is known of the site is read once
            selects.clear()
            assert len(student.sees(service.transcript).courses[0].marks) == number + 1
            costs.append(len(selects))

    assert costs[0] == costs[1]


def test_a_window_is_twenty_courses_however_many_there_are(student: Any, instructor: Any, selects: list[str]) -> None:
    costs: list[int] = []
    for number in range(30):
        makers.enrolled(student, makers.course(instructor, ["Light"], title=f"Course {number}"))
        if number in (19, 29):
            student.sees(service.transcript)
            selects.clear()
            seen = student.sees(service.transcript, limit=100)
            assert (len(seen.courses), seen.total) == (20, number + 1)
            costs.append(len(selects))

    assert costs[0] == costs[1]


# ---- On paper


def printed(transcript: Transcript) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf.render(transcript, NOON)))


def of(name: str = "Amina Yusuf", courses_: int = 1, marks: int = 2) -> Transcript:
    course = TranscriptCourse(
        "Principles of Ecology", "", "Learner", "Completed", "1 March 2027 – 2 March 2027", 100, "14 of 14 done", "87%",
        [TranscriptMark(f"Quiz {number}", f"{number} / 10") for number in range(marks)],
    )  # fmt: skip
    parts = [TranscriptPart("Certificates", [TranscriptLine("Poems", "3 March 2027 · ABCD", "/verify/ABCD")])]
    return Transcript(name, "Northfield", "3 March 2027", "en", courses_, [course] * courses_, parts)


@pytest.mark.no_database
def test_the_paper_reads_in_order_and_says_whose_it_is() -> None:
    paper = printed(of())
    text = paper.pages[0].extract_text()

    order = ["Northfield", "Amina Yusuf", "Transcript of 3 March 2027", "Principles of Ecology", "Grade: 87%", "Quiz 0",
             "0 / 10", "Quiz 1", "1 / 10", "Certificates", "Poems", "/verify/ABCD"]  # fmt: skip
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    assert text.rstrip().endswith("1 / 1")
    assert paper.metadata is not None
    assert paper.metadata.title == "Transcript: Amina Yusuf"
    assert paper.root_object["/Lang"] == "en"


@pytest.mark.no_database
@pytest.mark.parametrize("name", ["Zoë Łukasiewicz", "Ελένη Παπαδοπούλου", "Владимир Ким", "ليلى حداد", "נועה לוי"])
def test_it_is_a_sound_pdf_in_every_script(name: str) -> None:
    content = pdf.render(of(name, courses_=12), NOON)

    with pikepdf.open(io.BytesIO(content)) as document:
        assert document.check_pdf_syntax() == []
    assert name in str(pypdf.PdfReader(io.BytesIO(content)).metadata)
    assert name.split()[0] in pypdfium2.PdfDocument(content)[0].get_textpage().get_text_bounded()


@pytest.mark.no_database
def test_a_long_one_takes_as_many_pages_as_it_needs() -> None:
    paper = printed(of(courses_=30, marks=12))
    texts = [page.extract_text() for page in paper.pages]

    assert len(texts) > 5
    assert sum(text.count("Grade: 87%") for text in texts) == 30
    assert sum(text.count("11 / 10") for text in texts) == 30
    assert f"{len(texts)} / {len(texts)}" in texts[-1]


@pytest.mark.no_database
@pytest.mark.parametrize("name", ["Ελένη Παπαδοπούλου", "Ольга Смирнова", "محمد علي", "שרה כהן", "池塘", "A" * 300, ""])
def test_every_name_fits_and_none_fails(name: str) -> None:
    assert len(printed(of(name=name)).pages) == 1


# ---- Days in a row


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("days_ago", "expected"),
    [
        ([], (0, False)),
        ([0], (1, True)),
        ([1], (1, False)),
        ([2], (1, False)),  # yesterday was for rest
        ([3], (0, False)),
        ([0, 1, 2], (3, True)),
        ([1, 2, 3], (3, False)),
        ([0, 2, 4, 6], (4, True)),  # a rest between each two
        ([0, 1, 4, 5], (2, True)),  # two days of rest end it
        (range(1000), (rules.STREAK_MAX, True)),
    ],
)
def test_days_in_a_row(days_ago: Any, expected: tuple[int, bool]) -> None:
    today = date(2027, 3, 10)

    found = rules.streak({today - number * DAY for number in days_ago}, today)

    assert (found.days, found.today) == expected


@pytest.mark.no_database
@pytest.mark.parametrize(("zone", "night"), EDGES)
@pytest.mark.parametrize("clock", ["00:00", "00:30", "02:30", "23:45"])
def test_the_night_in_which_clocks_change_is_one_like_any_other(zone: str, night: str, clock: str) -> None:
    """Somebody learns at the same time of each day, on the wall."""
    begins = date.fromisoformat(night) - 5 * DAY
    there = [
        datetime.fromisoformat(f"{begins + number * DAY}T{clock}").replace(tzinfo=ZoneInfo(zone))
        for number in range(11)
    ]
    moments = [local(f"{at:%Y-%m-%dT%H:%M}", zone) for at in there]

    days = rules.days_of(moments, zone)

    assert rules.streak(days, begins + 10 * DAY) == rules.Streak(11, True)


@pytest.mark.no_database
@pytest.mark.parametrize("hour", range(0, 24, 3))
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "America/New_York"])
def test_a_journey_ends_no_streak(zone: str, hour: int) -> None:
    """Days are read in the zone where somebody is now: each moment moves by less than a day, all by about the same."""
    moments = [NOON.replace(hour=hour) - number * DAY for number in range(30)]
    now = moments[0] + HOUR
    at_home = rules.streak(rules.days_of(moments, "UTC"), now.date())

    away = rules.streak(rules.days_of(moments, zone), now.astimezone(ZoneInfo(zone)).date())

    assert (at_home.days, away.days) == (30, 30)


def test_nobody_counts_until_asked_and_then_it_is_read_from_the_work(
    student: Any, instructor: Any, selects: list[str]
) -> None:
    made = makers.course(instructor, ["Light", "Water"])
    makers.enrolled(student, made)
    makers.completed(student, made.items[0])
    quiz = quiz_makers.quiz(instructor, student)
    quiz_makers.taken(student.at(NOON + DAY), quiz, *RIGHT)
    work = assignment_makers.assignment(instructor, student)
    assignment_makers.submitted(student.at(NOON + 2 * DAY), work)
    later = student.at(NOON + 2 * DAY + HOUR)
    selects.clear()
    assert later.sees(service.my_streak) == NO_STREAK
    assert len(selects) == 1

    seen = later.does(service.show_streak, shown=True)

    assert (seen.shown, seen.days, seen.words) == (True, 3, "3 days in a row.")
    assert [day.words for day in seen.last if day.on] == ["Mon 1 Mar", "Tue 2 Mar", "Wed 3 Mar"]
    assert len(seen.last) == 14
    assert student.at(NOON + 3 * DAY).sees(service.my_streak).words == "3 days in a row, not yet counting today."
    assert student.at(NOON + 9 * DAY).sees(service.my_streak).days == 0
    assert later.does(service.show_streak, shown=True) == seen
    assert later.does(service.show_streak, shown=False) == NO_STREAK
    assert later.does(service.show_streak, shown=False) == NO_STREAK


def test_days_are_those_of_the_readers_zone(instructor: Any) -> None:
    made = makers.course(instructor, ["Light", "Water"])
    zones = ("Pacific/Auckland", "America/Los_Angeles")
    people = [makers.enrolled(person("Reader", zone=zone), made) for zone in zones]
    for one in people:
        one.does(service.show_streak, shown=True)
        makers.completed(one.at(NOON + 11 * HOUR), made.items[0])  # 23:00 UTC

    seen = [one.at(NOON + 12 * HOUR).sees(service.my_streak).last[-1] for one in people]

    assert [(day.words, day.on) for day in seen] == [("Tue 2 Mar", True), ("Mon 1 Mar", True)]


def test_points_are_as_they_were_told(student: Any, instructor: Any) -> None:
    made = quiz_makers.quiz(instructor, student, pass_fraction=Decimal("0.6"))
    quiz_makers.taken(student, made, RIGHT[0])

    (seen,) = student.sees(service.transcript).courses

    assert (seen.grade, seen.marks) == ("20% so far", [TranscriptMark("Energy flow", "2 / 10")])
