"""Who may do what inside a course: the whole policy as one table.

What a person is on the site (`core.work.SiteRole`) says little here: an administrator passes every course's door as an
instructor, everybody else needs a row of `course_member`. `courses.service.enter` is the door that reads this table.
"""

from enum import StrEnum


class Role(StrEnum):
    """What somebody is in one course."""

    STUDENT = "student"
    ASSISTANT = "assistant"
    INSTRUCTOR = "instructor"

    @property
    def is_staff(self) -> bool:
        return self is not Role.STUDENT


class Can(StrEnum):
    SEE = "see"  # read what is published
    ATTEMPT = "attempt"  # do the work: complete lessons, take quizzes; only of a student is it kept
    GRADE = "grade"  # see learners, their work and their marks, and give marks
    AUTHOR = "author"  # write and arrange lessons and quizzes
    RELEASE = "release"  # let students see results
    MANAGE = "manage"  # settings, members, invitations, publishing


# An assistant is an instructor without the settings. Staff never attempt: their trials would stand among the marks.
GRANTS: dict[Role, frozenset[Can]] = {
    Role.STUDENT: frozenset({Can.SEE, Can.ATTEMPT}),
    Role.ASSISTANT: frozenset({Can.SEE, Can.GRADE, Can.AUTHOR}),
    Role.INSTRUCTOR: frozenset({Can.SEE, Can.GRADE, Can.AUTHOR, Can.RELEASE, Can.MANAGE}),
}


def may(role: Role, can: Can) -> bool:
    return can in GRANTS[role]
