"""Accounts that the school or an administrator makes."""

import pytest
from sqlmodel import select

from lms_app.accounts import service
from lms_app.core import audit
from lms_app.core.errors import Forbidden, Invalid, NotSignedIn
from lms_app.core.identity import User
from lms_app.core.work import ANONYMOUS, SYSTEM, unit_of_work
from tests.accounts.helpers import letters
from tests.makers import NOON, Person


def test_the_school_makes_an_account_that_is_ready(database):
    school = Person(SYSTEM, "", NOON)

    made = school.does(service.create_account, email=" Ada@Example.ORG ", name="Ada  Lovelace", password_hash="x")

    with unit_of_work(SYSTEM) as work:
        user = work.db.exec(select(User)).one()
        actions = work.db.exec(select(audit.AuditEntry.action)).all()
    assert (made.id, made.email, made.name) == (str(user.id), "ada@example.org", "Ada Lovelace")
    assert user.verified_at == NOON
    assert actions == ["account.created"]
    assert letters() == []


def test_an_invited_person_gets_a_link_to_choose_a_password(admin):
    made = admin.does(service.invite, name="Ben", email="ben@example.org", role="instructor")

    (letter,) = letters()
    assert made.role == "instructor"
    assert letter.to == "ben@example.org"
    assert letter.link.startswith("http://lectern.test/reset?token=")


def test_an_invitation_names_every_wrong_field(admin, student):
    with pytest.raises(Invalid) as refused:
        admin.does(service.invite, name=" ", email="nobody", role="king")
    with pytest.raises(Invalid) as taken:
        admin.does(service.invite, name="Ben", email=student.email.upper())

    assert set(refused.value.fields) == {"name", "email", "role"}
    assert taken.value.fields == {"email": "There is an account with this address already."}


@pytest.mark.parametrize("verb", [service.invite, service.create_account])
def test_nobody_else_makes_accounts(verb, student, instructor):
    for person, error in ((student, Forbidden), (instructor, Forbidden), (Person(ANONYMOUS, ""), NotSignedIn)):
        with pytest.raises(error):
            person.does(verb, name="Ben", email="ben@example.org")
