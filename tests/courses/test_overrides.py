"""Extensions: other dates, more time and further attempts for a person or a group, and who may give them."""

from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest

from lms_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms_app.courses import service
from lms_app.courses.terms import Override, Terms, effective
from lms_app.quizzes import service as quizzes
from tests import makers as people
from tests.courses import makers
from tests.makers import NOON
from tests.quizzes import makers as quiz_makers

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
USUAL = Terms(due_at=NOON, closes_at=NOON + DAY, limit_minutes=60, attempts_allowed=1)


def own(**given: Any) -> Override:
    return Override(of_group=False, **given)


def group(**given: Any) -> Override:
    return Override(of_group=True, **given)


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("overrides", "extra", "field", "value"),
    [
        ([], 0, "limit_minutes", 60),
        ([own(attempts_allowed=3)], 0, "attempts_allowed", 3),
        # A person's own beats their groups', also where it is the stricter one.
        ([own(due_at=NOON + HOUR), group(due_at=NOON + DAY)], 0, "due_at", NOON + HOUR),
        # Field by field: what their own leaves open, the groups say.
        ([own(attempts_allowed=2), group(due_at=NOON + DAY)], 0, "due_at", NOON + DAY),
        # Of several groups the kindest: the earliest opening, the latest end, the most of all else.
        ([group(opens_at=NOON), group(opens_at=NOON - DAY)], 0, "opens_at", NOON - DAY),
        ([group(due_at=NOON + HOUR), group(due_at=NOON + DAY)], 0, "due_at", NOON + DAY),
        ([group(limit_minutes=70), group(limit_minutes=90)], 0, "limit_minutes", 90),
        # 0 is no limit, which is more than any.
        ([group(attempts_allowed=0), group(attempts_allowed=9)], 0, "attempts_allowed", None),
        ([own(limit_minutes=0)], 25, "limit_minutes", None),
        # More time in the whole course comes on top, in whole minutes upwards.
        ([], 25, "limit_minutes", 75),
        ([own(limit_minutes=61)], 10, "limit_minutes", 68),
        # Who has more minutes has them at the close, too; who is given a close gets that and the minutes.
        ([], 25, "closes_at", NOON + DAY + 15 * MINUTE),
        ([own(limit_minutes=90)], 0, "closes_at", NOON + DAY + 30 * MINUTE),
        ([own(closes_at=NOON + 2 * DAY)], 25, "closes_at", NOON + 2 * DAY + 15 * MINUTE),
        ([own(limit_minutes=30)], 0, "closes_at", NOON + DAY),
        ([group(released=True)], 0, "released", True),
    ],
)
def test_terms_of_one_student(overrides: list[Override], extra: int, field: str, value: Any) -> None:
    assert getattr(effective(USUAL, overrides, extra_percent=extra), field) == value


# ---- In a course


