"""An assignment is written in a form: said back as it was typed, refused beside its input, and copied with its course."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from lms_app.assignments import service
from lms_app.assignments.models import Assignment
from lms_app.core import files
from lms_app.core.errors import Invalid
from lms_app.core.work import SYSTEM, reading
from lms_app.courses import service as courses
from lms_app.rubrics import service as rubrics
from tests.assignments import makers
from tests.assignments.makers import DAY
from tests.exchange.copies import copied
from tests.makers import NOON
from tests.rubrics.makers import pond


def _values(instructor: Any, made: makers.Made, **typed: str) -> dict[str, str]:
    return {**instructor.sees(service.assignment_form, item_id=made.id).values, **typed}


def _saves(instructor: Any, made: makers.Made, **typed: str) -> Assignment:
    instructor.does(service.save_assignment, item_id=made.id, values=_values(instructor, made, **typed))
    with reading(SYSTEM) as work:
        return work.db.get_one(Assignment, made.id)


def test_a_form_that_is_sent_back_changes_nothing(instructor: Any) -> None:
    made = makers.assignment(
        instructor,
        item={"opens_at": NOON, "due_at": NOON + DAY},
        closes_at=NOON + 2 * DAY,
        late="tiers",
        late_tiers=[[24, "10"], [72, "30.5"]],
        missing_share=Decimal("0.25"),
        pass_fraction=Decimal("0.6"),
        file_types=["pdf", "zip"],
        attempts_max=3,
        reopen="until_pass",
    )
    with reading(SYSTEM) as work:
        before = work.db.get_one(Assignment, made.id).model_dump()

    assert _saves(instructor, made).model_dump() == before


def test_what_is_typed_is_read(instructor: Any) -> None:
    made = makers.assignment(instructor)
    rubric = instructor.does(rubrics.create, slug=made.course.slug, drafted=pond())

    one = _saves(
        instructor,
        made,
        title="A river in words",
        points="12.5",
        rubric=rubric.id,
        due_at="2027-03-05T18:00",
        late="interval",
        late_share="10 %",
        late_unit="hour",
        late_floor="40",
        takes_link="on",
        takes_text="",
        **{"type.pdf": "on"},
    )

    assert (one.points, one.rubric_id) == (Decimal("12.5"), UUID(rubric.id))
    assert (one.late_share, one.late_hours, one.late_floor) == (Decimal("0.1"), 1, Decimal("0.4"))
    assert (one.takes_text, one.takes_link, one.file_types) == (False, True, ["pdf"])
    form = instructor.sees(service.assignment_form, item_id=made.id)
    assert (form.title, form.values["due_at"]) == ("A river in words", "2027-03-05T18:00")


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"title": " "}, {"title": "Enter a title."}),
        ({"points": "many"}, {"points": "Enter a number, like 2.5, or leave it out."}),
        ({"points": "-1"}, {"points": "Enter points from 0 to 10,000."}),
        ({"takes_text": ""}, {"takes_text": "Choose at least one: a text, files or a link."}),
        ({"files_max": "99"}, {"files_max": "Enter a number of files from 1 to 50."}),
        ({"reopen": "until_pass"}, {"pass": "Enter a pass mark: attempts go on until it is reached."}),
        ({"late": "interval", "late_share": ""}, {"late_share": "Enter what each day or hour costs, like 10."}),
        (
            {"late": "tiers", "tiers.rows": "2", "tiers.0.hours": "48", "tiers.1.hours": "24", "tiers.1.percent": "30"},
            {"tiers.0.hours": "Each step is later than the one before."},
        ),
        ({"rubric": "00000000-0000-4000-8000-000000000000"}, {"rubric": "Choose a rubric of this course."}),
        (
            {"opens_at": "2027-03-05T18:00", "due_at": "2027-03-04T18:00"},
            {"due_at": "Choose a due date after the opening."},
        ),
        (
            {"due_at": "2027-03-05T18:00", "closes_at": "2027-03-04T18:00"},
            {"closes_at": "Choose a cut-off on or after the due date."},
        ),
    ],
)
def test_what_is_wrong_is_said_beside_its_input(instructor: Any, typed: dict[str, str], wrong: dict[str, str]) -> None:
    made = makers.assignment(instructor)
    before = _values(instructor, made)

    with pytest.raises(Invalid) as refused:
        _saves(instructor, made, **typed)

    assert refused.value.fields == wrong
    assert _values(instructor, made) == before


def test_whose_work_it_is_stays_once_somebody_has_begun(instructor: Any, student: Any) -> None:
    made = makers.assignment(instructor, student)
    makers.draft(student, made)

    with pytest.raises(Invalid) as refused:
        _saves(instructor, made, group_work="on")

    assert "group_work" in refused.value.fields


def test_the_builder_begins_one_and_copies_it_with_its_rubric_and_files(instructor: Any) -> None:
    made = makers.assignment(instructor)
    rubric = instructor.does(rubrics.create, slug=made.course.slug, drafted=pond())
    picture = instructor.does(
        files.store_bytes, content=b"\x89PNG\r\n\x1a\nmap", name="map.png", scope=service.BRIEF, scope_id=made.id
    )
    instructor.does(
        service.update_assignment, item_id=made.id, rubric_id=UUID(rubric.id), brief=f"![Map]({picture.url})"
    )

    begun = instructor.does(
        courses.begin_item, module_id=made.course.modules[0], kind=service.ASSIGNMENT, title="A river in words"
    )
    twin = instructor.does(courses.duplicate_item, item_id=made.id)
    course = copied(instructor, made.course.slug, "Ecology again")

    assert instructor.sees(service.assignment_form, item_id=begun.id).values["points"] == "100"
    built = instructor.sees(courses.build, slug=made.course.slug)
    edits = {item.title: item.edit_url for module in built.modules for item in module.items}
    assert edits["A river in words"].endswith(f"/assignments/{begun.id}/settings")
    with reading(SYSTEM) as work:
        copy = work.db.get_one(Assignment, twin.id)
        assert copy.rubric_id == UUID(rubric.id)
        assert picture.url not in copy.brief_html
        assert "/files/" in copy.brief_html
    again = instructor.sees(courses.build, slug=course.slug).modules[0].items[0]
    with reading(SYSTEM) as work:
        assert work.db.get_one(Assignment, UUID(again.id)).rubric_id not in (None, UUID(rubric.id))


def test_staff_see_it_as_a_student_and_nothing_is_kept(instructor: Any, student: Any) -> None:
    made = makers.assignment(instructor, student)

    seen = instructor.does(service.open_assignment, item_id=made.id, as_student=True)

    assert (seen.state, seen.as_student, seen.draft.id) == ("work", True, "")
    assert instructor.does(service.open_assignment, item_id=made.id).state == "look"


def test_a_student_sees_the_rubric_before_they_submit(instructor: Any, student: Any) -> None:
    made = makers.assignment(instructor, student)
    rubric = instructor.does(rubrics.create, slug=made.course.slug, drafted=pond())
    instructor.does(service.update_assignment, item_id=made.id, rubric_id=UUID(rubric.id))

    page = student.does(service.open_assignment, item_id=made.id)

    assert [one.title for one in page.rubric.criteria] == ["Observation", "Method"]
    assert page.state == "work"


def test_a_locked_assignment_says_why_and_no_more(instructor: Any, student: Any) -> None:
    made = makers.assignment(instructor, student, item={"opens_at": NOON + DAY})

    page = student.does(service.open_assignment, item_id=made.id)

    assert (page.state, page.blocked) == ("closed", "Opens 2 March.")
    assert (page.brief_html, page.rules, page.draft.id) == ("", [], "")


def test_an_extension_moves_the_dates_of_one_student(instructor: Any, student: Any, stranger: Any) -> None:
    made = makers.assignment(instructor, student, stranger, item={"due_at": NOON + DAY}, closes_at=NOON + DAY)
    instructor.does(
        courses.put_override, item_id=made.id, user_id=student.id, due_at=NOON + 3 * DAY, closes_at=NOON + 3 * DAY
    )

    def state(who: Any) -> str:
        return who.at(NOON + 2 * DAY).does(service.open_assignment, item_id=made.id).state

    assert (state(student), state(stranger)) == ("work", "closed")
    assert makers.submitted(student.at(NOON + 2 * DAY), made).late == ""
