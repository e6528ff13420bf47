"""The calendar: everything that is due, as it holds for its reader, the same on the page and for other programs."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import icalendar
import pytest
from sqlalchemy import event

from lms_app.assignments import service as assignments
from lms_app.core import db, identity, limits, when
from lms_app.core.errors import Invalid, NotFound, NotSignedIn, TooMany
from lms_app.core.identity import User
from lms_app.core.work import ANONYMOUS, SYSTEM, reading, unit_of_work
from lms_app.courses import service as courses
from lms_app.home import ical, rules, service
from lms_app.home.models import CalendarFeed
from lms_app.home.rules import Seen
from lms_app.home.views_calendar import NO_FEED, CalendarEntry, Feed
from lms_app.policy import Role
from lms_app.quizzes import service as quizzes
from tests.assignments import makers as assignment_makers
from tests.courses import makers
from tests.makers import NOON, person
from tests.quizzes import makers as quiz_makers

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _rooms(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in the whole product, where quizzes and assignments stand in outlines."""
    monkeypatch.setitem(courses.ITEM_KINDS, quizzes.QUIZ, quizzes.QUIZ_ITEM)
    monkeypatch.setitem(courses.ITEM_KINDS, assignments.ASSIGNMENT, assignments.ASSIGNMENT_ITEM)


def dates(reader: Any, **given: Any) -> list[CalendarEntry]:
    given = {"begins_at": NOON - 90 * DAY, "ends_at": NOON + 90 * DAY, **given}
    return reader.sees(service.calendar, **given).entries


def lines(reader: Any, **given: Any) -> list[tuple[str, str, datetime]]:
    return [(one.label, one.title, one.at) for one in dates(reader, **given)]


def fed(secret: str, at: datetime = NOON) -> Feed:
    """As the address is read: what is new is kept."""
    with reading(ANONYMOUS, at) as work:
        found = service.read_feed(work, secret=secret)
    if found.news:
        with unit_of_work(ANONYMOUS, at) as work:
            service.note_feed(work, secret=secret, seen=found.seen)
    return found


def secret_of(reader: Any) -> str:
    return reader.does(service.make_feed).url.rpartition("/")[2].removesuffix(".ics")


def events(feed: Feed) -> list[Any]:
    return list(icalendar.Calendar.from_ical(ical.write(feed)).walk("VEVENT"))


# ---- What is in it


def test_everything_with_a_date_is_in_it_soonest_first(student: Any, instructor: Any) -> None:
    made = makers.course(instructor, ["Light", "Water", "Stones"], starts_at=NOON - DAY, ends_at=NOON + 40 * DAY)
    makers.enrolled(student, made)
    instructor.does(courses.update_item, item_id=made.items[0], due_at=NOON + 3 * DAY)
    for item_id in made.items[1:]:
        instructor.does(courses.update_item, item_id=item_id, opens_at=NOON + DAY)
    quiz = quiz_makers.quiz(
        instructor, student, item=courses.ItemSettings(opens_at=NOON + 2 * DAY), closes_at=NOON + 9 * DAY
    )
    work = assignment_makers.assignment(
        instructor,
        student,
        item=courses.ItemSettings(due_at=NOON + 5 * DAY),
        closes_at=NOON + 7 * DAY,
        grade_by_at=NOON + 12 * DAY,
    )

    assert lines(student) == [
        ("Course starts", "Principles of Ecology", NOON - DAY),
        ("Opens", "Part 1", NOON + DAY),
        ("Opens", "Energy flow", NOON + 2 * DAY),
        ("Due", "Light", NOON + 3 * DAY),
        ("Due", "A pond in words", NOON + 5 * DAY),
        ("Closes", "A pond in words", NOON + 7 * DAY),
        ("Closes", "Energy flow", NOON + 9 * DAY),
        ("Course ends", "Principles of Ecology", NOON + 40 * DAY),
    ]
    found = {(one.label, one.title): one for one in dates(student)}
    assert found["Closes", "Energy flow"].url == f"/courses/{quiz.course.slug}/quizzes/{quiz.id}"
    assert found["Due", "A pond in words"].url == f"/courses/{work.course.slug}/assignments/{work.id}"
    assert ("Grade by", "A pond in words", NOON + 12 * DAY) in lines(instructor)
    theirs = {(one.label, one.title): one for one in dates(instructor)}
    assert theirs["Due", "A pond in words"].url == f"/teaching/{work.course.slug}/assignments/{work.id}"
    assert theirs["Due", "A pond in words"].staff
    assert {one.slug for one in dates(student, course=work.course.slug)} == {work.course.slug}


