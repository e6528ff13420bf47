"""When an item opens for a student: dates, days after joining, what was done and earned, groups, and sets of these."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms_app.core import files
from lms_app.core.errors import Forbidden, Invalid, NotFound
from lms_app.courses import release, service
from lms_app.courses.release import Conditions, Days, Done, Group, On, Score, Standing
from lms_app.gradebook import service as gradebook
from lms_app.quizzes import service as quizzes
from tests.courses import makers
from tests.makers import NOON
from tests.quizzes import makers as quiz_makers

A, B, LAB = "item-a", "item-b", "group-lab"
KNOWN = {A: "Sunlight", B: "Quiz 2"}
NAMES = release.Names(KNOWN, {LAB: "Lab"}, lambda at: f"{at:%d %B}")


def _standing(**given: Any) -> Standing:
    return Standing(
        **{"now": NOON, "joined_at": NOON, "done": frozenset(), "scores": {}, "groups": frozenset(), **given}
    )


BERLIN = ZoneInfo("Europe/Berlin")
SPRING = datetime(2027, 3, 28, 2, 0, tzinfo=BERLIN)  # an hour that the clocks skip: one second before is 01:59:59

MATRIX: list[tuple[release.Rule, dict[str, Any], bool]] = [
    (Conditions(), {}, True),
    # Dates: the moment itself is open, in whatever zone it was meant.
    (On(at=NOON), {}, True),
    (On(at=NOON + timedelta(seconds=1)), {}, False),
    (On(at=SPRING), {"now": SPRING - timedelta(seconds=1)}, False),
    (On(at=SPRING), {"now": SPRING.astimezone(ZoneInfo("America/New_York"))}, True),
    # Days after joining are 24 hours each, over a change of clocks too.
    (Days(days=7), {"joined_at": NOON - timedelta(days=7)}, True),
    (Days(days=7), {"joined_at": NOON - timedelta(days=7) + timedelta(seconds=1)}, False),
    (Days(days=1), {"joined_at": None}, False),
    # What was done and earned.
    (Done(item=A), {"done": frozenset({A})}, True),
    (Done(item=A), {"done": frozenset({B})}, False),
    (Done(item="gone"), {}, True),
    (Score(item=B, least=Decimal("0.6")), {"scores": {B: Decimal("0.6")}}, True),
    (Score(item=B, least=Decimal("0.6")), {"scores": {B: Decimal("0.599")}}, False),
    (Score(item=B, least=Decimal("0.6")), {}, False),
    (Score(item="gone", least=Decimal("0.6")), {}, True),
    # Groups.
    (Group(group=LAB), {"groups": frozenset({LAB})}, True),
    (Group(group=LAB), {"groups": frozenset({"other"})}, False),
    # Sets.
    (Conditions(rules=[Done(item=A), Group(group=LAB)]), {"done": frozenset({A})}, False),
    (Conditions(rules=[Done(item=A), Group(group=LAB)]), {"done": frozenset({A}), "groups": frozenset({LAB})}, True),
    (Conditions(match="any", rules=[Done(item=A), Group(group=LAB)]), {"groups": frozenset({LAB})}, True),
    (Conditions(match="any", rules=[Done(item=A), Group(group=LAB)]), {}, False),
    (
        Conditions(rules=[Done(item=A), Conditions(match="any", rules=[Group(group=LAB), Days(days=3)])]),
        {"done": frozenset({A}), "joined_at": NOON - timedelta(days=4)},
        True,
    ),
]


@pytest.mark.no_database
@pytest.mark.parametrize(("rule", "given", "is_open"), MATRIX)
def test_conditions_hold_or_do_not(rule: release.Rule, given: dict[str, Any], is_open: bool) -> None:
    standing = _standing(**given)

    assert release.holds(rule, standing, KNOWN) is is_open
    assert (release.why(rule, standing, NAMES) == "") is is_open


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Done(item=A), "Opens once you have completed “Sunlight”."),
        (Score(item=B, least=Decimal("0.6")), "Opens once you have 60 % or more in “Quiz 2”."),
        (Days(days=7), "Opens 7 days after you joined, on 08 March."),
        (Group(group=LAB), "Opens for the group “Lab” only."),
        (
            Conditions(match="any", rules=[Done(item=A), Days(days=1)]),
            "Opens once you have completed “Sunlight” or 1 day after you joined, on 02 March.",
        ),
        (
            Conditions(rules=[Done(item=A), Conditions(match="any", rules=[Done(item=B), Group(group=LAB)])]),
            "Opens once you have completed “Sunlight” and"
            " (once you have completed “Quiz 2” or for the group “Lab” only).",
        ),
    ],
)
def test_what_is_still_to_do_is_said_in_words(rule: release.Rule, words: str) -> None:
    assert release.why(rule, _standing(), NAMES) == words


_LEAVES = st.one_of(
    st.builds(Done, item=st.sampled_from([A, B])),
    st.builds(Days, days=st.integers(1, 9)),
    st.builds(Group, group=st.just(LAB)),
    st.builds(Score, item=st.just(B), least=st.just(Decimal("0.5"))),
)
_RULES = st.recursive(
    _LEAVES,
    lambda inner: st.builds(Conditions, match=st.sampled_from(["all", "any"]), rules=st.lists(inner, max_size=3)),
)


@pytest.mark.no_database
@given(_RULES, st.sets(st.sampled_from([A, B])), st.integers(0, 12), st.sampled_from([A, B]))
def test_more_done_never_closes_anything(rule: release.Rule, done: set[str], days: int, more: str) -> None:
    joined = NOON - timedelta(days=days)
    before = _standing(done=frozenset(done), joined_at=joined)
    after = _standing(done=frozenset(done | {more}), joined_at=joined, now=NOON + timedelta(days=1))

    if release.holds(rule, before, KNOWN):
        assert release.holds(rule, after, KNOWN)
    assert Conditions.model_validate_json(Conditions(rules=[rule]).model_dump_json()).rules == [rule]


# ---- In a course


@pytest.fixture(autouse=True)
def _the_rooms_above(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(service.ITEM_KINDS, quizzes.QUIZ, quizzes.QUIZ_ITEM)
    monkeypatch.setitem(files.READERS, "lesson", service.lesson_files_door)
    if gradebook.shares not in service.SCORES:
        service.SCORES.append(gradebook.shares)


def _when(instructor: Any, item_id: UUID, *rules: dict[str, Any], match: str = "all") -> None:
    instructor.does(service.update_item, item_id=item_id, release={"match": match, "rules": list(rules)})


def test_a_locked_lesson_is_read_by_no_way_until_it_opens(instructor: Any, student: Any) -> None:
    made = makers.course(instructor)
    first, second = made.items[:2]
    makers.enrolled(student, made)
    file = instructor.does(service.attach_file, item_id=second, name="notes.txt", content=b"Notes")
    _when(instructor, second, {"kind": "done", "item": str(first)})

    (line,) = [
        item
        for module in student.sees(service.outline, slug=made.slug).modules
        for item in module.items
        if item.id == str(second)
    ]
    assert (line.state, line.url, line.note) == ("lock", "", "Opens once you have completed “Scales of life”")
    lesson = student.sees(service.read_lesson, item_id=second)
    assert (lesson.html, lesson.locked) == ("", "Opens once you have completed “Scales of life”.")
    with pytest.raises(Forbidden, match="Scales of life"):
        student.does(service.complete_lesson, item_id=second)
    with pytest.raises(NotFound):
        student.sees(files.open_file, file_id=UUID(file.id))
    assert instructor.sees(service.read_lesson, item_id=second).html

    makers.completed(student, first)

    assert student.sees(service.read_lesson, item_id=second).html
    assert student.sees(files.open_file, file_id=UUID(file.id)).name == "notes.txt"


def test_what_was_completed_never_locks_again(instructor: Any, student: Any) -> None:
    made = makers.course(instructor)
    makers.enrolled(student, made)
    makers.completed(student, made.items[1])

    _when(instructor, made.items[1], {"kind": "group", "group": str(uuid4())})

    assert student.sees(service.read_lesson, item_id=made.items[1]).html
    (module, _other) = student.sees(service.outline, slug=made.slug).modules
    assert [item.state for item in module.items] == ["todo", "done"]


def test_a_quiz_opens_by_a_mark_and_a_lesson_for_a_group(instructor: Any, student: Any) -> None:
    quiz = quiz_makers.quiz(instructor, student)
    module = instructor.sees(service.build, slug=quiz.course.slug).modules[0]
    lesson = makers.lesson(instructor, UUID(module.id), "For the lab")
    group = instructor.does(service.add_group, slug=quiz.course.slug, name="Lab")
    _when(
        instructor,
        lesson,
        {"kind": "score", "item": str(quiz.id), "least": "0.5"},
        {"kind": "group", "group": group.id},
        match="any",
    )

    locked = student.sees(service.read_lesson, item_id=lesson).locked
    assert locked == "Opens once you have 50 % or more in “Energy flow” or for the group “Lab” only."
    instructor.does(service.put_in_group, slug=quiz.course.slug, group_id=UUID(group.id), user_id=student.id)

    assert student.sees(service.read_lesson, item_id=lesson).locked == ""


def test_days_after_joining_open_by_themselves(instructor: Any, student: Any) -> None:
    made = makers.course(instructor)
    makers.enrolled(student, made)
    _when(instructor, made.items[0], {"kind": "days", "days": 7})

    assert "7 days after you joined" in student.sees(service.read_lesson, item_id=made.items[0]).locked
    assert student.at(NOON + timedelta(days=7)).sees(service.read_lesson, item_id=made.items[0]).locked == ""


def test_conditions_are_set_by_the_form_and_by_programs(instructor: Any) -> None:
    made = makers.course(instructor)
    item, other = made.items[:2]
    form = instructor.sees(service.item_form, item_id=item)

    instructor.does(
        service.save_item,
        item_id=item,
        values={
            **form.values,
            "release.0.kind": "done",
            "release.0.item": str(other),
            "release.1.kind": "days",
            "release.1.days": "3",
            "release.match": "any",
        },
    )

    after = instructor.sees(service.item_form, item_id=item).values
    assert (after["release.match"], after["release.0.item"], after["release.1.days"]) == ("any", str(other), "3")
    with pytest.raises(Invalid) as wrong:
        instructor.does(service.save_item, item_id=item, values={**after, "release.1.days": "soon"})
    assert set(wrong.value.fields) == {"release.1.days"}
    with pytest.raises(Invalid):
        instructor.does(service.update_item, item_id=item, release={"rules": [{"kind": "moon"}]})
    instructor.does(service.update_item, item_id=item, release=None)
    assert instructor.sees(service.item_form, item_id=item).values["release.0.kind"] == ""


# ---- Seen as a student


def test_staff_see_a_course_as_a_student_who_has_just_joined(instructor: Any, student: Any) -> None:
    made = makers.course(instructor)
    _when(instructor, made.items[1], {"kind": "done", "item": str(made.items[0])})
    instructor.does(service.show_item, item_id=made.items[3], shown=False)

    view = instructor.sees(service.read, slug=made.slug, as_student=True)
    lines = [item for module in view.outline.modules for item in module.items]

    assert (view.standing, view.as_student, [item.title for item in lines]) == (
        "student",
        True,
        ["Scales of life", "Counting", "Sunlight"],
    )
    assert [item.state for item in lines] == ["todo", "lock", "todo"]
    assert lines[0].url.endswith("?as=student")
    page = instructor.does(service.open_lesson, item_id=made.items[1], as_student=True)
    assert (page.lesson.html, page.lesson.counts) == ("", False)
    with pytest.raises(NotFound):
        instructor.does(service.open_lesson, item_id=made.items[3], as_student=True)
    # A student who asks for it sees what they see anyway.
    makers.enrolled(student, made)
    makers.completed(student, made.items[0])
    own = student.sees(service.read, slug=made.slug, as_student=True)
    assert (own.as_student, own.outline.done) == (False, 1)


def test_conditions_that_the_form_cannot_show_stay_as_they_are(instructor: Any) -> None:
    made = makers.course(instructor)
    item = made.items[1]
    done = {"kind": "done", "item": str(made.items[0])}
    instructor.does(service.update_item, item_id=item, release={"rules": [{"kind": "set", "rules": [done]}, done]})
    before = instructor.sees(service.item_form, item_id=item).values

    instructor.does(service.save_item, item_id=item, values={**before, "title": "Counting birds", "release.0.kind": ""})

    ref = instructor.does(service.update_item, item_id=item, title="Counting birds")
    assert before["release.kept"] == "on"
    assert [rule.kind for rule in release.Conditions.model_validate_json(ref.release).rules] == ["set", "done"]
