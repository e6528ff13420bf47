"""The builder's outline: order, copies, what is deleted and comes back, and what students see of changes."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event
from sqlmodel import col, select

from lms_app.core import db, files
from lms_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms_app.core.work import SiteRole
from lms_app.courses import rules, service
from lms_app.courses.models import Lesson, OutlineItem
from lms_app.policy import Role
from lms_app.quizzes import service as quizzes
from tests import makers as people
from tests.courses import makers
from tests.exchange.copies import copied
from tests.quizzes import makers as quiz_makers


@pytest.fixture(autouse=True)
def _the_rooms_above(monkeypatch: pytest.MonkeyPatch) -> None:
    """What `lms_app.py` tells courses: that there are quizzes, and who reads a lesson's files."""
    monkeypatch.setitem(service.ITEM_KINDS, quizzes.QUIZ, quizzes.QUIZ_ITEM)
    monkeypatch.setitem(files.READERS, "lesson", service.lesson_files_door)


@pytest.fixture
def colleague(database: db.Database) -> Any:
    return people.person("Prof. Ada Colleague", SiteRole.INSTRUCTOR)


@pytest.fixture
def made(instructor: Any) -> makers.Made:
    """Two modules of two lessons: Scales of life, Counting | Sunlight, Food webs."""
    return makers.course(instructor)


def _outline(person: Any, made: makers.Made) -> list[list[str]]:
    return [[item.title for item in module.items] for module in person.sees(service.build, slug=made.slug).modules]


def _marks(person: Any, made: makers.Made) -> dict[str, str]:
    return {
        item.title: item.mark for module in person.sees(service.build, slug=made.slug).modules for item in module.items
    }


# ---- Order


def test_an_item_steps_through_the_modules(instructor: Any, made: makers.Made) -> None:
    counting = made.items[1]

    instructor.does(service.step_item, item_id=counting, step=1)
    assert _outline(instructor, made) == [["Scales of life"], ["Counting", "Sunlight", "Food webs"]]
    instructor.does(service.step_item, item_id=counting, step=1)
    assert _outline(instructor, made)[1] == ["Sunlight", "Counting", "Food webs"]
    for _ in range(3):
        instructor.does(service.step_item, item_id=counting, step=-1)

    assert _outline(instructor, made) == [["Counting", "Scales of life"], ["Sunlight", "Food webs"]]
    instructor.does(service.step_item, item_id=counting, step=-1)  # it is the first of all: it stays
    assert _outline(instructor, made)[0] == ["Counting", "Scales of life"]