def test_an_extension_moves_it_for_one_and_more_time_for_another(student: Any, instructor: Any) -> None:
    slow, usual = person("Slow"), person("Usual")
    made = quiz_makers.quiz(instructor, student, slow, usual, closes_at=NOON + DAY, limit_minutes=60)
    instructor.does(courses.put_override, item_id=made.id, user_id=student.id, closes_at=NOON + 4 * DAY)
    instructor.does(courses.set_extra_time, slug=made.course.slug, user_id=slow.id, percent=50)

    closes = [[at for label, _title, at in lines(one) if label == "Closes"] for one in (student, slow, usual)]

    assert closes == [[NOON + 4 * DAY], [NOON + DAY + 30 * MINUTE], [NOON + DAY]]
    assert [label for label, _title, _at in lines(student)] == ["Closes"]


def test_a_group_has_dates_of_its_own(student: Any, instructor: Any) -> None:
    other = person("Other")
    made = assignment_makers.assignment(instructor, student, other, item=courses.ItemSettings(due_at=NOON + DAY))
    group = instructor.does(courses.add_group, slug=made.course.slug, name="Lab A")
    instructor.does(courses.put_in_group, slug=made.course.slug, group_id=UUID(group.id), user_id=student.id)
    instructor.does(courses.put_override, item_id=made.id, group_id=UUID(group.id), due_at=NOON + 2 * DAY)

    assert [at for _label, _title, at in lines(student)] == [NOON + 2 * DAY]

    instructor.does(
        courses.update_item,
        item_id=made.id,
        release={"rules": [{"kind": "group", "group": group.id}]},
    )
    assert (len(dates(student)), dates(other)) == (1, [])


@pytest.mark.parametrize("how", ["unpublished", "removed", "left", "draft", "archived", "stranger"])
def test_what_one_may_not_see_is_not_in_it(student: Any, stranger: Any, instructor: Any, how: str) -> None:
    made = assignment_makers.assignment(instructor, student, item=courses.ItemSettings(due_at=NOON + DAY))
    secret = secret_of(student)
    assert len(dates(student)) == len(fed(secret).entries) == 1

    if how == "unpublished":
        instructor.does(courses.update_item, item_id=made.id, published=False)
        assert [one.hidden for one in dates(instructor)] == [True]
    elif how == "removed":
        instructor.does(courses.remove_item, item_id=made.id)
        assert dates(instructor) == []
    elif how == "left":
        student.does(courses.leave, slug=made.course.slug)
    elif how == "draft":
        instructor.does(courses.unpublish, course_id=made.course.id)
    elif how == "archived":
        instructor.does(courses.archive, course_id=made.course.id)
    else:
        assert dates(stranger) == []
        return

    assert dates(student) == []
    assert fed(secret).entries == []


def test_what_is_done_says_so(student: Any, instructor: Any) -> None:
    made = makers.course(instructor, ["Light"])
    instructor.does(courses.update_item, item_id=made.items[0], due_at=NOON + DAY)
    makers.enrolled(student, made)
    makers.completed(student, made.items[0])

    assert [one.state for one in dates(student)] == ["done"]
    assert [one.state for one in dates(makers.enrolled(person("Late"), made).at(NOON + 2 * DAY))] == ["late"]
    assert [one.state for one in dates(instructor.at(NOON + 2 * DAY))] == [""]


def test_an_assistant_sees_the_dates_of_the_staff(student: Any, instructor: Any) -> None:
    made = assignment_makers.assignment(instructor, grade_by_at=NOON + DAY)
    instructor.does(courses.add_member, course_id=made.course.id, user_id=student.id, role=Role.ASSISTANT)

    assert [label for label, _title, _at in lines(student)] == ["Grade by"]


# ---- The month


def test_a_month_is_whole_weeks_as_they_begin_there() -> None:
    assert rules.days_shown(date(2027, 2, 1), 0)[0] == date(2027, 2, 1)
    assert len(rules.days_shown(date(2027, 2, 1), 0)) == 28
    assert rules.days_shown(date(2027, 2, 1), 6)[0] == date(2027, 1, 31)
    assert len(rules.days_shown(date(2027, 5, 1), 0)) == 42
    for first in (date(year, month, 1) for year in (2026, 2027, 2028) for month in range(1, 13)):
        for begins in range(7):
            days = rules.days_shown(first, begins)
            assert (days[0].weekday(), len(days) % 7) == (begins, 0)
            assert days[0] <= first
            assert len({day for day in days if day.month == first.month}) >= 28
            assert {(first + timedelta(days=31)).replace(day=1) - DAY} <= set(days)


@pytest.mark.parametrize("text", ["", "2026-13", "26-1", "9999-01", "2026-11x", "<script>", "0001-01"])
def test_an_address_that_names_no_month_shows_this_one(text: str) -> None:
    assert rules.month_of(text, date(2027, 3, 31)) == date(2027, 3, 1)
    assert rules.month_of("2026-11", date(2027, 3, 31)) == date(2026, 11, 1)


