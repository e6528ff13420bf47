"""Questions into the bank of a course and out of it: previewed, all or nothing, and never twice."""

import base64
from collections import Counter
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from lms_app.core.errors import Forbidden, Invalid, NotFound, NotSignedIn
from lms_app.core.files import StoredFile
from lms_app.core.work import ANONYMOUS, unit_of_work
from lms_app.exchange import service
from lms_app.quizzes import service as quizzes
from lms_app.quizzes.kinds import KINDS
from lms_app.quizzes.service import Filed
from tests.courses import makers

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
GIFT = """$CATEGORY: $course$/top/Ecology/Food webs

// [tag:ponds] [tag:difficulty:hard]
::Warm:: [markdown]Is it **warm**? {T#No.#Yes.}

$CATEGORY: $course$/top/Ecology

Which? {=sheep ~wolves}
"""
XML = f"""<?xml version="1.0"?>
<quiz>
<question type="category"><category><text>$course$/top/Maps</text></category></question>
<question type="shortanswer">
  <name><text>Capital</text></name>
  <questiontext format="html"><text><![CDATA[<p>See <img src="@@PLUGINFILE@@/a%20map.png" alt="a map">.</p>]]></text>
    <file name="a map.png" path="/" encoding="base64">{base64.b64encode(PNG).decode()}</file></questiontext>
  <defaultgrade>3</defaultgrade><penalty>0.5</penalty><usecase>1</usecase>
  <answer fraction="100"><text>Paris</text><feedback format="html"><text>Yes</text></feedback></answer>
  <answer fraction="0"><text>*</text><feedback format="html"><text>No</text></feedback></answer>
  <hint format="html"><text>On the Seine</text></hint>
  <tags><tag><text>France</text></tag></tags>
</question>
<question type="ddmarker"><name><text>Drag</text></name></question>
</quiz>
"""


@pytest.fixture
def course(instructor: Any) -> makers.Made:
    return makers.course(instructor)


def bank(instructor: Any, course: makers.Made) -> Any:
    return instructor.does(quizzes.bank_questions, slug=course.slug)


def test_a_preview_says_what_would_happen_and_writes_nothing(instructor: Any, course: makers.Made) -> None:
    report = instructor.does(service.preview_questions, service.read_questions(GIFT), slug=course.slug)

    assert (report.format, report.added, report.known, report.blocked) == ("GIFT", 2, 0, "")
    assert {one.kind: one.count for one in report.counts} == {"single_choice": 1, "true_false": 1}
    assert bank(instructor, course) == []


def test_questions_come_with_their_categories_tags_and_difficulty(instructor: Any, course: makers.Made) -> None:
    instructor.does(service.import_questions, GIFT, slug=course.slug)
    warm, which = sorted(bank(instructor, course), key=lambda one: one.kind, reverse=True)

    assert (warm.category, warm.tags, warm.difficulty) == (["Ecology", "Food webs"], ["ponds"], "hard")
    assert (which.category, which.tags, which.difficulty) == (["Ecology"], [], "")


@pytest.mark.parametrize("format", ["gift", "moodle-xml", "csv"])
def test_the_same_file_again_changes_nothing(instructor: Any, course: makers.Made, format: str) -> None:
    instructor.does(service.import_questions, GIFT, slug=course.slug)
    before = bank(instructor, course)
    text = instructor.does(service.export_questions, slug=course.slug, format=format).text

    report = instructor.does(service.import_questions, text, slug=course.slug)

    assert (report.added, report.known) == (0, 2)
    assert bank(instructor, course) == before


def test_only_what_is_new_comes_in(instructor: Any, course: makers.Made) -> None:
    instructor.does(service.import_questions, GIFT, slug=course.slug)

    report = instructor.does(service.import_questions, f"{GIFT}\nAnd this? {{F}}\n", slug=course.slug)

    assert (report.added, report.known) == (1, 2)
    assert len(bank(instructor, course)) == 3


def test_a_file_with_something_wrong_is_refused_as_a_whole(instructor: Any, course: makers.Made) -> None:
    with pytest.raises(Invalid) as refused:
        instructor.does(service.import_questions, XML, slug=course.slug)

    assert refused.value.fields["text.line_14"] == "Line 14: Questions of the type “ddmarker” cannot be asked here."
    assert bank(instructor, course) == []


