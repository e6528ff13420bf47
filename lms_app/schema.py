"""Every room's tables in one place, so that metadata is whole for migrations and tests."""

from sqlalchemy import MetaData

from lms_app.accounts import models as accounts
from lms_app.assignments import models as assignments
from lms_app.core import audit, db, files, identity, limits, outbox
from lms_app.courses import models as courses
from lms_app.credentials import models as credentials
from lms_app.gradebook import models as gradebook
from lms_app.grades import models as grades
from lms_app.notifications import models as notifications
from lms_app.quizzes import models as quizzes
from lms_app.rubrics import models as rubrics

ROOMS = (
    audit,
    files,
    identity,
    limits,
    outbox,
    accounts,
    notifications,
    courses,
    credentials,
    gradebook,
    grades,
    rubrics,
    quizzes,
    assignments,
)


def metadata() -> MetaData:
    """All tables."""
    return db.metadata()
