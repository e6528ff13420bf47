"""The demo school: Northfield, with four courses, three instructors, forty students and what they did so far.

    python -m lms_app.demo        # fills an empty database; one that has people in it is left alone

The text of the courses is under CC BY 4.0, see LICENSE beside this file.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import select

from lms_app.accounts.service import DemoSignIn
from lms_app.core.identity import User, hash_password
from lms_app.core.work import SYSTEM, unit_of_work
from lms_app.demo.people import ADMINS, INSTRUCTORS, STUDENTS

PASSWORD = "learn-something-new"


@dataclass(frozen=True, slots=True)
class DemoSignIns:
    """One address for each role, all with the same password. `built` tells whether this call filled the database."""

    student: str
    instructor: str
    admin: str
    password: str
    built: bool


def sign_ins() -> list[DemoSignIn]:
    """What the sign-in page of a demo tells its visitors."""
    people = (("Student", STUDENTS[0]), ("Instructor", INSTRUCTORS[0]), ("Administrator", ADMINS[0]))
    return [DemoSignIn(role, person.email, PASSWORD) for role, person in people]


def build(now: datetime | None = None) -> DemoSignIns:
    """Fill an empty database with the demo school as of `now`; do nothing where there are people already.

    Nothing is printed: `serve.py` and `python -m lms_app.demo` show the sign-ins.
    """
    with unit_of_work(SYSTEM, now) as work:
        is_empty = work.db.exec(select(User.id).limit(1)).first() is None
        if is_empty:
            # Late: a start that finds its school built need not read it again.
            from lms_app.demo.build import School
            from lms_app.demo.material import read_courses

            School(work, read_courses(), hash_password(PASSWORD)).build()
    return DemoSignIns(
        student=STUDENTS[0].email,
        instructor=INSTRUCTORS[0].email,
        admin=ADMINS[0].email,
        password=PASSWORD,
        built=is_empty,
    )