def test_a_month_has_each_day_once_and_what_is_on_it(student: Any, instructor: Any) -> None:
    made = makers.course(instructor, ["Light", "Water"])
    makers.enrolled(student, made)
    instructor.does(courses.update_item, item_id=made.items[0], due_at=NOON)
    instructor.does(courses.update_item, item_id=made.items[1], due_at=NOON + 31 * DAY)

    seen = student.sees(service.month)

    assert (seen.month, seen.title, seen.previous, seen.next) == ("2027-03", "March 2027", "2027-02", "2027-04")
    assert seen.weekdays == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    assert [day.day for day in seen.days if day.when == "today"] == ["2027-03-01"]
    assert {day.day: [one.title for one in day.dates] for day in seen.days if day.dates} == {
        "2027-03-01": ["Light"],
        "2027-04-01": ["Water"],
    }
    assert (seen.total, seen.zone, seen.zone_name) == (1, "UTC", "Coordinated Universal Time")
    assert [one.value for one in seen.courses] == [made.slug]
    assert student.sees(service.month, month="2027-04").total == 1
    assert student.sees(service.month, course=made.slug) == seen
    assert student.sees(service.month, course="nonsense") == seen


# ---- The feed


def test_the_address_opens_one_calendar_until_it_is_renewed_or_taken_back(student: Any, instructor: Any) -> None:
    made = makers.course(instructor, ["Light"])
    makers.enrolled(student, made)
    instructor.does(courses.update_item, item_id=made.items[0], due_at=NOON + DAY)
    assert student.sees(service.feed_of) == NO_FEED

    first = secret_of(student)
    assert len(first) >= 43  # 256 bits
    assert student.sees(service.feed_of).url.endswith(f"/calendar/{first}.ics")
    with reading(SYSTEM) as work:
        row = work.db.get_one(CalendarFeed, student.id)
        assert first not in str(row.model_dump())
        assert row.secret_hash == identity.hashed_token(first)
    assert [one.title for one in fed(first).entries] == ["Light"]
    assert student.at(NOON + HOUR).sees(service.feed_of).read == "1 hour ago"

    second = secret_of(student)
    assert second != first
    with pytest.raises(NotFound):
        fed(first)
    assert [one.title for one in fed(second).entries] == ["Light"]
    student.does(service.drop_feed)
    student.does(service.drop_feed)
    with pytest.raises(NotFound):
        fed(second)
    assert student.sees(service.feed_of) == NO_FEED


@pytest.mark.parametrize("secret", ["", "x", "x" * 5000, "\0", "../x", "é"])
def test_no_other_address_opens_anything(student: Any, secret: str) -> None:
    secret_of(student)
    with pytest.raises(NotFound):
        fed(secret)


def test_a_suspended_persons_calendar_is_gone(student: Any) -> None:
    secret = secret_of(student)
    with unit_of_work(SYSTEM, NOON) as work:
        work.db.get_one(User, student.id).suspended_at = NOON

    with pytest.raises(NotFound):
        fed(secret)


def test_reading_has_a_rate_and_guessing_too(student: Any) -> None:
    secret = secret_of(student)
    for _ in range(limits.LIMITS["feed"].times):
        fed(secret)
    with pytest.raises(TooMany):
        fed(secret)

    for _ in range(limits.LIMITS["link"].times):
        with pytest.raises(NotFound):
            fed("nonsense")
    with pytest.raises(TooMany):
        fed("nonsense")


def test_uids_stay_and_what_changes_gets_the_next_number(student: Any, instructor: Any) -> None:
    made = makers.course(instructor, ["Light", "Water"])
    makers.enrolled(student, made)
    for item_id in made.items:
        instructor.does(courses.update_item, item_id=item_id, due_at=NOON + DAY)
    secret = secret_of(student)
    first = {one["uid"]: one for one in events(fed(secret))}
    assert {int(one["sequence"]) for one in first.values()} == {0}
    assert ical.write(fed(secret, NOON + HOUR)) == ical.write(fed(secret, NOON + 5 * HOUR))

    instructor.does(courses.update_item, item_id=made.items[0], due_at=NOON + 2 * DAY)
    later = {one["uid"]: one for one in events(fed(secret, NOON + 2 * HOUR))}

    assert set(later) == set(first)
    moved = f"{made.items[0]}-due@lectern.test"
    kept = f"{made.items[1]}-due@lectern.test"
    assert (int(later[moved]["sequence"]), later[moved]["dtstamp"].dt) == (1, NOON + 2 * HOUR)
    assert (int(later[kept]["sequence"]), later[kept]["dtstamp"].dt) == (0, NOON)
    assert later[moved]["dtstart"].dt == NOON + 2 * DAY


