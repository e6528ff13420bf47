"""Stories of setting a gradebook up, and of totals explained down to each answer."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from lms_app.core.errors import Conflict, Invalid, NotFound
from lms_app.courses import service as courses
from lms_app.gradebook import rules, service
from lms_app.gradebook.service import CategoryValues, ColumnValues, Scheme
from lms_app.gradebook.views import Part, Setup
from tests.courses import makers as course_makers
from tests.exchange.copies import copied
from tests.makers import NOON
from tests.quizzes import makers
from tests.quizzes.makers import RIGHT

D = Decimal


@pytest.fixture
def quiz(instructor: Any, student: Any) -> makers.Made:
    return makers.quiz(instructor, student)


def column(instructor: Any, quiz: makers.Made, title: str, points: int, category: str = "") -> UUID:
    category_id = UUID(category) if category else None
    many = len(instructor.sees(service.setup, slug=quiz.course.slug).columns)
    made = instructor.at(NOON + timedelta(minutes=many)).does(
        service.add_column, slug=quiz.course.slug, title=title, points_max=D(points), category_id=category_id
    )
    return UUID(next(one.id for one in made.columns if one.title == title))


def category(instructor: Any, quiz: makers.Made, name: str, **more: Any) -> str:
    made = instructor.does(service.add_category, slug=quiz.course.slug, values=CategoryValues(name, **more))
    return next(one.id for one in made.categories if one.name == name)


def adds(part: Part) -> list[Any]:
    """A tree as nested lists of (title, what it adds, its parts)."""
    return [(one.title, str(one.adds), *([adds(one)] if one.parts else [])) for one in part.parts]


def test_without_a_word_points_count(instructor: Any, quiz: makers.Made) -> None:
    setup = instructor.sees(service.setup, slug=quiz.course.slug)

    assert (setup.engine, setup.method, setup.missing, setup.letters, setup.version) == (1, "points", None, [], 0)
    assert [(one.title, one.by_hand) for one in setup.columns] == [("Energy flow", False)]


def test_two_levels_of_categories_with_weights_letters_and_dropping(
    instructor: Any, student: Any, quiz: makers.Made
) -> None:
    slug = quiz.course.slug
    scheme = Scheme(method="weighted", missing=D(0), letters=rules.CANVAS)
    instructor.does(service.save_scheme, slug=slug, scheme=scheme, version=0)
    work = category(instructor, quiz, "Course work", weight=D(60))
    labs = category(instructor, quiz, "Labs", parent_id=UUID(work), drop_lowest=1)
    exam = column(instructor, quiz, "Exam", 50)
    values = ColumnValues(category_id=None, weight=D(40))
    instructor.does(service.save_column, item_id=exam, values=values)
    quizzes = UUID(instructor.sees(service.setup, slug=slug).columns[0].id)
    instructor.does(service.save_column, item_id=quizzes, values=ColumnValues(category_id=UUID(work)))
    for title, points, text in (("Lab 1", 20, "10"), ("Lab 2", 20, "18"), ("Exam", 50, "40")):
        item = exam if title == "Exam" else column(instructor, quiz, title, points, labs)
        instructor.does(service.type_mark, item_id=item, user_id=student.id, text=text)
    makers.taken(student, quiz, *RIGHT[:2])

    mine = student.sees(service.my_grades, slug=slug)

    # Course work: 4 of 10 and the better lab, 18 of 20, as points: 22 of 30. 60 × 73.33 % + 40 × 80 % = 76 %.
    assert (mine.so_far.percent, mine.letter_so_far) == (D("76.00"), "C")
    assert mine.so_far.words == "(40 × 80% + 60 × 73.33%) ÷ 100 = 76%."
    assert adds(mine.so_far) == [
        ("Exam", "32.00"),
        (
            "Course work",
            "44.00",
            [
                (
                    "Energy flow",
                    "8.00",
                    [
                        ("Question 1", "4.00"),
                        ("Question 2", "4.00"),
                        *[(f"Question {number}", "0.00") for number in (3, 4, 5)],
                    ],
                ),
                ("Labs", "36.00", [("Lab 1", "0.00"), ("Lab 2", "36.00")]),
            ],
        ),
    ]
    assert mine.so_far.parts[1].parts[0].url.startswith("/attempts/")
    assert instructor.sees(service.explain, slug=slug, user_id=student.id).so_far == mine.so_far
    _sum_up(mine.so_far)
    _sum_up(mine.in_the_end)


def _sum_up(part: Part) -> None:
    if part.parts:
        assert sum((one.adds for one in part.parts), D(0)) == part.adds
    for one in part.parts:
        _sum_up(one)


def test_missing_work_counts_once_the_course_says_so(instructor: Any, student: Any, quiz: makers.Made) -> None:
    slug = quiz.course.slug
    talk = column(instructor, quiz, "Talk", 10)
    instructor.does(service.type_mark, item_id=talk, user_id=student.id, text="8")
    notes = column(instructor, quiz, "Notes", 10)
    instructor.does(service.type_mark, item_id=notes, user_id=student.id, text="missing")

    before = student.sees(service.my_grades, slug=slug).so_far
    instructor.does(service.save_scheme, slug=slug, scheme=Scheme(missing=D("0.5")))
    after = student.sees(service.my_grades, slug=slug).so_far

    assert (before.percent, after.percent) == (D("80.00"), D("65.00"))
    assert after.parts[2].words == "Missing: counts as 50% of 10 points."


def test_a_hidden_column_is_not_told_to_students(instructor: Any, student: Any, quiz: makers.Made) -> None:
    talk = column(instructor, quiz, "Talk", 10)
    instructor.does(service.type_mark, item_id=talk, user_id=student.id, text="8")
    instructor.does(service.save_column, item_id=talk, values=ColumnValues(hidden=True))

    mine = student.sees(service.my_grades, slug=quiz.course.slug)
    theirs = instructor.sees(service.explain, slug=quiz.course.slug, user_id=student.id)

    assert (mine.so_far.percent, theirs.so_far.percent) == (None, D("80.00"))
    assert "8" not in mine.so_far.parts[1].words


def test_trying_marks_out_keeps_nothing(instructor: Any, student: Any, quiz: makers.Made) -> None:
    slug = quiz.course.slug
    talk = column(instructor, quiz, "Talk", 10)
    before = student.sees(service.my_grades, slug=slug)

    tried = student.sees(service.what_if, slug=slug, marks={str(talk): "9", "nothing": "1"})
    with pytest.raises(Invalid) as refused:
        student.sees(service.what_if, slug=slug, marks={str(talk): "11"})

    assert (tried.so_far.percent, tried.in_the_end.percent) == (D("90.00"), D("45.00"))
    assert set(refused.value.fields) == {str(talk)}
    assert student.sees(service.my_grades, slug=slug) == before


def test_a_set_mark_says_so_and_is_not_made_of_answers(instructor: Any, student: Any, quiz: makers.Made) -> None:
    makers.taken(student, quiz, *RIGHT[:2])
    item = UUID(instructor.sees(service.setup, slug=quiz.course.slug).columns[0].id)
    instructor.does(service.type_mark, item_id=item, user_id=student.id, text="9")

    (part,) = student.sees(service.my_grades, slug=quiz.course.slug).so_far.parts

    assert (part.percent, part.parts) == (D("90.00"), [])
    assert part.words == "9 of 10 points; counts 10 of 10. Set by hand."


def test_the_average_of_attempts_opens_into_them(instructor: Any, student: Any) -> None:
    quiz = makers.quiz(instructor, student, grading="average", attempts_allowed=2)
    makers.taken(student, quiz, *RIGHT[:1])
    makers.taken(student, quiz, *RIGHT)

    (part,) = student.sees(service.my_grades, slug=quiz.course.slug).so_far.parts

    assert part.words == "6 of 10 points; counts 10 of 10. The average of 2 attempts."
    assert [(one.title, one.words, str(one.adds)) for one in part.parts] == [
        ("Attempt 1", "2 of 10 points", "10.00"),
        ("Attempt 2", "10 of 10 points", "50.00"),
    ]


# ---- Changing the setup


def test_a_removed_category_leaves_what_was_in_it_one_level_up(instructor: Any, quiz: makers.Made) -> None:
    top = category(instructor, quiz, "Work")
    labs = category(instructor, quiz, "Labs", parent_id=UUID(top))
    column(instructor, quiz, "Lab 1", 10, labs)

    after = instructor.does(service.remove_category, category_id=UUID(labs))
    assert [(one.title, one.category_id) for one in after.columns if one.by_hand] == [("Lab 1", top)]
    after = instructor.does(service.remove_category, category_id=UUID(top))
    assert [(one.title, one.category_id) for one in after.columns if one.by_hand] == [("Lab 1", "")]
    assert after.categories == []


def test_there_is_no_third_level(instructor: Any, quiz: makers.Made) -> None:
    top = category(instructor, quiz, "Work")
    labs = category(instructor, quiz, "Labs", parent_id=UUID(top))

    for category_id, parent in ((None, labs), (top, top), (top, category(instructor, quiz, "Other"))):
        values = CategoryValues("Deep", parent_id=UUID(parent))
        with pytest.raises(Invalid) as refused:
            if category_id is None:
                instructor.does(service.add_category, slug=quiz.course.slug, values=values)
            else:
                instructor.does(service.save_category, category_id=UUID(category_id), values=values)
        assert set(refused.value.fields) == {"parent_id"}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"method": "median"}, "method"),
        ({"drop_lowest": 1, "keep_best": 1}, "keep_best"),
        ({"drop_lowest": -1}, "drop_lowest"),
        ({"missing": D(2)}, "missing"),
        ({"letters": [(D(50), "Pass")]}, "letters"),
    ],
)
def test_a_scheme_that_makes_no_sense(instructor: Any, quiz: makers.Made, given: Any, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        instructor.does(service.save_scheme, slug=quiz.course.slug, scheme=replace(Scheme(), **given))

    assert set(refused.value.fields) == {field}


def test_a_form_that_was_begun_before_another_change_is_refused(instructor: Any, quiz: makers.Made) -> None:
    slug = quiz.course.slug
    instructor.does(service.save_scheme, slug=slug, scheme=Scheme(method="weighted"), version=0)

    with pytest.raises(Conflict):
        instructor.does(service.save_scheme, slug=slug, scheme=Scheme(), version=0)

    assert instructor.sees(service.setup, slug=slug).method == "weighted"


def test_columns_move_go_and_come_back_with_their_marks(instructor: Any, student: Any, quiz: makers.Made) -> None:
    def titles(setup: Setup) -> list[str]:
        return [one.title for one in setup.columns]

    slug = quiz.course.slug
    talk = column(instructor, quiz, "Talk", 10)
    notes = column(instructor, quiz, "Notes", 10)
    instructor.does(service.type_mark, item_id=talk, user_id=student.id, text="8")

    assert titles(instructor.does(service.move_column, item_id=notes, step=-1)) == ["Energy flow", "Notes", "Talk"]
    assert titles(instructor.does(service.move_column, item_id=notes, step=-1))[0] == "Notes"
    assert titles(instructor.does(service.move_column, item_id=notes, step=-1))[0] == "Notes"
    assert titles(instructor.does(service.remove_column, item_id=talk)) == ["Notes", "Energy flow"]
    assert student.sees(service.my_grades, slug=slug).so_far.percent is None
    instructor.does(service.restore_column, item_id=talk)
    assert student.sees(service.my_grades, slug=slug).so_far.percent == D("80.00")
    item = UUID(instructor.sees(service.setup, slug=slug).columns[1].id)
    with pytest.raises(Conflict):
        instructor.does(service.remove_column, item_id=item)


def test_a_column_that_is_worth_more_keeps_the_share_of_its_marks(
    instructor: Any, student: Any, quiz: makers.Made
) -> None:
    talk = column(instructor, quiz, "Talk", 10)
    instructor.does(service.type_mark, item_id=talk, user_id=student.id, text="8")

    values = ColumnValues(title=" A talk ", points_max=D(20), pass_points=D(12), extra=True)
    after = instructor.does(service.save_column, item_id=talk, values=values)

    assert (after.columns[1].title, after.columns[1].points_max, after.columns[1].extra) == ("A talk", D(20), True)
    cell = instructor.sees(service.table, slug=quiz.course.slug).rows[0].cells[1]
    assert cell.points == D(16)
    with pytest.raises(Invalid) as refused:
        instructor.does(service.save_column, item_id=talk, values=ColumnValues(weight=D("0.0001"), pass_points=D(21)))
    assert set(refused.value.fields) == {"weight", "pass_points"}


def test_a_category_of_another_course_is_not_there(instructor: Any, quiz: makers.Made) -> None:
    other = course_makers.course(instructor, title="Other")
    foreign = instructor.does(service.add_category, slug=other.slug, values=CategoryValues("Theirs")).categories[0].id

    with pytest.raises(NotFound):
        column(instructor, quiz, "Talk", 10, foreign)
    with pytest.raises(NotFound):
        category(instructor, quiz, "Labs", parent_id=UUID(foreign))


def test_a_course_keeps_the_engine_that_it_began_with(
    instructor: Any, student: Any, quiz: makers.Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    makers.taken(student, quiz, *RIGHT[:2])
    instructor.does(service.save_scheme, slug=quiz.course.slug, scheme=Scheme())

    def full(category: Any, marks: Any, **given: Any) -> Any:
        return rules.ENGINES[1](category, {}, **given)._replace(share=rules.exact(D(1)))

    monkeypatch.setitem(rules.ENGINES, 2, full)
    monkeypatch.setattr(rules, "NEWEST", 2)
    fresh = course_makers.course(instructor, title="Fresh")
    instructor.does(service.save_scheme, slug=fresh.slug, scheme=Scheme())

    with_rows = {slug: instructor.sees(service.setup, slug=slug).engine for slug in (quiz.course.slug, fresh.slug)}
    assert with_rows == {quiz.course.slug: 1, fresh.slug: 2}
    assert student.sees(service.my_grades, slug=quiz.course.slug).so_far.percent == D("40.00")


def test_a_copied_course_makes_its_totals_the_same_way_without_anybodys_marks(
    instructor: Any, student: Any, quiz: makers.Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(courses.ITEM_KINDS, "quiz", makers.service.QUIZ_ITEM)
    slug = quiz.course.slug
    instructor.does(
        service.save_scheme, slug=slug, scheme=Scheme(method="weighted", letters=rules.CANVAS, missing=D(0)), version=0
    )
    work = category(instructor, quiz, "Course work", weight=D(60), drop_lowest=1)
    labs = category(instructor, quiz, "Labs", parent_id=UUID(work))
    talk = column(instructor, quiz, "Talk", 20, labs)
    instructor.does(service.save_column, item_id=talk, values=ColumnValues(UUID(labs), never_drop=True, extra=True))
    of_quiz = UUID(instructor.sees(service.setup, slug=slug).columns[0].id)
    instructor.does(service.save_column, item_id=of_quiz, values=ColumnValues(UUID(work), pass_points=D(5)))
    instructor.does(service.type_mark, item_id=talk, user_id=student.id, text="12")

    copy = copied(instructor, slug, "Once more")

    def said(setup: Setup) -> Any:
        names = {one.id: one.name for one in setup.categories} | {"": ""}
        return (
            (setup.method, setup.missing, setup.letters, setup.engine),
            [replace(one, id="", parent_id=names[one.parent_id]) for one in setup.categories],
            [replace(one, id="", category_id=names[one.category_id], url="") for one in setup.columns],
        )

    before, after = (instructor.sees(service.setup, slug=one) for one in (slug, copy.slug))
    assert said(after) == said(before)
    assert not {one.id for one in after.columns} & {one.id for one in before.columns}
    assert instructor.sees(service.table, slug=copy.slug).rows == []