def test_moving_one_of_three_hundred_items_writes_few_rows(instructor: Any) -> None:
    made = makers.course(instructor, [f"Lesson {n}" for n in range(300)])
    updates: list[int] = []

    def count(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        if statement.startswith("UPDATE outline_item"):
            updates.append(len(parameters) if many else 1)

    engine = db.database().write
    event.listen(engine, "after_cursor_execute", count)
    try:
        for place, item in ((0, 299), (150, 3), (151, 7), (299, 0), (150, 200)):
            updates.clear()
            instructor.does(service.move_item, item_id=made.items[item], module_id=made.modules[0], place=place)
            assert sum(updates) == 1
    finally:
        event.remove(engine, "after_cursor_execute", count)
    (titles,) = _outline(instructor, made)
    assert (titles[0], titles[150], titles[-1], len(titles)) == ("Lesson 299", "Lesson 200", "Lesson 0", 300)


def test_places_stay_in_order_wherever_rows_go() -> None:
    positions = list(range(40))  # as close as they can be
    for number in range(2_000):
        place = (number * 7) % 41 if number % 3 else 20
        changed = rules.placed(positions, place)
        after: list[Any] = [*positions[:place], None, *positions[place:]]
        for index, position in changed.items():
            after[index] = position
        assert after == sorted(set(after)), (number, place)
        positions = [position for index, position in enumerate(after) if index != (number * 11) % 41]


# ---- Copies


def test_a_duplicate_is_a_draft_right_below_with_files_of_its_own(
    instructor: Any, student: Any, made: makers.Made
) -> None:
    makers.enrolled(student, made)
    kept = instructor.does(service.attach_file, item_id=made.items[0], name="pond.txt", content=b"A pond.")
    instructor.does(service.update_lesson, item_id=made.items[0], body=f"See [the pond]({kept.url}).")

    copy = instructor.does(service.duplicate_item, item_id=made.items[0])

    assert _outline(instructor, made)[0] == ["Scales of life", "Scales of life (copy)", "Counting"]
    assert _marks(instructor, made)["Scales of life (copy)"] == "draft"
    source = instructor.sees(service.lesson_source, item_id=copy.id)
    assert source.body != f"See [the pond]({kept.url})."
    url = source.body.removeprefix("See [the pond](").removesuffix(").")
    instructor.does(service.remove_item, item_id=made.items[0])
    instructor.does(service.show_item, item_id=copy.id, shown=True)
    assert student.sees(files.open_file, file_id=UUID(url.removeprefix("/files/"))).name == "pond.txt"


def test_a_quiz_is_copied_with_its_questions(instructor: Any, student: Any) -> None:
    quiz = quiz_makers.quiz(instructor, student, limit_minutes=20)

    copy = instructor.does(service.duplicate_item, item_id=quiz.id)

    before, after = (instructor.sees(quizzes.source, item_id=one) for one in (quiz.id, copy.id))
    assert [line.text for line in after.lines] == [line.text for line in before.lines]
    assert (after.facts, after.title) == (before.facts, "Energy flow (copy)")


def test_a_copied_course_is_a_draft_without_anybody_in_it(instructor: Any, student: Any, made: makers.Made) -> None:
    makers.enrolled(student, made)
    makers.completed(student, made.items[0])

    copy = copied(instructor, made.slug, "Ecology, next year")

    view = instructor.sees(service.teaching, slug=copy.slug)
    assert (view.status, view.learners, view.title) == ("draft", 0, "Ecology, next year")
    assert [[item.title for item in module.items] for module in view.modules] == _outline(instructor, made)
    with pytest.raises(NotFound):
        student.sees(service.read, slug=copy.slug)


def test_a_copied_course_opens_as_the_first_one_does(instructor: Any, student: Any, made: makers.Made) -> None:
    first, second, third, fourth = made.items
    lab = instructor.does(service.add_group, slug=made.slug, name="Lab")
    done, group = {"kind": "done", "item": str(first)}, {"kind": "group", "group": lab.id}
    instructor.does(service.update_course, course_id=made.id, capacity=30)
    instructor.does(service.update_item, item_id=second, release={"rules": [done]})
    instructor.does(service.update_item, item_id=third, release={"rules": [{"kind": "set", "rules": [done, group]}]})
    instructor.does(service.show_item, item_id=fourth, shown=False)

    copy = copied(instructor, made.slug, "Ecology, next year")
    instructor.does(service.publish, course_id=UUID(instructor.sees(service.build, slug=copy.slug).id))
    student.does(service.enrol, slug=copy.slug)

    notes = {
        item.title: item.note
        for module in student.sees(service.read, slug=copy.slug).outline.modules
        for item in module.items
    }
    assert notes["Counting"] == "Opens once you have completed “Scales of life”"
    assert notes["Sunlight"] == "Opens once you have completed “Scales of life” and for the group “Lab” only"
    assert "Food webs" not in notes
    assert instructor.sees(service.teaching, slug=copy.slug).capacity == 30


# ---- Deleting


def test_what_is_deleted_is_gone_for_everybody_and_comes_back_as_it_was(
    instructor: Any, student: Any, made: makers.Made
) -> None:
    makers.enrolled(student, made)
    makers.completed(student, made.items[0])
    instructor.does(service.show_item, item_id=made.items[1], shown=False)

    instructor.does(service.remove_module, module_id=made.modules[0])
    for person in (instructor, student):
        with pytest.raises(NotFound):
            person.sees(service.read_lesson, item_id=made.items[0])
    assert _outline(instructor, made) == [["Sunlight", "Food webs"]]
    assert student.sees(service.outline, slug=made.slug).total == 2
    removed = instructor.sees(service.build, slug=made.slug).removed
    assert [(thing.title, thing.is_module) for thing in removed] == [("Part 1", True)]
    with pytest.raises(Conflict):
        instructor.does(service.restore_item, item_id=made.items[0])
    instructor.does(service.restore_module, module_id=made.modules[0])

    assert _outline(instructor, made)[0] == ["Scales of life", "Counting"]
    assert _marks(instructor, made)["Counting"] == "hidden"
    assert student.sees(service.progress, slug=made.slug).done == 1


def test_deleting_the_last_thing_left_to_do_completes_the_course(
    instructor: Any, student: Any, made: makers.Made
) -> None:
    makers.enrolled(student, made)
    makers.completed(student, *made.items[:3])

    instructor.does(service.remove_item, item_id=made.items[3])

    assert student.sees(service.progress, slug=made.slug).completed_at is not None


def test_what_was_deleted_long_ago_is_not_offered(instructor: Any, made: makers.Made) -> None:
    instructor.does(service.remove_item, item_id=made.items[0])

    seen = instructor.at(instructor.now + timedelta(days=31)).sees(service.build, slug=made.slug)

    assert seen.removed == []


# ---- New things, and publishing them


def test_a_new_course_is_built_and_published_at_once(instructor: Any, student: Any) -> None:
    course = instructor.does(service.begin_course, title="Ponds")
    (module,) = instructor.sees(service.build, slug=course.slug).modules
    assert (module.title, module.items) == ("Module 1", [])

    lesson = instructor.does(service.begin_item, module_id=UUID(module.id), kind="lesson", title="Water")
    quiz = instructor.does(service.begin_item, module_id=UUID(module.id), kind="quiz", title="Fish")
    instructor.does(service.save_draft, item_id=lesson.id, body="Ponds are *small* lakes.")
    assert instructor.sees(service.build, slug=course.slug).changes == ["Water", "Fish"]
    bodies = instructor.sees(service.drafts, course_id=course.id)
    instructor.does(service.publish_changes, course_id=course.id, written=service.render(bodies))

    assert instructor.sees(service.build, slug=course.slug).changes == []
    student.does(service.enrol, slug=course.slug)
    assert "<em>small</em>" in student.sees(service.read_lesson, item_id=lesson.id).html
    assert student.does(quizzes.overview, item_id=quiz.id).title == "Fish"


def test_publishing_leaves_hidden_what_was_hidden(instructor: Any, made: makers.Made) -> None:
    instructor.does(service.show_item, item_id=made.items[0], shown=False)
    instructor.does(service.begin_item, module_id=made.modules[0], kind="lesson", title="New")
    instructor.does(service.save_draft, item_id=made.items[2], body="Edited")

    instructor.does(service.publish_changes, course_id=made.id, written={})

    assert _marks(instructor, made) == {
        "Scales of life": "hidden",
        "Counting": "",
        "New": "",
        "Sunlight": "edited",  # its text was not rendered: somebody changed it since, as it were
        "Food webs": "",
    }


def test_only_kinds_that_there_are_can_be_begun(instructor: Any, made: makers.Made) -> None:
    with pytest.raises(Invalid):
        instructor.does(service.begin_item, module_id=made.modules[0], kind="potion", title="No")
    with pytest.raises(Invalid):
        instructor.does(service.begin_item, module_id=made.modules[0], kind="lesson", title=" ")


def test_an_assistant_writes_and_leaves_publishing_the_course_to_who_manages_it(
    instructor: Any, student: Any, made: makers.Made
) -> None:
    instructor.does(service.add_member, course_id=made.id, user_id=student.id, role=Role.ASSISTANT)
    student.does(service.begin_item, module_id=made.modules[0], kind="lesson", title="New")
    student.does(service.publish_changes, course_id=made.id, written={})
    assert _marks(instructor, made)["New"] == ""
    instructor.does(service.unpublish, course_id=made.id)

    with pytest.raises(Forbidden):
        student.does(service.publish_changes, course_id=made.id, written={})


# ---- Settings


def test_an_item_is_set_by_its_form_in_the_authors_zone(instructor: Any, made: makers.Made) -> None:
    item = made.items[0]
    form = instructor.sees(service.item_form, item_id=item)

    instructor.does(
        service.save_item,
        item_id=item,
        values={**form.values, "title": "Scales", "minutes": "25", "due_at": "2027-03-01T12:00", "required": ""},
    )

    after = instructor.sees(service.item_form, item_id=item).values
    assert {**form.values, "title": "Scales", "minutes": "25", "due_at": "2027-03-01T12:00", "required": ""} == after
    with pytest.raises(Invalid) as wrong:
        instructor.does(service.save_item, item_id=item, values={**form.values, "minutes": "soon"})
    assert set(wrong.value.fields) == {"minutes"}


# ---- A lesson's text


def _stored(instructor: Any, item_id: UUID) -> str:
    return instructor.sees(lambda work: work.db.exec(select(Lesson.body).where(col(Lesson.item_id) == item_id)).one())


def test_students_see_a_draft_once_it_is_published(instructor: Any, student: Any, made: makers.Made) -> None:
    makers.enrolled(student, made)
    item = made.items[0]

    ref = instructor.does(service.save_draft, item_id=item, body="Everything has a *size*.", seen=1)
    assert "Green things" in student.sees(service.read_lesson, item_id=item).html
    assert instructor.sees(service.lesson_source, item_id=item).edited
    instructor.does(service.publish_lesson, item_id=item, body="Everything has a *size*.", seen=ref.seq)

    assert "<em>size</em>" in student.sees(service.read_lesson, item_id=item).html
    source = instructor.sees(service.lesson_source, item_id=item)
    assert (source.edited, source.version) == (False, 2)
    (old,) = instructor.sees(service.history, item_id=item)
    assert (old.version, instructor.sees(service.old_text, item_id=item, text_id=UUID(old.id))) == (
        1,
        "Green things eat light.",
    )


def test_publishing_shows_a_new_lesson_and_never_a_hidden_one(instructor: Any, student: Any, made: makers.Made) -> None:
    makers.enrolled(student, made)
    new = instructor.does(service.begin_item, module_id=made.modules[0], kind="lesson", title="Water")
    hidden = made.items[1]
    instructor.does(service.show_item, item_id=hidden, shown=False)

    for item in (new.id, hidden):
        instructor.does(service.publish_lesson, item_id=item, body="Ponds are *small*.")

    assert "<em>small</em>" in student.sees(service.read_lesson, item_id=new.id).html
    with pytest.raises(NotFound):
        student.sees(service.read_lesson, item_id=hidden)


def test_two_authors_on_one_lesson_lose_nothing(instructor: Any, colleague: Any, made: makers.Made) -> None:
    item = made.items[0]
    instructor.does(service.add_member, course_id=made.id, user_id=colleague.id, role=Role.INSTRUCTOR)
    seen = instructor.sees(service.lesson_source, item_id=item).seq
    colleague.does(service.save_draft, item_id=item, body="Theirs", seen=seen)

    with pytest.raises(Conflict, match=f"^{colleague.actor.name} changed this lesson"):
        instructor.does(service.save_draft, item_id=item, body="Mine", seen=seen)
    now = instructor.sees(service.lesson_source, item_id=item)
    assert (now.body, now.author) == ("Theirs", colleague.actor.name)
    instructor.does(service.save_draft, item_id=item, body="Mine", seen=now.seq)

    assert instructor.sees(service.lesson_source, item_id=item).body == "Mine"
    (kept,) = instructor.sees(service.history, item_id=item)
    assert (kept.version, kept.author) == (0, colleague.actor.name)
    instructor.does(service.restore_text, item_id=item, text_id=UUID(kept.id))
    assert instructor.sees(service.lesson_source, item_id=item).body == "Theirs"
    assert "Mine" in [
        instructor.sees(service.old_text, item_id=item, text_id=UUID(line.id))
        for line in instructor.sees(service.history, item_id=item)
    ]


def test_an_old_tab_cannot_publish_over_what_was_saved_since(instructor: Any, made: makers.Made) -> None:
    item = made.items[0]
    seen = instructor.sees(service.lesson_source, item_id=item).seq
    instructor.does(service.publish_lesson, item_id=item, body="Second", seen=seen)

    with pytest.raises(Conflict):
        instructor.does(service.publish_lesson, item_id=item, body="From an old tab", seen=seen)
    assert _stored(instructor, item) == "Second"


def test_the_same_text_again_changes_nothing(instructor: Any, made: makers.Made) -> None:
    item = made.items[0]

    ref = instructor.does(service.save_draft, item_id=item, body="Green things eat light.")

    assert (ref.seq, instructor.sees(service.lesson_source, item_id=item).edited) == (1, False)


def test_discarding_a_draft_keeps_it_among_the_texts(instructor: Any, made: makers.Made) -> None:
    item = made.items[0]
    instructor.does(service.save_draft, item_id=item, body="A first try")

    instructor.does(service.discard_draft, item_id=item)

    assert instructor.sees(service.lesson_source, item_id=item).body == "Green things eat light."
    assert [line.version for line in instructor.sees(service.history, item_id=item)] == [0]


def test_a_text_of_another_lesson_is_not_found(instructor: Any, made: makers.Made) -> None:
    instructor.does(service.update_lesson, item_id=made.items[0], body="Other")
    (line,) = instructor.sees(service.history, item_id=made.items[0])

    with pytest.raises(NotFound):
        instructor.sees(service.old_text, item_id=made.items[1], text_id=UUID(line.id))


def test_minutes_that_nobody_set_follow_the_text(instructor: Any, made: makers.Made) -> None:
    item = instructor.does(service.add_lesson, module_id=made.modules[0], title="Short", body="Short.")
    assert item.minutes == 1

    instructor.does(service.publish_lesson, item_id=item.id, body="word " * 900)

    assert instructor.sees(lambda work: work.db.get_one(OutlineItem, item.id).minutes) == 5
