"""Cohorts: people who belong together on the whole site.

A course that is linked to a cohort takes everybody who joins the cohort later, too. Who leaves the cohort stays in the
course: their work is there, and whoever manages the course decides.
"""

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, func, insert
from sqlalchemy import select as columns
from sqlmodel import col, select

from lms_app.accounts.rules import fields
from lms_app.admin.models import Cohort, CohortCourse, CohortMember
from lms_app.admin.service.door import enter, rows
from lms_app.admin.views import CohortRow
from lms_app.core import audit
from lms_app.core.audit import Change
from lms_app.core.db import new_id
from lms_app.core.errors import Invalid, NotFound
from lms_app.core.folding import folded
from lms_app.core.identity import User
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.courses.models import Course
from lms_app.policy import Can

PART = 500
NAME_MAX = 80
EMAILS_MAX = 100_000
NO_COHORT = "We could not find that cohort."

_COHORTS = (
    columns(
        col(Cohort.id),
        col(Cohort.name),
        col(Cohort.description),
        col(Cohort.external_id),
        func.count(col(CohortMember.user_id)).label("people"),
    )
    .outerjoin(CohortMember, col(CohortMember.cohort_id) == col(Cohort.id))
    .group_by(col(Cohort.id))
    .order_by(col(Cohort.folded))
)

_HERE = columns(col(CohortMember.user_id)).where(
    col(CohortMember.cohort_id) == bindparam("cohort"),
    col(CohortMember.user_id).in_(bindparam("users", expanding=True)),
)
_LINKED = columns(col(CohortCourse.course_id)).where(col(CohortCourse.cohort_id) == bindparam("cohort"))


def cohorts(work: Work) -> list[CohortRow]:
    """All cohorts by name, with how many people are in each and which courses they are linked to. Two queries."""
    enter(work)
    linked: dict[UUID, list[str]] = {}
    titles = columns(col(CohortCourse.cohort_id), col(Course.title)).join(
        Course, col(Course.id) == col(CohortCourse.course_id)
    )
    for row in rows(work, titles.order_by(col(Course.title))):
        linked.setdefault(row.cohort_id, []).append(row.title)
    return [
        CohortRow(str(row.id), row.name, row.description, row.external_id or "", row.people, linked.get(row.id, []))
        for row in rows(work, _COHORTS)
    ]


def add_cohort(work: Work, *, name: str, description: str = "") -> CohortRow:
    """A new cohort, with nobody in it. Raises Invalid for a name that there is already."""
    enter(work)
    clean = _name(work, name, None)
    made = make(work, clean, None, _text(description))
    return CohortRow(str(made.id), made.name, made.description, "", 0, [])


def change_cohort(work: Work, *, cohort_id: UUID, name: str, description: str = "") -> None:
    """Give a cohort another name or description. Raises NotFound, Invalid."""
    cohort = _cohort(work, cohort_id)
    old, clean = cohort.name, _name(work, name, cohort_id)
    cohort.name, cohort.folded, cohort.description = clean, folded(clean), _text(description)
    work.db.flush()
    audit.record(work, "cohort.changed", "cohort", cohort_id, {"name": old}, {"name": clean})


def delete_cohort(work: Work, *, cohort_id: UUID) -> None:
    """Take a cohort away. Its people stay, and so do their places in courses. Raises NotFound."""
    cohort = _cohort(work, cohort_id)
    for table in (CohortMember, CohortCourse):
        work.db.connection().execute(delete(table).where(col(table.cohort_id) == cohort_id))
    work.db.delete(cohort)
    work.db.flush()
    audit.record(work, "cohort.deleted", "cohort", cohort_id, {"name": cohort.name})


def add_to_cohort(work: Work, *, cohort_id: UUID, emails: str) -> int:
    """Put people into a cohort by their addresses, as many as are pasted; how many that is new for.

    They join the courses that the cohort is linked to. Raises NotFound, and Invalid naming the addresses that nobody has.
    """
    _cohort(work, cohort_id)
    wanted = [fields.comparable(word) for word in re.split(r"[\s;,<>]+", emails[:EMAILS_MAX]) if "@" in word]
    if not wanted or len(wanted) > PART:
        raise Invalid({"emails": f"Enter 1 to {PART} email addresses. For more, import a list."})
    theirs = columns(col(User.id), col(User.email)).where(col(User.email).in_(wanted), ~col(User.is_service))
    found = {row.email: row.id for row in rows(work, theirs)}
    if missing := [email for email in wanted if email not in found]:
        raise Invalid({"emails": f"There is no account with {', '.join(missing[:5])}."})
    return len(join(work, cohort_id, list(found.values()))[0])


