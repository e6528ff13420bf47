"""Every room's tables in one place, so that metadata is whole for migrations and tests."""

from lms_app.core import audit, files, identity, limits, outbox  # noqa: F401
from lms_app.courses import models as courses  # noqa: F401
from lms_app.credentials import models as credentials  # noqa: F401
from lms_app.grades import models as grades  # noqa: F401
from lms_app.quizzes import models as quizzes  # noqa: F401