def test_a_picture_comes_with_its_question_and_leaves_with_it(instructor: Any, course: makers.Made) -> None:
    instructor.does(service.import_questions, XML, slug=course.slug, skip_unsupported=True)
    (question,) = bank(instructor, course)
    (file,) = question.files

    assert question.stem == f"See ![a map]({file.address})."
    assert (question.points, question.penalty, question.hints) == (3, pytest.approx(0.5), ["On the Seine"])
    assert question.spec["feedback_otherwise"] == "No"
    with unit_of_work(ANONYMOUS) as work:
        stored = work.db.exec(select(StoredFile).where(col(StoredFile.name) == "a map.png")).one()
    assert (str(stored.scope_id), stored.size_bytes) == (question.id, len(PNG))

    written = instructor.does(service.export_questions, slug=course.slug, format="moodle-xml").text
    assert "@@PLUGINFILE@@/a%20map.png" in written
    assert base64.b64encode(PNG).decode() in written
    report = instructor.does(service.import_questions, written, slug=course.slug)
    assert (report.added, report.known) == (0, 1)


def test_a_quiz_can_ask_them_all_and_once(instructor: Any, course: makers.Made) -> None:
    first = instructor.does(service.import_questions, GIFT, slug=course.slug, title="Ecology")
    again = instructor.does(service.import_questions, GIFT, slug=course.slug, title="Ecology")

    assert first.quiz_id == again.quiz_id
    assert [one.kind for one in instructor.does(quizzes.questions, quiz_id=UUID(first.quiz_id))] == [
        "true_false",
        "single_choice",
    ]


@pytest.mark.parametrize("format", ["moodle-xml", "csv"])
def test_all_kinds_go_out_and_come_back_equal(instructor: Any, course: makers.Made, format: str) -> None:
    """Every example of every kind, from one course into another."""
    drafts = [
        quizzes.draft(
            kind=kind.name, stem=f"Question {number} of {kind.label}: {{a}} {{b}}", spec=example.spec, feedback="So."
        )
        for kind in KINDS.values()
        for number, example in enumerate(kind.examples)
    ]
    instructor.does(quizzes.take_in, slug=course.slug, questions=[Filed(one) for one in drafts])
    made = instructor.does(service.export_questions, slug=course.slug, format=format)

    other = makers.course(instructor, title="Another course")
    report = instructor.does(service.import_questions, made.text, slug=other.slug)
    back = instructor.does(service.import_questions, made.text, slug=course.slug)

    assert Counter(one.kind for one in bank(instructor, other)) == Counter(one.kind for one in drafts)
    assert (report.added, report.known) == (len(drafts), 0)
    assert (back.added, back.known) == (0, len(drafts))


def test_what_gift_cannot_say_is_named(instructor: Any, course: makers.Made) -> None:
    draft = quizzes.draft(kind="ordering", stem="Sort", spec={"items": [{"text": "a"}, {"text": "b"}]})
    instructor.does(quizzes.take_in, slug=course.slug, questions=[Filed(draft)])

    made = instructor.does(service.export_questions, slug=course.slug, format="gift")

    assert (made.count, made.findings[0].reason) == (0, "GIFT has no kind like Ordering: this question is left out.")


def test_only_the_chosen_questions_leave(instructor: Any, course: makers.Made) -> None:
    instructor.does(service.import_questions, GIFT, slug=course.slug)
    first = bank(instructor, course)[0]

    made = instructor.does(service.export_questions, slug=course.slug, format="csv", question_ids=[UUID(first.id)])

    assert made.count == 1
    assert made.name.startswith(f"{course.slug}-questions-")


# ---- Who may


@pytest.mark.parametrize(
    "name", ["export_questions", "import_desk", "import_questions", "note_export", "preview_questions"]
)
def test_a_stranger_finds_nothing(stranger: Any, student: Any, course: makers.Made, name: str) -> None:
    makers.enrolled(student, course)
    given: dict[str, Any] = {
        "export_questions": {"format": "gift"},
        "note_export": {"what": "course", "format": "tree"},
        "import_desk": {},
        "import_questions": {"read": GIFT},
        "preview_questions": {"draft": service.read_questions(GIFT)},
    }[name] | {"slug": course.slug}

    for arguments in (given, {**given, "slug": "no-such"}):
        with pytest.raises(NotFound):
            stranger.does(getattr(service, name), **arguments)
    with unit_of_work(ANONYMOUS) as work, pytest.raises(NotSignedIn):
        getattr(service, name)(work, **given)
    with pytest.raises(Forbidden):
        student.does(getattr(service, name), **given)


def test_what_was_compared_before_counts_while_the_bank_is_what_it_was(instructor: Any, course: makers.Made) -> None:
    draft = service.read_questions("Warm? {T}\n\nDeep? {F}")
    before = instructor.sees(service.compare, slug=course.slug, sameness=[one.sameness for one in draft.questions])
    instructor.does(service.import_questions, "Warm? {T}", slug=course.slug)  # somebody else was quicker

    report = instructor.does(service.import_questions, draft, slug=course.slug, compared=before)

    assert (report.added, report.known) == (1, 1)
    stems = [one.stem for one in instructor.does(quizzes.bank_questions, slug=course.slug)]
    assert sorted(stems) == ["Deep?", "Warm?"]
