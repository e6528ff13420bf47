"""The dashboards of the whole site: what they count, what they compare, and what they tell nobody."""

import asyncio
import csv
import io
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import select

from lms_app.admin import service
from lms_app.admin.dashboard_views import Board, Chart, Stat
from lms_app.admin.models import Activity, Traffic
from lms_app.admin.service.dashboards import counting, spans, told
from lms_app.core import db
from lms_app.core.errors import Invalid, NotFound
from lms_app.core.settings import settings
from lms_app.core.work import SYSTEM, Work, reading, unit_of_work, utc_now
from lms_app.grades.models import GradeEntry, GradeItem
from lms_app.web import routes
from tests import makers as people
from tests.admin import makers as post
from tests.courses import makers
from tests.makers import NOON
from tests.quizzes import makers as quiz_makers
from tests.quizzes.makers import RIGHT

DAY = timedelta(days=1)
WEEK = 7 * DAY
MARCH, APRIL = date(2027, 3, 1), date(2027, 4, 1)


def count(now: datetime = NOON, since: datetime = NOON - 400 * DAY) -> None:
    """What the jobs do, at a time of our own."""
    with unit_of_work(SYSTEM, now) as work:
        for table, found in counting.done_between(work, since=since, until=now + timedelta(seconds=1)).items():
            if found:
                counting.keep(work, table=table, found=found)


def mark(month: date, now: datetime = NOON) -> None:
    with unit_of_work(SYSTEM, now) as work:
        counting.keep_marks(work, month=month, found=counting.marks_of(work, month=month))


def chart(board: Board, id: str) -> Chart:
    return next(one for one in board.charts if one.id == id)


def lines(board: Board, id: str) -> dict[str, list[str]]:
    return {line.name: line.cells for line in chart(board, id).lines}


@pytest.fixture
def busy(student: Any, stranger: Any, instructor: Any) -> Any:
    """A quiz that one learner has taken and another has begun, on the first of March."""
    made = quiz_makers.quiz(instructor, student, stranger)
    quiz_makers.taken(student, made, *RIGHT)
    quiz_makers.begun(stranger, made)
    return made


# ---- Ranges


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("given", "unit", "first", "end", "count_of"),
    [
        (("7d", "", ""), "d", date(2027, 2, 23), date(2027, 3, 2), 7),
        (("90d", "", ""), "d", date(2026, 12, 2), date(2027, 3, 2), 90),
        (("12m", "", ""), "m", date(2026, 4, 1), APRIL, 12),
        (("", "2027-02-01", "2027-02-28"), "d", date(2027, 2, 1), MARCH, 28),
        (("", "2027-02-01", ""), "d", date(2027, 2, 1), date(2027, 3, 2), 29),
        # Longer ones are whole weeks from Monday, and the longest whole months.
        (("", "2026-09-02", "2027-02-27"), "w", date(2026, 8, 31), MARCH, 26),
        (("", "2025-02-10", "2027-02-27"), "m", date(2025, 2, 1), MARCH, 25),
    ],
)
def test_a_range_is_whole_days_weeks_or_months(
    given: tuple[str, str, str], unit: str, first: date, end: date, count_of: int
) -> None:
    found = spans.chosen(Work(None, SYSTEM, NOON), *given)  # type: ignore[arg-type]

    assert (found.unit, found.first, found.end, len(found.starts)) == (unit, first, end, count_of)
    earlier = spans.before(found)
    assert (earlier.end, len(earlier.starts)) == (first, count_of)


