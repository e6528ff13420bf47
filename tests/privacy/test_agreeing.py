"""Terms and privacy notice in versions: asked once at the next sign-in, answered with version and time."""

from datetime import timedelta
from uuid import UUID

import pytest

from lms_app.core.errors import Invalid
from lms_app.core.work import SYSTEM, reading
from lms_app.privacy import service
from lms_app.privacy.views import AnswerView
from tests.makers import NOON, Person

DAY = timedelta(days=1)


def _asked(who: Person) -> bool:
    with reading(SYSTEM) as work:
        return service.is_asked(work, user_id=who.id)


def test_a_version_is_asked_once_whatever_the_answer(admin: Person, student: Person, stranger: Person) -> None:
    assert not _asked(student)
    first = admin.does(service.publish_policy, kind="terms", body="# Be kind\n\nAlways.")
    assert (_asked(student), _asked(stranger)) == (True, True)

    told = student.at(NOON + DAY).does(service.answer, policy_ids=[UUID(first.id)], agreed=True)
    stranger.does(service.answer, policy_ids=[UUID(first.id)], agreed=False)

    assert told == [AnswerView("terms", 1, True, NOON + DAY)]
    assert (_asked(student), _asked(stranger)) == (False, False)
    second = admin.does(service.publish_policy, kind="terms", body="Be kinder.")
    assert second.version == 2
    assert _asked(student)
    assert [one.version for one in student.sees(service.unanswered)] == [2]
    counts = [(one.version, one.agreed, one.declined) for one in admin.sees(service.policies)]
    assert sorted(counts) == [(1, 1, 1), (2, 0, 0)]


def test_the_last_answer_counts(admin: Person, student: Person) -> None:
    text = admin.does(service.publish_policy, kind="privacy", body="Little.")
    for agreed in (True, False):
        student.does(service.answer, policy_ids=[UUID(text.id)], agreed=agreed)

    assert [one.agreed for one in student.sees(service.answers)] == [False]


@pytest.mark.parametrize(("kind", "body"), [("cookies", "Words."), ("terms", " "), ("terms", "x" * 100_001)])
def test_what_is_no_text_is_not_published(admin: Person, kind: str, body: str) -> None:
    with pytest.raises(Invalid):
        admin.does(service.publish_policy, kind=kind, body=body)
