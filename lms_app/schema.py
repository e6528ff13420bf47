"""Every room's tables in one place, so that metadata is whole for migrations and tests."""

from sqlalchemy import MetaData

from lms_app.accounts import models as accounts
from lms_app.admin import models as admin
from lms_app.assignments import models as assignments
from lms_app.badges import models as badges
from lms_app.core import audit, backups, bounces, db, files, identity, limits, maintenance, outbox, site, statuses
from lms_app.courses import models as courses
from lms_app.credentials import models as credentials
from lms_app.discussions import models as discussions
from lms_app.exchange import models as exchange
from lms_app.gradebook import models as gradebook
from lms_app.grades import models as grades
from lms_app.home import models as home
from lms_app.notifications import models as notifications
from lms_app.privacy import models as privacy
from lms_app.quizzes import models as quizzes
from lms_app.rubrics import models as rubrics
from lms_app.search import models as search

ROOMS = (
    audit,
    backups,
    bounces,
    files,
    identity,
    limits,
    maintenance,
    outbox,
    site,
    statuses,
    accounts,
    notifications,
    courses,
    credentials,
    badges,
    gradebook,
    grades,
    rubrics,
    quizzes,
    assignments,
    search,
    home,
    discussions,
    privacy,
    exchange,
    admin,
)


def metadata() -> MetaData:
    """All tables."""
    return db.metadata()