def enrol_cohort(work: Work, *, cohort_id: UUID, slug: str, synchronised: bool) -> int:
    """Enrol everybody of a cohort in a course, and if `synchronised` whoever joins it later, too; how many came in.

    Once or synchronised, who leaves the cohort stays in the course. Raises NotFound, Conflict for an archived course.
    """
    _cohort(work, cohort_id)
    membership = courses.enter_by_slug(work, slug, Can.MANAGE)
    course_id = membership.course_id
    known = work.db.get(CohortCourse, (cohort_id, course_id))
    if synchronised and known is None:
        work.db.add(CohortCourse(cohort_id=cohort_id, course_id=course_id, created_at=work.now))
        work.db.flush()
        audit.record(work, "cohort.linked", "cohort", cohort_id, None, {"course_id": str(course_id)})
    ids = rows(work, columns(col(CohortMember.user_id)).where(col(CohortMember.cohort_id) == cohort_id))
    people = [courses.Placing(course_id, row.user_id) for row in ids]
    came = 0
    for at in range(0, len(people), PART):
        came += len(courses.place(work, people=people[at : at + PART], via="cohort"))
    return came


def unlink_cohort(work: Work, *, cohort_id: UUID, slug: str) -> None:
    """Have who joins the cohort from now on not join the course. Raises NotFound."""
    _cohort(work, cohort_id)
    membership = courses.enter_by_slug(work, slug, Can.MANAGE)
    link = work.db.get(CohortCourse, (cohort_id, membership.course_id))
    if link is None:
        raise NotFound(NO_COHORT)
    work.db.delete(link)
    work.db.flush()
    audit.record(work, "cohort.unlinked", "cohort", cohort_id, {"course_id": str(membership.course_id)})


def _cohort(work: Work, cohort_id: UUID) -> Cohort:
    enter(work)
    found = work.db.get(Cohort, cohort_id)
    if found is None:
        raise NotFound(NO_COHORT)
    return found


def _name(work: Work, name: str, mine: UUID | None) -> str:
    clean = fields.clean_name(name)
    if not clean or len(clean) > NAME_MAX or len(folded(clean)) > 2 * NAME_MAX:
        raise Invalid({"name": f"Enter a name of at most {NAME_MAX} characters."})
    other = called(work, clean)
    if other is not None and other.id != mine:
        raise Invalid({"name": "There is a cohort of this name already."})
    return clean


def _text(description: str) -> str:
    return fields.clean_name(description)[:500]


# ---- For the other modules of this package: the door was theirs.


def make(work: Work, name: str, external_id: str | None, description: str) -> Cohort:
    cohort = Cohort(
        id=new_id(),
        name=name,
        folded=folded(name),
        external_id=external_id,
        description=description,
        created_at=work.now,
    )
    work.db.add(cohort)
    work.db.flush()
    audit.record(work, "cohort.created", "cohort", cohort.id, None, {"name": name})
    return cohort


def called(work: Work, name: str) -> Cohort | None:
    return work.db.exec(select(Cohort).where(col(Cohort.folded) == folded(name))).first()


def join(work: Work, cohort_id: UUID, user_ids: Sequence[UUID]) -> tuple[list[UUID], list[courses.Before]]:
    """Put people into a cohort and into the courses that it is linked to: whom that is new for, and how it was there."""
    here: set[Any] = set()
    for at in range(0, len(user_ids), PART):
        here |= {row.user_id for row in rows(work, _HERE, cohort=cohort_id, users=list(user_ids[at : at + PART]))}
    fresh = [user_id for user_id in dict.fromkeys(user_ids) if user_id not in here]
    if not fresh:
        return [], []
    work.db.connection().execute(
        insert(CohortMember), [{"cohort_id": cohort_id, "user_id": user_id} for user_id in fresh]
    )
    audit.record_all(work, [Change("cohort.joined", "cohort", cohort_id, None, {"user_id": str(one)}) for one in fresh])
    links = rows(work, _LINKED, cohort=cohort_id)
    people = [courses.Placing(link.course_id, user_id) for link in links for user_id in fresh]
    return fresh, courses.place(work, people=people, via="cohort") if people else []


def leave(work: Work, cohort_id: UUID, user_ids: Sequence[UUID]) -> list[UUID]:
    """Take people out of a cohort; whom that is new for. They stay in courses that they joined with it."""
    gone = delete(CohortMember).where(
        col(CohortMember.cohort_id) == cohort_id, col(CohortMember.user_id).in_(list(user_ids))
    )
    left = [row[0] for row in work.db.connection().execute(gone.returning(col(CohortMember.user_id))).all()]
    audit.record_all(work, [Change("cohort.left", "cohort", cohort_id, {"user_id": str(one)}) for one in left])
    return left
