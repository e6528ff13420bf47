import pytest

from lms_app.assignments import service as assignments
from lms_app.courses import service as courses
from lms_app.quizzes import service as quizzes


@pytest.fixture(autouse=True)
def _rooms(monkeypatch: pytest.MonkeyPatch) -> None:
    open_rooms(monkeypatch)


def open_rooms(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rooms know of each other, as in the whole product."""
    monkeypatch.setitem(courses.ITEM_KINDS, quizzes.QUIZ, quizzes.QUIZ_ITEM)
    monkeypatch.setitem(courses.ITEM_KINDS, assignments.ASSIGNMENT, assignments.ASSIGNMENT_ITEM)