@pytest.mark.parametrize(
    "given",
    [
        {"period": "1y"},
        {"since": "yesterday"},
        {"since": "2027-03-01", "until": "2027-02-01"},
        {"since": "2027-03-01", "until": "2027-03-02"},
        {"since": "1999-03-01"},
        {"since": "2020-01-01"},
        {"section": "money"},
        {"section": "learning", "sort": "luck"},
        {"page": 0},
    ],
)
def test_what_cannot_be_asked_for_is_said(admin: Any, given: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        admin.sees(service.analytics, **given)


def test_days_are_those_of_the_school(admin: Any, busy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.__dict__, "zone", "Pacific/Auckland")  # 12:00 UTC is 1:00 of the next day there
    count()

    seen = admin.sees(service.analytics, period="7d")

    assert list(lines(seen, "active").items())[-1] == ("2 Mar", ["2"])
    assert list(lines(seen, "enrolments").items())[-1] == ("2 Mar", ["2"])
    assert seen.until == "2027-03-02"


# ---- Sections


def test_people_are_counted_beside_the_time_before(admin: Any, busy: Any) -> None:
    count()

    seen = admin.sees(service.analytics, section="people", period="7d", compare=True)

    assert seen.figures == [
        Stat("Active learners", "2", "2 more than in the 7 days before"),
        Stat("New enrolments", "2", "2 more than in the 7 days before"),
        Stat("Course completions", "1", "1 more than in the 7 days before"),
    ]
    assert lines(seen, "active")["1 Mar"] == ["2", "0"]
    assert chart(seen, "active").heads == ["Day", "Active learners", "The time before"]
    later = admin.at(NOON + 7 * DAY).sees(service.analytics, section="people", period="7d", compare=True)
    assert later.figures[0] == Stat("Active learners", "0", "2 fewer than in the 7 days before (−100%)")
    assert chart(later, "active").series[1].values == [0, 0, 0, 0, 0, 0, 2]


def test_who_comes_on_two_days_is_one_learner(admin: Any, instructor: Any, student: Any) -> None:
    course = makers.course(instructor, ["One", "Two"])
    makers.enrolled(student, course)
    makers.completed(student, course.items[0])
    makers.completed(student.at(NOON + DAY), course.items[1])
    count(NOON + DAY)

    seen = admin.at(NOON + DAY).sees(service.analytics, period="7d")

    assert seen.figures[0].value == "1"
    assert [line.cells for line in chart(seen, "active").lines][-2:] == [["1"], ["1"]]


def test_counting_again_changes_nothing(admin: Any, busy: Any) -> None:
    count()
    once = admin.sees(service.analytics, section="quizzes")
    count()
    count(since=NOON - timedelta(hours=1))

    assert admin.sees(service.analytics, section="quizzes") == once


def test_the_jobs_count_everything_that_was_done_and_what_is_new(admin: Any, instructor: Any, student: Any) -> None:
    now = utc_now()
    past = now - 100 * DAY  # some pieces ago
    course = makers.course(instructor.at(past), ["One", "Two"])
    makers.enrolled(student.at(past), course)
    makers.completed(student.at(past), course.items[0])

    asyncio.run(service.count_up(whole=True))
    old = active_days()
    makers.completed(student.at(now), course.items[1])
    asyncio.run(service.count_up())

    assert old == {past.date()}
    assert active_days() == {past.date(), now.date()}


def active_days() -> set[date]:
    with reading(SYSTEM) as work:
        return {row.starts_on for row in work.db.exec(select(Activity)) if row.span == "d"}


def test_the_load_of_quizzes_is_told_by_day_and_hour(admin: Any, busy: Any) -> None:
    count()

    seen = admin.sees(service.analytics, section="quizzes", period="7d")

    saves = str(len(RIGHT))
    assert lines(seen, "attempts")["1 Mar"] == ["2", "1"]
    assert lines(seen, "saves")["1 Mar"] == [saves]
    assert lines(seen, "hours")["12:00"] == ["2", "1", saves]
    assert lines(seen, "hours")["11:00"] == ["0", "0", "0"]
    assert seen.figures[3] == Stat("Busiest hour", saves, "Answers saved in the hour from Mon 1 Mar, 12:00")
    assert seen.counted == "Mon 1 Mar, 12:00"


def test_how_the_place_runs(admin: Any) -> None:
    post.letter("Sent", state="sent")
    post.letter("Given up", state="failed")
    post.letter("Waits")
    sums = {"within_100ms": 6, "within_250ms": 6, "within_500ms": 10, "within_1s": 10, "within_2500ms": 10}
    row = {"route": "GET /api/v1/courses/{slug}", "many": 10, "errors": 2, "micros": 2_500_000, **sums}
    with unit_of_work(SYSTEM, NOON) as work:
        service.note_traffic(work, found=[row])
        service.note_traffic(work, found=[row | {"errors": 0}])

    seen = admin.sees(service.analytics, section="running", period="7d")

    assert [(one.label, one.value, one.note) for one in seen.figures] == [
        ("Storage", "0 B", "In 0 files"),
        ("Mail sent", "1", "1 more than in the 7 days before"),
        ("Mail waiting", "1", "1 could not be sent"),
        ("Errors", "2", "2 more than in the 7 days before"),
    ]
    assert lines(seen, "mail")["1 Mar"] == ["1", "1"]
    assert (lines(seen, "errors")["1 Mar"], lines(seen, "requests")["1 Mar"]) == (["2"], ["20"])
    assert lines(seen, "slow") == {"GET /api/v1/courses/{slug}": ["20", "250 ms", "0.5 s", "2"]}


def test_the_moment_is_told(admin: Any, busy: Any) -> None:
    post.letter("Waits")

    seen = admin.sees(service.now_panel)

    found = {one.label: one.value for one in seen.figures}
    assert (found["Attempts running"], found["Answers saved"]) == ("1", str(len(RIGHT)))
    assert int(found["Mail waiting"]) >= 1
    later = admin.at(NOON + timedelta(minutes=2)).sees(service.now_panel)
    assert {one.label: one.value for one in later.figures}["Answers saved"] == "0"


def test_a_new_school_has_nothing_to_draw(admin: Any) -> None:
    for section in ("people", "learning", "quizzes", "retention", "running"):
        seen = admin.sees(service.analytics, section=section)
        assert all(one.nothing for one in seen.charts)
        assert not any(value for one in seen.charts for line in one.series for value in line.values)
        assert seen.counted == ""


# ---- Of fewer than five nothing is told


def marked(course: Any, who: list[Any], share: int, at: datetime = NOON) -> None:
    """A mark of a share (hundredths) for each of some people."""
    with unit_of_work(SYSTEM, at) as work:
        item = GradeItem(
            course_id=course.id,
            source_kind="hand",
            source_id=db.new_id(),
            title="Essay",
            points_max=Decimal(100),
            created_at=at,
        )
        work.db.add(item)
        work.db.flush()
        for one in who:
            work.db.add(
                GradeEntry(item_id=item.id, user_id=one.id, points=Decimal(share), points_max=Decimal(100), at=at)
            )


@pytest.fixture
def crowd() -> list[Any]:
    return [people.person(f"Learner {number}") for number in range(10)]


@pytest.mark.parametrize(("many", "said"), [(4, told.FEWER), (5, "5")])
def test_marks_of_four_are_not_told_and_of_five_are(
    admin: Any, instructor: Any, crowd: list[Any], many: int, said: str
) -> None:
    course = makers.course(instructor, ["One"])
    for one in crowd[:6]:
        makers.enrolled(one, course)
    marked(course, crowd[:many], 72)
    mark(MARCH)

    seen = admin.sees(service.analytics, section="learning", period="7d")

    sheet = admin.sees(service.analytics_sheet, section="learning", figure="marks", period="7d")
    cells = {row[0]: row[1] for row in csv.reader(io.StringIO(sheet))}
    if many < 5:  # not even in the table
        assert chart(seen, "marks").lines == []
        assert "70–79%" not in cells
        assert [one.value for one in seen.figures] == [told.FEWER, told.FEWER]
    else:
        assert lines(seen, "marks")["70–79%"] == [said]
        assert cells["70–79%"] == said
        assert lines(seen, "marks")["60–69%"] == [told.FEWER]
        assert [one.value for one in seen.figures] == ["5", "72%"]
    assert lines(seen, "courses")["Principles of Ecology"][3] == ("72%" if many == 5 else told.FEWER)


def test_no_two_ranges_differ_by_the_marks_of_a_few(admin: Any, instructor: Any, crowd: list[Any]) -> None:
    course = makers.course(instructor, ["One"])
    for one in crowd:
        makers.enrolled(one, course)
    marked(course, crowd[:3], 72, NOON - 5 * DAY)  # February: three
    marked(course, crowd[:6], 72, NOON)  # March: six
    for month in (date(2027, 2, 1), MARCH):
        mark(month)

    both = admin.sees(service.analytics, section="learning", since="2027-02-01", until="2027-03-01", compare=True)
    one = admin.sees(service.analytics, section="learning", since="2027-03-01", until="2027-03-01", compare=True)
    short = admin.sees(service.analytics, section="learning", since="2027-02-28", until="2027-03-01")

    # The three are in no sum: what one range has more than another is nothing.
    assert lines(both, "marks")["70–79%"] == ["6", told.FEWER]
    assert lines(one, "marks")["70–79%"] == ["6", told.FEWER]
    assert lines(short, "marks")["70–79%"] == ["6"]
    assert both.figures[0].value == one.figures[0].value == "6"
    assert lines(both, "courses") == lines(one, "courses")


@pytest.mark.parametrize(("many", "said"), [(4, told.FEWER), (5, "5")])
def test_a_course_of_four_is_not_compared_and_one_of_five_is(
    admin: Any, instructor: Any, crowd: list[Any], many: int, said: str
) -> None:
    course = makers.course(instructor, ["One"], title="Small")
    for one in crowd[:many]:
        makers.enrolled(one, course)
        makers.completed(one, *course.items)

    seen = admin.sees(service.analytics, section="learning")

    assert lines(seen, "courses")["Small"] == [
        said,
        *(["", "", ""] if many < 5 else [told.NEARLY_ALL, told.FEWER, told.FEWER]),
    ]
    assert list(lines(seen, "course-completions")) == ([] if many < 5 else ["Small"])
    assert chart(seen, "courses").lines[0].url == routes.course_analytics("small")


@pytest.mark.parametrize(
    ("learners", "done", "said"),
    [
        (12, 4, told.FEWER),
        (12, 5, "41%"),
        (12, 7, "58%"),
        (12, 8, told.NEARLY_ALL),  # or the four who have not would be known
        (12, 0, told.FEWER),
        (5, 5, told.NEARLY_ALL),
    ],
)
@pytest.mark.no_database
def test_neither_the_few_who_are_in_nor_the_few_who_are_out_are_told(learners: int, done: int, said: str) -> None:
    assert told.share_of(done, learners)[0] == said


@pytest.fixture
def cohorts(instructor: Any) -> None:
    """Four who joined in one week and twelve in the next, all at work when they joined; six of the twelve a week later."""
    course = makers.course(instructor, ["One", "Two"])
    first, second = NOON, NOON + WEEK
    few = [people.person(f"Few {number}", created_at=first) for number in range(4)]
    many = [people.person(f"Many {number}", created_at=second) for number in range(12)]
    for one, at in [*[(one, first) for one in few], *[(one, second) for one in many]]:
        makers.enrolled(one.at(at), course)
        makers.completed(one.at(at), course.items[0])
    for one in many[:6]:
        makers.completed(one.at(second + WEEK), course.items[1])
    count(second + WEEK)


def test_of_a_cohort_of_four_nothing_is_told(admin: Any, cohorts: Any) -> None:
    seen = admin.at(NOON + 2 * WEEK).sees(
        service.analytics, section="retention", since="2027-03-01", until="2027-03-15"
    )

    assert chart(seen, "retention").heads == ["Joined in the week from", "People", "That week", "Week 1", "Week 2"]
    assert lines(seen, "retention") == {
        "1 Mar": [told.FEWER, "", "", ""],
        "8 Mar": ["12", told.NEARLY_ALL, "50%", ""],
    }
    # A shorter range makes no cohort of fewer days.
    short = admin.at(NOON + 2 * WEEK).sees(service.analytics, section="retention", since="2027-03-10")
    assert lines(short, "retention") == {"8 Mar": ["12", told.NEARLY_ALL, "50%"]}


# ---- CSV


def test_a_sheet_is_the_chart_and_runs_no_formula(admin: Any, instructor: Any, crowd: list[Any]) -> None:
    evil = makers.course(instructor, ["One"], title='=HYPERLINK("http://evil.example","Marks")')
    for one in crowd[:5]:
        makers.enrolled(one, evil)

    text = admin.sees(service.analytics_sheet, section="learning", figure="courses")

    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows[0] == ["Course", "Learners", "Completed", "Active in 7 days", "Average mark"]
    assert rows[1][:2] == ['\'=HYPERLINK("http://evil.example","Marks")', "5"]
    with pytest.raises(NotFound):
        admin.sees(service.analytics_sheet, section="learning", figure="active")


def test_every_figure_has_its_sheet(admin: Any, busy: Any) -> None:
    count()
    for section in ("people", "learning", "quizzes", "retention", "running"):
        for one in admin.sees(service.analytics, section=section).charts:
            rows = list(csv.reader(io.StringIO(admin.sees(service.analytics_sheet, section=section, figure=one.id))))
            assert len(rows) == 1 + len(one.lines)


def test_courses_are_sorted_and_paged(admin: Any, instructor: Any, crowd: list[Any]) -> None:
    for number in range(53):
        course = makers.course(instructor, ["One"], title=f"Course {number:02}")
        if number in (7, 8):
            for one in crowd[: number - 1]:
                makers.enrolled(one, course)

    seen = admin.sees(service.analytics, section="learning")
    titles = admin.sees(service.analytics, section="learning", sort="title", page=2)

    assert [line.name for line in chart(seen, "courses").lines][:3] == ["Course 08", "Course 07", "Course 00"]
    assert (seen.pages, len(chart(seen, "courses").lines)) == (2, 50)
    assert [line.name for line in chart(titles, "courses").lines] == ["Course 50", "Course 51", "Course 52"]


# ---- What the server was asked


def test_after_a_week_a_day_of_requests_is_one_row_a_route(admin: Any) -> None:
    now = utc_now()
    old = now.replace(hour=12, minute=0, second=0, microsecond=0) - 10 * DAY
    row = {"route": "GET /x", **dict.fromkeys(counting.TRAFFIC_SUMS, 1)}
    for at in (old, old + timedelta(hours=3), now):
        with unit_of_work(SYSTEM, at) as work:
            service.note_traffic(work, found=[row, row | {"route": "GET /y"}])

    asyncio.run(service.count_up(whole=True))

    with reading(SYSTEM) as work:
        kept = sorted((one.route, one.many, one.hour % 24) for one in work.db.exec(select(Traffic)))
    assert kept == [("GET /x", 1, now.hour), ("GET /x", 2, 0), ("GET /y", 1, now.hour), ("GET /y", 2, 0)]
    assert lines(admin.at(now).sees(service.analytics, section="running", period="30d"), "slow")["GET /x"][0] == "3"


# ---- Speed


@pytest.mark.parametrize("section", ["people", "learning", "quizzes", "retention", "running"])
def test_no_section_reads_a_table_of_events(admin: Any, section: str) -> None:
    """A year has a million of them: nothing but the jobs looks at them, and not at all of them either."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    engine = db.database().read
    event.listen(engine, "before_cursor_execute", note)
    try:
        admin.sees(service.analytics, section=section, period="12m", compare=True)
    finally:
        event.remove(engine, "before_cursor_execute", note)

    assert statements
    for statement in statements:
        for table in ("item_progress", "answer", "audit_entry", "grade_entry"):
            assert f"FROM {table}" not in statement
            assert f"JOIN {table} " not in statement


def test_what_the_jobs_read_they_find_by_its_moment(admin: Any) -> None:
    if not db.database().is_sqlite:
        pytest.skip("PostgreSQL's plans depend on what is in the tables")
    wanted = {
        "ix_item_progress_first_seen_at": "SELECT user_id FROM item_progress WHERE first_seen_at >= 1 AND first_seen_at < 2",
        "ix_item_progress_completed_at": "SELECT user_id FROM item_progress WHERE completed_at >= 1 AND completed_at < 2",
        "ix_attempt_started_at": "SELECT user_id FROM attempt WHERE started_at >= 1 AND started_at < 2",
        "ix_attempt_finished_at": "SELECT user_id FROM attempt WHERE finished_at >= 1 AND finished_at < 2",
        "ix_grade_entry_at": "SELECT points FROM grade_entry WHERE at >= 1 AND at < 2",
        "ix_activity_span_joined_on_starts_on": (
            "SELECT joined_on, starts_on, count(*) FROM activity WHERE span = 'w' AND joined_on >= '2027-01-01'"
            " GROUP BY joined_on, starts_on"
        ),
    }
    with reading(SYSTEM) as work:
        for index, statement in wanted.items():
            plan = str(work.db.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}").all())
            assert index in plan, plan
