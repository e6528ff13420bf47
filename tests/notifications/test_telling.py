"""Somebody is told: once, by the ways they want, in one mail for a burst or a digest."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest
from sqlalchemy import event

from lms_app.core import db
from lms_app.core.errors import Forbidden, Invalid, NotFound, NotSignedIn
from lms_app.core.settings import settings
from lms_app.core.work import ANONYMOUS, SYSTEM, unit_of_work
from lms_app.notifications import letters, service
from lms_app.notifications.service.unsubscribing import url_of
from tests.makers import NOON, person
from tests.notifications.makers import ANNOUNCED, GRADED, mails, post, told

SOON = NOON + timedelta(minutes=2)
LATER = NOON + timedelta(days=8)


def token_of(mail: dict[str, Any]) -> str:
    return mail["unsubscribe"].rpartition("/")[2]


def test_a_hundred_marks_are_one_mail_for_each_student_and_a_second_run_is_none(student: Any) -> None:
    other = person("Ben")
    for number in range(100):
        assert (
            told([student, other], NOON + timedelta(seconds=number / 2), key=str(number), title=f"Quiz {number}") == 2
        )
    post(SOON)
    assert sorted(one["to"] for one in mails()) == sorted([student.email, other.email])
    assert "Quiz 99" in mails()[0]["text"]
    assert mails()[0]["subject"] == f"{settings.site_name}: 100 notifications"

    for number in range(100):
        assert told([student, other], LATER, key=str(number)) == 0
    post(LATER + timedelta(hours=1))

    assert len(mails()) == 2
    assert student.sees(service.unread_count) == 100


@pytest.mark.parametrize("locale", ["ar", "en"])
def test_an_english_title_keeps_its_question_mark_in_an_arabic_line(locale: str) -> None:
    line = letters.title_of(letters.Told(GRADED, {"title": "Why is it so?"}), letters.Reader(locale=locale))

    assert ("\u2068Why is it so?\u2069" in line) == (locale == "ar")
    assert line.replace("\u2068", "").replace("\u2069", "").count("Why is it so?") == 1


def test_one_thing_is_a_mail_of_its_own_in_text_and_html_which_ends_by_one_click(student: Any) -> None:
    told([student], NOON, event=ANNOUNCED, title="<Rain> & **wind**", body="Bring *boots*. <script>alert(1)</script>")

    post(SOON)

    (mail,) = mails()
    assert mail["subject"] == "Principles of Ecology: <Rain> & **wind**"
    assert "Bring *boots*." in mail["text"]
    assert f"{settings.url}/courses/x" in mail["text"]
    assert "&lt;Rain&gt; &amp;" in mail["html"]
    assert "<em>boots</em>" in mail["html"]
    assert "<script" not in mail["html"]
    assert mail["unsubscribe"].startswith(f"{settings.url}/unsubscribe/")


def test_a_digest_gathers_a_day_and_leaves_out_what_was_read(student: Any) -> None:
    student.does(service.plan, pace="daily")
    for hour in range(3):
        told([student], NOON + timedelta(hours=hour), key=str(hour), title=f"Quiz {hour}")
    first = student.sees(service.inbox).groups[0].notifications[2]
    student.does(service.read_one, notification_id=UUID(first.id))

    post(NOON + timedelta(hours=10))
    assert mails() == []
    post(datetime(2027, 3, 2, 8, tzinfo=UTC))

    (mail,) = mails()
    assert mail["subject"] == f"{settings.site_name}: 2 notifications"
    assert "Quiz 0" not in mail["text"]
    post(LATER)
    assert len(mails()) == 1


def test_quiet_hours_hold_mail_back_also_when_they_were_set_later(student: Any) -> None:
    told([student], NOON)
    student.does(service.plan, pace="now", quiet_from="11:00", quiet_until="15:00")

    post(SOON)
    assert mails() == []
    post(datetime(2027, 3, 1, 15, tzinfo=UTC))

    assert len(mails()) == 1


def test_everybody_hears_by_the_ways_they_want(student: Any) -> None:
    neither = person("Neither")
    student.does(service.choose, event=GRADED, mail=False)
    neither.does(service.choose, event=GRADED, inbox=False, mail=False)

    assert told([student, neither, student], NOON) == 1
    post(SOON)

    assert mails() == []
    assert student.sees(service.unread_count) == 1
    assert neither.sees(service.inbox).total == 0


def test_mail_that_is_turned_off_before_it_went_out_does_not(student: Any) -> None:
    told([student], NOON)
    student.does(service.choose, event=GRADED, mail=False)

    post(SOON)

    assert mails() == []


def test_who_is_suspended_hears_nothing() -> None:
    gone = person("Gone", suspended_at=NOON)

    assert told([gone], NOON) == 0


def test_a_rollback_tells_nobody(student: Any) -> None:
    def fails(work: Any) -> None:
        service.tell(work, [student.id], GRADED, {"title": "T", "url": "/"}, key="1")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        student.does(fails)
    post(LATER)

    assert mails() == []
    assert student.sees(service.inbox).total == 0


def test_an_event_that_nobody_registered_is_an_error_of_ours(student: Any) -> None:
    with pytest.raises(KeyError):
        told([student], NOON, event="nonsense")


def test_the_inbox_is_grouped_by_course_and_read(student: Any, stranger: Any) -> None:
    told([student], NOON, key="1", course="Poems", title="Metre")
    told([student], NOON + timedelta(minutes=1), key="2", title="Energy")
    told([student], NOON + timedelta(minutes=2), key="3", course="Poems", title="Rhyme")
    reader = student.at(NOON + timedelta(hours=1))

    found = reader.sees(service.inbox)

    assert [(group.course, [one.title for one in group.notifications]) for group in found.groups] == [
        ("Poems", ["Marked: Rhyme", "Marked: Metre"]),
        ("Principles of Ecology", ["Marked: Energy"]),
    ]
    assert (found.total, found.unread) == (3, 3)
    one = UUID(found.groups[0].notifications[0].id)
    with pytest.raises(NotFound):
        stranger.does(service.read_one, notification_id=one)
    reader.does(service.read_one, notification_id=one)
    reader.does(service.read_one, notification_id=one)
    assert reader.sees(service.unread_count) == 2
    assert reader.sees(service.inbox, unread=True).total == 2
    assert reader.does(service.read_all) == 2
    assert stranger.sees(service.inbox).total == 0


# ---- Unsubscribing


def test_one_click_ends_mail_about_that_and_the_inbox_goes_on(student: Any) -> None:
    told([student], NOON)
    post(SOON)
    token = token_of(mails()[0])

    with unit_of_work(ANONYMOUS, NOON) as work:
        assert service.read_unsubscribe(work, token=token).labels == ["Marks in quizzes"]
    assert [one.mail for one in student.sees(service.wishes).events if one.event == GRADED] == [True]
    for _ in range(2):
        with unit_of_work(ANONYMOUS, NOON) as work:
            service.unsubscribe(work, token=token)

    chosen = {one.event: (one.inbox, one.mail) for one in student.sees(service.wishes).events}
    assert chosen[GRADED] == (True, False)
    assert chosen[ANNOUNCED] == (True, True)
    told([student], LATER, key="2")
    post(LATER + timedelta(hours=1))
    assert len(mails()) == 1


def test_no_other_token_ends_anything(student: Any) -> None:
    token = url_of(student.id, [GRADED]).rpartition("/")[2]
    head, body, sign = token.split(".")
    flipped = f"{head}.{body}.{'A' if sign[0] != 'A' else 'B'}{sign[1:]}"
    unsigned = jwt.encode({"sub": str(student.id), "events": [GRADED], "aud": "unsubscribe"}, "", "none")
    stranger = url_of(uuid4(), [GRADED]).rpartition("/")[2]

    for wrong in (flipped, unsigned, stranger, student.signs_in(), "", "x" * 5_000):
        for act in (service.read_unsubscribe, service.unsubscribe):
            with unit_of_work(ANONYMOUS, NOON) as work, pytest.raises(NotFound):
                act(work, token=wrong)


# ---- Who may


@pytest.mark.parametrize(
    ("act", "given"),
    [
        (service.inbox, {}),
        (service.unread_count, {}),
        (service.read_all, {}),
        (service.read_one, {"notification_id": uuid4()}),
        (service.wishes, {}),
        (service.choose, {"event": GRADED, "mail": False}),
        (service.plan, {"pace": "daily"}),
        (service.preview, {"event": GRADED}),
        (service.mail_notifications, {"payload": {"user_id": str(uuid4())}}),
    ],
)
def test_nobody_does_anything_without_signing_in(database: Any, act: Any, given: dict[str, Any]) -> None:
    with unit_of_work(ANONYMOUS, NOON) as work, pytest.raises(NotSignedIn):
        act(work, **given)


def test_a_stranger_has_nothing_mailed_and_previews_nothing(stranger: Any, student: Any, admin: Any) -> None:
    with pytest.raises(NotFound):
        stranger.does(service.mail_notifications, {"user_id": str(student.id)})
    with pytest.raises(Forbidden):
        stranger.sees(service.preview, event=GRADED)
    with pytest.raises(NotFound):
        admin.sees(service.preview, event="nonsense")


def test_an_administrator_previews_a_sample_and_then_what_was_told(admin: Any, student: Any) -> None:
    assert admin.sees(service.preview, event=GRADED).subject == "Marked: Energy flow"

    told([student], NOON, title="Ponds")

    found = admin.sees(service.preview, event=GRADED)
    assert found.subject == "Marked: Ponds"
    assert re.search("<a href=.*Open in", found.html)


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"pace": "hourly"}, ["pace"]),
        ({"pace": "now", "quiet_from": "22:00"}, ["quiet_until"]),
        ({"pace": "now", "quiet_from": "25:00", "quiet_until": "07:00"}, ["quiet_from"]),
        ({"pace": "now", "quiet_from": "07:00", "quiet_until": "07:00"}, ["quiet_until"]),
    ],
)
def test_what_a_plan_cannot_be(student: Any, given: dict[str, str], fields: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        student.does(service.plan, **given)

    assert list(refused.value.fields) == fields


def test_nobody_chooses_what_there_is_not(student: Any) -> None:
    with pytest.raises(NotFound):
        student.does(service.choose, event="nonsense", mail=False)


# ---- Cost


def test_telling_costs_the_same_for_three_and_for_a_hundred(database: db.Database) -> None:
    people, costs = [person(f"Ada {number}") for number in range(100)], list[int]()
    statements: list[str] = []
    event.listen(database.write, "before_cursor_execute", lambda _c, _k, statement, *_: statements.append(statement))

    for number, some in enumerate((people[:3], people)):
        statements.clear()
        with unit_of_work(SYSTEM, NOON) as work:
            service.tell(work, [one.id for one in some], GRADED, {"title": "T", "url": "/"}, key=f"k{number}")
        costs.append(len(statements))

    assert costs[0] == costs[1]