@pytest.fixture(autouse=True)
def _the_rooms_above(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(service.ITEM_KINDS, quizzes.QUIZ, quizzes.QUIZ_ITEM)


def _lesson(student: Any, instructor: Any, **settings: Any) -> makers.Made:
    course = makers.course(instructor)
    makers.enrolled(student, course)
    instructor.does(service.update_item, item_id=course.items[0], **settings)
    return course


def test_a_lesson_opens_earlier_for_one_student_on_every_page_of_it(student: Any, instructor: Any) -> None:
    course = _lesson(student, instructor, opens_at=NOON + 2 * DAY, due_at=NOON + 3 * DAY)
    item = course.items[0]
    assert student.at(NOON).sees(service.read_lesson, item_id=item).locked == "Opens 3 March."

    instructor.at(NOON).does(service.put_override, item_id=item, user_id=student.id, opens_at=NOON - HOUR)

    assert student.at(NOON).sees(service.read_lesson, item_id=item).locked == ""
    line = student.at(NOON).sees(service.outline, slug=course.slug).modules[0].items[0]
    assert (line.opens_at, line.url != "") == (None, True)
    assert student.at(NOON).does(service.complete_lesson, item_id=item).done == 1


def test_a_later_date_shows_in_the_outline_and_among_what_is_due(student: Any, instructor: Any) -> None:
    course = _lesson(student, instructor, due_at=NOON + DAY)

    instructor.does(service.put_override, item_id=course.items[0], user_id=student.id, due_at=NOON + 5 * DAY)

    line = student.at(NOON).sees(service.outline, slug=course.slug).modules[0].items[0]
    due = student.at(NOON).sees(service.due_items)
    assert (line.due_at, [one.due_at for one in due]) == (NOON + 5 * DAY, [NOON + 5 * DAY])
    other = people.person("Bo")
    makers.enrolled(other, course)
    assert [one.due_at for one in other.at(NOON).sees(service.due_items)] == [NOON + DAY]


def test_an_item_opens_for_a_group_whatever_must_be_done_before(student: Any, instructor: Any) -> None:
    course = makers.course(instructor, ["First", "Second"])
    makers.enrolled(student, course)
    first, second = course.items[:2]
    condition = {"rules": [{"kind": "done", "item": str(first)}]}
    instructor.does(service.update_item, item_id=second, release=condition)
    lab = UUID(instructor.does(service.add_group, slug=course.slug, name="Lab").id)
    assert student.sees(service.read_lesson, item_id=second).locked != ""

    instructor.does(service.put_override, item_id=second, group_id=lab, released=True)
    assert student.sees(service.read_lesson, item_id=second).locked != ""
    instructor.does(service.put_in_group, slug=course.slug, group_id=lab, user_id=student.id)

    assert student.sees(service.read_lesson, item_id=second).locked == ""
    instructor.does(service.delete_group, slug=course.slug, group_id=lab)
    assert instructor.sees(service.overrides, item_id=second).lines == []
    assert student.sees(service.read_lesson, item_id=second).locked != ""


def test_more_time_reaches_an_attempt_that_has_begun(student: Any, instructor: Any) -> None:
    quiz = quiz_makers.quiz(instructor, student, limit_minutes=60, closes_at=NOON + 70 * MINUTE)
    attempt = student.at(NOON).does(quizzes.start, item_id=quiz.id)
    assert attempt.seconds_left == 3600

    instructor.at(NOON + 59 * MINUTE).does(service.put_override, item_id=quiz.id, user_id=student.id, limit_minutes=80)

    left = student.at(NOON + 60 * MINUTE).does(quizzes.time, attempt_id=UUID(attempt.id))
    assert (left.over, left.seconds_left) == (False, 20 * 60)
    assert "1 h 20 min, counted from when you start, 20 min of them extra for you" in (
        student.at(NOON).does(quizzes.overview, item_id=quiz.id).rules
    )


def test_a_learner_who_has_more_time_in_the_course_has_it_in_every_quiz(student: Any, instructor: Any) -> None:
    quiz = quiz_makers.quiz(instructor, student, limit_minutes=60, closes_at=NOON + 60 * MINUTE)
    slug = quiz.course.slug

    instructor.does(service.set_extra_time, slug=slug, user_id=student.id, percent=25)

    attempt = student.at(NOON).does(quizzes.start, item_id=quiz.id)
    assert attempt.seconds_left == 75 * 60
    instructor.at(NOON).does(service.set_extra_time, slug=slug, user_id=student.id, percent=0)
    assert student.at(NOON).does(quizzes.read, attempt_id=UUID(attempt.id)).seconds_left == 60 * 60


def test_a_further_attempt_and_a_later_close(student: Any, instructor: Any) -> None:
    quiz = quiz_makers.quiz(instructor, student, attempts_allowed=1, closes_at=NOON + HOUR)
    attempt = student.at(NOON).does(quizzes.start, item_id=quiz.id)
    student.at(NOON).does(quizzes.submit, attempt_id=UUID(attempt.id))
    with pytest.raises(Conflict, match="only attempt"):
        student.at(NOON).does(quizzes.start, item_id=quiz.id)

    instructor.does(service.put_override, item_id=quiz.id, user_id=student.id, attempts_allowed=2, closes_at=NOON + DAY)

    second = student.at(NOON + 2 * HOUR).does(quizzes.start, item_id=quiz.id)
    assert (second.number, second.attempts_allowed) == (2, 2)
    other = people.person("Bo")
    makers.enrolled(other, quiz.course)
    with pytest.raises(Conflict, match="closed"):
        other.at(NOON + 2 * HOUR).does(quizzes.start, item_id=quiz.id)


def test_right_answers_wait_for_whoever_has_an_extension(student: Any, instructor: Any) -> None:
    quiz = quiz_makers.quiz(
        instructor, student, closes_at=NOON + HOUR, show_answers="close", show_marks="close", attempts_allowed=1
    )
    attempt = student.at(NOON).does(quizzes.start, item_id=quiz.id)
    student.at(NOON).does(quizzes.submit, attempt_id=UUID(attempt.id))
    late = people.person("Bo")
    makers.enrolled(late, quiz.course)

    instructor.does(service.put_override, item_id=quiz.id, user_id=late.id, closes_at=NOON + DAY)

    early = student.at(NOON + 2 * HOUR).does(quizzes.result, attempt_id=UUID(attempt.id))
    assert {answer.solution for answer in early.answers} == {""}
    assert early.points is None
    after = student.at(NOON + DAY + MINUTE).does(quizzes.result, attempt_id=UUID(attempt.id))
    assert "" not in {answer.solution for answer in after.answers}


def test_a_form_names_whom_it_is_for(student: Any, instructor: Any) -> None:
    course = _lesson(student, instructor)
    instructor.does(service.add_group, slug=course.slug, name="Lab A")
    numbers = count(1)

    def saved(whose: str) -> str:
        values = {"whose": whose, "due_at": f"2027-04-{next(numbers):02}T10:00"}
        return instructor.does(service.save_override, item_id=course.items[0], values=values).whose

    page = instructor.sees(service.overrides, item_id=course.items[0])
    assert [saved(whose) for whose in page.offered] == ["Group Lab A", "Student"]
    assert saved("STUDENT") == "Student"
    assert saved("lab a") == "Group Lab A"
    for nobody in ("", "Nobody", "nobody@example.org"):
        with pytest.raises(Invalid) as refused:
            saved(nobody)
        assert list(refused.value.fields) == ["whose"]
    lines = instructor.sees(service.overrides, item_id=course.items[0]).lines
    assert {(line.whose, line.is_group) for line in lines} == {("Group Lab A", True), ("Student", False)}
    assert len(lines) == 2


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "whose"),
        ({"limit_minutes": 30}, "limit_minutes"),
        ({"opens_at": NOON, "due_at": NOON}, "due_at"),
        ({"released": True, "note": "x" * 201}, "note"),
    ],
)
def test_an_exception_that_means_nothing_is_refused(
    student: Any, instructor: Any, given: dict[str, Any], field: str
) -> None:
    course = _lesson(student, instructor)

    with pytest.raises(Invalid) as refused:
        instructor.does(service.put_override, item_id=course.items[0], user_id=student.id, **given)

    assert list(refused.value.fields) == [field]


def test_taking_it_back_is_as_for_everybody_again(student: Any, instructor: Any) -> None:
    course = _lesson(student, instructor, opens_at=NOON + DAY)
    line = instructor.does(service.put_override, item_id=course.items[0], user_id=student.id, opens_at=NOON)

    instructor.does(service.drop_override, slug=course.slug, override_id=UUID(line.id))

    assert student.at(NOON).sees(service.read_lesson, item_id=course.items[0]).locked != ""
    with pytest.raises(NotFound):
        instructor.does(service.drop_override, slug=course.slug, override_id=UUID(line.id))


def test_a_student_gives_themselves_nothing_and_whoever_is_not_here_gets_nothing(
    student: Any, instructor: Any, stranger: Any
) -> None:
    course = _lesson(student, instructor)

    with pytest.raises(Forbidden):
        student.does(service.put_override, item_id=course.items[0], user_id=student.id, released=True)
    with pytest.raises(Forbidden):
        student.does(service.set_extra_time, slug=course.slug, user_id=student.id, percent=100)
    with pytest.raises(NotFound):
        instructor.does(service.put_override, item_id=course.items[0], user_id=stranger.id, released=True)
