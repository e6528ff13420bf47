"""Essays that take files: who sends, who fetches, and what counts as handed in."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from lms_app.core import files
from lms_app.core.errors import Forbidden, Invalid, LmsError, NotFound
from lms_app.courses import service as courses
from lms_app.policy import Role
from lms_app.quizzes import service
from lms_app.quizzes.kinds import KINDS
from tests.courses import makers as course_makers
from tests.makers import NOON, person
from tests.quizzes import makers

PDF = b"%PDF-1.4 a drawing of a pond"


@pytest.fixture(autouse=True)
def _doors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(files.READERS, service.ANSWER, service.answer_files_door)
    monkeypatch.setitem(files.WRITERS, service.ANSWER, service.answer_writers_door)
    monkeypatch.setitem(files.CHECKS, service.ANSWER, service.check_answer_file)


@pytest.fixture
def quiz(instructor: Any, student: Any) -> makers.Made:
    """Its sixth question takes a text and two PDFs, the seventh a text only."""
    made = makers.quiz(instructor, student, attempts_allowed=3)
    spec = {"takes": "both", "files_max": 2, "file_types": ["pdf"]}
    instructor.does(service.add_question, quiz_id=made.id, kind="essay", stem="Draw a pond.", spec=spec)
    instructor.does(service.add_question, quiz_id=made.id, kind="essay", stem="Say why.", spec={})
    return made


def sent(who: Any, attempt: Any, name: str = "pond.pdf", content: bytes = PDF) -> str:
    staged = files.stage_bytes(content)
    given = {"name": name, "scope": service.ANSWER, "scope_id": UUID(attempt.id)}
    file = who.does(files.attach, staged, **given)
    return f"{file.id}/{file.name}"


def test_files_are_an_answer_and_reach_whoever_marks(instructor: Any, student: Any, quiz: makers.Made) -> None:
    attempt = makers.begun(student, quiz)
    entry = sent(student, attempt)
    saved = makers.answers(student, attempt, 6, {"files": [entry]})
    assert saved.read_as == "1 file"
    assert makers.question(student, attempt, 6).value == {"text": "", "files": [entry]}
    student.does(service.submit, attempt_id=UUID(attempt.id))

    (waiting,) = instructor.sees(service.waiting, item_id=quiz.id, limit=10, offset=0)
    assert [(one.name, one.size) for one in waiting.files] == [("pond.pdf", "1 KB")]
    file_id = UUID(waiting.files[0].id)
    assert instructor.sees(files.open_file, file_id=file_id).name == "pond.pdf"
    instructor.does(service.mark, attempt_id=UUID(attempt.id), number=6, points=Decimal(1))

    result = student.sees(service.result, attempt_id=UUID(attempt.id))
    assert [one.name for one in result.answers[5].files] == ["pond.pdf"]
    assert result.answers[6].files == []
    assert student.sees(files.open_file, file_id=file_id).path.read_bytes() == PDF


def test_nobody_else_fetches_them(instructor: Any, student: Any, stranger: Any, quiz: makers.Made) -> None:
    fellow = person("Fellow")
    fellow.does(courses.enrol, slug=quiz.course.slug)
    attempt = makers.begun(student, quiz)
    entry = sent(student, attempt)
    file_id = UUID(entry.partition("/")[0])

    assistant = person("Assistant")
    instructor.does(courses.add_member, course_id=quiz.course.id, user_id=assistant.id, role=Role.ASSISTANT)
    for somebody in (fellow, stranger, assistant):
        with pytest.raises(NotFound):
            somebody.sees(files.open_file, file_id=file_id)
    student.does(service.submit, attempt_id=UUID(attempt.id))
    for somebody in (fellow, stranger):
        with pytest.raises(NotFound):
            somebody.sees(files.open_file, file_id=file_id)
    assert assistant.sees(files.open_file, file_id=file_id).name == "pond.pdf"


def test_only_whoever_takes_the_attempt_sends(instructor: Any, student: Any, stranger: Any, quiz: makers.Made) -> None:
    attempt = makers.begun(student, quiz)

    for somebody in (instructor, stranger):
        with pytest.raises(NotFound):
            sent(somebody, attempt)
    with pytest.raises(NotFound):
        student.does(files.attach, files.stage_bytes(PDF), name="pond.pdf", scope=service.ANSWER, scope_id=uuid4())


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("pond.pdf", b"no drawing", "Files of this type are not taken here. Choose PDF."),
        ("pond.txt", b"no drawing", "Files of this type are not taken here. Choose PDF."),
    ],
)
def test_a_file_is_taken_by_what_is_in_it(
    student: Any, quiz: makers.Made, name: str, content: bytes, words: str
) -> None:
    attempt = makers.begun(student, quiz)
    with pytest.raises(Invalid) as refused:
        sent(student, attempt, name, content)
    assert refused.value.fields == {"file": words}


def test_there_is_room_to_change_ones_mind_and_no_more(student: Any, quiz: makers.Made) -> None:
    attempt = makers.begun(student, quiz)
    for number in range(6):
        sent(student, attempt, f"{number}.pdf")
    with pytest.raises(Invalid) as refused:
        sent(student, attempt)
    assert refused.value.fields == {"file": "6 files were sent in this attempt already: no more are taken."}


def test_what_comes_after_the_end_is_refused(instructor: Any, student: Any) -> None:
    made = makers.quiz(instructor, student, limit_minutes=10)
    instructor.does(service.add_question, quiz_id=made.id, kind="essay", stem="Draw.", spec={"takes": "files"})
    attempt = makers.begun(student, made)
    sent(student.at(NOON + timedelta(minutes=9)), attempt)

    with pytest.raises(LmsError, match="This attempt is over"):
        sent(student.at(NOON + timedelta(minutes=12)), attempt)
    student.does(service.submit, attempt_id=UUID(attempt.id))
    with pytest.raises(LmsError, match="This attempt is over"):
        sent(student, attempt)


def test_a_quiz_without_such_a_question_takes_no_files(instructor: Any, student: Any) -> None:
    attempt = makers.begun(student, makers.quiz(instructor, student))
    with pytest.raises(Forbidden, match="No question of this attempt takes files"):
        sent(student, attempt)


def test_an_answer_shows_only_files_of_its_own_attempt(instructor: Any, student: Any, quiz: makers.Made) -> None:
    ada = person("Ada")
    course_makers.enrolled(ada, quiz.course)
    others = sent(ada, makers.begun(ada, quiz))
    attempt = makers.begun(student, quiz)
    makers.answers(student, attempt, 6, {"text": "Mine.", "files": [others, "no-id/virus.exe"]})
    student.does(service.submit, attempt_id=UUID(attempt.id))

    (waiting,) = [one for one in instructor.sees(service.waiting, item_id=quiz.id, limit=9, offset=0) if one.answer]

    assert (waiting.answer, waiting.files) == ("Mine.", [])


def test_the_form_of_an_essay_keeps_what_it_takes() -> None:
    kind = KINDS["essay"]
    spec = kind.Spec.model_validate({"takes": "both", "files_max": 4, "file_types": ["pdf", "pictures"]})

    values = kind.to_form(spec)

    assert (values["takes"], values["files_max"], values["type.pdf"]) == ("both", "4", "on")
    assert kind.Spec.model_validate(kind.from_form(values)) == spec
    assert kind.Spec.model_validate(kind.from_form({})) == kind.Spec()
    with pytest.raises(ValueError, match="is no type of files"):
        kind.Spec.model_validate({"file_types": ["exe"]})


def test_names_of_files_are_hidden_with_the_names_of_students(instructor: Any, student: Any, quiz: makers.Made) -> None:
    attempt = makers.begun(student, quiz)
    makers.answers(student, attempt, 6, {"files": [sent(student, attempt, "Ada Lovelace.pdf")]})
    student.does(service.submit, attempt_id=UUID(attempt.id))

    hidden = instructor.sees(service.marking, item_id=quiz.id, anonymous=True)

    assert [one.name for one in hidden.answer.files] == ["File 1.pdf"]
    assert "Ada" not in hidden.answer.answer


def test_a_trial_that_is_thrown_away_leaves_no_files(instructor: Any, quiz: makers.Made) -> None:
    trial = instructor.does(service.start_trial, item_id=quiz.id)
    sent(instructor, trial)

    instructor.does(service.discard_trial, attempt_id=UUID(trial.id))

    assert instructor.sees(files.of, service.ANSWER, UUID(trial.id)) == []


def test_an_answer_has_no_more_files_than_its_question_takes_and_none_of_another_ones_types(
    instructor: Any, student: Any, quiz: makers.Made
) -> None:
    any_type = {"takes": "files", "files_max": 3}
    instructor.does(service.add_question, quiz_id=quiz.id, kind="essay", stem="Photograph it.", spec=any_type)
    attempt = makers.begun(student, quiz)
    entries = [sent(student, attempt, name) for name in ("1.pdf", "2.pdf", "3.pdf")]
    other = sent(student, attempt, "pond.txt", b"no drawing")
    makers.answers(student, attempt, 6, {"files": [other, *entries]})
    makers.answers(student, attempt, 8, {"files": [other]})
    student.does(service.submit, attempt_id=UUID(attempt.id))

    answers = student.sees(service.result, attempt_id=UUID(attempt.id)).answers

    assert [one.name for one in answers[5].files] == ["1.pdf", "2.pdf"]
    assert [one.name for one in answers[7].files] == ["pond.txt"]