@pytest.mark.no_database
def test_an_entry_that_comes_back_goes_on_counting() -> None:
    first = rules.revised({}, {"a": "1"}, 10)
    gone = rules.revised(first, {}, 20)
    back = rules.revised(gone, {"a": "2"}, 30)

    assert (first, gone, back) == ({"a": Seen("1", 0, 10)}, first, {"a": Seen("2", 1, 30)})


def test_what_is_typed_stays_text(student: Any, instructor: Any) -> None:
    title = "Ponds; rivers, seas\\ BEGIN:VEVENT \u202e — " + "Größe 池塘 " * 9
    made = makers.course(instructor, [title], title="A;B,C\\n")
    makers.enrolled(student, made)
    instructor.does(courses.update_item, item_id=made.items[0], due_at=NOON + DAY)

    content = ical.write(fed(secret_of(student)))

    assert b"\r\n" in content
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")
    (found,) = icalendar.Calendar.from_ical(content).walk("VEVENT")
    assert str(found["summary"]) == f"Due: {title.strip()}"
    assert str(found["description"]).splitlines()[0] == "A;B,C\\n"
    assert str(found["url"]) == f"http://lectern.test/courses/{made.slug}/lessons/{made.items[0]}"


# ---- Page and feed are one


def test_the_feed_holds_what_the_pages_of_its_months_show(student: Any, instructor: Any) -> None:
    made = makers.course(instructor, [f"Lesson {number}" for number in range(40)], starts_at=NOON - 200 * DAY)
    makers.enrolled(student, made)
    for number, item_id in enumerate(made.items):
        instructor.does(courses.update_item, item_id=item_id, due_at=NOON + (number - 5) * 17 * DAY)
    shown: set[tuple[str, datetime]] = set()
    month = "2026-11"
    while month < "2028-11":
        seen = student.sees(service.month, month=month)
        shown |= {(one.title, one.at) for day in seen.days for one in day.dates if day.when != "other"}
        month = seen.next

    told = {(str(one["summary"]).partition(": ")[2], one["dtstart"].dt) for one in events(fed(secret_of(student)))}

    assert told == {(title, at) for title, at in shown if NOON - 120 * DAY <= at < NOON + 600 * DAY}
    assert len(told) > 30


# ---- Cost, and who may


def test_three_courses_cost_as_much_as_thirty(student: Any, instructor: Any) -> None:
    def cost(**given: Any) -> int:
        statements: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            statements.append(statement)

        engine = db.database().read
        event.listen(engine, "before_cursor_execute", note)
        try:
            student.sees(service.month, **given)
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return sum(statement.startswith("SELECT") for statement in statements)

    costs: list[int] = []
    for number in range(30):
        made = makers.course(instructor, ["Light", "Water"], title=f"Course {number}")
        makers.enrolled(student, made)
        for item_id in made.items:
            instructor.does(courses.update_item, item_id=item_id, due_at=NOON + DAY, opens_at=NOON)
        if number in (2, 29):
            costs.append(cost())

    assert costs == [4, 4]


@pytest.mark.parametrize(
    ("act", "given"),
    [
        (service.calendar, {"begins_at": NOON, "ends_at": NOON + DAY}),
        (service.month, {}),
        (service.feed_of, {}),
        (service.make_feed, {}),
        (service.drop_feed, {}),
    ],
)
def test_nobody_has_a_calendar_without_signing_in(database: Any, act: Any, given: dict[str, Any]) -> None:
    with unit_of_work(ANONYMOUS, NOON) as work, pytest.raises(NotSignedIn):
        act(work, **given)


def test_nobody_notes_anything_at_an_address_that_is_none(database: Any) -> None:
    with unit_of_work(ANONYMOUS, NOON) as work, pytest.raises(NotFound):
        service.note_feed(work, secret="x", seen={})


@pytest.mark.parametrize("days", [0, -1, 801])
def test_too_much_at_once_is_refused(student: Any, days: int) -> None:
    with pytest.raises(Invalid):
        student.sees(service.calendar, begins_at=NOON, ends_at=NOON + days * DAY)


@pytest.mark.no_database
def test_weeks_begin_where_people_begin_them() -> None:
    assert when.weekdays("en")[0] == "Mon"
    assert when.weekdays("en-US")[0] == "Sun"
    assert when.weekdays("de")[0] == "Mo"
    assert when.month_name(date(2026, 11, 1), "de") == "November 2026"
    assert when.full_day(date(2026, 11, 24), "en") == "Tuesday 24 November"
    assert when.full_day(date(2026, 11, 24), "de") == "Dienstag, 24. November"
    begins = datetime(2027, 3, 1, tzinfo=UTC)
    assert when.zone_words(begins, begins + 30 * DAY, "Europe/Berlin", "en") == (
        "Central European Standard Time / Central European Summer Time"
    )
    assert when.zone_words(begins, begins + DAY, "Europe/Berlin", "en") == "Central European Standard Time"
