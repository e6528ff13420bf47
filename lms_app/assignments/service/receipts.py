"""Mail about what was handed in: a receipt that proves it, and word of another attempt."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select

from lms_app.assignments import rules
from lms_app.assignments.models import Submission
from lms_app.assignments.service.door import Entered
from lms_app.assignments.service.reading import files_of, lateness_of
from lms_app.core import mail, when
from lms_app.core.identity import User
from lms_app.core.settings import settings
from lms_app.core.words import say
from lms_app.core.work import Work
from lms_app.web import routes


def send(work: Work, entered: Entered, submission: Submission, people: Sequence[UUID]) -> None:
    """To everybody who shares in it, in their own zone. Not a door."""
    assert submission.submitted_at is not None, "what was submitted has a time"
    reference = rules.reference_of(submission.id)
    late = lateness_of(submission)
    listed = [f"- {file.name}, {file.size}\n  SHA-256 {file.sha256}" for file in files_of(work, submission.id)]
    if submission.body:
        listed.insert(0, f"- A text of {when.plural(len(submission.body.split()), 'word')}")
    if submission.link:
        listed.append(f"- The link {submission.link}")
    for user in _users(work, people):
        at = when.moment(submission.submitted_at, user.zone, user.locale, now=work.now)
        zone = when.zone_name(submission.submitted_at, user.zone, user.locale)
        said = [
            say(
                "“{title}” in {course} was submitted on {at} ({zone}).",
                title=entered.item.title,
                course=entered.membership.title,
                at=at,
                zone=zone,
            ),
            f"Reference: {reference}",
            *([say("Version {number}", number=submission.number)] if submission.number > 1 else []),
            *([say("It was {time} late.", time=rules.late_words(late))] if late else []),
            "",
            say("What was submitted:"),
            *listed,
            "",
            f"{settings.url}{routes.assignment(entered.membership.slug, entered.item.id)}",
        ]
        mail.put(
            work,
            to=user.email,
            subject=f"Submitted: {entered.item.title} ({reference})",
            text="\n".join(said) + "\n",
            key=f"receipt:{submission.id}:{user.id}",
        )


def tell_reopened(work: Work, entered: Entered, people: Sequence[UUID]) -> None:
    """That there is another attempt. Not a door."""
    for user in _users(work, people):
        mail.put(
            work,
            to=user.email,
            subject=say("Another attempt: {title}", title=entered.item.title),
            text=(
                say(
                    "You may work on “{title}” in {course} once more. Your draft begins with what you submitted.\n\n{url}\n",
                    title=entered.item.title,
                    course=entered.membership.title,
                    url=settings.url + routes.assignment(entered.membership.slug, entered.item.id),
                )
            ),
        )


def _users(work: Work, people: Sequence[UUID]) -> Sequence[User]:
    return work.db.exec(select(User).where(col(User.id).in_(people)).order_by(col(User.id))).all()
